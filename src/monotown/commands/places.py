"""Where the project's files are, in a checkout and in an installation, and where a run works."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import monotown

#: What the workflow stands on beside the library. ``setup.py`` puts the same into a wheel.
PROJECT: Final = ("Snakefile", "environment.yml", "config", "data", "profiles", "workflow")

#: Folder of these in an installed library.
INSTALLED: Final = "project"

#: Folder that a run works in, beside the files of who calls it.
DESK: Final = ".monotown"

_LIST: Final = "files.json"


def project() -> Path:
    """Folder of the project's files: in the installed library, else the checkout that the library lies in.

    Raises
    ------
    FileNotFoundError
        If the library stands alone.
    """
    library = Path(monotown.__file__).resolve().parent
    for folder in (library / INSTALLED, library.parents[1]):
        if (folder / "Snakefile").is_file() and (folder / "config" / "config.yaml").is_file():
            return folder
    raise FileNotFoundError(f"{library / INSTALLED}: monotown was installed without its workflow")


def _files(project: Path, beside: Path | None = None) -> Iterator[tuple[str, Path]]:
    """Names of the project's files and where each is read from."""
    config = project / "config"
    theirs = {p.name for p in beside.glob("*")} & {p.name for p in config.glob("*")} - {"config.yaml"} if beside else ()
    for name in PROJECT:
        start = project / name
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            own = path.relative_to(project)
            if path.is_file() and path.suffix != ".pyc" and not (own.parts[0] == "config" and own.parts[1] in theirs):
                yield own.as_posix(), path
    for name in sorted(theirs):
        start = Path(beside or ".", name)
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            if path.is_file():
                yield f"config/{path.relative_to(start.parent).as_posix()}", path


def desk(folder: Path) -> Path:
    """The folder that runs of a working folder work in: ``folder/.monotown``, made or brought up to date.

    Nothing is ever written where the library is installed, and no name in the working folder is taken.
    """
    return laid(folder.resolve() / DESK, project())


def laid(target: Path, source: Path, beside: Path | None = None) -> Path:
    """A copy of the project's files, made or brought up to date.

    Parameters
    ----------
    target
        The folder of the copy: of files, not links, for systems that have none.
    source
        The project.
    beside
        A folder of settings: its files and folders stand in the place of those of ``config`` that have the same
        names, but for ``config.yaml``.

    Returns
    -------
    Path
        The folder of the copy.
    """
    kept = target / _LIST
    try:
        known = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    now = {}
    for name, path in _files(source, beside):
        state = path.stat()
        now[name] = [state.st_size, state.st_mtime_ns]
        copy = target / name
        if known.get(name) != now[name] or not copy.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            os.utime(copy, ns=(state.st_atime_ns, state.st_mtime_ns))
    for name in known.keys() - now.keys():
        (target / name).unlink(missing_ok=True)
    if known != now:
        kept.write_text(json.dumps(now), encoding="utf-8")
    return target


def at_home(folder: Path, files: Iterable[Path]) -> bool:
    """Whether a run works in the project itself: that is the working folder, and holds all files of the run."""
    here = folder.resolve()
    return here == project() and all(path.resolve().is_relative_to(here) for path in files)


def from_here(path: Path, here: Path) -> str:
    """A path as the config of a run that works somewhere names it, with slashes on every system."""
    try:
        return Path(os.path.relpath(path.resolve(), here)).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
