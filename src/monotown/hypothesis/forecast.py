"""Whether staffing lowers the error of forecasts made with what was known at the time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monotown.base.arrays import Array
from monotown.hypothesis.p_values import p_value
from monotown.hypothesis.panel import Series


class Forecasts(NamedTuple):
    """One-step forecasts over an expanding window.

    Attributes
    ----------
    years
        Years forecast.
    error, error_with
        Shape (regions, years): errors without and with the regressor.
    statistics
        Clark and West's statistic under each permutation of the regressor's histories.
    """

    years: NDArray[np.int64]
    error: Array
    error_with: Array
    statistics: Array

    @property
    def ratio(self) -> float:
        """Root mean squared error with the regressor over that without."""
        return float(np.sqrt(np.mean(self.error_with**2) / np.mean(self.error**2)))

    @property
    def p(self) -> float:
        """One-sided p against permuted histories; the observed order counts as one."""
        return float(p_value(self.statistics[1:], self.statistics[0]))


def forecast(y: Series, x: Series, lag: int, first_year: int, places: NDArray[np.int64]) -> Forecasts:
    """Forecast y a year ahead from region effects and a common trend, with x of `lag` before.

    Each year from `first_year` is forecast from the years before it. The statistic is that of
    Clark and West (2007, equation 3.1): the mean gain in squared error, corrected for the noise
    that a needless parameter adds, over its standard error by region.

    Parameters
    ----------
    y, x
        Outcome and regressor.
    lag
        Years by which x comes before.
    first_year
        First year forecast; at least two years of y with x come before it.
    places
        Permutations of the regions (`monotown.hypothesis.panel.permutations`), the identity first.

    Raises
    ------
    ValueError
        If fewer than two years come before the first forecast, or none follows.
    """
    start = max(y.first, x.first + lag)
    if first_year - start < 2 or first_year > y.last:
        raise ValueError(f"first_year {first_year}: from {start + 2} to {y.last} is possible")
    regions = np.arange(places.shape[1])
    plain, added, shown = [], [], []
    for year in range(first_year, y.last + 1):
        past = np.arange(start, year)
        t = past - past.mean()
        outcome, regressor = y.at(past), x.at(past - lag)
        means, x_means = outcome.mean(axis=1), regressor.mean(axis=1)
        slope = (outcome @ t).sum() / (regions.size * (t @ t))
        x_slope = (regressor @ t).sum() / (regions.size * (t @ t))
        left = outcome - means[:, None] - slope * t
        x_left = regressor - x_means[:, None] - x_slope * t
        step = year - past.mean()
        base = means + slope * step
        b = (x_left @ left.T)[places, regions].sum(axis=1) / np.sum(x_left**2)
        news = x.at([year - lag])[:, 0] - x_means - x_slope * step
        more = b[:, None] * news[places]
        error = y.at([year])[:, 0] - base
        plain.append(error)
        added.append(more)
        shown.append(error - more[0])
    e, m = np.array(plain), np.array(added)
    gain = np.mean(e[:, None] ** 2 - (e[:, None] - m) ** 2 + m**2, axis=0)
    spread = gain.std(axis=1, ddof=1) / np.sqrt(regions.size)
    return Forecasts(np.arange(first_year, y.last + 1), e.T, np.array(shown).T, gain.mean(axis=1) / spread)
