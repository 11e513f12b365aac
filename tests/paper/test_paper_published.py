"""Reading the transcription: what it holds, and every wrong cell named."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from monotown.base.problems import InputError
from monotown.claims.finding import NotPrinted
from monotown.paper.published import Published, as_int, read_published

Raw = dict[str, pd.DataFrame]


def test_what_it_holds(published: Published) -> None:
    assert published.table1_years == (2017, 2018)
    assert len(published.organisations) == 3
    assert published.one("researchers", "Total", 2017).printed.text == "27"
    assert published.one("availability", year=2009).line == 161
    assert published.one("degree_holders_ratio").year == 2019
    assert published.rows["table2:139"].text == "116 4 2 44 43,10"
    assert published.rows["table3:161"].text == "49,24 49,14 43,10"
    assert len(published.indicators) == 27
    assert published.spans["degree_holders_loss"] == (2014, 2019)
    assert [q.year for q in published.all("availability")] == [2009, 2014, 2019]
    assert published.figures == {1: False, 2: False}


def test_not_printed(published: Published) -> None:
    with pytest.raises(NotPrinted, match="population"):
        published.one("population")
    with pytest.raises(NotPrinted, match="n=3"):
        published.one("availability")
    assert not published.has("quality_of_life")


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "where", "expected"),
    [
        ("table1", 0, "researchers_2017", "many", "line 2, column researchers_2017", "0 or more"),
        ("table1", 1, "researchers_2018", "-3", "line 3", "0 or more"),
        ("table1", 2, "share_2017", "107,41", "line 4", "from 0 to 100"),
        ("table1", 2, "share_2017", "x", "line 4", "from 0 to 100"),
        ("table1", 3, "organisation", "Mining Institute LLP", "line 5", "stands once"),
        ("table2", 0, "teaching_staff", "116,5", "line 2, column teaching_staff", "0 or more"),
        ("table3", 0, "year", "209", "line 2, column year", "a year"),
        ("table3", 1, "year", "2009", "line 3, column year", "stands once"),
        ("table4", 3, "block", "B5", "line 5, column block", "B1, B2, B3, B4"),
        ("table4", 3, "line_to", "3", "line 5, column line_to", "a line from 207 on"),
        ("numbers_in_text", 10, "role", "quanity", "line 12, column role", "'quantity'"),
        ("numbers_in_text", 10, "number", "1.73", "line 12, column number", "quotation holds"),
        ("numbers_in_text", 11, "variable", "", "line 13, column variable", "what is measured"),
        ("numbers_in_text", 11, "variable", "degree_holders_ratio", "line 13", "a new variable"),
        ("passages", 1, "passage", "title", "line 3, column passage", "stands once"),
        ("term_counts", 2, "count", "2", "line 4, column lines", "2 lines"),
        ("figures", 1, "caption_passage", "fig3", "line 3", "fig2_caption"),
        ("citations", 0, "reference", "one", "line 2, column reference", "0 or more"),
    ],
)
def test_bad_cell(raw: Raw, table: str, row: int, column: str, value: str, where: str, expected: str) -> None:
    raw[table].loc[row, column] = value
    with pytest.raises(InputError) as caught:
        read_published(raw)
    problems = caught.value.problems
    assert any(
        p.file == f"data/raw/published/paper/{table}.csv" and where in p.where and expected in p.expected
        for p in problems
    ), str(caught.value)


def test_every_problem_at_once(raw: Raw) -> None:
    raw["table1"].loc[0, "researchers_2017"] = "many"
    raw["table3"].loc[2, "availability"] = "143,10"
    raw["table2"] = raw["table2"].drop(columns="doctors_phd")
    del raw["citations"]
    with pytest.raises(InputError) as caught:
        read_published(raw)
    text = str(caught.value)
    for part in ("'many'", "'143,10'", "a column doctors_phd", "citations.csv, file"):
        assert part in text
    assert len(caught.value.problems) == 4


def test_table1_needs_years_and_a_total(raw: Raw) -> None:
    raw["table1"] = raw["table1"].drop(columns=["share_2018"])
    raw["table1"].loc[3, "organisation"] = "All"
    with pytest.raises(InputError) as caught:
        read_published(raw)
    assert "a column share_2018" in str(caught.value)
    assert "a row Total" in str(caught.value)
    raw["table1"] = raw["table1"][["line", "organisation"]]
    with pytest.raises(InputError, match="researchers_<year>"):
        read_published(raw)


def test_a_repeated_number_of_the_text(raw: Raw) -> None:
    frame = raw["numbers_in_text"]
    raw["numbers_in_text"] = pd.concat([frame, frame.iloc[[0]]], ignore_index=True)
    with pytest.raises(InputError, match="stands once"):
        read_published(raw)


def test_as_int() -> None:
    assert as_int(Fraction(4)) == 4
    with pytest.raises(ValueError, match="not whole"):
        as_int(Fraction(1, 2))
