"""Schemas of the result tables of this stage."""

from __future__ import annotations

from collections.abc import Sequence

import pandera.pandas as pa

from monotown.base.tables import kind_column, score_column

_TEXT = pa.Column(str, pa.Check.str_length(min_value=1))
_NOTE = pa.Column(str)
_YEAR = pa.Column("int64", pa.Check.in_range(1900, 2100))
_NUMBER = pa.Column("float64", nullable=True)
_SHARE = pa.Column("float64", pa.Check.in_range(0, 1), nullable=True)
_RANK = pa.Column("float64", pa.Check.ge(1), nullable=True)
_COUNT = pa.Column("int64", pa.Check.ge(0))
_KIND = kind_column()
_SCORE = score_column("Index.")


def _table(name: str, columns: dict[str, pa.Column], key: Sequence[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, unique=list(key), strict=True, coerce=True, name=name)


#: Scores and ranks under each weighting scheme; the scheme ``baseline`` is the model's own.
SCHEMES = _table(
    "schemes",
    {"view": _TEXT, "year": _YEAR, "scheme": _TEXT, "unit": _TEXT, "score": _SCORE, "rank": _RANK, "kind": _KIND},
    ["view", "year", "scheme", "unit"],
)

#: Weights of each scheme in the whole index; they sum to 1 in a scheme.
SCHEME_WEIGHTS = _table(
    "scheme_weights",
    {"view": _TEXT, "scheme": _TEXT, "measure": _TEXT, "block": _TEXT, "weight": _SHARE, "kind": _KIND},
    ["view", "scheme", "measure"],
)

#: Whether a scheme could be used; `reason` is empty exactly where it could.
SCHEME_STATUS = _table(
    "scheme_status",
    {
        "view": _TEXT,
        "scheme": _TEXT,
        "reference_year": _YEAR,
        "status": pa.Column(str, pa.Check.isin(["used", "refused"])),
        "reason": _NOTE,
    },
    ["view", "scheme"],
)

#: Agreement of each scheme's ranks with the baseline's; empty where the scheme refused.
AGREEMENT = _table(
    "agreement",
    {
        "view": _TEXT,
        "year": _YEAR,
        "scheme": _TEXT,
        "kendall": _NUMBER,
        "spearman": _NUMBER,
        "mean_abs_rank_shift": _NUMBER,
        "kind": _KIND,
    },
    ["view", "year", "scheme"],
)

#: Share of draws in which a unit has a rank.
RANK_ACCEPTABILITY = _table(
    "rank_acceptability",
    {
        "view": _TEXT,
        "year": _YEAR,
        "unit": _TEXT,
        "rank": pa.Column("int64", pa.Check.ge(1)),
        "share": _SHARE,
        "kind": _KIND,
    },
    ["view", "year", "unit", "rank"],
)

#: The index without one measure (`drop_one`) or one block (`drop_block`).
DROP_ONE = _table(
    "drop_one",
    {
        "view": _TEXT,
        "year": _YEAR,
        "dropped": _TEXT,
        "unit": _TEXT,
        "score": _SCORE,
        "rank": _RANK,
        "rank_shift": _NUMBER,
        "kind": _KIND,
    },
    ["view", "year", "dropped", "unit"],
)

#: Scores and ranks as the weight of one block goes from 0 to 1, the other blocks sharing the rest
#: in their baseline proportions.
WEIGHT_SPACE = _table(
    "weight_space",
    {
        "view": _TEXT,
        "year": _YEAR,
        "block": _TEXT,
        "baseline_weight": _SHARE,
        "weight": _SHARE,
        "unit": _TEXT,
        "score": _SCORE,
        "rank": _RANK,
        "kind": _KIND,
    },
    ["view", "year", "block", "weight", "unit"],
)

#: One number a row about a whole ranking.
SUMMARY = _table(
    "summary",
    {"view": _TEXT, "year": _YEAR, "quantity": _TEXT, "value": _NUMBER, "kind": _KIND},
    ["view", "year", "quantity"],
)

#: How robust the ranks are at other concentrations of the weights.
CONCENTRATION = _table(
    "concentration",
    {
        "view": _TEXT,
        "year": _YEAR,
        "concentration": pa.Column("float64", pa.Check.gt(0)),
        "share_same_order": _SHARE,
        "share_within_one": _SHARE,
        "mean_abs_rank_shift": _NUMBER,
        "mean_kendall": _NUMBER,
        "kind": _KIND,
    },
    ["view", "year", "concentration"],
)


def percent(probability: float) -> str:
    """The name of a quantile in a column: ``p05``, ``p50``, ``p97_5``.

    Examples
    --------
    >>> percent(0.05), percent(0.975)
    ('p05', 'p97_5')
    """
    text = f"{100 * probability:.6g}"
    whole, _, part = text.partition(".")
    return f"p{whole:0>2}" + (f"_{part}" if part else "")


def rank_intervals(interval: Sequence[float]) -> pa.DataFrameSchema:
    """Schema of the intervals of scores and ranks for given limits.

    Parameters
    ----------
    interval
        Lower and upper probability.
    """
    names = [percent(interval[0]), percent(0.5), percent(interval[1])]
    return _table(
        "rank_intervals",
        {
            "view": _TEXT,
            "year": _YEAR,
            "unit": _TEXT,
            "baseline_score": score_column("Index by the view's own settings."),
            "baseline_rank": _RANK,
            **{f"score_{n}": score_column("Quantile of the index over the draws.") for n in names},
            **{f"rank_{n}": _RANK for n in names},
            "share_baseline_rank": _SHARE,
            "share_within_one": _SHARE,
            "kind": _KIND,
        },
        ["view", "year", "unit"],
    )


#: Share of draws in which `unit` is above `other`, ties counting half.
PAIRWISE = _table(
    "pairwise",
    {"view": _TEXT, "year": _YEAR, "unit": _TEXT, "other": _TEXT, "share": _SHARE, "kind": _KIND},
    ["view", "year", "unit", "other"],
)

#: Share of draws in which a unit is first, its confidence factor at its central weights with the
#: Monte Carlo standard error (0 where exact), and its holistic acceptability with centroid weights
#: of the ranks. A unit that is never first has no confidence factor.
ACCEPTABILITY = _table(
    "acceptability",
    {
        "view": _TEXT,
        "year": _YEAR,
        "unit": _TEXT,
        "share_first": _SHARE,
        "confidence": _SHARE,
        "confidence_error": _SHARE,
        "holistic": _SHARE,
        "kind": _KIND,
    },
    ["view", "year", "unit"],
)

#: Mean weights of the draws in which a unit is first.
CENTRAL_WEIGHTS = _table(
    "central_weights",
    {"view": _TEXT, "year": _YEAR, "unit": _TEXT, "measure": _TEXT, "block": _TEXT, "weight": _SHARE, "kind": _KIND},
    ["view", "year", "unit", "measure"],
)

#: Share of draws whose best k units are those of the baseline; empty where a tie at the baseline
#: leaves them undefined.
TOP = _table(
    "top",
    {"view": _TEXT, "year": _YEAR, "k": pa.Column("int64", pa.Check.ge(1)), "share": _SHARE, "kind": _KIND},
    ["view", "year", "k"],
)

#: Agreement with the baseline under each level of each discrete input, means over draws.
LEVELS = _table(
    "levels",
    {
        "view": _TEXT,
        "year": _YEAR,
        "input": _TEXT,
        "level": _TEXT,
        "draws": _COUNT,
        "kendall": _NUMBER,
        "spearman": _NUMBER,
        "mean_abs_rank_shift": _NUMBER,
        "share_same_order": _SHARE,
        "kind": _KIND,
    },
    ["view", "year", "input", "level"],
)

#: Combinations left out before the run. `share`: of all combinations, by their probability; two
#: rows may overlap.
INADMISSIBLE = _table(
    "inadmissible",
    {"view": _TEXT, "year": _YEAR, "combination": _TEXT, "reason": _TEXT, "share": _SHARE},
    ["view", "year", "combination"],
)

#: How well the intervals are known after the first draws; `enough` where this and every larger
#: number of draws meet the stopping rule.
CONVERGENCE = _table(
    "convergence",
    {
        "view": _TEXT,
        "year": _YEAR,
        "draws": _COUNT,
        "share_error": pa.Column("float64", pa.Check.ge(0)),
        "rank_error": pa.Column("float64", pa.Check.ge(0)),
        "mean_width": pa.Column("float64", pa.Check.ge(0)),
        "limits_moved": pa.Column("float64", pa.Check.ge(0)),
        "enough": pa.Column(bool),
        "kind": _KIND,
    },
    ["view", "year", "draws"],
)
