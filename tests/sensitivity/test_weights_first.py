"""Tables of the first sensitivity analysis: their numbers by other means, and their refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.methods.register import SCHEMES
from monotown.sensitivity.compare import agreement, block_weights, drop_one, scheme_weights
from monotown.sensitivity.draws import BLOCK, Law
from monotown.sensitivity.tables import percent
from monotown.sensitivity.weights import Settings, run_weights, weight_draws, weight_sensitivity
from monotown.sensitivity.year import Case, reference_year

MODEL = IndexModel(
    Node(
        "potential",
        (Node("B1", (Leaf("a"), Leaf("b"), Leaf("c")), weight=2), Node("B2", (Leaf("d"), Leaf("e")))),
        aggregation=method("geometric"),
        floor=0.01,
    ),
    scale=1.0,
)
SETTINGS = Settings(1, 3000, 0.25, (0.05, 0.95), ("equal_by_block", "critic", "entropy"))
UNITS = [f"u{i}" for i in range(6)]


def case(year: int = 2022, seed: int = 1) -> Case:
    z = np.random.Generator(np.random.PCG64(seed)).random((6, 5))
    return Case.of(MODEL, year, UNITS, z)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return weight_sensitivity("demo", "official", MODEL, [case(2021, 2), case()], SETTINGS)


def test_a_unit_alone_gives_every_table_empty(tables: dict[str, pd.DataFrame]) -> None:
    alone = weight_sensitivity("demo", "official", MODEL, [], SETTINGS)
    assert {n: list(t.columns) for n, t in alone.items()} == {n: list(t.columns) for n, t in tables.items()}
    assert all(t.empty for t in alone.values())


def test_intervals_are_those_of_the_draws(tables: dict[str, pd.DataFrame]) -> None:
    draws = weight_draws("demo", MODEL, Law("dirichlet", 0.25), 1).block(0)[:3000]
    scores = evaluate(MODEL, case().z, draws)
    ranks = (scores[:, None, :] >= scores[:, :, None]).sum(axis=2)
    mine = tables["rank_intervals"].query("year == 2022").set_index("unit").loc[UNITS]
    for name, p in (("rank_p05", 0.05), ("rank_p50", 0.5), ("rank_p95", 0.95)):
        expected = np.quantile(ranks, p, axis=0, method="inverted_cdf")
        np.testing.assert_array_equal(mine[name], expected)
    np.testing.assert_allclose(mine["score_p50"], np.quantile(scores, 0.5, axis=0), atol=2e-3, rtol=0)
    np.testing.assert_allclose(mine["share_within_one"], (np.abs(ranks - case().ranks) <= 1).mean(axis=0))
    total = tables["summary"].query("year == 2022").set_index("quantity")["value"]
    assert total["share_same_order"] == (ranks == case().ranks).all(axis=1).mean()
    assert total["draws"] == 3000
    width = mine["rank_p95"] - mine["rank_p05"]
    assert total["mean_width"] == pytest.approx(width.mean())
    assert total["max_width"] == width.max()


def test_a_short_run_is_the_start_of_a_long_one() -> None:
    draws = weight_draws("demo", MODEL, Law("dirichlet", 0.25), 7)
    short, long = (next(run_weights([case()], draws, n)) for n in (1000, BLOCK + 5))
    assert (short.draws, long.draws) == (1000, BLOCK + 5)
    assert (long.ranks >= short.ranks).all()
    np.testing.assert_array_equal(short.baseline.low, long.baseline.low)


def test_years_see_the_same_draws() -> None:
    draws = weight_draws("demo", MODEL, Law("dirichlet", 0.25), 7)
    one, other = run_weights([case(), Case.of(MODEL, 2023, UNITS, case().z)], draws, 500)
    for name, value in one.state().items():
        np.testing.assert_array_equal(other.state()[name], value, err_msg=name)


def test_acceptability_sums_to_one_both_ways(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["rank_acceptability"]
    for key in ("unit", "rank"):
        sums = table.groupby(["year", key])["share"].sum()
        assert len(sums) == 12
        np.testing.assert_allclose(sums, 1)


def test_schemes_are_ranked_with_their_own_weights(tables: dict[str, pd.DataFrame]) -> None:
    weights = tables["scheme_weights"].set_index(["scheme", "measure"])["weight"]
    assert set(tables["schemes"]["scheme"]) == {"baseline", "equal_by_block", "critic", "entropy"}
    for scheme in ("baseline", "equal_by_block", "critic", "entropy"):
        w = weights[scheme].loc[list("abcde")].to_numpy()
        assert w.sum() == pytest.approx(1)
        block1 = np.maximum((case().z[:, :3] @ w[:3]) / w[:3].sum(), 0.01) ** w[:3].sum()
        block2 = np.maximum((case().z[:, 3:] @ w[3:]) / w[3:].sum(), 0.01) ** w[3:].sum()
        mine = tables["schemes"].query("year == 2022 and scheme == @scheme").set_index("unit")
        np.testing.assert_allclose(mine.loc[UNITS, "score"], block1 * block2, atol=1e-12)
    np.testing.assert_allclose(weights["equal_by_block"].loc[["a", "d"]], [1 / 6, 1 / 4])
    # data-driven schemes keep the blocks' weights
    np.testing.assert_allclose(weights["critic"].loc[["d", "e"]].sum(), 1 / 3)


def test_dropping_a_measure_leaves_its_weight_to_the_others(tables: dict[str, pd.DataFrame]) -> None:
    mine = tables["drop_one"].query("year == 2022 and dropped == 'a'").set_index("unit").loc[UNITS]
    z = case().z
    block1 = np.maximum((z[:, 1] + z[:, 2]) / 2, 0.01) ** (2 / 3)
    block2 = np.maximum((z[:, 3] + z[:, 4]) / 2, 0.01) ** (1 / 3)
    np.testing.assert_allclose(mine["score"], block1 * block2, atol=1e-12)
    np.testing.assert_array_equal(mine["rank_shift"], mine["rank"] - case().ranks)
    blocks = tables["drop_block"].query("year == 2022 and dropped == 'B1'").set_index("unit")
    expected = np.maximum((z[:, 3] + z[:, 4]) / 2, 0.01)
    np.testing.assert_allclose(blocks.loc[UNITS, "score"], expected, atol=1e-12)


def test_ranks_hold_better_where_weights_vary_less(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["concentration"].query("year == 2022").sort_values("concentration")
    assert table["concentration"].tolist() == [5, 20, 47, 200]
    assert table["mean_abs_rank_shift"].is_monotonic_decreasing
    assert table["share_within_one"].is_monotonic_increasing


def test_two_runs_are_equal(tables: dict[str, pd.DataFrame]) -> None:
    again = weight_sensitivity("demo", "official", MODEL, [case(2021, 2), case()], SETTINGS)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(again[name], table)


def test_a_scheme_that_refuses_says_why_and_is_not_skipped() -> None:
    z = case().z.copy()
    z[:, 1] = 0.4
    stuck = Case.of(MODEL, 2022, UNITS, z)
    found = weight_sensitivity("demo", "official", MODEL, [stuck], SETTINGS)
    status = found["scheme_status"].set_index("scheme")
    assert status.loc["critic", "status"] == "refused"
    assert "column b" in status.loc["critic", "reason"]
    assert status.loc["entropy", "status"] == "used"
    assert "critic" not in set(found["schemes"]["scheme"])
    near = found["agreement"].set_index("scheme")
    assert np.isnan(near.loc["critic", "kendall"])
    assert near.loc["equal_by_block", "kendall"] < 1.0 or near.loc["entropy", "kendall"] <= 1.0


def test_missing_values_have_a_declared_rule() -> None:
    z = case().z.copy()
    z[0, 0] = np.nan
    (available,) = scheme_weights(MODEL, z, ["standard_deviation"])
    (refused,) = scheme_weights(MODEL, z, ["standard_deviation"], missing="refuse")
    assert available.weights is not None
    assert available.weights.sum() == pytest.approx(1)
    assert refused.weights is None
    assert "1 missing" in refused.reason
    # each indicator by the units that have it, within its block of two thirds or one
    spread = np.nanstd(z, axis=0, ddof=1)
    expected = [2 / 3 * spread[:3] / spread[:3].sum(), 1 / 3 * spread[3:] / spread[3:].sum()]
    np.testing.assert_allclose(available.weights, np.concatenate(expected))
    # a scheme that cannot do that takes the units that have all of a block
    z[0, 3] = np.nan
    found, whole = (scheme_weights(MODEL, rows, ["merec"])[0].weights for rows in (z, z[1:]))
    assert whole is not None
    np.testing.assert_allclose(found, whole)


def test_data_driven_weights_are_frozen_in_the_last_fullest_year() -> None:
    late = case(2023, 5).z.copy()
    late[0, 0] = np.nan
    cases = [case(2021), case(2022), Case.of(MODEL, 2023, UNITS, late)]
    assert reference_year(cases) == 2022
    status = weight_sensitivity("demo", "official", MODEL, cases, SETTINGS)["scheme_status"]
    assert set(status["reference_year"]) == {2022}


def test_a_tree_of_one_measure_has_nothing_to_drop() -> None:
    model = IndexModel(Node("i", (Leaf("a"),)))
    assert drop_one(model, Case.of(model, 2022, ["x", "y"], np.array([[0.1], [0.2]]))) == ()


def test_agreement_needs_two_units_that_differ() -> None:
    near = agreement([1.5, 1.5], [1.0, 2.0])
    assert np.isnan(near.kendall)
    assert near.mean_abs_rank_shift == 0.5
    assert agreement([2, np.nan, 1], [1, 2, 2]).kendall == pytest.approx(-1)


def test_block_weights_sum_to_one() -> None:
    assert block_weights(MODEL) == pytest.approx({"B1": 2 / 3, "B2": 1 / 3})


@pytest.mark.parametrize("interval", [(0.6, 0.9), (0.1, 0.4), (-0.1, 0.9)])
def test_intervals_have_a_limit_on_each_side(interval: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"0\.5"):
        Settings(1, 100, 0.25, interval, ())


def test_quantile_columns_say_their_probability() -> None:
    assert [percent(p) for p in (0.0, 0.05, 0.5, 0.975, 1.0)] == ["p00", "p05", "p50", "p97_5", "p100"]


def test_every_scheme_has_a_label() -> None:
    from words_support import texts

    known = {key.removeprefix("scheme.") for key in texts() if key.startswith("scheme.")}
    assert {*SCHEMES, "baseline"} <= known
