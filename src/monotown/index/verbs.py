"""The verbs by which an index is built by hand: normalise, impute, aggregate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.problems import nearest
from monotown.index.kernel import evaluate
from monotown.index.leaves import normalise_leaf
from monotown.index.model import LEAF_MISSING, IndexModel, Leaf, Node, method
from monotown.methods.method import Setting
from monotown.methods.register import FILLINGS

#: Rules of `impute`.
RULES = LEAF_MISSING[1:]


def normalise(
    x: ArrayLike,
    how: str = "minmax_sample",
    *,
    direction: int = 1,
    goalposts: tuple[float, float] | None = None,
    transform: str = "none",
    years: ArrayLike | None = None,
    average_weights: ArrayLike | None = None,
    **parameters: Setting,
) -> Array:
    """Bring one measure to a common scale on which more is better.

    The scale is that of the method, such as 0 to 1: an index is told on 0 to 100 only in its tables
    (`monotown.index.build.build_index`, `monotown.base.tables.to_scale`).

    Parameters
    ----------
    x
        Shape (units,); NaN is missing and stays so.
    how
        A normalisation of the register.
    direction
        1 where more is better, -1 where less is.
    goalposts
        Lowest and highest value, in raw units; needed by ``minmax`` and ``distance_to_target``.
    transform
        One of ``none``, ``log``, ``log1p``, ``boxcox``, before the normalisation.
    years
        Year of each value, for a ``scope``; None: one year.
    average_weights
        Weight of each unit in averages; None: each counts once.
    **parameters
        Of the method, such as ``target`` or ``scope``.

    Raises
    ------
    ValueError
        If the method or a parameter is unknown, or the method is not defined for the values.

    Examples
    --------
    >>> normalise([1.0, 2.0, 3.0], direction=-1).tolist()
    [1.0, 0.5, 0.0]
    >>> normalise([1.0, 2.0, 3.0], "zscore", mean=100.0, sd=10.0).tolist()
    [90.0, 100.0, 110.0]
    """
    leaf = Leaf(
        "x", direction=direction, transform=transform, goalposts=goalposts, normalisation=method(how, **parameters)
    )
    values = np.asarray(x, dtype=np.float64)
    when = np.zeros(values.shape, dtype=np.int64) if years is None else years
    return normalise_leaf(leaf, values, when, average_weights).values


def aggregate(
    z: ArrayLike,
    weights: ArrayLike | None = None,
    how: str = "arithmetic",
    *,
    floor: float | None = None,
    missing: str = "reweight",
    **parameters: Setting,
) -> Array:
    """Index of each unit from normalised measures under one node, on the scale of the measures.

    Parameters
    ----------
    z
        Shape (units, measures); NaN is missing.
    weights
        Shape (measures,), of any scale, or (draws, measures) for many at once; None: equal.
    how
        An aggregation of the register.
    floor
        A lower cut of the scores, between 0 and 1, for a geometric or harmonic mean, or a power
        mean with an exponent of 0 or less.
    missing
        ``reweight``, ``mean``, ``median`` or ``refuse``.
    **parameters
        Of the method, such as ``exponent`` or ``orness``.

    Returns
    -------
    ndarray
        Shape (units,), or (draws, units).

    Raises
    ------
    ValueError
        If the method or a parameter is unknown, or the method is not defined for the scores.

    Examples
    --------
    >>> aggregate([[0.2, 0.8], [1.0, 0.0]], [3, 1]).round(4).tolist()
    [0.35, 0.75]
    >>> aggregate([[0.25, 1.0]], how="geometric").tolist()
    [0.5]
    """
    scores = np.asarray(z, dtype=np.float64)
    if scores.ndim != 2:
        raise ValueError(f"expected (units, measures), found shape {scores.shape}")
    leaves = tuple(Leaf(str(j)) for j in range(scores.shape[1]))
    model = IndexModel(Node("index", leaves, 1.0, method(how, **parameters), missing=missing, floor=floor))
    w = None if weights is None else np.asarray(weights, dtype=np.float64)
    found = evaluate(model, scores, w if w is None or w.ndim > 1 else w[None])
    return found if w is not None and w.ndim > 1 else found[0]


def impute(
    x: ArrayLike,
    how: str = "mean",
    *,
    years: ArrayLike | None = None,
    seed: int | None = None,
    tables: int = 20,
    blocks: Sequence[str] | None = None,
) -> Array:
    """Fill missing values by one of the rules.

    Parameters
    ----------
    x
        ``mean`` and ``median``: one year, shape (units,) or (units, measures). ``interpolate`` and
        ``carry``, or both: one unit's series, shape (years,). ``mice``: shape (units, measures).
    how
        One of `RULES`.
    years
        Years of a series, rising.
    seed
        Of the draws of ``mice``.
    tables
        Number of completed tables of ``mice``; pool what is computed on each by `rubin`.
    blocks
        Block of each measure, for ``mice``.

    Returns
    -------
    ndarray
        Of the shape of x; of shape (tables, units, measures) for ``mice``.

    Raises
    ------
    ValueError
        If the rule is unknown, lacks what it needs, or refuses the values.

    Examples
    --------
    >>> impute([1.0, float("nan"), 3.0]).tolist()
    [1.0, 2.0, 3.0]
    >>> impute([1.0, float("nan"), 4.0], "interpolate", years=[2010, 2011, 2012]).tolist()
    [1.0, 2.5, 4.0]
    """
    if how not in RULES:
        raise ValueError(f"unknown rule {how!r}; expected {nearest(how, RULES)}")
    rule = FILLINGS[how]
    if how == "mice":
        if seed is None:
            raise ValueError("mice draws at random: give a seed")
        return np.asarray(rule(x, seed, m=tables, blocks=blocks))
    if "years" not in rule.needs:
        return np.asarray(rule(x).values)
    if years is None:
        raise ValueError(f"{how} fills a series: give its years")
    return np.asarray(rule(x, years).values)
