"""Quotation marks in text tables: no cell takes in others without a word."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from towns_support import configs, figures, labels, read_path, read_text

from monotown.data.workbooks.findings import in_words
from monotown.data.workbooks.text import QuoteError, split_rows
from monotown.workflow.workbooks import load_sheets

LIMITS = configs()["towns"]["limits"]
HEAD = "town;year;researchers;enterprises_performing_rd\n"


def _table(rows=24):
    return HEAD + "".join(f"Ridder;{1990 + i};{70 + i};{4 + i}\n" for i in range(rows))


def _stray(line, column, text=None):
    lines = (text or _table()).split("\n")
    cells = lines[line - 1].split(";")
    cells[column] = '"' + cells[column]
    lines[line - 1] = ";".join(cells)
    return "\n".join(lines)


@pytest.mark.parametrize(("line", "column"), [(2, 0), (3, 2), (10, 3), (25, 3), (1, 0)])
def test_a_stray_mark_is_named_by_its_line(tmp_path, line, column):
    path = tmp_path / "t.csv"
    path.write_text(_stray(line, column), encoding="utf-8")
    sheets, findings = load_sheets(path, "t.csv", LIMITS)
    assert sheets == []
    assert [f.code for f in findings] == ["text_form"]
    for language in ("en", "ru", "kk"):
        expected, mend = in_words(findings[0], labels(language))
        assert str(line) in expected
        assert str(line) in mend


def test_two_strays_that_close_each_other_take_in_no_rows():
    with pytest.raises(QuoteError, match="line 3"):
        split_rows(_stray(12, 1, _stray(3, 2)))
    text = HEAD + 'Ridder;2018;70;"4\nRidder;2019;71;5\nRidder;2020;72;"\nRidder;2021;73;7\n'
    with pytest.raises(QuoteError, match="line 2"):
        split_rows(text)


def test_a_stray_mark_before_a_quoted_note_is_refused():
    text = 'town;year;researchers;note\nRidder;2018;"5;\nRidder;2019;6;"see; below"\n'
    with pytest.raises(QuoteError, match="line 2"):
        split_rows(text)


def test_cells_of_several_lines_and_names_in_marks_are_read():
    text = (
        '"Наименование\nгорода";"Год";"Численность\nисследователей";"Примечание"\n'
        'Риддер;2018;5;"по данным\nза 2018 год; уточнено"\n'
        'Темиртау;2018;7;ТОО "Казахмыс"\n'
        '"Kazakhmys" LLP;2018;8;"""Восток"", филиал"\n'
    )
    rows = split_rows(text)
    assert rows[0][:3] == ["Наименование\nгорода", "Год", "Численность\nисследователей"]
    assert rows[1][3] == "по данным\nза 2018 год; уточнено"
    assert rows[2][3] == 'ТОО "Казахмыс"'
    assert rows[3] == ["Kazakhmys LLP", "2018", "8", '"Восток", филиал']
    workbook = read_text(text.replace('"Kazakhmys" LLP;', "Балхаш;"))
    assert figures(workbook)["KZTMT", 2018, "researchers"] == 7.0


def test_an_inch_mark_alone_is_a_character():
    assert split_rows('town;note\nA;5" pipe\nB;x\n') == [["town", "note"], ["A", '5" pipe'], ["B", "x"]]


PLAIN = st.text("abя 12.,-", max_size=6)
QUOTED = st.text('abя 12.,;"\n', max_size=8)


@st.composite
def tables(draw):
    width = draw(st.integers(2, 5))
    delimiter = draw(st.sampled_from([";", "\t", ","]))
    rows = draw(
        st.lists(st.lists(st.one_of(PLAIN, PLAIN, QUOTED), min_size=width, max_size=width), min_size=2, max_size=7)
    )
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return f"sep={delimiter}\n{made.getvalue()}"


def _by_the_book(text):
    """The table as the standard library reads it, which is right for text it wrote itself."""
    first, body = text.split("\n", 1)
    return [[], *csv.reader(io.StringIO(body, newline=""), delimiter=first[-1])]


@limits(max_examples=300, deadline=None)
@given(tables())
def test_a_table_without_strays_is_read_or_refused_and_never_changed(text):
    try:
        rows = split_rows(text)
    except QuoteError:
        return  # a note that looks like rows of the table
    assert rows == _by_the_book(text)


@limits(max_examples=300, deadline=None)
@given(tables())
def test_a_table_without_cells_of_several_lines_is_always_read(text):
    expected = _by_the_book(text)
    assume(not any("\n" in c for row in expected for c in row))
    assert split_rows(text) == expected


@limits(max_examples=1500, deadline=None)
@given(tables(), st.integers(0, 400))
def test_a_stray_mark_anywhere_changes_no_other_cell(text, at):
    expected = _by_the_book(text)
    start = text.index("\n") + 1
    at = start + at % (len(text) - start + 1)
    try:
        rows = split_rows(text[:at] + '"' + text[at:])
    except QuoteError:
        return
    assert [len(r) for r in rows] == [len(r) for r in expected]
    changed = [(a, b) for r, s in zip(rows, expected, strict=True) for a, b in zip(r, s, strict=True) if a != b]
    assert len(changed) <= 1


def test_a_line_longer_than_a_reader_allows_is_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f'{HEAD}Ridder;2018;5;1\n"{"x" * 300_000}";;;\n', encoding="utf-8")
    workbook, _ = read_path(path)
    assert figures(workbook)["KZRDD", 2018, "researchers"] == 5.0
