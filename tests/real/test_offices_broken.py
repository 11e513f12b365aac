"""Layouts that were misread, lost or refused without need: years, languages, units of measure, sections, notes."""

import pytest

from monotown.data.workbooks.fields import Field
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.offices import Known, read_office, select

UNITS = {
    "AKM": {"en": "Akmola", "ru": "Акмолинская область", "kk": "Ақмола облысы", "level": "region"},
    "AKT": {"en": "Aktobe", "ru": "Актюбинская область", "kk": "Ақтөбе облысы", "level": "region"},
}
FIELDS = {
    "wage": Field("wage", {"ru": "Заработная плата", "kk": "Жалақы", "en": "Wage"}, "KZT", (0, None), False),
    "jobless": Field("jobless", {"ru": "Уровень безработицы", "kk": "Жұмыссыздық деңгейі"}, "%", (0, 100), False),
    "pop": Field("pop", {"ru": "Численность населения"}, "тысяч человек", (0, None), False),
}
MEASURES = {"KZT": ["тенге", "теңге"], "thousand KZT": ["тыс. тенге"], "%": ["%", "в процентах"], "people": ["человек"]}
STUDY = Known(units=UNITS, levels=("region",), fields=FIELDS, measures=MEASURES)


def read(text, known=STUDY, name="Лист1", **more):
    rows = [[c.strip() for c in line.split("|")] for line in text.strip("\n").split("\n")]
    found = read_office([Sheet("t.xlsx", name, rows, **more)], known)
    for told in found.fates:
        assert told.open() == []
        assert sum(told.counts().values()) == told.not_empty
    return found


def errors(found):
    return [f.code for f in found.findings if f.severity == "error"]


def figures(found, *columns):
    kept = found.figures[found.figures["value"].notna()]
    return {tuple(row[c] for c in columns): row["value"] for row in kept.to_dict("records")}


@pytest.mark.parametrize(
    "heads",
    [
        ("2021 г. 1)", "20222)"),
        ("2021* ж.", "2022** г."),
        ("2021 (предварительно)", "2022 (оценка)"),
        ("2021p", "2022r"),
        ("на 1 января 2021 года", "на 1 января 2022 года"),
        ("январь-декабрь 2021 г.", "январь-декабрь 2022 г."),
        ("2021-жыл", "2022-жыл"),
        ("2021 ж. / 2021 г.", "2022 ж. / 2022 г."),
        ("Год 2021", "Год 2022"),
        ("01.01.2021", "01.01.2022"),
        ("31 December 2021", "31 December 2022"),
    ],
)
def test_a_year_is_one_however_it_is_printed(heads):
    found = read(f"Заработная плата | |\n | {heads[0]} | {heads[1]}\nAkmola | 10 | 11\nAktobe | 12 | 13\n")
    assert errors(found) == []
    assert figures(found, "unit", "year", "variable") == {
        ("AKM", 2021, "wage"): 10,
        ("AKM", 2022, "wage"): 11,
        ("AKT", 2021, "wage"): 12,
        ("AKT", 2022, "wage"): 13,
    }


@pytest.mark.parametrize("head", ["2020/2021", "2022 в % к 2021", "I квартал 2022", "2022 прогноз", "январь-март 2022"])
def test_what_is_no_year_is_left_out_and_said(head):
    found = read(f"Заработная плата | |\n | 2021 | {head}\nAkmola | 10 | 11\nAktobe | 12 | 13\n")
    assert figures(found, "unit", "year") == {("AKM", 2021): 10, ("AKT", 2021): 12}
    assert [f.found for f in found.findings if f.code == "columns_left_out"] == [head]


def test_the_year_of_a_sheet_is_that_of_its_name():
    text = "Регион | Заработная плата\nAkmola | 10\nAktobe | 12\n"
    assert figures(read(text, name="2021 год"), "unit", "year") == {("AKM", 2021): 10, ("AKT", 2021): 12}


def test_a_heading_year_in_a_corner_stands_over_men_and_women_too():
    found = read(
        """
Заработная плата | | | |
 | Akmola | | Aktobe |
Год | мужчины | женщины | мужчины | женщины
2021 | 11 | 12 | 13 | 14
2022 | 15 | 16 | 17 | 18
""",
        merged=[(1, 1, 1, 2), (1, 3, 1, 4)],
    )
    assert errors(found) == []
    assert len(found.figures) == 8
    assert figures(found, "unit", "year", "dims")["AKT", 2022, (("sex", "female"),)] == 18


def test_a_heading_indicator_merged_over_the_years_leaves_them_years():
    found = read(
        """
Показатель | Akmola | | Aktobe |
 | 2021 | 2022 | 2021 | 2022
Уровень безработицы | 4.1 | 4.2 | 4.3 | 4.4
Заработная плата | 11 | 12 | 13 | 14
""",
        merged=[(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4)],
    )
    assert errors(found) == []
    assert len(found.figures) == 8
    assert figures(found, "unit", "year", "variable")["AKT", 2021, "wage"] == 13


def test_titles_heads_and_names_in_two_languages():
    found = read(
        """
2021 жыл / 2021 год | |
Өңір / Регион | Жұмыссыздық деңгейі, % / Уровень безработицы, % | Жалақы / Wage
Ақмола облысы / Акмолинская область | 4.1 | 11
Ақтөбе облысы/Aktobe | 4.2 | 12
"""
    )
    assert errors(found) == []
    told = figures(found, "unit", "year", "variable")
    assert told == {
        ("AKM", 2021, "jobless"): 4.1,
        ("AKM", 2021, "wage"): 11,
        ("AKT", 2021, "jobless"): 4.2,
        ("AKT", 2021, "wage"): 12,
    }
    titled = read("Уровень безработицы / Жұмыссыздық деңгейі, в процентах\n | 2021\nAkmola | 4.1\nAktobe | 4.2\n")
    assert figures(titled, "variable", "unit") == {("jobless", "AKM"): 4.1, ("jobless", "AKT"): 4.2}


def test_two_words_with_a_stroke_are_no_translation():
    found = read("Регион | Заработная плата / население | Заработная плата\nAkmola | 5 | 11\nAktobe | 6 | 12\n")
    assert set(found.figures["value"]) == {11, 12}
    two = read("Регион | 2021\nАкмолинская / Актюбинская | 5\nAktobe | 6\n")
    assert set(two.figures["unit"]) == {"AKT"}


@pytest.mark.parametrize(
    "text",
    [
        "Заработная плата | |\n | 2021 | 2022\n | тыс. тенге | тыс. тенге\nAkmola | 1 | 2\nAktobe | 3 | 4\n",
        "Заработная плата | |\n(тыс. тенге) | |\n | 2021 | 2022\nAkmola | 1 | 2\nAktobe | 3 | 4\n",
        " | 2021 | 2022\nЗаработная плата, тыс. тенге | |\nAkmola | 1 | 2\nAktobe | 3 | 4\n",
        "(тыс. тенге) | \n2021 год | \nРегион | Заработная плата\nAkmola | 1\nAktobe | 3\n",
    ],
)
def test_a_unit_of_measure_counts_wherever_it_stands(text):
    found = read(text)
    assert "unit_of_measure" in errors(found)
    assert found.figures.empty
    assert errors(read(text.replace("тыс. тенге", "тенге"))) == []


def test_a_unit_of_measure_of_the_study_has_its_own_scale():
    found = read("Численность населения\n(на 1 января; тысяч человек)\n | 2021\nAkmola | 735.5\nAktobe | 880.1\n")
    assert errors(found) == []
    assert set(found.figures["variable"]) == {"pop"}


def test_a_heading_that_names_no_indicator_ends_the_one_before_it():
    found = read(
        """
 | 2021 | 2022
Заработная плата | |
Akmola | 11 | 12
Aktobe | 13 | 14
Другой показатель | |
Akmola | 1.1 | 1.2
Aktobe | 1.3 | 1.4
"""
    )
    assert errors(found) == []
    assert set(found.figures["value"]) == {11, 12, 13, 14}
    assert any(f.code == "columns_left_out" and "Другой показатель" in f.found for f in found.findings)


def test_figures_of_men_alone_are_said():
    found = read("Заработная плата мужчин | \n | 2021\nAkmola | 11\nAktobe | 13\n")
    _, notes = select(found.figures)
    assert [(n.code, n.found) for n in notes] == [("section_taken", "sex: male")]
    assert select(found.figures, {"sex": "male"})[1] == []


def test_goals_of_the_united_nations_and_units_in_brackets_over_a_column():
    fields = {
        "life": Field("life", {"en": "Life expectancy at birth"}, "years", (20, 90), False),
        "gni": Field("gni", {"en": "Gross national income (GNI) per capita"}, "", (0, None), False),
    }
    found = read(
        """
 | SDG3 | | SDG8.5 |
 | Life expectancy at birth | | Gross national income (GNI) per capita |
 | (years) | | (2017 PPP $) |
Country | 2022 | a | 2022 | a
Akmola | 71.5 | b | 22586 |
Aktobe | 72.5 | | 21000 | c
""",
        Known(units=UNITS, fields=fields, measures={"years": ["years"]}),
    )
    assert errors(found) == []
    assert figures(found, "unit", "year", "variable") == {
        ("AKM", 2022, "life"): 71.5,
        ("AKM", 2022, "gni"): 22586,
        ("AKT", 2022, "life"): 72.5,
        ("AKT", 2022, "gni"): 21000,
    }


def test_footnotes_that_stand_in_two_columns():
    found = read(
        """
Регион | Год | Заработная плата
Akmola | 2021 | 11
Aktobe | 2021 | 13
fnSeqID | Footnote |
1 | Estimates before 2021 |
a | Data refer to 2020 |
"""
    )
    assert errors(found) == []
    assert found.fates[0].counts()["footnote"] == 6


def test_no_row_of_the_study_is_said_with_the_names_found():
    found = read("Title | \nCountry | 2021\nAruba | 5\nFrance | 6\n")
    (told,) = [f for f in found.findings if f.severity == "error"]
    assert (told.code, told.cell, told.found) == ("no_units_found", "A3", "Aruba; France")


def test_the_power_of_ten_of_sdmx_counts():
    text = """
REF_AREA | Measure | Unit of measure | UNIT_MULT | TIME_PERIOD | OBS_VALUE
Akmola | Заработная плата | тенге | 0 | 2021 | 11
Aktobe | Заработная плата | тенге | 3 | 2021 | 13
"""
    found = read(text)
    assert errors(found) == ["unit_of_measure"]
    assert figures(found, "unit") == {("AKM",): 11}
    people = read(
        "REF_AREA | Measure | UNIT_MULT | TIME_PERIOD | OBS_VALUE\nAkmola | Численность населения | 3 | 2021 | 735"
    )
    assert errors(people) == []
    assert figures(people, "unit") == {("AKM",): 735}


def test_a_power_of_ten_counts_where_it_changes_when_no_unit_is_said():
    head = "REF_AREA | Measure | UNIT_MULT | TIME_PERIOD | OBS_VALUE\n"
    text = head + "Akmola | GDP | 6 | 2021 | 5\nAktobe | GDP | {} | 2021 | 7"
    assert errors(read(text.format(6), Known(units=UNITS))) == []
    assert errors(read(text.format(3), Known(units=UNITS))) == ["unit_of_measure"]


def test_a_title_with_the_number_of_its_table_and_whose_it_is():
    found = read(
        """
Таблица 1 – Уровень безработицы по регионам Республики Казахстан за 2021-2022 гг. | |
в процентах | |
Регион | 2021 | 2022
Akmola | 4.1 | н.д.
Aktobe | 4.2 | 4.3
"""
    )
    assert errors(found) == []
    assert set(found.figures["variable"]) == {"jobless"}
    assert found.figures["value"].isna().sum() == 1


def test_a_size_in_the_title_counts_for_columns_that_say_none():
    for title in ("Показатели труда (в тысячах тенге)", "в тыс. тенге"):
        found = read(f"{title} |\n2021 год | \nРегион | Заработная плата\nAkmola | 1\nAktobe | 3\n")
        assert errors(found) == ["unit_of_measure", "unit_of_measure"]
        own = read(f"{title} |\n2021 год | \nРегион | Заработная плата, тенге\nAkmola | 1\nAktobe | 3\n")
        assert errors(own) == []
    known = Known(
        units=UNITS, fields={"n": Field("n", {"ru": "Население"}, "people", (0, None), True)}, measures=MEASURES
    )
    titled = read("Население, тыс. чел.\n | 2021\nAkmola | 735\nAktobe | 880\n", known)
    assert errors(titled) == ["unit_of_measure"]


def test_the_whole_after_its_parts_is_a_section_of_its_own():
    rows = "Akmola | {}\nAktobe | {}\n"
    text = "Заработная плата |\n | 2021\nМужчины |\n" + rows.format(1, 2) + "Всего |\n" + rows.format(3, 4)
    found = read(text)
    assert errors(found) == []
    told = figures(found, "unit", "dims")
    assert told["AKM", (("sex", "male"),)] == 1
    assert told["AKT", (("sex", "both"),)] == 4


def test_the_whole_is_taken_where_a_section_or_a_column_names_it():
    rows = "Akmola | {}\nAktobe | {}\n"
    text = "Заработная плата |\n | 2021\n15-24 года |\n" + rows.format(1, 2) + "Всего |\n" + rows.format(3, 4)
    taken, notes = select(read(text).figures)
    assert sorted(taken["value"]) == [3, 4]
    assert [n.code for n in notes] == ["section_taken"]


def test_thousands_that_apostrophes_part_are_refused_at_their_cells():
    found = read("Заработная плата | |\n | 2021 | 2022\nAkmola | 199'123 | 201’456\nAktobe | 99'000 | 98'000\n")
    assert set(errors(found)) == {"number"}
    assert found.figures.empty
