"""How the tables of the audit are printed."""

from __future__ import annotations

from monotown.show.printed import Column, Form, Starts
from monotown.show.specs import MEASURE


def _number(name: str, label: str, decimals: int, scale: float = 1.0) -> Column:
    """A narrow column of numbers."""
    return Column(name, label, Form.NUMBER, decimals, scale=scale, width=2)


_RULES = (
    Column("result", "audit.column.result", Form.WORD, words="audit.result", width=2),
    Column("rule", "audit.column.rule", Form.WORD, words="audit.rule", width=3),
    Column("says", "audit.column.says", Form.TRANSLATED, width=9),
)

#: Tables of which each index has one, by the start of their names.
STARTS: Starts = {
    "audit_": _RULES,
    "unbroken_": _RULES,
    "audited_": (
        MEASURE,
        _number("missing", "audit.column.missing", 0, 100),
        _number("skewness", "audit.column.skewness", 1),
        _number("kurtosis", "audit.column.kurtosis", 1),
        _number("skewness_scored", "audit.column.skewness_scored", 1),
        _number("used", "audit.column.used", 0, 100),
        _number("r_index", "audit.column.r_index", 2),
        _number("r_rest", "audit.column.r_rest", 2),
        _number("r_other", "audit.column.r_other", 2),
        _number("ratio", "audit.column.ratio", 1),
    ),
}
