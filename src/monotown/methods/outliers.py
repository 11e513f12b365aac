"""Outliers and transforms: what is treated, how, and which points it touched."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.base.ties import above, level, tolerance_of
from monotown.methods.method import Outliers, Transform

#: Series of the derivative of ``(exp(t) - 1) / t``: ``sum t^k / (k! (k + 2))``.
_BEND: Final = [1 / (factorial(k) * (k + 2)) for k in range(20)]

#: A measure is out of line where both are exceeded (OECD/JRC practice, COINr's defaults).
SKEW_LIMIT: Final = 2.0
KURTOSIS_LIMIT: Final = 3.5


def _known(x: ArrayLike) -> Array:
    values = np.asarray(x, dtype=np.float64)
    return values[~np.isnan(values)]


def _moments(values: Array) -> tuple[float, float, float] | None:
    """Second, third and fourth central moments; None where the values vary by rounding alone.

    As SciPy computes them: ``scipy.stats`` takes a second to load.
    """
    mean = values.mean()
    off = values - mean
    square = off**2
    second = float(square.mean())
    if second <= (np.finfo(np.float64).resolution * mean) ** 2:
        return None
    return second, float((square * off).mean()), float((square**2).mean())


def skewness(x: ArrayLike) -> float:
    """Sample skewness G1, adjusted for bias, as in Excel, SAS and COINr (e1071 type 2).

    0 where the values do not vary; at least 3 values.

    Examples
    --------
    >>> round(skewness([1, 2, 3, 10]), 4)
    1.7636
    """
    values = _known(x)
    n = len(values)
    if n < 3:
        raise ValueError("skewness needs at least 3 values")
    found = _moments(values)
    if found is None:
        return 0.0
    m2, m3, _ = found
    return float(((n - 1.0) * n) ** 0.5 / (n - 2.0) * m3 / m2**1.5)


def kurtosis(x: ArrayLike) -> float:
    """Sample excess kurtosis G2, adjusted for bias (0 for a normal law; e1071 type 2, as COINr).

    Examples
    --------
    >>> round(kurtosis([1, 2, 3, 10]), 4)
    3.228
    """
    values = _known(x)
    n = len(values)
    if n < 4:
        raise ValueError("kurtosis needs at least 4 values")
    found = _moments(values)
    if found is None:
        return 0.0
    m2, _, m4 = found
    return float(1.0 / (n - 2) / (n - 3) * ((n**2 - 1.0) * m4 / m2**2.0 - 3 * (n - 1) ** 2.0))


def is_outlying(x: ArrayLike, skew_limit: float = SKEW_LIMIT, kurtosis_limit: float = KURTOSIS_LIMIT) -> bool:
    """Whether ``|skewness|`` > 2 and excess kurtosis > 3.5.

    Notes
    -----
    OECD/JRC audits (Saisana and Saltelli); COINr's ``check_SkewKurt``: both limits must be passed.

    Examples
    --------
    >>> is_outlying([1, 2, 3, 4, 5, 6, 7, 60])
    True
    """
    return bool(above(abs(skewness(x)), skew_limit) and above(kurtosis(x), kurtosis_limit))


@dataclass(frozen=True)
class Treatment:
    """What was done to one measure.

    Attributes
    ----------
    result
        The values after the treatment, in raw units unless `log`.
    treated
        True where a value was changed or marked, shape of `result`.
    log
        Whether the logarithm was taken of the whole measure.
    passed
        Whether the measure is in line after the treatment.
    """

    result: Array
    treated: NDArray[np.bool_]
    log: bool
    passed: bool


def winsorise(x: ArrayLike, most: int = 5) -> Treatment:
    """Pull the most outlying points to their neighbour, one at a time, until the rule passes.

    Parameters
    ----------
    x
        Shape (units,); NaN is left.
    most
        Largest number of points treated. If the rule still fails with these, nothing is treated
        and `passed` is False.

    Notes
    -----
    COINr's ``winsorise``: the highest points for positive skew, the lowest for negative; all points
    treated get the value of the next one in.

    Examples
    --------
    >>> done = winsorise([1, 2, 3, 4, 5, 6, 7, 60])
    >>> done.result.tolist(), done.treated.sum().item()
    ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.0], 1)
    """
    values = np.asarray(x, dtype=np.float64)
    none = np.zeros(values.shape, dtype=bool)
    if not is_outlying(values):
        return Treatment(values.copy(), none, False, True)
    order = np.argsort(level(values, tol=tolerance_of(values)), kind="stable")
    order = order[: len(_known(values))]
    if skewness(values) > 0:
        order = order[::-1]
    for n in range(1, min(most, len(order) - 1) + 1):
        tried = values.copy()
        tried[order[:n]] = values[order[n]]
        if not is_outlying(tried):
            touched = none.copy()
            touched[order[:n]] = True
            return Treatment(tried, touched, False, True)
    return Treatment(values.copy(), none, False, False)


def treat(x: ArrayLike, most: int = 5) -> Treatment:
    """Winsorise; where that is not enough, take the shifted logarithm of the raw values.

    The logarithm is ``ln(x - min + 0.01 (max - min))`` for positive skew (COINr's ``log_CT``), and
    its mirror image for negative skew.

    Examples
    --------
    >>> treat([1, 2, 3, 4, 5, 6, 7, 60]).log
    False
    """
    first = winsorise(x, most)
    if first.passed:
        return first
    values = np.asarray(x, dtype=np.float64)
    low, high = np.nanmin(values), np.nanmax(values)
    shift = 0.01 * (high - low)
    if skewness(values) > 0:
        logged = np.log(values - low + shift)
    else:
        logged = -np.log(high - values + shift)
    return Treatment(logged, first.treated, True, not is_outlying(logged))


def mad_flags(x: ArrayLike, limit: float = 3.5) -> NDArray[np.bool_]:
    """Points whose modified z-score ``0.6745 |x - median| / MAD`` exceeds a limit.

    Where more than half of the values are equal the MAD is 0 and nothing is flagged.

    Notes
    -----
    Iglewicz and Hoaglin (1993), How to detect and handle outliers.

    Examples
    --------
    >>> mad_flags([1, 2, 3, 4, 50]).tolist()
    [False, False, False, False, True]
    """
    values = np.asarray(x, dtype=np.float64)
    away = np.abs(values - np.nanmedian(values))
    mad = np.nanmedian(away)
    if mad <= tolerance_of(values):
        return np.zeros(values.shape, dtype=bool)
    return np.asarray(above(0.6745 * away / mad, limit))


def flag(x: ArrayLike) -> Treatment:
    """Values as they are, those that `mad_flags` finds marked.

    Examples
    --------
    >>> flag([1, 2, 3, 4, 50]).treated.sum().item()
    1
    """
    return Treatment(np.asarray(x, dtype=np.float64), mad_flags(x), log=False, passed=True)


def boxcox_power(x: ArrayLike) -> float:
    """Box and Cox's power, by maximum likelihood; positive values only (Box and Cox 1964).

    Notes
    -----
    With u the logarithms less their mean and ``w = (exp(power u) - 1) / power``, the likelihood is
    largest where ``ln var(w)`` is least, and the power is the root of its slope
    ``2 cov(w, dw) / var(w)``, dw the derivative of w. var(w) is the mean over pairs of units of the
    squared integral of ``exp(power t)`` from one u to the other, a sum of functions whose
    logarithms are convex in the power, so there is one root. It is found between two powers at
    which the slope has different signs, to 1e-12 or its rounding error.

    Examples
    --------
    >>> abs(boxcox_power(np.exp(np.linspace(-1, 1, 21)))) < 1e-9
    True
    """
    from numpy.polynomial.polynomial import polyval
    from scipy.optimize import brentq
    from scipy.special import exprel

    values = _known(x)
    if len(values) < 3 or not (values > 0).all() or np.ptp(values) <= tolerance_of(values):
        raise ValueError("Box-Cox needs at least 3 positive values that vary")
    u = np.log(values)
    u -= u.mean()
    u /= (size := float(np.abs(u).max()))  # the power for u of the size of 1 is `size` times it

    def slope(power: float) -> float:
        t = power * u
        # the slope of exprel; by its series near 0, where the difference loses its digits
        near = np.abs(t) < 1
        away = np.where(near, 1.0, t)
        bend = np.where(near, polyval(t, _BEND), (np.exp(t) - exprel(t)) / away)
        w, dw = u * exprel(t), u**2 * bend
        return float((w - w.mean()) @ dw / np.var(w))

    low, high = -1.0, 1.0
    while slope(low) > 0:
        low *= 2
    while slope(high) < 0:
        high *= 2
    return float(brentq(slope, low, high, xtol=1e-12)) / size


def boxcox(x: ArrayLike) -> Array:
    """Box and Cox's transform with the power of `boxcox_power`.

    Examples
    --------
    >>> boxcox(np.exp([0.0, 0.5, 1.0, 1.5])).round(6).tolist()
    [0.0, 0.5, 1.0, 1.5]
    """
    from scipy.special import boxcox as power_of

    values = np.asarray(x, dtype=np.float64)
    return np.asarray(power_of(values, boxcox_power(values)))


def apply_transform(x: ArrayLike, transform: str) -> Array:
    """Values under ``none`` or a transform of the register, as it stands in `METHODS`.

    Raises
    ------
    ValueError
        For values that it does not take: of 0 or less under log and Box-Cox, of -1 or less under
        log1p.

    Examples
    --------
    >>> apply_transform([1.0, np.e], "log").tolist()
    [0.0, 1.0]
    """
    values = np.asarray(x, dtype=np.float64)
    if transform == "none":
        return values
    method, low = TRANSFORMS[transform], np.nanmin(values, initial=np.inf)
    if low <= method.above:
        need = "positive values" if method.above == 0 else f"values above {method.above:g}"
        more = "; log1p takes zeros" if method.above == 0 else ""
        raise ValueError(f"{transform} needs {need}, found {low:g}{more}")
    return np.asarray(method(values))


#: The rules for outlying values, and the transforms, in the order of the methods page.
METHODS: Final[list[Outliers | Transform]] = [
    Outliers(
        "winsorise",
        winsorise,
        formula=("while abs(skewness) > 2 and kurtosis > 3.5: pull the most outlying points, at most 5, to the next"),
        reference="Becker et al. 2022 (COINr)",
        test="index/test_outliers.py::test_winsorising_pulls_the_fewest_points_to_the_next",
    ),
    Outliers(
        "winsorise_log",
        treat,
        formula="the same; where it is not enough, ln(x - min + 0.01 range) of the raw values",
        reference="Becker et al. 2022 (COINr)",
        test=(
            "index/test_outliers.py::test_where_winsorising_is_not_enough_nothing_is_winsorised_and_the_logarithm_taken"
        ),
    ),
    Outliers(
        "mad",
        flag,
        mark="outlying",
        formula="flags 0.6745 abs(x - median) / MAD > 3.5, changes nothing",
        reference="Iglewicz and Hoaglin 1993",
        test="index/test_outliers.py::test_mad_flags_by_hand",
    ),
    Transform(
        "log",
        np.log,
        inverse=np.exp,
        above=0.0,
        formula="ln x, of values and goalposts",
        test="index/test_normalise.py::test_transform_acts_on_values_and_goalposts",
    ),
    Transform(
        "log1p",
        np.log1p,
        inverse=np.expm1,
        above=-1.0,
        formula="ln(1 + x)",
        test="index/test_outliers.py::test_transforms",
    ),
    Transform(
        "boxcox",
        boxcox,
        above=0.0,
        fitted=True,
        formula="(x^p - 1) / p, p by maximum likelihood; not with frozen goalposts",
        reference="Box and Cox 1964",
        test="index/test_outliers.py::test_transforms",
    ),
]

#: The transforms by name.
TRANSFORMS: Final = {m.name: m for m in METHODS if isinstance(m, Transform)}
