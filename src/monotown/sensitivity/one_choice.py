"""What one change of one choice does to an order, all else as the view sets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
import pandera.pandas as pa

from monotown.base.tables import NOTE, NOTED, NUMBER, join_kinds, keyed, write_order
from monotown.base.ties import TOLERANCE
from monotown.index.kernel import evaluate
from monotown.index.prepare import Prepared
from monotown.methods.ranks import rank
from monotown.sensitivity.compare import agreement
from monotown.sensitivity.design import Variants
from monotown.sensitivity.inputs import BASELINE, EVERY_SET, Inputs, Level, read_inputs
from monotown.sensitivity.scale_choices import of_measures, sets_of, under_set
from monotown.sensitivity.sobol_inputs import every_input
from monotown.sensitivity.year import year_sources

#: Inputs of which a level is a choice of who builds the index.
CHOICES: Final = (
    "goalpost_set",
    "transform",
    "normalisation",
    "aggregation",
    "floor",
    "scheme",
    "missing",
    "outliers",
    "year_window",
    "leave_out",
)

#: The order under each choice: the view with one level of one input, and with one set of goalposts for one `measure`
#: alone (else `measure` is empty, and a set holds for all that it has). `low` and `high` are the goalposts then,
#: `own_low` and `own_high` the view's. `kendall` (tau-b) and the shifts compare the ranks with the view's own;
#: `unit` is the one whose rank shifts most, the first by code of several. `status`: ``same`` where every score
#: stays, ``refused`` where the choice does not go with the view, for the `reason`.
ONE_CHOICE = keyed(
    "one_choice",
    ["view", "year", "input", "level", "measure"],
    {
        "measure": NOTE,
        "low": NUMBER,
        "high": NUMBER,
        "own_low": NUMBER,
        "own_high": NUMBER,
        "kendall": NUMBER,
        "mean_abs_rank_shift": NUMBER,
        "largest_shift": NUMBER,
        "unit": NOTE,
        "status": pa.Column(str, pa.Check.isin(["moved", "same", "refused"])),
        "reason": NOTE,
    },
    NOTED,
)


def one_choice_table(
    prepared: Prepared,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    options: Mapping[str, Any],
    seed: int = 0,
) -> pd.DataFrame:
    """The table `ONE_CHOICE` of a view, for the last of the years with the most values.

    Parameters
    ----------
    prepared
        The view's data.
    config, measures
        The view's entry in the views config, and the measures config with its sets of goalposts.
    options
        ``analyses`` and ``weight_cv`` of the section ``sensitivity`` of the config: the levels of `CHOICES` in any of
        the analyses are tried.
    seed
        For multiple imputation.
    """
    given = read_inputs(every_input(options["analyses"], options["weight_cv"]), options["weight_cv"])
    year = prepared.fullest_year
    kind, source = join_kinds(prepared.rows["kind"]), year_sources(prepared.rows)[year]
    rows: list[tuple[object, ...]] = []
    for name in CHOICES:
        inputs = _alone(name, given, prepared, measures)
        if inputs is not None:
            tried = Variants(prepared, config, measures, inputs, year, seed)
            rows += [(prepared.view, year, name, *row, kind, source) for row in _rows(name, tried)]
    return write_order(pd.DataFrame(rows, columns=list(ONE_CHOICE.columns)), ONE_CHOICE)


def _alone(name: str, given: Inputs, prepared: Prepared, measures: Mapping[str, Mapping[str, Any]]) -> Inputs | None:
    """One input with its levels, the view's own first; None where it is off."""
    if name not in given.on:
        return None
    if name == "leave_out":
        return Inputs(leave_out=given.leave_out)
    own = Level("1", 1, 1.0) if name == "year_window" else Level(BASELINE, BASELINE, 1.0)
    levels = [level for level in getattr(given, name) if level.value != own.value]
    if name == "goalpost_set":
        every = sets_of(prepared.model, measures)
        named = every if given.goalpost_set == EVERY_SET else [str(level.value) for level in levels]
        one = [choice for choice in of_measures(prepared.model, measures) if choice.partition(":")[0] in named]
        # a set of one measure is told as that measure's
        levels = [Level(choice, choice, 1.0) for choice in (*one, *named)]
    alone: dict[str, Any] = {name: tuple(replace(x, probability=1 / (len(levels) + 1)) for x in (own, *levels))}
    return Inputs(**alone)


def _rows(name: str, tried: Variants) -> Iterator[tuple[object, ...]]:
    """Rows of the table from ``level`` to ``reason``."""
    place = next(i for i, factor in enumerate(tried.factors) if factor.name == name)
    case, n = tried.case, tried.data_factors
    own = {leaf.measure: leaf.goalposts for leaf in tried.model.leaves}
    for number, level in enumerate(tried.factors[place].levels[1:], 1):
        key = tuple(number if i == place else 0 for i in range(len(tried.factors)))
        named, _, measure = level.name.partition(":") if name == "goalpost_set" else (level.name, "", "")
        posts = under_set(tried.model, tried.measures, level.name) if measure else tried.model
        new = {leaf.measure: leaf.goalposts for leaf in posts.leaves}
        ends = (*(new.get(measure) or (np.nan, np.nan)), *(own.get(measure) or (np.nan, np.nan)))
        head = (named, measure, *ends)
        if not tried.probabilities[key]:
            reasons = [r.reason for r in tried.refusals if r.combination.get(name) == level.name]
            yield (*head, np.nan, np.nan, np.nan, "", "refused", "; ".join(dict.fromkeys(reasons)))
            continue
        weights = tried.leave_out(tried.centre(key[:n], key[-2])[None], np.array([key[-1]]))
        scores = evaluate(tried.models[key[n], key[n + 1]], tried.scale(key[:n]).z, weights)[0]
        ranks = rank(scores)
        found, shift = agreement(ranks, case.ranks), np.abs(ranks - case.ranks)
        most = min(np.flatnonzero(shift == shift.max()), key=lambda i: case.units[i])
        same = bool(np.allclose(scores, case.scores, rtol=0, atol=TOLERANCE))
        unit = case.units[most] if shift[most] else ""
        status = "same" if same else "moved"
        yield (*head, found.kendall, found.mean_abs_rank_shift, shift[most], unit, status, "")
