from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from monotown.mechanism.allocate import allocate, improve

CHAINS = ((0, 1, 2), (3,))
SIZES = st.lists(st.floats(0, 2), min_size=4, max_size=4)
COSTS = st.lists(st.floats(0.1, 5), min_size=4, max_size=4)


def constraints(cost, budget):
    """Rows a and b of a u <= b for the budget, the order and the box."""
    box = np.eye(4)
    a = [cost, [-1, 1, 0, 0], [0, -1, 1, 0], box[0], box[3], *-box]
    return np.array(a, dtype=float), np.array([budget, 0, 0, 1, 1, 0, 0, 0, 0], dtype=float)


def brute_force(gain, cost, budget):
    """Best of all vertices: every four constraints met exactly, where the others hold."""
    a, b = constraints(cost, budget)
    best = -np.inf
    for rows in combinations(range(len(a)), 4):
        part = a[list(rows)]
        if abs(np.linalg.det(part)) > 1e-9:
            u = np.linalg.solve(part, b[list(rows)])
            if (a @ u <= b + 1e-9).all():
                best = max(best, float(np.dot(gain, u)))
    return best


@given(SIZES, COSTS, st.floats(0, 12))
def test_no_vertex_is_better(gain, cost, budget):
    found = allocate([gain], [cost], [budget], CHAINS)
    assert found.rise[0] == pytest.approx(brute_force(gain, cost, budget), abs=1e-7)
    a, b = constraints(cost, budget)
    assert (a @ found.use[0] <= b + 1e-7).all()


def test_many_programmes_are_solved_as_each_alone():
    random = np.random.default_rng(3)
    gain, cost = random.random((40, 4)) * 1e-3, random.uniform(1, 60, (40, 4))
    budget = random.uniform(0, 100, 40)
    together = allocate(gain, cost, budget, CHAINS)
    for i in range(40):
        alone = allocate(gain[i], cost[i], budget[i], CHAINS)
        assert together.rise[i] == pytest.approx(alone.rise[0], rel=1e-9)
        np.testing.assert_allclose(together.use[i], alone.use[0], atol=1e-7)


def test_shadow_prices_are_the_slopes_of_the_optimum():
    gain, cost, budget = [0.0, 3.0, 2.0, 1.5], [1.0, 2.0, 4.0, 1.0], 5.0
    found = allocate([gain], [cost], [budget], CHAINS)
    a, b = constraints(cost, budget)
    prices = [found.budget_price[0], *found.order_price[0], found.bound_price[0, 0], found.bound_price[0, 3]]
    assert found.bound_price[0, 1:3].tolist() == [0, 0]

    def optimum(row, step):
        moved = b.copy()
        moved[row] += step
        return -linprog(-np.asarray(gain), A_ub=a, b_ub=moved, bounds=(None, None)).fun

    h = 1e-5
    for row, price in enumerate(prices):
        slope = (optimum(row, h) - optimum(row, -h)) / (2 * h)
        assert price == pytest.approx(slope, abs=1e-6)
    assert sum(p > 0.1 for p in prices) >= 4


@given(SIZES, COSTS, st.floats(0, 12))
def test_an_optimum_is_worth_its_constraints(gain, cost, budget):
    found = allocate([gain], [cost], [budget], CHAINS)
    worth = budget * found.budget_price[0] + found.bound_price[0].sum()
    assert worth == pytest.approx(found.rise[0], abs=1e-6)


def test_the_price_of_the_budget_falls_as_it_grows():
    grid = np.linspace(0, 12, 60)
    found = allocate(np.tile([0.0, 3.0, 2.0, 1.5], (60, 1)), np.tile([1.0, 2.0, 4.0, 1.0], (60, 1)), grid, CHAINS)
    assert (np.diff(found.rise) >= -1e-12).all()
    assert (np.diff(found.budget_price) <= 1e-9).all()
    assert found.budget_price[-1] == 0


def test_what_moves_nothing_gets_a_price_of_nothing():
    found = allocate([[0.0, 0.0]], [[1.0, 2.0]], [1.0])
    assert found.rise[0] == 0
    assert found.budget_price[0] == 0


def test_a_negative_budget_is_refused():
    with pytest.raises(ValueError, match="a budget is 0 or more, not -1"):
        allocate([[1.0]], [[1.0]], [-1.0])
    with pytest.raises(ValueError, match="known numbers"):
        allocate([[1.0]], [[np.inf]], [1.0])


def test_linearising_anew_reaches_the_optimum_of_a_concave_index():
    cost, budget = np.array([1.0, 2.0, 4.0, 1.0]), 4.0
    power = np.array([0.1, 2.0, 1.5, 0.7])

    def index(u):
        return np.log1p(u @ power) + np.sqrt(0.1 + u[:, 3])

    def slopes(u):
        part = power / (1 + u @ power)[:, None]
        part[:, 3] += 0.5 / np.sqrt(0.1 + u[:, 3])
        return part

    start = allocate(slopes(np.zeros((1, 4))), cost, [budget], CHAINS).use
    use, best, bound = improve(index, slopes, start, cost[None], [budget], CHAINS, rounds=200)
    a, b = constraints(cost, budget)
    exact = minimize(
        lambda u: -index(u[None])[0],
        np.full(4, 0.3),
        method="SLSQP",
        constraints={"type": "ineq", "fun": lambda u: b - a @ u},
        options={"ftol": 1e-14},
    )
    assert (a @ use[0] <= b + 1e-9).all()
    assert best[0] >= index(start)[0]
    assert best[0] == pytest.approx(-exact.fun, abs=2e-3)
    assert bound[0] >= -exact.fun - 1e-9
    assert bound[0] == pytest.approx(-exact.fun, abs=4e-3)
