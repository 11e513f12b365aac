"""The config of a run: its own words over the default's, and messages that name the right file."""

import copy
from pathlib import Path

import pytest

from monotown.base.problems import InputError
from monotown.workflow import read_yaml
from monotown.workflow.config import check_config, in_parts
from monotown.workflow.door import check_run
from monotown.workflow.settled import settled
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = read_yaml(ROOT / "config/config.yaml")
OWN = read_yaml(ROOT / "config/examples/own.yaml")


def test_without_a_run_file_it_is_the_default():
    before = copy.deepcopy(DEFAULT)
    assert settled(DEFAULT, {}) == DEFAULT
    settled(DEFAULT, OWN)["sensitivity"]["analyses"].clear()
    assert before == DEFAULT


@pytest.mark.parametrize("nothing", [None, []])
def test_an_analysis_or_an_input_of_one_is_dropped(nothing):
    run = {"sensitivity": {"analyses": {"data": nothing, "methods": {"leave_out": nothing}}}}
    analyses = settled(DEFAULT, run)["sensitivity"]["analyses"]
    assert set(analyses) == {"weights", "preferences", "methods"}
    assert set(DEFAULT["sensitivity"]["analyses"]["methods"]) - set(analyses["methods"]) == {"leave_out"}


def test_mappings_are_joined_and_lists_replace():
    run = {"sensitivity": {"draws": 500, "schemes": ["pca"], "enough": {"rank_error": 2}}}
    section = settled(DEFAULT, run)["sensitivity"]
    assert (section["draws"], section["schemes"]) == (500, ["pca"])
    assert section["enough"] == {**DEFAULT["sensitivity"]["enough"], "rank_error": 2}


def names(value):
    """Every key and text of a config."""
    if isinstance(value, dict):
        return {*value} | {n for v in value.values() for n in names(v)}
    if isinstance(value, list):
        return {n for v in value for n in names(v)}
    return {value}


@pytest.mark.parametrize("section", [None, {"draws": 500}])
def test_own_data_get_no_name_of_another_study(section):
    run = {k: v for k, v in OWN.items() if k != "sensitivity"}
    found = settled(DEFAULT, {**run, **({"sensitivity": section} if section else {})})
    views, measures = (read_part(k, ROOT) for k in ("views", "measures"))
    assert not names(found["sensitivity"]) & {*views, *measures}
    check_run(found, ROOT)


def test_sections_of_another_kind_do_not_stop_the_joining():
    assert settled(DEFAULT, {"sensitivity": 3})["sensitivity"] == 3


def test_own_data_keep_the_names_they_give():
    given = {"views": ["own_potential"], "analyses": {"data": {"data_error": {"measures": {"m": 0.1}}}}}
    section = settled(DEFAULT, {**OWN, "sensitivity": given})["sensitivity"]
    assert section["views"] == ["own_potential"]
    default = DEFAULT["sensitivity"]["analyses"]["data"]["data_error"]
    assert section["analyses"]["data"]["data_error"] == {**default, "measures": {"m": 0.1}}


def test_what_is_no_mapping_is_left_for_the_check():
    for analyses in ({"data": 7}, 7, None):
        wrong = {"sensitivity": {"analyses": analyses}}
        with pytest.raises(InputError):
            check_config(settled(DEFAULT, wrong), ROOT)


def test_a_message_names_the_file_that_set_the_value(tmp_path):
    run = tmp_path / "run.yaml"
    run.write_text("sensitivity: {views: [potental_2022]}\n", encoding="utf-8")
    files = ("config/config.yaml", str(run))
    found = settled(DEFAULT, read_yaml(run))
    with pytest.raises(InputError) as caught:
        check_run(found, ROOT, files)
    (problem,) = caught.value.problems
    assert (problem.file, problem.where) == (str(run), "line 1, sensitivity.views.0")
    assert problem.expected.startswith("'potential_2022' (did you mean this?)")
    run.write_text("sensitivity: {draws: 500}\n", encoding="utf-8")
    wrong = settled(DEFAULT, {"sensitivity": {"draws": 500}})
    wrong["sensitivity"]["schemes"] = ["nothing"]
    with pytest.raises(InputError) as caught:
        check_run(wrong, ROOT, files)
    assert {p.file for p in caught.value.problems} == {"config/config.yaml"}
    assert all(p.where.startswith("line ") for p in caught.value.problems)


def test_a_run_on_own_data_need_not_name_what_reading_stands_on():
    found = settled(DEFAULT, {"input": {"files": ["a.csv"]}})["input"]
    assert found == {"files": ["a.csv"], "towns": "config/parts/towns.yaml"}
    assert (ROOT / found["towns"]).exists()
    own = {"input": {"towns": "mine.yaml"}}
    assert settled(DEFAULT, own)["input"]["towns"] == "mine.yaml"
    assert "input" not in settled(DEFAULT, {})


def test_a_file_that_moved_to_the_settings_of_parts_is_found_and_told(tmp_path):
    for name in ("config/parts/towns.yaml", "config/kept.yaml", "config/parts/kept.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    given = {
        "input": {"towns": "config/towns.yaml", "files": ["config/towns.yaml"], "year": 3},
        "cohort": "config/kept.yaml",
        "views": "config/none.yaml",
        "units": None,
    }
    found, told = in_parts(given, tmp_path)
    assert told == {"config/towns.yaml": "config/parts/towns.yaml"}
    # a file that is there stays, one that is nowhere is for the door to tell, lists are not settings
    assert found == {**given, "input": {**given["input"], "towns": "config/parts/towns.yaml"}}


def test_a_study_alone_is_a_run_on_its_own_figures_with_the_settings_that_it_tells():
    itself = {
        "alone": True,
        "about": {"languages": ["ru"], "draws": 500, "seed": 7},
        "varied": ["i"],
        "zero": True,
        "units": 2000,
    }
    found = settled(DEFAULT, {"study": "mine.xlsx", "seed": 1}, itself)
    assert found["sources"] == []
    assert (found["input"]["language"], found["input"]["files"]) == ("ru", [])
    assert (found["seed"], found["sensitivity"]["draws"], found["sensitivity"]["views"]) == (1, 500, ["i"])
    # where a score of 0 breaks a mean, no analysis moves scores of single draws
    assert set(found["sensitivity"]["analyses"]) == set(DEFAULT["sensitivity"]["analyses"]) - {"data"}
    kept = settled(DEFAULT, {"study": "mine.xlsx"}, {**itself, "about": {}, "zero": False})
    assert kept["sensitivity"]["draws"] == 5000  # many units, fewer draws
    varied = {**DEFAULT, "sensitivity": {**DEFAULT["sensitivity"], "change": {"draws": 9, "sure": 0.9}}}
    for units, draws in ((500, 9), (501, 0)):
        found = settled(varied, {"study": "mine.xlsx"}, {**itself, "about": {}, "units": units})
        assert found["sensitivity"]["change"] == {"draws": draws, "sure": 0.9}
    assert set(kept["sensitivity"]["analyses"]) == set(DEFAULT["sensitivity"]["analyses"])


def test_a_study_that_has_a_catalogue_is_no_study_alone():
    itself = {"alone": False, "about": {"draws": 500}}
    assert settled(DEFAULT, {"study": "other"}, itself) == {**DEFAULT, "study": "other"}
