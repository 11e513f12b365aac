"""Figure of the methods: ranks under every admissible combination, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.show import marks, style

#: Columns between two groups, as a share of all columns.
GAP = 0.008

#: Where the columns of numbers stand, in points to the right of the picture.
COLUMNS = (14, 40, 74)


def methods(
    table: pd.DataFrame,
    spread: pd.DataFrame,
    *,
    labels: Labels,
    view: str,
    source: str,
    order: Sequence[str],
    refused: int,
) -> Figure:
    """Heat map of the rank of each unit (rows) under each combination of methods (columns).

    Columns are grouped by aggregation; a darker cell is a better rank. Beside it stand the unit's
    own rank, the median and the range that holds 90% of the combinations.

    Parameters
    ----------
    table
        The table ``methods`` of one view and year.
    spread
        `monotown.sensitivity.forking_paths.spread` of it.
    labels
        Words, with ``aggregation.<name>``, ``unit.<code>`` and ``view.<id>``.
    order
        Aggregations in the order of the groups.
    refused
        Number of inadmissible combinations listed, for the note.
    """
    keys = ["aggregation", "normalisation", "weighting"]
    wide = table.pivot_table(index="unit", columns=keys, values="rank").loc[list(spread["unit"])]
    groups = [name for name in order if name in set(wide.columns.get_level_values(0))]
    n, k = len(wide), wide.columns.size
    picture, middles = _picture([np.asarray(wide[name], dtype=np.float64) for name in groups], max(round(k * GAP), 1))
    figure = style.new_figure(style.PAGE, 2.6 + 0.235 * n)
    axes = figure.subplots()
    image = axes.imshow(picture, cmap=colormaps["cividis"], vmin=1, vmax=n, aspect="auto", interpolation="nearest")
    _numbers(axes, spread, labels)
    marks.rows(axes, [labels(f"unit.{u}") for u in spread["unit"]], 30, fontsize=7.2)
    axes.xaxis.tick_top()
    names = [f"{labels(f'aggregation.{g}')} ({labels.number(wide[g].shape[1])})" for g in groups]
    axes.set_xticks(middles, names, rotation=60, ha="left", rotation_mode="anchor", fontsize=7)
    marks.bare(axes)
    bar = figure.colorbar(image, ax=axes, orientation="horizontal", shrink=0.45, aspect=40, pad=0.02, anchor=(0, 1))
    bar.set_ticks([1, n], labels=[labels.number(1), labels.number(n)])
    bar.set_label(labels("methods.rank_axis"), fontsize=7.5)
    bar.outline.set_visible(False)
    year = str(table["year"].iloc[0])
    style.title(figure, labels("methods.title", view=f"{style.view_name(labels, view, year)}, {year}"))
    note = labels("methods.note", n=labels.number(k), refused=labels.number(refused))
    style.stamp(figure, labels, table["kind"], source, note)
    return figure


def _picture(parts: Sequence[np.ndarray], gap: int) -> tuple[np.ndarray, list[float]]:
    """Groups of columns side by side, a gap between them, and where their names stand."""
    columns: list[np.ndarray] = []
    middles: list[float] = []
    start = 0
    for part in parts:
        middles.append(start + part.shape[1] / 2 - 0.5)
        columns += [part, np.full((len(part), gap), np.nan)]
        start += part.shape[1] + gap
    for i in range(1, len(middles)):  # names of narrow groups keep clear of each other
        middles[i] = max(middles[i], middles[i - 1] + 0.045 * (start - gap))
    return np.ma.masked_invalid(np.hstack(columns[:-1])), middles


def _numbers(axes: Axes, spread: pd.DataFrame, labels: Labels) -> None:
    """Own rank, median and range at the right of each row, under their heads."""
    place: dict[str, Any] = {"xycoords": axes.get_yaxis_transform()}
    found = spread[["own", "median", "low", "high"]].to_numpy(dtype=np.float64)
    for row, (own, median, low, high) in enumerate(found.tolist()):
        texts = [_rank(own, labels), _rank(median, labels), f"{_rank(low, labels)}–{_rank(high, labels)}"]
        for column, text in enumerate(texts):
            look = {"ha": "center", "fontsize": 7.5, "fontweight": "normal" if column else "bold"}
            marks.note(axes, text, (1, row), (COLUMNS[column], 0), **look, **place)
    look = {"ha": "left", "va": "bottom", "fontsize": 7, "color": "#444444", "rotation": 60, "rotation_mode": "anchor"}
    for at, key in zip(COLUMNS, ("own", "median", "range"), strict=True):
        marks.note(axes, labels(f"methods.{key}").replace("\n", " "), (1, -0.5), (at, 6), **look, **place)


def _rank(value: float, labels: Labels) -> str:
    return labels.number(value, 0 if abs(value - round(value)) < 0.05 else 1)
