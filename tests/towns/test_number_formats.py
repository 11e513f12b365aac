"""Number formats by their grammar: hand tables of ECMA-376 18.8.30 and 18.8.31, and a generator."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from monotown.data.workbooks.number_formats import Kind, read_format, section_for

NUMBER, PERCENT, SIGNED, DATE, REFUSED = Kind


def _kind(code, value="1234.5"):
    return section_for(code, Decimal(value)).kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", NUMBER),
        ("Основной", NUMBER),
        ("Standard", NUMBER),
        ("@", NUMBER),
        ("0.00", NUMBER),
        ("#,##0", NUMBER),
        (r"#\ ##0.0", NUMBER),
        ("# ##0", NUMBER),
        ("0.00E+00", NUMBER),
        ("# ?/?", NUMBER),
        ("# ?/8", NUMBER),
        ("[Red]0.0", NUMBER),
        ("[Цвет 5]0", NUMBER),
        ("[$-43F]0.0", NUMBER),
        ("0_)", NUMBER),
        ("* 0", NUMBER),
        ("#,##0.0,", NUMBER),
        ("0.0,,", NUMBER),
        ('0"г."', NUMBER),
        ('0" чел."', NUMBER),
        ('0"*"', NUMBER),
        ('0"¹"', NUMBER),
        ("(0)", REFUSED),
        (r"\-0", REFUSED),
        ("0.0%", PERCENT),
        ("0 %", PERCENT),
        (r"0\ %", PERCENT),
        ("0,%", REFUSED),
        ("0%%", REFUSED),
        ('0.00"%"', SIGNED),
        (r"0.00\%", SIGNED),
        ('General"%"', SIGNED),
        ('0%"%"', REFUSED),
        ('0"‰"', REFUSED),
        ('0.0" тыс."', REFUSED),
        ('0" млн"', REFUSED),
        ('0" мың"', REFUSED),
        ('0.0,"K"', REFUSED),
        ("[$₸-43F]#,##0", REFUSED),
        ('"$"0', REFUSED),
        ('0"000"', REFUSED),
        (r"0\0", REFUSED),
        (r"0\.0", REFUSED),
        ('0","0', REFUSED),
        ('"1"0', REFUSED),
        ("1", REFUSED),
        ("000-00", REFUSED),
        ('"x"', REFUSED),
        (";;;", REFUSED),
        ("0.0.0", REFUSED),
        ('0"', REFUSED),
        ("[DBNum1]0", REFUSED),
        ("[numFmtId 77]", REFUSED),
        ("0;0;0;@;0", REFUSED),
        ("dd.mm.yyyy", DATE),
        ('yyyy"г."', DATE),
        ("mmm", DATE),
        ("[h]:mm:ss", DATE),
        ("mm:ss.0", DATE),
        ("h:mm AM/PM", DATE),
        (r"[$-419]d\ mmm\ yyyy;@", DATE),
        (r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", DATE),
        ("yyyy0", REFUSED),
        ('"y"0', NUMBER),
        ('"m"0', REFUSED),
        (r"\d0", REFUSED),
    ],
)
def test_what_a_format_makes_of_a_number(code, kind):
    assert _kind(code) is kind


@pytest.mark.parametrize(
    ("code", "value", "kind"),
    [
        ('[>=1000]0.0,"тыс.";0', "999", NUMBER),
        ('[>=1000]0.0,"тыс.";0', "1000", REFUSED),
        ('[<1]0.0%;0" тыс."', "0.5", PERCENT),
        ("[<1]0.0%;0", "5", NUMBER),
        ("[=1]0;[=2]0%;0", "2", PERCENT),
        ("0;[>5]0%", "6", REFUSED),
        ("[>5]0;[<1]0", "3", REFUSED),
        ("0.0;-0.0%", "-1", PERCENT),
        ("0;(0)", "-1", NUMBER),
        ("0;[Red]0", "-5", NUMBER),
        ('0;-0;"-"', "0", NUMBER),
        ("0;-0;;@", "0", NUMBER),
        ('0;-0;"н/д"', "0", REFUSED),
        ('0;-0;"-"', "5", NUMBER),
        ('0;"нет"', "-5", REFUSED),
        ('0" тыс.";@', "-5", REFUSED),
        (BUILTIN_FORMATS[43], "0", NUMBER),
        (BUILTIN_FORMATS[41], "-5", NUMBER),
    ],
)
def test_the_section_of_the_value_counts(code, value, kind):
    assert _kind(code, value) is kind


def test_a_text_is_shown_by_the_section_for_texts():
    assert section_for('0" тыс."', None).kind is NUMBER
    assert section_for('@"%"', None).after == "%"
    assert section_for('0;-0;0;@" млн"', None).kind is REFUSED


def test_builtin_formats_that_are_dates_are_those_of_openpyxl():
    for code in BUILTIN_FORMATS.values():
        if "$" not in code:
            assert (_kind(code) is DATE) == is_date_format(code), code


# A format built from parts of known meaning, and what it means by the rules of the parts alone.
PADS = st.sampled_from(["", "_-", "_)", "* ", " ", '" "', "\\ ", "[Red]", "[$-419]"])
CORES = st.sampled_from(
    [
        ("0", 0),
        ("0.00", 0),
        ("#,##0.0", 0),
        ("# ##0", 0),
        (r"#\ ##0.##", 0),
        ("General", 0),
        ("0.0,", 1),
        ("#,##0,,", 1),
        ("0.00E+00", 0),
    ]
)
SIGNS = st.sampled_from([("", NUMBER), ("%", PERCENT), ('"%"', SIGNED), (r"\%", SIGNED)])
WORDS = st.sampled_from(["тыс.", "млн", "мың", "thousand", "₸", "$", "5", "0", "%%", "‰", "х"])


def _written(draw, text):
    return draw(st.sampled_from([f'"{text}"', "".join(f"\\{c}" for c in text)]))


@st.composite
def sections(draw):
    core, scaled = draw(CORES)
    sign, kind = draw(SIGNS)
    code = draw(PADS) + core + draw(PADS) + sign + draw(PADS)
    if scaled and kind is not NUMBER:
        return code, REFUSED
    if draw(st.booleans()):
        return code, kind
    word = _written(draw, draw(WORDS))
    return (word + code if draw(st.booleans()) else code + word), REFUSED


@limits(max_examples=500, deadline=None)
@given(st.lists(sections(), min_size=1, max_size=3), st.sampled_from(["5", "0", "-5"]))
def test_formats_of_known_parts_mean_what_their_parts_mean(made, value):
    code = ";".join(c for c, _ in made)
    sign = Decimal(value)
    at = 1 if sign < 0 and len(made) > 1 else 2 if sign == 0 and len(made) > 2 else 0
    assert _kind(code, value) is made[at][1], code


@limits(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["d", "dd", "mm", "mmm", "yyyy", "hh", "ss", "[h]"]), min_size=1),
    st.sampled_from([".", "/", " ", "-", ":", '" "', '"тыс."']),
)
def test_dates_are_dates_whatever_stands_between(parts, mark):
    code = mark.join(parts)
    assert _kind(code) is DATE
    if parts != ["[h]"] * len(parts):
        assert is_date_format(code)


@limits(max_examples=500, deadline=None)
@given(st.text('0#?.,%"\\ _*[];@eE+-/ymdhs$₸г1тыс>', max_size=14), st.integers(-9, 9))
def test_any_text_is_answered_as_a_format(code, value):
    assert section_for(code, Decimal(value)).kind in Kind
    assert all(s.kind in Kind for s in read_format(code))
