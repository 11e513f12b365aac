"""How the tables of towns are printed."""

from __future__ import annotations

from monotown.show.printed import Column, Form, Starts, TableSpec
from monotown.show.specs import RANK, filled, score, share

_PROFILE = (
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
)
_SCORES = (
    Column("unit", "towns.column_town", Form.WORD, words="unit"),
    Column("year", "word.year", Form.YEAR),
    RANK,
    Column("n_units", "towns.column_towns", Form.NUMBER),
    score("score", "word.score"),
    Column("first_year", "towns.column_first_year", Form.YEAR),
    score("first_score", "towns.column_first_score"),
    share("coverage", "report.column.coverage"),
)

#: Tables whose columns depend on the run: what no unit has is not printed.
STARTS: Starts = {
    "town_profile": lambda name, frame: TableSpec(name, filled(_PROFILE, frame), group="unit"),
    "town_scores": lambda name, frame: TableSpec(name, filled(_SCORES, frame, ["score"])),
}
