"""How the tables of the audit are printed."""

from __future__ import annotations

from monotown.show.printed import Column, Form, Starts
from monotown.show.specs import MEASURE, share

#: Tables of which each index has one, by the start of their names.
STARTS: Starts = {
    "audit_": (
        Column("result", "audit.column.result", Form.WORD, words="audit.result", width=2),
        Column("rule", "audit.column.rule", Form.WORD, words="audit.rule", width=3),
        Column("says", "audit.column.says", Form.TRANSLATED, width=9),
    ),
    "audited_": (
        MEASURE,
        share("missing", "audit.column.missing"),
        Column("skewness", "audit.column.skewness", Form.NUMBER, 1),
        Column("kurtosis", "audit.column.kurtosis", Form.NUMBER, 1),
        Column("skewness_scored", "audit.column.skewness_scored", Form.NUMBER, 1),
        Column("kurtosis_scored", "audit.column.kurtosis_scored", Form.NUMBER, 1),
        share("used", "audit.column.used"),
        Column("r_index", "audit.column.r_index", Form.NUMBER, 2),
        Column("r_rest", "audit.column.r_rest", Form.NUMBER, 2),
        Column("r_other", "audit.column.r_other", Form.NUMBER, 2),
        Column("ratio", "audit.column.ratio", Form.NUMBER, 1),
    ),
}
