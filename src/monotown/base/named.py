"""Frames and arrays by name: what belongs to what is told by labels and not by order."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.base.problems import Problem, Problems, nearest

#: What says to which name each of its values belongs.
Labelled: TypeAlias = "pd.Series[Any] | Mapping[Hashable, Any]"


def is_labelled(values: object) -> bool:
    """Whether each value says what it belongs to.

    Examples
    --------
    >>> [is_labelled(v) for v in ({"a": 1}, pd.Series([1], ["a"]), [1], None)]
    [True, True, False, False]
    """
    return isinstance(values, pd.Series | Mapping)


def name_problems(found: Iterable[Hashable], expected: Sequence[Hashable], what: str) -> list[Problem]:
    """What is wrong with some names: unknown ones with the nearest, repeated ones, those that lack.

    Parameters
    ----------
    found, expected
        Names, in any order.
    what
        What they are names of, such as ``weights``.

    Examples
    --------
    >>> for problem in name_problems(["staf", "pay"], ["staff", "pay"], "weights"):
    ...     print(problem)
    weights, name: found 'staf'; expected 'staff' (did you mean this?), or one of: pay, staff
    weights, staff: found 'nothing'; expected a value for each of pay, staff
    """
    names, known = list(found), list(expected)
    problems = Problems()
    for name in dict.fromkeys(names):
        if name not in known:
            problems.add(what, "name", name, nearest(str(name), [str(k) for k in known]))
        elif names.count(name) > 1:
            problems.add(what, str(name), f"{names.count(name)} times", "each name once")
    for name in known:
        if name not in names:
            problems.add(what, str(name), "nothing", f"a value for each of {', '.join(sorted(map(str, known)))}")
    return list(problems)


def by_name(values: Labelled, names: Sequence[Hashable], what: str) -> list[Any]:
    """Values in the order of some names.

    Raises
    ------
    InputError
        Every name that is unknown, lacks or stands twice.

    Examples
    --------
    >>> by_name({"b": 2, "a": 1}, ["a", "b"], "weights")
    [1, 2]
    """
    labels = list(values.index) if isinstance(values, pd.Series) else list(values)
    problems = Problems()
    problems.extend(name_problems(labels, names, what))
    problems.stop()
    return [values[name] for name in names]


def columns_by_name(frame: pd.DataFrame, names: Sequence[Hashable], what: str) -> pd.DataFrame:
    """A frame with its columns in the order of some names.

    Raises
    ------
    InputError
        As `by_name`.
    """
    problems = Problems()
    problems.extend(name_problems(frame.columns, names, what))
    problems.stop()
    return frame[list(names)]


def columns_of(frame: pd.DataFrame, what: str) -> list[Hashable]:
    """Names of the columns of a frame, each once.

    Raises
    ------
    InputError
        If a name stands twice.
    """
    names = list(frame.columns)
    problems = Problems()
    problems.extend(name_problems(names, list(dict.fromkeys(names)), what))
    problems.stop()
    return names


def as_weights(weights: Any, names: Sequence[Hashable], what: str = "weights") -> Any:
    """Weights that have names, in the order of `names`; others as they are.

    Parameters
    ----------
    weights
        A series or a mapping: one a name. A frame: one set of weights a row.
    names
        What is weighed.

    Examples
    --------
    >>> as_weights({"b": 2.0, "a": 1.0}, ["a", "b"]).tolist()
    [1.0, 2.0]
    >>> as_weights([2.0, 1.0], ["a", "b"])
    [2.0, 1.0]
    """
    if isinstance(weights, pd.DataFrame):
        return columns_by_name(weights, names, what).to_numpy(dtype=np.float64)
    if is_labelled(weights):
        return np.array(by_name(weights, names, what), dtype=np.float64)
    return weights


def in_one_order(z: Any, weights: Any) -> tuple[Any, Any]:
    """Scores and weights for functions of arrays: where both have names, the weights in the order of the scores.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [0.0], "b": [1.0]})
    >>> in_one_order(frame, pd.Series({"b": 3.0, "a": 1.0}))[1].tolist()
    [1.0, 3.0]
    """
    if isinstance(z, pd.DataFrame) and (isinstance(weights, pd.DataFrame) or is_labelled(weights)):
        return z, as_weights(weights, columns_of(z, "scores"))
    return z, weights


def rows_alike(values: Any, index: pd.Index[Any], what: str) -> Array:
    """One value a row, by the label of the row where the values have labels.

    Raises
    ------
    InputError
        If a label is unknown, lacks or stands twice.
    ValueError
        If there are more or fewer values than rows.

    Examples
    --------
    >>> rows_alike(pd.Series([2, 1], ["b", "a"]), pd.Index(["a", "b"]), "years").tolist()
    [1, 2]
    """
    if isinstance(values, pd.Series) and values.index.equals(index):
        return np.asarray(values)
    if is_labelled(values):
        return np.array(by_name(values, list(index), what))
    found = np.asarray(values)
    if found.shape != (len(index),):
        raise ValueError(f"{what}: expected one for each of {len(index)} rows, found shape {found.shape}")
    return found
