"""Joint runs: shards, prefixes, single replicates, and counts by brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, spearmanr
from small_view import CONFIG, MEASURES, UNITS, indicators, joint, replicate

from monotown.base.problems import InputError
from monotown.index.build import build_index
from monotown.index.kernel import evaluate
from monotown.index.prepare import prepare
from monotown.methods.ranks import rank
from monotown.sensitivity.analyses import Stop, convergence_rows, monte_carlo_run, monte_carlo_tables
from monotown.sensitivity.convergence import ByLevel
from monotown.sensitivity.draws import BLOCK, Law, shard_size
from monotown.sensitivity.monte_carlo import SHARING, Counted, MonteCarloRun, merge_shards
from monotown.sensitivity.monte_carlo_error import check_points
from monotown.sensitivity.tally import holistic
from monotown.sensitivity.weights import Settings, weight_draws

EVERYTHING = {
    "weights": {"law": "dirichlet"},
    "scheme": {"levels": ["baseline", "critic", "equal_by_indicator"]},
    "normalisation": {"levels": ["minmax", "zscore", "percentile"]},
    "aggregation": {"levels": ["geometric", "arithmetic"]},
    "missing": {"levels": ["baseline", "median"]},
    "outliers": {"levels": ["none", "winsorise"]},
    "year_window": {"levels": [1, 3]},
    "leave_out": {"what": "both", "probability": 0.3},
    "direction": {"measures": ["b"]},
    "goalpost_set": {},
    "transform": {"levels": ["baseline", "none"]},
    "floor": {"levels": [0.01, 0.1]},
}
NOISE = {"weights": {}, "data_error": {"relative": 0.05}, "goalposts": {"size": 0.1}}
DRAWS = 2 * BLOCK + 700


@pytest.fixture(scope="module")
def run() -> MonteCarloRun:
    return joint(EVERYTHING)


@pytest.fixture(scope="module")
def counted(run: MonteCarloRun) -> Counted:
    return run.run(DRAWS)


def same(one: Counted, other: Counted) -> None:
    a, b = one.state(), other.state()
    assert set(a) == set(b)
    for key, value in a.items():
        np.testing.assert_array_equal(b[key], value, err_msg=key)


@pytest.mark.parametrize("shards", [2, 3, 5])
def test_shards_in_any_order_are_one_run(run: MonteCarloRun, counted: Counted, shards: int) -> None:
    parts = [run.run(DRAWS, shard=s, shards=shards).state() for s in reversed(range(shards))]
    same(counted, merge_shards(parts))


def test_shards_with_their_own_tables_are_one_run() -> None:
    run = joint(NOISE)
    parts = [run.run(BLOCK + 100, shard=s, shards=2).state() for s in (1, 0)]
    same(run.run(BLOCK + 100), merge_shards(parts))


def test_progress_adds_up_to_the_shard(run: MonteCarloRun) -> None:
    seen: list[int] = []
    run.run(DRAWS, shard=1, shards=2, progress=seen.append)
    assert sum(seen) == shard_size(DRAWS, 1, 2) == 700


@pytest.mark.parametrize("inputs", [EVERYTHING, NOISE])
def test_a_replicate_alone_is_that_of_the_run(inputs: dict[str, dict[str, object]]) -> None:
    run = joint(inputs)
    drawn = run.draw(1)
    scores = run.scores(drawn)
    for row in (0, 17, 300, BLOCK - 1):
        one = replicate(run, BLOCK + row)
        np.testing.assert_array_equal(one.scores, scores[row])
        np.testing.assert_array_equal(one.weights, drawn.weights[row])
        np.testing.assert_array_equal(one.ranks, rank(scores[row]))
        # and its matrices give its ranks by hand
        again = evaluate(one.model, one.z, one.weights[None])[0]
        np.testing.assert_array_equal(rank(again), one.ranks)


def test_another_run_object_gives_the_same_replicate() -> None:
    a, b = replicate(joint(EVERYTHING), 4242), replicate(joint(EVERYTHING), 4242)
    assert a.settings == b.settings
    np.testing.assert_array_equal(a.scores, b.scores)
    assert not np.array_equal(a.scores, replicate(joint(EVERYTHING, seed=6), 4242).scores)


def test_the_record_says_what_a_replicate_used(run: MonteCarloRun) -> None:
    numbers = [5, BLOCK + 3, 2]
    record = run.settings(numbers)
    assert record["replicate"].tolist() == numbers
    for (_, row), number in zip(record.iterrows(), numbers, strict=True):
        one = replicate(run, number)
        for factor in run.factors:
            assert row[factor] == one.settings[factor]
        weights = [row[f"weight:{m}"] for m in run.variants.model.measures]
        np.testing.assert_array_equal(weights, one.weights)
    assert "data_table" not in record


def test_data_tables_are_shared_evenly() -> None:
    run = joint(NOISE)
    record = run.settings(range(BLOCK))
    assert (record["data_table"].value_counts() == SHARING).all()
    first = run.settings([BLOCK])["data_table"].item()
    assert first == BLOCK // SHARING
    each = BLOCK // SHARING
    one, other, third = (replicate(run, n) for n in (3, 3 + each, 4))
    np.testing.assert_array_equal(one.z, other.z)
    assert not np.allclose(one.z, third.z, equal_nan=True)
    assert not np.allclose(one.weights, other.weights)


def test_replicates_are_numbered_from_0(run: MonteCarloRun) -> None:
    with pytest.raises(ValueError, match="numbered from 0"):
        run.settings([3, -1])


def test_levels_come_as_often_as_they_should(run: MonteCarloRun, counted: Counted) -> None:
    p = run.variants.probabilities
    for k in range(p.ndim):
        drawn = counted.levels.table(k)[:, 0]
        others = tuple(i for i in range(p.ndim) if i != k)
        expected = p.sum(axis=others)
        seen = drawn / DRAWS
        assert drawn.sum() == DRAWS
        error = np.sqrt(expected * (1 - expected) / DRAWS)
        assert (np.abs(seen - expected) <= 4.5 * error + 1e-12).all()


def test_inadmissible_combinations_never_come(run: MonteCarloRun) -> None:
    record = run.settings(range(BLOCK))
    bad = (record["normalisation"] == "zscore") & (record["aggregation"] == "geometric")
    assert not bad.any()
    assert {"zscore", "percentile"} <= set(record["normalisation"])


def test_agreement_by_level_is_that_of_scipy(run: MonteCarloRun, counted: Counted) -> None:
    record = run.settings(range(DRAWS))
    scores = np.concatenate([run.scores(run.draw(b)) for b in range(3)])[:DRAWS]
    ranks, base = rank(scores), run.variants.case.ranks
    k = run.factors.index("aggregation")
    table = counted.levels.table(k)
    for level, row in zip(("geometric", "arithmetic"), table, strict=True):
        mine = ranks[(record["aggregation"] == level).to_numpy()]
        assert row[0] == len(mine)
        some = mine[:400]
        tau = [kendalltau(r, base).statistic for r in some]
        rho = [spearmanr(r, base).statistic for r in some]
        part = ByLevel(base, (1,))
        part.add(some, np.zeros((len(some), 1), np.int64))
        found = part.table(0)[0]
        assert found[1] == pytest.approx(np.mean(tau))
        assert found[2] == pytest.approx(np.mean(rho))
        assert row[3] == pytest.approx(np.abs(mine - base).mean())
        assert row[4] == pytest.approx((mine == base).all(axis=1).mean())


def test_scores_of_mixed_scales_are_put_on_the_baselines(run: MonteCarloRun) -> None:
    base = run.variants.case.scores
    assert run.rescaled
    scores = run.scores(run.draw(0))
    np.testing.assert_allclose(scores.mean(axis=1), base.mean())
    np.testing.assert_allclose(scores.std(axis=1), base.std())
    alone = joint({"weights": {}})
    assert not alone.rescaled
    drawn = alone.draw(0)
    v = alone.variants
    np.testing.assert_array_equal(alone.scores(drawn), evaluate(v.model, v.case.z, drawn.weights))


def test_a_replicate_in_which_no_unit_stands_out_has_the_mean_of_the_baseline() -> None:
    # no value is 50 times above the average, so that every unit is as good as it
    levels = ["minmax", {"method": "above_below_average", "band": 50}]
    tree = {**CONFIG["tree"], "aggregation": "arithmetic", "floor": None}
    run = joint({"weights": {}, "normalisation": {"levels": levels}}, tree=tree)
    drawn = run.draw(0)
    level = drawn.levels[:, run.factors.index("normalisation")]
    base, scores = run.variants.case.scores, run.scores(drawn)
    assert set(level) == {0, 1}
    np.testing.assert_allclose(scores[level == 1], base.mean())
    assert (scores[level == 0].std(axis=1) > 0.9 * base.std()).all()


def test_weights_alone_are_the_draws_of_the_first_analysis() -> None:
    run = joint({"weights": {}})
    first = weight_draws("v", run.variants.model, Law("dirichlet", 0.25), 5)
    np.testing.assert_array_equal(run.draw(2).weights, first.block(2))


def test_draws_around_a_scheme_have_its_mean_and_spread() -> None:
    run = joint({"weights": {"size": 0.2}, "scheme": {"levels": ["critic"]}})
    v = run.variants
    centre = v.centre((0,) * v.data_factors, 0)
    weights = np.concatenate([run.draw(b).weights for b in range(8)])
    np.testing.assert_allclose(weights.mean(axis=0), centre, rtol=0.01)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    # d among d and e: a Dirichlet with the concentration of an equal weight
    share = weights[:, 3] / weights[:, 3:].sum(axis=1)
    mean = centre[3] / centre[3:].sum()
    assert share.var() == pytest.approx(mean * (1 - mean) / 26, rel=0.05)


def test_without_random_weights_the_scheme_stands() -> None:
    run = joint({"scheme": {"levels": ["baseline", "critic"]}})
    v = run.variants
    drawn = run.draw(0)
    for level in (0, 1):
        rows = drawn.weights[drawn.levels[:, -2] == level]
        assert len(rows) > 1000
        assert (rows == v.centre((0,) * v.data_factors, level)).all()


def test_check_points_are_those_of_short_runs(run: MonteCarloRun, counted: Counted) -> None:
    assert counted.check_points == (100, 200, 500, 1000, 2000, 5000, DRAWS)
    for k, point in enumerate(counted.check_points):
        np.testing.assert_array_equal(counted.marks[k, 0], run.run(point).tally.snapshot())


def test_the_stopping_rule_needs_both_errors() -> None:
    counted = joint({"weights": {}}).run(5000)
    rows = convergence_rows(counted, (0.05, 0.95), Stop(0.02, 1))
    columns = ["draws", "share_error", "rank_error", "width", "moved", "enough"]
    table = pd.DataFrame(rows, columns=columns)
    assert table["draws"].tolist() == check_points(5000)
    good = (table["share_error"] <= 0.02) & (table["rank_error"] <= 1)
    assert good.any()
    assert not good.all()
    assert table["enough"].tolist() == good[::-1].cummin()[::-1].tolist()
    assert table["moved"].iloc[-1] == 0
    assert table["share_error"].is_monotonic_decreasing


def test_a_lucky_look_is_not_enough() -> None:
    counted = joint({"weights": {}}).run(5000)
    # the look at 1,000 draws sees no spread at all
    lucky = counted.check_points.index(1000)
    counted.marks[lucky] = 0
    counted.marks[lucky, 0, :, 0] = 1000
    rows = convergence_rows(counted, (0.05, 0.95), Stop(0.0078, 1))
    enough = {row[0]: row[-1] for row in rows}
    assert rows[lucky][1] == 0.0
    assert (enough[1000], enough[2000], enough[5000]) == (False, False, True)


def test_merging_other_runs_is_refused(counted: Counted, run: MonteCarloRun) -> None:
    with pytest.raises(ValueError, match="only shards of one run"):
        counted.merge(run.run(100))
    with pytest.raises(ValueError, match="only shards of one run"):
        ByLevel(np.arange(3.0), (2,)).merge(ByLevel(np.arange(3.0), (3,)))


def test_confidence_by_enumeration(run: MonteCarloRun) -> None:
    v = run.variants
    central = np.full((len(UNITS), 5), np.nan)
    central[0], central[4] = v.model.weights, [0.1, 0.1, 0.1, 0.1, 0.6]
    found = run.confidence(central, 1000)[0]
    assert np.isnan(found[[1, 2, 3, 5]]).all()
    for unit in (0, 4):
        expected = 0.0
        for key in np.argwhere(v.probabilities > 0):
            place = tuple(int(k) for k in key)
            z, model = v.scale(place[: v.data_factors]).z, v.models[place[v.data_factors], place[v.data_factors + 1]]
            scores = evaluate(model, z, central[[unit]])[0]
            expected += v.probabilities[place] * (rank(scores)[unit] == 1)
        assert found[unit] == pytest.approx(expected)


def test_confidence_over_data_tables() -> None:
    run = joint({"weights": {}, "data_error": {"relative": 0.3}})
    central = np.tile(run.variants.model.weights, (len(UNITS), 1))
    found = run.confidence(central, BLOCK + 40)[0]
    first = []
    each = BLOCK // SHARING
    for number in (*range(each), *range(BLOCK, BLOCK + 40)):
        one = replicate(run, number)
        first.append(evaluate(one.model, one.z, central[:1])[0])
    expected = (rank(np.array(first)) == 1).mean(axis=0)
    np.testing.assert_allclose(found, expected)
    assert (found > 0).sum() >= 2


def test_tables_say_what_the_counts_say(run: MonteCarloRun, counted: Counted) -> None:
    settings = Settings(5, DRAWS, 0.25, (0.05, 0.95), ())
    found = monte_carlo_tables(run, counted, "synthetic", settings, Stop(), 50)
    scores = np.concatenate([run.scores(run.draw(b)) for b in range(3)])[:DRAWS]
    ranks, base = rank(scores), run.variants.case.ranks
    intervals = found["rank_intervals"].set_index("unit").loc[UNITS]
    for name, p in (("rank_p05", 0.05), ("rank_p50", 0.5), ("rank_p95", 0.95)):
        expected = np.quantile(ranks, p, axis=0, method="inverted_cdf")
        np.testing.assert_array_equal(intervals[name], expected)
    np.testing.assert_allclose(intervals["share_within_one"], (np.abs(ranks - base) <= 1).mean(axis=0))
    pairs = found["pairwise"].set_index(["unit", "other"])["share"]
    assert len(pairs) == 9 * 8
    above = (ranks[:, 0] < ranks[:, 1]).mean() + (ranks[:, 0] == ranks[:, 1]).mean() / 2
    assert pairs["u0", "u1"] == pytest.approx(above)
    smaa = found["acceptability"].set_index("unit").loc[UNITS]
    np.testing.assert_allclose(smaa["holistic"], holistic(counted.tally.acceptability()))
    weights = run.settings(range(DRAWS)).filter(like="weight:").to_numpy()
    leader = smaa["share_first"].idxmax()
    rows = ranks[:, UNITS.index(leader)] == 1
    central = found["central_weights"].query("unit == @leader").set_index("measure")["weight"]
    np.testing.assert_allclose(central.loc[list("abcde")], weights[rows].mean(axis=0), atol=1e-8)
    never = set(UNITS) - set(found["central_weights"]["unit"])
    assert set(smaa.index[smaa["confidence"].isna()]) == never
    top = found["top"].set_index("k")["share"]
    best = set(np.argsort(base)[:2])
    hits = [set(np.flatnonzero(r <= 2)) == best for r in ranks]
    assert top[2] == pytest.approx(np.mean(hits))
    assert top[9] == 1.0
    assert found["levels"].groupby("input")["draws"].sum().eq(DRAWS).all()
    assert set(found["levels"]["input"]) == set(run.factors)
    total = found["summary"].set_index("quantity")["value"]
    assert total["excluded_share"] == run.variants.excluded > 0
    assert total["scores_on_baseline_scale"] == 1
    assert total["admissible_combinations"] == (run.variants.probabilities > 0).sum()
    assert len(found["replicates"]) == 50
    shares = found["inadmissible"].set_index("combination")["share"]
    assert len(shares) == len(run.variants.refusals)


def test_an_analysis_without_discrete_inputs_has_empty_tables_of_them() -> None:
    run = joint({"weights": {"law": "simplex"}})
    settings = Settings(5, 300, 0.25, (0.05, 0.95), ())
    found = monte_carlo_tables(run, run.run(300), "synthetic", settings, Stop(), 10)
    assert found["levels"].empty
    assert found["inadmissible"].empty
    assert np.isnan(found["summary"].set_index("quantity").loc["weight_cv", "value"])


def test_a_run_of_the_config_stands_in_the_fullest_year() -> None:
    index = build_index(indicators(), "v", CONFIG, MEASURES)
    options = {"analyses": {"mine": {"weights": {}, "outliers": {"levels": ["none"]}}}, "weight_cv": 0.3}
    run = monte_carlo_run(prepare(indicators(), "v", CONFIG, MEASURES), CONFIG, MEASURES, "mine", options, 7)
    assert run.variants.case.year == 2021  # u3 lacks a value in 2022
    assert run.variants.inputs.on == ("outliers", "weights")
    assert run.variants.inputs.weights == Law("dirichlet", 0.3)
    assert (run.analysis, run.seed) == ("mine", 7)
    scores = index.scores.query("year == 2021 and node == 'index'").set_index("unit")["score"]
    np.testing.assert_allclose(100 * run.variants.case.scores, scores.loc[UNITS])


def test_a_view_weighted_by_a_scheme_is_refused() -> None:
    config = {**CONFIG, "weights": {"scheme": "critic", "missing": "available"}}
    with pytest.raises(InputError, match=r"name the scheme in sensitivity\.analyses"):
        monte_carlo_run(prepare(indicators(), "v", config, MEASURES), config, MEASURES, "mine", {}, 7)


def test_a_view_in_which_every_unit_stands_alone_is_refused() -> None:
    table = indicators()
    alone = prepare(table[table["unit"] == "u0"], "v", CONFIG, MEASURES)
    none = replace(alone, rows=alone.rows.assign(enough=False))
    for prepared in (alone, none):
        with pytest.raises(InputError, match="a unit alone has no rank"):
            monte_carlo_run(prepared, CONFIG, MEASURES, "mine", {}, 7)
