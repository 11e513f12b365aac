"""Numbers of a whole run, traced to lines of raw files; and the crate of that run."""

from __future__ import annotations

import json
import random
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from monotown.commands.main import main
from monotown.commands.trace import tables_of
from monotown.report.trace.trace import Run

from .conftest import ROOT, checksums

pytestmark = pytest.mark.workflow

DOCUMENT = (ROOT / "docs/provenance.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run(finished: Path) -> Run:
    return Run(tables_of(finished / "results"))


def documented() -> list[str]:
    """Ids of the document that are of the default run."""
    lines = [shlex.split(line, comments=True) for line in DOCUMENT.splitlines() if line.startswith("monotown trace ")]
    return [":".join(words[2:]) for words in lines if "--results" not in words]


def test_every_id_of_the_document_leads_to_cells_and_every_formula_holds(run: Run) -> None:
    asked = documented()
    assert len(asked) == 6
    for name in asked:
        step = run.trace(name)
        assert step.wrong == []
        assert any(s.cell and s.cell.line for s in step.walk()), name


def test_the_tree_of_the_document_is_what_is_printed(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(finished)
    assert main(["trace", "potential_2022/KZULU", "--language", "en"]) == 0
    said = re.sub(r"[│├└─\s]+", " ", capsys.readouterr().out)
    (block,) = re.findall(r"```text\n(.*?)```", DOCUMENT, re.S)
    for line in block.splitlines():
        for part in re.sub(r"[│├└─\s]+", " ", line).strip().split("…"):
            assert part.strip(" ,;)") in said


def test_facts_scores_and_claims_are_what_their_formulas_give(run: Run) -> None:
    """A sample: all of them take minutes."""
    facts = sorted(run.tables("tables/facts.csv")["fact"])
    claims = sorted(run.tables("findings/claims.csv")["id"])
    chosen = random.Random(2022)
    some = [*chosen.sample(facts, 12), *chosen.sample(claims, 12), "A.cohort.candidates"]
    for view in run.tables.views:
        index = run.index(view)
        some += [f"{view}/{unit}" for unit in chosen.sample(sorted(index.years), 2)]
    for name in some:
        step = run.trace(name)
        assert step.wrong == [], name
        assert any(s.cell for s in step.walk()), name


def test_the_crate_of_a_run_is_whole_and_names_no_folder_of_the_machine(finished: Path) -> None:
    results = finished / "results"
    text = (results / "ro-crate-metadata.json").read_text(encoding="utf-8")
    graph = {e["@id"]: e for e in json.loads(text)["@graph"]}
    files = checksums(results)
    del files["ro-crate-metadata.json"]
    found = {e["name"]: e["sha256"] for e in graph.values() if e["@type"] == "File"}
    assert {**found, "workflow.smk": graph["workflow.smk"]["sha256"]} == files
    assert str(finished) not in text
    assert str(Path.home()) not in text
    steps = pd.read_csv(results / "steps.csv")
    assert {f"#step-{s.replace(' ', '%20')}" for s in steps["step"]} == {i for i in graph if i.startswith("#step-")}
    raw = {p.relative_to(ROOT).as_posix() for p in (ROOT / "data/raw").rglob("*.csv")}
    assert len(raw & {e.get("name") for e in graph.values()}) > 20
