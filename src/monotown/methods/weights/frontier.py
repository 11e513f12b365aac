"""Benefit of the doubt: every unit weighed in the way that suits it best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.methods.method import Missing, Weighting
from monotown.methods.weights.admissible import Refusals, prepare


@dataclass(frozen=True)
class BenefitOfTheDoubt:
    """Scores and weights of each unit.

    Attributes
    ----------
    scores : ndarray, shape (units,)
        From 0 to 1; 1 on the frontier. NaN for a unit left out as incomplete.
    multipliers : ndarray, shape (units, indicators)
        The unit's optimal w, with ``score = sum_k w_k z_ik``. On the frontier others may be as
        good; the scores are the same.
    weights : ndarray, shape (units, indicators)
        Multipliers scaled to sum to 1 in each unit.
    pie_shares : ndarray, shape (units, indicators)
        ``w_k z_ik / score``: what each indicator contributes to the unit's score.
    """

    scores: Array
    multipliers: Array
    weights: Array
    pie_shares: Array


def benefit_of_the_doubt(
    z: ArrayLike,
    *,
    low: float = 0.0,
    high: float = 1.0,
    names: Sequence[str] | None = None,
    missing: Missing = "refuse",
) -> BenefitOfTheDoubt:
    """Score each unit with the weights most favourable to it.

    ``max_w sum_k w_k z_ik`` subject to ``sum_k w_k z_jk <= 1`` for every unit j, ``w >= 0``, and
    ``low <= w_k z_ik / sum_l w_l z_il <= high`` (Melyn and Moesen 1991; Cherchye et al. 2007,
    equations 2 and 7), one linear program a unit. Depends on the set of units. Lower bounds on
    shares can push a weak unit near 0, for they give weight to its indicator near zero: report it.

    Parameters
    ----------
    z
        Values above zero, direction-corrected, shape (units, indicators); for example min-max
        values rescaled to [0.01, 1].
    low, high
        Bounds of each indicator's share in a unit's score; 0 and 1 leave the weights free. With K
        indicators ``low <= 1/K <= high``.
    names
        Names of the indicators, for messages.
    missing
        ``refuse`` or ``complete_units`` (an incomplete unit gets NaN and no part in the frontier).

    Returns
    -------
    BenefitOfTheDoubt
        Not a measure of importance: the weights flatter each unit.

    Raises
    ------
    InadmissibleError
        If a value is zero or negative, or the bounds leave no weights.
    ValueError
        If z is a stack.

    Examples
    --------
    >>> z = [[0.2, 0.8], [0.9, 0.3], [0.5, 0.4]]
    >>> benefit_of_the_doubt(z).scores.round(4)
    array([1.   , 1.   , 0.803])
    >>> benefit_of_the_doubt(z, low=0.4, high=0.6).scores.round(4)
    array([0.4938, 0.8333, 0.803 ])
    """
    from scipy.optimize import linprog

    scheme = "benefit of the doubt"
    x, used, _ = prepare(z, scheme, names, missing, allowed=("refuse", "complete_units"), positive=True, min_units=1)
    if x.ndim != 2:
        raise ValueError(f"expected one matrix (units, indicators), found shape {x.shape}")
    n, k = x.shape
    tolerance = 1e-12
    if not 0 <= low <= 1 / k + tolerance or not 1 / k - tolerance <= high <= 1:
        refusals = Refusals(scheme)
        refusals.no("shares", f"{low:g} to {high:g} for {k} indicators", "0 <= low <= 1/K <= high <= 1")
        refusals.stop()
    present = used[:, 0]
    # Multipliers in units of each column's largest value: the same program, better conditioned.
    top = x.max(0)
    peers = x[present] / top
    scores = np.full(n, np.nan)
    multipliers = np.full((n, k), np.nan)
    for i in np.flatnonzero(present):
        own = x[i] / top
        bounds = []
        if low > 0:
            bounds.append(low * own[None, :] - np.diag(own))
        if high < 1:
            bounds.append(np.diag(own) - high * own[None, :])
        rows = np.vstack([peers, *bounds])
        limit = np.r_[np.ones(len(peers)), np.zeros(len(rows) - len(peers))]
        solved = linprog(-own, A_ub=rows, b_ub=limit, bounds=(0, None), method="highs")
        w = np.maximum(np.asarray(solved.x, dtype=np.float64), 0.0)
        scores[i] = min(float(own @ w), 1.0)
        multipliers[i] = w / top
    weights = multipliers / multipliers.sum(1, keepdims=True)
    pies = multipliers * x
    return BenefitOfTheDoubt(scores, multipliers, weights, pies / pies.sum(1, keepdims=True))


#: The schemes of this module, in the order of the methods page.
METHODS: Final[list[Weighting]] = [
    Weighting(
        "benefit_of_the_doubt",
        benefit_of_the_doubt,
        needs=("values", "bounds"),
        admissible="values above zero on a ratio scale; bounds that leave some weights",
        positive=True,
        per_unit=True,
        formula="each unit's best weights, by linear programming, with bounds on shares",
        reference="Cherchye et al. 2007, eq. 2, 7",
        key="`weights: {scheme: benefit_of_the_doubt, bounds: [lo, hi]}`",
        test="methods/test_frontier.py::test_golden_values",
    )
]
