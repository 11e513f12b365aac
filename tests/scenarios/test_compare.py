from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from monotown.scenarios.compare import best_share, crossing, minimax, regrets

MATRICES = arrays(float, (4, 5), elements=st.floats(0, 1))


def test_minimax_regret_of_a_table_by_hand():
    # Savage's table: the best of each row is 8, 9, 7
    index = [[8.0, 6.0, 5.0], [2.0, 7.0, 9.0], [7.0, 6.0, 1.0]]
    assert regrets(index).tolist() == [[0, 2, 3], [7, 2, 0], [0, 1, 6]]
    chosen, largest = minimax(index)
    assert (chosen, largest.tolist()) == (1, [7, 2, 6])


@given(MATRICES)
def test_somebody_has_no_regret_and_none_is_below_zero(index):
    found = regrets(index)
    assert (found.min(axis=1) == 0).all()
    chosen, largest = minimax(index)
    assert largest[chosen] <= largest.min() + 1e-9


@given(arrays(float, (6, 3, 2), elements=st.sampled_from([0.1, 0.2, 0.3])))
def test_shares_of_the_best_sum_to_one_and_ties_are_shared(index):
    share = best_share(index)
    assert share.sum(axis=0) == pytest.approx(1.0)
    assert best_share(np.zeros((2, 4))).tolist() == [0.25] * 4


def test_a_path_crosses_its_target_in_the_first_year_on_the_other_side():
    years = [2022, 2023, 2024, 2025]
    assert crossing([0.4, 0.45, 0.5, 0.6], years, 0.5) == ("rises", 2024)
    assert crossing([0.6, 0.5, 0.49, 0.4], years, 0.5) == ("falls", 2024)
    for path, state in (([0.5] * 4, "above"), ([0.4] * 4, "below")):
        found, year = crossing(path, years, 0.5)
        assert found == state
        assert np.isnan(year)
