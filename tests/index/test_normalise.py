"""Normalisation against golden values, other libraries and its own promises."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pymcdm.normalizations as pn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from skcriteria.preprocessing.scalers import matrix_scale_by_cenit_distance

from monotown.index.leaves import normalise_leaf
from monotown.index.model import Leaf, method
from monotown.methods import normalise as n
from monotown.methods.ranks import TIES
from monotown.methods.register import NORMALISATIONS

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "index.json").read_text())
X, D = np.array(GOLDEN["X"]), np.array(GOLDEN["direction"])
GOALPOSTS = ([0, 0, 0, 1], [40, 10, 100, 5])
NAN = float("nan")

columns = arrays(np.float64, 8, elements=st.integers(1, 1000).map(float), unique=True)
signs = st.sampled_from([1, -1])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("minmax", n.minmax(X, direction=D).values),
        ("minmax_goalposts", n.minmax(X, GOALPOSTS, D).values),
        ("zscore_ddof1", n.zscore(X, D)),
        ("rank_asc_avg", n.rank_score(X, D)),
        ("percentile_hazen", n.percentile(X, D)),
        ("ratio_to_mean", n.ratio_to_average(X, D, average=X.mean(axis=0))),
        ("log_ratio_to_mean", n.log_ratio_to_average(X, D, average=X.mean(axis=0))),
    ],
)
def test_golden(name: str, found: np.ndarray) -> None:
    np.testing.assert_allclose(found, GOLDEN[name], atol=6e-7)


def test_other_libraries_agree() -> None:
    found = n.minmax(X, direction=D).values
    for k, d in enumerate(D):
        np.testing.assert_allclose(found[:, k], pn.minmax_normalization(X[:, k], cost=d < 0))
        best = n.distance_to_frontier(X[:, k], d)
        np.testing.assert_allclose(best, X[:, k] / X[:, k].max() if d > 0 else X[:, k].min() / X[:, k])
        np.testing.assert_allclose(n.zscore(X[:, k], d), d * stats.zscore(X[:, k], ddof=1), atol=1e-12)
    np.testing.assert_allclose(found, matrix_scale_by_cenit_distance(X, D))
    np.testing.assert_allclose(n.distance_to_frontier(X[:, 2], -1), pn.linear_normalization(X[:, 2], cost=True))


def test_frozen_goalposts_keep_old_scores_and_count_what_is_cut() -> None:
    old = n.minmax([1.0, 2.0], (0, 4)).values
    new = n.minmax([1.0, 2.0, 9.0, -3.0], (0, 4))
    assert new.values[:2].tolist() == old.tolist() == [0.25, 0.5]
    assert new.values[2:].tolist() == [1.0, 0.0]
    assert new.clipped.tolist() == [False, False, True, True]
    loose = n.minmax([9.0], (0, 4), clip=False)
    assert loose.values.tolist() == [2.25]
    assert not loose.clipped.any()
    assert n.minmax([0.0, 2.0, 4.0], (0, 4), -1, (70, 130)).values.tolist() == [130, 100, 70]


def test_frozen_zscore_takes_the_base_years_mean_and_sd() -> None:
    leaf = Leaf("m", normalisation=method("zscore", scope=2020, mean=100.0, sd=10.0))
    x, years = [1.0, 2.0, 3.0, 5.0, 6.0, 7.0], [2020] * 3 + [2021] * 3
    assert normalise_leaf(leaf, x, years).values.tolist() == [90, 100, 110, 130, 140, 150]
    pooled = Leaf("m", normalisation=method("zscore"))
    assert normalise_leaf(pooled, x, years).values == pytest.approx(stats.zscore(x, ddof=1))
    population = Leaf("m", normalisation=method("zscore", ddof=0.0))
    assert normalise_leaf(population, x, years).values == pytest.approx(stats.zscore(x))


def test_others_average_leaves_the_unit_out() -> None:
    x, w = np.array([3.0, 1.0, NAN, 8.0]), np.array([2.0, 5.0, 9.0, 1.0])
    expected = [(5 * 1 + 1 * 8) / 6, (2 * 3 + 8) / 3, (2 * 3 + 5 * 1 + 8) / 8, (2 * 3 + 5) / 7]
    assert n.others_average(x, w) == pytest.approx(expected)
    assert np.isnan(n.others_average([4.0])).all()
    with pytest.raises(ValueError, match="known and not negative"):
        n.others_average([1.0, 2.0], [1.0, -1.0])


def test_comparisons_with_the_average() -> None:
    x = [2.0, 4.0, 6.0]
    assert n.ratio_to_average(x).tolist() == [0.4, 1.0, 2.0]
    assert n.ratio_to_average(x, -1).tolist() == [1.6, 1.0, 0.0]
    assert n.log_ratio_to_average(x, -1) == pytest.approx(-np.log([0.4, 1.0, 2.0]))
    assert n.sd_from_average(x, -1).tolist() == [1.5, 0.0, -1.5]
    # averages of the others: 13.5, 10.5, 10.33, 7.17
    assert n.above_below_average([1.0, 10.0, 10.5, 20.0], -1).tolist() == [1, 0, 0, -1]
    found = n.above_below_average([8.9, 9.1, 10.0, 11.2, NAN], band=0.1)
    assert found[:4].tolist() == [-1.0, 0.0, 0.0, 1.0]
    assert np.isnan(found[4])


def test_distance_to_target_runs_down_for_the_less_the_better() -> None:
    found = n.distance_to_target([10.0, 6.0, 1.0, 12.0], 2.0, (0, 10), -1)
    assert found.values.tolist() == [0.0, 0.5, 1.0, 0.0]
    assert found.clipped.tolist() == [False, False, True, True]
    with pytest.raises(ValueError, match="good side"):
        n.distance_to_target([1.0], 12.0, (0, 10), -1)


def test_distance_to_frontier_of_a_base_year() -> None:
    assert n.distance_to_frontier([2.0, 8.0], 1, base=[1.0, 4.0]).tolist() == [0.5, 2.0]
    for x, d in (([0.0, 1.0], -1), ([-1.0, 2.0], 1), ([0.0, 0.0], 1)):
        with pytest.raises(ValueError, match="positive values"):
            n.distance_to_frontier(x, d)


def test_logistic_is_symmetric() -> None:
    found = n.logistic([1.0, 2.0, 3.0], -1)
    assert found == pytest.approx(1 - n.logistic([1.0, 2.0, 3.0]))
    assert found[0] == pytest.approx(1 / (1 + np.exp(-1)))


@pytest.mark.parametrize("x", [[0.1, 0.1, 0.1], [0.1 * 3, 0.3, 0.3], [5.0, 5.0, 5.0]])
def test_what_does_not_vary_has_no_scale(x: list[float]) -> None:
    for function in (n.zscore, n.minmax, n.sd_from_average):
        with pytest.raises(ValueError, match="does not vary"):
            function(x)
    with pytest.raises(ValueError, match="does not vary"):
        normalise_leaf(Leaf("m", normalisation=method("minmax_sample")), x, [2020] * 3)
    with pytest.raises(ValueError, match="two units"):
        n.zscore([1.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: n.minmax([1.0], (3, 3)), "the lower number and the higher"),
        (lambda: n.ratio_to_average([-1.0, -2.0]), "positive average"),
        (lambda: n.log_ratio_to_average([0.0, 1.0]), "positive values"),
        (lambda: n.above_below_average([1.0, 2.0], band=-0.1), "0 or more"),
    ],
)
def test_refusals(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


#: Name to a function of (values, direction), for the properties below.
METHODS = {
    "minmax_sample": lambda x, d: n.minmax(x, None, d).values,
    "minmax": lambda x, d: n.minmax(x, (0, 5000), d).values,
    "zscore": n.zscore,
    "rank": n.rank_score,
    "percentile": n.percentile,
    "borda": n.borda,
    "distance_to_frontier": n.distance_to_frontier,
    "distance_to_target": lambda x, d: n.distance_to_target(x, 4000 if d > 0 else 1, (0, 5000), d).values,
    "ratio_to_average": n.ratio_to_average,
    "log_ratio_to_average": n.log_ratio_to_average,
    "sd_from_average": n.sd_from_average,
    "above_below_average": n.above_below_average,
    "logistic": n.logistic,
}
SCALE_FREE = [m for m in METHODS if m not in ("minmax", "distance_to_target")]
SHIFT_FREE = ["minmax_sample", "zscore", "rank", "percentile", "borda", "sd_from_average", "logistic"]


def test_every_method_is_under_the_properties() -> None:
    assert set(METHODS) == set(NORMALISATIONS)


@pytest.mark.parametrize("name", METHODS)
@given(x=columns, d=signs)
def test_better_is_never_scored_lower(name: str, x: np.ndarray, d: int) -> None:
    found = METHODS[name](x, d)
    order = np.argsort(d * x)
    assert (np.diff(found[order]) >= -1e-9).all()
    assert found.shape == x.shape
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", METHODS)
@given(x=columns, d=signs, seed=st.integers(0, 99))
@settings(max_examples=30)
def test_order_of_units_is_without_effect(name: str, x: np.ndarray, d: int, seed: int) -> None:
    turn = np.random.default_rng(seed).permutation(len(x))
    np.testing.assert_allclose(METHODS[name](x[turn], d), METHODS[name](x, d)[turn], atol=1e-9)


@pytest.mark.parametrize("name", SCALE_FREE)
@given(x=columns, d=signs, scale=st.sampled_from([1e-12, 0.001, 7.0, 1e9]))
@settings(max_examples=30)
def test_unit_of_measure_is_without_effect(name: str, x: np.ndarray, d: int, scale: float) -> None:
    np.testing.assert_allclose(METHODS[name](x * scale, d), METHODS[name](x, d), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", SHIFT_FREE)
@given(x=columns, d=signs, shift=st.sampled_from([-2000.0, 0.5, 300.0]))
@settings(max_examples=30)
def test_zero_point_is_without_effect(name: str, x: np.ndarray, d: int, shift: float) -> None:
    np.testing.assert_allclose(METHODS[name](x + shift, d), METHODS[name](x, d), atol=1e-6)


@pytest.mark.parametrize("name", METHODS)
def test_missing_stays_missing_and_counts_for_nothing(name: str) -> None:
    x = np.array([5.0, NAN, 1.0, 3.0, 9.0])
    found = METHODS[name](x, 1)
    assert np.isnan(found[1])
    np.testing.assert_allclose(found[[0, 2, 3, 4]], METHODS[name](x[[0, 2, 3, 4]], 1))


@pytest.mark.parametrize("ties", TIES)
@given(x=columns, d=signs)
@settings(max_examples=30)
def test_rank_scores_of_ties_are_scipys(ties: str, x: np.ndarray, d: int) -> None:
    x = np.round(x, -2)
    found = n.rank_score(x, d, ties)
    np.testing.assert_array_equal(found, stats.rankdata(d * x, ties))
    leaf = Leaf("m", direction=d, normalisation=method("rank", ties=ties))
    np.testing.assert_array_equal(normalise_leaf(leaf, x, np.ones(len(x))).values, found)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("d", [1, -1])
def test_a_leafs_settings_reach_its_method(name: str, d: int) -> None:
    rng = np.random.default_rng(4)
    x, years, w = rng.uniform(1, 9, 12), np.repeat([2020, 2021], 6), rng.uniform(1, 5, 12)
    pair = (0.0, 10.0) if name in ("minmax", "distance_to_target") else None
    chosen = method(name, value=5.0) if name == "distance_to_target" else method(name)
    leaf = Leaf("m", direction=d, goalposts=pair, normalisation=chosen)
    found = normalise_leaf(leaf, x, years, w).values
    by_year = {
        "rank": n.rank_score,
        "percentile": n.percentile,
        "borda": n.borda,
        "ratio_to_average": lambda v, s: n.ratio_to_average(v, s, w[:6]),
        "log_ratio_to_average": lambda v, s: n.log_ratio_to_average(v, s, w[:6]),
        "sd_from_average": lambda v, s: n.sd_from_average(v, s, w[:6]),
        "above_below_average": lambda v, s: n.above_below_average(v, s, 0.1, w[:6]),
    }
    if name in by_year:
        np.testing.assert_allclose(found[:6], by_year[name](x[:6], d))
    elif name == "minmax":
        np.testing.assert_allclose(found, x / 10 if d > 0 else 1 - x / 10)
    elif name == "distance_to_target":
        np.testing.assert_allclose(found, np.clip(x / 5 if d > 0 else (10 - x) / 5, 0, 1))
    else:
        np.testing.assert_allclose(found, METHODS[name](x, d))


def test_transform_acts_on_values_and_goalposts() -> None:
    leaf = Leaf("m", transform="log", goalposts=(1.0, 100.0))
    assert normalise_leaf(leaf, [10.0, 1000.0], [1, 1]).values == pytest.approx([0.5, 1.0])
    fitted = Leaf("m", transform="boxcox", normalisation=method("minmax_sample"))
    assert normalise_leaf(fitted, [1.0, 2.0, 8.0, 3.0], [1] * 4).values[[0, 2]].tolist() == [0, 1]
    frozen = Leaf("m", transform="boxcox", goalposts=(1.0, 9.0))
    with pytest.raises(ValueError, match=r"measure 'm'.*goalposts cannot freeze"):
        normalise_leaf(frozen, [1.0, 2.0, 8.0], [1] * 3)


def test_a_year_without_values_is_passed_over_and_a_base_year_refused() -> None:
    by_year = Leaf("m", normalisation=method("rank"))
    found = normalise_leaf(by_year, [NAN, NAN, 2.0, 1.0], [1, 1, 2, 2]).values
    assert found[2:].tolist() == [2.0, 1.0]
    assert np.isnan(found[:2]).all()
    based = Leaf("m", normalisation=method("zscore", scope=1999))
    with pytest.raises(ValueError, match="the base year 1999 has no values"):
        normalise_leaf(based, [1.0, 2.0], [2000, 2000])
    with pytest.raises(ValueError, match="measure 'm', normalisation minmax: goalposts are needed"):
        normalise_leaf(Leaf("m"), [1.0], [1])
