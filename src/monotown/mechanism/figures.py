"""Figures of the mechanism: what a budget buys, how a correction runs, what the outcome owes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from monotown.base.labels import Labels
from monotown.base.ties import sort_key
from monotown.mechanism.tables import OUTPUTS
from monotown.show import marks, style

#: Patterns that tell neighbouring areas apart without colour.
HATCHES = ("", "////", "----", "\\\\\\\\", "xxxx", "")
FILLS = (style.BLUE, style.SKY, style.ORANGE, style.LIGHT, "#f0e6d2", style.GREY)

_Case = tuple[str, str]


def _cases(table: pd.DataFrame) -> list[_Case]:
    pairs = zip(table["view"], table["unit"], strict=True)
    return list(dict.fromkeys((str(v), str(u)) for v, u in pairs))


def _of(table: pd.DataFrame, case: _Case) -> pd.DataFrame:
    return table[(table["view"] == case[0]) & (table["unit"] == case[1])]


def _title(labels: Labels, levers: pd.DataFrame, case: _Case, width: int = 24) -> str:
    year = int(_of(levers, case)["year"].iloc[0])
    return style.in_lines(f"{labels(f'unit.{case[1]}')}, {year}", width)


def _grid(
    figure: style.Picture, heights: Sequence[float], columns: int, legend: float, *, sharey: str
) -> tuple[Axes, Any]:
    """Axes for the legend along the top, and a grid below it with common x-axes.

    `sharey` is ``none``, ``row``, ``column`` or ``all``.
    """
    spec = figure.add_gridspec(len(heights) + 1, columns, height_ratios=[legend, *heights])
    head = figure.add_subplot(spec[0, :])
    head.set_axis_off()
    grid = np.empty((len(heights), columns), dtype=object)
    for row, column in np.ndindex(grid.shape):
        first = {"all": grid[0, 0], "row": grid[row, 0], "column": grid[0, column]}.get(sharey)
        below = None if (row, column) == (0, 0) else grid[0, column if row else 0]
        grid[row, column] = axes = figure.add_subplot(spec[row + 1, column], sharex=below, sharey=first)
        axes.tick_params(labelbottom=row == len(heights) - 1, labelleft=column == 0 or sharey not in ("row", "all"))
    return head, grid


def _legend(figure: style.Picture, head: Axes, handles: Sequence[Any], texts: Sequence[str], columns: int) -> None:
    """A legend from the left edge of the figure, beside which no axes need to make room."""
    place = blended_transform_factory(figure.transFigure, head.transAxes)
    legend = head.legend(
        handles,
        [style.in_lines(t, 96 // columns) for t in texts],
        loc="upper left",
        ncols=columns,
        bbox_to_anchor=(0.005, 1.0),
        bbox_transform=place,
        fontsize=7.5,
        handleheight=1.3,
        borderaxespad=0,
    )
    legend.set_in_layout(False)


def _thin(spending: pd.DataFrame, labels: Labels) -> str:
    """Levers that cost so little that their band is a line, for the note."""
    most = spending.groupby("lever", sort=False)["spent"].max()
    thin = most[(most > 0) & (most < 0.03 * most.sum())]
    told = [f"{labels(f'lever.{name}')} ({labels.number(float(value))})" for name, value in thin.items()]
    return labels("mechanism.thin", levers=", ".join(told)) if told else ""


def _frame(figure: style.Picture, labels: Labels, title: str, table: pd.DataFrame, source: str, *notes: str) -> None:
    """Title and foot."""
    style.title(figure, title)
    style.stamp(figure, labels, table["kind"], source, *notes, labels("mechanism.note"))


def allocation(
    levers: pd.DataFrame,
    spending: pd.DataFrame,
    frontier: pd.DataFrame,
    *,
    labels: Labels,
    order: Sequence[str],
    per: float,
    source: str,
) -> Figure:
    """Spending on each lever, the rise of the index, and the shadow price, against the budget.

    Parameters
    ----------
    levers, spending, frontier
        Tables `LEVERS`, `ALLOCATION` and `FRONTIER` of `monotown.mechanism.tables`.
    labels
        Words, with ``lever.<id>`` and ``unit.<code>``.
    order
        The levers, from the ground up.
    per
        Inhabitants that costs and budget are for.
    """
    cases = _cases(frontier)
    figure = style.new_figure(style.PAGE, 7.2)
    head, grid = _grid(figure, [1.25, 1, 0.8], len(cases), 0.5, sharey="row")
    for column, case in enumerate(cases):
        mine = _of(frontier, case).sort_values("budget", kind="stable")
        _budget(grid[:, column], mine, _of(spending, case), order, labels)
        grid[0, column].set_title(_title(labels, levers, case), fontsize=8.5)
    for row, name in enumerate(("spent", "rise", "price")):
        grid[row, 0].set_ylabel(
            style.in_lines(labels(f"mechanism.{name}_axis", per=labels.number(per)), 18), fontsize=8
        )
    grid[2, len(cases) // 2].set_xlabel(labels("mechanism.budget_axis", per=labels.number(per)))
    handles, texts = grid[0, 0].get_legend_handles_labels()
    more, words = grid[1, 0].get_legend_handles_labels()
    _legend(figure, head, [*handles, *more], [*texts, *words], 3)
    rises = frontier.loc[frontier["base"], "exact"]
    words = {"low": labels.number(float(rises.min()), 1), "high": labels.number(float(rises.max()), 1)}
    _frame(figure, labels, labels("mechanism.allocation_title", **words), frontier, source, _thin(spending, labels))
    return figure


def _budget(
    panels: Sequence[Axes], mine: pd.DataFrame, spending: pd.DataFrame, order: Sequence[str], labels: Labels
) -> None:
    """Of one index and unit: spending by lever as areas, the rise as lines, the price as steps."""
    top, middle, bottom = panels
    budget = mine["budget"].to_numpy()
    wide = spending.set_index(["budget", "lever"])["spent"].unstack("lever")  # noqa: PD010
    areas = top.stackplot(
        budget,
        *(wide[name].to_numpy() for name in order),
        edgecolor=style.INK,
        linewidth=0.5,
        colors=[FILLS[i % len(FILLS)] for i in range(len(order))],
        labels=[labels(f"lever.{name}") for name in order],
    )
    for i, area in enumerate(areas):
        area.set_hatch(HATCHES[i % len(HATCHES)])
    base = float(mine[mine["base"]]["budget"].iloc[0])
    for axes in panels:
        axes.axvline(base, color=style.INK, linewidth=0.8, linestyle=(0, (1, 2)))
    looks = (("linear", style.VERMILION, "--", 1.3), ("exact", style.INK, "-", 1.6), ("bound", style.BLUE, ":", 1.8))
    for name, colour, dash, width in looks:
        words = labels(f"mechanism.{name}")
        middle.plot(budget, mine[name], color=colour, linestyle=dash, linewidth=width, label=words)
    price = 10 * mine["price"].to_numpy()
    bottom.plot(budget, np.where(price > 0, price, np.nan), color=style.BLUE, drawstyle="steps-post")
    bottom.set_yscale("log")
    bottom.minorticks_off()
    bottom.set_xlim(0, budget.max())
    for axes in panels:
        marks.numbers(axes.yaxis, labels, 5)
    marks.numbers(bottom.xaxis, labels, 5)


def feedback(
    levers: pd.DataFrame, paths: pd.DataFrame, frontier: pd.DataFrame, *, labels: Labels, source: str
) -> Figure:
    """The index year by year under each gain, with its target and the most the budget gives.

    Parameters
    ----------
    levers, paths, frontier
        Tables `LEVERS`, `FEEDBACK` and `FRONTIER` of `monotown.mechanism.tables`.
    labels
        Words, with ``target.<name>`` and ``unit.<code>``.
    """
    cases = _cases(paths)
    goals = paths.groupby("target")["target_index"].mean().sort_values(kind="stable", key=sort_key)
    targets = [str(name) for name in goals.index]
    figure = style.new_figure(style.PAGE, 2.2 + 1.9 * len(targets))
    head, grid = _grid(figure, [1] * len(targets), len(cases), 0.22, sharey="column")
    index = paths[paths["quantity"] == "index"]
    for column, case in enumerate(cases):
        mine = _of(index, case)
        optimum = _of(frontier, case)
        most = float(optimum[optimum["base"]]["index"].iloc[0])
        for row, target in enumerate(targets):
            axes = grid[row, column]
            part = mine[mine["target"] == target]
            aim = float(part["target_index"].iloc[0])
            look: dict[str, Any] = {"linewidth": 1.1, "color": style.INK, "linestyle": (0, (5, 2))}
            axes.axhline(aim, **look, label=labels("mechanism.target"))
            look |= {"color": style.GREY, "linestyle": (0, (1, 1.5))}
            axes.axhline(most, **look, label=labels("mechanism.most"))
            for i, (gain, path) in enumerate(part.groupby("gain")):
                path = path.sort_values("year", kind="stable")
                words = labels("mechanism.gain", gain=labels.number(float(str(gain)), 1))
                look = {
                    "color": style.CYCLE[i % 6],
                    "marker": style.MARKERS[i % 6],
                    "markersize": 3.2,
                    "linewidth": 1.1,
                }
                axes.plot(path["year"], path["value"], **look, label=words)
            marks.numbers(axes.yaxis, labels, 5)
            marks.numbers(axes.xaxis, labels, 5)
            if row == 0:
                axes.set_title(_title(labels, levers, case), fontsize=8.5)
            if column == 0:
                name = style.in_lines(labels(f"target.{target}"), 22)
                axes.set_ylabel(f"{name}\n{labels('mechanism.index_axis')}", fontsize=8)
    grid[-1, len(cases) // 2].set_xlabel(labels("mechanism.year_axis"))
    handles, texts = grid[0, 0].get_legend_handles_labels()
    _legend(figure, head, handles, texts, 3)
    _frame(figure, labels, labels("mechanism.feedback_title"), paths, source)
    return figure


def sobol(
    levers: pd.DataFrame,
    indices: pd.DataFrame,
    *,
    labels: Labels,
    order: Sequence[str],
    interval: Iterable[float],
    years: int,
    source: str,
) -> Figure:
    """Share of the variance of each outcome that each assumption has, alone and with others.

    Parameters
    ----------
    levers, indices
        Tables `LEVERS` and `SOBOL` of `monotown.mechanism.tables`.
    labels
        Words, with ``mechanism_input.<name>``, ``unit.<code>``.
    order
        The levers, in the order of their bars: first responses, then costs, then the gain.
    interval
        Probabilities of the limits, for the note.
    years
        Corrections after which the second outcome is read.
    """
    cases = _cases(indices)
    outputs = [name for name in OUTPUTS if name in set(indices["output"])]
    known = set(indices["input"])
    every = [f"{kind}:{name}" for kind in ("response", "cost") for name in order] + ["gain"]
    inputs = [name for name in every if name in known]
    figure = style.new_figure(style.PAGE, 1.9 + 0.24 * len(inputs) * len(outputs))
    head, grid = _grid(figure, [1] * len(outputs), len(cases), 0.05, sharey="all")
    y = np.arange(len(inputs))
    for (row, column), axes in np.ndenumerate(grid):
        part = _of(indices, cases[column])
        part = part[part["output"] == outputs[row]].set_index("input").loc[inputs]
        marks.shares_of_variance(axes, y, part, labels, "mechanism", apart=0.2, clip=True)
        axes.set_yticks(y, [labels(f"mechanism_input.{i}") for i in inputs], fontsize=7)
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(0, 100)
        marks.numbers(axes.xaxis, labels, 5)
        if row == 0:
            axes.set_title(_title(labels, levers, cases[column], 19), fontsize=8.5)
        if column == 0:
            axes.set_ylabel(style.in_lines(labels(f"mechanism.{outputs[row]}", years=years), 36), fontsize=8)
    grid[0, 0].invert_yaxis()
    low, high = (labels.number(100 * p) for p in interval)
    grid[-1, len(cases) // 2].set_xlabel(labels("mechanism.share_axis", low=low, high=high))
    handles, texts = grid[0, 0].get_legend_handles_labels()
    _legend(figure, head, handles, texts, 2)
    main = indices[indices["output"] == outputs[0]].groupby("input")["total"].mean()
    top = sort_key(main).sort_values(ascending=False, kind="stable").index[0]
    words = {"input": labels(f"mechanism_input.{top}"), "share": labels.number(100 * float(main[top]))}
    _frame(figure, labels, labels("mechanism.sobol_title", **words), indices, source)
    return figure
