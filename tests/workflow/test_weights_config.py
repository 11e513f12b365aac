"""The config that the page of weights gives: a run of it has the scores that the page shows."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from claims_support import LABELS

from monotown.index.as_table import MODEL, model_of
from monotown.index.build import SCORES
from monotown.index.prepared import PREPARED
from monotown.report.pieces import Given
from monotown.report.weights import index_data, piece
from monotown.workflow import read_table

from .conftest import snakemake

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node")
VIEW = "quality_2022"

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.skipif(NODE is None, reason="node is not installed: nothing here can run kernel.js"),
]


def page_index(folder: Path) -> dict[str, Any]:
    tables = {n: read_table(folder / f"index/{VIEW}/{n}.csv", s) for n, s in (("model", MODEL), ("prepared", PREPARED))}
    scores = read_table(folder / f"index/{VIEW}/scores.csv", SCORES)
    intervals = pd.read_csv(folder / f"sensitivity/{VIEW}/rank_intervals.csv")
    return index_data(VIEW, model_of(tables["model"]), tables["prepared"], scores, intervals)


def test_the_page_has_sliders_for_tables_read_without_a_schema(finished):
    names = [f"index/{VIEW}/{n}" for n in ("model", "prepared", "scores")] + [f"sensitivity/{VIEW}/rank_intervals"]
    frames = {name: read_table(finished / f"results/{name}.csv") for name in names}
    made = piece(Given(frames, LABELS["en"], "", "weights", False))
    assert made["live"]
    assert "data/weights.js" in made["files"]


def test_a_run_of_the_config_gives_the_scores_of_the_page(finished, fresh):
    index = page_index(finished / "results")
    chosen = {"normalisation": "minmax_sample", "between": "geometric", "within": "harmonic", "floor": 0.02}
    weights = {
        "": 1,
        "0": 0.1,
        "1": 0.7,
        "2": 1.3,
        "0.0": 1,
        "1.0": 0.3,
        "1.1": 0,
        "1.2": 1,
        "2.0": 2,
        "2.1": 0.1,
        "2.2": 1,
    }
    given = json.dumps([{"index": index, "states": [{**chosen, "weights": weights, "year": 0}]}])
    command = [str(NODE), "tests/report/kernel_run.cjs", str(ROOT / "workflow/report/templates/kernel.js")]
    told = subprocess.run(command, input=given, capture_output=True, text=True, check=True, cwd=ROOT)
    page = json.loads(told.stdout)[0][1]

    project = fresh()
    (project / "my-weights.yaml").write_text(page["config"], encoding="utf-8")
    target = f"results/index/{VIEW}/scores.csv"
    done = snakemake(project, "--cores", "1", "--configfile", "my-weights.yaml", "--", target)
    assert done.returncode == 0, done.stderr[-3000:]
    scores = read_table(project / target, SCORES)
    mine = scores[scores["node"] == index["tree"]["id"]].set_index("unit")
    units = [index["units"][i] for i in index["data"][0]["units"]]
    # tables hold ten digits, on a scale to 100
    np.testing.assert_allclose(mine["score"].reindex(units) / 100, page["scores"], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(mine["rank"].reindex(units), page["ranks"])
    assert page["ranks"] != index["data"][0]["rank"]
