"""Problems of a run's config in the language of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from monotown.base.labels import FALLBACK, Labels
from monotown.base.problems import NOTHING, InputError, Problem, counts
from monotown.data.workbooks.findings import finding_of, found_words, has_words
from monotown.data.workbooks.findings import in_words as in_words_of
from monotown.study.faults import CORRECT
from monotown.workflow import labels_of
from monotown.workflow.words import WORDS

#: Problems that are told one by one; the others are counted.
MOST: Final = 100

#: Groups of words of problems: of settings, of the sheets of a study, of files that are not read.
GROUPS: Final = ("door", "study", "towns")

#: Where the words of what was expected, of what was found and of a part of a place stand. The English texts are the
#: forms by which a problem is told in other languages.
EXPECTED: Final = "door.expected."
FOUND: Final = "door.found."
PLACE: Final = "door.place."

#: The slot of a form whose text is told in words as well, and that of a number.
AGAIN: Final = "more"
_NUMBER: Final = {"n": r"[-+]?[\d.,\s]*\d(?:e[-+]?\d+)?|inf"}


def said(error: InputError, config: Mapping[str, Any], root: str | Path) -> str:
    """Every problem in the language that a run on own data asks for; in English without one.

    Parameters
    ----------
    error
        The problems, in English.
    config
        The merged config; ``input.language`` counts.
    root
        The project's folder.
    """
    section = config.get("input")
    language = section.get("language") if isinstance(section, Mapping) else None
    n = len(error.problems)
    if (not isinstance(language, str) or language == FALLBACK) and n <= MOST:
        return str(error)
    try:
        labels = words_of_problems(str(language or FALLBACK), root)
    except (InputError, OSError, KeyError):  # words that are wrong are told among the problems
        return str(error)
    lines = [labels("door.head", n=n)]
    # counts of what is not listed are told first: the list is cut
    told = sorted(error.problems, key=lambda p: not counts(p))[:MOST]
    lines += [f"  {i}. {in_words(p, labels)}" for i, p in enumerate(told, 1)]
    return "\n".join([*lines, *([labels("door.more", n=n - MOST)] if n > MOST else [])])


@lru_cache(maxsize=4)
def words_of_problems(language: str, root: str | Path) -> Labels:
    """Words of problems in a language, from the project's folder."""
    return labels_of(language, GROUPS, Path(root) / WORDS)


def in_words(problem: Problem, labels: Labels) -> str:
    """One problem in the words of a language; what has no words there stays in English."""
    found, expected, remedy = parts(problem, labels)
    own = labels.has(f"study.finding.{problem.code}.found") or (found != problem.found and not problem.code)
    said = labels(
        "door.problem",
        file=problem.file,
        where=_place(problem, labels),
        found=found if own else repr(found),
        expected=expected,
    )
    return f"{said}. {remedy}" if remedy else said


def _place(problem: Problem, labels: Labels) -> str:
    if problem.sheet and not re.match(r"line \d", problem.where):
        row = re.fullmatch(r"(\d+):\1", problem.cell)
        place = {"sheet": problem.sheet, **({"n": row[1]} if row else {"cell": problem.cell} if problem.cell else {})}
        return labels(f"door.sheet{'_line' if row else '' if problem.cell else '_alone'}", **place)
    return ", ".join(_told(PLACE, part, labels) for part in problem.where.split(", "))


def parts(problem: Problem, labels: Labels) -> tuple[str, str, str]:
    """What was found, what was expected and what to do, in the words of a language where they have them."""
    if has_words(problem, labels):
        finding = finding_of(problem)
        return found_words(finding, labels), *in_words_of(finding, labels)
    found = labels("door.nothing") if problem.found == NOTHING else _told(FOUND, problem.found, labels)
    remedy = labels("study.finding.cell_value.mend") if problem.remedy == CORRECT else problem.remedy
    return found, _told(EXPECTED, problem.expected, labels), remedy


def has_form(group: str, text: str, labels: Labels) -> bool:
    """Whether an English text of a problem has words: `EXPECTED`, `FOUND` or a part of its `PLACE`."""
    return any(form.fullmatch(text) for _, form in _forms(group, labels))


def _told(group: str, text: str, labels: Labels) -> str:
    """An English text in the language of the labels, by the most particular of its forms; as it is without one."""
    for key, form in _forms(group, labels):
        fits = form.fullmatch(text)
        if fits:
            values = {k: _told(group, v, labels) if k == AGAIN else v for k, v in fits.groupdict().items()}
            return labels(key, **values) if values else labels(key)
    return text


def _forms(group: str, labels: Labels) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return _compiled(tuple((k, words[FALLBACK]) for k, words in labels.texts.items() if k.startswith(group)))


@lru_cache(maxsize=16)
def _compiled(texts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Keys with the forms of their English texts, those that say the most themselves first."""
    forms = []
    for key, text in texts:
        said = re.split(r"\{(\w+)\}", text)
        form = "".join(
            f"(?P<{part}>{_NUMBER.get(part, '.+?')})" if i % 2 else re.escape(part) for i, part in enumerate(said)
        )
        forms.append((len(said) > 1, -sum(map(len, said[::2])), key, re.compile(form, re.DOTALL)))
    return tuple((key, form) for *_, key, form in sorted(forms, key=lambda f: f[:3]))
