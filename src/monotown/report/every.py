"""Every piece of the pages by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from monotown.report import ledger, map, strip, units, weights
from monotown.report.pieces import Given

#: Name of a piece to what fills its template, ``<name>.html.j2``. What it gives under ``files`` is written beside the
#: pages, by the path from there.
PIECES: Final[Mapping[str, Callable[[Given], dict[str, Any]]]] = {
    "ledger": ledger.piece,
    "map": map.piece,
    "strip": strip.piece,
    "units": units.piece,
    "weights": weights.piece,
}
