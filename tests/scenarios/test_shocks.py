from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from monotown.index.leaves import normalise_leaf
from monotown.index.model import Leaf
from monotown.scenarios.shocks import Scenario, Shock, apply_draws, apply_scenario, draw_sizes, on_scale, ramp, shocked

LEAVES = (
    Leaf("staff", goalposts=(0, 50), transform="log1p"),
    Leaf("poverty", goalposts=(0, 15), direction=-1),
    Leaf("pay", goalposts=(0.1, 100), transform="log"),
)
BASE = np.array([[4.0, 6.0, 5.0], [0.0, 15.0, 80.0]])


@given(st.integers(2020, 2030), st.integers(0, 15))
def test_a_ramp_rises_from_nothing_to_all(start, length):
    years = np.arange(2015, 2050)
    share = ramp(Shock("m", 1.0, "absolute", start, start + length), years)
    assert (np.diff(share) >= 0).all()
    assert (share[years < start] == 0).all()
    assert (share[years >= start + length] == 1).all()
    if length:
        assert np.diff(share).max() == pytest.approx(1 / length)


@given(st.floats(-60, 120), st.sampled_from([0, 1, 2]))
def test_the_scale_is_the_kernels_own_between_the_goalposts(value, j):
    leaf = LEAVES[j]
    z, cut = on_scale(leaf, np.array([[value]]))
    low, high = leaf.goalposts
    inside = min(max(value, low), high)
    assert z[0, 0] == pytest.approx(normalise_leaf(leaf, [inside], [0]).values[0])
    assert 0 <= z[0, 0] <= 1
    assert bool(cut[0, 0]) == (value < low or value > high)


def test_kinds_of_sizes():
    assert shocked(LEAVES[1], 6.0, "relative", -0.5) == 3.0
    assert shocked(LEAVES[1], 6.0, "absolute", -0.5) == 5.5
    # the scale of pay is 99.9 wide
    assert shocked(LEAVES[2], 5.0, "goalposts", 0.1) == pytest.approx(14.99)


def test_a_scenario_moves_its_measures_only_and_shows_what_is_cut():
    shocks = (Shock("staff", 1.0, "relative", 2022, 2024), Shock("poverty", 0.2, "goalposts", 2023, 2023))
    z, cut = apply_scenario(LEAVES, BASE, Scenario("s", shocks, {}), [2022, 2023, 2024])
    frozen = np.column_stack([on_scale(leaf, BASE[:, j])[0] for j, leaf in enumerate(LEAVES)])
    assert z[0] == pytest.approx(frozen)
    assert z[:, :, 2] == pytest.approx(np.tile(frozen[:, 2], (3, 1)))
    assert z[2, 0, 0] == pytest.approx(np.log1p(8.0) / np.log1p(50))
    # nobody to keep: a share of nothing is nothing
    assert (z[:, 1, 0] == 0).all()
    assert z[1, 0, 1] == pytest.approx(1 - 9 / 15)
    assert cut[:, :, 1].tolist() == [[False, False], [False, True], [False, True]]
    assert not cut[:, :, [0, 2]].any()


def test_sizes_follow_their_laws():
    shocks = (
        Shock("staff", 0.2, "relative", 2022, 2024, sd=0.05),
        Shock("poverty", -1.0, "absolute", 2022, 2024, limits=(-3.0, -0.5)),
        Shock("pay", 2.0, "absolute", 2022, 2024),
    )
    sizes = draw_sizes(Scenario("s", shocks, {}), 4000, 1)
    assert stats.kstest((sizes[:, 0] - 0.2) / 0.05, "norm").pvalue > 1e-3
    law = stats.triang(c=2 / 2.5, loc=-3.0, scale=2.5)
    assert stats.kstest(sizes[:, 1], law.cdf).pvalue > 1e-3
    assert (sizes[:, 2] == 2.0).all()
    point = Scenario("p", (Shock("pay", 2.0, "absolute", 2022, 2024, limits=(2.0, 2.0)),), {})
    assert (draw_sizes(point, 5, 1) == 2.0).all()


def test_shocks_happen_together_with_their_probability():
    two = tuple(Shock(m, 1.0, "absolute", 2022, 2024, probability=0.8) for m in ("staff", "poverty"))
    sizes = draw_sizes(Scenario("s", two, {}), 10_000, 1)
    assert (sizes[:, 0] == sizes[:, 1]).all()
    assert (sizes[:, 0] > 0).mean() == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / 10_000))


def test_draws_hang_on_the_scenario_and_the_seed_alone():
    one = Scenario("one", (Shock("staff", 1.0, "absolute", 2022, 2024, sd=1.0),), {})
    other = Scenario("other", one.shocks, {})
    assert (draw_sizes(one, 50, 1) == draw_sizes(one, 50, 1)).all()
    assert (draw_sizes(one, 50, 1) != draw_sizes(other, 50, 1)).all()
    assert (draw_sizes(one, 50, 1) != draw_sizes(one, 50, 2)).all()
    more = Scenario("one", (Shock("pay", 1.0, "absolute", 2022, 2024, sd=1.0), *one.shocks), {})
    assert (draw_sizes(more, 50, 1)[:, 1:] == draw_sizes(one, 50, 1)).all()
    assert (draw_sizes(more, 50, 1)[:, 0] != draw_sizes(one, 50, 1)[:, 0]).all()


def test_draws_at_the_told_sizes_are_the_scenario_itself():
    shocks = (Shock("staff", 1.0, "relative", 2022, 2026), Shock("poverty", 0.2, "goalposts", 2023, 2023))
    scenario = Scenario("s", shocks, {})
    z, cut = apply_scenario(LEAVES, BASE, scenario, [2024])
    sizes = np.array([[1.0, 0.2], [0.0, 0.0]])
    drawn, share = apply_draws(LEAVES, BASE, scenario, 2024, sizes)
    assert drawn[0] == pytest.approx(z[0])
    frozen = np.column_stack([on_scale(leaf, BASE[:, j])[0] for j, leaf in enumerate(LEAVES)])
    assert drawn[1] == pytest.approx(frozen)
    # of the draws that happen, staff is never cut, poverty in one of two regions
    assert share == pytest.approx(0.25)
    assert cut.mean() == pytest.approx(1 / 6)
    assert apply_draws(LEAVES, BASE, Scenario("n", (), {}), 2024, np.empty((3, 0)))[1] == 0
