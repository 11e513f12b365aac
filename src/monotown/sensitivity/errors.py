"""Errors of the raw figures, and what they make of the indicators that are computed from them.

Every error is a standard normal number. A measured figure is multiplied by a lognormal number of mean
1; a count, or a share of one, is what its exposure or whole gives at a rate drawn from its law. The
formulas are computed of these figures, so a figure that stands in two indicators moves both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base.arrays import Array
from monotown.index.behind import Behind
from monotown.index.prepare import Prepared
from monotown.methods.shrink import Shrunk, shrink_rates, shrink_shares
from monotown.sensitivity.inputs import DataError

#: How near a value is to what its formula gives, as a share, to be that.
_SAME: Final = 1e-6


#: Figures of an input in a year, shape (draws, units).
_Figures: TypeAlias = Callable[[str, int], Array]


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
                        self._list(use.input, year - use.lag, found)
            if not self._travels[j] or np.isnan(self._given[:, j]).any():
                # values that no formula gives, such as imputed ones, err by themselves
                for year in years:
                    if self.error.over_years > 0:
                        found[_Source(measure, None, True)] = None
                    found[_Source(measure, year, True)] = None
        return list(found)

    def _list(self, name: str, year: int, found: dict[_Source, None]) -> None:
        law, of = self._law(name, year)
        if law == "measure" and self.error.over_years > 0:
            found[_Source(name, None)] = None
        found[_Source(name, year)] = None
        if of:
            self._list(of, year, found)

    @cached_property
    def _laws(self) -> dict[str, tuple[str, str]]:
        return self._behind.laws if self._behind is not None and self.error.counts.use else {}

    def _law(self, name: str, year: int) -> tuple[str, str]:
        """Law of an input in a year, and its exposure or whole; "" where there is no figure of that."""
        law, of = self._laws.get(name, ("measure", ""))
        if of and np.isnan(self.figure(of, year)).all():
            return "count", ""
        return law, of

    @cached_property
    def _figures(self) -> dict[tuple[str, int], Array]:
        """Input and year to the figures of `units`, NaN where there is none."""
        behind = self._behind
        if behind is None:
            return {}
        table = behind.figures
        index = pd.Index(self.units)
        found = {}
        for name, mine in table.groupby("input", sort=False):
            for year in mine["year"].unique().tolist():
                part = mine[mine["year"] == year]
                values = np.full(len(index), np.nan)
                at = index.get_indexer(pd.Index(part["unit"]))
                values[at[at >= 0]] = part["value"].to_numpy()[at >= 0]
                found[str(name), year] = values
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
        law, of = self._law(name, year)
        if law == "measure" or name.startswith("nation("):
            return None
        if (name, year) not in self._shrunk:
            counts = self.error.counts
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

        def figures(name: str, year: int) -> Array:
            if (name, year) not in drawn:
                known = self.known(name, year)
                z = self._normal(_Source(name, year), normals)
                drawn[name, year] = (
                    self._in_error(name, year, z) if known is None else self._at(name, year, known.at(z), figures)
                )
            return drawn[name, year]

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

        def figures(name: str, year: int) -> Array:
            known = self.known(name, year)
            return self.figure(name, year)[None] if known is None else self._at(name, year, known.mean[None], figures)

        return np.asarray(self._computed(x, figures, 1)[0])

    def _computed(self, x: Array, figures: _Figures, draws: int) -> Array:
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
                moved = formula.at({u: figures(u.input, year - u.lag)[:, unit] for u in formula.uses})
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

    def _in_error(self, name: str, year: int, z: Array) -> Array:
        """Measured figures in error, shape (draws, units); those of the nation alike for all."""
        size = self.error.of_variable(name)
        if name.startswith("nation("):
            variable, z = name.removeprefix("nation(").removesuffix(")"), z[:, :1]
            size = self.error.of_variable(variable) if self._laws.get(name, ("measure", ""))[0] == "measure" else 0.0
        return np.asarray(self.figure(name, year) * _lognormal(size, z))

    def _at(self, name: str, year: int, rates: Array, figures: _Figures) -> Array:
        """Counts at some rates, shape (draws, units); a count that is not told stays so.

        A measured exposure is as it was when the cases were counted, so that its error moves the rate; one
        that is a count itself is at its own rate, and the rate over it stays.
        """
        law, of = self._law(name, year)
        counted = law == "share" or self._laws.get(of, ("measure", ""))[0] != "measure"
        size = np.ones(1) if not of else figures(of, year) if counted else self.figure(of, year)
        return np.where(np.isnan(self.figure(name, year)), np.nan, rates * size)


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
    """
    when = prepared.rows["year"].isin(list(years)) & prepared.rows["enough"]
    rows = np.flatnonzero(when.to_numpy(dtype=bool))
    errors = Errors(prepared, rows, error)
    normals = generator.standard_normal((draws, len(errors.units), errors.columns))
    return rows, errors.values(prepared.used[rows], normals)
