"""Figures stay legible with long names: words whole, names told apart, nothing cut or covered."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index.figures_structure import importance
from monotown.sensitivity.figures import schemes
from monotown.sensitivity.figures_sobol import sobol
from monotown.sensitivity.figures_stability import flips
from monotown.show.style import figure_style, in_lines

CONFIG = Path(__file__).parents[2] / "config"
TEXTS = project_texts()
#: Two names that differ only late, as the measures of a block may.
LONG = {
    "m1": "Per 100,000 people of the region: researchers with the degree of doctor of science",
    "m2": "Per 100,000 people of the region: researchers with the degree of candidate of science",
}


def labels(language: str = "en", **more: str) -> Labels:
    named = {f"measure.{m}": text for m, text in LONG.items()} | {f"indicator.{m}": text for m, text in LONG.items()}
    named |= {"view.v": "Regions, 2022", "block.B1": "Personnel", "block.B2": "Conditions"} | more
    named |= {f"unit.u{i}": f"Region number {i}" for i in range(9)}
    return Labels(language, {**TEXTS, **{k: dict.fromkeys(LANGUAGES, t) for k, t in named.items()}})


def laid_out(draw: Any, *frames: Any, **settings: Any) -> tuple[Figure, Any]:
    with figure_style():
        figure: Figure = draw(*frames, view="v", source="Bureau", **settings)
        canvas = FigureCanvasAgg(figure)
        figure.set_dpi(100)
        figure.draw_without_rendering()
    return figure, canvas.get_renderer()


def keep_apart(texts: list[Any], renderer: Any) -> None:
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts if t.get_text()]
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        assert not a.padded(-0.5).overlaps(b.padded(-0.5)), (one, two)


def test_words_are_never_broken() -> None:
    assert in_lines("Normalisation of values", 8).split("\n") == ["Normalisation", "of", "values"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_of_the_sobol_table_are_whole_and_numbers_clear_of_marks(language: str) -> None:
    inputs = ["scheme", "normalisation", "leave_out", "aggregation", "goalposts"]
    rows = [
        {
            "view": "v",
            "year": 2022,
            "design": design,
            "output": output,
            "unit": unit,
            "input": i,
            "first": 0.05,
            "first_low": 0.04,
            "first_high": 0.06,
            "total": total,
            "total_low": total - 0.01,
            "total_high": total + 0.01,
            "mean": 1.0,
            "status": "defined",
            "evaluations": 100,
            "kind": "official",
        }
        for design, total in (("methods", 0.30), ("methods_and_noise", 0.25))
        for output, unit in (("rank", "u1"), ("mean_rank_shift", ""))
        for i in inputs
    ]
    rest = [
        {"design": d, "output": o, "unit": u, "order": 0, "share": 0.2}
        for d in ("methods", "methods_and_noise")
        for o, u in (("rank", "u1"), ("mean_rank_shift", ""))
    ]
    w = labels(language)
    figure, renderer = laid_out(sobol, pd.DataFrame(rows), pd.DataFrame(rest), labels=w)
    bars, heat = figure.axes
    heads = [t.get_text().replace("-\n", "-").replace("\n", " ") for t in heat.get_xticklabels()]
    assert heads == [*map(str, range(1, 6)), w("sobol.interactions")]
    named = [t.get_text() for t in bars.get_yticklabels()]
    assert sorted(t[3:] for t in named) == sorted(w(f"sobol.input.{i}") for i in inputs)
    assert [t[:3] for t in named] == [f"{n}. " for n in range(1, 6)]
    keep_apart(list(heat.get_xticklabels()), renderer)
    # the exact value lies beyond the limits: its mark must not cover the number
    diamonds = [m for m in bars.lines if m.get_marker() == "D"][1]
    edge = bars.transData.transform((np.ravel(diamonds.get_xdata())[0], 0))[0]
    totals = [t for t in bars.texts if t.get_text() == w.number(25)]
    assert len(totals) == len(inputs)
    for text in totals:
        assert text.get_window_extent(renderer).x0 > edge + 2.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_of_the_schemes_are_whole_and_apart(language: str) -> None:
    order = ["equal_by_block", "equal_by_indicator", "entropy", "critic", "standard_deviation"]
    ranks = pd.DataFrame(
        [
            {"year": 2022, "unit": u, "scheme": s, "rank": r, "kind": "official"}
            for s in ["baseline", *order]
            for r, u in enumerate(("u1", "u2", "u3"), 1)
        ]
    )
    agreement = pd.DataFrame({"scheme": order, "kendall": 0.9})
    w = labels(language)
    figure, renderer = laid_out(schemes, ranks, agreement, labels=w, order=order, frozen=2022)
    heads = list(figure.axes[0].get_xticklabels())
    assert [t.get_text().replace("\n", " ") for t in heads] == [w(f"scheme.{s}") for s in ["baseline", *order]]
    keep_apart(heads, renderer)


def test_what_gains_and_loses_weight_stays_on_the_page() -> None:
    table = pd.DataFrame(
        [
            {
                "view": "v",
                "year": 2022,
                "unit": f"u{i + 1}",
                "rival": f"u{i}",
                "unit_rank": i + 2.0,
                "rival_rank": i + 1.0,
                "scope": "B1",
                "status": "found",
                "distance": 0.1,
                "smallest": True,
                "gains_most": "m1",
                "loses_most": "m2",
                "kind": "official",
            }
            for i in range(5)
        ]
    )
    more = {f"unit.u{i}": f"{i} Западно-Казахстанская область с областью озёр" for i in range(6)}
    more["view.v"] = "Научный потенциал (частичный индекс), 20 регионов, 2022"
    more["measure.m1"] = "Исследователей в эквиваленте полной занятости на тысячу человек"
    figure, renderer = laid_out(flips, table, labels=labels("ru", **more))
    assert figure._suptitle.get_window_extent(renderer).x1 <= figure.bbox.x1
    texts = [t for t in figure.axes[1].texts if t.get_text()]
    assert max(t.get_window_extent(renderer).x1 for t in texts) <= figure.bbox.x1
    assert all("на тысячу человек" in t.get_text() for t in texts if "\u2212" in t.get_text())
    keep_apart(texts, renderer)


def test_a_view_of_one_year_is_not_dated_twice() -> None:
    table = pd.DataFrame(
        {
            "view": "v",
            "year": 2022,
            "level": "indicator",
            "block": "B1",
            "node": ["m1", "m2"],
            "nominal": 0.5,
            "share": [0.4, 0.6],
            "low": 0.3,
            "high": 0.7,
            "r": 0.9,
            "n_units": 9,
            "kind": "official",
        }
    )
    figure, _ = laid_out(importance, table, labels=labels())
    assert figure.get_supxlabel().startswith("Regions, 2022.")
