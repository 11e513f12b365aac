"""The layout of a folder of results: pages whose links hold, one workbook in the language of the run."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from monotown.commands import layout
from monotown.commands.layout import lay_out
from monotown.commands.report import page_of
from monotown.commands.say import words_of
from monotown.workflow.words import label_texts

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "config/words"
LINKS = (
    '<a href="report.html"></a><a href="report.ru.html"></a><a href="report.kk.html"></a><a href="tables/a b.csv"></a>'
)


@pytest.fixture
def results(tmp_path):
    """What the workflow leaves of two indices, in a folder with a space and Cyrillic letters."""
    made = tmp_path / "Мои итоги 1"
    for name in ("report.html", "report.ru.html", "report.kk.html"):
        made.mkdir(exist_ok=True)
        (made / name).write_text(f"<p>{name}</p>{LINKS}", encoding="utf-8")
    for view in ("health", "Труд: a/b"):
        stem = view.replace("/", "_").replace(":", "")
        (made / "index" / stem).mkdir(parents=True)
        lines = [
            "view,unit,year,node,score,rank,n_units,coverage,partial,kind,source",
            "v,A,0,top,51.25,,1,0.5,False,official,s",
        ]
        (made / "index" / stem / "scores.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (made / "tables").mkdir(exist_ok=True)
        lines = ["block,measure,local_weight,global_weight,kind,source", "b,m,1,0.25,official,s"]
        (made / f"tables/weights_{stem}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (made / "tables/a b.csv").write_text("x\n", encoding="utf-8")
    (made / "tables/doubtful.csv").write_text("unit,kind\n", encoding="utf-8")
    rows = [f'"{key}",' + ",".join(f'"{t}"' for t in texts.values()) for key, texts in _plain().items()]
    (made / "words.csv").write_text("\n".join(["key,en,ru,kk", *rows, "unit.A,A-town,А-город,А-қала"]) + "\n", "utf-8")
    return made


def _plain():
    return {k: v for k, v in label_texts().items() if not any(mark in t for t in v.values() for mark in '"\n')}


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_link_of_every_page_leads_to_a_file(results, language):
    lay_out(results, words_of(language, WORDS))
    pages = sorted((results / "report").rglob("*.html"))
    assert len(pages) == 4
    for page in pages:
        for link in re.findall(r'href="([^"]+)"', page.read_text(encoding="utf-8")):
            assert (page.parent / unquote(link)).is_file(), (page, link)


@pytest.mark.parametrize(
    ("language", "name"), [("en", "report.html"), ("ru", "report.ru.html"), ("kk", "report.kk.html")]
)
def test_the_first_page_is_in_the_language_of_the_run(results, language, name):
    lay_out(results, words_of(language, WORDS))
    assert f"<p>{name}</p>" in (results / "report/index.html").read_text(encoding="utf-8")
    for code, own in (("en", "report.html"), ("ru", "report.ru.html"), ("kk", "report.kk.html")):
        page = page_of(results, code)
        assert page == results / "report" / code / "index.html"
        assert f"<p>{own}</p>" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "sheet", "unit"), [("en", "scores", "A-town"), ("ru", "баллы", "А-город")])
def test_the_workbook_is_in_the_language_of_the_run_with_all_digits(results, language, sheet, unit):
    lay_out(results, words_of(language, WORDS))
    book = openpyxl.load_workbook(results / "results.xlsx")
    page = book[f"{sheet} health"]
    row = {head.value: cell.value for head, cell in zip(page[1], page[2], strict=True)}
    assert unit in row.values()
    assert 51.25 in row.values()
    assert 50 in row.values()  # the share as percent, as its head says
    assert 0 not in row.values()  # no year is no 0
    assert len(page[1]) == 5  # and no column: neither year nor rank is there


def test_each_table_has_a_sheet_of_its_own_that_workbooks_take(results, monkeypatch):
    lay_out(results, words_of("en", WORDS))
    book = openpyxl.load_workbook(results / "results.xlsx")
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames) == 5
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)
    assert "doubtful" not in book.sheetnames  # it has no row
    listed = [row[1].value for row in book["contents"].iter_rows(min_row=2)]
    assert all((results / file).is_file() for file in listed)
    monkeypatch.setattr(layout, "_MOST_ROWS", 0)
    lay_out(results, words_of("en", WORDS))
    rest = openpyxl.load_workbook(results / "results.xlsx")
    assert rest.sheetnames == ["contents"]
    assert [row[1].value for row in rest["contents"].iter_rows(min_row=2)] == listed  # their files have them


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
