"""Tables of the chapters on methods and on what the ranks withstand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from monotown.base.tables import join_kinds
from monotown.base.ties import sort_key
from monotown.sensitivity.limits import MIDDLE, NARROW, WIDE
from monotown.sensitivity.rates import small_counts
from monotown.sensitivity.sobol_choices import widest
from monotown.show.printed import source_ids

OWN = "as_configured"
_METHOD = ["normalisation", "weighting", "aggregation"]


def method_ranks(methods: pd.DataFrame, source: str) -> pd.DataFrame:
    """Rank of each unit over all admissible methods, beside its rank by the view's own.

    Parameters
    ----------
    methods
        Table `monotown.sensitivity.forking_paths.METHODS` of one year.
    source
        Sources of the data, parted by ``;``.

    Returns
    -------
    pandas.DataFrame
        ``unit, own_rank, best, low, median, high, worst, share_within_one, mean_shift, kind,
        source``: ``low`` and ``high`` hold the middle 90% of the methods, ``mean_shift`` is the
        mean absolute difference of rank from the view's own.

    Raises
    ------
    ValueError
        If a unit has no rank by the view's own method.
    """
    own = methods[(methods[_METHOD] == OWN).all(axis=1)].set_index("unit")["rank"]
    shift = (methods["rank"] - methods["unit"].map(own)).abs()
    if shift.isna().any():
        lost = sorted(methods.loc[shift.isna(), "unit"].unique())
        raise ValueError(f"no rank by the view's own method for {', '.join(lost)}")
    ranks = methods.groupby("unit")["rank"]
    table = pd.DataFrame(
        {
            "own_rank": own,
            "best": ranks.min(),
            "low": ranks.quantile(MIDDLE[0], interpolation="lower"),
            "median": ranks.median(),
            "high": ranks.quantile(MIDDLE[1], interpolation="higher"),
            "worst": ranks.max(),
            "share_within_one": (shift <= 1).groupby(methods["unit"]).mean(),
            "mean_shift": shift.groupby(methods["unit"]).mean(),
            "kind": methods.groupby("unit")["kind"].first(),
        }
    )
    table = table.rename_axis("unit").reset_index().assign(source=source)
    return table.sort_values(["own_rank", "unit"], kind="stable", ignore_index=True)


def refused(inadmissible: pd.DataFrame, kind: str, source: str) -> pd.DataFrame:
    """Combinations of methods that are refused, by aggregation, each with its reason."""
    order = ["aggregation", "weighting", "normalisation"]
    table = inadmissible.sort_values(order, kind="stable", ignore_index=True)
    return table[[*order, "found", "admissible"]].assign(kind=kind, source=source)


def aggregation_shifts(methods: pd.DataFrame, ranks: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute difference of rank from the view's own method, over the methods of each aggregation.

    Parameters
    ----------
    methods
        Table `monotown.sensitivity.forking_paths.METHODS` of one year.
    ranks
        As `method_ranks` gives it.

    Returns
    -------
    pandas.DataFrame
        ``aggregation, mean_shift, kind, source``.
    """
    shift = (methods["rank"] - methods["unit"].map(ranks.set_index("unit")["own_rank"])).abs()
    table = shift.groupby(methods["aggregation"]).mean().rename("mean_shift").reset_index()
    return table.assign(kind=join_kinds(ranks["kind"]), source="; ".join(source_ids(ranks)))


def _limits(frame: pd.DataFrame) -> tuple[str, str]:
    low, high = (c for c in frame.columns if c.startswith("rank_p") and c != "rank_p50")
    return str(low), str(high)


def robustness(intervals: Mapping[str, pd.DataFrame], source: str) -> pd.DataFrame:
    """Interval of ranks of each unit in every analysis side by side.

    Parameters
    ----------
    intervals
        Analysis to its table of rank intervals of one view and year.
    source
        Sources of the data, parted by ``;``.

    Returns
    -------
    pandas.DataFrame
        ``unit, baseline_rank``, for each analysis ``<analysis>_low``, ``<analysis>_high`` and
        ``<analysis>`` (the two as text, halves of shared ranks rounded outwards), ``reading``:
        ``narrow`` where every analysis leaves at most `NARROW` places between the limits, ``wide``
        where every one leaves at least `WIDE`, else ``mixed``; ``kind, source``.
    """
    table = next(iter(intervals.values())).set_index("unit")[["baseline_rank"]].copy()
    for name, frame in intervals.items():
        low, high = _limits(frame)
        mine = frame.set_index("unit")
        table[f"{name}_low"], table[f"{name}_high"] = mine[low], mine[high]
        ends = zip(np.floor(mine[low]), np.ceil(mine[high]), strict=True)
        texts = [f"{a:.0f}" if a == b else f"{a:.0f}–{b:.0f}" for a, b in ends]
        table[name] = pd.Series(texts, index=mine.index)
    width = pd.concat([table[f"{name}_high"] - table[f"{name}_low"] for name in intervals], axis=1)
    table["reading"] = np.select(
        [(width <= NARROW).all(axis=1), (width >= WIDE).all(axis=1)], ["narrow", "wide"], "mixed"
    )
    table = table.assign(kind=join_kinds(k for frame in intervals.values() for k in frame["kind"]), source=source)
    return table.reset_index().sort_values(["baseline_rank", "unit"], kind="stable", ignore_index=True)


def enough_draws(analyses: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]], source: str) -> pd.DataFrame:
    """What each analysis drew and left out, and whether its draws were enough.

    Parameters
    ----------
    analyses
        Analysis to its tables ``convergence`` and ``summary`` of one view.
    source
        Of the data behind them.

    Returns
    -------
    pandas.DataFrame
        ``analysis, draws, excluded, kendall, mean_shift, same_first, share_error, rank_error,
        enough, kind, source``; `excluded` is the share of combinations ruled out.
    """
    rows = []
    for name, (convergence, summary) in analyses.items():
        last = convergence.sort_values("draws", kind="stable").iloc[-1]
        known = dict(zip(summary["quantity"], summary["value"], strict=True))
        rows.append(
            {
                "analysis": name,
                "draws": int(last["draws"]),
                "excluded": known["excluded_share"],
                "kendall": known["mean_kendall"],
                "mean_shift": known["mean_abs_rank_shift"],
                "same_first": known["share_same_top_1"],
                "share_error": last["share_error"],
                "rank_error": last["rank_error"],
                "enough": str(bool(last["enough"])),
                "kind": last["kind"],
            }
        )
    return pd.DataFrame(rows).assign(source=source)


def choices(sobol: pd.DataFrame) -> pd.DataFrame:
    """Which choice moves the mean rank shift, the one with the largest Shapley effect first.

    Parameters
    ----------
    sobol
        Table ``SOBOL`` of `monotown.sensitivity.sobol_choices`.

    Returns
    -------
    pandas.DataFrame
        ``input, first, total, shapley, status, kind, source`` of the choices that combine freely.
    """
    mine = sobol[sobol["design"] == "methods"]
    return _by_size(mine, ["input", "first", "total", "shapley", "status", "kind", "source"], "shapley")


def every_input(sobol: pd.DataFrame) -> pd.DataFrame:
    """Indices of every input at once for the mean rank shift, the largest total first.

    Parameters
    ----------
    sobol
        Table ``SOBOL`` of `monotown.sensitivity.sobol_choices`. Where the design ``every_input`` is
        off, the widest one there is stands in, as in the figure.

    Returns
    -------
    pandas.DataFrame
        ``input, first, first_low, first_high, total, total_low, total_high, evaluations, kind,
        source``.
    """
    limits = ["input", "first", "first_low", "first_high", "total", "total_low", "total_high"]
    return _by_size(sobol[sobol["design"] == widest(sobol)], [*limits, "evaluations", "kind", "source"], "total")


def _by_size(sobol: pd.DataFrame, columns: list[str], size: str) -> pd.DataFrame:
    """What is told of the mean rank shift, the input of the largest size first."""
    mine = sobol.loc[sobol["output"] == "mean_rank_shift", columns]
    return mine.sort_values([size, "input"], ascending=[False, True], kind="stable", ignore_index=True, key=sort_key)


def swaps(flips: pd.DataFrame) -> pd.DataFrame:
    """The least change of weights with which each unit reaches the one above, in the last year.

    Returns
    -------
    pandas.DataFrame
        ``rival_rank, rival, unit, moved, scope, gains_most, loses_most, kind, source``: `moved` is
        the weight taken from some and given to others, a share of the whole; missing where no
        change of the kinds tried is enough.
    """
    mine = flips[flips["year"] == flips["year"].max()]
    found = mine[mine["smallest"]]
    pairs = mine.groupby(["rival", "unit"], as_index=False).first()
    rest = pairs.merge(found[["rival", "unit"]], how="left", indicator=True)
    rest = rest[rest["_merge"] == "left_only"].drop(columns="_merge")
    # A pair on a shared rank is level as it stands; of the others none of these weights is enough.
    rest = rest.assign(scope="", gains_most="", loses_most="", distance=np.where(rest["status"] == "tied", 0.0, np.nan))
    table: pd.DataFrame = pd.concat([found, rest], ignore_index=True)
    table["moved"] = table["distance"] / 2
    columns = ["rival_rank", "rival", "unit", "moved", "scope", "gains_most", "loses_most", "kind", "source"]
    return table[columns].sort_values(["rival_rank", "rival", "unit"], kind="stable", ignore_index=True)


def one_choice(table: pd.DataFrame) -> pd.DataFrame:
    """On which choice an order rests: of each input the level that changes it most, goalposts by indicator.

    Parameters
    ----------
    table
        Table ``ONE_CHOICE`` of `monotown.sensitivity.one_choice`.

    Returns
    -------
    pandas.DataFrame
        ``input, measure, level, low, high, own_low, own_high, kendall, largest_shift, unit, kind, source``, the choice
        that changes the order most first; refused choices, and a set of goalposts for all its indicators, are left out.
    """
    sets = (table["input"] == "goalpost_set") & (table["measure"] == "")
    mine = table[(table["status"] != "refused") & ~sets]
    order = ["kendall", "largest_shift", "input", "level"]
    rising = [True, False, True, True]
    mine = mine.sort_values(order, ascending=rising, kind="stable", key=sort_key, na_position="first")
    columns = ["input", "measure", "level", "low", "high", "own_low", "own_high", "kendall", "largest_shift", "unit"]
    found: pd.DataFrame = mine.drop_duplicates(["input", "measure"])[[*columns, "kind", "source"]]
    return found.reset_index(drop=True)


@dataclass(frozen=True)
class Tried:
    """What one view went through.

    Attributes
    ----------
    scores
        Table ``SCORES`` of `monotown.index.build`.
    rank_intervals, convergence, summary
        Analysis to its table of that name.
    sobol, flips, rates, shrunk, one_choice
        Tables of those names.
    """

    scores: pd.DataFrame
    rank_intervals: Mapping[str, pd.DataFrame]
    convergence: Mapping[str, pd.DataFrame]
    summary: Mapping[str, pd.DataFrame]
    sobol: pd.DataFrame
    flips: pd.DataFrame
    rates: pd.DataFrame
    shrunk: pd.DataFrame
    one_choice: pd.DataFrame


def robustness_tables(views: Mapping[str, Tried]) -> dict[str, pd.DataFrame]:
    """Every table of the chapter on what the ranks withstand.

    Parameters
    ----------
    views
        View to what it went through, with the same analyses in each.

    Returns
    -------
    dict
        ``robustness_<view>``, ``enough_<view>``, ``choices_<view>``, ``every_input_<view>``,
        ``swaps_<view>``, ``small_counts_<view>`` and ``one_choice_<view>`` of each view.
    """
    made = {}
    for view, tried in views.items():
        source = "; ".join(source_ids(tried.scores))
        drawn = {a: (tried.convergence[a], tried.summary[a]) for a in tried.rank_intervals}
        made[f"robustness_{view}"] = robustness(tried.rank_intervals, source)
        made[f"enough_{view}"] = enough_draws(drawn, source)
        made[f"choices_{view}"] = choices(tried.sobol)
        made[f"every_input_{view}"] = every_input(tried.sobol)
        made[f"swaps_{view}"] = swaps(tried.flips)
        year = int(next(iter(tried.rank_intervals.values()))["year"].iloc[0])
        made[f"small_counts_{view}"] = small_counts(tried.rates, tried.shrunk, year)
        made[f"one_choice_{view}"] = one_choice(tried.one_choice)
    return made
