"""The transcribed paper as typed values: every figure with its digits, line and table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

import pandas as pd

from monotown.base.problems import Problems, nearest
from monotown.claims.finding import NotPrinted
from monotown.claims.printed import Printed, read_printed
from monotown.claims.said import Told, joined, say, thing

#: Columns of each raw file, in its order; Table 1 has two more for every year.
COLUMNS = {
    "table1": ("line", "organisation"),
    "table2": ("line", "teaching_staff", "doctors_of_science", "doctors_phd", "candidates_of_science", "degree_share"),
    "table3": ("year_line", "year", "line", "availability"),
    "table4": ("n", "block", "line_from", "line_to", "indicator"),
    "table4_blocks": ("block", "line_from", "line_to", "name"),
    "numbers_in_text": (
        "line_from",
        "line_to",
        "quotation",
        "number",
        "role",
        "unit",
        "variable",
        "unit_of_measure",
        "from",
        "to",
    ),
    "passages": ("passage", "part", "line_from", "line_to", "text"),
    "term_counts": ("term", "part", "pattern", "count", "first_line", "lines"),
    "citations": ("line", "printed", "reference"),
    "figures": ("figure", "line", "caption_passage", "image", "labels_read"),
}

ROLES = ("quantity", "year", "reference", "ordinal", "identifier")
TOTAL = "Total"
DEGREES = ("doctors_of_science", "doctors_phd", "candidates_of_science")

_COUNT = re.compile(r"researchers_(\d{4})\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Quantity:
    """One printed figure.

    Attributes
    ----------
    variable, unit
        What is measured, and of whom: an organisation of Table 1 by its name, the university, or
        what the transcription names.
    year
        Year, or None where the paper gives none.
    printed
        The figure with its digits.
    line
        Line of the paper's text.
    source
        ``paper_table1`` … or ``paper_text``.
    """

    variable: str
    unit: str
    year: int | None
    printed: Printed
    line: int
    source: str


@dataclass(frozen=True)
class Words:
    """A piece of the paper's text and where it stands."""

    text: str
    line_from: int
    line_to: int
    part: str = ""


@dataclass(frozen=True)
class Indicator:
    """One name of Table 4."""

    n: int
    block: str
    words: Words


@dataclass(frozen=True)
class Published:
    """Everything the transcription holds.

    Attributes
    ----------
    quantities
        Printed figures.
    rows
        Table rows as printed, by ``<table>:<line>``.
    passages
        Quotations by name.
    numbers
        The words around each quantity of the running text, by its variable.
    terms
        How often a search term occurs in a part, by (term, part).
    indicators, blocks
        Table 4: its names, and the names of its groups.
    citations
        Line and number of each cited work.
    figures
        Number of each figure, with whether its picture was at hand.
    spans
        First and last year that the text gives with a quantity, by variable.
    """

    quantities: tuple[Quantity, ...]
    rows: Mapping[str, Words]
    passages: Mapping[str, Words]
    numbers: Mapping[str, Words]
    terms: Mapping[tuple[str, str], int]
    indicators: tuple[Indicator, ...]
    blocks: Mapping[str, str]
    citations: tuple[tuple[int, int], ...]
    figures: Mapping[int, bool]
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def all(self, variable: str, unit: str | None = None) -> list[Quantity]:
        """Figures of a variable, by unit and year; the units in the paper's order."""
        found = [q for q in self.quantities if q.variable == variable and (unit is None or q.unit == unit)]
        return sorted(found, key=lambda q: q.year or 0)

    def one(self, variable: str, unit: str | None = None, year: int | None = None) -> Quantity:
        """The one figure of a variable (in a year).

        Raises
        ------
        NotPrinted
            If there is none, or more than one.
        """
        found = [q for q in self.all(variable, unit) if year is None or q.year == year]
        if len(found) != 1:
            where = [Told(f"organisation.{unit}", otherwise=unit)] if unit is not None else []
            asked = joined([thing(variable), *where, *([] if year is None else [str(year)])])
            raise NotPrinted(say("several_figures", what=asked, n=len(found)) if found else asked)
        return found[0]

    def has(self, variable: str) -> bool:
        """Whether the paper prints any figure of a variable."""
        return any(q.variable == variable for q in self.quantities)

    @property
    def organisations(self) -> tuple[str, ...]:
        """Organisations of Table 1 in the order of its rows, without the total."""
        names = dict.fromkeys(q.unit for q in self.quantities if q.source == "paper_table1")
        return tuple(n for n in names if n != TOTAL)

    @property
    def table1_years(self) -> tuple[int, ...]:
        """Years of Table 1."""
        years = {q.year for q in self.quantities if q.source == "paper_table1" and q.year}
        return tuple(sorted(years))


def read_published(tables: Mapping[str, pd.DataFrame], folder: str = "data/raw/published/paper") -> Published:
    """Read the transcription.

    Parameters
    ----------
    tables
        Raw files by name without ending, every cell a text; see `COLUMNS`.
    folder
        Where they stand, for the messages.

    Raises
    ------
    InputError
        Every missing file or column, cell that is no number, count below zero, percentage over
        100, unknown name, repeated row, and number that its own quotation lacks.
    """
    reader = _Reader(tables, folder)
    published = reader.read()
    reader.problems.stop()
    return published


class _Reader:
    """Reads cell by cell and notes what is wrong; a bad cell becomes a harmless stand-in."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], folder: str) -> None:
        self.problems = Problems()
        self.folder = folder
        self.tables: dict[str, pd.DataFrame] = {}
        self.cells: dict[str, dict[str, list[str]]] = {}
        for name, columns in COLUMNS.items():
            frame = tables.get(name)
            if frame is None:
                self.problems.add(f"{folder}/{name}.csv", "file", "nothing", "this file")
                frame = pd.DataFrame()
            else:
                missing = [c for c in columns if c not in frame.columns]
                for column in missing:
                    self.problems.add(f"{folder}/{name}.csv", "line 1", ", ".join(frame.columns), f"a column {column}")
                if missing:
                    frame = pd.DataFrame()
            self.tables[name] = frame
            self.cells[name] = {str(c): frame[c].astype(str).tolist() for c in frame.columns}

    def note(self, table: str, row: int, column: str, found: str, expected: str) -> None:
        """Note a problem in a cell; `row` counts data rows from 0."""
        where = f"line {row + 2}, column {column}"
        self.problems.add(f"{self.folder}/{table}.csv", where, found, expected)

    def parse(self, table: str, row: int, column: str, read: Callable[[str], _T], expected: str, stand_in: _T) -> _T:
        text = self.cells[table][column][row]
        try:
            return read(text)
        except ValueError:
            self.note(table, row, column, text, expected)
            return stand_in

    def whole(self, table: str, row: int, column: str) -> int:
        return self.parse(table, row, column, _whole, "a whole number of 0 or more", 0)

    def count(self, table: str, row: int, column: str) -> Printed:
        return self.parse(table, row, column, _count, "a whole number of 0 or more", read_printed("1"))

    def share(self, table: str, row: int, column: str) -> Printed:
        return self.parse(table, row, column, _share, "a percentage from 0 to 100", read_printed("1"))

    def year(self, table: str, row: int, column: str) -> int:
        return self.parse(table, row, column, _year, "a year", 2000)

    def unique(self, table: str, columns: list[str]) -> None:
        frame = self.tables[table]
        if frame.empty:
            return
        for row in frame.index[frame.duplicated(columns)]:
            found = ", ".join(self.cells[table][c][row] for c in columns)
            self.note(table, row, " and ".join(columns), found, "a row that stands once")

    @property
    def university(self) -> str:
        """Unit of the tables that name none: the one that the running text gives numbers of."""
        return next((str(unit) for unit in self.tables["numbers_in_text"]["unit"] if unit), "")

    def read(self) -> Published:
        spans: dict[str, tuple[int, int]] = {}
        numbers: dict[str, Words] = {}
        quantities = [*self.table1(), *self.table2(), *self.table3(), *self.text(numbers, spans)]
        passages = self.passages()
        return Published(
            quantities=tuple(quantities),
            rows=self.rows(),
            passages=passages,
            numbers=numbers,
            terms=self.terms(),
            indicators=self.indicators(),
            blocks=self.blocks(),
            citations=self.citations(),
            figures=self.figures(passages),
            spans=spans,
        )

    def table1(self) -> list[Quantity]:
        frame = self.tables["table1"]
        years = [int(m[1]) for m in map(_COUNT.match, frame.columns) if m]
        if not frame.empty and not years:
            self.problems.add(
                f"{self.folder}/table1.csv",
                "line 1",
                ", ".join(frame.columns),
                "columns researchers_<year> and share_<year>",
            )
        self.unique("table1", ["organisation"])
        found = []
        for row in range(len(frame)):
            unit, line = (self.cells["table1"]["organisation"][row], self.whole("table1", row, "line"))
            for year in years:
                if f"share_{year}" not in frame:
                    self.problems.add(
                        f"{self.folder}/table1.csv", "line 1", ", ".join(frame.columns), f"a column share_{year}"
                    )
                    continue
                count = self.count("table1", row, f"researchers_{year}")
                share = self.share("table1", row, f"share_{year}")
                found += [
                    Quantity("researchers", unit, year, count, line, "paper_table1"),
                    Quantity("researcher_share", unit, year, share, line, "paper_table1"),
                ]
        if not frame.empty and TOTAL not in set(frame["organisation"]):
            self.problems.add(
                f"{self.folder}/table1.csv", "column organisation", ", ".join(frame["organisation"]), f"a row {TOTAL}"
            )
        return found

    def table2(self) -> list[Quantity]:
        found = []
        for row in range(len(self.tables["table2"])):
            line = self.whole("table2", row, "line")
            for name in ("teaching_staff", *DEGREES):
                printed = self.count("table2", row, name)
                found.append(Quantity(name, self.university, None, printed, line, "paper_table2"))
            share = self.share("table2", row, "degree_share")
            found.append(Quantity("degree_share", self.university, None, share, line, "paper_table2"))
        return found

    def table3(self) -> list[Quantity]:
        self.unique("table3", ["year"])
        return [
            Quantity(
                "availability",
                self.university,
                self.year("table3", row, "year"),
                self.share("table3", row, "availability"),
                self.whole("table3", row, "line"),
                "paper_table3",
            )
            for row in range(len(self.tables["table3"]))
        ]

    def text(self, numbers: dict[str, Words], spans: dict[str, tuple[int, int]]) -> list[Quantity]:
        frame, found = self.tables["numbers_in_text"], []
        self.unique("numbers_in_text", list(COLUMNS["numbers_in_text"]))
        for row in range(len(frame)):
            cell = {c: texts[row] for c, texts in self.cells["numbers_in_text"].items()}
            if cell["role"] not in ROLES:
                self.note("numbers_in_text", row, "role", cell["role"], nearest(cell["role"], ROLES))
            if cell["number"] not in cell["quotation"]:
                self.note(
                    "numbers_in_text",
                    row,
                    "number",
                    cell["number"],
                    f"a number that its quotation holds: {cell['quotation']}",
                )
            if cell["role"] != "quantity":
                continue
            printed = self.parse("numbers_in_text", row, "number", read_printed, "a number", read_printed("1"))
            first = self.whole("numbers_in_text", row, "line_from")
            last = self.whole("numbers_in_text", row, "line_to")
            if not cell["variable"]:
                self.note("numbers_in_text", row, "variable", "", "the name of what is measured")
            if cell["variable"] in numbers:
                self.note("numbers_in_text", row, "variable", cell["variable"], "a new variable")
            numbers[cell["variable"]] = Words(cell["quotation"], first, last)
            since, until = cell["from"], cell["to"]
            if _YEAR.match(since) and _YEAR.match(until):
                spans[cell["variable"]] = (int(since), int(until))
            year = int(until) if _YEAR.match(until) else None
            found.append(Quantity(cell["variable"], cell["unit"], year, printed, last, "paper_text"))
        return found

    def rows(self) -> dict[str, Words]:
        found = {}
        for table in ("table1", "table2", "table3"):
            frame = self.tables[table]
            if frame.empty:
                continue
            lines = sorted({self.whole(table, row, "line") for row in range(len(frame))})
            columns = [c for c in frame.columns if c not in ("line", "year_line", "year")]
            for line in lines:
                at = [r for r in range(len(frame)) if self.whole(table, r, "line") == line]
                cells = [self.cells[table][c][r] for r in at for c in columns]
                found[f"{table}:{line}"] = Words(" ".join(cells), line, line)
        return found

    def words(self, table: str, row: int, column: str) -> Words:
        first = self.whole(table, row, "line_from")
        last = self.whole(table, row, "line_to")
        if last < first:
            self.note(table, row, "line_to", str(last), f"a line from {first} on")
        cells = self.cells[table]
        part = cells["part"][row] if "part" in cells else ""
        return Words(cells[column][row], first, last, part)

    def passages(self) -> dict[str, Words]:
        frame = self.tables["passages"]
        self.unique("passages", ["passage"])
        return {
            self.cells["passages"]["passage"][row]: self.words("passages", row, "text") for row in range(len(frame))
        }

    def terms(self) -> dict[tuple[str, str], int]:
        frame = self.tables["term_counts"]
        self.unique("term_counts", ["term", "part"])
        found = {}
        for row in range(len(frame)):
            count = self.whole("term_counts", row, "count")
            lines = self.cells["term_counts"]["lines"][row].split()
            if len(lines) != count:
                self.note("term_counts", row, "lines", " ".join(lines), f"{count} lines")
            cells = self.cells["term_counts"]
            found[(cells["term"][row], cells["part"][row])] = count
        return found

    def blocks(self) -> dict[str, str]:
        frame = self.tables["table4_blocks"]
        self.unique("table4_blocks", ["block"])
        return {} if frame.empty else dict(zip(frame["block"], frame["name"], strict=True))

    def indicators(self) -> tuple[Indicator, ...]:
        frame, blocks = self.tables["table4"], list(self.tables["table4_blocks"].get("block", []))
        self.unique("table4", ["n"])
        self.unique("table4", ["indicator"])
        found = []
        for row in range(len(frame)):
            block = self.cells["table4"]["block"][row]
            if block not in blocks:
                self.note("table4", row, "block", block, nearest(block, blocks))
            words = self.words("table4", row, "indicator")
            found.append(Indicator(self.whole("table4", row, "n"), block, words))
        return tuple(found)

    def citations(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            (self.whole("citations", row, "line"), self.whole("citations", row, "reference"))
            for row in range(len(self.tables["citations"]))
        )

    def figures(self, passages: Mapping[str, Words]) -> dict[int, bool]:
        frame, found = self.tables["figures"], {}
        self.unique("figures", ["figure"])
        for row in range(len(frame)):
            caption = self.cells["figures"]["caption_passage"][row]
            if caption not in passages:
                self.note("figures", row, "caption_passage", caption, nearest(caption, list(passages)))
            found[self.whole("figures", row, "figure")] = bool(self.cells["figures"]["image"][row])
        return found


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text)


def _count(text: str) -> Printed:
    _whole(text)
    return read_printed(text)


def _share(text: str) -> Printed:
    printed = read_printed(text)
    if not 0 <= printed.value <= 100:
        raise ValueError(text)
    return printed


def _year(text: str) -> int:
    if not _YEAR.match(text):
        raise ValueError(text)
    return int(text)


def as_int(value: Fraction) -> int:
    """A whole number held as a fraction.

    Raises
    ------
    ValueError
        If it is not whole.
    """
    if value.denominator != 1:
        raise ValueError(f"{value} is not whole")
    return int(value)
