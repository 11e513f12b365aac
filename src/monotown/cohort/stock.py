"""The arithmetic of one stock: ``D[t+1] = D[t] (1 - exit) + inflow`` (Bartholomew 1982, ch. 3).

Exits are a share of the stock a year, inflow is persons a year; who enters in a year first may
leave in the next. Everything here is an identity of the two numbers, not an estimate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array


def _survivors(exit_rate: ArrayLike, years: int) -> tuple[Array, Array]:
    """Share of a stock left after some years, and years of inflow left of one person a year."""
    delta = np.asarray(exit_rate, dtype=np.float64)
    if years < 1:
        raise ValueError(f"years: expected at least 1, found {years}")
    if np.any((delta < 0) | (delta > 1)) or np.any(np.isnan(delta)):
        raise ValueError(f"exit rate: expected values from 0 to 1, found {delta}")
    stay = 1.0 - delta
    left = stay**years
    kept = np.where(delta > 0, (1.0 - left) / np.where(delta > 0, delta, 1.0), float(years))
    return left, kept


def exit_rate_without_inflow(before: float, after: float, years: int) -> float:
    """Yearly exit rate that explains a fall if nobody entered: the lowest rate possible.

    Raises
    ------
    ValueError
        If the stock did not fall, or a number is not positive.

    Examples
    --------
    >>> round(exit_rate_without_inflow(86, 50, 5), 5)
    0.10279
    """
    if not (before > 0 and 0 <= after <= before and years >= 1):
        raise ValueError(f"expected a fall of a positive stock, found {before} to {after}")
    return float(1.0 - (after / before) ** (1.0 / years))


def inflow_on_ridge(exit_rate: ArrayLike, before: float, after: float, years: int) -> Array:
    """Inflow that, with an exit rate, turns one total into another: the ridge.

    Two totals fix a curve in the plane of exit and inflow, not a point: every pair on it fits them
    exactly. Below the exit rate without inflow it is negative, so no such pair exists.

    Parameters
    ----------
    exit_rate
        Share a year, from 0 to 1.
    before, after
        Persons at the two dates.
    years
        Years between them.

    Examples
    --------
    >>> inflow_on_ridge([0.12, 0.16, 0.20], 86, 50, 5).round(3)
    array([1.173, 3.859, 6.491])
    """
    left, kept = _survivors(exit_rate, years)
    return np.asarray((after - before * left) / kept)


def steady_stock(exit_rate: ArrayLike, inflow: ArrayLike) -> Array:
    """Stock at which exits and inflow balance, ``inflow / exit_rate``.

    Examples
    --------
    >>> float(steady_stock(0.2, 6.491).round(1))
    32.5
    """
    delta = np.asarray(exit_rate, dtype=np.float64)
    if np.any(delta <= 0):
        raise ValueError(f"exit rate: expected values above 0, found {delta}")
    return np.asarray(np.asarray(inflow, dtype=np.float64) / delta)


def inflow_needed(stock: float, target: float, years: int, exit_rate: ArrayLike) -> Array:
    """Yearly inflow that takes a stock to a target in some years; not below 0.

    With ``target == stock`` it is the inflow that holds the stock, whatever the years.

    Examples
    --------
    >>> inflow_needed(50, 86, 11, [0.10278957611641537, 0.05]).round(2)
    array([10.45,  6.67])
    >>> round(float(inflow_needed(50, 50, 1, 0.05)), 6)
    2.5
    """
    left, kept = _survivors(exit_rate, years)
    return np.asarray(np.maximum((target - stock * left) / kept, 0.0))
