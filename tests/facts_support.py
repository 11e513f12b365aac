"""Facts of one chapter, read from tables that a test writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from monotown.show.chapters import Shows
from monotown.show.facts import Declared, declared, resolve
from monotown.workflow.chapters import CONSTANTS, read_chapter
from monotown.workflow.study import StudyFiles

DEFAULT = Shows(("default", "exploratory", "screening"))

ROOT = Path(__file__).resolve().parents[1]
NAMED = StudyFiles({"study": "config/study"}, ROOT).about["named"]


def chapter_of(name: str, shows: Shows = DEFAULT) -> Mapping[str, Any]:
    """A chapter as a run shows it: a part's, one of ``config/text``, or that of a path within the project."""
    own = ROOT / f"workflow/parts/{name}/chapter.yaml"
    return read_chapter(own if own.is_file() else ROOT / (name if "/" in name else f"config/text/{name}.yaml"), shows)


def chapter_facts(name: str, tables: Mapping[str, pd.DataFrame], **settings: Any) -> pd.DataFrame:
    """Those facts of a chapter whose tables are given.

    `tables` by path within the results, or by the name of a table of the report; `settings` stand
    for those of the run and its parts.
    """
    given = {path if "/" in path else f"tables/{path}.csv": table for path, table in tables.items()}
    known = {"marked": NAMED, "constants": CONSTANTS, **settings}
    every = declared({name: chapter_of(name)}, known)
    facts = {k: f for k, f in every.facts.items() if {f.group.table, f.group.like} <= set(given)}
    while lost := [k for k, f in facts.items() if any(n in every.facts and n not in facts for n in f.uses)]:
        facts = {k: f for k, f in facts.items() if k not in lost}
    return resolve(Declared(facts, {}, every.settings), given)


def told(facts: pd.DataFrame) -> dict[str, str]:
    """Value of each fact."""
    return dict(zip(facts["fact"], facts["value"], strict=True))
