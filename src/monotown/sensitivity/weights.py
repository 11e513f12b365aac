"""The first sensitivity analysis of a view: schemes, random weights, one indicator less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from monotown.base.streams import Stream
from monotown.base.tables import to_scale, write_order
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
from monotown.sensitivity.draws import Law, WeightDraws
from monotown.sensitivity.tables import percent
from monotown.sensitivity.tally import Tally
from monotown.sensitivity.weights_run import run_weights
from monotown.sensitivity.year import Case, reference_year

Array = NDArray[np.float64]

#: Concentrations at which the robustness of the ranks is reported beside the run's own.
CONCENTRATIONS = (5.0, 20.0, 47.0, 200.0)

#: Draws at each of them, at most.
CONCENTRATION_DRAWS = 10_000

#: Steps in which a block's weight goes from 0 to 1.
PATH_STEPS = 50


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


def first_sensitivity(
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
        Its years; with none, as where one unit stands alone and has no rank, every table is empty.
    settings
        What the user set.

    Returns
    -------
    dict
        Each of `schemas`: name of the table to the table, scores on the scale of the index, in the
        order in which it is written.
    """
    known = schemas(settings.interval)
    if not cases:
        return {name: _frame([], schema) for name, schema in known.items()}
    frozen = reference_year(cases)
    at = next(c for c in cases if c.year == frozen)
    schemes = scheme_weights(model, at.z, settings.schemes)
    law = Law("dirichlet", settings.weight_cv)
    tallies = run_weights(cases, weight_draws(view, model, law, settings.seed), settings.draws)
    found = {
        **_scheme_tables(view, kind, model, cases, schemes, frozen),
        **_draw_tables(view, kind, cases, tallies, settings),
        "drop_one": _drop_table(view, kind, cases, [drop_one(model, c) for c in cases]),
        "drop_block": _drop_table(view, kind, cases, [drop_block(model, c) for c in cases]),
        "weight_space": _weight_space(view, kind, model, cases),
        "concentration": _concentrations(view, kind, model, cases, settings),
    }
    scale = scale_of(model)
    return {name: to_scale(table, known[name], scale) for name, table in found.items()}


def schemas(interval: Sequence[float]) -> dict[str, pa.DataFrameSchema]:
    """Schema of each table of `first_sensitivity`, for limits at two probabilities."""
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


def _scheme_tables(
    view: str, kind: str, model: IndexModel, cases: Sequence[Case], schemes: Sequence[SchemeWeights], frozen: int
) -> dict[str, pd.DataFrame]:
    baseline = SchemeWeights("baseline", model.weights)
    scores, agreements = [], []
    for case in cases:
        for scheme in (baseline, *schemes):
            near = Agreement(np.nan, np.nan, np.nan)
            if scheme.weights is not None:
                values = evaluate(model, case.z, scheme.weights[None])[0]
                ranks = rank(values)
                near = agreement(ranks, case.ranks)
                scores += [
                    (view, case.year, scheme.scheme, u, v, r, kind)
                    for u, v, r in zip(case.units, values, ranks, strict=True)
                ]
            if scheme is not baseline:
                agreements.append(
                    (view, case.year, scheme.scheme, near.kendall, near.spearman, near.mean_abs_rank_shift, kind)
                )
    weights = [
        (view, s.scheme, m, model.block_of[m], w, kind)
        for s in (baseline, *schemes)
        if s.weights is not None
        for m, w in zip(model.measures, s.weights, strict=True)
    ]
    status = [(view, s.scheme, frozen, "refused" if s.weights is None else "used", s.reason) for s in schemes]
    return {
        "schemes": _frame(scores, tables.SCHEMES),
        "scheme_weights": _frame(weights, tables.SCHEME_WEIGHTS),
        "scheme_status": _frame(status, tables.SCHEME_STATUS),
        "agreement": _frame(agreements, tables.AGREEMENT),
    }


def _draw_tables(
    view: str, kind: str, cases: Sequence[Case], tallies: Sequence[Tally], settings: Settings
) -> dict[str, pd.DataFrame]:
    limits = [settings.interval[0], 0.5, settings.interval[1]]
    intervals, shares, summary = [], [], []
    for case, tally in zip(cases, tallies, strict=True):
        scores, ranks = tally.score_quantiles(limits), tally.rank_quantiles(limits)
        same, near = tally.within(0), tally.within(1)
        for i, unit in enumerate(case.units):
            intervals.append(
                (view, case.year, unit, case.scores[i], case.ranks[i], *scores[i], *ranks[i], same[i], near[i], kind)
            )
        shares += [
            (view, case.year, unit, r + 1, share, kind)
            for unit, row in zip(case.units, tally.acceptability(), strict=True)
            for r, share in enumerate(row)
        ]
        summary += [(view, case.year, name, value, kind) for name, value in summarise(tally, settings).items()]
    return {
        "rank_intervals": _frame(intervals, tables.rank_intervals(settings.interval)),
        "rank_acceptability": _frame(shares, tables.RANK_ACCEPTABILITY),
        "summary": _frame(summary, tables.SUMMARY),
    }


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


def _drop_table(view: str, kind: str, cases: Sequence[Case], left: Sequence[Sequence[Left]]) -> pd.DataFrame:
    rows = [
        (view, case.year, d.dropped, unit, d.scores[i], d.ranks[i], d.ranks[i] - case.ranks[i], kind)
        for case, dropped in zip(cases, left, strict=True)
        for d in dropped
        for i, unit in enumerate(case.units)
    ]
    return _frame(rows, tables.DROP_ONE)


def _weight_space(view: str, kind: str, model: IndexModel, cases: Sequence[Case]) -> pd.DataFrame:
    known = block_weights(model)
    steps = np.linspace(0, 1, PATH_STEPS + 1).round(9)
    rows = []
    for case in cases:
        for block, base in known.items() if len(known) > 1 else ():
            scores = evaluate(model, case.z, block_path(model, block, steps))
            ranks = rank(scores)
            rows += [
                (view, case.year, block, base, w, unit, scores[i, j], ranks[i, j], kind)
                for i, w in enumerate(steps)
                for j, unit in enumerate(case.units)
            ]
    return _frame(rows, tables.WEIGHT_SPACE)


def _concentrations(view: str, kind: str, model: IndexModel, cases: Sequence[Case], settings: Settings) -> pd.DataFrame:
    rows = []
    for kappa in CONCENTRATIONS:
        draws = weight_draws(view, model, Law("dirichlet", concentration=kappa), settings.seed)
        count = min(settings.draws, CONCENTRATION_DRAWS)
        for case, tally in zip(cases, run_weights(cases, draws, count), strict=True):
            rows.append(
                (
                    view,
                    case.year,
                    kappa,
                    tally.same_order / tally.draws,
                    float(tally.within(1).mean()),
                    tally.mean_shift(),
                    tally.mean_kendall(),
                    kind,
                )
            )
    return _frame(rows, tables.CONCENTRATION)


def _frame(rows: Sequence[tuple[object, ...]], schema: pa.DataFrameSchema) -> pd.DataFrame:
    return write_order(pd.DataFrame(rows, columns=list(schema.columns)), schema)
