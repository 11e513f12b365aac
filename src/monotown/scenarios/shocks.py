"""Shocks on measures: size, ramp and uncertainty, applied to values and put on the frozen scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array, Mask
from monotown.base.streams import Stream
from monotown.index.leaves import normalise_leaf
from monotown.index.model import Leaf

#: How a size is meant: a share of the value, the measure's own unit, or a share of the distance
#: between its goalposts, in its own unit.
SIZES: Final = ("relative", "absolute", "goalposts")


@dataclass(frozen=True)
class Shock:
    """An assumed change of one measure.

    Attributes
    ----------
    measure
        Id of the measure.
    size
        By how much at full strength.
    kind
        One of `SIZES`.
    start, full
        Last year without the change, and first year with all of it; between them it grows evenly.
        Where they are the same year, that year has all of it.
    sd
        Standard deviation of the size (normal law); 0 where it is certain.
    limits
        Least and largest size (triangular law with its mode at `size`), or None.
    probability
        That the change happens at all.
    """

    measure: str
    size: float
    kind: str
    start: int
    full: int
    sd: float = 0.0
    limits: tuple[float, float] | None = None
    probability: float = 1.0


@dataclass(frozen=True)
class Scenario:
    """Shocks that come together, and the states of the descriptors they stand for.

    Attributes
    ----------
    id
        Name, that of its file.
    shocks
        At most one a measure.
    states
        Descriptor to its state, for the cross-impact balance; may be empty.
    """

    id: str
    shocks: tuple[Shock, ...]
    states: Mapping[str, str]


def ramp(shock: Shock, year: ArrayLike) -> Array:
    """Share of a shock that has come by a year, from 0 to 1.

    Examples
    --------
    >>> ramp(Shock("m", 0.2, "relative", 2024, 2028), [2023, 2024, 2025, 2028, 2030]).tolist()
    [0.0, 0.0, 0.25, 1.0, 1.0]
    >>> ramp(Shock("m", 0.2, "relative", 2024, 2024), [2023, 2024]).tolist()
    [0.0, 1.0]
    """
    when = np.asarray(year, dtype=np.float64)
    if shock.full == shock.start:
        return np.asarray(np.where(when >= shock.full, 1.0, 0.0))
    return np.clip((when - shock.start) / (shock.full - shock.start), 0.0, 1.0)


def shocked(leaf: Leaf, value: ArrayLike, kind: str, size: ArrayLike) -> Array:
    """Values of a measure after a change.

    Parameters
    ----------
    leaf
        The measure, with its goalposts.
    value
        Values in the measure's unit.
    kind
        One of `SIZES`.
    size
        Sizes, of a shape that broadcasts with `value`.

    Examples
    --------
    >>> leaf = Leaf("m", goalposts=(0, 50))
    >>> [float(shocked(leaf, 4.0, kind, 0.1)) for kind in SIZES]
    [4.4, 4.1, 9.0]
    """
    x, by = np.asarray(value, dtype=np.float64), np.asarray(size, dtype=np.float64)
    if kind == "relative":
        return np.asarray(x * (1.0 + by))
    if kind == "absolute":
        return np.asarray(x + by)
    assert leaf.goalposts is not None
    return np.asarray(x + by * (leaf.goalposts[1] - leaf.goalposts[0]))


def on_scale(leaf: Leaf, values: ArrayLike) -> tuple[Array, Mask]:
    """Scores from 0 to 1 between frozen goalposts, and where a value was cut to one of them.

    Values are cut before they are transformed, so that a logarithm never meets a value that its
    goalposts keep out; the score is the same as if they were cut afterwards.

    Examples
    --------
    >>> z, cut = on_scale(Leaf("m", goalposts=(0, 10), direction=-1), [[5.0, 12.0]])
    >>> z.tolist(), cut.tolist()
    ([[0.5, 0.0]], [[False, True]])
    """
    x = np.asarray(values, dtype=np.float64)
    assert leaf.goalposts is not None
    low, high = leaf.goalposts
    cut = (x < low) | (x > high)
    flat = np.clip(x, low, high).ravel()
    z = normalise_leaf(leaf, flat, np.zeros(flat.size, dtype=np.int64)).values
    return z.reshape(x.shape), cut


def apply_scenario(leaves: Sequence[Leaf], base: Array, scenario: Scenario, years: Sequence[int]) -> tuple[Array, Mask]:
    """Scores of all measures under a scenario in each year; what is not shocked stays as it is.

    Parameters
    ----------
    leaves
        The measures.
    base
        Shape (units, leaves): values of the base year, none missing.
    scenario
        Its shocks are on measures of `leaves`.
    years
        Years to come.

    Returns
    -------
    z : ndarray, shape (years, units, leaves)
    cut : ndarray of bool, shape (years, units, leaves)
        Where a shocked value was cut to a goalpost.
    """
    z = np.empty((len(years), *base.shape))
    cut = np.zeros(z.shape, dtype=bool)
    for j, leaf in enumerate(leaves):
        z[:, :, j] = on_scale(leaf, base[:, j])[0]
    at = {leaf.measure: j for j, leaf in enumerate(leaves)}
    for shock in scenario.shocks:
        j = at[shock.measure]
        size = shock.size * ramp(shock, list(years))
        moved = shocked(leaves[j], base[None, :, j], shock.kind, size[:, None])
        z[:, :, j], over = on_scale(leaves[j], moved)
        cut[:, :, j] = over & (size != 0)[:, None]
    return z, cut


def draw_sizes(scenario: Scenario, draws: int, seed: int) -> Array:
    """Random sizes of a scenario's shocks at full strength.

    Parameters
    ----------
    draws
        Number of draws.
    seed
        Of the run. A scenario's draws do not depend on the other scenarios, nor the sizes of a
        shock on the other shocks.

    Returns
    -------
    ndarray, shape (draws, shocks)
        Normal (`sd`), triangular (`limits`) or certain, independent of each other; 0 where a shock
        does not happen. Whether shocks happen is drawn once for the scenario, so that those with
        the same probability happen together or not at all.
    """
    stream = partial(Stream.of, seed, "scenarios", "sizes", scenario.id)
    sizes = np.empty((draws, len(scenario.shocks)))
    happens = stream().generator().random(draws)
    for i, shock in enumerate(scenario.shocks):
        random = stream(shock.measure).generator()  # a scenario shocks a measure once
        if shock.limits is not None:
            sizes[:, i] = _triangular(random.random(draws), *shock.limits, shock.size)
        else:
            sizes[:, i] = shock.size + shock.sd * random.standard_normal(draws)
        sizes[:, i] = np.where(happens < shock.probability, sizes[:, i], 0.0)
    return sizes


def _triangular(u: Array, low: float, high: float, mode: float) -> Array:
    if high <= low:
        return np.full(u.shape, mode)
    turn = (mode - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mode - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u < turn, left, right))


def apply_draws(
    leaves: Sequence[Leaf], base: Array, scenario: Scenario, year: int, sizes: Array
) -> tuple[Array, float]:
    """Scores of one year in every draw, and the share of shocked values cut to a goalpost.

    Parameters
    ----------
    sizes
        From `draw_sizes`.

    Returns
    -------
    z : ndarray, shape (draws, units, leaves)
    cut : float
        0 where there is no shock.
    """
    z = np.empty((len(sizes), *base.shape))
    for j, leaf in enumerate(leaves):
        z[:, :, j] = on_scale(leaf, base[:, j])[0]
    at = {leaf.measure: j for j, leaf in enumerate(leaves)}
    cuts = []
    for i, shock in enumerate(scenario.shocks):
        j = at[shock.measure]
        size = sizes[:, i] * float(ramp(shock, year))
        moved = shocked(leaves[j], base[None, :, j], shock.kind, size[:, None])
        z[:, :, j], over = on_scale(leaves[j], moved)
        cuts.append(float(over[size != 0].mean()) if (size != 0).any() else 0.0)
    return z, float(np.mean(cuts)) if cuts else 0.0
