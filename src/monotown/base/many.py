"""What is told of many units: every pair and every rank of a few, of many those that a reader asks for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.ties import level

#: Up to so many units in a year every pair of them is told, and whatever else grows with the square
#: of the units. Beyond, tables grow with the units: pairs are those next to each other.
FEW: Final = 100


#: Replicates of each analysis of a study alone that tells no other number: of up to a thousand units; and the least.
DRAWS: Final = (10_000, 2_500)


#: Of more units the changes over years are drawn only where the study asks for them: every draw scores all years.
MOST_CHANGED: Final = 500


def draws_of(units: int) -> int:
    """Replicates that an analysis of so many units takes when nobody tells a number.

    Beyond a thousand units fewer, so that its time does not grow with them; the tables of convergence say what the
    draws are good for.

    Examples
    --------
    >>> [draws_of(units) for units in (1, 1000, 2000, 50_000)]
    [10000, 10000, 5000, 2500]
    """
    most, least = DRAWS
    return max(least, min(most, most * 1000 // max(units, 1)))


def order_of(units: Sequence[str], scores: ArrayLike) -> list[int]:
    """Places of the units in the order of their scores, the best first; equal scores by name.

    Parameters
    ----------
    units
        Names, shape (units,).
    scores
        Their scores, shape (units,); units without one come last.

    Examples
    --------
    >>> order_of(["a", "b", "c"], [0.2, 0.9, 0.1 + 0.1])
    [1, 0, 2]
    """
    values = level(scores)
    values = np.where(np.isnan(values), -np.inf, values)
    return sorted(range(len(units)), key=lambda i: (-values[i], units[i]))


def pairs_told(units: Sequence[str], scores: ArrayLike) -> list[tuple[int, int]]:
    """Pairs of units that tables tell of: all of up to `FEW` units, else those next to each other in rank.

    Parameters
    ----------
    units, scores
        As in `order_of`.

    Returns
    -------
    list of tuple
        Places of two units, the earlier in `units` first.

    Examples
    --------
    >>> pairs_told(["a", "b", "c"], [0.2, 0.9, 0.1])
    [(0, 1), (0, 2), (1, 2)]
    >>> many = [f"{k:03}" for k in range(FEW + 1)]
    >>> len(pairs_told(many, range(FEW + 1)))
    100
    """
    if len(units) <= FEW:
        return list(combinations(range(len(units)), 2))
    return sorted((min(pair), max(pair)) for pair in pairwise(order_of(units, scores)))
