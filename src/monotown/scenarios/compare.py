"""Scenarios compared: regret, how often each is best, the year in which a target is met."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.ties import at_least, smallest


def regrets(index: ArrayLike) -> Array:
    """Regret of each scenario under each variant: what the best one would have given more.

    ``max_s I(v, s) - I(v, s)`` (Savage 1951, Journal of the American Statistical Association 46).

    Parameters
    ----------
    index
        Shape (variants, scenarios).

    Examples
    --------
    >>> regrets([[1.0, 3.0], [5.0, 4.0]]).tolist()
    [[2.0, 0.0], [0.0, 1.0]]
    """
    values = np.asarray(index, dtype=np.float64)
    return np.asarray(values.max(axis=1, keepdims=True) - values)


def minimax(index: ArrayLike) -> tuple[int, Array]:
    """Scenario whose largest regret over the variants is least, and each one's largest regret.

    The first of several counts.

    Examples
    --------
    >>> minimax([[1.0, 3.0], [5.0, 4.0]])
    (1, array([2., 1.]))
    """
    largest = regrets(index).max(axis=0)
    return smallest(largest), largest


def best_share(index: ArrayLike) -> Array:
    """Share of draws in which each scenario has the highest index; equal ones share a draw.

    Parameters
    ----------
    index
        Shape (draws, scenarios, ...).

    Returns
    -------
    ndarray, shape (scenarios, ...)
        Sums to 1 over the scenarios.

    Examples
    --------
    >>> best_share([[1.0, 2.0], [2.0, 2.0]]).tolist()
    [0.25, 0.75]
    """
    values = np.asarray(index, dtype=np.float64)
    first = at_least(values, values.max(axis=1, keepdims=True))
    return np.asarray((first / first.sum(axis=1, keepdims=True)).mean(axis=0))


def crossing(index: Sequence[float], years: Sequence[int], target: float) -> tuple[str, float]:
    """How a path meets a target, and the first year in which its side changes.

    Parameters
    ----------
    index
        One value a year, the first that of the base year.
    years
        Rising.

    Returns
    -------
    state : str
        ``above`` (at or above it in all years), ``below``, ``rises`` or ``falls``.
    year : float
        NaN for ``above`` and ``below``.

    Examples
    --------
    >>> crossing([0.4, 0.5, 0.6], [2022, 2023, 2024], 0.5)
    ('rises', 2023.0)
    """
    reached = at_least(index, target)
    changed = np.flatnonzero(reached != reached[0])
    if not changed.size:
        return ("above" if reached[0] else "below"), float("nan")
    return ("falls" if reached[0] else "rises"), float(years[int(changed[0])])
