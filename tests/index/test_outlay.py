"""What a place rests on: one outlay, the scale of the measures, research that others carry out."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from monotown.index.outlay import choices_table, external_table, outlay_table, rank_with
from monotown.workflow.study import read_part, read_sheet

ROOT = Path(__file__).resolve().parents[2]
VIEW = {
    "scale": 100,
    "tree": {
        "id": "index",
        "aggregation": "geometric",
        "floor": 0.01,
        "children": [
            {"id": "B1", "children": [{"measure": "staff"}]},
            {
                "id": "B2",
                "children": [{"measure": "rd_expenditure_per_researcher"}, {"measure": "rd_expenditure_share"}],
            },
        ],
    },
}
MEASURES = {
    "staff": {"indicator": "staff", "direction": 1, "goalposts": [0, 10]},
    "rd_expenditure_per_researcher": {
        "indicator": "rd_funding",
        "direction": 1,
        "transform": "log",
        "goalposts": [1, 100],
    },
    "rd_expenditure_share": {"indicator": "rd_funding", "direction": 1, "goalposts": [0, 1]},
}
#: staff, expenditure per researcher, share of the product in percent
FIGURES = {"A": (4.0, 100.0, 0.8), "B": (4.0, 10.0, 0.5), "C": (4.0, 2.0, 0.2), "D": (9.0, 1.5, 0)}

SERIES = {
    "amount": "rd_expenditure_per_researcher",
    "funding": "rd_funding",
    "share": "rd_expenditure_share_grp",
    "external": "external_rd_expenditure",
    "internal": "internal_rd_expenditure",
}


def indicators():
    rows = [
        {"view": "v", "unit": unit, "year": 2022, "measure": measure, "value": value}
        for unit, values in FIGURES.items()
        for measure, value in zip(MEASURES, values, strict=True)
    ]
    return pd.DataFrame(rows).assign(kind="official", source="bulletin", flag="")


def observations(shares=(0.2, 0.8, 0.4)):
    rows = [
        {"unit": "A", "year": year, "variable": "rd_expenditure_share_grp", "value": share}
        for year, share in zip((2021, 2022, 2023), shares, strict=True)
    ]
    return pd.DataFrame(rows).assign(kind="official", source="sdg")


def by_hand(figures):
    """Score by the definition: logarithm, mean in the block, geometric mean with a floor."""
    scores = {}
    for unit, (staff, amount, share) in figures.items():
        money = (math.log(amount) / math.log(100) + share) / 2
        scores[unit] = math.sqrt(max(staff / 10, 0.01) * max(money, 0.01))
    return 1 + sum(score > scores["A"] for score in scores.values())


@pytest.mark.parametrize("factor", [1.0, 0.5, 0.25, 0.02])
def test_the_rank_with_less_funding_is_that_of_the_index_by_hand(factor):
    staff, amount, share = FIGURES["A"]
    tried = {**FIGURES, "A": (staff, max(amount * factor, 1.0), share * factor)}
    found = rank_with(indicators(), observations(), "v", VIEW, MEASURES, SERIES["funding"], "A", factor)
    assert found == by_hand(tried)


def test_the_outlay_is_the_largest_amount_and_its_shares_are_those_of_the_years_beside():
    row = outlay_table(indicators(), observations(), "v", VIEW, MEASURES, SERIES).iloc[0]
    assert (row["unit"], row["year"]) == ("A", 2022)
    assert row[["amount", "next_amount", "median_amount"]].tolist() == [100.0, 10.0, 6.0]
    shares = [0.008, 0.002, 0.004]
    assert row[["share", "share_before", "share_after"]].tolist() == pytest.approx(shares)
    ranks = [by_hand({**FIGURES, "A": (4.0, 100 * k, 0.8 * k)}) for k in (1, 0.25, 0.5)]
    assert row[["rank", "rank_before", "rank_after"]].tolist() == ranks
    assert len(set(ranks)) > 1
    assert row["source"] == "bulletin; sdg"


def test_without_the_year_beside_there_is_no_rank():
    row = outlay_table(indicators(), observations((0.2, 0.8, float("nan"))), "v", VIEW, MEASURES, SERIES).iloc[0]
    assert math.isnan(row["rank_after"])
    assert row["rank_before"] == by_hand({**FIGURES, "A": (4.0, 25.0, 0.2)})


def test_logarithms_and_the_floor_are_counted_from_the_config():
    assert choices_table("v", VIEW, MEASURES).iloc[0].tolist() == [3, 1, 1]
    views = read_part("views", ROOT)
    measures = read_part("measures", ROOT)
    rows = read_sheet(ROOT / "config/study/indicators.csv")
    names = rows.loc[(rows["index"] == "potential_2022") & (rows["formula"] != ""), "id"].tolist()
    logged = [name for name in names if measures[name]["transform"].startswith("log")]
    found = choices_table("potential_2022", views["potential_2022"], measures).iloc[0]
    assert found[["measures", "logged"]].tolist() == [len(names), len(logged)]


def test_research_by_others_stands_beside_ones_own():
    rows = [
        ("U", "external_rd_expenditure", 3000.0),
        ("U", "internal_rd_expenditure", 5.0),
        ("KZ", "external_rd_expenditure", 12000.0),
        ("X", "external_rd_expenditure", 1.0),
        ("KZ", "internal_rd_expenditure", 90000.0),
    ]
    seen = pd.DataFrame(rows, columns=["unit", "variable", "value"]).assign(
        year=2022, kind="official", source="bulletin"
    )
    row = external_table(seen, "U", "KZ", SERIES, 2022).iloc[0]
    assert row[["external", "internal", "external_share"]].tolist() == [3.0, 0.005, 0.25]
    hidden = seen.assign(value=seen["value"].where(seen["unit"] != "U"))
    assert math.isnan(external_table(hidden, "U", "KZ", SERIES, 2022).loc[0, "external_share"])
    assert math.isnan(external_table(seen.iloc[2:], "U", "KZ", SERIES, 2022).loc[0, "external"])
