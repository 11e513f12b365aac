"""What is known before a file of an office is read, and what its tables are made of while they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from monotown.base.labels import texts_of
from monotown.data.workbooks.fields import Field, Selection
from monotown.data.workbooks.grid import Sheet, cell_name, word_key
from monotown.data.workbooks.names import Names, fits_level
from monotown.data.workbooks.values import read_any_year
from monotown.data.workbooks.vocabulary import THREE_TO_TWO, TWO_TO_THREE, agreed, bare_label

#: A text that can be a number: marks of footnotes may follow it.
LIKE: Final = re.compile(
    r"[+\-\u2212]?\d[\d\s\u00a0\u202f.,'’]*(?:[eE][+-]?\d+)?\s*%?(?:\s*[⁰¹²³⁴-⁹*†‡)]+|\s+\d{1,2}\))?\Z"
)
#: A year as headings have it: 2019, X2019, YR2019, 2019 [YR2019].
YEAR_NAME: Final = re.compile(r"(?:[XYxy]R?_?)?((?:19|20)\d\d)(?: \[YR\1\])?\Z")
#: Years that are no figures.
_FIRST: Final = 1900
_LAST: Final = 2099


def year_of(text: str) -> int | None:
    """Year that a heading or a cell says in any of the ways of offices; None where it is none.

    Examples
    --------
    >>> [year_of(t) for t in ("2019 [YR2019]", "X2019", "20212)", "2023* ж.", "01.01.2021", "1850")]
    [2019, 2019, 2021, 2023, 2021, None]
    """
    named = YEAR_NAME.match(bare_label(text))
    if named:
        return int(named[1])
    year = read_any_year(text)
    return year if year is not None and _FIRST <= year <= _LAST else None


def stems_of(text: str) -> set[str]:
    """First six letters of each word of a text, so that endings do not count."""
    return {w[:6] for w in re.sub(r"[^\w]+|_", " ", word_key(text)).split()}


def names_beside(sheet: Sheet, most: int = 5) -> tuple[str, str]:
    """First cell and the first texts of the column that names most of what stands beside figures.

    Without one, the first cell that is not empty and its text.

    Examples
    --------
    >>> names_beside(Sheet("a.csv", "", [["Title"], ["Country", "Code", "2020"], ["Aruba", "ABW", "1"]]))
    ('A3', 'Aruba')
    """
    told: dict[int, dict[str, int]] = {}
    for r, row in enumerate(sheet.rows):
        figures = [c for c, t in enumerate(row) if LIKE.match(t.strip()) and year_of(t) is None]
        for c, text in enumerate(row) if figures else ():
            if any(x.isalpha() for x in text):
                told.setdefault(c, {}).setdefault(text.strip(), r)
    if told:
        column = max(told, key=lambda c: (len(told[c]), -c))
        names = list(told[column])
        more = f" + {len(names) - most}" if len(names) > most else ""
        return cell_name(told[column][names[0]], column), "; ".join(names[:most]) + more
    places = ((r, c) for r, row in enumerate(sheet.rows) for c, t in enumerate(row) if t.strip())
    r, c = next(places, (0, 0))
    return cell_name(r, c), sheet.text(r, c)


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
        Decimal mark of everything, or of a file (its name) or a column (its heading, or the id of what it holds),
        where it is said.
    markers
        Texts that say why a cell holds no number, by flag.
    answers
        Id to the labels of answers and their numbers, as a survey's code book has them.
    missing
        Id to answers that are none: 98, 99, "refused".
    kind, source
        Of every figure.
    hidden
        ``read`` or ``leave_out``: what becomes of hidden sheets, rows and columns and of cells
        struck out. Either is said.
    headers
        Id to the headings that offices use for it, beside its labels.
    selection
        Columns that are read, or left out, as the run says.
    """

    units: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    measures: Mapping[str, Sequence[str]] = field(default_factory=dict)
    levels: Collection[str] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    decimal: str | Mapping[str, str] = ""
    markers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    missing: Mapping[str, Collection[str]] = field(default_factory=dict)
    kind: str = ""
    source: str = ""
    hidden: str = "read"
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)

    def mark(self, *names: str) -> str:
        """Decimal mark that is said of one of these names, the first that has one; "" for none."""
        if isinstance(self.decimal, str):
            return self.decimal
        return next((self.decimal[n] for n in (*names, "") if n in self.decimal), "")


class Units:
    """Units of the study by any spelling, ISO 3166 included."""

    def __init__(self, known: Known) -> None:
        entries = {}
        for code, entry in known.units.items():
            told = list(texts_of(entry).values())
            spare = str(told[0] if told else code)
            entries[code] = {"level": "unit", "ru": spare, **entry}
        self.entries, self.levels = entries, list(known.levels)
        self._names = Names(entries)
        self._spelled: dict[str, set[str]] = {}
        for code, entry in entries.items():
            for name in (*texts_of(entry).values(), *entry.get("aliases", ())):
                self._spelled.setdefault(" ".join(str(name).casefold().split()), set()).add(code)
        self.stems = {
            s for e in entries.values() for t in (*texts_of(e).values(), *e.get("aliases", ())) for s in stems_of(t)
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
        exact = self._spelled.get(" ".join(text.casefold().split()), set())
        if text[-1:].isdigit() and len(exact) == 1:  # a part of this name, no mark of a footnote
            return next(iter(exact)), ()
        if re.fullmatch("[A-Z]{2,3}", bare):
            other = TWO_TO_THREE.get(bare) or THREE_TO_TWO.get(bare, "")
            if other in self.entries:
                return other, ()
        if not any(c.isalpha() for c in bare):
            return "", ()
        if not self._names.knows(bare):
            return agreed(text, lambda part: self.find(part)[0]), ()
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
class Column:
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
    wrong: bool = False
    valued: bool = False


@dataclass
class Table:
    """A header and what it says of its columns."""

    left: int
    right: int
    units: Sequence[int]
    titles: list[str] = field(default_factory=list)
    bottom: int = -1
    figures: list[Column] = field(default_factory=list)
    year: int | None = None
    indicator: list[int] = field(default_factory=list)
    naming: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    titled: Field | None = None
    name: str = ""
    refused: bool = False
    said: str = ""


@dataclass
class Record:
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
    label: str
    flag: str = ""
    declared: str = ""
    heading: str = ""
    unnamed: bool = False
