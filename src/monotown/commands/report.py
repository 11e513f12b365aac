"""``monotown report``: open the page of a run."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from pathlib import Path

from monotown.base.labels import Labels
from monotown.commands.say import StopError, tell

#: First page of a run: in a language, in English.
PAGES = ("report/index.{language}.html", "report/index.html")


def report(results: Path | None, folder: Path, words: Labels, *, opens: bool = True) -> int:
    """Open the page of a folder of results, or of the one that lies in the working folder.

    Parameters
    ----------
    results
        The folder; None for the working folder's.
    folder
        The working folder.
    words
        Words of the commands: their language is the page's, where it has one.
    opens
        Whether a browser is asked; the path is said in any case.
    """
    if results is None:
        results = lying(folder, words, lambda path: page_of(path, words.language) is not None)
    first = page_of(results, words.language)
    if first is None:
        raise StopError(words("commands.no_report", folder=results))
    tell(str(first))
    if opens and not webbrowser.open(first.resolve().as_uri()):
        tell(words("commands.open_it"))
    return 0


def lying(folder: Path, words: Labels, fits: Callable[[Path], bool]) -> Path:
    """The one folder of results in a folder.

    Raises
    ------
    StopError
        If there is none, or more than one.
    """
    found = [p for p in sorted(folder.iterdir()) if p.is_dir() and (p.name == "results" or p.name.endswith("-results"))]
    found = [p for p in found if fits(p)]
    if len(found) != 1:
        raise StopError(words("commands.name_results", found=", ".join(p.name for p in found) or "—"))
    return found[0]


def page_of(results: Path, language: str) -> Path | None:
    """The first page of a run in a language, else in English; None where there is none."""
    found = (results / name.format(language=language) for name in PAGES)
    return next((path for path in found if path.is_file()), None)
