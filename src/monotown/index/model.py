"""The index as a value: a tree of nodes over measures, built from config, immutable, printable."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from monotown.base.problems import Problems, nearest
from monotown.base.tables import SCALES
from monotown.methods.method import Aggregation, Domain, Method, Normalisation, Setting
from monotown.methods.register import AGGREGATIONS, FILLINGS, NORMALISATIONS, OUTLIERS, TRANSFORMS

#: What a node does where a child has no score.
NODE_MISSING: Final = tuple(m.name for m in FILLINGS.values() if "node" in m.at)

#: What is done about missing values of one measure before it is normalised.
LEAF_MISSING: Final = ("none", *(m.name for m in FILLINGS.values() if "measure" in m.at))

#: Rules that may be taken among the units of one group: those of a year by nothing but their values.
GROUPED_MISSING: Final = tuple(m.name for m in FILLINGS.values() if {"node", "measure"} <= set(m.at) and not m.needs)

_NODE_KEYS = ("id", "label", "weight", "aggregation", "missing", "floor", "children", "note")
_LEAF_KEYS = (
    "measure",
    "weight",
    "direction",
    "transform",
    "goalposts",
    "normalisation",
    "missing",
    "outliers",
    "note",
)


def rule_of(missing: str) -> tuple[str, str]:
    """The rule for missing values of a measure, and the column of units that it is taken by.

    Examples
    --------
    >>> rule_of("median by climate"), rule_of("carry")
    (('median', 'climate'), ('carry', ''))
    """
    rule, by, column = missing.partition(" by ")
    return (rule, column) if by and rule in GROUPED_MISSING else (missing, "")


@dataclass(frozen=True)
class Chosen:
    """A normalisation or an aggregation with its settings.

    Examples
    --------
    >>> Chosen("power", (("exponent", -1.0),))["exponent"]
    -1.0
    >>> print(Chosen("power", (("exponent", -1.0),)))
    power(exponent=-1)
    """

    name: str
    parameters: tuple[tuple[str, Setting], ...] = ()

    def __getitem__(self, key: str) -> Setting:
        return self.settings[key]

    @property
    def settings(self) -> dict[str, Setting]:
        """Its parameters by name."""
        return dict(self.parameters)

    @property
    def normalisation(self) -> Normalisation:
        """The normalisation of the register."""
        return NORMALISATIONS[self.name]

    @property
    def aggregation(self) -> Aggregation:
        """The aggregation of the register."""
        return AGGREGATIONS[self.name]

    @property
    def exponent(self) -> float | None:
        """Exponent of a power mean: 1 arithmetic, 0 geometric, -1 harmonic; None of others."""
        return self.aggregation.exponent_of(self.settings)

    @property
    def needs_positive(self) -> bool:
        """Whether it is defined for scores above 0 only, as a mean with an exponent of 0 or less.

        Examples
        --------
        >>> [method(m).needs_positive for m in ("geometric", "harmonic", "arithmetic", "median")]
        [True, True, False, False]
        """
        return self.aggregation.domain_of(self.settings) == Domain(0.0, open=True)

    def __str__(self) -> str:
        shown = [f"{k}={_show(v)}" for k, v in self.parameters if v is not None]
        return f"{self.name}({', '.join(shown)})" if shown else self.name


def method(name: str, **parameters: Setting) -> Chosen:
    """A normalisation or an aggregation with its defaults filled in.

    Parameters
    ----------
    name
        Of the register (`monotown.methods.register`).
    **parameters
        Those that differ from the defaults.

    Raises
    ------
    ValueError
        If the name or a parameter is unknown; the message names the nearest.

    Examples
    --------
    >>> print(method("zscore", scope=2019))
    zscore(mean=0, sd=1, ddof=1, scope=2019)
    """
    return choose(name, {**NORMALISATIONS, **AGGREGATIONS}, parameters)


def choose(name: str, known: Mapping[str, Method], parameters: Mapping[str, Setting]) -> Chosen:
    """A method of one family, or of some, with its defaults filled in.

    Parameters
    ----------
    name, parameters
        As of `method`.
    known
        The methods that are admissible, by name.

    Raises
    ------
    ValueError
        As `method`; the message names admissible methods alone.

    Examples
    --------
    >>> print(choose("power", AGGREGATIONS, {"exponent": 2.0}))
    power(exponent=2)
    """
    if name not in known:
        families = {m.family for m in known.values()}
        family = families.pop() if len(families) == 1 else "method"
        raise ValueError(f"unknown {family} {name!r}; expected {nearest(name, list(known))}")
    defaults = known[name].defaults
    unknown = [p for p in parameters if p not in defaults]
    if unknown:
        raise ValueError(
            f"{name} has no parameter {unknown[0]!r}; expected {nearest(unknown[0], list(defaults)) or 'none'}"
        )
    return Chosen(name, tuple({**defaults, **parameters}.items()))


@dataclass(frozen=True)
class Leaf:
    """One measure in the tree.

    Attributes
    ----------
    measure
        Id of the measure.
    weight
        Weight within its node, any non-negative number.
    direction
        +1 where more is better, -1 where less is.
    transform
        ``none`` or a transform of the register, applied to the values and the goalposts.
    goalposts
        Lowest and highest value of the scale in raw units, frozen; None where the sample sets it.
    normalisation
        A normalisation of the register.
    missing
        One of `LEAF_MISSING`; ``median by <column>`` takes it among the units of a group.
    outliers
        ``none`` or a rule of the register.
    """

    measure: str
    weight: float = 1.0
    direction: int = 1
    transform: str = "none"
    goalposts: tuple[float, float] | None = None
    normalisation: Chosen = field(default_factory=lambda: method("minmax"))
    missing: str = "none"
    outliers: str = "none"


@dataclass(frozen=True)
class Node:
    """An aggregate: the index, a block or a sub-block.

    Attributes
    ----------
    id
        Unique in the tree.
    children
        At least one; nodes and leaves may stand side by side.
    weight
        Weight within the parent, any non-negative number.
    aggregation
        An aggregation of the register.
    missing
        One of `NODE_MISSING`.
    floor
        A lower cut, between 0 and 1: a child's score z counts as ``max(z, floor)``, so that a 0
        does not make the whole 0. Nothing changes above it. Only a mean that needs positive scores
        takes one (geometric, harmonic, power with an exponent of 0 or less).
    """

    id: str
    children: tuple[Node | Leaf, ...]
    weight: float = 1.0
    aggregation: Chosen = field(default_factory=lambda: method("arithmetic"))
    missing: str = "reweight"
    floor: float | None = None


@dataclass(frozen=True)
class IndexModel:
    """A composite index: a tree of any depth over measures.

    Models are values: equal when their trees and scales are equal, usable as dictionary keys, and
    printed as a tree with the weights normalised within each node.

    Attributes
    ----------
    tree
        The root.
    scale
        One of `monotown.base.tables.SCALES`: what a score of 1 is in the tables of the index, unless it
        has a scale of its own (`monotown.index.admissible.scale_of`). The kernel does not use it.
    block_types
        Pairs of a block and its type, such as statistical, for the scheme ``equal_by_type``.

    Examples
    --------
    >>> model = IndexModel(Node("index", (
    ...     Node("staff", (Leaf("researchers", 3), Leaf("degrees", 1)), weight=2),
    ...     Leaf("funding", 1)), aggregation=method("geometric"), floor=0.01))
    >>> print(model)
    index: geometric, floor 0.01
    ├─ staff 0.6667: arithmetic
    │  ├─ researchers 0.7500: + minmax
    │  └─ degrees 0.2500: + minmax
    └─ funding 0.3333: + minmax
    >>> model.measures
    ('researchers', 'degrees', 'funding')
    >>> model.weights.round(4).tolist()
    [0.5, 0.1667, 0.3333]
    """

    tree: Node
    scale: float = SCALES[0]
    block_types: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        problems = Problems()
        _check(self.tree, "tree", problems, "model")
        if self.scale not in SCALES:
            problems.add("model", "scale", self.scale, "100 or 1")
        problems.stop()

    @classmethod
    def from_config(
        cls,
        tree: Mapping[str, Any],
        measures: Mapping[str, Mapping[str, Any]],
        *,
        file: str = "config/study/indices.csv",
        where: str = "tree",
        normalisation: object = "minmax",
    ) -> IndexModel:
        """Build a model from the ``tree`` of a view.

        Parameters
        ----------
        tree
            The root: ``id``, ``aggregation``, ``children`` and what else a node takes.
        measures
            Measure id to its entry: ``direction``, ``transform``, ``goalposts`` are used where a
            leaf does not set its own.
        file, where
            Where the tree stands, for the messages.
        normalisation
            What a leaf without a normalisation of its own gets: a name, or a mapping of
            ``method`` and its parameters.

        Raises
        ------
        InputError
            Every problem of the tree; unknown keys with the nearest valid name.
        """
        problems = Problems()
        root = _read_node(tree, measures, normalisation, file, where, problems)
        problems.stop()
        assert root is not None
        _check(root, where, problems, file)
        problems.stop()
        return cls(root)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Leaves from left to right; columns of every matrix follow this order."""
        return tuple(n for _, n, _ in self.walk() if isinstance(n, Leaf))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Nodes, each before its children."""
        return tuple(n for _, n, _ in self.walk() if isinstance(n, Node))

    @property
    def measures(self) -> tuple[str, ...]:
        """Measure ids in the order of the leaves."""
        return tuple(leaf.measure for leaf in self.leaves)

    @cached_property
    def blocks(self) -> tuple[str, ...]:
        """Ids of the root's children that are nodes."""
        return tuple(c.id for c in self.tree.children if isinstance(c, Node))

    @cached_property
    def block_of(self) -> dict[str, str]:
        """Measure to the root's child it stands under; a leaf of the root names the root."""
        return {
            leaf.measure: child.id if isinstance(child, Node) else self.tree.id
            for child in self.tree.children
            for leaf in ([child] if isinstance(child, Leaf) else _leaves(child))
        }

    @cached_property
    def parent_of(self) -> dict[str, str]:
        """Measure to the id of the node it stands in."""
        return {n.measure: path[-1].id for path, n, _ in self.walk() if isinstance(n, Leaf)}

    @property
    def local_weights(self) -> NDArray[np.float64]:
        """Weight of each leaf within its node, shape (leaves,); sums to 1 in each node."""
        return np.array(
            [
                leaf.weight / math.fsum(c.weight for c in path[-1].children)
                for path, leaf, _ in self.walk()
                if isinstance(leaf, Leaf)
            ]
        )

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each leaf in the whole: the product of the weights on its path; sums to 1."""
        return np.array([w for _, n, w in self.walk() if isinstance(n, Leaf)])

    def walk(self) -> Iterator[tuple[tuple[Node, ...], Node | Leaf, float]]:
        """Each node and leaf with its ancestors and its weight in the whole, parents first."""

        def step(
            path: tuple[Node, ...], node: Node | Leaf, weight: float
        ) -> Iterator[tuple[tuple[Node, ...], Node | Leaf, float]]:
            yield path, node, weight
            if isinstance(node, Node):
                total = math.fsum(c.weight for c in node.children)
                for child in node.children:
                    yield from step((*path, node), child, weight * child.weight / total)

        yield from step((), self.tree, 1.0)

    def with_weights(self, weights: Sequence[float] | NDArray[np.float64]) -> IndexModel:
        """The same model with other global leaf weights.

        A node's weight becomes the sum of the leaf weights below it.

        Parameters
        ----------
        weights
            Shape (leaves,), non-negative, in the order of `measures`.

        Raises
        ------
        ValueError
            If a node is left with no weight at all below it.

        Examples
        --------
        >>> model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
        >>> model.with_weights([3, 1]).local_weights.tolist()
        [0.75, 0.25]
        """
        values = dict(zip(self.measures, (float(w) for w in weights), strict=True))

        def step(node: Node | Leaf) -> Node | Leaf:
            if isinstance(node, Leaf):
                return replace(node, weight=values[node.measure])
            children = tuple(step(c) for c in node.children)
            total = math.fsum(c.weight for c in children)
            if not total > 0:
                raise ValueError(f"node {node.id!r} has no weight left below it")
            return replace(node, children=children, weight=total)

        root = step(self.tree)
        assert isinstance(root, Node)
        return replace(self, tree=replace(root, weight=1.0))

    def with_leaves(self, change: Callable[[Leaf], Leaf]) -> IndexModel:
        """The same model with every leaf changed by a function.

        Examples
        --------
        >>> model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
        >>> print(model.with_leaves(lambda leaf: replace(leaf, direction=-1)))
        i: arithmetic
        ├─ a 0.5000: - minmax
        └─ b 0.5000: - minmax
        """

        def step(node: Node) -> Node:
            return replace(node, children=tuple(change(c) if isinstance(c, Leaf) else step(c) for c in node.children))

        return replace(self, tree=step(self.tree))

    def without(self, *measures: str) -> IndexModel:
        """The same model with measures left out; a node left empty goes too.

        Examples
        --------
        >>> model = IndexModel(Node("i", (Node("p", (Leaf("a"),)), Leaf("b"))))
        >>> model.without("a").measures
        ('b',)
        """
        unknown = [m for m in measures if m not in self.measures]
        if unknown:
            raise ValueError(f"no measure {unknown[0]!r}; expected {nearest(unknown[0], self.measures)}")

        def step(node: Node | Leaf) -> Node | Leaf | None:
            if isinstance(node, Leaf):
                return None if node.measure in measures else node
            kept = tuple(c for c in map(step, node.children) if c is not None)
            return replace(node, children=kept) if kept else None

        root = step(self.tree)
        if not isinstance(root, Node):
            raise ValueError("an index needs at least one measure")
        return replace(self, tree=root)

    def __str__(self) -> str:
        lines: list[str] = []

        def step(node: Node | Leaf, head: str, tail: str, total: float | None) -> None:
            share = "" if total is None else f" {node.weight / total:.4f}"
            if isinstance(node, Leaf):
                lines.append(f"{head}{node.measure}{share}: {_describe_leaf(node)}")
                return
            floor = "" if node.floor is None else f", floor {node.floor:g}"
            rule = "" if node.missing == "reweight" else f", missing: {node.missing}"
            lines.append(f"{head}{node.id}{share}: {node.aggregation}{floor}{rule}")
            below = math.fsum(c.weight for c in node.children)
            for i, child in enumerate(node.children):
                last = i == len(node.children) - 1
                step(child, tail + ("└─ " if last else "├─ "), tail + ("   " if last else "│  "), below)

        step(self.tree, "", "", None)
        return "\n".join(lines)


def _show(value: Setting) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f"{v:g}" for v in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _describe_leaf(leaf: Leaf) -> str:
    # parameters at their defaults are left out, to keep the tree readable
    defaults = leaf.normalisation.normalisation.defaults
    changed = Chosen(
        leaf.normalisation.name, tuple(p for p in leaf.normalisation.parameters if p[1] != defaults.get(p[0]))
    )
    text = f"{'+' if leaf.direction > 0 else '-'} {changed}"
    if leaf.goalposts is not None:
        text += f" [{leaf.goalposts[0]:g}, {leaf.goalposts[1]:g}]"
    if leaf.transform != "none":
        text += f", {leaf.transform}"
    if leaf.missing != "none":
        text += f", missing: {leaf.missing}"
    if leaf.outliers != "none":
        text += f", outliers: {leaf.outliers}"
    return text


def _leaves(node: Node) -> list[Leaf]:
    return [leaf for c in node.children for leaf in ([c] if isinstance(c, Leaf) else _leaves(c))]


def _check(root: Node, where: str, problems: Problems, file: str) -> None:
    """Rules that bind a tree however it was made."""
    seen_nodes: set[str] = set()
    seen_leaves: set[str] = set()

    def step(node: Node | Leaf, path: str) -> None:
        if not (np.isfinite(node.weight) and node.weight >= 0):
            problems.add(file, f"{path}.weight", node.weight, "a number of 0 or more")
        if isinstance(node, Leaf):
            if node.measure in seen_leaves:
                problems.add(file, path, node.measure, "each measure once in a tree")
            seen_leaves.add(node.measure)
            if node.direction not in (1, -1):
                problems.add(file, f"{path}.direction", node.direction, "1 or -1")
            _check_scale(node, path, problems, file)
            return
        if node.id in seen_nodes:
            problems.add(file, path, node.id, "each id once in a tree")
        seen_nodes.add(node.id)
        if node.floor is not None and not 0 < node.floor < 1:
            problems.add(file, f"{path}.floor", node.floor, "a number between 0 and 1")
        known = node.aggregation.name in AGGREGATIONS
        if node.floor is not None and known and not node.aggregation.needs_positive:
            problems.add(
                file,
                f"{path}.floor",
                f"{node.floor:g}, {node.aggregation}",
                "no floor; it is for means that need scores above 0: geometric, harmonic, power "
                "with an exponent of 0 or less",
            )
        if not node.children:
            problems.add(file, f"{path}.children", "none", "at least one child")
        elif not math.fsum(c.weight for c in node.children) > 0:
            problems.add(file, f"{path}.children", "weights of 0", "a positive weight")
        for i, child in enumerate(node.children):
            step(child, f"{path}.children[{i}]")

    step(root, where)


def _check_scale(leaf: Leaf, path: str, problems: Problems, file: str) -> None:
    for value, valid, key in (
        (leaf.transform, ("none", *TRANSFORMS), "transform"),
        (rule_of(leaf.missing)[0], LEAF_MISSING, "missing"),
        (leaf.outliers, ("none", *OUTLIERS), "outliers"),
    ):
        if value not in valid:
            problems.add(file, f"{path}.{key}", value, nearest(value, valid))
    if leaf.goalposts is not None and not leaf.goalposts[0] < leaf.goalposts[1]:
        problems.add(file, f"{path}.goalposts", list(leaf.goalposts), "two numbers, the lower first")
    if leaf.normalisation.name == "distance_to_target" and leaf.normalisation["value"] is None:
        problems.add(file, f"{path}.normalisation", "distance_to_target", "its target: value")


def _read_node(
    raw: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    normalisation: object,
    file: str,
    where: str,
    problems: Problems,
) -> Node | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("children"), list):
        problems.add(file, where, raw, "a node with an id and a list of children")
        return None
    _unknown_keys(raw, _NODE_KEYS, file, where, problems)
    if not isinstance(raw.get("id"), str):
        problems.add(file, f"{where}.id", raw.get("id"), "a name")
    children: list[Node | Leaf] = []
    for i, child in enumerate(raw["children"]):
        path = f"{where}.children[{i}]"
        made: Node | Leaf | None
        if isinstance(child, Mapping) and "measure" in child:
            made = _read_leaf(child, measures, normalisation, file, path, problems)
        else:
            made = _read_node(child, measures, normalisation, file, path, problems)
        if made is not None:
            children.append(made)
    missing = raw.get("missing", "reweight")
    if missing not in NODE_MISSING:
        problems.add(file, f"{where}.missing", missing, nearest(str(missing), NODE_MISSING))
    floor = raw.get("floor")
    return Node(
        id=str(raw.get("id")),
        children=tuple(children),
        weight=_number(raw.get("weight", 1), file, f"{where}.weight", problems),
        aggregation=_read_method(
            raw.get("aggregation", "arithmetic"), AGGREGATIONS, file, f"{where}.aggregation", problems
        ),
        missing=str(missing),
        floor=None if floor is None else _number(floor, file, f"{where}.floor", problems),
    )


def _read_leaf(
    raw: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    normalisation: object,
    file: str,
    where: str,
    problems: Problems,
) -> Leaf | None:
    _unknown_keys(raw, _LEAF_KEYS, file, where, problems)
    name = str(raw["measure"])
    if name not in measures:
        problems.add(file, f"{where}.measure", name, nearest(name, list(measures)))
        return None
    entry = {**measures[name], **{k: v for k, v in raw.items() if k in _LEAF_KEYS}}
    goalposts = entry.get("goalposts")
    pair: tuple[float, float] | None = None
    if goalposts is not None:
        if isinstance(goalposts, (list, tuple)) and len(goalposts) == 2:
            low, high = (_number(g, file, f"{where}.goalposts", problems) for g in goalposts)
            pair = (low, high)
        else:
            problems.add(file, f"{where}.goalposts", goalposts, "two numbers, the lower first")
    direction = entry.get("direction", 1)
    return Leaf(
        measure=name,
        weight=_number(raw.get("weight", 1), file, f"{where}.weight", problems),
        direction=direction if isinstance(direction, int) else 0,
        transform=str(entry.get("transform") or "none"),
        goalposts=pair,
        normalisation=_read_method(
            raw.get("normalisation", normalisation), NORMALISATIONS, file, f"{where}.normalisation", problems
        ),
        missing=str(raw.get("missing", "none")),
        outliers=str(raw.get("outliers", "none")),
    )


def _read_method(raw: object, valid: Mapping[str, Method], file: str, where: str, problems: Problems) -> Chosen:
    given = dict(raw) if isinstance(raw, Mapping) else {"method": raw}
    name = str(given.pop("method", None))
    if name not in valid:
        problems.add(file, where, name, nearest(name, list(valid)))
        return Chosen(name)
    parameters = valid[name].parameters
    for key in given:
        if key not in parameters:
            expected = nearest(key, list(parameters)) if parameters else "no parameter"
            problems.add(file, f"{where}.{key}", key, expected)
    read = []
    for key, parameter in parameters.items():
        value, expected = parameter.read(given.get(key, parameter.default))
        if expected:
            problems.add(file, f"{where}.{key}", given[key], expected)
        read.append((key, parameter.default if expected else value))
    return Chosen(name, tuple(read))


def _number(value: object, file: str, where: str, problems: Problems) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    problems.add(file, where, value, "a number")
    return 1.0


def _unknown_keys(raw: Mapping[str, Any], valid: Sequence[str], file: str, where: str, problems: Problems) -> None:
    for key in raw:
        if key not in valid:
            problems.add(file, f"{where}.{key}", key, nearest(str(key), valid))
