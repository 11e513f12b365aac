"""What a weight does: real importance (correlation ratio), and weights that equalise it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.problems import nearest
from monotown.base.ties import largest, smallest
from monotown.methods.method import Missing, Weighting
from monotown.methods.weights.admissible import Refusals, shares
from monotown.methods.weights.factors import correlation_matrix
from monotown.methods.weights.optimum import stationary

#: How the regression of the index on an indicator is estimated.
Smoother: TypeAlias = Literal["lowess", "gp", "linear"]
SMOOTHERS: tuple[Smoother, ...] = get_args(Smoother)

#: Spans tried for LOWESS, as shares of the units; one fit uses at least `FEWEST` units.
SPANS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.45, 0.65, 1.0)
FEWEST = 7
FOLDS = 10

#: More units than these are smoothed as so many bins of equally many neighbours, each by its mean.
BINS = 200


def _linear_fit(x: Array, y: Array, at: Array) -> Array:
    c = x - x.mean()
    slope = float(c @ y) / float(c @ c)
    return np.asarray(y.mean() + slope * (at - x.mean()))


def _lowess_fit(x: Array, y: Array, at: Array, span: float) -> Array:
    from statsmodels.nonparametric.smoothers_lowess import lowess  # type: ignore[import-untyped]

    smooth: Callable[..., Array] = lowess
    # Equal values of x can leave a window of no width: not a number there, and the span is refused.
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(smooth(y, x, frac=span, it=0, xvals=at), dtype=np.float64)


def _lowess(x: Array, y: Array) -> Array:
    """Local linear fit; span by cross-validation, the straight line being one of the choices."""
    n = len(x)
    fold = np.empty(n, dtype=int)
    # Neighbours in x go to different folds, so that every fold spans the range.
    fold[np.argsort(x, kind="stable")] = np.arange(n) % min(n, FOLDS)

    def error(span: float | None) -> float:
        total = 0.0
        for f in range(int(fold.max()) + 1):
            left = fold != f
            if np.ptp(x[left]) == 0:
                return np.inf
            if span is None:
                fit = _linear_fit(x[left], y[left], x[~left])
            else:
                fit = _lowess_fit(x[left], y[left], x[~left], span)
            if not np.isfinite(fit).all():
                return np.inf
            total += float(((y[~left] - fit) ** 2).sum())
        return total

    spans: list[float | None] = [None, *(s for s in SPANS if s * n * (1 - 1 / FOLDS) >= FEWEST)]
    errors = [error(s) for s in spans]
    best = spans[smallest(errors)]
    if best is not None:
        fit = _lowess_fit(x, y, x, best)
        if np.isfinite(fit).all():
            return fit
    return _linear_fit(x, y, x)


def _binned(x: Array, y: Array) -> tuple[Array, Array]:
    """Means of x and y in `BINS` bins of neighbours in x, of equal size but for one."""
    order = np.argsort(x, kind="stable")
    edges = np.arange(BINS) * len(x) // BINS
    counts = np.diff(np.append(edges, len(x)))
    return np.add.reduceat(x[order], edges) / counts, np.add.reduceat(y[order], edges) / counts


def _between(at: Array, x: Array, fit: Array) -> Array:
    """A fit at bins, drawn on in straight lines between and beyond them."""
    k = np.clip(np.searchsorted(x, at), 1, len(x) - 1)
    width = x[k] - x[k - 1]
    slope = np.divide(fit[k] - fit[k - 1], width, out=np.zeros_like(width), where=width > 0)
    return np.asarray(fit[k - 1] + slope * (at - x[k - 1]))


def _gp(x: Array, y: Array) -> Array:
    """Posterior mean of a Gaussian process, its scale and noise by maximum likelihood."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.optimize import minimize

    u = (x - x.mean()) / x.std()
    v = (y - y.mean()) / y.std()
    distance = (u[:, None] - u[None, :]) ** 2
    n = len(u)

    def kernel(theta: Array) -> tuple[Array, Array]:
        length, size, noise = np.exp(theta)
        k = size * np.exp(-distance / (2 * length**2))
        return k, k + (noise + 1e-8) * np.eye(n)

    def negative_log_likelihood(theta: Array) -> tuple[float, Array]:
        k, noisy = kernel(theta)
        factor = cho_factor(noisy, lower=True)
        log_det = 2 * np.log(np.diag(factor[0])).sum()
        a, inverse = cho_solve(factor, v), cho_solve(factor, np.eye(n))
        # Rasmussen and Williams (2006), eq. 5.9, for the logarithms of length, size and noise
        slopes = [k * distance / np.exp(2 * theta[0]), k, np.exp(theta[2]) * np.eye(n)]
        gradient = [0.5 * float((inverse * s).sum() - a @ s @ a) for s in slopes]
        return float(0.5 * v @ a + 0.5 * log_det), np.array(gradient)

    low, high = np.log([0.05, 1e-3, 1e-6]), np.array([np.log(20), np.log(1e2), 1.0])
    fits = [
        minimize(
            negative_log_likelihood,
            np.log([length, 1.0, noise]),
            jac=True,
            method="L-BFGS-B",
            bounds=list(zip(low, high, strict=True)),
            options={"ftol": 1e-15, "gtol": 1e-10},
        )
        for length, noise in ((0.3, 0.1), (1.0, 0.5), (3.0, 0.5))
    ]
    best = fits[smallest([float(f.fun) for f in fits])]
    k, noisy = kernel(stationary(lambda t: negative_log_likelihood(t)[1], best.x, low, high))
    return np.asarray(y.mean() + y.std() * (k @ cho_solve(cho_factor(noisy, lower=True), v)))


def correlation_ratio(x: ArrayLike, y: ArrayLike, *, smoother: Smoother = "lowess") -> float:
    """Share of the variance of y that its regression on x explains.

    ``S = Var(E(y | x)) / Var(y)`` (Pearson 1905; Paruolo, Saisana and Saltelli 2013, equation 5).
    ``linear``: the squared correlation. ``lowess``: local linear regression (Cleveland 1979), span
    by tenfold cross-validation, the straight line being one of the choices. ``gp``: Gaussian
    process with a squared-exponential kernel, by maximum likelihood. With 20 units any of them is
    rough: a ratio that differs from another by 0.1 says little. More than `BINS` units are smoothed
    by the means of bins, so that the time is linear in the units.

    Parameters
    ----------
    x, y
        Values of an indicator and of the index, shape (units,), finite; at least 3 units.
    smoother
        One of `Smoother`.

    Returns
    -------
    float
        From 0 to 1; 0 where x or y is constant.

    Raises
    ------
    ValueError
        If shapes differ, values are missing, there are fewer than 3 units, or the smoother is
        unknown.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 101)
    >>> correlation_ratio(x, 2 * x + 3), round(correlation_ratio(x, x**2), 2)
    (1.0, 1.0)
    >>> round(correlation_ratio(x, x**2, smoother="linear"), 6)
    0.0
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 3:
        raise ValueError(f"expected two equal rows of 3 or more, found {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("expected finite values, found missing or infinite ones")
    if smoother not in SMOOTHERS:
        raise ValueError(f"smoother: expected {nearest(smoother, SMOOTHERS)}, found {smoother!r}")
    if np.ptp(a) <= 1e-12 * np.abs(a).max() or np.ptp(b) <= 1e-12 * np.abs(b).max():
        return 0.0
    a = (a - a.mean()) / a.std()
    b = (b - b.mean()) / b.std()
    variance = float(b.var())
    if smoother == "linear":
        fit = _linear_fit(a, b, a)
    else:
        x, y = _binned(a, b) if len(a) > BINS else (a, b)
        fit = _lowess(x, y) if smoother == "lowess" else _gp(x, y)
        if len(a) > BINS:
            fit = _between(a, x, fit)
    return min(float(fit.var()) / variance, 1.0)


@dataclass(frozen=True)
class EqualImportance:
    """Weights under which the indicators' real importance is as wished, or as near as can be.

    Attributes
    ----------
    weights : ndarray, shape (indicators,)
    importance : ndarray, shape (indicators,)
        Share of each indicator's squared correlation with the index in their sum.
    gap : float
        Largest difference between importance and target.
    attained : bool
        Whether the gap is below 1e-6 and every indicator moves with the index.
    """

    weights: Array
    importance: Array
    gap: float
    attained: bool


def equalise_importance(
    z: ArrayLike,
    target: Sequence[float] | None = None,
    *,
    names: Sequence[str] | None = None,
    missing: Missing = "refuse",
) -> EqualImportance:
    """Weights of an arithmetic index whose indicators correlate with it as wished.

    With ``I = sum_k w_k z_k`` and linear regressions, ``S_k = corr(z_k, I)^2`` is proportional to
    the target t where ``w = D^-1 R^-1 sqrt(t)`` up to scale (R the correlation matrix, D the
    standard deviations): the closed form of the problem of Becker et al. (2017, section 2.5),
    ``min_w sum_k (S_k / sum S - t_k)^2``. Where it has a negative weight, the best non-negative
    weights are found by minimising that sum.

    Parameters
    ----------
    z
        Normalised, direction-corrected values, shape (units, indicators).
    target
        Wished importance, above zero, scaled to sum to 1; equal by default.
    names
        Names of the indicators, for messages.
    missing
        ``refuse`` or ``complete_units``.

    Returns
    -------
    EqualImportance

    Raises
    ------
    InadmissibleError
        If a column is constant, there are not more units than indicators, or the correlation
        matrix is singular.
    ValueError
        If the target is not positive or its length is wrong.

    Examples
    --------
    >>> z = [[0, 1, 3], [2, 1, 5], [3, 4, 1], [4, 3, 4], [5, 6, 7], [4, 2, 2]]
    >>> found = equalise_importance(z)
    >>> found.weights.round(3), found.importance.round(3), found.attained
    (array([0.359, 0.23 , 0.412]), array([0.333, 0.333, 0.333]), True)
    """
    from scipy.optimize import minimize

    r, sd = correlation_matrix(z, "equal importance", names, missing)
    p = len(r)
    t = np.ones(p) if target is None else np.asarray(target, dtype=np.float64)
    if t.shape != (p,) or not (t > 0).all():
        raise ValueError(f"expected {p} targets above zero, found {target}")
    t = t / t.sum()

    def importance(v: Array) -> Array:
        """Squared correlations with the index, as shares; v are weights of standardised columns."""
        squared = (r @ v) ** 2
        return np.asarray(squared / squared.sum())

    v = np.linalg.solve(r, np.sqrt(t))
    if (v < 0).any():

        def loss(raw: Array) -> float:
            return float(((importance(raw**2) - t) ** 2).sum())

        def slopes(raw: Array) -> Array:
            """Of the loss, with (|raw|^2 - 1)^2 added: the loss leaves the length of raw open."""
            u = r @ raw**2
            share = u**2 / (u @ u)
            off = share - t
            slope = 4 / (u @ u) * (r @ (off * u) - (off @ share) * (r @ u))
            return np.asarray(2 * raw * slope + 4 * (raw @ raw - 1) * raw)

        start = np.maximum(v, 0.0)
        starts = [np.sqrt(np.ones(p) / p), np.sqrt(start / start.sum())]
        fits = [minimize(loss, s, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-14}) for s in starts]
        raw = np.asarray(fits[smallest([float(f.fun) for f in fits])].x)
        v = stationary(slopes, raw / np.linalg.norm(raw), -1.0, 1.0) ** 2
    reached = importance(v)
    gap = float(np.abs(reached - t).max())
    weights = shares(v / sd, "equal importance", "no weight")
    return EqualImportance(weights, reached, gap, gap < 1e-6 and bool((r @ v > 0).all()))


def equal_importance_weights(z: ArrayLike, *, names: Sequence[str] | None = None, missing: Missing = "refuse") -> Array:
    """Weights of `equalise_importance` with an equal target, refused where it cannot be reached.

    They depend on the set of units; they equalise correlation with the index, and are themselves
    not a measure of importance.

    Raises
    ------
    InadmissibleError
        As `equalise_importance`; and if no non-negative weights reach the target: the columns
        that fall short or exceed it most are named.

    Examples
    --------
    >>> z = [[0, 1, 3], [2, 1, 5], [3, 4, 1], [4, 3, 4], [5, 6, 7], [4, 2, 2]]
    >>> equal_importance_weights(z).round(3)
    array([0.359, 0.23 , 0.412])
    """
    found = equalise_importance(z, names=names, missing=missing)
    if not found.attained:
        p = len(found.weights)
        worst = largest(np.abs(found.importance - 1 / p))
        refusals = Refusals("equal importance")
        refusals.no(
            f"column {names[worst] if names is not None else worst + 1}",
            f"a share of {found.importance[worst]:.3f} in the importance at best",
            f"a share of {1 / p:.3f} within reach of non-negative weights",
        )
        refusals.stop()
    return found.weights


#: The schemes of this module, in the order of the methods page.
METHODS: Final[list[Weighting]] = [
    Weighting(
        "equal_importance",
        equal_importance_weights,
        admissible=(
            "more units than indicators; no constant column; no exact linear relation; equal "
            "importance within reach of non-negative weights"
        ),
        formula="weights under which each indicator's squared correlation with the index is equal",
        reference="Becker et al. 2017",
        test="methods/test_importance.py::test_equalised_importance_is_equal",
    )
]
