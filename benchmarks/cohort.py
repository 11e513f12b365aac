"""Speed of the cohort: trajectories of degree holders a second, beside NumPy's own generators.

Run by hand from the project's folder: ``.venv/bin/python benchmarks/cohort.py``. A trajectory is
one stock over its years: binomial exits and Poisson arrivals of each year. Writes
``benchmarks/cohort.md``.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from monotown.cohort.simulate import simulate

STOCK, TRAJECTORIES, SEED = 50, 1_000_000, 20200601


def generator(block: int) -> np.random.Generator:
    """Random numbers of one block."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([SEED, block])))


def fastest(run: Callable[[], object], repeats: int = 5) -> float:
    """Fastest of some runs after one that warms up, in seconds."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def plain(exits: np.ndarray, inflow: np.ndarray, years: int) -> np.ndarray:
    """The same by NumPy's binomial and Poisson generators."""
    random, now = generator(0), np.full(exits.size, STOCK)
    for _ in range(years):
        now = now - random.binomial(now, exits) + random.poisson(inflow)
    return now


def main() -> None:
    """Measure and write the table."""
    random = np.random.default_rng(SEED)
    exits, inflow = random.beta(2, 18, TRAJECTORIES), random.gamma(2, 1.5, TRAJECTORIES)
    lines = [
        "# Speed of the cohort",
        "",
        f"{TRAJECTORIES:,} trajectories from {STOCK} persons, exits and inflow drawn for each. "
        "Fastest of 5 runs after a warm-up.",
        "",
        "| what | years | trajectories a second | years of a trajectory a second |",
        "|---|---:|---:|---:|",
    ]
    cases: list[tuple[str, int, Callable[[], object]]] = [
        (name, years, run)
        for years in (5, 16)
        for name, run in (
            ("NumPy's generators, one thread", lambda y=years: plain(exits, inflow, y)),
            ("monotown, one thread", lambda y=years: simulate(STOCK, exits, inflow, y, generator)),
            ("monotown, two threads", lambda y=years: simulate(STOCK, exits, inflow, y, generator, threads=2)),
        )
    ]
    for name, years, run in cases:
        rate = TRAJECTORIES / fastest(run)
        lines.append(f"| {name} | {years} | {rate:,.0f} | {rate * years:,.0f} |")
    load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    used = f"Python {platform.python_version()}, numpy {np.__version__}"
    lines += ["", f"{used}; {load} at the end.", ""]
    text = "\n".join(lines)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
