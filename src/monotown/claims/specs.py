"""How the ledger of a study's claims is printed."""

from __future__ import annotations

from monotown.show.printed import Column, Form, TableSpec, by_name

_VERDICT = Column("verdict", "report.column.verdict", Form.WORD, words="verdict", width=2.8)
_LEDGER = (
    Column("id", "report.column.claim", width=2.5),
    Column("place", "report.column.place", width=3),
    Column("quotation", "report.column.quotation", width=4),
    Column("stated", "report.column.stated", width=2),
    Column("recomputed", "report.column.recomputed", Form.TRANSLATED, width=2.5),
    _VERDICT,
    Column("arithmetic", "report.column.arithmetic", Form.TRANSLATED, width=5),
    Column("why", "report.column.why_not", width=4),
)

SPECS = by_name(
    TableSpec(
        "ledger",
        (
            *_LEDGER,
            Column("reading", "report.column.reading", Form.WORD, words="reading", width=2),
            Column("severity", "report.column.severity", Form.NUMBER, width=1.5),
            Column("addresses", "report.column.addresses", width=4),
        ),
    ),
    TableSpec("ledger_open", _LEDGER),
    TableSpec("ledger_counts", (_VERDICT, Column("claims", "report.column.claims", Form.NUMBER))),
)
