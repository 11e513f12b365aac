"""One run at a time on a folder of results, and none held up by a dead one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monotown.workflow.alone import STEPS, at_work, hold, name_steps

SRC = Path(__file__).resolve().parents[2] / "src"


def other(code, *arguments, environment=None):
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SRC), **(environment or {})},
    )
    assert process.stdout.readline() == "ready\n"
    return process


RUN = (
    "import sys, time\nfrom monotown.workflow.alone import hold\n"
    "held = hold(sys.argv[1], sys.argv[2])\nprint('ready', flush=True)\ntime.sleep(60)"
)
STEP = (
    "import sys, time\nfrom monotown.workflow.alone import at_work\n"
    "held = at_work()\nprint('ready', flush=True)\ntime.sleep(float(sys.argv[1]))"
)


def locks(project):
    folder = project / ".snakemake/locks"
    folder.mkdir(parents=True)
    for name, file in [("0.output", "results/a.csv"), ("0.input", "results/b.csv"), ("1.output", "results-own/a.csv")]:
        (folder / f"{name}.lock").write_text(f"{file}\n", encoding="utf-8")
    return folder


def test_a_run_is_refused_while_another_makes_the_same_results_and_not_after(tmp_path):
    first = other(RUN, tmp_path, "results")
    folder = locks(tmp_path)
    with pytest.raises(SystemExit) as told:
        hold(tmp_path, "results")
    assert f"process {first.pid}" in str(told.value)
    assert "results/" in str(told.value)
    assert len(list(folder.iterdir())) == 3
    hold(tmp_path, "results-other").close()
    first.send_signal(signal.SIGKILL)
    first.wait()
    hold(tmp_path, "results").close()
    assert [p.name for p in folder.iterdir()] == ["1.output.lock"]


def test_a_run_that_makes_a_folder_inside_keeps_its_locks(tmp_path):
    inner = other(RUN, tmp_path, "results/own")
    folder = locks(tmp_path)
    lock = folder / "2.output.lock"
    lock.write_text("results/own/a.csv\n", encoding="utf-8")
    hold(tmp_path, "results").close()
    assert sorted(p.name for p in folder.iterdir()) == ["1.output.lock", "2.output.lock"]
    with pytest.raises(SystemExit):
        hold(tmp_path, "results/own")
    inner.kill()
    inner.wait()
    hold(tmp_path, "results").close()
    assert sorted(p.name for p in folder.iterdir()) == ["1.output.lock"]


def test_a_step_that_outlives_its_run_is_waited_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(STEPS, "")
    name_steps(tmp_path, "results")
    step = other(STEP, 1.5)
    start = time.monotonic()
    with hold(tmp_path, "results"):
        assert time.monotonic() - start > 0.5
        assert step.poll() == 0 or step.wait(1) == 0
        assert "still works" in capsys.readouterr().err
        with at_work() as one, at_work() as two:  # steps of this run, side by side
            assert one is not two


def test_a_step_outside_a_run_holds_nothing(monkeypatch):
    monkeypatch.delenv(STEPS, raising=False)
    assert at_work() is None


def test_a_file_system_without_such_locks_leaves_the_word_to_snakemake(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(37, "No locks available")

    folder = locks(tmp_path)
    monkeypatch.setattr("monotown.workflow.alone.fcntl.flock", refuse)
    monkeypatch.setenv(STEPS, str(tmp_path / "steps"))
    hold(tmp_path, "results").close()
    assert len(list(folder.iterdir())) == 3
    assert at_work() is None
