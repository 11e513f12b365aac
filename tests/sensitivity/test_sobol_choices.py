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
from monotown.methods.ranks import rank
from monotown.sensitivity.compare import drop_one, scheme_weights
from monotown.sensitivity.sobol import enumerate_settings
from monotown.sensitivity.sobol_choices import TABLES, Choices, SobolSettings, _spread, sobol_tables
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


def view(model: IndexModel = MODEL, seed: int = 1) -> tuple[list[Case], pd.DataFrame]:
    """Cases of two years and the table of normalised values."""
    rng = np.random.default_rng(seed)
    rows = [(u, y) for y in (2021, 2022) for u in UNITS]
    raw = rng.uniform(0.5, 9.8, size=(12, 5))
    years = np.array([y for _, y in rows])
    z = np.stack(
        [normalise_leaf(leaf, raw[:, j], years).values for j, leaf in enumerate(model.leaves)],  # noqa: PD011
        axis=1,
    )
    cases = [Case.of(model, y, UNITS, z[years == y]) for y in (2021, 2022)]
    table = pd.DataFrame(
        {
            "unit": np.repeat([u for u, _ in rows], 5),
            "year": np.repeat(years, 5),
            "measure": list(model.measures) * 12,
            "value": raw.ravel(),
        }
    )
    return cases, table


def wide(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index(["unit", "year", "measure"])["value"].unstack("measure").reset_index()  # noqa: PD010


@pytest.fixture(scope="module")
def choices() -> Choices:
    cases, table = view()
    return Choices(MODEL, cases[1], wide(table), cases[1].z, SETTINGS)


def test_levels(choices: Choices) -> None:
    levels = {i.name: i.levels for i in choices.inputs}
    assert levels == {
        "scheme": ("baseline", "equal_by_indicator", "entropy", "critic", "standard_deviation"),
        "normalisation": ("baseline", "minmax_sample", "percentile", "zscore"),
        "goalposts": ("baseline", "wider", "narrower"),
        "aggregation": ("baseline", "arithmetic", "harmonic"),
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
    raw = wide(view()[1]).query("year == 2022")[list("abcde")].to_numpy().copy()
    raw[:, 1] *= -1
    p = (np.argsort(np.argsort(raw, axis=0), axis=0) + 0.5) / 6
    p1, p2 = p[:, 0] / 2 + p[:, 1] / 4 + p[:, 2] / 4, (p[:, 3] + p[:, 4]) / 2
    np.testing.assert_allclose(
        at(choices, normalisation="percentile"), np.maximum(p1, 0.01) ** (2 / 3) * np.maximum(p2, 0.01) ** (1 / 3)
    )


def test_goalposts_move_on_the_scale_of_the_measure(choices: Choices) -> None:
    raw = wide(view()[1]).query("year == 2022").set_index("unit").loc[list(UNITS)]
    wider = choices.tables["baseline", "wider"]
    np.testing.assert_allclose(wider[:, 2], raw["c"] / 12 + 1 / 12)  # from -1 to 11
    np.testing.assert_allclose(wider[:, 1], 1 - (raw["b"] - 0.2) / 9.6)
    t = np.log1p(raw["a"]) / np.log(11)
    np.testing.assert_allclose(wider[:, 0], (t + 0.1) / 1.2)
    t = (np.log(raw["d"]) - np.log(2)) / np.log(4.5)
    np.testing.assert_allclose(wider[:, 3], ((t + 0.1) / 1.2).clip(0, 1))
    narrower = choices.tables["baseline", "narrower"]
    np.testing.assert_allclose(narrower[:, 2], ((raw["c"] - 1) / 8).clip(0, 1))
    # a normalisation by the sample knows no goalposts
    np.testing.assert_array_equal(
        at(choices, normalisation="percentile", goalposts="wider"), at(choices, normalisation="percentile")
    )


def test_only_what_goes_together_is_admissible(choices: Choices) -> None:
    settings, _ = enumerate_settings(choices.inputs)
    good = choices.admissible(settings)
    zscore, arithmetic = settings[:, 1] == 3, settings[:, 3] == 1
    np.testing.assert_array_equal(good, ~zscore | arithmetic)
    assert choices.problems("zscore", "baseline").startswith("floor: ")
    assert choices.problems("zscore", "arithmetic") == ""


def test_noise_moves_every_weight_within_its_node_and_no_further(choices: Choices) -> None:
    product = choices.inputs
    rng = np.random.default_rng(5)
    runs = 2000
    both = (*product, choices.noise)
    settings = np.c_[np.zeros((runs, 5)), rng.random((runs, choices.noise_columns))]
    assert choices.noise_columns == 8
    n = len(UNITS)
    scores = choices.outputs(both, settings)[:, :n]
    # by hand: B1 from its trigger 0, a: 1, deep: 2, b: 3, c: 4, B2: 5, d: 6, e: 7
    e = 1 + 0.25 * (2 * settings[:, 5:] - 1)
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
    settings[:, 4] = 3
    model = replace(MODEL.without("c").tree)
    w_b = (e[:, 1] / (e[:, 1] + e[:, 2]))[:, None]
    got = choices.outputs(both, settings)[:, :n]
    block1 = w_b.T * z[0] + (1 - w_b.T) * z[1]
    expected = np.maximum(block1, 0.01) ** w1 * np.maximum(block2, 0.01) ** (1 - w1)
    np.testing.assert_allclose(got, expected.T, atol=1e-12)
    assert model.id == "potential"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    cases, table = view()
    sources = {2021: "x", 2022: "y"}
    return sobol_tables("v", "official", MODEL, cases, table, sources, SETTINGS)


def test_tables(tables: dict[str, pd.DataFrame]) -> None:
    for name, schema in TABLES.items():
        schema.validate(tables[name])
        assert set(tables[name]["source"]) == {"y"}
        assert set(tables[name]["design"]) == {"methods", "methods_admissible", "methods_and_noise"}
    sobol = tables["sobol"].set_index(["design", "output", "unit"])
    assert len(sobol) == 13 * (5 + 5 + 6)
    sizes = sobol["evaluations"].groupby("design").first().to_dict()
    assert sizes == {
        "methods": 5 * 3 * 3 * 3 * 6,
        "methods_admissible": 5 * 3 * 6 * (3 * 3 + 1),
        "methods_and_noise": 256 * 14,
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
        for name in frame.columns[:5]:
            row = sobol.loc[(*key, name)]
            assert row["variance"] == pytest.approx(y.var())
            first = frame.groupby(name)["y"].mean().var(ddof=0) / y.var()
            others = [n for n in frame.columns[:5] if n != name]
            total = frame.groupby(others)["y"].var(ddof=0).mean() / y.var()
            assert row["first"] == pytest.approx(first, abs=1e-12)
            assert row["total"] == pytest.approx(total, abs=1e-12)


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
    cases, table = view()
    flat = table.copy()
    flat.loc[flat["measure"] == "e", "value"] = 5.0
    years = np.repeat([2021, 2022], 6)
    raw = wide(flat).sort_values(["year", "unit"])
    z = np.stack([normalise_leaf(m, raw[m.measure], years).values for m in MODEL.leaves], axis=1)  # noqa: PD011
    same = [Case.of(MODEL, y, UNITS, z[years == y]) for y in (2021, 2022)]
    found = sobol_tables("v", "official", MODEL, same, flat, {2022: ""}, SETTINGS)
    inputs = found["sobol_inputs"].query("design == 'methods'").set_index(["input", "level"])
    for key in (("scheme", "critic"), ("normalisation", "zscore")):
        assert inputs.loc[key, "status"] == "refused"
        assert "e" in inputs.loc[key, "reason"]
    with pytest.raises(ValueError, match="do not give the normalised"):
        Choices(MODEL, cases[1], raw, cases[1].z, SETTINGS)


def test_without_the_only_measure_of_weight_its_node_goes() -> None:
    cases, table = view()
    settings = replace(SETTINGS, schemes=())
    model = MODEL.with_weights([0.5, 0.25, 0.25, 1, 0])
    case = Case.of(model, 2022, UNITS, cases[1].z)
    found = Choices(model, case, wide(table), cases[1].z, settings)
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
    cases, table = view()
    model = MODEL.with_weights(np.full(5, 0.2))
    case = Case.of(model, 2022, UNITS, cases[1].z)
    found = Choices(model, case, wide(table), case.z, SETTINGS)
    assert found.same == [("scheme", "equal_by_indicator", "the same weights as baseline")]
    assert found.inputs[0].levels == ("baseline", "entropy", "critic", "standard_deviation")


def test_a_unit_known_by_one_measure_keeps_it() -> None:
    cases, table = view()
    z = cases[1].z.copy()
    z[0, 1:] = np.nan
    raw = wide(table)
    raw.loc[(raw["unit"] == "u0") & (raw["year"] == 2022), list("bcde")] = np.nan
    case = Case.of(MODEL, 2022, UNITS, z)
    found = Choices(MODEL, case, raw, cases[0].z, SETTINGS)
    assert found.refused == [("leave_out", "a", "a unit has no other value")]
    assert "a" not in found.inputs[4].levels
    assert np.isfinite(found.outputs(found.inputs, enumerate_settings(found.inputs)[0][:50])).all()


def test_switches_that_are_off() -> None:
    cases, table = view()
    off = SobolSettings(schemes=(), normalisations=("minmax",), aggregations=("geometric",), goalpost_shift=0, noise=0)
    found = sobol_tables("v", "official", MODEL, cases, table, {2022: ""}, off)
    assert set(found["sobol"]["design"]) == {"methods"}
    mine = found["sobol"].query("status == 'defined'").set_index("input")["total"]
    np.testing.assert_allclose(mine["leave_out"], 1)
    np.testing.assert_allclose(mine["scheme"], 0, atol=1e-12)
    with pytest.raises(ValueError, match="goalpost_shift"):
        SobolSettings(goalpost_shift=0.5)
    with pytest.raises(ValueError, match="noise"):
        SobolSettings(noise=1)
