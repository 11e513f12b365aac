"""A made panel in the form of the tables that the stage reads."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd

from monotown.workflow import read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
VIEWS = read_part("views", ROOT)
VIEWS["quality_panel"]["scale"] = 1  # as the made scores
MEASURES = read_part("measures", ROOT)
UNITS = read_part("units", ROOT)
CONFIG = read_yaml(ROOT / "config/parts/hypothesis.yaml")
REGIONS = sorted(UNITS["sets"]["regions_constant"])
SHOWN = ["life_expectancy", "poverty", "unemployment", "youth_out_of_work_and_study", "housing_space", "internet"]


def light(whole_curve=False):
    """The config with few permutations and panels, and few specifications unless asked."""
    config = copy.deepcopy(CONFIG)
    config["prespecified"]["prediction"]["permutations"] = 199
    config["prespecified"]["randomisation"]["permutations"] = 199
    config["prespecified"]["curve"]["permutations"] = 99
    config["simulation"] |= {"replications": 100, "bootstraps": 99, "autocorrelation": [0, 0.9]}
    if not whole_curve:
        few = {"outcome": ["unshared", "whole"], "lag": [1], "sample": ["all"]}
        config["prespecified"]["curve"] |= few
    return config


def made(seed=1, lag_effect=0.0, lead_effect=0.0, noise=0.02):
    """Tables with staffing of independent years, and quality that follows or precedes it."""
    random = np.random.default_rng(seed)
    staffing = random.normal(size=(16, 14))  # 2010-2023
    home = random.normal(size=(16, 1))
    quality = (
        0.5
        + 0.04 * home
        + lag_effect * staffing[:, 0:12]
        + lead_effect * staffing[:, 2:14]
        + noise * random.normal(size=(16, 12))
    )
    normalised = pd.DataFrame(
        {
            "view": "quality_panel",
            "unit": unit,
            "year": 2011 + t,
            "measure": m,
            "block": "b",
            "value": 1.0,
            "normalised": quality[i, t] + 0.002 * random.normal(),
            "clipped": False,
            "kind": "official",
            "flag": "",
        }
        for m in SHOWN
        for i, unit in enumerate(REGIONS)
        for t in range(12)
    )
    per_million = 100 * np.exp(1.5 + 0.5 * home + 0.2 * staffing)
    rows = [
        (unit, 2010 + t, "researchers_per_million", per_million[i, t], "sdg_regions")
        for i, unit in enumerate(REGIONS)
        for t in range(14)
    ]
    rows += [
        (unit, 2010 + t, "mean_population", 1e6 * (1 + 0.01 * t), "population_regions")
        for unit in REGIONS
        for t in range(13)
    ]
    rows += [
        (unit, 2011, v, 1.0, "life_expectancy_regions" if v == "life_expectancy" else "sdg_regions")
        for unit in REGIONS
        for v in (
            "life_expectancy",
            "population_below_subsistence",
            "unemployment_rate",
            "neet_rate",
            "housing_per_person",
            "internet_users",
        )
    ]
    observations = pd.DataFrame(rows, columns=["unit", "year", "variable", "value", "source"])
    return normalised, observations.assign(kind="official", unit_of_measure="x", locator="made", flag="")
