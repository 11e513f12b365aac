"""The cohort stage: observed stocks and a config to tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.problems import Problems, nearest
from monotown.base.streams import Stream
from monotown.base.tables import ASSUMPTION, COUNT, DATA_KINDS, NUMBER, REAL, SHARE, SOURCED, TEXT, YEAR, assumed, table
from monotown.cohort.posterior import Posterior, Prior, TypedPosterior, fit_total, fit_types
from monotown.cohort.simulate import Course, apply_course, simulate_path
from monotown.cohort.stock import exit_rate_without_inflow, inflow_needed, inflow_on_ridge, steady_stock

#: The stream of a prior by what it is for.
Streams: TypeAlias = Callable[..., Stream]

#: Name of the sum over all groups, in the series and in the tables.
TOTAL: Final = "total"
#: Exit rate of the table of needs that no prior enters: the least that the counts leave.
PROVED: Final = "without_inflow"

_table = partial(table, end=SOURCED)


def _rests(table: str, row: Mapping[str, Any], kind: str, source: str) -> Mapping[str, str]:
    """Kind and source of a row: what the counts prove, a prior alone, or counts under a prior."""
    if table == "ridge" or row.get("exit_from") == PROVED:
        return {"kind": kind, "source": source}
    if row.get("stage") == "prior":
        return ASSUMPTION
    return {"kind": assumed(kind), "source": source}


#: Observed stocks. `group` is a degree, or `TOTAL` where only the sum is known.
SERIES = _table("series", ["year", "group"], {"year": YEAR, "group": TEXT, "count": COUNT}).update_column(
    "kind", checks=pa.Check.isin(DATA_KINDS)
)
#: Inflow that, with an exit rate, fits the first and last total exactly (missing where it would be
#: negative), and the inflow that would hold the last total or regain the first.
RIDGE = _table(
    "ridge",
    ["exit_rate"],
    {"exit_rate": SHARE, "inflow": NUMBER, "steady_stock": NUMBER, "to_hold": REAL, "to_regain": REAL},
)
#: Quantiles of priors and posteriors; `evidence` is the prior probability of what was observed.
POSTERIORS = _table(
    "posteriors",
    ["model", "prior", "stage", "parameter"],
    {
        "model": TEXT,
        "prior": TEXT,
        "stage": TEXT,
        "parameter": TEXT,
        "low": REAL,
        "median": REAL,
        "high": REAL,
        "evidence": NUMBER,
        "correlation": NUMBER,
    },
)
#: Pairs of exit and inflow drawn from each posterior, to be seen beside the ridge.
DRAWS = _table(
    "draws", ["prior", "draw"], {"prior": TEXT, "draw": pa.Column("int64"), "exit_rate": SHARE, "inflow": REAL}
)
#: Stocks to come. `hold` and `regain` are the shares of trajectories at or above the last and the
#: first observed total.
PROJECTIONS = _table(
    "projections",
    ["model", "prior", "course", "group", "year"],
    {
        "model": TEXT,
        "prior": TEXT,
        "course": TEXT,
        "group": TEXT,
        "year": YEAR,
        "low": REAL,
        "quarter": REAL,
        "median": REAL,
        "three_quarters": REAL,
        "high": REAL,
        "mean": REAL,
        "hold": NUMBER,
        "regain": NUMBER,
    },
)
#: Yearly inflow that holds the last total, or regains the first by a year.
NEEDS = _table(
    "needs",
    ["goal", "exit_from"],
    {"goal": TEXT, "exit_from": TEXT, "exit_rate": SHARE, "target": REAL, "by_year": NUMBER, "inflow": REAL},
)


@dataclass(frozen=True)
class CohortTables:
    """Tables of the cohort stage, each with the schema of its name in upper case."""

    series: pd.DataFrame
    ridge: pd.DataFrame
    posteriors: pd.DataFrame
    draws: pd.DataFrame
    projections: pd.DataFrame
    needs: pd.DataFrame


def paper_series(readings: pd.DataFrame, observations: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Degree holders as the paper lets one know them: a proved total, then counts by degree.

    Parameters
    ----------
    readings
        Integer readings of the printed shares; the row ``with_counts`` is the one that the printed
        ratio and difference leave.
    observations
        The paper's own figures, table `monotown.base.tables.OBSERVATIONS`.
    unit
        Code of the university.

    Returns
    -------
    pandas.DataFrame
        Table `SERIES`.
    """
    proved = readings[readings["with_counts"].astype(bool) & (readings["rule"] == "half_up")]
    degrees = observations[
        (observations["unit"] == unit)
        & observations["variable"].isin(["doctors_of_science", "doctors_phd", "candidates_of_science"])
    ]
    last = degrees["year"].max()
    rows = [
        {"year": year, "group": TOTAL, "count": count, "kind": "published", "source": source}
        for year, count, source in zip(proved["year"], proved["degree_holders"], proved["source"], strict=True)
        if year < last
    ]
    rows += [
        {"year": r["year"], "group": r["variable"], "count": r["value"], "kind": r["kind"], "source": r["source"]}
        for r in degrees[degrees["year"] == last].to_dict("records")
    ]
    return SERIES.validate(pd.DataFrame(rows), lazy=True)


def check_series(series: pd.DataFrame, closed: Sequence[str], until: int, file: str) -> None:
    """Refuse a series that cannot be fitted.

    Raises
    ------
    InputError
        Fewer than two years, unknown closed groups, a total that is not the sum of its groups, a
        last observed year that is not before `until`, two kinds of data in one series.
    """
    problems = Problems()
    years = sorted(series["year"].unique())
    groups = sorted(set(series["group"]) - {TOTAL})
    if len(years) < 2:
        problems.add(file, "year", ", ".join(map(str, years)) or "nothing", "at least two years")
    for name in closed:
        if groups and name not in groups:
            problems.add(file, "closed", name, nearest(name, groups))
    if len(set(series["kind"])) > 1:
        kinds = ", ".join(sorted(set(series["kind"])))
        problems.add(file, "kind", kinds, "one kind of data for the whole series")
    for year, part in series.groupby("year"):
        named = part[part["group"] != TOTAL]
        stated = part.loc[part["group"] == TOTAL, "count"]
        if len(stated) and len(named) and int(stated.iloc[0]) != int(named["count"].sum()):
            problems.add(
                file,
                f"year {year}, group {TOTAL}",
                int(stated.iloc[0]),
                f"the sum of the groups, {int(named['count'].sum())}",
            )
    if years and years[-1] >= until:
        problems.add(file, "until", until, f"a year after the last observed, {years[-1]}")
    problems.stop()


def _totals(series: pd.DataFrame) -> tuple[list[int], list[int]]:
    stated = series[series["group"] == TOTAL].set_index("year")["count"]
    summed = series[series["group"] != TOTAL].groupby("year")["count"].sum()
    joined = stated.combine_first(summed).sort_index()
    return [int(y) for y in joined.index], [int(c) for c in joined]


def read_priors(config: Mapping[str, Any]) -> list[Prior]:
    """Priors of a config."""
    return [Prior(name, tuple(entry["exit_rate"]), tuple(entry["inflow"])) for name, entry in config["priors"].items()]


def read_courses(config: Mapping[str, Any]) -> list[Course]:
    """Courses of a config."""
    return [
        Course(
            name,
            float(entry.get("exit_factor", 1)),
            float(entry.get("inflow_factor", 1)),
            {str(k): float(v) for k, v in entry.get("extra_inflow", {}).items()},
            int(entry.get("from_year", 0)),
        )
        for name, entry in config["courses"].items()
    ]


def build_cohort(
    series: pd.DataFrame,
    config: Mapping[str, Any],
    seed: int,
    *,
    file: str = "config/parts/cohort.yaml",
    threads: int = 1,
) -> CohortTables:
    """All tables of the cohort stage.

    Two models are run. `total` has one exit rate and one inflow for all. `groups` tells degrees
    apart: where every year has them, each with rates of its own; where the first year has the total
    only, with a common exit rate and every split of the total weighed alike.

    Parameters
    ----------
    series
        Table `SERIES`.
    config
        The cohort config.
    seed
        Of every random number.
    file
        Name of the series' file, for messages.
    threads
        Does not change the result.

    Raises
    ------
    InputError
        As `check_series`.
    """
    closed = list(config["closed"])
    until = int(config["until"])
    check_series(series, closed, until, file)
    kind = str(series["kind"].iloc[0])
    source = "; ".join(sorted(set(series["source"])))
    years, totals = _totals(series)
    levels = [config["interval"][0], 0.5, config["interval"][1]]

    posteriors: list[dict[str, Any]] = []
    projections: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    fitted: list[tuple[str, Array]] = []
    for prior in read_priors(config):
        rates = fit_total(years, totals, prior)
        fitted.append((prior.name, rates.quantiles([0.5])[0]))
        posteriors += _prior_rows(prior, levels)
        posteriors += _total_rows(rates, levels)
        stream = partial(Stream.of, seed, "cohort", prior.name)
        drawn = rates.draw(stream("rates", TOTAL).generator(), int(config["draws"]))
        few = min(400, drawn[0].size)
        shown += [{"prior": prior.name, "draw": i, "exit_rate": drawn[0][i], "inflow": drawn[1][i]} for i in range(few)]
        typed = _fit_groups(series, years, closed, prior)
        runs: dict[str, dict[str, tuple[int, Array, Array]]] = {"total": {TOTAL: (totals[-1], *drawn)}}
        if typed is not None:
            posteriors += typed.rows(levels)
            runs["groups"] = typed.draw(stream, int(config["draws"]))
        for course in read_courses(config):
            for model, groups in runs.items():
                named = {"model": model, "prior": prior.name, "course": course.name}
                ahead = range(years[-1] + 1, until + 1)
                paths = _project(groups, course, ahead, partial(stream, "path", course.name, model), threads)
                for group, stocks in paths.items():
                    marks = (totals[-1], totals[0]) if group == TOTAL else (np.nan, np.nan)
                    projections += _summary({**named, "group": group}, ahead, stocks, levels, marks)

    def typed_frame(rows: list[dict[str, Any]], schema: pa.DataFrameSchema) -> pd.DataFrame:
        told = [{**row, **_rests(str(schema.name), row, kind, source)} for row in rows]
        return schema.validate(pd.DataFrame(told), lazy=True)

    return CohortTables(
        series=series,
        ridge=typed_frame(_ridge_rows(years, totals, int(config["regain_by"])), RIDGE),
        posteriors=typed_frame(posteriors, POSTERIORS),
        draws=typed_frame(shown, DRAWS),
        projections=typed_frame(projections, PROJECTIONS),
        needs=typed_frame(_need_rows(years, totals, fitted, int(config["regain_by"])), NEEDS),
    )


def _ridge_rows(years: list[int], totals: list[int], by: int) -> list[dict[str, Any]]:
    span = years[-1] - years[0]
    before, after = totals[0], totals[-1]
    rates = np.round(np.arange(0.0, 0.4 + 1e-9, 0.0025), 4)
    if 0 < after < before:
        rates = np.unique(np.append(rates, exit_rate_without_inflow(before, after, span)))
    inflow = inflow_on_ridge(rates, before, after, span)
    inflow = np.where(inflow > -1e-9, np.maximum(inflow, 0.0), np.nan)
    steady = np.full(rates.size, np.nan)
    steady[rates > 0] = steady_stock(rates[rates > 0], inflow[rates > 0])
    hold = inflow_needed(after, after, 1, rates)
    regain = inflow_needed(after, before, max(by - years[-1], 1), rates)
    return [
        {"exit_rate": r, "inflow": h, "steady_stock": s, "to_hold": a, "to_regain": b}
        for r, h, s, a, b in zip(rates, inflow, steady, hold, regain, strict=True)
    ]


def _need_rows(years: list[int], totals: list[int], fitted: list[tuple[str, Array]], by: int) -> list[dict[str, Any]]:
    before, after = totals[0], totals[-1]
    known = [(f"posterior_{name}", float(rate[0])) for name, rate in fitted]
    if 0 < after < before:
        lowest = exit_rate_without_inflow(before, after, years[-1] - years[0])
        known.insert(0, (PROVED, lowest))
    rows = []
    for name, rate in known:
        for goal, target, year in (("hold", after, np.nan), ("regain", before, float(by))):
            span = 1 if goal == "hold" else max(by - years[-1], 1)
            rows.append(
                {
                    "goal": goal,
                    "exit_from": name,
                    "exit_rate": rate,
                    "target": float(target),
                    "by_year": year,
                    "inflow": float(inflow_needed(after, target, span, rate)),
                }
            )
    return rows


def _row(
    model: str,
    prior: str,
    stage: str,
    parameter: str,
    values: Array,
    evidence: float = np.nan,
    correlation: float = np.nan,
) -> dict[str, Any]:
    return {
        "model": model,
        "prior": prior,
        "stage": stage,
        "parameter": parameter,
        "low": values[0],
        "median": values[1],
        "high": values[2],
        "evidence": evidence,
        "correlation": correlation,
    }


def _prior_rows(prior: Prior, levels: list[float]) -> list[dict[str, Any]]:
    from scipy import stats  # half a second, for who fits

    return [
        _row("total", prior.name, "prior", "exit_rate", np.asarray(stats.beta.ppf(levels, *prior.exit_rate))),
        _row(
            "total",
            prior.name,
            "prior",
            "inflow",
            np.asarray(stats.gamma.ppf(levels, prior.inflow[0], scale=prior.inflow[1])),
        ),
    ]


def _total_rows(found: Posterior, levels: list[float]) -> list[dict[str, Any]]:
    exits, inflows = found.quantiles(levels)
    shared = (found.evidence, found.correlation())
    return [
        _row("total", found.prior.name, "posterior", "exit_rate", exits, *shared),
        _row("total", found.prior.name, "posterior", "inflow", inflows, *shared),
    ]


@dataclass(frozen=True)
class _Groups:
    """Posteriors by group, and the last count of each."""

    prior: Prior
    last: Mapping[str, int]
    split: TypedPosterior | None
    apart: Mapping[str, Posterior]

    def rows(self, levels: list[float]) -> list[dict[str, Any]]:
        """Rows of `POSTERIORS`."""
        name = self.prior.name
        if self.split is not None:
            exits, inflows = self.split.quantiles(levels)
            found = [_row("groups", name, "posterior", "exit_rate", exits, self.split.evidence)]
            return found + [
                _row("groups", name, "posterior", f"inflow:{g}", v, self.split.evidence) for g, v in inflows.items()
            ]
        return [
            _row("groups", name, "posterior", f"{what}:{group}", values, p.evidence)
            for group, p in self.apart.items()
            for what, values in zip(("exit_rate", "inflow"), p.quantiles(levels), strict=True)
            if what == "exit_rate" or p.grid.inflow.size > 1
        ]

    def draw(self, stream: Streams, draws: int) -> dict[str, tuple[int, Array, Array]]:
        """Last count, exit rates and inflows of each group."""
        if self.split is not None:
            exits, inflows = self.split.draw(stream("rates", "split").generator(), draws)
            return {g: (n, exits, inflows.get(g, np.zeros(draws))) for g, n in self.last.items()}
        return {
            g: (n, *self.apart[g].draw(stream("rates", "group", g).generator(), draws)) for g, n in self.last.items()
        }


def _fit_groups(series: pd.DataFrame, years: list[int], closed: Sequence[str], prior: Prior) -> _Groups | None:
    named = series[series["group"] != TOTAL]
    last = {str(g): int(c) for g, c in named[named["year"] == years[-1]].set_index("group")["count"].items()}
    if len(last) < 2:
        return None
    whole = {g: part.sort_values("year", kind="stable") for g, part in named.groupby("group") if len(part) >= 2}
    if set(whole) == set(last):
        apart = {
            str(g): fit_total(part["year"].tolist(), part["count"].tolist(), prior, closed=g in closed)
            for g, part in whole.items()
        }
        return _Groups(prior, last, None, apart)
    if len(years) == 2 and set(closed) & set(last) and len(set(last) - set(closed)) in (1, 2):
        first = int(series.loc[series["year"] == years[0], "count"].sum())
        split = fit_types(first, last, years[1] - years[0], list(closed), prior)
        return _Groups(prior, last, split, {})
    return None


def _project(
    groups: Mapping[str, tuple[int, Array, Array]], course: Course, years: range, stream: Streams, threads: int
) -> dict[str, Any]:
    """Stocks of each group and of all, shape (years, draws)."""
    paths: dict[str, Any] = {}
    for group, (stock, exits, inflows) in groups.items():
        extra = dict(course.extra_inflow or {})
        # what is meant for one degree enters the total where degrees are not told apart
        named = {TOTAL: math.fsum(extra.values())} if group == TOTAL else extra
        applied = Course(course.name, course.exit_factor, course.inflow_factor, named, course.from_year)
        path = apply_course(exits, inflows, applied, group, years)
        paths[group] = simulate_path(stock, *path, stream(group).generator, threads=threads)
    return paths | {TOTAL: sum(stocks.astype(np.float64) for stocks in paths.values())}


def _summary(
    named: Mapping[str, str], years: range, stocks: Array, levels: list[float], marks: tuple[float, float]
) -> list[dict[str, Any]]:
    """Rows of a group's stocks; the first mark is held, the second regained, NaN where none is asked."""
    low, quarter, median, three, high = np.quantile(stocks, [levels[0], 0.25, 0.5, 0.75, levels[2]], axis=1)
    return [
        {
            **named,
            "year": year,
            "low": low[i],
            "quarter": quarter[i],
            "median": median[i],
            "three_quarters": three[i],
            "high": high[i],
            "mean": float(stocks[i].mean()),
            "hold": np.nan if np.isnan(marks[0]) else float(np.mean(stocks[i] >= marks[0])),
            "regain": np.nan if np.isnan(marks[1]) else float(np.mean(stocks[i] >= marks[1])),
        }
        for i, year in enumerate(years)
    ]
