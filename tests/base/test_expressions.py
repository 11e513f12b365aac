"""Formulas: what they compute, what they refuse, and why a value is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.expressions import FUNCTIONS, Use, formula_problems, parse

NAN = float("nan")
YEARS = np.array([[2.0, 4.0, NAN, 8.0], [0.0, 5.0, 10.0, -1.0]])


def compute(text: str, **values: list[float]) -> list[float]:
    arrays = {k: np.array(v, dtype=float) for k, v in values.items()}
    return parse(text).evaluate(arrays).values.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1000 * a / b", [500.0, 2000.0]),
        ("-(a - b) * 2", [2.0, -4.0]),
        ("+a / 2 / b", [0.25, 1.0]),
        ("a\n  + b", [3.0, 6.0]),
        ("a - b - 1", [-2.0, 1.0]),
        ("log(a / b)", [np.log(0.5), np.log(2.0)]),
        ("change(a, 1)", [NAN, 3.0]),
        ("growth(a, 1)", [NAN, 300.0]),
        ("lag(a, 1) + b", [NAN, 3.0]),
        ("lag(a, 7)", [NAN, NAN]),
        ("a * lag(2, 1)", [2.0, 8.0]),
    ],
)
def test_arithmetic(text, expected):
    found = compute(text, a=[1, 4], b=[2, 2])
    assert found == pytest.approx(expected, nan_ok=True)


@given(
    st.recursive(
        st.sampled_from(["a", "b", "3", "0.5"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            inner.map(lambda t: f"-{t}"),
        ),
        max_leaves=8,
    ).filter(lambda t: "a" in t or "b" in t)
)
def test_it_agrees_with_python(text):
    oracle = eval(text, {"a": 1.25, "b": -7.5})
    assert compute(text, a=[1.25], b=[-7.5])[0] == pytest.approx(oracle)


def test_missing_input_is_missing_without_a_reason_of_its_own():
    values, by_zero, no_log = parse("a / b").evaluate({"a": YEARS, "b": YEARS[::-1]})
    assert np.isnan(values).tolist() == [[True, False, True, False], [False, False, True, False]]
    assert by_zero.tolist() == [[True, False, False, False], [False, False, False, False]]
    assert not no_log.any()


def test_division_by_zero_and_logarithms_are_told_apart_and_move_with_a_lag():
    values, by_zero, no_log = parse("lag(1 / a, 1) + log(b)").evaluate(
        {"a": np.array([0.0, 2.0, 2.0]), "b": np.array([1.0, 1.0, 0.0])}
    )
    assert np.isnan(values).tolist() == [True, True, True]
    assert by_zero.tolist() == [False, True, False]
    assert no_log.tolist() == [False, False, True]


def test_growth_from_zero_is_a_division_by_zero():
    _, by_zero, _ = parse("growth(a, 1)").evaluate({"a": np.array([0.0, 3.0])})
    assert by_zero.tolist() == [False, True]


def test_uses_name_variables_with_their_lags():
    found = parse("growth(a, 5) + lag(lag(b, 2), 1) / a")
    assert found.uses == (Use("a", 0), Use("a", 5), Use("b", 3))
    assert found.variables == ("a", "b")
    assert found.reach == 5


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("a +", "a +", "a formula such as"),
        ("", "", "a formula such as"),
        ("3 * 4", "3 * 4", "at least one variable"),
        ("a ** 2", "a ** 2", "+ - * /"),
        ("a if a else b", "a if a else b", "+ - * /"),
        ("a.real", "a.real", "+ - * /"),
        ("a[0]", "a[0]", "+ - * /"),
        ("not a", "not a", "+ - * /"),
        ("'x' + a", "'x'", "a number"),
        ("True * a", "True", "a number"),
        ("lagg(a, 1)", "function 'lagg'", "'lag' (did you mean this?)"),
        ("log(a, 2)", "2 arguments of log", "1"),
        ("lag(a)", "1 arguments of lag", "2"),
        ("lag(a, 0)", "0", "a whole number of years"),
        ("lag(a, b)", "b", "a whole number of years"),
        ("lag(a, 1.5)", "1.5", "a whole number of years"),
        ("log(x=a)", "log(x=a)", "+ - * /"),
        ("(lambda: a)()", "(lambda: a)()", "+ - * /"),
    ],
)
def test_anything_else_is_refused(text, found, expected):
    with pytest.raises(ValueError, match="expected") as error:
        parse(text)
    head, _, tail = str(error.value).partition("; expected ")
    assert found in head
    assert expected in tail
    problem = formula_problems(text, ["a", "b"], "measures.yaml", "m.formula")[0]
    assert (problem.file, problem.where) == ("measures.yaml", "m.formula")
    assert expected in problem.expected


@given(
    st.lists(st.floats(0.1, 1e6), min_size=6, max_size=6),
    st.lists(st.floats(0.1, 1e6), min_size=3, max_size=3),
    st.sampled_from(["{}", "log({})", "lag({}, 1)", "growth({}, 1)", "-2 * {} + 1", "{} / {}"]),
)
def test_the_nation_is_one_more_series_the_same_for_each_unit(units, nation, form):
    """`nation(f(x))` is f of a plain variable that holds the nation's values in each row."""
    x = np.array(units).reshape(2, 3)
    whole = np.tile(nation, (2, 1))
    inner = form.replace("{}", "x")
    found = parse(f"x / nation({inner})")
    plain = parse("x / " + "(" + form.replace("{}", "whole") + ")")
    assert found.inputs == ("nation(x)", "x")
    assert found.reach == plain.reach
    np.testing.assert_array_equal(
        found.evaluate({"x": x, "nation(x)": whole}).values, plain.evaluate({"x": x, "whole": whole}).values
    )


def test_the_nation_against_itself_is_the_whole():
    whole = np.array([[2.0, NAN, 5.0]])
    found = parse("100 * a / nation(a)").evaluate({"a": whole, "nation(a)": whole})
    np.testing.assert_array_equal(found.values, [[100.0, NAN, 100.0]])
    assert parse("nation(nation(lag(a, 2)))").uses == (Use("a", 2, nation=True),)


def test_a_formula_of_the_nation_alone_needs_no_figure_of_the_unit():
    assert parse("nation(a)").evaluate({"nation(a)": YEARS}).values.shape == YEARS.shape
    with pytest.raises(KeyError, match=r"nation\(a\)"):
        parse("nation(a)").evaluate({"a": YEARS})


def test_every_unknown_variable_is_named_with_the_nearest():
    found = formula_problems("populaton / x1", ["population", "area"], "f", "w")
    assert [p.found for p in found] == ["populaton", "x1"]
    assert found[0].expected.startswith("'population' (did you mean this?)")


def test_a_variable_without_values_is_an_error():
    with pytest.raises(KeyError, match="b"):
        parse("a + b").evaluate({"a": YEARS})


def test_functions_are_the_ones_documented():
    assert all(f"``{name}(" in (parse.__doc__ or "") for name in FUNCTIONS)
