"""Rates of small counts: as they stand, shrunk to their group, with limits; and the index of shrunk rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from monotown.base import checked as pa
from monotown.base.tables import (
    KINDED,
    NOTE,
    NOTED,
    NUMBER,
    RANK,
    REAL,
    SHARE,
    TEXT,
    assumed,
    keyed,
    score_column,
    to_scale,
    write_order,
)
from monotown.index.admissible import scale_of
from monotown.index.build import score_table
from monotown.index.leaves import normalise_leaf
from monotown.index.prepare import Prepared
from monotown.sensitivity.errors import Errors
from monotown.sensitivity.inputs import DataError, read_inputs
from monotown.sensitivity.limits import FEW_CASES
from monotown.sensitivity.sobol_inputs import every_input

#: Each rate that is a count over its exposure, or share that is a count of its whole, in the unit of its
#: measure: `raw` as it stands, `shrunk` to the group by the weight `own` of the own figure, `low` and `high`
#: the limits of the rate given the count.
RATES: Final = keyed(
    "rates",
    ["view", "unit", "year", "measure"],
    {
        "variable": TEXT,
        "law": pa.Column(str, pa.Check.isin(["count", "share"])),
        "of": NOTE,
        "count": REAL,
        "exposure": REAL,
        "raw": REAL,
        "shrunk": REAL,
        "low": NUMBER,
        "high": NUMBER,
        "own": SHARE,
    },
    NOTED,
)

#: Score and rank of the whole index of rates as they stand, and of shrunk rates.
SHRUNK: Final = keyed(
    "shrunk",
    ["view", "unit", "year"],
    {
        "raw_score": score_column("Index of rates as they stand."),
        "raw_rank": RANK,
        "shrunk_score": score_column("Index of shrunk rates."),
        "shrunk_rank": RANK,
    },
    KINDED,
)

TABLES: Final = {"rates": RATES, "shrunk": SHRUNK}


def error_of(options: Mapping[str, Any]) -> DataError | None:
    """Errors of the figures in the first analysis that has them; None where none has.

    Parameters
    ----------
    options
        ``analyses`` and ``weight_cv`` of the section ``sensitivity`` of the config.
    """
    together = every_input(options["analyses"], options["weight_cv"])
    return read_inputs(together, options["weight_cv"]).data_error


def rate_tables(prepared: Prepared, error: DataError | None, interval: tuple[float, float]) -> dict[str, pd.DataFrame]:
    """The tables `RATES` and `SHRUNK` of an index.

    Parameters
    ----------
    prepared
        The index, with `Prepared.behind`.
    error
        Laws of counts. The tables have no row where counts have none, or the index has no count.
    interval
        Probabilities of the limits.
    """
    rates, index = pd.DataFrame(columns=list(RATES.columns)), pd.DataFrame(columns=list(SHRUNK.columns))
    if error is not None and error.counts.use and prepared.behind is not None:
        rows = np.flatnonzero(prepared.enough)
        errors = Errors(prepared, rows, replace(error, measures={}, of_measures=False))
        rates = _rates(prepared, errors, interval)
        if len(rates):
            index = _index(prepared, errors, rows)
    scale = scale_of(prepared.model)
    return {"rates": write_order(rates, RATES), "shrunk": to_scale(write_order(index, SHRUNK), SHRUNK, scale)}


def _rates(prepared: Prepared, errors: Errors, interval: tuple[float, float]) -> pd.DataFrame:
    assert prepared.behind is not None
    behind, frames = prepared.behind, []
    for measure in prepared.model.measures:
        formula = behind.formulas.get(measure)
        pair = None if formula is None else formula.ratio
        if formula is None or pair is None or behind.laws.get(pair[0].variable, ("measure", ""))[1] != pair[1].variable:
            continue
        use, of = pair
        law = behind.laws[use.variable][0]
        times = float(formula.at({use: np.ones(()), of: np.ones(())}))
        for year in prepared.years:
            known = errors.known(use.variable, year - use.lag)
            count, exposure = (errors.figure(u.input, year - u.lag) for u in pair)
            here = ~np.isnan(count) & (exposure > 0)
            if known is None or not here.any():
                continue
            low, high = (known.at(np.full(len(here), ndtri(p))) for p in interval)
            frame = pd.DataFrame(
                {
                    "unit": errors.units,
                    "count": count,
                    "exposure": exposure,
                    "raw": times * count / np.where(here, exposure, 1.0),
                    "shrunk": times * known.mean,
                    "low": times * low,
                    "high": times * high,
                    "own": np.clip(known.own, 0.0, 1.0),
                }
            )[here]
            frame = frame.assign(view=prepared.view, year=year, measure=measure)
            frames.append(frame.assign(variable=use.variable, law=law, of=of.variable))
    if not frames:
        return pd.DataFrame(columns=list(RATES.columns))
    table = pd.concat(frames, ignore_index=True)
    rows = prepared.rows.loc[prepared.enough, ["unit", "year", "kind", "source"]]
    rows = rows.assign(kind=[assumed(kind) for kind in rows["kind"]])
    return table.merge(rows, on=["unit", "year"], validate="many_to_one")


def _index(prepared: Prepared, errors: Errors, rows: NDArray[np.int64]) -> pd.DataFrame:
    used = prepared.used.copy()
    used[rows] = errors.shrunk(used[rows])
    years = prepared.rows["year"].to_numpy()
    z = [normalise_leaf(f, used[:, j], years, prepared.shares)[0] for j, f in enumerate(prepared.model.leaves)]
    shrunk = replace(prepared, used=used, z=np.column_stack(z))
    keys, root = ["view", "unit", "year"], prepared.model.tree.id
    both = []
    for name, held in (("raw", prepared), ("shrunk", shrunk)):
        scores = score_table(held)
        mine = scores[scores["node"].eq(root) & scores["score"].notna()]
        both.append(mine.rename(columns={"score": f"{name}_score", "rank": f"{name}_rank"}).set_index(keys))
    table = both[0][["raw_score", "raw_rank", "kind"]].join(both[1][["shrunk_score", "shrunk_rank"]])
    return table.assign(kind=[assumed(kind) for kind in table["kind"]]).reset_index()


def small_counts(rates: pd.DataFrame, shrunk: pd.DataFrame, year: int) -> pd.DataFrame:
    """Rates of one year that rest on at most `FEW_CASES`, the fewest first, beside the ranks of their units.

    Parameters
    ----------
    rates, shrunk
        `RATES` and `SHRUNK` of an index.
    year
        The year.

    Returns
    -------
    pandas.DataFrame
        ``unit, measure, count, raw, shrunk, low, high, raw_rank, shrunk_rank, kind, source``.
    """
    mine = rates[rates["year"].eq(year) & rates["count"].le(FEW_CASES)]
    ranks = shrunk.loc[shrunk["year"].eq(year), ["unit", "raw_rank", "shrunk_rank"]]
    table = mine.merge(ranks, on="unit", how="left")
    table = table.sort_values(["count", "unit", "measure"], kind="stable", ignore_index=True)
    columns = ["unit", "measure", "count", "raw", "shrunk", "low", "high", "raw_rank", "shrunk_rank", "kind", "source"]
    return table[columns]
