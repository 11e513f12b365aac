"""How the tables of the hypothesis are printed."""

from __future__ import annotations

from monotown.show.printed import Column, Form, TableSpec, by_name
from monotown.show.specs import UNIT, share

_TABLES = {
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
        Column("denominator", "hypothesis.column.denominator", Form.WORD, words="hypothesis.denominator", width=3.5),
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
    "noise": (
        Column("direction", "hypothesis.column.direction", Form.WORD, words="hypothesis.direction", width=3),
        Column("years", "hypothesis.column.noise_years", Form.WORD, words="hypothesis.noise_years", width=2.5),
        share("reliability", "hypothesis.column.reliability"),
        share("low", "hypothesis.column.low_percent"),
        share("high", "hypothesis.column.high_percent"),
        Column("estimate", "hypothesis.column.estimate", Form.NUMBER, 2),
        Column("moments", "hypothesis.column.moments", Form.NUMBER, 2),
        Column("moments_low", "hypothesis.column.low", Form.NUMBER, 2),
        Column("moments_high", "hypothesis.column.high", Form.NUMBER, 2),
        Column("simex", "hypothesis.column.simex", Form.NUMBER, 2),
        Column("detectable", "hypothesis.column.detectable", Form.NUMBER, 2),
        Column("detectable_true", "hypothesis.column.detectable_true", Form.NUMBER, 2),
    ),
    "noise_power": (
        Column("effect", "hypothesis.column.effect", Form.NUMBER, 2),
        share("observed", "hypothesis.column.observed_design"),
        share("noise", "hypothesis.column.noise_design"),
    ),
    "leverage": (
        UNIT,
        share("leverage", "hypothesis.column.leverage"),
        Column("estimate", "hypothesis.column.estimate_without", Form.NUMBER, 2),
        Column("low", "hypothesis.column.low", Form.NUMBER, 2),
        Column("high", "hypothesis.column.high", Form.NUMBER, 2),
        Column("p_wild", "hypothesis.column.p", Form.NUMBER, 3),
        share("reliability", "hypothesis.column.reliability"),
        Column("moments", "hypothesis.column.moments", Form.NUMBER, 2),
    ),
    "dependence": (
        Column("direction", "hypothesis.column.direction", Form.WORD, words="hypothesis.direction", width=3),
        Column("way", "hypothesis.column.way", Form.WORD, words="hypothesis.way", width=3.5),
        Column("standard_error", "hypothesis.column.standard_error", Form.NUMBER, 2),
        Column("low", "hypothesis.column.low", Form.NUMBER, 2),
        Column("high", "hypothesis.column.high", Form.NUMBER, 2),
        Column("p", "hypothesis.column.p", Form.NUMBER, 3),
        share("apart", "hypothesis.column.apart", 1),
        share("near", "hypothesis.column.near", 1),
    ),
    "moran": (
        Column("view", "hypothesis.column.index", Form.WORD, words="view", width=5),
        Column("year", "word.year", Form.YEAR),
        Column("weights", "hypothesis.column.weights", Form.WORD, words="hypothesis.weights", width=3),
        Column("statistic", "hypothesis.column.moran", Form.NUMBER, 2),
        Column("expected", "hypothesis.column.expected", Form.NUMBER, 2),
        Column("p", "hypothesis.column.p", Form.NUMBER, 3),
    ),
    "residuals": (
        Column("direction", "hypothesis.column.direction", Form.WORD, words="hypothesis.direction", width=3),
        Column("statistic", "hypothesis.column.statistic", Form.WORD, words="hypothesis.residual", width=5),
        Column("observed", "hypothesis.column.observed", Form.NUMBER, 2),
        Column("low", "hypothesis.column.made_low", Form.NUMBER, 2),
        Column("high", "hypothesis.column.made_high", Form.NUMBER, 2),
        Column("p", "hypothesis.column.p", Form.NUMBER, 4),
    ),
    "stepdown": (
        Column("test", "hypothesis.column.test", Form.WORD, words="hypothesis.test", width=6),
        Column("p", "hypothesis.column.p", Form.NUMBER, 3),
        Column("p_holm", "hypothesis.column.p_holm", Form.NUMBER, 3),
        Column("p_romano_wolf", "hypothesis.column.p_romano_wolf", Form.NUMBER, 3),
    ),
}

SPECS = by_name(*(TableSpec(f"hypothesis_{name}", columns) for name, columns in _TABLES.items()))
