"""Warnings about figures that were read: far outside the scale, jumps, thin coverage, one unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.parsing import numbers_of
from monotown.data.workbooks.fields import Field, beyond, reads_of_fields
from monotown.data.workbooks.findings import Finding


def check_figures(figures: pd.DataFrame, fields: Mapping[str, Field], checks: Mapping[str, Any]) -> list[Finding]:
    """Everything about the figures that may be right but deserves a look.

    Parameters
    ----------
    figures
        Of `monotown.data.workbooks.read.read_workbook`.
    fields
        Of `monotown.data.workbooks.fields.make_fields`.
    checks
        ``jump``: largest factor between a figure and that of the year before; ``outside``: how far
        beyond its goalposts a figure may lie, in widths of the scale; ``coverage``: smallest share
        of the columns that a unit should fill in a year.
    """
    numbers = numbers_of(figures, reads_of_fields(fields))
    known = figures.assign(value=numbers)[~np.isnan(numbers)]
    return [
        *_outside(known, fields, float(checks["outside"])),
        *_jumps(known, fields, float(checks["jump"])),
        *_thin(known, figures, float(checks["coverage"])),
        *_alone(known),
    ]


def _outside(known: pd.DataFrame, fields: Mapping[str, Field], allowed: float) -> list[Finding]:
    ends = {n: f.goalposts for n, f in fields.items() if f.goalposts is not None}
    mine = known[known["variable"].isin(ends)]
    rows = [
        index
        for name, group in mine.groupby("variable", sort=False)
        for index in group.index[
            beyond(group["value"].to_numpy(), ends[str(name)], fields[str(name)].transform, allowed)
        ]
    ]
    far = mine.loc[sorted(rows)]
    return [
        Finding.at(
            row,
            "outside",
            f"{row['value']:g}",
            variable=row["variable"],
            low=f"{min(ends[row['variable']]):g}",
            high=f"{max(ends[row['variable']]):g}",
        )
        for row in far.to_dict("records")
    ]


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
        Finding.at(
            row,
            "jump",
            f"{row['value']:g}",
            variable=row["variable"],
            before=f"{previous:g}",
            factor=f"{max(row['value'] / previous, previous / row['value']):.1f}",
            allowed=f"{factor:g}",
        )
        for row, previous in zip(ordered[jumped].to_dict("records"), before.loc[jumped, "value"], strict=True)
    ]


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
            found = f"{row['unit']} {row['year']}: {n}/{columns}"
            findings.append(Finding.at(row, "coverage", found, share=f"{100 * needed:g}%"))
    return findings


def _alone(known: pd.DataFrame) -> list[Finding]:
    units = known["unit"].unique()
    if len(units) != 1:
        return []
    row = known.iloc[0]
    return [Finding("one_unit", str(row["file"]), str(row["sheet"]), "", str(units[0]))]
