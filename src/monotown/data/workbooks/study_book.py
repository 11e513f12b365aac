"""Content of the workbook of a study to be filled: sheets, headings in a language, lists, an invented example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from monotown.base.labels import Labels
from monotown.data.workbooks.template import FILLED_ROWS, Page, Rule

#: Sheets and their columns; the words of a column are ``study.book.heading.<sheet>.<column>``.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "indicators": (
        *("id", "name", "parent", "direction", "unit", "low", "high", "weight", "aggregation", "missing"),
        *("denominator", "note"),
    ),
    "units": ("code", "name", "region", "population", "latitude", "longitude", "reference"),
    "data": ("unit", "year"),
    "weights": ("id", "weight"),
    "about": ("key", "value"),
}

#: Keys of the sheet ``about``.
KEYS: Final = ("title", "publisher", "terms", "kind", "unit_word", "contact")

#: Columns whose cells are chosen from a list of words, parted by semicolons in ``study.book.list.<column>``.
LISTED: Final = ("direction", "aggregation", "missing", "reference")

_WIDTHS: Final = {"name": 34, "note": 40, "aggregation": 26, "missing": 22, "value": 60, "unit": 20}

#: Indicators of the example: parent, direction (place in the list of words), goalposts; nodes have a weight alone.
_EXAMPLE: Final[Mapping[str, tuple[str, int | None, float | str, float | str]]] = {
    "work": ("", None, "", ""),
    "wage": ("work", 0, 200, 1000),
    "unemployment": ("work", 1, 0, 15),
    "living": ("", None, "", ""),
    "doctors": ("living", 0, 10, 60),
    "dust": ("living", 1, 5, 45),
}
_WEIGHTS: Final = {"work": 40, "living": 60}

#: Invented units: code to population, then of each year wage, unemployment, doctors, dust; the last is never ranked.
_YEARS: Final = (2022, 2023)
_UNITS: Final[Mapping[str, tuple[int, tuple[tuple[float | str, ...], ...]]]] = {
    "A": (120_000, ((520, 4.8, 38.0, 14.0), (560, 4.5, 39.5, 13.0))),
    "B": (45_000, ((610, 5.6, 29.0, 27.0), (640, 5.9, 28.0, 29.0))),
    "C": (80_000, ((430, 7.2, 41.0, 11.0), (455, 6.8, 42.5, 10.5))),
    "D": (31_000, ((390, 9.1, 24.5, 18.0), (420, 8.4, 25.0, 19.0))),
    "E": (210_000, ((700, 3.9, 47.0, 33.0), (735, 3.7, 48.5, 31.5))),
    "F": (22_000, ((350, 8.8, 21.0, "…"), (365, 9.4, 20.0, 9.0))),
    "ALL": (508_000, ((548, 5.7, 38.6, 20.5), (580, 5.5, 39.3, 19.8))),
}


def study_pages(words: Labels, *, example: bool = False) -> list[Page]:
    """Sheets of a workbook in which a study is written down.

    Parameters
    ----------
    words
        Words of a language, with the keys ``study.book.*``.
    example
        Whether it is filled with invented figures.

    Returns
    -------
    list of Page
        How to fill it; the sheets of `COLUMNS`.
    """
    rows: Mapping[str, Sequence[Sequence[str | float]]] = _filled(words) if example else {}
    more = {"data": tuple(n for n, e in _EXAMPLE.items() if e[0])} if example else {}
    pages = [_page(name, words, rows.get(name, ()), more.get(name, ())) for name in COLUMNS if name != "about"]
    return [_help(words), *pages, _about(words, example)]


def _help(words: Labels) -> Page:
    lines = words("study.book.help").split("\n")
    return Page(words("study.book.help_sheet"), [[line] for line in lines], {0: "head"}, widths=[110])


def _page(sheet: str, words: Labels, rows: Sequence[Sequence[str | float]], more: Sequence[str]) -> Page:
    columns = COLUMNS[sheet]
    head = [words(f"study.book.heading.{sheet}.{c}") for c in columns]
    noted = {c: f"study.book.note.{sheet}.{name}" for c, name in enumerate(columns)}
    notes = {(0, c): words(key) for c, key in noted.items() if words.has(key)}
    widths = [_WIDTHS.get(c, 14) for c in [*columns, *more]]
    rules = [rule for c, name in enumerate(columns) for rule in _rules(sheet, name, c, words)]
    return Page(sheet, [[*head, *more], *rows], {0: "head"}, notes, widths, (1, 1), rules)


def _rules(sheet: str, name: str, column: int, words: Labels) -> list[Rule]:
    span = (1, FILLED_ROWS)
    title = words(f"study.book.heading.{sheet}.{name}")
    if name in LISTED:
        listed = [word.strip() for word in words(f"study.book.list.{name}").split(";")]
        return [Rule("list", (column,), span, f'"{",".join(listed)}"', title=title)]
    of = {"parent": "indicators", "id": "indicators" if sheet == "weights" else "", "unit": "units"}.get(name, "")
    if of and (sheet, name) != ("indicators", "unit"):
        return [Rule("list", (column,), span, f"{of}!$A$2:$A${FILLED_ROWS + 1}", title=title)]
    if name == "year":
        hint = words("study.book.year")
        return [Rule("whole", (column,), span, "1800", "2200", "between", title, hint, stops=True)]
    limits = {"latitude": 90, "longitude": 180}.get(name)
    if limits:
        text = f"-{limits} … {limits}"
        return [Rule("decimal", (column,), span, str(-limits), str(limits), "between", title, text, stops=True)]
    return []


def _about(words: Labels, example: bool) -> Page:
    """The sheet in which a study says what it is; the hint stands beside the cell to fill."""
    rows: list[list[str | float]] = [[*(words(f"study.book.heading.about.{c}") for c in COLUMNS["about"]), ""]]
    for key in KEYS:
        told = f"study.book.about.{key}.example"
        value = words(told) if example and words.has(told) else ""
        if key == "kind":
            value = words("study.book.list.kind").split(";")[int(example)].strip()
        rows.append([words(f"study.book.about.{key}.key"), value, words(f"study.book.about.{key}.hint")])
    kinds = ",".join(word.strip() for word in words("study.book.list.kind").split(";"))
    at = 1 + KEYS.index("kind")
    rules = [Rule("list", (1,), (at, at), f'"{kinds}"')]
    return Page("about", rows, {0: "head"}, {}, [24, 60, 90], (1, 0), rules)


def _filled(words: Labels) -> dict[str, list[list[str | float]]]:
    direction = [word.strip() for word in words("study.book.list.direction").split(";")]
    yes = words("study.book.list.reference").split(";")[0].strip()
    indicators: list[list[str | float]] = []
    for name, (parent, at, low, high) in _EXAMPLE.items():
        leaf = at is not None
        told = words(f"study.book.example.{name}")
        unit = words(f"study.book.example.{name}_unit") if leaf else ""
        cells = [name, told, parent, direction[at] if at is not None else "", unit, low, high]
        indicators.append([*cells, *([""] * (len(COLUMNS["indicators"]) - len(cells)))])
    whole = list(_UNITS)[-1]
    units: list[list[str | float]] = [
        [
            c,
            words("study.book.example.whole") if c == whole else words("study.book.example.city", code=c),
            "",
            people,
            "",
            "",
            yes if c == whole else "",
        ]
        for c, (people, _) in _UNITS.items()
    ]
    data: list[list[str | float]] = [
        [code, year, *figures] for code, held in _UNITS.items() for year, figures in zip(_YEARS, held[1], strict=True)
    ]
    return {"indicators": indicators, "units": units, "data": data, "weights": [[*w] for w in _WEIGHTS.items()]}
