"""One value read from a table by an expression written in a config: parsed, checked, computed, never executed."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.power import detectable_correlation, effect_found
from monotown.base.problems import nearest
from monotown.base.ties import TOLERANCE, above, level, tau_b, tolerance_of

#: How a setting or another fact is written within an expression.
SETTING: Final = re.compile(r"\$([A-Za-z_]\w*(?:\.(?:-?\w+|\*))*)")

#: Setting or fact by its name.
Named = Callable[[str], Any]


class UnreadError(ValueError):
    """What an expression cannot give: what was found, and what was expected instead."""

    def __init__(self, found: object, expected: str) -> None:
        self.found, self.expected = str(found), expected
        super().__init__(f"found {self.found!r}; expected {expected}")


class NoRowError(UnreadError):
    """No row of the table is left to read from."""

    def __init__(self, text: str) -> None:
        super().__init__("no row", f"a row for {text}")


@dataclass(frozen=True)
class Lookup:
    """A parsed expression.

    Attributes
    ----------
    text
        As written.
    tree
        Its parts.
    names
        Settings and facts that it uses, written ``$name``, sorted.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": ["a", "b", "c"], "rank": [1, 2, None], "score": [9.5, 7.0, 4.0]})
    >>> read_value("score[rank == 1]", table), read_value("count(rank)", table), read_value("rows()", table)
    (9.5, 2, 3)
    >>> read_value("names(unit[score >= $least])", table, {"least": 7})
    'a;b'
    >>> read_value("score[unit == 'a'] - min(score)", table)
    5.5
    """

    text: str
    tree: ast.expr
    names: tuple[str, ...]

    def value(self, rows: pd.DataFrame, named: Named) -> Any:
        """The value for some rows of a table.

        Parameters
        ----------
        rows
            Columns of numbers (NaN where missing), texts ("" where missing) and truth values.
        named
            Gives the value of each of `names`.

        Raises
        ------
        UnreadError
            If a column is not there, no row or more than one is left where one is expected, or
            values of unlike types meet.
        """
        return _single(_read(self.tree, rows, named), self.text)

    def each(self, rows: pd.DataFrame, named: Named) -> Any:
        """The value for each of some rows, an array; one that is the same for all stands for each."""
        return np.broadcast_to(np.asarray(_read(self.tree, rows, named)), (len(rows),))

    def values(self, rows: pd.DataFrame, named: Named) -> list[Any]:
        """The values of a column, or of an expression of columns, for some rows; one of a single value.

        Examples
        --------
        >>> parse_lookup("(x - min(x)) / max(x)").values(pd.DataFrame({"x": [1, 2]}), {}.__getitem__)
        [0.0, 0.5]
        """
        found = np.atleast_1d(_read(self.tree, rows, named))
        return list(found.tolist())

    def chosen(self, rows: pd.DataFrame, named: Named) -> pd.DataFrame:
        """The rows for which the expression, a condition, holds."""
        return _where(self.tree, rows, named)


def parse_lookup(text: str) -> Lookup:
    """Parse an expression over the columns of one table.

    Parameters
    ----------
    text
        Columns by their names, numbers, texts in quotes, ``$name`` of a setting or of another
        fact; ``+ - * /``; rows by a condition, ``column[rank == 1 and unit != 'KZ']``, with
        ``== != < <= > >= in``, ``and or not``; ``one if condition else other``; `FUNCTIONS`.

    Raises
    ------
    UnreadError
        If it holds anything else.

    Examples
    --------
    >>> parse_lookup("first(unit[score >= $least.score])").names
    ('least.score',)
    >>> parse_lookup("frist(unit)")
    Traceback (most recent call last):
    ...
    monotown.base.lookups.UnreadError: found 'frist'; expected 'first' (did you mean this?), or one of: above, \
abs, all, any, count, detectable_correlation, distinct, effect_found, exp, expm1, first, highest, joined, kendall, \
known, largest, last, listed, ln, lowest, max, maybe, mean, median, min, names, nth, round, rows, short, smallest, \
sqrt, starts, sum
    """
    try:
        tree = ast.parse(SETTING.sub(r"_('\1')", text.strip()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnreadError(text, "an expression such as score[rank == 1]") from None
    names: set[str] = set()
    _check(tree, names)
    return Lookup(text.strip(), tree, tuple(sorted(names)))


def read_value(text: str, rows: pd.DataFrame, named: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression for some rows, as `parse_lookup` and `Lookup.value` have it."""
    return parse_lookup(text).value(rows, (named or {}).__getitem__)


_BINARY: Final[Mapping[type[ast.operator], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_COMPARED: Final[Mapping[type[ast.cmpop], Any]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.In: np.isin,
}


def _check(node: ast.expr, names: set[str]) -> None:
    """Refuse what the grammar has not, and note the settings used."""
    match node:
        case ast.Constant(value=value) if type(value) in (int, float, str):
            return
        case ast.Name():
            return
        case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(name))], keywords=[]):
            names.add(name)
            return
        case ast.Call(func=ast.Name(id=name), args=inner, keywords=[]):
            if name not in FUNCTIONS:
                raise UnreadError(name, nearest(name, list(FUNCTIONS)))
            numbers = FUNCTIONS[name][0]
            if len(inner) not in numbers:
                raise UnreadError(f"{name} of {len(inner)}", f"{name} of {' or '.join(map(str, numbers[:2]))}")
        case ast.Subscript(value=value, slice=condition) if not isinstance(condition, ast.Slice | ast.Tuple):
            inner = [value, condition]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            inner = [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            inner = [operand]
        case ast.BoolOp(values=inner):
            pass
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
            inner = [left, right]
        case ast.IfExp(test=test, body=body, orelse=other):
            inner = [test, body, other]
        case _:
            raise UnreadError(ast.unparse(node), "columns, numbers, texts, $names, + - * /, rows[condition], functions")
    for part in inner:
        _check(part, names)


def _read(node: ast.expr, rows: pd.DataFrame, named: Named) -> Any:
    """A single value, or one for each of the rows."""
    read = partial(_read, rows=rows, named=named)
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            if name not in rows:
                raise UnreadError(name, f"a column: {nearest(name, [str(c) for c in rows.columns])}")
            return rows[name].to_numpy()
        case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=name)]):
            value = named(str(name))
            return "" if value is None else value
        case ast.Call(func=ast.Name(id="rows")):
            return len(rows)
        case ast.Call(func=ast.Name(id="lowest" | "highest" as name), args=[ast.Constant(value=pattern)]):
            return _across(rows, str(pattern), np.fmin if name == "lowest" else np.fmax)
        case ast.Call(func=ast.Name(id="maybe"), args=[inner]):
            try:
                return _single(read(inner), ast.unparse(inner))
            except NoRowError:
                return math.nan
        case ast.Call(func=ast.Name(id=name), args=arguments):
            try:
                return FUNCTIONS[name][1](*map(read, arguments))
            except IndexError:
                raise NoRowError(_plain(node)) from None
            except UnreadError:
                raise
            except (TypeError, ValueError):
                raise UnreadError(_plain(node), f"values that {name} takes") from None
        case ast.Subscript():
            conditions: list[ast.expr] = []
            inner = node
            while isinstance(inner, ast.Subscript):
                conditions.insert(0, inner.slice)
                inner = inner.value
            for condition in conditions:
                rows = _where(condition, rows, named)
            return _read(inner, rows, named)
        case ast.BinOp(left=left, op=op, right=right):
            with np.errstate(divide="ignore", invalid="ignore"):
                found = _BINARY[type(op)](*_alike(node, read(left), read(right), numbers=True))
            return np.where(np.isinf(found), np.nan, found)[()]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return np.negative(*_alike(node, read(operand), numbers=True))
        case ast.UnaryOp(operand=operand):
            return np.logical_not(read(operand))
        case ast.BoolOp(op=op, values=parts):
            both = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return both.reduce(np.broadcast_arrays(*map(read, parts)))
        case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
            return np.isin(read(left), np.atleast_1d(read(right)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _COMPARED[type(op)](*_alike(node, read(left), read(right)))
        case ast.IfExp(test=test, body=body, orelse=other):
            return read(body if _single(read(test), _plain(test)) else other)
    raise AssertionError(ast.dump(node))  # _check lets nothing else through


def _plain(node: ast.expr) -> str:
    """An expression as its writer wrote it."""
    return re.sub(r"\b_\('([^']+)'\)", r"$\1", ast.unparse(node))


def _where(condition: ast.expr, rows: pd.DataFrame, named: Named) -> pd.DataFrame:
    holds = np.asarray(_read(condition, rows, named))
    if holds.dtype.kind != "b":
        raise UnreadError(_plain(condition), "a condition, such as rank == 1")
    return rows[np.broadcast_to(holds, len(rows))]


def _single(found: Any, text: str) -> Any:
    if np.ndim(found) == 0:
        return found.item() if isinstance(found, np.generic | np.ndarray) else found
    if len(found) == 0:
        raise NoRowError(text)
    if len(found) > 1:
        raise UnreadError(f"{len(found)} rows", f"one row for {text}, or first, min, names … of them")
    return found[0].item() if isinstance(found[0], np.generic) else found[0]


def _alike(node: ast.expr, *found: Any, numbers: bool = False) -> list[Any]:
    """The values, if they may meet: numbers with numbers, texts with texts, as many of each, or one."""
    if numbers or any(np.asarray(f).dtype.kind in "biuf" for f in found):
        found = tuple(_numbers(f) if _blank(f) else f for f in found)
    kinds = {"number" if np.asarray(f).dtype.kind in "biuf" else "text" for f in found}
    if len(kinds) > 1 or (numbers and kinds != {"number"}):
        raise UnreadError(_plain(node), "numbers" if numbers else "numbers beside numbers, texts beside texts")
    if len({len(f) for f in found if np.ndim(f)} - {1}) > 1:
        raise UnreadError(_plain(node), "the same rows on both sides")
    return list(found)


def _blank(values: Any) -> bool:
    """Whether these are the empty texts of a column without a value, whose type nobody can tell."""
    return np.ndim(values) > 0 and np.asarray(values).dtype.kind not in "biuf" and not _known(values).any()


def _numbers(values: Any) -> Any:
    """Values as numbers; a column without a value has missing ones."""
    return np.full(len(values), np.nan) if _blank(values) else np.asarray(values, dtype=np.float64)


def _known(values: Any) -> Any:
    """Where a value is there: neither NaN nor an empty text."""
    return pd.notna(values) & (np.asarray(values) != "")


def _across(rows: pd.DataFrame, pattern: str, chosen: np.ufunc) -> Any:
    """Lowest or highest of some columns in each row."""
    columns = [c for c in rows.columns if fnmatchcase(str(c), pattern)]
    if not columns:
        raise UnreadError(pattern, f"columns: {nearest(pattern, [str(c) for c in rows.columns])}")
    try:
        return chosen.reduce([_numbers(rows[c].to_numpy()) for c in columns])
    except ValueError:
        raise UnreadError(pattern, "columns of numbers") from None


def _filled(values: Any) -> Any:
    """Known values; IndexError where there is no row at all."""
    found = np.atleast_1d(values)
    found[0]
    return found[_known(found)]


def _of(compute: Callable[[Any], Any], none: float | None = None) -> Callable[..., Any]:
    """One number of many; with a second column, of those that share its value, for each row.

    `none` is given of no rows, which are else refused.
    """

    def reduced(values: Any, by: Any = None) -> Any:
        if by is not None:
            return pd.Series(values).groupby(np.asarray(by)).transform(lambda v: reduced(v.to_numpy())).to_numpy()
        if none is not None and not np.size(values):
            return none
        found = _filled(values)
        return compute(found) if len(found) or none is not None else math.nan

    return reduced


def _extreme(values: Any, sign: int, by: Any = None) -> Any:
    """Rows with the largest value, or the smallest; nearer than the tolerance is as large."""
    found = _numbers(values)
    size = sign * level(found, tol=max(TOLERANCE, tolerance_of(found)))
    groups = pd.Series(size).groupby(np.zeros(len(size)) if by is None else np.asarray(by))
    return size == groups.transform("max").to_numpy()


def _distinct(*columns: Any) -> int:
    table = pd.DataFrame(dict(enumerate(columns)))
    return len(table[_known(table).all(axis=1)].drop_duplicates())


def _names(values: Iterable[Any]) -> str:
    return ";".join(dict.fromkeys(str(v) for v in np.atleast_1d(np.asarray(values, dtype=object))))


#: Functions: how many values each takes, and what it gives.
FUNCTIONS: Final[Mapping[str, tuple[Sequence[int], Callable[..., Any]]]] = {
    # one of many rows
    "first": ((1,), lambda x: np.atleast_1d(x)[0]),
    "last": ((1,), lambda x: np.atleast_1d(x)[-1]),
    "nth": ((2,), lambda x, n: np.atleast_1d(x)[n - 1]),
    "min": ((1, 2), _of(min)),
    "max": ((1, 2), _of(max)),
    "sum": ((1, 2), _of(math.fsum, 0.0)),
    "mean": ((1, 2), _of(lambda x: math.fsum(x) / len(x))),
    "median": ((1, 2), _of(np.median)),
    "count": ((1,), lambda x: int(np.sum(_known(x)))),
    "rows": ((0,), len),
    "distinct": (range(1, 10), _distinct),
    "all": ((1,), lambda x: bool(np.all(x))),
    "any": ((1,), lambda x: bool(np.any(x))),
    "names": ((1,), _names),
    "maybe": ((1,), lambda x: x),
    "listed": ((1,), lambda x: ", ".join(str(v) for v in np.atleast_1d(np.asarray(x, dtype=object)))),
    "kendall": ((2,), tau_b),
    "effect_found": ((3,), effect_found),
    # for each row
    "known": ((1,), _known),
    "above": ((2,), above),
    "largest": ((1, 2), lambda x, by=None: _extreme(x, 1, by)),
    "smallest": ((1, 2), lambda x, by=None: _extreme(x, -1, by)),
    "lowest": ((1,), _across),
    "highest": ((1,), _across),
    "starts": ((2,), lambda x, start: np.array([str(v).startswith(start) for v in np.atleast_1d(x)])),
    "abs": ((1,), np.abs),
    # of one value
    "round": ((2,), np.round),
    "expm1": ((1,), np.expm1),
    "ln": ((1,), np.log),
    "exp": ((1,), np.exp),
    "sqrt": ((1,), np.sqrt),
    "short": ((2,), lambda x, n: str(np.atleast_1d(x)[0])[:n]),
    "joined": (range(1, 10), lambda *x: ";".join(str(np.atleast_1d(v)[0]) for v in x)),
    "detectable_correlation": ((1,), detectable_correlation),
}
