"""What every method must keep to, ours and a user's: shapes, numbers, range, order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from monotown.base.arrays import Array
from monotown.methods.method import Aggregation, Method, Normalisation, Settings, Weighting
from monotown.methods.normalise import applied
from monotown.methods.weights.admissible import InadmissibleError

_NEAR = 1e-6


def faults(method: Method, seed: int = 0) -> list[str]:
    """What is wrong with a method, found by trying it on random values.

    Parameters
    ----------
    method
        A normalisation, an aggregation or a weighting; of the other kinds nothing is tried, nor of
        a weighting that takes judgments or needs no values.
    seed
        Of the values.

    Returns
    -------
    list of str
        Empty for a sound method: its results have their shape and are numbers; nothing is given
        for nothing; weights are not negative and not all 0; scores keep to the range that the
        method states; a better value is never scored lower (of a normalisation, and an aggregation
        that is monotone); the order of the units and of the children is without effect.

    Examples
    --------
    >>> faults(Weighting("loud", lambda values, **_: -np.ones(values.shape[1])))
    ['gave a negative weight']
    """
    rng = np.random.default_rng(seed)
    tries = {Normalisation: _normalisation, Aggregation: _aggregation, Weighting: _weighting}
    try:
        return list(dict.fromkeys(tries[type(method)](method, rng))) if type(method) in tries else []  # type: ignore[operator]
    except InadmissibleError as error:
        # one of ours says so where values are not its own; a user's weights are checked as they come
        return [f"gave for {p.where} {p.found}; needs {p.expected}" for p in error.problems] if method.own else []
    except Exception as error:
        return [f"failed on values from 0 to 1 with {type(error).__name__}: {error}"]


def _normalisation(method: Normalisation, rng: np.random.Generator) -> Iterator[str]:
    x, w = rng.uniform(0.05, 0.95, 9), np.ones(9)
    x[3] = x[5]
    for d in (1, -1):
        # the target of a distance lies at the good end
        settings = {**method.tried, **({"value": (1 + 0.98 * d) / 2} if method.name == "distance_to_target" else {})}

        def scores(values: Array, settings: Settings = settings, d: int = d) -> Array:
            return applied(method, settings, values, d, values, np.array([0.0, 1.0]), w)[0]

        found = scores(x)
        if found.shape != x.shape or not np.isfinite(found).all():
            yield f"gave no score for each of {len(x)} values"
            return
        if (np.diff(found[np.argsort(d * x, kind="stable")]) < -_NEAR).any():
            yield f"scored a better value lower, with direction {d}"
        low, high, *_ = method.range_of(settings, d)
        if (found < low - _NEAR).any() or (found > high + _NEAR).any():
            yield f"gave scores from {found.min():g} to {found.max():g}; its scores are from {low:g} to {high:g}"
        turn = rng.permutation(len(x))
        if not np.allclose(scores(x[turn]), found[turn], atol=_NEAR):
            yield "hangs on the order of the units"
        holed = x.copy()
        holed[0] = np.nan
        if (np.isnan(scores(holed)) != np.isnan(holed)).any():
            yield "gave a score for a missing value, or none for another"


def _aggregation(method: Aggregation, rng: np.random.Generator) -> Iterator[str]:
    z, w = rng.uniform(0.05, 1.0, (6, 4)), rng.gamma(1.0, size=4) + 0.01
    z = 70 + 60 * z if method.over else z + max(method.domain.least, 0.0)
    settings = method.tried
    w /= w.sum()
    batch = method.batch(settings, 4, "")

    def scores(values: Array, weights: Array) -> Array:
        found: Array = batch(values[None], weights[None])[0]
        return found

    found = scores(z, w)
    if found.shape != (6,) or not np.isfinite(found).all():
        yield "gave no score for each of 6 units"
        return
    low, high, *_ = method.scores or (z.min(axis=1), z.max(axis=1))
    if (found < low - _NEAR).any() or (found > high + _NEAR).any():
        yield "gave a score outside the range that it states (without one, that of the children)"
    units, children = rng.permutation(6), rng.permutation(4)
    if not np.allclose(scores(z[units], w), found[units], atol=_NEAR):
        yield "hangs on the order of the units"
    if not np.allclose(scores(z[:, children], w[children]), found, atol=_NEAR):
        yield "hangs on the order of the children"
    if not method.across_units and not np.allclose(np.concatenate([scores(row[None], w) for row in z]), found):
        yield "compares units, and does not say so (across_units)"
    better = z.copy()
    better[0] = z[1] + rng.uniform(0, 0.2, 4) * (z.max() - z[1])
    both = scores(better, w)
    if method.monotone and both[0] < both[1] - _NEAR:
        yield "scored a unit lower that is as good or better in every child"


def _weighting(method: Weighting, rng: np.random.Generator) -> Iterator[str]:
    if method.kind != "data":
        return
    z = rng.uniform(0.05, 1.0, (14, 4))

    def weights(values: Array) -> Array:
        found = method(values)
        return np.asarray(found.weights if method.per_unit else found, dtype=np.float64)

    found = weights(z)
    if found.shape != (z.shape if method.per_unit else (4,)) or not np.isfinite(found).all():
        yield "gave no weight for each of 4 indicators"
        return
    if (found < 0).any():
        yield "gave a negative weight"
    elif not (found.sum(axis=-1) > 0).all():
        yield "gave weights that are all 0"
    elif not np.allclose(found.sum(axis=-1), 1):
        yield "gave weights that do not sum to 1"
    if method.per_unit:
        return
    units, columns = rng.permutation(14), rng.permutation(4)
    if not np.allclose(weights(z[units]), found, atol=1e-4):
        yield "hangs on the order of the units"
    if not np.allclose(weights(z[:, columns]), found[columns], atol=1e-4):
        yield "hangs on the order of the indicators"
