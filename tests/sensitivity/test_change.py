"""Changes between years when every input varies alike in all years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from small_view import CONFIG, MEASURES, UNITS, YEARS, indicators, joint

from monotown.index.prepare import Prepared, prepare
from monotown.methods.ranks import rank
from monotown.sensitivity import change
from monotown.sensitivity.change import (
    EVERY,
    ChangeSettings,
    Panel,
    PanelRun,
    PanelVariants,
    change_rows,
    change_tables,
    fan_of,
    printed_change,
)
from monotown.sensitivity.inputs import read_inputs

WEIGHTS = {"weights": {"law": "dirichlet"}}
METHODS = {
    **WEIGHTS,
    "scheme": {"levels": ["baseline", "critic"]},
    "normalisation": {"levels": ["minmax", "zscore", "percentile"]},
    "aggregation": {"levels": ["geometric", "arithmetic"]},
    "outliers": {"levels": ["none", "winsorise"]},
    "leave_out": {"what": "indicators", "probability": 0.5},
}
DATA = {"data_error": {"relative": 0.05, "over_years": 0.3}, "goalposts": {"size": 0.1}}
LINEAR = {
    "kind": "synthetic",
    "tree": {"id": "index", "children": [{"measure": "p", "weight": 0.7}, {"measure": "q", "weight": 0.3}]},
}
PQ: dict[str, dict[str, Any]] = {
    "p": {"direction": 1, "goalposts": [0, 1000]},
    "q": {"direction": -1, "goalposts": [-1000, 1000]},
}


def options(**more: Any) -> dict[str, Any]:
    return {
        "weight_cv": 0.25,
        "interval": [0.05, 0.95],
        "analyses": {"weights": WEIGHTS, "methods": METHODS, "data": {**WEIGHTS, **DATA}},
        "change": {"draws": 600, "back": [1]},
        **more,
    }


def table(values: dict[tuple[str, int, str], float]) -> pd.DataFrame:
    rows = [("v", u, y, m, "i", "B", v, "1", "synthetic") for (u, y, m), v in values.items()]
    columns = ["view", "unit", "year", "measure", "indicator", "block", "value", "unit_of_measure", "kind"]
    return pd.DataFrame(rows, columns=columns).assign(source="s", reading="exact", flag="")


def small() -> Prepared:
    return prepare(indicators(), "v", CONFIG, MEASURES)


def panel_run(inputs: dict[str, Any], prepared: Prepared, config: Any = CONFIG, measures: Any = MEASURES) -> PanelRun:
    read = read_inputs(inputs, 0.25)
    return PanelRun(PanelVariants(prepared, config, measures, read), "test", 5)


def linear(values: dict[tuple[str, int, str], float]) -> Prepared:
    return prepare(table(values), "v", LINEAR, PQ)


def test_with_nothing_varied_every_change_is_the_baseline() -> None:
    given = options(analyses={"none": {}})
    made, refused = change_tables(small(), CONFIG, MEASURES, given, 1, "synthetic")
    assert not refused
    found, fan = made["change"], made["fan"]
    # u3 lacks a measure in the last year, so its years cannot be compared
    assert set(found["unit"]) == set(UNITS) - {"u3"}
    assert set(zip(found["from_year"], found["to_year"], strict=True)) == {(2020, 2022), (2021, 2022)}
    for name in ("change", "rank_change"):
        for quantile in ("p05", "p50", "p95"):
            assert (found[f"{name}_{quantile}"] == found[name]).all()
    np.testing.assert_allclose(found["change"], found["score_to"] - found["score_from"], atol=1e-12)
    assert set(found["rose"]) | set(found["fell"]) <= {0.0, 1.0}
    assert (found["rose"] + found["fell"] == 1.0).all()
    assert (fan["score_p05"] == fan["score"]).all()
    assert (fan["score_p95"] == fan["score"]).all()
    assert len(fan) == len(UNITS) * len(YEARS)
    assert set(found["kind"]) == {"synthetic"}


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_the_variance_of_a_change_is_that_of_its_formula(alike: float) -> None:
    """An arithmetic mean with fixed weights is linear: a known variance of each figure gives that of the change."""
    values = {("A", 2000, "p"): 300.0, ("A", 2001, "p"): 420.0, ("A", 2000, "q"): 500.0, ("A", 2001, "q"): 100.0}
    values |= {("B", *key[1:]): 250.0 for key in values}
    run = panel_run(
        {"data_error": {"relative": 0.05, "measures": {"q": 0.2}, "over_years": alike}}, linear(values), LINEAR, PQ
    )
    panel = Panel.of(run, 40_960)
    a = {(u, int(y)): i for i, (u, y) in enumerate(zip(panel.units, panel.years, strict=True))}
    moved = panel.scores[:, a["A", 2001]] - panel.scores[:, a["A", 2000]]
    variance = 0.0
    for name, size, slope in (("p", 0.05, 0.7 / 1000), ("q", 0.2, 0.3 / 2000)):
        x, y = values["A", 2000, name], values["A", 2001, name]
        shared = np.expm1(alike * np.log1p(size**2))  # covariance of two lognormal errors of mean 1
        variance += slope**2 * (size**2 * (x**2 + y**2) - 2 * x * y * shared)
    # 5,120 tables of errors: the standard error of a standard deviation is one percent
    assert moved.std() == pytest.approx(np.sqrt(variance), rel=0.04)
    assert moved.mean() == pytest.approx(0.7 * 0.12 + 0.3 * 0.2, abs=0.1 * np.sqrt(variance))


def test_weights_drawn_jointly_give_narrower_changes_than_weights_of_their_own() -> None:
    """A unit strong in one measure and weak in the other: its level hangs on the weights, its change does not."""
    values = {}
    for year, plus in ((2000, 0.0), (2001, 20.0)):
        for unit, (p, q) in {"A": (900.0, 900.0), "B": (100.0, -900.0)}.items():
            values |= {(unit, year, "p"): p + plus, (unit, year, "q"): q - plus}
    panel = Panel.of(panel_run(WEIGHTS, linear(values), config=LINEAR, measures=PQ), 4096)
    before, after = panel.scores[:, :2], panel.scores[:, 2:]
    own = after - np.random.default_rng(3).permutation(before)
    width = [np.ptp(np.quantile(x, [0.05, 0.95], axis=0), axis=0) for x in (after - before, own)]
    assert (width[0] * 20 < width[1]).all()
    (first, second) = change_rows(panel, (np.array([0, 1]), np.array([2, 3])), (0.05, 0.95), 0.95)
    assert [first[-2], second[-2]] == ["rose", "rose"]


@pytest.mark.parametrize("size", [0.05, 0.3])
def test_the_interval_holds_the_true_change_as_often_as_it_says(size: float) -> None:
    """Made-up units with known truths, seen with errors of the law that the analysis draws from."""
    rng = np.random.default_rng(20)
    sigma = np.sqrt(np.log1p(size**2))
    years = range(2001, 2017)
    truth = {(f"u{i:02}", y, m): rng.uniform(100, 300) for i in range(99) for y in years for m in PQ}
    seen = {key: v * np.exp(sigma * rng.standard_normal() - sigma**2 / 2) for key, v in truth.items()}
    prepared, true = linear(seen), linear(truth)
    panel = Panel.of(panel_run({"data_error": {"relative": size}}, prepared, config=LINEAR, measures=PQ), 4096)
    score = dict(zip(true.places, true.z @ np.array([0.7, 0.3]), strict=True))
    held, wrong, called = [], [], 0
    for first in years[::2]:  # pairs with no year in common
        for unit, *row in change_rows(panel, panel.pair(prepared, first, first + 1), (0.05, 0.95), 0.95):
            moved = score[str(unit), first + 1] - score[str(unit), first]
            held.append(row[3] <= moved <= row[5])
            wrong.append(row[-2] == ("fell" if moved > 0 else "rose"))
            called += row[-2] != "open"
    # 792 intervals, 512 tables of errors behind each
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)
    # whatever the truth, the wrong direction is called sure in no more than a twentieth
    assert np.mean(wrong) < 0.05
    assert called > 100


def test_a_tally_by_hand_agrees() -> None:
    scores = np.array([[0.1, 0.5, 0.3, 0.4], [0.1, 0.5, 0.6, 0.4], [0.1, 0.5, 0.1, 0.5], [0.2, 0.5, 0.6, 0.4]])
    units, years = np.array(["A", "B", "A", "B"], dtype=object), np.array([1, 1, 2, 2])
    panel = Panel(units, years, np.arange(4), scores[0], scores)
    one, two = change_rows(panel, (np.array([0, 1]), np.array([2, 3])), (0.0, 1.0), 0.7)
    assert one[:4] == ("A", 0.1, 0.3, pytest.approx(0.2))
    assert [float(x) for x in one[4:7]] == pytest.approx([0.0, 0.3, 0.5])
    assert one[7:9] == (0.75, 0.0)
    assert one[9:12] == (2.0, 2.0, 0.0)
    assert one[12:15] == (-1.0, -1.0, 0.0)
    assert one[15:] == (0.5, 0.0, "rose", 4)
    assert two[7:9] == (0.0, 0.75)
    assert two[15:] == (0.0, 0.5, "fell", 4)


def test_weights_and_choices_are_those_of_the_analysis_of_one_year() -> None:
    # weights from the data are those of the fullest year, which is another here
    inputs = {k: v for k, v in METHODS.items() if k != "scheme"}
    one, other = panel_run(inputs, small()).draw(0), joint(inputs).draw(0)
    np.testing.assert_array_equal(one.levels, other.levels)
    np.testing.assert_array_equal(one.weights, other.weights)
    plain, single = panel_run(WEIGHTS, small()), joint(WEIGHTS)
    here = plain.variants.of_year[2022]
    np.testing.assert_allclose(plain.all_scores(50)[:, here], single.scores(single.draw(0), np.arange(50)), atol=1e-13)


def test_units_are_compared_within_a_year() -> None:
    inputs = {**WEIGHTS, "aggregation": {"levels": ["copeland"]}, "missing": {"levels": ["median"]}}
    run, alone = panel_run(inputs, small()), joint(inputs)
    here = run.variants.of_year[2022]
    found, expected = run.all_scores(40)[:, here], alone.scores(alone.draw(0), np.arange(40))
    np.testing.assert_array_equal(rank(found), rank(expected))
    own = {**inputs, **DATA, "goalposts": {"use": False}}
    tables = panel_run(own, small())
    level = [tables.scores(tables.draw(0), np.arange(16), each) for each in (True, False)]
    np.testing.assert_allclose(level[0], level[1], atol=1e-12)


def test_a_percentile_is_taken_over_all_years_unless_its_scope_says_otherwise() -> None:
    inputs = {"normalisation": {"levels": ["percentile"]}, "aggregation": {"levels": ["arithmetic"]}}
    v = panel_run(inputs, small()).variants
    z = v.scale((0,) * v.data_factors).z[:, 2]
    x = small().used[:, 2]
    assert (np.argsort(z, kind="stable") == np.argsort(x, kind="stable")).all()
    assert len(np.unique(z)) == len(x)
    inputs["normalisation"] = {"levels": [{"method": "percentile", "scope": "year"}]}
    v = panel_run(inputs, small()).variants
    z = v.scale((0,) * v.data_factors).z[:, 2]
    assert len(np.unique(z.round(9))) == len(UNITS)


def test_the_order_of_units_and_years_between_does_not_matter() -> None:
    given = options(analyses={"methods": METHODS})
    rows = indicators()
    rows = rows[rows["unit"] != "u3"]  # scales of the sample need every year
    first = change_tables(prepare(rows, "v", CONFIG, MEASURES), CONFIG, MEASURES, given, 1, "synthetic")[0]
    shuffled = rows.sample(frac=1, random_state=1)
    again = change_tables(prepare(shuffled, "v", CONFIG, MEASURES), CONFIG, MEASURES, given, 1, "synthetic")[0]
    for name, found in first.items():
        pd.testing.assert_frame_equal(found, again[name], check_exact=True)
    turned = rows.assign(unit=rows["unit"].map({u: f"t{9 - i}" for i, u in enumerate(UNITS)}))
    other = change_tables(prepare(turned, "v", CONFIG, MEASURES), CONFIG, MEASURES, given, 1, "synthetic")[0]
    back = {f"t{9 - i}": u for i, u in enumerate(UNITS)}
    for name, found in first.items():
        mine = other[name].assign(unit=other[name]["unit"].map(back))
        mine = mine.sort_values([c for c in ("from_year", "to_year", "unit", "year", "analysis") if c in mine])
        theirs = found.sort_values([c for c in ("from_year", "to_year", "unit", "year", "analysis") if c in found])
        pd.testing.assert_frame_equal(theirs.reset_index(drop=True), mine.reset_index(drop=True), rtol=1e-9)
    # with a frozen scale a year between changes nothing
    given = options(analyses={"weights": WEIGHTS}, change={"draws": 500, "back": []})
    some = rows[rows["year"] != 2021]
    whole, part = (
        change_tables(prepare(r, "v", CONFIG, MEASURES), CONFIG, MEASURES, given, 1, "synthetic")[0]["change"]
        for r in (rows, some)
    )
    pd.testing.assert_frame_equal(whole, part, rtol=1e-12)


@pytest.mark.parametrize("inputs", [METHODS, {**WEIGHTS, **DATA}, {**METHODS, **DATA}])
def test_a_draw_is_the_same_in_any_company(inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    run = panel_run(inputs, small())
    whole = run.all_scores(4500)
    np.testing.assert_array_equal(panel_run(inputs, small()).all_scores(4500), whole)
    np.testing.assert_allclose(run.all_scores(700), whole[:700], rtol=0, atol=1e-14)
    monkeypatch.setattr(change, "_PART", 3000)
    np.testing.assert_allclose(run.all_scores(700), whole[:700], rtol=0, atol=1e-14)


def test_what_an_index_cannot_go_through_is_told_and_left_out() -> None:
    config = {**CONFIG, "tree": {**CONFIG["tree"], "floor": None}}
    prepared = prepare(indicators(), "v", config, MEASURES)
    made, refused = change_tables(prepared, config, MEASURES, options(), 1, "synthetic")
    assert "floor" in refused["data"]
    assert set(made["change"]["analysis"]) == {"weights", "methods"} | ({EVERY} - set(refused))


def test_years_that_cannot_be_compared_have_no_change() -> None:
    children = [{"measure": m, "normalisation": "rank"} for m in MEASURES]
    config = {"kind": "synthetic", "tree": {"id": "index", "children": children}}
    prepared = prepare(indicators(), "v", config, MEASURES)
    made, refused = change_tables(prepared, config, MEASURES, options(), 1, "synthetic")
    assert made["change"].empty
    assert made["fan"].empty
    assert not refused
    one = indicators()
    prepared = prepare(one[one["year"] == 2022], "v", CONFIG, MEASURES)
    made, refused = change_tables(prepared, CONFIG, MEASURES, options(), 1, "synthetic")
    assert made["change"].empty
    assert made["fan"].empty
    assert not refused
    assert printed_change(made["change"], ["weights", EVERY], "s", 100.0).empty
    assert fan_of(made["change"], made["fan"], (0.05, 0.95), 0.95).changes.empty


def test_no_draws_no_tables() -> None:
    made, refused = change_tables(small(), CONFIG, MEASURES, options(change={"draws": 0}), 1, "synthetic")
    assert made["change"].empty
    assert not refused


def test_tables_for_print_tell_of_all_years_where_most_varies() -> None:
    made, _ = change_tables(small(), CONFIG, MEASURES, options(), 1, "official")
    found = made["change"]
    assert set(found["analysis"]) == {"weights", "methods", "data", EVERY}
    kinds = found.groupby("analysis")["kind"].first().to_dict()
    assert kinds == {
        "weights": "official",
        "methods": "official",
        "data": "assumed+official",
        EVERY: "assumed+official",
    }
    printed = printed_change(found, ["weights", "data", "methods", EVERY], "s", 100.0)
    assert list(printed["first_year"].unique()) == [2020]
    assert [c for c in printed if c.startswith("rose_")] == [
        "rose_weights",
        "rose_data",
        "rose_methods",
        "rose_every_input",
    ]
    assert printed["change"].is_monotonic_increasing
    every = found[(found["analysis"] == EVERY) & (found["from_year"] == 2020)].set_index("unit")
    assert printed.set_index("unit")["low"].to_dict() == every["change_p05"].to_dict()
    assert printed.set_index("unit")["rose_every_input"].to_dict() == every["rose"].to_dict()
    fan = fan_of(found, made["fan"], (0.05, 0.95), 0.9)
    assert len(fan.band) == len(UNITS) * len(YEARS)
    assert (fan.band["low"] <= fan.band["high"]).all()
    assert set(fan.changes["unit"]) == set(printed["unit"])


def test_many_units_get_fewer_draws_and_ties_are_of_no_direction() -> None:
    assert ChangeSettings(draws=100).draws_of(10**6) == 100
    assert ChangeSettings.of({"pairs": [[2001, 2003]], "back": []}).years([2001, 2002, 2003, 2004]) == [
        (2001, 2004),
        (2001, 2003),
    ]
    assert ChangeSettings().years([2020]) == []


def test_the_probability_that_a_unit_rose_is_that_of_the_normal_law() -> None:
    values = {(u, y, m): 200.0 + 40 * (u == "A") * (y - 2000) for u in "AB" for y in (2000, 2001) for m in PQ}
    values |= {("A", 2001, "q"): 200.0, ("A", 2001, "p"): 206.0}
    prepared = linear(values)
    panel = Panel.of(
        panel_run({"data_error": {"relative": 0.03, "measures": {"q": 0.0}}}, prepared, LINEAR, PQ), 40_960
    )
    (row, _) = change_rows(panel, panel.pair(prepared, 2000, 2001), (0.05, 0.95), 0.95)
    expected = norm.cdf(6 / (0.03 * np.hypot(200, 206)))
    # 5,120 tables
    assert row[7] == pytest.approx(expected, abs=0.025)
    assert row[-2] == "open"
