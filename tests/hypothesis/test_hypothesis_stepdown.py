"""Romano and Wolf's adjustment: its limits, and the rate at which a true hypothesis is refused."""

import numpy as np
import pytest
from scipy import stats

from monotown.hypothesis.stepdown import p_of_each, romano_wolf


def uniform(random, count, tests, correlation):
    """p of normal statistics with one correlation."""
    common = random.standard_normal((count, 1))
    z = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * random.standard_normal((count, tests))
    return 2 * stats.norm.sf(np.abs(z))


def test_p_of_each_is_the_share_at_least_as_far():
    values = np.random.default_rng(1).integers(0, 30, 200).astype(float)
    assert p_of_each(values).tolist() == [np.mean(values >= v) for v in values]
    assert p_of_each(np.array([0.3, 0.1 + 0.2])).tolist() == [1.0, 1.0]


def test_one_test_is_left_as_it_is_and_the_same_test_twice_is_one():
    draws = np.linspace(0.001, 1, 1000)[:, None]
    assert romano_wolf([0.02], draws)[0] == pytest.approx(0.02, abs=0.001)
    twice = romano_wolf([0.02, 0.02], np.hstack([draws, draws]))
    assert twice == pytest.approx([0.02, 0.02], abs=0.001)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_it_lies_between_the_p_and_holms(correlation):
    random = np.random.default_rng(2)
    replicates = uniform(random, 4000, 4, correlation)
    for p in uniform(random, 10, 4, correlation) ** 2:
        found = romano_wolf(p.tolist(), replicates)
        steps = np.minimum(np.maximum.accumulate(np.sort(p) * np.arange(4, 0, -1)), 1)
        holm = steps[np.argsort(np.argsort(p))]
        assert np.all(found >= p - 4 * np.sqrt(p / 4000) - 1e-3)
        assert np.all(found <= holm + 4 * np.sqrt(holm / 4000) + 1e-3)
        order = np.argsort(p)
        assert np.all(np.diff(found[order]) >= 0)


def test_independent_tests_give_sidaks_steps():
    replicates = np.random.default_rng(3).random((200000, 3))
    p = [0.2, 0.01, 0.05]
    steps = np.maximum.accumulate([1 - 0.99**3, 1 - 0.95**2, 0.2])
    assert romano_wolf(p, replicates)[[1, 2, 0]] == pytest.approx(steps, abs=0.005)


def test_true_hypotheses_are_refused_at_the_level_and_false_ones_more_often_than_by_holm():
    random = np.random.default_rng(4)
    replicates = uniform(random, 2000, 5, 0.8)
    count = 2000
    true = uniform(random, count, 5, 0.8)
    wrong = np.mean([romano_wolf(p.tolist(), replicates).min() <= 0.05 for p in true])
    error = np.sqrt(0.05 * 0.95 / count)
    # replicates are 2,000 too: their own error is as large
    assert wrong == pytest.approx(0.05, abs=3.5 * np.sqrt(2) * error)
    assert np.mean(true.min(axis=1) * 5 <= 0.05) < wrong
