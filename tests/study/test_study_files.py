"""The files of a study: what each step gets of them, what is kept for the steps, and what is wrong with a folder."""

import os
import shutil

import pandas as pd
import pytest
import yaml

from monotown.base.problems import InputError, Problem
from monotown.base.tables import OBSERVATIONS, write_order
from monotown.study.judgments import SHEET
from monotown.study.standing import observations
from monotown.workflow import read_table
from monotown.workflow.run_config import itself_of
from monotown.workflow.study import Pieces, StudyFiles, is_study_file

INDICATORS = "id,name,direction\npay,Pay,1\nair,Dirty air,-1\n"
DATA = "unit,year,pay,air\nA,2021,1,3\nB,2021,2,2\nC,2021,4,1\n"


@pytest.fixture
def towns(tmp_path):
    folder = tmp_path / "towns"
    folder.mkdir()
    (folder / "study.yaml").write_text("title: Towns\npublisher: Bureau\n", encoding="utf-8")
    (folder / "indicators.csv").write_text(INDICATORS, encoding="utf-8")
    (folder / "data.csv").write_text(DATA, encoding="utf-8")
    return folder


def files(folder, **config):
    return StudyFiles({"study": folder.name, **config}, folder.parent)


def told(folder, **config):
    with pytest.raises(InputError) as stopped:
        files(folder, **config).study  # noqa: B018
    return [str(p) for p in stopped.value.problems]


def test_the_figures_of_a_study_alone_are_a_piece_as_old_as_its_sheets(towns):
    for number, path in enumerate(sorted(towns.iterdir())):
        os.utime(path, ns=(10**18 + number, 10**18 + number))
    study = files(towns)
    pieces = Pieces(study, towns.parent / "pieces")
    table = read_table(pieces.figures(), OBSERVATIONS)
    pd.testing.assert_frame_equal(table, write_order(observations(study.complete), OBSERVATIONS), check_dtype=False)
    sources = yaml.safe_load((towns.parent / "pieces" / "sources.yaml").read_text()) if pieces.sources() else None
    assert {k: (v["publisher"], v["kind"]) for k, v in sources.items()} == {"Bureau": ("Bureau", "official")}
    made = {path: path.stat().st_mtime_ns for path in (towns.parent / "pieces").iterdir()}
    assert set(made.values()) == {10**18 + 2}
    steps = Pieces(files(towns), towns.parent / "pieces", write=False)
    assert steps.figures() == pieces.figures()
    assert steps.sources() == pieces.sources()
    assert {path: path.stat().st_mtime_ns for path in made} == made


@pytest.mark.parametrize(
    ("weights", "ending"),
    [("expert,pay,air\ne,60,40\n", "csv"), ("expert,first,second,value\ne,pay,air,3\n", "yaml"), (None, "")],
)
def test_judgments_of_an_index_are_a_piece(towns, weights, ending):
    if weights:
        (towns / "weights.csv").write_text(weights, encoding="utf-8")
    study = files(towns)
    pieces = Pieces(study, towns.parent / "pieces")
    entry = study.complete.views["index"]
    found = pieces.judgments("index", entry)
    assert [name.rpartition(".")[2] for name in found] == ([ending] if ending else [])
    if ending:
        assert entry["weights"]["judgments"] == SHEET
        assert pieces.judgments("index", {**entry, "weights": {"scheme": "ahp", "judgments": "a.yaml"}}) == ["a.yaml"]


def test_steps_read_what_the_study_says_of_itself_where_the_plan_kept_it(towns):
    study = files(towns)
    kept = towns.parent / "kept"
    Pieces(study, kept).keep(itself_of(study))
    shutil.rmtree(towns)
    later = StudyFiles({"study": "towns"}, towns.parent, kept)
    assert later.alone
    assert itself_of(later)["varied"] == ["index"]
    assert dict(later.itself["about"]) == {"title": "Towns", "publisher": "Bureau"}


def test_a_file_of_the_run_takes_the_place_of_a_part(towns):
    own = {"pay": {"label": {"en": "Wage"}, "formula": "pay"}}
    (towns.parent / "measures.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    study = files(towns, measures="measures.yaml")
    assert study.content("measures") == own
    assert study.told("measures") == own
    assert study.named("measures") == "measures.yaml"
    assert study.lines("measures")["pay",] == 1
    other = Problem("measures.yaml", "pay.formula", "x", "y")
    assert study.located(other) == other
    found = study.located(Problem("towns/indices.csv", "index.normalisation", "x", "y"))
    assert (found.file, found.where) == ("towns/study.yaml", "normalisation")


def test_a_file_that_is_no_sheet_of_a_study_is_told(towns):
    (towns / "indicatrs.csv").write_text(INDICATORS, encoding="utf-8")
    (towns / "indicators.csv").unlink()
    assert told(towns) == [
        "towns/indicatrs.csv, file: found 'indicatrs'; expected 'indicators' (did you mean this?), or one of: "
        "comparisons, crosswalk, goalpost_sets, indicators, indices, jumps, readings, unit_sets, units, variables"
    ]


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("extends: nowhere", ("nowhere/study.yaml, file: found 'nothing'", "a folder of a study")),
        ("extends: towns", ("towns/study.yaml, extends: found 'towns'", "does not extend itself")),
        ("a title", ("towns/study.yaml, line 1: found 'a title'", "keys with their values")),
    ],
)
def test_a_chain_of_studies_has_an_end(towns, about, words):
    (towns / "study.yaml").write_text(about, encoding="utf-8")
    (problem,) = told(towns)
    assert all(word in problem for word in words)


def test_a_study_of_figures_alone_says_that_it_has_no_indicators(towns):
    (towns / "indicators.csv").unlink()
    assert [p for p in told(towns) if "rows of indicators" in p]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,id\npay,pay\n", "line 1: found 'id'; expected a heading, each once"),
        ("id,\npay,1\n", "line 1: found 'nothing'; expected a heading, each once"),
        ("id,name\npay\n", "line 2: found '1 cells'; expected 2, as there are headings"),
        ('id,name\npay,"a\n', "expected a table in CSV"),
        ("", "line 1"),
    ],
)
def test_a_sheet_that_is_no_table_is_told_by_its_line(towns, text, words):
    (towns / "indicators.csv").write_text(text, encoding="utf-8")
    assert [p for p in told(towns) if words in p or "rows of indicators" in p]


def test_what_is_a_study_of_its_own(towns, tmp_path):
    assert is_study_file(towns)
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    assert not is_study_file(tmp_path / "b.xlsx")
    assert not is_study_file(towns / "data.csv")
    (tmp_path / "framework.csv").write_text("iCode,Parent\npay,\n", encoding="utf-8")
    assert is_study_file(tmp_path / "framework.csv")


def test_a_study_is_read_anew_where_one_of_its_files_is(towns):
    assert len(files(towns).study.figures) == 6
    first = files(towns).study
    assert files(towns).study is first
    (towns / "data.csv").write_text(DATA + "D,2021,5,5\n", encoding="utf-8")
    assert len(files(towns).study.figures) == 8
    (towns / "data.csv").write_text(DATA.replace("4", "four"), encoding="utf-8")
    for _ in range(2):  # what is wrong is told each time
        assert [p for p in told(towns) if "found 'four'" in p]


def test_figures_beside_a_study_are_read_once_for_each_state_of_their_file(towns, monkeypatch):
    (towns / "data.csv").unlink()
    (towns / "units.csv").write_text("code,name\nA,Abai\nB,Balkhash\n", encoding="utf-8")
    beside = towns.parent / "pay.csv"
    beside.write_text("town;pay;air\nAbai;100;3\nBalkhash;200;4\n", encoding="utf-8")
    from monotown.workflow.beside import WORDS

    (towns.parent / WORDS).parent.mkdir(parents=True)
    root = next(p for p in __import__("pathlib").Path(__file__).parents if (p / WORDS).is_file())
    monkeypatch.chdir(root)
    config = {"study": str(towns), "input": {"files": [str(beside)], "language": "en"}}
    first = StudyFiles(config, root).study
    assert StudyFiles(config, root).study is first
    assert first.figures.frame["value"].tolist() == [100, 3, 200, 4]
    assert {n.code for n in first.notes} >= {"no_year_given"}
    beside.write_text("town;pay;air\nAbai;100;3\nBalkhash;250;4\n", encoding="utf-8")
    os.utime(beside, ns=(10**18, 10**18))
    assert StudyFiles(config, root).study.figures.frame["value"].tolist() == [100, 3, 250, 4]


def test_an_extended_study_may_speak_more_languages(towns, tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "study.yaml").write_text("title: Base\nlanguages: [en, ru]\n", encoding="utf-8")
    (base / "units.csv").write_text("code,name,name_ru\nA,Alpha,Альфа\nB,Beta,Бета\nC,Gamma,Гамма\n", encoding="utf-8")
    (towns / "study.yaml").write_text(
        "title: Towns\npublisher: Bureau\nlanguages: [en]\nextends: base\n", encoding="utf-8"
    )
    units = StudyFiles({"study": "towns"}, tmp_path).sheets.units
    assert {code: entry["en"] for code, entry in units.items()} == {"A": "Alpha", "B": "Beta", "C": "Gamma"}
