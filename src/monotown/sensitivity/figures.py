"""Figures of the weighting sensitivity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from monotown.base.labels import Labels
from monotown.base.ties import level, sort_key
from monotown.sensitivity.draws import Law
from monotown.sensitivity.inputs import read_inputs
from monotown.sensitivity.tables import percent
from monotown.show import marks, style
from monotown.show.printed import source_ids, source_words

#: A share is printed in its cell from here on.
SHOWN = 0.05


@dataclass(frozen=True)
class Drawn:
    """What the draws of an analysis vary, for the note below a figure.

    Attributes
    ----------
    draws, weight_cv
        Settings of the run.
    varied
        Names of the inputs that vary; empty where only the weights do, around the baseline.
    """

    draws: int
    weight_cv: float
    varied: tuple[str, ...] = ()

    def note(self, labels: Labels) -> str:
        """In words."""
        draws = labels.number(self.draws)
        if not self.varied:
            return labels("sensitivity.draws_note", draws=draws, cv=labels.number(self.weight_cv, 2))
        inputs = ", ".join(labels(f"input.{v}") for v in self.varied)
        return labels("sensitivity.varied_note", draws=draws, inputs=inputs)


def _binder(view: str, scores: pd.DataFrame) -> Callable[..., Callable[[Labels], Figure]]:
    """What binds a function that draws to its tables and settings, until there are words."""
    ids = source_ids(scores)

    def bound(draw: Callable[..., Figure], *frames: pd.DataFrame, **settings: Any) -> Callable[[Labels], Figure]:
        return lambda labels: draw(*frames, labels=labels, view=view, source=source_words(ids, labels), **settings)

    return bound


def weight_figures(
    view: str, tables: Mapping[str, pd.DataFrame], scores: pd.DataFrame, options: Mapping[str, Any]
) -> dict[str, Callable[[Labels], Figure]]:
    """Figures of the first sensitivity analysis, for the last year of a view.

    Parameters
    ----------
    tables
        Tables of `monotown.sensitivity.weights` by name.
    scores
        The view's table of scores, for its sources.
    options
        The section ``sensitivity`` of the config.
    """
    year = int(tables["rank_intervals"]["year"].max())
    last = {n: t[t["year"] == year] for n, t in tables.items() if "year" in t}
    drawn = Drawn(options["draws"], options["weight_cv"])
    frozen = int(tables["scheme_status"]["reference_year"].iloc[0])

    bound = _binder(view, scores[scores["year"] == year])
    return {
        "rank_intervals": bound(rank_intervals, last["rank_intervals"], interval=options["interval"], drawn=drawn),
        "rank_acceptability": bound(
            rank_acceptability, last["rank_acceptability"], last["rank_intervals"], drawn=drawn
        ),
        "drop_one": bound(drop_one, last["drop_one"]),
        "weight_space": bound(weight_space, last["weight_space"]),
        "schemes": bound(schemes, last["schemes"], last["agreement"], order=options["schemes"], frozen=frozen),
    }


def monte_carlo_figures(
    view: str,
    tables: Mapping[str, pd.DataFrame],
    scores: pd.DataFrame,
    options: Mapping[str, Any],
    analysis: str,
    kind: str,
) -> dict[str, Callable[[Labels], Figure]]:
    """Figures of one analysis.

    Parameters
    ----------
    view, tables, scores, options
        As in `weight_figures`, with the tables of `monotown.sensitivity.analyses`.
    analysis
        Its name, a key of ``analyses``.
    kind
        Kind of data.
    """
    inputs = read_inputs(options["analyses"][analysis], options["weight_cv"])
    around = inputs.on == ("weights",) and inputs.weights == Law("dirichlet", options["weight_cv"])
    drawn = Drawn(options["draws"], options["weight_cv"], () if around else inputs.on)
    intervals = tables["rank_intervals"]
    year = int(intervals["year"].iloc[0])

    bound = _binder(view, scores[scores["year"] == year])
    return {
        "rank_intervals": bound(rank_intervals, intervals, interval=options["interval"], drawn=drawn),
        "rank_acceptability": bound(rank_acceptability, tables["rank_acceptability"], intervals, drawn=drawn),
        "pairwise": bound(pairwise, tables["pairwise"], intervals, drawn=drawn),
        "convergence": bound(convergence, tables["convergence"], kind=kind, **options["enough"]),
        "levels": bound(levels, tables["levels"], drawn=replace(drawn, varied=inputs.on)),
    }


def rank_intervals(
    intervals: pd.DataFrame,
    *,
    labels: Labels,
    view: str,
    source: str,
    drawn: Drawn,
    interval: Sequence[float] = (0.05, 0.95),
) -> Figure:
    """Baseline rank, median and interval of each unit under random weights.

    Parameters
    ----------
    intervals
        One year of the table ``rank_intervals``.
    labels
        Words, with ``unit.<code>`` and ``view.<id>``.
    drawn
        What varies, for the note.
    interval
        Limits of the interval, as the table's columns are named.
    """
    table = _sorted(intervals)
    low, high = (percent(p) for p in interval)
    n = len(table)
    figure = style.new_figure(style.PAGE, 1.35 + 0.215 * n)
    axes = figure.subplots()
    y = np.arange(n)
    axes.hlines(y, 1, n, color=style.LIGHT, linewidth=0.5, zorder=0)
    words = labels("sensitivity.interval", low=labels.number(100 * interval[0]), high=labels.number(100 * interval[1]))
    ends = table[f"rank_{low}"] - 0.18, table[f"rank_{high}"] + 0.18
    axes.hlines(y, *ends, color=style.SKY, linewidth=6.5, label=words, zorder=1)
    median = labels("sensitivity.median_rank")
    marks.points(axes, table["rank_p50"], y, "|", 9, markeredgewidth=1.8, color=style.INK, label=median, zorder=2)
    face: dict[str, Any] = {"markerfacecolor": style.VERMILION, "markeredgecolor": "white", "markeredgewidth": 0.7}
    words = labels("sensitivity.baseline_rank")
    marks.points(axes, table["baseline_rank"], y, "o", 4.2, **face, label=words, zorder=3)
    near = [f"{labels.number(100 * share)}%" for share in table["share_within_one"]]
    marks.beside(axes, near, labels("sensitivity.within_one"))
    marks.unit_rows(axes, list(table["unit"]), labels)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_xlim(0.4, n + 0.6)
    axes.set_xticks([1, *range(5, n + 1, 5)])
    axes.set_xlabel(labels("sensitivity.rank_axis"))
    marks.key_above(axes, "left", first=[2, 1, 0], handletextpad=0.4, columnspacing=1.2)
    note = drawn.note(labels)
    _frame(figure, labels, "inputs_title" if drawn.varied else "intervals_title", view, table, source, note)
    return figure


def rank_acceptability(
    shares: pd.DataFrame, intervals: pd.DataFrame, *, labels: Labels, view: str, source: str, drawn: Drawn
) -> Figure:
    """Share of draws in which each unit has each rank, as a heat map.

    Parameters
    ----------
    shares, intervals
        One year of the tables ``rank_acceptability`` and ``rank_intervals``.
    """
    table = _sorted(intervals)
    wide = shares.set_index(["unit", "rank"])["share"].unstack("rank").loc[list(table["unit"])]  # noqa: PD010
    n = len(table)
    figure = style.new_figure(style.PAGE, 1.3 + 0.225 * n)
    axes = figure.subplots()
    colours = colormaps["Blues"]
    values = wide.to_numpy()
    image = axes.imshow(np.ma.masked_less(values, 0.0005), cmap=colours, vmin=0, vmax=1, aspect="auto")
    found = ((i, j, values[i, j]) for i, j in np.argwhere(values >= SHOWN))
    marks.cells(axes, ((i, j, labels.number(100 * share), share > 0.5) for i, j, share in found), 6.5)
    for i, baseline in enumerate(table["baseline_rank"]):
        axes.add_patch(Rectangle((baseline - 1.5, i - 0.5), 1, 1, fill=False, edgecolor=style.VERMILION, linewidth=1.2))
    marks.unit_rows(axes, list(table["unit"]), labels)
    axes.set_xticks(range(n), [str(r + 1) for r in range(n)])
    axes.set_xlabel(labels("sensitivity.rank_axis"))
    marks.lattice(axes, n, "#ececec")
    marks.share_scale(figure, axes, image, labels("sensitivity.share_axis"))
    notes = labels("sensitivity.cell_note"), drawn.note(labels)
    _frame(figure, labels, "acceptability_title", view, table, source, *notes)
    return figure


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
            marks.note(axes, style.in_lines(_units(units, labels), 21), (end, y), (4 * side, 0), **away)
    means = [labels.number(float(group["rank_shift"].abs().mean()), 2) for _, group in by_measure]
    marks.beside(axes, means, labels("sensitivity.mean_shift"), x=1.1, top=-0.75)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    marks.rows(axes, [labels(f"measure.{name}") for name, _ in by_measure], 36, fontsize=6.8)
    axes.set_ylim(n - 0.4, -0.7)
    axes.set_xlim(-reach * 2.7, reach * 2.7)  # room for the names
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
    ticks = [t for t in axes.get_xticks() if abs(t) <= reach]
    axes.set_xticks(ticks, [labels.number(t) if t <= 0 else "+" + labels.number(t) for t in ticks])
    axes.set_xlabel(labels("sensitivity.shift_axis"))
    _frame(figure, labels, "drop_title", view, dropped, source)
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
    _frame(figure, labels, "schemes_title", view, ranks, source, labels("sensitivity.scheme_note", year=frozen))
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


def pairwise(
    shares: pd.DataFrame, intervals: pd.DataFrame, *, labels: Labels, view: str, source: str, drawn: Drawn
) -> Figure:
    """How often the unit of a row is above the unit of a column.

    Parameters
    ----------
    shares, intervals
        One year of the tables ``pairwise`` and ``rank_intervals``.
    """
    table = _sorted(intervals)
    order = list(table["unit"])
    wide = shares.set_index(["unit", "other"])["share"].unstack("other")  # noqa: PD010
    values = wide.reindex(index=order, columns=order).to_numpy()
    n = len(order)
    figure = style.new_figure(style.PAGE, 1.5 + 0.235 * n)
    axes = figure.subplots()
    image = axes.imshow(values, cmap=colormaps["Blues"], vmin=0, vmax=1, aspect="auto")
    axes.set_facecolor(style.LIGHT)  # the diagonal
    # what is settled has no number: the colour says it
    open_ = (
        (i, j, values[i, j]) for i, j in np.argwhere(~np.isnan(values)) if round(100 * values[i, j]) not in (0, 100)
    )
    marks.cells(axes, ((i, j, labels.number(100 * share), share > 0.55) for i, j, share in open_), 6)
    names = [f"{labels(f'unit.{unit}')}  {i}" for i, unit in enumerate(order, 1)]
    marks.rows(axes, names, 34, fontsize=6.8 if any(len(name) > 34 for name in names) else 8)
    axes.set_xticks(range(n), [str(i + 1) for i in range(n)])
    axes.set_xlabel(labels("sensitivity.other_axis"))
    marks.lattice(axes, n, "white")
    marks.share_scale(figure, axes, image, labels("sensitivity.share_axis"))
    notes = labels("sensitivity.pair_note"), drawn.note(labels)
    _frame(figure, labels, "pairwise_title", view, table, source, *notes)
    return figure


def convergence(
    table: pd.DataFrame, *, labels: Labels, view: str, source: str, kind: str, share_error: float, rank_error: float
) -> Figure:
    """How the errors of shares and of interval limits fall with the number of draws.

    Parameters
    ----------
    table
        One year of the table ``convergence``.
    kind
        Kind of data.
    share_error, rank_error
        The stopping rule.
    """
    figure = style.new_figure(style.PAGE, 3.1)
    left, right = figure.subplots(1, 2)
    draws = table["draws"].to_numpy()
    enough = table.loc[table["enough"], "draws"]
    lines = (
        (left, 100 * table["share_error"], 100 * share_error, "share_error_axis"),
        (right, table["rank_error"], rank_error, "rank_error_axis"),
    )
    for axes, values, limit, key in lines:
        axes.plot(draws, values, marker="o", markersize=3.5, color=style.BLUE)
        axes.axhline(limit, color=style.VERMILION, linewidth=1, linestyle="--")
        look: dict[str, Any] = {"fontsize": 7, "color": style.VERMILION, "va": "baseline"}
        marks.note(axes, labels("sensitivity.limit"), (draws[0], limit), (0, -9), **look)
        axes.set_ylabel(labels(f"sensitivity.{key}"), fontsize=7.5)
        _draws_axis(axes, draws, labels)
        if len(enough):
            axes.axvline(enough.iloc[0], color=style.GREY, linewidth=1, linestyle=":")
    left.set_yscale("log")
    left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter(lambda y, _: labels.number(y, 0 if y >= 1 else 1 if y >= 0.1 else 2))
    left.yaxis.set_minor_locator(NullLocator())
    look = {"marker": "s", "markersize": 3.5, "linestyle": "-.", "color": style.GREEN}
    right.plot(draws, table["limits_moved"], **look, label=labels("sensitivity.limits_moved"))
    right.lines[0].set_label(labels("sensitivity.rank_error"))
    # above the panel, where no line passes
    right.legend(loc="lower right", bbox_to_anchor=(1.02, 1.0), fontsize=7, borderaxespad=0.1)
    right.set_ylim(bottom=-0.1)
    right.yaxis.set_major_locator(MaxNLocator(integer=True))
    right.yaxis.set_major_formatter(lambda y, _: labels.number(y))
    key, count = ("enough_note", enough.iloc[0]) if len(enough) else ("not_enough_note", draws[-1])
    note = labels(f"sensitivity.{key}", draws=labels.number(float(count)))
    _frame(figure, labels, "convergence_title", view, table.assign(kind=kind), source, note)
    return figure


def _draws_axis(axes: Axes, draws: np.ndarray, labels: Labels) -> None:
    """Numbers of draws, each ten times as far."""
    axes.set_xscale("log")
    axes.set_xlabel(labels("sensitivity.draws_axis"))
    if draws[-1] < 30 * draws[0]:  # powers of ten alone would leave an axis with one number
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(lambda x, _: labels.number(x))
    axes.xaxis.set_minor_formatter(NullFormatter())


def levels(table: pd.DataFrame, *, labels: Labels, view: str, source: str, drawn: Drawn) -> Figure:
    """Mean agreement with the baseline ranks under each level of each discrete input.

    Parameters
    ----------
    table
        One year of the table ``levels``.
    """
    known = table[table["draws"] > 0]
    order = [f for f in drawn.varied if f in set(known["input"])]
    order += [f for f in dict.fromkeys(known["input"]) if f not in order]
    rows: list[tuple[str, pd.DataFrame]] = [
        (f, known[known["input"] == f].sort_values(["kendall", "level"], ascending=[False, True], key=sort_key))
        for f in order
    ]
    names = []
    for factor, group in rows:
        words = [_level_name(labels, factor, str(level)) for level in group["level"]]
        words[0] = f"{_input_name(labels, factor)}: {words[0]}"
        names += [style.in_lines(w, 48) for w in words]
    size = len(names) + 0.4 * sum("\n" in n for n in names)
    figure = style.new_figure(style.PAGE, 1.3 + 0.19 * size + 0.16 * len(rows))
    axes = figure.subplots()
    y: float = 0.0
    ticks: list[float] = []
    for _, group in rows:
        for _, row in group.iterrows():
            spare = 0.2 if "\n" in names[len(ticks)] else 0.0  # above and below two lines
            y += spare
            x = float(row["kendall"])
            axes.plot([0, x], [y, y], color=style.LIGHT, linewidth=0.6, zorder=0)
            marks.points(axes, x, y, "o", 4, color=style.BLUE)
            edge: dict[str, Any] = {"markeredgecolor": style.INK, "markeredgewidth": 0.4}
            marks.points(axes, float(row["spearman"]), y, "D", 3.5, color=style.ORANGE, **edge)
            ticks.append(y)
            y += 1 + spare
        y += 0.8
    axes.set_yticks(ticks, names, fontsize=7, linespacing=0.95)
    axes.set_ylim(y - 0.3, -0.8)
    low = float(known[["kendall", "spearman"]].min().min())
    axes.set_xlim(min(low - 0.05, 0.6), 1.0)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.lines[1].set_label(labels("sensitivity.mean_kendall"))
    axes.lines[2].set_label(labels("sensitivity.mean_spearman"))
    axes.legend(handles=axes.lines[1:3], loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, fontsize=7.5)
    axes.set_xlabel(labels("sensitivity.agreement_axis"))
    axes.xaxis.set_major_formatter(lambda x, _: labels.number(x, 2))
    _frame(figure, labels, "levels_title", view, known, source, drawn.note(labels))
    return figure


def weight_space(table: pd.DataFrame, *, labels: Labels, view: str, source: str) -> Figure:
    """Rank of each unit as the weight of one block goes from nothing to everything.

    Parameters
    ----------
    table
        One year of the table ``weight_space``.
    labels
        Words, with ``block.<id>``.
    """
    blocks = list(dict.fromkeys(table["block"]))
    shown = blocks[:1] if len(blocks) == 2 else blocks  # of two, one is what the other is not
    n = table["unit"].nunique()
    figure = style.new_figure(style.PAGE, 1.0 + (0.7 + 0.21 * n) * len(shown))
    panels = figure.subplots(len(shown), 1, squeeze=False)[:, 0]
    for axes, block in zip(panels, shown, strict=True):
        mine = table[table["block"] == block]
        wide = mine.set_index(["weight", "unit"])["rank"].unstack("unit")  # noqa: PD010
        base = float(mine["baseline_weight"].iloc[0])
        for k, unit in enumerate(wide.columns):
            moved = float(wide[unit].max() - wide[unit].min())
            axes.plot(
                100 * wide.index,
                wide[unit],
                color=style.CYCLE[k % len(style.CYCLE)],
                linestyle=style.DASHES[k // len(style.CYCLE) % len(style.DASHES)],
                linewidth=0.9 + 0.06 * min(moved, 12),
            )
        axes.axvline(100 * base, color=style.INK, linewidth=0.8, linestyle=":")
        axes.set_xlim(0, 100)
        axes.set_ylim(n + 0.5, 0.5)
        first, last = (wide.iloc[0].sort_values(kind="stable"), wide.iloc[-1].sort_values(kind="stable"))
        axes.set_yticks(np.arange(n) + 1.0, _names(first.index, labels), fontsize=6.3)
        other = axes.twinx()
        other.set_ylim(axes.get_ylim())
        other.set_yticks(np.arange(n) + 1.0, _names(last.index, labels), fontsize=6.3)
        for side in (axes, other):
            side.set_yticklabels(side.get_yticklabels(), linespacing=0.9)
            side.tick_params(axis="y", length=0)
            side.spines[["left", "right", "top"]].set_visible(False)
        axes.set_xlabel(
            style.in_lines(labels("sensitivity.block_axis", block=marks.named(labels, f"block.{block}")), 70)
        )
    _frame(figure, labels, "weight_space_title", view, table, source, labels("sensitivity.weight_space_note"))
    return figure


def _names(units: pd.Index[str], labels: Labels) -> list[str]:
    return [style.in_lines(labels(f"unit.{u}"), 32) for u in units]


def _input_name(labels: Labels, factor: str) -> str:
    head, _, measure = factor.partition(":")
    words = labels(f"input.{head}")
    return f"{words}, {labels(f'measure.{measure}')}" if measure else words


def _level_name(labels: Labels, factor: str, level: str) -> str:
    # of a method with settings, "power(exponent=2)", the name has words
    method, bracket, settings = level.partition("(")
    known = [k for k in (f"{factor}.{level}", f"measure.{level}", f"block.{level}", f"level.{level}") if labels.has(k)]
    if known:
        words = labels(known[0])
        return words[:1].upper() + words[1:]
    name = f"{factor}.{method}"
    return f"{labels(name)} {bracket}{settings}" if labels.has(name) else level


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["baseline_rank", "unit"], kind="stable").reset_index(drop=True)


def _units(units: Sequence[str], labels: Labels) -> str:
    first = labels(f"unit.{units[0]}")
    if len(units) == 1:
        return first
    both = f"{first}, {labels(f'unit.{units[1]}')}"
    if len(units) == 2 and len(both) <= 26:
        return both
    return labels("sensitivity.others", unit=first, n=len(units) - 1)


def _frame(
    figure: style.Picture, labels: Labels, key: str, view: str, table: pd.DataFrame, source: str, *notes: str
) -> None:
    """Title and foot."""
    year = int(table["year"].iloc[0])
    style.title(figure, labels(f"sensitivity.{key}", view=style.view_name(labels, view, year), year=year))
    style.stamp(figure, labels, table["kind"], source, *notes)
