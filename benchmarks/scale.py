"""Time and memory of a study alone, from its folder to the report: ``python benchmarks/scale.py [case ...]``.

A case is ``units x years x indicators``, such as ``200x3x4``. Each is a study made up by a seed, run by the command, at
`--cores 2`; the shares are those of a whole run of the default study in the same hour, which is taken first: of its
seconds, and of its processor seconds, which other work on the machine changes little.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]

CASES = ("200x3x4", "2000x10x27", "5000x5x27")

#: Wrong rows of a study, all of which `check` looks at: a unit that is none, or one wrong cell of four.
WRONG = ("unknown units", "wrong cells")


def study(folder: Path, units: int, years: int, indicators: int) -> None:
    """Write a study of so many units, years and indicators in four blocks."""
    rng = np.random.default_rng(20200601)
    folder.mkdir()
    (folder / "study.yaml").write_text("title: Made up\nkind: synthetic\nlanguages: [en]\n", encoding="utf-8")
    ids = [f"i{k:02}" for k in range(indicators)]
    blocks = [f"b{k}" for k in range(min(4, indicators))]
    rows = [{"id": "whole"}, *({"id": b, "parent": "whole"} for b in blocks)]
    rows += [
        {"id": m, "parent": blocks[k % len(blocks)], "direction": 1, "low": 0, "high": 100} for k, m in enumerate(ids)
    ]
    pd.DataFrame(rows).to_csv(folder / "indicators.csv", index=False)
    codes = np.repeat([f"u{k:05}" for k in range(units)], years)
    values = np.clip(rng.normal(50, 15, (units, 1, indicators)) + rng.normal(0, 2, (units, years, indicators)), 1, 99)
    data = pd.DataFrame(values.reshape(units * years, indicators).round(3), columns=ids)
    data.insert(0, "unit", codes)
    data.insert(1, "year", np.tile(np.arange(2020 - years, 2020), units))
    data.to_csv(folder / "data.csv", index=False)


def wrong(folder: Path, what: str, rows: int = 1_000_000) -> None:
    """Write a study each of whose rows is wrong."""
    study(folder, 100, 1, 4)
    codes = [f"u{k:05}" for k in range(100)]
    pd.DataFrame({"code": codes}).to_csv(folder / "units.csv", index=False)
    line = "{unit},{year},{a},50,50,50\n"
    with (folder / "data.csv").open("w", encoding="utf-8") as file:
        file.write("unit,year,i00,i01,i02,i03\n")
        for k in range(rows):
            unit, cell = (f"x{k:07}", "50") if what == WRONG[0] else (codes[k % 100], "fifty")
            file.write(line.format(unit=unit, year=1901 + k // 100 % 199, a=cell))


def taken(command: list[str], folder: Path, status: int = 0) -> tuple[float, float]:
    """Seconds and processor seconds of a command that must end with a status, with all that it starts."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    if done.returncode != status:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def largest(results: Path) -> tuple[str, float]:
    """The step of a run with the largest process, and its size in MB."""
    sizes = {p: pd.read_csv(p, sep="\t")["max_rss"].max() for p in (results / "benchmarks").rglob("*.tsv")}
    most = max(sizes, key=lambda p: sizes[p])
    return str(most.relative_to(results / "benchmarks").with_suffix("")), sizes[most]


def main(*cases: str) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        run = [sys.executable, "-m", "snakemake", "--cores", "2", "--config", "results=results/scale"]
        try:
            wall, busy = taken(run, ROOT)
        finally:
            shutil.rmtree(ROOT / "results" / "scale", ignore_errors=True)
        print(f"A whole run of the default study: {wall:.0f} s, {busy:.0f} processor seconds.\n")
        print(
            "| units x years x indicators | seconds | processor seconds | share of seconds "
            "| share of processor seconds | largest step, MB |\n|---|---:|---:|---:|---:|---|"
        )
        for case in cases or CASES:
            study(folder / case, *map(int, case.split("x")))
            took, used = taken([sys.executable, "-m", "monotown.commands", "run", case, "--cores", "2"], folder)
            step, size = largest(folder / f"{case}-results")
            row = [
                case,
                f"{took:.0f}",
                f"{used:.0f}",
                f"{took / wall:.2f}",
                f"{used / busy:.2f}",
                f"{step}, {size:.0f}",
            ]
            print(f"| {' | '.join(row)} |", flush=True)
        print("\n| `check` of | seconds | processor seconds | share of seconds |\n|---|---:|---:|---:|")
        small = folder / "small"
        study(small, 6, 1, 4)
        took, used = taken([sys.executable, "-m", "monotown.commands", "check", "small"], folder)
        print(f"| 6 x 1 x 4 | {took:.2f} | {used:.2f} | {took / wall:.3f} |", flush=True)
        for what in WRONG:
            wrong(folder / what.replace(" ", "-"), what)
            took, used = taken([sys.executable, "-m", "monotown.commands", "check", what.replace(" ", "-")], folder, 1)
            print(f"| 1,000,000 rows of {what} | {took:.1f} | {used:.1f} | {took / wall:.2f} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
