"""How the tables of the paper are printed, each number recomputed beside its print, and the claims."""

from __future__ import annotations

from monotown.show.printed import CODE, Column, Form, TableSpec, by_name
from monotown.show.specs import BLOCK, share

#: A claim as printed, in every format.
CLAIM = (
    Column("id", "report.column.claim", width=3),
    Column("place", "report.column.place", Form.WORD, words="claim_place", width=2),
    Column("quotation", "report.column.quotation", width=5, language="en"),
    Column("statement", "ledger.statement", Form.WORD, words="statement", width=2),
    Column("stated", "report.column.stated", Form.TRANSLATED, width=3),
    Column("recomputed", "report.column.recomputed", Form.TRANSLATED, width=3),
    Column("verdict", "report.column.verdict", Form.WORD, words="verdict", width=3),
    Column("arithmetic", "report.column.arithmetic", Form.TRANSLATED, width=5),
    Column("reading", "report.column.reading", Form.WORD, words="reading", width=2.5),
    Column("severity", "report.column.severity", Form.NUMBER, width=1.5),
)
_PRINTED = Column("printed", "report.column.printed")
_RECOMPUTED = Column("recomputed", "report.column.recomputed")
_MATCH = Column("match", "report.column.match", Form.WORD, words="match")
_RULE = Column("rule", "report.column.rounding", Form.WORD, words="rule")

SPECS = by_name(
    TableSpec("claims", CLAIM),
    TableSpec("claims_severe", CLAIM[:-2]),
    TableSpec(
        "verdicts",
        (
            Column("verdict", "report.column.verdict", Form.WORD, words="verdict"),
            Column("claims", "report.column.claims", Form.NUMBER),
        ),
    ),
    TableSpec(
        "paper_table1",
        (
            Column("year", "word.year", Form.YEAR),
            Column("organisation", "report.column.organisation", Form.WORD, words="organisation", width=6),
            Column("researchers", "report.column.researchers", Form.NUMBER),
            Column("quantity", "report.column.what", Form.WORD, words="quantity"),
            _PRINTED,
            _RECOMPUTED,
            _MATCH,
        ),
        group="year",
    ),
    TableSpec(
        "paper_table2",
        (Column("quantity", "report.column.what", Form.WORD, words="quantity", width=6), _PRINTED, _RECOMPUTED, _MATCH),
    ),
    TableSpec(
        "paper_table3",
        (
            Column("year", "word.year", Form.YEAR),
            Column("printed", "report.column.printed_share"),
            Column("degree_holders", "report.column.degree_holders", Form.NUMBER),
            Column("staff", "report.column.staff", Form.NUMBER),
            Column("recomputed", "report.column.recomputed"),
            Column("basis", "report.column.basis", Form.WORD, words="basis", width=4),
            Column("readings", "report.column.readings", Form.NUMBER),
            _MATCH,
        ),
    ),
    TableSpec(
        "paper_table4",
        (
            Column("n", "report.column.number", Form.NUMBER),
            BLOCK,
            Column("printed", "report.column.printed", width=7, language="en"),
            Column("indicator", "report.column.catalogue", Form.WORD, words="indicator", width=6),
            _MATCH,
        ),
        group="block",
    ),
    TableSpec(
        "paper_graphs",
        (
            Column("figure", "report.column.figure", Form.WORD, words="paper_figure"),
            Column("part", "report.column.part", Form.WORD, words="graph_part"),
            Column("label", "report.column.what", Form.TRANSLATED, width=4),
            Column("stated", "report.column.grounding", Form.WORD, words="stated"),
            Column("quotation", "report.column.quotation", width=6, language="en"),
            Column("locator", "report.column.locator", language=CODE),
        ),
        group="figure",
    ),
    TableSpec(
        "ratio_readings",
        (
            _RULE,
            Column("before", "report.column.before", Form.NUMBER),
            Column("after", "report.column.after", Form.NUMBER),
            Column("difference", "report.column.difference", Form.NUMBER),
            Column("ratio", "report.column.ratio", Form.NUMBER, 4),
            Column("printed_ratio", "report.column.printed_ratio"),
        ),
    ),
    TableSpec(
        "share_readings",
        (
            Column("year", "word.year", Form.YEAR),
            _PRINTED,
            _RULE,
            Column("readings", "report.column.readings", Form.NUMBER),
            Column("pairs", "report.column.pairs", width=8),
        ),
        group="year",
    ),
    TableSpec(
        "decomposition",
        (
            Column("method", "report.column.method", Form.WORD, words="method"),
            Column("part", "report.column.part", Form.WORD, words="part"),
            Column("people", "report.column.people", Form.NUMBER, 1),
            share("share_of_total", "report.column.share_of_loss"),
        ),
        group="method",
    ),
    TableSpec(
        "answers",
        (
            Column("claim", "report.column.claim", width=2.5),
            Column("quotation", "report.column.quotation", width=4, language="en"),
            Column("verdict", "report.column.verdict", Form.WORD, words="verdict", width=2),
            Column("answer", "report.column.answer", Form.TRANSLATED, width=5),
            Column("limit", "report.column.beyond", Form.TRANSLATED, width=4),
        ),
    ),
)
