"""The coverage figure says what its table says."""

import pandas as pd
import pytest
from matplotlib.figure import Figure
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index.figures_coverage import LOOK, coverage
from monotown.show.style import figure_style, render

TEXTS = project_texts("common", "indicators")
LONG = "Satisfaction of researchers with the work of very many bodies of government " * 2


@pytest.fixture
def matrix() -> pd.DataFrame:
    rows = [
        (1, "a", "B1", "panel", 2020, "approximation", 16, 16),
        (1, "a", "B1", "panel", 2021, "approximation", 15, 16),
        (1, "a", "B1", "cross", 2022, "exact", 20, 20),
        (2, "b", "B1", "panel", 2020, "proxy", 16, 16),
        (2, "b", "B1", "panel", 2021, "none", 0, 16),
        (2, "b", "B1", "cross", 2022, "none", 0, 20),
        (3, "c", "B3", "panel", 2020, "none", 0, 16),
        (3, "c", "B3", "panel", 2021, "twin", 16, 16),
        (3, "c", "B3", "cross", 2022, "none", 0, 20),
    ]
    columns = ["number", "indicator", "block", "view", "year", "status", "units", "n_units"]
    frame = pd.DataFrame(rows, columns=columns)
    filled = frame["status"] != "none"
    return frame.assign(
        kind=filled.map({True: "official", False: ""}), source=filled.map({True: "platform; bulletin", False: ""})
    )


def draw(matrix: pd.DataFrame, language: str = "en") -> tuple[Figure, Labels]:
    names = {"a": "Researchers", "b": "Organisations", "c": LONG}
    texts = {f"indicator.{k}": dict.fromkeys(LANGUAGES, v) for k, v in names.items()}
    texts["source.bulletin"] = dict.fromkeys(LANGUAGES, "Bulletin of the Bureau")
    labels = Labels(language, {**TEXTS, **texts})
    with figure_style():
        return coverage(matrix, labels=labels), labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_title_blocks_counts_and_stamp(matrix, language):
    figure, labels = draw(matrix, language)
    axes = figure.axes[0]
    texts = [t.get_text() for t in axes.texts]
    title = labels("coverage.title", computed=2, total=3)
    assert figure.get_suptitle().replace("\n", " ") == title
    assert {labels("block.B1"), labels("block.B3"), labels("coverage.panel", units=16)} <= set(texts)
    assert texts.count("15") == 1
    foot = figure.get_supxlabel().replace("\n", " ")
    assert foot.startswith(labels("kind.official"))
    assert "Bulletin of the Bureau; platform" in foot
    assert foot.endswith(labels("coverage.count_note"))
    legend = [t.get_text() for t in axes.get_legend().get_texts()]
    assert legend == [labels(f"reading.{s}") for s in LOOK if s in set(matrix["status"])]


def test_each_cell_has_the_marker_of_its_status_in_its_place(matrix):
    figure, _ = draw(matrix)
    axes = figure.axes[0]
    rows = dict(zip((1, 2, 3), axes.get_yticks(), strict=True))
    columns = {label.get_text(): x for x, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)}
    # one year stands before several, with a gap between
    assert columns == {"2022": 0.0, "2020": 2.0, "2021": 3.0}
    drawn = {(float(line.get_ydata()[0]), round(float(line.get_xdata()[0]))): line.get_marker() for line in axes.lines}
    assert len(drawn) == len(matrix)
    for cell in matrix.to_dict("records"):
        place = rows[cell["number"]], columns[str(cell["year"])]
        assert drawn[place] == LOOK[cell["status"]][1]
    assert len({marker for _, marker in LOOK.values()}) == len(LOOK)


def test_long_names_take_lines_and_keep_the_number(matrix):
    figure, _ = draw(matrix)
    name = figure.axes[0].get_yticklabels()[2].get_text()
    assert name.count("\n") == 2
    assert name.endswith("  3")


def test_without_partial_cells_there_is_no_note_on_counts(matrix):
    figure, labels = draw(matrix[matrix["units"] != 15])
    assert labels("coverage.count_note") not in figure.get_supxlabel()


def test_it_is_the_same_every_time(matrix):
    assert render(draw(matrix)[0]) == render(draw(matrix)[0])


def test_every_kind_of_data_is_told(matrix):
    mixed = matrix.assign(kind=["published", *matrix["kind"][1:]])
    figure, labels = draw(mixed)
    assert all(labels(f"kind.{kind}") in figure.get_supxlabel() for kind in set(mixed["kind"]) - {""})


def test_without_any_indicator_the_finding_stands_alone(matrix):
    figure, labels = draw(matrix[matrix["status"] == "none"])
    total = matrix.loc[matrix["status"] == "none", "indicator"].nunique()
    assert figure.axes[0].texts[0].get_text() == labels("coverage.title", computed=0, total=total)
