from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.labels import Labels
from monotown.show.prose import fact_text, fields, inline, prose_problems, texts_in
from monotown.workflow import read_yaml
from monotown.workflow.chapters import chapter_files

ROOT = Path(__file__).resolve().parents[2]
UNITS = {
    "unit.KZALA": {"en": "Almaty city", "ru": "г. Алматы", "kk": "Алматы қаласы"},
    "unit.KZNS": {"en": "Astana", "ru": "Астана", "kk": "Астана"},
}


@pytest.mark.parametrize(
    ("value", "form", "english", "russian"),
    [
        ("1234", "number:0", "1,234", "1\u00a0234"),
        ("-8.787", "number:1", "\u22128.8", "\u22128,8"),
        ("0.4310344827586207", "percent:2", "43.10", "43,10"),
        ("2022", "year", "2022", "2022"),
        ("KZALA", "word:unit", "Almaty city", "г. Алматы"),
        ("KZALA;KZNS;KZX", "word:unit", "Almaty city, Astana, KZX", "г. Алматы, Астана, KZX"),
        ("1.72", "text", "1.72", "1.72"),
    ],
)
def test_facts_are_printed_in_the_reader_s_language(value, form, english, russian):
    assert fact_text(value, form, Labels("en", UNITS)) == english
    assert fact_text(value, form, Labels("ru", UNITS)) == russian


def test_marks_of_prose_become_html_and_nothing_else_does():
    assert str(inline("**a** `b` [c](#d) <e> & [f](javascript:g)")) == (
        '<strong>a</strong> <code>b</code> <a href="#d">c</a> &lt;e&gt; &amp; [f](javascript:g)'
    )
    assert str(inline('[x](https://a.b/"onclick)')) == ('<a href="https://a.b/&#34;onclick">x</a>')


@settings(deadline=None, max_examples=80)
@given(st.text(alphabet="<>&\"'ab", max_size=20))
def test_no_text_brings_tags_into_the_page(text):
    html = str(inline(text))
    assert "<" not in html
    assert ">" not in html
    assert '"' not in html


def test_problems_of_prose_are_told_all_at_once():
    content = {
        "title": {"en": "In 2022 {a}", "ru": "В году {a}", "kk": "{a}"},
        "body": [{"text": {"en": "{b}", "ru": "{a}", "kk": "{bb}"}}, {"text": {"en": "x"}}],
        "code": {"en": "`run 3` {a}", "ru": "[x](#p2) {a}", "kk": "{a}"},
    }
    found = [(p.where, p.found) for p in prose_problems(content, {"a", "b"}, "report.yaml")]
    assert found == [("title.en", "2022"), ("body[0].text", "bb"), ("body[0].text", "en: b; ru: a; kk: bb")]


def test_forms_are_checked_as_other_prose_is():
    content = {"title": {"en": "{n/all|al=Both 2.|one=#|other={x} of {all}}", "kk": "{n/all|0=жоқ 3|one={x}|other=#}"}}
    found = [(p.where, p.found) for p in prose_problems(content, {"n", "all", "x"}, "report.yaml")]
    assert found == [("title.en", "al"), ("title.en", "2"), ("title.kk", "3")]
    assert [p.found for p in prose_problems(content, {"n"}, "report.yaml")][:2] == ["all", "x"]


def test_texts_are_found_at_any_depth():
    tree = {"a": [{"b": {"en": "x", "ru": "y", "kk": "z"}}], "n": 3}
    assert list(texts_in(tree)) == [("a[0].b", {"en": "x", "ru": "y", "kk": "z"})]
    assert fields("{x} of {y} {x}") == {"x", "y"}


def prose_files():
    parts = [path.name for path in (ROOT / "workflow/parts").iterdir()]
    return [ROOT / file for file in chapter_files({}, parts, ROOT)]


def test_the_prose_of_the_project_types_no_number():
    told = 0
    for path in prose_files():
        content = read_yaml(path)
        texts = list(texts_in(content))
        known = {name for _, text in texts for t in text.values() for name in fields(t)}
        assert prose_problems(content, known, path.name) == []
        told += len(texts)
    assert told > 60


def test_every_language_is_really_that_language():
    kazakh = []
    for path in prose_files():
        for where, text in texts_in(read_yaml(path)):
            if not re.sub(r"\{[^}]*\}", "", text["en"]):
                continue  # a name alone
            assert not set("әғқңөұүіһ") & set(text["en"].lower()), where
            assert any("а" <= c <= "я" for c in text["ru"].lower()), where
            assert text["ru"] != text["kk"], where
            kazakh.append(text["kk"])
    assert pd.Series(kazakh).str.contains("[әғқңөұүіһ]").mean() > 0.95


def test_a_rank_that_is_missing_is_told_in_words():
    words = Labels("ru", {"report.word.no_rank": {"en": "none", "ru": "без места", "kk": "жоқ"}})
    assert fact_text("", "rank", words) == "без места"
    assert fact_text("3", "rank", words) == "3"
    assert fact_text("3.5", "rank", words) == "3,5"
