"""Claims of a study: addresses, files, every problem at once, and the ledger that ships."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from claims_support import LABELS

import monotown as mt
from monotown.base.lookups import UnreadError
from monotown.base.problems import InputError
from monotown.claims.addresses import read_address, read_addresses, sheet_of_texts
from monotown.claims.finding import NotPrinted
from monotown.claims.ledger import judge, tables_of
from monotown.claims.read import Claim, read_claims
from monotown.study.book import study_of
from monotown.study.claims import claims_of
from monotown.study.tables import Table
from monotown.workflow.claims import claims_of_run, has_claims
from monotown.workflow.export import export_study
from monotown.workflow.study import StudyFiles

ROOT = Path(__file__).resolve().parents[2]
CITY = ROOT / "config/examples/city-ahp"


def text(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=str)


TABLES = {"t": sheet_of_texts(text(unit=["a", "b", "c"], year=["2020"] * 3, share=["0.50", "2", ""]))}


def test_a_cell_keeps_its_digits_and_an_expression_is_computed() -> None:
    assert read_address("t: share[unit == 'a' and year == 2020]").one(TABLES, rounded=False).text == "0.50"
    assert read_address("t: max(share) - min(share)").one(TABLES, rounded=False).value == 1.5
    assert read_address("12,5").one({}, rounded=False).value == 12.5
    column = read_address("t: share / 2").figures(TABLES, rounded=False, key="unit")
    assert [None if f is None else float(f.value) for f in column.values()] == [0.25, 1, None]
    assert len(read_addresses("1; 2; t: share")) == 3


@pytest.mark.parametrize("address", ["t: share[unit == 'z']", "t: share[unit == 'c']", "t: share"])
def test_a_cell_that_is_not_there_is_not_printed(address: str) -> None:
    with pytest.raises(NotPrinted):
        read_address(address).one(TABLES, rounded=False)


@pytest.mark.parametrize("address", ["t: shares", "t: unit[year == 2020 and unit == 'a']", "t: unit + 1"])
def test_an_address_of_what_a_table_has_not_is_refused(address: str) -> None:
    with pytest.raises(UnreadError):
        read_address(address).one(TABLES, rounded=False)


def claim(**more: str) -> dict[str, str]:
    return {"id": "x", "place": "Table 1", "quotation": "1", "stated": "1", "check": "rounding", "value": "1", **more}


def test_a_claim_that_waits_for_a_figure_is_not_derivable() -> None:
    claims, faults = read_claims([claim(value="t: share[unit == 'z']")], {"t": ["unit", "year", "share"]})
    ledger = judge(claims, TABLES, LABELS)
    assert (faults, ledger["verdict"].to_list()) == ([], ["not_derivable"])


def test_what_the_publication_does_not_state_is_derived() -> None:
    claims, _ = read_claims([claim(quotation="(not stated)"), claim(id="y", quotation="(not stated)", stated="2")], {})
    assert judge(claims, {}, LABELS)["verdict"].to_list() == ["derived", "inconsistent"]


def test_zeros_that_a_spreadsheet_drops_come_back_by_the_digits() -> None:
    assert Claim("a", "p", "q", "0,95", "rounding", digits=3).number.text == "0,950"
    assert Claim("a", "p", "q", "1", "rounding", digits=1).number.text == "1.0"


def test_a_column_that_only_the_run_knows_is_refused_there() -> None:
    claims, faults = read_claims([claim(value="t: shares")], {"t": None})
    assert faults == []
    with pytest.raises(InputError, match="share"):
        judge(claims, TABLES, LABELS)


BAD = [
    {"id": "a", "place": "", "check": "rounding", "stated": "1", "value": "1"},
    {"id": "a", "stated": "about 1", "check": "rounding", "value": "raw: x[unit == 'a']"},
    {"id": "b", "stated": "1", "check": "roundin", "value": "1"},
    {"id": "c", "stated": "1.25", "digits": "1", "check": "rounding", "value": "raws: x"},
    {"id": "d", "stated": "1", "check": "share", "part": "raw: y", "severity": "4", "reading": "kind"},
    {"id": "e", "stated": "1", "check": "rank", "value": "1", "among": "raw: x", "first": "last", "part": "2"},
    {"id": "f", "stated": "1", "check": "sum", "parts": "x[", "digits": "many"},
    {"id": "g", "stated": "1", "check": "agreement", "printed": "raw: x", "values": "1", "key": "town"},
]


def bad_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheets = {
        "indicators": [["id", "direction"], ["pay", 1]],
        "data": [["unit", "pay"], ["a", 1], ["b", 2]],
        "raw": [["unit", "x"], ["a", 1]],
    }
    heads = list(dict.fromkeys(["id", "place", "quotation", *(k for row in BAD for k in row), "colour"]))
    rows = [[{"place": "Table 1", "quotation": "q", **row}.get(h, "") for h in heads] for row in BAD]
    sheets["claims"] = [heads, *rows]
    del book["Sheet"]
    for name, cells in sheets.items():
        page = book.create_sheet(name)
        for row in cells:
            page.append(row)
    book.save(path)
    return path


def test_every_problem_of_a_sheet_of_claims_at_once_each_at_its_cell(tmp_path: Path) -> None:
    file = bad_book(tmp_path / "bad.xlsx")
    with pytest.raises(InputError) as error:
        mt.Study.read(file)
    found = {(p.cell, p.code) for p in error.value.problems}
    heads = list(dict.fromkeys(["id", "place", "quotation", *(k for row in BAD for k in row), "colour"]))
    at = {h: openpyxl.utils.get_column_letter(i) for i, h in enumerate(heads, 1)}
    wanted = {
        (f"{at['colour']}1", "heading_unknown"),
        (f"{at['place']}2", "value_missing"),
        (f"{at['id']}3", "claim_twice"),
        (f"{at['stated']}3", "claim_number"),
        (f"{at['check']}4", "claim_check"),
        (f"{at['stated']}5", "claim_number"),
        (f"{at['value']}5", "claim_table"),
        (f"{at['part']}6", "claim_column"),
        ("6:6", "claim_lacks"),
        (f"{at['severity']}6", "claim_severity"),
        (f"{at['reading']}6", "claim_reading"),
        (f"{at['first']}7", "claim_value"),
        (f"{at['part']}7", "claim_parameter"),
        (f"{at['parts']}8", "claim_value"),
        (f"{at['digits']}8", "claim_digits"),
        (f"{at['values']}9", "claim_value"),
        (f"{at['key']}9", "claim_column"),
    }
    assert found == wanted
    assert all(p.remedy and p.expected and p.sheet == "claims" for p in error.value.problems)


def test_every_problem_of_a_file_in_yaml_has_its_line(tmp_path: Path) -> None:
    lines = [
        "tables: {raw: raws.csv, other: raw.csv}",
        "colour: red",
        "claims:",
        "  - {id: a, place: p, quotation: q, stated: 1, check: rounding, with: {value: 1}}",
        "  - 7",
        "  - {id: a, place: p, quotation: q, stated: 1, check: rounding, with: 3}",
    ]
    (tmp_path / "claims.yaml").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "raw.csv").write_text("unit,x\na,1\n", encoding="utf-8")
    study = StudyFiles({"study": str(CITY)}, ROOT)
    config = {"input": {}, "claims": str(tmp_path / "claims.yaml")}
    with pytest.raises(InputError) as error:
        claims_of_run(config, study)
    assert {p.where for p in error.value.problems} == {"colour", "tables.raw", "claims.1", "claims.2.with"}
    text_ = "\n".join([lines[2], lines[3], lines[3].replace("value: 1", "value: 'raw: y'")])
    (tmp_path / "claims.yaml").write_text(text_, encoding="utf-8")
    with pytest.raises(InputError) as error:
        claims_of_run(config, study)
    assert {(p.where.split(",")[0], p.code) for p in error.value.problems} == {
        ("line 3", "claim_twice"),
        ("line 3", "claim_column"),
    }
    (tmp_path / "claims.yaml").write_text(text_.replace("y'", "x'").replace("id: a", "id: b", 1), encoding="utf-8")
    made = claims_of_run(config, study)
    assert [c["id"] for c in made["claims"]] == ["b", "a"]
    assert made["tables"] == {"raw": [["unit", "x"], ["a", "1"]]}
    (tmp_path / "claims.yaml").write_text("claims: 3", encoding="utf-8")
    with pytest.raises(InputError, match="a list of claims"):
        claims_of_run(config, study)


def test_claims_in_a_table_beside_the_study(tmp_path: Path) -> None:
    table = pd.DataFrame([claim(value="raw: x[unit == 'a']")])
    table.to_csv(tmp_path / "c.csv", index=False)
    (tmp_path / "raw.csv").write_text("unit,x\na,1\n", encoding="utf-8")
    with pd.ExcelWriter(tmp_path / "c.xlsx") as book:
        table.to_excel(book, sheet_name="claims", index=False)
        pd.DataFrame({"unit": ["a"], "x": [1]}).to_excel(book, sheet_name="raw", index=False)
    study = StudyFiles({"study": str(CITY)}, ROOT)
    made = [claims_of_run({"input": {}, "claims": str(tmp_path / name)}, study) for name in ("c.csv", "c.xlsx")]
    assert made[0] == made[1]
    assert has_claims({"input": {}, "claims": "c.csv"}, study)
    assert not has_claims({"claims": "config/parts/paper/claims.yaml"}, study)


def test_a_study_without_claims_has_none() -> None:
    frames = {"indicators": text(id=["pay"], direction=["1"]), "data": text(unit=["a", "b"], pay=["1", "2"])}
    study = study_of([(n, Table(f, n, n)) for n, f in frames.items()])
    assert (study.claims, study.tables) == ((), {})


def test_a_claim_on_a_table_without_columns_or_where_there_are_no_tables_is_a_problem() -> None:
    sheet = Table(text(**{k: [v] for k, v in claim(value="raw: x").items()}), "claims", "claims")
    for known, code, expected in (
        ({"raw": ()}, "claim_column", "a column of raw, one of: –"),
        ({}, "claim_table", "the name of a table, one of: –"),
    ):
        _, (found,) = claims_of(sheet, known)
        assert (found.code, found.expected) == (code, expected)


def test_claims_of_a_folder_and_of_its_workbook_are_the_same(tmp_path: Path) -> None:
    folder = StudyFiles({"study": str(CITY)}, ROOT).study
    export_study(str(CITY), tmp_path / "city.xlsx", ROOT)
    book = StudyFiles({"study": str(tmp_path / "city.xlsx")}, ROOT).study
    assert (book.claims, book.tables) == (folder.claims, folder.tables)
    export_study(str(tmp_path / "city.xlsx"), tmp_path / "back", ROOT)
    back = StudyFiles({"study": str(tmp_path / "back")}, ROOT).study
    assert (back.claims, back.tables) == (folder.claims, folder.tables)


def city_ledger() -> pd.DataFrame:
    files = StudyFiles({"study": str(CITY)}, ROOT)
    made = claims_of_run({"input": {}}, files)
    wide = pd.read_csv(CITY / "data.csv", dtype=str).rename(columns={"region": "name"})
    codes = {name: code for code, name in made["names"].items()}
    data = wide.drop(columns="sustainability_score").melt("name", var_name="variable")
    data = data.assign(unit=data.pop("name").map(codes), year="0")
    results = {"data": data, "index/ahp/weights": pd.DataFrame({"measure": [f"m{i}" for i in range(16)]})}
    study = mt.Study.read(CITY)
    for index in ("ahp", "equal"):
        scores = study.index(index).scores.drop(columns="name")
        results[f"index/{index}/scores"] = scores.assign(score=[f"{s:.10g}" for s in scores["score"]]).astype(str)
    claims, faults = read_claims(made["claims"], {**dict.fromkeys(made["tables"]), **dict.fromkeys(results)})
    assert faults == []
    return judge(claims, tables_of(made["tables"], results, made["names"]), LABELS, made["source"]).set_index("id")


def test_the_rating_of_regions_against_its_own_raw_figures() -> None:
    """What the ledger counts is what plain loops over the published files count."""
    ledger = city_ledger()
    raw = pd.read_csv(CITY / "tables/raw.csv").set_index("Region").iloc[:-1]
    rated = pd.read_csv(CITY / "data.csv").set_index("region").loc[raw.index]
    head = raw["Total_city_population"]

    def agree(column: str, values: pd.Series, *, down: bool = False) -> int:
        scaled = (values - values.min()) / (values.max() - values.min())
        return int((np.abs(rated[column] - (1 - scaled if down else scaled)) < 5e-10).sum())

    cars = raw["number_of_cars"]
    slipped = cars.where(cars.index != "West Kazakhstan Region", cars / 100)
    slipped = slipped.where(cars.index != "North Kazakhstan Region", cars / 10)
    wanted = {
        "scale.salary": agree("avg_salary", raw["avg_salary"]),
        "scale.unemployment": agree("unemployment_rate", raw["unemployment_rate"], down=True),
        "scale.clearance": agree("clearance_rate", raw["clearance_rate"] / raw["crime_amount"]),
        "scale.air": agree("air_pollution", raw["air_pollution_index"], down=True),
        "scale.gdp": agree("gdp", raw["gdp_per_capita_tenge"]),
        "scale.life": agree("life_expectancy", raw["life_expectancy"]),
        "scale.crime": agree("crime_rate", raw["crime_amount"] / head),
        "scale.cars": agree("car_amount_rate", cars / head, down=True),
        "gdp.logarithm": agree("gdp", np.log(raw["gdp_per_capita_tenge"])),
        "crime.root": agree("crime_rate", np.sqrt(raw["crime_amount"] / head)),
        "cars.slips": agree("car_amount_rate", slipped / head, down=True),
    }
    assert {k: ledger.loc[k, "recomputed_en"] for k in wanted} == {k: f"{n} / 19" for k, n in wanted.items()}
    assert (wanted["scale.cars"], wanted["cars.slips"]) == (1, 19)
    failed = set(ledger.index[ledger["verdict"] == "inconsistent"])
    assert failed == {
        *("size.regions", "size.dropped", "scale.air", "scale.gdp", "scale.life", "scale.crime", "scale.cars"),
        *("negative.crime", "negative.spending", "clearance.share", "total.sum"),
    }
    assert ledger["verdict"].value_counts().to_dict() == {
        "reproduced": len(ledger) - len(failed) - 5,
        "inconsistent": len(failed),
        "derived": 4,
        "not_derivable": 1,
    }
    # every claim that fails says why
    assert (ledger.loc[sorted(failed), "why"] != "").all()


def test_quotations_of_cells_are_the_published_cells() -> None:
    ratings = {n: pd.read_csv(CITY / f"tables/{n}.csv", dtype=str) for n in ("ahp", "equal", "total")}
    claims = pd.read_csv(CITY / "claims.csv", dtype=str, keep_default_na=False).set_index("id")
    ranks = claims[claims.index.str.startswith("rank.")]
    assert len(ranks) >= 10
    for name, row in ranks.iterrows():
        _, table, place = str(name).split(".")
        cells = ratings[table].iloc[int(place) - 1]
        assert (row["stated"], row["quotation"]) == (place, cells.iloc[-1])
        assert str(cells.iloc[-2]) in row["place"]


def test_with_the_cars_as_printed_another_region_leads_each_rating(tmp_path: Path) -> None:
    """What the page on claims says of the two figures whose decimal point was moved."""
    shutil.copytree(CITY, tmp_path / "city")
    shutil.rmtree(tmp_path / "city/tables")
    (tmp_path / "city/claims.csv").unlink()
    data = pd.read_csv(CITY / "data.csv")
    raw = pd.read_csv(CITY / "tables/raw.csv").set_index("Region").loc[data["region"]]
    rate = (raw["number_of_cars"] / raw["Total_city_population"]).to_numpy()
    corrected = data.assign(car_amount_rate=(rate.max() - rate) / (rate.max() - rate.min()))
    corrected.to_csv(tmp_path / "city/data.csv", index=False)
    for index, leader in (("ahp", "Jetisu Region"), ("equal", "Almaty city")):
        first = {}
        for folder in (CITY, tmp_path / "city"):
            scores = mt.Study.read(folder).index(index).scores
            top = scores[scores["node"] == "sustainability"].sort_values("rank")
            first[folder] = top["name"].to_list()[:2]
        assert first[CITY][0] == "West Kazakhstan Region"
        assert first[tmp_path / "city"] == [leader, "West Kazakhstan Region"]
