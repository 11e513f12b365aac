"""Entropy, standard deviation, CRITIC, MEREC against published examples and other libraries."""

import numpy as np
import pymcdm.weights as other
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skcriteria.preprocessing.weighters import critic_weights as skc_critic
from skcriteria.preprocessing.weighters import entropy_weights as skc_entropy

from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.spread import critic, entropy, merec, standard_deviation

# Toy data of an independent oracle: six units, four indicators, less of the third is better.
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
D = [1, 1, -1, 1]
Z = (X - X.min(0)) / np.ptp(X, axis=0)
Z[:, 2] = 1 - Z[:, 2]
SCHEMES = [entropy, standard_deviation, critic, merec]
NAN = float("nan")


def test_golden_values_of_the_toy_data() -> None:
    assert entropy(0.01 + 0.99 * Z) == pytest.approx([0.253596, 0.260197, 0.26181, 0.224397], abs=1e-6)
    assert standard_deviation(Z) == pytest.approx([0.263102, 0.256354, 0.239105, 0.241439], abs=1e-6)
    assert critic(Z) == pytest.approx([0.216959, 0.319441, 0.280033, 0.183567], abs=1e-6)
    assert merec(X, D) == pytest.approx([0.263924, 0.42595, 0.146608, 0.163518], abs=1e-6)


def test_critic_reproduces_diakoulaki_1995() -> None:
    # Eight Greek pharmaceutical firms; weights printed as 0.20, 0.48, 0.32.
    x = np.array(
        [
            [61, 1.08, 4.33],
            [20.7, 0.26, 4.34],
            [16.3, 1.98, 2.53],
            [9, 3.29, 1.65],
            [5.4, 2.77, 2.33],
            [4, 4.12, 1.21],
            [-6.1, 3.52, 2.10],
            [-34.6, 3.31, 0.98],
        ]
    )
    z = (x - x.min(0)) / np.ptp(x, axis=0)
    assert critic(z).round(2).tolist() == [0.20, 0.48, 0.32]
    assert critic(z) == pytest.approx(skc_critic(x, objectives=[1, 1, 1]), abs=1e-12)


def test_merec_reproduces_keshavarz_ghorabaee_2021() -> None:
    x = np.array(
        [[450, 8000, 54, 145], [10, 9100, 2, 160], [100, 8200, 31, 153], [220, 9300, 1, 162], [5, 8400, 23, 158]]
    )
    assert merec(x, [1, 1, -1, -1]).round(4).tolist() == [0.5752, 0.0141, 0.4016, 0.0091]
    assert merec(x, [1, 1, -1, -1]) == pytest.approx(other.merec_weights(x, np.array([1, 1, -1, -1])), abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(arrays(np.float64, (7, 4), elements=st.floats(0.05, 1), unique=True))
def test_agrees_with_other_libraries_where_definitions_agree(z: np.ndarray) -> None:
    assert entropy(z) == pytest.approx(skc_entropy(z), abs=1e-9)
    scaled = (z - z.min(0)) / np.ptp(z, axis=0)
    assert critic(scaled) == pytest.approx(other.critic_weights(z), abs=1e-9)
    assert standard_deviation(z) == pytest.approx(other.standard_deviation_weights(z), abs=1e-9)
    assert merec(z) == pytest.approx(other.merec_weights(z, np.ones(4)), abs=1e-9)


def test_critic_needs_the_direction_that_pymcdm_ignores() -> None:
    reversed_ = Z.copy()
    reversed_[:, 2] = 1 - reversed_[:, 2]
    assert np.abs(critic(Z) - critic(reversed_)).max() > 0.05
    assert other.critic_weights(X) == pytest.approx(critic(reversed_), abs=1e-12)
    assert skc_critic(X, objectives=D) == pytest.approx(critic(Z), abs=1e-12)


matrices = arrays(np.float64, (6, 4), elements=st.floats(0.05, 1).map(lambda v: round(v, 3)), unique=True)


@pytest.mark.parametrize("scheme", SCHEMES)
@settings(deadline=None, max_examples=30)
@given(z=matrices, seed=st.integers(0, 99))
def test_properties_of_weights(scheme, z: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    w = scheme(z)
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1, abs=1e-12)
    units, indicators = rng.permutation(6), rng.permutation(4)
    assert scheme(z[units]) == pytest.approx(w, abs=1e-9)
    assert scheme(z[:, indicators]) == pytest.approx(w[indicators], abs=1e-9)
    if scheme in (entropy, merec):
        assert scheme(z * rng.uniform(0.1, 9, 4)) == pytest.approx(w, abs=1e-9)
    else:
        assert scheme(z * 3 + rng.uniform(-5, 5, 4)) == pytest.approx(w, abs=1e-8)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("missing", ["refuse", "complete_units", "available"])
def test_a_stack_equals_its_matrices_one_by_one(scheme, missing: str) -> None:
    rng = np.random.default_rng(3)
    stack = rng.uniform(0.1, 1, (2, 25, 9, 5))
    if missing != "refuse":
        stack[rng.uniform(size=stack.shape) < 0.05] = NAN
    if scheme is merec and missing == "available":
        with pytest.raises(InadmissibleError, match="complete_units"):
            merec(stack, missing="available")
        return
    together = scheme(stack, missing=missing)
    assert together.shape == (2, 25, 5)
    for i in np.ndindex(2, 25):
        assert together[i] == pytest.approx(scheme(stack[i], missing=missing), abs=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_missing_values_are_refused_or_handled_as_declared(scheme) -> None:
    z = np.vstack([0.01 + 0.99 * Z, [0.5, NAN, 0.3, 0.4]])
    with pytest.raises(InadmissibleError, match="column wage: found '1 missing'"):
        scheme(z, names=["a", "wage", "c", "d"])
    assert scheme(z, missing="complete_units") == pytest.approx(scheme(z[:-1]), abs=1e-12)


def test_available_uses_each_column_s_own_cells() -> None:
    z = np.array([[0.1, 0.2, 0.9], [0.5, 0.7, NAN], [0.9, 0.4, 0.5], [0.3, 0.8, 0.1], [0.7, NAN, 0.3]])
    sd = np.nanstd(z, axis=0, ddof=1)
    assert standard_deviation(z, missing="available") == pytest.approx(sd / sd.sum())
    r = np.eye(3)
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        both = ~np.isnan(z[:, [i, j]]).any(1)
        r[i, j] = r[j, i] = np.corrcoef(z[both, i], z[both, j])[0, 1]
    c = sd * (1 - r).sum(1)
    assert critic(z, missing="available") == pytest.approx(c / c.sum(), abs=1e-12)
    e = []
    for column in z.T:
        v = column[~np.isnan(column)]
        p = v / v.sum()
        e.append(1 + (p * np.log(p)).sum() / np.log(len(v)))
    assert entropy(z, missing="available") == pytest.approx(np.array(e) / sum(e), abs=1e-12)


@pytest.mark.parametrize("scheme", [entropy, merec])
@pytest.mark.parametrize(("bad", "printed"), [(0.0, "0"), (-0.5, "-0.5")])
def test_zero_and_negative_values_are_refused_by_name(scheme, bad: float, printed: str) -> None:
    z = Z + 0.1
    z[2, 1] = bad
    with pytest.raises(InadmissibleError) as caught:
        scheme(z, names=["pay", "funding", "age", "posts"])
    (problem,) = caught.value.problems
    assert (problem.where, problem.found) == ("column funding", printed)


def test_a_constant_column_has_no_weight_but_refuses_critic() -> None:
    z = Z + 0.1
    z[:, 1] = 0.3
    for scheme in (entropy, standard_deviation, merec):
        assert scheme(z)[1] == 0
        with pytest.raises(InadmissibleError, match="one value only in each"):
            scheme(np.full((4, 2), 0.3))
    with pytest.raises(InadmissibleError, match="column b: found 'one value only'"):
        critic(z, names=list("abcd"))


def test_critic_refuses_what_has_no_conflict() -> None:
    a = np.array([0.0, 0.3, 1.0])
    with pytest.raises(InadmissibleError, match="perfect agreement"):
        critic(np.column_stack([a, 2 * a]))
    with pytest.raises(InadmissibleError, match="at least 2 indicators"):
        critic(a[:, None])
    with pytest.raises(InadmissibleError, match="at least 3 units"):
        critic([[0.0, 1.0], [1.0, 0.0]])
    apart = np.array([[1, NAN], [2, NAN], [3, 1], [NAN, 2], [NAN, 4.0]])
    with pytest.raises(InadmissibleError, match="columns 1 and 2: found 'fewer than 3 units"):
        critic(apart, missing="available")
    flat = np.array([[1, 5], [1, 6], [1, 7], [2, NAN], [3, NAN]])
    with pytest.raises(InadmissibleError, match="one value only where both stand"):
        critic(flat, missing="available")


def test_all_reasons_come_in_one_message() -> None:
    with pytest.raises(InadmissibleError) as caught:
        entropy([[1.0, -1.0, NAN], [np.inf, 2.0, 3.0]], names=["a", "b", "c"])
    assert [p.where for p in caught.value.problems] == ["column a", "column b", "column c", "column c"]
    assert caught.value.scheme == "entropy"


def test_arguments_of_the_wrong_form() -> None:
    with pytest.raises(ValueError, match="shape"):
        entropy([1.0, 2.0])
    with pytest.raises(ValueError, match="different names"):
        entropy(Z + 1, names=["a", "a", "b", "c"])
    with pytest.raises(InadmissibleError, match="did you mean"):
        entropy(Z + 1, missing="avaliable")
    with pytest.raises(ValueError, match="directions of 1 or -1"):
        merec(X, [1, 1, 0, 1])
