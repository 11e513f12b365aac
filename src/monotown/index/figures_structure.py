"""Figures of a view's structure: correlations, and weight given beside real importance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from monotown.base.labels import Labels
from monotown.show import marks, style

#: Size in points below which values are not printed: colours alone stand, with their scale.
_SMALLEST = 4.5

#: Colours of correlations, from -1 to 1.
COLOURS = colormaps["RdBu"]


def _name(labels: Labels, key: str, width: int) -> str:
    return style.in_lines(marks.named(labels, key), width)


def _head_and_foot(
    figure: style.Picture, table: pd.DataFrame, labels: Labels, view: str, source: str, figure_id: str, **found: str
) -> None:
    """Title and foot."""
    smallest, largest = int(table["n_units"].min()), int(table["n_units"].max())
    n = str(largest) if smallest == largest else f"{smallest}–{largest}"
    year = int(table["year"].iloc[0])
    view_name = style.view_name(labels, view, year) if labels.has(f"view.{view}") else view
    style.title(figure, labels(f"structure.{figure_id}_title", view=view_name, year=year, **found))
    note = labels(f"structure.{figure_id}_note", n=n) if figure_id != "alone" else ""
    style.stamp(figure, labels, table["kind"], source, f"{view_name}, {year}.", note)


def no_correlations(table: pd.DataFrame, *, labels: Labels, view: str, source: str) -> Figure:
    """What stands where a view of one indicator has no correlations.

    Parameters
    ----------
    table
        The table ``importance`` of the view.
    """
    figure = marks.empty(labels("structure.correlations_none"))
    _head_and_foot(figure, table, labels, view, source, "alone")
    return figure


def correlations(pairs: pd.DataFrame, *, labels: Labels, view: str, source: str) -> Figure:
    """Heat map of the correlations of a view's indicators, with values, blocks set apart.

    Parameters
    ----------
    pairs
        The table ``correlations`` of one view: every pair once, blocks together.
    labels
        Words, with ``measure.<id>``, ``block.<id>`` and ``view.<id>``.

    Returns
    -------
    matplotlib.figure.Figure
        Of many indicators the values are not printed: the colours have a scale.
    """
    blocks: dict[str, str] = {}
    for side in ("a", "b"):
        for measure, block in zip(pairs[f"measure_{side}"], pairs[f"block_{side}"], strict=True):
            blocks.setdefault(str(measure), str(block))
    names = list(blocks)
    k = len(names)
    place = {m: i for i, m in enumerate(names)}
    size = min(7.0, 60.0 / k)
    printed = size >= _SMALLEST
    figure = style.new_figure(style.PAGE, 1.3 + 0.36 * k)
    axes = figure.subplots()
    for i in range(k):
        axes.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, color=style.LIGHT, linewidth=0))
    for one, other, r, flag in pairs[["measure_a", "measure_b", "r", "flag"]].itertuples(index=False, name=None):
        at = sorted((place[one], place[other]))
        _correlation(axes, at[0], at[1], r, flag.split(), size if printed else 0.0, labels)
    _delimit(axes, blocks, labels)
    axes.set_xlim(-0.5, k - 0.5)
    axes.set_ylim(k - 0.45, -0.5)
    axes.set_yticks(range(k), [f"{_name(labels, f'measure.{m}', 46)}  {i + 1}" for i, m in enumerate(names)])
    axes.set_xticks(range(k), [str(i + 1) for i in range(k)])
    if not printed:
        axes.tick_params(axis="x", labelsize=5.5, rotation=90)
        figure.colorbar(
            ScalarMappable(Normalize(-1, 1), COLOURS),
            ax=axes,
            location="bottom",
            shrink=0.5,
            aspect=40,
            pad=0.01,
            ticks=[-1, -0.5, 0, 0.5, 1],
            format=lambda value, _: labels.number(value, 1),
        )
    marks.bare(axes)
    known = pairs[pairs["r"].notna()]
    counts = {
        "pairs": len(known),
        "against": int((known["r"] < 0).sum()),
        "strong": int((known["r"].abs() > 0.9).sum()),
    }
    _head_and_foot(
        figure, pairs, labels, view, source, "correlations", **{k: labels.number(v) for k, v in counts.items()}
    )
    return figure


def _correlation(axes: Axes, x: int, y: int, r: float, flags: list[str], size: float, labels: Labels) -> None:
    """One cell: its colour, its number in a size or none, and a frame where the sign is against the block."""
    if np.isnan(r):
        axes.text(x, y, "–", ha="center", va="center", color=style.GREY)
        return
    axes.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=COLOURS((r + 1) / 2), linewidth=0.6, edgecolor="white")
    )
    ink = "white" if abs(r) > 0.65 else style.INK
    if size:
        weight = "bold" if "repeats" in flags else "normal"
        axes.text(x, y, labels.number(r, 2), ha="center", va="center", fontsize=size, color=ink, fontweight=weight)
    if "negative_within_block" in flags:
        axes.add_patch(Rectangle((x - 0.42, y - 0.42), 0.84, 0.84, fill=False, linewidth=1.1, edgecolor=ink))


def _delimit(axes: Axes, blocks: dict[str, str], labels: Labels) -> None:
    """A frame round each block's own correlations, a line between blocks, and their names."""
    k = len(blocks)
    start = 0
    for block in dict.fromkeys(blocks.values()):
        end = start + sum(b == block for b in blocks.values())
        low, high = start - 0.5, end - 0.5
        frame: dict[str, Any] = {"fill": False, "linewidth": 1.2, "edgecolor": style.INK, "clip_on": False, "zorder": 3}
        axes.add_patch(Rectangle((low, low), end - start, end - start, **frame))
        if start:
            axes.hlines(low, -0.5, low, color=style.INK, linewidth=0.8, zorder=3)
        if end < k:
            axes.vlines(high, high, k - 0.5, color=style.INK, linewidth=0.8, zorder=3)
        # The upper triangle of a block is empty: its name stands there, or beside a small block.
        marks.note(axes, _name(labels, f"block.{block}", 22), (high, low), (4, -2), ha="left", va="top", fontsize=7)
        start = end


def importance(table: pd.DataFrame, *, labels: Labels, view: str, source: str) -> Figure:
    """Weight given beside the share of real importance, for blocks and indicators.

    Parameters
    ----------
    table
        The table ``importance`` of one view.
    labels
        Words, with ``measure.<id>``, ``block.<id>`` and ``view.<id>``.
    """
    groups: list[tuple[str, pd.DataFrame]] = [(labels("structure.blocks"), table[table["level"] == "block"])]
    leaves = table[table["level"] == "indicator"]
    for block in dict.fromkeys(leaves["block"]):
        groups.append((_name(labels, f"block.{block}", 60), leaves[leaves["block"] == block]))
    figure = style.new_figure(style.PAGE, 1.6 + 0.32 * len(table) + 0.24 * len(groups))
    axes = figure.subplots()
    axes.tick_params(axis="y", labelsize=7.2)
    at, ticks, names = 0.0, [], []
    drawn: list[tuple[float, pd.Series]] = []
    for title, rows in groups:
        look: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "fontsize": 7.5, "fontweight": "bold"}
        marks.note(axes, title, (0, at), (3, 0), **look)
        at += 0.9
        for _, row in rows.iterrows():
            kind = "block" if row["level"] == "block" else "measure"
            ticks.append(at)
            names.append(_name(labels, f"{kind}.{row['node']}", 62))
            drawn.append((at, row))
            at += 1.0
        at += 0.25
    y = np.array([d[0] for d in drawn])
    given, real, low, high = (
        100 * np.array([d[1][c] for d in drawn], dtype=float) for c in ("nominal", "share", "low", "high")
    )
    axes.hlines(y, 0, np.nanmax([given, high]), color=style.LIGHT, linewidth=0.5, zorder=0)
    axes.hlines(y, low, high, color=style.SKY, linewidth=5.5, label=labels("structure.leave_one_out"), zorder=1)
    axes.hlines(y, given, real, color=style.GREY, linewidth=1.0, zorder=2)
    look = {"markerfacecolor": "white", "markeredgecolor": style.INK, "markeredgewidth": 1.1, "zorder": 3}
    marks.points(axes, given, y, "D", 5, **look, label=labels("structure.nominal"))
    look = {"color": style.VERMILION, "markeredgecolor": "white", "markeredgewidth": 0.6, "zorder": 4}
    marks.points(axes, real, y, "o", 5.2, **look, label=labels("structure.importance"))
    for place, row in drawn:
        if row["r"] < 0:
            end = 100 * np.nanmax([row["nominal"], row["share"], row["high"]])
            box = {"facecolor": "white", "linewidth": 0, "pad": 1.0}
            marks.note(axes, labels("structure.against"), (end, place), (7, 0), fontsize=6.8, bbox=box)
    axes.set_yticks(ticks, names)
    axes.set_ylim(at - 0.4, -0.7)
    axes.set_xlim(left=0)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(labels("structure.share_axis"))
    marks.key_above(axes, "right", ends=1.0, first=[2, 1, 0])
    told = leaves.assign(gap=(leaves["share"] - leaves["nominal"]).abs())
    told = told[told["gap"].notna()].sort_values(["gap", "node"], ascending=[False, True], kind="stable")
    if told.empty:
        _head_and_foot(figure, table, labels, view, source, "alone")
        return figure
    row = told.iloc[0]
    found = {
        "measure": marks.named(labels, f"measure.{row['node']}"),
        "given": labels.number(100 * float(row["nominal"])),
        "real": labels.number(100 * float(row["share"])),
    }
    _head_and_foot(figure, table, labels, view, source, "importance", **found)
    return figure
