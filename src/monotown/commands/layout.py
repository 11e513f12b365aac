"""The layout of a folder of results: a page at ``report/index.html`` and its languages."""

from __future__ import annotations

import re
from pathlib import Path

from monotown.base.labels import FALLBACK, Labels

_PAGE = re.compile(r"report(?:\.([a-z]{2}))?\.html\Z")
_LINK = re.compile(r'((?:href|src)=")((?:report(?:\.[a-z]{2})?\.html)|(?:figures|tables|findings|clean)/[^"]*)(")')


def lay_out(results: Path, words: Labels) -> None:
    """Write ``report/`` beside what the workflow made; the printer of the report is its own.

    Each language has its folder in ``report``; ``report/index.html`` is the page in the language of `words`.
    """
    pages = {found[1] or FALLBACK: path for path in results.glob("report*.html") if (found := _PAGE.match(path.name))}
    for language, path in pages.items():
        text = path.read_text(encoding="utf-8")
        _write(page_file(results, language), relinked(text, "../"))
        if language == (words.language if words.language in pages else FALLBACK):
            _write(results / "report" / "index.html", relinked(text, ""))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def page_file(results: Path, language: str) -> Path:
    """File of the page in a language."""
    return results / "report" / language / "index.html"


def relinked(page: str, up: str) -> str:
    """A page with its links as its new place needs them: in the folder ``report``, or `up` from there.

    Examples
    --------
    >>> relinked('<a href="report.ru.html"><a href="tables/a.csv"><a href="#top">', "")
    '<a href="ru/index.html"><a href="../tables/a.csv"><a href="#top">'
    >>> relinked('<a href="report.html"><a href="report.kk.html"><a href="tables/a.csv">', "../")
    '<a href="../en/index.html"><a href="../kk/index.html"><a href="../../tables/a.csv">'
    """

    def put(link: re.Match[str]) -> str:
        other = _PAGE.match(link[2])
        if other is None:
            return f"{link[1]}{up}../{link[2]}{link[3]}"
        return f"{link[1]}{up}{other[1] or FALLBACK}/index.html{link[3]}"

    return _LINK.sub(put, page)
