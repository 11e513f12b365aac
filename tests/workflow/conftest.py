"""Runs of the real workflow in copies of the project, shared by the tests of this folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import measured, traced

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "environment.yml", "config", "data", "notebooks", "profiles", "src", "workflow")

#: Cores of the run that is measured for coverage.
MEASURED = 4

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


def start(project: Path, *arguments: str, measure: bool = False, **options: Any) -> subprocess.Popen[str]:
    """Start Snakemake of this environment in a project; its steps tell what they read."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    environment |= traced.environment(project)
    if measure:
        environment |= measured.environment(project)
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *arguments], cwd=project, env=environment, text=True, **options
    )


def snakemake(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Snakemake of this environment in a project and keep what it says."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(project, *arguments, measure=True, **pipes) as process:
        out, err = process.communicate(timeout=1200)
    measured.collect(project)
    assert traced.unnamed(project) == {}
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def report_page(project: Path, *arguments: str) -> str:
    """The page of Snakemake's own report on what a project has made."""
    archive = project / "snakemake-report.zip"
    done = snakemake(project, *arguments, "--report", str(archive), "--nolock")
    assert done.returncode == 0, done.stderr[-3000:]
    with zipfile.ZipFile(archive) as packed:
        (page,) = (n for n in packed.namelist() if n.count("/") == 1 and n.endswith("report.html"))
        return packed.read(page).decode("utf-8")


def checksums(results: Path) -> dict[str, str]:
    """SHA-256 of every result, by its path."""
    return {
        str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(results.rglob("*"))
        if path.is_file()
        and path.name != ".snakemake_timestamp"  # Snakemake's mark in a folder that is an output
        and path.relative_to(results).parts[0] not in NOT_RESULTS
    }


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Whole runs at four cores and at one, side by side; treat as read-only.

    Made once for all processes of the tests: the first that asks makes them, the others wait.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    projects = {n: shared / "runs" / f"run{n}" / "project" for n in (4, 1)}
    ended = shared / "runs" / "ended"
    try:
        (shared / "runs").mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 1500
        while not ended.exists():
            assert time.monotonic() < deadline, "the runs of another process did not end"
            time.sleep(1)
    else:
        try:
            make_runs(projects)
        except BaseException:
            say(ended, "failed in another process")
            raise
        say(ended, "done")
    assert ended.read_text(encoding="utf-8") == "done"
    return projects


def say(file: Path, text: str) -> None:
    """Write a file that is there only when it is whole."""
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.rename(file)


def make_runs(projects: dict[int, Path]) -> None:
    """Run copies of the project side by side, each at its number of cores.

    What they execute is measured in one of them: it takes longer and must give the same bytes.
    """
    for project in projects.values():
        copy_project(project)
    said = {n: project.with_suffix(".log") for n, project in projects.items()}
    started = {}
    for n, project in projects.items():
        with said[n].open("w", encoding="utf-8") as log:
            started[n] = start(project, "--cores", str(n), measure=n == MEASURED, stdout=log, stderr=subprocess.STDOUT)
    for n, process in started.items():
        assert process.wait(timeout=1500) == 0, said[n].read_text(encoding="utf-8")[-8000:]
    measured.collect(projects[MEASURED])


@pytest.fixture(scope="session")
def finished(runs: dict[int, Path]) -> Path:
    """A copy of the project with a whole run at four cores in it; treat as read-only."""
    return runs[4]


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """Make fresh copies of the project, without results."""
    made: list[Path] = []

    def make() -> Path:
        made.append(copy_project(tmp_path / f"copy{len(made)}"))
        return made[-1]

    return make
