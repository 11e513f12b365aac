"""Sobol indices against analytic functions, SALib, plain loops and cases worked by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from SALib.analyze import sobol as salib_sobol
from SALib.sample import sobol as salib_points
from scipy import stats

from monotown.sensitivity import sobol
from monotown.sensitivity.limits import HELD, MEANT
from monotown.sensitivity.sobol import (
    Input,
    enumerate_settings,
    exact_indices,
    grouped,
    product_levels,
    sampled_indices,
    variance_terms,
)

Array = NDArray[np.float64]
THREE = [Input("a"), Input("b"), Input("c")]


def ishigami(s: Array) -> Array:
    """Ishigami and Homma (1990) with a = 7, b = 0.1."""
    x = np.pi * (2 * s - 1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return y[:, None]


def ishigami_truth() -> tuple[list[float], list[float]]:
    a, b = 7.0, 0.1
    v1 = (1 + b * np.pi**4 / 5) ** 2 / 2
    v2, v13 = a**2 / 8, b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return [v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v]


def test_ishigami() -> None:
    first, total = ishigami_truth()
    np.testing.assert_allclose(first, [0.3139, 0.4424, 0], atol=1e-4)
    found = sampled_indices(THREE, ishigami, points=2**13, interval=(0.0005, 0.9995))
    np.testing.assert_allclose(found.first[:, 0], first, atol=0.01)
    np.testing.assert_allclose(found.total[:, 0], total, atol=0.01)
    assert found.evaluations == 2**13 * 8
    assert found.interactions[0] == pytest.approx(1 - sum(first), abs=0.01)
    for truth, limits in ((first, found.first_limits), (total, found.total_limits)):
        low, high = limits[:, :, 0]
        assert ((low <= truth) & (truth <= high)).all()
        assert (high - low < 0.1).all()
    low, high = found.interaction_limits[:, 0]
    assert low < 1 - sum(first) < high


def test_g_function() -> None:
    """Saltelli and Sobol (1995): V_i = 1 / (3 (1 + a_i)^2), V = prod(1 + V_i) - 1."""
    a = np.array([0.0, 1.0, 4.5, 9.0])
    v = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + v) - 1
    found = sampled_indices(
        [Input(str(i)) for i in range(4)],
        lambda s: np.prod((np.abs(4 * s - 2) + a) / (1 + a), axis=1)[:, None],
        points=2**13,
    )
    np.testing.assert_allclose(found.first[:, 0], v / whole, atol=0.01)
    total = v * np.prod(1 + v) / (1 + v) / whole
    np.testing.assert_allclose(found.total[:, 0], total, atol=0.01)


def test_salib_gives_the_same_on_its_own_points() -> None:
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    points = salib_points.sample(problem, 4096, calc_second_order=False, scramble=True, seed=3)
    theirs = salib_sobol.analyze(problem, ishigami(points)[:, 0], calc_second_order=False, num_resamples=200, seed=3)
    mine = sampled_indices(THREE, ishigami, points=4096, seed=3)
    np.testing.assert_allclose(mine.first[:, 0], theirs["S1"], atol=0.02)
    np.testing.assert_allclose(mine.total[:, 0], theirs["ST"], atol=0.02)


@pytest.mark.parametrize("cells", [1, 10**6], ids=["a-point-at-a-time", "all-at-once"])
def test_the_estimators_are_the_formulas_of_their_authors(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By plain loops over the settings that the function is given, and limits by the textbook."""
    monkeypatch.setattr(sobol, "CELLS", cells)
    seen: list[Array] = []

    def f(s: Array) -> Array:
        seen.append(s)
        return ishigami(s)

    found = sampled_indices(THREE, f, points=256, replicates=4, interval=(0.05, 0.95))
    assert len(seen) == 4 * (1 if cells > 1 else 64)
    parts = np.stack(seen).reshape(4, len(seen) // 4, 8, -1, 3)
    samples = np.swapaxes(parts, 1, 2).reshape(4, 8, 64, 3)
    for i in range(3):
        sums = np.zeros((4, 3))
        for r, (a, b, *mixed) in enumerate(samples):
            ab, ba = mixed[2 * i : 2 * i + 2]
            for mine, own, other in ((ab, a, b), (ba, b, a)):
                np.testing.assert_array_equal(mine[:, i], other[:, i])
                np.testing.assert_array_equal(np.delete(mine, i, 1), np.delete(own, i, 1))
            for ya, yb, yab, yba in zip(*(ishigami(s)[:, 0] for s in (a, b, ab, ba)), strict=True):
                sums[r] += (
                    2 * (yba - yb) * (ya - yab),
                    (yb - yba) ** 2 + (ya - yab) ** 2,
                    (ya - yb) ** 2 + (yba - yab) ** 2,
                )
        for order, value, limits in ((0, found.first, found.first_limits), (1, found.total, found.total_limits)):
            ratio = sums[:, order].sum() / sums[:, 2].sum()
            assert value[i, 0] == pytest.approx(np.clip(ratio, 0, 1))
            residuals = (sums[:, order] - ratio * sums[:, 2]) / sums[:, 2].mean()
            half = stats.t.ppf(0.95, 3) * residuals.std(ddof=1) / 2
            np.testing.assert_allclose(
                limits[:, i, 0], np.clip(value[i, 0] + np.array([-half, half]), 0, 1), atol=1e-12
            )


def test_centred_estimator_finds_the_top_input_where_an_uncentred_one_errs() -> None:
    """A mean far above the spread, as a score of 50 out of 100 has: the case COINr gets wrong."""
    slopes = np.array([1.0, 0.9, 0.2])
    truth = slopes**2 / (slopes**2).sum()

    def f(s: Array) -> Array:
        return (1000 + s @ slopes)[:, None]

    rng = np.random.default_rng(2)
    wrong, right = [], []
    for seed in range(20):
        a, b = rng.random((2, 128, 3))
        ya, yb = f(a)[:, 0], f(b)[:, 0]
        mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
        uncentred = [(yb * (f(m)[:, 0] - ya)).mean() / np.r_[ya, yb].var() for m in mixed]
        wrong.append(np.abs(uncentred - truth).max())
        mine = sampled_indices(THREE, f, points=256, seed=seed).first[:, 0]
        right.append(np.abs(mine - truth).max())
        assert mine.argmax() == 0
    assert np.median(wrong) > 10
    assert max(right) < 0.05


def test_two_by_two_by_hand() -> None:
    """f = 1 at (1, 1), else 0, P(a = 1) = 1/2, P(b = 1) = 1/4: V = 7/64."""
    inputs = [Input("a", ("0", "1")), Input("b", ("0", "1"), (0.75, 0.25))]
    found = exact_indices(inputs, lambda s: s[:, :1] * s[:, 1:])
    # E[Y|a] = 0, 1/4; E[Y|b] = 0, 1/2
    va, vb, v = 1 / 64, 3 / 64, 7 / 64
    np.testing.assert_allclose(found.variance, v)
    np.testing.assert_allclose(found.mean, 1 / 8)
    np.testing.assert_allclose(found.first[:, 0], [va / v, vb / v])
    np.testing.assert_allclose(found.total[:, 0], [1 - vb / v, 1 - va / v])
    np.testing.assert_allclose(found.terms["a", "b"], (v - va - vb) / v)
    np.testing.assert_allclose(found.interactions, 3 / 7)
    np.testing.assert_allclose(found.shapley[:, 0], [2.5 / 7, 4.5 / 7])
    np.testing.assert_array_equal(found.first_limits[0], found.first)
    np.testing.assert_array_equal(found.first_limits[1], found.first)
    assert (found.method, found.independent, found.evaluations) == ("exact", True, 4)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Input], Array]:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    inputs = []
    for i, n in enumerate(sizes):
        p = rng.dirichlet(np.ones(n) * 3)
        inputs.append(Input(f"x{i}", tuple(map(str, range(n))), tuple(p / p.sum())))
    return inputs, rng.normal(size=(int(np.prod(sizes)), 2))


def lookup(inputs: list[Input], values: Array) -> Callable[[Array], Array]:
    shape = tuple(len(i.levels) for i in inputs)
    return lambda s: values[np.ravel_multi_index(tuple(s.T.astype(int)), shape)]


def conditional_variance(key: list[tuple[float, ...]], p: Array, y: Array) -> float:
    """Var(E[Y|key]) by a plain loop."""
    mean, found = float(p @ y), 0.0
    for k in set(key):
        here = np.array([other == k for other in key])
        found += p[here].sum() * ((p[here] @ y[here]) / p[here].sum() - mean) ** 2
    return found


@settings(max_examples=40, deadline=None)
@given(cases())
def test_exact_equals_conditional_variances_by_loops(case: tuple[list[Input], Array]) -> None:
    inputs, values = case
    found = exact_indices(inputs, lookup(inputs, values))
    s, p = enumerate_settings(inputs)
    names = [i.name for i in inputs]
    for output in range(2):
        y = values[:, output]
        v = p @ (y - p @ y) ** 2
        if len(y) == 1:
            assert not found.defined[output]
            continue
        assert found.variance[output] == pytest.approx(v)
        closed = {
            u: conditional_variance([tuple(row[list(u)]) for row in s], p, y) / v
            for size in range(len(names) + 1)
            for u in itertools.combinations(range(len(names)), size)
        }
        everything = tuple(range(len(names)))
        for i in everything:
            others = tuple(j for j in everything if j != i)
            assert found.first[i, output] == pytest.approx(closed[(i,)], abs=1e-9)
            assert found.total[i, output] == pytest.approx(1 - closed[others], abs=1e-9)
        for u in closed:
            parts = sum(
                found.terms[tuple(names[i] for i in t)][output]
                for size in range(1, len(u) + 1)
                for t in itertools.combinations(u, size)
            )
            assert parts == pytest.approx(closed[u], abs=1e-9)
        assert sum(t[output] for t in found.terms.values()) == pytest.approx(1)
        assert found.shapley[:, output].sum() == pytest.approx(1)
        assert (found.total[:, output] >= found.first[:, output] - 1e-12).all()


@settings(max_examples=25, deadline=None)
@given(cases(), st.integers(0, 2**32 - 1))
def test_dependent_inputs_by_permutations(case: tuple[list[Input], Array], seed: int) -> None:
    """Shapley effects as the mean over all orders in which the inputs become known."""
    inputs, values = case
    mask = np.random.default_rng(seed).random(len(values)) < 0.6
    mask[0] = True
    inside = lookup(inputs, mask[:, None].astype(float))
    found = exact_indices(inputs, lookup(inputs, values), lambda s: inside(s)[:, 0] > 0)
    s, p = enumerate_settings(inputs)
    assert found.excluded == pytest.approx(p[~mask].sum(), abs=1e-12)
    s, p, y = s[mask], p[mask] / p[mask].sum(), values[mask, 0]
    if not found.defined[0]:
        assert np.ptp(y) < 1e-9
        return
    v = p @ (y - p @ y) ** 2
    k = len(inputs)
    expected = np.zeros(k)
    orders = list(itertools.permutations(range(k)))
    for order in orders:
        known = 0.0
        for n, i in enumerate(order):
            here = conditional_variance([tuple(r[list(order[: n + 1])]) for r in s], p, y) / v
            expected[i] += (here - known) / len(orders)
            known = here
    np.testing.assert_allclose(found.shapley[:, 0], expected, atol=1e-9)
    for i in range(k):
        alone = conditional_variance([(r[i],) for r in s], p, y) / v
        assert found.first[i, 0] == pytest.approx(alone, abs=1e-9)
    assert np.isnan(found.interactions[0]) != found.independent


def test_two_inputs_that_always_agree_share_alike() -> None:
    inputs = [Input("a", ("0", "1")), Input("b", ("0", "1")), Input("c", ("0", "1"))]
    found = exact_indices(inputs, lambda s: s[:, :1] + s[:, 2:], lambda s: s[:, 0] == s[:, 1])
    assert not found.independent
    np.testing.assert_allclose(found.first[:, 0], [0.5, 0.5, 0.5])
    np.testing.assert_allclose(found.total[:, 0], [0, 0, 0.5], atol=1e-12)
    np.testing.assert_allclose(found.shapley[:, 0], [0.25, 0.25, 0.5])
    assert found.terms == {}
    assert found.excluded == 0.5


def test_admissible_settings_that_are_a_product_stay_independent() -> None:
    inputs = [Input("a", ("0", "1", "2"), (0.5, 0.25, 0.25)), Input("b", ("0", "1"))]
    found = exact_indices(inputs, lambda s: s[:, :1], lambda s: s[:, 0] != 1)
    assert found.independent
    assert found.evaluations == 4
    np.testing.assert_allclose(found.mean, 2 / 3)
    np.testing.assert_allclose(found.first[:, 0], [1, 0], atol=1e-12)


def ranks_of_choices() -> tuple[list[Input], Callable[[Array], Array]]:
    """Ranks of six units under 2 x 3 x 5 choices, and their mean shift."""
    rng = np.random.default_rng(1)
    inputs = [Input(str(n), tuple(map(str, range(n)))) for n in (2, 3, 5)]
    effects = [rng.normal(scale=s, size=(n, 6)) for n, s in ((2, 0.3), (3, 0.5), (5, 1.0))]
    both = rng.normal(scale=0.5, size=(3, 5, 6))

    def f(s: Array) -> Array:
        k = s.astype(int)
        scores = sum(e[k[:, j]] for j, e in enumerate(effects)) + both[k[:, 1], k[:, 2]]
        ranks = 1.0 + (-scores).argsort(axis=1).argsort(axis=1)
        return np.column_stack([ranks, np.abs(ranks - np.arange(1, 7)).mean(axis=1)])

    return inputs, f


@pytest.mark.parametrize("case", ["ishigami", "ranks"])
def test_limits_hold_the_index_as_often_as_they_say(case: str) -> None:
    if case == "ishigami":
        inputs, f = THREE, ishigami
        first, total = (np.array(t)[:, None] for t in ishigami_truth())
    else:
        inputs, f = ranks_of_choices()
        exact = exact_indices(inputs, f)
        first, total = exact.first, exact.total
    inside: list[NDArray[np.bool_]] = []
    for seed in range(150):
        found = sampled_indices(inputs, f, points=256, seed=seed, interval=(0.05, 0.95))
        for truth, limits in ((first, found.first_limits), (total, found.total_limits)):
            # at an end of [0, 1] only one limit can miss
            inner = (truth > 0.01) & (truth < 0.99)
            inside.append(((limits[0] <= truth) & (truth <= limits[1]))[inner])
    assert 0.87 <= np.concatenate(inside).mean() <= 0.93


def test_an_effect_too_rare_to_be_seen_is_not_ruled_out() -> None:
    """No index is told as 0 within nothing: 64 points hardly ever meet both rare levels."""
    rare = (0.97, 0.03)
    inputs = [Input("a", ("0", "1"), rare), Input("b", ("0", "1"), rare), Input("c", ("0", "1"))]

    def f(s: Array) -> Array:
        return s[:, [0]] * s[:, [1]] + 0.05 * s[:, [2]]

    exact = exact_indices(inputs, f)
    runs = [sampled_indices(inputs, f, points=64, seed=s, interval=(0.05, 0.95)) for s in range(80)]
    unseen = [r for r in runs if r.first[0, 0] == 0 and r.total[0, 0] > 0]
    assert len(unseen) > 5
    assert all(r.first_limits[1, 0, 0] > exact.first[0, 0] for r in unseen)


@settings(max_examples=40, deadline=None)
@given(cases(), st.integers(0, 2**32 - 1))
def test_estimates_and_limits_are_possible_values(case: tuple[list[Input], Array], seed: int) -> None:
    inputs, values = case
    found = sampled_indices(inputs, lookup(inputs, values), points=16, replicates=4, seed=seed)
    known = found.defined
    for value, limits in (
        (found.first, found.first_limits),
        (found.total, found.total_limits),
        (found.interactions, found.interaction_limits),
    ):
        low, high = limits[..., known]
        value = value[..., known]
        assert (low >= 0).all()
        assert (low <= value).all()
        assert (value <= high).all()
        assert (high <= 1).all()
    assert (found.first[:, known] <= found.total[:, known] + 1e-12).all()


def test_a_number_added_to_the_output_changes_nothing() -> None:
    """An estimator that is not free of the mean errs by more than the index itself."""
    plain = sampled_indices(THREE, ishigami, points=128)
    moved = sampled_indices(THREE, lambda s: 1e6 + ishigami(s), points=128)
    np.testing.assert_allclose(moved.first, plain.first, atol=1e-8)
    np.testing.assert_allclose(moved.total_limits, plain.total_limits, atol=1e-8)


def test_sampling_agrees_with_enumeration() -> None:
    rng = np.random.default_rng(4)
    inputs = [Input("a", ("0", "1", "2"), (0.2, 0.3, 0.5)), Input("b", ("0", "1")), Input("c", ("0", "1", "2", "3"))]
    f = lookup(inputs, rng.normal(size=(24, 3)))
    exact = exact_indices(inputs, f)
    sampled = sampled_indices(inputs, f, points=2**13)
    np.testing.assert_allclose(sampled.first, exact.first, atol=0.02)
    np.testing.assert_allclose(sampled.total, exact.total, atol=0.02)
    np.testing.assert_allclose(sampled.variance, exact.variance, rtol=0.02)


def test_groups_are_one_input() -> None:
    inputs = [Input("a", ("0", "1"), group="g"), Input("b", ("0", "1", "2")), Input("c", ("0", "1"), group="g")]
    f = lookup(inputs, np.random.default_rng(1).normal(size=(12, 2)))
    merged = [Input("g", ("00", "01", "10", "11")), Input("b", ("0", "1", "2"))]

    def same(s: Array) -> Array:
        return f(np.c_[s[:, 0] // 2, s[:, 1], s[:, 0] % 2])

    found, expected = exact_indices(inputs, f), exact_indices(merged, same)
    assert found.inputs == ("g", "b")
    for mine, theirs in (
        (found.first, expected.first),
        (found.total, expected.total),
        (found.shapley, expected.shapley),
        (found.terms["g", "b"], expected.terms["g", "b"]),
    ):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)
    sampled = sampled_indices(inputs, f, points=2**12)
    np.testing.assert_allclose(sampled.total, found.total, atol=0.03)
    # a vector of noise: 3 columns, one index
    noise = sampled_indices([Input("e", columns=3), Input("x")], lambda s: s.sum(1)[:, None])
    np.testing.assert_allclose(noise.first[:, 0], [0.75, 0.25], atol=0.01)
    assert grouped([Input("e", columns=3), Input("x")]) == {"e": (0, 1, 2), "x": (3,)}


@pytest.mark.parametrize("how", ["exact", "sampled"])
def test_a_constant_output_is_said_to_be_undefined(how: str) -> None:
    inputs = [Input("a", ("0", "1")), Input("b", ("0", "1", "2"))]

    def f(s: Array) -> Array:
        return np.c_[s[:, 0], np.full(len(s), 7.3), 7.3 + 1e-14 * s[:, 1]]

    found = exact_indices(inputs, f) if how == "exact" else sampled_indices(inputs, f, points=64)
    assert found.defined.tolist() == [True, False, False]
    assert found.variance.tolist()[1:] == [0, 0]
    assert np.isnan(found.first[:, 1:]).all()
    assert np.isnan(found.total_limits[:, :, 1:]).all()
    assert np.isfinite(found.first[:, 0]).all()
    np.testing.assert_allclose(found.total[:, 0], [1, 0], atol=0.05)


def test_an_input_without_effect_is_zero_and_an_additive_one_has_no_interaction() -> None:
    inputs = [Input(n, ("0", "1", "2")) for n in "abc"]
    found = exact_indices(inputs, lambda s: s[:, [0]] ** 2 + 3 * s[:, [1]])
    np.testing.assert_allclose(found.total[2], 0, atol=1e-12)
    np.testing.assert_allclose(found.interactions, 0, atol=1e-12)
    np.testing.assert_allclose(found.first, found.total, atol=1e-12)


def test_equal_seeds_give_equal_bits() -> None:
    one, two = (sampled_indices(THREE, ishigami, points=64, seed=9) for _ in range(2))
    np.testing.assert_array_equal(one.first_limits, two.first_limits)
    other = sampled_indices(THREE, ishigami, points=64, seed=10)
    assert (other.first != one.first).all()


def test_levels_are_taken_away_until_all_is_admissible() -> None:
    inputs = [
        Input("scale", ("minmax", "percentile", "zscore"), (0.5, 0.25, 0.25)),
        Input("mean", ("arithmetic", "geometric", "harmonic")),
        Input("other", ("x", "y")),
    ]

    def admissible(s: Array) -> NDArray[np.bool_]:
        return (s[:, 0] != 2) | (s[:, 1] == 0)

    kept = product_levels(inputs, admissible)
    assert [i.levels for i in kept] == [("minmax", "percentile"), ("arithmetic", "geometric", "harmonic"), ("x", "y")]
    np.testing.assert_allclose(kept[0].probabilities, [2 / 3, 1 / 3])
    assert product_levels(inputs, lambda s: np.ones(len(s), dtype=bool)) == tuple(inputs)
    # what is admissible with no first level keeps its own
    assert [i.levels[0] for i in product_levels(inputs, lambda s: s[:, 0] > 0)] == ["percentile", "arithmetic", "x"]
    with pytest.raises(ValueError, match="no levels"):
        product_levels(inputs, lambda s: s[:, 0] > 2)


def test_refusals() -> None:
    two = [Input("a", ("0", "1")), Input("b", ("0", "1"))]
    with pytest.raises(ValueError, match="probabilities"):
        Input("a", ("x", "y"), (0.5, 0.4))
    with pytest.raises(ValueError, match="repeat"):
        Input("a", ("x", "x"))
    with pytest.raises(ValueError, match="one column"):
        Input("a", ("x", "y"), columns=2)
    with pytest.raises(ValueError, match="names of inputs repeat"):
        grouped([Input("a"), Input("a")])
    with pytest.raises(ValueError, match="continuous"):
        exact_indices(THREE, ishigami)
    with pytest.raises(ValueError, match="too many"):
        enumerate_settings([Input(str(i), tuple("0123456789")) for i in range(8)])
    with pytest.raises(ValueError, match="no setting is admissible"):
        exact_indices(two, lambda s: s, lambda s: s[:, 0] > 5)
    with pytest.raises(ValueError, match=r"row 3: output 1 is nan.*inadmissible"):
        exact_indices(two, lambda s: np.where(s.sum(1, keepdims=True) == 2, [0, np.nan], s))
    with pytest.raises(ValueError, match="expected outputs of shape"):
        exact_indices(two, lambda s: s[:, 0])
    for points, replicates in ((100, 4), (128, 3), (128, 1), (4, 8)):
        with pytest.raises(ValueError, match="powers of 2"):
            sampled_indices(THREE, ishigami, points=points, replicates=replicates)
    with pytest.raises(ValueError, match="do not fit"):
        variance_terms(np.zeros((2, 3, 1)), [[0.5, 0.5]])


def test_the_coverage_that_readers_are_told_is_that_of_the_benchmark() -> None:
    page = Path(__file__).resolve().parents[2] / "benchmarks" / "sobol.md"
    rows = [line.split("|")[1:-1] for line in page.read_text(encoding="utf-8").splitlines()]
    head = next(r for r in rows if len(r) > 5)
    held = [i for i, name in enumerate(head) if "held" in name]
    found = [Decimal(r[i].strip()) for r in rows if r != head and len(r) > 5 and r[1].strip(" -:") for i in held]
    assert len(held) == 2
    ends = [int(f(found).quantize(Decimal(1), ROUND_HALF_UP)) for f in (min, max)]
    assert ends == [round(100 * p) for p in HELD]
    assert "90% limits" in page.read_text(encoding="utf-8")
    assert pytest.approx(0.9) == MEANT
