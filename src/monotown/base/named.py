"""Frames and arrays by name: what belongs to what is told by labels and not by order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import wraps
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
    held = dict(values.items())
    return [held[name] for name in names]


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
    names: list[Hashable] = list(frame.columns)
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


def in_one_order(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of arrays that takes series and frames by their labels, in whatever order they come.

    The first series or frame among the arguments gives the order; where a model (what has
    ``measures``) comes before it, the measures of the model do. All others are put into it, by the
    columns or by the rows. Labels that pandas has counted say nothing: such values are taken as
    they stand.

    Raises
    ------
    InputError
        When called, if the labels of two arguments do not fit.

    Examples
    --------
    >>> mean = in_one_order(lambda z, weights: np.asarray(z) @ np.asarray(weights))
    >>> mean(pd.DataFrame({"a": [0.0], "b": [1.0]}), pd.Series({"b": 0.75, "a": 0.25})).tolist()
    [0.75]
    """

    @wraps(function)
    def called(*args: Any, **named: Any) -> Any:
        given: dict[Any, Any] = {**dict(enumerate(args)), **named}
        labelled = {k: _square(v) for k, v in given.items() if isinstance(v, pd.Series | pd.DataFrame)}
        if not labelled:
            return function(*args, **named)
        measures = next((v.measures for k, v in given.items() if k not in labelled and hasattr(v, "measures")), None)
        first, lead = next(iter(labelled.items()))
        rows = _names(lead.index)
        columns = _names(lead.columns) if isinstance(lead, pd.DataFrame) else None
        if measures is not None:
            columns = list(measures)
        made: dict[Any, Any] = {}
        for key, value in labelled.items():
            what = f"argument {key + 1}" if isinstance(key, int) else str(key)
            made[key] = _ordered(value, rows, columns, what) if key != first or measures is not None else value
        given |= made
        return function(*(given[i] for i in range(len(args))), **{k: given[k] for k in named})

    return called


def _names(labels: pd.Index[Any]) -> list[Hashable] | None:
    """Labels that somebody gave; None where pandas counted."""
    return None if isinstance(labels, pd.RangeIndex) else list(labels)


def _square(values: Any) -> Any:
    """A matrix of pairs with its rows in the order of its columns."""
    if not isinstance(values, pd.DataFrame) or set(values.index) != set(values.columns):
        return values
    return values.loc[list(values.columns)] if values.columns.is_unique and values.index.is_unique else values


def _ordered(values: Any, rows: list[Hashable] | None, columns: list[Hashable] | None, what: str) -> Any:
    own = _names(values.index)
    if isinstance(values, pd.Series):
        if own is None or (columns is None and rows is None):
            return values
        by_rows = rows is not None and (columns is None or (set(own) == set(rows) and set(own) != set(columns)))
        return pd.Series(by_name(values, (rows if by_rows else columns) or (), what))
    given = _names(values.columns)
    if given is not None and columns is not None:
        values = columns_by_name(values, columns, what)
    if own is not None and rows is not None and own != rows and set(own) == set(rows):
        values = values.loc[rows]
    return values


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
