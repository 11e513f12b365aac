"""The workflow through a real Slurm; asked for by MONOTOWN_SLURM=1, since it installs packages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("one_machine.sh")

#: Sharded draws and what is merged from them: the steps one would send to a cluster.
TARGETS = tuple(
    f"results/sensitivity/potential_panel/{analysis}/{table}.csv"
    for analysis in ("weights",)
    for table in ("rank_intervals", "summary")
)


@pytest.mark.slurm
@pytest.mark.skipif(
    os.environ.get("MONOTOWN_SLURM") != "1",
    reason="set MONOTOWN_SLURM=1 as root on Debian: the test installs and starts Slurm",
)
def test_a_cluster_gives_the_bytes_of_one_machine():
    done = subprocess.run(
        [str(SCRIPT), *TARGETS],
        env={**os.environ, "PYTHON": sys.executable},
        text=True,
        capture_output=True,
        timeout=900,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip(f"no Slurm here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same bytes as the local run" in done.stdout
