"""What the page of a unit is made of, gathered from the results of a run: nothing of it is computed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.expressions import parse
from monotown.base.tables import COUNT, KINDED, NOTE, NOTED, NUMBER, RANK, REAL, SCALES, TEXT, YEAR, keyed, score_column
from monotown.index.build import COMPARISON, NORMALISED, SCORES
from monotown.index.indicators import SEPARATOR, chosen
from monotown.index.panel import CONTRIBUTIONS
from monotown.index.prepared import PREPARED
from monotown.index.ranked import shown_year
from monotown.methods.normalise import others_average
from monotown.sensitivity.stability import FLIPS, MOST_MOVING
from monotown.sensitivity.tables import DROP_ONE, PAIRWISE

_SCORE = score_column("Score.")
_OF_UNIT: Final = ["view", "unit", "year"]

#: Place of a unit in an index and its limits, one row an analysis; `analysis` is empty where there is none.
#: `root` is what the index measures, `others` the average score of the other units; scores run to `scale`.
PLACES: Final = keyed(
    "places",
    [*_OF_UNIT, "analysis"],
    {
        "analysis": NOTE,
        "root": TEXT,
        "scale": REAL,
        "score": _SCORE,
        "rank": RANK,
        "n_units": COUNT,
        "others": _SCORE,
        "coverage": NUMBER,
        "rank_low": RANK,
        "rank_high": RANK,
        "score_low": _SCORE,
        "score_high": _SCORE,
    },
    NOTED,
)

#: Score of each block beside the average of the others. `number` is its place in the tree.
BLOCKS: Final = keyed(
    "blocks",
    [*_OF_UNIT, "node"],
    {"number": COUNT, "score": _SCORE, "rank": RANK, "n_units": COUNT, "others": _SCORE},
    NOTED,
)

#: Score and place in every year; the limits of the score are those of `band`, which is empty where there are none.
SERIES: Final = keyed(
    "series",
    _OF_UNIT,
    {"score": _SCORE, "rank": RANK, "n_units": COUNT, "low": _SCORE, "high": _SCORE, "band": NOTE},
    KINDED,
)

#: What each measure adds to the change of the score over the longest span that can be compared.
CHANGES: Final = keyed(
    "changes",
    ["view", "unit", "measure"],
    {"block": TEXT, "from_year": YEAR, "to_year": YEAR, "contribution": _SCORE, "change": _SCORE},
    KINDED,
)

#: Each measure of a unit: raw value, score of the measure, averages of the other units. `filled`: how a missing
#: value was filled for the score; `flag`: what is said of the figures behind it.
INDICATORS: Final = keyed(
    "indicators",
    [*_OF_UNIT, "measure"],
    {
        "number": COUNT,
        "block": TEXT,
        "value": NUMBER,
        "unit_of_measure": NOTE,
        "others": NUMBER,
        "score": _SCORE,
        "others_score": _SCORE,
        "weight": NUMBER,
        "filled": NOTE,
        "clipped": pa.Column(bool),
        "reading": NOTE,
        "flag": NOTE,
    },
    NOTED,
)

#: The raw figures behind a measure and where they stand. `of` is the unit of the figure: the nation for some.
CELLS: Final = keyed(
    "cells",
    [*_OF_UNIT, "measure", "variable", "of", "figure_year"],
    {"figure_year": YEAR, "value": NUMBER, "unit_of_measure": NOTE, "file": NOTE, "locator": NOTE, "flag": NOTE},
    NOTED,
)

#: Units of the nearest profile, nearest first: distance in points of score.
ALIKE: Final = keyed("alike", [*_OF_UNIT, "number"], {"number": COUNT, "other": TEXT, "distance": _SCORE}, KINDED)

#: Units that the analyses do not tell from a unit: in so many of them (`open`) neither is above the other surely.
#: `share` is the share of draws in which the unit is above, in the analysis where it is nearest to one half.
LEVEL: Final = keyed(
    "level", [*_OF_UNIT, "other"], {"open": COUNT, "analyses": COUNT, "analysis": NOTE, "share": NUMBER}, KINDED
)

#: What would move a unit: the least change of weights with which it is level with the unit above (`up`) or the
#: unit below with it (`down`), `moved` being the weight that goes from some to others; and its place without the
#: indicator that moves it most (`without`).
MOVES: Final = keyed(
    "moves",
    [*_OF_UNIT, "what"],
    {
        "what": pa.Column(str, pa.Check.isin(["up", "down", "without"])),
        "rival": NOTE,
        "scope": NOTE,
        "moved": NUMBER,
        "gains": NOTE,
        "loses": NOTE,
        "measure": NOTE,
        "rank_shift": NUMBER,
        "status": NOTE,
    },
    KINDED,
)

SCHEMAS: Final = {
    schema.name: schema for schema in (PLACES, BLOCKS, SERIES, CHANGES, INDICATORS, CELLS, ALIKE, LEVEL, MOVES)
}

#: Tables that are read, by the names of `Results`; intervals have columns of their run.
READ: Final = {
    "scores": SCORES,
    "comparison": COMPARISON,
    "normalised": NORMALISED,
    "prepared": PREPARED,
    "contributions": CONTRIBUTIONS,
    "pairwise": PAIRWISE,
    "flips": FLIPS,
    "most_moving": MOST_MOVING,
    "drop_one": DROP_ONE,
}

#: Units of the nearest profiles that are told of each, and units level with it.
NEAREST: Final = 3
MOST_LEVEL: Final = 20

#: A profile is compared with another where they share at least this part of their measures.
SHARED: Final = 0.5


@dataclass(frozen=True)
class Results:
    """Results of one index that the pages of its units take.

    Attributes
    ----------
    config
        Its entry in the views config.
    constant
        Whether its units have borders that are the same in every year.
    scores, comparison, normalised, prepared, contributions
        Tables of the index stage.
    intervals
        Ranks under random weights in every year, of the sensitivity stage.
    analyses
        Analysis to its tables ``rank_intervals`` and ``pairwise``; empty where the index has none.
    fan, flips, most_moving, drop_one
        Tables of the sensitivity stage; None where the run has none.
    """

    config: Mapping[str, Any]
    constant: bool
    scores: pd.DataFrame
    comparison: pd.DataFrame
    normalised: pd.DataFrame
    prepared: pd.DataFrame
    contributions: pd.DataFrame
    intervals: pd.DataFrame
    analyses: Mapping[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)
    fan: pd.DataFrame | None = None
    flips: pd.DataFrame | None = None
    most_moving: pd.DataFrame | None = None
    drop_one: pd.DataFrame | None = None

    @property
    def root(self) -> str:
        """Id of the index in its tree."""
        return str(self.config["tree"]["id"])

    @property
    def year(self) -> int:
        """Year that the page tells of: that of the analyses, else the last with ranks."""
        for tables in self.analyses.values():
            return int(tables["rank_intervals"]["year"].max())
        return shown_year(self.scores, self.root)

    @property
    def years(self) -> pd.Series[int]:
        """Unit to the year told of it: that of the index, else the unit's last one with a score."""
        whole = self.scores[self.scores["node"] == self.root]
        told = whole.assign(
            here=(whole["year"] == self.year) & whole["score"].notna(), scored=whole["score"].notna()
        ).sort_values(["here", "scored", "year"], kind="stable")
        return told.groupby("unit", sort=True)["year"].last()

    def told(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of a table in the year that is told of each unit."""
        return table[table["year"] == table["unit"].map(self.years)]

    @property
    def order(self) -> tuple[list[str], list[str]]:
        """Blocks, and measures, in the order of the tree."""
        blocks, measures = [], []

        def walk(node: Mapping[str, Any], depth: int) -> None:
            if "measure" in node:
                measures.append(str(node["measure"]))
            elif depth == 1:
                blocks.append(str(node["id"]))
            for child in node.get("children", ()):
                walk(child, depth + 1)

        walk(self.config["tree"], 0)
        return blocks, measures


def unit_tables(
    views: Mapping[str, Results],
    formulas: Mapping[str, str],
    indicators: pd.DataFrame,
    observations: Mapping[bool, pd.DataFrame],
    nation: str,
    files: Mapping[str, str],
    sure: float,
) -> dict[str, pd.DataFrame]:
    """Every table that pages of units are made of.

    Parameters
    ----------
    views
        Index to its results.
    formulas
        Measure to its formula.
    indicators
        `monotown.base.tables.INDICATORS`.
    observations
        Cleaned figures, by whether their units have borders that stay.
    nation
        The country among the units, "" where there is none.
    files
        Source to the file of its figures.
    sure
        Share of draws from which on a unit counts as above another.

    Returns
    -------
    dict
        The tables of `SCHEMAS` by their names.
    """
    made: dict[str, list[pd.DataFrame]] = {name: [] for name in SCHEMAS}
    for name, of in views.items():
        mine = indicators[indicators["view"] == name]
        table = indicator_rows(of, mine)
        found = {
            "places": place_rows(of),
            "blocks": block_rows(of),
            "series": series_rows(of),
            "changes": change_rows(of),
            "indicators": table,
            "cells": cell_rows(table, formulas, observations[of.constant], observations[False], nation, files, of),
            "alike": alike_rows(of),
            "level": level_rows(of, sure),
            "moves": move_rows(of),
        }
        for key, frame in found.items():
            made[key].append(frame.assign(view=name))
    return {key: _joined(frames, SCHEMAS[key]) for key, frames in made.items()}


def _joined(frames: Sequence[pd.DataFrame], schema: pa.DataFrameSchema) -> pd.DataFrame:
    columns = list(schema.columns)
    there = [f.reindex(columns=columns) for f in frames if len(f)]
    frame = pd.concat(there, ignore_index=True) if there else pd.DataFrame(columns=columns)
    for name, column in schema.columns.items():
        if str(column.dtype) not in ("float64", "int64", "bool"):
            frame[name] = frame[name].astype(object).fillna("")
    return schema.coerce_dtype(frame)


def _limits(table: pd.DataFrame, start: str) -> tuple[str, str]:
    """Columns of the lower and the upper limit."""
    ends = [str(c) for c in table.columns if str(c).startswith(f"{start}_p")]
    return ends[0], ends[-1]


def place_rows(of: Results) -> pd.DataFrame:
    """Rows of `PLACES` of an index."""
    whole = of.told(of.scores[of.scores["node"] == of.root])
    average = of.comparison[of.comparison["node"] == of.root].rename(columns={"average": "others"})
    whole = whole.merge(average[["unit", "year", "others"]], how="left", on=["unit", "year"])
    analyses = {name: tables["rank_intervals"] for name, tables in of.analyses.items()}
    parts = []
    for name, table in (analyses or {"weights" if len(of.intervals) else "": of.intervals}).items():
        low, high = _limits(table, "rank"), _limits(table, "score")
        names = dict(zip((*low, *high), ("rank_low", "rank_high", "score_low", "score_high"), strict=True))
        ends = table[["unit", "year", *names]].rename(columns=names)
        ends = ends.astype(dict.fromkeys(names.values(), "float64"))
        part = whole.merge(ends, how="left", on=["unit", "year"]).assign(analysis=name)
        # an interval follows from more than the score: the analysis says of what kind it is
        kind = table.set_index(["unit", "year"])["kind"].reindex(pd.MultiIndex.from_frame(part[["unit", "year"]]))
        part["kind"] = np.where(kind.isna(), part["kind"], kind)
        ranked = part["rank"].notna()
        parts.append(part.assign(rank_low=part["rank_low"].where(ranked), rank_high=part["rank_high"].where(ranked)))
    scale = float(of.config.get("scale", SCALES[0]))
    return pd.concat(parts, ignore_index=True).assign(root=of.root, scale=scale)


def block_rows(of: Results) -> pd.DataFrame:
    """Rows of `BLOCKS` of an index."""
    blocks = of.order[0]
    rows = of.told(of.scores[of.scores["node"].isin(blocks)])
    average = of.comparison[["unit", "year", "node", "average"]].rename(columns={"average": "others"})
    rows = rows.merge(average, how="left", on=["unit", "year", "node"])
    return rows.assign(number=rows["node"].map({b: i for i, b in enumerate(blocks, 1)}))


def series_rows(of: Results) -> pd.DataFrame:
    """Rows of `SERIES` of an index; of an index of one year none."""
    whole = of.scores[of.scores["node"] == of.root]
    if whole["year"].nunique() < 2:
        return whole.head(0)
    if of.fan is not None and len(of.fan):
        wanted = "every_input" if (of.fan["analysis"] == "every_input").any() else str(of.fan["analysis"].iloc[0])
        table = of.fan[of.fan["analysis"] == wanted]
    else:
        table, wanted = of.intervals, "weights"
    low, high = _limits(table, "score")
    ends = table[["unit", "year", low, high, "kind"]].rename(columns={low: "low", high: "high", "kind": "with_kind"})
    rows = whole.merge(ends, how="left", on=["unit", "year"])
    there = rows["low"].notna()
    return rows.assign(band=np.where(there, wanted, ""), kind=rows["with_kind"].fillna(rows["kind"]))


def change_rows(of: Results) -> pd.DataFrame:
    """Rows of `CHANGES` of an index: of each unit the longest span, of equal ones the last."""
    rows = of.contributions
    rows = rows.assign(span=rows["to_year"] - rows["from_year"]).sort_values(["span", "to_year"], kind="stable")
    last = rows.groupby("unit", sort=False)[["from_year", "to_year"]].last()
    mine = rows[["unit", "from_year", "to_year"]].merge(last, how="left", left_on="unit", right_index=True)
    keep = (mine["from_year_x"] == mine["from_year_y"]) & (mine["to_year_x"] == mine["to_year_y"])
    return rows[keep.to_numpy()]


def indicator_rows(of: Results, indicators: pd.DataFrame) -> pd.DataFrame:
    """Rows of `INDICATORS` of an index.

    Parameters
    ----------
    of
        Its results.
    indicators
        Rows of the index in `monotown.base.tables.INDICATORS`.
    """
    key = ["unit", "year", "measure"]
    rows = of.prepared.drop(columns="filled").rename(columns={"raw": "value", "flag": "filled"})
    said = indicators[[*key, "block", "unit_of_measure", "reading", "flag"]]
    rows = rows.drop(columns="normalised").merge(said, how="left", on=key)
    scored = of.normalised[[*key, "normalised"]].rename(columns={"normalised": "score"})
    rows = rows.merge(scored, how="left", on=key)
    for name, source in (("others", "value"), ("others_score", "score")):
        rows[name] = np.nan
        for _, here in rows.groupby(["year", "measure"], sort=False):
            weights = here["average_weight"].to_numpy(dtype=np.float64)
            counted = None if np.isnan(weights).any() else weights
            rows.loc[here.index, name] = others_average(here[source].to_numpy(dtype=np.float64), counted)
    # the measure's weight where its unit has none of its own
    rows["weight"] = rows["unit_weight"].fillna(rows["weight"])
    numbers = {m: i for i, m in enumerate(of.order[1], 1)}
    return of.told(rows.assign(number=rows["measure"].map(numbers)))


def cell_rows(
    table: pd.DataFrame,
    formulas: Mapping[str, str],
    observations: pd.DataFrame,
    national: pd.DataFrame,
    nation: str,
    files: Mapping[str, str],
    of: Results,
) -> pd.DataFrame:
    """Rows of `CELLS`: the figures that the measures of a table are computed from.

    Parameters
    ----------
    table
        Rows of `indicator_rows`.
    formulas, nation, files
        As in `unit_tables`.
    observations, national
        Figures of the units, and those among which the nation's are.
    of
        Results of the index.
    """
    kind = str(of.config["kind"])
    by_variable = dict(iter(observations.groupby("variable", sort=False)))
    of_nation = dict(iter(national[national["unit"] == nation].groupby("variable", sort=False)))
    parts = []
    for measure, rows in table.groupby("measure", sort=False):
        for use in dict.fromkeys(parse(formulas[str(measure)]).uses):
            asked = rows[["unit", "year", "measure"]].assign(
                variable=use.variable, figure_year=rows["year"] - use.lag, of=nation if use.nation else rows["unit"]
            )
            figures = (of_nation if use.nation else by_variable).get(use.variable, observations.head(0))
            figures = figures[figures["unit"].isin(asked["of"])]
            years = range(int(asked["figure_year"].min()), int(asked["figure_year"].max()) + 1)
            figures = chosen(figures, years, kind).rename(columns={"unit": "of", "year": "figure_year"})
            columns = ["of", "figure_year", "value", "unit_of_measure", "source", "locator", "flag", "kind"]
            found = asked.merge(figures[columns], how="left", on=["of", "figure_year"])
            found["flag"] = np.where(found["source"].isna(), "absent", found["flag"])
            parts.append(found.assign(kind=found["kind"].fillna(kind)))
    if not parts:
        return table.head(0)
    cells = pd.concat(parts, ignore_index=True).drop_duplicates(["unit", "measure", "variable", "of", "figure_year"])
    named = {
        s: SEPARATOR.join(dict.fromkeys(files[p] for p in _sources(s) if p in files)) for s in set(cells["source"])
    }
    return cells.assign(file=cells["source"].map(named))


def _sources(cell: object) -> Iterator[str]:
    yield from (part.strip() for part in str(cell).split(SEPARATOR.strip()))


def distances(profiles: Array, one: int) -> Array:
    """Distance of a unit's profile from each: root of the mean squared difference of scores of measures.

    Parameters
    ----------
    profiles
        Shape (units, measures); NaN is left out.
    one
        Number of the unit.

    Returns
    -------
    ndarray
        Shape (units,); NaN where two share fewer than `SHARED` of the measures. From one to another it is
        as far as back.

    Examples
    --------
    >>> distances(np.array([[0.0, 10.0], [30.0, 50.0], [np.nan, np.nan]]), 0).round(3).tolist()
    [0.0, 35.355, nan]
    """
    gap = np.square(profiles - profiles[one])
    both = ~np.isnan(gap)
    count = both.sum(axis=1)
    total = np.where(both, gap, 0.0).sum(axis=1)
    near = (count > 0) & (count >= SHARED * profiles.shape[1])
    return np.where(near, np.sqrt(total / np.maximum(count, 1)), np.nan)


def alike_rows(of: Results) -> pd.DataFrame:
    """Rows of `ALIKE` of an index, among the units of its year."""
    year = of.year
    here = of.normalised[of.normalised["year"] == year]
    wide = here.set_index(["unit", "measure"])["normalised"].unstack("measure").sort_index()  # noqa: PD010
    kinds = here.drop_duplicates("unit").set_index("unit")["kind"]
    profiles, units = wide.to_numpy(dtype=np.float64), [str(u) for u in wide.index]
    rows = []
    for i, unit in enumerate(units):
        far = distances(profiles, i)
        far[i] = np.nan
        near = [j for j in np.argsort(far.round(9), kind="stable")[:NEAREST] if not np.isnan(far[j])]
        rows += [(unit, year, k, units[j], far[j], kinds[unit]) for k, j in enumerate(near, 1)]
    return pd.DataFrame(rows, columns=["unit", "year", "number", "other", "distance", "kind"])


def level_rows(of: Results, sure: float) -> pd.DataFrame:
    """Rows of `LEVEL` of an index; none where it has no analyses.

    Parameters
    ----------
    of
        Its results. Of many units the analyses compare those next to each other alone.
    sure
        As in `unit_tables`.
    """
    tables = [t["pairwise"].assign(analysis=name) for name, t in of.analyses.items()]
    if not tables:
        return of.scores.head(0)
    pairs = pd.concat(tables, ignore_index=True)
    turned = pairs.assign(unit=pairs["other"], other=pairs["unit"], share=1 - pairs["share"])
    key = ["unit", "other", "analysis"]
    pairs = pd.concat([pairs, turned], ignore_index=True).drop_duplicates(key)
    pairs = pairs[pairs["share"].notna()]
    pairs = pairs.assign(off=(pairs["share"] - 0.5).abs().round(9)).sort_values([*key[:2], "off"], kind="stable")
    pairs["is_open"] = pairs["off"] < sure - 0.5
    groups = pairs.groupby(key[:2], sort=True)
    rows = groups.first().reset_index()
    rows["open"], rows["analyses"] = groups["is_open"].sum().to_numpy(), groups.size().to_numpy()
    rows = rows[rows["open"] > 0].sort_values(["unit", "open", "off"], ascending=[True, False, True], kind="stable")
    return rows.groupby("unit", sort=False).head(MOST_LEVEL)


def move_rows(of: Results) -> pd.DataFrame:
    """Rows of `MOVES` of an index."""
    parts = []
    if of.flips is not None and len(of.flips):
        flips = of.flips[of.flips["year"] == of.year].rename(columns={"gains_most": "gains", "loses_most": "loses"})
        # the smallest change of each pair; where none reaches it, that of all weights says so
        flips = flips.assign(least=~flips["smallest"], whole=flips["scope"] != "leaves", moved=flips["distance"] / 2)
        flips = flips.sort_values(["unit_rank", "unit", "least", "whole"], kind="stable")
        flips = flips.drop_duplicates(["unit", "rival"])
        up = flips.drop_duplicates("unit").assign(what="up")
        down = flips.assign(unit=flips["rival"], rival=flips["unit"], what="down").drop_duplicates("unit")
        parts += [up, down]
    if of.most_moving is not None and len(of.most_moving):
        moving = of.told(of.most_moving[of.most_moving["by"] == "rank"])
        parts.append(moving.drop_duplicates("unit").assign(what="without"))
    elif of.drop_one is not None and len(of.drop_one):
        moving = of.told(of.drop_one[of.drop_one["rank_shift"].notna()])
        moving = moving.assign(size=-moving["rank_shift"].abs(), measure=moving["dropped"])
        moving = moving.sort_values(["unit", "size", "measure"], kind="stable").drop_duplicates("unit")
        parts.append(moving.assign(what="without"))
    return pd.concat(parts, ignore_index=True) if parts else of.scores.head(0)
