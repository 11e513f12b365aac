"""A weighting scheme applied: within blocks, or over all indicators."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.problems import InputError, Problem, nearest
from monotown.methods.method import Missing, Weighting
from monotown.methods.register import SCHEMES
from monotown.methods.weights.admissible import Refusals, column_names
from monotown.methods.weights.frontier import BenefitOfTheDoubt, benefit_of_the_doubt

Over: TypeAlias = Literal["blocks", "leaves"]


def find_scheme(name: str) -> Weighting:
    """The scheme of a name.

    Raises
    ------
    InputError
        If there is none; the message names the nearest.

    Examples
    --------
    >>> find_scheme("critic").kind
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
    types: Mapping[str, str] | None = None,
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
        A scheme without judgments that gives one set of weights for all units.
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
    if not scheme.compared:
        allowed = [s.name for s in SCHEMES.values() if s.compared]
        raise ValueError(f"{name} is not applied to values; expected one of: {', '.join(allowed)}")
    values = np.asarray(z, dtype=np.float64)
    k = values.shape[-1] if values.ndim >= 2 else 0
    if k == 0 or len(blocks) != k:
        raise ValueError(
            f"expected one block for each indicator, found {len(blocks)} blocks and values of shape {values.shape}"
        )
    columns = column_names(k, names)
    if scheme.kind == "fixed":
        inputs = {"blocks": blocks, "k": k, "types": types or {}}
        fixed = scheme(**{need: inputs[need] for need in scheme.needs})
        return np.broadcast_to(fixed, (*values.shape[:-2], k)).copy()
    if values.ndim > 2 and not scheme.stacks:
        raise ValueError(f"{name} takes one matrix at a time, found shape {values.shape}")
    if scheme.positive:
        values = _positive(values, floor, columns, scheme.name)

    def applied(part: Array, part_names: list[str]) -> Array:
        return np.asarray(scheme(part, names=part_names, missing=missing), dtype=np.float64)

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
