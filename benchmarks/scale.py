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


def taken(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds and processor seconds of a command that must go well, with all that it starts."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def largest(results: Path) -> tuple[str, float]:
    """The step of a run with the largest process, and its size in MB."""
    sizes = {p: pd.read_csv(p, sep="\t")["max_rss"].max() for p in (results / "benchmarks").rglob("*.tsv")}
    most = max(sizes, key=lambda p: sizes[p])
    return str(most.relative_to(results / "benchmarks").with_suffix("")), sizes[most]


def main(*cases: str) -> None:
    """Print the table."""
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


if __name__ == "__main__":
    main(*sys.argv[1:])
