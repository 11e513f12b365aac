"""The first sensitivity analysis of a view: schemes, random weights, one indicator less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.many import FEW
from monotown.base.streams import Stream
from monotown.index.admissible import scale_of
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel
from monotown.methods.ranks import rank
from monotown.sensitivity import tables
from monotown.sensitivity.compare import (
    Agreement,
    Left,
    SchemeWeights,
    agreement,
    block_path,
    block_weights,
    drop_block,
    drop_one,
    scheme_weights,
)
from monotown.sensitivity.draws import BLOCK, Law, WeightDraws, blocks
from monotown.sensitivity.many import CELLS, tally_of
from monotown.sensitivity.tables import percent
from monotown.sensitivity.tally import Baseline, Tally
from monotown.sensitivity.year import Case, reference_year

#: Concentrations at which the robustness of the ranks is reported beside the run's own.
CONCENTRATIONS = (5.0, 20.0, 47.0, 200.0)

#: Draws at each of them, at most.
CONCENTRATION_DRAWS = 10_000

#: The same of more than `FEW` units, over which the shares are means.
CONCENTRATION_DRAWS_MANY = 2_000

#: Steps in which a block's weight goes from 0 to 1.
PATH_STEPS = 50

#: The same of more than `FEW` units.
PATH_STEPS_MANY = 10


@dataclass(frozen=True)
class Settings:
    """What a user sets.

    Attributes
    ----------
    seed
        The run's seed.
    draws
        Number of weight vectors.
    weight_cv
        Coefficient of variation of an equal weight in its node.
    interval
        Lower and upper probability of the intervals.
    schemes
        Names of the weighting schemes compared with the baseline.
    """

    seed: int
    draws: int
    weight_cv: float
    interval: tuple[float, float]
    schemes: tuple[str, ...]

    def __post_init__(self) -> None:
        low, high = self.interval
        if not 0 <= low < 0.5 < high <= 1:
            raise ValueError(f"an interval has a limit on each side of 0.5, not {self.interval}")


def weight_draws(view: str, model: IndexModel, law: Law, seed: int) -> WeightDraws:
    """The random weights of a view under a law, with a stream of their own."""
    parts = [view, law.name] + ([f"{law.concentration:g}"] if law.concentration else [])
    return WeightDraws(model, law, Stream(seed, "/".join(parts)))


def weight_sensitivity(
    view: str, kind: str, model: IndexModel, cases: Sequence[Case], settings: Settings
) -> dict[str, pd.DataFrame]:
    """Every table of the first sensitivity analysis of a view.

    Parameters
    ----------
    view, kind
        Its id and its kind of data, carried to the rows.
    model
        Its model; the baseline is the model with its own weights.
    cases
        Its years; with none, as where one unit stands alone and has no rank, every table is empty. Of
        more than `FEW` units changes of single weights (``drop_one``, ``drop_block``, ``weight_space``,
        ``concentration``) are told of the last year.
    settings
        What the user set.

    Returns
    -------
    dict
        Each of `schemas`: name of the table to the table, scores on the scale of the index, in the
        order in which it is written.
    """
    known = schemas(settings.interval)
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in known}
    if cases:
        frozen = reference_year(cases)
        schemes = scheme_weights(model, next(c.z for c in cases if c.year == frozen), settings.schemes)
        law = Law("dirichlet", settings.weight_cv)
        tallies = run_weights(cases, weight_draws(view, model, law, settings.seed), settings.draws)
        told = cases if max(len(c.units) for c in cases) <= FEW else cases[-1:]
        rows["scheme_status"] = [
            (s.scheme, frozen, "used" if s.weights is not None else "refused", s.reason) for s in schemes
        ]
        rows |= _scheme_rows(model, cases, (SchemeWeights("baseline", model.weights), *schemes))
        for case, tally in zip(cases, tallies, strict=True):
            rows["rank_intervals"] += interval_rows(case, tally, settings.interval)
            rows["rank_acceptability"] += rank_rows(case, tally)
            rows["summary"] += [(case.year, *quantity) for quantity in summarise(tally, settings).items()]
        for case in told:
            rows["drop_one"] += _drop_rows(case, drop_one(model, case))
            rows["drop_block"] += _drop_rows(case, drop_block(model, case))
            rows["weight_space"] += _path_rows(model, case)
        rows["concentration"] = _concentration_rows(view, model, told, settings)
    return tables.made(rows, known, view, kind, scale_of(model))


def run_weights(cases: Sequence[Case], weights: WeightDraws, draws: int) -> Iterator[Tally]:
    """Tallies of the scores and ranks of each case under random weights.

    All cases see the same draws, and draw i is the same for every number of draws. Cases of many units
    are counted one after the other.
    """
    if max(len(c.units) for c in cases) > FEW and len(cases) > 1:
        for case in cases:
            yield from run_weights([case], weights, draws)
        return
    model = weights.model
    pilot = weights.block(0)
    # the range of many scores is taken of the first part
    parts = [max(CELLS // len(c.units), 1) if len(c.units) > FEW else BLOCK for c in cases]
    tallies = [
        tally_of(Baseline.of(c.scores, evaluate(model, c.z, pilot[:part])), len(model.leaves))
        for c, part in zip(cases, parts, strict=True)
    ]
    for block, used in blocks(draws):
        drawn = (pilot if block == 0 else weights.block(block))[:used]
        for case, tally, part in zip(cases, tallies, parts, strict=True):
            for start in range(0, used, part):
                some = drawn[start : start + part]
                tally.add(evaluate(model, case.z, some), some)
    yield from tallies


def schemas(interval: Sequence[float]) -> dict[str, pa.DataFrameSchema]:
    """Schema of each table of `weight_sensitivity`, for limits at two probabilities."""
    return {
        "schemes": tables.SCHEMES,
        "scheme_weights": tables.SCHEME_WEIGHTS,
        "scheme_status": tables.SCHEME_STATUS,
        "agreement": tables.AGREEMENT,
        "rank_intervals": tables.rank_intervals(interval),
        "rank_acceptability": tables.RANK_ACCEPTABILITY,
        "summary": tables.SUMMARY,
        "drop_one": tables.DROP_ONE,
        "drop_block": tables.DROP_ONE,
        "weight_space": tables.WEIGHT_SPACE,
        "concentration": tables.CONCENTRATION,
    }


def _scheme_rows(
    model: IndexModel, cases: Sequence[Case], schemes: Sequence[SchemeWeights]
) -> dict[str, list[tuple[object, ...]]]:
    """Scores, weights and agreement with the baseline, which is the first of the schemes."""
    scores: list[tuple[object, ...]] = []
    agreements: list[tuple[object, ...]] = []
    for case in cases:
        for k, scheme in enumerate(schemes):
            near = Agreement(np.nan, np.nan, np.nan)
            if scheme.weights is not None:
                values = evaluate(model, case.z, scheme.weights[None])[0]
                ranks = rank(values)
                near = agreement(ranks, case.ranks)
                scores += [(case.year, scheme.scheme, *row) for row in zip(case.units, values, ranks, strict=True)]
            if k:
                agreements.append((case.year, scheme.scheme, near.kendall, near.spearman, near.mean_abs_rank_shift))
    weights: list[tuple[object, ...]] = [
        (s.scheme, m, model.block_of[m], w)
        for s in schemes
        if s.weights is not None
        for m, w in zip(model.measures, s.weights, strict=True)
    ]
    return {"schemes": scores, "scheme_weights": weights, "agreement": agreements}


def interval_rows(case: Case, tally: Tally, interval: tuple[float, float]) -> list[tuple[object, ...]]:
    """Rows of the table ``rank_intervals``, from the year on."""
    limits = [interval[0], 0.5, interval[1]]
    scores, ranks = tally.score_quantiles(limits), tally.rank_quantiles(limits)
    same, near = tally.within(0), tally.within(1)
    return [
        (case.year, unit, case.scores[i], case.ranks[i], *scores[i], *ranks[i], same[i], near[i])
        for i, unit in enumerate(case.units)
    ]


def rank_rows(case: Case, tally: Tally) -> list[tuple[object, ...]]:
    """Rows of the table ``rank_acceptability``, from the year on."""
    shares = tally.acceptability().tolist()
    steps, few = tally.steps.tolist(), len(case.units) <= FEW
    return [
        (case.year, unit, r, share)
        for unit, row in zip(case.units, shares, strict=True)
        for r, share in zip(steps, row, strict=True)
        if few or share
    ]


def summarise(tally: Tally, settings: Settings) -> dict[str, float]:
    """Numbers about a whole ranking under random weights.

    Returns
    -------
    dict
        ``draws``; ``units``; ``weight_cv``; ``share_same_order`` (draws in which every unit has its
        baseline rank); ``mean_share_baseline_rank`` and ``mean_share_within_one`` (mean over
        units); ``mean_abs_rank_shift`` with the quantiles over draws of its value in a draw;
        ``mean_kendall``, ``mean_spearman`` (mean over draws, with the baseline); ``mean_width``
        and ``max_width`` of the rank intervals; ``share_same_top_k`` for k = 1, 3, 5 and 10.
    """
    low, high = settings.interval
    ranks = tally.rank_quantiles([low, high])
    width = ranks[:, 1] - ranks[:, 0]
    shifts = tally.shift_quantiles([low, high])
    top = tally.top_stability()
    return {
        "draws": float(tally.draws),
        "units": float(len(tally.ranks)),
        "weight_cv": settings.weight_cv,
        "share_same_order": tally.same_order / tally.draws,
        "mean_share_baseline_rank": float(tally.within(0).mean()),
        "mean_share_within_one": float(tally.within(1).mean()),
        "mean_abs_rank_shift": tally.mean_shift(),
        f"mean_abs_rank_shift_{percent(low)}": float(shifts[0]),
        f"mean_abs_rank_shift_{percent(high)}": float(shifts[1]),
        "mean_kendall": tally.mean_kendall(),
        "mean_spearman": tally.mean_spearman(),
        "mean_width": float(width.mean()),
        "max_width": float(width.max()),
        **{f"share_same_top_{k}": float(top[k - 1]) for k in (1, 3, 5, 10) if k < len(top)},
    }


def _drop_rows(case: Case, dropped: Sequence[Left]) -> list[tuple[object, ...]]:
    return [
        (case.year, d.dropped, unit, d.scores[i], d.ranks[i], d.ranks[i] - case.ranks[i])
        for d in dropped
        for i, unit in enumerate(case.units)
    ]


def _path_rows(model: IndexModel, case: Case) -> list[tuple[object, ...]]:
    """Scores and ranks as the weight of each block goes from 0 to 1; none of one block."""
    known = block_weights(model)
    steps = np.linspace(0, 1, (PATH_STEPS if len(case.units) <= FEW else PATH_STEPS_MANY) + 1).round(9)
    rows: list[tuple[object, ...]] = []
    for block, base in known.items() if len(known) > 1 else ():
        scores = evaluate(model, case.z, block_path(model, block, steps))
        ranks = rank(scores)
        rows += [
            (case.year, block, base, w, unit, scores[i, j], ranks[i, j])
            for i, w in enumerate(steps)
            for j, unit in enumerate(case.units)
        ]
    return rows


def _concentration_rows(
    view: str, model: IndexModel, cases: Sequence[Case], settings: Settings
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    many = max(len(c.units) for c in cases) > FEW
    most = CONCENTRATION_DRAWS_MANY if many else CONCENTRATION_DRAWS
    for kappa in CONCENTRATIONS:
        draws = weight_draws(view, model, Law("dirichlet", concentration=kappa), settings.seed)
        tallies = run_weights(cases, draws, min(settings.draws, most))
        rows += [
            (c.year, kappa, t.same_order / t.draws, float(t.within(1).mean()), t.mean_shift(), t.mean_kendall())
            for c, t in zip(cases, tallies, strict=True)
        ]
    return rows
