"""``monotown study export``: a workbook as a folder and a folder as a workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.commands.call import DEFAULT_STUDY, TABLES
from monotown.commands.check import problems_said
from monotown.commands.places import project
from monotown.commands.say import StopError, tell
from monotown.data.workbooks.grid import shown_file
from monotown.workflow.export import export_study
from monotown.workflow.forms import is_book
from monotown.workflow.study import ABOUT, is_study_file, read_tables


def export(source: str, target: Path, words: Labels) -> int:
    """Write a study in its other form: a workbook where the target ends as one, else a folder of sheets (csv).

    The words that the study takes from other files, and what it extends, stand in its sheets then.

    Parameters
    ----------
    source
        Name of the default study, a folder of a study or a workbook.
    target
        A name that nothing has, or an empty folder.
    words
        Words of the commands.
    """
    root, named = (project(), "config/study") if source == DEFAULT_STUDY else (Path.cwd(), source)
    path = root / named
    if target.suffix.lower() in TABLES and target.suffix.lower() != ".xlsx":
        raise StopError(words("commands.xlsx_only", file=target))
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise StopError(words("commands.exists", file=target))
    try:
        if not _there(path):
            raise StopError(words("commands.no_study", study=source, known=DEFAULT_STUDY))
        export_study(named, target, root)
    except InputError as error:
        shown = InputError(replace(p, file=shown_file(p.file)) for p in error.problems)
        raise StopError(problems_said(shown, words), 1) from None
    tell(words("commands.exported_book" if is_book(target) else "commands.exported", folder=target))
    return 0


def _there(path: Path) -> bool:
    """Whether a path is a study; a workbook that cannot be read is told as that."""
    if not is_book(path):
        return (path / ABOUT).is_file()
    return path.is_file() and bool(read_tables(path, path.name)) and is_study_file(path)
