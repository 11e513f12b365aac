"""Workbooks and text tables at the edge: refused where unsafe, read to sheets of texts, written."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from monotown.base.parsing import visible_text
from monotown.data.workbooks.findings import ERROR, Finding
from monotown.data.workbooks.grid import Sheet, first_cell, safe_text, shown_file
from monotown.data.workbooks.template import Page
from monotown.data.workbooks.text import QuoteError, decode_text, split_rows
from monotown.workflow.forms import SUFFIXES, TEXT, ZIPPED
from monotown.workflow.spreadsheets import RefusedError, number_text, ods_sheets, too_many, xls_sheets, xlsx_sheets

#: First bytes of an OLE2 file: an old workbook, or a new one behind a password.
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"

#: Where a workbook of OpenDocument says that its parts are behind a password.
_MANIFEST = "META-INF/manifest.xml"

#: One day for files that would otherwise carry the time they were written at.
_EPOCH = datetime.datetime(2020, 6, 1)

_FILLS = {
    "head": PatternFill("solid", start_color="FFD9E2EC"),
    "key": PatternFill("solid", start_color="FFF0F0F0"),
    "error": PatternFill("solid", start_color="FFF4B183"),
    "warning": PatternFill("solid", start_color="FFFFF2CC"),
}


#: Widths of the columns of the table of findings, in characters.
_WIDTHS = (14, 28, 14, 10, 28, 52, 60)


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
                        if b"<!ENTITY" in before + chunk:
                            raise RefusedError("bomb", "<!ENTITY", limit=0, ratio=limits["ratio"])
                        before = chunk[-8:]
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


def write_pages(pages: Sequence[Page], path: str | Path) -> None:
    """Write the pages of a template as a workbook; equal pages give equal bytes."""
    book = openpyxl.Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for page in pages:
        sheet = book.create_sheet(page.name)
        for r, row in enumerate(page.rows, 1):
            for c, value in enumerate(row, 1):
                if value in ("", None):
                    continue
                cell = sheet.cell(r, c)
                _put(cell, value)
                style = page.styles.get(r - 1)
                if style:
                    cell.fill = _FILLS[style]
                    cell.font = Font(bold=style == "head")
                    cell.alignment = Alignment(wrap_text=len(row) > 1, vertical="top")
            if r - 1 in page.styles and len(row) > 1:
                sheet.row_dimensions[r].height = 42
        for (r, c), text in page.notes.items():
            sheet.cell(r + 1, c + 1).comment = Comment(text, "monotown", width=320, height=160)
        for c, width in enumerate(page.widths, 1):
            sheet.column_dimensions[get_column_letter(c)].width = width
        sheet.freeze_panes = sheet.cell(page.frozen[0] + 1, page.frozen[1] + 1)
        for rule in page.rules:
            validation = DataValidation(
                type=rule.type,
                operator=rule.operator,
                formula1=rule.first,
                formula2=rule.second,
                allow_blank=True,
                showErrorMessage=bool(rule.message),
                errorStyle="stop" if rule.stops else "warning",
                error=rule.message[:250],
                errorTitle=rule.title[:30],
                showInputMessage=bool(rule.hint),
                prompt=rule.hint[:250] or None,
                promptTitle=rule.title[:30] or None,
            )
            top, bottom = rule.rows
            for c in rule.columns:
                letter = get_column_letter(c + 1)
                validation.add(f"{letter}{top + 1}:{letter}{bottom + 1}")
            sheet.add_data_validation(validation)
        if page.hidden:
            sheet.sheet_state = "hidden"
    save_book(book, path)


def _put(cell: Any, value: Any) -> None:
    """Set a cell; a text never becomes a formula."""
    if isinstance(value, str):
        cell.value = safe_text(value)
        cell.data_type = "s"
    else:
        cell.value = value


def write_problems(
    table: pd.DataFrame,
    findings: Sequence[Finding],
    sheets: Sequence[Sheet],
    words: Mapping[str, str],
    comments: Sequence[tuple[str, str]],
    path: str | Path,
) -> None:
    """Write the table of findings and a copy of each sheet that has one, its cells marked.

    Parameters
    ----------
    table, findings
        In words, and as found; `comments` are what was expected and how to mend, by finding.
    sheets
        What was read.
    words
        Heads of the table's columns; ``page`` is the name of its sheet and ``none`` what it says
        where there is nothing to remark.
    comments
        Of each finding, in its order.
    path
        The workbook written.
    """
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = words["page"]
    page.append([words[c] for c in table.columns])
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True), _FILLS["head"]
    for r, row in enumerate(table.to_dict("records"), 2):
        for c, value in enumerate(row.values(), 1):
            cell = page.cell(r, c)
            _put(cell, str(value)[:2000])
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        lines = max(-(-len(str(v)) * 5 // (4 * w)) for v, w in zip(row.values(), _WIDTHS, strict=True))
        page.row_dimensions[r].height = 15 * max(1, lines)
    if table.empty:
        _put(page.cell(2, 1), words["none"])
    for c, width in enumerate(_WIDTHS, 1):
        page.column_dimensions[get_column_letter(c)].width = width
    page.freeze_panes = "A2"
    used = {words["page"].casefold()}
    for sheet, mine in _marked(findings, comments, sheets):
        _copy(book, sheet, mine, used)
    save_book(book, path)


def _marked(
    findings: Sequence[Finding], comments: Sequence[tuple[str, str]], sheets: Sequence[Sheet]
) -> Iterator[tuple[Sheet, list[tuple[Finding, str]]]]:
    for sheet in sheets:
        mine = [
            (f, " ".join(said))
            for f, said in zip(findings, comments, strict=True)
            if (f.file, f.sheet) == (sheet.file, sheet.name) and f.cell
        ]
        if mine:
            yield sheet, mine


#: A copy with its marks is for looking at: longer sheets are cut after the last mark.
_COPIED_ROWS = 5000


def _copy(book: openpyxl.Workbook, sheet: Sheet, mine: Sequence[tuple[Finding, str]], used: set[str]) -> None:
    name = "".join("_" if c in "[]:*?/\\'" else c for c in sheet.name or Path(sheet.file).stem)
    title, n = name[:28] or "sheet", 2
    while title.casefold() in used:
        title, n = f"{name[:25]} {n}", n + 1
    used.add(title.casefold())
    page = book.create_sheet(title)
    marks: dict[tuple[int, int], list[tuple[Finding, str]]] = {}
    for finding, said in mine:
        marks.setdefault(first_cell(finding.cell), []).append((finding, said))
    kept = set(range(min(len(sheet.rows), _COPIED_ROWS))) | {r for r, _ in marks}
    for r in sorted(kept):
        row = sheet.rows[r] if r < len(sheet.rows) else []
        for c, text in enumerate(row):
            if text:
                _put(page.cell(r + 1, c + 1), text[:2000])
    for c in range(1, sheet.width + 1):
        page.column_dimensions[get_column_letter(c)].width = 18
    for (r, c), all_said in sorted(marks.items()):
        cell = page.cell(r + 1, c + 1)
        worst = ERROR if any(f.severity == ERROR for f, _ in all_said) else "warning"
        cell.fill = _FILLS[worst]
        cell.comment = Comment("\n".join(t for _, t in all_said)[:1000], "monotown", width=320, height=120)


def save_book(book: openpyxl.Workbook, path: str | Path) -> None:
    """Write a workbook without the time of writing, so that equal books give equal bytes."""
    book.properties.creator = "monotown"
    book.properties.created = book.properties.modified = _EPOCH
    buffer = io.BytesIO()
    book.save(buffer)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kept:
        for info in made.infolist():
            content = made.read(info)
            if info.filename == "docProps/core.xml":
                content = _undated(content)
            kept.writestr(zipfile.ZipInfo(info.filename, (2020, 6, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def _undated(content: bytes) -> bytes:
    """Core properties with the one day in place of the time of saving."""
    day = _EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)", rb"\g<1>" + day + rb"\g<3>", content)


def read_files(files: list[str], limits: Mapping[str, int]) -> tuple[list[Sheet], list[Finding]]:
    """Sheets of all files, and why files are not read; a file outside the project goes by its name alone."""
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    for name in files:
        found, why = load_sheets(name, shown_file(name), limits)
        sheets += found
        findings += why
    return sheets, findings
