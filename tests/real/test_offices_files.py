"""Files that offices published, untouched, and files in their forms: every figure equal to its cell."""

import csv
import json
import math
import re
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from monotown.data.workbooks.fields import Field
from monotown.data.workbooks.grid import cell_place
from monotown.data.workbooks.offices import COLUMNS, Known, checked, select, unit_means
from monotown.data.workbooks.vocabulary import THREE_TO_TWO
from monotown.workflow import read_labels, read_yaml
from monotown.workflow.offices import known_of, read_office_files
from monotown.workflow.study import StudyFiles

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = ("offices", "office_page", "office_bands")


@cache
def towns():
    return read_yaml(ROOT / "config/parts/towns.yaml")


@cache
def kazakhstan():
    return known_of(StudyFiles(read_yaml(ROOT / "config/config.yaml"), ROOT), towns())


def read(name, known):
    found = read_office_files([HERE / name], known, towns()["limits"])
    for told in found.fates:
        assert told.open() == []
        assert sum(told.counts().values()) == told.not_empty
    return found


def errors(found):
    return [f for f in found.findings if f.severity == "error"]


def dims(pairs):
    return dict(pairs)


@cache
def life():
    return read("kz-life-expectancy/kz_llife.xlsx", kazakhstan())


@cache
def sheet(name):
    return openpyxl.load_workbook(HERE / "kz-life-expectancy/kz_llife.xlsx")[name]


def test_life_expectancy_as_published_is_read_without_an_error():
    assert errors(life()) == []
    assert list(life().figures.columns) == list(COLUMNS)
    assert set(life().figures["variable"]) == {"life_expectancy"}


@pytest.mark.parametrize("name", ["Все население", "Мужчины", "Женщины"])
def test_every_figure_of_life_expectancy_is_its_cell(name):
    page = sheet(name)
    own = life().figures.query("sheet == @name")
    heads = {
        c.column: c.value
        for row in page.iter_rows(max_row=6)
        for c in row
        if isinstance(c.value, int) and c.value > 1000
    }
    for row in own.to_dict("records"):
        r, c = cell_place(row["cell"])
        value = page.cell(r + 1, c + 1).value
        assert row["year"] == heads[c + 1]
        if isinstance(value, str):
            assert value == "-"
            assert math.isnan(row["value"])
            assert row["marker"] == "none"
        else:
            assert row["value"] == value
    # and no figure of the sheet is forgotten
    numbers = [c for row in page.iter_rows() for c in row if isinstance(c.value, (int, float)) and c.column > 1]
    assert own["value"].notna().sum() == len(numbers) - len(heads)


def test_first_sheet_has_20_regions_and_the_country_beside_them():
    own = life().figures.query("sheet == 'Все население'")
    regions, country = own[~own["reference"]], own[own["reference"]]
    assert regions["unit"].nunique() == 20
    assert regions["value"].notna().sum() == 393
    assert set(country["unit"]) == {"KZ"}
    assert country["value"].notna().sum() == 24
    assert set(own["year"]) == set(range(1999, 2023))


@pytest.mark.parametrize(("name", "sex"), [("Мужчины", "male"), ("Женщины", "female")])
def test_sections_of_men_and_women_are_never_mixed(name, sex):
    own = life().figures.query("sheet == @name and not reference and value == value")
    assert len(own) == 1125
    page = sheet(name)
    heads = {"Мужчины": "all", "Женщины": "all", "Городское население": "urban", "Сельское население": "rural"}
    for row in own.to_dict("records"):
        r = cell_place(row["cell"])[0] + 1
        title = next(page.cell(k, 1).value for k in range(r, 0, -1) if page.cell(k, 1).value in heads)
        assert dims(row["dims"]) == {"sex": sex, "area": heads[title]}
    assert own.groupby("dims")["unit"].nunique().tolist() == [20, 17, 20]
    assert not life().figures.duplicated(["unit", "year", "variable", "dims"]).any()


@pytest.mark.parametrize("name", ["wdi_life_40.csv", "wdi_4lines.csv"])
@pytest.mark.parametrize("known", [True, False])
def test_figures_of_the_bank_equal_their_cells(name, known):
    lines = list(csv.reader((HERE / "wdi" / name).open(encoding="utf-8")))
    top = next(i for i, line in enumerate(lines) if "Country Code" in line)
    years = [(c, int(y)) for c, y in enumerate(lines[top]) if y.isdigit()]
    countries = [line for line in lines[top + 1 :] if line[1] in THREE_TO_TWO or line[1] == "CHI"]
    assert {line[0] for line in lines[top + 1 :] if line not in countries} >= {"Arab World"}
    units = {line[1]: {"en": line[0]} for line in countries} if known else {}
    found = read(f"wdi/{name}", Known(units))
    assert errors(found) == []
    expected = {(line[1], year): line[c] for line in countries for c, year in years if c < len(line)}
    numbers = {k: float(v) for k, v in expected.items() if v not in ("", "..")}
    told = found.figures.set_index(["unit", "year"])["value"]
    assert told.dropna().to_dict() == numbers
    assert {k for k, v in expected.items() if v == ".."} == set(told[told.isna()].index)
    assert not found.figures["reference"].any()
    assert [f.found.split(", ")[0] for f in found.findings if f.code == "groups_left_out"] == ["Arab World"]


def test_the_bank_s_group_is_a_line_where_the_study_asks_for_it():
    found = read("wdi/wdi_4lines.csv", Known({"AGO": {"en": "Angola"}, "ARB": {"en": "Arab World", "reference": True}}))
    assert found.figures.groupby("unit")["reference"].first().to_dict() == {"AGO": False, "ARB": True}
    assert math.isnan(found.figures.set_index(["unit", "year"]).loc[("AGO", 2010), "value"])


RUSSIA = {
    "RU": {"ru": "Российская Федерация", "level": "country"},
    "BEL": {"ru": "Белгородская область", "level": "region"},
    "MOW": {"ru": "г. Москва", "level": "region"},
    "KRY": {"ru": "Республика Крым", "level": "region"},
    "NEN": {"ru": "Ненецкий автономный округ", "level": "region"},
}


def test_a_table_of_rosstat():
    found = read("forms/rosstat.xlsx", Known(RUSSIA, levels=("region",)))
    assert errors(found) == []
    own = found.figures
    told = {
        (r["unit"], r["year"], dims(r["dims"])["sex"]): r["value"] for r in own[~own["reference"]].to_dict("records")
    }
    assert len(told) == 24
    assert told["MOW", 2013, "both"] == 12108.3
    assert told["MOW", 2015, "female"] == 6613.5
    assert told["KRY", 2014, "both"] == 1895.9
    assert math.isnan(told["KRY", 2013, "female"])
    assert told["NEN", 2014, "female"] == 22.3
    assert own.loc[own["marker"] == "none", "cell"].tolist() == ["G12"]
    assert set(own.loc[own["reference"], "unit"]) == {"RU"}
    left = next(f for f in found.findings if f.code == "groups_left_out")
    assert left.found == "Центральный федеральный округ, Крымский федеральный округ"
    assert found.fates[0].counts()["footnote"] == 2


EUROPE = {
    "AUT": {"en": "Austria"},
    "GRC": {"en": "Greece"},
    "XKX": {"en": "Kosovo"},
    "EU27_2020": {"en": "European Union", "reference": True},
}


def test_a_tsv_of_eurostat():
    found = read("forms/eurostat.tsv", Known(EUROPE))
    assert errors(found) == []
    own = found.figures
    told = {(r["unit"], r["year"], dims(r["dims"])["sex"]): (r["value"], r["marker"]) for r in own.to_dict("records")}
    assert told["AUT", 2022, "both"] == (81.4, "e")
    assert told["AUT", 2021, "female"] == (83.8, "b")
    assert told["GRC", 2019, "male"] == (79.2, "")
    assert told["EU27_2020", 2022, "both"] == (80.6, "ep")
    assert math.isnan(told["XKX", 2019, "male"][0])
    assert told["XKX", 2022, "male"][1] == "confidential"
    assert len(told) == 48
    assert set(own.loc[own["reference"], "unit"]) == {"EU27_2020"}
    assert own.loc[0, "cell"] == "B2"


def test_an_sdmx_csv():
    found = read("forms/sdmx.csv", Known(EUROPE))
    assert errors(found) == []
    told = {
        (r["unit"], r["year"], r["variable"], dims(r["dims"])["sex"]): (r["value"], r["marker"])
        for r in found.figures.to_dict("records")
    }
    assert told == {
        ("AUT", 2020, "LIFE_EXP", "both"): (81.3, ""),
        ("AUT", 2021, "LIFE_EXP", "both"): (81.3, "b"),
        ("AUT", 2020, "LIFE_EXP", "male"): (79.0, ""),
        ("AUT", 2021, "LIFE_EXP", "male"): (78.8, ""),
        ("GRC", 2020, "LIFE_EXP", "both"): (81.4, ""),
        ("GRC", 2020, "LIFE_EXP", "male"): (78.9, ""),
        ("GRC", 2021, "LIFE_EXP", "male"): (77.5, "e"),
        ("AUT", 2020, "UNEMP", "both"): (5.4, ""),
        ("GRC", 2020, "UNEMP", "both"): (16.3, ""),
    }


TOWNS = {"ZHZ": {"en": "Zhezkazgan"}, "RID": {"en": "Ridder"}}


def fields(*names):
    return {name: Field(name, {"en": name}, "score", (None, None)) for name in names}


def means(found):
    return {
        (r["unit"], r["year"], r["variable"]): (r["value"], r["n"])
        for r in unit_means(found.figures).to_dict("records")
    }


def test_an_export_of_kobotoolbox():
    asked = fields("group_life/satisfaction", "group_life/services/school")
    found = read("forms/kobo.csv", Known(TOWNS, asked))
    assert errors(found) == []
    assert len(found.figures) == 9
    assert means(found) == {
        ("ZHZ", 2023, "group_life/satisfaction"): (6.0, 2),
        ("ZHZ", 2023, "group_life/services/school"): (pytest.approx(2 / 3), 3),
        ("RID", 2023, "group_life/satisfaction"): (7.5, 2),
        ("RID", 2023, "group_life/services/school"): (0.5, 2),
    }
    assert sum(f.code == "columns_left_out" for f in found.findings) == 1


@pytest.mark.parametrize("labels", [True, False])
def test_an_export_of_spss(labels):
    satisfied = {"Fully satisfied": 5, "Rather satisfied": 4, "Neither": 3, "Rather dissatisfied": 2}
    trust = {"No": 1, "Rather not": 2, "Rather yes": 3}
    known = Known(
        TOWNS,
        fields("q1_satisfied", "q2_trust"),
        answers={"q1_satisfied": satisfied, "q2_trust": trust} if labels else {},
        missing={"q2_trust": ["Refused" if labels else "99"]},
    )
    found = read("forms/spss_labels.csv" if labels else "forms/spss.csv", known)
    assert errors(found) == []
    assert means(found) == {
        ("ZHZ", 2023, "q1_satisfied"): (4.5, 2),
        ("ZHZ", 2023, "q2_trust"): (2.5, 2),
        ("RID", 2023, "q1_satisfied"): (2.5, 2),
        ("RID", 2023, "q2_trust"): (1.0, 1),
    }


def test_labels_of_answers_that_no_code_book_explains_are_refused_at_their_cells():
    found = read("forms/spss_labels.csv", Known(TOWNS, fields("q1_satisfied")))
    assert {(f.code, f.cell) for f in errors(found)} == {("number", c) for c in ("E2", "E3", "E5", "E6")}
    assert found.figures["value"].isna().all()


def test_a_file_without_a_unit_of_the_study_is_refused_whole():
    found = read("wdi/wdi_4lines.csv", Known({"RID": {"en": "Ridder"}}))
    assert [f.code for f in errors(found)] == ["no_units_found"]
    assert found.figures.empty
    assert isinstance(found.figures, pd.DataFrame)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_check_prints_of_a_file(language):
    told = json.loads(json.dumps(checked(life(), read_labels(["towns"])[language]), allow_nan=False))
    assert told["version"] == 1
    assert len(told["figures"]) == len(life().figures)
    first = next(f for f in told["figures"] if f["cell"] == "B4")
    assert first == {
        "unit": "KZAKM",
        "name": "Акмолинская",
        "year": 1999,
        "indicator": "life_expectancy",
        "value": 64.38,
        "kind": "",
        "dims": {},
        "reference": False,
        "file": "kz_llife.xlsx",
        "sheet": "Все население",
        "cell": "B4",
    }
    assert {f["severity"] for f in told["findings"]} == {"note", "warning"}
    assert all(f["expected"] and f["remedy"] and "{" not in f["expected"] + f["remedy"] for f in told["findings"])
    for counts in told["cells"].values():
        assert counts.pop("nonempty") == sum(counts.values())


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_finding_of_the_reader_has_words(language):
    source = "".join((ROOT / "src/monotown/data/workbooks" / f"{n}.py").read_text() for n in MODULES)
    codes = set(re.findall(r'(?:findings\.add|Finding\.at)\(\s*(?:\w+, )?"(\w+)"', source))
    codes |= {"section_taken", "section_absent"}
    codes |= set(re.findall(r'\("\w+", "(\w+_left_out)"\)', source))
    assert len(codes) > 25
    labels = read_labels(["towns"])[language]
    assert [c for c in sorted(codes) if not labels.has(f"towns.finding.{c}.expected")] == []
    assert labels.has("towns.severity.note")


def test_a_file_that_cannot_be_opened_is_a_finding():
    found = read_office_files([HERE / "absent.xlsx"], Known(), towns()["limits"])
    assert [f.code for f in found.findings] == ["no_file"]


def test_a_run_takes_all_people_of_the_file_by_default():
    taken, notes = select(life().figures)
    assert set(taken["sheet"]) == {"Все население"}
    assert {f.code for f in notes} == {"section_taken"}
    women, _ = select(life().figures, {"sex": "female", "area": "rural"})
    ranked = women[~women["reference"]]
    assert ranked["unit"].nunique() == 17
    assert ranked["value"].notna().sum() == 339
