"""Places under every analysis side by side: the title says what was found."""

import pandas as pd
import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.sensitivity.figures_intervals import intervals
from monotown.show.style import figure_style

TEXTS = project_texts("common", "sensitivity", "report")
UNITS = {f"unit.{u}": dict.fromkeys(LANGUAGES, f"Region {u}") for u in "abc"}


def table(limits: list[tuple[int, int]], kind: str = "official") -> pd.DataFrame:
    rows = [
        ("v", 2022, u, i + 1.0, low, (low + high) / 2, high, kind)
        for i, (u, (low, high)) in enumerate(zip("abc", limits, strict=True))
    ]
    return pd.DataFrame(
        rows, columns=["view", "year", "unit", "baseline_rank", "rank_p05", "rank_p50", "rank_p95", "kind"]
    )


def drawn(language: str, *limits: list[tuple[int, int]]):
    labels = Labels(language, {**TEXTS, **UNITS, "view.v": dict.fromkeys(LANGUAGES, "Regions, 2022")})
    tables = dict(zip(("weights", "methods"), map(table, limits), strict=True))
    with figure_style():
        return intervals(tables, labels=labels, view="v", source="Bureau", draws=1000), labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_says_that_no_place_is_certain(language):
    figure, labels = drawn(language, [(1, 2), (1, 3), (2, 3)], [(1, 2), (2, 3), (3, 3)])
    words = {"most": "Region b", "most_low": 1, "most_high": 3, "least": "Region a", "least_low": 1, "least_high": 2}
    assert figure.finding == labels("sensitivity.no_place", share=90, all=3, **words)


def test_a_title_counts_places_that_hold_in_every_analysis():
    figure, _ = drawn("en", [(1, 1), (2, 3), (2, 3)], [(1, 1), (2, 2), (3, 3)])
    assert "1 of 3" in figure.finding
    figure, _ = drawn("en", [(1, 1), (2, 2), (3, 3)], [(1, 1), (2, 2), (3, 3)])
    assert figure.finding.startswith("Every place is the same")


def test_each_analysis_has_a_line_and_a_mark_of_its_own():
    figure, labels = drawn("en", [(1, 2), (1, 3), (2, 3)], [(1, 2), (2, 3), (3, 3)])
    (axes,) = figure.axes
    legend = [t.get_text() for t in axes.get_legend().get_texts()]
    assert legend == [labels("sensitivity.baseline_rank"), "weights", "methods"]
    marks = {line.get_marker() for line in axes.lines if len(line.get_xdata()) == 3}
    assert len(marks) == 2
    assert axes.get_xlabel().endswith("Regions, 2022")
