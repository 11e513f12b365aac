from pathlib import Path

import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.mechanism import build
from monotown.mechanism.chapter import mechanism_words
from monotown.mechanism.figures import allocation, feedback, sobol
from monotown.show.style import figure_style

from .small_mechanism import make_config, make_graph, make_point

ROOT = Path(__file__).resolve().parents[2]
CONFIG = make_config(sobol={"points": 8, "replicates": 2, "years": 2, "draws": 20})
ORDER = ("plan", "hub", "pay", "lab")


@pytest.fixture(scope="module")
def built():
    points = [make_point(), make_point(unit="B", values=(0.0, 1.0, 0.5))]
    return build.build_mechanism(points, CONFIG, make_graph(), 7)


@pytest.fixture(scope="module", params=LANGUAGES)
def labels(request):
    texts = project_texts("common", "mechanism")
    texts |= mechanism_words(CONFIG, texts)
    texts |= {f"unit.{u}": {"en": u, "ru": u, "kk": u} for u in "AB"}
    return Labels(request.param, texts)


def heads(figure):
    return [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]


def said(figure):
    return " ".join(figure._supxlabel.get_text().split())


def test_the_budget_is_drawn_with_its_frontier_and_price(built, labels):
    with figure_style():
        figure = allocation(
            built.levers, built.allocation, built.frontier, labels=labels, order=ORDER, per=1000, source="s"
        )
    assert len(figure.axes) == 1 + 3 * 2
    assert heads(figure) == ["A, 2022", "B, 2022"]
    top, middle = figure.axes[1], figure.axes[3]
    assert len(top.collections) == 4
    # told apart without colour: no two areas have both shade and pattern
    looks = {(tuple(a.get_facecolor()[0]), a.get_hatch()) for a in top.collections}
    assert len(looks) == 4
    assert len({tuple(axes.get_ylim()) for axes in figure.axes[1:3]}) == 1  # compared on one axis
    assert len({line.get_linestyle() for line in middle.get_lines()[1:]}) == 3
    legend = figure.axes[0].get_legend()
    assert len(legend.get_texts()) == 7
    assert labels("mechanism.note") in said(figure)
    assert labels("kind.official") in figure.about


def test_paths_have_marks_of_their_own_and_both_levels(built, labels):
    with figure_style():
        figure = feedback(built.levers, built.feedback, built.frontier, labels=labels, source="s")
    assert len(figure.axes) == 1 + 2 * 2
    lines = figure.axes[1].get_lines()
    assert len(lines) == 2 + 3
    assert len({line.get_marker() for line in lines[2:]}) == 3
    target = built.feedback[(built.feedback["unit"] == "A") & (built.feedback["target"] == "near")]
    assert lines[0].get_ydata()[0] == pytest.approx(target["target_index"].iloc[0])
    texts = [t.get_text() for t in figure.axes[0].get_legend().get_texts()]
    assert labels("mechanism.gain", gain=labels.number(2.5, 1)) in texts


def test_indices_have_bars_alone_and_with_interactions(built, labels):
    with figure_style():
        figure = sobol(
            built.levers, built.sobol, labels=labels, order=ORDER, interval=(0.05, 0.95), years=2, source="s"
        )
    axes = figure.axes[1]
    assert len(axes.patches) == 2 * 8
    assert {p.get_hatch() for p in axes.patches} == {"", "////"}
    names = [t.get_text() for t in axes.get_yticklabels()]
    assert names[-1] == labels("mechanism_input.gain")
    assert names[0] == labels("mechanism_input.response:hub")
    assert names[3] == labels("mechanism_input.cost:plan")
    assert len(heads(figure)) == 2


def test_ticks_are_printed_in_the_language(built, labels):
    with figure_style():
        figure = feedback(built.levers, built.feedback, built.frontier, labels=labels, source="s")
    printed = figure.axes[1].yaxis.get_major_formatter()
    mark = "." if labels.language == "en" else ","
    assert printed(28.5, 0) == f"28{mark}5"
    assert printed(1200.0, 0) == labels.number(1200)
    assert printed(0.125, 0) == f"0{mark}125"
