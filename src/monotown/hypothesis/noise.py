"""Error in a regressor of a panel: how much of it there is, and what it does to the coefficient.

The regressor is taken for a random walk seen with noise (local level model; Harvey 1989, section 2.3), with effects
of region and year: ``x(i,t) = a(i) + l(t) + m(i,t) + e(i,t)``, ``m(i,t) = m(i,t-1) + h(i,t)``. What does not last to
the next year counts as noise. So a true movement of one year is noise here, and an error that stays for years is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy import stats

from monotown.base.arrays import Array
from monotown.hypothesis.panel import double_demean, year_demean

#: Shares of noise that are tried before the best is made exact.
_GRID: Final = np.linspace(0.0, 1.0, 101)

#: Sizes of the added noise of SIMEX, in variances of the noise that is there (Cook and Stefanski 1994, section 4).
ADDED: Final = (0.5, 1.0, 1.5, 2.0)


class LocalLevel(NamedTuple):
    """Variances of a local level model; arrays of the same shape.

    Attributes
    ----------
    noise, walk
        Variance of e, and of the yearly step h.
    """

    noise: Array
    walk: Array


def _roots(years: int) -> Array:
    """Eigenvalues of the covariance of differenced white noise, ``2 - 2 cos(k pi / T)``; shape (T - 1,)."""
    return np.asarray(2 - 2 * np.cos(np.arange(1, years) * np.pi / years))


def _waves(years: int) -> Array:
    """Its eigenvectors, one a column; shape (T - 1, T - 1)."""
    k = np.arange(1, years)
    return np.asarray(np.sqrt(2 / years) * np.sin(np.outer(k, k) * np.pi / years))


def spectrum(x: Array, counts: Array | None = None) -> Array:
    """Sums of squares of the yearly changes by wave, year effects out; shape (..., T - 1).

    They hold all that the variances can be learned from: differences take the region effects out, contrasts between
    the regions the year effects, and in the basis of the waves both parts of the model are independent.

    Parameters
    ----------
    x
        Shape (..., G, T).
    counts
        Shape (draws, G), for one x: how often each region stands in a sample of G regions.
    """
    z = np.diff(x, axis=-1) @ _waves(x.shape[-1])
    if counts is None:
        return np.asarray(np.sum(z**2, axis=-2) - np.sum(z, axis=-2) ** 2 / z.shape[-2])
    return np.asarray(counts @ z**2 - (counts @ z) ** 2 / counts.sum(axis=-1, keepdims=True))


def local_level(sums: Array, regions: int) -> LocalLevel:
    """Variances by maximum likelihood, region and year effects integrated out (REML).

    The model of all regions is one: both variances are pooled. Each of the ``G - 1`` contrasts of the regions is an
    independent draw, so that wave k has variance ``walk + noise root(k)`` and the likelihood is a sum over waves.
    With variances that differ by region the result is near their means: the likelihood's slopes are linear in the
    sums of squares.

    Parameters
    ----------
    sums
        Shape (..., T - 1): `spectrum`.
    regions
        G.

    Returns
    -------
    LocalLevel
        Arrays of shape (...); at an end of the range one of the two is 0.
    """
    roots = _roots(sums.shape[-1] + 1)
    shares = _GRID[:, None] * (roots / 2 - 1) + 1
    values = np.log(shares).sum(axis=1) + roots.size * np.log(sums @ (1 / shares).T)
    best = np.argmin(values, axis=-1)
    low, high = _GRID[np.maximum(best - 1, 0)], _GRID[np.minimum(best + 1, _GRID.size - 1)]
    for _ in range(30):
        middle = (low + high) / 2
        share = middle[..., None] * (roots / 2 - 1) + 1
        steep = (roots / 2 - 1) / share
        weight = sums / share
        rising = steep.sum(axis=-1) - roots.size * np.sum(weight * steep, axis=-1) / weight.sum(axis=-1) > 0
        low, high = np.where(rising, low, middle), np.where(rising, middle, high)
    share = (low + high) / 2
    # an end of the range is reached exactly
    share = np.where(share < 1e-7, 0.0, np.where(share > 1 - 1e-7, 1.0, share))
    size = np.mean(sums / (share[..., None] * (roots / 2 - 1) + 1), axis=-1) / (regions - 1)
    return LocalLevel(size * share / 2, size * (1 - share))


def _kept(regions: int, years: int) -> float:
    """Share of the variance of white noise that region and year means leave in."""
    return (1 - 1 / regions) * (1 - 1 / years)


def reliability(x: Array) -> float:
    """Share of the variance of a regressor, region and year effects out, that is no noise.

    Parameters
    ----------
    x
        Shape (regions, years).

    Returns
    -------
    float
        At most 1; 0 or less if the noise explains all there is.
    """
    level = local_level(spectrum(x), len(x))
    return 1 - float(level.noise) * _kept(*x.shape) / float(np.mean(double_demean(x) ** 2))


class Corrected(NamedTuple):
    """A reliability and two corrected coefficients, of one panel.

    Attributes
    ----------
    reliability
        As `reliability`.
    moments
        b over the reliability.
    simex
        b of SIMEX with a quadratic extrapolant.
    """

    reliability: float
    moments: float
    simex: float


def corrected(y: Array, x: Array, seen: Array, draws: Array) -> Corrected:
    """Coefficients of the regressor without its noise (two-way fixed effects).

    By moments: ``b / reliability`` (Fuller 1987, section 1.2). SIMEX: noise of `ADDED` times the variance is added,
    b's means over `draws` are fitted by a quadratic, and the fit is read where no noise would be left, at -1 (Cook
    and Stefanski 1994). In a linear model the quadratic takes a part of the bias out only; where noise is much it
    stays short of the other.

    Parameters
    ----------
    y, x
        Shape (regions, years).
    seen
        Shape (regions, years of any number): the series from which the noise is learned, x itself or more years of it.
    draws
        Shape (draws, regions, years): standard normal numbers, from which the noise is made that is added.
    """
    a, b = double_demean(x), double_demean(y)
    level = local_level(spectrum(seen), len(x))
    share = 1 - float(level.noise) * _kept(*x.shape) / float(np.mean(a**2))
    plain = float(np.sum(a * b) / np.sum(a**2))
    noise = double_demean(draws) * np.sqrt(float(level.noise))
    inner = (np.sum(noise * b, axis=(1, 2)), np.sum(noise * a, axis=(1, 2)), np.sum(noise**2, axis=(1, 2)))
    means = [plain]
    for size in ADDED:
        root = np.sqrt(size)
        top = np.sum(a * b) + root * inner[0]
        means.append(float(np.mean(top / (np.sum(a**2) + 2 * root * inner[1] + size * inner[2]))))
    fit = np.polynomial.polynomial.polyfit([0.0, *ADDED], means, 2)
    found = float(np.polynomial.polynomial.polyval(-1.0, fit))
    return Corrected(share, plain / share if share > 0 else float("nan"), found)


def _logit(share: Array | float) -> Array:
    """Logit of a share, of what lies outside 0.01 to 0.99 that of the end."""
    kept = np.clip(np.asarray(share, dtype=float), 0.01, 0.99)
    return np.asarray(np.log(kept / (1 - kept)))


@dataclass(frozen=True)
class Interval:
    """An estimate with its error by the jackknife over regions, and a t interval of G - 1 degrees of freedom."""

    estimate: float
    standard_error: float
    low: float
    high: float


def jackknife(estimate: float, without: Sequence[float], level: float, logit: bool = False) -> Interval:
    """Interval from the estimates without one region each.

    ``error^2 = (G - 1) / G sum (b(-g) - mean)^2`` (Efron and Tibshirani 1993, section 11.2).

    Parameters
    ----------
    estimate, without
        With all regions, and without each.
    level
        Of the interval.
    logit
        Whether the interval is made for the logit of a share and turned back, so that it stays between 0 and 1; the
        error is that of the share. All values at one end give no interval.
    """
    values = np.asarray(without, dtype=float)

    def spread(v: Array) -> float:
        return float(np.sqrt((v.size - 1) / v.size * np.sum((v - v.mean()) ** 2)))

    reach = stats.t.ppf(0.5 + level / 2, values.size - 1)
    if not logit:
        error = spread(values)
        return Interval(estimate, error, float(estimate - reach * error), float(estimate + reach * error))
    centre, turned = float(_logit(estimate)), spread(_logit(values))
    if turned == 0:
        return Interval(estimate, spread(values), float("nan"), float("nan"))
    low, high = (1 / (1 + np.exp(-(centre + side * reach * turned))) for side in (-1, 1))
    return Interval(estimate, spread(values), float(low), float(high))


def frisch(y: Array, x: Array) -> tuple[float, float]:
    """Bounds of the coefficient without noise: least squares, and the inverse of least squares of x on y (Frisch 1934).

    Whatever the noise of the two series, if it is independent of their true values and of each other the true
    coefficient lies between the two, of the same sign (Klepper and Leamer 1984). No sampling error is in them.

    Parameters
    ----------
    y, x
        Shape (regions, years).
    """
    a, b = double_demean(x), double_demean(y)
    both = np.sum(a * b)
    return float(both / np.sum(a**2)), float(np.sum(b**2) / both)


def true_histories(x: Array, count: int, random: np.random.Generator) -> Array:
    """Regressors without noise as they may have been, given the one that is seen; shape (count, regions, years).

    Draws of ``m`` given x under the local level model with the variances found, up to effects of region and year. In
    wave k the noise has mean ``v r / (w + v r)`` times that wave of x and variance ``v w / (w + v r)``, with v the
    variance of the noise, w of the walk, and r the root of the wave.

    Parameters
    ----------
    x
        Shape (regions, years).
    count
        Draws.
    random
        Source of these.
    """
    regions, years = x.shape
    level = local_level(spectrum(x), regions)
    noise, walk, roots = float(level.noise), float(level.walk), _roots(years)
    basis = np.diff(np.eye(years), axis=0).T @ _waves(years) / np.sqrt(roots)
    mean = year_demean(x) @ basis * (noise * roots / (walk + noise * roots))
    drawn = random.standard_normal((count, regions, years - 1)) * np.sqrt(noise * walk / (walk + noise * roots))
    return np.asarray(x - (mean + year_demean(drawn)) @ basis.T)
