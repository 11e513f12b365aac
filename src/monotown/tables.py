"""Schemas of the tables that pass between stages; a stage reads nothing else.

Every table is long, typed and sorted by its key, so that a text file of it is the same for
every run.
"""

from __future__ import annotations

from enum import StrEnum

import pandas as pd
import pandera.pandas as pa

from monotown.parsing import Flag


class Kind(StrEnum):
    """Kind of data; travels with every row to every table, figure and caption."""

    PUBLISHED = "published"
    OFFICIAL = "official"
    SYNTHETIC = "synthetic"


_KIND = pa.Column(str, pa.Check.isin([k.value for k in Kind]))
_YEAR = pa.Column("int64", pa.Check.in_range(1900, 2100))
_TEXT = pa.Column(str, pa.Check.str_length(min_value=1))
_NOTE = pa.Column(str)
_NUMBER = pa.Column("float64", nullable=True)

#: One figure as cleaned. `value` is missing exactly where `flag` says why.
OBSERVATIONS = pa.DataFrameSchema(
    {
        "unit": _TEXT,
        "year": _YEAR,
        "variable": _TEXT,
        "value": _NUMBER,
        "unit_of_measure": _TEXT,
        "kind": _KIND,
        "source": _TEXT,
        "locator": _TEXT,
        "flag": pa.Column(str, pa.Check.isin([f.value for f in Flag])),
    },
    checks=pa.Check(
        lambda df: df["value"].isna() == (df["flag"] != ""),
        error="a value is missing exactly where a flag says why",
    ),
    unique=["unit", "year", "variable", "source"],
    strict=True,
    coerce=True,
    name="observations",
)

#: One indicator (or measure of one) in one view. `indicator` names the catalogue's entry that the
#: measure stands for; `reading` says how closely: exact, approximation or proxy.
INDICATORS = pa.DataFrameSchema(
    {
        "view": _TEXT,
        "unit": _TEXT,
        "year": _YEAR,
        "measure": _TEXT,
        "indicator": _TEXT,
        "block": _TEXT,
        "value": _NUMBER,
        "unit_of_measure": _TEXT,
        "kind": _KIND,
        "source": _NOTE,
        "reading": pa.Column(str, pa.Check.isin(["exact", "approximation", "proxy"])),
        "flag": _NOTE,
    },
    unique=["view", "unit", "year", "measure"],
    strict=True,
    coerce=True,
    name="indicators",
)


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
    checked = schema.validate(frame[list(schema.columns)], lazy=True)
    return checked.sort_values(list(schema.unique or schema.columns), kind="stable").reset_index(
        drop=True
    )
