import numpy as np
import pytest

from monotown.data.plausible import bound_problems, bounds_of, default_bounds, judge, part_problems


@pytest.mark.parametrize("outside", ["keep", "leave_out"])
def test_what_rounding_puts_outside_is_not_outside(outside):
    entry = {"unit_of_measure": "%", "formula": "100 - a - b", "plausible": {"low": 0, "high": 100, "outside": outside}}
    value = np.array([[100 - 64.4 - 35.6, 100 + 1e-14, -0.1]])
    assert value[0, 0] < 0
    found = judge(value, bounds_of(entry), {}, [2022, 2023, 2024])
    assert found.side.tolist() == [["", "", "low"]]
    assert np.isnan(found.used[0, 2]) == (outside == "leave_out")


@pytest.mark.parametrize(
    "formula", ["100 * (a - lag(a, 1)) / lag(a, 1)", "change(a, 5)", "log(a)", "100 * a / nation(a)"]
)
def test_a_change_in_percent_is_no_share(formula):
    assert default_bounds({"unit_of_measure": "%", "formula": formula}) is None


@pytest.mark.parametrize(
    ("low", "high", "where", "found"),
    [
        (5, 1, "m.plausible", "low 5"),
        ({2021: 1, 2022: 9}, {2022: 3, 2023: 0}, "m.plausible, year 2022", "low 9"),
        ({2021: 9}, 3, "m.plausible, year 2021", "low 9"),
        (4, {2020: 7, 2021: 3}, "m.plausible, year 2021", "low 4"),
    ],
)
def test_a_lower_end_above_the_upper_one_is_refused(low, high, where, found):
    (problem,) = bound_problems({"plausible": {"low": low, "high": high}}, [], "measures.yaml", "m")
    assert (problem.where, problem.found) == (where, found)


def test_ends_that_do_not_cross_pass():
    for low, high in ((1, 1), ({2021: 9}, {2022: 3}), ("a", 3), ("a", "b"), (None, 5)):
        entry = {"plausible": {"low": low, "high": high}}
        assert list(bound_problems(entry, ["a", "b"], "measures.yaml", "m")) == []


PARTS = {"staff": {"unit_of_measure": "persons"}, "pay": {"unit_of_measure": "KZT"}}


@pytest.mark.parametrize(
    ("wholes", "found"), [({"staf": "x"}, "staf"), ({"pay": "x"}, "pay, in KZT"), ({"men": "x"}, "men")]
)
def test_a_part_of_what_is_no_whole_is_refused(wholes, found):
    men = {"unit_of_measure": "persons", "part_of": wholes}
    problems = list(part_problems({**PARTS, "men": men}, "variables.yaml"))
    assert [(p.where, p.found) for p in problems] == [("men.part_of", found)]


def test_wholes_that_are_parts_of_each_other_are_refused():
    ring = {a: {"unit_of_measure": "persons", "part_of": {b: "x"}} for a, b in ("ab", "bc", "ca")}
    assert [p.where for p in part_problems(ring, "v")] == ["a.part_of", "b.part_of", "c.part_of"]
