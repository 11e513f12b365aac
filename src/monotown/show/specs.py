"""Columns that tables of several parts print, and how the tables of no part are printed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd

from monotown.show.printed import CODE, Column, Form, TableSpec, by_name

UNIT = Column("unit", "word.region", Form.WORD, words="unit")
RANK = Column("rank", "word.rank", Form.RANK)
BLOCK = Column("block", "word.block", Form.WORD, words="block", width=3)
MEASURE = Column("measure", "word.indicator", Form.WORD, words="measure", width=6)


def score(name: str, label: str, decimals: int = 1, *, times: float = 1.0, scale_from: str = "scale") -> Column:
    """A column of scores, or of differences of scores, on the scale of their index."""
    return Column(name, label, Form.SCORE, decimals, scale=times, scale_from=scale_from)


def share(name: str, label: str, decimals: int = 0) -> Column:
    """A column of shares, printed as percent."""
    return Column(name, label, Form.NUMBER, decimals, scale=100)


def between(frame: pd.DataFrame, after: str, before: str) -> list[str]:
    """Columns of a table between two others."""
    names = [str(c) for c in frame.columns]
    return names[names.index(after) + 1 : names.index(before)]


def filled(columns: Iterable[Column], frame: pd.DataFrame, always: Collection[str] = ()) -> tuple[Column, ...]:
    """Columns that some row of a table fills; all of them where it has no row.

    A year of 0 is none: figures without a year stand under it.
    """

    def has(column: Column) -> bool:
        cells = frame[column.name]
        empty = cells.isna() | (cells == "") | ((cells == 0) if column.form is Form.YEAR else False)
        return column.name in always or frame.empty or not bool(empty.all())

    return tuple(c for c in columns if has(c))


SPECS = by_name(
    TableSpec(
        "assumptions",
        (
            Column("part", "report.column.assuming", Form.WORD, words="assuming", width=2.5),
            Column("assumption", "report.column.assumption", Form.TRANSLATED, width=6),
            Column("value", "report.column.assumed_value", width=3, language=CODE),
            Column("basis", "report.column.assumed_basis", Form.WORD, words="basis", width=3),
        ),
        group="part",
    ),
    TableSpec(
        "origins",
        (
            Column("output", "report.column.output", language=CODE),
            Column("rule", "report.column.rule", language=CODE),
            Column("data", "report.column.data", Form.WORD, words="source", width=6),
            Column("kind", "report.column.kind", Form.WORD, words="kind"),
        ),
    ),
    TableSpec(
        "facts",
        (
            Column("fact", "report.column.fact", language=CODE),
            Column("value", "report.column.value", width=3, language=CODE),
            Column("kind", "report.column.kind", Form.WORD, words="kind"),
            Column("derived_from", "report.column.derived_from", width=5, language=CODE),
        ),
    ),
)
