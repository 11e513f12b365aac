"""Rates and shares of small counts: what is known of each by its own count and by those of the group.

A count is exact for its year; the law describes the rate that it came from, of which another year
would show another count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array, Mask
from monotown.base.many import FEW

#: Standard normal numbers at which the quantiles of a rate are worked out; those between are interpolated.
GRID: Final = np.linspace(-6.0, 6.0, 257)

#: Priors that stand for all that the figures allow: strengths, and means of each.
_STRENGTHS, _MEANS = 15, 5

#: Strength of the prior of a group that does not vary, in units of its mean exposure.
_FIRMEST: Final = 1e4

#: Points where the likelihood of a prior is taken: strengths, and means in standard errors.
_TRIED_STRENGTHS, _TRIED_MEANS = 90, np.linspace(-6.0, 6.0, 25)

#: Places, in standard deviations of the logarithm or the logit of a rate, at which its density is taken:
#: close together in the middle, and far out where the law of a zero goes.
_PLACES: Final = np.sinh(np.linspace(-4.8, 4.8, 401)) / 2


class Prior(NamedTuple):
    """What the group says of a rate or a share before its own count: a gamma or a beta law.

    Attributes
    ----------
    mean
        Of the law.
    strength
        Rate of the gamma law, in units of exposure; sum of the parameters of the beta law. The own
        figure weighs ``exposure / (exposure + strength)``.
    """

    mean: float
    strength: float


def rate_prior(counts: ArrayLike, exposures: ArrayLike, dispersion: float = 1.0) -> Prior | None:
    """Gamma prior of the rates of a group, by moments.

    With ``m = sum(y) / sum(e)`` and ``s2 = sum(e (y/e - m)^2) / sum(e)`` the variance of the rates is
    ``A = s2 - c m / mean(e)``, and the strength ``c m / A`` (Marshall 1991, Applied Statistics 40(2), with
    ``c = 1``).

    Parameters
    ----------
    counts, exposures
        Shape (units,): known counts, 0 or more; exposures above 0.
    dispersion
        ``c``: variance over mean of a count given its rate. 1 is Poisson; above 1 negative binomial.

    Returns
    -------
    Prior or None
        None for fewer than three units, or where every count is 0: such a group says nothing.

    Examples
    --------
    >>> prior = rate_prior([2, 8, 20], [1000, 1000, 1000])
    >>> round(prior.mean, 4), round(prior.strength)
    (0.01, 217)
    """
    y, e = np.asarray(counts, np.float64), np.asarray(exposures, np.float64)
    if len(y) < 3 or not y.sum() > 0:
        return None
    m = float(y.sum() / e.sum())
    spread = float((e * (y / e - m) ** 2).sum() / e.sum())
    variance = spread - dispersion * m / float(e.mean())
    firmest = _FIRMEST * float(e.mean())
    return Prior(m, min(dispersion * m / variance, firmest) if variance > 0 else firmest)


def share_prior(counts: ArrayLike, wholes: ArrayLike, dispersion: float = 1.0) -> Prior | None:
    """Beta prior of the shares of a group, by moments.

    As `rate_prior`, the variance of a share given its own being ``c m (1 - m) / n``: ``A = (s2 - c m (1 -
    m) / mean(n)) / (1 - c / mean(n))``, strength ``c (m (1 - m) / A - 1)`` (Martuzzi and Elliott 1996,
    Statistics in Medicine 15).

    Parameters
    ----------
    counts, wholes
        Shape (units,): ``0 <= count <= whole``, whole above 0.
    dispersion
        As in `rate_prior`.

    Examples
    --------
    >>> prior = share_prior([2, 8, 20], [100, 100, 100])
    >>> round(prior.mean, 2), round(prior.strength, 1)
    (0.1, 18.0)
    """
    y, n = np.asarray(counts, np.float64), np.asarray(wholes, np.float64)
    if len(y) < 3 or not 0 < y.sum() < n.sum():
        return None
    m = float(y.sum() / n.sum())
    spread = float((n * (y / n - m) ** 2).sum() / n.sum())
    inside = min(dispersion / float(n.mean()), 0.999)
    variance = (spread - inside * m * (1 - m)) / (1 - inside)
    firmest = _FIRMEST * float(n.mean())
    strength = dispersion * (m * (1 - m) / variance - 1) if variance > 0 else firmest
    return Prior(m, float(np.clip(strength, 1e-3, firmest)))


@dataclass(frozen=True)
class Shrunk:
    """What is known of the rates, or the shares, of some units.

    Attributes
    ----------
    mean
        Shape (units,): ``own * raw + (1 - own) * mean of the group``, by the prior of the moments.
    own
        Weight of each unit's own figure, shape (units,).
    logs
        Shape (units, len(GRID)): logarithm of the quantile of the rate at the standard normal numbers
        `GRID`, over all priors that the figures allow.
    """

    mean: Array
    own: Array
    logs: Array

    def at(self, normals: Array) -> Array:
        """Rates from standard normal numbers.

        Parameters
        ----------
        normals
            Shape (..., units).

        Returns
        -------
        ndarray
            The same shape: quantiles, so that independent normal numbers give draws of the law.
        """
        step = GRID[1] - GRID[0]
        place = np.clip((normals - GRID[0]) / step, 0, len(GRID) - 1 - 1e-9)
        low = place.astype(np.int64)
        place -= low
        low += np.arange(len(self.logs)) * len(GRID)
        flat = self.logs.ravel()
        found = flat[low]
        found += place * (flat[low + 1] - found)
        return np.asarray(np.exp(found, out=found))


def shrink_rates(counts: ArrayLike, exposures: ArrayLike, *, group: bool = True, dispersion: float = 1.0) -> Shrunk:
    """Rates of some units: gamma laws given each count, over the priors that the group allows.

    Given a prior of mean ``m`` and shape ``a`` (strength ``b = a / m``), a count ``y`` of exposure ``e`` leaves
    a gamma law of shape ``a + y / c`` and rate ``b + e / c``, ``c`` the dispersion (Clayton and Kaldor 1987,
    Biometrics 43; for ``c`` above 1 the quasi-likelihood of the negative binomial law whose variance is
    ``c`` times its mean). The prior is not known: ``m`` and ``a`` have their likelihood, the negative binomial
    law of the counts, and before it a flat law of ``log m`` and of ``a / (a + z)``, ``z`` the expected count
    of a middle unit (Christiansen and Morris 1997, JASA 92).

    Parameters
    ----------
    counts, exposures
        Shape (units,): NaN where unknown, or where the exposure is not above 0; such a unit gets the
        group's law.
    group
        Whether the group counts; else Jeffreys' prior stands for each, shape 1/2 and strength 0.
    dispersion
        As in `rate_prior`.

    Examples
    --------
    >>> found = shrink_rates([0, 8, 20, 400], [900, 1000, 2000, 9000])
    >>> found.mean.round(4).tolist(), found.own.round(3).tolist()
    ([0.0038, 0.0106, 0.0113, 0.0443], [0.886, 0.897, 0.945, 0.987])
    >>> found.at(np.full(4, -1.645)).round(4).tolist()
    [0.0, 0.0043, 0.0068, 0.0407]
    """
    from scipy.special import digamma, gammaln, polygamma

    y, e, known = _given(counts, exposures, dispersion)
    prior = rate_prior(y[known], e[known]) if group else None
    b = np.zeros(1) if prior is None else np.array([prior.strength])
    a = np.full(1, 0.5) if prior is None else b * prior.mean
    own, mean = e / np.where(b + e > 0, b + e, 1.0), (a + y) / np.where(b + e > 0, b + e, 1.0)
    if prior is None:
        mean = np.where(known, y / np.where(known, e, 1.0), np.nan)
    else:
        n, w = y[known], e[known]
        middle = prior.mean * float(np.median(w))

        def fit(shape: Array) -> tuple[Array, Array]:
            """Mean by weighted least squares at each shape, and the standard error of its logarithm."""
            m = np.full(len(shape), prior.mean)
            for _ in range(4):
                weight = 1 / (1 / w + m[:, None] / shape[:, None])
                m = np.maximum((weight * n / w).sum(axis=1) / weight.sum(axis=1), prior.mean * 1e-3)
            return np.log(m), 1 / np.sqrt(m * weight.sum(axis=1))

        def likelihood(shape: Array, logs: Array) -> Array:
            a = shape[:, None, None]
            b = a * np.exp(-logs)[..., None]
            found = gammaln(a + n) - gammaln(a) + a * np.log(b / (b + w)) - n * np.log(b + w)
            return np.asarray(found.sum(axis=-1))

        a, logs = _priors(middle, fit, likelihood)
        b = a * np.exp(-logs)
        if known.sum() > FEW:  # the prior is as good as known
            a, b = a[len(a) // 2 :][:1], b[len(b) // 2 :][:1]
    a, b = a[:, None] + y, b[:, None] + e
    b = np.where(b > 0, b, 1.0)  # nothing is known of a unit without exposure where there is no group
    logs = _points(digamma(a) - np.log(b), polygamma(1, a))

    tall = a[..., None] * (logs + np.log(b)[..., None]) - b[..., None] * np.exp(logs) - gammaln(a)[..., None]
    return Shrunk(mean, own, _quantiles(logs, np.exp(tall).mean(axis=0), logs))


def shrink_shares(counts: ArrayLike, wholes: ArrayLike, *, group: bool = True, dispersion: float = 1.0) -> Shrunk:
    """Shares of some units: beta laws given each count of a whole, over the priors that the group allows.

    As `shrink_rates`, with the beta-binomial law of the counts; before it a flat law of the logit of
    the mean, and of ``s / (s + n)``, ``s`` the strength and ``n`` a middle whole.

    Parameters
    ----------
    counts, wholes, group, dispersion
        As in `shrink_rates`; a count is at most its whole.

    Examples
    --------
    >>> found = shrink_shares([0, 8, 20, 30], [2, 100, 100, 300])
    >>> found.mean.round(3).tolist(), found.own.round(2).tolist()
    ([0.113, 0.097, 0.159, 0.104], [0.02, 0.51, 0.51, 0.76])
    >>> found.at(np.full(4, 1.645)).round(3).tolist()
    [0.205, 0.14, 0.228, 0.133]
    """
    from scipy.special import betaln, digamma, expit, log_expit, logit, polygamma

    y, n, known = _given(counts, wholes, dispersion)
    y = np.minimum(y, n)
    prior = share_prior(y[known], n[known]) if group else None
    s = np.ones(1) if prior is None else np.array([prior.strength])
    m = np.full(1, 0.5) if prior is None else np.array([prior.mean])
    own, mean = n / (s + n), (s * m + y) / (s + n)
    if prior is None:
        mean = np.where(known, y / np.where(known, n, 1.0), np.nan)
    else:
        seen, whole = y[known], n[known]

        def fit(strength: Array) -> tuple[Array, Array]:
            weight = 1 / (1 / whole + 1 / strength[:, None])
            m = (weight * seen / whole).sum(axis=1) / weight.sum(axis=1)
            m = np.clip(m, prior.mean * 1e-3, 1 - (1 - prior.mean) * 1e-3)
            return np.asarray(logit(m)), 1 / np.sqrt(m * (1 - m) * weight.sum(axis=1))

        def likelihood(strength: Array, logits: Array) -> Array:
            first, rest = (np.maximum(strength[:, None] * expit(x), 1e-12)[..., None] for x in (logits, -logits))
            return np.asarray((betaln(first + seen, rest + whole - seen) - betaln(first, rest)).sum(axis=-1))

        s, logits = _priors(float(np.median(whole)), fit, likelihood)
        m = np.asarray(expit(logits))
        if known.sum() > FEW:  # the prior is as good as known
            s, m = s[len(s) // 2 :][:1], m[len(m) // 2 :][:1]
    first = (s * m)[:, None] + y
    rest = (s * (1 - m))[:, None] + n - y
    first, rest = np.maximum(first, 1e-3), np.maximum(rest, 1e-3)
    logits = _points(digamma(first) - digamma(rest), polygamma(1, first) + polygamma(1, rest))

    logs, others = np.asarray(log_expit(logits)), np.asarray(log_expit(-logits))
    tall = first[..., None] * logs + rest[..., None] * others - betaln(first, rest)[..., None]
    return Shrunk(mean, own, _quantiles(logits, np.exp(tall).mean(axis=0), logs))


def _given(counts: ArrayLike, of: ArrayLike, dispersion: float) -> tuple[Array, Array, Mask]:
    """Counts and exposures over the dispersion, 0 where unknown; and where they are known."""
    y, e = np.asarray(counts, np.float64), np.asarray(of, np.float64)
    known = ~np.isnan(y) & (e > 0)
    return np.where(known, y, 0.0) / dispersion, np.where(known, e, 0.0) / dispersion, known


def _priors(
    middle: float, fit: Callable[[Array], tuple[Array, Array]], likelihood: Callable[[Array, Array], Array]
) -> tuple[Array, Array]:
    """Priors of equal weight that stand for all that the figures allow.

    Parameters
    ----------
    middle
        Strength that weighs as much as the figure of a middle unit.
    fit
        Of strengths, the mean on its own scale (logarithm or logit), and its standard error.
    likelihood
        Of strengths, shape (n,), and means, shape (n, k), the logarithm of the likelihood, shape (n, k).

    Returns
    -------
    strengths, means
        Shape (`_STRENGTHS` * `_MEANS`,).
    """
    logs = np.linspace(np.log(min(middle, 1.0)) - 6, np.log(max(middle, 1.0)) + 6, _TRIED_STRENGTHS)
    strength = np.exp(logs)
    centre, error = fit(strength)
    means = centre[:, None] + error[:, None] * _TRIED_MEANS
    # uniform in strength / (strength + middle), told per logarithm; means are told per standard error
    flat = np.log(error) + logs - 2 * np.log(strength + middle)
    mass = likelihood(strength, means) + flat[:, None]
    mass = np.exp(mass - mass.max())
    wanted = (np.arange(_STRENGTHS) + 0.5) / _STRENGTHS
    places = _places(mass.sum(axis=1), wanted)
    inner = (np.arange(_MEANS) + 0.5) / _MEANS
    found = []
    for place in places:
        low = min(int(place), len(logs) - 2)
        above = place - low

        def between(x: Array, low: int = low, above: float = above) -> Array:
            return np.asarray((1 - above) * x[low] + above * x[low + 1])

        steps = np.interp(_places(between(mass), inner), np.arange(len(_TRIED_MEANS)), _TRIED_MEANS)
        found.append((np.full(_MEANS, np.exp(between(logs))), between(centre) + steps * between(error)))
    return np.concatenate([s for s, _ in found]), np.concatenate([m for _, m in found])


def _places(mass: Array, wanted: Array) -> Array:
    """Places, from 0, of quantiles of a mass on a grid, between its points."""
    edges = np.concatenate([[0.0], np.cumsum(mass) / mass.sum()])
    found = np.interp(wanted, edges, np.arange(len(mass) + 1) - 0.5)
    return np.asarray(np.clip(found, 0, len(mass) - 1))


def _points(means: Array, variances: Array) -> Array:
    """Where the distribution function of mixed laws is taken, shape (units, points), rising.

    Parameters
    ----------
    means, variances
        Of the logarithm or logit under each law, shape (priors, units).
    """
    centre = means.mean(axis=0)
    spread = np.sqrt(variances.mean(axis=0) + means.var(axis=0))
    return np.asarray(centre[:, None] + spread[:, None] * _PLACES)


def _quantiles(x: Array, density: Array, logs: Array) -> Array:
    """Logarithms of quantiles at `GRID`, shape (units, len(GRID)).

    Parameters
    ----------
    x, density
        Logarithms or logits of rates, rising, and their density, shape (units, points).
    logs
        Logarithms of these rates.
    """
    from scipy.special import ndtri

    mass = np.diff(x, axis=1) * (density[:, 1:] + density[:, :-1]) / 2
    mass /= mass.sum(axis=1, keepdims=True)
    none = np.zeros((len(x), 1))
    below = np.concatenate([none, np.cumsum(mass, axis=1)], axis=1)
    above = np.concatenate([np.cumsum(mass[:, ::-1], axis=1)[:, ::-1], none], axis=1)
    places = np.where(below < above, ndtri(np.maximum(below, 1e-300)), -ndtri(np.maximum(above, 1e-300)))
    return np.stack([np.interp(GRID, z, y) for z, y in zip(places, logs, strict=True)])
