"""Figures of the regions: scores of one year, scores over time, two indices side by side."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from monotown.base.labels import Labels
from monotown.base.tables import join_kinds, score_decimals
from monotown.show import style

#: Letters in a line of the note at the foot of a page-wide figure.
LINE = 128


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
    view
        Id of the view.
    blocks
        Ids of the blocks, columns of `table`.
    scale
        What scores run to, from 0.
    source
        Source in words.
    marked
        Units set in bold.

    Returns
    -------
    matplotlib.figure.Figure
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
    axes.plot(
        drawn["average"],
        y,
        linestyle="none",
        marker="|",
        markersize=10,
        markeredgewidth=1.6,
        color=style.INK,
        label=labels("regions.average"),
        zorder=2,
    )
    for i, block in enumerate(blocks):
        axes.plot(
            drawn[block],
            y,
            linestyle="none",
            marker=style.MARKERS[1 + i % 5],
            markersize=4.4,
            markerfacecolor="white",
            markeredgewidth=1.1,
            markeredgecolor=style.CYCLE[1 + i % 5],
            label=labels(f"block.{block}"),
            zorder=3,
            clip_on=False,
        )
    axes.plot(
        drawn["score"],
        y,
        linestyle="none",
        marker="o",
        markersize=6.5,
        color=style.BLUE,
        markeredgecolor="white",
        label=labels("regions.score"),
        zorder=4,
        clip_on=False,
    )
    decimals = score_decimals(scale)
    for row, value in enumerate(drawn["score"]):
        axes.text(
            1.075,
            row,
            labels.number(value, decimals),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=7.5,
        )
    _unit_axis(figure, [str(u) for u in drawn["unit"]], labels, marked)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_xlim(0, scale)
    _ticks(axes.xaxis, labels)
    axes.set_xlabel(labels("regions.score_axis", scale=labels.number(scale)))
    handles, texts = axes.get_legend_handles_labels()
    axes.legend(
        handles[-1:] + handles[:-1],
        texts[-1:] + texts[:-1],
        loc="lower right",
        bbox_to_anchor=(1.08, 1.0),
        ncols=min(3, len(texts)),
        fontsize=7.5,
        handletextpad=0.3,
        columnspacing=1.4,
        borderaxespad=0.2,
    )
    figure.suptitle(
        _title(labels, view, str(drawn["year"].iloc[0])), fontsize=9.5, fontweight="bold", x=0.01, ha="left"
    )
    _stamp(figure, labels, table, source, _unscored(table, labels))
    return figure


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
) -> Figure:
    """Score of each unit by year beside the average of the others, one small panel a unit.

    Parameters
    ----------
    scores_table, comparison
        Tables ``scores`` and ``comparison`` of the index stage.
    labels
        Words, with ``unit.<code>`` and ``view.<id>``.
    view
        Id of the view.
    root
        Id of the whole index.
    scale
        What scores run to, from 0.
    source
        Source in words.
    marked
        Units drawn with a frame.

    Returns
    -------
    matplotlib.figure.Figure
        Panels ordered by the rank in the last year.
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
    top = float(mine["score"].max())
    for axes, unit in zip(panels.flat, order, strict=False):
        here = mine[mine["unit"] == unit].sort_values("year", kind="stable")
        others = beside[(beside["unit"] == unit) & beside["average"].notna()].sort_values("year", kind="stable")
        axes.plot(others["year"], others["average"], color=style.GREY, linestyle="--", linewidth=1.0)
        axes.plot(here["year"], here["score"], color=style.BLUE, linewidth=1.7)
        axes.plot(here["year"].iloc[[-1]], here["score"].iloc[[-1]], "o", color=style.BLUE, markersize=3.8)
        name = textwrap.fill(labels(f"unit.{unit}"), 22)
        axes.set_title(name, fontsize=7.2, pad=3, fontweight="bold", linespacing=1.0)
        if here["rank"].notna().any():
            ranks = [_rank(float(here["rank"].iloc[i]), labels) for i in (0, -1)]
            axes.text(0.03, 0.93, " → ".join(ranks), transform=axes.transAxes, fontsize=7, va="top", color="#444444")
        axes.yaxis.set_major_locator(MaxNLocator(3))
        _ticks(axes.yaxis, labels)
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.set_ylim(0, top * 1.35)
        axes.grid(axis="y")
        axes.tick_params(labelsize=7)
        if unit in marked:
            for side in axes.spines.values():
                side.set(visible=True, linewidth=1.6, color=style.VERMILION)
    for axes in list(panels.flat)[len(order) :]:
        axes.set_visible(False)
    years = f"{int(mine['year'].min())}–{int(mine['year'].max())}"
    figure.suptitle(_title(labels, view, years), fontsize=9.5, fontweight="bold", x=0.01, ha="left")
    note = labels("regions.panel_note", scale=labels.number(scale))
    _stamp(figure, labels, mine, source, note)
    return figure


def _without_scores(table: pd.DataFrame, labels: Labels, view: str, source: str) -> Figure:
    """What stands where no unit has figures enough for a score."""
    figure = style.new_figure(style.PAGE, 1.4)
    axes = figure.subplots()
    axes.axis("off")
    axes.text(0.5, 0.5, labels("regions.no_scores"), ha="center", va="center", fontsize=9, transform=axes.transAxes)
    figure.suptitle(labels(f"view.{view}"), fontsize=9.5, fontweight="bold", x=0.01, ha="left")
    _stamp(figure, labels, table, source, "")
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
    source
        Source in words.
    marked
        Units drawn in colour.

    Returns
    -------
    matplotlib.figure.Figure
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
        axes.plot(
            [0, 1],
            ends,
            linestyle="-" if better else "--",
            color=style.VERMILION if strong else style.GREY,
            linewidth=2.0 if strong else 1.0,
            marker="o",
            markersize=5 if strong else 3.6,
            zorder=3 if strong else 1,
        )
        for x, end, side, align in ((-0.03, ends[0], "potential", "right"), (1.03, ends[1], "quality", "left")):
            decimals = score_decimals(row[f"scale_{side}"], 0)
            words = (
                f"{_rank(row[f'rank_{side}'], labels)}  {labels('unit.' + row['unit'])}"
                f"  ({labels.number(row[f'score_{side}'], decimals)})"
            )
            axes.text(x, end, words, ha=align, va="center", fontsize=7.8, fontweight="bold" if strong else "normal")
    axes.set_xlim(-1.15, 2.15)
    axes.set_ylim(n - 0.3, -1.3)
    axes.axis("off")
    axes.text(-0.03, -1.0, labels("regions.potential"), ha="right", fontsize=8.5, fontweight="bold")
    axes.text(1.03, -1.0, labels("regions.quality"), ha="left", fontsize=8.5, fontweight="bold")
    figure.suptitle(labels("regions.side_title", year=year), fontsize=9.5, fontweight="bold", x=0.01, ha="left")
    missing = ", ".join(labels(f"unit.{u}") for u in table.loc[~both, "unit"])
    note = labels("regions.side_note")
    if missing:
        note = f"{note} {labels('regions.unscored', units=missing)}"
    _stamp(figure, labels, table, source, note)
    return figure


def _rank(value: float, labels: Labels) -> str:
    if math.isnan(value):
        return "–"  # a unit alone in its year has no rank
    return labels.number(value, 0 if abs(value - round(value)) < 1e-9 else 1)


def _ticks(axis: Axis, labels: Labels) -> None:
    """Ticks with the decimal mark of the language, and as few decimals as tell them."""

    def text(value: float, _: int | None) -> str:
        decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
        return labels.number(value, decimals)

    axis.set_major_formatter(FuncFormatter(text))


def _title(labels: Labels, view: str, when: str) -> str:
    words = labels(f"view.{view}")
    return words if when in words else f"{words}, {when}"


def _unscored(table: pd.DataFrame, labels: Labels) -> str:
    absent = [labels(f"unit.{u}") for u in table.loc[table["score"].isna(), "unit"]]
    return labels("regions.unscored", units=", ".join(absent)) if absent else ""


def _unit_axis(figure: Figure, units: Sequence[str], labels: Labels, marked: Sequence[str]) -> None:
    (axes,) = figure.axes
    axes.set_yticks(range(len(units)), [labels(f"unit.{u}") for u in units])
    axes.tick_params(axis="y", length=0)
    for tick, unit in zip(axes.get_yticklabels(), units, strict=True):
        if unit in marked:
            tick.set_fontweight("bold")


def _stamp(figure: Figure, labels: Labels, table: pd.DataFrame, source: str, note: str) -> None:
    kind = join_kinds(table["kind"])
    opening = style.opening(labels, kind)
    words = f"{opening}{source.rstrip('.')}. {note}" if note else f"{opening}{source}"
    text = "\n".join(textwrap.wrap(words, LINE))
    style.stamp(figure, labels, kind, text[len(opening) :])
