"""Weights drawn from the data's spread: entropy, standard deviation, CRITIC, MEREC.

All four depend on the set of units: with other towns, other weights. They say where the units
differ, not what matters; never call them importance. Each takes one matrix (units, indicators) or
a stack of matrices (..., units, indicators) and works without a loop over the stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array, Mask
from monotown.methods.method import MISSING_RULES, Missing, Weighting
from monotown.methods.weights.admissible import Refusals, constant_columns, prepare, refuse_constant, shares


def _spread(x: Array, used: Mask) -> Array:
    """Sample standard deviation (n - 1) of each column over its used cells."""
    n = used.sum(-2)
    mean = x.sum(-2) / n
    centred = np.where(used, x - mean[..., None, :], 0.0)
    sd: Array = np.sqrt((centred**2).sum(-2) / (n - 1))
    return np.where(constant_columns(x, used), 0.0, sd)


def standard_deviation(z: ArrayLike, *, names: Sequence[str] | None = None, missing: Missing = "refuse") -> Array:
    """Weights proportional to each indicator's standard deviation.

    ``w_k = s_k / sum_l s_l`` (Diakoulaki, Mavrotas and Papayannakis 1995, standard deviation
    method). A constant column gets weight 0.

    Parameters
    ----------
    z
        Normalised values, direction-corrected or not (a reversal leaves the spread as it is),
        shape (..., units, indicators). Columns need a common scale, such as [0, 1]: on raw values
        the result would depend on the units of measurement.
    names
        Names of the indicators, for messages.
    missing
        ``refuse``, ``complete_units`` or ``available``.

    Returns
    -------
    ndarray, shape (..., indicators)
        Non-negative, sums to 1. Depends on the set of units; not a measure of importance.

    Raises
    ------
    InadmissibleError
        If a column has fewer than 2 units, or no column varies.

    Examples
    --------
    >>> standard_deviation([[0.0, 0.5], [0.5, 0.75], [1.0, 1.0]]).round(4)
    array([0.6667, 0.3333])
    """
    x, used, _ = prepare(z, "standard deviation", names, missing)
    return shares(_spread(x, used), "standard deviation", "one value only in each")


def entropy(z: ArrayLike, *, names: Sequence[str] | None = None, missing: Missing = "refuse") -> Array:
    """Weights by Shannon entropy: the less evenly a column is spread over units, the more weight.

    ``p_ik = z_ik / sum_i z_ik``, ``E_k = -(1/ln n) sum_i p_ik ln p_ik``,
    ``w_k = (1 - E_k) / sum_l (1 - E_l)`` (Shannon 1948; Zeleny 1982; Hwang and Yoon 1981,
    section 3.4). A constant column gets weight 0. Needs a ratio scale: a shift of the zero changes
    the weights, a change of the unit of measurement does not.

    Parameters
    ----------
    z
        Values above zero, direction-corrected, shape (..., units, indicators); for example min-max
        values rescaled to [0.01, 1].
    names
        Names of the indicators, for messages.
    missing
        ``refuse``, ``complete_units`` or ``available`` (n is then the column's own number of
        units).

    Returns
    -------
    ndarray, shape (..., indicators)
        Non-negative, sums to 1. Depends on the set of units; not a measure of importance.

    Raises
    ------
    InadmissibleError
        If a value is zero or negative, a column has fewer than 2 units, or no column varies.

    Examples
    --------
    >>> entropy([[1.0, 1.0], [1.0, 3.0]]).round(4)
    array([0., 1.])
    >>> entropy([[1.0, 1.0], [2.0, 3.0], [4.0, 5.0]]).round(4)
    array([0.4691, 0.5309])
    """
    x, used, _ = prepare(z, "entropy", names, missing, positive=True)
    p = x / x.sum(-2, keepdims=True)
    log_p = np.log(p, where=used, out=np.zeros_like(p))
    evenness = -(p * log_p).sum(-2) / np.log(used.sum(-2))
    divergence = np.where(constant_columns(x, used), 0.0, np.maximum(1 - evenness, 0.0))
    return shares(divergence, "entropy", "one value only in each")


def correlations(x: Array, used: Mask) -> tuple[Array, Array]:
    """Pearson correlations over the units that have both columns, and the number of those units.

    Parameters
    ----------
    x
        Values, 0 where not used, shape (..., units, indicators).
    used
        Which cells are used.

    Returns
    -------
    r : ndarray, shape (..., indicators, indicators)
        NaN where a column does not vary over the pair's units.
    n : ndarray of the same shape
        Units in each pair.
    """
    m = used.astype(np.float64)
    mean = x.sum(-2) / np.maximum(m.sum(-2), 1)
    c = np.where(used, x - mean[..., None, :], 0.0)
    size = np.abs(c).max(-2, keepdims=True)
    c = c / np.where(size > 0, size, 1.0)
    turned = np.swapaxes(c, -1, -2)
    m_turned = np.swapaxes(m, -1, -2)
    n = m_turned @ m
    pairs = np.maximum(n, 1)
    # first[k, l]: sum of column k over the units that have column l
    first = turned @ m
    second = np.swapaxes(c**2, -1, -2) @ m
    cov = turned @ c - first * np.swapaxes(first, -1, -2) / pairs
    var = second - first**2 / pairs
    scale2 = var * np.swapaxes(var, -1, -2)
    varies = scale2 > 1e-24
    r = np.divide(cov, np.sqrt(np.where(varies, scale2, 1.0)))
    return np.where(varies, np.clip(r, -1.0, 1.0), np.nan), n


def critic(z: ArrayLike, *, names: Sequence[str] | None = None, missing: Missing = "refuse") -> Array:
    """CRITIC weights: spread times conflict with the other indicators.

    ``C_k = s_k sum_l (1 - r_kl)``, ``w_k = C_k / sum_l C_l`` (Diakoulaki, Mavrotas and
    Papayannakis 1995, equations 3 and 4). The values must already run from worse to better: a
    reversed column would turn its conflict into agreement.

    Parameters
    ----------
    z
        Normalised and direction-corrected values on a common scale, such as min-max in [0, 1],
        shape (..., units, indicators), at least 2 indicators.
    names
        Names of the indicators, for messages.
    missing
        ``refuse``, ``complete_units`` or ``available`` (each correlation over the units that have
        both columns).

    Returns
    -------
    ndarray, shape (..., indicators)
        Non-negative, sums to 1. Depends on the set of units; not a measure of importance.

    Raises
    ------
    InadmissibleError
        If a column is constant, two columns share fewer than 3 units or do not vary over them,
        there is one indicator only, or all indicators agree perfectly.

    Examples
    --------
    The published example, eight pharmaceutical firms by profitability, market share, productivity:

    >>> x = np.array([[61, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9, 3.29, 1.65],
    ...               [5.4, 2.77, 2.33], [4, 4.12, 1.21], [-6.1, 3.52, 2.10], [-34.6, 3.31, 0.98]])
    >>> critic((x - x.min(0)) / (x.max(0) - x.min(0))).round(4)
    array([0.2022, 0.4809, 0.3169])
    """
    x, used, columns = prepare(z, "CRITIC", names, missing, min_units=3)
    refusals = Refusals("CRITIC")
    if len(columns) < 2:
        refusals.no(f"column {columns[0]}", "1 indicator", "at least 2 indicators")
    refuse_constant(refusals, x, used, columns)
    refusals.stop()
    r, n = correlations(x, used)
    k = len(columns)
    few = np.asarray((n < 3).reshape(-1, k, k).any(0))
    unknown = np.asarray(np.isnan(r).reshape(-1, k, k).any(0))
    for i, j in zip(*np.triu_indices(k, 1), strict=True):
        if few[i, j] or unknown[i, j]:
            refusals.no(
                f"columns {columns[i]} and {columns[j]}",
                "fewer than 3 units with both" if few[i, j] else "one value only where both stand",
                "at least 3 units with both, over which both vary",
            )
    refusals.stop()
    conflict = np.maximum((1 - r).sum(-1), 0.0)
    # Perfect agreement leaves only rounding; it is no conflict.
    conflict = np.where(conflict < 1e-12 * k, 0.0, conflict)
    return shares(_spread(x, used) * conflict, "CRITIC", "perfect agreement of all columns")


def merec(
    x: ArrayLike,
    direction: Sequence[int] | None = None,
    *,
    names: Sequence[str] | None = None,
    missing: Missing = "refuse",
) -> Array:
    """MEREC weights: how much a unit's performance changes when an indicator is removed.

    ``n_ik = min_i x_ik / x_ik`` (more is better) or ``x_ik / max_i x_ik`` (less is better);
    ``S_i = ln(1 + (1/m) sum_k |ln n_ik|)``; ``S'_ik`` the same sum without k, still divided by m;
    ``E_k = sum_i |S'_ik - S_i|``; ``w_k = E_k / sum_l E_l`` (Keshavarz-Ghorabaee et al. 2021,
    Symmetry 13:525, equations 1 to 6). A constant column gets weight 0.

    Parameters
    ----------
    x
        Values above zero on a ratio scale, shape (..., units, indicators).
    direction
        1 where more is better, -1 where less is better; all 1 by default (values already
        direction-corrected).
    names
        Names of the indicators, for messages.
    missing
        ``refuse`` or ``complete_units``: the performance of a unit needs all its indicators.

    Returns
    -------
    ndarray, shape (..., indicators)
        Non-negative, sums to 1. Depends on the set of units; not a measure of importance.

    Raises
    ------
    InadmissibleError
        If a value is zero or negative, a column has fewer than 2 units, or no column varies.
    ValueError
        If a direction is neither 1 nor -1, or their number is wrong.

    Examples
    --------
    The published example (four indicators, the last two less is better):

    >>> x = [[450, 8000, 54, 145], [10, 9100, 2, 160], [100, 8200, 31, 153],
    ...      [220, 9300, 1, 162], [5, 8400, 23, 158]]
    >>> merec(x, [1, 1, -1, -1]).round(4)
    array([0.5752, 0.0141, 0.4016, 0.0091])
    """
    values, used, columns = prepare(x, "MEREC", names, missing, allowed=("refuse", "complete_units"), positive=True)
    m = len(columns)
    d = np.ones(m) if direction is None else np.asarray(direction, dtype=np.float64)
    if d.shape != (m,) or not np.isin(d, (-1, 1)).all():
        raise ValueError(f"expected {m} directions of 1 or -1, found {direction}")
    low = np.min(values, axis=-2, keepdims=True, where=used, initial=np.inf)
    high = np.max(values, axis=-2, keepdims=True, where=used, initial=0.0)
    safe = np.where(used, values, 1.0)
    part = np.where(d == 1, np.log(safe / low), np.log(high / safe))
    part = np.where(used, np.abs(part), 0.0) / m
    whole = part.sum(-1, keepdims=True)
    effect = np.abs(np.log1p(np.maximum(whole - part, 0.0)) - np.log1p(whole))
    removed = np.where(constant_columns(values, used), 0.0, effect.sum(-2))
    return shares(removed, "MEREC", "one value only in each")


#: The schemes of this module, in the order of the methods page.
METHODS: Final[list[Weighting]] = [
    Weighting(
        "entropy",
        entropy,
        admissible="values above zero on a ratio scale; at least 2 units; a column that varies",
        missing=MISSING_RULES,
        positive=True,
        stacks=True,
        formula="w ~ 1 + sum p ln p / ln n, p = z / sum z",
        reference="Shannon 1948; Hwang and Yoon 1981",
        test="methods/test_spread.py::test_golden_values_of_the_toy_data",
    ),
    Weighting(
        "critic",
        critic,
        admissible="at least 2 indicators and 3 units; every column varies; not all agree perfectly",
        missing=MISSING_RULES,
        stacks=True,
        formula="w ~ s_k sum_l (1 - r_kl)",
        reference="Diakoulaki et al. 1995, eq. 3, 4",
        test="methods/test_spread.py::test_critic_reproduces_diakoulaki_1995",
    ),
    Weighting(
        "standard_deviation",
        standard_deviation,
        admissible="common scale; at least 2 units; a column that varies",
        missing=MISSING_RULES,
        stacks=True,
        formula="w ~ s_k",
        reference="Diakoulaki et al. 1995",
        test="methods/test_spread.py::test_golden_values_of_the_toy_data",
    ),
    Weighting(
        "merec",
        merec,
        admissible="values above zero on a ratio scale; at least 2 units; a column that varies",
        positive=True,
        stacks=True,
        formula="effect of leaving an indicator out of ln(1 + mean abs(ln z))",
        reference="Keshavarz-Ghorabaee et al. 2021, eq. 1-6",
        test="methods/test_spread.py::test_merec_reproduces_keshavarz_ghorabaee_2021",
    ),
]
