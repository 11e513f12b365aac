"""The workbook of results: its contents, the sheets of each index, and tables of the run in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.labels import Labels, unmarked
from monotown.index.prepare import Prepared
from monotown.report.index_sheets import Described, IndexSheets, SheetNames
from monotown.report.sheets import Sheet, sheet_name
from monotown.show.printed import Column, Form, cell_text
from monotown.show.specs import filled

#: What tables of the pages hold, in the order of the sheets, and how their names are, or begin before the id of an
#: index.
_KEYS: Final = {
    "course": ("course_",),
    "rank_intervals": ("rank_intervals",),
    "scheme_ranks": ("scheme_ranks", "scheme_ranks_"),
    "robustness": ("robustness_",),
    "method_ranks": ("method_ranks_",),
    "profile": ("town_profile",),
    "findings": ("claims", "ledger"),
    "answers": ("answers",),
    "coverage": ("coverage",),
    "doubtful": ("doubtful",),
    "jumps": ("jumps",),
    "readings": ("readings",),
    "sources": ("data_sources",),
}

#: Rows of a sheet of a table; a longer one stands in its file alone, and the first sheet says so.
MOST_ROWS: Final = 20_000

_UNIT: Final = Column("unit", "word.region", Form.WORD, words="unit")
_YEAR: Final = Column("year", "word.year", Form.YEAR)
_MEASURE: Final = Column("measure", "word.indicator", Form.WORD, words="measure")

#: How tables that no page prints are told; the others are told as there.
TOLD: Final[Mapping[str, tuple[Column, ...]]] = {
    "contributions": (
        _UNIT,
        Column("from_year", "own_run.column.from_year", Form.YEAR),
        Column("to_year", "own_run.column.to_year", Form.YEAR),
        _MEASURE,
        Column("contribution", "own_run.column.contribution", Form.NUMBER),
        Column("change", "report.column.change", Form.NUMBER),
    ),
    "figures": (
        _UNIT,
        _YEAR,
        Column("variable", "own_run.column.variable", Form.WORD, words="variable|measure|indicator"),
        Column("value", "towns.column_value", Form.NUMBER),
        Column("unit_of_measure", "towns.column_unit_of_measure", Form.WORD, words="measured_in"),
        Column("kind", "report.column.kind", Form.WORD, words="kind"),
        Column("source", "report.column.source", Form.WORD, words="source"),
        Column("locator", "own_run.column.place"),
        Column("flag", "own_run.column.marker"),
    ),
}


@dataclass(frozen=True)
class Told:
    """A table for the workbook.

    Attributes
    ----------
    key
        What it holds: ``ranks``, ``findings`` and so on; its words are ``workbook.name.<key>`` and
        ``workbook.what.<key>``.
    file
        Its file, from the folder of results.
    index
        Id of its index, or "".
    frame, columns
        The table, and how it is told.
    """

    key: str
    file: str
    index: str
    frame: pd.DataFrame
    columns: Sequence[Column]


@dataclass(frozen=True)
class Indexed:
    """An index for the workbook: its panel, its measures, and the file of the panel."""

    prepared: Prepared
    described: Described
    file: str


def keys_of(names: Iterable[str], views: Collection[str]) -> dict[str, tuple[str, str]]:
    """Tables that the workbook takes of those of the pages: what each holds, and the id of its index or "".

    Examples
    --------
    >>> keys_of(["facts", "claims", "course_a"], ["a"])
    {'course_a': ('course', 'a'), 'claims': ('findings', '')}
    """
    there = list(names)
    return {
        start + view: (key, view)
        for key, starts in _KEYS.items()
        for start in starts
        for view in (views if start.endswith("_") else [""])
        if start + view in there
    }


def described(indicators: pd.DataFrame, view: str) -> Described:
    """Unit of measure and sources of each measure of an index, from the table of indicators."""
    mine = indicators[indicators["view"] == view]
    units = mine.drop_duplicates("measure").set_index("measure")["unit_of_measure"]
    pairs = mine[["measure", "source"]].drop_duplicates()
    sources: dict[str, set[str]] = {}
    for measure, joined in zip(pairs["measure"], pairs["source"], strict=True):
        sources.setdefault(str(measure), set()).update(s for s in str(joined).split("; ") if s)
    return Described({str(m): str(u) for m, u in units.items()}, {m: sorted(s) for m, s in sources.items()})


def results_book(indices: Sequence[Indexed], tables: Sequence[Told], labels: Labels) -> list[Sheet]:
    """Every sheet of the workbook of results.

    Parameters
    ----------
    indices
        In the order of the study.
    tables
        In the order of the sheets; one without a row has none, and one beyond `MOST_ROWS` neither.
    labels
        Words of the language of the run.

    Returns
    -------
    list of Sheet
        The contents first; then of each index the tables of its ranks, its weights, raw values and scores; then
        the other tables.
    """

    def word(key: str, **values: object) -> str:
        return unmarked(labels(f"workbook.{key}", **values))[0]

    names: set[str] = set()
    contents = sheet_name(word("name.contents"), "", names)
    sheets: list[Sheet] = []
    listed: list[list[Any]] = []
    several = len(indices) > 1

    def listing(sheet: Sheet | None, what: str, file: str, rows: int) -> None:
        listed.append([sheet.name if sheet else "—", what, file, rows])
        sheets.extend([sheet] if sheet else [])

    def add(told: Told) -> None:
        if told.frame.empty:
            return
        name = word(f"name.{told.key}")
        sheet = None
        if len(told.frame) <= MOST_ROWS:
            rows = told_rows(told.frame, told.columns, labels)
            sheet = Sheet(
                sheet_name(name, told.index if several else "", names),
                rows,
                [max(10, min(40, max(len(str(row[c])) for row in rows[:200]) + 2)) for c in range(len(rows[0]))],
                frozen=(1, 1),
                row_styles={0: "head"},
            )
        listing(sheet, word(f"what.{told.key}"), told.file, len(told.frame))

    for given in indices:
        view = given.prepared.view
        for told in tables:
            if told.index == view and told.key == "ranks":
                add(told)
        of = view if several else ""
        keys = ("weights", "raw", "scores")
        made = IndexSheets(
            given.prepared,
            given.described,
            labels,
            SheetNames(*(sheet_name(word(f"name.{key}"), of, names) for key in keys)),
            given.file,
        )
        for key, sheet in zip(keys, made.sheets() if made.fits else (None, None, None), strict=True):
            rows = len(made.model.measures) if key == "weights" else len(made.rows)
            listing(sheet, word(f"what.{key}"), given.file, rows)
    for told in tables:
        if told.key != "ranks":
            add(told)
    head = [word(f"column.{c}") for c in ("sheet", "what", "file", "rows")]
    first = Sheet(
        contents,
        [[word("title")], [word("how")], head, *listed],
        [32, 70, 44, 9],
        frozen=(3, 1),
        row_styles={0: "title", 1: "note", 2: "head"},
        links={(3 + i, 0): str(row[0]) for i, row in enumerate(listed) if row[0] != "—"},
    )
    return [first, *sheets]


def newest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of intervals with the last year on top, the first rank first."""
    return frame.sort_values(["year", "baseline_rank", "unit"], ascending=[False, True, True], ignore_index=True)


def interval_columns(frame: pd.DataFrame) -> tuple[Column, ...]:
    """How a table of intervals of scores and ranks is told, whatever its interval."""
    scores = [str(c) for c in frame.columns if str(c).startswith("score_p")]
    ranks = [str(c) for c in frame.columns if str(c).startswith("rank_p")]
    return (
        _UNIT,
        _YEAR,
        Column("baseline_rank", "word.rank", Form.RANK),
        Column(ranks[0], "own_run.column.low", Form.RANK),
        Column(ranks[-1], "own_run.column.high", Form.RANK),
        Column("baseline_score", "word.score", Form.NUMBER),
        Column(scores[0], "workbook.column.low_score", Form.NUMBER),
        Column(scores[-1], "workbook.column.high_score", Form.NUMBER),
        Column("share_baseline_rank", "workbook.column.share_rank", Form.NUMBER, scale=100),
    )


def told_rows(frame: pd.DataFrame, columns: Sequence[Column], labels: Labels) -> list[list[str | float]]:
    """A table with its heads and names in words, and every number with all its digits."""
    # a column may stand in the languages alone
    kept = filled([c for c in columns if c.name in frame], frame, ["score", "value"])
    there = [c for c in columns if c in kept or (c.name not in frame and f"{c.name}_{labels.language}" in frame)]
    scale = labels.number(float(frame["scale"].iloc[0])) if "scale" in frame else ""
    heads: list[str | float] = [unmarked(labels(c.label, scale=scale) if scale else labels(c.label))[0] for c in there]
    parts = [[_cell(value, column, labels) for value in _values(frame, column, labels)] for column in there]
    return [heads, *(list(row) for row in zip(*parts, strict=True))]


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
    # a share as percent has no digits that it had not
    number = float(value) if column.scale == 1 else float(f"{float(value) * column.scale:.15g}")
    return int(number) if number.is_integer() else number
