"""Aggregation: scores of children to the score of their node.

Every function takes `z` of shape (units, children) and `weights` of shape (children,) or
(draws, children), and returns (units,) or (draws, units). Weights are normalised to sum 1. None
returns NaN: what it cannot do it refuses, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.ties import TOLERANCE, above, at_least, sign
from monotown.methods.method import Aggregation, Batch, Scores, Settings, number, numbers
from monotown.methods.normalise import ways


def _inputs(z: ArrayLike, weights: ArrayLike) -> tuple[Array, Array, bool]:
    values = np.asarray(z, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64)
    single = w.ndim == 1
    w = np.atleast_2d(w)
    if values.ndim != 2 or w.ndim != 2 or values.shape[1] != w.shape[1]:
        raise ValueError(
            f"z is (units, children) and weights (children,) or (draws, children), "
            f"not {values.shape} and {np.shape(weights)}"
        )
    if not np.isfinite(values).all():
        raise ValueError("z has missing or infinite values; fill or leave them out first")
    return values, normalise_weights(w), single


def normalise_weights(weights: Array) -> Array:
    """Weights that sum to 1 in each row.

    Parameters
    ----------
    weights
        Shape (draws, children), finite, non-negative, with a positive sum in each row.

    Examples
    --------
    >>> normalise_weights(np.array([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("weights are finite and not negative")
    total = weights.sum(axis=1, keepdims=True)
    if not (total > 0).all():
        raise ValueError("weights have a positive sum")
    return np.asarray(weights / total)


def arithmetic(z: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted arithmetic mean: full compensation between children.

    ``sum_k w_k z_k`` (OECD/JRC 2008, step 7).

    Examples
    --------
    >>> arithmetic([[0.2, 0.8]], [1, 1]).tolist()
    [0.5]
    """
    values, w, single = _inputs(z, weights)
    result = w @ values.T
    return result[0] if single else result


def power(z: ArrayLike, weights: ArrayLike, exponent: float) -> Array:
    """Weighted power mean ``(sum_k w_k z_k^b)^(1/b)``; the geometric mean at b = 0.

    Parameters
    ----------
    z
        (units, children): positive for an exponent of 0 or less, else not negative.
    weights
        (children,) or (draws, children).
    exponent
        b: 1 arithmetic, 0 geometric, -1 harmonic; the lower, the less compensation.

    Raises
    ------
    ValueError
        For scores of 0 or less where the mean is not defined.

    Notes
    -----
    Hardy, Littlewood and Pólya (1934), Inequalities, ch. 2.

    Examples
    --------
    >>> power([[1.0, 4.0]], [1, 1], 0.5).tolist()
    [2.25]
    """
    values, w, single = _inputs(z, weights)
    of = next((m for m in METHODS if m.exponent == exponent), _POWER)
    of.refuse(float(values.min(initial=np.inf)), {"exponent": exponent})
    if exponent == 0:
        result = np.exp(w @ np.log(values).T)
    else:
        result = (w @ (values**exponent).T) ** (1.0 / exponent)
    return result[0] if single else result


def geometric(z: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted geometric mean ``prod_k z_k^w_k``; needs positive scores (OECD/JRC 2008, step 7).

    Examples
    --------
    >>> geometric([[1.0, 4.0]], [1, 1]).tolist()
    [2.0]
    """
    return power(z, weights, 0.0)


def harmonic(z: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted harmonic mean ``1 / sum_k w_k / z_k``; needs positive scores.

    Examples
    --------
    >>> harmonic([[1.0, 3.0]], [1, 1]).tolist()
    [1.5]
    """
    return power(z, weights, -1.0)


def mazziotta_pareto(z: ArrayLike, weights: ArrayLike, penalty: float = -1.0) -> Array:
    """Mazziotta-Pareto index: the mean less a penalty for imbalance between children.

    ``M + s S cv`` with ``M = sum w z``, ``S^2 = sum w (z - M)^2`` (population variance),
    ``cv = S / M`` and s = -1 (unbalance lowers the score) or +1.

    Parameters
    ----------
    z
        (units, children) on the scale of the method: mean 100 and sd 10 (MPI), or [70, 130] with
        100 the reference (AMPI). `mpi` and `ampi` put raw data there.
    weights
        (children,) or (draws, children).
    penalty
        -1 for a positive phenomenon (more is better), +1 for a negative one.

    Raises
    ------
    ValueError
        If a mean is not positive: the coefficient of variation is then not defined.

    Notes
    -----
    Mazziotta and Pareto (2016), On a generalized non-compensatory composite index for measuring
    socio-economic phenomena, Social Indicators Research 127; weighted form: the same authors'
    later work, with weighted mean and weighted variance.

    Examples
    --------
    >>> mazziotta_pareto([[90.0, 110.0]], [1, 1]).tolist()
    [99.0]
    """
    values, w, single = _inputs(z, weights)
    result = _penalised(values[None], w, penalty)
    return result[0] if single else result


def _penalised(values: Array, w: Array, penalty: float, where: str = "") -> Array:
    if penalty not in (-1.0, 1.0):
        raise ValueError(f"{where}the penalty is -1 or 1, not {penalty:g}")
    # centred, so that the difference of two large squares does not eat the digits
    centre = values.mean(axis=2, keepdims=True)
    shifted = values - centre
    if len(values) == 1 and w.ndim == 2:
        first, second = w @ shifted[0].T, w @ (shifted[0] ** 2).T
    else:
        w3 = w[:, None, :] if w.ndim == 2 else w
        first, second = (w3 * shifted).sum(axis=2), (w3 * shifted**2).sum(axis=2)
    mean = first + centre[:, :, 0]
    if not (mean > 0).all():
        raise ValueError(
            f"{where}the Mazziotta-Pareto index needs a positive mean, found {mean.min():g}; "
            "normalise to mean 100 and sd 10, or to [70, 130]"
        )
    return np.asarray(mean + penalty * np.maximum(second - first**2, 0.0) / mean)


def mpi(x: ArrayLike, weights: ArrayLike, direction: ArrayLike = 1, penalty: float = -1.0) -> Array:
    """Mazziotta-Pareto index of raw data: z-scores (ddof 0) to mean 100, sd 10, then the penalty.

    Relative to the units given: a new unit changes every score.

    Examples
    --------
    >>> mpi([[1.0], [2.0], [3.0]], [1]).round(3).tolist()
    [87.753, 100.0, 112.247]
    """
    values = np.asarray(x, dtype=np.float64)
    sd = values.std(axis=0)
    if (sd == 0).any():
        raise ValueError("a measure that does not vary between the units has no z-score")
    z = 100 + 10 * ways(direction) * (values - values.mean(axis=0)) / sd
    return mazziotta_pareto(z, weights, penalty)


def ampi(
    x: ArrayLike,
    weights: ArrayLike,
    goalposts: Sequence[tuple[float, float]],
    direction: ArrayLike = 1,
    penalty: float = -1.0,
) -> Array:
    """Adjusted Mazziotta-Pareto index of raw data: min-max to [70, 130], then the penalty.

    Comparable over time, since the goalposts are frozen.

    Parameters
    ----------
    x
        (units, measures) raw.
    weights
        (measures,) or (draws, measures).
    goalposts
        Lowest and highest of each measure. `ampi_goalposts` centres them on a reference, so that
        100 is the reference's score.
    direction
        ±1 for each measure.
    penalty
        As in `mazziotta_pareto`.

    Notes
    -----
    Mazziotta and Pareto (2016), eq. 5-7.

    Examples
    --------
    >>> ampi([[0.0, 10.0], [5.0, 5.0]], [1, 1], [(0, 10), (0, 10)]).tolist()
    [91.0, 100.0]
    """
    values = np.asarray(x, dtype=np.float64)
    low, high = np.asarray(goalposts, dtype=np.float64).T
    r = (values - low) / (high - low) * 60 + 70
    r = np.where(ways(direction) > 0, r, 200 - r)
    return mazziotta_pareto(r, weights, penalty)


def ampi_goalposts(x: ArrayLike, reference: ArrayLike) -> list[tuple[float, float]]:
    """Goalposts ``reference ± (sup - inf) / 2`` over all units and years, so that 100 = reference.

    Examples
    --------
    >>> ampi_goalposts([[0.0], [10.0]], [4.0])
    [(-1.0, 9.0)]
    """
    values = np.asarray(x, dtype=np.float64)
    half = (values.max(axis=0) - values.min(axis=0)) / 2
    ref = np.asarray(reference, dtype=np.float64)
    return [(float(a), float(b)) for a, b in zip(ref - half, ref + half, strict=True)]


def order_weights(n: int, orness: float) -> Array:
    """Order weights ``(j/n)^a - ((j-1)/n)^a``, largest score first, with the orness asked for.

    Parameters
    ----------
    n
        Number of children, at least 2.
    orness
        Between 0 (the minimum) and 1 (the maximum); 0.5 is the arithmetic mean.

    Notes
    -----
    Yager (1988), On ordered weighted averaging aggregation operators, IEEE SMC 18(1); the power
    quantifier is Yager (1996).

    Examples
    --------
    >>> order_weights(4, 0.5).round(6).tolist()
    [0.25, 0.25, 0.25, 0.25]
    >>> round(orness_of(order_weights(5, 0.2)), 9)
    0.2
    """
    from scipy.optimize import brentq

    if n < 2:
        raise ValueError("order weights need at least two children")
    if not 0 <= orness <= 1:
        raise ValueError(f"orness lies between 0 and 1, not {orness:g}")
    if orness in (0.0, 1.0):
        return np.asarray(np.eye(n)[0 if orness == 1 else n - 1])
    share = np.arange(n + 1) / n

    def gap(log_a: float) -> float:
        return orness_of(np.diff(share ** np.exp(log_a))) - orness

    if gap(12.0) > 0 or gap(-12.0) < 0:
        raise ValueError(f"orness {orness:g} is too near its limit; give 0 or 1")
    return np.asarray(np.diff(share ** np.exp(brentq(gap, -12, 12, xtol=1e-14))))


def orness_of(v: ArrayLike) -> float:
    """Orness ``sum_j v_j (n - j) / (n - 1)`` of order weights, largest score first (Yager 1988).

    Examples
    --------
    >>> round(orness_of([0.1, 0.2, 0.3, 0.4]), 6)
    0.333333
    """
    weights = np.asarray(v, dtype=np.float64)
    n = len(weights)
    return float(weights @ np.arange(n - 1, -1, -1) / (n - 1))


def owa(
    z: ArrayLike, weights: ArrayLike, orness: float | None = None, order_weights: Sequence[float] | None = None
) -> Array:
    """Ordered weighted average with importance weights.

    The children are sorted, best first; the j-th gets ``Q(S_j) - Q(S_{j-1})`` where S is the
    running sum of their importance and Q the line through the running sums of the order weights.
    With equal importance this is Yager's OWA.

    Parameters
    ----------
    z
        (units, children).
    weights
        Importance, (children,) or (draws, children).
    orness
        Sets the order weights by the function of that name; 0.5 gives the weighted arithmetic mean.
    order_weights
        Best first; instead of `orness`.

    Notes
    -----
    Yager (1988); Torra (1997), The weighted OWA operator, Int. J. Intelligent Systems 12.

    Examples
    --------
    >>> owa([[1.0, 0.0, 0.5, 0.5]], [1, 1, 1, 1], order_weights=[0.1, 0.2, 0.3, 0.4]).round(4).tolist()
    [0.35]
    """
    values, w, single = _inputs(z, weights)
    result = _owa(values[None], w, _quantifier(values.shape[1], orness, order_weights))
    return result[0] if single else result


def _quantifier(n: int, orness: float | None, order: Sequence[float] | None) -> Array:
    if (orness is None) == (order is None):
        raise ValueError("an OWA takes either orness or order weights")
    if order is None:
        assert orness is not None
        v = order_weights(n, float(orness)) if n > 1 else np.ones(1)
    else:
        v = np.asarray(order, dtype=np.float64)
        if len(v) != n:
            raise ValueError(f"{len(v)} order weights for {n} children")
        v = normalise_weights(v[None])[0]
    return np.concatenate([[0.0], np.cumsum(v)])


def _owa(values: Array, w: Array, quantifier: Array) -> Array:
    """Values (draws or 1, units, children); weights (draws, children), or with units between."""
    w3 = w[:, None, :] if w.ndim == 2 else w
    order = np.argsort(-values, axis=2, kind="stable")
    ordered = np.take_along_axis(values, order, axis=2)
    if values.shape[0] == 1 and w3.shape[1] == 1:
        importance = w[:, order[0]]
    else:
        shape = (max(values.shape[0], w3.shape[0]), *values.shape[1:])
        importance = np.take_along_axis(np.broadcast_to(w3, shape), np.broadcast_to(order, shape), axis=2)
    reached = np.cumsum(importance, axis=2)
    reached[..., -1] = 1.0
    marks = np.interp(reached, np.linspace(0, 1, len(quantifier)), quantifier)
    steps = np.diff(marks, axis=2, prepend=0.0)
    return np.asarray((steps * ordered).sum(axis=2))


def minimum(z: ArrayLike, weights: ArrayLike) -> Array:
    """The worst child with a positive weight: no compensation.

    Examples
    --------
    >>> minimum([[0.2, 0.8, 0.1]], [1, 1, 0]).tolist()
    [0.2]
    """
    values, w, single = _inputs(z, weights)
    result = _minimum(values[None], w)
    return result[0] if single else result


def _minimum(values: Array, w: Array) -> Array:
    w3 = w[:, None, :] if w.ndim == 2 else w
    return np.asarray(np.where(w3 > 0, values, np.inf).min(axis=2))


def median(z: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted median: the score at which half of the weight is reached.

    Where exactly half is reached between two children, their mean.

    Examples
    --------
    >>> median([[0.2, 0.8, 0.1]], [1, 1, 1]).tolist()
    [0.2]
    >>> median([[0.2, 0.8]], [1, 1]).tolist()
    [0.5]
    """
    values, w, single = _inputs(z, weights)
    result = _median(values[None], w)
    return result[0] if single else result


def _median(values: Array, w: Array) -> Array:
    w3 = w[:, None, :] if w.ndim == 2 else w
    shape = (max(values.shape[0], w3.shape[0]), *values.shape[1:])
    order = np.broadcast_to(np.argsort(values, axis=2, kind="stable"), shape)
    ordered = np.take_along_axis(np.broadcast_to(values, shape), order, axis=2)
    reached = np.cumsum(np.take_along_axis(np.broadcast_to(w3, shape), order, axis=2), axis=2)
    low = np.argmax(at_least(reached, 0.5), axis=2)[..., None]
    high = np.argmax(above(reached, 0.5), axis=2)[..., None]
    pair = np.take_along_axis(ordered, low, 2) + np.take_along_axis(ordered, high, 2)
    return np.asarray(pair[..., 0] / 2)


def outranking(z: ArrayLike, weights: ArrayLike, tol: float = TOLERANCE) -> Array:
    """Weight of the children on which i is better than j, ties counting half.

    Parameters
    ----------
    z
        (units, children); only the order within a child matters.
    weights
        (children,) or (draws, children).
    tol
        Scores nearer than this are tied.

    Returns
    -------
    ndarray
        (units, units) or (draws, units, units); ``o_ij + o_ji = 1``, 0.5 on the diagonal.

    Notes
    -----
    Munda and Nardo (2009), Noncompensatory/nonlinear composite indicators for ranking countries,
    Applied Economics 41(12).

    Examples
    --------
    >>> outranking([[2, 1], [1, 3]], [3, 1]).tolist()
    [[0.5, 0.75], [0.25, 0.5]]
    """
    values, w, single = _inputs(z, weights)
    result = _outranking(values[None], w, tol)
    return result[0] if single else result


def _wins(values: Array, tol: float) -> Array:
    """(…, units, children) to (…, children, units, units): 1 where i beats j, 0.5 where tied."""
    by_child = np.swapaxes(values, -1, -2)
    gap = by_child[..., :, None] - by_child[..., None, :]
    return (1 + sign(gap, tol)) / 2


def _outranking(values: Array, w: Array, tol: float = TOLERANCE) -> Array:
    units = values.shape[1]
    if values.shape[0] == 1:
        wins = _wins(values[0], tol)
        return (w @ wins.reshape(len(wins), -1)).reshape(len(w), units, units)
    return np.asarray(np.einsum("dc,dcij->dij", w, _wins(values, tol)))


def copeland(z: ArrayLike, weights: ArrayLike, tol: float = TOLERANCE) -> Array:
    """Copeland score: units beaten less units lost to, by majority of weight.

    Examples
    --------
    >>> copeland([[3, 1], [2, 3], [1, 2]], [3, 1]).tolist()
    [2.0, 0.0, -2.0]
    """
    values, w, single = _inputs(z, weights)
    result = _copeland(values[None], w, tol)
    return result[0] if single else result


def _copeland(values: Array, w: Array, tol: float = TOLERANCE) -> Array:
    majority = _outranking(values, w, tol)
    return _copeland_of(majority, tol)


def _copeland_of(majority: Array, tol: float = TOLERANCE) -> Array:
    beats = (majority > 0.5 + tol).astype(np.float64) - (majority < 0.5 - tol)
    return np.asarray(beats.sum(axis=-1))


@dataclass(frozen=True)
class Condorcet:
    """Result of pairwise majority voting between units.

    Attributes
    ----------
    majority
        `outranking` matrix, (units, units).
    winner
        Number of the unit that beats every other, or None.
    cycles
        Groups of units, each beaten by another of the same group along a path (strongly connected
        components of the majority relation with more than one unit).
    order
        Best first: Kemeny's order for up to 10 units, else Copeland's when there is no cycle, else
        None. Tied units stand in the order given.
    """

    majority: Array
    winner: int | None
    cycles: tuple[tuple[int, ...], ...]
    order: tuple[int, ...] | None


#: Most units for which Kemeny's order is searched exactly.
KEMENY_LIMIT: Final = 10


def condorcet(z: ArrayLike, weights: ArrayLike, tol: float = TOLERANCE) -> Condorcet:
    """Pairwise majority comparison, with its cycles and the order that respects it best.

    Parameters
    ----------
    z
        (units, children).
    weights
        (children,).
    tol
        Ties.

    Notes
    -----
    Condorcet (1785); Kemeny (1959), Mathematics without numbers, Daedalus 88; Young and Levenglick
    (1978).

    Examples
    --------
    >>> result = condorcet([[3, 1, 2], [2, 3, 1], [1, 2, 3]], [1, 1, 1])
    >>> result.winner, result.cycles
    (None, ((0, 1, 2),))
    """
    majority = outranking(z, np.asarray(weights, dtype=np.float64), tol)
    if majority.ndim != 2:
        raise ValueError("condorcet takes one weight vector, shape (children,)")
    beats = majority > 0.5 + tol
    others = ~np.eye(len(beats), dtype=bool)
    winners = np.flatnonzero((beats | ~others).all(axis=1))
    reach = beats.copy()
    for k in range(len(beats)):  # Warshall's closure
        reach |= reach[:, [k]] & reach[[k], :]
    mutual = reach & reach.T
    cycles = sorted({tuple(np.flatnonzero(row).tolist()) for row in mutual if row.any()})
    order: tuple[int, ...] | None = None
    if len(beats) <= KEMENY_LIMIT:
        order = kemeny(majority)
    elif not cycles:
        order = tuple(np.argsort(-_copeland_of(majority, tol), kind="stable").tolist())
    return Condorcet(majority, int(winners[0]) if len(winners) else None, tuple(cycles), order)


def kemeny(majority: ArrayLike) -> tuple[int, ...]:
    """Kemeny's order: that with the largest sum of ``o_ij`` over pairs with i before j.

    Exact, by dynamic programming over sets of units. Where several orders are best, the first in
    the order of the units' numbers; `kemeny_places` treats them alike.

    Parameters
    ----------
    majority
        (units, units), at most `KEMENY_LIMIT` units.

    Notes
    -----
    Kemeny (1959); the recursion over sets is Held and Karp's (1962).

    Examples
    --------
    >>> kemeny([[0.5, 0.2, 0.9], [0.8, 0.5, 0.6], [0.1, 0.4, 0.5]])
    (1, 0, 2)
    """
    gain, value = _kemeny_values(majority)
    order: list[int] = []
    rest = len(value) - 1
    while rest:  # the rest is put below those chosen, the best first
        first = next(m for m, _ in _best_first(gain, value, rest))
        order.append(first)
        rest &= ~(1 << first)
    return tuple(order)


def kemeny_places(majority: ArrayLike) -> Array:
    """Place of each unit, 1 the best, averaged over all of Kemeny's best orders.

    So units that cannot be told apart share a place, and the numbering of the units is without
    effect.

    Parameters
    ----------
    majority
        (units, units), at most `KEMENY_LIMIT` units.

    Examples
    --------
    >>> kemeny_places([[0.5, 0.5, 0.9], [0.5, 0.5, 0.6], [0.1, 0.4, 0.5]]).tolist()
    [1.5, 1.5, 3.0]
    """
    gain, value = _kemeny_values(majority)
    n, full = len(gain), len(value) - 1
    edges = {rest: list(_best_first(gain, value, rest)) for rest in range(1, full + 1)}
    below = np.zeros(full + 1)  # number of best orders of a set
    below[0] = 1.0
    for rest in range(1, full + 1):
        below[rest] = math.fsum(below[left] for _, left in edges[rest])
    above = np.zeros(full + 1)  # number of best ways to come down to a set
    above[full] = 1.0
    places = np.zeros(n)
    for rest in range(full, 0, -1):
        for unit, left in edges[rest]:
            above[left] += above[rest]
            places[unit] += above[rest] * below[left] * (n - rest.bit_count() + 1)
    return np.asarray(places / below[full])


def _kemeny_values(majority: ArrayLike) -> tuple[Array, Array]:
    """Gains (units, sets) of putting a unit above a set, and the value of each set's best order.

    A set of units is a number whose bits are its members.
    """
    o = np.array(majority, dtype=np.float64)
    n = len(o)
    if n > KEMENY_LIMIT:
        raise ValueError(f"Kemeny's order is searched for up to {KEMENY_LIMIT} units, not {n}")
    np.fill_diagonal(o, 0.0)
    gain = np.zeros((n, 1))
    for other in range(n):
        gain = np.hstack([gain, gain + o[:, [other]]])
    value = np.zeros(1 << n)
    for rest in range(1, 1 << n):
        value[rest] = max(gain[m, rest] + value[rest & ~(1 << m)] for m in _members(rest))
    return gain, value


def _members(units: int) -> list[int]:
    return [m for m in range(units.bit_length()) if units >> m & 1]


def _best_first(gain: Array, value: Array, units: int) -> Iterator[tuple[int, int]]:
    """Units that stand first in a best order of a set, each with the set left."""
    for m in _members(units):
        left = units & ~(1 << m)
        if at_least(gain[m, units] + value[left], value[units]):
            yield m, left


def topsis(z: ArrayLike, weights: ArrayLike) -> Array:
    """Relative closeness to the best of each child: ``d- / (d+ + d-)``.

    Distances are Euclidean in weighted scores to the sample's best and worst of each child.
    Relative to the units given; kept for comparison with other work.

    Raises
    ------
    ValueError
        If no child with a positive weight varies between the units.

    Notes
    -----
    Hwang and Yoon (1981), Multiple Attribute Decision Making, ch. 3.

    Examples
    --------
    >>> topsis([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]], [1, 1]).tolist()
    [0.0, 1.0, 0.5]
    """
    values, w, single = _inputs(z, weights)
    result = _topsis(values[None], w)
    return result[0] if single else result


def _topsis(values: Array, w: Array) -> Array:
    best, worst = values.max(axis=1, keepdims=True), values.min(axis=1, keepdims=True)
    up, down = (best - values) ** 2, (values - worst) ** 2
    if w.ndim == 2 and values.shape[0] == 1:
        far, near = np.sqrt((w**2) @ up[0].T), np.sqrt((w**2) @ down[0].T)
    else:
        w3 = w[:, None, :] if w.ndim == 2 else w
        far, near = np.sqrt((w3**2 * up).sum(axis=2)), np.sqrt((w3**2 * down).sum(axis=2))
    if not (far + near > 0).all():
        raise ValueError("TOPSIS is not defined where no child varies between the units")
    return np.asarray(near / (far + near))


def condorcet_scores(z: ArrayLike, weights: ArrayLike) -> Array:
    """Units less twice the place in the Condorcet order; Copeland's score where none is tied.

    Examples
    --------
    >>> condorcet_scores([[3, 1], [2, 3], [1, 2]], [3, 1]).tolist()
    [2.0, 0.0, -2.0]
    """
    values, w, single = _inputs(z, weights)
    result = _condorcet_scores(values[None], w)
    return result[0] if single else result


def _condorcet_scores(values: Array, w: Array) -> Array:
    majority = _outranking(values, w)
    score = _copeland_of(majority)
    n = score.shape[1]
    # a majority relation without ties is free of cycles iff its Copeland scores are all different
    ordered = np.sort(score, axis=1)
    regular = (ordered == np.arange(1 - n, n, 2)).all(axis=1)
    for d in np.flatnonzero(~regular):
        if n > KEMENY_LIMIT:
            raise ValueError(
                f"the pairwise majorities of {n} units are tied or run in a cycle, and Kemeny's "
                f"order is searched for up to {KEMENY_LIMIT}; take copeland"
            )
        score[d] = n + 1 - 2 * kemeny_places(majority[d])
    return np.asarray(score)


def _always(function: Batch) -> Callable[[Settings, int, str], Batch]:
    """A function of many draws that has no settings."""
    return lambda settings, children, where: function


def _owa_many(settings: Any, children: int, where: str) -> Batch:
    quantifier = _quantifier(children, settings["orness"], settings["order_weights"])
    return lambda values, weights: _owa(values, weights, quantifier)


def _owa_faults(settings: Any, children: int) -> list[tuple[str, str, str]]:
    orness, order = settings["orness"], settings["order_weights"]
    if (orness is None) == (order is None):
        return [("", "owa", "either orness or order_weights")]
    if orness is not None and not 0 <= orness <= 1:
        return [("orness", str(orness), "a number from 0 to 1")]
    if order is not None and (len(order) != children or min(order) < 0 or not math.fsum(order) > 0):
        return [("order_weights", str(list(order)), f"{children} numbers of 0 or more, one for each child")]
    return []


def _penalty_faults(settings: Any, children: int) -> list[tuple[str, str, str]]:
    penalty = settings["penalty"]
    return [] if penalty in (-1.0, 1.0) else [("penalty", str(penalty), "-1 or 1")]


def _penalised_many(settings: Any, children: int, where: str) -> Batch:
    return lambda values, weights: _penalised(values, weights, float(settings["penalty"]), where)


_MAZZIOTTA_PARETO: Final[dict[str, Any]] = {
    "parameters": {"penalty": number(-1.0)},
    "scores": Scores(certain=False),
    "monotone": False,  # a penalty for imbalance may punish a gain
    "faults": _penalty_faults,
    "many": _penalised_many,
}

_POWER: Final = Aggregation(
    "power",
    power,
    exponent=lambda settings: float(settings["exponent"]),  # type: ignore[arg-type]
    parameters={
        "exponent": number(0.5, 50, "a number from -50 to 50: beyond, the mean is the least or the largest score")
    },
    formula="(sum w z^b)^(1/b)",
    reference="Hardy, Littlewood and Pólya 1934",
    key="`aggregation: {method: power, exponent: b}`",
    test="index/test_aggregate.py::test_scipy_agrees_on_the_means",
)

#: The aggregations, in the order of the methods page.
METHODS: Final[list[Aggregation]] = [
    Aggregation(
        "arithmetic",
        arithmetic,
        exponent=1.0,
        formula="sum w z",
        reference="OECD/JRC 2008, step 7",
        test="index/test_aggregate.py::test_scikit_criteria_and_pymcdm_agree",
    ),
    Aggregation(
        "geometric",
        geometric,
        exponent=0.0,
        formula="prod z^w; z > 0, by a `floor` where z is in [0, 1]",
        reference="OECD/JRC 2008, step 7",
        test="index/test_hdi.py::test_every_published_value_at_three_decimals",
    ),
    Aggregation(
        "harmonic",
        harmonic,
        exponent=-1.0,
        formula="1 / sum w / z; z > 0",
        reference="Hardy, Littlewood and Pólya 1934",
        test="index/test_aggregate.py::test_golden",
    ),
    _POWER,
    Aggregation(
        "mpi",
        mazziotta_pareto,
        over={"zscore": {"mean": 100.0, "sd": 10.0, "ddof": 0.0}},
        **_MAZZIOTTA_PARETO,
        formula="M - S^2 / M of z-scores with mean 100, sd 10 (ddof 0)",
        reference="Mazziotta and Pareto 2016",
        key="`aggregation: mpi` over `{method: zscore, mean: 100, sd: 10, ddof: 0}`",
        test="index/test_aggregate.py::test_mazziotta_pareto_by_hand",
    ),
    Aggregation(
        "ampi",
        mazziotta_pareto,
        over={"minmax": {"target": (70.0, 130.0)}, "minmax_sample": {"target": (70.0, 130.0)}},
        **_MAZZIOTTA_PARETO,
        formula="the same of min-max scores in [70, 130] with frozen goalposts",
        reference="Mazziotta and Pareto 2016, eq. 5-7",
        key="`aggregation: ampi` over `{method: minmax, target: [70, 130]}`",
        test="index/test_aggregate.py::test_ampi_of_the_reference_is_100_and_keeps_over_time",
    ),
    Aggregation(
        "owa",
        owa,
        parameters={"orness": number(), "order_weights": numbers()},
        example={"orness": 0.3},
        faults=_owa_faults,
        many=_owa_many,
        formula="sum of (Q(S_j) - Q(S_j-1)) z_(j), best first; orness sum v_j (n - j) / (n - 1)",
        reference="Yager 1988; Torra 1997",
        key="`aggregation: {method: owa, orness: …}` or `order_weights`",
        test="index/test_aggregate.py::test_torras_weighted_owa_by_hand",
    ),
    Aggregation(
        "copeland",
        copeland,
        scores=Scores(),
        across_units=True,
        pairwise=True,
        many=_always(_copeland),
        formula="units beaten less units lost to, by majority of weight",
        reference="Munda and Nardo 2009",
        test="index/test_aggregate.py::test_tennessee_chooses_nashville",
    ),
    Aggregation(
        "condorcet",
        condorcet_scores,
        scores=Scores(),
        across_units=True,
        pairwise=True,
        many=_always(_condorcet_scores),
        formula=(
            "place in the order of pairwise majorities; where they tie or run in a cycle, mean place "
            "over Kemeny's best orders (up to 10 units)"
        ),
        reference="Condorcet 1785; Kemeny 1959",
        test="index/test_aggregate.py::test_kemeny_is_the_best_of_all_orders",
    ),
    Aggregation(
        "minimum",
        minimum,
        many=_always(_minimum),
        formula="the worst child with a weight",
        test="index/test_aggregate.py::test_weighted_median_and_minimum",
    ),
    Aggregation(
        "median",
        median,
        many=_always(_median),
        formula="weighted median",
        test="index/test_aggregate.py::test_weighted_median_and_minimum",
    ),
    Aggregation(
        "topsis",
        topsis,
        scores=Scores(0.0, 1.0, scale="unit"),
        across_units=True,
        many=_always(_topsis),
        formula="d- / (d+ + d-) to the sample's best and worst; for comparison",
        reference="Hwang and Yoon 1981",
        test="index/test_aggregate.py::test_scikit_criteria_and_pymcdm_agree",
    ),
]
