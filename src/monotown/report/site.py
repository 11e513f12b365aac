"""The site of a run: first screen, parts and annexes as pages that link to each other, and one file for mailing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import jinja2
import pandas as pd
from markupsafe import Markup

from monotown.base.labels import Labels, fill, in_language
from monotown.base.problems import InputError
from monotown.base.tables import data_kinds_in, kinds_in
from monotown.report.pieces import Given
from monotown.show.page import FRAME, PAGES, Parts, Writer, breakable, content_problems, marked, page, page_of
from monotown.show.prose import fields

#: Folder of the pages, beside the tables and figures.
FOLDER: Final = "report"

#: The file for mailing, and the pages that it holds.
SINGLE: Final = "report"
_MAILED: Final = ("index", "paper", "regions", "weights", "sure")

_ID = re.compile(r'\bid="([^"]+)"')
_PLACE = re.compile(r'href="#([^"]+)"')
_LINK = re.compile(r'<a\b([^>]*?)\bhref="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class More:
    """A page beside those of the chapters, such as that of a unit.

    Attributes
    ----------
    name
        Of its file, without language and ending.
    title
        Its heading.
    body
        What stands below.
    on
        The page of the chapters that it belongs to.
    files
        Texts that it needs beside the pages, by their path from there.
    """

    name: str
    title: str
    body: Markup
    on: str
    files: Mapping[str, str] = field(default_factory=dict)


#: Pages beside those of the chapters, from the words and the function that fills a template.
Fill = Callable[[str, Mapping[str, Any]], Markup]
Others = Callable[[Labels, Fill], Iterable[More]]


def assets(parts: Parts) -> dict[str, str]:
    """Style and script of all pages, by their path within the folder of results.

    Those of the frame come first, those of pieces in the order of their names.
    """
    made = {}
    for ending in ("css", "js"):
        own = sorted(parts.templates, key=lambda n: (not n.startswith("site."), n))
        made[f"{FOLDER}/assets/site.{ending}"] = "\n".join(parts.templates[n] for n in own if n.endswith(f".{ending}"))
    return made


def render_site(
    parts: Parts, pictures: Mapping[str, bytes], labels: Labels, others: Others | None = None
) -> dict[str, str]:
    """The pages of one language, and the file for mailing, by their path within the folder of results.

    Parameters
    ----------
    parts
        What the pages are made of.
    pictures
        Name of a figure to its SVG in the language of `labels`.
    labels
        Words of the language: ``kind.*``, ``report.*``, ``table.*``, ``figure.*`` and whatever the tables print.
    others
        Gives further pages.

    Returns
    -------
    dict
        Texts; what pieces and further pages keep in files of their own is among them.

    Raises
    ------
    InputError
        Everything wrong with the prose files.
    """
    if problems := content_problems(parts, list(pictures)):
        raise InputError(problems)
    made = _Site(parts, pictures, labels)
    pages = made.pages()
    for more in others(labels, made.fill) if others else ():
        pages[more.name] = made.wrap(more.name, more.title, more.body, more.on)
        made.files |= more.files
    texts = {f"{FOLDER}/{page(name, labels.language)}": text for name, text in _joined(pages, labels.language).items()}
    single = _Site(parts, pictures, labels, single=True)
    texts[page(SINGLE, labels.language)] = _alone(single.one())
    return texts | {f"{FOLDER}/{path}": text for path, text in made.files.items()}


class _Site:
    """Pages of one language, those of the chapters first."""

    def __init__(self, parts: Parts, pictures: Mapping[str, bytes], labels: Labels, single: bool = False) -> None:
        self.parts, self.labels, self.single = parts, labels, single
        self.files: dict[str, str] = {}
        self.environment = jinja2.Environment(
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            loader=jinja2.DictLoader(dict(parts.templates)),
        )
        self.environment.filters["breakable"] = breakable
        self.environment.globals |= {
            "words": labels,
            "language": labels.language,
            "formats": list(parts.formats),
            "single": single,
            "up": "" if single else "../",
        }
        self.writer = Writer(parts, pictures, labels, self.piece)
        chapters = parts.content.values()
        self.frame = {key: chapter[key] for chapter in chapters for key in FRAME if key in chapter}
        self.held: dict[str, list[dict[str, Any]]] = {name: [] for name in PAGES}
        self.writer.page = "index"
        self.cards = [self.card(card) for chapter in chapters for card in chapter.get("cards", ())]
        for name in PAGES:
            self.writer.page = name
            for chapter in chapters:
                for section in chapter.get("sections", []):
                    if page_of(section, chapter) == name:
                        told = self.writer.section(section)
                        if told["blocks"]:  # without what is hidden for it has no row
                            self.held[name].append(told)
        shown = [block for sections in self.held.values() for section in sections for block in section["blocks"]]
        kinds = set(_kinds(shown, "figure")) or set(_kinds(shown, "table"))
        self.made_up = data_kinds_in(kinds) == ("synthetic",)

    def fill(self, template: str, context: Mapping[str, Any]) -> Markup:
        """A template with what it is given."""
        return Markup(self.environment.get_template(template).render(**context))

    def piece(self, name: str, of: str, data: Sequence[str], on: str) -> Markup:
        frames = {table: self.parts.frames[table] for table in data}
        context = dict(self.parts.pieces[name](Given(frames, self.labels, of, on, self.single)))
        self.files |= context.pop("files", {})
        return self.fill(f"{name}.html.j2", context)

    def card(self, card: Mapping[str, Any]) -> dict[str, Any]:
        """An answer of the first screen, its numbers filled in."""
        share = card.get("share")
        texts = {key: in_language(card[key], self.labels.language) for key in ("says", "meaning") if key in card}
        tables = self.quoted(card["value"], *texts.values())["derived_from"].astype(str)
        kinds, sure = (list(kinds_in(self.quoted(t)["kind"])) for t in (card["value"], texts.get("meaning", "")))
        return {
            "value": fill(card["value"], self.writer.facts, self.labels.language),
            "label": self.writer.prose(card["label"]),
            "says": self.writer.prose(card["says"]) if "says" in card else "",
            "share": self.share(share) if share else None,
            "meaning": self.writer.prose(card["meaning"]) if "meaning" in card else "",
            "to": card.get("to", ""),
            "blocks": self.writer.blocks(card.get("blocks", [])),
            "kinds": kinds,
            "sure_kinds": sure if sure != kinds else [],
            "tables": sorted({t for t in tables if t.endswith(".csv")}),
        }

    def quoted(self, *texts: str) -> pd.DataFrame:
        """Facts that texts quote."""
        return self.parts.facts[self.parts.facts["fact"].isin(set().union(*map(fields, texts)))]

    def share(self, fact: str) -> float | None:
        """A fact that is a share, as a percentage of the bar; None where it is missing."""
        (value,) = self.parts.facts["value"][self.parts.facts["fact"] == fact]
        return round(100 * float(str(value)), 1) if value else None

    def shown(self) -> list[dict[str, str]]:
        """Pages that there are, as the navigation names them."""
        names = [name for name in PAGES if name == "index" or self.held[name]]
        own = self.labels.language
        return [{"name": n, "file": page(n, own), "label": self.labels(f"report.page.{n}")} for n in names]

    def wrap(self, name: str, title: str, body: Markup, on: str = "", sections: Sequence[Any] = ()) -> str:
        """A page: its head, the navigation, what stands on it, and the foot."""
        languages = self.parts.languages.items()
        context = {
            "name": name,
            "on": on or name,
            "title": title,
            "site_title": self.writer.say(self.frame["title"]),
            "languages": [
                {"code": c, "file": page(SINGLE if self.single else name, c), "name": own} for c, own in languages
            ],
            "pages": [] if self.single else self.shown(),
            "sections": sections,
            "body": body,
            "made_up": self.made_up,
            "cards": self.cards if name == "index" else [],
            "limits": [self.writer.prose(line) for line in self.frame.get("limits", ())] if name == "index" else [],
            "dated": self.writer.prose(self.frame["dated"]) if "dated" in self.frame else "",
            "footer": [self.writer.prose(line) for line in self.frame["footer"]],
            "version": self.parts.version,
            "commit": self.parts.commit,
            "style": Markup(assets(self.parts)[f"{FOLDER}/assets/site.css"]) if self.single else "",
            "home": page("index", self.labels.language),
            **{key: self.writer.say(self.frame[key]) for key in ("description", "lead")},
        }
        return marked(self.fill("page.html.j2", context))

    def sections(self, names: Iterable[str]) -> tuple[list[Any], Markup]:
        """Sections of some pages, and what they look like."""
        held = [section for name in names for section in self.held[name]]
        return held, self.fill("sections.html.j2", {"sections": held})

    def pages(self) -> dict[str, str]:
        made = {}
        for shown in self.shown():
            held, body = self.sections([shown["name"]])
            first = shown["name"] == "index"
            key = f"report.page_title.{shown['name']}"
            title = self.writer.say(self.frame["title"]) if first else self.labels(key)
            made[shown["name"]] = self.wrap(shown["name"], title, body, sections=held)
        return made

    def one(self) -> str:
        held, body = self.sections(_MAILED)
        return self.wrap("index", self.writer.say(self.frame["title"]), body, sections=held)


def _kinds(blocks: Iterable[Mapping[str, Any]], of: str) -> Iterator[str]:
    """Kinds of data of the figures, or tables, among blocks and in them."""
    for block in blocks:
        if block["type"] == of:
            yield from block["kinds"] if of == "figure" else block["printed"].kinds
        yield from _kinds(block.get("blocks", ()), of)


def _joined(pages: Mapping[str, str], language: str) -> dict[str, str]:
    """Pages whose links to a place on another page name that page; a link to no place stays as text."""
    homes: dict[str, str] = {}
    for name, text in pages.items():
        for place in _ID.findall(text):
            homes.setdefault(place, name)

    def put(name: str, text: str) -> str:
        own = set(_ID.findall(text))

        def link(found: re.Match[str]) -> str:
            place = found[1]
            if place in own or place not in homes or place.startswith("?"):
                return found[0]
            return f'href="{page(homes[place], language)}#{place}"'

        return _PLACE.sub(link, text)

    return {name: put(name, text) for name, text in pages.items()}


def _alone(text: str) -> str:
    """The file for mailing: links that lead out of it, but for those to the web, are text.

    Examples
    --------
    >>> _alone('<i id="a"></i><a href="#a">A</a> <a class="x" href="tables/t.csv">T</a>')
    '<i id="a"></i><a href="#a">A</a> <span class="x">T</span>'
    """
    places = set(_ID.findall(text))

    def link(found: re.Match[str]) -> str:
        to = found[2]
        if to.startswith("https://") or (to.startswith("#") and to[1:] in places):
            return found[0]
        place = to.partition("#")[2]
        if place in places:
            return f'<a{found[1]}href="#{place}"{found[3]}>{found[4]}</a>'
        before = " ".join((found[1] + found[3]).split())
        return f"<span{' ' + before if before else ''}>{found[4]}</span>"

    return _LINK.sub(link, text)
