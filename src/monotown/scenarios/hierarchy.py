"""Hierarchies of factors: trees with judged weights, their structure, and how far they agree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.ties import largest, tau_b
from monotown.index.model import IndexModel, Leaf, Node
from monotown.methods.weights.ahp import AhpTree


@dataclass(frozen=True)
class Hierarchy:
    """One variant of the hierarchy of factors.

    Attributes
    ----------
    id
        Name, that of its file.
    tree
        Node to its children, the root first; a name that is no key is a measure.
    judged
        Weights from the judgment matrices.
    model
        The index with these weights.
    """

    id: str
    tree: Mapping[str, Sequence[str]]
    judged: AhpTree
    model: IndexModel


def model_of(
    tree: Mapping[str, Sequence[str]],
    judged: AhpTree,
    leaves: Mapping[str, Leaf],
    aggregation: Mapping[str, Any],
    floor: Mapping[str, float],
    file: str,
) -> IndexModel:
    """Index model of a tree with judged weights.

    Parameters
    ----------
    tree, judged
        As in `Hierarchy`.
    leaves
        Measure to its leaf: direction, transform, goalposts.
    aggregation, floor
        Node to its method (arithmetic where it has none), and to its floor.
    file
        For the messages.

    Raises
    ------
    InputError
        If a method or a floor is not one of the index.
    """

    def build(name: str, weight: float) -> dict[str, Any]:
        if name not in tree:
            leaf = leaves[name]
            return {
                "measure": name,
                "weight": weight,
                "direction": leaf.direction,
                "transform": leaf.transform,
                "goalposts": leaf.goalposts,
            }
        return {
            "id": name,
            "weight": weight,
            "aggregation": aggregation.get(name, "arithmetic"),
            **({"floor": floor[name]} if name in floor else {}),
            "children": [build(child, judged.local_weights[child]) for child in tree[name]],
        }

    root = next(iter(tree))
    known: dict[str, dict[str, Any]] = {m: {} for m in leaves}
    return IndexModel.from_config(build(root, 1.0), known, file=file, where="tree")


def herfindahl(weights: ArrayLike) -> float:
    """Herfindahl-Hirschman index: sum of squared shares, from 1/n (equal) to 1 (one has all).

    Hirschman (1964), The paternity of an index, American Economic Review 54.

    Examples
    --------
    >>> herfindahl([2, 1, 1])
    0.375
    """
    share = _shares(weights)
    return float(np.sum(share**2))


def gini(weights: ArrayLike) -> float:
    """Gini coefficient of weights, from 0 (equal) to (n - 1)/n (one has all).

    ``sum_i (2 i - n - 1) w_(i) / (n sum w)`` with weights in rising order (Sen 1973, eq. 2.8.3).

    Examples
    --------
    >>> gini([1, 1, 1]), gini([0, 0, 1])
    (0.0, 0.6666666666666666)
    """
    share = np.sort(_shares(weights))
    n = len(share)
    return float(np.sum((2 * np.arange(1, n + 1) - n - 1) * share) / n)


def entropy(weights: ArrayLike) -> float:
    """Shannon entropy of weights over its largest value, from 0 (one has all) to 1 (equal).

    ``-sum w ln w / ln n`` (Shannon 1948, section 6); 0 for a single weight.

    Examples
    --------
    >>> entropy([1, 1]), entropy([1, 0])
    (1.0, 0.0)
    """
    share = _shares(weights)
    if len(share) < 2:
        return 0.0
    some = share[share > 0]
    return max(0.0, float(-np.sum(some * np.log(some)) / np.log(len(share))))


def _shares(weights: ArrayLike) -> Array:
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or not w.size or not (w >= 0).all() or not w.sum() > 0:
        raise ValueError(f"expected weights of 0 or more with a positive sum, found {w.tolist()}")
    return np.asarray(w / w.sum())


def structure_rows(hierarchy: Hierarchy) -> list[dict[str, Any]]:
    """Structure of every node of a hierarchy; the root's row is that of the whole.

    Returns
    -------
    list of dict
        ``node, parent, depth`` (levels below it), ``children, leaves, local_weight,
        global_weight, lambda_max, consistency_ratio`` (missing for a single child, which nobody
        judges), and of the weights of the leaves below it, which sum to 1: ``herfindahl, gini,
        entropy, top_leaf, top_share``. Leaves with the same weight: the first in the tree is the
        top one.
    """
    rows: list[dict[str, Any]] = []

    def walk(node: Node, parent: str, local: float, total: float) -> int:
        place = len(rows)
        rows.append({})
        below = math.fsum(c.weight for c in node.children)
        depth = 1
        for child in node.children:
            share = child.weight / below
            if isinstance(child, Node):
                depth = max(depth, 1 + walk(child, node.id, share, total * share))
        part = IndexModel(Node("part", (node,))) if total > 0 else None
        weights = np.ones(1) if part is None else part.weights
        measures = ("",) if part is None else part.measures
        group = hierarchy.judged.nodes.get(node.id)
        top = largest(weights)
        rows[place] = {
            "node": node.id,
            "parent": parent,
            "depth": depth,
            "children": len(node.children),
            "leaves": len(measures),
            "local_weight": local,
            "global_weight": total,
            "lambda_max": np.nan if group is None else group.joint.lambda_max,
            "consistency_ratio": np.nan if group is None else group.joint.consistency_ratio,
            "herfindahl": herfindahl(weights),
            "gini": gini(weights),
            "entropy": entropy(weights),
            "top_leaf": measures[top],
            "top_share": float(weights[top]),
        }
        return depth

    walk(hierarchy.model.tree, "", 1.0, 1.0)
    return rows


def agreement(one: ArrayLike, other: ArrayLike) -> float:
    """Kendall's tau-b of two orders (Kendall 1945); missing where one of them is all ties.

    Examples
    --------
    >>> agreement([3, 2, 1], [30, 20, 10])
    1.0
    """
    return tau_b(one, other)


def draw_weights(hierarchy: Hierarchy, kappa: float, draws: int, random: np.random.Generator) -> Array:
    """Random weights around a hierarchy's: ``Dirichlet(kappa w)``.

    The mean is w and the variance ``w (1 - w) / (kappa + 1)``.

    Returns
    -------
    ndarray, shape (draws, leaves)
        In the order of ``hierarchy.model.measures``.
    """
    return random.dirichlet(kappa * hierarchy.model.weights, draws)
