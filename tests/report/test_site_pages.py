"""The pages of a site: where sections stand, what links lead to, and the file for mailing."""

import re
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.report.site import More, assets, render_site
from monotown.show.page import Parts
from monotown.show.prose import FACTS

TEMPLATES = Path(__file__).resolve().parents[2] / "workflow/report/templates"


def three(text):
    return dict.fromkeys(LANGUAGES, text)


def made(language="en", others=None, page="sure", half="0.5", rows=2, kind="official", **card):
    answer = {"value": "{n}", "label": three("Asked"), "says": three("Told"), "share": "half", "to": "paper", **card}
    content = {
        "title": three("Title"),
        "description": three("About"),
        "lead": three("Lead"),
        "cards": [answer],
        "limits": [three("No cause")],
        "dated": three("Up to {n}"),
        "footer": [three("Foot")],
        "sections": [
            {"id": "first", "title": three("First"), "page": "paper", "blocks": [{"text": three("[on](#second)")}]},
            {"id": "second", "title": three("Second"), "page": page, "blocks": [{"text": three("text")}]},
            {
                "id": "last",
                "title": three("Last"),
                "blocks": [{"piece": "count", "of": "i", "data": ["a/b"], "empty": "hide"}],
            },
        ],
    }
    facts = pd.DataFrame(
        [("n", "3", "number:0", kind, "s", ""), ("half", half, "percent:0", kind, "s", "")], columns=list(FACTS.columns)
    )
    templates = {p.name: p.read_text(encoding="utf-8") for p in TEMPLATES.iterdir()}
    parts = Parts(
        content={"page.yaml": content},
        tables={},
        facts=facts,
        languages={"en": "English", "ru": "Русский"},
        frames={"a/b": pd.DataFrame({"x": range(rows)})},
        pieces={"count": lambda g: {"said": f"{g.of} {len(g.frames['a/b'])} {g.page}", "files": {"data/c.js": "1"}}},
        templates={**templates, "count.html.j2": "<p class='count'>{{ said }}</p>"},
    )
    words = Labels(language, project_texts("common", "report"))
    return parts, render_site(parts, {}, words, others)


def test_sections_stand_on_their_pages_and_links_find_them():
    _, texts = made()
    pages = ("index.html", "paper.html", "sure.html", "method.html", "data/c.js")
    assert set(texts) == {"report.html", *(f"report/{name}" for name in pages)}
    assert 'href="sure.html#second"' in texts["report/paper.html"]
    assert "i 2 method" in texts["report/method.html"]
    assert 'style="width:50.0%"' in texts["report/index.html"]
    assert 'href="paper.html"' in texts["report/index.html"]
    assert texts["report/data/c.js"] == "1"


def test_the_file_for_mailing_has_no_dead_link():
    _, texts = made("ru")
    alone = texts["report.ru.html"]
    assert 'href="#second"' in alone
    assert "count" not in re.sub(r"<style>.*?</style>", "", alone, flags=re.DOTALL)
    ids = set(re.findall(r'id="([^"]+)"', alone))
    links = re.findall(r'<a[^>]*href="([^"]+)"', alone)
    assert all(link[1:] in ids for link in links if link.startswith("#"))
    assert [link for link in links if not link.startswith(("#", "https://"))] == []


def test_further_pages_have_the_frame():
    more = More("unit-A", "A & B", Markup("<p>body</p>"), "paper", {"data/units.js": "2"})
    parts, texts = made(others=lambda labels, fill: [more])
    page = texts["report/unit-A.html"]
    assert texts["report/data/units.js"] == "2"
    assert "<h1>A &amp; B</h1>" in page
    assert "<p>body</p>" in page
    assert 'href="unit-A.ru.html"' in page
    assert 'href="paper.html" aria-current="true"' in page
    assert assets(parts)["report/assets/site.css"].startswith(":root")


def test_files_of_further_pages_stand_beside_them():
    more = More("unit", "Units", Markup(""), "paper", {"data/units-en-0.js": "1"})
    assert made(others=lambda labels, fill: [more])[1]["report/data/units-en-0.js"] == "1"


def test_an_answer_has_its_piece_and_the_first_screen_its_date():
    _, texts = made(blocks=[{"piece": "count", "of": "i", "data": ["a/b"]}])
    assert "i 2 index" in texts["report/index.html"].partition('class="beside"')[0]
    assert "Up to 3" in texts["report/index.html"]
    assert "Up to 3" not in texts["report/paper.html"]
    assert 'href="../results.xlsx"' in texts["report/index.html"]


@pytest.mark.parametrize(
    ("card", "place"),
    [
        ({"blocks": [{"piece": "cuont"}]}, r"cards\[0\].blocks\[0\].piece"),
        ({"sayz": "x"}, r"cards\[0\].sayz"),
        ({"to": "papr"}, r"cards\[0\].to"),
    ],
)
def test_a_wrong_card_is_told(card, place):
    with pytest.raises(InputError, match=place):
        made(**card)


def test_a_piece_is_hidden_where_its_first_table_has_no_row():
    assert "class='count'" in made(rows=1)[1]["report/method.html"]
    assert "report/method.html" not in made(rows=0)[1]


def test_an_answer_says_of_what_kind_its_numbers_are():
    assert '<p class="value">3 <span class="badge official">' in made()[1]["report/index.html"]
    told = made(kind="assumed+official")[1]["report/index.html"]
    assert re.findall(r'class="badge (\w+)"', told) == ["assumed", "official"]


def test_an_answer_has_no_bar_where_its_share_is_missing():
    _, texts = made(half="")
    assert 'class="answer told"' in texts["report/index.html"]
    assert "sure-track" not in re.sub(r"<style>.*?</style>", "", texts["report/index.html"], flags=re.DOTALL)


def test_a_page_that_is_none_is_told():
    with pytest.raises(InputError, match="sure"):
        made(page="sur")
