"""Errors for few clusters, against statsmodels and against slow definitions."""

import warnings
from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg, stats

from monotown.hypothesis.errors import (
    DRAWN,
    Coefficient,
    Error,
    detectable,
    dummies,
    equivalence_p,
    over_signs,
    sign_vectors,
    squares_over_signs,
)
from monotown.hypothesis.panel import coefficient
from monotown.hypothesis.power import autoregression


def panel(seed, regions=7, years=6, rho=0.6, effect=0.4):
    random = np.random.default_rng(seed)
    x = autoregression((regions, years), rho, random) + random.normal(size=(regions, 1))
    e = autoregression((regions, years), rho, random)
    y = effect * x + e + random.normal(size=(regions, 1)) + random.normal(size=years)
    return y, x


def with_dummies(y, x, others=()):
    regions, years = y.shape
    place, year = np.repeat(np.arange(regions), years), np.tile(np.arange(years), regions)
    columns = [x.ravel(), *(o.ravel() for o in others), dummies(place)]
    design = np.column_stack([*columns, dummies(year)[:, 1:]])
    return design, y.ravel(), place


def slow_cr2(design, y, groups):
    """Bell and McCaffrey's error and Satterthwaite's df of the first coefficient, as written."""
    n = len(y)
    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    residual = y - hat @ y
    meat, columns = 0.0, []
    for g in np.unique(groups):
        mine = groups == g
        block = (np.eye(n) - hat)[np.ix_(mine, mine)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the block is singular: the region has a dummy
            root = np.real(linalg.sqrtm(np.linalg.pinv(block, rcond=1e-10, hermitian=True)))
        row = bread[0] @ design[mine].T @ root
        meat += (row @ residual[mine]) ** 2
        columns.append((np.eye(n) - hat)[:, mine] @ row)
    spread = np.array(columns) @ np.array(columns).T
    values = np.linalg.eigvalsh(spread)
    return np.sqrt(meat), values.sum() ** 2 / (values**2).sum()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_estimate_and_errors_are_those_of_statsmodels_with_every_dummy(seed):
    y, x = panel(seed)
    other = panel(seed + 10)[1]
    design, flat, groups = with_dummies(y, x, [other])
    found = coefficient(y, x, others=[other])
    plain = sm.OLS(flat, design).fit()
    clustered = sm.OLS(flat, design).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    assert found.estimate == pytest.approx(plain.params[0])
    assert found.naive().standard_error == pytest.approx(plain.bse[0])
    assert found.naive().p == pytest.approx(plain.pvalues[0])
    assert found.crv1().standard_error == pytest.approx(clustered.bse[0])
    assert found.crv1().p == pytest.approx(clustered.pvalues[0])
    low, high = found.crv1().interval(found.estimate)
    assert [low, high] == pytest.approx(clustered.conf_int()[0].tolist())


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_cr2_is_the_slow_definition(seed):
    y, x = panel(seed, regions=5 + seed, years=4)
    others = [panel(seed + 20, 5 + seed, 4)[1]] if seed % 2 else []
    error, df = slow_cr2(*with_dummies(y, x, others))
    found = coefficient(y, x, others=others).cr2()
    assert found.standard_error == pytest.approx(error)
    assert found.df == pytest.approx(df)
    assert 1 <= found.df <= 4 + seed


def test_cr2_of_unequal_clusters_is_the_slow_definition():
    random = np.random.default_rng(5)
    groups = np.repeat(np.arange(6), [3, 9, 4, 5, 2, 7])
    design = np.column_stack([random.normal(size=30), np.ones(30), random.normal(size=30)])
    y = random.normal(size=30)
    error, df = slow_cr2(design, y, groups)
    found = Coefficient.of(y, design[:, 0], design[:, 1:], groups).cr2()
    assert (found.standard_error, found.df) == (pytest.approx(error), pytest.approx(df))


def test_cr2_has_no_bias_under_its_working_model():
    # E(V) = variance of b = 1 / Q when rows are independent and alike: exact, not simulated
    _, x = panel(3)
    design, _, groups = with_dummies(x, x)
    found = coefficient(x, x)
    n = len(groups)
    expected = 0.0
    for i in range(n):
        unit = np.zeros(n)
        unit[i] = 1.0
        one = Coefficient.of(unit, x.ravel(), design[:, 1:], groups)
        expected += one.cr2().standard_error ** 2
    assert expected == pytest.approx(1 / found.total)


def brute_force(y, x, null):
    """The restricted bootstrap as regressions: every sign vector, every t with all dummies."""
    design, flat, groups = with_dummies(y, x)
    regions = y.shape[0]
    rest = design[:, 1:]
    restricted = flat - null * design[:, 0]
    fitted = rest @ np.linalg.lstsq(rest, restricted, rcond=None)[0]

    def t(outcome):
        fit = sm.OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": groups})
        return (fit.params[0] - null) / fit.bse[0]

    observed = t(flat)
    made = [
        t(null * design[:, 0] + fitted + np.array(v)[groups] * (restricted - fitted))
        for v in product([1.0, -1.0], repeat=regions)
    ]
    return observed, np.array(made)


@pytest.mark.parametrize("null", [0.0, 0.7])
def test_wild_bootstrap_is_every_regression_of_every_sign_vector(null):
    y, x = panel(8, regions=6, years=4)
    observed, made = brute_force(y, x, null)
    signs = np.array(list(product([1.0, -1.0], repeat=6)))
    wild = coefficient(y, x).wild()
    assert wild.t(null, np.ones((1, 6)))[0] == pytest.approx(observed)
    assert wild.t(null, signs) == pytest.approx(made)
    p = np.mean(np.abs(made) >= abs(observed) * (1 - 1e-9))
    assert wild.p(null) == pytest.approx(p)


def test_sums_and_squares_over_every_sign_vector_by_doubling():
    random = np.random.default_rng(4)
    for clusters in (2, 5, 9):
        signs, root = sign_vectors(clusters), random.normal(size=(clusters, clusters))
        assert over_signs(root[0]) == pytest.approx(signs @ root[0])
        expected = np.sum((signs @ root.T) ** 2, axis=1)
        assert squares_over_signs(root.T @ root) == pytest.approx(expected)
    y, x = panel(2, regions=10, years=5)
    found = coefficient(y, x)
    for null in (0.0, 0.4):
        assert found.wild().t(null) == pytest.approx(found.wild(sign_vectors(10)).t(null))
        # the same vectors given as random ones: the observed counts once more
        some = found.wild(sign_vectors(10)).p(null)
        assert some == pytest.approx((1 + 512 * found.wild().p(null)) / 513)
    many = coefficient(*panel(2, regions=18, years=3)).wild()
    assert many.signs.shape == (DRAWN, 18)


def test_half_of_the_sign_vectors_are_enough_and_many_are_drawn():
    assert sign_vectors(3).tolist() == [[1, 1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1]]
    assert len(np.unique(sign_vectors(9), axis=0)) == 256
    drawn = sign_vectors(20, seed=3)
    assert drawn.shape == (DRAWN, 20)
    assert set(np.unique(drawn)) == {-1.0, 1.0}
    assert np.array_equal(drawn, sign_vectors(20, seed=3))


@given(st.integers(0, 10_000))
def test_the_bootstrap_interval_holds_what_the_test_does_not_refuse(seed):
    y, x = panel(seed, regions=9, years=5)
    found = coefficient(y, x)
    wild = found.wild()
    low, high = wild.interval(0.95)
    assert low < found.estimate < high
    width = found.crv1().standard_error
    for end, outward in ((low, -1), (high, 1)):
        if np.isfinite(end):
            assert wild.p(end - outward * 0.02 * width) > 0.05
            assert wild.p(end + outward * 0.02 * width) <= 0.05


def test_too_few_clusters_for_the_level_give_an_endless_interval():
    # with 5 clusters the least p of the bootstrap is 1 / 16
    y, x = panel(1, regions=5, years=6, effect=2.0)
    assert coefficient(y, x).wild().interval(0.95) == (-np.inf, np.inf)


def test_the_interval_around_zero_itself():
    y = np.kron(np.array([[1.0, -1.0], [-1.0, 1.0]]).repeat(4, axis=0), np.ones((1, 2)))
    x = np.tile([1.0, 0.0, 0.0, 1.0], (8, 1)) * np.arange(1, 9)[:, None] % 3
    low, high = coefficient(y, x).wild().interval(0.9)
    assert low < high


def test_scale_turns_b_into_sd_per_sd():
    y, x = panel(4)
    found = coefficient(y, x)
    correlation = np.corrcoef(found.y, found.x)[0, 1]
    assert found.estimate * found.scale == pytest.approx(correlation)
    assert coefficient(9 * y, x / 5).scale * 9 * 5 == pytest.approx(found.scale)


def test_nothing_left_of_a_regressor_and_a_single_cluster_are_refused():
    y, x = panel(4)
    flat = np.repeat(x.mean(axis=1, keepdims=True), x.shape[1], axis=1)
    with pytest.raises(ValueError, match="combination of the others"):
        coefficient(y, flat)
    with pytest.raises(ValueError, match="at least two clusters"):
        Coefficient.of([1.0, 2.0, 4.0], [1.0, 0.0, 2.0], np.ones((3, 1)), [1, 1, 1])


def test_equivalence_and_detectable_effect_by_hand():
    error = Error(0.04, 12.0, 0.5)
    upper = stats.t.cdf((0.03 - 0.1) / 0.04, 12)
    assert equivalence_p(0.03, error, 0.1) == pytest.approx(upper)
    assert equivalence_p(-0.03, error, 0.1) == pytest.approx(upper)
    # rejecting at 5% is the same as a 90% interval inside the margin
    low, high = error.interval(0.028, 0.9)
    assert (equivalence_p(0.028, error, 0.1) < 0.05) == (low > -0.1 and high < 0.1)
    assert detectable(error, 0.05, 0.8) == pytest.approx(0.04 * (stats.t.ppf(0.975, 12) + stats.t.ppf(0.8, 12)))
