"""When a weighting scheme may be used: its refusals, and its declared rule for missing values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array, Mask
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.methods.method import MISSING_RULES, Missing

#: A column whose range is below this share of its largest value is constant.
CONSTANT = 1e-12


class InadmissibleError(InputError):
    """A scheme's assumptions do not hold for the data or judgments given.

    Attributes
    ----------
    scheme
        Name of the scheme that refuses.
    problems
        Every reason, with the column, unit or judgment it concerns.

    Examples
    --------
    >>> problem = Problem("entropy weights", "column wage", "-1", "above 0")
    >>> raise InadmissibleError("entropy", [problem])
    Traceback (most recent call last):
    ...
    monotown.methods.weights.admissible.InadmissibleError: 1 problem in the input:
      1. entropy weights, column wage: found '-1'; expected above 0
    """

    def __init__(self, scheme: str, problems: Iterable[Problem]) -> None:
        self.scheme = scheme
        super().__init__(problems)


class Refusals(Problems):
    """Reasons against one scheme, gathered and raised together as `InadmissibleError`."""

    def __init__(self, scheme: str) -> None:
        super().__init__()
        self.scheme = scheme

    def no(self, where: str, found: object, expected: str) -> None:
        """Note one reason."""
        self.add(f"{self.scheme} weights", where, found, expected)

    def stop(self) -> None:
        """Raise `InadmissibleError` with every reason noted, or return when there is none."""
        if len(self):
            raise InadmissibleError(self.scheme, self)


def column_names(k: int, names: Sequence[str] | None) -> list[str]:
    """Names of k indicators; their numbers from 1 where none are given.

    Raises
    ------
    ValueError
        If the number of names is not k, or a name repeats.

    Examples
    --------
    >>> column_names(2, None)
    ['1', '2']
    """
    if names is None:
        return [str(i + 1) for i in range(k)]
    given = [str(n) for n in names]
    if len(given) != k or len(set(given)) != k:
        raise ValueError(f"expected {k} different names, found {given}")
    return given


def prepare(
    x: ArrayLike,
    scheme: str,
    names: Sequence[str] | None,
    missing: Missing,
    *,
    allowed: Sequence[Missing] = MISSING_RULES,
    positive: bool = False,
    min_units: int = 2,
) -> tuple[Array, Mask, list[str]]:
    """Check a matrix, or a stack of them, before a scheme is applied.

    Parameters
    ----------
    x
        Shape (..., units, indicators). NaN is missing; infinity is refused.
    scheme, names
        For messages.
    missing
        One of `Missing`.
    allowed
        The rules that the scheme has.
    positive
        Whether every value must be above zero (ratio scale).
    min_units
        Fewest units a column may have.

    Returns
    -------
    x : ndarray, shape (..., units, indicators)
        Zero where a cell is not used.
    used : ndarray of bool
        Which cells are used.
    names : list of str

    Raises
    ------
    InadmissibleError
        Every reason, by column.
    ValueError
        If x has fewer than two dimensions or no indicator, or a name is wrong.
    """
    values = np.asarray(x, dtype=np.float64)
    if values.ndim < 2 or values.shape[-1] == 0:
        raise ValueError(f"expected (..., units, indicators), found shape {values.shape}")
    columns = column_names(values.shape[-1], names)
    refusals = Refusals(scheme)
    if missing not in allowed:
        refusals.no("missing", missing, nearest(missing, list(allowed)))
        refusals.stop()
    present = ~np.isnan(values)
    used = present if missing != "complete_units" else present & present.all(-1, keepdims=True)
    flat = values.reshape(-1, values.shape[-1])
    seen = used.reshape(flat.shape)
    for j, name in enumerate(columns):
        if np.isinf(flat[:, j]).any():
            refusals.no(f"column {name}", "infinity", "finite values")
        if missing == "refuse" and not seen[:, j].all():
            refusals.no(
                f"column {name}",
                f"{int((~seen[:, j]).sum())} missing",
                "no missing value, or a rule for them: "
                + (", ".join(m for m in allowed if m != "refuse") or "this scheme has none"),
            )
        low = np.min(flat[:, j], where=seen[:, j], initial=np.inf)
        if positive and low <= 0:
            refusals.no(f"column {name}", f"{low:.6g}", "values above zero (a ratio scale)")
    fewest = used.sum(-2).reshape(-1, values.shape[-1]).min(0)
    for name, n in zip(columns, fewest, strict=True):
        if n < min_units:
            refusals.no(f"column {name}", f"{n} units", f"at least {min_units} units")
    refusals.stop()
    return np.where(used, values, 0.0), used, columns


def constant_columns(x: Array, used: Mask) -> Mask:
    """Which columns have no spread, shape (..., indicators)."""
    high = np.max(x, axis=-2, where=used, initial=-np.inf)
    low = np.min(x, axis=-2, where=used, initial=np.inf)
    size = np.max(np.abs(x), axis=-2, where=used, initial=0.0)
    return np.asarray(high - low <= CONSTANT * np.maximum(size, np.finfo(np.float64).tiny))


def refuse_constant(refusals: Refusals, x: Array, used: Mask, names: Sequence[str]) -> None:
    """Note every column that has no spread in some matrix of the stack."""
    flat = constant_columns(x, used).reshape(-1, len(names))
    for j, name in enumerate(names):
        if flat[:, j].any():
            refusals.no(f"column {name}", "one value only", "a column that varies")


def shares(raw: Array, scheme: str, reason: str) -> Array:
    """Non-negative amounts as shares of their sum along the last axis.

    Raises
    ------
    InadmissibleError
        If every amount is zero somewhere, so that no share exists; `reason` says what that means.
    """
    total = raw.sum(-1, keepdims=True)
    if not (total > 0).all():
        refusals = Refusals(scheme)
        refusals.no("all columns", reason, "at least one column that varies")
        refusals.stop()
    return np.asarray(raw / total)
