"""Other sides of a sheet: turned over, or with the first column of Eurostat parted; cells keep their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from monotown.data.workbooks.grid import Sheet

_Cell = tuple[int, int]
#: A row that no sheet has.
_NOWHERE = 2**40

_CORNER = re.compile(r"([\w ,;]*)\\ ?(time(?:_period)?)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """A sheet as it is read.

    Attributes
    ----------
    sheet
        Units down, years or indicators across.
    place
        Row and column of the file's own sheet for those of `sheet`.
    served
        Whether flags stand behind figures, as Eurostat serves them.
    turned
        Whether rows and columns have changed places.
    """

    sheet: Sheet
    place: Callable[[int, int], tuple[int, int]] = lambda r, c: (r, c)
    served: bool = False
    turned: bool = False


def _moved(
    sheet: Sheet,
    rows: Sequence[Sequence[str]],
    merged: Sequence[tuple[int, int, int, int]],
    move: Callable[[_Cell], _Cell],
) -> Sheet:
    """The sheet with other rows, and whatever is known of its cells at their new places."""
    return replace(
        sheet,
        rows=rows,
        merged=merged,
        unsaved=frozenset(map(move, sheet.unsaved)),
        struck=frozenset(map(move, sheet.struck)),
        dates=frozenset(map(move, sheet.dates)),
        numbers=frozenset(map(move, sheet.numbers)),
        refused={move(cell): text for cell, text in sheet.refused.items()},
        scaled={move(cell): text for cell, text in sheet.scaled.items()},
    )


def turned(sheet: Sheet) -> View:
    """The sheet with its rows as columns.

    Examples
    --------
    >>> view = turned(Sheet("a.csv", "", [["", "A", "B"], ["2019", "1", "2"]]))
    >>> view.sheet.rows, view.place(2, 1)
    ([['', '2019'], ['A', '1'], ['B', '2']], (1, 2))
    """
    width = sheet.width
    rows = [[row[c] if c < len(row) else "" for row in sheet.rows] for c in range(width)]
    merged = [(left, top, right, bottom) for top, left, bottom, right in sheet.merged]
    found = _moved(sheet, rows, merged, lambda cell: (cell[1], cell[0]))
    found = replace(found, hidden_rows=sheet.hidden_columns, hidden_columns=sheet.hidden_rows)
    return View(found, lambda r, c: (c, r), turned=True)


def parted(sheet: Sheet) -> View | None:
    r"""The sheet with the first column, ``unit,geo\time``, in columns of their own; None for another.

    Examples
    --------
    >>> view = parted(Sheet("a.tsv", "", [["unit,geo\\time", "2019 "], ["YR,AT", "81.9 e"]]))
    >>> view.sheet.rows, view.place(1, 2), view.place(1, 1)
    ([['unit', 'geo', '2019 '], ['YR', 'AT', '81.9 e']], (1, 1), (1, 0))
    """
    corner = _CORNER.match(sheet.text(0, 0))
    if corner is None or sheet.merged:
        return None
    names = [n.strip() for n in re.split("[,;]", corner[1])]
    more = len(names) - 1
    rows = []
    for r, row in enumerate(sheet.rows):
        first = names if r == 0 else [n.strip() for n in re.split("[,;]", row[0])] if row else []
        if row and len(first) != len(names):
            first = [row[0], *[""] * more]
        rows.append([*first, *row[1:]] if row else [])
    found = _moved(sheet, rows, (), lambda cell: (cell[0], cell[1] + more if cell[1] else 0))
    return View(found, lambda r, c: (r, max(0, c - more)), served=True)


def headed(sheet: Sheet, sections: Mapping[int, str], body: Collection[int], column: int = 0) -> View:
    """The sheet with a column of units before all others, for units that stand in rows of their own or in its name.

    Parameters
    ----------
    sheet
        With figures in rows that name no unit.
    sections
        Row in which a unit stands, -1 for the sheet's name, to its name.
    body
        Rows of figures.
    column
        In which these rows stand.

    Examples
    --------
    >>> view = headed(Sheet("a.csv", "", [["A"], ["births", "5"]]), {0: "A"}, [1])
    >>> view.sheet.rows, view.place(1, 1), view.place(1, 0)
    ([['', ''], ['A', 'births', '5']], (1, 0), (0, 0))
    """
    rows, from_row, unit = [], {}, (sections.get(-1, ""), _NOWHERE)
    for r, row in enumerate(sheet.rows):
        if r in sections:
            unit = (sections[r], r)
        rows.append([unit[0] if r in body else "", *("" if r in sections else t for t in row)])
        from_row[r] = unit[1]
    merged = [(t, x + 1, b, y + 1) for t, x, b, y in sheet.merged if t not in sections]
    found = _moved(sheet, rows, merged, lambda cell: (cell[0], cell[1] + 1))
    return View(found, lambda r, c: (r, c - 1) if c else (from_row[r], column))
