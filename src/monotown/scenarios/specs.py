"""How the tables of the scenarios are printed."""

from __future__ import annotations

import pandas as pd

from monotown.show.printed import Column, Form, Starts, TableSpec, by_name
from monotown.show.specs import MEASURE, UNIT, between, score, share

_HIERARCHY = Column("hierarchy", "scenarios.column.hierarchy", Form.WORD, words="hierarchy", width=3)
_SCENARIO = Column("scenario", "scenarios.column.scenario", Form.WORD, words="scenario", width=3)

SPECS = by_name(
    TableSpec(
        "scenarios_key_factors",
        (
            Column("view", "scenarios.column.view", Form.WORD, words="view", width=3),
            MEASURE,
            Column("key", "scenarios.column.key", Form.WORD, words="scenarios.yes"),
            Column("gradient", "scenarios.column.gradient", Form.NUMBER, 2),
            score("step", "scenarios.column.step"),
            Column("drop_one", "scenarios.column.drop_one", Form.NUMBER, 1),
            Column("expert", "scenarios.column.expert", Form.NUMBER),
        ),
        group="view",
    ),
    TableSpec(
        "scenarios_structure",
        (
            _HIERARCHY,
            Column("stands_for", "scenarios.column.stands_for", Form.TRANSLATED, width=5),
            Column("depth", "scenarios.column.depth", Form.NUMBER),
            Column("nodes", "scenarios.column.nodes", Form.NUMBER),
            Column("leaves", "scenarios.column.leaves", Form.NUMBER),
            Column("consistency_ratio", "scenarios.column.ratio", Form.NUMBER, 3),
            Column("herfindahl", "scenarios.column.herfindahl", Form.NUMBER, 3),
            Column("gini", "scenarios.column.gini", Form.NUMBER, 2),
            Column("entropy", "scenarios.column.entropy", Form.NUMBER, 2),
            Column("top_leaf", "scenarios.column.top", Form.WORD, words="measure", width=4),
            share("top_share", "scenarios.column.top_share"),
        ),
    ),
    TableSpec(
        "scenarios_agreement",
        (
            _HIERARCHY,
            Column("other", "scenarios.column.other", Form.WORD, words="hierarchy", width=3),
            Column("tau_weights", "scenarios.column.tau_weights", Form.NUMBER, 2),
            Column("tau_units", "scenarios.column.tau_units", Form.NUMBER, 2),
            share("distance", "scenarios.column.distance"),
        ),
        group="hierarchy",
    ),
    TableSpec(
        "scenarios_shocks",
        (
            _SCENARIO,
            MEASURE,
            Column("size", "scenarios.column.size", Form.NUMBER, 2),
            Column("in", "scenarios.column.in", Form.WORD, words="scenarios.in", width=3),
            Column("start", "scenarios.column.start", Form.YEAR),
            Column("full", "scenarios.column.full", Form.YEAR),
            Column("spread", "scenarios.column.spread"),
            share("probability", "scenarios.column.probability"),
        ),
        group="scenario",
    ),
    TableSpec(
        "scenarios_targets",
        (
            _SCENARIO,
            Column("rises", "scenarios.column.rises", Form.NUMBER),
            Column("earliest", "scenarios.column.earliest", Form.YEAR),
            Column("falls", "scenarios.column.falls", Form.NUMBER),
        ),
    ),
    TableSpec(
        "scenarios_consistency",
        (
            _SCENARIO,
            Column("states", "scenarios.column.states", Form.TRANSLATED, width=5),
            Column("consistent", "scenarios.column.consistent", Form.WORD, words="scenarios.yes"),
            Column("why", "scenarios.column.why", Form.TRANSLATED, width=5),
        ),
    ),
)


def _changes(name: str, frame: pd.DataFrame) -> TableSpec:
    """Changes of the index under each hierarchy, and how the scenarios compare."""
    return TableSpec(
        name,
        (
            UNIT,
            _SCENARIO,
            *(score(hierarchy, f"hierarchy.{hierarchy}") for hierarchy in between(frame, "scenario", "largest_regret")),
            score("largest_regret", "scenarios.column.largest_regret"),
            share("best_share", "scenarios.column.best_share"),
            score("distance", "scenarios.column.to_target"),
        ),
        group="unit",
    )


#: Tables whose columns depend on the run, by the start of their names.
STARTS: Starts = {"scenarios_changes": _changes}
