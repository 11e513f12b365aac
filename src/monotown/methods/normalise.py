"""Normalisation: raw values to direction-corrected scores on one scale.

Every function takes values whose first axis is the units, and `direction` ±1 (one, or one a
column); NaN stays NaN and takes no part in the sample's statistics. More is better in every result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.base.many import FEW
from monotown.base.ties import TOLERANCE, above, sign
from monotown.methods.method import Normalisation, Scores, Settings, flag, number, numbers, one_of, scope
from monotown.methods.ranks import TIES, Ties, rank


class Normalised(NamedTuple):
    """Scores, and where a value beyond the goalposts was cut to them."""

    values: Array
    clipped: NDArray[np.bool_]


def _floats(x: ArrayLike) -> Array:
    return np.asarray(x, dtype=np.float64)


def ways(direction: ArrayLike) -> Array:
    """Directions as numbers; whatever is neither 1 nor -1 is refused.

    Examples
    --------
    >>> ways([1, -1]).tolist()
    [1.0, -1.0]
    >>> ways(0)
    Traceback (most recent call last):
    ...
    ValueError: direction: found 0; expected 1 where more is better, -1 where less is
    """
    found = _floats(direction)
    if not np.isin(found, (1, -1)).all():
        raise ValueError(f"direction: found {direction!r}; expected 1 where more is better, -1 where less is")
    return found


def _refuse_flat(spread: ArrayLike, sample: Array, what: str) -> None:
    # a constant column has a spread of some last bits
    least = 1e-12 * np.nanmax(np.abs(sample), axis=0)
    if not np.all(_floats(spread) > least):
        raise ValueError(f"{what} is 0: the measure does not vary between the units")


def _spread(sample: Array, ddof: int) -> Array:
    if ((~np.isnan(sample)).sum(axis=0) <= ddof).any():
        raise ValueError("a standard deviation needs at least two units")
    spread = np.asarray(np.nanstd(sample, axis=0, ddof=ddof))
    _refuse_flat(spread, sample, "the standard deviation")
    return spread


def minmax(
    x: ArrayLike,
    goalposts: Sequence[ArrayLike] | None = None,
    direction: ArrayLike = 1,
    target: tuple[float, float] = (0.0, 1.0),
    clip: bool = True,
) -> Normalised:
    """Min-max: ``(x - lo) / (hi - lo)``, or 1 less it for direction -1, then to `target`.

    Parameters
    ----------
    x
        Shape (units,) or (units, measures).
    goalposts
        lo and hi, numbers or one a measure. None takes the lowest and highest of `x`, so that a
        new unit or year changes old scores; frozen goalposts keep them.
    direction
        ±1.
    target
        Scores of the worst and the best goalpost.
    clip
        Cut scores beyond the goalposts to them; the result says where.

    Raises
    ------
    ValueError
        If lo is not below hi.

    Notes
    -----
    OECD/JRC (2008), Handbook on constructing composite indicators, step 5; frozen goalposts as in
    UNDP's human development index.

    Examples
    --------
    >>> scores = minmax([0, 5, 12], goalposts=(0, 10))
    >>> scores.values.tolist(), scores.clipped.tolist()
    ([0.0, 0.5, 1.0], [False, False, True])
    >>> minmax([0, 5, 10], direction=-1).values.tolist()
    [1.0, 0.5, 0.0]
    """
    if goalposts is None:
        return minmax_sample(x, direction, None, target, clip)
    values = _floats(x)
    low, high = _floats(goalposts[0]), _floats(goalposts[1])
    if not np.all(high > low):
        raise ValueError("a goalpost pair is the lower number and the higher one")
    share = (values - low) / (high - low)
    share = np.where(ways(direction) > 0, share, 1 - share)
    clipped = above(0, share) | above(share, 1)
    if clip:
        share = np.clip(share, 0, 1)
    else:
        clipped = np.zeros_like(clipped)
    return Normalised(target[0] + (target[1] - target[0]) * share, clipped)


def minmax_sample(
    x: ArrayLike,
    direction: ArrayLike = 1,
    base: ArrayLike | None = None,
    target: tuple[float, float] = (0.0, 1.0),
    clip: bool = True,
) -> Normalised:
    """Min-max with the lowest and the highest of the values, or of `base`, as goalposts.

    Examples
    --------
    >>> minmax_sample([0, 5, 10], base=[0, 20]).values.tolist()
    [0.0, 0.25, 0.5]
    """
    sample = _floats(x if base is None else base)
    low, high = np.nanmin(sample, axis=0), np.nanmax(sample, axis=0)
    _refuse_flat(high - low, sample, "the range")
    return minmax(x, (low, high), direction, target, clip)


def zscore(
    x: ArrayLike,
    direction: ArrayLike = 1,
    base: ArrayLike | None = None,
    mean: float = 0.0,
    sd: float = 1.0,
    ddof: float = 1,
) -> Array:
    """Z-score ``d (x - mean) / sd``, to the mean and sd asked for.

    Parameters
    ----------
    base
        Values that the mean and sd are taken from, such as those of a base year, so that later
        years stay comparable; None takes `x`.
    mean, sd
        Of the result: 100 and 10 for the Mazziotta-Pareto index.
    ddof
        1 for the sample's standard deviation, 0 for the population's.

    Notes
    -----
    OECD/JRC (2008), step 5.

    Examples
    --------
    >>> zscore([1, 2, 3]).tolist()
    [-1.0, 0.0, 1.0]
    >>> zscore([4], base=[1, 2, 3]).tolist()
    [2.0]
    """
    values = _floats(x)
    sample = values if base is None else _floats(base)
    spread = _spread(sample, int(ddof))
    z = ways(direction) * (values - np.nanmean(sample, axis=0)) / spread
    return np.asarray(mean + sd * z)


def rank_score(x: ArrayLike, direction: ArrayLike = 1, ties: Ties = "average") -> Array:
    """Rank from the worst, 1, to the best, n; ties averaged unless asked otherwise.

    The one tolerance for ties counts in shares of the largest value in size, so that the unit of
    measure is without effect.

    Parameters
    ----------
    x
        Shape (units,) or (units, measures).
    direction
        ±1.
    ties
        As in `monotown.methods.ranks.rank`. ``min`` is the default of COINr's ``n_rank``: tied units
        have the score of the worst of them.

    Examples
    --------
    >>> rank_score([10, 30, 20, 20]).tolist()
    [1.0, 4.0, 2.5, 2.5]
    >>> rank_score([10, 30, 20, 20], ties="min").tolist()
    [1.0, 4.0, 2.0, 2.0]
    """
    values = _floats(x)
    size = np.nanmax(np.abs(values), axis=0, initial=0.0)
    scaled = values / np.where(size > 0, size, 1.0)
    return rank(scaled * ways(direction), axis=0, ascending=True, ties=ties)


def borda(x: ArrayLike, direction: ArrayLike = 1) -> Array:
    """Borda points: units beaten, half for each tied; 0 for the worst, n - 1 for the best.

    Examples
    --------
    >>> borda([10, 30, 20, 20]).tolist()
    [0.0, 3.0, 1.5, 1.5]
    """
    return rank_score(x, direction) - 1


def percentile(x: ArrayLike, direction: ArrayLike = 1) -> Array:
    """Hazen percentile ``(r - 0.5) / n`` of the rank from the worst (Hazen 1914).

    Examples
    --------
    >>> percentile([10, 30, 20, 20]).tolist()
    [0.125, 0.875, 0.5, 0.5]
    """
    values = _floats(x)
    return np.asarray((rank_score(values, direction) - 0.5) / (~np.isnan(values)).sum(axis=0))


def distance_to_target(
    x: ArrayLike, value: ArrayLike, goalposts: Sequence[ArrayLike], direction: ArrayLike = 1
) -> Normalised:
    """Share of the way to a target: ``(x - lo) / (target - lo)``, at most 1.

    For direction -1 the way runs down: ``(hi - x) / (hi - target)``. Beyond the target, and short
    of the start, scores are cut.

    Parameters
    ----------
    x
        Shape (units,) or (units, measures).
    value
        The target, in raw units.
    goalposts
        lo and hi; the start of the way is lo, or hi for direction -1.

    Notes
    -----
    OECD/JRC (2008), step 5, "distance to a reference".

    Examples
    --------
    >>> distance_to_target([2, 4, 9], value=8, goalposts=(0, 10)).values.tolist()
    [0.25, 0.5, 1.0]
    """
    start = np.where(ways(direction) > 0, _floats(goalposts[0]), _floats(goalposts[1]))
    way = _floats(value) - start
    if not np.all(way * ways(direction) > 0):
        raise ValueError("a target lies on the good side of the start of its scale")
    share = (_floats(x) - start) / way
    return Normalised(np.clip(share, 0, 1), above(0, share) | above(share, 1))


def distance_to_frontier(x: ArrayLike, direction: ArrayLike = 1, base: ArrayLike | None = None) -> Array:
    """Ratio to the best unit: ``x / best``, or ``best / x`` for direction -1.

    Parameters
    ----------
    base
        Values the best is taken from, such as a base year; a later unit may then exceed 1.

    Raises
    ------
    ValueError
        For values of 0 or less where they are divided by, or any below 0: a ratio needs a ratio
        scale.

    Notes
    -----
    OECD/JRC (2008), step 5.

    Examples
    --------
    >>> distance_to_frontier([2, 4, 8]).tolist()
    [0.25, 0.5, 1.0]
    >>> distance_to_frontier([2, 4, 8], direction=-1).tolist()
    [1.0, 0.5, 0.25]
    """
    values = _floats(x)
    sample = values if base is None else _floats(base)
    up = np.broadcast_to(ways(direction) > 0, values.shape)
    low = np.where(up, values, np.inf), np.where(up, np.inf, values)
    best, least = np.nanmax(sample, axis=0), np.nanmin(sample, axis=0)
    if (
        np.nanmin(low[0], initial=np.inf) < 0
        or np.nanmin(low[1], initial=np.inf) <= 0
        or not np.all(np.where(ways(direction) > 0, best, least) > 0)
    ):
        raise ValueError("a ratio to the frontier needs positive values")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(up, values / best, least / values))


def others_average(x: ArrayLike, weights: ArrayLike | None = None) -> Array:
    """Weighted average of all units but the unit itself.

    Leaving the unit out keeps a large unit from being compared with itself.

    Parameters
    ----------
    x
        Shape (units,) or (units, measures); NaN is left out, with its weight.
    weights
        Shape (units,), such as populations; not negative. None counts each unit once.

    Returns
    -------
    ndarray
        Shape of `x`. NaN for a unit without any other.

    Examples
    --------
    >>> others_average([1.0, 2.0, 4.0], [1, 1, 3]).tolist()
    [3.5, 3.25, 1.5]
    """
    values = _floats(x)
    w = np.ones(len(values)) if weights is None else _floats(weights)
    if np.isnan(w).any() or (w < 0).any():
        raise ValueError("weights of an average are known and not negative")
    wide = np.broadcast_to(w.reshape(-1, *[1] * (values.ndim - 1)), values.shape)
    wide = np.where(np.isnan(values), 0.0, wide)
    filled = np.where(np.isnan(values), 0.0, values)
    total, weight = _others(wide * filled), _others(wide)
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)


def _others(values: Array) -> Array:
    """Sums over the others proper, not total less own, which would lose digits."""
    if len(values) <= FEW:
        return np.asarray(~np.eye(len(values), dtype=bool) @ values)
    found = np.zeros(values.shape)
    found[1:] = np.cumsum(values[:-1], axis=0)
    found[:-1] += np.cumsum(values[:0:-1], axis=0)[::-1]
    return found


def ratio_to_average(
    x: ArrayLike, direction: ArrayLike = 1, weights: ArrayLike | None = None, average: ArrayLike | None = None
) -> Array:
    """Ratio to the average of the other units: ``x / a``, or ``2 - x / a`` for direction -1.

    Parameters
    ----------
    weights
        As in `others_average`.
    average
        The average to compare with, where it is not that of the others.

    Raises
    ------
    ValueError
        If an average is not positive.

    Notes
    -----
    The comparison "with average values for the region" that the paper asks for.

    Examples
    --------
    >>> ratio_to_average([1.0, 2.0, 3.0]).tolist()
    [0.4, 1.0, 2.0]
    """
    values = _floats(x)
    mean = others_average(values, weights) if average is None else _floats(average)
    if np.nanmin(mean, initial=np.inf) <= 0:
        raise ValueError("a ratio to an average needs a positive average")
    ratio = values / mean
    return np.where(ways(direction) > 0, ratio, 2 - ratio)


def log_ratio_to_average(
    x: ArrayLike, direction: ArrayLike = 1, weights: ArrayLike | None = None, average: ArrayLike | None = None
) -> Array:
    """Logarithm of the ratio to the average of the other units, ``d ln(x / a)``.

    Unlike the ratio it treats twice and half alike. Positive values only.

    Examples
    --------
    >>> log_ratio_to_average([1.0, 1.0, 1.0]).tolist()
    [0.0, 0.0, 0.0]
    """
    values = _floats(x)
    if np.nanmin(values, initial=np.inf) <= 0:
        raise ValueError("a log-ratio needs positive values")
    mean = others_average(values, weights) if average is None else _floats(average)
    return ways(direction) * np.log(values / mean)


def sd_from_average(x: ArrayLike, direction: ArrayLike = 1, weights: ArrayLike | None = None) -> Array:
    """Distance from the average of the other units in standard deviations (ddof 1) of all units.

    Examples
    --------
    >>> sd_from_average([1.0, 2.0, 3.0]).tolist()
    [-1.5, 0.0, 1.5]
    """
    values = _floats(x)
    spread = _spread(values, 1)
    return np.asarray(ways(direction) * (values - others_average(values, weights)) / spread)


def above_below_average(
    x: ArrayLike, direction: ArrayLike = 1, band: float = 0.1, weights: ArrayLike | None = None
) -> Array:
    """+1 above the average of the others by more than a band, -1 below it, 0 within.

    Parameters
    ----------
    band
        Share of the average, 0 or more.

    Notes
    -----
    OECD/JRC (2008), step 5; used by the European innovation scoreboards.

    Examples
    --------
    >>> above_below_average([1.0, 2.0, 2.1, 4.0]).tolist()
    [-1.0, -1.0, 0.0, 1.0]
    """
    if not band >= 0:
        raise ValueError(f"a band is 0 or more, not {band}")
    values = _floats(x)
    mean = others_average(values, weights)
    reach = band * np.abs(mean) + TOLERANCE * np.nanmax(np.abs(values), axis=0, initial=0.0)
    return np.asarray(ways(direction) * sign(values - mean, reach))


def logistic(x: ArrayLike, direction: ArrayLike = 1, base: ArrayLike | None = None) -> Array:
    """Logistic function of the z-score, ``1 / (1 + exp(-z))``; for sensitivity only.

    Examples
    --------
    >>> logistic([1, 2, 3]).round(4).tolist()
    [0.2689, 0.5, 0.7311]
    """
    return 1 / (1 + np.exp(-zscore(x, direction, base)))


def applied(
    method: Normalisation,
    settings: Settings,
    x: Array,
    direction: int,
    base: Array,
    goalposts: Array | None,
    weights: Array | None,
) -> Normalised:
    """Values by a method of the register, with the settings it has in a model.

    Parameters
    ----------
    method, settings
        The method, and each of its parameters.
    x
        Shape (units,), or (units, tables).
    direction
        1 or -1.
    base
        The values that a sample's statistics are taken of.
    goalposts
        The lower and the upper, or None.
    weights
        Shape (units,): weights of the averages of the other units, or None.

    Raises
    ------
    ValueError
        If the method needs goalposts and has none, the base does not vary, or a user's method
        gives anything but a score for each value.

    Examples
    --------
    >>> x = np.array([3.0, 1.0])
    >>> applied(METHODS[5], {"scope": "year"}, x, 1, x, None, None).values
    array([1., 0.])
    """
    if "goalposts" in method.needs and goalposts is None:
        raise ValueError("goalposts are needed; minmax_sample takes them from the sample")
    given = {"goalposts": goalposts, "base": base, "weights": weights}
    found = method(
        x.copy() if method.own else x,
        direction=direction,
        **{name: given[name] for name in method.needs},
        **{name: value for name, value in settings.items() if name != "scope"},
    )
    if method.own:
        found = found if isinstance(found, Normalised) else np.asarray(found, dtype=np.float64)
        scores = found.values if isinstance(found, Normalised) else found
        if scores.shape != x.shape or (np.isfinite(scores) != np.isfinite(x)).any():
            raise ValueError(
                f"{method.name} gave no score, or no number, for a value; needs one for each, of {x.shape}"
            )
    return found if isinstance(found, Normalised) else Normalised(found, np.zeros(x.shape, dtype=bool))


#: Stands for scores that are above 0 but have no lowest value.
_ABOVE_0: Final = 1e-12

_ENDS: Final = {"target": numbers((0.0, 1.0), pair=True), "clip": flag(True)}
_PLACES: Final = {"scope": scope("year", base_year=False)}


def _of_target(settings: Settings, certain: bool) -> Scores:
    """Range of a min-max; of a sample the least is always there, a frozen goalpost met by nobody."""
    low, high = settings["target"]  # type: ignore[misc,str-unpack]
    scale = {(70.0, 130.0): "ampi", (0.0, 1.0): "unit"}.get((low, high), "")  # type: ignore[arg-type]
    if settings["clip"]:
        return Scores(low, high, certain, scale)  # type: ignore[arg-type]
    # a value beyond a goalpost passes the end of the scale, which still is the same
    return Scores(scale="unit" if scale == "unit" else "")


def _of_zscore(settings: Settings, direction: int) -> Scores:
    # with mean 100 and sd 10 a score of 0 lies ten deviations off
    scale = "mpi" if (settings["mean"], settings["sd"]) == (100.0, 10.0) else ""
    return Scores(certain=not scale, scale=scale)


def _of_frontier(settings: Settings, direction: int) -> Scores:
    return Scores(0.0, np.inf if isinstance(settings["scope"], int) else 1.0, False, "unit")


def _of_ratio(settings: Settings, direction: int) -> Scores:
    return Scores(0.0, certain=False) if direction > 0 else Scores(high=2.0, certain=False)


#: The normalisations, in the order of the methods page.
METHODS: Final[list[Normalisation]] = [
    Normalisation(
        "minmax",
        minmax,
        needs=("goalposts",),
        parameters=_ENDS,
        scores=lambda settings, direction: _of_target(settings, certain=False),
        formula=("(x - lo) / (hi - lo), or 1 less it for d = -1; goalposts frozen, cut values listed; to any `target`"),
        reference="OECD/JRC 2008, step 5; UNDP technical notes",
        test="index/test_normalise.py::test_golden",
    ),
    Normalisation(
        "minmax_sample",
        minmax_sample,
        needs=("base",),
        parameters=_ENDS | {"scope": scope("pooled")},
        scores=lambda settings, direction: _of_target(settings, certain=True),
        formula="the same with the lowest and highest value of the `scope` (pooled, year, or a base year)",
        reference="OECD/JRC 2008, step 5",
        test="index/test_normalise.py::test_other_libraries_agree",
    ),
    Normalisation(
        "zscore",
        zscore,
        needs=("base",),
        parameters={"mean": number(0.0), "sd": number(1.0), "ddof": number(1.0), "scope": scope("pooled")},
        scores=_of_zscore,
        formula="`mean` + `sd` d (x - m) / s, m and s of the `scope`; `ddof` 1 or 0",
        reference="OECD/JRC 2008, step 5",
        test="index/test_normalise.py::test_frozen_zscore_takes_the_base_years_mean_and_sd",
    ),
    Normalisation(
        "rank",
        rank_score,
        parameters=_PLACES | {"ties": one_of("average", TIES)},
        scores=Scores(1.0),
        formula="rank from the worst; of tied values the `ties`: average (default), min, max or dense",
        reference="OECD/JRC 2008, step 5; Kendall 1945",
        key="`normalisation: rank` or `{method: rank, ties: min}`",
        test="index/test_normalise.py::test_rank_scores_of_ties_are_scipys",
    ),
    Normalisation(
        "percentile",
        percentile,
        parameters=_PLACES,
        scores=Scores(_ABOVE_0, 1.0, scale="unit"),
        formula="(r - 0.5) / n",
        reference="Hazen 1914",
        test="index/test_normalise.py::test_golden",
    ),
    Normalisation(
        "borda",
        borda,
        parameters=_PLACES,
        scores=Scores(0.0),
        formula="r - 1: units beaten, half for each tied",
        reference="Borda 1781",
        test="index/test_normalise.py::test_order_of_units_is_without_effect",
    ),
    Normalisation(
        "distance_to_target",
        distance_to_target,
        needs=("goalposts",),
        parameters={"value": number()},
        scores=Scores(0.0, 1.0, certain=False, scale="unit"),
        formula="(x - lo) / (target - lo), or (hi - x) / (hi - target); cut to [0, 1]",
        reference="OECD/JRC 2008, step 5",
        key="`normalisation: {method: distance_to_target, value: …}`",
        test="index/test_normalise.py::test_distance_to_target_runs_down_for_the_less_the_better",
    ),
    Normalisation(
        "distance_to_frontier",
        distance_to_frontier,
        needs=("base",),
        parameters={"scope": scope("pooled")},
        scores=_of_frontier,
        bounded=False,
        formula="x / best, or best / x",
        reference="OECD/JRC 2008, step 5",
        test="index/test_normalise.py::test_distance_to_frontier_of_a_base_year",
    ),
    Normalisation(
        "ratio_to_average",
        ratio_to_average,
        needs=("weights",),
        scores=_of_ratio,
        bounded=False,
        formula="x / a, or 2 - x / a; a the weighted average of the other units",
        reference='the paper\'s comparison with "average values for the region"',
        test="index/test_normalise.py::test_comparisons_with_the_average",
    ),
    Normalisation(
        "log_ratio_to_average",
        log_ratio_to_average,
        needs=("weights",),
        formula="d ln(x / a)",
        reference="the same",
        test="index/test_normalise.py::test_comparisons_with_the_average",
    ),
    Normalisation(
        "sd_from_average",
        sd_from_average,
        needs=("weights",),
        formula="d (x - a) / s",
        reference="the same",
        test="index/test_normalise.py::test_comparisons_with_the_average",
    ),
    Normalisation(
        "above_below_average",
        above_below_average,
        needs=("weights",),
        parameters={"band": number(0.1)},
        scores=Scores(-1.0, 1.0),
        formula="1, 0 or -1 beyond a `band` around a",
        reference="OECD/JRC 2008, step 5",
        test="index/test_normalise.py::test_comparisons_with_the_average",
    ),
    Normalisation(
        "logistic",
        logistic,
        needs=("base",),
        parameters={"scope": scope("pooled")},
        scores=Scores(_ABOVE_0, 1.0, scale="unit"),
        formula="1 / (1 + exp(-z)); for sensitivity only",
        reference="logistic function",
        test="index/test_normalise.py::test_logistic_is_symmetric",
    ),
]
