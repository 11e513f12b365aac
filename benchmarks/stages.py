"""Time and memory of each rule of a run: ``python benchmarks/stages.py [results] [seconds]``.

Reads what Snakemake measured of every step (`results/benchmarks`). The second argument is the time
of the whole run on the clock, printed beside the sum of its steps.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd


def stages(folder: Path) -> pd.DataFrame:
    """Steps, seconds, processor seconds and peak memory (MB) of each rule, longest first."""
    rows = []
    for path in sorted(folder.rglob("*.tsv")):
        measured = pd.read_csv(path, sep="\t").iloc[-1]
        rule = path.relative_to(folder).parts[0].removesuffix(".tsv")
        rows.append((rule, measured["s"], measured["cpu_time"], measured["max_rss"]))
    steps = pd.DataFrame(rows, columns=["rule", "seconds", "processor", "memory"])
    grouped = steps.groupby("rule").agg(
        steps=("seconds", "size"), seconds=("seconds", "sum"), processor=("processor", "sum"), memory=("memory", "max")
    )
    return grouped.sort_values("seconds", ascending=False)


def main(results: str = "results", whole: str = "") -> None:
    table = stages(Path(results) / "benchmarks")
    print("| rule | steps | seconds | processor seconds | peak memory of a step, MB |")
    print("|---|---:|---:|---:|---:|")
    for rule, row in table.iterrows():
        print(f"| {rule} | {row['steps']:.0f} | {row['seconds']:.1f} | {row['processor']:.1f} | {row['memory']:.0f} |")
    total = table.sum()
    print(
        f"| **all steps** | {total['steps']:.0f} | {total['seconds']:.1f} "
        f"| {total['processor']:.1f} | {table['memory'].max():.0f} |"
    )
    if whole:
        print(f"\nThe whole run took {float(whole):.0f} s on the clock.")


if __name__ == "__main__":
    main(*sys.argv[1:])
