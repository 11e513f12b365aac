"""Ranks against scipy, in both ways of working, with one tolerance for ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from monotown.base.ties import TOLERANCE
from monotown.methods.ranks import TIES, rank

scores = arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 12)),
    elements=st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0, -3.0]),
)


@given(scores, st.booleans())
def test_ranks_are_scipys_average_ranks(table: np.ndarray, ascending: bool) -> None:
    expected = rankdata(table if ascending else -table, axis=1)
    np.testing.assert_array_equal(rank(table, ascending=ascending), expected)


@pytest.mark.parametrize("n", [2, 7, 51, 300])
@pytest.mark.parametrize("ascending", [False, True])
def test_many_rows_of_distinct_scores(n: int, ascending: bool) -> None:
    rng = np.random.default_rng(n)
    # more than two batches, the last one short
    table = (rng.permuted(np.tile(np.arange(n), (1100, 1)), axis=1) + 0.4 * rng.random((1100, n))) / n
    expected = rankdata(table if ascending else -table, axis=1)
    np.testing.assert_array_equal(rank(table, ascending=ascending), expected)


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6, 1e15])
def test_any_scale_and_sign(scale: float) -> None:
    rng = np.random.default_rng(3)
    table = (rng.random((600, 20)) - 0.5) * scale
    np.testing.assert_array_equal(rank(table, tol=0.0), rankdata(-table, axis=1))


def test_scores_within_the_tolerance_share_a_rank() -> None:
    gap = TOLERANCE * 0.9
    assert rank([1.0, 1.0 + gap, 2.0]).tolist() == [2.5, 2.5, 1.0]
    assert rank([1.0, 1.0 + 2 * TOLERANCE, 2.0]).tolist() == [3.0, 2.0, 1.0]
    # ties chain, so the order of the units is without effect
    assert rank([2 * gap, 0.0, gap]).tolist() == [2.0, 2.0, 2.0]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 1e-9, 1e-3, 0.05]))
def test_both_ways_agree_and_keep_order(seed: int, tol: float) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((40, 15)).round(int(rng.integers(1, 12)))
    jitter = table + rng.choice([0.0, 3e-10, -3e-10], size=table.shape)
    found = rank(jitter, tol=tol)
    for row, ranks in zip(jitter, found, strict=True):
        single = rank(row[None], tol=tol)[0]
        np.testing.assert_array_equal(single, ranks)
        np.testing.assert_array_equal(chained(row, tol), ranks)
        better = row[:, None] > row[None, :]
        assert (ranks[:, None] <= ranks[None, :])[better].all()
    assert (found.sum(axis=1) == 15 * 16 / 2).all()


def chained(row: np.ndarray, tol: float) -> list[float]:
    """Average ranks by the definition: neighbours no further apart than tol are tied."""
    ordered = sorted(range(len(row)), key=lambda i: -row[i])
    groups: list[list[int]] = []
    for i in ordered:
        if groups and row[groups[-1][-1]] - row[i] <= tol:
            groups[-1].append(i)
        else:
            groups.append([i])
    ranks, place = [0.0] * len(row), 0
    for group in groups:
        for i in group:
            ranks[i] = place + (len(group) + 1) / 2
        place += len(group)
    return ranks


@given(scores, st.booleans(), st.sampled_from(TIES))
def test_ranks_of_ties_are_those_of_scipy_and_pandas(table: np.ndarray, ascending: bool, ties: str) -> None:
    found = rank(table, ascending=ascending, ties=ties)
    np.testing.assert_array_equal(found, rankdata(table if ascending else -table, ties, axis=1))
    holed = np.where(table == 0.5, np.nan, table)
    theirs = pd.DataFrame(holed).rank(axis=1, method=ties, ascending=ascending, na_option="keep")
    np.testing.assert_array_equal(rank(holed, ascending=ascending, ties=ties), theirs)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(TIES), st.booleans())
def test_ranks_of_near_scores_are_those_of_equal_ones(seed: int, ties: str, up: bool) -> None:
    # rows of both ways of working, in more than one batch; a chain is longer than the tolerance
    rng = np.random.default_rng(seed)
    plain = rng.integers(0, 9, size=(600, 8)) / 10 + (rng.random((600, 1)) < 0.5) * rng.random(8)
    near = plain + rng.integers(0, 3, size=plain.shape) * 0.4 * TOLERANCE
    expected = rankdata(plain if up else -plain, ties, axis=1)
    np.testing.assert_array_equal(rank(near, ascending=up, ties=ties), expected)
    turn = rng.permutation(8)
    np.testing.assert_array_equal(rank(near[:, turn], ascending=up, ties=ties), expected[:, turn])


def test_a_chain_of_ties_is_one_tie() -> None:
    chain = np.array([0.0, 0.8, 1.6, 5.0]) * TOLERANCE
    expected = {"average": [3, 3, 3, 1], "min": [2, 2, 2, 1], "max": [4, 4, 4, 1], "dense": [2, 2, 2, 1]}
    assert {t: rank(chain, ties=t).tolist() for t in TIES} == expected
    with pytest.raises(ValueError, match="'least'; expected one of: average, dense"):
        rank(chain, ties="least")


def test_missing_stays_missing_and_the_rest_is_ranked() -> None:
    found = rank([0.3, np.nan, 0.9, np.nan, 0.3])
    np.testing.assert_array_equal(found, [2.5, np.nan, 1.0, np.nan, 2.5])
    assert np.isnan(rank([np.nan, np.nan])).all()
    assert rank(np.empty((0, 3))).shape == (0, 3)
    assert rank([5.0]).tolist() == [1.0]


def test_infinite_scores_have_the_ends() -> None:
    assert rank([0.0, np.inf, -np.inf]).tolist() == [2.0, 1.0, 3.0]


def test_axis_and_out() -> None:
    table = np.random.default_rng(1).random((6, 4, 5))
    np.testing.assert_array_equal(rank(table, axis=0), rankdata(-table, axis=0))
    out = np.empty_like(table)
    rank(table, out=out)
    np.testing.assert_array_equal(out, rankdata(-table, axis=2))
    with pytest.raises(ValueError, match="for the last axis"):
        rank(table, axis=0, out=out)
    with pytest.raises(ValueError, match="a tolerance is 0 or more"):
        rank([1.0], tol=-1e-9)


@given(st.integers(0, 1000))
def test_order_of_the_units_is_without_effect(seed: int) -> None:
    rng = np.random.default_rng(seed)
    row = rng.random(20).round(2)
    turn = rng.permutation(20)
    np.testing.assert_array_equal(rank(row[turn]), rank(row)[turn])
