"""Rates and shares of small counts: priors by moments, limits that hold, and what is known of a zero."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from monotown.methods.shrink import GRID, Shrunk, rate_prior, share_prior, shrink_rates, shrink_shares

LOW, HIGH = stats.norm.ppf([0.05, 0.95])


def limits(found: Shrunk) -> np.ndarray:
    """The 90% interval of each rate, shape (2, units)."""
    units = len(found.mean)
    return found.at(np.stack([np.full(units, LOW), np.full(units, HIGH)]))


def coverage(held: list[np.ndarray]) -> tuple[float, float]:
    """Share of rates within their limits, and its standard error: groups are the independent things."""
    each = np.array([h.mean() for h in held if len(h)])
    whole = np.concatenate(held)
    return float(whole.mean()), float(each.std(ddof=1) / np.sqrt(len(each)))


def test_shrunk_rates_are_those_of_another_library():
    # esda 2.7 (PySAL), smoothing.Empirical_Bayes: Marshall's estimator
    counts, people = [2, 0, 11, 6, 1, 40, 3, 8], [1200, 800, 1500, 3000, 500, 2600, 700, 900]
    theirs = [
        0.0024438690448863143,
        0.0014601936992197603,
        0.007196508780347006,
        0.002320709895593776,
        0.0034050383260103533,
        0.014621911206817453,
        0.004809087147288778,
        0.00835315393006833,
    ]
    assert shrink_rates(counts, people).mean == pytest.approx(theirs, rel=1e-12)


def test_priors_by_moments_find_the_law_of_a_large_group():
    numbers = np.random.default_rng(3)
    size = np.full(200_000, 400.0)
    rates = numbers.gamma(3.0, 0.02 / 3, len(size))
    prior = rate_prior(numbers.poisson(rates * size), size)
    assert prior is not None
    assert (prior.mean, prior.mean * prior.strength) == (pytest.approx(0.02, rel=0.01), pytest.approx(3, rel=0.03))
    shares = numbers.beta(2.0, 6.0, len(size))
    found = share_prior(numbers.binomial(50, shares), np.full(len(size), 50.0))
    assert found is not None
    assert (found.mean, found.strength) == (pytest.approx(0.25, rel=0.01), pytest.approx(8, rel=0.03))


@pytest.mark.parametrize("shrink", [shrink_rates, shrink_shares])
def test_a_group_that_says_nothing_leaves_raw_rates(shrink: Callable[..., Shrunk]):
    for counts in ([0.0, 0.0, 0.0, 0.0], [1.0, 3.0]):
        size = np.full(len(counts), 10.0)
        found = shrink(counts, size)
        assert found.mean == pytest.approx(np.array(counts) / 10)
        assert (limits(found)[1] > 0).all()


def test_without_a_group_limits_are_those_of_jeffreys():
    y, e = np.array([0.0, 2.0, 60.0]), np.array([50.0, 200.0, 3000.0])
    found = shrink_rates(y, e, group=False)
    assert limits(found) == pytest.approx(
        np.array([stats.gamma.ppf(p, y + 0.5, scale=1 / e) for p in (0.05, 0.95)]), rel=2e-3
    )
    shares = shrink_shares(y, e, group=False)
    assert limits(shares) == pytest.approx(
        np.array([stats.beta.ppf(p, y + 0.5, e - y + 0.5) for p in (0.05, 0.95)]), rel=2e-3
    )


def test_limits_of_rates_hold_and_those_of_a_flat_error_do_not():
    numbers = np.random.default_rng(16)
    held: list[np.ndarray] = []
    few: list[np.ndarray] = []
    flat: list[np.ndarray] = []
    for _ in range(100):
        shape, cases = np.exp(numbers.uniform(np.log(0.3), np.log(30))), np.exp(numbers.uniform(0, 4))
        people = np.exp(numbers.normal(0, 0.8, 20))
        rates = numbers.gamma(shape, cases / shape, 20)
        counts = numbers.poisson(rates * people)
        low, high = limits(shrink_rates(counts, people))
        inside = (low <= rates) & (rates <= high)
        held.append(inside)
        few.append(inside[counts <= 3])
        reach = 1.645 * 0.02
        flat.append((counts / people * np.exp(-reach) <= rates) & (rates <= counts / people * np.exp(reach)))
    share, error = coverage(held)
    assert abs(share - 0.9) < 3 * error
    share, error = coverage(few)
    assert sum(map(len, few)) > 200
    assert abs(share - 0.9) < 3 * error
    assert coverage(flat)[0] < 0.3


def test_limits_of_shares_hold():
    numbers = np.random.default_rng(17)
    held = []
    for _ in range(100):
        strength, mean = np.exp(numbers.uniform(np.log(1), np.log(40))), numbers.uniform(0.05, 0.5)
        wholes = np.ceil(np.exp(numbers.normal(3, 1, 20)))
        shares = numbers.beta(strength * mean, strength * (1 - mean), 20)
        low, high = limits(shrink_shares(numbers.binomial(wholes.astype(int), shares), wholes))
        held.append((low <= shares) & (shares <= high))
    share, error = coverage(held)
    assert abs(share - 0.9) < 3 * error


def test_counts_that_vary_more_than_poisson_need_their_dispersion():
    numbers = np.random.default_rng(18)
    held: dict[float, list[np.ndarray]] = {1.0: [], 5.0: []}
    for _ in range(50):
        people = np.exp(numbers.normal(3, 0.5, 20))
        rates = numbers.gamma(2, 0.5, 20)
        means = numbers.gamma(rates * people / 4, 4)  # negative binomial, its variance five times its mean
        counts = numbers.poisson(means)
        for dispersion, found in held.items():
            low, high = limits(shrink_rates(counts, people, dispersion=dispersion))
            found.append((low <= rates) & (rates <= high))
    assert coverage(held[5.0])[0] == pytest.approx(0.9, abs=0.03)
    assert coverage(held[1.0])[0] < 0.75


def test_rates_do_not_hang_on_the_unit_of_exposure_nor_on_the_order():
    y, e = np.array([0.0, 3.0, 12.0, 7.0, 50.0]), np.array([40.0, 90.0, 300.0, 80.0, 700.0])
    found = limits(shrink_rates(y, e))
    assert limits(shrink_rates(y, e * 1000)) * 1000 == pytest.approx(found, rel=1e-3)
    order = np.array([4, 2, 0, 1, 3])
    assert limits(shrink_rates(y[order], e[order])) == pytest.approx(found[:, order])


def test_a_unit_without_figures_is_known_by_its_group_alone():
    found = shrink_rates([np.nan, 3, 12, 7, 50], [40, 90, 300, 80, 700])
    assert found.own.tolist()[0] == 0
    assert found.mean[0] == pytest.approx(72 / 1170)
    assert np.diff(limits(found), axis=0)[0, 0] > np.diff(limits(found), axis=0)[0, 4]


def test_quantiles_rise_and_stay_in_their_range():
    for found in (shrink_rates([0, 1, 900], [1, 1e6, 1e6]), shrink_shares([0, 1, 9, 30], [2, 1, 9, 4000])):
        assert (np.diff(found.logs, axis=1) >= 0).all()
        assert found.logs.shape[1] == len(GRID)
    assert (found.logs <= 0).all()


def test_of_many_units_one_prior_stands_for_all():
    numbers = np.random.default_rng(5)
    e = np.full(300, 20.0)
    rates = numbers.gamma(2, 0.5, 300)
    low, high = limits(shrink_rates(numbers.poisson(rates * e), e))
    assert ((low <= rates) & (rates <= high)).mean() == pytest.approx(0.9, abs=0.055)
