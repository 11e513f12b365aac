"""Reliability and structure of a set of indicators: alpha, omega, KMO, Bartlett, VIF, scree.

Alpha and omega ask whether items reflect one thing. A formative block (publications, posts and pay
together make up a potential; none reflects it) need not pass them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.methods.weights.admissible import constant_columns
from monotown.methods.weights.factors import SINGULAR
from monotown.methods.weights.optimum import stationary
from monotown.methods.weights.spread import correlations

#: Largest loading of the one-factor model; an item at it is a Heywood case.
LARGEST_LOADING = 0.999


@dataclass(frozen=True)
class Undefined:
    """A quantity that the data do not define, and why.

    Attributes
    ----------
    why
        ``constant`` (a column does not vary), ``few_units`` (not more units than indicators),
        ``singular`` (a column follows from others), ``few_items``.
    """

    why: str


def _matrix(x: ArrayLike, least: int) -> tuple[Array, Undefined | None]:
    a = np.asarray(x, dtype=np.float64)
    if a.ndim != 2 or not np.isfinite(a).all():
        raise ValueError(f"expected a full matrix (units, items), found shape {a.shape}")
    if a.shape[1] < least:
        return a, Undefined("few_items")
    if len(a) < 3:
        return a, Undefined("few_units")
    if constant_columns(a, np.ones_like(a, dtype=bool)).any():
        return a, Undefined("constant")
    return a, None


def _inverse(x: ArrayLike) -> tuple[Array, Array, int] | Undefined:
    """Correlations and their inverse, and the number of units."""
    a, undefined = _matrix(x, 2)
    if undefined:
        return undefined
    n, p = a.shape
    if n <= p:
        return Undefined("few_units")
    r = np.asarray(np.corrcoef(a.T))
    if np.linalg.eigvalsh(r)[0] < SINGULAR:
        return Undefined("singular")
    return r, np.asarray(np.linalg.inv(r)), n


def cronbach_alpha(x: ArrayLike) -> float | Undefined:
    """Cronbach's alpha of items on one scale.

    ``alpha = k/(k-1) (1 - sum s_i^2 / s_T^2)`` (Cronbach 1951, equation 2). Negative where items
    run against each other.

    Parameters
    ----------
    x
        Items, all running the same way, shape (units, items), at least 2 items and 3 units.

    Returns
    -------
    float or Undefined
        At most 1; without a lower limit.

    Raises
    ------
    ValueError
        If a value is missing.

    Examples
    --------
    >>> round(cronbach_alpha([[1, 2, 1], [2, 2, 3], [3, 4, 3], [5, 4, 4]]), 4)
    0.9167
    """
    a, undefined = _matrix(x, 2)
    if undefined:
        return undefined
    k = a.shape[1]
    total = a.sum(1).var(ddof=1)
    # Items that cancel out leave a total without spread.
    if total <= 1e-12 * a.var(0, ddof=1).sum():
        return Undefined("singular")
    return float(k / (k - 1) * (1 - a.var(0, ddof=1).sum() / total))


def alpha_if_dropped(x: ArrayLike) -> list[float | Undefined]:
    """Cronbach's alpha of the other items, for each item.

    Examples
    --------
    >>> [round(v, 3) for v in alpha_if_dropped([[1, 2, 1], [2, 2, 3], [3, 4, 3], [5, 4, 4]])]
    [0.814, 0.92, 0.879]
    """
    a = np.asarray(x, dtype=np.float64)
    return [cronbach_alpha(np.delete(a, j, axis=1)) for j in range(a.shape[1])]


def item_rest(x: ArrayLike) -> list[float | Undefined]:
    """Correlation of each item with the sum of the others (corrected item-total correlation).

    Items of one scale should reach 0.30 (Nunnally and Bernstein 1994, chapter 8).

    Examples
    --------
    >>> [round(v, 3) for v in item_rest([[1, 2, 1], [2, 2, 3], [3, 4, 3], [5, 4, 4]])]
    [0.946, 0.8, 0.842]
    """
    a, undefined = _matrix(x, 2)
    if undefined:
        return [undefined] * a.shape[1]
    found: list[float | Undefined] = []
    for j in range(a.shape[1]):
        rest = np.delete(a, j, axis=1).sum(1)
        flat = np.ptp(rest) <= 1e-12 * np.abs(a).max()
        found.append(Undefined("constant") if flat else float(np.corrcoef(a[:, j], rest)[0, 1]))
    return found


def one_factor(r: ArrayLike) -> Array:
    """Loadings of one common factor by least squares on the correlations (minres).

    ``min_l sum_{i<j} (r_ij - l_i l_j)^2`` (Harman and Jones 1966), loadings held within
    +-`LARGEST_LOADING`; the sign makes their sum positive.

    Parameters
    ----------
    r
        Correlations, shape (items, items), at least 3 items.

    Returns
    -------
    ndarray, shape (items,)

    Examples
    --------
    >>> l = np.array([0.9, 0.8, 0.7, 0.6])
    >>> r = np.outer(l, l)
    >>> np.fill_diagonal(r, 1)
    >>> one_factor(r).round(4)
    array([0.9, 0.8, 0.7, 0.6])
    """
    from scipy.optimize import minimize

    target = np.asarray(r, dtype=np.float64)
    p = len(target)
    off = ~np.eye(p, dtype=bool)

    def loss(loadings: Array) -> tuple[float, Array]:
        rest = np.where(off, np.outer(loadings, loadings) - target, 0.0)
        return float((rest**2).sum() / 2), np.asarray(2 * rest @ loadings)

    values, vectors = np.linalg.eigh(target)
    start = np.clip(vectors[:, -1] * np.sqrt(values[-1]), -0.95, 0.95)
    solved = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-LARGEST_LOADING, LARGEST_LOADING)] * p,
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000},
    )
    loadings = stationary(lambda x: loss(x)[1], solved.x, -LARGEST_LOADING, LARGEST_LOADING)
    return -loadings if loadings.sum() < 0 else loadings


def omega_total(loadings: ArrayLike) -> float:
    """McDonald's omega from the standardised loadings of one factor.

    ``omega = (sum l)^2 / ((sum l)^2 + sum (1 - l^2))`` (McDonald 1999, equation 6.20b).

    Parameters
    ----------
    loadings
        From -1 to 1, shape (items,).

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> round(omega_total([0.999, 0.751206, 0.933612, 0.929088]), 4)
    0.9489
    """
    loads = np.asarray(loadings, dtype=np.float64)
    common = loads.sum() ** 2
    return float(common / (common + (1 - loads**2).sum()))


@dataclass(frozen=True)
class Omega:
    """McDonald's omega, and whether the factor model was proper."""

    omega: float
    loadings: Array
    heywood: bool


def mcdonald_omega(x: ArrayLike) -> Omega | Undefined:
    """McDonald's omega of items, by one factor.

    Parameters
    ----------
    x
        Items, shape (units, items); at least 3 items, more units than items.

    Returns
    -------
    Omega or Undefined
        `heywood` says that a loading stands at its limit: then omega is not to be trusted.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> factor = rng.normal(size=(500, 1))
    >>> found = mcdonald_omega(0.8 * factor + 0.6 * rng.normal(size=(500, 4)))
    >>> round(found.omega, 2), found.heywood
    (0.88, False)
    """
    a, undefined = _matrix(x, 3)
    if undefined:
        return undefined
    if len(a) <= a.shape[1]:
        return Undefined("few_units")
    loadings = one_factor(np.corrcoef(a.T))
    heywood = bool((np.abs(loadings) >= LARGEST_LOADING - 1e-9).any())
    return Omega(omega_total(loadings), loadings, heywood)


@dataclass(frozen=True)
class Adequacy:
    """Whether correlations are worth factoring.

    Attributes
    ----------
    kmo : float
        Kaiser-Meyer-Olkin measure, 0 to 1; at least 0.6 to go on (Kaiser 1974).
    item_kmo : ndarray, shape (items,)
    bartlett : float
        Chi-squared of Bartlett's test that all correlations are 0.
    df : int
    p_value : float
    vif : ndarray, shape (items,)
        Variance inflation factors; above 5 an indicator mostly repeats the others.
    """

    kmo: float
    item_kmo: Array
    bartlett: float
    df: int
    p_value: float
    vif: Array


def adequacy(x: ArrayLike) -> Adequacy | Undefined:
    """KMO, Bartlett's test and variance inflation of a set of indicators.

    ``KMO = sum r^2 / (sum r^2 + sum q^2)`` over pairs, q partial correlations (Kaiser 1974);
    ``chi2 = -(n - 1 - (2p + 5)/6) ln|R|`` with p (p - 1)/2 degrees of freedom (Bartlett 1950);
    ``VIF_k`` the diagonal of the inverse of R (Marquardt 1970).

    Parameters
    ----------
    x
        Indicators, shape (units, indicators); at least 2, fewer than units.

    Returns
    -------
    Adequacy or Undefined

    Examples
    --------
    >>> found = adequacy([[1, 2, 1], [2, 2, 3], [3, 4, 3], [5, 4, 4], [4, 3, 6]])
    >>> round(found.kmo, 3), round(found.bartlett, 3), found.df, found.vif.round(2)
    (0.461, 4.94, 3, array([8.11, 3.78, 3.67]))
    """
    from scipy.special import chdtrc

    found = _inverse(x)
    if isinstance(found, Undefined):
        return found
    r, inverse, n = found
    p = len(r)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / np.outer(scale, scale)
    off = ~np.eye(p, dtype=bool)
    r2 = np.where(off, r**2, 0.0)
    q2 = np.where(off, partial**2, 0.0)
    both = r2.sum(1) + q2.sum(1)
    item = np.divide(r2.sum(1), both, out=np.full(p, np.nan), where=both > 0)
    statistic = -(n - 1 - (2 * p + 5) / 6) * float(np.linalg.slogdet(r)[1])
    df = p * (p - 1) // 2
    return Adequacy(
        float(r2.sum() / (r2.sum() + q2.sum())) if both.sum() > 0 else float("nan"),
        item,
        statistic,
        df,
        float(chdtrc(df, statistic)),
        np.diag(inverse).copy(),
    )


def scree(x: ArrayLike) -> Array | Undefined:
    """Eigenvalues of the correlation matrix, falling; they sum to the number of indicators.

    With n units at most n - 1 are above zero.

    Examples
    --------
    >>> scree([[1, 2, 1], [2, 2, 3], [3, 4, 3], [5, 4, 4]]).round(3)
    array([2.62 , 0.314, 0.066])
    """
    a, undefined = _matrix(x, 2)
    if undefined:
        return undefined
    values = np.linalg.eigvalsh(np.corrcoef(a.T))[::-1]
    # Below this stands rounding alone.
    return np.asarray(np.where(values > 1e-12 * a.shape[1], values, 0.0))


def pairwise_correlations(x: ArrayLike) -> tuple[Array, Array]:
    """Correlations over the units that have both indicators, and the number of those units.

    Parameters
    ----------
    x
        Shape (units, indicators); NaN where missing.

    Returns
    -------
    r : ndarray, shape (indicators, indicators)
        NaN where fewer than 3 units have both, or one of the two does not vary over them.
    n : ndarray of int

    Examples
    --------
    >>> r, n = pairwise_correlations([[1, 2], [2, 1], [3, 4], [4, np.nan]])
    >>> round(float(r[0, 1]), 4), int(n[0, 1])
    (0.6547, 3)
    """
    a = np.asarray(x, dtype=np.float64)
    used = np.isfinite(a)
    r, n = correlations(np.where(used, a, 0.0), used)
    r = np.where(n >= 3, r, np.nan)
    return r, n.astype(np.int64)
