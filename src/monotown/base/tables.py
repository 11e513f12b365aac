"""Schemas of the tables that pass between stages; a stage reads nothing else.

Every table is long, typed and sorted by its key, so that a text file of it is the same for
every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from monotown.base import checked as pa
from monotown.base.parsing import Flag
from monotown.base.ties import TOLERANCE

#: Significant digits of a written number. A result on one processor differs from that on another
#: by some 1e-16 of the numbers it is made of, an optimum or a slope by up to 1e-12, and scores
#: nearer than 1e-9 are tied: ten digits hold all that counts and no noise.
DIGITS: Final = 10


class Kind(StrEnum):
    """Kind of data, least to be relied on first; travels to every table, figure and caption.

    `ASSUMED` says what was done and not what went in: the row follows from sizes, judgments or
    responses that somebody assumed. The others are kinds of figures that go in.
    """

    ASSUMED = "assumed"
    SYNTHETIC = "synthetic"
    PUBLISHED = "published"
    OFFICIAL = "official"


#: Kinds that a figure as cleaned may have.
DATA_KINDS: Final = tuple(k.value for k in Kind if k is not Kind.ASSUMED)

#: Source of a row that is itself an assumption and rests on no figure.
ASSUMPTIONS_SOURCE: Final = "assumptions"


def kinds_in(cells: Iterable[object]) -> tuple[str, ...]:
    """Kinds that some rows rest on, in the order of `Kind`.

    Parameters
    ----------
    cells
        Cells of a column ``kind``. A cell may join several by ``+``; that of a row which rests on
        nothing is empty.

    Raises
    ------
    ValueError
        If a cell names what is no `Kind`.

    Examples
    --------
    >>> kinds_in(["official", "", "assumed+official"])
    ('assumed', 'official')
    """
    present = {part for cell in set(map(str, cells)) for part in re.split(r"\+|; ", cell) if part}
    known = tuple(k.value for k in Kind if k.value in present)
    if len(known) != len(present):
        raise ValueError(f"kinds of data {sorted(present)}; expected {[k.value for k in Kind]}")
    return known


def data_kinds_in(cells: Iterable[object]) -> tuple[str, ...]:
    """Kinds of the figures that went in, whatever was done with them.

    Examples
    --------
    >>> data_kinds_in(["official", "assumed+official"])
    ('official',)
    """
    return tuple(k for k in kinds_in(cells) if k != Kind.ASSUMED)


def join_kinds(cells: Iterable[object]) -> str:
    """Kind of what rests on several rows: each of their kinds once, in the order of `Kind`.

    Examples
    --------
    >>> join_kinds(["official", "published", "official"]), join_kinds([])
    ('published+official', '')
    """
    return "+".join(kinds_in(cells))


def assumed(*kinds: object) -> str:
    """Kind of what follows from an assumption that is applied to rows of some kinds, or to none.

    Examples
    --------
    >>> assumed("official"), assumed()
    ('assumed+official', 'assumed')
    """
    return join_kinds([Kind.ASSUMED, *kinds])


#: Kind and source of a row that is itself an assumption.
ASSUMPTION: Final = {"kind": assumed(), "source": ASSUMPTIONS_SOURCE}


def _is_joined(cell: str) -> bool:
    try:
        return cell != "" and join_kinds([cell]) == cell
    except ValueError:
        return False


def kind_column() -> pa.Column:
    """A column ``kind`` of results: one kind, or several as `join_kinds` writes them.

    Examples
    --------
    >>> schema = pa.DataFrameSchema({"kind": kind_column()})
    >>> schema.validate(pd.DataFrame({"kind": ["official", "assumed+official"]})).shape
    (2, 1)
    """
    told = "kinds of data as join_kinds writes them"
    return pa.Column(str, pa.Check(lambda s: s.isin([c for c in s.unique() if _is_joined(c)]), error=told))


#: Columns of one meaning, the same in every table. A `NUMBER` and a `RANK` may be missing, a `REAL` not.
TEXT: Final = pa.Column(str, pa.Check.str_length(min_value=1))
NOTE: Final = pa.Column(str)
NUMBER: Final = pa.Column("float64", nullable=True)
REAL: Final = pa.Column("float64")
SHARE: Final = pa.Column("float64", pa.Check.in_range(0, 1))
MAYBE_SHARE: Final = pa.Column("float64", pa.Check.in_range(0, 1), nullable=True)
COUNT: Final = pa.Column("int64", pa.Check.ge(0))
RANK: Final = pa.Column("float64", pa.Check.ge(1), nullable=True)
#: 0 is the year of figures that tell none.
YEAR: Final = pa.Column(
    "int64", pa.Check(lambda year: (year == 0) | year.between(1900, 2100), error="a year from 1900 to 2100, or 0")
)
KIND: Final = kind_column()
DATA_KIND: Final = pa.Column(str, pa.Check.isin(DATA_KINDS))

#: What the rows of a table rest on.
SOURCED: Final = {"kind": KIND, "source": TEXT}

#: The same where rows say nothing of their sources, and where these may be empty.
KINDED: Final = {"kind": KIND}
NOTED: Final = {"kind": KIND, "source": NOTE}


def table(
    name: str, key: Sequence[str], columns: Mapping[str, pa.Column], end: Mapping[str, pa.Column] | None = None
) -> pa.DataFrameSchema:
    """Schema of a table: its columns and no others, one row a key.

    Parameters
    ----------
    name, key
        Name of the table, and the columns that tell its rows apart.
    columns, end
        The columns in their order, and those after them.

    Examples
    --------
    >>> list(table("staff", ["unit"], {"unit": TEXT, "count": COUNT}, SOURCED).columns)
    ['unit', 'count', 'kind', 'source']
    """
    return pa.DataFrameSchema({**columns, **(end or {})}, unique=list(key), strict=True, coerce=True, name=name)


def keyed(
    name: str, key: Sequence[str], columns: Mapping[str, pa.Column], end: Mapping[str, pa.Column] | None = None
) -> pa.DataFrameSchema:
    """Schema of a table whose first columns are its key: texts and the year, if `columns` says no other.

    Examples
    --------
    >>> list(keyed("top", ["unit", "year"], {"share": SHARE}).columns)
    ['unit', 'year', 'share']
    """
    return table(name, key, {**{k: YEAR if k == "year" else TEXT for k in key}, **columns}, end)


#: One figure as cleaned. `value` is missing exactly where `flag` says why.
OBSERVATIONS = pa.DataFrameSchema(
    {
        "unit": TEXT,
        "year": YEAR,
        "variable": TEXT,
        "value": NUMBER,
        "unit_of_measure": TEXT,
        "kind": DATA_KIND,
        "source": TEXT,
        "locator": TEXT,
        "flag": pa.Column(str, pa.Check.isin([f.value for f in Flag])),
    },
    checks=pa.Check(
        lambda df: df["value"].isna() == (df["flag"] != ""), error="a value is missing exactly where a flag says why"
    ),
    unique=["unit", "year", "variable", "source"],
    strict=True,
    coerce=True,
    name="observations",
)

#: One indicator (or measure of one) in one view. `indicator` names the catalogue's entry that the
#: measure stands for; `reading` says how closely: exact, approximation, proxy, or a twin beside it.
INDICATORS = table(
    "indicators",
    ["view", "unit", "year", "measure"],
    {
        "view": TEXT,
        "unit": TEXT,
        "year": YEAR,
        "measure": TEXT,
        "indicator": TEXT,
        "block": TEXT,
        "value": NUMBER,
        "unit_of_measure": TEXT,
        "kind": DATA_KIND,
        "source": NOTE,
        "reading": pa.Column(str, pa.Check.isin(["exact", "approximation", "proxy", "twin"])),
        "flag": NOTE,
    },
)


#: What a score of 1 of the engine is in tables and on pages: scores run from 0 to this number.
SCALES: Final = (100.0, 1.0)

_MARK: Final = "score"


class Score(NamedTuple):
    """Mark of a column of scores.

    Attributes
    ----------
    power
        Power of the scale that it is multiplied by: 1 of a score, a mean, a difference, a slope or
        a standard error of scores; 2 of a variance.
    where
        A column and those of its values in whose rows the number is a score; None: in every row.
    """

    power: int = 1
    where: tuple[str, tuple[str, ...]] | None = None


def score_column(
    text: str,
    *,
    power: int = 1,
    where: tuple[str, Sequence[str]] | None = None,
    nullable: bool = True,
    checks: pa.Check | None = None,
) -> pa.Column:
    """A column of scores, which `to_scale` puts on the scale of the index.

    Parameters
    ----------
    text
        What the number is; the description adds the scale.
    power, where
        As in `Score`.
    nullable, checks
        As of a pandera column.

    Examples
    --------
    >>> score_column("Score of the node.").description
    'Score of the node. On the scale of the index: 0 to 100, or 0 to 1 if its view says so.'
    """
    of = "On the scale of the index" if power == 1 else "On the square of the scale of the index"
    only = ""
    if where is not None:
        where = (where[0], tuple(where[1]))
        only = f" where {where[0]} is {' or '.join(where[1])}"
    return pa.Column(
        "float64",
        checks,
        nullable=nullable,
        description=f"{text} {of}{only}: 0 to 100, or 0 to 1 if its view says so.",
        metadata={_MARK: Score(power, where)},
    )


def score_decimals(scale: float, decimals: int = 1) -> int:
    """Decimals of a score as printed: as many digits on 0 to 1 as on 0 to 100.

    Parameters
    ----------
    scale
        One of `SCALES`.
    decimals
        On 0 to 100.

    Examples
    --------
    >>> score_decimals(100), score_decimals(1)
    (1, 3)
    """
    return decimals + (0 if scale == SCALES[0] else 2)


def score_columns(schema: pa.DataFrameSchema) -> dict[str, Score]:
    """The columns of scores of a schema, with their marks."""
    return {
        str(name): column.metadata[_MARK]
        for name, column in schema.columns.items()
        if column.metadata and _MARK in column.metadata
    }


def to_scale(frame: pd.DataFrame, schema: pa.DataFrameSchema, scale: ArrayLike) -> pd.DataFrame:
    """A table of the engine, whose scores run from 0 to 1, on the scale of its index.

    Parameters
    ----------
    frame
        With the columns of `schema`, or some of them.
    schema
        Says by `score_column` which are scores; all others stay.
    scale
        As `monotown.index.admissible.scale_of` gives it: one number, or one a row.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> schema = pa.DataFrameSchema({"score": score_column("Score."), "rank": pa.Column(float)})
    >>> to_scale(pd.DataFrame({"score": [0.25], "rank": [1.0]}), schema, 100).values.tolist()
    [[25.0, 1.0]]
    """
    factors = _factors(frame, schema, scale)
    if not factors:
        return frame
    return frame.assign(**{name: frame[name] * factor for name, factor in factors.items()})


def from_scale(frame: pd.DataFrame, schema: pa.DataFrameSchema, scale: ArrayLike) -> pd.DataFrame:
    """The reverse of `to_scale`, to the last bit but one: what the engine reads of a table.

    Examples
    --------
    >>> schema = pa.DataFrameSchema({"score": score_column("Score.")})
    >>> from_scale(pd.DataFrame({"score": [25.0]}), schema, 100)["score"].tolist()
    [0.25]
    """
    factors = _factors(frame, schema, scale)
    return frame.assign(**{name: frame[name] / factor for name, factor in factors.items()})


def _factors(frame: pd.DataFrame, schema: pa.DataFrameSchema, scale: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Factor of each row in each column of scores that the table has."""
    found = {}
    for name, mark in score_columns(schema).items():
        if name in frame:
            factor = np.broadcast_to(np.asarray(scale, dtype=np.float64) ** mark.power, len(frame))
            if mark.where is not None:
                factor = np.where(frame[mark.where[0]].isin(mark.where[1]), factor, 1.0)
            found[name] = factor
    return found


def columns_of(schema: pa.DataFrameSchema, present: Iterable[str]) -> list[str]:
    """Names of a schema's columns in its order; a pattern stands for those present that fit it.

    Examples
    --------
    >>> schema = pa.DataFrameSchema({"a": pa.Column(str), **language_columns("why")})
    >>> columns_of(schema, ["why_ru", "why_en", "a"])
    ['a', 'why_ru', 'why_en']
    """
    known = list(dict.fromkeys(present))
    found: list[str] = []
    for name, column in schema.columns.items():
        fitting = [k for k in known if re.fullmatch(name, k)] if column.regex else [str(name)]
        found += [k for k in fitting if k not in found]
    return found


def language_columns(name: str, *checks: pa.Check) -> dict[str, pa.Column]:
    """Columns of a text in several languages, ``<name>_<language>``."""
    pattern = rf"{name}_[a-z]{{2}}"
    return {pattern: pa.Column(str, list(checks), regex=True, required=False)}


def write_order(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Validate a table and put it in the order in which it is written.

    Parameters
    ----------
    frame
        A table with the columns of `schema`, in any order of rows.
    schema
        One of the schemas of this module.

    Returns
    -------
    pandas.DataFrame
        Columns in the schema's order, rows sorted by the schema's key, index 0..n-1.

    Raises
    ------
    pandera.errors.SchemaErrors
        Every row and column that breaks the schema.
    """
    checked = schema.validate(frame[columns_of(schema, frame.columns)], lazy=True)
    return checked.sort_values(list(schema.unique or schema.columns), kind="stable").reset_index(drop=True)


def as_written(number: float, decimals: int | None = DIGITS) -> float:
    """A number as tables have it: to `DIGITS` significant digits, and so many decimals at most.

    Whole numbers, and the whole part of any number, keep all digits. With ten decimals what is 0
    but for rounding is 0.

    Examples
    --------
    >>> as_written(0.1 + 0.2), as_written(1 / 3), as_written(2e10 / 3), as_written(-4e-17)
    (0.3, 0.3333333333, 6666666667.0, 0.0)
    >>> as_written(1.23456789012e-12, decimals=None)
    1.23456789e-12
    """
    size = abs(number)
    if size >= 10.0 ** (DIGITS - 1):
        return float(round(number)) if size < float("inf") else number
    if decimals is None or size >= 10.0 ** (DIGITS - 1 - decimals):
        return float(f"{number:.{DIGITS - 1}e}") + 0.0
    # adding 0 takes away the sign of a zero
    return round(number, decimals) + 0.0


def written(numbers: Sequence[float], own_units: bool = False) -> list[float]:
    """The numbers of a column as tables have them.

    Parameters
    ----------
    numbers
        NaN stays NaN.
    own_units
        Whether the numbers have units of their own, so that a small one is no less known than a
        large one. Otherwise none has more decimals than the largest, or than a number of the size
        of 1: a difference of two such numbers is known to as many decimals as they. If all are
        below 1e-9, the tolerance of ties, they are 0 but for rounding.

    Examples
    --------
    >>> written([0.5, 1.23456789012e-6]), written([1.23456789012e-6]), written([-4e-17])
    ([0.5, 1.2346e-06], [1.23456789e-06], [0.0])
    """
    decimals = None if own_units else decimals_of(numbers)
    return [as_written(n, decimals) for n in numbers]


def decimals_of(numbers: Sequence[float]) -> int:
    """Decimals of a column at most, by its largest number."""
    largest = max((abs(n) for n in numbers if abs(n) < float("inf")), default=0.0)
    before = int(f"{largest:e}".split("e")[1]) + 1
    return DIGITS - min(before, 0) if largest > TOLERANCE else DIGITS
