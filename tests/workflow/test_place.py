"""Where a run works: names of files from the project's folder and from the one that Snakemake was started in."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snakemake.iocontainers import InputFiles, Log, OutputFiles

from monotown.base.problems import InputError
from monotown.commands.places import laid
from monotown.workflow.place import FOLDER, Place, enter

AWAY = Place(Path("/w"), Path("/w") / FOLDER)
PARTS = st.lists(st.sampled_from(["a", "b c", "{view}", "я", "x.csv"]), min_size=1, max_size=4)


@given(PARTS, st.sampled_from(["", "../../", "../../../"]))
def test_a_name_is_seen_and_named_again(parts, up):
    name = up + "/".join(parts)
    assert AWAY.named(AWAY.seen(name)) == name
    assert (AWAY.here / AWAY.seen(name)).resolve() == (AWAY.root / name).resolve()


@given(PARTS)
def test_at_home_and_of_whole_paths_nothing_changes(parts):
    name = "/".join(parts)
    home = Place(Path("/w"), Path("/w"))
    assert home.seen(name) == home.named(name) == name
    assert AWAY.seen(f"/{name}") == AWAY.named(f"/{name}") == f"/{name}"


@pytest.fixture
def place(tmp_path):
    """A folder with a study, files of settings that stand over the project's, and the project's files laid in it."""
    here = tmp_path / "work"
    for file in ("my/study.yaml", "config/study/study.yaml", "config/mine.yaml", "config/config.yaml", "towns.csv"):
        (here / file).parent.mkdir(parents=True, exist_ok=True)
        (here / file).write_text("mine", encoding="utf-8")
    project = tmp_path / "project"
    for file in ("config/config.yaml", "config/study/study.yaml", "config/study/jumps.csv", "data/raw/a.csv"):
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text("the project's", encoding="utf-8")
    laid(here / FOLDER, project, here / "config")
    return Place(here, here / FOLDER), project


def test_settings_beside_a_run_stand_in_the_place_of_the_projects(place):
    found, project = place
    texts = {p.relative_to(found.root).as_posix(): p.read_text(encoding="utf-8") for p in found.root.rglob("*.*ml")}
    # a folder as a whole: nothing of another study is left in it; what the project does not know is not laid
    assert texts == {"config/config.yaml": "the project's", "config/study/study.yaml": "mine"}
    assert not (found.root / "config/study/jumps.csv").exists()
    (found.here / "config/study/study.yaml").unlink()
    (found.here / "config/study").rmdir()
    laid(found.root, project, found.here / "config")
    assert (found.root / "config/study/jumps.csv").read_text(encoding="utf-8") == "the project's"
    copied, kept = (p / "config/study/jumps.csv" for p in (found.root, project))
    assert copied.stat().st_mtime_ns == kept.stat().st_mtime_ns  # dates alone make no step run again


def test_paths_of_a_run_are_looked_for_beside_it_then_in_the_project(place):
    found, _ = place
    run = {
        "seed": 1,
        "study": "my",
        "sources": ["data/raw/a.csv"],
        "views": "config/mine.yaml",
        "input": {"files": ["towns.csv"], "towns": "config/parts/towns.yaml", "language": "en"},
    }
    made = found.settings(run)
    assert made == {
        "seed": 1,
        "study": "../../my",
        "sources": ["data/raw/a.csv"],
        "views": "../../config/mine.yaml",
        "input": {"files": ["../../towns.csv"], "towns": "config/parts/towns.yaml", "language": "en"},
        "results": "../../results",
    }
    assert found.settings({"study": "config/study"})["study"] == "config/study"
    assert Place(found.here, found.here).settings(run) == run


@pytest.mark.parametrize("results", [".", "config", "workflow/made", ".snakemake/x", "towns.csv"])
def test_results_that_would_mix_with_what_is_there_are_refused(place, results):
    with pytest.raises(InputError, match="a folder for results alone"):
        place[0].settings({"results": results})


@pytest.mark.parametrize("results", ["made", "made/a", "../beside", "/elsewhere"])
def test_results_may_stand_anywhere_else(place, results):
    found = place[0]
    named = found.settings({"results": results})["results"]
    assert (found.root / named).resolve() == (found.here / results).resolve()


def step(files, script):
    inputs = InputFiles(fromdict=files)
    return SimpleNamespace(input=inputs, output=OutputFiles(["r/a.csv"]), log=Log(["r/a.log"]), scriptdir=str(script))


def test_a_step_works_in_the_folder_of_the_project(place, monkeypatch):
    found = place[0]
    monkeypatch.chdir(found.here)
    seen = found.seen("config/study/study.yaml")
    ours = step({"study": seen, "made": "r/b.csv"}, found.root / "workflow/scripts/index")
    monkeypatch.setattr(sys.modules["__main__"], "snakemake", ours, raising=False)
    enter()
    assert Path.cwd() == found.root
    assert (ours.input.study, ours.input.made) == ("config/study/study.yaml", "../../r/b.csv")
    assert list(ours.input) == ["config/study/study.yaml", "../../r/b.csv"]
    assert (ours.output[0], ours.log[0]) == ("../../r/a.csv", "../../r/a.log")


@pytest.mark.parametrize("script", ["workflow/scripts", "../elsewhere/workflow/scripts", "scripts"])
def test_a_step_at_home_or_of_another_workflow_stays_where_it_is(place, monkeypatch, script):
    found = place[0]
    monkeypatch.chdir(found.here)
    other = step({"a": "x.csv"}, os.path.join(found.here, script))
    monkeypatch.setattr(sys.modules["__main__"], "snakemake", other, raising=False)
    enter()
    assert Path.cwd() == found.here
    assert other.input.a == "x.csv"
