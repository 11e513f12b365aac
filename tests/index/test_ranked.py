"""Units in the order of their score: tables, chosen units, and the strip of all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monotown.base.labels import Labels
from monotown.index.figures_strip import ROWS, finding, strip
from monotown.index.printed import View
from monotown.index.ranked import chosen_units, course_table, ranks_table, weights_table
from monotown.index.specs import STARTS
from monotown.show import style
from monotown.workflow.words import label_texts

KIND = {"kind": "synthetic", "source": "s"}
TEXTS = {**label_texts(), "view.v": {"en": "Index", "ru": "Индекс", "kk": "Индекс"}}


def view(n, years=(2022,), lacks=()):
    """An index of n units with made scores, the first the best; one alone has no rank."""
    rows = []
    for year in years:
        for i in range(n):
            score = np.nan if i in lacks else 90.0 - 80 * i / max(n, 2) + (year - years[0])
            for node in ("top", "a"):
                rank = np.nan if n == 1 or np.isnan(score) else float(i + 1)
                rows.append((f"U{i}", year, node, score, rank, n))
    scores = pd.DataFrame(rows, columns=["unit", "year", "node", "score", "rank", "n_units"])
    scores = scores.assign(coverage=1.0, partial=False, **KIND)
    beside = scores[["unit", "year", "node"]].assign(average=50.0, difference=1.0)
    return View("top", ("a",), scores, beside, 100.0)


def intervals(held, spread=1):
    """Ranks and scores that vary by so much."""
    whole = held.scores[(held.scores["node"] == "top") & held.scores["rank"].notna()]
    wide = {f"rank_p{p}": whole["rank"] + d for p, d in (("05", -spread), ("50", 0), ("95", spread))}
    wide |= {f"score_p{p}": whole["score"] + 3 * d for p, d in (("05", -spread), ("50", 0), ("95", spread))}
    return whole[["unit", "year"]].assign(**wide)


def drawn(n, language="en", marked=(), **given):
    table = ranks_table(view(n, **given), intervals(view(n, **given)))
    labels = Labels(
        language, {**TEXTS, **{f"unit.U{i}": dict.fromkeys(("en", "ru", "kk"), f"Name {i}") for i in range(n)}}
    )
    with style.figure_style():
        return table, strip(table, labels=labels, view="v", source="s", draws=9, interval=(0.05, 0.95), marked=marked)


def test_ranks_stand_best_first_with_their_limits_and_those_without_a_score_last():
    held = view(4, (2021, 2022), lacks=(1,))
    table = ranks_table(held, intervals(held))
    assert table["unit"].tolist() == ["U0", "U2", "U3", "U1"]
    assert table.loc[0, ["rank", "low", "high", "year", "years"]].tolist() == [1, 0, 2, 2022, 2]
    assert table.loc[3, ["rank", "low", "high", "score"]].isna().all()
    assert [c.name for c in STARTS["ranks_"]("ranks_v", table).columns][:5] == ["unit", "rank", "low", "high", "score"]


@pytest.mark.parametrize("years", [(0,), (2022,)])
def test_one_unit_has_a_score_and_neither_rank_nor_limits(years):
    held = view(1, years)
    table = ranks_table(held, intervals(held))
    assert table[["rank", "low", "high", "score_low"]].isna().all(axis=None)
    assert table["score"].notna().all()
    assert table["year"].isna().all() == (years == (0,))  # a year of 0 is none
    # what no unit has is no column of the table
    assert "rank" not in [c.name for c in STARTS["ranks_"]("ranks_v", table).columns]
    assert course_table(held).empty


def test_a_course_needs_two_years_and_weights_keep_the_order_of_the_tree():
    held = view(3, (2020, 2022))
    assert course_table(held)["change"].tolist() == [2.0, 2.0, 2.0]
    weights = pd.DataFrame(
        {"block": ["b", "a", "b"], "measure": ["x", "y", "z"], "local_weight": 0.5, "global_weight": 0.3}
    )
    assert weights_table(weights, held.scores)["measure"].tolist() == ["x", "z", "y"]


def test_chosen_units_are_the_marked_or_spread_over_the_whole_order():
    order = [f"U{i}" for i in range(100)]
    found = chosen_units(order, (), 9)
    steps = np.diff([order.index(u) for u in found])
    assert (found[0], found[-1]) == ("U0", "U99")
    assert steps.max() - steps.min() <= 1
    assert chosen_units(order, {"U50", "U7", "elsewhere"}, 9) == ["U7", "U50"]
    assert chosen_units([], (), 9) == []


@pytest.mark.parametrize("n", [1, 5, 20, ROWS, ROWS + 1, 200, 2000])
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_strip_shows_every_unit_and_says_what_it_shows(n, language):
    table, figure = drawn(n, language)
    points = max((len(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() == "o"), default=0)
    assert points == n
    assert figure.get_size_inches()[1] < 11  # a page
    title = " ".join(figure._suptitle.get_text().split())
    assert "Name 0" in title
    assert "{" not in title
    style.render(figure)
    assert n == 1 or " ".join(Labels(language, {}).number(n).split()) in title
    assert table["unit"].nunique() == n


def test_the_strip_of_many_names_the_marked():
    _, figure = drawn(300, marked=("U7", "U250"))
    said = [t.get_text().split("  ")[-1] for t in figure.axes[0].texts]
    assert said == ["Name 7", "Name 250"]


def test_without_scores_the_strip_says_so():
    _, figure = drawn(3, lacks=(0, 1, 2))
    assert [t.get_text() for t in figure.axes[0].texts] == [TEXTS["regions.no_scores"]["en"]]


@pytest.mark.parametrize(("spread", "said"), [(0, "3 places are certain"), (1, "no place is certain")])
def test_the_title_counts_places_that_other_weights_leave(spread, said):
    held = view(3)
    table = ranks_table(held, intervals(held, spread))
    assert said in finding(table, Labels("en", TEXTS), "v", 100.0)


def test_a_shared_first_place_is_told_as_shared():
    held = view(3)
    table = ranks_table(held, intervals(held)).assign(rank=[1.5, 1.5, 3.0])
    assert finding(table, Labels("en", TEXTS), "v", 100.0) == "Index, 2022: 2 of 3 share the first place"


def test_ranks_without_intervals_count_no_certain_place():
    held = view(3)
    table = ranks_table(held, intervals(held).iloc[:0])
    assert "certain" not in finding(table, Labels("en", TEXTS), "v", 100.0)
