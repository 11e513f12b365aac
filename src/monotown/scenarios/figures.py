"""Figures of the scenarios: weights of the hierarchies, contributions, regret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from monotown.base.arrays import Array
from monotown.base.labels import Labels
from monotown.base.tables import score_decimals
from monotown.base.ties import sort_key
from monotown.show import marks, style


def weights(leaf_weights: pd.DataFrame, *, labels: Labels, hierarchies: Sequence[str], source: str) -> Figure:
    """Weight of each measure under each hierarchy, in percent.

    Parameters
    ----------
    leaf_weights
        Table `monotown.scenarios.build.LEAF_WEIGHTS`.
    labels
        Words, with ``hierarchy.<id>`` and ``measure.<id>``.
    hierarchies
        Their order.
    """
    names = list(hierarchies)
    table = leaf_weights.pivot_table(
        index="measure", columns="hierarchy", values="global_weight", sort=False, fill_value=0.0
    )[names]
    table = table.loc[table.mean(axis=1).sort_values(ascending=False, kind="stable", key=sort_key).index]
    figure = style.new_figure(style.PAGE, 1.6 + 0.29 * len(table))
    axes = figure.subplots()
    _cells(axes, 100 * table.to_numpy(), labels, 1)
    axes.set_yticks(range(len(table)), [style.in_lines(labels(f"measure.{m}"), 62) for m in table.index], fontsize=7)
    axes.set_xticks(range(len(names)), [style.in_lines(labels(f"hierarchy.{h}"), 11) for h in names], fontsize=6.5)
    span = str((table.max(axis=1) - table.min(axis=1)).idxmax())
    held = 100 * table.loc[[span]].to_numpy()
    words = {"low": labels.number(float(held.min()), 1), "high": labels.number(float(held.max()), 1)}
    title = labels("scenarios.weights_title", measure=labels(f"measure.{span}"), **words)
    _frame(figure, labels, title, leaf_weights, source)
    return figure


def contributions(
    shapley: pd.DataFrame,
    consequences: pd.DataFrame,
    *,
    labels: Labels,
    marked: Sequence[str],
    scenario: str,
    hierarchy: str,
    scale: float,
    source: str,
) -> Figure:
    """Waterfall of the change of the index from the base year to the last, measure by measure.

    Parameters
    ----------
    shapley, consequences
        Tables `SHAPLEY` and `CONSEQUENCES` of `monotown.scenarios.build`.
    labels
        Words, with ``hierarchy.<id>``, ``scenario.<id>``, ``unit.<code>`` and ``measure.<id>``.
    marked
        Units, one a panel.
    scenario, hierarchy
        Which are drawn.
    scale
        Of the indices.
    """
    mine = shapley[(shapley["scenario"] == scenario) & (shapley["hierarchy"] == hierarchy)]
    first = consequences["year"].min()
    began = consequences[
        (consequences["scenario"] == scenario)
        & (consequences["hierarchy"] == hierarchy)
        & (consequences["year"] == first)
    ].set_index("unit")["index"]
    decimals = score_decimals(scale)
    shares = mine["contribution"].abs().groupby(mine["measure"]).mean()
    measures = list(shares.sort_values(ascending=False, kind="stable", key=sort_key).index)
    figure = style.new_figure(style.PAGE, 1.6 + 0.36 * (len(measures) + 1))
    panels = figure.subplots(1, len(marked), sharex=True, sharey=True, squeeze=False)[0]
    reach = []
    for axes, unit in zip(panels, marked, strict=True):
        parts = mine[mine["unit"] == unit].set_index("measure")["contribution"].reindex(measures)
        _waterfall(axes, parts.to_numpy(), labels, decimals)
        ends_of = np.append(np.cumsum(parts.to_numpy()), 0.0)
        reach += [float(ends_of.min()), float(ends_of.max())]
        ends = (float(began[unit]), float(began[unit] + parts.sum()))
        low, high = (labels.number(end, decimals) for end in ends)
        axes.set_title(f"{labels(f'unit.{unit}')}\n{low} \u2192 {high}", fontsize=8.5)
        axes.set_xlabel(labels("scenarios.change_axis"))
        marks.numbers(axes.xaxis, labels, 5)
    texts = [
        *(style.in_lines(labels(f"measure.{m}"), 38) for m in measures),
        labels("scenarios.end", year=int(consequences["year"].max()), first=int(first)),
    ]
    panels[0].set_yticks(range(len(texts)), texts, fontsize=7)
    panels[0].invert_yaxis()
    least, most = min(reach), max(reach)
    span = (most - least) or 1.0
    panels[0].set_xlim(least - (0.02 * span if least < 0 else 0), most + 0.3 * span)
    names: dict[str, str] = {"scenario": labels(f"scenario.{scenario}"), "hierarchy": labels(f"hierarchy.{hierarchy}")}
    names |= {
        "measure": labels(f"measure.{measures[0]}"),
        "points": labels.number(float(shares[measures[0]]), decimals),
    }
    title, note = labels("scenarios.contributions_title", **names), labels("scenarios.own_weights", **names)
    _frame(figure, labels, title, shapley, source, note)
    return figure


def _waterfall(axes: Axes, parts: Array, labels: Labels, decimals: int) -> None:
    """Parts one after another from 0, and their sum."""
    ends = np.cumsum(parts)
    starts = ends - parts
    total = float(ends[-1])
    for i, part in enumerate(parts):
        colour, hatch = (style.BLUE, "") if part >= 0 else (style.VERMILION, "////")
        look: dict[str, Any] = {"color": colour, "hatch": hatch, "edgecolor": style.INK, "linewidth": 0.4}
        axes.barh(i, part, left=starts[i], height=0.62, **look)
        axes.plot([ends[i]] * 2, [i + 0.31, i + 0.69], color=style.INK, linewidth=0.6)
    axes.barh(len(parts), total, color=style.GREY, height=0.62, edgecolor=style.INK, linewidth=0.4)
    for i, value in enumerate([*parts, total]):
        right = max(ends[i], starts[i]) if i < len(parts) else max(total, 0.0)
        sign = "+" if value >= 0 else ""
        text = f"{sign}{labels.number(float(value), decimals)}"
        marks.note(axes, text, (right, i), (3, 0), fontsize=7.5)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.grid(visible=True, axis="x")
    axes.tick_params(axis="y", length=0)


def regret(
    table: pd.DataFrame,
    *,
    labels: Labels,
    marked: Sequence[str],
    hierarchies: Sequence[str],
    scenarios: Sequence[str],
    scale: float,
    source: str,
) -> Figure:
    """Regret of each scenario under each hierarchy, and the largest of them, in points.

    Parameters
    ----------
    table
        Table `monotown.scenarios.build.REGRET`.
    labels
        As in `contributions`, without those of the measures.
    marked
        Units, one a panel.
    hierarchies, scenarios
        Their order.
    scale
        Of the indices.
    """
    figure = style.new_figure(style.PAGE, 2.2 + 0.34 * len(scenarios))
    panels = figure.subplots(1, len(marked), sharey=True, squeeze=False)[0]
    top = float(table.loc[table["unit"].isin(list(marked)), "regret"].max())
    for axes, unit in zip(panels, marked, strict=True):
        mine = table[table["unit"] == unit]
        grid = mine.pivot_table(index="scenario", columns="hierarchy", values="regret", sort=False)
        grid = grid.loc[list(scenarios), list(hierarchies)]
        cells = np.column_stack([grid.to_numpy(), grid.to_numpy().max(axis=1)])
        _cells(axes, cells, labels, score_decimals(scale), top)
        axes.axvline(len(hierarchies) - 0.5, color="white", linewidth=4, zorder=2)
        chosen = list(scenarios).index(str(mine.loc[mine["minimax"], "scenario"].iloc[0]))
        frame: dict[str, Any] = {
            "fill": False,
            "edgecolor": style.VERMILION,
            "linewidth": 2,
            "clip_on": False,
            "zorder": 5,
        }
        axes.add_patch(Rectangle((-0.5, chosen - 0.5), cells.shape[1], 1, **frame))
        heads = [*(labels(f"hierarchy.{h}") for h in hierarchies), labels("scenarios.largest")]
        texts = [style.in_lines(head, 16) for head in heads]
        axes.set_xticks(range(len(texts)), texts, rotation=90, fontsize=7)
        axes.set_title(labels(f"unit.{unit}"), fontsize=8.5)
    panels[0].set_yticks(
        range(len(scenarios)), [style.in_lines(labels(f"scenario.{s}"), 17) for s in scenarios], fontsize=7.5
    )
    best = table[table["minimax"] & table["unit"].isin(list(marked))]
    words = [labels(f"scenario.{s}") for s in dict.fromkeys(best["scenario"])]
    most = labels.number(float(best["largest_regret"].max()), score_decimals(scale))
    title = labels("scenarios.regret_title", scenarios=", ".join(words), most=most)
    _frame(figure, labels, title, table, source, labels("scenarios.regret_note"))
    return figure


def _cells(axes: Axes, values: Array, labels: Labels, decimals: int, top: float = 0.0) -> None:
    """A heat map with its numbers; dark ink on light cells and white on dark ones."""
    colours = mpl.colormaps[style.SEQUENTIAL]
    scale = mpl.colors.Normalize(0, max(top, float(values.max())) or 1.0)
    edges = [np.arange(n + 1) - 0.5 for n in values.shape[::-1]]
    axes.pcolormesh(*edges, values, cmap=colours, norm=scale, edgecolors="white", linewidth=1)
    axes.set_ylim(values.shape[0] - 0.5, -0.5)
    tones = colours(scale(values))[:, :, :3] @ (0.299, 0.587, 0.114)
    found = ((i, j, float(values[i, j]), bool(tones[i, j] < 0.5)) for i, j in np.ndindex(values.shape))
    marks.cells(axes, ((i, j, labels.number(value, decimals), dark) for i, j, value, dark in found), 7)
    marks.bare(axes)


def _frame(figure: style.Picture, labels: Labels, title: str, table: pd.DataFrame, source: str, *notes: str) -> None:
    """Title and foot."""
    style.title(figure, title)
    style.stamp(figure, labels, table["kind"], source, *notes, labels("scenarios.note"))
