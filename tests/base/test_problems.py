import pytest

from monotown.base.problems import InputError, Problem, Problems, nearest


def test_every_problem_stands_in_one_message():
    found = Problems()
    found.add("a.csv", "line 3, column year", "20x2", "a year")
    found.extend([Problem("b.yaml", "views", "vews", "views"), Problem("a.csv", "line 9", 1, "2")])
    with pytest.raises(InputError) as stopped:
        found.stop()
    message = str(stopped.value)
    assert message.startswith("3 problems in the input:")
    assert "1. a.csv, line 3, column year: found '20x2'; expected a year" in message
    assert "2. b.yaml, views: found 'vews'; expected views" in message
    assert len(stopped.value.problems) == len(found) == len(list(found)) == 3


def test_repeats_are_told_once_and_none_is_no_error():
    problem = Problem("a", "b", "c", "d")
    assert len(InputError([problem, problem]).problems) == 1
    Problems().stop()
    with pytest.raises(ValueError, match="at least one"):
        InputError([])


def test_nearest_names_all_and_guesses_only_when_near():
    assert nearest("wieght", ["weight", "unit"]).startswith("'weight' (did you mean this?)")
    assert nearest("zzz", ["weight", "unit"]) == "one of: unit, weight"
