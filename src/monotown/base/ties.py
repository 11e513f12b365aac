"""Values nearer than a tolerance are equal: one rule wherever computed values are compared.

The last bits of a computed number depend on the processor and on the libraries. So what is decided
by an order of computed numbers (a rank, a sign, the best one, a count of pairs) is decided here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array

#: Values nearer than this are equal. Scores are of the size of 1, their rounding errors some 1e-15.
TOLERANCE: Final = 1e-9


def tolerance_of(values: ArrayLike) -> float:
    """The tolerance for values in a unit of their own: 1e-9 of the largest in size.

    Examples
    --------
    >>> tolerance_of([2e12, -1e13, float("nan")])
    10000.0
    """
    return TOLERANCE * float(np.nanmax(np.abs(np.asarray(values, np.float64)), initial=0.0))


def level(values: ArrayLike, axis: int = -1, tol: float = TOLERANCE) -> Array:
    """Values with ties made equal: each has the least value of its tie.

    Sorted neighbours no further apart than `tol` are tied, and ties chain, as in
    `monotown.methods.ranks.rank`.

    Parameters
    ----------
    values
        Any shape; NaN stays NaN.
    axis
        The axis along which values are compared.
    tol
        Tolerance, in the unit of the values, 0 or more.

    Returns
    -------
    ndarray
        Shape of `values`. What compares exactly (sorting, ``==``, a rank correlation) may be used
        on it.

    Examples
    --------
    >>> level([0.3, 0.1 + 0.2, 0.2]).tolist()
    [0.3, 0.3, 0.2]
    """
    found = np.moveaxis(np.array(values, dtype=np.float64), axis, -1)
    order = np.argsort(found, axis=-1, kind="stable")
    ordered = np.take_along_axis(found, order, axis=-1)
    new = np.ones(ordered.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        new[..., 1:] = ~(np.diff(ordered, axis=-1) <= tol)
    first = np.maximum.accumulate(np.where(new, np.arange(ordered.shape[-1]), 0), axis=-1)
    np.put_along_axis(found, order, np.take_along_axis(ordered, first, axis=-1), axis=-1)
    return np.moveaxis(found, -1, axis)


def sign(difference: ArrayLike, tol: float | Array = TOLERANCE) -> Array:
    """1, -1, or 0 where a difference is no larger than the tolerance; NaN stays NaN.

    Examples
    --------
    >>> sign([0.2, -1e-12, -3]).tolist()
    [1.0, 0.0, -1.0]
    """
    values = np.asarray(difference, dtype=np.float64)
    return np.asarray(np.where(np.abs(values) <= tol, 0.0, np.sign(values)))


def above(one: ArrayLike, other: ArrayLike, tol: float = TOLERANCE) -> Any:
    """Whether the first is larger by more than the tolerance; False beside NaN.

    Examples
    --------
    >>> above(0.1 + 0.2, 0.3), above(0.4, 0.3)
    (False, True)
    """
    found = np.asarray(one, np.float64) - np.asarray(other, np.float64) > tol
    return bool(found) if np.ndim(found) == 0 else found


def at_least(one: ArrayLike, other: ArrayLike, tol: float = TOLERANCE) -> Any:
    """Whether the first is larger, or equal within the tolerance; False beside NaN.

    Examples
    --------
    >>> at_least(0.3, 0.1 + 0.2), at_least(0.2, 0.3)
    (True, False)
    """
    found = np.asarray(one, np.float64) - np.asarray(other, np.float64) >= -tol
    return bool(found) if np.ndim(found) == 0 else found


def largest(values: ArrayLike, tol: float = TOLERANCE) -> int:
    """Place of the largest value, the first of several; NaN counts for nothing.

    Raises
    ------
    ValueError
        If there is no value.

    Examples
    --------
    >>> largest([0.2, 0.3, 0.1 + 0.2])
    1
    """
    return int(np.nanargmax(level(values, tol=tol)))


def smallest(values: ArrayLike, tol: float = TOLERANCE) -> int:
    """Place of the smallest value, the first of several; NaN counts for nothing.

    Raises
    ------
    ValueError
        If there is no value.

    Examples
    --------
    >>> smallest([0.1 + 0.2, 0.3, 0.4])
    0
    """
    return int(np.nanargmin(level(values, tol=tol)))


def kendall(one: ArrayLike, other: ArrayLike, tol: float = TOLERANCE) -> tuple[float, float]:
    """Kendall's tau-b and its two-sided p; NaN where one of the two is all ties.

    Parameters
    ----------
    one, other
        Shape (n,), without NaN.
    tol
        For both.

    Notes
    -----
    Kendall, M. G. (1945), The treatment of ties in ranking problems, Biometrika 33(3); p as in
    SciPy's ``kendalltau``.

    Examples
    --------
    >>> kendall([1, 2, 3], [0.2, 0.3, 0.1 + 0.2])[0] == kendall([1, 2, 3], [1, 2, 2])[0]
    True
    """
    a, b = level(one, tol=tol), level(other, tol=tol)
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan"), float("nan")
    from scipy.stats import kendalltau  # half a second, for who compares orders

    found = kendalltau(a, b)
    return float(found.statistic), float(found.pvalue)


#: Units whose pairs are counted one by one; SciPy, slow to load, counts more in less memory.
_FEW: Final = 500


def tau_b(one: ArrayLike, other: ArrayLike, tol: float = TOLERANCE) -> float:
    """Kendall's tau-b alone, as `kendall` has it to the last bit.

    Examples
    --------
    >>> round(tau_b([1, 2, 3], [0.2, 0.3, 0.1 + 0.2]), 4)
    0.8165
    """
    a, b = level(one, tol=tol), level(other, tol=tol)
    if len(a) > _FEW:
        return kendall(a, b)[0]
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    i, j = np.triu_indices(len(a), k=1)
    x, y = np.sign(a[j] - a[i]), np.sign(b[j] - b[i])
    found = (x * y).sum() / np.sqrt((x != 0).sum()) / np.sqrt((y != 0).sum())
    return float(np.clip(found, -1.0, 1.0))


def kendalls(x: ArrayLike, rows: ArrayLike) -> tuple[Array, Array]:
    """Kendall's tau-b of many rows with one rising x, and their two-sided p, as `kendall` has them.

    Both are decided by how many pairs fall and which values are equal, so each such case is
    computed once.

    Parameters
    ----------
    x
        Shape (n,), rising, without ties.
    rows
        Shape (rows, n), without NaN.

    Returns
    -------
    tau, p : ndarray
        Shape (rows,) each.

    Examples
    --------
    >>> kendalls([1, 2, 3], [[0.2, 0.3, 0.1 + 0.2], [5, 4, 3]])[0].round(4).tolist()
    [0.8165, -1.0]
    """
    table = level(rows)
    i, j = np.triu_indices(table.shape[1], k=1)
    falls = (table[:, j] < table[:, i]).sum(axis=1)
    ordered = np.sort(table, axis=1)
    equal = np.sort((ordered[:, :, None] == ordered[:, None, :]).sum(axis=1), axis=1)
    cases, first, which = np.unique(np.column_stack([falls, equal]), axis=0, return_index=True, return_inverse=True)
    found = np.array([kendall(x, table[k]) for k in first]).reshape(len(cases), 2)[which.ravel()]
    return found[:, 0], found[:, 1]


def median_slope(y: ArrayLike, x: ArrayLike, tol: float = TOLERANCE) -> float:
    """Median of the slopes between all pairs of points (Theil 1950; Sen 1968).

    Equal values give a slope of exactly 0.

    Examples
    --------
    >>> median_slope([0.3, 0.1 + 0.2, 0.3], [2020, 2021, 2022])
    0.0
    """
    from scipy.stats import theilslopes

    return float(theilslopes(level(y, tol=tol), np.asarray(x, dtype=np.float64))[0])


def median_slopes(rows: ArrayLike, x: ArrayLike) -> Array:
    """`median_slope` of many rows with one rising x, shape (rows,).

    Examples
    --------
    >>> median_slopes([[0.3, 0.1 + 0.2, 0.3], [1, 2, 4]], [2020, 2021, 2022]).tolist()
    [0.0, 1.5]
    """
    table, places = level(rows), np.asarray(x, dtype=np.float64)
    i, j = np.triu_indices(len(places), k=1)
    return np.asarray(np.median((table[:, j] - table[:, i]) / (places[j] - places[i]), axis=1))


def sort_key(column: Any) -> Any:
    """Ties made equal, for ``DataFrame.sort_values(key=...)``: then the next column decides.

    Parameters
    ----------
    column
        A pandas series. One that is not of floats stays as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"unit": ["b", "a"], "score": [0.3, 0.1 + 0.2]})
    >>> table.sort_values(["score", "unit"], key=sort_key)["unit"].tolist()
    ['a', 'b']
    """
    if column.dtype.kind != "f":
        return column
    return type(column)(level(column.to_numpy()), index=column.index)
