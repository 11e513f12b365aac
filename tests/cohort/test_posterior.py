import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from monotown.cohort.posterior import Prior, fit_total, fit_types, make_grid, series_likelihood, step_likelihood

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "cohort.json").read_text(encoding="utf-8"))
PRIOR = Prior("moderate", (2, 18), (2, 1.5))
LEVELS = [0.05, 0.5, 0.95]


def test_a_grid_carries_the_prior():
    grid = make_grid(PRIOR, 400)
    assert grid.exit_mass.sum() == pytest.approx(1)
    assert grid.exit_mass @ grid.exit_rate == pytest.approx(0.1, abs=1e-3)
    assert grid.inflow_mass @ grid.inflow == pytest.approx(3.0, abs=1e-2)
    np.testing.assert_allclose(grid.exit_mass[grid.exit_rate < 0.1].sum(), stats.beta.cdf(0.1, 2, 18), atol=5e-3)
    roots = np.sqrt(make_grid(PRIOR, 3).inflow)
    assert np.diff(roots) == pytest.approx(np.diff(roots)[::-1])


def test_the_likelihood_is_that_of_persons_who_leave_and_enter_one_by_one():
    generator = np.random.default_rng(11)
    n, runs = 12, 200_000
    stock = np.full(runs, n)
    for _ in range(3):
        stock = generator.binomial(stock, 0.8) + generator.poisson(1.3, runs)
    exact = [float(step_likelihood(n, k, 3, [0.2], [1.3])[0, 0]) for k in range(31)]
    assert sum(exact) == pytest.approx(1, abs=1e-6)
    seen = np.bincount(stock, minlength=31)[:31] / runs
    # four standard errors of a share
    assert np.all(np.abs(seen - exact) < 4 * np.sqrt(np.maximum(exact, 1e-4) / runs))


def test_a_series_is_the_product_of_its_steps():
    found = series_likelihood([2010, 2012, 2015], [20, 18, 15], [0.1, 0.2], [0.5])
    steps = step_likelihood(20, 18, 2, [0.1, 0.2], [0.5]) * step_likelihood(18, 15, 3, [0.1, 0.2], [0.5])
    np.testing.assert_allclose(found, steps)


def test_two_totals_agree_with_the_simulated_posterior():
    found = fit_total([2014, 2019], [86, 50], PRIOR)
    exit_rate, inflow = found.quantiles(LEVELS)
    # the oracle accepted 13,534 draws within a tolerance: its own error is about 0.002 and 0.1
    np.testing.assert_allclose(exit_rate, GOLDEN["abc_delta"], atol=0.003)
    np.testing.assert_allclose(inflow, GOLDEN["abc_h"], atol=0.15)
    assert found.correlation() == pytest.approx(GOLDEN["abc_corr"], abs=0.02)
    assert found.probability.sum() == pytest.approx(1)


def test_a_longer_series_narrows():
    wide = fit_total([2014, 2019], [86, 50], PRIOR)
    narrow = fit_total([2014, 2015, 2016, 2017, 2018, 2019], [86, 77, 69, 62, 56, 50], PRIOR)
    spread = [np.ptp(f.quantiles([0.05, 0.95])[0]) for f in (wide, narrow)]
    assert spread[1] < spread[0]


def test_the_posterior_covers_the_truth_at_its_rate():
    generator = np.random.default_rng(5)
    runs, hits = 400, 0
    for _ in range(runs):
        exit_rate = generator.beta(2, 18)
        inflow = generator.gamma(2, 1.5)
        stock = 86
        for _ in range(5):
            stock = generator.binomial(stock, 1 - exit_rate) + generator.poisson(inflow)
        low, high = fit_total([0, 5], [86, stock], PRIOR, 60).quantiles([0.05, 0.95])[0]
        hits += low <= exit_rate <= high
    # 90% interval; the standard error of the share is 0.015
    assert abs(hits / runs - 0.9) < 0.045


def test_a_closed_stock_has_no_inflow():
    found = fit_total([0, 5], [60, 44], PRIOR, closed=True)
    assert found.grid.inflow.tolist() == [0.0]
    middle = found.quantiles([0.5])[0][0]
    assert middle == pytest.approx(1 - (44 / 60) ** 0.2, abs=0.01)
    with pytest.raises(ValueError, match="closed stock"):
        found.correlation()


def test_degrees_are_the_sum_over_every_split_of_the_first_total():
    prior, cells, years = PRIOR, 5, 2
    found = fit_types(6, {"dsc": 1, "phd": 2, "csc": 2}, years, ["csc"], prior, cells)
    grid = make_grid(prior, cells)
    brute = np.zeros((cells, cells, cells))
    for e, rate in enumerate(grid.exit_rate):
        for i, h1 in enumerate(grid.inflow):
            for j, h2 in enumerate(grid.inflow):
                for a in range(7):
                    for b in range(7 - a):
                        c = 6 - a - b
                        brute[e, i, j] += (
                            step_likelihood(a, 1, years, [rate], [h1])[0, 0]
                            * step_likelihood(b, 2, years, [rate], [h2])[0, 0]
                            * stats.binom.pmf(2, c, (1 - rate) ** years)
                        )
    for axis, mass in enumerate((grid.exit_mass, grid.inflow_mass, grid.inflow_mass)):
        brute *= mass.reshape([-1 if i == axis else 1 for i in range(3)])
    np.testing.assert_allclose(found.probability, brute / brute.sum(), rtol=1e-9)
    assert found.open_degrees == ("dsc", "phd")
    exits, inflows = found.quantiles(LEVELS)
    assert np.all(np.diff(exits) > 0)
    assert set(inflows) == {"dsc", "phd"}


def test_one_open_degree_and_two_closed():
    found = fit_types(6, {"phd": 2, "dsc": 1, "csc": 2}, 2, ["csc", "dsc"], PRIOR, 4)
    assert found.probability.shape == (4, 4)
    one = fit_types(6, {"phd": 2, "csc": 3}, 2, ["csc"], PRIOR, 4)
    grid = make_grid(PRIOR, 4)
    brute = sum(
        step_likelihood(a, 2, 2, grid.exit_rate, grid.inflow)
        * stats.binom.pmf(3, 6 - a, (1 - grid.exit_rate) ** 2)[:, None]
        for a in range(7)
    )
    brute = brute * np.outer(grid.exit_mass, grid.inflow_mass)
    np.testing.assert_allclose(one.probability, brute / brute.sum())


def test_draws_follow_the_posterior():
    found = fit_total([2014, 2019], [86, 50], PRIOR)
    exits, inflows = found.draw(np.random.default_rng(3), 200_000)
    np.testing.assert_allclose(np.quantile(exits, LEVELS), found.quantiles(LEVELS)[0], atol=2e-3)
    assert np.corrcoef(exits, inflows)[0, 1] == pytest.approx(found.correlation(), abs=0.01)
    typed = fit_types(86, {"dsc": 4, "phd": 2, "csc": 44}, 5, ["csc"], PRIOR, 40)
    rate, by_degree = typed.draw(np.random.default_rng(4), 100_000)
    assert np.median(rate) == pytest.approx(typed.quantiles([0.5])[0][0], abs=3e-3)
    assert set(by_degree) == {"dsc", "phd"}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Prior("x", (0, 1), (1, 1)), "above 0"),
        (lambda: make_grid(PRIOR, 1), "at least 2"),
        (lambda: step_likelihood(-1, 0, 1, [0.1], [1.0]), "counts"),
        (lambda: series_likelihood([2014], [86], [0.1], [1.0]), "two years"),
        (lambda: series_likelihood([2014, 2014], [86, 50], [0.1], [1.0]), "rising"),
        (lambda: fit_total([0, 1], [10, 12], PRIOR, 5, closed=True), "impossible"),
        (lambda: fit_types(5, {"a": 1, "b": 2}, 1, [], PRIOR, 3), "closed"),
        (lambda: fit_types(5, {"a": 1, "b": 2}, 1, ["z"], PRIOR, 3), "closed"),
    ],
)
def test_wrong_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
