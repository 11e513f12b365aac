"""Principal components and the weights of Nicoletti and others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.factors import loading_weights, pca, pca_varimax_weights, pca_weights, varimax

# OECD/JRC Handbook (2008), table 17: rotated loadings of the Technology Achievement Index.
TAI = np.array(
    [
        [0.07, 0.97, 0.06, 0.06],
        [0.13, 0.07, -0.07, 0.93],
        [0.79, -0.21, 0.21, 0.42],
        [-0.64, 0.56, -0.04, 0.36],
        [0.37, 0.17, 0.38, 0.68],
        [0.82, -0.04, 0.25, 0.35],
        [0.88, 0.23, -0.09, 0.09],
        [0.08, 0.04, 0.96, 0.04],
    ]
)
X = np.array(
    [
        [12.0, 3.0, 40.0, 2.1],
        [30.0, 7.0, 55.0, 3.0],
        [8.0, 1.0, 35.0, 2.8],
        [22.0, 4.0, 20.0, 3.9],
        [15.0, 6.0, 60.0, 1.7],
        [27.0, 2.0, 45.0, 3.3],
    ]
)


def test_handbook_s_technology_achievement_index() -> None:
    # Printed weights: patents .17, royalties .15, internet .11, exports .06, telephones .08,
    # electricity .12, schooling .14, university .17; the loadings have two decimals.
    printed = [0.17, 0.15, 0.11, 0.06, 0.08, 0.12, 0.14, 0.17]
    assert loading_weights(TAI) == pytest.approx(printed, abs=0.0062)
    assert (TAI**2).sum(0) == pytest.approx([2.64, 1.39, 1.19, 1.76], abs=0.012)


def test_the_handbook_assigns_by_the_scaled_squared_loading() -> None:
    # Exports load -0.64 on the first factor, which is the largest in size, and 0.56 on the second,
    # of which it takes the larger part. The printed weight of .06 is that of the second.
    exports, printed = 3, 0.06
    squared = TAI**2
    assert squared[exports].argmax() == 0
    assert (squared / squared.sum(0))[exports].argmax() == 1
    raw = np.where(np.arange(8) == exports, squared.max(1), _raw(TAI))
    assert round(float(loading_weights(TAI)[exports]), 2) == printed
    assert round(float((raw / raw.sum())[exports]), 2) == 0.07


def _raw(loadings: np.ndarray) -> np.ndarray:
    squared = loadings**2
    place = (squared / squared.sum(0)).argmax(1)
    return squared[np.arange(len(squared)), place]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_signs_and_order_of_components_are_without_effect(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loadings = rng.uniform(-1, 1, size=(7, 3))
    w = loading_weights(loadings)
    assert w == pytest.approx(_raw(loadings) / _raw(loadings).sum())
    order = rng.permutation(3)
    turned = (loadings * rng.choice([-1.0, 1.0], size=3))[:, order]
    assert loading_weights(turned) == pytest.approx(w)
    # with more than two components varimax may have several maxima
    two = loading_weights(varimax(loadings[:, :2]))
    assert loading_weights(varimax(loadings[:, 1::-1] * [1, -1])) == pytest.approx(two, abs=1e-6)


def test_equal_parts_of_two_components_do_not_hang_on_the_last_bit() -> None:
    # half of each component is the first indicator's; the first component is twice the second
    squared = np.array([[0.4, 0.2], [0.3, 0.02], [0.1, 0.18]])
    for bits in ((1, 1), (1 + 1e-15, 1), (1, 1 + 1e-15)):
        w = loading_weights(np.sqrt(squared * [[bits[0], bits[1]], [1, 1], [1, 1]]))
        # in the component that explains more: .4, .3 and .18
        assert w == pytest.approx(np.array([0.4, 0.3, 0.18]) / 0.88)


def test_golden_toy() -> None:
    found = pca(X * [1, 1, -1, 1])
    assert found.eigenvalues == pytest.approx([1.983671, 1.630027, 0.351958, 0.034344], abs=1e-6)
    # The oracle puts the fourth indicator, whose squared loadings are 0.4922 and 0.4921, with the
    # first component; by the scaled loadings, as in the Handbook's example, it belongs to the
    # second.
    assert found.weights == pytest.approx([0.318101, 0.2022, 0.307896, 0.171803], abs=3e-5)
    first = found.loadings[:, 0] ** 2 / found.explained[0] / 4
    second = found.loadings[:, 1] ** 2 / found.explained[1] / 4
    share = found.explained / found.explained.sum()
    oracle = np.array([second[0] * share[1], first[1] * share[0], first[2] * share[0], first[3] * share[0]])
    assert oracle / oracle.sum() == pytest.approx([0.318101, 0.2022, 0.307896, 0.171803], abs=1e-6)
    assert found.explained == pytest.approx(found.eigenvalues[:2] / 4)


def test_full_loadings_reproduce_the_correlations_also_rotated() -> None:
    r = np.corrcoef(X.T)
    for rotate in (False, True):
        loadings = pca(X, components=4, rotate=rotate).loadings
        assert loadings @ loadings.T == pytest.approx(r, abs=1e-10)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_varimax_of_two_components_is_the_best_angle(seed: int) -> None:
    given_ = np.random.default_rng(seed).normal(size=(6, 2))
    h = np.sqrt((given_**2).sum(1, keepdims=True))

    def criterion(loadings: np.ndarray) -> float:
        return float(((loadings / h) ** 2).var(0).sum())

    best = max(
        criterion(given_ @ np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]))
        for t in np.linspace(0, np.pi / 2, 2001)
    )
    assert criterion(varimax(given_)) == pytest.approx(best, abs=1e-5)


def test_varimax_raises_the_criterion_with_four_components() -> None:
    rng = np.random.default_rng(2)
    q, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    turned = varimax(TAI @ q)
    h = (TAI**2).sum(1, keepdims=True)
    assert ((turned**2 / h).var(0)).sum() >= ((TAI**2 / h).var(0)).sum() - 1e-9
    assert turned @ turned.T == pytest.approx(TAI @ TAI.T, abs=1e-10)
    # The published loadings are those rotated: turned back, the same weights.
    assert loading_weights(turned) == pytest.approx(loading_weights(TAI), abs=0.01)
    one = np.array([[0.5], [0.2]])
    assert varimax(one).tolist() == one.tolist()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_properties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(12, 5)) @ rng.normal(size=(5, 5))
    for scheme in (pca_weights, pca_varimax_weights):
        w = scheme(x)
        assert (w >= 0).all()
        assert w.sum() == pytest.approx(1)
        units, order = rng.permutation(12), rng.permutation(5)
        assert scheme(x[units]) == pytest.approx(w, abs=1e-6)
        assert scheme(x[:, order]) == pytest.approx(w[order], abs=1e-6)
        assert scheme(x * rng.uniform(0.1, 9, 5) * [1, -1, 1, -1, 1] + 3) == pytest.approx(w, abs=1e-6)


def test_unrelated_indicators_keep_one_component() -> None:
    x = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1.0]])
    assert pca(x).loadings.shape == (2, 1)


def test_refusals_name_the_columns() -> None:
    with pytest.raises(InadmissibleError, match="4 units for 4 indicators"):
        pca(X[:4])
    tied = np.column_stack([X, X[:, 0] + X[:, 3]])
    with pytest.raises(InadmissibleError, match="columns a, d, e: found 'an exact linear relation'"):
        pca(tied, names=list("abcde"))
    flat = X.copy()
    flat[:, 2] = 1
    with pytest.raises(InadmissibleError, match="column c"):
        pca(flat, names=list("abcd"))
    with pytest.raises(InadmissibleError, match="complete_units"):
        pca(X, missing="available")
    with pytest.raises(ValueError, match="one matrix"):
        pca(np.stack([X, X]))
    with pytest.raises(ValueError, match="1 to 4 components"):
        pca(X, components=5)


def test_incomplete_units_are_left_out_when_asked() -> None:
    x = np.vstack([X, [1.0, np.nan, 2.0, 3.0]])
    assert pca(x, missing="complete_units").weights == pytest.approx(pca(X).weights)
