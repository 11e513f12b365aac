"""Locators read back, as the stages that write them do."""

from __future__ import annotations

import pytest

from monotown.data.locators import Place, place_of, way_of


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a.csv, line 2", Place("a.csv", line=2)),
        ("a.csv, line 2; the city", Place("a.csv", line=2, note="the city")),
        ("a.csv, line 2, column Year 2022 ₸", Place("a.csv", line=2, column="Year 2022 ₸")),
        (
            "a.csv, line 2, column x (paper, lines 116–118)",
            Place("a.csv", line=2, column="x", note="paper, lines 116–118"),
        ),
        ("my own.xlsx, sheet data; 2, cell AB12", Place("my own.xlsx", "data; 2", "AB12")),
        ("own.csv, cell E9", Place("own.csv", cell="E9")),
        ("data.csv, cell line 9, column pay", Place("data.csv", line=9, column="pay")),
        ("b.ods, sheet Лист1, cell C3; a footnote", Place("b.ods", "Лист1", "C3", note="a footnote")),
        ("population", None),
        ("sum: A, a.csv, line 2; B, a.csv, line 3", None),
        ("mean of people on 1 January of this year and of the next (a.csv, line 2; a note)", None),
    ],
)
def test_a_place_is_read_as_it_is_written(text: str, place: Place | None) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(
    ("text", "how", "of"),
    [
        ("a.csv, line 2; mean of two", "", ""),
        ("no figure for KZULU: KZKAR, a.csv, line 2", "none", ""),
        ("no people for each part: KZKAR, a.csv, line 2", "none", ""),
        ("marker of a part: KZKAR, a.csv, line 2", "none", ""),
        ("computed: 100 * a / b; a of 2019: a marker read as 0", "computed", "100 * a / b"),
    ],
)
def test_what_follows_from_others_says_so(text: str, how: str, of: str) -> None:
    found = way_of(text)
    assert (found.how, found.of) == (how, of)
