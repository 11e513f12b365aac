"""Figures of the cohort of degree holders: the ridge, and what may come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.cohort.build import TOTAL
from monotown.show import marks, style


def drawings(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]
) -> dict[str, Callable[[Labels, str], Figure]]:
    """What draws each figure of the stage, given words and the source in words.

    Parameters
    ----------
    tables
        Tables of `monotown.cohort.build`, by name.
    config
        ``config/parts/cohort.yaml``.
    """
    prior, closed, by = next(iter(config["priors"])), config["closed"], config["regain_by"]
    series, known = tables["series"], (tables["series"], tables["ridge"], tables["draws"])
    return {
        "ridge": lambda w, source: ridge(*known, labels=w, regain_by=by, source=source),
        "fan": lambda w, source: fan(
            series, tables["projections"], labels=w, prior=prior, closed=closed, source=source
        ),
    }


#: Draws of each prior that are drawn.
DOTS: Final = 250


def _totals(series: pd.DataFrame) -> pd.Series[int]:
    return series.groupby("year")["count"].sum().sort_index()


def ridge(
    series: pd.DataFrame, curve: pd.DataFrame, draws: pd.DataFrame, *, labels: Labels, regain_by: int, source: str
) -> Figure:
    """Pairs of exit and inflow that fit, draws of each posterior, and the inflow needed.

    Parameters
    ----------
    series, curve, draws
        Tables `SERIES`, `RIDGE` and `DRAWS` of `monotown.cohort.build`; two years in the series.
    labels
        Words, with ``prior.<name>``.
    regain_by
        Year by which the first total is regained.
    """
    totals = _totals(series)
    marked = {"before": totals.iloc[0], "after": totals.iloc[-1]}
    years = {"first": totals.index[0], "last": totals.index[-1]}
    figure = style.new_figure(style.PAGE, 4.6)
    left, right = figure.subplots(1, 2)
    shown = draws.groupby("prior", sort=False).head(DOTS)
    for i, (prior, mine) in enumerate(shown.groupby("prior", sort=False)):
        words = labels("cohort.draws", prior=labels(f"prior.{prior}"))
        look: dict[str, Any] = {
            "markerfacecolor": ("none", style.LIGHT, style.INK)[i % 3],
            "markeredgecolor": style.CYCLE[i % 6],
            "markeredgewidth": 0.6,
            "label": words,
        }
        marks.points(left, 100 * mine["exit_rate"], mine["inflow"], style.MARKERS[i % 6], 3.2, **look)
    lines = (
        (left, "inflow", style.INK, "-", labels("cohort.ridge", **marked, **years)),
        (right, "to_hold", style.BLUE, "-", labels("cohort.hold", **marked)),
        (right, "to_regain", style.VERMILION, "--", labels("cohort.regain", **marked, year=regain_by)),
    )
    for axes, name, colour, dash, words in lines:
        axes.plot(100 * curve["exit_rate"], curve[name], color=colour, linewidth=1.8, linestyle=dash, label=words)
    left.set_title(labels("cohort.fit_title"))
    right.set_title(labels("cohort.needs_title", last=years["last"]))
    top = 102 * float(shown["exit_rate"].max())  # no dot is cut
    for axes in (left, right):
        axes.set_xlim(0, top)
        axes.set_xlabel(labels("cohort.exit_rate"))
        axes.set_ylabel(labels("cohort.inflow"))
    left.set_ylim(0, 1.03 * float(shown["inflow"].max()))
    seen = curve[100 * curve["exit_rate"] <= top]
    right.set_ylim(0, 1.05 * float(seen["to_regain"].max()))
    for axes in (left, right):
        axes.legend(
            loc="upper left", bbox_to_anchor=(-0.02, -0.17), fontsize=7, borderaxespad=0, frameon=False, markerscale=2
        )
    low, high = (labels.number(100 * float(draws["exit_rate"].quantile(q)), 1) for q in (0.05, 0.95))
    style.title(figure, labels("cohort.ridge_title", low=low, high=high))
    _stamp(figure, labels, (series, curve, draws), source)
    return figure


def fan(
    series: pd.DataFrame, projections: pd.DataFrame, *, labels: Labels, prior: str, closed: Sequence[str], source: str
) -> Figure:
    """Stocks to come under each course, as bands around the median.

    Parameters
    ----------
    series, projections
        Tables `SERIES` and `PROJECTIONS` of `monotown.cohort.build`. The model that tells degrees
        apart is drawn where there is one.
    labels
        Words, with ``prior.<name>`` and ``course.<name>``.
    prior
        Prior that is drawn.
    closed
        Groups nobody enters, drawn as a line of their own.
    """
    totals = _totals(series)
    mine = projections[projections["prior"] == prior]
    model = "groups" if "groups" in set(mine["model"]) else "total"
    mine = mine[mine["model"] == model]
    courses = list(dict.fromkeys(projections["course"]))
    columns = min(3, len(courses))
    rows = -(-len(courses) // columns)
    figure = style.new_figure(style.PAGE, 0.9 + 2.2 * rows)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    flat = list(grid.ravel())
    for axes, course in zip(flat, courses, strict=False):
        here = mine[mine["course"] == course].sort_values("year", kind="stable")
        _bands(axes, here[here["group"] == TOTAL], totals, labels)
        look: dict[str, Any] = {"color": style.INK, "linewidth": 1.2, "marker": "o", "markersize": 4}
        axes.plot(totals.index, totals, **look, label=labels("cohort.known"))
        shut = here[here["group"].isin(list(closed))]
        if len(shut):
            line = shut.groupby("year")["median"].sum()
            look = {"color": style.VERMILION, "linewidth": 1.2, "linestyle": ":"}
            axes.plot(line.index, line, **look, label=labels("cohort.closed"))
        for level in (totals.iloc[0], totals.iloc[-1]):
            axes.axhline(level, color=style.GREY, linewidth=0.6, linestyle=(0, (4, 3)), zorder=0)
        axes.set_title(style.in_lines(labels(f"course.{course}"), 27), fontsize=8, fontweight="normal")
        axes.set_ylim(bottom=0)
    for axes in flat[len(courses) :]:
        axes.axis("off")
    for axes in flat[max(0, len(courses) - columns) : len(courses)]:
        axes.tick_params(labelbottom=True)
    figure.supylabel(labels("cohort.holders"), fontsize=8.5)
    handles, texts = flat[0].get_legend_handles_labels()
    texts = [style.in_lines(text, 30) for text in texts]
    if len(flat) > len(courses):
        flat[-1].legend(handles, texts, loc="center left", fontsize=7, frameon=False)
    else:
        figure.legend(handles, texts, loc="outside upper right", ncols=3, fontsize=7)
    style.title(figure, labels("cohort.fan_title", prior=labels(f"prior.{prior}")))
    _stamp(figure, labels, (series, projections), source)
    return figure


def _bands(axes: Axes, part: pd.DataFrame, totals: pd.Series[int], labels: Labels) -> None:
    """Bands around the median, from the last known stock on."""
    columns = ["year", "low", "quarter", "median", "three_quarters", "high"]
    known = pd.DataFrame([[totals.index[-1], *[float(totals.iloc[-1])] * 5]], columns=columns)
    part = pd.concat([known, part[columns]])
    bands = (("low", "high", style.SKY, 0.35, "band"), ("quarter", "three_quarters", style.BLUE, 0.45, "half"))
    for low, high, colour, alpha, name in bands:
        look: dict[str, Any] = {"color": colour, "alpha": alpha, "linewidth": 0}
        axes.fill_between(part["year"], part[low], part[high], **look, label=labels(f"cohort.{name}"))
    axes.plot(part["year"], part["median"], color=style.BLUE, linewidth=1.6, label=labels("cohort.median"))


def _stamp(figure: style.Picture, labels: Labels, tables: Sequence[pd.DataFrame], source: str) -> None:
    style.stamp(figure, labels, [k for table in tables for k in table["kind"]], source, labels("cohort.note"))
