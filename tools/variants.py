"""The default run where others have it: ``python tools/variants.py [name ...]``; the golden results must come out.

A variant is an interpreter, a set of packages, a locale, a time zone, cores, threads and a folder. Without a name one
is chosen by the hash of the commit, so that each is tried as commits go by; ``all`` takes every one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Variant:
    """Where a run is tried.

    Attributes
    ----------
    python
        Version of the interpreter; it is looked for as ``python3.12`` on the path.
    lock
        File of the pinned packages.
    locale, zone
        ``LC_ALL`` and ``TZ``.
    cores, threads
        Steps at a time, and threads that each library of linear algebra may start.
    folder
        Name of the folder that holds the project.
    """

    python: str
    lock: str
    locale: str
    zone: str
    cores: int
    threads: int
    folder: str


#: Each value of each part stands in one of them at least.
VARIANTS: Final = {
    "russian": Variant("3.12", "requirements.lock", "ru_RU.UTF-8", "Pacific/Kiritimati", 1, 4, "Моногорода 1"),
    "kazakh": Variant("3.13", "requirements.lock", "kk_KZ.UTF-8", "America/Los_Angeles", 4, 2, "Моноқалалар (көшірме)"),
    "lowest": Variant("3.11", "requirements-lowest.lock", "C", "UTC", 2, 1, "a b'c"),
}


def chosen(names: list[str], commit: str) -> list[str]:
    """Names of the variants to try.

    Raises
    ------
    SystemExit
        Of a name that there is not.

    Examples
    --------
    >>> chosen([], "000000000001"), chosen(["lowest"], "f"), len(chosen(["all"], "f")) == len(VARIANTS)
    (['kazakh'], ['lowest'], True)
    """
    if unknown := sorted(set(names) - {*VARIANTS, "all"}):
        raise SystemExit(f"no variant {', '.join(unknown)}; there are all, {', '.join(VARIANTS)}")
    if names:
        return list(VARIANTS) if "all" in names else names
    return [list(VARIANTS)[int(commit, 16) % len(VARIANTS)]]


def there(python: str) -> bool:
    """Whether an interpreter is on the path, and not only a name that leads to none."""
    return bool(shutil.which(python)) and subprocess.run([python, "--version"], capture_output=True).returncode == 0


def tried(variant: Variant, folder: Path) -> str:
    """What moved against the golden results; "" where nothing did.

    Raises
    ------
    subprocess.CalledProcessError
        If the packages cannot be installed, or the run fails.
    """
    project = folder / variant.folder
    project.mkdir()
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(project)], input=packed, check=True)
    subprocess.run([f"python{variant.python}", "-m", "venv", ".venv"], cwd=project, check=True)
    pip = [".venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", variant.lock], cwd=project, check=True)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(variant.threads))
    place = {"LC_ALL": variant.locale, "LANG": variant.locale, "TZ": variant.zone}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_"))} | place | threads
    environment["PYTHONPATH"] = os.pathsep.join(str(project / part) for part in ("src", "tests"))
    run = [".venv/bin/python", "-m", "snakemake", "--cores", str(variant.cores)]
    subprocess.run(run, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)
    compare = (
        "import pathlib, golden_results as g; print(g.told(g.compare(g.declared(), g.STORED, pathlib.Path('results'))))"
    )
    said = subprocess.run(
        [".venv/bin/python", "-c", compare], cwd=project, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    return "" if said == "Nothing moved." else said


def main(names: list[str]) -> int:
    """Try variants; 1 where the golden results did not come out."""
    told = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, check=True, text=True)
    failed = 0
    for name in chosen(names, told.stdout.strip()):
        variant = VARIANTS[name]
        if not there(f"python{variant.python}"):
            print(f"{name}: not tried, no python{variant.python} here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                moved = tried(variant, Path(folder))
            except subprocess.CalledProcessError as error:
                moved = str(error)
        print(f"{name}: {moved or 'the golden results'} ({variant})", flush=True)
        failed += bool(moved)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
