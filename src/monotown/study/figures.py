"""The figures of a study: one long frame, read from its sheets of data and written as one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from monotown.base.parsing import SPACES, Flag, parse_cell, without_marks
from monotown.base.problems import LISTED, Problem, Problems, counted
from monotown.data.workbooks.vocabulary import is_aggregate
from monotown.study.faults import Near, is_date, near, problem
from monotown.study.headings import CELL_WORDS, HEADINGS, key_of, named, told_word
from monotown.study.tables import Table

#: Columns of the frame of figures. ``value`` is a number or missing, ``marker`` why it is missing; ``dims`` names
#: further divisions (``sex: men``); ``reference`` a unit that is never ranked; the last three say where it stands.
COLUMNS: Final = (
    *("unit", "year", "indicator", "value", "marker", "kind", "source", "dims", "reference"),
    *("file", "sheet", "cell"),
)

#: What makes two figures the same, apart from where they stand.
_SAID: Final = COLUMNS[:9]

#: The year of figures that tell none.
NO_YEAR: Final = 0

_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0+)?(?:\s*(?:г\.?|год[ау]?|ж\.?|жыл\w*|y\.?))?\Z", re.I)
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?\Z")
_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}\Z")
_OPEN = re.compile(r"[+-]?\d{1,3},\d{3}\Z")
_SETTLED = re.compile(r"[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|\d{4,},\d+|0,\d+)\Z")

#: Words for a figure that there is not, besides the marks of `monotown.base.parsing.MARKERS`.
_ABSENT: Final = {
    **dict.fromkeys(("na", "n/a", "#n/a", "nan", "..", ":", "н/д", "нет данных", "нд"), Flag.NOT_AVAILABLE),
    **dict.fromkeys(("мәлімет жоқ", "деректер жоқ", "ж/д"), Flag.NOT_AVAILABLE),
    **dict.fromkeys(("c", "confidential", "конф."), Flag.CONFIDENTIAL),
}


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of a study.

    Two are equal where they say the same, wherever each figure stands in whatever file.

    Attributes
    ----------
    frame
        `COLUMNS`; one row a figure or a mark of its absence.
    """

    frame: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))

    def __len__(self) -> int:
        return len(self.frame)

    def said(self) -> pd.DataFrame:
        """What the figures say, in one order."""
        rows = self.frame[list(_SAID)].astype({"year": "int64", "value": "float64", "reference": "bool"})
        return rows.sort_values([*_SAID[:3], "dims", "source"], kind="stable").reset_index(drop=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figures) and self.said().equals(other.said())

    __hash__ = None  # type: ignore[assignment]


def read_year(text: str) -> int | None:
    """The year that a text is; None where it is none.

    Examples
    --------
    >>> read_year("2021"), read_year("2021 г."), read_year("12")
    (2021, 2021, None)
    """
    found = _YEAR.match(without_marks(text, powers=False).strip())
    return int(found[1]) if found else None


def read_figure(text: str, decimal: str = "", *, settled: bool = False) -> tuple[float, str]:
    """Number and mark of a cell.

    Parameters
    ----------
    text
        As printed.
    decimal
        ``,`` or ``.`` where the study says which; the other then parts thousands.
    settled
        Whether other cells show that a comma is a decimal mark.

    Raises
    ------
    ValueError
        What is neither; a comma before three digits that may be either.

    Examples
    --------
    >>> read_figure("1 234,5"), read_figure("н/д"), read_figure("1,234", ".")
    ((1234.5, ''), (nan, 'not_available'), (1234.0, ''))
    """
    if not decimal and _PLAIN.match(text):  # most cells
        return _finite(float(text)), ""
    bare = without_marks(text.strip().strip(SPACES), powers=False).rstrip(SPACES)
    if bare.casefold() in _ABSENT:
        return math.nan, _ABSENT[bare.casefold()].value
    bare = bare.replace("\u2212", "-", 1) if len(bare) > 1 else bare
    if _EXPONENT.match(bare):
        return _finite(float(bare)), ""
    if decimal and len(bare) > 1:
        bare = bare.replace("." if decimal == "," else ",", "")
    elif not settled and _OPEN.match(bare) and not bare.lstrip("+-").startswith("0"):
        raise ValueError("decimal")
    cell = parse_cell(bare)
    return (math.nan, cell.flag.value) if cell.value is None else (_finite(float(cell.value)), "")


def _finite(value: float) -> float:
    """A number, if it is none that is larger than any."""
    if math.isinf(value):
        raise ValueError("infinite")
    return value


class Spelled:
    """Names and codes to the codes that they may mean.

    Parameters
    ----------
    entries
        Code to its spellings.
    """

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        self.codes = dict.fromkeys(entries)
        self._found: dict[str, list[str]] = {}
        self._near = Near(list(self.codes))
        for code, spellings in entries.items():
            for spelling in dict.fromkeys(key_of(s) for s in (code, *spellings) if s):
                self._found.setdefault(spelling, []).append(code)

    def __call__(self, text: str) -> list[str]:
        """Codes of a text: none, one, or several of one name."""
        return [text] if text in self.codes else self._found.get(key_of(text), [])

    def near(self, text: str) -> dict[str, str]:
        """The nearest that there is, as values of a problem."""
        return self._near(text)


@dataclass(frozen=True)
class Known:
    """What a sheet of data may name: units, indicators and raw variables, and what holds where it says nothing."""

    units: Spelled
    indicators: Spelled
    references: frozenset[str] = frozenset()
    kind: str = "official"
    source: str = ""
    year: int | None = None
    decimal: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)


def read_figures(
    tables: Sequence[Table], known: Known, problems: Problems, notes: list[Problem]
) -> tuple[Figures, list[str]]:
    """Figures of the sheets of data; and the headings that the study does not know.

    A sheet is wide (a column an indicator), wide by year, or long (``indicator``, ``value``).

    Parameters
    ----------
    tables
        Sheets of data, headings as printed.
    known
        What they may name.
    problems
        Where every problem goes.
    notes
        Where goes what is left out: totals, and groups of units that are none of the study.
    """
    frames: list[pd.DataFrame] = []
    other: list[str] = []
    for table in tables:
        found, unread = _Sheet(table, known, problems, notes).read()
        frames += [found] if len(found) else []
        other += [f"{table.sheet or table.file}: {name}" for name in unread]
    if not frames:
        return Figures(), other
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    _once(frame, problems)
    return Figures(frame.astype({"value": "float64", "reference": "bool"})), other


def shown_names(names: Sequence[str]) -> str:
    """Names for a note, the first twenty of them."""
    return ", ".join([*names[:20], *(["…"] if len(names) > 20 else [])])


def roles_of(table: Table, known: Known) -> dict[str, str]:
    """Role to the column of a sheet of data that has it: ``unit``, ``year``, ``indicator``, ``value`` and so on.

    A heading that is an indicator is a column of its figures. Where no heading says which column holds
    the units, the text column that the units explain best does.
    """
    roles: dict[str, str] = {}
    for column in table.frame.columns:
        printed = table.printed(column)
        role = named(printed, HEADINGS["data"])
        sure = key_of(printed) in HEADINGS["data"]
        if role and (sure or not known.indicators(printed)) and role not in roles:
            roles[role] = column
    units = [c for c in table.frame.columns if named(table.printed(c), HEADINGS["data"]) == "unit"]
    shares = {c: _explained(table.frame[c], known.units) for c in units or table.frame.columns}
    best = max(shares, key=lambda c: shares[c], default="")
    if best and (shares[best] > 0 or "unit" not in roles):
        roles["unit"] = best
        if not units and shares[best] < 0.5:
            roles.pop("unit")
    return roles


def _explained(cells: pd.Series[Any], units: Spelled) -> float:
    counts = cells[cells != ""].value_counts(sort=False)
    known = sum(int(n) for t, n in counts.items() if units(str(t)))
    return known / int(counts.sum()) if len(counts) else 0.0


#: Different texts of figures whose readings are kept.
_TEXTS: Final = 100_000


class _Sheet:
    """Reads one sheet of data."""

    def __init__(self, table: Table, known: Known, problems: Problems, notes: list[Problem]) -> None:
        self.table, self.known, self.problems, self.notes = table, known, problems, notes
        self.roles = roles_of(table, known)
        self.at = {role: list(table.frame.columns).index(c) for role, c in self.roles.items()}
        self.columns = [c for c in table.frame.columns if c not in self.roles.values()]
        #: whether some row tells its year: one that tells none is a slip, for it would stand in no index
        self.dated = "year" in self.roles and any(str(t).strip() for t in table.frame[self.roles["year"]])
        #: times that each kind of problem was found, and the last of those beyond `LISTED`
        self.times: dict[str, int] = {}
        self.last: dict[str, tuple[int, str, dict[str, object]]] = {}
        #: rows of totals and groups: each name to the line that it stands in first
        self.groups: dict[str, int] = {}
        self.years: dict[str, int | None] = {}
        self.read_before: dict[tuple[str, bool], tuple[float, str, str]] = {}

    def add(self, code: str, line: int, column: str, found: object = "", /, **values: object) -> None:
        self.times[code] = self.times.get(code, 0) + 1
        if self.times[code] <= LISTED:
            self.problems.extend([self.table.problem(code, line, column, found, **values)])
        else:
            self.last[code] = line, column, values

    def listed(self, code: str) -> bool:
        """Whether the next problem of a kind is told by itself."""
        return self.times.get(code, 0) < LISTED

    def close(self) -> None:
        """Tell how many problems of a kind there are beyond those listed, at the place of the last."""
        for code, (line, column, values) in self.last.items():
            more = counted(self.times[code] - LISTED)
            self.problems.extend([self.table.problem(code, line, column, more, **values)])
        if self.groups:
            names = shown_names(list(self.groups))
            line, n = next(iter(self.groups.values())), len(self.groups)
            self.notes.append(self.table.problem("rows_aside", line, self.roles["unit"], names, n=n))

    def read(self) -> tuple[pd.DataFrame, list[str]]:
        """Its figures, and the headings that the study does not know."""
        head = self.table.head
        if "unit" not in self.roles:
            found = ", ".join(self.table.printed(c) for c in self.table.frame.columns)
            column = str(self.table.frame.columns[0]) if len(self.table.frame.columns) else "unit"
            self.add("no_unit_column", head, column, found)
            return pd.DataFrame(), []
        by_year = {c: y for c in self.columns if (y := read_year(self.table.printed(c))) is not None}
        by_id = {c: one[0] for c in self.columns if len(one := self.known.indicators(self.table.printed(c))) == 1}
        seen: dict[tuple[str, str], str] = {}
        for c, name in list(by_id.items()):
            if seen.setdefault((name, key_of(self.table.printed(c))), c) != c:  # told once, not at each figure
                self.add("head_twice", head, c, self.table.printed(c))
                by_id.pop(c)
        long = "indicator" in self.roles
        if long and "value" in self.roles:
            spread: dict[str, tuple[str | None, int | None]] = {self.roles["value"]: (None, None)}
        elif by_year and (long or not by_id):
            spread = {c: (None, y) for c, y in by_year.items()}
        else:
            spread = {c: (i, None) for c, i in by_id.items()}
        if spread and not long and all(i is None for i, _ in spread.values()):
            self.add("no_indicator_column", head, next(iter(spread)))
            return pd.DataFrame(), []
        other = [self.table.printed(c) for c in self.columns if c not in spread]
        rows = self._rows(spread)
        self.close()
        return rows, other

    def _rows(self, spread: Mapping[str, tuple[str | None, int | None]]) -> pd.DataFrame:
        """Its figures, with `COLUMNS`."""
        frame = self.table.frame
        settled = {c: any("," in t and _SETTLED.match(t.strip()) for t in frame[c].tolist()) for c in spread}
        # column by column, for a sheet may hold a million figures
        made: dict[str, list[Any]] = {c: [] for c in COLUMNS if c not in ("reference", "file", "sheet")}
        columns = list(frame.columns)
        printed = {c: self.table.printed(c) for c in spread}
        year_of, item_of, value_of, marker_of, source_of, cell_of = (
            made[name].append for name in ("year", "indicator", "value", "marker", "source", "cell")
        )
        places = [(c, columns.index(c)) for c in spread]
        for i, cells in enumerate(zip(*(frame[c].tolist() for c in columns), strict=True)):
            line = self.table.line(i)
            told = [(c, text) for c, at in places if (text := str(cells[at]).strip())]
            if not told and not self._text(cells, "unit"):
                continue
            unit = self._one(line, "unit", cells, self.known.units)
            year = self._year(line, cells) if told else None
            item = None
            if "indicator" in self.roles and told:
                item = self._one(line, "indicator", cells, self.known.indicators)
                if item is None:
                    continue
            if unit is None:
                continue
            kind, own_source, dims = self._kind(line, cells), self._text(cells, "source"), self._text(cells, "dims")
            for column, text in told:
                named_id, of_year = spread[column]
                value, marker, wrong = self._figure(text, settled[column])
                if wrong:
                    self.add(wrong, line, column, text)
                    continue
                item_id = named_id or item
                year_of(of_year if of_year is not None else year)
                item_of(item_id)
                value_of(value)
                marker_of(marker)
                source_of(own_source or self.known.sources.get(str(item_id), self.known.source))
                cell_of(self.table.cell(line, column) or f"line {line}, column {printed[column]}")
            read = len(made["year"]) - len(made["unit"])
            for name, said in (("unit", unit), ("kind", kind), ("dims", dims)):
                made[name] += [said] * read
        found = pd.DataFrame({name: made.pop(name) for name in list(made)})
        reference = found["unit"].isin(self.known.references)
        return found.assign(reference=reference, file=self.table.file, sheet=self.table.sheet)[list(COLUMNS)]

    def _figure(self, text: str, settled: bool) -> tuple[float, str, str]:
        """Number and mark of a cell, and the kind of problem where it is neither."""
        key = text, settled
        found = self.read_before.get(key)
        if found is None:
            try:
                found = (*read_figure(text, self.known.decimal, settled=settled), "")
            except ValueError as error:
                code = "decimal_open" if str(error) == "decimal" else "no_number"
                found = math.nan, "", "cell_date" if is_date(text) else code
            if len(self.read_before) < _TEXTS:
                self.read_before[key] = found
        return found

    def _kind(self, line: int, cells: Sequence[Any]) -> str:
        text = self._text(cells, "kind")
        if not text:
            return self.known.kind
        kind = told_word("kind", text) or self.known.kind
        if kind not in CELL_WORDS["kind"]:
            self.add("kind_unknown", line, self.roles["kind"], text, **near(text, list(CELL_WORDS["kind"])))
        return kind

    def _text(self, cells: Sequence[Any], role: str) -> str:
        return str(cells[self.at[role]]).strip() if role in self.at else ""

    def _year(self, line: int, cells: Sequence[Any]) -> int:
        fallback = NO_YEAR if self.known.year is None else self.known.year
        if "year" not in self.roles:
            return fallback
        text = self._text(cells, "year")
        if text not in self.years:
            self.years[text] = read_year(text)
        year = self.years[text]
        if year is None and (text or (self.dated and self.known.year is None)):
            self.add("no_year", line, self.roles["year"], text)
        return fallback if year is None else year

    def _one(self, line: int, role: str, cells: Sequence[Any], spelled: Spelled) -> str | None:
        text = self._text(cells, role)
        found = spelled(text)
        if len(found) == 1:
            return found[0]
        if not found and role == "unit" and is_aggregate(text):
            self.groups.setdefault(text, line)
        elif found:
            self.add("name_open", line, self.roles[role], text, codes=", ".join(found))
        else:
            code = f"{role}_unknown"
            self.add(code, line, self.roles[role], text, **spelled.near(text if self.listed(code) else ""))
        return None


def _once(frame: pd.DataFrame, problems: Problems) -> None:
    """Note figures that stand twice."""
    keys = ["unit", "year", "indicator", "dims", "source"]
    again = frame[frame.duplicated(keys)]
    if again.empty:
        return
    told = again.head(LISTED)
    first_of = (
        frame.drop_duplicates(keys).merge(told[keys].drop_duplicates(), on=keys).set_index(keys)["cell"].to_dict()
    )
    for row in told.to_dict("records"):
        sheet, cell, first = str(row["sheet"]), str(row["cell"]), first_of[tuple(row[k] for k in keys)]
        where = f"sheet {sheet}, cell {cell}" if sheet else cell
        found = "" if math.isnan(row["value"]) else f"{row['value']:g}"
        values = {"indicator": row["indicator"], "unit": row["unit"], "first": first}
        if row["year"] != NO_YEAR:
            values["year"] = row["year"]
        code = "figure_twice" if "year" in values else "figure_again"
        problems.extend([problem(code, str(row["file"]), where, found, sheet, cell, **values)])
    if len(again) > len(told):
        more = counted(len(again) - len(told))
        problems.extend([problem(code, str(row["file"]), where, more, sheet, cell, **values)])


def written(figures: Figures, kind: str, source: str) -> pd.DataFrame | None:
    """Figures as one sheet of texts: wide where nothing is lost by it, else long; None without figures."""
    if not len(figures):
        return None
    frame = figures.said()
    texts = pd.DataFrame(
        {
            "unit": frame["unit"],
            "year": [("" if y == NO_YEAR else str(y)) for y in frame["year"]],
            "indicator": frame["indicator"],
            "value": [_MARKS[m] if m else repr(float(v)) for v, m in zip(frame["value"], frame["marker"], strict=True)],
            "kind": frame["kind"],
            "source": frame["source"],
            "dims": frame["dims"],
        },
        dtype=str,
    )
    for column, same in (("kind", kind), ("source", source), ("dims", "")):
        if (texts[column] == same).all():
            texts = texts.drop(columns=column)
    years = [] if (texts["year"] == "").all() else ["year"]
    if set(texts.columns) == {"unit", "year", "indicator", "value"}:
        ids = list(dict.fromkeys(figures.frame["indicator"]))
        wide = texts.set_index(["unit", "year", "indicator"])["value"].unstack(fill_value="")  # noqa: PD010
        return wide[ids].reset_index()[["unit", *years, *ids]].rename_axis(columns=None)
    return texts[["unit", *years, *[c for c in texts.columns if c not in ("unit", "year")]]]


_MARKS: Final = {
    Flag.NONE.value: "-",
    Flag.NOT_AVAILABLE.value: "…",
    Flag.CONFIDENTIAL.value: "x",
    Flag.NEGLIGIBLE.value: "0.0",
    Flag.EMPTY.value: "…",
}
