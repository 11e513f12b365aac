"""Outliers and transforms against scipy and worked examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from monotown.methods.outliers import (
    apply_transform,
    boxcox_power,
    is_outlying,
    kurtosis,
    mad_flags,
    skewness,
    treat,
    winsorise,
)

NAN = float("nan")
TEN = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_skewness_and_kurtosis_are_those_of_a_spreadsheet() -> None:
    """Microsoft's documentation of SKEW and KURT: 3,4,5,2,3,4,5,6,4,7 give 0.359543, -0.151800."""
    x = [3, 4, 5, 2, 3, 4, 5, 6, 4, 7]
    assert skewness(x) == pytest.approx(0.359543, abs=1e-6)
    assert kurtosis(x) == pytest.approx(-0.151800, abs=1e-6)
    assert skewness([*x, NAN]) == skewness(x)
    assert skewness([2, 2, 2]) == kurtosis([2, 2, 2, 2]) == 0.0
    for function, few in ((skewness, [1, 2]), (kurtosis, [1, 2, 3])):
        with pytest.raises(ValueError, match="needs at least"):
            function(few)


@given(arrays(np.int64, st.integers(4, 30), elements=st.integers(-1000, 1000)), st.floats(1e-9, 1e9))
def test_skewness_and_kurtosis_are_those_of_scipy(x: np.ndarray, unit: float) -> None:
    values = x * unit
    if np.ptp(x) > 0:
        assert skewness(values) == pytest.approx(stats.skew(values, bias=False), rel=1e-12, abs=1e-12)
        assert kurtosis(values) == pytest.approx(stats.kurtosis(values, bias=False), rel=1e-12, abs=1e-12)


def test_values_that_vary_by_rounding_alone_have_no_skewness() -> None:
    values = [0.3, 0.1 + 0.2, 0.3, 0.3, 0.3]
    assert skewness(values) == kurtosis(values) == 0.0


def test_both_limits_must_be_passed() -> None:
    assert not is_outlying(TEN)
    assert is_outlying([*TEN, 100])
    assert not is_outlying([*TEN, 100], kurtosis_limit=1e9)
    assert not is_outlying([*TEN, 100], skew_limit=1e9)


@pytest.mark.parametrize("sign", [1, -1])
def test_winsorising_pulls_the_fewest_points_to_the_next(sign: int) -> None:
    x = sign * np.array([*TEN, NAN, *TEN, 90.0, 100.0])
    found = winsorise(x)
    assert found.passed
    assert not found.log
    assert np.flatnonzero(found.treated).tolist() == [21, 22]
    assert found.result[[21, 22]].tolist() == [sign * 10.0] * 2
    np.testing.assert_array_equal(found.result[:21], x[:21])
    # one point less would not do
    one = x.copy()
    one[22] = x[21]
    assert is_outlying(one)


def test_where_winsorising_is_not_enough_nothing_is_winsorised_and_the_logarithm_taken() -> None:
    rng = np.random.default_rng(1)
    x = np.exp(1.3 * rng.standard_normal(200))
    failed = winsorise(x)
    assert not failed.passed
    assert not failed.treated.any()
    np.testing.assert_array_equal(failed.result, x)
    done = treat(x)
    assert done.log
    assert done.passed
    low, span = x.min(), np.ptp(x)
    np.testing.assert_allclose(done.result, np.log(x - low + 0.01 * span))
    mirrored = treat(-x)
    np.testing.assert_allclose(mirrored.result, -done.result)
    assert (np.diff(mirrored.result[np.argsort(-x)]) >= 0).all()


def test_what_is_in_line_is_left_alone() -> None:
    found = treat(TEN)
    assert found.passed
    assert not found.log
    assert not found.treated.any()
    assert found.result.tolist() == TEN


@given(st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=20), st.sampled_from([0.01, 10.0]))
def test_winsorising_keeps_order_and_follows_the_unit_of_measure(x: list[float], scale: float) -> None:
    values = np.round(np.array(x), 3)
    found = winsorise(values)
    order = np.argsort(values, kind="stable")
    assert (np.diff(found.result[order]) >= 0).all()
    assert found.treated.sum() <= 5
    np.testing.assert_array_equal(winsorise(values * 4.0).result, found.result * 4.0)


def test_mad_flags_by_hand() -> None:
    """Median 6.5, MAD 0.5: 0.6745 * 3.5 / 0.5 = 4.72 is out, 0.6745 * 2.5 / 0.5 = 3.37 is not."""
    x = [6.0, 6.0, 6.5, 6.5, 7.0, 7.0, 6.5, 10.0, 9.0, 4.0, NAN]
    assert np.nanmedian(x) == 6.5
    flags = mad_flags(x)
    mad = np.nanmedian(np.abs(np.array(x) - 6.5))
    assert mad == 0.5
    assert np.flatnonzero(flags).tolist() == [7]
    assert not mad_flags([1.0, 1.0, 1.0, 50.0]).any()


def test_transforms() -> None:
    x = np.array([0.5, 1.0, 8.0, NAN])
    np.testing.assert_allclose(apply_transform(x, "log"), np.log(x))
    np.testing.assert_allclose(apply_transform(x, "log1p"), np.log1p(x))
    np.testing.assert_array_equal(apply_transform(x, "none"), x)
    power = boxcox_power(x)
    np.testing.assert_allclose(apply_transform(x, "boxcox"), (x**power - 1) / power)
    _, expected = stats.boxcox(np.array([0.5, 1.0, 8.0]))
    assert power == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "transform", "message"),
    [
        ([0.0, 1.0], "log", "log needs positive values, found 0; log1p takes zeros"),
        ([-1.0, 1.0], "log1p", "log1p needs values above -1"),
        ([0.0, 1.0, 2.0], "boxcox", "boxcox needs positive values"),
        ([2.0, 2.0, 2.0], "boxcox", "at least 3 positive values that vary"),
    ],
)
def test_transforms_refuse(x: list[float], transform: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        apply_transform(x, transform)


@given(
    arrays(np.float64, st.integers(3, 40), elements=st.floats(0.01, 100)).filter(lambda x: np.ptp(x) > 0.01),
    st.floats(1e-6, 1e6),
)
def test_box_cox_power_is_the_likeliest_and_has_no_unit(x, unit):
    power = boxcox_power(x)
    # the likelihood is flat at its top: farther off it is lower
    for other in (power - 0.01, power + 0.01, stats.boxcox_normmax(x, method="mle")):
        assert stats.boxcox_llf(power, x) >= stats.boxcox_llf(other, x) - 1e-8
    assert boxcox_power(unit * x) == pytest.approx(power, rel=1e-6, abs=1e-6)
