"""Files of figures beside a study that says all itself: opened, read with what it knows, joined with its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monotown.base.labels import Labels
from monotown.base.problems import InputError, Problem
from monotown.data.workbooks.fates import Fates
from monotown.data.workbooks.findings import ERROR, Finding, found_words, in_words
from monotown.data.workbooks.grid import Sheet
from monotown.study.headings import sheet_of
from monotown.study.published import read_published, with_figures
from monotown.study.read import Study
from monotown.workflow import labels_of, read_yaml
from monotown.workflow.workbooks import read_files

#: Words and limits of the reading of files, whatever study they are for.
WORDS = "config/parts/towns.yaml"


def plain_words(section: Mapping[str, Any]) -> Labels:
    """Words of findings in the language of a run, without names of any study."""
    return labels_of(str(section["language"]), ["towns", "study", "door"])


def opened(section: Mapping[str, Any]) -> tuple[list[Sheet], list[Fates], list[Finding]]:
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


def joined(study: Study, section: Mapping[str, Any], root: Path) -> Study:
    """A study alone with the figures of the files of a run.

    Raises
    ------
    InputError
        Every error of the files, in the language of the run.
    """
    sheets, _, refused = opened(section)
    found = read_published(sheets, study, read_yaml(root / WORDS), section)
    labels = plain_words(section)
    problems = []
    for finding in (*refused, *found.findings):
        if finding.severity == ERROR:
            expected, remedy = in_words(finding, labels)
            where = ", ".join(part for part in (finding.sheet, finding.cell) if part)
            printed = found_words(finding, labels)
            code, place, values = finding.code, (finding.sheet, finding.cell), finding.values
            problems.append(Problem(finding.file, where, printed, expected, code, remedy, *place, values))
    if problems:
        raise InputError(problems)
    return with_figures(study, found.figures)
