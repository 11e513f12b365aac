"""Estimates of a survey as figures of a run on own data."""

import numpy as np
import pandas as pd
import pytest
from towns_support import ROOT, configs, settings

from monotown.base.tables import OBSERVATIONS
from monotown.data.workbooks.derive import Survey, make_run, sources_rows, survey_sheet
from monotown.data.workbooks.findings import ERROR
from monotown.data.workbooks.grid import Sheet
from monotown.workflow import read_yaml, write_table
from monotown.workflow.towns import read_survey

LABEL = {"en": "Survey", "ru": "Опрос", "kk": "Сауалнама"}
SECTION = {
    "files": [],
    "kind": "synthetic",
    "language": "en",
    "source": {"title": {"en": "a", "ru": "b", "kk": "c"}, "publisher": "p", "licence": "l"},
}


def survey(kind="synthetic"):
    rows = [
        ("KZRDD", 2020, "life_satisfaction", 61.123456789012345, ""),
        ("KZRDD", 2020, "self_living_standard", np.nan, "confidential"),
        ("NEWTOWN", 2020, "life_satisfaction", 40.0, ""),
    ]
    seen = pd.DataFrame(rows, columns=["unit", "year", "variable", "value", "flag"]).assign(
        unit_of_measure="0 to 100", kind=kind, source="s1", locator="population residents"
    )
    names = {"NEWTOWN": {"en": "New town", "ru": "Новый город", "kk": "Жаңа қала"}}
    return Survey("s1", LABEL, "results/s1/observations.csv", seen[list(OBSERVATIONS.columns)], names)


def run(*sheets, kind="synthetic", fed=None, **more):
    views = read_yaml(ROOT / "config/examples/own_views.yaml")
    section = {**SECTION, "kind": kind, "files": [s.file for s in sheets]}
    return make_run(
        list(sheets), [], settings(kind=kind, **more), {**configs(), "views": views}, section, fed or survey()
    )


def test_estimates_are_figures_to_the_last_bit_with_their_own_source():
    made = run(Sheet("t.csv", "", [["town", "year", "researchers"], ["Ridder", "2020", "5"]]))
    assert [f for f in made.findings if f.severity == ERROR] == []
    seen = made.observations.set_index(["unit", "variable"])
    assert seen.loc[("KZRDD", "life_satisfaction"), "value"] == 61.123456789012345
    assert seen.loc[("NEWTOWN", "life_satisfaction"), "source"] == "s1"
    assert seen.loc[("KZRDD", "researchers"), "source"] == "own_workbook"
    hidden = seen.loc[("KZRDD", "self_living_standard")]
    assert np.isnan(hidden["value"])
    assert hidden["flag"] == "confidential"
    assert made.configs["sources"]["s1"]["title"] == LABEL
    assert made.configs["units"]["NEWTOWN"]["ru"] == "Новый город"
    assert made.configs["units"]["sets"]["workbook"] == ["KZRDD", "NEWTOWN"]
    assert set(made.observations["kind"]) == {"synthetic"}


def test_a_survey_alone_is_enough_and_a_narrow_set_of_units_takes_its_towns():
    made = run(units="monotowns")
    assert [f for f in made.findings if f.severity == ERROR] == []
    assert "own_workbook" not in made.configs["sources"]
    table = sources_rows(
        pd.DataFrame(columns=["id", "title", "file", "publisher", "licence", "kind", "source", "rows", "sha256"]),
        made.observations,
        SECTION,
        [b"x"],
        survey(),
    )
    assert table[["id", "rows"]].to_numpy().tolist() == [["s1", 3]]


@pytest.mark.parametrize(("kind", "made_up"), [("official", "synthetic"), ("synthetic", "official")])
def test_a_survey_of_another_kind_stops_the_run(kind, made_up):
    made = run(kind=kind, fed=survey(made_up))
    told = [f for f in made.findings if f.code == "other_kind"]
    assert [(f.cell, f.found, dict(f.values)["kind"]) for f in told] == [("F2", made_up, kind)]
    assert told[0].severity == ERROR


def test_a_table_of_made_up_rows_cannot_be_given_as_official():
    rows = survey_sheet(survey()).rows
    made = run(Sheet("copied.csv", "", rows), kind="official", fed=survey("official"))
    assert ("other_kind", "copied.csv") in [(f.code, f.file) for f in made.findings]


def test_what_workbook_and_survey_both_give_is_said():
    sheet = Sheet("t.csv", "", [["town", "year", "life_satisfaction"], ["Ridder", "2020", "50"]])
    assert ("repeated", "D2") in [(f.code, f.cell) for f in run(sheet).findings]


def test_the_survey_of_a_run_is_read_from_its_files(tmp_path):
    assert read_survey([]) is None
    write_table(survey().observations, tmp_path / "o.csv", OBSERVATIONS)
    found = read_survey([str(ROOT / "config/parts/survey/demo.yaml"), str(tmp_path / "o.csv")])
    assert found is not None
    assert found.id == "survey-demo"
    assert set(found.units) == {"DEMO_A", "DEMO_B"}
