"""Figures of an analysis say what its tables say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from small_view import MEASURES, UNITS, joint
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.sensitivity.analyses import Stop, monte_carlo_tables
from monotown.sensitivity.figures import monte_carlo_figures, weight_space
from monotown.sensitivity.weights import Settings, weight_sensitivity
from monotown.show.style import figure_style, render

TEXTS = project_texts("common", "indicators", "methods", "sensitivity")
METHODS: dict[str, Any] = {
    "weights": {"law": "dirichlet"},
    "scheme": {"levels": ["baseline", "critic"]},
    "normalisation": {"levels": ["minmax", "percentile"]},
    "direction": {"measures": ["b"]},
    "leave_out": {"what": "both"},
}
OPTIONS: dict[str, Any] = {
    "draws": 3000,
    "weight_cv": 0.25,
    "interval": [0.05, 0.95],
    "enough": {"share_error": 0.02, "rank_error": 1},
    "analyses": {"methods": METHODS, "weights": {"weights": {}}},
}
SCORES = pd.DataFrame({"year": [2022], "source": ["s1"]})
SETTINGS = Settings(5, 3000, 0.25, (0.05, 0.95), ())


def name(text: str) -> dict[str, str]:
    return {language: f"{text} {language}" for language in LANGUAGES}


WORDS = {
    **{f"unit.{u}": name(f"Unit {u}") for u in UNITS},
    **{f"measure.{m}": name(f"Measure {m}") for m in MEASURES},
    "view.v": name("View"),
    "source.s1": name("Bureau"),
}


@pytest.fixture(scope="module")
def tables() -> dict[str, dict[str, pd.DataFrame]]:
    found = {}
    for analysis, inputs in OPTIONS["analyses"].items():
        run = joint(inputs)
        stop = Stop(**OPTIONS["enough"])
        found[analysis] = monte_carlo_tables(run, run.run(3000), "synthetic", SETTINGS, stop, 10)
    return found


def draw(
    tables: dict[str, dict[str, pd.DataFrame]], figure: str, analysis: str = "methods", language: str = "en"
) -> Figure:
    labels = Labels(language, {**TEXTS, **WORDS})
    with figure_style():
        made = monte_carlo_figures("v", tables[analysis], SCORES, OPTIONS, analysis, "synthetic")
        return made[figure](labels)


ALL = ["rank_intervals", "rank_acceptability", "pairwise", "convergence", "levels"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("figure", ALL)
def test_every_figure_names_view_year_kind_source_and_what_varies(
    tables: dict[str, dict[str, pd.DataFrame]], figure: str, language: str
) -> None:
    made = draw(tables, figure, language=language)
    foot = " ".join(made.get_supxlabel().split())
    assert foot.startswith(TEXTS["kind.synthetic"][language])
    assert f"Bureau {language}" in foot
    assert f"View {language}, 2022" in made.get_suptitle()
    if figure != "convergence":
        for varied in METHODS:
            assert TEXTS[f"input.{varied}"][language] in foot


def test_weights_alone_are_described_by_their_spread(tables: dict[str, dict[str, pd.DataFrame]]) -> None:
    made = draw(tables, "rank_intervals", "weights")
    assert "0.25" in made.get_supxlabel()
    assert "depends on the weights" in made.get_suptitle()


def test_pairs_print_every_share_that_is_open(tables: dict[str, dict[str, pd.DataFrame]]) -> None:
    axes = draw(tables, "pairwise").axes[0]
    shares = tables["methods"]["pairwise"]["share"]
    expected = [f"{100 * s:.0f}" for s in shares if round(100 * s) not in (0, 100)]
    assert len(expected) > 5
    assert sorted(t.get_text() for t in axes.texts) == sorted(expected)
    order = [t.get_text().split()[1] for t in axes.get_yticklabels()]
    base = tables["methods"]["rank_intervals"].set_index("unit")["baseline_rank"]
    assert base.loc[order].is_monotonic_increasing
    image = axes.images[0].get_array()
    pairs = tables["methods"]["pairwise"].set_index(["unit", "other"])["share"]
    assert image is not None
    assert image[0, 3] == pairs[order[0], order[3]]


def test_convergence_marks_where_draws_are_enough(tables: dict[str, dict[str, pd.DataFrame]]) -> None:
    made = draw(tables, "convergence")
    table = tables["methods"]["convergence"]
    left, right = made.axes
    np.testing.assert_allclose(left.lines[0].get_ydata(), 100 * table["share_error"])
    np.testing.assert_allclose(right.lines[0].get_ydata(), table["rank_error"])
    first = table.loc[table["enough"], "draws"].iloc[0]
    assert first > 100
    assert left.lines[-1].get_xdata()[0] == first
    assert f"{first:,} draws were enough" in made.get_supxlabel()
    never = {"methods": {**tables["methods"], "convergence": table.assign(enough=False)}}
    assert "3,000 draws are not enough" in draw(never, "convergence").get_supxlabel()


def test_levels_show_each_level_once(tables: dict[str, dict[str, pd.DataFrame]]) -> None:
    axes = draw(tables, "levels").axes[0]
    table = tables["methods"]["levels"].query("draws > 0 and level != ''")
    varied = table.groupby("input").filter(lambda g: len(g) > 1)
    labels = [t.get_text() for t in axes.get_yticklabels()]
    assert len(labels) == len(varied) == len(table)
    assert sum(text.startswith("left out: ") for text in labels) == 1
    assert "None" in [text.removeprefix("left out: ") for text in labels]
    assert "direction, Measure b en: As given" in labels
    assert "Measure c en" in labels
    drawn = sorted(float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o")
    np.testing.assert_allclose(drawn, sorted(varied["kendall"]))


def test_lines_follow_the_weight_of_a_block() -> None:
    run = joint({})
    v = run.variants
    found = weight_sensitivity("v", "synthetic", v.model, [v.case], SETTINGS)["weight_space"]
    assert found.groupby("block")["baseline_weight"].first().to_dict() == pytest.approx({"B1": 2 / 3, "B2": 1 / 3})
    alone = found.query("block == 'B1' and weight == 1").set_index("unit").loc[UNITS]
    without = found.query("block == 'B2' and weight == 0").set_index("unit").loc[UNITS]
    np.testing.assert_allclose(alone["score"], without["score"])
    z = v.case.z[:, :3]
    # a lone block goes through the floor of the geometric mean
    expected = np.maximum(0.5 * z[:, 0] + 0.25 * z[:, 1] + 0.25 * z[:, 2], 0.01)
    np.testing.assert_allclose(alone["score"], 100 * expected)
    labels = Labels("en", {**TEXTS, **WORDS})
    with figure_style():
        figure = weight_space(found, labels=labels, view="v", source="Bureau")
        again = weight_space(found, labels=labels, view="v", source="Bureau")
    axes = figure.axes[0]
    first = found.query("block == 'B1'").set_index(["weight", "unit"])["rank"].unstack("unit")  # noqa: PD010
    for line, unit in zip(axes.lines, first.columns, strict=False):
        np.testing.assert_array_equal(line.get_ydata(), first[unit])
    assert len(figure.axes) == 2  # two blocks need one panel, with names on both sides
    assert axes.lines[-1].get_xdata()[0] == pytest.approx(200 / 3)
    assert render(figure) == render(again)
