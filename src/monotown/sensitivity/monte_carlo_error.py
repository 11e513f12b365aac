"""Monte Carlo errors of shares of ranks and of the limits of rank intervals.

Draws that share a data table of random errors are not independent of each other; the tables are.
So an error is that of a sample of clusters: a cluster is the draws of one table, or one draw where
nothing is shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array, Counts

#: Ranks counted at a time, which bounds the memory.
_CELLS: Final = 1 << 20

#: Two-sided 95% point of the normal distribution.
_NORMAL: Final = 1.96


def check_points(draws: int) -> list[int]:
    """Numbers of draws at which the intervals are looked at: 1, 2 and 5 times each power of 10.

    Examples
    --------
    >>> check_points(6000)
    [100, 200, 500, 1000, 2000, 5000, 6000]
    """
    steps = [m * 10**e for e in range(2, 12) for m in (1, 2, 5)]
    return [*(s for s in steps if s < draws), draws]


def rank_sums(ranks: ArrayLike, cluster: ArrayLike | None = None, places: int | None = None) -> Counts:
    """Whole-number sums over clusters of draws; those of other clusters are simply added.

    Parameters
    ----------
    ranks
        Shape (draws, units); shared ranks are the average of those shared.
    cluster
        Shape (draws,): number of each draw's cluster, from 0; None where all draws are independent.
    places
        Places that there are; None: those of so many units as there are columns.

    Returns
    -------
    ndarray
        Shape (layers, units, places), the places being the ranks 1, 1.5, 2, ….  The first layer
        counts draws. With clusters three more follow. Let m be the draws of a cluster, y those
        in which a unit has a rank, Y those in which it has that rank or a better one; then they are
        the sums over clusters of y², m y and Y².

    Examples
    --------
    >>> rank_sums([[1, 2], [1, 2], [2, 1]], [0, 0, 1])[:, 0].tolist()
    [[2, 0, 1], [4, 0, 1], [4, 0, 1], [4, 4, 5]]
    """
    table = np.asarray(ranks, dtype=np.float64)
    draws, units = table.shape
    number = None if cluster is None else np.asarray(cluster, dtype=np.int64)
    step = max(1, _CELLS // max(draws, 1))
    parts = [
        _sums(np.rint(2 * table[:, start : start + step] - 2).astype(np.int64), number, places or 2 * units - 1)
        for start in range(0, units, step)
    ]
    return np.concatenate(parts, axis=1)


def _sums(place: Counts, cluster: Counts | None, places: int) -> Counts:
    units = place.shape[1]
    size = units * places
    if cluster is None:
        at = (place + np.arange(units) * places).ravel()
        return np.bincount(at, minlength=size).reshape(1, units, places)
    sizes = np.bincount(cluster)
    code = ((np.arange(units) * len(sizes) + cluster[:, None]) * places + place).ravel()
    # now the draws of a unit in a cluster stand together, the best rank first
    code.sort()
    group, rank = np.divmod(code, places)
    unit, number = np.divmod(group, len(sizes))
    at = unit * places + rank
    # a square is the sum of the odd numbers below twice its root
    weights = (2 * _position(code) + 1, sizes[number], 2 * _position(group) + 1)
    sums = np.empty((4, units, places), np.int64)
    sums[0] = np.bincount(at, minlength=size).reshape(units, places)
    for layer, w in zip(sums[1:], weights, strict=True):
        layer[:] = np.rint(np.bincount(at, w, size)).reshape(units, places)
    sums[3] = sums[3].cumsum(axis=1)
    return sums


def _position(code: Counts) -> Counts:
    """How many equal numbers stand before each in a sorted array."""
    here = np.arange(len(code))
    first = np.ones(len(code), dtype=bool)
    first[1:] = code[1:] != code[:-1]
    return here - np.maximum.accumulate(np.where(first, here, 0))


def share_errors(sums: Counts) -> Array:
    """Standard errors of the shares of draws in which each unit has each rank.

    The variance of a share p over draws in clusters is ``sum (y - m p)² / (sum m)²``, the sums
    over clusters; where every draw is a cluster of its own this is ``p (1 - p) / draws``.

    Parameters
    ----------
    sums
        As `rank_sums` gives them.

    Returns
    -------
    ndarray
        Shape (units, places).

    Notes
    -----
    Cochran, W. G. (1977), Sampling Techniques, 3rd ed., section 3.12 (proportions in cluster
    sampling).

    Examples
    --------
    >>> ranks = np.repeat([[1, 2], [2, 1]], 50, axis=0)
    >>> share_errors(rank_sums(ranks)).max()
    np.float64(0.05)
    >>> share_errors(rank_sums(ranks, np.arange(100) // 2)).max().round(4)
    np.float64(0.0707)
    """
    draws = _draws(sums)
    share = sums[0] / draws
    if len(sums) == 1:
        return np.sqrt(_binomial(share, draws))
    return np.sqrt(_between(sums[1], sums[2], sums[3, :, -1:], share, draws))


def limit_ends(sums: Counts, probability: float) -> Array:
    """Confidence interval (95%) of each unit's rank at a probability.

    It holds the ranks whose share of draws at or below differs from the probability p by at most
    1.96 times ``sqrt(effect p (1 - p) / draws)``. The design effect is the variance of that share
    over clusters, divided by that of as many independent draws.

    Parameters
    ----------
    sums
        As `rank_sums` gives them.
    probability
        Of the limit of a rank interval.

    Returns
    -------
    ndarray
        Lowest and highest rank, shape (units, 2).

    Notes
    -----
    Woodruff, R. S. (1952), Confidence intervals for medians and other position measures, Journal
    of the American Statistical Association 47(260); Kish, L. (1965), Survey Sampling (design
    effect). A share that is 0 or 1 shows no variance; its effect is taken as the largest there can
    be, that of clusters whose draws are all alike.

    Examples
    --------
    >>> ranks = np.repeat([[1, 2, 3], [2, 1, 3], [2, 3, 1]], 40, axis=0)
    >>> limit_ends(rank_sums(ranks), 0.3).tolist()
    [[1.0, 2.0], [1.0, 2.0], [1.0, 3.0]]
    """
    draws = _draws(sums)
    reached = np.cumsum(sums[0], axis=1) / draws
    effect = np.ones_like(reached)
    if len(sums) > 1:
        sizes = sums[3, :, -1:]  # every draw is at or below the last rank: the sum of m²
        effect[:] = sizes / draws
        plain = _binomial(reached, draws)
        between = _between(sums[3], np.cumsum(sums[2], axis=1), sizes, reached, draws)
        np.divide(between, plain, out=effect, where=plain > 0)
    error = _NORMAL * np.sqrt(effect * _binomial(np.float64(probability), draws))
    ends = [_first(reached >= q - 1e-12) for q in (probability - error, probability + error)]
    return 1 + np.stack(ends, axis=1) / 2


class Convergence(NamedTuple):
    """How well the rank intervals are known after some draws.

    `share_error` is the largest standard error of a rank acceptability. `rank_error` is the largest
    distance, over units and limits, between the ranks at the ends of the 95% confidence interval of
    a limit: the limit is known to within so many ranks.
    """

    draws: int
    share_error: float
    rank_error: float


def convergence(sums: Counts, limits: Sequence[float]) -> Convergence:
    """Errors of the intervals, from sums as `rank_sums` gives them and the limits' probabilities."""
    widest = max(float(np.ptp(limit_ends(sums, p), axis=1).max()) for p in limits)
    return Convergence(_draws(sums), float(share_errors(sums).max()), widest)


def _draws(sums: Counts) -> int:
    return int(sums[0, 0].sum())


def _binomial(share: Array | np.float64, draws: int) -> Array:
    """Variance of a share of independent draws."""
    return np.asarray(share * (1 - share) / draws)


def _between(squares: Counts, sized: Counts, sizes: Counts, share: Array, draws: int) -> Array:
    """Variance of a share over clusters, from the sums over them of y², m y and m²."""
    found = squares - 2 * share * sized + share**2 * sizes
    return np.asarray(np.maximum(found, 0.0) / draws**2)


def _first(reached: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first place of each row that is reached, the last where none is."""
    found = np.where(reached.any(axis=1), np.argmax(reached, axis=1), reached.shape[1] - 1)
    return np.asarray(found)
