"""Tables of the hypothesis stage; each carries the fingerprint of what was fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import pandas as pd

from monotown.base import checked as pa
from monotown.base.tables import COUNT, MAYBE_SHARE, NOTE, NUMBER, REAL, SHARE, SOURCED, TEXT, YEAR, score_column, table
from monotown.hypothesis.prespecified import FAMILY, STATUSES, WAYS, WIDER

_DIRECTION = pa.Column(str, pa.Check.isin(["forward", "reverse"]))


def _score(text: str, direction: str) -> pa.Column:
    """A column in the unit of a series: of the index of quality in one direction."""
    return score_column(text, where=("direction", (direction,)), nullable=False)


_table = partial(table, end={"prespecified": pa.Column(str, pa.Check.str_matches(r"^[0-9a-f]{64}$")), **SOURCED})


#: Coefficients in sd per sd (after region and year effects; `between` and `contextual`: sd of the
#: regions' means) with CR2 errors, Satterthwaite's df, and p of the wild cluster bootstrap.
ESTIMATES = _table(
    "estimates",
    ["direction", "analysis"],
    {
        "direction": _DIRECTION,
        "analysis": TEXT,
        "estimate": REAL,
        "standard_error": REAL,
        "df": REAL,
        "low": REAL,
        "high": REAL,
        "p_crv1": SHARE,
        "p_wild": SHARE,
        "regions": COUNT,
        "first_year": YEAR,
        "last_year": YEAR,
        "rows": COUNT,
        "shares": NOTE,
    },
)
#: The primary coefficients under each way to compute an error. `low` and `high` are infinite where
#: the bootstrap refuses nothing; randomisation gives a p only.
ERRORS = _table(
    "errors",
    ["direction", "way"],
    {
        "direction": _DIRECTION,
        "way": pa.Column(str, pa.Check.isin(["naive", "hc1", "crv1", "cr2", "wild", "randomisation"])),
        "estimate": REAL,
        "standard_error": NUMBER,
        "df": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "p": SHARE,
    },
)
#: The primary family.
FAMILY_TABLE = _table(
    "family",
    ["test"],
    {
        "test": pa.Column(str, pa.Check.isin(list(FAMILY))),
        "estimate": REAL,
        "statistic": REAL,
        "p": SHARE,
        "p_holm": SHARE,
    },
)
#: Lag and lead in one equation: a lead that holds says that something else moves both.
PLACEBO = _table(
    "placebo",
    ["direction", "term"],
    {
        "direction": _DIRECTION,
        "term": pa.Column(str, pa.Check.isin(["lag", "lead"])),
        "estimate": REAL,
        "standard_error": REAL,
        "low": REAL,
        "high": REAL,
        "p_wild": SHARE,
        "first_year": YEAR,
        "last_year": YEAR,
    },
)
#: The primary coefficients without one region each.
LEAVE_OUT = _table(
    "leave_out",
    ["direction", "unit"],
    {
        "direction": _DIRECTION,
        "unit": TEXT,
        "estimate": REAL,
        "standard_error": REAL,
        "low": REAL,
        "high": REAL,
        "p_wild": SHARE,
        "leverage": SHARE,
    },
)
#: Errors of one-step forecasts without and with the other series, by year and in all.
PREDICTION = _table(
    "prediction",
    ["direction", "period"],
    {
        "direction": _DIRECTION,
        "period": TEXT,
        "error": _score("Root mean squared error of the forecasts.", "forward"),
        "error_with": _score("The same with the other series.", "forward"),
        "ratio": REAL,
        "statistic": NUMBER,
        "p": MAYBE_SHARE,
    },
)
#: Every specification of the curve; `shares` names what outcome and staffing have in common.
SPECIFICATIONS = _table(
    "specifications",
    ["outcome", "staffing", "lag", "form", "sample"],
    {
        "outcome": TEXT,
        "staffing": TEXT,
        "lag": COUNT,
        "form": TEXT,
        "sample": TEXT,
        "estimate": REAL,
        "t": REAL,
        "p": SHARE,
        "regions": COUNT,
        "first_year": YEAR,
        "last_year": YEAR,
        "shares": NOTE,
    },
)
#: The curve as a whole against permuted region histories.
CURVE = _table(
    "curve",
    ["specifications", "statistic"],
    {
        "specifications": pa.Column(str, pa.Check.isin(["every", "unshared"])),
        "statistic": pa.Column(str, pa.Check.isin(["median", "significant", "mean_z"])),
        "number": COUNT,
        "observed": REAL,
        "low": REAL,
        "high": REAL,
        "p": SHARE,
    },
)
#: Shares of made panels in which b = 0 is refused. `design`: the regressor is made too, or is that
#: of the panel.
POWER = _table(
    "power",
    ["design", "rho", "effect", "way"],
    {
        "design": pa.Column(str, pa.Check.isin(["made", "panel"])),
        "rho": REAL,
        "effect": REAL,
        "way": pa.Column(str, pa.Check.isin(list(WAYS))),
        "regions": COUNT,
        "years": COUNT,
        "share": SHARE,
        "monte_carlo_error": SHARE,
    },
)
#: What each pair of staffing and outcome has in common.
DENOMINATORS = _table(
    "denominators",
    ["staffing", "outcome"],
    {
        "staffing": TEXT,
        "outcome": TEXT,
        "staffing_collection": TEXT,
        "collection": TEXT,
        "denominator": NOTE,
        "shares": NOTE,
        "file": TEXT,
        "same_file": pa.Column(bool),
        "primary": pa.Column(bool),
    },
)
#: The verdict on each direction and the numbers it rests on. `registered`: whether the
#: specification is the one registered; `*_sd`: what one standard deviation is after region and
#: year effects, in the unit of the series.
VERDICT = _table(
    "verdict",
    ["direction"],
    {
        "direction": _DIRECTION,
        "status": pa.Column(str, pa.Check.isin(list(STATUSES))),
        "estimate": REAL,
        "low": REAL,
        "high": REAL,
        "p": SHARE,
        "p_holm": SHARE,
        "equivalence_p": SHARE,
        "detectable": REAL,
        "placebo_p": SHARE,
        "level": SHARE,
        "power": SHARE,
        "sesoi": REAL,
        "regressor_sd": _score("Standard deviation of the regressor.", "reverse"),
        "outcome_sd": _score("Standard deviation of the outcome.", "forward"),
        "first_year": YEAR,
        "last_year": YEAR,
        "registered": pa.Column(bool),
    },
)

SCHEMAS: Final[Mapping[str, pa.DataFrameSchema]] = {
    "estimates": ESTIMATES,
    "errors": ERRORS,
    "family": FAMILY_TABLE,
    "placebo": PLACEBO,
    "leave_out": LEAVE_OUT,
    "prediction": PREDICTION,
    "specifications": SPECIFICATIONS,
    "curve": CURVE,
    "power": POWER,
    "denominators": DENOMINATORS,
    "verdict": VERDICT,
}


@dataclass(frozen=True)
class HypothesisTables:
    """Tables of the hypothesis stage, each with its schema in `SCHEMAS`."""

    estimates: pd.DataFrame
    errors: pd.DataFrame
    family: pd.DataFrame
    placebo: pd.DataFrame
    leave_out: pd.DataFrame
    prediction: pd.DataFrame
    specifications: pd.DataFrame
    curve: pd.DataFrame
    power: pd.DataFrame
    denominators: pd.DataFrame
    verdict: pd.DataFrame


#: Which regions share a border, and how long it is: a pair stands once for each year of the borders.
CONTIGUITY = table(
    "contiguity",
    ["borders", "unit", "neighbour"],
    {"borders": YEAR, "unit": TEXT, "neighbour": TEXT, "shared_km": pa.Column("float64", pa.Check.gt(0))},
    end={},
)

_added = partial(
    table,
    end={
        "added": pa.Column(str, pa.Check.str_matches(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")),
        "prespecified": pa.Column(str, pa.Check.str_matches(r"^[0-9a-f]{64}$")),
        **SOURCED,
    },
)

#: Reliability of the regressor, region and year effects out, its noise learned from the regressor's years or from all
#: of the series; bounds and corrected coefficients; the detectable effect of true staffing. All effects in sd of the
#: outcome per sd of the regressor as it was measured.
NOISE = _added(
    "noise",
    ["direction", "years"],
    {
        "direction": _DIRECTION,
        "years": pa.Column(str, pa.Check.isin(["regressor", "series"])),
        "first_year": YEAR,
        "last_year": YEAR,
        "reliability": REAL,
        "low": NUMBER,
        "high": NUMBER,
        "estimate": REAL,
        "inverse": REAL,
        "moments": NUMBER,
        "moments_low": NUMBER,
        "moments_high": NUMBER,
        "simex": REAL,
        "simex_low": REAL,
        "simex_high": REAL,
        "detectable": REAL,
        "detectable_true": NUMBER,
        "detectable_true_low": NUMBER,
        "detectable_true_high": NUMBER,
    },
)
#: Weight of each region in the regressor's variance, and the reliability and the coefficient by moments without it.
NOISE_REGIONS = _added(
    "noise_regions",
    ["direction", "unit"],
    {"direction": _DIRECTION, "unit": TEXT, "leverage": SHARE, "reliability": REAL, "moments": NUMBER},
)
#: Shares of panels with the errors observed (signs by region at random) in which b = 0 is refused. `design`: the
#: outcome follows staffing as measured (`observed`), or true staffing, drawn given the measured (`noise`).
NOISE_POWER = _added(
    "noise_power",
    ["design", "effect", "way"],
    {
        "design": pa.Column(str, pa.Check.isin(["observed", "noise"])),
        "effect": REAL,
        "way": pa.Column(str, pa.Check.isin(list(WAYS))),
        "share": SHARE,
        "monte_carlo_error": SHARE,
    },
)
#: Moran's I of the scores of each index and year; weights by contiguity or by length of the border, rows of sum 1.
MORAN = _added(
    "moran",
    ["view", "year", "weights"],
    {
        "view": TEXT,
        "year": YEAR,
        "weights": pa.Column(str, pa.Check.isin(["contiguity", "length"])),
        "units": COUNT,
        "statistic": REAL,
        "expected": REAL,
        "p": SHARE,
    },
)
#: Dependence of the residuals beside what independent made panels give.
RESIDUALS = _added(
    "residuals",
    ["direction", "statistic"],
    {
        "direction": _DIRECTION,
        "statistic": pa.Column(str, pa.Check.isin(["moran", "cd", "cd_regions"])),
        "observed": REAL,
        "expected": REAL,
        "low": REAL,
        "high": REAL,
        "p": SHARE,
    },
)
#: The primary coefficients under errors that allow for dependence between regions, beside the registered test.
WIDER_ERRORS = _added(
    "wider_errors",
    ["direction", "way"],
    {
        "direction": _DIRECTION,
        "way": pa.Column(str, pa.Check.isin(["wild", "cr2", *WIDER])),
        "estimate": REAL,
        "standard_error": NUMBER,
        "df": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "p": SHARE,
    },
)
#: Shares of made panels without an effect in which b = 0 is refused, errors dependent between neighbours by `spatial`.
WIDER_SIZE = _added(
    "wider_size",
    ["direction", "spatial", "way"],
    {
        "direction": _DIRECTION,
        "spatial": SHARE,
        "way": pa.Column(str, pa.Check.isin([*WAYS, *WIDER])),
        "share": SHARE,
        "monte_carlo_error": SHARE,
    },
)
#: The primary family adjusted by Holm and by Romano and Wolf.
STEPDOWN = _added(
    "stepdown",
    ["test"],
    {"test": pa.Column(str, pa.Check.isin(list(FAMILY))), "p": SHARE, "p_holm": SHARE, "p_romano_wolf": SHARE},
)

EXPLORATORY: Final[Mapping[str, pa.DataFrameSchema]] = {
    "noise": NOISE,
    "noise_regions": NOISE_REGIONS,
    "noise_power": NOISE_POWER,
    "moran": MORAN,
    "residuals": RESIDUALS,
    "wider_errors": WIDER_ERRORS,
    "wider_size": WIDER_SIZE,
    "stepdown": STEPDOWN,
}


@dataclass(frozen=True)
class ExploratoryTables:
    """Exploratory tables of the hypothesis, each with its schema in `EXPLORATORY`."""

    noise: pd.DataFrame
    noise_regions: pd.DataFrame
    noise_power: pd.DataFrame
    moran: pd.DataFrame
    residuals: pd.DataFrame
    wider_errors: pd.DataFrame
    wider_size: pd.DataFrame
    stepdown: pd.DataFrame
