"""Key factors: what the index answers to, beside what is judged to matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel
from monotown.methods.ranks import rank
from monotown.scenarios.hierarchy import Array
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
    models: Mapping[str, IndexModel],
    values: Mapping[str, Array],
    units: Sequence[str],
    marked: Sequence[str],
    factors: Mapping[str, Any],
    step: float,
    drop_one: pd.DataFrame,
    sobol: pd.DataFrame,
    year: int,
) -> list[dict[str, Any]]:
    """Rows of the table of key factors, without kind and source.

    Parameters
    ----------
    models
        View to its model, with its weights.
    values
        View to its values, shape (units, leaves of the view).
    units, marked
        Codes of all units, and of those that get rows of their own.
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

    def add(kind: str, evidence: str, view: str, unit: str, found: Mapping[str, float]) -> None:
        ranks = rank(list(found.values()))
        rows.extend(
            {
                "factor": name,
                "factor_kind": kind,
                "evidence": evidence,
                "view": view,
                "unit": unit,
                "value": float(value),
                "rank": float(place),
            }
            for (name, value), place in zip(found.items(), ranks, strict=True)
        )

    at = {unit: i for i, unit in enumerate(units)}
    for view, model in models.items():
        names = model.measures
        z = np.column_stack([on_scale(leaf, values[view][:, j])[0] for j, leaf in enumerate(model.leaves)])
        slopes = gradient(model, z)
        gains = np.column_stack([step_gain(model, values[view], [m], step) for m in names])
        levers = {lever: [m for m in entry["measures"] if m in names] for lever, entry in factors["levers"].items()}
        pulled = {k: step_gain(model, values[view], v, step) for k, v in levers.items() if v}
        for unit, pick in [("all", slice(None)), *((u, slice(at[u], at[u] + 1)) for u in marked)]:
            for evidence, found in (("gradient", slopes), ("step", gains)):
                means = found[pick].mean(axis=0)
                add("measure", evidence, view, unit, dict(zip(names, means, strict=True)))
            if pulled:
                found_levers = {k: float(v[pick].mean()) for k, v in pulled.items()}
                add("lever", "step", view, unit, found_levers)
        mine = drop_one[(drop_one["view"] == view) & (drop_one["year"] == year)]
        shifts = mine["rank_shift"].abs().groupby(mine["dropped"]).mean()
        if len(shifts):
            add("measure", "drop_one", view, "all", {m: float(shifts[m]) for m in names})
        add("measure", "expert", view, "all", {m: factors["measures"][m] for m in names})
        if len(sobol):
            chosen = sobol[
                (sobol["view"] == view)
                & (sobol["output"] == "mean_rank_shift")
                & (sobol["design"] == "methods")
                & sobol["shapley"].notna()
            ]
            if len(chosen):
                shares = zip(chosen["input"].astype(str), chosen["shapley"], strict=True)
                add("choice", "sobol", view, "all", dict(shares))
    if factors["levers"]:
        add("lever", "expert", "all", "all", {name: entry["priority"] for name, entry in factors["levers"].items()})
    return rows
