"""Figures of the sensitivity say what their tables say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.sensitivity.figures import weight_figures
from monotown.sensitivity.weights import Settings, weight_sensitivity
from monotown.sensitivity.year import Case
from monotown.show.printed import source_ids, source_words
from monotown.show.style import figure_style, render

TEXTS = project_texts("common", "methods", "sensitivity")
OPTIONS = {
    "draws": 500,
    "weight_cv": 0.25,
    "interval": [0.05, 0.95],
    "schemes": ["equal_by_indicator", "entropy", "critic", "standard_deviation"],
}
MODEL = IndexModel(
    Node(
        "i",
        (Node("B1", (Leaf("a"), Leaf("b"), Leaf("c"))), Node("B2", (Leaf("d"), Leaf("e")))),
        aggregation=method("geometric"),
        floor=0.01,
    )
)
UNITS = [f"U{i}" for i in range(7)]


def names(text: str) -> dict[str, str]:
    return {language: f"{text} {language}" for language in LANGUAGES}


WORDS = {
    **{f"unit.{u}": names(f"Unit {u}") for u in UNITS},
    **{f"measure.{m}": names(f"Measure {m}") for m in "abcde"},
    "view.v": names("View"),
    "source.s1": names("Bureau"),
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    numbers = np.random.default_rng(3)
    cases = []
    for year in (2021, 2022):
        z = numbers.random((7, 5))
        z[:, 2] = 0.4 if year == 2022 else z[:, 2]  # so that CRITIC refuses
        cases.append(Case.of(MODEL, year, UNITS, z))
    settings = Settings(1, 500, 0.25, (0.05, 0.95), tuple(OPTIONS["schemes"]))
    return weight_sensitivity("v", "official", MODEL, cases, settings)


SCORES = pd.DataFrame({"year": [2021, 2022, 2022], "source": ["s0", "s1; s2", "s1"]})


def draw(tables: dict[str, pd.DataFrame], name: str, language: str = "en") -> Figure:
    labels = Labels(language, {**TEXTS, **WORDS})
    with figure_style():
        return weight_figures("v", tables, SCORES, OPTIONS["schemes"])[name](labels)


def printed(figure: Figure) -> list[str]:
    axes = figure.axes[0]
    return [t.get_text() for t in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["drop_one", "schemes"])
def test_every_figure_names_view_year_kind_and_sources(
    tables: dict[str, pd.DataFrame], name: str, language: str
) -> None:
    figure = draw(tables, name, language)
    assert figure.about.startswith(TEXTS["kind.official"][language])
    assert f"Bureau {language}; s2" in figure.about
    assert f"View {language}, 2022" in figure.get_supxlabel()


def test_tornado_bars_end_at_the_largest_shifts(tables: dict[str, pd.DataFrame]) -> None:
    axes = draw(tables, "drop_one").axes[0]
    shift = tables["drop_one"].query("year == 2022").groupby("dropped")["rank_shift"]
    expected = sorted([*shift.min()[shift.min() < 0], *shift.max()[shift.max() > 0]])
    assert len(expected) > 3
    assert sorted(p.get_width() for p in axes.patches) == expected
    means = [f"{m:.2f}" for m in shift.agg(lambda s: s.abs().mean())]
    assert set(means) <= {t.get_text() for t in axes.texts}
    order = [t.get_text() for t in axes.get_yticklabels()]
    size = shift.agg(lambda s: s.abs().mean()).sort_values(ascending=False, kind="stable")
    assert order == [f"Measure {m} en" for m in size.index]


def test_schemes_print_ranks_tau_and_refusals(tables: dict[str, pd.DataFrame]) -> None:
    figure = draw(tables, "schemes")
    found = printed(figure)
    agreement = tables["agreement"].query("year == 2022").set_index("scheme")["kendall"]
    assert np.isnan(agreement["critic"])
    for tau in agreement.dropna():
        assert f"{tau:.2f}" in found
    assert "not applicable" in found
    columns = [" ".join(t.get_text().split()) for t in figure.axes[0].get_xticklabels()]
    assert columns == [TEXTS[f"scheme.{s}"]["en"] for s in ("baseline", *OPTIONS["schemes"])]
    ranks = tables["schemes"].query("year == 2022 and scheme == 'entropy'")["rank"]
    whole = [t.get_text() for t in figure.axes[0].texts if round(t.get_position()[0]) == 2]
    assert sorted(f"{r:.0f}" for r in ranks) == sorted(t for t in whole if t.isdigit())


def test_a_figure_has_the_same_bytes_twice(tables: dict[str, pd.DataFrame]) -> None:
    assert render(draw(tables, "drop_one", "ru")) == render(draw(tables, "drop_one", "ru"))


def test_sources_without_a_name_keep_their_code() -> None:
    labels = Labels("kk", WORDS)
    assert source_words(source_ids(SCORES), labels) == "s0; Bureau kk; s2"
