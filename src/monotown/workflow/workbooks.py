"""Workbooks and text tables at the edge: refused where unsafe, read to sheets of texts."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from monotown.base.parsing import visible_text
from monotown.data.workbooks.findings import Finding
from monotown.data.workbooks.grid import Sheet, shown_file
from monotown.data.workbooks.text import QuoteError, decode_text, split_rows
from monotown.workflow.forms import SUFFIXES, TEXT, ZIPPED
from monotown.workflow.spreadsheets import RefusedError, number_text, ods_sheets, too_many, xls_sheets, xlsx_sheets

#: First bytes of an OLE2 file: an old workbook, or a new one behind a password.
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"

#: What declares an entity, which can grow beyond all bounds, in every encoding whose letters are not those of ASCII;
#: all others that a parser of XML knows have its letters.
_ENTITIES = tuple("<!ENTITY".encode(f"utf-{form}") for form in ("8", "16-le", "16-be", "32-le", "32-be"))
_LONGEST = max(map(len, _ENTITIES))

#: Where a workbook of OpenDocument says that its parts are behind a password.
_MANIFEST = "META-INF/manifest.xml"


def load_sheets(path: str | Path, name: str, limits: Mapping[str, int]) -> tuple[list[Sheet], list[Finding]]:
    """Sheets of a file, or the finding that says why it is not read.

    Parameters
    ----------
    path
        The file.
    name
        Its name for the reader.
    limits
        ``megabytes`` of the file, ``unpacked_megabytes`` and ``ratio`` of its content, ``cells``
        and ``sheets``: checked before the content is read.
    """
    file = Path(path)
    try:
        sheets = [_visible(sheet) for sheet in _load(file, name, limits)]
        cells = sum(len(r) for s in sheets for r in s.rows)
        if cells > limits["cells"] or len(sheets) > limits["sheets"]:
            raise too_many(cells, limits)
        if not any(c.strip() for s in sheets for r in s.rows for c in r):
            raise RefusedError("empty", "")
    except RefusedError as refused:
        return [], [Finding(refused.code, name, found=refused.found, values=refused.values)]
    return sheets, []


def _visible(sheet: Sheet) -> Sheet:
    """The sheet without characters that nobody sees, in its name and its cells."""
    rows = [[visible_text(c) for c in row] for row in sheet.rows]
    return replace(sheet, name=visible_text(sheet.name), rows=rows)


def _load(file: Path, name: str, limits: Mapping[str, int]) -> list[Sheet]:
    if not file.is_file():
        raise RefusedError("no_file", file.name)
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise RefusedError("format", file.suffix or file.name)
    size = file.stat().st_size
    if size > limits["megabytes"] * 2**20:
        raise RefusedError("too_large", f"{size / 2**20:.0f} MB", limit=limits["megabytes"])
    if size == 0:
        raise RefusedError("empty", "0 bytes")
    data = file.read_bytes()
    if suffix in TEXT:
        return [_text_sheet(data, name)]
    # a new workbook under an old name, as some programs export it, is what its bytes say
    if suffix in ZIPPED or (suffix == ".xls" and data.startswith(_ZIP)):
        if data.startswith(_OLE):
            raise RefusedError("encrypted" if b"E\0n\0c\0r\0y\0p\0t" in data else "damaged", suffix)
        if not data.startswith(_ZIP):
            raise RefusedError("damaged", _looks(data))
        _check_zip(data, limits)
        return _guard(ods_sheets if suffix == ".ods" else xlsx_sheets, data, name, limits)
    if not data.startswith(_OLE):
        raise RefusedError("damaged", _looks(data))
    return _guard(xls_sheets, data, name, limits)


def _looks(data: bytes) -> str:
    """What the first bytes of a file look like: HTML, XML, text, or the bytes."""
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        return "HTML"
    if head.startswith(b"<?xml"):
        return "XML"
    if data.startswith(_ZIP):
        return "ZIP"
    return data[:8].hex(" ")


def _guard(
    read: Callable[[bytes, str, Mapping[str, int]], list[Sheet]], data: bytes, name: str, limits: Mapping[str, int]
) -> list[Sheet]:
    """Whatever a library makes of a damaged file, the reader hears that it is damaged."""
    try:
        return read(data, name, limits)
    except RefusedError:
        raise
    except Exception as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise RefusedError("encrypted", str(error)[:80]) from error
        raise RefusedError("damaged", f"{type(error).__name__}: {error}"[:120]) from error


def _check_zip(data: bytes, limits: Mapping[str, int]) -> None:
    """Refuse an archive that unpacks to far more than its size, by what is really in it."""
    most = limits["unpacked_megabytes"] * 2**20
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(i.flag_bits & 1 for i in archive.infolist()):
                raise RefusedError("encrypted", "zip")
            total = 0
            for info in archive.infolist():
                with archive.open(info) as part:  # sizes in the directory can lie
                    before = b""
                    while chunk := part.read(2**20):
                        total += len(chunk)
                        if total > most or total > limits["ratio"] * max(len(data), 2**20):
                            raise RefusedError(
                                "bomb",
                                f"> {total / 2**20:.0f} MB",
                                limit=limits["unpacked_megabytes"],
                                ratio=limits["ratio"],
                            )
                        if info.filename == _MANIFEST and b":encryption-data" in chunk:
                            raise RefusedError("encrypted", "ODF")
                        # a part may have any name, and a chunk may end within the word
                        seen = before + chunk
                        if any(entity in seen for entity in _ENTITIES):
                            raise RefusedError("bomb", "<!ENTITY", limit=0, ratio=limits["ratio"])
                        before = seen[1 - _LONGEST :]
    except RefusedError:
        raise
    except Exception as error:
        raise RefusedError("damaged", f"{type(error).__name__}: {error}"[:120]) from error


def _text_sheet(data: bytes, name: str) -> Sheet:
    if data.startswith((_OLE, _ZIP)):
        raise RefusedError("damaged", "ZIP" if data.startswith(_ZIP) else "OLE")
    try:
        text, _ = decode_text(data)
    except ValueError as error:
        raise RefusedError("encoding", error) from error
    try:
        return Sheet(name, "", split_rows(text))
    except QuoteError as error:
        raise RefusedError("text_form", f'{error.line}: "', line=error.line) from error


def cell_text(value: Any) -> str:
    """Text of a value that another reader gives: shortest exact decimals, ISO dates.

    Examples
    --------
    >>> cell_text(2018.0), cell_text(1e-05), cell_text(None)
    ('2018', '0.00001', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return number_text(number) if number.is_finite() else str(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    return str(value)


def read_files(files: list[str], limits: Mapping[str, int]) -> tuple[list[Sheet], list[Finding]]:
    """Sheets of all files, and why files are not read; a file outside the project goes by its name alone."""
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    for name in files:
        found, why = load_sheets(name, shown_file(name), limits)
        sheets += found
        findings += why
    return sheets, findings
