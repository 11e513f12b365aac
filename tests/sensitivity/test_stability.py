"""Smallest changes and stability ranges against the model itself, grids and a solver."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.sensitivity.compare import drop_one
from monotown.sensitivity.comparison import Comparison, scopes
from monotown.sensitivity.least_change import least_change
from monotown.sensitivity.stability import TABLES, flip_tables, neighbours
from monotown.sensitivity.year import Case, year_sources

Array = NDArray[np.float64]
UNITS = [f"u{i}" for i in range(7)]


def tree(aggregation: str = "geometric", floor: float = 0.01, **parameters: float) -> Node:
    chosen = method(aggregation, **parameters)
    return Node(
        "index",
        (
            Node("B1", (Leaf("a", 2), Leaf("b"), Leaf("c")), weight=2),
            Node("B2", (Leaf("d"), Leaf("e"))),
            Node("B3", (Leaf("f"),), weight=1.5),
        ),
        aggregation=chosen,
        floor=floor if chosen.needs_positive else None,
    )


MODEL = IndexModel(tree(), scale=1.0)
FLAT = IndexModel(tree("arithmetic"))


def case(model: IndexModel = MODEL, seed: int = 1, units: int = 7, year: int = 2022) -> Case:
    z = np.random.Generator(np.random.PCG64(seed)).random((units, len(model.measures)))
    return Case.of(model, year, [f"u{i}" for i in range(units)], z)


def block_model(model: IndexModel, weights: Array) -> IndexModel:
    children = tuple(replace(c, weight=float(w)) for c, w in zip(model.tree.children, weights, strict=True))
    return IndexModel(replace(model.tree, children=children))


def simplex(n: int, steps: int) -> Array:
    cuts = itertools.combinations_with_replacement(range(steps + 1), n - 1)
    return np.array([np.diff([0, *c, steps]) for c in cuts]) / steps


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_least_change_is_that_of_a_linear_programme(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, w = rng.normal(size=n) - 0.3, rng.dirichlet(np.ones(n))
    found = least_change(a, w)
    if a.max() < 0:
        assert found is None
        return
    assert found is not None
    assert found.sum() == pytest.approx(1)
    assert found.min() >= 0
    assert a @ found >= -1e-12
    # w = start + up - down
    solved = linprog(
        np.ones(2 * n),
        A_ub=-np.concatenate([a, -a])[None],
        b_ub=[a @ w],
        A_eq=np.repeat([1.0, -1.0], n)[None],
        b_eq=[0.0],
        bounds=[(0.0, None)] * n + [(0.0, x) for x in w],
    )
    assert np.abs(found - w).sum() == pytest.approx(solved.fun, abs=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        MODEL,
        FLAT,
        IndexModel(tree("harmonic", 0.1)),
        IndexModel(tree("power", 0.1, exponent=0.5)),
        IndexModel(tree("power", 0.1, exponent=-2.0)),
    ],
    ids=["geometric", "arithmetic", "harmonic", "root", "inverse_square"],
)
def test_block_changes_are_the_least_on_a_grid(model: IndexModel) -> None:
    here = case(model)
    scope = scopes(model)[0]
    assert scope.name == "blocks"
    grid = simplex(3, 90)
    inside = np.stack([scope.whole(w) for w in grid])
    np.testing.assert_allclose(scope.whole(scope.weights), model.weights)
    scores = evaluate(model, here.z, inside)
    compared, seen = Comparison(model, here), set()
    for above, below in itertools.permutations(range(7), 2):
        if here.scores[above] <= here.scores[below]:
            continue
        flip = compared.least_flip(scope, below, above)
        reached = scores[:, below] >= scores[:, above]
        seen.add(flip.status)
        if flip.status == "out_of_reach":
            assert not reached.any()
            continue
        assert flip.weights is not None
        # the model itself, with the weights set in its tree, says that they are level
        again = evaluate(block_model(model, flip.weights), here.z)[0]
        assert again[below] == pytest.approx(again[above], abs=1e-9)
        assert flip.gap_after == pytest.approx(0, abs=1e-9)
        distances = np.abs(grid - scope.weights).sum(axis=1)
        if reached.any():
            least = distances[reached].min()
            assert flip.distance <= least + 1e-9
            assert least <= flip.distance + 6 / 90
    assert "found" in seen


@pytest.mark.parametrize(
    "model",
    [MODEL, IndexModel(tree("harmonic", 0.1)), IndexModel(tree("power", 0.1, exponent=0.5))],
    ids=["geometric", "harmonic", "root"],
)
def test_changes_of_all_weights_are_level_and_nearer_than_any_drawn(model: IndexModel) -> None:
    here = case(model, seed=6)
    compared = Comparison(model, here)
    scope = scopes(model)[-1]
    assert scope.name == "leaves"
    rng = np.random.default_rng(3)
    drawn = rng.dirichlet(np.ones(6), size=40_000)
    # and near the baseline, along every line from it
    drawn = np.vstack([drawn, model.weights + rng.random((40_000, 1)) * (drawn - model.weights)])
    scores = evaluate(model, here.z, drawn)
    away, found = np.abs(drawn - model.weights).sum(axis=1), 0
    for above, below in itertools.permutations(range(7), 2):
        if here.scores[above] <= here.scores[below]:
            continue
        flip = compared.least_flip(scope, below, above)
        reached = scores[:, below] >= scores[:, above]
        if flip.weights is None:
            assert not reached.any()
            continue
        found += 1
        assert flip.gap_after == pytest.approx(0, abs=1e-9)  # a tie
        assert flip.weights.min() >= 0
        assert flip.weights.sum() == pytest.approx(1)
        assert flip.distance == pytest.approx(np.abs(flip.weights - model.weights).sum())
        if reached.any():
            assert flip.distance <= away[reached].min() + 1e-9
        for other in scopes(model)[:-1]:
            part = compared.least_flip(other, below, above)
            if part.status == "found":
                assert flip.distance <= part.distance + 1e-9
    assert found > 10


def test_steps_on_an_arithmetic_tree_end_at_the_linear_programme() -> None:
    here = case(FLAT, seed=2)
    compared = Comparison(FLAT, here)
    scope = scopes(FLAT)[-1]
    seen = 0
    for above, below in itertools.permutations(range(7), 2):
        gap = float(here.scores[above] - here.scores[below])
        if gap <= 1e-9:
            continue
        exact = compared.least_flip(scope, below, above)
        steps = compared._least_by_steps(scope, below, above, gap)
        assert steps.status == exact.status
        if exact.status == "found":
            seen += 1
            assert steps.distance == pytest.approx(exact.distance, abs=1e-7)
    assert seen > 5


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize(
    "model",
    [MODEL, FLAT, IndexModel(tree(floor=0.4)), IndexModel(tree(floor=0.6))],
    ids=["geometric", "arithmetic", "floor cuts some", "floor cuts many"],
)
def test_changes_inside_a_block_are_the_least_on_a_grid(model: IndexModel, seed: int) -> None:
    here = case(model, seed=seed)
    scope = next(s for s in scopes(model) if s.name == "B1")
    np.testing.assert_allclose(scope.whole(scope.weights), model.weights)
    grid = simplex(3, 90)
    scores = evaluate(model, here.z, np.stack([scope.whole(w) for w in grid]))
    compared, found = Comparison(model, here), 0
    for above, below in itertools.permutations(range(7), 2):
        if here.scores[above] <= here.scores[below] + 1e-9:
            continue
        flip = compared.least_flip(scope, below, above)
        reached = scores[:, below] >= scores[:, above] - 1e-12
        if flip.status == "out_of_reach":
            assert not reached.any()
            continue
        assert flip.weights is not None
        assert abs(flip.gap_after) < 1e-9
        found += 1
        if reached.any():
            distances = scope.share * np.abs(grid - scope.weights).sum(axis=1)
            least = distances[reached].min()
            assert flip.distance <= least + 1e-9
            assert least <= flip.distance + 6 / 90
    assert found > 3


def test_leaves_of_an_arithmetic_tree_move_least_of_all() -> None:
    here = case(FLAT)
    names = [s.name for s in scopes(FLAT)]
    assert names == ["blocks", "B1", "B2", "leaves"]
    compared = Comparison(FLAT, here)
    for above, below in neighbours(here):
        flips = {s.name: compared.least_flip(s, below, above) for s in scopes(FLAT)}
        whole = flips["leaves"]
        assert whole.status == "found"
        assert whole.weights is not None
        again = evaluate(FLAT.with_weights(whole.weights), here.z)[0]
        assert again[below] == pytest.approx(again[above], abs=1e-9)
        others = [f.distance for n, f in flips.items() if f.status == "found"]
        assert whole.distance == pytest.approx(min(others))


def test_which_scopes_there_are() -> None:
    assert [s.name for s in scopes(MODEL)] == ["blocks", "B1", "B2", "leaves"]
    assert [s.name for s in scopes(IndexModel(tree("harmonic")))] == ["blocks", "leaves"]
    assert scopes(IndexModel(tree("copeland"))) == ()
    simple = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    assert [s.name for s in scopes(simple)] == ["blocks"]


def test_tied_missing_and_out_of_reach_are_said() -> None:
    z = np.array(
        [
            [0.9, 0.9, 0.9, 0.9, 0.9, 0.9],
            [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
            [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
            [0.4, 0.4, 0.4, np.nan, np.nan, 0.4],
        ]
    )
    here = Case.of(MODEL, 2022, UNITS[:4], z)
    tables = flip_tables("v", "official", MODEL, [here], {2022: "s"})
    flips = tables["flips"].set_index(["unit", "scope"])
    assert flips.loc[("u1", "blocks"), "status"] == "out_of_reach"
    assert np.isnan(flips.loc[("u1", "blocks"), "distance"])
    assert flips.loc[("u2", "blocks"), ["status", "distance"]].tolist() == ["tied", 0]
    assert flips.loc[("u3", "blocks"), "status"] == "missing"
    assert not flips["smallest"].any()
    assert tables["flip_weights"].empty
    ranges = tables["stability_intervals"].set_index(["block", "scope", "below"])
    assert ranges.loc[("B1", "pair", "u1"), ["low", "high"]].tolist() == [0, 1]
    tied = ranges.loc[("B1", "pair", "u2")]
    assert tied["status"] == "tied"
    assert tied["low"] == tied["high"] == tied["weight"]
    assert ranges.loc[("B1", "order", ""), "status"] == "tied"


@pytest.mark.parametrize("missing", ["none", "reweight", "mean", "median"])
@pytest.mark.parametrize("aggregation", ["geometric", "arithmetic", "harmonic"])
def test_ranges_are_where_the_model_keeps_the_order(aggregation: str, missing: str) -> None:
    model = IndexModel(tree(aggregation, 0.05))
    z = case(seed=3).z.copy()
    if missing != "none":
        model = IndexModel(replace(model.tree, missing=missing))
        z[1, 5] = z[2, 3] = z[2, 4] = np.nan
    here = Case.of(model, 2022, UNITS, z)
    compared = Comparison(model, here)
    grid = np.linspace(0, 1, 401)[1:-1]
    inner = 0
    for k in range(3):
        start = compared.weights[k]
        weights = np.outer((1 - grid) / (1 - start), compared.weights)
        weights[:, k] = grid
        table = evaluate(model, z, np.stack([scopes(model)[0].whole(w) for w in weights]))
        for above, below in neighbours(here):
            found = compared.weight_range(k, above, below)
            assert found.low <= start <= found.high
            holds = table[:, above] > table[:, below]
            inside = (grid > found.low + 1e-9) & (grid < found.high - 1e-9)
            assert holds[inside].all()
            for edge, side in ((found.low, grid < found.low), (found.high, grid > found.high)):
                if 0 < edge < 1 and side.any():
                    nearest = np.abs(np.where(side, grid, np.inf) - edge).argmin()
                    assert not holds[nearest]
                    inner += 1
    assert inner > 3


def test_ends_of_ranges_are_ties_by_the_model() -> None:
    here = case()
    compared = Comparison(MODEL, here)
    ends = 0
    for k, (above, below) in itertools.product(range(3), neighbours(here)):
        found = compared.weight_range(k, above, below)
        for t in (found.low, found.high):
            if 0 < t < 1:
                weights = compared.weights * (1 - t) / (1 - compared.weights[k])
                weights[k] = t
                scores = evaluate(block_model(MODEL, weights), here.z)[0]
                assert scores[above] == pytest.approx(scores[below], abs=1e-12)
                ends += 1
    assert ends > 3


def test_ranges_that_have_no_meaning_are_refused() -> None:
    other = IndexModel(tree("copeland"))
    compared = Comparison(other, case(other))
    with pytest.raises(ValueError, match="no power mean"):
        compared.weight_range(0, 0, 1)
    alone = IndexModel(Node("i", (Node("p", (Leaf("a"), Leaf("b"))),)))
    compared = Comparison(alone, case(alone))
    with pytest.raises(ValueError, match="all the weight"):
        compared.weight_range(0, 0, 1)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    cases = [case(seed=2, year=2021), case()]
    return flip_tables("v", "official", MODEL, cases, {2021: "x", 2022: "y; z"})


def test_tables_follow_their_schemas(tables: dict[str, pd.DataFrame]) -> None:
    assert list(tables) == list(TABLES)
    for name, schema in TABLES.items():
        schema.validate(tables[name])
        assert len(tables[name]) > 0
        assert set(tables[name].groupby("year")["source"].first().items()) == {(2021, "x"), (2022, "y; z")}


def test_every_change_found_brings_the_pair_level(tables: dict[str, pd.DataFrame]) -> None:
    here = case()
    flips = tables["flips"].query("year == 2022 and status == 'found'")
    assert len(flips) > 6
    weights = tables["flip_weights"].query("year == 2022")
    for row in flips.itertuples():
        mine = weights.query("unit == @row.unit and rival == @row.rival and scope == @row.scope")
        step = mine.set_index("item")["weight_after"] - mine.set_index("item")["weight"]
        assert step.abs().sum() == pytest.approx(row.distance)
        assert step.sum() == pytest.approx(0, abs=1e-12)
        assert (step.idxmax(), step.idxmin()) == (row.gains_most, row.loses_most)
        i, j = UNITS.index(row.unit), UNITS.index(row.rival)
        assert here.ranks[i] == row.unit_rank == row.rival_rank + 1 == here.ranks[j] + 1
        assert row.gap == pytest.approx(here.scores[j] - here.scores[i])
        assert abs(row.gap_after) < 1e-9
    least = tables["flips"].query("smallest").groupby(["year", "unit"])["distance"].agg(["size"])
    assert (least["size"] == 1).all()
    both = tables["flips"].query("status == 'found'").groupby(["year", "unit"])["distance"].min()
    marked = tables["flips"].query("smallest").set_index(["year", "unit"])["distance"]
    pd.testing.assert_series_equal(both, marked.reindex(both.index))


def test_order_and_first_place_hold_where_their_pairs_do(tables: dict[str, pd.DataFrame]) -> None:
    here = case()
    table = tables["stability_intervals"].query("year == 2022")
    first = UNITS[int(here.ranks.argmin())]
    grid = np.linspace(0.001, 0.999, 999)
    compared = Comparison(MODEL, here)
    for k, block in enumerate(("B1", "B2", "B3")):
        mine = table[table["block"] == block]
        pairs = mine[mine["scope"] == "pair"]
        order = mine[mine["scope"] == "order"].iloc[0]
        assert len(pairs) == 6
        assert (order["low"], order["high"]) == (pairs["low"].max(), pairs["high"].min())
        top = mine[mine["scope"] == "first"].iloc[0]
        assert top["above"] == first
        others = np.outer((1 - grid) / (1 - compared.weights[k]), compared.weights)
        others[:, k] = grid
        scope = scopes(MODEL)[0]
        scores = evaluate(MODEL, here.z, np.stack([scope.whole(w) for w in others]))
        inside = (grid > top["low"]) & (grid < top["high"])
        assert (scores[inside].argmax(axis=1) == UNITS.index(first)).all()
        for end, rival, side in (
            (top["low"], top["limit_low"], grid < top["low"]),
            (top["high"], top["limit_high"], grid > top["high"]),
        ):
            if rival == "":
                assert end in (0, 1)
                continue
            near = np.abs(np.where(side, grid, np.inf) - end).argmin()
            assert UNITS[int(scores[near].argmax())] == rival


def test_most_moving_measure_by_hand(tables: dict[str, pd.DataFrame]) -> None:
    here = case()
    left = {d.dropped: d for d in drop_one(MODEL, here)}
    table = tables["most_moving"].query("year == 2022").set_index(["unit", "by"])
    assert len(table) == 14
    for i, unit in enumerate(UNITS):
        shifts = {m: abs(d.ranks[i] - here.ranks[i]) for m, d in left.items()}
        row = table.loc[(unit, "rank")]
        assert abs(row["rank_shift"]) == max(shifts.values())
        assert row["ties"] == sum(s == max(shifts.values()) for s in shifts.values()) - 1
        assert row["rank_shift"] == left[row["measure"]].ranks[i] - here.ranks[i]
        scores = {m: abs(d.scores[i] - here.scores[i]) for m, d in left.items()}
        row = table.loc[(unit, "score")]
        assert row["measure"] == max(scores, key=lambda m: scores[m])
        assert row["score_shift"] == left[row["measure"]].scores[i] - here.scores[i]
        assert row["block"] == MODEL.block_of[row["measure"]]


def test_one_measure_cannot_be_lost_and_one_block_has_no_range() -> None:
    model = IndexModel(Node("i", (Leaf("a"),)))
    found = flip_tables("v", "official", model, [case(model)], {2022: ""})
    assert all(t.empty for t in found.values())
    other = IndexModel(tree("copeland"))
    found = flip_tables("v", "official", other, [case(other)], {2022: ""})
    assert found["stability_intervals"].empty
    assert len(found["most_moving"]) == 14


def test_sources_of_a_year() -> None:
    scores = pd.DataFrame({"year": [1, 1, 2], "source": ["b; a", "", "c"]})
    assert year_sources(scores) == {1: "a; b", 2: "c"}


def test_a_median_that_fills_a_gap_counts_in_every_scope() -> None:
    """Missing values that a block fills from the other units do not hang on its weights."""
    block = replace(MODEL.tree.children[0], missing="median")
    model = IndexModel(replace(MODEL.tree, children=(block, *MODEL.tree.children[1:])))
    z = case().z.copy()
    z[1, 0] = z[4, 2] = np.nan
    here = Case.of(model, 2022, UNITS, z)
    flips = flip_tables("v", "official", model, [here], {2022: ""})["flips"]
    assert "missing" not in set(flips["status"])
    inside = flips.query("scope == 'B1' and status == 'found'")
    assert len(inside) > 2
    assert (flips["gap_after"].dropna().abs() < 1e-9).all()
