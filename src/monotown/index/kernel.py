"""The kernel: one model on many weight vectors, with no loop over draws or units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.base.many import FEW
from monotown.index.model import IndexModel, Leaf, Node
from monotown.methods.method import ANY_DOMAIN

#: Draws of up to `FEW` units worked on at a time, of more in proportion fewer. Every batch is filled
#: up to its size, so that a draw gives the same bits alone, in a shard or among millions: a matrix
#: product's last bit depends on its shape.
BATCH: Final = 512

#: Largest temporary array in elements, for the methods that hold (draws, units, children).
_CELLS: Final = 8_000_000


def _batch_of(units: int) -> int:
    return max(BATCH * FEW // max(units, FEW), 1)


@dataclass(frozen=True)
class _Step:
    """A node as the kernel sees it.

    `leaves` are the columns of z it takes as they are, `nodes` the numbers of steps done before
    it, `below` the columns of all leaves under it. `exponent` is that of a power mean, or None.
    `linear` marks an arithmetic mean of leaves.
    """

    node: Node
    leaves: tuple[int, ...]
    nodes: tuple[int, ...]
    below: tuple[int, ...]
    exponent: float | None
    linear: bool


@lru_cache(maxsize=256)
def _plan(model: IndexModel, collapse: bool) -> tuple[_Step, ...]:
    """Steps from the leaves up; with `collapse`, a mean of the same mean is one step."""
    column = {m: i for i, m in enumerate(model.measures)}
    steps: list[_Step] = []

    def below(node: Node | Leaf) -> tuple[int, ...]:
        if isinstance(node, Leaf):
            return (column[node.measure],)
        return tuple(i for c in node.children for i in below(c))

    def parts(node: Node) -> list[Node | Leaf]:
        found: list[Node | Leaf] = []
        for child in node.children:
            if (
                collapse
                and isinstance(child, Node)
                and node.aggregation.exponent is not None
                and child.aggregation.exponent == node.aggregation.exponent
                # with one floor a child's mean is not below it, and is not cut again
                and child.floor == node.floor
            ):
                found.extend(parts(child))
            else:
                found.append(child)
        return found

    def add(node: Node) -> int:
        items = parts(node)
        numbers = tuple(add(c) for c in items if isinstance(c, Node))
        steps.append(
            _Step(
                node=node,
                leaves=tuple(column[c.measure] for c in items if isinstance(c, Leaf)),
                nodes=numbers,
                below=below(node),
                exponent=node.aggregation.exponent,
                linear=node.aggregation.exponent == 1.0 and not numbers,
            )
        )
        return len(steps) - 1

    add(model.tree)
    return tuple(steps)


def evaluate(
    model: IndexModel,
    z: ArrayLike,
    weights: ArrayLike | None = None,
    out: Array | None = None,
    batch: int | None = None,
) -> Array:
    """Index of every unit under every weight vector.

    Parameters
    ----------
    model
        The tree; its own weights count where `weights` is None.
    z
        Shape (units, leaves): normalised, direction-corrected scores, columns in the order of
        ``model.measures``. NaN is missing and handled by each node's rule.
    weights
        Shape (draws, leaves): global leaf weights, finite and not negative. A node's weight is the
        sum of the leaf weights below it, so the rows need not sum to 1. A leaf with weight 0 is as
        good as left out of the model.
    out
        Shape (draws, units), float64, C-contiguous: where to put the result.
    batch
        Draws worked on at a time; None: as many as suit the number of units. Results of two sizes may
        differ in the last bit.

    Returns
    -------
    ndarray
        Shape (draws, units); one draw where `weights` is None. A unit is NaN only where nothing
        under the root has both a score and a weight.

    Raises
    ------
    ValueError
        If a shape is wrong, a weight negative, or a node's method not defined for the scores it
        gets (a geometric mean of a 0, say); the message names the node.

    Notes
    -----
    Nested means of one kind are one matrix product; others cost one product a node and, for a
    geometric node, one logarithm a node child. Each draw's result has the same bits in whatever
    company it is evaluated.

    Examples
    --------
    >>> from monotown.index.model import IndexModel, Leaf, Node, method
    >>> model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    >>> evaluate(model, [[0.2, 0.8], [1.0, 0.0]]).tolist()
    [[0.5, 0.5]]
    >>> evaluate(model, [[0.2, 0.8], [1.0, 0.0]], [[3, 1], [0, 2]]).round(6).tolist()
    [[0.35, 0.75], [0.8, 0.0]]
    """
    scores, w = _check_inputs(model, z, weights)
    batch = _batch_of(len(scores)) if batch is None else batch
    complete = not np.isnan(scores).any()
    work = _Work(_plan(model, complete), scores, complete, batch)
    shape = (len(w), len(scores))
    if out is None:
        out = np.empty(shape)
    elif out.shape != shape or out.dtype != np.float64 or not out.flags.c_contiguous:
        raise ValueError(f"out is float64, C-contiguous, of shape {shape}")
    for place, rows, part in _batches(w, batch):
        if rows == batch:
            work.room[-1] = out[place]
        result = work.run(part)[-1]
        if result is not work.room[-1] or rows < batch:
            out[place] = result[:rows]
        work.room[-1] = work.spare
    return out


def evaluate_tables(model: IndexModel, z: ArrayLike, weights: ArrayLike) -> Array:
    """Index of every unit where every draw has scores of its own.

    Parameters
    ----------
    model
        The tree.
    z
        Shape (draws, units, leaves): scores as in `evaluate`, one table a draw.
    weights
        Shape (draws, leaves), as in `evaluate`.

    Returns
    -------
    ndarray
        Shape (draws, units): what `evaluate` gives for each table with its own weights, but for
        the last bits.

    Raises
    ------
    ValueError
        As `evaluate`.

    Notes
    -----
    Power means are worked out for many draws together, many times as fast as one by one; a
    tree with another aggregation is evaluated draw by draw.

    Examples
    --------
    >>> from monotown.index.model import IndexModel, Leaf, Node
    >>> model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    >>> evaluate_tables(model, [[[0.25, 0.75]], [[1.0, 0.0]]], [[1, 1], [3, 1]]).tolist()
    [[0.5], [0.75]]
    """
    tables = np.asarray(z, dtype=np.float64)
    n = len(model.measures)
    if tables.ndim != 3 or tables.shape[2] != n:
        raise ValueError(f"z has shape (draws, units, {n}), not {tables.shape}")
    _, w = _check_inputs(model, tables.reshape(-1, n), weights)
    if len(w) != len(tables):
        raise ValueError(f"{len(tables)} tables need as many weight vectors, not {len(w)}")
    result = np.empty(tables.shape[:2])
    if any(node.aggregation.exponent is None for node in model.nodes):
        for d in range(len(w)):
            result[d] = evaluate(model, tables[d], w[d : d + 1], batch=1)[0]
        return result
    total = w.sum(axis=1)
    if not ((w >= 0).all() and (total > 0).all() and (total < np.inf).all()):
        raise ValueError("weights are finite, not negative, and have a positive sum")
    for start in range(0, len(w), BATCH):
        part = slice(start, start + BATCH)
        leaves = np.ascontiguousarray(np.moveaxis(tables[part], 2, 0))
        result[part] = _means_each(_plan(model, False), leaves, w[part])
    return result


def _means_each(plan: tuple[_Step, ...], leaves: Array, w: Array) -> Array:
    """The root of a plan of power means; `leaves` has shape (leaves, draws, units)."""
    results: list[Array] = []
    for step in plan:
        b = step.exponent
        assert b is not None
        total, weight = np.zeros(leaves.shape[1:]), np.zeros(leaves.shape[1:])
        children = [(leaves[j], w[:, j]) for j in step.leaves]
        children += [(results[j], w[:, list(plan[j].below)].sum(axis=1)) for j in step.nodes]
        for given, share in children:
            child, there = given, ~np.isnan(given)
            part = share > 0
            if step.node.missing != "reweight" and not there[part].all():
                child, there = _fill_each(step, child, there, part)
            child, there = _cut(step, child), there & part[:, None]
            whole = bool(there.all())
            _check_positive(step, float(np.min(child, where=there, initial=np.inf)))
            child = _power(child.copy() if whole else np.where(there, child, 1.0), b)
            shares = share[:, None] if whole else np.where(there, share[:, None], 0.0)
            child *= shares
            total += child
            weight += shares
        known = weight > 0
        total /= np.where(known, weight, 1.0)
        results.append(np.where(known, _root(np.where(known, total, 1.0), b), np.nan))
    return results[-1]


def evaluate_nodes(model: IndexModel, z: ArrayLike, weights: ArrayLike | None = None) -> dict[str, Array]:
    """Score of every node, the root among them.

    Parameters
    ----------
    model, z, weights
        As in `evaluate`.

    Returns
    -------
    dict
        Node id, parents first, to an array of shape (draws, units).

    Examples
    --------
    >>> from monotown.index.model import IndexModel, Leaf, Node
    >>> model = IndexModel(Node("i", (Node("b", (Leaf("a"),)), Leaf("c"))))
    >>> {k: v.tolist() for k, v in evaluate_nodes(model, [[0.2, 0.8]]).items()}
    {'i': [[0.5]], 'b': [[0.2]]}
    """
    scores, w = _check_inputs(model, z, weights)
    plan = _plan(model, False)
    batch = _batch_of(len(scores))
    work = _Work(plan, scores, False, batch)
    found = {step.node.id: np.empty((len(w), len(scores))) for step in plan}
    for place, rows, part in _batches(w, batch):
        for step, result in zip(plan, work.run(part), strict=True):
            found[step.node.id][place] = result[:rows]
    return {node.id: found[node.id] for node in model.nodes}


def _check_inputs(model: IndexModel, z: ArrayLike, weights: ArrayLike | None) -> tuple[Array, Array]:
    scores = np.ascontiguousarray(z, dtype=np.float64)
    n = len(model.measures)
    if scores.ndim != 2 or scores.shape[1] != n:
        raise ValueError(f"z has shape (units, {n}), not {scores.shape}")
    if np.isinf(scores).any():
        raise ValueError("z has infinite scores")
    w = model.weights[None] if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    if w.ndim != 2 or w.shape[1] != n:
        raise ValueError(f"weights have shape (draws, {n}), not {w.shape}")
    idle = ~w.any(axis=0)
    if idle.any():
        # a leaf without weight in any draw may have any score, or none
        scores = np.where(idle, 1.0, scores)
    return scores, w


def _batches(w: Array, size: int) -> Iterator[tuple[slice, int, Array]]:
    for start in range(0, len(w), size):
        part = w[start : start + size]
        rows = len(part)
        if rows < size:
            filled = np.empty((size, w.shape[1]))
            filled[:rows] = part
            filled[rows:] = part[-1]
            part = filled
        if not part.min() >= 0:
            raise ValueError("weights are finite and not negative")
        yield slice(start, start + rows), rows, part


def _columns(indices: tuple[int, ...]) -> slice | list[int]:
    """A slice where the columns stand side by side, for it needs no copy."""
    if indices and indices == tuple(range(indices[0], indices[-1] + 1)):
        return slice(indices[0], indices[-1] + 1)
    return list(indices)


def _power(values: Array, exponent: float) -> Array:
    """Values to a power, in place; their logarithm for exponent 0."""
    if exponent == 0.0:
        return np.asarray(np.log(values, out=values))
    if exponent == -1.0:
        return np.asarray(np.reciprocal(values, out=values))
    if exponent != 1.0:
        np.power(values, exponent, out=values)
    return values


def _root(values: Array, exponent: float) -> Array:
    if exponent == 0.0:
        return np.asarray(np.exp(values, out=values))
    return _power(values, 1.0 / exponent)


class _Work:
    """A plan bound to one z; runs batches of weights."""

    def __init__(self, plan: tuple[_Step, ...], z: Array, whole: bool, batch: int) -> None:
        """`whole`: only the root is wanted and nothing is missing, so steps may be merged."""
        self.plan = plan
        self.units = len(z)
        self.whole = whole
        self.columns: list[Array] = []  # per step: leaf scores, cut and transformed
        self.known: list[Array | None] = []  # per step: 1 where a leaf score is there
        self.bound: list[float] = []  # per step: no score is below this
        self.leaf_columns = [_columns(step.leaves) for step in plan]
        self.sums = np.zeros((z.shape[1], len(plan)))
        for i, step in enumerate(plan):
            self.sums[list(step.below), i] = 1.0
        parent = {j: step for step in plan for j in step.nodes}
        self.merged: list[bool] = []  # per step: whether it leaves its division to its parent
        # made once: fresh memory for every batch would cost as much as the arithmetic
        self.spare = np.empty((batch, self.units))
        self.room = [*(np.empty((batch, self.units)) for _ in plan[1:]), self.spare]
        for i, step in enumerate(plan):
            self._bind(step, z, parent.get(i))

    def _bind(self, step: _Step, z: Array, parent: _Step | None) -> None:
        given = z[:, list(step.leaves)]
        known = ~np.isnan(given)
        full = bool(known.all())
        if not full:
            given, known = _fill(step, given, known)
            full = bool(known.all())
        given = _cut(step, given)
        least = float(np.fmin.reduce(given, axis=None, initial=np.inf))  # what is missing aside
        low = min([least, *(float(_cut(step, self.bound[j])) for j in step.nodes)])
        self.bound.append(low if step.exponent is not None else -np.inf)
        if step.exponent is not None:
            _check_positive(step, least)
            given = _power(given if full else np.where(known, given, 1.0), step.exponent)
        # a linear step under a power mean leaves its division to it, where no score is cut
        self.merged.append(
            self.whole and step.linear and parent is not None and parent.exponent is not None and not _cuts(parent, low)
        )
        self.columns.append(np.ascontiguousarray((given if full else np.where(known, given, 0.0)).T))
        self.known.append(None if full else np.ascontiguousarray(known.T, dtype=np.float64))

    def run(self, w: Array) -> list[Array]:
        """Scores of every step for one full batch, each (batch, units); NaN where there is none."""
        sums = w @ self.sums
        if not (sums[:, -1].min() > 0 and sums[:, -1].max() < np.inf):
            raise ValueError("weights are finite and have a positive sum")
        shares = sums
        if self.whole and not sums.all():
            # a node without weight plays no part above; any weights inside keep it a number
            w = w.copy()
            for i, step in enumerate(self.plan):
                w[np.ix_(sums[:, i] == 0, step.below)] = 1.0
            sums = w @ self.sums
        results: list[Array] = []
        for i, step in enumerate(self.plan):
            if step.exponent is None:
                results.append(self._other(i, step, w, shares, results))
            elif self.whole:
                results.append(self._whole_mean(i, step, w, sums, shares, results))
            else:
                results.append(self._mean(i, step, w, shares, results))
        return results

    def _whole_mean(self, i: int, step: _Step, w: Array, sums: Array, shares: Array, results: list[Array]) -> Array:
        b = step.exponent
        assert b is not None
        total, first = self.room[i], True
        if step.leaves:
            np.matmul(w[:, self.leaf_columns[i]], self.columns[i], out=total)
            first = False
        if not step.nodes:
            return total if self.merged[i] else _root(_divide(total, sums[:, i]), b)
        # a child inside an emptied node has its share there by the same rule
        part = [np.where(shares[:, i] == 0, sums[:, j], shares[:, j]) for j in step.nodes]
        weight = _total(part, w[:, self.leaf_columns[i]])
        if not first:
            _divide(total, weight)
        logs = np.zeros(len(w))
        for j, given in zip(step.nodes, part, strict=True):
            child, share = results[j], given / weight
            if _cuts(step, self.bound[j]):
                child = _cut(step, child)
            without = share == 0
            if without.any():
                # it plays no part, so its score may be anything, or none
                child[without] = 1.0
            if _cut(step, self.bound[j]) <= 0:
                _check_positive(step, float(child.min()))
            if self.merged[j] and b == 0.0:
                # still a sum: sums[:, j] times the child's mean
                logs += share * np.log(sums[:, j])
            elif self.merged[j]:
                _divide(child, sums[:, j])
            _power(child, b)
            if first:
                np.multiply(child, share[:, None], out=total)
                first = False
            else:
                child *= share[:, None]
                total += child
        if b == 0.0 and logs.any():
            total -= logs[:, None]
        return _root(total, b)

    def _mean(self, i: int, step: _Step, w: Array, shares: Array, results: list[Array]) -> Array:
        b, known = step.exponent, self.known[i]
        assert b is not None
        mine = w[:, self.leaf_columns[i]]
        total = mine @ self.columns[i]
        weight = mine @ (np.ones_like(self.columns[i]) if known is None else known)
        for j in step.nodes:
            child, there = self._child(step, results[j], shares[:, j])
            if (there & (child <= 0)).any():
                _check_positive(step, float(child[there].min()))
            child = _power(np.where(there, child, 1.0), b)
            share = np.where(there, shares[:, j, None], 0.0)
            total += share * child
            weight += share
        there = weight > 0
        total /= np.where(there, weight, 1.0)
        return np.where(there, _root(np.where(there, total, 1.0), b), np.nan)

    def _child(self, step: _Step, child: Array, share: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Scores of a node child with the rules of its parent, and where they are.

        In a draw that gives it no weight it is nowhere, and nothing is filled.
        """
        there = ~np.isnan(child)
        part = share > 0
        if step.node.missing != "reweight" and not there[part].all():
            child, there = child.copy(), there.copy()
            filled, known = _fill(step, child[part].T, there[part].T)
            child[part], there[part] = filled.T, known.T
        return np.asarray(_cut(step, child)), there & part[:, None]

    def _other(self, i: int, step: _Step, w: Array, shares: Array, results: list[Array]) -> Array:
        chosen, where = step.node.aggregation, f"node {step.node.id!r}: "
        method, known = chosen.aggregation, self.known[i]
        leaves = self.columns[i].T[None]
        local = np.column_stack([w[:, self.leaf_columns[i]], shares[:, list(step.nodes)]])
        pairs = [self._child(step, results[j], shares[:, j]) for j in step.nodes]
        empty = ~(local.sum(axis=1) > 0)
        weighty = [shares[:, j] > 0 for j in step.nodes]
        if known is None and all(there[part].all() for (_, there), part in zip(pairs, weighty, strict=True)):
            weights = local
            if empty.any():
                weights = np.where(empty[:, None], 1.0, local)
            weights = weights / weights.sum(axis=1, keepdims=True)
        elif method.across_units:
            raise ValueError(
                f"{where}{method.name} needs every child of every unit; fill what is "
                "missing (missing: mean or median), or take a mean"
            )
        else:
            here = np.ones((len(w), self.units, local.shape[1]), dtype=bool)
            if known is not None:
                here[:, :, : len(step.leaves)] = known.T > 0
            for k, (_, there) in enumerate(pairs, len(step.leaves)):
                here[:, :, k] = there
            weights = np.where(here, local[:, None, :], 0.0)
            total = weights.sum(axis=2, keepdims=True)
            empty = ~(total[:, :, 0] > 0)
            weights = np.where(empty[:, :, None], 1.0 / local.shape[1], weights / np.where(total > 0, total, 1.0))
        values = leaves
        if pairs:
            stacked = np.stack([np.nan_to_num(child) for child, _ in pairs], axis=2)
            wide = np.broadcast_to(leaves, (*stacked.shape[:2], leaves.shape[2]))
            values = np.concatenate([wide, stacked], axis=2)
        if empty.ndim == 2 and empty.any():
            # any number will do where there is no score; it is taken out below
            values = np.where(empty[:, :, None], 1.0, values)
        if method.domain != ANY_DOMAIN:
            counts = (weights if weights.ndim == 3 else weights[:, None, :]) > 0
            shape = np.broadcast_shapes(counts.shape, values.shape)
            method.refuse(float(np.min(np.broadcast_to(values, shape), where=counts, initial=np.inf)), {}, where)
        function = method.batch(chosen.settings, local.shape[1], where)
        squared = self.units if method.pairwise else 1
        size = max(1, _CELLS // max(self.units * local.shape[1] * squared, 1))
        result = np.concatenate(
            [
                function(values if len(values) == 1 else values[s : s + size], weights[s : s + size])
                for s in range(0, len(w), size)
            ]
        )
        result[empty] = np.nan
        return np.asarray(result)


def _divide(values: Array, divisor: Array) -> Array:
    """Rows by their divisor, in place; rows whose divisor is 1 but for rounding are left."""
    off = np.flatnonzero(np.abs(divisor - 1.0) > 1e-13)
    if len(off) == len(values):
        values /= divisor[:, None]
    elif len(off):
        values[off] /= divisor[off, None]
    return values


def _total(parts: list[Array], leaves: Array) -> Array:
    total = leaves.sum(axis=1)
    for part in parts:
        total += part
    return np.asarray(total)


def _cut(step: _Step, scores: ArrayLike) -> Array:
    """Scores of a node's children after its floor; what is missing stays so."""
    floor = step.node.floor
    return np.asarray(scores) if floor is None else np.maximum(scores, floor)


def _cuts(step: _Step, low: float) -> bool:
    """Whether the floor may change scores of which none is below `low`."""
    return step.node.floor is not None and low < step.node.floor


def _fill(step: _Step, given: Array, known: NDArray[np.bool_]) -> tuple[Array, NDArray[np.bool_]]:
    """The node's rule for missing scores, on (units, anything)."""
    rule = step.node.missing
    if rule == "reweight":
        return given, known
    if rule == "refuse":
        raise ValueError(
            f"node {step.node.id!r} refuses missing scores; {int((~known).any(axis=1).sum())} units lack one"
        )
    if not known.any(axis=0).all():
        raise ValueError(f"node {step.node.id!r} cannot fill by the {rule}: a child has no score in any unit")
    if rule == "mean":
        centre = np.nanmean(given, axis=0)
    else:  # some ten times as fast as nanmedian
        ordered, count, columns = np.sort(given, axis=0), known.sum(axis=0), np.arange(given.shape[1])
        centre = (ordered[(count - 1) // 2, columns] + ordered[count // 2, columns]) / 2
    return np.where(known, given, centre), np.ones_like(known)


def _fill_each(
    step: _Step, given: Array, known: NDArray[np.bool_], part: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.bool_]]:
    """The same on (draws, units), a draw at a time, for the draws of `part`; in the others nothing is filled."""
    rule, there = step.node.missing, known[part]
    if rule == "refuse" or not there.any(axis=1).all():
        _fill(step, given[part].T, there.T)  # raises
    count = np.maximum(known.sum(axis=1), 1)
    if rule == "mean":
        centre = np.where(known, given, 0.0).sum(axis=1) / count
    else:
        ordered = np.sort(given, axis=1)  # what is missing comes last
        rows = np.arange(len(given))
        centre = (ordered[rows, (count - 1) // 2] + ordered[rows, count // 2]) / 2
    return np.where(known | ~part[:, None], given, centre[:, None]), known | part[:, None]


def _check_positive(step: _Step, low: float) -> None:
    chosen = step.node.aggregation
    chosen.aggregation.refuse(low, chosen.settings, f"node {step.node.id!r}: ")
