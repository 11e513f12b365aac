"""The files of a run on own data: checked before the run, read to sheets, problems written."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from monotown.base.labels import Labels
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.base.schemas import schema_problems
from monotown.base.tables import OBSERVATIONS
from monotown.data.workbooks.derive import Survey
from monotown.data.workbooks.fields import Selection, make_fields
from monotown.data.workbooks.findings import Finding, findings_table, in_words, terminal_table
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.read import Settings
from monotown.show.words import words_of
from monotown.workflow import labels_of, read_labels, read_table, read_text_table, read_yaml
from monotown.workflow.config import admitted, placed, schema_file
from monotown.workflow.study import StudyFiles
from monotown.workflow.words import WORDS, languages

#: Config files of a run that its workbook adds to; the run reads the copies in its own folder.
DERIVED = ("units", "variables", "measures", "views")

#: What a column means that is not read.
IGNORE = "ignore"


def check_input(config: Mapping[str, Any], root: str | Path, files: tuple[str, ...] = ()) -> None:
    """Stop with every problem of the section ``input`` of a run's config.

    Parameters
    ----------
    config
        The config of the run.
    root
        The project's folder.
    files
        The config files of the run, the default first; used to name a problem's file and line.

    Raises
    ------
    InputError
        Keys and values that ``workflow/parts/towns/schema.yaml`` does not allow; files that are
        absent or outside the project.
    """
    top = Path(root).resolve()
    schema = read_yaml(schema_file(top, "towns"))
    section = config["input"]
    problems = [
        Problem(p.file, f"input.{p.where}", p.found, p.expected) for p in schema_problems(section, schema, "run config")
    ]
    if not problems and config.get("sources", True):  # a study alone says both itself
        needed = ("kind", "source")
        problems = [Problem("run config", f"input.{k}", "nothing", f"a key {k}") for k in needed if k not in section]
    if not problems:
        for i, name in enumerate(section.get("files", [])):
            target = (top / name).resolve()
            where = f"input.files.{i}"
            if not admitted(target, top):
                problems.append(Problem("run config", where, name, "a path inside the project"))
            elif not target.is_file():
                problems.append(Problem("run config", where, name, "a file that exists"))
        towns = top / section["towns"]
        if not admitted(towns.resolve(), top) or not towns.is_file():
            problems.append(Problem("run config", "input.towns", section["towns"], "a file in the project"))
        text = (top / section["text"]).resolve() if "text" in section else None
        if text and (not admitted(text, top) or not any(text.glob("*.yaml"))):
            expected = "a folder in the project with texts, such as config/text"
            problems.append(Problem("run config", "input.text", section["text"], expected))
    if not problems:
        problems = _unknown_names(config, section, top)
        known = languages(top / WORDS)
        if section["language"] not in known:
            expected = nearest(section["language"], known)
            found = Problem("run config", "input.language", section["language"], expected)
            problems.append(found)
    if problems:
        raise InputError([placed(p, top, files) for p in problems])


def _unknown_names(config: Mapping[str, Any], section: Mapping[str, Any], top: Path) -> list[Problem]:
    """Sets of units, and variables of columns, that the configs do not have."""
    problems = Problems()
    wanted = section.get("units")
    if wanted is not None:
        sets = list(StudyFiles(config, top).content("units")["sets"])
        problems.one_of("run config", "input.units", wanted, sets)
    if section.get("survey") and "survey" not in config:
        problems.add("run config", "survey", "nothing", "the path of a file like config/parts/survey/demo.yaml")
    named = section.get("columns", {})
    known = []
    if named:
        study = StudyFiles(config, top)
        known = [*study.content("variables"), *study.content("indicators")["indicators"]]
    for header, name in ((h, n) for h, n in named.items() if n != IGNORE):
        problems.one_of("run config", f"input.columns.{header}", name, known)
    return list(problems)


def read_survey(paths: list[str]) -> Survey | None:
    """The run's own survey from its config and its table of observations; None without one."""
    if not paths:
        return None
    config = read_yaml(paths[0])
    seen = read_table(paths[1], OBSERVATIONS)
    return Survey(config["id"], config["label"], paths[1], seen, config["units"])


def settings_from(section: Mapping[str, Any], configs: Mapping[str, Any]) -> Settings:
    """What reading stands on, from the section ``input`` and the parsed config files."""
    units = configs["units"]
    decimal = section.get("decimal", {})
    columns = section.get("columns", {})
    ignored = [*section.get("ignore", ()), *(heading for heading, name in columns.items() if name == IGNORE)]
    among = units["sets"][section["units"]] if section.get("units") else []
    return Settings(
        fields=make_fields(configs["variables"], configs["indicators"], configs["towns"], configs["measures"]),
        towns=configs["towns"],
        units=units,
        blocks=list(configs["indicators"]["blocks"]),
        among=among,
        level=section.get("level", ""),
        year=section.get("year"),
        kind=section.get("kind", ""),
        roles=section.get("sheets", {}),
        columns={heading: name for heading, name in columns.items() if name != IGNORE},
        decimal={"": decimal} if isinstance(decimal, str) else decimal,
        hidden=section.get("hidden", "read"),
        take=section.get("take", {}),
        selection=Selection(section.get("only", ()), ignored),
    )


def finding_words(
    labels: Sequence[str],
    language: str,
    settings: Settings,
    units: Mapping[str, Any],
    measures: Mapping[str, Any] | None = None,
) -> Labels:
    """Words of findings, with the names of units, indicators, measures and units of measure.

    Parameters
    ----------
    labels
        Groups of the words of own data and of the blocks.
    language
        One of `monotown.workflow.words.languages`.
    settings
        What reading stands on.
    units
        Units of the run, with those of its workbook.
    measures
        Measures of the run.
    """
    fields = {name: {"label": held.labels} for name, held in settings.fields.items()}
    words = words_of("unit", units) | words_of("field", fields) | words_of("measure", measures or {})
    return read_labels(labels, words)[language]


def report_problems(findings: list[Finding], sheets: list[Sheet], labels: Labels, workbook: str | Path) -> None:
    """Write the findings and the marked sheets to a workbook."""
    words = {
        "page": labels("towns.sheet_problems"),
        "none": labels("towns.none"),
        **{c: labels(f"towns.column.{c}") for c in findings_table([], labels).columns},
    }
    from monotown.workflow.written_books import write_problems  # loaded where there is something to write

    write_problems(
        findings_table(findings, labels), findings, sheets, words, [in_words(f, labels) for f in findings], workbook
    )


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


def stopped_words(results: str | Path, section: Mapping[str, Any], labels: str, root: str | Path = ".") -> str:
    """What to say last where a run has stopped at errors of its workbook; "" for another stop.

    Parameters
    ----------
    results
        The run's folder of results, from the working folder.
    section
        Section ``input`` of its config.
    labels
        Group of the words.
    root
        The project's folder.
    """
    problems = Path(results) / "clean" / "own_problems.csv"
    if not problems.is_file() or not (read_text_table(problems)["stops"] == "True").any():
        return ""
    words = labels_of(str(section["language"]), [labels], Path(root, WORDS))
    return words("towns.stopped", file=Path(results) / "problems.xlsx")
