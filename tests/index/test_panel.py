"""What a change is made of, growth and trends."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from test_build import DATA, MEASURES, VIEW, frame, leaves, view

from monotown.base.tables import write_order
from monotown.index import panel
from monotown.index.build import IndexTables, build_index
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.panel import contributions, growth, neighbours
from monotown.index.prepare import prepare

NAN = float("nan")


def tree(*names: str, floor: float | None = 0.05) -> IndexModel:
    inner = (
        Node("b", (Leaf("a", 2), Leaf("c")), 1.0, method(names[1])),
        Node("d", (Leaf("e"), Leaf("f", 3)), 2.0, method(names[2])),
        Leaf("g"),
    )
    top = method(names[0])
    return IndexModel(Node("i", inner, 1.0, top, floor=floor if top.needs_positive else None))


def by_orders(model: IndexModel, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Mean gain of each measure over all orders in which the measures may change."""
    n = len(low)
    total = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        z = low.copy()
        before = evaluate(model, [z])[0, 0]
        for j in order:
            z[j] = high[j]
            after = evaluate(model, [z])[0, 0]
            total[j] += after - before
            before = after
    return total / len(orders)


@pytest.mark.parametrize(
    "names",
    [
        ("geometric", "arithmetic", "arithmetic"),
        ("harmonic", "geometric", "minimum"),
        ("arithmetic", "median", "power"),
    ],
)
def test_contributions_are_the_mean_over_all_orders(names: tuple[str, ...]) -> None:
    rng = np.random.default_rng(1)
    model = tree(*names)
    low, high = rng.uniform(0.05, 1, size=(2, 3, 5))
    high[1, 2] = low[1, 2]
    found = contributions(model, low, high)
    for row in range(3):
        np.testing.assert_allclose(found[row], by_orders(model, low[row], high[row]), atol=1e-12)
    assert found[1, 2] == 0
    np.testing.assert_allclose(found.sum(axis=1), (evaluate(model, high) - evaluate(model, low))[0], atol=1e-12)


def test_in_a_linear_tree_it_is_weight_times_change() -> None:
    rng = np.random.default_rng(2)
    model = tree("arithmetic", "arithmetic", "arithmetic")
    low, high = rng.random((2, 4, 5))
    found = contributions(model, low, high)
    np.testing.assert_allclose(found, (high - low) * model.weights)
    np.testing.assert_allclose(found[0], by_orders(model, low[0], high[0]))
    wide = IndexModel(Node("i", tuple(Leaf(f"m{i}") for i in range(40))))
    assert contributions(wide, np.zeros((1, 40)), np.ones((1, 40))).sum() == pytest.approx(1)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_contributions_add_up_and_turn_with_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = tree("geometric", "power", "owa" if seed % 2 else "arithmetic")
    if seed % 2:
        node = model.tree.children[1]
        replaced = Node("d", node.children, 2.0, method("owa", orness=0.3))
        model = IndexModel(
            Node("i", (model.tree.children[0], replaced, model.tree.children[2]), 1.0, method("geometric"), floor=0.05)
        )
    low, high = rng.uniform(0.05, 1, size=(2, 2, 5))
    found = contributions(model, low, high)
    change = (evaluate(model, high) - evaluate(model, low))[0]
    np.testing.assert_allclose(found.sum(axis=1), change, atol=1e-12)
    np.testing.assert_allclose(contributions(model, high, low), -found, atol=1e-12)
    up = np.maximum(low, high)
    assert (contributions(model, low, up) >= -1e-12).all()


def test_missing_measures_contribute_nothing() -> None:
    model = tree("geometric", "arithmetic", "arithmetic")
    low, high = np.full((1, 5), 0.2), np.full((1, 5), 0.6)
    low[0, 1] = high[0, 1] = NAN
    found = contributions(model, low, high)
    assert found[0, 1] == 0
    assert found.sum() == pytest.approx(0.4)
    high[0, 1] = 0.5
    with pytest.raises(ValueError, match="missing in one of the two years"):
        contributions(model, low, high)


@pytest.mark.parametrize(("moves", "within"), [(0.2, 1e-4), (1.0, 3e-3)])
def test_contributions_of_many_measures_are_near_those_of_all_orders(
    moves: float, within: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    blocks = tuple(Node(f"b{i}", tuple(Leaf(f"m{i}{j}") for j in range(size))) for i, size in enumerate((5, 4, 3, 2)))
    model = IndexModel(Node("i", blocks, 1.0, method("geometric"), floor=0.01))
    low = rng.random((4, 14))
    high = np.clip(low + moves * rng.uniform(-1, 1, (4, 14)), 0, 1)
    exact = contributions(model, low, high)
    monkeypatch.setattr(panel, "SHAPLEY_LIMIT", 3)
    found = contributions(model, low, high)
    np.testing.assert_allclose(found, exact, atol=within)
    np.testing.assert_allclose(found.sum(axis=1), exact.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(contributions(model, high, low), -found, atol=1e-12)


def test_a_whole_catalogue_that_moves_has_contributions() -> None:
    leaves_ = tuple(Leaf(f"m{i}") for i in range(27))
    model = IndexModel(Node("i", leaves_, 1.0, method("geometric")))
    found = contributions(model, np.full((1, 27), 0.2), np.full((1, 27), 0.6))
    np.testing.assert_allclose(found, 0.4 / 27, atol=1e-4)
    assert found.sum() == pytest.approx(0.4)


def test_what_has_no_contributions_is_refused() -> None:
    leaves_ = tuple(Leaf(f"m{i}") for i in range(17))
    low, high = np.full((1, 17), 0.2), np.full((1, 17), 0.6)
    with pytest.raises(ValueError, match="copeland compares units"):
        contributions(IndexModel(Node("i", leaves_, 1.0, method("copeland"))), low, high)
    filling = IndexModel(Node("i", leaves_, missing="mean"))
    low[0, 0] = high[0, 0] = NAN
    with pytest.raises(ValueError, match="fills missing scores from other units"):
        contributions(filling, low, high)
    same = np.full((1, 17), 0.3)
    assert (contributions(IndexModel(Node("i", leaves_, 1.0, method("geometric"))), same, same) == 0).all()


def test_growth() -> None:
    assert growth(2.0, 3.0, 1) == (0.5, 0.5)
    assert growth(4.0, 1.0, 2) == (-0.75, -0.5)
    assert np.isnan(growth(0.0, 1.0, 2)).all()
    assert np.isnan(growth(1.0, -1.0, 2)).all()
    assert neighbours([2020]) == []
    assert neighbours([2020, 2021]) == [(2020, 2021)]


def tables(config: dict = VIEW, data: dict = DATA) -> IndexTables:
    return build_index(frame(data), "v", config, MEASURES)


def test_contributions_of_a_view_sum_to_its_changes() -> None:
    found = tables()
    c = write_order(found.contributions, panel.CONTRIBUTIONS)
    sums = c.groupby(["unit", "from_year", "to_year"])["contribution"].sum()
    changes = found.changes[(found.changes["node"] == "index") & found.changes["change"].notna()]
    expected = changes.set_index(["unit", "from_year", "to_year"])["change"]
    assert set(sums.index) == set(expected.index)
    assert len(sums) == 5
    np.testing.assert_allclose(sums.sort_index(), expected.sort_index(), atol=1e-12)
    a = c[(c["unit"] == "A") & (c["from_year"] == 2020) & (c["to_year"] == 2021)]
    assert a["contribution"].tolist() == pytest.approx([0.125] * 4)
    assert a["change"].unique() == pytest.approx([0.5])


def test_a_view_that_looks_across_units_has_no_contributions() -> None:
    config = view()
    config["tree"]["aggregation"], config["tree"]["floor"] = "topsis", None
    data = {k: v for k, v in DATA.items() if k[0] != "C"}
    found = tables(config, data)
    assert found.contributions.empty
    assert found.trends["node"].unique().tolist() == ["B1", "B2"]
    root = found.changes[found.changes["node"] == "index"]
    assert root["change"].isna().all()
    assert set(root["note"]) >= {"index compares the units of one year (topsis)"}


def test_trends_by_hand_and_by_scipy() -> None:
    data = {("A", y): (y - 2010, 1, 10, 5) for y in range(2011, 2016)}
    data |= {("B", y): (5 + (y % 2), 1, 10, 5) for y in range(2011, 2016)}
    found = tables(VIEW, data)
    t = write_order(found.trends, panel.TRENDS).set_index(["unit", "node"])
    row = t.loc[("A", "B1")]
    first, last = (0.1 + 0.25) / 2, (0.5 + 0.25) / 2
    assert row[["first_year", "last_year", "n_years"]].tolist() == [2011, 2015, 5]
    assert row["change"] == pytest.approx(last - first)
    assert row["growth"] == pytest.approx(last / first - 1)
    assert row["annual_growth"] == pytest.approx((last / first) ** 0.25 - 1)
    assert row["slope"] == pytest.approx(0.05)
    assert row["median_slope"] == pytest.approx(0.05)
    assert row["tau"] == pytest.approx(1)
    assert row["p"] == pytest.approx(2 / 120)
    ranks = found.scores[(found.scores["unit"] == "A") & (found.scores["node"] == "B1")]["rank"]
    assert row[["rank_first", "rank_last", "rank_change"]].tolist() == [2.0, 2.0, 0.0]
    assert row[["best_rank", "worst_rank"]].tolist() == [ranks.min(), ranks.max()]
    assert np.isnan(t.loc[("B", "B2"), "tau"])
    wave = [0.5 * (0.5 + 0.1 * (y % 2)) + 0.125 for y in range(2011, 2016)]
    expected = stats.linregress(range(5), wave).slope
    assert t.loc[("B", "B1"), "slope"] == pytest.approx(expected)


def test_years_on_other_measures_are_left_out_of_a_trend() -> None:
    t = tables().trends.set_index(["unit", "node"])
    assert t.loc[("C", "index"), ["first_year", "n_years", "note"]].tolist() == [2021, 2, ""]
    assert ("B", "index") not in t.index  # its last year stands alone
    assert t.loc[("B", "B2"), "n_years"] == 3
    data = {**DATA, ("C", 2020): (2, 1, NAN, 10)}
    odd = tables(view(minimum_coverage={}), data).trends.set_index(["unit", "node"])
    assert odd.loc[("C", "index"), "note"] == "left out, not comparable with 2022: 2020"
    relative = leaves(staff={"normalisation": "percentile"})
    none = tables(relative).trends
    assert set(none["node"]) == {"B2"}


def test_results_are_the_same_however_often() -> None:
    one, two = tables(), tables()
    pd.testing.assert_frame_equal(one.contributions, two.contributions)
    pd.testing.assert_frame_equal(one.trends, two.trends)
    assert prepare(frame(), "v", VIEW, MEASURES).places["A", 2020] == 0
