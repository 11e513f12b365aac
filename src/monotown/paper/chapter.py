"""Tables of the chapters on the paper, from the ledger of claims."""

from __future__ import annotations

import pandas as pd

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
