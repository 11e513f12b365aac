"""A sheet of a study as it stands in a file: texts, and the place of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from monotown.base.problems import Problem
from monotown.study.faults import problem
from monotown.study.headings import HEADINGS, named, sheet_of

_NUMBER: Final = re.compile(r"[+-]?[\d\s]*\d(?:[.,]\d+)?(?:[eE][+-]?\d+)?%?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?:\.0+)?")


def letters(column: int) -> str:
    """Name of a column, from 0.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True, eq=False)
class Table:
    """One sheet, headings apart.

    Attributes
    ----------
    frame
        Rows of texts, an empty text where a cell is empty.
    file
        Of the sheet, as the reader knows it.
    sheet
        Its name in a workbook; "" for a file of one table, whose places are lines and headings.
    lines
        Line of each row; None where they follow the heading in line 1.
    columns
        Heading to the column that it stands in, from 0, and to the heading as printed.
    head
        Line of the headings.
    formulas
        Cells with a formula whose value the file does not hold.
    hidden
        Parts that a reader of the file does not see, as spreadsheets name them.
    """

    frame: pd.DataFrame
    file: str
    sheet: str = ""
    lines: Sequence[int] | None = None
    columns: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    head: int = 1
    formulas: Sequence[str] = ()
    hidden: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.columns:
            found = {str(c): (i, str(c)) for i, c in enumerate(self.frame.columns)}
            object.__setattr__(self, "columns", found)

    def line(self, row: int) -> int:
        """Line of a row, from 0."""
        return self.lines[row] if self.lines is not None else self.head + 1 + row

    def printed(self, column: str) -> str:
        """The heading as it stands in the file."""
        return self.columns[column][1] if column in self.columns else column

    def cell(self, line: int, column: str) -> str:
        """Name of a cell of a workbook; "" where the file has none."""
        if not self.sheet:
            return ""
        at = self.columns.get(column)
        return f"{letters(at[0])}{line}" if at else f"{line}:{line}"

    def problem(self, code: str, line: int, column: str, found: object = "", /, **values: object) -> Problem:
        """What is wrong with a cell: a code of `monotown.study.faults.FAULTS`."""
        at = self.columns.get(column)
        cell = f"{letters(at[0])}{line}" if at else f"{line}:{line}"
        where = f"sheet {self.sheet}, cell {cell}" if self.sheet else f"line {line}, column {self.printed(column)}"
        if self.sheet and at is None:
            where = f"sheet {self.sheet}, line {line}, column {column}"
        return problem(code, self.file, where, found, self.sheet, cell, **values)

    def problem_of_sheet(self, code: str, found: object = "", /, **values: object) -> Problem:
        """What is wrong with the whole of it."""
        where = f"sheet {self.sheet}" if self.sheet else "file"
        return problem(code, self.file, where, found, self.sheet, **values)

    def problem_at(self, code: str, cell: str, found: object = "", /, **values: object) -> Problem:
        """What is wrong with a cell, or a part, that is known by its name."""
        return problem(code, self.file, f"sheet {self.sheet}, cell {cell}", found, self.sheet, cell, **values)

    def renamed(self, names: Mapping[str, str]) -> Table:
        """The same with other headings; the place of each stays."""
        kept = {names.get(c, c): at for c, at in self.columns.items()}
        return replace(self, frame=self.frame.rename(columns=dict(names)), columns=kept)

    def filled(self, frame: pd.DataFrame) -> Table:
        """The same with other rows or columns of the same lines."""
        lines = [self.line(int(i)) for i in frame.index]
        return replace(self, frame=frame.reset_index(drop=True), lines=lines)


def heading_row(rows: Sequence[Sequence[str]], sheet: str) -> int:
    """The row of the headings of a sheet: the first that is not empty, but for texts that stand alone above it.

    Such a text stands over the first column, is no heading that a sheet of the name has, and the first row below with
    several texts has no number among them but years.

    Examples
    --------
    >>> heading_row([["Pay in towns", ""], ["", ""], ["unit", "pay"], ["A", "1"]], "data")
    2
    >>> heading_row([["", "pay"], ["A", "1"]], "data"), heading_row([["unit", ""], ["A", "1"]], "data")
    (0, 0)
    """
    said = [(i, [cell.strip() for cell in row]) for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
    first = said[0][0] if said else 0
    known = HEADINGS.get(sheet_of(sheet), {})
    for i, row in said:
        texts = set(row) - {""}
        if len(texts) > 1:
            return first if any(_NUMBER.fullmatch(t) and not _YEAR.fullmatch(t) for t in texts) else i
        if not row[0] or named(row[0], known):
            break
    return first


def table_of_rows(rows: Sequence[Sequence[str]], file: str, sheet: str) -> Table:
    """A table from the rows of a sheet, with the headings of its `heading_row`.

    A column without a heading is named by its letter; a heading given again by its place, so that
    nothing is lost before it is told.

    Examples
    --------
    >>> made = table_of_rows([["", ""], ["id", " name "], ["a", "A"], [], ["b"]], "s.xlsx", "x")
    >>> made.frame.to_dict("list"), made.lines
    ({'id': ['a', 'b'], 'name': ['A', '']}, [3, 5])
    """
    said = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not said:
        return Table(pd.DataFrame(), file, sheet)
    head = heading_row(rows, sheet)
    said = said[said.index(head) :]
    width = max(len(rows[i]) for i in said)
    filled = {i: [c.strip() for c in rows[i]] + [""] * (width - len(rows[i])) for i in said}
    wide = [c for c in range(width) if any(filled[i][c] for i in said)]
    names: dict[str, tuple[int, str]] = {}
    for c in wide:
        text = filled[head][c]
        names[text if text and text not in names else f"{text}[{letters(c)}]"] = c, text
    frame = pd.DataFrame([[filled[i][c] for c in wide] for i in said[1:]], columns=list(names), dtype=str)
    return Table(frame, file, sheet, [i + 1 for i in said[1:]], names, head + 1)
