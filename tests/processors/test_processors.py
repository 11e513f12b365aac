"""One study under other processors, C libraries and Pythons: the tables are the same.

What is promised: numbers equal to one unit of their last written digit; ranks, counts, verdicts and
labels equal. Other Pythons are tried where MONOTOWN_PYTHONS names interpreters (separated as a
PATH) with the locked packages.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from numpy._core._multiarray_umath import __cpu_features__

from monotown.base.tables import DIGITS, as_written, decimals_of

STUDY = Path(__file__).with_name("study.py")
OWN = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES")
OLD_LIBM = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA,-FMA4"

#: Name to its environment. NumPy's names are those of its dispatch: AVX2 would turn nothing off.
PROCESSORS: dict[str, dict[str, str]] = {
    "OpenBLAS as on Nehalem": {"OPENBLAS_CORETYPE": "Nehalem"},
    "OpenBLAS as on Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "OpenBLAS as on SkylakeX": {"OPENBLAS_CORETYPE": "SkylakeX"},
    "NumPy without AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4"},
    "NumPy without AVX2": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"},
    "libm without FMA": {"GLIBC_TUNABLES": OLD_LIBM},
}
PYTHONS = [p for p in os.environ.get("MONOTOWN_PYTHONS", "").split(os.pathsep) if p]


def _lacks(variant: str) -> str:
    """Why this machine cannot run a variant; "" where it can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return "variants of x86-64 processors, on Linux"
    if "SkylakeX" in variant and not __cpu_features__["X86_V4"]:
        return "this processor has no AVX-512"
    if "Haswell" in variant and not __cpu_features__["X86_V3"]:
        return "this processor has no AVX2"
    return ""


def _run(out: Path, python: str = sys.executable, **variant: str) -> Path:
    known = {k: v for k, v in os.environ.items() if k not in OWN}
    done = subprocess.run(
        [python, "-W", "ignore", str(STUDY), str(out)],
        env={**known, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", **variant},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The study as it is here, and under each variant; two at a time."""
    top = tmp_path_factory.mktemp("processors")
    variants = {n: v for n, v in PROCESSORS.items() if not _lacks(n)}
    with ThreadPoolExecutor(2) as pool:
        yield {
            "here": pool.submit(_run, top / "here"),
            **{n: pool.submit(_run, top / f"v{k}", **v) for k, (n, v) in enumerate(variants.items())},
            **{p: pool.submit(_run, top / f"p{k}", p) for k, p in enumerate(PYTHONS)},
        }


NUMBER = re.compile(r"-?(?:\d+\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+)")


def unit_of(number: str, decimals: int) -> Decimal:
    """One unit of the last digit with which a table has a number."""
    size = Decimal(number).adjusted() if Decimal(number) else -decimals
    return Decimal(1).scaleb(min(max(size - DIGITS + 1, -decimals), 0))


def _decimals(column: Iterable[str]) -> int:
    return decimals_of([float(c) for c in column if NUMBER.fullmatch(c)])


def differences(one: Path, other: Path) -> list[str]:
    """Where two folders of tables differ by more than the promise allows."""
    names = [sorted(p.name for p in d.glob("*.csv")) for d in (one, other)]
    found = [] if names[0] == names[1] else [f"files: {names}"]
    for name in names[0]:
        tables = []
        for folder in (one, other):
            with (folder / name).open(encoding="utf-8", newline="") as file:
                tables.append(list(csv.reader(file)))
        if [len(t) for t in tables] != [len(tables[0])] * 2:
            found.append(f"{name}: {len(tables[0])} and {len(tables[1])} rows")
            continue
        columns = [list(zip(*t, strict=True)) for t in tables]
        most = [min(_decimals(a), _decimals(b)) for a, b in zip(*columns, strict=True)]
        for n, rows in enumerate(zip(*tables, strict=True)):
            for column, decimals, a, b in zip(tables[0][0], most, *rows, strict=True):
                if a == b:
                    continue
                numbers = NUMBER.fullmatch(a) and NUMBER.fullmatch(b)
                limit = max(unit_of(a, decimals), unit_of(b, decimals)) if numbers else None
                if limit is None or abs(Decimal(a) - Decimal(b)) > limit:
                    found.append(f"{name}, row {n}, {column}: {a} and {b}")
    return found


def test_a_difference_is_one_unit_of_the_last_digit_at_most(tmp_path: Path) -> None:
    for folder, cells in (
        ("a", ["0.3", "0.0", "12.5", "3.0", "x"]),
        ("b", ["0.3000000001", "1e-10", "12.50000001", "4.0", "y"]),
        ("c", ["0.3000000002", "3e-10", "12.50000002", "", "x"]),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text("cell,\n" + "".join(f"{c},\n" for c in cells))
    assert [d.split(": ")[1] for d in differences(tmp_path / "a", tmp_path / "b")] == ["3.0 and 4.0", "x and y"]
    assert len(differences(tmp_path / "a", tmp_path / "c")) == 4
    assert unit_of(str(as_written(1 / 3)), 10) == Decimal("1e-10")


def test_the_study_has_tables_of_every_stage_and_equal_years(runs: dict[str, Any]) -> None:
    folder = runs["here"].result()
    stages = {p.name.split("_")[0].removesuffix(".csv") for p in folder.glob("*.csv")}
    assert stages >= {
        "index",
        "methods",
        "structure",
        "first",
        "changes",
        "sobol",
        "joint",
        "weights",
        "scenarios",
        "hypothesis",
        "mechanism",
        "cohort",
    }
    with (folder / "index_trends.csv").open(encoding="utf-8") as file:
        level = [r for r in csv.DictReader(file) if r["unit"] == "u1" and r["node"] == "index"]
    assert [(r["tau"], r["median_slope"], r["change"]) for r in level] == [("", "0.0", "0.0")]


@pytest.mark.parametrize("variant", PROCESSORS)
def test_another_processor_gives_the_same_tables(variant: str, runs: dict[str, Any]) -> None:
    if _lacks(variant):
        pytest.skip(_lacks(variant))
    here, there = runs["here"].result(), runs[variant].result()
    told, base = (json.loads((d / "runtime.json").read_text()) for d in (there, here))
    asked = PROCESSORS[variant]
    # the variant is one: what it asks for is on, what it turns off is off
    if "OPENBLAS_CORETYPE" in asked:
        assert told["openblas"] == [asked["OPENBLAS_CORETYPE"]]
    assert not set(asked.get("NPY_DISABLE_CPU_FEATURES", "").split()) & set(told["numpy"])
    if "GLIBC_TUNABLES" in asked and base["glibc"] and __cpu_features__["X86_V3"]:
        assert told["libm"] != base["libm"]
    assert differences(here, there) == []


@pytest.mark.parametrize("python", PYTHONS or [""])
def test_another_python_gives_the_same_tables(python: str, runs: dict[str, Any]) -> None:
    if not python:
        pytest.skip("MONOTOWN_PYTHONS names no other Python with the locked packages")
    there = runs[python].result()
    told = json.loads((there / "runtime.json").read_text())
    assert told["python"] != platform.python_version()
    assert differences(runs["here"].result(), there) == []
