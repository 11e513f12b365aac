"""Locators read back: the place in a file that one names, and how a figure follows from others.

A locator is written for readers (``clean``, ``crosswalk``, the readers of workbooks); what follows from other figures
says so in the same words everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: How a figure follows from others, and how its locator says so. ``sum`` and ``weighted``: of the parts of a unit in
#: borders that stay, which may be without a figure (``none``); ``ends``: of a year, from figures of 1 January;
#: ``members``: a number of organisations; ``computed``: a formula.
WAYS: Final[Mapping[str, re.Pattern[str]]] = {
    "sum": re.compile(r"sum: (?P<rest>.*)", re.S),
    "weighted": re.compile(r"mean weighted by (?P<of>\w+): (?P<rest>.*)", re.S),
    "ends": re.compile(
        r"mean of (?P<of>\w+) on 1 January of this year and(?:, for (?P<units>.+?),)? of the next \((?P<rest>.*)\)",
        re.S,
    ),
    "members": re.compile(r"number of organisations with (?P<of>\w+): (?P<rest>.*)", re.S),
    "computed": re.compile(r"computed: (?P<of>[^;]*)(?P<rest>.*)", re.S),
    "none": re.compile(
        r"(?:figures of this kind cannot be merged|no figure for .+?|marker of a part|no \w+ for each part): "
        r"(?P<rest>.*)",
        re.S,
    ),
}

_FILE = r"(?P<file>[^;]+?\.(?:csv|tsv|txt|xlsx|xlsm|xls|ods|ya?ml))"
_PLACES: Final = (
    re.compile(rf"{_FILE}(?:, sheet (?P<sheet>.*?))?, cell (?P<cell>[A-Z]+\d+)(?P<note>; .*)?", re.S),
    re.compile(
        rf"{_FILE}(?:, sheet (?P<sheet>.*?))?, (?:cell )?line (?P<line>\d+)(?:, column (?P<column>[^;]*?))?"
        r"(?: \((?P<paper>paper, lines? [^)]*)\))?(?P<note>; .*)?",
        re.S,
    ),
)


@dataclass(frozen=True)
class Way:
    """How a figure follows from others.

    Attributes
    ----------
    how
        A name of `WAYS`; "" for a figure that stands in a file.
    of
        The variable, or the formula.
    units
        Units that it names, if it does.
    rest
        What it says of the places of the others.
    """

    how: str = ""
    of: str = ""
    units: tuple[str, ...] = ()
    rest: str = ""


@dataclass(frozen=True)
class Place:
    """A place in a file.

    Attributes
    ----------
    file
        Its name.
    sheet, cell
        Of a workbook; ``L9``.
    line, column
        Of a text, lines from 1; 0 and "" where it names none.
    note
        What else the locator says.
    """

    file: str
    sheet: str = ""
    cell: str = ""
    line: int = 0
    column: str = ""
    note: str = ""


def way_of(locator: str) -> Way:
    """How a figure with this locator follows from others.

    Examples
    --------
    >>> way_of("mean of births on 1 January of this year and, for A and B, of the next (x.csv, line 2)")
    Way(how='ends', of='births', units=('A', 'B'), rest='x.csv, line 2')
    >>> way_of("sum: A, x.csv, line 2; B, x.csv, line 3").how, way_of("x.csv, line 2").how
    ('sum', '')
    """
    for how, pattern in WAYS.items():
        if found := pattern.fullmatch(locator):
            said = {k: v or "" for k, v in found.groupdict().items()}
            units = tuple(said["units"].split(" and ")) if said.get("units") else ()
            return Way(how, said.get("of", ""), units, said.get("rest", ""))
    return Way()


def place_of(locator: str) -> Place | None:
    """The place that a locator names; None where it names no file, or others that a figure follows from.

    Examples
    --------
    >>> place_of("a.xlsx, sheet data, 2022, cell L9")
    Place(file='a.xlsx', sheet='data, 2022', cell='L9', line=0, column='', note='')
    >>> place_of("table1.csv, line 5, column staff (paper, line 116); read twice")
    Place(file='table1.csv', sheet='', cell='', line=5, column='staff', note='paper, line 116; read twice')
    """
    if way_of(locator).how:
        return None
    for pattern in _PLACES:
        if found := pattern.fullmatch(locator):
            said = {k: v or "" for k, v in found.groupdict().items()}
            notes = [said.get("paper", ""), said["note"].removeprefix("; ")]
            return Place(
                said["file"],
                said.get("sheet", ""),
                said.get("cell", ""),
                int(said.get("line") or 0),
                said.get("column", ""),
                "; ".join(filter(None, notes)),
            )
    return None
