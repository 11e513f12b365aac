"""AHP against Saaty's published examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.ahp import RANDOM_INDEX, ahp, ahp_group, ahp_tree

# Saaty (1980): wealth of seven nations in 1972, as judged; weights and eigenvalue as printed.
NATIONS = ["US", "USSR", "China", "France", "UK", "Japan", "W. Germany"]
WEALTH = np.array(
    [
        [1, 4, 9, 6, 6, 5, 5],
        [1 / 4, 1, 7, 5, 5, 3, 4],
        [1 / 9, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 7, 1 / 5],
        [1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3],
        [1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3],
        [1 / 5, 1 / 3, 7, 3, 3, 1, 2],
        [1 / 5, 1 / 4, 5, 3, 3, 1 / 2, 1],
    ]
)
# Saaty (1990): choice of a house, eight criteria; consistency ratio printed as 0.169.
HOUSE = np.array(
    [
        [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4],
        [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
        [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
        [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8],
        [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
        [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6],
        [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2],
        [4, 7, 5, 8, 6, 6, 2, 1],
    ]
)


def reciprocal(weights) -> np.ndarray:
    w = np.asarray(weights, dtype=float)
    return w[:, None] / w[None, :]


def test_golden_three_by_three() -> None:
    found = ahp([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    assert found.weights == pytest.approx([0.636986, 0.258285, 0.104729], abs=1e-6)
    assert found.lambda_max == pytest.approx(3.038511, abs=1e-6)
    assert found.consistency_index == pytest.approx(0.019256, abs=1e-6)
    assert found.consistency_ratio == pytest.approx(0.033199, abs=1e-6)


def test_wealth_of_nations() -> None:
    found = ahp(WEALTH, names=NATIONS)
    printed = [0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094]
    assert found.weights == pytest.approx(printed, abs=1e-3)
    assert found.lambda_max == pytest.approx(7.608, abs=1e-3)
    assert found.consistency_ratio == pytest.approx(0.608 / 6 / 1.32, abs=1e-3)


def test_the_house_is_refused_and_its_worst_judgment_named() -> None:
    names = ["size", "transport", "neighbourhood", "age", "yard", "modern", "condition", "finance"]
    with pytest.raises(InadmissibleError) as caught:
        ahp(HOUSE, names=names)
    (problem,) = caught.value.problems
    assert problem.where == "neighbourhood against condition"
    assert problem.found.startswith("6, ")
    assert "consistency ratio 0.169" in problem.found
    assert "about 1.128" in problem.expected
    found = ahp(HOUSE, names=names, threshold=0.2)
    printed = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert found.weights == pytest.approx(printed, abs=1e-3)
    assert found.lambda_max == pytest.approx(9.669, abs=1e-3)
    # Saaty (2003) finds the same judgment: 6 x 0.167 / 0.188 = 5.3 times too large.
    assert found.worst_found / found.worst_consistent == pytest.approx(5.32, abs=0.01)


def test_threshold_itself_is_refused() -> None:
    ratio = ahp(WEALTH).consistency_ratio
    with pytest.raises(InadmissibleError):
        ahp(WEALTH, threshold=ratio)


@pytest.mark.parametrize("n", [5, 12])
def test_random_index_is_the_mean_of_random_matrices(n: int) -> None:
    rng = np.random.default_rng(5)
    scale = np.r_[1 / np.arange(9, 1, -1), np.arange(1, 10)]
    draws = 4000
    a = np.ones((draws, n, n))
    upper = np.triu_indices(n, 1)
    chosen = rng.choice(scale, (draws, len(upper[0])))
    a[:, upper[0], upper[1]] = chosen
    a[:, upper[1], upper[0]] = 1 / chosen
    w = np.ones((draws, n, 1))
    for _ in range(60):
        w = a @ w
        total = w.sum(1, keepdims=True)
        w /= total
    mean_index = ((total.ravel() - n) / (n - 1)).mean()
    assert RANDOM_INDEX[n] == pytest.approx(mean_index, abs=0.03)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.1, 9), min_size=3, max_size=9))
def test_consistent_judgments_give_back_their_weights(raw: list[float]) -> None:
    found = ahp(reciprocal(raw))
    assert found.weights == pytest.approx(np.array(raw) / sum(raw), rel=1e-8)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


def test_permutation_of_indicators() -> None:
    order = [4, 0, 6, 2, 5, 1, 3]
    assert ahp(WEALTH[np.ix_(order, order)]).weights == pytest.approx(ahp(WEALTH).weights[order], abs=1e-12)


def test_one_and_two_indicators_are_consistent() -> None:
    assert ahp([[1.0]]).weights.tolist() == [1.0]
    two = ahp([[1, 4], [1 / 4, 1]])
    assert two.weights == pytest.approx([0.8, 0.2])
    assert two.consistency_ratio == 0


def test_bad_matrices() -> None:
    with pytest.raises(InadmissibleError) as caught:
        ahp([[1, 3, -2], [1 / 2, 2, 1], [5, 1, 1]], names=["a", "b", "c"])
    assert [p.where for p in caught.value.problems] == ["a against b", "a against c", "b with itself"]
    with pytest.raises(InadmissibleError, match="16 indicators"):
        ahp(np.ones((16, 16)))
    with pytest.raises(ValueError, match="square"):
        ahp([[1, 2]])


def test_group_is_the_geometric_mean() -> None:
    one, two = [4, 2, 1], [1, 2, 4]
    group = ahp_group([reciprocal(one), reciprocal(two)], expert_weights=[3, 1])
    mean = np.array(one) ** 0.75 * np.array(two) ** 0.25
    assert group.joint.weights == pytest.approx(mean / mean.sum())
    assert group.matrix == pytest.approx(reciprocal(mean))
    assert group.consistency_ratios == pytest.approx([0, 0], abs=1e-12)


def test_group_names_every_expert_s_fault() -> None:
    bad = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    worse = np.array([[1, 2, 3], [1, 1, 3], [1 / 3, 1 / 3, 1]])
    with pytest.raises(InadmissibleError) as caught:
        ahp_group([bad, worse, np.ones((3, 3))], experts=["A", "B", "C"], names=["x", "y", "z"])
    text = str(caught.value)
    assert "expert A, x against" in text
    assert "expert B, x against y" in text
    assert "expert C" not in text


def test_group_arguments() -> None:
    with pytest.raises(ValueError, match="at least one expert"):
        ahp_group([])
    with pytest.raises(ValueError, match="weight for each expert"):
        ahp_group([np.ones((2, 2))], expert_weights=[-1])
    with pytest.raises(ValueError, match="one size"):
        ahp_group([np.ones((2, 2)), np.ones((3, 3))])


TREE = {"index": ["B1", "B2"], "B1": ["a", "b", "c"], "B2": ["d"]}


def test_tree_multiplies_along_the_paths() -> None:
    judged = {"E1": {"index": reciprocal([3, 1]), "B1": reciprocal([1, 1, 2])}, "E2": {"B1": reciprocal([1, 1, 2])}}
    found = ahp_tree(TREE, judged)
    assert found.global_weights == pytest.approx({"a": 3 / 16, "b": 3 / 16, "c": 3 / 8, "d": 1 / 4})
    assert found.local_weights["d"] == 1
    assert sum(found.global_weights.values()) == pytest.approx(1)
    assert len(found.nodes["B1"].consistency_ratios) == 2


def test_tree_gathers_all_faults() -> None:
    bad = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    with pytest.raises(InadmissibleError) as caught:
        ahp_tree(TREE, {"E1": {"B1": bad, "B9": bad, "index": bad}})
    text = str(caught.value)
    assert "expert E1: found 'B9'" in text
    assert "expert E1, node index" in text
    assert "node index: found 'no judgment'" in text
    assert "expert E1, node B1, a against" in text


@pytest.mark.parametrize(
    "tree", [{}, {"r": ["a", "a"]}, {"r": ["a"], "lost": ["b"]}, {"r": []}, {"r": ["x"], "x": ["r"]}]
)
def test_trees_that_are_none(tree) -> None:
    with pytest.raises(ValueError, match="expected"):
        ahp_tree(tree, {})
