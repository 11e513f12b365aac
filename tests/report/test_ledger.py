"""The ledger of claims on a page: in the reader's language, addressed, filtered, and without scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from claims_support import LABELS
from report_support import drawn, given
from words_support import LANGUAGES

from monotown.report import ledger, strip
from monotown.report.pieces import Given

#: Latin letters that every language writes: names of statistics, degrees and methods, and signs of formulas.
LATIN = {"PhD", "LMDI", "ln", "N", "n", "p", "z", "I", "II", "III", "x"}


class _Texts(HTMLParser):
    """Texts with the language that they are marked with, ids, and addresses."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.open = [("", language)]
        self.texts: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if "id" in of:
            self.ids.append(str(of["id"]))
        if "href" in of:
            self.addresses.append(str(of["href"]))
        language = of.get("lang") or self.open[-1][1]
        self.texts += [(tag, language, str(of[name])) for name in ("title", "aria-label") if name in of]
        if tag not in ("input", "wbr"):
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((*self.open[-1], data.strip()))


def is_foreign(text: str) -> bool:
    """Whether a text that should be Cyrillic has Latin words outside quotation marks that are no names or formulas."""
    told = re.sub(r"“[^”]*”", "", text)
    return bool(set(re.findall(r"[A-Za-z]+", told)) - LATIN)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_cell_is_in_the_language_of_the_reader(claims: pd.DataFrame, language: str) -> None:
    for name in ("stated", "recomputed", "arithmetic"):
        cells = claims[f"{name}_{language}"]
        assert not [cell for cell in cells if is_foreign(cell)]
        assert not cells.str.contains(r"\[en\]").any()
    assert all(LABELS[language].has(f"claim_place.{p}") for cell in claims["place"] for p in cell.split("; "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_is_told_without_scripts(claims: pd.DataFrame, language: str) -> None:
    page = drawn("ledger", ledger.piece(given(claims, language, single=True)), language)
    assert "<form" not in page
    assert "<script" not in page
    read = _Texts(language)
    read.feed(page)
    heaviest = claims["severity"] == claims["severity"].max()
    assert read.ids[: heaviest.sum()] == [f"claim-{claim}" for claim in claims.loc[heaviest, "id"]]
    assert sorted(read.ids) == sorted(f"claim-{claim}" for claim in claims["id"])
    assert set(read.addresses) <= {f"#{name}" for name in read.ids}
    told = {text for _, _, text in read.texts}
    for column in (f"stated_{language}", f"recomputed_{language}", f"arithmetic_{language}", "quotation"):
        assert set(claims[column]) <= told
    quoted = {text: lang for tag, lang, text in read.texts if tag == "blockquote"}
    assert quoted == dict(zip(claims["quotation"], claims["quotation_language"], strict=True))
    if language != "en":
        codes = ("blockquote", "code", "a")
        assert not [
            text for tag, lang, text in read.texts if tag not in codes and lang == language and is_foreign(text)
        ]


def test_filters_count_the_claims_of_each_option(claims: pd.DataFrame) -> None:
    made = ledger.piece(given(claims))
    filters = {f["name"]: {o["value"]: int(o["count"]) for o in f["options"]} for f in made["filters"]}
    assert filters["verdict"] == claims["verdict"].value_counts().to_dict()
    assert filters["weight"] == claims["severity"].astype(str).value_counts().to_dict()
    assert filters["statement"] == claims["statement"].value_counts().to_dict()
    assert filters["place"]["table1"] == claims["place"].str.contains(r"\btable1\b").sum()
    page = drawn("ledger", made, "en")
    held = re.findall(r'data-verdict="(\w+)" data-weight="(\d)" data-statement="(\w+)" data-place="([^"]+)"', page)
    weighed = claims.sort_values("severity", ascending=False, kind="stable").to_dict("records")
    of_row = [(r["verdict"], str(r["severity"]), r["statement"], r["place"].replace("; ", "|")) for r in weighed]
    assert held == of_row


@pytest.mark.parametrize("language", LANGUAGES)
def test_strip_has_a_square_for_each_statement_the_paper_makes(claims: pd.DataFrame, language: str) -> None:
    made = strip.piece(given(claims, language, page="index"))
    counts = {group["outcome"]: group["count"] for group in made["groups"]}
    stated = claims[claims["statement"] == "made"]
    verdicts = stated["verdict"].value_counts()
    assert counts == {
        "hold": str(verdicts["reproduced"] + verdicts["derived"]),
        "contradict": str(verdicts["inconsistent"]),
        "open": str(verdicts["not_derivable"]),
    }
    file = "paper.html" if language == "en" else f"paper.{language}.html"
    read = _Texts(language)
    read.feed(drawn("strip", made, language))
    squares = [address for address in read.addresses if "#claim-" in address]
    assert sorted(squares) == sorted(f"{file}#claim-{claim}" for claim in stated["id"])
    filtered = [address for address in read.addresses if "#?" in address]
    assert filtered[1] == f"{file}#?statement=made&verdict=inconsistent"
    if language != "en":
        assert not [text for _, _, text in read.texts if is_foreign(text)]


def test_strip_of_the_single_page_stays_on_it(claims: pd.DataFrame) -> None:
    made = strip.piece(given(claims, page="index", single=True))
    addresses = [square["href"] for group in made["groups"] for square in group["squares"]]
    assert all(address.startswith("#claim-") for address in addresses)
    assert not any(group["href"] for group in made["groups"])


def test_ledger_of_an_own_run(claims: pd.DataFrame) -> None:
    own = claims.head(3).drop(columns=["quotation_language", "line_from", "line_to"])
    own = own.drop(columns=[c for c in own.columns if c.startswith("stated_")])
    own = own.assign(
        id=["a b", "c", "d"], place="p. 7; top, left", stated="59.3", addresses="part = t: x", why="<typo>"
    )
    made = ledger.piece(Given({"ledger": own}, LABELS["ru"], "", "paper", False))
    assert made["whose"] == "own"
    assert {card["place"] for card in made["first"] + made["rest"]} == {"p. 7; top, left"}
    page = drawn("ledger", made, "ru")
    assert 'id="claim-a-b"' in page
    assert "&lt;typo&gt;" in page
    assert strip.piece(Given({"ledger": own}, LABELS["ru"], "", "index", False))["groups"][0]["count"] == "3"


def test_one_ledger_is_needed(claims: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="2 ledgers among a, b"):
        strip.piece(Given({"a": claims, "b": claims}, LABELS["en"], "", "paper", False))
