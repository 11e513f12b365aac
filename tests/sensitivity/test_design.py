"""What each input changes, what it leaves alone, and which combinations are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_view import CONFIG, MEASURES, Replicate, indicators, joint, replicate, variants

from monotown.index.kernel import evaluate
from monotown.index.leaves import normalise_leaf
from monotown.index.model import method
from monotown.index.prepare import prepare
from monotown.sensitivity.compare import drop_block, drop_one, scheme_weights
from monotown.sensitivity.design import Noise, Variants, cumulative
from monotown.sensitivity.inputs import read_inputs

NUMBERS = (0, 1, 7, 40)
A, B, C, E = 0, 1, 2, 4  # columns
ALL = np.ones((9, 5), dtype=bool)
NONE = np.zeros((9, 5), dtype=bool)


def cell(unit: int, column: int) -> np.ndarray:
    found = NONE.copy()
    found[unit, column] = True
    return found


def column(number: int) -> np.ndarray:
    found = NONE.copy()
    found[:, number] = True
    return found


#: Input, its settings, and where it may change values, scores, weights and the model.
SWITCHES: dict[str, tuple[dict[str, Any], np.ndarray, np.ndarray, bool, bool]] = {
    "missing": ({"levels": ["median"]}, cell(3, E), cell(3, E), False, False),
    "outliers": ({"levels": ["winsorise"]}, cell(5, A), cell(5, A), False, False),
    "year_window": ({"levels": [3]}, ALL, ALL & ~cell(5, A), False, False),
    "data_error": ({"relative": 0.2}, ALL & ~cell(3, E), ALL & ~cell(3, E), False, False),
    "goalposts": ({"size": 0.2}, NONE, ALL & ~cell(3, E), False, False),
    "direction": ({"measures": ["b"]}, NONE, column(B), False, False),
    "goalpost_set": ({"levels": ["norm"]}, NONE, column(C), False, False),
    "transform": ({"levels": ["none"]}, NONE, column(A), False, False),
    "normalisation": ({"levels": ["percentile"]}, NONE, ALL & ~cell(3, E), False, False),
    "aggregation": ({"levels": ["arithmetic"]}, NONE, NONE, False, True),
    "floor": ({"levels": [0.5]}, NONE, NONE, False, True),
    "scheme": ({"levels": ["critic"]}, NONE, NONE, True, False),
    "leave_out": ({"what": "indicators", "probability": 0.99}, NONE, NONE, True, False),
    "weights": ({"law": "dirichlet"}, NONE, NONE, True, False),
}


def replicates(inputs: dict[str, Any]) -> list[Replicate]:
    run = joint(inputs)
    return [replicate(run, n) for n in NUMBERS]


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_changes_its_own_matrix_and_nothing_else(name: str) -> None:
    settings, values, z, weights, model = SWITCHES[name]
    before, after = replicates({}), replicates({name: settings})
    changed = {"values": NONE.copy(), "z": NONE.copy()}
    others = {"weights": False, "model": False, "scores": False}
    for one, other in zip(before, after, strict=True):
        for matrix, where in changed.items():
            a, b = getattr(one, matrix), getattr(other, matrix)
            where |= ~np.isclose(a, b, rtol=0, atol=1e-12, equal_nan=True)
        others["weights"] |= not np.allclose(one.weights, other.weights, rtol=0, atol=1e-12)
        others["model"] |= one.model != other.model
        others["scores"] |= not np.allclose(one.scores, other.scores)
    assert not (changed["values"] & ~values).any()
    assert not (changed["z"] & ~z).any()
    assert changed["values"].any() == values.any()
    assert changed["z"].any() == z.any()
    assert others == {"weights": weights, "model": model, "scores": True}


def test_with_every_input_off_the_view_is_as_it_was() -> None:
    base = prepare(indicators(), "v", CONFIG, MEASURES)
    here = (base.rows["year"] == 2022).to_numpy()
    (one, *_) = replicates({})
    np.testing.assert_array_equal(one.values, base.used[here])
    np.testing.assert_array_equal(one.z, base.z[here])
    np.testing.assert_array_equal(one.scores, evaluate(base.model, base.z[here])[0])


def test_an_error_keeps_the_mean_and_has_its_size() -> None:
    v = variants({"data_error": {"relative": 0.1, "measures": {"c": 0.3}}})
    scale = v.scale((0,) * v.data_factors)
    noise = Noise(np.random.default_rng(1).standard_normal((40000, 9, 5)))
    ratio = v.perturbed(scale, noise) / scale.x[v.rows]
    for j, size in enumerate((0.1, 0.1, 0.3, 0.1, 0.1)):
        mine = ratio[:, :3, j]
        assert mine.mean() == pytest.approx(1, abs=0.003)
        assert mine.std() == pytest.approx(size, rel=0.02)
    assert (ratio[:, 0] > 0).all()


def test_goalposts_move_on_the_transformed_scale() -> None:
    v = variants({"goalposts": {"size": 0.2}})
    scale = v.scale((0,) * v.data_factors)
    posts = np.random.default_rng(2).random((70, 5, 2))
    z = v.tables(scale, Noise(posts=posts))
    for t in (0, 63, 64, 69):
        for j, (name, up) in enumerate([("a", 1), ("b", -1), ("c", 1)]):
            low, high = MEASURES[name]["goalposts"]
            x = scale.x[v.rows][:, j]
            if name == "a":
                low, high, x = np.log1p(low), np.log1p(high), np.log1p(x)
            reach = 0.2 * (high - low)
            lo, hi = (p + reach * (2 * u - 1) for p, u in zip((low, high), posts[t, j], strict=True))
            expected = np.clip((x - lo) / (hi - lo), 0, 1)
            np.testing.assert_allclose(z[t, :, j], expected if up > 0 else 1 - expected, atol=1e-12)
    assert len(np.unique(z[:, 0, 2])) == 70


SCOPED = ["minmax_sample", "zscore", "distance_to_frontier", "logistic"]


@pytest.mark.parametrize(
    ("name", "scope"),
    [(name, scope) for name in SCOPED for scope in ("", "year", 2020)]
    + [
        (name, "")
        for name in (
            "minmax",
            "rank",
            "percentile",
            "borda",
            "ratio_to_average",
            "log_ratio_to_average",
            "sd_from_average",
        )
    ],
)
def test_tables_are_normalised_as_one_table_would_be(name: str, scope: object) -> None:
    level = {"method": name, **({"scope": scope} if scope else {})}
    v = variants(
        {
            "normalisation": {"levels": [level]},
            "data_error": {"relative": 0.1},
            "aggregation": {"levels": ["arithmetic"]},
        }
    )
    scale = v.scale((0,) * v.data_factors)
    noise = Noise(np.random.default_rng(3).standard_normal((66, 9, 5)))
    z, values = v.tables(scale, noise), v.perturbed(scale, noise)
    for t in (0, 1, 65):
        panel = scale.x.copy()
        panel[v.rows] = values[t]
        for j, leaf in enumerate(scale.model.leaves):
            alone = normalise_leaf(leaf, panel[:, j], v.base.rows["year"].to_numpy())[0]
            np.testing.assert_allclose(z[t, :, j], alone[v.rows], atol=1e-12, equal_nan=True)
    assert not np.allclose(z[0], z[1], equal_nan=True)


def test_a_table_has_the_same_bits_alone() -> None:
    v = variants({"data_error": {"relative": 0.1}, "goalposts": {"size": 0.1}})
    scale = v.scale((0,) * v.data_factors)
    numbers = np.random.default_rng(4)
    noise = Noise(numbers.standard_normal((100, 9, 5)), numbers.random((100, 5, 2)))
    together = v.tables(scale, noise)
    for t in (0, 33, 64, 99):
        np.testing.assert_array_equal(v.tables(scale, noise.take(np.array([t])))[0], together[t])


def test_a_window_is_the_mean_of_the_years_there_are() -> None:
    v = variants({"year_window": {"levels": [2]}})
    table = indicators().set_index(["unit", "year", "measure"])["value"]
    values = v.scale((0,) * v.data_factors).x[v.rows]
    assert values[0, A] == pytest.approx((table["u0", 2021, "a"] + table["u0", 2022, "a"]) / 2)
    assert values[3, E] == table["u3", 2021, "e"]


def test_leaving_out_is_the_model_without() -> None:
    v = variants({"leave_out": {"what": "both", "probability": 0.5}})
    levels = v.factors[-1].levels
    assert [x.name for x in levels] == ["none", *"abcde", "B1", "B2"]
    assert [x.probability for x in levels] == pytest.approx([0.5] + [0.5 / 7] * 7)
    w = np.tile(v.model.weights, (8, 1))
    weights = v.leave_out(w, np.arange(8))
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_array_equal(weights[0], v.model.weights)
    scores = evaluate(v.model, v.case.z, weights)
    expected = [*drop_one(v.model, v.case), *drop_block(v.model, v.case)]
    for row, left in zip(scores[1:], expected, strict=True):
        np.testing.assert_allclose(row, left.scores, atol=1e-12)


def test_heirs_without_weight_share_alike() -> None:
    v = variants({"leave_out": {"what": "indicators"}})
    weights = np.array([[0.2, 0.0, 0.3, 0.0, 0.5]] * 2)
    found = v.leave_out(weights, np.array([3, 4]))  # c, whose neighbour b has no weight; d
    np.testing.assert_allclose(found, [[0.2, 0.3, 0.0, 0.0, 0.5], [0.2, 0.0, 0.3, 0.0, 0.5]])


def test_a_scheme_is_set_on_the_scores_of_the_combination() -> None:
    v = variants({"scheme": {"levels": ["baseline", "critic"]}, "outliers": {"levels": ["none", "winsorise"]}})
    for outliers in (0, 1):
        key = (0, outliers, 0, 0, 0, 0)
        (alone,) = scheme_weights(v.model, v.scale(key).z, ["critic"])
        np.testing.assert_array_equal(v.centre(key, 1), alone.weights)
    np.testing.assert_array_equal(v.centre((0,) * v.data_factors, 0), v.model.weights)


def test_aggregation_changes_the_root_or_every_node() -> None:
    level = {"method": "power", "exponent": 0.5}
    v = variants({"aggregation": {"levels": ["baseline", level, {**level, "nodes": "all"}, "arithmetic"]}})
    power = method("power", exponent=0.5)
    kinds = [[n.aggregation for n in m.nodes] for m in v.models.values()]
    arithmetic = method("arithmetic")
    assert kinds[1] == [power, arithmetic, arithmetic, arithmetic]
    assert kinds[2] == [power] * 4
    assert [m.tree.floor for m in v.models.values()] == [0.01, None, None, None]
    assert v.models[0, 0] == v.model


def test_what_does_not_go_together_is_never_drawn() -> None:
    v = variants(
        {
            "normalisation": {"levels": ["minmax", {"method": "zscore", "probability": 0.5}]},
            "aggregation": {"levels": ["geometric", "arithmetic", "copeland"]},
            "scheme": {"levels": ["baseline", "entropy"]},
            "year_window": {"levels": [1, 9]},
            "missing": {"levels": ["baseline", "median"]},
        }
    )
    p = v.probabilities
    assert p.shape == (2, 1, 2, 1, 1, 2, 3, 1, 2, 1)
    assert p.sum() == pytest.approx(1)
    missing, _, window, _, _, scale, mean, _, scheme, _ = np.moveaxis(np.argwhere(p > 0), 1, 0)
    assert set(window) == {0}
    # a z-score may be negative: no geometric mean, no entropy
    assert not ((scale == 1) & (mean == 0)).any()
    assert not ((scale == 1) & (scheme == 1)).any()
    # u3 lacks a value: no comparison on every measure unless it is filled
    assert not ((mean == 2) & (missing == 0)).any()
    assert len(mean) == 2 * (2 * 2 + 1) + (2 + 1)
    good = (2 / 3) * (2 / 3) + (1 / 3) * (1 / 3) / 2  # minmax: two means; z-score: one, no entropy
    good += (1 / 3) * ((2 / 3) + (1 / 3) / 2) / 2  # copeland where filled
    assert 1 - v.excluded == pytest.approx(good / 2)
    reasons = " ".join(r.reason for r in v.refusals)
    for words in ("no year 2014", "floor", "values in [0, 1]", "missing scores"):
        assert words in reasons
    one = next(r for r in v.refusals if "copeland" in r.reason)
    assert one.combination["aggregation"] == "copeland"
    assert one.combination["missing"] == "baseline"


def test_a_unit_left_with_nothing_is_refused() -> None:
    thin = {"minimum_coverage": {"unit": 0.2, "block": 0.0}}
    table = indicators()
    only = table[(table["unit"] != "u3") | table["measure"].isin(["d", "e"])]
    config = {**CONFIG, **thin}
    inputs = read_inputs({"leave_out": {"what": "blocks"}}, 0.25)
    v = Variants(prepare(only, "v", config, MEASURES), config, MEASURES, inputs, 2022)
    (refusal,) = v.refusals
    assert refusal.combination == {"leave_out": "B2"}
    assert refusal.reason == "u3 has no other value"
    assert v.excluded == pytest.approx(0.25)


def test_nothing_admissible_stops_with_the_reasons() -> None:
    with pytest.raises(ValueError, match=r"no combination of the inputs is admissible: .*floor"):
        variants({"normalisation": {"levels": ["zscore"]}})


def test_a_year_needs_two_units() -> None:
    with pytest.raises(ValueError, match="fewer than two units in 1999"):
        variants({}, year=1999)


def test_conditional_shares_end_at_one() -> None:
    numbers = np.random.default_rng(6)
    p = numbers.random((2, 3, 4)) * (numbers.random((2, 3, 4)) > 0.4)
    p /= p.sum()
    first, second, third = cumulative(p)
    assert first.shape == (1, 2)
    assert second.shape == (2, 3)
    assert third.shape == (6, 4)
    np.testing.assert_allclose(first[0], np.cumsum(p.sum(axis=(1, 2))))
    some = p.reshape(6, 4).sum(axis=1) > 0
    assert (third[some, -1] == 1.0).all()
