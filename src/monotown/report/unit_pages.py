"""Pages of all units of a run in one language: one each, or one that is drawn from data where they are many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from monotown.report.units import PAGES, Pages, data_files, safe

#: A template filled with what it is given.
Fill = Callable[[str, Mapping[str, Any]], str]


@dataclass(frozen=True)
class Made:
    """Pages of the units.

    Attributes
    ----------
    pages
        Name of a page, without language and ending, to its title and its body.
    files
        Files of data beside the pages, by their paths from there.
    """

    pages: Mapping[str, tuple[str, str]]
    files: Mapping[str, str]


def unit_pages(pages: Pages, fill: Fill) -> Made:
    """Pages of units, by the templates ``unit.html.j2`` and ``unit_drawn.html.j2``.

    Parameters
    ----------
    pages
        What the pages are made of.
    fill
        Fills a template by its name.
    """
    told = {unit: pages.unit(unit) for unit in pages.units}
    drawn = len(told) > PAGES
    bodies = {unit: fill("unit.html.j2", {"unit": context, "drawn": drawn}) for unit, context in told.items()}
    if not drawn:
        return Made({f"unit-{safe(u)}": (told[u]["title"], body) for u, body in bodies.items()}, {})
    body = fill("unit_drawn.html.j2", pages.drawn())
    return Made({"unit": (pages.say("part.list"), body)}, data_files(bodies, pages.labels.language))
