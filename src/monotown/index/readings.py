"""An index under other readings of its indicators: what would move if they were measured so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.tables import TEXT, kind_column, score_column, table, to_scale, write_order
from monotown.index.admissible import scale_of
from monotown.index.build import score_table
from monotown.index.catalogue import Catalogue
from monotown.index.indicators import compute_indicators
from monotown.index.prepare import average_weights, prepare, reading_views
from monotown.methods.ranks import rank

_RANK = pa.Column("float64", pa.Check.ge(1))

#: Score and rank of each unit under another reading, and under the view's own, among the units
#: that have a score under both.
READING_RANKS: Final = table(
    "readings",
    ["reading", "unit", "year"],
    {
        "reading": TEXT,
        "unit": TEXT,
        "year": pa.Column("int64"),
        "own_score": score_column("Score under the view's own reading."),
        "own_rank": _RANK,
        "score": score_column("Score under the other reading."),
        "rank": _RANK,
        "rank_shift": pa.Column("float64", description="`rank` - `own_rank`: below 0, higher up"),
        "n_units": pa.Column("int64", pa.Check.ge(1)),
        "scale": pa.Column("float64", description="Scale of the scores."),
        "kind": kind_column(),
        "source": TEXT,
    },
)


def reading_ranks(
    observations: pd.DataFrame,
    observations_constant: pd.DataFrame,
    catalogue: Catalogue,
    view: str,
    seed: int = 0,
    judgments: object = None,
) -> pd.DataFrame:
    """Ranks of a view's units under each of its other readings, beside its own.

    A reading exchanges the measures under some nodes of the tree; everything else stays, units
    without a figure lose their score as in any index. Both indices are computed for the units of
    the reading and ranked among those that have both, so that a shift of ranks comes from the
    reading and not from who is compared.

    Parameters
    ----------
    observations, observations_constant
        As in `monotown.index.indicators.compute_indicators`.
    catalogue
        With the view; its entry has ``readings``, or the table is empty.
    view
        Id of the view.
    seed, judgments
        As in `monotown.index.prepare.prepare`.

    Returns
    -------
    pandas.DataFrame
        `READING_RANKS`.
    """
    seen = pd.concat([observations, observations_constant], ignore_index=True)
    frames = [pd.DataFrame(columns=list(READING_RANKS.columns))]
    for name, pair in reading_views(catalogue.views[view]).items():
        found = []
        for config in pair:
            tried = replace(catalogue, views={view: config})
            table = compute_indicators(observations, observations_constant, tried).table
            weights = average_weights(seen, config.get("average_weights"))
            found.append(_scores(table, view, config, catalogue.measures, weights, seed, judgments))
        both = _compared(*found)
        frames.append(both.assign(reading=name))
    ranks = pd.concat(frames, ignore_index=True)
    scale = float(ranks["scale"].iloc[0]) if len(ranks) else 1.0
    return write_order(to_scale(ranks, READING_RANKS, scale), READING_RANKS)


def _scores(indicators: pd.DataFrame, view: str, config: Mapping[str, Any], *given: Any) -> pd.DataFrame:
    """Score of the whole index by unit and year, where there is one."""
    prepared = prepare(indicators, view, config, *given)
    scores = score_table(prepared)
    mine = scores[(scores["node"] == prepared.model.tree.id) & scores["score"].notna()]
    return mine.assign(scale=scale_of(prepared.model))


def _compared(own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Both scores of the units that have both, ranked among them year by year."""
    keys = ["unit", "year"]
    kept = other[[*keys, "score", "scale", "kind", "source"]]
    both = kept.merge(own[[*keys, "score"]].rename(columns={"score": "own_score"}), on=keys)
    for score, place in (("own_score", "own_rank"), ("score", "rank")):
        both[place] = both.groupby("year")[score].transform(lambda s: rank(s.to_numpy(np.float64)))
    both["n_units"] = both.groupby("year")["unit"].transform("size")
    return both.assign(rank_shift=both["rank"] - both["own_rank"])
