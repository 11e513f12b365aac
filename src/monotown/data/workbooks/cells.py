"""Sheets of figures to units, years and values: every table under its own header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

from monotown.data.workbooks.fates import Fates
from monotown.data.workbooks.fields import Field, Header, Matcher, Selection, alike, span_words
from monotown.data.workbooks.findings import Findings
from monotown.data.workbooks.grid import (
    Row,
    Sheet,
    cell_name,
    header_rows,
    header_texts,
    is_heading,
    is_number,
    is_year,
    word_key,
)
from monotown.data.workbooks.layout import find_tables
from monotown.data.workbooks.marks import Marks, decimal_marks, has_mark
from monotown.data.workbooks.names import Match, Names, fits_level
from monotown.data.workbooks.values import SPREADSHEET_ERRORS, Number, marker_table, read_any_year, read_number

#: Columns of the figures that are read.
FIGURES: Final = ("unit", "year", "variable", "value", "unit_of_measure", "flag", "file", "sheet", "cell")

#: Units of measure that the name of an indicator leaves no doubt of, or that bounds tell apart.
_PLAIN: Final = ("0 to 100", "ratio")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
#: What a column of text can be, the first that its header means.
_ROLES: Final = ("unit", "code", "region", "level", "year", "indicator", "value", "measure_unit", "kind")
#: Roles whose second column may say the same in another language; others stand once.
_SAID_TWICE: Final = ("unit", "code", "region", "level", "year")
_FATE_OF: Final = {
    "unit": "unit",
    "code": "unit",
    "region": "unit",
    "level": "unit",
    "year": "year",
    "indicator": "header",
    "measure_unit": "header",
    "kind": "header",
}


@dataclass(frozen=True)
class Settings:
    """What reading stands on.

    Attributes
    ----------
    fields
        Of `monotown.data.workbooks.fields.make_fields`.
    towns
        Content of ``config/parts/towns.yaml``.
    units
        Content of the units config.
    blocks
        Ids of the catalogue's blocks, which weights may name.
    among
        Codes that names may mean; empty for all.
    level
        Level that a name means where the row says nothing, such as ``town``; "" for any.
    year
        Year of every row of a sheet that holds none.
    kind
        Kind of data that the run declares: a row that says another is refused; "" for any.
    roles
        Sheet name to its role, where its name does not say it.
    columns
        Header to the field it means, where the header does not say it.
    decimal
        Decimal mark, ``.`` or ``,``, of a file (its name), of a column (its header or the id of
        what it holds), or of everything (the key "").
    hidden
        ``read`` or ``leave_out``: what becomes of hidden sheets, rows and columns and of cells
        struck out. Either is said in a warning.
    take
        Dimension, such as ``sex``, to the part of it that the run takes, where a file gives several.
    selection
        Columns that are read, or left out, as the run says.
    """

    fields: Mapping[str, Field]
    towns: Mapping[str, Any]
    units: Mapping[str, Any]
    blocks: Sequence[str] = ()
    among: Collection[str] = ()
    level: str = ""
    year: int | None = None
    kind: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: Mapping[str, str] = field(default_factory=dict)
    hidden: str = "read"
    take: Mapping[str, str] = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)


class Words:
    """Meanings of header words."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._keys = {name: {word_key(w) for w in listed} for name, listed in words.items()}

    def keys(self, *names: str) -> set[str]:
        """Keys (`word_key`) of the words that have one of the meanings."""
        return set().union(*(self._keys[n] for n in names))

    def means(self, texts: Iterable[str], name: str) -> bool:
        """Whether one of the texts has a meaning."""
        keys = self._keys[name]
        return any(word_key(t) in keys for t in texts)


@dataclass
class _Column:
    """A column of figures."""

    index: int
    name: str
    header: Header
    held: Field | None
    declared: str = ""
    read: list[tuple[str, Number]] = field(default_factory=list)


@dataclass
class _Head:
    """What the header of a table says of its columns.

    Attributes
    ----------
    roles
        Columns of text by what they are, `_ROLES`.
    twins
        Other columns of the same role.
    columns
        Columns of figures.
    others
        Columns with a header that are not read.
    unread, asked
        Those of the others that the study does not know, and that the run leaves out.
    """

    roles: dict[str, int] = field(default_factory=dict)
    twins: list[tuple[str, int]] = field(default_factory=list)
    columns: list[_Column] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    @property
    def long(self) -> bool:
        """Whether each row names what its figure is."""
        return "indicator" in self.roles and "value" in self.roles


class _Body:
    """The rows below a header while they are read: what they are, and what was met.

    In `whole` names that stand once for several rows stand in each; figures may not.
    """

    def __init__(self, sheet: Sheet, whole: Sheet, head: _Head) -> None:
        self.sheet, self.whole, self.head = sheet, whole, head
        self.columns = [_Column(head.roles["value"], "", Header(()), None)] if head.long else head.columns
        self.values = [c.index for c in self.columns]
        self.marks: dict[int, Marks] = {}
        self.by_name: dict[str, _Column] = {}
        self.totals, self.others, self.last = 0, Counter[str](), -1
        self.alone: list[tuple[int, int]] = []
        self.notes: list[tuple[int, int]] = []


class Reading:
    """What one reading stands on and what it finds.

    Attributes
    ----------
    settings, words
        What it stands on, and meanings of header words.
    fates
        Of the cells of each sheet, by its file and name.
    findings
        Takes every problem.
    own
        Units that the workbook brings: code to an entry of a units config.
    weights
        Id of a block or indicator to its weight.
    """

    def __init__(self, settings: Settings, fates: dict[tuple[str, str], Fates]) -> None:
        self.settings, self.fates = settings, fates
        self.words, self.findings = Words(settings.towns["words"]), Findings()
        self.own: dict[str, dict[str, Any]] = {}
        self.weights: dict[str, float] = {}

    def open(self, sheet: Sheet) -> Fates:
        """Fates of a sheet, which findings are of from now on."""
        self.findings.file, self.findings.sheet = sheet.file, sheet.name
        return self.fates[sheet.file, sheet.name]

    def header_of_list(
        self, sheet: Sheet, anchors: Sequence[str], roles: Sequence[str], needed: Sequence[str] = ()
    ) -> tuple[dict[str, int], int] | None:
        """Column of each role that the header of a list names, and the row below.

        None without a header, and where it lacks a role that is needed: nothing is claimed then.
        """
        fates = self.open(sheet)
        found = header_rows(sheet, self.words.keys(*anchors), stacked=False)
        if found is None:
            return None
        top, bottom, _ = found
        columns: dict[str, int] = {}
        for c, texts in header_texts(sheet, top, bottom):
            role = next((role for role in roles if role not in columns and self.words.means(texts, role)), None)
            if role is not None:
                columns[role] = c
        if not set(needed) <= set(columns):
            return None
        fates.claim_all(range(top), range(sheet.width), "title")
        fates.claim_all(range(top, bottom + 1), range(sheet.width), "header")
        return columns, bottom + 1


def regions_of(units: Mapping[str, Any]) -> dict[str, Any]:
    """Regions among the units of a config."""
    return {c: u for c, u in units.items() if c != "sets" and u["level"] == "region"}


class DataReader:
    """Reads sheets of figures, one after another.

    Parameters
    ----------
    run
        What reading stands on and finds.
    matcher
        Fields by the words of a header.
    names
        Units that a row may name.
    units
        Units config with those of the workbook.
    """

    def __init__(self, run: Reading, matcher: Matcher, names: Names, units: Mapping[str, Any]) -> None:
        self.run, self.settings, self.words, self.findings = run, run.settings, run.words, run.findings
        self.matcher, self.names, self.units = matcher, names, units
        self.everywhere, self.regions = Names(units), Names(regions_of(units))
        settings = run.settings
        self.levels = (
            {settings.level} if settings.level else {str(units[c]["level"]) for c in settings.among if c in units}
        )
        self.markers = marker_table(settings.towns["markers"])
        self.rows: list[tuple[Any, ...]] = []
        self.printed: list[str] = []
        self.seen: dict[tuple[str, int, str], str] = {}
        self.kinds: set[tuple[str, str, str]] = set()
        self.years: set[tuple[str, str, int]] = set()
        self.label = ""

    def read(self, sheet: Sheet) -> None:
        """Read every table of a sheet.

        Tables are found in the whole sheet: a header that is hidden and left out is that of no
        other table.
        """
        self.fates = self.run.open(sheet)
        anchors = {role: self.words.keys(role) for role in ("unit", "code")}
        tables = find_tables(self.fates.sheet, anchors)
        if not tables:
            self.findings.add("no_header", cell="A1", found=sheet.text(0, 0))
        for i, table in enumerate(tables):
            self._table(table.cut(sheet), table.top, i > 0)
            for r in range(table.top, table.head[0]):
                self._above(sheet, r, range(table.left, table.right + 1))

    def _above(self, sheet: Sheet, r: int, columns: range) -> None:
        """Rows above a header are its title; figures there have no header."""
        filled = [c for c in columns if sheet.text(r, c)]
        figures = [c for c in filled if is_number(sheet.text(r, c)) and not is_year(sheet.text(r, c))]
        if not figures or len(filled) == 1 or _numbered(sheet, r, filled):
            for c in filled:
                self.fates.claim(r, c, "title")

    def _table(self, sheet: Sheet, start: int, later: bool) -> None:
        """Read one table of a sheet, whose other cells are empty."""
        found = header_rows(sheet, self.words.keys("unit", "code"), first=start)
        if found is None:
            self._headless(sheet, start)
            return
        top, bottom, _ = found
        width = sheet.width
        head = _Head()
        title = self._title(sheet, start, top, later)
        before = self.findings.errors
        for c, texts in header_texts(sheet, top, bottom):
            for r in range(top, bottom + 1):
                self.fates.claim(r, c, "header")
                self._told(sheet, r, c)
            if texts:
                self._classify(sheet, c, texts, bottom, head, title)
            elif any(sheet.text(r, c) for r in range(bottom + 1, len(sheet.rows))):
                self.findings.add("header_missing", cell=cell_name(top, c))
                head.others.append(c)
        if "unit" not in head.roles and "code" not in head.roles:
            self._headless(sheet, start)
            return
        shown = {c: " / ".join(texts) for c, texts in header_texts(sheet, top, bottom)}
        for columns, code in ((head.unread, "columns_left_out"), (head.asked, "columns_as_asked")):
            if columns:
                self.findings.add_names(code, [shown[c] for c in columns], cell_name(bottom, columns[0]))
        self._settle(head, bottom, title)
        if "year" not in head.roles and any(c.header.year is None for c in head.columns):
            self._year_of_title(sheet, start, top)
        if self.findings.errors == before:
            self._complete(head, bottom)
        if not head.columns and not head.long:
            self.fates.claim_all(range(bottom + 1, len(sheet.rows)), range(width), "left_out", "table")
            return
        self._body(sheet, bottom + 1, head)

    def _headless(self, sheet: Sheet, start: int) -> None:
        """Refuse a table whose header is hidden, or names no unit where its parts are joined."""
        filled = [(r, c) for r in range(start, len(sheet.rows)) for c, t in enumerate(sheet.rows[r]) if t.strip()]
        if filled:
            self.findings.add("no_header", cell=cell_name(*filled[0]), found=sheet.text(*filled[0]))
        for r, c in filled:
            self.fates.claim(r, c, "left_out", "table")

    def _settle(self, head: _Head, bottom: int, title: Field | None) -> None:
        """Refuse columns that the rest of the header leaves without a meaning."""
        roles = head.roles
        if "value" in roles and "indicator" not in roles:
            place = roles.pop("value")
            if title is None:
                self.findings.add("which_indicator", cell=cell_name(bottom, place), found="")
            else:
                head.columns.append(_Column(place, title.name, Header(()), title))
        named = "indicator" in roles
        for column in head.columns:
            if head.long or (named and column.held is not None and column.header.fields):
                self.findings.add("long_and_wide", cell=cell_name(bottom, column.index), found=column.name)

    def _complete(self, head: _Head, bottom: int) -> None:
        """Say what a header without errors lacks."""
        anchor = cell_name(bottom, head.roles.get("unit", head.roles.get("code", 0)))
        columns = head.columns
        if not columns and not head.long:
            self.findings.add("no_columns", cell=anchor)
            return
        unnamed = [c for c in columns if c.held is None]
        if "indicator" not in head.roles and unnamed:
            place = cell_name(bottom, unnamed[0].index)
            self.findings.add("which_indicator", cell=place, found=unnamed[0].name)
            head.columns = []
            return
        undated = [c for c in columns if c.header.year is None]
        if "year" not in head.roles and (undated or head.long) and self.settings.year is None:
            self.findings.add("no_year", cell=anchor)
            head.columns = []
            for role in ("indicator", "value"):
                head.roles.pop(role, None)
            return
        head.columns = self._once(columns, bottom)

    def _title(self, sheet: Sheet, start: int, top: int, later: bool) -> Field | None:
        """The field that a row above the header names, the nearest first, else the sheet's name.

        A later table has a title of its own, or none: the sheet's name is that of the first.
        """
        texts = [t for r in range(top - 1, start - 1, -1) for t in sheet.rows[r] if t.strip()]
        for text in [*texts, *([] if later and texts else [sheet.name])]:
            named = self.matcher.read([text]).fields
            if len(named) == 1:
                return self.settings.fields[named[0]]
        return None

    def _year_of_title(self, sheet: Sheet, start: int, top: int) -> None:
        """Refuse the run's year for a table whose title says another."""
        for r in range(start, top):
            for c, text in enumerate(sheet.rows[r]):
                named = {int(y) for y in _YEAR.findall(text)}
                if named and self.settings.year not in (None, *named):
                    self.findings.add("two_years", cell=cell_name(r, c), found=f"{self.settings.year} / {text.strip()}")

    def _told(self, sheet: Sheet, r: int, c: int) -> bool:
        """Whether a cell can be told; one that cannot is a problem."""
        if (r, c) in sheet.refused:
            self.findings.add("number_format", cell=cell_name(r, c), found=sheet.refused[r, c])
            return False
        return True

    def _classify(
        self, sheet: Sheet, c: int, texts: tuple[str, ...], bottom: int, head: _Head, title: Field | None
    ) -> None:
        shown, place = " / ".join(texts), cell_name(bottom, c)
        header = self.matcher.read(texts)
        selection = self.settings.selection
        named = header.fields[0] if len(header.fields) == 1 else ""
        if selection.ignores([*texts, shown], named) or (header.fields and selection.drops([*texts, shown], named)):
            head.asked.append(c)
            head.others.append(c)
            return
        if header.year is not None:
            self._odd_year(header.year, place)
            if any((r, c) in sheet.dates for r in range(bottom + 1)):
                self.findings.add("year_date", cell=place, found=shown)
        if len(header.fields) == 1:
            held = self.settings.fields[header.fields[0]]
            if header.unit and not self.matcher.fits(header.unit, held):
                self.findings.add("unit_of_measure", cell=place, found=shown, unit=held.unit_of_measure)
                head.others.append(c)
                return
            head.columns.append(_Column(c, shown, header, held, header.unit))
            return
        if len(header.fields) > 1:
            self.findings.add("which_field", cell=place, found=shown, among=", ".join(header.fields))
            head.others.append(c)
            return
        if header.year is not None:
            left = [t for t in texts if read_any_year(t) is None]
            if not left or self.words.means(left, "year"):
                head.columns.append(_Column(c, shown, header, title))
                return
        for role in _ROLES:
            if self.words.means(texts, role):
                if role not in head.roles:
                    head.roles[role] = c
                elif role in _SAID_TWICE:
                    head.twins.append((role, c))
                else:
                    first = cell_name(bottom, head.roles[role])
                    self.findings.add("repeated", cell=place, found=shown, first=first)
                    head.others.append(c)
                return
        head.others.append(c)
        if self.words.means(texts, "ignore"):
            return
        slip = [name for name in header.near if alike(shown, name)]
        if slip:
            self.findings.add("unknown_column", cell=place, found=shown, near=", ".join(slip))
        else:
            head.unread.append(c)

    def _once(self, columns: list[_Column], bottom: int) -> list[_Column]:
        """The columns, each field and year once."""
        first: dict[tuple[str, int | None], _Column] = {}
        for column in columns:
            named = "" if column.held is None else column.held.name
            key = (named, column.header.year)
            if key in first:
                self.findings.add(
                    "repeated",
                    cell=cell_name(bottom, column.index),
                    found=column.name,
                    first=cell_name(bottom, first[key].index),
                )
            first.setdefault(key, column)
        return list(first.values())

    def _body(self, sheet: Sheet, start: int, head: _Head) -> None:
        """Read the rows below a header."""
        body = _Body(sheet, sheet.spread(), head)
        self._merged(sheet, start, set(body.values))
        body.marks = {c.index: self._marks(sheet, start, c) for c in body.columns}
        for r in range(start, len(sheet.rows)):
            self._row(body, r)
        for r, c in body.notes:
            if r < body.last:  # words over figures: the header of another table, with no unit
                self.findings.add("second_table", cell=cell_name(r, c), found=sheet.text(r, c))
        self._sections(sheet, [cell for cell in body.alone if cell[0] < body.last], head)
        if body.totals:
            self.findings.add("totals_left_out", found=body.totals)
        if body.others:
            levels = ", ".join(sorted(self.levels))
            self.findings.add("aggregates_left_out", found=", ".join(body.others), level=levels)
        for column in [*head.columns, *body.by_name.values()]:
            self._shares(column)
            self._assumed(column)

    def _row(self, body: _Body, r: int) -> None:
        """Say what a row of a table is; read it where it holds figures of a unit."""
        sheet, cells = body.sheet, body.sheet.rows[r]
        filled = [c for c, text in enumerate(cells) if text and text.strip()]
        figures = [c for c in body.values if sheet.text(r, c) or (r, c) in sheet.unsaved]
        if not filled and not figures:
            return
        row = Row(body.whole, r, body.head.roles)
        printed = [row["unit" if "unit" in row.columns else "code"]]
        if self.words.means(printed, "measure_unit"):
            self._declare(sheet, r, body.head.columns)
            self._claim(r, filled, "header")
        elif _numbered(sheet, r, filled) or (
            self.words.means(printed, "unit") and is_heading([cells[c] for c in filled])
        ):
            self._claim(r, filled, "header")
        elif self.words.means(printed, "total"):
            body.totals += 1
            self._claim(r, filled, "aggregate")
        elif not figures:
            if len(filled) > 1 and self._is_form(row):
                self._row_fates(r, body.head)
            else:
                body.alone.append((r, filled[0]))
                self._claim(r, filled, "footnote")
        elif not printed[0] and not any(c.isdigit() for i in figures for c in sheet.text(r, i)):
            body.notes.append((r, figures[0]))  # a note that stands in another column
            self._claim(r, filled, "footnote")
        else:
            body.last = r
            unit, other = self._unit(row)
            if other:
                body.others[other] += 1
                self._claim(r, filled, "aggregate")
            else:
                self._figures(body, row, unit)

    def _figures(self, body: _Body, row: Row, unit: str | None) -> None:
        """Read the figures of a row of a unit, or of one that is not known."""
        self._row_fates(row.index, body.head)
        self.label = row["unit"] or row["code"]
        self._kind(row)
        undated = body.head.long or any(c.header.year is None for c in body.columns)
        year = self._year(body.sheet, row, undated)
        self._twins(row, body.head, unit, year)
        named = self._named(row, body.by_name) if "indicator" in row.columns else None
        for column in body.columns:
            use = named if "indicator" in row.columns else column
            date = column.header.year or (None if use is None else use.header.year)
            if date is not None and "year" in row.columns and year not in (None, date):
                self.findings.add("two_years", cell=row.place("year"), found=f"{year} / {date}")
            if use is not None:
                cell = (row.index, column.index)
                self._figure(body.sheet, cell, use, body.marks[column.index], (unit, date or year))
            self.fates.claim(row.index, column.index, "left_out", "row")

    def _claim(self, r: int, filled: Iterable[int], fate: str) -> None:
        for c in filled:
            self.fates.claim(r, c, fate)

    def _row_fates(self, r: int, head: _Head) -> None:
        """Fates of the cells of a row that are no figures."""
        for role, c in [*head.roles.items(), *head.twins]:
            if role != "value":
                self.fates.claim(r, c, _FATE_OF[role])
        for c in head.others:
            self.fates.claim(r, c, "left_out", "column")

    def _is_form(self, row: Row) -> bool:
        """Whether a row without figures names a unit, as an empty row of a form does."""
        found = self.everywhere.find(row["unit"] or row["code"])
        return row["code"] in self.names or found.code is not None or bool(found.among)

    def _sections(self, sheet: Sheet, cells: Sequence[tuple[int, int]], head: _Head) -> None:
        """Rows that stand alone between rows of figures: they head those below them."""
        told = []
        for r, c in cells:
            text = sheet.text(r, c)
            for other in range(sheet.width):
                self.fates.retell(r, other, "section")
            fields = self.matcher.read([text]).fields
            if fields and [f.name for f in (k.held for k in head.columns) if f] != list(fields):
                self.findings.add("second_table", cell=cell_name(r, c), found=text)
            else:
                place = self.everywhere.find(text.rstrip(" :."))
                if place.code is None and not place.among:
                    told.append(text)
        if told:
            self.findings.add("sections", cell=cell_name(*cells[0]), found="; ".join(told[:5]))

    def _marks(self, sheet: Sheet, start: int, column: _Column) -> Marks:
        """How the numbers of a column are printed: as the run says, else as they settle it."""
        index = column.index
        held = [column.name, "" if column.held is None else column.held.name]
        asked = [*held, sheet.file, PurePath(sheet.file).name, ""]
        said = next((self.settings.decimal[k] for k in asked if k in self.settings.decimal), "")
        if sheet.decimal or said:
            return Marks(frozenset(sheet.decimal or said), True)
        return Marks(
            decimal_marks(
                row[index]
                for r, row in enumerate(sheet.rows[start:], start)
                if index < len(row) and has_mark(row[index]) and (r, index) not in sheet.numbers
            )
        )

    def _odd_year(self, year: int, place: str) -> None:
        """Warn of a year that figures of towns seldom have."""
        low, high = self.settings.towns["checks"]["years"]
        key = (self.findings.file, self.findings.sheet, year)
        if not low <= year <= high and key not in self.years:
            self.years.add(key)  # once a sheet
            self.findings.add("odd_year", cell=place, found=year, low=low, high=high)

    def _twins(self, row: Row, head: _Head, unit: str | None, year: int | None) -> None:
        """A second column of the same role must say the same."""
        for role, c in head.twins:
            text = row.sheet.text(row.index, c)
            if not text:
                continue
            if role == "year":
                agrees = year is None or read_any_year(text) == year
            elif role in ("unit", "code"):
                found = self.names.find(text, level=self._level(row))
                agrees = unit is None or unit in (found.code, *found.among)
            else:
                agrees = word_key(text) == word_key(row[role])
            if not agrees:
                self.findings.add("two_columns", cell=cell_name(row.index, c), found=text, first=row[role])

    def _level(self, row: Row) -> str:
        return row["level"] or self.settings.level

    def _merged(self, sheet: Sheet, start: int, values: set[int]) -> None:
        """Figures in merged cells: which rows they belong to cannot be known."""
        for top, left, bottom, right in sheet.merged:
            held = values & set(range(left, right + 1))
            if top >= start and held and any(c.isdigit() for c in sheet.text(top, left)):
                if left not in values:
                    continue  # a name or a note over the whole row
                name = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
                self.findings.add("merged", cell=cell_name(top, left), found=name)

    def _declare(self, sheet: Sheet, r: int, columns: list[_Column]) -> None:
        """Units of measure from a row that gives them."""
        for column in columns:
            text = sheet.text(r, column.index)
            if not text or column.held is None:
                continue
            if self.matcher.fits(text, column.held):
                column.declared = self.matcher.unit(text) or column.declared or text
            else:
                self.findings.add(
                    "unit_of_measure", cell=cell_name(r, column.index), found=text, unit=column.held.unit_of_measure
                )

    def _unit(self, row: Row) -> tuple[str | None, str]:
        """Code of a row's unit, or what it names of a level that the run is not of."""
        code, name, region = row["code"], row["unit"], ""
        place = row.place("code" if (code and not name) or "unit" not in row.columns else "unit")
        if row["region"]:
            match = self.regions.find(row["region"])
            region = match.code or ""
            if not region:
                self.findings.add("region", cell=row.place("region"), found=row["region"], near=match.others)
                return None, ""
        if not code and not name:
            self.findings.add("unit_missing", cell=place)
            return None, ""
        other = self._other_level(code, name, region, row["level"])
        if other:
            return None, other
        if code and code in self.names:
            by_name = self.names.find(name, region, row["level"]) if name else None
            if by_name is not None and by_name.code not in (None, code):
                self.findings.add("code_and_name", cell=place, found=f"{code} / {name}", other=str(by_name.code))
                return None, ""
            return code, ""
        if code and not name:
            self.findings.add("unit", cell=place, found=code, near="—")
            return None, ""
        match = self.names.find(name, region, self._level(row))
        if match.code is None:
            self._unknown(match, place, name)
        return match.code, ""

    def _other_level(self, code: str, name: str, region: str, said: str) -> str:
        """Name of a unit that is of another level than the run's units; "" for one of theirs."""
        if not self.levels or said in self.levels:
            return ""
        if said:
            return name or code
        meant = {code} if code in self.everywhere else set()
        if not meant:
            found = self.names.find(name, region, self.settings.level).code
            if found is not None and self._fits_run(found):
                return ""
            match = self.everywhere.find(name, region)
            meant = {c for c in (match.code, *match.among) if c is not None}
        return (name or code) if meant and not any(map(self._fits_run, meant)) else ""

    def _fits_run(self, code: str) -> bool:
        """Whether a unit is of the level that the run is of."""
        return any(fits_level(self.units[code], level) for level in self.levels)

    def _unknown(self, match: Match, place: str, name: str) -> None:
        """Say why a name means no unit."""
        if match.homonym is not None:
            self.findings.add("unit_homonym", cell=place, found=name, among=match.among[0], **match.homonym)
        elif match.among:
            self.findings.add("unit_ambiguous", cell=place, found=name, among=", ".join(match.among))
        else:
            self.findings.add("unit", cell=place, found=name, near=", ".join(match.near) or "—")

    def _year(self, own: Sheet, row: Row, needed: bool) -> int | None:
        if "year" not in row.columns:
            return self.settings.year
        text, cell = row["year"], (row.index, row.columns["year"])
        if cell in own.dates:
            self.findings.add("year_date", cell=row.place("year"), found=text)
            return None
        if not self._told(own, *cell):
            return None
        year = read_any_year(text)
        if year is not None:
            self._odd_year(year, row.place("year"))
        elif needed:
            self.findings.add("year", cell=row.place("year"), found=text)
        return year

    def _kind(self, row: Row) -> None:
        """Refuse a row that says it is of another kind of data than the run."""
        said = row["kind"]
        key = (row.sheet.file, row.sheet.name, said)
        if said and said.casefold() != (self.settings.kind or said) and key not in self.kinds:
            self.kinds.add(key)  # once a sheet
            self.findings.add("other_kind", cell=row.place("kind"), found=said, kind=self.settings.kind)

    def _named(self, row: Row, by_name: dict[str, _Column]) -> _Column | None:
        """Field that a row of a long table names."""
        text, printed = row["indicator"], row["measure_unit"]
        key = f"{text}\n{printed}"
        if key not in by_name:
            fields = self.matcher.read([text]).fields
            if self.settings.selection.drops([text], fields[0] if len(fields) == 1 else ""):
                by_name[key] = _Column(row.columns.get("value", 0), text, Header(()), None)
                self.findings.add_names("columns_as_asked", [text], row.place("indicator"))
        if key in by_name:
            return by_name[key] if by_name[key].held is not None else None
        place = row.place("indicator")
        header = self.matcher.read([text])
        column = by_name[key] = _Column(row.columns.get("value", 0), text, header, None, header.unit)
        if len(header.fields) != 1:
            if header.fields:
                self.findings.add("which_field", cell=place, found=text, among=", ".join(header.fields))
            else:
                self.findings.add("unknown_indicator", cell=place, found=text, near=", ".join(header.near) or "—")
            return None
        held = self.settings.fields[header.fields[0]]
        if printed and not self.matcher.fits(printed, held):  # its figures are of another size
            place = row.place("measure_unit")
            self.findings.add("unit_of_measure", cell=place, found=printed, unit=held.unit_of_measure)
            return None
        column.held = held
        column.declared = (self.matcher.unit(printed) or printed) if printed else column.declared
        return column

    def _figure(
        self, sheet: Sheet, cell: tuple[int, int], column: _Column, marks: Marks, of: tuple[str | None, int | None]
    ) -> None:
        """Read one figure of a unit and a year; where either is not known it is checked all the same."""
        held, place = column.held, cell_name(*cell)
        if held is None:
            return
        number = self._number(sheet, cell, column, held, marks)
        unit, year = of
        if number is None or unit is None or year is None:
            return
        first, last = self.units[unit].get("exists") or (None, None)
        outside = (first is not None and year < first) or (last is not None and year > last)
        if outside and number.value is not None:  # a mark of absence is no error, least of all then
            self.findings.add("no_such_unit_then", cell=place, found=f"{unit} {year}")
            return
        key = (unit, year, held.name)
        if key in self.seen:
            found = f"{unit} {year} {held.name}: {sheet.text(*cell)}"
            self.findings.add("repeated", cell=place, found=found, first=self.seen[key])
            return
        self.seen[key] = f"{sheet.name} {place}".strip()
        self.fates.claim(*cell, "missing" if number.value is None else "read")
        column.read.append((place, number))
        value = float("nan") if number.value is None else float(number.value)
        self.rows.append((*key, value, held.unit_of_measure, str(number.flag), sheet.file, sheet.name, place))
        self.printed.append(self.label)

    def _number(self, sheet: Sheet, cell: tuple[int, int], column: _Column, held: Field, marks: Marks) -> Number | None:
        """Number or marker of a cell; None where it is empty or a problem."""
        text, place = sheet.text(*cell), cell_name(*cell)
        if cell in sheet.unsaved:
            self.findings.add("formula", cell=place)
            return None
        if not text or not self._told(sheet, *cell):
            return None
        if cell in sheet.scaled and held.scaled:
            # thousands are shown, and the unit is thousands too: nobody can tell which is stored
            self.findings.add("number_format", cell=place, found=sheet.scaled[cell])
            return None
        if text.upper() in SPREADSHEET_ERRORS:
            self.findings.add("spreadsheet_error", cell=place, found=text)
            return None
        marked = cell not in sheet.numbers and has_mark(text)
        try:
            number = read_number(marks.plain(text) if marked else text, self.markers, column.declared == "share")
        except ValueError:
            self.findings.add("number", cell=place, found=text, unit=held.unit_of_measure)
            return None
        if number.value is None:
            return number
        if marked and marks.is_open(text) and held.in_thousands(number.value):
            self.findings.add("which_mark", cell=place, found=text, unit=held.unit_of_measure)
            return None
        if number.percent and not held.percent:
            self.findings.add("percent_sign", cell=place, found=text, unit=held.unit_of_measure)
            return None
        return number if self._fits(held, number.value, place, text) else None

    def _fits(self, held: Field, value: Decimal, place: str, text: str) -> bool:
        low, high = held.bounds
        if (low is not None and value < Decimal(str(low))) or (high is not None and value > Decimal(str(high))):
            self.findings.add("bounds", cell=place, found=text, span=span_words(low, high), unit=held.unit_of_measure)
            return False
        if held.count and value != value.to_integral_value():
            self.findings.add("whole", cell=place, found=text, unit=held.unit_of_measure)
            return False
        return True

    def _shares(self, column: _Column) -> None:
        """Ask whether a column in percent holds shares of 1, which is never guessed."""
        held = column.held
        if held is None or not held.percent or held.bounds[1] != 100:
            return
        if held.goalposts is not None and held.goalposts[1] <= 1:
            return  # a percent that is small by nature
        if column.declared == "share":
            return
        bare = [(p, n.value) for p, n in column.read if n.value is not None and not n.percent]
        signed = any(n.percent for _, n in column.read)
        small = [(p, v) for p, v in bare if 0 < abs(v) <= 1]
        if not small:
            return
        if signed or len(small) == sum(v != 0 for _, v in bare):
            place, value = small[0]
            code = "percent_or_share"
            if column.declared and not signed:
                code = "percent_or_share_declared"
            self.findings.add(code, cell=place, found=value, column=column.name)

    def _assumed(self, column: _Column) -> None:
        """Say in which unit an indicator was read whose name could mean a count or an amount."""
        held = column.held
        if held is None or not held.block or column.declared or not column.read:
            return
        if held.unit_of_measure in _PLAIN or held.percent:
            return
        self.findings.add("unit_assumed", cell=column.read[0][0], found=column.name, unit=held.unit_of_measure)


def _numbered(sheet: Sheet, r: int, filled: Sequence[int]) -> bool:
    """Whether a row only numbers the columns, as printed tables do: A, 1, 2, 3."""
    texts = [sheet.text(r, c) for c in filled]
    if len(texts) < 3:
        return False
    if texts[0] in ("A", "А"):
        texts = texts[1:]
    return texts == [str(i) for i in range(1, len(texts) + 1)]
