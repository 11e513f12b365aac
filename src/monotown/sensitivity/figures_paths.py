"""Figure of the methods: where each unit stands over all admissible combinations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.show import marks, style


def methods(
    table: pd.DataFrame, spread: pd.DataFrame, *, labels: Labels, view: str, source: str, refused: int
) -> Figure:
    """Place of each unit over every admissible combination of methods.

    Parameters
    ----------
    table
        The table ``methods`` of one view and year.
    spread
        `monotown.sensitivity.forking_paths.spread` of it.
    labels
        Words, with ``unit.<code>`` and ``view.<id>``.
    refused
        Number of inadmissible combinations listed, for the note.
    """
    keys = ["aggregation", "normalisation", "weighting"]
    units = list(spread["unit"])
    wide = table.pivot_table(index="unit", columns=keys, values="rank").loc[units]
    n, k = len(units), wide.columns.size
    quarters = np.nanquantile(wide.to_numpy(dtype=np.float64), [0.25, 0.75], axis=1)
    figure = style.new_figure(style.PAGE, 1.7 + 0.215 * n)
    axes = figure.subplots()
    y = np.arange(n)
    axes.hlines(y, 1, n, color=style.LIGHT, linewidth=0.5, zorder=0)
    axes.hlines(y, spread["low"], spread["high"], color=style.BLUE, linewidth=1.3, label=labels("methods.range"))
    ends = quarters[0] - 0.12, quarters[1] + 0.12
    axes.hlines(y, *ends, color=style.SKY, linewidth=6.5, label=labels("methods.half"), zorder=2)
    look: dict[str, Any] = {"markeredgewidth": 1.8, "color": style.INK, "zorder": 3}
    marks.points(axes, spread["median"], y, "|", 9, **look, label=labels("methods.median"))
    look = {"markerfacecolor": style.VERMILION, "markeredgecolor": "white", "markeredgewidth": 0.7, "zorder": 4}
    marks.points(axes, spread["own"], y, "o", 4.6, **look, label=labels("methods.own"))
    marks.unit_rows(axes, units, labels)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_xlim(0.4, n + 0.6)
    axes.set_xticks(marks.places(n))
    year = str(table["year"].iloc[0])
    axes.set_xlabel(f"{labels('methods.rank_axis')}. {style.view_in(labels, view, year)}", loc="right")
    handles = len(axes.get_legend_handles_labels()[0])
    marks.key_above(axes, "left", ncols=4, first=list(range(handles))[::-1], handletextpad=0.4, columnspacing=1.2)
    style.title(figure, _finding(spread, k, labels))
    note = labels("methods.note", n=labels.number(k), refused=labels.number(refused))
    style.stamp(figure, labels, table["kind"], source, note)
    return figure


def _finding(spread: pd.DataFrame, combinations: int, labels: Labels) -> str:
    """How many units keep within a place of their own, and which is the widest."""
    near = (spread["high"] - spread["own"] <= 1) & (spread["own"] - spread["low"] <= 1)
    wide = spread.assign(span=spread["high"] - spread["low"])
    most = wide.sort_values(["span", "unit"], ascending=[False, True], kind="stable").iloc[0]
    return labels(
        "methods.title",
        n=labels.number(combinations),
        near=int(near.sum()),
        all=len(spread),
        unit=labels(f"unit.{most['unit']}"),
        low=labels.number(float(most["low"]), 0),
        high=labels.number(float(most["high"]), 0),
    )
