"""Which whole numbers can stand behind a printed ratio or percentage.

The idea is the GRIM test: a percentage of a whole number of people can take few values only
(Brown and Heathers, 2017, Social Psychological and Personality Science 8(4), 363-369). Every
enumeration is exact: candidates come from the interval of values that print so, and each is
printed again by the rule and compared.
"""

from __future__ import annotations

import math
from fractions import Fraction

from monotown.claims.printed import Printed, Rule, last_digits, prints_as


def pairs_behind(ratio: Printed, difference: int, rule: Rule = Rule.HALF_UP) -> list[tuple[int, int]]:
    """Pairs (before, after) of whole numbers with a difference and a printed ratio.

    No bound is set: a ratio above 1 and a difference leave finitely many pairs, all returned.

    Parameters
    ----------
    ratio
        ``before / after`` as printed.
    difference
        ``before - after``, above 0.

    Raises
    ------
    ValueError
        If ratios as near to 1 as one likes print so: the pairs are then without end.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> pairs_behind(read_printed("1.72"), 36)
    [(86, 50)]
    >>> pairs_behind(read_printed("1.2"), 5, Rule.TRUNCATED)
    [(22, 17), (23, 18), (24, 19), (25, 20), (26, 21), (27, 22), (28, 23), (29, 24), (30, 25)]
    """
    if difference <= 0:
        return []
    low, high = ratio.value - ratio.step, ratio.value + ratio.step
    if high <= 1:
        return []
    if prints_as(Fraction(1), ratio, rule):
        raise ValueError(f"a ratio of {ratio.text} fits pairs without end")
    first = max(1, math.floor(difference / (high - 1)))
    last = math.ceil(difference / (low - 1)) if low > 1 else _last_after(ratio, difference, rule)
    return [
        (after + difference, after)
        for after in range(first, last + 1)
        if prints_as(Fraction(after + difference, after), ratio, rule)
    ]


def _last_after(ratio: Printed, difference: int, rule: Rule) -> int:
    """Last candidate where one step below the ratio reaches 1: half a step does not."""
    nearest = ratio.value if rule is Rule.TRUNCATED else ratio.value - ratio.step / 2
    return math.ceil(difference / (nearest - 1))


def wholes_behind(part: int, share: Printed, rule: Rule = Rule.HALF_UP, times: int = 100) -> list[int]:
    """Whole numbers of which a part is a printed percentage; all there are.

    Parameters
    ----------
    part
        Count in the numerator, above 0.
    share
        Percentage as printed, above one unit of its last digit.
    times
        100 for a percentage, 1 for a share or a mean.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> wholes_behind(86, read_printed("49,14")), wholes_behind(50, read_printed("43,10"))
    ([175], [116])
    """
    low, high = share.value - share.step, share.value + share.step
    if part <= 0 or low <= 0:
        raise ValueError(f"{part} people, {share.text}%: expected both above 0")
    candidates = range(max(1, math.floor(times * part / high)), math.ceil(times * part / low) + 1)
    return [n for n in candidates if prints_as(Fraction(times * part, n), share, rule)]


def parts_behind(whole: int, share: Printed, rule: Rule = Rule.HALF_UP, times: int = 100) -> list[int]:
    """Counts that are a printed percentage of a whole number; with ``times`` 1 a printed share or mean.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> parts_behind(116, read_printed("49,14")), parts_behind(116, read_printed("49,24"))
    ([57], [])
    >>> parts_behind(28, read_printed("5.19"), times=1)  # a mean of 28 whole numbers: Brown and Heathers
    []
    """
    units, scale = share.units, times * 10**share.decimals
    candidates = range(max(0, whole * (units - 1) // scale), whole * (units + 1) // scale + 2)
    decimals = share.decimals
    return [n for n in candidates if last_digits(times * n, whole, decimals, rule) == units]


def shares_behind(
    share: Printed, smallest: int, largest: int, rule: Rule = Rule.HALF_UP, times: int = 100
) -> list[tuple[int, int]]:
    """Pairs (part, whole) behind a printed percentage, the whole within limits.

    Unlike the other enumerations this one needs limits: without them the pairs have no end.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> shares_behind(read_printed("49,24"), 20, 200)
    [(65, 132), (97, 197)]
    """
    return [(part, whole) for whole in range(smallest, largest + 1) for part in parts_behind(whole, share, rule, times)]
