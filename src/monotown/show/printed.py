"""One typed table, printed as Markdown or HTML in any language; `monotown.show.latex` prints it for LaTeX."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final, TypeAlias

import pandas as pd

from monotown.base.labels import Labels
from monotown.base.tables import SCALES, kinds_in, score_decimals

#: Language of names of files, keys and formulas: none (ISO 639-2).
CODE: Final = "zxx"

#: Stands where a table has no value.
MISSING = "–"


class Form(StrEnum):
    """How the cells of a column are printed."""

    TEXT = "text"
    WORD = "word"
    NUMBER = "number"
    SCORE = "score"
    SIGNIFICANT = "significant"
    RANK = "rank"
    YEAR = "year"
    TRANSLATED = "translated"


@dataclass(frozen=True)
class Column:
    """How one column of a table is printed.

    Attributes
    ----------
    name
        Column of the frame.
    label
        Key of the heading.
    form
        How cells are printed. `SCORE` is a score, difference or mean of scores on the scale of an
        index, which `scale_from` names; `WORD` looks up ``<words>.<cell>`` and prints the cell
        itself where no such label stands; `RANK` prints whole ranks without and shared ranks with
        one decimal; `TRANSLATED` is a text that stands in ``<name>_<language>``, or in ``<name>``
        where there is no such column.
    decimals
        Digits after the decimal mark of a `NUMBER`, and of a `SCORE` that runs to 100; significant
        digits of a `SIGNIFICANT`, whose whole part is never rounded and whose last zeros are not
        printed.
    scale
        Factor before printing: 100 prints a share as percent.
    words
        Prefix of the label keys of a `WORD` column; several, parted by ``|``, are tried in turn.
    width
        Width on a page in centimetres; 0 for as wide as needed.
    scale_from
        Column of the frame with the scale of a `SCORE`, one of `monotown.base.tables.SCALES`. Headings
        and remarks may name it as ``{scale}``.
    language
        Language of its texts where that is not the reader's: those of a quotation, or `CODE`.
    """

    name: str
    label: str
    form: Form = Form.TEXT
    decimals: int = 0
    scale: float = 1.0
    words: str = ""
    width: float = 0.0
    scale_from: str = "scale"
    language: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the column is set flush right."""
        return self.form in (Form.NUMBER, Form.SCORE, Form.SIGNIFICANT, Form.RANK, Form.YEAR)


@dataclass(frozen=True)
class TableSpec:
    """What a table is called and which columns it prints.

    Attributes
    ----------
    name
        File name without language; labels are ``table.<name>`` (caption) and, where present,
        ``table_note.<name>`` (a remark under the table).
    columns
        Columns in their order; others of the frame stay in the CSV only.
    group
        Column whose equal neighbours are printed once, or "".
    """

    name: str
    columns: tuple[Column, ...]
    group: str = ""


#: Columns of the tables whose names begin so, or what makes their spec from the name and the table.
Starts: TypeAlias = Mapping[str, tuple[Column, ...] | Callable[[str, pd.DataFrame], TableSpec]]


def by_name(*specs: TableSpec) -> dict[str, TableSpec]:
    """Specs by the names of their tables."""
    return {spec.name: spec for spec in specs}


@dataclass(frozen=True)
class Printed:
    """A table as text in one language.

    Attributes
    ----------
    name, caption
        File name and caption.
    heads
        One heading a column.
    numeric
        Whether each column is set flush right.
    widths
        Widths on a page in centimetres, 0 for natural.
    rows
        Cells as text.
    kinds
        Kinds of data in the table, in the order of `monotown.base.tables.Kind`.
    note
        Remark, kind of data and source, one line.
    languages
        Language of the texts of each column, "" for the reader's.
    """

    name: str
    caption: str
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    note: str
    languages: tuple[str, ...] = ()


def kinds_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """Kinds of data in a table; a row that rests on no data, such as one of what is not there, has an empty one.

    Raises
    ------
    ValueError
        If a row's kind is not one of `monotown.base.tables.Kind`.
    """
    return kinds_in(frame["kind"].unique()) if len(frame) else ()


def source_ids(frame: pd.DataFrame) -> tuple[str, ...]:
    """Names of the sources of a table, sorted; a cell may name several, parted by ';'."""
    if "source" not in frame:
        return ()
    cells = frame["source"].dropna().astype(str).unique()
    return tuple(sorted({s.strip() for cell in cells for s in cell.split(";") if s.strip()}))


def source_words(ids: Iterable[str], labels: Labels) -> str:
    """Sources in words, parted by semicolons; sources with the same words once."""
    words = [labels(f"source.{s}") if labels.has(f"source.{s}") else s for s in ids]
    return "; ".join(dict.fromkeys(words))


def cell_text(value: object, column: Column, labels: Labels, scale: float = SCALES[0]) -> str:
    r"""One cell as printed.

    Parameters
    ----------
    value, column, labels
        The cell, its column, and the words of a language.
    scale
        Of a `SCORE`.

    Examples
    --------
    >>> words = Labels("ru", {"unit.KZULU": {"en": "Ulytau", "ru": "Улытау", "kk": "Ұлытау"}})
    >>> cell_text(0.4914, Column("share", "x", Form.NUMBER, 2, scale=100), words)
    '49,14'
    >>> cell_text("KZULU", Column("unit", "x", Form.WORD, words="unit"), words)
    'Улытау'
    >>> cell_text(float("nan"), Column("share", "x", Form.NUMBER), words)
    '–'
    >>> [cell_text(x, Column("v", "x", Form.SIGNIFICANT, 4), words) for x in (34126.4, 0.0016)]
    ['34\xa0126', '0,0016']
    """
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        return MISSING
    if column.form is Form.WORD:
        prefixes, text = column.words.split("|"), str(value)
        # A cell of several sources or kinds of data names each; a name may hold what parts them.
        whole = any(labels.has(f"{prefix}.{text}") for prefix in prefixes)
        words = [_word(part, prefixes, labels) for part in ([text] if whole else re.split(r"\+|; ", text))]
        return "; ".join(dict.fromkeys(words))
    if column.form is Form.TEXT or isinstance(value, str):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if column.form is Form.SIGNIFICANT:
        leading = math.floor(math.log10(abs(number))) if number else 0
        decimals = max(0, column.decimals - 1 - leading)
        fraction = f"{number:.{decimals}f}".partition(".")[2].rstrip("0")
        return labels.number(number, len(fraction))
    if column.form is Form.YEAR:
        return str(int(number)) if number else MISSING  # figures without a year stand under 0
    if column.form is Form.RANK:
        return labels.number(number, 0 if abs(number - round(number)) < 1e-9 else 1)
    decimals = column.decimals
    if column.form is Form.SCORE:
        decimals = score_decimals(scale, decimals)
    return labels.number(number * column.scale, decimals)


def _word(part: str, prefixes: Iterable[str], labels: Labels) -> str:
    known = (f"{prefix}.{part}" for prefix in prefixes)
    return next((labels(key) for key in known if labels.has(key)), part)


def print_table(frame: pd.DataFrame, spec: TableSpec, labels: Labels) -> Printed:
    """A table as text in one language.

    Parameters
    ----------
    frame
        Holds the columns of `spec` and ``kind``; ``source`` where the rows know it; the scale of
        its scores where there are any.
    spec
        Columns and name.
    labels
        Words of the language.
    """
    columns = []
    for column in spec.columns:
        name = column.name
        if column.form is Form.TRANSLATED and f"{name}_{labels.language}" in frame:
            name = f"{name}_{labels.language}"
        scales = frame[column.scale_from] if column.form is Form.SCORE else [SCALES[0]] * len(frame)
        columns.append([cell_text(v, column, labels, s) for v, s in zip(frame[name], scales, strict=True)])
    rows = list(zip(*columns, strict=True))
    if spec.group:
        at = [c.name for c in spec.columns].index(spec.group)
        rows = [(*r[:at], "", *r[at + 1 :]) if i and rows[i - 1][at] == r[at] else r for i, r in enumerate(rows)]
    kinds = kinds_of(frame)
    return Printed(
        name=spec.name,
        caption=labels(f"table.{spec.name}"),
        heads=tuple(_told(c.label, labels, _scale_text(frame, [c], labels)) for c in spec.columns),
        numeric=tuple(c.numeric for c in spec.columns),
        widths=tuple(c.width for c in spec.columns),
        rows=tuple(rows),
        kinds=kinds,
        note=note_line(frame, spec, labels),
        languages=tuple("" if c.language == labels.language else c.language for c in spec.columns),
    )


def _scale_text(frame: pd.DataFrame, columns: Iterable[Column], labels: Labels) -> str:
    """Scale of the first scores among some columns as printed, or "" where there are none."""
    named = [c.scale_from for c in columns if c.form is Form.SCORE]
    if not named:
        return ""
    return labels.number(float(frame[named[0]].iloc[0]) if len(frame) else SCALES[0])


def _told(key: str, labels: Labels, scale: str) -> str:
    return labels(key, scale=scale) if scale else labels(key)


def remark(frame: pd.DataFrame, spec: TableSpec, labels: Labels) -> str:
    """Remark on a table, or "" where its labels have none."""
    key = f"table_note.{spec.name}"
    return _told(key, labels, _scale_text(frame, spec.columns, labels)) if labels.has(key) else ""


def source_sentence(sources: Iterable[str], labels: Labels) -> str:
    """``Source: …``, or "" where no source is named."""
    words = source_words(sources, labels)
    return f"{labels('word.source')}: {words}." if words else ""


def note_line(frame: pd.DataFrame, spec: TableSpec, labels: Labels) -> str:
    """Remark on a table, its kinds of data and its sources, in one line."""
    kind_words = "".join(f"{labels(f'kind.{k}')}; " for k in kinds_of(frame)).removesuffix("; ")
    kind_words += "." if kind_words else ""
    sources = source_sentence(source_ids(frame), labels)
    parts = (remark(frame, spec, labels), kind_words, sources)
    return " ".join(part for part in parts if part)


def to_markdown(table: Printed) -> str:
    r"""A table as Markdown (GitHub's pipe tables).

    Examples
    --------
    >>> t = Printed("t", "Staff", ("Year", "n|N"), (True, False), (0, 0), (("2019", "116"),),
    ...             ("published",), "Published data.")
    >>> print(to_markdown(t), end="")
    **Staff**
    <BLANKLINE>
    | Year | n\|N |
    | ---: | :--- |
    | 2019 | 116 |
    <BLANKLINE>
    Published data.
    """

    def row(cells: Iterable[str]) -> str:
        return "| " + " | ".join(_markdown_cell(c) for c in cells) + " |"

    rule = "| " + " | ".join("---:" if n else ":---" for n in table.numeric) + " |"
    body = [row(cells) for cells in table.rows]
    caption = f"**{_markdown_cell(table.caption)}**"
    lines = [caption, "", row(table.heads), rule, *body, "", _markdown_cell(table.note)]
    return "\n".join(lines) + "\n"


_MARKDOWN = str.maketrans({c: "\\" + c for c in "\\|*_`<[]"} | {"\n": " ", "\r": ""})


def _markdown_cell(text: str) -> str:
    return text.translate(_MARKDOWN)


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8"/>
<title>{caption}</title>
<style>
body {{ margin: 10px; font: 12.5px/1.4 system-ui, "Segoe UI", Roboto, Arial, sans-serif; color: #333; }}
table {{ width: 100%; table-layout: fixed; border-collapse: collapse; border-block: 2px solid #a8a8a8; }}
caption {{ padding: 4px; font-size: 125%; }}
caption small {{ display: block; font-size: 80%; }}
th, td {{ padding: 4px; border-top: 1px solid #d3d3d3; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; }}
th {{ border-bottom: 2px solid #d3d3d3; font-weight: normal; vertical-align: bottom; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
tfoot td {{ border-top: 2px solid #d3d3d3; font-size: 90%; }}
</style>
</head>
<body>
<table>
<caption>{caption}<small>{about}</small></caption>
<colgroup>{widths}</colgroup>
<thead>
{heads}
</thead>
<tbody>
{rows}
</tbody>
<tfoot><tr><td colspan="{columns}">{note}</td></tr></tfoot>
</table>
</body>
</html>
"""


def to_html(
    table: Printed,
    language: str,
    about: str = "",
    tints: Mapping[tuple[int, int], str] | None = None,
    foreign: Mapping[tuple[int, int], str] | None = None,
) -> str:
    """A table as a page of its own, without scripts; nothing is fetched.

    Parameters
    ----------
    table
        Its widths share out the page.
    language
        Code of the language of its words.
    about
        A line under the caption.
    tints
        Colour behind a cell, by its row and column.
    foreign
        Code of the language of a cell that is in another one, by its row and column.

    Examples
    --------
    >>> t = Printed("t", "Staff", ("Year", "n"), (True, False), (1, 3), (("2019", "<116"),), ("published",), "Printed.")
    >>> page = to_html(t, "en", tints={(0, 1): "#eee"})
    >>> '<td style="background: #eee">&lt;116</td>' in page, '<col style="width: 75%"/>' in page
    (True, True)
    """

    def row(tag: str, cells: Iterable[str], at: int = -1) -> str:
        looks = [' class="number"' if number else "" for number in table.numeric]
        for attribute, given in ((' style="background: {}"', tints), (' lang="{}"', foreign)):
            for (of, column), value in (given or {}).items():
                if of == at:
                    looks[column] += attribute.format(value)
        return "<tr>" + "".join(f"<{tag}{a}>{escape(c)}</{tag}>" for a, c in zip(looks, cells, strict=True)) + "</tr>"

    return _PAGE.format(
        language=language,
        caption=escape(table.caption),
        about=escape(about),
        widths="".join(f'<col style="width: {100 * w / sum(table.widths):.3g}%"/>' for w in table.widths if w),
        heads=row("th", table.heads),
        rows="\n".join(row("td", cells, i) for i, cells in enumerate(table.rows)),
        columns=len(table.heads),
        note=escape(table.note),
    )
