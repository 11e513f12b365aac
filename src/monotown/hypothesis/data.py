"""The series of the hypothesis, from the tables of the index and the cleaned figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base.arrays import Array
from monotown.base.expressions import parse
from monotown.base.problems import Problems
from monotown.base.tables import data_kinds_in, from_scale, join_kinds
from monotown.data.units import Units
from monotown.hypothesis.panel import SCALES, Series
from monotown.hypothesis.prespecified import check_specification
from monotown.index.admissible import scale_of
from monotown.index.build import NORMALISED
from monotown.index.kernel import evaluate
from monotown.index.prepare import view_model

#: Outcomes that are indices, beside the measures one by one.
UNSHARED, WHOLE = "unshared", "whole"

#: The series that turns staffing per head into a number of researchers.
PEOPLE = "mean_population"

#: Cities of the sample without the two largest.


@dataclass(frozen=True)
class Data:
    """Series of one panel.

    Attributes
    ----------
    regions
        Codes, in the order of the rows of every series.
    staffing
        ``primary``, and the scales of the curve.
    quality
        `UNSHARED`, `WHOLE`, and every measure of the view, normalised: more is better.
    towns
        Shape (regions,): single-industry towns of the State Programme.
    files
        Source of each measure, the staffing measure among them, and of `PEOPLE`.
    kind
        Kind of the data.
    scale
        Of the quality index in tables; its series here run from 0 to 1.
    """

    regions: tuple[str, ...]
    staffing: Mapping[str, Series]
    quality: Mapping[str, Series]
    towns: NDArray[np.int64]
    files: Mapping[str, str]
    kind: str
    scale: float

    def source(self, series: Iterable[str] | None = None) -> str:
        """Sources of some series, or of all, joined."""
        texts = [self.files[s] for s in (self.files if series is None else series)]
        return "; ".join(sorted({s for text in texts for s in text.split("; ")}))


def read_data(
    normalised: pd.DataFrame,
    observations: pd.DataFrame,
    config: Mapping[str, Any],
    views: Mapping[str, Any],
    measures: Mapping[str, Any],
    units: Mapping[str, Any],
    file: str,
) -> Data:
    """Staffing and quality of every region and year.

    Parameters
    ----------
    normalised
        Table `monotown.index.build.NORMALISED` of the quality view.
    observations
        `monotown.base.tables.OBSERVATIONS` of units in constant borders.
    config, views, measures, units
        ``config/parts/hypothesis.yaml`` and the files of these names.
    file
        Name of the first, for messages.

    Raises
    ------
    InputError
        As `check_specification`; an unknown view; gaps in a series; several kinds of data.
    """
    spec = config["prespecified"]
    problems = Problems()
    view = spec["quality"]["view"]
    if view not in views:
        problems.add(file, "prespecified.quality.view", view, "one of: " + ", ".join(sorted(views)))
        problems.stop()
    model = view_model(view, views[view], measures)
    normalised = from_scale(normalised, NORMALISED, scale_of(model))
    check_specification(config, measures, model.measures, file)
    regions = tuple(sorted(units["sets"][views[view]["units"]]))

    first, last = spec["quality"]["years"]
    years = list(range(first, last + 1))
    quality: dict[str, Series] = {}
    for name in model.measures:
        mine = normalised[normalised["measure"] == name]
        grid = _grid(mine, "normalised", regions, years)
        _check_gaps(grid, name, regions, years, file, problems)
        quality[name] = Series(grid, first)

    start, end = spec["staffing"]["years"]
    measure = spec["staffing"]["measure"]
    formula = parse(measures[measure]["formula"])
    span = list(range(start, end + 1))
    seen = observations[observations["unit"].isin(regions)]
    figures = {v: _grid(seen[seen["variable"] == v], "value", regions, span) for v in formula.inputs}
    level = formula.evaluate(figures)[0]
    _check_gaps(level, measure, regions, span, file, problems)
    kinds = set(normalised["kind"]) | set(seen.loc[seen["variable"].isin(formula.variables), "kind"])
    if len(found := data_kinds_in(kinds)) > 1:
        problems.add(file, "prespecified", ", ".join(found), "one kind of data")
    problems.stop()

    for name, used in ((UNSHARED, model.without(*spec["quality"]["left_out"])), (WHOLE, model)):
        z = np.stack([quality[m].cells.ravel() for m in used.measures], axis=1)
        quality[name] = Series(evaluate(used, z)[0].reshape(len(regions), -1), first)
    people = _grid(seen[seen["variable"] == PEOPLE], "value", regions, span)
    staffing = _staffing(level, people, spec["staffing"]["transform"], start)
    used_by = {m: parse(measures[m]["formula"]).variables for m in (measure, *model.measures)}
    if "log_count" in staffing:
        used_by[PEOPLE] = (PEOPLE,)
    sources = {m: _sources(observations, v, regions) for m, v in used_by.items()}
    return Data(
        regions, staffing, quality, _towns(units, config["towns"], regions), sources, join_kinds(kinds), scale_of(model)
    )


def _staffing(level: Array, people: Array, transform: str, start: int) -> dict[str, Series]:
    """The staffing measure on each scale; its count for the first years with all inhabitants known."""
    found = {"primary": SCALES[transform](level), "log1p": np.log1p(level), "level": level}
    known = int(np.cumprod(~np.isnan(people).any(axis=0)).sum())
    if known:
        found["log_count"] = np.log((level * people / 1e4)[:, :known])
    return {name: Series(cells, start) for name, cells in found.items()}


def _grid(table: pd.DataFrame, column: str, regions: Sequence[str], years: Sequence[int]) -> Array:
    wide = table.pivot_table(index="unit", columns="year", values=column, aggfunc="first")
    return np.asarray(wide.reindex(index=list(regions), columns=list(years)), dtype=float)


def _check_gaps(
    grid: Array, name: str, regions: Sequence[str], years: Sequence[int], file: str, problems: Problems
) -> None:
    for i, j in np.argwhere(np.isnan(grid)):
        problems.add(
            file,
            f"{name}, {regions[i]}, {years[j]}",
            "no value",
            "a value for every region and year: other years, or another measure",
        )


def _sources(observations: pd.DataFrame, variables: Sequence[str], regions: Sequence[str]) -> str:
    mine = observations[observations["variable"].isin(variables) & observations["unit"].isin(regions)]
    names = {s for text in mine["source"].unique() for s in str(text).split("; ")}
    return "; ".join(sorted(names))


def _towns(units: Mapping[str, Any], towns: str, regions: Sequence[str]) -> NDArray[np.int64]:
    home = {r: r for r in regions}
    for merged in Units(units).merged():
        if merged.code in home:
            home.update(dict.fromkeys((*merged.members, merged.before), merged.code))
    counts = dict.fromkeys(regions, 0)
    for town in units["sets"][towns]:
        place = home.get(units[town].get("parent"))
        if place is not None:
            counts[place] += 1
    return np.array([counts[r] for r in regions], dtype=np.int64)
