"""Agreement of the ranks with the baseline, parted by the levels of each discrete input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array, Counts
from monotown.base.many import FEW
from monotown.sensitivity.many import COMPARED, concordance

#: Draws compared at a time.
_ROWS = 4096


@dataclass
class ByLevel:
    """Whole-number sums over draws, one row a level; `add` draws, `merge` shards.

    Attributes
    ----------
    ranks
        Baseline ranks, shape (units,).
    levels
        Number of levels of each factor.
    sums
        Shape (levels of all factors, 5): draws; twice the sum of |rank - baseline rank|; four times
        the sum of its square; pairs of units in the baseline's order less pairs against it; draws in
        which every unit has its baseline rank.
    """

    ranks: Array
    levels: tuple[int, ...]
    sums: Counts = field(init=False)

    def __post_init__(self) -> None:
        self.many = len(self.ranks) > FEW
        self.sums = np.zeros((sum(self.levels), 6 if self.many else 5), np.int64)
        self._starts = np.cumsum([0, *self.levels])

    def add(self, ranks: ArrayLike, levels: ArrayLike) -> None:
        """Count draws.

        Parameters
        ----------
        ranks
            Shape (draws, units).
        levels
            Shape (draws, factors): number of the level of each factor.
        """
        placed, chosen = np.asarray(ranks), np.asarray(levels) + self._starts[:-1]
        for start in range(0, len(placed), _ROWS):
            part = slice(start, start + _ROWS)
            rows = self._rows(placed[part])
            for places in chosen[part].T:
                np.add.at(self.sums, places, rows)

    def _rows(self, ranks: Array) -> Counts:
        doubled = (2 * ranks).astype(np.int64)
        base = (2 * self.ranks).astype(np.int64)
        shift = np.abs(doubled - base)
        total = shift.sum(axis=1)
        if self.many:
            agreed, compared = np.zeros((2, len(ranks)), np.int64)
            if max(self.levels) > 1:
                agreed[::COMPARED] = concordance(self.ranks, ranks[::COMPARED])
                compared[::COMPARED] = 1
            squares = (shift**2).sum(axis=1)
            return np.column_stack([np.ones_like(total), total, squares, agreed, total == 0, compared])
        agreed = np.zeros(len(ranks), np.int64)
        columns = np.ascontiguousarray(doubled.T.astype(np.int16))
        for i in range(len(base) - 1):
            way = np.sign(base[i + 1 :] - base[i]).astype(np.int16)
            found = np.sign(columns[i + 1 :] - columns[i])
            agreed += way.astype(np.int64) @ found
        return np.column_stack([np.ones_like(total), total, (shift**2).sum(axis=1), agreed, total == 0])

    def merge(self, other: ByLevel) -> None:
        """Take in the counts of another shard of the same run."""
        if other.levels != self.levels or not np.array_equal(other.ranks, self.ranks):
            raise ValueError("only shards of one run, with one baseline, can be merged")
        self.sums += other.sums

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Everything as arrays, to store a shard."""
        return {
            "level_ranks": self.ranks,
            "level_numbers": np.array(self.levels, dtype=np.int64),
            "level_sums": self.sums,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, NDArray[np.generic]]) -> ByLevel:
        """What `state` gave."""
        levels = tuple(int(n) for n in state["level_numbers"])
        made = cls(np.asarray(state["level_ranks"], np.float64), levels)
        made.sums = np.array(state["level_sums"], np.int64)
        return made

    def table(self, factor: int) -> Array:
        """Agreement by level, shape (levels, 5), NaN where a level was never drawn.

        Columns: draws, mean of Kendall's tau-a with the baseline, mean of Spearman's correlation,
        mean |rank - baseline rank|, share of draws with the baseline's order.
        """
        mine = self.sums[self._starts[factor] : self._starts[factor + 1]]
        draws, shift, squares, pairs, same = mine[:, :5].T.astype(np.float64)
        compared = mine[:, 5].astype(np.float64) if self.many else draws
        n = len(self.ranks)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.column_stack(
                [
                    draws,
                    pairs / compared / (n * (n - 1) / 2),
                    1 - 6 * (squares / 4) / draws / (n * (n**2 - 1)),
                    shift / 2 / draws / n,
                    same / draws,
                ]
            )
