"""Tables of a sheet: where each begins and ends, one below or beside another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from monotown.data.workbooks.grid import Sheet, header_extent, is_heading, is_number, is_year, word_key


@dataclass
class Table:
    """One table of a sheet.

    Attributes
    ----------
    top
        Its first row: that of its title, where it has one above its header.
    head
        Row of the header that names its units, and last row of the header.
    left, right
        First and last column.
    bottom
        Last row before the next table, or of the sheet.
    anchor
        Column of its units.
    """

    top: int
    head: tuple[int, int]
    left: int
    right: int
    bottom: int
    anchor: int

    def cut(self, sheet: Sheet) -> Sheet:
        """The sheet with nothing but this table; every cell keeps its place."""
        if self.top == 0 and self.left == 0 and self.right >= sheet.width - 1:
            rows = sheet.rows[: self.bottom + 1]
        else:
            rows = [
                ["" if c < self.left else text for c, text in enumerate(row[: self.right + 1])]
                if self.top <= r <= self.bottom
                else []
                for r, row in enumerate(sheet.rows[: self.bottom + 1])
            ]
        merged = [m for m in sheet.merged if self.top <= m[0] <= self.bottom and self.left <= m[1] <= self.right]
        return replace(sheet, rows=rows, merged=merged)


def find_tables(sheet: Sheet, anchors: Mapping[str, set[str]]) -> list[Table]:
    """Tables of a sheet, from the top, those beside each other from the left.

    A table begins at a header row: one with a word for the unit (or its code), something else
    beside it, and no figures. A header that is printed again, as on each page, begins none.

    Parameters
    ----------
    sheet
        With merged ranges still apart.
    anchors
        Keys (`word_key`) of header cells by what they name: the unit, its code.
    """
    tables: list[Table] = []
    running: list[Table] = []
    row, last = 0, len(sheet.rows) - 1
    names = {key: role for role, keys in anchors.items() for key in keys}
    while row <= last:
        found = [
            (c, names[word_key(text)])
            for c, text in enumerate(sheet.rows[row])
            if text and not text[0].isdigit() and word_key(text) in names
        ]
        end = row
        for left, right, anchor in _groups(sheet, row, found, running):
            if _repeats(sheet, row, left, right, running):
                continue
            bottom = header_extent(sheet, row, anchor, set(names))
            for table in [t for t in running if t.left <= right and left <= t.right]:
                table.bottom = row - 1
                running.remove(table)
            made = Table(row, (row, bottom), left, right, last, anchor)
            made.top = _top(sheet, made, tables)
            for table in tables:
                if table.bottom == row - 1:
                    table.bottom = min(table.bottom, made.top - 1)
            tables.append(made)
            running.append(made)
            end = max(end, bottom)
        row = end + 1
    return tables


def _groups(sheet: Sheet, row: int, found: list[tuple[int, str]], running: list[Table]) -> list[tuple[int, int, int]]:
    """First and last column and the column of units of each header that begins in a row."""
    starts: list[tuple[int, set[str]]] = []
    previous = 0
    for column, role in found:
        between = any(sheet.text(row, c) for c in range(previous + 1, column))
        if starts and not (role in starts[-1][1] and between):
            starts[-1][1].add(role)
        else:
            starts.append((column, {role}))
        previous = column
    made = []
    for i, (column, _) in enumerate(starts):
        right = starts[i + 1][0] - 1 if i + 1 < len(starts) else sheet.width - 1
        held = [t for t in running if t.left <= column <= t.right]
        left = 0 if i == 0 else column
        for table in held:
            head = range(table.head[0], table.head[1] + 1)
            span = range(table.left, table.right + 1)
            filled = [c for c in span if any(sheet.text(r, c) for r in head)]
            if column > max(filled):  # beside a table that goes on
                table.right, left = column - 1, column
        left = max([left, *(t.right + 1 for t in running if t.right < column)])
        cells = [sheet.text(row, c) for c in range(left, right + 1)]
        merged = any(t <= row <= b and x <= column <= y for t, x, b, y in sheet.merged)
        if (sum(map(bool, cells)) > 1 or merged) and is_heading([c for c in cells if c]):
            made.append((left, right, column))
    return made


def _repeats(sheet: Sheet, row: int, left: int, right: int, running: list[Table]) -> bool:
    """Whether a row is the header of the table that it stands in, printed again.

    Under a title of its own it is that of another table.
    """
    above = next(
        (cells for r in range(row - 1, -1, -1) if any(cells := [sheet.text(r, c) for c in range(left, right + 1)])), []
    )
    if sum(map(bool, above)) == 1 and is_heading(above):
        return False
    for table in running:
        if (table.left, table.right) == (left, right):
            span = range(left, right + 1)
            printed = [word_key(sheet.text(row, c)) for c in span]
            if any(
                printed == [word_key(sheet.text(r, c)) for c in span] for r in range(table.head[0], table.head[1] + 1)
            ):
                return True
    return False


def _top(sheet: Sheet, made: Table, tables: list[Table]) -> int:
    """First of the rows above a header that are its title: no figures, no unit with something."""
    limit = max([t.head[1] + 1 for t in tables if t.left <= made.right and made.left <= t.right], default=0)
    top = made.head[0]
    while top > limit:
        cells = [sheet.text(top - 1, c) for c in range(made.left, made.right + 1)]
        filled = [c for c in cells if c]
        headed = bool(sheet.text(top - 1, made.anchor)) and len(filled) > 1
        figures = [c for c in filled if is_number(c) and not is_year(c)]
        if limit and (headed or figures):
            break
        top -= 1
    return top
