"""Schemas of the tables of the mechanism, apart from what computes them: readers need no solver."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from monotown.base import checked as pa
from monotown.base.tables import COUNT, NUMBER, SHARE, SOURCED, TEXT, YEAR, score_column, table

#: Outcomes of a draw of the assumptions, each a rise of the index over the base point.
OUTPUTS: Final = ("planned", "corrected")

_WHERE = {"view": TEXT, "unit": TEXT}
_POSITIVE = pa.Column("float64", pa.Check.ge(0))


def _score(text: str, **settings: Any) -> pa.Column:
    return score_column(text, **{"nullable": False, **settings})


def _price(text: str) -> pa.Column:
    return _score(text, checks=pa.Check.ge(0))


_table = partial(table, end=SOURCED)


#: Levers at the base point: cost of full use, slope of the index in the use, slope per cost, and
#: the rise of the index if the lever alone were used in full.
LEVERS = _table(
    "levers",
    ["view", "unit", "lever"],
    {
        **_WHERE,
        "year": YEAR,
        "lever": TEXT,
        "cost": _POSITIVE,
        "slope": _score("Slope of the index in the use."),
        "slope_per_cost": _score("Slope for each unit of cost."),
        "alone": _score("Rise of the index if the lever alone is used in full."),
    },
)
#: What full use of a lever is assumed to make of a measure, in its unit and on its scale.
RESPONSES = _table(
    "responses",
    ["view", "unit", "lever", "measure"],
    {
        **_WHERE,
        "lever": TEXT,
        "measure": TEXT,
        "form": TEXT,
        "before": NUMBER,
        "after": NUMBER,
        "score_before": score_column("Score of the measure without the lever."),
        "score_after": score_column("Score of the measure at full use."),
    },
)
#: Use of each lever at the optimum of each budget, and what is spent on it.
ALLOCATION = _table(
    "allocation",
    ["view", "unit", "budget", "lever"],
    {**_WHERE, "budget": _POSITIVE, "lever": TEXT, "use": SHARE, "spent": _POSITIVE},
)
#: Largest rise of the index within each budget. `linear` is the optimum of the linear programme,
#: `exact` the rise by the kernel at the same uses, `gap` their difference. `improved` is the rise
#: when the programme is linearised anew where it leads, `bound` what no allocation exceeds. `price`
#: is the rise per further unit of budget; `budget_total` is the budget of all inhabitants.
FRONTIER = _table(
    "frontier",
    ["view", "unit", "budget"],
    {
        **_WHERE,
        "budget": _POSITIVE,
        "budget_total": NUMBER,
        "base": pa.Column(bool),
        "index": _score("Index at the optimum."),
        "linear": _score("Rise of the index by the linear programme."),
        "exact": _score("Rise of the index by the kernel."),
        "gap": _score("Linear less exact."),
        "improved": _score("Rise of the index, linearised anew."),
        "bound": _score("Rise of the index that nothing exceeds."),
        "price": _price("Rise of the index for a further unit of budget."),
    },
)
#: Shadow prices at the base budget: of the budget (rise per unit), of the bound of each lever that
#: requires no other, and of each requirement (rise per unit of use).
SHADOW_PRICES = _table(
    "shadow_prices",
    ["view", "unit", "constraint", "lever"],
    {
        **_WHERE,
        "budget": _POSITIVE,
        "constraint": TEXT,
        "lever": pa.Column(str),
        "price": _price("Rise of the index for a further unit of what is bounded."),
    },
)
#: Paths of the correction, `year` counted from the start. `quantity` is ``index``, ``spent`` or ``use:<lever>``.
FEEDBACK = _table(
    "feedback",
    ["view", "unit", "target", "gain", "year", "quantity"],
    {
        **_WHERE,
        "target": TEXT,
        "target_index": _score("Index to be reached."),
        "gain": _POSITIVE,
        "year": COUNT,
        "quantity": TEXT,
        "value": _score("The quantity.", where=("quantity", ("index",))),
    },
)
#: Limits of the gain, and what each gain of the config is by them.
STABILITY = _table(
    "stability",
    ["view", "unit", "gain"],
    {
        **_WHERE,
        "gain": _POSITIVE,
        "steepness": _POSITIVE,
        "no_overshoot": _POSITIVE,
        "stable": _POSITIVE,
        "reading": TEXT,
    },
)
#: Sobol indices of the rise of the index over the assumptions.
SOBOL = _table(
    "sobol",
    ["view", "unit", "output", "input"],
    {
        **_WHERE,
        "output": TEXT,
        "input": TEXT,
        "first": NUMBER,
        "first_low": NUMBER,
        "first_high": NUMBER,
        "total": NUMBER,
        "total_low": NUMBER,
        "total_high": NUMBER,
        "evaluations": pa.Column("int64"),
    },
)
#: Spread over the assumptions: of the outcomes, and of the planned use of each lever.
RANGES = _table(
    "ranges",
    ["view", "unit", "output"],
    {
        **_WHERE,
        "output": TEXT,
        **{
            name: _score(f"{name.capitalize()} of the output.", where=("output", OUTPUTS))
            for name in ("low", "median", "high", "mean")
        },
    },
)
#: Connectivity and betweenness with and without the centre.
GRAPH = _table(
    "graph",
    ["version", "hub", "item", "quantity"],
    {"version": TEXT, "hub": TEXT, "item": TEXT, "quantity": TEXT, "value": _POSITIVE},
)

#: Schema of each table of `monotown.mechanism.build.MechanismTables`.
SCHEMAS: Final = {
    "levers": LEVERS,
    "responses": RESPONSES,
    "allocation": ALLOCATION,
    "frontier": FRONTIER,
    "shadow_prices": SHADOW_PRICES,
    "feedback": FEEDBACK,
    "stability": STABILITY,
    "sobol": SOBOL,
    "ranges": RANGES,
    "graph": GRAPH,
}
