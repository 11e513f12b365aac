"""Change of an index over its years, every uncertain input drawn once for all years.

Between two years the choices of who builds the index are the same: a draw takes one set of weights, one scheme,
one normalisation and so on, and applies it to every year. What they do to the level of both years cancels in the
difference. Errors of figures are those of `monotown.sensitivity.errors`, of all years together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.problems import InputError
from monotown.base.tables import COUNT, KINDED, NUMBER, RANK, SHARE, YEAR, keyed, score_column
from monotown.base.ties import TOLERANCE, sort_key
from monotown.index.admissible import scale_of
from monotown.index.comparable import reasons_between
from monotown.index.model import IndexModel, method
from monotown.index.panel import Fan
from monotown.index.prepare import Prepared
from monotown.methods.ranks import rank
from monotown.sensitivity import tables
from monotown.sensitivity.design import Variants
from monotown.sensitivity.draws import blocks
from monotown.sensitivity.inputs import BASELINE, Inputs, Level, read_inputs
from monotown.sensitivity.monte_carlo import MonteCarloRun
from monotown.sensitivity.sobol_inputs import every_input
from monotown.sensitivity.year import Case

#: Name of the analysis in which the inputs of all others vary together.
EVERY: Final = "every_input"

#: What is said of a change: a direction where so many draws have it, else that it is open.
VERDICTS: Final = ("rose", "fell", "unchanged", "open")

#: Values of all draws at most; of more units, years and indicators fewer draws are made, down to `LEAST`.
CELLS: Final = 40_000_000
LEAST: Final = 500

#: Settings that are lists.
_LISTS: Final = ("back", "pairs")

#: Values worked on at a time.
_PART: Final = 4_000_000


@dataclass(frozen=True)
class ChangeSettings:
    """What a user sets of the changes, in the section ``sensitivity.change`` of the config.

    Attributes
    ----------
    draws
        Replicates of each analysis; 0 leaves the changes out.
    back
        Changes to the last year are told from the first year, and from so many years before the last.
    pairs
        Other pairs of years, the earlier first; of an index that has both.
    sure
        A change has a direction where at least so many of the draws have it; above a half, at most 1.

    Examples
    --------
    >>> ChangeSettings().years([2015, 2018, 2022, 2023])
    [(2015, 2023), (2018, 2023)]
    >>> ChangeSettings(back=(1,), pairs=((2015, 2018), (2010, 2018))).years([2015, 2018, 2023])
    [(2015, 2023), (2015, 2018)]
    """

    draws: int = 10_000
    back: tuple[int, ...] = (5,)
    pairs: tuple[tuple[int, int], ...] = ()
    sure: float = 0.95

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> ChangeSettings:
        """The settings of a section of the config, with defaults for what it does not say."""
        lists = {k: tuple(tuple(e) if isinstance(e, list) else e for e in given[k]) for k in _LISTS if k in given}
        return cls(**{**given, **lists})

    def years(self, known: Sequence[int]) -> list[tuple[int, int]]:
        """Pairs of years whose changes are told, of an index with the known years, rising."""
        if len(known) < 2:
            return []
        first, last = known[0], known[-1]
        wanted = [(first, last), *((last - k, last) for k in self.back), *self.pairs]
        return [pair for pair in dict.fromkeys(wanted) if set(pair) <= set(known) and pair[0] < pair[1]]

    def draws_of(self, values: int) -> int:
        """Number of draws for so many values: units, years and indicators multiplied.

        Examples
        --------
        >>> [ChangeSettings().draws_of(values) for values in (192 * 6, 5000 * 8, 60_000 * 27)]
        [10000, 1000, 500]
        """
        return min(self.draws, max(LEAST, CELLS // values))


class PanelVariants(Variants):
    """All years of a view under every combination of an analysis.

    The rows of all years are scored with the settings of a draw; ranks, and whatever compares units, stay within a
    year. Weights taken from the data are those of the fullest year, in all years.

    Parameters
    ----------
    prepared, config, measures, inputs, seed
        As of `Variants`. The input ``year_window`` stays as the view sets it: before its first year there is
        nothing to average. A normalisation by place without a ``scope`` of its own ranks the values of all
        years together, as the others take their scale from all years: places within a year have no change in common.

    Raises
    ------
    ValueError, InputError
        As `Variants`.
    """

    def __init__(
        self,
        prepared: Prepared,
        config: Mapping[str, Any],
        measures: Mapping[str, Mapping[str, Any]],
        inputs: Inputs,
        seed: int = 0,
    ) -> None:
        self._reference = prepared.fullest_year
        self._scored: NDArray[np.int64] = np.flatnonzero(prepared.enough)
        self.when = np.asarray(prepared.rows["year"].to_numpy(), np.int64)[self._scored]
        #: rows of each year among those scored
        self.of_year = {int(y): np.flatnonzero(self.when == y) for y in np.unique(self.when)}
        super().__init__(prepared, config, measures, _over_years(inputs), self._reference, seed)

    def _rows_of(self, year: int) -> NDArray[np.int64]:
        return self._scored

    def _case(self, year: int, units: Sequence[str], z: Array) -> Case:
        scores = self.evaluate(self.model, z, self.model.weights[None])[0]
        ranks = np.full(len(scores), np.nan)
        for here in self.of_year.values():
            ranks[here] = rank(scores[here])
        return Case(year, tuple(units), z, scores, ranks)

    def _weighing(self, z: Array) -> Array:
        return z[self.of_year[self._reference]]

    @property
    def ranked_together(self) -> int:
        """Number of units of the year with the most."""
        return max(map(len, self.of_year.values()))

    def _apart(self, model: IndexModel, z: Array) -> bool:
        """Whether a score depends on the other units of its year."""
        across = any(n.aggregation.aggregation.across_units for n in model.nodes)
        return across or (any(n.missing in ("mean", "median") for n in model.nodes) and bool(np.isnan(z).any()))

    def evaluate(self, model: IndexModel, z: Array, weights: Array, batch: int | None = None) -> Array:
        """Index of every row under every weight vector, each year by itself where units are compared."""
        if not self._apart(model, z):
            return super().evaluate(model, z, weights, batch)
        found = np.empty((len(weights), len(z)))
        for here in self.of_year.values():
            found[:, here] = super().evaluate(model, z[here], weights, batch)
        return found

    def evaluate_tables(self, model: IndexModel, tables: Array, weights: Array) -> Array:
        """Index of every row, a table a draw, each year by itself where units are compared."""
        if not self._apart(model, tables):
            return super().evaluate_tables(model, tables, weights)
        found = np.empty(tables.shape[:2])
        for here in self.of_year.values():
            found[:, here] = super().evaluate_tables(model, np.ascontiguousarray(tables[:, here]), weights)
        return found


def _over_years(inputs: Inputs) -> Inputs:
    """The inputs as they vary where years are compared."""
    return replace(inputs, year_window=(), normalisation=tuple(map(_pooled, inputs.normalisation)))


def _pooled(level: Level) -> Level:
    """A normalisation that would look at one year alone, unless it is asked to, over all years."""
    given: dict[str, Any] = dict(level.value) if isinstance(level.value, Mapping) else {"method": level.value}
    if given["method"] == BASELINE:
        return level
    chosen = method(str(given["method"]), **{k: v for k, v in given.items() if k != "method"})
    alone = chosen.normalisation.within_year(chosen.settings) and "scope" in chosen.settings
    return replace(level, value={**given, "scope": "pooled"}) if alone and "scope" not in given else level


class PanelRun(MonteCarloRun):
    """Draws and evaluates replicates of all years of a view.

    Parameters
    ----------
    variants, analysis, seed
        As of `MonteCarloRun`: weights and choices are those of the analysis of one year.
    """

    variants: PanelVariants

    def __init__(self, variants: PanelVariants, analysis: str, seed: int) -> None:
        super().__init__(variants, analysis, seed)
        #: replicates that share a data table seldom share their levels too
        self._each = variants.inputs.own_tables and any(len(f.levels) > 1 for f in variants.factors[:-2])

    def all_scores(self, draws: int) -> Array:
        """Scores of the first replicates, shape (draws, rows): unit by unit in each year of the view."""
        found = np.empty((draws, len(self.variants.case.units)))
        for block, used in blocks(draws):
            drawn = self.draw(block)
            for rows in self._some(used):
                found[block * len(drawn.levels) + rows] = self.scores(drawn, rows, self._each)
        return found

    def _some(self, used: int) -> Iterator[NDArray[np.int64]]:
        # draws that share a table are worked on together, unless each has its own
        cells, shared = (self.variants.case.z.size, 1) if self._each else (len(self.variants.case.units), self.sharing)
        step = max(_PART // cells // shared, 1) * shared
        for start in range(0, used, step):
            yield np.arange(start, min(start + step, used))


@dataclass(frozen=True)
class Panel:
    """Scores of a view's units over its years, as the view sets them and in every draw.

    Attributes
    ----------
    units, years
        Of each row, shape (rows,).
    places
        Row of the prepared data of each, shape (rows,).
    baseline
        Scores by the view's own settings, shape (rows,).
    scores
        Shape (draws, rows).
    """

    units: NDArray[np.object_]
    years: NDArray[np.int64]
    places: NDArray[np.int64]
    baseline: Array
    scores: Array

    @classmethod
    def of(cls, run: PanelRun, draws: int) -> Panel:
        """The panel of a run."""
        v = run.variants
        units = np.array(v.case.units, dtype=object)
        return cls(units, v.when, v.rows, v.case.scores, run.all_scores(draws))

    def pair(self, prepared: Prepared, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of the units whose two years can be compared, in the earlier and in the later year."""
        known = {(u, int(y)): i for i, (u, y) in enumerate(zip(self.units, self.years, strict=True))}
        both = [u for u in dict.fromkeys(self.units) if (u, first) in known and (u, last) in known]
        one, other = (np.array([known[u, year] for u in both], dtype=np.int64) for year in (first, last))
        if not both:
            return one, other
        why = reasons_between(prepared, self.places[one], self.places[other], "years")
        gone = np.isnan(self.baseline[one]) | np.isnan(self.baseline[other])
        kept = np.array([not w for w in why], dtype=bool) & ~gone
        return one[kept], other[kept]


def change_schema(interval: Sequence[float]) -> pa.DataFrameSchema:
    """Schema of the changes between two years, for given limits of the intervals.

    `rose` and `fell` are shares of draws in which the score does, `rank_rose` and `rank_fell` those in which the
    rank among the units that can be compared gets better or worse; a `rank_change` below 0 is a climb. `verdict`
    is a direction where at least the share ``sure`` of the draws has it.

    Parameters
    ----------
    interval
        Lower and upper probability.
    """
    names = [tables.percent(p) for p in (interval[0], 0.5, interval[1])]
    return keyed(
        "change",
        ["view", "from_year", "to_year", "unit", "analysis"],
        {
            "from_year": YEAR,
            "to_year": YEAR,
            "score_from": score_column("Index by the view's own settings, earlier year."),
            "score_to": score_column("The same, later year."),
            "change": score_column("Later less earlier."),
            **{f"change_{n}": score_column("Quantile of the change over the draws.") for n in names},
            "rose": SHARE,
            "fell": SHARE,
            "rank_from": RANK,
            "rank_to": RANK,
            "rank_change": NUMBER,
            **{f"rank_change_{n}": NUMBER for n in names},
            "rank_rose": SHARE,
            "rank_fell": SHARE,
            "verdict": pa.Column(str, pa.Check.isin(VERDICTS)),
            "draws": COUNT,
        },
        KINDED,
    )


def fan_schema(interval: Sequence[float]) -> pa.DataFrameSchema:
    """Schema of the scores of every year with their intervals: limits as of `change_schema`."""
    names = [tables.percent(p) for p in (interval[0], 0.5, interval[1])]
    return keyed(
        "fan",
        ["view", "unit", "year", "analysis"],
        {
            "score": score_column("Index by the view's own settings."),
            **{f"score_{n}": score_column("Quantile of the index over the draws.") for n in names},
        },
        KINDED,
    )


def verdict(rose: float, fell: float, sure: float) -> str:
    """What is said of a change.

    Parameters
    ----------
    rose, fell
        Shares of draws.
    sure
        As in `ChangeSettings`.

    Examples
    --------
    >>> verdict(0.96, 0.04, 0.95), verdict(0.0, 0.95, 0.95), verdict(0.0, 0.0, 0.95), verdict(0.5, 0.5, 0.95)
    ('rose', 'fell', 'unchanged', 'open')
    """
    shares = (rose, fell, 1 - rose - fell)
    # a share is a count: a last bit of the arithmetic must not decide
    return next((word for word, share in zip(VERDICTS, shares, strict=False) if share >= sure - 1e-12), "open")


def change_rows(
    panel: Panel, pair: tuple[NDArray[np.int64], NDArray[np.int64]], interval: Sequence[float], sure: float
) -> list[tuple[object, ...]]:
    """What the draws say of the change of each unit between two years.

    Parameters
    ----------
    panel
        Scores in every draw.
    pair
        Rows of the units in the earlier and in the later year.
    interval
        Lower and upper probability.
    sure
        As in `ChangeSettings`.

    Returns
    -------
    list of tuple
        A unit a row: its code and the columns of `change_schema` from ``score_from`` to ``draws``. Ranks are among
        these units.
    """
    one, other = pair
    if not len(one):
        return []
    limits = [interval[0], 0.5, interval[1]]
    before, after = panel.scores[:, one], panel.scores[:, other]
    moved = after - before
    climbed = rank(np.ascontiguousarray(after)) - rank(np.ascontiguousarray(before))
    ranks = [rank(panel.baseline[rows]) for rows in pair]
    columns = (
        panel.units[one],
        *(panel.baseline[rows] for rows in pair),
        panel.baseline[other] - panel.baseline[one],
        *np.quantile(moved, limits, axis=0),
        (moved > TOLERANCE).mean(axis=0),
        (moved < -TOLERANCE).mean(axis=0),
        *ranks,
        ranks[1] - ranks[0],
        # a rank that there is: halves of shared ranks and nothing between
        *np.quantile(climbed, limits, axis=0, method="inverted_cdf"),
        (climbed < 0).mean(axis=0),
        (climbed > 0).mean(axis=0),
    )
    rows = zip(*(c.tolist() for c in columns), strict=True)
    # places 7 and 8: shares of draws in which the score rose and fell
    return [(*row, verdict(float(row[7]), float(row[8]), sure), len(panel.scores)) for row in rows]


def fan_rows(panel: Panel, interval: Sequence[float]) -> list[tuple[object, ...]]:
    """Score of each unit and year with its quantiles over the draws: unit, year, score, quantiles."""
    scored = ~np.isnan(panel.baseline)
    found = np.quantile(panel.scores[:, scored], [interval[0], 0.5, interval[1]], axis=0)
    columns = (panel.units[scored], panel.years[scored], panel.baseline[scored], *found)
    return list(zip(*(c.tolist() for c in columns), strict=True))


def analyses_of(options: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The analyses of the section ``sensitivity`` of the config, and one of all their inputs where there are several.

    Examples
    --------
    >>> given = {"weights": {"weights": {}}, "data": {"data_error": {"relative": 0.02}}}
    >>> list(analyses_of({"analyses": given, "weight_cv": 0.25}))
    ['weights', 'data', 'every_input']
    """
    analyses = dict(options["analyses"])
    return {**analyses, EVERY: every_input(analyses, options["weight_cv"])} if len(analyses) > 1 else analyses


def change_tables(
    prepared: Prepared,
    config: Mapping[str, Any],
    measures: Mapping[str, Any],
    options: Mapping[str, Any],
    seed: int,
    kind: str,
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Changes of an index between years, and its course, in every analysis.

    Parameters
    ----------
    prepared
        The view's data.
    config, measures
        The view's entry in the views config, and the measures config.
    options
        The section ``sensitivity`` of the config: ``analyses``, ``weight_cv``, ``interval``, ``change``.
    seed
        The run's seed.
    kind
        Kind of the scores.

    Returns
    -------
    tables : dict
        ``change`` and ``fan``; without rows where no two years of the index can be compared.
    refused : dict
        Analysis to the reason why the index cannot go through it.
    """
    settings, interval = ChangeSettings.of(options.get("change") or {}), tuple(options["interval"])
    rows: dict[str, list[tuple[object, ...]]] = {"change": [], "fan": []}
    schemas = {"change": change_schema(interval), "fan": fan_schema(interval)}
    kinds: dict[str, str] = {}
    refused: dict[str, str] = {}
    whole = settings.years([y for y in prepared.years if len(prepared.year(y)[0]) > 1])
    for name, given in analyses_of(options).items() if whole and settings.draws else ():
        inputs = read_inputs(given, options["weight_cv"], where=f"sensitivity.analyses.{name}")
        try:
            variants = PanelVariants(prepared, config, measures, inputs, seed)
        except (InputError, ValueError) as error:
            refused[name] = str(error)
            continue
        run = PanelRun(variants, name, seed)
        panel = Panel.of(run, settings.draws_of(variants.case.z.size))
        told = {years: change_rows(panel, panel.pair(prepared, *years), interval, settings.sure) for years in whole}
        if not any(told.values()):
            break  # the scales of two years are not one, whatever varies
        kinds[name] = variants.inputs.kind_under(kind)
        rows["change"] += [(*years, unit, name, *row) for years, found in told.items() for unit, *row in found]
        rows["fan"] += [(unit, year, name, *row) for unit, year, *row in fan_rows(panel, interval)]
    made = tables.made(rows, schemas, prepared.view, kind, scale_of(prepared.model))
    for table in made.values():
        table["kind"] = [kinds[str(a)] for a in table["analysis"]]
    return made, refused


def widest(table: pd.DataFrame) -> str:
    """The analysis of a table in which most varies: that of every input, or the only one; "" of an empty table."""
    there = list(dict.fromkeys(table["analysis"]))
    return EVERY if EVERY in there else str(there[0]) if there else ""


def whole_change(change: pd.DataFrame) -> pd.DataFrame:
    """Rows of the changes from the first year of an index to its last, of every analysis."""
    span = change["to_year"] - change["from_year"]
    found: pd.DataFrame = change[span == span.max()]
    return found


def fan_of(change: pd.DataFrame, fan: pd.DataFrame, interval: Sequence[float], sure: float) -> Fan:
    """What the figure of a panel shows of the tables ``change`` and ``fan``: where most varies, first year to last."""
    ends = [c for c in fan.columns if str(c).startswith("score_p")]
    mine = fan[fan["analysis"] == widest(fan)].rename(columns={ends[0]: "low", ends[-1]: "high"})
    whole = whole_change(change)
    told = whole[whole["analysis"] == widest(whole)]
    draws = int(told["draws"].max()) if len(told) else 0
    columns = ["unit", "rose", "fell", "verdict"]
    return Fan(mine[["unit", "year", "low", "high", "kind"]], told[columns], (interval[0], interval[1]), sure, draws)


def printed_change(change: pd.DataFrame, order: Sequence[str], source: str, scale: float) -> pd.DataFrame:
    """The change of each unit from the first year to the last, for print.

    Parameters
    ----------
    change
        As `change_schema` has it.
    order
        Analyses in the order of their columns.
    source
        Sources of the data, parted by ``;``.
    scale
        Of the scores.

    Returns
    -------
    pandas.DataFrame
        ``unit, first_year, last_year, change, low, high, rose_<analysis>…, rank_from, rank_to, rank_low, rank_high,
        verdict, draws, scale, kind, source``, the largest fall first: limits, verdict and kind where most varies.
    """
    whole = whole_change(change)
    mine = whole[whole["analysis"] == widest(whole)]
    ends = [c for c in change.columns if str(c).startswith("change_p")]
    ranks = [c for c in change.columns if str(c).startswith("rank_change_p")]
    rose = {a: whole[whole["analysis"] == a].set_index("unit")["rose"] for a in order if a in set(whole["analysis"])}
    table = pd.DataFrame(
        {
            "unit": mine["unit"],
            "first_year": mine["from_year"],
            "last_year": mine["to_year"],
            "change": mine["change"],
            "low": mine[ends[0]],
            "high": mine[ends[-1]],
            **{f"rose_{a}": mine["unit"].map(shares) for a, shares in rose.items()},
            "rank_from": mine["rank_from"],
            "rank_to": mine["rank_to"],
            "rank_low": mine[ranks[0]],
            "rank_high": mine[ranks[-1]],
            "verdict": mine["verdict"],
            "draws": mine["draws"],
            "scale": scale,
            "kind": mine["kind"],
            "source": source,
        }
    )
    return table.sort_values(["change", "unit"], kind="stable", ignore_index=True, key=sort_key)
