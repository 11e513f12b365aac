"""The files of the scenario stage, read with every fault named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from monotown.base.arrays import Array
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.base.schemas import schema_problems
from monotown.index.model import Leaf
from monotown.methods.weights.ahp import RANDOM_INDEX, ahp_tree
from monotown.methods.weights.judgments import read_ratio
from monotown.scenarios.hierarchy import Hierarchy, model_of
from monotown.scenarios.shocks import Scenario, Shock

#: The parts of ``workflow/parts/scenarios/schema.yaml``, by the kind of file.
PARTS: Final = ("settings", "hierarchy", "scenario", "cross_impacts", "key_factors")

Words = Mapping[str, str]
Lines = Mapping[str, Mapping[tuple[str | int, ...], int]]


@dataclass(frozen=True)
class CrossImpacts:
    """Descriptors with their states, and the judged impacts of states on states.

    Attributes
    ----------
    descriptors
        Descriptor to its states.
    impacts
        (descriptor, state, target) to the impact on each state of the target.
    """

    descriptors: Mapping[str, tuple[str, ...]]
    impacts: Mapping[tuple[str, str, str], tuple[float, ...]]


@dataclass(frozen=True)
class Inputs:
    """All that the stage is told, checked.

    Attributes
    ----------
    settings
        ``config/parts/scenarios.yaml``.
    hierarchies, scenarios
        In the order of the settings.
    cross_impacts
        For the consistency of the scenarios.
    factors
        ``key_factors`` file.
    texts
        File to its content, for the table of assumptions.
    """

    settings: Mapping[str, Any]
    hierarchies: tuple[Hierarchy, ...]
    scenarios: tuple[Scenario, ...]
    cross_impacts: CrossImpacts
    factors: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, Any]]


def stem(path: str) -> str:
    """Name of a file without its folder and ending.

    Examples
    --------
    >>> stem("config/parts/scenarios/scenarios/phd_pipeline.yaml")
    'phd_pipeline'
    """
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def read_inputs(
    files: Mapping[str, Sequence[tuple[str, Any]]],
    leaves: Mapping[str, Leaf],
    year: int,
    schema: Mapping[str, Any],
    lines: Lines | None = None,
) -> Inputs:
    """All files of the stage.

    Parameters
    ----------
    files
        Kind of file (one of `PARTS`) to its files: name and content. One each of ``settings``,
        ``cross_impacts`` and ``key_factors``.
    leaves
        Measures of the views that the scenarios act on.
    year
        Base year.
    schema
        ``workflow/parts/scenarios/schema.yaml``: a definition for each of `PARTS`.
    lines
        File to the line of each of its keys, where known.

    Raises
    ------
    InputError
        Every problem of every file.
    """
    problems = Problems()
    sound: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for part in PARTS:
        told = {"$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
        for name, content in files[part]:
            found = schema_problems(content, told, name, (lines or {}).get(name))
            problems.extend(found)
            if not found:
                sound.setdefault(part, []).append((name, content))
            elif part == "scenario" and isinstance(content, Mapping):
                _check_measures(name, content.get("shocks"), leaves, problems)
        _check_names([name for name, _ in files[part]], problems)

    hierarchies = [read_hierarchy(name, content, leaves, problems) for name, content in sound.get("hierarchy", [])]
    impacts = CrossImpacts({}, {})
    for name, content in sound.get("cross_impacts", []):
        impacts = read_cross_impacts(name, content, problems)
    scenarios = [
        read_scenario(name, content, leaves, impacts, year, problems) for name, content in sound.get("scenario", [])
    ]
    factors: Mapping[str, Any] = {}
    for name, factors in sound.get("key_factors", []):
        _check_factors(name, factors, leaves, problems)
    for name, settings in sound.get("settings", []):
        _check_settings(name, settings, files, year, problems)
    problems.stop()
    return Inputs(
        settings=sound["settings"][0][1],
        hierarchies=tuple(h for h in hierarchies if h is not None),
        scenarios=tuple(scenarios),
        cross_impacts=impacts,
        factors=factors,
        texts={name: content for part in PARTS for name, content in sound[part]},
    )


def _check_names(names: Sequence[str], problems: Problems) -> None:
    seen: dict[str, str] = {}
    for name in names:
        if stem(name) in seen:
            problems.add(name, "name of the file", stem(name), f"another than {seen[stem(name)]}")
        seen[stem(name)] = name


def _check_settings(
    file: str,
    settings: Mapping[str, Any],
    files: Mapping[str, Sequence[tuple[str, Any]]],
    year: int,
    problems: Problems,
) -> None:
    given = {part: [stem(name) for name, _ in files[part]] for part in PARTS}
    for where, name, part in (
        ("baseline", settings["baseline"], "scenario"),
        ("shown.scenario", settings["shown"]["scenario"], "scenario"),
        ("shown.hierarchy", settings["shown"]["hierarchy"], "hierarchy"),
    ):
        problems.one_of(file, where, name, given[part])
    for name, content in files["scenario"]:
        if stem(name) == settings["baseline"] and (content or {}).get("shocks"):
            problems.add(name, "shocks", "shocks in the baseline", "none: it changes nothing")
    low, high = settings["interval"]
    if low >= high:
        problems.add(file, "interval", settings["interval"], "the lower probability first")
    if settings["until"] <= year:
        problems.add(file, "until", settings["until"], f"a year after the base year, {year}")


def read_hierarchy(
    file: str, content: Mapping[str, Any], leaves: Mapping[str, Leaf], problems: Problems
) -> Hierarchy | None:
    """A hierarchy from its file; what is wrong with it is noted, and None returned.

    Parameters
    ----------
    file
        Its name.
    content
        As the schema has it: ``tree`` (node to children, the root first), ``judgments`` (node to
        a square matrix in the order of its children, or ``equal``), ``aggregation``, ``floor``.
    leaves
        Known measures.
    problems
        Takes every problem.
    """
    tree: dict[str, list[str]] = {str(k): [str(c) for c in v] for k, v in content["tree"].items()}
    before = len(problems)
    _check_tree(file, tree, leaves, problems)
    judgments: dict[str, Array] = {}
    for node, given in content["judgments"].items():
        where = f"judgments.{node}"
        if not problems.one_of(file, where, node, tree):
            continue
        matrix = _judged(file, where, given, tree[node], problems)
        if matrix is not None:
            judgments[str(node)] = matrix
    for key in ("aggregation", "floor"):
        for node in content.get(key, {}):
            problems.one_of(file, f"{key}.{node}", node, tree)
    for node, children in tree.items():
        if len(children) > 1 and node not in content["judgments"]:
            problems.add(file, f"judgments.{node}", "nothing", "a matrix of judgments, or: equal")
    if len(problems) > before and not _judgeable(tree):
        return None
    try:
        # nodes whose matrix is already refused take no part in the check of the others
        whole = {n: judgments.get(n, np.ones((len(c), len(c)))) for n, c in tree.items()}
        judged = ahp_tree(tree, {stem(file): whole})
    except InputError as error:
        problems.extend(
            Problem(file, p.where.removeprefix(f"expert {stem(file)}, "), p.found, p.expected)
            for p in error.problems
            if not p.where.startswith("the group")
        )
        return None
    if len(problems) > before:
        return None
    try:
        model = model_of(tree, judged, leaves, content.get("aggregation", {}), content.get("floor", {}), file)
    except InputError as error:
        problems.extend(error.problems)
        return None
    return Hierarchy(stem(file), tree, judged, model)


def _judgeable(tree: Mapping[str, Sequence[str]]) -> bool:
    """Whether each node is reached once, so that weights can be multiplied down the tree."""
    below = [c for children in tree.values() for c in children]
    root = next(iter(tree))
    return len(below) == len(set(below)) and root not in below and set(tree) <= {root, *below}


def _check_tree(file: str, tree: Mapping[str, Sequence[str]], leaves: Mapping[str, Leaf], problems: Problems) -> None:
    root = next(iter(tree))
    parent: dict[str, str] = {}
    for node, children in tree.items():
        if node in leaves:
            problems.add(file, f"tree.{node}", node, "a name that is not a measure's")
        for child in children:
            where = f"tree.{node}"
            if child in parent:
                what = "node" if child in tree else "measure"
                place = "twice" if parent[child] == node else f"under {parent[child]} too"
                problems.add(file, where, f"{child}, {place}", f"each {what} once in a tree")
            parent.setdefault(child, node)
            if child not in tree and child not in leaves:
                problems.add(file, where, child, nearest(child, [*tree, *leaves]))
    for loop in _loops(tree):
        problems.add(
            file, f"tree.{loop[0]}", " > ".join([*loop, loop[0]]), "a tree, in which no node comes back to itself"
        )
    reached: set[str] = set()
    new = [root]
    while new:
        node = new.pop()
        if node not in reached:
            reached.add(node)
            new.extend(c for c in tree.get(node, ()) if c in tree)
    in_loops = {n for loop in _loops(tree) for n in loop}
    for node in tree:
        if node not in reached and node not in in_loops:
            problems.add(file, f"tree.{node}", node, f"a node that the root, {root}, leads to")


def _loops(tree: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Nodes that come back to themselves, each loop once, from its first node in the tree."""
    found: list[list[str]] = []
    seen: set[str] = set()

    def walk(node: str, path: list[str]) -> None:
        if node in path:
            loop = path[path.index(node) :]
            if not any(set(loop) == set(known) for known in found):
                found.append(loop)
            return
        if node in seen:
            return
        for child in tree.get(node, ()):
            if child in tree:
                walk(child, [*path, node])
        seen.add(node)

    for node in tree:
        walk(node, [])
    return found


def _judged(file: str, where: str, given: object, children: Sequence[str], problems: Problems) -> Array | None:
    n = len(children)
    if given == "equal":
        return np.ones((n, n))
    assert isinstance(given, list)
    if n > max(RANDOM_INDEX):
        problems.add(file, where, f"{n} children", f"at most {max(RANDOM_INDEX)} to be judged")
        return None
    shape = [len(row) for row in given]
    if shape != [n] * n:
        problems.add(
            file,
            where,
            f"{len(given)} rows of {', '.join(map(str, shape))}",
            f"a row and a column for each of {', '.join(children)}",
        )
        return None
    matrix = np.full((n, n), np.nan)
    for i, row in enumerate(given):
        for j, cell in enumerate(row):
            value = read_ratio(cell)
            if value is None:
                pair = f"{where}, {children[i]} against {children[j]}"
                problems.add(file, pair, cell, "a judgment from 1/9 to 9, such as 3 or 1/3")
            else:
                matrix[i, j] = value
    return None if np.isnan(matrix).any() else matrix


def read_cross_impacts(file: str, content: Mapping[str, Any], problems: Problems) -> CrossImpacts:
    """Descriptors and impacts from their file.

    Parameters
    ----------
    content
        ``descriptors`` (name to ``states``), ``impacts`` (descriptor, its state, target, to a
        number from -3 to 3 for each state of the target, in order; what is absent has none).
    """
    descriptors = {str(k): tuple(map(str, v["states"])) for k, v in content["descriptors"].items()}
    impacts: dict[tuple[str, str, str], tuple[float, ...]] = {}
    for name, by_state in content["impacts"].items():
        if not problems.one_of(file, f"impacts.{name}", name, descriptors):
            continue
        for state, targets in by_state.items():
            where = f"impacts.{name}.{state}"
            if not problems.one_of(file, where, state, descriptors[name]):
                continue
            for target, values in targets.items():
                here = f"{where}.{target}"
                others = [d for d in descriptors if d != name]
                if problems.one_of(file, here, target, others):
                    if len(values) != len(descriptors[target]):
                        problems.add(
                            file, here, f"{len(values)} numbers", f"one for each of {', '.join(descriptors[target])}"
                        )
                    else:
                        impacts[name, state, target] = tuple(float(v) for v in values)
    return CrossImpacts(descriptors, impacts)


def read_scenario(
    file: str,
    content: Mapping[str, Any],
    leaves: Mapping[str, Leaf],
    cross: CrossImpacts,
    year: int,
    problems: Problems,
) -> Scenario:
    """A scenario from its file; what is wrong with it is noted."""
    shocks: list[Shock] = []
    seen: set[str] = set()
    for i, given in enumerate(content["shocks"]):
        where = f"shocks.{i}"
        measure = str(given["measure"])
        problems.one_of(file, f"{where}.measure", measure, leaves)
        if measure in seen:
            problems.add(file, f"{where}.measure", f"{measure}, twice", "one shock a measure")
        seen.add(measure)
        start, full = int(given["start"]), int(given["full"])
        if start < year:
            problems.add(file, f"{where}.start", start, f"the base year, {year}, or a later one")
        if full < start:
            problems.add(file, f"{where}.full", full, f"the start, {start}, or a later year")
        limits = given.get("range")
        if limits is not None and "sd" in given:
            problems.add(file, f"{where}.range", "sd and range", "one of the two")
        if limits is not None and not limits[0] <= given["size"] <= limits[1]:
            problems.add(file, f"{where}.range", limits, f"two numbers around the size, {given['size']}")
        shocks.append(
            Shock(
                measure,
                float(given["size"]),
                str(given["in"]),
                start,
                full,
                float(given.get("sd", 0.0)),
                None if limits is None else (float(limits[0]), float(limits[1])),
                float(given.get("probability", 1.0)),
            )
        )
    states = {str(k): str(v) for k, v in content["states"].items()}
    _check_states(file, states, cross, problems)
    return Scenario(stem(file), tuple(shocks), states)


def _check_measures(file: str, shocks: object, leaves: Mapping[str, Leaf], problems: Problems) -> None:
    """Unknown measures of a file that is refused for its form, so that they are told with it."""
    for i, given in enumerate(shocks if isinstance(shocks, list) else []):
        measure = given.get("measure") if isinstance(given, Mapping) else None
        if isinstance(measure, str) and measure not in leaves:
            expected = nearest(measure, list(leaves))
            problems.add(file, f"shocks.{i}.measure", measure, expected)


def _check_states(file: str, states: Mapping[str, str], cross: CrossImpacts, problems: Problems) -> None:
    if not cross.descriptors:
        return  # their own file is refused already
    for name, state in states.items():
        if problems.one_of(file, f"states.{name}", name, cross.descriptors):
            problems.one_of(file, f"states.{name}", state, cross.descriptors[name])
    for name in cross.descriptors:
        if name not in states:
            problems.add(file, f"states.{name}", "nothing", f"a state of {name}")


def _check_factors(file: str, content: Mapping[str, Any], leaves: Mapping[str, Leaf], problems: Problems) -> None:
    for name in content["measures"]:
        problems.one_of(file, f"measures.{name}", name, leaves)
    for name in leaves:
        if name not in content["measures"]:
            problems.add(file, f"measures.{name}", "nothing", "a priority for each measure")
    for name, lever in content["levers"].items():
        for measure in lever["measures"]:
            problems.one_of(file, f"levers.{name}.measures", measure, leaves)
