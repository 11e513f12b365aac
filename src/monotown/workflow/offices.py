"""Files of statistics offices at the edge: opened, read with what a study knows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from monotown.base.labels import Labels
from monotown.base.problems import InputError, Problem
from monotown.base.schemas import schema_problems
from monotown.data.workbooks.fates import Fates
from monotown.data.workbooks.fields import Selection, make_fields
from monotown.data.workbooks.findings import Finding
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.offices import COLUMNS, Known, Office, only_taken, read_office
from monotown.study.headings import sheet_of
from monotown.study.published import Published, read_published, study_tables
from monotown.study.tables import Table
from monotown.workflow import read_labels, read_yaml, write_text
from monotown.workflow.config import schema_file
from monotown.workflow.study import StudyFiles
from monotown.workflow.towns import IGNORE, read_files
from monotown.workflow.workbooks import load_sheets

#: Words and limits of the reading of files, whatever study they are for.
WORDS = "config/parts/towns.yaml"


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


def check_section(config: Mapping[str, Any], root: Path) -> None:
    """Stop with every key and value of the section ``input`` of a run that its schema does not allow."""
    told = schema_problems(config["input"], read_yaml(schema_file(root, "towns")), "run config")
    if told:
        raise InputError([Problem(p.file, f"input.{p.where}", p.found, p.expected) for p in told])


def plain_words(section: Mapping[str, Any]) -> Labels:
    """Words of findings in the language of a run, without names of any study."""
    return read_labels(["towns"])[str(section["language"])]


def _opened(section: Mapping[str, Any]) -> tuple[list[Sheet], list[Fates], list[Finding]]:
    """Sheets of figures of the files of a run, fates of the sheets that say something else, and what is not opened."""
    sheets, refused = read_files(section["files"], read_yaml(WORDS)["limits"])
    figures, told = [], []
    for sheet in sheets:
        if sheet_of(sheet.name) not in ("about", "notes"):
            figures.append(sheet)
            continue
        fates = Fates(sheet)
        fates.claim_all(range(len(sheet.rows)), range(sheet.width), "title")
        told.append(fates)
    return figures, told, refused


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
    sheets, told, refused = _opened(section)
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
    files = StudyFiles(config, root)
    own = files.study.figures.frame
    sheets, told, refused = _opened(config["input"])
    found = read_published(sheets, files.study, read_yaml(root / WORDS), config["input"])
    seen = own.rename(columns={"indicator": "variable"}).assign(name=own["unit"], dims=[()] * len(own))
    parts = [part for part in (seen, found.seen) if len(part)]
    both = pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else found.seen
    return Published(found.figures, both, (*refused, *found.findings), (*found.fates, *told))
