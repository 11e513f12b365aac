"""The shipped files of the build, on figures made up for six regions."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pandas as pd

from monotown.index.prepare import view_model
from monotown.scenarios import build
from monotown.workflow import read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]


def load(path):
    return read_yaml(ROOT / path)


SETTINGS = load("config/parts/scenarios.yaml")
MEASURES = read_part("measures", ROOT)
VIEWS = read_part("views", ROOT)
SCHEMA = load("workflow/parts/scenarios/schema.yaml")
MODELS = {view: view_model(view, VIEWS[view], MEASURES) for view in SETTINGS["views"]}
UNITS = ("KZALA", "KZKAR", "KZNS", "KZPAV", "KZULU", "KZZHA")
YEAR = SETTINGS["year"]
HIERARCHIES = [Path(p).stem for p in SETTINGS["hierarchies"]]
SCENARIOS = [Path(p).stem for p in SETTINGS["scenarios"]]


def shipped():
    """Contents of the shipped files by kind, to be changed by a test."""
    named = {
        "settings": ["config/parts/scenarios.yaml"],
        "hierarchy": SETTINGS["hierarchies"],
        "scenario": SETTINGS["scenarios"],
        "cross_impacts": [SETTINGS["cross_impacts"]],
        "key_factors": [SETTINGS["key_factors"]],
    }
    files = {part: [(name, load(name)) for name in names] for part, names in named.items()}
    files["settings"][0][1]["draws"] = 100
    return copy.deepcopy(files)


def content(files, name):
    """Content of one of the files, by the end of its path."""
    return next(c for part in files.values() for n, c in part if n.endswith(name))


def made_up_values():
    """Values of six regions between the goalposts, three of them missing."""
    random = np.random.default_rng(7)
    rows = []
    for view, model in MODELS.items():
        for leaf in model.leaves:
            low, high = leaf.goalposts
            for unit in UNITS:
                value = low + (high - low) * random.uniform(0.05, 0.9)
                if unit == "KZULU" and leaf.measure in ("poverty", "housing_space"):
                    value = np.nan
                rows.append((view, unit, YEAR, leaf.measure, value))
    frame = pd.DataFrame(rows, columns=["view", "unit", "year", "measure", "value"])
    return frame.assign(kind="official", source="sdg_regions; wages_regions")


def made_up_base(year=YEAR, marked=("KZKAR", "KZULU"), frame=None):
    frame = made_up_values() if frame is None else frame
    leaves = build.leaves_of(MODELS, "config/parts/scenarios.yaml")
    return build.read_base(frame, frame, leaves, year, marked, "config/parts/scenarios.yaml")


def made_up_sensitivity():
    drop = [
        (view, YEAR, leaf.measure, unit, shift)
        for view, model in MODELS.items()
        for shift, leaf in enumerate(model.leaves)
        for unit in UNITS
    ]
    sobol = pd.DataFrame(
        {
            "view": "potential_2022",
            "output": "mean_rank_shift",
            "design": "methods",
            "input": ["scheme", "normalisation"],
            "shapley": [0.6, 0.4],
        }
    )
    columns = ["view", "year", "dropped", "unit", "rank_shift"]
    return pd.DataFrame(drop, columns=columns), sobol
