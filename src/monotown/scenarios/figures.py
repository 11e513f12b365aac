"""Figures of the scenarios: weights of the hierarchies, contributions, regret."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from monotown.base.labels import Labels
from monotown.base.tables import join_kinds, score_decimals
from monotown.base.ties import sort_key
from monotown.show import style

Array = NDArray[np.float64]

#: Letters in a line of the foot.
_FOOT = 122


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
    source
        Source in words.
    """
    names = list(hierarchies)
    table = leaf_weights.pivot_table(
        index="measure", columns="hierarchy", values="global_weight", sort=False, fill_value=0.0
    )[names]
    table = table.loc[table.mean(axis=1).sort_values(ascending=False, kind="stable", key=sort_key).index]
    figure = style.new_figure(style.PAGE, 1.6 + 0.29 * len(table))
    axes = figure.subplots()
    _cells(axes, 100 * table.to_numpy(), labels, 1)
    axes.set_yticks(range(len(table)), [_wrap(labels(f"measure.{m}"), 62) for m in table.index], fontsize=7)
    axes.set_xticks(range(len(names)), [_wrap(labels(f"hierarchy.{h}"), 12) for h in names], fontsize=7)
    _title(figure, labels("scenarios.weights_title"))
    _stamp(figure, labels, leaf_weights, source)
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
    source
        Source in words.
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
    panels = figure.subplots(1, len(marked), sharey=True, squeeze=False)[0]
    for axes, unit in zip(panels, marked, strict=True):
        parts = mine[mine["unit"] == unit].set_index("measure")["contribution"].reindex(measures)
        _waterfall(axes, parts.to_numpy(), labels, decimals)
        ends = (float(began[unit]), float(began[unit] + parts.sum()))
        low, high = (labels.number(end, decimals) for end in ends)
        axes.set_title(f"{labels(f'unit.{unit}')}\n{low} \u2192 {high}", fontsize=8.5)
        axes.set_xlabel(labels("scenarios.change_axis"))
        _numbers(axes.xaxis, labels)
    texts = [
        *(_wrap(labels(f"measure.{m}"), 38) for m in measures),
        labels("scenarios.end", year=int(consequences["year"].max()), first=int(first)),
    ]
    panels[0].set_yticks(range(len(texts)), texts, fontsize=7)
    panels[0].invert_yaxis()
    _title(
        figure,
        labels(
            "scenarios.contributions_title",
            scenario=labels(f"scenario.{scenario}"),
            hierarchy=labels(f"hierarchy.{hierarchy}"),
        ),
    )
    _stamp(figure, labels, shapley, source)
    return figure


def _waterfall(axes: Axes, parts: Array, labels: Labels, decimals: int) -> None:
    """Parts one after another from 0, and their sum."""
    ends = np.cumsum(parts)
    starts = ends - parts
    total = float(ends[-1])
    for i, part in enumerate(parts):
        gain = part >= 0
        axes.barh(
            i,
            part,
            left=starts[i],
            height=0.62,
            color=style.BLUE if gain else style.VERMILION,
            hatch="" if gain else "////",
            edgecolor=style.INK,
            linewidth=0.4,
        )
        axes.plot([ends[i]] * 2, [i + 0.31, i + 0.69], color=style.INK, linewidth=0.6)
    axes.barh(len(parts), total, color=style.GREY, height=0.62, edgecolor=style.INK, linewidth=0.4)
    low, high = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
    span = (high - low) or 1.0
    axes.set_xlim(low - (0.02 * span if low < 0 else 0), high + 0.22 * span)
    for i, value in enumerate([*parts, total]):
        right = max(ends[i], starts[i]) if i < len(parts) else max(total, 0.0)
        sign = "+" if value >= 0 else ""
        text = f"{sign}{labels.number(float(value), decimals)}"
        axes.text(right + 0.02 * span, i, text, va="center", fontsize=7.5)
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
    source
        Source in words.
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
        axes.add_patch(
            Rectangle(
                (-0.5, chosen - 0.5),
                cells.shape[1],
                1,
                fill=False,
                edgecolor=style.VERMILION,
                linewidth=2,
                clip_on=False,
                zorder=5,
            )
        )
        heads = [*(labels(f"hierarchy.{h}") for h in hierarchies), labels("scenarios.largest")]
        texts = [_wrap(head, 16) for head in heads]
        axes.set_xticks(range(len(texts)), texts, rotation=90, fontsize=7)
        axes.set_title(labels(f"unit.{unit}"), fontsize=8.5)
    panels[0].set_yticks(range(len(scenarios)), [_wrap(labels(f"scenario.{s}"), 17) for s in scenarios], fontsize=7.5)
    _title(figure, labels("scenarios.regret_title"))
    _stamp(figure, labels, table, source, "scenarios.regret_note")
    return figure


def _cells(axes: Axes, values: Array, labels: Labels, decimals: int, top: float = 0.0) -> None:
    """A heat map with its numbers; dark ink on light cells and white on dark ones."""
    colours = mpl.colormaps[style.SEQUENTIAL]
    scale = mpl.colors.Normalize(0, max(top, float(values.max())) or 1.0)
    edges = [np.arange(n + 1) - 0.5 for n in values.shape[::-1]]
    axes.pcolormesh(*edges, values, cmap=colours, norm=scale, edgecolors="white", linewidth=1)
    axes.set_ylim(values.shape[0] - 0.5, -0.5)
    for i, j in np.ndindex(values.shape):
        red, green, blue, _ = colours(scale(values[i, j]))
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        axes.text(
            j,
            i,
            labels.number(float(values[i, j]), decimals),
            ha="center",
            va="center",
            fontsize=7,
            color="white" if dark else style.INK,
        )
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _wrap(text: str, width: int) -> str:
    lines = textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False)
    return "\n".join(lines)


def _numbers(axis: Axis, labels: Labels) -> None:
    """Few ticks, whole where they can be, printed as the language does."""
    axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10], min_n_ticks=3))

    def text(value: float, _: int | None) -> str:
        decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
        return labels.number(value, decimals)

    axis.set_major_formatter(FuncFormatter(text))


def _title(figure: Figure, text: str) -> None:
    figure.suptitle(_wrap(text, 76), fontsize=9.5, fontweight="bold", x=0.01, ha="left")


def _stamp(figure: Figure, labels: Labels, table: pd.DataFrame, source: str, note: str = "scenarios.note") -> None:
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    # letters are set a little wider in the finer print than where the layout is found
    engine.set(w_pad=0.11)
    kind = join_kinds(table["kind"])
    told = dict.fromkeys([labels(note), labels("scenarios.note")])
    # the stamp puts the kind of data and the word for source before the first line
    before = len(style.opening(labels, kind))
    lines = textwrap.wrap(source, _FOOT, initial_indent="x" * (before - 1) + " ")
    lines[0] = lines[0].lstrip("x").lstrip()
    lines += [line for text in told for line in textwrap.wrap(text, _FOOT)]
    style.stamp(figure, labels, kind, "\n".join(lines))
