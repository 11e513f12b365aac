"""How a run ends: with its problems, or with the step that failed, never with a traceback of Snakemake."""

from __future__ import annotations

import subprocess

import pytest

from monotown.commands import run as module
from monotown.commands.call import Plan
from monotown.commands.places import desk, project
from monotown.commands.say import StopError, words_of

WORDS = {code: words_of(code, project() / "config" / "words") for code in ("en", "ru", "kk")}


@pytest.fixture
def made(tmp_path):
    """A plan whose folder of results is there."""
    here = tmp_path / ".monotown"
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    (here / ".snakemake" / "called").mkdir(parents=True)
    plan = Plan("workbook", here, {"results": "../a-results"}, tmp_path / "a-results", True, [tmp_path / "a.csv"])
    (plan.results / "logs").mkdir(parents=True)
    return plan


def said_of(monkeypatch, made, lines, status=1, language="en"):
    """What is said of a Snakemake that says some lines and ends with a status."""
    real = subprocess.Popen

    def popen(command, **options):
        text = "\n".join(lines)
        code = f"import sys; sys.stderr.reconfigure(encoding='utf-8'); sys.stderr.write({text!r}); sys.exit({status})"
        return real([command[0], "-c", code], **options)

    monkeypatch.setattr(module.subprocess, "Popen", popen)
    found, failed = module._snakemake(made, 1, WORDS[language])
    assert found == status
    return module._stopped(made, failed, WORDS[language])


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_failed_step_ends_with_its_own_log(monkeypatch, made, language):
    (made.results / "logs" / "index_q.log").write_text("Traceback\nKeyError: 'x'\n", encoding="utf-8")
    stop = said_of(monkeypatch, made, ["Job 1: Index of q", "Error in rule index:", "    jobid: 1"], language=language)
    assert stop.status == 3
    lines = str(stop).splitlines()
    assert "index" in lines[0]
    assert "KeyError: 'x'" in lines[2]
    named = [line.split(": ", 1)[1] for line in lines if line.endswith(".log")]
    assert len(named) == 2
    assert all(made.here.joinpath(name).is_file() for name in named)  # no log is named that does not exist


def test_a_run_that_never_started_says_why(monkeypatch, made):
    words = "Another run is making ../a-results/ in this folder (process 7)."
    stop = said_of(monkeypatch, made, ["Building DAG of jobs...", words, '  File "x.smk", line 3'])
    assert stop.status == 3
    assert words in str(stop)
    assert "File" not in str(stop)


def test_problems_of_the_workbook_are_status_1_and_all_that_is_said(monkeypatch, made, tmp_path):
    (made.results / "clean").mkdir()
    table = "severity,file,sheet,cell,found,expected,mend,stops\nerror,a.csv,,B2,abc,a number,Write a number,True\n"
    (made.results / "clean" / "own_problems.csv").write_text(table, encoding="utf-8")
    words = made.here / "config" / "words"
    words.mkdir(parents=True)
    for path in (project() / "config" / "words").iterdir():
        (words / path.name).write_bytes(path.read_bytes())
    stop = said_of(monkeypatch, made, ["Error in rule own_observations:", "Traceback"])
    assert stop.status == 1
    assert "a.csv, B2" in str(stop)
    assert "Traceback" not in str(stop)
    assert "problems.xlsx" in str(stop)


def test_problems_of_an_earlier_run_are_not_told_of_one_that_never_started(monkeypatch, made):
    (made.results / "clean").mkdir()
    table = "severity,file,sheet,cell,found,expected,mend,stops\nerror,a.csv,,B2,abc,a number,Write a number,True\n"
    (made.results / "clean" / "own_problems.csv").write_text(table, encoding="utf-8")
    assert said_of(monkeypatch, made, ["no space left on device"]).status == 3


def test_a_folder_of_results_is_marked_and_kept_for_its_input(made):
    (made.results / "logs").rmdir()
    module._claim(made, WORDS["en"])
    assert (made.results / module.MARK).is_file()
    module._claim(made, WORDS["en"])
    other = Plan("workbook", made.here, {}, made.results, True, [made.here.parent / "b.csv"])
    other.inputs[0].write_text("y", encoding="utf-8")
    with pytest.raises(StopError, match="other input") as stop:
        module._claim(other, WORDS["en"])
    assert stop.value.status == 2


def test_a_folder_with_something_else_is_refused(made):
    with pytest.raises(StopError, match="something else"):  # the logs of who knows what
        module._claim(made, WORDS["en"])


def test_the_copy_of_the_project_follows_it(tmp_path, monkeypatch):
    from monotown.commands import places

    source = tmp_path / "project"
    (source / "config").mkdir(parents=True)
    for name in ("Snakefile", "config/config.yaml", "config/old.yaml"):
        (source / name).write_text("1", encoding="utf-8")
    monkeypatch.setattr(places, "project", lambda: source)
    made = desk(tmp_path)
    assert sorted(p.name for p in made.rglob("*.yaml")) == ["config.yaml", "old.yaml"]
    (made / ".snakemake").mkdir()
    (source / "config" / "old.yaml").unlink()
    (source / "config" / "config.yaml").write_text("22", encoding="utf-8")
    assert desk(tmp_path) == made
    assert [p.name for p in made.rglob("*.yaml")] == ["config.yaml"]
    assert (made / "config" / "config.yaml").read_text(encoding="utf-8") == "22"
    assert (made / ".snakemake").is_dir()
    (made / "Snakefile").unlink()
    assert (desk(tmp_path) / "Snakefile").is_file()


@pytest.mark.parametrize(
    ("language", "after"),
    [
        ("en", ["[1 of 10] A", "[3 of 10, about 4 min left] A", "[4 of 10, about 40 s left] A", "[5 of 10] A"]),
        ("ru", ["[1 из 10] A", "[3 из 10, осталось около 4 мин] A", "[4 из 10, осталось около 40 с] A", "[5 из 10] A"]),
        ("kk", ["[1/10] A", "[3/10, шамамен 4 мин қалды] A", "[4/10, шамамен 40 с қалды] A", "[5/10] A"]),
    ],
)
def test_the_time_left_is_told_when_a_fifth_has_ended(language, after):
    times = iter([0.0, 10.0, 70.0, 70.0, 73.0])  # the start, the plan, and each end of steps told below
    lines = ["total  10", "Job 1: A", "1 of 10 steps (10%) done", "Job 2: A", "2 of 10 steps (20%) done", "Job 3: A"]
    lines += ["6 of 10 steps (60%) done", "Job 4: A", "9 of 10 steps (90%) done", "Job 5: A"]
    said = list(module.told(lines, [], WORDS[language], 0, lambda: next(times)))
    assert [said[0], *said[2:]] == after
