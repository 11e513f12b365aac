"""The report of a study that stands in no file: written as a folder, then run as ``monotown run`` does."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from monotown.commands.call import Call
from monotown.commands.places import DESK, from_here, project
from monotown.commands.report import page_of
from monotown.commands.run import run
from monotown.commands.say import StopError, words_of
from monotown.study.read import Study
from monotown.workflow.study import write_folder

#: Folder beside what runs work in, with the studies that stand in no file of the user.
_STUDIES: Final = "studies"


def site(study: Study, out: Path, *, language: str, cores: int = 1, draws: int | None = None) -> Path:
    """Make the folder of results of a study; nothing is said while it runs.

    Parameters
    ----------
    study
        With its figures.
    out
        The folder of results: new, empty, or of an earlier state of the same study.
    language
        Of the workbook of results, and of the page that is named.
    cores, draws
        As of ``monotown run``.

    Returns
    -------
    Path
        Of the first page, in the language.

    Raises
    ------
    RuntimeError
        What `monotown run` would say last.
    """
    folder = Path.cwd()
    place = folder / DESK / _STUDIES / re.sub(r"[^\w-]", "_", from_here(out, folder))
    shutil.rmtree(place, ignore_errors=True)
    beside = {name: held for name, held in study.beside.items() if name != "catalogue"}
    write_folder(replace(study, beside=beside), place)
    words = words_of(language, project() / "config" / "words")
    call = Call([place], words, folder, output=out.resolve(), draws=draws, starts=True)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            run(call, cores)
    except StopError as stop:
        raise RuntimeError(str(stop)) from None
    return page_of(out, language) or out / "report" / "index.html"
