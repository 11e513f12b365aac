"""What the ``$names`` of a chapter's facts stand for."""

from __future__ import annotations

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
