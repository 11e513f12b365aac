"""Blocks of the pages: prose, figures and tables, each with its kind of data and source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
from markupsafe import Markup, escape

from monotown.base.labels import FALLBACK, NBSP, Labels, fill, in_language, unmarked
from monotown.base.problems import Problem, nearest
from monotown.show.printed import TableSpec, kinds_of, print_table, remark, source_ids, source_sentence, source_words
from monotown.show.prose import fact_texts, inline, prose_problems
from monotown.show.svg import inlined

#: A text of a page that ends with the mark of another language.
_FOREIGN = re.compile(rf">(\s*)([^<>]*?){NBSP}\[([a-z]{{2}})\](?=[^<>]*<(?!/title|/option))")

#: Keys of the frame, each in one prose file, those of them that may be missing, and those that every file may have.
FRAME = ("title", "description", "lead", "limits", "dated", "footer")
OPTIONAL: Final = ("limits", "dated")
CHAPTER = ("sections", "cards", "facts", "place", "page")

#: Pages in their order: the first screen, parts A to D, and the annexes; a chapter that names none is on the last.
PAGES: Final = ("index", "paper", "regions", "weights", "sure", "model", "method")

BLOCKS = ("text", "heading", "callout", "code", "list", "figure", "table", "bar", "details", "piece")

#: What a card of the first screen may have: value and label, a sentence, a share of 1 and what it means, blocks, and
#: the page that tells more.
CARD: Final = ("value", "label", "says", "share", "meaning", "blocks", "to")

_EXTRA = {
    "text": {"data", "empty"},
    "figure": {"data", "empty"},
    "table": {"stack", "filter", "mark", "below", "empty"},
    "bar": set[str](),
    "details": {"blocks"},
    "piece": {"of", "data", "empty"},
}

#: Rows of a table that a page prints; of more it says where all of them are.
MOST: Final = 1000


def marked(html: str) -> str:
    r"""A page whose texts of another language have ``lang`` and a sign.

    A text that stands in for one that the reader's language lacks ends with the code of its own, as
    `monotown.base.labels.in_language` writes it, and is marked from the tag before it on.

    Examples
    --------
    >>> marked("<p>Rank\xa0[en]</p>")
    '<p><span lang="en" class="foreign">Rank<sup>en</sup></span></p>'
    """
    return _FOREIGN.sub(r'>\1<span lang="\3" class="foreign">\2<sup>\3</sup></span>', html)


def page(name: str, language: str) -> str:
    """File of a page in a language; English has the plain name.

    >>> page("report", "en"), page("report", "ru")
    ('report.html', 'report.ru.html')
    """
    return f"{name}.html" if language == FALLBACK else f"{name}.{language}.html"


@dataclass(frozen=True)
class Parts:
    """Everything a page is made of, before a language is chosen.

    Attributes
    ----------
    content
        File name to the content of each prose file, in the order of the page. One of them is the
        frame: ``title``, ``description``, ``lead``, ``footer``; any may hold ``sections``
        and ``cards``, answers of the first screen, and declare ``facts``.
    tables
        Name to the table's frame and its print.
    facts
        Table `monotown.show.prose.FACTS`.
    languages
        Code of each language with a page, and its own name.
    formats
        Forms that each figure stands in beside the page.
    frames
        Name to each table that a piece is made of.
    pieces
        Name of a piece to what gives the context of its template, from what it is given.
    templates
        File name to the text of each template, style and script of the site.
    version, commit
        Of the software, and its state: "" where unknown.
    """

    content: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, tuple[pd.DataFrame, TableSpec]]
    facts: pd.DataFrame
    languages: Mapping[str, str]
    formats: Sequence[str] = ("svg",)
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    pieces: Mapping[str, Callable[..., Mapping[str, Any]]] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    commit: str = ""


@dataclass(frozen=True)
class Needs:
    """What prose files need from the workflow.

    Attributes
    ----------
    figures, tables
        Names of the figures and tables on the pages, each once, in their order.
    data
        Names of the tables that pieces are made of.
    """

    figures: tuple[str, ...]
    tables: tuple[str, ...]
    data: tuple[str, ...] = ()


def needs(content: Iterable[Mapping[str, Any]]) -> Needs:
    """Figures and tables that prose files ask for.

    Parameters
    ----------
    content
        Contents of the prose files, in the order of the page.

    Examples
    --------
    >>> needs([{"sections": [{"blocks": [{"figure": "f", "data": "t"}]}]}])
    Needs(figures=('f',), tables=('t',), data=())
    """
    figures: list[str] = []
    tables: list[str] = []
    data: list[str] = []

    def walk(blocks: Iterable[Mapping[str, Any]]) -> None:
        for block in blocks:
            if "piece" in block:
                data.extend(block.get("data", ()))
                continue
            figures.extend(block[k] for k in ("figure",) if k in block)
            tables.extend(block[k] for k in ("table", "bar", "data") if k in block)
            walk(block.get("blocks", []))

    for chapter in content:
        for card in chapter.get("cards", []):
            walk(card.get("blocks", []))
        for section in chapter.get("sections", []):
            walk(section.get("blocks", []))
    return Needs(*(tuple(dict.fromkeys(names)) for names in (figures, tables, data)))


def content_problems(parts: Parts, pictures: Sequence[str]) -> list[Problem]:
    """What is wrong with the prose files: texts, and blocks that name what is not there.

    Parameters
    ----------
    parts
        What the page is made of.
    pictures
        Names of the figures there are.
    """
    facts = set(parts.facts["fact"])
    problems: list[Problem] = []
    places: dict[str, list[str]] = {}
    for file, chapter in parts.content.items():
        problems += prose_problems(chapter, facts, file)
        for key in chapter:
            places.setdefault(key, []).append(file)
            if key not in (*FRAME, *CHAPTER):
                problems.append(Problem(file, key, key, nearest(key, [*FRAME, *CHAPTER])))
        for i, card in enumerate(chapter.get("cards", [])):
            where = f"cards[{i}]"
            problems += [Problem(file, f"{where}.{key}", key, nearest(key, CARD)) for key in card if key not in CARD]
            problems += _block_problems(card.get("blocks", []), f"{where}.blocks", file, parts, pictures)
            if card.get("to", PAGES[0]) not in PAGES:
                problems.append(Problem(file, f"{where}.to", card["to"], nearest(card["to"], PAGES)))
        for i, section in enumerate(chapter.get("sections", [])):
            where = f"sections[{i}]"
            places.setdefault(f"section {section['id']}", []).append(f"{file}, {where}.id")
            on = page_of(section, chapter)
            if on not in PAGES:
                problems.append(Problem(file, f"{where}.page", on, nearest(on, PAGES)))
            problems += _block_problems(section["blocks"], f"{where}.blocks", file, parts, pictures)
            for place, kind, block in exhibits(section["blocks"], f"{where}.blocks"):
                places.setdefault(f"{kind} {block[kind]}", []).append(f"{file}, {place}")
    for key in FRAME:
        if key not in places and key not in OPTIONAL:
            files = ", ".join(parts.content)
            problems.append(Problem(files, key, "nothing", f"{key}, in one of the files"))
    for key, found in places.items():
        if key not in CHAPTER and len(found) > 1:
            problems.append(Problem("; ".join(found), key, "it twice", "it once"))
    return problems


def exhibits(blocks: Iterable[Mapping[str, Any]], where: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Place, type and block of each figure and table among blocks, at any depth."""
    for i, block in enumerate(blocks):
        place = f"{where}[{i}]"
        yield from ((place, kind, block) for kind in ("figure", "table") if kind in block)
        yield from exhibits(block.get("blocks", []), f"{place}.blocks")


def _block_problems(
    blocks: Sequence[Mapping[str, Any]], where: str, file: str, parts: Parts, pictures: Sequence[str]
) -> list[Problem]:
    tables = sorted(parts.tables)
    known = {"figure": sorted(pictures), "table": tables, "bar": tables, "piece": sorted(parts.pieces)}
    problems: list[Problem] = []
    for i, block in enumerate(blocks):
        place = f"{where}[{i}]"
        types = [k for k in block if k in BLOCKS]
        if len(types) != 1:
            problems.append(Problem(file, place, ", ".join(block), f"one of: {', '.join(BLOCKS)}"))
            continue
        (kind,) = types
        for key in sorted(set(block) - {kind} - _EXTRA.get(kind, set())):
            valid = sorted(_EXTRA.get(kind, set())) or ["nothing else"]
            problems.append(Problem(file, f"{place}.{key}", key, nearest(key, valid)))
        if kind in known and block[kind] not in known[kind]:
            problems.append(Problem(file, f"{place}.{kind}", block[kind], nearest(block[kind], known[kind])))
        if kind == "figure" and block.get("data") not in parts.tables:
            named = str(block.get("data"))
            problems.append(Problem(file, f"{place}.data", named, nearest(named, sorted(parts.tables))))
        if kind == "table" and block[kind] in parts.tables:
            names = [c.name for c in parts.tables[block[kind]][1].columns]
            for key in ("filter", "mark", "below"):
                wanted = block.get(key, [])
                for name in [wanted] if isinstance(wanted, str) else wanted:
                    if name not in names:
                        problems.append(Problem(file, f"{place}.{key}", name, nearest(name, names)))
        if kind == "details":
            problems += _block_problems(block.get("blocks", []), f"{place}.blocks", file, parts, pictures)
    return problems


def breakable(text: str) -> Markup:
    """A cell as HTML whose paths may break after a slash or an underscore.

    Examples
    --------
    >>> str(breakable("data/raw_a.csv")), str(breakable("a < b/c"))
    ('data/<wbr>raw_<wbr>a.csv', 'a &lt; b/c')
    """
    html = str(escape(text))
    return Markup(html if " " in html else re.sub(r"([/_])(?=.)", r"\1<wbr>", html))


def page_of(section: Mapping[str, Any], chapter: Mapping[str, Any]) -> str:
    """The page that a section of a chapter stands on."""
    return str(section.get("page", chapter.get("page", PAGES[-1])))


class Writer:
    """Builds the blocks of the pages of one language; counts figures and tables in their order.

    Parameters
    ----------
    parts
        What the pages are made of.
    pictures
        Name of a figure to its SVG in the language of `labels`.
    labels
        Words of the language.
    fill_piece
        What a piece looks like: from its name, the index and the names of its tables, and the page it stands on.
    """

    def __init__(
        self,
        parts: Parts,
        pictures: Mapping[str, bytes],
        labels: Labels,
        fill_piece: Callable[[str, str, Sequence[str], str], Markup],
    ) -> None:
        self.parts, self.pictures, self.labels = parts, pictures, labels
        self.fill_piece, self.page = fill_piece, ""
        self.facts = fact_texts(parts.facts, labels)
        self.counts = {"figure": 0, "table": 0}

    def say(self, text: Mapping[str, str]) -> str:
        """A text in the language, its facts filled in."""
        return fill(in_language(text, self.labels.language), self.facts, self.labels.language)

    def prose(self, text: Mapping[str, str]) -> Markup:
        """A text as HTML; one of another language is marked."""
        line, code = unmarked(self.say(text))
        span = '<span lang="{1}" class="foreign">{0}<sup>{1}</sup></span>'
        return Markup(span).format(inline(line), code) if code else inline(line)

    def number(self, kind: str) -> str:
        """The number of the next figure or table, in words."""
        self.counts[kind] += 1
        return self.labels(f"report.number.{kind}", n=self.labels.number(self.counts[kind]))

    def section(self, section: Mapping[str, Any]) -> dict[str, Any]:
        """A section with its blocks."""
        blocks = self.blocks(section["blocks"])
        return {"id": section["id"], "title": self.say(section["title"]), "blocks": blocks}

    def blocks(self, blocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Blocks made; one that is hidden where its table has no row is left out then."""
        return [self.block(block) for block in blocks if not self.hidden(block)]

    def hidden(self, block: Mapping[str, Any]) -> bool:
        """Whether a block, or all that one holds, is left out; a piece is by the first of its tables."""
        if "details" in block:
            return all(self.hidden(inner) for inner in block["blocks"])
        if block.get("empty") != "hide":
            return False
        if "piece" in block:
            return bool(self.parts.frames[block["data"][0]].empty)
        return bool(self.parts.tables[block.get("data", block.get("table"))][0].empty)

    def block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        """A block as its template needs it."""
        (kind,) = (k for k in block if k in BLOCKS)
        made: dict[str, Any] = {"type": kind}
        match kind:
            case "code":
                made["text"] = block[kind].strip("\n")
            case "list":
                made["entries"] = [self.prose(item) for item in block[kind]]
            case "figure":
                made |= self.picture(block)
            case "table":
                made |= self.table(block)
            case "bar":
                made |= self.bar(block)
            case "piece":
                made["name"] = block[kind]
                made["html"] = self.fill_piece(block[kind], block.get("of", ""), block.get("data", ()), self.page)
            case _:
                made["html"] = self.prose(block[kind])
        if kind == "details":
            made["blocks"] = self.blocks(block["blocks"])
        return made

    def origin(self, frame: pd.DataFrame) -> dict[str, Any]:
        """Kinds of data and sources of a table."""
        return {"kinds": kinds_of(frame), "source": source_words(source_ids(frame), self.labels)}

    def picture(self, block: Mapping[str, Any]) -> dict[str, Any]:
        """A figure with its caption."""
        name = block["figure"]
        made = {"name": name, "label": self.number("figure"), "caption": self.labels(f"figure.{name}")}
        made["svg"] = Markup(inlined(self.pictures[name], name))
        return made | self.origin(self.parts.tables[block["data"]][0])

    def table(self, block: Mapping[str, Any]) -> dict[str, Any]:
        """A table as printed, with its notes."""
        frame, spec = self.parts.tables[block["table"]]
        every, frame = len(frame), frame.head(MOST)
        names = [c.name for c in spec.columns]
        wanted: Mapping[str, Sequence[Any]] = block.get("mark", {})
        marked = [any(row[column] in values for column, values in wanted.items()) for row in frame.to_dict("records")]
        counts = {"shown": self.labels.number(len(frame)), "all": self.labels.number(every)}
        cut = self.labels("own_run.cut", name=spec.name, **counts) if every > len(frame) else ""
        notes = cut, remark(frame, spec, self.labels), source_sentence(source_ids(frame), self.labels)
        return {
            "printed": print_table(frame, spec, self.labels),
            "label": self.number("table"),
            "stack": bool(block.get("stack", False)),
            "filter": names.index(block["filter"]) if "filter" in block else None,
            "below": names.index(block["below"]) if "below" in block else None,
            "marked": marked,
            "note": " ".join(part for part in notes if part),
        }

    def bar(self, block: Mapping[str, Any]) -> dict[str, Any]:
        """A bar of counts."""
        frame, spec = self.parts.tables[block["bar"]]
        name, count = spec.columns[0], spec.columns[1]
        total = float(frame[count.name].sum())
        parts = [
            {
                "tone": str(key).replace("_", "-"),
                "word": self.labels(f"{name.words}.{key}"),
                "count": int(n),
                "share": float(n) / total,
            }
            for key, n in zip(frame[name.name], frame[count.name], strict=True)
        ]
        return {"parts": parts, **self.origin(frame)}
