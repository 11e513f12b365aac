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
    figure: style.Picture, table: pd.DataFrame, labels: Labels, title: str, source: str, *notes: str
) -> None:
    """Title and foot."""
    style.title(figure, title)
    style.stamp(figure, labels, table["kind"], source, *notes)


def of_view(labels: Labels, table: pd.DataFrame, view: str) -> str:
    """The view and year that a table tells of."""
    year = int(table["year"].iloc[0])
    return style.view_in(labels, view, year)


def share(labels: Labels, value: float) -> str:
    """A share in percent; one too small to print as a number is less than 1."""
    return labels.number(100 * value) if value >= 0.005 else "<1"


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
    top.set_xlabel(f"{labels('sobol.share')}. {of_view(labels, indices, view)}", loc="right")
    head_and_foot(figure, indices, labels, _finding(shift, labels), source, note)
    return figure


def _finding(shift: pd.DataFrame, labels: Labels) -> str:
    """The input that moves ranks most, and what all do alone."""
    if (shift["status"] == "constant").all():
        return labels("sobol.never_moves")
    first = shift.iloc[0]
    return labels(
        "sobol.title",
        input=labels(f"sobol.input.{first['input']}"),
        total=share(labels, float(first["total"])),
        alone=share(labels, float(shift["first"].clip(lower=0).sum())),
    )


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
    marks.shares_of_variance(axes, y, shift, labels, "sobol", clip=True)
    for column, offset in (("first", -0.19), ("total", 0.19)):
        ends = np.maximum(100 * shift[[column, f"{column}_high"]].max(axis=1).to_numpy(), 0)
        if exact is not None:
            known = 100 * exact.set_index("input")[column].reindex(order).to_numpy()
            look = {"markerfacecolor": "white", "markeredgecolor": style.VERMILION, "zorder": 3}
            marks.points(axes, known, y + offset, "D", 3.6, **look)
            ends = np.fmax(ends, known)  # a number stands clear of the mark of the exact value
        for at, value, end in zip(y + offset, 100 * shift[column], ends, strict=True):
            marks.note(axes, share(labels, float(value) / 100), (end, at), (5, 0), fontsize=7)
    if exact is not None:
        axes.lines[-1].set_label(labels("sobol.exact"))
    axes.set_yticks(y, [f"{n}. {labels(f'sobol.input.{i}')}" for n, i in enumerate(order, 1)])
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(left=0)
    axes.legend(loc="lower right", fontsize=7.5)


def _heat(
    axes: Axes, ranks: pd.DataFrame, rest: pd.DataFrame, order: list[str], units: list[str], labels: Labels
) -> None:
    wide = ranks.set_index(["unit", "input"])["total"].unstack("input")  # noqa: PD010
    left = rest[rest["output"] == "rank"].set_index("unit")["share"]
    values = np.column_stack([wide.loc[units, order], left.loc[units]])
    edges = [np.arange(size + 1) - 0.5 for size in values.shape[::-1]]
    axes.pcolormesh(*edges, np.ma.masked_invalid(values).clip(0, 1), cmap=colormaps["Blues"], vmin=0, vmax=1)
    axes.set_ylim(len(values) - 0.5, -0.5)
    shares = ((i, j, float(values[i, j])) for i, j in np.ndindex(values.shape))
    texts = ((i, j, "–" if np.isnan(s) else share(labels, s), s > 0.55) for i, j, s in shares)
    marks.cells(axes, texts, 6.8)
    axes.axvline(len(order) - 0.5, color=style.INK, linewidth=1)
    heads = [*(str(n) for n, _ in enumerate(order, 1)), style.in_lines(labels("sobol.interactions"), 11)]
    axes.set_xticks(range(len(heads)), heads, fontsize=7)
    marks.rows(axes, [name(labels, u) for u in units], 32, fontsize=7)
    marks.bare(axes)
    axes.set_title(style.in_lines(labels("sobol.ranks"), 64), fontsize=8.5)
