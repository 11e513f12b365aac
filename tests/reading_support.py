"""How long a page takes to read: its running text, without tables, figures, cards and what is folded."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

#: Words a minute of a reader, by language; the others read as English does.
WORDS_A_MINUTE: Final = {"en": 200, "ru": 180, "kk": 180}

_PROSE = {"p", "li", "blockquote"}
# what is looked at, chosen or unfolded rather than read
_APART = {"table", "figure", "details", "nav", "header", "footer", "aside", "form", "svg", "pre", "dl"}
_APART |= {"script", "style"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_WORD = re.compile(r"[^\W_]+(?:[-\u2011'\u2019.,][^\W_]+)*")


class _Text(HTMLParser):
    """Collects the text of paragraphs and entries of lists."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.prose: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PROSE:
            self.prose.append(" ")
        if tag not in _VOID:
            self.open.append((tag, tag in _APART or "data-piece" in dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        for i in range(len(self.open) - 1, -1, -1):
            if self.open[i][0] == tag:
                del self.open[i:]
                return

    def handle_data(self, data: str) -> None:
        if any(tag in _PROSE for tag, _ in self.open) and not any(apart for _, apart in self.open):
            self.prose.append(data)


def prose_of(html: str) -> str:
    """The running text of a page: paragraphs and lists outside of tables, figures, pieces and folded parts.

    Examples
    --------
    >>> prose_of("<p>A <b>b</b>.</p><details><p>no</p></details><figure><p>no</p></figure><li>c").split()
    ['A', 'b.', 'c']
    """
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.prose)


def words(text: str) -> int:
    """Number of words of a text; a number with its separators is one.

    Examples
    --------
    >>> words("12.5% of 1,234: well-kept, it's so")
    6
    """
    return len(_WORD.findall(text))


def minutes(pages: list[str], language: str) -> float:
    """Minutes that the running text of pages takes to read.

    Parameters
    ----------
    pages
        HTML of each page.
    language
        Its code; Russian and Kazakh words are longer, so fewer are read in a minute.
    """
    return sum(words(prose_of(page)) for page in pages) / WORDS_A_MINUTE.get(language, WORDS_A_MINUTE["en"])
