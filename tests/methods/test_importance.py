"""Real importance on functions where it is known, and weights that equalise it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.importance import correlation_ratio, equal_importance_weights, equalise_importance


def ishigami(n: int) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(4).uniform(-np.pi, np.pi, (n, 3))
    return x, np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_by_lowess() -> None:
    # First-order indices of the Ishigami function: 0.314, 0.442, 0.
    x, y = ishigami(2000)
    found = [correlation_ratio(x[:, k], y) for k in range(3)]
    assert found == pytest.approx([0.314, 0.442, 0.0], abs=0.035)


def test_ishigami_by_gaussian_process() -> None:
    x, y = ishigami(300)
    found = [correlation_ratio(x[:, k], y, smoother="gp") for k in range(3)]
    assert found == pytest.approx([0.314, 0.442, 0.0], abs=0.1)


def test_linear_is_the_squared_correlation() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 30))
    assert correlation_ratio(x, y, smoother="linear") == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)


@pytest.mark.parametrize("smoother", ["lowess", "gp"])
def test_sum_of_unequal_independent_parts(smoother: str) -> None:
    # y = 2 a + b: shares of variance 0.8 and 0.2.
    rng = np.random.default_rng(8)
    raw = rng.normal(size=(250, 2))
    a, b = np.linalg.qr(raw - raw.mean(0))[0].T
    y = 2 * a + b
    assert correlation_ratio(a, y, smoother=smoother) == pytest.approx(0.8, abs=0.03)
    assert correlation_ratio(b, y, smoother=smoother) == pytest.approx(0.2, abs=0.08)


@pytest.mark.parametrize("smoother", ["lowess", "gp", "linear"])
def test_exact_dependence_independence_and_scale(smoother: str) -> None:
    x = np.linspace(0, 1, 40)
    assert correlation_ratio(x, 5 - 2 * x, smoother=smoother) == pytest.approx(1, abs=1e-3)
    assert correlation_ratio(x, np.full(40, 3.0), smoother=smoother) == 0
    y = np.cos(5 * x)
    base = correlation_ratio(x, y, smoother=smoother)
    assert correlation_ratio(100 * x - 3, -7 * y + 2, smoother=smoother) == pytest.approx(base, abs=1e-4)
    if smoother != "linear":
        assert base > 0.95


def test_many_equal_values_do_not_break_the_smoother() -> None:
    # Clipped and absent activities give columns that are mostly zero.
    x = np.r_[np.zeros(16), 0.2, 0.5, 0.9, 1.0]
    y = np.linspace(0, 1, 20)
    value = correlation_ratio(x, y)
    assert 0 < value < 1
    one = correlation_ratio(np.r_[np.zeros(19), 1.0], y)
    assert 0 < one < 0.5


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="equal rows"):
        correlation_ratio([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="finite"):
        correlation_ratio([1, 2, np.nan], [1, 2, 3])
    with pytest.raises(ValueError, match="lowess"):
        correlation_ratio([1, 2, 3], [1, 2, 4], smoother="loess")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_equalised_importance_is_equal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z = 0.6 * rng.normal(size=(30, 1)) + rng.normal(size=(30, 4)) * rng.uniform(0.2, 2, 4)
    found = equalise_importance(z)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights >= 0).all()
    r2 = np.array([np.corrcoef(z[:, k], z @ found.weights)[0, 1] ** 2 for k in range(4)])
    assert found.importance == pytest.approx(r2 / r2.sum(), abs=1e-9)
    if found.attained:
        assert r2 == pytest.approx(np.full(4, r2.mean()), abs=1e-5)
        order = rng.permutation(4)
        assert equalise_importance(z[:, order] * 3).weights == pytest.approx(found.weights[order], abs=1e-9)


def test_a_wished_importance_is_reached_as_by_brute_force() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(40, 3)) @ np.array([[1, 0.3, 0.1], [0, 1, 0.3], [0, 0, 1]])
    target = np.array([0.5, 0.3, 0.2])
    found = equalise_importance(z, target)
    assert found.attained
    assert found.importance == pytest.approx(target)

    def loss(raw: np.ndarray) -> float:
        index = z @ (raw**2)
        r2 = np.array([np.corrcoef(c, index)[0, 1] ** 2 for c in z.T])
        return float(((r2 / r2.sum() - target) ** 2).sum())

    brute = minimize(loss, np.ones(3), method="Nelder-Mead", options={"fatol": 1e-16, "xatol": 1e-9})
    assert found.weights == pytest.approx(brute.x**2 / (brute.x**2).sum(), abs=1e-5)


def test_out_of_reach_is_reported_and_refused() -> None:
    # The fourth indicator is nearly the sum of the others: it moves with the index more than they.
    rng = np.random.default_rng(3)
    z = rng.normal(size=(30, 3))
    z = np.column_stack([z, z.sum(1) + 0.05 * rng.normal(size=30)])
    found = equalise_importance(z)
    assert not found.attained
    assert found.gap > 0.1
    assert (found.weights >= 0).all()
    assert found.weights.sum() == pytest.approx(1)
    with pytest.raises(InadmissibleError, match=r"column a: found 'a share of 0.038"):
        equal_importance_weights(z, names=["a", "b", "c", "sum"])
    with pytest.raises(InadmissibleError, match="column 1"):
        equal_importance_weights(z)


def test_refusals() -> None:
    z = np.random.default_rng(0).normal(size=(4, 4))
    with pytest.raises(InadmissibleError, match="4 units for 4"):
        equalise_importance(z)
    with pytest.raises(ValueError, match="targets above zero"):
        equalise_importance(z[:, :2], [1, 0])
