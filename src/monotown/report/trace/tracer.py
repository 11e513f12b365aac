"""What the steps of facts and claims ask of the run that they are traced in."""

from __future__ import annotations

from typing import Protocol

from monotown.report.trace.figures import Figures
from monotown.report.trace.step import Step
from monotown.report.trace.tables import Tables


class OneCell(Protocol):
    """The step of a cell of a table: by the number of its row, its column, and whether all behind it is told."""

    def __call__(self, place: int, column: str, *, deep: bool) -> Step:  # noqa: D102
        ...


class Tracer(Protocol):
    """A run whose numbers are traced; `monotown.report.trace.trace.Run` is one."""

    tables: Tables
    figures: Figures

    def trace(self, asked: str) -> Step:
        """The steps back from a number, by its id."""

    def cell(self, path: str, place: int, column: str, *, deep: bool = True) -> Step:
        """The steps back from a cell of a table."""

    def made(self, path: str, source: str) -> tuple[Step, ...]:
        """What a table is made from."""
