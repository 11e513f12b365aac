"""Equal weights by block, indicator and type."""

from fractions import Fraction

import pytest

from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.fixed import equal_by_block, equal_by_indicator, equal_by_type

PAPER = ["B1"] * 7 + ["B2"] * 4 + ["B3"] * 4 + ["B4"] * 12
TYPES = {"B1": "statistical", "B2": "statistical", "B3": "sociological", "B4": "sociological"}


def test_the_three_baselines_of_the_paper_s_27_indicators_differ() -> None:
    by_block = equal_by_block(PAPER)
    assert [Fraction(v).limit_denominator(100) for v in by_block[[0, 7, 11, 15]]] == [
        Fraction(1, 28),
        Fraction(1, 16),
        Fraction(1, 16),
        Fraction(1, 48),
    ]
    by_indicator = equal_by_indicator(27)
    by_type = equal_by_type(PAPER, TYPES)
    # Statistical share (B1 and B2): 50%, 41%, 50%.
    assert by_block[:11].sum() == pytest.approx(0.5)
    assert by_indicator[:11].sum() == pytest.approx(11 / 27)
    assert by_type[:11].sum() == pytest.approx(0.5)
    assert by_type[0] == pytest.approx(1 / 22)
    assert by_type[26] == pytest.approx(1 / 32)
    for w in (by_block, by_indicator, by_type):
        assert w.sum() == pytest.approx(1)


def test_one_type_alone_is_equal_by_indicator() -> None:
    assert equal_by_type(["B1", "B1", "B2"], TYPES) == pytest.approx(equal_by_indicator(3))


def test_refusals() -> None:
    with pytest.raises(InadmissibleError, match="block B5"):
        equal_by_type(["B1", "B5"], TYPES)
    with pytest.raises(ValueError, match="at least one"):
        equal_by_block([])
    with pytest.raises(ValueError, match="at least one"):
        equal_by_indicator(0)
