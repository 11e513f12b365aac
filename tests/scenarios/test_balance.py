from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monotown.scenarios.balance import combinations, impact_balances

#: Three descriptors, worked out by hand.
THREE = {"rain": ("wet", "dry"), "crop": ("good", "bad"), "price": ("high", "low")}
IMPACTS = {
    ("rain", "wet", "crop"): (2, -2),
    ("rain", "dry", "crop"): (-3, 3),
    ("crop", "good", "price"): (-2, 2),
    ("crop", "bad", "price"): (2, -2),
    ("price", "high", "crop"): (1, -1),
    ("price", "low", "crop"): (-1, 1),
}


def test_consistent_combinations_of_a_small_matrix_by_hand():
    # nothing acts on rain, so both of its states stand; the crop follows the rain (2 against 1,
    # 3 against 1), the price goes against the crop
    found = [c.states for c in combinations(THREE, IMPACTS) if c.consistent]
    assert found == [("wet", "good", "low"), ("dry", "bad", "high")]


def test_what_beats_what_is_told():
    by_states = {c.states: c for c in combinations(THREE, IMPACTS)}
    wrong = by_states["dry", "good", "low"]
    # crop: -3 - 1 = -4 for good, 4 for bad; price: low is right for a good crop
    assert wrong.beaten == (("crop", "good", "bad", -4.0, 4.0),)
    assert (wrong.consistent, wrong.gap) == (False, 8.0)
    both = by_states["dry", "good", "high"]
    assert [b[0] for b in both.beaten] == ["crop", "price"]
    assert by_states["wet", "good", "low"].gap == 0


def naive(descriptors, impacts):
    """The definition, word by word."""
    kept = []
    names = list(descriptors)
    for states in product(*descriptors.values()):
        fine = True
        for target in names:
            sums = [
                sum(impacts.get((s, states[names.index(s)], target), [0] * 9)[k] for s in names if s != target)
                for k in range(len(descriptors[target]))
            ]
            mine = sums[descriptors[target].index(states[names.index(target)])]
            fine &= all(mine >= other for other in sums)
        if fine:
            kept.append(states)
    return kept


SIZES = {"a": ("a1", "a2", "a3"), "b": ("b1", "b2"), "c": ("c1", "c2", "c3")}
CELLS = [
    (source, state, target)
    for source, states in SIZES.items()
    for state in states
    for target in SIZES
    if target != source
]


@given(st.data())
def test_any_matrix_agrees_with_the_definition_and_a_constant_changes_nothing(data):
    impacts = {
        cell: data.draw(st.lists(st.integers(-3, 3), min_size=len(SIZES[cell[2]]), max_size=len(SIZES[cell[2]])))
        for cell in CELLS
        if data.draw(st.booleans())
    }
    found = [c.states for c in combinations(SIZES, impacts) if c.consistent]
    assert found == naive(SIZES, impacts)
    moved = {cell: [v + 2 for v in values] for cell, values in impacts.items()}
    assert [c.states for c in combinations(SIZES, moved) if c.consistent] == found


def test_balances_leave_out_the_descriptor_itself():
    own = {("rain", "wet", "rain"): (3, -3)}
    assert np.array_equal(impact_balances(THREE, own, ("wet", "good", "low"))["rain"], [0, 0])
