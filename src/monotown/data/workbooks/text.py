"""Text files of unknown encoding and delimiter: told from their bytes, refused where not sure."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

#: Delimiters, the likeliest in the files of offices first.
DELIMITERS = (";", "\t", ",", "|")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def decode_text(data: bytes) -> tuple[str, str]:
    r"""Text of a file and the encoding it was read in.

    A byte-order mark decides; else UTF-16 is told by its zero bytes, UTF-8 by its strict form,
    and Windows-1251 by its Cyrillic letters.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> decode_text("Қала;жыл".encode("utf-16"))[1], decode_text("Город;год".encode("cp1251"))
    ('utf-16', ('Город;год', 'cp1251'))
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return _clean(data.decode(encoding)), encoding
            except UnicodeDecodeError as error:
                raise ValueError(f"not {encoding}") from error
    for encoding, zeros, others in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        half = len(data) // 2
        if half and data[zeros::2].count(0) > 0.3 * half and data[others::2].count(0) == 0:
            try:
                return _clean(data.decode(encoding)), encoding
            except UnicodeDecodeError as error:
                raise ValueError(f"not {encoding}") from error
    try:
        return _clean(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    # Unmarked UTF-16 of Cyrillic text: its high bytes are all 04 or, for ASCII, 00.
    for encoding, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        tops = data[high::2]
        if len(data) % 2 == 0 and tops and sum(b in (0, 4) for b in tops) > 0.9 * len(tops):
            return _clean(data.decode(encoding)), encoding
    try:
        text = data.decode("cp1251")
    except UnicodeDecodeError as error:
        raise ValueError("not Windows-1251") from error
    beyond = [c for c in text if ord(c) > 127]
    letters = [c for c in beyond if "а" <= c.lower() <= "я" or c in "ёЁ«»–—№\u00a0…°іІ"]
    # Read as Windows-1251, KOI8-R has capitals for small letters and code page 866 few letters.
    swapped = len(re.findall("[а-я][А-Я]{2,}", text))
    if len(letters) < 0.8 * len(beyond) or swapped > len(re.findall("[А-Я]?[а-я]{3,}", text)):
        raise ValueError("not Windows-1251")
    return _clean(text), "cp1251"


def _clean(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters")
    return text.removeprefix("\ufeff")


def find_delimiter(text: str) -> str:
    r"""Delimiter of a table in text: the one that parts most lines into equally many cells.

    Examples
    --------
    >>> find_delimiter("town;2018;x\nA;1,5;2,5\nB;1,25;3,5\n"), find_delimiter("a,b\n1,2\n")
    (';', ',')
    """
    first = text.split("\n", 1)[0].strip(' "\r').lower()
    if re.fullmatch(r"sep=.", first):
        return first[-1]
    sample = [line for line in re.split(r"[\r\n]+", text[:200_000]) if line.strip()][:50]
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        # line by line, so that a stray quotation mark spoils no line but its own
        counts = Counter(len(next(csv.reader([s[:20_000]], delimiter=delimiter))) for s in sample)
        cells, lines = max(counts.items(), key=lambda c: (c[0] > 1, c[1], c[0]), default=(1, 0))
        if cells > 1:
            score = (round(lines / sum(counts.values()), 1), cells)
            if score > best:
                best, found = score, delimiter
    return found


class QuoteError(ValueError):
    """A quotation mark that may take in other cells.

    Attributes
    ----------
    line
        Line of the text in which it stands, from 1.
    """

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: a quotation mark is not closed in its cell")
        self.line = line


@dataclass
class _Row:
    """A row while its cells are read."""

    first: int
    cells: list[str] = field(default_factory=list)
    #: Lines, from 0, at which quoted cells of several lines begin and end.
    spans: list[tuple[int, int]] = field(default_factory=list)
    opened: bool = False
    odd: bool = False


def split_rows(text: str) -> list[list[str]]:
    r"""Rows of a delimited text, cells as they stand; the line that names the delimiter is empty.

    A cell in quotation marks may hold delimiters and several lines. It must close before a
    delimiter or the end of a line, and may not take in lines that are rows of the table
    themselves. A mark inside a cell (``ТОО "Восток"``) is a character of it.

    Parameters
    ----------
    text
        Of the file.

    Raises
    ------
    QuoteError
        If a quotation mark is not closed, or may take in other cells.

    Examples
    --------
    >>> split_rows('town;note\nA;"two\nlines"')
    [['town', 'note'], ['A', 'two\nlines']]
    >>> split_rows('town;x;y\nA;"1;2\nB;3;4')
    Traceback (most recent call last):
    monotown.data.workbooks.text.QuoteError: line 2: a quotation mark is not closed in its cell
    """
    delimiter = find_delimiter(text)
    lines = re.split(r"\r\n|\r|\n", text)
    if lines and not lines[-1]:
        lines.pop()
    rows = list(_rows(lines, delimiter))
    _check(rows, lines, delimiter)
    cells = [row.cells for row in rows]
    if cells and re.fullmatch(r"sep=.?", cells[0][0].strip().lower() if cells[0] else ""):
        cells[0] = []
    return cells


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[_Row]:
    at, opened = 0, False
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            yield _Row(at, line.split(delimiter) if line else [])
            at += 1
            continue
        row = _Row(at)
        at = _quoted_row(row, lines, delimiter)
        opened |= row.opened
        # Marks come in pairs: one left over may be the end of a cell that a stray one turned over.
        if row.odd and opened:
            raise QuoteError(row.first + 1)
        yield row


def _quoted_row(row: _Row, lines: Sequence[str], delimiter: str) -> int:
    """Read a row with quotation marks; the line after it."""
    at, line, start = row.first, lines[row.first], 0
    while True:
        text, end = "", start
        opened = line.startswith('"', start)
        if opened:
            row.opened = True
            begun, close = at, start
            parts: list[str] = []
            while True:
                found = line.find('"', close + 1)
                if found < 0:
                    parts.append(line[start + 1 :] if at == begun else line)
                    at += 1
                    if at >= len(lines):
                        raise QuoteError(begun + 1)
                    line, close = lines[at], -1
                elif line.startswith('"', found + 1):
                    close = found + 1
                else:
                    break
            parts.append(line[start + 1 : found] if at == begun else line[:found])
            inner = "\n".join(parts)
            text, end = inner.replace('""', '"'), found + 1
            if at > begun:
                row.spans.append((begun, at))
        stop = line.find(delimiter, end)
        stop = len(line) if stop < 0 else stop
        rest = line[end:stop]
        if opened and rest.strip() and (delimiter in text or row.spans[-1:] == [(begun, at)]):
            raise QuoteError(begun + 1)  # text behind the closing mark: it may be an opening one
        row.odd |= rest.count('"') % 2 == 1
        row.cells.append(text + rest)
        if stop == len(line):
            return at + 1
        start = stop + len(delimiter)


def _check(rows: Sequence[_Row], lines: Sequence[str], delimiter: str) -> None:
    """Refuse cells of several lines that take in rows of the table."""
    spans = [span for row in rows for span in row.spans]
    if not spans:
        return
    widths = Counter(line.count(delimiter) for line in lines if delimiter in line)
    width = max(widths.items(), key=lambda w: (w[1], w[0]), default=(0, 0))[0]
    figure = re.compile(re.escape(delimiter) + r'\s*"?[+-]?\d')
    for first, last in spans:
        counts = [lines[i].count(delimiter) for i in range(first, last + 1)]
        inside = "\n".join([*lines[first + 1 : last], lines[last].rpartition('"')[0]])
        taken = counts[1:-1] + ([counts[-1]] if counts[0] == width else [])
        if (width and width in taken) or len(figure.findall(inside)) > (delimiter == ","):
            raise QuoteError(first + 1)
