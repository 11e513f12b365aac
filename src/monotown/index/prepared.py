"""The prepared panel of an index as one table: what every analysis of it starts from.

It holds each number to its last bit, so that an analysis from the table gives what it gives from
the indicators themselves, and prepares anew only what it varies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.tables import NOTE, NOTED, NUMBER, REAL, keyed
from monotown.index.behind import Behind
from monotown.index.prepare import Prepared, spread_out, view_model
from monotown.index.weighting import Weighed, read_weighting

#: One measure of one unit and year. `raw`, `filled`, `treated` and `normalised` are made each of the
#: one before: as in the indicators, after the rule for missing values, after the treatment of
#: outliers, and on the scale of the measure's method, such as 0 to 1, with more the better; `flag`
#: says how a value was got, and `clipped` whether it was cut to a goalpost. `weight` is that of the
#: measure, `unit_weight` that of this unit where each has its own. `average_weight` is the unit's in
#: averages over units, empty where each counts once. `enough`: whether the unit's coverage suffices.
PREPARED = keyed(
    "prepared",
    ["view", "unit", "year", "measure"],
    {
        "raw": NUMBER,
        "filled": NUMBER,
        "treated": NUMBER,
        "normalised": NUMBER,
        "clipped": pa.Column(bool),
        "flag": NOTE,
        "weight": REAL,
        "unit_weight": NUMBER,
        "average_weight": NUMBER,
        "enough": pa.Column(bool),
    },
    NOTED,
)

#: Its columns that are matrices of `Prepared`, by their names there.
_MATRICES: Final = {"raw": "raw", "filled": "filled", "used": "treated", "z": "normalised"}


def prepared_table(prepared: Prepared) -> pd.DataFrame:
    """The table `PREPARED` of a view; its numbers have to be written to the last bit."""
    model = prepared.model
    # the leaf's own, from which `with_weights` makes the very same model
    weights = model.weights if prepared.weighed is None else [leaf.weight for leaf in model.leaves]
    return prepared.cells(
        weight=weights,
        unit_weight=np.nan if prepared.unit_weights is None else prepared.unit_weights,
        average_weight=np.nan if prepared.shares is None else prepared.shares[:, None],
        clipped=prepared.clipped,
        flag=prepared.flags,
        **{column: getattr(prepared, name) for name, column in _MATRICES.items()},
    )[list(PREPARED.columns)]


def from_table(
    panel: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    behind: Behind | None = None,
) -> Prepared:
    """A view's data from its table.

    Parameters
    ----------
    panel
        `PREPARED`, of the view.
    view, config, measures
        As in `monotown.index.prepare.prepare`.
    behind
        The raw figures of the view, for an analysis in which they err.

    Returns
    -------
    Prepared
        Bit for bit as `prepare` gave it, but for what the index alone needs: the tables of multiple
        imputation, and the shares and optima of the benefit of the doubt.

    Examples
    --------
    >>> from monotown.index.prepare import prepare
    >>> given = pd.DataFrame({"view": "v", "unit": ["A", "B"], "year": 2022, "measure": "staff",
    ...     "value": [2.0, 12.0], "kind": "official", "source": "s"})
    >>> entry = {"tree": {"id": "index", "children": [{"measure": "staff"}]}}, {"staff": {"direction": 1,
    ...     "goalposts": [0, 10]}}
    >>> from_table(prepared_table(prepare(given, "v", *entry)), "v", *entry).z.tolist()
    [[0.2], [1.0]]
    """
    model = view_model(view, config, measures)
    rows, clipped = spread_out(panel, "clipped", model)
    first = panel.drop_duplicates(["unit", "year"]).set_index(["unit", "year"])
    places = pd.MultiIndex.from_frame(rows[["unit", "year"]])
    for name in ("kind", "source", "enough"):
        rows[name] = first[name].reindex(places).to_numpy()
    flags = panel.set_index(["year", "unit", "measure"])["flag"].unstack("measure")[list(model.measures)]  # noqa: PD010
    shares = first["average_weight"].reindex(places).to_numpy()
    weighting, weighed = read_weighting(view, config), None
    if weighting is not None and weighting.family != "fixed":
        leaves = panel.drop_duplicates("measure").set_index("measure")["weight"].reindex(list(model.measures))
        model = model.with_weights(leaves.to_numpy())
        own = spread_out(panel, "unit_weight", model)[1]
        weighed = Weighed(model, None if np.isnan(own).all() else own)
    return Prepared(
        view,
        model,
        rows,
        clipped=clipped == 1.0,
        flags=flags.to_numpy(dtype="U16"),
        shares=None if np.isnan(shares).all() else shares,
        weighed=weighed,
        behind=behind,
        **{name: spread_out(panel, column, model)[1] for name, column in _MATRICES.items()},
    )
