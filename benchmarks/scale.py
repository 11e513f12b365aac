"""Time and memory of a study alone, from its folder to the report: ``python benchmarks/scale.py [case ...]``.

A case is ``units x years x indicators``, such as ``200x3x4``. Each is a study made up by a seed, run by the command, at
`--cores 2`; the share is that of a whole run of the default study in the same hour, which is taken first.
"""

from __future__ import annotations

import resource
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


def seconds(command: list[str], folder: Path) -> float:
    """Seconds of a command that must go well."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return time.perf_counter() - start


def main(*cases: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        whole = seconds([sys.executable, "-m", "snakemake", "--cores", "2", "--forceall"], ROOT)
        print(f"A whole run of the default study: {whole:.0f} s.\n")
        print(
            "| units x years x indicators | seconds | share of the whole run | largest process, MB |\n"
            "|---|---:|---:|---:|"
        )
        for case in cases or CASES:
            study(folder / case, *map(int, case.split("x")))
            took = seconds([sys.executable, "-m", "monotown.commands", "run", case, "--cores", "2"], folder)
            # the largest so far: cases grow
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"| {case} | {took:.0f} | {took / whole:.2f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
