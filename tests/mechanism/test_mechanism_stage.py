import numpy as np
import pytest

from monotown.mechanism import build
from monotown.mechanism.tables import SCHEMAS

from .small_mechanism import make_config, make_graph, make_point


@pytest.fixture(scope="module")
def built():
    config = make_config()
    points = [make_point(), make_point(unit="B", values=(0.0, 1.0, 0.5))]
    return build.build_mechanism(points, config, make_graph(), 7)


def test_every_table_keeps_its_schema_and_its_kind(built):
    for name, schema in SCHEMAS.items():
        frame = getattr(built, name)
        schema.validate(frame, lazy=True)
        assert set(frame["kind"]) == {"published" if name == "graph" else "assumed+official"}


def test_the_exact_index_is_computed_again_and_the_gap_reported(built):
    frontier = built.frontier
    np.testing.assert_allclose(frontier["gap"], frontier["linear"] - frontier["exact"], atol=1e-15)
    # the index is concave in the uses, so its tangent lies above it
    assert (frontier["gap"] >= -1e-9).all()
    assert (frontier["improved"] >= frontier["exact"] - 1e-12).all()
    assert (frontier["bound"] >= frontier["improved"] - 1e-12).all()
    assert (frontier["bound"] <= frontier["linear"] + 1e-9).all()
    first = frontier[(frontier["unit"] == "A") & (frontier["budget"] == 0)].iloc[0]
    assert (first["linear"], first["exact"]) == (0, 0)
    assert first["index"] == make_point().score
    base = frontier[frontier["base"]]
    assert base["budget"].tolist() == [5.0, 5.0]
    assert base["budget_total"].tolist() == [10.0, 10.0]


def test_the_price_is_the_slope_of_the_frontier_where_it_has_no_kink(built):
    mine = built.frontier[built.frontier["unit"] == "A"].set_index("budget")
    prices = built.shadow_prices[built.shadow_prices["unit"] == "A"]
    budget = prices[prices["constraint"] == "budget"].iloc[0]
    assert budget["price"] == mine.loc[5.0, "price"]
    config = make_config(budget={"base": 5.001, "highest": 12, "steps": 4})
    more = build.build_mechanism([make_point()], config, make_graph(), 7).frontier
    rise = more[more["base"]]["linear"].iloc[0] - mine.loc[5.0, "linear"]
    assert rise / 0.001 == pytest.approx(budget["price"], rel=1e-6)
    # strong duality: the optimum is what the budget and the bounds are worth
    bounds = prices[prices["constraint"] == "bound"]["price"].sum()
    assert 5 * budget["price"] + bounds == pytest.approx(mine.loc[5.0, "linear"])
    assert prices[prices["constraint"] == "requirement"]["lever"].tolist() == ["hub", "lab"]


def test_no_lever_is_used_more_than_the_one_it_requires(built):
    wide = built.allocation.pivot(index=["unit", "budget"], columns="lever", values="use")
    assert (wide["hub"] <= wide["plan"] + 1e-9).all()
    assert (wide["lab"] <= wide["hub"] + 1e-9).all()
    spent = built.allocation.groupby(["unit", "budget"])["spent"].sum()
    assert (spent <= spent.index.get_level_values("budget") + 1e-9).all()


def test_levers_and_responses_tell_what_the_assumptions_amount_to(built):
    levers = built.levers[built.levers["unit"] == "A"].set_index("lever")
    assert levers.loc["plan", "slope"] == 0
    assert levers.loc["pay", "slope_per_cost"] == pytest.approx(levers.loc["pay", "slope"] / 2)
    assert 0 < levers.loc["hub", "alone"] < levers.loc["hub", "slope"]
    row = built.responses.set_index(["unit", "lever", "measure"]).loc["A", "pay", "pay"]
    assert (row["before"], row["after"]) == (4.0, pytest.approx(4.8))
    assert (row["score_before"], row["score_after"]) == (0.4, pytest.approx(0.48))
    # what a lever does is without the others
    staff = built.responses.set_index(["unit", "lever", "measure"]).loc["A", "hub", "staff"]
    assert staff["after"] == pytest.approx(5.0)


def test_feedback_reaches_what_is_within_reach_and_stops_at_the_bound(built):
    paths = built.feedback[built.feedback["quantity"] == "index"]
    last = paths[paths["year"] == 60].set_index(["unit", "target", "gain"])
    for unit in "AB":
        near = last.loc[unit, "near", 0.5]
        assert near["value"] == pytest.approx(near["target_index"], abs=1e-4)
        far = last.loc[unit, "far", 1.0]
        assert far["value"] < far["target_index"]
    optimum = built.frontier[built.frontier["base"]].set_index("unit")["index"]
    assert last.loc["A", "far", 1.0]["value"] == pytest.approx(optimum["A"], abs=2e-4)
    spent = built.feedback[built.feedback["quantity"] == "spent"]["value"]
    assert (spent <= 5 + 1e-9).all()


def test_gains_are_read_by_their_limits(built):
    table = built.stability[built.stability["unit"] == "A"].set_index("gain")
    assert table.loc[0.5, "reading"] == "no_overshoot"
    assert table.loc[2.5, "reading"] == "not_assured"
    steep = table["steepness"].iloc[0]
    assert table["stable"].iloc[0] == pytest.approx(2 / steep)


def test_sobol_indices_and_ranges_are_given_for_every_case(built):
    assert set(built.sobol["output"]) == {"planned", "corrected"}
    assert len(built.sobol) == 2 * 2 * 8
    gain = built.sobol[(built.sobol["input"] == "gain") & (built.sobol["output"] == "planned")]
    assert (gain["total"] == 0).all()
    known = built.sobol
    assert (known["first_low"] <= known["first_high"]).all()
    assert (built.ranges["low"] <= built.ranges["median"]).all()
    assert set(built.ranges["output"]) == {"planned", "corrected", "use:plan", "use:hub", "use:pay", "use:lab"}


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others(built):
    points = [make_point(), make_point(unit="B", values=(0.0, 1.0, 0.5))]
    again = build.build_mechanism(points, make_config(), make_graph(), 7)
    assert again.sobol.equals(built.sobol)
    assert again.ranges.equals(built.ranges)
    other = build.build_mechanism(points[:1], make_config(), make_graph(), 8)
    assert not other.sobol["total"].equals(built.sobol["total"].iloc[: len(other.sobol)])
