"""Figures of the mechanism: what a budget buys, how a correction runs, what the outcome owes to."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import blended_transform_factory

from monotown.base.labels import Labels
from monotown.base.tables import join_kinds
from monotown.base.ties import sort_key
from monotown.mechanism.tables import OUTPUTS
from monotown.show import style

#: Patterns that tell neighbouring areas apart without colour.
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "")
FILLS = (style.BLUE, style.SKY, style.ORANGE, style.LIGHT, "#f0e6d2", style.GREY)

_Case = tuple[str, str]


def _cases(table: pd.DataFrame) -> list[_Case]:
    pairs = zip(table["view"], table["unit"], strict=True)
    return list(dict.fromkeys((str(v), str(u)) for v, u in pairs))


def _of(table: pd.DataFrame, case: _Case) -> pd.DataFrame:
    return table[(table["view"] == case[0]) & (table["unit"] == case[1])]


def _title(labels: Labels, levers: pd.DataFrame, case: _Case, width: int = 24) -> str:
    year = int(_of(levers, case)["year"].iloc[0])
    return textwrap.fill(f"{labels(f'unit.{case[1]}')}, {year}", width)


def _grid(figure: Figure, heights: Sequence[float], columns: int, legend: float, *, sharey: str) -> tuple[Axes, Any]:
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


def _legend(figure: Figure, head: Axes, handles: Sequence[Any], texts: Sequence[str], columns: int) -> None:
    """A legend from the left edge of the figure, beside which no axes need to make room."""
    place = blended_transform_factory(figure.transFigure, head.transAxes)
    legend = head.legend(
        handles,
        [textwrap.fill(t, 96 // columns) for t in texts],
        loc="upper left",
        ncols=columns,
        bbox_to_anchor=(0.005, 1.0),
        bbox_transform=place,
        fontsize=7.5,
        handleheight=1.3,
        borderaxespad=0,
    )
    legend.set_in_layout(False)


def _numbers(axes: Axes, labels: Labels, axis: str = "y") -> None:
    """Ticks with the decimal mark of the language."""

    def printed(value: float, _: object) -> str:
        for decimals in range(6):
            if abs(value - round(value, decimals)) < 1e-9:
                return labels.number(value, decimals)
        return labels.number(value, 3)

    where = axes.yaxis if axis == "y" else axes.xaxis
    if where.get_scale() == "linear":
        where.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    where.set_major_formatter(FuncFormatter(printed))


def _foot(figure: Figure, labels: Labels, title: str, table: pd.DataFrame, source: str) -> None:
    figure.suptitle(textwrap.fill(title, 92), fontsize=9.5, fontweight="bold", x=0.01, ha="left")
    kind = join_kinds(table["kind"])
    opening = style.opening(labels, kind)
    first = textwrap.fill(opening + source.rstrip(".") + ".", 122)
    note = textwrap.fill(labels("mechanism.note"), 122)
    style.stamp(figure, labels, kind, f"{first[len(opening) :]}\n{note}")


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
    source
        Source in words.
    """
    cases = _cases(frontier)
    names = list(order)
    figure = style.new_figure(style.PAGE, 7.2)
    head, grid = _grid(figure, [1.25, 1, 0.8], len(cases), 0.5, sharey="none")
    for column, case in enumerate(cases):
        top, middle, bottom = grid[:, column]
        mine = _of(frontier, case).sort_values("budget", kind="stable")
        budget = mine["budget"].to_numpy()
        wide = _of(spending, case).set_index(["budget", "lever"])["spent"].unstack("lever")  # noqa: PD010
        areas = top.stackplot(
            budget,
            *(wide[name].to_numpy() for name in names),
            edgecolor=style.INK,
            linewidth=0.5,
            colors=[FILLS[i % len(FILLS)] for i in range(len(names))],
            labels=[labels(f"lever.{name}") for name in names],
        )
        for i, area in enumerate(areas):
            area.set_hatch(HATCHES[i % len(HATCHES)])
        base = float(mine[mine["base"]]["budget"].iloc[0])
        for axes in (top, middle, bottom):
            axes.axvline(base, color=style.INK, linewidth=0.8, linestyle=(0, (1, 2)))
        top.set_title(_title(labels, levers, case), fontsize=8.5)
        middle.plot(
            budget,
            mine["linear"],
            color=style.VERMILION,
            linestyle="--",
            linewidth=1.3,
            label=labels("mechanism.linear"),
        )
        middle.plot(budget, mine["exact"], color=style.INK, linewidth=1.6, label=labels("mechanism.exact"))
        middle.plot(
            budget, mine["bound"], color=style.BLUE, linestyle=":", linewidth=1.8, label=labels("mechanism.bound")
        )
        price = 10 * mine["price"].to_numpy()
        bottom.plot(budget, np.where(price > 0, price, np.nan), color=style.BLUE, drawstyle="steps-post")
        bottom.set_yscale("log")
        bottom.minorticks_off()
        bottom.set_xlim(0, budget.max())
        for axes in (top, middle, bottom):
            _numbers(axes, labels)
        _numbers(bottom, labels, "x")
    limits = [axes.get_ylim() for axes in grid[2]]
    for axes in grid[2]:
        axes.set_ylim(min(a for a, _ in limits), max(b for _, b in limits))
    for row, name in enumerate(("spent", "rise", "price")):
        axis = textwrap.fill(labels(f"mechanism.{name}_axis"), 16)
        grid[row, 0].set_ylabel(axis, fontsize=8)
    middle_column = grid[2, len(cases) // 2]
    middle_column.set_xlabel(labels("mechanism.budget_axis", per=labels.number(per)))
    handles, texts = grid[0, 0].get_legend_handles_labels()
    more, words = grid[1, 0].get_legend_handles_labels()
    _legend(figure, head, [*handles, *more], [*texts, *words], 3)
    _foot(figure, labels, labels("mechanism.allocation_title"), frontier, source)
    return figure


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
    source
        Source in words.
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
            axes.axhline(
                float(part["target_index"].iloc[0]),
                color=style.INK,
                linewidth=1.1,
                linestyle=(0, (5, 2)),
                label=labels("mechanism.target"),
            )
            axes.axhline(most, color=style.GREY, linewidth=1.1, linestyle=(0, (1, 1.5)), label=labels("mechanism.most"))
            for i, (gain, path) in enumerate(part.groupby("gain")):
                path = path.sort_values("year", kind="stable")
                axes.plot(
                    path["year"],
                    path["value"],
                    color=style.CYCLE[i % 6],
                    marker=style.MARKERS[i % 6],
                    markersize=3.2,
                    linewidth=1.1,
                    label=labels("mechanism.gain", gain=labels.number(float(str(gain)), 1)),
                )
            _numbers(axes, labels)
            _numbers(axes, labels, "x")
            if row == 0:
                axes.set_title(_title(labels, levers, case), fontsize=8.5)
            if column == 0:
                name = textwrap.fill(labels(f"target.{target}"), 22)
                axes.set_ylabel(f"{name}\n{labels('mechanism.index_axis')}", fontsize=8)
    grid[-1, len(cases) // 2].set_xlabel(labels("mechanism.year_axis"))
    handles, texts = grid[0, 0].get_legend_handles_labels()
    _legend(figure, head, handles, texts, 3)
    _foot(figure, labels, labels("mechanism.feedback_title"), paths, source)
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
    source
        Source in words.
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
        for name, offset, colour, hatch in (("first", -0.2, style.BLUE, ""), ("total", 0.2, style.SKY, "////")):
            axes.barh(
                y + offset,
                100 * part[name].clip(lower=0),
                height=0.38,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.3,
                label=labels(f"mechanism.{name}"),
            )
            axes.hlines(
                y + offset,
                100 * part[f"{name}_low"].clip(lower=0),
                100 * part[f"{name}_high"],
                color=style.INK,
                linewidth=0.9,
            )
        axes.set_yticks(y, [labels(f"mechanism_input.{i}") for i in inputs], fontsize=7)
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(0, 100)
        _numbers(axes, labels, "x")
        if row == 0:
            axes.set_title(_title(labels, levers, cases[column], 19), fontsize=8.5)
        if column == 0:
            axes.set_ylabel(textwrap.fill(labels(f"mechanism.{outputs[row]}", years=years), 36), fontsize=8)
    grid[0, 0].invert_yaxis()
    low, high = (labels.number(100 * p) for p in interval)
    grid[-1, len(cases) // 2].set_xlabel(labels("mechanism.share_axis", low=low, high=high))
    handles, texts = grid[0, 0].get_legend_handles_labels()
    _legend(figure, head, handles, texts, 2)
    _foot(figure, labels, labels("mechanism.sobol_title"), indices, source)
    return figure
