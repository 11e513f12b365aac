"""What is hidden beside a hidden number, so that no sum works it back.

An indicator of several questions is the mean of their scores: one hidden question of it is what
the others leave over. Cells are hidden until a linear programme over the published sums cannot
bound a hidden one closer than the rule says (complementary suppression; Fischetti and Salazar 2001,
Management Science 47(7); Hundepool et al. 2012, Statistical Disclosure Control, section 4.4).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monotown.data.disclosure import Relation, feasible_ranges

#: Name of an indicator as a whole beside its questions.
WHOLE: Final = ""


@dataclass(frozen=True)
class Answers:
    """Published numbers of one set of answers: of a question, or of an indicator as a whole.

    Attributes
    ----------
    means
        Statistic to its value.
    people
        Who answered.
    scores
        Statistic to the score of each answer of the scale; empty for an indicator as a whole.
    """

    means: Mapping[str, float]
    people: int
    scores: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Rule:
    """What a hidden number must not be known to.

    Attributes
    ----------
    least
        Numbers of people below it are hidden.
    width
        Least width of what can be told of a hidden value, as a share of its scale.
    people
        The same of a hidden number of people.
    """

    least: int
    width: float
    people: int


def exposed(
    sets: Mapping[str, Answers],
    hidden: Collection[str],
    ends: Mapping[str, tuple[float, float]],
    sample: int,
    needed: int,
    rule: Rule,
) -> list[str]:
    """Hidden sets of answers of which the shown ones tell more than the rule allows.

    The attacker knows the mean of the questions exactly, missing answers or not: more than anyone
    can know.

    Parameters
    ----------
    sets
        Questions of one indicator with answers, and `WHOLE` itself.
    hidden
        Names of those that are hidden.
    ends
        Statistic to the ends of its scale.
    sample
        People of the sample.
    needed
        Questions that a person must have answered to count in the whole.
    rule
        How closely a hidden number may be known.
    """
    names = [n for n in sets if n != WHOLE]
    relations: list[Relation] = []
    limits: dict[Hashable, tuple[float, float]] = {}
    for statistic, scale in ends.items():
        cells: dict[Hashable, float] = {(n, statistic): 1 / len(names) for n in names}
        off = sum(sets[n].means[statistic] for n in names) / len(names)
        off -= sets[WHOLE].means[statistic]
        relations.append(Relation({**cells, (WHOLE, statistic): -1.0}, off, off))
        limits |= dict.fromkeys([*cells, (WHOLE, statistic)], scale)
    for name in names:
        if name not in hidden:
            continue
        for statistic, points in sets[name].scores.items():
            cells = {(name, "share", i): float(p) for i, p in enumerate(points)}
            relations.append(Relation({**cells, (name, statistic): -1.0}))
            limits |= dict.fromkeys(cells, (0.0, 1.0))
        relations.append(Relation(dict.fromkeys(cells, 1.0), 1.0, 1.0))
    # who counts in the whole answered `needed` questions or more, others fewer
    everyone: dict[Hashable, float] = {(n, "people"): 1.0 for n in names}
    limits |= dict.fromkeys([*everyone, (WHOLE, "people")], (0.0, float(sample)))
    relations.append(Relation({**everyone, (WHOLE, "people"): -needed}, 0.0, float("inf")))
    rest = {**everyone, (WHOLE, "people"): needed - 1.0 - len(names)}
    relations.append(Relation(rest, float("-inf"), (needed - 1.0) * sample))
    for name in names if needed == 1 else ():
        more: dict[Hashable, float] = {(WHOLE, "people"): 1.0, (name, "people"): -1.0}
        relations.append(Relation(more, 0.0, float("inf")))
    wanted: dict[Hashable, float] = {}
    known: dict[Hashable, float] = {}
    for name, answers in sets.items():
        numbers = {**answers.means, "people": float(answers.people)}
        if name not in hidden:
            known |= {(name, k): v for k, v in numbers.items()}
            continue
        wanted |= {(name, s): rule.width * (high - low) for s, (low, high) in ends.items()}
        if answers.people < rule.least:
            wanted[name, "people"] = rule.people
    found = feasible_ranges(known, list(wanted), relations, limits)
    close = [c for c, (low, high) in found.items() if high - low < wanted[c] - 1e-6]
    return [n for n in sets if any(c[0] == n for c in close)]  # type: ignore[index]


def hide_beside(
    sets: Mapping[str, Answers],
    hidden: Collection[str],
    ends: Mapping[str, tuple[float, float]],
    sample: int,
    needed: int,
    rule: Rule,
) -> frozenset[str]:
    """The hidden sets of answers and those that must be hidden beside them.

    The question that leaves fewest exposed goes first, then the one with fewest answers, then the
    first in order; the whole goes last. What turns out not to be needed is shown again.

    Parameters
    ----------
    sets, hidden, ends, sample, needed, rule
        As in `exposed`.

    Examples
    --------
    Three questions and their mean: all gave one answer to the first, and so the second goes too.

    >>> def made(value, *points):
    ...     return Answers({"index": value}, 18, {"index": points} if points else {})
    >>> sets = {"": made(40.0), "a": made(0.0, 0, 50, 100), "b": made(60.0, 0, 50, 100),
    ...         "c": made(60.0, 0, 50, 100)}
    >>> rule = Rule(10, 0.25, 3)
    >>> sorted(hide_beside(sets, {"a"}, {"index": (0, 100)}, 18, 2, rule))
    ['a', 'b']
    """
    out = frozenset(hidden)
    if not out or WHOLE not in sets or len(sets) == 1:
        return out

    def open_to(more: frozenset[str]) -> int:
        return len(exposed(sets, more, ends, sample, needed, rule))

    order = list(sets)
    while open_to(out):
        left = [n for n in sets if n not in out and n != WHOLE] or [WHOLE]
        if WHOLE in out and left == [WHOLE]:
            break
        out |= {min(left, key=lambda n: (open_to(out | {n}), sets[n].people, order.index(n)))}
    spare = sorted(out - set(hidden), key=lambda n: (n != WHOLE, -sets[n].people, order.index(n)))
    for name in spare:
        if not open_to(out - {name}):
            out -= {name}
    return out


def hidden_categories(counts: Sequence[int], least: int) -> list[bool]:
    """Which categories of a margin are hidden: small ones, and others until their sum is large.

    The sum over all categories is known, and so the sum of the hidden ones.

    Parameters
    ----------
    counts
        People in each category; an empty one hides nobody.
    least
        Fewer people than that are hidden.

    Examples
    --------
    >>> hidden_categories([8, 10], 10), hidden_categories([3, 4, 20, 15], 10)
    ([True, True], [True, True, False, True])
    >>> hidden_categories([12, 10, 0], 10)
    [False, False, False]
    """
    hidden = [0 < n < least for n in counts]
    left = sorted((n, i) for i, n in enumerate(counts) if n >= least)
    while (
        any(hidden) and left and (sum(hidden) < 2 or sum(n for n, h in zip(counts, hidden, strict=True) if h) < least)
    ):
        hidden[left.pop(0)[1]] = True
    return hidden


def hidden_routes(
    asked: Mapping[Hashable, int], beside: Mapping[Hashable, Collection[int]], sample: int, least: int
) -> set[Hashable]:
    """Skip rules whose number of people asked would tell of few people.

    Who is asked gave certain answers to earlier questions, and who is not gave others: both
    numbers, and differences between skip rules, are of `least` people or of none.

    Parameters
    ----------
    asked
        Skip rule to the people asked.
    beside
        Skip rule to the people who answered each question that it looks at.
    sample
        People of the sample.
    least
        Fewer people than that are hidden.

    Examples
    --------
    >>> sorted(hidden_routes({"adults": 15, "all": 18}, {"adults": [17]}, 18, 10))
    ['adults']
    >>> hidden_routes({"adults": 300, "all": 400}, {"adults": [399]}, 400, 10)
    set()
    """

    def small(n: int) -> bool:
        return 0 < n < least

    hidden = {
        name
        for name, n in asked.items()
        if small(n) or any(small(all_of - n) for all_of in [sample, *beside.get(name, ())])
    }
    last = sample
    for name, n in sorted(asked.items(), key=lambda item: (-item[1], str(item[0]))):
        if name not in hidden:
            if small(last - n):
                hidden.add(name)
            else:
                last = n
    return hidden
