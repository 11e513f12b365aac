"""The paper's tables recomputed: golden cells, digit for digit, and the summary."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from monotown.claims.finding import NotPrinted
from monotown.paper import tables
from monotown.paper.published import Published
from monotown.show.prose import FACTS
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
AUDIT = json.loads((ROOT / "tests" / "golden" / "audit.json").read_text(encoding="utf-8"))
Change = Callable[..., Published]


def test_table1(published: Published) -> None:
    table = tables.table1(published)
    assert len(table) == 10
    assert set(table["match"]) == {"yes"}
    assert (table["printed"] == table["recomputed"]).all()
    assert (table["half_up"] == table["half_even"]).all()
    for year in (2017, 2018):
        mine = table[(table["year"] == year) & (table["quantity"] == "share")]
        assert [float(x.replace(",", ".")) for x in mine["recomputed"]][:3] == [
            float(x) for x in AUDIT[f"t1_{year}"]["shares"]
        ]
        whole = table[(table["year"] == year) & (table["quantity"] == "total")]
        assert whole["exact"].to_list() == [AUDIT[f"t1_{year}"]["total"]]
    assert (table["truncated"] != table["printed"]).sum() == 3
    assert set(table["locator"]) == {"line 110", "line 112", "line 114", "line 116"}


def test_table1_marks_a_wrong_digit(with_cell: Change) -> None:
    table = tables.table1(with_cell("table1", 1, "share_2018", "42,30"))
    wrong = table[table["match"] == "no"]
    assert wrong[["organisation", "year", "printed", "recomputed"]].to_numpy().tolist() == [
        ["Scientific Design Institute", 2018, "42,30", "42,31"]
    ]


def test_table2(published: Published, with_cell: Change) -> None:
    table = tables.table2(published).set_index("quantity")
    assert table.loc["degree_holders", "people"] == 50
    assert table.loc["degree_share", "recomputed"] == table.loc["degree_share", "printed"] == "43,10"
    assert table["match"].to_dict() == {
        "teaching_staff": "none",
        "doctors_of_science": "none",
        "doctors_phd": "none",
        "candidates_of_science": "none",
        "degree_holders": "derived",
        "degree_share": "yes",
    }
    wrong = tables.table2(with_cell("table2", 0, "teaching_staff", "117")).set_index("quantity")
    assert wrong.loc["degree_share", ["recomputed", "match"]].to_list() == ["42,74", "no"]


def test_table3(published: Published, with_cell: Change) -> None:
    table = tables.table3(published).set_index("year")
    assert table["readings"].to_dict() == {
        2009: AUDIT["grim_counts_20_500"]["49.24"],
        2014: AUDIT["grim_counts_20_500"]["49.14"],
        2019: AUDIT["grim_counts_20_500"]["43.10"],
    }
    assert table["match"].to_dict() == {2009: "none", 2014: "derived", 2019: "yes"}
    assert table.loc[2014, ["degree_holders", "staff", "recomputed"]].to_list() == [86, 175, "49,14"]
    assert pd.isna(table.loc[2009, "degree_holders"])
    wrong = tables.table3(with_cell("table3", 2, "availability", "43,11")).set_index("year")
    assert wrong["match"].to_dict() == {2009: "none", 2014: "none", 2019: "no"}
    narrow = tables.table3(published, (20, 131)).set_index("year")
    assert narrow.loc[2009, "readings"] == 0


def _catalogue(published: Published) -> dict[str, dict[str, Any]]:
    return {
        f"indicator_{i.n}": {
            "block": i.block,
            "paper": {"text": i.words.text.capitalize() + ";", "lines": [i.words.line_from, i.words.line_to]},
            "label": {"en": f"E{i.n}", "ru": f"R{i.n}", "kk": f"K{i.n}"},
        }
        for i in reversed(published.indicators)
    }


def test_table4(published: Published) -> None:
    catalogue = _catalogue(published)
    table = tables.table4(published, catalogue)
    assert table["n"].to_list() == list(range(1, 28))
    assert set(table["match"]) == {"yes"}
    assert table.loc[3, ["indicator", "label_en", "label_kk"]].to_list() == ["indicator_4", "E4", "K4"]
    assert table.groupby("block").size().to_dict() == {"B1": 7, "B2": 4, "B3": 4, "B4": 12}
    catalogue["indicator_1"]["block"] = "B2"
    catalogue["indicator_2"]["paper"]["lines"] = [1, 2]
    catalogue["indicator_3"]["paper"]["text"] = "something else"
    changed = tables.table4(published, catalogue)
    assert changed["match"].to_list()[:4] == ["no", "no", "no", "yes"]
    assert changed.loc[2, "indicator"] == ""


def test_catalogue_of_the_project(published: Published) -> None:
    catalogue = read_part("indicators", ROOT)["indicators"]
    table = tables.table4(published, catalogue)
    assert set(table["match"]) == {"yes"}
    assert table["indicator"].is_unique
    assert (table[["label_en", "label_ru", "label_kk"]] != "").all(axis=None)


def test_ratio_readings(published: Published) -> None:
    table = tables.ratio_readings(published)
    assert table[["rule", "before", "after", "difference"]].to_numpy().tolist() == [
        ["half_up", 86, 50, 36],
        ["half_even", 86, 50, 36],
        ["truncated", 86, 50, 36],
    ]
    assert table["ratio"].to_list() == [1.72] * 3


def test_no_pair_is_an_empty_table(with_cell: Change) -> None:
    table = tables.ratio_readings(with_cell("numbers_in_text", 10, "number", "0.72"))
    assert table.empty
    assert list(table.columns) == list(tables.RATIO_READINGS.columns)


def test_summary(published: Published, with_cell: Change) -> None:
    table = FACTS.validate(tables.summary(published))
    facts = dict(zip(table["fact"], table["value"], strict=True))
    assert float(facts.pop("size_shapley")) == pytest.approx(-AUDIT["decomp"]["shapley_scale"])
    assert float(facts.pop("share_shapley")) == pytest.approx(-AUDIT["decomp"]["shapley_share"])
    assert float(facts.pop("size_lmdi")) == pytest.approx(-AUDIT["decomp"]["lmdi_scale"])
    assert float(facts.pop("share_lmdi")) == pytest.approx(-AUDIT["decomp"]["lmdi_share"])
    assert facts == {
        "degrees_after": "50",
        "degrees_before": "86",
        "degrees_lost": "36",
        "ratio": "1.72",
        "readings_first": "12",
        "readings_least": "20",
        "readings_most": "500",
        "share_after": "0.4310",
        "share_before": "0.4914",
        "share_first": "0.4924",
        "staff_after": "116",
        "staff_before": "175",
        "year_after": "2019",
        "year_before": "2014",
        "year_first": "2009",
    }
    assert set(table["kind"]) == {"published"}
    with pytest.raises(NotPrinted):
        tables.summary(with_cell("table2", 0, "doctors_phd", "3"))


def test_schemas_hold(published: Published) -> None:
    for name in ("table1", "table2", "table3", "ratio_readings", "share_readings", "decomposition"):
        frame = getattr(tables, name)(published)
        schema = getattr(tables, name.upper())
        assert list(schema.validate(frame).columns) == list(schema.columns)
        assert frame["source"].str.startswith("paper_").all()
        assert (frame["kind"] == "published").all()
