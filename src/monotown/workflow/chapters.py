"""The chapters of a run's report, and what the ``$names`` of their facts stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from monotown.base import many
from monotown.base.power import LEVEL, POWER
from monotown.base.problems import Problem, nearest
from monotown.sensitivity.limits import FEW_CASES, HELD, MEANT, MIDDLE, NARROW, WIDE
from monotown.show.chapters import Shows, chapter_of_run
from monotown.show.facts import declared
from monotown.show.prose import fields, prose_problems
from monotown.workflow import read_yaml
from monotown.workflow.claims import has_claims
from monotown.workflow.settled import ANY_STUDY
from monotown.workflow.study import StudyFiles

#: Where the chapters on the trunk stand.
TEXT: Final = "config/text"

#: Units that can each have a row in a picture.
FEW: Final = 60

#: Numbers that the code sets.
CONSTANTS: Final[Mapping[str, Any]] = {
    "test_level": LEVEL,
    "test_power": POWER,
    "middle": list(MIDDLE),
    "narrow": NARROW,
    "wide": WIDE,
    "few_cases": FEW_CASES,
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
        The run's config; one on own data may name a folder of texts of its own.
    parts
        Parts of the run; each has its chapter in its own folder, which says its ``place`` among the
        numbers that the names of the trunk's chapters open with. Without a number a chapter is last.
    root
        The project's folder.
    """
    own = "input" in config
    folder = text_folder(config)
    places = {}
    for path in Path(root, folder).glob("*.yaml"):
        number = re.match(r"\d+", path.name)
        places[f"{folder}/{path.name}"] = int(number[0]) if number else math.inf
    # a run on own data with a page of its own has no chapter that this page does not hold
    told = [part for part in parts if part in ANY_STUDY and folder == TEXT] if own else parts
    for part in told:
        file = f"workflow/parts/{part}/chapter.yaml"
        if Path(root, file).is_file():
            places[file] = read_yaml(Path(root, file))["place"]
    if "paper" not in parts or not answer_files(parts, root):
        places = {file: place for file, place in places.items() if not file.endswith("_answers.yaml")}
    return sorted(places, key=lambda file: (places[file], file))


def text_folder(config: Mapping[str, Any]) -> str:
    """Folder of the chapters on the trunk: the project's, unless a run on own data names another."""
    return str(config.get("input", {}).get("text", TEXT))


def shows_of(config: Mapping[str, Any], study: StudyFiles, views: Mapping[str, Any] | None = None) -> Shows:
    """What a run has, as far as its chapters ask.

    Parameters
    ----------
    config
        The run's config.
    study
        The files of its study.
    views
        Its indices; None: as the study says.

    Returns
    -------
    Shows
        ``own`` or ``default``: whether the run is on own data. ``alone``: its study brings its figures, ``beside``:
        they stand beside the figures of another study. ``claims``: there are claims of a publication to
        check. ``screening``: changes of series are listed. ``exploratory``: so is what was added to the hypothesis.
        ``full``, of an index and of a run that has one: every choice of it is varied. ``years``, of an index and of
        a run that has one: it has several, and its changes are told. ``readings``: some index is read in other ways.
        ``several``: indices. ``few``: units so few, as far as is known, that each can have a row in a picture.
        ``many``: so many that tables tell of some pairs and ranks alone. ``analysis NAME``: each that the run has.
    """
    known = study.content("views") if views is None else views
    full = config["sensitivity"]["views"]
    own = "input" in config
    alone = own and study.alone
    has = {"own" if own else "default", *(f"analysis {name}" for name in config["sensitivity"]["analyses"])}
    has |= {"alone" if alone else "beside"} if own else set()
    has |= {"full"} if full else set()
    has |= {"claims"} if own and has_claims(config, study) else set()
    has |= {"screening"} if config.get("screening") else set()
    has |= {"exploratory"} if not own and _added(config, study.root) else set()
    has |= {"several"} if len(known) > 1 else set()
    has |= {"readings"} if any("readings" in entry for entry in known.values()) else set()
    units = len(study.content("units")) - 1 if alone else 0  # the sets are no unit
    has |= {"few"} if units <= FEW else set()
    has |= {"many"} if units > many.FEW else set()
    told = (config["sensitivity"].get("change") or {}).get("draws", 0) > 0
    over = {v for v, entry in known.items() if told and len(entry.get("years", ())) > 1}
    has |= {"years"} if over else set()
    own_has = {str(v): tuple(n for n, those in (("full", full), ("years", over)) if v in those) for v in known}
    return Shows(tuple(sorted(has)), own_has)


def _added(config: Mapping[str, Any], root: Path) -> bool:
    """Whether a run has what was added to the hypothesis after it was registered."""
    file = config.get("hypothesis")
    return file is not None and bool(read_yaml(root / file).get("exploratory"))


def plain(shows: Shows) -> dict[str, Any]:
    """What a run has, as a file keeps it."""
    return {"has": list(shows.has), "indices": {v: list(has) for v, has in shows.indices.items()}}


def read_chapter(file: str | Path, shows: Shows) -> dict[str, Any]:
    """A chapter with its words, as a run shows it."""
    return chapter_of_run(read_yaml(file), shows)


def fact_settings(
    config: Mapping[str, Any], parts: Iterable[str], root: str | Path = ".", shows: Shows | None = None
) -> dict[str, Any]:
    """Settings that a fact may name: the run's, those of each part under its name, units and constants.

    Parameters
    ----------
    config
        The run's config.
    parts
        Parts of the run; one whose entry in the config is a file gives what stands in the file.
    root
        The project's folder.
    shows
        What the run has: ``$indices``, ``$main``, ``$full`` and ``$over_years`` stand for its indices, the first,
        those varied in full and those of several years, each with what the names of its facts begin with before it.
    """
    said = Shows() if shows is None else shows
    files = {part: config[part] for part in parts if str(config.get(part, "")).endswith(".yaml")}
    return {
        **config,
        **{part: read_yaml(Path(root, file)) for part, file in files.items()},
        "marked": StudyFiles(config, root).about.get("named", {}) if "study" in config else {},
        "constants": CONSTANTS,
        "study_words": {"title": "title", "unit": "unit", "indices": {said.prefix(v): v for v in said.indices}},
        "main": [f"{said.prefix(v)}={v}" for v in said.indices][:1],
        "indices": [f"{said.prefix(v)}={v}" for v in said.indices],
        "full": [f"{said.prefix(v)}={v}" for v, has in said.indices.items() if "full" in has],
        "over_years": [f"{said.prefix(v)}={v}" for v, has in said.indices.items() if "years" in has],
    }


def chapter_problems(config: Mapping[str, Any], parts: Sequence[str], root: str | Path = ".") -> list[Problem]:
    """What is wrong with texts and answers before anything is computed: above all, facts that nobody declares.

    Raises
    ------
    InputError
        Everything wrong with the declarations of facts.
    """
    files = chapter_files(config, parts, root)
    shows = shows_of(config, StudyFiles(config, root)) if "study" in config else Shows()
    content = {file: read_chapter(Path(root, file), shows) for file in files}
    known = declared(content, fact_settings(config, parts, root, shows)).names
    if "paper" in parts:
        content |= {file: read_yaml(Path(root, file)) for file in answer_files(parts, root).values()}
    problems = []
    for file, chapter in content.items():
        problems += prose_problems(chapter, known, file)
        for i, card in enumerate(chapter.get("cards", [])):
            lost = sorted(fields(card["value"]) - known)
            problems += [Problem(file, f"cards[{i}]", name, f"a fact: {nearest(name, sorted(known))}") for name in lost]
    return problems
