"""``monotown study export`` both ways: the default study, COINr's form and the COIN Tool's; wrong calls."""

import re

import openpyxl
import pytest
from study_support import frame, write

from monotown.commands.main import main
from monotown.workflow.study import StudyFiles, read_book, read_folder

from .conftest import ROOT

LANGUAGES = ("en", "ru", "kk")

META = frame(
    """iCode|iName|Parent|Level|Direction|Weight|Type|Unit
    Goods|Trade in goods|Index|1|1|1|Indicator|USD
    CO2|Emissions|Index|1|-1|2|Indicator|Tons
    Index|Index of both|NA|2|1|1|Aggregate|Score
    Area|Area|NA|NA|NA|NA|Group|NA"""
)
DATA = frame("uCode|uName|Area|Goods|CO2\nAUT|Austria|S|5|8\nBEL|Belgium|M|40|NA\nBGR|Bulgaria|S|1|5")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def export(*words, language="en"):
    return main(["study", "export", *map(str, words), "--language", language])


def test_the_default_study_goes_out_and_comes_back(here):
    whole = StudyFiles({"study": "config/study"}, ROOT).whole
    assert export("kazakhstan", "deep/kz.xlsx") == 0
    assert read_book("deep/kz.xlsx") == whole
    assert export("deep/kz.xlsx", "folder") == 0
    assert read_folder("folder", here) == whole
    assert export("folder", "again.xlsx") == 0
    assert (here / "again.xlsx").read_bytes() == (here / "deep/kz.xlsx").read_bytes()


@pytest.mark.parametrize("names", [("iMeta", "iData"), ("Framework", "Database")])
def test_the_sheets_of_other_programs_become_a_study(here, names):
    write(dict(zip(names, (META, DATA), strict=True)), here / "coin.xlsx")
    assert export("coin.xlsx", "folder") == 0
    assert sorted(p.name for p in (here / "folder").iterdir()) == [
        *("data.csv", "indicators.csv", "indices.csv", "study.yaml", "unit_sets.csv", "units.csv")
    ]
    assert read_folder("folder", here) == read_book("coin.xlsx")
    assert export("folder", "study.xlsx") == 0
    assert read_book("study.xlsx") == read_book("coin.xlsx")
    head = [cell.value for cell in openpyxl.load_workbook("study.xlsx")["units"][1]]
    assert "Area" in head


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_in_each_language_goes_out_and_comes_back(here, language):
    assert main(["new", "s.xlsx", "--example", "--language", language]) == 0
    assert export("s.xlsx", "folder", language=language) == 0
    assert read_folder("folder", here) == read_book("s.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("source", "target", "status"),
    [
        ("nowhere", "out", 2),
        ("nowhere.xlsx", "out", 2),
        ("figures.xlsx", "out", 2),
        ("s.xlsx", "s.xlsx", 2),
        ("s.xlsx", "taken", 2),
        ("s.xlsx", "out.ods", 2),
        ("s.xlsx", "out.csv", 2),
        ("damaged.xlsx", "out", 1),
        ("wrong.xlsx", "out", 1),
    ],
)
def test_a_wrong_call_or_study_is_told_in_the_language_and_changes_nothing(
    here, capsys, source, target, status, language
):
    good = {"indicators": frame("id\na"), "data": frame("unit|a\nx|1\ny|2")}
    write(good, here / "s.xlsx")
    write({"Sheet1": frame("city|a\nx|1")}, here / "figures.xlsx")
    write({**good, "indicators": frame("id|parent\na|b")}, here / "wrong.xlsx")
    (here / "damaged.xlsx").write_bytes(b"PK\x03\x04 and no more")
    (here / "taken").mkdir()
    (here / "taken/thesis.docx").write_text("x", encoding="utf-8")
    before = {p: p.stat().st_mtime_ns for p in here.rglob("*")}
    assert export(source, target, language=language) == status
    said = capsys.readouterr()
    assert not said.out
    assert "Traceback" not in said.err
    assert bool(re.search("[а-яА-Я]{4}", said.err)) == (language != "en")
    assert {p: p.stat().st_mtime_ns for p in here.rglob("*")} == before
