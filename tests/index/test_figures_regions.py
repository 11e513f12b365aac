from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index import figures as regions
from monotown.index.panel import Fan
from monotown.index.printed import side_by_side
from monotown.show.style import figure_style, render


def words(language="en"):
    texts = project_texts("common", "regions")
    for name in ("unit.A", "unit.B", "unit.C", "view.v", "block.B1", "block.B2"):
        texts[name] = {k: f"{name}.{k}" for k in LANGUAGES}
    return Labels(language, texts)


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "unit": ["B", "A", "C"],
            "year": 2022,
            "rank": [1.0, 2.0, np.nan],
            "score": [80.0, 25.0, np.nan],
            "B1": [90.0, 20.0, 10.0],
            "B2": [70.0, 30.0, np.nan],
            "average": [25.0, 80.0, 50.0],
            "scale": 100.0,
            "kind": "official",
            "source": "bulletin",
        }
    )


@pytest.fixture(autouse=True)
def look():
    with figure_style():
        yield


def test_scores_are_drawn_best_first_with_blocks_and_average(table):
    figure = regions.scores(
        table, labels=words("ru"), view="v", blocks=["B1", "B2"], scale=100, source="s", marked=["A"]
    )
    (axes,) = figure.axes
    drawn = {line.get_label(): line.get_xdata().tolist() for line in axes.lines}
    assert drawn["индекс"] == [80.0, 25.0]
    assert drawn["block.B1.ru"] == [90.0, 20.0]
    assert drawn["block.B2.ru"] == pytest.approx([70.0, 30.0])
    assert drawn["среднее прочих регионов"] == [25.0, 80.0]
    ticks = axes.get_yticklabels()
    assert [t.get_text() for t in ticks] == ["unit.B.ru", "unit.A.ru"]
    assert [t.get_fontweight() for t in ticks] == ["normal", "bold"]
    assert [t.get_text() for t in axes.texts] == ["80,0", "25,0"]
    assert axes.get_xlabel().endswith("view.v.ru, 2022")
    stamp = figure.get_supxlabel()
    assert stamp.endswith("unit.A.ru.\nСлишком мало данных для балла: unit.C.ru.")
    assert figure.about.startswith("Официальная статистика. ")
    assert figure.about.endswith("Источник: s.")


def test_markers_of_blocks_differ_in_shape(table):
    figure = regions.scores(table, labels=words(), view="v", blocks=["B1", "B2"], scale=100, source="s")
    shapes = [line.get_marker() for line in figure.axes[0].lines]
    assert len(shapes) == len(set(shapes)) == 4


def test_panels_follow_each_unit_in_the_order_of_its_last_rank():
    scores = pd.DataFrame(
        {
            "unit": ["A", "A", "B", "B", "C"],
            "year": [2010, 2012, 2010, 2012, 2012],
            "node": "root",
            "score": [10.0, 20.0, 30.0, 60.0, np.nan],
            "rank": [2.0, 2.0, 1.0, 1.0, np.nan],
            "kind": "official",
        }
    )
    comparison = scores.assign(average=[30.0, 60.0, 10.0, 20.0, np.nan])
    figure = regions.over_time(
        scores, comparison, labels=words(), view="v", root="root", scale=100, source="s", marked=["A"]
    )
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == ["unit.B.en", "unit.A.en"]
    others, own, end = shown[1].lines
    assert own.get_ydata().tolist() == [10.0, 20.0]
    assert others.get_ydata().tolist() == [30.0, 60.0]
    assert others.get_linestyle() == "--"
    assert end.get_xdata().tolist() == [2012]
    assert shown[0].texts[0].get_text() == "1 → 1"
    assert shown[1].spines["top"].get_visible()
    assert not shown[0].spines["top"].get_visible()
    assert figure.get_suptitle() == "view.v.en, 2010–2012"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_panel_has_the_band_of_its_score_and_the_title_what_is_sure(language):
    scores = pd.DataFrame(
        {
            "unit": ["A", "A", "B", "B"],
            "year": [2010, 2012, 2010, 2012],
            "node": "root",
            "score": [10.0, 20.0, 30.0, 60.0],
            "rank": [2.0, 2.0, 1.0, 1.0],
            "kind": "official",
        }
    )
    band = scores.assign(low=scores["score"] - 5, high=scores["score"] + 45, kind="assumed+official")
    changes = pd.DataFrame(
        {"unit": ["A", "B"], "rose": [0.6, 0.999], "fell": [0.4, 0.001], "verdict": ["open", "rose"]}
    )
    fan = Fan(band, changes, (0.05, 0.95), 0.95, 10_000)
    known = {"labels": words(language), "view": "v", "root": "root", "scale": 100, "source": "s"}
    figure = regions.over_time(scores, scores.assign(average=np.nan), **known, fan=fan)
    first, second = (axes for axes in figure.axes if axes.get_visible())
    (area,) = first.collections
    points = {tuple(p) for p in area.get_paths()[0].vertices.tolist()}
    assert points == {(2010.0, 25.0), (2010.0, 75.0), (2012.0, 55.0), (2012.0, 105.0)}
    assert first.get_ylim()[1] > 105
    assert [t.get_text() for t in first.texts] == ["↑ 99%", "1 → 1"]
    assert [t.get_text() for t in second.texts] == ["↑ 60%", "2 → 2"]
    assert [axes.texts[0].get_fontweight() for axes in (first, second)] == ["bold", "normal"]
    assert "95%" in figure.get_suptitle()
    assert "90%" in figure.get_supxlabel()
    none = Fan(band.iloc[:0], changes.iloc[:0], (0.05, 0.95), 0.95, 0)
    plain = regions.over_time(scores, scores.assign(average=np.nan), **known, fan=none)
    assert not plain.axes[0].collections
    assert "90%" not in plain.get_supxlabel()


def test_two_indices_are_joined_by_a_line_a_unit(table):
    quality = table.assign(rank=[2.0, 1.0, 3.0], score=[40.0, 50.0, 30.0])
    figure = regions.side_by_side(side_by_side(table, quality), labels=words(), year=2022, source="s", marked=["A"])
    lines = {tuple(line.get_ydata()): line.get_linestyle() for line in figure.axes[0].lines}
    assert lines == {(0, 1): "--", (1, 0): "-"}
    texts = [t.get_text() for t in figure.axes[0].texts]
    assert "1  unit.B.en  (80)" in texts
    assert "1  unit.A.en  (50)" in texts
    assert "unit.C.en" in figure.get_supxlabel()
    assert not any("unit.C" in t for t in texts)


def test_shared_ranks_get_lines_of_their_own(table):
    tied = table.assign(rank=[1.5, 1.5, np.nan])
    figure = regions.side_by_side(side_by_side(tied, tied), labels=words("ru"), year=2022, source="s")
    texts = [t.get_text() for t in figure.axes[0].texts]
    assert texts.count("1,5  unit.A.ru  (25)") == 2
    assert sorted(tuple(line.get_ydata()) for line in figure.axes[0].lines) == [(0, 0), (1, 1)]


def test_the_same_table_gives_the_same_bytes(table):
    def draw():
        return render(regions.scores(table, labels=words(), view="v", blocks=["B1"], scale=100, source="s"))

    assert draw() == draw()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_score_the_figures_say_so(table, language):
    none = table.assign(score=np.nan, rank=np.nan, node="root")
    labels = words(language)
    for figure in (
        regions.scores(none, labels=labels, view="v", blocks=["B1", "B2"], scale=100, source="s"),
        regions.over_time(none, none, labels=labels, view="v", root="root", scale=100, source="s"),
    ):
        assert [t.get_text() for t in figure.axes[0].texts] == [labels("regions.no_scores")]


def test_a_unit_alone_has_a_line_and_no_rank():
    scores = pd.DataFrame(
        {"unit": "A", "year": [2010, 2012], "node": "root", "score": [10.0, 20.0], "rank": np.nan, "kind": "official"}
    )
    figure = regions.over_time(
        scores, scores.assign(average=np.nan), labels=words(), view="v", root="root", scale=100, source="s"
    )
    assert [t.get_text() for t in figure.axes[0].texts] == []
    assert figure.axes[0].lines[1].get_ydata().tolist() == [10.0, 20.0]
