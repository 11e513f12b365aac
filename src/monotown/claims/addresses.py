"""Where a figure of a claim stands: a number as it is, or a cell of a table, ``scores: score[unit == 'KZ']``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.lookups import Lookup, NoRowError, UnreadError, parse_lookup
from monotown.base.parsing import parse_cell
from monotown.claims.checks import Range, exact
from monotown.claims.finding import NotPrinted
from monotown.claims.printed import read_printed

#: How a table is named before the colon of an address.
_TABLE: Final = re.compile(r"\s*([\w./ -]*[\w)])\s*:(?!=)\s*(\S.*)", re.S)

_POWER: Final = re.compile(r"-?\d+(?:\.\d+)?e[-+]?\d+", re.I)

#: Name of the table of the study's own figures.
DATA: Final = "data"

#: Share of itself by which a computed figure may be off: tables of results have ten digits.
NOISE: Final = Fraction(1, 10**9)


def column_name(heading: str) -> str:
    """A heading as an expression names it: letters, digits and underscores.

    Examples
    --------
    >>> column_name("number of places"), column_name("2022"), column_name(" GDP, %")
    ('number_of_places', '_2022', 'GDP')
    """
    name = re.sub(r"\W+", "_", heading.strip()).strip("_")
    return f"_{name}" if name[:1].isdigit() else name


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table that claims name.

    Attributes
    ----------
    texts
        Every cell as it stands, columns by `column_name`.
    rows
        The same with columns of numbers as numbers, NaN where there is none.
    """

    texts: pd.DataFrame
    rows: pd.DataFrame


def sheet_of_texts(frame: pd.DataFrame) -> Sheet:
    """A table from its texts.

    Examples
    --------
    >>> sheet_of_texts(pd.DataFrame({"unit": ["a", "b"], "share, %": ["49,10", ""]})).rows["share"].tolist()
    [49.1, nan]
    """
    names = [column_name(str(c)) for c in frame.columns]
    texts = frame.fillna("").astype(str).map(_plain).set_axis(names, axis=1).reset_index(drop=True)
    return Sheet(texts, texts.apply(_numbers).reset_index(drop=True))


def _plain(text: str) -> str:
    """A number without its power of ten, as tables of results write small ones; another text as it is."""
    return f"{Decimal(text):f}" if _POWER.fullmatch(text) else text


def _numbers(column: pd.Series) -> pd.Series:
    """A column of numbers as numbers; any other as it is."""
    try:
        cells = [parse_cell(text).value for text in column]
    except ValueError:
        return column
    if all(cell is None for cell in cells):
        return column
    return pd.Series([np.nan if cell is None else float(cell) for cell in cells])


@dataclass(frozen=True)
class Address:
    """Where figures stand.

    Attributes
    ----------
    text
        As written.
    table
        Name of the table; "" for a number that stands in the claim itself.
    lookup
        Expression over its columns.
    """

    text: str
    table: str = ""
    lookup: Lookup | None = None

    @property
    def columns(self) -> set[str]:
        """Columns that the expression names."""
        tree = self.lookup.tree if self.lookup else ast.Constant("")
        called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
        return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}

    def figures(self, tables: Mapping[str, Sheet], *, rounded: bool, key: str = "") -> dict[Any, Range | None]:
        """The figures by the number of their row, or by what stands in a column of keys; None where a cell is empty.

        Parameters
        ----------
        tables
            By name.
        rounded
            Whether a figure with decimals may be any that prints so, and not the number of its digits alone. A figure
            that is computed here may always be off by `NOISE`.
        key
            Column that names the rows.

        Raises
        ------
        NotPrinted
            If no row is left.
        UnreadError
            If a column is not there, or values of unlike types meet.

        Examples
        --------
        >>> tables = {"t": sheet_of_texts(pd.DataFrame({"unit": ["a", "b"], "x": ["0.50", "2"]}))}
        >>> found = read_address("t: x[unit == 'a']").figures(tables, rounded=True)[0]
        >>> found.text, float(found.low), float(found.high)
        ('0.50', 0.495, 0.505)
        """
        if self.lookup is None:
            return {0: printed_range(self.text, rounded=rounded)}
        sheet = tables[self.table]
        rows, column = self._chosen(sheet)
        if column:
            cells = {i: _cell(sheet.texts.loc[i, column], rounded=rounded) for i in rows.index}
        else:
            try:
                values = self.lookup.values(sheet.rows, _none)
            except NoRowError:
                raise NotPrinted(self.text) from None
            index = list(rows.index) if len(rows) == len(values) else list(range(len(values)))
            cells = dict(zip(index, map(_computed, values), strict=True))
            if key and len(rows) != len(values):
                raise UnreadError(self.text, "a value for each row")
        if not cells:
            raise NotPrinted(self.text)
        if not key:
            return cells
        if key not in sheet.texts:
            raise UnreadError(key, f"a column of {self.table}: {', '.join(map(str, sheet.texts.columns))}")
        return {sheet.texts.loc[i, key]: cell for i, cell in cells.items()}

    def _chosen(self, sheet: Sheet) -> tuple[pd.DataFrame, str]:
        """Rows that conditions leave, and the column that they are of; "" where the expression is computed."""
        assert self.lookup is not None
        node: ast.expr = self.lookup.tree
        conditions: list[ast.expr] = []
        while isinstance(node, ast.Subscript):
            conditions.insert(0, node.slice)
            node = node.value
        rows = sheet.rows
        for condition in conditions:
            rows = parse_lookup(ast.unparse(condition)).chosen(rows, _none)
        if not isinstance(node, ast.Name):
            return rows, ""
        if node.id not in rows:
            raise UnreadError(node.id, f"a column of {self.table}: {', '.join(map(str, rows.columns))}")
        return rows, node.id

    def one(self, tables: Mapping[str, Sheet], *, rounded: bool) -> Range:
        """The one figure.

        Raises
        ------
        NotPrinted
            If there is none, or more than one.
        """
        found = list(self.figures(tables, rounded=rounded).values())
        if len(found) != 1 or found[0] is None:
            raise NotPrinted(self.text if len(found) == 1 else f"{self.text}: {len(found)}")
        return found[0]


def _none(name: str) -> Any:
    raise UnreadError(f"${name}", "a column of the table")


def printed_range(text: str, *, rounded: bool) -> Range:
    """A figure from its digits; whole numbers are exact."""
    read = read_printed(text)
    if not rounded or not read.decimals:
        return exact(read.value, text.strip())
    half = read.step / 2
    return Range(text.strip(), read.value, read.value - half, read.value + half)


def _cell(text: str, *, rounded: bool) -> Range | None:
    try:
        if parse_cell(text).value is None:
            return None
    except ValueError:
        raise UnreadError(text, "a number") from None
    return printed_range(text, rounded=rounded)


def _computed(value: Any) -> Range | None:
    """A number that was computed here."""
    number = float(value)
    if not np.isfinite(number):
        return None
    found = Fraction(repr(number))
    if found.denominator == 1:
        return exact(found)
    noise = abs(found) * NOISE
    return Range(_plain(f"{number:.10g}"), found, found - noise, found + noise)


def read_address(text: str) -> Address:
    """An address from its text.

    Raises
    ------
    UnreadError
        If it is neither a number nor an expression over the columns of a table.

    Examples
    --------
    >>> read_address("49,14").table, read_address("rating: score[unit == 'a']").table
    ('', 'rating')
    >>> read_address("about half")
    Traceback (most recent call last):
    ...
    monotown.base.lookups.UnreadError: found 'about half'; expected a number, or table: column[condition]
    """
    stripped = text.strip()
    found = _TABLE.fullmatch(stripped)
    if found:
        return Address(stripped, found[1], parse_lookup(found[2]))
    try:
        read_printed(stripped)
    except ValueError:
        raise UnreadError(text, "a number, or table: column[condition]") from None
    return Address(stripped)


def read_addresses(text: str) -> list[Address]:
    """Addresses with semicolons between them."""
    return [read_address(part) for part in text.split(";") if part.strip()]


def tables_named(texts: Iterable[str]) -> set[str]:
    """Names that stand as those of tables in some texts.

    Examples
    --------
    >>> sorted(tables_named(["raw: x[a == 'b']; 7; scores: max(y)", "no table"]))
    ['raw', 'scores']
    """
    parts = (part for text in texts for part in str(text).split(";"))
    return {found[1] for part in parts if (found := _TABLE.fullmatch(part.strip()))}
