"""A small panel with a missing value and an outlier, for the tests of the joint runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from monotown.index.model import IndexModel
from monotown.index.prepare import prepare
from monotown.methods.ranks import rank
from monotown.sensitivity.design import Variants
from monotown.sensitivity.draws import BLOCK
from monotown.sensitivity.inputs import read_inputs
from monotown.sensitivity.monte_carlo import MonteCarloRun

UNITS = [f"u{i}" for i in range(9)]
YEARS = [2020, 2021, 2022]
MEASURES: dict[str, dict[str, Any]] = {
    "a": {"direction": 1, "transform": "log1p", "goalposts": [0, 60]},
    "b": {"direction": -1, "goalposts": [-1, 40]},
    "c": {"direction": 1, "goalposts": [0, 40], "goalpost_sets": {"norm": {"goalposts": [-20, 90], "source": "s"}}},
    "d": {"direction": 1, "goalposts": [0, 40]},
    "e": {"direction": 1, "goalposts": [0, 40]},
}
CONFIG: dict[str, Any] = {
    "kind": "synthetic",
    "minimum_coverage": {"unit": 0.5, "block": 0.3},
    "tree": {
        "id": "index",
        "aggregation": "geometric",
        "floor": 0.01,
        "children": [
            {
                "id": "B1",
                "weight": 2,
                "children": [{"measure": "a"}, {"id": "pair", "children": [{"measure": "b"}, {"measure": "c"}]}],
            },
            {"id": "B2", "children": [{"measure": "d"}, {"measure": "e"}]},
        ],
    },
}


def indicators() -> pd.DataFrame:
    """Values from 1 to 30; u3 lacks e in 2022, u5 has an outlying a in 2022."""
    numbers = np.random.default_rng(12)
    rows = []
    for unit in UNITS:
        level = numbers.uniform(5, 20)
        for year in YEARS:
            for measure in MEASURES:
                value = level + numbers.uniform(-4, 9)
                if (unit, year, measure) == ("u5", 2022, "a"):
                    value = 900.0
                if (unit, year, measure) == ("u3", 2022, "e"):
                    continue
                rows.append(("v", unit, year, measure, "i", "B", value, "1", "synthetic"))
    columns = ["view", "unit", "year", "measure", "indicator", "block", "value", "unit_of_measure", "kind"]
    return pd.DataFrame(rows, columns=columns).assign(source="s", reading="exact", flag="")


def variants(inputs: Mapping[str, Any], year: int = 2022, **changes: Any) -> Variants:
    """The view with some inputs on."""
    config = {**CONFIG, **changes}
    prepared = prepare(indicators(), "v", config, MEASURES)
    return Variants(prepared, config, MEASURES, read_inputs(inputs, 0.25), year)


def joint(inputs: Mapping[str, Any], seed: int = 5, **changes: Any) -> MonteCarloRun:
    """A run of the view with some inputs on."""
    return MonteCarloRun(variants(inputs, **changes), "test", seed)


@dataclass(frozen=True)
class Replicate:
    """One replicate with every intermediate matrix."""

    settings: Mapping[str, str]
    values: np.ndarray
    z: np.ndarray
    weights: np.ndarray
    model: IndexModel
    scores: np.ndarray
    ranks: np.ndarray


def replicate(run: MonteCarloRun, number: int) -> Replicate:
    """A replicate of a run alone, from its number."""
    v = run.variants
    drawn = run.draw(number // BLOCK)
    row = np.array([number % BLOCK])
    key = tuple(int(k) for k in drawn.levels[row[0]])
    scale, noise = v.scale(key[: v.data_factors]), drawn.noise.take(drawn.table[row])
    scores = run.scores(drawn, row)[0]
    return Replicate(
        {f.name: f.levels[k].name for f, k in zip(v.factors, key, strict=True)},
        v.perturbed(scale, noise)[0],
        v.tables(scale, noise)[0] if v.inputs.own_tables else scale.z,
        drawn.weights[row[0]],
        v.models[key[v.data_factors], key[v.data_factors + 1]],
        scores,
        rank(scores),
    )
