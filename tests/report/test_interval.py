"""An estimate with its interval: places on one axis, in the order of the numbers."""

import pandas as pd
import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.report.interval import piece
from monotown.report.pieces import Given


def drawn(language, **row):
    row = {"direction": "forward", "estimate": 0.08, "low": -0.2, "high": 0.4, "sesoi": 0.1, "kind": "official"} | row
    table = pd.DataFrame([row, {**row, "direction": "reverse", "low": -9.0}])
    labels = Labels(language, project_texts("common", "interval"))
    return piece(Given({"hypothesis/verdict": table}, labels, "forward", "index", False))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("low", "estimate", "high"), [(-0.2, 0.08, 0.4), (0.01, 0.02, 0.03), (-3.0, -2.0, -1.0)])
def test_places_keep_the_order_and_the_distance_of_the_numbers(language, low, estimate, high):
    made = drawn(language, low=low, estimate=estimate, high=high)
    at = made["at"]
    assert 0 < at["low"] <= at["estimate"] <= at["high"] < made["width"]
    assert at["zero"] == made["width"] / 2
    assert (at["estimate"] - at["zero"]) * 0.1 == pytest.approx((at["least"] - at["zero"]) * estimate, abs=0.1)
    assert all(text in made["says"] for text in made["numbers"].values())
    assert made["kinds"] == ["official"]
