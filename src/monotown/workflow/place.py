"""Where a run works, and how Snakemake sees its files from the folder that it was started in."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from monotown.base.problems import InputError, Problem

#: Folder of the files of a run that works elsewhere than in the project, in the folder that it was started in.
FOLDER: Final = Path(".snakemake", "monotown")

#: Folder of settings.
CONFIG: Final = "config"

#: Keys of a run's config that name files or folders, or a list of them; those of its section ``input``.
PATHS: Final = (
    *("study", "units", "variables", "sources", "publications", "indicators", "measures", "views", "claims"),
    *("graphs", "cohort", "scenarios", "hypothesis", "mechanism", "audit", "methods", "survey", "checks"),
)
OF_INPUT: Final = ("files", "towns", "text")


@dataclass(frozen=True)
class Place:
    """The folder that Snakemake was started in, and the folder that holds the files of the project.

    The workflow names every file, its results too, as seen from ``root``; Snakemake and the rules of others see them
    from ``here``. Both are one folder where the project itself runs.

    Attributes
    ----------
    here, root
        Whole paths without symbolic links.
    """

    here: Path
    root: Path

    @property
    def home(self) -> bool:
        """Whether the project itself runs."""
        return self.here == self.root

    def seen(self, name: str) -> str:
        """A file that the workflow names, as Snakemake sees it.

        Examples
        --------
        >>> place = Place(Path("/w"), Path("/w/.snakemake/monotown"))
        >>> place.seen("config/study/units.csv"), place.seen("../../results/report")
        ('.snakemake/monotown/config/study/units.csv', 'results/report')
        """
        return name if self.home else _between(name, self.root, self.here)

    def named(self, path: str) -> str:
        """A file that Snakemake sees, as the workflow names it: the inverse of `seen`."""
        return path if self.home else _between(path, self.here, self.root)

    def settings(self, run: Mapping[str, Any]) -> dict[str, Any]:
        """What a run says, with its paths as the workflow names them.

        A path of the run is looked for in the folder that it was started in, then in the project; its results stand
        in that folder.

        Raises
        ------
        InputError
            If the results would stand among other files of the run.
        """
        if self.home:
            return dict(run)

        def found(name: Any) -> Any:
            if isinstance(name, list):
                return [found(n) for n in name]
            if not isinstance(name, str) or not (self.here / name).exists() or self._laid(name):
                return name
            return self.named(name)

        made = {key: found(value) if key in PATHS else value for key, value in run.items()}
        if isinstance(made.get("input"), Mapping):
            made["input"] = {k: found(v) if k in OF_INPUT else v for k, v in made["input"].items()}
        results = made.get("results", "results")
        if isinstance(results, str):
            target = (self.here / results).resolve()
            parts = target.relative_to(self.here).parts if target.is_relative_to(self.here) else target.parts
            if not parts or parts[0] in (CONFIG, "workflow") or parts[0].startswith(".") or target.is_file():
                raise InputError([Problem("run config", "results", results, "a folder for results alone")])
            made["results"] = self.named(results)
        return made

    def _laid(self, name: str) -> bool:
        """Whether a file of settings stands in the project's folder of the run as well, under the same name."""
        return (self.root / name).exists() and Path(name).parts[:1] == (CONFIG,)


def _between(path: str, start: Path, end: Path) -> str:
    return Path(path).as_posix() if os.path.isabs(path) else Path(os.path.relpath(start / path, end)).as_posix()


def enter() -> None:
    """Let a step of a run that works elsewhere see its files as the workflow names them.

    The folder of the project is that of its script.
    """
    step = getattr(sys.modules["__main__"], "snakemake", None)
    folder = Path(getattr(step, "scriptdir", "")).resolve()
    root = next((p.parent for p in folder.parents if p.name == "workflow"), None)
    place = Place(Path.cwd().resolve(), root or Path.cwd().resolve())
    if step is None or place.home or place.root != (place.here / FOLDER):
        return
    for files in ("input", "output", "log"):
        known = getattr(step, files)
        setattr(step, files, type(known)(toclone=known, custom_map=place.named))
    os.chdir(place.root)
