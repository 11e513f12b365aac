"""What a view's scores are with its doubtful values kept, cut to their bounds, or left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.problems import InputError
from monotown.base.tables import NUMBER, score_column, to_scale, write_order
from monotown.data.plausible import DOUBTFUL, OUTSIDE
from monotown.index.admissible import scale_of
from monotown.index.build import score_table
from monotown.index.prepare import prepare, view_model

_KEYS: Final = ["unit", "year", "measure"]

#: Words for each treatment.
_IF: Final = {"keep": "kept", "cut": "cut to their bounds", "leave_out": "left out"}

#: The doubtful values of a view, each with the index of its unit and year if all of the view's
#: doubtful values were kept, cut or left out; missing where the unit then has no score.
DOUBT_EFFECTS = pa.DataFrameSchema(
    {
        **DOUBTFUL.columns,
        **{
            name: column
            for done in OUTSIDE
            for name, column in (
                (f"score_{done}", score_column(f"Score with doubtful values {_IF[done]}.")),
                (f"rank_{done}", NUMBER),
            )
        },
        "scale": pa.Column("float64", description="Scale of the scores."),
    },
    unique=list(DOUBTFUL.unique or ()),
    strict=True,
    coerce=True,
    name="doubtful",
)


def doubt_effects(
    doubtful: pd.DataFrame,
    indicators: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    average_weights: pd.DataFrame | None = None,
    seed: int = 0,
    judgments: object = None,
) -> pd.DataFrame:
    """Score and rank of the units with doubtful values under each treatment.

    Parameters
    ----------
    doubtful
        `monotown.data.plausible.DOUBTFUL`; rows of other views and of measures beside the index are left
        out.
    indicators, view, config, measures, average_weights, seed, judgments
        As in `monotown.index.prepare.prepare`.

    Returns
    -------
    pandas.DataFrame
        `DOUBT_EFFECTS`.
    """
    model = view_model(view, config, measures)
    mine = doubtful[(doubtful["view"] == view) & doubtful["measure"].isin(model.measures)]
    mine = mine.reset_index(drop=True)
    instead = {"keep": mine["value"], "cut": mine["at_bound"], "leave_out": mine["value"] * np.nan}
    table = indicators[indicators["view"] == view].set_index(_KEYS)
    places = pd.MultiIndex.from_frame(mine[_KEYS])
    for done in OUTSIDE:
        if mine.empty:
            mine[[f"score_{done}", f"rank_{done}"]] = np.nan
            continue
        tried = table.copy()
        tried.loc[places, "value"] = instead[done].to_numpy()
        found = _scores(tried.reset_index(), view, config, measures, average_weights, seed, judgments)
        at = found.reindex(pd.MultiIndex.from_frame(mine[["unit", "year"]]))
        for name in ("score", "rank"):
            mine[f"{name}_{done}"] = at[name].to_numpy(dtype=np.float64)
    scale = scale_of(model)
    return write_order(to_scale(mine.assign(scale=scale), DOUBT_EFFECTS, scale), DOUBT_EFFECTS)


def _scores(indicators: pd.DataFrame, view: str, config: Mapping[str, Any], *given: Any) -> pd.DataFrame:
    """Score and rank of the whole index by unit and year; none where nothing can be computed."""
    try:
        prepared = prepare(indicators, view, config, *given)
        scores = score_table(prepared)
    except InputError:  # a measure has no value left, or the tree needs every value
        return pd.DataFrame({"unit": [], "year": [], "score": [], "rank": []}).set_index(["unit", "year"])
    return scores[scores["node"] == prepared.model.tree.id].set_index(["unit", "year"])
