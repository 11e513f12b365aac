"""``monotown study export``: a workbook as a folder and a folder as a workbook."""

from __future__ import annotations

from pathlib import Path

from monotown.base.labels import Labels
from monotown.commands.call import DEFAULT_STUDY
from monotown.commands.places import project
from monotown.commands.say import StopError, tell


def export(source: str, target: Path, words: Labels) -> int:
    """Write a study as a folder of sheets (csv) with its ``study.yaml``.

    Parameters
    ----------
    source
        Name of the default study, or a folder of a study.
    target
        A folder that is not there yet, or is empty.
    words
        Words of the commands.
    """
    from monotown.base.problems import InputError
    from monotown.workflow.study import StudyFiles, write_folder

    root, folder = (project(), "config/study") if source == DEFAULT_STUDY else (Path.cwd(), source)
    if not (root / folder / "study.yaml").is_file():
        raise StopError(words("commands.no_study", study=source, known=DEFAULT_STUDY))
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise StopError(words("commands.exists", file=target))
    try:
        study = StudyFiles({"study": folder}, root).study
    except InputError as error:
        raise StopError(str(error), 1) from None
    write_folder(study, target)
    tell(words("commands.exported", folder=target))
    return 0
