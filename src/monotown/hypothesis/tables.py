"""Tables of the hypothesis stage; each carries the fingerprint of what was fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import pandera.pandas as pa

from monotown.base.tables import kind_column, score_column
from monotown.hypothesis.prespecified import FAMILY, STATUSES, WAYS

_TEXT = pa.Column(str, pa.Check.str_length(min_value=1))
_NOTE = pa.Column(str)
_REAL = pa.Column("float64")
_GAP = pa.Column("float64", nullable=True)
_SHARE = pa.Column("float64", pa.Check.in_range(0, 1))
_MAYBE = pa.Column("float64", pa.Check.in_range(0, 1), nullable=True)
_COUNT = pa.Column("int64", pa.Check.ge(0))
_YEAR = pa.Column("int64", pa.Check.in_range(1900, 2100))
_DIRECTION = pa.Column(str, pa.Check.isin(["forward", "reverse"]))


def _score(text: str, direction: str) -> pa.Column:
    """A column in the unit of a series: of the index of quality in one direction."""
    return score_column(text, where=("direction", (direction,)), nullable=False)


def _table(name: str, key: Sequence[str], columns: Mapping[str, pa.Column]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            **columns,
            "prespecified": pa.Column(str, pa.Check.str_matches(r"^[0-9a-f]{64}$")),
            "kind": kind_column(),
            "source": _TEXT,
        },
        unique=list(key),
        strict=True,
        coerce=True,
        name=name,
    )


#: Coefficients in sd per sd (after region and year effects; `between` and `contextual`: sd of the
#: regions' means) with CR2 errors, Satterthwaite's df, and p of the wild cluster bootstrap.
ESTIMATES = _table(
    "estimates",
    ["direction", "analysis"],
    {
        "direction": _DIRECTION,
        "analysis": _TEXT,
        "estimate": _REAL,
        "standard_error": _REAL,
        "df": _REAL,
        "low": _REAL,
        "high": _REAL,
        "p_crv1": _SHARE,
        "p_wild": _SHARE,
        "regions": _COUNT,
        "first_year": _YEAR,
        "last_year": _YEAR,
        "rows": _COUNT,
        "shares": _NOTE,
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
        "estimate": _REAL,
        "standard_error": _GAP,
        "df": _GAP,
        "low": _GAP,
        "high": _GAP,
        "p": _SHARE,
    },
)
#: The primary family.
FAMILY_TABLE = _table(
    "family",
    ["test"],
    {
        "test": pa.Column(str, pa.Check.isin(list(FAMILY))),
        "estimate": _REAL,
        "statistic": _REAL,
        "p": _SHARE,
        "p_holm": _SHARE,
    },
)
#: Lag and lead in one equation: a lead that holds says that something else moves both.
PLACEBO = _table(
    "placebo",
    ["direction", "term"],
    {
        "direction": _DIRECTION,
        "term": pa.Column(str, pa.Check.isin(["lag", "lead"])),
        "estimate": _REAL,
        "standard_error": _REAL,
        "low": _REAL,
        "high": _REAL,
        "p_wild": _SHARE,
        "first_year": _YEAR,
        "last_year": _YEAR,
    },
)
#: The primary coefficients without one region each.
LEAVE_OUT = _table(
    "leave_out",
    ["direction", "unit"],
    {
        "direction": _DIRECTION,
        "unit": _TEXT,
        "estimate": _REAL,
        "standard_error": _REAL,
        "low": _REAL,
        "high": _REAL,
        "p_wild": _SHARE,
        "leverage": _SHARE,
    },
)
#: Errors of one-step forecasts without and with the other series, by year and in all.
PREDICTION = _table(
    "prediction",
    ["direction", "period"],
    {
        "direction": _DIRECTION,
        "period": _TEXT,
        "error": _score("Root mean squared error of the forecasts.", "forward"),
        "error_with": _score("The same with the other series.", "forward"),
        "ratio": _REAL,
        "statistic": _GAP,
        "p": _MAYBE,
    },
)
#: Every specification of the curve; `shares` names what outcome and staffing have in common.
SPECIFICATIONS = _table(
    "specifications",
    ["outcome", "staffing", "lag", "form", "sample"],
    {
        "outcome": _TEXT,
        "staffing": _TEXT,
        "lag": _COUNT,
        "form": _TEXT,
        "sample": _TEXT,
        "estimate": _REAL,
        "t": _REAL,
        "p": _SHARE,
        "regions": _COUNT,
        "first_year": _YEAR,
        "last_year": _YEAR,
        "shares": _NOTE,
    },
)
#: The curve as a whole against permuted region histories.
CURVE = _table(
    "curve",
    ["specifications", "statistic"],
    {
        "specifications": pa.Column(str, pa.Check.isin(["every", "unshared"])),
        "statistic": pa.Column(str, pa.Check.isin(["median", "significant", "mean_z"])),
        "number": _COUNT,
        "observed": _REAL,
        "low": _REAL,
        "high": _REAL,
        "p": _SHARE,
    },
)
#: Shares of made panels in which b = 0 is refused. `design`: the regressor is made too, or is that
#: of the panel.
POWER = _table(
    "power",
    ["design", "rho", "effect", "way"],
    {
        "design": pa.Column(str, pa.Check.isin(["made", "panel"])),
        "rho": _REAL,
        "effect": _REAL,
        "way": pa.Column(str, pa.Check.isin(list(WAYS))),
        "regions": _COUNT,
        "years": _COUNT,
        "share": _SHARE,
        "monte_carlo_error": _SHARE,
    },
)
#: What each pair of staffing and outcome has in common.
DENOMINATORS = _table(
    "denominators",
    ["staffing", "outcome"],
    {
        "staffing": _TEXT,
        "outcome": _TEXT,
        "staffing_collection": _TEXT,
        "collection": _TEXT,
        "denominator": _NOTE,
        "shares": _NOTE,
        "file": _TEXT,
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
        "estimate": _REAL,
        "low": _REAL,
        "high": _REAL,
        "p": _SHARE,
        "p_holm": _SHARE,
        "equivalence_p": _SHARE,
        "detectable": _REAL,
        "placebo_p": _SHARE,
        "level": _SHARE,
        "power": _SHARE,
        "sesoi": _REAL,
        "regressor_sd": _score("Standard deviation of the regressor.", "reverse"),
        "outcome_sd": _score("Standard deviation of the outcome.", "forward"),
        "first_year": _YEAR,
        "last_year": _YEAR,
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
