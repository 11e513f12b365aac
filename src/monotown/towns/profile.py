"""Profile of each town: where it stands between the goalposts, beside its region, over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.parsing import reads_of
from monotown.base.tables import NOTE, NUMBER, kind_column, score_column
from monotown.index.admissible import scale_of
from monotown.index.catalogue import Catalogue
from monotown.index.indicators import CONSTANT, compute_indicators
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel

_SET = "regions of the towns"


#: Table of `profile_table`.
PROFILE: Final = pa.DataFrameSchema(
    {
        "unit": NOTE,
        "block": NOTE,
        "measure": NOTE,
        "year": pa.Column("int64"),
        "value": NUMBER,
        "unit_of_measure": NOTE,
        "position": score_column("Score of the measure: 0 is the worse goalpost."),
        "others": score_column("Mean position of the other units that year."),
        "region": NOTE,
        "region_year": NUMBER,
        "region_value": NUMBER,
        "region_position": score_column("Score of the region's value."),
        "scale": pa.Column(float, description="What positions run to, from 0."),
        "kind": kind_column(),
        "source": NOTE,
        "flag": NOTE,
    },
    strict=True,
    name="town_profile",
)


def plain_catalogue(
    indicators: Mapping[str, Any],
    measures: Mapping[str, Any],
    views: Mapping[str, Any],
    units: Mapping[str, Any],
    variables: Mapping[str, Any],
) -> Catalogue:
    """The catalogue of configs that the indicators stage has checked."""
    return Catalogue(
        indicators=indicators,
        measures=measures,
        views=views,
        sets=units["sets"],
        levels={str(c): str(u["level"]) for c, u in units.items() if c != "sets"},
        reads_as=reads_of(variables),
    )


def region_indicators(
    observations: pd.DataFrame,
    constant: pd.DataFrame,
    catalogue: Catalogue,
    view: str,
    parents: Mapping[str, str | None],
) -> pd.DataFrame:
    """The measures of a view for the regions that its units lie in, from official statistics.

    Parameters
    ----------
    observations, constant
        Official figures, as they were and in constant borders.
    catalogue
        Of the run.
    view
        The view of the towns.
    parents
        Unit to the code of its region.

    Returns
    -------
    pandas.DataFrame
        `monotown.base.tables.INDICATORS`, without missing values.
    """
    config = catalogue.views[view]
    regions = sorted({p for u in catalogue.sets[config["units"]] if (p := parents.get(u))})
    regions = [r for r in regions if catalogue.levels.get(r) != CONSTANT]
    if not regions:
        return pd.DataFrame(columns=["unit", "year", "measure", "value", "source"])
    asked = replace(
        catalogue, views={view: {**config, "kind": "official", "units": _SET}}, sets={**catalogue.sets, _SET: regions}
    )
    table = compute_indicators(observations, constant, asked).table
    return table[table["value"].notna()].reset_index(drop=True)


def profile_table(
    normalised: pd.DataFrame,
    indicators: pd.DataFrame,
    regions: pd.DataFrame,
    model: IndexModel,
    parents: Mapping[str, str | None],
) -> pd.DataFrame:
    """Each measure of each unit in the last year it has a value.

    Parameters
    ----------
    normalised
        Of the index stage, `monotown.index.build.NORMALISED`.
    indicators
        `monotown.base.tables.INDICATORS`, for units of measure and sources.
    regions
        Of `region_indicators`.
    model
        Model of the view.
    parents
        Unit to the code of its region.

    Returns
    -------
    pandas.DataFrame
        ``unit, block, measure, year, value, unit_of_measure, position, others, region, region_year,
        region_value, region_position, scale, kind, source, flag``: positions from 0, the worse
        goalpost, to the scale of the index; `others` is the mean position of the other units in the same
        year, missing where there is none. The region's value is that of the same year or the
        last one before it; it is missing where official statistics do not give the measure.
    """
    mine = normalised[normalised["value"].notna()].sort_values("year", kind="stable")
    last = mine.drop_duplicates(["unit", "measure"], keep="last")
    keys = ["view", "unit", "year", "measure"]
    told = indicators.set_index(keys)[["unit_of_measure", "source", "flag"]]
    last = last.drop(columns="flag").join(told, on=keys)
    last["others"] = _others(mine, last)
    last["region"] = [parents.get(u) or "" for u in last["unit"]]
    found = _latest(last, regions)
    last["region_year"], last["region_value"] = found["year"].to_numpy(), found["value"].to_numpy()
    last["region_position"] = float("nan")
    for leaf in model.leaves:
        here = ((last["measure"] == leaf.measure) & last["region_value"].notna()).to_numpy()
        if here.any() and leaf.goalposts is not None:
            values = last.loc[here, "region_value"].to_numpy(dtype=float)
            years = last.loc[here, "region_year"].to_numpy()
            last.loc[here, "region_position"] = normalise_leaf(leaf, values, years, None)[0]
    last["scale"] = scale_of(model)
    last["region_position"] *= last["scale"]
    order = {m: i for i, m in enumerate(model.measures)}
    last["order"] = last["measure"].map(order)
    return (
        last.rename(columns={"normalised": "position"})
        .sort_values(["unit", "order"], kind="stable")[list(PROFILE.columns)]
        .reset_index(drop=True)
    )


def _others(mine: pd.DataFrame, last: pd.DataFrame) -> pd.Series[float]:
    """Mean of the normalised values of all other units in the year and measure of each row."""
    keys = ["measure", "year"]
    told = mine.groupby(keys)["normalised"].agg(["sum", "count"])
    at = pd.MultiIndex.from_frame(last[keys])
    total, count = (told[c].reindex(at).to_numpy(dtype=float) for c in ("sum", "count"))
    rest = (total - last["normalised"].to_numpy(dtype=float)) / np.where(count > 1, count - 1, np.nan)
    return pd.Series(rest, index=last.index)


def _latest(last: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Year and value of each row's region and measure, of the row's year or the last before."""
    series: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in regions.sort_values("year", kind="stable").to_dict("records"):
        key = (str(row["unit"]), str(row["measure"]))
        series.setdefault(key, []).append((int(row["year"]), float(row["value"])))
    found = []
    for row in last.to_dict("records"):
        known = series.get((str(row["region"]), str(row["measure"])), [])
        before = [pair for pair in known if pair[0] <= int(row["year"])]
        found.append(before[-1] if before else (float("nan"), float("nan")))
    return pd.DataFrame(found, columns=["year", "value"], dtype="float64")


def scores_table(scores: pd.DataFrame, root: str, scale: float) -> pd.DataFrame:
    """Score and rank of each unit in the last year it has a score, and in the first.

    Parameters
    ----------
    scores
        Of the index stage, `monotown.index.build.SCORES`.
    root
        Node of the whole index.
    scale
        Of its scores, as `monotown.index.admissible.scale_of` gives it.

    Returns
    -------
    pandas.DataFrame
        ``unit, year, rank, n_units, score, first_year, first_score, scale, coverage, kind,
        source``. A unit that is alone in its year has no rank; one without figures enough for a
        score in any year stands last, with its last year.
    """
    every = scores[scores["node"] == root].sort_values("year", kind="stable")
    scored = every["score"].notna()
    never = ~every["unit"].isin(every.loc[scored, "unit"])
    whole = every[scored | never]
    last = whole.drop_duplicates("unit", keep="last").set_index("unit")
    first = whole.drop_duplicates("unit").set_index("unit")
    table = last.assign(first_year=first["year"], first_score=first["score"], scale=scale).reset_index()
    table["order"] = (-table["year"]).where(table["score"].notna(), 0)
    table = table.sort_values(["order", "rank", "unit"], kind="stable")
    columns = [
        "unit",
        "year",
        "rank",
        "n_units",
        "score",
        "first_year",
        "first_score",
        "scale",
        "coverage",
        "kind",
        "source",
    ]
    return table[columns].reset_index(drop=True)


def parents_of(units: Mapping[str, Any]) -> dict[str, str | None]:
    """Region of each unit of a units config."""
    return {str(c): u.get("parent") for c, u in units.items() if c != "sets"}
