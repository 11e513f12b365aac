"""An index over time: what a change is made of, growth, trends, changes of rank."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from math import factorial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.tables import KIND, KINDED, NOTE, NUMBER, TEXT, YEAR, keyed, score_column
from monotown.base.ties import kendalls, median_slopes
from monotown.index.comparable import basis_of, reasons_between
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel

if TYPE_CHECKING:
    from monotown.index.prepare import Prepared

#: Most measures that move at once for which Shapley values of a non-linear tree are computed over
#: every coalition; beyond it they are the mean over a balanced set of orders.
SHAPLEY_LIMIT: Final = 16

#: Steps of the orders of `_orders`, each forwards and backwards.
_STEPS: Final = 4

#: Rows evaluated at a time.
_ROWS: Final = 1 << 18


#: The contributions of a unit's measures between two years sum to `change`, the change of its
#: index. Pairs of years that cannot be compared stand in the comparability report instead.
CONTRIBUTIONS = keyed(
    "contributions",
    ["view", "unit", "from_year", "to_year", "measure"],
    {
        "from_year": YEAR,
        "to_year": YEAR,
        "block": TEXT,
        "normalised_from": score_column("Score of the measure, earlier year."),
        "normalised_to": score_column("Score of the measure, later year."),
        "contribution": score_column("What the measure adds to the change of the index."),
        "change": score_column("Change of the index."),
    },
    KINDED,
)

#: Over the years whose scores rest on the same measures as the last year's. `growth` is relative,
#: `slope` least squares a year, `median_slope` Theil and Sen's, `tau` and `p` Mann and Kendall's;
#: a `rank_change` below 0 is a climb.
TRENDS = keyed(
    "trends",
    ["view", "unit", "node"],
    {
        "first_year": YEAR,
        "last_year": YEAR,
        "n_years": pa.Column("int64"),
        "change": score_column("Last score less first."),
        "growth": NUMBER,
        "annual_growth": NUMBER,
        "slope": score_column("Least-squares change of the score a year."),
        "median_slope": score_column("Theil and Sen's change of the score a year."),
        "tau": NUMBER,
        "p": NUMBER,
        "rank_first": NUMBER,
        "rank_last": NUMBER,
        "rank_change": NUMBER,
        "best_rank": NUMBER,
        "worst_rank": NUMBER,
        "kind": KIND,
        "note": NOTE,
    },
)


@dataclass(frozen=True)
class Fan:
    """How far the scores of a panel, and their changes, are uncertain.

    Attributes
    ----------
    band
        ``unit, year, low, high, kind``: limits of the score.
    changes
        ``unit, rose, fell, verdict``: the change from the first year to the last, shares of draws.
    interval, sure, draws
        Probabilities of the limits, share of draws that a direction needs, number of draws.
    """

    band: pd.DataFrame
    changes: pd.DataFrame
    interval: tuple[float, float]
    sure: float
    draws: int


def contributions(model: IndexModel, before: ArrayLike, after: ArrayLike) -> Array:
    """Contribution of each measure to the change of the index.

    The Shapley value of the game in which a coalition of measures takes its later scores and the
    others keep their earlier ones: contributions sum to the change, a measure that does not move
    contributes 0, and no order of the measures is preferred. In a tree of arithmetic means this is
    the weight times the change of the score. Where more than `SHAPLEY_LIMIT` measures move in a
    tree that is not linear, it is the mean over a balanced set of orders instead of all of them:
    the sum stays exact.

    Parameters
    ----------
    model
        Its nodes must look at one unit at a time (no Copeland, Condorcet, TOPSIS).
    before, after
        Shape (rows, leaves): normalised scores of a unit in two years. A score is missing in both
        or in neither.

    Returns
    -------
    ndarray
        Shape (rows, leaves); 0 for a missing measure. Each row sums to
        ``evaluate(after) - evaluate(before)``.

    Raises
    ------
    ValueError
        If a node looks across units, or the missing scores differ.

    Notes
    -----
    Shapley (1953), A value for n-person games; Shorrocks (2013), Decomposition procedures for
    distributional analysis, Journal of Economic Inequality 11, eq. 9. Orders: a measure stands at
    each place about equally often, and every order is there backwards as well, so that gains of
    two measures together are parted evenly (antithetic permutations; Mitchell and others 2022,
    Sampling permutations for Shapley value estimation, Journal of Machine Learning Research 23,
    section 4).

    Examples
    --------
    >>> from monotown.index.model import Leaf, Node, method
    >>> model = IndexModel(Node("i", (Leaf("a"), Leaf("b")), 1.0, method("geometric")))
    >>> contributions(model, [[0.25, 1.0]], [[1.0, 1.0]]).tolist()
    [[0.5, 0.0]]
    """
    low = np.asarray(before, dtype=np.float64)
    high = np.asarray(after, dtype=np.float64)
    gone = np.isnan(low)
    if (gone != np.isnan(high)).any():
        raise ValueError("a measure is missing in one of the two years; they cannot be compared")
    for node in model.nodes:
        if node.aggregation.aggregation.across_units:
            raise ValueError(
                f"node {node.id!r}: {node.aggregation.name} compares units, so a unit's change is "
                "not made of its own measures alone"
            )
        if node.missing in ("mean", "median") and gone.any():
            raise ValueError(
                f"node {node.id!r} fills missing scores from other units, so a unit's change is "
                "not made of its own measures alone"
            )
    if not gone.any() and all(n.aggregation.name == "arithmetic" for n in model.nodes):
        return (high - low) * model.weights
    result = np.zeros(low.shape)
    moves = ~gone & (low != high)
    for row in range(len(low)):
        result[row] = _shapley(model, low[row], high[row], np.flatnonzero(moves[row]))
    return result


def _shapley(model: IndexModel, low: Array, high: Array, players: NDArray[np.intp]) -> Array:
    n = len(players)
    if n > SHAPLEY_LIMIT:
        return _over_orders(model, low, high, players)
    found = np.zeros(len(low))
    if n == 0:
        return found
    sets = np.arange(1 << n)
    inside = (sets[:, None] >> np.arange(n)) & 1 == 1
    value = np.empty(len(sets))
    for start in range(0, len(sets), _ROWS):
        part = slice(start, start + _ROWS)
        z = np.tile(low, (len(sets[part]), 1))
        z[:, players] = np.where(inside[part], high[players], low[players])
        value[part] = evaluate(model, z, batch=1)[0]
    share = np.array([factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)])
    size = inside.sum(axis=1)
    for j, player in enumerate(players):
        without = sets[~inside[:, j]]
        gain = value[without | (1 << j)] - value[without]
        found[player] = gain @ share[size[without]]
    return found


def _orders(n: int) -> NDArray[np.intp]:
    """Orders of n things, shape (orders, n): ``(step * place + shift) mod p``, p the next prime.

    Nothing is drawn, so equal input gives equal contributions.

    Examples
    --------
    >>> orders = _orders(7)
    >>> orders.shape, sorted(orders[:, 0].tolist()) == sorted(orders[:, 3].tolist())
    ((42, 7), True)
    """
    prime = next(p for p in count(max(n, 2)) if all(p % d for d in range(2, int(p**0.5) + 1)))
    steps = [s for k in range(1, min(_STEPS, (prime - 1) // 2) + 1) for s in (k, prime - k)]
    places = np.arange(prime)
    rows = [(step * places + shift) % prime for step in steps for shift in places]
    return np.array([row[row < n] for row in rows])


def _over_orders(model: IndexModel, low: Array, high: Array, players: NDArray[np.intp]) -> Array:
    n = len(players)
    orders = _orders(n)
    at = np.argsort(orders, axis=1, kind="stable")
    moved = at[:, None, :] < np.arange(n + 1)[None, :, None]
    z = np.tile(low, (len(orders) * (n + 1), 1))
    z[:, players] = np.where(moved.reshape(-1, n), high[players], low[players])
    value = evaluate(model, z, batch=1)[0].reshape(len(orders), n + 1)
    found = np.zeros(len(low))
    np.add.at(found, players[orders], np.diff(value, axis=1))
    return found / len(orders)


def contribution_table(prepared: Prepared, scores: pd.DataFrame) -> pd.DataFrame:
    """Contributions of the measures to each unit's change, year by year and over all years.

    Parameters
    ----------
    prepared
        A view's normalised data.
    scores
        Its table of scores.

    Returns
    -------
    pandas.DataFrame
        `CONTRIBUTIONS`; pairs of years as in the table of changes, those that can be compared.
        Empty where a node looks across units.
    """
    model = prepared.model
    known = scored_rows(prepared, scores[scores["node"] == model.tree.id])
    one, other = known.changes()
    alike = np.array([not r for r in known.reasons(prepared, one, other, {})], dtype=bool)
    one, other = one[alike], other[alike]
    across = any(n.aggregation.aggregation.across_units for n in model.nodes)
    fills = any(n.missing in ("mean", "median") for n in model.nodes)
    if not len(one) or across or (fills and np.isnan(prepared.z).any()):
        return CONTRIBUTIONS.coerce_dtype(pd.DataFrame(columns=list(CONTRIBUTIONS.columns)))
    a, b = known.places[one], known.places[other]
    before, after = prepared.z[a], prepared.z[b]
    parts = contributions(model, before, after)
    n, rows = len(model.measures), prepared.rows
    return pd.DataFrame(
        {
            "view": prepared.view,
            "unit": np.repeat(rows["unit"].to_numpy(dtype=object)[a], n),
            "from_year": np.repeat(rows["year"].to_numpy()[a], n),
            "to_year": np.repeat(rows["year"].to_numpy()[b], n),
            "measure": list(model.measures) * len(a),
            "block": [model.block_of[m] for m in model.measures] * len(a),
            "normalised_from": before.ravel(),
            "normalised_to": after.ravel(),
            "contribution": np.where(np.isnan(before), np.nan, parts).ravel(),
            "change": np.repeat(parts.sum(axis=1), n),
            "kind": np.repeat(rows["kind"].to_numpy(dtype=object)[b], n),
        }
    )


@dataclass(frozen=True)
class ScoredRows:
    """Scores that there are, unit by unit and node by node, by year.

    Attributes
    ----------
    table
        Rows of `monotown.index.build.SCORES` with a score, sorted by unit, node and year.
    places
        Number of the panel's row of each, shape (rows,).
    starts, ends
        Where the rows of each unit and node begin and end, shape (groups,).
    """

    table: pd.DataFrame
    places: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def changes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of the two years of each change: `neighbours` in every group, shape (changes,) each."""
        pairs = [pair for a, b in zip(self.starts, self.ends, strict=True) for pair in neighbours(range(a, b))]
        one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return one, other

    def reasons(
        self, prepared: Prepared, one: NDArray[np.int64], other: NDArray[np.int64], below: Mapping[str, Collection[str]]
    ) -> list[list[str]]:
        """Why two of the rows, years of a unit and node, cannot be compared.

        Parameters
        ----------
        prepared
            The panel.
        one, other
            Numbers of rows, shape (pairs,).
        below
            Node to the measures that count; one that is not there rests on all.
        """
        found: list[list[str]] = [[]] * len(one)
        nodes = self.table["node"].to_numpy(dtype=object)[one]
        for node in dict.fromkeys(nodes):
            mine = np.flatnonzero(nodes == node)
            a, b = self.places[one[mine]], self.places[other[mine]]
            for i, why in zip(mine, reasons_between(prepared, a, b, "years", below.get(node)), strict=True):
                found[i] = why
        return found


def scored_rows(prepared: Prepared, scores: pd.DataFrame) -> ScoredRows:
    """The scores of a panel by unit, node and year, those that are missing left out."""
    table = scores[scores["score"].notna()].sort_values(["unit", "node", "year"], kind="stable", ignore_index=True)
    pairs = zip(table["unit"], table["year"], strict=True)
    places = np.array([prepared.places[str(u), int(y)] for u, y in pairs], dtype=np.int64)
    units, nodes = (table[name].to_numpy(dtype=object) for name in ("unit", "node"))
    new = np.flatnonzero((units[1:] != units[:-1]) | (nodes[1:] != nodes[:-1])) + 1
    edges = np.array([0, *new, len(table)], dtype=np.int64) if len(table) else np.zeros(1, np.int64)
    return ScoredRows(table, places, edges[:-1], edges[1:])


def neighbours(years: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of years next to each other, and the first with the last.

    Examples
    --------
    >>> neighbours([2010, 2012, 2013])
    [(2010, 2012), (2012, 2013), (2010, 2013)]
    """
    pairs = list(pairwise(years))
    return [*pairs, (years[0], years[-1])] if len(years) > 2 else pairs


def growth(first: float, last: float, years: int) -> tuple[float, float]:
    """Relative growth over a number of years, and the constant rate a year that gives it.

    NaN where the first value is not positive or the last is negative.

    Examples
    --------
    >>> growth(1.0, 1.21, 2)
    (0.21, 0.1)
    """
    if not first > 0 or not last >= 0 or years < 1:
        return float("nan"), float("nan")
    ratio = last / first
    return round(ratio - 1, 12), round(ratio ** (1 / years) - 1, 12)


def trend_table(prepared: Prepared, scores: pd.DataFrame) -> pd.DataFrame:
    """Growth, slopes and changes of rank of every score, unit by unit.

    Parameters
    ----------
    prepared, scores
        As in `contribution_table`.

    Returns
    -------
    pandas.DataFrame
        `TRENDS`. Only years that can be compared with the unit's last count; `note` says which
        others there are. Ranks are those of the years that count.

    Notes
    -----
    Sen (1968), Estimates of the regression coefficient based on Kendall's tau, JASA 63; Mann
    (1945), Nonparametric tests against trend, Econometrica 13. Of few years, which depend on each
    other, `p` is a description, not a test.
    """
    known = scored_rows(prepared, scores)
    table, starts, ends = known.table, known.starts, known.ends
    below = {str(n): basis_of(prepared.model, str(n)) for n in table["node"].unique()}
    group = np.repeat(np.arange(len(starts)), ends - starts)
    reasons = known.reasons(prepared, np.arange(len(table)), (ends - 1)[group], below)
    last = np.zeros(len(table), dtype=bool)
    last[ends - 1] = True
    kept = np.array([not r for r in reasons], dtype=bool) | last
    year, score, rank = (table[name].to_numpy(dtype=np.float64) for name in ("year", "score", "rank"))
    # groups with the same years, together
    alike: dict[tuple[float, ...], list[NDArray[np.int64]]] = {}
    for a, b in zip(starts, ends, strict=True):
        here = a + np.flatnonzero(kept[a:b])
        if len(here) > 1:
            alike.setdefault(tuple(year[here]), []).append(here)
    frames = []
    for years, groups in alike.items():
        here = np.stack(groups)
        when, y, ranks = np.array(years), score[here], rank[here]
        end = here[:, -1]
        grown = [growth(float(p), float(q), int(years[-1] - years[0])) for p, q in zip(y[:, 0], y[:, -1], strict=True)]
        tau, p = kendalls(when, y) if len(years) > 2 else (np.nan, np.nan)
        whole = [slice(starts[g], ends[g]) for g in group[end]]
        left_out = [table["year"].to_numpy()[g][~kept[g]] for g in whole]
        frames.append(
            pd.DataFrame(
                {
                    "view": prepared.view,
                    "unit": table["unit"].to_numpy(dtype=object)[end],
                    "node": table["node"].to_numpy(dtype=object)[end],
                    "first_year": int(years[0]),
                    "last_year": int(years[-1]),
                    "n_years": len(years),
                    "change": y[:, -1] - y[:, 0],
                    "growth": [g for g, _ in grown],
                    "annual_growth": [g for _, g in grown],
                    "slope": [np.polyfit(when - when[0], row, 1)[0] for row in y],
                    "median_slope": median_slopes(y, when),
                    "tau": tau,
                    "p": p,
                    "rank_first": ranks[:, 0],
                    "rank_last": ranks[:, -1],
                    "rank_change": ranks[:, -1] - ranks[:, 0],
                    "best_rank": np.fmin.reduce(ranks, axis=1),
                    "worst_rank": np.fmax.reduce(ranks, axis=1),
                    "kind": table["kind"].to_numpy(dtype=object)[end],
                    "note": [
                        f"left out, not comparable with {int(years[-1])}: {', '.join(map(str, out))}"
                        if len(out)
                        else ""
                        for out in left_out
                    ],
                }
            )
        )
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(TRENDS.columns))
    return TRENDS.coerce_dtype(frame.sort_values(["unit", "node"], kind="stable", ignore_index=True))
