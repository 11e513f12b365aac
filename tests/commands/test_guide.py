"""The newcomer's path is what the guide says, in each language: a wheel, an empty environment, an empty folder."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
from pathlib import Path

import openpyxl
import pytest

from monotown.data.workbooks.study_book import study_pages
from monotown.show.page import page as page_file
from monotown.study.headings import CELL_WORDS, HEADINGS, KEYS, named, told_word
from monotown.workflow import read_labels

from .conftest import ROOT, Commands

LANGUAGES = ("en", "ru", "kk")

#: What makes a run of a test short: few draws, of the weights alone.
LIGHT = ("--draws", 100, "--cores", 2, "--set", "sensitivity.views=[]")

WORDS = read_labels(["study"], folder=ROOT / "config/words")


def guide(language: str) -> str:
    name = "docs/your-own-index.md" if language == "en" else f"docs/{language}/your-own-index.md"
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(language: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", guide(language), re.DOTALL | re.MULTILINE)


def fill(workbook: Path, language: str) -> None:
    """Type the example's cells into the empty workbook, as an analyst would."""
    book = openpyxl.load_workbook(workbook)
    for page in study_pages(WORDS[language], example=True)[1:]:
        for r, row in enumerate(page.rows, 1):
            for c, value in enumerate(row, 1):
                if value != "":
                    book[page.name].cell(r, c).value = value
    book.save(workbook)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_and_words_of_the_guide_are_read(language):
    rows = [line.split("|") for line in guide(language).splitlines() if re.match(r"\| `\w+` \|", line)]
    told = {row[1].strip(" `"): re.findall("`([^`]+)`", row[3]) for row in rows}
    assert list(told) == ["indicators", "units", "data", "weights", "jumps", "claims", "about"]
    kinds = {word for words in CELL_WORDS["kind"].values() for word in words} | set(CELL_WORDS["kind"])
    for sheet, heads in told.items():
        known = {**dict.fromkeys(("formula", "note", "expert", "node", "first", "second"), ()), **HEADINGS[sheet]}
        for head in heads:
            assert named(head, known) or (sheet == "about" and (named(head, KEYS) or head in kinds)), head
    (rule,) = re.findall("median by climate|медиана по climate|climate бойынша медиана", guide(language))
    assert told_word("missing", rule) == "median by climate"


@pytest.mark.workflow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_path_of_the_guide_from_an_empty_folder(installed, tmp_path, language):
    folder = tmp_path / "пустая папка"
    folder.mkdir()
    monotown = Commands(folder, (str(installed[1]),), {"LANG": f"{language}.UTF-8"})
    lines = [shlex.split(line) for block in blocks(language, "sh") for line in block.splitlines()]
    assert lines.pop(0)[:2] == ["pip", "install"]
    first = lines.index(["monotown", "run", "my-index-2.xlsx"])
    short = lines[:first] if language != "en" else lines  # the blocks are the same in each language
    for words in short:
        if words[:2] == ["monotown", "check"] and words[2] == "my-index.xlsx":
            fill(folder / "my-index.xlsx", language)
        if words[-1] == "my-index-2.xlsx":
            book = openpyxl.load_workbook(folder / "my-index.xlsx")
            assert book["data"]["C2"].value == 520
            book["data"]["C2"].value = 900
            book.save(folder / words[-1])
        if "office.csv" in words:
            (folder / "office.csv").write_text("city;year;wage;mayor\nA;2024;580;x\nB;2024;655;y\n", encoding="cp1251")
        assert words[0] == "monotown"
        more = {"run": LIGHT, "report": ["--no-browser"]}.get(words[1], [])
        done = monotown(*words[1:], *more)
        assert done.status == 0, (words, done.err)
        assert "Traceback" not in done.err
        if words[1] in ("check", "run"):
            assert bool(re.search("[а-я]{4}", done.err)) == (language != "en")
        if words[1] == "compare":
            assert "C2" in done.out + done.err
        if "office.csv" in words:
            found = json.loads(monotown(*words[1:], "--json").out)
            assert {(f["unit"], f["value"]) for f in found["figures"] if f["file"] == "office.csv"} == {
                ("A", 580.0),
                ("B", 655.0),
            }
    results = folder / "my-index-results"
    for name in ("report/index.html", "report/index.ru.html", "report/index.kk.html", "report.html", "results.xlsx"):
        assert (results / name).is_file()
    page = (results / "report" / page_file("index", language)).read_text(encoding="utf-8")
    city = WORDS[language]("study.book.example.city", code="A")
    assert city in page
    assert 'class="made-up"' in page  # the figures are invented, and every page says so
    with (results / "index/index/scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["unit"] for row in rows} == set("ABCDEF")  # the line of reference has no rank


@pytest.mark.workflow
def test_the_guide_s_python_runs_where_the_wheel_is_installed(installed, tmp_path):
    assert Commands(tmp_path, (str(installed[1]),))("new", "my-index.xlsx", "--example").status == 0
    python = next(p for p in installed[1].parent.iterdir() if p.stem == "python")
    done = subprocess.run(
        [python, "-c", blocks("en", "python")[0]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "City A" in done.stdout
