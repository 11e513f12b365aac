"""Sheets as grids of texts, whatever kind of file they come from; where their header stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePath

from monotown.base.parsing import without_marks

#: Rows from the top among which a header is looked for.
HEADER_SEARCH = 40

#: Texts of which what they mean is kept: tables say the same words in every row.
KEPT = 2**15

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d[\d\s]*(?:[.,]\d+)?%?\Z")

#: Digits above and below the line to digits.
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "0123456789" * 2)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file.

    Attributes
    ----------
    file
        Path as the reader knows it.
    name
        Name of the sheet; "" for a text file.
    rows
        Texts of the cells, row by row; rows may differ in length. A number stands with a decimal
        point, a date as ``2018-12-31``, a number shown as percent with its sign, ``43.1%``.
    merged
        Merged ranges: first row, first column, last row, last column, from 0.
    unsaved
        Cells with a formula whose value the file does not hold: row and column.
    hidden
        Whether the whole sheet is hidden.
    hidden_rows, hidden_columns
        Rows and columns that a reader of the file does not see, from 0; those that a filter hides
        count.
    struck
        Cells whose text is struck out.
    dates
        Cells whose value is a date by its type or its number format.
    refused
        Cells whose value cannot be told, to what stands there: a number format that is not
        understood, as the file has it.
    numbers
        Cells that hold a number by their type whose text alone would leave its mark open.
    scaled
        Cells whose number format shows thousands or millions of what is stored, to that format;
        their text is what is stored.
    decimal
        Decimal mark of every cell, where it is known.
    """

    file: str
    name: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    unsaved: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    hidden: bool = False
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    struck: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    dates: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    refused: Mapping[tuple[int, int], str] = field(default_factory=dict)
    numbers: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    scaled: Mapping[tuple[int, int], str] = field(default_factory=dict)
    decimal: str = ""

    @property
    def width(self) -> int:
        """Number of columns of the longest row."""
        return max((len(r) for r in self.rows), default=0)

    def text(self, row: int, column: int) -> str:
        """Text of a cell without outer space; "" beyond the sheet."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column].strip()

    def spread(self) -> Sheet:
        """The same sheet with the text of each merged range in all its cells."""
        if not self.merged:
            return self
        width = self.width
        rows = [[*r, *[""] * (width - len(r))] for r in self.rows]
        for top, left, bottom, right in self.merged:
            if top >= len(rows) or left >= width:
                continue
            value = rows[top][left]
            for r in range(top, min(bottom, len(rows) - 1) + 1):
                for c in range(left, min(right, width - 1) + 1):
                    rows[r][c] = value
        return replace(self, rows=rows, merged=())


@dataclass(frozen=True)
class Row:
    """A row of a table by the roles of its columns; "" where no column has the role."""

    sheet: Sheet
    index: int
    columns: Mapping[str, int]

    def __getitem__(self, role: str) -> str:
        return self.sheet.text(self.index, self.columns[role]) if role in self.columns else ""

    def place(self, role: str) -> str:
        """Name of the cell of a role; that of the first column where none has it."""
        return cell_name(self.index, self.columns.get(role, 0))


def cell_name(row: int, column: int) -> str:
    """Name of a cell as spreadsheets write it, from row and column counted from 0.

    Examples
    --------
    >>> cell_name(0, 0), cell_name(6, 27)
    ('A1', 'AB7')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cell_place(name: str) -> tuple[int, int]:
    """Row and column from 0 of a cell named as spreadsheets do.

    Examples
    --------
    >>> cell_place("AB7")
    (6, 27)
    """
    match = re.fullmatch(r"([A-Z]+)(\d+)", name)
    if match is None:
        raise ValueError(f"{name!r} names no cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def first_cell(name: str) -> tuple[int, int]:
    """Row and column from 0 of the first cell of a cell, a row or a column named as spreadsheets do.

    Examples
    --------
    >>> first_cell("AB7"), first_cell("3:3"), first_cell("C:C")
    ((6, 27), (2, 0), (0, 2))
    """
    found = re.fullmatch(r"([A-Z]*)(\d*):.*", name)
    return cell_place(f"{found[1] or 'A'}{found[2] or 1}" if found else name)


@lru_cache(maxsize=KEPT)
def word_key(text: str) -> str:
    """Spelling of a header that its variants share: case, spaces and punctuation do not count.

    Marks of footnotes at its end do not count either; a power such as ``м²`` is none, and other
    raised and lowered digits are digits.

    Examples
    --------
    >>> word_key("  Ед.изм. "), word_key("Населённый_пункт¹"), word_key("№"), word_key("PM₁₀, м²")
    ('ед изм', 'населенный пункт', '№', 'pm10 м2')
    """
    if text.isascii() and text.isalnum():  # most codes
        return text.lower()
    folded = unicodedata.normalize("NFC", without_marks(text).translate(_DIGITS)).casefold().replace("ё", "е")
    kept = re.sub(r"[^\w%№*]+|_", " ", folded)
    return " ".join(kept.split()) or folded.strip()


def shown_file(name: str) -> str:
    """Name of a file for a reader: its path within the project, the name alone of a file that lies outside.

    Examples
    --------
    >>> shown_file("data/towns.xlsx"), shown_file("../../towns.xlsx")
    ('data/towns.xlsx', 'towns.xlsx')
    """
    path = PurePath(name)
    return path.name if path.is_absolute() or ".." in path.parts else name


def safe_text(text: str) -> str:
    """Text that no spreadsheet reads as a formula: an apostrophe before = + - @ and tabs.

    Numbers keep their sign.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("-5,2"), safe_text("-"), safe_text("@x"), safe_text("town")
    ("'=1+1", '-5,2', "'-", "'@x", 'town')
    """
    if _FORMULA.match(text) and not _NUMBER.match(text):
        return "'" + text
    return text


def header_rows(
    sheet: Sheet, anchor: Iterable[str], stacked: bool = True, first: int = 0
) -> tuple[int, int, int] | None:
    """First and last row of the header and the column of the unit; None where there is none.

    Parameters
    ----------
    sheet
        With merged ranges still apart.
    anchor
        Keys (`word_key`) of the header cell that names the unit.
    stacked
        Whether a row below with nothing in the unit's column may belong to the header.
    first
        Row from which it is looked for.
    """
    known = set(anchor)
    for row in range(first, min(first + HEADER_SEARCH, len(sheet.rows))):
        for column in range(len(sheet.rows[row])):
            if word_key(sheet.text(row, column)) not in known:
                continue
            filled = [c for c in range(sheet.width) if sheet.text(row, c)]
            if len(filled) < 2 and not _in_merge(sheet, row, column):
                continue
            return (*_extent(sheet, row, column, known, stacked), column)
    return None


def _in_merge(sheet: Sheet, row: int, column: int) -> bool:
    return any(t <= row <= b and left <= column <= r for t, left, b, r in sheet.merged)


def header_extent(sheet: Sheet, row: int, column: int, known: set[str]) -> int:
    """Last row of the header that a row with the unit's column begins."""
    return _extent(sheet, row, column, known, True)[1]


def _extent(sheet: Sheet, row: int, column: int, known: set[str], stacked: bool) -> tuple[int, int]:
    top = bottom = row
    for t, left, b, right in sheet.merged:
        if t <= row <= b and left <= column <= right:
            top, bottom = min(top, t), max(bottom, b)
    while bottom + 1 < len(sheet.rows):
        text = sheet.text(bottom + 1, column)
        others = [sheet.text(bottom + 1, c) for c in range(sheet.width) if c != column]
        if word_key(text) in known or (stacked and not text and any(others) and is_heading(others)):
            bottom += 1
        else:
            break
    while top > 0 and not sheet.text(top - 1, column):
        if sum(bool(sheet.text(top - 1, c)) for c in range(column + 1, sheet.width)) == 0:
            break
        top -= 1
    return top, bottom


def year_of(text: str) -> int | None:
    """Year that a text is, as headers print it: 2018, 2018 г., 2018 ж.; None for another text."""
    match = re.fullmatch(r"((?:19|20)\d\d)(?:\.0)?(?:\s*(?:г|ж|y)\w*\.?)?", text)
    return int(match[1]) if match else None


def is_year(text: str) -> bool:
    """Whether a text is a year as headers print it."""
    return year_of(text) is not None


def is_number(text: str) -> bool:
    """Whether a text is a number as tables print it."""
    return bool(_NUMBER.match(text))


def is_heading(cells: Sequence[str]) -> bool:
    """Whether the cells of a row can be a header: words or years, no figures."""
    return all(is_year(c) or not is_number(c) for c in cells if c)


def header_texts(sheet: Sheet, top: int, bottom: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each column with the texts of its header, from the top, repeats left out.

    A heading over several columns counts for each of them: by its merged range, or, where a row
    above the last has gaps, to the next heading on its right.
    """
    head = Sheet(
        sheet.file,
        sheet.name,
        sheet.rows[: bottom + 1],
        [(t, left, min(b, bottom), r) for t, left, b, r in sheet.merged if t <= bottom],
    ).spread()
    width = sheet.width
    rows = [[head.text(r, c) for c in range(width)] for r in range(top, bottom + 1)]
    for i in reversed(range(len(rows) - 1)):  # from below: a heading goes as far as those under it do
        texts, below = rows[i], rows[i + 1]
        filled = [c for c in range(width) if texts[c]]
        for c in range(1, width):
            if not texts[c] and texts[c - 1] and filled and c > filled[0] and below[c] and below[c - 1]:
                texts[c] = texts[c - 1]
    for c in range(width):
        yield c, tuple(dict.fromkeys(row[c] for row in rows if row[c]))
