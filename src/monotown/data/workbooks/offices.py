"""Tables as statistics offices publish them, read by their content: units, years, sections, figures.

The reader asks no vocabulary of a file. The column of units is the one whose cells the study's units
explain best; the header is the row above; years are found by what they are, across or down. What cannot
be told apart is refused, never guessed, and every cell that is not empty has one fate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from monotown.base.labels import texts_of
from monotown.base.parsing import MARKERS, Flag
from monotown.data.workbooks.fates import Fates, blocks
from monotown.data.workbooks.fields import Field, Matcher, span_words
from monotown.data.workbooks.findings import Finding, Findings
from monotown.data.workbooks.grid import Sheet, cell_name, header_texts, is_number, word_key
from monotown.data.workbooks.marks import Marks, decimal_marks, has_mark
from monotown.data.workbooks.names import Names, fits_level
from monotown.data.workbooks.sections import Section, settle
from monotown.data.workbooks.values import SPREADSHEET_ERRORS, marker_table, read_any_year, read_number
from monotown.data.workbooks.views import View, parted, turned
from monotown.data.workbooks.vocabulary import (
    DIMENSION_NAMES,
    FLAGS,
    THREE_TO_TWO,
    TOTALS,
    TWO_TO_THREE,
    bare_label,
    dims_in,
    dims_of,
    is_aggregate,
    is_footnote,
    is_of_which,
    role_of,
)

#: Columns of the figures.
COLUMNS: Final = (
    "unit",
    "year",
    "variable",
    "value",
    "marker",
    "kind",
    "source",
    "dims",
    "reference",
    "file",
    "sheet",
    "cell",
)

#: Marks of absence beside those of the Bureau and of the settings.
_ABSENT: Final = {
    ":": "not_available",
    ".": "not_available",
    "..": "not_available",
    "nan": "not_available",
    "n/a": "not_available",
}
_LIKE: Final = re.compile(
    r"[+\-\u2212]?\d[\d\s\u00a0\u202f.,]*(?:[eE][+-]?\d+)?\s*%?(?:\s*[⁰¹²³⁴-⁹*†‡)]+|\s+\d{1,2}\))?\Z"
)
_FLAGGED: Final = re.compile(r"(\S+) +([a-z]{1,3})\Z")
_NOTED: Final = re.compile(r"(.*\d)\s+\d{1,2}\)\Z")
_YEAR_NAME: Final = re.compile(r"(?:[XYxy]R?_?)?((?:19|20)\d\d)(?: \[YR\1\])?\Z")
_ANY_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SMALL: Final = frozenset(
    "a an and at by for from in of on the to total в во и на по за при с со из табли table регион region област годы годам год "
    "года годах г гг мужчин женщин городс сельск населе males male men female women urban rural popula бойынш кесте жыл жылы".split()
)
#: Codes of three letters that the Bank gives countries and ISO does not.
_COUNTRIES: Final = frozenset({"XKX", "CHI"})
#: Columns named one by one in a message; the others are counted.
_NAMED: Final = 20


@dataclass(frozen=True)
class Known:
    """What is known before a file is read.

    Attributes
    ----------
    units
        Code to an entry of a units config: names by language, ``aliases``, ``level``, ``exists``,
        ``reference``. Empty: every text of a column of units is one.
    fields
        Id to what a column can hold. Empty: every column of figures is read under its heading.
    measures
        Unit of measure to its spellings.
    levels
        Levels that are ranked; a unit of another is a reference line. Empty for all.
    named
        Heading, title, sheet or file to the id it means.
    year
        Year of figures that the file gives none.
    decimal
        Decimal mark, where it is said.
    markers
        Texts that say why a cell holds no number, by flag.
    answers
        Id to the labels of answers and their numbers, as a survey's code book has them.
    missing
        Id to answers that are none: 98, 99, "refused".
    kind, source
        Of every figure.
    """

    units: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    measures: Mapping[str, Sequence[str]] = field(default_factory=dict)
    levels: Collection[str] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    decimal: str = ""
    markers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    missing: Mapping[str, Collection[str]] = field(default_factory=dict)
    kind: str = ""
    source: str = ""


@dataclass(frozen=True)
class Office:
    """What was read.

    Attributes
    ----------
    figures
        `COLUMNS`; ``dims`` are pairs of a dimension and its value, by name; a missing figure has
        its flag as ``marker``, one with a flag of Eurostat that letter.
    findings
        All there is to say.
    fates
        Of the cells of each sheet.
    """

    figures: pd.DataFrame
    findings: tuple[Finding, ...]
    fates: tuple[Fates, ...]


def _stems(text: str) -> set[str]:
    """First six letters of each word of a text, so that endings do not count."""
    return {w[:6] for w in re.sub(r"[^\w]+|_", " ", word_key(text)).split()}


class _Units:
    """Units of the study by any spelling, ISO 3166 included."""

    def __init__(self, known: Known) -> None:
        entries = {}
        for code, entry in known.units.items():
            told = list(texts_of(entry).values())
            spare = str(told[0] if told else code)
            entries[code] = {"level": "unit", "ru": spare, **entry}
        self.entries, self.levels = entries, list(known.levels)
        self._names = Names(entries)
        self.stems = {
            s for e in entries.values() for t in (*texts_of(e).values(), *e.get("aliases", ())) for s in _stems(t)
        }
        self._found: dict[str, tuple[str, tuple[str, ...]]] = {}

    def find(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Code that a text means, "" for none, and the codes it could mean where there are several."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> tuple[str, tuple[str, ...]]:
        bare = bare_label(text)
        if not bare:
            return "", ()
        if bare in self.entries:
            return bare, ()
        coded = re.fullmatch(r"([A-Z0-9_]+): (.+)", bare)
        if coded:
            return self._find(coded[1]) if self._find(coded[1])[0] else self._find(coded[2])
        if re.fullmatch("[A-Z]{2,3}", bare):
            other = TWO_TO_THREE.get(bare) or THREE_TO_TWO.get(bare, "")
            if other in self.entries:
                return other, ()
        if not any(c.isalpha() for c in bare) or not self._names.knows(bare):
            return "", ()
        for level in [*self.levels, ""]:
            match = self._names.find(bare, level=level)
            if match.code or (match.among and level):
                return match.code or "", match.among
        return "", match.among

    def reference(self, code: str) -> bool:
        """Whether a unit is a line beside those that are ranked."""
        entry = self.entries.get(code)
        if entry is None:
            return False
        other = bool(self.levels) and not any(fits_level(entry, level) for level in self.levels)
        return bool(entry.get("reference")) or other

    def above(self, code: str, other: str) -> bool:
        """Whether a unit is the region of another."""
        return bool(self.entries.get(other, {}).get("parent") == code)


@dataclass
class _Column:
    """A column of figures: what its heading says."""

    index: int
    text: str
    held: Field | None = None
    year: int | None = None
    dims: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    rest: tuple[str, ...] = ()
    dated: bool = False
    refused: bool = False


@dataclass
class _Table:
    """A header and what it says of its columns."""

    left: int
    right: int
    units: Sequence[int]
    titles: list[str] = field(default_factory=list)
    bottom: int = -1
    figures: list[_Column] = field(default_factory=list)
    year: int | None = None
    indicator: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    titled: Field | None = None
    name: str = ""
    refused: bool = False


@dataclass
class _Record:
    """A figure before it is read."""

    row: int
    column: int
    unit: str
    year: int | None
    variable: str
    held: Field | None
    dims: dict[str, str]
    reference: bool
    table: int
    section: int
    labels: dict[str, str]
    flag: str = ""


def read_office(sheets: Sequence[Sheet], known: Known) -> Office:
    """Figures of sheets as an office publishes them.

    Parameters
    ----------
    sheets
        Sheets of all files.
    known
        Units, indicators and whatever else is known.

    Examples
    --------
    >>> sheet = Sheet("a.csv", "", [["", "2019", "2020"], ["Ridder", "5", "..."], ["Total", "7", "8"]])
    >>> found = read_office([sheet], Known({"R": {"en": "Ridder"}}))
    >>> found.figures[["unit", "year", "value", "marker", "cell"]].to_numpy().tolist()
    [['R', 2019, 5.0, '', 'B2'], ['R', 2020, nan, 'not_available', 'C2']]
    >>> {fate: n for fate, n in found.fates[0].counts().items() if n}
    {'read': 1, 'missing': 1, 'unit': 1, 'year': 2, 'aggregate': 3}
    """
    findings, units = Findings(), _Units(known)
    matcher = Matcher(known.fields, known.measures, known.named)
    rows: list[tuple[Any, ...]] = []
    told = []
    for sheet in sheets:
        findings.file, findings.sheet = sheet.file, sheet.name
        reader = _Reader(sheet, known, units, matcher, findings)
        reader.read()
        rows += reader.rows
        told.append(reader.fates)
    figures = _named_by_others(pd.DataFrame(rows, columns=list(COLUMNS)), known, findings)
    figures["year"] = figures["year"].astype("Int64").astype(object).where(figures["year"].notna(), None)
    figures["reference"] = figures["reference"].astype(bool)
    return Office(_once(figures, findings, told), findings.all, tuple(told))


def _named_by_others(figures: pd.DataFrame, known: Known, findings: Findings) -> pd.DataFrame:
    """Give figures of a sheet that names a part of the population alone the indicator of its sister sheets.

    Others that name no indicator of the study keep the words of the file.
    """
    if not known.fields:
        return figures
    unnamed = ~figures["variable"].isin(list(known.fields))
    for (file, sheet), own in figures[unnamed].groupby(["file", "sheet"], sort=False):
        sisters = figures[(figures["file"] == file) & ~unnamed & figures["sheet"].map(lambda s: dims_of(s) is not None)]
        names = sisters["variable"].unique()
        chosen = str(names[0]) if dims_of(sheet) is not None and len(names) == 1 else ""
        if chosen:
            figures.loc[own.index, "variable"] = chosen
        row = own.iloc[0].to_dict()
        findings.extend(
            [Finding.at(row, "indicator_unnamed", "; ".join(own["variable"].unique()[:5]), chosen=chosen or "—")]
        )
    return figures


def _once(figures: pd.DataFrame, findings: Findings, told: Sequence[Fates]) -> pd.DataFrame:
    """Refuse a figure that two sheets give."""
    key = ["unit", "year", "variable", "dims"]
    first = figures.drop_duplicates(key).set_index(key)[["file", "sheet", "cell"]]
    again = figures[figures.duplicated(key)]
    for row in again.to_dict("records"):
        held = first.loc[[tuple(row[k] for k in key)]].iloc[0]
        place = " ".join(t for t in (PurePath(held["file"]).name, held["sheet"], held["cell"]) if t)
        found = f"{row['unit']} {row['year']} {row['variable']}: {row['value']}"
        findings.extend([Finding.at(row, "repeated", found, first=place)])
    for fates in told:
        fates.problems(findings.all)
    return figures.drop(index=again.index).reset_index(drop=True)


def select(figures: pd.DataFrame, take: Mapping[str, str] | None = None) -> tuple[pd.DataFrame, list[Finding]]:
    """The figures of one section of each dimension, and a note of the sections that are left.

    Parameters
    ----------
    figures
        Of `Office`.
    take
        Dimension to the value that is taken. One that is not named: the whole (``both``, ``all``)
        where the file has it, else the first.

    Examples
    --------
    >>> rows = [("A", 2020, "x", v, "", "", "", (("sex", s),), False, "f", "", "B2") for v, s in ((1, "male"), (2, "both"))]
    >>> select(pd.DataFrame(rows, columns=list(COLUMNS)))[0]["value"].tolist()
    [2]
    """
    notes = []
    kept = figures
    wanted = dict(take or {})
    for name in dict.fromkeys(n for dims in figures["dims"] for n, _ in dims):
        whole = TOTALS.get(name, "")
        said = kept["dims"].map(lambda dims, name=name, whole=whole: dict(dims).get(name, whole))
        values = list(dict.fromkeys(said))
        chosen = wanted.get(name, whole if whole in values else values[0] if values else "")
        if len(values) > 1 or chosen not in values:
            at = kept.iloc[0] if len(kept) else figures.iloc[0]
            found = f"{name}: {', '.join(map(str, values))}"
            notes.append(Finding.at(at, "section_taken", found, dimension=name, chosen=chosen))
        kept = kept[said == chosen]
    return kept.reset_index(drop=True), notes


def unit_means(figures: pd.DataFrame) -> pd.DataFrame:
    """Mean of the answers of each unit, where figures are answers of respondents.

    Parameters
    ----------
    figures
        Of `Office`. Figures that name no respondent stay as they are.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS` with ``n``, the number of answers; the place is that of the first.
    """
    rows = figures.assign(
        dims=figures["dims"].map(lambda dims: tuple(d for d in dims if d[0] not in ("respondent", "sex", "area")))
    )
    answers = figures["dims"].map(lambda dims: "respondent" in dict(dims))
    rows = rows[answers]
    key = ["unit", "year", "variable", "dims"]
    first = rows.groupby(key, sort=False, dropna=False)
    means = first["value"].agg(["mean", "count"]).reset_index()
    made = rows.drop_duplicates(key).reset_index(drop=True)
    made["value"], made["n"] = means["mean"], means["count"]
    made["marker"] = made["marker"].where(made["n"] == 0, "")
    return pd.concat([figures[~answers].assign(n=1), made], ignore_index=True) if (~answers).any() else made


class _Reader:
    """Reads one sheet."""

    def __init__(self, sheet: Sheet, known: Known, units: _Units, matcher: Matcher, findings: Findings) -> None:
        self.file, self.known, self.units, self.matcher, self.findings = sheet, known, units, matcher, findings
        self.fates = Fates(sheet)
        self.markers = {
            **marker_table({"not_available": [], **known.markers}),
            **{k: Flag(v) for k, v in _ABSENT.items()},
        }
        self.rows: list[tuple[Any, ...]] = []
        self.records: list[_Record] = []
        self.tables: list[_Table] = []
        self.sections: list[Section] = []
        self.headings: dict[tuple[str, ...], Field | None] = {}
        self.left: dict[str, Counter[str]] = {"unit": Counter(), "aggregate": Counter(), "column": Counter()}
        self._look(View(sheet))

    # -- looking ---------------------------------------------------------------------------------

    def _look(self, view: View) -> None:
        self.view, self.sheet, self.whole = view, view.sheet, view.sheet.spread()
        self.height, self.width = len(view.sheet.rows), view.sheet.width
        self.like = [{c for c in range(self.width) if self._like(r, c)} for r in range(self.height)]

    def _like(self, r: int, c: int) -> bool:
        """Whether a cell can be a figure: a number, a mark of absence, a formula."""
        if (r, c) in self.sheet.unsaved or (r, c) in self.sheet.refused:
            return True
        text = self.sheet.text(r, c)
        if not text:
            return False
        if self.view.served and (flagged := _FLAGGED.match(text)):
            text = flagged[1]
        return (
            bool(_LIKE.match(text))
            or text in MARKERS
            or text.casefold() in self.markers
            or text.upper() in SPREADSHEET_ERRORS
        )

    def _absent(self, text: str) -> bool:
        return text in MARKERS or text.casefold() in self.markers

    def place(self, r: int, c: int) -> str:
        """Name of a cell in the file."""
        return cell_name(*self.view.place(r, c))

    def claim(self, r: int, c: int, fate: str, why: str = "") -> None:
        """Say what becomes of a cell."""
        self.fates.claim(*self.view.place(r, c), fate, why)

    def _hits(self, c: int) -> int:
        """Rows with a figure whose cell in a column the study's units explain."""
        return sum(bool(self.units.find(self.whole.text(r, c))[0]) for r in range(self.height) if self.like[r] - {c})

    def read(self) -> None:
        """Read every table of the sheet."""
        if not any(c.strip() for row in self.file.rows for c in row):
            return
        served = parted(self.file)
        if served is not None:
            self._look(served)
        elif self.known.units:
            upright = max((self._hits(c) for c in range(self.width)), default=0)
            self._look(turned(self.file))
            if max((self._hits(c) for c in range(self.width)), default=0) <= upright:
                self._look(View(self.file))
        groups = self._groups()
        if not groups:
            self._unread()
            return
        for left, right, columns in groups:
            _Band(self, left, right, columns).read()
        self._finish()

    def _unread(self) -> None:
        """A sheet that names no unit of the study."""
        first = next((r, c) for r, row in enumerate(self.file.rows) for c, t in enumerate(row) if t.strip())
        self.findings.add("no_units_found", cell=cell_name(*first), found=self.file.text(*first))
        for r, c in self.fates.open():
            self.fates.claim(r, c, "left_out", "sheet")
        self.fates.problems(self.findings.all)

    def _yearly(self, c: int) -> bool:
        """Whether every figure of a column is a year."""
        texts = [self.sheet.text(r, c) for r in range(self.height) if c in self.like[r]]
        return bool(texts) and all(_YEAR_NAME.match(t) for t in texts)

    def matched(self, texts: Sequence[str]) -> Field | None:
        """The indicator that the texts of a heading name."""
        key = tuple(texts)
        if not key or not self.known.fields:
            return None
        if key not in self.headings:
            found = self.matcher.read([bare_label(t) for t in texts]).fields
            self.headings[key] = self.known.fields[found[0]] if len(found) == 1 else None
        return self.headings[key]

    def titled(self, text: str) -> Field | None:
        """The indicator that a title names: as it stands, or among words that say whose and when it is."""
        exact = self.matched([text])
        if exact is not None or not self.known.fields:
            return exact
        words = _stems(text)
        found = []
        for held in self.known.fields.values():
            for label in held.labels.values():
                own = _stems(label)
                left = words - own
                if own and own <= words and all(w in _SMALL or w in self.units.stems or w.isdigit() for w in left):
                    found.append((len(own), held))
        best = max((n for n, _ in found), default=0)
        named = {held.name: held for n, held in found if n == best}
        return next(iter(named.values())) if len(named) == 1 else None

    # -- columns of units ------------------------------------------------------------------------

    def _groups(self) -> list[tuple[int, int, list[int]]]:
        """First and last column and the columns of units of the tables beside each other."""
        hits = {c: self._hits(c) for c in range(self.width)} if self.known.units else self._guessed()
        best = max(hits.values(), default=0)
        if best == 0:
            return []
        columns = [c for c, n in sorted(hits.items()) if n >= max(1, 0.3 * best) and (n > 1 or best == 1)]
        groups: list[list[int]] = []
        for c in columns:
            after = any(self._valued(k, c) for k in range(c + 1, self.width))
            between = groups and any(self._valued(k, c) for k in range(groups[-1][-1] + 1, c))
            if groups and not (between and after):
                groups[-1].append(c)
            else:
                groups.append([c])
        made = []
        for i, group in enumerate(groups):
            left = group[0] if i else 0
            right = groups[i + 1][0] - 1 if i + 1 < len(groups) else self.width - 1
            made.append((left, right, group))
            self._explained(group, left, right)
        return made

    def _valued(self, k: int, c: int) -> bool:
        """Whether a column holds figures that are no years, where another holds units."""
        at = [r for r in range(self.height) if k in self.like[r] and self.whole.text(r, c)]
        return (
            bool(at)
            and not self._yearly(k)
            and sum(k in self.like[r] for r in at) > 0.5 * len([r for r in at if self.sheet.text(r, k)])
        )

    def _guessed(self) -> dict[int, int]:
        """Number of names in the column of units of a file whose units nobody knows."""
        distinct: dict[int, int] = {}
        for c in range(self.width):
            heading = next((self.sheet.text(r, c) for r in range(self.height) if self.sheet.text(r, c)), "")
            texts = [self.whole.text(r, c) for r in range(self.height) if self.like[r] - {c}]
            words = {
                t
                for t in texts
                if len(t) > 1 and any(x.isalpha() for x in t) and not self._absent(t) and dims_of(t) is None
            }
            if (
                words
                and role_of(heading) in ("", "respondent")
                and not any(self._like(r, c) for r in range(self.height))
            ):
                distinct[c] = len(words)
        best = max(distinct.values(), default=0)
        first = next((c for c, n in distinct.items() if n >= 0.5 * best), None)
        if first is None:
            return {}
        rows = [r for r in range(self.height) if self.like[r]]
        pairs = {c: {(self.whole.text(r, first), self.whole.text(r, c)) for r in rows if self.whole.text(r, c)} for c in distinct}
        return {
            c: n
            for c, n in distinct.items()
            if c == first or (c == first + 1 and n == distinct[first] == len(pairs[c]))
        }

    def _explained(self, group: Sequence[int], left: int, right: int) -> None:
        """Say which column is that of the units, and how many of its cells are known."""
        if not self.known.units:
            return
        column = max(group, key=lambda c: (self._hits(c), -c))
        span = set(range(left, right + 1))
        rows = [r for r in range(self.height) if (self.like[r] & span) - {column} and self.whole.text(r, column)]
        held = [r for r in rows if self.units.find(self.whole.text(r, column))[0]]
        if held:
            found = f"{len(held)}/{len(rows)}"
            self.findings.add(
                "unit_column", cell=self.place(held[0], column), found=found, share=f"{100 * len(held) / len(rows):.0f}"
            )

    # -- figures ---------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Read the figures of all tables, each once, and say what was left out."""
        self._sectioned()
        self._distinct()
        marks = self._marks()
        seen: dict[tuple[Any, ...], str] = {}
        early: dict[str, list[tuple[str, int]]] = {}
        lost = 0
        for record in self.records:
            cell = (record.row, record.column)
            key = (record.unit, record.year, record.variable, tuple(sorted(record.dims.items())))
            place = self.place(*cell)
            if key in seen:
                found = f"{record.unit} {record.year} {record.variable}: {self.sheet.text(*cell)}"
                self.findings.add("repeated", cell=place, found=found, first=seen[key])
                continue
            read = self._value(record, marks[record.table, record.variable])
            if read is None:
                continue
            value, marker = read
            entry = self.units.entries.get(record.unit, {})
            first, last = entry.get("exists") or (None, None)
            year = record.year
            if value is not None and year is not None and ((first and year < first) or (last and year > last)):
                early.setdefault(record.unit, []).append((place, year))  # the office counts it back
            lost += year is None
            seen[key] = place
            self.claim(*cell, "aggregate" if record.reference else "missing" if value is None else "read")
            self.rows.append(
                (record.unit, year, record.variable, float("nan") if value is None else value, marker)
                + (self.known.kind, self.known.source, key[3], record.reference, self.file.file, self.file.name, place)
            )
        for unit, cells in early.items():
            years = [y for _, y in cells]
            self.findings.add(
                "unit_counted_back", cell=cells[0][0], found=f"{unit} {min(years)}-{max(years)}", n=len(cells)
            )
        if lost:
            self.findings.add("no_year_given", found=lost)
        self._said()

    def _said(self) -> None:
        """What was left out, and cells that nothing was said of."""
        for name, code in (
            ("unit", "units_left_out"),
            ("aggregate", "groups_left_out"),
            ("column", "columns_left_out"),
        ):
            told = self.left[name]
            if told:
                more = len(told) - _NAMED
                words = ", ".join(list(told)[:_NAMED]) + (f" + {more}" if more > 0 else "")
                self.findings.add(code, found=words, n=len(told))
        self.fates.problems(self.findings.all)
        for name, first in blocks(self.fates.open()):
            self.findings.add("stray", cell=cell_name(*first), found=name)
        for r, c in self.fates.open():
            self.fates.claim(r, c, "problem")
        self.fates.problems(self.findings.all)

    def _sectioned(self) -> None:
        """Give each figure the dimensions of its section; refuse those whose sections are not clear."""
        base = {**dims_in(self.file.name), **(dims_of(self.file.name) or {})}
        contexts = {s.table for s in self.sections}
        for number, table in enumerate(self.tables):
            titled = dict(base)
            for text in reversed(table.titles):
                titled.update(dims_of(text) or dims_in(text))
            own = [s for s in self.sections if s.table == number]
            held = {s.index: set() for s in own}
            before: set[str] = set()
            for record in (r for r in self.records if r.table == number):
                held.get(record.section, before).add(f"{record.unit} {record.year} {record.variable} {record.dims}")
            settled = settle(own, held, before, titled) if number in contexts else {-1: titled}
            if settled is None:
                self.findings.add(
                    "sections_unclear", cell=self.place(*own[0].cell), found="; ".join(s.text for s in own[:6])
                )
                self._refuse(number)
                continue
            for record in self.records:
                if record.table == number:
                    record.dims = {**settled[record.section], **record.dims}
            if own and any(settled[s.index] != titled for s in own):
                self.findings.add(
                    "sections_found",
                    cell=self.place(*own[0].cell),
                    found="; ".join(s.text for s in own[:6]),
                    n=len(own),
                )

    def _refuse(self, table: int) -> None:
        """Refuse the figures of a table: nobody can tell what they are of."""
        for record in self.records:
            if record.table == table:
                self.claim(record.row, record.column, "problem")
        self.records = [r for r in self.records if r.table != table]

    def _distinct(self) -> None:
        """Take columns of text for dimensions, where figures of a table differ by them alone."""
        for number in range(len(self.tables)):
            own = [r for r in self.records if r.table == number]
            people = any(role_of(n) == "respondent" for r in own[:1] for n in r.labels)
            keys = Counter((r.unit, r.year, r.variable, () if people else tuple(sorted(r.dims.items()))) for r in own)
            if not keys or max(keys.values()) == 1:
                continue
            varied = [
                n for n in dict.fromkeys(n for r in own for n in r.labels) if len({r.labels.get(n) for r in own}) > 1
            ]
            single = [n for n in varied if role_of(n) == "respondent" or n.startswith("_")]
            single = [n for n in single if self._parts(own, [n])]
            chosen = varied if self._parts(own, varied) else []
            for name in reversed(chosen):
                if self._parts(own, [n for n in chosen if n != name]):
                    chosen = [n for n in chosen if n != name]
            chosen = single[:1] or chosen
            for record in own:
                record.dims = {
                    **record.dims,
                    **{("respondent" if single else n): record.labels.get(n, "") for n in chosen},
                }

    @staticmethod
    def _parts(records: Sequence[_Record], names: Sequence[str]) -> bool:
        """Whether columns of text tell all figures apart."""
        keys = Counter(
            (r.unit, r.year, r.variable, tuple(sorted(r.dims.items())), tuple(r.labels.get(n) for n in names))
            for r in records
        )
        return bool(names) and max(keys.values()) == 1

    def _marks(self) -> dict[tuple[int, str], Marks]:
        """How the numbers of each variable of each table are printed."""
        texts: dict[tuple[int, str], list[str]] = {}
        for r in self.records:
            held = texts.setdefault((r.table, r.variable), [])
            text = self.sheet.text(r.row, r.column)
            if has_mark(text) and (r.row, r.column) not in self.sheet.numbers:
                held.append(text)
        said = self.sheet.decimal or self.known.decimal
        return {k: Marks(frozenset(said), True) if said else Marks(decimal_marks(t)) for k, t in texts.items()}

    def _value(self, record: _Record, marks: Marks) -> tuple[float | None, str] | None:
        """Number and marker of a cell; None where it is a problem."""
        cell = (record.row, record.column)
        text, place, held = self.sheet.text(*cell), self.place(*cell), record.held
        unit = "" if held is None else held.unit_of_measure
        answers = self.known.answers.get(record.variable, {})
        flag = record.flag if record.flag != "a" else ""  # a: a normal figure
        if cell in self.sheet.unsaved:
            self.findings.add("formula", cell=place)
            return None
        if cell in self.sheet.refused or (cell in self.sheet.scaled and (held is None or held.scaled)):
            self.findings.add(
                "number_format", cell=place, found=self.sheet.refused.get(cell) or self.sheet.scaled[cell]
            )
            return None
        if text in self.known.missing.get(record.variable, ()):
            return None, str(Flag.NOT_AVAILABLE)
        if text in answers:
            return float(answers[text]), ""
        if text.upper() == "#NULL!" and not self.sheet.name and any(n == "respondent" for n, _ in record.dims.items()):
            return None, str(Flag.EMPTY)  # as SPSS writes an answer that is not there
        if text.upper() in SPREADSHEET_ERRORS:
            self.findings.add("spreadsheet_error", cell=place, found=text)
            return None
        if self.view.served and (flagged := _FLAGGED.match(text)) and set(flagged[2]) <= FLAGS:
            text, flag = flagged[1], flagged[2]
        elif noted := _NOTED.match(text):
            text = noted[1]
        marked = cell not in self.sheet.numbers and has_mark(text)
        try:
            number = read_number(marks.plain(text) if marked else text, self.markers)
        except ValueError:
            self.findings.add("number", cell=place, found=text, unit=unit)
            return None
        if number.value is None:
            return None, "confidential" if flag == "c" else str(number.flag)
        if (
            marked
            and marks.is_open(text)
            and not self.view.served
            and (held is None or held.in_thousands(number.value))
        ):
            self.findings.add("which_mark", cell=place, found=text, unit=unit)
            return None
        if held is not None and number.percent and not held.percent:
            self.findings.add("percent_sign", cell=place, found=text, unit=unit)
            return None
        low, high = (None, None) if held is None else held.bounds
        if (low is not None and number.value < low) or (high is not None and number.value > high):
            self.findings.add("bounds", cell=place, found=text, span=span_words(low, high), unit=unit)
            return None
        return float(number.value), flag


class _Band:
    """Tables one below the other in the columns of one group of units."""

    def __init__(self, reader: _Reader, left: int, right: int, units: Sequence[int]) -> None:
        self.reader, self.left, self.right, self.units = reader, left, right, list(units)
        self.sheet, self.whole, self.known = reader.sheet, reader.whole, reader.known
        self.span = range(left, right + 1)
        self.filled = [
            [c for c in self.span if self.sheet.text(r, c) or (r, c) in self.sheet.unsaved]
            for r in range(reader.height)
        ]
        self.table: _Table | None = None
        self.section, self.year, self.held = -1, None, None  # type: tuple[int, int | None, Field | None]
        self.last_unit: tuple[str, bool] | None = None
        self.parts: set[str] = set()

    # -- rows ------------------------------------------------------------------------------------

    def _label(self, r: int) -> str:
        return next((t for c in self.units if (t := self.whole.text(r, c))), "")

    def _figures(self, r: int) -> list[int]:
        return [c for c in self.filled[r] if c in self.reader.like[r] and c not in self.units]

    def _code(self, r: int) -> str:
        return next((code for c in self.units if (code := self.reader.units.find(self.whole.text(r, c))[0])), "")

    def _kind(self, r: int, begun: bool, values: set[int]) -> str:
        """What a row looks like: empty, alone, numbers, data, void (a unit without figures), head, loose."""
        filled, figures, label = self.filled[r], self._figures(r), self._label(r)
        texts = [self.sheet.text(r, c) for c in filled]
        if not filled:
            return "empty"
        if len(filled) == 1 and (filled[0] in self.units or not figures or len(set(self._merged(r, filled[0]))) > 1):
            return "void" if filled[0] in self.units and self._code(r) and begun else "alone"
        numbers = texts[1:] if texts[0] in ("A", "А", "Б") else texts
        if len(numbers) > 2 and numbers == [
            str(i) for i in range(int(numbers[0]) if numbers[0] in "12" else 1, len(numbers) + 1)
        ]:
            return "numbers"
        known = bool(self._code(r)) and not all(self._code(r) and c in self.units for c in filled)
        years = [c for c in figures if _YEAR_NAME.match(bare_label(self.sheet.text(r, c)))]
        plain = [c for c in figures if c not in years]
        again = self.table is not None and label == self._label(self.table.bottom)
        if not known and years and not plain and (not label or not begun or again):
            return "head"
        if label and figures and (known or plain):
            return "data"
        if begun and (label and not values & set(filled)):
            return "void"
        if figures and not label:
            return "loose" if plain else "head"
        return "data" if figures else "head"

    def _merged(self, r: int, c: int) -> range:
        """Columns of the merged range of a cell."""
        return next(
            (range(x, y + 1) for t, x, b, y in self.sheet.merged if t <= r <= b and x <= c <= y), range(c, c + 1)
        )

    def read(self) -> None:
        """Read the tables from the top."""
        values = {
            c for r in range(self.reader.height) if self._code(r) or not self.known.units for c in self._figures(r)
        }
        kinds: list[str] = []
        begun = False
        for r in range(self.reader.height):
            kinds.append(self._kind(r, begun, values))
            begun |= kinds[-1] == "data"
        pending: list[int] = []
        r = 0
        while r < self.reader.height:
            if kinds[r] not in ("data", "void"):
                if kinds[r] != "empty":
                    pending.append(r)
                r += 1
                continue
            run = [r]
            end = r + 1
            while end < self.reader.height and kinds[end] != "head":
                if kinds[end] in ("data", "void"):
                    run.append(end)
                end += 1
            self._pending(pending, kinds, run)
            nested = self._nested([k for k in range(r, end) if kinds[k] == "data"])
            tail = max(run)
            for k in range(r, tail + 1):
                if kinds[k] == "alone":
                    self._alone(k)
                elif kinds[k] == "numbers":
                    self._claim(k, "header")
                elif kinds[k] in ("data", "void"):
                    self._row(k, nested)
            pending, r = [k for k in range(tail + 1, end) if kinds[k] != "empty"], end
        for k in pending:
            if all(not self.reader.like[k] & {c} for c in self.filled[k]) and (
                kinds[k] == "alone" or is_footnote(self.sheet.text(k, self.filled[k][0]))
            ):
                self._claim(k, "footnote")

    def _claim(self, r: int, fate: str, why: str = "") -> None:
        for c in self.filled[r]:
            self.reader.claim(r, c, fate, why)

    def _nested(self, rows: Sequence[int]) -> str:
        """What rows that name no unit but a part of the population are: below each unit, or heads of sections."""
        kinds = [self._part(r) for r in rows]
        if not any(kinds):
            return ""
        codes = [self._code(r) or self._label(r) for r, part in zip(rows, kinds, strict=True) if not part]
        self.parts = {d for told in kinds for d in told or ()}
        if kinds[0] is not None or len(set(codes)) < len(codes):
            return "heads"
        return "below"

    def _part(self, r: int) -> dict[str, str] | None:
        """Part of the population that a row of figures names in place of a unit."""
        label = self._label(r)
        told = None if self._code(r) else dims_of(label)
        return told or None

    # -- between rows of figures -----------------------------------------------------------------

    def _pending(self, rows: list[int], kinds: Sequence[str], run: Sequence[int]) -> None:
        """Header, titles and sections above rows of figures."""
        used = {c for r in run for c in self._figures(r)}
        heads = [r for r in rows if kinds[r] == "head" and used & set(self.filled[r])]
        if not heads:
            heads = [
                r for r in rows if kinds[r] == "alone" and self.filled[r][0] in used and not is_footnote(self._text(r))
            ]
        if not heads:
            if self.table is None:
                self._open(rows, [], run)
            for r in rows:
                if kinds[r] == "alone":
                    self._alone(r)
                elif kinds[r] == "numbers":
                    self._claim(r, "header")
            return
        bottom = top = heads[-1]
        while top - 1 in rows and self._stacks(top - 1, kinds):
            top -= 1
        if self._printed_again(top, bottom, [r for r in rows if r < top]):
            for r in rows:
                if kinds[r] == "alone" and not top <= r <= bottom:
                    self._alone(r)
                else:
                    self._claim(r, "header")
            return
        self._open(rows, list(range(top, bottom + 1)), run)
        for r in rows:
            if r > bottom:
                if kinds[r] == "alone":
                    self._alone(r)
                elif kinds[r] == "numbers":
                    self._claim(r, "header")

    def _text(self, r: int) -> str:
        return self.sheet.text(r, self.filled[r][0])

    def _stacks(self, r: int, kinds: Sequence[str]) -> bool:
        """Whether a row belongs to the header below it."""
        if kinds[r] == "head":
            return True
        if kinds[r] != "alone" or self.filled[r][0] in self.units:
            return False
        return len(self._merged(r, self.filled[r][0])) > 1

    def _printed_again(self, top: int, bottom: int, titles: Sequence[int]) -> bool:
        """Whether a header is that of the table above it, as printed on each page."""
        if (
            self.table is None
            or self.table.bottom < 0
            or [r for r in titles if not is_footnote(self._text(r)) and not self._is_page(r)]
        ):
            return False
        old = self.table.bottom
        return all(self.sheet.text(bottom, c) == self.sheet.text(old, c) for c in self.span)

    def _is_page(self, r: int) -> bool:
        """Whether a title only says that a table goes on."""
        return bool(re.match(r"(?:продолжение|continued|жалғасы|окончание)", word_key(self._text(r))))

    def _alone(self, r: int) -> None:
        """A text that stands alone between rows: a section, a year, an indicator, a note."""
        text = self._text(r)
        table, reader = self.table, self.reader
        assert table is not None
        if is_footnote(text):
            self._claim(r, "footnote")
            return
        if self._code(r):
            self._claim(r, "unit")
            return
        self._claim(r, "section")
        year = read_any_year(bare_label(text).rstrip(" :."))
        if year is not None:
            self.year = year
            return
        if is_of_which(text) or is_aggregate(text):
            return
        fields = reader.matcher.read([bare_label(text)]).fields
        if len(fields) == 1:
            self.held, self.section = self.known.fields[fields[0]], -1
            self._renew()
            return
        number = len(reader.tables) - 1
        index = len(reader.sections)
        after = reader.sections[-1].row + 1 == r if reader.sections and reader.sections[-1].table == number else False
        reader.sections.append(Section(index, number, r, (r, self.filled[r][0]), text.strip(), dims_of(text), after))
        self.section = index

    def _renew(self) -> None:
        """A new table under the same header: its sections are its own."""
        assert self.table is not None
        self.table = _Table(**{**self.table.__dict__, "titles": []})
        self.reader.tables.append(self.table)

    # -- headers ---------------------------------------------------------------------------------

    def _open(self, rows: Sequence[int], head: Sequence[int], run: Sequence[int]) -> None:
        """Begin a table under a header."""
        table = _Table(self.left, self.right, self.units, bottom=head[-1] if head else -1)
        top = head[0] if head else (run[0] if run else 0)
        for r in reversed([k for k in rows if k < top]):
            texts = [self.sheet.text(r, c) for c in self.filled[r]]
            if is_footnote(texts[0]) and self.table is not None:
                self._claim(r, "footnote")
            elif not any(_LIKE.match(t) and not _YEAR_NAME.match(t) for t in texts[1:]):
                self._claim(r, "title")
                table.titles.extend(t for t in texts if not is_footnote(t))
        self.table, self.section, self.year, self.held = table, -1, None, None
        self.last_unit = None
        self.reader.tables.append(table)
        self._columns(table, head, run)
        self._titles(table)
        self._choose(table, run)

    def _columns(self, table: _Table, head: Sequence[int], run: Sequence[int]) -> None:
        """What each column of a table holds, by its heading and its content."""
        heads = dict(header_texts(self.sheet, head[0], head[-1])) if head else {}
        for c in self.span:
            for r in head:
                self.reader.claim(r, c, "year" if read_any_year(bare_label(self.sheet.text(r, c))) else "header")
            texts = heads.get(c, ())
            if c in self.units:
                continue
            rows = [r for r in run if self.sheet.text(r, c) or (r, c) in self.sheet.unsaved]
            if not rows:
                continue
            role = next((role for t in reversed(texts) if (role := role_of(t))), "")
            figures = [r for r in rows if c in self.reader.like[r]]
            numbers = [r for r in figures if not self.reader._absent(self.sheet.text(r, c))]  # noqa: SLF001
            if role == "year" or (not texts and len(rows) > 1 and self.reader._yearly(c)):  # noqa: SLF001
                self._year_column(table, c, texts, rows)
            elif role == "value":
                table.figures.append(_Column(c, " / ".join(texts)))
            elif role == "indicator":
                table.indicator.append(c)
            elif role == "flag" or (not texts and self._only_flags(c, rows)):
                table.flags.append(c)
            elif role in ("ignore", "measure", "respondent", "moment") or (texts and texts[-1].startswith("_")):
                table.labels[c] = texts[-1]
            elif (
                self._matched(texts) is not None
                or any(read_any_year(bare_label(t)) for t in texts)
                or (numbers and len(figures) > 0.5 * len(rows))
                or len(figures) == len(rows)
            ):
                self._figure_column(table, c, texts, head)
            else:
                table.labels[c] = texts[-1] if texts else cell_name(0, c)[:-1]

    def _only_flags(self, c: int, rows: Sequence[int]) -> bool:
        return all(self.sheet.text(r, c).casefold() in FLAGS for r in rows)

    def _year_column(self, table: _Table, c: int, texts: Sequence[str], rows: Sequence[int]) -> None:
        """A column of years; a second one is refused unless it says the same."""
        if table.year is None:
            table.year = c
            return
        if all(self.sheet.text(r, c) == self.sheet.text(r, table.year) for r in rows):
            table.labels[c] = "year"
            return
        table.others.append(c)
        self.reader.findings.add("two_year_columns", cell=self.reader.place(rows[0], c), found=" / ".join(texts))
        table.refused = True

    def _matched(self, texts: Sequence[str]) -> Field | None:
        """The indicator that a heading names."""
        return self.reader.matched(texts)

    def _figure_column(self, table: _Table, c: int, texts: Sequence[str], head: Sequence[int]) -> None:
        """A column of figures by the texts of its heading."""
        reader = self.reader
        column = _Column(c, " / ".join(texts))
        column.refused = not texts
        column.dated = any((r, c) in self.whole.dates or (r, k) in self.sheet.dates for r in head for k in [c])
        left = []
        for text in map(bare_label, texts):
            named = _YEAR_NAME.match(text)
            year = int(named[1]) if named else read_any_year(text)
            if year is not None:
                column.year = year
            else:
                left.append(text)
        column.held = self._matched(left) or self._matched(texts)
        if column.held is not None and column.year is None:
            column.year = reader.matcher.read([bare_label(t) for t in texts]).year
        for text in left:
            if column.held is not None and self._matched([text]) is column.held:
                continue
            told = dims_of(text)
            if told is not None:
                column.whole |= not told
                column.dims.update(told)
            elif not reader.matcher.unit(text) and role_of(text) not in ("year", "value"):
                column.rest = (*column.rest, text)
        if (
            column.held is not None
            and self._matched([", ".join(left)]) is column.held
            and not self._matched(column.rest)
        ):
            joined = all(self._matched([t]) is not column.held for t in left)
            column.rest = () if joined else column.rest
        if column.dated:
            reader.findings.add("year_date", cell=reader.place(head[-1], c), found=column.text)
        table.figures.append(column)

    def _titles(self, table: _Table) -> None:
        """What a table is called: the indicator of its title, of its sheet or of its file; its years."""
        file = self.reader.file
        names = [*table.titles, file.name, PurePath(file.file).stem, PurePath(file.file).name]
        for text in names:
            held = self.reader.titled(text)
            if held is not None:
                table.titled = held
                break
        told = [
            t
            for t in table.titles
            if dims_of(t) is None
            and read_any_year(bare_label(t)) is None
            and not self.reader.matcher.unit(t)
            and len(t) > 1
            and not re.fullmatch(r"\(.*\)", t)
        ]
        sheet = (
            file.name
            if dims_of(file.name) is None and not re.fullmatch(r"(?:sheet|лист|data|таблица)\s*\d*", file.name, re.I)
            else ""
        )
        table.name = max(told, key=len, default="") or sheet or PurePath(file.file).stem
        years = {int(y) for t in table.titles for y in _ANY_YEAR.findall(t)}
        alone = [y for t in table.titles if (y := read_any_year(bare_label(t).rstrip(" :.")))]
        self.title_year = alone[0] if alone else years.pop() if len(years) == 1 else None

    def _choose(self, table: _Table, run: Sequence[int]) -> None:
        """Columns of the study; the others are left out with a note."""
        figures, reader = table.figures, self.reader
        stated = {d for c in figures for d in c.dims}
        for column in figures:
            if column.whole or (stated and not column.dims):
                column.dims = {**{d: TOTALS[d] for d in stated}, **column.dims}
        if not self.known.fields:
            rests = {c.rest for c in figures}
            for column in figures:
                if len(rests) > 1 or not column.year:
                    table.labels.pop(column.index, None)
            kept = figures
        elif matched := [c for c in figures if c.held is not None]:
            kept = [c for c in matched if not c.rest]
        elif table.indicator:
            kept = [c for c in figures if not c.rest]
        else:
            rests = {c.rest for c in figures}
            alike = len(rests) == 1 and (len(figures) == 1 or all(c.year for c in figures))
            kept = figures if alike else [c for c in figures if not c.rest and (c.year or table.titled)]
        kept = [c for c in kept if not c.dated]
        bare = [c for c in kept if c.refused]
        if bare and table.bottom >= 0:
            for column in bare:
                reader.findings.add("header_missing", cell=reader.place(table.bottom, column.index))
        elif len(bare) == 1 and table.titles:
            bare[0].refused = False  # a list under a title
        elif bare:
            reader.findings.add("header_missing", cell=reader.place(run[0], bare[0].index))
        for text in table.labels.values():
            if role_of(text) == "" and word_key(text) not in DIMENSION_NAMES:
                reader.left["column"][text] += 1
        for column in figures:
            if column not in kept:
                table.others.append(column.index)
                reader.left["column"][column.text or cell_name(0, column.index)[:-1]] += 1
        table.figures = kept
        seen: dict[tuple[Any, ...], _Column] = {}
        for column in kept:
            key = (column.held.name if column.held else column.rest, column.year, tuple(sorted(column.dims.items())))
            if key in seen and table.bottom >= 0:
                place, first = (reader.place(table.bottom, c.index) for c in (column, seen[key]))
                reader.findings.add("repeated", cell=place, found=column.text, first=first)
                table.refused = True
            seen[key] = column

    # -- rows of figures -------------------------------------------------------------------------

    def _row(self, r: int, nested: str) -> None:
        """A row of figures, or of a unit without any."""
        table, reader = self.table, self.reader
        assert table is not None
        part = self._part(r)
        if part and nested == "heads":
            self._claim(r, "aggregate")
            for c in self.units:
                reader.fates.retell(*reader.view.place(r, c), "section")
            index = len(reader.sections)
            reader.sections.append(
                Section(index, len(reader.tables) - 1, r, (r, self.units[0]), self._label(r), part, False)
            )
            self.section = index
            return
        if part and nested == "below":
            unit, reference, why = (*self.last_unit, "") if self.last_unit else ("", False, "unit")
        else:
            unit, reference, why = self._unit(r)
            self.last_unit = (unit, reference)
            if nested == "below":
                part = {d: TOTALS[d] for d in self.parts}
        if not unit:
            self._claim(r, {"aggregate": "aggregate", "problem": "problem"}.get(why, "left_out"), "row")
            return
        year = self._row_year(r, table)
        for c in self.units:
            reader.claim(r, c, "unit")
        for c in [*table.indicator, *table.labels]:
            reader.claim(r, c, "header" if c in table.indicator else "left_out", "column")
        for c in [*table.flags, *table.others]:
            reader.claim(r, c, "left_out", "column")
        for column in table.figures:
            self._record(r, column, unit, reference, year, part if nested == "below" else None)

    def _row_year(self, r: int, table: _Table) -> int | None:
        """Year of a row, of its section or of the title."""
        reader = self.reader
        if table.year is None:
            moments = [self.whole.text(r, c)[:10] for c, t in table.labels.items() if role_of(t) == "moment"]
            told = {y for t in moments if (y := read_any_year(t))}
            return self.year or self.title_year or (told.pop() if len(told) == 1 else None)
        text = self.whole.text(r, table.year)
        if (r, table.year) in self.sheet.dates and not self._moment(table):
            reader.findings.add("year_date", cell=reader.place(r, table.year), found=text)
            return None
        named = _YEAR_NAME.match(text)
        year = int(named[1]) if named else read_any_year(text)
        if year is None or ((self.year or year) != year):
            reader.findings.add("year", cell=reader.place(r, table.year), found=text)
            return None
        reader.claim(r, table.year, "year")
        return year

    @staticmethod
    def _moment(table: _Table) -> bool:
        return bool(table.labels) and any(role_of(t) == "respondent" for t in table.labels.values())

    def _unit(self, r: int) -> tuple[str, bool, str]:
        """Code of a row's unit, whether it is a line beside the others; else why the row is left out."""
        reader, units = self.reader, self.reader.units
        told = [(c, self.whole.text(r, c)) for c in self.units if self.whole.text(r, c)]
        if not told:
            reader.findings.add("unit_missing", cell=reader.place(r, self.units[0]))
            return "", False, "problem"
        label = bare_label(told[0][1])
        if not self.known.units:
            codes = [t for _, t in told if t in THREE_TO_TWO or t in _COUNTRIES]
            odd = [t for _, t in told if re.fullmatch("[A-Z]{3}", t) and t not in codes]
            if is_aggregate(label) or (odd and len(told) > 1):
                reader.left["aggregate"][label] += 1
                return "", False, "aggregate"
            return (codes[0] if codes else label), False, ""
        found = [(c, *units.find(t)) for c, t in told]
        codes = list(dict.fromkeys(code for _, code, _ in found if code))
        if len(codes) == 2 and units.above(codes[0], codes[1]):
            codes = codes[1:]
        elif len(codes) == 2 and units.above(codes[1], codes[0]):
            codes = codes[:1]
        if len(codes) > 1:
            reader.findings.add(
                "two_unit_columns", cell=reader.place(r, found[-1][0]), found=" / ".join(t for _, t in told)
            )
            return "", False, "problem"
        if codes:
            return codes[0], units.reference(codes[0]), ""
        among = next((a for _, _, a in found if a), ())
        if is_aggregate(label) or is_aggregate(told[-1][1]) or dims_of(label) == {}:
            reader.left["aggregate"][label] += 1
            return "", False, "aggregate"
        if among:
            reader.findings.add("unit_ambiguous", cell=reader.place(r, told[0][0]), found=label, among=", ".join(among))
            return "", False, "problem"
        reader.left["unit"][label] += 1
        return "", False, "unit"

    def _record(
        self, r: int, column: _Column, unit: str, reference: bool, year: int | None, part: Mapping[str, str] | None
    ) -> None:
        """Note the figure of a row and a column."""
        table, reader = self.table, self.reader
        assert table is not None
        c = column.index
        if not self.sheet.text(r, c) and (r, c) not in self.sheet.unsaved:
            return
        if any(t <= r <= b and x <= c <= y and (b > t or y > x) for t, x, b, y in self.sheet.merged):
            reader.findings.add("merged", cell=reader.place(r, c), found=reader.place(r, c))
            return
        if table.refused or column.refused:
            reader.claim(r, c, "problem")
            return
        held = column.held or self.held
        name = "" if held is None else held.name
        if held is None and table.indicator:
            texts = [self.whole.text(r, k) for k in table.indicator]
            held = next((f for t in texts if (f := self._matched([t]))), None)
            if held is None and self.known.fields:
                reader.claim(r, c, "left_out", "indicator")
                reader.left["column"][texts[0]] += 1
                return
            name = held.name if held else texts[0]
        if held is None and not table.indicator:
            held = table.titled
            name = held.name if held else " / ".join(column.rest) or table.name
        when = column.year or year or self.known.year
        if column.year and year and table.year is not None and column.year != year:
            reader.findings.add("two_years", cell=reader.place(r, c), found=f"{year} / {column.year}")
            return
        if table.year is not None and year is None:
            reader.claim(r, c, "left_out", "row")
            return
        dims = {**column.dims, **(part or {})}
        labels = {}
        for k, text in table.labels.items():
            said = self.whole.text(r, k)
            told = dims_of(said) if said else None
            whole = DIMENSION_NAMES.get(word_key(text), "")
            if told or (told == {} and whole):
                dims.update(told or {whole: TOTALS[whole]})
            elif said and role_of(text) not in ("ignore", "measure", "moment"):
                labels[text] = said
        beside = [k for k in table.flags if len(table.figures) == 1 or k == c + 1]
        flag = next((t for k in beside if (t := self.sheet.text(r, k).casefold()) in FLAGS), "")
        reader.records.append(
            _Record(r, c, unit, when, name, held, dims, reference, len(reader.tables) - 1, self.section, labels, flag)
        )
