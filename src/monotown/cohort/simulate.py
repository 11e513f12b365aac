"""Random trajectories of a stock, with persons who leave and enter one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monotown.base.arrays import Array, Counts

#: Trajectories of one stream of random numbers: fixed, so that threads do not change a result, and
#: small, so that a block's arrays stay in a core's cache.
BLOCK: Final = 1 << 15

#: Largest expected number of events for which counting up from zero is the quicker way.
_FEW: Final = 25.0


@dataclass(frozen=True)
class Course:
    """What a scenario does to exit and inflow; everything is an assumption of its author.

    Attributes
    ----------
    name
        Its name in tables.
    exit_factor
        Multiplies the exit rate, non-negative; a rate never passes 1.
    inflow_factor
        Multiplies every inflow, non-negative.
    extra_inflow
        Persons a year beside the inflow, by degree (``total`` where degrees are not told apart).
    from_year
        First year that it changes; the years before follow the past.
    """

    name: str
    exit_factor: float = 1.0
    inflow_factor: float = 1.0
    extra_inflow: Mapping[str, float] | None = None
    from_year: int = 0

    def __post_init__(self) -> None:
        extra = dict(self.extra_inflow or {})
        if min(self.exit_factor, self.inflow_factor, *extra.values(), 0.0) < 0:
            raise ValueError(f"course {self.name}: expected factors and inflows of at least 0")


def simulate(
    stock: int,
    exit_rate: Array,
    inflow: Array,
    years: int,
    generator: Callable[[int], np.random.Generator],
    *,
    threads: int = 1,
) -> Counts:
    """Trajectories of one stock under constant exit rates and inflows, one of each a trajectory.

    Parameters
    ----------
    stock
        Persons at the start, the same for all.
    exit_rate
        Shape (trajectories,), from 0 to 1.
    inflow
        Shape (trajectories,), persons a year, non-negative.
    years
        Steps, at least 1.
    generator
        Random generator of a block by its number; blocks must not share a stream.
    threads
        Blocks worked on at one time; the result does not depend on it.

    Returns
    -------
    ndarray of int64, shape (years, trajectories)
        Stock after 1, 2, … years.
    """
    return simulate_path(
        stock,
        np.broadcast_to(exit_rate, (years, exit_rate.size)),
        np.broadcast_to(inflow, (years, inflow.size)),
        generator,
        threads=threads,
    )


def simulate_path(
    stock: int, exit_rates: Array, inflows: Array, generator: Callable[[int], np.random.Generator], *, threads: int = 1
) -> Counts:
    """As `simulate`, with an exit rate and an inflow for each year.

    Parameters
    ----------
    exit_rates, inflows
        Shape (years, trajectories).

    Returns
    -------
    ndarray of int64, shape (years, trajectories)
    """
    years, n = exit_rates.shape
    if inflows.shape != (years, n) or years < 1:
        raise ValueError(f"expected one shape, found {exit_rates.shape} and {inflows.shape}")
    if np.any((exit_rates < 0) | (exit_rates > 1)) or np.any(inflows < 0) or stock < 0:
        raise ValueError("expected exit rates from 0 to 1, inflows and a stock of at least 0")
    out = np.empty((years, n), dtype=np.int64)

    def work(block: int) -> None:
        part = slice(block * BLOCK, min((block + 1) * BLOCK, n))
        random = generator(block)
        now = np.full(part.stop - part.start, stock, dtype=np.float64)
        for year in range(years):
            now -= leavers(now, exit_rates[year, part], random)
            now += entrants(inflows[year, part], random)
            out[year, part] = now

    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        list(pool.map(work, range(-(-n // BLOCK))))
    return out


def leavers(stock: Array, exit_rate: Array, random: np.random.Generator) -> Array:
    """Binomial number of persons who leave, by inversion (Devroye 1986, section X.4.1).

    Parameters
    ----------
    stock
        Whole numbers, shape (n,).
    exit_rate
        Shape (n,), from 0 to 1.
    random
        Source of random numbers.
    """
    if float(np.max(stock * exit_rate, initial=0.0)) > _FEW or np.any(exit_rate >= 1):
        return np.asarray(random.binomial(stock.astype(np.int64), exit_rate), dtype=np.float64)
    odds = exit_rate / (1.0 - exit_rate)
    mass = np.exp(stock * np.log1p(-exit_rate))
    return _invert(mass, random.random(stock.size), odds, stock)


def entrants(inflow: Array, random: np.random.Generator) -> Array:
    """Poisson number of persons who enter, by inversion (Devroye 1986, section X.3.3)."""
    if float(np.max(inflow, initial=0.0)) > _FEW:
        return np.asarray(random.poisson(inflow), dtype=np.float64)
    return _invert(np.exp(-inflow), random.random(inflow.size), inflow, None)


def _invert(mass: Array, u: Array, factor: Array, most: Array | None) -> Array:
    """Smallest k with ``u <= P(K <= k)``, where ``mass`` is P(K = 0).

    Each next mass is the last times ``factor (most - k) / (k + 1)``, without `most` times
    ``factor / (k + 1)``. Cells that are done are set aside now and then, so that the few with many
    events do not hold up the rest.
    """
    count = np.zeros(u.size)
    place: NDArray[np.intp] | None = None
    below = mass.copy()
    k, here = 0, count
    while True:
        beyond = u > below
        if most is not None:
            beyond &= most > k  # rounding may leave the sum of all cells just short of one
        left = int(np.count_nonzero(beyond))
        here += beyond
        if place is not None:
            count[place] = here
        if left == 0 or (most is None and not np.any(mass[beyond])):
            return count
        if left * 4 < beyond.size:
            at = np.flatnonzero(beyond)
            place = at if place is None else place[at]
            mass, u, factor, below, here = mass[at], u[at], factor[at], below[at], here[at]
            most = None if most is None else most[at]
        k += 1
        mass = mass * factor
        mass *= 1.0 / k if most is None else (most - (k - 1)) / k
        below += mass


def apply_course(exit_rate: Array, inflow: Array, course: Course, degree: str, years: range) -> tuple[Array, Array]:
    """Exit rates and inflows of each year under a course, each of shape (years, trajectories)."""
    active = np.array([year >= course.from_year for year in years])[:, None]
    extra = dict(course.extra_inflow or {}).get(degree, 0.0)
    exits = np.where(active, np.minimum(exit_rate * course.exit_factor, 1.0), exit_rate)
    flows = np.where(active, inflow * course.inflow_factor + extra, inflow)
    return np.asarray(exits), np.asarray(flows)
