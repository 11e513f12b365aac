"""Figures that follow from figures of a workbook: mean populations, indicators by their formula."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from monotown.clean import mean_population
from monotown.expressions import parse
from monotown.parsing import number_of
from monotown.tables import OBSERVATIONS
from monotown.towns.fields import Field
from monotown.units import Units


def with_computed(
    observations: pd.DataFrame, fields: Mapping[str, Field], units: Units
) -> pd.DataFrame:
    """Observations with mean populations, and with indicators that follow from raw statistics.

    An indicator that the workbook gives is not computed for that unit and year; one that follows
    from another computed one is.

    Parameters
    ----------
    observations
        Of `own_observations`.
    fields
        Of `monotown.towns.fields.make_fields`.
    units
        Units of the run.
    """
    given = observations.drop_duplicates(["unit", "year", "variable"])
    means = mean_population(given, units)
    have = set(zip(given["unit"], given["year"], given["variable"], strict=True))
    fresh = [
        (u, y, v) not in have
        for u, y, v in zip(means["unit"], means["year"], means["variable"], strict=True)
    ]
    table = observations
    if any(fresh):
        table = pd.concat([table, means[fresh]], ignore_index=True).astype({"year": "int64"})
    for held in fields.values():
        if held.formula and not table.empty:
            made = computed(table, held, fields)
            table = table if made.empty else pd.concat([table, made], ignore_index=True)
    return table


def computed(table: pd.DataFrame, held: Field, fields: Mapping[str, Field]) -> pd.DataFrame:
    """What a formula gives from figures, where the table does not hold it already.

    A marker stands for the number that its variable reads it as, as in the project's own data.

    Parameters
    ----------
    table
        `monotown.tables.OBSERVATIONS`.
    held
        With its formula.
    fields
        What the variables of the formula are.
    """
    expression = parse(held.formula)
    mine = table[table["variable"].isin([*expression.variables, held.name])]
    if not set(expression.variables) <= set(mine["variable"]):
        return table.iloc[:0]
    units = sorted(mine["unit"].unique())
    first, last = int(mine["year"].min()), int(mine["year"].max())
    years = range(first, last + 1)
    place = {u: i for i, u in enumerate(units)}
    shape = (len(units), len(years))
    values = {v: np.full(shape, np.nan) for v in expression.variables}
    given = np.zeros(shape, dtype=bool)
    reads = {v: fields[v].reads_as for v in expression.variables if v in fields}
    for unit, year, variable, value, flag in zip(
        mine["unit"], mine["year"], mine["variable"], mine["value"], mine["flag"], strict=True
    ):
        if variable == held.name:
            given[place[unit], year - first] = True
        else:
            number = number_of(value, flag, reads.get(variable, {}))
            values[variable][place[unit], year - first] = number
    found, *_ = expression.evaluate(values)
    rows = np.argwhere(~np.isnan(found) & ~given)
    kind = mine["kind"].iloc[0]
    source = "; ".join(sorted(set(mine["source"])))
    return pd.DataFrame(
        {
            "unit": [units[i] for i, _ in rows],
            "year": np.array([first + int(j) for _, j in rows], dtype="int64"),
            "variable": held.name,
            "value": [float(found[i, j]) for i, j in rows],
            "unit_of_measure": held.unit_of_measure,
            "kind": kind,
            "source": source,
            "locator": f"computed: {held.formula}",
            "flag": "",
        },
        columns=list(OBSERVATIONS.columns),
    )
