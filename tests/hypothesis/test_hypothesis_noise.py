"""Error in a regressor: variances against other computations, intervals and corrections by simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from monotown.hypothesis.noise import corrected, frisch, jackknife, local_level, reliability, spectrum, true_histories
from monotown.hypothesis.panel import coefficient, double_demean
from monotown.hypothesis.power import autoregression, refusals


def made(random, shape, noise, walk, spread=1.0):
    """Truth and what is seen of it: a random walk with noise, region and year effects added."""
    *_, regions, years = shape
    truth = np.cumsum(np.sqrt(walk) * spread * random.standard_normal(shape), axis=-1)
    truth = truth + random.normal(size=(regions, 1)) + random.normal(size=years)
    return truth, truth + np.sqrt(noise) * spread * random.standard_normal(shape)


def test_variances_are_those_of_the_whole_likelihood():
    # contrasts of regions and differences of years, with their dense covariance
    _, x = made(np.random.default_rng(1), (7, 9), 0.6, 0.3)
    contrasts = np.linalg.svd(np.eye(7) - 1 / 7)[0][:, :6]
    z = contrasts.T @ np.diff(x, axis=1)
    step = np.diff(np.eye(9), axis=0)

    def minus(logs):
        covariance = np.exp(logs[0]) * step @ step.T + np.exp(logs[1]) * np.eye(8)
        return -stats.multivariate_normal(np.zeros(8), covariance).logpdf(z).sum()

    best = optimize.minimize(minus, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    found = local_level(spectrum(x), 7)
    assert [float(found.noise), float(found.walk)] == pytest.approx(np.exp(best.x).tolist(), rel=1e-4)


def test_one_contrast_is_the_local_level_model_of_statsmodels():
    _, x = made(np.random.default_rng(3), (2, 60), 0.8, 0.4)
    fit = sm.tsa.UnobservedComponents((x[0] - x[1]) / np.sqrt(2), "llevel", use_exact_diffuse=True).fit(disp=False)
    found = local_level(spectrum(x), 2)
    assert [float(found.noise), float(found.walk)] == pytest.approx(list(fit.params), rel=2e-3)


@pytest.mark.parametrize("spread", [1.0, np.linspace(0.3, 1.8, 16)[:, None]])
def test_variances_are_found_again_pooled_over_regions(spread):
    _, x = made(np.random.default_rng(5), (800, 16, 12), 0.6, 0.3, spread)
    found = local_level(spectrum(x), 16)
    mean = float(np.mean(np.square(spread)))
    for values, truth in ((found.noise, 0.6 * mean), (found.walk, 0.3 * mean)):
        error = values.std() / np.sqrt(len(values))
        assert values.mean() == pytest.approx(truth, abs=4 * error + 0.01 * mean)


def test_samples_of_regions_are_those_regions_taken_again():
    _, x = made(np.random.default_rng(2), (6, 8), 0.5, 0.5)
    chosen = np.array([0, 0, 3, 5, 5, 5])
    counts = np.bincount(chosen, minlength=6)[None].astype(float)
    assert spectrum(x, counts)[0] == pytest.approx(spectrum(x[chosen]))


def test_all_walk_and_all_noise_are_the_ends():
    random = np.random.default_rng(4)
    walk, noise = (made(random, (300, 16, 12), *v)[1] for v in ((0.0, 1.0), (1.0, 0.0)))
    assert np.median(local_level(spectrum(walk), 16).noise) < 0.01
    assert np.median(local_level(spectrum(noise), 16).walk) < 0.01
    assert (local_level(spectrum(walk), 16).noise == 0).mean() > 0.3
    assert reliability(walk[0] * 1e3) == pytest.approx(reliability(walk[0]))


@pytest.mark.parametrize(("noise", "walk"), [(0.018, 0.007), (0.006, 0.02)])
def test_the_interval_of_the_reliability_covers_at_its_rate(noise, walk):
    random = np.random.default_rng(8)
    count, regions, years = 300, 16, 12
    effects = np.eye(years) - 1 / years
    lasting = walk * np.trace(effects @ np.minimum.outer(np.arange(1, 13), np.arange(1, 13)) @ effects) / years
    truth = lasting / (lasting + noise * (1 - 1 / years))
    hits = known = 0
    for _ in range(count):
        _, x = made(random, (regions, years), noise, walk)
        without = [reliability(np.delete(x, i, axis=0)) for i in range(regions)]
        found = jackknife(reliability(x), without, 0.95, logit=True)
        known += not np.isnan(found.low)
        hits += found.low <= truth <= found.high
    assert known > 0.97 * count
    assert hits / known == pytest.approx(0.95, abs=3.5 * np.sqrt(0.95 * 0.05 / count))


def test_where_no_region_changes_a_share_at_its_end_no_interval_is_told():
    found = jackknife(1.0, [1.0, 1.0, 0.995], 0.95, logit=True)
    assert np.isnan([found.low, found.high]).all()
    assert 0 < jackknife(0.9, [0.9, 0.8, 1.0], 0.95, logit=True).low < 0.9


def test_the_coefficient_by_moments_is_right_on_average_and_its_interval_covers():
    random = np.random.default_rng(6)
    count, regions, beta = 200, 16, 0.5
    hits, estimates, plain, simex = 0, [], [], []
    for _ in range(count):
        truth, x = made(random, (regions, 12), 0.0125, 0.0207)
        y = beta * truth + 0.15 * autoregression((regions, 12), 0.5, random)
        draws = random.standard_normal((20, *x.shape))
        found = corrected(y, x, x, draws)
        kept = [np.delete(np.arange(regions), i) for i in range(regions)]
        without = [corrected(y[k], x[k], x[k], draws[:2, k]).moments for k in kept]
        interval = jackknife(found.moments, without, 0.95)
        hits += interval.low <= beta <= interval.high
        estimates.append(found.moments)
        simex.append(found.simex)
        plain.append(coefficient(y, x).estimate)
    assert hits / count == pytest.approx(0.95, abs=3.5 * np.sqrt(0.95 * 0.05 / count))
    assert np.median(estimates) == pytest.approx(beta, abs=0.04)
    # the quadratic takes most of the bias out where noise is a quarter, and never more than there is
    assert np.mean(plain) < 0.41
    assert np.mean(plain) < np.mean(simex) < np.median(estimates)
    assert np.mean(simex) > 0.45


def test_simex_is_a_quadratic_through_regressions_on_noisier_regressors():
    random = np.random.default_rng(9)
    truth, x = made(random, (10, 8), 0.3, 0.3)
    y = truth + random.standard_normal((10, 8))
    draws = random.standard_normal((60, 10, 8))
    found = corrected(y, x, x, draws)
    noise = np.sqrt(float(local_level(spectrum(x), 10).noise)) * draws
    sizes = [0.0, 0.5, 1.0, 1.5, 2.0]
    means = [np.mean([coefficient(y, x + np.sqrt(s) * e).estimate for e in noise]) for s in sizes]
    assert found.simex == pytest.approx(np.polyval(np.polyfit(sizes, means, 2), -1))
    assert found.moments == pytest.approx(coefficient(y, x).estimate / reliability(x))


def test_without_noise_nothing_is_corrected_and_with_nothing_else_it_is_not_known():
    x = np.cumsum(np.random.default_rng(0).standard_normal((5, 12)), axis=1) + 8 * np.arange(5)[:, None] * np.arange(12)
    found = corrected(x, x, x, np.ones((2, *x.shape)))
    assert found == pytest.approx((1.0, 1.0, 1.0))
    # a series that turns round each year is noise alone, and more of it than its own variance
    turning = np.outer([1.0, -1.0, 2.0], np.tile([1.0, -1.0], 4))
    found = corrected(turning, turning, 3 * turning, np.ones((2, *turning.shape)))
    assert found.reliability <= 0
    assert np.isnan(found.moments)


def test_frischs_bounds_are_two_regressions_and_hold_the_truth_between_them():
    random = np.random.default_rng(7)
    truth, x = made(random, (60, 40), 0.5, 0.2)
    y = -0.7 * truth + 0.5 * random.standard_normal((60, 40))
    first, second = frisch(y, x)
    assert first == pytest.approx(coefficient(y, x).estimate)
    assert second == pytest.approx(1 / coefficient(x, y).estimate)
    assert second < -0.7 < first < 0


def test_true_histories_are_draws_of_the_state_given_what_is_seen():
    # the textbook's conditional law, with a vague prior of level and year effects
    _, x = made(np.random.default_rng(2), (4, 6), 0.5, 0.3)
    level = local_level(spectrum(x), 4)
    noise, walk = float(level.noise), float(level.walk)
    ones = np.arange(1, 7)
    state = np.kron(np.eye(4), walk * np.minimum.outer(ones, ones) + 1e5) + np.kron(np.ones((4, 4)), 1e5 * np.eye(6))
    gain = state @ np.linalg.inv(state + noise * np.eye(24))
    sweep = np.kron(np.eye(4) - 1 / 4, np.eye(6) - 1 / 6)
    mean, spread = sweep @ gain @ x.ravel(), sweep @ (state - gain @ state) @ sweep
    drawn = double_demean(true_histories(x, 40000, np.random.default_rng(3))).reshape(40000, -1)
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=5 * np.sqrt(spread.diagonal().max() / 40000))
    assert np.cov(drawn.T) == pytest.approx(spread, abs=0.02 * spread.diagonal().max() + 1e-3)


def test_tests_on_a_noisy_regressor_are_the_tests_one_by_one():
    random = np.random.default_rng(3)
    signs = random.choice([-1.0, 1.0], (99, 6))
    x, true, e = (double_demean(random.standard_normal((30, 6, 5))) for _ in range(3))
    counts = np.zeros(4)
    for i in range(30):
        found = coefficient(0.6 * true[i] + e[i], x[i])
        wild = found.wild(signs)
        made_t, observed = np.abs(wild.t()), abs(wild.t(0.0, np.ones((1, 6)))[0])
        p = (1 + np.sum(made_t >= observed * (1 - 1e-9))) / 100
        counts += np.array([found.naive().p, found.crv1().p, found.cr2().p, p]) <= 0.05
    assert refusals(x, e, [0.6], signs, 0.05, true)[0].tolist() == counts.tolist()


def test_the_jackknife_of_a_mean_is_its_t_interval():
    values = np.random.default_rng(1).normal(size=12)
    without = [np.delete(values, i).mean() for i in range(12)]
    found = jackknife(values.mean(), without, 0.9)
    expected = stats.t.interval(0.9, 11, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected)
    assert found.standard_error == pytest.approx(stats.sem(values))
