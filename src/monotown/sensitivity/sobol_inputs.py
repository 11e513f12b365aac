"""Sobol indices of every uncertain input at once: choices, data errors, goalposts and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from monotown.base.arrays import Array
from monotown.base.tables import join_kinds
from monotown.index.admissible import scale_of
from monotown.index.prepare import Prepared
from monotown.methods.ranks import rank
from monotown.sensitivity.analyses import monte_carlo_run
from monotown.sensitivity.design import Factor, Noise
from monotown.sensitivity.inputs import INPUTS, read_inputs
from monotown.sensitivity.monte_carlo import Drawn, MonteCarloRun
from monotown.sensitivity.sobol import Indices, Input, product_levels, sampled_indices
from monotown.sensitivity.sobol_choices import SobolSettings, design_tables
from monotown.sensitivity.year import year_sources

#: Uniform numbers are kept this far from 0 and 1, where a normal error has no end.
_EDGE: Final = 2.0**-40


def every_input(
    analyses: Mapping[str, Mapping[str, Any]], weight_cv: float, file: str = "config/config.yaml"
) -> dict[str, Any]:
    """Settings of the inputs of all analyses; of two that vary one input, the first counts.

    Parameters
    ----------
    analyses, weight_cv
        As in the section ``sensitivity`` of the config.
    file
        For messages.

    Examples
    --------
    >>> every_input({"a": {"weights": {}}, "b": {"weights": {"law": "simplex"},
    ...     "goalposts": {"size": 0.1}}}, 0.25)
    {'weights': {}, 'goalposts': {'size': 0.1}}
    """
    chosen: dict[str, Any] = {}
    for name, given in analyses.items():
        on = read_inputs(given, weight_cv, file, f"sensitivity.analyses.{name}").on
        chosen |= {key: given[key] for key in INPUTS if key in on and key not in chosen}
    return chosen


@dataclass(frozen=True)
class JointSobol:
    """Indices of a run in which every input varies, with what they rest on.

    Attributes
    ----------
    inputs
        As they were varied: levels of the choices, columns of the others.
    left_out
        Input and level, with the reason, of levels that do not combine with every other.
    indices
        Outputs: scores and ranks of the units, and the mean rank shift.
    """

    inputs: tuple[Input, ...]
    left_out: tuple[tuple[str, str, str], ...]
    indices: Indices


class _Design:
    """Settings of a Sobol design as settings of a joint run."""

    def __init__(self, run: MonteCarloRun) -> None:
        self.run = run
        v = run.variants
        self.factors = [k for k, f in enumerate(v.factors) if len(f.levels) > 1]
        every = tuple(_discrete(v.factors[k]) for k in self.factors)
        found = product_levels(every, self.admissible) if every else ()
        # one level left is no input: it stands as the view sets it
        place = [k for k, after in enumerate(found) if len(after.levels) > 1]
        self.factors = [self.factors[k] for k in place]
        self.discrete = tuple(found[k] for k in place)
        self.kept = [np.array([every[k].levels.index(name) for name in found[k].levels]) for k in place]
        units, leaves = v.case.z.shape
        self.noise: list[Input] = []
        if v.errors is not None:
            self.noise.append(Input("data_error", columns=units * v.errors.columns))
        if v.inputs.goalposts:
            self.noise.append(Input("goalposts", columns=2 * leaves))
        if run.weight_draws is not None:
            self.noise.append(Input("weights", columns=run.weight_draws.columns))
        self.left_out = tuple(
            (before.group or before.name, name, "does not combine with every other level")
            for before, after in zip(every, found, strict=True)
            for name in before.levels
            if name not in after.levels
        )

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (*self.discrete, *self.noise)

    def admissible(self, settings: Array) -> NDArray[np.bool_]:
        levels = self._levels(settings, None)
        return np.asarray(self.run.variants.probabilities[tuple(levels.T)] > 0)

    def _levels(self, settings: Array, kept: list[NDArray[np.int64]] | None) -> NDArray[np.int64]:
        levels = np.zeros((len(settings), len(self.run.variants.factors)), np.int64)
        for column, factor in enumerate(self.factors):
            chosen = settings[:, column].astype(np.int64)
            levels[:, factor] = chosen if kept is None else kept[column][chosen]
        return levels

    def outputs(self, settings: Array) -> Array:
        """Scores, ranks and mean rank shift, shape (runs, 2 units + 1)."""
        v, n = self.run.variants, len(settings)
        levels = self._levels(settings, self.kept)
        start, parts = len(self.factors), {}
        for item in self.noise:
            parts[item.name] = settings[:, start : start + item.columns]
            start += item.columns
        centres = self.run.centres(levels)
        if self.run.weight_draws is not None:
            # most samples of a design have the weights of another: each is worked out once
            given = parts["weights"] if centres is None else np.c_[parts["weights"], centres]
            once, place = np.unique(given, axis=0, return_inverse=True)
            split = self.run.weight_draws.columns
            weights = self.run.weight_draws.from_uniforms(
                once[:, :split], None if centres is None else once[:, split:]
            )[place.ravel()]
        elif centres is not None:
            weights = centres
        else:
            weights = np.tile(v.model.weights, (n, 1))
        weights = v.leave_out(weights, levels[:, -1])
        error = posts = None
        units, leaves = v.case.z.shape
        if "data_error" in parts:
            inside = np.clip(parts["data_error"], _EDGE, 1 - _EDGE)
            error = ndtri(inside).reshape(n, units, -1)
        if "goalposts" in parts:
            posts = parts["goalposts"].reshape(n, leaves, 2)
        drawn = Drawn(levels, weights, np.arange(n), Noise(error, posts))
        scores = self.run.scores(drawn, each=True)
        ranks = rank(np.ascontiguousarray(scores))
        shift = np.abs(ranks - v.case.ranks).mean(axis=1)
        return np.column_stack([scores, ranks, shift])


def _discrete(factor: Factor) -> Input:
    name, _, measure = factor.name.partition(":")
    return Input(
        factor.name,
        tuple(level.name for level in factor.levels),
        tuple(level.probability for level in factor.levels),
        group=name if measure else "",
    )


def joint_sobol(
    run: MonteCarloRun, *, points: int, seed: int, replicates: int = 8, interval: tuple[float, float] = (0.05, 0.95)
) -> JointSobol:
    """Sobol indices of every input of a run.

    A choice (missing, outliers, year window, direction, normalisation, aggregation, scheme, what is
    left out) is one input with its levels; levels that do not combine with every other are left
    out, so that inputs are independent. Data errors of all values are one input, shifts of all
    goalposts one, the draw of all weights one.

    Parameters
    ----------
    run
        With the inputs on, such as `every_input` gives.
    points
        Base sample, a power of 2; the run is evaluated ``points * (2 * inputs + 2)`` times.
    replicates, seed, interval
        As in `monotown.sensitivity.sobol.sampled_indices`.

    Raises
    ------
    ValueError
        If fewer than two inputs vary, or as `sampled_indices`.
    """
    design = _Design(run)
    if len(design.inputs) < 2:
        raise ValueError("indices of inputs need at least two inputs that vary")
    found = sampled_indices(
        design.inputs, design.outputs, points=points, seed=seed, replicates=replicates, interval=interval
    )
    return JointSobol(design.inputs, design.left_out, found)


def joint_sobol_tables(
    view: str, kind: str, source: str, run: MonteCarloRun, found: JointSobol
) -> dict[str, pd.DataFrame]:
    """The tables of `monotown.sensitivity.sobol_choices` for the design ``every_input``.

    Parameters
    ----------
    view, kind, source
        Carried to the rows.
    run, found
        The run and what `joint_sobol` found of it.
    """
    rows: list[tuple[object, ...]] = []
    for item in found.inputs:
        if item.levels:
            name = item.group or item.name
            rows += [
                (name, level if not item.group else f"{item.name.partition(':')[2]}: {level}", share, "used", "")
                for level, share in zip(item.levels, item.weights, strict=True)
            ]
        else:
            rows.append((item.name, _drawn(run, item.name), np.nan, "used", ""))
    rows += [(name, level, np.nan, "left_out", why) for name, level, why in found.left_out]
    case = run.variants.case
    return design_tables(
        (view, case.year, "every_input"), case.units, found.indices, rows, (kind, source), scale_of(run.variants.model)
    )


def _drawn(run: MonteCarloRun, name: str) -> str:
    """How a continuous input is drawn, in a word."""
    inputs = run.variants.inputs
    if name == "goalposts":
        return f"uniform ±{inputs.goalposts:g} of the scale"
    if name == "data_error":
        assert inputs.data_error is not None
        return f"lognormal, {inputs.data_error.relative:g} of the value unless stated otherwise"
    assert inputs.weights is not None
    return f"{inputs.weights.name} {inputs.weights.size:g}"


def every_input_tables(
    prepared: Prepared,
    config: Mapping[str, Any],
    measures: Mapping[str, Any],
    options: Mapping[str, Any],
    settings: SobolSettings,
) -> list[dict[str, pd.DataFrame]]:
    """The tables of the design ``every_input`` of a view; none where it is off.

    Parameters
    ----------
    prepared, config, measures
        As in `monotown.sensitivity.analyses.monte_carlo_run`.
    options
        ``analyses`` and ``weight_cv`` of the section ``sensitivity`` of the config.
    settings
        The design is off where `joint_points` is 0, where fewer than two inputs vary, and for more than
        `monotown.base.many.FEW` units, whose every figure would be an input of its own.
    """
    together = every_input(options["analyses"], options["weight_cv"])
    if not settings.joint_points or len(together) < 2:
        return []
    options = {**options, "analyses": {"every_input": together}}
    run = monte_carlo_run(prepared, config, measures, "every_input", options, settings.seed)
    if run.many:
        return []
    found = joint_sobol(
        run,
        points=settings.joint_points,
        seed=settings.seed,
        replicates=settings.replicates,
        interval=settings.interval,
    )
    kind = run.variants.inputs.kind_under(join_kinds(prepared.rows["kind"]))
    source = year_sources(prepared.rows)[run.variants.case.year]
    return [joint_sobol_tables(prepared.view, kind, source, run, found)]
