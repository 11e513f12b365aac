"""What may be compared, and what is refused with its reason."""

from __future__ import annotations

import copy

import pytest
from test_build import DATA, MEASURES, VIEW, frame, leaves, view

from monotown.base.problems import InputError
from monotown.base.tables import write_order
from monotown.index import comparable
from monotown.index.build import build_index
from monotown.index.comparable import (
    basis_of,
    comparability_table,
    difference_table,
    model_differences,
    require_comparable,
    require_same_model,
    scale_reasons,
    unit_reasons,
    year_reasons,
)
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import Prepared, prepare, view_model

NAN = float("nan")


def prepared(config: dict = VIEW, data: dict = DATA) -> Prepared:
    return prepare(frame(data), "v", config, MEASURES)


def test_years_and_units_that_rest_on_the_same_measures() -> None:
    p = prepared()
    assert year_reasons(p, "A", 2020, 2022) == []
    assert unit_reasons(p, 2021, "A", "C") == []
    require_comparable(p, ("A", 2020), ("A", 2022))
    require_comparable(p, ("A", 2021), ("C", 2021))


def test_reasons_against() -> None:
    p = prepared()
    assert year_reasons(p, "B", 2021, 2022) == ["not in both years: degrees"]
    assert year_reasons(p, "B", 2021, 2022, ["pay", "poverty"]) == []
    assert unit_reasons(p, 2022, "A", "B") == ["not in both units: degrees"]
    assert year_reasons(p, "C", 2020, 2021) == ["C has too few measures in 2020"]
    assert year_reasons(p, "C", 2019, 2021) == ["C has no data in 2019"]
    assert unit_reasons(p, 2020, "D", "C") == ["D has no data in 2020", "C has too few measures in 2020"]
    with pytest.raises(InputError, match=r"comparison of B 2021 with B 2022.*degrees"):
        require_comparable(p, ("B", 2021), ("B", 2022))
    with pytest.raises(InputError, match="not in both units: degrees"):
        require_comparable(p, ("A", 2022), ("B", 2022))
    with pytest.raises(ValueError, match="two years of one unit, or two units in one year"):
        require_comparable(p, ("A", 2020), ("B", 2021))


@pytest.mark.parametrize(
    "normalisation",
    [
        "rank",
        "percentile",
        "borda",
        "ratio_to_average",
        "log_ratio_to_average",
        "sd_from_average",
        "above_below_average",
    ],
)
def test_places_within_a_year_say_nothing_between_years(normalisation: str) -> None:
    model = IndexModel(Node("i", (Leaf("m", normalisation=method(normalisation)), Leaf("n"))))
    assert scale_reasons(model) == [f"m is normalised within each year ({normalisation})"]
    assert scale_reasons(model, ["n"]) == []


def test_scales_that_years_share() -> None:
    for chosen in (method("zscore"), method("zscore", scope=2015), method("minmax_sample")):
        assert scale_reasons(IndexModel(Node("i", (Leaf("m", normalisation=chosen),)))) == []
    yearly = method("zscore", scope="year")
    assert scale_reasons(IndexModel(Node("i", (Leaf("m", normalisation=yearly),))))


def test_methods_across_units_bind_what_stands_under_them() -> None:
    block = Node("b", (Leaf("m"), Leaf("n")), 1.0, method("copeland"))
    model = IndexModel(Node("i", (block, Node("c", (Leaf("o"),)))))
    assert scale_reasons(model) == ["b compares the units of one year (copeland)"]
    assert scale_reasons(model, ["o"]) == []
    assert scale_reasons(model, basis_of(model, "b")) == scale_reasons(model)
    above = IndexModel(Node("i", (Node("c", (Leaf("o"),)), Leaf("m")), 1.0, method("topsis")))
    assert scale_reasons(above, ["o"]) == []
    assert scale_reasons(above) == ["i compares the units of one year (topsis)"]


def test_report_of_a_view() -> None:
    table = write_order(comparability_table(prepared()), comparable.COMPARABILITY)
    years, units = (table[table["scope"] == s] for s in ("years", "units"))
    assert len(years) == 9
    assert len(units) == 9
    refused = years[~years["comparable"]]
    assert refused[["unit", "year", "other_year", "reason"]].to_numpy().tolist() == [
        ["B", 2020, 2022, "not in both years: degrees"],
        ["B", 2021, 2022, "not in both years: degrees"],
        ["C", 2020, 2021, "C has too few measures in 2020"],
        ["C", 2020, 2022, "C has too few measures in 2020"],
    ]
    pairs = units.loc[~units["comparable"], ["year", "unit", "other_unit"]]
    assert set(pairs.itertuples(index=False, name=None)) == {
        (2022, "A", "B"),
        (2020, "A", "C"),
        (2020, "B", "C"),
        (2022, "B", "C"),
    }


@pytest.mark.parametrize(("rule", "told"), [("carry", "carried"), ("mean", "mean"), ("median", "median")])
def test_filled_values_are_noted(rule: str, told: str) -> None:
    config = leaves(degrees={"missing": rule})
    table = comparability_table(prepared(config))
    row = table[(table["unit"] == "B") & (table["year"] == 2021) & (table["other_year"] == 2022)]
    assert row["comparable"].item()
    assert row["note"].item() == f"B 2022: degrees {told}"


def test_both_notes_of_a_pair_are_told() -> None:
    data = {**DATA, ("A", 2022): (12, NAN, 100, 0)}
    table = comparability_table(prepared(leaves(degrees={"missing": "mean"}), data))
    row = table[(table["year"] == 2022) & (table["unit"] == "A") & (table["other_unit"] == "B")]
    assert row["note"].item() == "A 2022: degrees mean; B 2022: degrees mean"


def test_relative_scores_are_refused_between_years_only() -> None:
    config = leaves(staff={"normalisation": "percentile"})
    table = comparability_table(prepared(config))
    years = table[table["scope"] == "years"]
    assert not years["comparable"].any()
    assert table.loc[table["scope"] == "units", "comparable"].any()
    changes = build_index(frame(), "v", config, MEASURES).changes
    b1 = changes[(changes["node"] == "B1") & (changes["unit"] == "A")]
    assert b1["change"].isna().all()
    assert set(b1["note"]) == {"staff is normalised within each year (percentile)"}
    assert changes.loc[(changes["node"] == "B2") & (changes["unit"] == "A"), "change"].notna().all()


def test_indicators_added_dropped_or_replaced_are_told() -> None:
    old = view_model("v", VIEW, MEASURES)
    assert model_differences(old, view_model("v", copy.deepcopy(VIEW), MEASURES)) == []
    require_same_model(old, old)
    changed = view()
    block = changed["tree"]["children"][0]
    block["children"] = [{"measure": "staff", "goalposts": [0, 20]}, {"measure": "pay"}]
    changed["tree"]["children"][1]["children"] = [{"measure": "poverty"}]
    changed["tree"]["floor"] = 0.05
    new = view_model("v", changed, MEASURES)
    assert model_differences(old, new) == [
        ("degrees", "measure", "present", "absent"),
        ("index", "floor", "0.01", "0.05"),
        ("pay", "under", "B2", "B1"),
        ("poverty", "weight", "0.25", "0.5"),
        ("staff", "goalposts", "0 to 10", "0 to 20"),
    ]
    with pytest.raises(InputError) as caught:
        require_same_model(old, new, "2022 with 2021")
    assert len(caught.value.problems) == 5
    assert "degrees, measure: found 'present'; expected absent" in str(caught.value)
    assert ("B9", "node", "absent", "present") in model_differences(
        old, IndexModel(Node("index", (Node("B9", (Leaf("staff"),)),)))
    )


def test_views_of_one_index_are_set_beside_each_other() -> None:
    other = view()
    other["tree"]["children"][1]["children"] = [{"measure": "pay"}]
    foreign = view()
    foreign["tree"]["id"] = "quality"
    views = {"v": VIEW, "w": other, "q": foreign}
    table = build_index(frame(), "v", VIEW, MEASURES, views=views).differences
    found = write_order(table, comparable.DIFFERENCES)
    assert set(found["other_view"]) == {"w"}
    assert found[["item", "setting", "here", "there"]].to_numpy().tolist() == [
        ["pay", "weight", "0.25", "0.5"],
        ["poverty", "measure", "present", "absent"],
    ]
    alone = difference_table("v", {"v": view_model("v", VIEW, MEASURES)})
    assert write_order(alone, comparable.DIFFERENCES).empty
