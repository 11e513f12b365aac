"""Monte Carlo errors: by brute force, and against the spread of estimates over seeds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2, norm
from small_view import UNITS, joint, variants

from monotown.methods.ranks import rank
from monotown.sensitivity.draws import BLOCK
from monotown.sensitivity.monte_carlo import SHARING, MonteCarloRun
from monotown.sensitivity.monte_carlo_error import check_points, convergence, limit_ends, rank_sums, share_errors

SEEDS = 40
#: units that are first in some draws of `SHARED`, not in all
FIRST = [1, 2]
#: What the mean square of `SEEDS` normal errors, over its expectation, hardly ever leaves. Shares
#: of one run move together, so no more than one is counted on.
BAND = chi2.ppf([0.0005, 0.9995], SEEDS - 1) / (SEEDS - 1)
SHARED = {
    "weights": {},
    "data_error": {"relative": 0.3},
    "goalposts": {"size": 0.1},
    "leave_out": {"what": "both", "probability": 0.3},
}
ALONE = {"weights": {}, "aggregation": {"levels": ["geometric", "arithmetic"]}}


@pytest.mark.parametrize(("units", "chunk"), [(7, 1 << 20), (7, 100)])
def test_sums_over_clusters_by_brute_force(units: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monotown.sensitivity.monte_carlo_error._CELLS", chunk)
    numbers = np.random.default_rng(3)
    ranks = rank(numbers.integers(0, 6, (60, units)))  # with ties
    cluster = numbers.integers(0, 11, 60)
    places = np.arange(2, 2 * units + 1) / 2
    found = rank_sums(ranks, cluster)
    expected = np.zeros_like(found)
    for c in range(11):
        mine = ranks[cluster == c]
        y = (mine[:, :, None] == places).sum(axis=0)
        below = (mine[:, :, None] <= places).sum(axis=0)
        expected += np.stack([y, y**2, len(mine) * y, below**2])
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(rank_sums(ranks), expected[:1])
    variance = np.zeros(expected.shape[1:])
    for c in range(11):
        mine = ranks[cluster == c]
        y = (mine[:, :, None] == places).sum(axis=0)
        variance += (y - len(mine) * expected[0] / 60) ** 2 / 60**2
    np.testing.assert_allclose(share_errors(found), np.sqrt(variance))


def test_clusters_of_one_draw_have_the_errors_of_independent_draws() -> None:
    ranks = rank(np.random.default_rng(4).normal(np.arange(6), 2.0, (500, 6)))
    alone, clusters = rank_sums(ranks), rank_sums(ranks, np.arange(500))
    share = alone[0] / 500
    np.testing.assert_allclose(share_errors(alone), np.sqrt(share * (1 - share) / 500))
    np.testing.assert_allclose(share_errors(clusters), share_errors(alone), atol=1e-12)
    for p in (0.05, 0.5, 0.95):
        np.testing.assert_array_equal(limit_ends(clusters, p), limit_ends(alone, p))


def test_draws_repeated_add_nothing() -> None:
    ranks = rank(np.random.default_rng(5).normal(np.arange(6), 2.0, (300, 6)))
    once = convergence(rank_sums(ranks), [0.05, 0.5, 0.95])
    again = rank_sums(np.repeat(ranks, 8, axis=0), np.repeat(np.arange(300), 8))
    found = convergence(again, [0.05, 0.5, 0.95])
    assert found.draws == 8 * once.draws
    assert found.share_error == pytest.approx(once.share_error)
    assert found.rank_error == once.rank_error


def test_the_error_of_a_limit_by_hand() -> None:
    # 100 draws over ranks 1 to 10, evenly: 5% +- 1.96 * 2.18% runs from 0.7% to 9.3%, rank 1
    counts = np.zeros((1, 1, 19), np.int64)
    counts[0, 0, ::2] = 10
    found = convergence(counts, [0.05])
    assert (found.rank_error, found.share_error) == (0.0, pytest.approx(0.03))
    # the median: 50% +- 9.8% runs from 40.2%, rank 5, to 59.8%, rank 6
    assert limit_ends(counts, 0.5).tolist() == [[5.0, 6.0]]
    # more draws are needed before 99.9% has an upper end
    assert limit_ends(counts, 0.999)[0, 1] == 10.0


def test_confidence_intervals_of_limits_cover() -> None:
    # every column is a sample of its own; a rank hangs on its table as much as on what differs
    # between the draws of a table
    tables, m, samples = 150, 8, 601
    numbers = np.random.default_rng(6)
    common = np.repeat(numbers.normal(size=(tables, samples)), m, axis=0)
    values = 301 + 80 * (common + numbers.normal(size=(tables * m, samples))) / np.sqrt(2)
    ranks = np.clip(np.rint(values), 1, samples)
    clusters = rank_sums(ranks, np.repeat(np.arange(tables), m))
    for p in (0.05, 0.5, 0.95):
        true = np.rint(301 + 80 * norm.ppf(p))

        def held(sums: NDArray[np.int64], p: float = p, true: float = true) -> float:
            low, high = limit_ends(sums, p).T
            return float(((low <= true) & (true <= high)).mean())

        error = np.sqrt(0.05 * 0.95 / samples)
        assert 0.95 - 4 * error < held(clusters) < 0.95 + 4 * error
        assert held(clusters[:1]) < 0.9


def runs(inputs: dict[str, dict[str, object]]) -> list[MonteCarloRun]:
    shared = variants(inputs)
    return [MonteCarloRun(shared, "test", seed) for seed in range(SEEDS)]


@pytest.mark.parametrize("inputs", [SHARED, ALONE], ids=["shared", "alone"])
def test_told_errors_of_shares_are_the_spread_over_seeds(inputs: dict[str, dict[str, object]]) -> None:
    draws = BLOCK - 200
    shares, told = [], []
    for run in runs(inputs):
        (sums,) = run.run(draws).marks[-1:]
        shares.append(sums[0] / draws)
        told.append(share_errors(sums))
        assert convergence(sums, [0.5]).share_error == told[-1].max()
    spread = np.var(shares, axis=0, ddof=1)
    meant = np.mean(np.square(told), axis=0)
    wide = meant > meant.max() / 4
    assert wide.sum() >= 5
    assert BAND[0] < spread[wide].sum() / meant[wide].sum() < BAND[1]
    # as if all draws were independent
    share = np.mean(shares, axis=0)[wide]
    plain = (share * (1 - share) / draws).sum()
    assert (spread[wide].sum() / plain > BAND[1]) == (inputs is not ALONE)


def test_told_errors_of_confidence_factors_are_their_spread_over_seeds() -> None:
    central = np.full((len(UNITS), 5), np.nan)
    central[FIRST] = variants(SHARED).model.weights
    found = [run.confidence(central, 300) for run in runs(SHARED)]
    values, told = (np.array(part)[:, FIRST] for part in zip(*found, strict=True))
    assert told.min() > 0
    ratio = values.var(axis=0, ddof=1).sum() / np.square(told).mean(axis=0).sum()
    assert BAND[0] < ratio < BAND[1]


def test_confidence_factors_use_each_table_once() -> None:
    run = joint(SHARED)
    central = np.full((len(UNITS), 5), np.nan)
    central[FIRST] = run.variants.model.weights
    each = BLOCK // SHARING
    for draws, tables in ((100, 100), (BLOCK, each), (BLOCK + 50, each + 50)):
        found, error = (part[FIRST] for part in run.confidence(central, draws))
        assert found * (1 - found) / error**2 == pytest.approx(tables)


def test_exact_confidence_factors_have_no_error() -> None:
    run = joint(ALONE)
    central = np.full((len(UNITS), 5), np.nan)
    central[4] = run.variants.model.weights
    error = run.confidence(central, 1000)[1]
    assert error[4] == 0.0
    assert np.isnan(np.delete(error, 4)).all()


def sums_of(run: MonteCarloRun, draws: int) -> NDArray[np.int64]:
    """By replicates one at a time, the table of each from the record."""
    ranks = np.concatenate([rank(run.scores(run.draw(b))) for b in range(-(-draws // BLOCK))])
    return rank_sums(ranks[:draws], run.settings(range(draws))["data_table"])


def test_check_points_count_the_tables_of_the_first_draws() -> None:
    run = joint(SHARED)
    draws = 2 * BLOCK + 700
    counted = run.run(draws)
    assert counted.check_points == tuple(check_points(draws))
    for point, sums in zip(counted.check_points, counted.marks, strict=True):
        np.testing.assert_array_equal(sums, sums_of(run, point))
