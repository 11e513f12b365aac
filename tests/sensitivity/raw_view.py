"""An index made of raw figures, for the tests of their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.expressions import parse
from monotown.index.behind import FIGURES, Behind, laws_of
from monotown.index.prepare import Prepared, prepare

FORMULAS = {"density": "1000 * staff / people", "outlay_each": "outlay / staff", "pay": "pay"}
VARIABLES: dict[str, dict[str, Any]] = {"staff": {"count": True}, "people": {}, "outlay": {}, "pay": {}}


def made(
    figures: Mapping[str, Mapping[int, Sequence[float]]],
    formulas: Mapping[str, str] = FORMULAS,
    variables: Mapping[str, Mapping[str, Any]] = VARIABLES,
    years: Sequence[int] = (2022,),
    posts: Sequence[float] = (-1e6, 1e6),
) -> Prepared:
    """An index of measures that are computed from raw figures: input to year to the figures of the units."""
    units = [f"u{i}" for i in range(len(next(iter(next(iter(figures.values())).values()))))]
    parsed = {m: parse(f) for m, f in formulas.items()}
    laws = laws_of(parsed.values(), variables)
    raw = [
        {"view": "v", "unit": u, "year": y, "input": name, "value": x, "kind": "official", "source": "s"}
        | dict(zip(("law", "of"), laws[name.removeprefix("nation(").removesuffix(")")], strict=True))
        for name, by_year in figures.items()
        for y, values in by_year.items()
        for u, x in zip(units, values, strict=True)
        if not np.isnan(x)
    ]
    rows = []
    for measure, formula in parsed.items():
        for year in years:
            given = {use: np.array(figures[use.input][year - use.lag], float) for use in formula.uses}
            for unit, value in zip(units, formula.at(given), strict=True):
                rows.append(("v", unit, year, measure, value, "official", "s"))
    table = pd.DataFrame(rows, columns=["view", "unit", "year", "measure", "value", "kind", "source"])
    tree = {"id": "index", "children": [{"measure": m} for m in formulas]}
    measures = {m: {"direction": 1, "goalposts": list(posts)} for m in formulas}
    found = prepare(table, "v", {"tree": tree}, measures)
    return replace(found, behind=Behind(parsed, FIGURES.validate(pd.DataFrame(raw)[list(FIGURES.columns)])))
