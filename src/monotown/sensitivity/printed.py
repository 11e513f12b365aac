"""Tables of the chapter on the weights: places under each scheme, how sure they are, one measure less."""

from __future__ import annotations

import pandas as pd

from monotown.base.tables import join_kinds
from monotown.base.ties import sort_key


def weight_tables(
    year: int,
    source: str,
    scale: float,
    *,
    intervals: pd.DataFrame,
    schemes: pd.DataFrame,
    weights: pd.DataFrame,
    dropped: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Every table of the chapter on the weights, from those of the sensitivity stage.

    Parameters
    ----------
    year
        The year shown.
    source
        Sources of the view, as in its scores.
    scale
        Of its scores.
    intervals, schemes, weights, dropped
        Tables ``rank_intervals``, ``schemes``, ``scheme_weights`` and ``drop_one``.
    """
    kind = join_kinds(intervals["kind"])
    return {
        "rank_intervals": rank_intervals(intervals, year, source).assign(scale=scale),
        "scheme_ranks": scheme_ranks(schemes, year, source),
        "scheme_weights": scheme_weights(weights, kind, source),
        "drop_one": drop_one(dropped, year, source),
    }


def rank_intervals(intervals: pd.DataFrame, year: int, source: str) -> pd.DataFrame:
    """Place of each unit in one year with its interval, best first."""
    table = intervals[intervals["year"] == year].assign(source=source)
    return table.sort_values(["baseline_rank", "unit"], kind="stable").reset_index(drop=True)


def scheme_ranks(schemes: pd.DataFrame, year: int, source: str) -> pd.DataFrame:
    """Place of each unit under each weighting scheme, one column a scheme.

    Returns
    -------
    pandas.DataFrame
        ``unit, <schemes>, lowest, highest, kind, source``; lowest and highest place over the
        schemes; ordered by the first scheme of the file.
    """
    mine = schemes[schemes["year"] == year]
    names = list(dict.fromkeys(mine["scheme"]))
    wide = mine.pivot(index="unit", columns="scheme", values="rank")[names]  # noqa: PD010
    table = wide.assign(best=wide.min(axis=1), worst=wide.max(axis=1))
    table["kind"] = mine.groupby("unit")["kind"].first()
    table["source"] = source
    return table.reset_index().sort_values([*names[:1], "unit"], kind="stable").reset_index(drop=True)


def scheme_weights(weights: pd.DataFrame, kind: str, source: str) -> pd.DataFrame:
    """Weight of each measure under each weighting scheme, one column a scheme."""
    names = list(dict.fromkeys(weights["scheme"]))
    wide = weights.pivot(index=["block", "measure"], columns="scheme", values="weight")[names]  # noqa: PD010
    return wide.reset_index().assign(kind=kind, source=source).rename_axis(columns=None)


def drop_one(dropped: pd.DataFrame, year: int, source: str) -> pd.DataFrame:
    """How far places move when one measure is left out, the largest mean shift first.

    Returns
    -------
    pandas.DataFrame
        ``dropped, mean_shift, largest_shift, unit, kind, source``: mean absolute shift of places,
        the largest one and the unit that makes it (the first by code of several).
    """
    mine = dropped[dropped["year"] == year].assign(size=lambda d: d["rank_shift"].abs())
    mine = mine.sort_values(["dropped", "size", "unit"], ascending=[True, False, True])
    top = mine.groupby("dropped", sort=True).first()
    table = pd.DataFrame(
        {
            "mean_shift": mine.groupby("dropped")["size"].mean(),
            "largest_shift": top["rank_shift"],
            "unit": top["unit"],
            "kind": top["kind"],
        }
    ).reset_index()
    table["source"] = source
    order = ["mean_shift", "dropped"]
    return table.sort_values(order, ascending=[False, True], kind="stable", key=sort_key, ignore_index=True)
