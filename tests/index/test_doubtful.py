"""Scores with doubtful values kept, cut and left out, against indices built by hand."""

import numpy as np
import pandas as pd
import pytest

from monotown.base.tables import columns_of
from monotown.data.plausible import DOUBTFUL
from monotown.index.build import build_index
from monotown.index.doubtful import DOUBT_EFFECTS, doubt_effects

MEASURES = {m: {"direction": 1, "goalposts": [0, 10]} for m in ("staff", "pay")}
CONFIG = {"kind": "official", "tree": {"id": "index", "children": [{"measure": "staff"}, {"measure": "pay"}]}}


def indicators(**changed) -> pd.DataFrame:
    rows = [(u, m, v) for u, s, p in [("A", 4, 1), ("B", 3, 3), ("C", 6, 8)] for m, v in (("staff", s), ("pay", p))]
    table = pd.DataFrame(rows, columns=["unit", "measure", "value"]).astype({"value": float})
    for unit, value in changed.items():
        table.loc[(table["unit"] == unit) & (table["measure"] == "pay"), "value"] = value
    return table.assign(view="v", year=2022, kind="official", source="s")


def doubts(*rows) -> pd.DataFrame:
    words = dict.fromkeys(["quantity", "quantity_ru", "quantity_kk"], "q")
    words |= dict.fromkeys(["reason", "reason_ru", "reason_kk"], "r")
    frame = pd.DataFrame(
        [
            {
                "view": view,
                "unit": unit,
                "year": 2022,
                "measure": "pay",
                "figure": value,
                "side": "low",
                "bound": bound,
                "unit_of_measure": "u",
                "value": value,
                "at_bound": bound,
                "outside": "keep",
                "used": value,
                "kind": "official",
                "source": "s",
                **words,
            }
            for view, unit, value, bound in rows
        ],
        columns=columns_of(DOUBTFUL, [*DOUBTFUL.columns, *words]),
    )
    return DOUBTFUL.validate(frame)


def whole(table):
    scores = build_index(table, "v", CONFIG, MEASURES).scores
    return scores[scores["node"] == "index"].set_index("unit")[["score", "rank"]]


def test_each_treatment_is_the_index_of_a_table_so_changed():
    found = doubt_effects(doubts(("v", "A", 1.0, 5.0), ("w", "B", 1.0, 2.0)), indicators(), "v", CONFIG, MEASURES)
    DOUBT_EFFECTS.validate(found)
    (row,) = found.to_dict("records")
    for done, value in (("keep", 1.0), ("cut", 5.0), ("leave_out", np.nan)):
        score, rank = whole(indicators(A=value)).loc["A"]
        assert (row[f"score_{done}"], row[f"rank_{done}"]) == pytest.approx((score, rank))
    assert [row[f"rank_{d}"] for d in ("keep", "cut", "leave_out")] == [3, 2, 2]


@pytest.mark.parametrize(
    "change", [{"aggregation": "copeland"}, {"aggregation": "topsis"}, {"missing": "refuse"}], ids=str
)
def test_a_tree_that_needs_every_value_has_no_score_without_one(change):
    config = {**CONFIG, "tree": {**CONFIG["tree"], **change}}
    config["tree"].pop("floor", None)
    found = doubt_effects(doubts(("v", "A", 1.0, 5.0)), indicators(), "v", config, MEASURES)
    assert found["score_keep"].notna().all()
    assert found["score_leave_out"].isna().all()


@pytest.mark.parametrize("used", [1.0, 5.0, np.nan])
def test_what_the_index_was_given_does_not_matter(used):
    given = doubts(("v", "A", 1.0, 5.0))
    once = doubt_effects(given, indicators(), "v", CONFIG, MEASURES)
    again = doubt_effects(given, indicators(A=used), "v", CONFIG, MEASURES)
    pd.testing.assert_frame_equal(once, again)


def test_no_doubt_and_no_value_left():
    nothing = doubt_effects(doubts(), indicators(), "v", CONFIG, MEASURES)
    assert nothing.empty
    every = doubts(*(("v", u, 1.0, 5.0) for u in "ABC"))
    found = doubt_effects(every, indicators(), "v", CONFIG, MEASURES)
    assert found["score_leave_out"].isna().all()
    assert found["rank_leave_out"].isna().all()
    assert found["score_keep"].notna().all()
