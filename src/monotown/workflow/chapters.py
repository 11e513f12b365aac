"""The chapters of a run's report, and what the ``$names`` of their facts stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from monotown.base.power import LEVEL, POWER
from monotown.base.problems import Problem, nearest
from monotown.sensitivity.limits import HELD, MEANT, MIDDLE, NARROW, WIDE
from monotown.show.facts import declared
from monotown.show.prose import fields, prose_problems
from monotown.workflow import read_yaml
from monotown.workflow.study import StudyFiles

#: Numbers that the code sets.
CONSTANTS: Final[Mapping[str, Any]] = {
    "test_level": LEVEL,
    "test_power": POWER,
    "middle": list(MIDDLE),
    "narrow": NARROW,
    "wide": WIDE,
    "sobol_meant": MEANT,
    "sobol_held": list(HELD),
}


def answer_files(parts: Sequence[str], root: str | Path = ".") -> dict[str, str]:
    """Part to its file of answers to claims of the paper, for those that have one."""
    files = {part: f"workflow/parts/{part}/answers.yaml" for part in parts}
    return {part: file for part, file in files.items() if Path(root, file).is_file()}


def chapter_files(config: Mapping[str, Any], parts: Sequence[str], root: str | Path = ".") -> list[str]:
    """Files of the report's chapters within the project, in their order on the page.

    Parameters
    ----------
    config
        The run's config: one on own data names the folder of its text.
    parts
        Parts of the run; each has its chapter in its own folder, which says its ``place`` among the
        numbers that the names of the trunk's chapters open with. Without a number a chapter is last.
    root
        The project's folder.
    """
    own = "input" in config
    folder = config["input"]["text"] if own else "config/text"
    places = {}
    for path in Path(root, folder).glob("*.yaml"):
        number = re.match(r"\d+", path.name)
        places[f"{folder}/{path.name}"] = int(number[0]) if number else math.inf
    for part in [] if own else parts:
        file = f"workflow/parts/{part}/chapter.yaml"
        if Path(root, file).is_file():
            places[file] = read_yaml(Path(root, file))["place"]
    if "paper" not in parts or not answer_files(parts, root):
        places = {file: place for file, place in places.items() if not file.endswith("_answers.yaml")}
    return sorted(places, key=lambda file: (places[file], file))


def fact_settings(config: Mapping[str, Any], parts: Iterable[str], root: str | Path = ".") -> dict[str, Any]:
    """Settings that a fact may name: the run's, those of each part under its name, units and constants.

    Parameters
    ----------
    config
        The run's config.
    parts
        Parts of the run; one whose entry in the config is a file gives what stands in the file.
    root
        The project's folder.
    """
    files = {part: config[part] for part in parts if str(config.get(part, "")).endswith(".yaml")}
    return {
        **config,
        **{part: read_yaml(Path(root, file)) for part, file in files.items()},
        "marked": StudyFiles(config, root).about.get("named", {}) if "study" in config else {},
        "constants": CONSTANTS,
    }


def chapter_problems(config: Mapping[str, Any], parts: Sequence[str], root: str | Path = ".") -> list[Problem]:
    """What is wrong with texts and answers before anything is computed: above all, facts that nobody declares.

    Raises
    ------
    InputError
        Everything wrong with the declarations of facts.
    """
    files = chapter_files(config, parts, root)
    content = {file: read_yaml(Path(root, file)) for file in files}
    known = declared(content, fact_settings(config, parts, root)).names
    if "paper" in parts:
        content |= {file: read_yaml(Path(root, file)) for file in answer_files(parts, root).values()}
    problems = []
    for file, chapter in content.items():
        problems += prose_problems(chapter, known, file)
        for i, card in enumerate(chapter.get("cards", [])):
            lost = sorted(fields(card["value"]) - known)
            problems += [Problem(file, f"cards[{i}]", name, f"a fact: {nearest(name, sorted(known))}") for name in lost]
    return problems
