"""What became of each cell of a sheet: every cell that is not empty has one fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from monotown.data.workbooks.findings import ERROR, Finding
from monotown.data.workbooks.grid import Sheet, cell_name, cell_place

#: What can become of a cell. ``read`` and ``missing`` are figures and marks in their place;
#: ``unit`` and ``year`` say whose and when; ``left_out`` cells are not read, for a reason that
#: the table names; a ``problem`` stops the run.
FATES: Final = (
    "read",
    "missing",
    "header",
    "unit",
    "year",
    "title",
    "section",
    "aggregate",
    "footnote",
    "left_out",
    "problem",
)

#: Columns of the table of `cells_table`.
CELLS: Final = ("file", "sheet", "not_empty", *FATES, "why_left_out")

_CODE = {fate: i for i, fate in enumerate(FATES, 1)}


class Fates:
    """Fates of the cells of one sheet; the first that is said stands, a problem before all.

    Parameters
    ----------
    sheet
        As the file has it.

    Examples
    --------
    >>> fates = Fates(Sheet("a.csv", "", [["town", "2018"], ["Ridder", "5"]]))
    >>> fates.claim(0, 0, "header")
    >>> fates.claim(0, 0, "title")
    >>> fates.open(), fates.counts()["header"]
    ([(0, 1), (1, 0), (1, 1)], 1)
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._of = [bytearray(len(row)) for row in sheet.rows]
        self._why: Counter[str] = Counter()

    def claim(self, row: int, column: int, fate: str, why: str = "") -> None:
        """Say what becomes of a cell; an empty one has no fate.

        Parameters
        ----------
        row, column
            Of the cell, from 0.
        fate
            One of `FATES`.
        why
            Reason of a cell that is left out.
        """
        if row >= len(self._of) or column >= len(self._of[row]):
            return
        if not self._filled(row, column):
            return
        if not self._of[row][column] or fate == "problem":
            self._of[row][column] = _CODE[fate]
            if fate == "left_out":
                self._why[why] += 1

    def retell(self, row: int, column: int, fate: str, why: str = "") -> None:
        """Change the fate of a cell that has one, unless it is a problem."""
        told = row < len(self._of) and column < len(self._of[row]) and self._of[row][column]
        if told and told != _CODE["problem"]:
            self._of[row][column] = _CODE[fate]
            if fate == "left_out":
                self._why[why] += 1

    def claim_all(self, rows: Iterable[int], columns: range, fate: str, why: str = "") -> None:
        """Say what becomes of every cell of a rectangle that has no fate yet."""
        for row in rows:
            for column in columns:
                self.claim(row, column, fate, why)

    def problems(self, findings: Iterable[Finding]) -> None:
        """Cells that an error names are problems."""
        for finding in findings:
            here = (finding.file, finding.sheet) == (self.sheet.file, self.sheet.name)
            if here and finding.severity == ERROR and finding.cell:
                self.claim(*cell_place(finding.cell), "problem")

    def open(self) -> list[tuple[int, int]]:
        """Cells that are not empty and have no fate, row by row."""
        return [
            (r, c)
            for r, fates in enumerate(self._of)
            if 0 in fates
            for c, fate in enumerate(fates)
            if not fate and self._filled(r, c)
        ]

    def counts(self) -> dict[str, int]:
        """Number of cells of each fate, in the order of `FATES`."""
        found = Counter(fate for fates in self._of for fate in fates)
        return {fate: found[_CODE[fate]] for fate in FATES}

    def why(self) -> str:
        """Reasons of the cells that are left out, with their numbers, the most first."""
        return "; ".join(f"{why} {n}" for why, n in sorted(self._why.items(), key=lambda w: -w[1]))

    @property
    def not_empty(self) -> int:
        """Number of cells that hold something."""
        return sum(self._filled(r, c) for r in range(len(self._of)) for c in range(len(self._of[r])))

    def _filled(self, row: int, column: int) -> bool:
        return bool(self.sheet.rows[row][column].strip()) or (row, column) in self.sheet.unsaved


def blocks(cells: Sequence[tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """Ranges of cells, one for each run of rows that follow each other, and their first cell.

    Parameters
    ----------
    cells
        Row and column, row by row.

    Examples
    --------
    >>> blocks([(4, 0), (4, 1), (5, 1), (8, 2)])
    [('A5:B6', (4, 0)), ('C9', (8, 2))]
    """
    runs: list[list[tuple[int, int]]] = []
    for cell in cells:
        if runs and cell[0] <= runs[-1][-1][0] + 1:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    made = []
    for run in runs:
        columns = [c for _, c in run]
        first, last = cell_name(run[0][0], min(columns)), cell_name(run[-1][0], max(columns))
        made.append((first if first == last else f"{first}:{last}", run[0]))
    return made


def cells_table(sheets: Sequence[Fates]) -> pd.DataFrame:
    """Number of cells of each fate in each sheet; the fates add up to the cells not empty.

    Returns
    -------
    pandas.DataFrame
        Columns `CELLS`, one row a sheet.
    """
    rows = [(f.sheet.file, f.sheet.name, f.not_empty, *f.counts().values(), f.why()) for f in sheets]
    return pd.DataFrame(rows, columns=list(CELLS))
