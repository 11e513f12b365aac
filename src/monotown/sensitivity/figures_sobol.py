"""Figure of the Sobol indices of a view."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.base.ties import sort_key
from monotown.sensitivity.limits import HELD, MEANT
from monotown.sensitivity.sobol_choices import widest
from monotown.show import marks, style


def name(labels: Labels, item: str) -> str:
    """Label of a measure, block or indicator by its id; the id where there is none."""
    for kind in ("measure", "block", "indicator", "unit"):
        if labels.has(f"{kind}.{item}"):
            return labels(f"{kind}.{item}")
    return item


def head_and_foot(
    figure: Figure, table: pd.DataFrame, labels: Labels, title: str, view: str, source: str, *notes: str
) -> None:
    """Title and foot."""
    year = int(table["year"].iloc[0])
    style.title(figure, labels(title, view=style.view_name(labels, view, year), year=year))
    style.stamp(figure, labels, table["kind"], source, *notes)


def sobol(
    indices: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    labels: Labels,
    view: str,
    source: str,
    interval: tuple[float, float] = (0.05, 0.95),
) -> Figure:
    """First- and total-order indices of each input for the mean rank shift and for every rank.

    Parameters
    ----------
    indices, interactions
        Tables ``sobol`` and ``interactions`` of one view. The design ``every_input`` is drawn where
        there is one; else ``methods_and_noise``, with marks for the exact design ``methods``; else
        the exact one alone.
    labels
        Words, with ``sobol.input.<name>``, ``unit.<code>`` and ``view.<id>``.
    interval
        Probabilities of the limits, for the note.
    """
    shown = widest(indices)
    mine = indices[indices["design"] == shown]
    shift = mine[mine["output"] == "mean_rank_shift"].sort_values("total", ascending=False, kind="stable", key=sort_key)
    order = [str(i) for i in shift["input"]]
    ranks = mine[mine["output"] == "rank"]
    units = sorted(set(ranks["unit"]), key=lambda u: _rank_order(indices, u))
    figure = style.new_figure(style.PAGE, 1.9 + 0.42 * len(order) + 0.2 * len(units))
    top, bottom = figure.subplots(2, 1, height_ratios=[0.42 * len(order) + 0.5, 0.2 * len(units) + 0.5])
    exact = indices[(indices["design"] == "methods") & (indices["output"] == "mean_rank_shift")]
    _bars(top, shift, exact if shown == "methods_and_noise" else None, order, labels)
    rest = interactions[(interactions["design"] == shown) & (interactions["order"] == 0)]
    _heat(bottom, ranks, rest, order, units, labels)
    note = _note(shown, exact, shift, rest, interval, labels)
    if (ranks["status"] == "constant").any():
        note = f"{note} {labels('sobol.constant')}"
    head_and_foot(figure, indices, labels, "sobol.title", view, source, note)
    return figure


def _note(
    shown: str,
    exact: pd.DataFrame,
    shift: pd.DataFrame,
    rest: pd.DataFrame,
    interval: tuple[float, float],
    labels: Labels,
) -> str:
    """What was evaluated, and how much the interactions hold."""
    whole = rest[rest["output"] == "mean_rank_shift"]["share"].iloc[0]
    words = {
        "exact": labels.number(float(exact["evaluations"].iloc[0])),
        "rest": "–" if np.isnan(whole) else labels.number(100 * whole),
    }
    if shown == "methods":
        return labels("sobol.note_exact", **words)
    for key, share in zip(("low", "high", "meant", "least", "most"), (*interval, MEANT, *HELD), strict=True):
        words[key] = labels.number(100 * share)
    key = "sobol.note_joint" if shown == "every_input" else "sobol.note_sampled"
    return labels(key, n=labels.number(float(shift["evaluations"].iloc[0])), **words)


def _rank_order(indices: pd.DataFrame, unit: str) -> tuple[float, str]:
    rows = indices[(indices["unit"] == unit) & (indices["output"] == "rank") & (indices["design"] == "methods")]
    return float(rows["mean"].iloc[0]), unit


def _bars(axes: Axes, shift: pd.DataFrame, exact: pd.DataFrame | None, order: list[str], labels: Labels) -> None:
    """First order solid, total order hatched, limits as whiskers, exact values as diamonds."""
    axes.set_title(labels("sobol.mean_shift", mean=labels.number(float(shift["mean"].iloc[0]), 1)), fontsize=8.5)
    if (shift["status"] == "constant").all():
        axes.text(0.5, 0.5, labels("sobol.never_moves"), transform=axes.transAxes, ha="center")
        axes.set_axis_off()
        return
    y = np.arange(len(order))
    marks.shares_of_variance(axes, y, shift, labels, "sobol")
    for column, offset in (("first", -0.19), ("total", 0.19)):
        ends = np.maximum(100 * shift[[column, f"{column}_high"]].max(axis=1).to_numpy(), 0)
        if exact is not None:
            known = 100 * exact.set_index("input")[column].reindex(order).to_numpy()
            look = {"markerfacecolor": "white", "markeredgecolor": style.VERMILION, "zorder": 3}
            marks.points(axes, known, y + offset, "D", 3.6, **look)
            ends = np.fmax(ends, known)  # a number stands clear of the mark of the exact value
        for at, value, end in zip(y + offset, 100 * shift[column], ends, strict=True):
            marks.note(axes, labels.number(float(value)), (end, at), (5, 0), fontsize=7)
    if exact is not None:
        axes.lines[-1].set_label(labels("sobol.exact"))
    axes.set_yticks(y, [labels(f"sobol.input.{i}") for i in order])
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(labels("sobol.share"))
    axes.legend(loc="lower right", fontsize=7.5)


def _heat(
    axes: Axes, ranks: pd.DataFrame, rest: pd.DataFrame, order: list[str], units: list[str], labels: Labels
) -> None:
    wide = ranks.set_index(["unit", "input"])["total"].unstack("input")  # noqa: PD010
    left = rest[rest["output"] == "rank"].set_index("unit")["share"]
    values = np.column_stack([wide.loc[units, order], left.loc[units]])
    axes.imshow(np.ma.masked_invalid(values), cmap=colormaps["Blues"], vmin=0, vmax=1, aspect="auto")
    shares = ((i, j, float(values[i, j])) for i, j in np.ndindex(values.shape))
    texts = ((i, j, "–" if np.isnan(s) else labels.number(100 * s), s > 0.55) for i, j, s in shares)
    marks.cells(axes, texts, 6.8)
    axes.axvline(len(order) - 0.5, color=style.INK, linewidth=1)
    columns = [*(labels(f"sobol.input.{i}") for i in order), labels("sobol.interactions")]
    heads = [style.in_lines(c, 9 if len(columns) > 8 else 11) for c in columns]
    # no word wider than its column, beside some two inches of names
    widest = max(style.text_width(line, 1) for head in heads for line in head.split("\n"))
    size = max(4.5, min(6.8, 0.95 * (style.PAGE - 2.1) / len(columns) / widest))
    axes.set_xticks(range(len(columns)), heads, fontsize=size)
    marks.rows(axes, [name(labels, u) for u in units], 32, fontsize=7)
    marks.bare(axes)
    axes.set_title(labels("sobol.ranks"), fontsize=8.5)
