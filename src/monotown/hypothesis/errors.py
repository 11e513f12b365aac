"""One coefficient, and the errors that few clusters allow.

Notation: after all other regressors are taken out, ``b = sum_g c_g / Q`` with ``c_g = x_g'y_g``,
``q_g = x_g'x_g`` and ``Q = sum_g q_g`` over the clusters g; ``s_g = x_g'u_g`` is a cluster's score.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from monotown.base.arrays import Array
from monotown.base.streams import Stream
from monotown.hypothesis.p_values import as_far, p_value

#: Clusters up to which every sign vector is tried; beyond, as many are drawn.
ENUMERATED: Final = 16
DRAWN: Final = 9999


class Error(NamedTuple):
    """A standard error, the degrees of freedom of its t, and two-sided p of b = 0."""

    standard_error: float
    df: float
    p: float

    def interval(self, estimate: float, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval of a level around an estimate."""
        reach = stats.t.ppf(0.5 + level / 2, self.df) * self.standard_error
        return float(estimate - reach), float(estimate + reach)


def _basis(columns: Array) -> Array:
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, size > 1e-9 * size[0]]) if size.size and size[0] > 0 else left[:, :0]


def dummies(codes: ArrayLike) -> Array:
    """One column a value, shape (n, values)."""
    _, place = np.unique(np.asarray(codes), return_inverse=True)
    return np.eye(int(place.max()) + 1)[place]


@dataclass(frozen=True)
class Coefficient:
    """A regressor and an outcome, all other regressors taken out (Frisch, Waugh and Lovell).

    Attributes
    ----------
    y, x
        Shape (n,): residuals of the outcome and the regressor.
    basis
        Shape (n, k): orthonormal basis of the other regressors.
    groups
        Shape (n,): cluster of each row, 0 to G - 1.
    """

    y: Array
    x: Array
    basis: Array
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, y: ArrayLike, x: ArrayLike, others: ArrayLike, groups: ArrayLike) -> Coefficient:
        """Take the other regressors out.

        Parameters
        ----------
        y, x
            Shape (n,).
        others
            Shape (n, k); may be of less than full rank, and holds the constant, if there is one.
        groups
            Shape (n,): cluster of each row.

        Raises
        ------
        ValueError
            If nothing of the regressor is left, or there is one cluster only.
        """
        basis = _basis(np.asarray(others, dtype=float))
        left = [v - basis @ (basis.T @ v) for v in (np.asarray(a, dtype=float) for a in (y, x))]
        given = np.asarray(x, dtype=float)
        if left[1] @ left[1] <= 1e-18 * max(given @ given, 1e-300):
            raise ValueError("the regressor is a combination of the others")
        _, codes = np.unique(np.asarray(groups), return_inverse=True)
        if codes.max() < 1:
            raise ValueError("an error by cluster needs at least two clusters")
        return cls(left[0], left[1], basis, codes.astype(np.int64))

    @property
    def clusters(self) -> int:
        """Number of clusters, G."""
        return int(self.groups.max()) + 1

    @cached_property
    def total(self) -> float:
        """Q, the sum of squares of the regressor."""
        return float(self.x @ self.x)

    @cached_property
    def estimate(self) -> float:
        """b, by least squares."""
        return float(self.x @ self.y) / self.total

    @cached_property
    def scale(self) -> float:
        """Factor that turns b into standard deviations of y per standard deviation of x."""
        return float(np.sqrt(self.total / (self.y @ self.y)))

    @property
    def _residual_df(self) -> int:
        return int(self.y.size - self.basis.shape[1] - 1)

    def _sums(self, values: Array) -> Array:
        """Sums over each cluster; shape (G, ...)."""
        out = np.zeros((self.clusters, *values.shape[1:]))
        np.add.at(out, self.groups, values)
        return out

    @property
    def correction(self) -> float:
        """G / (G - 1) (n - 1) / (n - k), as statsmodels and Stata have it for CRV1."""
        g, n = self.clusters, self.y.size
        return g / (g - 1) * (n - 1) / self._residual_df

    def naive(self) -> Error:
        """Error that takes all rows for independent and alike."""
        residual = self.y - self.estimate * self.x
        error = float(np.sqrt(residual @ residual / self._residual_df / self.total))
        return _error(self.estimate, error, self._residual_df)

    def crv1(self) -> Error:
        """Cluster-robust error with t(G - 1) (Cameron, Gelbach and Miller 2008, section II)."""
        scores = self._sums(self.x * (self.y - self.estimate * self.x))
        error = float(np.sqrt(self.correction * (scores @ scores)) / self.total)
        return _error(self.estimate, error, self.clusters - 1)

    def cr2(self) -> Error:
        """Bias-reduced error with Satterthwaite's degrees of freedom.

        A_g is the symmetric (pseudo-)inverse root of (I - H)_gg; the working model is independent
        rows (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018, equations 6 and 11). The error
        of a b that has this working model is then without bias.
        """
        hat = np.column_stack([self.basis, self.x / np.sqrt(self.total)])
        residual = self.y - self.estimate * self.x
        columns, scores = [], []
        for g in range(self.clusters):
            mine = self.groups == g
            part = hat[mine]
            values, vectors = np.linalg.eigh(np.eye(len(part)) - part @ part.T)
            roots = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0.0)
            adjusted = vectors @ (roots * (vectors.T @ self.x[mine]))
            scores.append(adjusted @ residual[mine])
            column = -hat @ (part.T @ adjusted)
            column[mine] += adjusted
            columns.append(column)
        spread = np.array(columns) @ np.array(columns).T
        df = float(np.trace(spread) ** 2 / np.sum(spread**2))
        error = float(np.sqrt(np.sum(np.square(scores))) / self.total)
        return _error(self.estimate, error, df)

    def wild(self, signs: Array | None = None, seed: int = 0) -> Wild:
        """The wild cluster restricted bootstrap.

        Parameters
        ----------
        signs
            Shape (vectors, G): random sign vectors; by default those of `sign_vectors`.
        seed
            Of these, where they are drawn.
        """
        if signs is None and self.clusters > ENUMERATED:
            signs = sign_vectors(self.clusters, seed)
        reach = self._sums(self.x[:, None] * self.basis)
        back_y, back_x = (self._sums(v[:, None] * self.basis) for v in (self.y, self.x))
        return Wild(
            signs,
            self._sums(self.x * self.y),
            self._sums(self.x * self.x),
            reach @ back_y.T,
            reach @ back_x.T,
            self.correction,
        )


def _error(estimate: float, error: float, df: float) -> Error:
    return Error(error, df, float(2 * stats.t.sf(abs(estimate) / error, df)))


def sign_vectors(clusters: int, seed: int = 0) -> Array:
    """Rademacher vectors, shape (vectors, G).

    Up to `ENUMERATED` clusters all that differ by more than an overall sign, which leaves the
    absolute t as it is: 2^(G - 1), the first of them all ones. Beyond, `DRAWN` at random.
    """
    if clusters > ENUMERATED:
        random = Stream.of(seed, "sign_vectors").generator()
        return np.asarray(random.choice([-1.0, 1.0], (DRAWN, clusters)))
    bits = np.arange(2 ** (clusters - 1))[:, None] >> np.arange(clusters - 1) & 1
    return np.column_stack([np.ones(len(bits)), 1.0 - 2.0 * bits])


def over_signs(slopes: Array) -> Array:
    """Sums ``v'a`` over every vector of `sign_vectors`, by doubling.

    Examples
    --------
    >>> over_signs(np.array([1.0, 2.0, 4.0])).tolist()
    [7.0, 3.0, -1.0, -5.0]
    """
    out = slopes[:1]
    for a in slopes[1:]:
        out = np.concatenate([out + a, out - a])
    return out


def squares_over_signs(matrix: Array) -> Array:
    """Forms ``v'Mv`` over every vector of `sign_vectors`; M symmetric, shape (G, G).

    A cluster more doubles the vectors: with its sign the form changes by twice the sum of its row,
    so that all 2^(G - 1) cost little more than to write them down.
    """
    out = matrix[:1, 0]
    for g in range(1, len(matrix)):
        out, turn = out + matrix[g, g], 2 * over_signs(matrix[g, :g])
        out = np.concatenate([out + turn, out - turn])
    return out


@dataclass(frozen=True)
class Wild:
    """Wild cluster restricted bootstrap of one coefficient, in terms of clusters alone.

    Under the null b = b0 the restricted residuals of each cluster keep or change their sign
    together; each such outcome gives a t by CRV1 (Cameron, Gelbach and Miller 2008; MacKinnon,
    Nielsen and Webb 2022). Every t is a function of G numbers, so that no regression is run again.

    Attributes
    ----------
    signs
        Shape (vectors, G): random sign vectors; None for every one of `sign_vectors`.
    c, q
        Shape (G,): c_g and q_g.
    reach_y, reach_x
        Shape (G, G): what the outcome, and the regressor, of each cluster does to the score of each
        other through the regressors taken out.
    correction
        Factor of the variance.
    """

    signs: Array | None
    c: Array
    q: Array
    reach_y: Array
    reach_x: Array
    correction: float

    def t(self, null: float = 0.0, signs: Array | None = None) -> Array:
        """Statistics under sign vectors; under all ones the observed one.

        Parameters
        ----------
        null
            b0.
        signs
            Shape (vectors, G); those of the bootstrap by default.
        """
        v = self.signs if signs is None else signs
        c = self.c - null * self.q
        scores = np.diag(c) - (self.reach_y - null * self.reach_x) - np.outer(self.q, c) / self.q.sum()
        if v is None:
            sums, spread = over_signs(c), squares_over_signs(scores.T @ scores)
        else:
            sums, spread = v @ c, np.sum((v @ scores.T) ** 2, axis=1)
        return np.asarray(sums / np.sqrt(np.maximum(self.correction * spread, 1e-300)))

    def p(self, null: float = 0.0) -> float:
        """Two-sided p of b = `null`.

        Over all sign vectors the share with a t at least as far from 0 as the observed one, which
        is exact: the observed is one of them. Over random ones as `p_value`.
        """
        observed = np.abs(self.t(null, np.ones((1, self.c.size)))[0])
        made = np.abs(self.t(null))
        return float(np.mean(as_far(made, observed)) if self.signs is None else p_value(made, observed))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """All b0 that the test does not refuse at 1 - `level`, by bisection on each side.

        An end is infinite where the test refuses nothing within a thousand CRV1 errors.
        """
        estimate = float(self.c.sum() / self.q.sum())
        here = self.t(0.0, np.ones((1, self.c.size)))[0]
        step = abs(estimate / here) if here and estimate else 1.0 / np.sqrt(self.q.sum())
        ends = []
        for side in (-1.0, 1.0):
            inside, outside = 0.0, 2.0
            while self.p(estimate + side * outside * step) > 1 - level:
                inside, outside = outside, 2 * outside
                if outside > 1000:
                    break
            if outside > 1000:
                ends.append(side * np.inf)
                continue
            for _ in range(14):
                middle = (inside + outside) / 2
                if self.p(estimate + side * middle * step) > 1 - level:
                    inside = middle
                else:
                    outside = middle
            ends.append(estimate + side * (inside + outside) / 2 * step)
        return ends[0], ends[1]


def equivalence_p(estimate: float, error: Error, margin: float) -> float:
    """The p of two one-sided tests that abs(b) is at least `margin` (Schuirmann 1987).

    Examples
    --------
    >>> round(equivalence_p(0.0, Error(0.05, 1e9, 1.0), 0.1), 4)
    0.0228
    """
    far = max(estimate - margin, -margin - estimate)
    return float(stats.t.cdf(far / error.standard_error, error.df))


def detectable(error: Error, level: float, power: float) -> float:
    """Smallest effect that a two-sided test at `level` finds with probability `power`.

    (t(1 - level / 2) + t(power)) times the standard error (Bloom 1995).

    Examples
    --------
    >>> round(detectable(Error(1.0, 1e9, 1.0), 0.05, 0.8), 3)
    2.802
    """
    reach = stats.t.ppf(1 - level / 2, error.df) + stats.t.ppf(power, error.df)
    return float(reach * error.standard_error)
