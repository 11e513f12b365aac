"""Tallies of many units: what is counted in ranges and in part agrees with what is counted of a few."""

import numpy as np
import pytest

from monotown.base.many import FEW
from monotown.sensitivity.many import BANDS, ManyTally, concordance, tally_from, tally_of
from monotown.sensitivity.tally import Baseline, Tally

DRAWS, UNITS, LEAVES = 400, 60, 5


@pytest.fixture(scope="module")
def both() -> tuple[Tally, ManyTally]:
    """The same draws counted as of a few units and as of many."""
    rng = np.random.default_rng(1)
    base = rng.random(UNITS)
    scores = base + rng.normal(0, 0.1, (DRAWS, UNITS))
    weights = rng.dirichlet(np.ones(LEAVES), DRAWS)
    made = Baseline.of(base, scores)
    few, many = Tally(made, LEAVES), ManyTally(made, LEAVES)
    for tally in (few, many):
        tally.add(scores[:200], weights[:200])
        tally.add(scores[200:], weights[200:])
    return few, many


def test_what_is_counted_of_single_units_is_the_same(both: tuple[Tally, ManyTally]) -> None:
    few, many = both
    limits = [0.05, 0.5, 0.95]
    for name, given in (("rank_quantiles", limits), ("score_quantiles", limits), ("shift_quantiles", limits)):
        assert np.array_equal(getattr(few, name)(given), getattr(many, name)(given)), name
    for distance in (0, 1):
        assert np.array_equal(few.within(distance), many.within(distance))
    for name in ("mean_shift", "mean_spearman", "top_stability", "central_weights", "first", "holistic"):
        assert np.allclose(getattr(few, name)(), getattr(many, name)(), rtol=1e-12, equal_nan=True), name


def test_shares_of_ranges_add_up_those_of_ranks(both: tuple[Tally, ManyTally]) -> None:
    few, many = both
    assert len(many.steps) == BANDS
    starts = many.steps - 1
    assert np.allclose(np.add.reduceat(few.acceptability(), starts, axis=1), many.acceptability())


def test_pairs_are_those_next_to_each_other(both: tuple[Tally, ManyTally]) -> None:
    few, many = both
    shares = few.pairwise()
    told = many.pairs()
    assert len(told) == 2 * (UNITS - 1)
    assert all(shares[i, j] == pytest.approx(share) for i, j, share in told)
    ranks = few.baseline.ranks
    assert all(abs(ranks[i] - ranks[j]) == 1 for i, j, _ in told)


def test_kendall_of_a_part_is_near_that_of_all(both: tuple[Tally, ManyTally]) -> None:
    few, many = both
    assert many.mean_kendall() == pytest.approx(few.mean_kendall(), abs=0.02)


def test_concordance_counts_pairs() -> None:
    rng = np.random.default_rng(3)
    base = rng.integers(0, 9, 12).astype(float)
    rows = rng.integers(0, 9, (20, 12)).astype(float)
    i, j = np.triu_indices(12, k=1)
    naive = (np.sign(base[i] - base[j]) * np.sign(rows[:, i] - rows[:, j])).sum(axis=1)
    assert concordance(base, rows).tolist() == naive.tolist()


def test_shards_add_up(both: tuple[Tally, ManyTally]) -> None:
    rng = np.random.default_rng(4)
    base = rng.random(FEW + 5)
    scores = base + rng.normal(0, 0.1, (64, FEW + 5))
    made = Baseline.of(base, scores)
    whole, left, right = (tally_of(made, 0) for _ in range(3))
    for tally in (whole, left):
        tally.add(scores[:32])
    for tally in (whole, right):
        tally.add(scores[32:])
    right.merge(tally_from(left.state()))
    assert isinstance(right, ManyTally)
    assert {n: a.tolist() for n, a in whole.state().items()} == {n: a.tolist() for n, a in right.state().items()}


def test_memory_grows_with_the_units() -> None:
    def size(units: int) -> int:
        base = np.linspace(0, 1, units)
        state = tally_of(Baseline.of(base, base[None]), LEAVES).state()
        return sum(a.size for n, a in state.items() if n != "shifts")

    assert size(8000) < 4.1 * size(2000)
