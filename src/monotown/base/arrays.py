"""Types of arrays."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]


def alike(rows: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different rows of whole numbers from 0 on, in their order, and which of them each row is.

    As ``numpy.unique`` along the first axis, some ten times as fast.

    Examples
    --------
    >>> [part.tolist() for part in alike([[1, 0], [0, 2], [1, 0]])]
    [[[0, 2], [1, 0]], [1, 0, 1]]
    """
    table = np.asarray(rows, dtype=np.int64)
    if not table.size:
        return table[:1], np.zeros(len(table), np.int64)
    sizes = tuple(int(n) for n in table.max(axis=0) + 1)
    numbers, place = np.unique(np.ravel_multi_index(tuple(table.T), sizes), return_inverse=True)
    return np.stack(np.unravel_index(numbers, sizes), axis=1).astype(np.int64), place.ravel()
