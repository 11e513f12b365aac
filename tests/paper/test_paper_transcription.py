"""The transcription against the paper itself, where its text is at hand (MONOTOWN_PAPER)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest

Raw = dict[str, pd.DataFrame]
ROOT = Path(__file__).resolve().parents[2]

at_hand = pytest.mark.skipif(
    not os.environ.get("MONOTOWN_PAPER"),
    reason="MONOTOWN_PAPER names no text of the paper: transcription not compared with it",
)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return Path(os.environ["MONOTOWN_PAPER"]).read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="module")
def parts() -> pd.DataFrame:
    return pd.read_csv(ROOT / "data" / "raw" / "published" / "paper" / "parts.csv")


def joined(lines: list[str], first: int, last: int, language: str) -> tuple[str, list[int]]:
    """Text of some lines, and the line of each of its letters."""
    text, at = "", []
    for number in range(first, last + 1):
        words = " ".join(lines[number - 1].replace("\x07", " ").split())
        if not words:
            continue
        if text.endswith("-") and text[-2:-1].isalpha():
            if language != "en":
                text, at = text[:-1], at[:-1]
        elif text:
            text, at = text + " ", [*at, number]
        text, at = text + words, [*at, *[number] * len(words)]
    return text, at


def language_of(parts: pd.DataFrame, line: int) -> str:
    mine = parts[(parts["line_from"] <= line) & (line <= parts["line_to"])]
    assert len(mine) == 1, line
    return str(mine["language"].iloc[0])


@at_hand
def test_parts_cover_the_text(lines: list[str], parts: pd.DataFrame) -> None:
    covered = [n for p in parts.itertuples() for n in range(p.line_from, p.line_to + 1)]
    filled = [n for n, line in enumerate(lines, 1) if line.strip()]
    assert len(covered) == len(set(covered))
    assert set(filled) <= set(covered)


@at_hand
def test_passages(lines: list[str], parts: pd.DataFrame, raw: Raw) -> None:
    assert len(raw["passages"]) > 80
    for row in raw["passages"].itertuples():
        first, last = int(row.line_from), int(row.line_to)
        text, at = joined(lines, first, last, language_of(parts, first))
        assert row.text in text, row.passage
        start = text.index(row.text)
        assert (at[start], at[start + len(row.text) - 1]) == (first, last), row.passage
        mine = parts[parts["part"] == row.part].iloc[0]
        assert mine["line_from"] <= first <= last <= mine["line_to"]


@at_hand
def test_table_rows(lines: list[str], raw: Raw) -> None:
    def printed(line: str) -> list[str]:
        return lines[int(line) - 1].split()

    for row in raw["table1"].itertuples(index=False):
        assert printed(row[0]) == " ".join(row[1:]).split()
    assert printed("104") == ["2017", "2018"]
    assert list(raw["table1"].columns[2:]) == ["researchers_2017", "share_2017", "researchers_2018", "share_2018"]
    for row in raw["table2"].itertuples(index=False):
        assert printed(row[0]) == list(row[1:])
    years, shares = raw["table3"]["year"].to_list(), raw["table3"]["availability"].to_list()
    assert printed(raw["table3"]["year_line"].iloc[0]) == ["Years", *years]
    assert printed(raw["table3"]["line"].iloc[0]) == shares


@at_hand
@pytest.mark.parametrize(("table", "column"), [("table4", "indicator"), ("table4_blocks", "name")])
def test_table4(lines: list[str], raw: Raw, table: str, column: str) -> None:
    for row in raw[table].itertuples():
        text, _ = joined(lines, int(row.line_from), int(row.line_to), "en")
        assert text.removeprefix("- ").rstrip(";.") == getattr(row, column)
    if table == "table4":
        marked = [n for n in range(195, 279) if lines[n - 1].strip().startswith("- ")]
        assert marked == raw[table]["line_from"].astype(int).to_list()


@at_hand
def test_numbers_in_text(lines: list[str], raw: Raw) -> None:
    quoted: list[tuple[int, str]] = []
    for row in raw["numbers_in_text"].itertuples():
        text, _ = joined(lines, int(row.line_from), int(row.line_to), "en")
        assert row.quotation in text, row.quotation
        quoted.append((int(row.line_to), row.number))
    # No number of the running text, of a caption or a heading is left out.
    cells = {int(n) for t in ("table1", "table2", "table3") for n in raw[t]["line"]} | {104, 156}
    left = []
    for number, line in enumerate(lines, 1):
        if number in cells:
            continue
        bare = re.sub(r"\[[\d,]+\]", "", line)
        for found in re.findall(r"\d+(?:[.,]\d+)?", bare):
            near = [n for n, (at, q) in enumerate(quoted) if q == found and abs(at - number) <= 2]
            if near:
                quoted.pop(near[0])
            else:
                left.append((number, found))
    assert left == []
    assert quoted == []


@at_hand
def test_citations(lines: list[str], raw: Raw) -> None:
    found = [
        (str(number), mark, reference)
        for number, line in enumerate(lines, 1)
        for mark in re.findall(r"\[[\d,]+\]", line)
        for reference in mark.strip("[]").split(",")
    ]
    assert found == list(raw["citations"].itertuples(index=False, name=None))


@at_hand
def test_term_counts(lines: list[str], parts: pd.DataFrame, raw: Raw) -> None:
    for row in raw["term_counts"].itertuples():
        part = parts[parts["part"] == row.part].iloc[0]
        text, at = joined(lines, part["line_from"], part["line_to"], part["language"])
        found = [at[m.start()] for m in re.finditer(row.pattern, text, re.IGNORECASE)]
        assert " ".join(map(str, found)) == row.lines, (row.term, row.part)
        assert (str(found[0]) if found else "") == row.first_line


@at_hand
def test_figures(lines: list[str], raw: Raw) -> None:
    for row in raw["figures"].itertuples():
        assert lines[int(row.line) - 1].startswith(f"Figure {row.figure}")


def test_english_only_where_a_part_says_so(parts: pd.DataFrame, raw: Raw) -> None:
    language = dict(zip(parts["part"], parts["language"], strict=True))
    for row in raw["passages"].itertuples():
        cyrillic = bool(re.search("[а-яА-Я]", row.text))
        assert cyrillic == (language[row.part] != "en"), row.passage
