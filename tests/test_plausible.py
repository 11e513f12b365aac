import numpy as np
import pytest

from monotown.plausible import bounds_of, default_bounds, judge


@pytest.mark.parametrize("outside", ["keep", "leave_out"])
def test_what_rounding_puts_outside_is_not_outside(outside):
    entry = {"unit_of_measure": "%", "formula": "100 - a - b",
             "plausible": {"low": 0, "high": 100, "outside": outside}}  # fmt: skip
    value = np.array([[100 - 64.4 - 35.6, 100 + 1e-14, -0.1]])
    assert value[0, 0] < 0
    found = judge(value, bounds_of(entry), {}, [2022, 2023, 2024])
    assert found.side.tolist() == [["", "", "low"]]
    assert np.isnan(found.used[0, 2]) == (outside == "leave_out")


@pytest.mark.parametrize("formula", ["100 * (a - lag(a, 1)) / lag(a, 1)", "change(a, 5)", "log(a)"])
def test_a_change_in_percent_is_no_share(formula):
    assert default_bounds({"unit_of_measure": "%", "formula": formula}) is None
