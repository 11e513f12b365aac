"""The family of tests adjusted together by what their replicates have in common (Romano and Wolf 2005)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from monotown.base.arrays import Array
from monotown.hypothesis.p_values import TOLERANCE, p_value


def p_of_each(statistics: Array) -> Array:
    """Share of some replicates that are at least as far from the null as each of them; shape (B,).

    Statistics of different tests are put on one scale by it (balance; Romano and Wolf 2010).

    Parameters
    ----------
    statistics
        Shape (B,): a greater value is farther.

    Examples
    --------
    >>> p_of_each(np.array([1.0, 3.0, 2.0, 2.0])).tolist()
    [1.0, 0.25, 0.75, 0.75]
    """
    ordered = np.sort(statistics)
    before = np.searchsorted(ordered, statistics - TOLERANCE * np.abs(statistics), side="left")
    return np.asarray((statistics.size - before) / statistics.size)


def romano_wolf(p: Sequence[float], replicates: Array) -> Array:
    """Adjusted p by stepdown on the least p, in the order given; shape (tests,).

    The test with the least p is held against the least of all tests in each replicate, the next against the least of
    those that are left, and so on; an adjusted p is at least that of the step before (Romano and Wolf 2005, algorithm
    4.1; 2016, section 3). Holm supposes the worst of all dependences; the replicates hold the one that is there.

    Parameters
    ----------
    p
        Of each test.
    replicates
        Shape (B, tests): p under the null, drawn together.
    """
    seen = np.asarray(p, dtype=float)
    order = np.argsort(seen, kind="stable")
    least = np.minimum.accumulate(replicates[:, order][:, ::-1], axis=1)[:, ::-1]
    steps = np.array([float(p_value(-least[:, k], -seen[place])) for k, place in enumerate(order)])
    out = np.empty(seen.size)
    out[order] = np.maximum.accumulate(steps)
    return out
