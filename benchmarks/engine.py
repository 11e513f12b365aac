"""Speed of the engine: evaluations a second, beside the bare matrix product and two libraries.

Run by hand from the project's folder: ``.venv/bin/python benchmarks/engine.py``. All in one
process and one thread, on one matrix; an evaluation is one weight vector turned into the scores
and ranks of all units. Writes ``benchmarks/engine.md``.
"""

# ruff: noqa: E402 (the number of threads is set before NumPy loads)
from __future__ import annotations

import os

for _threads in ("OPENBLAS", "OMP", "MKL"):
    os.environ[_threads + "_NUM_THREADS"] = "1"

import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pymcdm.helpers import rankdata
from pymcdm.methods import TOPSIS
from skcriteria import mkdm
from skcriteria.agg.simple import WeightedSumModel

from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.methods.ranks import rank

UNITS, INDICATORS, DRAWS, SEED = 51, 49, 10_000, 20200601


def model(root: str, inner: str, lowest: str = "arithmetic") -> IndexModel:
    """49 indicators in three levels: 4 blocks, each of sub-blocks of at most 4 indicators.

    A floor keeps the scores of blocks positive where means below them may be 0.
    """
    sizes, number, blocks = (13, 12, 12, 12), 0, []
    for b, size in enumerate(sizes):
        parts = []
        for s in range(0, size, 4):
            leaves = tuple(Leaf(f"m{number + i}") for i in range(s, min(s + 4, size)))
            parts.append(Node(f"b{b}s{s}", leaves, 1.0, method(lowest)))
        number += size
        blocks.append(Node(f"b{b}", tuple(parts), 1.0, method(inner)))
    floor = None if root == lowest else 0.01
    return IndexModel(Node("index", tuple(blocks), 1.0, method(root), floor=floor))


def seconds(run: Callable[[], object], repeats: int = 7) -> tuple[float, float]:
    """Median and fastest time of some runs, after one that warms up."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return float(np.median(times)), min(times)


def rows() -> list[tuple[str, int, float, float]]:
    """What was run: its name, evaluations a run, median and fastest seconds."""
    rng = np.random.default_rng(SEED)
    z = rng.random((UNITS, INDICATORS))
    w = rng.dirichlet(np.ones(INDICATORS), size=DRAWS)
    few = w[:200]
    z_up = np.ascontiguousarray(z.T)
    scores, ranks = np.empty((DRAWS, UNITS)), np.empty((DRAWS, UNITS))

    def ours(tree: IndexModel, given: np.ndarray = z) -> Callable[[], object]:
        return lambda: rank(evaluate(tree, given, w, scores), out=ranks)

    def floor() -> object:
        return np.sort(w @ z_up, axis=1)

    positive, types = 0.01 + 0.99 * z, np.ones(INDICATORS)
    plain = TOPSIS(normalization_function=lambda x, cost=False: x)
    weighted_sum = WeightedSumModel()
    mean, mixed = model("arithmetic", "arithmetic"), model("geometric", "arithmetic")
    topsis = IndexModel(Node("i", tuple(Leaf(f"m{i}") for i in range(INDICATORS)), 1.0, method("topsis")))
    np.testing.assert_allclose(evaluate(mean, z, w), w @ z_up)
    np.testing.assert_allclose(evaluate(topsis, positive, few)[3], plain(positive, few[3], types))
    cases: list[tuple[str, int, Callable[[], object]]] = [
        ("NumPy, one product and one sort (the floor)", DRAWS, floor),
        ("monotown, arithmetic in three levels, ranks with ties", DRAWS, ours(mean)),
        ("monotown, geometric over arithmetic blocks, ranks with ties", DRAWS, ours(mixed)),
        (
            "monotown, geometric in three levels, ranks with ties",
            DRAWS,
            ours(model("geometric", "geometric", "geometric"), positive),
        ),
        (
            "monotown, geometric twice over arithmetic, a floor between, ranks with ties",
            DRAWS,
            ours(model("geometric", "geometric")),
        ),
        ("monotown, scores only, arithmetic", DRAWS, lambda: evaluate(mean, z, w, scores)),
        ("monotown, scores only, geometric over arithmetic", DRAWS, lambda: evaluate(mixed, z, w, scores)),
        ("monotown, TOPSIS of 49 indicators, ranks with ties", DRAWS, ours(topsis)),
        (
            "pymcdm, TOPSIS and rankdata, one call a draw",
            len(few),
            lambda: [rankdata(plain(positive, v, types), reverse=True) for v in few],
        ),
        (
            "scikit-criteria, weighted sum with ranks, one call a draw",
            50,
            lambda: [weighted_sum.evaluate(mkdm(positive, types, weights=v)).rank_ for v in w[:50]],
        ),
    ]
    return [(name, n, *seconds(run)) for name, n, run in cases]


def table(found: list[tuple[str, int, float, float]]) -> str:
    """Markdown table of the runs."""
    base = found[0][1] / found[0][3]
    lines = [
        "# Speed of the engine",
        "",
        f"{UNITS} units, {INDICATORS} indicators in three levels, {DRAWS:,} weight vectors; one "
        "thread. An evaluation is one weight vector: scores of all units and, unless said "
        "otherwise, their ranks. Fastest and median of 7 runs after a warm-up: other work on the "
        'machine only slows a run; "times the floor" compares the fastest.',
        "",
        "| what | evaluations a second, fastest run | median run | times the floor |",
        "|---|---:|---:|---:|",
    ]
    for name, n, median, fastest in found:
        rate, best = n / median, n / fastest
        lines.append(f"| {name} | {best:,.0f} | {rate:,.0f} | {base / best:,.2f} |")
    used = ", ".join(f"{p} {version(p)}" for p in ("numpy", "pymcdm", "scikit-criteria"))
    load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    lines += ["", f"Python {platform.python_version()}, {used}; {load} at the end.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    text = table(rows())
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
