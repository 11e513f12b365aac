"""The tally of many units: what grows with their square is counted in ranges, for neighbours, or in part.

Where it differs from `monotown.sensitivity.tally.Tally`: a rank above the 2,048th is known to a place
or two, shares of ranks are those of `BANDS` ranges, pairs are neighbours in the baseline order, a unit
that shares the first place is not first, and Kendall's correlation is the mean over one draw in `COMPARED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array, Counts
from monotown.base.many import FEW, order_of
from monotown.base.ties import TOLERANCE
from monotown.methods.ranks import rank
from monotown.sensitivity.tally import BINS, TOGETHER, Baseline, Tally

#: Ranges of ranks of which shares are told, each of equally many ranks but for the last.
BANDS: Final = 20

#: Ranks and half ranks that are counted apart for a unit at most.
PLACES: Final = 4096

#: Scores of many units worked on at a time.
CELLS: Final = 1 << 19

#: Bins of the mean shift of a draw, at most.
_SHIFTS: Final = 1 << 20

#: One draw in so many is compared with the baseline pair by pair.
COMPARED: Final = 32


def tally_of(baseline: Baseline, leaves: int) -> Tally:
    """An empty tally for the units of a baseline, by how many there are."""
    return (Tally if len(baseline.scores) <= FEW else ManyTally)(baseline, leaves)


def tally_from(state: Mapping[str, NDArray[np.generic]]) -> Tally:
    """A tally from what its ``state`` gave."""
    return (Tally if len(state["baseline_scores"]) <= FEW else ManyTally).from_state(state)


def sampled(units: int) -> NDArray[np.int64]:
    """Places, best first, of the units on which convergence is judged: all of a few, else `FEW` evenly spread.

    Examples
    --------
    >>> sampled(3).tolist(), len(sampled(5000))
    ([0, 1, 2], 100)
    """
    return np.linspace(0, units - 1, min(units, FEW)).round().astype(np.int64)


def concordance(base: Array, ranks: Array) -> Counts:
    """Pairs of units in the baseline's order less pairs against it, in each draw, shape (draws,).

    Parameters
    ----------
    base
        Baseline ranks, shape (units,).
    ranks
        Shape (draws, units).

    Examples
    --------
    >>> concordance(np.array([1.0, 2.0, 3.0]), np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 3.0]])).tolist()
    [3, 1]
    """
    from scipy.stats import kendalltau  # half a second

    total = len(base) * (len(base) - 1) // 2

    def untied(row: Array) -> float:
        sizes = np.unique(row, return_counts=True)[1]
        return float(total - (sizes * (sizes - 1) // 2).sum())

    own = untied(base)
    found = np.zeros(len(ranks), np.int64)
    for i, row in enumerate(ranks):
        scale = np.sqrt(own) * np.sqrt(untied(row))
        if scale > 0:
            found[i] = round(float(kendalltau(base, row, method="asymptotic").statistic) * scale)
    return found


@dataclass
class ManyTally(Tally):
    """Counts over draws of more than `FEW` units; memory grows with the units.

    Attributes
    ----------
    ranks
        Shape (units, places): draws by the unit's rank, in steps of half a rank or a few.
    wins
        Shape (units - 1,): twice the draws in which a unit of the baseline order is above the next.
    shifts
        Draws by the sum of the units' shifts, in bins.
    same, near, alone
        Shape (units,): draws in which a unit has its baseline rank, is within one place of it, is
        first alone.
    concordant, compared
        Pairs in the baseline's order less pairs against it, over so many draws.
    """

    same: Counts = field(init=False)
    near: Counts = field(init=False)
    alone: Counts = field(init=False)
    concordant: int = 0
    compared: int = 0

    counts: ClassVar[tuple[str, ...]] = (*Tally.counts, "same", "near", "alone", "concordant", "compared")

    def __post_init__(self) -> None:
        n = len(self.baseline.scores)
        self._width = -(-(2 * n - 1) // PLACES)
        self._order = np.array(order_of([f"{i:09}" for i in range(n)], self.baseline.scores))
        self.ranks = np.zeros((n, -(-(2 * n - 1) // self._width)), np.int32)
        self.scores = np.zeros((n, BINS), np.int32)
        self.wins = np.zeros(n - 1, np.int64)
        self.shifts = np.zeros(min(n * n + 1, _SHIFTS), np.int64)
        self.same_top = np.zeros(n, np.int64)
        self.first_weights = np.zeros((n, self.leaves), np.int64)
        self.same, self.near, self.alone = (np.zeros(n, np.int64) for _ in range(3))

    @property
    def _shift_width(self) -> int:
        n = len(self.baseline.scores)
        return -(-(n * n + 1) // len(self.shifts))

    def add(self, scores: ArrayLike, weights: ArrayLike | None = None) -> Array:
        """Count draws, as `Tally.add`."""
        table = np.asarray(scores, dtype=np.float64)
        rows, n = table.shape
        placed = rank(table, tol=TOLERANCE)
        if rows == 0:
            return placed
        self.draws += rows
        base = self.baseline
        units = np.arange(n)
        bins = np.clip((table - base.low) / ((base.high - base.low) / BINS), 0, BINS - 1).astype(np.int64)
        np.add.at(self.scores.reshape(-1), (bins + units * BINS).ravel(), 1)
        doubled = np.rint(2 * placed).astype(np.int64)
        places = (doubled - 2) // self._width + units * self.ranks.shape[1]
        np.add.at(self.ranks.reshape(-1), places.ravel(), 1)
        shift = np.abs(doubled - np.rint(2 * base.ranks).astype(np.int64))
        self.same += (shift == 0).sum(axis=0)
        self.near += (shift <= 2).sum(axis=0)
        self.squares += int((shift**2).sum())
        summed = shift.sum(axis=1)
        self.doubled_shift += int(summed.sum())
        self.shifts += np.bincount(summed // 2 // self._shift_width, minlength=len(self.shifts))
        self.same_order += int((summed == 0).sum())
        ordered = placed[:, self._order]
        self.wins += (ordered[:, :-1] < ordered[:, 1:]).sum(axis=0) + (ordered[:, :-1] <= ordered[:, 1:]).sum(axis=0)
        # a rank shared across the edge of the best k is above it
        reached = np.maximum.accumulate(np.ceil(ordered), axis=1) <= np.arange(1, n + 1)
        self.same_top += reached.sum(axis=0)
        best = np.argmin(placed, axis=1)
        first = placed[np.arange(rows), best] == 1.0
        np.add.at(self.alone, best[first], 1)
        if weights is not None:
            self._add_weights(best[first], np.asarray(weights)[first])
        some = placed[::COMPARED]
        self.concordant += int(concordance(base.ranks, some).sum())
        self.compared += len(some)
        return placed

    def _middle(self) -> Array:
        """Rank in the middle of each place, shape (places,)."""
        starts = np.arange(self.ranks.shape[1]) * self._width
        ends = np.minimum(starts + self._width - 1, 2 * len(self.ranks) - 2)
        return 1 + (starts + ends) / 4

    @property
    def steps(self) -> Counts:
        """The first rank of each range, shape (ranges,)."""
        n = len(self.ranks)
        return np.arange(1, n + 1, -(-n // BANDS))

    def acceptability(self) -> Array:
        """Shares of draws in which a unit's rank is in a range, shape (units, ranges); see `steps`.

        A shared rank counts where its average is.
        """
        band = np.searchsorted(self.steps, self._middle(), side="right") - 1
        starts = np.searchsorted(band, np.arange(len(self.steps)))
        return np.asarray(np.add.reduceat(self.ranks, starts, axis=1, dtype=np.int64) / self.draws)

    def first(self) -> Array:
        """Share of draws in which a unit alone is first, shape (units,)."""
        return self.alone / self.draws

    def holistic(self) -> Array:
        """Holistic acceptability, shape (units,)."""
        n = len(self.ranks)
        tails = np.cumsum(1 / np.arange(n, 0, -1))[::-1]
        alpha = np.interp(self._middle(), np.arange(1, n + 1), tails / tails[0])
        # some units at a time: the product makes numbers of all counts
        parts = [self.ranks[start : start + TOGETHER] @ alpha for start in range(0, n, TOGETHER)]
        return np.concatenate(parts) / self.draws

    def pairs(self) -> list[tuple[int, int, float]]:
        """Two units next to each other at the baseline, and the share of draws in which the one is above the other."""
        shares = self.wins / (2 * self.draws)
        one, other = self._order[:-1].tolist(), self._order[1:].tolist()
        told = zip(one, other, shares.tolist(), strict=True)
        return [row for i, j, share in told for row in ((i, j, share), (j, i, 1 - share))]

    def rank_quantiles(self, probabilities: ArrayLike) -> Array:
        """Ranks at probabilities, shape (units, probabilities), to the width of a place."""
        p = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
        reached = np.cumsum(self.ranks, axis=1, dtype=np.int32)
        need = np.maximum(np.ceil(p * self.draws - 1e-9), 1)
        middle = self._middle()
        return np.stack([middle[np.argmax(reached >= k, axis=1)] for k in need], axis=1)

    def snapshot(self) -> Counts:
        """Not counted: raises ValueError."""
        raise ValueError("the ranks of many units are not counted one by one")

    def within(self, distance: float) -> Array:
        """Share of draws in which a unit is within 0 or 1 places of its baseline rank."""
        if distance not in (0, 1):
            raise ValueError(f"of many units only shares within 0 and 1 places are counted, not {distance}")
        return np.asarray((self.near if distance else self.same) / self.draws)

    def shift_quantiles(self, probabilities: ArrayLike) -> Array:
        """Quantiles over draws of the mean shift, to the width of a bin."""
        return super().shift_quantiles(probabilities) * self._shift_width

    def mean_kendall(self) -> float:
        """Mean of Kendall's tau-a with the baseline over the draws compared."""
        n = len(self.ranks)
        return 2 * self.concordant / (self.compared * n * (n - 1))

    def central_weights(self) -> Array:
        """As `Tally.central_weights`."""
        return self._central(self.alone)
