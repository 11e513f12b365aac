from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from monotown.mechanism.allocate import allocate
from monotown.mechanism.feedback import direction, project, run_feedback, stability

CHAINS = ((0, 1, 2), (3,))
POINTS = st.lists(st.floats(-3, 3), min_size=4, max_size=4)
COSTS = st.lists(st.floats(0.1, 5), min_size=4, max_size=4)
BUDGETS = st.floats(0, 10)


def allowed(u, cost, budget, slack=1e-9):
    u = np.asarray(u)
    order = u[0] >= u[1] - slack and u[1] >= u[2] - slack
    box = (u >= -slack).all() and (u <= 1 + slack).all()
    return bool(order and box and u @ np.asarray(cost) <= budget + slack)


@given(POINTS, COSTS, BUDGETS, POINTS)
def test_the_projection_is_the_nearest_allowed_point(v, cost, budget, other):
    v = np.array(v)
    near = project([v], [cost], [budget], CHAINS)[0]
    assert allowed(near, cost, budget)
    # the angle to any allowed point is not acute: Kolmogorov's criterion, which only it meets
    some = project([other], [cost], [budget], CHAINS)[0]
    for point in (np.zeros(4), some, 0.5 * some):
        assert (v - near) @ (point - near) <= 1e-8
    np.testing.assert_allclose(project([near], [cost], [budget], CHAINS)[0], near, atol=1e-9)
    assert np.linalg.norm(near - some) <= np.linalg.norm(v - np.array(other)) + 1e-9


def test_the_projection_is_that_of_a_quadratic_programme():
    random = np.random.default_rng(5)
    for _ in range(25):
        v, cost = random.normal(0.5, 1, 4), random.uniform(0.2, 3, 4)
        budget = random.uniform(0, cost.sum())
        found = project([v], [cost], [budget], CHAINS)[0]
        rows = np.array([-cost, [1, -1, 0, 0], [0, 1, -1, 0]])
        exact = minimize(
            lambda u, v=v: ((u - v) ** 2).sum(),
            np.zeros(4),
            jac=lambda u, v=v: 2 * (u - v),
            method="SLSQP",
            bounds=[(0, 1)] * 4,
            options={"ftol": 1e-15, "maxiter": 500},
            constraints={
                "type": "ineq",
                "jac": lambda u, r=rows: r,
                "fun": lambda u, r=rows, b=budget: r @ u + [b, 0, 0],
            },
        )
        np.testing.assert_allclose(found, exact.x, atol=1e-6)


def test_the_projection_on_box_and_budget_by_brute_force():
    v, cost, budget = np.array([1.4, 0.6, -0.2]), np.array([1.0, 2.0, 1.0]), 1.5
    best = None
    for state in product((0, 1, None), repeat=3):
        free = [j for j in range(3) if state[j] is None]
        fixed = np.array([0.0 if s is None else s for s in state])
        rest = budget - cost @ fixed
        for met in (False, True):
            u = fixed.copy()
            if met and free:
                price = (cost[free] @ v[free] - rest) / (cost[free] @ cost[free])
                u[free] = v[free] - price * cost[free]
            elif not met:
                u[free] = v[free]
            far = ((u - v) ** 2).sum()
            inside = (u >= 0).all() and (u <= 1).all() and cost @ u <= budget + 1e-12
            if inside and (best is None or far < best[0]):
                best = (far, u)
    np.testing.assert_allclose(project([v], [cost], [budget])[0], best[1], atol=1e-12)


def test_costs_and_budgets_of_the_wrong_sign_are_refused():
    with pytest.raises(ValueError, match="costs are above 0"):
        project([[1.0]], [[0.0]], [1.0])
    with pytest.raises(ValueError, match="a budget is 0 or more"):
        project([[1.0]], [[1.0]], [-1.0])


GAIN = np.array([0.0, 0.3, 0.2, 0.4])
COST = np.array([[1.0, 2.0, 4.0, 1.0]])


def line(use):
    return 0.2 + use @ GAIN


def follow(gain, target, budget=5.0, years=150, index=line):
    return run_feedback(index, direction(GAIN), [gain], np.array([target]), COST, np.array([budget]), CHAINS, years)


@pytest.mark.parametrize("gain", [0.2, 0.7, 1.0, 1.6])
def test_an_attainable_target_is_reached(gain):
    best = 0.2 + allocate(GAIN, COST, [5.0], CHAINS).rise[0]
    target = 0.2 + 0.7 * (best - 0.2)
    uses, index = follow(gain, target)
    assert index[-1, 0] == pytest.approx(target, abs=1e-9)
    error = np.abs(target - index[:, 0])
    assert (np.diff(error) <= 1e-12).all()
    if gain <= 1:
        assert (index[:, 0] <= target + 1e-12).all()
    assert all(allowed(u, COST[0], 5.0) for u in uses[:, 0])


def test_a_target_out_of_reach_stops_at_the_optimum_of_the_linear_programme():
    optimum = allocate(GAIN, COST, [3.0], CHAINS)
    uses, index = follow(1.0, 5.0, budget=3.0)
    np.testing.assert_allclose(uses[-1, 0], optimum.use[0], atol=1e-9)
    assert index[-1, 0] == pytest.approx(0.2 + optimum.rise[0])
    assert (np.diff(index[:, 0]) >= -1e-12).all()
    nothing, _ = follow(1.0, 5.0, budget=0.0, years=3)
    assert (nothing == 0).all()


def test_a_linear_loop_without_bounds_shrinks_the_error_by_one_less_the_gain():
    single = run_feedback(
        lambda u: 0.2 + 0.3 * u[:, 0],
        direction([0.3]),
        [0.25, 1.5],
        np.array([0.3]),
        np.array([[1.0]]),
        np.array([9.0]),
        (),
        3,
    )[1]
    np.testing.assert_allclose(0.3 - single[:, 0], 0.1 * 0.75 ** np.arange(4))
    np.testing.assert_allclose(0.3 - single[:, 1], 0.1 * (-0.5) ** np.arange(4), atol=1e-15)


def test_a_gain_above_two_does_not_settle():
    _, index = run_feedback(
        lambda u: 0.3 * u[:, 0], direction([0.3]), [2.5], np.array([0.15]), np.array([[1.0]]), np.array([9.0]), (), 200
    )
    late = 0.15 - index[-40:, 0]
    assert np.abs(late).min() > 0.05
    assert (late[1:] * late[:-1] < 0).all()


def test_nothing_moves_where_nothing_moves_the_index():
    assert direction([0.0, 0.0]).tolist() == [0.0, 0.0]
    limits = stability(lambda u: np.zeros(len(u)), [0.0, 0.0])
    assert (limits.steepness, limits.no_overshoot, limits.stable) == (1.0, 1.0, 2.0)


def test_the_limits_of_the_gain_follow_the_steepest_slope():
    assert stability(line, GAIN).stable == pytest.approx(2)

    def steeper(use):
        return use[:, 0] + 2 * use[:, 0] * use[:, 1]

    found = stability(steeper, [1.0, 0.0])
    # the gradient is longest where both are used in full: (1 + 2, 2)
    assert found.steepness == pytest.approx(np.sqrt(13), rel=1e-4)
    assert found.no_overshoot == pytest.approx(1 / found.steepness)
    many = stability(lambda u: u.sum(axis=1), np.ones(13))
    assert many.steepness == pytest.approx(1)
