"""Counts of what many draws did to scores and ranks: integers only, so that shards add up exactly.

A tally grows with the units, not with the draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array, Counts
from monotown.base.ties import TOLERANCE
from monotown.methods.ranks import rank

#: Bins of a unit's score; a quantile is right to the width of one.
BINS: Final = 4096

#: Units whose counts are summed together.
TOGETHER: Final = 256

#: Weights are summed as whole numbers of 2^-32, which keeps a thousand million draws exact.
_SCALE: Final = 2.0**32


@dataclass(frozen=True)
class Baseline:
    """What the draws are compared with.

    Attributes
    ----------
    scores
        Baseline score of each unit, shape (units,); no missing values.
    ranks
        Its ranks.
    low, high
        Range of each unit's score bins; a score outside is counted in the first or last bin.
    """

    scores: Array
    ranks: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, scores: ArrayLike, pilot: ArrayLike) -> Baseline:
        """A baseline whose score bins span twice the range of a pilot block of draws.

        Parameters
        ----------
        scores
            Shape (units,), finite.
        pilot
            Scores of the first block, shape (draws, units). Every shard must use the same.
        """
        base = np.asarray(scores, dtype=np.float64)
        first = np.asarray(pilot, dtype=np.float64)
        if base.ndim != 1 or not np.isfinite(base).all():
            raise ValueError("baseline scores have shape (units,) and no missing values")
        low = np.minimum(first.min(axis=0), base)
        high = np.maximum(first.max(axis=0), base)
        margin = np.maximum((high - low) / 2, 1e-6)
        return cls(base, rank(base), low - margin, high + margin)


@dataclass
class Tally:
    """Counts over draws; `add` a block of them, `merge` two shards.

    Attributes
    ----------
    baseline
        What the draws are compared with.
    draws
        Draws counted.
    ranks
        Shape (units, units): draws in which unit i has rank r + 1, untied.
    ties
        (unit, first, last) to the number of draws in which the unit shares the ranks from first
        to last.
    scores
        Shape (units, BINS): draws by the unit's score.
    wins
        Shape (units, units): twice the draws in which i is above j; a tie counts 1.
    shifts
        Shape (units^2 + 1,): draws by the sum over units of |rank - baseline rank|, in whole ranks
        (half ranks are rounded to even).
    squares
        Four times the sum over draws and units of (rank - baseline rank)^2.
    doubled_shift
        Twice the sum over draws and units of |rank - baseline rank|.
    same_order
        Draws in which every unit has its baseline rank.
    same_top
        Shape (units,): draws in which the best k units are those of the baseline, k = 1 first.
    first_weights
        Shape (units, leaves): sum of the weights of the draws in which the unit alone is first,
        in 2^-32.
    """

    baseline: Baseline
    leaves: int
    draws: int = 0
    ranks: Counts = field(init=False)
    ties: dict[tuple[int, int, int], int] = field(default_factory=dict)
    scores: Counts = field(init=False)
    wins: Counts = field(init=False)
    shifts: Counts = field(init=False)
    squares: int = 0
    doubled_shift: int = 0
    same_order: int = 0
    same_top: Counts = field(init=False)
    first_weights: Counts = field(init=False)

    #: Names of what shards add up.
    counts: ClassVar[tuple[str, ...]] = (
        "draws",
        "ranks",
        "scores",
        "wins",
        "shifts",
        "squares",
        "doubled_shift",
        "same_order",
        "same_top",
        "first_weights",
    )

    def __post_init__(self) -> None:
        n = len(self.baseline.scores)
        self.ranks = np.zeros((n, n), np.int64)
        self.scores = np.zeros((n, BINS), np.int64)
        self.wins = np.zeros((n, n), np.int64)
        self.shifts = np.zeros(n * n + 1, np.int64)
        self.same_top = np.zeros(n, np.int64)
        self.first_weights = np.zeros((n, self.leaves), np.int64)

    def add(self, scores: ArrayLike, weights: ArrayLike | None = None) -> Array:
        """Count draws.

        Parameters
        ----------
        scores
            Shape (draws, units), finite, higher is better.
        weights
            Shape (draws, leaves), to find the weights that favour each unit; or None.

        Returns
        -------
        ndarray
            Ranks, shape (draws, units).
        """
        table = np.asarray(scores, dtype=np.float64)
        rows, n = table.shape
        placed = rank(table, tol=TOLERANCE)
        if rows == 0:
            return placed
        self.draws += rows
        self._add_scores(table)
        base = self.baseline.ranks
        # whole numbers from here: doubled ranks are exact
        doubled = (2 * placed).astype(np.int64)
        shift = np.abs(doubled - (2 * base).astype(np.int64))
        self.squares += int((shift**2).sum())
        summed = shift.sum(axis=1)
        self.doubled_shift += int(summed.sum())
        self.shifts += np.bincount(summed // 2, minlength=n * n + 1)
        self.same_order += int((summed == 0).sum())
        # sum of squared ranks falls short exactly where a row has ties
        full = n * (n + 1) * (2 * n + 1) / 6
        tied = (placed**2).sum(axis=1) < full - 0.25
        clear = placed[~tied].astype(np.int64) - 1
        self.ranks += np.bincount((clear + np.arange(n) * n).ravel(), minlength=n * n).reshape(n, n)
        first = last = placed
        if tied.any():
            first, last = placed.copy(), placed.copy()
            first[tied], last[tied] = self._add_ties(placed[tied])
        self._add_wins(first, tied)
        order = np.argsort(base, kind="stable")
        reached = np.maximum.accumulate(last[:, order], axis=1) <= np.arange(1, n + 1)
        self.same_top += reached.sum(axis=0)
        if weights is not None:
            best = np.argmin(placed, axis=1)
            alone = placed[np.arange(rows), best] == 1.0
            self._add_weights(best[alone], np.asarray(weights)[alone])
        return placed

    def _add_weights(self, units: NDArray[np.int64], weights: Array) -> None:
        """Count the weights of draws in which a unit alone is first."""
        np.add.at(self.first_weights, units, np.rint(weights * _SCALE).astype(np.int64))

    def _add_scores(self, table: Array) -> None:
        n = table.shape[1]
        base = self.baseline
        step = (base.high - base.low) / BINS
        bins = np.clip((table - base.low) / step, 0, BINS - 1).astype(np.int64)
        flat = (bins + np.arange(n) * BINS).ravel()
        self.scores += np.bincount(flat, minlength=n * BINS).reshape(n, BINS)

    def _add_ties(self, placed: Array) -> tuple[Array, Array]:
        """Count rows with ties; returns the first and last rank that each unit shares."""
        n = placed.shape[1]
        size = np.empty_like(placed)
        for j in range(n):
            size[:, j] = (placed == placed[:, [j]]).sum(axis=1)
        first = (placed - (size - 1) / 2).astype(np.int64)
        last = first + size.astype(np.int64) - 1
        code = (np.arange(n) * n + first - 1) * n + last - 1
        alone = first == last
        self.ranks += np.bincount(code[alone] // n, minlength=n * n).reshape(n, n)
        code = code[~alone]
        for value, count in zip(*np.unique(code, return_counts=True), strict=True):
            key = (int(value) // n**2, int(value) // n % n + 1, int(value) % n + 1)
            self.ties[key] = self.ties.get(key, 0) + int(count)
        return first.astype(np.float64), last.astype(np.float64)

    def _add_wins(self, first: Array, tied: NDArray[np.bool_]) -> None:
        rows, n = first.shape
        # eight draws to a word, and no more than 255 words to a sum, so that bytes never carry
        words = -(-rows // 8)
        size = min(words, 128)
        columns = np.zeros((n, -(-words // size) * size * 8), np.uint8 if n < 256 else np.uint16)
        columns[:, :rows] = first.T
        for i in range(n - 1):
            above = (columns[i] < columns[i + 1 :]).view(np.uint64)
            lanes = above.reshape(n - 1 - i, -1, size).sum(axis=2, dtype=np.uint64)
            wins = lanes.view(np.uint8).sum(axis=1, dtype=np.int64)
            self.wins[i, i + 1 :] += 2 * wins
            self.wins[i + 1 :, i] += 2 * (rows - wins)
        for row in first[tied]:
            # a pair with one rank counts 1 each, not 0 and 2
            level = np.triu(row[:, None] == row, k=1)
            self.wins += level
            self.wins -= level.T

    def merge(self, other: Tally) -> None:
        """Take in the counts of another shard of the same run.

        Raises
        ------
        ValueError
            If its baseline differs.
        """
        if any(
            not np.array_equal(getattr(self.baseline, f.name), getattr(other.baseline, f.name))
            for f in fields(Baseline)
        ):
            raise ValueError("only shards of one run, with one baseline, can be merged")
        for key, count in other.ties.items():
            self.ties[key] = self.ties.get(key, 0) + count
        self.ties = dict(sorted(self.ties.items()))
        for name in self.counts:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Everything as arrays, to store a shard."""
        tied = [[*key, count] for key, count in sorted(self.ties.items())]
        return {
            **{f"baseline_{f.name}": getattr(self.baseline, f.name) for f in fields(Baseline)},
            **{name: np.asarray(getattr(self, name), dtype=np.int64) for name in self.counts},
            "ties": np.array(tied, dtype=np.int64).reshape(-1, 4),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, NDArray[np.generic]]) -> Tally:
        """A tally from what `state` gave."""
        base = Baseline(**{f.name: np.asarray(state[f"baseline_{f.name}"], float) for f in fields(Baseline)})
        made = cls(base, state["first_weights"].shape[1])
        for name in cls.counts:
            value = state[name]
            kept = getattr(made, name)
            setattr(made, name, value.astype(kept.dtype) if value.ndim else int(value))
        made.ties = {(int(i), int(a), int(b)): int(c) for i, a, b, c in state["ties"]}
        return made

    # what the counts say

    def acceptability(self) -> Array:
        """Rank acceptability ``b_i^r``, shape (units, ranks); rows and columns sum to 1.

        The share of draws in which unit i has rank r; units that share ranks have equal parts of
        them. Lahdelma and Salminen (2001), SMAA-2, Operations Research 49(3), eq. 6.
        """
        parts = self.ranks.astype(np.float64)
        for (unit, first, last), count in sorted(self.ties.items()):
            parts[unit, first - 1 : last] += count / (last - first + 1)
        return parts / self.draws

    @property
    def steps(self) -> Counts:
        """The first rank of each column of `acceptability`, shape (columns,)."""
        return np.arange(1, len(self.ranks) + 1)

    def first(self) -> Array:
        """Share of draws in which a unit is first, shape (units,)."""
        return np.asarray(self.acceptability()[:, 0])

    def holistic(self) -> Array:
        """Holistic acceptability, shape (units,)."""
        return holistic(self.acceptability())

    def pairs(self) -> list[tuple[int, int, float]]:
        """Two units, by their places, and the share of draws in which the one is above the other."""
        shares = self.pairwise().tolist()
        return [(i, j, share) for i, row in enumerate(shares) for j, share in enumerate(row) if i != j]

    def pairwise(self) -> Array:
        """Share of draws in which i is above j, ties counting half; 0.5 on the diagonal.

        Leskinen et al. (2006), pairwise winning index.
        """
        shares = self.wins / (2 * self.draws)
        np.fill_diagonal(shares, 0.5)
        return np.asarray(shares)

    def rank_quantiles(self, probabilities: ArrayLike) -> Array:
        """Ranks at probabilities, shape (units, probabilities): the least rank r with P(rank <= r)
        at least p. A shared rank is the average of those shared.
        """
        return rank_quantiles(self.snapshot(), probabilities)

    def snapshot(self) -> Counts:
        """Draws in which unit i has average rank 1, 1.5, 2, …; shape (units, 2 units - 1)."""
        n = len(self.ranks)
        counts = np.zeros((n, 2 * n - 1), np.int64)
        counts[:, ::2] = self.ranks
        for (unit, first, last), count in self.ties.items():
            counts[unit, first + last - 2] += count
        return counts

    def within(self, distance: float) -> Array:
        """Share of draws in which a unit's rank is at most `distance` from its baseline rank."""
        counts = self.snapshot()
        values = np.arange(2, counts.shape[1] + 2) / 2
        near = np.abs(values - self.baseline.ranks[:, None]) <= distance + TOLERANCE
        return np.asarray((counts * near).sum(axis=1) / self.draws)

    def score_quantiles(self, probabilities: ArrayLike) -> Array:
        """Scores at probabilities, shape (units, probabilities), linear within a bin."""
        p = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
        width = (self.baseline.high - self.baseline.low) / BINS
        found = np.empty((len(self.scores), len(p)))
        for start in range(0, len(found), TOGETHER):
            units = slice(start, start + TOGETHER)
            counts = self.scores[units]
            reached, rows = np.cumsum(counts, axis=1), np.arange(len(counts))
            for k, share in enumerate(p):
                need = share * self.draws
                place = np.argmax(reached >= max(need, 1e-9), axis=1)
                inside = counts[rows, place]
                before = reached[rows, place] - inside
                part = np.clip((need - before) / np.maximum(inside, 1), 0, 1)
                found[units, k] = self.baseline.low[units] + width[units] * (place + part)
        return found

    def mean_shift(self) -> float:
        """Mean over draws and units of |rank - baseline rank| (Saisana et al. 2005, eq. 2)."""
        return self.doubled_shift / (2 * self.draws * len(self.ranks))

    def shift_quantiles(self, probabilities: ArrayLike) -> Array:
        """Quantiles over draws of the mean |rank - baseline rank| of the units."""
        p = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
        reached = np.cumsum(self.shifts)
        need = np.maximum(np.ceil(p * self.draws - 1e-9), 1)
        return np.asarray(np.searchsorted(reached, need) / len(self.ranks))

    def mean_spearman(self) -> float:
        """Mean over draws of Spearman's correlation with the baseline ranks.

        ``1 - 6 sum d^2 / (n (n^2 - 1))``, exact where neither has ties.
        """
        n = len(self.ranks)
        return 1 - 6 * (self.squares / 4) / self.draws / (n * (n**2 - 1)) if n > 1 else np.nan

    def mean_kendall(self) -> float:
        """Mean over draws of Kendall's tau-a with the baseline ranks, from the pairwise wins."""
        n = len(self.ranks)
        base = self.baseline.ranks
        above = np.sign(base[None, :] - base[:, None])  # +1 where i is above j at the baseline
        agreed = above * (2 * self.wins / (2 * self.draws) - 1)
        return float(agreed.sum() / (n * (n - 1))) if n > 1 else np.nan

    def top_stability(self) -> Array:
        """Share of draws whose best k units are those of the baseline, k = 1..units.

        NaN where a tie at the baseline leaves the best k undefined.
        """
        shares = self.same_top / self.draws
        order = np.sort(self.baseline.ranks)
        shares[:-1][order[1:] == order[:-1]] = np.nan
        return np.asarray(shares)

    def central_weights(self) -> Array:
        """SMAA central weights, shape (units, leaves): the mean weights of the draws in which the
        unit is first; NaN where it never is. Lahdelma and Salminen (2001), eq. 8.
        """
        return self._central(self.ranks[:, 0])

    def _central(self, alone: Counts) -> Array:
        times = alone[:, None].astype(np.float64)
        times[times == 0] = np.nan
        return np.asarray(self.first_weights / _SCALE / times)


def rank_quantiles(counts: Counts, probabilities: ArrayLike) -> Array:
    """The least rank that so large a share of the draws reaches, shape (units, probabilities).

    Parameters
    ----------
    counts
        Draws by rank 1, 1.5, 2, …, shape (units, places), each row with the same sum.

    Examples
    --------
    >>> rank_quantiles(np.array([[6, 0, 4]]), [0.5, 0.7]).tolist()
    [[1.0, 2.0]]
    """
    p = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
    reached = np.cumsum(counts, axis=1)
    # draws that must be reached; the small number absorbs p * draws just above a whole number
    need = np.maximum(np.ceil(p * reached[0, -1] - 1e-9), 1)
    return np.stack([1 + np.argmax(reached >= k, axis=1) / 2 for k in need], axis=1)


def holistic(acceptability: ArrayLike) -> Array:
    """Holistic acceptability ``a_i = sum_r alpha_r b_i^r`` (Lahdelma and Salminen 2001, eq. 13).

    ``b`` has shape (units, ranks); the weights of the ranks are centroid weights:
    ``alpha_r = (sum_{k=r}^n 1/k) / (sum_{k=1}^n 1/k)``.

    Examples
    --------
    >>> holistic([[0.5, 0.5], [0.5, 0.5]]).round(4).tolist()
    [0.6667, 0.6667]
    """
    b = np.asarray(acceptability, dtype=np.float64)
    tails = np.cumsum(1 / np.arange(b.shape[1], 0, -1))[::-1]
    return np.asarray(b @ (tails / tails[0]))
