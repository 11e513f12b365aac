"""What would change the answer: smallest changes of weights, ranges that keep the order, losses."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import ArrayLike, NDArray

from monotown.base.tables import (
    COUNT,
    KIND,
    MAYBE_SHARE,
    NOTE,
    NUMBER,
    RANK,
    TEXT,
    YEAR,
    score_column,
    table,
    to_scale,
    write_order,
)
from monotown.base.ties import TOLERANCE, above, at_least, largest, level, smallest, tolerance_of
from monotown.index.admissible import scale_of
from monotown.index.kernel import evaluate, evaluate_nodes
from monotown.index.model import IndexModel, Leaf, Node
from monotown.index.slopes import PLACES, slope
from monotown.sensitivity.compare import drop_one
from monotown.sensitivity.year import Case

Array = NDArray[np.float64]


#: Smallest change of weights with which `unit` reaches `rival`, its neighbour one place up.
#: `scope` says which weights move: ``blocks`` (of the root's children, weights inside them fixed),
#: ``leaves`` (of all measures at once), or the id of a block (weights of its children, all else
#: fixed). `distance` is the sum of absolute changes of weights in the whole index (0 to 2), of
#: which half is weight moved from some to others. `smallest` marks the least of a pair's scopes.
#: `gap` and `gap_after` are rival's score less unit's, by the model, before and after.
FLIPS = table(
    "flips",
    ["view", "year", "rival_rank", "rival", "unit", "scope"],
    {
        "view": TEXT,
        "year": YEAR,
        "unit": TEXT,
        "rival": TEXT,
        "unit_rank": RANK,
        "rival_rank": RANK,
        "scope": TEXT,
        "status": pa.Column(str, pa.Check.isin(["found", "tied", "out_of_reach", "missing"])),
        "distance": pa.Column("float64", pa.Check.in_range(0, 2), nullable=True),
        "smallest": pa.Column(bool),
        "gains_most": NOTE,
        "loses_most": NOTE,
        "gap": score_column("Rival's score less unit's."),
        "gap_after": score_column("The same with the changed weights."),
        "kind": KIND,
        "source": NOTE,
    },
)

#: The weights of each change found, in the whole index: of blocks, of measures, or of what stands
#: in the block that `scope` names.
FLIP_WEIGHTS = table(
    "flip_weights",
    ["view", "year", "unit", "rival", "scope", "item"],
    {
        "view": TEXT,
        "year": YEAR,
        "unit": TEXT,
        "rival": TEXT,
        "scope": TEXT,
        "item": TEXT,
        "weight": MAYBE_SHARE,
        "weight_after": MAYBE_SHARE,
        "kind": KIND,
        "source": NOTE,
    },
)

#: Range of a block's weight, the other blocks rescaled in proportion, over which an order holds:
#: that of a ``pair`` of neighbours, of the ``first`` unit against all others, or the whole
#: ``order``. `limit_low` and `limit_high` name the unit that draws level at an end; empty where the
#: order holds as far as 0 or 1.
STABILITY = table(
    "stability_intervals",
    ["view", "year", "block", "scope", "above", "below"],
    {
        "view": TEXT,
        "year": YEAR,
        "block": TEXT,
        "scope": pa.Column(str, pa.Check.isin(["pair", "first", "order"])),
        "above": NOTE,
        "below": NOTE,
        "weight": MAYBE_SHARE,
        "low": MAYBE_SHARE,
        "high": MAYBE_SHARE,
        "limit_low": NOTE,
        "limit_high": NOTE,
        "status": pa.Column(str, pa.Check.isin(["found", "tied"])),
        "kind": KIND,
        "source": NOTE,
    },
)

#: The measure whose loss moves a unit most, `by` its rank (then its score) or by its score. `ties`
#: counts the other measures whose loss moves the rank (the score) as far.
MOST_MOVING = table(
    "most_moving",
    ["view", "year", "unit", "by"],
    {
        "view": TEXT,
        "year": YEAR,
        "unit": TEXT,
        "by": pa.Column(str, pa.Check.isin(["rank", "score"])),
        "measure": TEXT,
        "block": TEXT,
        "baseline_score": score_column("Index with every measure."),
        "score_shift": score_column("Index without the measure less that with it."),
        "baseline_rank": RANK,
        "rank_shift": NUMBER,
        "ties": COUNT,
        "kind": KIND,
        "source": NOTE,
    },
)

TABLES: Final = {
    "flips": FLIPS,
    "flip_weights": FLIP_WEIGHTS,
    "stability_intervals": STABILITY,
    "most_moving": MOST_MOVING,
}

#: Turns of the tangents at most.
_TURNS: Final = 60

#: Step of the slopes, as a share of the way to a corner.
_STEP: Final = 1e-3

#: Changes that differ by less are equal: the stop of the search by tangents.
_NEAR: Final = 1e-8

#: Weights tried for a start.
_SCOUTS: Final = 4000


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
    free = (np.abs(found - start) > _NEAR) & (found > _NEAR)
    binding = np.vstack([np.ones(n), scaled[np.abs(scaled @ found) < _NEAR]])
    found = np.where(free, 0.0, np.where(found > _NEAR, start, 0.0))
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
class Scope:
    """Weights that may move, and how two units compare under them.

    Attributes
    ----------
    name
        ``blocks``, ``leaves`` or the id of a block.
    items
        What carries the weights.
    weights
        Their baseline weights, sum 1.
    share
        Weight of all items together in the whole index.
    leaves
        Shape (items, leaves): weights of the leaves within each item, each row with sum 1.
    rest
        Shape (leaves,): weights of the leaves that do not move.
    """

    name: str
    items: tuple[str, ...]
    weights: Array
    share: float
    leaves: Array
    rest: Array

    def whole(self, weights: Array) -> Array:
        """Weights of all leaves in the whole index."""
        return self.rest + self.share * weights @ self.leaves


@dataclass(frozen=True)
class Flip:
    """The smallest change of a scope's weights with which one unit reaches another.

    Attributes
    ----------
    scope
        What may move.
    status
        ``found``; ``tied`` already; ``out_of_reach`` by these weights alone; ``missing``: one of
        the two has no value where the weights move, so that the comparison is not linear in them.
    weights
        Of the scope's items after the change, sum 1; None unless found or tied.
    distance
        Sum of absolute changes of weights in the whole index.
    gap, gap_after
        Score of the one above less that of the one below, by the model.
    """

    scope: Scope
    status: str
    weights: Array | None
    distance: float
    gap: float
    gap_after: float


def scopes(model: IndexModel) -> tuple[Scope, ...]:
    """The sets of weights that are moved.

    Two units compare linearly in ``blocks`` where the root is an arithmetic, geometric, harmonic
    or other power mean; in each block that is an arithmetic mean of more than one child, under an
    arithmetic or geometric root; and in ``leaves``, the weights of all measures at once, where
    every node is an arithmetic mean. In other trees of power means ``leaves`` takes a row of linear
    programmes, see `Comparison.least_flip`.

    Examples
    --------
    >>> from monotown.index.model import method
    >>> model = IndexModel(Node("i", (Node("p", (Leaf("a"), Leaf("b"))), Node("q", (Leaf("c"),))),
    ...                         aggregation=method("geometric"), floor=0.01))
    >>> [s.name for s in scopes(model)]
    ['blocks', 'p', 'leaves']
    """
    root = model.tree
    found = []
    inside = {_id(c): _within(c, model) for c in root.children}
    local = np.array([c.weight for c in root.children])
    local = local / local.sum()
    exponent = root.aggregation.exponent
    if exponent is not None and len(inside) > 1:
        found.append(
            Scope("blocks", tuple(inside), local, 1.0, np.stack(list(inside.values())), np.zeros(len(model.leaves)))
        )
    for child, share in zip(root.children, local, strict=True):
        if (
            exponent not in (0.0, 1.0)
            or isinstance(child, Leaf)
            or child.aggregation.exponent != 1.0
            or len(child.children) == 1
            or share == 0
        ):
            continue
        weights = np.array([c.weight for c in child.children])
        rest = model.weights * (np.array([model.block_of[m] for m in model.measures]) != child.id)
        found.append(
            Scope(
                child.id,
                tuple(_id(c) for c in child.children),
                weights / weights.sum(),
                float(share),
                np.stack([_within(c, model) for c in child.children]),
                rest,
            )
        )
    flat = {tuple(_id(c) for c in root.children)} == {model.measures}
    if all(n.aggregation.exponent is not None for n in model.nodes) and not flat:
        n = len(model.leaves)
        found.append(Scope("leaves", model.measures, model.weights, 1.0, np.eye(n), np.zeros(n)))
    return tuple(found)


def _nearer(one: Array, other: Array, start: Array, by: float = 1e-12) -> bool:
    """Whether the first lies nearer to the start."""
    return float(np.abs(one - start).sum()) < float(np.abs(other - start).sum()) - by


@dataclass(frozen=True)
class Range:
    """Weights of a block over which one unit stays above another.

    Attributes
    ----------
    low, high
        Around the baseline weight; 0 or 1 where the order holds all the way.
    tied
        Whether the two are tied at the baseline, so that the range is that weight alone.
    """

    low: float
    high: float
    tied: bool = False


class Comparison:
    """Units of a case, as their order depends on the weights.

    Parameters
    ----------
    model
        The index.
    case
        Its units.

    Notes
    -----
    Under a power mean of exponent b with weights W the order of two units is that of
    ``sum W_k g(S_k)``, g the power or, for b = 0, the logarithm (for b < 0 reversed): linear in W.
    Inside one block of a geometric index, ``log S_A - log S_B >= -D / W_k`` (D the lead from the
    other blocks) is ``S_A >= exp(-D / W_k) S_B``: linear in the block's own weights, and with a
    floor a choice of two such conditions, or two at once.
    """

    def __init__(self, model: IndexModel, case: Case) -> None:
        self.model, self.case = model, case
        root = model.tree
        self.exponent = root.aggregation.exponent
        weights = np.array([c.weight for c in root.children], dtype=np.float64)
        self.weights = weights / weights.sum()
        self.nodes = {k: v[0] for k, v in evaluate_nodes(model, case.z).items()}
        self.sign = 1.0
        if self.exponent is not None:
            self.sign = -1.0 if self.exponent < 0 else 1.0
            found = self._children(root)
            # a missing block is missing here too, unless the root fills it in
            self.g = np.log(found) if self.exponent == 0 else found**self.exponent

    def least_flip(self, scope: Scope, unit: int, rival: int) -> Flip:
        """Smallest change of a scope's weights with which a unit reaches one above it.

        Parameters
        ----------
        scope
            One of `scopes(model)`.
        unit, rival
            Their rows in the case; the rival's score is not the lower.

        Notes
        -----
        Where the lead is not linear in all weights at once, weight is moved in the order that its
        tangent gives until the two are level, and so again from the result until it stays (after
        successive linear programming; Griffith and Stewart 1961): from the baseline, from the
        change of each other scope, from weights climbed to along the steepest slope, and from the
        nearest of some thousand drawn weights that do it. The lead at the result is 0 by the
        model, and no other scope's change is smaller; that no change at all is smaller is not
        proved.
        """
        case = self.case
        gap = float(case.scores[rival] - case.scores[unit])
        if gap <= TOLERANCE:
            return Flip(scope, "tied", scope.weights, 0.0, gap, gap)
        if scope.name == "leaves" and not self.linear:
            if np.isnan(self.g[[unit, rival]]).any():
                return Flip(scope, "missing", None, np.nan, gap, np.nan)
            return self._least_by_steps(scope, unit, rival, gap)
        advantage = self._advantage(scope, unit, rival)
        if any(np.isnan(way).any() for way in advantage):
            return Flip(scope, "missing", None, np.nan, gap, np.nan)
        # a floor makes more than one way to draw level: the nearest counts
        ways = [least_change(way, scope.weights) for way in advantage]
        found = [w for w in ways if w is not None]
        if not found:
            return Flip(scope, "out_of_reach", None, np.nan, gap, np.nan)
        weights = found[smallest([np.abs(w - scope.weights).sum() for w in found])]
        after = evaluate(self.model, case.z, scope.whole(weights)[None])[0]
        distance = float(np.abs(weights - scope.weights).sum()) * scope.share
        return Flip(scope, "found", weights, distance, gap, float(after[rival] - after[unit]))

    @cached_property
    def linear(self) -> bool:
        """Whether every node is an arithmetic mean."""
        return all(n.aggregation.exponent == 1.0 for n in self.model.nodes)

    def _lead(self, weights: Array, unit: int, rival: int) -> Array:
        """Score of a unit less that of another, shape (draws,), under weights of the leaves."""
        z, pair = self.case.z, [unit, rival]
        if not np.isnan(z[pair]).any():  # else a value may be filled in from the other units
            z, pair = z[pair], [0, 1]
        w = np.maximum(np.atleast_2d(weights), 0.0)
        found = evaluate(self.model, z, w, batch=len(w))
        return np.asarray(found[:, pair[0]] - found[:, pair[1]])

    def _least_by_steps(self, scope: Scope, unit: int, rival: int, gap: float) -> Flip:
        start = scope.weights
        begin = [start]
        for other in scopes(self.model):
            if other.name != scope.name:
                flip = self.least_flip(other, unit, rival)
                if flip.weights is not None:
                    begin.append(other.whole(flip.weights))
        begin.append(self._climb(start, unit, rival))
        points, scores = self._scouts
        reached = np.flatnonzero(scores[:, unit] >= scores[:, rival])
        if len(reached):
            far = np.abs(points[reached] - start).sum(axis=1)
            begin.append(points[reached[smallest(far)]])
        best: Array | None = None
        for first in begin:
            at = self._to_level(first, start, unit, rival)
            if at is None:  # one step of the tangent may still bring them level
                at = self._in_order(self._tangent(first, unit, rival), start, unit, rival)
            if at is not None:
                at = self._by_tangents(at, start, unit, rival)
                if best is None or _nearer(at, best, start):
                    best = at
        if best is None:
            return Flip(scope, "out_of_reach", None, np.nan, gap, np.nan)
        after = -float(self._lead(best, unit, rival)[0])
        return Flip(scope, "found", best, float(np.abs(best - start).sum()), gap, after)

    def _by_tangents(self, at: Array, start: Array, unit: int, rival: int) -> Array:
        """From weights under which two units are level to nearer ones under which they are."""
        for _ in range(_TURNS):
            # the tangent is met at `at`, so its nearest weights are no farther from the start
            slopes = self._tangent(at, unit, rival)
            found = least_change(slopes, start)
            if found is None or not _nearer(found, at, start, by=_NEAR):
                break
            # a whole step, or as much of it as leaves them level and nearer to the start
            whole = self._in_order(slopes, start, unit, rival)
            if whole is not None and _nearer(whole, at, start):
                at = whole
                continue
            for length in 0.5 ** np.arange(1.0, 10.0):
                part = self._to_level(at + length * (found - at), start, unit, rival)
                if part is not None and _nearer(part, at, start):
                    at = part
                    break
            else:
                break
        return at

    @cached_property
    def _scouts(self) -> tuple[Array, Array]:
        """Weights spread over the simplex and towards the baseline, and the scores under them."""
        rng, start = np.random.default_rng(0), self.model.weights
        drawn = rng.dirichlet(np.ones(len(start)), size=_SCOUTS)
        points = start + rng.random((_SCOUTS, 1)) * (drawn - start)
        return points, evaluate(self.model, self.case.z, points)

    def _tangent(self, at: Array, unit: int, rival: int) -> Array:
        """Advantage of each leaf on the tangent of the lead: the lead and the slope to a corner."""
        corners = np.eye(len(at))[:, None, :]
        points = at + _STEP * PLACES[:, None] * (corners - at)
        lead = self._lead(points.reshape(-1, len(at)), unit, rival).reshape(len(at), -1)
        return np.asarray(lead[:, 0] + slope(lead, _STEP))

    def _climb(self, start: Array, unit: int, rival: int) -> Array:
        """Weights with a lead, or a highest one: steps towards the corner of the steepest slope."""
        at, lengths = start, np.linspace(0.0, 0.95, 20)[:, None]
        for _ in range(_TURNS):
            corner = np.eye(len(at))[largest(self._tangent(at, unit, rival))]
            tried = at + lengths * (corner - at)
            lead = self._lead(tried, unit, rival)
            best = largest(lead)
            if best == 0 or lead[0] >= 0:
                break
            at = tried[best]
        return np.asarray(at)

    def _to_level(self, found: Array, start: Array, unit: int, rival: int) -> Array | None:
        """The point level on the line from `start` through `found`; None where there is none."""
        step = found - start
        if not np.abs(step).max() > 0:
            return None
        down = step < 0
        longest = float((start[down] / -step[down]).min())
        lead = self._lead(start + np.array([[1.0], [longest]]) * step, unit, rival)
        # just short of the end, so that no block is left without weight
        reach = 1.0 if lead[0] >= 0 else longest * (1 - 1e-12)
        if not float(self._lead(start + reach * step, unit, rival)[0]) >= 0:
            # a weight is 0 already, so that the line ends here
            return np.maximum(found, 0.0) if lead[0] > -TOLERANCE else None
        return self._first_crossing(lambda t: start + reach * t[:, None] * step, unit, rival)

    def _in_order(self, slopes: Array, start: Array, unit: int, rival: int) -> Array | None:
        """Where two units first are level as weight moves in the order of the slopes."""
        most = 1.0 - float(start[_givers(slopes)[0]])
        return self._first_crossing(lambda t: _given(slopes, start, t * most), unit, rival)

    def _first_crossing(self, way: Callable[[Array], Array], unit: int, rival: int) -> Array | None:
        """Where a lead first becomes 0 on a way, from 0 to 1, that starts without one."""

        def lead(t: float) -> float:
            return float(self._lead(way(np.array([t])), unit, rival)[0])

        ticks = np.linspace(0.0, 1.0, 65)
        leads = self._lead(way(ticks), unit, rival)
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

    def weight_range(self, block: int, above: int, below: int) -> Range:
        """Range of a block's weight over which a pair keeps its order.

        Parameters
        ----------
        block
            Number of the root's child. The other children's weights are rescaled in proportion.
        above, below
            Rows of the two units in the case.

        Raises
        ------
        ValueError
            If the root is no power mean, or the block has all the weight, so that the others have
            no proportion.

        Notes
        -----
        With the block's weight t, a unit's transformed score is the ratio of two functions linear
        in t (the denominator is 1 where no block is missing), so the lead is 0 at the roots of a
        polynomial of degree 1, or 2 where a block is missing.
        """
        if self.exponent is None:
            raise ValueError(f"{self.model.tree.id}: {self.model.tree.aggregation}: no power mean")
        start = float(self.weights[block])
        if start >= 1:
            raise ValueError(f"block {block} has all the weight, the others have no proportion")
        if abs(self.case.scores[above] - self.case.scores[below]) <= TOLERANCE:
            return Range(start, start, tied=True)
        others = self.weights / (1 - start)
        others[block] = 0.0
        g = self.g[[above, below]]
        known = ~np.isnan(g)
        values = np.where(known, g, 0.0)
        rest, mass = values @ others, known @ others
        # numerator and denominator of each unit, as constant and slope in t
        top = np.stack([rest, values[:, block] - rest], axis=1)
        bottom = np.stack([mass, known[:, block] - mass], axis=1)
        lead = _product(top[0], bottom[1]) - _product(top[1], bottom[0])
        low, high = 0.0, 1.0
        for root in _roots(lead):
            if 0 <= root <= start:
                low = max(low, root)
            elif start < root <= 1:
                high = min(high, root)
        return Range(low, high)

    def _children(self, node: Node) -> Array:
        """Scores of a node's children after the node's floor, shape (units, children)."""
        columns = [
            self.case.z[:, self.model.measures.index(c.measure)] if isinstance(c, Leaf) else self.nodes[c.id]
            for c in node.children
        ]
        found = np.stack(columns, axis=1)
        if node.missing in ("mean", "median") and np.isnan(found).any():
            fill = np.nanmean if node.missing == "mean" else np.nanmedian
            found = np.where(np.isnan(found), fill(found, axis=0), found)
        return found if node.floor is None else np.maximum(found, node.floor)

    def _advantage(self, scope: Scope, unit: int, rival: int) -> tuple[Array, ...]:
        """Ways to draw level: what each item adds to the leads that must not be negative.

        Each way has shape (items,) or (leads, items); NaN where the lead is not linear in them.
        """
        if scope.name == "leaves":
            values = self.case.z[[unit, rival]]
            return (np.asarray(values[0] - values[1]),)
        g = self.g[[unit, rival]]
        if np.isnan(g).any():
            return (np.full(len(scope.items), np.nan),)
        if scope.name == "blocks":
            return (np.asarray(self.sign * (g[0] - g[1])),)
        root = self.model.tree
        k = [_id(c) for c in root.children].index(scope.name)
        block = root.children[k]
        assert isinstance(block, Node)
        inside = self._children(block)[[unit, rival]]
        lead = float(np.delete(g[0] - g[1], k) @ np.delete(self.weights, k)) / self.weights[k]
        if self.exponent != 0:
            return (np.asarray(inside[0] - inside[1] + lead),)
        factor = float(np.exp(-lead))
        ahead = inside[0] - factor * inside[1]
        if root.floor is None or not (inside < root.floor).any():
            return (ahead,)
        # max(A, floor) >= factor max(B, floor), A and B the scores of the block
        if factor <= 1:
            return ahead, np.asarray(root.floor - factor * inside[1])
        return (np.stack([ahead, inside[0] - factor * root.floor]),)


def flip_tables(
    view: str, kind: str, model: IndexModel, cases: Sequence[Case], sources: Mapping[int, str]
) -> dict[str, pd.DataFrame]:
    """The tables of this module for every year of a view.

    Parameters
    ----------
    view, kind
        Id and kind of data, carried to the rows.
    model, cases
        The index and its years.
    sources
        Year to the codes of its sources.

    Returns
    -------
    dict
        Name of each of `TABLES` to the table, in writing order; scores on the scale of the index.
    """
    scale = scale_of(model)
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in TABLES}
    for case in cases:
        tail = (kind, sources[case.year])
        flips, weights = _flip_rows(model, case)
        for name, found in (
            ("flips", flips),
            ("flip_weights", weights),
            ("stability_intervals", _stability_rows(model, case)),
            ("most_moving", _moving_rows(model, case)),
        ):
            rows[name] += [(view, case.year, *row, *tail) for row in found]
    return {
        name: to_scale(write_order(pd.DataFrame(rows[name], columns=list(schema.columns)), schema), schema, scale)
        for name, schema in TABLES.items()
    }


def neighbours(case: Case) -> list[tuple[int, int]]:
    """Pairs of rows (above, below) next to each other in the baseline order.

    Examples
    --------
    >>> case = Case(2022, ("a", "b", "c"), np.zeros((3, 1)), np.array([0.2, 0.9, 0.5]),
    ...             np.array([3.0, 1.0, 2.0]))
    >>> neighbours(case)
    [(1, 2), (2, 0)]
    """
    scores = level(case.scores)
    order = sorted(range(len(case.units)), key=lambda i: (-scores[i], case.units[i]))
    return list(pairwise(order))


def _flip_rows(model: IndexModel, case: Case) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows of the table of flips, and of that of their weights."""
    compared, sets = Comparison(model, case), scopes(model)
    rows: list[tuple[object, ...]] = []
    weights: list[tuple[object, ...]] = []
    for rival, unit in neighbours(case):
        pair = (case.units[unit], case.units[rival])
        flips = [compared.least_flip(s, unit, rival) for s in sets]
        # the first of those that differ by rounding alone
        sizes = [f.distance if f.status == "found" else np.inf for f in flips]
        least = smallest([*sizes, np.inf], _NEAR)
        for n, f in enumerate(flips):
            up = down = ""
            if f.status == "found" and f.weights is not None:
                step = f.weights - f.scope.weights
                up, down = f.scope.items[largest(step, _NEAR)], f.scope.items[smallest(step, _NEAR)]
                weights += [
                    (*pair, f.scope.name, item, old * f.scope.share, new * f.scope.share)
                    for item, old, new in zip(f.scope.items, f.scope.weights, f.weights, strict=True)
                ]
            rows.append(
                (
                    *pair,
                    case.ranks[unit],
                    case.ranks[rival],
                    f.scope.name,
                    f.status,
                    f.distance,
                    n == least and f.status == "found",
                    up,
                    down,
                    f.gap,
                    f.gap_after,
                )
            )
    return rows, weights


def _stability_rows(model: IndexModel, case: Case) -> Iterator[tuple[object, ...]]:
    if model.tree.aggregation.exponent is None:
        return
    compared, pairs = Comparison(model, case), neighbours(case)
    first = pairs[0][0]
    rivals = [(first, j) for j in range(len(case.units)) if j != first]
    total = math.fsum(c.weight for c in model.tree.children)
    for k, child in enumerate(model.tree.children):
        start = child.weight / total
        if start >= 1:
            continue
        ranges = {(a, b): compared.weight_range(k, a, b) for a, b in dict.fromkeys([*pairs, *rivals])}
        for scope, group in (*(("pair", [p]) for p in pairs), ("first", rivals), ("order", pairs)):
            low_at = group[largest([ranges[p].low for p in group])]
            high_at = group[smallest([ranges[p].high for p in group])]
            low, high = ranges[low_at].low, ranges[high_at].high
            yield (
                _id(child),
                scope,
                "" if scope == "order" else case.units[group[0][0]],
                case.units[group[0][1]] if scope == "pair" else "",
                start,
                low,
                high,
                case.units[low_at[1]] if above(low, 0) else "",
                case.units[high_at[1]] if above(1, high) else "",
                "tied" if any(ranges[p].tied for p in group) else "found",
            )


def _moving_rows(model: IndexModel, case: Case) -> Iterator[tuple[object, ...]]:
    left = drop_one(model, case)
    if not left:
        return
    scores = np.stack([d.scores for d in left]) - case.scores
    ranks = np.stack([d.ranks for d in left]) - case.ranks
    for i, unit in enumerate(case.units):
        by_score, by_rank = np.abs(scores[:, i]), np.abs(ranks[:, i])
        for by, keys in (("rank", (by_rank, by_score)), ("score", (by_score, by_rank))):
            size, second = (level(np.where(np.isnan(k), -1.0, k)) for k in keys)
            m = max(range(len(left)), key=lambda d: (size[d], second[d], -d))
            yield (
                unit,
                by,
                left[m].dropped,
                model.block_of[left[m].dropped],
                case.scores[i],
                scores[m, i],
                case.ranks[i],
                ranks[m, i],
                int((size == size[m]).sum()) - 1,
            )


def _id(node: Node | Leaf) -> str:
    return node.id if isinstance(node, Node) else node.measure


def _within(node: Node | Leaf, model: IndexModel) -> Array:
    """Weights of the leaves within a node, shape (leaves of the model,), sum 1."""
    if isinstance(node, Leaf):
        return np.array([float(m == node.measure) for m in model.measures])
    total = math.fsum(c.weight for c in node.children)
    parts = [c.weight / total * _within(c, model) for c in node.children]
    return np.asarray(np.sum(parts, axis=0))


def _product(a: Array, b: Array) -> Array:
    """Coefficients of a product of two linear functions, constant first."""
    return np.array([a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[1] * b[1]])


def _roots(c: Array) -> list[float]:
    """Real roots of a polynomial of degree 2 at most, constant first."""
    size = np.abs(c).max()
    if abs(c[2]) <= 1e-14 * size:
        return [] if abs(c[1]) <= 1e-14 * size else [float(-c[0] / c[1])]
    square = c[1] ** 2 - 4 * c[2] * c[0]
    if square < 0:
        return []
    # the larger sum first: the other root by Vieta's product, without cancellation
    q = -(c[1] + np.copysign(np.sqrt(square), c[1])) / 2
    return sorted({float(q / c[2]), float(c[0] / q)}) if q != 0 else [0.0]
