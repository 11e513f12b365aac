"""Figure of the coverage: which indicators can be computed, in which view and year."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from monotown.base.labels import Labels
from monotown.base.tables import kinds_in
from monotown.index.catalogue import COMPUTED
from monotown.show import marks, style
from monotown.show.printed import source_ids, source_words

#: Colour and marker of each reading; the markers tell them apart without colour.
LOOK: Final[Mapping[str, tuple[str, str]]] = {
    "exact": (style.BLUE, "o"),
    "approximation": (style.ORANGE, "D"),
    "proxy": (style.SKY, "^"),
    "twin": (style.GREEN, "s"),
    "none": (style.GREY, "x"),
}

#: Width of a line of an indicator's name, in characters.
NAME_WIDTH: Final = 62


def coverage(frame: pd.DataFrame, *, labels: Labels) -> Figure:
    """Matrix of indicators by view and year, grouped by block.

    Parameters
    ----------
    frame
        Table `monotown.index.coverage.COVERAGE_MATRIX`; without an indicator that can be computed the title alone
        is drawn.
    labels
        Words, with ``indicator.<id>``, ``block.<id>``, ``reading.<status>``, ``coverage.*`` and
        ``source.<id>``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    done = frame[frame["status"] != "none"]
    kinds = kinds_in(done["kind"])
    if not kinds:
        return marks.empty(labels("coverage.title", computed=0, total=frame["indicator"].nunique()))
    pairs = frame[["view", "year"]].drop_duplicates()
    length = pairs["view"].map(pairs["view"].value_counts())
    pairs = pairs.assign(length=length).sort_values(["length", "view", "year"])
    columns = [(str(v), int(y)) for v, y in zip(pairs["view"], pairs["year"], strict=True)]
    across = _positions([view for view, _ in columns])
    place = dict(zip(columns, across, strict=True))
    blocks = frame.drop_duplicates("indicator").groupby("block", sort=False)
    lines_of = {i: textwrap.wrap(labels(f"indicator.{i}"), NAME_WIDTH) for i in frame["indicator"].unique()}
    rows = sum(1 + 2 * _spare(lines) for lines in lines_of.values())
    figure = style.new_figure(style.PAGE, 2.5 + 0.215 * rows)
    axes = figure.subplots()
    ticks: list[float] = []
    names: list[str] = []
    at = 0.0
    for block, members in blocks:
        look: dict[str, Any] = {"fontsize": 7.5, "fontweight": "bold"}
        marks.note(axes, labels(f"block.{block}"), (across[0] - 0.5, at), (2, 0), **look)
        at += 1.0
        for number, indicator in zip(members["number"], members["indicator"], strict=True):
            lines = lines_of[indicator]
            names.append("\n".join([*lines[:-1], f"{lines[-1]}  {number}"]))
            spare = _spare(lines)
            at += spare
            ticks.append(at)
            _row(axes, frame[frame["indicator"] == indicator], place, at, labels)
            at += 1.0 + spare
        at += 0.3
    axes.set_yticks(ticks, names, fontsize=6.2, linespacing=1.0)
    axes.set_ylim(at - 0.4, -0.7)
    axes.set_xlim(across[0] - 0.6, across[-1] + 0.6)
    _heads(axes, frame, place, labels)
    marks.bare(axes)
    computed = frame.loc[frame["status"].isin(COMPUTED), "indicator"].nunique()
    style.title(figure, labels("coverage.title", computed=computed, total=frame["indicator"].nunique()))
    handles = [
        Line2D([], [], linestyle="none", marker=marker, color=colour, markersize=6, label=labels(f"reading.{status}"))
        for status, (colour, marker) in LOOK.items()
        if status in set(frame["status"])
    ]
    place_of: dict[str, Any] = {"loc": "upper right", "bbox_to_anchor": (1.0, 0.0)}
    axes.legend(handles=handles, **place_of, ncols=2, fontsize=7.2, columnspacing=1.6)
    note = labels("coverage.count_note") if (done["units"] < done["n_units"]).any() else ""
    style.stamp(figure, labels, kinds, source_words(source_ids(done), labels), note)
    return figure


def _spare(lines: Sequence[str]) -> float:
    """Room above and below a row for a name of several lines, in rows."""
    return 0.18 * (len(lines) - 1)


def _positions(views: list[str]) -> list[float]:
    """Places of the columns, a gap between views."""
    places: list[float] = []
    for i, view in enumerate(views):
        step = 0.0 if not i else 1.0 if view == views[i - 1] else 2.0
        places.append((places[-1] if places else 0.0) + step)
    return places


def _row(axes: Axes, cells: pd.DataFrame, place: Mapping[tuple[str, int], float], at: float, labels: Labels) -> None:
    for cell in cells.to_dict("records"):
        x = place[cell["view"], cell["year"]]
        colour, marker = LOOK[cell["status"]]
        empty = cell["status"] == "none"
        if not empty:
            axes.add_patch(Rectangle((x - 0.46, at - 0.44), 0.92, 0.88, facecolor=colour, alpha=0.22))
        partial = 0 < cell["units"] < cell["n_units"]
        edge = (colour, 0.7) if empty else (style.INK, 0.5)
        look: dict[str, Any] = {"color": colour, "markeredgecolor": edge[0], "markeredgewidth": edge[1]}
        marks.points(axes, x - (0.2 if partial else 0.0), at, marker, 3.2 if empty else 5.0, **look)
        if partial:
            marks.note(axes, labels.number(cell["units"]), (x, at), (1, 0), fontsize=6, ha="left")


def _heads(axes: Axes, frame: pd.DataFrame, place: Mapping[tuple[str, int], float], labels: Labels) -> None:
    """Years above the columns and, above them, what units each view has."""
    axes.xaxis.tick_top()
    axes.set_xticks(list(place.values()), [str(year) if year else "" for _, year in place], fontsize=7)
    for view in dict.fromkeys(v for v, _ in place):
        mine = [x for (v, _), x in place.items() if v == view]
        n = int(frame.loc[frame["view"] == view, "n_units"].iloc[0])
        words = labels(f"coverage.{'panel' if len(mine) > 1 else 'cross_section'}", units=n)
        look: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": "center", "va": "bottom", "fontsize": 7.5}
        marks.note(axes, words, (math.fsum(mine) / len(mine), 1.0), (0, 18), **look)
