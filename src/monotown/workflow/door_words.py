"""Problems of a run's config in the language of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from monotown.base.labels import FALLBACK, Labels
from monotown.base.problems import InputError, Problem
from monotown.workflow import read_labels
from monotown.workflow.words import WORDS

_GROUP: Final = "door"


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
    if not isinstance(language, str) or language == FALLBACK:
        return str(error)
    try:
        labels = read_labels([_GROUP], folder=Path(root) / WORDS)[language]
    except (InputError, OSError, KeyError):  # words that are wrong are told among the problems
        return str(error)
    lines = [labels("door.head", n=len(error.problems))]
    lines += [f"  {i}. {in_words(p, labels)}" for i, p in enumerate(error.problems, 1)]
    return "\n".join(lines)


def in_words(problem: Problem, labels: Labels) -> str:
    """One problem in the words of a language; what has no words there stays in English."""
    line = re.fullmatch(r"line (\d+)(?:, (.*))?", problem.where, re.DOTALL)
    where = problem.where
    if line:
        where = labels("door.line_alone", n=line[1])
        where = labels("door.line", n=line[1], where=line[2]) if line[2] else where
    found = labels("door.nothing") if problem.found == "nothing" else repr(problem.found)
    return labels(
        "door.problem", file=problem.file, where=where, found=found, expected=_expected(problem.expected, labels)
    )


def _expected(text: str, labels: Labels) -> str:
    for key, words in labels.texts.items():
        if key.startswith("door.expected."):
            parts = re.split(r"\{(\w+)\}", words["en"])
            form = "".join(f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
            fits = re.fullmatch(form, text, re.DOTALL)
            if fits:
                return labels(key, **fits.groupdict()) if fits.groupdict() else labels(key)
    return text
