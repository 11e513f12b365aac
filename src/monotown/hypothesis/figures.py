"""Figures of the hypothesis: a forest of estimates with the naive and the right error, size and power."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from monotown.base.labels import Labels
from monotown.base.ties import sort_key
from monotown.show import marks, style

#: The error that misleads and the one fixed beforehand, and how each is drawn.
WAYS: Final = ("naive", "wild")
_LOOK: Final = {"naive": (style.VERMILION, "s", "--"), "wild": (style.BLUE, "o", "-")}

#: Analyses that compare regions with one another, whose intervals are of another size: not drawn.
_BETWEEN: Final = ("primary", "between", "contextual", "level")


def forest(
    table: pd.DataFrame,
    estimates: pd.DataFrame,
    left_out: pd.DataFrame,
    verdict: pd.DataFrame,
    *,
    labels: Labels,
    source: str,
) -> Figure:
    """The primary coefficient with the naive and the right error, other specifications, and without each region.

    Parameters
    ----------
    table, estimates, left_out, verdict
        Tables `ERRORS`, `ESTIMATES`, `LEAVE_OUT` and `VERDICT` of `monotown.hypothesis.tables`.
    """
    ahead = left_out[left_out["direction"] == "forward"]
    units = list(ahead.sort_values("leverage", ascending=False, kind="stable", key=sort_key)["unit"])
    mine = estimates[~estimates["analysis"].isin(_BETWEEN)]
    both = set.intersection(*(set(group["analysis"]) for _, group in mine.groupby("direction")))
    others = [a for a in dict.fromkeys(mine["analysis"]) if a in both]
    groups = [
        ("primary_rows", [labels(f"hypothesis.error.{way}") for way in WAYS]),
        ("other_rows", [labels(f"hypothesis.analysis.{a}") for a in others]),
        ("without", [labels(f"unit.{u}").split(" (")[0] for u in units]),
    ]
    places, y = [], 0.0
    for _, names in groups:
        places.append([y + 1 + i for i in range(len(names))])
        y += len(names) + 1.4
    figure = style.new_figure(style.PAGE, 1.6 + 0.165 * y)
    pair = figure.subplots(1, 2, sharey=True, sharex=True)
    margin = float(verdict["sesoi"].iloc[0])
    for axes, direction in zip(pair, ("forward", "reverse"), strict=True):
        axes.axvspan(-margin, margin, color=style.LIGHT, alpha=0.7, linewidth=0, zorder=0)
        axes.axvline(0, color=style.INK, linewidth=0.7)
        parts = [(table, "way", WAYS), (mine, "analysis", others), (left_out, "unit", units)]
        for (frame, key, wanted), at in zip(parts, places, strict=True):
            rows = frame[frame["direction"] == direction].set_index(key).loc[list(wanted)]
            for place, (name, row) in zip(at, rows.iterrows(), strict=True):
                _row(axes, place, row, str(name) if key == "way" else "")
        axes.set_title(style.in_lines(labels(f"hypothesis.direction.{direction}"), 20), fontsize=8.5)
        axes.set_xlabel(labels("hypothesis.sd_per_sd_short").replace(", ", ",\n", 1))
        axes.grid(axis="x")
        axes.xaxis.set_major_formatter(_numbers(labels))
        axes.tick_params(axis="y", length=0)
    pair[0].set_yticks([p for at in places for p in at], [n for _, names in groups for n in names], fontsize=7.2)
    for tick in pair[0].get_yticklabels()[: len(WAYS)]:
        tick.set_fontweight("bold")
    pair[0].set_ylim(y - 0.8, -0.6)
    for (key, _), at in zip(groups, places, strict=True):
        look: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": 7.2, "color": "#555555"}
        pair[0].text(-0.02, at[0] - 0.95, labels(f"hypothesis.{key}"), transform=pair[0].get_yaxis_transform(), **look)
    style.title(figure, _verdict(verdict, labels))
    style.stamp(figure, labels, table["kind"], source, labels("hypothesis.forest_note"))
    return figure


def _row(axes: Axes, y: float, row: Any, way: str) -> None:
    """An estimate with its interval; the two errors of the primary one stand out."""
    colour, marker, dash = _LOOK.get(way, (style.INK, "o", "-"))
    axes.plot([row["low"], row["high"]], [y, y], color=colour, linestyle=dash, linewidth=2.2 if way else 0.9)
    marks.points(axes, row["estimate"], y, marker, 5.5 if way else 3.2, color=colour)


def _verdict(verdict: pd.DataFrame, labels: Labels) -> str:
    """The verdict on the hypothesis, and the size below which nothing would have been seen."""
    ahead = verdict[verdict["direction"] == "forward"].iloc[0]
    return labels(
        "hypothesis.forest_title",
        verdict=labels(f"hypothesis.verdict.forward.{ahead['status']}"),
        detectable=labels.number(float(ahead["detectable"]), 2),
    )


def power(table: pd.DataFrame, verdict: pd.DataFrame, *, labels: Labels, source: str) -> Figure:
    """How often the naive and the right error find an effect: where there is none, and where there is one.

    Parameters
    ----------
    table, verdict
        Tables `POWER` and `VERDICT` of `monotown.hypothesis.tables`.
    """
    ahead = verdict[verdict["direction"] == "forward"].iloc[0]
    made = table[table["design"] == "made"]
    most = made["rho"].max()
    panel = table[table["design"] == "panel"]
    figure = style.new_figure(style.PAGE, 3.9)
    left, right = figure.subplots(1, 2, sharey=True)
    null = made[made["effect"] == 0]
    for way, (colour, marker, dash) in _LOOK.items():
        words = labels(f"hypothesis.error.{way}")
        look: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 5, "linestyle": dash, "label": words}
        line = null[null["way"] == way].sort_values("rho", kind="stable")
        left.plot(line["rho"], 100 * line["share"], **look)
        line = panel[panel["way"] == way].sort_values("effect", kind="stable")
        right.plot(line["effect"], 100 * line["share"], **look)
    grey: dict[str, Any] = {"color": style.GREY, "linewidth": 0.8, "linestyle": (0, (4, 3))}
    left.axhline(100 * float(ahead["level"]), **grey, label=labels("hypothesis.meant"))
    for limit in ("level", "power"):
        right.axhline(100 * float(ahead[limit]), **grey)
    marks.note(right, labels("hypothesis.planned"), (0, 100 * float(ahead["power"])), (2, 6), fontsize=7)
    right.axvline(float(ahead["detectable"]), color=style.INK, linewidth=1, linestyle=":")
    words = style.in_lines(labels("hypothesis.detectable"), 22)
    marks.note(right, words, (float(ahead["detectable"]), 22), (-4, 0), ha="right", fontsize=7)
    for axes, key, below in ((left, "false", "rho"), (right, "found", "effect")):
        axes.set_title(style.in_lines(labels(f"hypothesis.power_{key}"), 34), fontsize=8.5)
        axes.set_xlabel(labels(f"hypothesis.{below}"))
        axes.set_ylim(0, 103)
        axes.grid(axis="y")
        axes.xaxis.set_major_formatter(_numbers(labels))
    left.set_ylabel(style.in_lines(labels("hypothesis.refused"), 30), fontsize=8)
    left.legend(loc="upper left", fontsize=7.5)
    worst = null[null["rho"] == most].set_index("way")["share"]
    told = {way: labels.number(100 * float(worst[way])) for way in WAYS}
    style.title(figure, labels("hypothesis.power_title", rho=labels.number(float(most), 1), **told))
    style.stamp(figure, labels, table["kind"], source, labels("hypothesis.power_note"))
    return figure


def _numbers(labels: Labels) -> FuncFormatter:
    return FuncFormatter(lambda value, _: labels.number(value, 1))
