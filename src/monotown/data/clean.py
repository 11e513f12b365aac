"""Raw tables to observations: numbers, markers, units, years, and every problem of every file."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from monotown.base.parsing import Flag, parse_cell, without_footnote
from monotown.base.problems import Problems
from monotown.base.tables import OBSERVATIONS, write_order
from monotown.data.sources import YEAR_FORMS, RawCell, decode, find_unit, read_cells, read_year
from monotown.data.units import Units

COLUMNS = list(OBSERVATIONS.columns)


@dataclass
class _Row:
    """A cell that was understood, on its way to an observation."""

    cell: RawCell
    unit: str
    year: int
    value: Decimal | None
    flag: Flag
    notes: list[str]


#: Columns of the tables of the raw files and of their accepted oddities.
LISTED: Final = ["id", "title", "file", "publisher", "licence", "kind", "source", "rows", "sha256"]
DATED: Final = ["retrieved"]
ODD: Final = ["source", "file", "rows", "rule", "reason"]


@dataclass(frozen=True)
class Cleaned:
    """What cleaning makes of the raw files.

    Attributes
    ----------
    observations
        The table `monotown.base.tables.OBSERVATIONS`.
    sources
        One row a raw file, `LISTED`; `title` is English, `rows` counts observations. Where a source says when it was
        fetched, ``retrieved`` too.
    oddities
        One row an accepted oddity, `ODD`; `rows` counts the cells it was met in.
    """

    observations: pd.DataFrame
    sources: pd.DataFrame
    oddities: pd.DataFrame


def clean(
    files: Mapping[str, bytes],
    sources: Mapping[str, Mapping[str, Any]],
    variables: Mapping[str, Mapping[str, Any]],
    units: Units,
) -> Cleaned:
    """Observations of all raw files.

    Parameters
    ----------
    files
        Path of each raw file to its content.
    sources, variables
        The sources and variables configs.
    units
        The units.

    Raises
    ------
    InputError
        Every problem of every file: a cell that is no number and no marker, or out of its bounds;
        an unknown unit, variable or column; a missing column; an unreadable year; a figure for a
        year in which the unit does not exist; a row that stands twice.
    """
    problems = Problems()
    rows: list[dict[str, Any]] = []
    listed, odd = [], []
    for source, spec in sources.items():
        file = str(spec["file"])
        if file not in files:
            problems.add("sources", f"{source}.file", file, "a raw file that exists")
            continue
        met = [0] * len(spec.get("accept", ()))
        known = len(problems)
        text = decode(files[file], file, problems)
        if len(problems) > known:
            continue
        mine = _read(spec, text, variables, units, problems, met)
        rows += [_observation(source, spec, variables, row) for row in mine]
        listed.append(
            {
                "id": source,
                "title": spec["title"]["en"],
                "file": file,
                "publisher": spec["publisher"],
                "licence": spec["licence"],
                "kind": spec["kind"],
                "source": source,
                "rows": len(mine),
                "sha256": hashlib.sha256(files[file]).hexdigest(),
                **{k: spec[k] for k in DATED if k in spec},
            }
        )
        odd += [
            {"source": source, "file": file, "rows": n, "rule": e["rule"], "reason": e["reason"]}
            for e, n in zip(spec.get("accept", ()), met, strict=True)
        ]
    problems.stop()
    observations = pd.DataFrame(rows, columns=COLUMNS)
    observations = pd.concat([observations, *derived(observations, variables, units)], ignore_index=True)
    columns = [*LISTED, *(k for k in DATED if any(k in row for row in listed))]
    table = pd.DataFrame(listed, columns=columns)
    table[columns[len(LISTED) :]] = table[columns[len(LISTED) :]].fillna("")
    return Cleaned(write_order(observations, OBSERVATIONS), table, pd.DataFrame(odd, columns=ODD))


def _read(
    spec: Mapping[str, Any],
    text: str,
    variables: Mapping[str, Mapping[str, Any]],
    units: Units,
    problems: Problems,
    met: list[int],
) -> list[_Row]:
    """Rows of one file, oddities dealt with, none twice."""
    file = str(spec["file"])
    told: set[tuple[str, str]] = set()  # a bad header or row is told once, not for every cell
    rows: dict[tuple[str, int, str], _Row] = {}
    repeats: dict[tuple[str, int, str], list[_Row]] = {}
    for cell in read_cells(spec, text, problems):
        found = Problems()
        unit = find_unit(spec, cell, units, found)
        year = read_year(cell.year, spec["year"].get("format", "year"))
        if year is None:
            by_row = "column" in spec["year"]
            where = (
                f"line {cell.line}, column {spec['year']['column']}" if by_row else (f"line 1, column {cell.column}")
            )
            form = YEAR_FORMS[spec["year"].get("format", "year")]
            found.add(file, where, cell.year, f"{form} from 1900 to 2100")
        problems.extend(p for p in found if (p.where, p.found) not in told)
        told.update((p.where, p.found) for p in found)
        row = _parse(spec, cell, unit or cell.unit.strip(), year or 0, variables, problems)
        if row is None or year is None:
            continue
        rules = _apply(spec, row, met)
        if "leave_out" in rules or unit is None:
            continue
        if not units.exists(row.unit, row.year) and not rules & {"keep", "missing"}:
            if row.value is None:
                continue  # a marker where there was no region yet
            problems.add(
                file,
                f"line {cell.line}, column {cell.column}",
                f"{row.unit} {row.year}: {cell.text}",
                f"no figure, as {row.unit} does not exist in {row.year}",
            )
            continue
        key = (row.unit, row.year, cell.variable)
        if key not in rows:
            rows[key] = row
        elif "duplicate" in rules:
            repeats.setdefault(key, [rows[key]]).append(row)
        else:
            first = rows[key].cell.line
            problems.add(
                file,
                f"line {cell.line}",
                " ".join(map(str, key)),
                f"one row for each unit, year and variable; the first is on line {first}",
            )
    for key, same in repeats.items():
        rows[key] = _settle(same)
    return list(rows.values())


def _parse(
    spec: Mapping[str, Any],
    cell: RawCell,
    unit: str,
    year: int,
    variables: Mapping[str, Mapping[str, Any]],
    problems: Problems,
) -> _Row | None:
    """Number or marker of a cell, within the bounds of its variable."""
    variable = variables[cell.variable]
    number = spec.get("number", {})
    where = f"line {cell.line}, column {cell.column}"
    measure = variable["unit_of_measure"]
    text = cell.text.strip()
    if number.get("exponent") and "e" in text.lower():
        text = _plain(text)
    notes: list[str] = []
    if number.get("footnotes") and without_footnote(text) != text:
        notes = [f"printed with a footnote: {text}"]
        text = without_footnote(text)
    try:
        parsed = parse_cell(text, negligible=cell.variable in number.get("negligible", ()))
    except ValueError:
        row = _Row(cell, unit, year, None, Flag.NOT_AVAILABLE, [])
        if _accepted_text(spec, row):
            return row
        expected = f"a number ({measure}) or a marker: -, ..., x"
        problems.add(str(spec["file"]), where, cell.text, expected)
        return None
    row = _Row(cell, unit, year, parsed.value, parsed.flag, notes)
    low, high = variable["bounds"]
    value = parsed.value
    if value is None or _accepted_text(spec, row):
        return row
    if (low is not None and value < Decimal(str(low))) or (high is not None and value > Decimal(str(high))):
        span = f"from {low} to {high}" if high is not None else f"of at least {low}"
        problems.add(str(spec["file"]), where, cell.text, f"a number {span} ({measure})")
        return None
    if variable.get("count") and value != value.to_integral_value():
        problems.add(str(spec["file"]), where, cell.text, f"a whole number ({measure})")
        return None
    return row


def _plain(text: str) -> str:
    """A number with an exponent, written without it; other text unchanged."""
    try:
        return f"{Decimal(text):f}"
    except ArithmeticError:
        return text


def _accepted_text(spec: Mapping[str, Any], row: _Row) -> bool:
    return any(
        entry["rule"] in ("missing", "leave_out") and _matches(entry["rows"], row) for entry in spec.get("accept", ())
    )


def _matches(rows: Mapping[str, Any], row: _Row) -> bool:
    """Whether an entry of the accept-list means a row."""

    def among(named: Any, value: str) -> bool:
        return value in (named if isinstance(named, list) else [named])

    if "unit" in rows and not among(rows["unit"], row.unit):
        return False
    if "variable" in rows and not among(rows["variable"], row.cell.variable):
        return False
    if "value" in rows and not among(rows["value"], row.cell.text.strip()):
        return False
    if "year" not in rows:
        return True
    years = rows["year"]
    first, last = years if isinstance(years, list) else (years, years)
    return bool(first <= row.year <= last)


def _apply(spec: Mapping[str, Any], row: _Row, met: list[int]) -> set[str]:
    """Apply the accept-list to a row; the rules that met it."""
    rules = set()
    matching = [(n, entry) for n, entry in enumerate(spec.get("accept", ())) if _matches(entry["rows"], row)]
    for n, entry in matching:
        rule = entry["rule"]
        met[n] += 1
        rules.add(rule)
        if rule != "duplicate":
            row.notes.append(str(entry["reason"]))
        if rule == "recode":
            row.unit = str(entry["to"])
        elif rule == "missing" or (rule == "negligible" and row.value is not None):
            row.value = None
            row.flag = Flag.NOT_AVAILABLE if rule == "missing" else Flag.NEGLIGIBLE
    return rules


def _settle(same: list[_Row]) -> _Row:
    """One row for several: the first if all say the same, else none of their values."""
    first = same[0]
    places = " and ".join(f"{r.cell.text} on line {r.cell.line}" for r in same)
    if len({(r.value, r.flag) for r in same}) == 1:
        first.notes.append(f"stands twice, the same: {places}")
    else:
        first.value, first.flag = None, Flag.NOT_AVAILABLE
        first.notes.append(f"conflicting values, none used: {places}")
    return first


def _observation(
    source: str, spec: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]], row: _Row
) -> dict[str, Any]:
    place = f"{PurePath(str(spec['file'])).name}, line {row.cell.line}"
    if "value" not in spec:
        place += f", column {row.cell.column}"
    if row.cell.paper_line:
        place += f" (paper, line {row.cell.paper_line})"
    return {
        "unit": row.unit,
        "year": row.year,
        "variable": row.cell.variable,
        "value": float("nan") if row.value is None else float(row.value),
        "unit_of_measure": variables[row.cell.variable]["unit_of_measure"],
        "kind": spec["kind"],
        "source": source,
        "locator": "; ".join([place, *row.notes]),
        "flag": str(row.flag),
    }


def first_source(observations: pd.DataFrame) -> pd.DataFrame:
    """One row a unit, year and variable: the first source by name that has a value."""
    ordered = observations.assign(_gap=observations["value"].isna()).sort_values(
        ["unit", "year", "variable", "_gap", "source"], kind="stable"
    )
    return ordered.drop_duplicates(["unit", "year", "variable"]).drop(columns="_gap")


def derived(observations: pd.DataFrame, variables: Mapping[str, Mapping[str, Any]], units: Units) -> list[pd.DataFrame]:
    """Rows of the variables that the study derives from others, in the columns of the observations.

    Parameters
    ----------
    observations
        With the variables that they come from.
    variables
        The variables config: ``derived`` is ``{mean_of_ends: variable}`` or ``{members_with: variable}``.
    units
        For the parts of split regions and the members of a unit.
    """
    return [
        DERIVED[how](observations, units, name, of)
        for name, entry in variables.items()
        for how, of in entry.get("derived", {}).items()
    ]


def mean_of_ends(observations: pd.DataFrame, units: Units, name: str, of: str) -> pd.DataFrame:
    """Mean of a year, such as the mean annual population: half the sum of the figures at both ends of it.

    In the borders of the year: where a region is split at the end of a year, its parts are added.

    Parameters
    ----------
    observations
        With the variable `of`, figures of 1 January.
    units
        For the parts of split regions.
    name
        Variable of the rows that are made.
    """
    begin = first_source(observations[observations["variable"] == of])
    begin = begin[begin["value"].notna()]
    known = {(str(u), int(y)): float(v) for u, y, v in begin[["unit", "year", "value"]].to_numpy()}
    parts = {m.before: m.members for m in units.merged()}
    rows = []
    for row in begin.to_dict("records"):
        unit, year = str(row["unit"]), int(row["year"])
        members = parts.get(unit, ())
        later = [p for p in members if p != unit]
        splits = bool(later) and all((p, year + 1) in known and (p, year) not in known for p in later)
        ends = [known.get((p, year + 1)) for p in (members if splits else (unit,))]
        words = "1 January of this year and of the next"
        if splits:
            words = "1 January of this year and, for " + " and ".join(members) + ", of the next"
        if any(e is None for e in ends):
            continue
        total = math.fsum(e for e in ends if e is not None)
        rows.append(
            {
                **row,
                "variable": name,
                "value": (known[unit, year] + total) / 2,
                "locator": f"mean of {of} on {words} ({row['locator']})",
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def members_with(observations: pd.DataFrame, units: Units, name: str, of: str) -> pd.DataFrame:
    """Number of organisations of a unit with a figure above 0, where they are given one by one.

    Parameters
    ----------
    observations
        With the variable `of`, such as researchers, of organisations.
    units
        For the unit that an organisation lies in.
    name
        Variable of the rows that are made.
    """
    mine = observations[
        (observations["variable"] == of)
        & (observations["value"] > 0)
        & observations["unit"].map(lambda u: units.level(u) == "organisation").astype(bool)
    ].copy()
    mine["parent"] = mine["unit"].map(units.parent)
    rows = []
    for (town, year, source), group in mine.groupby(["parent", "year", "source"]):
        rows.append(
            {
                "unit": town,
                "year": year,
                "variable": name,
                "value": float(len(group)),
                "unit_of_measure": "organisations",
                "kind": group["kind"].iloc[0],
                "source": source,
                "flag": "",
                "locator": f"number of organisations with {of}: " + "; ".join(sorted(group["locator"])),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


#: How a variable follows from another one.
DERIVED: Final = {"mean_of_ends": mean_of_ends, "members_with": members_with}
