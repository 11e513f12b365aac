"""Figures of the paper: its diagrams redrawn, what its numbers prove."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from monotown.base.labels import Labels, in_language
from monotown.show import marks, style
from monotown.show.diagram import block_height, draw, lay_out
from monotown.show.graphs import Graph
from monotown.show.style import SMALL


def diagram(graph: Graph, *, labels: Labels, show_inferred: bool = False) -> Figure:
    """The paper's Figure 1 or 2, redrawn from its graph.

    Parameters
    ----------
    graph
        As `monotown.show.graphs.read_graphs` gives it.
    labels
        Words: ``paper_figures.*``, ``kind.published``, ``word.source``.
    show_inferred
        Whether to draw, dashed and in italics, what the text does not state.

    Returns
    -------
    matplotlib.figure.Figure
        As wide as a page, as high as the texts need, with its caption above.
    """
    laid = lay_out(graph.shown(inferred=show_inferred), labels.language)
    width = style.PAGE
    note = labels("paper_figures.reconstructed")
    note += " " + labels(f"paper_figures.{'inferred_shown' if show_inferred else 'inferred_hidden'}")
    base = block_height(len(style.foot([note], width)), SMALL) + 0.12
    caption = labels("paper_figures.in_paper", caption=in_language(graph.caption, labels.language))
    head = style.head_height(caption, width)
    height = base + laid.height + head
    figure = style.new_figure(width, height)
    # Set "none" after the fact: without a placeholder engine savefig would turn to the default one.
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height))
    draw(axes, laid, base, (width - laid.width) / 2)
    style.title(figure, caption)
    style.stamp(figure, labels, ["published"], labels("paper_figures.source"), note)
    return figure


#: Rule of rounding by which readings are drawn, and the decompositions that are.
RULE = "half_up"
DRAWN_METHODS = ("shapley", "lmdi")
HATCH = "////"


def story(
    ratios: pd.DataFrame, readings: pd.DataFrame, parts: pd.DataFrame, *, labels: Labels, staff_range: Sequence[int]
) -> Figure:
    """What the printed ratio, difference and shares prove about the university's staff.

    Parameters
    ----------
    ratios
        ``results/paper/ratio_readings.csv``: pairs behind the ratio and the difference, by rule.
    readings
        ``results/paper/share_readings.csv``: pairs behind each year's share, by rule;
        ``with_counts`` marks the proved ones.
    parts
        ``results/paper/decomposition.csv``: the change by ``method`` and ``part``, in people.
    labels
        Words: ``paper_figures.*``, ``kind.published``, ``word.source``.
    staff_range
        Smallest and largest staff considered for the readings.

    Returns
    -------
    matplotlib.figure.Figure
        Readings and counts over the years, staff before and after, and the loss split in two. If
        the figures leave the counts open, all readings of every year and a note that says so.
    """
    mine = readings[readings["rule"] == RULE]
    proved = mine[mine["with_counts"]].sort_values("year", kind="stable")
    fixed = len(proved) == 2 and len(parts) > 0
    figure = style.new_figure(style.PAGE, 4.35)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.55, 1.0))
    _over_time(figure.add_subplot(grid[:, 0]), ratios, mine, proved, fixed, labels, staff_range)
    staff, loss = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])
    staff.set_title(labels("paper_figures.story.staff"))
    loss.set_title(labels("paper_figures.story.loss"))
    if fixed:
        _staff(staff, proved, labels)
        _loss(loss, parts, labels)
    else:
        for axes in (staff, loss):
            axes.set_axis_off()
            text = style.in_lines(labels("paper_figures.story.not_proved"), 30)
            axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes)
    style.title(figure, _found(parts, labels) if fixed else labels("paper_figures.story.not_proved"))
    note = labels("paper_figures.story.note") if fixed else ""
    style.stamp(figure, labels, ["published"], labels("paper_figures.source"), note)
    return figure


def _found(parts: pd.DataFrame, labels: Labels) -> str:
    """The loss and its two parts."""
    mine = parts[parts["method"] == DRAWN_METHODS[0]].set_index("part")["people"]
    words = {part: labels.number(abs(float(mine[part])), 0 if part == "total" else 1) for part in mine.index}
    return labels("paper_figures.story.title", **words)


def _over_time(
    axes: Axes,
    ratios: pd.DataFrame,
    readings: pd.DataFrame,
    proved: pd.DataFrame,
    fixed: bool,
    labels: Labels,
    staff_range: Sequence[int],
) -> None:
    """Degree holders by year: what is proved as a line, other readings as marks."""
    axes.set_title(labels("paper_figures.story.holders"))
    years = sorted(readings["year"].unique())
    open_years = [y for y in years if not fixed or y < proved["year"].iloc[0]]
    for year in open_years:
        rows = readings[readings["year"] == year].sort_values("degree_holders", kind="stable")
        if fixed:
            _first_year(axes, rows, proved, labels)
        else:
            look: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": style.INK}
            marks.points(axes, rows["year"], rows["degree_holders"], "o", 4.5, **look)
        if year == open_years[0]:
            _reading_names(axes, rows, labels)
            if fixed:
                words = {"count": len(rows), "low": staff_range[0], "high": staff_range[1]}
                share = _printed(rows["printed"].iloc[0], labels)
                text = labels("paper_figures.story.readings", **words, share=share)
                place = {"xycoords": ("data", "axes fraction"), "va": "top"}
                marks.note(axes, text, (year, 1.0), (34, -1), **place, fontsize=7.5)
    if fixed:
        _proved(axes, ratios, proved, labels)
    axes.set_xticks(years)
    span = max(max(years) - min(years), 1)
    # Room for the names of three neighbouring readings on the left.
    axes.set_xlim(min(years) - 0.78 * span, max(years) + 0.12 * span)
    axes.set_ylim(0, 1.03 * float(readings["degree_holders"].max()))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_bounds(min(years), max(years))


def _proved(axes: Axes, ratios: pd.DataFrame, proved: pd.DataFrame, labels: Labels) -> None:
    """The two proved counts as a line, with what proves them."""
    look: dict[str, Any] = {"color": style.BLUE, "linewidth": 2.4, "marker": "o", "markersize": 7, "zorder": 4}
    axes.plot(proved["year"], proved["degree_holders"], **look)
    for i, (_, row) in enumerate(proved.iterrows()):
        words = {"n": row["degree_holders"], "staff": row["staff"], "share": labels.number(row["exact"], 2)}
        away, side = ((6, 7), "left") if i == 0 else ((5, -13), "right")
        look = {"fontsize": 8, "fontweight": "bold", "ha": side, "va": "baseline"}
        at = row["year"], row["degree_holders"]
        marks.note(axes, labels("paper_figures.story.proved", **words), at, away, **look)
    pair = ratios[ratios["rule"] == RULE].iloc[0]
    words = {"ratio": _printed(pair["printed_ratio"], labels), "difference": pair["printed_difference"]}
    at = proved["year"].mean(), proved["degree_holders"].mean()
    marks.note(axes, labels("paper_figures.story.ratio", **words), at, (-9, -1), fontsize=7.5, ha="right", va="top")
    # below the lowest reading, left of the last count: no line passes there
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 0.0), fontsize=7.5, handlelength=1.4)


def _printed(text: object, labels: Labels) -> str:
    """A printed number with as many decimals, in the language's own form."""
    plain = str(text).replace(",", ".")
    return labels.number(float(plain), len(plain.partition(".")[2]))


def _first_year(axes: Axes, rows: pd.DataFrame, proved: pd.DataFrame, labels: Labels) -> None:
    """Readings of a year before the proved ones, joined to the first of these."""
    to = (proved["year"].iloc[0], proved["degree_holders"].iloc[0])
    for year, n in zip(rows["year"], rows["degree_holders"], strict=True):
        axes.plot([year, to[0]], [n, to[1]], color=style.GREY, linewidth=0.6, zorder=1)
    for word, key, marker, face in (("yes", "after", "s", style.ORANGE), ("no", "before", "o", "white")):
        part = rows[rows["main_loss_after"] == word]
        words = labels(f"paper_figures.story.{key}", year=to[0])
        look: dict[str, Any] = {"markerfacecolor": face, "markeredgecolor": style.INK, "zorder": 3, "label": words}
        marks.points(axes, part["year"], part["degree_holders"], marker, 5, **look)


def _reading_names(axes: Axes, rows: pd.DataFrame, labels: Labels) -> None:
    """Names of readings left of their marks; neighbours share one line."""
    counts = [(int(n), int(s)) for n, s in zip(rows["degree_holders"], rows["staff"], strict=True)]
    groups: list[list[tuple[int, int]]] = []
    for pair in counts:
        if groups and pair[0] - groups[-1][-1][0] <= 4:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    for group in groups:
        text = ", ".join(labels("paper_figures.story.count", n=n, staff=all_) for n, all_ in group)
        at = rows["year"].iloc[0], float(np.mean([p[0] for p in group]))
        marks.note(axes, text, at, (-7, 0), ha="right", fontsize=7)


def _staff(axes: Axes, proved: pd.DataFrame, labels: Labels) -> None:
    """Staff before and after, with and without a degree."""
    y = np.arange(len(proved))
    holders, staff = proved["degree_holders"].to_numpy(), proved["staff"].to_numpy()
    edge: dict[str, Any] = {"edgecolor": style.INK, "linewidth": 0.8}
    words = labels("paper_figures.story.with_degree")
    axes.barh(y, holders, 0.55, color=style.SKY, hatch=HATCH, label=words, **edge)
    words = labels("paper_figures.story.without_degree")
    axes.barh(y, staff - holders, 0.55, left=holders, color="white", label=words, **edge)
    for at, n, all_ in zip(y, holders, staff, strict=True):
        _on_bar(axes, n / 2, at, str(n))
        _on_bar(axes, (n + all_) / 2, at, str(all_ - n))
        marks.note(axes, str(all_), (all_, at), (4, 0), fontsize=8, fontweight="bold")
    axes.set_yticks(y, [str(v) for v in proved["year"]])
    axes.set_ylim(len(proved) - 0.5, -0.5)
    axes.set_xlim(0, 1.15 * staff.max())
    _bare(axes)


def _loss(axes: Axes, parts: pd.DataFrame, labels: Labels) -> None:
    """The change in degree holders as the sum of two parts, by method."""
    known = [m for m in DRAWN_METHODS if (parts["method"] == m).any()]
    values = parts.set_index(["method", "part"])["people"].unstack().loc[known]  # noqa: PD010
    y = np.arange(len(known))
    looks = (("size", style.LIGHT, "\\\\\\\\"), ("share", "white", "xxxx"))
    left = np.zeros(len(known))
    for part, colour, hatch in looks:
        width = values[part].to_numpy()
        look: dict[str, Any] = {"left": left, "color": colour, "edgecolor": style.INK, "hatch": hatch, "linewidth": 0.8}
        axes.barh(y, width, 0.55, **look, label=labels(f"paper_figures.story.{part}"))
        for at, start, size in zip(y, left, width, strict=True):
            _on_bar(axes, start + size / 2, at, labels.number(size, 1))
        left = left + width
    axes.set_yticks(y, [labels(f"paper_figures.story.method.{m}") for m in known])
    axes.set_ylim(len(known) - 0.5, -0.5)
    for at, total in zip(y, values["total"], strict=True):
        marks.note(axes, labels.number(total), (total, at), (4, 0), fontsize=8, fontweight="bold")
    # The bars start at zero on the left, whatever the sign of the change.
    axes.set_xlim(0.0, 1.15 * values["total"].iloc[0])
    _bare(axes)


def _on_bar(axes: Axes, x: Any, y: Any, text: str) -> None:
    axes.text(x, y, text, ha="center", va="center", fontsize=8, bbox={"facecolor": "white", "linewidth": 0, "pad": 1.2})


def _bare(axes: Axes) -> None:
    """Bars that carry their numbers need no axis, only a key."""
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(0.0, 0.02),
        ncols=2,
        fontsize=7.5,
        handlelength=1.6,
        columnspacing=1.2,
        borderaxespad=0.2,
    )
