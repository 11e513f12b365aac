"""What a check finds: its verdict, what the figures give, and how, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from monotown.claims.printed import rounded


class NotPrinted(LookupError):  # noqa: N818 - a state of the publication, not a fault of the program
    """The publication prints no such figure."""


class Verdict(StrEnum):
    """What a claim is worth."""

    REPRODUCED = "reproduced"
    INCONSISTENT = "inconsistent"
    NOT_DERIVABLE = "not_derivable"
    DERIVED = "derived"
    REQUIREMENT = "requirement"
    EXTERNAL = "external"


@dataclass(frozen=True)
class Finding:
    """Outcome of a check.

    Attributes
    ----------
    verdict
        One of `Verdict`.
    recomputed
        What the figures give, in short.
    arithmetic
        How, in one line.
    """

    verdict: Verdict
    recomputed: str
    arithmetic: str


def judged(holds: bool) -> Verdict:
    """The verdict of a check that a claim passes or not."""
    return Verdict.REPRODUCED if holds else Verdict.INCONSISTENT


def number(value: Fraction | float, decimals: int = 2) -> str:
    """A number with a decimal point, a minus sign and no trailing zero digits lost.

    Examples
    --------
    >>> number(Fraction(-1, 8)), number(5, 1), number(Fraction(-1, 1000))
    ('\u22120.13', '5.0', '0.00')
    """
    text = f"{rounded(Fraction(value), decimals):f}"
    return text.replace("-", "\u2212") if Fraction(text) else text.lstrip("-")


def signed(value: Fraction | float, decimals: int = 0) -> str:
    """The same with a plus sign above zero.

    Examples
    --------
    >>> signed(3), signed(-3), signed(0)
    ('+3', '\u22123', '0')
    """
    text = number(value, decimals)
    return text if text.startswith("\u2212") or not Fraction(text) else f"+{text}"


def plus(values: Sequence[object]) -> str:
    """Terms of a sum."""
    return " + ".join(str(v) for v in values)


def braced(values: Sequence[object]) -> str:
    """A set of values."""
    return "{" + ", ".join(str(v) for v in values) + "}"
