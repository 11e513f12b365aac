"""Figures of a view's structure say what their tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index.figures_structure import correlations, importance, no_correlations
from monotown.index.structure import correlation_rows, importance_rows
from monotown.show.style import figure_style, render

TEXTS = project_texts("common", "weights")
BLOCKS = {"a": "B1", "b": "B1", "c": "B1", "d": "B2", "e": "B2"}


def words(figure: Figure) -> set[str]:
    axes = figure.axes[0]
    found = [t.get_text() for t in [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]]
    return {*found, figure.get_suptitle(), figure.get_supxlabel(), figure.about}


@pytest.fixture
def wide() -> pd.DataFrame:
    z = np.random.default_rng(5).uniform(size=(16, 5))
    z[:, 1] = z[:, 0] + 0.01 * z[:, 1]
    z[:, 2] = 1 - z[:, 0] * 0.9
    z[:, 4] = 0.5
    return pd.DataFrame(z, columns=list(BLOCKS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_correlations_print_every_value(wide: pd.DataFrame, language: str) -> None:
    labels = Labels(
        language,
        {**TEXTS, "measure.a": dict.fromkeys(LANGUAGES, "Researchers"), "view.v": dict.fromkeys(LANGUAGES, "Regions")},
    )
    pairs = correlation_rows(wide, BLOCKS).assign(view="v", year=2022, kind="official")
    with figure_style():
        figure = correlations(pairs, labels=labels, view="v", source="Bureau")
    found = words(figure)
    for r in pairs["r"].dropna():
        assert labels.number(r, 2) in found
    assert {"–", "Researchers  1", "b  2", "B1", "B2"} <= found
    text = "\n".join(found)
    assert labels("kind.official") in text
    assert "Bureau" in text
    assert "Regions, 2022" in text
    bold = [t.get_text() for t in figure.axes[0].texts if t.get_fontweight() == "bold"]
    expected = pairs[pairs["flag"].str.contains("repeats")]["r"]
    assert sorted(bold) == sorted(labels.number(r, 2) for r in expected)


def test_importance_places_both_dots(wide: pd.DataFrame) -> None:
    y = wide.mean(axis=1) + 0.2 * wide["a"]
    rows = importance_rows(wide.drop(columns="e"), y, [0.25] * 4, smoother="linear")
    rows = rows.assign(level="indicator", block=[BLOCKS[m] for m in rows["node"]])
    top = rows.iloc[:1].assign(level="block", node="B1", nominal=1.0, share=1.0, high=1.0, r=0.9)
    table = pd.concat([top, rows]).assign(view="v", year=2022, kind="official")
    labels = Labels("en", TEXTS)
    with figure_style():
        figure = importance(table, labels=labels, view="v", source="Bureau")
        assert render(figure)["svg"] == render(importance(table, labels=labels, view="v", source="Bureau"))["svg"]
    axes = figure.axes[0]
    drawn = {line.get_label(): line.get_xdata() for line in axes.lines}
    assert list(drawn["weight given"]) == pytest.approx([100, 25, 25, 25, 25])
    assert list(drawn["share of real importance"]) == pytest.approx([100, *(100 * rows["share"])], nan_ok=True)
    against = [t for t in axes.texts if t.get_text() == labels("structure.against")]
    assert len(against) == int((table["r"] < 0).sum()) == 1


def test_many_indicators_have_a_scale_of_colours_for_values() -> None:
    z = np.random.default_rng(5).uniform(size=(12, 20))
    many = {f"m{i}": "B1" for i in range(20)}
    pairs = correlation_rows(pd.DataFrame(z, columns=list(many)), many)
    pairs = pairs.assign(view="v", year=2022, kind="synthetic")
    with figure_style():
        figure = correlations(pairs, labels=Labels("en", TEXTS), view="v", source="Bureau")
    assert len(figure.axes) == 2
    assert not {t.get_text() for t in figure.axes[0].texts} & {f"{r:.2f}" for r in pairs["r"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_indicator_has_no_correlations_and_says_so(language: str) -> None:
    labels = Labels(language, TEXTS)
    table = pd.DataFrame({"year": [2022], "kind": ["synthetic"], "n_units": [3]})
    with figure_style():
        figure = no_correlations(table, labels=labels, view="v", source="Bureau")
    assert labels("structure.correlations_none") in {t.get_text() for t in figure.axes[0].texts}
    assert labels("kind.synthetic") in {t.get_text() for t in figure.texts}
