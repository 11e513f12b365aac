from pathlib import Path

import pytest

from monotown.base.labels import LANGUAGES, Labels, merge_labels
from monotown.base.problems import InputError
from monotown.workflow import read_yaml

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


def test_gaps_repeats_and_stray_texts_are_all_told():
    with pytest.raises(InputError) as stopped:
        merge_labels(
            [
                ("one.yaml", {"a": {"en": "x", "ru": "x"}, "b": {"en": "", "ru": "", "kk": ""}}),
                ("two.yaml", {"b": {"en": "", "ru": "", "kk": ""}, "c": {"d": "text", "e": {}}}),
            ]
        )
    message = str(stopped.value)
    assert message.startswith("4 problems")
    assert "one.yaml, a: found 'en, ru'; expected en, ru and kk" in message
    assert "two.yaml, b" in message
    assert "two.yaml, c.d: found 'text'" in message


def test_every_label_file_has_three_languages_with_the_same_fields():
    import string

    files = sorted((ROOT / "config" / "labels").glob("*.yaml"))
    texts = merge_labels((f.name, read_yaml(f)) for f in files)
    assert len(texts) >= 10
    for key, versions in texts.items():
        fields = {
            lang: {f for _, f, _, _ in string.Formatter().parse(versions[lang]) if f}
            for lang in LANGUAGES
        }
        assert fields["en"] == fields["ru"] == fields["kk"], key
        assert all(versions[lang].strip() for lang in LANGUAGES), key
