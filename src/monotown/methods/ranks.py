"""Ranks, with one tolerance for ties everywhere."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.problems import nearest
from monotown.base.ties import TOLERANCE

Ties: TypeAlias = Literal["average", "min", "max", "dense"]

#: Ranks that tied scores may have.
TIES: Final[tuple[Ties, ...]] = get_args(Ties)

#: Rows ranked at a time, and scores, so that the places of a batch leave most bits to the scores.
_BATCH: Final = 512
_CELLS: Final = 1 << 16


def rank(
    scores: ArrayLike,
    axis: int = -1,
    tol: float = TOLERANCE,
    ascending: bool = False,
    out: NDArray[np.float64] | None = None,
    ties: Ties = "average",
) -> NDArray[np.float64]:
    """Ranks along an axis, ties averaged unless asked otherwise; 1 is best.

    Sorted neighbours no further apart than `tol` are tied, and ties chain: 0, 0.8 and 1.6
    tolerances are one tie, whatever the order of the units. So a unit with a better score never
    has a worse rank.

    Parameters
    ----------
    scores
        Any shape; higher is better unless `ascending`. NaN stays NaN, the others are ranked among
        themselves.
    axis
        The axis of the units.
    tol
        Tolerance, in the units of the scores, 0 or more.
    ascending
        Rank 1 for the lowest score.
    out
        Where to put the ranks: float64, C-contiguous, of the shape of `scores`; only for the last
        axis.
    ties
        Rank of tied scores, by the names of scipy and pandas: of the ranks that they hold together
        the ``average``, the least (``min``, the default of COINr: 1, 2, 2, 4) or the greatest
        (``max``: 1, 3, 3, 4); ``dense`` counts groups of tied scores (1, 2, 2, 3). Only ``average``
        keeps the sum of the ranks, so the ranks of an index and all that is counted over draws use
        it.

    Returns
    -------
    ndarray
        Ranks as float64, of the shape of `scores`.

    Raises
    ------
    ValueError
        For a negative `tol`, an `out` of another shape, or an unknown name in `ties`.

    Notes
    -----
    Average ("fractional") ranks: Kendall, M. G. (1945), The treatment of ties in ranking
    problems, Biometrika 33(3).

    Examples
    --------
    >>> rank([0.2, 0.9, 0.2 + 1e-12, 0.5]).tolist()
    [3.5, 1.0, 3.5, 2.0]
    >>> rank([[1, 2], [2, 1]], axis=0).tolist()
    [[2.0, 1.0], [1.0, 2.0]]
    >>> rank([9, 5, 5, 1], ties="min").tolist()
    [1.0, 2.0, 2.0, 4.0]
    """
    if ties not in TIES:
        raise ValueError(f"ranks of ties: {ties!r}; expected {nearest(str(ties), TIES)}")
    if not tol >= 0:
        raise ValueError(f"a tolerance is 0 or more, not {tol}")
    values = np.moveaxis(np.asarray(scores, dtype=np.float64), axis, -1)
    shape = values.shape
    table = np.ascontiguousarray(values).reshape(-1, shape[-1])
    if out is not None:
        if axis not in (-1, values.ndim - 1) or out.shape != shape or not out.flags.c_contiguous:
            raise ValueError("out is C-contiguous, of the shape of scores, for the last axis")
        ranks = out.reshape(table.shape)
    else:
        ranks = np.empty(table.shape)
    batch = max(min(_BATCH, len(table), _CELLS // max(shape[-1], 1)), 1)
    fast = _Fast(shape[-1], batch, tol, ascending, ties)
    for start in range(0, len(table), batch):
        part = slice(start, start + batch)
        fast.run(table[part], ranks[part])
    return np.moveaxis(ranks.reshape(shape), -1, axis)


class _Fast:
    """Ranks batches of rows by one sort of integers, in buffers that are made once.

    An integer holds a score's leading bits and, in its last bits, the place of the score in the
    batch. The bits given up are worth less than `slack`; a row with neighbours nearer than that
    and the tolerance goes the exact way.
    """

    def __init__(self, n: int, rows: int, tol: float, ascending: bool, ties: Ties) -> None:
        self.n, self.tol, self.ascending, self.ties = n, tol, ascending, ties
        self.bits = max(int(n * rows - 1).bit_length(), 1)
        self.numbers = np.arange(rows * n, dtype=np.int64)
        self.places = np.tile(np.arange(1.0, n + 1.0), rows)
        self.shifted, self.spare = np.empty(rows * n), np.empty(rows * n)

    def run(self, scores: NDArray[np.float64], ranks: NDArray[np.float64]) -> None:
        size, n = scores.size, self.n
        low, high = (float(scores.min()), float(scores.max())) if size else (0.0, 0.0)
        slack = (high - low) * 2.0 ** (self.bits - 51)
        if n < 2 or not np.isfinite(high - low) or not self.tol > slack:
            _rank_exactly(scores, self.tol, self.ascending, self.ties, ranks)
            return
        shifted, spare = self.shifted[:size], self.spare[:size]
        if self.ascending:
            np.subtract(scores.reshape(-1), low, out=shifted)
        else:
            np.subtract(high, scores.reshape(-1), out=shifted)
        keys, order = shifted.view(np.int64), spare.view(np.int64)
        mask = (1 << self.bits) - 1
        np.bitwise_and(keys, ~mask, out=keys)
        np.bitwise_or(keys, self.numbers[:size], out=keys)
        keys.reshape(-1, n).sort(axis=1)
        np.bitwise_and(keys, mask, out=order)
        ranks.reshape(-1)[order] = self.places[:size]
        # gaps to the next score of the row; the last of a row has none
        np.subtract(shifted[1:], shifted[:-1], out=spare[:-1])
        gaps = spare.reshape(-1, n)
        gaps[:, -1] = np.inf
        limit = self.tol + 2 * slack
        if not spare.min() > limit:
            near = (gaps <= limit).any(axis=1)
            exact = np.empty((int(near.sum()), n))
            _rank_exactly(scores[near], self.tol, self.ascending, self.ties, exact)
            ranks[near] = exact


def _rank_exactly(
    scores: NDArray[np.float64], tol: float, ascending: bool, ties: Ties, ranks: NDArray[np.float64]
) -> None:
    rows, n = scores.shape
    key = scores if ascending else -scores
    order = np.argsort(key, axis=1, kind="stable")  # NaN last
    ordered = np.take_along_axis(key, order, axis=1)
    new = np.ones((rows, n), dtype=bool)
    with np.errstate(invalid="ignore"):
        apart = ordered[:, 1:] - ordered[:, :-1] > tol
    new[:, 1:] = apart | np.isnan(ordered[:, 1:])
    place = np.arange(n)
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    ends = np.ones((rows, n), dtype=bool)
    ends[:, :-1] = new[:, 1:]
    last = np.minimum.accumulate(np.where(ends, place, n - 1)[:, ::-1], axis=1)[:, ::-1]
    if ties == "dense":
        placed = np.cumsum(new, axis=1).astype(np.float64)
    else:
        placed = {"average": (first + last) / 2.0, "min": first, "max": last}[ties] + 1.0
    placed[np.isnan(ordered)] = np.nan
    np.put_along_axis(ranks, order, placed, axis=1)
