"""``monotown check`` of files as offices publish them: every figure is its cell, every cell has one fate."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from monotown.commands.main import main
from monotown.data.workbooks.fates import FATES
from monotown.data.workbooks.grid import cell_place

HERE = Path(__file__).parent
LIFE = HERE / "kz-life-expectancy/kz_llife.xlsx"
NBSP = "\u00a0"


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """The object of a check in an empty folder; what must hold of every file is asserted here."""
    monkeypatch.chdir(tmp_path)

    def read(file, *words):
        status = main(["check", "--json", "--language", "en", str(file), *words])
        found = json.loads(capsys.readouterr().out)
        for cells in found["cells"].values():
            assert cells["nonempty"] == sum(cells[fate] for fate in FATES)
        keys = [(f["unit"], f["year"], f["indicator"], *sorted(f["dims"].items())) for f in found["figures"]]
        assert len(keys) == len(set(keys))
        equal_their_cells(file, found["figures"])
        read = sum(cells["read"] + cells["missing"] for cells in found["cells"].values())
        assert read == sum(not f["reference"] for f in found["figures"])
        assert status == any(f["severity"] == "error" for f in found["findings"])
        return found

    return read


def equal_their_cells(file, figures):
    """Every number read is the number of its cell, by a reader that is none of ours."""
    book = openpyxl.load_workbook(file) if str(file).endswith("xlsx") else None
    rows = [] if book else grid_of(file)
    for figure in figures:
        r, c = cell_place(figure["cell"])
        cell = book[figure["sheet"]].cell(r + 1, c + 1) if book else None
        text = cell.value if book else rows[r][c]
        if figure["value"] is None:
            assert not isinstance(text, (int, float))
            assert not re.search(r"\d", str(text))
            continue
        number = (
            text
            if isinstance(text, (int, float))
            else float(re.sub(r"[\s\u00a0]|[a-z]+\Z", "", text).replace(",", "."))
        )
        number *= 100 if book and cell.number_format.endswith("%") else 1
        assert figure["value"] == pytest.approx(number, rel=1e-12)


def grid_of(file):
    path = Path(file)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1251")
    mark = "\t" if path.suffix == ".tsv" else ";" if text.count(";") > text.count(",") else ","
    return list(csv.reader(text.splitlines(), delimiter=mark))


def codes(found, severity):
    return [f["code"] for f in found["findings"] if f["severity"] == severity]


def count(found, **wanted):
    return sum(all(f[k] == v for k, v in wanted.items()) and f["value"] is not None for f in found["figures"])


# --- real files ---------------------------------------------------------------------------------


def test_life_expectancy_of_kazakhstan(check):
    found = check(LIFE, "--study", "kazakhstan")
    assert codes(found, "error") == []
    first = {"sheet": "Все население", "reference": False}
    assert count(found, **first) == 393
    assert len({f["unit"] for f in found["figures"] if f["sheet"] == "Все население" and not f["reference"]}) == 20
    assert count(found, sheet="Все население", reference=True) == 24
    assert {f["indicator"] for f in found["figures"]} == {"life_expectancy"}
    for sheet, sex in (("Мужчины", "male"), ("Женщины", "female")):
        sections = Counter(
            f["dims"]["area"]
            for f in found["figures"]
            if f["sheet"] == sheet and not f["reference"] and f["value"] is not None
        )
        assert sections == {"all": 393, "urban": 393, "rural": 339}
        assert {f["dims"]["sex"] for f in found["figures"] if f["sheet"] == sheet} == {sex}


def test_the_part_that_is_taken_is_said_and_others_are_left_out(check):
    words = ("--study", "kazakhstan", "--set", "take.sex=female", "--set", "take.area=urban")
    found = check(LIFE, *words)
    assert {json.dumps(f["dims"], sort_keys=True) for f in found["figures"]} == {'{"area": "urban", "sex": "female"}'}
    assert count(found, reference=False) == 393
    wrong = check(LIFE, "--study", "kazakhstan", "--set", "take.sex=children")
    assert "section_absent" in codes(wrong, "error")


@pytest.mark.parametrize(("name", "top", "groups"), [("wdi_life_40.csv", 1, 2), ("wdi_4lines.csv", 5, 1)])
def test_the_bank_without_a_study(check, name, top, groups):
    found = check(HERE / "wdi" / name)
    rows = grid_of(HERE / "wdi" / name)
    countries = [
        row for row in rows[top:] if row[:1] and row[0] not in ("Arab World", "Central Europe and the Baltics")
    ]
    assert sum(bool(re.fullmatch(r"\d[\d.]*", t)) for row in countries for t in row[4:]) == count(found)
    assert {f["unit"] for f in found["figures"]} <= {row[1] for row in countries}
    assert {f["name"] for f in found["figures"]} <= {row[0] for row in countries}
    told = next(f for f in found["findings"] if f["code"] == "groups_left_out")
    assert len(told["found"].split(", ")) == groups
    assert codes(found, "error") == []


@pytest.fixture
def small(tmp_path):
    """A study of four countries in a folder."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "study.yaml").write_text("title: Small\n", encoding="utf-8")
    head = "id,name,direction,low,high\n"
    (folder / "indicators.csv").write_text(f'{head}life,"Life expectancy at birth, total (years)",1,20,85\n', "utf-8")
    (folder / "units.csv").write_text("code,name\nAGO,Angola\nAUT,Austria\nAUS,Australia\nARG,Argentina\n", "utf-8")
    return "small"


@pytest.mark.parametrize("name", ["wdi_life_40.csv", "wdi_4lines.csv"])
def test_the_bank_for_a_study_of_four_countries(check, small, name):
    found = check(HERE / "wdi" / name, "--study", small)
    figures = [f for f in found["figures"] if f["file"].endswith(name)]
    assert figures
    assert {f["indicator"] for f in figures} == {"life"}
    assert {f["unit"] for f in figures} <= {"AGO", "AUT", "AUS", "ARG"}
    assert codes(found, "warning") == ["units_left_out"]
    assert codes(found, "error") == []


# --- files in the form of offices ---------------------------------------------------------------


def book(path, rows, merges=(), change=None):
    made = openpyxl.Workbook()
    page = made.active
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            if value not in (None, ""):
                page.cell(r, c, value)
    for merge in merges:
        page.merge_cells(merge)
    if change:
        change(page)
    made.save(path)
    return path


def test_a_head_of_three_storeys_is_one_indicator_in_parts(check, tmp_path):
    rows = [
        ["Численность населения по субъектам Российской Федерации"],
        ["(на 1 января; тысяч человек)"],
        ["", "2020", "", "", "2021¹", "", ""],
        ["", "Всё население", "в том числе:", "", "Всё население", "в том числе:", ""],
        ["", "", "городское", "сельское", "", "городское", "сельское"],
        ["Российская Федерация", 146748.6, 109562.5, 37186.1, 146171.0, 109251.6, 36919.4],
        ["Центральный федеральный округ", 39433.6, 32422.1, 7011.5, 39250.9, 32263.5, 6987.4],
        ["Белгородская область", 1549.2, 1045.0, 504.2, 1541.3, 1038.0, 503.3],
        ["г. Москва 2)", 12678.1, 12480.5, 197.6, 12655.1, 12463.1, 192.0],
        [],
        ["1) Предварительные данные."],
        ["2) Включая новые территории."],
    ]
    merges = ["B3:D3", "E3:G3", "C4:D4", "F4:G4", "A3:A5", "B4:B5", "E4:E5"]
    found = check(book(tmp_path / "rosstat.xlsx", rows, merges))
    assert Counter(f["dims"]["area"] for f in found["figures"]) == {"all": 4, "urban": 4, "rural": 4}
    assert len({f["indicator"] for f in found["figures"]}) == 1
    assert {f["year"] for f in found["figures"]} == {2020, 2021}
    assert {f["name"] for f in found["figures"]} == {"Белгородская область", "г. Москва 2)"}


def test_columns_of_notes_between_columns_of_figures(check, tmp_path):
    rows = [
        ["Table 1. Human Development Index and its components"],
        [],
        ["", "", "Human Development Index (HDI)", "", "Life expectancy at birth", ""],
        ["", "", "Value", "", "(years)", ""],
        ["HDI rank", "Country", 2022, "", 2022, "a"],
        ["Very high human development"],
        [1, "Switzerland", 0.967, "", 84.255, "b"],
        [2, "Norway", 0.966, "", 83.393, ""],
        ["Other countries or territories"],
        ["", "Korea (Democratic People's Rep. of)", "..", "", 73.6, ""],
        ["Human development groups"],
        ["", "Very high human development", 0.902, "", 79.2, ""],
        ["Regions"],
        ["", "Arab States", 0.704, "", 71.3, ""],
        ["", "World", 0.739, "", 72.0, ""],
        ["Notes"],
        ["a Estimates."],
    ]
    found = check(book(tmp_path / "table.xlsx", rows, ["C3:D3", "E3:F3"]))
    assert {f["unit"] for f in found["figures"]} == {"Switzerland", "Norway", "Korea (Democratic People's Rep. of)"}
    assert {f["year"] for f in found["figures"]} == {2022}
    assert [f["value"] for f in found["figures"] if f["name"].startswith("Korea")] == [None, 73.6]
    assert len({f["indicator"] for f in found["figures"]}) == 2


LONG = {
    "oecd": (
        "LOCATION,INDICATOR,SUBJECT,MEASURE,FREQUENCY,TIME,Value,Flag Codes\nAUS,LIFEEXP,MEN,YR,A,2019,80.9,\n"
        "AUS,LIFEEXP,TOT,YR,A,2019,83.0,\nAUT,LIFEEXP,MEN,YR,A,2019,79.7,B\nAUT,LIFEEXP,TOT,YR,A,2019,82.0,\n"
        "OECD,LIFEEXP,TOT,YR,A,2019,80.5,\n",
        {"AUS", "AUT"},
        {"male", "both"},
    ),
    "fao": (
        "Domain,Area Code (M49),Area,Element,Item,Year,Unit,Value,Flag\nMacro,398,Kazakhstan,Value US$,GDP,2020,"
        "million US$,171082.36,X\nMacro,417,Kyrgyzstan,Value US$,GDP,2020,million US$,7780.9,X\n",
        {"Kazakhstan", "Kyrgyzstan"},
        set(),
    ),
    "ilo": (
        "ref_area.label,source.label,indicator.label,sex.label,time,obs_value,obs_status.label\n"
        "Kazakhstan,LFS,Unemployment rate (%),Total,2020,4.89,\nKazakhstan,LFS,Unemployment rate (%),Male,2020,4.3,\n"
        "Kyrgyzstan,LFS,Unemployment rate (%),Total,2020,4.6,Unreliable\n",
        {"Kazakhstan", "Kyrgyzstan"},
        {"both", "male"},
    ),
    "owid": (
        "Entity,Code,Year,Life expectancy\nAfghanistan,AFG,1950,27.7\nAfrica,,1950,37.6\nKazakhstan,KAZ,1950,54.6\n"
        "World,OWID_WRL,1950,46.5\nHigh-income countries,,1950,60.0\n",
        {"Afghanistan", "Kazakhstan"},
        set(),
    ),
}


@pytest.mark.parametrize("form", LONG)
def test_a_long_table_is_read_by_its_column_of_places(check, tmp_path, form):
    text, units, sexes = LONG[form]
    (tmp_path / f"{form}.csv").write_text(text, encoding="utf-8")
    found = check(tmp_path / f"{form}.csv")
    assert {f["name"] for f in found["figures"]} == units
    assert {f["dims"]["sex"] for f in found["figures"] if f["dims"]} == sexes
    assert len({f["indicator"] for f in found["figures"]}) == 1
    assert codes(found, "error") == []


def test_a_pivot_of_the_bureau(check, tmp_path):
    rows = [
        ["Численность исследователей"],
        ["человек"],
        [],
        ["", "2019", "2020", "2021¹", "2022 г."],
        ["Республика Казахстан", f"17{NBSP}124", f"18{NBSP}228", "17 092", "17 546"],
        ["Акмолинская область", "312", "301", "298", "305"],
        ["г. Астана", f"2{NBSP}935", f"3{NBSP}102", f"3{NBSP}008", f"3{NBSP}221"],
        ["область Абай", "-", "-", "-", "214"],
        ["г. Шымкент", "x", "401", "…", "412"],
        [],
        ["¹ Предварительные данные"],
        ["Источник: Бюро национальной статистики"],
    ]
    found = check(book(tmp_path / "pivot.xlsx", rows), "--study", "kazakhstan")
    assert codes(found, "error") == []
    assert {f["unit"]: f["reference"] for f in found["figures"]} == {
        "KZ": True,
        "KZAKM": False,
        "KZNS": False,
        "KZABY": False,
        "KZSHY": False,
    }
    assert count(found, unit="KZABY") == 1
    assert {f["year"] for f in found["figures"]} == {2019, 2020, 2021, 2022}


@pytest.mark.parametrize("across", [False, True])
def test_tables_of_one_sheet_have_each_its_indicator(check, tmp_path, across):
    one = [
        ["Ожидаемая продолжительность жизни при рождении"],
        ["Регион", 2020, 2021],
        ["Акмолинская", 70.09, 68.86],
        ["Актюбинская", 71.69, 70.83],
    ]
    two = [["Численность исследователей"], ["Регион", 2020, 2021], ["Акмолинская", 301, 298], ["Актюбинская", 247, 244]]
    beside = [[*a, *[""] * (4 - len(a)), *b] for a, b in zip(one, two, strict=True)]
    found = check(book(tmp_path / "two.xlsx", beside if across else [*one, [], *two]), "--study", "kazakhstan")
    assert Counter(f["indicator"] for f in found["figures"]) == {"life_expectancy": 4, "researchers": 4}
    assert all((f["value"] > 100) == (f["indicator"] == "researchers") for f in found["figures"])


@pytest.mark.parametrize("study", [(), ("--study", "kazakhstan")])
def test_places_across_and_years_down(check, tmp_path, study):
    rows = [["Численность исследователей"], ["Год", "Акмолинская", "Актюбинская"], [2020, 301, 247], [2021, 298, 244]]
    found = check(book(tmp_path / "across.xlsx", rows), *study)
    assert {(f["name"], f["year"], f["value"]) for f in found["figures"]} == {
        ("Акмолинская", 2020, 301),
        ("Акмолинская", 2021, 298),
        ("Актюбинская", 2020, 247),
        ("Актюбинская", 2021, 244),
    }


def test_a_long_table_in_an_old_encoding(check, tmp_path):
    rows = [
        f"Ожидаемая продолжительность жизни при рождении;{r};{p};2020 год;{v}"
        for r, p, v in [
            ("АКМОЛИНСКАЯ ОБЛАСТЬ", "Всего", "70,09"),
            ("АКМОЛИНСКАЯ ОБЛАСТЬ", "Мужчины", "66,1"),
            ("г.АЛМАТЫ", "Всего", "73,1"),
            ("г.АЛМАТЫ", "Мужчины", "69,4"),
            ("РЕСПУБЛИКА КАЗАХСТАН", "Всего", "71,37"),
        ]
    ]
    text = "\r\n".join(["Показатель;Регион;Пол;Период;Значение", *rows])
    (tmp_path / "long.csv").write_text(text, encoding="cp1251")
    found = check(tmp_path / "long.csv", "--study", "kazakhstan")
    assert codes(found, "error") == []
    assert {(f["unit"], f["dims"]["sex"], f["reference"]) for f in found["figures"]} == {
        ("KZAKM", "both", False),
        ("KZAKM", "male", False),
        ("KZALA", "both", False),
        ("KZALA", "male", False),
        ("KZ", "both", True),
    }


# --- settings -----------------------------------------------------------------------------------

WIDE = [
    ["Основные показатели регионов в 2021 году"],
    ["Регион", "Аким", "Численность исследователей", "Ожидаемая продолжительность жизни при рождении", "Площадь"],
    ["Акмолинская", "А.", 298, 68.86, 146.2],
    ["Актюбинская", "Б.", 244, 70.83, 300.6],
]


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ([], {"researchers", "life_expectancy"}),
        (["only=[researchers]"], {"researchers"}),
        (["only=[Численность исследователей]"], {"researchers"}),
        (["ignore=[researchers]"], {"life_expectancy"}),
        (["ignore=[Численность исследователей, Аким]"], {"life_expectancy"}),
        (["columns.Площадь=internal_rd_expenditure"], {"researchers", "life_expectancy", "internal_rd_expenditure"}),
        (["columns.Численность исследователей=ignore"], {"life_expectancy"}),
    ],
)
def test_columns_are_chosen_by_heading_or_by_id(check, tmp_path, settings, kept):
    words = [word for text in settings for word in ("--set", text)]
    found = check(book(tmp_path / "wide.xlsx", WIDE), "--study", "kazakhstan", *words)
    assert {f["indicator"] for f in found["figures"]} == kept
    assert "name_unmet" not in codes(found, "warning")


def test_a_name_that_no_column_has_is_said(check, tmp_path):
    found = check(book(tmp_path / "wide.xlsx", WIDE), "--study", "kazakhstan", "--set", "ignore=[Мэр]")
    assert [f["found"] for f in found["findings"] if f["code"] == "name_unmet"] == ["Мэр"]


def test_over_twenty_columns_are_one_line(check, tmp_path):
    heads = [f"Прочее {i}" for i in range(30)]
    rows = [["Город", "Год", "researchers", *heads], *[[t, 2021, 5, *["да"] * 30] for t in ("Риддер", "Темиртау")]]
    found = check(book(tmp_path / "own.xlsx", rows), "--study", "kazakhstan")
    told = [f for f in found["findings"] if f["code"] == "columns_left_out"]
    assert len(told) == 1
    assert told[0]["found"].endswith("+ 10")
    assert told[0]["severity"] == "note"


def test_a_mark_that_is_open_is_asked_for(check, tmp_path):
    text = "Регион;2020;2021\nАкмолинская;1,234;1,301\nАктюбинская;2,104;2,222\n"
    (tmp_path / "researchers.csv").write_text(text, encoding="utf-8")
    found = check(tmp_path / "researchers.csv", "--study", "kazakhstan")
    assert codes(found, "error")[:4] == ["which_mark"] * 4
    assert found["figures"] == []


def test_percents_are_those_of_the_format(check, tmp_path):
    def percents(page):
        for row in page.iter_rows(min_row=3, min_col=2):
            for cell in row:
                cell.number_format = "0.0%"

    rows = [
        ["Уровень безработицы"],
        ["Регион", 2020, 2021],
        ["Акмолинская", 0.048, 0.049],
        ["Актюбинская", 0.047, 0.04],
    ]
    found = check(book(tmp_path / "percent.xlsx", rows, change=percents), "--study", "kazakhstan")
    assert [f["value"] for f in found["figures"]] == pytest.approx([4.8, 4.9, 4.7, 4.0])


@pytest.mark.parametrize("hidden", ["read", "leave_out"])
def test_what_is_hidden_is_named(check, tmp_path, hidden):
    def hide(page):
        page.row_dimensions[4].hidden = True
        page.column_dimensions["C"].hidden = True

    rows = [
        ["Численность исследователей"],
        ["Регион", 2020, 2021, 2022],
        ["Акмолинская", 301, 298, 305],
        ["Актюбинская", 247, 244, 251],
        ["Алматинская", 511, 505, 501],
    ]
    file = book(tmp_path / "hidden.xlsx", rows, change=hide)
    found = check(file, "--study", "kazakhstan", "--set", f"hidden={hidden}")
    code = "hidden_read" if hidden == "read" else "hidden_left_out"
    assert [f["found"] for f in found["findings"] if f["code"] == code] == ["4:4", "C:C"]
    assert len(found["figures"]) == (9 if hidden == "read" else 4)


def test_a_cover_is_left_out_with_a_warning(check, tmp_path):
    def cover(page):
        other = page.parent.create_sheet("Содержание", 0)
        other["A1"] = "Статистический сборник"

    rows = [["Численность исследователей"], ["Регион", 2020], ["Акмолинская", 301], ["Актюбинская", 247]]
    found = check(book(tmp_path / "cover.xlsx", rows, change=cover), "--study", "kazakhstan")
    assert codes(found, "error") == []
    assert codes(found, "warning") == ["sheet_left_out"]


# --- figures of no study ------------------------------------------------------------------------


def test_figures_of_no_study_ask_a_run_for_directions(check, tmp_path, capsys):
    found = check(HERE / "wdi/wdi_4lines.csv")
    told = [f for f in found["findings"] if f["code"] == "indicator_own"]
    assert [f["severity"] for f in told] == ["note"]
    before = sorted(tmp_path.iterdir())
    assert main(["run", str(HERE / "wdi/wdi_4lines.csv"), "--language", "en"]) == 1
    assert "--set direction.Life_expectancy_at_birth_total_years=1" in capsys.readouterr().err
    assert sorted(p for p in tmp_path.iterdir() if p.name != ".monotown") == before


def test_a_workbook_may_name_its_study(check, tmp_path):
    def about(page):
        other = page.parent.create_sheet("about")
        for row in (("key", "value"), ("study", "kazakhstan"), ("ignore", "[life_expectancy]")):
            other.append(row)

    found = check(book(tmp_path / "wide.xlsx", WIDE, change=about))
    assert {f["indicator"] for f in found["figures"]} == {"researchers"}


def test_one_country_among_regions_is_a_line_where_no_study_says_it(check, tmp_path):
    rows = [
        ["Численность исследователей"],
        ["Регион", 2020],
        ["Республика Казахстан", 18228],
        ["Акмолинская", 301],
        ["Актюбинская", 247],
    ]
    found = check(book(tmp_path / "country.xlsx", rows))
    assert {f["name"]: f["reference"] for f in found["figures"]} == {
        "Республика Казахстан": True,
        "Акмолинская": False,
        "Актюбинская": False,
    }


def test_errors_of_a_file_stand_beside_what_is_read_for_a_study(check, small, tmp_path):
    (tmp_path / "life.csv").write_text("Country,2019,2020\nAustria,81.5,abc\nAngola,61.1,61.5\n", encoding="utf-8")
    found = check(tmp_path / "life.csv", "--study", small)
    assert [(f["code"], f["cell"]) for f in found["findings"] if f["severity"] == "error"] == [("number", "C2")]
    assert count(found, indicator="life") == 3


def test_sheets_of_a_workbook_of_a_study_have_their_fates(check, tmp_path):
    made = openpyxl.Workbook()
    page = made.active
    page.title = "indicators"
    for row in (["id", "name", "direction"], ["pay", "Pay", "+"], ["air", "Dirty air", "-"]):
        page.append(row)
    page = made.create_sheet("data")
    for row in (["Город", "Год", "Мэр", "Pay", "air"], ["Зима", 2020, "А.", 5, 1.5], ["Лето", 2020, "Б.", "-", 2.5]):
        page.append(row)
    made.create_sheet("прочее")["A1"] = "заметка"
    made.save(tmp_path / "study.xlsx")
    found = check(tmp_path / "study.xlsx")
    assert found["cells"]["study.xlsx/data"]["read"] == 3
    assert found["cells"]["study.xlsx/data"]["missing"] == 1
    assert found["cells"]["study.xlsx/прочее"]["left_out"] == 1
    assert {f["cell"] for f in found["figures"]} == {"D2", "E2", "D3", "E3"}
    assert {f["name"] for f in found["figures"]} == {"Зима", "Лето"}


def test_columns_that_the_study_does_not_know_are_kept_by_name_where_it_knows_none(check):
    found = check(HERE / "forms/kobo.csv", "--study", "kazakhstan")
    assert {f["indicator"] for f in found["figures"]} == {
        "group_life/satisfaction",
        "group_life/income",
        "group_life/services/school",
        "group_life/services/clinic",
    }
    assert {f["dims"]["respondent"] for f in found["figures"]} == {"101", "102", "103", "104", "105"}
    assert "indicator_unnamed" in codes(found, "note")
    named = check(
        HERE / "forms/kobo.csv", "--study", "kazakhstan", "--set", "columns.group_life/satisfaction=life_satisfaction"
    )
    assert {f["indicator"] for f in named["figures"]} == {"life_satisfaction"}
    assert codes(named, "error") == []
