"""Every assumption of the parts that go beyond the data, in one table for the reader."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from monotown.base import checked as pa
from monotown.base.tables import TEXT, Kind, columns_of, language_columns, table

#: Word of `basis` for what rests on nothing but the author's choice.
ASSUMED = "assumed"

#: One assumption of one part. `value` is the value as the config gives it; `basis` is `ASSUMED` or
#: the source it is taken from. No figure enters: `kind` and `source` are those of an assumption.
ASSUMPTIONS = table(
    "assumptions",
    ["assumption"],
    {
        "assumption": TEXT,
        **language_columns("assumption", pa.Check.str_length(min_value=1)),
        "value": TEXT,
        "basis": TEXT,
        "kind": pa.Column(str, pa.Check.equal_to(Kind.ASSUMED.value)),
        "source": TEXT,
    },
)


def join_assumptions(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Assumptions of all parts in one table, in the order of the parts.

    Parameters
    ----------
    parts
        Name of each part to its table `ASSUMPTIONS`.

    Returns
    -------
    pandas.DataFrame
        The columns of `ASSUMPTIONS`, with ``part`` before them.
    """
    joined = pd.concat(
        [ASSUMPTIONS.validate(t, lazy=True).assign(part=name) for name, t in parts.items()], ignore_index=True
    )
    return joined[["part", *columns_of(ASSUMPTIONS, joined.columns)]]
