"""Counts against brute force over the draws themselves, and against published golden values."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, rankdata, spearmanr

from monotown.base.streams import Stream
from monotown.index.model import IndexModel, Leaf, Node
from monotown.sensitivity.draws import Law, WeightDraws
from monotown.sensitivity.tally import BINS, Baseline, Tally, holistic
from monotown.sensitivity.weights import run_weights
from monotown.sensitivity.year import Case

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "sensitivity.json").read_text(encoding="utf-8"))


def counted(scores: np.ndarray, baseline: np.ndarray, weights: np.ndarray | None = None) -> Tally:
    tally = Tally(Baseline.of(baseline, scores), 0 if weights is None else weights.shape[1])
    tally.add(scores, weights)
    return tally


def ranks_of(scores: np.ndarray) -> np.ndarray:
    return rankdata(-scores, axis=1)


@pytest.fixture
def scores() -> np.ndarray:
    return np.random.Generator(np.random.PCG64(1)).random((500, 7)) + np.linspace(0.6, 0, 7)


BASE = np.linspace(0.6, 0, 7)


def test_quantiles_of_ranks_are_those_of_the_draws(scores: np.ndarray) -> None:
    found = counted(scores, BASE).rank_quantiles([0.0, 0.05, 0.5, 0.95, 1.0])
    expected = np.quantile(ranks_of(scores), [0.0, 0.05, 0.5, 0.95, 1.0], axis=0, method="inverted_cdf").T
    np.testing.assert_array_equal(found, expected)


def test_quantiles_of_scores_are_right_to_a_bin(scores: np.ndarray) -> None:
    tally = counted(scores, BASE)
    width = (tally.baseline.high - tally.baseline.low) / BINS
    p = [0.05, 0.5, 0.95]
    found = tally.score_quantiles(p)
    low = np.quantile(scores, p, axis=0, method="lower").T
    high = np.quantile(scores, p, axis=0, method="higher").T
    assert (found >= low - width[:, None]).all()
    assert (found <= high + width[:, None]).all()


def test_scores_beyond_the_bins_are_counted_at_the_ends() -> None:
    tally = Tally(Baseline.of([0.5, 0.4], [[0.5, 0.4], [0.6, 0.3]]), 0)
    tally.add([[9.0, -9.0]])
    assert tally.scores[0, -1] == tally.scores[1, 0] == 1
    assert tally.scores.sum() == 2


def test_acceptability_pairwise_and_order_are_those_of_the_draws(scores: np.ndarray) -> None:
    tally, ranks = counted(scores, BASE), ranks_of(scores)
    share = np.array([[(ranks[:, i] == r).mean() for r in range(1, 8)] for i in range(7)])
    np.testing.assert_allclose(tally.acceptability(), share, atol=1e-15)
    wins = (scores[:, :, None] > scores[:, None, :]).mean(axis=0) + 0.5 * np.eye(7)
    np.testing.assert_allclose(tally.pairwise(), wins, atol=1e-15)
    base = np.arange(1, 8)
    assert tally.same_order == (ranks == base).all(axis=1).sum()
    np.testing.assert_allclose(tally.within(1), (np.abs(ranks - base) <= 1).mean(axis=0))
    top = [np.mean([set(np.flatnonzero(row <= k)) == set(range(k)) for row in ranks]) for k in range(1, 8)]
    np.testing.assert_allclose(tally.top_stability(), top)


def test_mean_agreement_is_the_mean_of_scipy(scores: np.ndarray) -> None:
    tally, ranks = counted(scores, BASE), ranks_of(scores)
    base = np.arange(1, 8)
    taus = [kendalltau(row, base).statistic for row in ranks]
    rhos = [spearmanr(row, base).statistic for row in ranks]
    assert tally.mean_kendall() == pytest.approx(np.mean(taus), abs=1e-12)
    assert tally.mean_spearman() == pytest.approx(np.mean(rhos), abs=1e-12)
    shifts = np.abs(ranks - base).mean(axis=1)
    assert tally.mean_shift() == pytest.approx(shifts.mean(), abs=1e-12)
    p = [0.05, 0.5, 0.95]
    np.testing.assert_allclose(tally.shift_quantiles(p), np.quantile(shifts, p, method="inverted_cdf"), atol=1e-12)


def test_ties_share_their_ranks_equally() -> None:
    scores = np.array([[3.0, 3.0, 1.0, 0.0], [2.0, 2.0, 2.0, 5.0], [4.0, 3.0, 2.0, 1.0]])
    tally = counted(scores, np.array([4.0, 3.0, 2.0, 1.0]))
    expected = np.array(
        [
            [1 / 2 + 1, 1 / 2 + 1 / 3, 1 / 3, 1 / 3],
            [1 / 2, 1 / 2 + 1 / 3 + 1, 1 / 3, 1 / 3],
            [0, 1 / 3, 1 / 3 + 2, 1 / 3],
            [1, 0, 0, 2],
        ]
    )
    np.testing.assert_allclose(tally.acceptability(), expected / 3, atol=1e-15)
    np.testing.assert_array_equal(tally.acceptability().sum(axis=0).round(12), 1)
    assert tally.pairwise()[0].tolist() == pytest.approx([0.5, 2 / 3, 5 / 6, 2 / 3])
    assert tally.ties == {(0, 1, 2): 1, (1, 1, 2): 1, (0, 2, 4): 1, (1, 2, 4): 1, (2, 2, 4): 1}
    # average ranks: 1.5, 3, 1 for the first unit
    assert tally.rank_quantiles([0.3, 0.5, 1.0])[0].tolist() == [1.0, 1.5, 3.0]
    # the best one is clear only in the last draw, the best two in the first and the last
    assert tally.top_stability().tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1.0])
    assert tally.same_order == 1


def test_best_k_is_undefined_where_the_baseline_ties() -> None:
    tally = counted(np.array([[3.0, 2.0, 1.0]]), np.array([1.0, 1.0, 0.5]))
    assert np.isnan(tally.top_stability()[0])
    assert tally.top_stability()[1:].tolist() == [1.0, 1.0]


def test_central_weights_are_the_mean_of_the_draws_won(scores: np.ndarray) -> None:
    weights = np.random.Generator(np.random.PCG64(2)).dirichlet([1, 1, 1], len(scores))
    found = counted(scores, BASE, weights).central_weights()
    first = scores.argmax(axis=1)
    for unit in range(7):
        if (first == unit).any():
            np.testing.assert_allclose(found[unit], weights[first == unit].mean(axis=0), atol=2.0**-32)
        else:
            assert np.isnan(found[unit]).all()


def test_a_tie_below_the_first_does_not_hide_who_is_first() -> None:
    scores = np.array([[3.0, 1.0, 1.0], [3.0, 2.0, 1.0]])
    weights = np.array([[0.25, 0.75], [0.75, 0.25]])
    found = counted(scores, np.array([3.0, 2.0, 1.0]), weights).central_weights()
    assert found[0].tolist() == [0.5, 0.5]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(2, 6),
    st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=1, max_size=30),
    st.integers(0, 30),
)
def test_any_parting_of_the_draws_gives_the_same_bits(units: int, rows: list[list[int]], cut: int) -> None:
    table = np.array(rows, dtype=float)[:, :units]
    base = Baseline.of(np.linspace(1, 0, units), table)
    whole, left, right = Tally(base, 2), Tally(base, 2), Tally(base, 2)
    weights = np.full((len(table), 2), 0.5)
    whole.add(table, weights)
    left.add(table[:cut], weights[:cut])
    right.add(table[cut:], weights[cut:])
    right.merge(Tally.from_state(left.state()))
    merged, expected = right.state(), whole.state()
    assert merged.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_array_equal(merged[key], value)
    shares = right.acceptability()
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(right.pairwise() + right.pairwise().T, 1)


def test_shards_of_another_run_are_refused() -> None:
    one = counted(np.array([[1.0, 2.0]]), np.array([1.0, 2.0]))
    other = counted(np.array([[1.0, 2.0]]), np.array([2.0, 1.0]))
    with pytest.raises(ValueError, match="one run"):
        one.merge(other)


@pytest.mark.parametrize("scores", [[1.0, np.nan], [[1.0, 2.0]]])
def test_a_baseline_has_a_score_for_every_unit(scores: list[float]) -> None:
    with pytest.raises(ValueError, match="baseline"):
        Baseline.of(scores, [[1.0, 2.0]])


def test_wide_tables_are_counted_like_narrow_ones() -> None:
    # more units than a byte can number
    scores = np.random.Generator(np.random.PCG64(3)).random((40, 300))
    tally = counted(scores, scores[0])
    wins = (scores[:, :, None] > scores[:, None, :]).mean(axis=0) + 0.5 * np.eye(300)
    np.testing.assert_allclose(tally.pairwise(), wins, atol=1e-15)


def test_one_unit_has_no_agreement() -> None:
    tally = counted(np.array([[1.0]]), np.array([1.0]))
    assert np.isnan(tally.mean_kendall())
    assert np.isnan(tally.mean_spearman())


def test_smaa_of_the_toy_data_is_golden() -> None:
    z = np.array(GOLDEN["minmax"])
    leaves = tuple(Leaf(f"k{i}", w) for i, w in enumerate(GOLDEN["w0"]))
    model = IndexModel(Node("index", leaves))
    case = Case.of(model, 2020, list("abcdef"), z)
    (tally,) = run_weights([case], WeightDraws(model, Law("simplex"), Stream(1, "smaa")), 200_000)
    # the golden values are a simulation themselves, of some thousand draws
    expected = np.array(GOLDEN["smaa_rank_acceptability_uniform"])
    np.testing.assert_allclose(tally.acceptability(), expected, atol=0.012)
    pairs = np.array(GOLDEN["pairwise_winning"]) + 0.5 * np.eye(6)
    np.testing.assert_allclose(tally.pairwise(), pairs, atol=0.012)
    for found, central in zip(tally.central_weights(), GOLDEN["smaa_central_w"], strict=True):
        if central is None:
            assert np.isnan(found).all()
        else:
            np.testing.assert_allclose(found, central, atol=0.012)


def test_two_criteria_have_the_acceptability_of_the_line() -> None:
    # a beats b where w1 * 0.6 > w2 * 0.2, that is w1 > 1/4
    model = IndexModel(Node("index", (Leaf("x"), Leaf("y"))))
    case = Case.of(model, 2020, ["a", "b"], np.array([[0.8, 0.3], [0.2, 0.5]]))
    (tally,) = run_weights([case], WeightDraws(model, Law("simplex"), Stream(2, "line")), 400_000)
    assert tally.acceptability()[0, 0] == pytest.approx(0.75, abs=0.003)
    np.testing.assert_allclose(tally.central_weights(), [[0.625, 0.375], [0.125, 0.875]], atol=0.003)


def test_holistic_acceptability_of_a_sure_winner_is_one() -> None:
    assert holistic([[1.0, 0.0], [0.0, 1.0]]).tolist() == pytest.approx([1, 1 / 3])
