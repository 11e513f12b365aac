from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.labels import Labels
from monotown.show.printed import (
    Column,
    Form,
    Printed,
    TableSpec,
    cell_text,
    kinds_of,
    print_table,
    source_ids,
    to_markdown,
)

TEXTS = {
    "kind.published": {"en": "Published", "ru": "Опубликовано", "kk": "Жарияланған"},
    "kind.official": {"en": "Official", "ru": "Официально", "kk": "Ресми"},
    "word.source": {"en": "Source", "ru": "Источник", "kk": "Дереккөз"},
    "word.region": {"en": "Region", "ru": "Регион", "kk": "Өңір"},
    "word.rank": {"en": "Rank", "ru": "Место", "kk": "Орын"},
    "word.share": {"en": "Share, %", "ru": "Доля, %", "kk": "Үлес, %"},
    "word.year": {"en": "Year", "ru": "Год", "kk": "Жыл"},
    "unit.KZULU": {"en": "Ulytau", "ru": "Ұлытау", "kk": "Ұлытау"},
    "table.staff": {"en": "Staff & degrees", "ru": "Кадры", "kk": "Кадрлар"},
    "table_note.staff": {"en": "A remark.", "ru": "Замечание.", "kk": "Ескерту."},
    "source.paper": {"en": "the paper", "ru": "статья", "kk": "мақала"},
}
SPEC = TableSpec(
    "staff",
    (
        Column("unit", "word.region", Form.WORD, words="unit", width=3),
        Column("year", "word.year", Form.YEAR),
        Column("rank", "word.rank", Form.RANK),
        Column("share", "word.share", Form.NUMBER, 2, scale=100),
    ),
    group="unit",
)


@pytest.fixture
def staff():
    return pd.DataFrame(
        {
            "unit": ["KZULU", "KZULU", "KZKAR"],
            "year": [2014, 2019, 2019],
            "rank": [1.0, 2.5, float("nan")],
            "share": [86 / 175, 50 / 116, float("nan")],
            "kind": ["published", "published", "official"],
            "source": ["paper", "paper", "bulletin; paper"],
            "hidden": [1, 2, 3],
        }
    )


def words(language):
    return Labels(language, TEXTS)


def test_a_table_is_printed_with_the_words_and_numbers_of_each_language(staff):
    english = print_table(staff, SPEC, words("en"))
    assert english.rows == (("Ulytau", "2014", "1", "49.14"), ("", "2019", "2.5", "43.10"), ("KZKAR", "2019", "–", "–"))
    russian = print_table(staff, SPEC, words("ru"))
    assert russian.rows[0] == ("Ұлытау", "2014", "1", "49,14")
    assert russian.rows[1][2:] == ("2,5", "43,10")
    assert russian.heads == ("Регион", "Год", "Место", "Доля, %")
    assert english.numeric == (False, True, True, True)
    assert english.kinds == ("published", "official")


def test_the_note_holds_remark_kinds_and_sources_once_each(staff):
    note = print_table(staff, SPEC, words("en")).note
    assert note == "A remark. Published; Official. Source: bulletin; the paper."


def test_a_table_without_source_names_none(staff):
    printed = print_table(staff.drop(columns="source"), SPEC, words("ru"))
    assert printed.note == "Замечание. Опубликовано; Официально."


def test_markdown_is_the_whole_table_under_its_caption(staff):
    assert to_markdown(print_table(staff, SPEC, words("en"))) == (
        "**Staff & degrees**\n\n"
        "| Region | Year | Rank | Share, % |\n"
        "| :--- | ---: | ---: | ---: |\n"
        "| Ulytau | 2014 | 1 | 49.14 |\n"
        "|  | 2019 | 2.5 | 43.10 |\n"
        "| KZKAR | 2019 | – | – |\n\n"
        "A remark. Published; Official. Source: bulletin; the paper.\n"
    )


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=30))
def test_no_cell_breaks_a_table(text):
    table = Printed("t", "c", ("a", "b"), (False, False), (0.0, 0.0), ((text, "x"),), ("official",), "n")
    (row,) = to_markdown(table).split("\n")[4:5]
    assert row.startswith("| ")
    assert row.count("|") - row.count(r"\|") == 3


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (None, Column("x", "x"), "–"),
        ("", Column("x", "x"), "–"),
        ("59,26", Column("x", "x", Form.NUMBER, 2), "59,26"),
        (1234567.891, Column("x", "x", Form.NUMBER, 1), "1,234,567.9"),
        (-0.25, Column("x", "x", Form.NUMBER, 2), "\u22120.25"),
        (3.0, Column("x", "x", Form.RANK), "3"),
        (3.5, Column("x", "x", Form.RANK), "3.5"),
        (2022.0, Column("x", "x", Form.YEAR), "2022"),
        (True, Column("x", "x"), "True"),
        ("none such", Column("x", "x", Form.WORD, words="unit"), "none such"),
    ],
)
def test_cells(value, column, text):
    assert cell_text(value, column, words("en")) == text


def test_an_unknown_kind_of_data_is_refused_and_rows_that_rest_on_none_have_none():
    with pytest.raises(ValueError, match="expected"):
        kinds_of(pd.DataFrame({"kind": ["official", "guessed"]}))
    assert kinds_of(pd.DataFrame({"kind": ["", ""]})) == ()


def test_a_table_without_rows_is_printed_and_claims_no_kind():
    spec = TableSpec("doubtful", (Column("unit", "word.unit"),))
    frame = pd.DataFrame({"unit": [], "kind": [], "source": []}, dtype=str)
    assert kinds_of(frame) == ()
    labels = Labels("en", {k: dict.fromkeys(["en"], k) for k in ("word.unit", "table.doubtful")})
    printed = print_table(frame, spec, labels)
    assert (printed.rows, printed.note) == ((), "")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (34126.21, 4, "34,126"),
        (60000.0, 5, "60,000"),
        (0.00163, 2, "0.0016"),
        (0.5, 3, "0.5"),
        (-12.345, 4, "\u221212.35"),
        (0.0, 3, "0"),
    ],
)
def test_significant_digits(value, digits, text):
    assert cell_text(value, Column("x", "x", Form.SIGNIFICANT, digits), words("en")) == text


def test_a_row_of_two_kinds_counts_for_both():
    assert kinds_of(pd.DataFrame({"kind": ["official+published"]})) == ("published", "official")


def test_sources_are_sorted_and_told_once(staff):
    assert source_ids(staff) == ("bulletin", "paper")


def test_a_name_may_hold_what_parts_several():
    words = {f"unit.{id_}": {"en": name} for id_, name in (("A+B", "Agglomeration"), ("A", "Abai"), ("B", "Balkhash"))}
    column = Column("unit", "x", Form.WORD, words="unit")
    assert [cell_text(c, column, Labels("en", words)) for c in ("A+B", "B+A")] == ["Agglomeration", "Balkhash; Abai"]
