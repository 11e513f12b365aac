from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.lookups import FUNCTIONS, NoRowError, UnreadError, parse_lookup, read_value

TABLE = pd.DataFrame(
    {
        "unit": ["a", "b", "c", "d"],
        "group": ["x", "x", "y", "y"],
        "rank": [1.0, 2.0, 3.5, math.nan],
        "score": [9.0, 7.0, 0.1 + 0.2, 0.3],
        "low_p05": [1.0, 2.0, 3.0, 4.0],
        "high_p95": [2.0, 2.0, 9.0, 4.0],
        "flag": ["", "seen", "", "seen"],
        "open": [True, False, True, True],
    }
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("score[unit == 'b']", 7.0),
        ("unit[rank == 1]", "a"),
        ("first(unit)", "a"),
        ("last(unit[known(rank)])", "c"),
        ("nth(unit, 3)", "c"),
        ("rows()", 4),
        ("rows()[open]", 3),
        ("count(rank)", 3),
        ("count(flag)", 2),
        ("distinct(group)", 2),
        ("distinct(group, open)", 3),
        ("min(rank)", 1.0),
        ("max(unit)", "d"),
        ("sum(rank)", 6.5),
        ("sum(rank[unit == 'z'])", 0.0),
        ("mean(rank[group == 'x'])", 1.5),
        ("median(rank)", 2.0),
        ("names(group)", "x;y"),
        ("names(unit[score < 1])", "c;d"),
        ("names(unit[unit == 'z'])", ""),
        ("listed(group)", "x, x, y, y"),
        ("joined(first(unit), last(unit))", "a;d"),
        ("unit[rank == 2 and not open]", "b"),
        ("rows()[open or group == 'x']", 4),
        ("rows()[unit in $chosen]", 2),
        ("rank[unit == $one.name] + 1", 3.0),
        ("1 - score[unit == 'b'] / score[unit == 'a']", 1 - 7 / 9),
        ("-rank[unit == 'a']", -1.0),
        ("names(unit[smallest(score)])", "c;d"),  # nearer than the tolerance
        ("first(unit[largest(rank)])", "c"),
        ("names(unit[largest(score, group)])", "a;c;d"),
        ("first(group[largest(mean(score, group))])", "x"),
        ("rows()[above(score, 0.3)]", 2),
        ("max(highest('*_p*') - lowest('*_p*'))", 6.0),
        ("max(rank)[group == 'x']", 2.0),
        ("rank[group == 'x'][rank == max(rank)]", 2.0),  # of the rows that are left
        ("max(abs(rank - 3))", 2.0),
        ("round(score[unit == 'c'], 1)", 0.3),
        ("short('abcdef', 3)", "abc"),
        ("rows()[starts(flag, 'se')]", 2),
        ("'all' if all(open) else 'some' if any(open) else 'none'", "some"),
        ("kendall(rank, score)[known(rank)]", -1.0),
    ],
)
def test_what_an_expression_gives(text, value):
    named = {"chosen": ["a", "d"], "one.name": "b"}
    assert read_value(text, TABLE, named) == (pytest.approx(value) if isinstance(value, float) else value)


def test_a_column_without_a_value_is_missing_numbers_or_empty_texts():
    empty = TABLE.assign(rank="", low_p05="")  # as it is read from a file
    assert read_value("count(rank)", empty) == 0
    assert read_value("rows()[rank <= 1]", empty) == 0
    assert read_value("rows()[rank == '']", empty) == 4
    assert math.isnan(read_value("max(rank - score)", empty))
    assert read_value("max(highest('*_p*'))", empty) == 9.0
    assert read_value("rows()[largest(rank)]", empty) == 0


@pytest.mark.parametrize("text", ["max(rank[unit == 'd'])", "maybe(score[unit == 'z'])", "score[unit == 'a'] / 0"])
def test_what_is_not_known_is_missing(text):
    assert math.isnan(read_value(text, TABLE))


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("scor[rank == 1]", "scor", "'score' (did you mean this?)"),
        ("score", "4 rows", "one row for score"),
        ("score[group == 'x']", "2 rows", "one row"),
        ("score[unit == 'z']", "no row", "a row for score[unit == 'z']"),
        ("first(unit[rank == 9])", "no row", "a row for first(unit[rank == 9])"),
        ("min(score[unit == $one])", "no row", "a row for min(score[unit == $one])"),
        ("unit + 1", "unit + 1", "numbers"),
        ("rows()[unit == 1]", "unit == 1", "numbers beside numbers"),
        ("score[rank]", "rank", "a condition"),
        ("rank[open] + rank", "rank[open] + rank", "the same rows"),
        ("first(unit[largest(unit)])", "largest(unit)", "values that largest takes"),
        ("max(highest('u*'))", "u*", "columns of numbers"),
        ("round(first(unit), 1)", "round(first(unit), 1)", "values that round takes"),
        ("max(highest('nothing*'))", "nothing*", "columns"),
        ("mean(rank, rank, rank)", "mean of 3", "mean of 1 or 2"),
        ("maen(rank)", "maen", "'mean' (did you mean this?)"),
        ("score[1:2]", "score[1:2]", "columns, numbers"),
        ("score.max()", "score.max()", "columns, numbers"),
        ("(lambda: 1)()", "(lambda: 1)()", "columns, numbers"),
        ("__import__('os')", "__import__", "one of"),
        ("score[", "score[", "an expression such as"),
        ("a < b < c", "a < b < c", "columns, numbers"),
    ],
)
def test_what_cannot_be_read_is_told(text, found, expected):
    with pytest.raises(UnreadError) as error:
        read_value(text, TABLE, {"one": "z"})
    assert error.value.found == found
    assert expected in error.value.expected


def test_names_stand_as_they_are_written():
    assert parse_lookup("a[b == $x.y.-1 and c in $z.*.name]").names == ("x.y.-1", "z.*.name")


def test_every_function_is_described():
    from pathlib import Path

    text = (Path(__file__).resolve().parents[2] / "config/README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)\(", text))
    assert sorted(set(FUNCTIONS) - told) == []


numbers = st.floats(-1e6, 1e6) | st.just(math.nan)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("xyz"), numbers), min_size=1, max_size=12), st.sampled_from("xyz"))
def test_reductions_are_those_of_pandas(rows, group):
    table = pd.DataFrame(rows, columns=["group", "value"])
    mine = table.loc[table["group"] == group, "value"]
    for name in ("min", "max", "mean", "median"):
        text = f"{name}(value[group == '{group}'])"
        if mine.empty:
            with pytest.raises(NoRowError):
                read_value(text, table)
        else:
            assert read_value(text, table) == pytest.approx(getattr(mine, name)(), rel=1e-9, abs=1e-6, nan_ok=True)
    assert read_value(f"count(value[group == '{group}'])", table) == mine.count()
    assert read_value(f"rows()[group == '{group}']", table) == len(mine)
    by = table.groupby("group")["value"].transform("max")
    found = read_value("sum(max(value, group))", table)
    assert found == pytest.approx(np.nansum(by), rel=1e-9, abs=1e-6)
