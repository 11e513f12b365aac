"""The layout of a folder of results: a page at ``report/index.html`` and its languages, one workbook of all results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from monotown.base.labels import FALLBACK, Labels

#: Tables of the workbook of results, in the order of its sheets: patterns of files, by what they hold.
_SHEETS: Final = (
    ("scores", "index/*/scores.csv"),
    ("weights", "index/*/weights.csv"),
    ("rank_intervals", "sensitivity/*/rank_intervals.csv"),
    ("normalised", "index/*/normalised.csv"),
    ("contributions", "index/*/contributions.csv"),
    ("indicators", "indicators/indicators.csv"),
    ("figures", "clean/own_observations.csv"),
    ("sources", "clean/sources.csv"),
)

#: Rows that a sheet of a workbook can hold, its head among them.
_MOST_ROWS: Final = 1_048_576

_PAGE = re.compile(r"report(?:\.([a-z]{2}))?\.html\Z")
_LINK = re.compile(r'((?:href|src)=")((?:report(?:\.[a-z]{2})?\.html)|(?:figures|tables|findings|clean)/[^"]*)(")')


def lay_out(results: Path, words: Labels) -> None:
    """Write ``report/`` and ``results.xlsx`` beside what the workflow made; the printer of the report is its own."""
    pages = {found[1] or FALLBACK: path for path in results.glob("report*.html") if (found := _PAGE.match(path.name))}
    for language, path in pages.items():
        target = page_file(results, language)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = relinked(path.read_text(encoding="utf-8"), language)
        target.write_text(text, encoding="utf-8", newline="\n")
    write_results(results, words)


def page_file(results: Path, language: str) -> Path:
    """File of the page in a language."""
    folder = results / "report"
    return (folder if language == FALLBACK else folder / language) / "index.html"


def relinked(page: str, language: str) -> str:
    """A page with its links as its new place needs them.

    Examples
    --------
    >>> relinked('<a href="report.ru.html"><a href="tables/a.csv"><a href="#top">', "en")
    '<a href="ru/index.html"><a href="../tables/a.csv"><a href="#top">'
    >>> relinked('<a href="report.html"><a href="report.kk.html"><a href="tables/a.csv">', "ru")
    '<a href="../index.html"><a href="../kk/index.html"><a href="../../tables/a.csv">'
    """
    up = "" if language == FALLBACK else "../"

    def put(link: re.Match[str]) -> str:
        other = _PAGE.match(link[2])
        if other is None:
            return f"{link[1]}{up}../{link[2]}{link[3]}"
        folder = f"{other[1]}/" if other[1] else ""
        return f"{link[1]}{up}{folder}index.html{link[3]}"

    return _LINK.sub(put, page)


def _tables(results: Path) -> Iterator[tuple[str, Path]]:
    for name, pattern in _SHEETS:
        files = sorted(results.glob(pattern))
        for path in files:
            yield (f"{name} {path.parent.name}"[:31] if len(files) > 1 else name), path


def write_results(results: Path, words: Labels) -> None:
    """The tables that most readers want as one workbook, equal tables as equal bytes."""
    from monotown.data.workbooks.template import Page
    from monotown.workflow import read_table
    from monotown.workflow.workbooks import write_pages

    pages: list[Page] = []
    listed: list[list[str | float]] = []
    for name, path in _tables(results):
        frame = read_table(path)
        rows = [["" if cell != cell else cell for cell in row] for row in frame.astype(object).to_numpy().tolist()]
        cut = rows[: _MOST_ROWS - 1]
        widths = [max(10, min(30, len(str(c)) + 2)) for c in frame.columns]
        pages.append(Page(name, [[str(c) for c in frame.columns], *cut], {0: "head"}, {}, widths, (1, 0)))
        key = f"commands.sheet.{name.split(' ')[0]}"
        listed.append([name, path.relative_to(results).as_posix(), words(key), len(rows)])
    if not pages:
        return
    head: list[str | float] = [words(f"commands.sheet.column.{c}") for c in ("sheet", "file", "what", "rows")]
    first = Page("contents", [head, *listed], {0: "head"}, {}, [24, 40, 70, 10], (1, 0))
    write_pages([first, *pages], results / "results.xlsx")
