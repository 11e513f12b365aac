"""Schemas of the tables of the audit, and what a rule may be about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandera.pandas as pa

from monotown.base.tables import COUNT, KINDED, MAYBE_SHARE, NOTE, NUMBER, SOURCED, TEXT, YEAR, table

_INDEX: Final = {"view": TEXT, "year": YEAR}

#: One indicator in the cross-section that the structure is of. `missing`: share of the units without a value of
#: their own; `distinct`: different values, a share of the values; `same`: share of the values that are the most
#: frequent one. `skewness` and `kurtosis` are those of the values as they came, with ``_scored`` of the scores that
#: enter the index; `outliers` the fewest units, parted by ``;``, whose scores, pulled in to the next one, bring
#: the scores into line, "" where there are none or five do not suffice. `used`: part of the scale between the lowest
#: and the highest score, of scores on a scale from 0 to 1; `clipped`: share of the scores cut to an end of it.
#: `r_index`, `r_rest`, `r_other`: correlation with the index, with the sum of the others of its block, and the
#: largest with the score of another block (`other`).
INDICATORS: Final = table(
    "audit_indicators",
    ["view", "measure"],
    {
        **_INDEX,
        "measure": TEXT,
        "block": TEXT,
        "n_units": COUNT,
        "missing": MAYBE_SHARE,
        "minimum": NUMBER,
        "maximum": NUMBER,
        "distinct": MAYBE_SHARE,
        "same": MAYBE_SHARE,
        "skewness": NUMBER,
        "kurtosis": NUMBER,
        "skewness_scored": NUMBER,
        "kurtosis_scored": NUMBER,
        "outliers": NOTE,
        "used": NUMBER,
        "clipped": MAYBE_SHARE,
        "r_index": NUMBER,
        "r_rest": NUMBER,
        "other": NOTE,
        "r_other": NUMBER,
    },
    SOURCED,
)

#: One pair of indicators.
PAIRS: Final = table(
    "audit_pairs",
    ["view", "measure_a", "measure_b"],
    {**_INDEX, "measure_a": TEXT, "measure_b": TEXT, "block_a": TEXT, "block_b": TEXT, "r": NUMBER, "n_units": COUNT},
    SOURCED,
)

#: One block. `r_within`: mean correlation of its indicators with each other; `r_between`: with those of other blocks.
BLOCKS: Final = table(
    "audit_blocks",
    ["view", "block"],
    {
        **_INDEX,
        "block": TEXT,
        "n_units": COUNT,
        "n_indicators": COUNT,
        "reflective": pa.Column(bool),
        "alpha": NUMBER,
        "r_within": NUMBER,
        "r_between": NUMBER,
        "r_index": NUMBER,
    },
    SOURCED,
)

#: Weight given and real importance of a block or an indicator: ratio of the two, with its least and greatest
#: value when units are left out.
IMPORTANCE: Final = table(
    "audit_importance",
    ["view", "level", "node"],
    {
        **_INDEX,
        "level": pa.Column(str, pa.Check.isin(["block", "indicator"])),
        "node": TEXT,
        "nominal": NUMBER,
        "share": NUMBER,
        "ratio": NUMBER,
        "ratio_low": NUMBER,
        "ratio_high": NUMBER,
    },
    SOURCED,
)

#: One analysis of uncertainty. `wide`: share of the units whose interval of ranks is wider than the part of all
#: places that the settings say; `shift`: mean absolute difference of rank from the index as it is, in places, and
#: as a share of the units; `same_first`: share of the draws in which the same unit is first.
ROBUSTNESS: Final = table(
    "audit_robustness",
    ["view", "analysis"],
    {
        **_INDEX,
        "analysis": TEXT,
        "draws": COUNT,
        "n_units": COUNT,
        "wide": MAYBE_SHARE,
        "shift": NUMBER,
        "shift_share": NUMBER,
        "same_first": MAYBE_SHARE,
        "kendall": NUMBER,
    },
    SOURCED,
)

#: One choice: share of the variance of the mean shift of ranks that it explains alone, and with interactions.
CHOICES: Final = table(
    "audit_choices", ["view", "input"], {**_INDEX, "input": TEXT, "first": NUMBER, "total": NUMBER}, SOURCED
)

#: The index as a whole.
WHOLE: Final = table(
    "audit_index",
    ["view"],
    {**_INDEX, "n_units": COUNT, "n_indicators": COUNT, "units_per_indicator": NUMBER, "missing": MAYBE_SHARE},
    SOURCED,
)

#: Name of each table that a rule may be about, to its schema.
TABLES: Final[Mapping[str, pa.DataFrameSchema]] = {
    "index": WHOLE,
    "indicators": INDICATORS,
    "pairs": PAIRS,
    "blocks": BLOCKS,
    "importance": IMPORTANCE,
    "robustness": ROBUSTNESS,
    "choices": CHOICES,
}

#: What a row of each table is about: the columns that name it.
SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "index": (),
    "indicators": ("measure",),
    "pairs": ("measure_a", "measure_b"),
    "blocks": ("block",),
    "importance": ("node",),
    "robustness": ("analysis",),
    "choices": ("input",),
}

#: What a rule says: from what a maker should change to what a reader should know.
SEVERITIES: Final = ("serious", "look", "note")

#: A rule that nothing breaks, and one that nothing there can be asked of.
PASSED: Final = "passed"
NOT_JUDGED: Final = "not_judged"

#: What each rule found: a row for each subject that breaks it; else one row, with the number that comes nearest.
#: `subject` names what it is about, parted by ``;``, `units` the units that it points at.
FINDINGS: Final = table(
    "audit_findings",
    ["view", "rule", "subject"],
    {
        **_INDEX,
        "rule": TEXT,
        "severity": pa.Column(str, pa.Check.isin(SEVERITIES)),
        "status": pa.Column(str, pa.Check.isin(["fired", PASSED, NOT_JUDGED])),
        "subject": NOTE,
        "units": NOTE,
        "number": NUMBER,
        "limit": NUMBER,
        "judged": COUNT,
    },
    {"kind": KINDED["kind"], "source": TEXT},
)
