"""What a reader of a file does not see: hidden sheets, rows and columns, cells struck out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from monotown.data.workbooks.fates import Fates
from monotown.data.workbooks.grid import Sheet, cell_name


def hidden_parts(sheet: Sheet) -> list[str]:
    """Hidden parts that hold something, as spreadsheets name them.

    Examples
    --------
    >>> rows = [["town", "2018"], ["Ridder", "5"], ["Saran", "6"]]
    >>> hidden_parts(Sheet("a.xlsx", "data", rows, hidden_rows=frozenset({1, 2}),
    ...                    hidden_columns=frozenset({1, 7}), struck=frozenset({(2, 1)})))
    ['2:3', 'B:B', 'B3']
    """
    if sheet.hidden:
        return [sheet.name]
    filled = {(r, c) for r, c in _cells(sheet) if sheet.text(r, c) or (r, c) in sheet.unsaved}
    rows = sorted({r for r, _ in filled if r in sheet.hidden_rows})
    columns = sorted({c for _, c in filled if c in sheet.hidden_columns})
    struck = sorted(filled & sheet.struck)
    letters = [cell_name(0, c)[:-1] for c in range(max(columns, default=-1) + 1)]
    return [
        *(f"{a + 1}:{b + 1}" for a, b in _runs(rows)),
        *(f"{letters[a]}:{letters[b]}" for a, b in _runs(columns)),
        *([", ".join(cell_name(r, c) for r, c in struck)] if struck else []),
    ]


def without_hidden(sheet: Sheet, fates: Fates) -> Sheet:
    """The sheet with nothing in its hidden parts, whose cells are left out."""
    gone = {
        (r, c)
        for r, c in _cells(sheet)
        if sheet.hidden or r in sheet.hidden_rows or c in sheet.hidden_columns or (r, c) in sheet.struck
    }
    if not gone:
        return sheet
    for row, column in gone:
        fates.claim(row, column, "left_out", "hidden")
    rows = [["" if (r, c) in gone else text for c, text in enumerate(row)] for r, row in enumerate(sheet.rows)]
    return replace(sheet, rows=rows, unsaved=sheet.unsaved - gone)


def _cells(sheet: Sheet) -> Iterable[tuple[int, int]]:
    if not (sheet.hidden or sheet.hidden_rows or sheet.hidden_columns or sheet.struck):
        return []
    return ((r, c) for r, row in enumerate(sheet.rows) for c in range(len(row)))


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs
