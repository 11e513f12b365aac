"""Random weights through a view: every year on the same draws, counted as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from monotown.index.kernel import evaluate
from monotown.sensitivity.draws import BLOCK, WeightDraws, blocks
from monotown.sensitivity.tally import Baseline, Tally
from monotown.sensitivity.year import Case

Array = NDArray[np.float64]


def run_weights(
    cases: Sequence[Case],
    weights: WeightDraws,
    draws: int,
    *,
    shard: int = 0,
    shards: int = 1,
    progress: Callable[[int], None] | None = None,
) -> tuple[Tally, ...]:
    """Tallies of the scores and ranks of each case under random weights.

    Draw i is the same for every number of draws and shards, and all cases see the same draws.

    Parameters
    ----------
    cases
        Years of a view.
    weights
        Where the weights come from.
    draws
        Number of draws of the whole run.
    shard, shards
        The part to do here; merging the parts gives the whole, bit for bit.
    progress
        Called with the number of draws done after each block.

    Returns
    -------
    tuple of Tally
        In the order of `cases`.
    """
    model = weights.model
    pilot = weights.block(0)
    tallies = [Tally(Baseline.of(c.scores, evaluate(model, c.z, pilot)), len(model.leaves)) for c in cases]
    for block, used in blocks(draws, shard, shards):
        drawn = pilot if block == 0 else weights.block(block)
        for case, tally in zip(cases, tallies, strict=True):
            tally.add(evaluate(model, case.z, drawn[:used]), drawn[:used])
        if progress is not None:
            progress(used)
    return tuple(tallies)


def replicate(cases: Sequence[Case], weights: WeightDraws, number: int) -> tuple[Array, list[Array]]:
    """One draw alone, from its number: its weights, and the scores of each case.

    Parameters
    ----------
    cases, weights
        As in `run_weights`.
    number
        0 for the first draw.

    Returns
    -------
    weights : ndarray, shape (leaves,)
    scores : list of ndarray, each of shape (units,)
    """
    if number < 0:
        raise ValueError(f"draws are numbered from 0, not {number}")
    drawn = weights.block(number // BLOCK)[[number % BLOCK]]
    return drawn[0], [evaluate(weights.model, c.z, drawn)[0] for c in cases]


def merge(parts: Sequence[Sequence[Tally]]) -> tuple[Tally, ...]:
    """The tallies of a whole run from those of its shards, in any order; the parts are used up."""
    whole = parts[0]
    for part in parts[1:]:
        for mine, other in zip(whole, part, strict=True):
            mine.merge(other)
    return tuple(whole)
