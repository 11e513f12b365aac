"""Table and facts of the chapter on other readings of the indicators."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from monotown.base.ties import at_least, sort_key
from monotown.show.facts import Facts


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


def reading_facts(table: pd.DataFrame) -> pd.DataFrame:
    """How far ranks move under each reading, as ``<reading>_<what>``.

    Parameters
    ----------
    table
        As `reading_table` gives it.

    Returns
    -------
    pandas.DataFrame
        Table `monotown.show.prose.FACTS`: ``units`` compared, ``kendall``'s tau-b of the two
        orders, units that ``moved`` by more than one place, the ``largest`` shift in places and
        the ``farthest`` units, that moved so far.
    """
    from scipy.stats import kendalltau  # half a second to import

    facts = Facts()
    for reading, mine in table.groupby("reading", sort=True):
        far = mine["rank_shift"].abs()
        most = mine[at_least(far, far.max())]
        tau = float(kendalltau(mine["own_rank"], mine["rank"], variant="b").statistic)
        add = facts.from_table(mine, "readings")
        add("number:0", **{f"{reading}_units": len(mine)})
        add("number:0", **{f"{reading}_moved": int((far > 1).sum())})
        add("number:2", **{f"{reading}_kendall": tau})
        add("rank", **{f"{reading}_largest": far.max()})
        add("word:unit", **{f"{reading}_farthest": ";".join(most["unit"])})
    return facts.table()
