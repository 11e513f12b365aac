"""The claims ledger as a page one can read."""

from __future__ import annotations

from typing import Final

import pandas as pd

from monotown.base.labels import Labels
from monotown.paper.specs import CLAIM
from monotown.show.printed import Column, TableSpec, print_table, to_html

#: Tint of a verdict's cell; its word says the same.
TINTS: Final = {
    "reproduced": "#dcebdc",
    "inconsistent": "#f6d9d0",
    "not_derivable": "#efe6c8",
    "derived": "#d9e6f2",
    "requirement": "#eeeeee",
    "external": "#ffffff",
}

#: The claims as printed, and what the page has beyond print.
PAGE: Final = TableSpec(
    "claims", (*CLAIM, Column("lines", "ledger.lines", width=1.5), Column("test", "ledger.test", width=2.5))
)


def claims_page(claims: pd.DataFrame, labels: Labels) -> str:
    """A self-contained page with every claim, in the order of the config.

    Parameters
    ----------
    claims
        Table `monotown.paper.ledger.CLAIMS`.
    labels
        ``report.column.*``, ``verdict.*``, ``reading.*``, ``ledger.*``, ``table.claims``,
        ``table_note.claims``, ``kind.*``, ``word.source`` and ``source.*``.
    """
    first, last = claims["line_from"].astype(str), claims["line_to"].astype(str)
    lines = first.where(first == last, first + "–" + last)
    printed = print_table(claims.assign(lines=lines, test=claims["test"].str.partition("::")[2]), PAGE, labels)
    counts = claims["verdict"].value_counts()
    said = ", ".join(f"{labels(f'verdict.{v}')}: {counts[v]}" for v in TINTS if v in counts)
    at = {c.name: i for i, c in enumerate(PAGE.columns)}
    tints = {(i, at["verdict"]): TINTS[v] for i, v in enumerate(claims["verdict"])}
    languages = enumerate(claims["quotation_language"])
    foreign = {(i, at["quotation"]): code for i, code in languages if code != labels.language}
    return to_html(printed, labels.language, f"{len(claims)} ({said})", tints, foreign)
