"""How each exported table is printed: its columns, their form and their labels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from monotown.base.problems import nearest
from monotown.show.printed import Column, Form, TableSpec

UNIT = Column("unit", "word.region", Form.WORD, words="unit")
RANK = Column("rank", "word.rank", Form.RANK)
BLOCK = Column("block", "word.block", Form.WORD, words="block", width=3)
MEASURE = Column("measure", "word.indicator", Form.WORD, words="measure", width=6)


def score(name: str, label: str, decimals: int = 1, *, times: float = 1.0, scale_from: str = "scale") -> Column:
    """A column of scores, or of differences of scores, on the scale of their index."""
    return Column(name, label, Form.SCORE, decimals, scale=times, scale_from=scale_from)


def share(name: str, label: str, decimals: int = 0) -> Column:
    """A column of shares, printed as percent."""
    return Column(name, label, Form.NUMBER, decimals, scale=100)


def scores_spec(name: str, blocks: Sequence[str]) -> TableSpec:
    """Scores of one year with a column for each block."""
    return TableSpec(
        name,
        (
            UNIT,
            RANK,
            score("score", "word.score"),
            *(score(block, f"block.{block}") for block in blocks),
            score("average", "report.column.average"),
            score("difference", "report.column.difference"),
            share("coverage", "report.column.coverage"),
        ),
    )


def panel_spec(name: str) -> TableSpec:
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


def schemes_spec(name: str, schemes: Sequence[str]) -> TableSpec:
    """Places under each weighting scheme."""
    return TableSpec(
        name,
        (
            UNIT,
            *(Column(scheme, f"scheme.{scheme}", Form.RANK) for scheme in schemes),
            Column("best", "report.column.best", Form.RANK),
            Column("worst", "report.column.worst", Form.RANK),
        ),
    )


def scheme_weights_spec(name: str, schemes: Sequence[str]) -> TableSpec:
    """Weights under each weighting scheme, in percent."""
    return TableSpec(name, (MEASURE, BLOCK, *(share(scheme, f"scheme.{scheme}", 1) for scheme in schemes)))


def robustness_spec(name: str, analyses: Sequence[str]) -> TableSpec:
    """Interval of ranks of each unit in each analysis."""
    return TableSpec(
        name,
        (
            UNIT,
            Column("baseline_rank", "word.rank", Form.RANK),
            *(Column(a, f"report.analysis.{a}") for a in analyses),
            Column("reading", "report.column.together", Form.WORD, words="report.reading"),
        ),
    )


_RANGE = (
    Column("low", "report.column.rank_low", Form.RANK),
    Column("median", "report.column.rank_median", Form.RANK),
    Column("high", "report.column.rank_high", Form.RANK),
)

#: Tables of a view whose every choice is varied, by the start of their names.
_VIEW = {
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
        Column("found", "report.column.found", width=3.5),
        Column("admissible", "report.column.admissible", width=4),
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
    "swaps_": (
        Column("rival", "report.column.above", Form.WORD, words="unit"),
        Column("unit", "report.column.below", Form.WORD, words="unit"),
        share("moved", "report.column.moved", 1),
        Column("gains_most", "report.column.gains", Form.WORD, words="measure|indicator|block", width=4),
        Column("loses_most", "report.column.loses", Form.WORD, words="measure|indicator|block", width=4),
    ),
}

_PRIOR = Column("prior", "report.column.prior", Form.WORD, words="prior", width=2.5)

#: Tables of the degree holders.
_COHORT = (
    TableSpec(
        "cohort_priors",
        (
            _PRIOR,
            Column("exit_law", "report.column.exit_law"),
            share("exit_median", "report.column.exit_median"),
            Column("inflow_law", "report.column.inflow_law"),
            Column("inflow_median", "report.column.inflow_median", Form.NUMBER, 1),
            Column("why", "report.column.meaning", Form.TRANSLATED, width=4),
        ),
    ),
    TableSpec(
        "cohort_posteriors",
        (
            _PRIOR,
            share("exit_low", "report.column.exit_low"),
            share("exit_median", "report.column.exit_median"),
            share("exit_high", "report.column.exit_high"),
            Column("inflow_low", "report.column.inflow_low", Form.NUMBER, 1),
            Column("inflow_median", "report.column.inflow_median", Form.NUMBER, 1),
            Column("inflow_high", "report.column.inflow_high", Form.NUMBER, 1),
            share("evidence", "report.column.evidence", 1),
        ),
    ),
    TableSpec(
        "cohort_courses",
        (
            Column("course", "report.column.course", Form.WORD, words="course", width=4),
            Column("exit_factor", "report.column.exit_factor", Form.NUMBER, 1),
            Column("inflow_factor", "report.column.inflow_factor", Form.NUMBER, 1),
            Column("extra_inflow", "report.column.extra_inflow", Form.NUMBER),
            Column("year", "word.year", Form.YEAR),
            Column("median_low", "report.column.holders_low", Form.NUMBER),
            Column("median_high", "report.column.holders_high", Form.NUMBER),
            share("hold_high", "report.column.hold_high"),
            share("regain_high", "report.column.regain_high"),
        ),
    ),
    TableSpec(
        "cohort_needs",
        (
            Column("goal", "report.column.goal", Form.WORD, words="goal", width=3),
            Column("target", "report.column.target", Form.NUMBER),
            Column("by_year", "report.column.by_year", Form.YEAR),
            Column("exit_from", "report.column.exit_from", Form.WORD, words="prior", width=3),
            share("exit_rate", "report.column.exit_rate", 1),
            Column("inflow", "report.column.inflow_needed", Form.NUMBER, 1),
        ),
        group="goal",
    ),
)

#: Ranks under other readings of the indicators.
_READINGS = (
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

#: What the results answer to the paper, and what they rest on.
_ANSWERS = (
    TableSpec(
        "answers",
        (
            Column("claim", "report.column.claim", width=2.5),
            Column("quotation", "report.column.quotation", width=4),
            Column("verdict", "report.column.verdict", Form.WORD, words="verdict", width=2),
            Column("answer", "report.column.answer", Form.TRANSLATED, width=5),
            Column("limit", "report.column.beyond", Form.TRANSLATED, width=4),
        ),
    ),
    TableSpec(
        "assumptions",
        (
            Column("part", "report.column.assuming", Form.WORD, words="assuming", width=2.5),
            Column("assumption", "report.column.assumption", Form.TRANSLATED, width=6),
            Column("value", "report.column.assumed_value", width=3),
            Column("basis", "report.column.assumed_basis", Form.WORD, words="basis", width=3),
        ),
        group="part",
    ),
)

#: Tables of the hypothesis.
_HYPOTHESIS = tuple(
    TableSpec(f"hypothesis_{name}", columns)
    for name, columns in {
        "verdict": (
            Column("direction", "hypothesis.column.direction", Form.WORD, words="hypothesis.direction", width=3.5),
            Column("status", "hypothesis.column.status", Form.WORD, words="hypothesis.status"),
            Column("estimate", "hypothesis.column.estimate", Form.NUMBER, 2),
            Column("low", "hypothesis.column.low", Form.NUMBER, 2),
            Column("high", "hypothesis.column.high", Form.NUMBER, 2),
            Column("p_holm", "hypothesis.column.p_holm", Form.NUMBER, 3),
            Column("equivalence_p", "hypothesis.column.equivalence_p", Form.NUMBER, 3),
            Column("detectable", "hypothesis.column.detectable", Form.NUMBER, 2),
            Column("placebo_p", "hypothesis.column.placebo_p", Form.NUMBER, 3),
        ),
        "family": (
            Column("test", "hypothesis.column.test", Form.WORD, words="hypothesis.test", width=6),
            Column("estimate", "hypothesis.column.family_estimate", Form.NUMBER, 2),
            Column("statistic", "hypothesis.column.statistic", Form.NUMBER, 2),
            Column("p", "hypothesis.column.p", Form.NUMBER, 3),
            Column("p_holm", "hypothesis.column.p_holm", Form.NUMBER, 3),
        ),
        "estimates": (
            Column("analysis", "hypothesis.column.analysis", Form.WORD, words="hypothesis.analysis", width=5),
            *(
                column
                for way in ("forward", "reverse")
                for column in (
                    Column(f"{way}_estimate", f"hypothesis.column.{way}", Form.NUMBER, 2),
                    Column(f"{way}_low", "hypothesis.column.low", Form.NUMBER, 2),
                    Column(f"{way}_high", "hypothesis.column.high", Form.NUMBER, 2),
                    Column(f"{way}_p_wild", "hypothesis.column.p", Form.NUMBER, 3),
                )
            ),
            Column("shares", "hypothesis.column.shares", Form.WORD, words="hypothesis.share"),
        ),
        "denominators": (
            Column("staffing", "hypothesis.column.staffing", Form.WORD, words="hypothesis.staffing", width=3),
            Column("outcome", "hypothesis.column.outcome", Form.WORD, words="hypothesis.outcome", width=3),
            Column("collection", "hypothesis.column.collection", Form.WORD, words="hypothesis.collection", width=3.5),
            Column(
                "denominator", "hypothesis.column.denominator", Form.WORD, words="hypothesis.denominator", width=3.5
            ),
            Column("shares", "hypothesis.column.shares", Form.WORD, words="hypothesis.share"),
            Column("used", "hypothesis.column.used", Form.WORD, words="hypothesis.used", width=3),
        ),
        "curve": (
            Column("specifications", "hypothesis.column.set", Form.WORD, words="hypothesis.curve_set"),
            Column("number", "hypothesis.column.number", Form.NUMBER),
            Column("statistic", "hypothesis.column.statistic", Form.WORD, words="hypothesis.statistic", width=4),
            Column("observed", "hypothesis.column.observed", Form.NUMBER, 2),
            Column("low", "hypothesis.column.permuted_low", Form.NUMBER, 2),
            Column("high", "hypothesis.column.permuted_high", Form.NUMBER, 2),
            Column("p", "hypothesis.column.p", Form.NUMBER, 3),
        ),
        "power": (
            Column("design", "hypothesis.column.design", Form.WORD, words="hypothesis.short_design", width=3),
            Column("rho", "hypothesis.column.rho", Form.NUMBER, 1),
            Column("effect", "hypothesis.column.effect", Form.NUMBER, 2),
            *(share(way, f"hypothesis.column.{way}") for way in ("naive", "crv1", "cr2", "wild")),
        ),
    }.items()
)
_HIERARCHY = Column("hierarchy", "scenarios.column.hierarchy", Form.WORD, words="hierarchy", width=3)
_SCENARIO = Column("scenario", "scenarios.column.scenario", Form.WORD, words="scenario", width=3)

#: Tables of the scenarios.
_SCENARIOS = (
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


def scenario_changes_spec(name: str, hierarchies: Sequence[str]) -> TableSpec:
    """Changes of the index under each hierarchy, and how the scenarios compare."""
    return TableSpec(
        name,
        (
            UNIT,
            _SCENARIO,
            *(score(hierarchy, f"hierarchy.{hierarchy}") for hierarchy in hierarchies),
            score("largest_regret", "scenarios.column.largest_regret"),
            share("best_share", "scenarios.column.best_share"),
            score("distance", "scenarios.column.to_target"),
        ),
        group="unit",
    )


_LEVER = Column("lever", "report.column.lever", Form.WORD, words="lever", width=3.5)
_BASIS = Column("basis", "report.column.mechanism_basis", Form.WORD, words="mechanism.basis", width=2)


def _per_ten(name: str, label: str) -> Column:
    return score(name, label, 2, times=10)


#: Tables of the mechanism as a model. Prices are printed in points per ten units of the budget.
_MECHANISM = (
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

_CLAIM = (
    Column("id", "report.column.claim", width=3),
    Column("place", "report.column.place", width=2),
    Column("quotation", "report.column.quotation", width=5),
    Column("stated", "report.column.stated", width=3),
    Column("recomputed", "report.column.recomputed", width=3),
    Column("verdict", "report.column.verdict", Form.WORD, words="verdict", width=3),
    Column("arithmetic", "report.column.arithmetic", width=5),
    Column("reading", "report.column.reading", Form.WORD, words="reading", width=2.5),
    Column("severity", "report.column.severity", Form.NUMBER, width=1.5),
)

_PRINTED = Column("printed", "report.column.printed")
_RECOMPUTED = Column("recomputed", "report.column.recomputed")
_MATCH = Column("match", "report.column.match", Form.WORD, words="match")
_RULE = Column("rule", "report.column.rounding", Form.WORD, words="rule")

#: Tables of the paper, each recomputed beside its print, and what follows from them.
_PAPER = (
    TableSpec(
        "paper_table1",
        (
            Column("year", "word.year", Form.YEAR),
            Column("organisation", "report.column.organisation", Form.WORD, words="organisation", width=6),
            Column("researchers", "report.column.researchers", Form.NUMBER),
            Column("quantity", "report.column.what", Form.WORD, words="quantity"),
            _PRINTED,
            _RECOMPUTED,
            _MATCH,
        ),
        group="year",
    ),
    TableSpec(
        "paper_table2",
        (Column("quantity", "report.column.what", Form.WORD, words="quantity", width=6), _PRINTED, _RECOMPUTED, _MATCH),
    ),
    TableSpec(
        "paper_table3",
        (
            Column("year", "word.year", Form.YEAR),
            Column("printed", "report.column.printed_share"),
            Column("degree_holders", "report.column.degree_holders", Form.NUMBER),
            Column("staff", "report.column.staff", Form.NUMBER),
            Column("recomputed", "report.column.recomputed"),
            Column("basis", "report.column.basis", Form.WORD, words="basis", width=4),
            Column("readings", "report.column.readings", Form.NUMBER),
            _MATCH,
        ),
    ),
    TableSpec(
        "paper_table4",
        (
            Column("n", "report.column.number", Form.NUMBER),
            BLOCK,
            Column("printed", "report.column.printed", width=7),
            Column("indicator", "report.column.catalogue", Form.WORD, words="indicator", width=6),
            _MATCH,
        ),
        group="block",
    ),
    TableSpec(
        "paper_graphs",
        (
            Column("figure", "report.column.figure", Form.WORD, words="paper_figure"),
            Column("part", "report.column.part", Form.WORD, words="graph_part"),
            Column("label", "report.column.what", Form.TRANSLATED, width=4),
            Column("stated", "report.column.grounding", Form.WORD, words="stated"),
            Column("quotation", "report.column.quotation", width=6),
            Column("locator", "report.column.locator"),
        ),
        group="figure",
    ),
    TableSpec(
        "ratio_readings",
        (
            _RULE,
            Column("before", "report.column.before", Form.NUMBER),
            Column("after", "report.column.after", Form.NUMBER),
            Column("difference", "report.column.difference", Form.NUMBER),
            Column("ratio", "report.column.ratio", Form.NUMBER, 4),
            Column("printed_ratio", "report.column.printed_ratio"),
        ),
    ),
    TableSpec(
        "share_readings",
        (
            Column("year", "word.year", Form.YEAR),
            _PRINTED,
            _RULE,
            Column("readings", "report.column.readings", Form.NUMBER),
            Column("pairs", "report.column.pairs", width=8),
        ),
        group="year",
    ),
    TableSpec(
        "decomposition",
        (
            Column("method", "report.column.method", Form.WORD, words="method"),
            Column("part", "report.column.part", Form.WORD, words="part"),
            Column("people", "report.column.people", Form.NUMBER, 1),
            share("share_of_total", "report.column.share_of_loss"),
        ),
        group="method",
    ),
)

SPECS = {
    spec.name: spec
    for spec in (
        TableSpec("claims", _CLAIM),
        TableSpec("claims_severe", _CLAIM[:-2]),
        *_PAPER,
        *_COHORT,
        *_READINGS,
        *_ANSWERS,
        *_HYPOTHESIS,
        *_SCENARIOS,
        *_MECHANISM,
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
            "verdicts",
            (
                Column("verdict", "report.column.verdict", Form.WORD, words="verdict"),
                Column("claims", "report.column.claims", Form.NUMBER),
            ),
        ),
        TableSpec(
            "rank_intervals",
            (
                UNIT,
                score("baseline_score", "word.score"),
                Column("baseline_rank", "word.rank", Form.RANK),
                Column("rank_p05", "report.column.rank_low", Form.RANK),
                Column("rank_p50", "report.column.rank_median", Form.RANK),
                Column("rank_p95", "report.column.rank_high", Form.RANK),
                share("share_baseline_rank", "report.column.same_rank"),
                share("share_within_one", "report.column.within_one"),
            ),
        ),
        TableSpec(
            "drop_one",
            (
                Column("dropped", "report.column.dropped", Form.WORD, words="measure", width=6),
                Column("mean_shift", "report.column.mean_shift", Form.NUMBER, 2),
                Column("largest_shift", "report.column.largest_shift", Form.RANK),
                Column("unit", "report.column.shifted_unit", Form.WORD, words="unit"),
            ),
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
            "origins",
            (
                Column("output", "report.column.output"),
                Column("rule", "report.column.rule"),
                Column("data", "report.column.data", Form.WORD, words="source", width=6),
                Column("kind", "report.column.kind", Form.WORD, words="kind"),
            ),
        ),
        TableSpec(
            "data_sources",
            (
                Column("id", "report.column.source", Form.WORD, words="source", width=5),
                Column("publisher", "report.column.publisher", width=5),
                Column("licence", "report.column.licence", width=3),
                Column("rows", "report.column.figures", Form.NUMBER),
                Column("file", "report.column.file", width=4),
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
            "town_profile",
            (
                Column("unit", "towns.column_town", Form.WORD, words="unit"),
                Column("measure", "word.indicator", Form.WORD, words="measure", width=6),
                Column("year", "word.year", Form.YEAR),
                Column("value", "towns.column_value", Form.NUMBER, 3),
                Column("unit_of_measure", "towns.column_unit_of_measure", Form.WORD, words="measured_in"),
                score("position", "towns.column_position"),
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
        TableSpec(
            "facts",
            (
                Column("fact", "report.column.fact"),
                Column("value", "report.column.value", width=3),
                Column("kind", "report.column.kind", Form.WORD, words="kind"),
                Column("derived_from", "report.column.derived_from", width=5),
            ),
        ),
    )
}


def _between(frame: pd.DataFrame, after: str, before: str) -> list[str]:
    names = [str(c) for c in frame.columns]
    return names[names.index(after) + 1 : names.index(before)]


def spec_of(name: str, frame: pd.DataFrame) -> TableSpec:
    """How a table is printed, by its name; some bring columns of their own.

    Parameters
    ----------
    name
        Name of the table.
    frame
        The table; blocks stand between ``score`` and ``average``, schemes between ``unit`` and
        ``best``, or ``measure`` and ``kind``.

    Raises
    ------
    KeyError
        If no table has this name; the message says the nearest.
    """
    if name in SPECS:
        return SPECS[name]
    if name.startswith("scores_") and "score_from" in frame:
        return panel_spec(name)
    if name.startswith("scores_"):
        return scores_spec(name, _between(frame, "score", "average"))
    for start, columns in _VIEW.items():
        if name.startswith(start):
            return TableSpec(name, columns)
    if name.startswith("robustness_"):
        lows = [str(c) for c in frame.columns if str(c).endswith("_low")]
        return robustness_spec(name, [low.removesuffix("_low") for low in lows])
    if name == "scenarios_changes":
        return scenario_changes_spec(name, _between(frame, "scenario", "largest_regret"))
    if name.startswith("scheme_ranks"):
        return schemes_spec(name, _between(frame, "unit", "best"))
    if name.startswith("scheme_weights"):
        return scheme_weights_spec(name, _between(frame, "measure", "kind"))
    raise KeyError(f"no table {name!r}; expected {nearest(name, sorted(SPECS))}")
