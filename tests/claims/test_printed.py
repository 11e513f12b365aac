"""Printed numbers against the decimal module, an independent implementation of rounding."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.claims.printed import Rule, print_like, prints_as, read_printed, reproduces, rounded

MODES = {Rule.HALF_UP: ROUND_HALF_UP, Rule.HALF_EVEN: ROUND_HALF_EVEN, Rule.TRUNCATED: ROUND_DOWN}


@given(st.integers(-(10**7), 10**7), st.integers(0, 4), st.sampled_from(list(Rule)))
def test_rounding_is_that_of_decimal(thousandths: int, decimals: int, rule: Rule) -> None:
    exact = Fraction(thousandths, 10**5)
    expected = (Decimal(thousandths) / 10**5).quantize(Decimal(1).scaleb(-decimals), MODES[rule])
    assert rounded(exact, decimals, rule) == expected


@pytest.mark.parametrize(
    ("text", "decimals", "value"), [("59,26", 2, "59.26"), ("50,0", 1, "50"), ("1.72", 2, "1.72"), ("100", 0, "100")]
)
def test_digits_are_kept(text: str, decimals: int, value: str) -> None:
    printed = read_printed(text)
    assert (printed.decimals, printed.value) == (decimals, Fraction(value))
    assert print_like(printed.value, printed) == text


def test_percent_and_step() -> None:
    printed = read_printed("43,10")
    assert printed.percent == Fraction(431, 1000)
    assert printed.step == Fraction(1, 100)


@pytest.mark.parametrize("text", ["", "-", "x", "abc", "1,2,3"])
def test_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_printed(text)


def test_tie_fits_both_roundings_but_no_other_digit() -> None:
    exact = Fraction(5, 2)
    assert reproduces(exact, read_printed("3"))
    assert reproduces(exact, read_printed("2"))
    assert not reproduces(exact, read_printed("4"))
    assert prints_as(exact, read_printed("3"), Rule.HALF_UP)
    assert not prints_as(exact, read_printed("3"), Rule.HALF_EVEN)


def test_cut_off_digits_do_not_reproduce() -> None:
    assert prints_as(Fraction(1600, 27), read_printed("59,25"), Rule.TRUNCATED)
    assert not reproduces(Fraction(1600, 27), read_printed("59,25"))
