"""How the tables of towns are printed."""

from __future__ import annotations

from monotown.show.printed import Column, Form, TableSpec, by_name
from monotown.show.specs import RANK, score, share

SPECS = by_name(
    TableSpec(
        "town_profile",
        (
            Column("unit", "towns.column_town", Form.WORD, words="unit"),
            Column("measure", "word.indicator", Form.WORD, words="measure", width=6),
            Column("year", "word.year", Form.YEAR),
            Column("value", "towns.column_value", Form.NUMBER, 3),
            Column("unit_of_measure", "towns.column_unit_of_measure", Form.WORD, words="measured_in"),
            score("position", "towns.column_position"),
            score("others", "own_run.column.others"),
            Column("region_year", "towns.column_region_year", Form.YEAR),
            Column("region_value", "towns.column_region", Form.NUMBER, 3),
            score("region_position", "towns.column_region_position"),
        ),
        group="unit",
    ),
    TableSpec(
        "town_scores",
        (
            Column("unit", "towns.column_town", Form.WORD, words="unit"),
            Column("year", "word.year", Form.YEAR),
            RANK,
            Column("n_units", "towns.column_towns", Form.NUMBER),
            score("score", "word.score"),
            Column("first_year", "towns.column_first_year", Form.YEAR),
            score("first_score", "towns.column_first_score"),
            share("coverage", "report.column.coverage"),
        ),
    ),
)
