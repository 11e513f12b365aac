from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.parsing import SPACES, Flag, parse_cell


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("59,26", "59.26", 2),
        ("50,0", "50.0", 1),
        ("100", "100", 0),
        (" 1 234 567,5 ", "1234567.5", 1),
        ("1\u00a0234", "1234", 0),
        ("-3.70", "-3.70", 2),
        ("0.0", "0.0", 1),
    ],
)
def test_printed_numbers_keep_their_digits(text, value, decimals):
    cell = parse_cell(text)
    assert str(cell.value) == value
    assert cell.decimals == decimals
    assert cell.flag is Flag.VALUE


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("-", Flag.NONE),
        ("–", Flag.NONE),
        ("...", Flag.NOT_AVAILABLE),
        ("…", Flag.NOT_AVAILABLE),
        ("x", Flag.CONFIDENTIAL),
        ("х", Flag.CONFIDENTIAL),
        ("", Flag.EMPTY),
        ("  ", Flag.EMPTY),
    ],
)
def test_markers_are_flags_and_never_zero(text, flag):
    cell = parse_cell(text)
    assert cell.flag is flag
    assert cell.value is None


def test_negligible_is_a_flag_only_where_the_source_uses_it():
    assert parse_cell("0,0", negligible=True).flag is Flag.NEGLIGIBLE
    assert parse_cell("0,0", negligible=True).value is None
    assert parse_cell("0,0").value == 0
    assert parse_cell("0", negligible=True).value == 0


@pytest.mark.parametrize("text", ["abc", "1,2,3", "12 34", "1.234,5", "5%", "1e3", "--", "NaN"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="neither a number nor a marker"):
        parse_cell(text)


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    st.sampled_from(SPACES),
    st.booleans(),
)
def test_any_grouped_number_comes_back(number, space, comma):
    text = f"{number:,.3f}".replace(",", space)
    if comma:
        text = text.replace(".", ",")
    assert parse_cell(text).value == Decimal(f"{number:.3f}")
