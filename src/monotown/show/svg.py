"""A drawn figure as a part of a page."""

from __future__ import annotations

import re

_BEFORE = re.compile(r"\A.*?(?=<svg\b)", re.DOTALL)
_IDS = re.compile(r'(\bid="|\bhref="#|url\(#)([\w.-]+)')


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
    return _IDS.sub(rf"\1{name}-\2", _BEFORE.sub("", text))
