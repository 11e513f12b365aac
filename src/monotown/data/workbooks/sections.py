"""Rows that head others: which part of the population the figures below them are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monotown.data.workbooks.vocabulary import TOTALS


@dataclass(frozen=True)
class Section:
    """A row that stands alone between rows of figures.

    Attributes
    ----------
    index, table
        Its number on the sheet, and that of its table.
    row, cell
        Where it stands.
    text
        As printed.
    dims
        Part of the population that it says; None for another text.
    stacked
        Whether another section stands in the row above it.
    """

    index: int
    table: int
    row: int
    cell: tuple[int, int]
    text: str
    dims: Mapping[str, str] | None
    stacked: bool = False


def settle(
    sections: Sequence[Section], held: Mapping[int, set[str]], before: set[str], base: Mapping[str, str]
) -> dict[int, dict[str, str]] | None:
    """Dimensions of the figures of each section, -1 for those above the first; None where it is not clear.

    Parameters
    ----------
    sections
        Of one table, from the top.
    held, before
        What the figures of each section, and of none, are of: texts that are the same where two
        sections give the same unit, year and variable.
    base
        Dimensions that the sheet and the title say.

    Examples
    --------
    >>> rows = [Section(i, 0, i, (i, 0), str(d), d) for i, d in enumerate(
    ...     [{"sex": "male"}, {"area": "urban"}, {"sex": "female"}, {"area": "urban"}])]
    >>> told = settle(rows, {i: {"A"} for i in range(4)}, set(), {})
    >>> told[1], told[2]
    ({'sex': 'male', 'area': 'urban'}, {'sex': 'female', 'area': 'all'})
    >>> flat = [Section(i, 0, i, (i, 0), str(d), d) for i, d in enumerate(
    ...     [{"area": "urban"}, {"area": "rural"}, {"sex": "male"}, {"sex": "female"}])]
    >>> settle(flat, {i: {"A"} for i in range(4)}, set(), {})[2]
    {'area': 'all', 'sex': 'male'}
    >>> unclear = [Section(i, 0, i, (i, 0), str(d), d) for i, d in enumerate(
    ...     [{"sex": "male"}, {"area": "urban"}, {"area": "rural"}])]
    >>> settle(unclear, {i: {"A"} for i in range(3)}, set(), {}) is None
    True
    """
    stated = [dict(s.dims) if s.dims is not None else {} for s in sections]
    for i, section in enumerate(sections):
        if section.stacked and i:
            stated[i] = {**stated[i - 1], **stated[i]}
    other = [s for s in sections if s.dims is None]
    parts = {d: [v for told in stated if (v := told.get(d))] for told in stated for d in told}
    free = [d for d, values in parts.items() if set(values) - {base.get(d)}]
    if other:
        groups = [held[s.index] for s in sections if held[s.index]] + [before]
        apart = sum(map(len, groups)) == len(set().union(*groups))
        if not free and apart:
            return {-1: dict(base), **{s.index: dict(base) for s in sections}}
        if free:
            return None
        return {-1: dict(base), **{s.index: {**base, "section": s.text.rstrip(" :.")} for s in sections}}
    if len(free) > 2:
        return None
    made = {-1: {**{d: TOTALS[d] for d in free}, **base}} if free else {-1: dict(base)}
    if len(free) < 2:
        for section, told in zip(sections, stated, strict=True):
            made[section.index] = {**base, **{d: TOTALS[d] for d in free}, **told}
        return made
    nested = _nested(stated, base)
    if nested is None:
        return None
    outer = next(d for told in stated for d in told if d in free)
    kept: dict[str, str] = {}
    for section, told in zip(sections, stated, strict=True):
        if outer in told or not told:
            kept = {outer: told[outer]} if outer in told else {}
        whole = {d: TOTALS[d] for d in free}
        made[section.index] = {**base, **whole, **(kept if nested else {}), **told}
    return made


def _nested(stated: Sequence[Mapping[str, str]], base: Mapping[str, str]) -> bool | None:
    """Whether parts of one dimension stand under each part of another; None where it is not clear."""
    order = [d for told in stated for d in told]
    outer = order[0]
    below: list[tuple[str, list[str]]] = []
    for told in stated:
        if len(told) > 1:
            inner = "/".join(v for d, v in told.items() if d != outer)
            if outer in told and (not below or below[-1][0] != told[outer]):
                below.append((told[outer], []))
            below[-1][1].append(inner)
        elif outer in told:
            below.append((told[outer], []))
        elif told:
            below[-1][1].append(next(iter(told.values())))
    filled = [inner for _, inner in below if inner]
    if len(below) > 1 and len(filled) == len(below) and all(inner == filled[0] for inner in filled):
        return True
    if len(below) > 1 and len(filled) == 1 and below[-1][1] and all(len(t) == 1 for t in stated if t):
        return False
    return None
