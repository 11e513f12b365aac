"""Claims of a publication, back to the cells that their figures stand in."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

import pandas as pd

from monotown.base.lookups import UnreadError, read_value
from monotown.claims.addresses import read_address
from monotown.claims.printed import read_printed
from monotown.report.trace.figures import PLAIN
from monotown.report.trace.step import Cell, Step
from monotown.report.trace.tracer import Tracer

#: Tables of claims: of the paper, of a study's ledger; and what the results answer to claims.
LEDGERS: Final = ("findings/claims.csv", "findings/ledger.csv", "findings/answers.csv")

#: The beginning of an arithmetic: an expression of numbers, and what it comes to.
_SUM = re.compile(r"([\d\s.,()+−·/*-]+?) = (-?\d[\d\s.,]*\d|\d)(?=$|[\s;])")
_SIGNS: Final = str.maketrans({"·": "*", "−": "-", ",": "."})
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w])")


def claim_step(run: Tracer, path: str, name: str) -> Step:
    """A claim, what is computed for it and from what; the words are those of the ledger."""
    table = run.tables(path)
    row = {str(k): str(v) for k, v in table[table["id"] == name].iloc[0].items()}
    step = Step(
        "claim",
        name,
        row.get("recomputed_en", row.get("verdict", "")),
        {"claim": name, "table": path, "verdict": row["verdict"], "quotation": row["quotation"]},
        formula=row.get("arithmetic_en", ""),
        given={k: row[k] for k in ("stated", "check", "addresses", "test") if row.get(k)},
        kind=row["kind"],
        source=row["source"],
    )
    if "derived_from" in row:
        return replace(step, parts=tuple(_answered(run, row)))
    parts = [*_printed(run, row), *_addressed(run, row.get("addresses", ""))]
    result = computed(step.formula)
    if result is None:
        return replace(step, parts=tuple(parts))
    value, agrees = result
    return replace(step, recomputed=value, agrees=agrees, parts=tuple(parts))


def _answered(run: Tracer, row: dict[str, str]) -> Iterator[Step]:
    """The claim that an answer is to, and the facts that it quotes."""
    for path in LEDGERS[:2]:
        if len(run.tables(path)) and row["claim"] in set(run.tables(path)["id"]):
            yield claim_step(run, path, row["claim"])
    for file in filter(None, (part.strip() for part in row["derived_from"].split(";"))):
        yield Step("files", of={"file": file})


def _printed(run: Tracer, row: dict[str, str]) -> Iterator[Step]:
    """Figures of the publication that the arithmetic is of, or that stand on the lines of the claim."""
    if row.get("line_from", "") == "":
        return
    lines = range(int(row["line_from"]), int(row["line_to"]) + 1)
    numbers = {_value(n) for n in _NUMBER.findall(row["arithmetic_en"])}
    seen = run.tables(PLAIN)
    mine = seen[seen["source"] == row["source"]].to_dict("records") if len(seen) else []
    found = [run.figures.of_row(PLAIN, {str(k): v for k, v in r.items()}) for r in mine]
    told = [s for s in found if s.cell and (_value(s.value) in numbers or _line(s.cell) in lines)]
    if told:
        yield from told
    else:
        named = run.tables.sources.get(row["source"])
        note = f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]}–{lines[-1]}"
        path = named[0] if named else ""
        cell = Cell(path.rpartition("/")[2] or row["source"], path, note=note, sha256=named[1] if named else "")
        yield Step("figure", value=row["quotation"], of={"source": row["source"]}, cell=cell)


def _line(cell: Cell) -> int:
    found = re.search(r"paper, lines? (\d+)", cell.note)
    return int(found[1]) if found else 0


def _value(text: str) -> Fraction | None:
    try:
        return read_printed(text).value
    except ValueError:
        return None


def _addressed(run: Tracer, addresses: str) -> Iterator[Step]:
    """What stands at the addresses of a claim, where their tables are results of the run."""
    for part in addresses.split("; "):
        name, mark, text = part.partition(" = ")
        if not mark:
            continue
        try:
            address = read_address(text)
            step = run.trace(text) if address.table else None
        except (LookupError, UnreadError):
            step = None
        if step is None:
            yield Step("setting", value=text, of={"setting": name})
        else:
            yield replace(step, of={**step.of, "parameter": name})


def computed(arithmetic: str) -> tuple[str, bool] | None:
    """What the first sum of an arithmetic comes to, and whether that is what is said; None where it is no sum.

    Examples
    --------
    >>> computed("100 · 16 / 27 = 59.25926 → 59.26; printed 59,26")
    ('59.25926', True)
    >>> computed("16 + 9 + 2 = 28"), computed("rows of Table 1")
    (('27', False), None)
    """
    found = _SUM.match(arithmetic)
    if not found or not re.search(r"[+*/·−-]", found[1]):
        return None
    try:
        value = float(read_value(found[1].translate(_SIGNS), pd.DataFrame()))
        said = read_printed(found[2])
    except ValueError:
        return None
    if math.isnan(value):
        return None
    # half a unit of the last digit that is told, and what a float may be off
    return f"{value:.{said.decimals}f}", abs(value - float(said.value)) <= float(said.step) * 0.500001
