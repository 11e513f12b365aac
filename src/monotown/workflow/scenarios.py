"""The settings of the scenario stage, read before any step starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from monotown.base.problems import Problems
from monotown.base.schemas import schema_problems
from monotown.workflow import read_yaml
from monotown.workflow.config import key_lines, schema_file


def read_settings(path: str, root: str | Path, views: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the stage, with every pattern of files replaced by the files it finds.

    Parameters
    ----------
    path
        The settings' file, relative to the project.
    root
        The project's folder.
    views
        The views of the run.

    Returns
    -------
    dict
        The settings; ``hierarchies`` and ``scenarios`` as lists of files, and ``files``, all
        files that are named, each once.

    Raises
    ------
    InputError
        Unknown keys, values out of range, unknown views, patterns that find no file.
    """
    top = Path(root)
    content, lines = read_yaml(top / path), key_lines(top / path)
    schema = read_yaml(schema_file(top, "scenarios"))
    problems = Problems()
    problems.extend(schema_problems(content, schema, path, lines))
    problems.stop()
    for i, view in enumerate(content["views"]):
        problems.one_of(path, f"views.{i}", view, views)
    settings = dict(content)
    for key in ("hierarchies", "scenarios"):
        settings[key] = _found(top, path, key, content[key], problems)
    single = ("cross_impacts", "key_factors")
    for key in single:
        _found(top, path, key, [content[key]], problems)
    problems.stop()
    named = [*settings["hierarchies"], *settings["scenarios"], *(content[key] for key in single)]
    return {**settings, "files": list(dict.fromkeys(named))}


def _found(top: Path, path: str, key: str, patterns: Sequence[str], problems: Problems) -> list[str]:
    files: list[str] = []
    for i, pattern in enumerate(patterns):
        where = f"{key}.{i}" if len(patterns) > 1 else key
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            problems.add(path, where, pattern, "a path inside the project")
            continue
        mine = sorted(p.relative_to(top).as_posix() for p in top.glob(pattern) if p.is_file())
        if not mine:
            problems.add(path, where, pattern, "a file that exists")
        files.extend(mine)
    return list(dict.fromkeys(files))
