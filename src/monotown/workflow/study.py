"""The study of a run: a workbook or a folder of sheets, read once; each step gets the pieces that it stands on.

A piece is a file outside the results, written when the run is planned and only where its content
is new. So an edit runs again what uses the edited piece, and nothing else.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pandas as pd
import yaml

from monotown.base.labels import FALLBACK, complete, is_lent, texts_of, unmarked, with_words
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.base.tables import OBSERVATIONS
from monotown.data.workbooks.grid import Sheet, cell_name
from monotown.data.workbooks.hidden import hidden_parts
from monotown.study import faults
from monotown.study.book import BESIDE, LISTS, TEXTS, is_study, key_rows, study_of
from monotown.study.cells import flat
from monotown.study.claims import SHEET as CLAIMS
from monotown.study.faults import CORRECT
from monotown.study.headings import HEADINGS, named, sheet_of
from monotown.study.judgments import SHEET
from monotown.study.read import Study
from monotown.study.sheets import SHEETS
from monotown.study.standing import UNSAID, completed, observations
from monotown.study.tables import Table, table_of_rows
from monotown.study.write import tables
from monotown.workflow import write_table
from monotown.workflow.forms import is_book
from monotown.workflow.strict import Lines, read_strict, text_of
from monotown.workflow.words import WORDS, branch, case_texts, languages, read_config

#: What a study says, by the names that its words go by, and the sheet or file of the folder that says it.
PARTS: Final[Mapping[str, str]] = {
    "units": "units.csv",
    "variables": "variables.csv",
    "indicators": "catalogue.yaml",
    "measures": "indicators.csv",
    "views": "indices.csv",
    "comparisons": "comparisons.csv",
    "jumps": "jumps.csv",
}

#: Piece of where the figures of a study alone come from: it has no files that describe sources.
SOURCES: Final = "sources"

#: Words for an indicator of which a study alone has no figure.
_NO_FIGURES: Final = ("labels", "indicators", "coverage", "no_figures")

#: Sheets and files that a study has together: with one of them it takes none from the study that it extends.
_TOGETHER: Final = (
    ("units", "unit_sets", "crosswalk"),
    ("variables",),
    ("indices", "indicators", "readings", "goalpost_sets"),
    ("comparisons",),
    ("jumps",),
    ("weights",),
)

ABOUT: Final = "study.yaml"

#: Folder within that of a study: tables that its claims name.
TABLES: Final = "tables"

#: Piece of what the study says of itself (`StudyFiles.itself`).
ITSELF: Final = "itself"

#: What a workbook of a study may hold, as `monotown.workflow.workbooks.load_sheets` asks.
LIMITS: Final[Mapping[str, int]] = {
    "megabytes": 50,
    "unpacked_megabytes": 400,
    "ratio": 200,
    "cells": 3_000_000,
    "sheets": 60,
}

#: Where a problem of a tree lies below it: children by their number, then a key.
_TREE: Final = re.compile(r"(?:\.children\[\d+\])*\.[a-z_]+\Z")

#: Columns that a problem of a row may name.
_SAID_IN: Final = ("formula", "transform", "low", "units", "years", "weights", "normalisation")

Content = Mapping[str, Any]


def _stamp(path: Path) -> tuple[str, int, int]:
    """What tells a file from what it was."""
    found = path.stat() if path.is_file() else None
    return str(path), found.st_mtime_ns if found else 0, found.st_size if found else 0


class StudyFiles:
    """The files of a run's study, and what they say.

    Parameters
    ----------
    config
        The run's config: ``study`` names a folder or a workbook; a key of `PARTS` a file that takes the place
        of that part.
    root
        The project's folder.
    kept
        Folder where the process that planned the run has written what the study says of itself (`Pieces`):
        the processes of its steps read it there, not in the workbook.

    Raises
    ------
    InputError
        Whatever is wrong with a file, when it is first asked for.
    """

    def __init__(self, config: Mapping[str, Any], root: str | Path, kept: str | Path | None = None) -> None:
        self.root, self.folder, self.kept = Path(root), str(config["study"]), kept
        self.own = {part: str(config[part]) for part in PARTS if isinstance(config.get(part), str)}
        self.section: Mapping[str, Any] = config.get("input") or {}

    @cached_property
    def itself(self) -> Mapping[str, Any]:
        """What a run is settled by.

        Whether the study stands `alone`; what it says ``about`` itself; in the processes of steps what
        `monotown.workflow.run_config.itself_of` adds as well.
        """
        file = None if self.kept is None else Path(self.kept, f"{ITSELF}.yaml")
        if file is not None and file.is_file():
            return dict(read_strict(file)[0])
        return {"alone": self._alone, "about": dict(self.chain[0][1])}

    @cached_property
    def _alone(self) -> bool:
        if is_book(self.folder):
            return "catalogue" not in self._book.beside and "extends" not in self._book.about
        return not (self.root / self.folder / "catalogue.yaml").is_file() and "extends" not in self.chain[0][1]

    @property
    def alone(self) -> bool:
        """Whether the study says all itself: it extends none and has no catalogue of what could be measured."""
        return self._alone if self.kept is None else bool(self.itself["alone"])

    @cached_property
    def chain(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Folders with what each says of itself: the study, the one that it extends, and so on."""
        found: list[tuple[str, Mapping[str, Any]]] = []
        folder: str | None = self.folder
        while folder is not None:
            file = f"{folder}/{ABOUT}"
            if is_book(folder):
                found.append((folder, self.itself["about"] if self.kept else self._book.about))
                break
            if not (self.root / file).is_file():
                raise InputError([Problem(file, "file", "nothing", "a folder of a study, with its study.yaml")])
            about = read_strict(self.root / file)[0] or {}
            if not isinstance(about, Mapping):
                raise InputError(
                    [Problem(file, "line 1", str(about)[:40], "keys with their values, such as title: ...")]
                )
            if folder in [f for f, _ in found]:
                raise InputError([Problem(file, "extends", folder, "a study that does not extend itself")])
            found.append((folder, about))
            folder = about.get("extends")
        return found

    @property
    def _book(self) -> Study:
        path = self.root / self.folder
        read = partial(_tables_once, path, self.folder, path.stat().st_mtime_ns)
        return _read_once(_Reading(self._stamp, lambda: study_of(read())))

    @property
    def words(self) -> str:
        """Folder of the words that the study takes its names from; "" where it has its own alone."""
        return next((str(about["words"]) for _, about in self.chain if "words" in about), "")

    @property
    def read(self) -> list[str]:
        """Every file of the study's sheets, of what it says of itself, and of figures beside it."""
        beside = list(self.section.get("files", ())) if self._alone else []
        if is_book(self.folder):
            return [self.folder, *beside]
        sheets = [*self.files.values(), *self.tables.values()]
        return [*(f"{folder}/{ABOUT}" for folder, _ in self.chain), *sheets, *beside]

    @property
    def about(self) -> Mapping[str, Any]:
        """What the study says of itself."""
        return self.chain[0][1]

    @cached_property
    def files(self) -> dict[str, str]:
        """Sheet to its file; those of the extended study where this one has none of their kind."""
        if is_book(self.folder):
            return dict.fromkeys((*SHEETS, "data", "weights"), self.folder)
        found = {}
        for names in _TOGETHER:
            for folder, _ in self.chain:
                there = [n for n in names if (self.root / f"{folder}/{n}.csv").is_file()]
                if there:
                    found.update({n: f"{folder}/{n}.csv" for n in there})
                    break
        # verdicts are on figures of units: those of an extended study go with its units and variables
        folders = {str(Path(found[n]).parent) for n in ("units", "variables", "jumps") if n in found}
        if "jumps" in found and len(folders) > 1 and Path(found["jumps"]).parent != Path(self.folder):
            del found["jumps"]
        own = sorted((self.root / self.folder).glob("*.csv"))
        names = ("data", "weights", CLAIMS)
        return found | {p.stem: f"{self.folder}/{p.name}" for p in own if sheet_of(p.stem) in names}

    @cached_property
    def tables(self) -> dict[str, str]:
        """Files of tables that the claims of a folder name."""
        folder = self.root / self.folder / TABLES
        return {p.stem: f"{self.folder}/{TABLES}/{p.name}" for p in sorted(folder.glob("*.csv"))}

    def file(self, name: str) -> str:
        """A file of the study, or of the first that it extends and that has it."""
        for folder, _ in self.chain:
            if (self.root / folder / name).is_file():
                return f"{folder}/{name}"
        return f"{self.folder}/{name}"

    def named(self, part: str) -> str:
        """File that a part stands in, for messages; with its sheet, where the study is a workbook."""
        if is_book(self.folder) and part not in self.own:
            return f"{self.folder}, sheet {PARTS[part].partition('.')[0]}"
        return self.own.get(part) or self.files.get(PARTS[part].removesuffix(".csv")) or self.file(PARTS[part])

    @cached_property
    def study(self) -> Study:
        """The sheets of the study, read, with the figures of the files of a run beside it where it stands alone."""
        files = self.section.get("files")
        if not files or not self._alone:
            return self.sheets
        from monotown.workflow.beside import joined

        figures = (_stamp(Path(file)) for file in files)
        stamp = (*self._stamp, repr(self.section), *figures)
        return _read_once(_Reading(stamp, lambda: joined(self.sheets, self.section, self.root)))

    @property
    def _stamp(self) -> tuple[object, ...]:
        """What tells the files of the study from what they were."""
        if is_book(self.folder):
            return self.folder, _stamp(self.root / self.folder)
        places = [self.root / file for file in (*self.files.values(), *self.tables.values(), f"{self.folder}/{ABOUT}")]
        return str(self.root.resolve()), self.folder, repr(self.about), *map(_stamp, places)

    @cached_property
    def sheets(self) -> Study:
        """The sheets of the study, read."""
        return self._book if is_book(self.folder) else _read_once(_Reading(self._stamp, self._read_sheets))

    def _read_sheets(self) -> Study:
        problems = Problems()
        for path in sorted((self.root / self.folder).glob("*.csv")):
            if sheet_of(path.stem) not in (*SHEETS, "data", "weights", CLAIMS):
                problems.add(f"{self.folder}/{path.name}", "file", path.stem, nearest(path.stem, list(SHEETS)))
        sheets = []
        for name, file in self.tables.items():
            if sheet_of(name):
                problems.extend([faults.problem("table_name", file, "file", name)])
        known = [str(k) for _, about in self.chain for k in about.get("languages", ())]
        unspoken = tuple(f"_{k}" for k in known if k not in self.about.get("languages", known))
        for name, file in (*self.files.items(), *self.tables.items()):
            try:
                frame = read_sheet(self.root / file, file)
            except InputError as error:
                problems.extend(error.problems)
                continue
            if not Path(file).is_relative_to(self.folder):  # the extended study may speak more languages
                frame = frame.drop(columns=[c for c in frame.columns if str(c).endswith(unspoken)])
            sheets.append((name, Table(frame, file)))
        problems.stop()
        study = study_of(sheets, self.about)
        beside = {n: self.root / self.file(f"{n}.yaml") for n in BESIDE}
        return replace(study, beside={n: read_strict(p)[0] for n, p in beside.items() if p.is_file()})

    @cached_property
    def complete(self) -> Study:
        """The study with what its sheets leave unsaid, where it stands alone."""
        return completed(self.study)

    @cached_property
    def whole(self) -> Study:
        """The study with the words of its languages in its sheets: it needs no other file."""
        study = self.study
        if not self.words:
            return study
        about = {k: v for k, v in self.about.items() if k not in ("words", "extends")}
        about["languages"] = list(dict.fromkeys([*about.get("languages", ()), *languages(self.root / self.words)]))
        parts = {part: _own(self.told(part)) for part in PARTS if part != "indicators"}
        parts["units"].pop("sets")
        beside = dict(study.beside)
        if "catalogue" in beside:
            beside["catalogue"] = _own(self.told("indicators"))
        return replace(study, about=about, beside=beside, **parts)

    def content(self, part: str) -> Any:
        """What the study, or a file of the run's own, says of a part; sheets have no words of other files."""
        if part in self.own:
            return read_strict(self.root / self.own[part])[0]
        if part == "indicators":
            return dict(self.complete.beside["catalogue"])
        found: dict[str, Any] = dict(getattr(self.complete, part))
        return {**found, "sets": dict(self.complete.sets)} if part == "units" else found

    @cached_property
    def sources(self) -> dict[str, dict[str, Any]]:
        """Sources of the figures that the study holds, each with its title, publisher, licence and kind of data."""
        about, frame = self.about, observations(self.complete)
        kept = {"publisher": str(about.get("publisher", UNSAID)), "licence": str(about.get("terms", UNSAID))}
        pairs = frame[["source", "kind"]].drop_duplicates("source").itertuples(index=False, name=None)
        folder = self.root / WORDS
        known = languages(folder) if folder.is_dir() else [FALLBACK]
        return {source: {"title": dict.fromkeys(known, source), "kind": kind, **kept} for source, kind in pairs}

    def told(self, part: str) -> Any:
        """The same with the words that the languages have for it."""
        if part in self.own:
            return read_config(self.root / self.own[part])[0]
        if self.words:
            return told(part, self.content(part), self.root / self.words)
        folder = self.root / WORDS
        known = languages(folder) if folder.is_dir() else self.about.get("languages", [FALLBACK])
        content = self.content(part)
        if part == "indicators" and folder.is_dir():
            content["unavailable"] = {code: branch(folder / f"{code}.yaml", _NO_FIGURES) for code in known}
        if part == "units":  # a unit has its names beside other keys
            said = {code: texts_of(unit) for code, unit in content.items() if code != "sets"}
            content |= {c: {**content[c], **complete(texts, known)} for c, texts in said.items() if texts}
        return _plain(with_words(content, {}, known))

    def lines(self, part: str) -> Lines:
        """Line of each entry of a part, for messages."""
        if part in self.own:
            return read_strict(self.root / self.own[part], lines=True)[1]
        if part == "indicators":
            file = self.root / self.named(part)
            return read_strict(file, lines=True)[1] if file.is_file() else {}
        return {path: line for path, (_, line) in self.study.lines.get(part, {}).items()}

    def located(self, problem: Problem, key_said: str = "") -> Problem:
        """A problem of a part with the sheet and line of its entry, and the cell of a key where that is known."""
        placed = self._in_tree(problem)
        if placed:
            return placed
        for part in PARTS:
            if part != "indicators" and part not in self.own and problem.file == self.named(part):
                known = {".".join(map(str, path)): at for path, at in self.study.lines.get(part, {}).items()}
                key = problem.where
                while key and key not in known:
                    key = key.rpartition(".")[0]
                if key:
                    sheet, line = known[key]
                    if not self._has(sheet):  # an index that no sheet names is made of what the study says of itself
                        about = self.folder if is_book(self.folder) else f"{self.folder}/{ABOUT}"
                        return self.in_about(replace(problem, file=about, where=problem.where.rpartition(".")[2]))
                    where = f"line {line}, {problem.where}"
                    if not is_book(self.folder):
                        return replace(problem, file=self.files[sheet], where=where)
                    said = key_said or next((k for k in _SAID_IN if k in re.split(r"\W", problem.where)), "id")
                    page, cell = self._place(sheet, line, said)
                    return _placed(problem, self.files[sheet], f"sheet {page}, {where}", page, cell)
                if is_book(self.folder):
                    return replace(problem, file=self.folder)
        return problem

    def _in_tree(self, problem: Problem) -> Problem | None:
        """A problem of a tree with the line of the indicator or node; None of another problem."""
        view, _, path = problem.where.partition(".tree")
        if "views" in self.own or view not in self.study.views or not _TREE.match(path):
            return None
        node: Any = self.study.views[view]["tree"]
        for step in re.findall(r"\[(\d+)\]", path):
            node = node["children"][int(step)]
        known = self.study.lines.get("measures" if "measure" in node else "nodes", {})
        name, key = str(node.get("measure", node.get("id"))), path.rpartition(".")[2]
        if (name,) not in known or (key not in node and key in self.about):
            return None
        sheet, line = known[name,]
        where = f"line {line}, column {key}"
        if not is_book(self.folder):
            return replace(problem, file=self.files[sheet], where=where)
        page, cell = self._place(sheet, line, key)
        return _placed(problem, self.folder, f"sheet {page}, {where}", page, cell)

    def judged(self, index: str, problem: Problem) -> Problem:
        """A problem of the judgments of an index, with the line of the expert's first where it names one."""
        known = {str(expert): at for (of, expert), at in self.study.lines["judgments"].items() if of == index}
        expert = next((e for e in known if re.search(rf"\bexperts?[. ]{re.escape(e)}(?!\w)", problem.where)), "")
        place, line = known.get(expert) or next(iter(known.values()))
        told = replace(problem, found=f"{problem.where}: {problem.found}", remedy=CORRECT)
        if not is_book(self.folder):
            return replace(told, file=place, where=f"line {line}")
        return _placed(told, self.folder, f"sheet {place}, line {line}", place, f"{line}:{line}")

    def in_about(self, problem: Problem) -> Problem:
        """A problem of a key of the run's config where the study says it of itself: its file and line, or its cell."""
        keys = [*_above(problem.where), *(["draws"] if problem.where == "sensitivity.draws" else [])]
        if is_book(self.folder):
            book = self.root / self.folder
            found = (t for n, t in _tables_once(book, self.folder, book.stat().st_mtime_ns) if sheet_of(n) == "about")
            for table in found:
                for line, key, _ in key_rows(table):
                    if key in keys:
                        cell = table.cell(line, str(table.frame.columns[1]))
                        return _placed(problem, self.folder, f"sheet {table.sheet}, cell {cell}", table.sheet, cell)
            return problem
        file = f"{self.folder}/{ABOUT}"
        lines = {".".join(map(str, path)): line for path, line in read_strict(self.root / file, lines=True)[1].items()}
        at = next((lines[key] for key in keys if key in lines), None)
        return problem if at is None else replace(problem, file=file, where=f"line {at}, {problem.where}")

    def _has(self, sheet: str) -> bool:
        """Whether a sheet stands in a file of its own, or in the workbook."""
        if not is_book(self.folder):
            return sheet in self.files
        book = self.root / self.folder
        return any(sheet_of(n) == sheet for n, _ in _tables_once(book, self.folder, book.stat().st_mtime_ns))

    def _place(self, sheet: str, line: int, key: str) -> tuple[str, str]:
        """Name of a sheet in the workbook, and the cell of a key: that of the id where it has no column for it."""
        book = self.root / self.folder
        tables = dict(_tables_once(book, self.folder, book.stat().st_mtime_ns))
        table = next((t for n, t in tables.items() if sheet_of(n) == sheet), Table(pd.DataFrame(), self.folder, sheet))
        heads = {named(table.printed(c), HEADINGS.get(sheet, {})) or table.printed(c): c for c in table.frame.columns}
        found = next((heads[k] for k in (key, "id", "code") if k in heads), key)
        return table.sheet, table.cell(line, found)


def _above(key: str) -> list[str]:
    """A key with dots and those that it stands below, the longest first."""
    parts = key.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]


def _placed(problem: Problem, file: str, where: str, sheet: str, cell: str) -> Problem:
    return replace(problem, file=file, where=where, sheet=sheet, cell=cell, remedy=problem.remedy or CORRECT)


def _plain(content: Any) -> Any:
    """Content with texts that stand in as the others: a study of one language has its names in that."""
    if isinstance(content, Mapping):
        return {k: _plain(v) for k, v in content.items()}
    if isinstance(content, list):
        return [_plain(part) for part in content]
    return unmarked(content)[0] if isinstance(content, str) else content


def _own(content: Any) -> Any:
    """Content without the texts that stand in for those that a language lacks."""
    if isinstance(content, Mapping):
        return {k: _own(v) for k, v in content.items() if not is_lent(v)}
    return [_own(part) for part in content] if isinstance(content, list) else content


def told(part: str, content: Any, folder: str | Path = WORDS) -> Any:
    """Content of a part of a study with the words of all languages."""
    known = languages(folder)
    words = {code: branch(Path(folder) / f"{code}.yaml", (part,)) for code in known}
    return with_words(content, {code: tree for code, tree in words.items() if isinstance(tree, Mapping)}, known)


def read_sheet(path: str | Path, name: str = "") -> pd.DataFrame:
    """A sheet of a study from CSV (UTF-8): every cell as the text that stands in it.

    Raises
    ------
    InputError
        Text that is none; a heading given twice; rows with more or fewer cells than headings; a
        quotation mark that is not closed.
    """
    problems, file = Problems(), name or str(path)
    text = text_of(Path(path).read_bytes(), file)
    # where a comma is the decimal mark, spreadsheet programs part the cells by semicolons
    first = text.partition("\n")[0]
    mark = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=mark)
    rows: list[list[str]] = []
    try:
        for row in reader:
            # a cell of several lines takes the lines that it has, so that the next row keeps its own
            rows += [[]] * (reader.line_num - len(rows) - 1) + [row]
    except csv.Error as error:
        problems.add(file, f"line {len(rows) + 1}", str(error), "a table in CSV")
    head = rows[0] if rows else []
    for i, heading in enumerate(head):
        if heading in head[:i] or not heading:
            problems.add(file, "line 1", heading or "nothing", "a heading, each once")
    for line, row in enumerate(rows, 1):
        if row and len(row) != len(head):
            problems.add(file, f"line {line}", f"{len(row)} cells", f"{len(head)}, as there are headings")
    problems.stop()
    return pd.DataFrame([row or [""] * len(head) for row in rows[1:]], columns=head, dtype=str)


def is_study_file(path: Path) -> bool:
    """Whether a path is a study of its own: a folder with what it says of itself, or a workbook with its sheets."""
    if path.is_dir():
        return (path / ABOUT).is_file()
    try:
        found = _tables_once(path, path.name, path.stat().st_mtime_ns)
    except InputError:
        return False  # said by whoever reads it
    return is_study([n for n, _ in found], [list(t.frame.columns) for _, t in found])


def read_tables(path: str | Path, name: str = "") -> list[tuple[str, Table]]:
    """Sheets of a workbook with the place of every cell.

    Raises
    ------
    InputError
        Why the file is not read.
    """
    from monotown.workflow.workbooks import load_sheets

    sheets, why = load_sheets(path, name or str(path), LIMITS)
    if why:
        expected = "a workbook that can be read"
        raise InputError(Problem(f.file, "file", f.found, expected, f.code, values=f.values) for f in why)
    return [(s.name, _table(s)) for s in sheets]


def _table(sheet: Sheet) -> Table:
    """A sheet with what a reader of it must be told."""
    made = table_of_rows(sheet.spread().rows, sheet.file, sheet.name)
    return replace(made, formulas=[cell_name(*at) for at in sorted(sheet.unsaved)], hidden=hidden_parts(sheet))


def read_book(path: str | Path, name: str = "") -> Study:
    """The study of a workbook (xlsx, xls, ods).

    Raises
    ------
    InputError
        Every problem, with sheet and cell.
    """
    return study_of(read_tables(path, name))


@dataclass(frozen=True)
class _Reading:
    """The reading of a study from files in one state: two of the same state are equal."""

    stamp: tuple[object, ...]
    read: Callable[[], Study] = field(compare=False)


def _read_once(reading: _Reading) -> Study:
    """The study of some files: a process asks for it many times, with what is wrong with it."""
    found = _tried_once(reading)
    if isinstance(found, InputError):
        raise InputError(found.problems)
    return found


@lru_cache(maxsize=2)  # the study, and the same with figures of files beside it
def _tried_once(reading: _Reading) -> Study | InputError:
    try:
        return reading.read()
    except InputError as error:
        return error


@lru_cache(maxsize=2)
def _tables_once(path: Path, name: str, _changed: int) -> list[tuple[str, Table]]:
    return read_tables(path, name)


def write_book(study: Study, path: str | Path) -> None:
    """Write a study as a workbook, which `read_book` reads as the same study.

    Numbers stand as numbers where they are read as the same text; texts never become formulas.
    """
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    from monotown.workflow.written_books import save_book

    book = openpyxl.Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    sheets = {n: f for n, f in tables(study).items() if n in ("indicators", "units", "data")}
    sheets |= tables(study)
    for name, held in {"about": study.about, **study.beside}.items():
        rows = flat(held, LISTS, TEXTS)
        sheets[name] = pd.DataFrame(rows or [("", "")], columns=["key", "value"], dtype=str)
    for name, frame in sheets.items():
        page = book.create_sheet(name)
        for c, heading in enumerate(frame.columns, 1):
            page.cell(1, c, str(heading)).font = Font(bold=True)
            longest = max([len(str(heading)), *(len(t) for t in frame[heading])])
            page.column_dimensions[get_column_letter(c)].width = min(max(longest + 2, 8), 60)
        for r, row in enumerate(frame.to_numpy().tolist(), 2):
            for c, text in enumerate(row, 1):
                if text == "":
                    continue
                number, cell = _as_number(text), page.cell(r, c)
                cell.value = text if number is None else number
                if number is None:
                    cell.data_type = "s"  # never a formula
        page.freeze_panes = "B2"
    save_book(book, path)


def _as_number(text: str) -> int | float | None:
    """The number that a workbook keeps and gives back as the same text; None of other texts."""
    from monotown.workflow.spreadsheets import number_text, stored_number

    stored = stored_number(text)
    if stored is None or number_text(stored) != text:
        return None
    if text.lstrip("-").isdigit():
        return int(text) if str(int(text)) == text else None
    value = float(text)
    # openpyxl writes 16 digits: a number that needs 17 stands as a text
    return value if float(f"{value:.16g}") == value else None


def read_folder(folder: str | Path, root: str | Path = ".") -> Study:
    """The study of a folder, without the words of other files."""
    return StudyFiles({"study": str(folder)}, root).study


def read_part(part: str, root: str | Path = ".", folder: str = "config/study") -> Any:
    """A part of a study with the words of all languages: such as its ``views``."""
    return StudyFiles({"study": folder}, root).told(part)


def write_folder(study: Study, folder: str | Path) -> None:
    """Write a study as a folder: ``study.yaml`` and a CSV for each sheet."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    about = yaml.safe_dump(dict(study.about), allow_unicode=True, sort_keys=False)
    (target / ABOUT).write_text(about, encoding="utf-8", newline="\n")
    for name, content in study.beside.items():
        text = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=1000)
        (target / f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")
    for name, frame in tables(study).items():
        place = target / TABLES if name in study.tables else target
        place.mkdir(exist_ok=True)
        frame.to_csv(place / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")


# --- pieces -------------------------------------------------------------------------------------

#: Keys of a measure that a formula's value hangs on, and those that its place on a scale hangs on.
_SCALE: Final = ("direction", "transform", "goalposts", "goalpost_sets")
_SCALED: Final = ("indicator", *_SCALE)
_SAID: Final = ("label", "note", "why_goalposts")
_BORDERS: Final = ("level", "parent", "exists", "members", "before", "split", "reference")


def _measures_of(views: Mapping[str, Content]) -> set[str]:
    """Every measure that stands in the trees of some views, beside them or in their readings."""

    def walk(node: Content) -> Iterator[str]:
        if "measure" in node:
            yield str(node["measure"])
        children = node.get("children", ())
        for child in children if isinstance(children, list) else ():
            yield from walk(child)

    found: set[str] = set()
    for view in views.values():
        found.update(walk(view.get("tree", {})), map(str, view.get("beside", ())))
        for reading in view.get("readings", {}).values():
            found.update(m for some in reading["children"].values() for m in some)
    return found


def _without(entries: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {n: {k: v for k, v in e.items() if k not in keys} for n, e in entries.items()}


def _only(entries: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {n: {k: v for k, v in e.items() if k in keys} for n, e in entries.items() if isinstance(e, Mapping)}


def _names(entries: Mapping[str, Any]) -> dict[str, Any]:
    """The names alone: under ``label``, or beside the other keys."""
    return {
        n: {"label": e["label"]} if "label" in e else texts_of(e) for n, e in entries.items() if isinstance(e, Mapping)
    }


def _bare(node: Any) -> Any:
    """A tree without names, notes and settings: its ids."""
    if not isinstance(node, Mapping):
        return node
    kept = {k: node[k] for k in ("id", "measure") if k in node}
    children = node.get("children", ())
    return kept | ({"children": [_bare(c) for c in children]} if isinstance(children, list) and children else {})


def _same_root(views: Mapping[str, Content], wanted: Sequence[str]) -> dict[str, Any]:
    roots = [views[v]["tree"].get("id") for v in wanted]
    return {v: e for v, e in views.items() if v in wanted or e["tree"].get("id") in roots}


class Pieces:
    """What the steps of a run read of its study, each piece a file.

    Parameters
    ----------
    study
        The files of the study.
    folder
        Where pieces are written, as seen from the project's folder.
    write
        Whether this process writes: the one that plans the run, not those of its steps.
    """

    def __init__(self, study: StudyFiles, folder: str | Path, *, write: bool = True) -> None:
        self.study, self.folder, self.write = study, Path(folder), write
        #: Files that a run on own data has in place of the study's.
        self.replaced: dict[str, str] = {}
        self._contents: dict[tuple[str, bool], Any] = {}

    @property
    def about(self) -> Mapping[str, Any]:
        """What the study says of itself: which indices and units the report tells of."""
        return self.study.about

    @property
    def constant(self) -> str:
        """Set of units whose borders can be had for all years; "" where no study of the chain has one."""
        return next((str(about["constant"]) for _, about in self.study.chain if "constant" in about), "")

    @property
    def reflective(self) -> list[str]:
        """Blocks whose items reflect one thing, as the catalogue says."""
        return [name for name, block in self._content("indicators")["blocks"].items() if block.get("reflective")]

    def _content(self, part: str, words: bool = False) -> Any:
        if (part, words) not in self._contents:
            self._contents[part, words] = self.study.told(part) if words else self.study.content(part)
        return self._contents[part, words]

    def __call__(self, kind: str, *views: str) -> str:
        """File of a piece.

        Parameters
        ----------
        kind
            A name of `KINDS`.
        *views
            Indices that it is of; without any, of all.
        """
        part = KINDS[kind][0]
        if part in self.replaced:
            return self.replaced[part]
        name = f"{'-'.join([kind, *views])}.yaml"
        return self._written(name, _yaml(self._made(kind, views))) if self._wanted(name) else self._name(name)

    def keep(self, itself: Mapping[str, Any]) -> None:
        """Write what a study alone says of itself, for the processes of the steps."""
        self._written(f"{ITSELF}.yaml", _yaml(dict(itself)))

    def figures(self) -> str:
        """File of the figures that a study alone holds, as the stages of a run read them."""
        name = "figures.csv"
        if self._wanted(name):
            path = self.study.root / self._name(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(observations(self.study.complete), path, OBSERVATIONS, exact=True)
            self._dated(path)
        return self._name(name)

    def sources(self) -> str:
        """File of where the figures come from that the study holds, by their names in the figures."""
        name = f"{SOURCES}.yaml"
        return self._written(name, _yaml(self.study.sources)) if self._wanted(name) else self._name(name)

    def judgments(self, view: str, entry: Content) -> list[str]:
        """File of the experts' judgments that the weights of an index are computed from; none where there are none."""
        weights = entry.get("weights")
        if not (isinstance(weights, Mapping) and "judgments" in weights):
            return []
        if weights["judgments"] != SHEET:
            return [str(weights["judgments"])]
        content = self.study.study.judgments[view].content(entry["tree"])
        table = isinstance(content, pd.DataFrame)
        text = content.to_csv(index=False, lineterminator="\n") if table else _yaml(content)
        return [self._written(f"judgments-{view}.{'csv' if table else 'yaml'}", text)]

    def put(self, name: str, make: Callable[[], Any]) -> str:
        """File of something else that steps read, such as the words of the run, made and kept as a piece is."""
        file = f"{name}.yaml"
        return self._written(file, _yaml(make())) if self._wanted(file) else self._name(file)

    def _name(self, name: str) -> str:
        return (self.folder / name).as_posix()

    def _wanted(self, name: str) -> bool:
        """Whether this process is to write a piece."""
        return self.write or not (self.study.root / self._name(name)).is_file()

    def _written(self, name: str, text: str) -> str:
        path = self.study.root / self._name(name)
        if self._wanted(name) and not (path.is_file() and path.read_text(encoding="utf-8") == text):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            self._dated(path)
        return self._name(name)

    def _dated(self, path: Path) -> None:
        """Make a piece as old as the sheets: where nothing is known of a run but dates, it makes no step run again."""
        dates = [Path(self.study.root, file).stat().st_mtime_ns for file in self.study.read]
        os.utime(path, ns=(max(dates), max(dates)))

    def of(self, kind: str) -> Callable[[Any], str]:
        """The piece of the index that a step is for, for Snakemake: a function of its wildcards."""
        if KINDS[kind][0] not in self.replaced and "views" not in self.replaced:
            # written before the plan: Snakemake looks once at what a folder holds
            for view in self._content("views"):
                self(kind, view)
        return lambda wildcards: self(kind, wildcards.view)

    def _made(self, kind: str, views: Sequence[str]) -> Any:
        part, words, make = KINDS[kind]
        content = self._content(part, words)
        if part == "views":
            content = {v: content[v] for v in views or content} if kind != "rivals" else content
        elif part == "measures" and views:
            every = self._content("views")
            used = _measures_of(_same_root(every, views) if kind == "scales" else {v: every[v] for v in views})
            content = {m: e for m, e in content.items() if m in used}
        made = make(content, views)
        cases = self._cases(part) if kind == f"{part}_names" else {}
        return made | {"cases": cases} if cases else made

    def _cases(self, part: str) -> dict[str, Any]:
        """Forms of the names of a part, so that a step that prints them knows of a change of one."""
        told = case_texts(self.study.root / WORDS)
        return {key: forms for key, forms in told.items() if key.startswith(f"{part.removesuffix('s')}.")}


_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _yaml(content: Any) -> str:
    return str(yaml.dump(content, Dumper=_DUMPER, allow_unicode=True, sort_keys=False))


Make = Callable[[Any, Sequence[str]], Any]

#: Kind of a piece to its part, whether it has words, and what of the part it holds.
KINDS: Final[Mapping[str, tuple[str, bool, Make]]] = {
    # whole, with the words of every language
    **{part: (part, True, lambda content, _: content) for part in PARTS},
    # names alone
    **{
        f"{part}_names": (part, True, lambda content, _: _names(content)) for part in ("units", "measures", "variables")
    },
    "views_names": (
        "views",
        True,
        lambda c, _: {v: _names({v: e})[v] | _readings_names(e) | _nodes_names(e) for v, e in c.items()},
    ),
    "indicators_names": ("indicators", True, lambda c, _: {"indicators": _names(c["indicators"])}),
    # units by their spellings, by their borders; variables without names
    "spellings": ("units", True, lambda c, _: _without(c, ("latitude", "longitude"))),
    "borders": ("units", False, lambda c, _: _only(c, _BORDERS) | {"sets": c["sets"]}),
    "quantities": ("variables", False, lambda c, _: _without(c, ("label", "merge_note"))),
    # the catalogue's entries by what a figure hangs on
    "entries": (
        "indicators",
        True,
        lambda c, _: {
            **{k: v for k, v in c.items() if k in ("blocks", "outcomes", "sources", "plausible")},
            "unavailable": {},
            "indicators": _only(c["indicators"], ("block", "leaves")),
        },
    ),
    # how figures are computed; what they are put on
    "definitions": ("measures", False, lambda c, _: _only(c, ("formula",))),
    "noted": ("measures", True, lambda c, _: _only(c, ("label", "note", "reading"))),
    "formulas": ("measures", True, lambda c, _: _without(c, (*_SAID, *_SCALE))),
    "scales": ("measures", False, lambda c, _: _only(c, _SCALED)),
    "computed": ("measures", True, lambda c, _: _without(c, _SAID)),
    # which figures an index needs; how it joins them; the indices of one name, which are compared
    "needs": (
        "views",
        False,
        lambda c, _: {
            v: {k: _bare(e[k]) if k == "tree" else e[k] for k in ("kind", "units", "years", "tree", "beside") if k in e}
            for v, e in c.items()
        },
    ),
    "indices": ("views", False, lambda c, _: _without(c, ("label", "note", "beside", "readings"))),
    "rivals": ("views", False, lambda c, v: _without(_same_root(c, v), ("label", "note", "beside", "readings"))),
    "read": ("views", False, lambda c, _: _without(c, ("label", "note"))),
}


def _readings_names(view: Content) -> dict[str, Any]:
    return {"readings": _names(view["readings"])} if "readings" in view else {}


def _nodes_names(view: Content) -> dict[str, Any]:
    """The tree by its nodes' names alone, where the study gives them one."""

    def named(node: Content) -> dict[str, Any]:
        below = node.get("children", ())
        kept = [named(c) for c in below if "id" in c] if isinstance(below, list) else []
        return {k: node[k] for k in ("id", "label") if k in node} | ({"children": kept} if kept else {})

    tree = named(view["tree"])
    return {"tree": tree} if "label" in _yaml(tree) else {}


def pieces_folder(results: str) -> Path:
    """Where the pieces of the run that makes a folder of results stand."""
    return Path(".snakemake") / "study" / quote(results, safe="")
