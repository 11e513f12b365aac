"""What is wrong with a study is one list, and every entry of it has words in every language."""

import ast
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels, slots
from monotown.data.workbooks.findings import finding_of, findings_table, terminal_table
from monotown.data.workbooks.grid import word_key
from monotown.study import cells
from monotown.study.faults import FAULTS, MOST_NAMES, near, problem
from monotown.study.headings import key_of
from monotown.workflow.door_words import GROUPS, in_words

ROOT = Path(__file__).resolve().parents[2]
TEXTS = project_texts(*GROUPS)
WORDS = {language: Labels(language, TEXTS) for language in LANGUAGES}


def met(code):
    """A problem of a kind, with a value in each of its slots."""
    fault = FAULTS[code]
    names = slots(fault.expected) | slots(fault.remedy)
    values = {name: f"<{name}>" for name in names - {"nearest"}}
    more = near("wieght", ["weight", "parent"]) if "nearest" in names else {}
    return problem(code, "s.xlsx", "sheet x, cell B7", "", "x", "B7", **values, **more)


def told_in_code():
    """Every code that the code of a study can tell."""
    found = {form.code for form in vars(cells).values() if isinstance(form, cells.Form)} - {""}
    for file in (ROOT / "src/monotown/study").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found |= {
            node.value
            for node in ast.walk(tree)
            if file.stem != "faults" and isinstance(node, ast.Constant) and node.value in FAULTS
        }
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "attr", getattr(called, "id", ""))
            own = name == "add" and file.stem not in ("frames",)  # frames of pandas have no sheets
            told = own or name in ("problem", "problem_of_sheet")
            if told and node.args and isinstance(node.args[0], ast.Constant):
                assert node.args[0].value in FAULTS, (file.name, node.lineno)
    for file in ("claims/read.py", "workflow/study.py", "workflow/shapes.py"):  # claims, tables and shapes of a study
        tree = ast.parse((ROOT / "src/monotown" / file).read_text(encoding="utf-8"))
        found |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value in FAULTS}
    # made of the role of a column; told by the commands
    return found | {"unit_unknown", "indicator_unknown", "study_unknown"}


def test_the_list_is_what_the_code_tells():
    assert told_in_code() == set(FAULTS)


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_is_told_in_every_language(code):
    found = met(code)
    for language, words in WORDS.items():
        told = in_words(found, words)
        assert "[en]" not in told
        assert told.count("{") == 0
        if language == "en":
            assert told == str(found).replace(f"found {found.found!r}", f"found {found.found}")
        else:
            for text in (found.expected, found.remedy, "nothing", "did you mean"):
                assert text not in told
            assert len(re.findall("[а-яәіңғүұқөһ]", told)) > 40
        table = findings_table([finding_of(found)], words)
        assert list(table.iloc[0])[1:4] == ["s.xlsx", "x", "B7"]
        assert (table.iloc[0][["found", "expected", "mend"]] != "").all()
        assert "B7" in terminal_table(table, words)


def test_a_list_of_names_is_cut():
    names = [f"unit_{i:04}" for i in range(3000)]
    shown = near("unit_0700x", names)
    assert shown["near"] == "unit_0700"
    assert len(shown["names"].split(", ")) == MOST_NAMES + 1


@given(st.text(string.ascii_letters + string.digits, min_size=1))
def test_a_plain_code_has_the_key_that_it_has_beside_other_letters(code: str) -> None:
    """Codes are read by a short way; a letter that is none of theirs sends a text the long way."""
    assert [key_of(code), word_key(code)] == [f(f"{code} й").removesuffix(" й") for f in (key_of, word_key)]
