"""Every piece of the pages by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from monotown.base import checked as pa
from monotown.data.shapes import SHAPES
from monotown.index.as_table import MODEL
from monotown.report import interval, ledger, map, strip, unit_tables, units, weights
from monotown.report.pieces import Given

#: Name of a piece to what fills its template, ``<name>.html.j2``. What it gives under ``files`` is written beside the
#: pages, by the path from there.
PIECES: Final[Mapping[str, Callable[[Given], dict[str, Any]]]] = {
    "interval": interval.piece,
    "ledger": ledger.piece,
    "map": map.piece,
    "strip": strip.piece,
    "units": units.piece,
    "weights": weights.piece,
}

#: Name of a table, without its folder, to what is in its columns, of those that pieces are made of: a column without a
#: number is one of numbers still. Intervals have columns of their run, ledgers those of their texts.
READ: Final[Mapping[str, pa.DataFrameSchema]] = {
    "model": MODEL,
    "shapes": SHAPES,
    **unit_tables.READ,
    **unit_tables.SCHEMAS,
}


def schema_of(name: str) -> pa.DataFrameSchema | None:
    """What is in the columns of a table that a piece names; None where the table says it itself."""
    return READ.get(name.rpartition("/")[2]) if "/" in name else None
