"""Raw tables as they stand in a file: what each declares, and its cells with their places."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monotown.base.problems import Problem, Problems, nearest
from monotown.base.schemas import schema_problems
from monotown.data.units import SETS, Units, unit_problems

#: A year as tables print it: 2005 or 2005.0; a date; the last month of a period of twelve.
_YEARS = {
    "year": re.compile(r"(\d{4})(?:\.0)?\Z"),
    "date": re.compile(r"(\d{4})-\d{2}-\d{2}\Z"),
    "period": re.compile(r"(\d{4})12\Z"),
}
#: How each form of a year is told to a reader.
YEAR_FORMS = {"year": "a year", "date": "a date like 2005-12-31", "period": "a year and 12"}
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class RawCell:
    """One cell of a raw file that should hold a figure.

    Attributes
    ----------
    line
        Line of the file, from 1.
    column
        Header of its column.
    unit, year, variable
        As printed; `variable` is the name in the variables config.
    text
        The cell as printed.
    check
        A second name of the unit in the row, or "".
    paper_line
        Line of the publication, or "".
    table
        Number of the table that the row is from, where the file has a column for it, or "".
    """

    line: int
    column: str
    unit: str
    year: str
    variable: str
    text: str
    check: str = ""
    paper_line: str = ""
    table: str = ""


def decode(data: bytes, file: str, problems: Problems) -> str:
    r"""Text of a raw file; a byte that is no UTF-8 is a problem.

    Examples
    --------
    >>> found = Problems()
    >>> _ = decode(b"region,value\nA,\xff1\n", "a.csv", found)
    >>> print(*found)
    a.csv, line 2: found 'byte ff'; expected text in UTF-8
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"byte {data[error.start : error.end].hex(' ')}"
        problems.add(file, f"line {line}", found, "text in UTF-8")
        return ""


def read_year(text: str, form: str = "year") -> int | None:
    """Year of a cell or header; None where it cannot be read.

    Parameters
    ----------
    text
        As printed.
    form
        "year" (``2005`` or ``2005.0``), "date" (``2005-12-31``) or "period" (``200512``: the twelve
        months that end with that one).

    Examples
    --------
    >>> read_year("2005.0"), read_year("2000-12-31", "date"), read_year("20O5")
    (2005, 2000, None)
    >>> read_year("200012", "period"), read_year("200006", "period")
    (2000, None)
    """
    match = _YEARS[form].match(text.strip())
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    return int(match[1])


def read_rows(text: str, columns: Sequence[str], file: str, problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a raw table with their lines, after its header is checked.

    A missing or unknown column, or a row of another length, is a problem; such rows are passed
    over, and so is a table with a missing column.

    Parameters
    ----------
    text
        Content of a CSV file.
    columns
        The header expected.
    file
        Its name, for the messages.
    problems
        Where problems are noted.
    """
    reader = _lines(text, file, problems)
    _, header = next(reader, (1, []))
    missing = [c for c in columns if c not in header]
    unknown = [c for c in header if c not in columns]
    for name in missing:
        expected = f"a column {name!r}"
        problems.add(file, "line 1", ", ".join(unknown) or "no such column", expected)
    if not missing:
        for name in unknown:
            problems.add(file, f"line 1, column {name}", name, nearest(name, columns))
        for name in sorted({c for c in header if header.count(c) > 1}):
            problems.add(file, f"line 1, column {name}", name, "each column once")
    if missing:
        return
    for line, cells in reader:
        if not cells:
            continue
        if len(cells) != len(header):
            problems.add(file, f"line {line}", f"{len(cells)} cells", f"{len(header)} cells, as the header")
            continue
        yield line, dict(zip(header, cells, strict=True))


def _lines(text: str, file: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV text with their lines, up to where it is none."""
    reader = csv.reader(io.StringIO(text))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        problems.add(file, f"line {reader.line_num}", str(error), "a table of comma-separated values")


def value_columns(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Columns of a source that hold figures, in the order of the file."""
    if "value" in spec:
        return (str(spec["value"]["column"]),)
    if "header" in spec["variable"]:
        return tuple(spec["variable"]["header"])
    used = set(spec.get("ignore", ()))
    for part in ("unit", "year"):
        used.update(spec[part].get(k) for k in ("column", "check"))
    return tuple(c for c in spec["columns"] if c not in used)


def read_cells(spec: Mapping[str, Any], text: str, problems: Problems) -> Iterator[RawCell]:
    """Cells of a raw file that hold figures.

    Parameters
    ----------
    spec
        Entry of the sources config.
    text
        Content of its file.
    problems
        Where problems are noted: of the header, of rows, of unknown variables.
    """
    file = str(spec["file"])
    unit, year, variable = spec["unit"], spec["year"], spec["variable"]
    columns = value_columns(spec)
    for line, row in read_rows(text, spec["columns"], file, problems):
        for column in columns:
            name = _variable(variable, row, column, file, line, problems)
            if name is None:
                continue
            when = name.get("year") or _part(year, row, column)
            yield RawCell(
                line,
                column,
                _part(unit, row, column),
                str(when),
                name["variable"],
                row[column],
                row[unit["check"]] if "check" in unit else "",
                row[spec["lines"]] if "lines" in spec else "",
                row.get(spec.get("publication", {}).get("column", ""), ""),
            )


def _part(part: Mapping[str, Any], row: Mapping[str, str], column: str) -> str:
    if "column" in part:
        return row[part["column"]]
    return column if part.get("header") else str(part["value"])


def _variable(
    part: Mapping[str, Any], row: Mapping[str, str], column: str, file: str, line: int, problems: Problems
) -> dict[str, Any] | None:
    if "value" in part:
        return {"variable": part["value"]}
    if "header" in part:
        named = part["header"][column]
        return dict(named) if isinstance(named, Mapping) else {"variable": named}
    keys = part["column"] if isinstance(part["column"], list) else [part["column"]]
    printed = "/".join(row[k].strip() for k in keys)
    names = part["names"]
    if printed in names:
        return {"variable": printed if isinstance(names, list) else names[printed]}
    ignored = part.get("ignore", ())
    if ignored != "*" and printed not in ignored:
        where = f"line {line}, column {', '.join(keys)}"
        problems.add(file, where, printed, nearest(printed, [*names, *ignored]))
    return None


def find_unit(spec: Mapping[str, Any], cell: RawCell, units: Units, problems: Problems) -> str | None:
    """Code of a cell's unit; a code or name that no unit has is a problem."""
    part = spec["unit"]
    level = part.get("level", "region")
    where = f"line {cell.line}"
    if "column" in part:
        where += f", column {part['column']}"
    elif part.get("header"):
        where = f"line 1, column {cell.column}"
    if "value" in part or cell.unit in part.get("printed", {}):
        return str(part.get("printed", {}).get(cell.unit, part.get("value")))
    by_code = part["names"] == "code"
    printed = cell.unit.strip()
    known = printed if printed in units else None
    code = known if by_code else units.find(cell.unit, level)
    if code is None and not _leaves_out(spec, printed):
        expected = (
            f"a code of the units config, {nearest(printed, units.codes)}"
            if by_code
            else units.expected_name(cell.unit, level)
        )
        problems.add(str(spec["file"]), where, cell.unit, expected)
    if code is not None and cell.check:
        other = units.find(cell.check, level)
        if other != code:
            problems.add(
                str(spec["file"]),
                f"line {cell.line}, column {part['check']}",
                cell.check,
                f"a name of {code} ({', '.join(units.spellings(code)[:3])}), as in column {part['column']}",
            )
    return code


def _leaves_out(spec: Mapping[str, Any], printed: str) -> bool:
    """Whether an unknown unit is left out on purpose."""
    for entry in spec.get("accept", ()):
        named = entry["rows"].get("unit", [])
        if entry["rule"] == "leave_out" and printed in (named if isinstance(named, list) else [named]):
            return True
    return False


def config_problems(
    configs: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, str],
    lines: Mapping[str, Mapping[tuple[str | int, ...], int]] | None = None,
) -> list[Problem]:
    """Problems of the units, variables and sources configs, each alone and among one another.

    Parameters
    ----------
    configs
        ``units``, ``variables`` and ``sources`` to the parsed configs.
    schemas
        The same to their JSON schemas.
    files
        The same to their names, for the messages.
    lines
        The same to the lines of their keys, where known.

    Returns
    -------
    list of Problem
        Empty if all is well. What refers to another config is looked at only where each config
        is valid alone.
    """
    known = lines or {}
    problems = Problems()
    for name, config in configs.items():
        problems.extend(schema_problems(config, schemas[name], files[name], known.get(name)))
    if len(problems):
        return list(problems)
    units = [u for u in configs["units"] if u != SETS]
    variables, sources = configs["variables"], configs["sources"]
    problems.extend(unit_problems(configs["units"], files["units"]))
    for name, variable in variables.items():
        if isinstance(variable["merge"], Mapping):
            problems.one_of(files["variables"], f"{name}.merge.weighted", variable["merge"]["weighted"], variables)
        low, high = variable["bounds"]
        if low is not None and high is not None and low >= high:
            expected = f"two numbers, the lower first, such as [{high}, {low}]"
            problems.add(files["variables"], f"{name}.bounds", [low, high], expected)
    for source, spec in sources.items():
        for where, column in _named_columns(spec):
            problems.one_of(files["sources"], f"{source}.{where}", column, spec["columns"])
        for where, variable in _named_variables(spec):
            problems.one_of(files["sources"], f"{source}.{where}", variable, variables)
        for where, unit in _named_units(spec):
            problems.one_of(files["sources"], f"{source}.{where}", unit, units)
    return list(problems)


def _listed(named: Any) -> list[str]:
    return [str(n) for n in named] if isinstance(named, list) else [str(named)]


def _named_columns(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part in ("unit", "year", "variable", "value"):
        for key in ("column", "check"):
            for column in _listed(spec.get(part, {}).get(key, [])):
                yield f"{part}.{key}", column
    for column in spec["variable"].get("header", {}):
        yield "variable.header", column
    for key in ("ignore", "lines"):
        for column in _listed(spec.get(key, [])):
            yield key, column


def _named_variables(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    part = spec["variable"]
    names = part.get("names", [])
    for variable in names.values() if isinstance(names, Mapping) else names:
        yield "variable.names", str(variable)
    for named in part.get("header", {}).values():
        yield "variable.header", str(named["variable"] if isinstance(named, Mapping) else named)
    if "value" in part:
        yield "variable.value", str(part["value"])
    for variable in spec.get("number", {}).get("negligible", []):
        yield "number.negligible", str(variable)
    for n, entry in enumerate(spec.get("accept", [])):
        for variable in _listed(entry["rows"].get("variable", [])):
            yield f"accept.{n}.rows.variable", variable


def _named_units(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    part = spec["unit"]
    for unit in part.get("printed", {}).values():
        yield "unit.printed", str(unit)
    if "value" in part:
        yield "unit.value", str(part["value"])
    for n, entry in enumerate(spec.get("accept", [])):
        if "to" in entry:
            yield f"accept.{n}.to", str(entry["to"])
        if entry["rule"] != "leave_out":  # a code that is left out need not be a unit
            for unit in _listed(entry["rows"].get("unit", [])):
                yield f"accept.{n}.rows.unit", unit
