"""The place of an optimum, to more digits than an optimiser's stop gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from monotown.base.arrays import Array

#: Farthest that a place may move: more would be another optimum.
_REACH = 1e-3


def stationary(gradient: Callable[[Array], Array], near: Array, low: float | Array, high: float | Array) -> Array:
    """The root of a gradient next to a place that an optimiser found.

    An optimiser stops where the function no longer falls: there the place is known to half of the
    function's digits only, and hangs on their last bits. The gradient's root is known to nearly
    all digits (Powell's hybrid method, SciPy's ``hybr``). What stands at a bound stays there.

    Parameters
    ----------
    gradient
        Place, shape (n,), to the gradient there.
    near
        The optimiser's place, shape (n,).
    low, high
        Bounds.

    Returns
    -------
    ndarray, shape (n,)
        `near` itself where no root within the bounds lies next to it.

    Examples
    --------
    >>> stationary(lambda x: 2 * (x - 0.3), np.array([0.3000001]), 0.0, 1.0).tolist()
    [0.3]
    """
    from scipy.optimize import root

    start = np.asarray(near, dtype=np.float64)
    free = (start > low) & (start < high)
    if not free.any():
        return start

    def at(x: Array) -> Array:
        whole = start.copy()
        whole[free] = x
        return whole

    def slope(x: Array) -> Any:
        return gradient(at(x))[free]

    solved = root(slope, start[free], method="hybr", tol=1e-14)
    found = at(np.asarray(solved.x, dtype=np.float64))
    fits = (np.abs(found - start) <= _REACH).all() and ((low <= found) & (found <= high)).all()
    return found if fits else start
