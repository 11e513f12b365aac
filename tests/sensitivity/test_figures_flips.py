"""Figures of what would change the answer say what their tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.sensitivity.figures_stability import FIGURES, flips, stability, view_figures
from monotown.sensitivity.stability import flip_tables
from monotown.sensitivity.year import Case
from monotown.show.style import figure_style, render

TEXTS = project_texts("common", "sobol")
UNITS = [f"u{i}" for i in range(5)]


def model(aggregation: str = "geometric") -> IndexModel:
    blocks = (Node("B1", (Leaf("a"), Leaf("b"))), Node("B2", (Leaf("c"), Leaf("d"))))
    chosen = method(aggregation)
    floor = 0.01 if chosen.needs_positive else None
    return IndexModel(Node("i", blocks, aggregation=chosen, floor=floor))


def tables(aggregation: str = "geometric") -> dict[str, pd.DataFrame]:
    z = np.random.default_rng(2).random((5, 4))
    z[0], z[1], z[2, 0] = 0.99, 0.5, np.nan
    z[3] = z[1]
    z[2, 1] = np.nan
    tree = model(aggregation)
    case = Case.of(tree, 2022, UNITS, z)
    return flip_tables("v", "official", tree, [case], {2022: "s"})


def labels(language: str) -> Labels:
    named = {"view.v": "Regions", "measure.a": "Researchers", "block.B1": "Personnel"}
    named |= {f"unit.{u}": f"Unit {u}" for u in UNITS}
    return Labels(language, {**TEXTS, **{k: dict.fromkeys(LANGUAGES, t) for k, t in named.items()}})


def words(figure: Figure) -> str:
    found = [figure.get_suptitle(), figure.get_supxlabel(), figure.about]
    for axes in figure.axes:
        texts = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
        found += [t.get_text() for t in texts]
        found += [axes.get_title(loc="left"), axes.get_xlabel()]
        legend = axes.get_legend()
        found += [t.get_text() for t in legend.get_texts()] if legend else []
    return " ".join(found).replace("\n", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("aggregation", ["geometric", "arithmetic"])
def test_flips(language: str, aggregation: str) -> None:
    table, w = tables(aggregation)["flips"], labels(language)
    with figure_style():
        figure = flips(table, labels=w, view="v", source="Bureau")
    text = words(figure)
    for part in (
        "Bureau",
        w("kind.official"),
        "Regions, 2022",
        w("flips.blocks"),
        w("flips.within", block="Personnel"),
        w("flips.tied"),
        w("flips.missing"),
        w("flips.out_of_reach"),
    ):
        assert part in text
    assert w("flips.leaves") in text
    # one mark for each change found, where it stands in the table
    found = table[table["status"] == "found"]
    marks = [line for line in figure.axes[0].lines if line.get_marker() in "os^D"]
    at = sorted(float(np.ravel(m.get_xdata())[0]) for m in marks)
    np.testing.assert_allclose(at, sorted(50 * found["distance"]))
    filled = [m for m in marks if m.get_markerfacecolor() != "white"]
    assert len(filled) == found["smallest"].sum() > 0
    ticks = [t.get_text() for t in figure.axes[0].get_yticklabels()]
    assert len(ticks) == 4
    first = table.sort_values("rival_rank").iloc[0]
    assert ticks[0] == w("flips.pair", unit=f"Unit {first['unit']}", rank="1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_stability(language: str) -> None:
    table, w = tables()["stability_intervals"], labels(language)
    with figure_style():
        figure = stability(table, labels=w, view="v", source="Bureau")
    text = words(figure)
    for part in ("Bureau", w("stability.whole"), "Personnel", "4. Unit"):
        assert part in text
    for axes, block in zip(figure.axes, ("B1",), strict=True):
        mine = table[table["block"] == block]
        bars = sorted((p.get_x(), p.get_x() + p.get_width()) for p in axes.patches)
        expected = sorted(zip(100 * mine["low"], 100 * mine["high"], strict=True))
        np.testing.assert_allclose(bars, expected)
        order = mine[mine["scope"] == "order"].iloc[0]
        assert f"{w.number(100 * order['low'], 1)}–{w.number(100 * order['high'], 1)}" in text


def test_figures_of_a_view_show_its_last_year() -> None:
    found = tables()
    old = {n: t.assign(year=2020, kind="synthetic") for n, t in found.items()}
    both = {n: pd.concat([old[n], found[n]], ignore_index=True) for n in found}
    scores = pd.DataFrame({"year": [2020, 2022], "source": ["x", "y"]})
    both |= {"sobol": found["flips"], "interactions": found["flips"]}
    draws = view_figures("v", both, scores, (0.05, 0.95))
    assert list(draws) == list(FIGURES)
    with figure_style():
        figure = draws["flips"](labels("en"))
        alone = flips(found["flips"], labels=labels("en"), view="v", source="y")
    assert render(figure)["png"] == render(alone)["png"]
