"""Figures of the weighting sensitivity."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from monotown.base.labels import Labels
from monotown.base.ties import level
from monotown.show import marks, style
from monotown.show.printed import source_ids, source_words


def _binder(view: str, scores: pd.DataFrame) -> Callable[..., Callable[[Labels], Figure]]:
    """What binds a function that draws to its tables and settings, until there are words."""
    ids = source_ids(scores)

    def bound(draw: Callable[..., Figure], *frames: pd.DataFrame, **settings: Any) -> Callable[[Labels], Figure]:
        return lambda labels: draw(*frames, labels=labels, view=view, source=source_words(ids, labels), **settings)

    return bound


def weight_figures(
    view: str, tables: Mapping[str, pd.DataFrame], scores: pd.DataFrame, order: Sequence[str]
) -> dict[str, Callable[[Labels], Figure]]:
    """Figures of the first sensitivity analysis, for the last year of a view.

    Parameters
    ----------
    tables
        Tables of `monotown.sensitivity.weights` by name.
    scores
        The view's table of scores, for its sources.
    order
        Weighting schemes in the order of the columns.
    """
    year = int(tables["schemes"]["year"].max())
    last = {n: t[t["year"] == year] for n, t in tables.items() if "year" in t}
    frozen = int(tables["scheme_status"]["reference_year"].iloc[0])

    bound = _binder(view, scores[scores["year"] == year])
    return {
        "drop_one": bound(drop_one, last["drop_one"]),
        "schemes": bound(schemes, last["schemes"], last["agreement"], order=order, frozen=frozen),
    }


def drop_one(dropped: pd.DataFrame, *, labels: Labels, view: str, source: str) -> Figure:
    """Tornado: the largest climb and fall of a rank when each indicator is left out.

    Parameters
    ----------
    dropped
        One year of the table ``drop_one``.
    labels
        Words, with ``measure.<id>``.
    """
    by_measure = [(name, group) for name, group in dropped.groupby("dropped")]
    shifts = level([group["rank_shift"].abs().mean() for _, group in by_measure])
    by_measure = [by_measure[i] for i in np.argsort(-shifts, kind="stable")]
    n = len(by_measure)
    figure = style.new_figure(style.PAGE, 1.6 + 0.33 * n)
    axes = figure.subplots()
    reach = max(float(dropped["rank_shift"].abs().max()), 1.0)
    for y, (_, group) in enumerate(by_measure):
        ordered = group.sort_values(["rank_shift", "unit"])
        for side, colour, hatch in ((-1, style.BLUE, ""), (1, style.ORANGE, "////")):
            end = ordered["rank_shift"].min() if side < 0 else ordered["rank_shift"].max()
            if end * side <= 0:
                continue
            axes.barh(y, end, height=0.62, color=colour, hatch=hatch, edgecolor="white", linewidth=0.4)
            units = [str(u) for u in ordered.loc[ordered["rank_shift"] == end, "unit"]]
            away: dict[str, Any] = {"ha": "right" if side < 0 else "left", "fontsize": 6.8, "linespacing": 1.0}
            marks.note(axes, _units(units, labels), (end, y), (4 * side, 0), **away)
    means = [labels.number(float(group["rank_shift"].abs().mean()), 2) for _, group in by_measure]
    marks.beside(axes, means, labels("sensitivity.mean_shift"), x=1.1, top=-0.75)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    marks.rows(axes, [labels(f"measure.{name}") for name, _ in by_measure], 36, fontsize=6.8)
    axes.set_ylim(n - 0.4, -0.7)
    axes.set_xlim(-reach * 3.5, reach * 3.5)  # room for the names
    step = max(1, math.ceil(reach / 4))
    ticks = [step * i for i in range(-int(reach // step), int(reach // step) + 1)]
    axes.set_xticks(ticks, [labels.number(t) if t <= 0 else "+" + labels.number(t) for t in ticks], fontsize=6.5)
    axes.set_xlabel(labels("sensitivity.shift_axis"))
    name, group = by_measure[0]
    far = group.assign(far=group["rank_shift"].abs()).sort_values(["far", "unit"], ascending=[False, True]).iloc[0]
    title = labels(
        "sensitivity.drop_title",
        measure=labels(f"measure.{name}"),
        mean=means[0],
        unit=labels(f"unit.{far['unit']}"),
        most=labels.number(float(far["far"]), 0),
    )
    _frame(figure, labels, title, dropped, source, f"{_of_view(labels, dropped, view)}.")
    return figure


def schemes(
    ranks: pd.DataFrame,
    agreement: pd.DataFrame,
    *,
    labels: Labels,
    view: str,
    source: str,
    order: Sequence[str],
    frozen: int,
) -> Figure:
    """Ranks under each weighting scheme side by side, with their agreement.

    Parameters
    ----------
    ranks, agreement
        One year of the tables ``schemes`` and ``agreement``.
    labels, view, source
        As in `rank_intervals`, with ``scheme.<name>``.
    order
        Schemes in the order of the columns; the baseline is put first.
    frozen
        Year whose values set the data-driven weights.
    """
    names = [s for s in order if s in set(agreement["scheme"])]
    wide = ranks.set_index(["unit", "scheme"])["rank"].unstack("scheme")  # noqa: PD010
    wide = wide.sort_values("baseline", kind="stable").reindex(columns=["baseline", *names])
    tau = agreement.set_index("scheme")["kendall"].reindex(names)
    n = len(wide)
    figure = style.new_figure(style.PAGE, 1.9 + 0.215 * n)
    axes = figure.subplots()
    for j, name in enumerate(wide.columns):
        _scheme(axes, j, wide[name], wide["baseline"], labels)
        if j > 0:
            kendall = "\u2013" if np.isnan(tau[name]) else labels.number(tau[name], 2)
            axes.text(j, n + 0.15, kendall, ha="center", va="center", fontsize=8)
    axes.axhline(n - 0.4, color=style.INK, linewidth=0.6)
    axes.set_xlim(-0.5, len(wide.columns) - 0.5)
    axes.set_ylim(n + 0.7, -0.5)
    axes.set_yticks([*range(n), n + 0.15], [*(labels(f"unit.{u}") for u in wide.index), labels("sensitivity.kendall")])
    heads = [style.in_lines(labels(f"scheme.{s}"), 13) for s in wide.columns]
    longest = max(len(line) for head in heads for line in head.split("\n"))
    axes.set_xticks(range(len(wide.columns)), heads, fontsize=8 if longest <= 13 else 7)
    axes.xaxis.tick_top()
    marks.bare(axes)
    notes = f"{_of_view(labels, ranks, view)}.", labels("sensitivity.scheme_note", year=frozen)
    moved = ranks.assign(moved=(ranks["rank"] - ranks["unit"].map(wide["baseline"])).abs())
    far = moved.sort_values(["moved", "unit", "scheme"], ascending=[False, True, True], kind="stable").iloc[0]
    title = labels(
        "sensitivity.schemes_title",
        low=labels.number(float(tau.min()), 2),
        high=labels.number(float(tau.max()), 2),
        unit=labels(f"unit.{far['unit']}"),
        scheme=labels(f"scheme.{far['scheme']}"),
        most=labels.number(float(far["moved"]), 0),
    )
    _frame(figure, labels, title, ranks, source, *notes)
    return figure


def _scheme(axes: Axes, column: int, ranks: pd.Series[float], baseline: pd.Series[float], labels: Labels) -> None:
    """Ranks under one scheme, the more coloured the farther from the baseline's."""
    if ranks.isna().all():
        words = labels("sensitivity.refused")
        axes.text(column, (len(ranks) - 1) / 2, words, rotation=90, ha="center", va="center", color=style.GREY)
    for row, (rank, base) in enumerate(zip(ranks, baseline, strict=True)):
        if np.isnan(rank):
            continue
        moved = rank - base
        bold = "normal" if column else "bold"
        text = labels.number(rank, 0 if rank == round(rank) else 1)
        axes.text(column, row, text, ha="center", va="center", fontsize=8, fontweight=bold)
        if moved == 0:
            continue
        colour, alpha = style.BLUE if moved < 0 else style.ORANGE, 0.15 + 0.6 * min(abs(moved) / 6, 1.0)
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, linewidth=0, alpha=alpha))
        size = "" if abs(moved) < 1 else labels.number(abs(moved))
        mark = ("\u25b2" if moved < 0 else "\u25bc") + size
        axes.text(column + 0.2, row, mark, ha="left", va="center", fontsize=5.8, color="#333333")


def _units(units: Sequence[str], labels: Labels) -> str:
    """Names of units: up to two, or the first and how many there are besides."""
    names = [labels(f"unit.{unit}") for unit in units]
    return ",\n".join(names) if len(names) < 3 else labels("sensitivity.others", unit=names[0], n=len(names) - 1)


def _of_view(labels: Labels, table: pd.DataFrame, view: str) -> str:
    year = int(table["year"].iloc[0])
    return style.view_in(labels, view, year)


def _frame(figure: style.Picture, labels: Labels, title: str, table: pd.DataFrame, source: str, *notes: str) -> None:
    """Title and foot."""
    style.title(figure, title)
    style.stamp(figure, labels, table["kind"], source, *notes)
