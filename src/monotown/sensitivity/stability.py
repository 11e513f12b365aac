"""What would change the answer: smallest changes of weights, ranges that keep the order, losses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.many import FEW, order_of
from monotown.base.tables import (
    COUNT,
    KIND,
    MAYBE_SHARE,
    NOTE,
    NOTED,
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
from monotown.base.ties import above, largest, level, smallest
from monotown.index.admissible import scale_of
from monotown.index.model import IndexModel
from monotown.sensitivity.compare import drop_one
from monotown.sensitivity.comparison import Comparison, Flip, name_of, scopes
from monotown.sensitivity.least_change import NEAR
from monotown.sensitivity.year import Case

#: Smallest change of weights with which `unit` reaches `rival`, its neighbour one place up.
#: `scope` says which weights move: ``blocks`` (of the root's children, weights inside them fixed),
#: ``leaves`` (of all measures at once), or the id of a block (weights of its children, all else
#: fixed). `distance` is the sum of absolute changes of weights in the whole index (0 to 2), of
#: which half is weight moved from some to others. `smallest` marks the least of a pair's scopes.
#: `gap` and `gap_after` are rival's score less unit's, by the model, before and after.
FLIPS = table(
    "flips",
    ["view", "year", "rival_rank", "rival", "unit", "scope"],
    {
        "view": TEXT,
        "year": YEAR,
        "unit": TEXT,
        "rival": TEXT,
        "unit_rank": RANK,
        "rival_rank": RANK,
        "scope": TEXT,
        "status": pa.Column(str, pa.Check.isin(["found", "tied", "out_of_reach", "missing"])),
        "distance": pa.Column("float64", pa.Check.in_range(0, 2), nullable=True),
        "smallest": pa.Column(bool),
        "gains_most": NOTE,
        "loses_most": NOTE,
        "gap": score_column("Rival's score less unit's."),
        "gap_after": score_column("The same with the changed weights."),
        "kind": KIND,
        "source": NOTE,
    },
)

#: The weights of each change found, in the whole index: of blocks, of measures, or of what stands
#: in the block that `scope` names.
FLIP_WEIGHTS = keyed(
    "flip_weights",
    ["view", "year", "unit", "rival", "scope", "item"],
    {"weight": MAYBE_SHARE, "weight_after": MAYBE_SHARE},
    NOTED,
)

#: Range of a block's weight, the other blocks rescaled in proportion, over which an order holds:
#: that of a ``pair`` of neighbours, of the ``first`` unit against all others, or the whole
#: ``order``. `limit_low` and `limit_high` name the unit that draws level at an end; empty where the
#: order holds as far as 0 or 1.
STABILITY = keyed(
    "stability_intervals",
    ["view", "year", "block", "scope", "above", "below"],
    {
        "scope": pa.Column(str, pa.Check.isin(["pair", "first", "order"])),
        "above": NOTE,
        "below": NOTE,
        "weight": MAYBE_SHARE,
        "low": MAYBE_SHARE,
        "high": MAYBE_SHARE,
        "limit_low": NOTE,
        "limit_high": NOTE,
        "status": pa.Column(str, pa.Check.isin(["found", "tied"])),
    },
    NOTED,
)

#: The measure whose loss moves a unit most, `by` its rank (then its score) or by its score. `ties`
#: counts the other measures whose loss moves the rank (the score) as far.
MOST_MOVING = keyed(
    "most_moving",
    ["view", "year", "unit", "by"],
    {
        "by": pa.Column(str, pa.Check.isin(["rank", "score"])),
        "measure": TEXT,
        "block": TEXT,
        "baseline_score": score_column("Index with every measure."),
        "score_shift": score_column("Index without the measure less that with it."),
        "baseline_rank": RANK,
        "rank_shift": NUMBER,
        "ties": COUNT,
    },
    NOTED,
)

TABLES: Final = {
    "flips": FLIPS,
    "flip_weights": FLIP_WEIGHTS,
    "stability_intervals": STABILITY,
    "most_moving": MOST_MOVING,
}


def flip_tables(
    view: str, kind: str, model: IndexModel, cases: Sequence[Case], sources: Mapping[int, str]
) -> dict[str, pd.DataFrame]:
    """The tables of this module for every year of a view.

    Parameters
    ----------
    view, kind
        Id and kind of data, carried to the rows.
    model, cases
        The index and its years; of more than `FEW` units the last year is told.
    sources
        Year to the codes of its sources.

    Returns
    -------
    dict
        Name of each of `TABLES` to the table, in writing order; scores on the scale of the index.
    """
    scale = scale_of(model)
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in TABLES}
    many = any(len(case.units) > FEW for case in cases)
    for case in cases[-1:] if many else cases:
        tail = (kind, sources[case.year])
        flips, weights = _flip_rows(model, case)
        for name, found in (
            ("flips", flips),
            ("flip_weights", weights),
            ("stability_intervals", _stability_rows(model, case)),
            ("most_moving", _moving_rows(model, case)),
        ):
            rows[name] += [(view, case.year, *row, *tail) for row in found]
    return {
        name: to_scale(write_order(pd.DataFrame(rows[name], columns=list(schema.columns)), schema), schema, scale)
        for name, schema in TABLES.items()
    }


def neighbours(case: Case) -> list[tuple[int, int]]:
    """Pairs of rows (above, below) next to each other in the baseline order.

    Examples
    --------
    >>> case = Case(2022, ("a", "b", "c"), np.zeros((3, 1)), np.array([0.2, 0.9, 0.5]),
    ...             np.array([3.0, 1.0, 2.0]))
    >>> neighbours(case)
    [(1, 2), (2, 0)]
    """
    return list(pairwise(order_of(case.units, case.scores)))


def _flip_rows(model: IndexModel, case: Case) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows of the table of flips, and of that of their weights."""
    compared, sets = Comparison(model, case), scopes(model)
    rows: list[tuple[object, ...]] = []
    weights: list[tuple[object, ...]] = []
    for rival, unit in neighbours(case):
        pair = (case.units[unit], case.units[rival])
        flips = [compared.least_flip(s, unit, rival) for s in sets]
        # the first of those that differ by rounding alone
        sizes = [f.distance if f.status == "found" else np.inf for f in flips]
        least = smallest([*sizes, np.inf], NEAR)
        for n, f in enumerate(flips):
            first = n == least and f.status == "found"
            ranks = case.ranks[unit], case.ranks[rival]
            rows.append((*pair, *ranks, f.scope.name, f.status, f.distance, first, *_moves(f), f.gap, f.gap_after))
            if f.status == "found" and f.weights is not None:
                weights += [
                    (*pair, f.scope.name, item, old * f.scope.share, new * f.scope.share)
                    for item, old, new in zip(f.scope.items, f.scope.weights, f.weights, strict=True)
                ]
    return rows, weights


def _moves(flip: Flip) -> tuple[str, str]:
    """The item that gains most weight, and that which loses most; empty where none was found."""
    if flip.status != "found" or flip.weights is None:
        return "", ""
    step = flip.weights - flip.scope.weights
    return flip.scope.items[largest(step, NEAR)], flip.scope.items[smallest(step, NEAR)]


def _stability_rows(model: IndexModel, case: Case) -> Iterator[tuple[object, ...]]:
    if model.tree.aggregation.exponent is None:
        return
    compared, pairs = Comparison(model, case), neighbours(case)
    first = pairs[0][0]
    rivals = [(first, j) for j in range(len(case.units)) if j != first]
    total = math.fsum(c.weight for c in model.tree.children)
    for k, child in enumerate(model.tree.children):
        start = child.weight / total
        if start >= 1:
            continue
        ranges = {(a, b): compared.weight_range(k, a, b) for a, b in dict.fromkeys([*pairs, *rivals])}
        for scope, group in (*(("pair", [p]) for p in pairs), ("first", rivals), ("order", pairs)):
            low_at = group[largest([ranges[p].low for p in group])]
            high_at = group[smallest([ranges[p].high for p in group])]
            low, high = ranges[low_at].low, ranges[high_at].high
            yield (
                name_of(child),
                scope,
                "" if scope == "order" else case.units[group[0][0]],
                case.units[group[0][1]] if scope == "pair" else "",
                start,
                low,
                high,
                case.units[low_at[1]] if above(low, 0) else "",
                case.units[high_at[1]] if above(1, high) else "",
                "tied" if any(ranges[p].tied for p in group) else "found",
            )


def _moving_rows(model: IndexModel, case: Case) -> Iterator[tuple[object, ...]]:
    left = drop_one(model, case)
    if not left:
        return
    scores = np.stack([d.scores for d in left]) - case.scores
    ranks = np.stack([d.ranks for d in left]) - case.ranks
    for i, unit in enumerate(case.units):
        by_score, by_rank = np.abs(scores[:, i]), np.abs(ranks[:, i])
        for by, keys in (("rank", (by_rank, by_score)), ("score", (by_score, by_rank))):
            size, second = (level(np.where(np.isnan(k), -1.0, k)) for k in keys)
            m = max(range(len(left)), key=lambda d: (size[d], second[d], -d))
            yield (
                unit,
                by,
                left[m].dropped,
                model.block_of[left[m].dropped],
                case.scores[i],
                scores[m, i],
                case.ranks[i],
                ranks[m, i],
                int((size == size[m]).sum()) - 1,
            )
