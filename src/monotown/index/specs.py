"""How the tables of the index are printed."""

from __future__ import annotations

import pandas as pd

from monotown.show.printed import Column, Form, Starts, TableSpec, by_name
from monotown.show.specs import BLOCK, MEASURE, RANK, UNIT, between, filled, score, share

SPECS = by_name(
    TableSpec(
        "coverage",
        (
            Column("number", "report.column.number", Form.NUMBER),
            BLOCK,
            Column("indicator", "word.indicator", Form.WORD, words="indicator", width=5),
            Column("status", "report.column.status", Form.WORD, words="reading", width=3),
            Column("units_covered", "report.column.units_covered"),
            Column("years_covered", "report.column.years_covered", width=2),
            Column("why", "report.column.why", Form.TRANSLATED, width=6),
        ),
    ),
    TableSpec(
        "town",
        (
            UNIT,
            Column("year", "word.year", Form.YEAR),
            Column("researchers", "report.column.researchers", Form.NUMBER),
            Column("organisations", "report.column.organisations", Form.NUMBER),
            Column("per_10k", "report.column.per_10k", Form.NUMBER, 2),
            Column("kind", "report.column.kind", Form.WORD, words="kind", width=4),
        ),
        group="unit",
    ),
    TableSpec(
        "potential_quality_2022",
        (
            UNIT,
            score("score_potential", "report.column.score_potential", scale_from="scale_potential"),
            Column("rank_potential", "report.column.rank_potential", Form.RANK),
            score("score_quality", "report.column.score_quality", scale_from="scale_quality"),
            Column("rank_quality", "report.column.rank_quality", Form.RANK),
            Column("rank_difference", "report.column.rank_difference", Form.RANK),
        ),
    ),
    TableSpec(
        "doubtful",
        (
            Column("unit", "word.unit", Form.WORD, words="unit"),
            Column("year", "word.year", Form.YEAR),
            Column("quantity", "word.indicator", Form.TRANSLATED, width=3),
            Column("figure", "report.column.value", Form.SIGNIFICANT, 5),
            Column("bound", "report.column.plausible_bound", Form.SIGNIFICANT, 5),
            Column("unit_of_measure", "report.column.measured_in", Form.WORD, words="measured_in"),
            Column("reason", "report.column.bound_reason", Form.TRANSLATED, width=4),
            Column("outside", "report.column.done", Form.WORD, words="report.outside"),
            score("score_keep", "report.column.score_keep"),
            Column("rank_keep", "report.column.rank_keep", Form.RANK),
            score("score_leave_out", "report.column.score_leave_out"),
            Column("rank_leave_out", "report.column.rank_leave_out", Form.RANK),
        ),
    ),
    TableSpec(
        "jumps",
        (
            Column("variable", "report.column.series", Form.WORD, words="variable|measure|indicator", width=3),
            UNIT,
            Column("year_before", "report.column.jump_from", Form.YEAR),
            Column("before", "report.column.jump_before", Form.SIGNIFICANT, 4),
            Column("year", "report.column.jump_to", Form.YEAR),
            Column("value", "report.column.jump_value", Form.SIGNIFICANT, 4),
            Column("after", "report.column.jump_after", Form.SIGNIFICANT, 4),
            Column("verdict", "report.column.verdict", Form.WORD, words="report.jump"),
            Column("reason", "report.column.jump_reason", Form.TRANSLATED, width=6),
            Column("rank_shift", "report.column.jump_shift", Form.RANK),
        ),
        group="variable",
    ),
    TableSpec(
        "readings",
        (
            Column("reading", "report.column.reading", Form.WORD, words="other_reading", width=4),
            UNIT,
            Column("own_rank", "report.column.own_rank", Form.RANK),
            RANK,
            Column("rank_shift", "report.column.rank_shift", Form.NUMBER, 1),
        ),
        group="reading",
    ),
)


def _of_year(name: str, frame: pd.DataFrame) -> TableSpec:
    """Scores of one year with a column for each block."""
    return TableSpec(
        name,
        (
            UNIT,
            RANK,
            score("score", "word.score"),
            *(score(block, f"block.{block}") for block in between(frame, "score", "average")),
            score("average", "report.column.average"),
            score("difference", "report.column.difference"),
            share("coverage", "report.column.coverage"),
        ),
    )


def _of_panel(name: str, frame: pd.DataFrame) -> TableSpec:
    """Scores of the first and last year of a panel."""
    return TableSpec(
        name,
        (
            UNIT,
            Column("first_year", "report.column.first_year", Form.YEAR),
            score("score_from", "report.column.score_first"),
            Column("rank_from", "report.column.rank_first", Form.RANK),
            Column("last_year", "report.column.last_year", Form.YEAR),
            score("score_to", "report.column.score_last"),
            Column("rank_to", "report.column.rank_last", Form.RANK),
            score("change", "report.column.change"),
        ),
    )


def _scores(name: str, frame: pd.DataFrame) -> TableSpec:
    return _of_panel(name, frame) if "score_from" in frame else _of_year(name, frame)


def _ranks(name: str, frame: pd.DataFrame) -> TableSpec:
    """Ranks with their limits and scores of one year, with a column for each block."""
    return TableSpec(
        name,
        filled(
            (
                UNIT,
                RANK,
                Column("low", "own_run.column.low", Form.RANK),
                Column("high", "own_run.column.high", Form.RANK),
                score("score", "word.score"),
                *(score(block, f"block.{block}") for block in between(frame, "score", "average")),
                score("average", "report.column.average"),
                share("coverage", "report.column.coverage"),
            ),
            frame,
            ["score"],
        ),
    )


#: Tables of which each view has one, and those whose columns depend on the run, by the start of their names.
def _data_sources(name: str, frame: pd.DataFrame) -> TableSpec:
    """Raw files; the day on which they were fetched where any of them says it."""
    day = (Column("retrieved", "report.column.retrieved"),) if "retrieved" in frame else ()
    columns = (
        Column("id", "report.column.source", Form.WORD, words="source", width=5),
        Column("publisher", "report.column.publisher", Form.WORD, words="publisher", width=5),
        Column("licence", "report.column.licence", Form.WORD, words="licence", width=3),
        *day,
        Column("rows", "report.column.figures", Form.NUMBER),
        Column("file", "report.column.file", width=4),
    )
    return TableSpec(name, columns)


STARTS: Starts = {
    "data_sources": _data_sources,
    "scores_": _scores,
    "ranks_": _ranks,
    "course_": _of_panel,
    "weights_": (
        BLOCK,
        MEASURE,
        share("local_weight", "own_run.column.local_weight", 1),
        share("global_weight", "own_run.column.global_weight", 1),
    ),
}
