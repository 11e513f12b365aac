"""The numbers of an audit: of indicators, pairs, blocks, weights and ranks, from what earlier stages found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.audit.tables import ROBUSTNESS, TABLES
from monotown.base.arrays import Array
from monotown.base.tables import columns_of, join_kinds
from monotown.base.ties import above, level, tolerance_of
from monotown.methods.outliers import kurtosis, skewness, winsorise
from monotown.methods.reliability import pairwise_correlations
from monotown.sensitivity.sobol_choices import widest

#: Values without which skewness and kurtosis are not defined.
_FEWEST: Final = 4


@dataclass(frozen=True)
class Given:
    """What earlier stages found of one index.

    Attributes
    ----------
    prepared, scores
        Tables ``PREPARED`` and ``SCORES`` of `monotown.index`.
    structure, correlations, importance
        Tables of `monotown.index.structure`.
    reflective
        Blocks whose indicators reflect one thing.
    intervals, summaries
        Analysis of uncertainty to its tables of those names (`monotown.sensitivity.tables`).
    sobol
        Table ``SOBOL`` of `monotown.sensitivity.sobol_choices`; None where no choice of the index is varied.
    """

    prepared: pd.DataFrame
    scores: pd.DataFrame
    structure: pd.DataFrame
    correlations: pd.DataFrame
    importance: pd.DataFrame
    reflective: Collection[str] = ()
    intervals: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    summaries: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    sobol: pd.DataFrame | None = None


def audit_tables(given: Given, *, wide: float) -> dict[str, pd.DataFrame]:
    """Every table of the audit of one index.

    Nothing is computed that an earlier stage has: correlations, alpha, importance and the analyses of uncertainty are
    taken from there, all of one cross-section.

    Parameters
    ----------
    given
        What is known of the index.
    wide
        An interval of ranks is wide from such a part of all places on, 0 to 1.

    Returns
    -------
    dict
        The tables of `monotown.audit.tables.TABLES`.
    """
    year = int(given.structure["year"].iloc[0])
    here = given.prepared[given.prepared["year"] == year]
    indicators = indicator_table(given, year)
    known: dict[str, Any] = {
        "view": str(given.prepared["view"].iloc[0]),
        "year": year,
        "kind": join_kinds(here["kind"]),
        "source": "; ".join(sorted({s.strip() for cell in here["source"].unique() for s in str(cell).split(";")})),
    }
    made = {
        "index": _whole(here, indicators),
        "indicators": indicators,
        "pairs": given.correlations,
        "blocks": block_table(given),
        "importance": importance_table(given.importance),
        "robustness": robustness_table(given, wide),
        "choices": choice_table(given.sobol),
    }
    found = {}
    for name, schema in TABLES.items():
        frame = made[name].assign(**{k: v for k, v in known.items() if k != "kind" or "kind" not in made[name]})
        found[name] = schema.validate(frame[columns_of(schema, frame.columns)], lazy=True)
    return found


def _whole(here: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    units, measures = here["unit"].nunique(), len(indicators)
    return pd.DataFrame(
        {
            "n_units": [units],
            "n_indicators": [measures],
            "units_per_indicator": [units / measures],
            "missing": [float(here["raw"].isna().mean())],
        }
    )


def indicator_table(given: Given, year: int) -> pd.DataFrame:
    """What each indicator is like, in the order of the index.

    Skewness and kurtosis are COINr's and the Handbook's (`monotown.methods.outliers`); units that stand out are those
    that the winsorisation of `monotown.methods.outliers.winsorise` would pull in.
    """
    here = given.prepared[given.prepared["year"] == year]
    leaves = given.importance[given.importance["level"] == "indicator"]
    rest = given.structure[given.structure["quantity"] == "item_rest"]
    by_measure = rest[rest["block"] != "all"].set_index("measure")["value"]
    blocks = given.importance.loc[given.importance["level"] == "block", "node"].tolist()
    by_block = given.scores[(given.scores["year"] == year) & given.scores["node"].isin(blocks)]
    by_block = by_block.pivot_table(index="unit", columns="node", values="score", dropna=False)
    rows = []
    for name, block, r_index in zip(leaves["node"], leaves["block"], leaves["r"], strict=True):
        mine = here[here["measure"] == name].set_index("unit").sort_index()
        others = [b for b in blocks if b != block and b in by_block]
        other, r_other = _nearest(mine["normalised"], by_block[others].reindex(mine.index))
        rows.append(
            {
                "measure": name,
                "block": block,
                **_of_values(mine),
                "r_index": r_index,
                "r_rest": by_measure.get(name, np.nan),
                "other": other,
                "r_other": r_other,
            }
        )
    return pd.DataFrame(rows)


def _of_values(mine: pd.DataFrame) -> dict[str, Any]:
    """Numbers of the values of one indicator; `mine` has a row a unit."""
    known = mine["raw"].notna()
    raw, scored = (mine.loc[known, c].to_numpy(dtype=np.float64) for c in ("raw", "normalised"))
    n = len(raw)
    steps = level(raw, tol=tolerance_of(raw)) if n else raw
    _, counts = np.unique(steps, return_counts=True)
    finite = np.isfinite(scored)
    on_scale = bool(n) and bool(finite.any()) and np.min(scored[finite]) >= -1e-9 and np.max(scored[finite]) <= 1 + 1e-9
    outliers = ""
    if finite.sum() >= _FEWEST:
        treated = winsorise(scored[finite])
        outliers = ";".join(np.asarray(mine.index[known])[finite][treated.treated])
    return {
        "n_units": n,
        "missing": 1 - n / len(mine) if len(mine) else np.nan,
        "minimum": raw.min() if n else np.nan,
        "maximum": raw.max() if n else np.nan,
        "distinct": len(counts) / n if n else np.nan,
        "same": counts.max() / n if n else np.nan,
        "skewness": _shape(raw)[0],
        "kurtosis": _shape(raw)[1],
        "skewness_scored": _shape(scored[finite])[0],
        "kurtosis_scored": _shape(scored[finite])[1],
        "outliers": outliers,
        "used": float(np.ptp(scored[finite])) if on_scale else np.nan,
        "clipped": float(mine.loc[known, "clipped"].mean()) if n else np.nan,
    }


def _shape(values: Array) -> tuple[float, float]:
    return (skewness(values), kurtosis(values)) if len(values) >= _FEWEST else (np.nan, np.nan)


def _nearest(scores: pd.Series, blocks: pd.DataFrame) -> tuple[str, float]:
    """The other block that an indicator moves with most, and their correlation."""
    if blocks.shape[1] == 0:
        return "", np.nan
    r = pairwise_correlations(np.column_stack([scores.to_numpy(dtype=np.float64), blocks.to_numpy()]))[0][0, 1:]
    if np.isnan(r).all():
        return "", np.nan
    best = int(np.nanargmax(r))
    return str(blocks.columns[best]), float(r[best])


def block_table(given: Given) -> pd.DataFrame:
    """How the indicators of each block hang together, and with the others."""
    alpha = given.structure[(given.structure["quantity"] == "alpha") & (given.structure["block"] != "all")]
    alpha = alpha.set_index("block")
    r_index = given.importance[given.importance["level"] == "block"].set_index("node")["r"]
    pairs = given.correlations
    rows = []
    for block, row in alpha.iterrows():
        inside = (pairs["block_a"] == block) & (pairs["block_b"] == block)
        across = ((pairs["block_a"] == block) | (pairs["block_b"] == block)) & ~inside
        rows.append(
            {
                "block": block,
                "n_units": row["n_units"],
                "n_indicators": row["n_indicators"],
                "reflective": block in given.reflective,
                # of no more units than indicators alpha is not told
                "alpha": row["value"] if row["n_units"] > row["n_indicators"] else np.nan,
                "r_within": pairs.loc[inside, "r"].mean(),
                "r_between": pairs.loc[across, "r"].mean(),
                "r_index": r_index.get(block, np.nan),
            }
        )
    return pd.DataFrame(rows)


def importance_table(importance: pd.DataFrame) -> pd.DataFrame:
    """Real importance over the weight given (Paruolo, Saisana and Saltelli 2013), with its range.

    The one block of an index without others, and the one indicator, is all of it by definition and left out.
    """
    several = importance.groupby("level")["node"].transform("size") > 1
    mine = importance[several]
    given = mine["nominal"].where(mine["nominal"] > 0)
    return mine.assign(ratio_low=mine["low"] / given, ratio_high=mine["high"] / given)


def robustness_table(given: Given, wide: float) -> pd.DataFrame:
    """What the ranks withstand in each analysis, in the last year in which it ranks several units.

    One that never does has no row.
    """
    rows = []
    for analysis, summary in given.summaries.items():
        if summary.empty:
            continue
        year = summary["year"].max()
        last = summary[summary["year"] == year]
        told = dict(zip(last["quantity"], last["value"], strict=True))
        ranks = given.intervals[analysis]
        ranks = ranks[ranks["year"] == year]
        limits = [c for c in ranks.columns if str(c).startswith("rank_p") and c != "rank_p50"]
        width = (ranks[limits[1]] - ranks[limits[0]]).dropna().to_numpy(dtype=np.float64)
        n = len(width)
        rows.append(
            {
                "analysis": analysis,
                "draws": int(told["draws"]),
                "n_units": n,
                "wide": float(np.mean(above(width, wide * (n - 1)))) if n > 1 else np.nan,
                "shift": told["mean_abs_rank_shift"],
                "shift_share": told["mean_abs_rank_shift"] / n if n else np.nan,
                "same_first": told.get("share_same_top_1", np.nan),
                "kendall": told["mean_kendall"],
                "kind": join_kinds(summary["kind"]),
            }
        )
    return pd.DataFrame(rows, columns=[c for c in ROBUSTNESS.columns if c not in ("view", "year", "source")])


def choice_table(sobol: pd.DataFrame | None) -> pd.DataFrame:
    """Sobol indices of each choice for the mean shift of ranks, of the design that varies most."""
    columns = ["input", "first", "total", "kind"]
    if sobol is None or sobol.empty:
        return pd.DataFrame(columns=columns)
    mine = sobol[(sobol["design"] == widest(sobol)) & (sobol["output"] == "mean_rank_shift")]
    last: pd.DataFrame = mine.loc[mine["year"] == mine["year"].max(), columns]
    return last
