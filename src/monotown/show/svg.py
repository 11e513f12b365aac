"""A picture as SVG that a page can hold: real text, ids of its own, what it tells for who cannot see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

_BEFORE: Final = re.compile(r"\A.*?(?=<svg\b)", re.DOTALL)
_SVG: Final = "http://www.w3.org/2000/svg"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"

#: Type with the widths that the layout was made with, and its like where it is missing.
FONTS: Final = "'DejaVu Sans',Verdana,sans-serif"

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
#: What no XML may hold, though a name in a table may.
_FORBIDDEN: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_DRAWN: Final = ("d", "x", "y", "width", "height", "transform", "points", "cx", "cy", "r", "stroke-dasharray")
_USED: Final = re.compile(r"url\(#([^)]+)\)")


def tidy(
    svg: bytes, name: str, *, title: str = "", text: str = "", kinds: Sequence[str] = (), language: str = ""
) -> bytes:
    """An SVG of Matplotlib as one that a page can hold among others.

    Parameters
    ----------
    svg
        As Matplotlib writes it with ``svg.fonttype: none``.
    name
        Of the figure, before each of its ids; no id of two figures is the same.
    title, text
        What it tells: its title, and an alternative text.
    kinds
        Kinds of its data, as the attribute ``data-kinds``.
    language
        Of its texts.

    Returns
    -------
    bytes
        The same picture: no declaration, style sheet nor font; styles as attributes, numbers to two decimals,
        groups that do nothing taken out.
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _LINK[1:].partition("}")[0])
    root = ET.fromstring(_FORBIDDEN.sub("\ufffd", svg.decode()))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    used = set(_referred(root))
    for element in root.iter():
        _plain(element, name, used)
    _flatten(root)
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("font-family", FONTS)
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    if language:
        root.set("lang", language)
    if kinds:
        root.set("data-kinds", " ".join(kinds))
    named = [(part, words) for part, words in (("title", title), ("desc", text)) if words]
    for at, (part, words) in enumerate(named):
        element = ET.Element(f"{{{_SVG}}}{part}", {"id": f"{name}-{part}"})
        element.text = words
        root.insert(at, element)
    if named:
        root.set("aria-labelledby", " ".join(f"{name}-{part}" for part, _ in named))
    return f"{ET.tostring(root, encoding='unicode')}\n".encode()


def _referred(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == _LINK:
                yield value[1:]
            yield from _USED.findall(value)


def _plain(element: ET.Element, name: str, used: set[str]) -> None:
    """Attributes in place of styles, numbers short, ids the figure's own; no room between elements."""
    if element.tag != f"{{{_SVG}}}text":
        element.text = None
    element.tail = None
    given = dict(element.attrib)
    style = given.pop("style", "")
    for part in filter(None, (p.strip() for p in style.split(";"))):
        key, _, value = part.partition(":")
        given[key.strip()] = value.strip()
    given.pop("font-family", None)
    if given.get("text-anchor") == "start":
        del given["text-anchor"]
    if given.get("transform", "").startswith("rotate(-0 "):
        del given["transform"]
    if "id" in given:
        identity = given.pop("id")
        if identity in used:
            given["id"] = f"{name}-{identity}"
    element.attrib.clear()
    for key, value in given.items():
        if key == _LINK and value.startswith("#"):
            value = f"#{name}-{value[1:]}"
        elif key in _DRAWN:
            value = _NUMBER.sub(_short, value)
            if key == "d":
                value = re.sub(r"\s*([A-Za-z])\s*", r"\1", value).strip()
        else:
            value = _USED.sub(rf"url(#{name}-\1)", value)
        element.set(key, value)


def _short(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _flatten(element: ET.Element) -> None:
    """Take out groups without attributes, and empty ones."""
    for child in list(element):
        _flatten(child)
    made: list[ET.Element] = []
    for child in element:
        bare = child.tag in (f"{{{_SVG}}}g", f"{{{_SVG}}}defs")
        if bare and not len(child):
            continue
        made.extend(child if bare and child.tag.endswith("}g") and not child.attrib else [child])
    element[:] = made


def inlined(svg: bytes, name: str) -> str:
    """An SVG file as a page holds it: without what stands before it, its ids its own, no wider than its column.

    Parameters
    ----------
    svg
        The file, UTF-8.
    name
        Of the figure: what its ids begin with.

    Raises
    ------
    ValueError
        If it is no SVG.

    Examples
    --------
    >>> inlined(b'<?xml version="1.0"?><svg width="72pt"><g id="a"/><use href="#a"/></svg>', "f")
    '<svg width="72pt"><g id="f-a"/><use href="#f-a"/></svg>'
    """
    text = svg.decode("utf-8")
    if "<svg" not in text:
        raise ValueError("expected an SVG")
    # ids of `tidy` are the figure's own already
    ids = rf'(\bid="|\bhref="#|url\(#)(?!{re.escape(name)}-)([\w.-]+)'
    return re.sub(ids, rf"\1{name}-\2", _BEFORE.sub("", text))
