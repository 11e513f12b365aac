"""Figures of towns: the profile of each between its goalposts, and scores over time."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.base.tables import SCALES, score_decimals
from monotown.index.ranked import chosen_units
from monotown.show import marks, style

#: Units that have a panel each; of more some are chosen, and the tables have all.
SHOWN = 12
CHOSEN = 8

#: Colour of the years beside the points.
_YEAR = "#5a5a5a"


def shown_units(scores: pd.DataFrame, root: str, units: list[str], marked: Collection[str] = ()) -> list[str]:
    """The units a figure shows, by their rank in their last year, then by code.

    Of more than `SHOWN` those that the study marks, or else some spread evenly over the ranking.
    """
    whole = scores[scores["node"] == root].sort_values("year", kind="stable").drop_duplicates("unit", keep="last")
    rank = {str(u): r for u, r in zip(whole["unit"], whole["rank"], strict=True)}
    order = sorted(units, key=lambda u: (rank.get(u, math.nan) != rank.get(u, math.nan), rank.get(u, 0.0), u))
    if len(order) <= SHOWN:
        return order
    ranked = [u for u in order if not math.isnan(rank.get(u, math.nan))]
    named = set(marked) & set(order)
    return chosen_units(order if named or not ranked else ranked, named, CHOSEN)


def town_profile(profile: pd.DataFrame, *, labels: Labels, units: list[str], source: str) -> Figure:
    """Position of each measure between its goalposts, a panel a town; its region beside it.

    Parameters
    ----------
    profile
        Of `monotown.towns.profile.profile_table`.
    labels
        Keys ``axis.towns_position``, ``towns.figure.*``, ``measure.*`` and ``unit.*``.
    units
        Towns, in order.
    """
    measures = list(dict.fromkeys(profile["measure"]))
    scale = float(profile["scale"].iloc[0]) if len(profile) else SCALES[0]
    names = [style.in_lines(marks.named(labels, f"measure.{m}"), 48) for m in measures]
    lines = [1 + n.count("\n") for n in names]
    row = 0.05 + 0.1 * max([2.0, *((a + b) / 2 for a, b in pairwise(lines))])
    across = min(4 if len(measures) <= 3 else 2, len(units)) or 1
    down = math.ceil(len(units) / across)
    heads = [_head(marks.named(labels, f"unit.{u}"), across) for u in units]
    tall = 0.55 + 0.14 * max((h.count("\n") for h in heads), default=0)
    figure = style.new_figure(style.PAGE, 1.2 + down * (tall + row * len(measures)))
    axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    at = {m: i for i, m in enumerate(measures)}
    for i, ax in enumerate(axes.flat):
        if i >= len(units):
            ax.set_visible(False)
            continue
        mine = profile[profile["unit"] == units[i]]
        y = mine["measure"].map(at)
        ax.set_title(heads[i], fontsize=8)
        ax.hlines(y, 0, scale, color=style.LIGHT, linewidth=1)
        # a mark at an end of the scale is whole; no marks must be clipped, for they have no extent
        look = {"color": style.CYCLE[0], "zorder": 3, "clip_on": mine.empty, "label": labels("towns.figure.town")}
        marks.points(ax, mine["position"], y, "o", 5.5, **look)
        others = mine[mine["others"].notna()]
        look = {"color": style.INK, "zorder": 2, "clip_on": others.empty, "markeredgewidth": 1.4}
        marks.points(
            ax, others["others"], others["measure"].map(at), "|", 9, **look, label=labels("own_run.profile.others")
        )
        beside = mine[mine["region_position"].notna()]
        look = {"mfc": "none", "mec": style.CYCLE[1], "zorder": 2, "clip_on": beside.empty}
        words = labels("towns.figure.region")
        marks.points(ax, beside["region_position"], beside["measure"].map(at), "D", 6.5, **look, label=words)
        for year, height in zip(mine["year"], y, strict=True):
            marks.note(ax, str(year or ""), (scale, height), (6, 0), fontsize=6, color=_YEAR)
        ax.set_xlim(-0.04 * scale, 1.04 * scale)
        ax.set_ylim(len(measures) - 0.4, -0.6)
        ax.set_yticks(range(len(measures)), names, fontsize=6.5)
    axes[-1][0].set_xlabel(labels("axis.towns_position", scale=labels.number(scale)), loc="left")
    axes[-1][0].set_xticks(*_ends(scale, labels))
    style.title(figure, profile_finding(profile, labels))
    handles, words = axes[0][0].get_legend_handles_labels()
    there = [True, profile["others"].notna().any(), profile["region_position"].notna().any()]
    if any(there[1:]):
        shown = [pair for pair, has in zip(zip(handles, words, strict=True), there, strict=True) if has]
        _key_under_title(figure, shown)
    style.stamp(figure, labels, profile["kind"], source, _chosen(profile, units, labels))
    return figure


def _key_under_title(figure: style.Picture, shown: Sequence[tuple[Any, str]]) -> None:
    """A key between the title and the panels, as wide as the figure: a line of the title is kept free for it."""
    title = figure._suptitle  # type: ignore[attr-defined]
    lines = title.get_text().count("\n") + 1
    title.set_text(f"{title.get_text()}\n ")
    top = 1 - lines * 1.25 * title.get_fontsize() / 72 / figure.get_figheight()
    look: dict[str, Any] = {"ncols": len(shown), "fontsize": 7, "borderaxespad": 0.3, "columnspacing": 1.2}
    key = figure.legend(*zip(*shown, strict=True), loc="upper right", bbox_to_anchor=(1.0, top), **look)
    key.set_in_layout(False)


def profile_finding(profile: pd.DataFrame, labels: Labels) -> str:
    """What the profiles show: of one unit its best and worst indicator, of several where they lie widest apart."""
    every = list(dict.fromkeys(profile["unit"]))
    by = profile.groupby("measure", sort=False)["position"]
    if len(every) == 1 or by.count().max() < 2:
        order = profile.sort_values("position", kind="stable")["measure"].astype(str).tolist()
        best, worst = order[-1], order[0]
        unit = marks.named(labels, f"unit.{every[0]}")
        named = {"best": marks.named(labels, f"measure.{best}"), "worst": marks.named(labels, f"measure.{worst}")}
        return labels("own_run.profile.alone" if best != worst else "own_run.profile.single", unit=unit, **named)
    apart = (by.max() - by.min()).idxmax()
    return labels("own_run.profile.apart", measure=marks.named(labels, f"measure.{apart}"))


def _chosen(profile: pd.DataFrame, units: list[str], labels: Labels) -> str:
    every = profile["unit"].nunique()
    return labels("own_run.profile.chosen", shown=len(units), all=every) if every > len(units) else ""


def town_series(
    scores: pd.DataFrame, *, labels: Labels, root: str, scale: float, units: list[str], source: str
) -> Figure:
    """Scores of the towns over the years, a panel a town; a town alone is said to have no rank.

    Parameters
    ----------
    scores
        Of the index stage, `monotown.index.build.SCORES`.
    labels
        Keys ``axis.towns_score``, ``towns.figure.no_rank`` and ``unit.*``.
    root
        Node of the whole index.
    scale
        What scores run to, from 0.
    units
        Towns, in order.
    """
    whole = scores[(scores["node"] == root) & scores["score"].notna()]
    if whole.empty:
        figure = marks.empty(labels("regions.no_scores"))
        style.stamp(figure, labels, scores["kind"], source)
        return figure
    across = min(4, len(units)) or 1
    down = math.ceil(len(units) / across)
    heads = [_head(marks.named(labels, f"unit.{u}"), across) for u in units]
    tall = 1.35 + 0.14 * max((h.count("\n") for h in heads), default=0)
    figure = style.new_figure(style.PAGE, 1.0 + tall * down)
    panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    years = sorted(int(y) for y in whole["year"].unique())
    for i, ax in enumerate(panels.flat):
        if i >= len(units):
            ax.set_visible(False)
            continue
        mine = whole[whole["unit"] == units[i]].sort_values("year", kind="stable")
        ax.plot(mine["year"], mine["score"], "o-", color=style.CYCLE[0], markersize=4)
        ax.set_title(heads[i], fontsize=8)
        ax.set_ylim(-0.05 * scale, 1.05 * scale)
        ax.set_yticks(*_ends(scale, labels))
        ax.set_xticks(sorted({years[0], years[-1]}))
        ax.grid(axis="y")
    panels[0][0].set_ylabel(labels("axis.towns_score", scale=labels.number(scale)), fontsize=7)
    if len(set(whole["unit"])) == 1:
        panels[0][0].text(
            0.01, 0.1, labels("towns.figure.no_rank"), color=style.INK, fontsize=8, transform=panels[0][0].transAxes
        )
    style.title(figure, series_finding(whole, labels, scale))
    left = [u for u in units if u in set(whole["unit"])]
    style.stamp(figure, labels, scores["kind"], source, _chosen(whole, left, labels))
    return figure


def series_finding(whole: pd.DataFrame, labels: Labels, scale: float) -> str:
    """What the years show: of one unit its first and last score, of several how many rose and fell between them."""
    ordered = whole.sort_values("year", kind="stable").groupby("unit", sort=False)
    first, last = ordered.first(), ordered.last()
    years = {"first": int(whole["year"].min()), "last": int(whole["year"].max())}
    if len(first) == 1:
        scores = {
            k: labels.number(float(f["score"].iloc[0]), score_decimals(scale))
            for k, f in (("before", first), ("after", last))
        }
        return labels("own_run.series.alone", unit=marks.named(labels, f"unit.{first.index[0]}"), **scores, **years)
    moved = (last["score"] - first["score"])[first["year"] < last["year"]]
    return labels("own_run.series.several", rose=int((moved > 0).sum()), fell=int((moved < 0).sum()), **years)


def _ends(scale: float, labels: Labels) -> tuple[list[float], list[str]]:
    """Ticks at both ends of the scale and in the middle, with their texts."""
    ticks = [0.0, scale / 2, float(scale)]
    return ticks, [labels.number(t, 0 if t.is_integer() else 1) for t in ticks]


def _head(name: str, across: int) -> str:
    """A town's name over its panel, in lines that stay clear of the next."""
    return style.in_lines(name, 13 if across > 2 else 40)
