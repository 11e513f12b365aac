"""The budget spread over levers by linear programming, with shadow prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.ties import level

#: Lengths of a step of `improve` that are tried, as shares of the way.
SHARES: Final = np.linspace(0.0, 1.0, 33)

#: A use closer to 0 or 1 than this is there: what the solver leaves open.
ROUND: Final = 1e-9


@dataclass(frozen=True)
class Allocation:
    """Optima of n linear programmes over the same levers.

    Attributes
    ----------
    use
        Shape (n, levers), from 0 to 1.
    rise
        Largest value of the objective, shape (n,).
    budget_price
        Rise per further unit of budget, shape (n,). At a budget where it jumps it is one of the
        values between the one below and the one above.
    bound_price
        Rise per further unit of use beyond 1, shape (n, levers). A lever that requires another has
        no bound but the other's use, and its price is that of the requirement.
    order_price
        Rise per unit of use by which a lever might exceed the one it requires, shape
        (n, requirements).
    """

    use: Array
    rise: Array
    budget_price: Array
    bound_price: Array
    order_price: Array


def requirements(chains: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """Pairs (lever, lever it requires) of chains.

    Examples
    --------
    >>> requirements([(0, 1, 5), (2,)])
    ((1, 0), (5, 1))
    """
    return tuple((b, a) for chain in chains for a, b in pairwise(chain))


def allocate(gain: ArrayLike, cost: ArrayLike, budget: ArrayLike, chains: Sequence[Sequence[int]] = ()) -> Allocation:
    """Maximise ``gain . u`` subject to ``cost . u <= budget``, ``0 <= u <= 1`` and requirements.

    Parameters
    ----------
    gain, cost
        Shape (n, levers): rise of the index and cost at full use.
    budget
        Shape (n,), 0 or more.
    chains
        Levers in an order in which none is used more than the one before it.

    Raises
    ------
    ValueError
        If a budget is negative, a number is not finite, or the solver fails.

    Notes
    -----
    All n programmes are one with a matrix of blocks, solved by HiGHS (Huangfu, Q. and Hall, J. A.
    J. (2018), Parallelizing the dual revised simplex method, Mathematical Programming Computation
    10). Shadow prices are its dual values.

    Examples
    --------
    >>> found = allocate([[3.0, 2.0]], [[2.0, 1.0]], [2.0])
    >>> found.use.tolist(), found.rise.tolist(), found.budget_price.tolist()
    ([[0.5, 1.0]], [3.5], [1.5])
    """
    from scipy import sparse
    from scipy.optimize import linprog

    g, c = (np.atleast_2d(np.asarray(a, dtype=np.float64)) for a in (gain, cost))
    b = np.asarray(budget, dtype=np.float64).ravel()
    if not (b >= 0).all():
        raise ValueError(f"a budget is 0 or more, not {b.min():g}")
    if not (np.isfinite(g).all() and np.isfinite(c).all()):
        raise ValueError("gains and costs are known numbers")
    n, levers = g.shape
    pairs = requirements(chains)
    # the solver's tolerances are absolute, so every programme is brought to the size of 1
    tall, dear = (np.where((m := np.abs(a).max(axis=1)) > 0, m, 1.0) for a in (g, c))
    rows = np.repeat(np.arange(n), levers)
    spending = sparse.csr_array(((c / dear[:, None]).ravel(), (rows, np.arange(n * levers))), shape=(n, n * levers))
    order = np.zeros((len(pairs), levers))
    for row, (later, earlier) in enumerate(pairs):
        order[row, later], order[row, earlier] = 1.0, -1.0
    # a second bound on what a requirement bounds already would leave the prices open
    bounded = np.ones(levers)
    bounded[[later for later, _ in pairs]] = np.inf
    blocks = [spending, sparse.kron(sparse.eye_array(n), order, format="csr")]
    limits = sparse.vstack(blocks[: 1 + bool(pairs)], format="csr")
    solve: Any = linprog  # its stubs know no sparse matrix
    found = solve(
        -(g / tall[:, None]).ravel(),
        A_ub=limits,
        b_ub=np.concatenate([b / dear, np.zeros(n * len(pairs))]),
        bounds=np.column_stack([np.zeros(n * levers), np.tile(bounded, n)]),
        method="highs-ds",
        # a gain may be this much smaller than the largest and still count
        options={"dual_feasibility_tolerance": 1e-10, "primal_feasibility_tolerance": 1e-10},
    )
    if found.status != 0:
        raise ValueError(f"the linear programme has no optimum: {found.message}")
    use = np.asarray(found.x).reshape(n, levers)
    use = np.where(use < ROUND, 0.0, np.where(use > 1 - ROUND, 1.0, use))
    prices = np.maximum(-np.asarray(found.ineqlin.marginals), 0.0)
    bounds = np.maximum(-np.asarray(found.upper.marginals), 0.0)
    return Allocation(
        use=use,
        rise=np.asarray((g * use).sum(axis=1)),
        budget_price=prices[:n] * tall / dear,
        bound_price=bounds.reshape(n, levers) * tall[:, None],
        order_price=prices[n:].reshape(n, len(pairs)) * tall[:, None],
    )


def improve(
    index: Callable[[Array], Array],
    slopes: Callable[[Array], Array],
    start: Array,
    cost: ArrayLike,
    budget: ArrayLike,
    chains: Sequence[Sequence[int]] = (),
    rounds: int = 12,
) -> tuple[Array, Array, Array]:
    """Better uses than those of one linear programme, and how much better any could be.

    Parameters
    ----------
    index, slopes
        Uses, shape (n, levers), to the index, shape (n,), and to its slopes, shape (n, levers).
    start
        Allowed uses, shape (n, levers).
    cost, budget, chains
        As in `allocate`.
    rounds
        Times, at most, that the linear programme is solved anew at the uses found so far.

    Returns
    -------
    uses : ndarray, shape (n, levers)
        Uses with an index at least that of the start.
    values : ndarray, shape (n,)
        Index at these uses.
    bounds : ndarray, shape (n,)
        No allowed uses have a larger index, if it is concave in the uses.

    Notes
    -----
    Frank, M. and Wolfe, P. (1956), An algorithm for quadratic programming, Naval Research Logistics
    Quarterly 3: a concave function lies below its tangent, so the tangent's optimum bounds it.
    """
    use = np.asarray(start, dtype=np.float64)
    value = index(use)
    bound = np.full(len(use), np.inf)
    for _ in range(rounds):
        slope = slopes(use)
        best = allocate(slope, cost, budget, chains).use
        bound = np.minimum(bound, value + (slope * (best - use)).sum(axis=1))
        if (bound - value < ROUND).all():
            break
        way = use + SHARES[:, None, None] * (best - use)
        tried = index(way.reshape(-1, use.shape[1])).reshape(len(SHARES), -1)
        # the shortest of steps that gain as much; small gains add up, so the tolerance is finer
        chosen = level(tried, axis=0, tol=1e-12).argmax(axis=0)
        use = way[chosen, np.arange(len(use))]
        value = tried[chosen, np.arange(len(use))]
    return use, value, np.maximum(bound, value)
