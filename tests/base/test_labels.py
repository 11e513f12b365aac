import copy
from pathlib import Path

import pytest
from words_support import texts

from monotown.base.labels import Labels, chapter_with_words, fill, join_groups, plural_forms, slots, with_words
from monotown.base.problems import InputError
from monotown.show.prose import fact_text, prose_problems
from monotown.show.prose import fields as fields_of

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {"a.b": {"en": "{n} towns", "ru": "городов: {n}", "kk": "{n} қала"}}


def test_fields_are_filled_and_unknown_keys_name_the_nearest():
    assert Labels("kk", TEXTS)("a.b", n=3) == "3 қала"
    assert Labels("kk", TEXTS).has("a.b")
    with pytest.raises(KeyError, match="did you mean this"):
        Labels("en", TEXTS)("a.c")


@pytest.mark.parametrize(
    ("language", "value", "decimals", "text"),
    [
        ("en", 1234567.891, 2, "1,234,567.89"),
        ("ru", 1234567.891, 2, "1\u00a0234\u00a0567,89"),
        ("kk", -0.5, 1, "\u22120,5"),
        ("en", -0.04, 1, "0.0"),
        ("ru", 3, 0, "3"),
    ],
)
def test_numbers_are_printed_as_the_language_prints_them(language, value, decimals, text):
    assert Labels(language, {}).number(value, decimals) == text


def test_repeats_and_stray_values_are_all_told():
    with pytest.raises(InputError) as stopped:
        join_groups(
            {
                "en": {"one": {"a": "x", "b": ""}, "two": {"b": "", "c": {"d": 3, "e": {}}}},
                "ru": {"one": {"b": ""}, "two": {"a": "x"}},
            }
        )
    message = str(stopped.value)
    assert message.startswith("3 problems")
    assert "en.yaml, labels.two.b" in message
    assert "en.yaml, labels.two.c.d: found '3'" in message
    assert "ru.yaml, labels.two.a" in message


def test_every_label_has_the_same_fields_in_all_languages():
    for key, versions in texts().items():
        fields = {frozenset(fields_of(text)) for text in versions.values()}
        assert len(fields) == 1, key
        assert all(text.strip() for text in versions.values()), key


def test_words_of_the_file_of_a_language_stand_beside_those_of_a_config():
    config = {
        "poverty": {"formula": "x", "label": {"ru": "Своё"}, "part": None},
        "own": {"label": {"en": "Own"}, "in": "absolute"},
        "list": [{"id": "a", "row": 1}, {"from": "a", "to": "b"}, 3],
        1: {},
    }
    words = {
        "en": {
            "poverty": {"label": "Poverty", "part": "Part"},
            "list": {"a": {"label": "A"}, "a-b": {"label": "B"}},
            1: "One",
            "absent": {"label": "nothing"},
            "poverty@gen": "cases are no keys of a config",
        },
        "ru": {"poverty": {"label": "Бедность"}},
    }
    before = copy.deepcopy(config)
    assert with_words(config, words, ["en", "ru"]) == {
        "poverty": {
            "formula": "x",
            "label": {"en": "Poverty", "ru": "Своё"},
            "part": {"en": "Part", "ru": "Part\u00a0[en]"},
        },
        "own": {"label": {"en": "Own", "ru": "Own\u00a0[en]"}, "in": "absolute"},
        "list": [
            {"id": "a", "row": 1, "label": {"en": "A", "ru": "A\u00a0[en]"}},
            {"from": "a", "to": "b", "label": {"en": "B", "ru": "B\u00a0[en]"}},
            3,
        ],
        1: {"en": "One", "ru": "One\u00a0[en]"},
    }
    assert config == before


def test_a_chapter_names_its_words_and_an_unknown_name_is_told():
    chapter = {
        "sections": [
            {
                "id": "one",
                "blocks": [
                    {"text": "hello"},
                    {"text": {"ru": "Свой текст"}},
                    {"details": "more", "blocks": [{"list": ["hello"]}, {"table": "t"}]},
                ],
            }
        ]
    }
    words = {
        "en": {"title": "Page", "one": {"title": "One", "hello": "Hello", "more": "More"}},
        "ru": {"one": {"hello": "Привет"}},
    }
    found = chapter_with_words(chapter, words, ["en", "ru"], "f")
    assert found["title"] == {"en": "Page", "ru": "Page\u00a0[en]"}
    (section,) = found["sections"]
    hello = {"en": "Hello", "ru": "Привет"}
    assert section["title"]["en"] == "One"
    assert section["blocks"][0] == {"text": hello}
    assert section["blocks"][1]["text"] == {"en": "Свой текст\u00a0[ru]", "ru": "Свой текст"}
    assert section["blocks"][2]["blocks"] == [{"list": [hello]}, {"table": "t"}]
    chapter["sections"][0]["blocks"][0]["text"] = "helo"
    with pytest.raises(InputError, match=r"sections\[0\].blocks\[0\].text: found 'helo'.*hello"):
        chapter_with_words(chapter, words, ["en", "ru"], "f")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["no region", "1 region", "2 regions", "5 regions", "21 regions", "1.5 regions"]),
        ("ru", ["ни одного", "1 регион", "2 региона", "5 регионов", "21 регион", "1,5 региона"]),
        ("kk", ["бірде-бір", "1 өңір", "2 өңір", "5 өңір", "21 өңір", "1,5 өңір"]),
    ],
)
def test_numerals_agree_with_what_they_count(language, told):
    text = {
        "en": "{n|0=no region|one=# region|other=# regions}",
        "ru": "{n|0=ни одного|one=# регион|few=# региона|many=# регионов|other=# региона}",
        "kk": "{n|0=бірде-бір|one=# өңір|other=# өңір}",
    }[language]
    words = Labels(language, {})
    facts = [fact_text(str(n), f"number:{0 if n == int(n) else 1}", words) for n in (0, 1, 2, 5, 21, 1.5)]
    assert [fill(text, {"n": fact}, language) for fact in facts] == told


def test_a_name_takes_the_case_that_a_text_asks_for():
    names = {
        "unit.A": {"en": "Ulytau", "ru": "область Ұлытау"},
        "unit.A@gen": {"en": "Ulytau", "ru": "области Ұлытау"},
        "unit.B": {"en": "Astana", "ru": "г. Астана"},
    }
    for language, text, told in (
        ("ru", "место {who@gen}", "место области Ұлытау, г. Астана"),
        ("ru", "{who@and}", "область Ұлытау и г. Астана"),
        ("en", "the place of {who@gen}: {who}", "the place of Ulytau, Astana: Ulytau, Astana"),
        ("ru", "{who@and} {{x}}", "область Ұлытау и г. Астана {x}"),
    ):
        fact = fact_text("A;B", "word:unit", Labels(language, names))
        assert fill(text, {"who": fact}, language) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["No place is certain.", "One is: A.", "2 of 3 are: A, B.", "All of them are."]),
        ("ru", ["Ни одно место не определено.", "Определено одно: A.", "Определены 2 из 3: A, B.", "Все определены."]),
    ],
)
def test_a_sentence_is_chosen_by_what_was_found(language, told):
    text = {
        "en": "{n/of|0=No place is certain.|all=All of them are.|one=One is: {who}.|other=# of {of} are: {who}.}",
        "ru": "{n/of|0=Ни одно место не определено.|all=Все определены.|one=Определено одно: {who}."
        "|few=Определены # из {of}: {who}.|many=Определены # из {of}: {who}.}",
    }[language]
    words = Labels(language, {"unit.A": {language: "A"}, "unit.B": {language: "B"}})
    found = [
        fill(
            text,
            {name: fact_text(str(v), "number:0", words) for name, v in (("n", n), ("of", 3))}
            | {"who": fact_text(";".join("AB"[:n]), "word:unit", words)},
            language,
        )
        for n in (0, 1, 2, 3)
    ]
    assert found == told
    assert slots(text) == {"n", "of", "who"}


def test_a_change_is_told_by_its_sign():
    words = Labels("ru", {})
    text = "{c|falls=снизилась на #|0=не изменилась|rises=выросла на #}"
    told = [fill(text, {"c": fact_text(v, "number:1", words)}, "ru") for v in ("-13.2", "0.01", "2")]
    assert told == ["снизилась на 13,2", "не изменилась", "выросла на 2,0"]
    assert plural_forms(text) == []


def test_braces_of_a_value_are_no_slots():
    words = Labels("en", {})
    given = {"n": 1, "who": fact_text("{x} #", "text", words)}
    assert fill("{n|one={who}|other=#} {{y}}; {who@gen}", given, "en") == "{x} # {y}; {x} #"


def test_a_text_without_a_form_that_its_language_needs_is_told():
    text = {"en": "{n|one=#|other=#}", "ru": "{n|one=#|few=#}", "kk": "{n|one=#|other=#}"}
    (problem,) = prose_problems({"a": text}, {"n"}, "f")
    assert (problem.where, problem.expected) == ("a.ru", "a form for many too")
