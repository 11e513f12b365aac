"""The table of raw and shrunk rates, and the index of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from raw_view import VARIABLES, made

from monotown.methods.shrink import shrink_rates
from monotown.sensitivity.inputs import CountLaw, DataError
from monotown.sensitivity.rates import error_of, rate_tables

FIGURES = {
    "staff": {2022: [0.0, 2.0, 40.0, 90.0]},
    "people": {2022: [1000.0, 900.0, 4000.0, 3000.0]},
    "outlay": {2022: [np.nan, 8.0, 100.0, 300.0]},
}
FORMULAS = {"density": "1000 * staff / people", "outlay_each": "outlay / staff"}
STAFF, PEOPLE, OUTLAY = (np.array(FIGURES[name][2022]) for name in ("staff", "people", "outlay"))


def test_raw_and_shrunk_rates_stand_side_by_side() -> None:
    tables = rate_tables(made(FIGURES, FORMULAS, VARIABLES), DataError(0.02), (0.05, 0.95))
    rates = tables["rates"].set_index("unit")
    assert set(rates["measure"]) == {"density"}
    assert rates["raw"].to_numpy() == pytest.approx(1000 * STAFF / PEOPLE)
    assert rates["shrunk"].to_numpy() == pytest.approx(1000 * shrink_rates(STAFF, PEOPLE).mean)
    group = 1000 * STAFF.sum() / PEOPLE.sum()
    own = rates["own"].to_numpy()
    assert own * rates["raw"].to_numpy() + (1 - own) * group == pytest.approx(rates["shrunk"].to_numpy())
    assert (rates["low"] < rates["shrunk"]).all()
    assert (rates["shrunk"] < rates["high"]).all()
    assert rates.loc["u0", "low"] > 0
    assert set(rates["kind"]) == {"assumed+official"}


def test_the_index_of_shrunk_rates_is_that_of_the_shrunk_counts() -> None:
    prepared = made(FIGURES, FORMULAS, VARIABLES, posts=(-100.0, 100.0))
    index = rate_tables(prepared, DataError(0.02), (0.05, 0.95))["shrunk"].set_index("unit")
    some = slice(1, None)
    for name, staff in (("raw", STAFF), ("shrunk", shrink_rates(STAFF, PEOPLE).mean * PEOPLE)):
        scores = np.mean([1000 * staff[some] / PEOPLE[some], OUTLAY[some] / staff[some]], axis=0) / 2 + 50
        assert index.loc[["u1", "u2", "u3"], f"{name}_score"].to_numpy() == pytest.approx(scores)


def test_tables_without_counts_have_no_row() -> None:
    plain = made(FIGURES, FORMULAS, {})
    for prepared, error in (
        (plain, DataError(0.02)),
        (replace(plain, behind=None), DataError(0.02)),
        (made(FIGURES, FORMULAS, VARIABLES), DataError(0.02, counts=CountLaw(use=False))),
        (plain, None),
    ):
        assert [len(t) for t in rate_tables(prepared, error, (0.05, 0.95)).values()] == [0, 0]


def test_the_law_is_that_of_the_first_analysis_with_errors() -> None:
    analyses = {
        "weights": {"weights": {}},
        "data": {"data_error": {"relative": 0.1, "counts": {"prior": "none", "dispersion": 3}}},
        "more": {"data_error": {"relative": 0.5}},
    }
    assert error_of({"analyses": analyses, "weight_cv": 0.25}) == DataError(0.1, counts=CountLaw(True, False, 3.0))
    assert error_of({"analyses": {"weights": {}}, "weight_cv": 0.25}) is None
