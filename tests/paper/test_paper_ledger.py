"""The ledger as a whole: config, quotations, verdicts, the page."""

from __future__ import annotations

import ast
import copy
import csv
from collections import Counter
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from claims_support import LABELS
from words_support import LANGUAGES

from monotown.base.problems import InputError
from monotown.claims.finding import Verdict
from monotown.paper.checks import CHECKS
from monotown.paper.ledger import Claim, judge, read_claims
from monotown.paper.published import Published
from monotown.paper.show import claims_page
from monotown.paper.specs import SPECS
from monotown.show.latex import to_latex
from monotown.show.printed import print_table, to_markdown
from monotown.workflow import read_yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "config/parts/paper/claims.yaml"


@pytest.fixture
def config() -> dict[str, Any]:
    return copy.deepcopy(read_yaml(FILE))


def test_verdicts(claims: list[Claim], published: Published) -> None:
    with (ROOT / "tests" / "golden" / "audit_verdicts.csv").open(encoding="utf-8") as file:
        expected = {row["id"]: row["verdict"] for row in csv.DictReader(file)}
    ledger = judge(claims, published, LABELS)
    assert dict(zip(ledger["id"], ledger["verdict"], strict=True)) == expected
    counts = Counter(expected.values())
    assert set(counts) == {v.value for v in Verdict}
    assert len(expected) >= 90


def test_no_verdict_is_typed_in_the_config() -> None:
    config = read_yaml(FILE)
    words = {v.value for v in Verdict}
    for claim in config["claims"]:
        assert not {"verdict", "recomputed", "arithmetic"} & set(claim)
        assert not {text.lower() for text in claim["stated"].values()} & words


def test_every_claim_names_a_test_that_exists(claims: list[Claim]) -> None:
    known: dict[str, set[str]] = {}
    for claim in claims:
        file, _, name = claim.test.partition("::")
        if file not in known:
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            known[file] = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        assert name in known[file], f"{claim.id}: {claim.test}"


def test_every_check_is_used(claims: list[Claim]) -> None:
    assert {c.check for c in claims} == set(CHECKS)


def test_quotations_are_short(claims: list[Claim]) -> None:
    assert max(len(c.words.text.split()) for c in claims) <= 40
    assert all(c.words.line_from <= c.words.line_to for c in claims)


def test_same_claims_same_bytes(claims: list[Claim], published: Published) -> None:
    first, second = (judge(claims, published, LABELS).to_csv(index=False) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"chekc": "x"}, "chekc", "'check' (did you mean this?)"),
        ({"check": "shore"}, ".check", "'share' (did you mean this?)"),
        ({"with": {"organisation": "x", "year": 1, "month": 1}}, "with.month", "organisation, y"),
        ({"with": {"year": 2017}}, "with", "a value for organisation"),
        ({"quote": "row:table1:111"}, "quote", "table1:110"),
        ({"quote": "line:110"}, "quote", "passage:…, row:… or number:…"),
        ({"words": "seventeen"}, "words", "words of row:table1:110"),
        ({"reading": "loose"}, "reading", "literal or charitable"),
        ({"severity": 5}, "severity", "1, 2 or 3"),
        ({"severity": "much"}, "severity", "1, 2 or 3"),
        ({"test": "somewhere"}, "test", "a test: tests/"),
        ({"stated": ""}, "stated", "a value"),
        ({"stated": "plain"}, "stated", "a text by language"),
        ({"made": "no"}, "made", "true or false"),
        ({"id": "T1.2017.sdi.share"}, "T1.2017.sdi.share", "an id that stands once"),
    ],
)
def test_bad_claim(
    config: dict[str, Any], published: Published, change: dict[str, Any], where: str, expected: str
) -> None:
    config["claims"][0].update(change)
    with pytest.raises(InputError) as caught:
        read_claims(config, published)
    problems = caught.value.problems
    assert any(where in p.where and expected in p.expected for p in problems), str(caught.value)
    assert all(p.file == "config/parts/paper/claims.yaml" for p in problems)


def test_every_bad_claim_is_told_at_once(config: dict[str, Any], published: Published) -> None:
    config["claims"][0]["check"] = "shore"
    config["claims"][5]["severity"] = 9
    config["claims"][9] = "no mapping"
    config["assumptions"]["staff_range"] = [500, 20]
    with pytest.raises(InputError) as caught:
        read_claims(config, published)
    assert len(caught.value.problems) == 4
    assert "staff_range" in str(caught.value)


@pytest.mark.parametrize("limits", ["20-500", [20], [0, 500], [20.5, 500]])
def test_bad_staff_range(config: dict[str, Any], published: Published, limits: Any) -> None:
    config["assumptions"]["staff_range"] = limits
    with pytest.raises(InputError, match="two whole numbers"):
        read_claims(config, published)


def test_no_claims(published: Published) -> None:
    with pytest.raises(InputError, match="at least one claim"):
        read_claims({"claims": []}, published)


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.tags: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_page(claims: list[Claim], published: Published, language: str) -> None:
    ledger = judge(claims, published, LABELS)
    labels = LABELS[language]
    page = claims_page(ledger, labels)
    parser = _Cells()
    parser.feed(page)
    assert parser.tags["tr"] >= len(ledger) + 2
    assert parser.tags["script"] == parser.tags["link"] == parser.tags["img"] == 0
    assert f'<html lang="{language}">' in page
    assert "http" not in page.replace("http://www.w3.org", "")
    for verdict in set(ledger["verdict"]):
        assert labels(f"verdict.{verdict}") in page
    assert escape(labels("kind.published")) in page
    others = ledger.loc[ledger["quotation_language"] != language, "quotation_language"].value_counts()
    assert {code: page.count(f'<td lang="{code}">') for code in others.index} == others.to_dict()
    assert claims_page(ledger, labels) == page


def test_print(claims: list[Claim], published: Published) -> None:
    ledger = judge(claims, published, LABELS)
    printed = print_table(ledger, SPECS["claims"], LABELS["en"])
    assert len(printed.rows) == len(ledger)
    assert to_markdown(printed).count("\n| T1.2017.university.share |") == 1
    assert r"\begin{longtable}" in to_latex(printed)
