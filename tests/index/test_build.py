"""The index stage on a small view that can be worked out by hand."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest

from monotown.base.problems import InputError
from monotown.base.tables import INDICATORS, OBSERVATIONS, write_order
from monotown.index import build
from monotown.index.build import build_index
from monotown.index.prepare import average_weights, prepare, view_model, weights_of

NAN = float("nan")
MEASURES = {
    "staff": {"direction": 1, "goalposts": [0, 10]},
    "degrees": {"direction": 1, "goalposts": [0, 4]},
    "pay": {"direction": 1, "goalposts": [1, 100], "transform": "log"},
    "poverty": {"direction": -1, "goalposts": [0, 20]},
}
VIEW = {
    "kind": "official",
    "years": [2020, 2021, 2022],
    "average_weights": "population",
    "minimum_coverage": {"unit": 0.5, "block": 0.5},
    "expected_blocks": ["B1", "B2"],
    "scale": 1,  # what is worked out by hand runs from 0 to 1
    "tree": {
        "id": "index",
        "aggregation": "geometric",
        "floor": 0.01,
        "children": [
            {"id": "B1", "children": [{"measure": "staff"}, {"measure": "degrees"}]},
            {"id": "B2", "children": [{"measure": "pay"}, {"measure": "poverty"}]},
        ],
    },
}
#: unit, year -> staff, degrees, pay, poverty
DATA = {
    ("A", 2020): (5, 2, 10, 10),
    ("A", 2021): (10, 4, 100, 0),
    ("A", 2022): (12, 4, 100, 0),
    ("B", 2020): (0, 0, 1, 20),
    ("B", 2021): (5, 2, 10, 10),
    ("B", 2022): (5, NAN, 10, 10),
    ("C", 2020): (2, 1, NAN, NAN),
    ("C", 2021): (2, 1, 10, 5),
    ("C", 2022): (2, 1, 10, 5),
}


def frame(data: dict = DATA, kind: str = "official", view: str = "v") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "view": view,
                "unit": unit,
                "year": year,
                "measure": measure,
                "indicator": measure,
                "block": "B1",
                "value": value,
                "unit_of_measure": "x",
                "kind": kind,
                "source": f"s_{measure}",
                "reading": "exact",
                "flag": "",
            }
            for (unit, year), values in data.items()
            for measure, value in zip(MEASURES, values, strict=True)
        ]
    )


def population(values: dict[str, float] | None = None) -> pd.DataFrame:
    values = values or {"A": 100.0, "B": 300.0, "C": 100.0}
    return pd.DataFrame([{"unit": u, "year": 2020, "value": v} for u, v in values.items()])


def view(**changes: object) -> dict:
    return {**copy.deepcopy(VIEW), **changes}


def leaves(**settings: dict) -> dict:
    """The view with other settings of its leaves."""
    changed = view()
    for block in changed["tree"]["children"]:
        for leaf in block["children"]:
            leaf.update(settings.get(leaf["measure"], {}))
    return changed


def scores_of(tables: build.IndexTables, node: str, year: int) -> dict[str, float]:
    s = tables.scores
    here = s[(s["node"] == node) & (s["year"] == year)]
    return dict(zip(here["unit"], here["score"], strict=True))


def floored(x: float) -> float:
    return max(x, 0.01)


def test_scores_by_hand() -> None:
    tables = build_index(frame(), "v", VIEW, MEASURES, population())
    assert scores_of(tables, "B1", 2021) == {"A": 1.0, "B": 0.5, "C": pytest.approx(0.225)}
    found = scores_of(tables, "index", 2020)
    assert found["A"] == pytest.approx(floored(0.5))
    assert found["B"] == pytest.approx(0.01)
    assert np.isnan(found["C"])  # its second block is wholly absent
    later = scores_of(tables, "index", 2022)
    assert later["A"] == pytest.approx(1.0)
    assert later["B"] == pytest.approx(floored(0.5))
    assert later["C"] == pytest.approx((floored(0.225) * floored(0.625)) ** 0.5)
    assert scores_of(tables, "B2", 2022)["C"] == pytest.approx((0.5 + 0.75) / 2)


def test_ranks_coverage_and_partial() -> None:
    s = build_index(frame(), "v", VIEW, MEASURES).scores.set_index(["node", "year", "unit"]).sort_index()
    assert s.loc[("index", 2021), "rank"].to_dict() == {"A": 1.0, "B": 2.0, "C": 3.0}
    assert s.loc[("index", 2020, "C"), ["rank", "score"]].isna().all()
    assert s.loc[("index", 2020), "n_units"].tolist() == [2, 2, 2]
    assert s.loc[("index", 2020), "coverage"].to_dict() == {"A": 1.0, "B": 1.0, "C": 0.5}
    assert s.loc[("B1", 2022, "B"), "coverage"] == 0.5
    assert s.loc[("index", 2020), "partial"].to_dict() == {"A": False, "B": False, "C": True}
    assert s.loc[("index", 2021, "A"), "source"] == "s_degrees; s_pay; s_poverty; s_staff"
    assert s.loc[("index", 2020, "C"), "source"] == "s_degrees; s_staff"
    full = view(expected_blocks=["B1", "B2", "B3", "B4"])
    lacking = build_index(frame(), "v", full, MEASURES).scores
    assert lacking.loc[lacking["node"] == "index", "partial"].all()
    assert not lacking.loc[lacking["node"] != "index", "partial"].any()


def test_a_unit_alone_has_no_rank() -> None:
    alone = frame({("A", 2020): DATA["A", 2020]})
    tables = build_index(alone, "v", VIEW, MEASURES)
    assert tables.scores["rank"].isna().all()
    assert tables.scores["score"].notna().all()
    assert tables.comparison["average"].isna().all()
    assert tables.changes.empty


def test_tables_fit_their_schemas() -> None:
    indicators = write_order(frame(), INDICATORS)
    tables = build_index(indicators, "v", VIEW, MEASURES, population())
    for name in ("normalised", "weights", "scores", "comparison", "changes", "clips"):
        table = getattr(tables, name)
        assert len(write_order(table, getattr(build, name.upper()))) == len(table) > 0
    assert tables.weights["global_weight"].sum() == pytest.approx(1)
    assert tables.weights["local_weight"].tolist() == [0.5] * 4
    assert len(tables.normalised) == 9 * 4
    empty = build_index(frame({("A", 2020): DATA["A", 2020]}), "v", VIEW, MEASURES).clips
    assert write_order(empty, build.CLIPS).empty


def test_comparison_with_the_other_regions() -> None:
    c = build_index(frame(), "v", VIEW, MEASURES, population()).comparison
    here = c[(c["node"] == "B1") & (c["year"] == 2021)].set_index("unit")
    assert here["score"].to_dict() == {"A": 1.0, "B": 0.5, "C": pytest.approx(0.225)}
    assert here.loc["A", "average"] == pytest.approx((300 * 0.5 + 100 * 0.225) / 400)
    assert here.loc["B", "average"] == pytest.approx((1.0 + 0.225) / 2)
    assert here.loc["B", "difference"] == pytest.approx(0.5 - 0.6125)
    assert here.loc["B", "ratio"] == pytest.approx(0.5 / 0.6125)
    plain = build_index(frame(), "v", VIEW, MEASURES).comparison
    row = plain[(plain["node"] == "B1") & (plain["year"] == 2021) & (plain["unit"] == "A")]
    assert row["average"].item() == pytest.approx((0.5 + 0.225) / 2)


def test_changes_between_years_that_rest_on_the_same_measures() -> None:
    c = build_index(frame(), "v", VIEW, MEASURES).changes
    a = c[(c["unit"] == "A") & (c["node"] == "B1")]
    assert a[["from_year", "to_year"]].to_numpy().tolist() == [[2020, 2021], [2021, 2022], [2020, 2022]]
    assert a["change"].tolist() == [0.5, 0.0, 0.5]
    b = c[(c["unit"] == "B") & (c["from_year"] == 2021)].set_index("node")
    assert np.isnan(b.loc["index", "change"])
    assert b.loc["index", "note"] == "not in both years: degrees"
    assert b.loc["B2", "change"] == 0.0
    assert b.loc["index", ["rank_from", "rank_to"]].tolist() == [2.0, 2.0]


def test_clipped_values_are_listed_with_their_limit() -> None:
    clips = build_index(frame(), "v", VIEW, MEASURES).clips
    assert clips[["unit", "year", "measure", "value", "limit", "action"]].to_numpy().tolist() == [
        ["A", 2022, "staff", 12.0, 10.0, "clipped"]
    ]


def test_limits_of_a_target_and_of_the_lower_goalpost() -> None:
    target = {"normalisation": {"method": "distance_to_target", "value": 8}}
    data = {**DATA, ("B", 2021): (9, 2, 0.5, 30)}
    clips = build_index(frame(data), "v", leaves(staff=target), MEASURES).clips
    limits = {(r.unit, r.measure): r.limit for r in clips.itertuples() if r.year == 2021}
    assert limits == {("A", "staff"): 8.0, ("B", "staff"): 8.0, ("B", "pay"): 1.0, ("B", "poverty"): 20.0}
    down = {"normalisation": {"method": "distance_to_target", "value": 4}}
    clips = build_index(frame(), "v", leaves(poverty=down), MEASURES).clips
    assert set(clips.loc[clips["measure"] == "poverty", "limit"]) == {4.0}


def test_filling_by_each_rule_is_flagged() -> None:
    data = {
        **{("A", y): (1.0, 1.0, 10.0, float(y - 2015)) for y in range(2016, 2021)},
        **{("B", y): (3.0, 3.0, 20.0, 4.0) for y in range(2016, 2021)},
    }
    data["A", 2018] = (NAN, NAN, 10.0, NAN)
    data["B", 2020] = (3.0, 3.0, 20.0, NAN)
    rules = {
        "staff": {"missing": "interpolate"},
        "degrees": {"missing": "mean"},
        "poverty": {"missing": "interpolate_carry"},
    }
    config = leaves(**rules)
    config["minimum_coverage"] = {"unit": 0.25, "block": 0.0}
    n = build_index(frame(data), "v", config, MEASURES).normalised.set_index(["unit", "year", "measure"])
    assert n.loc[("A", 2018, "staff"), ["value", "flag"]].tolist() == [1.0, "interpolated"]
    assert n.loc[("A", 2018, "poverty"), ["value", "flag"]].tolist() == [3.0, "interpolated"]
    assert n.loc[("B", 2020, "poverty"), ["value", "flag"]].tolist() == [4.0, "carried"]
    # a block that the unit lacks as a whole is not made up from the others
    assert np.isnan(n.loc[("A", 2018, "degrees"), "value"])
    assert n.loc[("A", 2017, "staff"), "flag"] == ""


def test_a_mean_fills_a_unit_that_has_something_of_the_block() -> None:
    config = leaves(degrees={"missing": "mean"}, pay={"missing": "median"})
    n = build_index(frame(), "v", config, MEASURES).normalised.set_index(["unit", "year", "measure"])
    assert n.loc[("B", 2022, "degrees"), ["value", "flag"]].tolist() == [2.5, "mean"]
    assert np.isnan(n.loc[("C", 2020, "pay"), "value"])
    # a year in which nobody has the measure stays without
    data = {k: (v[0], NAN if k[1] == 2020 else v[1], *v[2:]) for k, v in DATA.items()}
    later = build_index(frame(data), "v", config, MEASURES).normalised
    assert later.loc[(later["year"] == 2020) & (later["measure"] == "degrees"), "value"].isna().all()


def test_what_a_node_puts_in_for_a_missing_score_is_flagged() -> None:
    config = view()
    config["tree"]["children"][0]["missing"] = "median"
    tables = build_index(frame(), "v", config, MEASURES)
    n = tables.normalised.set_index(["unit", "year", "measure"])
    # the score of the block is the mean of what is there and the median of the other units
    there, others = n.loc[("B", 2022, "staff")], n.loc[(["A", "C"], 2022, "degrees"), "normalised"]
    assert n.loc[("B", 2022, "degrees"), "flag"] == "median_of_others"
    block = tables.scores.set_index(["unit", "year", "node"]).loc[("B", 2022, "B1"), "score"]
    assert block == pytest.approx((there["normalised"] + others.median()) / 2)
    assert (n["flag"] != "").sum() == 1  # no other block fills: C has no pay in 2020


def many(n: int = 12, seed: int = 3) -> dict:
    rng = np.random.default_rng(seed)
    base = rng.uniform(1, 9, size=n)
    return {
        (f"U{i:02d}", 2020): (base[i], base[i] / 3 + rng.uniform(0, 0.5), 10 * base[i], 2 * base[i]) for i in range(n)
    }


def test_chained_imputation_fills_from_observed_values() -> None:
    data = many()
    data["U03", 2020] = (NAN, *data["U03", 2020][1:])
    config = leaves(staff={"missing": "mice"})
    one, two = (build_index(frame(data), "v", config, MEASURES, seed=7).normalised for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    filled = one[(one["unit"] == "U03") & (one["measure"] == "staff")]
    assert filled["flag"].item() == "imputed"
    known = [v[0] for k, v in data.items() if k[0] != "U03"]
    assert min(known) <= filled["value"].item() <= max(known)
    assert abs(filled["value"].item() - data["U03", 2020][1] * 3) < 2.5
    few = dict(list(data.items())[2:5])
    with pytest.raises(InputError, match="at least 3 known values"):
        build_index(frame(few), "v", config, MEASURES)


def test_outliers_are_treated_and_listed() -> None:
    data = many(20)
    data["U00", 2020] = (400.0, *data["U00", 2020][1:3], 90.0)
    config = leaves(staff={"outliers": "winsorise", "goalposts": [0, 5]}, poverty={"outliers": "mad"})
    tables = build_index(frame(data), "v", config, MEASURES)
    largest = sorted(v[0] for v in data.values())[-2]
    listed = tables.clips[tables.clips["unit"] == "U00"].set_index(["measure", "action"])
    assert listed.loc[("staff", "winsorised"), ["value", "limit"]].tolist() == [400.0, largest]
    assert listed.loc[("staff", "clipped"), "limit"] == 5.0
    assert listed.loc[("poverty", "outlying"), "value"] == 90.0
    n = tables.normalised.set_index(["unit", "measure"])
    assert n.loc[("U00", "staff"), "value"] == largest
    assert n.loc[("U00", "poverty"), "value"] == 90.0


def test_a_logarithm_fitted_to_the_sample_is_refused_under_frozen_goalposts() -> None:
    rng = np.random.default_rng(1)
    data = {
        (f"U{i:03d}", 2020): (float(np.exp(1.3 * v)), 1.0, 10.0, 5.0) for i, v in enumerate(rng.standard_normal(200))
    }
    config = leaves(staff={"outliers": "winsorise_log"})
    with pytest.raises(InputError, match="no frozen goalposts; set transform: log") as caught:
        build_index(frame(data), "v", config, MEASURES)
    assert caught.value.problems[0].where == "v, measure staff"
    measures = {**MEASURES, "staff": {"direction": 1}}
    config = leaves(staff={"outliers": "winsorise_log", "normalisation": {"method": "minmax_sample"}})
    n = build_index(frame(data), "v", config, measures).normalised
    assert set(n.loc[n["measure"] == "staff", "flag"]) == {"logged"}


def test_averages_weigh_the_nearest_year() -> None:
    weights = pd.DataFrame({"unit": ["A", "A", "B"], "year": [2010, 2021, 2015], "value": [1.0, 5.0, 7.0]})
    rows = pd.DataFrame({"unit": ["A", "A", "B"], "year": [2012, 2020, 2030]})
    assert weights_of(rows, weights, "population").tolist() == [1.0, 5.0, 7.0]
    with pytest.raises(InputError, match=r"variable population.*a value for C"):
        build_index(frame(), "v", VIEW, MEASURES, population({"A": 1.0, "B": 1.0}))


def test_average_weights_come_from_the_observations() -> None:
    rows = [
        ("A", 2020, "population", 5.0, "two"),
        ("A", 2020, "population", 4.0, "one"),
        ("A", 2021, "population", NAN, "one"),
        ("A", 2020, "staff", 9.0, "one"),
    ]
    seen = pd.DataFrame(rows, columns=["unit", "year", "variable", "value", "source"]).assign(
        unit_of_measure="x", kind="official", locator="x", flag=""
    )
    seen["flag"] = np.where(seen["value"].isna(), "not_available", "")
    assert set(OBSERVATIONS.columns) >= set(seen.columns)
    found = average_weights(seen, "population")
    assert found is not None
    assert found.to_numpy().tolist() == [["A", 2020, 4.0]]
    assert average_weights(seen, None) is None


def test_relative_normalisation_uses_the_average_weights() -> None:
    config = leaves(staff={"normalisation": "ratio_to_average"})
    config["tree"]["floor"] = None
    config["tree"]["aggregation"] = "arithmetic"
    prepared = prepare(frame(), "v", config, MEASURES, population())
    rows, z = prepared.year(2021)
    assert rows["unit"].tolist() == ["A", "B", "C"]
    assert z[0, 0] == pytest.approx(10 / ((300 * 5 + 100 * 2) / 400))
    assert prepared.years == [2020, 2021, 2022]
    assert prepared.year(2020)[0]["unit"].tolist() == ["A", "B"]


def test_a_wrong_view_is_told_whole() -> None:
    with pytest.raises(InputError) as caught:
        view_model("v", {"label": {}, "expected_block": []}, MEASURES)
    assert [p.where for p in caught.value.problems] == ["v.expected_block", "v.tree"]
    wrong = view(normalisation="zscore")
    with pytest.raises(InputError) as caught:
        view_model("v", wrong, MEASURES)
    assert [p.where for p in caught.value.problems] == ["v.tree.floor"]
    bare = view(normalisation="zscore")
    del bare["tree"]["floor"]
    with pytest.raises(InputError, match="geometric over scores that may be negative"):
        view_model("v", bare, MEASURES)


def test_rows_of_another_kind_or_without_values_are_refused() -> None:
    with pytest.raises(InputError, match="rows of view 'w'"):
        prepare(frame(), "w", VIEW, MEASURES)
    mixed = pd.concat([frame(), frame({("D", 2020): (1, 1, 1, 1)}, kind="synthetic")])
    with pytest.raises(InputError, match="found 'synthetic'; expected official only"):
        prepare(mixed, "v", VIEW, MEASURES)
    none = {k: (NAN, *v[1:]) for k, v in DATA.items()}
    with pytest.raises(InputError, match="measure staff: found 'no value'"):
        prepare(frame(none), "v", VIEW, MEASURES)


def test_problems_of_several_measures_come_together() -> None:
    data = {k: (v[0], v[1], -1.0, v[3]) for k, v in DATA.items()}
    config = leaves(
        staff={"normalisation": {"method": "zscore", "scope": 1999}},
        degrees={"normalisation": {"method": "zscore", "scope": 1999}},
    )
    config["tree"]["floor"] = None
    config["tree"]["aggregation"] = "arithmetic"
    with pytest.raises(InputError) as caught:
        prepare(frame(data), "v", config, MEASURES)
    assert [p.where for p in caught.value.problems] == ["v, measure staff", "v, measure degrees", "v, measure pay"]


def test_a_score_that_the_tree_cannot_take_names_the_year() -> None:
    config = leaves(staff={"normalisation": "ratio_to_average"})
    config["tree"] = {
        "id": "index",
        "aggregation": "geometric",
        "children": [{"measure": "staff", "normalisation": "ratio_to_average"}],
    }
    with pytest.raises(InputError, match=r"geometric mean of index: a score of 0.*staff of B, 2020"):
        build_index(frame(), "v", config, MEASURES)


def test_a_new_year_changes_no_old_score() -> None:
    old = frame({k: v for k, v in DATA.items() if k[1] < 2022})
    before = build_index(old, "v", VIEW, MEASURES).scores
    after = build_index(frame(), "v", VIEW, MEASURES).scores
    both = before.merge(after, on=["unit", "year", "node"])
    assert len(both) == len(before)
    pd.testing.assert_series_equal(both["score_x"], both["score_y"], check_names=False)
