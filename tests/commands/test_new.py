"""``monotown new``: a workbook of a study in each language, empty and filled, and the one of the default study."""

import json
import re
import shutil
import subprocess

import openpyxl
import pytest

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.commands.main import main
from monotown.data.workbooks.study_book import COLUMNS, KEYS, LISTED, study_pages
from monotown.study import headings
from monotown.study.cells import DIRECTION, YES
from monotown.study.headings import CELL_WORDS, HEADINGS, HELP, key_of, named, sheet_of, told_word
from monotown.workflow import read_labels
from monotown.workflow.study import read_book

from .conftest import ROOT

LANGUAGES = ("en", "ru", "kk")
WORDS = read_labels(["study"], folder=ROOT / "config/words")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(language, *words):
    assert main(["new", "s.xlsx", "--language", language, *words]) == 0
    return openpyxl.load_workbook("s.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_and_lists_of_a_new_workbook_are_those_that_a_study_reads(here, language):
    words = WORDS[language]
    book = made(language)
    assert key_of(book.sheetnames[0]) in HELP
    assert [sheet_of(name) for name in book.sheetnames[1:]] == [*COLUMNS]
    for sheet, columns in COLUMNS.items():
        heads = [cell.value for cell in book[sheet][1] if cell.value]
        read = [named(head, {**dict.fromkeys(columns, ()), **HEADINGS[sheet]}) for head in heads]
        assert read == list(columns)
        assert language == "en" or all(re.search("[а-яәі]", head) for head in heads)
    for column in LISTED:
        listed = [word.strip() for word in words(f"study.book.list.{column}").split(";")]
        if column in CELL_WORDS:
            assert {told_word(column, word) for word in listed} <= set(CELL_WORDS[column])
        else:
            assert [{"direction": DIRECTION, "reference": YES}[column].read(w) for w in listed] in ([1, -1], [True])
    kinds = [told_word("kind", word.strip()) for word in words("study.book.list.kind").split(";")]
    assert kinds == ["official", "synthetic", "published", "assumed"]
    keys = [named(words(f"study.book.about.{key}.key"), headings.KEYS) for key in KEYS]
    assert keys == list(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_workbook_asks_for_indicators(here, language):
    made(language)
    with pytest.raises(InputError) as stopped:
        read_book("s.xlsx")
    assert [p.code for p in stopped.value.problems] == ["no_indicators"]


def test_the_example_says_that_it_is_invented_and_is_one_study_in_every_language(here):
    found = {}
    for language in LANGUAGES:
        made(language, "--example")
        (here / "s.xlsx").rename(f"{language}.xlsx")
        found[language] = read_book(f"{language}.xlsx")
        assert found[language].about["kind"] == "synthetic"
        assert found[language].notes == ()
        assert {v["kind"] for v in found[language].views.values()} == {"synthetic"}
        assert found[language].about.get("languages", ["en"]) == [language]
        sets = found[language].sets["all"]
        assert len(sets) == len(found[language].units) - 1  # the whole is a line of reference
    assert found["en"].figures.said().drop(columns="kind").equals(found["kk"].figures.said().drop(columns="kind"))
    leaves = [[m["direction"], m["goalposts"]] for m in found["en"].measures.values()]
    assert leaves == [[m["direction"], m["goalposts"]] for m in found["ru"].measures.values()]


def test_words_of_a_new_workbook_are_those_of_its_language_alone(here):
    for language in LANGUAGES:
        book = made(language, "--example")
        (here / "s.xlsx").unlink()
        texts = [c.value for page in book for row in page for c in row if isinstance(c.value, str)]
        assert not [t for t in texts if "[en]" in t]
        assert ("Doctors" in texts) == (language == "en")
        assert not [t for t in texts if re.search("kazakh|қазақ|казах|monotowns", t, re.I)]


def test_lists_of_a_new_workbook_lie_on_the_columns_that_they_are_of(here):
    book = made("ru")
    page = book["indicators"]
    lists = {rule.formula1: str(rule.sqref) for rule in page.data_validations.dataValidation}
    assert lists['"больше,меньше"'].startswith("D2:")
    assert lists["indicators!$A$2:$A$2001"].startswith("C2:")
    assert all(len(rule.formula1) <= 255 for sheet in book for rule in sheet.data_validations.dataValidation)
    assert page["C1"].comment is not None


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no spreadsheet program here")
def test_a_spreadsheet_program_loses_nothing(here):
    made("kk", "--example")
    before = read_book("s.xlsx")
    for ending in ("ods", "xlsx"):
        command = ["soffice", "--headless", "--convert-to", ending, "--outdir", "again", "s.xlsx"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert read_book(f"again/s.{ending}") == before


def test_the_workbook_of_the_default_study_has_its_indicators(here):
    book = made("ru", "--study", "kazakhstan")
    assert {"about", "units", "data", "survey", "weights"} <= set(book.sheetnames)
    assert main(["new", "s.xlsx", "--study", "kazakhstan", "--language", "en"]) == 2  # never written over
    heads = {c.value for row in book["data"].iter_rows(max_row=5) for c in row}
    survey = {c.value for row in book["survey"].iter_rows(max_row=5) for c in row}
    assert {"researchers", "mean_population", "unit"} <= heads
    assert len(survey - {None}) > 16


def test_pages_of_equal_words_are_equal():
    words = Labels("en", WORDS["en"].texts)
    assert study_pages(words, example=True) == study_pages(words, example=True)


def test_problems_of_a_study_are_told_by_check_in_the_language(here, capsys):
    book = made("ru", "--example")
    book["indicators"]["D3"].value = "вверх"
    book["data"]["C2"].value = "много"
    book.save("s.xlsx")
    capsys.readouterr()
    assert main(["check", "s.xlsx", "--language", "ru"]) == 1
    said = capsys.readouterr().err
    for words in ("s.xlsx, лист indicators, ячейка D3: найдено 'вверх'", "лист data, ячейка C2: найдено 'много'"):
        assert words in said
    assert main(["check", "s.xlsx", "--language", "kk", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert list(findings[0]) == ["severity", "code", "file", "sheet", "cell", "found", "expected", "remedy"]
    at = {f["cell"]: f for f in findings}
    assert (at["D3"]["code"], at["C2"]["code"]) == ("cell_direction", "no_number")
    assert re.search("[әіқ]", at["D3"]["expected"])
    assert re.search("[әіқ]", at["D3"]["remedy"])
    assert (at["C2"]["file"], at["C2"]["sheet"], at["C2"]["found"]) == ("s.xlsx", "data", "много")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_marks_what_is_wrong_with_a_study_and_goes_on_when_it_is_mended(here, capsys, language):
    book = made(language, "--example")
    book["indicators"]["D3"].value = "up"
    book.save("s.xlsx")
    assert main(["run", "s.xlsx", "--language", language]) == 1
    assert "problems.xlsx" in capsys.readouterr().err
    marked = openpyxl.load_workbook("s-results/problems.xlsx")
    assert marked["indicators"]["D3"].value == "up"
    assert marked["indicators"]["D3"].comment is not None
    assert marked["indicators"]["D3"].fill.start_color.rgb != marked["indicators"]["D2"].fill.start_color.rgb
    assert bool(re.search("[а-я]{4}", str(marked.worksheets[0]["F2"].value))) == (language != "en")
    assert main(["run", "s.xlsx", "--language", language]) == 1  # the folder is this run's


def test_problems_of_a_study_that_is_named_for_a_file_are_told_as_its_own(here, capsys):
    book = made("en", "--example")
    book["indicators"]["D3"].value = "up"
    book.save("s.xlsx")
    (here / "office.csv").write_text("city;year;wage\nA;2024;580\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "office.csv", "--study", "s.xlsx", "--json", "--language", "en"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["file"], finding["sheet"], finding["cell"]) == ("s.xlsx", "indicators", "D3")


@pytest.mark.parametrize(("cell", "text"), [("I2", "геометрич"), ("J4", "meen"), ("J2", "refuze")])
def test_a_wrong_method_is_told_with_its_cell(here, capsys, cell, text):
    book = made("ru", "--example")
    book["indicators"][cell].value = text
    book.save("s.xlsx")
    capsys.readouterr()
    assert main(["check", "s.xlsx", "--json", "--language", "ru"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert [finding[k] for k in ("file", "sheet", "cell", "found")] == ["s.xlsx", "indicators", cell, text]
    assert "одно из" in finding["expected"]
