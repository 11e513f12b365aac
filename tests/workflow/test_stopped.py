"""A run that was killed is taken up by the same command; one that lives is not disturbed."""

import base64
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from .conftest import ROOT, checksums, snakemake, start

pytestmark = pytest.mark.workflow

TARGET = "results/clean/observations_constant.csv"
COMMAND = ("--cores", "1", TARGET)


def started(project, *command):
    """Start a run and wait until its first step works."""
    run = start(project, *command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_a_step(project, run)
    return run


def wait_for_a_step(project, run):
    unfinished = project / ".snakemake" / "incomplete"
    deadline = time.monotonic() + 120
    while not (unfinished.is_dir() and any(unfinished.iterdir())):
        assert run.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("whole", [True, False], ids=["all of it", "Snakemake alone"])
def test_a_run_that_was_killed_is_taken_up_by_the_same_command(fresh, whole):
    project = fresh()
    first = started(project, *COMMAND)
    if whole:
        os.killpg(first.pid, signal.SIGKILL)
    else:  # its step goes on
        first.kill()
    first.wait()
    assert list((project / ".snakemake/locks").iterdir())
    if whole:
        for marked in (project / ".snakemake/incomplete").iterdir():
            half = project / base64.b64decode(marked.name).decode()
            half.parent.mkdir(parents=True, exist_ok=True)
            half.write_text("half a res", encoding="utf-8")

    again = snakemake(project, *COMMAND)
    assert again.returncode == 0, again.stderr
    assert "profiles/default" in again.stderr
    undisturbed = fresh()
    assert snakemake(undisturbed, *COMMAND).returncode == 0
    assert checksums(project / "results") == checksums(undisturbed / "results")


def test_make_takes_up_a_run_that_was_killed(fresh, tmp_path):
    """``make run`` as it is typed; the packages are installed already."""
    project = fresh()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, project)
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "venv" / ".installed").touch()
    words = ["make", "run", "CONFIG=config/examples/own.yaml", f"VENV={tmp_path / 'venv'}"]
    environment = {**os.environ, "PYTHONPATH": str(project / "src"), "LANG": "C"}
    first = subprocess.Popen(
        words,
        cwd=project,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_a_step(project, first)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    done = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Where to look, in results" in done.stderr
    assert (project / "results/own/report/index.html").is_file()


def test_a_second_run_is_refused_in_plain_words_while_the_first_lives(fresh):
    project = fresh()
    first = started(project, *COMMAND)
    os.killpg(first.pid, signal.SIGSTOP)  # it lives, and its end does not come too soon
    try:
        second = snakemake(project, *COMMAND)
        assert second.returncode != 0
        assert f"Another run is making results/ in this folder (process {first.pid})" in (second.stderr)
        for word in ("unlock", "LockException", "Traceback"):
            assert word not in second.stderr
        # looking is allowed
        assert snakemake(project, "-n", TARGET).returncode == 0
        assert snakemake(project, "--summary", TARGET).returncode == 0
    finally:
        os.killpg(first.pid, signal.SIGCONT)
    assert first.wait(timeout=300) == 0
    assert (project / TARGET).is_file()
