"""Content of the template workbook: sheets, headers in each language, lists, a filled example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from monotown.base.expressions import parse
from monotown.base.labels import Labels, in_language
from monotown.data.workbooks.fields import Field

#: Rows of a sheet that its lists and checks reach.
FILLED_ROWS: Final = 2000

#: Years and units of the example.
EXAMPLE_YEARS: Final = (2020, 2021, 2022)
EXAMPLE_UNITS: Final = 2

UNIT_COLUMNS: Final = ("code", "name_en", "name_ru", "name_kk", "region", "level", "aliases", "latitude", "longitude")
LEVELS: Final = ("town", "region", "organisation")


@dataclass(frozen=True)
class Rule:
    """What cells of some columns may hold.

    Attributes
    ----------
    type, operator, first, second
        As spreadsheets name them: ``list``, ``whole`` or ``decimal``, and its limits.
    columns, rows
        Columns, and first and last row, from 0.
    title, message, hint
        Said when the cell is chosen (`hint`) or holds something else (`message`).
    stops
        Whether something else is refused, or only warned of.
    """

    type: Literal["list", "whole", "decimal"]
    columns: tuple[int, ...]
    rows: tuple[int, int]
    first: str
    second: str | None = None
    operator: Literal["between", "greaterThanOrEqual"] | None = None
    title: str = ""
    message: str = ""
    hint: str = ""
    stops: bool = False


@dataclass(frozen=True)
class Page:
    """One sheet of the template.

    Attributes
    ----------
    name
        Name of the sheet.
    rows
        Its cells: texts and numbers.
    styles
        Row from 0 to its look: ``head`` or ``key``.
    notes
        Cell to the note on it.
    widths
        Width of each column, in characters.
    frozen
        Rows and columns that stay in sight.
    rules
        What cells may hold.
    hidden
        Whether the sheet is hidden.
    """

    name: str
    rows: Sequence[Sequence[str | float]]
    styles: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    widths: Sequence[float] = ()
    frozen: tuple[int, int] = (0, 0)
    rules: Sequence[Rule] = ()
    hidden: bool = False


def sheet_fields(fields: Mapping[str, Field], indicators: Mapping[str, Any]) -> tuple[list[Field], list[Field]]:
    """Columns of the sheet of statistics and of the sheet of survey results.

    Statistics: what the formulas of indicators are computed from, then the statistical
    indicators themselves. Both follow the catalogue.
    """
    kinds = {name: block["type"] for name, block in indicators["blocks"].items()}
    mine = [f for f in fields.values() if f.block]
    statistical = [f for f in mine if kinds[f.block] == "statistical"]
    raw = [
        name
        for name, f in fields.items()
        if not f.block and any(name in parse(s.formula).variables for s in statistical if s.formula)
    ]
    return [*(fields[n] for n in raw), *statistical], [f for f in mine if kinds[f.block] == "sociological"]


def template_pages(
    fields: Mapping[str, Field],
    indicators: Mapping[str, Any],
    units: Mapping[str, Any],
    texts: Mapping[str, Labels],
    examples: Sequence[str],
) -> list[Page]:
    """Sheets of the template.

    Parameters
    ----------
    fields
        Of `monotown.data.workbooks.fields.make_fields`.
    indicators, units
        Contents of the catalogue and of the units config.
    texts
        Language to its labels, with the keys ``towns.template.*``.
    examples
        Units whose first ones stand in the example sheet.
    """
    data, survey = sheet_fields(fields, indicators)
    towns = [u["en"] for c, u in units.items() if c != "sets" and u["level"] == "town"]
    regions = [u["en"] for c, u in units.items() if c != "sets" and u["level"] == "region"]
    ids = [*indicators["blocks"], *(f.name for f in fields.values() if f.block)]
    entries = indicators["indicators"]
    return [
        _notes_page([*data, *survey], entries, texts),
        _units_page(texts, len(regions)),
        _figures_page("data", data, entries, texts, len(towns)),
        _figures_page("survey", survey, entries, texts, len(towns)),
        _weights_page(fields, indicators, texts),
        _figures_page(
            "example",
            [*data, *survey],
            entries,
            texts,
            len(towns),
            _filled([*data, *survey], list(examples)[:EXAMPLE_UNITS], units),
        ),
        Page(
            "lists",
            _columns([["towns", *towns], ["regions", *regions], ["ids", *ids], ["levels", *LEVELS]]),
            hidden=True,
        ),
    ]


def _invented(held: Field, names: Set[str], i: int, j: int, k: int) -> float:
    """A figure that only fills the example: within its bounds and its whole, always the same."""
    share = ((3 * i + 7 * k) % 9 + j + 2) / 13
    if held.count and names & held.part_of.keys():
        return float(1 + round(3 * share))
    if held.count:
        return float(10 + round(90 * share))
    if held.mean_of:
        return float(40_000 + 1_000 * round(20 * share))
    low, high = held.goalposts or (0.0, 100.0)
    return round(low + share * (high - low), 2)


def _filled(fields: Sequence[Field], codes: Sequence[str], units: Mapping[str, Any]) -> list[list[str | float]]:
    names = {f.name for f in fields if not f.mean_of}
    return [
        [units[code]["en"], year, *(_invented(f, names, i, j, k) for k, f in enumerate(fields))]
        for i, code in enumerate(codes)
        for j, year in enumerate(EXAMPLE_YEARS)
    ]


def _figures_page(
    name: str,
    fields: Sequence[Field],
    entries: Mapping[str, Any],
    texts: Mapping[str, Labels],
    towns: int,
    filled: Sequence[Sequence[str | float]] = (),
) -> Page:
    rows: list[list[str | float]] = [[_title(name, texts)]]
    for language, words in texts.items():
        rows.append(
            [
                words("towns.template.unit"),
                words("towns.template.year"),
                *(in_language(f.labels, language) for f in fields),
            ]
        )
    rows.append(["unit", "year", *(f.name for f in fields)])
    rows.append(["unit of measure", "", *(f.unit_of_measure for f in fields)])
    first = len(rows)
    rows += [list(r) for r in filled]
    notes = {(1 + len(texts), c): _note(f, entries) for c, f in enumerate(fields, 2)}
    span = (first, first + FILLED_ROWS - 1)
    rules = [
        Rule(
            "list",
            (0,),
            span,
            f"lists!$A$2:$A${towns + 1}",
            hint=_joined(texts, "towns.template.unit_hint"),
            title="unit",
        ),
        Rule(
            "whole",
            (1,),
            span,
            "1990",
            "2100",
            "between",
            "year",
            _joined(texts, "towns.template.year_hint"),
            stops=True,
        ),
        *(_bounds(f, c, span, texts) for c, f in enumerate(fields, 2)),
    ]
    return Page(name, rows, _styles(texts, 2), notes, [24, 8, *([20] * len(fields))], (first, 2), rules)


def _bounds(held: Field, column: int, span: tuple[int, int], texts: Mapping[str, Labels]) -> Rule:
    low, high = held.bounds
    kind: Literal["whole", "decimal"] = "whole" if held.count else "decimal"
    message = _joined(texts, "towns.template.bounds_hint", unit=held.unit_of_measure)
    low_text = f"{-1e12 if low is None else low:g}"
    high_text = f"{1e12 if high is None else high:g}"
    return Rule(kind, (column,), span, low_text, high_text, "between", held.name[:30], message)


def _note(held: Field, entries: Mapping[str, Any]) -> str:
    lines = [*held.labels.values(), f"[{held.unit_of_measure}]"]
    if held.name in entries:
        lines += [entries[held.name]["formula"], entries[held.name]["why_direction"]]
    return "\n".join(lines)


def _units_page(texts: Mapping[str, Labels], regions: int) -> Page:
    rows: list[list[str | float]] = [[_title("units", texts)]]
    for words in texts.values():
        rows.append([words(f"towns.template.units.{c}") for c in UNIT_COLUMNS])
    rows.append([c.replace("_", " ") for c in UNIT_COLUMNS])
    span = (len(rows), len(rows) + FILLED_ROWS - 1)
    at = {name: i for i, name in enumerate(UNIT_COLUMNS)}
    rules = [
        Rule("list", (at["region"],), span, f"lists!$B$2:$B${regions + 1}", title="region"),
        Rule(
            "list",
            (at["level"],),
            span,
            f"lists!$D$2:$D${len(LEVELS) + 1}",
            title="level",
            message=", ".join(LEVELS),
            stops=True,
        ),
        Rule("decimal", (at["latitude"],), span, "-90", "90", "between", "latitude", "-90 … 90", stops=True),
        Rule("decimal", (at["longitude"],), span, "-180", "180", "between", "longitude", "-180 … 180", stops=True),
    ]
    return Page("units", rows, _styles(texts, 1), {}, [14, 24, 24, 24, 24, 14, 30, 10, 10], (2 + len(texts), 1), rules)


def _weights_page(fields: Mapping[str, Field], indicators: Mapping[str, Any], texts: Mapping[str, Labels]) -> Page:
    rows: list[list[str | float]] = [[_title("weights", texts)]]
    for words in texts.values():
        rows.append([words(f"towns.template.weights.{c}") for c in ("id", "label", "weight")])
    rows.append(["id", "note", "weight"])
    first = len(rows)
    for block, entry in indicators["blocks"].items():
        known = all(t.has(f"block.{block}") for t in texts.values())
        said = _joined(texts, f"block.{block}") if known else entry["paper"]["text"]
        rows.append([block, said, ""])
        rows += [
            [f.name, " / ".join(in_language(f.labels, k) for k in texts), ""]
            for f in fields.values()
            if f.block == block
        ]
    rules = [
        Rule(
            "decimal",
            (2,),
            (first, len(rows) - 1),
            "0",
            "1000000",
            "between",
            "weight",
            _joined(texts, "towns.template.weight_hint"),
            stops=True,
        )
    ]
    return Page("weights", rows, _styles(texts, 1), {}, [34, 120, 10], (first, 1), rules)


def _notes_page(shown: Sequence[Field], entries: Mapping[str, Any], texts: Mapping[str, Labels]) -> Page:
    rows: list[list[str | float]] = []
    for words in texts.values():
        rows += [[line] for line in words("towns.template.notes").split("\n")]
        rows.append([""])
    styles = {len(rows): "head"}
    rows.append(["id", *(w.name for w in texts.values()), "unit of measure", "definition"])
    for held in shown:
        definition = entries[held.name]["formula"] if held.name in entries else ""
        told = [in_language(held.labels, k) for k in texts]
        rows.append([held.name, *told, held.unit_of_measure, definition])
    return Page("notes", rows, styles, widths=[34, *([50] * len(texts)), 24, 70])


def _styles(texts: Mapping[str, Labels], keys: int) -> dict[int, str]:
    """The title and a head a language, then lines of keys."""
    heads = 1 + len(texts)
    return {i: "head" if i < heads else "key" for i in range(heads + keys)}


def _title(name: str, texts: Mapping[str, Labels]) -> str:
    return _joined(texts, f"towns.template.title.{name}")


def _joined(texts: Mapping[str, Labels], key: str, **values: object) -> str:
    return " / ".join(words(key, **values) for words in texts.values())


def _columns(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """Columns of several lengths as rows."""
    height = max(len(c) for c in columns)
    return [[c[r] if r < len(c) else "" for c in columns] for r in range(height)]
