"""The choices behind a view: each switch does what it says, and its index is that of its effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from monotown.index.kernel import evaluate
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import Prepared
from monotown.methods.ranks import rank
from monotown.sensitivity.compare import drop_one, scheme_weights
from monotown.sensitivity.sobol import enumerate_settings
from monotown.sensitivity.sobol_choices import TABLES, Choices, SobolSettings, _rescaled, _spread, sobol_tables
from monotown.sensitivity.year import Case

Array = NDArray[np.float64]
UNITS = tuple(f"u{i}" for i in range(6))
MODEL = IndexModel(
    Node(
        "potential",
        (
            Node(
                "B1",
                (
                    Leaf("a", goalposts=(0, 10), transform="log1p"),
                    Node("deep", (Leaf("b", goalposts=(1, 9), direction=-1), Leaf("c", goalposts=(0, 10)))),
                ),
                weight=2,
            ),
            Node("B2", (Leaf("d", goalposts=(2, 9), transform="log"), Leaf("e", goalposts=(0, 10)))),
        ),
        aggregation=method("geometric"),
        floor=0.01,
    ),
    scale=1.0,
)
SETTINGS = SobolSettings(seed=3, points=256, replicates=8)


def view(raw: Array | None = None, model: IndexModel = MODEL) -> Prepared:
    """Two years of six units, with random values unless given."""
    if raw is None:
        raw = np.random.default_rng(1).uniform(0.5, 9.8, size=(12, 5))
    rows = pd.DataFrame({"unit": UNITS * 2, "year": [2021] * 6 + [2022] * 6, "kind": "official", "enough": True})
    rows["source"] = ["x"] * 6 + ["y"] * 6
    z = np.stack([normalise_leaf(leaf, raw[:, j], rows["year"]).values for j, leaf in enumerate(model.leaves)], axis=1)  # noqa: PD011
    nothing = np.zeros(raw.shape, dtype=bool)
    return Prepared("v", model, rows, raw, raw, raw, z, nothing, np.full(raw.shape, ""))


def chosen(prepared: Prepared, settings: SobolSettings = SETTINGS, frozen: int = 2022) -> Choices:
    """Its choices in 2022."""
    case = Case.of(prepared.model, 2022, UNITS, prepared.year(2022)[1])
    return Choices(prepared, case, prepared.year(frozen)[1], settings)


def values() -> pd.DataFrame:
    return pd.DataFrame(view().raw[6:], index=pd.Index(UNITS, name="unit"), columns=list("abcde"))


@pytest.fixture(scope="module")
def choices() -> Choices:
    return chosen(view())


def test_levels(choices: Choices) -> None:
    levels = {i.name: i.levels for i in choices.inputs}
    assert levels == {
        "scheme": ("baseline", "equal_by_indicator", "entropy", "critic", "standard_deviation"),
        "normalisation": ("baseline", "minmax_sample", "percentile", "zscore"),
        "goalposts": ("baseline", "wider", "narrower"),
        "transform": ("baseline",),
        "aggregation": ("baseline", "arithmetic", "harmonic"),
        "floor": ("baseline",),
        "leave_out": ("baseline", "a", "b", "c", "d", "e"),
    }
    assert choices.refused == []


def at(choices: Choices, **levels: str) -> Array:
    """Scores under named levels, the others at the baseline."""
    names = [i.name for i in choices.inputs]
    row = [i.levels.index(levels.get(n, "baseline")) for n, i in zip(names, choices.inputs)]  # noqa: B905
    found = choices.outputs(choices.inputs, np.array([row], dtype=float))[0]
    n = len(UNITS)
    np.testing.assert_array_equal(found[n : 2 * n], rank(found[:n]))
    assert found[-1] == np.abs(found[n : 2 * n] - choices.case.ranks).mean()
    return found[:n]


def test_each_switch_is_the_change_it_names(choices: Choices) -> None:
    case, z = choices.case, choices.case.z
    np.testing.assert_allclose(at(choices), case.scores, atol=1e-12)
    for scheme in scheme_weights(MODEL, z, ["entropy", "critic"]):
        assert scheme.weights is not None
        np.testing.assert_allclose(at(choices, scheme=scheme.scheme), evaluate(MODEL, z, scheme.weights[None])[0])
    for d in drop_one(MODEL, case):
        np.testing.assert_allclose(at(choices, leave_out=d.dropped), d.scores, atol=1e-12)
    block1 = 0.5 * z[:, 0] + 0.25 * z[:, 1] + 0.25 * z[:, 2]
    block2 = 0.5 * z[:, 3] + 0.5 * z[:, 4]
    np.testing.assert_allclose(at(choices, aggregation="arithmetic"), (2 * block1 + block2) / 3)
    f1, f2 = np.maximum(block1, 0.01), np.maximum(block2, 0.01)
    np.testing.assert_allclose(at(choices, aggregation="harmonic"), 3 / (2 / f1 + 1 / f2))
    # percentiles within the year
    raw = values().to_numpy().copy()
    raw[:, 1] *= -1
    p = (np.argsort(np.argsort(raw, axis=0), axis=0) + 0.5) / 6
    p1, p2 = p[:, 0] / 2 + p[:, 1] / 4 + p[:, 2] / 4, (p[:, 3] + p[:, 4]) / 2
    np.testing.assert_allclose(
        at(choices, normalisation="percentile"), np.maximum(p1, 0.01) ** (2 / 3) * np.maximum(p2, 0.01) ** (1 / 3)
    )


def test_goalposts_move_on_the_scale_of_the_measure(choices: Choices) -> None:
    raw = values()
    wider = choices.tables["baseline", "wider", "baseline"]
    np.testing.assert_allclose(wider[:, 2], raw["c"] / 12 + 1 / 12)  # from -1 to 11
    np.testing.assert_allclose(wider[:, 1], 1 - (raw["b"] - 0.2) / 9.6)
    t = np.log1p(raw["a"]) / np.log(11)
    np.testing.assert_allclose(wider[:, 0], (t + 0.1) / 1.2)
    t = (np.log(raw["d"]) - np.log(2)) / np.log(4.5)
    np.testing.assert_allclose(wider[:, 3], ((t + 0.1) / 1.2).clip(0, 1))
    narrower = choices.tables["baseline", "narrower", "baseline"]
    np.testing.assert_allclose(narrower[:, 2], ((raw["c"] - 1) / 8).clip(0, 1))
    # a normalisation by the sample knows no goalposts
    np.testing.assert_array_equal(
        at(choices, normalisation="percentile", goalposts="wider"), at(choices, normalisation="percentile")
    )


def test_only_what_goes_together_is_admissible(choices: Choices) -> None:
    settings, _ = enumerate_settings(choices.inputs)
    good = choices.admissible(settings)
    zscore, arithmetic = settings[:, 1] == 3, settings[:, 4] == 1
    np.testing.assert_array_equal(good, ~zscore | arithmetic)
    assert choices.problems("zscore", *["baseline"] * 4).startswith("floor: ")
    assert choices.problems("zscore", "baseline", "baseline", "arithmetic", "baseline") == ""


def test_noise_moves_every_weight_within_its_node_and_no_further(choices: Choices) -> None:
    product = choices.inputs
    rng = np.random.default_rng(5)
    runs = 2000
    both = (*product, choices.noise)
    settings = np.c_[np.zeros((runs, 7)), rng.random((runs, choices.noise_columns))]
    assert choices.noise_columns == 8
    n = len(UNITS)
    scores = choices.outputs(both, settings)[:, :n]
    # by hand: B1 from its trigger 0, a: 1, deep: 2, b: 3, c: 4, B2: 5, d: 6, e: 7
    e = 1 + 0.25 * (2 * settings[:, 7:] - 1)
    w1 = 2 * e[:, 0] / (2 * e[:, 0] + e[:, 5])
    a = e[:, 1] / (e[:, 1] + e[:, 2])
    b = e[:, 3] / (e[:, 3] + e[:, 4])
    d = e[:, 6] / (e[:, 6] + e[:, 7])
    z = choices.case.z.T[:, :, None]
    block1 = a * z[0] + (1 - a) * (b * z[1] + (1 - b) * z[2])
    block2 = d * z[3] + (1 - d) * z[4]
    expected = np.maximum(block1, 0.01) ** w1 * np.maximum(block2, 0.01) ** (1 - w1)
    np.testing.assert_allclose(scores, expected.T, atol=1e-12)
    # a measure left out stays out under noise
    settings[:, 6] = 3
    model = replace(MODEL.without("c").tree)
    w_b = (e[:, 1] / (e[:, 1] + e[:, 2]))[:, None]
    got = choices.outputs(both, settings)[:, :n]
    block1 = w_b.T * z[0] + (1 - w_b.T) * z[1]
    expected = np.maximum(block1, 0.01) ** w1 * np.maximum(block2, 0.01) ** (1 - w1)
    np.testing.assert_allclose(got, expected.T, atol=1e-12)
    assert model.id == "potential"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return sobol_tables(view(), SETTINGS)


def test_tables(tables: dict[str, pd.DataFrame]) -> None:
    for name, schema in TABLES.items():
        schema.validate(tables[name])
        assert set(tables[name]["source"]) == {"y"}
        assert set(tables[name]["design"]) == {"methods", "methods_admissible", "methods_and_noise"}
    sobol = tables["sobol"].set_index(["design", "output", "unit"])
    assert len(sobol) == 13 * (7 + 7 + 8)
    sizes = sobol["evaluations"].groupby("design").first().to_dict()
    assert sizes == {
        "methods": 5 * 3 * 3 * 3 * 6,
        "methods_admissible": 5 * 3 * 6 * (3 * 3 + 1),
        "methods_and_noise": 256 * 18,
    }
    assert sobol.loc["methods_admissible", "excluded"].iloc[0] == pytest.approx(1 / 6)
    assert not sobol.loc["methods_admissible", "independent"].any()
    exact = sobol.loc["methods"]
    assert (exact["total"] >= exact["first"] - 1e-12).all()
    np.testing.assert_allclose(exact.groupby(["output", "unit"])["shapley"].sum(), 1)
    sampled = sobol.loc["methods_and_noise"]
    assert (sampled["total_low"] <= sampled["total_high"]).all()
    assert sampled["shapley"].isna().all()


def test_exact_indices_by_plain_averages(tables: dict[str, pd.DataFrame], choices: Choices) -> None:
    product = tuple(replace(i, levels=tuple(x for x in i.levels if x != "zscore")) for i in choices.inputs)
    settings, _ = enumerate_settings(product)
    values = choices.outputs(product, settings)
    frame = pd.DataFrame(settings.astype(int), columns=[i.name for i in product])
    sobol = tables["sobol"].query("design == 'methods'").set_index(["output", "unit", "input"])
    for key, y in (
        (("rank", "u2"), values[:, 6 + 2]),
        (("score", "u5"), values[:, 5]),
        (("mean_rank_shift", ""), values[:, -1]),
    ):
        frame["y"] = y
        for name in frame.columns[:7]:
            row = sobol.loc[(*key, name)]
            assert row["variance"] == pytest.approx(y.var())
            first = frame.groupby(name)["y"].mean().var(ddof=0) / y.var()
            others = [n for n in frame.columns[:7] if n != name]
            total = frame.groupby(others)["y"].var(ddof=0).mean() / y.var()
            # weights of schemes rest on scores to ten digits
            assert row["first"] == pytest.approx(first, abs=1e-9)
            assert row["total"] == pytest.approx(total, abs=1e-9)


def test_interactions_are_what_the_first_orders_leave(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["interactions"]
    first = tables["sobol"].groupby(["design", "output", "unit"])["first"].sum()
    whole = table[table["order"] == 0].set_index(["design", "output", "unit"])
    for design in ("methods", "methods_and_noise"):
        np.testing.assert_allclose(whole.loc[design, "share"], 1 - first.loc[design], atol=1e-9)
    assert (whole.loc["methods_admissible", "status"] == "dependent").all()
    assert whole.loc["methods_admissible", "share"].isna().all()
    parts = table[(table["order"] > 0)].groupby(["design", "output", "unit"])["share"].sum()
    np.testing.assert_allclose(parts.loc["methods"], whole.loc["methods", "share"], atol=1e-9)
    assert "scheme × normalisation" in set(table["term"])


def test_inputs_say_what_was_left_out_and_why(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["sobol_inputs"].set_index(["design", "input", "level"])
    row = table.loc[("methods", "normalisation", "zscore")]
    assert row["status"] == "left_out"
    assert "zscore with baseline: floor" in row["reason"]
    assert table.loc[("methods_admissible", "normalisation", "zscore"), "status"] == "used"
    assert table.loc[("methods_and_noise", "weights", "uniform ±0.25"), "status"] == "used"
    used = table[(table["status"] == "used") & table["probability"].notna()]
    np.testing.assert_allclose(used.groupby(["design", "input"])["probability"].sum(), 1)
    assert (table["reason"] == "").equals(table["status"] == "used")


def test_a_level_that_the_data_refuse_is_named() -> None:
    flat = view().raw.copy()
    flat[:, 4] = 5.0
    inputs = sobol_tables(view(flat), SETTINGS)["sobol_inputs"].query("design == 'methods'")
    inputs = inputs.set_index(["input", "level"])
    for key in (("scheme", "critic"), ("normalisation", "zscore")):
        assert inputs.loc[key, "status"] == "refused"
        assert "e" in inputs.loc[key, "reason"]


def test_averages_of_a_normalisation_are_weighted_as_the_views_are() -> None:
    shares = np.tile([1.0, 5.0, 2.0, 9.0, 1.0, 3.0], 2)
    settings = replace(SETTINGS, normalisations=("ratio_to_average",))
    plain = chosen(view(), settings)
    weighted = chosen(replace(view(), shares=shares), settings)
    name = ("ratio_to_average", "baseline", "baseline")
    model = _rescaled(MODEL, name[0])
    for j, leaf in enumerate(model.leaves):
        expected = normalise_leaf(leaf, view().raw[6:, j], np.full(6, 2022), shares[6:])[0]
        np.testing.assert_allclose(weighted.tables[name][:, j], expected)
    assert not np.allclose(plain.tables[name], weighted.tables[name])


def test_without_the_only_measure_of_weight_its_node_goes() -> None:
    model = MODEL.with_weights([0.5, 0.25, 0.25, 1, 0])
    found = chosen(view(model=model), replace(SETTINGS, schemes=()))
    np.testing.assert_allclose(found.without["baseline", "d"], [0.5, 0.25, 0.25, 0, 0])
    np.testing.assert_allclose(found.without["baseline", "a"], [0, 0.25, 0.25, 0.5, 0])
    alone = MODEL.with_weights([0.5, 0.5, 0, 0, 1])
    with pytest.raises(ValueError, match="no measure has a weight"):
        _spread(replace_root(alone), "e")


def replace_root(model: IndexModel) -> IndexModel:
    """Only the second block has a weight."""
    first, second = model.tree.children
    return IndexModel(replace(model.tree, children=(replace(first, weight=0.0), second)))


def test_a_scheme_with_the_weights_of_another_counts_once() -> None:
    found = chosen(view(model=MODEL.with_weights(np.full(5, 0.2))))
    assert found.same == [("scheme", "equal_by_indicator", "the same weights as baseline")]
    assert found.inputs[0].levels == ("baseline", "entropy", "critic", "standard_deviation")


def test_a_unit_known_by_one_measure_keeps_it() -> None:
    raw = view().raw.copy()
    raw[6, 1:] = np.nan
    found = chosen(view(raw), frozen=2021)
    assert found.refused == [("leave_out", "a", "a unit has no other value")]
    assert "a" not in found.inputs[-1].levels
    assert np.isfinite(found.outputs(found.inputs, enumerate_settings(found.inputs)[0][:50])).all()


def test_switches_that_are_off() -> None:
    off = SobolSettings(schemes=(), normalisations=("minmax",), aggregations=("geometric",), goalpost_shift=0, noise=0)
    found = sobol_tables(view(), off)
    assert set(found["sobol"]["design"]) == {"methods"}
    mine = found["sobol"].query("status == 'defined'").set_index("input")["total"]
    np.testing.assert_allclose(mine["leave_out"], 1)
    np.testing.assert_allclose(mine["scheme"], 0, atol=1e-12)
    with pytest.raises(ValueError, match="goalpost_shift"):
        SobolSettings(goalpost_shift=0.5)
    with pytest.raises(ValueError, match="noise"):
        SobolSettings(noise=1)
