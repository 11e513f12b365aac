"""The layout of a folder of results: a page at ``report/index.html`` and its languages, one workbook of all results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.labels import FALLBACK, Labels, unmarked
from monotown.show.printed import Column, Form, cell_text

#: Sheets of the workbook of results, in their order: what each holds, and the pattern of its files.
_SHEETS: Final = (
    ("ranks", "tables/ranks_*.csv"),
    ("course", "tables/course_*.csv"),
    ("scores", "index/*/scores.csv"),
    ("weights", "tables/weights_*.csv"),
    ("contributions", "index/*/contributions.csv"),
    ("rank_intervals", "tables/rank_intervals_*.csv"),
    ("scheme_ranks", "tables/scheme_ranks_*.csv"),
    ("robustness", "tables/robustness_*.csv"),
    ("method_ranks", "tables/method_ranks_*.csv"),
    ("profile", "tables/town_profile.csv"),
    ("coverage", "tables/coverage.csv"),
    ("doubtful", "tables/doubtful.csv"),
    ("jumps", "indicators/jumps.csv"),
    ("readings", "tables/readings.csv"),
    ("normalised", "index/*/normalised.csv"),
    ("indicators", "indicators/indicators.csv"),
    ("figures", "clean/own_observations.csv"),
    ("figures", "clean/observations.csv"),
    ("sources", "tables/data_sources.csv"),
)

_UNIT = Column("unit", "word.region", Form.WORD, words="unit")
_YEAR = Column("year", "word.year", Form.YEAR)
_MEASURE = Column("measure", "word.indicator", Form.WORD, words="measure")
_MEASURED = Column("unit_of_measure", "towns.column_unit_of_measure", Form.WORD, words="measured_in")

#: How the tables of stages are told in the workbook; those of the report are told as there.
_TOLD: Final = {
    "scores": (
        _UNIT,
        _YEAR,
        Column("node", "own_run.column.node", Form.WORD, words="node|block"),
        Column("score", "word.score", Form.NUMBER),
        Column("rank", "word.rank", Form.RANK),
        Column("n_units", "towns.column_towns", Form.NUMBER),
        Column("coverage", "report.column.coverage", Form.NUMBER, scale=100),
    ),
    "contributions": (
        _UNIT,
        Column("from_year", "own_run.column.from_year", Form.YEAR),
        Column("to_year", "own_run.column.to_year", Form.YEAR),
        _MEASURE,
        Column("contribution", "own_run.column.contribution", Form.NUMBER),
        Column("change", "report.column.change", Form.NUMBER),
    ),
    "normalised": (
        _UNIT,
        _YEAR,
        _MEASURE,
        Column("value", "towns.column_value", Form.NUMBER),
        Column("normalised", "own_run.column.normalised", Form.NUMBER),
    ),
    "indicators": (_UNIT, _YEAR, _MEASURE, Column("value", "towns.column_value", Form.NUMBER), _MEASURED),
    "figures": (
        _UNIT,
        _YEAR,
        Column("variable", "own_run.column.variable", Form.WORD, words="variable|measure|indicator"),
        Column("value", "towns.column_value", Form.NUMBER),
        _MEASURED,
        Column("kind", "report.column.kind", Form.WORD, words="kind"),
        Column("source", "report.column.source", Form.WORD, words="source"),
        Column("locator", "own_run.column.place"),
        Column("flag", "own_run.column.marker"),
    ),
}

#: Rows of a sheet; a longer table stands in its file alone, and the first sheet says so.
_MOST_ROWS: Final = 20_000

#: Letters of the name of a sheet, and those that it may not have.
_NAME_LETTERS: Final = 31
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\]")

_PAGE = re.compile(r"report(?:\.([a-z]{2}))?\.html\Z")
_LINK = re.compile(r'((?:href|src)=")((?:report(?:\.[a-z]{2})?\.html)|(?:figures|tables|findings|clean)/[^"]*)(")')


def lay_out(results: Path, words: Labels) -> None:
    """Write ``report/`` and ``results.xlsx`` beside what the workflow made; the printer of the report is its own.

    Each language has its folder in ``report``; ``report/index.html`` is the page in the language of `words`.
    """
    pages = {found[1] or FALLBACK: path for path in results.glob("report*.html") if (found := _PAGE.match(path.name))}
    for language, path in pages.items():
        text = path.read_text(encoding="utf-8")
        _write(page_file(results, language), relinked(text, "../"))
        if language == (words.language if words.language in pages else FALLBACK):
            _write(results / "report" / "index.html", relinked(text, ""))
    write_results(results, words)


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


def write_results(results: Path, words: Labels) -> None:
    """The tables that most readers want as one workbook, in their language, equal tables as equal bytes."""
    from monotown.data.workbooks.template import Page
    from monotown.show.words import labels_from
    from monotown.workflow import read_table, read_text_table
    from monotown.workflow.written_books import write_pages

    there = results / "words.csv"
    labels = labels_from(read_text_table(there))[words.language] if there.is_file() else words
    pages: list[Page] = []
    listed: list[list[str | float]] = []
    names: set[str] = set()
    for key, path, several in _tables(results):
        frame = read_table(path)
        if frame.empty:
            continue
        name = _sheet_name(words(f"commands.sheet.name.{key}"), _index_of(path) if several else "", names)
        if len(frame) <= _MOST_ROWS:
            rows = told_rows(key, path.stem, frame, labels)
            widths = [max(10, min(40, max(len(str(row[c])) for row in rows[:200]) + 2)) for c in range(len(rows[0]))]
            pages.append(Page(name, rows, {0: "head"}, {}, widths, (1, 1)))
        else:
            name = "—"
        what = words(f"commands.sheet.{key}")
        listed.append([name, path.relative_to(results).as_posix(), what, len(frame)])
    if not listed:
        return
    head: list[str | float] = [words(f"commands.sheet.column.{c}") for c in ("sheet", "file", "what", "rows")]
    first = Page(words("commands.sheet.name.contents"), [head, *listed], {0: "head"}, {}, [24, 40, 70, 10], (1, 0))
    write_pages([first, *pages], results / "results.xlsx")


def _tables(results: Path) -> Iterator[tuple[str, Path, bool]]:
    """What each table holds, its file, and whether several indices have one."""
    seen: set[str] = set()
    for key, pattern in _SHEETS:
        files = sorted(results.glob(pattern)) if key not in seen or "*" in pattern else []
        seen.update([key] if files else [])
        yield from ((key, path, len(files) > 1) for path in files)


def _index_of(path: Path) -> str:
    """Id of the index of a table."""
    if path.parent.name != "tables":
        return path.parent.name
    start = next(p.rpartition("/")[2].partition("*")[0] for _, p in _SHEETS if path.match(p) and "*" in p)
    return path.stem.removeprefix(start)


def _sheet_name(said: str, index: str, names: set[str]) -> str:
    """A name that no sheet has yet, as workbooks take it."""
    plain = _NO_NAME.sub("_", f"{said} {index}".strip()).strip("'")[:_NAME_LETTERS]
    name, turn = plain, 1
    while name.casefold() in names:
        turn += 1
        name = f"{plain[: _NAME_LETTERS - len(str(turn)) - 1]} {turn}"
    names.add(name.casefold())
    return name


def told_rows(key: str, stem: str, frame: pd.DataFrame, labels: Labels) -> list[list[str | float]]:
    """A table with its heads and names in words, and every number with all its digits."""
    from monotown.show.specs import filled
    from monotown.workflow.printed import spec_of

    columns = [c for c in _TOLD[key] if c.name in frame] if key in _TOLD else list(spec_of(stem, frame).columns)
    columns = list(filled(columns, frame, ["score", "value"]))
    scale = labels.number(float(frame["scale"].iloc[0])) if "scale" in frame else ""
    heads: list[str | float] = [labels(c.label, scale=scale) if scale else labels(c.label) for c in columns]
    made: list[list[str | float]] = [heads]
    parts = [[_cell(value, column, labels) for value in _values(frame, column, labels)] for column in columns]
    made.extend(list(row) for row in zip(*parts, strict=True))
    return made


def _values(frame: pd.DataFrame, column: Column, labels: Labels) -> list[Any]:
    own = f"{column.name}_{labels.language}"
    return list(frame[own if column.form is Form.TRANSLATED and own in frame else column.name])


def _cell(value: Any, column: Column, labels: Labels) -> str | float:
    if value is None or value != value or value == "":
        return ""
    if column.form is Form.YEAR:
        return int(value) or ""  # figures without a year stand under 0
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return unmarked(cell_text(value, column, labels))[0]
    number = float(value) * column.scale
    return int(number) if number.is_integer() else number
