"""Sobol indices: error of the estimators and coverage of their limits.

Run by hand from the project's folder, after ``make results`` for the views:
``.venv/bin/python benchmarks/sobol.py [results]``. Writes ``benchmarks/sobol.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import yaml

from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.analyses import monte_carlo_run
from monotown.sensitivity.sobol import Indices, Input, exact_indices, sampled_indices
from monotown.sensitivity.sobol_inputs import every_input, joint_sobol
from monotown.workflow import read_table

RUNS, REFERENCE, INTERVAL = 40, 2**18, (0.05, 0.95)
Sample = Callable[[int, int], Indices]  # points and seed to indices


def ishigami() -> tuple[Sample, np.ndarray, np.ndarray]:
    """Ishigami and Homma (1990), a = 7, b = 0.1."""
    inputs = [Input(n) for n in "abc"]

    def f(s: np.ndarray) -> np.ndarray:
        x = np.pi * (2 * s - 1)
        y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
        return y[:, None]

    v1, v2 = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8
    v13 = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return sampler(inputs, f), column(v1, v2, 0) / v, column(v1 + v13, v2, v13) / v


def g_function() -> tuple[Sample, np.ndarray, np.ndarray]:
    """Saltelli and Sobol (1995)."""
    a = np.array([0, 0.5, 1, 4.5, 9, 99])
    v = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + v) - 1

    def f(s: np.ndarray) -> np.ndarray:
        return np.prod((np.abs(4 * s - 2) + a) / (1 + a), axis=1)[:, None]

    total = v * np.prod(1 + v) / (1 + v) / whole
    return sampler([Input(str(k)) for k in a], f), column(*(v / whole)), column(*total)


def ranks_of_choices() -> tuple[Sample, np.ndarray, np.ndarray]:
    """Ranks of 8 units, and their mean shift, under 2 x 3 x 4 x 6 choices, by enumeration."""
    rng = np.random.default_rng(1)
    inputs = [Input(str(n), tuple(map(str, range(n)))) for n in (2, 3, 4, 6)]
    effects = [rng.normal(scale=s, size=(n, 8)) for n, s in ((2, 0.1), (3, 0.5), (4, 0.3), (6, 1))]
    both = rng.normal(scale=0.4, size=(3, 6, 8))
    own = rng.normal(size=8)

    def f(s: np.ndarray) -> np.ndarray:
        k = s.astype(int)
        score = own + sum(e[k[:, j]] for j, e in enumerate(effects)) + both[k[:, 1], k[:, 3]]
        ranks = 1.0 + (-score).argsort(axis=1).argsort(axis=1)
        shift = np.abs(ranks - (1 + (-own).argsort().argsort())).mean(axis=1)
        return np.column_stack([ranks, shift])

    exact = exact_indices(inputs, f)
    return sampler(inputs, f), exact.first, exact.total


def sampler(inputs: list[Input], f: Callable[[np.ndarray], np.ndarray]) -> Sample:
    """Indices of a function at the size and seed asked for."""
    return lambda points, seed: sampled_indices(inputs, f, points=points, seed=seed, interval=INTERVAL)


def column(*values: float) -> np.ndarray:
    """Indices of one output, shape (inputs, 1)."""
    return np.array(values)[:, None]


def view(name: str, results: Path) -> Sample:
    """Indices of every input of a view."""
    config = yaml.safe_load(Path("config/config.yaml").read_text(encoding="utf-8"))
    views, measures = (yaml.safe_load(Path(config[key]).read_text(encoding="utf-8")) for key in ("views", "measures"))
    given = config["sensitivity"]
    options = {
        "analyses": {"every_input": every_input(given["analyses"], given["weight_cv"])},
        "weight_cv": given["weight_cv"],
    }
    prepared = from_table(read_table(results / f"index/{name}/prepared.csv", PREPARED), name, views[name], measures)
    run = monte_carlo_run(prepared, views[name], measures, "every_input", options, config["seed"])
    return lambda points, seed: joint_sobol(run, points=points, seed=seed, interval=INTERVAL).indices


def rows(
    what: str, sample: Sample, points: int, runs: int, first: np.ndarray, total: np.ndarray, outputs: dict[str, slice]
) -> Iterator[str]:
    """Lines of the table: error, width and coverage over runs with different seeds."""
    found = [sample(points, 1000 + seed) for seed in range(runs)]
    for name, part in outputs.items():
        cells = [f"| {what} | {name} | {points:,} "]
        for order, truth in (("first", first), ("total", total)):
            values = np.stack([getattr(f, order) for f in found])[:, :, part]
            low, high = np.stack([getattr(f, f"{order}_limits") for f in found], axis=1)
            low, high = low[:, :, part], high[:, :, part]
            known = np.broadcast_to(total[:, part] > 0, values.shape)
            inside = (low <= truth[:, part]) & (truth[:, part] <= high)
            error = np.sqrt(np.mean((values - truth[:, part])[known] ** 2))
            width = np.mean((high - low)[known])
            cells.append(f"| {error:.4f} | {width:.4f} | {100 * inside[known].mean():.1f} ")
        yield "".join(cells) + "|"


def main(results: Path) -> None:
    """Measure and write the table."""
    lines = [
        "# Sobol indices: error and coverage",
        "",
        "Root mean square error of the estimates, mean width of the 90% limits and how often they "
        "hold the index, percent: over all inputs that have an effect, and over 400 runs with "
        f"different seeds of the known functions and {RUNS} of each view, whose reference is a run "
        f"of {REFERENCE:,} points. Indices known: Ishigami and g-function analytically, ranks of "
        "choices by enumeration.",
        "",
        "| what | output | points | first: error | width | held, % | total: error | width | held, % |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    known = {
        "Ishigami": (ishigami(), {"score": slice(None)}),
        "g-function": (g_function(), {"score": slice(None)}),
        "ranks of choices": (ranks_of_choices(), {"ranks": slice(0, 8), "mean shift": slice(8, None)}),
    }
    for name, ((sample, first, total), outputs) in known.items():
        for points in (512, 8192):
            lines += rows(name, sample, points, 400, first, total, outputs)
    for name in ("potential_2022", "potential_panel"):
        sample = view(name, results)
        truth = sample(REFERENCE, 1)
        units = truth.first.shape[1] // 2
        outputs = {"scores": slice(0, units), "ranks": slice(units, 2 * units), "mean shift": slice(2 * units, None)}
        lines += rows(name, sample, 8192, RUNS, truth.first, truth.total, outputs)
    text = "\n".join(lines) + "\n"
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "results"))
