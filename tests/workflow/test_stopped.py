import base64
import os
import signal
import subprocess
import time

import pytest

from .conftest import snakemake, start

pytestmark = pytest.mark.workflow

TARGET = "results/clean/observations_constant.csv"


def test_a_run_that_was_killed_is_taken_up_again(fresh):
    project = fresh()
    first = start(project, "--cores", "1", TARGET, start_new_session=True,
                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    unfinished = project / ".snakemake" / "incomplete"
    deadline = time.monotonic() + 120
    while not (unfinished.is_dir() and any(unfinished.iterdir())):
        assert first.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    for marked in unfinished.iterdir():
        half = project / base64.b64decode(marked.name).decode()
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_text("half a res", encoding="utf-8")

    assert snakemake(project, "--unlock").returncode == 0
    again = snakemake(project, "--cores", "1", TARGET)
    assert again.returncode == 0, again.stderr
    assert "profiles/default" in again.stderr
    assert not any(p.read_text(encoding="utf-8") == "half a res"
                   for p in (project / "results").rglob("*.csv"))  # fmt: skip
