"""The sheet of weights: weights, or experts' judgments from which they are computed, read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import pandas as pd

from monotown.base.problems import Problems
from monotown.study.faults import is_date, near
from monotown.study.headings import HEADINGS, key_of, named, told_word
from monotown.study.tables import Table, table_of_rows

#: Methods of the sheet to their other names.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "weights": ("weight", "веса", "вес", "салмақтар"),
    "ahp": ("pairwise", "маи", "метод анализа иерархий", "ииа"),
    "best_worst": ("best worst", "bwm", "лучший худший"),
    "budget_allocation": ("budget", "budgets", "бюджет", "распределение бюджета", "бюджет бөлу"),
}

#: Columns of judgments as they are written: a row a judgment.
COLUMNS: Final = ("index", "method", "kind", "expert", "node", "first", "second", "value")

#: In the weights of an index: its judgments stand in the sheet of this name.
SHEET: Final = "weights"

#: Kind of judgments that tell none: an analyst's own.
OWN: Final = "assumed"

#: Name of an expert that the sheet does not name.
ALONE: Final = "expert"


@dataclass(frozen=True)
class Judgment:
    """One judgment: how much the first matters against the second, or its points of a budget."""

    expert: str
    node: str
    first: str
    second: str
    value: str


@dataclass(frozen=True)
class Judgments:
    """Judgments of one index.

    Attributes
    ----------
    method
        A scheme of weights that needs experts: ``ahp``, ``best_worst``, ``budget_allocation``.
    kind
        Kind of the judgments.
    rows
        In the order of the sheet.
    """

    method: str
    kind: str = OWN
    rows: tuple[Judgment, ...] = ()

    def content(self, tree: Mapping[str, Any]) -> Any:
        """What `monotown.methods.weights.judgments.read_judgments` reads.

        Parameters
        ----------
        tree
            The tree of the index.

        Examples
        --------
        >>> rows = (Judgment("e", "i", "a", "b", "3"),)
        >>> Judgments("ahp", "official", rows).content({"id": "i", "children": [{"measure": "a"}, {"measure": "b"}]})
        {'kind': 'official', 'tree': {'i': ['a', 'b']}, 'experts': {'e': {'i': [['a', 'b', '3']]}}}
        """
        experts = list(dict.fromkeys(r.expert for r in self.rows))
        if self.method == "budget_allocation":
            named_ = list(dict.fromkeys(r.first for r in self.rows))
            points = {(r.expert, r.first): r.value for r in self.rows}
            return pd.DataFrame(
                [[self.kind, e, *(points.get((e, n), "0") for n in named_)] for e in experts],
                columns=["kind", "expert", *named_],
            )
        if self.method == "best_worst":
            return {"kind": self.kind, **self._best_worst(experts)}
        children = nodes_of(tree)
        root = str(tree["id"])
        used = children if {r.node for r in self.rows} - {root, ""} else {root: children[root]}
        told: dict[str, dict[str, list[list[str]]]] = {e: {} for e in experts}
        for r in self.rows:
            told[r.expert].setdefault(r.node or root, []).append([r.first, r.second, r.value.replace(",", ".")])
        return {"kind": self.kind, "tree": {n: c for n, c in used.items() if c}, "experts": told}

    def _best_worst(self, experts: Sequence[str]) -> dict[str, Any]:
        items = list(dict.fromkeys(n for r in self.rows for n in (r.first, r.second)))
        found = {}
        for expert in experts:
            mine = [r for r in self.rows if r.expert == expert]
            best = max(items, key=lambda n: len({r.second for r in mine if r.first == n} - {n}))
            worst = max(
                (n for n in items if n != best), key=lambda n: len({r.first for r in mine if r.second == n} - {n, best})
            )
            found[expert] = {
                "best": best,
                "worst": worst,
                "best_to_others": {best: 1} | {r.second: _number(r.value) for r in mine if r.first == best},
                "others_to_worst": {worst: 1} | {r.first: _number(r.value) for r in mine if r.second == worst},
            }
        return {"indicators": items, "experts": found}


def _number(text: str) -> Any:
    try:
        return float(Fraction(text.replace(",", ".")))
    except (ValueError, ZeroDivisionError, OverflowError):
        return text


def nodes_of(tree: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each node of a tree to the ids of its children, parents first."""
    children = tree.get("children", ())
    found = {str(tree["id"]): [str(c.get("id", c.get("measure"))) for c in children]}
    for child in children:
        if "id" in child:
            found |= nodes_of(child)
    return found


@dataclass
class Told:
    """What the sheets of weights say: weights by index and id, judgments by index, where an expert's first stands."""

    weights: dict[tuple[str, str], tuple[str, Table, int]] = field(default_factory=dict)
    judgments: dict[str, Judgments] = field(default_factory=dict)
    places: dict[str, Table] = field(default_factory=dict)
    lines: dict[tuple[str | int, ...], tuple[str, int]] = field(default_factory=dict)


def read_weights(tables: Sequence[Table], ids: Sequence[str], indices: Sequence[str], problems: Problems) -> Told:
    """What the sheets of weights say.

    Four forms, several of which may stand one below the other, parted by an empty row: ids with their
    ``weight``; a matrix of pairwise judgments, its node in the corner; a table of budgets, a row an ``expert``
    and a column an id; and a row a judgment (`COLUMNS`).

    Parameters
    ----------
    tables
        The sheets.
    ids
        Ids of the nodes and indicators.
    indices
        Ids of the indices; a row that names none is of the first.
    problems
        Where every problem goes.
    """
    told = Told()
    for table in tables:
        for part in _parts(table):
            _Part(part, ids, indices, problems, told).read()
    return told


def _parts(table: Table) -> list[Table]:
    """The tables of a sheet, parted by empty rows."""
    columns = list(table.frame.columns)
    rows: dict[int, list[str]] = {table.head: [table.printed(c) for c in columns]}
    rows |= {table.line(i): [str(t) for t in row] for i, row in enumerate(table.frame.to_numpy().tolist())}
    places = [table.columns.get(c, (i, c))[0] for i, c in enumerate(columns)]
    spread = [[""] * (max(places, default=0) + 1) for _ in range(max(rows))]
    for line, row in rows.items():
        for at, text in zip(places, row, strict=True):
            spread[line - 1][at] = text
    found, start = [], None
    for line in range(len(spread) + 1):
        empty = line == len(spread) or not any(c.strip() for c in spread[line])
        if start is None and not empty:
            start = line
        elif start is not None and empty:
            blank: list[list[str]] = [[]] * start
            found.append(table_of_rows([*blank, *spread[start:line]], table.file, table.sheet))
            start = None
    return found


class _Part:
    """Reads one table of a sheet of weights."""

    def __init__(
        self, table: Table, ids: Sequence[str], indices: Sequence[str], problems: Problems, told: Told
    ) -> None:
        names = {c: named(table.printed(c), HEADINGS["weights"]) for c in table.frame.columns}
        said = set(names.values())
        if "value" in said and said & {"method", "expert"} and not said & {"first", "weight"}:
            names = {c: "first" if name == "id" else name for c, name in names.items()}  # points of one item in a row
        self.ids, self.indices, self.problems, self.told = ids, indices, problems, told
        self.by_key = {key_of(i): i for i in ids} | {i: i for i in ids}
        # the first column names rows: the corner of a matrix is no item, though it is the id of a node
        self.items = {c: i for c in list(names)[1:] if (i := self._known(table.printed(c)))}
        self.table = table.renamed({c: n for c, n in names.items() if n and c not in self.items})
        self.heads = set(self.table.frame.columns)

    def add(self, code: str, line: int, column: str, found: object, /, **values: object) -> None:
        self.problems.extend([self.table.problem(code, line, column, found, **values)])

    def read(self) -> None:
        rows = [
            (self.table.line(i), {str(k): str(v).strip() for k, v in r.items()})
            for i, r in enumerate(self.table.frame.to_dict("records"))
        ]
        if {"first", "value"} <= self.heads:
            self._long(rows)
        elif "expert" in self.heads and self.items:
            self._budgets(rows)
        elif "weight" in self.heads and self.heads & {"id", "node"}:
            self._weights(rows)
        elif len(self.items) >= 2:
            self._matrix(rows)
        else:
            found = ", ".join(self.table.printed(c) for c in self.table.frame.columns)
            self.add("weights_form", self.table.head, str(self.table.frame.columns[0]), found)

    def _known(self, text: str) -> str:
        return self.by_key.get(text, self.by_key.get(key_of(text), ""))

    def _index(self, line: int, cells: Mapping[str, str]) -> str:
        name = cells.get("index", "") or (self.indices[0] if self.indices else "")
        if name not in self.indices:
            self.add("index_unknown", line, "index", name, **near(name, self.indices))
        return name

    def _id(self, line: int, column: str, text: str) -> str:
        found = self._known(text)
        if not found:
            self.add("indicator_unknown", line, column, text, **near(text, self.ids))
        return found

    def _value(self, line: int, column: str, text: str) -> str:
        """A judgment as it stands; one that is no number is told."""
        if not isinstance(_number(text), float):
            self.add("cell_date" if is_date(text) else "judgment_number", line, column, text)
        return text

    def _weights(self, rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        column = "id" if "id" in self.heads else "node"
        for line, cells in rows:
            name = self._id(line, column, cells[column])
            if name and cells["weight"]:
                self._weight(line, cells, column, name, cells["weight"])

    def _weight(self, line: int, cells: Mapping[str, str], column: str, name: str, text: str) -> None:
        """Keep the weight of an item, of every index where the row names none."""
        index = self._index(line, cells) if cells.get("index") else ""
        if (index, name) in self.told.weights:
            self.add("weight_twice", line, column, name)
        self.told.weights[index, name] = text, self.table, line

    def _long(self, rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        for line, cells in rows:
            text = cells.get("method", "")
            method = named(text, METHODS) if text else "budget_allocation" if not cells.get("second") else "ahp"
            if not method:
                self.add("method_unknown", line, "method", text, **near(text, list(METHODS)))
                continue
            first = self._id(line, "first", cells["first"])
            if method == "weights":
                self._weight(line, cells, "first", first, cells["value"])
                continue
            second = self._id(line, "second", cells.get("second", "")) if method != "budget_allocation" else ""
            node = self._id(line, "node", cells["node"]) if cells.get("node") else ""
            value = self._value(line, "value", cells["value"])
            judgment = Judgment(cells.get("expert") or ALONE, node, first, second, value)
            self._keep(line, cells, method, [judgment])

    def _budgets(self, rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        for line, cells in rows:
            points = {i: self._value(line, c, cells[c]) for c, i in self.items.items() if cells[c]}
            rows_ = [Judgment(cells["expert"] or ALONE, "", i, "", text) for i, text in points.items()]
            self._keep(line, cells, "budget_allocation", rows_)

    def _matrix(self, rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        """A matrix of pairwise judgments: the corner names the node, and after a colon the expert."""
        corner = str(self.table.frame.columns[0])
        node, _, expert = (part.strip() for part in self.table.printed(corner).partition(":"))
        node = self._id(self.table.head, corner, node) if node else ""
        at = {i: c for c, i in self.items.items()}
        given: dict[tuple[str, str], str] = {}
        lines: dict[str, int] = {}
        for line, cells in rows:
            name = self._id(line, corner, cells[corner])
            lines[name] = line
            told = {other: self._value(line, c, cells[c]) for other, c in at.items() if name and cells[c]}
            given |= {(name, other): text for other, text in told.items() if text}
        order = list(at)
        found = []
        for i, first in enumerate(order):
            for second in order[i + 1 :]:
                there, back = given.get((first, second), ""), given.get((second, first), "")
                value, other = _number(there), _number(back)
                both = isinstance(value, float) and isinstance(other, float)
                if there and back and both and abs(value * other - 1) > 0.02:
                    line = lines.get(second, self.table.head)
                    self.add("matrix_sides", line, at[first], back, first=first, second=second, value=there)
                said = there or (_reciprocal(back) if back else "")
                if said:
                    found.append(Judgment(expert or ALONE, node, first, second, said))
        self._keep(self.table.head, {}, "ahp", found)

    def _keep(self, line: int, cells: Mapping[str, str], method: str, rows: Sequence[Judgment]) -> None:
        index = self._index(line, cells)
        kind = told_word("kind", cells.get("kind", "")) or OWN
        held = self.told.judgments.get(index)
        if held and held.method != method:
            column = "method" if "method" in self.heads else str(self.table.frame.columns[0])
            self.add("method_two", line, column, method, method=held.method)
            return
        self.told.places.setdefault(index, self.table)
        for row in rows:
            self.told.lines.setdefault((index, row.expert), (self.table.sheet or self.table.file, line))
        before = held.rows if held else ()
        self.told.judgments[index] = Judgments(method, held.kind if held else kind, (*before, *rows))


def _reciprocal(text: str) -> str:
    try:
        return str(1 / Fraction(text.replace(",", ".")))
    except (ValueError, ZeroDivisionError):
        return text


def written(judgments: Mapping[str, Judgments]) -> list[dict[str, str]]:
    """Rows of the sheet that say the judgments."""
    return [
        dict(zip(COLUMNS, (i, j.method, j.kind, r.expert, r.node, r.first, r.second, r.value), strict=True))
        for i, j in judgments.items()
        for r in j.rows
    ]
