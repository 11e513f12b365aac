"""Answers beside the claims, and the table of assumptions."""

import ast
from pathlib import Path

import pandas as pd
import pytest
from words_support import LANGUAGES

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.paper.answers import answers_table
from monotown.show.assumptions import join_assumptions
from monotown.workflow import read_yaml

ROOT = Path(__file__).resolve().parents[2]
LABELS = {language: Labels(language, {}) for language in LANGUAGES}


def claims():
    rows = [("A", "Table 1", "q a", "derived"), ("B", "Text", "q b", "missing")]
    columns = ["id", "place", "quotation", "verdict"]
    return pd.DataFrame(rows, columns=columns).assign(kind="published", source="paper_text")


def facts():
    rows = [
        ("share", "0.125", "percent:1", "official", "taldau; bulletin", "tables/x.csv"),
        ("count", "3", "number:0", "published", "paper_text", "tables/y.csv"),
    ]
    return pd.DataFrame(rows, columns=["fact", "value", "form", "kind", "source", "derived_from"])


def answer(**changes):
    text = {language: f"{language} {{share}}" for language in LANGUAGES}
    limit = {language: f"{language} {{count}}" for language in LANGUAGES}
    known = {"id": "one", "claim": "B", "text": text, "limit": limit, "test": "tests/x.py::y"}
    return {**known, **changes}


def made(*entries):
    return answers_table({"config/a.yaml": {"answers": list(entries)}}, claims(), facts(), LABELS)


def test_an_answer_stands_beside_its_claim_with_numbers_kind_and_source():
    row = made(answer()).iloc[0]
    assert row["quotation"] == "q b"
    assert row["answer_en"] == "en 12.5"
    assert row["answer_ru"] == "ru 12,5"
    assert row["limit_kk"] == "kk 3"
    assert row["kind"] == "published+official"
    assert row["source"] == "bulletin; paper_text; taldau"
    assert row["derived_from"] == "tables/x.csv; tables/y.csv"


def test_answers_follow_the_order_of_the_claims():
    plain = dict.fromkeys(LANGUAGES, "words")
    table = made(answer(), answer(id="two", claim="A", text=plain, limit=plain))
    assert table["claim"].tolist() == ["A", "B"]
    assert table.loc[0, ["kind", "source", "derived_from"]].tolist() == ["published", "paper_text", ""]


def test_every_problem_of_the_answers_is_told_at_once():
    wrong = dict.fromkeys(LANGUAGES, "42 {shere}")
    with pytest.raises(InputError) as caught:
        made(answer(claim="b", text=wrong, test="proof"), answer(verdict="true"), answer(id="three", limit=None))
    message = str(caught.value)
    for part in (
        "found 'b'",
        "found 'shere'",
        "'share' (did you mean this?)",
        "found '42'",
        "found 'proof'",
        "answers.one.verdict",
        "an id that stands once",
        "answers.three.limit",
    ):
        assert part in message


def test_the_tests_that_the_shipped_answers_name_exist():
    for file in sorted((ROOT / "workflow/parts").glob("*/answers.yaml")):
        for entry in read_yaml(file)["answers"]:
            path, name = entry["test"].split("::")
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, entry["id"]


def test_assumptions_of_parts_keep_their_order():
    names = ["assumption", "assumption_en", "value", "basis", "source"]
    row = dict.fromkeys(names, "x") | {"kind": "assumed"}
    parts = {"later": pd.DataFrame([row]), "earlier": pd.DataFrame([row])}
    assert join_assumptions(parts)["part"].tolist() == ["later", "earlier"]
