"""Scores with doubtful values kept, cut and left out, against indices built by hand."""

import numpy as np
import pandas as pd
import pytest

from monotown.base.tables import columns_of
from monotown.data.jumps import JUMPS
from monotown.data.plausible import DOUBTFUL
from monotown.data.units import Merged
from monotown.index.build import build_index
from monotown.index.doubtful import (
    DOUBT_EFFECTS,
    JUMP_EFFECTS,
    doubt_effects,
    jump_effects,
    resting,
    to_print,
    with_effects,
)

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


# --- listed changes of series ---------------------------------------------------------------------

FORMULAS = {
    "staff": {"direction": 1, "goalposts": [0, 10], "formula": "lag(people, 1)"},
    "pay": {"direction": 1, "goalposts": [0, 10], "formula": "pay / nation(people)"},
}


def listed(*rows):
    made = pd.DataFrame(rows, columns=["unit", "variable", "year", "verdict"])
    fixed = {"unit_before": "", "quantity": "rates", "year_before": 2000, "year_after": 0, "before": 1.0, "value": 9.0}
    fixed |= {"after": np.nan, "unit_of_measure": "", "factor": 9.0, "least_factor": 9.0, "shape": "step", "jumps": 1}
    fixed |= dict.fromkeys(["border", "reason", "reason_source", "indices"], "")
    return JUMPS.validate(made.assign(**fixed, rank_shift=np.nan, kind="official", source="s")[list(_plain(JUMPS))])


def _plain(schema):
    return [c for c in schema.columns if "[" not in c]


def test_a_score_rests_on_the_later_figure_of_a_change_that_nobody_explained():
    jumps = listed(
        ("A", "people", 2021, "open"),
        ("A", "people", 2022, "none"),  # the nation's people of 2022 move every unit alike
        ("B", "pay", 2022, "explained"),
        ("C", "pay", 2022, "implausible"),
        ("C", "other", 2022, "open"),
    )
    config = {**CONFIG, "years": [2022]}
    rests = resting(jumps, config, FORMULAS, {"A", "B", "C"})
    assert sorted(rests[["unit", "year", "measure"]].to_numpy().tolist()) == [["A", 2022, "staff"], ["C", 2022, "pay"]]
    # a part moves the unit of constant borders that holds it
    merged = [Merged("AB", "A", ("A", "B"), 2020)]
    assert resting(jumps, config, FORMULAS, {"AB"}, merged)["unit"].tolist() == ["AB"]


def test_scores_without_them_are_those_of_a_table_without_them():
    jumps = listed(("A", "pay", 2022, "open"), ("C", "pay", 2022, "implausible"))
    config, before = {**CONFIG, "years": [2022]}, indicators()
    rests = resting(jumps, config, FORMULAS, {"A", "B", "C"})
    found = jump_effects(jumps, rests, before, "v", config, FORMULAS).set_index("unit")
    JUMP_EFFECTS.validate(found.reset_index()[[str(c) for c in JUMP_EFFECTS.columns]])
    kept, without = whole(indicators()), whole(indicators(A=np.nan, C=np.nan))
    assert list(found.index) == ["A", "C"]
    for unit, row in found.iterrows():
        assert row[["score", "rank"]].tolist() == pytest.approx(kept.loc[unit].tolist())
        assert row[["score_without", "rank_without"]].tolist() == pytest.approx(without.loc[unit].tolist(), nan_ok=True)
    pd.testing.assert_frame_equal(before, indicators())  # nothing of the index is changed
    told = with_effects(jumps, {"v": rests}, {"v": found.reset_index()})
    assert told["indices"].tolist() == ["v", "v"]
    shifts = (found["rank_without"] - found["rank"]).tolist()
    assert told["rank_shift"].tolist() == pytest.approx(shifts, nan_ok=True)


def test_nothing_rests_on_a_list_of_explained_changes():
    jumps = listed(("A", "pay", 2022, "explained"))
    config = {**CONFIG, "years": [2022]}
    rests = resting(jumps, config, FORMULAS, {"A", "B", "C"})
    found = jump_effects(jumps, rests, indicators(), "v", config, FORMULAS)
    assert found.empty
    assert to_print(with_effects(jumps, {"v": rests}, {"v": found})).empty
