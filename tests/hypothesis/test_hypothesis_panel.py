"""Lags, forms, permuted histories and forecasts, against regressions with every dummy."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from monotown.hypothesis.errors import dummies
from monotown.hypothesis.forecast import forecast
from monotown.hypothesis.panel import (
    FORMS,
    Crossed,
    Series,
    among,
    arrays,
    coefficient,
    effects,
    permutations,
    years_of,
)
from monotown.hypothesis.power import autoregression

RANDOM = np.random.default_rng(1)
X = Series(autoregression((8, 14), 0.7, RANDOM) + RANDOM.normal(size=(8, 1)), 2010)
Y = Series(autoregression((8, 12), 0.7, RANDOM) + RANDOM.normal(size=(8, 1)), 2011)


def test_years_are_those_that_both_series_know():
    assert years_of(Y, X, 1).tolist() == list(range(2011, 2023))
    assert years_of(X, Y, 1).tolist() == list(range(2012, 2024))
    assert years_of(Y, X, 3, span=5).tolist() == list(range(2018, 2023))
    assert years_of(Y, X, 1, lead=1)[-1] == 2022
    assert years_of(X, Y, 1, lead=1).tolist() == list(range(2012, 2022))
    assert years_of(Y, X, 1, last=2019)[-1] == 2019
    with pytest.raises(ValueError, match="no years in common"):
        years_of(Y, X, 9, span=5)


def test_lags_and_differences_take_the_right_years():
    a = Series(np.arange(2010.0, 2024) + 1e4 * np.arange(3)[:, None], 2010)
    b = Series(a.cells**2, 2010)
    y, x = arrays(b, a, 2, "five_year_differences")
    assert x.shape == (3, 7)
    assert np.all(x == 5)
    assert y[0, 0] == 2017**2 - 2012**2
    y, x = arrays(b, a, 1, "fixed_effects")
    assert (y[0, 0], x[0, 0]) == (2011**2, 2010)


def adds(design, column):
    ranks = [np.linalg.matrix_rank(design[:, : column + k]) for k in (0, 1)]
    return ranks[1] > ranks[0]


@pytest.mark.parametrize("form", list(FORMS))
@pytest.mark.parametrize("lag", [1, 2])
def test_every_form_is_the_regression_with_its_dummies(form, lag):
    y, x = arrays(Y, X, lag, form)
    regions, years = y.shape
    design = np.column_stack([x.ravel(), effects(form, regions, years)])
    groups = np.repeat(np.arange(regions), years)
    rank = np.linalg.matrix_rank(design)
    # columns that add nothing go, as statsmodels counts columns
    kept = [k for k in range(design.shape[1]) if adds(design, k)]
    fit = sm.OLS(y.ravel(), design[:, kept]).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    found, crossed = coefficient(y, x, form), Crossed.of(y, x, form)
    assert found.estimate == pytest.approx(fit.params[0])
    assert FORMS[form].spent(regions, years) + 1 == rank == found.basis.shape[1] + 1
    b, t = crossed.permuted(np.arange(regions)[None])
    assert b[0] == pytest.approx(found.estimate * found.scale)
    assert t[0] == pytest.approx(found.estimate / found.crv1().standard_error)
    assert t[0] == pytest.approx(fit.tvalues[0])


@pytest.mark.parametrize("form", list(FORMS))
def test_permuted_histories_are_regressions_on_permuted_regressors(form):
    y, x = arrays(Y, X, 1, form)
    places = permutations(8, 5, np.random.default_rng(2))
    b, t = Crossed.of(y, x, form).permuted(places)
    for k, place in enumerate(places):
        found = coefficient(y, x[place], form)
        assert b[k] == pytest.approx(found.estimate * found.scale)
        assert t[k] == pytest.approx(found.estimate / found.crv1().standard_error)


@given(st.permutations(range(7)), st.lists(st.booleans(), min_size=7, max_size=7))
def test_permutations_among_some_regions_are_permutations(place, kept):
    mask = np.array(kept)
    if mask.sum() < 1:
        mask[0] = True
    found = among(np.array([place, list(range(7))]), mask)
    assert sorted(found[0]) == list(range(mask.sum()))
    assert found[1].tolist() == list(range(mask.sum()))


def test_permutations_start_with_the_order_as_it_is():
    places = permutations(6, 40, np.random.default_rng(0))
    assert places[0].tolist() == list(range(6))
    assert np.all(np.sort(places, axis=1) == np.arange(6))
    assert len(np.unique(places, axis=0)) > 30


def slow_forecast(y, x, year, start):
    """Errors of one year, from regressions with a dummy for each region."""
    past = list(range(start, year))
    regions = len(y.cells)
    trend = np.tile(np.array(past) - 2010.0, regions)
    d = dummies(np.repeat(np.arange(regions), len(past)))
    outcome = y.at(past).ravel()
    errors = []
    for columns, news in (
        ([trend], np.full((regions, 1), year - 2010.0)),
        (
            [trend, x.at([p - 1 for p in past]).ravel()],
            np.column_stack([np.full(regions, year - 2010.0), x.at([year - 1])]),
        ),
    ):
        beta = np.linalg.lstsq(np.column_stack([d, *columns]), outcome, rcond=None)[0]
        errors.append(y.at([year])[:, 0] - beta[:regions] - news @ beta[regions:])
    return errors


def test_forecasts_are_those_of_regressions_on_the_past_alone():
    places = permutations(8, 3, np.random.default_rng(0))
    found = forecast(Y, X, 1, 2017, places)
    assert found.years.tolist() == list(range(2017, 2023))
    gains = []
    for i, year in enumerate(found.years):
        plain, more = slow_forecast(Y, X, year, 2011)
        assert found.error[:, i] == pytest.approx(plain)
        assert found.error_with[:, i] == pytest.approx(more)
        gains.append(plain**2 - more**2 + (plain - more) ** 2)
    gain = np.mean(gains, axis=0)
    assert found.statistics[0] == pytest.approx(gain.mean() / (gain.std(ddof=1) / np.sqrt(8)))
    other = Series(X.cells[places[2]], X.first)
    assert forecast(Y, other, 1, 2017, places[:1]).statistics[0] == pytest.approx(found.statistics[2])


def test_a_regressor_that_tells_the_future_lowers_the_error_and_noise_does_not():
    random = np.random.default_rng(4)
    x = Series(random.normal(size=(12, 14)), 2010)
    signal = Series(0.8 * x.cells[:, :12] + 0.5 * random.normal(size=(12, 12)), 2011)
    noise = Series(random.normal(size=(12, 12)), 2011)
    places = permutations(12, 199, random)
    good, bad = (forecast(y, x, 1, 2017, places) for y in (signal, noise))
    assert good.ratio < 0.8
    assert good.p == pytest.approx(1 / 200)
    assert bad.ratio > 0.95
    assert bad.p > 0.05
    with pytest.raises(ValueError, match="from 2013 to 2022"):
        forecast(noise, x, 1, 2012, places)
