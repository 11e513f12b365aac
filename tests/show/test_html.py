from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.report.site import render_site
from monotown.show.page import Parts, needs
from monotown.show.page import page as file_of
from monotown.show.printed import Column, Form, TableSpec, print_table
from monotown.show.prose import FACTS
from monotown.show.style import figure_style, new_figure, render

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "workflow" / "report" / "templates"


def three(text):
    return dict.fromkeys(LANGUAGES, text)


@pytest.fixture(scope="module")
def texts():
    joined = project_texts("common", "report")
    return joined | {
        "verdict.reproduced": three("reproduced"),
        "verdict.not_derivable": three("not derivable"),
        "table.claims_of_test": {"en": "Claims <of> test", "ru": "Проба", "kk": "Сынақ"},
        "figure.line": {"en": 'A "line"', "ru": "Линия", "kk": "Сызық"},
        "source.paper": three("The paper"),
    }


@pytest.fixture(scope="module")
def image():
    with figure_style():
        figure = new_figure(3, 2)
        figure.subplots().plot([1, 2])
        return render(figure)


def content(**changes):
    section = {
        "id": "first",
        "title": three("First"),
        "blocks": [
            {"text": three("There are **{claims}** claims, share {share}% <b>")},
            {"heading": three("A heading")},
            {"callout": three("Mind this")},
            {"list": [three("one"), three("two")]},
            {"code": "make results\n"},
            {"figure": "line", "data": "claims_of_test"},
            {"bar": "verdicts"},
            {
                "details": three("More"),
                "blocks": [{"table": "claims_of_test", "filter": "verdict", "stack": True, "mark": {"id": ["C.2"]}}],
            },
        ],
    }
    page = {
        "page": "paper",
        "title": three("Title"),
        "description": three("About"),
        "lead": three("Lead"),
        "cards": [{"value": "{claims}", "label": three("claims")}],
        "sections": [section],
        "footer": [three("Foot")],
    }
    return {"page.yaml": page | changes}


def parts(page):
    claims = pd.DataFrame(
        {
            "id": ["C.1", "C.2"],
            "verdict": ["reproduced", "not_derivable"],
            "n": [27.5, float("nan")],
            "kind": "published",
            "source": "paper",
        }
    )
    verdicts = pd.DataFrame(
        {"verdict": ["reproduced", "not_derivable"], "claims": [3, 1], "kind": "published", "source": "paper"}
    )
    verdict = Column("verdict", "report.column.verdict", Form.WORD, words="verdict", width=2)
    facts = pd.DataFrame(
        [
            ("claims", "2", "number:0", "published", "paper", "claims.csv"),
            ("share", "0.5", "percent:1", "published", "paper", "claims.csv"),
        ],
        columns=list(FACTS.columns),
    )
    return Parts(
        content=page,
        tables={
            "claims_of_test": (
                claims,
                TableSpec(
                    "claims_of_test",
                    (Column("id", "report.column.claim"), verdict, Column("n", "report.column.people", Form.NUMBER, 1)),
                ),
            ),
            "verdicts": (
                verdicts,
                TableSpec("verdicts", (verdict, Column("claims", "report.column.claims", Form.NUMBER))),
            ),
        },
        facts=facts,
        templates={p.name: p.read_text(encoding="utf-8") for p in TEMPLATES.iterdir()},
        languages={"en": "English", "ru": "Русский", "kk": "Қазақша"},
    )


def rendered(made, image, labels):
    """The page of the paper, where the chapters of these tests stand."""
    return render_site(made, {"line": image["svg"]}, labels)[f"report/{file_of('paper', labels.language)}"]


def page_of(language, texts, image, **changes):
    return rendered(parts(content(**changes)), image, Labels(language, texts))


def test_a_page_holds_its_words_numbers_and_tables(texts, image):
    soup = BeautifulSoup(page_of("ru", texts, image), "html.parser")
    assert soup.html["lang"] == "ru"
    assert soup.find("p", string=None, class_=None).get_text() == "There are 2 claims, share 50,0% <b>"
    assert soup.find("strong").get_text() == "2"
    table = soup.find("table")
    assert [th["scope"] for th in table.thead.find_all("th")] == ["col"] * 3
    assert [th.get_text() for th in table.tbody.find_all("th", scope="row")] == ["C.1", "C.2"]
    assert [td.get_text() for td in table.tbody.find_all("td")] == ["reproduced", "27,5", "not derivable", "–"]
    assert table["data-filter"] == "1"
    assert [tr.get("class") for tr in table.tbody.find_all("tr")] == [None, ["mark"]]
    assert soup.find("pre").get_text() == "make results"


def test_every_figure_and_table_has_a_badge_and_a_source(texts, image):
    soup = BeautifulSoup(page_of("en", texts, image), "html.parser")
    found = soup.find_all("figure")
    assert len(found) == 2
    for figure in found:
        assert figure.find(class_="badge published").get_text() == texts["kind.published"]["en"]
        assert "Source: The paper" in figure.find(class_="origin").get_text()
    assert 'A "line"' in found[0].figcaption.get_text()
    assert found[0].svg
    assert [s.get_text() for s in soup.find_all(class_="number")] == ["Figure 1.", "Table 1."]
    assert "Claims <of> test" in found[1].figcaption.get_text()


def test_a_page_is_accessible_in_its_structure(texts, image):
    soup = BeautifulSoup(page_of("kk", texts, image), "html.parser")
    levels = [int(h.name[1]) for h in soup.find_all(re.compile(r"^h[1-6]$"))]
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in soup.select('a[href^="#"]'):
        assert link["href"][1:] in ids
    for tag in soup.find_all(attrs={"aria-labelledby": True}):
        assert tag["aria-labelledby"] in ids
    assert {a["href"] for a in soup.select(".langs a")} == {"paper.html", "paper.ru.html"}


def test_a_page_loads_nothing_from_elsewhere(texts, image):
    html = page_of("en", texts, image)
    soup = BeautifulSoup(html, "html.parser")
    assert [script["src"] for script in soup.find_all("script", src=True)] == ["assets/site.js"]
    assert [link["href"] for link in soup.find_all("link")] == ["data:,", "assets/site.css"]
    assert all(img["src"].startswith("data:") for img in soup.find_all("img"))
    assert not re.search(r"@import|url\((?!data:|#)", html)


def test_the_same_parts_give_the_same_bytes(texts, image):
    assert page_of("ru", texts, image) == page_of("ru", texts, image)


def test_the_bar_has_a_part_for_each_row_in_proportion(texts, image):
    soup = BeautifulSoup(page_of("en", texts, image), "html.parser")
    assert [s["style"] for s in soup.select(".seg")] == ["flex:3", "flex:1"]
    assert [li.get_text() for li in soup.select(".stackbar li")] == ["reproduced: 3", "not derivable: 1"]
    assert soup.select(".seg")[1]["class"] == ["seg", "tone-not-derivable"]


def test_everything_wrong_with_the_prose_is_told_at_once(texts, image):
    blocks = [
        {"text": three("{claim}")},
        {"figure": "lines", "data": "claims_of_test"},
        {"figure": "line"},
        {"table": "claim_of_test"},
        {"table": "claims_of_test", "filter": "verdicts", "mark": {"unit": ["x"]}},
        {"table": "claims_of_test", "stak": True},
        {"tabel": "claims_of_test"},
        {"details": three("More"), "blocks": [{"bar": "verdict"}]},
    ]
    section = {"id": "a", "title": three("A"), "blocks": blocks}
    with pytest.raises(InputError) as caught:
        page_of("en", texts, image, sections=[section])
    assert {p.file for p in caught.value.problems[:-1]} == {"page.yaml"}
    told = [(p.where.removeprefix("sections[0].blocks"), p.found) for p in caught.value.problems]
    assert told == [
        ("[0].text", "claim"),
        ("[1].figure", "lines"),
        ("[2].data", "None"),
        ("[3].table", "claim_of_test"),
        ("[4].filter", "verdicts"),
        ("[4].mark", "unit"),
        ("[5].stak", "stak"),
        ("[6]", "tabel"),
        ("[7].blocks[0].bar", "verdict"),
        ("table claims_of_test", "it twice"),
    ]
    assert "'stack' (did you mean this?)" in str(caught.value)


def test_a_long_column_stands_below_its_row(texts, image):
    block = {"table": "claims_of_test", "below": "verdict"}
    section = {"id": "a", "title": three("A"), "blocks": [block]}
    soup = BeautifulSoup(page_of("en", texts, image, sections=[section]), "html.parser")
    table = soup.find("table")
    assert table["class"] == ["below"]
    assert table["style"] == "--columns:minmax(0,2fr) minmax(0,2fr) "  # of the two others
    assert [c.get_text() for c in table.select("td.below")] == ["reproduced", "not derivable"]
    assert [len(tr.find_all(["td", "th"])) for tr in table.find_all("tr")] == [3, 3, 3]
    block["below"] = "verdicts"
    with pytest.raises(InputError, match="verdict"):
        page_of("en", texts, image, sections=[section])


def test_chapters_stand_in_the_order_of_their_files(texts, image):
    (page,) = content().values()
    more = {"page": "paper", "sections": [{"id": "b", "title": three("B"), "blocks": [{"text": three("b")}]}]}
    html = rendered(parts({"a": page, "b": more}), image, Labels("en", texts))
    soup = BeautifulSoup(html, "html.parser")
    assert [h.get_text() for h in soup.find_all("h2")] == ["Contents", "First", "B"]


def test_a_frame_is_there_once_and_an_exhibit_too(texts, image):
    (page,) = content().values()
    without = {k: v for k, v in page.items() if k not in ("lead", "title")}
    more = {"sections": page["sections"], "titel": three("t"), "footer": []}
    with pytest.raises(InputError) as caught:
        rendered(parts({"a": without, "b": more}), image, Labels("en", texts))
    told = [(p.file, p.where, p.found) for p in caught.value.problems]
    assert told == [
        ("b", "titel", "titel"),
        ("a, b", "title", "nothing"),
        ("a, b", "lead", "nothing"),
        ("a; b", "footer", "it twice"),
        ("a, sections[0].id; b, sections[0].id", "section first", "it twice"),
        ("a, sections[0].blocks[5]; b, sections[0].blocks[5]", "figure line", "it twice"),
        ("a, sections[0].blocks[7].blocks[0]; b, sections[0].blocks[7].blocks[0]", "table claims_of_test", "it twice"),
    ]


def test_prose_says_what_the_workflow_must_make():
    asked = needs(content().values())
    assert asked.figures == ("line",)
    assert asked.tables == ("claims_of_test", "verdicts")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_made_up_figures_says_so_at_its_head(language, texts, image):
    labels = Labels(language, texts)
    for kind, marks in (("synthetic", 1), ("assumed+synthetic", 1), ("published", 0)):
        made = parts(content())
        frame, spec = made.tables["claims_of_test"]
        tables = {**made.tables, "claims_of_test": (frame.assign(kind=kind), spec)}
        page = rendered(replace(made, tables=tables), image, labels)
        said = BeautifulSoup(page, "html.parser").find_all(class_="made-up")
        assert [m.get_text(strip=True) for m in said] == [labels("kind.synthetic")] * marks


def test_made_up_figures_are_told_where_there_are_tables_alone(texts, image):
    made = parts(content(sections=[{"id": "a", "title": three("A"), "blocks": [{"table": "claims_of_test"}]}]))
    frame, spec = made.tables["claims_of_test"]
    tables = {**made.tables, "claims_of_test": (frame.assign(kind="synthetic"), spec)}
    assert 'class="made-up"' in rendered(replace(made, tables=tables), image, Labels("en", texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_badges_and_captions_say_first_that_a_result_is_assumed(language, texts, image):
    labels = Labels(language, texts)
    made = parts(content())
    tables = {name: (frame.assign(kind="assumed+official"), spec) for name, (frame, spec) in made.tables.items()}
    page = rendered(replace(made, tables=tables), image, labels)
    origins = BeautifulSoup(page, "html.parser").find_all(class_="origin")
    assert len(origins) > 1
    for origin in origins:
        badges = [b.get_text(strip=True) for b in origin.find_all(class_="badge")]
        assert badges == [labels("kind.assumed"), labels("kind.official")]
        assert origin.find(class_="badge") is next(c for c in origin.children if c.name)
    for frame, spec in tables.values():
        note = print_table(frame, spec, labels).note
        assert f"{labels('kind.assumed')}; {labels('kind.official')}." in note


@pytest.mark.parametrize("rows", [0, 2])
def test_a_section_whose_every_block_is_hidden_is_not_on_the_page(rows, texts, image):
    labels = Labels("en", texts)
    title = dict.fromkeys(LANGUAGES, "Only where there are rows")
    page = content()
    some = [{"table": "verdicts", "empty": "hide"}]
    page["a more"] = {"page": "paper", "sections": [{"id": "only", "title": title, "blocks": some}]}
    made = parts(page)
    frame, spec = made.tables["verdicts"]
    tables = {**made.tables, "verdicts": (frame.iloc[:rows], spec)}
    html = rendered(replace(made, tables=tables), image, labels)
    assert ("Only where there are rows" in html) is bool(rows)
