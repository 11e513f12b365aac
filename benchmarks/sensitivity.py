"""Speed and memory of the sensitivity analysis: ratios of runs side by side in one go.

Run by hand from the project's folder: ``.venv/bin/python benchmarks/sensitivity.py``; with
``--full`` up to 10,000,000 draws. Writes ``benchmarks/sensitivity.md`` and
``benchmarks/sensitivity.svg``.
"""

# ruff: noqa: E402 (the number of threads is set before NumPy loads)
from __future__ import annotations

import os

for _threads in ("OPENBLAS", "OMP", "MKL"):
    os.environ[_threads + "_NUM_THREADS"] = "1"

import json
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from monotown.base.streams import Stream
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import prepare
from monotown.methods.ranks import rank
from monotown.sensitivity.convergence import ByLevel
from monotown.sensitivity.design import Variants
from monotown.sensitivity.draws import BLOCK, Law, WeightDraws
from monotown.sensitivity.inputs import read_inputs
from monotown.sensitivity.monte_carlo import MonteCarloRun
from monotown.sensitivity.tally import Baseline, Tally
from monotown.sensitivity.weights import run_weights
from monotown.sensitivity.year import Case

UNITS, INDICATORS, SEED = 51, 49, 20200601
MANY = 200
STEPS = (10_000, 100_000, 1_000_000)
FACTORS = {
    "weights": {"law": "dirichlet"},
    "outliers": {"levels": ["none", "winsorise"]},
    "normalisation": {"levels": ["minmax", "minmax_sample", "percentile"]},
    "aggregation": {"levels": ["arithmetic", "geometric", "harmonic"]},
}


def joint() -> MonteCarloRun:
    """51 units, 49 indicators in three levels, with random values."""
    rng = np.random.default_rng(SEED)
    names = [f"m{i}" for i in range(INDICATORS)]
    blocks = []
    for b, part in enumerate(np.array_split(np.array(names), 4)):
        groups = np.array_split(part, 3)
        children = [
            {"id": f"b{b}s{s}", "children": [{"measure": str(m)} for m in group]} for s, group in enumerate(groups)
        ]
        blocks.append({"id": f"b{b}", "children": children})
    tree = {"id": "index", "aggregation": "geometric", "floor": 0.01, "children": blocks}
    values = rng.lognormal(2.0, 0.7, size=(UNITS, INDICATORS))
    rows = [
        ("v", f"u{i:02}", 2022, m, "i", "B", values[i, j], "1", "synthetic", "s", "exact", "")
        for i in range(UNITS)
        for j, m in enumerate(names)
    ]
    columns = [
        "view",
        "unit",
        "year",
        "measure",
        "indicator",
        "block",
        "value",
        "unit_of_measure",
        "kind",
        "source",
        "reading",
        "flag",
    ]
    measures: dict[str, dict[str, Any]] = {m: {"direction": 1, "goalposts": [0, 80]} for m in names}
    config = {"kind": "synthetic", "tree": tree}
    prepared = prepare(pd.DataFrame(rows, columns=columns), "v", config, measures)
    variants = Variants(prepared, config, measures, read_inputs(FACTORS, 0.25), 2022)
    return MonteCarloRun(variants, "benchmark", SEED)


def fastest(run: Any, repeats: int = 5) -> float:
    """Fastest of some runs after one that warms up; other work on the machine only slows one."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def factors() -> list[tuple[str, float]]:
    """Evaluations a second of the four factors, and of the bare product and sort."""
    run = joint()
    count = 4 * BLOCK
    parts = [run.draw(b) for b in range(4)]
    drawn = type(parts[0])(
        np.concatenate([p.levels for p in parts]),
        np.concatenate([p.weights for p in parts]),
        np.concatenate([p.table for p in parts]),
        parts[0].noise,
    )
    z_up = np.ascontiguousarray(run.variants.case.z.T)
    scores = run.scores(drawn)
    ranks = np.empty_like(scores)
    tally = Tally(Baseline.of(run.variants.case.scores, scores), INDICATORS)
    levels = ByLevel(run.variants.case.ranks, tuple(len(f.levels) for f in run.variants.factors))
    timed = (
        ("NumPy, one product and one sort (the floor)", lambda: np.sort(drawn.weights @ z_up, axis=1)),
        ("four factors, weights drawn before: scores and ranks", lambda: rank(run.scores(drawn), out=ranks)),
        ("drawing the settings and the weights", lambda: [run.draw(b) for b in range(4)]),
        ("counting ranks, scores, pairs and weights", lambda: tally.add(scores, drawn.weights)),
        ("counting by level", lambda: levels.add(ranks, drawn.levels)),
        ("the whole run, from seed to counts", lambda: run.run(count)),
    )
    return [(name, count / fastest(work)) for name, work in timed]


def one_shard(draws: int, shard: int, shards: int) -> dict[str, float]:
    """Seconds and peak memory of a shard of weight draws over 200 units."""
    rng = np.random.default_rng(SEED)
    blocks = tuple(Node(f"b{b}", tuple(Leaf(f"m{b}_{i}") for i in range(4)), 1.0) for b in range(4))
    model = IndexModel(Node("index", blocks, 1.0, method("geometric"), floor=0.01))
    case = Case.of(model, 2022, [f"u{i}" for i in range(MANY)], rng.random((MANY, 16)))
    weights = WeightDraws(model, Law("dirichlet", 0.25), Stream(SEED, "benchmark"))
    start = time.perf_counter()
    run_weights([case], weights, draws, shard=shard, shards=shards)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "megabytes": peak}


def scaling(steps: tuple[int, ...]) -> list[tuple[int, float, float]]:
    """Draws, seconds of the slower of two processes side by side, and the larger peak."""
    found = []
    for draws in steps:
        workers = [
            subprocess.Popen([sys.executable, __file__, "--shard", str(draws), str(s), "2"], stdout=subprocess.PIPE)
            for s in range(2)
        ]
        told = [json.loads(w.communicate()[0]) for w in workers]
        wall = max(t["seconds"] for t in told)
        found.append((draws, wall, max(t["megabytes"] for t in told)))
        print(f"{draws:,} draws: {wall:.1f} s, {found[-1][2]:.0f} MB", file=sys.stderr)
    return found


def plot(found: list[tuple[int, float, float]]) -> Figure:
    """Time and memory against draws."""
    draws, wall, peak = (np.array(column) for column in zip(*found, strict=True))
    figure = Figure(figsize=(7, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.loglog(draws, wall, marker="o")
    left.set(xlabel="draws", ylabel="seconds, 2 processes")
    right.semilogx(draws, peak, marker="s")
    right.set(xlabel="draws", ylabel="peak memory of a process, MB", ylim=(0, None))
    return figure


def main() -> None:
    """Run everything and write the report."""
    steps = (*STEPS, 10_000_000) if "--full" in sys.argv else STEPS
    speed, scale = factors(), scaling(steps)
    base = speed[0][1]
    lines = [
        "# Speed of the sensitivity analysis",
        "",
        f"{UNITS} units, {INDICATORS} indicators in three levels; outlier rule x normalisation x "
        "weights x aggregation (18 combinations); one thread. An evaluation is one replicate: "
        "scores and ranks of all units. Fastest of 5 runs after a warm-up.",
        "",
        "| what | evaluations a second | times the floor |",
        "|---|---:|---:|",
        *(f"| {name} | {rate:,.0f} | {base / rate:,.2f} |" for name, rate in speed),
        "",
        f"Streaming: {MANY} units, 16 indicators, geometric over four blocks; weights drawn, "
        "scores, ranks, and everything counted. Two processes, half of the draws each.",
        "",
        "| draws | seconds | draws a second | peak memory of a process, MB |",
        "|---:|---:|---:|---:|",
        *(f"| {n:,} | {wall:,.1f} | {n / wall:,.0f} | {peak:,.0f} |" for n, wall, peak in scale),
        "",
    ]
    draws, wall = (np.log([row[i] for row in scale]) for i in (0, 1))
    slope = np.polyfit(draws, wall, 1)[0]
    lines += [
        f"Time grows as draws to the power {slope:.2f}, Python's start left out. Peak memory at "
        f"{scale[-1][0]:,} draws is {scale[-1][2] / scale[1][2]:.2f} times that at 100,000.",
        "",
        "![Time and memory](sensitivity.svg)",
        "",
        f"Python {platform.python_version()}, numpy {np.__version__}; load average "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores at the end.",
        "",
    ]
    folder = Path(__file__).parent
    plot(scale).savefig(folder / "sensitivity.svg", metadata={"Date": None})
    (folder / "sensitivity.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    if "--shard" in sys.argv:
        print(json.dumps(one_shard(*(int(a) for a in sys.argv[2:5]))))
    else:
        main()
