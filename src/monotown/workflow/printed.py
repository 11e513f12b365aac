"""How every table of the report is printed: each part says it of its own."""

from __future__ import annotations

import pandas as pd

from monotown.audit import specs as audit
from monotown.base.problems import nearest
from monotown.claims.specs import SPECS as CLAIMS
from monotown.cohort.specs import SPECS as COHORT
from monotown.hypothesis.specs import SPECS as HYPOTHESIS
from monotown.index import specs as index
from monotown.mechanism.specs import SPECS as MECHANISM
from monotown.paper.specs import SPECS as PAPER
from monotown.scenarios import specs as scenarios
from monotown.sensitivity import specs as sensitivity
from monotown.show.printed import TableSpec
from monotown.show.specs import SPECS as COMMON
from monotown.towns import specs as towns

SPECS = {
    # a line for each part
    **COMMON,
    **index.SPECS,
    **sensitivity.SPECS,
    **CLAIMS,
    **PAPER,
    **COHORT,
    **scenarios.SPECS,
    **MECHANISM,
    **HYPOTHESIS,
}
STARTS = {**audit.STARTS, **index.STARTS, **sensitivity.STARTS, **scenarios.STARTS, **towns.STARTS}


def spec_of(name: str, frame: pd.DataFrame) -> TableSpec:
    """How a table is printed, by its name; some bring columns of their own.

    Raises
    ------
    KeyError
        If no table has this name; the message says the nearest.
    """
    if name in SPECS:
        return SPECS[name]
    for start, made in STARTS.items():
        if name.startswith(start):
            return made(name, frame) if callable(made) else TableSpec(name, made)
    raise KeyError(f"no table {name!r}; expected {nearest(name, sorted(SPECS))}")
