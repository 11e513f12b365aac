"""What the packages take: ``python benchmarks/installation.py [--run]``.

Makes an environment of each lock as ``make`` does, and the one of a run also as pip does by itself, with everything
compiled beforehand: their seconds, megabytes on the disk, packages, and the largest packages of a run. With ``--run``
a whole run follows in the first, and it is weighed again: Python compiles what the run imports.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Environments: how each is told of, its lock, and what pip is asked beside it.
MADE = {
    "to run": ("requirements.lock", ["--no-compile"]),
    "to run, all compiled": ("requirements.lock", []),
    "to develop": ("requirements-dev.lock", ["--no-compile"]),
}

#: What a run stands on, for a copy of the project.
PROJECT = ("Snakefile", "config", "data", "environment.yml", "profiles", "pyproject.toml", "src", "workflow")


def size(folder: Path) -> float:
    """Megabytes on the disk of all files of a folder, or of a file."""
    files = [folder] if folder.is_file() else (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    return sum(file.stat().st_blocks * 512 for file in files) / 1e6


def made(folder: Path, lock: str, options: list[str]) -> float:
    """Make an environment; seconds."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", *options, "--require-hashes", "-r", ROOT / lock]
    subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def packages(folder: Path) -> Path:
    """Where an environment keeps its packages."""
    return next(folder.glob("lib/python*/site-packages"))


def weight(package: Distribution) -> float:
    """Megabytes on the disk of a package, with what was compiled of it."""
    return sum(size(path) for path in {Path(str(file.locate())) for file in package.files or ()} if path.is_file())


def run(folder: Path, copy: Path) -> float:
    """A whole run of a copy of the project in an environment; seconds."""
    for name in PROJECT:
        put = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        put(ROOT / name, copy / name)
    start = time.perf_counter()
    command = [folder / "bin/python", "-m", "snakemake", "--cores", "2", "--quiet", "all"]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run(command, cwd=copy, env=environment, check=True)
    return time.perf_counter() - start


def main(*options: str) -> None:
    """Make each environment, weigh it, print the tables."""
    with tempfile.TemporaryDirectory() as room:
        print("| environment | packages | seconds | MB |\n|---|---:|---:|---:|")
        for k, (name, (lock, asked)) in enumerate(MADE.items()):
            folder = Path(room, str(k))
            took = made(folder, lock, asked)
            count = sum(1 for _ in distributions(path=[str(packages(folder))]))
            print(f"| {name} | {count} | {took:.0f} | {size(folder):.0f} |", flush=True)
        first = Path(room, "0")
        if "--run" in options:
            copy = Path(room, "copy")
            copy.mkdir()
            took = run(first, copy)
            print(f"| to run, after a run of {took:.0f} s | | | {size(first):.0f} |")
        found = Counter({p.name: weight(p) for p in distributions(path=[str(packages(first))])})
        print("\n| the largest | MB |\n|---|---:|")
        for name, megabytes in found.most_common(10):
            print(f"| {name} | {megabytes:.0f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
