"""Cases for both kernels: an index, what a reader chooses, and the scores and ranks that Python gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from monotown.index.admissible import inadmissible, scale_of
from monotown.index.as_table import model_of, model_table
from monotown.index.build import build_index, score_table
from monotown.index.choices import with_choices
from monotown.index.prepare import prepare, view_model
from monotown.index.prepared import prepared_table
from monotown.report.weights import index_data

UNITS = [f"U{i:02d}" for i in range(1, 13)]
YEARS = (2020, 2021, 2022)

#: Measures with raw values of many sizes, tied ones among them.
MEASURES: dict[str, dict[str, Any]] = {
    "staff": {"direction": 1, "goalposts": [0, 40]},
    "deaths": {"direction": -1, "goalposts": [5, 60]},
    "income": {"direction": 1, "goalposts": [100, 90000], "transform": "log"},
    "towns": {"direction": -1, "goalposts": [0, 12], "transform": "log1p"},
    "share": {"direction": 1, "goalposts": [0, 1]},
}

TREES: dict[str, dict[str, Any]] = {
    "plain": {
        "id": "index",
        "children": [
            {"id": "a", "children": [{"measure": "staff", "weight": 2}, {"measure": "deaths"}]},
            {"id": "b", "weight": 3, "children": [{"measure": "income"}, {"measure": "towns"}, {"measure": "share"}]},
        ],
    },
    "geometric": {
        "id": "index",
        "aggregation": "geometric",
        "floor": 0.01,
        "children": [
            {"id": "a", "missing": "median", "children": [{"measure": "staff"}, {"measure": "deaths"}]},
            {
                "id": "b",
                "aggregation": "harmonic",
                "floor": 0.05,
                "children": [{"measure": "income"}, {"measure": "share"}],
            },
            {"measure": "towns", "weight": 0.5},
        ],
    },
    "deep": {
        "id": "index",
        "missing": "mean",
        "aggregation": {"method": "power", "exponent": 0.5},
        "children": [
            {
                "id": "a",
                "children": [
                    {"id": "aa", "children": [{"measure": "staff"}, {"measure": "income"}]},
                    {"measure": "deaths", "normalisation": {"method": "minmax_sample", "scope": "year"}},
                ],
            },
            {"id": "b", "children": [{"measure": "towns"}, {"measure": "share", "normalisation": "borda"}]},
        ],
    },
    "ranked": {
        "id": "index",
        "aggregation": "geometric",
        "children": [
            {"measure": "staff", "normalisation": {"method": "rank", "ties": "min"}},
            {"measure": "deaths", "normalisation": "percentile"},
            {"measure": "share", "normalisation": "logistic"},
        ],
    },
}


def indicators(random: np.random.Generator) -> pd.DataFrame:
    """Figures of the units: some missing, some beyond the goalposts, some tied."""
    scale = {"staff": 45, "deaths": 50, "income": 80000, "towns": 14, "share": 1}
    rows = []
    for year in YEARS:
        for unit in UNITS:
            for measure, size in scale.items():
                value = 5 + size * random.random() if measure != "share" else round(random.random(), 1)
                if (unit == "U12" and measure == "staff") or (unit != "U12" and random.random() > 0.1):
                    rows.append((unit, year, measure, round(value, 6)))
    frame = pd.DataFrame(rows, columns=["unit", "year", "measure", "value"])
    return frame.assign(view="v", kind="official", source="s")


def entry_of(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {"tree": dict(tree), "minimum_coverage": {"unit": 0.5}}


def paths(tree: Mapping[str, Any], path: str = "") -> list[str]:
    """Places of a tree's items, as the page names them."""
    below = [f"{path}.{i}" if path else str(i) for i in range(len(tree.get("children", ())))]
    return [path, *(p for b, c in zip(below, tree.get("children", ()), strict=True) for p in paths(c, b))]


def page_index(table: pd.DataFrame, entry: Mapping[str, Any]) -> dict[str, Any]:
    """An index as the page has it."""
    prepared = prepare(table, "v", entry, MEASURES)
    made = build_index(table, "v", entry, MEASURES)
    band = made.scores[made.scores["node"] == "index"][["year", "unit"]].assign(rank_p05=1.0, rank_p95=2.0)
    model = model_of(model_table("v", prepared.model))
    return index_data("v", model, prepared_table(prepared), made.scores, band)


def states(
    index: Mapping[str, Any], tree: Mapping[str, Any], random: np.random.Generator, n: int
) -> list[dict[str, Any]]:
    """What readers choose: random weights, some of 0, with methods, floors and years at random."""
    found = []
    for _ in range(n):
        weights = {p: float(np.round(random.random() * 100, 4) * (random.random() > 0.15)) for p in paths(tree)}
        mean = ["", "arithmetic", "geometric", "harmonic"]
        found.append(
            {
                "weights": {**weights, "": 1.0},
                "normalisation": str(random.choice(["", *index["samples"]])),
                "between": str(random.choice(mean)),
                "within": str(random.choice(mean)),
                "floor": [None, 0.001, 0.1][int(random.integers(3))],
                "year": int(random.integers(len(index["years"]))),
            }
        )
    return found


def expected(table: pd.DataFrame, entry: Mapping[str, Any], choices: Mapping[str, Any], year: int) -> pd.DataFrame:
    """Scores and ranks of a year that the index stage gives under a run's choices.

    Raises
    ------
    InputError
        Where the choices do not go together, or do not suit the data.
    """
    changed = with_choices(entry, choices)
    assert not inadmissible(view_model("v", changed, MEASURES))
    prepared = prepare(table, "v", changed, MEASURES)
    scores = score_table(prepared)
    mine = scores[(scores["node"] == "index") & (scores["year"] == year)].set_index("unit")
    return mine.assign(score=mine["score"] * scale_of(prepared.model))
