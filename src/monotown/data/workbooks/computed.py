"""Indicators that follow from the raw statistics of a workbook, and the figures they stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base.arrays import Array, Mask
from monotown.base.expressions import Expression, parse
from monotown.base.parsing import numbers_of
from monotown.base.tables import OBSERVATIONS
from monotown.data.clean import mean_of_ends
from monotown.data.units import Units
from monotown.data.workbooks.fields import Field, reads_of_fields


@dataclass(frozen=True)
class Grid:
    """Observations as arrays, shape (units, years) each, years without a gap.

    Attributes
    ----------
    units
        Codes, sorted.
    years
        In order.
    numbers
        Variable to the numbers that its figures stand for; NaN is missing.
    given
        Variable to where it has a row, be it a marker's.
    marked
        Variable to where its number is that of a marker.
    """

    units: Sequence[str]
    years: range
    numbers: dict[str, Array]
    given: dict[str, Mask]
    marked: dict[str, Mask]

    @classmethod
    def of(cls, observations: pd.DataFrame, fields: Mapping[str, Field]) -> Grid:
        """Arrays of a table of observations; the last row of a figure counts."""
        if observations.empty:
            return cls([], range(0), {}, {}, {})
        place, units = pd.factorize(observations["unit"], sort=True)
        first, last = int(observations["year"].min()), int(observations["year"].max())
        when = observations["year"].to_numpy() - first
        numbers = numbers_of(observations, reads_of_fields(fields))
        marked = observations["value"].isna().to_numpy() & ~np.isnan(numbers)
        grid = cls(list(units), range(first, last + 1), {}, {}, {})
        for name, rows in observations.groupby("variable", sort=False).indices.items():
            at = place[rows], when[rows]
            variable = str(name)
            grid.numbers[variable] = np.full(grid.shape, np.nan)
            grid.numbers[variable][at] = numbers[rows]
            for kept, held in ((grid.given, True), (grid.marked, marked[rows])):
                kept[variable] = np.zeros(grid.shape, dtype=bool)
                kept[variable][at] = held
        return grid

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of units and years."""
        return len(self.units), len(self.years)

    def evaluate(self, expression: Expression) -> Array | None:
        """Values of a formula, shape (units, years); None where no row has one of its inputs."""
        if not set(expression.inputs) <= set(self.numbers):
            return None
        values, *_ = expression.evaluate(self.numbers)
        return values


def with_computed(observations: pd.DataFrame, fields: Mapping[str, Field], units: Units) -> pd.DataFrame:
    """Observations with mean populations, and with indicators that follow from raw statistics.

    An indicator that the workbook gives is not computed for that unit and year; one that follows
    from another computed one is. A marker counts as the number that it stands for
    (`monotown.base.parsing.stands_for`).

    Parameters
    ----------
    observations
        Of `monotown.data.workbooks.derive.own_observations`.
    fields
        Of `monotown.data.workbooks.fields.make_fields`.
    units
        Units of the run.
    """
    given = observations.drop_duplicates(["unit", "year", "variable"])
    have = set(zip(given["unit"], given["year"], given["variable"], strict=True))
    table = observations
    for name, held in fields.items():
        means = mean_of_ends(given, units, name, held.mean_of) if held.mean_of else given.iloc[:0]
        fresh = [(u, y, name) not in have for u, y in zip(means["unit"], means["year"], strict=True)]
        if any(fresh):
            table = pd.concat([table, means[fresh]], ignore_index=True).astype({"year": "int64"})
    grid = Grid.of(table, fields)
    for held in fields.values():
        if held.formula and not table.empty:
            made = _computed(table, grid, held)
            table = table if made.empty else pd.concat([table, made], ignore_index=True)
    return table


def _computed(table: pd.DataFrame, grid: Grid, held: Field) -> pd.DataFrame:
    """Rows of one indicator where it is not given; the grid takes its values."""
    expression = parse(held.formula)
    found = grid.evaluate(expression)
    if found is None:
        return table.iloc[:0]
    none = np.zeros(grid.shape, dtype=bool)
    made = ~np.isnan(found) & ~grid.given.get(held.name, none)
    if not made.any():
        return table.iloc[:0]
    grid.numbers[held.name] = np.where(made, found, grid.numbers.get(held.name, np.nan))
    grid.given[held.name] = made | grid.given.get(held.name, none)
    grid.marked.setdefault(held.name, none)
    rows = np.argwhere(made)
    mine = table[table["variable"].isin([*expression.variables, held.name])]
    return pd.DataFrame(
        {
            "unit": [grid.units[i] for i, _ in rows],
            "year": np.array([grid.years[j] for _, j in rows], dtype="int64"),
            "variable": held.name,
            "value": found[made],
            "unit_of_measure": held.unit_of_measure,
            "kind": mine["kind"].iloc[0],
            "source": "; ".join(sorted(set(mine["source"]))),
            "locator": _locators(grid, expression, held, rows),
            "flag": "",
        },
        columns=list(OBSERVATIONS.columns),
    )


def _locators(grid: Grid, expression: Expression, held: Field, rows: NDArray[np.intp]) -> list[str]:
    """The formula, and the markers that it read as numbers."""
    notes = [""] * len(rows)
    for variable, lag, _ in expression.uses:  # a grid holds no figure of the nation
        when = rows[:, 1] - lag
        for k in np.flatnonzero((when >= 0) & grid.marked[variable][rows[:, 0], when]):
            number = grid.numbers[variable][rows[k, 0], when[k]]
            year = f" of {grid.years[when[k]]}" if lag else ""
            notes[k] += f"; {variable}{year}: a marker read as {number:g}"
    return [f"computed: {held.formula}{note}" for note in notes]
