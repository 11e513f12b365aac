"""Tables and facts of the chapters on the paper, from the ledger of claims."""

from __future__ import annotations

import pandas as pd

from monotown.base.tables import join_kinds
from monotown.show.facts import Facts
from monotown.show.prose import FACTS

#: Verdicts in the order in which they are shown.
VERDICTS = ("reproduced", "derived", "inconsistent", "not_derivable", "requirement", "external")

#: Verdicts of the claims that are put to the test.
CHECKED = ("reproduced", "inconsistent", "not_derivable")

#: Claims of this severity are shown before the whole ledger.
SEVERE = 3

#: How the ledger opens what the paper does not state itself.
NOT_STATED = "(not stated)"


def severe_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims of the highest severity, in the order of the ledger.

    Parameters
    ----------
    claims
        The ledger: one row a claim, with ``severity`` from 1 to 3.
    """
    return claims[claims["severity"] == SEVERE].reset_index(drop=True)


def readings_in_line(readings: pd.DataFrame) -> pd.DataFrame:
    """Every reading of each printed share in one row a year and rule of rounding.

    Parameters
    ----------
    readings
        Pairs ``degree_holders, staff`` that print a share, one row each, with ``year``,
        ``printed``, ``rule``, ``kind`` and ``source``.

    Returns
    -------
    pandas.DataFrame
        ``year, printed, rule, readings, pairs, kind, source``; `pairs` as ``65/132; 97/197``,
        smallest first.
    """
    key = ["year", "printed", "rule"]
    ordered = readings.sort_values([*key, "staff", "degree_holders"], kind="stable")
    pairs = ordered["degree_holders"].astype(str) + "/" + ordered["staff"].astype(str)
    return (
        ordered.assign(pairs=pairs)
        .groupby(key, sort=True)
        .agg(readings=("pairs", "size"), pairs=("pairs", "; ".join), kind=("kind", "first"), source=("source", "first"))
        .reset_index()
    )


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
            "kind": join_kinds(claims["kind"]),
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
        Table `monotown.show.prose.FACTS` of what the paper's numbers prove.
    """
    facts = Facts()
    add = facts.from_table(claims, "claims")
    unstated = int(claims["stated"].astype(str).str.startswith(NOT_STATED).sum())
    add("number:0", claims_total=len(claims), claims_not_stated=unstated)
    counts = claims["verdict"].value_counts()
    add("number:0", **{f"claims_{v}": int(counts.get(v, 0)) for v in VERDICTS})
    add("number:0", claims_checked=sum(int(counts.get(v, 0)) for v in CHECKED))
    joined = pd.concat([facts.table(), summary[list(FACTS.columns)]], ignore_index=True)
    return FACTS.validate(joined.sort_values("fact", kind="stable", ignore_index=True), lazy=True)
