"""Schemas of the result tables of this stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pandera.pandas as pa

from monotown.base.tables import (
    COUNT,
    KIND,
    MAYBE_SHARE,
    NOTE,
    NUMBER,
    RANK,
    TEXT,
    YEAR,
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
SCHEMES = table(
    "schemes",
    ["view", "year", "scheme", "unit"],
    {"view": TEXT, "year": YEAR, "scheme": TEXT, "unit": TEXT, "score": _SCORE, "rank": RANK, "kind": KIND},
)

#: Weights of each scheme in the whole index; they sum to 1 in a scheme.
SCHEME_WEIGHTS = table(
    "scheme_weights",
    ["view", "scheme", "measure"],
    {"view": TEXT, "scheme": TEXT, "measure": TEXT, "block": TEXT, "weight": MAYBE_SHARE, "kind": KIND},
)

#: Whether a scheme could be used; `reason` is empty exactly where it could.
SCHEME_STATUS = table(
    "scheme_status",
    ["view", "scheme"],
    {
        "view": TEXT,
        "scheme": TEXT,
        "reference_year": YEAR,
        "status": pa.Column(str, pa.Check.isin(["used", "refused"])),
        "reason": NOTE,
    },
)

#: Agreement of each scheme's ranks with the baseline's; empty where the scheme refused.
AGREEMENT = table(
    "agreement",
    ["view", "year", "scheme"],
    {
        "view": TEXT,
        "year": YEAR,
        "scheme": TEXT,
        "kendall": NUMBER,
        "spearman": NUMBER,
        "mean_abs_rank_shift": NUMBER,
        "kind": KIND,
    },
)

#: Share of draws in which a unit has a rank.
RANK_ACCEPTABILITY = table(
    "rank_acceptability",
    ["view", "year", "unit", "rank"],
    {
        "view": TEXT,
        "year": YEAR,
        "unit": TEXT,
        "rank": pa.Column("int64", pa.Check.ge(1)),
        "share": MAYBE_SHARE,
        "kind": KIND,
    },
)

#: The index without one measure (`drop_one`) or one block (`drop_block`).
DROP_ONE = table(
    "drop_one",
    ["view", "year", "dropped", "unit"],
    {
        "view": TEXT,
        "year": YEAR,
        "dropped": TEXT,
        "unit": TEXT,
        "score": _SCORE,
        "rank": RANK,
        "rank_shift": NUMBER,
        "kind": KIND,
    },
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
SUMMARY = table(
    "summary",
    ["view", "year", "quantity"],
    {"view": TEXT, "year": YEAR, "quantity": TEXT, "value": NUMBER, "kind": KIND},
)

#: How robust the ranks are at other concentrations of the weights.
CONCENTRATION = table(
    "concentration",
    ["view", "year", "concentration"],
    {
        "view": TEXT,
        "year": YEAR,
        "concentration": pa.Column("float64", pa.Check.gt(0)),
        "share_same_order": MAYBE_SHARE,
        "share_within_one": MAYBE_SHARE,
        "mean_abs_rank_shift": NUMBER,
        "mean_kendall": NUMBER,
        "kind": KIND,
    },
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
    return table(
        "rank_intervals",
        ["view", "year", "unit"],
        {
            "view": TEXT,
            "year": YEAR,
            "unit": TEXT,
            "baseline_score": score_column("Index by the view's own settings."),
            "baseline_rank": RANK,
            **{f"score_{n}": score_column("Quantile of the index over the draws.") for n in names},
            **{f"rank_{n}": RANK for n in names},
            "share_baseline_rank": MAYBE_SHARE,
            "share_within_one": MAYBE_SHARE,
            "kind": KIND,
        },
    )


#: Share of draws in which `unit` is above `other`, ties counting half.
PAIRWISE = table(
    "pairwise",
    ["view", "year", "unit", "other"],
    {"view": TEXT, "year": YEAR, "unit": TEXT, "other": TEXT, "share": MAYBE_SHARE, "kind": KIND},
)

#: Share of draws in which a unit is first, its confidence factor at its central weights with the
#: Monte Carlo standard error (0 where exact), and its holistic acceptability with centroid weights
#: of the ranks. A unit that is never first has no confidence factor.
ACCEPTABILITY = table(
    "acceptability",
    ["view", "year", "unit"],
    {
        "view": TEXT,
        "year": YEAR,
        "unit": TEXT,
        "share_first": MAYBE_SHARE,
        "confidence": MAYBE_SHARE,
        "confidence_error": MAYBE_SHARE,
        "holistic": MAYBE_SHARE,
        "kind": KIND,
    },
)

#: Mean weights of the draws in which a unit is first.
CENTRAL_WEIGHTS = table(
    "central_weights",
    ["view", "year", "unit", "measure"],
    {"view": TEXT, "year": YEAR, "unit": TEXT, "measure": TEXT, "block": TEXT, "weight": MAYBE_SHARE, "kind": KIND},
)

#: Share of draws whose best k units are those of the baseline; empty where a tie at the baseline
#: leaves them undefined.
TOP = table(
    "top",
    ["view", "year", "k"],
    {"view": TEXT, "year": YEAR, "k": pa.Column("int64", pa.Check.ge(1)), "share": MAYBE_SHARE, "kind": KIND},
)

#: Agreement with the baseline under each level of each discrete input, means over draws.
LEVELS = table(
    "levels",
    ["view", "year", "input", "level"],
    {
        "view": TEXT,
        "year": YEAR,
        "input": TEXT,
        "level": TEXT,
        "draws": COUNT,
        "kendall": NUMBER,
        "spearman": NUMBER,
        "mean_abs_rank_shift": NUMBER,
        "share_same_order": MAYBE_SHARE,
        "kind": KIND,
    },
)

#: Combinations left out before the run. `share`: of all combinations, by their probability; two
#: rows may overlap.
INADMISSIBLE = table(
    "inadmissible",
    ["view", "year", "combination"],
    {"view": TEXT, "year": YEAR, "combination": TEXT, "reason": TEXT, "share": MAYBE_SHARE},
)

#: How well the intervals are known after the first draws; `enough` where this and every larger
#: number of draws meet the stopping rule.
CONVERGENCE = table(
    "convergence",
    ["view", "year", "draws"],
    {
        "view": TEXT,
        "year": YEAR,
        "draws": COUNT,
        "share_error": pa.Column("float64", pa.Check.ge(0)),
        "rank_error": pa.Column("float64", pa.Check.ge(0)),
        "mean_width": pa.Column("float64", pa.Check.ge(0)),
        "limits_moved": pa.Column("float64", pa.Check.ge(0)),
        "enough": pa.Column(bool),
        "kind": KIND,
    },
)
