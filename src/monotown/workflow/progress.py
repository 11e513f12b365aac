"""Progress of long steps: a bar at a terminal, a few quiet lines in the log."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm


def _size() -> tuple[int, int] | tuple[None, None]:
    """Columns and rows for a terminal that does not tell its own (as in some containers)."""
    try:
        known = os.get_terminal_size(sys.stderr.fileno()).columns > 0
    except (OSError, ValueError):  # not a file, or not a terminal
        known = True
    return (None, None) if known else (80, 24)


@contextmanager
def progress(what: str, total: int, log: str | Path, position: int = 0) -> Iterator[Callable[[int], None]]:
    """Show how far a step has come.

    Parameters
    ----------
    what
        What is counted, for the bar and the log.
    total
        How many there are.
    log
        File that gets a line at each tenth, with rate and time left.
    position
        Line of the bar, where several steps run side by side.

    Yields
    ------
    callable
        To be called with the number done since the last call.
    """
    target = Path(log)
    target.parent.mkdir(parents=True, exist_ok=True)
    done, told, start = 0, 0, time.monotonic()
    columns, rows = _size()
    bar = tqdm(
        total=total,
        desc=what,
        unit=" draws",
        unit_scale=True,
        position=position,
        leave=False,
        disable=not sys.stderr.isatty(),
        ncols=columns,
        nrows=rows,
        file=getattr(sys.stderr, "terminal", sys.stderr),
    )
    with bar, target.open("a", encoding="utf-8") as file:

        def step(count: int) -> None:
            nonlocal done, told
            done += count
            bar.update(count)
            tenth = 10 * done // max(total, 1)
            if tenth > told:
                told = tenth
                rate = done / max(time.monotonic() - start, 1e-9)
                left = (total - done) / rate
                file.write(f"{what}: {done:,} of {total:,} ({10 * tenth}%), {rate:,.0f} a second, {left:.0f} s left\n")
                file.flush()

        yield step
