"""Weights from principal components (Nicoletti and others), with or without varimax rotation.

They depend on the set of units and say which indicators move together, not what matters; never
call them importance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.ties import above, level
from monotown.methods.method import Missing, Weighting
from monotown.methods.weights.admissible import Refusals, prepare, refuse_constant, shares

#: A correlation matrix whose smallest eigenvalue is below this is singular.
SINGULAR = 1e-10


@dataclass(frozen=True)
class Pca:
    """Principal components of a correlation matrix, and the weights they give.

    Attributes
    ----------
    eigenvalues : ndarray, shape (indicators,)
        All, falling; they sum to the number of indicators.
    loadings : ndarray, shape (indicators, components)
        Correlations of the indicators with the components kept, rotated where asked.
    explained : ndarray, shape (components,)
        Variance explained by each component kept / number of indicators.
    weights : ndarray, shape (indicators,)
        By `loading_weights`.
    """

    eigenvalues: Array
    loadings: Array
    explained: Array
    weights: Array


def correlation_matrix(z: ArrayLike, scheme: str, names: Sequence[str] | None, missing: Missing) -> tuple[Array, Array]:
    """Correlations and standard deviations of columns fit to be inverted.

    Raises
    ------
    InadmissibleError
        If a column is constant, there are not more units than indicators, or a column follows
        from others exactly; the columns are named.
    """
    x, used, columns = prepare(z, scheme, names, missing, allowed=("refuse", "complete_units"))
    if x.ndim != 2:
        raise ValueError(f"expected one matrix (units, indicators), found shape {x.shape}")
    x = x[used[:, 0]]
    n, p = x.shape
    refusals = Refusals(scheme)
    if n <= p:
        refusals.no("units", f"{n} units for {p} indicators", "more units than indicators")
    refuse_constant(refusals, x, np.ones_like(x, dtype=bool), columns)
    refusals.stop()
    sd = x.std(0, ddof=1)
    standard = (x - x.mean(0)) / sd
    r = standard.T @ standard / (n - 1)
    values, vectors = np.linalg.eigh(r)
    if values[0] < SINGULAR:
        tied = [c for c, v in zip(columns, vectors[:, 0], strict=True) if abs(v) > 0.01]
        refusals.no("columns " + ", ".join(tied), "an exact linear relation", "no column given by others")
        refusals.stop()
    return r, sd


def varimax(loadings: ArrayLike) -> Array:
    """Loadings turned so that each indicator loads on few components (Kaiser 1958).

    Maximises ``sum_j var_i(l_ij^2 / h_i^2)``, h_i^2 the communalities, by turning the components
    two at a time through the angle that is best for the two in closed form. The turned loadings
    reproduce the same correlations.

    Parameters
    ----------
    loadings
        Shape (indicators, components).

    Returns
    -------
    ndarray of the same shape

    Examples
    --------
    >>> turned = varimax([[0.7, 0.7], [0.7, -0.7], [0.6, 0.6]])
    >>> np.abs(turned).round(2)
    array([[0.99, 0.  ],
           [0.  , 0.99],
           [0.85, 0.  ]])
    """
    given = np.asarray(loadings, dtype=np.float64)
    size = np.sqrt((given**2).sum(1, keepdims=True))
    size = np.where(size > 0, size, 1.0)
    turned = given / size
    p, m = turned.shape
    pairs = list(zip(*np.triu_indices(m, 1), strict=True))
    for _ in range(200):
        largest = 0.0
        for i, j in pairs:
            u = turned[:, i] ** 2 - turned[:, j] ** 2
            v = 2 * turned[:, i] * turned[:, j]
            top = 2 * float(u @ v) - 2 * u.sum() * v.sum() / p
            below = float(u @ u - v @ v) - (u.sum() ** 2 - v.sum() ** 2) / p
            angle = float(np.arctan2(top, below)) / 4 if np.hypot(top, below) > 1e-14 else 0.0
            cos, sin = np.cos(angle), np.sin(angle)
            turned[:, [i, j]] = turned[:, [i, j]] @ np.array([[cos, -sin], [sin, cos]])
            largest = max(largest, abs(angle))
        if largest < 1e-10:
            break
    return np.asarray(turned * size)


def loading_weights(loadings: ArrayLike, explained: ArrayLike | None = None) -> Array:
    """Weights from a table of loadings (Nicoletti, Scarpetta and Boylaud 2000).

    Squared loadings are scaled to sum to 1 in each component. Each indicator belongs to the
    component in which its scaled squared loading is largest; that scaled squared loading is its
    weight within the component. Times the component's share of the variance explained it is the
    indicator's weight, and the weights are scaled to sum to 1 (OECD/JRC Handbook 2008, step 6,
    tables 17 to 19). Signs of loadings are without effect. Where an indicator has equal parts of
    two components (to 1e-9), it belongs to the one that explains more.

    Parameters
    ----------
    loadings
        Shape (indicators, components).
    explained
        Variance explained by each component; sums of squared loadings by default.

    Returns
    -------
    ndarray, shape (indicators,)
        Non-negative, sums to 1.

    Notes
    -----
    The Handbook's text speaks of the highest loadings; its example, the Technology Achievement
    Index, goes by the scaled squared loading, as here. Exports load -0.64 on the first factor and
    0.56 on the second, of which they take the larger part (0.23 against 0.15): weighted with the
    second they have .06, as printed. By the largest loading in size they would belong to the first,
    with .07.

    Examples
    --------
    >>> loading_weights([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]]).round(4)
    array([0.3584, 0.2832, 0.3584])
    """
    squared = np.asarray(loadings, dtype=np.float64) ** 2
    sums = squared.sum(0)
    size = sums if explained is None else np.asarray(explained, dtype=np.float64)
    scaled = squared / sums
    tied = level(scaled, axis=1)
    largest = tied == tied.max(1, keepdims=True)
    raw = np.where(largest, scaled * size / size.sum(), 0.0).max(1)
    return shares(raw, "PCA", "no loading")


def pca(
    z: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    missing: Missing = "refuse",
    components: int | None = None,
    rotate: bool = False,
) -> Pca:
    """Principal components of the indicators' correlations, and the weights they give.

    Loadings ``l_kj = v_kj sqrt(lambda_j)`` of the eigenvectors of the correlation matrix;
    components with an eigenvalue above 1 are kept (Kaiser 1960). With few units for the number of
    indicators the matrix is unstable: apply block by block, and bootstrap the units.

    Parameters
    ----------
    z
        Values, direction-corrected, shape (units, indicators); any scale.
    names
        Names of the indicators, for messages.
    missing
        ``refuse`` or ``complete_units``.
    components
        Number of components to keep instead.
    rotate
        Whether to rotate them by `varimax`.

    Returns
    -------
    Pca

    Raises
    ------
    InadmissibleError
        If a column is constant, there are not more units than indicators, or the correlation
        matrix is singular.
    ValueError
        If z is a stack, or components is not between 1 and the number of indicators.

    Examples
    --------
    >>> z = [[1, 2, 3], [2, 1, 5], [3, 4, 4], [4, 3, 1], [5, 6, 2]]
    >>> found = pca(z)
    >>> found.eigenvalues.round(3), found.weights.round(3)
    (array([2.287, 0.547, 0.166]), array([0.383, 0.351, 0.266]))
    """
    r, _ = correlation_matrix(z, "PCA", names, missing)
    values, vectors = np.linalg.eigh(r)
    values, vectors = values[::-1], vectors[:, ::-1]
    p = len(values)
    # Perfectly unrelated indicators have no eigenvalue above 1; one component is always kept.
    keep = max(int(above(values, 1).sum()), 1) if components is None else components
    if not 1 <= keep <= p:
        raise ValueError(f"expected 1 to {p} components, found {keep}")
    loadings = vectors[:, :keep] * np.sqrt(values[:keep])
    # The sign of an eigenvector is arbitrary; the largest loading is made positive.
    top = level(np.abs(loadings), axis=0).argmax(0)
    loadings = loadings * np.sign(loadings[top, np.arange(keep)])
    if rotate:
        loadings = varimax(loadings)
    explained = (loadings**2).sum(0) / p
    return Pca(values, loadings, explained, loading_weights(loadings))


def pca_weights(z: ArrayLike, *, names: Sequence[str] | None = None, missing: Missing = "refuse") -> Array:
    """Weights of `pca` without rotation; they depend on the units: not a measure of importance.

    Parameters, errors and reference as in `pca`.

    Examples
    --------
    >>> pca_weights([[1, 2, 3], [2, 1, 5], [3, 4, 4], [4, 3, 1], [5, 6, 2]]).round(3)
    array([0.383, 0.351, 0.266])
    """
    return pca(z, names=names, missing=missing).weights


def pca_varimax_weights(z: ArrayLike, *, names: Sequence[str] | None = None, missing: Missing = "refuse") -> Array:
    """Weights of `pca` after varimax; they depend on the units: not a measure of importance.

    Parameters, errors and reference as in `pca`. With one component kept, the same as without.

    Examples
    --------
    >>> pca_varimax_weights([[1, 2, 3], [2, 1, 5], [3, 4, 4], [4, 3, 1], [5, 6, 2]]).round(3)
    array([0.383, 0.351, 0.266])
    """
    return pca(z, names=names, missing=missing, rotate=True).weights


#: The schemes of this module, in the order of the methods page.
METHODS: Final[list[Weighting]] = [
    Weighting(
        "pca",
        pca_weights,
        admissible="more units than indicators; no constant column; no exact linear relation",
        formula=(
            "squared loading as a part of its component, times the component's share of variance; an "
            "indicator belongs to the component of which it has the largest part, as in the "
            "Handbook's example (its text says the highest loading, which would give exports .07 "
            "where .06 is printed)"
        ),
        reference="Nicoletti et al. 2000; OECD/JRC 2008, step 6, tables 17 to 19",
        test="methods/test_factors.py::test_the_handbook_assigns_by_the_scaled_squared_loading",
    ),
    Weighting(
        "pca_varimax",
        pca_varimax_weights,
        admissible="more units than indicators; no constant column; no exact linear relation",
        formula="the same after varimax rotation",
        reference="Nicoletti et al. 2000; Kaiser 1958",
        test="methods/test_factors.py::test_handbook_s_technology_achievement_index",
    ),
]
