"""Changing one digit of a raw table flips the verdicts it touches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from claims_support import in_english

from monotown.base.problems import InputError
from monotown.claims.finding import Finding, Verdict
from monotown.paper.checks import run_check
from monotown.paper.ledger import Claim
from monotown.paper.published import Published, read_published

Raw = dict[str, pd.DataFrame]
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
AUDIT = json.loads((GOLDEN / "audit.json").read_text(encoding="utf-8"))
SHORT = ("university", "sdi", "mining", "")
INCONSISTENT = Verdict.INCONSISTENT.value


def other_digits(text: str) -> Iterator[str]:
    """Every text that differs from a printed number in one digit."""
    for i, old in enumerate(text):
        if old.isdigit():
            for new in "0123456789":
                if new != old:
                    yield text[:i] + new + text[i + 1 :]


def changed(raw: Raw, table: str, row: int, column: str) -> Iterator[tuple[str, Published | None]]:
    """The paper with each other digit in a cell; None where reading refuses it."""
    before = str(raw[table][column].iloc[row])
    for text in other_digits(before):
        frame = raw[table].copy()
        frame.loc[row, column] = text
        if table == "numbers_in_text":
            quotation = str(frame["quotation"].iloc[row])
            frame.loc[row, "quotation"] = quotation.replace(before, text)
        try:
            yield text, read_published({**raw, table: frame})
        except InputError as error:
            if text not in str(error):
                raise
            yield text, None


def judged(claims: list[Claim], ids: Iterable[str], published: Published) -> dict[str, Finding]:
    wanted = set(ids)
    chosen = [c for c in claims if c.id in wanted]
    assert len(chosen) == len(wanted), wanted - {c.id for c in chosen}
    return {c.id: in_english(run_check(published, c.check, c.parameters)) for c in chosen}


def flips(raw: Raw, claims: list[Claim], table: str, row: int, column: str, expected: dict[str, set[str]]) -> int:
    """Check every digit of a cell against the verdicts that may stand after it is changed."""
    baseline = read_published(raw)
    before = judged(claims, expected, baseline)
    n = 0
    for text, published in changed(raw, table, row, column):
        n += 1
        if published is None:
            continue
        after = judged(claims, expected, published)
        for name, verdicts in expected.items():
            found = after[name].verdict.value
            assert found in verdicts, f"{table} {row} {column} {text}: {name} is {found}"
            assert after[name] != before[name], f"{table} {row} {column} {text}: {name} stands"
    return n


@pytest.mark.parametrize("year", [2017, 2018])
@pytest.mark.parametrize("row", [0, 1, 2, 3])
def test_digit_of_table1(raw: Raw, claims: list[Claim], row: int, year: int) -> None:
    start = judged(claims, [f"T1.{year}.{s}.share" for s in SHORT[:3]], read_published(raw))
    golden = AUDIT[f"t1_{year}"]["shares"]
    assert [f.recomputed.removesuffix(".0") for f in start.values()] == golden
    assert {f.verdict for f in start.values()} == {Verdict.REPRODUCED}
    counts = {f"T1.{year}.total": {INCONSISTENT}}
    shares = {f"T1.{year}.hundred": {INCONSISTENT}}
    if row < 3:
        own = {f"T1.{year}.{SHORT[row]}.share": {INCONSISTENT}}
        counts, shares = {**counts, **own}, {**shares, **own}
    n = flips(raw, claims, "table1", row, f"researchers_{year}", counts)
    n += flips(raw, claims, "table1", row, f"share_{year}", shares)
    assert n >= 9 * 3


@pytest.mark.parametrize("column", ["doctors_of_science", "doctors_phd", "candidates_of_science"])
def test_digit_of_degrees(raw: Raw, claims: list[Claim], column: str) -> None:
    expected = {
        "T2.share": {INCONSISTENT},
        "E.pair": {INCONSISTENT},
        "E.ratio": {INCONSISTENT},
        "T3.2019": {INCONSISTENT},
        "T2.header": {INCONSISTENT},
        "T3.indicator": {INCONSISTENT},
        "T2.sum": {"derived"},
        "E.staff": {"not_derivable"},
        "E.split": {"not_derivable"},
    }
    assert flips(raw, claims, "table2", 0, column, expected) >= 9


def test_digit_of_table2(raw: Raw, claims: list[Claim]) -> None:
    start = judged(claims, ["T2.share", "T2.staff", "T2.header"], read_published(raw))
    assert [f.recomputed for f in start.values()] == ["43.10", "only 116", "share of all three together"]
    expected = {
        "T2.share": {INCONSISTENT},
        "T2.staff": {INCONSISTENT},
        "T2.header": {INCONSISTENT},
        "T3.2019": {INCONSISTENT},
        "E.staff": {"not_derivable"},
    }
    assert flips(raw, claims, "table2", 0, "teaching_staff", expected) == 27
    expected = {
        "T2.share": {INCONSISTENT},
        "T2.header": {INCONSISTENT},
        "T2.year": {"not_derivable"},
        "E.ratio": {"not_derivable"},
    }
    assert flips(raw, claims, "table2", 0, "degree_share", expected) == 36


def test_digit_of_table3(raw: Raw, claims: list[Claim]) -> None:
    start = judged(claims, ["T2.year", "T3.indicator", "T3.2019"], read_published(raw))
    assert [f.recomputed for f in start.values()] == ["2019", "degree holders / teaching staff", "43.10"]
    last = {
        "T3.2019": {INCONSISTENT},
        "T3.level.charitable": {"not_derivable"},
        "T2.year": {"not_derivable"},
        "T3.indicator": {"not_derivable"},
    }
    assert flips(raw, claims, "table3", 2, "availability", last) == 36
    middle = {
        "E.staff2014": {"derived", "not_derivable"},
        "T3.2014": {"not_derivable", INCONSISTENT},
        "E.main.share": {"reproduced", INCONSISTENT, "not_derivable"},
    }
    assert flips(raw, claims, "table3", 1, "availability", middle) == 36
    first = {
        "T3.2009": {"not_derivable", INCONSISTENT},
        "T3.level": {INCONSISTENT, "reproduced"},
        "T3.level.charitable": {"reproduced", INCONSISTENT},
    }
    assert flips(raw, claims, "table3", 0, "availability", first) == 36


@pytest.mark.parametrize(
    ("row", "expected", "digits"),
    [
        (
            10,
            {
                "E.ratio": {INCONSISTENT},
                "E.difference": {INCONSISTENT, "not_derivable"},
                "E.pair": {INCONSISTENT, "not_derivable"},
            },
            3,
        ),
        (11, {"E.ratio": {INCONSISTENT}, "E.difference": {INCONSISTENT}, "E.pair": {INCONSISTENT, "not_derivable"}}, 2),
        (15, {"T3.level.charitable": {INCONSISTENT}, "T3.today": {"not_derivable"}}, 4),
    ],
)
def test_digit_of_text(raw: Raw, claims: list[Claim], row: int, expected: dict[str, set[str]], digits: int) -> None:
    names = [n for n in expected if n.startswith("E.") and n != "E.pair"]
    start = judged(claims, names, read_published(raw))
    assert all(f.verdict is Verdict.REPRODUCED for f in start.values())
    assert flips(raw, claims, "numbers_in_text", row, "number", expected) == 9 * digits


@pytest.mark.parametrize("row", [10, 11])
@pytest.mark.parametrize("column", ["from", "to"])
def test_year_of_text(raw: Raw, claims: list[Claim], row: int, column: str) -> None:
    frame = raw["numbers_in_text"]
    frame.loc[row, column] = "2012"
    after = judged(claims, ["E.ratio", "E.difference"], read_published(raw))
    assert {f.verdict for f in after.values()} == {Verdict.NOT_DERIVABLE}


@pytest.mark.parametrize("row", [0, 1, 2])
def test_year_of_table3(raw: Raw, claims: list[Claim], row: int) -> None:
    touched = [
        ("T3.2009", "T3.level", "T3.level.charitable"),
        ("T3.2014", "E.staff2014", "E.split"),
        ("T3.2019", "E.ratio", "T3.2019"),
    ][row]
    raw["table3"].loc[row, "year"] = "2016"
    after = judged(claims, touched, read_published(raw))
    assert {f.verdict for f in after.values()} == {Verdict.NOT_DERIVABLE}
