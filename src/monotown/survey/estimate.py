"""Means from a complex sample: estimates, standard errors by two methods, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, t

from monotown.base.arrays import Array
from monotown.survey.weights import Margin, rake


@dataclass(frozen=True)
class Design:
    """How a sample was drawn; rows are the people who answered.

    Attributes
    ----------
    stratum
        Stratum of each row, from 0, shape (rows,).
    cluster
        First-stage unit of each row, from 0, unique over strata; each row its own where people
        were drawn directly.
    first_rate
        Share of the first-stage units that are in the sample, 0 to 1, shape (strata,); 0 where
        their number is not known.
    second_rate
        Share of a first-stage unit's people who are in the sample, shape (clusters,); 1 where a
        unit is one person or was taken whole.
    merged
        Number of strata that had one unit and were joined with the next.
    """

    stratum: NDArray[np.int64]
    cluster: NDArray[np.int64]
    first_rate: Array
    second_rate: Array
    merged: int

    @property
    def cluster_stratum(self) -> NDArray[np.int64]:
        """Stratum of each cluster."""
        found = np.zeros(len(self.second_rate), dtype=np.int64)
        found[self.cluster] = self.stratum
        return found

    @property
    def degrees(self) -> int:
        """Degrees of freedom: units less strata; in a stratum taken whole, people less units."""
        own = self.cluster_stratum
        people = np.bincount(self.cluster, minlength=len(self.second_rate))
        found = 0
        for h, rate in enumerate(self.first_rate):
            mine = own == h
            if rate < 1:
                found += int(mine.sum()) - 1
            else:
                found += int((people[mine] - 1)[self.second_rate[mine] < 1].sum())
        return found


def make_design(
    stratum: ArrayLike,
    cluster: ArrayLike | None = None,
    units_in_stratum: ArrayLike | None = None,
    people_in_cluster: ArrayLike | None = None,
) -> Design:
    """A design from the columns of microdata.

    A stratum with one unit of several has no variance of its own: it is joined with the next in
    order (the last one with the one before), as if the two had been one stratum.

    Parameters
    ----------
    stratum, cluster
        Names, shape (rows,); without clusters each row is a unit.
    units_in_stratum
        Number of units in the population of a row's stratum, NaN where it is not known: people
        where people were drawn, clusters where clusters were.
    people_in_cluster
        Number of people in a row's cluster; NaN where it is not known or all were taken.

    Raises
    ------
    ValueError
        If a number differs within a stratum or cluster, or is below the number in the sample, or
        a cluster lies in two strata.

    Examples
    --------
    >>> design = make_design(["a", "a", "b", "b", "c"], units_in_stratum=[4, 4, 8, 8, 2])
    >>> design.first_rate.tolist(), design.merged, design.degrees
    ([0.5, 0.3], 1, 3)
    """
    names, h = np.unique(np.asarray(stratum).astype(str), return_inverse=True)
    rows = len(h)
    if cluster is None:
        c = np.arange(rows)
        clusters = rows
    else:
        found, c = np.unique(np.asarray(cluster).astype(str), return_inverse=True)
        clusters = len(found)
    own = np.zeros(clusters, dtype=np.int64)
    own[c] = h
    if (own[c] != h).any():
        raise ValueError("a cluster lies in two strata")
    drawn = np.bincount(own, minlength=len(names)).astype(np.float64)
    size = _one_each(units_in_stratum, h, len(names), "stratum")
    inside = np.bincount(c, minlength=clusters).astype(np.float64)
    people = _one_each(people_in_cluster, c, clusters, "cluster")
    for what, n, all_of in (("stratum", drawn, size), ("cluster", inside, people)):
        if (n > all_of).any():
            raise ValueError(f"a {what} with more in the sample than there are")
    joined = np.arange(len(names))
    merged = 0
    for j in range(len(names)):
        mine = joined == joined[j]
        if drawn[mine].sum() > 1 or (drawn[j] == size[j]) or len(names) == 1:
            continue
        partners = [k for k in range(len(names)) if not mine[k]]
        later = [k for k in partners if k > j]
        joined[mine] = joined[later[0] if later else partners[-1]]
        merged += 1
    _, place = np.unique(joined, return_inverse=True)
    total = np.bincount(place, size)
    rate = np.bincount(place, drawn) / total
    return Design(
        place[h].astype(np.int64),
        c.astype(np.int64),
        np.where(np.isnan(total), 0.0, rate),
        np.where(np.isnan(people), 1.0, inside / people),
        merged,
    )


def _one_each(values: ArrayLike | None, group: NDArray[np.int64], n: int, what: str) -> Array:
    if values is None:
        return np.full(n, np.nan)
    v = np.asarray(values, dtype=np.float64)
    found = np.full(n, np.nan)
    found[group] = v
    same = (found[group] == v) | (np.isnan(found[group]) & np.isnan(v))
    if not same.all():
        raise ValueError(f"two sizes of one {what}")
    return found


@dataclass(frozen=True)
class Means:
    """Weighted means of several columns.

    Attributes
    ----------
    mean, variance
        Shape (columns,); NaN where nobody answered.
    answered
        People with a value.
    spread
        Weighted variance of the values, shape (columns,).
    """

    mean: Array
    variance: Array
    answered: NDArray[np.int64]
    spread: Array

    def design_effect(self, weights: Array) -> Array:
        """Variance over that of a simple random sample of as many people from as many.

        Kish (1965), section 8.2; the population is the sum of the weights.
        """
        n = self.answered
        simple = self.spread / n * np.maximum(1 - n / weights.sum(), 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(simple > 0, self.variance / simple, np.nan))


def linearised_means(y: ArrayLike, weights: ArrayLike, design: Design, margins: Sequence[Margin] = ()) -> Means:
    """Weighted means with their variance by Taylor linearisation.

    ``z = (y - mean)/sum(w)`` for those with a value and 0 for the others (Särndal, Swensson and
    Wretman 1992, result 5.6.2). Raked weights: z is replaced by its residual on the margins
    (Deville and Särndal 1992, section 3). The variance of the totals of ``w z`` is, with n units
    of a stratum and m people of a unit,

    ``sum_h (1 - f1) n/(n-1) sum_i (t_i - t)^2
    + sum_h f1 sum_i (1 - f2) m/(m-1) sum_j (u_ij - u_i)^2``

    (Särndal, Swensson and Wretman 1992, section 4.3; Lumley 2010, section 3.3).

    Parameters
    ----------
    y
        Values, shape (rows, columns), NaN where missing.
    weights
        Above 0, shape (rows,).
    design
        Of the same rows.
    margins
        Those the weights were raked to.

    Examples
    --------
    >>> design = make_design(["a"] * 4, units_in_stratum=[8] * 4)
    >>> found = linearised_means([[1.0], [2], [3], [6]], [2, 2, 2, 2], design)
    >>> found.mean, found.variance.round(4)  # (1 - 4/8) 4.6667/4
    (array([3.]), array([0.5833]))
    """
    a = np.asarray(y, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64)[:, None]
    has = ~np.isnan(a)
    values = np.where(has, a, 0.0)
    mass = (w * has).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (w * values).sum(axis=0) / mass
        z = np.where(has, (values - mean) / mass, 0.0)
        n = has.sum(axis=0)
        spread = (w * np.where(has, (values - mean) ** 2, 0.0)).sum(axis=0) / mass * n / (n - 1)
    if margins:
        z = z - _fitted(z, w[:, 0], margins)
    variance = _variance(w * z, design)
    return Means(mean, np.where(np.isnan(mean), np.nan, variance), n.astype(np.int64), spread)


def _fitted(z: Array, w: Array, margins: Sequence[Margin]) -> Array:
    columns = [(m.category == j).astype(np.float64) for m in margins for j in range(len(m.totals))]
    x = np.column_stack(columns)
    root = np.sqrt(w)[:, None]
    coefficients = np.linalg.lstsq(root * x, root * np.nan_to_num(z), rcond=None)[0]
    return np.asarray(x @ coefficients)


def _sums(u: Array, group: NDArray[np.int64], n: int) -> Array:
    found = np.zeros((n, u.shape[1]))
    np.add.at(found, group, u)
    return found


def _variance(u: Array, design: Design) -> Array:
    clusters, strata = len(design.second_rate), len(design.first_rate)
    own = design.cluster_stratum
    totals = _sums(u, design.cluster, clusters)
    n = np.bincount(own, minlength=strata)[:, None]
    centred = totals - (_sums(totals, own, strata) / n)[own]
    scale = (1 - design.first_rate[:, None]) * n / np.maximum(n - 1, 1)
    variance = (scale * _sums(centred**2, own, strata)).sum(axis=0)
    m = np.bincount(design.cluster, minlength=clusters)[:, None]
    inner = u - (totals / m)[design.cluster]
    scale = design.first_rate[own][:, None] * (1 - design.second_rate[:, None])
    scale = scale * m / np.maximum(m - 1, 1)
    return np.asarray(variance + (scale * _sums(inner**2, design.cluster, clusters)).sum(axis=0))


def bootstrap_multipliers(design: Design, sets: int, rng: np.random.Generator) -> Array:
    """Factors of the weights in each bootstrap sample.

    Rescaled bootstrap of Rao and Wu (1988, section 2) in the form of Rao, Wu and Yue (1992):
    of n units of a stratum m are drawn with replacement, and a unit drawn k times gets
    ``1 + c (k n/m - 1)``, ``c^2 = m (1 - f1)/(n - 1)``. People within units: the same with
    ``c^2 = m f1 (1 - f2)/(n - 1)``, added to it, so that the variance of a total is that of
    `linearised_means`. With one stage m = n - 1; with two m = (n - 1)/2, rounded down but at least
    1, which keeps factors at 0 or above where units have 3 people or more.

    Parameters
    ----------
    design
        The sample's design.
    sets
        Number of bootstrap samples.
    rng
        Source of random numbers.

    Returns
    -------
    ndarray, shape (rows, sets)

    Examples
    --------
    >>> design = make_design(["a"] * 3, units_in_stratum=[6] * 3)
    >>> found = bootstrap_multipliers(design, 4, np.random.default_rng(1))
    >>> found.shape, found.sum(axis=0).round(6).tolist()
    ((3, 4), [3.0, 3.0, 3.0, 3.0])
    """
    own = design.cluster_stratum
    rate = design.first_rate[own]
    two_stages = bool(((design.second_rate < 1) & (rate > 0)).any())
    factors = np.ones((len(design.second_rate), sets))
    for h, f in enumerate(design.first_rate):
        mine = np.flatnonzero(own == h)
        factors[mine] += _rescaled(len(mine), 1 - f, two_stages, sets, rng)
    found = factors[design.cluster]
    if two_stages:
        order = np.argsort(design.cluster, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(design.cluster))[:-1])
        for i, people in enumerate(parts):
            share = rate[i] * (1 - design.second_rate[i])
            found[people] += _rescaled(len(people), share, True, sets, rng)
    return np.asarray(found)


def _rescaled(n: int, share: float, half: bool, sets: int, rng: np.random.Generator) -> Array:
    """Factors less 1, shape (n, sets); their variance is `share` of that with replacement."""
    if n < 2 or share <= 0:
        return np.zeros((n, sets))
    m = max(1, (n - 1) // 2) if half else n - 1
    drawn = rng.multinomial(m, np.full(n, 1 / n), size=sets).T
    return np.asarray(np.sqrt(m * share / (n - 1)) * (drawn * n / m - 1))


def bootstrap_means(y: ArrayLike, weights: ArrayLike, multipliers: ArrayLike, margins: Sequence[Margin] = ()) -> Array:
    """Weighted means in each bootstrap sample, raked anew where the weights were raked.

    Parameters
    ----------
    y, weights
        As in `linearised_means`.
    multipliers
        Of `bootstrap_multipliers`.
    margins
        Those the weights were raked to.

    Returns
    -------
    ndarray, shape (columns, sets)
        NaN for a sample without an answer, or that cannot be raked.
    """
    a = np.asarray(y, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64)[:, None] * np.asarray(multipliers)
    if margins:
        lost = np.zeros(w.shape[1], dtype=bool)
        for m in margins:
            for j, wanted in enumerate(m.totals):
                lost |= (wanted > 0) & (w[m.category == j].sum(axis=0) <= 0)
        w = np.where(lost, np.asarray(weights, dtype=np.float64)[:, None], w)
        raked = rake(w, margins, tolerance=1e-6, rounds=100)
        w = np.where(lost | ~raked.converged, np.nan, raked.weights)
    has = ~np.isnan(a)
    mass = has.T.astype(np.float64) @ w
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(has, a, 0.0).T @ w / mass
    return np.asarray(np.where(mass > 0, found, np.nan))


def t_interval(
    mean: ArrayLike, error: ArrayLike, degrees: int, level: float, limits: tuple[float, float]
) -> tuple[Array, Array]:
    """Interval by Student's t, cut to the ends of the scale.

    Examples
    --------
    >>> low, high = t_interval(50.0, 2.0, 20, 0.95, (0, 100))
    >>> round(float(low), 2), round(float(high), 2)
    (45.83, 54.17)
    """
    if degrees < 1:
        nothing = np.full(np.shape(mean), np.nan)
        return nothing, nothing
    half = t.ppf(0.5 + level / 2, degrees) * np.asarray(error)
    centre = np.asarray(mean, dtype=np.float64)
    return np.maximum(centre - half, limits[0]), np.minimum(centre + half, limits[1])


def effective_size(p: float, error: float, people: int, rate: float = 0.0) -> float:
    """People of a simple random sample with the same variance, ``p (1 - p)/error^2``.

    At most the sample over ``1 - rate``, for an estimated error may be too small by chance; the
    sample itself where all gave one answer.

    Parameters
    ----------
    p, error
        Share, from 0 to 1, and its standard error.
    people
        People who answered.
    rate
        Share of the population they are, below 1.
    """
    if not 0 < p < 1 or error <= 0:
        return float(people)
    return float(min(p * (1 - p) / error**2, people / (1 - rate)))


def korn_graubard(
    p: float, error: float, people: int, degrees: int, level: float, rate: float = 0.0
) -> tuple[float, float]:
    """Interval of a share: Clopper and Pearson's with the effective number of people.

    The number is multiplied by ``(t_{n-1}/t_{degrees})^2`` (Korn and Graubard 1998).

    Examples
    --------
    >>> low, high = korn_graubard(0.3, 0.05, 84, 1000, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.206, 0.408)
    >>> [round(v, 3) for v in korn_graubard(0.0, 0.0, 18, 17, 0.95)]
    [0.0, 0.185]
    """
    if degrees < 1 or people < 2:
        return float("nan"), float("nan")
    if rate >= 1:
        return p, p  # everyone was asked
    n = effective_size(p, error, people, rate)
    ratio = t.ppf(0.5 + level / 2, people - 1) / t.ppf(0.5 + level / 2, degrees)
    n = n * float(ratio) ** 2
    x, tail = n * p, (1 - level) / 2
    low = 0.0 if p <= 0 else float(beta.ppf(tail, x, n - x + 1))
    high = 1.0 if p >= 1 else float(beta.ppf(1 - tail, x + 1, n - x))
    return low, high


def wilson(p: float, error: float, people: int, degrees: int, level: float, rate: float = 0.0) -> tuple[float, float]:
    """Interval of a share: Wilson's (1927) with the effective number of people and Student's t.

    Examples
    --------
    >>> [round(v, 4) for v in wilson(0.431, 0.046, 116, 10**6, 0.95)]
    [0.3445, 0.5219]
    """
    if degrees < 1:
        return float("nan"), float("nan")
    if rate >= 1:
        return p, p
    n = effective_size(p, error, people, rate)
    z = float(t.ppf(0.5 + level / 2, degrees))
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return float(max(centre - half, 0.0)), float(min(centre + half, 1.0))
