"""One choice changed at a time, against plain recomputation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, rankdata
from small_view import joint

from monotown.index.prepare import Prepared, prepare
from monotown.sensitivity.chapter import one_choice
from monotown.sensitivity.design import Variants
from monotown.sensitivity.inputs import read_inputs
from monotown.sensitivity.one_choice import ONE_CHOICE, one_choice_table
from monotown.sensitivity.sobol_choices import Choices, SobolSettings, sobol_tables
from monotown.sensitivity.sobol_inputs import joint_sobol
from monotown.sensitivity.year import Case

#: Years to live and dirt roads: under goalposts drawn close the years decide, under those of an outside norm the roads.
LIFE = [66.0, 69.0, 72.0, 75.0, 78.0]
ROADS = [95.0, 80.0, 60.0, 40.0, 25.0]
UNITS = [f"u{i}" for i in range(5)]
MEASURES: dict[str, dict[str, Any]] = {
    "life": {
        "direction": 1,
        "goalposts": [65, 80],
        "goalpost_sets": {"undp": {"goalposts": [20, 85], "source": "UNDP"}},
    },
    "roads": {
        "direction": 1,
        "goalposts": [0, 120],
        "goalpost_sets": {"natural": {"goalposts": [0, 100], "source": "a share"}},
    },
}
CONFIG: dict[str, Any] = {
    "tree": {
        "id": "quality",
        "aggregation": "geometric",
        "floor": 0.01,
        "children": [{"id": "health", "children": [{"measure": "life"}]}, {"measure": "roads"}],
    }
}
OPTIONS: dict[str, Any] = {
    "weight_cv": 0.25,
    "analyses": {
        "methods": {
            "goalpost_set": {},
            "transform": {"levels": ["baseline", "none", "log1p"]},
            "floor": {"levels": [0.01, 0.3]},
            "aggregation": {"levels": ["geometric", "arithmetic"]},
            "normalisation": {"levels": ["minmax", "zscore"]},
            "scheme": {"levels": ["baseline", "entropy"]},
            "year_window": {"levels": [1, 3]},
            "leave_out": {"what": "indicators"},
        }
    },
}


def quality(life: list[float] | None = None) -> Prepared:
    rows = [
        ("v", unit, 2022, measure, value, "official", "s")
        for measure, values in (("life", life or LIFE), ("roads", ROADS))
        for unit, value in zip(UNITS, values, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["view", "unit", "year", "measure", "value", "kind", "source"])
    return prepare(table, "v", CONFIG, MEASURES)


def plainly(low: float, high: float, top: float = 120.0, floor: float = 0.01) -> np.ndarray:
    life = np.maximum((np.array(LIFE) - low) / (high - low), floor)
    return np.sqrt(life * np.maximum(np.array(ROADS) / top, floor))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return one_choice_table(quality(), CONFIG, MEASURES, OPTIONS)


def test_another_goalpost_turns_the_order(table: pd.DataFrame) -> None:
    ONE_CHOICE.validate(table)
    own, under = plainly(65, 80), plainly(20, 85)
    row = table[(table["input"] == "goalpost_set") & (table["measure"] == "life")].squeeze()
    assert kendalltau(own, under).statistic < 0
    assert row["kendall"] == pytest.approx(kendalltau(own, under).statistic)
    shift = np.abs(rankdata(-own) - rankdata(-under))
    assert (row["largest_shift"], row["unit"]) == (shift.max(), UNITS[int(np.argmax(shift))])
    assert row["mean_abs_rank_shift"] == pytest.approx(shift.mean())
    assert row[["low", "high", "own_low", "own_high"]].tolist() == [20, 85, 65, 80]
    # the order rests on it: no other choice does more
    assert one_choice(table).iloc[0][["input", "measure"]].tolist() == ["goalpost_set", "life"]


def test_a_goalpost_that_scales_a_geometric_mean_keeps_the_order(table: pd.DataFrame) -> None:
    row = table[(table["input"] == "goalpost_set") & (table["measure"] == "roads")].squeeze()
    assert (row["kendall"], row["largest_shift"], row["unit"], row["status"]) == (pytest.approx(1.0), 0.0, "", "moved")


def test_each_choice_by_hand(table: pd.DataFrame) -> None:
    own = plainly(65, 80)
    life, roads = (np.array(LIFE) - 65) / 15, np.array(ROADS) / 120
    logs = np.log1p(LIFE), np.log1p(ROADS)
    ends = np.log1p([65, 80]), np.log1p([0, 120])
    curved = [np.maximum((x - low) / (high - low), 0.01) for x, (low, high) in zip(logs, ends, strict=True)]
    expected = {
        ("floor", "0.3"): plainly(65, 80, floor=0.3),
        ("aggregation", "arithmetic"): life + roads,
        ("transform", "log1p"): curved[0] * curved[1],
        ("leave_out", "life"): roads,
        ("leave_out", "roads"): life,
    }
    found = table[table["measure"] == ""].set_index(["input", "level"])
    for key, scores in expected.items():
        assert found.loc[key, "kendall"] == pytest.approx(kendalltau(own, scores).statistic)
    for key in (("normalisation", "minmax"), ("aggregation", "geometric")):
        assert found.loc[key, "status"] == "same"
    assert not {("transform", "none"), ("floor", "0.01")} & set(found.index)  # what the view has
    for key, reason in ((("normalisation", "zscore"), "floor"), (("year_window", "3"), "no year 2020")):
        assert found.loc[key, "status"] == "refused"
        assert reason in found.loc[key, "reason"]


def test_a_set_of_one_indicator_is_told_once(table: pd.DataFrame) -> None:
    assert table[table["input"] == "goalpost_set"][["level", "measure"]].to_numpy().tolist() == [
        ["natural", "roads"],
        ["undp", "life"],
    ]


def test_levels_of_an_own_set_only() -> None:
    options = {**OPTIONS, "analyses": {"a": {"goalpost_set": {"levels": ["baseline", "natural"]}}}}
    found = one_choice_table(quality(), CONFIG, MEASURES, options)
    assert found["measure"].tolist() == ["roads"]


def test_levels_that_change_nothing_of_a_view_are_none() -> None:
    inputs = {"goalpost_set": {}, "transform": {"levels": ["baseline", "none"]}, "floor": {"levels": [0.1, 0.2]}}
    plain = {"tree": {**CONFIG["tree"], "aggregation": "arithmetic", "floor": None}}
    bare = {m: {k: v for k, v in e.items() if k != "goalpost_sets"} for m, e in MEASURES.items()}
    v = Variants(quality(), plain, bare, read_inputs(inputs, 0.25), 2022)
    assert v.probabilities.size == 1


def test_the_joint_analysis_draws_each_set_alike_and_gives_its_scores() -> None:
    run = joint(
        {
            "weights": {},
            "goalpost_set": {},
            "transform": {"levels": ["baseline", "none"]},
            "floor": {"levels": [0.001, 0.3]},
            "aggregation": {"levels": ["geometric", "harmonic", "arithmetic"]},
        }
    )
    assert run.stacked
    whole = run.draw(0)
    scores = run.scores(whole)
    rows = np.array([3, 40, 77])
    np.testing.assert_array_equal(run.scores(whole, rows), scores[rows])
    record = run.settings(range(4096))
    assert record["goalpost_set"].value_counts(normalize=True).to_dict() == pytest.approx(
        {"baseline": 0.5, "norm": 0.5}, abs=0.03
    )
    run.stacked = False
    np.testing.assert_allclose(run.scores(whole), scores, atol=1e-12)


def test_sobol_of_sets_floors_and_transforms_by_brute_force() -> None:
    settings = SobolSettings(
        schemes=(),
        normalisations=(),
        aggregations=("arithmetic",),
        transforms=("none", "log1p"),
        floors=(0.3,),
        goalpost_shift=0,
        noise=0,
    )
    prepared = quality()
    case = Case.of(prepared.model, 2022, UNITS, prepared.z)
    choices = Choices(prepared, case, prepared.z, settings, MEASURES)
    levels = {i.name: i.levels for i in choices.inputs}
    assert levels["goalposts"] == ("baseline", "undp", "natural")
    assert levels["transform"] == ("baseline", "log1p")
    assert levels["floor"] == ("baseline", "0.3")
    assert levels["aggregation"] == ("baseline", "arithmetic")
    shifts = {}
    for posts, ends in {"baseline": (65, 80, 120), "undp": (20, 85, 120), "natural": (65, 80, 100)}.items():
        for transform in ("baseline", "log1p"):
            change = np.log1p if transform == "log1p" else np.asarray
            x = [change(np.array(v)) for v in (LIFE, ROADS)]
            low, high = change(np.array([ends[0], 0.0])), change(np.array([ends[1], float(ends[2])]))
            z = [np.clip((v - a) / (b - a), 0, 1) for v, a, b in zip(x, low, high, strict=True)]
            for mean in ("baseline", "arithmetic"):
                for floor in (0.01, 0.3):
                    for left in ("baseline", "life", "roads"):
                        kept = [v for v, name in zip(z, ("life", "roads"), strict=True) if name != left]
                        cut = np.array(kept) if mean == "arithmetic" else np.maximum(kept, floor)
                        scores = cut.mean(axis=0) if mean == "arithmetic" else np.exp(np.log(cut).mean(axis=0))
                        ranks = rankdata(np.round(-scores, 12))
                        shifts[posts, transform, mean, floor, left] = np.abs(ranks - case.ranks).mean()
    keys, values = list(shifts), np.array(list(shifts.values()))
    (found,) = [f for _, f in choices.indices().values()]
    for place, name in enumerate(("goalposts", "transform", "aggregation", "floor", "leave_out")):
        groups = [values[[k[place] == level for k in keys]].mean() for level in dict.fromkeys(k[place] for k in keys)]
        rest: dict[tuple[object, ...], list[float]] = {}
        for key, value in shifts.items():
            rest.setdefault(key[:place] + key[place + 1 :], []).append(value)
        row = list(found.inputs).index(name)
        assert found.first[row, -1] == pytest.approx(np.var(groups) / values.var())
        assert found.total[row, -1] == pytest.approx(np.mean([np.var(v) for v in rest.values()]) / values.var())
    tables = sobol_tables(prepared, settings, MEASURES)
    same = tables["sobol_inputs"].query("status == 'same'")
    assert same[["input", "level"]].to_numpy().tolist() == [["transform", "none"]]


def test_every_input_at_once_has_the_new_inputs() -> None:
    inputs = {
        "weights": {},
        "data_error": {"relative": 0.05},
        "goalposts": {"size": 0.1},
        "goalpost_set": {},
        "floor": {"levels": [0.001, 0.4]},
    }
    found = joint_sobol(joint(inputs), points=64, seed=1, replicates=4)
    assert {i.name for i in found.inputs} == {"goalpost_set", "floor", "data_error", "goalposts", "weights"}
    again = joint_sobol(joint(inputs), points=64, seed=1, replicates=4)
    np.testing.assert_array_equal(found.indices.total, again.indices.total)
    # each draw's table is that which it has alone
    run = joint(inputs)
    drawn = run.draw(0)
    rows = np.arange(0, 4096, 97)
    np.testing.assert_allclose(run.scores(drawn, rows, each=True), run.scores(drawn, rows), atol=1e-12)
