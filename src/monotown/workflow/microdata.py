"""Microdata at the edge: CSV, xlsx, SPSS and Stata files to a table of texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.problems import InputError, Problem
from monotown.base.schemas import schema_problems
from monotown.workflow import read_yaml
from monotown.workflow.config import key_lines, schema_file
from monotown.workflow.forms import SUFFIXES
from monotown.workflow.workbooks import cell_text, load_sheets

STATISTICAL = (".sav", ".zsav", ".dta")

#: Beyond them a file is refused before it is read.
LIMITS: Mapping[str, int] = {
    "megabytes": 200,
    "unpacked_megabytes": 800,
    "ratio": 200,
    "cells": 20_000_000,
    "sheets": 20,
}


def read_microdata_file(path: str | Path, sheet: str | None = None) -> pd.DataFrame:
    """A microdata file as texts: names of columns from its first row or its variables.

    Codes stay codes: value labels are not applied, and whole numbers have no decimals. A value
    that SPSS declares missing is the number that stands in the file; a system-missing one, and
    every missing value of Stata, is an empty text.

    Parameters
    ----------
    path
        A file of `STATISTICAL` or `monotown.workflow.workbooks.SUFFIXES`.
    sheet
        Sheet of a workbook; the first one by default.

    Raises
    ------
    InputError
        If the file is absent, of another kind, too large, encrypted or damaged, or two columns
        have one name.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix in STATISTICAL:
        frame = _statistical(file, suffix)
    elif suffix in SUFFIXES:
        frame = _sheet(file, sheet)
    else:
        expected = "a file of kind " + ", ".join((*SUFFIXES, *STATISTICAL))
        raise InputError([Problem(str(path), "name of the file", file.suffix or file.name, expected)])
    names = pd.Series([str(c) for c in frame.columns])
    problems = []
    for _, same in names.groupby(names):
        if len(same) > 1:
            # where the header is missing the names are a person's answers
            places = ", ".join(str(i + 1) for i in same.index)
            problems.append(Problem(str(path), f"columns {places}", "one name", "each name once"))
    if problems:
        raise InputError(problems)
    return frame


def _statistical(file: Path, suffix: str) -> pd.DataFrame:
    if not file.is_file():
        raise InputError([Problem(str(file), "file", "nothing", "a file that exists")])
    size = file.stat().st_size
    if size > LIMITS["megabytes"] * 2**20:
        expected = f"at most {LIMITS['megabytes']} MB"
        raise InputError([Problem(str(file), "file", f"{size / 2**20:.0f} MB", expected)])
    # the reader makes room for as many rows as the file says it has, and it may say anything
    _, about = _read(file, suffix, metadataonly=True)
    rows, columns = about.number_rows or 0, about.number_columns or 0
    with file.open("rb") as opened:
        zipped = opened.read(4) == b"$FL3"  # whatever its name; else a value takes a byte or more
    if rows * columns > LIMITS["cells"] or (not zipped and rows * columns > size):
        found = f"{rows:,} rows of {columns:,} values in {size:,} bytes"
        expected = f"a whole {suffix} file, with at most {LIMITS['cells']:,} values"
        raise InputError([Problem(str(file), "file", found, expected)])
    frame, _ = _read(file, suffix)
    return frame.map(_text)


def _read(file: Path, suffix: str, metadataonly: bool = False) -> tuple[pd.DataFrame, Any]:
    # a reader of other programs' files: loaded where one is given
    import pyreadstat

    try:
        if suffix == ".dta":
            return pyreadstat.read_dta(file, metadataonly=metadataonly)
        return pyreadstat.read_sav(file, metadataonly=metadataonly, user_missing=True)
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        ValueError,
        IndexError,
        OverflowError,
        MemoryError,
    ) as error:
        expected = f"a whole {suffix} file without a password"
        # the reader's own words may quote what stands in the file
        raise InputError([Problem(str(file), "file", type(error).__name__, expected)]) from None


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    return cell_text(value.item() if isinstance(value, np.generic) else value)


def _sheet(file: Path, name: str | None) -> pd.DataFrame:
    sheets, findings = load_sheets(file, str(file), LIMITS)
    if findings:
        problems = []
        for f in findings:
            found = f"{f.code} {f.found}".strip() if f.code in _MEASURED else f.code
            problems.append(Problem(str(file), "file", found, _EXPECTED.get(f.code, "a table")))
        raise InputError(problems)
    by_name = {s.name: s for s in sheets}
    if name is not None and name not in by_name:
        listed = ", ".join(by_name)
        raise InputError([Problem(str(file), "sheet", name, f"one of: {listed}")])
    rows = (by_name[name] if name is not None else sheets[0]).rows
    filled = {i: list(r) for i, r in enumerate(rows) if any(c.strip() for c in r)}
    top, *below = filled
    head = [c.strip() for c in filled[top]]
    while head and not head[-1]:
        head.pop()
    width = len(head)
    body = [(filled[i] + [""] * width)[:width] for i in below]
    # a row is known by its line in the file, empty lines counted
    return pd.DataFrame(body, index=[i - 1 for i in below], columns=head, dtype=str)


#: Findings whose words are a size of the file, not its content.
_MEASURED = ("too_large", "too_many_cells", "bomb")

_EXPECTED = {
    "no_file": "a file that exists",
    "too_large": f"at most {LIMITS['megabytes']} MB",
    "too_many_cells": f"at most {LIMITS['cells']:,} cells and {LIMITS['sheets']} sheets",
    "bomb": "a workbook that unpacks to a size in keeping with its own",
    "encrypted": "a file without a password",
    "damaged": "a whole file of the kind its name says",
    "encoding": "UTF-8, UTF-16 or Windows-1251",
    "text_form": "rows of cells with one delimiter",
    "empty": "a header and rows",
}


def check_survey(path: str, root: str | Path) -> dict[str, Any]:
    """The config of a survey, checked with the files it names before the run.

    Parameters
    ----------
    path
        Of the config, as the run's config names it.
    root
        The project's folder.

    Raises
    ------
    InputError
        What `read_survey_config` raises; a file that is absent or outside the project.
    """
    top = Path(root).resolve()
    problems: list[Problem] = []

    def look(name: str, where: str, file: str) -> None:
        target = (top / name).resolve()
        if not target.is_relative_to(top):
            problems.append(Problem(file, where, name, "a path inside the project"))
        elif not target.is_file():
            problems.append(Problem(file, where, name, "a file that exists"))

    look(path, "survey", "run config")
    if problems:
        raise InputError(problems)
    config = read_survey_config(top / path, schema_file(top, "survey"))
    look(config["questionnaire"], "questionnaire", path)
    made = f"results/{config['id']}/" if "population" in config else None
    named = {"population": config.get("population"), "margins": config.get("margins")}
    for i, entry in enumerate(config["files"]):
        named |= {f"files.{i}.{k}": entry[k] for k in ("microdata", "mapping")}
    for where, name in named.items():
        if name is not None and not (made and name.startswith(made) and ".." not in name):
            look(name, where, path)
    if problems:
        raise InputError(problems)
    return config


def read_survey_config(path: str | Path, schema: str | Path) -> dict[str, Any]:
    """The config of a survey, checked.

    Raises
    ------
    InputError
        Every unknown key and every value out of range.
    """
    config = read_yaml(path)
    problems = schema_problems(config, read_yaml(schema), str(path), key_lines(path))
    if problems:
        raise InputError(problems)
    return dict(config)
