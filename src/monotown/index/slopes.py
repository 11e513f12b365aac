"""Slopes by differences, where a formula for the slope would repeat the model's."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Places at which a function is asked, in steps from the point.
PLACES: Final = np.arange(5.0)
_COUNTS: Final = np.array([-25.0, 48.0, -36.0, 16.0, -3.0]) / 12


def slope(values: ArrayLike, step: ArrayLike) -> NDArray[np.float64]:
    """Slope of a function at a point, from its values there and at four places to one side.

    The error is ``step^4 / 5`` times the fifth derivative. A last bit of the values, some 1e-16 of
    their size, moves the slope by some ``1e-15 / step`` of it: a formula of a lower order needs a
    smaller step for as small an error, and its slopes hang on the last bits.

    Parameters
    ----------
    values
        Shape (..., 5): at the point and at 1 to 4 steps from it.
    step
        Length of a step.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> slope(np.exp(1e-3 * PLACES), 1e-3).round(11).item()
    1.0
    """
    counted = np.asarray(values, dtype=np.float64) @ _COUNTS
    return np.asarray(counted / np.asarray(step, dtype=np.float64))
