"""What a test of a given size finds."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

#: Level and power at which the smallest correlation that could be found is told.
LEVEL: Final = 0.05
POWER: Final = 0.8


def detectable_correlation(n: float, level: float = LEVEL, power: float = POWER) -> float:
    """Smallest correlation that a two-sided test of the usual kind finds with a given power.

    Fisher's transformation with the correction for bias: ``artanh(r) + r / (2 (n - 1))`` is
    normal with standard deviation ``1 / sqrt(n - 3)``, and the test rejects beyond the critical
    value of Student's t (Fisher, 1921; Cohen, 1988, Statistical Power Analysis, chapter 3).

    Parameters
    ----------
    n
        Independent units; of fewer than 4 nothing can be said and NaN is returned.
    level, power
        Probabilities of a false and of a true finding.

    Examples
    --------
    >>> round(detectable_correlation(16), 2), round(detectable_correlation(783), 2)
    (0.64, 0.1)
    """
    if n < 4:
        return math.nan
    from scipy.optimize import brentq  # half a second, for who asks
    from scipy.special import ndtri, stdtrit

    critical = float(stdtrit(n - 2, 1 - level / 2))
    limit = math.atanh(critical / math.sqrt(n - 2 + critical**2))
    wanted = limit + float(ndtri(power)) / math.sqrt(n - 3)
    return float(brentq(lambda r: math.atanh(r) + r / (2 * (n - 1)) - wanted, 0, 1 - 1e-12))


def effect_found(effects: ArrayLike, shares: ArrayLike, wanted: float) -> float:
    """Effect that is found with a probability, between the effects tried.

    Parameters
    ----------
    effects, shares
        Shape (n,): each effect tried, and the share of samples in which it was found.
    wanted
        The probability.

    Returns
    -------
    float
        By linear interpolation, the shares taken as never falling; NaN where no effect tried is
        found so often.

    Examples
    --------
    >>> effect_found([0.0, 0.2, 0.4], [0.05, 0.5, 0.9], 0.7), effect_found([0.2], [0.5], 0.7)
    (0.3, nan)
    """
    order = np.argsort(np.asarray(effects, np.float64), kind="stable")
    tried, found = np.asarray(effects, np.float64)[order], np.asarray(shares, np.float64)[order]
    if not len(found) or found.max() < wanted:
        return math.nan
    return float(np.interp(wanted, np.maximum.accumulate(found), tried))
