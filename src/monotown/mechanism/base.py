"""A unit's base point: its measures, its index by the kernel, and the kernel's gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.index.kernel import evaluate
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel
from monotown.index.prepare import Prepared
from monotown.index.slopes import PLACES, slope
from monotown.mechanism.levers import Lever
from monotown.methods.register import NORMALISATIONS
from monotown.sensitivity.year import cases_of

#: Step of the difference quotients, as a share of the way between the goalposts.
STEP: Final = 1e-4


@dataclass(frozen=True)
class BasePoint:
    """One unit of one view in one year, before any lever is used.

    Attributes
    ----------
    model
        The view's model, with the weights the index stage used.
    measured
        Shape (leaves,): values of the measures in their own unit; NaN is missing.
    score
        The index.
    population
        Inhabitants, of the last year known, NaN where none is.
    """

    view: str
    unit: str
    year: int
    model: IndexModel
    measured: Array
    score: float
    population: float
    kind: str
    source: str

    def index(self, values: ArrayLike) -> Array:
        """Index at other values of the measures, by the kernel.

        Parameters
        ----------
        values
            Shape (n, leaves), in the measures' own units.

        Returns
        -------
        ndarray, shape (n,)
        """
        return np.asarray(evaluate(self.model, self.scores(values), batch=1)[0])

    def scores(self, values: ArrayLike) -> Array:
        """Normalised scores of values, shape (n, leaves) both."""
        x = np.asarray(values, dtype=np.float64)
        when = np.zeros(len(x), dtype=np.int64)
        scores = [normalise_leaf(leaf, x[:, k], when)[0] for k, leaf in enumerate(self.model.leaves)]
        return np.stack(scores, axis=1)

    @cached_property
    def gradient(self) -> Array:
        """Slope of the index in each measure at the base point, shape (leaves,)."""
        return np.asarray(self.slopes(self.measured[None])[0])

    def slopes(self, values: ArrayLike) -> Array:
        """Slope of the index in each measure as it rises, per unit of the measure.

        Parameters
        ----------
        values
            Shape (n, leaves).

        Returns
        -------
        ndarray, shape (n, leaves)

        Notes
        -----
        Difference quotient of order 4 of the kernel, as in `monotown.index.slopes.slope`. It
        looks upwards only, since a measure may stand on a goalpost, where the index has a kink,
        and no farther than the next goalpost. A missing measure has slope 0.
        """
        x = np.asarray(values, dtype=np.float64)
        found = np.empty(x.shape)
        for k, leaf in enumerate(self.model.leaves):
            low, high = leaf.goalposts or (-np.inf, np.inf)
            step = STEP * (np.ptp(leaf.goalposts) if leaf.goalposts else 1.0)
            left = np.where(x[:, k] < low, low, np.where(x[:, k] < high, high, np.inf)) - x[:, k]
            # nearer than this a goalpost is reached
            by = np.fmin(step, np.where(left > step * 1e-3, left / 4, np.inf))
            moved = np.repeat(x[:, None, :], len(PLACES), axis=1)
            moved[:, :, k] += by[:, None] * PLACES
            at = self.index(moved.reshape(-1, x.shape[1])).reshape(len(x), -1)
            found[:, k] = slope(at, by)
        return found

    def responses(self, levers: Sequence[Lever], sizes: ArrayLike | None = None) -> Array:
        """Change of each measure when each lever is used in full.

        Parameters
        ----------
        levers
            The levers; responses of measures that this view lacks count for nothing.
        sizes
            Shape (n, responses): sizes of all responses of all levers, in their order; None: base.

        Returns
        -------
        ndarray, shape (n, levers, leaves)
        """
        every = [(j, r) for j, lever in enumerate(levers) for r in lever.responses]
        base = np.array([[r.size.base for _, r in every]])
        given = base if sizes is None else np.asarray(sizes, dtype=np.float64)
        place = {m: k for k, m in enumerate(self.model.measures)}
        known = np.nan_to_num(self.measured)
        found = np.zeros((len(given), len(levers), len(place)))
        for column, (j, response) in enumerate(every):
            if (k := place.get(response.measure)) is not None:
                scale = known[k] if response.form == "relative" else 1.0
                found[:, j, k] += given[:, column] * scale
        return found

    def used(self, use: ArrayLike, responses: Array) -> Array:
        """Index when levers are used: responses add up, and are proportional to the use.

        Parameters
        ----------
        use
            Shape (n, levers), from 0 to 1.
        responses
            Shape (n or 1, levers, leaves), from `responses`.
        """
        return self.index(self._moved(use, responses))

    def use_slopes(self, use: ArrayLike, responses: Array) -> Array:
        """Slope of the index in the use of each lever, shape (n, levers); as `used`."""
        slopes = self.slopes(self._moved(use, responses))
        return np.asarray(np.einsum("nk,njk->nj", slopes, self._wide(responses, len(slopes))))

    def _moved(self, use: ArrayLike, responses: Array) -> Array:
        u = np.asarray(use, dtype=np.float64)
        moved = np.einsum("nj,njk->nk", u, self._wide(responses, len(u)))
        return np.asarray(self.measured + moved)

    @staticmethod
    def _wide(responses: Array, n: int) -> Array:
        return np.broadcast_to(responses, (n, *responses.shape[1:]))


def base_point(prepared: Prepared, unit: str, population: pd.DataFrame | None = None) -> BasePoint:
    """A unit in the last year of an index.

    Parameters
    ----------
    prepared
        The data of the index.
    unit
        Code of the unit.
    population
        ``unit, year, value``, or None.

    Raises
    ------
    ValueError
        If a measure's scale hangs on the other units, so that one unit's index is no function of
        its own measures; if the unit has no score.
    """
    view, model = prepared.view, prepared.model
    for leaf in model.leaves:
        if not leaf.normalisation.normalisation.frozen:
            frozen = [m.name for m in NORMALISATIONS.values() if m.frozen]
            raise ValueError(
                f"{view}, {leaf.measure}: {leaf.normalisation.name} scores a unit by the others; "
                f"the mechanism needs one of {', '.join(frozen)}"
            )
    year, units = last_ranked(prepared)
    if unit not in units:
        raise ValueError(f"{view}: {unit} has no score in {year}")
    place = prepared.places[unit, year]
    values, row = prepared.used[place], prepared.rows.iloc[place]
    people = float("nan")
    if population is not None:
        here = population[(population["unit"] == unit) & (population["year"] <= year)]
        people = float(here.sort_values("year", kind="stable")["value"].iloc[-1]) if len(here) else people
    point = BasePoint(view, unit, year, model, values, 0.0, people, str(row["kind"]), str(row["source"]))
    # as the kernel gives it for the values alone, so that no use is no rise to the last bit
    return replace(point, score=float(point.index(values[None])[0]))


def last_ranked(prepared: Prepared) -> tuple[int, tuple[str, ...]]:
    """The last year in which units were ranked, and their codes; the last of all and none, if none was."""
    cases = cases_of(prepared)
    return (cases[-1].year, cases[-1].units) if cases else (prepared.years[-1], ())
