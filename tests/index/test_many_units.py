"""Many units: tables of a few are those of every pair, and of many they grow with the units."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monotown.base.many import FEW, pairs_told
from monotown.base.problems import LISTED, Problems
from monotown.base.ties import kendall, kendalls, median_slope, median_slopes
from monotown.index.build import IndexTables, build_index
from monotown.index.comparable import require_comparable, unit_reasons, year_reasons
from monotown.index.prepare import Prepared, prepare
from monotown.methods.normalise import others_average
from monotown.sensitivity.analyses import Stop, monte_carlo_run, monte_carlo_tables
from monotown.sensitivity.forking_paths import method_tables
from monotown.sensitivity.sobol_choices import SobolSettings, sobol_tables
from monotown.sensitivity.stability import flip_tables
from monotown.sensitivity.weights import Settings, weight_sensitivity
from monotown.sensitivity.year import cases_of
from monotown.study.figures import Known, Spelled, read_figures
from monotown.study.tables import Table

YEARS = (2020, 2021, 2022)
MEASURES: dict[str, dict[str, Any]] = {m: {"direction": 1, "goalposts": [0, 100]} for m in "abcd"}
CONFIG: dict[str, Any] = {
    "kind": "synthetic",
    "minimum_coverage": {"unit": 0.5},
    "tree": {
        "id": "index",
        "children": [
            {"id": "one", "children": [{"measure": "a"}, {"measure": "b"}]},
            {"id": "two", "children": [{"measure": "c"}, {"measure": "d"}]},
        ],
    },
}


def indicators(units: int, missing: float = 0.0) -> pd.DataFrame:
    """Values of so many units in three years, a share of them missing."""
    rng = np.random.default_rng(units)
    codes = [f"u{k:04}" for k in range(units)]
    table = pd.MultiIndex.from_product([codes, YEARS, list(MEASURES)], names=["unit", "year", "measure"]).to_frame(
        False
    )
    table = table.assign(view="v", value=rng.uniform(1, 99, len(table)), kind="synthetic", source="s")
    return table[rng.random(len(table)) >= missing]


def of(units: int, missing: float = 0.0) -> tuple[Prepared, IndexTables]:
    given = indicators(units, missing), "v", CONFIG, MEASURES
    return prepare(*given), build_index(*given)


def test_every_pair_of_a_few_units_and_years_is_told_with_its_reason() -> None:
    prepared, tables = of(12, 0.2)
    told = tables.comparability
    units = told[told["scope"] == "units"]
    reasons = {(a, b, y): r for a, b, y, r in units[["unit", "other_unit", "year", "reason"]].itertuples(index=False)}
    there = prepared.rows.groupby("year")["unit"].apply(sorted)
    assert set(reasons) == {(a, b, y) for y, seen in there.items() for a, b in combinations(seen, 2)}
    assert all("; ".join(unit_reasons(prepared, y, a, b)) == r for (a, b, y), r in reasons.items())
    assert set(reasons.values()) > {""}
    for row in told[told["scope"] == "years"].itertuples():
        assert row.reason == "; ".join(year_reasons(prepared, row.unit, row.year, row.other_year))


def test_of_many_units_those_next_to_each_other_are_told_and_any_two_can_be_asked() -> None:
    prepared, tables = of(FEW + 30)
    told = tables.comparability
    last = told[(told["scope"] == "units") & (told["year"] == 2022)]
    ranks = tables.scores[(tables.scores["node"] == "index") & (tables.scores["year"] == 2022)].set_index("unit")[
        "rank"
    ]
    assert len(last) == FEW + 29
    assert {abs(ranks[a] - ranks[b]) for a, b in zip(last["unit"], last["other_unit"], strict=True)} == {1}
    require_comparable(prepared, ("u0000", 2022), ("u0099", 2022))


@pytest.mark.parametrize("units", [2, FEW, FEW + 1, 3 * FEW])
def test_pairs(units: int) -> None:
    names, scores = [str(k) for k in range(units)], np.random.default_rng(units).random(units)
    found = pairs_told(names, scores)
    assert len(set(found)) == len(found) == (units * (units - 1) // 2 if units <= FEW else units - 1)


def sizes(units: int) -> dict[str, int]:
    """Rows of every table that tells of so many units."""
    prepared, tables = of(units)
    cases, settings = cases_of(prepared), Settings(1, 300, 0.25, (0.05, 0.95), ("equal_by_indicator",))
    found = {n: len(t) for n, t in vars(tables).items()}
    found |= {n: len(t) for n, t in weight_sensitivity("v", "synthetic", prepared.model, cases, settings).items()}
    sources = dict.fromkeys(YEARS, "s")
    found |= {n: len(t) for n, t in flip_tables("v", "synthetic", prepared.model, cases, sources).items()}
    inputs = {"weights": {"law": "dirichlet"}, "data_error": {"relative": 0.02}}
    run = monte_carlo_run(prepared, CONFIG, MEASURES, "a", {"weight_cv": 0.25, "analyses": {"a": inputs}}, 1)
    made = monte_carlo_tables(run, run.run(300), "synthetic", settings, Stop(), 10)
    found |= {f"joint {n}": len(t) for n, t in made.items()}
    found |= {n: len(t) for n, t in sobol_tables(prepared, SobolSettings(points=16, replicates=2)).items()}
    return found | {"methods": len(method_tables(prepared).methods)}


def test_tables_of_many_units_grow_with_the_units() -> None:
    small, large = sizes(FEW + 20), sizes(2 * (FEW + 20))
    assert {n for n, rows in large.items() if rows > 2.6 * small[n] + 5} == set()  # of pairs it were 4


def test_averages_of_others_of_many_units_are_those_of_each() -> None:
    rng = np.random.default_rng(5)
    x, w = rng.normal(size=FEW + 40), rng.random(FEW + 40)
    each = [np.average(np.delete(x, i), weights=np.delete(w, i)) for i in range(len(x))]
    assert others_average(x, w) == pytest.approx(each, abs=1e-12)


def test_trends_of_many_rows_are_those_of_each() -> None:
    rng = np.random.default_rng(6)
    years = np.array([2010.0, 2011.0, 2013.0, 2014.0, 2019.0])
    rows = rng.integers(0, 4, (60, 5)).astype(float)
    tau, p = kendalls(years, rows)
    assert np.array_equal(np.column_stack([tau, p]), [kendall(years, row) for row in rows], equal_nan=True)
    assert median_slopes(rows, years).tolist() == [median_slope(row, years) for row in rows]


def test_a_list_of_many_problems_is_cut_with_a_count() -> None:
    n = 4 * LISTED
    frame = pd.DataFrame({"unit": "A", "year": [f"{1900 + k % 200}" for k in range(n)], "pay": "abc"})
    problems = Problems()
    known = Known(Spelled({"A": []}), Spelled({"pay": []}))
    read_figures([Table(frame, "data.csv")], known, problems, [])
    found = [p.found for p in problems]
    assert found == ["abc"] * LISTED + [f"… (+{n - LISTED})"]
    assert list(problems)[-1].where.startswith(f"line {n + 1}")
