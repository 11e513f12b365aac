"""``monotown trace``: from a number that a run publishes back to the cells that it rests on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from monotown.base.labels import Labels
from monotown.base.lookups import UnreadError
from monotown.commands.places import digest, project
from monotown.commands.report import lying
from monotown.commands.run import MARK
from monotown.commands.say import StopError, tell
from monotown.report.trace.step import Cell
from monotown.report.trace.tables import Tables
from monotown.report.trace.told import tell as tree
from monotown.report.trace.trace import Run, UnknownError
from monotown.show.words import labels_from
from monotown.workflow import labels_of, read_table, read_text_table


def trace(asked: Sequence[str], results: Path | None, folder: Path, words: Labels, *, as_json: bool = False) -> int:
    """Say how a number of a run follows from raw cells.

    Parameters
    ----------
    asked
        The id; its parts, if it is a cell of a table: the table, ``KEY=VALUE`` of its row, the column.
    results
        Folder of results; None for that of the working folder.
    folder
        The working folder.
    words
        Words of the commands.
    as_json
        Whether one object is printed, for machines.

    Returns
    -------
    int
        0; 1 where a number is not what its formula gives.

    Raises
    ------
    StopError
        With status 2 where there is no such number, or no run.
    """
    if results is not None and not _is_run(results):
        raise StopError(words("commands.no_results", folder=results))
    found = results or lying(folder, words, _is_run)
    run = Run(tables_of(found))
    text = ":".join(asked) if len(asked) > 1 else asked[0]
    try:
        step = run.trace(text)
    except UnknownError as error:
        near = "".join(f"\n  {name}" for name in error.near)
        raise StopError(words("commands.trace.unknown", id=error.found, folder=found) + near) from None
    except UnreadError as error:
        raise StopError(words("commands.trace.unread", found=error.found, expected=error.expected)) from None
    step = step.with_cells(_Files(found, folder).seen)
    if as_json:  # in ASCII, which every console and every reader takes
        told = {"version": 1, "asked": text, "agrees": not step.wrong, "step": step.as_object()}
        print(json.dumps(told, allow_nan=False))
    else:
        labels = labels_of(words.language, ["commands", "unit_page"], project() / "config" / "words")
        print("\n".join(tree(step, labels, _names(found, words.language))))
    if step.wrong:
        tell(words("commands.trace.wrong", n=len(step.wrong)))
    return int(bool(step.wrong))


def tables_of(results: Path) -> Tables:
    """The tables of a folder of results."""
    paths = [path.relative_to(results).as_posix() for path in results.rglob("*.csv")]
    return Tables(lambda p: read_text_table(results / p), lambda p: read_table(results / p), paths)


def _is_run(folder: Path) -> bool:
    return any(folder.glob("index/*/scores.csv")) or (folder / "tables" / "facts.csv").is_file()


def _names(results: Path, language: str) -> Callable[[str], str]:
    """Names that the run has for a key, in a language; "" where it has none."""
    path = results / "words.csv"
    known = labels_from(read_text_table(path)) if path.is_file() else {}
    labels = known.get(language) or next(iter(known.values()), None)
    return lambda key: labels(key) if labels is not None and labels.has(key) else ""


class _Files:
    """Raw files at hand, looked for where the run had them: in the project, in the working folder, beside the results.

    Parameters
    ----------
    results, folder
        Folder of results, and the working folder.
    """

    def __init__(self, results: Path, folder: Path) -> None:
        try:
            inputs = json.loads((results / MARK).read_text(encoding="utf-8"))["inputs"]
        except (OSError, ValueError, KeyError):
            inputs = []
        #: Files of the user by their names: where they lie, and their digests.
        self.own = {Path(e["file"]).name: (results / e["file"], str(e["sha256"])) for e in inputs}
        self.places = [folder, results.resolve().parent, project()]

    def seen(self, cell: Cell) -> Cell:
        """A cell with what stands there in the file at hand, and whether that is the file that was read."""
        path, known = self.own.get(cell.file, (None, cell.sha256))
        if path is None:
            path = next((p for at in self.places if (p := at / (cell.path or cell.file)).is_file()), None)
        if path is None or not path.is_file():
            return replace(cell, sha256=known, state="absent")
        state = "same" if _digest(path) == known else "changed"
        text = _text(path, cell) if cell.line else _of_cell(path, cell) if cell.cell else ""
        return replace(cell, sha256=known, state=state if known else "", text=text)


def _of_cell(path: Path, cell: Cell) -> str:
    """What stands in a cell of a workbook, or in that of a text file; "" of kinds of files that are not looked into."""
    row, column = coordinate_to_tuple(cell.cell)
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        found = _text(path, replace(cell, line=row), column)
    elif path.suffix.lower() in (".xlsx", ".xlsm"):
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book[cell.sheet] if cell.sheet in book.sheetnames else book.worksheets[0]
        value = sheet.cell(row, column).value
        found = "" if value is None else str(value)
    else:
        found = ""
    return found


@lru_cache(maxsize=64)
def _digest(path: Path) -> str:
    return digest(path)


@lru_cache(maxsize=64)
def _lines(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def _text(path: Path, cell: Cell, column: int = 0) -> str:
    """The field of a line of a text file, by its number from 1 or its name; the line where there is no such name."""
    try:
        lines = _lines(path)
    except (UnicodeDecodeError, csv.Error):
        return ""
    if cell.line > len(lines):
        return ""
    row = lines[cell.line - 1]
    if column:
        return row[column - 1] if column <= len(row) else ""
    head = [name.strip() for name in lines[0]]
    if cell.column in head and head.index(cell.column) < len(row):
        return row[head.index(cell.column)]
    return ", ".join(field for field in row if field)
