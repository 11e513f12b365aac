"""Many replicates of one year of a view, every uncertain input drawn anew for each.

A replicate is decided by the seed, the view and its number alone: the same in any shard, at any
number of draws, or by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base.arrays import Array, Counts, alike
from monotown.base.many import FEW
from monotown.base.streams import Stream
from monotown.index.kernel import BATCH, evaluate
from monotown.index.model import IndexModel
from monotown.methods.ranks import rank
from monotown.sensitivity.convergence import ByLevel
from monotown.sensitivity.design import Noise, Variants, cumulative
from monotown.sensitivity.draws import BLOCK, WeightDraws, blocks
from monotown.sensitivity.many import CELLS, sampled, tally_from, tally_of
from monotown.sensitivity.monte_carlo_error import check_points, rank_sums
from monotown.sensitivity.tally import Baseline, Tally

#: Blocks that are grouped by their settings together.
GROUPED: Final = 4

#: Replicates that share a data table of random errors, spread evenly over a block. A table costs
#: some thirty times what a replicate on it does, so sharing saves time; but replicates that share
#: one are alike, and add less to what is known. The best number is about
#: ``sqrt(30 (1 - r) / r)`` (Cochran 1977, chapter 10), r the correlation within a table: from 5
#: to 17 in the project's own views. It divides `BLOCK`.
SHARING: Final = 8

#: The same of more than `FEW` units, whose tables are as much larger.
SHARING_MANY: Final = 64

#: Replicates of which the range of the scores of many units is taken.
_PILOT: Final = 512

#: Inputs of which a level is another scale.
SCALING: Final = ("missing", "outliers", "year_window", "goalpost_set", "transform", "normalisation")

#: Data tables that the confidence factors rest on where data tables vary.
CONFIDENCE_TABLES: Final = 2000


@dataclass(frozen=True)
class Drawn:
    """Settings of some replicates.

    Attributes
    ----------
    levels
        Shape (replicates, factors): number of the level of each factor.
    weights
        Shape (replicates, leaves).
    table
        Shape (replicates,): row of `noise` that is each replicate's.
    noise
        Random numbers of data tables.
    """

    levels: NDArray[np.int64]
    weights: Array
    table: NDArray[np.int64]
    noise: Noise


class MonteCarloRun:
    """Draws and evaluates the replicates of one analysis.

    Parameters
    ----------
    variants
        What may vary.
    analysis
        Its name; other analyses of the same view see the same weights where they draw them by the
        same law, as do all years.
    seed
        The run's seed.
    """

    def __init__(self, variants: Variants, analysis: str, seed: int) -> None:
        self.variants, self.analysis, self.seed = variants, analysis, seed
        self._cumulative = cumulative(variants.probabilities)
        self.factors = tuple(f.name for f in variants.factors)
        law = variants.inputs.weights
        self.weight_draws = None
        if law is not None:
            self.weight_draws = WeightDraws(variants.model, law, self._stream(law.name))
        self.many = variants.ranked_together > FEW
        self.sharing = SHARING_MANY if self.many else SHARING
        tables = BLOCK // self.sharing
        #: table of each replicate of a block: those of many units stand together
        self._table = np.arange(BLOCK) // self.sharing if self.many else np.arange(BLOCK) % tables
        names = [f.name for f in variants.factors if len(f.levels) > 1]
        #: scores of replicates stand on different scales, and are put on the baseline's
        self.rescaled = bool({"normalisation", "aggregation"} & set(names))
        power = all(n.aggregation.exponent is not None for m in variants.models.values() for n in m.nodes)
        #: draws are worked out together, each with the scores of its own scale
        self.stacked = power and not self.many and not variants.inputs.own_tables and bool(set(names) & set(SCALING))

    def _stream(self, name: str) -> Stream:
        return Stream(self.seed, f"{self.variants.view}/{name}")

    # settings

    def draw(self, block: int) -> Drawn:
        """Settings of the replicates of one block."""
        v = self.variants
        levels = np.zeros((BLOCK, len(v.factors)), np.int64)
        before = np.zeros(BLOCK, np.int64)
        for k, (factor, shares) in enumerate(zip(v.factors, self._cumulative, strict=True)):
            if len(factor.levels) > 1:
                u = self._stream(f"{self.analysis}/{factor.name}").generator(block).random(BLOCK)
                levels[:, k] = (u[:, None] >= shares[before]).sum(axis=1)
            before = before * len(factor.levels) + levels[:, k]
        centres = self.centres(levels)
        if self.weight_draws is not None:
            weights = self.weight_draws.block(block, centres)
        elif centres is not None:
            weights = centres
        else:
            weights = np.tile(v.model.weights, (BLOCK, 1))
        weights = v.leave_out(weights, levels[:, -1])
        shape = (BLOCK // self.sharing, *v.case.z.shape)
        error = posts = None
        if v.errors is not None:
            numbers = self._stream("data_error").generator(block)
            error = numbers.standard_normal((shape[0], len(v.errors.units), v.errors.columns))
        if v.inputs.goalposts:
            posts = self._stream("goalposts").generator(block).random((shape[0], shape[2], 2))
        return Drawn(levels, weights, self._table, Noise(error, posts))

    def centres(self, levels: NDArray[np.int64]) -> Array | None:
        """Weights of each replicate's scheme, shape (replicates, leaves); None for the view's."""
        v = self.variants
        if len(v.factors[-2].levels) == 1 and v.factors[-2].levels[0].value == "baseline":
            return None
        centres = np.empty((len(levels), len(v.model.measures)))
        for key, rows in _groups(levels[:, [*range(v.data_factors), -2]]):
            centres[rows] = v.centre(key[:-1], key[-1])
        return centres

    def settings(self, numbers: Sequence[int]) -> pd.DataFrame:
        """The record of some replicates: level of every input, and their weights.

        Parameters
        ----------
        numbers
            Numbers of the replicates, from 0.

        Returns
        -------
        pandas.DataFrame
            ``replicate``; one column a discrete input that varies; ``data_table``, the number of
            its table of random errors (`SHARING` replicates share one, of many units `SHARING_MANY`),
            where there are any; ``weight:<measure>`` for each.
        """
        wanted = np.asarray(numbers, dtype=np.int64)
        if len(wanted) and wanted.min() < 0:
            raise ValueError(f"replicates are numbered from 0, not {wanted.min()}")
        v = self.variants
        levels = np.empty((len(wanted), len(v.factors)), np.int64)
        weights = np.empty((len(wanted), len(v.model.measures)))
        for block in np.unique(wanted // BLOCK):
            here = wanted // BLOCK == block
            drawn = self.draw(int(block))
            levels[here] = drawn.levels[wanted[here] % BLOCK]
            weights[here] = drawn.weights[wanted[here] % BLOCK]
        columns: dict[str, object] = {"replicate": wanted}
        for k, factor in enumerate(v.factors):
            if len(factor.levels) > 1:
                names = np.array([level.name for level in factor.levels], dtype=object)
                columns[factor.name] = names[levels[:, k]]
        if v.inputs.own_tables:
            columns["data_table"] = wanted // BLOCK * (BLOCK // self.sharing) + self._table[wanted % BLOCK]
        for j, measure in enumerate(v.model.measures):
            columns[f"weight:{measure}"] = weights[:, j]
        return pd.DataFrame(columns)

    # scores

    def scores(self, drawn: Drawn, rows: NDArray[np.int64] | None = None, each: bool = False) -> Array:
        """Scores of replicates as drawn, shape (replicates, units).

        Parameters
        ----------
        drawn
            Settings.
        rows
            Those wanted; all by default.
        each
            Every replicate has a data table of its own: all are evaluated together. Results may
            differ in the last bits from those of the run.
        """
        v = self.variants
        chosen = np.arange(len(drawn.levels)) if rows is None else rows
        result = np.empty((len(chosen), len(v.case.units)))
        n = v.data_factors
        levels = drawn.levels[chosen]
        if self.stacked or (v.inputs.own_tables and each):
            if v.inputs.own_tables:
                mine = drawn.table[chosen]
                every = np.array_equal(mine, np.arange(len(drawn.noise)))
                tables = v.tables_each(levels[:, :n], drawn.noise if every else drawn.noise.take(mine))
                at = np.arange(len(chosen))
            else:
                tables, at = v.stacked(levels[:, :n])
            for key, place in _groups(levels[:, n : n + 2]):
                size = len(place) if each else BATCH
                for start in range(0, len(place), size):
                    part = place[start : start + size]
                    # filled up: a draw gives the same bits alone
                    whole = part if len(part) == size else part[np.minimum(np.arange(size), len(part) - 1)]
                    found = v.evaluate_tables(v.models[key], tables[at[whole]], drawn.weights[chosen[whole]])
                    result[part] = found[: len(part)]
            return self._on_one_scale(result)
        for key, place in _groups(levels[:, : n + 2]):
            scale, model = v.scale(key[:-2]), v.models[key[-2:]]
            mine = chosen[place]
            if v.inputs.own_tables:
                own = _groups(drawn.table[mine][:, None])
                tables = v.tables(scale, drawn.noise.take(np.array([k[0] for k, _ in own])))
                for z, (_, at) in zip(tables, own, strict=True):
                    w = drawn.weights[mine[at]]
                    result[place[at]] = v.evaluate(model, z, w, batch=self.sharing)
            else:
                result[place] = v.evaluate(model, scale.z, drawn.weights[mine])
        return self._on_one_scale(result)

    def _on_one_scale(self, scores: Array) -> Array:
        if not self.rescaled:
            return scores
        base = self.variants.case.scores
        centre = scores.mean(axis=1, keepdims=True)
        spread = scores.std(axis=1, keepdims=True)
        flat = spread <= 1e-12 * np.maximum(np.abs(centre), 1e-300)
        unit = np.where(flat, 0.0, (scores - centre) / np.where(flat, 1.0, spread))
        return np.asarray(base.mean() + base.std() * unit)

    # the run

    def run(
        self, draws: int, *, shard: int = 0, shards: int = 1, progress: Callable[[int], None] | None = None
    ) -> Counted:
        """Count the replicates of a shard.

        Parameters
        ----------
        draws
            Number of replicates of the whole run.
        shard, shards
            The part to do here; merging the parts gives the whole, bit for bit.
        progress
            Called with the number of replicates done after each step.
        """
        v = self.variants
        pilot = self.draw(0)
        first = self.scores(pilot, np.arange(_PILOT) if self.many else None)
        tally = tally_of(Baseline.of(v.case.scores, first), len(v.model.measures))
        levels = ByLevel(v.case.ranks, tuple(len(f.levels) for f in v.factors))
        marks = tuple(check_points(draws))
        units = len(v.case.units)
        size = min(units, FEW), 2 * units - 1
        layers = 4 if v.inputs.own_tables else 1
        # a sum of squares over clusters is at most the draws by those that share a table
        whole = np.int32 if draws * self.sharing < 2**31 else np.int64
        counted = Counted(tally, levels, np.zeros((len(marks), layers, *size), whole), marks)
        mine = list(blocks(draws, shard, shards))
        if self.many:
            del first
            for block, used in mine:
                if block:
                    pilot = self.draw(block)  # one block at a time is kept
                drawn = pilot
                counted.add_parts(block * BLOCK, (self._part(drawn, used, at) for at in self._parts(used)), drawn)
                if progress is not None:
                    progress(used)
            counted.close(mine)
            return counted
        for start in range(0, len(mine), GROUPED):
            part = mine[start : start + GROUPED]
            if part == [(0, BLOCK)]:
                drawn, scores = pilot, first
            else:
                drawn = _join([self.draw(b) for b, _ in part])
                replicates = np.concatenate([i * BLOCK + np.arange(n) for i, (_, n) in enumerate(part)])
                scores = self.scores(drawn, replicates)
            counted.add(part[0][0] * BLOCK, scores, drawn)
            if progress is not None:
                progress(len(scores))
        counted.close(mine)
        return counted

    def _parts(self, used: int) -> range:
        """Where the parts of a block of many units begin; whole tables stand in each."""
        step = max(CELLS // len(self.variants.case.units) // self.sharing, 1) * self.sharing
        return range(0, used, step)

    def _part(self, drawn: Drawn, used: int, start: int) -> tuple[Array, slice]:
        rows = slice(start, min(start + self._parts(used).step, used))
        return self.scores(drawn, np.arange(rows.start, rows.stop)), rows

    def confidence(self, central: Array, draws: int) -> tuple[Array, Array]:
        """SMAA confidence factors: how likely a unit is first at its own central weights.

        Everything but the weights, their scheme and what is left out varies: exactly, where only
        discrete inputs do; over replicates with a table each, where data tables have random errors.

        Parameters
        ----------
        central
            Central weights, shape (units, leaves); NaN for a unit that is never first.
        draws
            Number of replicates of the run.

        Returns
        -------
        found : ndarray
            Shape (units,); NaN without central weights.
        error : ndarray
            Their standard errors at these central weights, 0 where exact; shape (units,).

        Notes
        -----
        Lahdelma and Salminen (2001), SMAA-2, Operations Research 49(3), eq. 9. At given weights
        replicates that share a table and its levels say the same, so each table is used once, and
        the error is that of independent draws.
        """
        v = self.variants
        have = np.flatnonzero(~np.isnan(central).any(axis=1))
        found, error = np.full(len(central), np.nan), np.full(len(central), np.nan)
        if not len(have):
            return found, error
        weights = central[have]
        n = v.data_factors
        total, count = np.zeros(len(have)), 0
        if v.inputs.own_tables:
            for block, used in blocks(draws):
                # the first replicate of each table
                own = np.unique(self._table[:used], return_index=True)[1][: CONFIDENCE_TABLES - count]
                if not len(own):
                    break
                count += len(own)
                drawn = self.draw(block)
                for key, at in _groups(drawn.levels[own][:, : n + 2]):
                    place = own[at]
                    scale, model = v.scale(key[:-2]), v.models[key[-2:]]
                    step = max(CELLS // v.case.z.size, 1)
                    for start in range(0, len(place), step):
                        for z in v.tables(scale, drawn.noise.take(drawn.table[place[start : start + step]])):
                            total += self._first(model, z, weights, have)
            total /= count
        else:
            shares = v.probabilities.sum(axis=(-2, -1))
            for key in zip(*np.nonzero(shares), strict=True):
                place_key = tuple(int(k) for k in key)
                scale, model = v.scale(place_key[:-2]), v.models[place_key[-2:]]
                total += shares[key] * self._first(model, scale.z, weights, have)
        total = np.minimum(total, 1.0)  # a sum of shares may pass 1 by a last bit
        found[have] = total
        error[have] = np.sqrt(total * (1 - total) / count) if count else 0.0
        return found, error

    @staticmethod
    def _first(model: IndexModel, z: Array, weights: Array, units: NDArray[np.int64]) -> Array:
        ranks = rank(evaluate(model, z, weights, batch=SHARING))
        return np.asarray((ranks[np.arange(len(units)), units] == 1.0).astype(np.float64))


@dataclass
class Counted:
    """What a run, or a shard of it, has counted.

    Attributes
    ----------
    tally
        Ranks, scores, pairs, weights.
    levels
        Agreement by level of each input.
    marks
        Shape (check points, layers, units, places): `monotown.sensitivity.monte_carlo_error.rank_sums`
        of the first draws, with clusters where replicates share a data table; of many units those of
        `told`.
    check_points
        Numbers of draws at the check points.
    """

    tally: Tally
    levels: ByLevel
    marks: Counts
    check_points: tuple[int, ...]

    def __post_init__(self) -> None:
        self._sums = np.zeros_like(self.marks[0])
        base = self.tally.baseline
        #: rows of the units on which convergence is judged
        self.told = np.arange(len(base.ranks)) if len(base.ranks) <= FEW else self._spread()

    def _spread(self) -> NDArray[np.int64]:
        order = np.argsort(self.tally.baseline.ranks, kind="stable")
        return np.asarray(order[sampled(len(order))])

    def add(self, first: int, scores: Array, drawn: Drawn) -> None:
        """Count replicates from number `first` on, whole blocks but for the last of the run.

        The first rows of `drawn` are theirs.
        """
        part = slice(len(scores))
        ranks = self.tally.add(scores, drawn.weights[part])
        self.levels.add(ranks, drawn.levels[part])
        self._mark(first, ranks, drawn)

    def add_parts(self, first: int, parts: Iterable[tuple[Array, slice]], drawn: Drawn) -> None:
        """Count the replicates of one block of many units, a part at a time.

        Parameters
        ----------
        first
            Number of its first replicate.
        parts
            Scores, shape (replicates, units), and which of the block's replicates they are.
        drawn
            The block's settings.
        """
        ranks = []
        for scores, rows in parts:
            placed = self.tally.add(scores, drawn.weights[rows])
            self.levels.add(placed, drawn.levels[rows])
            ranks.append(placed[:, self.told])
        self._mark(first, np.concatenate(ranks), drawn)

    def _mark(self, first: int, ranks: Array, drawn: Drawn) -> None:
        """Set the check points that these replicates reach; ranks of the units `told`."""
        shared = len(self._sums) > 1

        def sums(count: int) -> Counts:
            table = drawn.table[:count] if shared else None
            return np.asarray(self._sums + rank_sums(ranks[:count], table, self.marks.shape[-1]))

        for k, point in enumerate(self.check_points):
            if first < point <= first + len(ranks):
                self.marks[k] = sums(point - first)
        # no table is in two blocks, so what is added here is complete
        few = ranks.shape[1] == len(self.tally.baseline.ranks)
        self._sums = self.tally.snapshot()[None] if few and not shared else sums(len(ranks))

    def close(self, mine: Sequence[tuple[int, int]]) -> None:
        """Set the check points that lie behind the shard's own draws."""
        end = mine[-1][0] * BLOCK + mine[-1][1] if mine else 0
        for k, point in enumerate(self.check_points):
            if mine and point > end:
                self.marks[k] = self._sums

    def merge(self, other: Counted) -> None:
        """Take in another shard of the same run."""
        if other.check_points != self.check_points:
            raise ValueError("only shards of one run can be merged")
        self.tally.merge(other.tally)
        self.levels.merge(other.levels)
        self.marks = self.marks + other.marks

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Everything as arrays, to store a shard."""
        return {
            **self.tally.state(),
            **self.levels.state(),
            "marks": self.marks,
            "check_points": np.array(self.check_points, dtype=np.int64),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, NDArray[np.generic]]) -> Counted:
        """What `state` gave."""
        return cls(
            tally_from(state),
            ByLevel.from_state(state),
            np.asarray(state["marks"], np.int64),
            tuple(int(p) for p in state["check_points"]),
        )


def merge_shards(states: Sequence[Mapping[str, NDArray[np.generic]]]) -> Counted:
    """The counts of a whole run from the stored states of its shards, in any order."""
    whole = Counted.from_state(states[0])
    for state in states[1:]:
        whole.merge(Counted.from_state(state))
    return whole


def _groups(levels: NDArray[np.int64]) -> list[tuple[tuple[int, ...], NDArray[np.int64]]]:
    """Rows with the same levels, each group with its levels, in their order."""
    if not len(levels):
        return []
    keys, inverse = alike(levels)
    order = np.argsort(inverse, kind="stable")
    ends = np.cumsum(np.bincount(inverse, minlength=len(keys)))[:-1]
    return [(tuple(int(k) for k in key), rows) for key, rows in zip(keys, np.split(order, ends), strict=True)]


def _join(parts: Sequence[Drawn]) -> Drawn:
    def stack(arrays: Sequence[Array | None]) -> Array | None:
        there = [a for a in arrays if a is not None]
        return np.concatenate(there) if there else None

    each = BLOCK // SHARING  # of a few units, of which alone blocks are joined
    return Drawn(
        np.concatenate([p.levels for p in parts]),
        np.concatenate([p.weights for p in parts]),
        np.concatenate([p.table + i * each for i, p in enumerate(parts)]),
        Noise(stack([p.noise.error for p in parts]), stack([p.noise.posts for p in parts])),
    )
