"""Figure of the places of each unit under every joint analysis, side by side on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.base.many import FEW
from monotown.sensitivity.tables import percent
from monotown.show import marks, style

#: Line of each analysis: colour, and width in points; alike in grey they differ by mark.
_LOOKS: Final = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY)


def intervals(
    tables: Mapping[str, pd.DataFrame],
    *,
    labels: Labels,
    view: str,
    source: str,
    draws: int,
    interval: Sequence[float] = (0.05, 0.95),
) -> Figure:
    """Place of each unit, and where it lies in most draws of each analysis.

    Parameters
    ----------
    tables
        Analysis to one year of its table ``rank_intervals``.
    labels
        Words, with ``unit.<code>``, ``view.<id>`` and ``report.analysis.<name>``.
    draws
        Replicates of each analysis, for the note.
    interval
        Limits of the intervals, as the tables' columns are named.
    """
    ends = [f"rank_{percent(p)}" for p in interval]
    first = next(iter(tables.values())).sort_values(["baseline_rank", "unit"], kind="stable")
    every = list(first["unit"])
    units, n, k = every[:FEW], len(every), len(tables)
    found = {name: table.set_index("unit") for name, table in tables.items()}
    year = int(first["year"].iloc[0])
    row = 0.14 + 0.055 * k
    figure = style.new_figure(style.PAGE, 1.9 + row * len(units))
    axes = figure.subplots()
    y = np.arange(len(units))
    axes.barh(y[1::2], n, left=0.5, height=1.0, color="#f3f3f3", linewidth=0, zorder=0)
    for i, (name, table) in enumerate(found.items()):
        at = y + 0.72 * ((i + 0.5) / k - 0.5)
        low, high = (table.loc[units, end].to_numpy(dtype=np.float64) for end in ends)
        colour, marker = _LOOKS[i % len(_LOOKS)], style.MARKERS[i % len(style.MARKERS)]
        axes.hlines(at, low, high, color=colour, linewidth=1.6, zorder=2)
        look: dict[str, Any] = {"color": colour, "markeredgecolor": "white", "markeredgewidth": 0.4, "zorder": 3}
        words = marks.named(labels, f"report.analysis.{name}").removeprefix("analysis.")
        marks.points(axes, table.loc[units, "rank_p50"], at, marker, 4, **look, label=words)
    own = first.set_index("unit").loc[units, "baseline_rank"]
    axes.vlines(own, y - 0.45, y + 0.45, color=style.INK, linewidth=1.8, zorder=1)
    ruler: dict[str, Any] = {"markeredgewidth": 1.8, "color": style.INK}
    marks.points(axes, [], [], "|", 9, **ruler, label=labels("sensitivity.baseline_rank"))
    marks.unit_rows(axes, units, labels)
    axes.set_ylim(len(units) - 0.4, -0.6)
    axes.set_xlim(0.4, n + 0.6)
    axes.set_xticks(marks.places(n))
    axes.set_xlabel(f"{labels('sensitivity.rank_axis')}. {style.view_in(labels, view, year)}", loc="right")
    marks.key_above(axes, "left", first=[k, *range(k)], handletextpad=0.4, columnspacing=1.2)
    style.title(figure, finding(found, labels, ends, interval))
    share = labels.number(100 * (interval[1] - interval[0]))
    notes = [labels("sensitivity.intervals_note", draws=labels.number(draws), share=share)]
    if n > len(units):
        notes.append(labels("sensitivity.first_of", n=len(units), all=n))
    kinds = [kind for table in tables.values() for kind in table["kind"]]
    style.stamp(figure, labels, kinds, source, *notes)
    return figure


def finding(tables: Mapping[str, pd.DataFrame], labels: Labels, ends: Sequence[str], interval: Sequence[float]) -> str:
    """What the intervals of all analyses together say of the places.

    Parameters
    ----------
    tables
        As in `intervals`, by unit.
    ends
        Columns with the limits.
    """
    low = pd.concat([t[ends[0]] for t in tables.values()], axis=1).min(axis=1)
    high = pd.concat([t[ends[1]] for t in tables.values()], axis=1).max(axis=1)
    span = (high - low).sort_index()
    sure = span.index[span == 0]
    slots: dict[str, Any] = {"share": labels.number(100 * (interval[1] - interval[0])), "all": labels.number(len(span))}
    for side, unit in (("most", str(span.idxmax())), ("least", str(span.idxmin()))):
        slots[side] = labels(f"unit.{unit}")
        slots[f"{side}_low"], slots[f"{side}_high"] = (labels.number(float(v[unit])) for v in (low, high))
    if len(sure) == len(span):
        return labels("sensitivity.every_place", **slots)
    if len(sure):
        return labels("sensitivity.some_places", **slots, n=labels.number(len(sure)))
    return labels("sensitivity.no_place", **slots)
