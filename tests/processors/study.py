"""A small study through the functions of every stage, written as the workflow writes its tables.

Run as ``python study.py FOLDER`` by `test_processors.py`, under the environment of a variant.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import math
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

TESTS = Path(__file__).resolve().parents[1]
for folder in (TESTS.parent / "src", TESTS, TESTS / "sensitivity", TESTS / "hypothesis"):
    sys.path.insert(0, str(folder))

import small_view  # noqa: E402
from hypothesis_support import MEASURES, UNITS, VIEWS, light, made  # noqa: E402
from mechanism.small_mechanism import make_config, make_graph, make_point  # noqa: E402
from scenarios import scenarios_support as shipped  # noqa: E402
from words_support import texts  # noqa: E402

from monotown.cohort.build import SERIES, build_cohort  # noqa: E402
from monotown.hypothesis.build import build_hypothesis  # noqa: E402
from monotown.index.build import build_index  # noqa: E402
from monotown.index.prepare import prepare  # noqa: E402
from monotown.index.structure import structure_tables  # noqa: E402
from monotown.mechanism.build import build_mechanism  # noqa: E402
from monotown.methods.outliers import boxcox_power  # noqa: E402
from monotown.methods.weights.ahp import ahp  # noqa: E402
from monotown.methods.weights.experts import best_worst  # noqa: E402
from monotown.methods.weights.frontier import benefit_of_the_doubt  # noqa: E402
from monotown.methods.weights.importance import correlation_ratio, equalise_importance  # noqa: E402
from monotown.scenarios import build as scenarios  # noqa: E402
from monotown.scenarios.read import read_inputs  # noqa: E402
from monotown.sensitivity.analyses import Stop, monte_carlo_tables  # noqa: E402
from monotown.sensitivity.forking_paths import method_tables  # noqa: E402
from monotown.sensitivity.sobol_choices import SobolSettings, sobol_tables  # noqa: E402
from monotown.sensitivity.stability import flip_tables  # noqa: E402
from monotown.sensitivity.weights import Settings, weight_sensitivity  # noqa: E402
from monotown.sensitivity.year import cases_of  # noqa: E402
from monotown.workflow import read_yaml, write_table  # noqa: E402

ROOT = TESTS.parent
Tables = Iterator[tuple[str, pd.DataFrame]]

EVERYTHING = {
    "weights": {"law": "dirichlet"},
    "scheme": {"levels": ["baseline", "critic", "entropy"]},
    "normalisation": {"levels": ["minmax", "zscore", "percentile"]},
    "aggregation": {"levels": ["geometric", "arithmetic", "copeland"]},
    "missing": {"levels": ["baseline", "median"]},
    "outliers": {"levels": ["none", "winsorise"]},
    "leave_out": {"what": "both", "probability": 0.3},
    "data_error": {"relative": 0.05},
}


def runtime() -> dict[str, object]:
    """What of the processor NumPy, OpenBLAS and the C library use."""
    import threadpoolctl
    from numpy._core._multiarray_umath import __cpu_features__ as features

    libm = hashlib.sha256()
    for k in range(1, 20_000):
        libm.update(struct.pack("2d", math.exp(k * 3.7e-4), math.log(k * 3.7e-4)))
    glibc = getattr(ctypes.CDLL(None), "gnu_get_libc_version", None)
    return {
        "python": sys.version.split()[0],
        "numpy": [name for name, on in features.items() if on],
        "openblas": sorted({str(lib.get("architecture")) for lib in threadpoolctl.threadpool_info()}),
        "libm": libm.hexdigest(),
        "glibc": glibc is not None,
    }


def _indicators() -> pd.DataFrame:
    """The small view, with a unit whose years differ by their last bits alone, and tied units."""
    table = small_view.indicators()
    level = {2020: 0.3, 2021: 0.1 + 0.2, 2022: 0.7 - 0.4}
    for unit, times in (("u1", 30.0), ("u7", 50.0), ("u8", 50.0)):
        here = table["unit"] == unit
        table.loc[here, "value"] = times * table.loc[here, "year"].map(level)
    return table


def index_and_sensitivity() -> Tables:
    table = _indicators()
    built = build_index(table, "v", small_view.CONFIG, small_view.MEASURES)
    for name in ("scores", "weights", "normalised", "trends", "contributions", "changes", "comparison"):
        yield f"index_{name}", getattr(built, name)
    prepared = prepare(table, "v", small_view.CONFIG, small_view.MEASURES)
    found = method_tables(prepared)
    yield "methods", found.methods
    yield "inadmissible", found.inadmissible
    structure = structure_tables(built.normalised, built.weights, built.scores, root="index")
    for name in ("structure", "correlations", "importance"):
        yield f"structure_{name}", getattr(structure, name)
    cases = cases_of(prepared)
    schemes = ("equal_by_block", "equal_by_indicator", "critic", "entropy", "pca")
    settings = Settings(1, 400, 0.25, (0.05, 0.95), schemes)
    first = weight_sensitivity("v", "synthetic", prepared.model, cases, settings)
    yield from ((f"first_{n}", t) for n, t in first.items())
    sources = {c.year: "s" for c in cases}
    flips = flip_tables("v", "synthetic", prepared.model, cases, sources)
    yield from ((f"changes_{n}", t) for n, t in flips.items())
    choices = SobolSettings(seed=3, points=32, replicates=4)
    sobol = sobol_tables(prepared, choices)
    yield from ((f"sobol_{n}", t) for n, t in sobol.items())
    run = small_view.joint(EVERYTHING)
    joint = monte_carlo_tables(run, run.run(200), "synthetic", settings, Stop(), 20)
    yield from ((f"joint_{n}", t) for n, t in joint.items())


def weights() -> Tables:
    x = np.random.default_rng(4).gamma(2.0, size=(30, 4)) + 0.1
    frontier = benefit_of_the_doubt(x)
    yield ("weights_frontier", pd.DataFrame(frontier.weights, columns=list("abcd")).assign(score=frontier.scores))
    matrix = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]
    judged = ahp(matrix)
    panel = best_worst("a", "d", [1, 2, 4, 8], [8, 5, 3, 1], list("abcd"), model="ratio")
    equal = equalise_importance(x)
    numbers = {
        "boxcox": boxcox_power(x[:, 0]),
        "lambda": judged.lambda_max,
        "ratio": judged.consistency_ratio,
        "lowess": correlation_ratio(x[:, 0], x.sum(axis=1)),
        "gp": correlation_ratio(x[:, 0], x.sum(axis=1), smoother="gp"),
        "gap": equal.gap,
        **{f"ahp{k}": v for k, v in enumerate(judged.weights)},
        **{f"equal{k}": v for k, v in enumerate(equal.weights)},
        **{f"panel{k}": v for k, v in enumerate([*panel.weights, *panel.low, *panel.high])},
    }
    yield "weights", pd.DataFrame({"name": list(numbers), "value": list(numbers.values())})


def scenario_tables() -> Tables:
    leaves = scenarios.leaves_of(shipped.MODELS, "config/parts/scenarios.yaml")
    files = shipped.shipped()  # 100 draws
    inputs = read_inputs(files, leaves, shipped.YEAR, shipped.SCHEMA)
    drop, sobol = shipped.made_up_sensitivity()
    labels = {name: entry["label"] for name, entry in shipped.MEASURES.items()}
    built = scenarios.build_scenarios(
        shipped.made_up_base(), inputs, shipped.MODELS, drop, sobol, labels, texts("scenarios"), 20200601
    )
    for name in scenarios.SCHEMAS:
        yield f"scenarios_{name}", built[name] if isinstance(built, dict) else getattr(built, name)


def hypothesis_tables() -> Tables:
    config = light()
    config["simulation"] |= {"replications": 20, "autocorrelation": [0.9]}
    built = build_hypothesis(*made(), config, VIEWS, MEASURES, UNITS, 3)
    for name in built.__dataclass_fields__:
        yield f"hypothesis_{name}", getattr(built, name)


def mechanism_and_cohort() -> Tables:
    config = make_config()
    config["feedback"]["gains"] = [0.5, 1.0]  # with more an error may grow, one of rounding too
    built = build_mechanism([make_point()], config, make_graph(), 7)
    for name in built.__dataclass_fields__:
        yield f"mechanism_{name}", getattr(built, name)
    rows = [
        (2014, "total", 86),
        (2019, "doctors_of_science", 4),
        (2019, "doctors_phd", 2),
        (2019, "candidates_of_science", 44),
    ]
    series = SERIES.validate(
        pd.DataFrame(rows, columns=["year", "group", "count"]).assign(kind="published", source="p")
    )
    cohort = build_cohort(series, {**read_yaml(ROOT / "config/parts/cohort.yaml"), "draws": 200}, 7)
    for name in cohort.__dataclass_fields__:
        yield f"cohort_{name}", getattr(cohort, name)


PARTS = (index_and_sensitivity, weights, scenario_tables, hypothesis_tables, mechanism_and_cohort)

if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    (out / "runtime.json").write_text(json.dumps(runtime()), encoding="utf-8")
    for part in PARTS:
        for name, frame in part():
            write_table(frame, out / f"{name}.csv")
