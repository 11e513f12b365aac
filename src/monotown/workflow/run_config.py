"""The config of a run: its own words over the default's, settled by what its study says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monotown.base.problems import InputError
from monotown.index.prepare import above_zero, view_model
from monotown.study.standing import varied
from monotown.workflow import read_yaml
from monotown.workflow.config import DEFAULT, in_parts, study_problems
from monotown.workflow.settled import settled
from monotown.workflow.study import StudyFiles, pieces_folder


def run_config(
    run: Mapping[str, Any], root: str | Path, *, kept: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """The config of a run: its own words over the default's, with files where they stand now.

    Parameters
    ----------
    run
        What the run's files and the command line say, without the default.
    root
        The project's folder.
    kept
        Take what the study says of itself as the process that planned the run wrote it.

    Returns
    -------
    tuple
        The config, and the paths that were exchanged for those of today.

    Raises
    ------
    InputError
        What is wrong with a workbook that is the run's study.
    """
    default = read_yaml(Path(root, DEFAULT))
    config, moved = in_parts(settled(default, run, _itself(default, run, Path(root), kept=kept)), root)
    return dict(config), moved


def _itself(default: Mapping[str, Any], run: Mapping[str, Any], root: Path, *, kept: bool) -> Mapping[str, Any] | None:
    """What the study that a run names says of itself; None of the default study, and where there is none."""
    named = run.get("study")
    if not isinstance(named, str) or named == default["study"] or study_problems(run, root.resolve(), ""):
        return None
    folder = root / pieces_folder(str(run.get("results", default["results"])))
    return itself_of(StudyFiles(run, root, folder if kept else None))


def itself_of(study: StudyFiles) -> Mapping[str, Any]:
    """What a study says of itself, and of one that stands alone what the run's analyses can vary.

    Returns
    -------
    Mapping
        `StudyFiles.itself`; ``varied``, the indices whose every choice can be varied; ``zero``, whether a score of 0
        would break a mean of one of them; ``units``, how many it has.
    """
    found = study.itself
    if not found["alone"] or "varied" in found:
        return found
    whole = study.complete
    names = varied(whole)
    try:
        models = [view_model(i, whole.views[i], whole.measures, "indices") for i in names]
    except InputError as error:
        raise InputError(map(study.located, error.problems)) from None
    return {**found, "varied": names, "zero": any(map(above_zero, models)), "units": len(whole.units.keys() - {"sets"})}
