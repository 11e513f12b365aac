"""The p of an observed statistic among those of permutations, sign vectors or other draws."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Statistics whose relative difference is below this count as equal.
TOLERANCE: Final = 1e-9


def as_far(statistics: ArrayLike, observed: ArrayLike) -> NDArray[np.bool_]:
    """Where a statistic is at least the observed one, equal values counted as equal.

    Two ways to compute one number differ in their last bits: without a tolerance about half of
    the equal values would be lost.

    Parameters
    ----------
    statistics
        Any shape; a greater value is farther from the null (absolute values, for a two-sided test).
    observed
        One number, or an array that broadcasts against `statistics`.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> as_far([1.0, 0.3, -2.0], 0.1 + 0.2).tolist()
    [True, True, False]
    """
    seen = np.asarray(observed, dtype=np.float64)
    return np.asarray(np.asarray(statistics) >= seen - TOLERANCE * np.abs(seen))


def p_value(drawn: ArrayLike, observed: ArrayLike) -> NDArray[np.float64]:
    """The p of a test by random draws, ``(1 + k) / (1 + B)``.

    k of the B draws are `as_far` as the observed statistic, which counts as one draw more. So p is
    never 0, and the chance of a p of at most a level is at most that level, whatever B is (Davison
    and Hinkley 1997, Bootstrap methods and their application, section 4.2; Phipson and Smyth 2010,
    Statistical Applications in Genetics and Molecular Biology 9(1)). A test over all permutations
    or all sign vectors needs no such correction: the observed order is one of them, and the share
    ``k / B`` of all is exact.

    Parameters
    ----------
    drawn
        Shape (..., B): statistics under the null, without the observed one.
    observed
        Shape (...).

    Returns
    -------
    ndarray, shape (...)
        Above 0, at most 1; NaN where the observed statistic or one of the draws is NaN.

    Examples
    --------
    >>> float(p_value([1.0, 3.0, 2.0], 3.0)), float(p_value([1.0, 3.0, 2.0], 9.0))
    (0.5, 0.25)
    """
    seen = np.asarray(observed, dtype=np.float64)
    far = as_far(drawn, seen[..., None])
    unknown = np.isnan(seen) | np.isnan(np.asarray(drawn, dtype=np.float64)).any(axis=-1)
    return np.asarray(np.where(unknown, np.nan, (1 + far.sum(axis=-1)) / (1 + far.shape[-1])))
