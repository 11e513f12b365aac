"""Write environment.yml from the lock of development: ``python tools/conda_file.py``, a part of ``make lock``.

Its pins stand in the file itself: Snakemake copies the file away from the lock before conda reads it. They have no
hashes: Snakemake keeps the whole file with each result that a rule with this environment makes.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

HEAD = """\
# The conda way to the same environment, made by `make lock`: the versions of both locks.
#   conda env create -f environment.yml && conda activate monotown && snakemake --cores 4
name: monotown
channels:
  - conda-forge
dependencies:
  - python {python}
  - pip
  - pip:
"""


def pins(lock: str) -> list[str]:
    """What a lock pins: names with extras, versions, and where each is needed, without hashes."""
    return re.findall(r"^([A-Za-z0-9][^\s=]*==.*?)(?: \\)?$", lock, flags=re.MULTILINE)


def environment() -> str:
    """Content of environment.yml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = pins((ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    return HEAD.format(python=project["requires-python"]) + "".join(f'      - "{pin}"\n' for pin in found)


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), encoding="utf-8", newline="\n")
