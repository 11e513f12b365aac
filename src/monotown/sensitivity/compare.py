"""One change at a time: another weighting scheme, one indicator less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.ties import tau_b
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel
from monotown.methods.method import Missing
from monotown.methods.ranks import rank
from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.schemes import find_scheme, weigh
from monotown.sensitivity.year import Case


@dataclass(frozen=True)
class SchemeWeights:
    """Weights of a model's leaves under one scheme.

    Attributes
    ----------
    scheme
        Its name.
    weights
        Shape (leaves,), sum 1; None where the scheme refuses the data.
    reason
        Why it refuses; empty where it does not.
    """

    scheme: str
    weights: Array | None
    reason: str = ""


def block_weights(model: IndexModel) -> dict[str, float]:
    """Weight of each block of a model, summing to 1; leaves of the root count as one block.

    Examples
    --------
    >>> from monotown.index.model import Leaf, Node
    >>> model = IndexModel(Node("i", (Node("p", (Leaf("a"), Leaf("b")), weight=3), Leaf("c"))))
    >>> block_weights(model)
    {'p': 0.75, 'i': 0.25}
    """
    found: dict[str, float] = {}
    for measure, weight in zip(model.measures, model.weights, strict=True):
        block = model.block_of[measure]
        found[block] = found.get(block, 0.0) + float(weight)
    return found


def scheme_weights(
    model: IndexModel, z: Array, schemes: Sequence[str], missing: Missing | None = None
) -> tuple[SchemeWeights, ...]:
    """Weights under each scheme; one that refuses the data says why.

    A data-driven scheme works within each block and leaves the blocks their weights.

    Parameters
    ----------
    model
        Gives the blocks and their weights.
    z
        Normalised scores of the reference year, shape (units, leaves).
    schemes
        Names of fixed or data-driven schemes (`monotown.methods.register.SCHEMES`).
    missing
        What a data-driven scheme does about missing values; None: its rule that uses most cells
        (``available``, where it has that: every statistic uses the units it has).
    """
    found = []
    for name in schemes:
        try:
            weights = weigh(
                name,
                z,
                [model.block_of[m] for m in model.measures],
                names=model.measures,
                block_weights=block_weights(model),
                types=dict(model.block_types),
                missing=missing or find_scheme(name).widest,
            )
            found.append(SchemeWeights(name, weights))
        except InadmissibleError as refusal:
            reasons = [f"{p.where}: {p.found}; needs {p.expected}" for p in refusal.problems]
            found.append(SchemeWeights(name, None, "; ".join(reasons)))
    return tuple(found)


@dataclass(frozen=True)
class Agreement:
    """How near one ranking is to another.

    Attributes
    ----------
    kendall
        Kendall's tau-b.
    spearman
        Spearman's correlation.
    mean_abs_rank_shift
        Mean over units of |rank - baseline rank| (Saisana, Saltelli and Tarantola 2005, eq. 2).
    """

    kendall: float
    spearman: float
    mean_abs_rank_shift: float


def agreement(ranks: ArrayLike, baseline: ArrayLike) -> Agreement:
    """Agreement of a ranking with the baseline, over the units that have both.

    Correlations are NaN where one of the two ties all units.

    Examples
    --------
    >>> near = agreement([2, 1, 3, 4, 5], [1, 2, 3, 4, 5])
    >>> round(near.kendall, 6), round(near.spearman, 6), near.mean_abs_rank_shift
    (0.8, 0.9, 0.4)
    """
    a, b = np.asarray(ranks, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    shift = float(np.abs(a - b).mean()) if len(a) else np.nan
    tau = tau_b(a, b)
    if np.isnan(tau):
        return Agreement(np.nan, np.nan, shift)
    return Agreement(tau, float(np.corrcoef(rank(a), rank(b))[0, 1]), shift)


@dataclass(frozen=True)
class Left:
    """Scores and ranks with one measure or block left out.

    Attributes
    ----------
    dropped
        The measure, or the block.
    scores, ranks
        Shape (units,); NaN for a unit with nothing else.
    """

    dropped: str
    scores: Array
    ranks: Array


def drop_one(model: IndexModel, case: Case) -> tuple[Left, ...]:
    """The index without each measure in turn; its weight goes to the others of its node.

    Empty for a model of one measure.

    Examples
    --------
    >>> from monotown.index.model import Leaf, Node
    >>> model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    >>> case = Case.of(model, 2022, ["x", "y"], np.array([[0.2, 0.9], [0.4, 0.1]]))
    >>> [(d.dropped, d.ranks.tolist()) for d in drop_one(model, case)]
    [('a', [1.0, 2.0]), ('b', [2.0, 1.0])]
    """
    return tuple(_left(model, case, m, (m,)) for m in model.measures if len(model.measures) > 1)


def drop_block(model: IndexModel, case: Case) -> tuple[Left, ...]:
    """The index without each block in turn; empty for a model of one block."""
    members: dict[str, list[str]] = {}
    for measure, block in model.block_of.items():
        members.setdefault(block, []).append(measure)
    return tuple(_left(model, case, b, tuple(m)) for b, m in members.items() if len(members) > 1)


def block_path(model: IndexModel, block: str, weights: ArrayLike) -> Array:
    """Leaf weights as one block's weight varies, shape (weights, leaves).

    Parameters
    ----------
    model
        Gives the proportions within the block and among the rest.
    block
        A key of `block_weights`, not the only one.
    weights
        Weights of the block, from 0 to 1.

    Examples
    --------
    >>> from monotown.index.model import Leaf, Node
    >>> model = IndexModel(Node("i", (Node("p", (Leaf("a"), Leaf("b"))), Leaf("c"), Leaf("d"))))
    >>> block_path(model, "p", [0.0, 0.8]).round(3).tolist()
    [[0.0, 0.0, 0.5, 0.5], [0.4, 0.4, 0.1, 0.1]]
    """
    inside = np.array([model.block_of[m] == block for m in model.measures])
    share, steps = model.weights, np.asarray(weights, dtype=np.float64)[:, None]
    own = np.where(inside, share, 0.0) / share[inside].sum()
    rest = np.where(inside, 0.0, share) / share[~inside].sum()
    return np.asarray(steps * own + (1 - steps) * rest)


def _left(model: IndexModel, case: Case, name: str, measures: tuple[str, ...]) -> Left:
    kept = [i for i, m in enumerate(model.measures) if m not in measures]
    scores = evaluate(model.without(*measures), case.z[:, kept])[0]
    return Left(name, scores, rank(scores))
