"""Dependence between regions and over time, and errors that allow for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from monotown.base.arrays import Array
from monotown.base.problems import Problems
from monotown.hypothesis.errors import Error
from monotown.hypothesis.p_values import p_value
from monotown.hypothesis.panel import double_demean, permutations
from monotown.hypothesis.prespecified import WIDER

#: Years of the borders whose neighbours are read: the newest, of which older units are sums.
BORDERS: Final = 2024


def border_lengths(pairs: pd.DataFrame, units: Sequence[str], members: Mapping[str, Sequence[str]], file: str) -> Array:
    """Length of the border of each two units, km; shape (units, units), 0 for no border.

    Parameters
    ----------
    pairs
        Columns ``borders``, ``unit``, ``neighbour``, ``shared_km``; a pair stands once.
    units
        Codes, in the order of the result.
    members
        Regions of each unit that is a sum of several; others are themselves.
    file
        Name of the table, for messages.

    Raises
    ------
    InputError
        If a unit has no neighbour.
    """
    home = {m: i for i, unit in enumerate(units) for m in members.get(unit, (unit,))}
    out = np.zeros((len(units), len(units)))
    for row in pairs[pairs["borders"] == BORDERS].itertuples():
        i, j = home.get(str(row.unit)), home.get(str(row.neighbour))
        if i is not None and j is not None and i != j:
            out[i, j] += row.shared_km
            out[j, i] += row.shared_km
    problems = Problems()
    for unit, lengths in zip(units, out, strict=True):
        if not lengths.any():
            problems.add(file, f"unit or neighbour, borders {BORDERS}", f"no row of {unit}", "a neighbour")
    problems.stop()
    return out


def row_shares(matrix: Array) -> Array:
    """Each row divided by its sum, as weights of neighbours are."""
    sums = matrix.sum(axis=1, keepdims=True)
    return np.asarray(matrix / np.where(sums > 0, sums, 1))


def moran(values: Array, weights: Array) -> Array:
    """Moran's I, ``n / sum(w) z'Wz / z'z`` (Moran 1950; Cliff and Ord 1981, section 1.5); shape (...).

    Without dependence its expectation is -1 / (n - 1).

    Parameters
    ----------
    values
        Shape (..., n).
    weights
        Shape (n, n), 0 on the diagonal.

    Examples
    --------
    >>> chain = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]])
    >>> round(float(moran(np.array([1.0, 2.0, 3.0, 4.0]), chain)), 4)
    0.3333
    """
    z = values - values.mean(axis=-1, keepdims=True)
    top = np.sum((z @ weights.T) * z, axis=-1)
    return np.asarray(z.shape[-1] / weights.sum() * top / np.sum(z**2, axis=-1))


def moran_p(values: Array, weights: Array, count: int, random: np.random.Generator) -> float:
    """Two-sided p of Moran's I by `count` random orders of the units: how far it is from its expectation.

    Parameters
    ----------
    values
        Shape (n,).
    """
    found = moran(values[permutations(values.size, count, random)], weights)
    far = np.abs(found + 1 / (values.size - 1))
    return float(p_value(far[1:], far[0]))


def pesaran_cd(residuals: Array) -> Array:
    """Pesaran's CD, ``sqrt(2 T / (G (G - 1))) sum of the correlations of every two regions`` (2004; 2015); shape (...).

    It is standard normal where residuals are independent over time, and without year effects. These make the
    correlations of every two regions negative on average (Juodis and Reese 2022), so that its p here comes from made
    panels, treated alike.

    Parameters
    ----------
    residuals
        Shape (..., G, T).
    """
    z = residuals - residuals.mean(axis=-1, keepdims=True)
    z = z / np.sqrt(np.sum(z**2, axis=-1, keepdims=True))
    regions, years = z.shape[-2:]
    pairs = (np.sum(np.sum(z, axis=-2) ** 2, axis=-1) - regions) / 2
    return np.asarray(np.sqrt(2 * years / (regions * (regions - 1))) * pairs)


class Dependence(NamedTuple):
    """What of the residuals of panels moves together; arrays of one shape.

    Attributes
    ----------
    moran
        Mean over the years of Moran's I, year effects out.
    cd, cd_regions
        `pesaran_cd` with both effects out, and with region effects alone.
    """

    moran: Array
    cd: Array
    cd_regions: Array


def dependence(y: Array, x: Array, weights: Array) -> Dependence:
    """Dependence of the residuals of the fixed-effects model.

    Parameters
    ----------
    y, x
        Shape (..., regions, years); arrays that broadcast.
    weights
        Shape (regions, regions): `row_shares` of neighbours.
    """
    both = _residuals(double_demean(y), double_demean(x))
    alone = _residuals(*(v - v.mean(axis=-1, keepdims=True) for v in (y, x)))
    near = moran(np.swapaxes(both, -1, -2), weights).mean(axis=-1)
    return Dependence(np.asarray(near), pesaran_cd(both), pesaran_cd(alone))


def _residuals(y: Array, x: Array) -> Array:
    b = np.sum(x * y, axis=(-1, -2)) / np.sum(x**2, axis=(-1, -2))
    return np.asarray(y - b[..., None, None] * x)


def bartlett_lags(years: int) -> int:
    """Lags of the long-run variance, ``floor(4 (T / 100)^(2/9))`` (Newey and West 1994; Hoechle 2007).

    Examples
    --------
    >>> bartlett_lags(12), bartlett_lags(100)
    (2, 4)
    """
    return int(4 * (years / 100) ** (2 / 9))


def wider_variances(y: Array, x: Array, near: NDArray[np.bool_]) -> Array:
    """Variances of b that allow for dependence between regions, ways as in `WIDER`; shape (..., 3).

    With ``h(i,t) = x(i,t) u(i,t)``, both effects out:

    - Driscoll and Kraay (1998): the yearly sums of h, with Bartlett weights over `bartlett_lags`;
    - two-way clusters (Cameron, Gelbach and Miller 2011): by region, plus by year, less by cell; where that is not
      above 0, the larger of the first two;
    - neighbours (Conley 1999, on the map of borders): sums of h by region, each with itself at 1 and with its
      neighbours at 1/2, at any lag; where that is not above 0, by region alone.

    Each carries the correction of CRV1 for its number of clusters; Driscoll and Kraay n / (n - k).

    Parameters
    ----------
    y, x
        Shape (..., regions, years); arrays that broadcast.
    near
        Shape (regions, regions): True for neighbours.
    """
    a, u = double_demean(x), double_demean(y)
    regions, years = u.shape[-2:]
    n, spent = regions * years, regions + years
    h = a * _residuals(u, a)
    total = np.sum(a**2, axis=(-1, -2))
    of_year, of_region = h.sum(axis=-2), h.sum(axis=-1)
    lags = bartlett_lags(years)
    long_run = np.sum(of_year**2, axis=-1)
    for lag in range(1, lags + 1):
        product = np.sum(of_year[..., lag:] * of_year[..., :-lag], axis=-1)
        long_run = long_run + 2 * (1 - lag / (lags + 1)) * product

    def correction(clusters: int) -> float:
        return float(clusters / (clusters - 1) * (n - 1) / (n - spent))

    by_region = correction(regions) * np.sum(of_region**2, axis=-1)
    by_year = correction(years) * np.sum(of_year**2, axis=-1)
    crossed = by_region + by_year - correction(n) * np.sum(h**2, axis=(-1, -2))
    crossed = np.where(crossed > 0, crossed, np.maximum(by_region, by_year))
    beside = np.sum((of_region @ near.astype(float)) * of_region, axis=-1) / 2
    wide = by_region + correction(regions) * beside
    wide = np.where(wide > 0, wide, by_region)
    parts = np.stack([n / (n - spent) * long_run, crossed, wide], axis=-1)
    return np.asarray(parts / total[..., None] ** 2)


def wider_df(regions: int, years: int) -> Array:
    """Degrees of freedom of the t of each way of `WIDER`: clusters less 1, the fewer of two."""
    return np.array([years - 1, min(regions, years) - 1, regions - 1], dtype=float)


def wider_errors(y: Array, x: Array, near: NDArray[np.bool_]) -> dict[str, Error]:
    """Errors of b of one panel that allow for dependence between regions, by way; arguments as `wider_variances`."""
    a, v = double_demean(x), double_demean(y)
    estimate = float(np.sum(a * v) / np.sum(a**2))
    found = {}
    for way, variance, df in zip(WIDER, wider_variances(y, x, near), wider_df(*y.shape), strict=True):
        error = float(np.sqrt(variance))
        found[way] = Error(error, float(df), float(2 * stats.t.sf(abs(estimate) / error, df)))
    return found


def spread_to_neighbours(share: float, weights: Array) -> Array:
    """What makes independent errors dependent, ``(I - share W)^(-1)``, each row brought to length 1.

    Shape (regions, regions). A spatial autoregression (Cliff and Ord 1981, section 6.2.2); every region keeps its
    variance.

    Parameters
    ----------
    share
        From 0 to below 1.
    weights
        `row_shares` of neighbours.
    """
    found = np.linalg.inv(np.eye(len(weights)) - share * weights)
    return np.asarray(found / np.sqrt(np.sum(found**2, axis=1, keepdims=True)))
