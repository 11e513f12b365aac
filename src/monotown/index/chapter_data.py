"""Facts of the chapters on indicators and data."""

from __future__ import annotations

import pandas as pd

from monotown.index.catalogue import COMPUTED
from monotown.show.facts import Facts


def data_facts(observations: pd.DataFrame, coverage: pd.DataFrame, doubtful: pd.DataFrame) -> pd.DataFrame:
    """How many figures were cleaned, how many indicators they feed, and which are in doubt.

    Parameters
    ----------
    observations
        Table `monotown.base.tables.OBSERVATIONS`.
    coverage
        Table `monotown.index.coverage.COVERAGE`: one row an indicator of the paper.
    doubtful
        Table `monotown.index.doubtful.DOUBT_EFFECTS` of every view.

    Returns
    -------
    pandas.DataFrame
        Table `monotown.show.prose.FACTS`.
    """
    facts = Facts()
    add = facts.from_table(observations, "data_sources")
    add("number:0", observations_total=int(observations["value"].notna().sum()))
    add("number:0", sources_total=observations["source"].nunique())
    add("number:0", markers_total=int((observations["flag"] != "").sum()))
    facts.from_table(observations, "doubtful")("number:0", doubtful_total=len(doubtful))
    if not (coverage["kind"] != "").any():  # no indicator of the catalogue in this run
        return facts.table()
    add = facts.from_table(coverage, "coverage")
    status = coverage["status"]
    add(
        "number:0",
        indicators_total=len(coverage),
        indicators_computed=int(status.isin(COMPUTED).sum()),
        indicators_beside=int((status == "twin").sum()),
    )
    add("number:0", indicators_exact=int((status == "exact").sum()))
    blocks = coverage["block"].value_counts()
    add("number:0", **{f"indicators_{str(b).lower()}": int(n) for b, n in blocks.items()})
    return facts.table()
