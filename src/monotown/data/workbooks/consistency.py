"""Whether the figures of a workbook hold together: parts and wholes, computed values, levels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.base.expressions import Expression, parse
from monotown.base.labels import texts_of
from monotown.base.ties import TOLERANCE
from monotown.data.plausible import Bounds, judge, parts_of
from monotown.data.workbooks.computed import Grid
from monotown.data.workbooks.fields import Field, beyond, span_words
from monotown.data.workbooks.findings import ERROR, Finding
from monotown.data.workbooks.names import fits_level

#: Levels of units that may be ranked, the narrowest first.
LEVELS: Final = ("town", "organisation", "region", "country")

#: Numbers that have no logarithm, by the transform of a scale: these and those below.
_LEAST: Final = {"log": 0.0, "boxcox": 0.0, "log1p": -1.0}

Key = tuple[str, int, str]


def check_together(
    own: pd.DataFrame,
    figures: pd.DataFrame,
    fields: Mapping[str, Field],
    variables: Mapping[str, Mapping[str, Any]],
    measures: Iterable[Mapping[str, Any]],
    allowed: float,
) -> list[Finding]:
    """What no single cell shows: parts above their whole, and computed values that cannot be.

    Parameters
    ----------
    own
        Observations of the workbook with what is computed of them.
    figures
        Of `monotown.data.workbooks.read.read_workbook`: the cells that were read.
    fields
        Of `monotown.data.workbooks.fields.make_fields`.
    variables
        The variables config, with ``part_of``.
    measures
        Entries of the measures of the run's views.
    allowed
        How far beyond its goalposts a value may lie, in widths of the scale.

    Returns
    -------
    list of Finding
        ``part_of`` and ``parts_sum`` where a part, or the parts of a division together, are above
        the whole, in the tightest of its wholes; ``computed_bounds`` where a computed value is
        outside the bounds of its field; ``no_logarithm`` where a measure has a logarithmic scale
        and the value is not above 0; ``computed_outside``, a warning, where one, or a measure
        with a formula, is far beyond its goalposts. Each names the cells that it comes from; a
        value whose cells are at fault already is not told again.
    """
    grid = Grid.of(own, fields)
    cells = _Cells(figures, fields)
    found = [*_parts(grid, cells, variables), *_bounds(grid, cells, fields)]
    found += _outside(grid, cells, fields, measures, allowed)
    told: set[frozenset[int]] = set()
    findings = []
    for one in found:
        if one.always or one.rows not in told:
            findings.append(one.finding)
        if one.finding.severity == ERROR:
            told.add(one.rows)
    return findings


@dataclass(frozen=True)
class _Told:
    """A finding, the rows of figures that it stands on, and whether it is told in any case."""

    finding: Finding
    rows: frozenset[int]
    always: bool


class _Cells:
    """The cells that figures and computed values come from."""

    def __init__(self, figures: pd.DataFrame, fields: Mapping[str, Field]) -> None:
        self._figures, self._fields = figures, fields
        self._rows: dict[Key, int] | None = None
        self._formulas = {n: parse(f.formula) for n, f in fields.items() if f.formula}

    @cached_property
    def _places(self) -> list[tuple[str, str, str, str]]:
        """File, sheet, cell and content of each figure."""
        columns = (self._figures[k] for k in ("file", "sheet", "cell", "value", "flag"))
        return [
            (str(f), str(s), str(c), str(flag) if np.isnan(v) else _number(v))
            for f, s, c, v, flag in zip(*columns, strict=True)
        ]

    def row(self, key: Key) -> int | None:
        """Row of the figure that is given, None for none."""
        if self._rows is None:  # most runs ask for none
            columns = (self._figures[k] for k in ("unit", "year", "variable"))
            keys = zip(*columns, strict=True)
            self._rows = {(str(u), int(y), str(v)): i for i, (u, y, v) in enumerate(keys)}
        return self._rows.get(key)

    def below(self, key: Key) -> list[int]:
        """Rows of a figure, or of those that it is computed from, in the order of its formula."""
        row = self.row(key)
        if row is not None:
            return [row]
        unit, year, variable = key
        if variable in self._fields and self._fields[variable].mean_of:
            ends = [(unit, year + k, self._fields[variable].mean_of) for k in (0, 1)]
            return [r for r in map(self.row, ends) if r is not None]
        held = self._formulas.get(variable)
        return [] if held is None else self.inputs(held, key)

    def inputs(self, expression: Expression, key: Key) -> list[int]:
        """Rows that a formula takes for a unit and year."""
        unit, year, _ = key
        uses = sorted(expression.uses, key=lambda u: (expression.text.find(u.variable), u.lag))
        rows = [r for u in uses for r in self.below((unit, year - u.lag, u.variable))]
        return list(dict.fromkeys(rows))

    def words(self, rows: Sequence[int]) -> str:
        """Cells with what they hold; file and sheet where they are not those of the first."""
        parts = []
        for file, sheet, cell, held in (self._places[r] for r in rows):
            place = cell if sheet == self._places[rows[0]][1] else f"{sheet} {cell}"
            if file != self._places[rows[0]][0]:
                place = f"{PurePath(file).name} {place}"
            parts.append(f"{place} ({held})")
        return ", ".join(parts)

    def finding(self, code: str, found: str, rows: Sequence[int], **values: str) -> _Told:
        """A finding at the first of its cells that names them all."""
        file, sheet, cell, _ = self._places[rows[0]]
        named = (*values.items(), ("cells", self.words(rows)))
        always = code in ("part_of", "parts_sum")
        return _Told(Finding(code, file, sheet, cell, found, named), frozenset(rows), always)


def _number(value: float) -> str:
    return f"{value:.10g}"


def _parts(grid: Grid, cells: _Cells, variables: Mapping[str, Mapping[str, Any]]) -> Iterator[_Told]:
    """Parts above their whole, singly; else those of a division together."""
    wholes = {str(n): [str(w) for w in e.get("part_of", {})] for n, e in variables.items()}
    tightest: dict[tuple[int, int, tuple[str, ...]], tuple[float, str]] = {}
    for (whole, _), parts in parts_of(variables).items():
        known = [p for p in parts if p in grid.numbers]
        limit = _limit(grid, whole, wholes)
        if not known or limit is None:
            continue
        values = np.array([grid.numbers[p] for p in known])
        with np.errstate(invalid="ignore"):
            most = limit * (1 + TOLERANCE)
            above, together = values > most, np.nansum(values, axis=0) > most
        for i, j in np.argwhere(above.any(axis=0) | together):
            single: list[tuple[str, ...]] = [(p,) for p, wrong in zip(known, above[:, i, j], strict=True) if wrong]
            given = tuple(p for p, v in zip(known, values[:, i, j], strict=True) if v > 0)
            for group in single or [given]:
                key = (int(i), int(j), group)
                if key not in tightest or limit[i, j] < tightest[key][0]:
                    name = _holder(grid, whole, wholes, (int(i), int(j)))
                    tightest[key] = (float(limit[i, j]), name)
    for (i, j, group), (limit_here, whole) in tightest.items():
        unit, year = grid.units[i], grid.years[j]
        total = float(sum(grid.numbers[p][i, j] for p in group))
        rows = [r for p in (*group, whole) for r in cells.below((unit, year, p))]
        yield cells.finding(
            "part_of" if len(group) == 1 else "parts_sum",
            _number(total),
            rows,
            parts=", ".join(group),
            whole=whole,
            limit=_number(limit_here),
        )


def _limit(grid: Grid, whole: str, wholes: Mapping[str, list[str]]) -> Array | None:
    """What parts of a whole are at most: the whole, or where it is missing, its own wholes."""
    limit = grid.numbers.get(whole)
    for above in wholes.get(whole, ()):
        wider = _limit(grid, above, wholes)
        if wider is not None:
            limit = wider if limit is None else np.where(np.isnan(limit), wider, limit)
    return limit


def _holder(grid: Grid, whole: str, wholes: Mapping[str, list[str]], at: tuple[int, int]) -> str:
    """The variable that `_limit` is of at a place."""
    if whole in grid.numbers and not np.isnan(grid.numbers[whole][at]):
        return whole
    for above in wholes.get(whole, ()):
        limit = _limit(grid, above, wholes)
        if limit is not None and not np.isnan(limit[at]):
            return _holder(grid, above, wholes, at)
    return whole


def _bounds(grid: Grid, cells: _Cells, fields: Mapping[str, Field]) -> Iterator[_Told]:
    """Computed values outside the bounds of their field."""
    for held in fields.values():
        if not held.formula or held.name not in grid.numbers:
            continue
        bounds = Bounds(*held.bounds, None, "keep", held.unit_of_measure, {}, {})
        values = grid.numbers[held.name]
        for i, j in np.argwhere(judge(values, bounds, {}, grid.years).side != ""):
            key = (grid.units[i], grid.years[j], held.name)
            if cells.row(key) is None:  # a cell outside its bounds is told where it is read
                found = f"{_number(values[i, j])} = {_expanded(held.formula, fields, cells, key)}"
                yield cells.finding(
                    "computed_bounds",
                    found,
                    cells.below(key),
                    variable=held.name,
                    span=span_words(*held.bounds),
                    unit=held.unit_of_measure,
                )


def _outside(
    grid: Grid, cells: _Cells, fields: Mapping[str, Field], measures: Iterable[Mapping[str, Any]], allowed: float
) -> Iterator[_Told]:
    """Values of measures that their scale cannot take, or far beyond their goalposts."""
    for entry in measures:
        expression = parse(entry["formula"])
        values = grid.evaluate(expression)
        if values is None or not entry.get("goalposts"):
            continue
        low, high = (float(g) for g in entry["goalposts"])
        transform = str(entry.get("transform", "none"))
        with np.errstate(invalid="ignore"):
            no_log = values <= _LEAST.get(transform, -np.inf)
        far = beyond(values, (low, high), transform, allowed)
        alone = expression.text.strip()
        label = texts_of(entry["label"])
        for i, j in np.argwhere(far | no_log):
            key = (grid.units[i], grid.years[j], alone)
            given = cells.row(key) is not None
            if given and not no_log[i, j]:
                continue  # the cell itself is told by `check_figures`
            found = _number(values[i, j])
            if not given:
                found = f"{found} = {_expanded(expression.text, fields, cells, key)}"
            rows, unit = cells.inputs(expression, key), str(entry["unit_of_measure"])
            if no_log[i, j]:
                yield cells.finding("no_logarithm", found, rows, unit=unit, **label)
            else:
                ends = {"low": f"{low:g}", "high": f"{high:g}"}
                yield cells.finding("computed_outside", found, rows, unit=unit, **ends, **label)


def _expanded(formula: str, fields: Mapping[str, Field], cells: _Cells, key: Key) -> str:
    """A formula with those of its computed indicators in their place."""

    def formula_of(match: re.Match[str]) -> str:
        name = match[0]
        held = fields.get(name)
        if held is None or not held.formula or cells.row((*key[:2], name)) is not None:
            return name
        inner = _expanded(held.formula, fields, cells, key)
        return inner if formula.strip() == name else f"({inner})"

    return re.sub(r"[A-Za-z_]\w*", formula_of, formula)


def check_levels(figures: pd.DataFrame, units: Mapping[str, Mapping[str, Any]], level: str = "") -> list[Finding]:
    """Units of another level than the run's: a region or a country is not ranked among towns.

    A city that is a region of its own stands among towns as well as among regions.

    Parameters
    ----------
    figures
        Of `monotown.data.workbooks.read.read_workbook`.
    units
        The units config of the run.
    level
        Level that the run file says; "" for that of most of the units.

    Returns
    -------
    list of Finding
        ``mixed_levels`` for each unit of a rarer level, at its first figure.
    """
    firsts = figures.drop_duplicates("unit")
    codes = [str(c) for c in firsts["unit"]]
    counts = Counter({one: sum(fits_level(units[c], one) for c in codes) for one in LEVELS})
    most = level or max(LEVELS, key=lambda one: counts[one])
    return [
        Finding.at(row, "mixed_levels", row["unit"], level=units[row["unit"]]["level"], most=most)
        for row in firsts.to_dict("records")
        if not fits_level(units[row["unit"]], most)
    ]
