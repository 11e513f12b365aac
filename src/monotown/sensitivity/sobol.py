"""Variance-based sensitivity: Sobol indices, every interaction, and Shapley effects.

Every function takes uncertain inputs and a function ``f(settings) -> outputs`` of a matrix of
settings, shape (runs, columns), that returns a matrix of shape (runs, outputs).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, stdtrit

from monotown.base.arrays import Array, alike
from monotown.base.streams import Stream

Function = Callable[[Array], Array]

#: An output whose range is below this share of its largest value (or of 1) is constant.
CONSTANT: Final = 1e-12

#: Most settings that are enumerated.
MOST_SETTINGS: Final = 20_000_000

#: Points with an effect that a spread can be taken from.
FEW: Final = 10

#: Numbers in the settings that a function is given at a time, about.
CELLS: Final = 4_000_000


@dataclass(frozen=True)
class Input:
    """An uncertain input.

    Attributes
    ----------
    name
        Unique among the inputs.
    levels
        Names of the levels of a discrete input; its column of the settings holds the number of
        the level, from 0. Empty for a continuous input, whose columns hold uniform numbers in
        [0, 1) that the function maps to what they stand for.
    probabilities
        Of the levels, positive with sum 1; equal where empty.
    columns
        Number of columns of a continuous input: one trigger or a whole vector of noise.
    group
        Inputs of one group are varied together and get one index. By default an input is a group
        of its own.

    Examples
    --------
    >>> Input("aggregation", ("arithmetic", "geometric")).weights.tolist()
    [0.5, 0.5]
    """

    name: str
    levels: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    columns: int = 1
    group: str = ""

    def __post_init__(self) -> None:
        if self.probabilities and (
            len(self.probabilities) != len(self.levels)
            or not all(p > 0 for p in self.probabilities)
            or abs(math.fsum(self.probabilities) - 1) > 1e-9
        ):
            raise ValueError(
                f"input {self.name!r}: probabilities are positive, one a level, with sum 1, not {self.probabilities}"
            )
        if len(set(self.levels)) != len(self.levels):
            raise ValueError(f"input {self.name!r}: levels repeat: {self.levels}")
        if self.columns < 1 or (self.levels and self.columns != 1):
            raise ValueError(f"input {self.name!r}: one column, or more for a continuous input")

    @property
    def weights(self) -> Array:
        """Probabilities of the levels, shape (levels,)."""
        if self.probabilities:
            return np.array(self.probabilities) / math.fsum(self.probabilities)
        return np.full(len(self.levels), 1 / max(len(self.levels), 1))


@dataclass(frozen=True)
class Indices:
    """Sobol indices of some outputs.

    Attributes
    ----------
    inputs
        Names of the inputs (of the groups, where there are any).
    method
        ``exact`` (every setting was evaluated: no sampling error, limits equal the value) or
        ``sampled``.
    independent
        Whether the settings are a product of independent inputs. Where they are not, `first` is
        Var(E[Y|X_i]) / V, which holds what X_i shares with inputs it depends on, `total` is
        E[Var(Y|X_~i)] / V, which may then be the smaller of the two, and only the Shapley effects
        part the variance; `interactions` is undefined.
    evaluations
        Number of settings evaluated.
    excluded
        Probability of the settings that are not admissible.
    mean, variance
        Of each output, shape (outputs,).
    defined
        False for a constant output: it has no variance to share out, and its indices are NaN.
    first, total
        First- and total-order indices, shape (inputs, outputs).
    first_limits, total_limits
        Lower and upper limit, shape (2, inputs, outputs).
    shapley
        Shapley effects, shape (inputs, outputs), which sum to 1; None where sampled.
    interactions
        ``1 - sum of first``, shape (outputs,), and its limits, shape (2, outputs).
    terms
        Share of each subset of the inputs in the variance (ANOVA), shape (outputs,) each; they
        sum to 1. Empty where sampled or not independent.
    """

    inputs: tuple[str, ...]
    method: str
    independent: bool
    evaluations: int
    excluded: float
    mean: Array
    variance: Array
    defined: NDArray[np.bool_]
    first: Array
    total: Array
    first_limits: Array
    total_limits: Array
    shapley: Array | None
    interactions: Array
    interaction_limits: Array
    terms: Mapping[tuple[str, ...], Array] = field(default_factory=dict)


def grouped(inputs: Sequence[Input]) -> dict[str, tuple[int, ...]]:
    """Groups of the inputs, each with the columns of its settings.

    Raises
    ------
    ValueError
        If a name repeats.

    Examples
    --------
    >>> grouped([Input("a", group="g"), Input("b", columns=2), Input("c", group="g")])
    {'g': (0, 3), 'b': (1, 2)}
    """
    names = [i.name for i in inputs]
    if len(set(names)) != len(names):
        raise ValueError(f"names of inputs repeat: {names}")
    found: dict[str, tuple[int, ...]] = {}
    start = 0
    for item in inputs:
        key = item.group or item.name
        found[key] = (*found.get(key, ()), *range(start, start + item.columns))
        start += item.columns
    return found


def enumerate_settings(inputs: Sequence[Input]) -> tuple[Array, Array]:
    """Every combination of the levels of discrete inputs, the last input fastest.

    Returns
    -------
    settings : ndarray, shape (combinations, inputs)
        Numbers of the levels.
    probabilities : ndarray, shape (combinations,)

    Raises
    ------
    ValueError
        If an input is continuous, or there are more than `MOST_SETTINGS` combinations.

    Examples
    --------
    >>> enumerate_settings([Input("a", ("x", "y")), Input("b", ("p", "q"), (0.2, 0.8))])[0].tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    for item in inputs:
        if not item.levels:
            raise ValueError(f"input {item.name!r} is continuous; it cannot be enumerated")
    shape = tuple(len(i.levels) for i in inputs)
    size = int(np.prod([float(n) for n in shape]))
    if size > MOST_SETTINGS:
        raise ValueError(f"{size} settings are too many to enumerate; sample them")
    settings = np.stack(np.unravel_index(np.arange(size), shape), axis=1).astype(np.float64)
    return settings, reduce(np.multiply.outer, [i.weights for i in inputs]).ravel()


def variance_terms(values: ArrayLike, probabilities: Sequence[ArrayLike]) -> Array:
    """Variance of every interaction of independent discrete inputs (functional ANOVA).

    Parameters
    ----------
    values
        Shape (levels of input 1, ..., levels of input k, outputs).
    probabilities
        Of the levels of each input, positive.

    Returns
    -------
    ndarray, shape (2, ..., 2, outputs)
        At index (1, 0, 1), say, the variance of the interaction of inputs 1 and 3 (at an index
        with a single 1, of one input alone); at (0, ..., 0) the square of the mean. All but the
        last sum to the variance.

    Notes
    -----
    Efron, B. and Stein, C. (1981), The jackknife estimate of variance, Annals of Statistics 9(3),
    equation 2.6; Sobol, I. M. (1993), equations 2 to 5. Each axis is turned by an orthogonal
    matrix whose first row is the mean; an interaction's variance is then a sum of squares, so that
    none is got by subtraction, and all orders together cost one pass an input.

    Examples
    --------
    >>> variance_terms([[[1.0], [1.0]], [[1.0], [5.0]]], [[0.5, 0.5]] * 2)[..., 0].round(9).tolist()
    [[4.0, 1.0], [1.0, 1.0]]
    """
    table = np.asarray(values, dtype=np.float64)
    if table.shape[:-1] != tuple(np.size(p) for p in probabilities):
        raise ValueError(f"values of shape {table.shape} do not fit the levels of the inputs")
    for axis, p in enumerate(probabilities):
        root = np.sqrt(np.asarray(p, dtype=np.float64))
        turn = np.eye(len(root))
        mirror = root - turn[0]
        if (length := mirror @ mirror) > 0:
            turn -= 2 * np.outer(mirror, mirror) / length
        table = np.moveaxis(np.tensordot(turn * root, table, axes=(1, axis)), 0, axis)
    table **= 2
    for axis in range(len(probabilities)):
        head, tail = np.split(table, [1], axis=axis)
        table = np.concatenate([head, tail.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def exact_indices(
    inputs: Sequence[Input], f: Function, admissible: Callable[[Array], NDArray[np.bool_]] | None = None
) -> Indices:
    """Indices of discrete inputs, with every admissible setting evaluated.

    Parameters
    ----------
    inputs
        Discrete; groups are treated as one input each.
    f
        Settings, shape (runs, inputs), to outputs, shape (runs, outputs).
    admissible
        Settings to a mask. The inputs are then conditional on admissible settings; where that
        makes them dependent (the admissible settings are not a product of sets of levels) only
        the Shapley effects part the variance; see `Indices`.

    Returns
    -------
    Indices

    Raises
    ------
    ValueError
        If an input is continuous, no setting is admissible, or an output is not finite.

    Notes
    -----
    Shapley effects: Owen, A. B. (2014), Sobol' indices and Shapley value, SIAM/ASA JUQ 2(1); for
    dependent inputs Song, E., Nelson, B. L. and Staum, J. (2016), SIAM/ASA JUQ 4(1), equation 11,
    with the closed index Var(E[Y|X_u]) as the worth of a subset.

    Examples
    --------
    >>> found = exact_indices([Input("a", ("0", "1")), Input("b", ("0", "1"))],
    ...                       lambda s: 1 + 4 * s[:, :1] * s[:, 1:])
    >>> found.first[:, 0].round(4).tolist(), found.total[:, 0].round(4).tolist()
    ([0.3333, 0.3333], [0.6667, 0.6667])
    >>> found.terms["a", "b"].round(4).tolist()
    [0.3333]
    """
    settings, p = enumerate_settings(inputs)
    kept = np.ones(len(p), dtype=bool)
    if admissible is not None:
        kept = np.asarray(admissible(settings), dtype=bool)
        if not kept.any():
            raise ValueError("no setting is admissible")
    values = _outputs(f, settings[kept], "settings")
    excluded = float(p[~kept].sum())
    used = [np.unique(settings[kept][:, j]).astype(int) for j in range(len(inputs))]
    groups = grouped(inputs)
    weight = p[kept] / p[kept].sum()
    mean = weight @ values
    centred = values - mean
    defined = _varies(values)
    independent = bool(np.prod([len(u) for u in used]) == kept.sum())
    if independent:
        shares = [i.weights[u] / i.weights[u].sum() for i, u in zip(inputs, used, strict=True)]
        table = centred.reshape(*(len(u) for u in used), values.shape[1])
        parts = _of_terms(_merge_groups(variance_terms(table, shares), list(groups.values())))
    else:
        parts = _of_closed(_closed(settings[kept], weight, centred, list(groups.values())))
    scale = np.where(defined, parts.variance, np.nan)
    first, total, shapley = parts.first / scale, parts.total / scale, parts.shapley / scale
    rest = 1 - first.sum(axis=0) if independent else np.full(len(mean), np.nan)
    names = tuple(groups)
    return Indices(
        inputs=names,
        method="exact",
        independent=independent,
        evaluations=len(values),
        excluded=excluded,
        mean=mean,
        variance=np.where(defined, parts.variance, 0.0),
        defined=defined,
        first=first,
        total=total,
        first_limits=np.stack([first, first]),
        total_limits=np.stack([total, total]),
        shapley=shapley,
        interactions=rest,
        interaction_limits=np.stack([rest, rest]),
        terms={tuple(names[i] for i in s): v / scale for s, v in parts.terms.items()},
    )


def sampled_indices(
    inputs: Sequence[Input],
    f: Function,
    *,
    points: int = 4096,
    replicates: int = 8,
    seed: int = 0,
    interval: tuple[float, float] = (0.025, 0.975),
) -> Indices:
    """Indices by scrambled Sobol points, with limits from independent scramblings.

    Parameters
    ----------
    inputs
        Discrete, continuous or both, independent.
    f
        Settings, shape (runs, columns), to outputs, shape (runs, outputs).
    points
        Base sample, a power of 2; ``points * (2 * groups + 2)`` settings are evaluated.
    replicates
        Scramblings that the base sample is made of, a power of 2, at least 2 and at most `points`.
    seed
        Of the scramblings.
    interval
        Probabilities of the limits.

    Returns
    -------
    Indices
        An index lies in [0, 1], and so do estimates and limits: an estimate outside is moved to
        the end it passed, and its limits with it before they are cut. What is inside [0, 1] only
        comes nearer by that, so limits hold the index no less often. An upper limit is 0 only
        where no setting of the sample changes by the input; a lower limit of 0 says that the
        sample does not tell the index from 0.

    Raises
    ------
    ValueError
        If `points` or `replicates` is not such a power of 2, or an output is not finite.

    Notes
    -----
    With outputs fA and fB of two independent samples, fAB of A with the column of the input from
    B, and fBA of B with that of A (Azzini, I., Mara, T. A. and Rosati, R. (2021), Comparison of
    two sets of Monte Carlo estimators of Sobol' indices, Environmental Modelling & Software 144):
    first order ``2 sum (fAB - fA)(fB - fBA) / D``, total order
    ``sum ((fAB - fA)^2 + (fB - fBA)^2) / D``, ``D = sum ((fA - fB)^2 + (fAB - fBA)^2)``. Only
    differences enter, so no mean has to be taken off, and the first order is never above the
    total. For the same number of evaluations the error is smaller than with one mixed sample an
    input (``docs/sobol.md`` compares).

    The points of one scrambling depend on each other, so a bootstrap of them has no basis. Whole
    scramblings are independent of each other: sums are taken over all of them, and the limits are
    those of a ratio of means over the replicates (linearised) with Student's t of ``replicates -
    1`` degrees of freedom, which L'Ecuyer, P., Nakayama, M. K., Owen, A. B. and Tuffin, B. (2023),
    Confidence intervals for randomized quasi-Monte Carlo estimators, Proceedings of the Winter
    Simulation Conference, find the most reliable. What hardly ever occurs has no spread to go by:
    where a summand is other than 0 at fewer than `FEW` points, the upper limit is at least that of
    a Poisson count, each point with the input's largest effect: 3 points at 95% where there is
    none (Hanley, J. A. and Lippman-Hand, A. (1983), JAMA 249(13), the rule of three).

    Examples
    --------
    >>> found = sampled_indices([Input("a"), Input("b")], lambda s: 10 + s @ [[2.0], [1.0]])
    >>> found.first[:, 0].round(2).tolist(), found.total[:, 0].round(2).tolist()
    ([0.8, 0.2], [0.8, 0.2])
    """
    if not 2 <= replicates <= points or points & (points - 1) or replicates & (replicates - 1):
        raise ValueError(
            f"points and replicates are powers of 2, replicates from 2 to points, not {points} and {replicates}"
        )
    groups = grouped(inputs)
    made = [_replicate(inputs, groups, f, points // replicates, seed, number) for number in range(replicates)]
    base = np.concatenate([m.base for m in made])
    first, total, spread = np.stack([m.sums for m in made], axis=1)  # each (replicates, groups, outputs)
    largest, seen = np.max([m.largest for m in made], axis=0), np.sum([m.seen for m in made], axis=0)
    defined = _varies(np.concatenate([m.ends for m in made])) & (spread.sum(axis=0) > 0).all(axis=0)
    scale = np.where(defined, spread.mean(axis=0), np.nan)
    raw = [part.mean(axis=0) / scale for part in (first, total)]
    errors = [(p - r * spread) / scale for p, r in zip((first, total), raw, strict=True)]
    found = [np.clip(r, 0, 1) for r in raw]
    # of what is told as first order, so that a reader's sum is the same
    found.append(np.maximum(1 - found[0].sum(axis=0), 0))
    errors.append(-errors[0].sum(axis=1))
    rare = np.where(seen < FEW, gammaincinv(seen + 1, interval[1]) - seen, 0.0)
    rooms = [*(rare * largest / (points * scale)), np.zeros(1)]
    limits = [_limits(*each, interval) for each in zip(found, errors, rooms, strict=True)]
    return Indices(
        inputs=tuple(groups),
        method="sampled",
        independent=True,
        evaluations=points * (2 * len(groups) + 2),
        excluded=0.0,
        mean=base.mean(axis=0),
        variance=np.where(defined, base.var(axis=0), 0.0),
        defined=defined,
        first=found[0],
        total=found[1],
        first_limits=limits[0],
        total_limits=limits[1],
        shapley=None,
        interactions=found[2],
        interaction_limits=limits[2],
    )


@dataclass(frozen=True)
class _Replicate:
    """What one scrambling gives.

    `sums` are means over its points of the summands of the first order, the total order and D, shape
    (3, groups, outputs); `base` the outputs of the samples A and B; `ends` the least and greatest
    outputs; `largest` the greatest summand of the total order; `seen` the number of points at which
    the summands of the two orders are other than 0.
    """

    sums: Array
    base: Array
    ends: Array
    largest: Array
    seen: NDArray[np.int64]


def _replicate(
    inputs: Sequence[Input], groups: Mapping[str, Sequence[int]], f: Function, points: int, seed: int, number: int
) -> _Replicate:
    from scipy.stats import qmc  # half a second, for who samples

    width = sum(i.columns for i in inputs)
    # as many points at a time as fit
    part = min(points, 2 ** max((CELLS // (2 * (len(groups) + 1) * width)).bit_length() - 1, 0))
    # SciPy spawns generators of its own from a number, which a generator by key does not allow
    drawn = int(Stream(seed, "scrambling").generator(number).integers(2**63))
    engine = qmc.Sobol(2 * width, scramble=True, rng=drawn)
    base, ends = list[Array](), list[Array]()
    sums, largest, seen = np.zeros(()), np.zeros(()), np.zeros((2, 1, 1), dtype=np.int64)
    for _ in range(points // part):
        values = _outputs(f, _mixed_samples(inputs, groups, engine.random(part)), f"replicate {number}")
        ends += [values.min(axis=0), values.max(axis=0)]
        values = values.reshape(-1, part, values.shape[1])
        fa, fb, fab, fba = values[0], values[1], values[2::2], values[3::2]
        base.append(values[:2].reshape(2 * part, -1))
        step, back = fab - fa, fb - fba
        terms = (2 * step * back, step**2 + back**2, (fa - fb) ** 2 + (fab - fba) ** 2)
        sums = sums + np.stack([term.sum(axis=1) for term in terms]) / points
        largest = np.maximum(largest, terms[1].max(axis=1))
        seen = seen + np.stack([(term != 0).sum(axis=1) for term in terms[:2]])
    return _Replicate(sums, np.concatenate(base), np.stack(ends), largest, seen)


def _mixed_samples(inputs: Sequence[Input], groups: Mapping[str, Sequence[int]], raw: Array) -> Array:
    """Settings of the samples A and B, then of AB and BA of each group, one below the other."""
    a, b = (_levels(inputs, half) for half in np.split(raw, 2, axis=1))
    found = [a, b]
    for columns in map(list, groups.values()):
        for own, other in ((a, b), (b, a)):
            mixed = own.copy()
            mixed[:, columns] = other[:, columns]
            found.append(mixed)
    return np.concatenate(found)


def _limits(index: Array, errors: Array, room: Array, interval: tuple[float, float]) -> Array:
    """Limits within [0, 1], shape (2, ...).

    Parameters
    ----------
    index
        Estimates, any shape.
    errors
        Of the replicates, shape (replicates, ...); their sum is 0.
    room
        The upper limit is at least so far above the estimate.
    interval
        Probabilities of the limits.
    """
    n = len(errors)
    error = np.sqrt((errors**2).sum(axis=0) / (n * (n - 1)))
    low, high = (stdtrit(n - 1, p) * error for p in interval)
    limits = np.stack([index + low, index + np.maximum(high, room)])
    return np.asarray(np.clip(limits, 0, 1))


def product_levels(inputs: Sequence[Input], admissible: Callable[[Array], NDArray[np.bool_]]) -> tuple[Input, ...]:
    """Inputs with levels taken away until every combination is admissible.

    The level with the largest share of its settings inadmissible goes first, the later of equals;
    an input keeps at least one level, that of the first combination that is admissible.
    Probabilities of the levels that stay are rescaled.

    Parameters
    ----------
    inputs
        Discrete.
    admissible
        Settings to a mask.

    Raises
    ------
    ValueError
        If no combination is admissible.

    Examples
    --------
    >>> inputs = [Input("scale", ("minmax", "zscore")), Input("mean", ("arith", "geom", "harm"))]
    >>> kept = product_levels(inputs, lambda s: (s[:, 0] == 0) | (s[:, 1] == 0))
    >>> [i.levels for i in kept]
    [('minmax',), ('arith', 'geom', 'harm')]
    """
    settings, p = enumerate_settings(inputs)
    good = np.asarray(admissible(settings), dtype=bool)
    if not good.any():
        raise ValueError("no levels of the inputs are admissible together")
    kept = settings[int(np.argmax(good))].astype(int)
    here = np.ones(len(p), dtype=bool)
    removed: set[tuple[int, int]] = set()
    while not good[here].all():
        worst, share = (-1, -1), 0.0
        for j, item in enumerate(inputs):
            for level in (n for n in range(len(item.levels)) if n != kept[j]):
                mine = here & (settings[:, j] == level)
                if mine.any():
                    bad = float(p[mine & ~good].sum() / p[mine].sum())
                    if bad > 0 and bad >= share - 1e-12:
                        worst, share = (j, level), bad
        removed.add(worst)
        here &= settings[:, worst[0]] != worst[1]
    found = []
    for j, item in enumerate(inputs):
        stay = [n for n in range(len(item.levels)) if (j, n) not in removed]
        shares = item.weights[stay] / item.weights[stay].sum()
        found.append(
            Input(
                item.name,
                tuple(item.levels[n] for n in stay),
                tuple(float(s) for s in shares) if item.probabilities else (),
                group=item.group,
            )
        )
    return tuple(found)


def _outputs(f: Function, settings: Array, where: str) -> Array:
    values = np.asarray(f(settings), dtype=np.float64)
    if values.ndim != 2 or len(values) != len(settings):
        raise ValueError(f"expected outputs of shape ({len(settings)}, outputs), found {values.shape}")
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        raise ValueError(
            f"{where}, row {row}: output {column} is {values[row, column]}, at settings "
            f"{settings[row].tolist()}; a setting without an output is inadmissible"
        )
    return values


def _varies(values: Array) -> NDArray[np.bool_]:
    size = np.maximum(np.abs(values).max(axis=0), 1.0)
    return np.asarray(np.ptp(values, axis=0) > CONSTANT * size)


def _levels(inputs: Sequence[Input], raw: Array) -> Array:
    """Uniform numbers to settings."""
    found = raw.copy()
    start = 0
    for item in inputs:
        if item.levels:
            edges = np.cumsum(item.weights)[:-1]
            found[:, start] = np.searchsorted(edges, raw[:, start], side="right")
        start += item.columns
    return found


def _merge_groups(terms: Array, groups: Sequence[Sequence[int]]) -> Array:
    """Variances of the interactions of groups, from those of the inputs."""
    order = [i for g in groups for i in g]
    table = np.transpose(terms, [*order, len(order)])
    for at, group in enumerate(groups):
        shape = table.shape
        flat = table.reshape(*shape[:at], 2 ** len(group), *shape[at + len(group) :])
        head, tail = np.split(flat, [1], axis=at)
        table = np.concatenate([head, tail.sum(axis=at, keepdims=True)], axis=at)
    return table


def _closed(settings: Array, weight: Array, centred: Array, groups: Sequence[Sequence[int]]) -> Array:
    """Var(E[Y|X_u]) of every subset of groups, shape (2, ..., 2, outputs)."""
    from scipy import sparse

    k = len(groups)
    found = np.zeros((*(2 for _ in range(k)), centred.shape[1]))
    for subset in _subsets(k):
        columns = [c for i in subset for c in groups[i]]
        cell = alike(settings[:, columns])[1]
        ones = sparse.csr_array((weight, (cell, np.arange(len(cell)))))
        mass = np.bincount(cell, weights=weight)
        means = np.asarray(ones @ centred) / mass[:, None]
        found[_mask(subset, k)] = mass @ means**2
    return found


def _subsets(k: int) -> Iterable[tuple[int, ...]]:
    """Every subset of k inputs but the empty one, small ones first."""
    return (s for size in range(1, k + 1) for s in combinations(range(k), size))


def _mask(subset: Iterable[int], k: int) -> tuple[int, ...]:
    inside = set(subset)
    return tuple(int(i in inside) for i in range(k))


@dataclass(frozen=True)
class _Parts:
    """Variances that belong to inputs, each (inputs, outputs), and to their interactions."""

    variance: Array
    first: Array
    total: Array
    shapley: Array
    terms: Mapping[tuple[int, ...], Array] = field(default_factory=dict)


def _of_terms(worths: Array) -> _Parts:
    """From the variances of the interactions of independent inputs, shape (2, ..., 2, outputs)."""
    k = worths.ndim - 1
    terms = {s: worths[_mask(s, k)] for s in _subsets(k)}
    mine = [{s: v for s, v in terms.items() if i in s} for i in range(k)]
    return _Parts(
        variance=np.sum(list(terms.values()), axis=0),
        first=np.stack([terms[i,] for i in range(k)]),
        total=np.stack([np.sum(list(m.values()), axis=0) for m in mine]),
        shapley=np.stack([np.sum([v / len(s) for s, v in m.items()], axis=0) for m in mine]),
        terms=terms,
    )


def _of_closed(worths: Array) -> _Parts:
    """From Var(E[Y|X_u]) of every subset of dependent inputs, shape (2, ..., 2, outputs)."""
    k = worths.ndim - 1
    variance = worths[_mask(range(k), k)]
    total, shapley = (np.zeros((k, worths.shape[-1])) for _ in range(2))
    for i in range(k):
        others = [j for j in range(k) if j != i]
        total[i] = variance - worths[_mask(others, k)]
        for size in range(k):
            share = factorial(size) * factorial(k - size - 1) / factorial(k)
            for s in combinations(others, size):
                shapley[i] += share * (worths[_mask((*s, i), k)] - worths[_mask(s, k)])
    return _Parts(variance, np.stack([worths[_mask((i,), k)] for i in range(k)]), total, shapley)
