"""Errors of the raw figures, and what they make of the indicators that are computed from them.

Every error is a standard normal number. A measured figure is multiplied by a lognormal number of mean
1; a count, or a share of one, is what its exposure or whole gives at a rate drawn from its law. The
formulas are computed of these figures, so a figure that stands in two indicators moves both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base.arrays import Array
from monotown.base.expressions import Use
from monotown.index.behind import Behind
from monotown.index.prepare import Prepared
from monotown.methods.shrink import Shrunk, shrink_rates, shrink_shares
from monotown.sensitivity.inputs import DataError

#: How near a value is to what its formula gives, as a share, to be that.
_SAME: Final = 1e-6


@dataclass(frozen=True)
class _Source:
    """Where an error comes from: a raw figure of a year, or the value of a measure."""

    name: str
    year: int | None
    of_measure: bool = False


class Errors:
    """Errors of the values of an index in some rows of its panel.

    Parameters
    ----------
    prepared
        The index. Without `Prepared.behind`, or with errors ``of`` measures, each value has its own error.
    rows
        Numbers of the rows of the panel, of one year or of several.
    error
        How large errors are.

    Attributes
    ----------
    units
        Units of the rows, in the order in which they first come.

    Notes
    -----
    ASSUME: errors of units, of variables and, but for ``over_years``, of years are independent; counts that
    are parts of one another too. A figure of the nation is in error alike for all units, a count of it not
    at all.
    """

    def __init__(self, prepared: Prepared, rows: NDArray[np.int64], error: DataError) -> None:
        self.prepared, self.rows, self.error = prepared, rows, error
        self.measures = prepared.model.measures
        names = prepared.rows["unit"].to_numpy(dtype=object)[rows]
        self.units = list(dict.fromkeys(str(u) for u in names))
        place = {unit: i for i, unit in enumerate(self.units)}
        self._unit = np.array([place[str(u)] for u in names], dtype=np.int64)
        self._year = prepared.rows["year"].to_numpy(dtype=np.int64)[rows]
        self._sources = self._listed()
        self._place = {source: i for i, source in enumerate(self._sources)}

    @property
    def columns(self) -> int:
        """Standard normal numbers that the errors of a unit take."""
        return len(self._sources)

    # what errs

    @cached_property
    def _behind(self) -> Behind | None:
        return None if self.error.of_measures else self.prepared.behind

    @cached_property
    def _travels(self) -> list[bool]:
        """Whether each measure errs with its raw figures."""
        behind = self._behind
        own = self.error.measures
        return [behind is not None and m not in own and m in behind.formulas for m in self.measures]

    def _listed(self) -> list[_Source]:
        found: dict[_Source, None] = {}
        years = sorted(set(self._year.tolist()))
        for j, measure in enumerate(self.measures):
            if self._travels[j]:
                assert self._behind is not None
                for use in self._behind.formulas[measure].uses:
                    for year in years:
                        if self._law(use) == "measure" and self.error.over_years > 0:
                            found[_Source(use.input, None)] = None
                        found[_Source(use.input, year - use.lag)] = None
            if not self._travels[j] or np.isnan(self._given[:, j]).any():
                # values that no formula gives, such as imputed ones, err by themselves
                for year in years:
                    if self.error.over_years > 0:
                        found[_Source(measure, None, True)] = None
                    found[_Source(measure, year, True)] = None
        return list(found)

    def _law(self, use: Use) -> str:
        assert self._behind is not None
        return self._behind.laws.get(use.input, ("measure", ""))[0] if self.error.counts.use else "measure"

    @cached_property
    def _figures(self) -> dict[tuple[str, int], Array]:
        """Input and year to the figures of `units`, NaN where there is none."""
        behind = self._behind
        if behind is None:
            return {}
        table = behind.figures
        index = pd.Index(self.units)
        found = {}
        for (name, year), part in table.groupby(["input", "year"], sort=False):
            values = np.full(len(index), np.nan)
            at = index.get_indexer(pd.Index(part["unit"]))
            values[at[at >= 0]] = part["value"].to_numpy()[at >= 0]
            found[str(name), int(year)] = values
        return found

    def figure(self, name: str, year: int) -> Array:
        """Figures of an input in one year, shape (units,)."""
        return self._figures.get((name, year), np.full(len(self.units), np.nan))

    @cached_property
    def _given(self) -> Array:
        """What the formulas give of the figures as reported, shape (rows, measures)."""
        found = np.full((len(self.rows), len(self.measures)), np.nan)
        for j, measure in enumerate(self.measures):
            if self._travels[j]:
                assert self._behind is not None
                formula = self._behind.formulas[measure]
                for year in set(self._year.tolist()):
                    here = self._year == year
                    values = {u: self.figure(u.input, year - u.lag)[self._unit[here]] for u in formula.uses}
                    found[here, j] = formula.at(values)
        return found

    def known(self, name: str, year: int) -> Shrunk | None:
        """What is known of the rates or shares of a count in one year; None of what is no count."""
        behind = self._behind
        if behind is None or name.startswith("nation("):
            return None
        law, of = behind.laws.get(name, ("measure", ""))
        counts = self.error.counts
        if law == "measure" or not counts.use:
            return None
        if (name, year) not in self._shrunk:
            y = self.figure(name, year)
            whole = self.figure(of, year) if of else np.ones(len(y))
            shrink = shrink_shares if law == "share" else shrink_rates
            self._shrunk[name, year] = shrink(y, whole, group=counts.group, dispersion=counts.dispersion)
        return self._shrunk[name, year]

    @cached_property
    def _shrunk(self) -> dict[tuple[str, int], Shrunk]:
        return {}

    # what they make of the values

    def values(self, x: Array, normals: Array) -> Array:
        """Values with their errors.

        Parameters
        ----------
        x
            Values of the rows as they are used, shape (rows, measures); NaN stays.
        normals
            Standard normal numbers, shape (draws, units, `columns`).

        Returns
        -------
        ndarray
            Shape (draws, rows, measures). A value that is what its formula gives of the reported figures
            becomes what it gives of those in error. One that was treated, or is a mean of years, moves
            by the same factor where both are above 0, and else by the same amount. One that no formula
            gives is multiplied by a lognormal number of mean 1, so a 0 stays 0.
        """
        drawn: dict[tuple[str, int], Array] = {}

        def figures(use: Use, year: int) -> Array:
            if (use.input, year) not in drawn:
                drawn[use.input, year] = self._drawn(use, year, normals)
            return drawn[use.input, year]

        result = self._computed(x, figures, len(normals))
        for j, measure in enumerate(self.measures):
            for year in sorted(set(self._year.tolist())):
                alone = np.flatnonzero((self._year == year) & np.isnan(self._given[:, j]))
                if len(alone):
                    z = self._normal(_Source(measure, year, True), normals)[:, self._unit[alone]]
                    result[:, alone, j] *= _lognormal(self.error.of(measure), z)
        return result

    def shrunk(self, x: Array) -> Array:
        """Values with each count at what its shrunk rate gives, shape (rows, measures).

        Parameters
        ----------
        x
            As in `values`.
        """

        def figures(use: Use, year: int) -> Array:
            reported, known = self.figure(use.input, year), self.known(use.input, year)
            return (reported if known is None else self._at(use.input, year, known.mean))[None]

        return np.asarray(self._computed(x, figures, 1)[0])

    def _computed(self, x: Array, figures: Callable[[Use, int], Array], draws: int) -> Array:
        """Values whose formulas are computed of other figures; figures of a year have shape (draws, units)."""
        result = np.broadcast_to(x, (draws, *x.shape)).copy()
        for j, measure in enumerate(self.measures):
            if not self._travels[j]:
                continue
            assert self._behind is not None
            formula = self._behind.formulas[measure]
            for year in sorted(set(self._year.tolist())):
                here = np.flatnonzero(self._year == year)
                given, reported, unit = self._given[here, j], x[here, j], self._unit[here]
                moved = formula.at({u: figures(u, year - u.lag)[:, unit] for u in formula.uses})
                same = np.abs(reported - given) <= _SAME * np.abs(given)
                with np.errstate(all="ignore"):
                    by_factor = reported * (moved / given)
                    other = np.where((reported > 0) & (given > 0), by_factor, reported + (moved - given))
                found = np.where(same, moved, other)
                # a figure that no formula can take, such as the logarithm of less than 0, leaves its value
                good = np.isfinite(found) & ~np.isnan(reported)
                result[:, here, j] = np.where(good, found, result[:, here, j])
        return result

    def _normal(self, source: _Source, normals: Array) -> Array:
        """Standard normal numbers of a source, shape (draws, units); alike over years as far as set."""
        z = normals[:, :, self._place[source]]
        always = self._place.get(_Source(source.name, None, source.of_measure))
        if always is None:
            return z
        alike = self.error.over_years
        return np.asarray(np.sqrt(alike) * normals[:, :, always] + np.sqrt(1 - alike) * z)

    def _drawn(self, use: Use, year: int, normals: Array) -> Array:
        """Figures of an input in error, shape (draws, units)."""
        figures = self.figure(use.input, year)
        z = self._normal(_Source(use.input, year), normals)
        known = self.known(use.input, year)
        if known is not None:
            return self._at(use.input, year, known.at(z))
        if use.nation:
            exact = self._law(use) != "measure"
            return figures * _lognormal(0.0 if exact else self.error.of_variable(use.variable), z[:, :1])
        return figures * _lognormal(self.error.of_variable(use.variable), z)

    def _at(self, name: str, year: int, rates: Array) -> Array:
        """Counts at some rates, shape (..., units); a count that is not told stays so."""
        assert self._behind is not None
        counts, of = self.figure(name, year), self._behind.laws[name][1]
        return np.where(np.isnan(counts), np.nan, rates * (self.figure(of, year) if of else 1.0))


def _lognormal(relative: float, z: Array) -> Array:
    """Lognormal numbers of mean 1 and a coefficient of variation, from standard normal numbers."""
    sigma = np.sqrt(np.log1p(relative**2))
    return np.asarray(np.exp(sigma * z - sigma**2 / 2))


def values_with_errors(
    prepared: Prepared, years: Sequence[int], error: DataError, generator: np.random.Generator, draws: int
) -> tuple[NDArray[np.int64], Array]:
    """Values of the measures with their errors, in several years at once.

    Errors of counts are independent in two years given their rates; those of measured figures are alike
    as far as ``over_years`` says. A figure that counts in two years, such as by ``lag``, errs in both alike.

    Parameters
    ----------
    prepared
        The index, with `Prepared.behind`; units without enough coverage are left out.
    years
        Years of its panel.
    error
        Sizes and laws, such as `monotown.sensitivity.inputs.Inputs.data_error`.
    generator, draws
        Random numbers, and how many draws.

    Returns
    -------
    rows : ndarray
        Numbers of the rows of the panel, shape (rows,), in its order: by year and unit.
    values : ndarray
        Shape (draws, rows, measures): before transform and normalisation, as `Prepared.used`.

    Examples
    --------
    >>> from monotown.index.prepare import prepare
    >>> table = pd.DataFrame({"view": "v", "unit": ["A", "B"], "year": 2022, "measure": "staff",
    ...     "value": [2.0, 12.0], "kind": "official", "source": "s"})
    >>> tree = {"id": "index", "children": [{"measure": "staff"}]}
    >>> found = prepare(table, "v", {"tree": tree}, {"staff": {"direction": 1, "goalposts": [0, 20]}})
    >>> rows, values = values_with_errors(found, [2022], DataError(0.1), np.random.default_rng(1), 20_000)
    >>> rows.tolist(), values.shape, values.mean(axis=0).ravel().round(1).tolist()
    ([0, 1], (20000, 2, 1), [2.0, 12.0])
    """
    when = prepared.rows["year"].isin(list(years)) & prepared.rows["enough"]
    rows = np.flatnonzero(when.to_numpy(dtype=bool))
    errors = Errors(prepared, rows, error)
    normals = generator.standard_normal((draws, len(errors.units), errors.columns))
    return rows, errors.values(prepared.used[rows], normals)
