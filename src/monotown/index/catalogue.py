"""The catalogue of indicators, the measures that stand for them, and the views, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from monotown.base.expressions import formula_problems
from monotown.base.parsing import ReadsAs, reads_of
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.base.schemas import schema_problems
from monotown.data.plausible import bound_problems, part_problems
from monotown.index.prepare import reading_views, view_model

#: An objective figure beside an opinion: it is shown with the indicator and is no value of it.
TWIN: Final = "twin"

#: Readings that give an indicator a value, the closest first.
COMPUTED: Final = ("exact", "approximation", "proxy")

#: Readings of an indicator from data; "none" where no measure stands for it.
READINGS: Final = (*COMPUTED, TWIN, "none")

Lines = Mapping[tuple[str | int, ...], int]


@dataclass(frozen=True)
class Config:
    """One config file.

    Attributes
    ----------
    file
        Its name, for the messages.
    content
        As parsed.
    schema
        Its JSON schema; None where another step checks it.
    lines
        Line of each key path.
    """

    file: str
    content: Any
    schema: Mapping[str, Any] | None = None
    lines: Lines | None = None


@dataclass(frozen=True)
class Catalogue:
    """Everything that says what is measured, how and where, checked.

    Attributes
    ----------
    indicators
        Content of ``config/study/catalogue.yaml``: ``blocks``, ``outcomes``, ``indicators`` and so on.
    measures
        Measure id to its entry.
    views
        View id to its entry.
    sets
        Name of a set of units to their codes.
    levels
        Unit code to its level, such as ``constant_region``.
    reads_as
        Variable to what its markers count as, such as ``{"none": 0}``; a marker that is not there
        is a missing value.
    variables
        Variable to its entry, for what it is: a count, a part of another.
    """

    indicators: Mapping[str, Any]
    measures: Mapping[str, Mapping[str, Any]]
    views: Mapping[str, Mapping[str, Any]]
    sets: Mapping[str, Sequence[str]]
    levels: Mapping[str, str]
    reads_as: ReadsAs
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def entries(self) -> Mapping[str, Mapping[str, Any]]:
        """Indicator id to its entry, in the order of the file."""
        entries: Mapping[str, Mapping[str, Any]] = self.indicators["indicators"]
        return entries


def leaves(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Single questions or series of each indicator; an indicator that joins none is its own.

    Examples
    --------
    >>> leaves({"a": {"leaves": ["a1", "a2"]}, "b": {}})
    {'a': ['a1', 'a2'], 'b': ['b']}
    """
    return {name: list(entry.get("leaves", [name])) for name, entry in entries.items()}


def check_catalogue(
    indicators: Config, measures: Config, views: Config, variables: Config, units: Config, *, of_trees: bool = False
) -> Catalogue:
    """The catalogue, if nothing is wrong with it.

    Parameters
    ----------
    indicators, measures, views
        With their schemas.
    variables, units
        Variable names and units; checked by the cleaning stage, only read here.
    of_trees
        Whether the catalogue's entries were made from the trees, which then say what stands in which block.

    Raises
    ------
    InputError
        Every problem: keys and values that the schemas do not allow; then names that no entry has
        (variables, indicators, blocks, sources, sets, units), formulas, trees, and measures that
        stand in another block than their indicator.
    """
    found = [
        problem
        for part in (indicators, measures, views)
        for problem in schema_problems(part.content, part.schema or {}, part.file, part.lines)
    ]
    problems = Problems()
    problems.extend(found)
    problems.stop()
    if not of_trees:
        _check_entries(indicators, problems)
    _check_measures(measures, indicators, list(variables.content), problems)
    _check_views(views, measures, indicators, list(variables.content), units, problems, of_trees=of_trees)
    problems.extend(part_problems(variables.content, variables.file))
    problems.stop()
    return catalogue_of(*(part.content for part in (indicators, measures, views, variables, units)))


def catalogue_of(
    indicators: Mapping[str, Any],
    measures: Mapping[str, Any],
    views: Mapping[str, Any],
    variables: Mapping[str, Any],
    units: Mapping[str, Any],
) -> Catalogue:
    """The catalogue of parts that `check_catalogue` has checked before, or of what a step needs of them."""
    return Catalogue(
        indicators=indicators,
        measures=measures,
        views=views,
        sets=units["sets"],
        levels={str(code): str(entry["level"]) for code, entry in units.items() if code != "sets"},
        reads_as=reads_of(variables),
        variables=variables,
    )


def _place(part: Config, *path: str | int) -> str:
    where = ".".join(str(p) for p in path)
    line = (part.lines or {}).get(path)
    return f"line {line}, {where}" if line else where


def _check_entries(part: Config, problems: Problems) -> None:
    content = part.content
    blocks, sources = list(content["blocks"]), list(content["sources"])
    seen: dict[str, str] = {}
    for name, entry in content["indicators"].items():
        at = ("indicators", str(name))
        if entry["block"] not in blocks:
            expected = nearest(entry["block"], blocks)
            problems.add(part.file, _place(part, *at, "block"), entry["block"], expected)
        for source in entry["sources"]:
            if source not in sources:
                where = _place(part, *at, "sources")
                problems.add(part.file, where, source, nearest(source, sources))
        for leaf in entry.get("leaves", [name]):
            if leaf in seen:
                expected = f"an id that {seen[leaf]} does not have"
                problems.add(part.file, _place(part, *at, "leaves"), leaf, expected)
            seen.setdefault(leaf, str(name))
    for name in content["outcomes"]:
        if name in content["indicators"] or name in blocks:
            expected = "an id that no indicator or block has"
            problems.add(part.file, _place(part, "outcomes"), name, expected)


def _check_measures(part: Config, indicators: Config, variables: list[str], problems: Problems) -> None:
    known = [*indicators.content["indicators"], *indicators.content["outcomes"]]
    for name, entry in part.content.items():
        if entry["indicator"] not in known:
            where = _place(part, str(name), "indicator")
            problems.add(part.file, where, entry["indicator"], nearest(entry["indicator"], known))
        low, high = entry.get("goalposts", (0, 1))
        if low >= high:
            where = _place(part, str(name), "goalposts")
            problems.add(part.file, where, [low, high], "two numbers, the lower first")
        where = _place(part, str(name), "formula")
        problems.extend(formula_problems(entry["formula"], variables, part.file, where))
        problems.extend(bound_problems(entry, variables, part.file, _place(part, str(name))))


def _check_views(
    part: Config,
    measures: Config,
    indicators: Config,
    variables: list[str],
    units: Config,
    problems: Problems,
    *,
    of_trees: bool,
) -> None:
    blocks = [*indicators.content["blocks"], *indicators.content["outcomes"]]
    entries = indicators.content["indicators"]
    sets = units.content.get("sets", {})
    readings = [r for view in part.content.values() for r in view.get("readings", ())]
    for name, view in part.content.items():
        for reading in view.get("readings", ()):
            if readings.count(reading) > 1:
                where = _place(part, name, "readings", reading)
                problems.add(part.file, where, reading, "an id that no other reading has")
        if view["units"] not in sets:
            where = _place(part, name, "units")
            problems.add(part.file, where, view["units"], nearest(view["units"], list(sets)))
        for code in sets.get(view["units"], ()):
            if code not in units.content:
                problems.add(units.file, f"sets.{view['units']}", code, "the code of a unit")
        weights = view.get("average_weights")
        if weights is not None and weights not in variables:
            where = _place(part, name, "average_weights")
            problems.add(part.file, where, weights, nearest(weights, variables))
        for key in ("expected_blocks", "block_types"):
            for block in view.get(key, ()):
                if block not in blocks:
                    problems.add(part.file, _place(part, name, key), block, nearest(block, blocks))
        twins = [m for m in _leaves(view["tree"]) if measures.content.get(m, {}).get("reading") == TWIN]
        for measure in twins:
            expected = "a measure that is no twin: a figure beside an opinion enters no index"
            problems.add(part.file, _place(part, name, "tree"), measure, expected)
        if twins:
            continue
        try:
            model = view_model(name, view, measures.content, part.file)
        except InputError as error:
            problems.extend(error.problems)
            continue
        for measure in view.get("beside", ()):
            where = _place(part, name, "beside")
            if measure not in measures.content:
                expected = nearest(measure, list(measures.content))
                problems.add(part.file, where, measure, expected)
            elif measure in model.block_of:
                problems.add(part.file, where, measure, "a measure that its tree does not have")
        try:
            for reading, (_, changed) in reading_views(view).items():
                if changed["units"] not in sets:
                    where = _place(part, name, "readings", reading, "units")
                    expected = nearest(changed["units"], list(sets))
                    problems.add(part.file, where, changed["units"], expected)
                view_model(name, changed, measures.content, part.file)
        except LookupError as error:
            problems.add(part.file, _place(part, name, "readings"), str(error), "nodes of its tree")
        except InputError as error:
            problems.extend(error.problems)
        for measure, block in () if of_trees else model.block_of.items():
            indicator = measures.content[measure]["indicator"]
            own = entries[indicator]["block"] if indicator in entries else indicator
            if block in blocks and block != own:
                problems.extend(
                    [
                        Problem(
                            part.file,
                            _place(part, name, "tree"),
                            f"{block}: {measure}",
                            f"it in {own}, where {indicator} belongs",
                        )
                    ]
                )


def _leaves(node: Mapping[str, Any]) -> Iterator[str]:
    """Measures of a tree."""
    if "measure" in node:
        yield str(node["measure"])
    for child in node.get("children", ()):
        yield from _leaves(child)


def markdown_table(catalogue: Catalogue) -> str:
    """The indicators as a Markdown table: number, paper's words, formula, readings, sources.

    Lines end with LF; entries stand in the order of the file.
    """
    by_indicator: dict[str, list[str]] = {}
    for measure, entry in catalogue.measures.items():
        by_indicator.setdefault(str(entry["indicator"]), []).append(measure)
    rows = [
        "| | indicator | the paper's words (lines) | formula, unit, direction | leaves | "
        "from official data | could come from |",
        "|---|---|---|---|---|---|---|",
    ]
    for number, (name, entry) in enumerate(catalogue.entries.items(), 1):
        paper = entry.get("paper")
        words = ""
        if paper is not None:
            first, last = paper["lines"]
            words = f"“{paper['text']}” ({first if first == last else f'{first}–{last}'})"
        mine = [
            (f"`{m}`", catalogue.measures[m]["reading"], f"`{catalogue.measures[m]['formula']}`")
            for m in by_indicator.get(name, [])
        ]
        readings = [f"{m}, {reading}: {formula}" for m, reading, formula in mine if reading != TWIN]
        twins = [f"beside it {m}: {formula}" for m, reading, formula in mine if reading == TWIN]
        missing = entry.get("unavailable", catalogue.indicators["unavailable"])["en"]
        cells = [
            str(number),
            f"`{name}`<br>{entry['block']}, {entry['population']}",
            words,
            f"`{entry['formula']}`<br>{entry['unit']}, {'+' if entry['direction'] > 0 else '−'}",
            ", ".join(f"`{leaf}`" for leaf in entry.get("leaves", [])) or "itself",
            "<br>".join([*(readings or [f"no: {missing}"]), *twins]),
            ", ".join(f"`{s}`" for s in entry["sources"]),
        ]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"
