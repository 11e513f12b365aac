"""Figure of a survey: indices of its indicators with their intervals, by town and year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from monotown.base.labels import Labels
from monotown.show import style

_COLOURS = (style.VERMILION, style.BLUE, style.GREEN, style.PURPLE)


def indices(estimates: pd.DataFrame, known: pd.DataFrame | None, *, labels: Labels, source: str) -> Figure:
    """Index of each indicator with its interval; one panel a town, one marker a year.

    Parameters
    ----------
    estimates
        Table `monotown.survey.build.ESTIMATES`, all of one kind.
    known
        Known population values of a made-up survey (`monotown.survey.demo.VALUES`), or None.
    labels
        Words, with ``indicator.<id>`` and ``unit.<code>``.
    """
    whole = (estimates["question"] == "") & (estimates["statistic"] == "index")
    shown = estimates[whole]
    rows = shown[["block", "population", "indicator"]].drop_duplicates()
    rows = rows.sort_values(["population", "block", "indicator"], ascending=[False, True, True])
    place = {name: i for i, name in enumerate(rows["indicator"])}
    units, years = sorted(set(shown["unit"])), sorted(set(shown["year"]))
    figure = style.new_figure(style.PAGE, 1.6 + 0.36 * len(place))
    panels = figure.subplots(1, len(units), sharey=True, squeeze=False)[0]
    for axes, unit in zip(panels, units, strict=True):
        for i, year in enumerate(years):
            mine = shown[(shown["unit"] == unit) & (shown["year"] == year)]
            _draw(axes, mine, place, i, len(years), labels)
            if known is not None:
                _known(axes, known, mine, place, i, len(years))
        axes.set_title(labels(f"unit.{unit}"))
        axes.set_xlim(0, 100)
        axes.grid(axis="x")
        axes.set_xlabel(labels("survey.index_axis"))
        # a line between populations
        people = rows["population"].to_list()
        for i in range(1, len(people)):
            if people[i] != people[i - 1]:
                axes.axhline(i - 0.5, color=style.GREY, linewidth=0.8)
    panels[0].set_yticks(
        list(place.values()), [style.in_lines(labels(f"indicator.{name}"), 36) for name in place], fontsize=6.6
    )
    panels[0].set_ylim(len(place) - 0.5, -0.5)
    handles = [_handle(i, str(year)) for i, year in enumerate(years)]
    if known is not None:
        handles.append(
            Line2D([], [], linestyle="none", marker="x", color=style.INK, label=labels("survey.known_value"))
        )
    level = labels("survey.interval_95")
    handles.append(Line2D([], [], color=style.INK, linewidth=1.4, label=level))
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), fontsize=7.5)
    style.stamp(figure, labels, estimates["kind"], source, labels("survey.figure_note"))
    return figure


def _offset(i: int, n: int) -> float:
    return 0.36 * (i - (n - 1) / 2) if n > 1 else 0.0


def _handle(i: int, label: str) -> Line2D:
    colour = _COLOURS[i % len(_COLOURS)]
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=style.MARKERS[i % 6],
        color=colour,
        markersize=5,
        markerfacecolor=colour if i % 2 else "white",
        label=label,
    )


def _draw(axes: Axes, mine: pd.DataFrame, place: dict[str, int], i: int, n: int, labels: Labels) -> None:
    y = mine["indicator"].map(place).to_numpy() + _offset(i, n)
    hidden = (mine["flag"] != "").to_numpy()
    mean = mine["estimate"].to_numpy()
    bars = np.vstack([mean - mine["lower"].to_numpy(), mine["upper"].to_numpy() - mean])
    colour = _COLOURS[i % len(_COLOURS)]
    axes.errorbar(
        mean[~hidden],
        y[~hidden],
        xerr=bars[:, ~hidden],
        linestyle="none",
        marker=style.MARKERS[i % 6],
        color=colour,
        markersize=4,
        markerfacecolor=colour if i % 2 else "white",
        linewidth=1.2,
        zorder=2,
    )
    for at in y[hidden]:
        axes.text(50, at, labels("survey.suppressed"), ha="center", va="center", fontsize=6, color="#555555")


def _known(axes: Axes, known: pd.DataFrame, estimated: pd.DataFrame, place: dict[str, int], i: int, n: int) -> None:
    """Known values of what is estimated."""
    keys = ["unit", "year", "indicator"]
    shown = estimated.loc[estimated["flag"] == "", keys]
    known = known.merge(shown, on=keys)
    mine = known[(known["question"] == "") & (known["statistic"] == "index")]
    axes.plot(
        mine["value"],
        mine["indicator"].map(place) + _offset(i, n),
        linestyle="none",
        marker="x",
        color=style.INK,
        markersize=3.4,
        markeredgewidth=0.9,
        zorder=3,
    )
