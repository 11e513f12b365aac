"""Sheets of experts' judgments."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from monotown.base.problems import InputError
from monotown.methods.weights.ahp import ahp_group
from monotown.methods.weights.judgments import judgment_kind, read_ahp, read_best_worst, read_budget, read_judgments

FOLDER = Path(__file__).parents[2] / "config" / "weights"


@pytest.fixture
def ahp_sheet() -> dict:
    return yaml.safe_load((FOLDER / "ahp_example.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def best_worst_sheet() -> dict:
    return yaml.safe_load((FOLDER / "best_worst_example.yaml").read_text(encoding="utf-8"))


def test_examples_are_marked_synthetic(ahp_sheet: dict, best_worst_sheet: dict) -> None:
    assert ahp_sheet["kind"] == best_worst_sheet["kind"] == "synthetic"


def test_ahp_example(ahp_sheet: dict) -> None:
    found = read_ahp(ahp_sheet, "ahp.yaml")
    one = np.array([[1, 1, 3, 2], [1, 1, 3, 2], [1 / 3, 1 / 3, 1, 1 / 2], [1 / 2, 1 / 2, 2, 1]])
    two = np.array([[1, 1 / 2, 2, 1], [2, 1, 3, 2], [1 / 2, 1 / 3, 1, 1 / 2], [1, 1 / 2, 2, 1]])
    group = ahp_group([one, two])
    assert list(found.global_weights) == ["B1", "B2", "B3", "B4"]
    assert list(found.global_weights.values()) == pytest.approx(group.joint.weights)
    assert (found.nodes["scientific_potential"].consistency_ratios < 0.1).all()


def test_ahp_faults_come_together(ahp_sheet: dict) -> None:
    sheet = copy.deepcopy(ahp_sheet)
    sheet["kind"] = "offical"
    sheet["author"] = "x"
    with pytest.raises(InputError) as caught:
        read_ahp(sheet, "a.yaml")
    assert [p.where for p in caught.value.problems] == ["author", "kind"]
    sheet = copy.deepcopy(ahp_sheet)
    node = sheet["experts"]["expert_1"]["scientific_potential"]
    node[0] = ["B1", "B5", 1]
    node[1] = ["B1", "B3", "often"]
    node[2] = ["B1", "B4", 12]
    node[3] = ["B2", "B3"]
    node[4] = ["B4", "B3", 2]
    sheet["experts"]["expert_2"] = {"potential": []}
    sheet["experts"]["expert_3"] = 5
    with pytest.raises(InputError) as caught:
        read_ahp(sheet, "a.yaml")
    where = "experts.expert_1.scientific_potential"
    assert [(p.where, p.found) for p in caught.value.problems[:5]] == [
        (f"{where}[0]", "B5"),
        (f"{where}[1]", "often"),
        (f"{where}[2]", "12"),
        (f"{where}[3]", "['B2', 'B3']"),
        (f"{where}[5]", "B3, B4"),
    ]
    assert caught.value.problems[-1].where == "experts.expert_3"
    assert caught.value.problems[-2].where == "experts.expert_2.potential"
    # B1-B2, B2-B3 and B2-B4 are left without a judgment; those of B1-B3 and B1-B4 are told as they stand.
    assert str(caught.value).count("a judgment of") == 3


def test_ahp_inconsistent_sheet_names_the_judgment(ahp_sheet: dict) -> None:
    ahp_sheet["experts"]["expert_1"]["scientific_potential"][1] = ["B1", "B3", "1/9"]
    with pytest.raises(InputError, match="expert_1, node scientific_potential, B1 against B3"):
        read_ahp(ahp_sheet, "a.yaml")


@pytest.mark.parametrize("content", [None, [], {"kind": "synthetic", "tree": {}, "experts": {}}])
def test_ahp_sheets_that_are_none(content) -> None:
    with pytest.raises(InputError):
        read_ahp(content, "a.yaml")


def test_ahp_tree_that_is_none(ahp_sheet: dict) -> None:
    ahp_sheet["tree"]["lost"] = ["x", "y"]
    with pytest.raises(InputError, match="one root"):
        read_ahp(ahp_sheet, "a.yaml")


def test_best_worst_example(best_worst_sheet: dict) -> None:
    found = read_best_worst(best_worst_sheet, "b.yaml")
    # Expert 2 is fully consistent: 4 : 2 : 1 : 2.
    assert found.experts["expert_2"].weights == pytest.approx(np.array([4, 2, 1, 2]) / 9, abs=1e-7)
    # So is expert 1: 3 : 6 : 1 : 2.
    assert found.experts["expert_1"].weights == pytest.approx(np.array([3, 6, 1, 2]) / 12, abs=1e-7)
    assert found.weights == pytest.approx((np.array([4, 2, 1, 2]) / 9 + np.array([3, 6, 1, 2]) / 12) / 2, abs=1e-7)


def test_best_worst_faults_come_together(best_worst_sheet: dict) -> None:
    one, two = best_worst_sheet["experts"].values()
    one["best_to_others"]["B1"] = "two"
    del one["others_to_worst"]["B4"]
    one["wurst"] = "B3"
    two["best_to_others"]["B2"] = 11
    best_worst_sheet["experts"]["expert_3"] = {"best": "B1"}
    with pytest.raises(InputError) as caught:
        read_best_worst(best_worst_sheet, "b.yaml")
    assert [p.where for p in caught.value.problems] == [
        "experts.expert_1.wurst",
        "experts.expert_1.best_to_others.B1",
        "experts.expert_1.others_to_worst.B4",
        "experts.expert_2: best to others, B2",
        "experts.expert_3.worst",
        "experts.expert_3.best_to_others",
        "experts.expert_3.others_to_worst",
    ]
    with pytest.raises(InputError) as caught:
        read_best_worst({"kind": "x", "indicators": ["a"], "experts": []}, "b.yaml")
    assert [p.where for p in caught.value.problems] == ["kind", "indicators", "experts"]


def test_budget_example() -> None:
    table = pd.read_csv(FOLDER / "budget_example.csv", dtype=str, keep_default_na=False)
    names, found = read_budget(table, "budget.csv")
    assert names == ["B1", "B2", "B3", "B4"]
    assert found.weights == pytest.approx([85 / 300, 105 / 300, 40 / 300, 70 / 300])


def test_budget_faults() -> None:
    table = pd.DataFrame({"expert": ["A", "A"], "B1": ["60,5", "x"], "B2": ["39,5", "50"]})
    with pytest.raises(InputError) as caught:
        read_budget(table, "b.csv")
    assert [p.where for p in caught.value.problems] == ["line 3, column expert", "line 3, column B1"]
    with pytest.raises(InputError, match=r"b\.csv, expert B: found 'a sum of 90 points'"):
        read_budget(pd.DataFrame({"expert": ["B"], "B1": ["60"], "B2": ["30"]}), "b.csv")
    with pytest.raises(InputError, match="expert and indicators"):
        read_budget(pd.DataFrame({"name": ["B"]}), "b.csv")
    with pytest.raises(InputError, match="at least one expert"):
        read_budget(pd.DataFrame({"expert": [], "B1": []}), "b.csv")


def test_kind_of_the_judgments(ahp_sheet: dict) -> None:
    table = pd.read_csv(FOLDER / "budget_example.csv", dtype=str, keep_default_na=False)
    assert judgment_kind(ahp_sheet, "a.yaml") == judgment_kind(table, "b.csv") == "synthetic"
    for wrong, found in (
        ({}, "nothing"),
        (None, "nothing"),
        ({"kind": "true"}, "true"),
        (table.assign(kind=["official", "official", "synthetic"]), "official, synthetic"),
    ):
        with pytest.raises(InputError) as caught:
            judgment_kind(wrong, "f")
        assert caught.value.problems[0].found == found


def test_judgments_of_every_scheme_are_read_alike(ahp_sheet: dict, best_worst_sheet: dict) -> None:
    table = pd.read_csv(FOLDER / "budget_example.csv", dtype=str, keep_default_na=False)
    sheets = {"ahp": ahp_sheet, "best_worst": best_worst_sheet, "budget_allocation": table}
    for scheme, sheet in sheets.items():
        names, weights = read_judgments(scheme, sheet, "f")
        assert names == ["B1", "B2", "B3", "B4"]
        assert weights.sum() == pytest.approx(1)
        assert names[int(np.argmin(weights))] == "B3"
    with pytest.raises(InputError, match=r"found 'no table'; expected a table \(.csv\)"):
        read_judgments("budget_allocation", ahp_sheet, "f")
