"""The index as its definition reads, one draw and one unit at a time: the kernel's reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations

import numpy as np

from monotown.index.model import IndexModel, Leaf, Node

EXPONENTS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def naive(model: IndexModel, z: np.ndarray, weights: Sequence[float]) -> dict[str, list[float]]:
    """Scores of every node, units in order; NaN where a node has nothing to stand on."""
    given = dict(zip(model.measures, weights, strict=True))
    column = {m: i for i, m in enumerate(model.measures)}
    found: dict[str, list[float]] = {}

    def weight(node: Node | Leaf) -> float:
        if isinstance(node, Leaf):
            return given[node.measure]
        return sum(weight(c) for c in node.children)

    def score(node: Node | Leaf) -> list[float]:
        if isinstance(node, Leaf):
            return [float(v) for v in z[:, column[node.measure]]]
        children = [(score(c), weight(c)) for c in node.children]
        columns = []
        for values, w in children:
            known = [v for v in values if not math.isnan(v)]
            if node.missing in ("mean", "median") and w > 0 and len(known) < len(values):
                centre = float(np.mean(known) if node.missing == "mean" else np.median(known))
                values = [centre if math.isnan(v) else v for v in values]
            if node.floor is not None:
                values = [v if math.isnan(v) else max(v, node.floor) for v in values]
            columns.append(values)
        rows = []
        for i in range(len(z)):
            pairs = [(c[i], w) for c, (_, w) in zip(columns, children, strict=True) if w > 0 and not math.isnan(c[i])]
            rows.append(pairs)
        found[node.id] = combine(node, rows)
        return found[node.id]

    score(model.tree)
    return found


def combine(node: Node, rows: list[list[tuple[float, float]]]) -> list[float]:
    """Children's (score, weight) pairs of each unit to the node's scores."""
    name = node.aggregation.name
    if name in ("copeland", "condorcet", "topsis"):
        if not rows[0]:
            return [math.nan] * len(rows)
        total = sum(w for _, w in rows[0])
        w = [w / total for _, w in rows[0]]
        table = [[v for v, _ in row] for row in rows]
        return {"copeland": copeland, "condorcet": condorcet, "topsis": topsis}[name](table, w)
    return [one(node, row) if row else math.nan for row in rows]


def one(node: Node, pairs: list[tuple[float, float]]) -> float:
    """One unit's score under a method that looks at no other unit."""
    name = node.aggregation.name
    total = sum(w for _, w in pairs)
    pairs = [(v, w / total) for v, w in pairs]
    if name == "power" or name in EXPONENTS:
        b = EXPONENTS[name] if name in EXPONENTS else float(node.aggregation["exponent"])
        if b == 0:
            return math.prod(v**w for v, w in pairs)
        return sum(w * v**b for v, w in pairs) ** (1 / b)
    if name in ("mpi", "ampi"):
        mean = sum(w * v for v, w in pairs)
        variance = sum(w * (v - mean) ** 2 for v, w in pairs)
        return mean + float(node.aggregation["penalty"]) * math.sqrt(variance) * (math.sqrt(variance) / mean)
    if name == "minimum":
        return min(v for v, _ in pairs)
    if name == "median":
        # the middle of the points that leave half of the weight on either side
        low = min(v for v, _ in pairs if sum(w for u, w in pairs if u <= v) >= 0.5 - 1e-12)
        high = max(v for v, _ in pairs if sum(w for u, w in pairs if u >= v) >= 0.5 - 1e-12)
        return (low + high) / 2
    assert name == "owa"
    order = node.aggregation["order_weights"]
    marks = [0.0]
    for v in order:
        marks.append(marks[-1] + v / sum(order))
    steps, reached = 0.0, 0.0
    for value, w in sorted(pairs, reverse=True):
        steps += value * (quantifier(marks, reached + w) - quantifier(marks, reached))
        reached += w
    return steps


def quantifier(marks: list[float], share: float) -> float:
    """The line through the running sums of the order weights."""
    n = len(marks) - 1
    place = min(int(share * n), n - 1)
    return marks[place] + (share * n - place) * (marks[place + 1] - marks[place])


def majority(table: list[list[float]], w: list[float]) -> list[list[float]]:
    """Weight on which i beats j, ties halved."""
    n = len(table)
    return [
        [
            sum(
                wk * (1.0 if a > b + 1e-9 else 0.0 if a < b - 1e-9 else 0.5)
                for a, b, wk in zip(table[i], table[j], w, strict=True)
            )
            for j in range(n)
        ]
        for i in range(n)
    ]


def copeland(table: list[list[float]], w: list[float]) -> list[float]:
    """Wins less losses."""
    rows = majority(table, w)
    return [float(sum(int(o > 0.5 + 1e-9) - int(o < 0.5 - 1e-9) for o in row)) for row in rows]


def condorcet(table: list[list[float]], w: list[float]) -> list[float]:
    """Mean place over all best orders, by looking at every order."""
    o = majority(table, w)
    n = len(table)
    orders = list(permutations(range(n)))
    values = [sum(o[p[a]][p[b]] for a in range(n) for b in range(a + 1, n)) for p in orders]
    best = [p for p, v in zip(orders, values, strict=True) if v > max(values) - 1e-9]
    return [n + 1 - 2 * sum(p.index(i) + 1 for p in best) / len(best) for i in range(n)]


def topsis(table: list[list[float]], w: list[float]) -> list[float]:
    """Closeness to the best of each child."""
    best = [max(column) for column in zip(*table, strict=True)]
    worst = [min(column) for column in zip(*table, strict=True)]

    def distance(row: list[float], point: list[float]) -> float:
        return math.sqrt(sum((wk * (a - b)) ** 2 for a, b, wk in zip(row, point, w, strict=True)))

    return [distance(r, worst) / (distance(r, worst) + distance(r, best)) for r in table]
