"""What a sensitivity analysis starts from: a model, and the scores of the units it ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.base.tables import written
from monotown.index.admissible import scale_of
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel
from monotown.index.prepare import Prepared
from monotown.methods.ranks import rank


@dataclass(frozen=True)
class Case:
    """One year of a view, with scores as the kernel gives them.

    Attributes
    ----------
    year
        The year.
    units
        Codes of the units that were ranked, in the order of the rows of `z`.
    z
        Normalised, direction-corrected scores, shape (units, leaves), columns in the order of the
        model's measures; NaN is missing.
    scores, ranks
        Baseline score and rank of each unit.
    """

    year: int
    units: tuple[str, ...]
    z: Array
    scores: Array
    ranks: Array

    @classmethod
    def of(cls, model: IndexModel, year: int, units: Sequence[str], z: Array) -> Case:
        """A case whose baseline is the model with its own weights."""
        scores = evaluate(model, z)[0]
        return cls(year, tuple(units), z, scores, rank(scores))


def cases_of(prepared: Prepared) -> tuple[Case, ...]:
    """Cases of an index, one a year, from its prepared data.

    Scores of the measures are taken to the digits of the tables, so that an analysis of them goes
    on from the numbers that a reader has.

    Returns
    -------
    tuple of Case
        By year. Units without a score of the whole index were not ranked and are left out, and so
        are years in which fewer than two were. None where each unit has weights of its own, for
        then no one set of weights gives the scores.
    """
    if prepared.unit_weights is not None:
        return ()
    model, scale = prepared.model, scale_of(prepared.model)
    z = np.reshape(written((prepared.z * scale).ravel().tolist()), prepared.z.shape) / scale
    cases = []
    for year in prepared.years:
        here = ((prepared.rows["year"] == year) & prepared.rows["enough"]).to_numpy()
        units = prepared.rows["unit"].to_numpy(dtype=object)[here]
        ranked = ~np.isnan(evaluate(model, z[here])[0]) if here.any() else here[:0]
        if ranked.sum() > 1:
            cases.append(Case.of(model, year, [str(u) for u in units[ranked]], z[here][ranked]))
    return tuple(cases)


def reference_year(cases: Sequence[Case]) -> int:
    """The last of the years with the most values: that for which data-driven weights are set.

    Weights that depend on the data are frozen in one year, or the index of a unit would change
    with the weights and not with the unit.
    """
    filled = [int((~np.isnan(c.z)).sum()) for c in cases]
    return max(c.year for c, n in zip(cases, filled, strict=True) if n == max(filled))


def year_sources(scores: pd.DataFrame) -> dict[int, str]:
    """Codes of the sources of each year of a table of scores.

    Examples
    --------
    >>> year_sources(pd.DataFrame({"year": [2022, 2022], "source": ["b; a", "a"]}))
    {2022: 'a; b'}
    """
    return {
        int(str(year)): "; ".join(sorted({c for cell in cells for c in cell.split("; ") if c}))
        for year, cells in scores.groupby("year")["source"]
    }
