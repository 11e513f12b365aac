"""``make check`` says what a run would say before its first step, and starts nothing."""

import re
from pathlib import Path

import pytest

from monotown.workflow import check

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "config/examples").glob("*.yaml"))


def runs():
    """The default run, and every example as its own first lines start it."""
    asked = (re.search(r"--configfile((?: config/\S+\.yaml)+)", e.read_text(encoding="utf-8")) for e in EXAMPLES)
    return [[], *(found[1].split() for found in asked if found)]


@pytest.mark.parametrize("files", runs(), ids=str)
def test_the_runs_of_the_project_pass(files, capsys):
    assert check.main(files, ROOT) == 0
    assert "no problem found" in capsys.readouterr().out


@pytest.mark.parametrize(("language", "head"), [("en", "2 problems"), ("ru", "Ошибки"), ("kk", "қателер")])
def test_every_problem_is_said_at_once_in_the_language_of_the_run(language, head, tmp_path, capsys):
    text = (ROOT / "config/examples/own.yaml").read_text(encoding="utf-8")
    run = tmp_path / "run.yaml"
    wrong = text.replace("draws: 10000", "draws: none").replace("language: en", f"language: {language}")
    run.write_text(f"{wrong}\nseed: -1\n", encoding="utf-8")
    assert check.main([str(run)], ROOT) == 1
    said = capsys.readouterr()
    assert not said.out
    assert all(word in said.err for word in (head, "seed", "sensitivity.draws"))


def test_a_file_that_is_not_there_is_said(capsys):
    assert check.main(["nowhere.yaml"], ROOT) == 1
    assert "nowhere.yaml" in capsys.readouterr().err
