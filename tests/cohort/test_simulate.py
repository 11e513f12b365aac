import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from monotown.cohort import simulate as module
from monotown.cohort.posterior import Prior, fit_total
from monotown.cohort.simulate import Course, apply_course, entrants, leavers, simulate, simulate_path

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "cohort.json").read_text(encoding="utf-8"))


def stream(block):
    return np.random.Generator(np.random.Philox(key=[7, block]))


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (9, 0.5), (50, 0.13), (120, 0.05), (400, 0.4)])
def test_leavers_are_binomial(n, p):
    draws = 100_000
    found = leavers(np.full(draws, float(n)), np.full(draws, p), np.random.default_rng(1))
    exact = stats.binom.pmf(np.arange(n + 1), n, p)
    seen = np.bincount(found.astype(int), minlength=n + 1) / draws
    assert np.all(np.abs(seen - exact) < 5 * np.sqrt(np.maximum(exact, 1e-4) / draws))


@pytest.mark.parametrize("mean", [0.0, 0.2, 3.0, 24.0, 60.0])
def test_entrants_are_poisson(mean):
    draws = 100_000
    found = entrants(np.full(draws, mean), np.random.default_rng(2))
    top = int(found.max())
    exact = stats.poisson.pmf(np.arange(top + 1), mean)
    seen = np.bincount(found.astype(int), minlength=top + 1) / draws
    assert np.all(np.abs(seen - exact) < 5 * np.sqrt(np.maximum(exact, 1e-4) / draws))


def test_nobody_or_everybody_leaves():
    stock = np.array([0.0, 5.0, 7.0])
    random = np.random.default_rng(3)
    assert leavers(stock, np.zeros(3), random).tolist() == [0, 0, 0]
    assert leavers(stock, np.ones(3), random).tolist() == [0, 5, 7]


def test_threads_do_not_change_a_result(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 100)
    exits, inflows = np.full(1050, 0.1), np.full(1050, 2.0)
    one = simulate(50, exits, inflows, 6, stream)
    two = simulate(50, exits, inflows, 6, stream, threads=2)
    np.testing.assert_array_equal(one, two)
    assert one.shape == (6, 1050)
    assert len(set(one[0])) > 5


@pytest.mark.parametrize(
    ("course", "name"),
    [
        (Course("baseline"), None),
        (Course("retention", exit_factor=0.6), "retention (exit -40%)"),
        (Course("pipeline", extra_inflow={"total": 3}), "PhD pipeline (+3/yr)"),
        (Course("centre", exit_factor=0.6, extra_inflow={"total": 3}), "centre = both"),
        (Course("shock", exit_factor=1.5, inflow_factor=0), "shock (exit x1.5, inflow 0)"),
    ],
)
def test_courses_agree_with_the_oracle(course, name):
    posterior = fit_total([2014, 2019], [86, 50], Prior("moderate", (2, 18), (2, 1.5)))
    exits, inflows = posterior.draw(np.random.default_rng(1), 100_000)
    path = apply_course(exits, inflows, course, "total", range(2020, 2031))
    stocks = simulate_path(50, *path, stream)
    expected = GOLDEN["scen_2030"][name] if name else GOLDEN["bau"]["2030"]
    np.testing.assert_allclose(np.quantile(stocks[-1], [0.05, 0.5, 0.95]), expected, atol=1)
    if name:
        chance = GOLDEN["scen_2030"]["p_recover_86"][name]
        assert np.mean(stocks[-1] >= 86) == pytest.approx(chance, abs=0.003)


def test_a_course_starts_when_it_says():
    exits, inflows = apply_course(
        np.array([0.8]),
        np.array([1.0]),
        Course("late", exit_factor=2, inflow_factor=3, extra_inflow={"phd": 1}, from_year=2021),
        "phd",
        range(2020, 2022),
    )
    assert exits.tolist() == [[0.8], [1.0]]
    assert inflows.tolist() == [[1.0], [4.0]]


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="at least 0"):
        Course("x", exit_factor=-1)
    with pytest.raises(ValueError, match="one shape"):
        simulate_path(5, np.zeros((2, 3)), np.zeros((3, 2)), stream)
    with pytest.raises(ValueError, match="from 0 to 1"):
        simulate_path(5, np.full((2, 3), 1.2), np.zeros((2, 3)), stream)
