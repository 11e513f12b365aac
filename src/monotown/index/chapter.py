"""Table of the chapter on other readings of the indicators."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from monotown.base.ties import sort_key


def reading_table(ranks: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Ranks under each reading in its view's last year, best first by the view's own.

    Parameters
    ----------
    ranks
        View to its table `monotown.index.readings.READING_RANKS`, in the order of the report.

    Returns
    -------
    pandas.DataFrame
        ``view`` and the columns of `READING_RANKS`.
    """
    parts = []
    for view, table in ranks.items():
        last = table[table["year"] == table.groupby("reading")["year"].transform("max")]
        order = ["reading", "own_rank", "unit"]
        parts.append(last.assign(view=view).sort_values(order, key=sort_key))
    return pd.concat(parts, ignore_index=True)
