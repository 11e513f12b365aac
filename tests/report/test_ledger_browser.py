"""The ledger as people use it, in Debian's Chromium: filtered, searched, opened by an address."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from report_support import TEMPLATES, drawn, given

from monotown.report import ledger

playwright = pytest.importorskip("playwright.sync_api")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: chromium)"),
]


@pytest.fixture
def page(claims: pd.DataFrame, tmp_path: Path) -> Iterator[Any]:
    """A page of the cards in Russian, open in a window that fails on any error of a script."""
    html = drawn("ledger", ledger.piece(given(claims, "ru")), "ru")
    css, js = ((TEMPLATES / f"ledger.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    file = tmp_path / "paper.ru.html"
    head = f'<meta charset="utf-8"/><title>x</title><style>{css}</style>'
    file.write_text(f'<html lang="ru"><head>{head}</head><body>{html}<script>{js}</script></body></html>', "utf-8")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        window = chromium.new_page()
        wrong: list[str] = []
        window.on("pageerror", lambda error: wrong.append(str(error)))
        window.goto(file.as_uri())
        yield window
        chromium.close()
    assert not wrong


def shown(page: Any) -> list[str]:
    """Ids of the claims that no filter hides."""
    ids: list[str] = page.eval_on_selector_all(".ledger-card:not([hidden])", "cards => cards.map(card => card.id)")
    return ids


def addresses(claims: pd.DataFrame) -> set[str]:
    return {f"claim-{claim}" for claim in claims["id"]}


def test_filters_stand_in_the_address(page: Any, claims: pd.DataFrame) -> None:
    assert set(shown(page)) == addresses(claims)
    page.check('input[name="verdict"][value="inconsistent"]')
    page.select_option('select[name="statement"]', "made")
    page.select_option('select[name="weight"]', "2")
    made, weight = claims["statement"] == "made", claims["severity"] == 2
    wanted = addresses(claims[made & weight & (claims["verdict"] == "inconsistent")])
    assert set(shown(page)) == wanted
    assert page.text_content("output") == f"Показано: {len(wanted)} из {len(claims)}"
    # the same address gives the same cards, as after a change of language
    page.goto("about:blank")
    page.go_back()
    page.reload()
    assert set(shown(page)) == wanted
    page.click("button[type=reset]")
    page.wait_for_function("!location.hash || location.hash === '#'")
    assert set(shown(page)) == addresses(claims)


def test_search_finds_words_of_the_arithmetic(page: Any, claims: pd.DataFrame) -> None:
    page.fill("input[name=q]", "Горный ИНСТИТУТ")
    texts = claims[["stated_ru", "arithmetic_ru"]].agg(" ".join, axis=1).str.lower()
    assert set(shown(page)) == addresses(claims[texts.str.contains("горный институт")])


def test_a_claim_is_shown_by_its_address_whatever_is_filtered(page: Any) -> None:
    page.check('input[name="verdict"][value="external"]')
    assert "claim-T2.composition" not in shown(page)
    page.evaluate("location.hash = '#claim-T2.composition'")
    page.wait_for_selector('[id="claim-T2.composition"].ledger-named details[open]', state="visible")
    assert "claim-T2.composition" in shown(page)
