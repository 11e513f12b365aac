from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.scenarios.factors import factor_rows, gradient, step_gain

LINEAR = IndexModel(Node("i", (Leaf("a", 3.0, goalposts=(0, 10)), Leaf("b", 1.0, -1, goalposts=(0, 20)))))
GEOMETRIC = IndexModel(Node("i", LINEAR.tree.children, aggregation=method("geometric"), floor=0.01))


def test_gradient_of_a_linear_tree_is_its_weights():
    z = np.array([[0.2, 0.9], [0.5, 0.0], [1.0, 1.0]])
    assert gradient(LINEAR, z) == pytest.approx(np.tile([0.75, 0.25], (3, 1)), abs=1e-6)


def test_gradient_of_a_geometric_tree_is_that_of_the_formula():
    z = np.array([[0.2, 0.9]])
    s = z[0]
    index = s[0] ** 0.75 * s[1] ** 0.25
    expected = np.array([0.75, 0.25]) * index / s
    assert gradient(GEOMETRIC, z)[0] == pytest.approx(expected, abs=1e-6)


def test_a_step_makes_a_measure_better_and_stops_at_its_end():
    values = np.array([[2.0, 10.0], [9.5, 1.0]])
    # a tenth of 10 up, a tenth of 20 down: towards better for each
    assert step_gain(LINEAR, values, ["a"], 0.1) == pytest.approx([0.075, 0.0375])
    assert step_gain(LINEAR, values, ["b"], 0.1) == pytest.approx([0.025, 0.0125])
    assert step_gain(LINEAR, values, ["a", "b"], 0.1) == pytest.approx([0.1, 0.05])


def test_rows_rank_within_their_evidence_and_view():
    values = np.array([[2.0, 10.0], [9.5, 1.0]])
    factors = {"measures": {"a": 2, "b": 5}, "levers": {"pull": {"measures": ["b"], "priority": 3}}}
    drop = pd.DataFrame(
        {
            "view": "v",
            "year": [2022] * 4 + [2021],
            "dropped": ["a", "a", "b", "b", "b"],
            "rank_shift": [1.0, -3.0, 0.0, 1.0, 50.0],
        }
    )
    rows = pd.DataFrame(
        factor_rows({"v": (LINEAR, values)}, {"y": 1}, factors, 0.1, drop, pd.DataFrame(), 2022)
    ).set_index(["factor", "evidence", "unit"])
    assert rows.loc[("a", "drop_one", "all"), "value"] == 2.0
    assert rows.loc[("b", "drop_one", "all"), "value"] == 0.5
    assert rows.loc[("a", "gradient", "all"), "rank"] == 1
    assert rows.loc[("a", "expert", "all"), "rank"] == 2
    assert rows.loc[("a", "step", "y"), "value"] == pytest.approx(0.0375)
    assert rows.loc[("pull", "step", "all"), "value"] == pytest.approx(0.01875)
    assert rows.loc[("pull", "expert", "all"), "value"] == 3
    assert "sobol" not in rows.index.get_level_values("evidence")
    bare = factor_rows(
        {"v": (LINEAR, values)},
        {},
        {"measures": factors["measures"], "levers": {}},
        0.1,
        drop[:0],
        pd.DataFrame(),
        2022,
    )
    assert {r["evidence"] for r in bare} == {"gradient", "step", "expert"}
