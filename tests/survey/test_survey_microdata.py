import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
import yaml

from monotown.base.problems import InputError
from monotown.survey.microdata import read_microdata, scores
from monotown.survey.questionnaire import Scale
from monotown.workflow import read_yaml
from monotown.workflow.microdata import check_survey, read_microdata_file, read_survey_config

ROOT = Path(__file__).resolve().parents[2]

UNITS = ["DEMO_A", "DEMO_B"]


def _raw(survey, rows=40):
    return survey.demo.microdata["residents"].head(rows).reset_index(drop=True).copy()


def _read(survey, raw, **changes):
    mapping = {**survey.mappings["residents"], **changes}
    return read_microdata(raw, mapping, survey.form, UNITS, "r.csv", "synthetic")


def _refused(survey, raw, **changes):
    with pytest.raises(InputError) as stopped:
        _read(survey, raw, **changes)
    return str(stopped.value)


def test_answers_codes_and_reasons(survey):
    raw = _raw(survey)
    who = raw.index[(raw["status"] == "1") & (raw["household_size"].isin(["3", "4", "5"]))][0]
    alone = raw.index[(raw["status"] == "1") & (raw["household_size"] == "1")][0]
    raw.loc[who, ["health_self", "health_family", "satisfaction_healthcare"]] = ["98", " 4.0 ", "99"]
    raw.loc[who, "satisfaction_environment"] = ""
    raw.loc[alone, "health_family"] = "3"
    found = _read(survey, raw)
    people, reasons = found.people, found.reasons
    assert np.isnan(people.loc[who, "health_self"])
    assert people.loc[who, "health_family"] == 4
    three = ["health_self", "health_family", "satisfaction_healthcare"]
    assert reasons.loc[who, three].tolist() == ["dont_know", "", "refusal"]
    assert reasons.loc[who, "satisfaction_environment"] == "not_asked"
    assert reasons.loc[alone, "health_family"] == "off_route"
    assert np.isnan(people.loc[alone, "health_family"])
    silent = ~people["responded"]
    assert silent.any()
    assert people.loc[silent, "health_self"].isna().all()
    # 12 of 30 precincts, 12 of the adults: the inverse of both shares
    n_precincts = raw["precinct"].nunique()
    expected = 30 / n_precincts * raw["adults"].astype(float)
    inside = raw.groupby("precinct")["person"].transform("size")
    assert people["design_weight"].to_numpy() == pytest.approx((expected / inside).to_numpy())


def test_an_empty_cell_without_a_code_is_empty(survey):
    raw = _raw(survey)
    who = raw.index[raw["status"] == "1"][0]
    raw.loc[who, "health_self"] = ""
    found = _read(survey, raw, missing={"dont_know": ["98"], "refusal": ["99"]})
    assert found.reasons.loc[who, "health_self"] == "empty"


def test_names_codes_weights_and_constants_are_mapped(survey):
    raw = _raw(survey).rename(columns={"health_self": "Q7", "town": "TOWN"})
    raw["Q7"] = raw["Q7"].map(lambda c: {"1": "very bad", "5": "very good"}.get(c, ""))
    raw["w"] = "2,5"
    columns = {
        "respondent": "person",
        "unit": {"column": "TOWN", "values": {"DEMO_A": "DEMO_B"}},
        "year": {"value": 2027},
        "weight": "w",
    }
    codes = {"very bad": 1, "very good": 5}
    found = _read(survey, raw, columns=columns, questions={"health_self": {"column": "Q7", "codes": codes}})
    assert set(found.people["unit"]) == {"DEMO_B"}
    assert set(found.people["year"]) == {2027}
    assert set(found.people["design_weight"]) == {2.5}
    assert set(found.people["health_self"].dropna()) == {1.0, 5.0}
    assert found.people["responded"].all()
    chance = raw.assign(p="0.25")
    columns = {**columns, "probability": "p"}
    del columns["weight"]
    again = _read(survey, chance, columns=columns, questions={"health_self": {"column": "Q7", "codes": codes}})
    assert set(again.people["design_weight"]) == {4.0}


def test_people_drawn_directly_are_weighted_by_their_stratum(survey):
    columns = {k: v for k, v in survey.mappings["residents"]["columns"].items() if k != "cluster"}
    del columns["people_in_cluster"]
    raw = _raw(survey).assign(precincts="400", district="N")
    assert set(_read(survey, raw, columns=columns).people["design_weight"]) == {10.0}


def test_faulty_microdata_are_refused_with_line_and_column(survey):
    raw = _raw(survey)
    on = raw.index[raw["status"] == "1"]
    raw.loc[on[:5], "health_self"] = "7"
    raw.loc[on[0], "household_size"] = "0.5"
    raw.loc[on[1], "sex"] = "x"
    message = _refused(survey, raw)
    first = f"line {on[0] + 2}, column health_self: found 'a whole number'; expected one of 1, 2, 3"
    assert first in message
    assert "column health_self: found '2 more'" in message
    assert "a whole number from 1 to 30" in message
    assert f"line {on[1] + 2}, column sex: found 'a text of 1 character'; expected one of 1, 2" in message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.rename(columns={"health_self": "helth_self"}), "'helth_self' (did you mean"),
        (
            lambda r: r.assign(town="DEMO_C"),
            "line 2, column unit: found 'a text of 6 characters'; expected one of: DEMO_A",
        ),
        (lambda r: r.assign(wave="20x6"), "line 2, column year: found 'a text of 4 characters'; expected a year"),
        (lambda r: r.assign(person="same"), "lines 3, 4, 5 and 36 more, column respondent: found '39 rows of one"),
        (lambda r: r.assign(precincts="two"), "expected a number of at least 1"),
        (lambda r: r.assign(precincts=[str(i + 30) for i in range(len(r))]), "one number of units"),
        (lambda r: r.assign(precincts="1"), "drawn of fewer'; expected at most as many as there are"),
        (lambda r: r.assign(adults="3"), "12 drawn of fewer'; expected at most"),
        (lambda r: r.assign(adults=[str(i + 50) for i in range(len(r))]), "people in a cluster"),
        (lambda r: r.assign(precinct=["", *r["precinct"][1:]]), "a cluster in every row"),
        (lambda r: r.assign(town=["", *r["town"][1:]]), "a filled cell"),
    ],
)
def test_a_faulty_design_is_refused(survey, change, message):
    assert message in _refused(survey, change(_raw(survey)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"population": "citizens"}, "one of: researchers, residents"),
        ({"columns": {"stratm": "district"}}, "'stratum' (did you mean this?)"),
        ({"questions": {"helth_self": "Q7"}}, "'health_self' (did you mean this?)"),
        (
            {
                "columns": {
                    "respondent": "person",
                    "unit": "town",
                    "year": "wave",
                    "weight": "status",
                    "probability": "status",
                }
            },
            "a number above 0 and at most 1",
        ),
        (
            {"columns": {"respondent": "person", "unit": {"column": "town", "values": {"x": "y"}}, "year": "wave"}},
            "one of the values of the mapping: x",
        ),
    ],
)
def test_a_faulty_mapping_is_refused(survey, changes, message):
    assert message in _refused(survey, _raw(survey), **changes)


def test_scores_of_a_long_and_an_even_scale():
    ladder = scores(np.array([0.0, 5, 8, 9, 10]), Scale("l", tuple(range(11)), {}))
    assert ladder["index"].tolist() == [0, 50, 80, 90, 100]
    assert ladder["top_two"].tolist() == [0, 0, 0, 100, 100]
    assert ladder["net_balance"].tolist() == [-100, 0, 100, 100, 100]
    even = scores(np.array([1.0, 3, 4, 6]), Scale("e", (1, 2, 3, 4, 5, 6), {}))
    assert even["index"].tolist() == [0, 40, 60, 100]
    assert even["net_balance"].tolist() == [-100, -100, 100, 100]


@pytest.mark.parametrize("kind", ["official", "published"])
def test_made_up_answers_cannot_pass_for_real_ones(survey, kind):
    with pytest.raises(InputError, match=f"40 rows of kind synthetic'; expected {kind} only"):
        read_microdata(_raw(survey), survey.mappings["residents"], survey.form, UNITS, "r.csv", kind)


# ---------------------------------------------------------------- files

TABLE = pd.DataFrame({"id": [1.0, 2, 3], "город": ["А", "Б", "В"], "q": [4.0, np.nan, 98]})
TEXTS = [["1", "А", "4"], ["2", "Б", ""], ["3", "В", "98"]]


def _write(path, kind):
    if kind == "csv":
        frame = pd.DataFrame(TEXTS, columns=TABLE.columns)
        frame.to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    elif kind == "cp1251":
        path.write_bytes("id;город;q\n1;А;4\n2;Б;\n3;В;98\n".encode("cp1251"))
    elif kind == "xlsx":
        TABLE.to_excel(path, index=False)
    elif kind == "sav":
        pyreadstat.write_sav(
            TABLE, path, variable_value_labels={"q": {4.0: "good"}}, missing_ranges={"q": [{"lo": 98, "hi": 99}]}
        )
    else:
        pyreadstat.write_dta(TABLE.rename(columns={"город": "gorod"}), path)


@pytest.mark.parametrize(
    ("kind", "suffix"), [("csv", "csv"), ("cp1251", "csv"), ("xlsx", "xlsx"), ("sav", "sav"), ("dta", "dta")]
)
def test_every_format_gives_the_same_texts(tmp_path, kind, suffix):
    path = tmp_path / f"m.{suffix}"
    _write(path, kind)
    found = read_microdata_file(path)
    assert list(found.columns) == ["id", "gorod" if kind == "dta" else "город", "q"]
    assert found.to_numpy().tolist() == TEXTS


def test_a_sheet_is_chosen_by_name(tmp_path):
    path = tmp_path / "m.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.create_sheet("two").append(["a", "b"])
    book["two"].append([1, "=1+1"])
    book.save(path)
    assert list(read_microdata_file(path, "two").columns) == ["a", "b"]
    with pytest.raises(InputError, match="one of: Sheet, two"):
        read_microdata_file(path, "three")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.pdf", b"%PDF", "a file of kind .csv"),
        ("m.sav", b"$FL2 and no more", "a whole .sav file"),
        ("m.dta", b"", "a whole .dta file"),
        ("m.xlsx", b"not a zip", "a whole file of the kind its name says"),
        ("m.csv", b"", "a header and rows"),
        ("m.csv", b"a,a\n1,2\n", "each name once"),
        ("m.sav", None, "a file that exists"),
        ("m.csv", None, "a file that exists"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_microdata_file(path)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "m.sav"
    with path.open("wb") as file:
        file.truncate(201 * 2**20)
    with pytest.raises(InputError, match="found '201 MB'; expected at most 200 MB"):
        read_microdata_file(path)


def test_the_demonstrations_config_is_valid_and_a_faulty_one_is_not(tmp_path):
    schema = ROOT / "workflow/parts/survey/schema.yaml"
    path = ROOT / "config/parts/survey/demo.yaml"
    assert read_survey_config(path, schema)["kind"] == "synthetic"
    faulty = tmp_path / "s.yaml"
    text = path.read_text(encoding="utf-8")
    faulty.write_text(text.replace("kind: synthetic", "kind: official"), encoding="utf-8")
    with pytest.raises(InputError, match="synthetic, for the answers are made up"):
        read_survey_config(faulty, schema)
    faulty.write_text(text.replace("{least: 10", "{least: 3"), encoding="utf-8")
    with pytest.raises(InputError, match="a whole number of at least 10"):
        read_survey_config(faulty, schema)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"files": [{"microdata": "../x.csv", "mapping": "config/parts/survey/codebook_residents.yaml"}]},
            "files.0.microdata.*a path inside the project",
        ),
        ({"margins": "/etc/passwd"}, "margins.*a path inside the project"),
        ({"margins": "results/survey-demo/../../../x.csv"}, "margins.*a path inside the project"),
        ({"questionnaire": "nowhere.yaml"}, "questionnaire.*a file that exists"),
        ({"kind": "official"}, "synthetic, for the answers are made up"),
        ({"id": None}, "id"),
    ],
)
def test_a_survey_config_is_checked_with_its_files_before_the_run(tmp_path, change, expected):
    config = {**read_yaml(ROOT / "config/parts/survey/demo.yaml"), **change}
    config = {k: v for k, v in config.items() if v is not None}
    for name in ("config/parts/survey", "workflow/parts/survey"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        check_survey("mine.yaml", tmp_path)


@pytest.mark.parametrize("path", ["../mine.yaml", "nowhere.yaml"])
def test_a_survey_config_elsewhere_is_refused(path):
    with pytest.raises(InputError, match="survey"):
        check_survey(path, ROOT)


def test_the_demonstrations_files_are_made_by_the_run():
    assert check_survey("config/parts/survey/demo.yaml", ROOT)["id"] == "survey-demo"
