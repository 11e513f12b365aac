"""How the tables of the sensitivity analysis are printed."""

from __future__ import annotations

import pandas as pd

from monotown.show.printed import Column, Form, Starts, TableSpec, by_name
from monotown.show.specs import BLOCK, MEASURE, UNIT, between, score, share

_RANGE = (
    Column("low", "report.column.rank_low", Form.RANK),
    Column("median", "report.column.rank_median", Form.RANK),
    Column("high", "report.column.rank_high", Form.RANK),
)

_INTERVALS = (
    UNIT,
    score("baseline_score", "word.score"),
    Column("baseline_rank", "word.rank", Form.RANK),
    Column("rank_p05", "report.column.rank_low", Form.RANK),
    Column("rank_p50", "report.column.rank_median", Form.RANK),
    Column("rank_p95", "report.column.rank_high", Form.RANK),
    share("share_baseline_rank", "report.column.same_rank"),
    share("share_within_one", "report.column.within_one"),
)
_DROPPED = (
    Column("dropped", "report.column.dropped", Form.WORD, words="measure", width=6),
    Column("mean_shift", "report.column.mean_shift", Form.NUMBER, 2),
    Column("largest_shift", "report.column.largest_shift", Form.RANK),
    Column("unit", "report.column.shifted_unit", Form.WORD, words="unit"),
)

SPECS = by_name(TableSpec("rank_intervals", _INTERVALS), TableSpec("drop_one", _DROPPED))


def _robustness(name: str, frame: pd.DataFrame) -> TableSpec:
    """Interval of ranks of each unit in each analysis."""
    lows = [str(c) for c in frame.columns if str(c).endswith("_low")]
    analyses = [low.removesuffix("_low") for low in lows]
    return TableSpec(
        name,
        (
            UNIT,
            Column("baseline_rank", "word.rank", Form.RANK),
            *(Column(a, f"report.analysis.{a}") for a in analyses),
            Column("reading", "report.column.together", Form.WORD, words="report.reading"),
        ),
    )


def _scheme_ranks(name: str, frame: pd.DataFrame) -> TableSpec:
    """Places under each weighting scheme."""
    return TableSpec(
        name,
        (
            UNIT,
            *(Column(scheme, f"scheme.{scheme}", Form.RANK) for scheme in between(frame, "unit", "best")),
            Column("best", "report.column.best", Form.RANK),
            Column("worst", "report.column.worst", Form.RANK),
        ),
    )


def _scheme_weights(name: str, frame: pd.DataFrame) -> TableSpec:
    """Weights under each weighting scheme, in percent."""
    return TableSpec(
        name, (MEASURE, BLOCK, *(share(scheme, f"scheme.{scheme}", 1) for scheme in between(frame, "measure", "kind")))
    )


def _change(name: str, frame: pd.DataFrame) -> TableSpec:
    """Change of each unit with its interval, and the share of draws of each analysis in which it rose."""
    analyses = between(frame, "high", "rank_from")
    return TableSpec(
        name,
        (
            UNIT,
            score("change", "report.column.change"),
            score("low", "report.column.change_low"),
            score("high", "report.column.change_high"),
            *(share(a, f"report.analysis.{a.removeprefix('rose_')}") for a in analyses),
            Column("rank_low", "report.column.rank_change_low", Form.NUMBER, 0),
            Column("rank_high", "report.column.rank_change_high", Form.NUMBER, 0),
            Column("verdict", "report.column.verdict_of_change", Form.WORD, words="report.change"),
        ),
    )


#: Tables of which each view has one, and those whose columns depend on the run, by the start of their names.
STARTS: Starts = {
    "method_ranks_": (
        UNIT,
        Column("own_rank", "word.rank", Form.RANK),
        Column("best", "report.column.best", Form.RANK),
        *_RANGE,
        Column("worst", "report.column.worst", Form.RANK),
        share("share_within_one", "report.column.within_one"),
        Column("mean_shift", "report.column.mean_shift", Form.NUMBER, 1),
    ),
    "inadmissible_": (
        Column("aggregation", "report.column.aggregation", Form.WORD, words="aggregation", width=2),
        Column("weighting", "report.column.weighting", Form.WORD, words="scheme", width=2),
        Column("normalisation", "report.column.normalisation", Form.WORD, words="normalisation", width=2),
        Column("found", "report.column.found", width=3.5, language="en"),
        Column("admissible", "report.column.admissible", width=4, language="en"),
    ),
    "enough_": (
        Column("analysis", "report.column.analysis", Form.WORD, words="report.analysis"),
        Column("draws", "report.column.draws", Form.NUMBER),
        share("excluded", "report.column.excluded"),
        Column("mean_shift", "report.column.mean_shift", Form.NUMBER, 1),
        Column("kendall", "report.column.kendall", Form.NUMBER, 2),
        share("same_first", "report.column.same_first"),
        share("share_error", "report.column.share_error", 2),
        Column("rank_error", "report.column.rank_error", Form.RANK),
        Column("enough", "report.column.enough", Form.WORD, words="report.enough"),
    ),
    "choices_": (
        Column("input", "report.column.choice", Form.WORD, words="sobol.input"),
        share("shapley", "report.column.shapley"),
        share("first", "report.column.first_order"),
        share("total", "report.column.total_order"),
    ),
    "every_input_": (
        Column("input", "report.column.choice", Form.WORD, words="sobol.input"),
        share("first", "report.column.first_order"),
        share("first_low", "report.column.limit_low"),
        share("first_high", "report.column.limit_high"),
        share("total", "report.column.total_order"),
        share("total_low", "report.column.limit_low"),
        share("total_high", "report.column.limit_high"),
    ),
    "one_choice_": (
        Column("input", "report.column.choice", Form.WORD, words="sobol.input", width=3),
        Column("measure", "word.indicator", Form.WORD, words="measure", width=4),
        Column(
            "level",
            "report.column.instead",
            Form.WORD,
            words="goalpost_set|normalisation|aggregation|scheme|level|outliers|missing|measure",
            width=4,
        ),
        Column("low", "report.column.post_low", Form.SIGNIFICANT, 3),
        Column("high", "report.column.post_high", Form.SIGNIFICANT, 3),
        Column("kendall", "report.column.kendall", Form.NUMBER, 2),
        Column("largest_shift", "report.column.largest_shift", Form.RANK),
        Column("unit", "report.column.shifted_unit", Form.WORD, words="unit"),
    ),
    "swaps_": (
        Column("rival", "report.column.above", Form.WORD, words="unit"),
        Column("unit", "report.column.below", Form.WORD, words="unit"),
        share("moved", "report.column.moved", 1),
        Column("gains_most", "report.column.gains", Form.WORD, words="measure|indicator|block", width=4),
        Column("loses_most", "report.column.loses", Form.WORD, words="measure|indicator|block", width=4),
    ),
    "small_counts_": (
        UNIT,
        MEASURE,
        Column("count", "report.column.cases", Form.NUMBER),
        Column("raw", "report.column.raw_rate", Form.NUMBER, 2),
        Column("shrunk", "report.column.shrunk_rate", Form.NUMBER, 2),
        Column("low", "report.column.rate_low", Form.NUMBER, 2),
        Column("high", "report.column.rate_high", Form.NUMBER, 2),
        Column("raw_rank", "word.rank", Form.RANK),
        Column("shrunk_rank", "report.column.shrunk_rank", Form.RANK),
    ),
    "robustness_": _robustness,
    "change_": _change,
    "rank_intervals_": _INTERVALS,
    "drop_one_": _DROPPED,
    "scheme_ranks": _scheme_ranks,
    "scheme_weights": _scheme_weights,
}
