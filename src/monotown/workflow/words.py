"""Files of words: one a language, in a folder `words` beside the config files.

The words of ``config/study/indicators.csv`` stand under ``measures``, those of
``config/parts/survey/x.yaml`` under ``parts``, ``survey`` and ``x``, those of the chapter
``config/text/30_regions.yaml`` under ``text`` and ``regions``, those of the chapter of a part,
``workflow/parts/cohort/chapter.yaml``, under ``text`` and ``cohort``; the words that figures, tables and
messages ask for by key, under ``labels``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from monotown.base.labels import FALLBACK, chapter_with_words, complete, join_groups, lines_of, with_words
from monotown.base.problems import InputError, Problem
from monotown.workflow.strict import parse_strict, read_strict

#: Where a project keeps its words.
WORDS: Final = Path("config/words")

_HEAD = "language"

#: Files of a part that hold texts, and where the words of all such files stand.
_OF_PART: Final = {"chapter": "text", "answers": "answers"}

#: Parts of a file of words whose names may have cases, and the beginning of their keys.
_NAMED: Final = {"units": "unit", "measures": "measure", "views": "view"}


def languages(folder: str | Path = WORDS) -> tuple[str, ...]:
    """Languages of a folder of words: each file is one; the first is what others fall back to.

    A file opens with ``language``: its ``name`` and, where it matters, its ``order``.

    Raises
    ------
    InputError
        If a file's name is no code of two letters, or English is not among them.
    """
    orders = {code: head.get("order", 1000) for code, head in heads(folder).items()}
    return tuple(sorted(orders, key=lambda code: (code != FALLBACK, orders[code], code)))


def heads(folder: str | Path = WORDS) -> dict[str, dict[str, Any]]:
    """What each file of words says of its language."""
    files = _files(Path(folder))
    wrong = [
        Problem(str(path), "the file's name", path.stem, "a language's code of two letters")
        for path in files
        if not re.fullmatch(r"(?!id)[a-z]{2}", path.stem)
    ]
    if FALLBACK not in [path.stem for path in files]:
        wrong.append(Problem(str(folder), "files", "none", f"{FALLBACK}.yaml"))
    if wrong:
        raise InputError(wrong)
    return {path.stem: dict(branch(path, (_HEAD,)) or {}) for path in files}


def names(folder: str | Path = WORDS) -> dict[str, str]:
    """Each language's name in itself, in the order of `languages`."""
    known = heads(folder)
    return {code: str(known[code].get("name", code)) for code in languages(folder)}


def home(path: str | Path) -> tuple[Path, tuple[str, ...]] | None:
    """The folder of words of a config file and the file's place in it; None where there is none.

    The folder lies beside the file, or beside a folder that holds the file; that of a part's
    chapter and answers is the project's.
    """
    target = Path(path)
    if target.parts[-4:-2] == ("workflow", "parts") and target.stem in _OF_PART:
        folder = Path(*target.parts[:-4]) / WORDS
        return (folder, (_OF_PART[target.stem], target.parts[-2])) if _files(folder) else None
    for above in target.parents:
        folder = above / WORDS.name
        if _files(folder) and target.parent != folder:
            place = target.relative_to(above).with_suffix("").parts
            if place[0] == "text":
                place = (*place[:-1], re.sub(r"^\d+_", "", place[-1]))
            return folder, place
    return None


def told(path: str | Path, content: Any) -> Any:
    """Content of a config file with the words that the languages have for it."""
    found = home(path)
    if found is None:
        return content
    folder, place = found
    known = languages(folder)
    words = {code: branch(folder / f"{code}.yaml", place) for code in known}
    words = {code: tree for code, tree in words.items() if isinstance(tree, Mapping)}
    if isinstance(content, Mapping) and place[0] == "text":
        return chapter_with_words(content, words, known, str(path))
    return with_words(content, words, known)


def case_texts(folder: str | Path = WORDS) -> dict[str, dict[str, str]]:
    """Forms of names for a case, by the key of the name: ``unit.KZULU@gen``.

    They stand beside the name, as ``KZULU@gen`` or ``label@gen``; a language has those it needs.
    """
    found: dict[str, dict[str, str]] = {}
    for code in languages(folder):
        for section, prefix in _NAMED.items():
            tree = branch(Path(folder) / f"{code}.yaml", (section,)) or {}
            for key, entry in tree.items():
                if "@" in str(key) and isinstance(entry, str):
                    found.setdefault(f"{prefix}.{key}", {})[code] = entry
                elif isinstance(entry, Mapping):
                    for own, text in entry.items():
                        if str(own).startswith("label@"):
                            case = str(own).removeprefix("label")
                            found.setdefault(f"{prefix}.{key}{case}", {})[code] = text
    return found


def label_texts(
    groups: Iterable[str] | None = None, folder: str | Path = WORDS, language: str | None = None
) -> dict[str, dict[str, str]]:
    """Labels of some groups, or of all, by their dotted keys: a text in every language, or in the one asked for."""
    wanted = None if groups is None else list(groups)
    words = {}
    known = [code for code in languages(folder) if language in (None, code) or code == FALLBACK]
    for code in known:
        file = Path(folder) / f"{code}.yaml"
        if wanted is None:
            words[code] = branch(file, ("labels",)) or {}
        else:
            parts = {group: branch(file, ("labels", group)) for group in wanted}
            words[code] = {group: tree for group, tree in parts.items() if tree}
    return {key: complete(texts, known) for key, texts in join_groups(words).items()}


def branch(file: str | Path, place: tuple[str, ...]) -> Any:
    """What a file of words has at a place, read alone: a step takes what it needs."""
    path = Path(file)
    return _branch(path, place, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _branch(path: Path, place: tuple[str, ...], changed: int) -> Any:
    part = lines_of(_text(path, changed), place)
    tree = None if part is None else parse_strict(part, str(path))
    for key in place:
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    return tree


@lru_cache(maxsize=16)
def _text(path: Path, changed: int) -> str:
    return path.read_text(encoding="utf-8-sig")


def sources_of(place: tuple[str, ...], folder: str | Path = WORDS) -> list[tuple[str, bytes]]:
    """The lines that the words of a place stand in, by the file they are in, to take digests of."""
    found = []
    for path in _files(Path(folder)):
        text = _text(path, path.stat().st_mtime_ns)
        for part in ((_HEAD,), place):
            lines = (lines_of(text, part) or "").split("\n")
            found.append((path.name, "\n".join(line for line in lines if line).encode()))
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def read_config(path: str | Path, *, lines: bool = False) -> tuple[Any, Any]:
    """As `read_strict`, with the words of the file."""
    content, found = read_strict(path, lines=lines)
    return told(path, content), found
