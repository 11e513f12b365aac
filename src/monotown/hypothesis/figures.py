"""Figures of the hypothesis: errors and regions, the specification curve, size and power."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

from monotown.base.labels import Labels
from monotown.base.ties import sort_key
from monotown.show import marks, style

#: Ways to compute an error, from the one that misleads to the primary one.
WAYS: Final = ("naive", "hc1", "crv1", "cr2", "wild")

_LOOK: Final = {
    "naive": (style.VERMILION, "s", "--"),
    "crv1": (style.ORANGE, "^", "-."),
    "cr2": (style.GREEN, "D", ":"),
    "wild": (style.BLUE, "o", "-"),
}

#: Choices of a specification, from the top of the lower half of the curve.
_CHOICES: Final = ("outcome", "staffing", "lag", "form", "sample")


def errors(
    table: pd.DataFrame, left_out: pd.DataFrame, verdict: pd.DataFrame, *, labels: Labels, source: str
) -> Figure:
    """The primary coefficients under each way to compute an error, and without each region.

    Parameters
    ----------
    table, left_out, verdict
        Tables `ERRORS`, `LEAVE_OUT` and `VERDICT` of `monotown.hypothesis.tables`.
    """
    figure = _page(5.8)
    pair = figure.subplots(1, 2, sharey=True, sharex=True)
    weights = left_out[left_out["direction"] == "forward"].sort_values(
        "leverage", ascending=False, kind="stable", key=sort_key
    )
    units = list(weights["unit"])
    names = [labels(f"hypothesis.way.{w}") for w in WAYS]
    names += [labels(f"unit.{u}").split(" (")[0] for u in units]
    place = np.concatenate([np.arange(len(WAYS)), len(WAYS) + 1.2 + np.arange(len(units))])
    margin = float(verdict["sesoi"].iloc[0])
    for axes, direction in zip(pair, ("forward", "reverse"), strict=True):
        axes.axvspan(-margin, margin, color=style.LIGHT, alpha=0.7, linewidth=0, zorder=0)
        axes.axvline(0, color=style.INK, linewidth=0.7)
        mine = table[table["direction"] == direction].set_index("way").loc[list(WAYS)]
        for y, (way, row) in zip(place, mine.iterrows(), strict=False):
            colour, marker, _ = _LOOK.get(str(way), (style.VERMILION, "s", "--"))
            axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2)
            axes.plot(row["estimate"], y, marker=marker, color=colour, markersize=5)
        rest = left_out[left_out["direction"] == direction].set_index("unit").loc[units]
        for y, (_, row) in zip(place[len(WAYS) :], rest.iterrows(), strict=True):
            axes.plot([row["low"], row["high"]], [y, y], color=style.GREY, linewidth=1)
            axes.plot(row["estimate"], y, marker="o", color=style.INK, markersize=3.2)
        title = labels(f"hypothesis.direction.{direction}")
        axes.set_title(style.in_lines(title, 26), fontsize=8.5)
        axes.set_xlabel(labels("hypothesis.sd_per_sd_short"))
        axes.grid(axis="x")
        axes.xaxis.set_major_formatter(_numbers(labels))
    pair[0].set_yticks(place, names, fontsize=7.5)
    pair[0].set_ylim(place[-1] + 0.7, -0.7)
    pair[0].text(
        -0.02,
        len(WAYS) + 0.35,
        labels("hypothesis.without"),
        ha="right",
        va="center",
        fontsize=7.5,
        fontweight="bold",
        transform=pair[0].get_yaxis_transform(),
    )
    style.stamp(figure, labels, table["kind"], source, labels("hypothesis.errors_note"))
    return figure


def curve(specifications: pd.DataFrame, summary: pd.DataFrame, *, level: float, labels: Labels, source: str) -> Figure:
    """Every specification by its estimate, above the choices that make it.

    Parameters
    ----------
    specifications, summary
        Tables `SPECIFICATIONS` and `CURVE` of `monotown.hypothesis.tables`.
    level
        Specifications with a p of at most this stand out.
    """
    ordered = specifications.sort_values(["estimate", *_CHOICES], ignore_index=True, key=sort_key)
    levels = [(choice, level) for choice in _CHOICES for level in dict.fromkeys(specifications[choice])]
    figure = _page(6.6)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1.0, 1.35])
    _estimates(top, ordered, summary, level, labels)
    _choices(bottom, ordered, levels, labels)
    style.stamp(figure, labels, specifications["kind"], source, labels("hypothesis.curve_note"))
    return figure


def _estimates(axes: Axes, ordered: pd.DataFrame, summary: pd.DataFrame, level: float, labels: Labels) -> None:
    """The estimates in order, their median, and where it lies if the staffing is shuffled."""
    rank = np.arange(len(ordered))
    clear = (ordered["p"] <= level).to_numpy()
    looks = ((~clear, style.GREY, 2.0, "not_significant"), (clear, style.BLUE, 3.4, "significant"))
    for chosen, colour, size, name in looks:
        words = labels(f"hypothesis.{name}", level=labels.number(100 * level))
        look = {"markeredgewidth": 0, "color": colour, "label": words}
        marks.points(axes, rank[chosen], ordered["estimate"][chosen], "o", size, **look)
    row = summary[(summary["specifications"] == "every") & (summary["statistic"] == "median")].iloc[0]
    words = labels("hypothesis.permuted_median")
    axes.axhspan(row["low"], row["high"], color=style.SKY, alpha=0.3, linewidth=0, label=words)
    words = labels("hypothesis.median")
    axes.axhline(row["observed"], color=style.VERMILION, linewidth=1.2, linestyle="--", label=words)
    axes.axhline(0, color=style.INK, linewidth=0.7)
    axes.set_ylabel(labels("hypothesis.sd_per_sd_short"))
    axes.yaxis.set_major_formatter(_numbers(labels))
    axes.legend(loc="upper left", fontsize=7.5)


def _choices(axes: Axes, ordered: pd.DataFrame, levels: Sequence[tuple[str, object]], labels: Labels) -> None:
    """A row for each level of a choice: a line where a specification has it, a mark in their midst."""
    rank = np.arange(len(ordered))
    y, ticks, names = 0.0, [], []
    previous = levels[0][0]
    for choice, level in levels:
        if choice != previous:
            y, previous = y + 0.7, choice
        mine = rank[(ordered[choice] == level).to_numpy()]
        axes.vlines(mine, y - 0.38, y + 0.38, color=style.INK, linewidth=0.35, alpha=0.55, rasterized=True)
        edge = {"markeredgecolor": style.INK, "markeredgewidth": 0.5}
        marks.points(axes, np.median(mine), y, "D", 4.5, color=style.ORANGE, **edge)
        ticks.append(y)
        names.append(_level(choice, level, labels))
        y += 1.0
    axes.set_yticks(ticks, names, fontsize=7.5)
    axes.set_ylim(y - 0.4, -0.6)
    axes.set_xlim(-4, len(ordered) + 3)
    axes.set_xlabel(labels("hypothesis.specifications", number=len(ordered)))
    axes.tick_params(axis="y", length=0)


def _level(choice: str, level: object, labels: Labels) -> str:
    if choice == "lag":
        return labels("hypothesis.lag", number=level)
    key = f"hypothesis.{choice}.{level}"
    return labels(key) if labels.has(key) else labels(f"measure.{level}").split(",")[0]


def power(table: pd.DataFrame, verdict: pd.DataFrame, *, labels: Labels, source: str) -> Figure:
    """How often each way refuses b = 0: a false alarm at effect 0, power beyond.

    Parameters
    ----------
    table, verdict
        Tables `POWER` and `VERDICT` of `monotown.hypothesis.tables`.
    """
    parts = [
        *(("made", rho) for rho in sorted(table.loc[table["design"] == "made", "rho"].unique())),
        *(("panel", rho) for rho in table.loc[table["design"] == "panel", "rho"].unique()),
    ]
    columns = 2
    rows = -(-len(parts) // columns)
    figure = _page(0.8 + 2.5 * rows)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    flat = list(grid.ravel())
    ahead = verdict[verdict["direction"] == "forward"].iloc[0]
    for axes, (design, rho) in zip(flat, parts, strict=False):
        mine = table[(table["design"] == design) & (table["rho"] == rho)]
        axes.axhline(100 * ahead["level"], color=style.GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.axhline(100 * ahead["power"], color=style.GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        for way, (colour, marker, dash) in _LOOK.items():
            line = mine[mine["way"] == way].sort_values("effect", kind="stable")
            look = {"color": colour, "marker": marker, "markersize": 4, "linestyle": dash}
            axes.plot(line["effect"], 100 * line["share"], **look, label=labels(f"hypothesis.way.{way}"))
        _size(axes, mine, labels)
        if design == "panel":
            axes.axvline(
                ahead["detectable"], color=style.INK, linewidth=1, linestyle=":", label=labels("hypothesis.detectable")
            )
        title = labels(f"hypothesis.design.{design}", rho=labels.number(rho, 1))
        axes.set_title(style.in_lines(title, 46), fontsize=8.5, fontweight="normal")
        axes.set_ylim(0, 103)
        axes.xaxis.set_major_formatter(_numbers(labels))
        axes.grid(axis="y")
    for axes in flat[len(parts) :]:
        axes.axis("off")
    figure.supylabel(labels("hypothesis.refused"), fontsize=8.5)
    for axes in grid[-1]:
        axes.set_xlabel(labels("hypothesis.effect"))
    handles, texts = flat[len(parts) - 1].get_legend_handles_labels()
    figure.legend(handles, [style.in_lines(t, 34) for t in texts], loc="outside upper left", ncols=3, fontsize=7.5)
    style.stamp(figure, labels, table["kind"], source, labels("hypothesis.power_note"))
    return figure


def _size(axes: Axes, mine: pd.DataFrame, labels: Labels) -> None:
    """Print the false alarms of the naive and the primary way."""
    null = mine[mine["effect"] == 0].set_index("way")["share"]
    if null.empty:
        return
    axes.text(
        0.99,
        0.065,
        labels(
            "hypothesis.false_alarms",
            naive=labels.number(100 * null["naive"], 0),
            wild=labels.number(100 * null["wild"], 0),
        ),
        transform=axes.transAxes,
        ha="right",
        va="bottom",
        fontsize=7.5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
    )


def _page(height: float) -> Figure:
    """A figure of the width of the page, with room at its left for long names."""
    figure = style.new_figure(style.PAGE, height)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0.03, 0, 0.96, 1))
    return figure


def _numbers(labels: Labels) -> FuncFormatter:
    return FuncFormatter(lambda value, _: labels.number(value, 1))
