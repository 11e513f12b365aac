"""Layouts that statistics offices use: each reads right, or is refused; none is misread."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.data.workbooks.fates import FATES
from monotown.data.workbooks.fields import Field
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.offices import Known, read_office, select

UNITS = {
    "AKM": {"en": "Akmola", "ru": "Акмолинская область", "kk": "Ақмола облысы", "level": "region"},
    "AKT": {"en": "Aktobe", "ru": "Актюбинская область", "kk": "Ақтөбе облысы", "level": "region"},
    "KZ": {"en": "Kazakhstan", "ru": "Республика Казахстан", "level": "country"},
    "KOK": {"en": "Kokshetau", "ru": "Кокшетау", "level": "town", "parent": "AKM"},
}
REGIONS = Known(units=UNITS, levels=("region",))


def field(name, *labels, unit="score", count=False):
    return Field(name, {"en": name, **{f"x{i}": t for i, t in enumerate(labels)}}, unit, (None, None), count)


def grid(text, **more):
    rows = [[c.strip() for c in line.split("|")] for line in text.strip("\n").split("\n")]
    return Sheet("t.xlsx", "Sheet1", rows, **more)


def read(text, known=REGIONS, **more):
    return read_office([grid(text, **more)], known)


def errors(found):
    return [f.code for f in found.findings if f.severity == "error"]


def figures(found, *columns):
    kept = found.figures[found.figures["value"].notna()]
    return {tuple(row[c] for c in columns): row["value"] for row in kept.to_dict("records")}


def whole(found):
    """Each cell has one fate, and the counts add up."""
    for told in found.fates:
        assert told.open() == []
        assert sum(told.counts().values()) == told.not_empty
    return found


def part(row):
    return tuple(value for _, value in row)


def test_two_header_rows_with_years_merged_over_men_and_women():
    found = whole(
        read(
            """
Region | 2019 |       | 2020 |
       | men  | women | men  | women
Akmola | 1    | 2     | 3    | 4
Aktobe | 5    | 6     | 7    | 8
""",
            merged=[(0, 1, 0, 2), (0, 3, 0, 4), (0, 0, 1, 0)],
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "dims")
    assert told["AKM", 2019, (("sex", "female"),)] == 2
    assert told["AKT", 2020, (("sex", "male"),)] == 7
    assert len(told) == 8


def test_heads_with_gaps_in_place_of_merged_cells_and_a_total():
    found = whole(
        read(
            """
Область | Всего | в том числе |
        |       | мужчины | женщины
Акмолинская область | 10 | 4 | 6
Актюбинская область | 20 | 9 | 11
""",
            Known(units=UNITS, levels=("region",), year=2021),
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "dims")
    assert told["AKM", (("sex", "both"),)] == 10
    assert told["AKT", (("sex", "female"),)] == 11


def test_units_across_and_years_down():
    found = whole(
        read(
            """
Life expectancy | | |
Year | Akmola | Aktobe | Kazakhstan
2019 | 71.5 | 72.5 | 73.0
2020 | 70,1 | ... | 71.0
"""
        )
    )
    assert errors(found) == []
    told = found.figures.set_index(["unit", "year"])
    assert told.loc[("AKT", 2019), "value"] == 72.5
    assert told.loc[("AKT", 2019), "cell"] == "C3"
    assert told.loc[("AKT", 2020), "marker"] == "not_available"
    assert told.loc[("KZ", 2020), "reference"]


def test_footnotes_under_the_table_are_no_figures():
    found = whole(
        read(
            """
 | 2019 | 2020
Akmola | 1 | 2 1)
Aktobe* | 3 | 4

1) Preliminary.
* In the borders of 2018, 1 234 people.
Source: the office, 2021
"""
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year") == {("AKM", 2019): 1, ("AKM", 2020): 2, ("AKT", 2019): 3, ("AKT", 2020): 4}
    assert found.fates[0].counts()["footnote"] == 3


def test_a_table_per_year_one_below_the_other():
    found = whole(
        read(
            """
2019 год | |
Область | births | deaths
Akmola | 1 | 2
Aktobe | 3 | 4

2020 год | |
Область | births | deaths
Akmola | 5 | 6
Aktobe | 7 | 8
"""
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "variable")
    assert told["AKM", 2019, "births"] == 1
    assert told["AKT", 2020, "deaths"] == 8
    assert len(told) == 8


def test_years_as_sections_under_one_header():
    found = whole(
        read(
            """
Область | births | deaths
2019 | |
Akmola | 1 | 2
Aktobe | 3 | 4
2020 | |
Akmola | 5 | 6
Aktobe | 7 | 8
"""
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year", "variable")["AKM", 2020, "deaths"] == 6
    assert len(found.figures) == 8


def test_thousands_with_blanks_and_decimal_commas():
    found = whole(
        read(
            """
Население, тысяч человек | |
 | 2019 | 2020
Акмолинская область | 1 234,5 | 1\u00a0240,25
Актюбинская область | 86,125 | 87,0
"""
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year")["AKM", 2020] == 1240.25
    assert figures(found, "unit", "year")["AKT", 2019] == 86.125


def test_a_mark_that_nothing_settles_is_refused_and_a_key_settles_it():
    text = """
 | 2019 | 2020
Akmola | 86,125 | 87,250
Aktobe | 12,500 | 13,250
"""
    found = whole(read(text))
    assert set(errors(found)) == {"which_mark"}
    assert found.figures.empty
    settled = whole(read(text, Known(units=UNITS, levels=("region",), decimal=",")))
    assert figures(settled, "unit", "year")["AKM", 2019] == 86.125


def test_two_tables_beside_each_other():
    found = whole(
        read(
            """
Births | | | | Deaths | |
Region | 2019 | 2020 | | Region | 2019 | 2020
Akmola | 1 | 2 | | Akmola | 11 | 12
Aktobe | 3 | 4 | | Aktobe | 13 | 14
"""
        )
    )
    assert errors(found) == []
    told = found.figures.set_index("cell")["value"].to_dict()
    assert told == {"B3": 1, "C3": 2, "B4": 3, "C4": 4, "F3": 11, "G3": 12, "F4": 13, "G4": 14}
    assert set(found.figures.loc[found.figures["cell"].str.match("[BC]"), "variable"]) == {"Births"}
    assert set(found.figures.loc[found.figures["cell"].str.match("[FG]"), "variable"]) == {"Deaths"}


def test_two_tables_of_two_indicators_one_below_the_other():
    found = whole(
        read(
            """
Table 1. Births | |
 | 2019 | 2020
Akmola | 1 | 2
Aktobe | 3 | 4

Table 2. Deaths | |
 | 2020 | 2019
Akmola | 11 | 12
Aktobe | 13 | 14
"""
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "variable")
    assert told["AKM", 2020, "Table 2. Deaths"] == 11
    assert told["AKM", 2019, "Table 1. Births"] == 1


def test_a_header_printed_again_on_each_page():
    found = whole(
        read(
            """
Births | |
Region | 2019 | 2020
A | 1 | 2
Akmola | 1 | 2
Продолжение | |
Region | 2019 | 2020
Aktobe | 3 | 4
"""
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year", "variable")["AKT", 2020, "Births"] == 4


def test_urban_and_rural_below_each_unit():
    found = whole(
        read(
            """
 | 2019 | 2020
Kazakhstan | 100 | 110
urban | 60 | 66
rural | 40 | 44
Akmola | 10 | 11
urban | 6 | 7
rural | 4 | 4
Aktobe | 20 | 22
urban | 15 | 16
rural | 5 | 6
"""
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "dims")
    assert told["AKM", 2019, (("area", "urban"),)] == 6
    assert told["AKT", 2020, (("area", "all"),)] == 22
    assert len(told) == 18


def test_sections_that_carry_their_totals():
    found = whole(
        read(
            """
 | 2019 | 2020
Все население | 30 | 33
Akmola | 10 | 11
Aktobe | 20 | 22
Городское население | 21 | 23
Akmola | 6 | 7
Aktobe | 15 | 16
Сельское население | 9 | 10
Akmola | 4 | 4
Aktobe | 5 | 6
"""
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "dims")
    assert told["AKM", 2019, (("area", "urban"),)] == 6
    assert told["AKM", 2019, (("area", "all"),)] == 10
    assert len(told) == 12


def test_sections_of_two_kinds_side_by_side_and_nested():
    rows = "Akmola | 1 | 2\nAktobe | 3 | 4\n"
    flat = whole(read(" | 2019 | 2020\n" + "".join(f"{s} | |\n{rows}" for s in ("Urban", "Rural", "Men", "Women"))))
    assert errors(flat) == []
    assert {dict(d).get("area") for d in flat.figures["dims"] if dict(d).get("sex") == "male"} == {"all"}
    nested = whole(
        read(
            " | 2019 | 2020\n"
            + "".join(f"{s} | |\n{rows}" for s in ("Men", "Urban", "Rural", "Women", "Urban", "Rural"))
        )
    )
    assert errors(nested) == []
    assert len(set(nested.figures["dims"])) == 6


def test_sections_that_could_be_nested_or_not_are_refused():
    rows = "Akmola | 1 | 2\nAktobe | 3 | 4\n"
    for order in (("Men", "Urban", "Rural"), ("Men", "Urban", "Women"), ("Men", "Urban", "Women", "Rural")):
        found = whole(read(" | 2019 | 2020\n" + "".join(f"{s} | |\n{rows}" for s in order)))
        assert errors(found) == ["sections_unclear"], order
        assert found.figures.empty


def test_sections_of_words_nobody_knows_are_never_taken_for_repeats():
    found = whole(
        read(
            """
 | 2019 | 2020
Tuberculosis | |
Akmola | 1 | 2
Aktobe | 3 | 4
Hepatitis | |
Akmola | 5 | 6
Aktobe | 7 | 8
"""
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year", "dims")["AKM", 2019, (("section", "Hepatitis"),)] == 5


def test_groups_of_units_are_no_sections():
    found = whole(read(" | 2019\nNorth | \nAkmola | 1\nWest | \nAktobe | 2\n"))
    assert errors(found) == []
    assert set(found.figures["dims"]) == {()}


def test_two_units_in_a_row_are_refused():
    found = whole(
        read(
            """
From | To | 2019
Akmola | Aktobe | 1
Aktobe | Akmola | 2
"""
        )
    )
    assert set(errors(found)) == {"two_unit_columns"}
    assert found.figures.empty


def test_a_region_beside_its_town_is_context():
    known = Known(units=UNITS, levels=("town",), year=2020)
    found = whole(read("Region | Town | births\nAkmola | Kokshetau | 5\n", known))
    assert errors(found) == []
    assert figures(found, "unit") == {("KOK",): 5}


def test_names_again_at_the_right_edge_as_in_bulletins_of_two_languages():
    found = whole(
        read(
            """
 | 2019 | 2020 |
Ақмола облысы | 1 | 2 | Акмолинская область
Ақтөбе облысы | 3 | 4 | Актюбинская область
"""
        )
    )
    assert errors(found) == []
    assert len(found.figures) == 4


def test_a_column_of_years_and_one_of_units():
    found = whole(
        read(
            "Year | Region | births\n2019 | Akmola | 1\n2020 | Akmola | 2\n2019 | Aktobe | 2001\n2020 | Aktobe | 1999\n"
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year")["AKT", 2019] == 2001


def test_two_columns_of_years_are_refused():
    found = whole(read("Year | Region | Period | births\n2019 | Akmola | 2018 | 1\n2020 | Akmola | 2019 | 2\n"))
    assert errors(found) == ["two_year_columns"]
    assert found.figures.empty


def test_changes_beside_the_years_are_not_the_indicator():
    known = Known(units=UNITS, levels=("region",), fields={"births": field("births", "Births")})
    found = whole(
        read(
            """
Births | | |
 | 2019 | 2020 | 2020 в % к 2019
Akmola | 1 | 2 | 200
Aktobe | 4 | 4 | 100
""",
            known,
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year", "variable") == {
        ("AKM", 2019, "births"): 1,
        ("AKM", 2020, "births"): 2,
        ("AKT", 2019, "births"): 4,
        ("AKT", 2020, "births"): 4,
    }


def test_only_columns_of_the_study_are_read_and_many_others_make_one_line():
    known = Known(units=UNITS, levels=("region",), fields={"births": field("births")}, year=2020)
    others = " | ".join(f"other {i}" for i in range(25))
    found = whole(read(f"Region | births | {others}\nAkmola | 1 | {' | '.join('9' * 25)}\n", known))
    assert errors(found) == []
    assert figures(found, "unit", "variable") == {("AKM", "births"): 1}
    notes = [f for f in found.findings if f.code == "columns_left_out"]
    assert len(notes) == 1
    assert dict(notes[0].values)["n"] == "25"
    assert notes[0].found.endswith("+ 5")


def test_marks_of_absence_are_never_errors():
    marks = ["-", "–", "…", "...", "x", "х", ":", "..", "н/д", "мәлімет жоқ"]
    known = Known(units=UNITS, levels=("region",), markers={"not_available": ["н/д", "мәлімет жоқ"]})
    heads = " | ".join(str(2001 + i) for i in range(len(marks)))
    numbers = " | ".join(map(str, range(len(marks))))
    found = whole(read(f" | {heads}\nAkmola | {' | '.join(marks)}\nAktobe | {numbers}\n", known))
    assert errors(found) == []
    assert found.fates[0].counts()["missing"] == len(marks)


def test_a_figure_before_a_unit_existed_is_read_with_a_warning_and_a_dash_without():
    units = {**UNITS, "ABY": {"en": "Abai", "level": "region", "exists": (2022, None)}}
    found = whole(read(" | 2020 | 2021\nAbai | - | 5\nAkmola | 1 | 2\n", Known(units=units, levels=("region",))))
    assert [f.code for f in found.findings if f.severity != "note"] == ["unit_counted_back"]
    assert figures(found, "unit", "year")["ABY", 2021] == 5


def test_figures_without_a_header_are_refused():
    found = whole(read("Akmola | 5 | 6\nAktobe | 7 | 8\n"))
    assert errors(found)
    assert found.figures.empty


def test_a_column_without_a_heading_among_others_is_refused():
    found = whole(read(" | 2019 | | 2020\nAkmola | 1 | 5 | 2\nAktobe | 3 | 6 | 4\n"))
    assert "header_missing" in errors(found)
    assert "C2" not in set(found.figures["cell"])


def test_the_same_figure_twice_is_refused():
    found = whole(read(" | 2019 | 2019\nAkmola | 1 | 5\nAktobe | 3 | 6\n"))
    assert "repeated" in errors(found)
    assert found.figures.empty
    rows = whole(read(" | 2019 | 2020\nAkmola | 1 | 5\nAkmola | 3 | 6\n"))
    assert "repeated" in errors(rows)


def test_flags_in_columns_of_their_own():
    found = whole(read("TIME | 2019 | | 2020 |\nAkmola | 1 | b | 2 |\nAktobe | 3 | | 4 | e\n"))
    assert errors(found) == []
    told = found.figures.set_index(["unit", "year"])["marker"].to_dict()
    assert told == {("AKM", 2019): "b", ("AKM", 2020): "", ("AKT", 2019): "", ("AKT", 2020): "e"}


def test_codes_of_iso_3166_find_their_unit():
    known = Known(units={"KAZ": {"en": "Kazakhstan"}, "GRC": {"en": "Greece"}})
    found = whole(read("geo | 2019\nKZ | 1\nEL | 2\nARB | 3\n", known))
    assert figures(found, "unit") == {("KAZ",): 1, ("GRC",): 2}


def test_a_run_takes_one_section_and_says_which():
    rows = "Akmola | 1 | 2\nAktobe | 3 | 4\n"
    found = read(" | 2019 | 2020\n" + "".join(f"{s} | |\n{rows}" for s in ("Men", "Women")))
    kept, notes = select(found.figures)
    assert set(kept["dims"]) == {(("sex", "male"),)}
    assert [n.code for n in notes] == ["section_taken"]
    women, _ = select(found.figures, {"sex": "female"})
    assert set(women["dims"]) == {(("sex", "female"),)}
    nothing, said = select(found.figures, {"sex": "both"})
    assert nothing.empty
    assert [(f.code, f.severity, f.found) for f in said] == [("section_absent", "error", "sex: male, female")]


def test_each_indicator_has_the_section_that_it_has():
    births, deaths = (
        "Births | |\n | 2019 | 2020\nAkmola | 1 | 2\n\n",
        "Deaths | |\n | 2019 | 2020\nMen | |\nAkmola | 3 | 4\n",
    )
    found = whole(read(births + deaths, STUDY))
    kept, _ = select(found.figures)
    assert set(kept["variable"]) == {"births", "deaths"}


WORDS = [
    "Akmola",
    "Aktobe",
    "Kazakhstan",
    "2019",
    "2020",
    "Men",
    "urban",
    "Total",
    "births",
    "1)",
    "note",
    "Всего",
    "Region",
]
CELLS = st.one_of(
    st.just(""), st.sampled_from(WORDS), st.sampled_from(["1", "2.5", "-", "…", "1 234,5", "86,125", "12.3 e", "x"])
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=10), st.booleans())
def test_every_cell_of_any_sheet_has_one_fate(rows, known):
    found = whole(read_office([Sheet("t.csv", "", rows)], REGIONS if known else Known()))
    told = found.fates[0].counts()
    assert set(told) == set(FATES)
    kept = found.figures[~found.figures["reference"]]
    assert told["read"] == kept["value"].notna().sum()
    assert told["missing"] == kept["value"].isna().sum()


@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_rows_and_columns_never_changes_a_figure(down, across):
    names, years = ["Akmola", "Aktobe", "Kazakhstan", "Total"], ["2019", "2020", "2021"]
    rows = [["", *[years[c] for c in across]]] + [[names[r], *[str(10 * r + c) for c in across]] for r in down]
    found = whole(read_office([Sheet("t.csv", "", rows)], REGIONS))
    assert figures(found, "unit", "year") == {
        (code, int(year)): 10.0 * r + c for r, code in enumerate(["AKM", "AKT", "KZ"]) for c, year in enumerate(years)
    }


def test_no_cell_of_a_message_lies_outside_its_sheet():
    found = read(" | 2019 | 2020\nAkmola | abc | 5\nAktobe | 3 | 6\n")
    assert [(f.code, f.cell) for f in found.findings if f.severity == "error"] == [("number", "B2")]
    assert all(re.fullmatch(r"[A-Z]+\d+|", f.cell) for f in found.findings)


@pytest.mark.parametrize("head", ["Region", "", "Область", "whatever it is called", "geo"])
def test_the_heading_of_the_units_does_not_count(head):
    found = whole(read(f"{head} | 2019\nAkmola | 1\nAktobe | 2\n"))
    assert errors(found) == []
    assert len(found.figures) == 2


STUDY = Known(
    units=UNITS,
    levels=("region",),
    fields={
        "births": field("births", "Births", "Число родившихся", unit="persons", count=True),
        "deaths": field("deaths", "Deaths"),
        "life": field(
            "life", "Life expectancy at birth", "Ожидаемая продолжительность жизни при рождении", unit="years"
        ),
    },
)


def test_indicators_down_and_units_across_under_a_title_with_the_year():
    found = whole(
        read("Social indicators, 2021 | |\nIndicator | Akmola | Aktobe\nBirths | 1 | 2\nDeaths | 4 | 5\n", STUDY)
    )
    assert errors(found) == []
    assert figures(found, "unit", "year", "variable")["AKT", 2021, "deaths"] == 5


def test_units_in_rows_above_their_indicators():
    found = whole(
        read(
            """
 | 2019 | 2020
Akmola | |
Births | 1 | 2
Somewhere else | |
Births | 3 | 4
Aktobe | |
Births | 5 | 6
Deaths | 7 | 8
* a note
""",
            STUDY,
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "variable")
    assert told["AKT", 2020, "deaths"] == 8
    assert len(told) == 6  # those of a unit that the study does not have are nobody else's
    assert set(found.figures["cell"]) == {"B3", "C3", "B7", "C7", "B8", "C8"}


def test_a_sheet_for_each_unit():
    sheets = [
        Sheet("t.xlsx", name, [["Indicator", "2019"], ["Births", value]])
        for name, value in (("Akmola", "1"), ("Aktobe", "2"))
    ]
    found = whole(read_office(sheets, STUDY))
    assert errors(found) == []
    assert figures(found, "unit") == {("AKM",): 1, ("AKT",): 2}


def test_a_unit_printed_once_for_several_rows():
    text = """
Region | Indicator | 2019
Akmola | Births | 1
 | Deaths | 3
Aktobe | Births | 5
 | Deaths | 7
"""
    found = whole(read(text, STUDY, merged=[(1, 0, 2, 0), (3, 0, 4, 0)]))
    assert errors(found) == []
    assert figures(found, "unit", "variable")["AKT", "deaths"] == 7
    apart = whole(read(text, STUDY))  # not merged: nobody says whose the row is
    assert errors(apart)
    assert len(apart.figures) == 2


def test_quarters_are_no_years():
    found = whole(
        read(
            """
Births | | | |
 | 2019 | | 2020 |
 | I квартал | год | I квартал | год
Akmola | 1 | 3 | 4 | 5
Aktobe | 2 | 6 | 7 | 8
""",
            STUDY,
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year")["AKM", 2019] == 3
    assert len(found.figures) == 4
    long = whole(read("GEO | TIME_PERIOD | OBS_VALUE\nAkmola | 2020 | 5\nAkmola | 2020-Q1 | 1\nAktobe | 2021 | 2\n"))
    assert errors(long) == []
    assert len(long.figures) == 2


@pytest.mark.parametrize("heads", [" | 2019/2020 | 2020/2021", " | 2019-2020 | 2020-2021"])
def test_spans_of_years_are_no_years(heads):
    found = whole(read(f"Births | |\n{heads}\nAkmola | 1 | 2\nAktobe | 3 | 4\n", STUDY))
    assert errors(found)
    assert found.figures.empty


def test_ranks_shares_and_bounds_beside_a_figure_are_left_out():
    found = whole(
        read(
            """
Region | Life expectancy at birth | | | Место
 | 2020 | low | high |
Akmola | 70 | 69 | 71 | 1
Aktobe | 72 | 71 | 73 | 2
""",
            STUDY,
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "year", "variable") == {("AKM", 2020, "life"): 70, ("AKT", 2020, "life"): 72}


def test_numbers_of_columns_under_the_head_are_no_figures():
    found = whole(
        read(
            """
Область | Население | Площадь
 | тыс. чел. | кв. км
А | 1 | 2
Акмолинская область | 735,5 | 146
Актюбинская область | 900,1 | 300
"""
        )
    )
    assert errors(found) == []
    assert figures(found, "unit", "variable")["AKM", "Площадь / кв. км"] == 146
    assert len(found.figures) == 4


def test_years_as_dates_are_refused():
    found = whole(
        read("Region | 2019-01-01 | 2020-01-01\nAkmola | 1 | 2\nAktobe | 3 | 4\n", dates=frozenset({(0, 1), (0, 2)}))
    )
    assert set(errors(found)) == {"year_date"}
    assert found.figures.empty


@pytest.mark.parametrize("stray", ["\n | 17 | 18\n", "\n | | | | 77\n", "\nfoo | bar | baz\n"])
def test_what_stands_outside_the_table_is_never_passed_over(stray):
    found = whole(read(f" | 2019 | 2020\nAkmola | 1 | 2\nAktobe | 3 | 4\n{stray}"))
    assert errors(found)
    assert len(found.figures) == 4


def test_units_whose_names_end_in_digits():
    units = {f"D{i}": {"en": f"District {i}"} for i in range(1, 12)}
    found = whole(read(" | 2019\n" + "".join(f"District {i} | {i}\n" for i in range(1, 12)), Known(units)))
    assert errors(found) == []
    assert figures(found, "unit") == {(f"D{i}",): i for i in range(1, 12)}


# -- tables made at random in the ways of offices: what is read is what was written, or it is refused ---------------


@st.composite
def published(draw):
    """A sheet and what it says: unit, year and sex to the figure."""
    units = draw(st.permutations(["Akmola", "Aktobe", "Abai", "Atyrau"]))[: draw(st.integers(2, 4))]
    years = sorted(draw(st.sets(st.integers(2000, 2023), min_size=2, max_size=4)), reverse=draw(st.booleans()))
    parts = draw(st.sampled_from([[""], ["Men", "Women"], ["Total", "Men", "Women"], ["Мужчины", "Женщины"]]))
    value = st.one_of(st.integers(0, 3000), st.integers(0, 10**7).map(lambda n: n / 10))
    truth = {(u, y, p): draw(value) for u in units for y in years for p in parts}
    comma = draw(st.booleans())

    def shown(number):
        text = f"{number:,}".replace(",", " ")
        return text.replace(".", ",") if comma else text

    body = {k: shown(v) for k, v in truth.items()}
    form = draw(
        st.sampled_from(["sections", "years over parts", "parts over years", "long", "per year", "per part", "down"])
    )
    blank = draw(st.sampled_from(["", "Region", "Область", "x"]))
    merged = []
    if form == "long":
        rows = [
            [blank, "Year", "Sex", "Value"],
            *[[u, str(y), p, body[u, y, p]] for u in units for y in years for p in parts],
        ]
    elif form == "sections":
        rows = [[blank, *map(str, years)]]
        for p in parts:
            rows += [[p]] * bool(p) + [[u, *[body[u, y, p] for y in years]] for u in units]
    elif form in ("years over parts", "parts over years") and parts != [""]:
        outer, inner = (years, parts) if form == "years over parts" else (parts, years)
        rows = [[blank], [""]]
        for o in outer:
            rows[0] += [str(o), *[""] * (len(inner) - 1)]
            rows[1] += map(str, inner)
        if draw(st.booleans()):
            merged = [(0, 1 + i * len(inner), 0, (i + 1) * len(inner)) for i in range(len(outer))]
        rows += [[u, *[body[(u, o, i) if outer is years else (u, i, o)] for o in outer for i in inner]] for u in units]
    elif form == "per year":
        rows = []
        for y in years:
            rows += [[f"{y} год"], [blank or "Region", *[p or "Births" for p in parts]]]
            rows += [[u, *[body[u, y, p] for p in parts]] for u in units] + [[]] * draw(st.integers(0, 1))
    elif form == "per part":
        rows = []
        for p in parts:
            rows += [[p or "Births"], [blank, *map(str, years)]]
            rows += [[u, *[body[u, y, p] for y in years]] for u in units] + [[]] * draw(st.integers(0, 1))
    else:
        parts = parts[:1]
        truth = {k: v for k, v in truth.items() if k[2] == parts[0]}
        rows = [["Year", *units], *[[str(y), *[body[u, y, parts[0]] for u in units]] for y in years]]
    title = draw(st.sampled_from([[], [["Table 1. Something"]], [["Table 1. Something"], []]]))
    merged = [(t + len(title), x, b + len(title), y) for t, x, b, y in merged]
    note = draw(st.sampled_from([[], [["1) a note"]], [[], ["Source: the office, 2 024"]]]))
    return Sheet("t.xlsx", "data", [*title, *rows, *note], merged=merged), truth


NAMED = {"": "both", "Total": "both", "Men": "male", "Women": "female", "Мужчины": "male", "Женщины": "female"}
FOUR = {n: {"en": n, "level": "region"} for n in ("Akmola", "Aktobe", "Abai", "Atyrau")}


@settings(max_examples=400)
@given(published())
def test_a_table_in_any_form_is_read_as_it_was_written_or_refused(made):
    sheet, truth = made
    found = whole(read_office([sheet], Known(FOUR)))
    sexes = {NAMED[p] for _, _, p in truth}
    told = {
        (r["unit"], r["year"], dict(r["dims"]).get("sex", next(iter(sexes)) if len(sexes) == 1 else "both")): r["value"]
        for r in found.figures.to_dict("records")
    }
    said = {(u, y, NAMED[p]): float(v) for (u, y, p), v in truth.items()}
    assert told.items() <= said.items()
    if not errors(found):
        assert told == said
    assert "stray" not in errors(found)
    assert len(found.figures) == len(told)


@pytest.mark.parametrize("heading", ["Region", "Other heading"])
def test_a_second_table_with_other_years_has_its_own_header(heading):
    above = "Region | 2019 | 2020\nAkmola | 1 | 2\nAktobe | 3 | 4\n"
    found = whole(read(f"{above}\n{heading} | 2021 | 2022\nAkmola | 5 | 6\nAktobe | 7 | 8\n"))
    told = figures(found, "unit", "year")
    if heading == "Region":
        assert errors(found) == []
        assert told["AKT", 2022] == 8
        assert len(told) == 8
    else:  # or a unit that nobody knows, whose figures look like years
        assert errors(found)
        assert told == {("AKM", 2019): 1, ("AKM", 2020): 2, ("AKT", 2019): 3, ("AKT", 2020): 4}


def test_totals_of_parts_under_the_units_are_not_the_last_unit_s():
    found = whole(read(" | 2019 | 2020\nAkmola | 1 | 2\nAktobe | 3 | 4\nUrban | 3 | 4\nRural | 1 | 2\n"))
    assert errors(found) == ["sections_unclear"]
    assert found.figures.empty


def test_parts_below_a_unit_without_figures_are_its_own():
    found = whole(read(" | 2019\nAkmola |\nmen | 1\nwomen | 2\nAktobe | 9\nmen | 3\nwomen | 6\n"))
    assert errors(found) == []
    assert figures(found, "unit", "dims") == {
        ("AKM", (("sex", "male"),)): 1,
        ("AKM", (("sex", "female"),)): 2,
        ("AKT", (("sex", "both"),)): 9,
        ("AKT", (("sex", "male"),)): 3,
        ("AKT", (("sex", "female"),)): 6,
    }


def test_parts_below_a_unit_and_a_year_are_no_heads():
    rows = "".join(f"{u} | {y} | {v}\nmen | {y} | 1\nwomen | {y} | 2\n" for v, (u, y) in enumerate(PAIRS, 10))
    found = whole(read(f"Region | Year | Births\n{rows}"))
    assert errors(found) == []
    assert figures(found, "unit", "year", "dims")["AKM", 2020, (("sex", "both"),)] == 11
    assert len(found.figures) == 12


PAIRS = [("Akmola", 2019), ("Akmola", 2020), ("Aktobe", 2019), ("Aktobe", 2020)]


def test_a_first_row_of_nobody_without_a_figure_is_no_header():
    rows = "World | 2017 | urban |\nAkmola | 2017 | urban | 5\nAktobe | 2017 | urban | 7\n"
    found = whole(read(f"Region | Year | Part | Value\n{rows}"))
    assert 2017 not in set(found.figures["value"])
    assert errors(found) or figures(found, "unit", "year") == {("AKM", 2017): 5, ("AKT", 2017): 7}


MEASURES = {"persons": ["persons", "человек"], "thousand persons": ["тысяч человек"], "%": ["%", "процент"]}


@pytest.mark.parametrize(
    "head",
    [
        "Births, тысяч человек | |\n | 2019 | 2020",
        "Births | |\n(тысяч человек) | |\n | 2019 | 2020",
        "Births | |\n(в тыс. чел.) | |\n | 2019 | 2020",
        " | Births, % | Deaths\n | 2019 | 2019",
        " | Births | Deaths\n | тыс. чел. | \n | 2019 | 2019",
    ],
)
def test_figures_of_another_size_are_refused(head):
    known = Known(UNITS, STUDY.fields, MEASURES, ("region",))
    found = whole(read(f"{head}\nAkmola | 1,5 | 2,5\nAktobe | 2,5 | 3,5\n", known))
    assert "births" not in set(found.figures["variable"])
    if not found.figures.empty or found.fates[0].counts()["problem"]:
        assert "unit_of_measure" in errors(found) or found.fates[0].counts()["left_out"]


def test_the_size_of_the_study_is_no_problem():
    known = Known(UNITS, STUDY.fields, MEASURES, ("region",))
    for head in ("Births, человек | |\n | 2019 | 2020", "Births | |\n(человек) | |\n | 2019 | 2020"):
        found = whole(read(f"{head}\nAkmola | 1 | 2\nAktobe | 3 | 4\n", known))
        assert errors(found) == []
        assert figures(found, "unit", "year", "variable")["AKT", 2020, "births"] == 4


def test_months_are_left_out_and_the_year_is_read():
    rows = "Akmola | 2019 | 1 | 5\nAkmola | 2019 | Total | 60\nAktobe | 2019 | 1 | 7\nAktobe | 2019 | Total | 70\n"
    found = whole(read(f"Region | Year | Month | Births\n{rows}", STUDY))
    assert errors(found) == []
    assert figures(found, "unit") == {("AKM",): 60, ("AKT",): 70}


def test_three_stacked_heads_with_gaps():
    found = whole(
        read(
            """
Region | Births | | | | Deaths | | |
 | 2019 | | 2020 | | 2019 | | 2020 |
 | m | f | m | f | m | f | m | f
Akmola | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
Aktobe | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18
""",
            STUDY,
        )
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "variable", "dims")
    assert told["AKM", 2020, "births", (("sex", "female"),)] == 4
    assert told["AKT", 2019, "deaths", (("sex", "male"),)] == 15
    assert len(told) == 16


@pytest.mark.parametrize("title", ["Births and deaths", "Births, growth", "Life expectancy at birth, men aged 60"])
def test_a_title_that_says_more_than_the_indicator_is_not_it(title):
    found = whole(read(f"{title} | |\n | 2019 | 2020\nAkmola | 1 | 2\nAktobe | 3 | 4\n", STUDY))
    assert set(found.figures["variable"]) <= {title}
    assert any(f.code == "indicator_unnamed" for f in found.findings)


PERCENT = Field("rate", {"en": "Unemployment rate"}, "%", (0, 100))


def test_shares_of_one_are_percents_where_the_heading_says_so_and_else_refused():
    known = Known(UNITS, {"rate": PERCENT}, {"share": ["share"], "%": ["%"]}, ("region",), year=2020)
    share = whole(read("Region | Unemployment rate, share\nAkmola | 0.05\nAktobe | 0.25\n", known))
    assert errors(share) == []
    assert figures(share, "unit") == {("AKM",): 5, ("AKT",): 25}
    nothing = whole(read("Region | Unemployment rate\nAkmola | 0.05\nAktobe | 0.25\n", known))
    assert errors(nothing) == ["percent_or_share"]
    assert nothing.figures.empty
    for head in ("Region | Unemployment rate, %\nAkmola | 0.05", "Region | Unemployment rate\nAkmola | 1.5"):
        plain = whole(read(f"{head}\nAktobe | 0.25\n", known))
        assert errors(plain) == []
        assert figures(plain, "unit")["AKT",] == 0.25


def test_a_sheet_of_eurostat_with_flags_beside_and_a_legend_below():
    known = Known({"AUT": {"en": "Austria"}, "GRC": {"en": "Greece"}})
    found = whole(
        read(
            """
Data extracted on 01/01/2024 from [ESTAT] | | | |
Dataset: | Life expectancy | | |
 | | | |
TIME | 2019 | | 2020 |
GEO (Labels) | | | |
Austria | 82.0 | | 81.3 | b
Greece | 81.7 | | : |

Special value | | | |
: | not available | | |
""",
            known,
        )
    )
    assert errors(found) == []
    assert set(found.figures["variable"]) == {"Life expectancy"}
    assert figures(found, "unit", "year", "marker") == {
        ("AUT", 2019, ""): 82.0,
        ("AUT", 2020, "b"): 81.3,
        ("GRC", 2019, ""): 81.7,
    }


def test_sdmx_csv_with_codes_and_labels():
    known = Known({"KAZ": {"en": "Kazakhstan"}, "GRC": {"en": "Greece"}})
    head = "STRUCTURE | REF_AREA: Reference area | TIME_PERIOD: Time period | OBS_VALUE: Value | OBS_STATUS: Status"
    rows = "x | KAZ: Kazakhstan | 2020 | 5.5 | A: Normal value\nx | GRC: Greece | 2020 | 6.5 | E: Estimated value\n"
    found = whole(read(f"{head}\n{rows}", known))
    assert errors(found) == []
    assert figures(found, "unit", "year", "marker") == {("KAZ", 2020, ""): 5.5, ("GRC", 2020, "e"): 6.5}


def test_a_count_that_is_not_whole_is_refused():
    found = whole(read("Region | Births, 2020\nAkmola | 1.5\nAktobe | 2\n", STUDY))
    assert [(f.code, f.cell) for f in found.findings if f.severity == "error"] == [("whole", "B2")]
