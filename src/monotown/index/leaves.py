"""A leaf of the model on a panel: one measure, transformed and normalised as its settings say."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from monotown.index.model import Leaf
from monotown.methods.normalise import Normalised, applied
from monotown.methods.outliers import TRANSFORMS, apply_transform


def normalise_leaf(leaf: Leaf, x: ArrayLike, years: ArrayLike, weights: ArrayLike | None = None) -> Normalised:
    """One measure of a panel by its leaf's settings.

    Parameters
    ----------
    leaf
        Direction, transform, goalposts and normalisation.
    x
        Shape (rows,): raw values, one row a unit and year.
    years
        Shape (rows,). Ranks, percentiles and averages are taken within a year; the others by the
        normalisation's ``scope``.
    weights
        Shape (rows,): weights of the averages of the other units, or None.

    Returns
    -------
    Normalised

    Raises
    ------
    ValueError
        If the method does not suit the values; the message names the measure.

    Examples
    --------
    >>> from monotown.index.model import method
    >>> leaf = Leaf("m", goalposts=(0, 10))
    >>> normalise_leaf(leaf, [1, 20], [2020, 2021]).values.tolist()
    [0.1, 1.0]
    """
    values, when = np.asarray(x, dtype=np.float64), np.asarray(years)
    pair = None if leaf.goalposts is None else np.array(leaf.goalposts)
    settings = leaf.normalisation.settings
    name = leaf.normalisation.name
    try:
        values = apply_transform(values, leaf.transform)
        if pair is not None:
            if leaf.transform != "none" and TRANSFORMS[leaf.transform].fitted:
                raise ValueError("Box-Cox fits its power to the sample, so goalposts cannot freeze")
            pair = apply_transform(pair, leaf.transform)
        scope = settings.get("scope", "year")
        chosen = leaf.normalisation.normalisation
        if chosen.by_place and scope not in ("year", "pooled"):
            raise ValueError(f"places have no base year: scope {scope}; pooled or year")
        result = np.full(values.shape, np.nan)
        clipped = np.zeros(values.shape, dtype=bool)
        groups = np.unique(when) if scope == "year" else [None]
        for group in groups:
            here = np.ones(len(values), dtype=bool) if group is None else when == group
            if np.isnan(values[here]).all():
                continue
            base = values[here] if scope in ("year", "pooled") else values[when == scope]
            if not (~np.isnan(base)).any():
                raise ValueError(f"the base year {scope} has no values")
            share = None if weights is None else np.asarray(weights, dtype=np.float64)[here]
            part, cut = applied(chosen, settings, values[here], leaf.direction, base, pair, share)
            result[here], clipped[here] = part, cut
    except ValueError as error:
        raise ValueError(f"measure {leaf.measure!r}, normalisation {name}: {error}") from error
    return Normalised(result, clipped)
