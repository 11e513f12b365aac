"""What several figures draw: names along an axis, numbers in cells and beside rows, ticks, a scale of shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from monotown.base.labels import Labels
from monotown.show.style import BLUE, INK, PAGE, SKY, Picture, in_lines, new_figure


def named(labels: Labels, key: str) -> str:
    """Word of a dotted key; what stands after the first dot where there is none.

    Examples
    --------
    >>> named(Labels("en", {}), "block.B1.a")
    'B1.a'
    """
    return labels(key) if labels.has(key) else key.partition(".")[2]


def empty(text: str) -> Picture:
    """What stands where there is nothing to draw."""
    figure = new_figure(PAGE, 1.4)
    axes = figure.subplots()
    axes.axis("off")
    axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=9, transform=axes.transAxes)
    return figure


def rows(axes: Axes, names: Sequence[str], width: int, at: Iterable[float] | None = None, **look: Any) -> None:
    """Names along the y-axis, in lines of about so many letters, without ticks; `look` goes to the texts."""
    texts = [in_lines(name, width) for name in names]
    axes.set_yticks(range(len(texts)) if at is None else list(at), texts, **{"linespacing": 0.95, **look})
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def unit_rows(axes: Axes, units: Sequence[str], labels: Labels, marked: Sequence[str] = ()) -> None:
    """Names of units along the y-axis, those of some in bold; smaller where one needs two lines."""
    names = [labels(f"unit.{u}") for u in units]
    rows(axes, names, 32, fontsize=6.8 if any(len(n) > 32 for n in names) else 8)
    for tick, unit in zip(axes.get_yticklabels(), units, strict=True):
        if unit in marked:
            tick.set_fontweight("bold")


def numbers(axis: Axis, labels: Labels, most: int = 0) -> None:
    """Ticks with the decimal mark of the language and as few decimals as tell them; few of them if so told."""

    def text(value: float, _: object) -> str:
        decimals = next((d for d in range(6) if abs(value - round(value, d)) < 1e-9), 4)
        return labels.number(value, decimals)

    if most and axis.get_scale() == "linear":
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10], min_n_ticks=3))
    axis.set_major_formatter(FuncFormatter(text))


def places(n: int) -> list[int]:
    """Places of `n` that an axis names.

    Examples
    --------
    >>> places(4), places(16), places(195)
    ([1, 2, 3, 4], [1, 5, 10, 15], [1, 50, 100, 150])
    """
    step = next(s for s in (1, 5, 10, 50, 100, 500, 1000, 5000) if n < 9 * s or s == 5000)
    return sorted({1, *range(step, n + 1, step)})


def beside(axes: Axes, texts: Sequence[str], head: str = "", x: float = 1.065, top: float = -0.8) -> None:
    """Texts at the right of the rows, under a head."""
    place: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "ha": "right"}
    for row, text in enumerate(texts):
        axes.text(x, row, text, va="center", fontsize=7.5, **place)
    if head:
        axes.text(x, top, head, va="bottom", fontsize=7, color="#555555", linespacing=1.0, **place)


def cells(axes: Axes, texts: Iterable[tuple[int, int, str, bool]], size: float) -> None:
    """Texts in the cells of a picture, by row and column; white on the dark ones."""
    for row, column, text, dark in texts:
        axes.text(column, row, text, ha="center", va="center", fontsize=size, color="white" if dark else INK)


def bare(axes: Axes) -> None:
    """Neither ticks nor a frame."""
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)


def points(axes: Axes, x: Any, y: Any, marker: str, size: float, **look: Any) -> None:
    """Marks without a line between them."""
    axes.plot(x, y, linestyle="none", marker=marker, markersize=size, **look)


def note(axes: Axes, text: str, at: tuple[Any, Any], away: tuple[float, float], **look: Any) -> None:
    """A text so many points away from a place."""
    axes.annotate(text, at, xytext=away, textcoords="offset points", **{"va": "center", **look})


def key_above(axes: Axes, side: str, *, ends: float = 0.0, first: Sequence[int] | None = None, **look: Any) -> None:
    """The key above the axes, at the left or the right, its entries in an order of their own."""
    handles, texts = axes.get_legend_handles_labels()
    order = range(len(handles)) if first is None else first
    place: dict[str, Any] = {"loc": f"lower {side}", "bbox_to_anchor": (ends, 1.0), "borderaxespad": 0.2}
    look = {**place, "ncols": 3, "fontsize": 7.5, "columnspacing": 1.4, **look}
    axes.legend([handles[i] for i in order], [texts[i] for i in order], **look)


def shares_of_variance(
    axes: Axes, at: Any, found: Any, labels: Labels, words: str, *, apart: float = 0.19, clip: bool = False
) -> None:
    """First order solid, total order hatched, in percent, with limits as whiskers; `found` has columns of them."""
    for column, offset, colour, hatch in (("first", -apart, BLUE, ""), ("total", apart, SKY, "////")):
        values, low, high = (100 * found[f"{column}{end}"].to_numpy() for end in ("", "_low", "_high"))
        if clip:
            values, low = np.clip(values, 0, None), np.clip(low, 0, None)
        axes.barh(
            at + offset,
            values,
            height=2 * apart - 0.02,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.4,
            label=labels(f"{words}.{column}"),
        )
        axes.hlines(at + offset, low, high, color=INK, linewidth=1.0)
