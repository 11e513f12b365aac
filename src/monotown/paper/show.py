"""The claims ledger as a page one can read."""

from __future__ import annotations

from html import escape

import pandas as pd
from great_tables import GT, html, loc, style

from monotown.base.labels import Labels
from monotown.show.printed import Column, Form, TableSpec, cell_text, note_line

#: Columns of the ledger as printed, in Markdown, LaTeX and HTML.
LEDGER = TableSpec(
    "claims",
    (
        Column("id", "report.column.claim", width=2.2),
        Column("place", "report.column.place", width=1.8),
        Column("quotation", "report.column.quotation", width=4),
        Column("stated", "report.column.stated", width=3),
        Column("recomputed", "report.column.recomputed", width=2.2),
        Column("arithmetic", "report.column.arithmetic", width=4.5),
        Column("verdict", "report.column.verdict", Form.WORD, words="verdict", width=1.8),
        Column("reading", "report.column.reading", Form.WORD, words="reading", width=1.6),
        Column("severity", "report.column.severity", Form.NUMBER),
    ),
)

#: Tint of a verdict's cell; its word says the same.
TINTS = {
    "reproduced": "#dcebdc",
    "inconsistent": "#f6d9d0",
    "not_derivable": "#efe6c8",
    "derived": "#d9e6f2",
    "requirement": "#eeeeee",
    "external": "#ffffff",
}


#: Columns of the page beyond those of print.
_PAGE = (Column("lines", "ledger.lines"), Column("test", "ledger.test"))

#: Widths of the page's columns, percent.
_WIDTHS = {
    "id": 9,
    "place": 7,
    "quotation": 15,
    "stated": 12,
    "recomputed": 8,
    "arithmetic": 16,
    "verdict": 9,
    "reading": 9,
    "severity": 3,
    "lines": 4,
    "test": 8,
}


def claims_page(claims: pd.DataFrame, labels: Labels) -> str:
    """A self-contained page with every claim, in the order of the config.

    Parameters
    ----------
    claims
        Table `monotown.paper.ledger.CLAIMS`.
    labels
        ``report.column.*``, ``verdict.*``, ``reading.*``, ``ledger.*``, ``table.claims``,
        ``kind.*``, ``word.source`` and ``source.*``.

    Returns
    -------
    str
        HTML without scripts; nothing is fetched.
    """
    columns = (*LEDGER.columns, *_PAGE)
    first, last = claims["line_from"].astype(str), claims["line_to"].astype(str)
    lines = first.where(first == last, first + "–" + last)
    cells = claims.assign(lines=lines, test=claims["test"].str.partition("::")[2])
    shown = pd.DataFrame({c.name: [cell_text(v, c, labels) for v in cells[c.name].tolist()] for c in columns})
    counts = claims["verdict"].value_counts()
    said = [f"{labels(f'verdict.{v}')}: {counts[v]}" for v in TINTS if v in counts]
    note = f"{labels('ledger.stated')} {note_line(claims, LEDGER, labels)}"
    table = (
        GT(shown, id="claims")
        .tab_header(labels("table.claims"), f"{len(claims)} ({', '.join(said)})")
        .cols_label(cases={c.name: labels(c.label) for c in columns})
        .tab_source_note(html(escape(note)))
        .tab_options(table_font_size="12.5px", table_width="100%", data_row_padding="4px")
        .tab_style(style.text(v_align="top"), loc.body())
        .cols_width(cases={name: f"{width}%" for name, width in _WIDTHS.items()})
        .opt_css("#claims td { overflow-wrap: anywhere; }")
    )
    for verdict, tint in TINTS.items():
        rows = [i for i, v in enumerate(claims["verdict"]) if v == verdict]
        if rows:
            table = table.tab_style(style.fill(tint), loc.body(columns="verdict", rows=rows))
    page = str(table.as_raw_html(make_page=True))
    title = escape(labels("table.claims"))
    head = f'<meta charset="utf-8"/>\n<title>{title}</title>'
    page = page.replace('<html lang="en">', f'<html lang="{labels.language}">', 1)
    return page.replace('<meta charset="utf-8"/>', head, 1)
