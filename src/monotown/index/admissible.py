"""Which settings of an index go together: refused before any data, with the admissible ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from monotown.base.problems import Problem
from monotown.index.model import AGGREGATIONS, NORMALISATIONS, IndexModel, Leaf, Method, Node

#: Stands for scores that are above 0 but have no lowest value.
_ABOVE_0: Final = 1e-12

#: Settings that put scores where the Mazziotta-Pareto index wants them.
MPI_SCALE: Final = Method("zscore", (("mean", 100.0), ("sd", 10.0), ("ddof", 0.0), ("scope", "pooled")))
AMPI_SCALE: Final = Method("minmax", (("target", (70.0, 130.0)), ("clip", True)))


class Scores(NamedTuple):
    """Range of the scores of a node or leaf.

    Attributes
    ----------
    low, high
        Ends, infinite where there is none.
    certain
        Whether scores as low as `low` come of the method itself; otherwise it hangs on the data,
        and only the evaluation can refuse them.
    scale
        ``unit`` (0 and 1 are the ends, or what 0 and 1 stand for), ``mpi`` (mean 100, sd 10),
        ``ampi`` ([70, 130]), or "" for a scale of their own.
    """

    low: float
    high: float
    certain: bool = True
    scale: str = ""


def score_range(leaf: Leaf) -> Scores:
    """Range of a leaf's normalised scores.

    Examples
    --------
    >>> score_range(Leaf("m", goalposts=(0, 5)))[:2]
    (0.0, 1.0)
    """
    name = leaf.normalisation.name
    settings: dict[str, Any] = dict(leaf.normalisation.parameters)
    if name in ("minmax", "minmax_sample"):
        low, high = settings["target"]
        scale = {(70.0, 130.0): "ampi", (0.0, 1.0): "unit"}.get((low, high), "")
        # of a sample the least is always there; a frozen goalpost may be met by nobody
        certain = name == "minmax_sample"
        if settings["clip"]:
            return Scores(low, high, certain, scale)
        # a value beyond a goalpost passes the end of the scale, which still is the same
        return Scores(-np.inf, np.inf, scale="unit" if scale == "unit" else "")
    if name == "zscore":
        scale = "mpi" if (settings["mean"], settings["sd"]) == (100.0, 10.0) else ""
        # with mean 100 and sd 10 a score of 0 lies ten deviations off
        return Scores(-np.inf, np.inf, not scale, scale)
    if name == "distance_to_frontier":
        high = np.inf if isinstance(settings["scope"], int) else 1.0
        return Scores(0.0, high, False, "unit")
    if name == "ratio_to_average":
        return Scores(0.0, np.inf, False) if leaf.direction > 0 else Scores(-np.inf, 2.0, False)
    return {
        "rank": Scores(1.0, np.inf),
        "percentile": Scores(_ABOVE_0, 1.0, True, "unit"),
        "borda": Scores(0.0, np.inf),
        "distance_to_target": Scores(0.0, 1.0, False, "unit"),
        "above_below_average": Scores(-1.0, 1.0),
        "logistic": Scores(_ABOVE_0, 1.0, True, "unit"),
    }.get(name, Scores(-np.inf, np.inf))


def scale_of(model: IndexModel) -> float:
    """What a score of 1 of the kernel is in the tables of an index, and on its pages.

    Parameters
    ----------
    model
        The model; its `scale` is what the view asks for.

    Returns
    -------
    float
        Its `scale` (100 by default) where 0 and 1 are the ends of the scores of every measure and
        node. An index on a scale of its own (z-scores, ranks, ratios to an average, the
        Mazziotta-Pareto indices, Copeland's counts) keeps it: 1.

    Examples
    --------
    >>> from monotown.index.model import method
    >>> scale_of(IndexModel(Node("i", (Leaf("m"),))))
    100.0
    >>> scale_of(IndexModel(Node("i", (Leaf("m", normalisation=method("zscore")),))))
    1.0
    """

    def step(node: Node | Leaf) -> tuple[Scores, bool]:
        if isinstance(node, Leaf):
            mine = score_range(node)
            return mine, mine.scale == "unit"
        below = [step(child) for child in node.children]
        mine = _node_range(node, [scores for scores, _ in below])
        return mine, mine.scale == "unit" and all(unit for _, unit in below)

    return float(model.scale) if step(model.tree)[1] else 1.0


def inadmissible(model: IndexModel, file: str = "config/views.yaml", where: str = "tree") -> list[Problem]:
    """Every setting of a model that its other settings rule out.

    Parameters
    ----------
    model
        The model.
    file, where
        Where its tree stands, for the messages.

    Returns
    -------
    list of Problem
        Each names the setting, what was found and what is admissible; empty for a sound model.
        What hangs on the data (a zero under a geometric mean of ratios) is refused at evaluation.

    Examples
    --------
    >>> from monotown.index.model import method
    >>> node = Node("i", (Leaf("m", normalisation=method("zscore")),), 1.0, method("geometric"))
    >>> print(inadmissible(IndexModel(node))[0].where)
    tree.aggregation
    """
    found: list[Problem] = []

    def step(node: Node | Leaf, path: str) -> Scores:
        if isinstance(node, Leaf):
            found.extend(Problem(file, f"{path}.{k}", f, e) for k, f, e in _leaf_problems(node))
            return score_range(node)
        children = [step(c, f"{path}.children[{i}]") for i, c in enumerate(node.children)]
        found.extend(Problem(file, f"{path}.{k}", f, e) for k, f, e in _node_problems(node, children))
        return _node_range(node, children)

    step(model.tree, where)
    return found


def _leaf_problems(leaf: Leaf) -> Iterator[tuple[str, str, str]]:
    name = leaf.normalisation.name
    if name in ("minmax", "distance_to_target") and leaf.goalposts is None:
        yield (
            "normalisation",
            f"{name} of {leaf.measure}, which has no goalposts",
            "goalposts, or a normalisation without: "
            + ", ".join(sorted(set(NORMALISATIONS) - {"minmax", "distance_to_target"})),
        )
    if leaf.goalposts is not None and leaf.transform == "boxcox":
        yield (
            "transform",
            f"boxcox of {leaf.measure}, which has frozen goalposts",
            "a transform that does not hang on the sample: none, log, log1p",
        )
    low = -np.inf if leaf.goalposts is None else leaf.goalposts[0]
    least = {"log": 0.0, "log1p": -1.0}.get(leaf.transform)
    if leaf.goalposts is not None and least is not None and low <= least:
        yield (
            "goalposts",
            f"{list(leaf.goalposts)} of {leaf.measure} under transform {leaf.transform}",
            f"a lower goalpost above {least:g}, or transform "
            + ("log1p or none" if leaf.transform == "log" and low > -1 else "none"),
        )


def _node_problems(node: Node, children: list[Scores]) -> Iterator[tuple[str, str, str]]:
    name = node.aggregation.name
    inside = all(c.low >= 0 and c.high <= 1 for c in children)
    if node.floor is not None and not inside:
        yield (
            "floor",
            f"{node.floor:g} over scores outside 0 to 1",
            "no floor, or children normalised to [0, 1]: "
            "minmax, minmax_sample, percentile, distance_to_target, logistic",
        )
    if name == "owa":
        orness, order = node.aggregation["orness"], node.aggregation["order_weights"]
        if (orness is None) == (order is None):
            yield "aggregation", "owa", "either orness or order_weights"
        elif orness is not None and not 0 <= float(orness) <= 1:  # type: ignore[arg-type]
            yield "aggregation.orness", str(orness), "a number from 0 to 1"
        elif isinstance(order, tuple) and (len(order) != len(children) or min(order) < 0 or not math.fsum(order) > 0):
            yield (
                "aggregation.order_weights",
                str(list(order)),
                f"{len(children)} numbers of 0 or more, one for each child",
            )
    if name in ("mpi", "ampi"):
        if node.aggregation["penalty"] not in (-1.0, 1.0):
            yield "aggregation.penalty", str(node.aggregation["penalty"]), "-1 or 1"
        if any(c.scale != name for c in children):
            wanted = MPI_SCALE if name == "mpi" else AMPI_SCALE
            yield (
                "aggregation",
                f"{name} over scores that are not normalised by {wanted}",
                f"that normalisation for every child, or an aggregation of: "
                f"{', '.join(admissible_aggregations(node, children))}",
            )
    elif name not in admissible_aggregations(node, children):
        low = min(c.low for c in children if c.certain)
        yield (
            "aggregation",
            f"{node.aggregation} over scores that may be {'negative' if low < 0 else '0'}",
            ("a floor, or " if inside else "") + f"one of: {', '.join(admissible_aggregations(node, children))}",
        )


def admissible_aggregations(node: Node, children: list[Scores]) -> list[str]:
    """Aggregations that a node's children allow, by name; ``power`` with its own exponent."""
    low = min((c.low for c in children if c.certain), default=1.0)
    if node.floor is not None:
        low = max(low, node.floor)
    ruled_out = set()
    if low <= 0:
        ruled_out |= {"geometric", "harmonic"}
    exponent = 0.5
    if node.aggregation.name == "power":
        exponent = float(node.aggregation["exponent"])  # type: ignore[arg-type]
    if exponent != 1 and (low < 0 or (exponent <= 0 and low <= 0)):
        ruled_out.add("power")
    ruled_out |= {m for m in ("mpi", "ampi") if any(c.scale != m for c in children)}
    return [a for a in AGGREGATIONS if a not in ruled_out]


#: Aggregations whose result is never below the lowest score.
_MEANS: Final = ("arithmetic", "geometric", "harmonic", "power", "owa", "minimum", "median")


def lowest(node: Node, lows: Mapping[str, float]) -> float:
    """Lower bound of a node's score under any weights, from those of its measures' scores.

    A child of weight 0 counts for nothing.

    Parameters
    ----------
    node
        Of an index.
    lows
        Measure to a lower bound of its score.

    Returns
    -------
    float
        Minus infinity where the aggregation may go below the scores it is given.

    Raises
    ------
    ValueError
        If a mean of the tree is not defined for scores as low as these.

    Examples
    --------
    >>> from monotown.index.model import method
    >>> pair = (Leaf("a"), Leaf("b"))
    >>> lowest(Node("i", pair, 1.0, method("geometric"), floor=0.01), {"a": 0.0, "b": 0.2})
    0.01
    >>> lowest(Node("i", pair, 1.0, method("geometric")), {"a": 0.0, "b": 0.2})
    Traceback (most recent call last):
    ValueError: geometric mean of i: a score of 0; needs scores above 0
    """
    least = min(lows[c.measure] if isinstance(c, Leaf) else lowest(c, lows) for c in node.children if c.weight > 0)
    if node.floor is not None:
        least = max(least, node.floor)
    positive, exponent = node.aggregation.needs_positive, node.aggregation.exponent
    if exponent not in (None, 1.0) and (least <= 0 if positive else least < 0):
        raise ValueError(
            f"{node.aggregation.name} mean of {node.id}: a score of {least:g}; "
            f"needs scores {'above 0' if positive else 'of 0 or more'}"
        )
    return least if node.aggregation.name in _MEANS else -np.inf


def _node_range(node: Node, children: list[Scores]) -> Scores:
    name = node.aggregation.name
    if name in ("copeland", "condorcet"):
        return Scores(-np.inf, np.inf)
    if name == "topsis":
        return Scores(0.0, 1.0, True, "unit")
    low, high = min(c.low for c in children), max(c.high for c in children)
    certain = any(c.low == low and c.certain for c in children)
    scale = children[0].scale if len({c.scale for c in children}) == 1 else ""
    if name in ("mpi", "ampi"):
        return Scores(-np.inf, np.inf, certain=False)
    if node.floor is not None:
        return Scores(max(low, node.floor), high, certain, scale)
    return Scores(low, high, certain, scale)
