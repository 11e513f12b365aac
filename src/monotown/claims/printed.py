"""Numbers as a paper prints them: digits and precision are part of the claim."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from monotown.base.parsing import parse_cell


class Rule(StrEnum):
    """How an exact value becomes its printed digits."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    TRUNCATED = "truncated"


#: Rules that count as rounding. Cutting digits off is reported beside them, never accepted.
ROUNDING = (Rule.HALF_UP, Rule.HALF_EVEN)


@dataclass(frozen=True)
class Printed:
    """A number with the digits it is printed in.

    Attributes
    ----------
    text
        As printed, with its decimal comma or point.
    value
        The number those digits name, exactly.
    decimals
        Digits after the decimal mark.
    """

    text: str
    value: Fraction
    decimals: int

    @property
    def step(self) -> Fraction:
        """One unit of the last printed digit."""
        return Fraction(1, 10**self.decimals)

    @property
    def units(self) -> int:
        """The number in units of its last printed digit."""
        return int(self.value * 10**self.decimals)

    @property
    def percent(self) -> Fraction:
        """The number read as percent, as a share."""
        return self.value / 100


def read_printed(text: str) -> Printed:
    """Read a printed number.

    Raises
    ------
    ValueError
        If the text is not a number; the statistics office's markers are not numbers here.

    Examples
    --------
    >>> read_printed("43,10").decimals
    2
    >>> read_printed("1.72").value
    Fraction(43, 25)
    """
    cell = parse_cell(text)
    if cell.value is None:
        raise ValueError(f"{text!r} is not a number")
    return Printed(text, Fraction(cell.value), cell.decimals)


def rounded(exact: Fraction, decimals: int, rule: Rule = Rule.HALF_UP) -> Decimal:
    """An exact value at a number of decimals.

    Parameters
    ----------
    exact
        Any rational number.
    decimals
        Digits kept after the decimal mark, 0 or more.
    rule
        `Rule.HALF_UP` takes a tie away from zero, `Rule.HALF_EVEN` to the even digit.

    Examples
    --------
    >>> str(rounded(Fraction(5, 200) * 100, 1)), str(rounded(Fraction(225, 100), 1, Rule.HALF_EVEN))
    ('2.5', '2.2')
    >>> str(rounded(Fraction(1600, 27), 2, Rule.TRUNCATED))
    '59.25'
    """
    whole = last_digits(abs(exact.numerator), exact.denominator, decimals, rule)
    return Decimal(-whole if exact < 0 else whole).scaleb(-decimals)


def last_digits(part: int, whole: int, decimals: int, rule: Rule) -> int:
    """``part / whole`` at a number of decimals, in units of the last one, by integers alone.

    Parameters
    ----------
    part, whole
        Counts; part 0 or more, whole above 0.

    Examples
    --------
    >>> last_digits(8600, 175, 2, Rule.HALF_UP)
    4914
    """
    scale: int = 10**decimals
    quotient, rest = divmod(part * scale, whole)
    if rule is Rule.TRUNCATED or 2 * rest < whole:
        return quotient
    if 2 * rest > whole or rule is Rule.HALF_UP:
        return quotient + 1
    return quotient + quotient % 2


def print_like(exact: Fraction, like: Printed, rule: Rule = Rule.HALF_UP) -> str:
    """An exact value in the digits and with the decimal mark of another printed number.

    Examples
    --------
    >>> print_like(Fraction(5000, 116), read_printed("43,10"))
    '43,10'
    """
    text = f"{rounded(exact, like.decimals, rule):f}"
    return text.replace(".", ",") if "," in like.text else text


def prints_as(exact: Fraction, printed: Printed, rule: Rule) -> bool:
    """Whether a rule prints an exact value in just these digits."""
    sign = -1 if exact < 0 else 1
    found = last_digits(abs(exact.numerator), exact.denominator, printed.decimals, rule)
    return sign * found == printed.units


def reproduces(exact: Fraction, printed: Printed) -> bool:
    """Whether the printed digits are the exact value, rounded half up or half to even.

    Examples
    --------
    >>> reproduces(Fraction(1100, 26), read_printed("42,31"))
    True
    >>> reproduces(Fraction(1100, 26), read_printed("42,30"))
    False
    """
    return any(prints_as(exact, printed, rule) for rule in ROUNDING)
