"""Facts that the report quotes, back to the cells of the tables that they are read from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final

import pandas as pd

from monotown.base.lookups import Lookup, Named, NoRowError, UnreadError
from monotown.report.trace.step import Step, number, same, shown
from monotown.report.trace.tracer import OneCell, Tracer
from monotown.show.facts import Declared, Fact, Values, read_lookups

#: Facts as the report quotes them, and how each is read.
FACTS: Final = "tables/facts.csv"
LOOKUPS: Final = "lookups.csv"

#: Cells below a fact that is computed of many; more are counted. Of a few all that is behind them is told.
MOST: Final = 12
FEW: Final = 3


def fact_step(run: Tracer, name: str) -> Step:
    """A fact, with the cells, settings and other facts that it is read from."""
    told = run.tables(FACTS)
    row = {str(k): str(v) for k, v in told[told["fact"] == name].iloc[0].items()}
    step = Step("fact", name, row["value"], {"fact": name}, kind=row["kind"], source=row["source"])
    found = read_lookups(run.tables(LOOKUPS))
    if name not in found.facts:
        return _ready(run, row, step)
    return _read(run, Values(found, run.tables.typed), found.facts[name], step)


def _ready(run: Tracer, row: dict[str, str], step: Step) -> Step:
    """A fact of a table that a step of the run makes itself."""
    for path in sorted(run.tables.paths):
        frame = run.tables(path) if path.endswith("/summary.csv") else pd.DataFrame()
        if path != FACTS and list(frame.columns[:3]) == ["fact", "value", "form"] and step.id in set(frame["fact"]):
            place = list(frame["fact"]).index(step.id)
            below = run.cell(path, place, "value")
            made = replace(step, formula="=", parts=(below,))
            return _compared(made, frame["value"].iloc[place])
    return replace(step, notes=(row["derived_from"],))


def _read(run: Tracer, values: Values, fact: Fact, step: Step) -> Step:
    value = values.named(fact.name)
    rows = values.rows(fact.group)
    where = f"[{fact.group.rows.text}]" if fact.group.rows else ""
    step = replace(step, formula=f"{fact.group.table}{where}: {fact.lookup.text}")
    names = dict.fromkeys((*fact.lookup.names, *(fact.group.rows.names if fact.group.rows else ())))
    beside = tuple(_named(run, values, name) for name in names)
    cells, more = _cells(partial(run.cell, fact.group.table), fact.lookup, rows, values.named)
    step = _compared(replace(step, more=more, parts=(*beside, *cells)), value)
    raw = any(below.cell for below in step.walk())
    return step if raw else replace(step, parts=(*step.parts, *run.made(fact.group.table, step.source)))


def _named(run: Tracer, values: Values, name: str) -> Step:
    """Another fact, or a setting, that an expression names."""
    found: Declared = values.found
    if name not in found.facts:
        return Step("setting", value=_text(found.settings[name]), of={"setting": name})
    told = run.tables(FACTS)
    if name in set(told["fact"]):
        return fact_step(run, name)
    step = Step("fact", value=_text(values.named(name)), of={"fact": name})
    return _read(run, values, found.facts[name], step)


def lookup_step(asked: str, lookup: Lookup, rows: pd.DataFrame, cell: OneCell) -> Step | None:
    """What an expression over the columns of a table gives, with the cells that it is of; None where no row is left.

    Parameters
    ----------
    asked
        The id of the step.
    lookup
        The expression.
    rows
        The table, columns of numbers as numbers.
    cell
        The step of a cell.

    Raises
    ------
    UnreadError
        If the table has no such column.
    """
    try:
        values = lookup.values(rows, _none)
    except NoRowError:
        return None
    if not values:
        return None
    cells, more = _cells(cell, lookup, rows, _none)
    if len(values) == len(cells) == 1 and _text(values[0]) == _text(_plain(cells[0].value)):
        return cells[0]
    text = "; ".join(map(_text, values))
    step = Step("value", asked, text, formula=lookup.text, more=more, parts=cells)
    return _compared(step, values[0]) if len(values) == 1 else step


def _plain(text: str) -> Any:
    try:
        return number(text)
    except ValueError:
        return text


def _none(name: str) -> Any:
    raise UnreadError(f"${name}", "a column of the table")


def _cells(cell: OneCell, lookup: Lookup, rows: pd.DataFrame, named: Named) -> tuple[tuple[Step, ...], int]:
    """Cells that an expression reads, few of them with all behind them; how many are not told."""
    found = list(dict.fromkeys(touched(lookup.tree, rows, named)))
    match lookup.tree:
        case ast.Call(func=ast.Name(id="first" | "last" | "nth" | "min" | "max")):
            # one of them is what comes out; the others are counted
            value = lookup.value(rows, named)
            chosen = [at for at in found if rows.loc[at] == value][:1]
        case _:
            chosen = []
    chosen = chosen or found[:MOST]
    told = tuple(cell(place, column, deep=len(chosen) <= FEW) for place, column in chosen)
    return told, len(found) - len(told)


def touched(node: ast.expr, rows: pd.DataFrame, named: Named) -> Iterator[tuple[int, str]]:
    """Rows, by their numbers, and columns whose cells an expression reads, those of its conditions aside.

    Parameters
    ----------
    node
        Of a `Lookup`.
    rows
        Some of a table's, their index the numbers of the rows there.
    named
        Gives the values of settings and facts.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": ["a", "b"], "score": [1.0, 3.0], "rank": [2, 1]})
    >>> list(touched(parse_lookup("score[unit == 'b'] - max(rank)").tree, table, {}.__getitem__))
    [(1, 'score'), (0, 'rank'), (1, 'rank')]
    """
    match node:
        case ast.Name(id=name):
            yield from ((int(i), name) for i in rows.index)
        case ast.Call(func=ast.Name(id="_")):
            return
        case ast.Call(func=ast.Name(id="lowest" | "highest"), args=[ast.Constant(value=pattern)]):
            columns = [str(c) for c in rows.columns if fnmatchcase(str(c), str(pattern))]
            yield from ((int(i), c) for i in rows.index for c in columns)
        case ast.Call(func=ast.Name(id="rows")):
            yield from ((int(i), str(rows.columns[0])) for i in rows.index)
        case ast.Subscript(value=value, slice=condition):
            yield from touched(value, _where(condition, rows, named), named)
        case ast.IfExp(test=test, body=body, orelse=other):
            holds = Lookup("", test, ()).value(rows, named)
            yield from touched(body if holds else other, rows, named)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr) and not (isinstance(node, ast.Call) and child is node.func):
                    yield from touched(child, rows, named)


def _where(condition: ast.expr, rows: pd.DataFrame, named: Named) -> pd.DataFrame:
    return Lookup("", condition, ()).chosen(rows, named)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return shown(float(value))


def _compared(step: Step, value: Any) -> Step:
    """A step with what its expression gives: a number in the digits of tables, a text to the letter."""
    text = _text(value)
    try:
        agrees = same(number(step.value), number(text))
    except ValueError:
        agrees = step.value == text
    return replace(step, recomputed=text, agrees=agrees)
