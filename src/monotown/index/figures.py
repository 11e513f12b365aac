"""Figures of the regions: scores of one year, scores over time, two indices side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from monotown.base.labels import Labels
from monotown.base.tables import score_decimals
from monotown.index.panel import Fan
from monotown.show import marks, style


def scores(
    table: pd.DataFrame,
    *,
    labels: Labels,
    view: str,
    blocks: Sequence[str],
    scale: float,
    source: str,
    marked: Sequence[str] = (),
) -> Figure:
    """Score of each unit in one year with its blocks and the average of the others.

    Parameters
    ----------
    table
        As `monotown.index.printed.scores_of_year` gives it. Units without a score are named in
        the note, not drawn.
    labels
        Words, with ``unit.<code>``, ``view.<id>`` and ``block.<id>``.
    blocks
        Ids of the blocks, columns of `table`.
    scale
        What scores run to, from 0.
    marked
        Units set in bold.
    """
    drawn = table[table["score"].notna()].reset_index(drop=True)
    if drawn.empty:
        return _without_scores(table, labels, view, source)
    n = len(drawn)
    figure = style.new_figure(style.PAGE, 1.5 + 0.225 * n)
    axes = figure.subplots()
    y = np.arange(n)
    axes.hlines(y, 0, scale, color=style.LIGHT, linewidth=0.5, zorder=0)
    axes.hlines(y, 0, drawn["score"], color=style.BLUE, linewidth=2.2, zorder=1)
    look: dict[str, Any] = {"markeredgewidth": 1.6, "color": style.INK, "zorder": 2}
    marks.points(axes, drawn["average"], y, "|", 10, **look, label=labels("regions.average"))
    for i, block in enumerate(blocks):
        look = {"markerfacecolor": "none", "markeredgewidth": 1.1, "markeredgecolor": style.CYCLE[1 + i % 5]}
        name = labels(f"block.{block}")
        marks.points(axes, drawn[block], y, style.MARKERS[1 + i % 5], 4.4, **look, label=name, zorder=5, clip_on=False)
    look = {"color": style.BLUE, "markeredgecolor": "white", "zorder": 4, "clip_on": False}
    marks.points(axes, drawn["score"], y, "o", 6.5, **look, label=labels("regions.score"))
    decimals = score_decimals(scale)
    marks.beside(axes, [labels.number(value, decimals) for value in drawn["score"]], x=1.075)
    marks.unit_rows(axes, list(drawn["unit"]), labels, marked)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_xlim(0, scale)
    marks.numbers(axes.xaxis, labels)
    year = drawn["year"].iloc[0]
    name = style.view_in(labels, view, year)
    axes.set_xlabel(f"{labels('regions.score_axis', scale=labels.number(scale))}. {name}")
    count = 2 + len(blocks)
    order = [count - 1, *range(count - 1)]  # the score first
    marks.key_above(axes, "right", ends=1.08, first=order, ncols=min(3, count), handletextpad=0.3)
    style.title(figure, _finding(drawn, labels, scale))
    style.stamp(figure, labels, table["kind"], source, _marked(drawn["unit"], marked, labels), _unscored(table, labels))
    return figure


def _finding(drawn: pd.DataFrame, labels: Labels, scale: float) -> str:
    """From which score to which units lie, and how close the half in the middle is."""
    by_score = drawn.sort_values(["score", "unit"], ascending=[False, True], kind="stable")
    first, last = by_score.iloc[0], by_score.iloc[-1]
    low, high = np.quantile(drawn["score"].to_numpy(dtype=np.float64), [0.25, 0.75])
    decimals = score_decimals(scale)
    return labels(
        "regions.scores_title",
        first=labels(f"unit.{first['unit']}"),
        last=labels(f"unit.{last['unit']}"),
        high=labels.number(float(first["score"]), decimals),
        low=labels.number(float(last["score"]), decimals),
        gap=labels.number(float(high - low), decimals),
        scale=labels.number(scale),
    )


def _marked(units: Iterable[str], marked: Sequence[str], labels: Labels) -> str:
    """Which units stand out, for the note."""
    found = [labels(f"unit.{unit}") for unit in units if unit in marked]
    return labels("regions.marked_note", units=", ".join(found)) if found else ""


def over_time(
    scores_table: pd.DataFrame,
    comparison: pd.DataFrame,
    *,
    labels: Labels,
    view: str,
    root: str,
    scale: float,
    source: str,
    marked: Sequence[str] = (),
    fan: Fan | None = None,
) -> Figure:
    """Score of each unit by year beside the average of the others, one small panel a unit.

    Parameters
    ----------
    scores_table, comparison
        Tables ``scores`` and ``comparison`` of the index stage.
    labels
        Words, with ``unit.<code>`` and ``view.<id>``.
    root
        Id of the whole index.
    scale
        What scores run to, from 0.
    marked
        Units drawn with a frame.
    fan
        How far scores and changes are uncertain, where that is known.

    Returns
    -------
    matplotlib.figure.Figure
        Panels ordered by the rank in the last year. With a fan the title counts the units that rose and fell.
    """
    mine = scores_table[(scores_table["node"] == root) & scores_table["score"].notna()]
    beside = comparison[comparison["node"] == root]
    if mine.empty:
        return _without_scores(scores_table, labels, view, source)
    last = mine.sort_values("year", kind="stable").groupby("unit").last().reset_index()
    order = last.sort_values(["rank", "unit"])["unit"].tolist()
    columns = 4
    rows = math.ceil(len(order) / columns)
    figure = style.new_figure(style.PAGE, 0.9 + 1.3 * rows)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    shown = fan if fan is not None and len(fan.changes) else None
    top = max([float(mine["score"].max()), *([] if shown is None else [float(shown.band["high"].max())])])
    for axes, unit in zip(panels.flat, order, strict=False):
        here = mine[mine["unit"] == unit].sort_values("year", kind="stable")
        others = beside[(beside["unit"] == unit) & beside["average"].notna()].sort_values("year", kind="stable")
        if shown is not None:
            _fan(axes, shown, unit, labels)
        _course(axes, here, others, labels)
        axes.set_title(
            style.in_lines(labels(f"unit.{unit}"), 22), fontsize=7.2, pad=3, fontweight="bold", linespacing=1.15
        )
        axes.set_ylim(0, top * 1.35)
        if unit in marked:
            for side in axes.spines.values():
                side.set(visible=True, linewidth=1.6, color=style.VERMILION)
    for axes in list(panels.flat)[len(order) :]:
        axes.set_visible(False)
    years = f"{int(mine['year'].min())}–{int(mine['year'].max())}"
    notes = [labels("regions.panel_note", scale=labels.number(scale)), _marked(order, marked, labels)]
    if shown is None:
        _frame(figure, labels, view, years, mine, source, *notes)
        return figure
    counts = {w: int((shown.changes["verdict"] == w).sum()) for w in ("rose", "fell")}
    told = {
        "share": labels.number(100 * (shown.interval[1] - shown.interval[0])),
        "sure": labels.number(100 * shown.sure),
    }
    notes.append(labels("regions.fan_note", draws=labels.number(shown.draws), **told))
    name = f"{style.view_name(labels, view, years)}, {years}"
    style.title(figure, labels("regions.fan_title", index=name, n=len(shown.changes), sure=told["sure"], **counts))
    style.stamp(figure, labels, shown.band["kind"], source, *notes)
    return figure


def _fan(axes: Axes, fan: Fan, unit: str, labels: Labels) -> None:
    """The band of a unit's score, and how often its change has the direction that most draws give it."""
    mine = fan.band[fan.band["unit"] == unit].sort_values("year", kind="stable")
    axes.fill_between(mine["year"], mine["low"], mine["high"], color=style.SKY, alpha=0.45, linewidth=0)
    for row in fan.changes[fan.changes["unit"] == unit].to_dict("records"):
        up, share = row["rose"] >= row["fell"], max(row["rose"], row["fell"])
        # no more than there is: what is not certain is not 100%
        words = f"{'↑' if up else '↓'} {labels.number(math.floor(100 * share + 1e-9))}%"
        weight = "normal" if row["verdict"] == "open" else "bold"
        axes.text(0.97, 0.93, words, transform=axes.transAxes, fontsize=7, va="top", ha="right", fontweight=weight)


def _course(axes: Axes, here: pd.DataFrame, others: pd.DataFrame, labels: Labels) -> None:
    """Score of a unit by year beside the average of the others, with its first and last rank."""
    axes.plot(others["year"], others["average"], color=style.GREY, linestyle="--", linewidth=1.0)
    axes.plot(here["year"], here["score"], color=style.BLUE, linewidth=1.7)
    axes.plot(here["year"].iloc[[-1]], here["score"].iloc[[-1]], "o", color=style.BLUE, markersize=3.8)
    if here["rank"].notna().any():
        ranks = " → ".join(_rank(float(here["rank"].iloc[i]), labels) for i in (0, -1))
        axes.text(0.03, 0.93, ranks, transform=axes.transAxes, fontsize=7, va="top", color="#444444")
    axes.yaxis.set_major_locator(MaxNLocator(3))
    marks.numbers(axes.yaxis, labels)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.grid(axis="y")
    axes.tick_params(labelsize=7)


def _without_scores(table: pd.DataFrame, labels: Labels, view: str, source: str) -> Figure:
    """What stands where no unit has figures enough for a score."""
    figure = marks.empty(labels("regions.no_scores"))
    style.title(figure, labels(f"view.{view}"))
    style.stamp(figure, labels, table["kind"], source)
    return figure


def side_by_side(table: pd.DataFrame, *, labels: Labels, year: int, source: str, marked: Sequence[str] = ()) -> Figure:
    """Places of the same units in two indices, joined by a line a unit.

    Parameters
    ----------
    table
        As `monotown.index.printed.side_by_side` gives it; units without a place in either index
        are named in the note, not drawn.
    labels
        Words, with ``unit.<code>``.
    year
        Year of both indices.
    marked
        Units drawn in colour.
    """
    both = table["rank_potential"].notna() & table["rank_quality"].notna()
    drawn = table[both]
    n = len(drawn)
    # Shared places would print over each other: every unit gets a line of its own on each side.
    left = drawn.sort_values(["rank_potential", "unit"])["unit"].tolist()
    right = drawn.sort_values(["rank_quality", "unit"])["unit"].tolist()
    figure = style.new_figure(style.PAGE, 1.2 + 0.225 * n)
    axes = figure.subplots()
    for row in drawn.to_dict("records"):
        ends = [left.index(row["unit"]), right.index(row["unit"])]
        strong = row["unit"] in marked
        better = row["rank_quality"] <= row["rank_potential"]
        colour, width, size, order = (style.VERMILION, 2.0, 5.0, 3) if strong else (style.GREY, 1.0, 3.6, 1)
        look: dict[str, Any] = {"color": colour, "linewidth": width, "markersize": size, "zorder": order}
        axes.plot([0, 1], ends, linestyle="-" if better else "--", marker="o", **look)
        for x, end, side, align in ((-0.03, ends[0], "potential", "right"), (1.03, ends[1], "quality", "left")):
            score = labels.number(row[f"score_{side}"], score_decimals(row[f"scale_{side}"], 0))
            words = f"{_rank(row[f'rank_{side}'], labels)}  {labels('unit.' + row['unit'])}  ({score})"
            axes.text(x, end, words, ha=align, va="center", fontsize=7.8, fontweight="bold" if strong else "normal")
    axes.set_xlim(-1.15, 2.15)
    axes.set_ylim(n - 0.3, -1.3)
    axes.axis("off")
    axes.text(-0.03, -1.0, labels("regions.potential"), ha="right", fontsize=8.5, fontweight="bold")
    axes.text(1.03, -1.0, labels("regions.quality"), ha="left", fontsize=8.5, fontweight="bold")
    r = float(drawn["rank_potential"].corr(drawn["rank_quality"]))
    style.title(figure, labels("regions.side_title", year=year, n=labels.number(n), r=labels.number(r, 2)))
    missing = ", ".join(labels(f"unit.{u}") for u in table.loc[~both, "unit"])
    note = labels("regions.side_note")
    if missing:
        note = f"{note} {labels('regions.unscored', units=missing)}"
    style.stamp(figure, labels, table["kind"], source, note, _marked(drawn["unit"], marked, labels))
    return figure


def _rank(value: float, labels: Labels) -> str:
    if math.isnan(value):
        return "–"  # a unit alone in its year has no rank
    return labels.number(value, 0 if abs(value - round(value)) < 1e-9 else 1)


def _unscored(table: pd.DataFrame, labels: Labels) -> str:
    absent = [labels(f"unit.{u}") for u in table.loc[table["score"].isna(), "unit"]]
    return labels("regions.unscored", units=", ".join(absent)) if absent else ""


def _frame(
    figure: style.Picture, labels: Labels, view: str, when: object, table: pd.DataFrame, source: str, *notes: str
) -> None:
    """Title and foot."""
    style.title(figure, f"{style.view_name(labels, view, when)}, {when}")
    style.stamp(figure, labels, table["kind"], source, *notes)
