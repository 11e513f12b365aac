"""What is told of raw files beside them: a data package, a page a source, a table of all.

All of it is made of the ``source.yaml`` of each source and of the files themselves.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any, Final

from monotown.base.parsing import MARKERS, SPACES

#: Terms that have an identifier of the Open Definition; others are told in words.
LICENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "PDDL": {"name": "PDDL-1.0", "path": "https://opendatacommons.org/licenses/pddl/1-0/"},
    "CC BY 4.0": {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"},
    "free use with attribution": {"name": "other-at", "title": "free use with attribution"},
}

#: First line of what is made, so that nobody mends it by hand.
MADE: Final = "<!-- Made from source.yaml by make data: change that file, not this one. -->"

_TEXT: Final = ("csv", "cpg", "prj", "txt")
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)")
_YEAR = re.compile(r"\d{4}")


def resource(name: str, path: str, data: bytes, entry: Mapping[str, Any]) -> dict[str, Any]:
    r"""One file in a data package (Frictionless Data Package, version 1).

    Parameters
    ----------
    name
        Id of the file, unique among all.
    path
        Relative to the package.
    data
        Its content.
    entry
        What its source says of it: ``title``, ``publisher``, ``licence``, ``about`` and, where
        they are known, ``copy``, ``url``, ``types`` and how its cells are read.

    Examples
    --------
    >>> entry = {"title": {"en": "Towns"}, "publisher": "Office", "licence": "PDDL", "about": "x"}
    >>> found = resource("towns", "raw/towns.csv", b"town,people\nA,12\nB,-\n", entry)
    >>> [(f["name"], f["type"]) for f in found["schema"]["fields"]], found["licenses"][0]["name"]
    ([('town', 'string'), ('people', 'integer')], 'PDDL-1.0')
    >>> found["schema"]["missingValues"], found["bytes"]
    (['', '-'], 21)
    """
    ending = PurePath(path).suffix.removeprefix(".")
    source = str(entry["publisher"])
    if "copy" in entry:
        source += f" (copy: {entry['copy']})"
    found: dict[str, Any] = {
        "name": name.lower().replace("_", "-"),
        "path": path,
        "title": entry["title"]["en"],
        "description": " ".join(str(entry["about"]).split()),
        "format": ending,
        "mediatype": "text/csv" if ending == "csv" else "application/octet-stream",
        "bytes": len(data),
        "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
        "sources": [{"title": source, **({"path": entry["url"]} if "url" in entry else {})}],
    }
    if ending in _TEXT:
        found["encoding"] = "utf-8"
        found["mediatype"] = "text/csv" if ending == "csv" else "text/plain"
    if entry["licence"] in LICENCES:
        found["licenses"] = [dict(LICENCES[entry["licence"]])]
    else:
        found["description"] += f" Terms: {entry['licence']}."
    if ending == "csv":
        found["profile"] = "tabular-data-resource"
        found["schema"] = table_schema(data.decode("utf-8-sig"), entry)
    return found


def table_schema(text: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a CSV file with their types, and the markers that stand for no figure.

    A column that names units, variables or tables is text, whatever its cells look like. Any other
    has the narrowest type that every cell fits once markers (``-``, ``...``, ``x``) are left out:
    date, integer, number, else text. So a cell with a footnote makes its column text. The column
    of the year is one of years where it holds nothing else; ``types`` of the source goes before.

    Parameters
    ----------
    text
        Content of the file.
    entry
        What its source says of it.

    Returns
    -------
    dict
        A Table Schema: ``fields`` and, where a typed column has markers, ``missingValues``.
    """
    header, *rows = csv.reader(io.StringIO(text))
    rows = [row for row in rows if row]
    names, told = _naming(entry), entry.get("types", {})
    year = entry.get("year", {})
    fields, markers = [], set()
    for i, column in enumerate(header):
        cells = [row[i] for row in rows]
        filled = [c for c in cells if c not in MARKERS]
        if column in told:
            field = {"type": told[column]}
        elif column in names or not filled:
            field = {"type": "string"}
        elif column == year.get("column") and all(_YEAR.fullmatch(c) for c in filled):
            field = {"type": "year"}
        else:
            field = field_type(filled)
        if field["type"] != "string":
            markers |= set(cells) & set(MARKERS)
        fields.append({"name": column, **field})
    schema: dict[str, Any] = {"fields": fields}
    if markers - {""}:
        schema["missingValues"] = sorted(markers | {""})
    return schema


def field_type(cells: Sequence[str]) -> dict[str, Any]:
    """Narrowest type of a Table Schema that every cell fits, with its decimal and group marks.

    Parameters
    ----------
    cells
        As printed, at least one, no markers.

    Examples
    --------
    >>> field_type(["12", "-3"]), field_type(["0012"]), field_type(["2021-05-01"])
    ({'type': 'integer'}, {'type': 'string'}, {'type': 'date'})
    >>> field_type(["1 234", "12"]), field_type(["1,5", "2"])
    ({'type': 'number', 'groupChar': ' '}, {'type': 'number', 'decimalChar': ','})
    >>> field_type(["1.5", "1e-05"]), field_type(["1,5", "1.5"])
    ({'type': 'number'}, {'type': 'string'})
    """
    if all(_PLAIN.fullmatch(c) for c in cells):
        return {"type": "integer"}
    if all(_is_date(c) for c in cells):
        return {"type": "date"}
    group = {c for cell in cells for c in cell if c in SPACES}
    mark = {c for cell in cells for c in cell if c in ".,"}
    if len(group) > 1 or len(mark) > 1:
        return {"type": "string"}
    space, point = "".join(group), "".join(mark) or "."
    whole = rf"(?:\d{{1,3}}(?:{space}\d{{3}})+|0|[1-9]\d*)" if space else r"(?:0|[1-9]\d*)"
    number = re.compile(rf"-?{whole}(?:{re.escape(point)}\d+)?(?:[eE][+-]?\d+)?")
    if not all(number.fullmatch(c) for c in cells):
        return {"type": "string"}
    marks = {"decimalChar": point} if point != "." else {}
    return {"type": "number", **marks, **({"groupChar": space} if space else {})}


def _is_date(cell: str) -> bool:
    try:
        return len(cell) == 10 and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def _naming(entry: Mapping[str, Any]) -> set[str]:
    """Columns that name something: units, variables, tables."""
    variable = entry.get("variable", {}).get("column", [])
    found = set(variable if isinstance(variable, list) else [variable])
    found |= {entry.get("unit", {}).get(k) for k in ("column", "check")}
    return {str(c) for c in found | {entry.get("publication", {}).get("column")} if c}


def source_page(content: Mapping[str, Any], files: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """The page ``SOURCE.md`` of a source, in Markdown.

    Parameters
    ----------
    content
        Its ``source.yaml``.
    files
        Name of each file, or the pattern of several, and what is said of it.
    """
    parts = [MADE, f"# {content['title']['en']}", content["about"].strip()]
    if "files" in content:
        parts.append(_files_table(content, files))
    facts = [] if "files" in content else [("file", f"`{files[0][0]}`")]
    words = [("kind", "kind of data"), ("publisher", "publisher"), ("licence", "terms")]
    words += [
        ("copy", "public copy"),
        ("url", "address"),
        ("download", "address of the file"),
        ("retrieved", "fetched on"),
    ]
    facts += [(told, content[key]) for key, told in words if key in content]
    parts.append("\n".join(["| | |", "|---|---|", *(_row(fact) for fact in facts)]))
    if content.get("notes"):
        parts.append("## Worth knowing")
        parts.append("\n".join(f"- {note}" for note in content["notes"]))
    if "checked" in content:
        parts += ["## How it was made and checked", content["checked"].strip()]
    if any("variable" in entry for _, entry in files):
        parts.append(
            "How each cell is read, and what is done with each oddity, stands in [`source.yaml`](source.yaml)."
        )
    return "\n\n".join(parts) + "\n"


def _files_table(content: Mapping[str, Any], files: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Files of a source, with the columns in which they differ from it."""
    columns = [("row", "one row is"), ("about", "what")]
    columns += [("publisher", "publisher"), ("licence", "terms"), ("copy", "public copy"), ("retrieved", "fetched on")]
    shown = [
        (key, told)
        for key, told in columns
        if any(entry.get(key, content.get(key)) != content.get(key) for _, entry in files)
    ]
    head = ["file", *(told for _, told in shown)]
    rows = [[f"`{name}`", *(entry.get(k, content.get(k, "")) for k, _ in shown)] for name, entry in files]
    return "\n".join([_row(head), "|" + "---|" * len(head), *map(_row, rows)])


def sources_table(sources: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """All sources as a Markdown table: group, title with a link, what it holds, publisher, terms.

    Parameters
    ----------
    sources
        Folder of each, relative to the page, and its ``source.yaml``; the group is the name of
        the folder above. Publishers are named to the first comma.

    Examples
    --------
    >>> print(sources_table([("raw/official/towns", {"title": {"en": "Towns"}, "licence": "PDDL",
    ...     "publisher": "Office, of statistics", "about": "27 towns. Nothing else."})]))
    | group | source | what | publisher | terms |
    |---|---|---|---|---|
    | official | [Towns](raw/official/towns/SOURCE.md) | 27 towns | Office | PDDL |
    <BLANKLINE>
    """
    rows: list[Sequence[str]] = [("group", "source", "what", "publisher", "terms"), ["---"] * 5]
    for folder, content in sources:
        what = " ".join(content["about"].split()).partition(". ")[0].removesuffix(".")
        publisher = content["publisher"].partition(",")[0]
        title = f"[{content['title']['en']}]({folder}/SOURCE.md)"
        group = PurePath(folder).parent.name
        rows.append((group, title, what, publisher, content["licence"]))
    lines = [_row(row) for row in rows]
    lines[1] = "|" + "---|" * 5
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(str(c).split()).replace("|", "\\|") for c in cells) + " |"
