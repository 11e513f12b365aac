"""Figures of what would change the answer: least changes of weights, ranges that keep the order."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from monotown.base.labels import Labels
from monotown.base.many import FEW
from monotown.sensitivity.figures_sobol import head_and_foot, name, of_view, sobol
from monotown.show import marks, style
from monotown.show.printed import source_ids, source_words

#: Tables that each figure of this part is drawn from.
FIGURES: Final = {"sobol": ("sobol", "interactions"), "flips": ("flips",), "stability": ("stability_intervals",)}

#: Letters in a line of a name of what gains or loses weight, and its lines.
_WIDTH, _LINES = 46, 2


def view_figures(
    view: str, tables: Mapping[str, pd.DataFrame], scores: pd.DataFrame, interval: tuple[float, float]
) -> dict[str, Callable[[Labels], Figure]]:
    """The figures of `FIGURES` for the last year of a view.

    Parameters
    ----------
    tables
        The tables they are drawn from, by name.
    scores
        The view's table of scores, for its sources.
    interval
        Probabilities of the bootstrap's limits.
    """
    last = {n: t[t["year"] == t["year"].max()] for n, t in tables.items()}
    ids = source_ids(scores[scores["year"] == scores["year"].max()])

    functions: dict[str, Callable[..., Figure]] = {"sobol": sobol, "flips": flips, "stability": stability}

    def bound(figure: str) -> Callable[[Labels], Figure]:
        draw = functions[figure]
        more = {"interval": interval} if figure == "sobol" else {}
        frames = [last[n] for n in FIGURES[figure]]
        return lambda labels: draw(*frames, labels=labels, view=view, source=source_words(ids, labels), **more)

    return {figure: bound(figure) for figure in FIGURES}


def flips(changes: pd.DataFrame, *, labels: Labels, view: str, source: str) -> Figure:
    """Least change of weights with which each unit reaches the one above it.

    Parameters
    ----------
    changes
        One year of the table ``flips``.
    labels
        Words, with ``unit.<code>``, ``measure.<id>``, ``block.<id>``, ``indicator.<id>`` and
        ``view.<id>``.
    """
    scopes = sorted(set(changes["scope"].astype(str)), key=_scope_order)
    keys = ["rival_rank", "rival", "unit"]
    every = list(changes.sort_values([*keys, "scope"]).groupby(keys, sort=True))
    pairs = every[:FEW]
    n = len(pairs)
    texts = [_change(mine, labels) for _, mine in pairs]
    deep = max(text.count("\n") for text in texts) + 1
    row_height = 0.29 if deep < 3 else 0.105 * deep + 0.06
    figure = style.new_figure(style.PAGE, 1.75 + 0.13 * len(scopes) + row_height * n)
    axes, words = figure.subplots(1, 2, width_ratios=[1.0, 0.85], sharey=True)
    most = changes["distance"].max()
    reach = 1.0 if np.isnan(most) else max(50 * float(most), 1.0)
    places = _places(scopes)
    names = []
    for row, (_, mine) in enumerate(pairs):
        axes.axhline(row, color=style.LIGHT, linewidth=0.5, zorder=0)
        for change in mine[mine["status"] == "found"].to_dict("records"):
            at, least = places[str(change["scope"])], bool(change["smallest"])
            moved = 50 * change["distance"]
            if least:
                axes.hlines(row, 0, moved, color=style.GREY, linewidth=1, zorder=1)
            axes.plot(moved, row, zorder=3 if least else 2, **_mark(at, least))
        words.text(0.0, row, texts[row], fontsize=6, va="center", linespacing=1.2)
        first = mine.to_dict("records")[0]
        rank = labels.number(first["rival_rank"], 0 if first["rival_rank"].is_integer() else 1)
        names.append(labels("flips.pair", unit=name(labels, first["unit"]), rank=rank))
    marks.rows(axes, names, 34, fontsize=7)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_xlim(-0.02 * reach, 1.06 * reach)
    axes.set_xlabel(f"{labels('flips.axis')}.\n{of_view(labels, changes, view)}", fontsize=7.5, loc="left")
    head = style.in_lines(labels("flips.change_head"), 44)
    words.text(0.0, -0.7, head, fontsize=6.5, va="bottom", color="#555555")
    words.set_xlim(0, 1)
    words.set_axis_off()
    axes.legend(
        [Line2D([], [], **_mark(places[s], True)) for s in scopes],
        [_scope(labels, s) for s in scopes],
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.01),
        fontsize=7,
        handletextpad=0.3,
        borderaxespad=0.0,
    )
    notes = _first(n, len(every), labels, "flips.note")
    head_and_foot(figure, changes, labels, _closest(changes, labels), source, *notes)
    return figure


def _closest(changes: pd.DataFrame, labels: Labels) -> str:
    """The least of the least changes, and what is enough for half of the pairs."""
    least = changes[changes["smallest"]].sort_values(["distance", "unit"], kind="stable")
    if least.empty:
        return labels("flips.none")
    first = least.iloc[0]
    return labels(
        "flips.title",
        unit=labels(f"unit.{first['unit']}"),
        rival=labels(f"unit.{first['rival']}"),
        least=labels.number(50 * float(first["distance"]), 1),
        half=labels.number(50 * float(least["distance"].median()), 1),
    )


def stability(ranges: pd.DataFrame, *, labels: Labels, view: str, source: str) -> Figure:
    """Range of each block's weight over which rank 1, the whole order and each pair hold.

    Parameters
    ----------
    ranges
        One year of the table ``stability_intervals``.
    """
    blocks = sorted(set(ranges["block"].astype(str)))
    every = _chain(ranges[(ranges["block"] == blocks[0]) & (ranges["scope"] == "pair")])
    units = every[:FEW]
    rows = [("order", "", ""), ("first", units[0], "")]
    rows += [("pair", above, below) for above, below in pairwise(units)]
    n = len(rows)
    told = ranges[(ranges["scope"] == "order") & (ranges["block"] == blocks[0])].iloc[0]
    if len(blocks) == 2:
        blocks = blocks[:1]  # of two, one is what the other is not
    figure = style.new_figure(style.PAGE, 1.75 + 0.2 * n)
    panels = figure.subplots(1, len(blocks), sharey=True, squeeze=False)[0]
    for axes, block in zip(panels, blocks, strict=True):
        mine = ranges[ranges["block"] == block].set_index(["scope", "above", "below"])
        start = 100 * float(mine["weight"].iloc[0])
        axes.axvline(start, color=style.VERMILION, linewidth=1, linestyle="--", zorder=0)
        for y, key in enumerate(rows):
            low, high = (100 * float(v) for v in mine[["low", "high"]].to_numpy()[_at(mine, key)])
            colour = style.SKY if key[0] == "pair" else style.BLUE
            axes.barh(y, high - low, left=low, height=0.56, color=colour, edgecolor=style.INK, linewidth=0.5)
            if key[0] == "order":
                text = f"{labels.number(low, 1)}–{labels.number(high, 1)}"
                at, away, side = (low, -4, "right") if high > 65 else (high, 4, "left")
                marks.note(axes, text, (at, y), (away, 0), ha=side, fontsize=7)
        axes.axhline(1.5, color=style.INK, linewidth=0.6)
        axes.set_xlim(0, 100)
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.set_title(style.in_lines(name(labels, block), 66 // len(blocks)), fontsize=7.5)
        axes.tick_params(axis="y", length=0)
    named = [f"{i + 1}. {name(labels, u)}" for i, u in enumerate(units[:-1])]
    first = [labels("stability.whole"), labels("stability.first", unit=name(labels, units[0]))]
    panels[0].set_yticks(range(n), [style.in_lines(t, 36) for t in [*first, *named]], fontsize=7, linespacing=0.95)
    panels[0].set_ylim(n - 0.4, -0.6)
    panels[len(panels) // 2].set_xlabel(f"{labels('stability.axis')}. {of_view(labels, ranges, view)}")
    notes = _first(len(units), len(every), labels, "stability.note")
    limits = {end: labels.number(100 * float(told[end]), 1) for end in ("low", "high")}
    title = labels("stability.title", block=name(labels, blocks[0]), **limits)
    head_and_foot(figure, ranges, labels, title, source, *notes)
    return figure


def _first(shown: int, all_: int, labels: Labels, note: str) -> tuple[str, ...]:
    """Notes of a figure, with how many of its rows it shows where these are too many for a page."""
    more = () if shown == all_ else (labels("flips.first_of", n=shown, all=all_),)
    return (labels(note), *more)


def _places(scopes: Sequence[str]) -> dict[str, int]:
    """Mark of each set of weights, one and the same in every figure: between blocks, all at once, inside a block."""
    inside = [i for i in range(len(scopes) + 2) if i not in (0, 3)]
    within = iter(inside)
    return {s: {"blocks": 0, "leaves": 3}[s] if s in ("blocks", "leaves") else next(within) for s in scopes}


def _mark(scope: int, filled: bool) -> dict[str, Any]:
    colour = style.CYCLE[scope % len(style.CYCLE)]
    return {
        "linestyle": "none",
        "marker": style.MARKERS[scope % len(style.MARKERS)],
        "markersize": 5,
        "markerfacecolor": colour if filled else "white",
        "markeredgecolor": colour,
    }


def _change(mine: pd.DataFrame, labels: Labels) -> str:
    """What gains and loses most in the least change of a pair, or why there is none."""
    least = mine[mine["smallest"]]
    if len(least):
        up, down = (
            "\n".join(
                textwrap.wrap(
                    name(labels, str(least[c].iloc[0])),
                    _WIDTH,
                    max_lines=_LINES,
                    placeholder="…",
                    subsequent_indent="   ",
                )
            )
            for c in ("gains_most", "loses_most")
        )
        return labels("flips.change", up=up, down=down)
    status = set(mine["status"])
    return labels("flips." + next(s for s in ("tied", "out_of_reach", "missing") if s in status))


def _chain(pairs: pd.DataFrame) -> list[str]:
    """Units from first to last: each pair begins where the one before ends."""
    after = dict(zip(pairs["above"].astype(str), pairs["below"].astype(str), strict=True))
    found = [next(u for u in after if u not in set(after.values()))]
    while found[-1] in after:
        found.append(after[found[-1]])
    return found


def _at(table: pd.DataFrame, key: tuple[str, str, str]) -> int:
    return list(table.index).index(key)


def _scope_order(scope: str) -> tuple[int, str]:
    return {"blocks": 0, "leaves": 2}.get(scope, 1), scope


def _scope(labels: Labels, scope: str) -> str:
    if scope in ("blocks", "leaves"):
        return labels(f"flips.{scope}")
    return labels("flips.within", block=textwrap.shorten(name(labels, scope), 70, placeholder="…"))
