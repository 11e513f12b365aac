"""An estimate with its interval on one axis, beside no effect and the least that would matter."""

from __future__ import annotations

from typing import Any, Final

from monotown.base.tables import kinds_in
from monotown.report.pieces import Given

#: Width of the drawing, and the room that its axis leaves on each side.
_WIDTH: Final = 300
_ROOM: Final = 22


def piece(given: Given) -> dict[str, Any]:
    """Context of ``interval.html.j2``: places on the axis, and numbers in words.

    Parameters
    ----------
    given
        With a table of verdicts of tests (``direction``, ``estimate``, ``low``, ``high``, ``sesoi``); ``of`` is the
        direction that is drawn.
    """
    (table,) = given.frames.values()
    (row,) = table[table["direction"] == given.of].to_dict("records")
    ends = {name: float(row[name]) for name in ("low", "estimate", "high")}
    least, number = float(row["sesoi"]), given.labels.number
    far = max(least, *map(abs, ends.values()))

    def at(value: float) -> float:
        return round(_WIDTH / 2 + value / far * (_WIDTH / 2 - _ROOM), 1)

    numbers = {name: number(value, 2) for name, value in ends.items()}
    return {
        "width": _WIDTH,
        "at": {name: at(value) for name, value in (*ends.items(), ("zero", 0.0), ("least", least))},
        "numbers": numbers,
        "says": given.labels("interval.says", **numbers),
        "least": given.labels("interval.least", least=number(least, 1)),
        "kinds": list(kinds_in(table["kind"])),
    }
