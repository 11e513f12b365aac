"""Weights from experts: budget allocation and the best-worst method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.problems import nearest
from monotown.base.ties import above, largest, level
from monotown.methods.method import Weighting
from monotown.methods.weights.admissible import Refusals, column_names


@dataclass(frozen=True)
class BudgetAllocation:
    """What a panel's budgets say.

    Attributes
    ----------
    weights : ndarray, shape (indicators,)
        Mean of the experts' points / 100.
    sd : ndarray, shape (indicators,)
        Standard deviation over experts (n - 1); NaN with one expert.
    kendall_w : float
        Agreement on the order, from 0 (none) to 1 (the same order); NaN where it is not defined
        (one expert, one indicator, or every expert indifferent).
    p_value : float
        Of the hypothesis that the orders are unrelated (chi-squared, k - 1 degrees of freedom;
        rough with few experts); NaN where W is.
    """

    weights: Array
    sd: Array
    kendall_w: float
    p_value: float


def budget_allocation(
    points: ArrayLike, *, names: Sequence[str] | None = None, experts: Sequence[str] | None = None
) -> BudgetAllocation:
    """Weights from experts who each share out 100 points among the indicators.

    ``w_k = (1/m) sum_e points_ek / 100`` (OECD/JRC Handbook 2008, step 6, budget allocation).
    Agreement by Kendall's W with ties: ``W = 12 S / (m^2 (k^3 - k) - m sum T)``, S the squared
    deviations of the rank sums from their mean, ``T = sum (t^3 - t)`` over each expert's ties
    (Kendall and Babington Smith 1939; Siegel and Castellan 1988, section 9.5). Above ten or so
    indicators people share points badly: allocate blocks first.

    Parameters
    ----------
    points
        Shape (experts, indicators); non-negative, each row sums to 100.
    names, experts
        Names for messages.

    Returns
    -------
    BudgetAllocation

    Raises
    ------
    InadmissibleError
        If points are missing or negative, or an expert's do not sum to 100.
    ValueError
        If points is not a table of at least one expert and indicator, or a name is wrong.

    Examples
    --------
    >>> found = budget_allocation([[50, 30, 20], [40, 40, 20], [60, 25, 15]])
    >>> found.weights.round(4), round(found.kendall_w, 4)
    (array([0.5   , 0.3167, 0.1833]), 0.9394)
    """
    from scipy.stats import chi2, rankdata

    table = np.asarray(points, dtype=np.float64)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"expected a table (experts, indicators), found shape {table.shape}")
    m, k = table.shape
    columns, people = column_names(k, names), column_names(m, experts)
    refusals = Refusals("budget allocation")
    for e, person in enumerate(people):
        for j, column in enumerate(columns):
            if not (np.isfinite(table[e, j]) and table[e, j] >= 0):
                found = "missing" if np.isnan(table[e, j]) else f"{table[e, j]:g}"
                refusals.no(f"expert {person}, column {column}", found, "points from 0 to 100")
        total = table[e].sum()
        if np.isfinite(total) and abs(total - 100) > 1e-6:
            refusals.no(f"expert {person}", f"a sum of {total:g} points", "100 points")
    refusals.stop()
    ranks = rankdata(level(table, axis=1), axis=1)
    counts = [np.unique(r, return_counts=True)[1] for r in ranks]
    ties = float(sum((t.astype(np.float64) ** 3 - t).sum() for t in counts))
    room = m**2 * (k**3 - k) - m * ties
    w = p = np.nan
    if m > 1 and room > 0:
        sums = ranks.sum(0)
        w = float(12 * ((sums - sums.mean()) ** 2).sum() / room)
        p = float(chi2.sf(m * (k - 1) * w, k - 1))
    sd = table.std(0, ddof=1) / 100 if m > 1 else np.full(k, np.nan)
    return BudgetAllocation(table.mean(0) / 100, sd, w, p)


@dataclass(frozen=True)
class BestWorst:
    """What an expert's best-to-others and others-to-worst comparisons say.

    Attributes
    ----------
    weights : ndarray, shape (indicators,)
        For the ratio model, the centres of the intervals, scaled to sum to 1.
    low, high : ndarray, shape (indicators,)
        Lowest and highest weight among all optimal solutions; equal to `weights` in the linear
        model.
    xi : float
        Optimal deviation: of ratios (ratio model) or of weights (linear model). 0 when the
        comparisons agree fully.
    consistency_ratio : float
        Ratio model: ``xi / CI(a_BW)``, 0 at full consistency; it can pass 1 where two indicators
        contradict each other, which the index of Rezaei (2015) does not foresee. Linear
        model: xi itself, which Rezaei (2016) reads as the indicator of consistency.
    input_ratio : float
        Largest ``|a_Bj a_jW - a_BW| / (a_BW^2 - a_BW)``, from the comparisons alone
        (Liang, Brunelli and Rezaei 2020, equation 3).
    worst_judgment : str
        The indicator whose two comparisons agree least.
    """

    weights: Array
    low: Array
    high: Array
    xi: float
    consistency_ratio: float
    input_ratio: float
    worst_judgment: str


def consistency_index(a_bw: float) -> float:
    """Largest possible deviation of the best-worst method for a best-to-worst comparison.

    Smaller root of ``xi^2 - (1 + 2a) xi + (a^2 - a) = 0`` (Rezaei 2015, equation 7 and table 1).

    Parameters
    ----------
    a_bw
        Comparison of best to worst, at least 1.

    Examples
    --------
    Table 1 of Rezaei (2015):

    >>> [round(consistency_index(a), 2) for a in range(1, 10)]
    [0.0, 0.44, 1.0, 1.63, 2.3, 3.0, 3.73, 4.47, 5.23]
    """
    return float((1 + 2 * a_bw - np.sqrt(1 + 8 * a_bw)) / 2)


def _compared(to_others: Array, to_worst: Array, names: Sequence[str], best: str, worst: str) -> tuple[int, int]:
    """Places of best and worst, once the comparisons are found in order."""
    refusals = Refusals("best-worst")
    for role, name in (("best", best), ("worst", worst)):
        if name not in names:
            refusals.no(role, name, nearest(name, list(names)))
    refusals.stop()
    b, w = list(names).index(best), list(names).index(worst)
    if b == w:
        refusals.no("worst", worst, "another indicator than the best")
    for what, row in (("best to others", to_others), ("others to worst", to_worst)):
        for j, name in enumerate(names):
            if not 1 <= row[j] <= 9:
                refusals.no(f"{what}, {name}", f"{row[j]:g}", "a number from 1 to 9")
    if to_others[b] != 1:
        refusals.no(f"best to others, {best}", f"{to_others[b]:g}", "1, compared with itself")
    if to_worst[w] != 1:
        refusals.no(f"others to worst, {worst}", f"{to_worst[w]:g}", "1, compared with itself")
    if to_others[w] != to_worst[b]:
        refusals.no(f"others to worst, {best}", f"{to_worst[b]:g}", f"{to_others[w]:g}, as in best to others, {worst}")
    for what, row in (("best to others", to_others), ("others to worst", to_worst)):
        for j, name in enumerate(names):
            if to_others[w] < row[j] <= 9:
                refusals.no(f"{what}, {name}", f"{row[j]:g}", f"at most best to worst, {to_others[w]:g}")
    refusals.stop()
    return b, w


def best_worst(
    best: str,
    worst: str,
    best_to_others: ArrayLike,
    others_to_worst: ArrayLike,
    names: Sequence[str],
    *,
    model: Literal["linear", "ratio"] = "linear",
) -> BestWorst:
    """Weights by the best-worst method: 2n - 3 comparisons instead of n (n - 1) / 2.

    Ratio model (Rezaei 2015, equation 4): minimise xi subject to ``|w_B/w_j - a_Bj| <= xi`` and
    ``|w_j/w_W - a_jW| <= xi``. The optimum has a closed form; the weights at it may be many, so
    their intervals are given and the centres are used (Rezaei 2016, section 3). Linear model
    (Rezaei 2016, equation 14): minimise xi subject to ``|w_B - a_Bj w_j| <= xi`` and
    ``|w_j - a_jW w_W| <= xi``; one solution.

    Parameters
    ----------
    best, worst
        Names of the most and least important indicator.
    best_to_others
        How much the best is preferred to each, 1 to 9, shape (indicators,).
    others_to_worst
        How much each is preferred to the worst, 1 to 9, shape (indicators,).
    names
        Names of the indicators, at least 2.
    model
        ``linear`` or ``ratio``.

    Returns
    -------
    BestWorst

    Raises
    ------
    InadmissibleError
        Every comparison out of range or at odds with the best and the worst named.
    ValueError
        If lengths differ or the model is unknown.

    Examples
    --------
    The transport example of Rezaei (2015): load flexibility, accessibility, cost.

    >>> names = ["load flexibility", "accessibility", "cost"]
    >>> found = best_worst("cost", "load flexibility", [8, 2, 1], [1, 5, 8], names, model="ratio")
    >>> found.weights.round(4), round(found.xi, 4), round(found.consistency_ratio, 3)
    (array([0.0714, 0.3387, 0.5899]), 0.2583, 0.058)
    """
    columns = column_names(len(names), names)
    a, c = (np.asarray(v, dtype=np.float64) for v in (best_to_others, others_to_worst))
    n = len(columns)
    if a.shape != (n,) or c.shape != (n,) or n < 2:
        raise ValueError(
            f"expected two comparisons for each of at least 2 indicators, found {a.shape} and {c.shape} for {n}"
        )
    if model not in ("linear", "ratio"):
        raise ValueError(f"model: expected {nearest(model, ['linear', 'ratio'])}, found {model!r}")
    b, w = _compared(a, c, columns, best, worst)
    a_bw = a[w]
    product = a * c
    gap = np.abs(product - a_bw)
    gap[[b, w]] = 0.0
    room = a_bw**2 - a_bw
    input_ratio = float(gap.max() / room) if room > 0 else 0.0
    worst_judgment = columns[largest(gap)] if above(gap.max(), 0) else "none"
    if model == "linear":
        solved = _linear(a, c, b, w)
        weights = solved[:-1]
        xi = float(max(solved[-1], 0.0))
        return BestWorst(weights, weights, weights, xi, xi, input_ratio, worst_judgment)
    xi = _ratio_optimum(a, c, b, w)
    low, high = _interval(a, c, b, w, xi)
    centre = (low + high) / 2
    index = consistency_index(a_bw)
    ratio = xi / index if index > 0 else 0.0
    return BestWorst(centre / centre.sum(), low, high, xi, ratio, input_ratio, worst_judgment)


def _ratio_optimum(a: Array, c: Array, b: int, w: int) -> float:
    """Smallest xi at which some weights come within xi of every ratio.

    Through each other indicator j, ``w_B/w_W`` may lie from ``(a_j - xi)(c_j - xi)`` to
    ``(a_j + xi)(c_j + xi)``, and directly from ``a_BW - xi`` to ``a_BW + xi``. The optimum is the
    smallest xi at which these intervals have a point in common, hence every two of them.
    """
    other = [j for j in range(len(a)) if j not in (b, w)]
    half = (a[other] + c[other] + 1) / 2
    product = a[other] * c[other]
    direct = np.abs(half - np.sqrt(half**2 - (product - a[w])))
    total = a[other] + c[other]
    through = (product[:, None] - product[None, :]) / (total[:, None] + total[None, :])
    return float(max(0.0, direct.max(initial=0.0), through.max(initial=0.0)))


def _rows(a: Array, c: Array, b: int, w: int) -> tuple[Array, Array]:
    """Rows of ``w_B - a_Bj w_j`` and ``w_j - a_jW w_W``, and the place each is divided by."""
    n = len(a)
    rows, by = [], []
    for j in range(n):
        if j != b:
            row = np.zeros(n)
            row[b] += 1
            row[j] -= a[j]
            rows.append(row)
            by.append(j)
        if j not in (b, w):
            row = np.zeros(n)
            row[j] += 1
            row[w] -= c[j]
            rows.append(row)
            by.append(w)
    return np.array(rows), np.array(by)


def _linear(a: Array, c: Array, b: int, w: int) -> Array:
    from scipy.optimize import linprog

    rows, _ = _rows(a, c, b, w)
    n, slack = len(a), -np.ones((len(rows), 1))
    solved = linprog(
        np.r_[np.zeros(n), 1.0],
        A_ub=np.vstack([np.hstack([rows, slack]), np.hstack([-rows, slack])]),
        b_ub=np.zeros(2 * len(rows)),
        A_eq=np.r_[np.ones(n), 0.0][None, :],
        b_eq=[1.0],
        bounds=(0, None),
        method="highs",
    )
    x = np.maximum(np.asarray(solved.x, dtype=np.float64), 0.0)
    x[:-1] /= x[:-1].sum()
    return x


def _interval(a: Array, c: Array, b: int, w: int, xi: float) -> tuple[Array, Array]:
    from scipy.optimize import linprog

    rows, by = _rows(a, c, b, w)
    n = len(a)
    # A hair above the optimum, lest rounding make the best solution infeasible.
    loose = np.zeros_like(rows)
    loose[np.arange(len(rows)), by] = xi + 1e-9
    limits = []
    for j in range(n):
        for sense in (1.0, -1.0):
            solved = linprog(
                sense * np.eye(n)[j],
                A_ub=np.vstack([rows - loose, -rows - loose]),
                b_ub=np.zeros(2 * len(rows)),
                A_eq=np.ones((1, n)),
                b_eq=[1.0],
                bounds=(0, None),
                method="highs",
            )
            limits.append(float(np.asarray(solved.x, dtype=np.float64)[j]))
    return np.array(limits[::2]), np.array(limits[1::2])


#: The schemes of this module, in the order of the methods page.
METHODS: Final[list[Weighting]] = [
    Weighting(
        "budget_allocation",
        budget_allocation,
        needs=("judgments",),
        admissible="points from 0 to 100 that sum to 100",
        missing=("refuse",),
        formula="mean of 100 points a head, Kendall's W",
        reference="OECD/JRC 2008, step 6",
        key="`weights: {scheme: budget_allocation, judgments: …}`",
        test="methods/test_experts.py::test_budget_weights_and_agreement",
    ),
    Weighting(
        "best_worst",
        best_worst,
        needs=("judgments",),
        admissible="comparisons from 1 to 9 that agree with the best and the worst named",
        missing=("refuse",),
        formula="weights that come nearest to the comparisons with the best and the worst",
        reference="Rezaei 2015, 2016",
        key="`weights: {scheme: best_worst, judgments: …}`",
        test="methods/test_experts.py::test_best_worst_reproduces_rezaei_2015",
    ),
]
