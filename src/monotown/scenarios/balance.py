"""Cross-impact balance: which combinations of states hold themselves up (Weimer-Jehle 2006)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from monotown.base.arrays import Array
from monotown.base.ties import above, largest


@dataclass(frozen=True)
class Balance:
    """One combination of states.

    Attributes
    ----------
    states
        A state of each descriptor.
    consistent
        No state is beaten by another of its descriptor.
    gap
        Largest lead of a beating state, 0 where none is beaten.
    beaten
        Descriptor, its state, the state that beats it, their balances.
    """

    states: tuple[str, ...]
    consistent: bool
    gap: float
    beaten: tuple[tuple[str, str, str, float, float], ...]


def impact_balances(
    descriptors: Mapping[str, Sequence[str]],
    impacts: Mapping[tuple[str, str, str], Sequence[float]],
    states: Sequence[str],
) -> dict[str, Array]:
    """Sum of the impacts of all chosen states on each state of each descriptor.

    Parameters
    ----------
    descriptors
        Descriptor to its states.
    impacts
        (descriptor, state, target) to the impact on each state of the target, -3 to 3; absent: 0.
    states
        The chosen state of each descriptor.

    Examples
    --------
    >>> two = {"a": ["up", "down"], "b": ["up", "down"]}
    >>> impact_balances(two, {("a", "up", "b"): [2, -2]}, ["up", "down"])["b"].tolist()
    [2.0, -2.0]
    """
    sums = {target: np.zeros(len(options)) for target, options in descriptors.items()}
    for name, state in zip(descriptors, states, strict=True):
        for target in descriptors:
            if target != name:
                sums[target] += np.asarray(impacts.get((name, state, target), 0.0))
    return sums


def combinations(
    descriptors: Mapping[str, Sequence[str]], impacts: Mapping[tuple[str, str, str], Sequence[float]]
) -> list[Balance]:
    """Every combination of states, with what beats it.

    A combination is consistent where the balance of each chosen state is not below that of any
    other state of its descriptor (Weimer-Jehle 2006, Technological Forecasting and Social Change
    73, section 3: the principle of consistency). Adding a constant to all impacts of one state on
    one descriptor changes nothing.

    Returns
    -------
    list of Balance
        In the order of the descriptors' states, the last descriptor changing fastest.

    Examples
    --------
    >>> two = {"a": ["up", "down"], "b": ["up", "down"]}
    >>> follow = {("a", "up", "b"): [1, -1], ("a", "down", "b"): [-1, 1],
    ...           ("b", "up", "a"): [1, -1], ("b", "down", "a"): [-1, 1]}
    >>> [c.states for c in combinations(two, follow) if c.consistent]
    [('up', 'up'), ('down', 'down')]
    """
    found = []
    for states in product(*descriptors.values()):
        balances = impact_balances(descriptors, impacts, states)
        beaten = []
        for (name, options), state in zip(descriptors.items(), states, strict=True):
            sums = balances[name]
            mine, best = float(sums[list(options).index(state)]), largest(sums)
            if above(sums[best], mine):
                beaten.append((name, state, options[best], mine, float(sums[best])))
        gap = max((b[4] - b[3] for b in beaten), default=0.0)
        found.append(Balance(states, not beaten, gap, tuple(beaten)))
    return found
