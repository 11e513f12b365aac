"""A balanced panel of regions and years: lags, forms, and what permuting histories does to b."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.hypothesis.errors import Coefficient, dummies

#: Scales of the staffing series.
SCALES: Final[Mapping[str, Callable[[Array], Array]]] = {"none": lambda x: x, "log": np.log, "log1p": np.log1p}


@dataclass(frozen=True)
class Series:
    """One quantity of every region in consecutive years.

    Attributes
    ----------
    cells
        Shape (regions, years), no gaps.
    first
        First year.
    """

    cells: Array
    first: int

    @property
    def last(self) -> int:
        """Last year."""
        return int(self.first + self.cells.shape[1] - 1)

    def at(self, years: Sequence[int] | NDArray[np.int64]) -> Array:
        """Values of some years, shape (regions, years asked for)."""
        return self.cells[:, np.asarray(years) - self.first]

    def only(self, regions: NDArray[np.bool_]) -> Series:
        """The same of some regions."""
        return Series(self.cells[regions], self.first)


def years_of(
    y: Series, x: Series, lag: int, span: int = 0, lead: int = 0, last: int | None = None
) -> NDArray[np.int64]:
    """Years t for which y(t), y(t - span), x(t - lag), x(t - lag - span) and x(t + lead) are known.

    Raises
    ------
    ValueError
        If there is none.
    """
    start = max(y.first + span, x.first + lag + span)
    end = min(y.last, x.last + lag, x.last - lead if lead else y.last, last or y.last)
    if end < start:
        raise ValueError("the two series have no years in common at this lag")
    return np.arange(start, end + 1)


def double_demean(values: ArrayLike) -> Array:
    """Region and year means taken out of the last two axes, (regions, years)."""
    v = np.asarray(values, dtype=float)
    v = v - v.mean(axis=-1, keepdims=True)
    return np.asarray(v - v.mean(axis=-2, keepdims=True))


def detrend(values: ArrayLike) -> Array:
    """Region and year means and a linear trend of each region taken out."""
    v = double_demean(values)
    t = np.arange(v.shape[-1]) - (v.shape[-1] - 1) / 2
    v = v - (v @ t)[..., None] * t / (t @ t)
    return np.asarray(v - v.mean(axis=-2, keepdims=True))


def year_demean(values: ArrayLike) -> Array:
    """Year means taken out."""
    v = np.asarray(values, dtype=float)
    return np.asarray(v - v.mean(axis=-2, keepdims=True))


@dataclass(frozen=True)
class Form:
    """How region effects are dealt with.

    Attributes
    ----------
    span
        Years over which differences are taken; 0 for none.
    sweep
        Takes the effects out of an array (regions, years).
    spent
        Parameters of the effects, from the numbers of regions and years.
    """

    span: int
    sweep: Callable[[ArrayLike], Array]
    spent: Callable[[int, int], int]


FORMS: Final[Mapping[str, Form]] = {
    "fixed_effects": Form(0, double_demean, lambda g, t: g + t - 1),
    "region_trends": Form(0, detrend, lambda g, t: 2 * g + t - 2),
    "first_differences": Form(1, year_demean, lambda g, t: t),
    "five_year_differences": Form(5, year_demean, lambda g, t: t),
}


def arrays(y: Series, x: Series, lag: int, form: str, last: int | None = None) -> tuple[Array, Array]:
    """Outcome and lagged regressor as a form has them, effects still in; shape (regions, years)."""
    span = FORMS[form].span
    years = years_of(y, x, lag, span, last=last)
    before, after = x.at(years - lag), y.at(years)
    if span:
        before = before - x.at(years - lag - span)
        after = after - y.at(years - span)
    return after, before


def effects(form: str, regions: int, years: int) -> Array:
    """Dummies, and trends, of a form, rows region by region; shape (regions * years, columns)."""
    place = np.repeat(np.arange(regions), years)
    year = np.tile(np.arange(years), regions)
    columns = [dummies(year)]
    if form in ("fixed_effects", "region_trends"):
        columns.append(dummies(place))
    if form == "region_trends":
        columns.append(dummies(place) * (year - (years - 1) / 2)[:, None])
    return np.column_stack(columns)


def coefficient(y: Array, x: Array, form: str = "fixed_effects", others: Sequence[Array] = ()) -> Coefficient:
    """Coefficient of x, effects of a form and other regressors taken out.

    Parameters
    ----------
    y, x, others
        Shape (regions, years) each, as `arrays` gives them.
    form
        A key of `FORMS`.
    """
    regions, years = y.shape
    columns = [effects(form, regions, years), *(o.reshape(-1, 1) for o in others)]
    groups = np.repeat(np.arange(regions), years)
    return Coefficient.of(y.ravel(), x.ravel(), np.column_stack(columns), groups)


@dataclass(frozen=True)
class Crossed:
    """One regressor and one outcome, effects out, as products of every two regions' histories.

    To exchange whole histories of the regressor between regions changes which products are
    summed and nothing else, so that thousands of permutations cost no regression.

    Attributes
    ----------
    products
        Shape (G, G): history of x of the first region times history of y of the second.
    squares
        Shape (G,): q_g.
    y_total
        Sum of squares of y.
    spent
        Parameters, b with them.
    rows
        Regions times years.
    """

    products: Array
    squares: Array
    y_total: float
    spent: int
    rows: int

    @classmethod
    def of(cls, y: Array, x: Array, form: str) -> Crossed:
        """From arrays (regions, years) as `arrays` gives them."""
        kind = FORMS[form]
        a, b = kind.sweep(x), kind.sweep(y)
        spent = kind.spent(*y.shape) + 1
        return cls(a @ b.T, np.sum(a * a, axis=1), float(np.sum(b * b)), spent, y.size)

    def permuted(self, places: NDArray[np.int64]) -> tuple[Array, Array]:
        """Estimates in sd per sd, and their t by CRV1, under permutations of the regions.

        Parameters
        ----------
        places
            Shape (permutations, G): region whose history of x each region gets.
        """
        g = self.squares.size
        c = self.products[places, np.arange(g)]
        q = self.squares[places]
        total = self.squares.sum()
        b = c.sum(axis=1) / total
        scores = c - b[:, None] * q
        factor = g / (g - 1) * (self.rows - 1) / (self.rows - self.spent)
        error = np.sqrt(factor * np.sum(scores**2, axis=1)) / total
        return b * np.sqrt(total / self.y_total), b / error


def permutations(regions: int, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """The identity, then `count` random orders; shape (count + 1, regions)."""
    drawn = random.permuted(np.tile(np.arange(regions), (count, 1)), axis=1)
    return np.vstack([np.arange(regions), drawn]).astype(np.int64)


def among(places: NDArray[np.int64], kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Permutations among some regions only: those left out are stepped over in each cycle.

    Examples
    --------
    >>> among(np.array([[1, 2, 0]]), np.array([True, False, True])).tolist()
    [[1, 0]]
    """
    found = places.copy()
    rows = np.arange(len(places))[:, None]
    while not kept[found[:, kept]].all():
        found = np.where(kept[found], found, places[rows, found])
    new = np.cumsum(kept) - 1
    return np.asarray(new[found[:, kept]])
