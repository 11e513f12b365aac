"""Which tables publications are known to hold, which are taken, and what they leave to be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from monotown.base.problems import Problem, Problems, nearest
from monotown.data.sources import read_cells

#: Lowest levels of areas of a table at which it has more than the country.
BY_AREA: Final = ("region", "town", "organisation")


def publication_problems(
    publications: Mapping[str, Any],
    sources: Mapping[str, Any],
    indicators: Mapping[str, Any],
    measures: Mapping[str, Any],
    files: Mapping[str, str],
) -> list[Problem]:
    """What is wrong between the known tables, the sources and what is said to be lacking.

    Parameters
    ----------
    publications, sources, indicators, measures
        The parsed configs, each valid by its schema.
    files
        ``publications``, ``sources``, ``indicators`` and ``measures`` to the names of the configs.

    Returns
    -------
    list of Problem
        A source that names no publication or table of the registry, or one that is not taken; a
        taken table of a publication that no source reads; a number twice; an indicator that is
        not in the catalogue; an indicator with a measure, other than a twin, that no taken
        table feeds; an indicator said to be unavailable though a known table feeds it by region,
        town or organisation.

    Examples
    --------
    >>> table = {"number": "7", "title": "Entrants", "areas": "region", "feeds": ["entrants"]}
    >>> kinds = ("publications", "sources", "indicators", "measures")
    >>> print(*publication_problems(
    ...     {"yearbook": {"title": "Yearbook", "tables": [{**table, "why_not": "not read"}]}}, {},
    ...     {"indicators": {"entrants": {"unavailable": {"en": "Nobody counts entrants."}}}}, {},
    ...     {k: f"{k}.yaml" for k in kinds}))  # doctest: +NORMALIZE_WHITESPACE
    indicators.yaml, indicators.entrants.unavailable: found 'Nobody counts entrants.'; expected no
    such sentence, as table 7 of yearbook (Entrants) feeds it by region
    """
    problems = Problems()
    entries = indicators["indicators"]
    fed: dict[str, str] = {}
    with_data: set[str] = set()
    for name, entry in publications.items():
        numbers: dict[str, int] = {}
        readers = [s for s, spec in sources.items() if _publication(spec).get("id") == name]
        for i, table in enumerate(entry["tables"]):
            where, number = f"{name}.tables.{i}", table["number"]
            if numbers.setdefault(number, i) != i:
                problems.add(files["publications"], f"{where}.number", number, "each number once")
            if table.get("taken") and not readers:
                expected = f"why_not, as no source has publication {name}"
                problems.add(files["publications"], f"{where}.taken", "true", expected)
            for indicator in table["feeds"]:
                problems.one_of(files["publications"], f"{where}.feeds", indicator, entries)
                if table.get("taken"):
                    with_data.add(indicator)
                if table["areas"] in BY_AREA:
                    words = f"table {number} of {name} ({table['title']}) feeds it by "
                    fed.setdefault(indicator, words + table["areas"])
    for source, spec in sources.items():
        named = _publication(spec)
        if not named:
            problems.add(files["sources"], source, "no publication", "a publication and its table")
            continue
        if not problems.one_of(files["sources"], f"{source}.publication.id", named["id"], publications):
            continue
        if "column" in named and named["column"] not in spec["columns"]:
            expected = nearest(named["column"], spec["columns"])
            where = f"{source}.publication.column"
            problems.add(files["sources"], where, named["column"], expected)
        taken = [t["number"] for t in publications[named["id"]]["tables"] if t.get("taken")]
        if "table" in named and named["table"] not in taken:
            expected = f"a table that is taken, {nearest(named['table'], taken)}"
            problems.add(files["sources"], f"{source}.publication.table", named["table"], expected)
    for name, entry in measures.items():
        if entry["reading"] == "twin":  # a figure beside the indicator, not of it
            continue
        if entry["indicator"] in entries and entry["indicator"] not in with_data:
            expected = "an indicator that a table taken in the publications config feeds"
            where = f"{name}.indicator"
            problems.add(files["measures"], where, entry["indicator"], expected)
    for name, entry in entries.items():
        if "unavailable" in entry and name in fed:
            where = f"indicators.{name}.unavailable"
            expected = f"no such sentence, as {fed[name]}"
            problems.add(files["indicators"], where, entry["unavailable"]["en"], expected)
    return list(problems)


def table_problems(
    publications: Mapping[str, Any], sources: Mapping[str, Any], texts: Mapping[str, str], file: str
) -> list[Problem]:
    """Tables that are said to be taken and are not read from any file, or read and not said.

    Parameters
    ----------
    publications, sources
        The configs, without problems of `publication_problems`.
    texts
        Raw file to its content.
    file
        Name of the publications config, for the messages.
    """
    read: dict[str, set[str]] = {}
    for spec in sources.values():
        named = _publication(spec)
        cells = read_cells(spec, texts[str(spec["file"])], Problems())
        numbers = {named.get("table", cell.table) for cell in cells}
        read.setdefault(named["id"], set()).update(numbers)
    problems = []
    for name, entry in publications.items():
        taken = {t["number"] for t in entry["tables"] if t.get("taken")}
        for number in sorted(taken - read.get(name, set())):
            expected = "a number that a raw file holds, of rows that are read"
            problems.append(Problem(file, name, f"table {number}, taken", expected))
        for number in sorted(read.get(name, set()) - taken):
            expected = "taken: true for it, as a source reads it"
            problems.append(Problem(file, name, f"no table {number}, taken", expected))
    return problems


def _publication(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    named: Mapping[str, Any] = spec.get("publication", {})
    return named


def markdown_table(publications: Mapping[str, Any]) -> str:
    """The known tables as a Markdown table; lines end with LF, in the order of the file."""
    rows = ["| publication | table | what | areas | could feed | taken |", "|---|---|---|---|---|---|"]
    for entry in publications.values():
        title = entry["title"]
        for table in entry["tables"]:
            feeds = ", ".join(f"`{f}`" for f in table["feeds"])
            taken = "yes" if table.get("taken") else f"no: {table['why_not']}"
            cells = [title, table["number"], table["title"], table["areas"], feeds, taken]
            rows.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
            title = ""
    return "\n".join(rows) + "\n"
