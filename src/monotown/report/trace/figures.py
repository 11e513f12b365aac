"""Figures as cleaned, back to their cells: those that a study derives from others, and those that stand in a file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from monotown.base.expressions import parse
from monotown.data.locators import Way, place_of, way_of
from monotown.report.trace.step import Step, checked, number, shown
from monotown.report.trace.tables import Tables, row_id

#: How a locator says that a marker stands for a number.
_READ_AS: Final = re.compile(r"; (\w+)(?: of (\d+))?: a marker read as ([^;]+)")

#: The formula of each measure of each index, and what marks stand for in them.
FORMULAS: Final = "indicators/formulas.csv"

#: Figures of a run: as they were cleaned, and in borders that stay, which are made of the official ones.
PLAIN: Final = "clean/observations.csv"
CONSTANT: Final = "clean/observations_constant.csv"

_Row = Mapping[str, Any]
_Key = tuple[str, str, str]


@dataclass
class Figures:
    """The cleaned figures of a run."""

    tables: Tables

    @cached_property
    def _rows(self) -> dict[str, dict[_Key, list[_Row]]]:
        return {path: _by_key(self.tables(path).to_dict("records")) for path in (PLAIN, CONSTANT)}

    def one(self, path: str, key: _Key, kind: str = "") -> _Row | None:
        """The figure of a unit, year and variable that a run takes.

        Parameters
        ----------
        path
            `PLAIN` or `CONSTANT`.
        key
            Unit, year, variable.
        kind
            The kind of data that is looked for; "" for any.
        """
        rows = self._rows[path].get(key, [])
        if kind:
            return min(rows, key=lambda r: (r["kind"] != kind, not r["value"], r["source"]), default=None)
        return min(rows, key=lambda r: (not r["value"], r["source"]), default=None)

    def step(self, constant: bool, key: _Key, kind: str = "") -> Step:
        """A figure, with those that it follows from, or with its cell.

        Parameters
        ----------
        constant
            Whether it is of a unit in borders that stay.
        key, kind
            As of `one`.
        """
        path = CONSTANT if constant else PLAIN
        row = self.one(path, key, kind)
        if row is None:
            told = dict(zip(("unit", "year", "variable"), key, strict=True))
            return Step("figure", of=told, notes=("flag.absent",))
        return self.of_row(path, row)

    def of_row(self, path: str, row: _Row) -> Step:
        """The step of a row of the figures."""
        key = {name: str(row[name]) for name in ("unit", "year", "variable")}
        more = {"source": str(row["source"])} if len(self._rows[path][*key.values()]) > 1 else {}  # type: ignore[index]
        step = Step(
            "figure",
            row_id(path, key | more, "value"),
            str(row["value"]),
            key,
            str(row["unit_of_measure"]),
            kind=str(row["kind"]),
            source=str(row["source"]),
            notes=(f"flag.{row['flag']}",) if row["flag"] else (),
        )
        locator = str(row["locator"])
        if path == CONSTANT and (same := self._same(row)):
            made = self._made(step, "=", [same], math.fsum)
            return made if row["value"] else replace(step, parts=made.parts)
        way = way_of(locator)
        if way.how:
            found = _MADE[way.how](self, row, way)
            return self._made(step, *found) if found else replace(step, notes=(*step.notes, locator))
        place = place_of(locator)
        if place is None:
            return replace(step, notes=(*step.notes, locator))
        cell = self.tables.cell_of(place.file, step.source)
        told = {name: getattr(place, name) for name in ("sheet", "cell", "line", "column", "note")}
        return replace(step, cell=replace(cell, **told))

    def _made(self, step: Step, formula: str, parts: Iterable[_Row], compute: Callable[[list[float]], float]) -> Step:
        steps, numbers = [], []
        for row in parts:
            part, value = self.of_row(PLAIN, row), self.number_of(row)
            steps.append(part if part.value or math.isnan(value) else replace(part, given={"read_as": shown(value)}))
            numbers.append(value)
        return checked(replace(step, formula=formula, parts=tuple(steps)), compute(numbers))

    def number_of(self, row: _Row) -> float:
        """The number of a figure; of a mark the one that it stands for in the run, NaN where there is none."""
        if row["value"]:
            return number(str(row["value"]))
        return self._marks.get((str(row["variable"]), str(row["flag"])), math.nan)

    @cached_property
    def _marks(self) -> dict[tuple[str, str], float]:
        """Variable and mark to the number that it stands for, of those that some formula reads."""
        formulas = self.tables(FORMULAS)
        told = [json.loads(text) for text in formulas["reads_as"] if text] if len(formulas) else []
        return {(v, mark): float(n) for marks in told for v, some in marks.items() for mark, n in some.items()}

    def _same(self, row: _Row) -> _Row | None:
        """The figure of another unit that stands for one in borders that stay: before a split they are one."""
        beside = self.beside(str(row["year"]), str(row["variable"]))
        return next((r for r in beside if r["locator"] == row["locator"] and r["unit"] != row["unit"]), None)

    def parts(self, row: _Row) -> list[_Row]:
        """Figures of the units whose places the locator of a row names."""
        year, own = str(row["year"]), str(row["variable"])
        named = dict.fromkeys(
            str(r["unit"]) for r in self.beside(year, own) if f"{r['unit']}, {r['locator']}" in row["locator"]
        )
        found = (self.one(PLAIN, (unit, year, own)) for unit in named)
        return [part for part in found if part is not None]

    def beside(self, year: str, variable: str) -> Sequence[_Row]:
        """Figures of every unit for a variable and year."""
        return self._beside.get((year, variable), [])

    @cached_property
    def _beside(self) -> dict[tuple[str, str], list[_Row]]:
        found: dict[tuple[str, str], list[_Row]] = {}
        for (_, year, variable), rows in self._rows[PLAIN].items():
            found.setdefault((year, variable), []).extend(rows)
        return found


def _by_key(rows: Iterable[Mapping[Any, Any]]) -> dict[_Key, list[_Row]]:
    found: dict[_Key, list[_Row]] = {}
    for row in rows:
        found.setdefault((str(row["unit"]), str(row["year"]), str(row["variable"])), []).append(row)
    return found


_Found = tuple[str, Sequence[_Row], Callable[[list[float]], float]]


def _sum(figures: Figures, row: _Row, way: Way) -> _Found:
    parts = [p for p in figures.parts(row) if not math.isnan(figures.number_of(p))]
    return " + ".join(str(p["unit"]) for p in parts), parts, math.fsum


def _weighted(figures: Figures, row: _Row, way: Way) -> _Found:
    parts = [p for p in figures.parts(row) if not math.isnan(figures.number_of(p))]
    weights = [figures.one(PLAIN, (str(p["unit"]), str(p["year"]), way.of)) for p in parts]
    known = [w for w in weights if w is not None]
    n = len(parts)

    def mean(numbers: list[float]) -> float:
        values, w = numbers[:n], numbers[n:]
        return math.fsum(a * b for a, b in zip(values, w, strict=True)) / math.fsum(w)

    return f"sum w x / sum w, w: {way.of}", [*parts, *known], mean


def _ends(figures: Figures, row: _Row, way: Way) -> _Found:
    unit, year = str(row["unit"]), int(row["year"])
    begin = figures.one(PLAIN, (unit, str(year), way.of))
    ends = [figures.one(PLAIN, (u, str(year + 1), way.of)) for u in way.units or (unit,)]
    later = " + ".join(f"{way.of}({u}, {year + 1})" for u in way.units or (unit,))
    parts = [r for r in (begin, *ends) if r is not None]
    return f"({way.of}({unit}, {year}) + {later}) / 2", parts, lambda numbers: math.fsum(numbers) / 2


def _members(figures: Figures, row: _Row, way: Way) -> _Found:
    named = way.rest.split("; ")
    beside = figures.beside(str(row["year"]), way.of)
    found = [r for r in beside if r["locator"] in named and number(str(r["value"])) > 0]
    return f"#{{{way.of} > 0}}", found, lambda numbers: float(len(numbers))


def _computed(figures: Figures, row: _Row, way: Way) -> _Found | None:
    uses, unit, kind = parse(way.of).uses, str(row["unit"]), str(row["kind"])
    years = [str(int(row["year"]) - u.lag) for u in uses]
    parts = [figures.one(PLAIN, (unit, y, u.variable), kind) for u, y in zip(uses, years, strict=True)]
    read = {(name, year or str(row["year"])): float(n) for name, year, n in _READ_AS.findall(way.rest)}
    if any(part is None for part in parts):
        return None

    def value(numbers: list[float]) -> float:
        told = zip(uses, years, numbers, strict=True)
        return float(parse(way.of).at({u: np.array(read.get((u.variable, y), n)) for u, y, n in told}))

    return way.of, [p for p in parts if p is not None], value


def _none(figures: Figures, row: _Row, way: Way) -> None:
    return None


#: Way to the formula, the figures that it is of, and what computes it of their values.
_MADE: Final[Mapping[str, Callable[[Figures, _Row, Way], _Found | None]]] = {
    "sum": _sum,
    "weighted": _weighted,
    "ends": _ends,
    "members": _members,
    "computed": _computed,
    "none": _none,
}
