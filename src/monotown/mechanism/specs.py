"""How the tables of the mechanism are printed. Prices are in points per ten units of the budget."""

from __future__ import annotations

from monotown.show.printed import Column, Form, TableSpec, by_name
from monotown.show.specs import MEASURE, UNIT, score, share

_LEVER = Column("lever", "report.column.lever", Form.WORD, words="lever", width=3.5)
_BASIS = Column("basis", "report.column.mechanism_basis", Form.WORD, words="mechanism.basis", width=2)


def _per_ten(name: str, label: str) -> Column:
    return score(name, label, 2, times=10)


SPECS = by_name(
    TableSpec(
        "mechanism_levers",
        (
            _LEVER,
            Column("requires", "report.column.requires", Form.WORD, words="lever", width=3),
            Column("why", "report.column.meaning", Form.TRANSLATED, width=5),
            Column("low", "report.column.cost_low", Form.NUMBER, 1),
            Column("base", "report.column.cost_base", Form.NUMBER, 1),
            Column("high", "report.column.cost_high", Form.NUMBER, 1),
            _BASIS,
        ),
    ),
    TableSpec(
        "mechanism_responses",
        (
            _LEVER,
            MEASURE,
            Column("form", "report.column.form", Form.WORD, words="mechanism.form", width=2),
            Column("low", "report.column.response_low", Form.NUMBER, 3),
            Column("base", "report.column.response_base", Form.NUMBER, 3),
            Column("high", "report.column.response_high", Form.NUMBER, 3),
            _BASIS,
        ),
        group="lever",
    ),
    TableSpec(
        "mechanism_optimum",
        (
            UNIT,
            Column("budget_total", "report.column.budget_total", Form.NUMBER),
            score("before", "report.column.index_now"),
            score("linear", "report.column.rise_linear"),
            score("exact", "report.column.rise_exact"),
            score("gap", "report.column.rise_gap"),
            score("bound", "report.column.rise_bound"),
            score("low", "report.column.range_low"),
            score("high", "report.column.range_high"),
            _per_ten("price", "report.column.price_points"),
        ),
    ),
    TableSpec(
        "mechanism_use",
        (
            UNIT,
            _LEVER,
            share("use", "report.column.use"),
            share("low", "report.column.use_low"),
            share("high", "report.column.use_high"),
            _per_ten("slope_per_cost", "report.column.slope_cost"),
            score("alone", "report.column.alone"),
            score("price", "report.column.bound_price"),
        ),
        group="unit",
    ),
    TableSpec(
        "mechanism_gains",
        (
            UNIT,
            Column("no_overshoot", "report.column.no_overshoot", Form.NUMBER, 2),
            Column("stable", "report.column.stable", Form.NUMBER, 2),
            Column("gain", "report.column.gain", Form.NUMBER, 1),
            Column("reading", "report.column.gain_reading", Form.WORD, words="mechanism.reading"),
            score("error", "report.column.error_within", 2),
        ),
        group="unit",
    ),
    TableSpec(
        "mechanism_graph",
        (
            Column("item", "report.column.item", Form.TRANSLATED, width=5),
            Column("quantity", "report.column.quantity", Form.WORD, words="mechanism.quantity"),
            *(
                Column(name, f"report.column.{name}", Form.NUMBER)
                for name in ("stated_with", "stated_without", "all_with", "all_without")
            ),
        ),
        group="item",
    ),
)
