"""A study whose figures stand in sources of its own; frames of every make; what its tables and names say."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import monotown as mt
from monotown.base.problems import InputError

ROOT = Path(__file__).resolve().parents[2]
INDICATORS = pd.DataFrame({"id": ["pay", "air"], "direction": [1, -1], "low": 0, "high": [10, 4]})
DATA = pd.DataFrame(
    {"unit": ["A", "B", "C"] * 2, "year": [2021] * 3 + [2022] * 3, "pay": range(6), "air": [1, 2, 4, 1, 2, 3]}
)

SOURCE = """title: {en: Towns}
publisher: Bureau
licence: free
kind: official
columns: [town, year, pay, air]
unit: {column: town, names: code, level: unit}
year: {column: year}
variable: {header: {pay: pay, air: air}}
"""


@pytest.fixture
def folder(tmp_path):
    """A study of its own with the same figures in a source beside its sheets."""
    made = tmp_path / "towns"
    (made / "raw").mkdir(parents=True)
    (made / "study.yaml").write_text("title: Towns\n", encoding="utf-8")
    INDICATORS.to_csv(made / "indicators.csv", index=False)
    (made / "units.csv").write_text("code\nA\nB\nC\n", encoding="utf-8")
    (made / "indices.csv").write_text("id,units,years\nindex,all,2021-2022\n", encoding="utf-8")
    (made / "raw" / "source.yaml").write_text(SOURCE, encoding="utf-8")
    DATA.rename(columns={"unit": "town"}).to_csv(made / "raw" / "raw.csv", index=False)
    return made


def test_a_study_of_sources_has_the_scores_of_its_frames(folder):
    found = mt.Study.read(folder).index().scores
    wanted = mt.Study(INDICATORS, DATA).index().scores
    pd.testing.assert_frame_equal(found[["unit", "year", "score"]], wanted[["unit", "year", "score"]])


def test_a_source_without_its_table_is_told_by_its_name(folder):
    (folder / "raw" / "raw.csv").unlink()
    with pytest.raises(InputError, match=r"raw/raw\.csv, file: found 'nothing'"):
        mt.Study.read(folder)


def test_a_study_without_any_figures_says_where_they_may_stand(folder):
    (folder / "raw" / "source.yaml").unlink()
    with pytest.raises(InputError, match=r"a sheet of data, a source\.yaml in the folder"):
        mt.Study.read(folder)


def test_judgments_of_a_study_of_sources_stand_in_files(folder):
    place = folder.as_posix()
    rows = 'id,units,years,weights\nindex,all,2021-2022,"scheme: {}; judgments: {}/{}"\n'
    (folder / "indices.csv").write_text(rows.format("ahp", place, "ahp.yaml"), encoding="utf-8")
    (folder / "ahp.yaml").write_text(
        "kind: assumed\ntree: {index: [pay, air]}\nexperts: {e: {index: [[pay, air, 3]]}}\n", encoding="utf-8"
    )
    index = mt.Study.read(folder).index()
    assert index.weights.set_index("measure")["global_weight"].to_dict() == pytest.approx({"pay": 0.75, "air": 0.25})
    (folder / "indices.csv").write_text(rows.format("budget_allocation", place, "raw/b.csv"), encoding="utf-8")
    (folder / "raw" / "b.csv").write_text("kind,expert,pay,air\nassumed,e,60,40\n", encoding="utf-8")
    index = mt.Study.read(folder).index()
    assert index.weights.set_index("measure")["global_weight"].to_dict() == pytest.approx({"pay": 0.6, "air": 0.4})


# --- frames ---------------------------------------------------------------------------------------


def test_a_heading_twice_is_refused():
    twice = pd.concat([DATA, DATA[["pay"]]], axis=1)
    with pytest.raises(InputError, match="data, column pay: found 'several'; expected each heading once"):
        mt.Study(INDICATORS, twice)


def test_no_indicators_are_refused():
    with pytest.raises(InputError, match="rows of indicators"):
        mt.Study(None, DATA)


def test_cells_of_a_frame_may_be_lists_mappings_truths_and_numbers_of_numpy():
    indicators = INDICATORS.assign(reads_as=[{"none": 0}, None])
    units = pd.DataFrame(
        {"code": ["A", "B", "C"], "aliases": [["Abay", "Abai"], [], []], "reference": [False, False, np.True_]}
    )
    data = pd.DataFrame(
        {"unit": ["Abai", "B", "C"], "pay": ["-", np.float64(5), 9], "air": np.array([1, 2, 3], dtype=object)}
    )
    study = mt.Study(indicators, data, units)
    assert study.content.measures["pay"].keys() >= {"formula"}
    assert study.content.variables["pay"]["reads_as"] == {"none": 0}
    assert study.content.sets == {"all": ["A", "B"]}
    assert study.content.units["A"]["aliases"] == ["Abay", "Abai"]
    assert study.index().scores.set_index("unit")["score"].to_dict() == {"A": 37.5, "B": 50.0}


def test_a_formula_that_is_none_and_a_column_that_nobody_knows_are_told_together():
    indicators = INDICATORS.assign(formula=["pay +", None])
    with pytest.raises(InputError) as stopped:
        mt.Study(indicators, DATA.assign(dust=1))
    assert "column dust" in str(stopped.value)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"years": "soon"}, "with_, years: found 'soon'; expected years, such as 2015-2020; 2022"),
        ({"years": "2021; soon"}, "with_, years: found '2021; soon'; expected years"),
        ({"years": 2021, "units": "nobody"}, "with_, units: found 'nobody'; expected one of: all"),
    ],
)
def test_years_and_units_that_are_none_are_refused(settings, told):
    with pytest.raises(InputError, match=told):
        mt.Study(INDICATORS, DATA).with_(**settings)


def test_one_year_of_several():
    scores = mt.Study(INDICATORS, DATA).with_(years=2022).index().scores
    assert set(scores["year"]) == {2022}


def test_totals_of_a_frame_are_noted():
    made = mt.Study(INDICATORS, DATA)
    total = pd.DataFrame({"unit": ["Total"], "year": 2022, "pay": 12, "air": 6})
    other = made.with_(data=pd.concat([DATA, total]))
    assert [(n.code, n.found) for n in other.content.notes] == [("rows_aside", "Total")]
    pd.testing.assert_frame_equal(other.index().scores, made.index().scores)


# --- tables and names -----------------------------------------------------------------------------


def test_each_table_of_an_index_is_a_frame_and_its_attribute():
    study = mt.Study(INDICATORS, DATA)
    index = study.index()
    assert repr(study) == "Study(3 units, 2 indicators, indices index)"
    assert repr(index).startswith("Index('index')\n")
    for name, table in (("contributions", index.contributions), ("normalised", index.normalised)):
        pd.testing.assert_frame_equal(table, index.frame(name))
    moved = index.contributions.groupby(["unit", "to_year"])["contribution"].sum()
    scores = index.scores.set_index(["unit", "year"])["score"].unstack()  # noqa: PD010
    np.testing.assert_allclose(moved.xs(2022, level="to_year"), scores[2022] - scores[2021])
    with pytest.raises(ValueError, match="table 'score': expected 'scores'"):
        index.frame("score")


def test_analyses_that_are_given_take_the_place_of_those_of_a_run():
    index = mt.Study(INDICATORS, DATA).index()
    given = {"mine": {"weights": {"law": "dirichlet"}}}
    sensitivity = index.sensitivity(draws=200, analyses=given)
    assert set(sensitivity.analysis("mine")["rank_intervals"]["unit"]) == {"A", "B", "C"}
    with pytest.raises(ValueError, match="analysis 'data': expected one of: mine"):
        sensitivity.analysis("data")
