"""The layout of a folder of results: pages whose links hold, in the language of the run."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

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
    """What the workflow leaves, in a folder with a space and Cyrillic letters."""
    made = tmp_path / "Мои итоги 1"
    for name in ("report.html", "report.ru.html", "report.kk.html"):
        made.mkdir(exist_ok=True)
        (made / name).write_text(f"<p>{name}</p>{LINKS}", encoding="utf-8")
    (made / "tables").mkdir()
    (made / "tables/a b.csv").write_text("x\n", encoding="utf-8")
    return made


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
