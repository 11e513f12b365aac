"""Aggregation against golden values, published examples, other libraries, and properties."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm.methods import TOPSIS
from scipy import stats
from skcriteria import mkdm
from skcriteria.agg import topsis as skc_topsis
from skcriteria.agg.simple import WeightedProductModel, WeightedSumModel

from monotown.index import kernel
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.methods import aggregate as a
from monotown.methods.register import AGGREGATIONS

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "index.json").read_text())
X, D, W = np.array(GOLDEN["X"]), np.array(GOLDEN["direction"]), GOLDEN["w0"]
Z = (X - X.min(axis=0)) / np.ptp(X, axis=0)
Z[:, 2] = 1 - Z[:, 2]
#: Scores above 0, as the golden values have them.
FLOORED = 0.01 + 0.99 * Z
EQUAL = [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("arithmetic", a.arithmetic(Z, W)),
        ("geometric", a.geometric(FLOORED, W)),
        ("harmonic", a.harmonic(FLOORED, W)),
        ("power_0.5", a.power(FLOORED, W, 0.5)),
        ("power_-2", a.power(FLOORED, W, -2)),
        ("mpi", a.mpi(X, EQUAL, D)),
        ("ampi_sample", a.ampi(X, EQUAL, list(zip(X.min(0), X.max(0), strict=True)), D)),
        ("ampi_reference_mean", a.ampi(X, EQUAL, a.ampi_goalposts(X, X.mean(axis=0)), D)),
        ("owa", a.owa(Z, EQUAL, order_weights=[0.1, 0.2, 0.3, 0.4])),
        ("owa_orness", a.orness_of([0.1, 0.2, 0.3, 0.4])),
        ("outranking", a.outranking(Z, W)),
        ("copeland", a.copeland(Z, W)),
    ],
)
def test_golden(name: str, found: np.ndarray) -> None:
    np.testing.assert_allclose(found, GOLDEN[name], atol=6e-7)


def test_compensation_decides_between_two_units() -> None:
    """The second unit beats the fourth where scores compensate each other, and loses where not."""
    mean, product = a.arithmetic(Z, W), a.geometric(FLOORED, W)
    assert mean[1] > mean[3]
    assert product[1] < product[3]


def test_scikit_criteria_and_pymcdm_agree() -> None:
    w = np.array(W)
    given_ = mkdm(FLOORED, [1] * 4, weights=w)
    np.testing.assert_allclose(a.arithmetic(FLOORED, w), WeightedSumModel().evaluate(given_).e_.score)
    np.testing.assert_allclose(np.log10(a.geometric(FLOORED, w)), WeightedProductModel().evaluate(given_).e_.score)
    closeness = a.topsis(FLOORED, w)
    np.testing.assert_allclose(closeness, skc_topsis.TOPSIS().evaluate(given_).e_.similarity)
    plain = TOPSIS(normalization_function=lambda x, cost=False: x)
    np.testing.assert_allclose(closeness, plain(FLOORED, w, np.ones(4)))


def test_scipy_agrees_on_the_means() -> None:
    for row, found in zip(FLOORED, a.geometric(FLOORED, W), strict=True):
        assert found == pytest.approx(stats.gmean(row, weights=W))
    for b in (-2, 0.5, 3):
        expected = [stats.pmean(row, b, weights=W) for row in FLOORED]
        np.testing.assert_allclose(a.power(FLOORED, W, b), expected)


def test_human_development_index_2010_form() -> None:
    """Geometric mean of three dimensions (UNDP technical notes): Norway 2021 has 0.961."""
    health = (83.2 - 20) / (85 - 20)
    education = (min(18.2 / 18, 1) + 13.0 / 15) / 2
    income = (np.log(64660) - np.log(100)) / (np.log(75000) - np.log(100))
    assert a.geometric([[health, education, income]], [1, 1, 1])[0] == pytest.approx(0.961, abs=5e-4)


def test_mazziotta_pareto_by_hand() -> None:
    """Mean 100, deviations -10, 0, 10: variance 66.67, penalty 0.6667, either way."""
    row = [[90.0, 100.0, 110.0], [100.0, 100.0, 100.0]]
    assert a.mazziotta_pareto(row, [1, 1, 1]) == pytest.approx([100 - 2 / 3, 100])
    assert a.mazziotta_pareto(row, [1, 1, 1], 1.0) == pytest.approx([100 + 2 / 3, 100])
    with pytest.raises(ValueError, match="positive mean, found -1"):
        a.mazziotta_pareto([[-1.0]], [1])
    with pytest.raises(ValueError, match="the penalty is -1 or 1"):
        a.mazziotta_pareto(row, [1, 1, 1], 0.5)
    with pytest.raises(ValueError, match="no z-score"):
        a.mpi([[1.0], [1.0]], [1])


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_ampi_of_the_reference_is_100_and_keeps_over_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 9, size=(7, 3))
    reference = x.mean(axis=0)
    posts = a.ampi_goalposts(x, reference)
    assert a.ampi(reference[None], [1, 1, 1], posts)[0] == pytest.approx(100)
    later = np.vstack([x, rng.uniform(1, 9, size=(2, 3))])
    np.testing.assert_allclose(a.ampi(later, [1, 2, 3], posts, [1, -1, 1])[:7], a.ampi(x, [1, 2, 3], posts, [1, -1, 1]))


@given(st.integers(2, 9), st.floats(0.02, 0.98))
def test_order_weights_have_the_orness_asked_for(n: int, orness: float) -> None:
    v = a.order_weights(n, orness)
    assert v.sum() == pytest.approx(1)
    assert (v >= 0).all()
    assert a.orness_of(v) == pytest.approx(orness, abs=1e-9)


def test_owa_meets_minimum_mean_and_maximum() -> None:
    w = [0.4, 0.3, 0.2, 0.1]
    np.testing.assert_allclose(a.owa(Z, w, orness=0.5), a.arithmetic(Z, w))
    np.testing.assert_allclose(a.owa(Z, EQUAL, orness=0.0), Z.min(axis=1))
    np.testing.assert_allclose(a.owa(Z, EQUAL, orness=1.0), Z.max(axis=1))
    single = a.owa(Z[:, :1], [1], orness=0.3)
    np.testing.assert_allclose(single, Z[:, 0])
    for arguments in ({}, {"orness": 0.5, "order_weights": [1, 1, 1, 1]}):
        with pytest.raises(ValueError, match="either orness or order weights"):
            a.owa(Z, w, **arguments)
    with pytest.raises(ValueError, match="2 order weights for 4 children"):
        a.owa(Z, w, order_weights=[1, 1])
    for orness, message in ((1.2, "between 0 and 1"), (1 - 1e-9, "too near its limit")):
        with pytest.raises(ValueError, match=message):
            a.order_weights(3, orness)
    with pytest.raises(ValueError, match="at least two"):
        a.order_weights(1, 0.5)


def test_torras_weighted_owa_by_hand() -> None:
    """Order weights .5, .3, .2: the line W* runs through (1/3, .5) and (2/3, .8)."""
    # sorted 0.9 (.3), 0.6 (.5), 0.1 (.2): reached .3, .8, 1 -> Q .45, .88, 1
    found = a.owa([[0.6, 0.9, 0.1]], [0.5, 0.3, 0.2], order_weights=[0.5, 0.3, 0.2])
    assert found[0] == pytest.approx(0.9 * 0.45 + 0.6 * 0.43 + 0.1 * 0.12)


def test_condorcets_paradox_and_a_winner() -> None:
    paradox = a.condorcet([[3, 1, 2], [2, 3, 1], [1, 2, 3]], [1, 1, 1])
    assert paradox.winner is None
    assert paradox.cycles == ((0, 1, 2),)
    clear = a.condorcet([[3, 3, 1], [2, 2, 3], [1, 1, 2]], [1, 1, 1])
    assert (clear.winner, clear.cycles, clear.order) == (0, (), (0, 1, 2))
    with pytest.raises(ValueError, match="one weight vector"):
        a.condorcet([[1.0, 2.0]], [[1, 1], [1, 2]])


def test_tennessee_chooses_nashville() -> None:
    """The textbook election of a capital; Kemeny puts Nashville first and Memphis last."""
    # children are the four groups of voters, cities Memphis, Nashville, Chattanooga, Knoxville
    z = [[4, 1, 1, 1], [3, 4, 2, 2], [2, 3, 4, 3], [1, 2, 3, 4]]
    found = a.condorcet(z, [42, 26, 15, 17])
    assert found.winner == 1
    assert found.order == (1, 2, 3, 0)
    assert found.majority[1, 0] == pytest.approx(0.58)
    assert a.copeland(z, [42, 26, 15, 17]).tolist() == [-3, 3, 1, -1]


def brute_kemeny(o: np.ndarray) -> list[tuple[int, ...]]:
    n = len(o)
    value = {p: sum(o[p[i], p[j]] for i in range(n) for j in range(i + 1, n)) for p in permutations(range(n))}
    return [p for p, v in value.items() if v > max(value.values()) - 1e-9]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_kemeny_is_the_best_of_all_orders(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    o = a.outranking(rng.integers(0, 4, size=(n, 3)), rng.integers(1, 4, size=3))
    best = brute_kemeny(o)
    assert a.kemeny(o) == min(best)
    places = [np.mean([p.index(i) + 1 for p in best]) for i in range(n)]
    np.testing.assert_allclose(a.kemeny_places(o), places)


def test_kemeny_has_a_limit() -> None:
    with pytest.raises(ValueError, match="up to 10 units, not 11"):
        a.kemeny(np.full((11, 11), 0.5))
    many = np.arange(24.0).reshape(12, 2)
    assert a.condorcet(many, [1, 1]).order == tuple(range(11, -1, -1))
    cyclic = np.vstack([[[3, 1, 2], [2, 3, 1], [1, 2, 3]], np.full((9, 3), -1.0)])
    assert a.condorcet(cyclic, [1, 1, 1]).order is None
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b"), Leaf("c")), 1.0, method("condorcet")))
    with pytest.raises(ValueError, match=r"12 units are tied or run in a cycle.*take copeland"):
        kernel.evaluate(model, cyclic)


def test_identical_units_share_a_place() -> None:
    z = [[0.5, 0.5], [0.9, 0.9], [0.5, 0.5], [0.1, 0.3]]
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b")), 1.0, method("condorcet")))
    assert kernel.evaluate(model, z)[0].tolist() == [0.0, 3.0, 0.0, -3.0]


def test_weighted_median_and_minimum() -> None:
    z = [[0.1, 0.5, 0.9]]
    assert a.median(z, [1, 1, 1])[0] == 0.5
    assert a.median(z, [3, 1, 1])[0] == pytest.approx(0.1)
    assert a.median(z, [2, 1, 1])[0] == pytest.approx(0.3)
    assert a.median(z, [1, 0, 1])[0] == pytest.approx(0.5)
    assert a.minimum(z, [0, 1, 1])[0] == 0.5
    assert a.minimum(z, [[0, 1, 1], [1, 1, 1]]).ravel().tolist() == [0.5, 0.1]


def test_topsis_by_hand_and_refused_without_spread() -> None:
    # distances to the best .3 and .5 x 1, to the worst .5 and .3
    found = a.topsis([[1.0, 0.0], [0.0, 1.0]], [0.625, 0.375])
    assert found == pytest.approx([0.625, 0.375])
    with pytest.raises(ValueError, match="no child varies"):
        a.topsis([[1.0], [1.0]], [1])


SIMPLE = {
    "arithmetic": a.arithmetic,
    "geometric": a.geometric,
    "harmonic": a.harmonic,
    "power": lambda z, w: a.power(z, w, 0.5),
    "minimum": a.minimum,
    "median": a.median,
    "owa": lambda z, w: a.owa(z, w, orness=0.3),
    "mpi": a.mazziotta_pareto,
    "ampi": a.mazziotta_pareto,
    "copeland": a.copeland,
    "topsis": a.topsis,
    "condorcet": lambda z, w: np.array([_condorcet(z, row) for row in np.atleast_2d(w)]).reshape(
        (*np.shape(w)[:-1], len(z))
    ),
}


def _condorcet(z: np.ndarray, w: np.ndarray) -> np.ndarray:
    n = len(z)
    return n + 1 - 2 * a.kemeny_places(a.outranking(z, w))


def scaled(name: str, z: np.ndarray) -> np.ndarray:
    return 70 + 60 * z if name in ("mpi", "ampi") else z


def test_every_aggregation_is_under_the_properties() -> None:
    assert set(SIMPLE) == set(AGGREGATIONS)


@pytest.mark.parametrize("name", SIMPLE)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_properties_of_every_aggregation(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    function = SIMPLE[name]
    z = scaled(name, rng.uniform(0.05, 1, size=(6, 4)))
    w = rng.gamma(1.0, size=(5, 4)) + 0.01
    found = function(z, w)
    assert found.shape == (5, 6)
    assert np.isfinite(found).all()
    # one draw at a time, any scale of the weights, any order of units and children
    np.testing.assert_allclose(function(z, w[2]), found[2], atol=1e-9)
    np.testing.assert_allclose(function(z, 7 * w), found, atol=1e-9)
    units, children = rng.permutation(6), rng.permutation(4)
    np.testing.assert_allclose(function(z[units], w), found[:, units], atol=1e-9)
    np.testing.assert_allclose(function(z[:, children], w[:, children]), found, atol=1e-9)
    # the kernel is the same function
    settings_ = {"power": {"exponent": 0.5}, "owa": {"orness": 0.3}}.get(name, {})
    leaves = tuple(Leaf(f"m{i}") for i in range(4))
    model = IndexModel(Node("i", leaves, 1.0, method(name, **settings_)))
    np.testing.assert_allclose(kernel.evaluate(model, z, w), found, rtol=1e-9, atol=1e-9)
    # a unit that is at least as good everywhere is never below
    if name not in ("mpi", "ampi"):  # a penalty for imbalance may punish a gain
        better = z.copy()
        better[0] = np.minimum(1.0, z[1] + rng.uniform(0, 0.2, size=4))
        both = function(better, w)
        assert (both[:, 0] >= both[:, 1] - 1e-9).all()


@pytest.mark.parametrize("name", ["arithmetic", "geometric", "harmonic", "power", "minimum", "median", "owa"])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=25)
def test_means_lie_between_their_ends_and_are_homogeneous(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    z, w = rng.uniform(0.05, 1, size=(5, 3)), rng.gamma(1.0, size=3) + 0.01
    found = SIMPLE[name](z, w)
    assert (found >= z.min(axis=1) - 1e-12).all()
    assert (found <= z.max(axis=1) + 1e-12).all()
    np.testing.assert_allclose(SIMPLE[name](3 * z, w), 3 * found)
    same = np.repeat(z[:, :1], 3, axis=1)
    np.testing.assert_allclose(SIMPLE[name](same, w), z[:, 0])


def test_power_means_rise_with_their_exponent() -> None:
    found = [a.power(FLOORED, W, b) for b in (-2, -1, 0, 0.5, 1, 2)]
    assert (np.diff(found, axis=0) >= -1e-12).all()


@given(st.integers(0, 10**6))
def test_outranking_shares_sum_to_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    o = a.outranking(rng.integers(0, 3, size=(5, 4)) / 2, rng.random((3, 4)) + 0.1)
    np.testing.assert_allclose(o + o.transpose(0, 2, 1), 1)


@pytest.mark.parametrize(
    ("z", "w", "message"),
    [
        ([[1.0, 2.0]], [1], "z is .units, children."),
        ([[1.0, np.nan]], [1, 1], "missing or infinite"),
        ([[1.0, 2.0]], [-1, 2], "not negative"),
        ([[1.0, 2.0]], [0, 0], "positive sum"),
    ],
)
def test_wrong_input_is_refused(z: object, w: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        a.arithmetic(z, w)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: a.geometric([[0.0, 1.0]], [1, 1]), "the geometric mean needs positive"),
        (lambda: a.harmonic([[0.0, 1.0]], [1, 1]), "the harmonic mean needs positive"),
        (lambda: a.power([[0.0, 1.0]], [1, 1], -2), "the power mean needs positive"),
        (lambda: a.power([[-0.1, 1.0]], [1, 1], 2), "scores of 0 or more"),
    ],
)
def test_undefined_means_are_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
    assert a.power([[0.0, 1.0]], [1, 1], 2)[0] == pytest.approx(0.5**0.5)
