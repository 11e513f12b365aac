"""Key factors: what the index answers to, beside what is judged to matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel
from monotown.methods.ranks import rank
from monotown.scenarios.shocks import on_scale, shocked

#: Step of the central difference, in scores from 0 to 1. Below a floor the slope is 0.
_STEP: Final = 1e-4


def gradient(model: IndexModel, z: Array) -> Array:
    """Slope of each unit's index in each score: central difference through the kernel.

    Parameters
    ----------
    z
        Shape (units, leaves), none missing.

    Returns
    -------
    ndarray, shape (units, leaves)

    Examples
    --------
    >>> from monotown.index.model import Leaf, Node
    >>> model = IndexModel(Node("i", (Leaf("a", 3.0), Leaf("b"))))
    >>> gradient(model, np.array([[0.2, 0.8]])).round(6).tolist()
    [[0.75, 0.25]]
    """
    found = np.empty(z.shape)
    for j in range(z.shape[1]):
        move = np.zeros(z.shape[1])
        move[j] = _STEP
        up, down = (evaluate(model, z + sign * move, batch=1)[0] for sign in (1, -1))
        # rounded, so that equal slopes stay equal
        found[:, j] = np.round((up - down) / (2 * _STEP), 7)
    return found


def step_gain(model: IndexModel, values: Array, moved: Sequence[str], step: float) -> Array:
    """Gain of each unit's index where measures get better by a share of their scale.

    Parameters
    ----------
    values
        Shape (units, leaves): values in the measures' units, none missing.
    moved
        The measures that get better, all at once.
    step
        Share of the distance between goalposts, in the measure's own unit; what passes a goalpost
        is cut, so a measure at its end gains nothing.

    Returns
    -------
    ndarray, shape (units,)
    """
    before, after = np.empty(values.shape), np.empty(values.shape)
    for j, leaf in enumerate(model.leaves):
        before[:, j] = after[:, j] = on_scale(leaf, values[:, j])[0]
        if leaf.measure in moved:
            by = step * leaf.direction
            after[:, j] = on_scale(leaf, shocked(leaf, values[:, j], "goalposts", by))[0]
    low, high = (evaluate(model, z, batch=1)[0] for z in (before, after))
    return np.asarray(high - low)


def factor_rows(
    views: Mapping[str, tuple[IndexModel, Array]],
    marked: Mapping[str, int],
    factors: Mapping[str, Any],
    step: float,
    drop_one: pd.DataFrame,
    sobol: pd.DataFrame,
    year: int,
) -> list[dict[str, Any]]:
    """Rows of the table of key factors, without kind and source.

    Parameters
    ----------
    views
        View to its model, with its weights, and to its values, shape (units, leaves of the view).
    marked
        Units that get rows of their own, to their places among the units.
    factors
        The list of judged priorities: ``measures`` and ``levers``.
    step
        As in `step_gain`.
    drop_one, sobol
        Tables of the sensitivity of these views; `sobol` may be empty.
    year
        Year of the rows of `drop_one`.

    Returns
    -------
    list of dict
        ``factor, factor_kind`` (measure, lever, choice), ``evidence`` (gradient, step, drop_one,
        sobol, expert), ``view, unit`` ("all": the mean over the units), ``value, rank``.
    """
    rows: list[dict[str, Any]] = []
    for view, (model, values) in views.items():
        rows += _answers(view, model, values, marked, factors["levers"], step)
        mine = drop_one[(drop_one["view"] == view) & (drop_one["year"] == year)]
        shifts = mine["rank_shift"].abs().groupby(mine["dropped"]).mean()
        if len(shifts):
            rows += _ranked("measure", "drop_one", view, "all", {m: float(shifts[m]) for m in model.measures})
        rows += _ranked("measure", "expert", view, "all", {m: factors["measures"][m] for m in model.measures})
        if len(sobol):
            chosen = sobol[
                (sobol["view"] == view)
                & (sobol["output"] == "mean_rank_shift")
                & (sobol["design"] == "methods")
                & sobol["shapley"].notna()
            ]
            if len(chosen):
                shares = zip(chosen["input"].astype(str), chosen["shapley"], strict=True)
                rows += _ranked("choice", "sobol", view, "all", dict(shares))
    if factors["levers"]:
        priorities = {name: entry["priority"] for name, entry in factors["levers"].items()}
        rows += _ranked("lever", "expert", "all", "all", priorities)
    return rows


def _answers(
    view: str, model: IndexModel, values: Array, marked: Mapping[str, int], levers: Mapping[str, Any], step: float
) -> list[dict[str, Any]]:
    """What the index of a view answers to: slopes, and gains by a step of each measure and lever."""
    rows: list[dict[str, Any]] = []
    names = model.measures
    z = np.column_stack([on_scale(leaf, values[:, j])[0] for j, leaf in enumerate(model.leaves)])
    slopes = gradient(model, z)
    gains = np.column_stack([step_gain(model, values, [m], step) for m in names])
    moved = {lever: [m for m in entry["measures"] if m in names] for lever, entry in levers.items()}
    pulled = {k: step_gain(model, values, v, step) for k, v in moved.items() if v}
    for unit, pick in [("all", slice(None)), *((u, slice(i, i + 1)) for u, i in marked.items())]:
        for evidence, found in (("gradient", slopes), ("step", gains)):
            means = found[pick].mean(axis=0)
            rows += _ranked("measure", evidence, view, unit, dict(zip(names, means, strict=True)))
        if pulled:
            rows += _ranked("lever", "step", view, unit, {k: float(v[pick].mean()) for k, v in pulled.items()})
    return rows


def _ranked(kind: str, evidence: str, view: str, unit: str, found: Mapping[str, float]) -> list[dict[str, Any]]:
    """A row for each factor, ranked by what the evidence says of it."""
    told = {"factor_kind": kind, "evidence": evidence, "view": view, "unit": unit}
    return [
        {"factor": name, **told, "value": float(value), "rank": float(place)}
        for (name, value), place in zip(found.items(), rank(list(found.values())), strict=True)
    ]
