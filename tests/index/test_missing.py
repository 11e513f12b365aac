"""Missing data: what is filled, what is not, and what multiple imputation promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.methods.missing import (
    carry,
    coverage,
    fill_group,
    impute_chained,
    interpolate,
    refuse_absent_blocks,
    rubin,
)

NAN = float("nan")


def test_group_mean_and_median() -> None:
    x = [[1.0, 10.0], [NAN, 20.0], [2.0, NAN], [9.0, 60.0]]
    mean, median = fill_group(x), fill_group(x, "median")
    assert mean.values[1, 0] == 4.0
    assert mean.values[2, 1] == 30.0
    assert median.values[1, 0] == 2.0
    assert median.values[2, 1] == 20.0
    assert mean.flags.tolist() == [["", ""], ["mean", ""], ["", "mean"], ["", ""]]
    assert median.flags[1, 0] == "median"
    with pytest.raises(ValueError, match="without any known value"):
        fill_group([[NAN], [NAN]])
    with pytest.raises(ValueError, match="mean or median"):
        fill_group([1.0], "mode")


def test_interpolation_fills_gaps_up_to_a_length_and_never_the_ends() -> None:
    x, years = [NAN, 1.0, NAN, NAN, 4.0, NAN, NAN, NAN, 8.0, NAN], list(range(2010, 2020))
    two = interpolate(x, years)
    assert two.values[1:5].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert np.isnan(two.values[[0, 5, 6, 7, 9]]).all()
    three = interpolate(x, years, gap=3)
    assert three.values[5:8].tolist() == [5.0, 6.0, 7.0]
    assert [i for i, f in enumerate(three.flags) if f] == [2, 3, 5, 6, 7]
    # years may lack rows: what counts is the distance in years
    assert np.isnan(interpolate([1.0, NAN, 2.0], [2010, 2011, 2015]).values[1])
    assert interpolate([1.0, NAN, 4.0], [2010, 2012, 2013]).values[1] == 3.0
    with pytest.raises(ValueError, match="the years of a series rise"):
        interpolate([1.0, 2.0], [2011, 2010])


def test_carried_values_age_at_most_so_many_years() -> None:
    found = carry([NAN, 1.0, NAN, NAN, 5.0], [2010, 2011, 2012, 2013, 2014])
    assert found.values[1:3].tolist() == [1.0, 1.0]
    assert np.isnan(found.values[[0, 3]]).all()
    assert found.flags.tolist() == ["", "", "carried", "", ""]
    assert np.isnan(carry([1.0, NAN], [2010, 2012]).values[1])
    assert carry([1.0, NAN], [2010, 2012], most=2).values[1] == 1.0
    with pytest.raises(ValueError, match="the years of a series rise"):
        carry([1.0, 2.0], [2010, 2010])


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=12))
def test_filling_never_touches_what_is_known(cells: list[int | None]) -> None:
    x = np.array([NAN if c is None else float(c) for c in cells])
    years = np.arange(len(x))
    for filled in (interpolate(x, years), carry(x, years)):
        known = ~np.isnan(x)
        np.testing.assert_array_equal(filled.values[known], x[known])
        np.testing.assert_array_equal(filled.flags != "", ~known & ~np.isnan(filled.values))


def related(seed: int, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    a = rng.standard_normal(n)
    full = np.column_stack([a, a + 0.3 * rng.standard_normal(n), rng.standard_normal(n)])
    gappy = full.copy()
    # missing where the first is high: leaving units out would bias the mean downwards
    gappy[(a > 0.3) & (rng.random(n) < 0.7), 1] = NAN
    return full, gappy


def test_multiple_imputation_recovers_a_mean_that_leaving_out_would_bias() -> None:
    errors, biases = [], []
    for seed in range(5):
        full, gappy = related(seed)
        pooled = rubin(impute_chained(gappy, seed=seed, m=10)[:, :, 1].mean(axis=1))
        errors.append(pooled.estimate - full[:, 1].mean())
        biases.append(np.nanmean(gappy[:, 1]) - full[:, 1].mean())
        assert pooled.total > pooled.within
    assert abs(np.mean(errors)) < 0.05
    assert np.mean(biases) < -0.25


def test_imputed_values_were_observed_and_known_ones_stay() -> None:
    _, gappy = related(1, 40)
    tables = impute_chained(gappy, seed=2, m=4)
    gone = np.isnan(gappy)
    assert tables.shape == (4, *gappy.shape)
    np.testing.assert_array_equal(tables[:, ~gone], np.tile(gappy[~gone], (4, 1)))
    assert set(tables[:, gone[:, 1], 1].ravel()) <= set(gappy[~gone[:, 1], 1])
    np.testing.assert_array_equal(tables, impute_chained(gappy, seed=2, m=4))
    assert (tables != impute_chained(gappy, seed=3, m=4)).any()
    assert (tables[0] != tables[1]).any()


def test_imputation_with_more_measures_than_units_and_with_nothing_to_do() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((6, 10))
    np.testing.assert_array_equal(impute_chained(x, seed=1, m=2)[1], x)
    x[0, 3] = NAN
    assert np.isfinite(impute_chained(x, seed=1, m=3)).all()


def test_what_cannot_be_imputed_is_refused() -> None:
    x = np.arange(12.0).reshape(4, 3)
    few = x.copy()
    few[:2, 0] = NAN
    with pytest.raises(ValueError, match="at least 3 known values"):
        impute_chained(few, seed=1)
    absent = x.copy()
    absent[2, 1:] = NAN
    with pytest.raises(ValueError, match="unit 2 has no measure of block 'B2'"):
        impute_chained(absent, seed=1, blocks=["B1", "B2", "B2"])
    with pytest.raises(ValueError, match="at least 2 tables"):
        impute_chained(x, seed=1, m=1)
    refuse_absent_blocks([[True, True, False]], ["B1", "B2", "B2"])


def test_rubins_rule_by_hand() -> None:
    """T = W + (1 + 1/m) B, with W = 2.5 and B = 4 of estimates 10, 12, 14."""
    pooled = rubin([10.0, 12.0, 14.0], [2.0, 2.5, 3.0])
    assert (pooled.estimate, pooled.within, pooled.between) == (12.0, 2.5, 4.0)
    assert pooled.total == pytest.approx(2.5 + 4 / 3 * 4)
    census = rubin([[1.0, 5.0], [3.0, 5.0]])
    assert census.total.tolist() == [3.0, 0.0]
    with pytest.raises(ValueError, match="at least 2 estimates"):
        rubin([1.0])


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_coverage_counts_what_is_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    known = rng.random((5, 6)) < 0.6
    found = coverage(known, list("aabbbc"), {"unit": 0.5, "block": 0.5})
    np.testing.assert_allclose(found.overall, known.mean(axis=1))
    np.testing.assert_allclose(found.by_block["b"], known[:, 2:5].mean(axis=1))
    for i in range(5):
        shares = [known[i, :2].mean(), known[i, 2:5].mean(), known[i, 5]]
        assert found.enough[i] == (known[i].mean() >= 0.5 and min(shares) >= 0.5)


def test_without_a_minimum_one_value_is_enough() -> None:
    assert coverage([[True, False], [False, False]], ["a", "b"]).enough.tolist() == [True, False]
