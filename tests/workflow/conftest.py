"""Runs of the real workflow in copies of the project, shared by the tests of this folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "environment.yml", "config", "data", "src", "workflow", "notebooks")

#: What a run writes about itself, not about the towns: times differ from run to run.
NOT_RESULTS = {"logs", "benchmarks"}


def copy_project(target: Path) -> Path:
    """Copy what a run needs, without its results."""
    target.mkdir(parents=True)
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints")
            shutil.copytree(source, target / name, ignore=ignore)
        else:
            shutil.copy2(source, target / name)
    return target


def snakemake(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Snakemake of this environment in a project."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=project,
        env=environment,
        text=True,
        capture_output=True,
        timeout=1200,
        check=False,
    )


def checksums(results: Path) -> dict[str, str]:
    """SHA-256 of every result, by its path."""
    return {
        str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(results.rglob("*"))
        if path.is_file() and path.relative_to(results).parts[0] not in NOT_RESULTS
    }


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a whole run at four cores in it; treat as read-only."""
    project = copy_project(tmp_path_factory.mktemp("run4") / "project")
    done = snakemake(project, "--cores", "4")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return project


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """Make fresh copies of the project, without results."""
    made: list[Path] = []

    def make() -> Path:
        made.append(copy_project(tmp_path / f"copy{len(made)}"))
        return made[-1]

    return make
