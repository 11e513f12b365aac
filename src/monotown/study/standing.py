"""A study that stands alone, with everything said that the stages of a run ask for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from monotown.base.labels import FALLBACK
from monotown.base.parsing import parse_cell
from monotown.base.problems import InputError, Problem
from monotown.study.faults import problem
from monotown.study.figures import NO_YEAR
from monotown.study.read import Study

_BY = re.compile(r".* by (.+)")

#: What of an indicator says how its raw figures are read: it goes to the variable of its name.
_RAW: Final = ("denominator", "quantity_kind", "reads_as", "source")

#: A unit of measure that the study does not tell.
UNSAID: Final = "\u2014"

#: Columns of the figures as the stages of a run read them.
OBSERVATIONS: Final = ("unit", "year", "variable", "value", "unit_of_measure", "kind", "source", "locator", "flag")


def completed(study: Study) -> Study:
    """The study with formulas, raw variables, scales and names that its sheets leave unsaid.

    An indicator without a formula is the raw variable of its name, over its denominator where it has
    one. Where neither low nor high is given the scale is that of the sample. What has no name is named
    by its id. A study with a catalogue of its own says all this itself and stays as it is.

    Parameters
    ----------
    study
        From `monotown.study.book.study_of`.

    Examples
    --------
    >>> from monotown.study.book import study_of
    >>> from monotown.study.tables import Table
    >>> sheets = {"indicators": pd.DataFrame({"id": ["staff"], "denominator": ["people"]}),
    ...           "units": pd.DataFrame({"code": ["A", "B"], "people": ["10", "20"]}),
    ...           "data": pd.DataFrame({"code": ["A", "B"], "staff": ["1", "2"]})}
    >>> study = completed(study_of([(n, Table(f, "s.xlsx", n)) for n, f in sheets.items()]))
    >>> study.measures["staff"]["formula"], study.views["index"]["tree"]["children"]
    ('staff / people', [{'measure': 'staff', 'normalisation': 'minmax_sample'}])
    >>> list(observations(study)["value"])
    [1.0, 2.0, 10.0, 20.0]
    """
    if "catalogue" in study.beside or "extends" in study.about:
        return study
    first = str(study.about.get("languages", [FALLBACK])[0])
    variables = {n: dict(e) for n, e in study.variables.items()}
    for name, entry in study.measures.items():
        if "formula" not in entry and name not in variables:
            variables[name] = _variable(entry)
    for name in _denominators(study):
        variables.setdefault(name, {"bounds": [None, None], "merge": "none"})
    # a row that no index takes, such as what others are divided by, is a raw variable alone
    taken = {name for view in study.views.values() for name in _taken(view)}
    measures = {n: _measure(n, e, first) for n, e in study.measures.items() if n in taken}
    views = {i: _view(i, v, study, measures, first) for i, v in study.views.items()}
    units = {
        c: {"level": "unit", **u} if any(len(k) == 2 for k in u) else {first: c, **u} for c, u in study.units.items()
    }
    named = {n: _named(n, {"unit_of_measure": UNSAID, **e}, first) for n, e in variables.items()}
    placed = [place for view in views.values() for place in _placed(view["tree"])]
    stand = {leaf for _, leaf in placed}
    placed += [(n, n) for n in measures if n not in stand]
    entries: dict[str, Any] = {}
    for block, leaf in placed:
        entry = {"label": measures[leaf]["label"], "block": block, "direction": measures[leaf]["direction"]}
        entries.setdefault(leaf, entry)
    blocks: dict[str, Any] = {block: {} for block, leaf in placed if block != leaf}
    catalogue = {"blocks": blocks, "outcomes": [], "unavailable": {}, "sources": {}, "indicators": entries}
    return replace(
        study,
        units=units,
        variables=named,
        measures=measures,
        views=views,
        beside={**study.beside, "catalogue": catalogue},
    )


def varied(study: Study) -> list[str]:
    """Indices of a completed study whose every choice can be varied.

    A unit that is alone in every year has no rank to vary; an index whose weights are computed has no weights to vary
    around.
    """
    told = study.figures.frame
    known = told[told["value"].notna()]

    def ranks(view: Mapping[str, Any]) -> bool:
        mine = known[known["unit"].isin(study.sets.get(str(view["units"]), ()))]
        together = mine.groupby("year")["unit"].nunique()
        return bool((together > 1).any())

    return [i for i, v in study.views.items() if "weights" not in v and ranks(v)]


def lacking_figures(file: str, sheet: str = "") -> Problem:
    """What is said of a study that has no figure at all."""
    return problem("no_figures", file, f"sheet {sheet}" if sheet else "file", "", sheet)


def flat_scales(study: Study) -> Iterator[tuple[str, Problem]]:
    """Indicators of a completed study whose scale is that of the figures, which are all the same."""
    told, known = set(), study.figures.frame[study.figures.frame["value"].notna()]
    for view in study.views.values():
        mine = known[known["unit"].isin(study.sets.get(str(view["units"]), ())) & known["year"].isin(view["years"])]
        spread = mine.groupby("indicator")["value"].nunique()
        for leaf in _leaves(view["tree"]):
            name = str(leaf["measure"])
            sampled = leaf.get("normalisation") == "minmax_sample" and study.measures[name]["formula"] == name
            if sampled and spread.get(name) == 1 and name not in told:
                told.add(name)
                yield name, problem("no_spread", "", name, id=name)


def _named(name: str, entry: dict[str, Any], language: str) -> dict[str, Any]:
    return entry if entry.get("label") else {"label": {language: name}, **entry}


def _variable(entry: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {k: entry[k] for k in ("label", "unit_of_measure", "reads_as") if k in entry}
    counted = {"count": True} if entry.get("quantity_kind") == "count" else {}
    return {**made, "bounds": [None, None], "merge": "none", **counted}


def _measure(name: str, entry: Mapping[str, Any], language: str) -> dict[str, Any]:
    kept = {k: v for k, v in entry.items() if k not in _RAW}
    formula = str(entry.get("formula", name))
    if "denominator" in entry:
        formula = f"({formula}) / {entry['denominator']}" if "formula" in entry else f"{name} / {entry['denominator']}"
    defaults = {
        "indicator": name,
        "unit_of_measure": UNSAID,
        "direction": 1,
        "transform": "none",
        "reading": "exact",
        "note": {},
    }
    return _named(name, {**defaults, **kept, "formula": formula}, language)


def _denominators(study: Study) -> list[str]:
    """Columns of units that indicators are divided by, or averages weighted with."""
    columns = {c for u in study.units.values() for c in u.get("groups", {})}
    used = [str(e["denominator"]) for e in study.measures.values() if "denominator" in e]
    used += [str(v["average_weights"]) for v in study.views.values() if "average_weights" in v]
    return [n for n in dict.fromkeys(used) if n in columns and n not in study.variables and n not in study.measures]


def _placed(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Indicators of a tree, each with the part of the index that it stands in: itself under the root."""
    for child in tree.get("children", ()):
        for leaf in _leaves(child):
            yield str(child.get("id", leaf["measure"])), str(leaf["measure"])


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "measure" in node:
        yield node
    for child in node.get("children", ()):
        yield from _leaves(child)


def _taken(view: Mapping[str, Any]) -> Iterator[str]:
    """Indicators of the tree of an index, beside it and in its readings."""
    yield from (str(leaf["measure"]) for leaf in _leaves(view["tree"]))
    yield from map(str, view.get("beside", ()))
    for reading in view.get("readings", {}).values():
        yield from (str(name) for some in reading["children"].values() for name in some)


def _view(
    index: str, view: Mapping[str, Any], study: Study, measures: Mapping[str, Mapping[str, Any]], language: str
) -> dict[str, Any]:
    def step(node: Mapping[str, Any]) -> dict[str, Any]:
        if "measure" in node:
            has = "goalposts" in node or "goalposts" in measures[str(node["measure"])]
            own = "normalisation" in node or view.get("normalisation", "minmax") != "minmax"
            return {**node, **({} if has or own else {"normalisation": "minmax_sample"})}
        said = node.get("label") or (view.get("label") if node is view["tree"] else None) or {language: str(node["id"])}
        return {**node, "label": said, "children": [step(c) for c in node.get("children", ())]}

    made = {"kind": "official", "units": "all", "years": [NO_YEAR], **view, "tree": step(view["tree"])}
    by = [m[1] for leaf in _leaves(view["tree"]) if (m := _BY.fullmatch(str(leaf.get("missing", ""))))]
    if by:
        made["groups"] = {c: _group(study, c) for c in dict.fromkeys(by)}
    return _named(index, made, language)


def _group(study: Study, column: str) -> dict[str, str]:
    """Units to their group in a column of the sheet of units."""
    path = {"region": "parent", "level": "level"}.get(column)
    found = {c: str(u.get(path, "") if path else u.get("groups", {}).get(column, "")) for c, u in study.units.items()}
    return {c: g for c, g in found.items() if g}


def observations(study: Study) -> pd.DataFrame:
    """Figures of a study as the stages of a run read them: one row a unit, year and variable.

    Columns of the units that indicators are divided by stand for every year of the figures.

    Raises
    ------
    InputError
        Cells of such a column that are no numbers.

    Returns
    -------
    pandas.DataFrame
        `OBSERVATIONS`.
    """
    figures = study.figures.frame
    units = {n: str(e.get("unit_of_measure", UNSAID)) for n, e in study.variables.items()}
    found = pd.DataFrame(
        {
            "unit": figures["unit"],
            "year": figures["year"],
            "variable": figures["indicator"],
            "value": figures["value"],
            "unit_of_measure": [units.get(str(i), UNSAID) for i in figures["indicator"]],
            "kind": figures["kind"],
            "source": [str(s) or _source(study, f) for s, f in zip(figures["source"], figures["file"], strict=True)],
            "locator": locators(figures),
            "flag": figures["marker"],
        }
    )
    years = sorted({int(y) for y in figures["year"]} | ({NO_YEAR} if figures.empty else set()))
    rows, problems = [], []
    for column in _columns(study):
        for code, unit in study.units.items():
            text = str(unit.get("groups", {}).get(column, ""))
            try:
                number = parse_cell(text)
            except ValueError:
                sheet, line = study.lines.get("units", {}).get((code,), ("units", 0))
                problems.append(Problem(sheet, f"line {line}, column {column}", text, "a number", "no_number"))
                continue
            value = math.nan if number.value is None else float(number.value)
            held = (str(study.about.get("kind", "official")), _source(study, ""))
            rows += [
                (code, y, column, value, units.get(column, UNSAID), *held, column, number.flag.value) for y in years
            ]
    if problems:
        raise InputError(problems)
    return pd.concat([found, pd.DataFrame(rows, columns=list(OBSERVATIONS))], ignore_index=True) if rows else found


def locators(figures: pd.DataFrame) -> pd.Series[str]:
    """Place of each figure in words: file, sheet, cell."""
    names = figures["file"].map(lambda f: PurePath(f).name)
    sheets = figures["sheet"].map(lambda s: f", sheet {s}" if s else "")
    cells = figures["cell"].map(lambda c: f", cell {c}" if c else "")
    return names + sheets + cells


def _source(study: Study, file: str) -> str:
    """What a figure is of that tells no source: the study's publisher, else its title, else its file."""
    said = (study.about.get(k) for k in ("source", "publisher", "title"))
    return next((str(s) for s in said if s), PurePath(file).name or UNSAID)


def _columns(study: Study) -> list[str]:
    """Columns of units among the raw variables, without figures of their own."""
    columns = dict.fromkeys(c for u in study.units.values() for c in u.get("groups", {}))
    held = set(study.figures.frame["indicator"])
    return [c for c in columns if c in study.variables and c not in held]
