"""Choices of scale that a model may make otherwise: sets of goalposts, transform, floor."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from monotown.index.model import IndexModel, Leaf, Node
from monotown.methods.outliers import TRANSFORMS

#: The choice that leaves everything as the view sets it.
OWN: Final = "baseline"


def sets_of(model: IndexModel, measures: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Names of the sets of goalposts that the study gives for measures of a model, in the order of its leaves.

    Examples
    --------
    >>> measures = {"a": {"goalpost_sets": {"undp": {"goalposts": [20, 85]}}}, "b": {}}
    >>> sets_of(IndexModel(Node("i", (Leaf("a", goalposts=(65, 80)), Leaf("b")))), measures)
    ('undp',)
    """
    return tuple(dict.fromkeys(name for m in model.measures for name in measures[m].get("goalpost_sets", {})))


def under_set(model: IndexModel, measures: Mapping[str, Mapping[str, Any]], choice: str) -> IndexModel:
    """A model with the goalposts of a set, where the set has any for a measure.

    Parameters
    ----------
    model
        The model; a measure that has no goalposts of its own gets none.
    measures
        The measures config; an entry may have ``goalpost_sets``: name to ``goalposts`` and perhaps ``transform``.
    choice
        Name of a set, `OWN`, or ``set:measure`` for one measure alone.

    Examples
    --------
    >>> measures = {"a": {"goalpost_sets": {"undp": {"goalposts": [20, 85]}}}, "b": {}}
    >>> model = IndexModel(Node("i", (Leaf("a", goalposts=(65, 80)), Leaf("b", goalposts=(0, 1)))))
    >>> [leaf.goalposts for leaf in under_set(model, measures, "undp").leaves]
    [(20.0, 85.0), (0, 1)]
    """
    name, _, alone = choice.partition(":")

    def changed(leaf: Leaf) -> Leaf:
        found = measures[leaf.measure].get("goalpost_sets", {}).get(name)
        if found is None or leaf.goalposts is None or (alone and leaf.measure != alone):
            return leaf
        low, high = found["goalposts"]
        transform = str(found.get("transform") or leaf.transform)
        return replace(leaf, goalposts=(float(low), float(high)), transform=transform)

    return model if name == OWN else model.with_leaves(changed)


def under_transform(model: IndexModel, choice: str) -> IndexModel:
    """A model with one transform for every measure that it suits: whose lower goalpost it takes.

    Examples
    --------
    >>> model = IndexModel(Node("i", (Leaf("a", goalposts=(0, 9)), Leaf("b", goalposts=(-2, 2)))))
    >>> [leaf.transform for leaf in under_transform(model, "log1p").leaves]
    ['log1p', 'none']
    """
    if choice == OWN:
        return model

    def changed(leaf: Leaf) -> Leaf:
        fits = choice == "none" or leaf.goalposts is None or leaf.goalposts[0] > TRANSFORMS[choice].above
        return replace(leaf, transform=choice) if fits else leaf

    return model.with_leaves(changed)


def with_floor(model: IndexModel, choice: object) -> IndexModel:
    """A model with another floor at every node that has one.

    Examples
    --------
    >>> from monotown.index.model import method
    >>> model = IndexModel(Node("i", (Leaf("a"),), aggregation=method("geometric"), floor=0.01))
    >>> with_floor(model, 0.1).tree.floor
    0.1
    """
    if choice == OWN:
        return model
    assert isinstance(choice, float | int)

    def step(node: Node) -> Node:
        children = tuple(c if isinstance(c, Leaf) else step(c) for c in node.children)
        return replace(node, children=children, floor=None if node.floor is None else float(choice))

    return replace(model, tree=step(model.tree))


def of_measures(model: IndexModel, measures: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Every choice of a set for one measure alone, ``set:measure``, that moves its goalposts."""
    found = []
    for leaf in model.leaves:
        for name in measures[leaf.measure].get("goalpost_sets", {}):
            choice = f"{name}:{leaf.measure}"
            if under_set(model, measures, choice) != model:
                found.append(choice)
    return tuple(found)


def distinct(made: Mapping[str, object]) -> Collection[str]:
    """Names of choices that make something that none before them makes.

    Examples
    --------
    >>> list(distinct({"baseline": 0.01, "0.01": 0.01, "0.1": 0.1}))
    ['baseline', '0.1']
    """
    kept: dict[str, object] = {}
    for name, found in made.items():
        if found not in kept.values():
            kept[name] = found
    return kept.keys()
