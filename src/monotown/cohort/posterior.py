r"""What observed stocks say about exit and inflow, exactly.

Each person in the stock leaves within a year with probability ``exit``; persons enter by a Poisson
law with ``inflow`` a year and may leave from the next year on. Then the stock after n years is

.. math:: D_{t+n} \sim \mathrm{Bin}(D_t, s^n) + \mathrm{Poisson}(h (1 - s^n) / (1 - s)),
   \quad s = 1 - \mathrm{exit},

since thinning keeps both laws (Kingman 1993, section 5.1). The likelihood of a series of counts is
the product over its steps, so it is computed on a grid without simulation and without tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array


@dataclass(frozen=True)
class Prior:
    """Independent priors of the exit rate and of a yearly inflow.

    Attributes
    ----------
    name
        Its name in tables.
    exit_rate
        a and b of a beta law.
    inflow
        Shape and scale (persons a year) of a gamma law.
    """

    name: str
    exit_rate: tuple[float, float]
    inflow: tuple[float, float]

    def __post_init__(self) -> None:
        if min(*self.exit_rate, *self.inflow) <= 0:
            raise ValueError(f"prior {self.name}: expected parameters above 0")


#: A grid ends where this share of the prior is left above it.
_TAIL: Final = 1e-5


@dataclass(frozen=True)
class Grid:
    """Cells of a grid over the exit rate and the inflow.

    Cells are equally wide in the square root, so that small rates are told apart.

    Attributes
    ----------
    exit_rate, inflow
        Middles of the cells.
    exit_mass, inflow_mass
        Prior probability of each cell; each sums to 1.
    """

    exit_rate: Array
    inflow: Array
    exit_mass: Array
    inflow_mass: Array


def _cells(law: Any, cells: int) -> tuple[Array, Array]:
    roots = np.linspace(0.0, np.sqrt(float(law.isf(_TAIL))), cells + 1)
    mass = np.diff(law.cdf(roots**2))
    return ((roots[:-1] + roots[1:]) / 2) ** 2, mass / mass.sum()


def make_grid(prior: Prior, cells: int = 200) -> Grid:
    """Grid of a prior with `cells` cells a side.

    Examples
    --------
    >>> grid = make_grid(Prior("example", (2, 18), (2, 1.5)), 4)
    >>> grid.exit_rate.round(3)
    array([0.008, 0.076, 0.21 , 0.412])
    """
    if cells < 2:
        raise ValueError(f"cells: expected at least 2, found {cells}")
    from scipy import stats  # half a second, for who fits

    exits, exit_mass = _cells(stats.beta(*prior.exit_rate), cells)
    inflows, inflow_mass = _cells(stats.gamma(prior.inflow[0], scale=prior.inflow[1]), cells)
    return Grid(exits, inflows, exit_mass, inflow_mass)


def step_likelihood(before: int, after: int, years: int, exit_rate: ArrayLike, inflow: ArrayLike) -> Array:
    """Probability of a stock after some years, for each exit rate and each inflow.

    Parameters
    ----------
    before, after
        Persons at the two dates, non-negative.
    years
        Years between them, at least 1.
    exit_rate
        Shape (e,), above 0 and below 1.
    inflow
        Shape (h,), persons a year, non-negative.

    Returns
    -------
    ndarray, shape (e, h)

    Examples
    --------
    >>> round(float(step_likelihood(10, 9, 1, [0.1], [0.0])[0, 0]), 4)  # 10 * 0.1 * 0.9**9
    0.3874
    """
    from scipy import stats  # half a second, for who fits

    if before < 0 or after < 0 or years < 1:
        raise ValueError(f"expected counts and at least one year, found {before}, {after}, {years}")
    delta, h = np.asarray(exit_rate, dtype=np.float64), np.asarray(inflow, dtype=np.float64)
    left = (1.0 - delta) ** years
    kept = (1.0 - left) / delta
    stayed = np.arange(min(before, after) + 1)
    survivors = stats.binom.pmf(stayed[None, :], before, left[:, None])
    entered = stats.poisson.pmf((after - stayed)[None, None, :], (kept[:, None] * h)[:, :, None])
    return np.asarray(np.einsum("es,ehs->eh", survivors, entered))


def series_likelihood(years: Sequence[int], counts: Sequence[int], exit_rate: ArrayLike, inflow: ArrayLike) -> Array:
    """Probability of a series of stocks given its first, for each exit rate and inflow.

    Returns
    -------
    ndarray, shape (e, h)

    Raises
    ------
    ValueError
        If there are fewer than two years, or years do not rise.
    """
    if len(years) != len(counts) or len(years) < 2:
        raise ValueError("expected at least two years with a count each")
    if any(b <= a for a, b in pairwise(years)):
        raise ValueError(f"years: expected rising years, found {list(years)}")
    product = np.ones((np.size(exit_rate), np.size(inflow)))
    for i in range(1, len(years)):
        product *= step_likelihood(counts[i - 1], counts[i], years[i] - years[i - 1], exit_rate, inflow)
    return product


def _normalised(likelihood: Array, grid: Grid) -> tuple[Array, float]:
    prior = grid.exit_mass
    for _ in range(likelihood.ndim - 1):
        prior = np.multiply.outer(prior, grid.inflow_mass)
    mass = likelihood * prior
    evidence = float(mass.sum())
    if not evidence > 0:
        raise ValueError("the observed stocks are impossible under every exit rate of the prior")
    return mass / evidence, evidence


@dataclass(frozen=True)
class Posterior:
    """Probabilities over a grid.

    Attributes
    ----------
    prior
        The prior.
    grid
        Its grid.
    probability
        Shape (exit rates, inflows), sums to 1.
    evidence
        Prior probability of the observed stocks: how well the prior foresaw them.
    """

    prior: Prior
    grid: Grid
    probability: Array
    evidence: float

    def draw(self, generator: np.random.Generator, draws: int) -> tuple[Array, Array]:
        """Exit rates and inflows of independent draws, each of shape (draws,).

        A draw is the middle of a cell, as everywhere in this module.
        """
        e, h = _places(self.probability, generator, draws)
        return self.grid.exit_rate[e], self.grid.inflow[h]

    def quantiles(self, levels: Sequence[float]) -> tuple[Array, Array]:
        """Quantiles of the exit rate and of the inflow."""
        return (
            _quantiles(self.grid.exit_rate, self.probability.sum(axis=1), levels),
            _quantiles(self.grid.inflow, self.probability.sum(axis=0), levels),
        )

    def correlation(self) -> float:
        """Correlation of exit rate and inflow: near 1 where the data give only a ridge."""
        p, e, h = self.probability, self.grid.exit_rate, self.grid.inflow
        mean_e, mean_h = float(p.sum(axis=1) @ e), float(p.sum(axis=0) @ h)
        cov = float((e - mean_e) @ p @ (h - mean_h))
        var_e = float(p.sum(axis=1) @ (e - mean_e) ** 2)
        var_h = float(p.sum(axis=0) @ (h - mean_h) ** 2)
        if var_h == 0:
            raise ValueError("a closed stock has no inflow to correlate with")
        return cov / float(np.sqrt(var_e * var_h))


def _places(probability: Array, generator: np.random.Generator, draws: int) -> tuple[NDArray[np.intp], ...]:
    cumulative = np.cumsum(probability.ravel())
    place = np.searchsorted(cumulative / cumulative[-1], generator.random(draws), side="right")
    return np.unravel_index(place, probability.shape)


def _quantiles(values: Array, mass: Array, levels: Sequence[float]) -> Array:
    # cell middles at mid-mass, so that the prior gives back its own quantiles
    middle = np.cumsum(mass) - mass / 2
    return np.asarray(np.interp(levels, middle, values))


def fit_total(
    years: Sequence[int], counts: Sequence[int], prior: Prior, cells: int = 200, *, closed: bool = False
) -> Posterior:
    """Posterior of one exit rate and one inflow from a series of totals.

    A closed stock has no inflow; its grid has the one inflow 0.

    Examples
    --------
    >>> found = fit_total([2014, 2019], [86, 50], Prior("example", (2, 18), (2, 1.5)))
    >>> found.quantiles([0.05, 0.5, 0.95])[0].round(3)
    array([0.094, 0.131, 0.192])
    """
    grid = make_grid(prior, cells)
    if closed:
        grid = Grid(grid.exit_rate, np.zeros(1), grid.exit_mass, np.ones(1))
    mass, evidence = _normalised(series_likelihood(years, counts, grid.exit_rate, grid.inflow), grid)
    return Posterior(prior, grid, mass, evidence)


@dataclass(frozen=True)
class TypedPosterior:
    """Posterior of a common exit rate and of the inflow of each degree that still is awarded.

    Attributes
    ----------
    prior
        Prior of the exit rate, and of each inflow.
    grid
        Its grid; the inflow axis serves every open degree.
    open_degrees
        Degrees with inflow, in the order of the axes.
    probability
        Shape (exit rates, inflows of each open degree …), sums to 1.
    evidence
        Prior probability of what was observed.
    """

    prior: Prior
    grid: Grid
    open_degrees: tuple[str, ...]
    probability: Array
    evidence: float

    def draw(self, generator: np.random.Generator, draws: int) -> tuple[Array, dict[str, Array]]:
        """Exit rates, and inflows by open degree, each of shape (draws,)."""
        e, *hs = _places(self.probability, generator, draws)
        inflows = {d: self.grid.inflow[h] for d, h in zip(self.open_degrees, hs, strict=True)}
        return self.grid.exit_rate[e], inflows

    def quantiles(self, levels: Sequence[float]) -> tuple[Array, dict[str, Array]]:
        """Quantiles of the exit rate, and of the inflow of each open degree."""
        axes = range(self.probability.ndim)

        def margin(axis: int) -> Array:
            other = tuple(a for a in axes if a != axis)
            return np.asarray(self.probability.sum(axis=other))

        return _quantiles(self.grid.exit_rate, margin(0), levels), {
            degree: _quantiles(self.grid.inflow, margin(i), levels) for i, degree in enumerate(self.open_degrees, 1)
        }


def fit_types(
    total_before: int, after: Mapping[str, int], years: int, closed: Sequence[str], prior: Prior, cells: int = 60
) -> TypedPosterior:
    """Posterior by degree, where the first date is known in total only.

    Every split of the first total over the degrees is weighed alike (a uniform prior on
    compositions) and summed over; closed degrees have no inflow.

    Parameters
    ----------
    total_before
        Persons of all degrees at the first date.
    after
        Persons of each degree at the second date: one or two open degrees and at least one closed.
    years
        Years between the dates.
    closed
        Degrees that are no longer awarded.
    prior, cells
        Prior of the common exit rate and of each inflow, and cells of its grid a side.

    Raises
    ------
    ValueError
        If a closed degree is unknown, or there are not one or two open ones.
    """
    unknown = sorted(set(closed) - set(after))
    open_degrees = tuple(d for d in after if d not in closed)
    if unknown or not closed or len(open_degrees) not in (1, 2):
        raise ValueError(
            "expected closed degrees among "
            f"{', '.join(after)}, with one or two left open, found {', '.join(closed) or 'none'}"
        )
    from scipy import stats  # half a second, for who fits

    grid = make_grid(prior, cells)
    n = total_before
    left = (1.0 - grid.exit_rate) ** years
    first = np.arange(n + 1)

    # closed degrees: P(after | first) for each exit rate and first count, joined over compositions
    joined = np.zeros((cells, n + 1))
    joined[:, 0] = 1.0
    for degree in closed:
        mass = stats.binom.pmf(after[degree], first[None, :], left[:, None])
        joined = _convolve(joined, np.asarray(mass))
    opened = [_open(after[d], n, years, grid) for d in open_degrees]
    shape = (cells,) * (1 + len(opened))
    likelihood = np.empty(shape)
    for e in range(cells):
        if len(opened) == 1:
            likelihood[e] = opened[0][e] @ joined[e][::-1]
        else:
            rest = n - first[:, None] - first[None, :]
            third = np.where(rest >= 0, joined[e][np.maximum(rest, 0)], 0.0)
            likelihood[e] = opened[0][e] @ third @ opened[1][e].T
    probability, evidence = _normalised(likelihood, grid)
    return TypedPosterior(prior, grid, open_degrees, probability, evidence)


def _convolve(a: Array, b: Array) -> Array:
    return np.stack([np.convolve(x, y)[: x.size] for x, y in zip(a, b, strict=True)])


def _open(after: int, n: int, years: int, grid: Grid) -> Array:
    """P(after | first) of a degree with inflow, shape (exit rates, inflows, first counts)."""
    return np.stack(
        [step_likelihood(first, after, years, grid.exit_rate, grid.inflow) for first in range(n + 1)], axis=-1
    )
