"""Tables of offices with one thing wrong each: told at its cell, and no figure; others beside it are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.data.workbooks.fields import Field, Selection
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.offices import Known, only_taken, read_office

UNITS = {
    "AKM": {"en": "Akmola", "ru": "Акмолинская область", "kk": "Ақмола облысы", "level": "region"},
    "AKT": {"en": "Aktobe", "ru": "Актюбинская область", "kk": "Ақтөбе облысы", "level": "region"},
    "KOK": {"en": "Kokshetau", "ru": "Кокшетау", "level": "town", "parent": "AKM"},
    "ABA": {"en": "Abai", "level": "region"},
    "ABT": {"en": "Abai", "level": "region"},
}
FIELDS = {
    "wage": Field("wage", {"ru": "Заработная плата", "en": "Wage"}, "KZT", (0, 1000), False),
    "jobless": Field("jobless", {"ru": "Уровень безработицы", "en": "Unemployment rate"}, "%", (0, 100), False),
    "pop": Field("pop", {"ru": "Численность населения", "en": "Population"}, "people", (0, None), True),
}
MEASURES = {"KZT": ["тенге", "KZT"], "thousand KZT": ["тыс. тенге"], "%": ["%"], "people": ["человек", "people"]}
STUDY = Known(units=UNITS, levels=("region",), fields=FIELDS, measures=MEASURES)
REGIONS = Known(units=UNITS, levels=("region",))


def sheet(text, name="Sheet1", **more):
    rows = [[c.strip() for c in line.split("|")] for line in text.strip("\n").split("\n")]
    return Sheet("t.xlsx", name, rows, **more)


def read(*sheets, known=STUDY):
    found = read_office(list(sheets), known)
    for told in found.fates:
        assert told.open() == []
        assert sum(told.counts().values()) == told.not_empty
    return found


def errors(found):
    return [(f.code, f.cell) for f in found.findings if f.severity == "error"]


def values(found, *columns):
    kept = found.figures[found.figures["value"].notna()]
    return {tuple(row[c] for c in columns): row["value"] for row in kept.to_dict("records")}


WAGE = "Wage\n | 2019 | 2020\nAkmola | {} | 11\nAktobe | 12 | 13"
LONG = "Region | Year | {}\nAkmola | 2020 | 10\nAktobe | 2020 | 12"

WRONG = {
    "a formula without its value": (WAGE.format(""), {"unsaved": {(2, 1)}}, ("formula", "B3")),
    "a number that its format hides": (WAGE.format("10"), {"refused": {(2, 1): "[h]:mm"}}, ("number_format", "B3")),
    "an error of a spreadsheet": (WAGE.format("#DIV/0!"), {}, ("spreadsheet_error", "B3")),
    "a percent of money": (WAGE.format("10%"), {}, ("percent_sign", "B3")),
    "a wage below 0": (WAGE.format("-1"), {}, ("bounds", "B3")),
    "a wage out of its bounds": (WAGE.format("1001"), {}, ("bounds", "B3")),
    "a word": (WAGE.format("many"), {}, ("number", "B3")),
    "half a person": ("Population\n | 2019 | 2020\nAkmola | 10.5 | 11\nAktobe | 12 | 13", {}, ("whole", "B3")),
    "figures merged": (WAGE.format("10"), {"merged": [(2, 1, 2, 2)]}, ("merged", "B3")),
    "a year as a date": (
        "Region | Year | Wage\nAkmola | 2020-01-01 | 10\nAktobe | 2020 | 12",
        {"dates": {(1, 1)}},
        ("year_date", "B2"),
    ),
    "a heading as a date": (
        "Wage\n | 2019-01-01 | 2020\nAkmola | 10 | 11\nAktobe | 12 | 13",
        {"dates": {(1, 1)}},
        ("year_date", "B2"),
    ),
    "years under the heading of a year": (
        "Wage\n | 2019 | 2020\nAkmola | 2019 | 11\nAktobe | 2020 | 13",
        {},
        ("header_missing", "B2"),
    ),
    "two years of one figure": (
        "Region | Year | Wage 2020\nAkmola | 2019 | 10\nAktobe | 2020 | 12",
        {},
        ("two_years", "C2"),
    ),
    "one name of two units": ("Wage\n | 2019 | 2020\nAbai | 10 | 11\nAktobe | 12 | 13", {}, ("unit_ambiguous", "A3")),
    "a unit of measure in its row": (
        "Region | Indicator | Unit of measure | 2020\nAkmola | Wage | тыс. тенге | 10\nAktobe | Wage | KZT | 12",
        {},
        ("unit_of_measure", "D2"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_cell_is_told_and_no_figure(name):
    text, more, told = WRONG[name]
    found = read(sheet(text, **more))
    assert told in errors(found)
    assert told[1] not in set(found.figures["cell"])
    assert all(f.values is not None for f in found.findings)


@pytest.mark.parametrize("name", WRONG)
@given(st.integers(0, 3), st.integers(0, 3))
def test_the_cell_that_is_told_moves_with_its_table(name, down, across):
    text, more, (code, cell) = WRONG[name]
    made = sheet(text, **more)
    rows = [[""] * across + row for row in made.rows]

    def moved(at):
        return (at[0] + down, at[1] + across)

    shifted = {
        "unsaved": {moved(at) for at in made.unsaved},
        "dates": {moved(at) for at in made.dates},
        "refused": {moved(at): text for at, text in made.refused.items()},
        "merged": [(*moved(m[:2]), *moved(m[2:])) for m in made.merged],
    }
    found = read_office([Sheet("t.xlsx", "Sheet1", [[]] * down + rows, **shifted)], STUDY)
    letter, line = cell[0], int(cell[1:])
    assert (code, f"{chr(ord(letter) + across)}{line + down}") in errors(found)


# --- read, with something beside -------------------------------------------------------------------


def test_two_columns_of_the_same_years_are_one():
    found = read(sheet("Region | Year | Год | Wage\nAkmola | 2020 | 2020 | 10\nAktobe | 2020 | 2020 | 12"))
    assert errors(found) == []
    assert values(found, "unit", "year") == {("AKM", 2020): 10, ("AKT", 2020): 12}


@pytest.mark.parametrize("pair", ["Akmola | Kokshetau", "Kokshetau | Akmola"])
def test_a_town_beside_its_region_is_the_unit(pair):
    known = Known(units=UNITS, levels=("town",), fields=FIELDS, measures=MEASURES)
    found = read(sheet(f"Region | Town | Wage 2020\n{pair} | 10"), known=known)
    assert errors(found) == []
    assert set(found.figures["unit"]) <= {"KOK"}


def test_numbers_of_columns_and_notes_between_rows_are_no_figures():
    found = read(
        sheet(
            """
Wage
 | 2019 | 2020
A | 1 | 2
Akmola | 10 | 11
1) Preliminary
A | 1 | 2
Aktobe | 12 | 13
"""
        )
    )
    assert errors(found) == []
    assert values(found, "unit", "year") == {("AKM", 2019): 10, ("AKM", 2020): 11, ("AKT", 2019): 12, ("AKT", 2020): 13}
    assert found.fates[0].counts()["footnote"] == 1


def test_a_note_above_the_second_table_is_none_of_its_titles():
    found = read(
        sheet(
            """
Wage
 | 2019 | 2020
Akmola | 10 | 11
Aktobe | 12 | 13
Source: the office
Population
 | 2019 | 2020
Akmola | 100 | 110
Aktobe | 120 | 130
"""
        )
    )
    assert errors(found) == []
    told = values(found, "variable", "unit", "year")
    assert (told["wage", "AKT", 2020], told["pop", "AKM", 2019]) == (13, 100)
    assert found.fates[0].counts()["footnote"] == 1


def test_a_cell_that_says_the_indicator_and_whose_it_is():
    found = read(
        sheet(
            "Region | Indicator | 2020\nAkmola | Unemployment rate, Akmola region | 5\n"
            "Aktobe | Unemployment rate, Aktobe | 6"
        )
    )
    assert errors(found) == []
    assert values(found, "variable", "unit") == {("jobless", "AKM"): 5, ("jobless", "AKT"): 6}


def test_rows_of_an_indicator_that_nobody_asked_for_are_left_out():
    known = Known(units=UNITS, levels=("region",), fields=FIELDS, measures=MEASURES, selection=Selection(["wage"], []))
    text = "Region | Indicator | 2020\nAkmola | Wage | 10\nAkmola | Population | 100\n"
    text += "Aktobe | Wage | 12\nAktobe | Population | 9"
    found = read(sheet(text), known=known)
    assert values(found, "variable", "unit") == {("wage", "AKM"): 10, ("wage", "AKT"): 12}
    assert [(f.code, f.found) for f in found.findings if f.code == "columns_as_asked"] == [("columns_as_asked", "pop")]


def test_a_figure_that_two_sheets_give_is_refused_in_both():
    found = read(sheet(WAGE.format("10"), "one"), sheet(WAGE.format("10"), "two"))
    assert {code for code, _ in errors(found)} == {"repeated"}
    assert found.figures.empty
    assert [told.counts()["problem"] for told in found.fates] == [4, 4]


def test_indicators_without_the_dimension_that_is_taken_stay_whole():
    text = "Region | men | women\nAkmola | 1 | 2\nAktobe | 3 | 4"
    known = Known(units=UNITS, levels=("region",), year=2020)
    both = read(
        sheet(f"Births\n{text}", "one"), sheet("Deaths\nRegion | 2020\nAkmola | 5\nAktobe | 6", "two"), known=known
    )
    kept = only_taken(both, {"sex": "female"})
    assert values(kept, "unit", "value").keys() == {("AKM", 2), ("AKT", 4), ("AKM", 5), ("AKT", 6)}


# --- sections --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heads", "clear"),
    [
        (["men", "women"], True),
        (["men", "Something else"], False),
        (["men", "urban", "rural"], False),
        (["urban", "rural", "men", "women"], True),
    ],
)
def test_sections_are_read_where_they_can_be_told_apart(heads, clear):
    rows = "".join(f"{head}\nAkmola | {i} | 1\nAktobe | {i} | 2\n" for i, head in enumerate(heads, 1))
    found = read(sheet(f"Births\nRegion | 2019 | 2020\n{rows}"), known=REGIONS)
    assert (errors(found) == []) is clear
    if not clear:
        assert {code for code, _ in errors(found)} == {"sections_unclear"}
        assert found.figures.empty
    else:
        assert len(found.figures) == 4 * len(heads)
        assert len({tuple(d) for d in found.figures["dims"]}) == len(heads)
