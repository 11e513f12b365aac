"""The kernel of the page gives what the Python kernel gives, and its config makes a run give the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from kernel_cases import TREES, entry_of, expected, indicators, page_index, states

from monotown.base.problems import InputError
from monotown.methods.ranks import TIES, rank

HERE = Path(__file__).parent
KERNEL = HERE.parents[1] / "workflow/report/templates/kernel.js"

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed: the browser's test alone runs kernel.js")


def run_kernel(cases: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    given = json.dumps(cases, allow_nan=False)
    command = [str(NODE), str(HERE / "kernel_run.cjs"), str(KERNEL)]
    return json.loads(subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("name", TREES)
def test_both_kernels_agree_for_any_choice(name: str) -> None:
    random = np.random.default_rng(len(name))
    table, entry = indicators(random), entry_of(TREES[name])
    index = page_index(table, entry)
    [found] = run_kernel([{"index": index, "states": states(index, TREES[name], random, 40)}])
    compared = refused = 0
    for case in found:
        year = index["years"][case["state"]["year"]]
        choices = yaml.safe_load(case["config"])["indices"]["v"]
        if "error" in case:
            refused += 1
            # over scores of the study's own, which may take a 0, the page refuses what the data may allow
            if case["error"] == "positive" and (case["state"]["normalisation"] or index["unit"]):
                with pytest.raises((InputError, ValueError, AssertionError)):
                    expected(table, entry, choices, year)
            continue
        want = expected(table, entry, choices, year)
        names = [index["units"][i] for i in index["data"][case["state"]["year"]]["units"]]
        score = want["score"].reindex(names).to_numpy()
        np.testing.assert_allclose(
            np.array(case["scores"], float) * case["scale"], score, rtol=0, atol=1e-9 * case["scale"]
        )
        np.testing.assert_array_equal(np.array(case["ranks"], float), want["rank"].reindex(names).to_numpy())
        compared += 1
    assert compared > 20
    assert compared + refused == len(found)


def test_untouched_sliders_give_what_is_published() -> None:
    table, entry = indicators(np.random.default_rng(5)), entry_of(TREES["geometric"])
    index = page_index(table, entry)
    [[case]] = run_kernel([{"index": index, "states": []}])
    assert case["ranks"] == index["data"][-1]["rank"]
    assert None in case["ranks"]  # a unit without enough figures has no place


@pytest.mark.parametrize("ties", TIES)
def test_ranks_and_their_ties(ties: str) -> None:
    random = np.random.default_rng(3)
    rows = [[*np.round(random.random(9), 1), 0.5, 0.5 + 8e-10, 0.5 + 16e-10, np.nan] for _ in range(20)]
    given = json.dumps([[None if np.isnan(x) else x for x in row] for row in rows])
    script = (
        f"const k=require({json.dumps(str(KERNEL))});const rows={given};"
        f"console.log(JSON.stringify(rows.map(r=>k.rank(r.map(x=>x===null?NaN:x),false,{json.dumps(ties)}))))"
    )
    told = json.loads(subprocess.run([str(NODE), "-e", script], capture_output=True, text=True, check=True).stdout)
    np.testing.assert_array_equal(np.array(told, float), rank(rows, ties=ties))  # type: ignore[arg-type]
