"""Random weights through a view: every year on the same draws, counted as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from monotown.index.kernel import evaluate
from monotown.sensitivity.draws import WeightDraws, blocks
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
