"""The sheet of claims of a study, and the tables beside it that claims name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from monotown.base.problems import Problem, Problems
from monotown.claims.addresses import DATA, column_name, tables_named
from monotown.claims.read import Claim, columns_of, read_claims
from monotown.study.faults import FAULTS, near
from monotown.study.headings import HEADINGS, named, sheet_of
from monotown.study.read import Study
from monotown.study.tables import Table

#: Name of the sheet.
SHEET: Final = "claims"

#: Tables of results of each index that claims may name.
RESULTS: Final = ("scores", "weights", "normalised")


@dataclass
class Claimed:
    """The sheet of claims of a workbook, with the tables that it names."""

    table: Table | None = None
    beside: dict[str, Table] = field(default_factory=dict)


def split(tables: Sequence[tuple[str, Table]]) -> tuple[Claimed, list[tuple[str, Table]]]:
    """The sheet of claims and the tables that it names; and all other sheets."""
    table = next((t for n, t in tables if sheet_of(n) == SHEET and not t.frame.empty), None)
    rest = [(n, t) for n, t in tables if sheet_of(n) != SHEET]
    if table is None:
        return Claimed(), rest
    wanted = tables_named(str(text) for text in table.frame.to_numpy().ravel())
    beside = {n: t for n, t in rest if n in wanted and not sheet_of(n)}
    return Claimed(table, beside), [(n, t) for n, t in rest if n not in beside]


def results_of(indices: Collection[str]) -> list[str]:
    """Tables of results that claims may name.

    Examples
    --------
    >>> results_of(["hdi"])
    ['index/hdi/scores', 'index/hdi/weights', 'index/hdi/normalised']
    """
    return [f"index/{index}/{table}" for index in indices for table in RESULTS]


def with_claims(study: Study, claimed: Claimed, problems: Problems) -> Study:
    """The study with the claims of its sheet; what is wrong with any goes to the problems."""
    if claimed.table is None:
        return study
    for table in (claimed.table, *claimed.beside.values()):
        problems.extend(table.problem_at("cell_formula", cell) for cell in table.formulas)
    figures = study.figures.frame
    data = {"unit", "name", "year", *map(str, figures["indicator"])} if len(figures) else None
    known: dict[str, Collection[str] | None] = {n: headings(t) for n, t in claimed.beside.items()}
    known |= {DATA: data, **dict.fromkeys(results_of(study.views))}
    claims, faults = claims_of(claimed.table, known)
    problems.extend(faults)
    return replace(study, claims=tuple(claims), tables={n: rows_of(t) for n, t in claimed.beside.items()})


def headings(table: Table) -> list[str]:
    """Columns of a table as expressions name them."""
    return [column_name(table.printed(str(c))) for c in table.frame.columns]


def rows_of(table: Table) -> tuple[tuple[str, ...], ...]:
    """Rows of texts of a table, the headings first."""
    head = tuple(table.printed(str(c)) for c in table.frame.columns)
    return (head, *(tuple(str(t) for t in row) for row in table.frame.to_numpy().tolist()))


def claims_of(table: Table, known: Mapping[str, Collection[str] | None]) -> tuple[list[Claim], list[Problem]]:
    """Claims of a sheet, and everything that is wrong with it, each at its cell.

    Parameters
    ----------
    table
        The sheet.
    known
        Tables that claims may name, with their columns where these are known.
    """
    names = {c: named(table.printed(str(c)), HEADINGS[SHEET]) or table.printed(str(c)) for c in table.frame.columns}
    sheet = table.renamed(names)
    columns = columns_of()
    strange = [c for c in sheet.frame.columns if c not in columns]
    found = [sheet.problem("heading_unknown", sheet.head, c, sheet.printed(c), **near(c, columns)) for c in strange]
    rows = [{str(k): str(v) for k, v in row.items()} for row in sheet.frame.drop(columns=strange).to_dict("records")]
    filled = [i for i, row in enumerate(rows) if any(text.strip() for text in row.values())]
    claims, faults = read_claims([rows[i] for i in filled], known)
    for fault in faults:
        nearest = near(fault.found, fault.valid) if "{nearest}" in FAULTS[fault.code].expected else {}
        values = {**fault.told, **nearest}
        line = sheet.line(filled[fault.row])
        found.append(sheet.problem(fault.code, line, fault.column, fault.found, **values))
    return claims, found


def written(study: Study) -> dict[str, pd.DataFrame]:
    """Sheets that say the claims of a study, and the tables that they name."""
    if not study.claims:
        return {}
    rows = [claim.row() for claim in study.claims]
    names = [c for c in columns_of() if any(row.get(c) for row in rows)]
    claims = pd.DataFrame([[row.get(c, "") for c in names] for row in rows], columns=names, dtype=str)
    tables = {n: pd.DataFrame(list(rows[1:]), columns=list(rows[0]), dtype=str) for n, rows in study.tables.items()}
    return {SHEET: claims, **tables}
