"""Hidden cells of published tables: what sums and their other parts tell about them.

An office marks a cell confidential so that nobody learns the figure of a single organisation or
of a few people. A sum with one hidden part gives that part away, and several sums together can do
so where each alone does not. The attacker here knows cells and sums, and looks for the least and
the largest value that each hidden cell can have (the audit of a suppression pattern: Fischetti and
Salazar 2001, Management Science 47(7); Hundepool et al. 2012, Statistical Disclosure Control).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: A hidden cell is worked back where its range is narrower than this share of its upper end: 15
#: percent either way, as a p% rule with p = 15 protects it (Hundepool et al. 2012).
CLOSENESS: Final = 0.3


@dataclass(frozen=True)
class Sum:
    """A cell that is the sum of others.

    Attributes
    ----------
    total, parts
        Cells, by any key.
    within
        Largest difference that rounding makes, 0 or more, in the unit of the cells.
    """

    total: Hashable
    parts: tuple[Hashable, ...]
    within: float = 0.0


@dataclass(frozen=True)
class Relation:
    """Cells whose weighted sum lies between two ends.

    Attributes
    ----------
    weights
        Cell to its weight.
    low, high
        Ends; equal ones fix the sum.
    """

    weights: Mapping[Hashable, float]
    low: float = 0.0
    high: float = 0.0


def _relation(s: Sum | Relation) -> Relation:
    if isinstance(s, Relation):
        return s
    weights = dict.fromkeys([s.total, *s.parts], 0.0)
    weights[s.total] -= 1.0
    for part in s.parts:
        weights[part] += 1.0
    return Relation(weights, -s.within, s.within)


def feasible_ranges(
    known: Mapping[Hashable, float],
    hidden: Collection[Hashable],
    sums: Iterable[Sum | Relation],
    limits: Mapping[Hashable, tuple[float, float]] | None = None,
) -> dict[Hashable, tuple[float, float]]:
    """Least and largest value of each hidden cell, by a linear programme for either end.

    Parameters
    ----------
    known
        Cells whose value is told.
    hidden
        Cells to find out; a cell that is neither is unknown too.
    sums
        Relations between cells.
    limits
        Least and largest value of a cell before anything is known; others are not below 0.

    Returns
    -------
    dict
        Hidden cell to ``(low, high)``; ``high`` is infinite where nothing bounds it.

    Raises
    ------
    ValueError
        If no values of the hidden cells fit the sums.

    Examples
    --------
    One hidden part of a sum is found out; two share what is left.

    >>> feasible_ranges({"all": 9, "a": 4, "b": 3}, ["c"], [Sum("all", ("a", "b", "c"))])
    {'c': (2.0, 2.0)}
    >>> feasible_ranges({"all": 9, "a": 4}, ["b", "c"], [Sum("all", ("a", "b", "c"))])
    {'b': (0.0, 5.0), 'c': (0.0, 5.0)}
    """
    from scipy.optimize import linprog

    rows = [_relation(s) for s in sums]
    cells = [c for s in rows for c in s.weights]
    unknown = list(dict.fromkeys(c for c in [*hidden, *cells] if c not in known))
    place = {cell: i for i, cell in enumerate(unknown)}
    a = np.zeros((len(rows), len(unknown)))
    told = np.zeros(len(rows))
    for i, s in enumerate(rows):
        for cell, weight in s.weights.items():
            if cell in place:
                a[i, place[cell]] = weight
            else:
                told[i] += weight * known[cell]
    open_ = (a != 0).any(axis=1)  # a sum of told cells alone says nothing
    a = a[open_]
    ends = np.array([(s.low, s.high) for s in rows]).reshape(-1, 2)[open_] - told[open_, None]
    finite = np.isfinite(ends)
    left = np.vstack([a[finite[:, 1]], -a[finite[:, 0]]])
    right = np.concatenate([ends[finite[:, 1], 1], -ends[finite[:, 0], 0]])
    bounds = [(limits or {}).get(cell, (0, None)) for cell in unknown]

    def end(j: int, sign: float) -> float:
        goal: NDArray[np.float64] = np.zeros(len(unknown))
        goal[j] = sign
        found: Any = linprog(goal, A_ub=left, b_ub=right, bounds=bounds, method="highs")
        if found.status == 3:  # unbounded
            return np.inf
        if found.status != 0:
            raise ValueError("no values of the hidden cells fit the sums")
        return float(sign * found.fun)

    return {cell: (end(place[cell], 1.0), end(place[cell], -1.0)) for cell in hidden}


def worked_back(
    known: Mapping[Hashable, float],
    hidden: Collection[Hashable],
    sums: Iterable[Sum | Relation],
    closeness: float = CLOSENESS,
) -> list[Hashable]:
    """Hidden cells whose range is narrower than `closeness` of its upper end.

    Parameters
    ----------
    known, hidden, sums
        As in `feasible_ranges`.
    closeness
        Share, above 0.

    Examples
    --------
    >>> worked_back({"all": 9, "a": 4, "b": 3}, ["c"], [Sum("all", ("a", "b", "c"))])
    ['c']
    >>> worked_back({"all": 9, "a": 4}, ["b", "c"], [Sum("all", ("a", "b", "c"))])
    []
    """
    ranges = feasible_ranges(known, hidden, sums)
    return [c for c, (low, high) in ranges.items() if np.isfinite(high) and high - low <= closeness * high]
