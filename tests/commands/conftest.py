"""The commands as a user types them, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Typed:
    """A command that came to its end."""

    status: int
    out: str
    err: str


@dataclass
class Commands:
    """``monotown`` of an environment, in a working folder."""

    folder: Path
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: object, **options: str) -> Typed:
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "LC_ALL", "LC_MESSAGES", "LANG")}
        environment |= {"PYTHONUTF8": "1", **self.environment, **options}
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
        return Typed(done.returncode, done.stdout, done.stderr)

    def read(self, *words: object, **options: str) -> dict[str, Any]:
        """The object of ``check --json``."""
        return json.loads(self("check", "--json", *words, **options).out)


@pytest.fixture
def monotown(tmp_path):
    """The commands of this checkout in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    return Commands(folder, (sys.executable, "-m", "monotown.commands"), {"PYTHONPATH": str(ROOT / "src")})
