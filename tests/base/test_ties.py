"""Ties: what is decided by an order of computed values does not hang on their last bits."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from monotown.base.ties import (
    TOLERANCE,
    above,
    at_least,
    kendall,
    largest,
    level,
    median_slope,
    sign,
    smallest,
    sort_key,
    tau_b,
    tolerance_of,
)
from monotown.methods.ranks import rank

# values on a grid much wider than the tolerance, so that many are equal
GRID = arrays(np.float64, st.integers(1, 12), elements=st.integers(-4, 4).map(lambda k: k / 7))


def _noisy(values: np.ndarray, seed: int) -> np.ndarray:
    """The same values with other last bits."""
    return values + np.random.default_rng(seed).uniform(-1, 1, values.shape) * 1e-14


DECISIONS: dict[str, Callable[[Any], Any]] = {
    "order": lambda v: np.argsort(level(v), kind="stable").tolist(),
    "sign": lambda v: sign(v[:, None] - v[None, :]).tolist(),
    "above": lambda v: above(v[:, None], v[None, :]).tolist(),
    "at_least": lambda v: at_least(v[:, None], v[None, :]).tolist(),
    "largest": largest,
    "smallest": smallest,
    "kendall": lambda v: kendall(np.arange(len(v)), v),
    "tau_b": lambda v: tau_b(np.arange(len(v)), v),
    "rank": lambda v: rank(v).tolist(),
    "sort_key": lambda v: pd.DataFrame({"x": v}).sort_values("x", key=sort_key, kind="stable").index.tolist(),
}


@pytest.mark.parametrize("name", DECISIONS)
@given(values=GRID, seed=st.integers(0, 99))
def test_last_bits_decide_nothing(name: str, values: np.ndarray, seed: int) -> None:
    exact, noisy = DECISIONS[name](values), DECISIONS[name](_noisy(values, seed))
    assert np.array_equal(exact, noisy, equal_nan=True)


@given(values=GRID)
def test_on_values_without_near_ones_all_is_as_usual(values: np.ndarray) -> None:
    assert level(values).tolist() == values.tolist()
    assert largest(values) == int(np.argmax(values))
    assert smallest(values) == int(np.argmin(values))
    assert sign(values).tolist() == np.sign(values).tolist()
    if len(values) > 1 and np.ptp(values) > 0:
        mixed = np.roll(values, 1)
        assert tau_b(mixed, values) == stats.kendalltau(mixed, values).statistic
        usual = stats.kendalltau(np.arange(len(values)), values)
        assert kendall(np.arange(len(values)), values) == (usual.statistic, usual.pvalue)


def test_levels_agree_with_ranks() -> None:
    values = np.random.default_rng(1).integers(0, 6, (50, 9)) / 3 + 1e-13
    values[:, 0] = np.nan
    levels = level(values)
    assert np.array_equal(stats.rankdata(-levels, axis=1, nan_policy="omit"), rank(values), equal_nan=True)


def test_ties_chain_and_take_the_least_value() -> None:
    step = 0.8 * TOLERANCE
    assert level([2 * step, 1.0, 0.0, step, np.nan])[[0, 2, 3]].tolist() == [0.0, 0.0, 0.0]
    assert level([[0.1, 5.0], [0.1 + 1e-12, 5.0]], axis=0).tolist() == [[0.1, 5.0], [0.1, 5.0]]


def test_a_tolerance_follows_the_unit_of_measure() -> None:
    tenge = np.array([3.1e12, 3.1e12 + 1e-3, 4e12])
    assert largest(-tenge, tol=tolerance_of(tenge)) == 0
    assert level(tenge, tol=tolerance_of(tenge))[1] == tenge[0]


def test_equal_years_have_no_slope_and_no_trend() -> None:
    score = [0.7 / 7, 0.1, 0.3 / 3, 1 / 10]
    assert median_slope(score, [2019, 2020, 2021, 2022]) == 0
    assert np.isnan(kendall([2019, 2020, 2021, 2022], score)).all()


@pytest.mark.parametrize("n", [2, 500, 501])
def test_pairs_are_counted_alike_for_few_and_many(n: int) -> None:
    one, other = np.random.default_rng(n).integers(0, n, (2, n)).astype(float)
    other[0] = one[0] = -1
    assert tau_b(one, other) == kendall(one, other)[0]


def test_nothing_is_largest_among_nothing() -> None:
    with pytest.raises(ValueError, match="NaN"):
        largest([np.nan, np.nan])
    assert (largest([np.nan, 1.0]), smallest([np.inf, np.inf])) == (1, 0)


SOURCES = sorted((Path(__file__).resolve().parents[2] / "src").rglob("*.py"))


def _by_last_bits(tree: ast.AST) -> list[int]:
    """Lines with a sort that leaves the order of equal values to the processor.

    NumPy's default sort takes another way with AVX-512. Several keys are always sorted stably.
    """
    found = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            name, by = call.func.attr, call.args[:1]
            keys = {k.arg for k in call.keywords}
            several = [a for a in by if isinstance(a, ast.List) and len(a.elts) > 1]
            several += [a for a in by if isinstance(a, ast.List | ast.Tuple | ast.Name | ast.Call)]
            several = [] if name == "argsort" else several
            if name in ("sort_values", "argsort") and "kind" not in keys and not several:
                found.append(call.lineno)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_no_sort_leaves_equal_values_in_any_order(path: Path) -> None:
    assert _by_last_bits(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_sort_that_leaves_equal_values_in_any_order_is_found() -> None:
    text = "a.sort_values('x')\na.sort_values()\nnp.argsort(a)\na.sort_values(['x', 'y'])\n"
    assert _by_last_bits(ast.parse(text)) == [1, 2, 3]
