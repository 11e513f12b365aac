"""The claims of a run on own data: those of its study's sheet, or of the file that its config names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from monotown.base.labels import FALLBACK
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.claims.addresses import DATA, tables_named
from monotown.claims.checks import forget_checks, load_checks
from monotown.claims.read import Claim
from monotown.study.claims import Claimed, claims_of, headings, results_of, rows_of, split
from monotown.study.tables import Table
from monotown.workflow.config import admitted
from monotown.workflow.forms import is_book
from monotown.workflow.strict import read_strict
from monotown.workflow.study import StudyFiles, read_sheet, read_tables

#: Key of the config that names a file of claims.
KEY: Final = "claims"

#: Keys of a file of claims in YAML.
_KEYS: Final = ("source", "tables", "claims")


def has_claims(config: Mapping[str, Any], study: StudyFiles) -> bool:
    """Whether a run on own data has claims to check."""
    return "input" in config and (isinstance(config.get(KEY), str) or bool(study.sheets.claims))


def add_checks(file: str | None, root: str | Path = ".") -> None:
    """Register the user's checks of a file of Python, and no others.

    Raises
    ------
    InputError
        Everything that is wrong with it.
    """
    if file is None:
        forget_checks()
        return
    path = Path(root, file)
    if not admitted(path.resolve(), Path(root).resolve()) or not path.is_file():
        raise InputError([Problem("run config", "checks", file, "a Python file inside the project")])
    load_checks(path.read_text(encoding="utf-8"), file)


def claims_of_run(config: Mapping[str, Any], study: StudyFiles) -> dict[str, Any]:
    """The claims of a run with the tables that they name, as the step that checks them reads it.

    Parameters
    ----------
    config
        The run's config; a file that it names stands in place of the study's sheet.
    study
        The files of the run's study.

    Returns
    -------
    dict
        ``source``, ``claims`` (rows of texts), ``tables`` (name to rows of texts, headings first), ``results``
        (names of tables of the run's results), ``names`` (code of a unit to its name).

    Raises
    ------
    InputError
        Everything that is wrong with a file of claims.
    """
    indices = list(study.content("views"))
    source = str(study.about.get("publisher") or study.about.get("title", ""))
    claims: tuple[Claim, ...] = study.sheets.claims
    tables: Mapping[str, Any] = study.sheets.tables
    if isinstance(config.get(KEY), str):
        source, claims, tables = _of_file(config[KEY], study, indices, source)
    rows = [{k: v for k, v in claim.row().items() if v} for claim in claims]
    named = tables_named(text for row in rows for text in row.values())
    first = str(study.about.get("languages", [FALLBACK])[0])
    names = {c: str(u.get(first, c)) for c, u in study.content("units").items() if c != "sets"}
    return {
        "source": source,
        "claims": rows,
        "tables": {n: [list(row) for row in rows_] for n, rows_ in tables.items() if n in named},
        "results": [n for n in (DATA, *results_of(indices)) if n in named],
        "names": names,
    }


def _of_file(file: str, study: StudyFiles, indices: list[str], source: str) -> tuple[str, tuple[Claim, ...], Any]:
    """Claims of a file beside the study."""
    path = study.root / file
    claimed = Claimed()
    if path.suffix.lower() == ".csv":
        claimed.table = Table(read_sheet(path, file), file)
    elif is_book(file):
        claimed = split(read_tables(path, file))[0]
    else:
        source, claimed = _of_yaml(path, file, source)
    if claimed.table is None:
        raise InputError([Problem(file, KEY, "nothing", "a list of claims")])
    wanted = tables_named(str(text) for text in claimed.table.frame.to_numpy().ravel())
    for name in sorted(wanted - set(claimed.beside)):
        beside = path.parent / f"{name}.csv"
        if beside.is_file() and name not in (DATA, *results_of(indices)):
            claimed.beside[name] = Table(read_sheet(beside, beside.name), beside.name)
    known: dict[str, Collection[str] | None] = {n: headings(t) for n, t in claimed.beside.items()}
    claims, problems = claims_of(claimed.table, known | dict.fromkeys((DATA, *results_of(indices))))
    if problems:
        raise InputError(problems)
    return source, tuple(claims), {n: rows_of(t) for n, t in claimed.beside.items()}


def _of_yaml(path: Path, file: str, source: str) -> tuple[str, Claimed]:
    """Claims of a file in YAML: ``source``, ``tables`` with their files beside it, and a list of ``claims``."""
    content, lines = read_strict(path, lines=True)
    problems = Problems()
    if not isinstance(content, Mapping) or not isinstance(content.get(KEY), list) or not content[KEY]:
        raise InputError([Problem(file, KEY, str(content)[:40], "a list of claims")])
    for key in content:
        problems.one_of(file, str(key), key, _KEYS)
    beside = {}
    for name, table in (content.get("tables") or {}).items():
        if (path.parent / str(table)).is_file():
            beside[str(name)] = Table(read_sheet(path.parent / str(table), str(table)), str(table))
        else:
            there = sorted(p.name for p in path.parent.glob("*.csv"))
            problems.add(file, f"tables.{name}", table, f"a file beside the claims: {nearest(str(table), there)}")
    rows, at = [], []
    for i, entry in enumerate(content[KEY]):
        if not isinstance(entry, Mapping):
            problems.add(file, f"{KEY}.{i}", entry, "keys with their values")
            continue
        given = entry.get("with") or {}
        if not isinstance(given, Mapping):
            problems.add(file, f"{KEY}.{i}.with", given, "parameters with their values")
            given = {}
        cells = {k: v for k, v in entry.items() if k != "with"} | dict(given)
        rows.append({str(k): _text(v) for k, v in cells.items()})
        at.append(lines.get((KEY, i), i + 1))
    problems.stop()
    return str(content.get("source", source)), Claimed(Table(pd.DataFrame(rows).fillna(""), file, lines=at), beside)


def _text(value: Any) -> str:
    """A value of YAML as a cell; a list has semicolons between its parts."""
    return "; ".join(map(_text, value)) if isinstance(value, list) else str(value)


__all__ = ["KEY", "add_checks", "claims_of_run", "has_claims"]
