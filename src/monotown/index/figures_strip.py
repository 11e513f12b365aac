"""The ranked strip: every unit of an index by its score, with what other weights would make of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.base.tables import score_decimals
from monotown.index.ranked import chosen_units
from monotown.show import marks, style

#: Units that have a row each with their name; of more, the chosen ones alone are named.
ROWS: Final = 40

#: Units that are named among many.
NAMED: Final = 9

_NUMBERS: Final = ("rank", "year", "low", "high", "score", "score_low", "score_high", "scale")

#: Letters of a name in the picture; a longer one ends with an ellipsis.
_LETTERS: Final = 34


def strip(
    table: pd.DataFrame,
    *,
    labels: Labels,
    view: str,
    source: str,
    draws: int,
    interval: tuple[float, float],
    marked: Collection[str] = (),
) -> Figure:
    """All units of an index by score, each with the interval of its score under other weights.

    Parameters
    ----------
    table
        Of `monotown.index.ranked.ranks_table`.
    labels
        Words of the groups ``common``, ``indicators``, ``regions`` and ``own_run``.
    draws, interval
        Replicates behind the intervals, and the probabilities of their limits.
    marked
        Units set in bold, and named where there are many.

    Returns
    -------
    matplotlib.figure.Figure
        Its title says who is first and how many places are certain; of a unit alone, its score.
    """
    # a column of a file that no row fills is one of texts
    table = table.assign(**{name: pd.to_numeric(table[name]) for name in _NUMBERS})
    drawn = table[table["score"].notna()].reset_index(drop=True)
    if drawn.empty:
        figure = marks.empty(labels("regions.no_scores"))
        style.title(figure, labels(f"view.{view}"))
        style.stamp(figure, labels, table["kind"], source)
        return figure
    scale = float(drawn["scale"].iloc[0])
    few = len(drawn) <= ROWS
    figure = style.new_figure(style.PAGE, 1.5 + 0.2 * len(drawn) if few else 4.4)
    axes = figure.subplots()
    if few:
        _rows(axes, drawn, labels, scale, marked)
    else:
        _curve(axes, drawn, labels, scale, marked)
    style.title(figure, finding(drawn, labels, view, scale))
    lacks = int(table["score"].isna().sum())
    share = labels.number(100 * (interval[1] - interval[0]))
    notes = [
        labels("own_run.strip.note", share=share, draws=labels.number(draws))
        if drawn["score_low"].notna().any()
        else "",
        labels("own_run.strip.unscored", n=lacks) if lacks else "",
        "" if few else labels("own_run.strip.chosen" if set(marked) & set(drawn["unit"]) else "own_run.strip.spread"),
    ]
    style.stamp(figure, labels, table["kind"], source, *notes)
    return figure


def finding(drawn: pd.DataFrame, labels: Labels, view: str, scale: float) -> str:
    """What the strip shows, in one sentence: who is first and how many places other weights leave as they are.

    Parameters
    ----------
    drawn
        Rows of `monotown.index.ranked.ranks_table` that have a score, best first.
    """
    ranked = drawn[drawn["rank"].notna()]
    year = "" if drawn["year"].isna().all() else f", {int(drawn['year'].max())}"
    index = labels(f"view.{view}").removesuffix(year)
    known = {"index": f"{index}{year}", "scale": labels.number(scale), "n": labels.number(len(ranked))}
    top = drawn.iloc[0]
    score = labels.number(float(top["score"]), score_decimals(scale))
    if len(ranked) < 2:
        return labels("own_run.strip.alone", unit=_name(top["unit"], labels), score=score, **known)
    first = [_name(u, labels) for u in ranked.loc[ranked["rank"] == ranked["rank"].min(), "unit"]]
    certain = int((ranked["low"] == ranked["high"]).sum())
    if len(first) > 1:
        return labels("own_run.strip.shared", first_count=len(first), certain=certain, **known)
    if ranked["low"].isna().all():  # no draws: nothing is known of other weights
        return labels("own_run.strip.led", unit=first[0], score=score, **known)
    return labels("own_run.strip.first", unit=first[0], score=score, certain=certain, **known)


def _name(unit: object, labels: Labels) -> str:
    name = marks.named(labels, f"unit.{unit}")
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1].rstrip()}…"


def _rows(axes: Axes, drawn: pd.DataFrame, labels: Labels, scale: float, marked: Collection[str]) -> None:
    """A row a unit, its name at the left."""
    y = np.arange(len(drawn))
    axes.hlines(y, 0, scale, color=style.LIGHT, linewidth=0.5, zorder=0)
    axes.hlines(y, drawn["score_low"], drawn["score_high"], color=style.SKY, linewidth=6, zorder=1)
    look: dict[str, Any] = {"color": style.BLUE, "markeredgecolor": "white", "zorder": 2, "clip_on": False}
    marks.points(axes, drawn["score"], y, "o", 6, **look)
    ranks = [f"{_rank(r, labels)}" for r in drawn["rank"]]
    marks.beside(axes, ranks, labels("word.rank"), x=1.06)
    marks.rows(axes, [_name(u, labels) for u in drawn["unit"]], 36, fontsize=7.5)
    for tick, unit in zip(axes.get_yticklabels(), drawn["unit"], strict=True):
        if unit in marked:
            tick.set_fontweight("bold")
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.set_xlim(0, scale)
    marks.numbers(axes.xaxis, labels)
    axes.set_xlabel(labels("regions.score_axis", scale=labels.number(scale)))


def _rank(value: float, labels: Labels) -> str:
    return "–" if np.isnan(value) else labels.number(value, 0 if float(value).is_integer() else 1)


def _curve(axes: Axes, drawn: pd.DataFrame, labels: Labels, scale: float, marked: Collection[str]) -> None:
    """All units along one line, best at the left, the chosen ones named above it."""
    n = len(drawn)
    x = np.arange(1, n + 1)
    low, high = (drawn[f"score_{side}"].to_numpy(dtype=float) for side in ("low", "high"))
    axes.vlines(x, low, high, color=style.SKY, linewidth=max(0.25, min(3.0, 300 / n)), zorder=1)
    axes.plot(x, drawn["score"], color=style.BLUE, linestyle="none", marker="o", markersize=max(1.2, min(3.5, 300 / n)))
    chosen = chosen_units(list(drawn["unit"]), marked, NAMED)
    at = {u: i for i, u in enumerate(drawn["unit"])}
    top = float(np.nanmax([drawn["score"].max(), *high]))
    bottom = float(np.nanmin([drawn["score"].min(), *low]))
    height = max(top - bottom, 0.02 * scale)
    apart, place = 0.05 * n, -np.inf
    for unit in sorted(chosen, key=at.__getitem__):
        i = at[unit]
        point = (i + 1, float(drawn["score"].iloc[i]))
        place = max(float(point[0]), place + apart)
        # clear of the intervals that the name leans over
        near = high[max(0, i - n // 100) : int(place) + max(2, n // 20)]
        peak = float(np.nanmax([point[1], *near]))
        axes.plot([point[0], place], [point[1], peak + 0.07 * height], color=style.INK, linewidth=0.6, zorder=3)
        marks.points(axes, [point[0]], [point[1]], "o", 4.2, color=style.VERMILION, zorder=4)
        words = f"{_rank(float(drawn['rank'].iloc[i]), labels)}  {_name(unit, labels)}"
        look: dict[str, Any] = {"rotation": 35, "ha": "left", "va": "bottom", "rotation_mode": "anchor", "fontsize": 7}
        weight = "bold" if unit in marked else "normal"
        axes.text(place, peak + 0.09 * height, words, **look, fontweight=weight)
    axes.set_ylim(bottom - 0.05 * height, top + 0.75 * height)
    axes.set_xlim(1 - 0.02 * n, 1.2 * n)
    axes.set_yticks([t for t in axes.get_yticks() if 0 <= t <= max(top, scale) and t <= top + 0.1 * height])
    marks.numbers(axes.yaxis, labels)
    ticks = sorted({1, *(round(n * part / 4) for part in range(1, 5))})
    axes.set_xticks(ticks, [labels.number(t) for t in ticks])
    axes.set_xlabel(labels("own_run.strip.order"), loc="left")
    axes.set_ylabel(labels("regions.score_axis", scale=labels.number(scale)), loc="bottom")
    axes.grid(axis="y")
