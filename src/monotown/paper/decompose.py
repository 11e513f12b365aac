"""Split the change of a count into the change of the whole and the change of the share.

A count is ``whole * share``. The split is arithmetic: it names no cause.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Split:
    """Two parts of a change that add up to it.

    Attributes
    ----------
    size
        People that go with the change of the whole.
    share
        People that go with the change of the share.
    """

    size: float
    share: float

    @property
    def total(self) -> float:
        """The whole change."""
        return self.size + self.share


def shapley(part: tuple[int, int], whole: tuple[int, int]) -> Split:
    """Mean over both orders of changing the whole and the share (Shapley, 1953).

    For two factors: ``size = dN * (s0 + s1) / 2`` and ``share = ds * (N0 + N1) / 2``
    (Ang, 2004, Energy Policy 32, 1131-1139).

    Parameters
    ----------
    part, whole
        Counts before and after; whole above 0.

    Examples
    --------
    >>> split = shapley((86, 50), (175, 116))
    >>> round(split.size, 4), round(split.share, 4), round(split.total, 9)
    (-27.2127, -8.7873, -36.0)
    """
    before, after = _shares(part, whole)
    size = (whole[1] - whole[0]) * (before + after) / 2
    return Split(float(size), float((after - before) * Fraction(whole[0] + whole[1], 2)))


def lmdi(part: tuple[int, int], whole: tuple[int, int]) -> Split:
    """Additive logarithmic mean Divisia index, LMDI-I (Ang, 2005, Energy Policy 33, 867-871).

    ``L(a, b) = (a - b) / ln(a / b)``; ``size = L(n1, n0) ln(N1 / N0)``, and the same with shares.

    Parameters
    ----------
    part, whole
        Counts before and after, above 0.

    Examples
    --------
    >>> split = lmdi((86, 50), (175, 116))
    >>> round(split.size, 4), round(split.share, 4)
    (-27.2956, -8.7044)
    """
    before, after = _shares(part, whole)
    if part[0] == part[1]:
        mean = float(part[0])
    else:
        mean = (part[1] - part[0]) / math.log(part[1] / part[0])
    return Split(mean * math.log(whole[1] / whole[0]), mean * math.log(after / before))


def size_first(part: tuple[int, int], whole: tuple[int, int]) -> Split:
    """Change the whole at the old share, then the share at the new whole (Laspeyres).

    Examples
    --------
    >>> split = size_first((86, 50), (175, 116))
    >>> round(split.size, 3), round(split.share, 3)
    (-28.994, -7.006)
    """
    before, after = _shares(part, whole)
    return Split(float((whole[1] - whole[0]) * before), float((after - before) * whole[1]))


def share_first(part: tuple[int, int], whole: tuple[int, int]) -> Split:
    """Change the share at the old whole, then the whole at the new share (Paasche).

    Examples
    --------
    >>> split = share_first((86, 50), (175, 116))
    >>> round(split.size, 3), round(split.share, 3)
    (-25.431, -10.569)
    """
    before, after = _shares(part, whole)
    return Split(float((whole[1] - whole[0]) * after), float((after - before) * whole[0]))


#: Splits by name, the two symmetrical ones first.
METHODS = {"shapley": shapley, "lmdi": lmdi, "size_first": size_first, "share_first": share_first}


def _shares(part: tuple[int, int], whole: tuple[int, int]) -> tuple[Fraction, Fraction]:
    return Fraction(part[0], whole[0]), Fraction(part[1], whole[1])
