"""Read and check the run's config before any step starts."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from monotown.base.problems import InputError, Problem
from monotown.base.schemas import schema_problems
from monotown.workflow import read_yaml
from monotown.workflow.forms import is_book
from monotown.workflow.strict import read_strict

#: The default run.
DEFAULT = "config/config.yaml"

#: Config keys that name a file.
FILES = (
    "units",
    "variables",
    "publications",
    "indicators",
    "measures",
    "views",
    "claims",
    "graphs",
    "cohort",
    "scenarios",
    "hypothesis",
    "mechanism",
    "audit",
)


#: Those that take the place of a part of the study.
OF_STUDY = ("units", "variables", "indicators", "measures", "views")

#: Name of the file that describes a source of raw figures.
SOURCE = "source.yaml"

#: Config files whose schema is that of a part of another name.
_PART: Final[Mapping[str, str]] = {"graphs": "paper"}


#: Set, in the environment, by the commands for a run whose paths were all named on the command line.
CALLED: Final = "MONOTOWN_CALLED"


def admitted(path: Path, top: Path) -> bool:
    """Whether a run may read or write at a place.

    Parameters
    ----------
    path, top
        The place and the project's folder, both without symbolic links and "..".

    Returns
    -------
    bool
        Inside the project; anywhere in a run of the commands (`CALLED`).
    """
    return CALLED in os.environ or path.is_relative_to(top)


def schema_file(root: str | Path, name: str) -> Path:
    """The schema of a config file: in the folder of its part, or with those of the trunk.

    Parameters
    ----------
    root
        The project's folder.
    name
        Key of the config, or name of a part.

    Returns
    -------
    Path
        Of a file that may be absent: not every config file has a schema.
    """
    workflow = Path(root) / "workflow"
    own = workflow / "parts" / _PART.get(name, name) / "schema.yaml"
    return own if own.is_file() else workflow / "schemas" / f"{name}.schema.yaml"


def key_lines(path: str | Path) -> dict[tuple[str | int, ...], int]:
    """Line of every key and list entry of a YAML file, by its path from the top."""
    return read_strict(path, lines=True)[1]


def check_config(config: Mapping[str, Any], root: str | Path, files: tuple[str, ...] = ("config/config.yaml",)) -> None:
    """Stop with every problem of a run's config.

    Parameters
    ----------
    config
        The config as merged from its files and the command line.
    root
        The project's folder; paths in the config are relative to it and stay inside it.
    files
        The files the config came from, first the default; used to name a problem's line.

    Raises
    ------
    InputError
        Unknown keys, values out of range, files that are absent or outside the project.
    """
    top = Path(root).resolve()
    schema = read_yaml(schema_file(top, "config"))
    problems: list[Problem] = []
    for name in files:
        if (top / name).is_file():
            try:
                read_yaml(top / name)
            except InputError as error:
                problems += [Problem(name, p.where, p.found, p.expected) for p in error.problems]
    if CALLED in os.environ:  # in any alphabet, outside this folder
        schema["properties"]["results"] = {"type": "string"}
    for problem in schema_problems(config, schema, files[-1]):
        problems.append(placed(problem, top, files))
    problems += [placed(p, top, files) for p in study_problems(config, top, files[-1])]
    for key in FILES:
        named = config.get(key)
        if not isinstance(named, str):
            continue
        target = (top / named).resolve()
        if not admitted(target, top):
            problems.append(placed(Problem(files[-1], key, named, "a path inside the project"), top, files))
        elif not target.is_file():
            more = f"; a run that names none has the {key} of its study" if key in OF_STUDY else ""
            problems.append(placed(Problem(files[-1], key, named, f"a file that exists{more}"), top, files))
    problems += [placed(p, top, files) for p in _sources_problems(config, top, files[-1])]
    results = config.get("results")
    if isinstance(results, str) and not _may_hold_results(results, top):
        problem = Problem(files[-1], "results", results, RESULTS)
        if all(p.where.split(", ")[-1] != "results" for p in problems):
            problems.append(placed(problem, top, files))
    section = config.get("sensitivity")
    limits = section.get("interval") if isinstance(section, Mapping) else None
    if (
        isinstance(limits, list)
        and len(limits) == 2
        and all(isinstance(v, int | float) for v in limits)
        and limits[0] >= limits[1]
    ):
        problem = Problem(files[-1], "sensitivity.interval", str(limits), "the lower probability first")
        problems.append(placed(problem, top, files))
    if problems:
        raise InputError(problems)


def study_problems(config: Mapping[str, Any], top: Path, file: str) -> list[Problem]:
    """What is wrong with the folder or workbook that the key ``study`` names."""
    named = config.get("study")
    if not isinstance(named, str):
        return []  # said by the schema
    folder = (top / named).resolve()
    if not admitted(folder, top):
        return [Problem(file, "study", named, "a path inside the project")]
    if is_book(folder) and not folder.is_file():
        return [Problem(file, "study", named, "a workbook that exists")]
    if not is_book(folder) and not (folder / "study.yaml").is_file():
        return [Problem(file, "study", named, "a folder of a study, with its study.yaml, such as config/study")]
    return []


def _sources_problems(config: Mapping[str, Any], top: Path, file: str) -> list[Problem]:
    """What is wrong with the folder, or the files, that the key ``sources`` names."""
    named = config.get("sources")
    listed = isinstance(named, list)
    found = []
    if named == [] and "input" not in config:  # the figures of a run on own data may all be its own
        expected = "a folder of sources like data/raw, or a list of files source.yaml"
        found.append(Problem(file, "sources", "[]", expected))
    for i, name in enumerate(named if isinstance(named, list) else [named]):
        if not isinstance(name, str):
            continue  # said by the schema
        target = (top / name).resolve()
        if not admitted(target, top):
            expected = "a path inside the project"
        elif listed and not (target.is_file() and target.name == SOURCE):
            expected = f"a file {SOURCE} that exists"
        elif not listed and not (target.is_dir() and any(target.rglob(SOURCE))):
            expected = f"a folder of sources, each with its {SOURCE}"
        else:
            continue
        found.append(Problem(file, f"sources.{i}" if listed else "sources", name, expected))
    return found


#: What the project itself holds: a run that wrote there would mix with it, or take it away.
PROJECT_FOLDERS = frozenset(
    {"benchmarks", "config", "data", "docs", "environment", "notebooks", "profiles", "src", "tests", "workflow"}
)
RESULTS = (
    "a folder inside the project that is none of its own, such as results or results/my-run "
    f"(not {', '.join(sorted(PROJECT_FOLDERS))}, nor one that is hidden)"
)


def _may_hold_results(name: str, top: Path) -> bool:
    target = (top / name).resolve()
    if target != top and not target.is_relative_to(top):
        return CALLED in os.environ and not target.is_file()
    if target == top:
        return False
    parts = [part.casefold() for part in target.relative_to(top).parts]
    first = top / target.relative_to(top).parts[0]
    ours = parts[0] in PROJECT_FOLDERS or any(part.startswith(".") for part in parts)
    # a folder of sources under any other name, and a file where the folder should be
    return not (ours or first.is_file() or target.is_file() or any(first.glob("*.py")))


def located(problem: Problem, lines: Mapping[tuple[str | int, ...], int]) -> Problem:
    """A problem with the line of its key, of the nearest key above it, or the first."""
    if problem.where.startswith("line "):
        return problem
    known = {".".join(map(str, path)): line for path, line in lines.items()}
    key = re.sub(r"\[(\d+)\]", r".\1", problem.where)
    while key and key not in known:
        key = key.rpartition(".")[0]
    if not lines:
        return problem
    where = f"line {known[key] if key else 1}, {problem.where}"
    return Problem(problem.file, where, problem.found, problem.expected)


def _lines(path: Path) -> Mapping[tuple[str | int, ...], int]:
    """Lines of the keys of a file; none where it cannot be read, which is said elsewhere."""
    try:
        return key_lines(path)
    except InputError:
        return {}


def placed(problem: Problem, root: Path, files: tuple[str, ...]) -> Problem:
    """Name the last file, and the line in it, that sets the key of a problem."""
    key = tuple(int(k) if k.isdigit() else k for k in problem.where.split("."))
    lines = {n: _lines(root / n) for n in reversed(files) if (root / n).is_file()}
    # the file that has the key itself goes before a file that has only what it stands in
    for depth in range(len(key), 0, -1):
        for name, known in lines.items():
            if key[:depth] in known and (depth == len(key) or problem.found != "nothing"):
                where = f"line {known[key[:depth]]}, {problem.where}"
                return Problem(name, where, problem.found, problem.expected)
    return problem


def in_parts(config: Any, root: str | Path) -> tuple[Any, dict[str, str]]:
    """A config whose files stand in ``config/parts``, where they are not at the path it names.

    Parameters
    ----------
    config
        Config of a run, or a part of it.
    root
        The project's folder.

    Returns
    -------
    tuple
        The config with ``config/parts/<rest>`` for each ``config/<rest>`` that is no file while the
        other is one, and the paths exchanged: a run file need not change when settings of a part
        move there, and can be told.
    """
    if isinstance(config, Mapping):
        parts = {key: in_parts(value, root) for key, value in config.items()}
        told = {a: b for _, found in parts.values() for a, b in found.items()}
        return {key: value for key, (value, _) in parts.items()}, told
    if isinstance(config, str) and config.startswith("config/"):
        there = config.replace("config/", "config/parts/", 1)
        if not Path(root, config).exists() and Path(root, there).is_file():
            return there, {config: there}
    return config, {}


def tell(moved: Mapping[str, str]) -> None:
    """Say which files of a run stand elsewhere now."""
    for old, new in moved.items():
        print(f"{old} is read from {new}, where it stands now", file=sys.stderr)


def relative_config_files(root: str | Path, named: Iterable[str | Path]) -> tuple[str, ...]:
    """Config files of a Snakemake run, the default first, relative to the project."""
    top = Path(root).resolve()
    files = [Path(f).resolve() for f in named]
    default = top / DEFAULT
    ordered = [default, *(f for f in files if f != default)]
    return tuple(str(f.relative_to(top)) if f.is_relative_to(top) else str(f) for f in ordered)
