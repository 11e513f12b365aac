"""One run at a time makes a folder of results; what a dead run left behind does not stop the next.

Snakemake marks files as locked and cannot tell a run at work from one that was killed. The system
can: it lets go of a process's locks when the process ends, however it ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote

try:
    import fcntl
except ImportError:  # Windows: Snakemake's own locks have the word
    fcntl = None  # type: ignore[assignment]

#: Names the file that steps hold while they work.
STEPS = "MONOTOWN_STEPS"


def _file(project: Path, results: str, of: str) -> Path:
    return project / ".snakemake" / "runs" / f"{quote(results, safe='')}.{of}"


def _opened(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+", encoding="utf-8")


def name_steps(project: str | Path, results: str) -> None:
    """Tell the steps of a run, by their environment, what to hold while they work."""
    os.environ[STEPS] = str(_file(Path(project).resolve(), results, "steps"))


def at_work() -> IO[str] | None:
    """Say that a step works, to its end; called by the step, which keeps what is returned."""
    if STEPS not in os.environ or fcntl is None:
        return None
    held = _opened(Path(os.environ[STEPS]))
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # a run waits for another step; or the file system has no such locks
        return None
    return held


def hold(project: str | Path, results: str) -> IO[str]:
    """Hold a folder of results for this run, until its process ends.

    A step of a dead run that still works is waited for: it would write into this run's results.
    Then Snakemake's locks of files in the folder are a dead run's, and are taken away, but for
    those of a run that makes a folder inside.

    Parameters
    ----------
    project
        The project's folder.
    results
        The run's folder of results, relative to the project.

    Returns
    -------
    file
        To be kept open.

    Raises
    ------
    SystemExit
        Another run works on these results; the words name its process.
    """
    top = Path(project).resolve()
    held = _opened(_file(top, results, "run"))
    if fcntl is None:
        return held
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        raise SystemExit(
            f"Another run is making {results}/ in this folder (process {held.read().strip()}). "
            "Nothing was changed. Wait for its end, or stop it, and start again."
        ) from None
    except OSError:  # no such locks on this file system: Snakemake's own have the word
        return held
    held.truncate(0)
    held.write(str(os.getpid()))
    held.flush()
    with _opened(_file(top, results, "steps")) as steps:
        try:
            fcntl.flock(steps, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("A step of a run that was stopped still works: waiting for it", file=sys.stderr)
            fcntl.flock(steps, fcntl.LOCK_EX)
    alive = tuple(f"{folder}/" for folder in _others(top, results))
    for lock in sorted((top / ".snakemake" / "locks").glob("*.lock")):
        files = lock.read_text(encoding="utf-8").splitlines()
        mine = [file for file in files if file.startswith(f"{results}/")]
        if mine and not any(file.startswith(alive) for file in files):
            lock.unlink()
    return held


def _others(project: Path, results: str) -> list[str]:
    """Folders inside one of results that other runs make now."""
    found = []
    for path in sorted((project / ".snakemake" / "runs").glob("*.run")):
        folder = unquote(path.stem)
        if folder.startswith(f"{results}/"):
            with path.open(encoding="utf-8") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    found.append(folder)
    return found
