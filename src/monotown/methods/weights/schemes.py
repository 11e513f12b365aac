"""The register of weighting schemes: what each needs, when it may be used, and how to apply it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.problems import InputError, Problem, nearest
from monotown.methods.weights.admissible import MISSING_RULES, Array, Missing, Refusals, column_names
from monotown.methods.weights.ahp import ahp_tree
from monotown.methods.weights.experts import best_worst, budget_allocation
from monotown.methods.weights.factors import pca_varimax_weights, pca_weights
from monotown.methods.weights.fixed import BLOCK_TYPES, equal_by_block, equal_by_indicator, equal_by_type
from monotown.methods.weights.frontier import BenefitOfTheDoubt, benefit_of_the_doubt
from monotown.methods.weights.importance import equal_importance_weights
from monotown.methods.weights.spread import critic, entropy, merec, standard_deviation

Family: TypeAlias = Literal["fixed", "expert", "data"]
Over: TypeAlias = Literal["blocks", "leaves"]


@dataclass(frozen=True)
class Scheme:
    """One weighting scheme.

    Attributes
    ----------
    name
        Name in the config and in the result tables.
    family
        ``fixed`` (before any data), ``expert`` (judgments), ``data`` (depends on the set of units).
    function
        The pure function.
    needs
        Its inputs, in words.
    direction
        How the direction of an indicator enters.
    admissible
        When it may be used, in words; the function refuses otherwise (`InadmissibleError`).
    missing
        Rules for missing values that it has.
    positive
        Whether values must be above zero; `weigh` then rescales [0, 1] to [floor, 1].
    stacks
        Whether it takes a stack (..., units, indicators) at once.
    per_unit
        Whether every unit gets weights of its own.
    reference
        Author, year, equation.
    """

    name: str
    family: Family
    function: Callable[..., object]
    needs: str
    direction: str
    admissible: str
    missing: tuple[Missing, ...]
    positive: bool
    stacks: bool
    per_unit: bool
    reference: str


_NO_VALUES: tuple[Missing, ...] = MISSING_RULES
_COMPLETE: tuple[Missing, ...] = ("refuse", "complete_units")

#: Every scheme by name, in the order of the methods page.
SCHEMES: Mapping[str, Scheme] = {
    s.name: s
    for s in (
        Scheme(
            "equal_by_block",
            "fixed",
            equal_by_block,
            "block of each indicator",
            "none",
            "always",
            _NO_VALUES,
            False,
            True,
            False,
            "OECD/JRC Handbook 2008, step 6",
        ),
        Scheme(
            "equal_by_indicator",
            "fixed",
            equal_by_indicator,
            "number of indicators",
            "none",
            "always",
            _NO_VALUES,
            False,
            True,
            False,
            "OECD/JRC Handbook 2008, step 6",
        ),
        Scheme(
            "equal_by_type",
            "fixed",
            equal_by_type,
            "block of each indicator, type of each block",
            "none",
            "every block has a type",
            _NO_VALUES,
            False,
            True,
            False,
            "OECD/JRC Handbook 2008, step 6",
        ),
        Scheme(
            "entropy",
            "data",
            entropy,
            "values",
            "values already run from worse to better",
            "values above zero on a ratio scale; at least 2 units; a column that varies",
            MISSING_RULES,
            True,
            True,
            False,
            "Shannon 1948; Hwang and Yoon 1981, section 3.4",
        ),
        Scheme(
            "critic",
            "data",
            critic,
            "values",
            "values already run from worse to better",
            "at least 2 indicators and 3 units; every column varies; not all agree perfectly",
            MISSING_RULES,
            False,
            True,
            False,
            "Diakoulaki, Mavrotas and Papayannakis 1995, equations 3 and 4",
        ),
        Scheme(
            "standard_deviation",
            "data",
            standard_deviation,
            "values",
            "does not matter",
            "common scale; at least 2 units; a column that varies",
            MISSING_RULES,
            False,
            True,
            False,
            "Diakoulaki, Mavrotas and Papayannakis 1995",
        ),
        Scheme(
            "merec",
            "data",
            merec,
            "values",
            "values already run from worse to better, or given",
            "values above zero on a ratio scale; at least 2 units; a column that varies",
            _COMPLETE,
            True,
            True,
            False,
            "Keshavarz-Ghorabaee et al. 2021, equations 1 to 6",
        ),
        Scheme(
            "pca",
            "data",
            pca_weights,
            "values",
            "does not matter",
            "more units than indicators; no constant column; no exact linear relation",
            _COMPLETE,
            False,
            False,
            False,
            "Nicoletti, Scarpetta and Boylaud 2000; OECD/JRC Handbook 2008, step 6",
        ),
        Scheme(
            "pca_varimax",
            "data",
            pca_varimax_weights,
            "values",
            "does not matter",
            "more units than indicators; no constant column; no exact linear relation",
            _COMPLETE,
            False,
            False,
            False,
            "Nicoletti, Scarpetta and Boylaud 2000; Kaiser 1958",
        ),
        Scheme(
            "equal_importance",
            "data",
            equal_importance_weights,
            "values",
            "values already run from worse to better",
            "more units than indicators; no constant column; no exact linear relation; "
            "equal importance within reach of non-negative weights",
            _COMPLETE,
            False,
            False,
            False,
            "Paruolo, Saisana and Saltelli 2013; Becker et al. 2017, section 2.5",
        ),
        Scheme(
            "benefit_of_the_doubt",
            "data",
            benefit_of_the_doubt,
            "values; bounds of the shares",
            "values already run from worse to better",
            "values above zero on a ratio scale; bounds that leave some weights",
            _COMPLETE,
            True,
            False,
            True,
            "Melyn and Moesen 1991; Cherchye et al. 2007, equations 2 and 7",
        ),
        Scheme(
            "budget_allocation",
            "expert",
            budget_allocation,
            "100 points of each expert",
            "none",
            "points from 0 to 100 that sum to 100",
            ("refuse",),
            False,
            False,
            False,
            "OECD/JRC Handbook 2008, step 6",
        ),
        Scheme(
            "ahp",
            "expert",
            ahp_tree,
            "judgment matrices of each expert at each node",
            "none",
            "reciprocal judgments above zero, consistency ratio below 0.10, at most 15 children",
            ("refuse",),
            False,
            False,
            False,
            "Saaty 1980; Aczel and Saaty 1983",
        ),
        Scheme(
            "best_worst",
            "expert",
            best_worst,
            "best, worst, and comparisons with both",
            "none",
            "comparisons from 1 to 9 that agree with the best and the worst named",
            ("refuse",),
            False,
            False,
            False,
            "Rezaei 2015, 2016",
        ),
    )
}


def find_scheme(name: str) -> Scheme:
    """The scheme of a name.

    Raises
    ------
    InputError
        If there is none; the message names the nearest.

    Examples
    --------
    >>> find_scheme("critic").family
    'data'
    """
    if name not in SCHEMES:
        raise InputError([Problem("weighting schemes", "scheme", name, nearest(name, list(SCHEMES)))])
    return SCHEMES[name]


def _positive(z: Array, floor: float, names: Sequence[str], scheme: str) -> Array:
    if not 0 < floor < 1:
        raise ValueError(f"expected a floor between 0 and 1, found {floor}")
    flat = z.reshape(-1, z.shape[-1])
    refusals = Refusals(scheme)
    for j, name in enumerate(names):
        column = flat[:, j][~np.isnan(flat[:, j])]
        if column.size and (column.min() < -1e-12 or column.max() > 1 + 1e-12):
            refusals.no(
                f"column {name}",
                f"values from {column.min():.6g} to {column.max():.6g}",
                "normalised values in [0, 1], which are then rescaled to [floor, 1]",
            )
    refusals.stop()
    return floor + (1 - floor) * np.clip(z, 0.0, 1.0)


def weigh(
    name: str,
    z: ArrayLike,
    blocks: Sequence[str],
    *,
    names: Sequence[str] | None = None,
    over: Over = "blocks",
    block_weights: Mapping[str, float] | None = None,
    types: Mapping[str, str] = BLOCK_TYPES,
    missing: Missing = "refuse",
    floor: float = 0.01,
) -> Array:
    """Weights of all indicators under a fixed or a data-driven scheme.

    By default a data-driven scheme is applied **within each block** and the block weights stay as
    they are, so that the structure of the index (four blocks in the paper) survives and a block
    with many indicators does not gain by their number: ``w_k = W_b v_k|b``. With ``over="leaves"``
    it is applied to all indicators at once and the blocks get what results.

    Parameters
    ----------
    name
        A scheme of family ``fixed`` or ``data`` that gives one set of weights for all units.
    z
        Normalised, direction-corrected values, shape (units, indicators), or (..., units,
        indicators) for a scheme that takes stacks.
    blocks
        Block of each indicator.
    names
        Names of the indicators, for messages.
    over
        ``blocks`` or ``leaves``.
    block_weights
        Weight of each block, non-negative with a positive sum; equal by default. Only for
        ``over="blocks"``.
    types
        Type of each block, for ``equal_by_type``.
    missing
        Rule for missing values.
    floor
        Lower end of the range to which [0, 1] is rescaled for a scheme that needs positive values.

    Returns
    -------
    ndarray, shape (..., indicators)
        Non-negative, sums to 1. A single indicator in its block has the block's weight.

    Raises
    ------
    InadmissibleError
        If the scheme's assumptions fail.
    InputError
        If the scheme is unknown.
    ValueError
        If shapes, block weights or the floor are wrong, or the scheme is an expert's or per unit.

    Examples
    --------
    >>> z = [[0.0, 0.5, 0.1], [0.5, 0.75, 0.9], [1.0, 1.0, 0.4]]
    >>> weigh("standard_deviation", z, ["B1", "B1", "B2"]).round(4)
    array([0.3333, 0.1667, 0.5   ])
    >>> weigh("standard_deviation", z, ["B1", "B1", "B2"], over="leaves").round(4)
    array([0.4332, 0.2166, 0.3502])
    """
    scheme = find_scheme(name)
    if scheme.family == "expert" or scheme.per_unit:
        allowed = [s.name for s in SCHEMES.values() if s.family != "expert" and not s.per_unit]
        raise ValueError(f"{name} is not applied to values; expected one of: {', '.join(allowed)}")
    values = np.asarray(z, dtype=np.float64)
    k = values.shape[-1] if values.ndim >= 2 else 0
    if k == 0 or len(blocks) != k:
        raise ValueError(
            f"expected one block for each indicator, found {len(blocks)} blocks and values of shape {values.shape}"
        )
    columns = column_names(k, names)
    if scheme.family == "fixed":
        fixed = {
            "equal_by_block": lambda: equal_by_block(blocks),
            "equal_by_indicator": lambda: equal_by_indicator(k),
            "equal_by_type": lambda: equal_by_type(blocks, types),
        }[name]()
        return np.broadcast_to(fixed, (*values.shape[:-2], k)).copy()
    if values.ndim > 2 and not scheme.stacks:
        raise ValueError(f"{name} takes one matrix at a time, found shape {values.shape}")
    if scheme.positive:
        values = _positive(values, floor, columns, scheme.name)

    def applied(part: Array, part_names: list[str]) -> Array:
        found = scheme.function(part, names=part_names, missing=missing)
        return np.asarray(found, dtype=np.float64)

    if over == "leaves":
        return applied(values, columns)
    if over != "blocks":
        raise ValueError(f"over: expected {nearest(over, ['blocks', 'leaves'])}, found {over!r}")
    order = list(dict.fromkeys(blocks))
    given = dict.fromkeys(order, 1.0) if block_weights is None else dict(block_weights)
    total = math.fsum(given.get(b, np.nan) for b in order)
    if not total > 0 or any(given[b] < 0 for b in order):
        raise ValueError(f"expected a non-negative weight for each of {', '.join(order)}, found {given}")
    weights = np.empty((*values.shape[:-2], k))
    for block in order:
        place = [i for i, b in enumerate(blocks) if b == block]
        local = np.ones(1) if len(place) == 1 else applied(values[..., place], [columns[i] for i in place])
        weights[..., place] = given[block] / total * local
    return weights


def benefit_of_each(
    z: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
    floor: float = 0.01,
    missing: Missing = "refuse",
) -> BenefitOfTheDoubt:
    """Benefit of the doubt of normalised values, rescaled from [0, 1] to [floor, 1].

    Parameters
    ----------
    z
        Normalised, direction-corrected values in [0, 1], shape (units, indicators).
    names, missing
        As in `monotown.methods.weights.frontier.benefit_of_the_doubt`.
    bounds
        Lowest and highest share of an indicator in a unit's score.
    floor
        Lower end of the range, above 0.

    Returns
    -------
    BenefitOfTheDoubt

    Raises
    ------
    InadmissibleError
        If a value is outside [0, 1], or the bounds leave no weights.

    Examples
    --------
    >>> benefit_of_each([[0.0, 1.0], [0.5, 0.5]]).scores.round(4)
    array([1., 1.])
    """
    values = np.asarray(z, dtype=np.float64)
    columns = column_names(values.shape[-1], names)
    return benefit_of_the_doubt(
        _positive(values, floor, columns, "benefit of the doubt"),
        low=bounds[0],
        high=bounds[1],
        names=columns,
        missing=missing,
    )
