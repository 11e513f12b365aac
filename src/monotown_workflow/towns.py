"""The files of a run on own data: checked before the run, read to sheets, problems written."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monotown.config import schema_problems
from monotown.labels import Labels
from monotown.problems import InputError, Problem
from monotown.towns.fields import make_fields
from monotown.towns.findings import Finding, findings_table, in_words, terminal_table
from monotown.towns.grid import Sheet
from monotown.towns.read import Settings
from monotown_workflow import read_text_table, read_yaml
from monotown_workflow.workbooks import load_sheets, write_problems

#: Config files of a run that its workbook adds to; the run reads the copies in its own folder.
DERIVED = ("units", "variables", "measures", "views")


def check_input(config: Mapping[str, Any], root: str | Path) -> None:
    """Stop with every problem of the section ``input`` of a run's config.

    Parameters
    ----------
    config
        The config of the run.
    root
        The project's folder.

    Raises
    ------
    InputError
        Keys and values that ``workflow/schemas/towns.schema.yaml`` does not allow; files that are
        absent or outside the project.
    """
    top = Path(root).resolve()
    schema = read_yaml(top / "workflow" / "schemas" / "towns.schema.yaml")
    section = config["input"]
    problems = [
        Problem(p.file, f"input.{p.where}", p.found, p.expected)
        for p in schema_problems(section, schema, "run config")
    ]
    if not problems:
        for i, name in enumerate(section.get("files", [])):
            target = (top / name).resolve()
            where = f"input.files.{i}"
            if not target.is_relative_to(top):
                problems.append(Problem("run config", where, name, "a path inside the project"))
            elif not target.is_file():
                problems.append(Problem("run config", where, name, "a file that exists"))
        towns = top / section["towns"]
        if not towns.resolve().is_relative_to(top) or not towns.is_file():
            problems.append(
                Problem("run config", "input.towns", section["towns"], "a file in the project")
            )
    if problems:
        raise InputError(problems)


def read_files(files: list[str], limits: Mapping[str, int]) -> tuple[list[Sheet], list[Finding]]:
    """Sheets of all files, and why files are not read."""
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    for name in files:
        found, why = load_sheets(name, name, limits)
        sheets += found
        findings += why
    return sheets, findings


def settings_from(section: Mapping[str, Any], configs: Mapping[str, Any]) -> Settings:
    """What reading stands on, from the section ``input`` and the parsed config files."""
    units = configs["units"]
    among = units["sets"][section["units"]] if section.get("units") else []
    return Settings(
        fields=make_fields(
            configs["variables"], configs["indicators"], configs["towns"], configs["measures"]
        ),
        towns=configs["towns"],
        units=units,
        blocks=list(configs["indicators"]["blocks"]),
        among=among,
        level=section.get("level", ""),
        year=section.get("year"),
        roles=section.get("sheets", {}),
        columns=section.get("columns", {}),
    )


def report_problems(
    findings: list[Finding], sheets: list[Sheet], labels: Labels, workbook: str | Path
) -> None:
    """Write the findings and the marked sheets to a workbook."""
    words = {
        "page": labels("towns.sheet_problems"),
        "none": labels("towns.none"),
        **{c: labels(f"towns.column.{c}") for c in findings_table([], labels).columns},
    }
    write_problems(
        findings_table(findings, labels), findings, sheets, words,
        [in_words(f, labels) for f in findings], workbook,
    )  # fmt: skip


def stop_on_errors(problems: str | Path, labels: Labels) -> None:
    """Say every finding on the terminal, and end the step with status 1 where one is an error.

    Parameters
    ----------
    problems
        Table of findings with the column ``stops``; the marked workbook stands in the folder above.
    labels
        Words of the language.
    """
    found = read_text_table(problems)
    if not found.empty:
        workbook = Path(problems).parents[1] / "problems.xlsx"
        print(terminal_table(found.drop(columns="stops"), labels), file=sys.stderr)
        print(labels("towns.marked", file=workbook), file=sys.stderr)
    if (found["stops"] == "True").any():
        sys.exit(1)
