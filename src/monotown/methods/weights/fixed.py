"""Weights fixed beforehand: equal by block, by indicator, by type of indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from monotown.base.arrays import Array
from monotown.base.problems import nearest
from monotown.methods.method import MISSING_RULES, Weighting
from monotown.methods.weights.admissible import Refusals


def _equal_by_group(groups: Sequence[str]) -> Array:
    if not groups:
        raise ValueError("expected at least one indicator, found none")
    sizes = {g: list(groups).count(g) for g in groups}
    return np.array([1 / (len(sizes) * sizes[g]) for g in groups])


def equal_by_block(blocks: Sequence[str]) -> Array:
    """Equal weights between blocks, and equal weights within each block.

    ``w_k = 1 / (B n_b(k))``, with B blocks and n_b indicators in block b (OECD/JRC Handbook 2008,
    step 6, equal weighting).

    Parameters
    ----------
    blocks
        Block of each indicator.

    Returns
    -------
    ndarray, shape (indicators,)
        Non-negative, sums to 1.

    Raises
    ------
    ValueError
        If there is no indicator.

    Examples
    --------
    With the paper's four blocks of 7, 4, 4 and 12 indicators:

    >>> w = equal_by_block(["B1"] * 7 + ["B2"] * 4 + ["B3"] * 4 + ["B4"] * 12)
    >>> [round(1 / v) for v in w[[0, 7, 11, 15]]]
    [28, 16, 16, 48]
    """
    return _equal_by_group(blocks)


def equal_by_indicator(k: int) -> Array:
    """Equal weights between all indicators, whatever their block: ``w_k = 1/K``.

    Parameters
    ----------
    k
        Number of indicators, at least 1.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ValueError
        If k is below 1.

    Examples
    --------
    >>> equal_by_indicator(4)
    array([0.25, 0.25, 0.25, 0.25])
    """
    if k < 1:
        raise ValueError(f"expected at least one indicator, found {k}")
    return np.full(k, 1 / k)


def equal_by_type(blocks: Sequence[str], types: Mapping[str, str]) -> Array:
    """Equal weights between types of blocks, such as statistical and sociological, and equal within each type.

    ``w_k = 1 / (T n_t(k))``, with T types present and n_t indicators of type t. Where all
    indicators are of one type, this is equal weighting by indicator.

    Parameters
    ----------
    blocks
        Block of each indicator.
    types
        Type of each block.

    Returns
    -------
    ndarray, shape (indicators,)

    Raises
    ------
    InadmissibleError
        If a block has no type.
    ValueError
        If there is no indicator.

    Examples
    --------
    >>> types = {"B1": "statistical", "B2": "statistical", "B3": "sociological", "B4": "sociological"}
    >>> w = equal_by_type(["B1"] * 7 + ["B2"] * 4 + ["B3"] * 4 + ["B4"] * 12, types)
    >>> [round(1 / v) for v in w[[0, 7, 11, 15]]]
    [22, 22, 32, 32]
    """
    refusals = Refusals("equal_by_type")
    for block in dict.fromkeys(blocks):
        if block not in types:
            refusals.no(
                f"block {block}",
                block,
                "a block with a type, " + (nearest(block, [*types]) if types else "as `block_types` gives it"),
            )
    refusals.stop()
    return _equal_by_group([types[b] for b in blocks])


#: The schemes of this module, in the order of the methods page.
METHODS: Final[list[Weighting]] = [
    Weighting(
        "equal_by_block",
        equal_by_block,
        needs=("blocks",),
        missing=MISSING_RULES,
        stacks=True,
        formula="w = 1 / (B n_b)",
        reference="OECD/JRC 2008, step 6",
        test="methods/test_fixed.py::test_the_three_baselines_of_the_paper_s_27_indicators_differ",
    ),
    Weighting(
        "equal_by_indicator",
        equal_by_indicator,
        needs=("k",),
        missing=MISSING_RULES,
        stacks=True,
        formula="w = 1 / K",
        reference="OECD/JRC 2008, step 6",
        test="methods/test_fixed.py::test_the_three_baselines_of_the_paper_s_27_indicators_differ",
    ),
    Weighting(
        "equal_by_type",
        equal_by_type,
        needs=("blocks", "types"),
        admissible="every block has a type",
        missing=MISSING_RULES,
        stacks=True,
        formula="equal between types, blocks and indicators in turn",
        reference="OECD/JRC 2008, step 6",
        key="`weights: {scheme: equal_by_type, types: …}`",
        test="methods/test_fixed.py::test_the_three_baselines_of_the_paper_s_27_indicators_differ",
    ),
]
