"""Benefit of the doubt."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.frontier import benefit_of_the_doubt

X = np.array(
    [
        [12.0, 3.0, 40.0, 2.1],
        [30.0, 7.0, 55.0, 3.0],
        [8.0, 1.0, 35.0, 2.8],
        [22.0, 4.0, 20.0, 3.9],
        [15.0, 6.0, 60.0, 1.7],
        [27.0, 2.0, 45.0, 3.3],
    ]
)
Z = (X - X.min(0)) / np.ptp(X, axis=0)
Z[:, 2] = 1 - Z[:, 2]
Z = 0.01 + 0.99 * Z


def test_golden_values() -> None:
    free = benefit_of_the_doubt(Z)
    assert free.scores == pytest.approx([0.583942, 1, 0.62875, 1, 0.835, 0.990189], abs=1e-6)
    bound = benefit_of_the_doubt(Z, low=0.1, high=0.6)
    assert bound.scores == pytest.approx([0.448539, 0.742539, 0.049108, 1, 0.048177, 0.7169], abs=1e-6)
    assert (bound.pie_shares >= 0.1 - 1e-9).all()
    assert (bound.pie_shares <= 0.6 + 1e-9).all()


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_scores_equal_the_dual_program(seed: int) -> None:
    # Dual: the smallest total of peers whose mix is at least as good in every indicator.
    rng = np.random.default_rng(seed)
    z = rng.uniform(0.05, 1, (7, 3))
    found = benefit_of_the_doubt(z)
    for i in range(7):
        dual = linprog(np.ones(7), A_ub=-z.T, b_ub=-z[i])
        assert found.scores[i] == pytest.approx(dual.fun, abs=1e-7)
    assert found.scores.max() == pytest.approx(1)
    assert (found.weights >= 0).all()
    assert found.weights.sum(1) == pytest.approx(np.ones(7))
    assert (found.multipliers * z).sum(1) == pytest.approx(found.scores, abs=1e-9)
    assert (z @ found.multipliers.T <= 1 + 1e-7).all()
    units, order = rng.permutation(7), rng.permutation(3)
    again = benefit_of_the_doubt(z[units][:, order] * rng.uniform(0.1, 50, 3))
    assert again.scores == pytest.approx(found.scores[units], abs=1e-7)
    bound = benefit_of_the_doubt(z, low=0.1, high=0.7)
    assert (bound.scores <= found.scores + 1e-9).all()


def test_a_unit_better_everywhere_scores_no_less() -> None:
    z = np.vstack([Z, Z[0] * 1.1])
    scores = benefit_of_the_doubt(z).scores
    assert scores[6] >= scores[0]


def test_equal_shares_are_the_only_ones_at_the_limit() -> None:
    found = benefit_of_the_doubt(Z, low=0.25, high=0.25)
    assert found.pie_shares == pytest.approx(np.full((6, 4), 0.25), abs=1e-9)


def test_incomplete_units_get_no_score() -> None:
    z = np.vstack([Z, [0.9, np.nan, 0.9, 0.9]])
    found = benefit_of_the_doubt(z, missing="complete_units")
    assert np.isnan(found.scores[6])
    assert found.scores[:6] == pytest.approx(benefit_of_the_doubt(Z).scores)


def test_refusals() -> None:
    with pytest.raises(InadmissibleError, match="column b: found '0'"):
        benefit_of_the_doubt([[1, 0], [1, 1]], names=["a", "b"])
    with pytest.raises(InadmissibleError, match=r"0.3 to 0.6 for 4 indicators"):
        benefit_of_the_doubt(Z, low=0.3, high=0.6)
    with pytest.raises(InadmissibleError, match="shares"):
        benefit_of_the_doubt(Z, high=0.2)
    with pytest.raises(InadmissibleError, match="missing"):
        benefit_of_the_doubt([[1, np.nan], [1, 1]])
    with pytest.raises(ValueError, match="one matrix"):
        benefit_of_the_doubt(np.stack([Z, Z]))
