"""The commands as a user types them, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monotown.commands.places import PROJECT
from workflow import measured

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Typed:
    """A command that came to its end."""

    status: int
    out: str
    err: str


@dataclass
class Commands:
    """``monotown`` of an environment, in a working folder; what it executes is measured where tests measure."""

    folder: Path
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    measures: bool = False

    def __call__(self, *words: object, **options: str) -> Typed:
        left = ("PYTHONPATH", "LC_ALL", "LC_MESSAGES", "LANG")
        environment = {k: v for k, v in os.environ.items() if k not in left and not k.startswith("COV")}
        environment |= {"PYTHONUTF8": "1", **self.environment, **options}
        environment |= measured.environment(self.folder, ROOT / "src") if self.measures else {}
        done = subprocess.run(
            [*self.command, *map(str, words)],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=1200,
            check=False,
        )
        measured.collect(self.folder)
        return Typed(done.returncode, done.stdout, done.stderr)

    def read(self, *words: object, **options: str) -> dict[str, Any]:
        """The object of ``check --json``."""
        return json.loads(self("check", "--json", *words, **options).out)


@pytest.fixture
def monotown(tmp_path):
    """The commands of this checkout in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    command = (sys.executable, "-m", "monotown.commands")
    return Commands(folder, command, {"PYTHONPATH": str(ROOT / "src")}, measures=True)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel of a copy of the checkout: building writes beside what it builds."""
    copy = tmp_path_factory.mktemp("source") / "monotown"
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    for name in (*PROJECT, "src", "setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=ignore)
        else:
            copy.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", target, copy]
    subprocess.run(build, check=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel, whose other packages are those of this one; its folder of packages."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = next(p for p in (home / "bin" / "python", home / "Scripts" / "python.exe") if p.exists())
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    # a line of such a file is a folder of packages after this one, and this checkout is not among them
    (packages / "others.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True)
    return packages, next(p for p in python.parent.iterdir() if p.stem == "monotown")
