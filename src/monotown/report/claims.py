"""A ledger of claims as pages show it: the same for the paper and for a publication of a run on own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from monotown.base.labels import Labels
from monotown.claims.ledger import VERDICTS

#: What becomes of a statement, with the verdicts that say so, in the order in which they are shown.
OUTCOMES: Final[Mapping[str, tuple[str, ...]]] = {
    "hold": ("reproduced", "derived"),
    "contradict": ("inconsistent",),
    "open": ("not_derivable",),
}


def the_ledger(frames: Mapping[str, pd.DataFrame]) -> tuple[str, pd.DataFrame]:
    """The one ledger among some frames, and whose it is: ``paper``, or ``own`` for that of a run on own data.

    Raises
    ------
    ValueError
        If there is none, or more than one.
    """
    found = [frame for frame in frames.values() if {"verdict", "statement"} <= set(frame.columns)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} ledgers among {', '.join(frames) or 'no table'}; expected one")
    return ("own" if "addresses" in found[0] else "paper"), found[0]


def anchor(claim: str) -> str:
    """Address of a claim on its page.

    Examples
    --------
    >>> anchor("T1.2017.total"), anchor("claim 7")
    ('claim-T1.2017.total', 'claim-claim-7')
    """
    return f"claim-{'-'.join(claim.split())}"


def text(row: Mapping[Any, Any], column: str, labels: Labels) -> str:
    """A cell in a language: of ``<column>_<language>``, or of the column that stands as it was written."""
    return str(row.get(f"{column}_{labels.language}", row.get(column, "")))


def by_verdict(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by verdict, the gravest first, else in the order of the ledger."""
    order = frame["verdict"].map(list(VERDICTS).index)
    return frame.assign(order=order).sort_values(["order", "severity"], ascending=[True, False], kind="stable")
