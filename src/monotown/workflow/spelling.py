"""Spelling of the files of words and of the documents, by hunspell and by the project's own lists of known words."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from monotown.base.labels import flat, told_words
from monotown.workflow.strict import read_strict
from monotown.workflow.words import WORDS

#: Language to hunspell's dictionary. What a Kazakh list says of a word is for a native reader to judge.
DICTIONARIES: Final = {"ru": "ru_RU", "kk": "kk_KZ"}
#: The languages whose words must all be known.
SPELLED: Final = ("ru",)

# code, addresses and names of files are no words of the language
_NOT_PROSE = re.compile(r"`[^`]*`|https?://\S+|\S+\.(?:csv|yaml|xlsx|md|smk|py)\b|%\(\w+\)s")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2011][^\W\d_]+)*")
# marks of a block of code, whose comments are prose, and what a link leads to
_NOT_TOLD = re.compile(r"^ *```.*$|(?<=\])\([^()\s]*\)", re.MULTILINE)
# where a figure may or does break a word
_BREAK = re.compile("\u00ad|-\n")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def words_in(text: str) -> Iterator[str]:
    """Words of two letters or more of a text in Cyrillic letters, without its slots, code and addresses.

    Examples
    --------
    >>> list(words_in("Мест: {n|one=# место|few=# места}, `код` и CD-тест"))
    ['Мест', 'место', 'места', 'CD-тест']
    """
    plain = _NOT_PROSE.sub(" ", _BREAK.sub("", told_words(text)))
    return (word[0] for word in _WORD.finditer(plain) if len(word[0]) > 1 and _CYRILLIC.search(word[0]))


def words_of_document(text: str) -> Iterator[str]:
    """Words of a document in Markdown: of its prose, and of the comments in its code.

    Examples
    --------
    >>> list(words_of_document("см. [другое](ой.png) и `код`"))
    ['см', 'другое']
    """
    return words_in(_NOT_TOLD.sub("", text))


def documents(code: str, root: str | Path = "") -> list[Path]:
    """Documents of a project in a language other than English: its README, and those of its folder in ``docs``."""
    found = [Path(root) / f"README.{code}.md", *sorted((Path(root) / "docs" / code).glob("*.md"))]
    return [file for file in found if file.is_file()]


def words_of(tree: Mapping[str, object]) -> dict[str, str]:
    """Every word of a tree of texts, with the key of the first text that has it."""
    found: dict[str, str] = {}
    for key, text in flat(tree):
        if isinstance(text, str):
            for word in words_in(text):
                found.setdefault(word, key)
    return found


def known_words(lines: Iterable[str]) -> set[str]:
    """Words of a list, one a line, in small letters; what follows ``#`` is a note."""
    return {word.casefold() for line in lines if (word := line.split("#")[0].strip())}


def unknown(words: Mapping[str, str], known: set[str], refused: set[str]) -> dict[str, str]:
    """Words that neither the list nor the dictionary knows, with their keys.

    A word with hyphens is known if it is itself, or if each of its parts is.

    Parameters
    ----------
    words
        Word to the key of a text that has it.
    known
        Words of the project's own list, in small letters.
    refused
        What the dictionary does not know of the words, their parts, and both in small letters.
    """

    def is_known(word: str) -> bool:
        forms = {word, word.lower()}
        if any(form.casefold() in known for form in forms) or not forms <= refused:
            return True
        parts = re.split("[-\u2011]", word)
        return len(parts) > 1 and all(is_known(p) for p in parts if _CYRILLIC.search(p))

    return {word: key for word, key in words.items() if not is_known(word)}


def installed(dictionary: str) -> bool:
    """Whether hunspell and a dictionary of it are on this machine."""
    if shutil.which("hunspell") is None:
        return False
    told = subprocess.run(
        ["hunspell", "-d", dictionary, "-l"], input="", capture_output=True, text=True, encoding="utf-8", check=False
    )
    return told.returncode == 0


def refused_by(dictionary: str, words: Iterable[str]) -> set[str]:
    """Which of the words, their parts and both in small letters hunspell does not know."""
    every = {form for word in words for part in (word, *re.split("[-\u2011]", word)) for form in (part, part.lower())}
    told = subprocess.run(
        ["hunspell", "-d", dictionary, "-i", "utf-8", "-l"],
        input="\n".join(sorted(every)),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(told.stdout.split("\n")) & every


def spelled(code: str, folder: str | Path = WORDS, root: str | Path | None = None) -> dict[str, str]:
    """Words of a language that neither hunspell nor the project's list ``known.<code>.txt`` knows.

    Parameters
    ----------
    code
        The language.
    folder
        Folder of the files of words and of the lists.
    root
        The project whose `documents` are looked at as well; without it the files of words alone.

    Returns
    -------
    dict
        Word to the key of the first text, or the path of the first document, that has it.

    Raises
    ------
    FileNotFoundError
        Where hunspell is not on this machine.
    """
    words = words_of(read_strict(Path(folder) / f"{code}.yaml")[0] or {})
    for file in documents(code, root) if root is not None else ():
        name = file.relative_to(root or "").as_posix()
        words = dict.fromkeys(words_of_document(file.read_text(encoding="utf-8")), name) | words
    own = Path(folder) / f"known.{code}.txt"
    known = known_words(own.read_text(encoding="utf-8").splitlines()) if own.exists() else set()
    return unknown(words, known, refused_by(DICTIONARIES[code], words))
