"""Read the sheets of a study: frames of texts to one value, or every problem at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from monotown.base.labels import FALLBACK
from monotown.base.problems import Problem, Problems
from monotown.claims.read import Claim
from monotown.study.cells import INTEGER, NUMBER
from monotown.study.faults import is_date, near, problem
from monotown.study.figures import Figures
from monotown.study.judgments import Judgments
from monotown.study.sheets import FACTS, LEAF, NEEDED, NODE, OPEN, OWN, PLACE, SHEETS, Column, get, put
from monotown.study.tables import Table

Entries = Mapping[str, Mapping[str, Any]]
Key = tuple[str | int, ...]

#: In the column ``index``: a row that stands in no tree.
NOWHERE: Final = "-"

_ALIKE: Final = re.compile(r"as (\S+)")


@dataclass(frozen=True)
class Study:
    """What is measured, of whom, from which figures.

    Attributes
    ----------
    about
        Title and settings that hold for the whole study, such as ``show`` and ``marked``.
    units, sets
        Code of a unit to its entry; name of a set to its codes.
    variables
        What raw statistics measure.
    measures
        Id of an indicator to its formula, scale and bounds.
    views
        Id of an index to its units, years and ``tree``; what stands beside it, and other readings.
    comparisons
        Figures that can be had in two ways.
    jumps
        Verdicts on changes of series that the screening lists.
    figures
        The figures that the study itself holds.
    judgments
        Id of an index to experts' judgments that its weights are computed from.
    beside
        What stands beside the sheets, such as ``catalogue``, as its file says it.
    claims
        What a publication says, to be checked.
    tables
        Tables that the claims name: rows of texts, the headings first.
    notes
        What the reading leaves out or assumes, to be told.
    comments
        Sheet and id to what its authors note for each other.
    lines
        Part, such as ``measures``, to the path of each entry, and its sheet and line.
    """

    about: Mapping[str, Any]
    units: Entries
    sets: Mapping[str, Sequence[str]]
    variables: Entries
    measures: Entries
    views: Entries
    comparisons: Entries = field(default_factory=dict)
    jumps: Entries = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)
    judgments: Mapping[str, Judgments] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    tables: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    notes: tuple[Problem, ...] = field(default=(), compare=False)
    comments: Mapping[tuple[str, str], str] = field(default_factory=dict)
    lines: Mapping[str, Mapping[Key, tuple[str, int]]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its line and its cells that are not empty."""

    line: int
    cells: Mapping[str, str]


class _Reader:
    """Reads the sheets one after another; problems are gathered."""

    def __init__(self, about: Mapping[str, Any], tables: Mapping[str, Table]) -> None:
        self.about, self.tables = about, tables
        self.languages = [str(k) for k in about.get("languages", [FALLBACK])]
        self.problems = Problems()
        self.comments: dict[tuple[str, str], str] = {}
        self.lines: dict[str, dict[Key, tuple[str, int]]] = {}

    def add(self, code: str, sheet: str, line: int, column: str, found: object = "", /, **values: object) -> None:
        """Note a problem of a cell: a code of `monotown.study.faults.FAULTS`."""
        table = self.tables.get(sheet) or Table(pd.DataFrame(), sheet)
        self.problems.extend([table.problem(code, line, column, found, **values)])

    def rows(self, sheet: str) -> list[Row]:
        """Rows that say anything and have what they need; unknown headings are problems."""
        table = self.tables[sheet]
        frame = table.frame
        known = [h for column in SHEETS[sheet] for h, _ in column.headings(self.languages)]
        for name in frame.columns:
            if name not in known:
                if sheet in OPEN and not difflib.get_close_matches(str(name), known, 1, 0.8):
                    known.append(str(name))
                    continue
                self.add("heading_unknown", sheet, table.head, str(name), name, **near(name, known))
        lacking = [name for name in NEEDED[sheet] if name not in frame.columns]
        for name in lacking:
            self.add("column_missing", sheet, table.head, name, column=name)
        if lacking:
            return []
        found = []
        for number, row in enumerate(frame.to_dict("records")):
            i = table.line(number)
            cells = {str(k): str(v).strip() for k, v in row.items() if k in known and not pd.isna(v) and str(v).strip()}
            gaps = [n for n in NEEDED[sheet] if n not in cells]
            for name in gaps if cells else ():
                self.add("value_missing", sheet, i, name)
            if cells and not gaps:
                found.append(Row(i, cells))
        return found

    def alike(self, sheet: str, rows: Sequence[Row]) -> list[Row]:
        """Rows in which ``as <id>`` is replaced by what the row of that id says."""
        first = {row.cells["id"]: row.cells for row in reversed(rows)}
        columns = [c.name for c in SHEETS[sheet] if c.alike]

        def told(row: Row, name: str) -> str:
            named = _ALIKE.fullmatch(row.cells[name])
            other = first.get(named[1], {}) if named else {}
            if named and (name not in other or _ALIKE.fullmatch(other[name])):
                self.add("alike_unknown", sheet, row.line, name, row.cells[name])
                return ""
            return other[name] if named else row.cells[name]

        return [Row(row.line, {k: told(row, k) if k in columns else v for k, v in row.cells.items()}) for row in rows]

    def entry(self, sheet: str, row: Row, columns: Iterable[Column]) -> dict[str, Any]:
        """Values of some columns of a row, each at its path."""
        found: dict[str, Any] = {}
        for column in columns:
            for heading, path in column.headings(self.languages):
                if heading not in row.cells:
                    continue
                try:
                    put(found, path, column.form.read(row.cells[heading]))
                except (ValueError, TypeError):
                    date = column.form in (NUMBER, INTEGER) and is_date(row.cells[heading])
                    code = "cell_date" if date else column.form.code
                    self.add(code, sheet, row.line, heading, row.cells[heading])
        return found

    def entries(self, sheet: str, part: str, key: str = "id") -> dict[str, dict[str, Any]]:
        """Entries of a sheet that has one row for each."""
        made: dict[str, dict[str, Any]] = {}
        rows = self.rows(sheet)
        open_ = [c for c in self.tables[sheet].frame.columns if c not in self.headings(sheet)] if sheet in OPEN else []
        for row in self.alike(sheet, rows) if key == "id" else rows:
            name = row.cells[key]
            if name in made:
                first = self.lines[part][name,][1]
                self.add("id_twice", sheet, row.line, key, name, key=self.tables[sheet].printed(key), first=first)
                continue
            made[name] = self.entry(sheet, row, [c for c in SHEETS[sheet] if c.name != key])
            if others := {h: row.cells[h] for h in open_ if h in row.cells}:
                made[name][OPEN[sheet]] = others
            self.said(sheet, part, name, made[name], row)
        return made

    def headings(self, sheet: str) -> list[str]:
        """Headings that a sheet has by itself."""
        return [h for column in SHEETS[sheet] for h, _ in column.headings(self.languages)]

    def said(self, sheet: str, part: str, name: str, entry: dict[str, Any], row: Row) -> None:
        """Keep the line of an entry, and its comment beside it."""
        self.lines.setdefault(part, {})[name,] = sheet, row.line
        if "comment" in entry:
            self.comments[sheet, name] = entry.pop("comment")


def read_study(
    sheets: Mapping[str, pd.DataFrame | Table], about: Mapping[str, Any], files: Mapping[str, str] | None = None
) -> Study:
    """A study from its sheets.

    Parameters
    ----------
    sheets
        Name of a sheet, one of `monotown.study.sheets.SHEETS`, to its rows: texts, an empty text
        where a cell is empty; with their places, or without. A sheet that is not there has no rows.
    about
        Settings of the study. ``languages``: those of its columns of words, the first without an
        ending (``name``), the others with one (``name_ru``).
    files
        Sheet to its file, for messages.

    Raises
    ------
    InputError
        Every problem, with file, line and column: headings and values that are none, an id given
        twice, names that no row has, a tree that does not hang together. What hangs on several
        parts (formulas, bounds, weights) is checked with the run.

    Examples
    --------
    >>> rows = {
    ...     "units": pd.DataFrame({"code": ["A", "B"], "level": "town"}),
    ...     "unit_sets": pd.DataFrame({"set": "all", "unit": ["A", "B"]}),
    ...     "indicators": pd.DataFrame({"id": ["pay", "staff"], "low": ["0", "1"], "high": "9"}),
    ...     "indices": pd.DataFrame({"id": ["i"], "units": "all", "years": "2020-2021"})}
    >>> study = read_study(rows, {})
    >>> study.views["i"]["tree"]
    {'id': 'i', 'children': [{'measure': 'pay'}, {'measure': 'staff'}]}
    >>> study.measures["staff"]["goalposts"], study.views["i"]["years"]
    ([1, 9], [2020, 2021])
    """
    study, problems = gather_study(sheets, about, files)
    problems.stop()
    return study


def gather_study(
    sheets: Mapping[str, pd.DataFrame | Table], about: Mapping[str, Any], files: Mapping[str, str] | None = None
) -> tuple[Study, Problems]:
    """The same with its problems, for whoever has more to check: what has one is not in the study."""
    named = files or {}
    known = {n: _placed(sheets[n], named.get(n, n)) for n in sheets if n in SHEETS}
    nothing = {n: Table(pd.DataFrame(columns=list(NEEDED[n])), named.get(n, n)) for n in SHEETS if n not in known}
    reader = _Reader(about, known | nothing)
    for name in sheets:
        if name not in SHEETS:
            file, shown = named.get(name, name), near(name, list(SHEETS))
            reader.problems.extend([problem("sheet_unknown", file, "name", name, **shown)])
    units, sets = _units(reader)
    variables = _variables(reader)
    measures, views = _trees(reader)
    comparisons = reader.entries("comparisons", "comparisons")
    jumps = _jumps(reader)
    study = Study(
        about, units, sets, variables, measures, views, comparisons, jumps, comments=reader.comments, lines=reader.lines
    )
    return study, reader.problems


def _placed(given: pd.DataFrame | Table, file: str) -> Table:
    return given if isinstance(given, Table) else Table(given, file)


def _units(reader: _Reader) -> tuple[dict[str, Any], dict[str, list[str]]]:
    units = reader.entries("units", "units", key="code")
    for code, unit in units.items():
        for column, limit in (("latitude", 90), ("longitude", 180)):
            if not -limit <= unit.get(column, 0) <= limit:
                line = reader.lines["units"][code,][1]
                reader.add("cell_degrees", "units", line, column, unit[column], limit=limit)
    for row in reader.rows("crosswalk"):
        entry = reader.entry("crosswalk", row, SHEETS["crosswalk"])
        code, member = entry.pop("unit"), entry.pop("member")
        for column, name in (("unit", code), ("member", member), ("before", entry.get("before"))):
            if name not in units:
                reader.add("unit_code_unknown", "crosswalk", row.line, column, name, **near(name, list(units)))
        unit = units.setdefault(code, {})
        if any(unit.get(k, v) != v for k, v in entry.items()):
            reader.add("rows_differ", "crosswalk", row.line, "split", row.cells["split"], name=code)
        unit.update(entry)
        unit.setdefault("members", []).append(member)
    sets: dict[str, list[str]] = {}
    for row in reader.rows("unit_sets"):
        name, code = row.cells["set"], row.cells["unit"]
        if code not in units:
            reader.add("unit_code_unknown", "unit_sets", row.line, "unit", code, **near(code, list(units)))
        if code in sets.setdefault(name, []):
            reader.add("set_twice", "unit_sets", row.line, "unit", code)
        sets[name].append(code)
        reader.lines.setdefault("units", {}).setdefault(("sets", name), ("unit_sets", row.line))
    return units, sets


def _variables(reader: _Reader) -> dict[str, Any]:
    found = reader.entries("variables", "variables")
    for name, entry in found.items():
        entry.setdefault("bounds", [None, None])
        kind = entry.pop("kind", None)
        if kind == "count":
            entry["count"] = True
        elif kind is not None:
            reader.add("variable_kind", "variables", reader.lines["variables"][name,][1], "kind", kind)
    return found


def _trees(reader: _Reader) -> tuple[dict[str, Any], dict[str, Any]]:
    views = reader.entries("indices", "views")
    rows = reader.alike("indicators", reader.rows("indicators"))
    places = [_Place(row, reader.entry("indicators", row, PLACE), list(views)) for row in rows]
    for place in places:
        for column in ("index", "beside"):
            for name in place.entry.get(column, ()):
                if name not in views and name != NOWHERE:
                    reader.add("index_unknown", "indicators", place.row.line, column, name, **near(name, list(views)))
    roots = {str(v["root"]) for v in views.values() if "root" in v}
    nodes = {p.parent for p in places} | roots
    measures: dict[str, dict[str, Any]] = {}
    own: dict[int, dict[str, Any]] = {}
    for place in places:
        if place.id not in nodes:
            own[place.row.line] = _facts(reader, place, measures)
            _check_goalposts(reader, place)
        for index in place.entry.get("beside", ()):
            if index in views:
                views[index].setdefault("beside", []).append(place.id)
    for index, view in views.items():
        view["tree"] = _tree(reader, index, view, [p for p in places if index in p.indices], nodes, own)
    looped = _check_loops(reader, places, list(views))
    _check_placed(reader, places, looped, views, roots)
    _check_weights(reader, places)
    for row in reader.rows("readings"):
        _reading(reader, row, views, measures)
    for row in reader.rows("goalpost_sets"):
        _goalpost_set(reader, row, measures)
    return measures, views


class _Place:
    """Where a row of the indicators stands; without an index in each that reaches it."""

    def __init__(self, row: Row, entry: Mapping[str, Any], views: Sequence[str]) -> None:
        self.row, self.entry = row, entry
        self.id, self.parent = str(entry["id"]), str(entry.get("parent", ""))
        self.named = "index" in entry
        self.indices: Sequence[str] = entry.get("index", () if "beside" in entry and not self.parent else views)
        if list(self.indices) == [NOWHERE]:
            self.indices = ()


def _facts(reader: _Reader, place: _Place, measures: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Keep what the first row of an indicator says of it; what a later one says for its index alone."""
    sheet, row, name = "indicators", place.row, place.id
    said = reader.entry(sheet, row, FACTS)
    for pair in [said["goalposts"]] if "goalposts" in said else []:
        if None in pair:
            empty = "low" if pair[0] is None else "high"
            reader.add("goalpost_missing", sheet, row.line, empty)
            said.pop("goalposts")
    if name not in measures:
        reader.said(sheet, "measures", name, said, row)
        measures[name] = said
        return {}
    known = measures[name]
    for column in FACTS:
        for heading, path in column.headings(reader.languages):
            value = get(said, path)
            if value is not None and path[0] not in OWN and value != get(known, path):
                line = reader.lines["measures"][name,][1]
                reader.add("fact_twice", sheet, row.line, heading, row.cells[heading], line=line, name=name)
    return {key: said[key] for key in OWN if key in said and said[key] != known.get(key)}


def _tree(
    reader: _Reader,
    index: str,
    view: dict[str, Any],
    places: Sequence[_Place],
    nodes: set[str],
    own: Mapping[int, Mapping[str, Any]],
) -> dict[str, Any]:
    """The tree of an index, from the rows that stand in it."""
    line = reader.lines["views"][index,][1]
    root = view.pop("root", None)
    below: dict[str, list[_Place]] = {}
    for place in places:
        if place.id != root:
            below.setdefault(place.parent, []).append(place)

    def grown(place: _Place, above: tuple[str, ...]) -> dict[str, Any]:
        name = place.id
        if name not in nodes:
            entry = reader.entry("indicators", place.row, LEAF)
            return {"measure": name, **entry, **own.get(place.row.line, {})}
        _no_facts(reader, place)
        if name in above:
            path = " → ".join([*above[above.index(name) :], name][::-1])
            reader.add("tree_loop", "indicators", place.row.line, "parent", place.parent, path=path)
            return {"id": name}
        if "comment" in place.row.cells:
            reader.comments.setdefault(("indicators", name), place.row.cells["comment"])
        reader.lines.setdefault("nodes", {}).setdefault((name,), ("indicators", place.row.line))
        words = [c for c in FACTS if c.path == ("label",)]
        return {"id": name, **reader.entry("indicators", place.row, [*words, *NODE]), **children(name, above)}

    def children(name: str, above: tuple[str, ...]) -> dict[str, Any]:
        found = [grown(child, (*above, name)) for child in below.get(name, ())]
        return {"children": found} if found else {}

    if root is None:
        top: dict[str, Any] = {
            "id": index,
            **{k: view.pop(k) for k in ("aggregation", "floor", "missing") if k in view},
        }
        made = {**top, **children("", ())}
    else:
        for key in ("aggregation", "floor", "missing"):
            if view.pop(key, None) is not None:
                reader.add("root_says", "indices", line, key, index, root=root)
        first = next((p for p in places if p.id == root), None)
        made = grown(first, ()) if first else {"id": root, **children(root, ())}
    if "children" not in made:
        column = "root" if root else "id"
        if reader.tables["indicators"].frame.empty:
            reader.add("no_indicators", "indicators", reader.tables["indicators"].head + 1, "id")
            return made
        reader.add("index_empty", "indices", line, column, root or index)
    return made


def _no_facts(reader: _Reader, place: _Place) -> None:
    wrong = [c for c in (*FACTS, *LEAF[2:]) if not c.words and c.name != "comment" and c.name in place.row.cells]
    for column in wrong:
        found = place.row.cells[column.name]
        reader.add("node_facts", "indicators", place.row.line, column.name, found, id=place.id)


def _check_placed(reader: _Reader, places: Sequence[_Place], looped: set[int], views: Entries, roots: set[str]) -> None:
    """Every row with a parent reaches the tree of each index that it names, of one where it names none.

    What is wrong with a row in a circle, and with those under it, is told where the circle is.
    """
    reached = {index: set(_ids(view["tree"])) for index, view in views.items()}
    known = sorted({p.id for p in places} | roots)
    seen: dict[tuple[str, str, str], int] = {}
    circled = {p.id for p in places if p.row.line in looped}
    while more := {p.id for p in places if p.parent in circled} - circled:
        circled |= more
    for place in places:
        line = place.row.line
        if place.id in circled:
            continue
        found = [index for index in place.indices if index in views and place.id in reached[index]]
        lost = [i for i in place.indices if i in views and i not in found] if place.named or not found else []
        if place.parent and place.parent not in known:
            reader.add("parent_unknown", "indicators", line, "parent", place.parent, **near(place.parent, known))
        elif lost and (place.parent or place.named):
            reader.add("row_unreached", "indicators", line, "parent", place.parent, indices=", ".join(lost))
        for index in found:
            first = seen.setdefault((index, place.parent, place.id), line)
            if first != line:
                reader.add("row_twice", "indicators", line, "id", place.id, index=index, first=first)


def _check_loops(reader: _Reader, places: Sequence[_Place], views: Sequence[str]) -> set[int]:
    """Lines of the rows that stand under themselves, each circle told once."""
    looped: set[int] = set()
    for view in views:
        above = {p.id: p for p in places if view in p.indices}
        for place in places:
            path = [place.id]
            while path[-1] in above and above[path[-1]].parent not in path:
                path.append(above[path[-1]].parent)
            if place.row.line in looped or path[-1] not in above or above[path[-1]].parent != place.id:
                continue
            looped |= {above[name].row.line for name in path}
            shown = " → ".join([*path, place.id])
            reader.add("tree_loop", "indicators", place.row.line, "parent", place.parent, path=shown)
    return looped


def _check_goalposts(reader: _Reader, place: _Place) -> None:
    cells = place.row.cells
    try:
        low, high = (NUMBER.read(cells[k]) for k in ("low", "high"))
    except (KeyError, ValueError):
        return  # told by whoever reads the cells
    if low >= high:
        reader.add("goalposts_order", "indicators", place.row.line, "low", cells["low"], high=cells["high"])


def _check_weights(reader: _Reader, places: Sequence[_Place]) -> None:
    """Weights are 0 or more, and not all 0 under one parent."""
    under: dict[tuple[str, str], list[tuple[_Place, float]]] = {}
    for place in places:
        try:
            weight = float(NUMBER.read(place.row.cells.get("weight", "1")))
        except ValueError:
            continue  # told by whoever reads the cell
        if weight < 0:
            reader.add("weight_negative", "indicators", place.row.line, "weight", weight)
        for index in place.indices:
            under.setdefault((index, place.parent), []).append((place, weight))
    for (index, parent), held in under.items():
        if all(weight == 0 for _, weight in held):
            reader.add("weights_zero", "indicators", held[0][0].row.line, "weight", node=parent or index)


def _ids(node: Mapping[str, Any]) -> Iterator[str]:
    yield str(node.get("id", node.get("measure")))
    for child in node.get("children", ()):
        yield from _ids(child)


def _jumps(reader: _Reader) -> dict[str, dict[str, Any]]:
    """Verdicts by the change that each is on."""
    found: dict[str, dict[str, Any]] = {}
    for row in reader.rows("jumps"):
        name = " ".join(row.cells[k] for k in ("variable", "unit", "from", "to") if k in row.cells)
        if name in found:
            first = reader.lines["jumps"][name,][1]
            reader.add("id_twice", "jumps", row.line, "variable", name, key="variable, unit, from, to", first=first)
            continue
        found[name] = reader.entry("jumps", row, SHEETS["jumps"])
        reader.said("jumps", "jumps", name, found[name], row)
    return found


def _goalpost_set(reader: _Reader, row: Row, measures: dict[str, dict[str, Any]]) -> None:
    """Other goalposts of an indicator, by the name of their set."""
    sheet = "goalpost_sets"
    entry = reader.entry(sheet, row, SHEETS[sheet])
    measure, name = entry.pop("indicator"), entry.pop("set")
    if measure not in measures:
        reader.add("measure_unknown", sheet, row.line, "indicator", measure, **near(measure, list(measures)))
        return
    if None in entry.get("goalposts", [None]):
        return  # told where the cell is read
    low, high = entry["goalposts"]
    if low >= high:
        reader.add("goalposts_order", sheet, row.line, "low", low, high=high)
    known = measures[measure].setdefault("goalpost_sets", {})
    if name in known:
        reader.add("goalposts_twice", sheet, row.line, "set", name)
    known[name] = entry


def _reading(reader: _Reader, row: Row, views: dict[str, Any], measures: Entries) -> None:
    sheet = "readings"
    entry = reader.entry(sheet, row, SHEETS[sheet])
    index, name, node = entry.pop("index"), entry.pop("id"), entry.pop("node")
    children = entry.pop("children")
    if index not in views:
        reader.add("index_unknown", sheet, row.line, "index", index, **near(index, list(views)))
        return
    for child in children:
        if child not in measures:
            reader.add("measure_unknown", sheet, row.line, "children", child, **near(child, list(measures)))
    reading = views[index].setdefault("readings", {}).setdefault(name, {"children": {}})
    if any(reading.get(k, v) != v for k, v in entry.items()):
        reader.add("rows_differ", sheet, row.line, "units", row.cells.get("units", ""), name=name)
    reading.update(entry)
    if node in reading["children"]:
        reader.add("reading_twice", sheet, row.line, "node", node)
    reading["children"][node] = children
    reader.lines["views"].setdefault((index, "readings", name), (sheet, row.line))
