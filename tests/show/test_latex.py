"""Tables for LaTeX: they compile whatever the cells hold, and none stands out over its line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latex_support import compile_tables, overfull

from monotown.show.latex import LEAST, PREAMBLE, escape_latex, layout, to_latex
from monotown.show.printed import Printed

HOSTILE = (
    "[5] opens with a bracket",
    "*[3] a star",
    r"\input{/etc/passwd} \end{tabular} \\ & # $ % _ ^ ~ { } < > |",
    "``quotes'' \"straight\" ,,low'' <<angle>> -- --- ?` !`",
    "line\nbreak\ttab\r\n\x00\x07\x1b\x7f",
    "=1+1",
    "x" * 200,
    "data/raw/official/" + "very_long_name." * 12 + "csv",
    "9" * 90,
    "Өңірлердің көпөлшемділігінің" + "сыздандырылғандықтарыңыздан" * 3,
    "əƏәӘ қҚ ғҒ ңҢ үҮ ұҰ һҺ іІ",
    "1\u00a0234 \u2212 5 \u00d7 6 \u2248 7 \u2264 8 \u2192 \u2713 \u2116 5 \u00a7 \u20ac \u00b2 \u00b0",
    "\u65e5\u672c \U0001f600 \u0301 \u05d0 \u03a9 \ufffd \u00e9\u00f1\u0153",
)


def printed(columns: int, rows: tuple[tuple[str, ...], ...], heads: tuple[str, ...] = ()) -> Printed:
    heads = heads or tuple(f"Head {i}" for i in range(columns))
    return Printed(
        "t_x", "Staff & degrees", heads, (False,) * columns, (0.0,) * columns, rows, ("official",), "A note."
    )


def test_a_table_has_rules_caption_note_and_escaped_cells():
    table = Printed(
        "staff", "Staff & degrees", ("Region", "Share, %"), (False, True), (0, 0), (("A_1", "49.14"),), (), "A remark."
    )
    latex = to_latex(table)
    assert r"\caption{Staff \& degrees}\label{tab:staff}" in latex
    assert r"Region & Share, \% \\" in latex
    assert r"A\_1 & 49.14 \\" in latex
    assert re.search(r"\\multicolumn\{2\}.*A remark\.", latex)
    for rule in (r"\toprule", r"\midrule", r"\bottomrule"):
        assert rule in latex
    assert latex.count(r"\raggedright\hspace") == latex.count(r"\raggedleft\hspace") == 1
    assert latex.count(r"\begin{table}") == latex.count(r"\end{table}") == 1


def test_a_long_table_runs_over_pages_and_a_wide_one_lies_on_its_side():
    long = to_latex(printed(2, (("a", "b"),) * 60))
    assert r"\begin{longtable}" in long
    assert r"\endhead" in long
    assert "landscape" not in long
    wide = to_latex(printed(16, (("unbroken",) * 16,)))
    assert wide.count(r"\begin{landscape}") == wide.count(r"\end{landscape}") == 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=40), min_size=3, max_size=3), min_size=1, max_size=9))
def test_shares_of_the_line_are_never_more_than_one(columns):
    how = layout(columns)
    assert LEAST - 1e-3 <= sum(how.shares) <= 1
    assert all(share > 0 for share in how.shares)


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=30))
def test_no_cell_breaks_a_row(text):
    (row,) = (
        line for line in to_latex(printed(2, ((text, "x"),))).split("\n") if re.search(r"& x \\\\(\[3pt\])?$", line)
    )
    assert not re.search(r"(?<!\\)[#_%$]", row)
    assert len(re.findall(r"(?<!\\)&", row)) == 1
    assert not row.startswith(("[", "*"))


def test_specials_are_escaped_one_by_one():
    assert escape_latex("a_b & 50% of #1 {x} ~ ^ \\") == (
        r"a\_b \& 50\% of \#1 \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{}"
    )
    assert escape_latex("1\u00a0234 \u2212 5") == r"1~234 \ensuremath{-} 5"
    assert escape_latex("a---b,,c'' \"d\"") == r"a-{}-{}-b,{},c'{}' \textquotedbl{}d\textquotedbl{}"


def test_the_latin_schwa_is_the_kazakh_letter():
    assert escape_latex("Қазақстан əлемі, Əлем") == "Қазақстан әлемі, Әлем"


@pytest.mark.parametrize("columns", [1, 3, 11])
def test_hostile_cells_compile_and_fit(tmp_path, columns):
    every = [chr(c) for c in (*range(0x20, 0x250), *range(0x370, 0x530), *range(0x2000, 0x2300))]
    sets = ["".join(every[i : i + 30]) for i in range(0, len(every), 30)]
    cells = [*HOSTILE, *sets]
    cells += [""] * (-len(cells) % columns)
    rows = tuple(tuple(cells[i : i + columns]) for i in range(0, len(cells), columns))
    hostile = [printed(columns, rows), printed(columns, rows[:1], HOSTILE[:columns])]
    assert overfull(compile_tables(tmp_path, map(to_latex, hostile), PREAMBLE)) == []
