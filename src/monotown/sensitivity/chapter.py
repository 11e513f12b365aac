"""Tables and facts of the chapters on methods and on what the ranks withstand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from monotown.base.tables import join_kinds
from monotown.base.ties import largest, smallest, sort_key
from monotown.index.chapter import KARAGANDA, KARAGANDA_CONSTANT, ULYTAU
from monotown.sensitivity.sobol import HELD, MEANT
from monotown.sensitivity.sobol_choices import widest
from monotown.show.facts import Facts
from monotown.show.printed import source_ids

#: An interval of ranks is called narrow up to so many places from end to end, wide from so many.
NARROW, WIDE = 3, 6

#: The part of the methods that is given as an interval.
MIDDLE = (0.05, 0.95)

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


def method_facts(
    ranks: Mapping[str, pd.DataFrame], methods: Mapping[str, pd.DataFrame], inadmissible: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Facts of the chapter on methods.

    Parameters
    ----------
    ranks, methods, inadmissible
        By view: tables of `method_ranks`, and those of the index stage.
    """
    facts = Facts()
    for view, table in ranks.items():
        name = f"methods_{view}"
        add = facts.from_table(table, f"method_ranks_{view}")
        width = table["high"] - table["low"]
        widest = table[width == width.max()]
        add(
            "number:0",
            **{
                f"{name}_combinations": len(methods[view][_METHOD].drop_duplicates()),
                f"{name}_refused": len(inadmissible[view]),
                f"{name}_units": len(table),
            },
        )
        add("number:1", **{f"{name}_shift": table["mean_shift"].mean(), f"{name}_width": width.median()})
        add("percent:0", **{f"{name}_within_one": table["share_within_one"].mean()})
        add("word:unit", **{f"{name}_widest": ";".join(widest["unit"])})
        add("rank", **{f"{name}_widest_span": width.max()})
        shift = (methods[view]["rank"] - methods[view]["unit"].map(table.set_index("unit")["own_rank"])).abs()
        by = shift.groupby(methods[view]["aggregation"]).mean()
        add("word:aggregation", **{f"{name}_farthest": str(by.index[largest(by)])})
        add("number:1", **{f"{name}_farthest_shift": by.max()})
    add("percent:0", methods_middle=round(MIDDLE[1] - MIDDLE[0], 12))
    return facts.table()


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
    first = next(iter(intervals.values())).set_index("unit")
    table = first[["baseline_rank"]].copy()
    widths = []
    for name, frame in intervals.items():
        low, high = _limits(frame)
        mine = frame.set_index("unit")
        table[f"{name}_low"], table[f"{name}_high"] = mine[low], mine[high]
        ends = zip(np.floor(mine[low]), np.ceil(mine[high]), strict=True)
        texts = [f"{a:.0f}" if a == b else f"{a:.0f}–{b:.0f}" for a, b in ends]
        table[name] = pd.Series(texts, index=mine.index)
        widths.append(table[f"{name}_high"] - table[f"{name}_low"])
    width = pd.concat(widths, axis=1)
    table["reading"] = np.select(
        [(width <= NARROW).all(axis=1), (width >= WIDE).all(axis=1)], ["narrow", "wide"], "mixed"
    )
    table["kind"] = join_kinds(k for frame in intervals.values() for k in frame["kind"])
    table["source"] = source
    table = table.rename_axis("unit").reset_index()
    return table.sort_values(["baseline_rank", "unit"], kind="stable", ignore_index=True)


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
    mine = sobol[(sobol["output"] == "mean_rank_shift") & (sobol["design"] == "methods")]
    columns = ["input", "first", "total", "shapley", "status", "kind", "source"]
    return mine[columns].sort_values(
        ["shapley", "input"], ascending=[False, True], kind="stable", ignore_index=True, key=sort_key
    )


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
    mine = sobol[(sobol["output"] == "mean_rank_shift") & (sobol["design"] == widest(sobol))]
    columns = [
        "input",
        "first",
        "first_low",
        "first_high",
        "total",
        "total_low",
        "total_high",
        "evaluations",
        "kind",
        "source",
    ]
    return mine[columns].sort_values(
        ["total", "input"], ascending=[False, True], kind="stable", ignore_index=True, key=sort_key
    )


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


@dataclass(frozen=True)
class Tried:
    """What one view went through.

    Attributes
    ----------
    scores
        Table ``SCORES`` of `monotown.index.build`.
    rank_intervals, convergence, summary
        Analysis to its table of that name.
    sobol, flips, stability_intervals
        Tables of those names.
    """

    scores: pd.DataFrame
    rank_intervals: Mapping[str, pd.DataFrame]
    convergence: Mapping[str, pd.DataFrame]
    summary: Mapping[str, pd.DataFrame]
    sobol: pd.DataFrame
    flips: pd.DataFrame
    stability_intervals: pd.DataFrame


def robustness_tables(views: Mapping[str, Tried], stopped: Mapping[str, float]) -> dict[str, pd.DataFrame]:
    """Every table of the chapter on what the ranks withstand.

    Parameters
    ----------
    views
        View to what it went through, with the same analyses in each.
    stopped
        ``share_error`` and ``rank_error`` of the stopping rule.

    Returns
    -------
    dict
        ``robustness_<view>``, ``enough_<view>``, ``choices_<view>``, ``every_input_<view>`` and
        ``swaps_<view>`` of each view, and ``facts``.
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
    analyses = list(dict.fromkeys(a for tried in views.values() for a in tried.rank_intervals))
    stability = {view: tried.stability_intervals for view, tried in views.items()}
    made["facts"] = robustness_facts(made, stopped, stability, analyses)
    return made


def robustness_facts(
    tables: Mapping[str, pd.DataFrame],
    stopped: Mapping[str, float],
    stability: Mapping[str, pd.DataFrame],
    analyses: Sequence[str],
) -> pd.DataFrame:
    """Facts of the chapter on what the ranks withstand.

    Parameters
    ----------
    tables
        ``robustness_<view>``, ``enough_<view>``, ``choices_<view>``, ``every_input_<view>`` and
        ``swaps_<view>``.
    stopped
        ``share_error`` and ``rank_error`` of the stopping rule.
    stability
        View to its table of stability intervals.
    analyses
        Names of the analyses.
    """
    facts = Facts()
    for view, ranges in stability.items():
        table = tables[f"robustness_{view}"]
        add = facts.from_table(table, f"robustness_{view}")
        reading = table["reading"]
        add(
            "number:0",
            **{
                f"{view}_units": len(table),
                f"{view}_narrow": int((reading == "narrow").sum()),
                f"{view}_wide": int((reading == "wide").sum()),
            },
        )
        add("word:unit", **{f"{view}_first": str(table["unit"].iloc[0])})
        for word in ("narrow", "wide"):
            names = ";".join(table.loc[reading == word, "unit"])
            add("word:unit", **{f"{view}_{word}_units": names})
        for unit, name in ((ULYTAU, "ulytau"), (KARAGANDA, "karaganda"), (KARAGANDA_CONSTANT, "karaganda")):
            mine = table[table["unit"] == unit]
            if len(mine):
                low = mine[[f"{a}_low" for a in analyses]].to_numpy().min()
                high = mine[[f"{a}_high" for a in analyses]].to_numpy().max()
                add("rank", **{f"{view}_{name}_best": low, f"{view}_{name}_worst": high})

        enough = tables[f"enough_{view}"]
        add = facts.from_table(enough, f"enough_{view}")
        met = enough["enough"] == "True"
        least = enough.iloc[smallest(enough["same_first"])]
        moves = enough.iloc[largest(enough["mean_shift"])]
        add("number:0", **{f"{view}_draws": enough["draws"].min(), f"{view}_met": int(met.sum())})
        add(
            "percent:0",
            **{
                f"{view}_excluded": enough["excluded"].max(),
                f"{view}_same_first_least": least["same_first"],
                f"{view}_same_first_most": enough["same_first"].max(),
            },
        )
        add(
            "word:report.analysis",
            **{f"{view}_same_first_where": least["analysis"], f"{view}_moves_most": moves["analysis"]},
        )
        add("number:1", **{f"{view}_moves_shift": moves["mean_shift"]})

        known = tables[f"choices_{view}"]
        add = facts.from_table(known, f"choices_{view}")
        top, second = known.iloc[0], known.iloc[1]
        add("word:sobol.input", **{f"{view}_input": top["input"], f"{view}_input_second": second["input"]})
        add("percent:0", **{f"{view}_share": top["shapley"], f"{view}_share_second": second["shapley"]})

        together = tables[f"every_input_{view}"]
        add = facts.from_table(together, f"every_input_{view}")
        top, second, last = together.iloc[0], together.iloc[1], together.iloc[-1]
        add(
            "word:sobol.input",
            **{
                f"{view}_every_top": top["input"],
                f"{view}_every_second": second["input"],
                f"{view}_every_last": last["input"],
            },
        )
        add(
            "percent:0",
            **{
                f"{view}_every_top_total": top["total"],
                f"{view}_every_top_low": top["total_low"],
                f"{view}_every_top_high": top["total_high"],
                f"{view}_every_second_total": second["total"],
                f"{view}_every_last_total": last["total"],
                f"{view}_every_alone": together["first"].sum(),
            },
        )
        add(
            "number:0",
            **{f"{view}_every_inputs": len(together), f"{view}_every_settings": together["evaluations"].iloc[0]},
        )

        pairs = tables[f"swaps_{view}"].dropna(subset=["moved"])
        add = facts.from_table(tables[f"swaps_{view}"], f"swaps_{view}")
        closest = pairs.iloc[smallest(pairs["moved"])]
        add("word:unit", **{f"{view}_closest": f"{closest['rival']};{closest['unit']}"})
        add("percent:1", **{f"{view}_closest_moved": closest["moved"], f"{view}_moved": pairs["moved"].median()})

        order = ranges[(ranges["year"] == ranges["year"].max()) & (ranges["scope"] == "order")]
        add = facts.from_table(order, f"sensitivity/{view}/stability_intervals.csv")
        tightest = order.iloc[smallest(order["high"] - order["low"])]
        add("word:block", **{f"{view}_block": tightest["block"]})
        add("percent:1", **{f"{view}_block_low": tightest["low"], f"{view}_block_high": tightest["high"]})
    kind, source = join_kinds(order["kind"]), "; ".join(source_ids(order))
    told = {"narrow_width": NARROW, "wide_width": WIDE, "analyses_count": len(analyses)}
    facts.add(kind, source, "report/robustness.py", "number:0", **told)
    held = {"sobol_meant": MEANT, "sobol_held_least": HELD[0], "sobol_held_most": HELD[1]}
    facts.add(kind, source, "sensitivity/sobol.py", "percent:0", **held)
    facts.add(kind, source, "config/config.yaml", "percent:1", stop_share=stopped["share_error"])
    facts.add(kind, source, "config/config.yaml", "number:0", stop_rank=stopped["rank_error"])
    return facts.table()
