"""Sheets of a workbook, as values: cells, formulas with their results, formats by name; and the workbook's bytes."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

#: One day for files that would otherwise carry the time they were written at.
_EPOCH: Final = datetime.datetime(2020, 6, 1)

#: Letters of the name of a sheet, and those that it may not have.
_NAME_LETTERS: Final = 31
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")

#: What spreadsheets take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@")

#: Letters of a cell.
_CELL_LETTERS: Final = 32_767

#: Height of a line, in points.
_LINE: Final = 15

_YELLOW: Final = "#FFF2CC"
_FORMATS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 13},
    "note": {"italic": True, "font_color": "#444444"},
    "head": {"bold": True, "bg_color": "#D9E2EC", "text_wrap": True, "valign": "top", "bottom": 1},
    "under_head": {"italic": True, "font_color": "#444444", "text_wrap": True, "valign": "top"},
    "link": {"font_color": "#1F4E9E", "underline": 1},
    "score": {"num_format": "0.00"},
    "unit_score": {"num_format": "0.0000"},
    "share": {"num_format": "0.0%"},
    "share_head": {"num_format": "0.0%", "italic": True},
    "strong": {"bold": True},
    "strong_score": {"bold": True, "num_format": "0.00"},
    "strong_unit_score": {"bold": True, "num_format": "0.0000"},
    "changed": {"num_format": "+0.#;-0.#;0"},
    "open": {"bg_color": _YELLOW},
    "filled": {"bg_color": "#E4E4E4", "italic": True},
}


class Formula(NamedTuple):
    """A formula, and what it gives: a number, or "" for none."""

    text: str
    value: float | str


@dataclass
class Sheet:
    """One sheet.

    Attributes
    ----------
    name
        As `sheet_name` gives it.
    rows
        Cells: texts, numbers, `Formula`; "" and None are empty.
    widths
        Of the columns, in letters.
    frozen
        Rows and columns that stay in sight.
    row_styles, column_styles, styles
        Formats of rows, of columns, and of cells, by their names; a cell's counts before its row's, and this before
        its column's.
    links
        Cells whose text leads to the sheet of a name.
    hidden
        First and last of the columns that are not shown.
    least
        Ranges of cells (first row, column, last row, column) that take numbers of 0 or more alone.
    """

    name: str
    rows: list[list[Any]]
    widths: Sequence[int]
    frozen: tuple[int, int] = (1, 0)
    row_styles: Mapping[int, str] = field(default_factory=dict)
    column_styles: Mapping[int, str] = field(default_factory=dict)
    styles: Mapping[tuple[int, int], str] = field(default_factory=dict)
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: tuple[int, int] | None = None
    least: Sequence[tuple[int, int, int, int]] = ()


def sheet_name(said: str, index: str, names: set[str]) -> str:
    """A name that no sheet has yet, as workbooks take it.

    Examples
    --------
    >>> taken = set()
    >>> [sheet_name("scores", index, taken) for index in ("a/b", "a:b", "")]
    ['scores a_b', 'scores a_b 2', 'scores']
    """
    plain = _NO_NAME.sub("_", f"{said} {index}".strip()).strip("'")[:_NAME_LETTERS].strip("'")
    name, turn = plain, 1
    while name.casefold() in names:
        turn += 1
        name = f"{plain[: _NAME_LETTERS - len(str(turn)) - 1]} {turn}"
    names.add(name.casefold())
    return name


def quoted(name: str) -> str:
    """The name of a sheet as a formula has it.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'!"
    """
    return "'" + name.replace("'", "''") + "'!"


def _lines(row: Sequence[Any], widths: Sequence[int]) -> int:
    """Lines that the longest text of a row takes; not every program finds out for itself."""
    said = [(str(value), width) for value, width in zip(row, widths, strict=False) if isinstance(value, str)]
    return max((-(-len(text) * 6 // (5 * width)) for text, width in said), default=1) or 1


def book_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook; equal sheets give equal bytes, and a text is a text whatever it begins with."""
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    class Page(Worksheet):  # type: ignore[misc]
        """A sheet whose formulas call none of the functions that came after Excel 2007."""

        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            # the library looks for each of these functions in each formula: most of the time of a large workbook
            return formula.removeprefix("=")

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"author": "monotown", "created": _EPOCH})
    formats = {name: book.add_format(dict(settings)) for name, settings in _FORMATS.items()}
    formats[""] = None
    quoting = {name: book.add_format({**_FORMATS.get(name, {}), "quote_prefix": True}) for name in ["", *_FORMATS]}
    for sheet in sheets:
        page = book.add_worksheet(sheet.name, Page)
        for c, width in enumerate(sheet.widths):
            page.set_column(c, c, width)
        if sheet.hidden:
            page.set_column(*sheet.hidden, None, None, {"hidden": True})
        page.freeze_panes(*sheet.frozen)
        for top, left, bottom, right in sheet.least:
            page.data_validation(top, left, bottom, right, {"validate": "decimal", "criteria": ">=", "value": 0})
        for r, row in enumerate(sheet.rows):
            of_row = sheet.row_styles.get(r, "")
            if _FORMATS.get(of_row, {}).get("text_wrap"):
                page.set_row(r, _LINE * _lines(row, sheet.widths))
            for c, value in enumerate(row):
                style = sheet.styles.get((r, c)) or of_row or sheet.column_styles.get(c, "")
                if value is None or value == "":
                    if style and style in ("open", "head"):
                        page.write_blank(r, c, None, formats[style])
                elif isinstance(value, Formula):
                    page.write_formula(r, c, value.text, formats[style], value.value)
                elif not isinstance(value, str):
                    page.write_number(r, c, value, formats[style])
                elif (r, c) in sheet.links:
                    page.write_url(r, c, f"internal:{quoted(sheet.links[r, c])}A1", formats["link"], value)
                else:
                    kept = quoting if value.startswith(_FORMULA) else formats
                    page.write_string(r, c, value[:_CELL_LETTERS], kept[style])
    book.close()
    return buffer.getvalue()
