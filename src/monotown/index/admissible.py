"""Which settings of an index go together: refused before any data, with the admissible ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from monotown.base.problems import Problem
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.methods.method import Scores
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, TRANSFORMS


def score_range(leaf: Leaf) -> Scores:
    """Range of a leaf's normalised scores.

    Examples
    --------
    >>> score_range(Leaf("m", goalposts=(0, 5)))[:2]
    (0.0, 1.0)
    """
    chosen = leaf.normalisation
    return chosen.normalisation.range_of(chosen.settings, leaf.direction)


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


def inadmissible(model: IndexModel, file: str = "config/study/indices.csv", where: str = "tree") -> list[Problem]:
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
    if "goalposts" in leaf.normalisation.normalisation.needs and leaf.goalposts is None:
        yield (
            "normalisation",
            f"{name} of {leaf.measure}, which has no goalposts",
            "goalposts, or a normalisation without: "
            + ", ".join(sorted(m.name for m in NORMALISATIONS.values() if "goalposts" not in m.needs)),
        )
    transform = TRANSFORMS.get(leaf.transform)
    if transform is None or leaf.goalposts is None:
        return
    if transform.fitted:
        known = [m.name for m in TRANSFORMS.values() if not m.fitted]
        yield (
            "transform",
            f"{transform.name} of {leaf.measure}, which has frozen goalposts",
            f"a transform that does not hang on the sample: none, {', '.join(known)}",
        )
    elif leaf.goalposts[0] <= transform.above:
        wider = [m.name for m in TRANSFORMS.values() if m.above < leaf.goalposts[0] and not m.fitted]
        yield (
            "goalposts",
            f"{list(leaf.goalposts)} of {leaf.measure} under transform {transform.name}",
            f"a lower goalpost above {transform.above:g}, or transform {' or '.join([*wider, 'none'])}",
        )


def _inside() -> list[str]:
    """Normalisations whose scores lie from 0 to 1, whatever the values."""
    ranges = {m.name: m.range_of(m.defaults, 1) for m in NORMALISATIONS.values() if m.bounded}
    return [name for name, scores in ranges.items() if scores.low >= 0 and scores.high <= 1]


def _node_problems(node: Node, children: list[Scores]) -> Iterator[tuple[str, str, str]]:
    chosen = node.aggregation
    name, over = chosen.name, chosen.aggregation.over
    inside = all(c.low >= 0 and c.high <= 1 for c in children)
    if node.floor is not None and not inside:
        yield (
            "floor",
            f"{node.floor:g} over scores outside 0 to 1",
            f"no floor, or children normalised to [0, 1]: {', '.join(_inside())}",
        )
    for key, found, expected in chosen.aggregation.faults(chosen.settings, len(children)):
        yield f"aggregation.{key}".rstrip("."), found, expected
    if name in (known := admissible_aggregations(node, children)):
        return
    if over:
        first = next(iter(over))
        yield (
            "aggregation",
            f"{name} over scores that are not normalised by {method(first, **over[first])}",
            f"that normalisation for every child, or an aggregation of: {', '.join(known)}",
        )
    else:
        low = min(c.low for c in children if c.certain)
        yield (
            "aggregation",
            f"{chosen} over scores that may be {'negative' if low < 0 else f'{low:g}'}",
            ("a floor, or " if inside else "") + f"one of: {', '.join(known)}",
        )


def admissible_aggregations(node: Node, children: list[Scores]) -> list[str]:
    """Aggregations that a node's children allow, by name; its own with its settings."""
    low = min((c.low for c in children if c.certain), default=np.inf)
    if node.floor is not None:
        low = max(low, node.floor)
    own = node.aggregation
    settings = {m.name: own.settings if m.name == own.name else m.defaults for m in AGGREGATIONS.values()}
    return [
        m.name
        for m in AGGREGATIONS.values()
        if not m.domain_of(settings[m.name]).refuses(low) and not (m.over and any(c.scale != m.name for c in children))
    ]


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
    chosen = node.aggregation
    domain = chosen.aggregation.domain_of(chosen.settings)
    if domain.refuses(least):
        mean = "" if chosen.exponent is None else " mean"
        raise ValueError(f"{chosen.name}{mean} of {node.id}: a score of {least:g}; needs scores {domain}")
    scores = chosen.aggregation.scores
    return least if scores is None else scores.low


def _node_range(node: Node, children: list[Scores]) -> Scores:
    scores = node.aggregation.aggregation.scores
    if scores is not None:
        return scores
    low, high = min(c.low for c in children), max(c.high for c in children)
    certain = any(c.low == low and c.certain for c in children)
    scale = children[0].scale if len({c.scale for c in children}) == 1 else ""
    return Scores(low if node.floor is None else max(low, node.floor), high, certain, scale)
