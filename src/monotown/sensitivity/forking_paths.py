"""One view under every admissible normalisation, weighting and aggregation, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import ArrayLike, NDArray

from monotown.base.problems import InputError, Problem
from monotown.base.tables import TEXT, kind_column, score_column, table, to_scale
from monotown.index.admissible import AMPI_SCALE, MPI_SCALE, inadmissible, scale_of, score_range
from monotown.index.kernel import evaluate
from monotown.index.leaves import normalise_leaf
from monotown.index.model import AGGREGATIONS, NORMALISATIONS, IndexModel, Leaf, Method, Node, Parameter, method
from monotown.index.prepare import Prepared, weights_of
from monotown.methods.aggregate import ACROSS_UNITS
from monotown.methods.ranks import rank
from monotown.methods.weights.schemes import SCHEMES, weigh

Array = NDArray[np.float64]

#: The view's own setting, in each of the three columns.
OWN: Final = "as_configured"

#: Stands for every method in a column of the table of inadmissible combinations.
ANY: Final = "any"

#: Parameters that a method has no default for.
_PARAMETERS: Final[dict[str, dict[str, Parameter]]] = {"owa": {"orness": 0.3}}


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
    ours = [s.name for s in SCHEMES.values() if s.family != "expert" and not s.per_unit]
    return (OWN, *ours)


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

    def chosen(leaf: Leaf) -> Method:
        if leaf.normalisation.name == name and name == "distance_to_target":
            return leaf.normalisation
        if (name, aggregation) == ("zscore", "mpi"):
            return MPI_SCALE
        if (name, aggregation) == ("minmax", "ampi"):
            return AMPI_SCALE
        if (name, aggregation) == ("minmax_sample", "ampi"):
            return method(name, target=(70.0, 130.0))
        return method(name)

    def step(item: Node | Leaf) -> Node | Leaf:
        if isinstance(item, Leaf):
            return replace(item, normalisation=chosen(item))
        return replace(item, children=tuple(step(c) for c in item.children))

    root = step(model.tree)
    assert isinstance(root, Node)
    return replace(model, tree=root) if name != "distance_to_target" else _targets(model, root)


def _targets(model: IndexModel, root: Node) -> IndexModel:
    try:
        return replace(model, tree=root)
    except InputError as error:
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
    if name in ("geometric", "harmonic") and inside:
        floor = model.tree.floor or 0.01
    chosen = method(name, **_PARAMETERS.get(name, {}))
    missing = "mean" if name in ACROSS_UNITS else "reweight"
    return replace(model, tree=Node(model.tree.id, leaves, 1.0, chosen, missing, floor))


def method_tables(
    prepared: Prepared, average_weights: pd.DataFrame | None = None, name: str = "weights"
) -> MethodTables:
    """Ranks of a view's units under every admissible combination, and the others with reasons.

    The weights, normalisations and aggregations are varied one beside the other: the view's own
    tree, or all measures under one node (`with_aggregation`); a data-driven scheme is applied
    within each block to the values so normalised, and the blocks keep their weights.

    Parameters
    ----------
    prepared
        The view's data; filling and treatment stay as they are.
    average_weights, name
        Weights of averages over units, as in `monotown.index.prepare.prepare`.

    Returns
    -------
    MethodTables
        Of the last of the years with the most values. Each method decides by itself whether its
        scores are on the scale of the index (`monotown.index.admissible.scale_of`).
    """
    model, rows = prepared.model, prepared.rows
    filled = (~np.isnan(prepared.z)).sum(axis=1)
    count = pd.Series(filled).groupby(rows["year"]).sum()
    year = int(count[count == count.max()].index[-1])
    here = ((rows["year"] == year) & rows["enough"]).to_numpy()
    units = rows.loc[here, "unit"].to_list()
    share = None if average_weights is None else weights_of(rows, average_weights, name)
    kind = str(rows.loc[here, "kind"].iloc[0])
    ranked: list[pd.DataFrame] = []
    refused: dict[tuple[str, str, str], Problem] = {}

    def scores(variant: IndexModel) -> Array:
        return np.asarray(normalised(prepared, variant, share)[here])

    for normalisation in (OWN, *NORMALISATIONS):
        try:
            variant = with_normalisation(model, normalisation)
            _refuse_leaves(variant)
            base = scores(variant)
        except (InputError, ValueError) as error:
            refused[normalisation, ANY, ANY] = _reason(error, "normalisation", normalisation)
            continue
        weights: dict[str, Array] = {}
        for scheme in weightings():
            try:
                weights[scheme] = _weights(model, base, scheme)
            except (InputError, ValueError) as error:
                refused[normalisation, scheme, ANY] = _reason(error, "weighting", scheme)
        for aggregation in (OWN, *AGGREGATIONS):
            scaled = with_normalisation(model, normalisation, aggregation)
            whole = with_aggregation(scaled, aggregation)
            problems = inadmissible(whole, "view")
            if problems:
                refused[normalisation, ANY, aggregation] = problems[0]
                continue
            z = base if aggregation not in ("mpi", "ampi") else scores(scaled)
            tried = dict(_evaluated(whole, z, weights))
            failed = {w: str(e) for w, e in tried.items() if isinstance(e, ValueError)}
            if len(failed) == len(tried) and len(set(failed.values())) == 1:
                common = ValueError(next(iter(failed.values())))
                refused[normalisation, ANY, aggregation] = _reason(common, "aggregation", aggregation)
                continue
            for scheme, found in tried.items():
                if isinstance(found, ValueError):
                    key = (normalisation, scheme, aggregation)
                    refused[key] = _reason(found, "aggregation", aggregation)
                    continue
                ranked.append(
                    pd.DataFrame(
                        {
                            "view": prepared.view,
                            "year": year,
                            "unit": units,
                            "normalisation": normalisation,
                            "weighting": scheme,
                            "aggregation": aggregation,
                            "score": found,
                            "scale": scale_of(whole),
                            "rank": rank(found),
                            "kind": kind,
                        }
                    )
                )
    records = [
        {
            "view": prepared.view,
            "year": year,
            "normalisation": n,
            "weighting": w,
            "aggregation": a,
            "setting": p.where,
            "found": p.found,
            "admissible": p.expected,
        }
        for (n, w, a), p in refused.items()
    ]
    every = pd.concat(ranked, ignore_index=True)
    return MethodTables(
        to_scale(every, METHODS, every["scale"]), pd.DataFrame(records, columns=list(INADMISSIBLE.columns))
    )


def normalised(prepared: Prepared, model: IndexModel, share: ArrayLike | None) -> Array:
    """A view's treated values under another model's normalisations, shape (rows, leaves)."""
    when = prepared.rows["year"].to_numpy()
    columns = [normalise_leaf(leaf, prepared.used[:, j], when, share)[0] for j, leaf in enumerate(model.leaves)]
    return np.column_stack(columns)


def _refuse_leaves(model: IndexModel) -> None:
    """What a normalisation cannot do for a measure, whatever stands above."""
    found = [p for p in inadmissible(with_aggregation(model, "arithmetic")) if "[" in p.where]
    if found:
        raise InputError(found)


def _weights(model: IndexModel, z: Array, scheme: str) -> Array:
    if scheme == OWN:
        return model.weights
    blocks = [model.block_of[m] for m in model.measures]
    given: dict[str, float] = {}
    for block, w in zip(blocks, model.weights, strict=True):
        given[block] = given.get(block, 0.0) + float(w)
    allowed = SCHEMES[scheme].missing
    return weigh(
        scheme,
        z,
        blocks,
        names=model.measures,
        block_weights=given,
        missing="available" if "available" in allowed else "complete_units",
    )


def _evaluated(model: IndexModel, z: Array, weights: dict[str, Array]) -> Iterator[tuple[str, Array | ValueError]]:
    try:
        yield from zip(weights, _whole(model, z, np.array(list(weights.values()))), strict=True)
    except ValueError:  # find out which weights it is that cannot be used
        for scheme, w in weights.items():
            try:
                yield scheme, _whole(model, z, w[None])[0]
            except ValueError as error:
                yield scheme, error


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
