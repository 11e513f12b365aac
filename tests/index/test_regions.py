from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monotown.index.printed import View, region_tables, scores_of_year, scores_over_time, side_by_side
from monotown.sensitivity.printed import drop_one, rank_intervals, scheme_ranks, scheme_weights, weight_tables
from monotown.show.facts import one

SERIES = {"researchers": "researchers", "organisations": "enterprises_performing_rd", "people": "mean_population"}


def scores():
    rows = [
        ("A", 2021, "sp", 0.50, 2.0),
        ("A", 2022, "sp", 0.60, 1.0),
        ("A", 2022, "B1", 0.9, 1.0),
        ("A", 2022, "B2", 0.4, 2.0),
        ("B", 2021, "sp", 0.70, 1.0),
        ("B", 2022, "sp", 0.55, 2.0),
        ("B", 2022, "B1", 0.5, 2.0),
        ("B", 2022, "B2", 0.6, 1.0),
        ("C", 2022, "sp", np.nan, np.nan),
        ("C", 2022, "B1", 0.1, 3.0),
        ("C", 2022, "B2", np.nan, np.nan),
    ]
    table = pd.DataFrame(rows, columns=["unit", "year", "node", "score", "rank"])
    return table.assign(view="v", n_units=2, coverage=1.0, partial=True, kind="official", source="bulletin")


def comparison():
    return pd.DataFrame(
        {"unit": ["A", "B"], "year": 2022, "node": "sp", "average": [0.55, 0.60], "difference": [0.05, -0.05]}
    )


def test_scores_of_a_year_stand_beside_blocks_and_the_others_average():
    table = scores_of_year(scores(), comparison(), "sp", 2022, ["B1", "B2"])
    assert table["unit"].tolist() == ["A", "B", "C"]
    assert table["B1"].tolist() == [0.9, 0.5, 0.1]
    assert table.loc[0, ["score", "average", "difference"]].tolist() == [0.60, 0.55, 0.05]
    assert np.isnan(table.loc[2, "score"])
    assert set(table["kind"]) == {"official"}


def test_views_of_one_year_and_of_several_get_the_tables_that_fit_them():
    one_year = scores()[lambda d: d["year"] == 2022]
    views = {
        "potential_2022": View("sp", ("B1", "B2"), one_year, comparison(), 100),
        "quality_2022": View("sp", ("B1",), one_year, comparison(), 100),
        "panel": View("sp", (), scores(), comparison(), 100),
    }
    figures = pd.DataFrame(
        {
            "unit": ["T"],
            "year": [2022],
            "variable": ["researchers"],
            "value": [2.0],
            "kind": "official",
            "source": "bulletin",
        }
    )
    tables = region_tables(views, figures, ["T"], SERIES, ["potential_2022", "quality_2022"])
    assert list(tables) == [
        "scores_potential_2022",
        "scores_quality_2022",
        "scores_panel",
        "potential_quality_2022",
        "town",
    ]
    assert "B2" in tables["scores_potential_2022"]
    assert "B2" not in tables["scores_quality_2022"]
    assert tables["scores_panel"]["first_year"].tolist() == [2021, 2021]
    assert tables["potential_quality_2022"]["source"].iloc[0] == "bulletin"
    assert tables["town"].loc[0, ["researchers", "unit"]].tolist() == [2.0, "T"]


def test_tables_of_the_weights_are_those_of_one_year():
    known = {"year": [2021, 2022], "kind": "official"}
    tables = weight_tables(
        2022,
        "bulletin",
        100,
        intervals=pd.DataFrame({"unit": ["A", "A"], "baseline_rank": [1.0, 2.0], **known}),
        schemes=pd.DataFrame({"unit": ["A", "A"], "scheme": "b", "rank": [1.0, 2.0], **known}),
        weights=pd.DataFrame({"scheme": ["b"], "block": ["B1"], "measure": ["m"], "weight": [1.0]}),
        dropped=pd.DataFrame({"unit": ["A", "A"], "dropped": "m", "rank_shift": [1, 2], **known}),
    )
    assert tables["rank_intervals"]["baseline_rank"].tolist() == [2.0]
    assert tables["scheme_ranks"]["b"].tolist() == [2.0]
    assert tables["drop_one"]["mean_shift"].tolist() == [2.0]
    assert tables["scheme_weights"]["source"].tolist() == ["bulletin"]


def test_first_and_last_year_of_each_unit_with_a_score():
    table = scores_over_time(scores(), "sp")
    assert table["unit"].tolist() == ["A", "B"]
    row = table.iloc[1]
    assert (row["first_year"], row["rank_from"], row["last_year"], row["rank_to"]) == (2021, 1, 2022, 2)
    assert table["change"].tolist() == pytest.approx([0.10, -0.15])


def test_intervals_of_the_year_asked_for_by_baseline_rank():
    table = pd.DataFrame(
        {"unit": ["B", "A", "A"], "year": [2022, 2022, 2021], "baseline_rank": [2.0, 1.0, 3.0], "kind": "official"}
    )
    assert rank_intervals(table, 2022, "bulletin")[["unit", "source"]].to_numpy().tolist() == [
        ["A", "bulletin"],
        ["B", "bulletin"],
    ]


def test_ranks_under_schemes_keep_the_order_of_the_file_and_name_best_and_worst():
    table = pd.DataFrame(
        {
            "unit": ["A", "B", "A", "B"],
            "year": 2022,
            "scheme": ["zeta", "zeta", "alpha", "alpha"],
            "rank": [2.0, 1.0, 1.0, 2.0],
            "kind": "official",
        }
    )
    wide = scheme_ranks(table, 2022, "bulletin")
    assert wide.columns.tolist() == ["unit", "zeta", "alpha", "best", "worst", "kind", "source"]
    assert wide.loc[0].tolist() == ["B", 1.0, 2.0, 1.0, 2.0, "official", "bulletin"]
    with pytest.raises(ValueError, match="duplicate"):
        scheme_ranks(pd.concat([table, table]), 2022, "bulletin")


def test_weights_of_schemes_stand_side_by_side():
    table = pd.DataFrame(
        {
            "scheme": ["e", "e", "s", "s"],
            "block": ["B1", "B2", "B1", "B2"],
            "measure": ["m", "n", "m", "n"],
            "weight": [0.5, 0.5, 0.2, 0.8],
        }
    )
    wide = scheme_weights(table, "official", "bulletin")
    assert wide[["measure", "e", "s"]].to_numpy().tolist() == [["m", 0.5, 0.2], ["n", 0.5, 0.8]]
    assert wide[["e", "s"]].sum().tolist() == [1.0, 1.0]


def test_measures_whose_loss_moves_ranks_most_come_first():
    table = pd.DataFrame(
        {
            "year": 2022,
            "dropped": ["m", "m", "m", "n", "n", "n"],
            "unit": ["A", "B", "C", "A", "B", "C"],
            "rank_shift": [0.0, 1.0, -1.0, 2.0, -3.0, 1.0],
            "kind": "official",
        }
    )
    shifts = drop_one(table, 2022, "bulletin")
    assert shifts["dropped"].tolist() == ["n", "m"]
    assert shifts["mean_shift"].tolist() == pytest.approx([2.0, 2 / 3])
    assert shifts[["largest_shift", "unit"]].to_numpy().tolist() == [[-3.0, "B"], [1.0, "B"]]


def test_two_indices_side_by_side_keep_both_kinds_and_sources():
    left = scores_of_year(scores(), comparison(), "sp", 2022, ["B1"]).assign(scale=100)
    right = left.assign(kind="published", source="paper", rank=[2.0, 1.0, np.nan])
    table = side_by_side(left, right)
    assert table["rank_difference"].iloc[:2].tolist() == [1.0, -1.0]
    assert table["kind"].iloc[0] == "published+official"
    assert table["source"].iloc[0] == "bulletin; paper"


def test_one_cell_is_one_cell():
    assert one(scores(), "score", unit="A", year=2022, node="B1") == 0.9
    with pytest.raises(LookupError, match=r"^2 rows with unit=A, node=sp; expected one, for score$"):
        one(scores(), "score", unit="A", node="sp")
    with pytest.raises(LookupError, match=r"^0 rows"):
        one(scores(), "score", unit="Z")
