"""Workbooks written: pages of a template, and a table of findings with marked copies of what was read."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from monotown.data.workbooks.findings import ERROR, Finding
from monotown.data.workbooks.grid import Sheet, first_cell, safe_text
from monotown.data.workbooks.template import Page

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
