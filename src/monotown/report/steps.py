"""Every step of a run with the files that it takes and makes: from a result back to raw files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import pandas as pd

from monotown.base import checked as pa
from monotown.base.tables import TEXT, table

#: Pieces of the study, which a run cuts out of its sheets, and where the workflow keeps them.
PIECE: Final = "piece"
_PIECES: Final = ".snakemake"

#: One file that a step takes or makes. A step is a rule and its wildcards. A file within the results is named from
#: there, a piece by its name, another by its path as the run has it.
STEPS: Final = table(
    "steps",
    ["step", "role", "file"],
    {
        **dict.fromkeys(("step", "rule", "script"), TEXT),
        "role": pa.Column(str, pa.Check.isin(["output", "input", PIECE, "source"])),
        "file": TEXT,
    },
)


def steps_table(steps: Sequence[Mapping[str, Any]], results: str) -> pd.DataFrame:
    """The table `STEPS` of a run.

    Parameters
    ----------
    steps
        Of each step ``rule``, ``of`` (its wildcards), ``script``, ``inputs`` and ``outputs``.
    results
        Folder of results, as these paths have it.

    Examples
    --------
    >>> step = {"rule": "index", "of": ["v"], "script": "index.py", "outputs": ["r/index/v/scores.csv"],
    ...     "inputs": ["r/indicators.csv", ".snakemake/study/r/indices-v.yaml", "mine/a.csv"]}
    >>> steps_table([step], "r")[["step", "role", "file"]].values.tolist()
    [['index v', 'output', 'index/v/scores.csv'], ['index v', 'input', 'indicators.csv'], \
['index v', 'piece', 'indices-v'], ['index v', 'source', 'mine/a.csv']]
    """
    rows = []
    for step in steps:
        name = " ".join([str(step["rule"]), *map(str, step["of"])])
        files = [("output", _inside(f, results) or f) for f in step["outputs"]]
        files += [taken(f, results) for f in step["inputs"]]
        rows += [(name, step["rule"], step["script"], role, file) for role, file in files]
    return pd.DataFrame(rows, columns=list(STEPS.columns))


def _inside(file: str, results: str) -> str:
    path = PurePosixPath(file)
    return path.relative_to(results).as_posix() if path.is_relative_to(results) else ""


def taken(file: str, results: str) -> tuple[str, str]:
    """The role of a file that a step takes, and its name in the table `STEPS`."""
    path = PurePosixPath(file)
    if inside := _inside(file, results):
        return "input", inside
    if path.parts[0] == _PIECES:
        return PIECE, path.stem
    return "source", path.name if path.is_absolute() else file  # where a folder lies on a machine is told to nobody


@dataclass(frozen=True)
class Made:
    """What made a file: its step, rule and script, and what that takes.

    Attributes
    ----------
    inputs, pieces, sources
        Results, pieces of the study, and files that no step makes.
    """

    step: str
    rule: str
    script: str
    inputs: tuple[str, ...]
    pieces: tuple[str, ...]
    sources: tuple[str, ...]


def made_by(steps: pd.DataFrame, file: str) -> Made | None:
    """What made a file of the results; None where no step did."""
    found = steps[(steps["role"] == "output") & (steps["file"] == file)]
    if found.empty:
        return None
    mine = steps[steps["step"] == found["step"].iloc[0]]
    step, rule, script = (str(mine[name].iloc[0]) for name in ("step", "rule", "script"))
    inputs, pieces, sources = (tuple(mine.loc[mine["role"] == r, "file"]) for r in ("input", PIECE, "source"))
    return Made(step, rule, script, inputs, pieces, sources)


def behind(steps: pd.DataFrame, file: str) -> Iterator[Made]:
    """What made a file, then what made each file that this takes, and so on; each step once."""
    todo, seen = [file], set()
    while todo:
        made = made_by(steps, todo.pop(0))
        if made is not None and made.step not in seen:
            seen.add(made.step)
            yield made
            todo += made.inputs
