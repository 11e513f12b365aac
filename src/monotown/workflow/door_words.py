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
    told = parts(problem, labels)
    line = re.fullmatch(r"line (\d+)(?:, (.*))?", problem.where, re.DOTALL)
    where = problem.where
    if line:
        more = line[2] or ""
        if more.startswith("column "):
            more = labels("door.column", name=more.removeprefix("column "))
        where = labels("door.line", n=line[1], where=more) if more else labels("door.line_alone", n=line[1])
    elif problem.sheet:
        row = re.fullmatch(r"(\d+):\1", problem.cell)
        place = {"sheet": problem.sheet, **({"n": row[1]} if row else {"cell": problem.cell} if problem.cell else {})}
        where = labels(f"door.sheet{'_line' if row else '' if problem.cell else '_alone'}", **place)
    own = problem.found == NOTHING or labels.has(f"study.finding.{problem.code}.found")
    found = told[0] if own else repr(told[0])
    said = labels("door.problem", file=problem.file, where=where, found=found, expected=told[1])
    return f"{said}. {told[2]}" if told[2] else said


def parts(problem: Problem, labels: Labels) -> tuple[str, str, str]:
    """What was found, what was expected and what to do, in the words of a language where they have them."""
    if has_words(problem, labels):
        finding = finding_of(problem)
        return found_words(finding, labels), *in_words_of(finding, labels)
    found = labels("door.nothing") if problem.found == NOTHING else problem.found
    remedy = labels("study.finding.cell_value.mend") if problem.remedy == CORRECT else problem.remedy
    return found, _expected(problem.expected, labels), remedy


def _expected(text: str, labels: Labels) -> str:
    for key, words in labels.texts.items():
        if key.startswith("door.expected."):
            parts = re.split(r"\{(\w+)\}", words["en"])
            form = "".join(f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
            fits = re.fullmatch(form, text, re.DOTALL)
            if fits:
                return labels(key, **fits.groupdict()) if fits.groupdict() else labels(key)
    return text
