"""What of a place rests on one year's outlay, and on the choices of the index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.tables import join_kinds
from monotown.index.admissible import scale_of
from monotown.index.build import score_table
from monotown.index.model import IndexModel, Node
from monotown.index.prepare import average_weights, prepare, view_model
from monotown.show.facts import one


def rank_with(
    indicators: pd.DataFrame,
    observations: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    funding: str,
    unit: str,
    factor: float,
) -> float:
    """Rank of a unit if the measures of an indicator were multiplied by a factor, all else as it is.

    Parameters
    ----------
    indicators, view, config, measures
        As in `monotown.index.prepare.prepare`; the view has one year.
    observations
        The cleaned figures, for the weights of averages.
    funding
        The indicator of the catalogue.
    unit
        Code of the unit.
    factor
        At least 0; NaN gives NaN.
    """
    if np.isnan(factor):
        return float("nan")
    scaled = [name for name, entry in measures.items() if entry.get("indicator") == funding]
    tried = indicators[indicators["view"] == view].copy()
    mine = (tried["unit"] == unit) & tried["measure"].isin(scaled)
    tried.loc[mine, "value"] *= factor
    weights = average_weights(observations, config.get("average_weights"))
    prepared = prepare(tried, view, config, measures, weights)
    scores = score_table(prepared)
    return float(one(scores, "rank", unit=unit, node=prepared.model.tree.id))


def outlay_table(
    indicators: pd.DataFrame,
    observations: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    series: Mapping[str, str],
) -> pd.DataFrame:
    """The unit with the largest R&D expenditure per researcher, and its rank without it.

    Internal R&D expenditure is the numerator of every measure of funding. The share of gross
    regional product is known for every year: if it stands far above that of the years beside it,
    the expenditure is one year's. The rank without it is that of the same data with the measures of
    funding multiplied by the share of the year before (or after) over the share of the year.

    Parameters
    ----------
    indicators, observations, view, config, measures
        As in `rank_with`.
    series
        ``amount``, the measure whose largest value is looked at; ``funding``, its indicator; ``share``, the
        yearly series.

    Returns
    -------
    pandas.DataFrame
        One row: ``unit, year, amount, next_amount, median_amount`` (million tenge per researcher;
        the median is that of all units), ``share, share_before, share_after`` (from 0 to 1),
        ``rank, rank_before, rank_after, kind, source``.
    """
    mine = indicators[(indicators["view"] == view) & (indicators["measure"] == series["amount"])]
    mine = mine[mine["value"].notna()].sort_values(["value", "unit"], ascending=[False, True])
    unit, year = str(mine["unit"].iloc[0]), int(mine["year"].iloc[0])
    seen = observations[(observations["unit"] == unit) & (observations["variable"] == series["share"])]
    shares = seen.set_index("year")["value"].reindex([year - 1, year, year + 1])
    before, now, after = (float(v) / 100 for v in shares)

    def place(share: float) -> float:
        return rank_with(indicators, observations, view, config, measures, series["funding"], unit, share / now)

    row = {
        "unit": unit,
        "year": year,
        "amount": mine["value"].iloc[0],
        "next_amount": mine["value"].iloc[1],
        "median_amount": mine["value"].median(),
        "share": now,
        "share_before": before,
        "share_after": after,
        "rank": place(now),
        "rank_before": place(before),
        "rank_after": place(after),
        "kind": mine["kind"].iloc[0],
        "source": "; ".join(sorted({*mine["source"].iloc[0].split("; "), *seen["source"]})),
    }
    return pd.DataFrame([row])


def choices_table(view: str, config: Mapping[str, Any], measures: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """How many measures of a view stand on a logarithmic scale, and the floor between its blocks.

    Returns
    -------
    pandas.DataFrame
        One row: ``measures, logged, floor``; the floor on the scale of the scores, missing where
        the whole index has none.
    """
    model: IndexModel = view_model(view, config, measures)
    tree: Node = model.tree
    logged = sum(leaf.transform in ("log", "log1p") for leaf in model.leaves)
    floor = float("nan") if tree.floor is None else tree.floor * scale_of(model)
    return pd.DataFrame([{"measures": len(model.leaves), "logged": logged, "floor": floor}])


def external_table(
    observations: pd.DataFrame, unit: str, country: str, series: Mapping[str, str], year: int
) -> pd.DataFrame:
    """R&D that a region's organisations paid others for, beside what they performed.

    Parameters
    ----------
    series
        ``external`` and ``internal`` to the variable of each, in thousand tenge.

    Returns
    -------
    pandas.DataFrame
        One row: ``unit, year, external, internal`` (million tenge), ``external_share`` (of the
        country's external expenditure, from 0 to 1), ``kind, source``; missing where a figure is.
    """
    names = [series["external"], series["internal"]]
    seen = observations[
        (observations["year"] == year)
        & observations["unit"].isin([unit, country])
        & observations["variable"].isin(names)
    ]
    wide = seen.pivot_table(index="unit", columns="variable", values="value", dropna=False)
    wide = wide.reindex(index=[unit, country], columns=names) / 1000
    (external, internal), (whole, _) = wide.to_numpy(dtype=np.float64).tolist()
    row = {
        "unit": unit,
        "year": year,
        "external": external,
        "internal": internal,
        "external_share": external / whole,
        "kind": join_kinds(seen["kind"]),
        "source": "; ".join(sorted(set(seen["source"]))),
    }
    return pd.DataFrame([row])
