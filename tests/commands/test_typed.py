"""What is typed: exit statuses, languages, any console, the object of ``check --json``."""

from __future__ import annotations

import json
import re
import shutil

import openpyxl
import pytest

from monotown.commands.call import setting
from monotown.commands.main import main
from monotown.commands.places import PROJECT
from monotown.data.workbooks.fates import FATES

from .conftest import ROOT

LANGUAGES = ("en", "ru", "kk")
OWN = ROOT / "config/examples/own.csv"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder with the example's table."""
    folder = tmp_path / "work"
    folder.mkdir()
    shutil.copy(OWN, folder / "towns.csv")
    monkeypatch.chdir(folder)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return folder


def checked(capsys, *words):
    status = main(["check", "--json", *map(str, words)])
    return status, json.loads(capsys.readouterr().out)


def test_the_object_of_a_check_has_each_figure_with_its_cell(here, capsys):
    status, found = checked(capsys, "towns.csv", "--set", "kind=synthetic")
    assert status == 0
    assert list(found) == ["version", "figures", "findings", "cells"]
    assert found["version"] == 1
    keys = ["unit", "name", "year", "indicator", "value", "kind", "dims", "reference", "file", "sheet", "cell"]
    lines = [line.split(";") for line in OWN.read_text(encoding="utf-8").splitlines()]
    for figure in found["figures"]:
        assert list(figure) == keys
        assert (figure["file"], figure["sheet"], figure["kind"]) == ("towns.csv", "", "synthetic")
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", figure["cell"]).groups()
        number = sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(column))) - 1
        text = lines[int(row) - 1][number]
        if figure["value"] is None:
            assert not re.search(r"[1-9]", text)
        else:
            assert float(re.sub(r"\s", "", text).replace(",", ".")) == pytest.approx(figure["value"])
    cells = found["cells"]["towns.csv"]
    assert list(cells) == ["nonempty", *FATES]
    assert cells["nonempty"] == sum(cells[fate] for fate in FATES)
    assert cells["read"] + cells["missing"] == len(found["figures"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_and_figures_of_the_object_are_the_same_in_every_language(here, capsys, language):
    _, english = checked(capsys, "towns.csv", "--language", "en")
    status, found = checked(capsys, "towns.csv", "--language", language)
    assert status == 0
    assert found["cells"] == english["cells"]
    strip = [{k: v for k, v in figure.items() if k != "name"} for figure in found["figures"]]
    assert strip == [{k: v for k, v in figure.items() if k != "name"} for figure in english["figures"]]
    same = ("severity", "code", "file", "sheet", "cell")
    assert [[f[k] for k in same] for f in found["findings"]] == [[f[k] for k in same] for f in english["findings"]]
    told = [f["remedy"] for f in found["findings"]]
    assert told
    assert (told == [f["remedy"] for f in english["findings"]]) == (language == "en")


def test_problems_of_the_input_are_an_object_too_and_status_1(here, capsys):
    text = (here / "towns.csv").read_text(encoding="utf-8").splitlines()
    text[2] = text[2].replace(";2018;", ";about 2018;", 1)
    (here / "towns.csv").write_text("\r\n".join(text), encoding="cp1251", newline="")
    status, found = checked(capsys, "towns.csv")
    assert status == 1
    errors = [f for f in found["findings"] if f["severity"] == "error"]
    assert errors
    assert list(errors[0]) == ["severity", "code", "file", "sheet", "cell", "found", "expected", "remedy"]
    assert all(f["expected"] and f["remedy"] for f in errors)
    cells = found["cells"]["towns.csv"]
    assert cells["nonempty"] == sum(cells[fate] for fate in FATES)
    assert cells["problem"]
    status, found = checked(capsys, "towns.csv", "--set", "draws=none", "--set", "level=planet")
    assert status == 1
    assert [f["cell"] for f in found["findings"]] == ["sensitivity.draws", "input.level"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "words",
    [
        ["check", "nowhere.csv"],
        ["check", "report.pdf"],
        ["check", "towns.csv", "--study", "atlantis"],
        ["check", "towns.csv", "--set", "kind"],
        ["run", "towns.csv", "--set", "colour=red"],
        ["run", "towns.csv", "--draws", "0"],
        ["run", "towns.csv", "--output", "results?"],
        ["run", "towns.csv", "--output", "taken"],
        ["new", "towns.csv"],
        ["new", "there.xlsx"],
        ["report"],
        ["compare", "taken", "taken"],
        ["study", "export", "atlantis", "out"],
        ["nothing"],
        [],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_status_2_in_the_language_and_changes_nothing(here, capsys, words, language):
    (here / "report.pdf").write_text("x", encoding="utf-8")
    (here / "there.xlsx").write_text("x", encoding="utf-8")
    (here / "taken").mkdir()
    (here / "taken" / "thesis.docx").write_text("x", encoding="utf-8")
    before = {p: p.stat().st_mtime_ns for p in here.rglob("*") if ".monotown" not in p.parts}
    try:
        status = main([*words, "--language", language] if words and words[0] != "nothing" else words)
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    assert status == 2
    assert not said.out
    assert said.err
    assert "Traceback" not in said.err
    if words and words[0] != "nothing":
        assert bool(re.search("[а-яА-Я]", said.err)) == (language != "en")
    assert {p: p.stat().st_mtime_ns for p in here.rglob("*") if ".monotown" not in p.parts} == before


@pytest.mark.parametrize(
    ("variable", "word"), [("ru_RU.UTF-8", "аргументы"), ("kk_KZ", "аргументтер"), ("C", "arguments")]
)
def test_help_is_in_the_language_of_the_system(here, monkeypatch, capsys, variable, word):
    monkeypatch.setenv("LANG", variable)
    for words in ([], ["run"], ["check"], ["new"], ["report"], ["compare"]):
        with pytest.raises(SystemExit) as end:
            main([*words, "--help"])
        assert end.value.code == 0
        said = capsys.readouterr().out
        assert f"{word}:" in said
        assert ("options" in said or "positional" in said) == (variable == "C")


def test_a_console_of_another_code_page_shows_what_it_can(monotown):
    shutil.copy(OWN, monotown.folder / "towns.csv")
    for language, word in (("ru", "Прочитано"), ("kk", "Оқылған")):
        done = monotown("check", "--language", language, PYTHONUTF8="0", PYTHONIOENCODING="cp1251")
        assert (done.status, "Traceback" in done.err) == (0, False)
        told = monotown("check", "--language", language).err
        assert word in told
        assert monotown("check", "--json", PYTHONUTF8="0", PYTHONIOENCODING="cp1251").out.isascii()


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        ("check", "matplotlib scipy snakemake statsmodels networkx jinja2"),
        ("--help", "matplotlib scipy snakemake statsmodels networkx jinja2 pandas numpy"),
    ],
)
def test_a_command_loads_no_library_that_it_does_not_need(monotown, words, heavy):
    shutil.copy(OWN, monotown.folder / "towns.csv")
    monotown.command = (monotown.command[0], "-c")
    lines = [
        "import sys",
        "from monotown.commands.main import main",
        f"try: main(['{words}'])",
        "except SystemExit: pass",
        f"print('loaded', [m for m in '{heavy}'.split() if m in sys.modules])",
    ]
    done = monotown("\n".join(lines))
    assert done.out.strip().endswith("loaded []"), done.err


@pytest.mark.parametrize("files", [["config/examples/own.yaml"], []], ids=str)
def test_the_project_checks_its_own_runs(monkeypatch, capsys, files):
    monkeypatch.chdir(ROOT)
    assert main(["check", *files, "--language", "en"]) == 0
    assert "no problem" in capsys.readouterr().err


def test_an_old_run_file_is_read_from_any_folder(here, capsys):
    text = (ROOT / "config/examples/own.yaml").read_text(encoding="utf-8")
    run = here / "deep" / "run.yaml"
    run.parent.mkdir()
    shutil.move(here / "towns.csv", run.parent)
    run.write_text(text.replace("config/examples/own.csv", "towns.csv"), encoding="utf-8")
    status, found = checked(capsys, "deep/run.yaml")
    assert status == 0
    assert {f["file"] for f in found["figures"]} == {"towns.csv"}
    run.write_text(text.replace("draws: 10000", "draws: -1"), encoding="utf-8")
    status, found = checked(capsys, "deep/run.yaml")
    assert (status, found["findings"][0]["file"]) == (1, "run.yaml")
    assert found["findings"][0]["cell"].startswith("line 4")


def test_a_new_example_says_what_it_is(here, capsys):
    assert main(["new", "--example", "a.xlsx", "--study", "kazakhstan", "--language", "ru"]) == 0
    status, found = checked(capsys, "a.xlsx")
    assert status == 0
    assert {f["kind"] for f in found["figures"]} == {"synthetic"}
    about = openpyxl.load_workbook(here / "a.xlsx")["about"]
    assert [c.value for c in about["A"]] == ["key", "study", "title", "publisher", "terms", "kind"]


def test_a_setting_of_the_call_stands_over_the_workbook(here, capsys):
    assert main(["new", "--example", "a.xlsx", "--study", "kazakhstan"]) == 0
    _, found = checked(capsys, "a.xlsx", "--set", "kind=official")
    assert {f["kind"] for f in found["figures"]} == {"official"}


def test_names_with_dots_are_one_key():
    assert setting("decimal.a.b.csv", ",", "en") == {"input": {"decimal": {"a.b.csv": ","}}}
    assert setting("sensitivity.weight_cv", 0.5, "en") == {"sensitivity": {"weight_cv": 0.5}}


def test_the_wheel_is_built_of_the_same_files_that_are_looked_for():
    assert str(PROJECT)[1:-1].replace("'", '"') in (ROOT / "setup.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_named_study_with_many_wrong_rows_ends_with_the_first_and_a_count(here, capsys, language):
    folder = here / "wrong"
    folder.mkdir()
    (folder / "study.yaml").write_text("title: Wrong\nkind: synthetic\nlanguages: [en]\n", encoding="utf-8")
    (folder / "indicators.csv").write_text("id,direction\npay,1\n", encoding="utf-8")
    rows = "".join(f"A{k % 9},{1900 + k % 199},no{k}\n" for k in range(5000))
    (folder / "data.csv").write_text(f"unit,year,pay\n{rows}", encoding="utf-8")
    status, found = checked(capsys, "--study", "wrong", "--language", language)
    assert status == 1
    assert "… (+4900)" in [f["found"] for f in found["findings"]]
    assert main(["run", "--study", "wrong", "--language", language]) == 1
    told = capsys.readouterr().err
    assert "… (+4900)" in told
    assert "Traceback" not in told
    assert len(told.splitlines()) < 130
