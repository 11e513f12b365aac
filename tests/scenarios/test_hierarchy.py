from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.scenarios.hierarchy import agreement, draw_weights, entropy, gini, herfindahl, structure_rows

GOLDEN = json.loads((Path(__file__).resolve().parents[1] / "golden/scenarios.json").read_text(encoding="utf-8"))
WEIGHTS = st.lists(st.floats(0.01, 100), min_size=1, max_size=12)


def test_golden_weights_of_the_shipped_hierarchies(inputs):
    assert {h.id for h in inputs.hierarchies} == set(GOLDEN["hierarchies"])
    for hierarchy in inputs.hierarchies:
        golden = GOLDEN["hierarchies"][hierarchy.id]
        found = dict(zip(hierarchy.model.measures, hierarchy.model.weights, strict=True))
        assert found == pytest.approx(golden["weights"], abs=1e-9)
        assert sum(found.values()) == pytest.approx(1.0)
        worst = np.nanmax([r["consistency_ratio"] for r in structure_rows(hierarchy)])
        assert worst == pytest.approx(golden["largest_consistency_ratio"], abs=1e-8)
        assert worst < 0.1


def test_structure_of_a_tree_by_hand(inputs):
    rows = {h.id: {r["node"]: r for r in structure_rows(h)} for h in inputs.hierarchies}
    flat = rows["flat"]["index"]
    assert (flat["depth"], flat["leaves"], flat["children"]) == (1, 15, 15)
    assert flat["herfindahl"] == pytest.approx(1 / 15)
    assert flat["entropy"] == pytest.approx(1.0)
    assert flat["gini"] == pytest.approx(0.0)
    # a tie: the first in the tree
    assert flat["top_leaf"] == "researchers_per_10k"
    led = rows["conditions_led"]
    assert [led[n]["depth"] for n in ("index", "science", "staffing", "degrees", "funding")] == [4, 3, 2, 1, 1]
    assert led["index"]["top_leaf"] == "life_expectancy"
    # three to one at the root, two to one below, one half of the conditions
    assert led["index"]["top_share"] == pytest.approx(3 / 4 * 2 / 3 / 2)
    assert led["degrees"]["herfindahl"] == pytest.approx(1 / 3)
    assert led["degrees"]["global_weight"] == pytest.approx(1 / 4 / 2 / 2)


@given(WEIGHTS)
def test_measures_of_concentration_keep_their_bounds(weights):
    n = len(weights)
    assert 1 / n - 1e-9 <= herfindahl(weights) <= 1 + 1e-9
    assert -1e-9 <= gini(weights) <= (n - 1) / n + 1e-9
    assert -1e-9 <= entropy(weights) <= 1 + 1e-9
    pairs = np.abs(np.subtract.outer(weights, weights)).sum()
    assert gini(weights) == pytest.approx(pairs / (2 * n * np.sum(weights)), abs=1e-9)


def test_weights_without_a_sum_are_refused():
    for bad in ([0.0, 0.0], [-1.0, 2.0], []):
        with pytest.raises(ValueError, match="positive sum"):
            herfindahl(bad)


def test_agreement_needs_an_order():
    assert np.isnan(agreement([1, 1, 1], [1, 2, 3]))
    assert agreement([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)


def test_random_weights_have_the_mean_and_spread_of_their_law(inputs):
    hierarchy, kappa, draws = inputs.hierarchies[0], 50.0, 20_000
    found = draw_weights(hierarchy, kappa, draws, np.random.default_rng(1))
    w = hierarchy.model.weights
    sd = np.sqrt(w * (1 - w) / (kappa + 1))
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert np.abs(found.mean(axis=0) - w).max() < (4.5 * sd / np.sqrt(draws)).max()
    assert found.std(axis=0) == pytest.approx(sd, rel=0.06)
    assert (found == draw_weights(hierarchy, kappa, draws, np.random.default_rng(1))).all()
