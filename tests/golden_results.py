"""The golden results: what a reader relies on of the default run, held still.

`tests/golden/results.yaml` names the tables; `make golden` stores them from `results/`, having
said what moved; a test compares a run with them.
"""

from __future__ import annotations

import hashlib
import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pandas as pd

from monotown.workflow import read_text_table, read_yaml, write_table

ROOT = Path(__file__).resolve().parents[1]
STORED = ROOT / "tests" / "golden" / "results"
DECLARED = ROOT / "tests" / "golden" / "results.yaml"

#: Decimals that no one reads, and that another processor may give otherwise.
LONG = re.compile(r"-?\d+\.\d{12,}(?:e[+-]?\d+)?")
DIGITS = 12

#: What two runs may differ by at least: one unit of the tenth decimal, the last that is written.
LAST = 1e-10


@dataclass(frozen=True)
class Table:
    """One table to hold: from which files, and which of its rows and columns."""

    name: str
    source: str
    key: list[str]
    columns: list[str]
    tolerance: Mapping[str, float]
    general: float
    why: str
    only: Mapping[str, list[str]] = field(default_factory=dict)
    absent: float | None = None

    def select(self, results: Path) -> pd.DataFrame:
        """Its rows in a run, every cell as text."""
        place = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.source))
        parts = [pd.DataFrame(columns=[*self.key, *self.columns], dtype=str)]
        for path in sorted(results.glob(re.sub(r"\{\w+\}", "*", self.source))):
            found = re.fullmatch(place, path.relative_to(results).as_posix())
            assert found is not None
            rows = read_text_table(path).assign(**found.groupdict())
            for column, wanted in self.only.items():
                rows = rows[rows[column].isin(wanted)]
            parts.append(rows[[*self.key, *self.columns]])
        rows = pd.concat(parts, ignore_index=True).map(shorter)
        if self.absent is not None:
            rows = rows[(rows[self.columns].astype(float) != self.absent).any(axis=1)]
        twice = rows[rows.duplicated(self.key)]
        if not twice.empty:
            raise ValueError(f"{self.name}: the key does not tell rows apart:\n{twice.head()}")
        return rows.sort_values(self.key, kind="stable", ignore_index=True)

    def equal(self, column: str, stored: str, found: str) -> bool:
        """Whether two cells say the same; an empty cell equals an empty cell only."""
        difference = gap(stored, found)
        if stored == found or difference is None:
            return stored == found
        allowed = self.tolerance.get(column)
        if allowed is None:
            # numbers are written to ten decimals at most, small ones to fewer digits
            allowed = max(self.general * max(abs(float(stored)), abs(float(found))), LAST)
        # a difference of decimals has an error of its own in its last bit
        return difference <= allowed * (1 + 1e-9)


def declared(path: Path = DECLARED) -> list[Table]:
    """The tables that are held."""
    told = read_yaml(path)
    return [
        Table(name, entry.pop("from"), general=told["tolerance"], tolerance=entry.pop("tolerance", {}), **entry)
        for name, entry in told["tables"].items()
    ]


def shorter(cell: str) -> str:
    """A long decimal to twelve digits; anything else as it is."""
    return f"{float(cell):.{DIGITS}g}" if LONG.fullmatch(cell) else cell


def gap(stored: str, found: str) -> float | None:
    """How far two numbers lie apart; None where one is no finite number."""
    try:
        difference = abs(float(found) - float(stored))
    except ValueError:
        return None
    return difference if math.isfinite(difference) else None


@dataclass(frozen=True)
class Moved:
    """One thing that a run gives otherwise than the golden results."""

    what: str
    table: str
    key: str = ""
    column: str = ""
    stored: str = ""
    found: str = ""
    #: Against the largest number that is stored in the column.
    size: float = math.inf

    def __str__(self) -> str:
        words = [self.table, *([f"[{self.key}]"] if self.key else [])]
        if self.column:
            words += [f"{self.column}:", self.stored or "empty", "->", self.found or "empty"]
        if gap(self.stored, self.found) is not None:
            words.append(f"({float(self.found) - float(self.stored):+.3g})")
        return " ".join(words)


#: What can move, in the order in which it is told.
KINDS = {
    "table lost": "tables lost",
    "table new": "tables new",
    "column lost": "columns lost",
    "column new": "columns new",
    "row lost": "rows lost",
    "row new": "rows new",
    "text": "texts changed",
    "number": "numbers moved",
}


def compare(tables: list[Table], stored: Path, results: Path) -> list[Moved]:
    """Everything that a run gives otherwise than what is stored."""
    moved = []
    names = {t.name for t in tables}
    for path in sorted(stored.glob("*.csv")):
        if path.stem not in names:
            moved.append(Moved("table lost", path.stem))
    for table in tables:
        file = stored / f"{table.name}.csv"
        if file.exists():
            moved += compare_table(table, read_text_table(file), table.select(results))
        else:
            moved.append(Moved("table new", table.name))
    return moved


def compare_table(table: Table, stored: pd.DataFrame, found: pd.DataFrame) -> Iterator[Moved]:
    """What moved in one table."""
    for what, one, other in (("column lost", stored, found), ("column new", found, stored)):
        for column in one.columns.difference(other.columns):
            yield Moved(what, table.name, column)
    if not set(table.key) <= set(stored.columns):
        return
    columns = [c for c in table.columns if c in stored.columns]
    old, new = (f.set_index(table.key)[columns].T.to_dict("list") for f in (stored, found))
    largest = {c: _largest(stored[c]) for c in columns}
    blank = None if table.absent is None else [f"{table.absent:g}"] * len(columns)
    for key in sorted({*old, *new}, key=str):
        named = ", ".join(f"{k}={v}" for k, v in zip(table.key, key if isinstance(key, tuple) else (key,), strict=True))
        before, after = old.get(key, blank), new.get(key, blank)
        if before is None or after is None:
            yield Moved("row new" if before is None else "row lost", table.name, named)
            continue
        for column, a, b in zip(columns, before, after, strict=True):
            if not table.equal(column, a, b):
                difference = gap(a, b)
                if difference is None:
                    yield Moved("text", table.name, named, column, a, b)
                else:
                    size = difference / largest[column] if largest[column] else math.inf
                    yield Moved("number", table.name, named, column, a, b, size)


def _largest(cells: pd.Series[str]) -> float:
    return float(pd.to_numeric(cells, errors="coerce").abs().max())


def told(moved: list[Moved], first: int = 15) -> str:
    """What moved, for a reader: how much in each table, then the largest of each kind."""
    if not moved:
        return "Nothing moved."
    lines = [f"{len(moved)} differences from the golden results:"]
    for name, of in groupby(sorted(moved, key=lambda m: m.table), key=lambda m: m.table):
        kinds = [m.what for m in of]
        counts = [f"{many} {kinds.count(k)}" for k, many in KINDS.items() if k in kinds]
        lines.append(f"  {name}: {', '.join(counts)}")
    for kind, many in KINDS.items():
        of_kind = sorted((m for m in moved if m.what == kind), key=lambda m: -m.size)
        if of_kind:
            order = ", the largest against its column first" if kind == "number" else ""
            lines += ["", f"{many.capitalize()}{order}:", *(f"  {m}" for m in of_kind[:first])]
            if len(of_kind) > first:
                lines.append(f"  and {len(of_kind) - first} more")
    return "\n".join(lines)


def write(tables: list[Table], stored: Path, results: Path) -> None:
    """Store what a run gives; tables of which nothing moved keep their bytes."""
    moved = {m.table for m in compare(tables, stored, results)}
    for table in tables:
        if table.name in moved:
            write_table(table.select(results), stored / f"{table.name}.csv")
    for path in stored.glob("*.csv"):
        if path.stem not in {t.name for t in tables}:
            path.unlink()


def digest(stored: Path = STORED) -> str:
    """Short name of a set of golden results, by which the changelog explains it."""
    whole = hashlib.sha256()
    for path in sorted(stored.glob("*.csv")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]


def main(results: Path) -> None:
    """Say what moved, then store it."""
    tables = declared()
    if not results.is_dir():
        raise SystemExit(f"{results} is not there: make results makes it")
    moved = compare(tables, STORED, results)
    print(told(moved))
    if moved:
        write(tables, STORED, results)
        print(
            f"\nStored in {STORED.relative_to(ROOT)}. Say in CHANGELOG.md why it moved:"
            f"\n- Golden results `{digest()}`: ..."
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
