"""Warnings about figures that were read: far outside the scale, jumps, thin coverage, one unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from monotown.expressions import parse
from monotown.ties import above
from monotown.towns.computed import computed
from monotown.towns.fields import Field
from monotown.towns.findings import Finding


def check_figures(
    figures: pd.DataFrame, fields: Mapping[str, Field], checks: Mapping[str, Any]
) -> list[Finding]:
    """Everything about the figures that may be right but deserves a look.

    Parameters
    ----------
    figures
        Of `monotown.towns.read.read_workbook`.
    fields
        Of `monotown.towns.fields.make_fields`.
    checks
        ``jump``: largest factor between a figure and that of the year before; ``outside``: how far
        beyond its goalposts a figure may lie, in widths of the scale; ``coverage``: smallest share
        of the columns that a unit should fill in a year.
    """
    known = figures[figures["value"].notna()]
    return [
        *_outside(known, fields, float(checks["outside"])),
        *_jumps(known, fields, float(checks["jump"])),
        *_thin(known, figures, float(checks["coverage"])),
        *_alone(known),
    ]


def _finding(code: str, row: Mapping[Any, Any], **values: object) -> Finding:
    return Finding(
        code, str(row["file"]), str(row["sheet"]), str(row["cell"]), f"{row['value']:g}",
        tuple((k, str(v)) for k, v in values.items()),
    )  # fmt: skip


def _outside(known: pd.DataFrame, fields: Mapping[str, Field], allowed: float) -> list[Finding]:
    ends = {n: f.goalposts for n, f in fields.items() if f.goalposts is not None}
    mine = known[known["variable"].isin(ends)]
    low = mine["variable"].map(lambda v: min(ends[v]))
    high = mine["variable"].map(lambda v: max(ends[v]))
    width = (high - low) * allowed
    far = mine[(mine["value"] < low - width) | (mine["value"] > high + width)]
    return [
        _finding("outside", row, variable=row["variable"],
                 low=f"{min(ends[row['variable']]):g}", high=f"{max(ends[row['variable']]):g}")
        for row in far.to_dict("records")
    ]  # fmt: skip


def _jumps(known: pd.DataFrame, fields: Mapping[str, Field], factor: float) -> list[Finding]:
    ordered = known.sort_values(["unit", "variable", "year"], kind="stable")
    before = ordered.groupby(["unit", "variable"])[["year", "value"]].shift()
    next_year = ordered["year"] == before["year"] + 1
    positive = (ordered["value"] > 0) & (before["value"] > 0)
    ratio = ordered["value"] / before["value"].where(positive)
    changes = {n for n, f in fields.items() if f.unit_of_measure == "log ratio"}
    jumped = next_year & positive & ~ordered["variable"].isin(changes)
    jumped &= (ratio > factor) | (ratio < 1 / factor)
    return [
        _finding("jump", row, variable=row["variable"], before=f"{previous:g}",
                 factor=f"{max(row['value'] / previous, previous / row['value']):.1f}",
                 allowed=f"{factor:g}")
        for row, previous in zip(
            ordered[jumped].to_dict("records"), before.loc[jumped, "value"], strict=True
        )
    ]  # fmt: skip


def check_parts(figures: pd.DataFrame, fields: Mapping[str, Field]) -> list[Finding]:
    """Errors where parts are above their whole, in one unit and year.

    Parameters
    ----------
    figures
        Of `monotown.towns.read.read_workbook`.
    fields
        Of `monotown.towns.fields.make_fields`; ``part_of`` says which are parts of which whole.
        Parts of one group do not overlap, so their sum is compared.
    """
    known = figures[figures["value"].notna()]
    groups: dict[tuple[str, str], list[str]] = {}
    for name, held in fields.items():
        for whole, group in held.part_of.items():
            groups.setdefault((whole, group), []).append(name)
    findings = []
    for (whole, _), parts in groups.items():
        mine = known[known["variable"].isin(parts)]
        wholes = known[known["variable"] == whole].set_index(["unit", "year"])
        sums = mine.groupby(["unit", "year"])["value"].sum()
        limit = wholes["value"].reindex(sums.index)
        for unit, year in sums.index[above(sums.to_numpy(), limit.to_numpy())]:
            of = mine[(mine["unit"] == unit) & (mine["year"] == year)]
            row, at = of.iloc[0], wholes.loc[(unit, year)]
            findings.append(
                Finding(
                    "parts", str(row["file"]), str(row["sheet"]), str(row["cell"]),
                    f"{sums[unit, year]:g}",
                    (("unit_name", str(unit)), ("year", str(year)),
                     ("variables", ", ".join(of["variable"])), ("variable", whole),
                     ("most", f"{at['value']:g}"), ("cells", _places([*of["cell"], at["cell"]]))),
                )
            )  # fmt: skip
    return findings


def check_computed(
    observations: pd.DataFrame, figures: pd.DataFrame, fields: Mapping[str, Field],
    scales: Sequence[Field], checks: Mapping[str, Any],
) -> list[Finding]:  # fmt: skip
    """What is wrong with values that follow from figures: the same as with figures given.

    A value outside the bounds of its field is an error, one far outside the goalposts of a measure
    a warning; either names the cells that it follows from.

    Parameters
    ----------
    observations
        Figures and what was computed of them.
    figures
        Of `monotown.towns.read.read_workbook`, for the cells.
    fields
        Of `monotown.towns.fields.make_fields`.
    scales
        Measures with a formula and goalposts.
    checks
        ``outside``, as in `check_figures`.
    """
    findings: list[Finding] = []
    cells = {
        key: tuple(rest)
        for key, *rest in zip(
            zip(figures["unit"], figures["year"], figures["variable"], strict=True),
            figures["file"], figures["sheet"], figures["cell"], strict=True,
        )
    }  # fmt: skip
    allowed = float(checks["outside"])
    made = observations[observations["locator"].str.startswith("computed: ")]
    for name, held in fields.items():
        mine = made[made["variable"] == name]
        low = -np.inf if held.bounds[0] is None else held.bounds[0]
        high = np.inf if held.bounds[1] is None else held.bounds[1]
        value = mine["value"].to_numpy(dtype=float)
        out = above(low, value) | above(value, high)
        for row in mine[out].to_dict("records"):
            findings += _traced("computed_bounds", row, held, fields, cells, held.bounds)
        if held.goalposts is not None and name not in {s.formula for s in scales}:
            for row in _beyond(mine[~out], held.goalposts, allowed).to_dict("records"):
                findings += _traced("outside", row, held, fields, cells, held.goalposts)
    for scale in scales:
        table = computed(observations, scale, fields)
        assert scale.goalposts is not None
        for row in _beyond(table, scale.goalposts, allowed).to_dict("records"):
            findings += _traced("outside", row, scale, fields, cells, scale.goalposts)
    return findings


def _beyond(table: pd.DataFrame, goalposts: tuple[float, float], allowed: float) -> pd.DataFrame:
    """Rows whose value lies further beyond the goalposts than allowed, in widths of the scale."""
    low, high = min(goalposts), max(goalposts)
    width = (high - low) * allowed
    return table[(table["value"] < low - width) | (table["value"] > high + width)]


def _traced(
    code: str, row: Mapping[Any, Any], held: Field, fields: Mapping[str, Field],
    cells: Mapping[tuple[str, int, str], tuple[str, str, str]],
    span: tuple[float | None, float | None],
) -> list[Finding]:  # fmt: skip
    """A finding at the first of the cells that a computed value follows from."""
    found = _inputs(held.formula, row["unit"], int(row["year"]), fields, cells)
    if not found:
        return []
    file, sheet, first = found[0]
    low, high = ("—" if s is None else f"{s:g}" for s in sorted(span, key=_end))
    return [
        Finding(
            code, file, sheet, first, f"{row['value']:g} = {held.formula}",
            (("variable", held.name), ("low", low), ("high", high),
             ("unit", held.unit_of_measure), ("cells", _places([c for _, _, c in found]))),
        )
    ]  # fmt: skip


def _end(value: float | None) -> float:
    return -np.inf if value is None else value


def _inputs(
    formula: str, unit: str, year: int, fields: Mapping[str, Field],
    cells: Mapping[tuple[str, int, str], tuple[str, str, str]],
) -> list[tuple[str, str, str]]:  # fmt: skip
    """File, sheet and cell of the figures that a formula takes, those of computed inputs too."""
    found: list[tuple[str, str, str]] = []
    for use in parse(formula).uses:
        key = (unit, year - use.lag, use.variable)
        inner = fields[use.variable].formula if use.variable in fields else ""
        if key in cells:
            found.append(cells[key])
        elif inner:
            found += _inputs(inner, unit, year - use.lag, fields, cells)
    return list(dict.fromkeys(found))


def _places(cells: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(str(c) for c in cells))


def _thin(known: pd.DataFrame, figures: pd.DataFrame, needed: float) -> list[Finding]:
    columns = figures["variable"].nunique()
    if not columns:
        return []
    firsts = figures.drop_duplicates(["unit", "year"])
    counts = known.groupby(["unit", "year"])["variable"].nunique()
    findings = []
    for row in firsts.to_dict("records"):
        n = int(counts.get((row["unit"], row["year"]), 0))
        if n < needed * columns:
            findings.append(
                Finding(
                    "coverage",
                    str(row["file"]),
                    str(row["sheet"]),
                    str(row["cell"]),
                    f"{row['unit']} {row['year']}: {n}/{columns}",
                    (("share", f"{100 * needed:g}%"),),
                )
            )
    return findings


def _alone(known: pd.DataFrame) -> list[Finding]:
    units = known["unit"].unique()
    if len(units) != 1:
        return []
    row = known.iloc[0]
    return [Finding("one_unit", str(row["file"]), str(row["sheet"]), "", str(units[0]))]
