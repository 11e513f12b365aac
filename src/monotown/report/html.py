"""One self-contained page: prose, figures and tables, each with its kind of data and source."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from monotown.labels import LANGUAGES, Labels
from monotown.problems import InputError, Problem, nearest
from monotown.report.prose import fact_texts, inline, prose_problems
from monotown.report.tables import (
    TableSpec,
    kinds_of,
    print_table,
    remark,
    source_ids,
    source_sentence,
    source_words,
)

#: File of each language and the language's own name.
PAGES = {
    "en": ("report.html", "English"),
    "ru": ("report.ru.html", "Русский"),
    "kk": ("report.kk.html", "Қазақша"),
}

BLOCKS = ("text", "heading", "callout", "code", "list", "figure", "table", "bar", "details")

_EXTRA = {
    "figure": {"data"},
    "table": {"stack", "filter", "mark", "hide"},
    "bar": set[str](),
    "details": {"blocks"},
}


@dataclass(frozen=True)
class Parts:
    """Everything a page is made of, before a language is chosen.

    Attributes
    ----------
    content
        The prose file: ``title``, ``description``, ``lead``, ``cards``, ``sections``, ``footer``.
    tables
        Name to the table's frame and its print.
    facts
        Table `monotown.report.prose.FACTS`.
    template, css, js
        Text of the page's template, style and script.
    """

    content: Mapping[str, Any]
    tables: Mapping[str, tuple[pd.DataFrame, TableSpec]]
    facts: pd.DataFrame
    template: str
    css: str
    js: str


def data_uri(image: bytes) -> tuple[str, int, int]:
    """An SVG or PNG image as a data URI, with its width and height in CSS pixels.

    Raises
    ------
    ValueError
        If it is neither, or an SVG without a size in points.
    """
    if image.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack(">II", image[16:24])
        # Figures are saved at 200 dots an inch; CSS counts 96 pixels an inch.
        width, height, mime = round(width * 0.48), round(height * 0.48), "image/png"
    else:
        tag = re.search(rb"<svg[^>]*>", image)
        sizes = [
            re.search(rb'\b%s="([\d.]+)pt"' % name, tag.group() if tag else b"")
            for name in (b"width", b"height")
        ]
        if sizes[0] is None or sizes[1] is None:
            raise ValueError("expected a PNG, or an SVG with its size in points")
        width, height = (round(float(m.group(1)) * 4 / 3) for m in sizes if m)
        mime = "image/svg+xml"
    return f"data:{mime};base64,{base64.b64encode(image).decode('ascii')}", width, height


def content_problems(parts: Parts, pictures: Sequence[str], file: str) -> list[Problem]:
    """What is wrong with a prose file: its texts, and the blocks that name what is not there.

    Parameters
    ----------
    parts
        What the page is made of.
    pictures
        Names of the figures there are.
    file
        The prose file's name, for the message.
    """
    problems = prose_problems(parts.content, set(parts.facts["fact"]), file)
    known = {"figure": sorted(pictures), "table": sorted(parts.tables), "bar": sorted(parts.tables)}

    def walk(blocks: Sequence[Mapping[str, Any]], where: str) -> None:
        for i, block in enumerate(blocks):
            place = f"{where}[{i}]"
            types = [k for k in block if k in BLOCKS]
            if len(types) != 1:
                problems.append(
                    Problem(file, place, ", ".join(block), f"one of: {', '.join(BLOCKS)}")
                )
                continue
            (kind,) = types
            for key in sorted(set(block) - {kind} - _EXTRA.get(kind, set())):
                valid = sorted(_EXTRA.get(kind, set())) or ["nothing else"]
                problems.append(Problem(file, f"{place}.{key}", key, nearest(key, valid)))
            if kind in known and block[kind] not in known[kind]:
                problems.append(
                    Problem(file, f"{place}.{kind}", block[kind], nearest(block[kind], known[kind]))
                )
            if kind == "figure" and block.get("data") not in parts.tables:
                problems.append(
                    Problem(
                        file, f"{place}.data", str(block.get("data")),
                        nearest(str(block.get("data")), sorted(parts.tables)),
                    )
                )  # fmt: skip
            if kind == "table" and block[kind] in parts.tables:
                names = [c.name for c in parts.tables[block[kind]][1].columns]
                for key in ("filter", "mark"):
                    named = block.get(key, [])
                    for name in [named] if isinstance(named, str) else named:
                        if name not in names:
                            problems.append(
                                Problem(file, f"{place}.{key}", name, nearest(name, names))
                            )
            if kind == "details":
                walk(block.get("blocks", []), f"{place}.blocks")

    for i, section in enumerate(parts.content["sections"]):
        walk(section["blocks"], f"sections[{i}].blocks")
    return problems


class _Numbering:
    """Counts figures and tables in their order on the page."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.counts = {"figure": 0, "table": 0}

    def next(self, kind: str) -> str:
        self.counts[kind] += 1
        return f"{self.labels(f'report.word.{kind}')} {self.counts[kind]}"


def render_page(
    parts: Parts, pictures: Mapping[str, bytes], labels: Labels, file: str = "prose"
) -> str:
    """The page of one language.

    Parameters
    ----------
    parts
        What the page is made of.
    pictures
        Name of a figure to its SVG or PNG in the language of `labels`.
    labels
        Words of the language: ``kind.*``, ``report.*``, ``table.*``, ``figure.*`` and whatever
        the tables print.
    file
        The prose file's name, for messages.

    Raises
    ------
    InputError
        Everything wrong with the prose file.
    """
    if problems := content_problems(parts, list(pictures), file):
        raise InputError(problems)
    facts = fact_texts(parts.facts, labels)
    numbering = _Numbering(labels)

    def say(text: Mapping[str, str]) -> str:
        return text[labels.language].format(**facts)

    def build(block: Mapping[str, Any]) -> dict[str, Any]:
        (kind,) = (k for k in block if k in BLOCKS)
        made: dict[str, Any] = {"type": kind}
        if kind in ("text", "heading", "callout"):
            made["html"] = inline(say(block[kind]))
        elif kind == "code":
            made["text"] = block[kind].strip("\n")
        elif kind == "list":
            made["entries"] = [inline(say(item)) for item in block[kind]]
        elif kind == "figure":
            made |= _picture_block(block, parts, pictures, labels, numbering)
        elif kind == "table":
            made |= _table_block(block, parts, labels, numbering)
        elif kind == "bar":
            made |= _bar_block(block, parts, labels)
        else:
            made["html"] = inline(say(block[kind]))
            made["blocks"] = [build(inner) for inner in block["blocks"]]
        return made

    content = parts.content
    sections = [
        {
            "id": section["id"],
            "title": say(section["title"]),
            "blocks": [build(block) for block in section["blocks"]],
        }
        for section in content["sections"]
    ]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    # Style and script are the project's own files, not data: they go in as they stand.
    return environment.from_string(parts.template).render(
        language=labels.language,
        languages=[{"code": c, "file": PAGES[c][0], "name": PAGES[c][1]} for c in LANGUAGES],
        words=labels,
        title=say(content["title"]),
        description=say(content["description"]),
        lead=say(content["lead"]),
        cards=[
            {"value": card["value"].format(**facts), "label": say(card["label"])}
            for card in content["cards"]
        ],
        sections=sections,
        footer=[inline(say(line)) for line in content["footer"]],
        css=Markup(parts.css),
        js=Markup(parts.js),
    )


def _picture_block(
    block: Mapping[str, Any],
    parts: Parts,
    pictures: Mapping[str, bytes],
    labels: Labels,
    numbering: _Numbering,
) -> dict[str, Any]:
    name = block["figure"]
    frame, _ = parts.tables[block["data"]]
    uri, width, height = data_uri(pictures[name])
    return {
        "name": name,
        "label": numbering.next("figure"),
        "caption": labels(f"figure.{name}"),
        "kinds": kinds_of(frame),
        "source": source_words(source_ids(frame), labels),
        "uri": uri,
        "width": width,
        "height": height,
    }


def _table_block(
    block: Mapping[str, Any], parts: Parts, labels: Labels, numbering: _Numbering
) -> dict[str, Any]:
    frame, spec = parts.tables[block["table"]]
    printed = print_table(frame, spec, labels)
    names = [c.name for c in spec.columns]
    wanted: Mapping[str, Sequence[Any]] = block.get("mark", {})
    marked = [
        any(row[column] in values for column, values in wanted.items())
        for row in frame.to_dict("records")
    ]
    return {
        "printed": printed,
        "label": numbering.next("table"),
        "stack": bool(block.get("stack", False)),
        "filter": names.index(block["filter"]) if "filter" in block else None,
        "marked": marked,
        "note": " ".join(
            part
            for part in (remark(spec.name, labels), source_sentence(source_ids(frame), labels))
            if part
        ),
    }


def _bar_block(block: Mapping[str, Any], parts: Parts, labels: Labels) -> dict[str, Any]:
    frame, spec = parts.tables[block["bar"]]
    name, count = spec.columns[0], spec.columns[1]
    total = float(frame[count.name].sum())
    return {
        "parts": [
            {
                "tone": str(key).replace(" ", "-"),
                "word": labels(f"{name.words}.{key}"),
                "count": int(n),
                "share": float(n) / total,
            }
            for key, n in zip(frame[name.name], frame[count.name], strict=True)
        ],
        "kinds": kinds_of(frame),
        "source": source_words(source_ids(frame), labels),
    }
