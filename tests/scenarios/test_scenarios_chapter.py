from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monotown.scenarios.chapter import (
    change_table,
    consistency_table,
    factor_table,
    shock_table,
    structure_table,
    target_table,
)

KIND = {"kind": "official", "source": "s"}


def three(text):
    return {"en": text, "ru": f"{text}-ru", "kk": f"{text}-kk"}


def test_a_key_factor_stands_high_by_two_signs_of_three():
    ranks = {
        "a": {"gradient": 1, "drop_one": 3, "expert": 1},
        "b": {"gradient": 2, "drop_one": 1, "expert": 3},
        "c": {"gradient": 3, "drop_one": 2, "expert": 2},
    }
    rows = [
        ("measure", name, evidence, "v", unit, 10.0 - place, float(place))
        for name, places in ranks.items()
        for evidence, place in places.items()
        for unit in ("all", "X")
    ]
    columns = ["factor_kind", "factor", "evidence", "view", "unit", "value", "rank"]
    table = factor_table(pd.DataFrame(rows, columns=columns).assign(**KIND))
    # one of three is the upper third: only the first counts
    assert table.set_index("measure")["key"].to_dict() == {"a": True, "b": False, "c": False}
    assert table["measure"].tolist() == ["a", "b", "c"]
    assert table.loc[0, "gradient"] == 9.0
    assert table["step"].isna().all()


def test_a_hierarchy_has_the_worst_ratio_of_its_nodes():
    structure = pd.DataFrame(
        {
            "hierarchy": ["h", "h", "g"],
            "node": ["index", "x", "index"],
            "parent": ["", "index", ""],
            "depth": [2, 1, 1],
            "leaves": [4, 3, 2],
            "herfindahl": 0.3,
            "gini": 0.2,
            "entropy": 0.9,
            "top_leaf": "m",
            "top_share": 0.5,
            "consistency_ratio": [0.01, 0.07, np.nan],
            **KIND,
        }
    )
    files = {"h": {"stands_for": three("people")}, "g": {"stands_for": three("flat")}}
    table = structure_table(structure, files, ["g", "h"])
    assert table["hierarchy"].tolist() == ["g", "h"]
    assert table["nodes"].tolist() == [1, 2]
    assert table["consistency_ratio"].tolist()[1] == 0.07
    assert table["stands_for_kk"].tolist() == ["flat-kk", "people-kk"]


def test_shocks_stand_as_in_their_files():
    files = {
        "calm": {"shocks": []},
        "storm": {
            "shocks": [
                {
                    "measure": "a",
                    "size": -1,
                    "in": "absolute",
                    "start": 2024,
                    "full": 2025,
                    "range": [-2, 0],
                    "probability": 0.5,
                },
                {"measure": "b", "size": 0.1, "in": "relative", "start": 2024, "full": 2025, "sd": 0.05},
                {"measure": "c", "size": 0.1, "in": "relative", "start": 2024, "full": 2025},
            ]
        },
    }
    table = shock_table(files, ["calm", "storm"])
    assert table["spread"].tolist() == ["\u22122; 0", "\u00b1 0.05", ""]
    assert table["probability"].tolist() == [0.5, 1.0, 1.0]
    assert set(table["kind"]) == {"assumed"}
    assert shock_table(files, ["calm"]).empty


def test_changes_of_the_last_year_with_a_column_a_hierarchy():
    consequences = pd.DataFrame(
        [
            (h, s, "X", y, change, 0.1 * (h == "g"))
            for h, factor in (("h", 1.0), ("g", 2.0))
            for s, size in (("calm", 0.0), ("storm", -0.1))
            for y, change in ((2022, 0.0), (2030, factor * size))
        ],
        columns=["hierarchy", "scenario", "unit", "year", "change", "clipped"],
    ).assign(**KIND)
    regret = pd.DataFrame(
        {"unit": "X", "scenario": ["calm", "storm"], "largest_regret": [0.0, 0.2], "minimax": [True, False]}
    )
    best = pd.DataFrame(
        [("both", h, s, "X", share) for h in "hg" for s, share in (("calm", 0.75), ("storm", 0.25))]
        + [("sizes", "h", "calm", "X", 0.0)],
        columns=["random", "hierarchy", "scenario", "unit", "share"],
    )
    crossing = pd.DataFrame(
        [(h, s, "X", d) for h, d in (("g", 0.1), ("h", -0.1)) for s in ("calm", "storm")],
        columns=["hierarchy", "scenario", "unit", "distance"],
    )
    tables = {"consequences": consequences, "regret": regret, "best_share": best, "crossing": crossing}
    table = change_table(tables, ["X"], ["g", "h"], ["storm", "calm"])
    assert table.columns.tolist()[:4] == ["unit", "scenario", "g", "h"]
    assert table.loc[0, ["g", "h"]].tolist() == [-0.2, -0.1]
    assert table["best_share"].tolist() == [0.25, 0.75]
    assert table["minimax"].tolist() == [False, True]
    assert table["clipped"].tolist() == [0.1, 0.1]
    assert table["distance"].tolist() == [-0.1, -0.1]


def test_targets_span_the_hierarchies():
    crossing = pd.DataFrame(
        [
            ("h", "s", "X", "rises", 2027.0, 0.02),
            ("h", "s", "Y", "below", np.nan, -0.3),
            ("g", "s", "X", "rises", 2025.0, 0.01),
            ("g", "s", "Y", "rises", 2029.0, 0.1),
        ],
        columns=["hierarchy", "scenario", "unit", "state", "year", "distance"],
    ).assign(**KIND)
    row = target_table(crossing, ["s"]).iloc[0]
    assert row[["rises_least", "rises", "falls", "earliest"]].tolist() == [1, 2, 0, 2025.0]


def test_what_beats_what_is_told_in_words():
    cross = {"descriptors": {"staff": {"label": three("staff"), "states": {"up": three("up"), "down": three("down")}}}}
    consistency = pd.DataFrame(
        {
            "combination": ["staff: up", "staff: down"],
            "scenario": ["", "a; b"],
            "consistent": [True, False],
            "why": ["", "staff: down -1 < up 3"],
            **KIND,
        }
    )
    table = consistency_table(consistency, cross, ["b"])
    assert table["states_ru"].tolist() == ["staff-ru: down-ru"]
    assert table["why_en"].tolist() == ["staff: down (\u22121) < up (3)"]
    assert table["consistent"].tolist() == [False]
    with pytest.raises(IndexError):
        consistency_table(consistency, cross, ["c"])
