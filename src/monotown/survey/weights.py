"""Weights of a survey: for people who did not answer, to known margins, trimmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array


@dataclass(frozen=True)
class Margin:
    """Known totals of one variable.

    Attributes
    ----------
    name
        Variable.
    category
        Place of each row's category in `totals`, shape (rows,); -1 where it is not known.
    totals
        Persons in each category, shape (categories,).
    """

    name: str
    category: NDArray[np.int64]
    totals: Array


@dataclass(frozen=True)
class Raked:
    """Weights after raking.

    Attributes
    ----------
    weights
        Of the shape given.
    converged
        Whether every margin is met to the tolerance, one for each set of weights.
    rounds
        Rounds over all margins.
    discrepancy
        Largest difference between a weighted total and its margin, as a share of the margin's
        sum, one for each set of weights.
    """

    weights: Array
    converged: NDArray[np.bool_]
    rounds: int
    discrepancy: Array


class SilentClassError(ValueError):
    """Classes in which nobody answered.

    Attributes
    ----------
    rows
        First row of each, from 0.
    """

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = tuple(rows)
        super().__init__("a class in which nobody answered: join it with another class")


def adjust_for_nonresponse(weights: ArrayLike, responded: ArrayLike, classes: ArrayLike) -> Array:
    """Give the weight of those who did not answer to those of their class who did.

    ``w_i' = w_i * sum_class w / sum_class,responded w`` (weighting-class adjustment; Särndal,
    Swensson and Wretman 1992, section 15.6).

    Parameters
    ----------
    weights
        Design weights of everyone drawn, above 0, shape (rows,).
    responded
        Whether a row answered.
    classes
        Class of each row.

    Returns
    -------
    ndarray
        0 for those who did not answer; the sum of a class stays.

    Raises
    ------
    SilentClassError
        If a class has nobody who answered.

    Examples
    --------
    >>> adjust_for_nonresponse([10, 10, 20], [True, False, True], ["a", "a", "b"])
    array([20.,  0., 20.])
    """
    w = np.asarray(weights, dtype=np.float64)
    answered = np.asarray(responded, dtype=bool)
    names, at = np.unique(np.asarray(classes), return_inverse=True)
    every = np.bincount(at, w, len(names))
    some = np.bincount(at, w * answered, len(names))
    if (some <= 0).any():
        # classes are made of what people are: their names are not told
        lost = [int(np.argmax(at == j)) for j in np.flatnonzero(some <= 0)]
        raise SilentClassError(lost)
    return np.asarray(np.where(answered, w * (every / some)[at], 0.0))


def rake(weights: ArrayLike, margins: Sequence[Margin], tolerance: float = 1e-8, rounds: int = 200) -> Raked:
    """Fit weights to margins by iterative proportional fitting.

    Each margin in turn multiplies the weights of a category by its total over the weighted one,
    until all hold (Deming and Stephan 1940). Rows whose category is not known keep their share of
    the weight: the others are fitted to the margin less that share.

    Parameters
    ----------
    weights
        Shape (rows,), or (rows, sets) for many sets at once.
    margins
        At least one; their totals have one sum.
    tolerance
        As `Raked.discrepancy`.
    rounds
        At most so many.

    Raises
    ------
    ValueError
        If a margin cannot be met: a total is negative, a category has a total but nobody in it
        or people but no total, or the sums of the margins differ by more than 1 in a million.

    Examples
    --------
    >>> sex = Margin("sex", np.array([0, 0, 1, 1]), np.array([40.0, 60.0]))
    >>> age = Margin("age", np.array([0, 1, 0, 1]), np.array([50.0, 50.0]))
    >>> rake([1, 1, 1, 1], [sex, age]).weights
    array([20., 20., 30., 30.])
    """
    w = np.array(weights, dtype=np.float64)
    single = w.ndim == 1
    if single:
        w = w[:, None]
    _check_margins(w, margins)
    total = float(margins[0].totals.sum())
    # Every set starts at the margins' sum, so that rows of unknown category hold their share.
    w *= total / w.sum(axis=0)
    worst = np.full(w.shape[1], np.inf)
    active = np.arange(w.shape[1])
    plans = [_plan(m) for m in margins]
    done = 0
    while done < rounds and len(active):
        done += 1
        part = w[:, active]
        for known, belongs, wanted in plans:
            have = belongs @ part
            free = part[~known].sum(axis=0)
            target = wanted[:, None] * (total - free)
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = np.where(have > 0, target / have, 0.0)
            part *= belongs.T @ factor + (~known)[:, None]
        off = np.zeros(len(active))
        for known, belongs, wanted in plans:
            free = part[~known].sum(axis=0)
            gap = np.abs(belongs @ part - wanted[:, None] * (total - free)).max(axis=0)
            off = np.maximum(off, gap / total)
        w[:, active] = part
        worst[active] = np.where(np.isfinite(off), off, np.inf)
        active = active[worst[active] > tolerance]
    good = worst <= tolerance
    return Raked(w[:, 0] if single else w, good, done, worst)


def _plan(margin: Margin) -> tuple[NDArray[np.bool_], Array, Array]:
    """Rows of known category, which row belongs where, and shares wanted."""
    places = np.arange(len(margin.totals))
    belongs = (margin.category[None, :] == places[:, None]).astype(np.float64)
    return margin.category >= 0, belongs, np.asarray(margin.totals / margin.totals.sum())


def _check_margins(w: Array, margins: Sequence[Margin]) -> None:
    if not margins:
        raise ValueError("expected at least one margin")
    sums = [float(m.totals.sum()) for m in margins]
    for margin, total in zip(margins, sums, strict=True):
        if not np.isfinite(margin.totals).all() or (margin.totals < 0).any():
            raise ValueError(f"margin {margin.name}: expected totals of 0 or more")
        if total <= 0 or abs(total - sums[0]) > 1e-6 * sums[0]:
            raise ValueError(
                f"margins {margins[0].name} and {margin.name} have different sums, {sums[0]:g} and {total:g}"
            )
        present = np.bincount(margin.category[margin.category >= 0], minlength=len(margin.totals))
        for j, wanted in enumerate(margin.totals):
            if wanted > 0 and not present[j]:
                raise ValueError(f"margin {margin.name}, category {j}: {wanted:g} people, none who answered")
            if wanted == 0 and present[j]:
                raise ValueError(f"margin {margin.name}, category {j}: some answered, total is 0")
    if (w.sum(axis=0) <= 0).any():
        raise ValueError("expected weights with a sum above 0")


def trim(weights: ArrayLike, times: float) -> tuple[Array, float, int]:
    """Cut weights at a multiple of their median and spread what is cut over the others.

    Parameters
    ----------
    weights
        Above 0, shape (rows,).
    times
        Limit over median, at least 1.

    Returns
    -------
    weights : ndarray
        With the same sum, none above the limit.
    limit : float
    trimmed : int
        Number of weights at the limit.

    Raises
    ------
    ValueError
        If the limit times the number of rows is under the sum of the weights.

    Examples
    --------
    >>> trim([1, 1, 1, 9], 3)
    (array([3., 3., 3., 3.]), 3.0, 4)
    >>> trim([1, 1, 1, 1, 1, 6], 5)
    (array([1.2, 1.2, 1.2, 1.2, 1.2, 5. ]), 5.0, 1)
    """
    w = np.array(weights, dtype=np.float64)
    limit = float(times * np.median(w))
    total = float(w.sum())
    if limit * len(w) < total * (1 - 1e-12):
        raise ValueError(f"no weights up to {times:g} times their median have the same sum")
    at_limit = np.zeros(len(w), dtype=bool)
    while (w[~at_limit] > limit * (1 + 1e-12)).any():
        at_limit |= w > limit
        w[at_limit] = limit
        free = ~at_limit
        if free.any():
            w[free] *= (total - limit * at_limit.sum()) / w[free].sum()
    return w, limit, int((w >= limit * (1 - 1e-12)).sum())


def kish_deff(weights: ArrayLike) -> float:
    """Design effect of unequal weights, ``1 + cv^2 = n sum w^2 / (sum w)^2`` (Kish 1992).

    Examples
    --------
    >>> kish_deff([1, 1, 1, 1]), round(kish_deff([1, 3]), 3)
    (1.0, 1.25)
    """
    w = np.asarray(weights, dtype=np.float64)
    return float(len(w) * (w**2).sum() / w.sum() ** 2)
