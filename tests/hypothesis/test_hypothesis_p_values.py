"""The p of draws: never 0, and never below a level more often than the level says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.hypothesis.errors import DRAWN, ENUMERATED, Coefficient, sign_vectors
from monotown.hypothesis.p_values import as_far, p_value


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=40))
def test_p_is_at_most_a_level_no_more_often_than_that(values):
    # under the null each of the statistics could have been the observed one
    found = np.array([p_value(np.delete(values, i), v) for i, v in enumerate(np.array(values, float))])
    assert (found > 0).all()
    for level in np.unique(found):
        assert np.mean(found <= level) <= level + 1e-12


@given(st.floats(1e-6, 1e6), st.sampled_from([-1.0, 1.0]))
def test_values_that_differ_in_their_last_bits_are_equal(size, sign):
    value = sign * size
    near = np.array([np.nextafter(value, -np.inf), value, np.nextafter(value, np.inf)])
    assert as_far(near, value).all()
    assert not as_far(value - 1e-6 * size, value)
    assert p_value(near, value) == 1.0


def test_many_observed_at_once():
    drawn = np.random.default_rng(0).normal(size=(3, 4, 20))
    seen = drawn[..., 7] * 1.1
    found = p_value(drawn, seen)
    assert found.shape == (3, 4)
    assert found[2, 1] == (1 + (drawn[2, 1] >= seen[2, 1]).sum()) / 21


@pytest.mark.parametrize("clusters", [ENUMERATED - 8, ENUMERATED + 1, ENUMERATED + 14])
def test_the_wild_bootstrap_never_gives_zero(clusters):
    # an effect without noise in the sums by cluster: no sign vector but the observed is as far
    random = np.random.default_rng(clusters)
    groups = np.repeat(np.arange(clusters), 3)
    x = random.normal(size=groups.size)
    y = 5 * x + 0.01 * random.normal(size=groups.size)
    wild = Coefficient.of(y, x, np.ones((groups.size, 1)), groups).wild()
    if clusters <= ENUMERATED:
        assert wild.p() == 1 / 2 ** (clusters - 1)  # all sign vectors: exact
    else:
        same = np.sum(np.abs(sign_vectors(clusters).sum(axis=1)) == clusters)
        assert wild.p() == (1 + same) / (1 + DRAWN)
    low, high = wild.interval(0.95)
    assert low < 5 < high


def test_what_is_unknown_is_not_significant():
    assert np.isnan(p_value(np.ones(99), np.nan))
    found = p_value([[1.0, np.nan], [1.0, 3.0]], [2.0, 2.0])
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(2 / 3)
