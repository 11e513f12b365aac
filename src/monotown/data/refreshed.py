"""What a raw file that was fetched anew has that the one before it has not: figures, rows, columns."""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from monotown.base.parsing import parse_cell
from monotown.base.problems import Problem, Problems
from monotown.data.sources import RawCell, decode, read_cells

#: Endings of files that are text, which a run reads in UTF-8.
TEXTS: Final = (".csv", ".tsv", ".txt")

#: First bytes of files of other kinds, by their ending.
BYTES: Final[Mapping[str, bytes]] = {
    ".zip": b"PK\x03\x04",
    ".pdf": b"%PDF",
    ".shp": b"\x00\x00\x27\x0a",
    ".shx": b"\x00\x00\x27\x0a",
}

#: How a page, or an answer of a program, begins, where a table or a picture was wanted.
_PAGES: Final = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<error")
_MARKED: Final = (".html", ".htm", ".xml", ".kml", ".gml", ".svg")


@dataclass(frozen=True)
class Change:
    """One figure that differs.

    Attributes
    ----------
    unit, year, variable
        What it is of; unit and year as printed.
    before, after
        As printed; None where the file has no such figure.
    line, column
        Where it stands, in the new file if it stands there.
    """

    unit: str
    year: str
    variable: str
    before: str | None
    after: str | None
    line: int
    column: str


@dataclass(frozen=True)
class Difference:
    """How two versions of a file differ.

    Attributes
    ----------
    changes
        Figures with another value, new ones and those that are gone, in the order of the new file.
    rows_new, rows_gone
        Rows of a table whose figures no run reads, or which cannot be read in both versions: the whole row.
    columns_new, columns_gone
        Columns of the header of a table.
    problems
        Why the new version cannot be read as its source says.
    """

    changes: tuple[Change, ...] = ()
    rows_new: tuple[str, ...] = ()
    rows_gone: tuple[str, ...] = ()
    columns_new: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def wrong_form(name: str, data: bytes) -> str:
    r"""What stands in a file in the place of what its ending says; "" where nothing is wrong.

    Parameters
    ----------
    name
        Name of the file; workbooks are looked at by who opens them.
    data
        Its content.

    Returns
    -------
    str
        ``empty``, ``page`` (a web page or an answer of a program), ``not_text`` or ``other``.

    Examples
    --------
    >>> wrong_form("a.csv", b"\n <!DOCTYPE html><title>404</title>"), wrong_form("a.csv", b"town,people\nA,1\n")
    ('page', '')
    >>> wrong_form("a.csv", b"town\n\xff\xfe"), wrong_form("a.shp", b"PK\x03\x04"), wrong_form("a.dbf", b"")
    ('not_text', 'other', 'empty')
    """
    ending = PurePath(name).suffix.lower()
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        return "empty"
    if ending not in _MARKED and start.startswith(_PAGES):
        return "page"
    if ending in TEXTS:
        if start.startswith((b"<", b"{")):
            return "page"
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return "not_text"
        return "not_text" if "\0" in text else ""
    return "" if data.startswith(BYTES.get(ending, b"")) else "other"


def difference(entry: Mapping[str, Any], path: str, before: bytes | None, after: bytes) -> Difference:
    r"""How the new version of a raw text file differs from the one before.

    Parameters
    ----------
    entry
        What its ``source.yaml`` says of it; with ``variable`` figures are compared, else rows.
    path
        Name for the messages.
    before, after
        Content of both versions in UTF-8; None where there was none.

    Examples
    --------
    >>> entry = {"columns": ["town", "2021", "2022"], "unit": {"column": "town"}, "year": {"header": True},
    ...          "variable": {"value": "people"}}
    >>> found = difference(entry, "a.csv", b"town,2021,2022\nA,1,2\n", b"town,2021,2022\nA,1,3\nB,5,\n")
    >>> [(c.unit, c.year, c.before, c.after) for c in found.changes]
    [('A', '2022', '2', '3'), ('B', '2021', None, '5'), ('B', '2022', None, '')]
    """
    tables = [_rows(before), _rows(after)]
    heads = [dict.fromkeys(rows[0] if rows else ()) for rows in tables]
    new, gone = tuple(c for c in heads[1] if c not in heads[0]), tuple(c for c in heads[0] if c not in heads[1])
    columns = (new, gone) if before is not None else ((), ())
    if "variable" not in entry:
        return Difference((), *_unlike(*tables), *columns)
    spec = {**entry, "file": path}
    old, wrong = _figures(spec, before)
    now, problems = _figures(spec, after)
    if before is not None and wrong:  # of an older source.yaml
        return Difference((), *_unlike(*tables), *columns, problems)
    return Difference(tuple(_changes(old, now)), (), (), *columns, problems)


def row_difference(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> Difference:
    """How the rows of two tables differ, wherever they stand."""
    return Difference((), *_unlike(before, after))


def _rows(data: bytes | None) -> list[list[str]]:
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # told where figures are read; rows before it are compared
        rows.extend(row for row in csv.reader(io.StringIO((data or b"").decode("utf-8-sig"))) if row)
    return rows


def _unlike(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Rows that the second table has more of, and those that the first has."""
    counted = [Counter(", ".join(row) for row in rows) for rows in (before, after)]
    return tuple((counted[1] - counted[0]).elements()), tuple((counted[0] - counted[1]).elements())


_Key = tuple[str, str, str, int]


def _figures(spec: Mapping[str, Any], data: bytes | None) -> tuple[dict[_Key, RawCell], tuple[Problem, ...]]:
    """Cells of figures by unit, year, variable, and how many of these stand before."""
    problems = Problems()
    found: dict[_Key, RawCell] = {}
    met: Counter[tuple[str, str, str]] = Counter()
    if data is not None:
        for cell in read_cells(spec, decode(data, str(spec["file"]), problems), problems):
            key = (cell.unit.strip(), cell.year.strip(), cell.variable)
            found[*key, met[key]] = cell
            met[key] += 1
    return found, tuple(problems)


def _changes(before: Mapping[_Key, RawCell], after: Mapping[_Key, RawCell]) -> Iterator[Change]:
    for key, cell in after.items():
        old = before.get(key)
        if old is None or _value(old.text) != _value(cell.text):
            yield Change(*key[:3], None if old is None else old.text.strip(), cell.text.strip(), cell.line, cell.column)
    for key, cell in before.items():
        if key not in after:
            yield Change(*key[:3], cell.text.strip(), None, cell.line, cell.column)


def _value(text: str) -> object:
    """What a cell says, however it is printed: 12 and 12.0 are one number."""
    try:
        cell = parse_cell(text.strip())
    except ValueError:
        return text.strip()
    return cell.value, cell.flag
