"""The built pages of the default run: links, names, alternative texts, heads of tables, languages, sizes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from site_support import CYRILLIC, Page, Table, dead, language_of, pages, read_page

pytestmark = pytest.mark.workflow

#: Budgets in bytes: the first page in a language with all that it loads, the site, the single file.
FIRST, SITE, SINGLE = 1_500_000, 12_000_000, 3_000_000

#: A word as it stands in English prose, and one of a number, a code or a name of several capitals.
_WORD = re.compile(r"[A-Za-z]{3,}")
_CODE = re.compile(r"[\d_./\\=<>@#:|+*^(){}\[\]&]|^[A-Z]|[A-Z]{2}|.[A-Z]")


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Path:
    """Results of the default run, or those that MONOTOWN_RESULTS names."""
    named = os.environ.get("MONOTOWN_RESULTS")
    made = Path(named) if named else Path(request.getfixturevalue("finished"), "results")
    assert (made / "report/index.html").is_file()
    return made


@pytest.fixture(scope="module")
def read(site: Path) -> list[Page]:
    found = [read_page(path.resolve()) for path in pages(site)]
    assert found
    return found


def listed(of: Iterable[tuple[Page, object]]) -> list[str]:
    """What is wrong, by page."""
    return [f"{page.path.name}: {what}" for page, what in of]


def test_every_page_says_its_language_and_stands_in_all(read: list[Page]) -> None:
    assert listed((p, p.language) for p in read if p.language != language_of(p.path)) == []
    stems = {code: {p.path.name.split(".")[0] for p in read if p.language == code} for code in ("en", "ru", "kk")}
    assert stems["en"] == stems["ru"] == stems["kk"]


def test_every_link_and_file_is_there(read: list[Page]) -> None:
    assert listed((p, address) for p in read for address in dead(p)) == []


def test_nothing_is_fetched_and_no_handler_stands_in_the_page(site: Path, read: list[Page]) -> None:
    assert listed((p, handler) for p in read for handler in p.handlers) == []
    fetched = re.compile(r"""(?:src|<link[^>]*href)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|\bfetch\(""")
    files = [*pages(site), *site.glob("report/**/*.css"), *site.glob("report/**/*.js")]
    assert [f.name for f in files if fetched.search(f.read_text(encoding="utf-8"))] == []


def test_ids_stand_once_and_are_there_where_they_are_named(read: list[Page]) -> None:
    assert listed((p, name) for p in read for name, n in p.ids.items() if n > 1) == []
    assert listed((p, name) for p in read for name in p.named if name not in p.ids) == []


def test_every_picture_has_an_alternative_text(read: list[Page]) -> None:
    assert listed((p, tag) for p in read for tag in p.pictures) == []


def test_every_table_has_heads_and_no_head_is_empty(read: list[Page]) -> None:
    assert listed((p, t.name) for p in read for t in p.tables if t.rows and not t.heads) == []
    empty = (
        (p, t.name)
        for p in read
        for t in p.tables
        for row in t.rows
        for c in row
        if c.tag == "th" and not c.text.strip()
    )
    assert listed(empty) == []


def foreign(table: Table) -> Iterator[str]:
    """Cells of a table in Russian or Kazakh that hold English words and no Cyrillic letter."""
    for row in table.rows:
        for cell in row:
            own = cell.own.strip()
            words = [w for w in own.split() if _WORD.search(w) and not _CODE.search(w)]
            if words and not CYRILLIC.search(own):
                yield f"{table.name}: {own[:80]}"


def test_a_cell_in_russian_or_kazakh_is_one_unless_a_number_a_code_or_a_marked_quotation(read: list[Page]) -> None:
    found = ((p, cell) for p in read if p.language != "en" for t in p.tables for cell in foreign(t))
    assert listed(found) == []


def test_pages_are_light(site: Path) -> None:
    def size(*patterns: str) -> int:
        return sum(f.stat().st_size for pattern in patterns for f in site.glob(pattern) if f.is_file())

    assert {p.name: p.stat().st_size for p in site.glob("report*.html") if p.stat().st_size > SINGLE} == {}
    assert size("report/**/*") < SITE
    assert max(size(f"report/{p.name}", "report/assets/*") for p in site.glob("report/index*.html")) < FIRST


@pytest.mark.parametrize("name", ["index.html", "regions.html"])
def test_no_place_on_the_map_stands_under_the_mark_of_a_city(site: Path, name: str) -> None:
    text = (site / "report" / name).read_text(encoding="utf-8")
    places = re.findall(r'<text class="map-place" data-unit="(\w+)" x="([-\d.]+)" y="([-\d.]+)">(\d+)', text)
    marks = re.findall(
        r'<g class="map-unit" data-unit="(\w+)"[^\n]*?<circle cx="([-\d.]+)" cy="([-\d.]+)" r="(\d+)"', text
    )
    assert len(places) == 20
    assert len(marks) == 3
    for unit, x, y, place in places:
        half = len(place) * 58 * 0.28  # in the letters of a small map
        for city, cx, cy, r in marks:
            wide = half + max(half, float(r)) + 20
            near = abs(float(x) - float(cx)) < wide and -float(r) < float(y) - float(cy) < float(r) + 30
            assert unit == city or not near, (unit, city)
