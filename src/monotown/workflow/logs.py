"""A step's log: all that the step says, warnings and the way to an error too."""

from __future__ import annotations

import atexit
import faulthandler
import sys
from pathlib import Path
from typing import IO, Any, cast

#: Stands first in a log until the step comes to its end, by itself or by an error.
STOPPED = "This step was stopped from outside: killed, or no memory was left.\n"


class Both:
    """A stream that writes to the terminal and to a log, and is the terminal in all else."""

    def __init__(self, terminal: IO[str], log: IO[str]) -> None:
        self.terminal = terminal
        self._log = log

    def write(self, text: str) -> int:
        """Write a text to both."""
        self._log.write(text)
        return self.terminal.write(text)

    def writelines(self, lines: list[str]) -> None:
        """Write texts to both."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Flush both."""
        self._log.flush()
        self.terminal.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.terminal, name)


def keep(log: str | Path) -> None:
    """Write from now on all that this process says to a log as well.

    Parameters
    ----------
    log
        The file, made anew. Until the process ends by itself its first line says that it was
        stopped from outside, as nothing can be written when it is.
    """
    target = Path(log)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(STOPPED, encoding="utf-8")
    file = target.open("a", encoding="utf-8", buffering=1)
    faulthandler.enable(file)
    sys.stdout = cast("IO[str]", Both(sys.stdout, file))
    sys.stderr = cast("IO[str]", Both(sys.stderr, file))
    atexit.register(_end, target, file)


def _end(target: Path, file: IO[str]) -> None:
    file.flush()
    said = target.read_text(encoding="utf-8", errors="replace")
    target.write_text(said.removeprefix(STOPPED), encoding="utf-8")


def keep_of_step() -> None:
    """Keep the log that Snakemake names for the script that runs, where one of its scripts runs."""
    step = getattr(sys.modules["__main__"], "snakemake", None)
    if step is not None and getattr(step, "log", None):
        keep(str(step.log[0]))
