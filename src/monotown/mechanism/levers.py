"""Levers of the mechanism: what each is assumed to cost and to move, and checks of their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.problems import Problems
from monotown.show.graphs import Graph

#: Forms of a response: a change in the measure's own unit, or a share of its value.
FORMS: Final = ("added", "relative")


@dataclass(frozen=True)
class Span:
    """An assumed number: its least, its base and its largest value.

    Examples
    --------
    >>> Span(1.0, 2.0, 4.0).draw([0.0, 1 / 3, 1.0]).tolist()
    [1.0, 2.0, 4.0]
    """

    low: float
    base: float
    high: float

    def draw(self, uniform: ArrayLike) -> Array:
        """Quantiles of the triangular law from `low` to `high` with its peak at `base`.

        Parameters
        ----------
        uniform
            Probabilities in [0, 1], any shape.
        """
        p = np.asarray(uniform, dtype=np.float64)
        width = self.high - self.low
        if width == 0:
            return np.full(p.shape, self.base)
        left, right = self.base - self.low, self.high - self.base
        rising = self.low + np.sqrt(p * width * left)
        falling = self.high - np.sqrt((1 - p) * width * right)
        return np.where(p < left / width, rising, falling)


@dataclass(frozen=True)
class Response:
    """Change of one measure when a lever is used in full.

    Attributes
    ----------
    size
        In the measure's own unit (``added``) or as a share of its value (``relative``: an
        elasticity in the use of the lever).
    basis
        ``assumed``, or the source.
    """

    measure: str
    form: str
    size: Span
    basis: str


@dataclass(frozen=True)
class Lever:
    """Something that can be used from 0 (not at all) to 1 (in full).

    Attributes
    ----------
    node
        Box of the graph at which it acts.
    requires
        Lever that is to be used at least as much, or "".
    cost
        Of full use for a year, in the currency unit, per so many inhabitants.
    unit_cost
        Costs of single units, where they are not those of all.
    """

    id: str
    node: str
    requires: str
    cost: Span
    unit_cost: Mapping[str, Span]
    basis: str
    responses: tuple[Response, ...]

    def cost_in(self, unit: str) -> Span:
        """Cost in a unit."""
        return self.unit_cost.get(unit, self.cost)


def _span(entry: Mapping[str, Any]) -> Span:
    return Span(float(entry["low"]), float(entry["base"]), float(entry["high"]))


def read_levers(config: Mapping[str, Any]) -> tuple[Lever, ...]:
    """Levers of a checked config, in its order."""
    return tuple(
        Lever(
            name,
            str(entry["node"]),
            str(entry.get("requires") or ""),
            _span(entry["cost"]),
            {u: _span(s) for u, s in entry["cost"].get("units", {}).items()},
            str(entry["basis"]),
            tuple(
                Response(r["measure"], r.get("form", "added"), _span(r), str(r["basis"]))
                for r in entry.get("responses", [])
            ),
        )
        for name, entry in config["levers"].items()
    )


def chains_of(levers: Sequence[Lever]) -> tuple[tuple[int, ...], ...]:
    """Levers that hang on each other, as numbers, what is required first; others alone.

    Examples
    --------
    >>> span = Span(1, 1, 1)
    >>> a, b = (Lever(n, "x", r, span, {}, "", ()) for n, r in (("a", "b"), ("b", "")))
    >>> chains_of([a, b])
    ((1, 0),)
    """
    place = {lever.id: i for i, lever in enumerate(levers)}
    after = {place[lever.requires]: i for i, lever in enumerate(levers) if lever.requires}
    chains = []
    for start, lever in enumerate(levers):
        if lever.requires:
            continue
        chain = [start]
        while chain[-1] in after:
            chain.append(after[chain[-1]])
        chains.append(tuple(chain))
    return tuple(chains)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain else None


def _check_span(entry: Any, file: str, where: str, problems: Problems) -> None:
    low, base, high = (_number(_mapping(entry).get(k)) for k in ("low", "base", "high"))
    if low is not None and base is not None and low > base:
        problems.add(file, f"{where}.low", entry["low"], f"at most the base, {entry['base']}")
    if base is not None and high is not None and base > high:
        problems.add(file, f"{where}.high", entry["high"], f"at least the base, {entry['base']}")


def lever_problems(
    config: Mapping[str, Any],
    measures: Mapping[str, Sequence[str]],
    units: Mapping[str, Sequence[str]],
    graph: Graph,
    file: str,
) -> Problems:
    """What is wrong with a config beyond its schema.

    Parameters
    ----------
    config
        The parsed config; parts that its schema refuses are passed over.
    measures, units
        View to the measures of its index, and to the units that have a score.
    graph
        The figure that the levers act in.
    file
        Its name, for the messages.

    Returns
    -------
    Problems
        Unknown views, units, measures, levers, boxes; a least value above the base or a base above
        the largest; a measure twice in a lever; requirements that go round, that two levers share,
        or that no arrow of the graph stands for; a base budget above the largest of the grid.
    """
    problems = Problems()
    for i, case in enumerate(config.get("cases") or []):
        view, unit = (str(_mapping(case).get(key)) for key in ("view", "unit"))
        if problems.one_of(file, f"cases.{i}.view", view, units):
            problems.one_of(file, f"cases.{i}.unit", unit, units[view])
    levers = _mapping(config.get("levers"))
    known = sorted({m for view in measures.values() for m in view})
    for name, entry in levers.items():
        _check_lever(str(name), _mapping(entry), known, graph, file, problems)
    _check_requirements(levers, graph, file, problems)
    nodes = [n.id for n in graph.nodes]
    named = _mapping(config.get("graph"))
    for where, end in [("hub", named.get("hub"))] + [(f"ends.{i}", e) for i, e in enumerate(named.get("ends") or [])]:
        problems.one_of(file, f"graph.{where}", end, nodes)
    budget = _mapping(config.get("budget"))
    base, highest = _number(budget.get("base")), _number(budget.get("highest"))
    if base is not None and highest is not None and base > highest:
        problems.add(file, "budget.base", base, f"at most the largest of the grid, {highest:g}")
    _check_span(_mapping(config.get("feedback")).get("gain"), file, "feedback.gain", problems)
    return problems


def _check_lever(
    name: str, entry: Mapping[str, Any], known: list[str], graph: Graph, file: str, problems: Problems
) -> None:
    where = f"levers.{name}"
    nodes = [n.id for n in graph.nodes]
    problems.one_of(file, f"{where}.node", entry.get("node"), nodes)
    cost = _mapping(entry.get("cost"))
    _check_span(cost, file, f"{where}.cost", problems)
    for unit, own in _mapping(cost.get("units")).items():
        _check_span(own, file, f"{where}.cost.units.{unit}", problems)
    seen: set[str] = set()
    for i, response in enumerate(entry.get("responses") or []):
        at = f"{where}.responses.{i}"
        measure = str(_mapping(response).get("measure"))
        problems.one_of(file, f"{at}.measure", measure, known)
        if measure in seen:
            problems.add(file, f"{at}.measure", measure, "a measure given once in a lever")
        seen.add(measure)
        _check_span(response, file, at, problems)


def _check_requirements(levers: Mapping[str, Any], graph: Graph, file: str, problems: Problems) -> None:
    arrows = {(e.source, e.target) for e in graph.edges}
    requires = {
        str(name): str(_mapping(entry)["requires"]) for name, entry in levers.items() if _mapping(entry).get("requires")
    }
    taken: dict[str, str] = {}
    for name, wanted in requires.items():
        where = f"levers.{name}.requires"
        others = [str(n) for n in levers if n != name]
        if not problems.one_of(file, where, wanted, others):
            continue
        first = taken.setdefault(wanted, name)
        if first != name:
            problems.add(file, where, wanted, f"a lever that {first!r} does not require as well")
        path = [name]
        while (following := requires.get(path[-1], "")) and following not in path:
            path.append(following)
        if following == name:
            problems.add(file, where, wanted, "requirements that do not go round")
            continue
        ends = tuple(_mapping(levers[n]).get("node") for n in (wanted, name))
        if ends not in arrows and ends[0] != ends[1]:
            problems.add(file, where, wanted, f"an arrow of {graph.id} from {ends[0]!r} to {ends[1]!r}")
