import numpy as np
import pytest

from monotown.mechanism.levers import Span, read_levers
from monotown.mechanism.uncertainty import Assumptions, Case
from monotown.sensitivity.sobol import sampled_indices

from .small_mechanism import make_point


def variance(low, base, high):
    """Of the triangular law (Kotz and van Dorp 2004, equation 1.7)."""
    return (low**2 + base**2 + high**2 - low * base - low * high - base * high) / 18


def test_the_indices_of_a_linear_case_are_shares_of_the_variance(config):
    point = make_point(linear=True)
    levers = read_levers(config)
    # the budget pays for everything at any cost: the rise is the sum of all responses
    assumed = Assumptions(levers, Span(0.1, 0.5, 1.0), 1000.0, 1)
    found = sampled_indices(assumed.inputs(), lambda s: assumed.of_cases(s, [Case(point, 0.5)]), points=1024, seed=1)
    slopes = np.array([1 / 4 / 50, 1 / 4 / 10, 1 / 2 / 20])
    np.testing.assert_allclose(point.gradient, slopes, rtol=1e-6)
    parts = {
        "response:hub": variance(1, 2, 4) * slopes[0] ** 2,
        "response:pay": (variance(0.1, 0.2, 0.4) * (4 * slopes[1]) ** 2 + variance(0.25, 0.5, 1) * slopes[0] ** 2),
        "response:lab": variance(0.5, 1, 2) * slopes[2] ** 2,
    }
    assert found.variance[0] == pytest.approx(sum(parts.values()), rel=0.02)
    for name, first, total in zip(found.inputs, found.first[:, 0], found.total[:, 0], strict=True):
        wanted = parts.get(name, 0.0) / sum(parts.values())
        assert first == pytest.approx(wanted, abs=0.02)
        assert total == pytest.approx(wanted, abs=0.02)
    mean = sum(
        (s.low + s.base + s.high) / 3 * w
        for s, w in (
            (Span(1, 2, 4), slopes[0]),
            (Span(0.1, 0.2, 0.4), 4 * slopes[1]),
            (Span(0.25, 0.5, 1), slopes[0]),
            (Span(0.5, 1, 2), slopes[2]),
        )
    )
    assert found.mean[0] == pytest.approx(mean, rel=1e-3)


def test_inputs_are_grouped_by_lever_and_the_gain_is_the_last(config):
    inputs = Assumptions(read_levers(config), Span(0.1, 0.5, 1.0), 5.0, 2).inputs()
    assert [i.name for i in inputs] == [
        "hub:staff",
        "pay:pay",
        "pay:staff",
        "lab:money",
        "cost:plan",
        "cost:hub",
        "cost:pay",
        "cost:lab",
        "gain",
    ]
    assert inputs[1].group == inputs[2].group == "response:pay"


def test_only_the_correction_owes_to_the_gain_and_only_the_plan_to_what_it_knows(config, point):
    assumed = Assumptions(read_levers(config), Span(0.1, 0.5, 1.0), 5.0, 2)
    settings = np.full((2, 9), 0.5)
    settings[1, -1] = 0.9
    outcomes, uses = assumed.outcomes(settings, Case(point, point.score + 0.02))
    assert outcomes[0, 0] == outcomes[1, 0]
    assert outcomes[0, 1] < outcomes[1, 1]
    assert uses.shape == (2, 4)
    assert (uses[:, 1] <= uses[:, 0] + 1e-9).all()


def test_draws_of_an_input_do_not_depend_on_the_other_levers(config):
    levers = read_levers(config)
    some = Assumptions(levers[1:], Span(0.1, 0.5, 1.0), 5.0, 2)
    every = Assumptions(levers, Span(0.1, 0.5, 1.0), 5.0, 2)
    fewer, all_of_them = (dict(zip([i.name for i in a.inputs()], a.draw(40, 3).T, strict=True)) for a in (some, every))
    for name, column in fewer.items():
        assert (column == all_of_them[name]).all(), name
    assert (every.draw(40, 3) != every.draw(40, 4)).all()
    assert len(np.unique(every.draw(40, 3))) == 40 * len(every.inputs())
