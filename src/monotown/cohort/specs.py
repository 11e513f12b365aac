"""How the tables of the cohort are printed."""

from __future__ import annotations

from monotown.show.printed import Column, Form, TableSpec, by_name
from monotown.show.specs import share

_PRIOR = Column("prior", "report.column.prior", Form.WORD, words="prior", width=2.5)

SPECS = by_name(
    TableSpec(
        "cohort_priors",
        (
            _PRIOR,
            Column("exit_law", "report.column.exit_law"),
            share("exit_median", "report.column.exit_median"),
            Column("inflow_law", "report.column.inflow_law"),
            Column("inflow_median", "report.column.inflow_median", Form.NUMBER, 1),
            Column("why", "report.column.meaning", Form.TRANSLATED, width=4),
        ),
    ),
    TableSpec(
        "cohort_posteriors",
        (
            _PRIOR,
            share("exit_low", "report.column.exit_low"),
            share("exit_median", "report.column.exit_median"),
            share("exit_high", "report.column.exit_high"),
            Column("inflow_low", "report.column.inflow_low", Form.NUMBER, 1),
            Column("inflow_median", "report.column.inflow_median", Form.NUMBER, 1),
            Column("inflow_high", "report.column.inflow_high", Form.NUMBER, 1),
            share("evidence", "report.column.evidence", 1),
        ),
    ),
    TableSpec(
        "cohort_courses",
        (
            Column("course", "report.column.course", Form.WORD, words="course", width=4),
            Column("exit_factor", "report.column.exit_factor", Form.NUMBER, 1),
            Column("inflow_factor", "report.column.inflow_factor", Form.NUMBER, 1),
            Column("extra_inflow", "report.column.extra_inflow", Form.NUMBER),
            Column("year", "word.year", Form.YEAR),
            Column("median_low", "report.column.holders_low", Form.NUMBER),
            Column("median_high", "report.column.holders_high", Form.NUMBER),
            share("hold_high", "report.column.hold_high"),
            share("regain_high", "report.column.regain_high"),
        ),
    ),
    TableSpec(
        "cohort_needs",
        (
            Column("goal", "report.column.goal", Form.WORD, words="goal", width=3),
            Column("target", "report.column.target", Form.NUMBER),
            Column("by_year", "report.column.by_year", Form.YEAR),
            Column("exit_from", "report.column.exit_from", Form.WORD, words="prior", width=3),
            share("exit_rate", "report.column.exit_rate", 1),
            Column("inflow", "report.column.inflow_needed", Form.NUMBER, 1),
        ),
        group="goal",
    ),
)
