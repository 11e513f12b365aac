"""Yearly correction of the levers by the distance of the index from a target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.index.slopes import PLACES, slope

#: Halvings in the search of the budget's multiplier: to the last bit of a double.
HALVINGS = 70


def _ordered(v: Array, chains: Sequence[Sequence[int]]) -> Array:
    """Nearest point whose chains do not rise, then cut to [0, 1].

    Isotonic regression by its minimax formula (Robertson, Wright and Dykstra 1988, theorem 1.4.4);
    cutting it to bounds common to a chain gives the bounded one.
    """
    found = v.copy()
    for chain in chains:
        size = len(chain)
        if size == 1:
            continue
        part = v[:, list(chain)]
        sums = np.concatenate([np.zeros((len(v), 1)), np.cumsum(part, axis=1)], axis=1)
        for i in range(size):
            best = np.full(len(v), np.inf)
            for a in range(i + 1):
                means = [(sums[:, b + 1] - sums[:, a]) / (b + 1 - a) for b in range(i, size)]
                best = np.minimum(best, np.max(means, axis=0))
            found[:, chain[i]] = best
    return np.clip(found, 0.0, 1.0)


def project(v: ArrayLike, cost: ArrayLike, budget: ArrayLike, chains: Sequence[Sequence[int]] = ()) -> Array:
    """Nearest point of the allowed uses, in the Euclidean sense.

    Parameters
    ----------
    v
        Shape (n, levers).
    cost
        Shape (n or 1, levers), above 0.
    budget
        Shape (n or 1,), 0 or more.
    chains
        Levers in an order in which none is used more than the one before it; each stands in one
        chain at most.

    Returns
    -------
    ndarray, shape (n, levers)
        With ``0 <= u <= 1``, ``cost . u <= budget`` and falling chains.

    Notes
    -----
    By the conditions of Karush, Kuhn and Tucker the projection is that of ``v - m cost`` onto the
    box and the order, for the one ``m >= 0`` at which the spending, a continuous and falling
    function of m, meets the budget (m = 0 where it stays below it). The root is found by halving,
    to the last bit.

    Examples
    --------
    >>> project([[0.9, 0.8], [0.2, -1.0]], [[1.0, 1.0]], [1.0]).round(12).tolist()
    [[0.55, 0.45], [0.2, 0.0]]
    """
    at = np.atleast_2d(np.asarray(v, dtype=np.float64))
    c = np.broadcast_to(np.asarray(cost, dtype=np.float64), at.shape)
    b = np.broadcast_to(np.asarray(budget, dtype=np.float64), at.shape[:1])
    if not (c > 0).all() or not (b >= 0).all():
        raise ValueError("costs are above 0, and a budget is 0 or more")
    found = _ordered(at, chains)
    over = (c * found).sum(axis=1) > b
    if not over.any():
        return found
    far, price, limit = at[over], c[over], b[over]
    low, high = np.zeros(len(far)), (far / price).max(axis=1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        spent = (price * _ordered(far - middle[:, None] * price, chains)).sum(axis=1)
        above = spent > limit
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found[over] = _ordered(far - high[:, None] * price, chains)
    return found


def direction(gain: ArrayLike) -> Array:
    """Direction of the correction for a gain of 1: ``g / (g . g)``.

    A step along it changes a linear index by as much as the step is told to. Zeros where nothing
    moves the index.

    Examples
    --------
    >>> direction([3.0, 4.0]).tolist()
    [0.12, 0.16]
    """
    g = np.asarray(gain, dtype=np.float64)
    size = float(g @ g)
    return g / size if size > 0 else g


def run_feedback(
    index: Callable[[Array], Array],
    step: ArrayLike,
    gain: ArrayLike,
    target: ArrayLike,
    cost: ArrayLike,
    budget: ArrayLike,
    chains: Sequence[Sequence[int]],
    years: int,
) -> tuple[Array, Array]:
    """Uses and index, year by year: ``u(t+1) = P[u(t) + gain * step * (target - I(u(t)))]``.

    Parameters
    ----------
    index
        Uses, shape (n, levers), to the index, shape (n,), of the same year.
    step
        Shape (levers,), from `direction`.
    gain, target
        Shape (n,).
    cost, budget, chains
        As in `project`.
    years
        Number of corrections.

    Returns
    -------
    uses : ndarray, shape (years + 1, n, levers)
        The first year none is used.
    indices : ndarray, shape (years + 1, n)

    Notes
    -----
    For a linear index with slopes g and ``step = g / (g . g)`` the change of the index in a year
    has the sign of the error e and is at most ``gain * |e|`` in size, since a projection does not
    lengthen a step. So a gain up to 1 never overshoots, and a gain below 2 never makes the error
    larger. A point that no longer moves has no error, or is where ``g . u`` is largest within the
    budget: the optimum of the linear programme. For an index whose slopes vary, both limits are
    divided by the steepness that `stability` measures; the sign is then no longer proved where a
    projection bends the step.
    """
    k, goal = np.asarray(gain, dtype=np.float64), np.asarray(target, dtype=np.float64)
    d = np.asarray(step, dtype=np.float64)
    n = max(k.size, goal.size)
    use = np.zeros((n, d.size))
    uses, indices = [use], [index(use)]
    for _ in range(years):
        use = project(use + (k * (goal - indices[-1]))[:, None] * d, cost, budget, chains)
        uses.append(use)
        indices.append(index(use))
    return np.stack(uses), np.stack(indices)


@dataclass(frozen=True)
class Stability:
    """How large a gain may be.

    Attributes
    ----------
    steepness
        Largest length of the index's gradient in the uses over the length of the base one.
    no_overshoot, stable
        Largest gain by which a year's change is at most the error, and at most twice the error,
        over the uses tried. For a linear index the first does not overshoot, and below the second
        the error does not grow.
    """

    steepness: float
    no_overshoot: float
    stable: float


def stability(index: Callable[[Array], Array], gain: ArrayLike, grid: int = 3) -> Stability:
    """Limits of the gain from the steepest place on a grid of uses.

    Parameters
    ----------
    index
        As in `run_feedback`.
    gain
        Slopes at the base point, shape (levers,).
    grid
        Uses of each lever that are tried, from 0 to 1, at most 4096 combinations: with more
        levers corners alone, and the first that many of them.

    Notes
    -----
    A step of ``gain * e * g / (g . g)`` shortened by a projection is at most ``gain * |e| / |g|``
    long; along it the index changes by no more than its steepest gradient times that. The limit is
    sufficient, not necessary, and as good as the grid.
    """
    g = np.asarray(gain, dtype=np.float64)
    size = float(np.linalg.norm(g))
    if size == 0:
        return Stability(1.0, 1.0, 2.0)
    levels = np.linspace(0, 1, grid) if grid**g.size <= 4096 else np.array([0.0, 1.0])
    points = np.array([p for p, _ in zip(product(levels, repeat=g.size), range(4096), strict=False)])
    slopes = []
    for j in range(g.size):
        # inwards, so that no goalpost beyond full use is met
        step = np.where(points[:, j] > 0.5, -1e-3, 1e-3)
        moved = np.repeat(points[:, None, :], len(PLACES), axis=1)
        moved[:, :, j] += step[:, None] * PLACES
        found = index(moved.reshape(-1, g.size)).reshape(len(points), -1)
        slopes.append(slope(found, step))
    steepness = float(np.linalg.norm(np.stack(slopes), axis=0).max()) / size
    return Stability(steepness, 1 / steepness, 2 / steepness)
