"""Files of statistics offices at the edge: opened, read with what a study knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from monotown.base.problems import InputError, Problem
from monotown.base.schemas import schema_problems
from monotown.data.workbooks.fates import Fates
from monotown.data.workbooks.fields import Selection, make_fields
from monotown.data.workbooks.findings import Finding, finding_of
from monotown.data.workbooks.grid import Sheet, cell_name, cell_place, shown_file
from monotown.data.workbooks.offices import COLUMNS, Known, Office, only_taken, read_office
from monotown.study.book import spelled_units
from monotown.study.figures import NO_YEAR, read_year
from monotown.study.headings import sheet_of
from monotown.study.published import Published, read_published, study_tables
from monotown.study.read import Study
from monotown.study.tables import Table, heading_row
from monotown.workflow import read_yaml, write_text
from monotown.workflow.beside import WORDS, opened
from monotown.workflow.config import schema_file
from monotown.workflow.forms import is_book
from monotown.workflow.study import LIMITS, StudyFiles
from monotown.workflow.towns import IGNORE
from monotown.workflow.workbooks import load_sheets


def known_of(study: StudyFiles, towns: Mapping[str, Any], section: Mapping[str, Any] | None = None) -> Known:
    """What a study knows before a file is read.

    Parameters
    ----------
    study
        Its files.
    towns
        Content of ``config/parts/towns.yaml``: marks of absence, units of measure, scales.
    section
        Settings of the run: ``level``, ``year``, ``kind``, ``decimal``, ``hidden``, and ``columns``,
        from a heading, a title, a sheet or a file to the id that it means. Without ``level`` those
        of the units of the study's own indices are ranked, and others are lines beside them.
    """
    asked = section or {}
    told = study.told("units")
    units = {code: unit for code, unit in told.items() if code != "sets"}
    fields = make_fields(study.told("variables"), study.told("indicators"), towns, study.told("measures"))
    shown = study.about.get("show", {})
    views = study.content("views")
    named = [str(views[shown[k]]["units"]) for k in ("index", "beside") if shown.get(k) in views]
    ranked = {str(units[c]["level"]) for name in named for c in told["sets"].get(name, ())}
    decimal = asked.get("decimal", "")
    return Known(
        units,
        fields,
        towns["units"],
        [str(asked["level"])] if asked.get("level") else sorted(ranked),
        asked.get("columns", {}),
        asked.get("year"),
        decimal if isinstance(decimal, str) else decimal.get("", ""),
        towns["markers"],
        kind=asked.get("kind", ""),
        hidden=asked.get("hidden", "read"),
    )


def read_office_files(files: Iterable[str | Path], known: Known, limits: Mapping[str, int]) -> Office:
    """Figures of files as offices publish them; a file that cannot be opened is a finding.

    Parameters
    ----------
    files
        Their paths.
    known
        Of `known_of`, or made by hand.
    limits
        Of `monotown.workflow.workbooks.load_sheets`.
    """
    sheets, refused = [], []
    for file in files:
        found, why = load_sheets(file, Path(file).name, limits)
        sheets += found
        refused += why
    read = read_office(sheets, known)
    return Office(read.figures, (*refused, *read.findings), read.fates)


def check_section(config: Mapping[str, Any], root: Path, file: str) -> None:
    """Stop with every key and value of the section ``input``, said in a file, that its schema does not allow."""
    told = schema_problems(config["input"], read_yaml(schema_file(root, "towns")), file)
    if told:
        raise InputError([Problem(p.file, f"input.{p.where}", p.found, p.expected) for p in told])


def tables_of(section: Mapping[str, Any], root: Path) -> tuple[Office, list[tuple[str, Table]], list[Finding]]:
    """What the files of a run hold that belong to no study, the study that they make, and what is to say of it.

    Parameters
    ----------
    section
        ``input`` of the run: files and settings.
    root
        The project's folder.
    """
    words = read_yaml(root / WORDS)
    sheets, told, refused = opened(section)
    columns = section.get("columns", {})
    ignored = [*section.get("ignore", ()), *(heading for heading, name in columns.items() if name == IGNORE)]
    known = Known(
        year=section.get("year"),
        decimal=section.get("decimal", ""),
        measures=words["units"],
        markers=words["markers"],
        kind=section.get("kind", "official"),
        hidden=section.get("hidden", "read"),
        selection=Selection(section.get("only", ()), ignored),
    )
    found = only_taken(read_office(sheets, known), section.get("take", {}))
    study, notes = study_tables(found, section.get("direction", {}))
    return Office(found.figures, (*refused, *found.findings), (*found.fates, *told)), study, notes


def write_tables(study: Iterable[tuple[str, Table]], section: Mapping[str, Any], folder: Path) -> None:
    """Write the study that files make as a folder: sheets as csv, and what it says of itself."""
    source = section.get("source", {})
    files = [Path(name).stem for name in section["files"]]
    about = {
        "title": next(iter(source.get("title", {}).values()), ", ".join(files)),
        **{k: v for k, v in {"publisher": source.get("publisher"), "terms": source.get("licence")}.items() if v},
        "kind": section.get("kind", "official"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_text("".join(f"{k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in about.items()), folder / "study.yaml")
    for name, table in study:
        table.frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")


def study_figures(config: Mapping[str, Any], root: Path) -> Published:
    """Figures of a study alone: those of its own sheets and those of the files of the run beside it.

    Raises
    ------
    InputError
        What is wrong with the study.
    """
    files = StudyFiles({k: v for k, v in config.items() if k != "input"}, root)
    study = files.sheets
    sheets, told, refused = opened(config["input"])
    found = read_published(sheets, study, read_yaml(root / WORDS), config["input"])
    own = study.figures.frame
    books = [name for name in dict.fromkeys(files.read) if is_book(name)]
    pages = [s for name in books for s in load_sheets(root / name, name, LIMITS)[0]]
    fates = [_own_fates(page, study, own) for page in pages]
    for told_of in fates:
        told_of.sheet = replace(told_of.sheet, file=shown_file(told_of.sheet.file))
    whole = pd.Series([()] * len(own), index=own.index, dtype=object)
    seen = own.rename(columns={"indicator": "variable"}).assign(dims=whole, cell=_cells(own, pages))
    seen = seen.assign(name=_printed(own, pages, study))
    seen["file"] = seen["file"].map(shown_file)
    parts = [part for part in (seen, found.seen) if len(part)]
    both = pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else found.seen
    both["year"] = [None if y is None or y != y or y == NO_YEAR else y for y in both["year"]]
    notes = [finding_of(replace(note, file=shown_file(note.file))) for note in study.notes]
    return Published(found.figures, both, (*notes, *refused, *found.findings), (*fates, *found.fates, *told))


def _place(cell: str, page: Sheet) -> tuple[int, int] | None:
    """Row and column of a figure of a study: a cell of a workbook, or a line and a heading of a text file."""
    named = re.fullmatch(r"line (\d+), column (.*)", cell, re.DOTALL)
    if named is None:
        return cell_place(cell) if re.fullmatch(r"[A-Z]+\d+", cell) else None
    heads = [text.strip() for text in page.rows[0]] if page.rows else []
    return (int(named[1]) - 1, heads.index(named[2])) if named[2] in heads else None


def _pages(own: pd.DataFrame, pages: Iterable[Sheet]) -> list[tuple[Sheet | None, tuple[int, int] | None]]:
    """Sheet and place of each figure of a study."""
    known = {(page.file, page.name): page for page in pages}
    found = []
    for file, sheet, cell in own[["file", "sheet", "cell"]].itertuples(index=False):
        page = known.get((file, sheet))
        found.append((page, None if page is None else _place(cell, page)))
    return found


def _cells(own: pd.DataFrame, pages: Sequence[Sheet]) -> list[str]:
    """Name of the cell of each figure of a study."""
    placed = _pages(own, pages)
    return [cell if at is None else cell_name(*at) for cell, (_, at) in zip(own["cell"], placed, strict=True)]


def _printed(own: pd.DataFrame, pages: Sequence[Sheet], study: Study) -> list[str]:
    """Unit of each figure as it is printed in its row."""
    spelled = spelled_units(study)
    names = []
    for unit, (page, at) in zip(own["unit"], _pages(own, pages), strict=True):
        row = [] if page is None or at is None else page.rows[at[0]]
        names.append(next((text.strip() for text in row if spelled(text.strip()) == [unit]), unit))
    return names


def _own_fates(page: Sheet, study: Study, own: pd.DataFrame) -> Fates:
    """Fates of the cells of a sheet of a study: figures, their units and years, and what says what they are."""
    fates, spelled = Fates(page), spelled_units(study)
    mine = own[(own["file"] == page.file) & (own["sheet"] == page.name)]
    for value, reference, (_, at) in zip(mine["value"], mine["reference"], _pages(mine, [page]), strict=True):
        if at is not None:
            fates.claim(*at, "aggregate" if reference else "missing" if value != value else "read")
    data = bool(len(mine))
    name = sheet_of(page.name or Path(page.file).stem)
    if not name and not data:
        fates.claim_all(range(len(page.rows)), range(page.width), "left_out", "sheet")
    head = heading_row(page.rows, page.name)
    fates.claim_all(range(head), range(page.width), "title")
    fates.claim_all([head], range(page.width), "header")
    for r, c in fates.open():
        text = page.text(r, c)
        if not data:
            fates.claim(r, c, "unit" if name == "units" else "header")
        elif spelled(text):
            fates.claim(r, c, "unit")
        else:
            fates.claim(r, c, "year" if read_year(text) else "left_out", "column")
    return fates
