"""The least change of weights with which one unit draws level with another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.base.ties import TOLERANCE, at_least, largest, level, tolerance_of
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel
from monotown.index.slopes import PLACES, slope

#: Turns of the tangents at most.
_TURNS: Final = 60

#: Step of the slopes, as a share of the way to a corner.
_STEP: Final = 1e-3

#: Changes that differ by less are equal: the stop of the search by tangents.
NEAR: Final = 1e-8


def least_change(advantage: ArrayLike, weights: ArrayLike) -> Array | None:
    """Weights nearest to given ones at which no advantage is negative.

    Minimises ``sum |w - weights|`` subject to ``advantage . w >= 0``, ``sum w = 1``, ``w >= 0``.
    With one advantage the optimum moves weight from the items of the lowest advantage, one after
    another, to that of the highest (a continuous knapsack, Dantzig 1957).

    Parameters
    ----------
    advantage
        Shape (items,), or (advantages, items): what each item adds to one unit's lead over another
        for each unit of weight.
    weights
        Shape (items,), non-negative, sum 1.

    Returns
    -------
    ndarray or None
        Shape (items,); the weights themselves where no lead is negative already; None where no
        weights do it.

    Notes
    -----
    Of items with equal advantages the first give first. The advantage at the result is 0 to the
    last digits.

    Examples
    --------
    >>> least_change([0.3, -0.2, -0.1], [0.2, 0.4, 0.4]).round(4).tolist()
    [0.32, 0.28, 0.4]
    """
    a = np.atleast_2d(np.asarray(advantage, dtype=np.float64))
    start = np.asarray(weights, dtype=np.float64)
    lacking = a[a @ start < 0]
    if not len(lacking):
        return start.copy()
    if (lacking.max(axis=1) < 0).any():
        return None
    for row in lacking:
        found = _least_of_one(row, start)
        # the least change for one that serves all is the least for all
        if at_least(a @ found, 0.0, tol=1e-12).all():
            return found
    return _least_of_all(a, start)


def _least_of_one(a: Array, start: Array) -> Array:
    """Least change for one advantage, which is negative at the start and can be met."""
    lead = float(a @ start)
    to, order = _givers(a)
    size, gain = start[order], a[to] - a[order]
    reached = np.cumsum(size * gain)
    last = int(np.argmax(reached >= -lead)) if reached[-1] >= -lead else len(order) - 1
    rest = min((-lead - (reached[last] - size[last] * gain[last])) / gain[last], size[last])
    return np.asarray(_given(a, start, np.array([size[:last].sum() + rest]))[0])


def _least_of_all(a: Array, start: Array) -> Array | None:
    """Least change where two advantages and more bind at once: a linear programme."""
    from scipy.optimize import linprog

    n = a.shape[1]
    scaled = a / np.maximum(np.abs(a).max(axis=1, keepdims=True), np.finfo(float).tiny)
    # w = start + up - down
    answer = linprog(
        np.ones(2 * n),
        A_ub=-np.concatenate([scaled, -scaled], axis=1),
        b_ub=scaled @ start,
        A_eq=np.concatenate([np.ones(n), -np.ones(n)])[None],
        b_eq=[0.0],
        bounds=[(0.0, None)] * n + [(0.0, w) for w in start],
        method="highs",
    )
    if answer.status == 2:  # no weights do it
        return None
    if not answer.success:
        raise RuntimeError(f"linear programme: {answer.message}")
    moves = np.asarray(answer.x, dtype=np.float64)
    found = np.maximum(start + moves[:n] - moves[n:], 0.0)
    # the solver stops at a tolerance of its own; the corner it found is solved for exactly
    free = (np.abs(found - start) > NEAR) & (found > NEAR)
    binding = np.vstack([np.ones(n), scaled[np.abs(scaled @ found) < NEAR]])
    found = np.where(free, 0.0, np.where(found > NEAR, start, 0.0))
    wanted = np.r_[1.0, np.zeros(len(binding) - 1)] - binding @ found
    found[free] = np.linalg.lstsq(binding[:, free], wanted)[0]
    return np.maximum(found, 0.0)


def _givers(advantage: Array) -> tuple[int, NDArray[np.intp]]:
    """The item of the highest advantage, and the others from the lowest advantage up."""
    a = level(advantage, tol=tolerance_of(advantage))
    to = int(np.argmax(a))
    order = np.argsort(a, kind="stable")
    return to, order[order != to]


def _given(advantage: Array, weights: Array, moved: Array) -> Array:
    """Weights after some weight has gone to the best item from the worst ones, (moves, items)."""
    to, order = _givers(advantage)
    size = weights[order]
    out = np.clip(moved[:, None] - (np.cumsum(size) - size), 0.0, size)
    found = np.tile(weights, (len(moved), 1))
    found[:, order] -= out
    found[:, to] += out.sum(axis=1)
    return found


@dataclass(frozen=True)
class Pair:
    """Two units as the weights of all measures move, where their lead is not linear in these.

    Attributes
    ----------
    model
        The index, every node of it a power mean.
    z
        Scores of the measures of some units, shape (units, leaves).
    unit, rival
        Rows of the two; the rival leads at the model's own weights.
    """

    model: IndexModel
    z: Array
    unit: int
    rival: int

    def lead(self, weights: Array) -> Array:
        """Score of the unit less that of its rival, shape (draws,), under weights of the leaves."""
        w = np.maximum(np.atleast_2d(weights), 0.0)
        found = evaluate(self.model, self.z, w, batch=len(w))
        return np.asarray(found[:, self.unit] - found[:, self.rival])

    def nearest(self, starts: Iterator[Array]) -> Array | None:
        """The weights nearest to the model's own at which the two are level, from several starts.

        Weight is moved in the order that the tangent of the lead gives until the two are level, and
        so again from the result until it stays (after successive linear programming; Griffith and
        Stewart 1961). None where no start leads to such weights.
        """
        best: Array | None = None
        for first in starts:
            at = self._to_level(first)
            if at is None:  # one step of the tangent may still bring them level
                at = self._in_order(self._tangent(first))
            if at is not None:
                at = self._by_tangents(at)
                if best is None or self._nearer(at, best):
                    best = at
        return best

    def climb(self) -> Array:
        """Weights with a lead, or a highest one: steps towards the corner of the steepest slope."""
        at, lengths = self.model.weights, np.linspace(0.0, 0.95, 20)[:, None]
        for _ in range(_TURNS):
            corner = np.eye(len(at))[largest(self._tangent(at))]
            tried = at + lengths * (corner - at)
            lead = self.lead(tried)
            best = largest(lead)
            if best == 0 or lead[0] >= 0:
                break
            at = tried[best]
        return np.asarray(at)

    def _nearer(self, one: Array, other: Array, by: float = 1e-12) -> bool:
        """Whether the first lies nearer to the model's own weights."""
        start = self.model.weights
        return float(np.abs(one - start).sum()) < float(np.abs(other - start).sum()) - by

    def _by_tangents(self, at: Array) -> Array:
        """From weights under which the two are level to nearer ones under which they are."""
        for _ in range(_TURNS):
            # the tangent is met at `at`, so its nearest weights are no farther from the start
            slopes = self._tangent(at)
            found = least_change(slopes, self.model.weights)
            if found is None or not self._nearer(found, at, by=NEAR):
                break
            # a whole step, or as much of it as leaves them level and nearer to the start
            nearer = next((p for p in self._steps(at, found, slopes) if p is not None and self._nearer(p, at)), None)
            if nearer is None:
                break
            at = nearer
        return at

    def _steps(self, at: Array, found: Array, slopes: Array) -> Iterator[Array | None]:
        yield self._in_order(slopes)
        for length in 0.5 ** np.arange(1.0, 10.0):
            yield self._to_level(at + length * (found - at))

    def _tangent(self, at: Array) -> Array:
        """Advantage of each leaf on the tangent of the lead: the lead and the slope to a corner."""
        corners = np.eye(len(at))[:, None, :]
        points = at + _STEP * PLACES[:, None] * (corners - at)
        lead = self.lead(points.reshape(-1, len(at))).reshape(len(at), -1)
        return np.asarray(lead[:, 0] + slope(lead, _STEP))

    def _to_level(self, found: Array) -> Array | None:
        """The point level on the line from the own weights through others; None where there is none."""
        start = self.model.weights
        step = found - start
        if not np.abs(step).max() > 0:
            return None
        down = step < 0
        longest = float((start[down] / -step[down]).min())
        lead = self.lead(start + np.array([[1.0], [longest]]) * step)
        # just short of the end, so that no block is left without weight
        reach = 1.0 if lead[0] >= 0 else longest * (1 - 1e-12)
        if not float(self.lead(start + reach * step)[0]) >= 0:
            # a weight is 0 already, so that the line ends here
            return np.maximum(found, 0.0) if lead[0] > -TOLERANCE else None
        return self._first_crossing(lambda t: start + reach * t[:, None] * step)

    def _in_order(self, slopes: Array) -> Array | None:
        """Where the two first are level as weight moves in the order of the slopes."""
        start = self.model.weights
        most = 1.0 - float(start[_givers(slopes)[0]])
        return self._first_crossing(lambda t: _given(slopes, start, t * most))

    def _first_crossing(self, way: Callable[[Array], Array]) -> Array | None:
        """Where a lead first becomes 0 on a way, from 0 to 1, that starts without one."""

        def lead(t: float) -> float:
            return float(self.lead(way(np.array([t])))[0])

        ticks = np.linspace(0.0, 1.0, 65)
        leads = self.lead(way(ticks))
        if not (leads >= 0).any() and not at_least(leads[-1], 0):
            return None
        ahead = int(np.argmax(leads >= 0)) if (leads >= 0).any() else len(ticks) - 1
        low, t = float(ticks[max(ahead - 1, 0)]), float(ticks[ahead])
        # one by one their last bits may differ from those of the batch
        if lead(t) > 0 > lead(low):
            from scipy.optimize import brentq

            t = brentq(lead, low, t, xtol=1e-15)
        found = np.maximum(way(np.array([t]))[0], 0.0)
        return np.asarray(found / found.sum())
