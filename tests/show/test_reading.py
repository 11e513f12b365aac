"""How long the running text takes to read: the count, and the pages of the default study by their chapters."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from facts_support import DEFAULT
from reading_support import minutes, prose_of, words
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels, fill
from monotown.show.prose import fact_texts, inline
from monotown.workflow.chapters import chapter_files, read_chapter

ROOT = Path(__file__).resolve().parents[2]

#: The four parts that are read; what else there is is looked up.
PARTS = ("paper", "regions", "weights", "sure")
MOST = 8


def test_only_running_text_is_read() -> None:
    html = """<nav><ul><li>menu</li></ul></nav><main><h2>Head</h2><p>One <b>two</b> three<br>four.</p>
    <div data-piece="ledger"><p>card</p></div><figure><figcaption><p>caption</p></figcaption></figure>
    <table><tr><td><p>cell</p></td></tr></table><details><summary>more</summary><p>folded</p></details>
    <ul><li>five</li></ul><img src="a.png"><p>six &amp; seven</p></main><footer><p>foot</p></footer>"""
    assert prose_of(html).split() == ["One", "two", "threefour.", "five", "six", "&", "seven"]
    assert words("12,5% и 1 234 – научно-новое; it’s") == 6


def test_minutes_are_those_of_the_language() -> None:
    page = f"<p>{'word ' * 360}</p>"
    assert minutes([page], "en") == pytest.approx(1.8)
    assert minutes([page, page], "ru") == pytest.approx(4)
    assert minutes([page], "de") == minutes([page], "en")


def chapters() -> list[dict[str, object]]:
    """Those of the default study; of other runs there are no facts here."""
    parts = [path.name for path in (ROOT / "workflow/parts").iterdir()]
    return [read_chapter(ROOT / file, DEFAULT) for file in chapter_files({}, parts, ROOT)]


def running_text(blocks: list[dict[str, object]]) -> list[dict[str, str]]:
    """Texts of the blocks that are read: what is folded is not."""
    found = []
    for block in blocks:
        found += [block[key] for key in ("text", "callout") if key in block]
        found += block.get("list", [])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_a_to_d_are_read_in_eight_minutes(language: str) -> None:
    facts = pd.read_csv(ROOT / "tests/golden/results/facts.csv", dtype=str, keep_default_na=False)
    told = fact_texts(facts, Labels(language, project_texts()))
    of: dict[str, list[str]] = {page: [] for page in PARTS}
    for chapter in chapters():
        for section in chapter.get("sections", []):
            page = section.get("page", chapter.get("page"))
            if page in of:
                lines = [fill(text[language], told, language) for text in running_text(section["blocks"])]
                of[page].append("".join(f"<p>{inline(line)}</p>" for line in lines))
    assert all(of.values())
    assert minutes(["".join(page) for page in of.values()], language) <= MOST
    for page in of.values():  # each part opens with its answer
        assert "<strong>" in page[0].split("</p>")[0]
