"""A view's own weights: settings, refusals, and what they do to the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_build import MEASURES, frame, many, population, view

from monotown.base.problems import InputError
from monotown.index.build import SCHEMAS, build_index
from monotown.index.prepare import prepare, view_model, weighted_model
from monotown.index.weighting import Weighting, keys_of, read_weighting
from monotown.methods.register import SCHEMES
from monotown.methods.weights.frontier import benefit_of_the_doubt
from monotown.methods.weights.schemes import weigh
from monotown.workflow import read_yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config" / "weights"
BLOCKS = ["B1", "B1", "B2", "B2"]
DATA = [s.name for s in SCHEMES.values() if s.kind == "data" and not s.per_unit]


def years() -> dict:
    """Fourteen units in two years; the second year has another spread."""
    first, second = many(14), many(14, seed=8)
    both = {(u, 2020): v for (u, _), v in first.items()}
    return both | {(u, 2021): (v[0] / 2, *v[1:]) for (u, _), v in second.items()}


def weighed(setting: object, data: dict | None = None, judgments: object = None, **changes):
    config = view(weights=setting, **changes)
    config["years"] = [2020, 2021]
    return build_index(frame(data or years()), "v", config, MEASURES, judgments=judgments, views={"v": config})


def noisy() -> dict:
    """Data in which no measure is a sum of the others, all inside their goalposts."""
    rng = np.random.default_rng(5)
    return {
        (f"U{i:02d}", y): tuple(rng.uniform([1, 0.4, 4, 2], [9, 3.6, 90, 18])) for i in range(14) for y in (2020, 2021)
    }


def test_without_the_key_the_tree_counts() -> None:
    config = view()
    tables = build_index(frame(), "v", config, MEASURES)
    assert tables.weights["global_weight"].tolist() == [0.25] * 4
    assert tables.unit_weights.empty
    assert prepare(frame(), "v", config, MEASURES).weighed is None
    assert read_weighting("v", config) is None


@pytest.mark.parametrize("scheme", DATA)
@pytest.mark.parametrize("over", ["blocks", "leaves"])
def test_a_data_driven_scheme_is_applied_to_the_normalised_values(scheme: str, over: str) -> None:
    data = noisy()
    config = view(weights={"scheme": scheme, "over": over})
    prepared = prepare(frame(data), "v", config, MEASURES)
    plain = prepare(frame(data), "v", view(), MEASURES)
    expected = weigh(scheme, plain.z, BLOCKS, names=plain.model.measures, over=over)
    assert prepared.model.weights == pytest.approx(expected, abs=1e-12)
    # two indicators have one correlation, so the components of a block say nothing of them apart
    assert np.allclose(expected, 0.25) == (scheme.startswith("pca") and over == "blocks")


def test_scores_follow_the_weights_and_the_written_table_gives_them_again() -> None:
    tables = weighed({"scheme": "critic", "over": "leaves"}, noisy())
    plain = build_index(frame(noisy()), "v", view(), MEASURES)
    assert not np.allclose(tables.scores["score"], plain.scores["score"])
    config = view(weights={"scheme": "critic", "over": "leaves"})
    model = weighted_model(view_model("v", config, MEASURES), tables.weights)
    w = dict(zip(model.measures, model.weights, strict=True))
    z = tables.normalised.set_index(["unit", "year", "measure"])["normalised"]
    unit = z.sort_index().loc["U03", 2020]
    blocks = {}
    for block, pair in (("B1", ("staff", "degrees")), ("B2", ("pay", "poverty"))):
        total = sum(w[m] for m in pair)
        blocks[block] = total, max(sum(w[m] * unit[m] for m in pair) / total, 0.01)
    by_hand = np.prod([score**weight for weight, score in blocks.values()])
    s = tables.scores.set_index(["unit", "year", "node"])["score"]
    assert s["U03", 2020, "index"] == pytest.approx(by_hand, abs=1e-12)
    same = view_model("v", view(), MEASURES)
    assert weighted_model(same, plain.weights) is same


def test_a_reference_year_freezes_the_weights() -> None:
    data = years()
    setting = {"scheme": "standard_deviation", "over": "leaves", "reference_year": 2020}
    frozen = weighed(setting, data).weights
    only = {k: v for k, v in data.items() if k[1] == 2020}
    alone = weighed({"scheme": "standard_deviation", "over": "leaves"}, only).weights
    pooled = weighed({"scheme": "standard_deviation", "over": "leaves"}, data).weights
    assert frozen["global_weight"].to_numpy() == pytest.approx(alone["global_weight"].to_numpy())
    assert not np.allclose(pooled["global_weight"], alone["global_weight"])


def test_missing_values_need_a_rule() -> None:
    data = noisy()
    data["U03", 2020] = (np.nan, *data["U03", 2020][1:])
    with pytest.raises(InputError) as caught:
        weighed("critic", data)
    first = caught.value.problems[0]
    assert (first.file, first.found) == ("config/study/indices.csv", "1 missing")
    assert first.where == "v.weights, CRITIC weights: column staff"
    assert "complete_units, available" in first.expected
    weighed({"scheme": "critic", "missing": "available"}, data)


def test_fixed_schemes_are_known_without_data() -> None:
    config = view(weights="equal_by_type")
    with pytest.raises(InputError, match=r"v\.weights"):
        view_model("v", {**config, "weights": {"scheme": "equal_by_type", "types": {}}}, MEASURES)
    types = {"B1": "statistical", "B2": "sociological"}
    config["weights"] = {"scheme": "equal_by_type", "types": types}
    del config["tree"]["children"][1]["children"][0]
    assert view_model("v", config, MEASURES).weights.tolist() == [0.25, 0.25, 0.5]
    config["weights"] = "equal_by_indicator"
    assert view_model("v", config, MEASURES).weights == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("setting", "where", "expected"),
    [
        ("critik", "v.weights", "'critic' (did you mean this?)"),
        ({"schema": "critic"}, "v.weights.scheme", "one of: ahp,"),
        ({"scheme": "critic", "floor": 0.1}, "v.weights.floor", "for critic"),
        ({"scheme": "critic", "over": "block"}, "v.weights.over", "'blocks' (did you mean"),
        ({"scheme": "pca", "missing": "available"}, "v.weights.missing", "one of: complete_units"),
        ({"scheme": "entropy", "floor": 0}, "v.weights.floor", "a number between 0 and 1"),
        ({"scheme": "critic", "reference_year": 2019}, "v.weights.reference_year", "2020, 2021"),
        ({"scheme": "ahp"}, "v.weights.judgments", "weights/ahp_example"),
        ({"scheme": "ahp", "judgments": "x", "kind": "official"}, "v.weights.kind", "synthetic, or"),
        ({"scheme": "benefit_of_the_doubt", "bounds": [0.6, 0.1]}, "v.weights.bounds", "[lowest"),
        ({"scheme": "equal_by_type", "types": "B1"}, "v.weights.types", "a mapping"),
    ],
)
def test_a_wrong_setting_is_named_with_the_admissible_ones(setting, where, expected) -> None:
    with pytest.raises(InputError) as caught:
        view_model("v", view(weights=setting, years=[2020, 2021]), MEASURES)
    (problem,) = caught.value.problems
    assert (problem.file, problem.where) == ("config/study/indices.csv", where)
    assert expected in problem.expected


def test_every_scheme_is_reached_from_a_view() -> None:
    for scheme in SCHEMES.values():
        assert keys_of(scheme)[0] == "scheme"
        setting = {"scheme": scheme.name}
        if scheme.kind == "expert":
            setting["judgments"] = "file"
        assert read_weighting("v", {"weights": setting}).family == scheme.kind
    assert str(Weighting("merec", reference_year=2020)) == "merec, over blocks, of 2020"
    assert str(Weighting("ahp", judgments="a.yaml")) == "ahp, a.yaml"
    bounded = Weighting("benefit_of_the_doubt", bounds=(0.1, 0.5))
    assert str(bounded) == "benefit_of_the_doubt, shares 0.1 to 0.5"


def sheet(name: str) -> object:
    path = FOLDER / name
    if name.endswith(".csv"):
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    return read_yaml(path)


EXPERTS = {
    "ahp": "ahp_example.yaml",
    "best_worst": "best_worst_example.yaml",
    "budget_allocation": "budget_example.csv",
}


@pytest.mark.parametrize(("scheme", "name"), EXPERTS.items())
def test_judgments_of_blocks_make_the_results_of_their_kind(scheme: str, name: str) -> None:
    setting = {"scheme": scheme, "judgments": name, "kind": "synthetic"}
    tables = weighed(setting, judgments=sheet(name), expected_blocks=["B1", "B2", "B3", "B4"])
    local = tables.weights.groupby("block")["global_weight"].sum()
    if scheme == "budget_allocation":  # 85 and 105 of 300 points, without B3 and B4
        assert local["B1"] == pytest.approx(85 / 190)
    assert local.sum() == pytest.approx(1)
    assert local["B1"] != pytest.approx(0.5, abs=1e-3)
    assert tables.weights["local_weight"].tolist() == pytest.approx([0.5] * 4)
    for table in ("scores", "normalised", "changes", "comparison"):
        assert set(getattr(tables, table)["kind"]) == {"assumed+synthetic"}
    assert all(name in s for s in tables.scores["source"])


@pytest.mark.parametrize(("scheme", "name"), EXPERTS.items())
@pytest.mark.parametrize(("told", "kind"), [("assumed", "assumed+official"), ("official", "official")])
def test_judgments_that_somebody_assumed_mark_every_result(scheme: str, name: str, told: str, kind: str) -> None:
    judged = sheet(name)
    judged = judged.assign(kind=told) if isinstance(judged, pd.DataFrame) else judged | {"kind": told}
    setting = {"scheme": scheme, "judgments": name}
    tables = weighed(setting, judgments=judged, expected_blocks=["B1", "B2", "B3", "B4"])
    for table in ("scores", "weights", "changes", "comparison"):
        assert set(getattr(tables, table)["kind"]) == {kind}


@pytest.mark.parametrize(("scheme", "name"), EXPERTS.items())
def test_invented_judgments_are_refused_among_official_figures(scheme: str, name: str) -> None:
    with pytest.raises(InputError) as caught:
        weighed({"scheme": scheme, "judgments": name}, judgments=sheet(name))
    (problem,) = caught.value.problems
    assert problem.where == "v.weights"
    assert problem.found == f"synthetic judgments ({name}) in a view of kind official"
    assert "the key kind: synthetic under v.weights" in problem.expected


def test_real_judgments_keep_the_kind_and_may_judge_measures() -> None:
    table = pd.DataFrame(
        {"kind": ["official"], "expert": ["E"], "staff": ["10"], "degrees": ["20"], "pay": ["30"], "poverty": ["40"]}
    )
    setting = {"scheme": "budget_allocation", "judgments": "b.csv"}
    tables = weighed(setting, judgments=table)
    assert tables.weights["global_weight"].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert set(tables.scores["kind"]) == {"official"}


def test_judgments_of_other_things_or_of_no_kind_are_refused() -> None:
    setting = {"scheme": "budget_allocation", "judgments": "b.csv", "kind": "synthetic"}
    table = sheet("budget_example.csv")
    with pytest.raises(InputError, match="every child of index: B1, B2; or every measure: staff"):
        weighed(setting, judgments=table, expected_blocks=["B1", "B2"])
    with pytest.raises(InputError, match=r"b.csv, column kind: found 'nothing'"):
        weighed(setting, judgments=table.drop(columns="kind"))
    with pytest.raises(InputError, match=r"found 'a table'; expected a mapping"):
        weighed({**setting, "scheme": "ahp"}, judgments=table)
    with pytest.raises(InputError, match=r"b.csv, content: found 'nothing'"):
        weighed(setting)


def test_benefit_of_the_doubt_gives_every_unit_its_own_weights() -> None:
    data = noisy()
    setting = {"scheme": "benefit_of_the_doubt", "bounds": [0.1, 0.5]}
    arithmetic = view()["tree"] | {"aggregation": "arithmetic", "floor": None}
    tables = weighed(setting, data, tree=arithmetic)
    plain = prepare(frame(data), "v", view(), MEASURES)
    z = 0.01 + 0.99 * plain.z
    found = benefit_of_the_doubt(z, low=0.1, high=0.5)
    u = tables.unit_weights
    assert len(u) == z.size
    assert u["weight"].to_numpy() == pytest.approx(found.weights.ravel())
    assert u["share"].between(0.1 - 1e-9, 0.5 + 1e-9).all()
    assert u["optimum"].max() == pytest.approx(1)
    whole = tables.scores[tables.scores["node"] == "index"].set_index(["unit", "year"])["score"]
    places = list(zip(plain.rows["unit"], plain.rows["year"], strict=True))
    assert whole.loc[places].to_numpy() == pytest.approx((plain.z * found.weights).sum(axis=1))
    mean = found.weights.mean(axis=0)
    assert tables.weights["global_weight"].to_numpy() == pytest.approx(mean)
    # two years of a unit do not rest on the same weights
    assert tables.changes["change"].isna().all()
    assert tables.changes["note"].str.contains("weights of its own").all()
    assert tables.contributions.empty
    for name, schema in SCHEMAS.items():
        schema.validate(getattr(tables, name))


def test_benefit_of_the_doubt_leaves_out_or_refuses_the_incomplete() -> None:
    data = noisy()
    data["U03", 2020] = (np.nan, *data["U03", 2020][1:])
    setting = {"scheme": "benefit_of_the_doubt", "missing": "complete_units"}
    tables = weighed(setting, data)
    assert ("U03", 2020) not in set(zip(tables.unit_weights["unit"], tables.unit_weights["year"], strict=True))
    s = tables.scores.set_index(["unit", "year", "node"])
    assert np.isnan(s.loc[("U03", 2020, "index"), "score"])
    # a unit that gives a whole block no weight has an index all the same, and lacks no block
    free = tables.unit_weights.groupby(["unit", "year", "block"])["weight"].sum()
    empty = free[free < 1e-12]
    assert len(empty)
    unit, year, _ = empty.index[0]
    assert s.loc[(unit, year, "index"), "score"] > 0
    assert not s.loc[(unit, year, "index"), "partial"]
    with pytest.raises(InputError, match="no missing value, or a rule for them"):
        weighed("benefit_of_the_doubt", data)
    with pytest.raises(InputError, match="0 <= low <= 1/K <= high"):
        weighed({"scheme": "benefit_of_the_doubt", "bounds": [0.4, 0.6]}, noisy())
    tree = view()["tree"] | {"aggregation": "copeland", "floor": None}
    with pytest.raises(InputError, match=r"index: copeland.*under one set of weights"):
        weighed("benefit_of_the_doubt", noisy(), tree=tree)
    lacking = {k: (np.nan, *v[1:]) if k[0] > "U02" else (v[0], np.nan, *v[2:]) for k, v in noisy().items()}
    with pytest.raises(InputError, match="column staff: found '0 units'"):
        weighed(setting, lacking)


def test_a_scheme_that_empties_a_block_is_refused() -> None:
    table = pd.DataFrame({"kind": ["official"], "expert": ["E"], "B1": ["0"], "B2": ["100"]})
    setting = {"scheme": "budget_allocation", "judgments": "b.csv"}
    with pytest.raises(InputError, match="'B1' has no weight left below it"):
        weighed(setting, judgments=table)


def test_differences_name_the_scheme_where_weights_are_not_known() -> None:
    here, there = view(weights="critic"), view()
    there["tree"]["children"][0]["weight"] = 3
    views = {"v": here, "w": there}
    table = build_index(frame(noisy()), "v", here, MEASURES, views=views).differences
    told = table[["item", "setting", "here", "there"]].to_numpy().tolist()
    assert told == [["index", "weights", "critic, over blocks", "the tree's"]]
    fixed = build_index(frame(noisy()), "v", view(), MEASURES, views={"v": view(), "w": there}).differences
    assert set(fixed["setting"]) == {"weight"}


def test_standard_errors_of_multiple_imputation_by_hand() -> None:
    data = noisy()
    data["U03", 2020] = (np.nan, *data["U03", 2020][1:])
    config = view()
    config["tree"]["children"][0]["children"][0]["missing"] = "mice"
    prepared = prepare(frame(data), "v", config, MEASURES, seed=7)
    tables = build_index(frame(data), "v", config, MEASURES, population_of(data), seed=7)
    i = tables.imputation.set_index(["unit", "year", "node"])
    row = prepared.places["U03", 2020]
    drawn = prepared.completed[:, row]
    assert drawn.shape == (20, 4)
    b1, b2 = (np.maximum(drawn[:, k].mean(axis=1), 0.01) for k in ([0, 1], [2, 3]))
    each = np.sqrt(b1 * b2)
    got = i.loc[("U03", 2020, "index")]
    assert got["estimate"] == pytest.approx(each.mean(), abs=1e-12)
    assert got["standard_error"] == pytest.approx(np.sqrt(1.05) * each.std(ddof=1), abs=1e-12)
    assert got["standard_error"] > 0.001
    assert (got["within"], got["tables"], got["imputed"]) == (0.0, 20, 1)
    assert got["score"] == pytest.approx(got["estimate"], abs=3 * got["standard_error"])
    # what was measured is certain
    assert i.loc[("U03", 2020, "B2"), "standard_error"] == pytest.approx(0, abs=1e-12)
    assert i.loc[("U04", 2020, "index"), "standard_error"] == pytest.approx(0, abs=1e-12)
    assert i.loc[("U03", 2021, "index"), "imputed"] == 0
    SCHEMAS["imputation"].validate(tables.imputation)
    assert build_index(frame(), "v", view(), MEASURES).imputation.empty


def population_of(data: dict) -> pd.DataFrame:
    return population({u: 1.0 for u, _ in data})
