"""Words of the commands, in the language that is asked for or that of the system; a console of any code page."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

import yaml

from monotown.base.labels import FALLBACK, Labels, complete, join_groups, lines_of

GROUP: Final = "commands"

#: Where systems other than Windows say their language, the first that says one.
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

#: Lines of one section of what is said; more are counted.
MOST: Final = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StopError(Exception):
    """The end of a command, with its exit status.

    Parameters
    ----------
    text
        What is said last.
    status
        1 problems of the input, 2 a wrong call, 3 the pipeline failed.
    """

    def __init__(self, text: str, status: int = 2) -> None:
        super().__init__(text)
        self.status = status


def words_of(language: str, folder: Path) -> Labels:
    """Words of the commands in a language.

    Read here alone, not by `monotown.workflow.words`, which a help text need not wait half a second for.

    Parameters
    ----------
    language
        Code of two letters; one without a file of words is told in English.
    folder
        Folder of the files of words.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    found = {}
    for code in dict.fromkeys((FALLBACK, language)):
        if code in files:
            place = ("labels", GROUP)
            text = lines_of(files[code].read_text(encoding="utf-8-sig"), place)
            found[code] = {} if text is None else {GROUP: yaml.load(text, _LOADER)["labels"].get(GROUP, {})}
    known = (*found, language)
    return Labels(language, {key: complete(texts, known) for key, texts in join_groups(found).items()})


def system_language(environment: Mapping[str, str] | None = None) -> str:
    """Code of the language of the system; English where it says none.

    Examples
    --------
    >>> system_language({"LANG": "kk_KZ.UTF-8"}), system_language({"LC_ALL": "C", "LANG": "ru_RU"})
    ('kk', 'en')
    """
    given = os.environ if environment is None else environment
    said = next((given[name] for name in _VARIABLES if given.get(name)), "")
    if not said and environment is None and sys.platform == "win32":
        import ctypes

        said = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    code = said[:2].lower()
    return code if code.isalpha() and len(code) == 2 and said[2:3] in ("", "_", "-", ".", "@") else FALLBACK


def open_console(streams: Iterable[IO[str]] | None = None) -> None:
    """Let a console whose code page lacks a letter, such as 1251 a Kazakh one, show a mark in its place."""
    for stream in streams or (sys.stdout, sys.stderr):
        change = getattr(stream, "reconfigure", None)
        if change:
            change(errors="replace")


def tell(text: str) -> None:
    """Say something on standard error, where messages go."""
    print(text, file=sys.stderr, flush=True)


def listed(rows: Sequence[str], words: Labels) -> list[str]:
    """Rows of one section, set in; those beyond `MOST` are counted."""
    more = [words("commands.and_more", n=len(rows) - MOST)] if len(rows) > MOST else []
    return [*(f"  {row}" for row in rows[:MOST]), *more]
