"""The units of an index in the order of their score: with intervals, over the years, and some that stand for all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from monotown.base.tables import join_kinds
from monotown.index.printed import View, scores_of_year, scores_over_time
from monotown.show.printed import source_ids

#: A year that is none: figures without a year stand under it.
_NONE = 0


def shown_year(scores: pd.DataFrame, root: str) -> int:
    """The last year in which a unit has a rank; else the last with a score, else the last.

    Examples
    --------
    >>> rows = [("a", 2020, "r", 5.0, 1.0), ("b", 2020, "r", 4.0, 2.0), ("a", 2021, "r", 6.0, None)]
    >>> shown_year(pd.DataFrame(rows, columns=["unit", "year", "node", "score", "rank"]), "r")
    2020
    """
    whole = scores[scores["node"] == root]
    for column in ("rank", "score"):
        there = whole.loc[whole[column].notna(), "year"]
        if not there.empty:
            return int(there.max())
    return int(whole["year"].max())


def ranks_table(view: View, intervals: pd.DataFrame) -> pd.DataFrame:
    """Rank, its interval, score, blocks and distance from the others of each unit in the year shown, best first.

    Parameters
    ----------
    view
        The index.
    intervals
        Ranks and scores under random weights: table ``rank_intervals`` of the sensitivity stage.

    Returns
    -------
    pandas.DataFrame
        ``rank, unit, year, low, high, score, <blocks>, average, difference, coverage, partial, n_units,
        score_low, score_high, years, scale, kind, source``: `low` and `high` are the limits of the interval of
        ranks, missing where a unit has no rank; `year` is missing and `years` 0 where figures have no year.
    """
    year = shown_year(view.scores, view.root)
    table = scores_of_year(view.scores, view.comparison, view.root, year, view.blocks)
    ranked = table.set_index("unit")["rank"].notna()
    near = intervals[intervals["year"] == year].set_index("unit")
    for name, start in (("", "rank_p"), ("score_", "score_p")):
        ends = [str(c) for c in near.columns if str(c).startswith(start)]
        for side, column in zip(("low", "high"), (ends[0], ends[-1]), strict=True):
            found = table["unit"].map(near[column]).astype(float)
            table[f"{name}{side}"] = found.where(table["unit"].map(ranked)) if not name else found
    here = view.scores[(view.scores["node"] == view.root)].drop_duplicates(["unit", "year"])
    count = here[here["year"] == year].set_index("unit")["n_units"]
    years = sorted(set(view.scores.loc[view.scores["score"].notna(), "year"]) - {_NONE})
    table = table.assign(
        n_units=table["unit"].map(count), years=len(years), scale=view.scale, year=np.nan if year == _NONE else year
    )
    order = ["rank", "unit", "year", "low", "high", "score", *view.blocks, "average", "difference", "coverage"]
    rest = ["partial", "n_units", "score_low", "score_high", "years", "scale", "kind", "source"]
    scored = table["score"].notna()
    table = table.assign(order=(~scored).astype(int), down=-table["score"])
    return table.sort_values(["order", "rank", "down", "unit"], kind="stable")[[*order, *rest]].reset_index(drop=True)


def course_table(view: View) -> pd.DataFrame:
    """Score and rank in the first and last year of each unit that has scores of two years or more."""
    table = scores_over_time(view.scores, view.root)
    return table[table["first_year"] < table["last_year"]].reset_index(drop=True).assign(scale=view.scale)


def weights_table(weights: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Weight of each indicator in its node and in the whole, in the order of the tree.

    Returns
    -------
    pandas.DataFrame
        ``block, measure, local_weight, global_weight, kind, source``.
    """
    told = {"kind": join_kinds(scores["kind"]), "source": "; ".join(source_ids(scores))}
    table = weights[["block", "measure", "local_weight", "global_weight"]].assign(**told)
    first = {b: i for i, b in reversed(list(enumerate(table["block"])))}
    return table.sort_values("block", key=lambda c: c.map(first), kind="stable").reset_index(drop=True)


def own_tables(
    views: Mapping[str, View], intervals: Mapping[str, pd.DataFrame], weights: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Every table of the chapter on scores and ranks: ``ranks_<view>``, ``course_<view>``, ``weights_<view>``."""
    made = {}
    for name, view in views.items():
        made[f"ranks_{name}"] = ranks_table(view, intervals[name])
        made[f"course_{name}"] = course_table(view)
        made[f"weights_{name}"] = weights_table(weights[name], view.scores)
    return made


def chosen_units(order: Sequence[str], marked: Collection[str], most: int) -> list[str]:
    """Some units of many, in their order: those that are marked, else ones spread evenly over the order.

    Parameters
    ----------
    order
        Units, the first first.
    marked
        Units that the study marks.
    most
        How many can be shown; where no more are there, all of them are.

    Examples
    --------
    >>> chosen_units("abcdefghi", "", 3), chosen_units("abcdefghi", "bz", 3), chosen_units("ab", "b", 3)
    (['a', 'e', 'i'], ['b'], ['a', 'b'])
    """
    if len(order) <= most:
        return list(order)
    named = [u for u in order if u in marked][:most]
    spread = np.linspace(0, len(order) - 1, most).round().astype(int) if most > 1 else [0]
    return named or [order[i] for i in dict.fromkeys(int(i) for i in spread)]
