import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.cohort.stock import exit_rate_without_inflow, inflow_needed, inflow_on_ridge, steady_stock

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "cohort.json").read_text(encoding="utf-8"))


def test_two_totals_give_the_lowest_exit_rate():
    rate = exit_rate_without_inflow(86, 50, 5)
    assert rate == pytest.approx(GOLDEN["exit_rate_zero_inflow"], abs=1e-12)
    assert float(inflow_on_ridge(rate, 86, 50, 5)) == pytest.approx(0, abs=1e-9)


def test_the_ridge_and_its_steady_stock():
    rates = [float(k) for k in GOLDEN["ridge"]][1:]
    found = inflow_on_ridge(rates, 86, 50, 5)
    np.testing.assert_allclose(found, list(GOLDEN["ridge"].values())[1:], atol=1e-3)
    np.testing.assert_allclose(steady_stock(rates, found), list(GOLDEN["ridge_steady_state"].values()), atol=0.01)


def test_inflow_needed():
    rate = GOLDEN["exit_rate_zero_inflow"]
    needed = GOLDEN["inflow_needed"]
    assert float(inflow_needed(50, 50, 3, rate)) == pytest.approx(needed["hold_50 @d0"])
    assert float(inflow_needed(50, 50, 9, 0.05)) == pytest.approx(needed["hold_50 @5%"])
    back = inflow_needed(50, 86, 11, [rate, 0.05])
    assert back[0] == pytest.approx(needed["recover_86_by_2030 @d0"])
    assert back[1] == pytest.approx(needed["recover_86_by_2030 @5%"])
    assert float(inflow_needed(50, 10, 2, 0.01)) == 0.0


@given(before=st.integers(1, 500), exit_rate=st.floats(0.001, 0.9), inflow=st.floats(0, 50), years=st.integers(1, 20))
def test_the_closed_form_is_the_recursion(before, exit_rate, inflow, years):
    stock = float(before)
    for _ in range(years):
        stock = stock * (1 - exit_rate) + inflow
    assert float(inflow_on_ridge(exit_rate, before, stock, years)) == pytest.approx(inflow, abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: inflow_on_ridge(1.5, 1, 0, 1),
        lambda: inflow_on_ridge(0.5, 1, 0, 0),
        lambda: exit_rate_without_inflow(50, 86, 5),
        lambda: steady_stock(0.0, 1.0),
    ],
)
def test_impossible_numbers_are_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call()
