"""The chapters of a run's report, and what the ``$names`` of their facts stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from monotown.base.power import LEVEL, POWER
from monotown.sensitivity.limits import HELD, MEANT, MIDDLE, NARROW, WIDE
from monotown.workflow import read_yaml

#: Units that chapters tell of by name.
MARKED: Final = "config/marked.yaml"

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


def _number(path: Path) -> float:
    found = re.match(r"\d+", path.name)
    return int(found[0]) if found else math.inf


def chapter_files(folder: str | Path, parts: Iterable[str], root: str | Path = ".") -> list[str]:
    """Files of the report's chapters, in their order on the page.

    Parameters
    ----------
    folder
        The trunk's chapters; a file's name opens with the number of its place, else it comes last.
    parts
        Parts of the run, each with its chapter in its own folder, which says its ``place``.
    root
        The project's folder.
    """
    places = {str(path): _number(path) for path in Path(root, folder).glob("*.yaml")}
    for part in parts:
        path = Path(root, f"workflow/parts/{part}/chapter.yaml")
        if path.is_file():
            places[str(path)] = int(read_yaml(path)["place"])
    return sorted(places, key=lambda path: (places[path], path))


def fact_settings(config: Mapping[str, Any], parts: Iterable[str], root: Path) -> dict[str, Any]:
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
        **{part: read_yaml(root / file) for part, file in files.items()},
        "marked": read_yaml(root / MARKED),
        "constants": CONSTANTS,
    }
