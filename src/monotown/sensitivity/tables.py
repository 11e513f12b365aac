"""Schemas of the result tables of this stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from monotown.base import checked as pa
from monotown.base.tables import (
    COUNT,
    KIND,
    KINDED,
    MAYBE_SHARE,
    NOTE,
    NUMBER,
    RANK,
    TEXT,
    YEAR,
    keyed,
    score_column,
    table,
    to_scale,
    write_order,
)

_SCORE = score_column("Index.")


def made(
    rows: Mapping[str, Sequence[tuple[object, ...]]],
    schemas: Mapping[str, pa.DataFrameSchema],
    view: str,
    kind: str,
    scale: float,
) -> dict[str, pd.DataFrame]:
    """The tables of an analysis in the order in which they are written, on the scale of the index.

    Parameters
    ----------
    rows
        Name of a table to its rows, without ``view`` before them and, where a table has such a
        column, ``kind`` after them; scores as the engine gives them.
    schemas
        Name of each table to its schema.
    view, kind, scale
        Id of the view, its kind of data, and what a score of 1 is in tables.
    """
    found = {}
    for name, schema in schemas.items():
        end = (kind,) if "kind" in schema.columns else ()
        whole = pd.DataFrame([(view, *row, *end) for row in rows[name]], columns=list(schema.columns))
        found[name] = to_scale(write_order(whole, schema), schema, scale)
    return found


#: Scores and ranks under each weighting scheme; the scheme ``baseline`` is the model's own.
SCHEMES = keyed("schemes", ["view", "year", "scheme", "unit"], {"score": _SCORE, "rank": RANK}, KINDED)

#: Weights of each scheme in the whole index; they sum to 1 in a scheme.
SCHEME_WEIGHTS = keyed("scheme_weights", ["view", "scheme", "measure"], {"block": TEXT, "weight": MAYBE_SHARE}, KINDED)

#: Whether a scheme could be used; `reason` is empty exactly where it could.
SCHEME_STATUS = keyed(
    "scheme_status",
    ["view", "scheme"],
    {"reference_year": YEAR, "status": pa.Column(str, pa.Check.isin(["used", "refused"])), "reason": NOTE},
)

#: Agreement of each scheme's ranks with the baseline's; empty where the scheme refused.
AGREEMENT = keyed(
    "agreement",
    ["view", "year", "scheme"],
    {"kendall": NUMBER, "spearman": NUMBER, "mean_abs_rank_shift": NUMBER},
    KINDED,
)

#: Share of draws in which a unit has a rank; of more than `monotown.base.many.FEW` units, a rank from this
#: one to the next that is told, shares above 0 alone.
RANK_ACCEPTABILITY = keyed(
    "rank_acceptability",
    ["view", "year", "unit", "rank"],
    {"rank": pa.Column("int64", pa.Check.ge(1)), "share": MAYBE_SHARE},
    KINDED,
)

#: The index without one measure (`drop_one`) or one block (`drop_block`).
DROP_ONE = keyed(
    "drop_one", ["view", "year", "dropped", "unit"], {"score": _SCORE, "rank": RANK, "rank_shift": NUMBER}, KINDED
)

#: Scores and ranks as the weight of one block goes from 0 to 1, the other blocks sharing the rest
#: in their baseline proportions.
WEIGHT_SPACE = table(
    "weight_space",
    ["view", "year", "block", "weight", "unit"],
    {
        "view": TEXT,
        "year": YEAR,
        "block": TEXT,
        "baseline_weight": MAYBE_SHARE,
        "weight": MAYBE_SHARE,
        "unit": TEXT,
        "score": _SCORE,
        "rank": RANK,
        "kind": KIND,
    },
)

#: One number a row about a whole ranking.
SUMMARY = keyed("summary", ["view", "year", "quantity"], {"value": NUMBER}, KINDED)

#: How robust the ranks are at other concentrations of the weights.
CONCENTRATION = keyed(
    "concentration",
    ["view", "year", "concentration"],
    {
        "concentration": pa.Column("float64", pa.Check.gt(0)),
        "share_same_order": MAYBE_SHARE,
        "share_within_one": MAYBE_SHARE,
        "mean_abs_rank_shift": NUMBER,
        "mean_kendall": NUMBER,
    },
    KINDED,
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
    return keyed(
        "rank_intervals",
        ["view", "year", "unit"],
        {
            "baseline_score": score_column("Index by the view's own settings."),
            "baseline_rank": RANK,
            **{f"score_{n}": score_column("Quantile of the index over the draws.") for n in names},
            **{f"rank_{n}": RANK for n in names},
            "share_baseline_rank": MAYBE_SHARE,
            "share_within_one": MAYBE_SHARE,
        },
        KINDED,
    )


#: Share of draws in which `unit` is above `other`, ties counting half; of more than `monotown.base.many.FEW`
#: units those next to each other at the baseline.
PAIRWISE = keyed("pairwise", ["view", "year", "unit", "other"], {"share": MAYBE_SHARE}, KINDED)

#: Share of draws in which a unit is first, its confidence factor at its central weights with the
#: Monte Carlo standard error (0 where exact), and its holistic acceptability with centroid weights
#: of the ranks. A unit that is never first has no confidence factor.
ACCEPTABILITY = keyed(
    "acceptability",
    ["view", "year", "unit"],
    {"share_first": MAYBE_SHARE, "confidence": MAYBE_SHARE, "confidence_error": MAYBE_SHARE, "holistic": MAYBE_SHARE},
    KINDED,
)

#: Mean weights of the draws in which a unit is first.
CENTRAL_WEIGHTS = keyed(
    "central_weights", ["view", "year", "unit", "measure"], {"block": TEXT, "weight": MAYBE_SHARE}, KINDED
)

#: Share of draws whose best k units are those of the baseline; empty where a tie at the baseline
#: leaves them undefined.
TOP = keyed("top", ["view", "year", "k"], {"k": pa.Column("int64", pa.Check.ge(1)), "share": MAYBE_SHARE}, KINDED)

#: Agreement with the baseline under each level of each discrete input, means over draws.
LEVELS = keyed(
    "levels",
    ["view", "year", "input", "level"],
    {
        "draws": COUNT,
        "kendall": NUMBER,
        "spearman": NUMBER,
        "mean_abs_rank_shift": NUMBER,
        "share_same_order": MAYBE_SHARE,
    },
    KINDED,
)

#: Combinations left out before the run. `share`: of all combinations, by their probability; two
#: rows may overlap.
INADMISSIBLE = keyed("inadmissible", ["view", "year", "combination"], {"reason": TEXT, "share": MAYBE_SHARE})

#: How well the intervals are known after the first draws; `enough` where this and every larger
#: number of draws meet the stopping rule.
CONVERGENCE = keyed(
    "convergence",
    ["view", "year", "draws"],
    {
        "draws": COUNT,
        "share_error": pa.Column("float64", pa.Check.ge(0)),
        "rank_error": pa.Column("float64", pa.Check.ge(0)),
        "mean_width": pa.Column("float64", pa.Check.ge(0)),
        "limits_moved": pa.Column("float64", pa.Check.ge(0)),
        "enough": pa.Column(bool),
    },
    KINDED,
)
