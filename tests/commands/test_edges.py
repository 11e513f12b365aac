"""Calls at the edge: what is wrong is said in words with its status, and what is asked for is done."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from monotown.commands import main as module
from monotown.commands import places, report
from monotown.commands import run as runs
from monotown.commands.call import Call, plan
from monotown.commands.check import read
from monotown.commands.main import main
from monotown.commands.places import from_here, project
from monotown.commands.say import StopError, open_console, system_language, words_of
from monotown.workflow.words import WORDS as FOLDER
from monotown.workflow.words import label_texts

from .conftest import ROOT

WORDS = {code: words_of(code, project() / FOLDER) for code in ("en", "ru", "kk")}
INDICATORS = "id,direction\npay,1\nair,-1\n"
DATA = "town,pay,air\nA,1,3\nB,2,2\nC,4,1\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return folder


def study(folder, **sheets):
    folder.mkdir(exist_ok=True)
    for name, text in {"indicators": INDICATORS, "data": DATA, **sheets}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "study.yaml").write_text("title: Towns\n", encoding="utf-8")
    return folder


def book(path, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return path


def checked(capsys, *words):
    status = main(["check", "--json", *map(str, words)])
    return status, json.loads(capsys.readouterr().out)["findings"]


# --- the page of a run ----------------------------------------------------------------------------


@pytest.mark.parametrize(("opens", "more"), [(True, 0), (False, 1)])
def test_a_report_is_opened_or_its_path_is_said(here, monkeypatch, capsys, opens, more):
    asked = []
    monkeypatch.setattr(report.webbrowser, "open", lambda uri: bool(asked.append(uri)) or opens)
    for folder in ("a-results", "notes"):  # a folder of another name is none of results
        (here / folder / "report").mkdir(parents=True)
        (here / folder / "report" / "index.html").write_text("x", encoding="utf-8")
    (here / "a-results" / "report" / "index.ru.html").write_text("x", encoding="utf-8")
    for language, page in (("en", "report/index.html"), ("ru", "report/index.ru.html")):
        assert main(["report", "--language", language]) == 0
        said = capsys.readouterr().err.splitlines()
        assert Path(said[0]) == here / "a-results" / page
        assert len(said) == 1 + more
        assert asked.pop() == (here / "a-results" / page).resolve().as_uri()
    assert main(["report", "--no-browser"]) == 0
    assert asked == []
    assert main(["report", "notes-results"]) == 2


# --- what is typed --------------------------------------------------------------------------------


def test_a_language_may_be_joined_to_its_option(here, capsys):
    assert main(["check", "nowhere.csv", "--language=kk"]) == 2
    told = capsys.readouterr().err
    assert main(["check", "nowhere.csv", "--language", "kk"]) == 2
    assert capsys.readouterr().err == told
    assert main(["check", "--language=de"]) == 2
    assert "de" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("words", [["check", "a.csv"], ["run", "a.csv"]], ids=" ".join)
def test_a_setting_that_there_is_not_is_a_wrong_call(here, capsys, words, language):
    (here / "a.csv").write_text(DATA, encoding="utf-8")
    for key, near in (("foo", "decimal"), ("decimel", "decimal"), ("foo.bar", "sensitivity")):
        assert main([*words, "--set", f"{key}=1", "--language", language]) == 2
        told = capsys.readouterr()
        assert key in told.err
        assert near in told.err
        assert told.out == ""
    assert [p.name for p in here.iterdir() if p.name != ".monotown"] == ["a.csv"]


@pytest.mark.parametrize(
    ("words", "status"),
    [(["run", "--cores", "0"], 2), (["new", "a.ods"], 2), (["new", "a.xlsx", "--study", "mars"], 2)],
)
def test_numbers_endings_and_names_that_are_none(here, words, status):
    try:
        assert main(words) == status
    except SystemExit as stop:
        assert stop.code == status  # noqa: PT017
    assert list(here.iterdir()) == []


def test_a_fault_of_the_program_and_an_interruption_are_status_3(here, monkeypatch, capsys):
    def fails(*_):
        raise ZeroDivisionError("by hand")

    def stops(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(module._COMMANDS, "check", fails)
    assert main(["check"]) == 3
    assert "ZeroDivisionError: by hand" in capsys.readouterr().err
    monkeypatch.setitem(module._COMMANDS, "check", stops)
    assert main(["check", "--language", "ru"]) == 3
    assert capsys.readouterr().err == f"{WORDS['ru']('commands.interrupted')}\n"


def test_what_is_wrong_with_an_exported_study_is_status_1(here, capsys):
    study(here / "towns", indicators="id,direction\npay,up\nair,1\n")
    assert main(["study", "export", "towns", "towns.xlsx"]) == 1
    assert "line 2, column direction: found 'up'" in capsys.readouterr().err
    assert not (here / "towns.xlsx").exists()


# --- which run is meant ---------------------------------------------------------------------------


def test_a_study_of_the_working_folder_is_what_a_call_without_files_means(here):
    study(here)
    made = plan(Call([], WORDS["en"], here))
    assert made.kind == "study"
    assert [p.name for p in made.inputs] == ["data.csv", "indicators.csv", "study.yaml"]


def test_a_run_file_that_is_no_mapping(here, capsys):
    (here / "run.yaml").write_text("- a\n- b\n", encoding="utf-8")
    status, found = 0, main(["check", "run.yaml"])
    assert (status, found) == (0, 1)
    assert "run.yaml" in capsys.readouterr().err


def test_two_files_of_one_name_cannot_be_told_apart(here, capsys):
    for folder in ("a", "b"):
        (here / folder).mkdir()
        (here / folder / "x.csv").write_text(DATA, encoding="utf-8")
    for more in ([], ["--study", "kazakhstan"]):
        assert main(["check", "a/x.csv", "b/x.csv", *more]) == 2
        assert "x.csv" in capsys.readouterr().err


def test_several_workbooks_beside_the_default_study_are_figures_of_it(here, capsys):
    shutil.copy(ROOT / "config/examples/own.csv", here / "a.csv")
    (here / "b.csv").write_text("town;year;researchers\nRidder;2020;5\n", encoding="utf-8")
    made = plan(Call([here / "a.csv", here / "b.csv"], WORDS["en"], here, study="kazakhstan"))
    assert made.kind == "workbook"


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_workbook_that_names_a_study_that_is_not_there_is_told_at_its_cell(here, capsys, language):
    rows = [["key", "value"], ["title", "T"], ["study", "my study.xlsx"]]
    book(here / "a.xlsx", figures=[["town", "pay"], ["A", 1], ["B", 2]], about=rows)
    status, found = checked(capsys, "a.xlsx", "--language", language)
    assert status == 1
    assert [(f["code"], f["file"], f["sheet"], f["cell"], f["found"]) for f in found] == [
        ("study_unknown", "a.xlsx", "about", "B3", "my study.xlsx")
    ]
    assert found[0]["remedy"]
    assert main(["run", "a.xlsx", "--language", language]) == 1
    assert "my study.xlsx" in capsys.readouterr().err
    study(here / "my study")
    shutil.rmtree(here / "my study")


def test_a_workbook_of_figures_says_its_decimal_mark_itself(here, capsys):
    rows = [["key", "value"], ["decimal", ","], ["title", "A: b"]]
    book(
        here / "a.xlsx",
        figures=[["town", "2020", "2021"], ["Abai", "1,234", "1,5"], ["Chu", "2,345", "2,5"]],
        about=rows,
    )
    assert main(["check", "--json", "a.xlsx"]) == 0
    values = [f["value"] for f in json.loads(capsys.readouterr().out)["figures"]]
    assert values == [1.234, 1.5, 2.345, 2.5]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_wrong_setting_of_a_study_is_told_as_typed(here, capsys, language):
    study(here / "towns")
    status, found = checked(capsys, "--study", "towns", "--set", "decimal=;", "--language", language)
    assert (status, [(f["file"], f["cell"]) for f in found]) == (1, [("--set", "input.decimal")])
    status, found = checked(capsys, "--study", "towns", "--set", "draws=5", "--language", language)
    assert (status, [(f["file"], f["cell"]) for f in found]) == (1, [("--set", "sensitivity.draws")])


# --- before a run begins --------------------------------------------------------------------------


def started(monkeypatch):
    """Calls of Snakemake, which is not started."""
    calls = []
    monkeypatch.setattr(runs, "_snakemake", lambda made, *_: (calls.append(made), (0, []))[1])
    return calls


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_run_says_what_a_check_says_of_files_beside_a_study(here, monkeypatch, capsys, language):
    calls = started(monkeypatch)
    (study(here / "towns", units="code,name\nA,Abai\nB,Balkhash\nC,Chu\n") / "data.csv").unlink()
    rows = "town;pay;air\nAbai;100;1.5\nBalkhash;210;2.5\nChu;130;3\nAtlantis;400;7\n"
    (here / "air.csv").write_text(rows, encoding="utf-8")
    status, found = checked(capsys, "air.csv", "--study", "towns", "--language", language)
    assert status == 0
    assert {f["code"] for f in found} == {"unit_column", "units_left_out", "no_year_given"}
    assert main(["run", "air.csv", "--study", "towns", "--language", language]) == 0
    told = capsys.readouterr().err
    assert len(calls) == 1
    for finding in found:
        assert finding["expected"] in told
        assert finding["remedy"] in told


def test_files_of_no_study_become_one_where_their_directions_are_said(here, monkeypatch, capsys):
    calls = started(monkeypatch)
    (here / "pay.csv").write_text("town;pay;air\nAbai;1;3\nChu;2;2\n", encoding="utf-8")
    assert main(["run", "pay.csv", "--set", "direction.pay=more"]) == 1
    assert "direction.air" in capsys.readouterr().err
    assert calls == []
    assert main(["run", "pay.csv", "--set", "direction.pay=more", "--set", "direction.air=less"]) == 0
    (made,) = calls
    assert made.kind == "study"
    made_study = made.here / made.config["study"]
    directions = pd.read_csv(made_study / "indicators.csv").set_index("id")["direction"]
    assert directions.to_dict() == {"pay": 1, "air": -1}


def test_problems_of_a_workbook_stand_in_a_marked_copy(here, monkeypatch, capsys):
    started(monkeypatch)
    rows = [["id", "direction"], ["pay", "up"], ["", 1], ["air", -1]]
    data = [["town", "pay", "air"], ["A", "lots", 3], ["B", 2, 2]]
    book(here / "a.xlsx", indicators=rows, data=data)
    assert main(["run", "a.xlsx"]) == 1
    assert "problems.xlsx" in capsys.readouterr().err
    marked = openpyxl.load_workbook(here / "a-results" / "problems.xlsx")
    notes = {(page.title, c.coordinate) for page in marked for row in page.iter_rows() for c in row if c.comment}
    assert {("indicators", "B2"), ("data", "B2")} <= notes


def test_a_problem_of_a_whole_row_or_sheet_has_its_line_in_the_copy(here, monkeypatch, capsys):
    started(monkeypatch)
    book(here / "a.xlsx", indicators=[["direction"], [1]], data=[["town", "pay"], ["A", 2], ["B", 3]])
    assert main(["run", "a.xlsx"]) == 1
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "sheet indicators" in told


def test_results_that_are_a_file_or_of_another_run_are_refused(here, monkeypatch, capsys):
    calls = started(monkeypatch)
    study(here / "towns")
    (here / "towns-results").write_text("x", encoding="utf-8")
    assert main(["run", "--study", "towns"]) == 2
    (here / "towns-results").unlink()
    assert main(["run", "--study", "towns"]) == 0
    (here / "towns" / "data.csv").write_text(DATA.replace("4", "5"), encoding="utf-8")
    assert main(["run", "--study", "towns"]) == 0  # other figures of the same files
    study(here / "other")
    capsys.readouterr()
    assert main(["run", "--study", "other", "--output", "towns-results"]) == 2
    assert "towns/data.csv" in capsys.readouterr().err
    assert len(calls) == 2


def test_a_project_lends_no_folder_of_results_that_something_else_fills(here, tmp_path):
    folder = here / "results"
    folder.mkdir()
    (folder / "kept.txt").write_text("x", encoding="utf-8")
    made = plan(Call([], WORDS["en"], study(here)))
    with pytest.raises(StopError):
        runs.refuse_taken(runs.replace(made, results=folder), WORDS["en"])
    runs.refuse_taken(runs.replace(made, results=folder, anywhere=False), WORDS["en"])  # plain Snakemake made it
    with pytest.raises(StopError):
        runs.refuse_taken(runs.replace(made, results=folder / "kept.txt"), WORDS["en"])


# --- places and consoles --------------------------------------------------------------------------


def test_a_library_without_its_workflow_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(places.monotown, "__file__", str(tmp_path / "a" / "b" / "monotown" / "__init__.py"))
    with pytest.raises(FileNotFoundError, match="installed without its workflow"):
        project()


def test_a_path_on_another_drive_is_told_whole(tmp_path, monkeypatch):
    def other(*_):
        raise ValueError("path is on mount 'D:'")

    monkeypatch.setattr(places.os.path, "relpath", other)
    assert from_here(tmp_path / "a.csv", tmp_path) == (tmp_path / "a.csv").resolve().as_posix()


def test_words_of_a_language_that_there_is_not_are_english():
    assert WORDS["en"]("commands.interrupted") in words_of("de", project() / FOLDER)("commands.interrupted")
    assert system_language({"LANG": "de_DE.UTF-8"}) == "de"
    assert system_language({"LANG": "POSIX"}) == "en"
    open_console([object()])  # a stream that cannot be changed stays as it is


def test_a_check_of_a_study_that_cannot_be_read_has_its_problems_alone(here):
    study(here / "towns", data="town,pay,air\nA,x,y\n")
    made = plan(Call([], WORDS["en"], here, study="towns"))
    found = read(made)
    assert found.failed
    assert {p.code for p in found.problems.problems} == {"no_number", "no_data"}


def test_every_step_of_an_own_run_is_told_in_each_language():
    steps = {t["en"] for key, t in label_texts(["commands"]).items() if key.startswith("commands.steps.")}
    said = {re.sub(r"\{wildcards\.scatteritem\}", "{part}", m).replace("{wildcards.", "{") for m in _messages()}
    # figures that no page of own data shows, and what the default study alone has
    rest = [m for m in sorted(said - steps) if not m.startswith(("Figure", "Checks", "Config, study"))]
    assert rest == [
        "Every assumption behind what goes beyond the data",
        "Observations: read every raw file, check every cell",
        "Tables of the regions, and what a place rests on",
        "What the results answer to claims that the paper leaves open",
    ]


def _messages():
    for file in [*(ROOT / "workflow/rules").glob("*.smk"), *(ROOT / "workflow/parts/towns").glob("*.smk")]:
        yield from re.findall(r'message:\n\s+"(.*)"', file.read_text(encoding="utf-8"))
