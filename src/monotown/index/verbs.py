"""The verbs by which an index is built by hand: normalise, impute, aggregate."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.named import as_weights, by_name, columns_of, is_labelled, rows_alike
from monotown.base.problems import nearest
from monotown.index.kernel import evaluate
from monotown.index.leaves import normalise_leaf
from monotown.index.model import LEAF_MISSING, IndexModel, Leaf, Node, choose
from monotown.methods.method import Setting
from monotown.methods.register import AGGREGATIONS, FILLINGS, NORMALISATIONS

#: Rules of `impute`.
RULES = LEAF_MISSING[1:]


def normalise(
    x: Any,
    how: str = "minmax_sample",
    *,
    direction: Any = 1,
    goalposts: Any = None,
    transform: str = "none",
    years: Any = None,
    average_weights: Any = None,
    **parameters: Setting,
) -> Any:
    """Bring measures to a common scale on which more is better, each by itself.

    The scale is that of the method, such as 0 to 1: an index is told on 0 to 100 only in its tables
    (`monotown.index.build.build_index`, `monotown.base.tables.to_scale`).

    Parameters
    ----------
    x
        Shape (units,) or (units, measures): an array, a series or a frame with a column a measure;
        NaN is missing and stays so.
    how
        A normalisation of the register.
    direction
        1 where more is better, -1 where less is; of several measures one for all, one a column, or,
        for a frame, a series or a mapping by its columns.
    goalposts
        Lowest and highest value, in raw units; needed by ``minmax`` and ``distance_to_target``. Of
        several measures one pair for all, a list of pairs, or, for a frame, a mapping by its columns.
    transform
        One of ``none``, ``log``, ``log1p``, ``boxcox``, before the normalisation.
    years
        Year of each row, for a ``scope``; None: one year. A series goes by the labels of the rows.
    average_weights
        Weight of each row in averages; None: each counts once. A series goes by the labels of the rows.
    **parameters
        Of the method, such as ``target`` or ``scope``.

    Returns
    -------
    ndarray, Series or DataFrame
        Of the shape and with the labels of `x`.

    Raises
    ------
    ValueError
        If the method or a parameter is unknown, a direction is neither 1 nor -1, a name is unknown
        or lacks, or the method is not defined for the values.

    Examples
    --------
    >>> normalise([1.0, 2.0, 3.0], direction=-1).tolist()
    [1.0, 0.5, 0.0]
    >>> normalise([1.0, 2.0, 3.0], "zscore", mean=100.0, sd=10.0).tolist()
    [90.0, 100.0, 110.0]
    >>> frame = pd.DataFrame({"pay": [1.0, 3.0], "crime": [20.0, 10.0]}, index=["A", "B"])
    >>> normalise(frame, direction={"crime": -1, "pay": 1}).loc["B"].tolist()
    [1.0, 1.0]
    """
    values = np.asarray(x, dtype=np.float64)
    if values.ndim not in (1, 2):
        raise ValueError(f"expected (units,) or (units, measures), found shape {values.shape}")
    index = x.index if isinstance(x, pd.Series | pd.DataFrame) else pd.RangeIndex(len(values))
    when = np.zeros(len(values), dtype=np.int64) if years is None else rows_alike(years, index, "years")
    shares = None if average_weights is None else rows_alike(average_weights, index, "average weights")
    chosen = choose(how, NORMALISATIONS, parameters)
    if isinstance(x, pd.DataFrame):
        names = columns_of(x, "measures")
    elif isinstance(x, pd.Series):
        names = ["x" if x.name is None else x.name]
    else:
        names = ["x"] if values.ndim == 1 else [str(j + 1) for j in range(values.shape[1])]
    labelled = isinstance(x, pd.DataFrame)
    ways = _each(direction, names, "direction", labelled, pair=False)
    ends = _each(goalposts, names, "goalposts", labelled, pair=True)
    columns = []
    for name, way, pair, column in zip(names, ways, ends, values.reshape(len(values), -1).T, strict=True):
        if isinstance(way, bool | np.bool_) or way not in (1, -1):
            raise ValueError(f"direction of {name}: found {way!r}; expected 1 where more is better, -1 where less is")
        posts = None if pair is None else (float(pair[0]), float(pair[1]))
        leaf = Leaf(str(name), direction=int(way), transform=transform, goalposts=posts, normalisation=chosen)
        columns.append(normalise_leaf(leaf, column, when, shares).values)
    made = np.column_stack(columns).reshape(values.shape) if columns else values
    if isinstance(x, pd.DataFrame):
        return pd.DataFrame(made, index=x.index, columns=x.columns)
    return pd.Series(made, index=x.index, name=x.name) if isinstance(x, pd.Series) else made


def _each(given: Any, names: Sequence[Hashable], what: str, labelled: bool, *, pair: bool) -> list[Any]:
    """A setting of each measure: one for all, or by the names of a frame, or by place for an array."""
    if is_labelled(given):
        if not labelled:
            raise ValueError(f"{what} by name: expected a frame with these columns")
        return by_name(given, names, what)
    plain = np.ndim(given) == (1 if pair else 0)
    if given is None or plain:
        return [given] * len(names)
    if labelled:
        raise ValueError(f"{what} of several columns of a frame: expected a mapping by their names")
    if len(given) != len(names):
        raise ValueError(f"{what}: expected one, or one for each of {len(names)} measures, found {len(given)}")
    return list(given)


def aggregate(
    z: Any,
    weights: Any = None,
    how: str = "arithmetic",
    *,
    floor: float | None = None,
    missing: str = "reweight",
    **parameters: Setting,
) -> Any:
    """Index of each unit from normalised measures under one node, on the scale of the measures.

    Parameters
    ----------
    z
        Shape (units, measures): an array, or a frame with a column a measure; NaN is missing.
    weights
        Of any scale; None: equal. For a frame by the names of its columns: a series or a mapping,
        or a frame with one set of weights a row. For an array shape (measures,), or (draws,
        measures) for many at once.
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
        Shape (units,), or (draws, units). For a frame a series with the labels of its rows; for many
        sets of weights a frame, one row a set.

    Raises
    ------
    ValueError
        If the method or a parameter is unknown, the method is not defined for the scores, a name is
        unknown or lacks, or the weights of a frame have no names.

    Examples
    --------
    >>> aggregate([[0.2, 0.8], [1.0, 0.0]], [3, 1]).round(4).tolist()
    [0.35, 0.75]
    >>> aggregate([[0.25, 1.0]], how="geometric").tolist()
    [0.5]
    >>> aggregate(pd.DataFrame({"pay": [0.2], "air": [0.8]}, index=["A"]), {"air": 1, "pay": 3}).round(4).to_dict()
    {'A': 0.35}
    """
    scores = np.asarray(z, dtype=np.float64)
    if scores.ndim != 2:
        raise ValueError(f"expected (units, measures), found shape {scores.shape}")
    labelled = isinstance(z, pd.DataFrame)
    names = columns_of(z, "scores") if labelled else range(scores.shape[1])
    named = isinstance(weights, pd.DataFrame) or is_labelled(weights)
    if weights is not None and named != labelled:
        have, lack = ("weights", "scores") if named else ("scores", "weights")
        raise ValueError(f"the {have} have names and the {lack} have none: expected both with names, or neither")
    sets = weights.index if isinstance(weights, pd.DataFrame) else None
    leaves = tuple(Leaf(str(name)) for name in names)
    chosen = choose(how, AGGREGATIONS, parameters)
    model = IndexModel(Node("index", leaves, 1.0, chosen, missing=missing, floor=floor))
    given = as_weights(weights, list(names))
    w = None if given is None else np.asarray(given, dtype=np.float64)
    found = evaluate(model, scores, w if w is None or w.ndim > 1 else w[None])
    made = found if w is not None and w.ndim > 1 else found[0]
    if not labelled:
        return made
    return pd.Series(made, index=z.index) if made.ndim == 1 else pd.DataFrame(made, index=sets, columns=z.index)


def impute(
    x: Any, how: str = "mean", *, years: Any = None, seed: int | None = None, tables: int = 20, blocks: Any = None
) -> Any:
    """Fill missing values by one of the rules.

    Parameters
    ----------
    x
        ``mean`` and ``median``: one year, shape (units,) or (units, measures). ``interpolate`` and
        ``carry``, or both: one unit's series, shape (years,). ``mice``: shape (units, measures).
    how
        One of `RULES`.
    years
        Years of a series, rising; a series of years goes by the labels of the rows.
    seed
        Of the draws of ``mice``.
    tables
        Number of completed tables of ``mice``; pool what is computed on each by `rubin`.
    blocks
        Block of each measure, for ``mice``; for a frame by the names of its columns.

    Returns
    -------
    ndarray
        Of the shape of x, with its labels where it has any; of shape (tables, units, measures) for
        ``mice``.

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
        if isinstance(x, pd.DataFrame) and blocks is not None:
            if not is_labelled(blocks):
                raise ValueError("blocks of the columns of a frame: expected a mapping by their names")
            blocks = by_name(blocks, columns_of(x, "measures"), "blocks")
        return np.asarray(rule(x, seed, m=tables, blocks=blocks))
    if "years" not in rule.needs:
        return _labelled_as(x, np.asarray(rule(x).values))
    if years is None:
        raise ValueError(f"{how} fills a series: give its years")
    when = rows_alike(years, x.index, "years") if isinstance(x, pd.Series) else years
    return _labelled_as(x, np.asarray(rule(x, when).values))


def _labelled_as(x: Any, made: Any) -> Any:
    """Results with the labels of what they were made from."""
    if isinstance(x, pd.DataFrame):
        return pd.DataFrame(made, index=x.index, columns=x.columns)
    return pd.Series(made, index=x.index, name=x.name) if isinstance(x, pd.Series) else made
