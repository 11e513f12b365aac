"""Figure of the methods: ranks under every admissible combination, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.base.tables import join_kinds
from monotown.show import style

#: Columns between two groups, as a share of all columns.
GAP = 0.008

#: Where the columns of numbers stand, in points to the right of the picture.
COLUMNS = (14, 40, 74)

#: Letters in a line of the note at the foot.
LINE = 122


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
    view
        Id of the view.
    source
        Source in words.
    order
        Aggregations in the order of the groups.
    refused
        Number of inadmissible combinations listed, for the note.

    Returns
    -------
    matplotlib.figure.Figure
    """
    keys = ["aggregation", "normalisation", "weighting"]
    wide = table.pivot_table(index="unit", columns=keys, values="rank").loc[list(spread["unit"])]
    groups = [name for name in order if name in set(wide.columns.get_level_values(0))]
    n, k = len(wide), wide.columns.size
    gap = max(round(k * GAP), 1)
    columns: list[np.ndarray] = []
    middles: list[float] = []
    start = 0
    for name in groups:
        part = np.asarray(wide[name], dtype=np.float64)
        middles.append(start + part.shape[1] / 2 - 0.5)
        columns += [part, np.full((n, gap), np.nan)]
        start += part.shape[1] + gap
    picture = np.ma.masked_invalid(np.hstack(columns[:-1]))
    figure = style.new_figure(style.PAGE, 2.6 + 0.235 * n)
    axes = figure.subplots()
    image = axes.imshow(picture, cmap=colormaps["cividis"], vmin=1, vmax=n, aspect="auto", interpolation="nearest")
    found = spread[["own", "median", "low", "high"]].to_numpy(dtype=np.float64)
    for row, (own, median, low, high) in enumerate(found.tolist()):
        texts = [_rank(own, labels), _rank(median, labels), f"{_rank(low, labels)}–{_rank(high, labels)}"]
        for column, (place, text) in enumerate(zip(COLUMNS, texts, strict=True)):
            axes.annotate(
                text,
                (1, row),
                xycoords=axes.get_yaxis_transform(),
                xytext=(place, 0),
                textcoords="offset points",
                ha="center",
                va="center",
                fontsize=7.5,
                fontweight="normal" if column else "bold",
            )
    for place, key in zip(COLUMNS, ("own", "median", "range"), strict=True):
        axes.annotate(
            labels(f"methods.{key}").replace("\n", " "),
            (1, -0.5),
            xycoords=axes.get_yaxis_transform(),
            xytext=(place, 6),
            textcoords="offset points",
            ha="left",
            va="bottom",
            fontsize=7,
            color="#444444",
            rotation=60,
            rotation_mode="anchor",
        )
    axes.set_yticks(
        range(n), [textwrap.fill(labels(f"unit.{u}"), 30) for u in spread["unit"]], fontsize=7.2, linespacing=0.95
    )
    axes.xaxis.tick_top()
    names = [f"{labels(f'aggregation.{g}')} ({labels.number(wide[g].shape[1])})" for g in groups]
    for i in range(1, len(middles)):  # names of narrow groups keep clear of each other
        middles[i] = max(middles[i], middles[i - 1] + 0.045 * picture.shape[1])
    axes.set_xticks(middles, names, rotation=60, ha="left", rotation_mode="anchor", fontsize=7)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes, orientation="horizontal", shrink=0.45, aspect=40, pad=0.02, anchor=(0, 1))
    bar.set_ticks([1, n], labels=[labels.number(1), labels.number(n)])
    bar.set_label(labels("methods.rank_axis"), fontsize=7.5)
    bar.outline.set_visible(False)
    name, year = labels(f"view.{view}"), str(table["year"].iloc[0])
    title = labels("methods.title", view=name if f" {year}" in name else f"{name}, {year}")
    figure.suptitle(textwrap.fill(title, 78), x=0.01, ha="left", fontsize=9.5, fontweight="bold")
    note = labels("methods.note", n=labels.number(k), refused=labels.number(refused))
    kind = join_kinds(table["kind"])
    # the stamp opens the first line with the kind of data
    opening = len(style.opening(labels, kind))
    lines = textwrap.wrap(" " * opening + f"{source.rstrip('.')}. {note}", LINE, drop_whitespace=False)
    style.stamp(figure, labels, kind, "\n".join([lines[0][opening:], *(x.strip() for x in lines[1:])]))
    return figure


def _rank(value: float, labels: Labels) -> str:
    return labels.number(value, 0 if abs(value - round(value)) < 0.05 else 1)
