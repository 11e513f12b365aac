"""What the built pages hold, read without a browser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Elements without an end tag.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

#: Attributes that name another file or an anchor, and those that name ids of the same page.
ADDRESSES = ("href", "src", "xlink:href", "data-href")
IDS = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers", "list")

CYRILLIC = re.compile("[\u0400-\u052f]")


@dataclass
class Cell:
    """A cell of a table: its tag, its text, and what of it is said to be in no other language and no code."""

    tag: str
    text: str = ""
    own: str = ""


@dataclass
class Table:
    """A table of a page: where it stands, and its cells by row."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    heads: int = 0


@dataclass
class Page:
    """What a page holds.

    Attributes
    ----------
    language
        Of the page.
    ids
        Every id, as often as it is there.
    addresses
        What links, pictures and scripts name.
    named
        Ids that attributes of the page name.
    pictures
        Each picture without an alternative text, as its tag.
    tables
        Its tables.
    drawn
        Addresses on the page of what a script draws there from data.
    """

    path: Path
    language: str = ""
    ids: Counter[str] = field(default_factory=Counter)
    addresses: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    drawn: set[str] = field(default_factory=set)


@dataclass
class _Open:
    tag: str
    language: str
    code: bool
    hidden: bool
    place: str


class _Reader(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(path)
        self.open: list[_Open] = [_Open("", "", False, False, "")]
        self.tables: list[Table] = []
        self.cells: list[Cell] = []
        self.pictured: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        page, above = self.page, self.open[-1]
        if tag == "html":
            page.language = of.get("lang", "")
        if "id" in of:
            page.ids[of["id"]] += 1
        page.addresses += [of[name] for name in ADDRESSES if of.get(name) is not None and name in of]
        page.named += [one for name in IDS for one in of.get(name, "").split()]
        if tag == "option" and "data-part" in of:
            page.drawn.add(of["data-file"])
        page.handlers += [f"{tag} {name}" for name in of if name.startswith("on")]
        hidden = above.hidden or of.get("aria-hidden") == "true" or of.get("role") in ("presentation", "none")
        said = of.get("aria-label") or of.get("aria-labelledby")
        if tag == "img" and not hidden and not of.get("alt", "").strip():
            page.pictures.append(self.get_starttag_text() or tag)
        if tag == "svg" and not hidden and not said:
            self.pictured.append((len(self.open), (self.get_starttag_text() or tag)[:200]))
        if tag == "title" and self.pictured:
            self.pictured.pop()
        if tag == "table":
            self.tables.append(Table(of.get("id") or above.place))
            page.tables.append(self.tables[-1])
        if self.tables and tag == "tr":
            self.tables[-1].rows.append([])
        if self.tables and tag in ("td", "th") and self.tables[-1].rows:
            self.cells.append(Cell(tag))
            self.tables[-1].rows[-1].append(self.cells[-1])
            self.tables[-1].heads += tag == "th"
        if tag in VOID:
            return
        code = above.code or tag in ("code", "script", "style", "kbd", "cite")
        place = of.get("id") or above.place
        self.open.append(_Open(tag, of.get("lang") or above.language, code, hidden, place))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in (one.tag for one in self.open):
            return
        while self.open.pop().tag != tag:
            pass
        if self.pictured and len(self.open) <= self.pictured[-1][0]:
            self.page.pictures.append(self.pictured.pop()[1])
        if tag == "table" and self.tables:
            self.tables.pop()
        if tag in ("td", "th") and self.cells:
            self.cells.pop()

    def handle_data(self, data: str) -> None:
        if self.cells and self.open[-1].tag not in ("script", "style"):
            for cell in self.cells:
                cell.text += data
                if not self.open[-1].code and self.open[-1].language in ("", self.page.language):
                    cell.own += data


@cache
def read_page(path: Path) -> Page:
    """A page, read once."""
    reader = _Reader(path)
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


def pages(results: Path) -> list[Path]:
    """Every page of a run's report: those of the site, and the single files."""
    return sorted([*results.glob("report/*.html"), *results.glob("report*.html")])


def language_of(path: Path) -> str:
    """Language of a page by its name; English has none in it."""
    return path.suffixes[-2].removeprefix(".") if len(path.suffixes) > 1 else "en"


def dead(page: Page) -> Iterator[str]:
    """Addresses of a page that lead nowhere, or off the disk where something is fetched from."""
    for address in page.addresses:
        parts = urlsplit(address)
        if parts.scheme == "data" or address in ("#", "#top"):
            continue
        if parts.scheme or parts.netloc:
            # A link may lead out: its reader decides. What a page is made of may not.
            if parts.scheme not in ("https", "http", "mailto"):
                yield address
            continue
        file = page.path.parent / unquote(parts.path) if parts.path else page.path
        anchor = unquote(parts.fragment) if file.suffix == ".html" else ""
        # What a page is asked to filter or weigh stands after these.
        anchor = "" if anchor.startswith(("?", "w=")) else anchor
        if not file.exists():
            yield address
        elif anchor:
            there = read_page(file.resolve())
            if anchor not in there.ids and anchor not in there.drawn:
                yield address
