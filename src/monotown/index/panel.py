"""An index over time: what a change is made of, growth, trends, changes of rank."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, pairwise
from math import factorial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.base.tables import KIND, KINDED, NOTE, NUMBER, TEXT, YEAR, keyed, score_column
from monotown.base.ties import kendall, median_slope
from monotown.index.comparable import basis_of, year_reasons
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
    places = prepared.places
    whole = scores[(scores["node"] == model.tree.id) & scores["score"].notna()]
    pairs: list[tuple[str, int, int]] = []
    for unit, group in whole.groupby("unit", sort=True):
        for a, b in neighbours(sorted(int(y) for y in group["year"])):
            if not year_reasons(prepared, str(unit), a, b):
                pairs.append((str(unit), a, b))
    across = any(n.aggregation.aggregation.across_units for n in model.nodes)
    fills = any(n.missing in ("mean", "median") for n in model.nodes)
    if not pairs or across or (fills and np.isnan(prepared.z).any()):
        return CONTRIBUTIONS.coerce_dtype(pd.DataFrame(columns=list(CONTRIBUTIONS.columns)))
    before = prepared.z[[places[u, a] for u, a, _ in pairs]]
    after = prepared.z[[places[u, b] for u, _, b in pairs]]
    parts = contributions(model, before, after)
    n = len(model.measures)
    return pd.DataFrame(
        {
            "view": prepared.view,
            "unit": np.repeat([u for u, _, _ in pairs], n),
            "from_year": np.repeat([a for _, a, _ in pairs], n),
            "to_year": np.repeat([b for _, _, b in pairs], n),
            "measure": list(model.measures) * len(pairs),
            "block": [model.block_of[m] for m in model.measures] * len(pairs),
            "normalised_from": before.ravel(),
            "normalised_to": after.ravel(),
            "contribution": np.where(np.isnan(before), np.nan, parts).ravel(),
            "change": np.repeat(parts.sum(axis=1), n),
            "kind": np.repeat([prepared.rows["kind"].iloc[places[u, b]] for u, _, b in pairs], n),
        }
    )


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
    records = []
    for (unit, node), group in scores[scores["score"].notna()].groupby(["unit", "node"], sort=True):
        ordered = group.sort_values("year", kind="stable")
        last = int(ordered["year"].iloc[-1])
        below = basis_of(prepared.model, str(node))
        reasons = {int(y): year_reasons(prepared, str(unit), int(y), last, below) for y in ordered["year"] if y != last}
        out = [y for y, why in reasons.items() if why]
        kept = ordered[~ordered["year"].isin(out)]
        if len(kept) < 2:
            continue
        year = kept["year"].to_numpy(dtype=np.float64)
        score = kept["score"].to_numpy()
        relative, annual = growth(float(score[0]), float(score[-1]), int(year[-1] - year[0]))
        tau, p = kendall(year, score) if len(kept) > 2 else (np.nan, np.nan)
        ranks = kept["rank"]
        records.append(
            {
                "view": prepared.view,
                "unit": unit,
                "node": node,
                "first_year": int(year[0]),
                "last_year": last,
                "n_years": len(kept),
                "change": score[-1] - score[0],
                "growth": relative,
                "annual_growth": annual,
                "slope": float(np.polyfit(year - year[0], score, 1)[0]),
                "median_slope": median_slope(score, year),
                "tau": tau,
                "p": p,
                "rank_first": ranks.iloc[0],
                "rank_last": ranks.iloc[-1],
                "rank_change": ranks.iloc[-1] - ranks.iloc[0],
                "best_rank": ranks.min(),
                "worst_rank": ranks.max(),
                "kind": kept["kind"].iloc[-1],
                "note": f"left out, not comparable with {last}: {', '.join(map(str, out))}" if out else "",
            }
        )
    frame = pd.DataFrame(records, columns=list(TRENDS.columns))
    return TRENDS.coerce_dtype(frame)
