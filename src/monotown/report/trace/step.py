"""One number on the way from a result to raw cells, with what it is computed from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from monotown.base.tables import as_written

#: Tables have ten digits, and another processor may give one unit more or less of the last.
CLOSE: Final = 2e-9
_LEAST: Final = 1e-10


@dataclass(frozen=True)
class Cell:
    """Where in a raw file a figure stands.

    Attributes
    ----------
    file, path
        Name of the file, and its path as the run had it; no path where no table of the run says it.
    sheet, cell, line, column
        As of `monotown.data.locators.Place`.
    note
        What else is said of the place.
    sha256
        Digest of the file that the run read, "" where it is not told.
    state
        Whether the file at hand is that one: ``same``, ``changed``, ``absent``; "" where nobody looked.
    text
        What stands there in the file at hand.
    """

    file: str
    path: str = ""
    sheet: str = ""
    cell: str = ""
    line: int = 0
    column: str = ""
    note: str = ""
    sha256: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class Step:
    """A number, or a text, and what it is computed from.

    Attributes
    ----------
    what
        What it is: ``fact``, ``claim``, ``value`` (of a row), ``score``, ``rank``, ``measure`` (a normalised score),
        ``treated``, ``filled``, ``indicator``, ``figure``, ``setting``, ``files`` (what a table is made from).
    id
        By which it is traced, "" for what stands in no table.
    value
        As the table has it; "" where it is missing.
    of
        Keys to what it is of: ``view``, ``unit``, ``year``, ``node``, ``measure``, ``variable``, ``fact`` and so on.
    unit
        Its unit of measure.
    weight
        Its weight in what it is a part of.
    method
        Key of the words for the method that makes it of its parts.
    formula
        How, in signs.
    given
        Numbers and settings in the formula that are no parts.
    recomputed
        The number computed from the parts, "" where there is no formula.
    agrees
        Whether the two are the same in the digits of tables; None where there is no formula.
    kind, source
        Of the data.
    cell
        Where it stands in a raw file.
    notes
        Keys of words, or texts, that go with it.
    more
        How many parts are not listed.
    parts
        What it is computed from.
    """

    what: str
    id: str = ""
    value: str = ""
    of: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    weight: str = ""
    method: str = ""
    formula: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    recomputed: str = ""
    agrees: bool | None = None
    kind: str = ""
    source: str = ""
    cell: Cell | None = None
    notes: tuple[str, ...] = ()
    more: int = 0
    parts: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        """The step and all below it, from the top down."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def wrong(self) -> list[Step]:
        """Steps whose printed number is not the one that is computed."""
        return [step for step in self.walk() if step.agrees is False]

    def with_cells(self, look: Callable[[Cell], Cell]) -> Step:
        """The same with each cell as `look` gives it."""
        cell = None if self.cell is None else look(self.cell)
        return replace(self, cell=cell, parts=tuple(part.with_cells(look) for part in self.parts))

    def as_object(self) -> dict[str, Any]:
        """What there is to say of it, for machines: keys are English, and what is empty is left out."""
        plain = ("what", "id", "value", "unit", "weight", "method", "formula", "recomputed", "kind", "source", "more")
        told: dict[str, Any] = {name: getattr(self, name) for name in plain}
        told |= {"of": dict(self.of), "given": dict(self.given), "notes": list(self.notes)}
        if self.cell is not None:
            told["cell"] = {k: v for k, v in vars(self.cell).items() if v}
        told["parts"] = [part.as_object() for part in self.parts]
        found = {k: v for k, v in told.items() if v}
        return found | {"value": self.value} | ({} if self.agrees is None else {"agrees": self.agrees})


def number(text: str) -> float:
    """The number of a cell of a table; NaN where it is empty."""
    return float(text) if text else math.nan


def shown(value: float) -> str:
    """A number as tables have it.

    Examples
    --------
    >>> shown(1 / 3), shown(2.0), shown(float("nan"))
    ('0.3333333333', '2', '')
    """
    if math.isnan(value):
        return ""
    rounded = as_written(value, None)
    return str(int(rounded)) if rounded.is_integer() and abs(rounded) < 1e15 else repr(rounded)


def same(printed: float, computed: float) -> bool:
    """Whether two numbers are one in the digits of tables; both missing are.

    Examples
    --------
    >>> same(0.3333333333, 1 / 3), same(0.33, 1 / 3), same(float("nan"), float("nan"))
    (True, False, True)
    """
    if math.isnan(printed) or math.isnan(computed):
        return math.isnan(printed) and math.isnan(computed)
    return abs(printed - computed) <= max(CLOSE * max(abs(printed), abs(computed)), _LEAST)


def checked(step: Step, computed: float, printed: str | None = None) -> Step:
    """A step with the number that its formula gives, compared with the printed one.

    Parameters
    ----------
    step
        With its value.
    computed
        Of its parts; NaN where they give none.
    printed
        What it is compared with where that is not the step's own value.
    """
    against = number(step.value if printed is None else printed)
    return replace(step, recomputed=shown(computed), agrees=same(against, computed))
