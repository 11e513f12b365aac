"""Facts that the report quotes, back to the cells of the tables that they are read from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from monotown.base.lookups import Lookup, Named, UnreadError
from monotown.report.trace.step import Step, number, same, shown
from monotown.show.facts import Declared, Fact, Values, read_lookups

if TYPE_CHECKING:
    from monotown.report.trace.trace import Run

#: Facts as the report quotes them, and how each is read.
FACTS: Final = "tables/facts.csv"
LOOKUPS: Final = "lookups.csv"

#: Cells below a fact that is computed of many; more are counted.
MOST: Final = 12


def fact_step(run: Run, name: str) -> Step:
    """A fact, with the cells, settings and other facts that it is read from."""
    told = run.tables(FACTS)
    row = {str(k): str(v) for k, v in told[told["fact"] == name].iloc[0].items()}
    step = Step("fact", name, row["value"], {"fact": name}, kind=row["kind"], source=row["source"])
    found = read_lookups(run.tables(LOOKUPS))
    if name not in found.facts:
        return _ready(run, row, step)
    return _read(run, Values(found, run.tables.typed), found.facts[name], step)


def _ready(run: Run, row: dict[str, str], step: Step) -> Step:
    """A fact of a table that a step of the run makes itself."""
    for path in sorted(run.tables.paths):
        frame = run.tables(path) if path.endswith("/summary.csv") else pd.DataFrame()
        if path != FACTS and list(frame.columns[:3]) == ["fact", "value", "form"] and step.id in set(frame["fact"]):
            place = list(frame["fact"]).index(step.id)
            below = run.cell(path, place, "value")
            made = replace(step, formula="=", parts=(below,))
            return _compared(made, frame["value"].iloc[place])
    return replace(step, notes=(row["derived_from"],))


def _read(run: Run, values: Values, fact: Fact, step: Step) -> Step:
    value = values.named(fact.name)
    rows = values.rows(fact.group)
    where = f"[{fact.group.rows.text}]" if fact.group.rows else ""
    step = replace(step, formula=f"{fact.group.table}{where}: {fact.lookup.text}")
    names = dict.fromkeys((*fact.lookup.names, *(fact.group.rows.names if fact.group.rows else ())))
    beside = tuple(_named(run, values, name) for name in names)
    cells, more = _cells(run, fact.group.table, fact.lookup, rows, values.named, alone=not beside)
    return _compared(replace(step, more=more, parts=(*beside, *cells)), value)


def _named(run: Run, values: Values, name: str) -> Step:
    """Another fact, or a setting, that an expression names."""
    found: Declared = values.found
    if name not in found.facts:
        return Step("setting", value=_text(found.settings[name]), of={"setting": name})
    told = run.tables(FACTS)
    if name in set(told["fact"]):
        return fact_step(run, name)
    step = Step("fact", value=_text(values.named(name)), of={"fact": name})
    return _read(run, values, found.facts[name], step)


def lookup_step(run: Run, path: str, asked: str, lookup: Lookup) -> Step:
    """What an expression over the columns of a table gives, with the cells that it is of.

    Raises
    ------
    UnreadError
        If the table has no such column, or no row is left.
    """
    rows = run.tables.typed[path]
    cells, more = _cells(run, path, lookup, rows, _none)
    values = lookup.values(rows, _none)
    if len(values) != 1:
        return Step("value", asked, "; ".join(map(_text, values)), formula=lookup.text, more=more, parts=cells)
    if len(cells) == 1 and not more and cells[0].value and same(number(cells[0].value), values[0]):
        return cells[0]
    step = Step("value", asked, _text(values[0]), formula=lookup.text, more=more, parts=cells)
    return _compared(step, values[0])


def _none(name: str) -> Any:
    raise UnreadError(f"${name}", "a column of the table")


def _cells(
    run: Run, path: str, lookup: Lookup, rows: pd.DataFrame, named: Named, *, alone: bool = True
) -> tuple[tuple[Step, ...], int]:
    """Cells that an expression reads, one that it reads alone with all behind it; how many are not told."""
    if path not in run.tables:
        return (), 0
    found = list(dict.fromkeys(touched(lookup.tree, rows, named)))
    deep = len(found) == 1 and alone
    told = tuple(run.cell(path, place, column, deep=deep) for place, column in found[:MOST])
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
