"""Missing data: filling by declared rules, multiple imputation, and minimum coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.base.ties import at_least, level, tolerance_of
from monotown.methods.method import Filling


class Filled(NamedTuple):
    """Values, and how each was got: "" as given, "interpolated", "carried", "mean" and so on."""

    values: Array
    flags: NDArray[np.str_]


def _start(x: ArrayLike) -> tuple[Array, NDArray[np.str_]]:
    values = np.array(x, dtype=np.float64)
    return values, np.full(values.shape, "", dtype="U16")


def fill_group(x: ArrayLike, how: str = "mean") -> Filled:
    """Missing values to the mean or median of the group's known ones.

    Parameters
    ----------
    x
        Shape (units,) or (units, measures): one group, such as one year.
    how
        ``mean`` or ``median``.

    Raises
    ------
    ValueError
        If a measure has no known value: what is wholly absent is not made up.

    Notes
    -----
    OECD/JRC (2008), step 3: it lowers the variance; prefer reweighting or multiple imputation.

    Examples
    --------
    >>> fill_group([1.0, float("nan"), 3.0]).values.tolist()
    [1.0, 2.0, 3.0]
    """
    if how not in ("mean", "median"):
        raise ValueError(f"a group is filled by its mean or median, not {how!r}")
    values, flags = _start(x)
    gone = np.isnan(values)
    if gone.all(axis=0).any():
        raise ValueError("a measure without any known value is not imputed")
    centre = np.nanmean(values, axis=0) if how == "mean" else np.nanmedian(values, axis=0)
    flags[gone] = how
    return Filled(np.where(gone, centre, values), flags)


def interpolate(x: ArrayLike, years: ArrayLike, gap: int = 2) -> Filled:
    """Fill gaps inside one unit's series on the straight line between their ends.

    Parameters
    ----------
    x, years
        Shape (years,); years rising.
    gap
        Longest gap filled: number of years without a value, at least 1. Nothing is filled before
        the first or after the last known value.

    Examples
    --------
    >>> nan = float("nan")
    >>> filled = interpolate([1.0, nan, 3.0, nan], [2010, 2011, 2012, 2013])
    >>> filled.values.tolist(), filled.flags.tolist()
    ([1.0, 2.0, 3.0, nan], ['', 'interpolated', '', ''])
    """
    values, flags = _start(x)
    when = np.asarray(years)
    if (np.diff(when) <= 0).any():
        raise ValueError("the years of a series rise")
    known = np.flatnonzero(~np.isnan(values))
    for left, right in pairwise(known):
        if right - left > 1 and when[right] - when[left] - 1 <= gap:
            inside = slice(left + 1, right)
            values[inside] = np.interp(when[inside], when[[left, right]], values[[left, right]])
            flags[inside] = "interpolated"
    return Filled(values, flags)


def carry(x: ArrayLike, years: ArrayLike, most: int = 1) -> Filled:
    """Carry the last known value of one unit's series forward, at most so many years.

    Parameters
    ----------
    x, years
        Shape (years,); years rising.
    most
        Oldest age of a carried value, in years.

    Examples
    --------
    >>> nan = float("nan")
    >>> carry([1.0, nan, nan], [2010, 2011, 2012]).values.tolist()
    [1.0, 1.0, nan]
    """
    values, flags = _start(x)
    when = np.asarray(years)
    if (np.diff(when) <= 0).any():
        raise ValueError("the years of a series rise")
    known = ~np.isnan(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    old = (last >= 0) & ~known & (when - when[np.maximum(last, 0)] <= most)
    values[old] = values[last[old]]
    flags[old] = "carried"
    return Filled(values, flags)


def interpolate_carry(x: ArrayLike, years: ArrayLike) -> Filled:
    """Interpolate a series, then carry its last value.

    Examples
    --------
    >>> nan = float("nan")
    >>> interpolate_carry([1.0, nan, 3.0, nan], [2010, 2011, 2012, 2013]).values.tolist()
    [1.0, 2.0, 3.0, 3.0]
    """
    known, old = interpolate(x, years)
    carried, new = carry(known, years)
    return Filled(carried, np.where(new == "", old, new))


def impute_chained(
    x: ArrayLike, seed: int, m: int = 20, cycles: int = 10, donors: int = 5, blocks: Sequence[str] | None = None
) -> Array:
    """Multiple imputation by chained equations with predictive mean matching.

    Each measure in turn is regressed on the others (ridge 1e-5 of the diagonal, so that more
    measures than units do not stop it); coefficients are drawn from their posterior; a missing
    value gets the value of one of the `donors` units whose predictions lie nearest. So every
    imputed value is one that was observed.

    Parameters
    ----------
    x
        Shape (units, measures); NaN is missing.
    seed
        Of the generator.
    m
        Number of completed tables, at least 2.
    cycles
        Rounds through the measures before a table is taken.
    donors
        Number of nearest units one is drawn from.
    blocks
        Block of each measure; a unit that lacks a whole block is refused. None: one block.

    Returns
    -------
    ndarray
        Shape (m, units, measures).

    Raises
    ------
    ValueError
        If a measure has fewer than 3 known values, or a unit lacks a whole block.

    Notes
    -----
    Van Buuren (2018), Flexible imputation of missing data, algorithms 3.1 and 3.3 (matching of
    type 1) and 4.3.

    Examples
    --------
    >>> nan = float("nan")
    >>> tables = impute_chained([[1, 2], [2, 4], [3, 6], [4, nan]], seed=1, m=2, donors=1)
    >>> tables[:, 3, 1].tolist()
    [6.0, 6.0]
    """
    values = np.asarray(x, dtype=np.float64)
    if m < 2:
        raise ValueError("multiple imputation needs at least 2 tables")
    gone = np.isnan(values)
    refuse_absent_blocks(~gone, ["all"] * values.shape[1] if blocks is None else blocks)
    if ((~gone).sum(axis=0) < 3).any():
        raise ValueError("imputation needs at least 3 known values of each measure")
    rng = np.random.Generator(np.random.PCG64(seed))
    todo = np.flatnonzero(gone.any(axis=0))
    todo = todo[np.argsort(gone[:, todo].sum(axis=0), kind="stable")]
    tables = np.empty((m, *values.shape))
    for k in range(m):
        table = values.copy()
        for j in todo.tolist():  # start from random draws of the known values
            known = values[~gone[:, j], j]
            table[gone[:, j], j] = rng.choice(known, size=int(gone[:, j].sum()))
        for _ in range(cycles if len(todo) else 0):
            for j in todo.tolist():
                table[gone[:, j], j] = _match(table, j, gone[:, j], donors, rng)
        tables[k] = table
    return tables


def _match(table: Array, j: int, gone: NDArray[np.bool_], donors: int, rng: np.random.Generator) -> Array:
    others = np.delete(table, j, axis=1)
    spread = others.std(axis=0)
    others = (others - others.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(table)), others])
    known, y = design[~gone], table[~gone, j]
    cross = known.T @ known
    cross[np.diag_indices_from(cross)] *= 1 + 1e-5
    cross[np.diag_indices_from(cross)] += 1e-12
    inverse = np.linalg.inv(cross)
    beta = inverse @ known.T @ y
    free = max(len(y) - design.shape[1], 1)
    sigma = np.sqrt(((y - known @ beta) ** 2).sum() / rng.chisquare(free))
    drawn = beta + sigma * np.linalg.cholesky(inverse) @ rng.standard_normal(len(beta))
    away = np.abs((design[gone] @ drawn)[:, None] - (known @ beta)[None, :])
    k = min(donors, len(y))
    nearest = np.argsort(level(away, tol=tolerance_of(away)), axis=1, kind="stable")[:, :k]
    chosen = nearest[np.arange(len(nearest)), rng.integers(0, k, size=len(nearest))]
    return np.asarray(y[chosen])


@dataclass(frozen=True)
class Pooled:
    """Estimate pooled over imputations.

    Attributes
    ----------
    estimate
        Mean of the estimates.
    within, between, total
        Variances: W, B and ``T = W + (1 + 1/m) B``.
    """

    estimate: Array
    within: Array
    between: Array
    total: Array


def rubin(estimates: ArrayLike, variances: ArrayLike = 0.0) -> Pooled:
    """Rubin's rule: pool an estimate over m completed tables.

    Parameters
    ----------
    estimates
        Shape (m, ...), m at least 2.
    variances
        Sampling variance of each, same shape or 0 for a census.

    Notes
    -----
    Rubin (1987), Multiple imputation for nonresponse in surveys, eq. 3.1.5.

    Examples
    --------
    >>> rubin([1.0, 2.0, 3.0], [0.5, 0.5, 0.5]).total.round(4).item()
    1.8333
    """
    q = np.asarray(estimates, dtype=np.float64)
    if len(q) < 2:
        raise ValueError("Rubin's rule pools at least 2 estimates")
    within = np.broadcast_to(np.asarray(variances, dtype=np.float64), q.shape).mean(axis=0)
    between = q.var(axis=0, ddof=1)
    return Pooled(q.mean(axis=0), within, between, within + (1 + 1 / len(q)) * between)


def refuse_absent_blocks(known: ArrayLike, blocks: Sequence[str]) -> None:
    """Refuse to impute where a unit lacks every measure of a block.

    Parameters
    ----------
    known
        Shape (units, measures), whether there is a value.
    blocks
        Block of each measure.

    Raises
    ------
    ValueError
        Naming the block and the number of the first unit.

    Examples
    --------
    >>> refuse_absent_blocks([[True, False]], ["B1", "B2"])
    Traceback (most recent call last):
    ...
    ValueError: unit 0 has no measure of block 'B2'; a wholly absent block is not imputed
    """
    have = np.asarray(known, dtype=bool)
    for block in dict.fromkeys(blocks):
        columns = np.array([b == block for b in blocks])
        empty = ~have[:, columns].any(axis=1)
        if empty.any():
            raise ValueError(
                f"unit {int(np.argmax(empty))} has no measure of block {block!r}; a wholly absent block is not imputed"
            )


@dataclass(frozen=True)
class Coverage:
    """Share of the measures a unit has.

    Attributes
    ----------
    overall
        Shape (units,).
    by_block
        Block to shape (units,).
    enough
        Shape (units,): whether every minimum is met.
    """

    overall: Array
    by_block: dict[str, Array]
    enough: NDArray[np.bool_]


def coverage(known: ArrayLike, blocks: Sequence[str], minimum: Mapping[str, float] | None = None) -> Coverage:
    """Coverage of each unit, overall and by block, against the minimum.

    Parameters
    ----------
    known
        Shape (units, measures), whether there is a value.
    blocks
        Block of each measure.
    minimum
        ``unit`` and ``block``: lowest shares, 0 to 1, with which a unit gets an index. Default 0.

    Examples
    --------
    >>> found = coverage([[True, True, False]], ["a", "a", "b"], {"unit": 0.65, "block": 0.5})
    >>> found.overall.round(3).tolist(), found.enough.tolist()
    ([0.667], [False])
    """
    have = np.asarray(known, dtype=bool)
    lowest = {"unit": 0.0, "block": 0.0, **(minimum or {})}
    by_block = {block: have[:, np.array([b == block for b in blocks])].mean(axis=1) for block in dict.fromkeys(blocks)}
    overall = have.mean(axis=1)
    enough = at_least(overall, lowest["unit"])
    for share in by_block.values():
        enough = enough & at_least(share, lowest["block"])
    return Coverage(overall, by_block, enough & have.any(axis=1))


#: The rules for missing values, in the order of the methods page.
METHODS: Final[list[Filling]] = [
    Filling(
        "reweight",
        at=("node",),
        formula="a missing child is left out, the weights of the others scaled up",
        reference="OECD/JRC 2008, step 3",
        key="node `missing: reweight` (default)",
        test="index/test_kernel.py::test_kernel_is_the_definition_on_random_trees",
    ),
    Filling(
        "refuse",
        at=("node",),
        formula="a missing child stops the run",
        key="node `missing: refuse`",
        test="index/test_kernel.py::test_refusing_node_and_empty_child_are_named",
    ),
    Filling(
        "mean",
        partial(fill_group, how="mean"),
        at=("measure", "node"),
        formula="mean of the units of the year (measure) or of the child's scores (node)",
        reference="OECD/JRC 2008, step 3",
        key="`missing: mean`",
        test="index/test_missing.py::test_group_mean_and_median",
    ),
    Filling(
        "median",
        partial(fill_group, how="median"),
        at=("measure", "node"),
        formula="median of the same",
        reference="OECD/JRC 2008, step 3",
        key="`missing: median`",
        test="index/test_missing.py::test_group_mean_and_median",
    ),
    Filling(
        "interpolate",
        interpolate,
        needs=("years",),
        formula="straight line inside a series, gaps of at most 2 years",
        reference="OECD/JRC 2008, step 3",
        test="index/test_missing.py::test_interpolation_fills_gaps_up_to_a_length_and_never_the_ends",
    ),
    Filling(
        "carry",
        carry,
        needs=("years",),
        formula="last value, at most 1 year old, flagged",
        reference="OECD/JRC 2008, step 3",
        test="index/test_missing.py::test_carried_values_age_at_most_so_many_years",
    ),
    Filling(
        "interpolate_carry",
        interpolate_carry,
        needs=("years",),
        formula="the two, one after the other",
        test="index/test_build.py::test_filling_by_each_rule_is_flagged",
    ),
    Filling(
        "mice",
        impute_chained,
        needs=("seed", "blocks"),
        formula="chained equations with predictive mean matching, 20 tables; the score rests on their mean",
        reference="van Buuren 2018, algorithms 3.1, 3.3, 4.3",
        test="index/test_missing.py::test_multiple_imputation_recovers_a_mean_that_leaving_out_would_bias",
    ),
]
