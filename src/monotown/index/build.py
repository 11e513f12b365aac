"""The index stage: indicators and a view's config to the tables of the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.problems import InputError, Problem
from monotown.base.tables import (
    KIND,
    KINDED,
    NOTE,
    NOTED,
    NUMBER,
    SHARE,
    TEXT,
    YEAR,
    keyed,
    kind_column,
    score_column,
    table,
    to_scale,
)
from monotown.index.admissible import scale_of
from monotown.index.as_table import MODEL, model_table
from monotown.index.comparable import COMPARABILITY, DIFFERENCES, basis_of, comparability_table, difference_table
from monotown.index.kernel import evaluate_nodes
from monotown.index.model import IndexModel, Leaf
from monotown.index.panel import CONTRIBUTIONS, TRENDS, contribution_table, scored_rows, trend_table
from monotown.index.prepare import Prepared, prepare, view_model, weights_of
from monotown.index.prepared import PREPARED, prepared_table
from monotown.index.weighting import UNIT_WEIGHTS, evaluate_each, read_weighting
from monotown.methods.missing import rubin
from monotown.methods.normalise import others_average
from monotown.methods.ranks import rank

#: `value` is what was normalised, after filling and treatment; `flag` says how it was got.
NORMALISED = keyed(
    "normalised",
    ["view", "unit", "year", "measure"],
    {
        "block": TEXT,
        "value": NUMBER,
        "normalised": score_column("Score of the measure."),
        "clipped": pa.Column(bool),
        "kind": KIND,
        "flag": NOTE,
    },
)
WEIGHTS = keyed("weights", ["view", "measure"], {"block": TEXT, "local_weight": SHARE, "global_weight": SHARE}, KINDED)
#: `score` and `rank` are missing for a unit below the minimum coverage; `rank` also where there is
#: no other unit to rank it among.
SCORES = keyed(
    "scores",
    ["view", "unit", "year", "node"],
    {
        "score": score_column("Score of the node."),
        "rank": NUMBER,
        "n_units": pa.Column("int64"),
        "coverage": SHARE,
        "partial": pa.Column(bool),
    },
    NOTED,
)
COMPARISON = keyed(
    "comparison",
    ["view", "unit", "year", "node"],
    {
        "score": score_column("Score of the node."),
        "average": score_column("Average of the other units' scores."),
        "difference": score_column("Score less average."),
        "ratio": NUMBER,
    },
    KINDED,
)
#: Years next to each other, and the first with the last. `change` is missing where `note` says why
#: the two years cannot be compared.
CHANGES = keyed(
    "changes",
    ["view", "unit", "node", "from_year", "to_year"],
    {
        "from_year": YEAR,
        "to_year": YEAR,
        "score_from": score_column("Score of the earlier year."),
        "score_to": score_column("Score of the later year."),
        "change": score_column("Later score less earlier."),
        "rank_from": NUMBER,
        "rank_to": NUMBER,
        "kind": KIND,
        "note": NOTE,
    },
)
#: Values cut to a goalpost, and values that the outlier rule changed or marked.
CLIPS = table(
    "clips",
    ["view", "unit", "year", "measure", "action"],
    {
        "view": TEXT,
        "unit": TEXT,
        "year": YEAR,
        "measure": TEXT,
        "block": TEXT,
        "value": NUMBER,
        "limit": NUMBER,
        "action": TEXT,
        "kind": kind_column(),
    },
)
#: Where values were imputed by chained equations: each score pooled over the completed tables by
#: Rubin's rule. `score` is that of the mean table, as in the scores; `estimate` the mean of the
#: scores of the tables, `standard_error` the root of the total variance, which is all between the
#: tables, for a census has no sampling variance. No rows where no measure has `missing: mice`.
IMPUTATION = keyed(
    "imputation",
    ["view", "unit", "year", "node"],
    {
        "score": score_column("Score of the mean table."),
        "estimate": score_column("Mean of the scores of the tables."),
        "within": score_column("Variance within the tables.", power=2),
        "between": score_column("Variance between the tables.", power=2),
        "standard_error": score_column("Root of the total variance."),
        "tables": pa.Column("int64"),
        "imputed": pa.Column("int64"),
    },
    KINDED,
)


@dataclass(frozen=True)
class IndexTables:
    """Result tables of one view, by the names of their files; scores on the scale of the index."""

    model: pd.DataFrame
    prepared: pd.DataFrame
    normalised: pd.DataFrame
    weights: pd.DataFrame
    scores: pd.DataFrame
    comparison: pd.DataFrame
    changes: pd.DataFrame
    clips: pd.DataFrame
    contributions: pd.DataFrame
    trends: pd.DataFrame
    comparability: pd.DataFrame
    differences: pd.DataFrame
    unit_weights: pd.DataFrame
    imputation: pd.DataFrame


#: Schema of each table of `IndexTables`.
SCHEMAS: Final = {
    "model": MODEL,
    "prepared": PREPARED,
    "normalised": NORMALISED,
    "weights": WEIGHTS,
    "scores": SCORES,
    "comparison": COMPARISON,
    "changes": CHANGES,
    "clips": CLIPS,
    "contributions": CONTRIBUTIONS,
    "trends": TRENDS,
    "comparability": COMPARABILITY,
    "differences": DIFFERENCES,
    "unit_weights": UNIT_WEIGHTS,
    "imputation": IMPUTATION,
}

#: Tables that later steps start from: each number is written to its last bit.
EXACT: Final = ("model", "prepared")


def build_index(
    indicators: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    average_weights: pd.DataFrame | None = None,
    seed: int = 0,
    views: Mapping[str, Mapping[str, Any]] | None = None,
    judgments: object = None,
) -> IndexTables:
    """All index tables of a view.

    Parameters
    ----------
    indicators, view, config, measures, average_weights, seed
        As in `prepare`. Without `average_weights` every unit counts once in the averages.
    views
        All views, for the differences between indices of one name; None for this view alone.
    judgments
        As in `prepare`.

    Returns
    -------
    IndexTables
        Scores run from 0 to 100, or to the ``scale`` of the view; those of an index on a scale of
        its own stay (`monotown.index.admissible.scale_of`).

    Examples
    --------
    >>> table = pd.DataFrame({"view": "v", "unit": ["A", "B"], "year": 2022, "measure": "staff",
    ...     "value": [2.0, 12.0], "kind": "official", "source": "s"})
    >>> config = {"tree": {"id": "index", "children": [{"measure": "staff"}]}}
    >>> measures = {"staff": {"direction": 1, "goalposts": [0, 10]}}
    >>> build_index(table, "v", config, measures).scores[["unit", "score", "rank"]].values.tolist()
    [['A', 20.0, 2.0], ['B', 100.0, 1.0]]
    """
    prepared = prepare(indicators, view, config, measures, average_weights, seed, judgments)
    scores = score_table(prepared, config.get("expected_blocks", ()))
    weights = average_weights
    every = {**(views or {}), view: config}
    models = {v: view_model(v, c, measures) for v, c in every.items()}
    weightings = {v: read_weighting(v, c) for v, c in every.items()}
    name = str(config.get("average_weights"))
    scale = scale_of(prepared.model)

    def told(name: str, table: pd.DataFrame) -> pd.DataFrame:
        return to_scale(table, SCHEMAS[name], scale)

    return IndexTables(
        model=model_table(view, prepared.model),
        prepared=told("prepared", prepared_table(prepared)),
        normalised=told("normalised", _normalised_table(prepared)),
        weights=told("weights", _weights_table(prepared)),
        scores=told("scores", scores),
        comparison=told("comparison", comparison_table(scores, weights, name)),
        changes=told("changes", change_table(scores, prepared)),
        clips=told("clips", _clips_table(prepared)),
        contributions=told("contributions", contribution_table(prepared, scores)),
        trends=told("trends", trend_table(prepared, scores)),
        comparability=told("comparability", comparability_table(prepared, _whole(prepared, scores))),
        differences=told("differences", difference_table(view, {**models, view: prepared.model}, weightings)),
        unit_weights=told("unit_weights", _unit_weights_table(prepared)),
        imputation=told("imputation", imputation_table(prepared, scores)),
    )


def score_table(prepared: Prepared, expected_blocks: Sequence[str] = ()) -> pd.DataFrame:
    """Scores and ranks of the index and its blocks, year by year.

    Ranks run among the units with a score in the year; a unit alone gets none. Scores are partial
    where the view lacks one of the `expected_blocks` of the full index, or the unit one of the
    view's.
    """
    below = _below(prepared.model)
    root, *blocks = below
    lacking = bool(set(expected_blocks) - set(blocks))
    frames = []
    for year in prepared.years:
        here = np.flatnonzero(prepared.rows["year"] == year)
        rows, known = prepared.rows.iloc[here], ~np.isnan(prepared.raw[here])
        found = _year_scores(prepared, here)
        # a block to which the unit itself gives no weight is not an absent one
        asked = blocks if prepared.unit_weights is None else ()
        absent = np.any([np.isnan(found[b]) for b in asked], axis=0) if asked else np.zeros(len(here), dtype=bool)
        for node, inside in below.items():
            scored = int((~np.isnan(found[node])).sum())
            frames.append(
                rows.assign(
                    view=prepared.view,
                    node=node,
                    score=found[node],
                    rank=rank(found[node]) if scored > 1 else np.nan,
                    n_units=scored,
                    coverage=known[:, inside].mean(axis=1),
                    partial=(lacking | absent) if node == root else False,
                )
            )
    return _concat(frames, SCORES)


def _below(model: IndexModel) -> dict[str, NDArray[np.bool_]]:
    """The index and its blocks, each with the mask of the measures in it."""
    blocks = np.array([model.block_of[m] for m in model.measures])
    return {model.tree.id: np.ones(len(blocks), dtype=bool), **{b: blocks == b for b in model.blocks}}


def _year_scores(prepared: Prepared, here: NDArray[np.int64]) -> dict[str, Array]:
    """Score of each node for the rows of one year; NaN where the coverage does not suffice."""
    enough = prepared.rows["enough"].to_numpy(dtype=bool)[here]
    found = {node: np.full(len(here), np.nan) for node in _below(prepared.model)}
    if enough.any():
        try:
            evaluated = _evaluated(prepared, prepared.z, here[enough])
        except ValueError as error:
            where = f"{prepared.view}, year {prepared.rows['year'].iloc[here[0]]}"
            raise InputError([Problem("views config", where, "its tree", str(error))]) from None
        for node, scores in found.items():
            scores[enough] = evaluated[node]
    return found


def _evaluated(prepared: Prepared, z: Array, rows: NDArray[np.int64]) -> dict[str, Array]:
    """Score of each node for some rows of z, shape (rows,)."""
    if prepared.unit_weights is None:
        return {n: v[0] for n, v in evaluate_nodes(prepared.model, z[rows]).items()}
    return evaluate_each(prepared.model, z[rows], prepared.unit_weights[rows])


def imputation_table(prepared: Prepared, scores: pd.DataFrame) -> pd.DataFrame:
    """Scores pooled over the tables of multiple imputation, with their standard errors.

    Parameters
    ----------
    prepared
        A view's data.
    scores
        Its table `SCORES`.

    Returns
    -------
    pandas.DataFrame
        `IMPUTATION`. Without rows where nothing was imputed by chained equations.

    Notes
    -----
    Rubin (1987), Multiple imputation for nonresponse in surveys, eq. 3.1.5. Weights are not
    estimated anew in each table.
    """
    if prepared.completed is None:
        return _concat([], IMPUTATION)
    imputed = prepared.flags == "imputed"
    frames = []
    for year in prepared.years:
        here = np.flatnonzero((prepared.rows["year"] == year) & prepared.rows["enough"])
        tables = [_evaluated(prepared, z, here) for z in prepared.completed] if len(here) else []
        for node, inside in _below(prepared.model).items() if tables else ():
            pooled = rubin(np.array([t[node] for t in tables]))
            frames.append(
                prepared.rows.iloc[here].assign(
                    view=prepared.view,
                    node=node,
                    estimate=pooled.estimate,
                    within=pooled.within,
                    between=pooled.between,
                    standard_error=np.sqrt(pooled.total),
                    tables=len(tables),
                    imputed=imputed[here][:, inside].sum(axis=1),
                )
            )
    keys = ["view", "unit", "year", "node"]
    found = pd.concat(frames, ignore_index=True).merge(scores[[*keys, "score"]], on=keys)
    return _concat([found], IMPUTATION)


def _unit_weights_table(p: Prepared) -> pd.DataFrame:
    if p.weighed is None or p.weighed.unit_weights is None:
        return _concat([], UNIT_WEIGHTS)
    assert p.weighed.shares is not None
    assert p.weighed.optimum is not None
    optimum = p.weighed.optimum[:, None]
    frame = p.cells(weight=p.weighed.unit_weights, share=p.weighed.shares, optimum=optimum)
    return _concat([frame[frame["weight"].notna()]], UNIT_WEIGHTS)


def comparison_table(scores: pd.DataFrame, average_weights: pd.DataFrame | None, name: str = "weights") -> pd.DataFrame:
    """Each score beside the weighted average of the other units in the same year.

    Parameters
    ----------
    scores
        A table `SCORES`.
    average_weights
        ``unit``, ``year``, ``value``; None counts each unit once.
    name
        Name of the variable, for messages.

    Returns
    -------
    pandas.DataFrame
        `COMPARISON`: ``difference = score - average``, ``ratio = score / average`` where the
        average is positive.
    """
    scored = scores[scores["score"].notna()]
    frames = []
    for _, group in scored.groupby(["year", "node"], sort=True):
        w = None if average_weights is None else weights_of(group, average_weights, name)
        score = group["score"].to_numpy()
        average = others_average(score, w)
        positive = np.where(average > 0, average, np.nan)
        frames.append(
            group[["view", "unit", "year", "node", "score", "kind"]].assign(
                average=average, difference=score - average, ratio=score / positive
            )
        )
    return _concat(frames, COMPARISON)


def change_table(scores: pd.DataFrame, prepared: Prepared) -> pd.DataFrame:
    """Changes of every score between neighbouring years, and from the first year to the last.

    Two years of a unit are compared only where its score rests on the same measures in both, on
    one scale; otherwise `note` says why not.
    """
    known = scored_rows(prepared, scores)
    one, other = known.changes()
    below = {n: basis_of(prepared.model, str(n)) for n in scores["node"].unique()}
    reasons = known.reasons(prepared, one, other, below)
    table = known.table
    a, b = table.iloc[one].reset_index(drop=True), table.iloc[other].reset_index(drop=True)
    comparable = np.array([not r for r in reasons], dtype=bool)
    found = pd.DataFrame(
        {
            "view": prepared.view,
            "unit": a["unit"],
            "node": a["node"],
            "from_year": a["year"],
            "to_year": b["year"],
            "score_from": a["score"],
            "score_to": b["score"],
            "change": np.where(comparable, b["score"] - a["score"], np.nan),
            "rank_from": a["rank"],
            "rank_to": b["rank"],
            "kind": b["kind"],
            "note": ["; ".join(r) for r in reasons],
        }
    )
    return _concat([found] if len(found) else [], CHANGES)


def _whole(prepared: Prepared, scores: pd.DataFrame) -> Array:
    """Scores of the whole index in the rows of the panel, shape (rows,)."""
    mine = scores[scores["node"] == prepared.model.tree.id]
    at = pd.MultiIndex.from_frame(prepared.rows[["unit", "year"]])
    return mine.set_index(["unit", "year"])["score"].reindex(at).to_numpy()


def _concat(frames: list[pd.DataFrame], schema: pa.DataFrameSchema) -> pd.DataFrame:
    if not frames:
        return schema.coerce_dtype(pd.DataFrame(columns=list(schema.columns)))
    return pd.concat(frames, ignore_index=True)[list(schema.columns)]


def _normalised_table(p: Prepared) -> pd.DataFrame:
    return _concat([p.cells(value=p.used, normalised=p.z, clipped=p.clipped, flag=_told_flags(p))], NORMALISED)


def _told_flags(p: Prepared) -> NDArray[np.str_]:
    """Flags of the cells, and what a node puts in the place of a score that is missing."""
    told = p.flags.astype("U16")
    for path, item, _ in p.model.walk():
        if isinstance(item, Leaf) and path[-1].missing in ("median", "mean"):
            j = p.model.measures.index(item.measure)
            told[np.isnan(p.z[:, j]) & (told[:, j] == ""), j] = f"{path[-1].missing}_of_others"
    return told


def _weights_table(p: Prepared) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "view": p.view,
            "measure": p.model.measures,
            "block": [p.model.block_of[m] for m in p.model.measures],
            "local_weight": p.model.local_weights,
            "global_weight": p.model.weights,
            "kind": str(p.rows["kind"].iloc[0]),
        }
    )


def _clips_table(p: Prepared) -> pd.DataFrame:
    ends = np.column_stack([_limits(leaf, p.used[:, j]) for j, leaf in enumerate(p.model.leaves)])
    value = np.where(np.isfinite(p.raw), p.raw, p.used)
    frames = [
        p.cells(value=value, limit=limit, touched=touched).query("touched").assign(action=action)
        for action, touched, limit in (
            ("clipped", p.clipped, ends),
            ("outlying", p.flags == "outlying", np.nan),
            ("winsorised", p.flags == "winsorised", p.used),
        )
    ]
    return _concat(frames, CLIPS)


def _limits(leaf: Leaf, values: Array) -> Array:
    """The end of the scale to which each value was cut, if it was."""
    if leaf.goalposts is None:
        return np.full(values.shape, np.nan)
    low, high = leaf.goalposts
    if leaf.normalisation.name == "distance_to_target":
        target = float(leaf.normalisation["value"])  # type: ignore[arg-type]
        low, high = (low, target) if leaf.direction > 0 else (target, high)
    return np.where(values < low, low, high)
