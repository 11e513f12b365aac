from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from words_support import LANGUAGES, texts

from monotown.base.problems import InputError
from monotown.index.kernel import evaluate
from monotown.scenarios import build
from monotown.scenarios.read import read_inputs
from monotown.scenarios.shocks import apply_scenario, on_scale
from monotown.show.assumptions import join_assumptions

from .scenarios_support import (
    HIERARCHIES,
    MEASURES,
    MODELS,
    SCENARIOS,
    SCHEMA,
    SETTINGS,
    UNITS,
    YEAR,
    content,
    made_up_base,
    made_up_sensitivity,
    made_up_values,
    shipped,
)

LAST = SETTINGS["until"]


def test_leaves_are_those_of_the_views(base):
    expected = {leaf.measure for model in MODELS.values() for leaf in model.leaves}
    assert {leaf.measure for leaf in base.leaves} == expected
    assert all(MEASURES[m]["reading"] for m in expected)
    assert base.kind == "official"
    assert base.units == UNITS


def test_every_table_is_complete(tables):
    paths = len(HIERARCHIES) * len(SCENARIOS) * len(UNITS)
    assert len(tables["consequences"]) == paths * (LAST - YEAR + 1)
    assert len(tables["crossing"]) == len(tables["regret"]) == paths
    assert len(tables["best_share"]) == 3 * paths
    assert len(tables["agreement"]) == 10


def test_what_is_assumed_is_told_before_the_data_it_is_applied_to(tables):
    measured = {"gradient", "drop_one", "sobol"}
    for name, table in tables.items():
        evidence = table["evidence"] if name == "key_factors" else pd.Series(name, table.index)
        alone = evidence.isin(["structure", "leaf_weights", "consistency", "assumptions", "expert"])
        told = alone.map({True: "assumed", False: "assumed+official"})
        told[evidence.isin(measured)] = "official"
        assert table["kind"].tolist() == told.tolist(), name
        sources = alone.map({True: "assumptions", False: "sdg_regions; wages_regions"})
        assert table["source"].tolist() == sources.tolist(), name
    assert measured - {"sobol"} < set(tables["key_factors"]["evidence"])


def test_a_measure_beside_an_index_is_no_source_of_its_scenarios():
    frame = pd.DataFrame(
        [("v", "A", YEAR, m, 1.0, "official", f"file_of_{m}") for m in ("in_tree", "beside")],
        columns=["view", "unit", "year", "measure", "value", "kind", "source"],
    )
    leaves = {"in_tree": next(iter(build.leaves_of(MODELS, "s.yaml").values()))}
    base = build.read_base(frame[:1], frame, leaves, YEAR, [], "config/parts/scenarios.yaml")
    assert base.source == "file_of_in_tree"


def test_missing_values_stand_at_the_median_of_the_others(base, tables):
    poverty = [leaf.measure for leaf in base.leaves].index("poverty")
    unit = base.units.index("KZULU")
    others = np.delete(base.used[:, poverty], unit)
    assert base.filled[unit, poverty]
    assert base.used[unit, poverty] == np.median(others)
    filled = tables["consequences"].groupby(["hierarchy", "unit"])["filled"].first()
    weights = tables["leaf_weights"].set_index(["hierarchy", "measure"])["global_weight"]
    expected = weights["flat", "poverty"] + weights["flat", "housing_space"]
    assert filled["flat", "KZULU"] == pytest.approx(expected)
    assert filled["flat", "KZKAR"] == 0


def test_the_baseline_and_the_base_year_change_nothing(tables):
    table = tables["consequences"]
    assert (table.loc[table["scenario"] == "baseline", "change"] == 0).all()
    assert (table.loc[table["year"] == YEAR, "change"].abs() < 1e-15).all()
    last = table[table["year"] == LAST]
    assert (last.loc[last["scenario"] == "adverse", "change"] < 0).all()
    assert last["low"].notna().all()
    assert (last["low"] <= last["high"]).all()


def test_contributions_sum_to_the_change(tables):
    parts = tables["shapley"].groupby(["hierarchy", "scenario", "unit"])["contribution"].sum()
    last = tables["consequences"]
    last = last[last["year"] == LAST].set_index(["hierarchy", "scenario", "unit"])["change"]
    assert parts.to_numpy() == pytest.approx(last.reindex(parts.index).to_numpy(), abs=1e-12)
    assert "baseline" not in set(tables["shapley"]["scenario"])


def test_contributions_are_the_mean_over_all_orders(base, inputs, tables):
    scenario = next(s for s in inputs.scenarios if s.id == "centre")
    hierarchy = next(h for h in inputs.hierarchies if h.id == "conditions_led")
    columns = base.columns(hierarchy.model.measures)
    unit = base.units.index("KZPAV")
    before, after = (
        apply_scenario(base.leaves, base.used, scenario, [year])[0][0, unit][columns] for year in (YEAR, LAST)
    )
    moved = [s.measure for s in scenario.shocks]
    at = [hierarchy.model.measures.index(m) for m in moved]
    total = dict.fromkeys(moved, 0.0)
    orders = list(permutations(range(len(moved))))
    for order in orders:
        z = before.copy()
        index = evaluate(hierarchy.model, z[None], batch=1)[0, 0]
        for k in order:
            z[at[k]] = after[at[k]]
            new = evaluate(hierarchy.model, z[None], batch=1)[0, 0]
            total[moved[k]] += (new - index) / len(orders)
            index = new
    mine = tables["shapley"]
    mine = mine[
        (mine["hierarchy"] == "conditions_led") & (mine["scenario"] == "centre") & (mine["unit"] == "KZPAV")
    ].set_index("measure")["contribution"]
    assert mine.to_dict() == pytest.approx({m: 100 * v for m, v in total.items()}, abs=1e-10)


def test_contributions_to_a_linear_tree_are_weights_times_changes(tables):
    mine = tables["shapley"][tables["shapley"]["hierarchy"] == "flat"]
    expected = (mine["score_to"] - mine["score_from"]) / 15
    assert mine["contribution"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)


def test_the_target_is_the_quantile_of_the_base_year(tables):
    crossing, table = tables["crossing"], tables["consequences"]
    for name in HIERARCHIES:
        first = table[(table["hierarchy"] == name) & (table["scenario"] == "baseline") & (table["year"] == YEAR)][
            "index"
        ]
        targets = crossing.loc[crossing["hierarchy"] == name, "target"]
        assert targets.to_numpy() == pytest.approx(first.median())
    moved = crossing[crossing["state"].isin(["rises", "falls"])]
    assert moved["year"].between(YEAR + 1, LAST).all()
    assert crossing.loc[crossing["state"].isin(["above", "below"]), "year"].isna().all()
    plain = crossing[crossing["scenario"] == "baseline"]
    assert set(plain["state"]) <= {"above", "below"}
    assert ((plain["share_reached"] == 1) == (plain["state"] == "above")).all()


def test_regret_is_that_of_the_last_year(tables):
    regret = tables["regret"]
    last = tables["consequences"]
    last = last[last["year"] == LAST].set_index(["unit", "hierarchy", "scenario"])["index"]
    assert regret["index"].to_numpy() == pytest.approx(
        last.reindex(pd.MultiIndex.from_frame(regret[["unit", "hierarchy", "scenario"]])).to_numpy()
    )
    assert (regret.groupby(["unit", "hierarchy"])["regret"].min() == 0).all()
    largest = regret.groupby(["unit", "scenario"])["regret"].max()
    for unit, part in regret[regret["minimax"]].groupby("unit"):
        assert len(set(part["scenario"])) == 1
        assert part["largest_regret"].iloc[0] == pytest.approx(largest[unit].min())


def test_shares_of_the_best_sum_to_one(tables):
    total = tables["best_share"].groupby(["random", "hierarchy", "unit"])["share"].sum()
    assert total.to_numpy() == pytest.approx(1.0)


def test_certain_sizes_leave_the_best_certain(base):
    files = shipped()
    for _, one in files["scenario"]:
        for shock in one["shocks"]:
            for key in ("sd", "range", "probability"):
                shock.pop(key, None)
    inputs = read_inputs(files, {leaf.measure: leaf for leaf in base.leaves}, YEAR, SCHEMA)
    drop, sobol = made_up_sensitivity()
    tables = build.build_scenarios(base, inputs, MODELS, drop, sobol, {}, texts("scenarios"), 1)
    sized = tables["best_share"][tables["best_share"]["random"] == "sizes"]
    assert set(sized["share"].round(9)) <= {0.0, 1.0}
    best = sized[sized["share"] == 1].set_index(["hierarchy", "unit"])["scenario"]
    none = tables["regret"][tables["regret"]["regret"] == 0].set_index(["hierarchy", "unit"])
    assert best.sort_index().equals(none["scenario"].sort_index())
    last = tables["consequences"].dropna(subset=["low"])
    assert last["low"].to_numpy() == pytest.approx(last["index"].to_numpy())


def test_every_combination_is_judged_and_those_of_the_scenarios_are_named(tables):
    table = tables["consistency"]
    assert len(table) == 3**5
    assert (table["consistent"] == (table["beaten"] == 0)).all()
    assert (table["consistent"] == (table["why"] == "")).all()
    named = table.loc[table["scenario"] != "", "scenario"].str.split("; ").explode()
    assert sorted(named) == sorted(SCENARIOS)
    centre = table[table["scenario"] == "centre"].iloc[0]
    # growing institutions (2), steady income, conditions and industry (-1 each) for a growing staff
    assert "staffing: growing -1 < steady 3" in centre["why"]


def test_every_assumption_is_listed_with_its_value(tables, inputs):
    table = tables["assumptions"].set_index("assumption")
    shocks = sum(len(s.shocks) for s in inputs.scenarios)
    assert table.index.str.startswith("shock.").sum() == shocks
    assert table.index.str.startswith("priority.").sum() == len(MEASURES.keys() & set(inputs.factors["measures"]))
    assert table.loc["setting.kappa", "value"] == str(SETTINGS["kappa"])
    value = table.loc["shock.centre.rd_organisations_per_100k", "value"]
    assert value.startswith("size 0.5, in absolute, start 2025, full 2028, range [0.2, 0.8]")
    assert table.loc["judgments.flat.index", "value"] == "equal"
    assert "1 3 3 5; 1/3 1 1 2" in table.loc["judgments.staffing_led.index", "value"]
    assert set(table["basis"]) == {"assumed"}
    for language in LANGUAGES:
        assert not table[f"assumption_{language}"].str.contains("[{}]").any()
    assert len(join_assumptions({"scenarios": tables["assumptions"]})) == len(table)


def test_the_same_seed_gives_the_same_tables(base, inputs, tables):
    drop, sobol = made_up_sensitivity()
    again = build.build_scenarios(base, inputs, MODELS, drop, sobol, {}, texts("scenarios"), 20200601)
    other = build.build_scenarios(base, inputs, MODELS, drop, sobol, {}, texts("scenarios"), 2)
    assert again["best_share"].equals(tables["best_share"])
    assert not other["best_share"].equals(tables["best_share"])
    assert other["shapley"].equals(tables["shapley"])


def test_what_moves_is_cut_in_sight(base):
    files = shipped()
    one = content(files, "scenarios/renewal.yaml")
    one["shocks"] = [
        {"measure": "internet", "size": 2, "in": "goalposts", "start": 2022, "full": 2023},
        {"measure": "poverty", "size": -0.1, "in": "relative", "start": 2022, "full": 2023},
    ]
    leaves = build.leaves_of(MODELS, "config/parts/scenarios.yaml")
    inputs = read_inputs(files, leaves, YEAR, SCHEMA)
    drop, sobol = made_up_sensitivity()
    table = build.build_scenarios(base, inputs, MODELS, drop, sobol, {}, texts("scenarios"), 1)["consequences"]
    mine = table[(table["scenario"] == "renewal") & (table["year"] == LAST)]
    assert (mine["clipped"] == 0.5).all()
    assert mine["clipped_draws"].to_numpy() == pytest.approx(0.5)
    internet = [leaf.measure for leaf in base.leaves].index("internet")
    z = on_scale(base.leaves[internet], base.used[:, internet])[0]
    poverty = [leaf.measure for leaf in base.leaves].index("poverty")
    gain = base.used[:, poverty] * 0.1 / 15
    expected = ((1 - z) + gain) / 2
    flat = mine[mine["hierarchy"] == "flat"].set_index("unit").reindex(base.units)
    assert flat["moved"].to_numpy() == pytest.approx(100 * expected)


def test_a_base_that_cannot_be_had_is_refused():
    with pytest.raises(InputError, match="found '1999'; expected a year of the views: 2022"):
        made_up_base(1999)
    with pytest.raises(InputError, match="marked: found 'KZXXX'; expected one of: KZALA"):
        made_up_base(marked=("KZXXX",))
    frame = made_up_values()
    frame.loc[frame["measure"] == "internet", "value"] = np.nan
    frame.loc[frame["view"] == "quality_2022", "kind"] = "synthetic"
    with pytest.raises(InputError) as caught:
        made_up_base(frame=frame)
    told = str(caught.value)
    assert "found 'synthetic, official'; expected views of one kind of data" in told
    assert "measure internet: found 'no value'" in told


def test_no_more_shocks_than_can_be_decomposed(inputs):
    crowd = inputs.scenarios[-1]
    many = type(crowd)("crowd", crowd.shocks * 3, crowd.states)
    with pytest.raises(InputError, match="scenario crowd, shocks: found '21'; expected at most 16"):
        build.check_shocks(type(inputs)(**{**vars(inputs), "scenarios": (many,)}))
