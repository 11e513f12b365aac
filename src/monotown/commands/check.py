"""``monotown check``: what a run would read and say, in under a second for a small file, and nothing started."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.labels import Labels
from monotown.base.problems import InputError, Problem
from monotown.commands.call import SETTINGS, Call, Plan, plan
from monotown.commands.places import project
from monotown.commands.say import tell
from monotown.data.workbooks.derive import make_run
from monotown.data.workbooks.fates import FATES, cells_table
from monotown.data.workbooks.findings import ERROR, Finding, findings_table, found_words, in_words, terminal_table
from monotown.data.workbooks.grid import shown_file
from monotown.workflow.beside import plain_words
from monotown.workflow.config import CALLED, check_config
from monotown.workflow.config import tell as tell_moved
from monotown.workflow.door_words import parts, said, words_of_problems
from monotown.workflow.environment import leave_out_unused
from monotown.workflow.offices import check_section, study_figures, tables_of, write_tables
from monotown.workflow.run_config import run_config
from monotown.workflow.sources import read_sources, source_files
from monotown.workflow.study import StudyFiles
from monotown.workflow.study_check import check_alone
from monotown.workflow.towns import check_input, finding_words, settings_from
from monotown.workflow.workbooks import read_files

#: Groups of words of the rule ``own_workbook``.
_LABELS = ("towns", "indicators")


@dataclass(frozen=True)
class Read:
    """What a check finds.

    Attributes
    ----------
    figures
        Entries of ``figures`` of the printed object.
    findings
        What there is to say, in the order met.
    cells
        Fates of the cells of each sheet.
    labels
        Words of the findings; None where there are none.
    problems
        What is wrong with the run itself.
    files
        Files of config that were read, where nothing else was to be read.
    """

    figures: Sequence[Mapping[str, Any]] = ()
    findings: Sequence[Finding] = ()
    cells: pd.DataFrame | None = None
    labels: Labels | None = None
    problems: InputError | None = None
    files: int = 0

    @property
    def failed(self) -> bool:
        """Whether a run would stop."""
        return self.problems is not None or any(f.severity == ERROR for f in self.findings)


@contextlib.contextmanager
def at(made: Plan) -> Iterator[Path]:
    """Read as a run would, in the folder that it works in, whatever the working folder is."""
    before = os.environ.pop(CALLED, None)
    if made.anywhere:
        os.environ[CALLED] = "1"
    try:
        with contextlib.chdir(made.here):
            yield made.here
    finally:
        os.environ.pop(CALLED, None)
        if before is not None:
            os.environ[CALLED] = before


def config(made: Plan, root: Path) -> tuple[dict[str, Any], int]:
    """The config of a run, checked, and how many files were read against each other for it.

    The config and study that the project comes with are sound, and are not checked again where a workbook alone is new.

    Raises
    ------
    InputError
        Every problem.
    """
    leave_out_unused()
    try:
        found, moved = run_config(made.config, root)
    except InputError as error:  # a study is read as the run is settled
        raise InputError(_shown(error.problems)) from None
    tell_moved(moved)
    problems: list[Problem] = []
    read = 0
    try:
        if made.kind in ("workbook", "tables"):
            check_config(found, root, tuple(made.said_in))
        elif _bare(made, found):
            check_config(found, root, tuple(made.said_in))
            check_section(found, root, SETTINGS)
            check_alone(StudyFiles(found, root))
        else:
            from monotown.workflow.door import check_run

            read = len(check_run(found, root, tuple(made.said_in)))
    except InputError as error:
        problems += error.problems
    try:
        if made.kind == "workbook":
            check_input(found, root)
        elif made.kind == "tables":
            check_section(found, root, SETTINGS)
    except InputError as error:
        problems += [replace(problem, file=SETTINGS) for problem in error.problems]
    if problems:
        raise InputError(_shown([_of_study(problem, made, found, root) for problem in problems]))
    return found, read


def _of_study(problem: Problem, made: Plan, config: Mapping[str, Any], root: Path) -> Problem:
    """A problem of a setting where the study says it, and not the call."""
    typed: Any = made.config
    for key in problem.where.split("."):
        typed = typed.get(key) if isinstance(typed, Mapping) else None
    if made.kind != "study" or problem.file != SETTINGS or typed is not None:
        return problem
    return StudyFiles(config, root).in_about(problem)


def _bare(made: Plan, config: Mapping[str, Any]) -> bool:
    """Whether a run has a study alone and no settings of the analyses, which the whole door would check."""
    if made.kind != "study" or set(made.config) - {"study", "input", "results"}:
        return False
    return not {"sensitivity", "seed", "draws"} & set(StudyFiles(config, made.here).about)


def _shown(problems: Sequence[Problem]) -> list[Problem]:
    """Problems with the names of files as a reader knows them."""
    return [replace(problem, file=shown_file(problem.file)) for problem in problems]


def read(made: Plan) -> Read:
    """Read and check what a run would."""
    with at(made) as root:
        try:
            if made.kind == "tables":
                return tables(made, root)
            if made.kind == "study":
                return _study(made, root)
            found, files = config(made, root)
        except InputError as error:
            return Read(problems=error)
        return _figures(found, root) if "input" in found else Read(files=files)


def tables(made: Plan, root: Path, folder: Path | None = None) -> Read:
    """Files of no study: every text of a column of units is a unit, every table an indicator.

    Parameters
    ----------
    made
        A plan of the kind ``tables``.
    root
        The project's folder.
    folder
        Where the study that is made of them is written, for a run; None to look alone.

    Raises
    ------
    InputError
        What is wrong with the settings.
    """
    section = config(made, root)[0]["input"]
    found, study, notes = tables_of(section, root)
    if folder is None:  # a run needs directions; what is read does not hang on them
        notes = [replace(f, code="indicator_own") if f.code == "direction_missing" else f for f in notes]
    read = Read(as_figures(found.figures), (*found.findings, *notes), cells_table(found.fates), plain_words(section))
    if folder is not None and not read.failed:
        write_tables(study, section, folder)
    return read


def _study(made: Plan, root: Path) -> Read:
    """A study alone: the figures of its own sheets, and those of files beside it."""
    problems: list[Problem] = []
    told: Mapping[str, Any] = made.config
    try:
        told, _ = config(made, root)
    except InputError as error:
        problems = list(error.problems)
    try:
        found = study_figures(told, root)
    except InputError as error:
        raise InputError(problems or _shown(error.problems)) from None
    said = {(f.code, f.cell) for f in found.findings}  # of the files, which the whole run is checked with
    rest = [problem for problem in problems if (problem.code, problem.cell) not in said]
    words = plain_words(made.config["input"])
    cells, wrong = cells_table(found.fates), InputError(rest) if rest else None
    return Read(as_figures(found.seen), found.findings, cells, words, wrong)


def _figures(config: Mapping[str, Any], root: Path) -> Read:
    from monotown.workflow import read_yaml

    section, study = config["input"], StudyFiles(config, root)
    configs = {name: study.told(name) for name in ("units", "variables", "measures", "views", "indicators")}
    configs["towns"] = read_yaml(section["towns"])
    configs["sources"] = read_sources(source_files(config["sources"], root))
    settings = settings_from(section, configs)
    sheets, refused = read_files(section["files"], configs["towns"]["limits"])
    made = make_run(sheets, refused, settings, configs, section)
    labels = finding_words(_LABELS, section["language"], settings, made.configs["units"], made.configs["measures"])
    return Read(as_figures(made.seen), made.findings, made.cells, labels)


def as_figures(seen: pd.DataFrame) -> list[dict[str, Any]]:
    """Figures, `monotown.data.workbooks.offices.COLUMNS`, as entries of the printed object."""
    columns = {k: seen[k].tolist() for k in ("unit", "name", "year", "variable", "value", "kind", "dims", "reference")}
    places = {k: seen[k].tolist() for k in ("file", "sheet", "cell")}
    return [
        {
            "unit": str(unit),
            "name": str(name),
            "year": None if pd.isna(year) else int(year),
            "indicator": str(variable),
            "value": None if value is None or np.isnan(value) else float(value),
            "kind": str(kind),
            "dims": dict(dims),
            "reference": bool(reference),
            **dict(zip(places, place, strict=True)),
        }
        for (unit, name, year, variable, value, kind, dims, reference), place in zip(
            zip(*columns.values(), strict=True), zip(*places.values(), strict=True), strict=True
        )
    ]


def as_object(found: Read, words: Labels) -> dict[str, Any]:
    """What is found as the object of ``check --json``: keys are English in every language.

    Returns
    -------
    dict
        ``version`` 1; ``figures``; ``findings``; ``cells``: of each sheet the number of cells that are not empty, and
        of these the number of each fate, which add up to it.
    """
    findings = []
    for finding in found.findings:
        assert found.labels is not None
        expected, mend = in_words(finding, found.labels)
        findings.append(
            {
                "severity": finding.severity,
                "code": finding.code,
                "file": finding.file,
                "sheet": finding.sheet,
                "cell": finding.cell,
                "found": found_words(finding, found.labels),
                "expected": expected,
                "remedy": mend,
            }
        )
    findings += [_of_config(problem, words) for problem in (found.problems.problems if found.problems else ())]
    cells = {}
    for row in () if found.cells is None else found.cells.to_dict("records"):
        place = "/".join(str(row[k]) for k in ("file", "sheet") if row[k])
        cells[place] = {"nonempty": int(row["not_empty"]), **{fate: int(row[fate]) for fate in FATES}}
    return {"version": 1, "figures": list(found.figures), "findings": findings, "cells": cells}


def _of_config(problem: Problem, words: Labels) -> dict[str, str]:
    place = {"sheet": problem.sheet, "cell": problem.cell or ("" if problem.sheet else problem.where)}
    told = parts(problem, words_of_problems(words.language, project()))
    said = dict(zip(("found", "expected", "remedy"), told, strict=True))
    return {"severity": ERROR, "code": problem.code or "config", "file": problem.file, **place, **said}


def problems_said(error: InputError, words: Labels) -> str:
    """Problems of a run's config in the language of the call."""
    return said(error, {"input": {"language": words.language}}, project())


def say(found: Read, words: Labels) -> None:
    """Say what was found: the findings, the fates of the cells of each sheet, and whether a run would stop."""
    if found.problems:
        tell(problems_said(found.problems, words))
    if found.findings and found.labels:
        tell(terminal_table(findings_table(found.findings, found.labels), found.labels))
    for row in () if found.cells is None else found.cells.to_dict("records"):
        place = ", ".join(str(row[k]) for k in ("file", "sheet") if row[k])
        counted = "; ".join(f"{words(f'commands.fate.{fate}')} {row[fate]}" for fate in FATES if row[fate])
        tell(words("commands.cells", place=place, n=row["not_empty"], counted=counted))
    if found.cells is not None:
        tell(words("commands.figures", n=len(found.figures)))
    if not found.failed:
        tell(words("commands.sound_files", n=found.files) if found.files else words("commands.sound"))


def check(call: Call, *, as_json: bool = False) -> int:
    """Check what a call names; 1 where a run would stop."""
    try:
        found = read(plan(call))
    except InputError as error:  # of the study that it names
        found = Read(problems=error)
    say(found, call.words)
    if as_json:  # in ASCII, which every console and every reader takes
        print(json.dumps(as_object(found, call.words), allow_nan=False))
    return int(found.failed)
