"""What the outcome owes to each assumption: Sobol indices over responses, costs and the gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monotown.base.arrays import Array
from monotown.base.streams import Stream
from monotown.mechanism.allocate import allocate
from monotown.mechanism.base import BasePoint
from monotown.mechanism.feedback import direction, run_feedback
from monotown.mechanism.levers import Lever, Span, chains_of
from monotown.sensitivity.sobol import Input


@dataclass(frozen=True)
class Case:
    """A base point with a target for the feedback."""

    point: BasePoint
    target: float


@dataclass(frozen=True)
class Assumptions:
    """Uncertain numbers of the mechanism, each triangular between its least and largest value.

    Attributes
    ----------
    budget
        For a year, per so many inhabitants.
    years
        Corrections after which the outcome is read.
    """

    levers: tuple[Lever, ...]
    gain: Span
    budget: float
    years: int

    def inputs(self) -> tuple[Input, ...]:
        """Inputs for `monotown.sensitivity.sobol`: responses of a lever are one group."""
        return (
            *(
                Input(f"{lever.id}:{r.measure}", group=f"response:{lever.id}")
                for lever in self.levers
                for r in lever.responses
            ),
            *(Input(f"cost:{lever.id}") for lever in self.levers),
            Input("gain"),
        )

    def draw(self, count: int, seed: int) -> Array:
        """Random settings, shape (count, inputs); those of an input come from its name alone."""
        streams = (Stream.of(seed, "mechanism", i.name) for i in self.inputs())
        return np.column_stack([s.generator().random(count) for s in streams])

    def outcomes(self, settings: Array, case: Case) -> tuple[Array, Array]:
        """Outcomes and planned uses of draws.

        Parameters
        ----------
        settings
            Shape (n, inputs), uniform numbers in [0, 1).
        case
            A base point with its target.

        Returns
        -------
        outcomes : ndarray, shape (n, 2)
            ``planned``: the linear programme knows the drawn numbers; the index at its optimum.
            ``corrected``: the feedback knows the base slopes only and meets the drawn numbers; the
            index after `years` corrections.
        uses : ndarray, shape (n, levers)
            Of the planned optimum.
        """
        spans = [r.size for lever in self.levers for r in lever.responses]
        sizes = np.stack([s.draw(settings[:, i]) for i, s in enumerate(spans)], axis=1)
        at = len(spans)
        cost = np.stack(
            [lever.cost_in(case.point.unit).draw(settings[:, at + j]) for j, lever in enumerate(self.levers)], axis=1
        )
        point, chains = case.point, chains_of(self.levers)
        responses = point.responses(self.levers, sizes)
        budget = np.full(len(settings), self.budget)
        planned = allocate(responses @ point.gradient, cost, budget, chains).use
        known = (point.responses(self.levers) @ point.gradient)[0]
        _, paths = run_feedback(
            lambda use: point.used(use, responses),
            direction(known),
            self.gain.draw(settings[:, -1]),
            np.array([case.target]),
            cost,
            budget,
            chains,
            self.years,
        )
        reached = np.stack([point.used(planned, responses), paths[-1]], axis=1)
        return reached - point.score, planned

    def of_cases(self, settings: Array, cases: Sequence[Case]) -> Array:
        """Outcomes of all cases side by side, shape (n, 2 * cases)."""
        return np.concatenate([self.outcomes(settings, case)[0] for case in cases], axis=1)
