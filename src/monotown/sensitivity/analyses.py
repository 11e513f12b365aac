"""Result tables of a joint analysis: what its counts say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.many import FEW
from monotown.base.problems import Problems
from monotown.index.admissible import scale_of
from monotown.index.prepare import Prepared
from monotown.sensitivity import tables
from monotown.sensitivity.design import Variants
from monotown.sensitivity.inputs import read_inputs
from monotown.sensitivity.monte_carlo import Counted, MonteCarloRun
from monotown.sensitivity.monte_carlo_error import convergence
from monotown.sensitivity.tally import Tally, rank_quantiles
from monotown.sensitivity.weights import Settings, interval_rows, rank_rows, summarise


@dataclass(frozen=True)
class Stop:
    """When draws are enough: both errors are at or below these.

    Attributes
    ----------
    share_error
        Of a rank acceptability, a standard error.
    rank_error
        Of a limit of a rank interval, in ranks.

    Examples
    --------
    >>> Stop()
    Stop(share_error=0.005, rank_error=1.0)
    """

    share_error: float = 0.005
    rank_error: float = 1.0


def monte_carlo_run(
    prepared: Prepared,
    config: Mapping[str, Any],
    measures: Mapping[str, Any],
    analysis: str,
    options: Mapping[str, Any],
    seed: int,
) -> MonteCarloRun:
    """The run of one analysis of one view.

    Its year is the last of those with the most values, as for the weights taken from the data.

    Parameters
    ----------
    prepared
        The view's data.
    config, measures
        The view's entry in the views config, and the measures config.
    analysis
        A key of ``analyses``.
    options
        The section ``sensitivity`` of the config.
    seed
        The run's seed.

    Raises
    ------
    InputError
        If the view takes its weights from a scheme: here schemes are what is varied; if no year
        has two units with a score, so that there is no rank to vary.
    """
    view, problems = prepared.view, Problems()
    if config.get("weights") is not None:
        problems.add(
            "views",
            f"{view}.weights",
            str(config["weights"]),
            "no `weights` in a view named under sensitivity.views: its schemes are varied "
            "there, so name the scheme in sensitivity.analyses",
        )
    year = prepared.fullest_year
    if len(prepared.year(year)[0]) < 2:
        problems.add(
            "run config",
            "sensitivity.views",
            view,
            "a view in which two units or more have a score in one year: a unit alone has "
            "no rank, so leave the view out",
        )
    problems.stop()
    inputs = read_inputs(options["analyses"][analysis], options["weight_cv"], where=f"sensitivity.analyses.{analysis}")
    return MonteCarloRun(Variants(prepared, config, measures, inputs, year, seed), analysis, seed)


def monte_carlo_tables(
    run: MonteCarloRun, counted: Counted, kind: str, settings: Settings, stop: Stop, recorded: int
) -> dict[str, pd.DataFrame]:
    """Every table of an analysis.

    Parameters
    ----------
    run
        The run, for its inputs and the record of replicates.
    counted
        Its counts, all shards merged.
    kind
        Kind of the scores; what follows from errors of figures is assumed, as their sizes are.
    settings
        What the user set.
    stop
        The stopping rule.
    recorded
        Number of replicates, from the first, whose settings are written down.

    Returns
    -------
    dict
        Name to table: rank_intervals, rank_acceptability, pairwise, acceptability,
        central_weights, top, levels, inadmissible, convergence, replicates, summary. Scores are on
        the scale of the index.
    """
    case, tally = run.variants.case, counted.tally
    kind = run.variants.inputs.kind_under(kind)
    model, year, units = run.variants.model, case.year, case.units
    central = tally.central_weights()
    confidence, error = run.confidence(central, tally.draws)
    whole = np.minimum(tally.holistic(), 1.0)
    rows: dict[str, Sequence[tuple[object, ...]]] = {
        "rank_intervals": interval_rows(case, tally, settings.interval),
        "rank_acceptability": rank_rows(case, tally),
        "pairwise": [(year, units[i], units[j], share) for i, j, share in tally.pairs()],
        "acceptability": [(year, *row) for row in zip(units, tally.first(), confidence, error, whole, strict=True)],
        "central_weights": [
            (year, unit, m, model.block_of[m], min(w, 1.0))
            for unit, row in zip(units, central, strict=True)
            for m, w in zip(model.measures, row, strict=True)
            if not np.isnan(w)
        ],
        "top": [(year, k, share) for k, share in enumerate(tally.top_stability()[:FEW], 1)],
        "levels": [(year, *row) for row in _level_rows(run, counted)],
        "inadmissible": [
            (year, ", ".join(f"{k} {v}" for k, v in r.combination.items()), r.reason, r.share)
            for r in run.variants.refusals
        ],
        "convergence": [(year, *row) for row in convergence_rows(counted, settings.interval, stop)],
        "summary": [(year, *quantity) for quantity in _summary(run, tally, settings).items()],
    }
    schemas: dict[str, pa.DataFrameSchema] = {
        "rank_intervals": tables.rank_intervals(settings.interval),
        **{name: getattr(tables, name.upper()) for name in rows if name != "rank_intervals"},
    }
    found = tables.made(rows, schemas, run.variants.view, kind, scale_of(model))
    found["replicates"] = run.settings(range(min(recorded, tally.draws)))
    return found


def _level_rows(run: MonteCarloRun, counted: Counted) -> Iterator[tuple[object, ...]]:
    for k, factor in enumerate(run.variants.factors):
        if len(factor.levels) > 1:
            for level, (draws, *row) in zip(factor.levels, counted.levels.table(k), strict=True):
                yield factor.name, level.name, int(draws), *row


def _summary(run: MonteCarloRun, tally: Tally, settings: Settings) -> dict[str, float]:
    found = summarise(tally, settings)
    law = run.variants.inputs.weights
    found["weight_cv"] = law.size if law is not None and law.name == "dirichlet" else np.nan
    return {
        **found,
        "excluded_share": run.variants.excluded,
        "combinations": float(run.variants.probabilities.size),
        "admissible_combinations": float((run.variants.probabilities > 0).sum()),
        "scores_on_baseline_scale": float(run.rescaled),
    }


def convergence_rows(
    counted: Counted, interval: tuple[float, float], stop: Stop
) -> list[tuple[int, float, float, float, float, bool]]:
    """Rows of the table ``convergence``, from the number of draws on."""
    limits = [interval[0], 0.5, interval[1]]
    whole = counted.tally.rank_quantiles(limits)[counted.told]
    errors = [convergence(sums, limits) for sums in counted.marks]
    good = [e.share_error <= stop.share_error and e.rank_error <= stop.rank_error for e in errors]
    rows = []
    for k, (error, sums) in enumerate(zip(errors, counted.marks, strict=True)):
        ranks = rank_quantiles(sums[0], limits)
        width, moved = float((ranks[:, -1] - ranks[:, 0]).mean()), float(np.abs(ranks - whole).max())
        # not by a lucky look: the rule holds at every later one too
        rows.append((error.draws, error.share_error, error.rank_error, width, moved, all(good[k:])))
    return rows
