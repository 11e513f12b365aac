"""Tables and facts of the chapters on the paper, from the ledger of claims."""

from __future__ import annotations

import pandas as pd

from monotown.report.facts import Facts
from monotown.report.prose import FACTS

#: Verdicts in the order in which they are shown.
VERDICTS = ("reproduced", "derived", "inconsistent", "not_derivable", "requirement", "external")

#: Claims of this severity are shown before the whole ledger.
SEVERE = 3


def severe_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims of the highest severity, in the order of the ledger.

    Parameters
    ----------
    claims
        The ledger: one row a claim, with ``severity`` from 1 to 3.
    """
    return claims[claims["severity"] == SEVERE].reset_index(drop=True)


def verdict_counts(claims: pd.DataFrame) -> pd.DataFrame:
    """How many claims got each verdict, in the order of `VERDICTS`.

    Parameters
    ----------
    claims
        The ledger, with ``verdict``, ``kind`` and ``source``.

    Raises
    ------
    ValueError
        If a verdict is none of `VERDICTS`.
    """
    counts = claims["verdict"].value_counts()
    if unknown := sorted(set(counts.index) - set(VERDICTS)):
        raise ValueError(f"verdicts {unknown}; expected {list(VERDICTS)}")
    given = [v for v in VERDICTS if v in counts.index]
    return pd.DataFrame(
        {
            "verdict": given,
            "claims": [int(counts[v]) for v in given],
            "kind": "+".join(sorted(claims["kind"].unique())),
            "source": "; ".join(sorted(claims["source"].unique())),
        }
    )


def paper_facts(claims: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Facts of the chapters on the paper: those of the ledger's own stage, and counts of claims.

    Parameters
    ----------
    claims
        The ledger.
    summary
        Table `monotown.report.prose.FACTS` of what the paper's numbers prove.
    """
    facts = Facts()
    add = facts.from_table(claims, "claims")
    add("number:0", claims_total=len(claims))
    counts = claims["verdict"].value_counts()
    add("number:0", **{f"claims_{v}": int(counts.get(v, 0)) for v in VERDICTS})
    joined = pd.concat([facts.table(), summary[list(FACTS.columns)]], ignore_index=True)
    return FACTS.validate(joined.sort_values("fact", ignore_index=True), lazy=True)
