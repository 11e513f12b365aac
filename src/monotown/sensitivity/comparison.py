"""How the order of two units hangs on the weights: least changes, and ranges that keep it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from monotown.base.arrays import Array
from monotown.base.ties import TOLERANCE, smallest
from monotown.index.kernel import evaluate, evaluate_nodes
from monotown.index.model import IndexModel, Leaf, Node
from monotown.sensitivity.least_change import Pair, least_change
from monotown.sensitivity.year import Case

#: Weights tried for a start.
_SCOUTS: Final = 4000


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
    inside = {name_of(c): _within(c, model) for c in root.children}
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
                tuple(name_of(c) for c in child.children),
                weights / weights.sum(),
                float(share),
                np.stack([_within(c, model) for c in child.children]),
                rest,
            )
        )
    flat = {tuple(name_of(c) for c in root.children)} == {model.measures}
    if all(n.aggregation.exponent is not None for n in model.nodes) and not flat:
        n = len(model.leaves)
        found.append(Scope("leaves", model.measures, model.weights, 1.0, np.eye(n), np.zeros(n)))
    return tuple(found)


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

    def _least_by_steps(self, scope: Scope, unit: int, rival: int, gap: float) -> Flip:
        z = self.case.z
        if np.isnan(z[[unit, rival]]).any():  # a value may be filled in from the other units
            pair = Pair(self.model, z, unit, rival)
        else:
            pair = Pair(self.model, z[[unit, rival]], 0, 1)
        best = pair.nearest(self._starts(pair, scope, unit, rival))
        if best is None:
            return Flip(scope, "out_of_reach", None, np.nan, gap, np.nan)
        distance = float(np.abs(best - scope.weights).sum())
        return Flip(scope, "found", best, distance, gap, -float(pair.lead(best)[0]))

    def _starts(self, pair: Pair, scope: Scope, unit: int, rival: int) -> Iterator[Array]:
        """Weights from which the nearest ones are looked for."""
        yield scope.weights
        for other in scopes(self.model):
            if other.name != scope.name:
                flip = self.least_flip(other, unit, rival)
                if flip.weights is not None:
                    yield other.whole(flip.weights)
        yield pair.climb()
        points, scores = self._scouts
        reached = points[scores[:, unit] >= scores[:, rival]]
        if len(reached):
            yield reached[smallest(np.abs(reached - scope.weights).sum(axis=1))]

    @cached_property
    def _scouts(self) -> tuple[Array, Array]:
        """Weights spread over the simplex and towards the baseline, and the scores under them."""
        rng, start = np.random.default_rng(0), self.model.weights
        drawn = rng.dirichlet(np.ones(len(start)), size=_SCOUTS)
        points = start + rng.random((_SCOUTS, 1)) * (drawn - start)
        return points, evaluate(self.model, self.case.z, points)

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
        k = [name_of(c) for c in root.children].index(scope.name)
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


def name_of(node: Node | Leaf) -> str:
    """Id of a node, or the measure of a leaf."""
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
