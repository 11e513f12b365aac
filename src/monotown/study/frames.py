"""A study from frames in memory: its sheets as texts; and the same study with other settings."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.expressions import formula_problems, parse
from monotown.base.labels import FALLBACK, texts_of
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.study.book import known_of, spelled_fields, spelled_units, study_of
from monotown.study.cells import YEARS
from monotown.study.figures import NO_YEAR, Figures, Known, read_figures, read_year, roles_of
from monotown.study.headings import HEADINGS, named
from monotown.study.read import Study
from monotown.study.tables import Table

#: First heading of each sheet: what the labels of the rows of a frame are, where they have no name.
FIRST: Final[Mapping[str, str]] = {
    "indicators": "id",
    "data": "unit",
    "units": "code",
    "weights": "id",
    "indices": "id",
    "unit_sets": "set",
    "variables": "id",
}


def table_of(frame: pd.DataFrame, sheet: str, decimal: str = ".") -> Table:
    """A frame as a sheet has it: texts, empty where nothing is.

    Parameters
    ----------
    frame
        Labels of its rows that somebody gave are a column: under their name, or else under the first
        heading of the sheet.
    sheet
        One of `FIRST`.
    decimal
        Mark of the decimals of numbers.

    Raises
    ------
    InputError
        If a heading stands twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"low": [0, None], "missing": [None, "median"]}, index=["pay", "air"])
    >>> table_of(frame, "indicators").frame.values.tolist()
    [['pay', '0', ''], ['air', '', 'median']]
    """
    if isinstance(frame, pd.Series) and sheet == "weights":
        frame = frame.rename("weight").to_frame()
    if not isinstance(frame, pd.DataFrame):
        raise InputError([Problem(sheet, "frame", type(frame).__name__, "a frame of pandas")])
    whole = _with_labels(frame, sheet)
    # the corner of a matrix stands first, wherever the frame has it
    whole = whole[sorted(whole.columns, key=lambda c: c != FIRST[sheet])]
    dated = [c for c in whole.columns if sheet == "data" and named(str(c), HEADINGS["data"]) == "year"]
    whole = whole.assign(**{c: whole[c].dt.year for c in dated if pd.api.types.is_datetime64_any_dtype(whole[c])})
    made = {str(c): [_text(v, decimal) for v in whole[c].tolist()] for c in whole.columns}
    # labels of a matrix of judgments that nobody named are no node's
    unnamed = sheet == "weights" and not {"weight", "value"} & set(made)
    places = {c: (i, "" if unnamed and c == FIRST[sheet] else c) for i, c in enumerate(made)}
    return Table(pd.DataFrame(made, dtype=str), sheet, columns=places)


def _with_labels(frame: pd.DataFrame, sheet: str) -> pd.DataFrame:
    """A frame with the labels of its rows as columns, where they are no count of pandas."""
    first, problems = FIRST[sheet], Problems()
    for name in dict.fromkeys(frame.columns):
        if list(frame.columns).count(name) > 1:
            problems.add(sheet, f"column {name}", "several", "each heading once")
    problems.stop()
    unnamed = frame.index.names == [None]
    counted = unnamed and pd.api.types.is_integer_dtype(frame.index)
    if counted or (unnamed and first in frame.columns):
        return frame.reset_index(drop=True)
    return frame.rename_axis(first).reset_index() if unnamed else frame.reset_index()


def _text(value: Any, decimal: str = ".") -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(str, value))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)  # pandas makes floats of whole numbers where a cell is empty
    if isinstance(value, float) and not np.isnan(value):
        return repr(value).replace(".", decimal)
    return "" if pd.isna(value) else str(value)


def study_of_frames(frames: Mapping[str, pd.DataFrame], about: Mapping[str, Any]) -> Study:
    """A study from frames, one a sheet.

    Parameters
    ----------
    frames
        Sheet, one of `FIRST`, to its frame.
    about
        Settings of the study.

    Raises
    ------
    InputError
        Every problem of `monotown.study.book.study_of`; columns of the figures that the study does not
        know, with the nearest name.

    Examples
    --------
    >>> indicators = pd.DataFrame({"id": ["rate"], "formula": ["doctors / people"]})
    >>> data = pd.DataFrame({"unit": ["A", "B"], "people": [10, 20], "doctors": [1, 3]})
    >>> study = study_of_frames({"indicators": indicators, "data": data}, {})
    >>> study.figures.frame["value"].tolist()
    [10.0, 1.0, 20.0, 3.0]
    """
    decimal = str(about.get("decimal", "."))
    tables = {name: table_of(frame, name, decimal) for name, frame in frames.items()}
    raw = _raw(tables["indicators"].frame) if "indicators" in tables else []
    listed = tables["variables"].frame if "variables" in tables else pd.DataFrame({"id": []}, dtype=str)
    more = pd.DataFrame({"id": [n for n in raw if "id" in listed and n not in set(listed["id"])]}, dtype=str)
    if len(more):
        tables["variables"] = Table(pd.concat([listed, more]).fillna("").reset_index(drop=True), "variables")
    problems = Problems()
    study = None
    try:
        study = study_of([*tables.items()], about)
    except InputError as error:
        problems.extend(error.problems)
    if "data" in tables:
        problems.extend(_unread(tables["data"], study, tables))
    problems.stop()
    assert study is not None
    return study


def _raw(frame: pd.DataFrame) -> list[str]:
    """Variables of the formulas that are no indicators themselves, sorted."""
    found: set[str] = set()
    for formula in frame.get("formula", ()):
        try:
            found |= set(parse(formula).variables) if formula else set()
        except ValueError:
            continue  # told where formulas are checked
    return sorted(found - (set(frame["id"]) if "id" in frame else set()))


def _unread(data: Table, study: Study | None, tables: Mapping[str, Table]) -> list[Problem]:
    """Columns of figures that say nothing to the study: in a frame these are wrong names."""
    if study is not None:
        units, fields = spelled_units(study), spelled_fields(study)
        ids = [*study.measures, *study.variables]
        groups = {c for u in study.units.values() for c in u.get("groups", {})}
        roles = roles_of(data, Known(units, fields))
    else:
        # the study has problems of its own: names alone are compared
        ids = [t for n in ("indicators", "variables") if n in tables for t in tables[n].frame.get("id", ())]
        groups, fields = set(), None
        roles = {str(c): c for c in data.frame.columns if named(str(c), HEADINGS["data"])}
    known = [name for name in ids if name]
    problems = Problems()
    for column in data.frame.columns:
        name = str(column)
        read = name in known or name in groups or name in roles.values() or read_year(name) is not None
        read = read or bool(named(name, HEADINGS["data"])) or (fields is not None and bool(fields(name)))
        if not read:
            problems.add("data", f"column {name}", name, nearest(name, known))
    return list(problems)


def figures_for(study: Study, data: pd.DataFrame) -> Study:
    """The study with other figures.

    Raises
    ------
    InputError
        Every problem of the figures.
    """
    about = study.about
    table = table_of(data, "data", str(about.get("decimal", ".")))
    problems = Problems()
    notes: list[Problem] = []
    figures, _ = read_figures([table], known_of(study, about), problems, notes)
    problems.extend(_unread(table, study, {}))
    problems.stop()
    # years that nobody asked for are those of the figures
    before, now = _years(study.figures), _years(figures)
    views = {i: {**v, "years": now} if list(v.get("years", ())) == before else v for i, v in study.views.items()}
    return replace(study, figures=Figures(figures.frame), views=views, notes=tuple(notes))


def _years(figures: Figures) -> list[int]:
    return sorted({int(y) for y in figures.frame["year"]} - {NO_YEAR}) or [NO_YEAR]


def items(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each node and indicator of a tree by its id, parents first."""
    yield str(node.get("id", node.get("measure"))), node
    for child in node.get("children", ()):
        yield from items(child)


def formulas_problems(study: Study, file: str = "indicators") -> Problems:
    """Formulas that name no variable of the study's, nearest name beside."""
    problems, variables = Problems(), list(study.variables)
    used = {name for view in study.views.values() for name, _ in items(view["tree"])}
    used |= {str(m) for view in study.views.values() for m in view.get("beside", ())}
    for name, entry in study.measures.items():
        if name in used:
            problems.extend(formula_problems(str(entry["formula"]), variables, file, f"{name}, formula"))
    return problems


def changed(study: Study, settings: Mapping[str, Any], indices: Sequence[str]) -> Study:
    """A study with other settings of some of its indices.

    Parameters
    ----------
    settings
        ``weights``: a scheme, a mapping with ``scheme``, or ids of nodes and indicators with their
        weights; None: those of the tree. ``aggregation``, ``missing`` and ``floor``: of the root,
        or a mapping by the ids of nodes. Else columns of the sheet ``indices``.
    indices
        Ids of these.

    Raises
    ------
    InputError
        Settings and ids that are unknown, with the nearest.
    """
    allowed = ("weights", "aggregation", "missing", "floor", *_VIEW_SETTINGS)
    problems = Problems()
    for key in settings:
        problems.one_of("study", "with_", key, allowed)
    if isinstance(settings.get("years"), int | str):
        try:
            settings = {**settings, "years": YEARS.read(str(settings["years"]))}
        except ValueError:
            problems.add("study", "with_, years", settings["years"], "years, such as 2015-2020; 2022")
    if "units" in settings:
        problems.one_of("study", "with_, units", settings["units"], study.sets)
    problems.stop()
    ids = {name for index in indices for name, _ in items(study.views[index]["tree"])}
    views = dict(study.views)
    for index in indices:
        view = dict(views[index])
        for key in ("weights", "aggregation", "missing", "floor"):
            if key in settings:
                view = _set(view, key, settings[key], ids, problems)
        groups = {} if "missing" not in settings else {"groups": {**_groups(study), **view.get("groups", {})}}
        views[index] = {**view, **groups, **{k: settings[k] for k in settings if k in _VIEW_SETTINGS}}
    problems.stop()
    return replace(study, views=views)


def _groups(study: Study) -> dict[str, dict[str, str]]:
    """Each column of groups of the units, with the group of each unit that has one."""
    columns = dict.fromkeys(c for u in study.units.values() for c in u.get("groups", {}))
    return {c: {k: u["groups"][c] for k, u in study.units.items() if c in u.get("groups", {})} for c in columns}


#: Settings of an index that `changed` takes as they are.
_VIEW_SETTINGS: Final = (
    "normalisation",
    "scale",
    "units",
    "years",
    "average_weights",
    "minimum_coverage",
    "expected_blocks",
    "block_types",
)


def _set(view: dict[str, Any], key: str, given: Any, ids: set[str], problems: Problems) -> dict[str, Any]:
    root = view["tree"].get("id")
    if key == "weights":
        scheme = isinstance(given, str) or (isinstance(given, Mapping) and "scheme" in given)
        view = {k: v for k, v in view.items() if k != "weights"} | ({"weights": given} if scheme else {})
        if scheme or given is None:
            return view
        if not isinstance(given, Mapping | pd.Series):
            problems.add("study", "with_, weights", type(given).__name__, "a scheme, or ids with their weights")
            return view
        by_id, name = dict(given.items()), "weight"
    else:
        nodes = isinstance(given, Mapping) and not (key == "aggregation" and "method" in given)
        by_id, name = (dict(given) if nodes else {root: given}), key
    for node in by_id:
        if node not in ids:
            problems.add("study", f"with_, {key}", node, nearest(str(node), sorted(ids)))
    return {**view, "tree": _put(view["tree"], name, by_id)}


def _put(node: Mapping[str, Any], key: str, by_id: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A tree in which some nodes have another value of a key."""
    made = dict(node)
    name = made.get("id", made.get("measure"))
    if name in by_id:
        made[key] = by_id[name]
        if key == "aggregation" and made[key] != node.get("aggregation"):
            # a floor belongs to the mean that it was set for
            made.pop("floor", None)
    if "children" in made:
        made["children"] = [_put(child, key, by_id) for child in made["children"]]
    return made


def names_of(entries: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, str]:
    """Name of each entry in a language, in the first that it has, or else its id.

    Examples
    --------
    >>> names_of({"A": {"en": "Abai", "level": "town"}, "B": {"level": "town"}, "pay": {"label": {"ru": "x"}}}, "ru")
    {'A': 'Abai', 'B': 'B', 'pay': 'x'}
    """
    found = {}
    for name, entry in entries.items():
        told = entry["label"] if isinstance(entry.get("label"), Mapping) else texts_of(entry)
        found[name] = told.get(language) or told.get(FALLBACK) or next(iter(told.values()), name)
    return found
