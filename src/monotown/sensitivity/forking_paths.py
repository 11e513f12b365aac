"""One view under every admissible normalisation, weighting and aggregation, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.many import FEW
from monotown.base.problems import InputError, Problem
from monotown.base.tables import TEXT, kind_column, score_column, table, to_scale
from monotown.index.admissible import inadmissible, scale_of, score_range
from monotown.index.kernel import evaluate
from monotown.index.model import Chosen, IndexModel, Leaf, Node, method
from monotown.index.prepare import Prepared
from monotown.methods.ranks import rank
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, SCHEMES
from monotown.methods.weights.schemes import weigh
from monotown.sensitivity.compare import block_weights
from monotown.sensitivity.many import sampled

#: The view's own setting, in each of the three columns.
OWN: Final = "as_configured"

#: Stands for every method in a column of the table of inadmissible combinations.
ANY: Final = "any"


#: Rank of each unit under each admissible combination of one year.
METHODS = table(
    "methods",
    ["view", "year", "unit", "normalisation", "weighting", "aggregation"],
    {
        "view": TEXT,
        "year": pa.Column("int64"),
        "unit": TEXT,
        "normalisation": TEXT,
        "weighting": TEXT,
        "aggregation": TEXT,
        "score": score_column("Index.", nullable=False),
        "scale": pa.Column(
            "float64",
            description="What a score of 1 of the method is in `score`; 1 where the "
            "method has a scale of its own, such as z-scores or counts of units beaten.",
        ),
        "rank": pa.Column("float64", pa.Check.ge(1)),
        "kind": kind_column(),
    },
)

#: Combinations that are refused: the setting at fault, what was found, what is admissible.
INADMISSIBLE = table(
    "inadmissible",
    ["view", "year", "normalisation", "weighting", "aggregation"],
    {
        "view": TEXT,
        "year": pa.Column("int64"),
        "normalisation": TEXT,
        "weighting": TEXT,
        "aggregation": TEXT,
        "setting": TEXT,
        "found": TEXT,
        "admissible": TEXT,
    },
)


@dataclass(frozen=True)
class MethodTables:
    """Result tables of one view, by the names of their files."""

    methods: pd.DataFrame
    inadmissible: pd.DataFrame


def weightings() -> tuple[str, ...]:
    """Weighting schemes that give one set of weights from values alone, the view's own first."""
    return (OWN, *(s.name for s in SCHEMES.values() if s.compared))


def with_normalisation(model: IndexModel, name: str, aggregation: str = OWN) -> IndexModel:
    """A model with one normalisation in all its leaves.

    Parameters
    ----------
    model
        The view's model.
    name
        A normalisation with its defaults, or `OWN` for the model's own.
    aggregation
        The aggregation to come: the Mazziotta-Pareto indices have scales of their own.

    Examples
    --------
    >>> model = IndexModel(Node("i", (Leaf("m", goalposts=(0, 2)),)))
    >>> print(with_normalisation(model, "zscore").leaves[0].normalisation)
    zscore(mean=0, sd=1, ddof=1, scope=pooled)
    """
    if name == OWN:
        return model

    def chosen(leaf: Leaf) -> Chosen:
        if leaf.normalisation.name == name and name == "distance_to_target":
            return leaf.normalisation
        over = {} if aggregation == OWN else AGGREGATIONS[aggregation].over
        return method(name, **over.get(name, {}))

    try:
        return model.with_leaves(lambda leaf: replace(leaf, normalisation=chosen(leaf)))
    except InputError as error:
        if name != "distance_to_target":
            raise
        first = error.problems[0]
        raise InputError([replace(first, expected="a target for every measure (value)")]) from None


def with_aggregation(model: IndexModel, name: str) -> IndexModel:
    """All measures of a model under one node, with their weights in the whole.

    A mean that needs positive scores gets the root's floor, 0.01 where it has none, if scores lie
    in [0, 1]. A method that compares units needs every measure of each: a missing score is filled
    by the mean of the others.

    Examples
    --------
    >>> inner = Node("b", (Leaf("m"), Leaf("n")))
    >>> model = IndexModel(Node("i", (inner, Leaf("o"))))
    >>> print(with_aggregation(model, "minimum"))
    i: minimum
    ├─ m 0.2500: + minmax
    ├─ n 0.2500: + minmax
    └─ o 0.5000: + minmax
    """
    if name == OWN:
        return model
    leaves = tuple(replace(leaf, weight=float(w)) for leaf, w in zip(model.leaves, model.weights, strict=True))
    ranges = [score_range(leaf) for leaf in leaves]
    inside = all(r.low >= 0 and r.high <= 1 for r in ranges)
    floor = None
    if inside and method(name).needs_positive:
        floor = model.tree.floor or 0.01
    chosen = method(name, **AGGREGATIONS[name].example)
    missing = "mean" if AGGREGATIONS[name].across_units else "reweight"
    return replace(model, tree=Node(model.tree.id, leaves, 1.0, chosen, missing, floor))


def method_tables(prepared: Prepared) -> MethodTables:
    """Ranks of a view's units under every admissible combination, and the others with reasons.

    The weights, normalisations and aggregations are varied one beside the other: the view's own
    tree, or all measures under one node (`with_aggregation`); a data-driven scheme is applied
    within each block to the values so normalised, and the blocks keep their weights.

    Parameters
    ----------
    prepared
        The view's data; filling and treatment stay as they are.

    Returns
    -------
    MethodTables
        Of the last of the years with the most values; of more than `FEW` units for so many, evenly
        spread over the order, and without the methods that compare every pair. Each method decides by
        itself whether its scores are on the scale of the index (`monotown.index.admissible.scale_of`).
    """
    year = prepared.fullest_year
    rows = np.flatnonzero((prepared.rows["year"] == year) & prepared.rows["enough"])
    units, kind = prepared.rows["unit"].iloc[rows].to_numpy(dtype=object), str(prepared.rows["kind"].iloc[rows[0]])
    told: NDArray[np.int64] | None = None
    ranked, refused = [], []
    for (normalisation, weighting, aggregation), found in _paths(prepared, rows):
        path = {"normalisation": normalisation, "weighting": weighting, "aggregation": aggregation}
        row = {"view": prepared.view, "year": year, **path}
        if isinstance(found, Problem):
            refused.append({**row, "setting": found.where, "found": found.found, "admissible": found.expected})
        else:
            model, scores = found
            ranks = rank(scores)
            if told is None:  # the view's own method is the first
                told = np.sort(np.argsort(ranks, kind="stable")[sampled(len(ranks))])
            made = {"score": scores[told], "scale": scale_of(model), "rank": ranks[told], "kind": kind}
            ranked.append(pd.DataFrame({**row, "unit": units[told], **made}))
    every = pd.concat(ranked, ignore_index=True)
    return MethodTables(
        to_scale(every, METHODS, every["scale"]), pd.DataFrame(refused, columns=list(INADMISSIBLE.columns))
    )


def _paths(
    prepared: Prepared, rows: NDArray[np.int64]
) -> Iterator[tuple[tuple[str, str, str], tuple[IndexModel, Array] | Problem]]:
    """Every combination of normalisation, weighting and aggregation: its model and scores, or why not.

    A setting that goes with none of the others is refused once, for `ANY` of them.
    """
    for normalisation in (OWN, *NORMALISATIONS):
        try:
            variant = with_normalisation(prepared.model, normalisation)
            _refuse_leaves(variant)
            z = prepared.normalised(variant)[rows]
        except ValueError as error:
            yield (normalisation, ANY, ANY), _reason(error, "normalisation", normalisation)
            continue
        weights: dict[str, Array] = {}
        for scheme in weightings():
            try:
                weights[scheme] = _weights(prepared.model, z, scheme)
            except ValueError as error:
                yield (normalisation, scheme, ANY), _reason(error, "weighting", scheme)
        for aggregation in (OWN, *AGGREGATIONS):
            if len(rows) > FEW and aggregation != OWN and AGGREGATIONS[aggregation].pairwise:
                many = f"{aggregation}: {len(rows)} units"
                yield (normalisation, ANY, aggregation), Problem("data", "aggregation", many, f"up to {FEW} units")
                continue
            scaled = with_normalisation(prepared.model, normalisation, aggregation)
            whole = with_aggregation(scaled, aggregation)
            problems = inadmissible(whole, "view")
            if not problems:
                own = z if scaled == variant else prepared.normalised(scaled)[rows]
                tried = _tried(whole, own, weights, aggregation)
                failed = {found for found in tried.values() if isinstance(found, Problem)}
                if len(failed) != 1 or not all(isinstance(found, Problem) for found in tried.values()):
                    for scheme, found in tried.items():
                        yield (normalisation, scheme, aggregation), found
                    continue
                problems = [*failed]
            yield (normalisation, ANY, aggregation), problems[0]


def _refuse_leaves(model: IndexModel) -> None:
    """What a normalisation cannot do for a measure, whatever stands above."""
    found = [p for p in inadmissible(with_aggregation(model, "arithmetic")) if "[" in p.where]
    if found:
        raise InputError(found)


def _weights(model: IndexModel, z: Array, scheme: str) -> Array:
    if scheme == OWN:
        return model.weights
    blocks = [model.block_of[m] for m in model.measures]
    rule = SCHEMES[scheme].widest
    shares, types = block_weights(model), dict(model.block_types)
    return weigh(scheme, z, blocks, names=model.measures, block_weights=shares, types=types, missing=rule)


def _tried(
    model: IndexModel, z: Array, weights: dict[str, Array], aggregation: str
) -> dict[str, tuple[IndexModel, Array] | Problem]:
    """Under each set of weights the model and the scores, or why there are none."""
    with suppress(ValueError):
        return {s: (model, x) for s, x in zip(weights, _whole(model, z, np.array(list(weights.values()))), strict=True)}
    found: dict[str, tuple[IndexModel, Array] | Problem] = {}
    for scheme, w in weights.items():  # find out which weights it is that cannot be used
        try:
            found[scheme] = model, _whole(model, z, w[None])[0]
        except ValueError as error:
            found[scheme] = _reason(error, "aggregation", aggregation)
    return found


def _whole(model: IndexModel, z: Array, weights: Array) -> Array:
    found = evaluate(model, z, weights, batch=len(weights))
    if np.isnan(found).any():
        raise ValueError("a unit has no score: all its measures with a weight are missing")
    return found


def _reason(error: Exception, setting: str, found: str) -> Problem:
    if isinstance(error, InputError):
        first = error.problems[0]
        return Problem(first.file, first.where, first.found, first.expected)
    text = str(error)
    admissible = text.rpartition("; ")[2] if "; " in text else "another " + setting
    return Problem("data", setting, f"{found}: {text.rpartition('; ')[0] or text}", admissible)


def spread(methods: pd.DataFrame) -> pd.DataFrame:
    """Rank of each unit in the view's own method, and its range over all combinations.

    Parameters
    ----------
    methods
        A table `METHODS`.

    Returns
    -------
    pandas.DataFrame
        By own rank: ``unit``, ``own``, ``median``, ``low`` and ``high`` (5 and 95% of the
        combinations), ``best``, ``worst``, ``n_methods``.
    """
    own = methods[(methods[["normalisation", "weighting", "aggregation"]] == OWN).all(axis=1)]
    ranks = methods.groupby("unit")["rank"]
    table = (
        pd.DataFrame(
            {
                "own": own.set_index("unit")["rank"],
                "median": ranks.median(),
                "low": ranks.quantile(0.05),
                "high": ranks.quantile(0.95),
                "best": ranks.min(),
                "worst": ranks.max(),
                "n_methods": ranks.size(),
            }
        )
        .rename_axis("unit")
        .reset_index()
    )
    return table.sort_values(["own", "median", "unit"], kind="stable").reset_index(drop=True)
