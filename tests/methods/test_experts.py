"""Budget allocation and the best-worst method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import friedmanchisquare

from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.experts import best_worst, budget_allocation, consistency_index


def test_budget_weights_and_agreement() -> None:
    points = np.array([[50, 20, 20, 10], [40, 30, 25, 5], [10, 30, 30, 30.0]])
    found = budget_allocation(points)
    assert found.weights == pytest.approx([100 / 300, 80 / 300, 75 / 300, 45 / 300])
    assert found.sd == pytest.approx(points.std(0, ddof=1) / 100)
    # Friedman's statistic, corrected for ties, is m (k - 1) W.
    oracle = friedmanchisquare(*points.T)
    assert found.kendall_w == pytest.approx(oracle.statistic / (3 * 3))
    assert found.p_value == pytest.approx(oracle.pvalue)


def test_full_agreement_and_none() -> None:
    assert budget_allocation([[60, 30, 10], [50, 40, 10]]).kendall_w == pytest.approx(1)
    assert budget_allocation([[60, 30, 10], [10, 30, 60]]).kendall_w == pytest.approx(0)
    alone = budget_allocation([[60, 40]])
    assert np.isnan(alone.kendall_w)
    assert np.isnan(alone.sd).all()
    assert np.isnan(budget_allocation([[50, 50], [50, 50]]).p_value)


def test_budget_faults_come_together() -> None:
    with pytest.raises(InadmissibleError) as caught:
        budget_allocation(
            [[60, 30, 11], [110, -10, 0], [50, 50, float("nan")]], names=["a", "b", "c"], experts=["E1", "E2", "E3"]
        )
    assert [(p.where, p.found) for p in caught.value.problems] == [
        ("expert E1", "a sum of 101 points"),
        ("expert E2, column b", "-10"),
        ("expert E3, column c", "missing"),
    ]
    with pytest.raises(ValueError, match="table"):
        budget_allocation([50, 50])


def test_best_worst_reproduces_rezaei_2015() -> None:
    names = ["load flexibility", "accessibility", "cost"]
    found = best_worst("cost", "load flexibility", [8, 2, 1], [1, 5, 8], names, model="ratio")
    # Printed: 0.0714, 0.3387, 0.5899; xi 0.26; consistency ratio 0.26 / 4.47 = 0.058.
    assert found.weights.round(4).tolist() == [0.0714, 0.3387, 0.5899]
    assert round(found.xi, 2) == 0.26
    assert found.consistency_ratio == pytest.approx(0.058, abs=5e-4)
    assert found.low == pytest.approx(found.high, abs=1e-6)  # three indicators: one solution
    assert found.worst_judgment == "accessibility"
    assert found.input_ratio == pytest.approx(2 / 56)


def feasible(xi: float, a, c, b: int, w: int) -> bool:
    """Brute force: is there a weight vector within xi of every ratio?"""
    n = len(a)
    rows = []
    for j in range(n):
        for s in (1, -1):
            if j != b:
                row = np.zeros(n)
                row[b] += s
                row[j] -= s * a[j] + xi
                rows.append(row)
            if j not in (b, w):
                row = np.zeros(n)
                row[j] += s
                row[w] -= s * c[j] + xi
                rows.append(row)
    return linprog(np.zeros(n), A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=np.ones((1, n)), b_eq=[1]).status == 0


comparisons = st.integers(2, 9).flatmap(
    lambda top: st.tuples(
        st.just(top), st.lists(st.tuples(st.integers(1, top), st.integers(1, top)), min_size=1, max_size=4)
    )
)


@settings(deadline=None, max_examples=40)
@given(comparisons)
def test_best_worst_properties(drawn) -> None:
    top, others = drawn
    a = [1, *(p[0] for p in others), top]
    c = [top, *(p[1] for p in others), 1]
    names = [f"c{i}" for i in range(len(a))]
    ratio = best_worst("c0", names[-1], a, c, names, model="ratio")
    linear = best_worst("c0", names[-1], a, c, names)
    for found in (ratio, linear):
        assert (found.weights >= 0).all()
        assert found.weights.sum() == pytest.approx(1)
        assert found.xi >= 0
    # The closed form is the optimum: feasible there, infeasible just below.
    assert feasible(ratio.xi + 1e-6, a, c, 0, len(a) - 1)
    if ratio.xi > 1e-3:
        assert not feasible(ratio.xi - 1e-3, a, c, 0, len(a) - 1)
    if len(others) == 1:  # with more, two indicators can contradict each other beyond the index
        assert 0 <= ratio.consistency_ratio <= 1 + 1e-9
    assert (ratio.low <= ratio.high + 1e-7).all()
    # The linear optimum is no worse than the ratio model's weights under the linear deviation.
    w = ratio.weights
    deviation = max(
        [abs(w[0] - a[j] * w[j]) for j in range(1, len(a))] + [abs(w[j] - c[j] * w[-1]) for j in range(1, len(a) - 1)]
    )
    assert linear.xi <= deviation + 1e-7


def test_consistent_comparisons_give_exact_weights() -> None:
    w = np.array([8, 4, 2, 1]) / 15
    for model in ("ratio", "linear"):
        found = best_worst("a", "d", [1, 2, 4, 8], [8, 4, 2, 1], list("abcd"), model=model)
        assert found.weights == pytest.approx(w, abs=1e-7)
        assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
        assert found.worst_judgment == "none"
    same = best_worst("a", "b", [1, 1], [1, 1], ["a", "b"], model="ratio")
    assert same.weights == pytest.approx([0.5, 0.5])
    assert same.consistency_ratio == same.input_ratio == 0


def test_consistency_index_is_rezaei_s_table() -> None:
    table = [0.00, 0.44, 1.00, 1.63, 2.30, 3.00, 3.73, 4.47, 5.23]
    assert [round(consistency_index(a), 2) for a in range(1, 10)] == table


def test_best_worst_faults() -> None:
    names = ["pay", "posts", "age"]
    with pytest.raises(InadmissibleError) as caught:
        best_worst("pay", "age", [2, 12, 4], [5, 9, 3], names)
    assert [(p.where, p.found) for p in caught.value.problems] == [
        ("best to others, posts", "12"),
        ("best to others, pay", "2"),
        ("others to worst, age", "3"),
        ("others to worst, pay", "5"),
        ("others to worst, pay", "5"),
        ("others to worst, posts", "9"),
    ]
    with pytest.raises(InadmissibleError, match="another indicator"):
        best_worst("pay", "pay", [1, 2, 4], [4, 2, 1], names)
    with pytest.raises(InadmissibleError, match="did you mean"):
        best_worst("pya", "age", [1, 2, 4], [4, 2, 1], names)
    with pytest.raises(ValueError, match="two comparisons"):
        best_worst("pay", "age", [1, 2], [4, 2, 1], names)
    with pytest.raises(ValueError, match="model"):
        best_worst("pay", "age", [1, 2, 4], [4, 2, 1], names, model="lineer")
