"""Tables of the regions: scores, places and blocks of a year, of the years, of two indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from monotown.base.tables import join_kinds

BY_UNIT = ["rank", "unit"]


@dataclass(frozen=True)
class View:
    """Tables of one view as the index stage writes them.

    Attributes
    ----------
    root
        Id of the whole index.
    blocks
        Ids of its blocks, in order.
    scores, comparison
        Tables ``SCORES`` and ``COMPARISON`` of `monotown.index.build`.
    scale
        Of its scores, as `monotown.index.admissible.scale_of` gives it.
    """

    root: str
    blocks: tuple[str, ...]
    scores: pd.DataFrame
    comparison: pd.DataFrame
    scale: float


def region_tables(
    views: Mapping[str, View],
    observations: pd.DataFrame,
    town: Sequence[str],
    series: Mapping[str, str],
    beside: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """Every table of the chapters on the regions.

    Parameters
    ----------
    views
        Id of a view to its tables: those of one year get a table of scores with blocks, those of
        several years one of the first and last year.
    observations
        The cleaned figures.
    town
        Units of the table of the town.
    series
        Variables of that table, as `town_table` takes them.
    beside
        The two views that are set side by side.

    Returns
    -------
    dict
        ``scores_<view>`` of each view, ``potential_quality_2022`` and ``town``; those with scores
        name their ``scale``.
    """
    tables = {}
    for name, view in views.items():
        years = view.scores["year"].unique()
        tables[f"scores_{name}"] = (
            scores_over_time(view.scores, view.root)
            if len(years) > 1
            else scores_of_year(view.scores, view.comparison, view.root, int(years[0]), view.blocks)
        ).assign(scale=view.scale)
    tables["potential_quality_2022"] = side_by_side(*(tables[f"scores_{name}"] for name in beside))
    tables["town"] = town_table(observations, town, series)
    return tables


def town_table(observations: pd.DataFrame, units: Sequence[str], series: Mapping[str, str]) -> pd.DataFrame:
    """Researchers and organisations of some units in the years there are, first to last.

    Parameters
    ----------
    observations
        The cleaned figures, of several kinds of data.
    units
        The units, in their order.
    series
        ``researchers``, ``organisations`` and ``people`` to the variable of each.

    Returns
    -------
    pandas.DataFrame
        ``unit, year, researchers, organisations, per_10k, kind, source``; researchers for 10,000
        people of the mean population, missing where the population is.
    """
    wanted = ["researchers", "organisations", "people"]
    names = {series[column]: column for column in wanted}
    mine = observations[observations["unit"].isin(units) & observations["variable"].isin(names)]
    mine = mine.assign(column=mine["variable"].map(names)).sort_values(["unit", "year", "source"])
    wide = mine.pivot_table(index=["unit", "year"], columns="column", values="value")
    wide = wide.reindex(columns=wanted)
    wide = wide[wide["researchers"].notna()]
    shown = mine[mine["column"] != "people"].groupby(["unit", "year"])
    wide["per_10k"] = 10_000 * wide["researchers"] / wide["people"]
    wide["kind"] = shown["kind"].agg(join_kinds)
    wide["source"] = shown["source"].agg(lambda s: "; ".join(sorted(set(s))))
    order = {unit: i for i, unit in enumerate(units)}
    table = wide.drop(columns="people").reset_index().rename_axis(columns=None)
    return table.sort_values(["unit", "year"], key=lambda c: c.map(order) if c.name == "unit" else c).reset_index(
        drop=True
    )


def scores_of_year(
    scores: pd.DataFrame, comparison: pd.DataFrame, root: str, year: int, blocks: Sequence[str]
) -> pd.DataFrame:
    """Score, place, block scores and distance from the other units' average, best first.

    Parameters
    ----------
    scores, comparison
        Tables of one view as the index stage writes them.
    root
        Id of the whole index.
    year
        The year shown.
    blocks
        Ids of the blocks, in the order of their columns.

    Returns
    -------
    pandas.DataFrame
        ``rank, unit, year, score, <blocks>, average, difference, coverage, partial, kind, source``.
    """
    mine = scores[scores["year"] == year]
    head = mine[mine["node"] == root].set_index("unit")
    table = head[["rank", "year", "score", "coverage", "partial", "kind", "source"]].copy()
    for block in blocks:
        table[block] = mine[mine["node"] == block].set_index("unit")["score"]
    beside = comparison[(comparison["year"] == year) & (comparison["node"] == root)]
    table = table.join(beside.set_index("unit")[["average", "difference"]]).reset_index()
    order = ["rank", "unit", "year", "score", *blocks, "average", "difference", "coverage", "partial", "kind", "source"]
    return table[order].sort_values(BY_UNIT, kind="stable").reset_index(drop=True)


def scores_over_time(scores: pd.DataFrame, root: str) -> pd.DataFrame:
    """Score and place of each unit in its first and last year, and the change.

    Returns
    -------
    pandas.DataFrame
        ``rank_to, unit, first_year, score_from, rank_from, last_year, score_to, change, kind,
        source``; best in the last year first. Units without a score in either year are left out.
    """
    mine = scores[(scores["node"] == root) & scores["score"].notna()]
    years = mine.groupby("unit")["year"].agg(["min", "max"])
    columns = ["unit", "year", "score", "rank"]
    first = mine.merge(years["min"].rename("year"), on=["unit", "year"])[columns]
    last = mine.merge(years["max"].rename("year"), on=["unit", "year"])[[*columns, "kind", "source"]]
    table = first.merge(last, on="unit", suffixes=("_from", "_to"))
    table = table.rename(columns={"year_from": "first_year", "year_to": "last_year"})
    table["change"] = table["score_to"] - table["score_from"]
    order = [
        "rank_to",
        "unit",
        "first_year",
        "score_from",
        "rank_from",
        "last_year",
        "score_to",
        "change",
        "kind",
        "source",
    ]
    return table[order].sort_values(["rank_to", "unit"], kind="stable").reset_index(drop=True)


def side_by_side(potential: pd.DataFrame, quality: pd.DataFrame) -> pd.DataFrame:
    """Two indices of the same units and year: scores and places, nothing tested.

    Parameters
    ----------
    potential, quality
        Tables of `scores_of_year`, with the ``scale`` of each index.
    """
    columns = ["unit", "score", "rank", "scale", "kind", "source"]
    table = potential[columns].merge(quality[columns], on="unit", suffixes=("_potential", "_quality"))
    table["rank_difference"] = table["rank_quality"] - table["rank_potential"]
    table["kind"] = table[["kind_potential", "kind_quality"]].agg(join_kinds, axis=1)
    table["source"] = [
        "; ".join(sorted({*a.split("; "), *b.split("; ")}))
        for a, b in zip(table["source_potential"], table["source_quality"], strict=True)
    ]
    order = [
        "unit",
        "score_potential",
        "rank_potential",
        "score_quality",
        "rank_quality",
        "rank_difference",
        "scale_potential",
        "scale_quality",
        "kind",
        "source",
    ]
    return table[order].sort_values(["rank_potential", "unit"]).reset_index(drop=True)
