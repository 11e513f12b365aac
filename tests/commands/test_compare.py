"""What changed between two runs, and which input did it."""

from __future__ import annotations

import json

import pytest

from monotown.commands.compare import changes
from monotown.commands.main import main

FORMULA = "computed: 1000 * doctors / people"


def results(
    folder, *, doctors=5, places=3, score=40.0, rank=2, weight=0.5, draws=100, sha="a", normalised=40.0, other=60.0
):
    """A folder of results of two units and two measures, one of them computed from two figures."""
    for name in ("index/quality", "clean", "config"):
        (folder / name).mkdir(parents=True)
    rate = round(1000 * doctors / 50, 4)
    figures = [
        "unit,year,variable,value,unit_of_measure,kind,source,locator,flag",
        f'A,2020,doctors,{doctors},persons,official,own,"t.xlsx, cell C2",',
        'A,2020,people,50,persons,official,own,"t.xlsx, cell D2",',
        f"A,2020,rate,{rate},per 1000,official,own,{FORMULA},",
        f'A,2020,places,{places},places,official,own,"t.xlsx, cell E2",',
        'B,2020,places,,places,official,own,"t.xlsx, cell E3",-',
    ]
    (folder / "clean/own_observations.csv").write_text("\n".join(figures) + "\n", encoding="utf-8")
    tables = {
        "normalised": [
            "view,unit,year,measure,block,value,normalised,clipped,kind,flag",
            f"quality,A,2020,health,H,{rate},{normalised},False,official,",
            "quality,A,2020,schools,S,3,30,False,official,",
        ],
        "weights": [
            "view,measure,block,local_weight,global_weight,kind",
            f"quality,health,H,1,{weight},official",
            f"quality,schools,S,1,{1 - weight},official",
        ],
        "scores": [
            "view,unit,year,node,score,rank,n_units,coverage,partial,kind,source",
            f"quality,A,2020,whole,{score},{rank}.0,2,1.0,False,official,own",
            f"quality,B,2020,whole,{other},{3 - rank}.0,2,1.0,False,official,own",
        ],
    }
    for name, lines in tables.items():
        (folder / f"index/quality/{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    measures = "health: {formula: rate}\nschools: {formula: places}\n"
    (folder / "config/measures.yaml").write_text(measures, encoding="utf-8")
    mark = {
        "version": 1,
        "inputs": [{"file": "../t.xlsx", "sha256": sha}],
        "config": {"sensitivity": {"draws": draws}, "input": {"language": "en", "files": ["x"]}},
    }
    (folder / "run.json").write_text(json.dumps(mark), encoding="utf-8")
    return folder


@pytest.fixture
def first(tmp_path):
    return results(tmp_path / "first")


def test_runs_that_are_alike_have_no_difference(first, tmp_path, capsys):
    assert changes(first, results(tmp_path / "second")).none
    assert main(["compare", str(first), str(tmp_path / "second"), "--language", "en"]) == 0
    assert "No difference" in capsys.readouterr().out


def test_a_figure_is_named_with_its_cell_behind_the_score_that_it_changed(first, tmp_path, capsys):
    second = results(tmp_path / "second", doctors=25, score=70.0, rank=1, normalised=70.0, sha="b")
    found = changes(first, second)
    assert found.inputs == {"t.xlsx": "changed"}
    changed = found.figures.set_index("variable")
    assert list(changed.index) == ["doctors", "rate"]
    assert list(changed.loc["doctors", ["before", "after", "place"]]) == ["5", "25", "t.xlsx, cell C2"]
    scores = found.scores.set_index("unit")
    # the figure that was typed, not what was computed from it
    assert [found.figures.loc[i, "variable"] for i in scores.loc["A", "by"]] == ["doctors"]
    assert list(scores["cause"]) == ["figures", "others"]  # B went down a place, and nothing of its own changed
    assert main(["compare", str(first), str(second), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "A, 2020, doctors: 5 → 25 (t.xlsx, cell C2)" in said
    assert "quality, A, 2020, whole: 40.0 → 70.0; rank 2 → 1; by its figures: doctors 2020" in said
    assert "quality, B, 2020, whole: 60.0 → 60.0; rank 1 → 2; by other units" in said


def test_a_figure_of_no_measure_that_moved_is_not_blamed(first, tmp_path):
    second = results(tmp_path / "second", places=9, doctors=25, score=70.0, normalised=70.0)
    found = changes(first, second)
    (by,) = found.scores["by"]
    assert set(found.figures["variable"]) == {"doctors", "rate", "places"}
    assert [found.figures.loc[i, "variable"] for i in by] == ["doctors"]


@pytest.mark.parametrize(
    ("changed", "cause"), [({"weight": 0.25}, "weights"), ({"draws": 7}, "settings"), ({}, "others")], ids=str
)
def test_what_no_figure_did_is_laid_to_weights_settings_or_others(first, tmp_path, changed, cause):
    found = changes(first, results(tmp_path / "second", score=41.0, **changed))
    assert list(found.scores["cause"]) == [cause]
    assert (found.settings == {"sensitivity.draws": (100, 7)}) == (cause == "settings")
    assert found.figures.empty


@pytest.mark.parametrize(("language", "word"), [("ru", "из-за весов"), ("kk", "салмақтардан")])
def test_the_cause_is_told_in_each_language(first, tmp_path, capsys, language, word):
    second = results(tmp_path / "second", score=41.0, weight=0.25)
    assert main(["compare", str(first), str(second), "--language", language]) == 0
    assert word in capsys.readouterr().out


def test_results_without_a_mark_are_compared_by_their_tables(first, tmp_path):
    second = results(tmp_path / "second", doctors=6)
    (second / "run.json").unlink()
    found = changes(first, second)
    assert list(found.figures["variable"]) == ["doctors", "rate"]
    assert found.inputs == {"t.xlsx": "removed"}


def test_a_changed_figure_beside_changed_weights_is_laid_to_both(first, tmp_path):
    second = results(tmp_path / "second", doctors=25, score=70.0, normalised=70.0, weight=0.25, sha="b")
    assert list(changes(first, second).scores["cause"]) == ["figures_and_weights"]


def test_another_study_with_the_same_figures_is_named(first, tmp_path, capsys):
    """Goalposts, the tree and methods stand in its sheets: the file is another, and no figure is."""
    second = results(tmp_path / "second", score=41.0, normalised=41.0, sha="b")
    assert list(changes(first, second).scores["cause"]) == ["study"]
    assert main(["compare", str(first), str(second), "--language", "en"]) == 0
    assert "sheets of the study" in capsys.readouterr().out


def test_a_study_alone_keeps_no_formulas_and_blames_no_figure_of_another_measure(first, tmp_path):
    second = results(tmp_path / "second", doctors=25, places=9, score=70.0, normalised=70.0)
    for folder in (first, second):
        (folder / "config/measures.yaml").unlink()
        path = folder / "index/quality/weights.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("schools", "places"), encoding="utf-8")
    found = changes(first, second)
    (by,) = found.scores["by"]
    # `places` is a measure of its own; of `rate` and what it is computed from nobody says whose they are
    assert [found.figures.loc[i, "variable"] for i in by] == ["doctors"]
