"""Other readings of a view's indicators: the same units, ranked twice."""

import copy
from dataclasses import replace

import pandas as pd
import pytest
from test_catalogue import config
from test_indicators import NOTHING, catalogue, measure, observations, view

from monotown.base.problems import InputError
from monotown.index.build import score_table
from monotown.index.catalogue import check_catalogue
from monotown.index.indicators import compute_indicators
from monotown.index.prepare import prepare, reading_views
from monotown.index.readings import READING_RANKS, reading_ranks

FIGURES = {
    "A": {"staff": 9.0, "pay": 1.0, "other_pay": 5.0},
    "B": {"staff": 5.0, "pay": 5.0, "other_pay": 1.0},
    "C": {"staff": 1.0, "pay": 9.0, "other_pay": "confidential"},
    "D": {"staff": 2.0, "pay": 2.0, "other_pay": 9.0},
}


def given(readings: dict):
    measures = {m: measure(m) | {"goalposts": [0, 10]} for m in FIGURES["A"]}
    whole = view("now", [2022], "staff")
    whole["tree"]["children"].append({"id": "B2", "children": [{"measure": "pay"}]})
    whole |= {"readings": readings, "minimum_coverage": {"block": 0.5}, "beside": ["other_pay"]}
    known = catalogue(measures, {"v": whole})
    known.sets["now"] = list(FIGURES)
    known.sets["three"] = ["A", "B", "C"]
    rows = [(u, 2022, v, x) for u, values in FIGURES.items() for v, x in values.items()]
    return observations(rows), NOTHING, known, "v"


def test_units_are_ranked_twice_among_those_that_have_both_scores():
    found = reading_ranks(*given({"other": {"label": {}, "children": {"B2": ["other_pay"]}}}))
    READING_RANKS.validate(found)
    # C has no figure of the other reading; its own score, 0.5, would be third
    by_hand = {"A": (0.5, 2, 0.7, 1), "B": (0.5, 2, 0.3, 3), "D": (0.2, 3, 0.55, 2)}
    own = {"A": 1.5, "B": 1.5, "D": 3.0}
    columns = ["own_score", "own_rank", "score", "rank", "rank_shift", "n_units"]
    assert found.set_index("unit")[columns].to_dict("index") == {
        unit: pytest.approx(
            {
                "own_score": 100 * mine,
                "own_rank": own[unit],
                "score": 100 * other,
                "rank": place,
                "rank_shift": place - own[unit],
                "n_units": 3,
            }
        )
        for unit, (mine, _, other, place) in by_hand.items()
    }


def test_a_reading_that_changes_nothing_moves_nothing_and_its_units_are_its_own():
    found = reading_ranks(*given({"same": {"label": {}, "units": "three", "children": {"B2": ["pay"]}}}))
    assert list(found["unit"]) == ["A", "B", "C"]
    assert (found["rank_shift"] == 0).all()
    assert (found["score"] == found["own_score"]).all()


def test_a_view_without_other_readings_has_no_row():
    observed, constant, known, name = given({})
    assert reading_ranks(observed, constant, known, name).empty


def test_every_node_of_a_reading_is_in_the_tree():
    tree = {"id": "index", "children": [{"measure": "a"}]}
    with pytest.raises(LookupError, match="no node pay, staff"):
        reading_views({"tree": tree, "readings": {"r": {"children": {"pay": ["b"], "staff": []}}}})


def wrong(change) -> list[str]:
    parts = {n: config(n) for n in ("indicators", "measures", "views", "variables", "units")}
    views = copy.deepcopy(parts["views"].content)
    change(views["potential_2022"])
    parts["views"] = type(parts["views"])("views.yaml", views)
    with pytest.raises(InputError) as error:
        check_catalogue(**parts)
    return [str(p) for p in error.value.problems]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"beside": ["docters"]}, "docters"),
        ({"beside": ["phd_per_100k"]}, "that its tree does not have"),
        ({"readings": {"r": {"children": {"rd_fundings": ["internet"]}}}}, "no node rd_fundings"),
        ({"readings": {"r": {"children": {"rd_funding": ["internets"]}}}}, "internets"),
        ({"readings": {"r": {"units": "regions", "children": {"rd_funding": ["internet"]}}}}, "'regions'"),
    ],
)
def test_wrong_names_of_measures_nodes_and_units_are_told_at_the_door(change, told):
    found = wrong(lambda entry: entry.update(change))
    assert any(told in line for line in found), found


def test_measures_beside_an_index_are_computed_and_change_no_score():
    observed, constant, known, name = given({})
    scores = {}
    for beside in ([], ["other_pay"]):
        config = known.views[name] | {"beside": beside}
        tried = replace(known, views={name: config})
        table = compute_indicators(observed, constant, tried).table
        assert set(table["measure"]) == {"staff", "pay", *beside}
        scores[len(beside)] = score_table(prepare(table, name, config, known.measures))
    columns = ["unit", "node", "score", "rank"]
    pd.testing.assert_frame_equal(scores[0][columns], scores[1][columns])
