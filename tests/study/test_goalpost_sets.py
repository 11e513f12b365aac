"""The sheet of other goalposts of a study: read, written, and what is wrong with it told."""

from __future__ import annotations

import pandas as pd
import pytest

from monotown.base.problems import InputError
from monotown.study.read import read_study
from monotown.study.write import tables

ROWS = {
    "units": pd.DataFrame({"code": ["A", "B"], "level": "town"}),
    "unit_sets": pd.DataFrame({"set": "all", "unit": ["A", "B"]}),
    "indicators": pd.DataFrame({"id": ["life", "pay"], "low": ["65", "0"], "high": ["80", "9"]}),
    "indices": pd.DataFrame({"id": ["i"], "units": "all", "years": "2020"}),
}
SETS = pd.DataFrame(
    [["life", "undp", "20", "85", "", "Technical note 1"], ["pay", "norm", "1", "100", "log", "A law"]],
    columns=["indicator", "set", "low", "high", "transform", "source"],
)


def test_sets_stand_with_their_indicators_and_are_written_again() -> None:
    study = read_study({**ROWS, "goalpost_sets": SETS}, {})
    assert study.measures["life"]["goalposts"] == [65, 80]
    assert study.measures["life"]["goalpost_sets"] == {"undp": {"goalposts": [20, 85], "source": "Technical note 1"}}
    assert study.measures["pay"]["goalpost_sets"]["norm"]["transform"] == "log"
    written = tables(study)["goalpost_sets"]
    pd.testing.assert_frame_equal(written, SETS, check_dtype=False)
    assert read_study(tables(study), {}).measures == study.measures


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (["lfe", "undp", "20", "85", "", "s"], "indicator", "life"),
        (["life", "undp", "85", "20", "", "s"], "low", "the lower first"),
        (["life", "undp", "20", "many", "", "s"], "high", "number"),
        (["life", "undp", "20", "85", "", ""], "source", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_place(row: list[str], column: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        read_study({**ROWS, "goalpost_sets": pd.DataFrame([row], columns=SETS.columns)}, {})
    (found,) = caught.value.problems
    assert column in found.where
    assert expected in found.expected


def test_a_set_stands_once_for_an_indicator() -> None:
    with pytest.raises(InputError, match="each set of goalposts once"):
        read_study({**ROWS, "goalpost_sets": pd.concat([SETS, SETS.iloc[:1]])}, {})
