"""Figures of the paper: its diagrams redrawn, what its numbers prove, verdicts on its claims."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from monotown.base.labels import Labels, in_language
from monotown.show import style
from monotown.show.diagram import block_height, draw, lay_out
from monotown.show.graphs import Graph
from monotown.show.style import SMALL, TYPE, wrap

#: Inches around a diagram.
MARGIN = 0.1


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
        As wide as a page, as high as the texts need, with its caption.
    """
    laid = lay_out(graph.shown(inferred=show_inferred), labels.language)
    width = style.PAGE
    caption = wrap(in_language(graph.caption, labels.language), width - 2 * MARGIN, 8.5, bold=True)
    note = labels("paper_figures.reconstructed")
    note += " " + labels(f"paper_figures.{'inferred_shown' if show_inferred else 'inferred_hidden'}")
    notes = wrap(note, width - 2.5 * MARGIN, TYPE, even=False)
    stamped = style.foot(labels, ["published"], labels("paper_figures.source"), width=width)
    foot = block_height(len(stamped), SMALL) + 0.12
    base = foot + block_height(len(notes), TYPE) + block_height(len(caption), 8.5) + 0.2
    height = base + laid.height + MARGIN
    figure = style.new_figure(width, height)
    # Set "none" after the fact: without a placeholder engine savefig would turn to the default one.
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height))
    draw(axes, laid, base, (width - laid.width) / 2)
    axes.text(
        MARGIN,
        base - 0.12,
        "\n".join(caption),
        fontsize=8.5,
        fontweight="bold",
        va="top",
        gid="caption",
        linespacing=1.15,
    )
    axes.text(MARGIN, foot, "\n".join(notes), fontsize=TYPE, va="bottom", gid="note", linespacing=1.15)
    style.stamp(figure, labels, ["published"], labels("paper_figures.source"))
    return figure


#: Rule of rounding by which readings are drawn, and the decompositions that are.
RULE = "half_up"
DRAWN_METHODS = ("shapley", "lmdi")
HATCH = "////"

#: Verdicts from top to bottom, and the marks of each severity.
VERDICTS = ("reproduced", "derived", "inconsistent", "not_derivable", "requirement", "external")
PER_LINE = 40
SEVERITIES = {1: ("o", "white"), 2: ("s", style.SKY), 3: ("^", style.INK)}


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
            text = textwrap.fill(labels("paper_figures.story.not_proved"), 30)
            axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes)
    style.title(figure, labels("paper_figures.story.title"))
    note = labels("paper_figures.story.note") if fixed else ""
    style.stamp(figure, labels, ["published"], labels("paper_figures.source"), note)
    return figure


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
            axes.plot(
                rows["year"],
                rows["degree_holders"],
                linestyle="none",
                marker="o",
                markerfacecolor="white",
                markeredgecolor=style.INK,
                markersize=4.5,
            )
        if year == open_years[0]:
            _reading_names(axes, rows, labels)
        if fixed and year == open_years[0]:
            text = labels(
                "paper_figures.story.readings",
                count=len(rows),
                low=staff_range[0],
                high=staff_range[1],
                share=_printed(rows["printed"].iloc[0], labels),
            )
            axes.annotate(
                text,
                (year, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(34, -1),
                textcoords="offset points",
                va="top",
                fontsize=7.5,
            )
    if fixed:
        axes.plot(
            proved["year"],
            proved["degree_holders"],
            color=style.BLUE,
            linewidth=2.4,
            marker="o",
            markersize=7,
            zorder=4,
        )
        for i, (_, row) in enumerate(proved.iterrows()):
            text = labels(
                "paper_figures.story.proved",
                n=row["degree_holders"],
                staff=row["staff"],
                share=labels.number(row["exact"], 2),
            )
            axes.annotate(
                text,
                (row["year"], row["degree_holders"]),
                xytext=(6, 7) if i == 0 else (5, -13),
                textcoords="offset points",
                fontsize=8,
                fontweight="bold",
                ha="left" if i == 0 else "right",
            )
        pair = ratios[ratios["rule"] == RULE].iloc[0]
        text = labels(
            "paper_figures.story.ratio",
            ratio=_printed(pair["printed_ratio"], labels),
            difference=pair["printed_difference"],
        )
        axes.annotate(
            text,
            (proved["year"].mean(), proved["degree_holders"].mean()),
            xytext=(-9, -1),
            textcoords="offset points",
            fontsize=7.5,
            ha="right",
            va="top",
        )
        # below the lowest reading, left of the last count: no line passes there
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 0.0), fontsize=7.5, handlelength=1.4)
    axes.set_xticks(years)
    span = max(max(years) - min(years), 1)
    # Room for the names of three neighbouring readings on the left.
    axes.set_xlim(min(years) - 0.78 * span, max(years) + 0.12 * span)
    axes.set_ylim(0, 1.03 * float(readings["degree_holders"].max()))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_bounds(min(years), max(years))


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
        axes.plot(
            part["year"],
            part["degree_holders"],
            linestyle="none",
            marker=marker,
            markerfacecolor=face,
            markeredgecolor=style.INK,
            markersize=5,
            zorder=3,
            label=labels(f"paper_figures.story.{key}", year=to[0]),
        )


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
        axes.annotate(
            ", ".join(labels("paper_figures.story.count", n=n, staff=all_) for n, all_ in group),
            (rows["year"].iloc[0], float(np.mean([p[0] for p in group]))),
            xytext=(-7, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=7,
        )


def _staff(axes: Axes, proved: pd.DataFrame, labels: Labels) -> None:
    """Staff before and after, with and without a degree."""
    y = np.arange(len(proved))
    holders, staff = proved["degree_holders"].to_numpy(), proved["staff"].to_numpy()
    axes.barh(
        y,
        holders,
        0.55,
        color=style.SKY,
        edgecolor=style.INK,
        hatch=HATCH,
        linewidth=0.8,
        label=labels("paper_figures.story.with_degree"),
    )
    axes.barh(
        y,
        staff - holders,
        0.55,
        left=holders,
        color="white",
        edgecolor=style.INK,
        linewidth=0.8,
        label=labels("paper_figures.story.without_degree"),
    )
    for at, n, all_ in zip(y, holders, staff, strict=True):
        _on_bar(axes, n / 2, at, str(n))
        _on_bar(axes, (n + all_) / 2, at, str(all_ - n))
        axes.annotate(
            str(all_), (all_, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8, fontweight="bold"
        )
    axes.set_yticks(y, [str(v) for v in proved["year"]])
    axes.set_ylim(len(proved) - 0.5, -0.5)
    axes.set_xlim(0, 1.15 * staff.max())
    _bare(axes)


def _loss(axes: Axes, parts: pd.DataFrame, labels: Labels) -> None:
    """The change in degree holders as the sum of two parts, by method."""
    known = [m for m in DRAWN_METHODS if (parts["method"] == m).any()]
    values = parts.set_index(["method", "part"])["people"].unstack().loc[known]  # noqa: PD010
    y = np.arange(len(known))
    looks = (("size", style.LIGHT, "...."), ("share", "white", "xxxx"))
    left = np.zeros(len(known))
    for part, colour, hatch in looks:
        width = values[part].to_numpy()
        axes.barh(
            y,
            width,
            0.55,
            left=left,
            color=colour,
            edgecolor=style.INK,
            hatch=hatch,
            linewidth=0.8,
            label=labels(f"paper_figures.story.{part}"),
        )
        for at, start, size in zip(y, left, width, strict=True):
            _on_bar(axes, start + size / 2, at, labels.number(size, 1))
        left = left + width
    axes.set_yticks(y, [labels(f"paper_figures.story.method.{m}") for m in known])
    axes.set_ylim(len(known) - 0.5, -0.5)
    for at, total in zip(y, values["total"], strict=True):
        axes.annotate(
            labels.number(total),
            (total, at),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            fontweight="bold",
        )
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


def claims_overview(claims: pd.DataFrame, *, labels: Labels) -> Figure:
    """Claims by verdict and severity, one mark a claim.

    Parameters
    ----------
    claims
        ``results/findings/claims.csv``: columns ``verdict`` and ``severity`` (1 to 3).
    labels
        Words: ``paper_figures.*``, ``verdict.<id>``, ``kind.published``, ``word.source``.

    Returns
    -------
    matplotlib.figure.Figure
        A row for each verdict, its gravest claims first, with their number at the end.
    """
    marks = claims[["verdict", "severity"]].sort_values("severity", kind="stable", ascending=False)
    sizes: dict[str, int] = {str(v): int((marks["verdict"] == v).sum()) for v in set(marks["verdict"])}
    rows = [v for v in VERDICTS if v in sizes] + sorted(set(sizes) - set(VERDICTS))
    starts: dict[str, int] = {}
    y = 0
    for verdict in rows:
        starts[verdict] = y
        y += math.ceil(sizes[verdict] / PER_LINE)
    order = marks.groupby("verdict").cumcount()
    marks["x"] = order % PER_LINE
    marks["y"] = marks["verdict"].map(starts) + order // PER_LINE
    figure = style.new_figure(style.PAGE, 1.35 + 0.29 * y)
    axes = figure.subplots()
    for severity in sorted(marks["severity"].unique()):
        rows_ = marks[marks["severity"] == severity]
        marker, face = SEVERITIES[int(severity)]
        axes.plot(
            rows_["x"],
            rows_["y"],
            linestyle="none",
            marker=marker,
            markersize=6.3,
            markerfacecolor=face,
            markeredgecolor=style.INK,
            markeredgewidth=0.9,
            label=labels(f"paper_figures.claims.severity_{severity}"),
            clip_on=False,
        )
    for verdict, n in sizes.items():
        after, line = (n - 1) % PER_LINE, starts[verdict] + (n - 1) // PER_LINE
        axes.annotate(str(n), (after, line), xytext=(9, 0), textcoords="offset points", va="center", fontweight="bold")
    axes.set_yticks(list(starts.values()), [labels(f"verdict.{v}") for v in rows])
    axes.set_ylim(y - 0.4, -0.6)
    axes.set_xlim(-0.8, max(int(marks["x"].max()), PER_LINE // 2) + 2.2)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=7.5, handletextpad=0.3, columnspacing=1.4
    )
    style.title(figure, labels("paper_figures.claims.title", n=len(claims)))
    style.stamp(figure, labels, ["published"], labels("paper_figures.source"), labels("paper_figures.claims.note"))
    return figure
