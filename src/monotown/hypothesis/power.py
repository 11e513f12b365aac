"""How often each way to compute an error finds an effect, in panels made for the purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import stats

from monotown.base.arrays import Array
from monotown.hypothesis.p_values import p_value
from monotown.hypothesis.panel import double_demean
from monotown.hypothesis.prespecified import WAYS

_BATCH = 50


def autoregression(shape: tuple[int, ...], rho: float, random: np.random.Generator) -> Array:
    """Stationary first-order autoregressions of variance 1 along the last axis.

    Parameters
    ----------
    shape
        Of the result.
    rho
        Autocorrelation, from above -1 to below 1.
    """
    out = random.standard_normal(shape)
    fresh = np.sqrt(1 - rho**2)
    for t in range(1, shape[-1]):
        out[..., t] = rho * out[..., t - 1] + fresh * out[..., t]
    return out


def rejections(
    regions: int,
    years: int,
    rho: float,
    effects: Sequence[float],
    *,
    replications: int,
    bootstraps: int,
    random: np.random.Generator,
    level: float = 0.05,
    x: Array | None = None,
    spread: Array | None = None,
) -> Array:
    """Share of panels in which each way refuses b = 0, shape (effects, 4), ways as in `WAYS`.

    ``y = effect x + e``; x and e are independent autoregressions of variance 1 with the same
    `rho`, so that the effect is in standard deviations per standard deviation. Region and year
    effects are taken out. One set of panels serves all effects.

    Parameters
    ----------
    regions, years
        Size of a panel.
    rho
        Autocorrelation of e, and of x unless it is given.
    effects
        True b.
    replications, bootstraps
        Panels, and sign vectors of the restricted wild cluster bootstrap of each.
    random
        Source of the panels and the sign vectors.
    level
        Of the tests.
    x
        Shape (regions, years): the regressor of every panel. It and e are then brought to
        variance 1 after region and year effects.
    spread
        Shape (regions,): relative standard deviations of e by region.
    """
    signs = random.choice([-1.0, 1.0], (bootstraps, regions))
    found = np.zeros((len(effects), len(WAYS)))
    fixed = None
    if x is not None:
        fixed = double_demean(x)
        fixed = fixed / fixed.std()
    for size in batches(replications):
        shape = (size, regions, years)
        a = np.broadcast_to(fixed, shape) if fixed is not None else double_demean(autoregression(shape, rho, random))
        e = autoregression(shape, rho, random)
        if spread is not None:
            e = e * spread[:, None]
        e = double_demean(e)
        if fixed is not None:
            e = e / within_sd(regions, years, rho, spread)
        found += refusals(a, e, effects, signs, level)
    return np.asarray(found / replications)


def batches(total: int) -> Iterator[int]:
    """Sizes of the batches in which some panels are made."""
    for start in range(0, total, _BATCH):
        yield min(_BATCH, total - start)


def within_sd(regions: int, years: int, rho: float, spread: Array | None) -> float:
    """Expected root mean square of e once region and year means are out."""
    gap = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    within = 1 - np.mean(np.power(float(rho), gap))
    size = 1.0 if spread is None else float(np.mean(spread**2))
    return float(np.sqrt(within * size * (1 - 1 / regions)))


def refusals(
    x: Array, e: Array, effects: Sequence[float], signs: Array, level: float, true: Array | None = None
) -> Array:
    """Refusals by effect and way, summed over panels; shape (effects, 4), ways as in `WAYS`.

    Parameters
    ----------
    x, e
        Shape (panels, regions, years): regressor and errors, region and year effects out.
    effects
        True b.
    signs
        Shape (vectors, regions): sign vectors of the restricted wild cluster bootstrap.
    level
        Of the tests.
    true
        Shape as x, effects out: what the outcome follows, where x is that with noise.
    """
    _, g, t = x.shape
    n, spent = g * t, g + t
    crossed = x @ np.swapaxes(e, -1, -2)
    gram = x @ np.swapaxes(x, -1, -2)
    q = np.diagonal(gram, axis1=-2, axis2=-1)
    total = q.sum(axis=-1)
    factor = g / (g - 1) * (n - 1) / (n - spent)
    adjust, df = closed_cr2(gram)
    errors = np.sum(e**2, axis=(-1, -2))
    shared = np.sum(x * e, axis=(-1, -2))
    moved, size = gram, total  # what an effect of 1 does to `crossed`, and to the squares of y
    if true is not None:
        moved, size = x @ np.swapaxes(true, -1, -2), np.sum(true**2, axis=(-1, -2))
        shared = np.sum(true * e, axis=(-1, -2))
    critical = [
        np.full(len(x), stats.t.ppf(1 - level / 2, n - spent)),
        np.full(len(x), stats.t.ppf(1 - level / 2, g - 1)),
        stats.t.ppf(1 - level / 2, df),
    ]
    out = np.zeros((len(effects), len(WAYS)))
    for row, effect in enumerate(effects):
        product = crossed + effect * moved
        c = np.diagonal(product, axis1=-2, axis2=-1)
        b = c.sum(axis=-1) / total
        scores = c - b[:, None] * q
        rest = errors + 2 * effect * shared + effect**2 * size - b**2 * total
        t_values = [
            b / np.sqrt(rest / (n - spent) / total),
            b * total / np.sqrt(factor * np.sum(scores**2, axis=-1)),
            b * total / np.sqrt(np.sum((adjust * scores) ** 2, axis=-1)),
        ]
        for way in range(3):
            out[row, way] = np.sum(np.abs(t_values[way]) > critical[way])
        # restricted residuals are y itself, effects out; flipped, the year means go out again
        kernel = -product / g - q[..., None] * (c / total[:, None])[:, None, :]
        kernel[:, np.arange(g), np.arange(g)] += c
        flipped = signs @ np.swapaxes(kernel, -1, -2)
        under_null = (c @ signs.T) / np.sqrt(factor * np.sum(flipped**2, axis=-1))
        out[row, 3] = np.sum(p_value(np.abs(under_null), np.abs(t_values[1])) <= level)
    return out


def closed_cr2(gram: Array) -> tuple[Array, Array]:
    """CR2 of a balanced panel with region and year effects, without a matrix root.

    There ``(I - H)_gg`` is ``(1 - 1 / G) M - x_g x_g' / Q`` with M the demeaning matrix, of which
    x_g is an eigenvector; so that A_g only divides a score by a root.

    Parameters
    ----------
    gram
        Shape (..., G, G): products of the histories of x, effects out.

    Returns
    -------
    adjust
        Shape (..., G): what each cluster's score is multiplied by.
    df
        Shape (...): Satterthwaite's degrees of freedom.
    """
    g = gram.shape[-1]
    q = np.diagonal(gram, axis1=-2, axis2=-1)
    total = q.sum(axis=-1)[..., None]
    adjust = 1 / np.sqrt(np.maximum(1 - 1 / g - q / total, 1e-12))
    spread = -gram / g - q[..., :, None] * q[..., None, :] / total[..., None]
    spread[..., np.arange(g), np.arange(g)] += q
    spread = spread * adjust[..., :, None] * adjust[..., None, :]
    trace = np.trace(spread, axis1=-2, axis2=-1)
    return adjust, np.asarray(trace**2 / np.sum(spread**2, axis=(-1, -2)))
