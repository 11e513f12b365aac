"""The run as an RO-Crate: whole, the same every time, and valid by its validator, without a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from trace_support import small_run, with_tables

from monotown.report.crate import METADATA, RELEASED, WORKFLOW, Ran, crate, without_folders
from monotown.report.steps import STEPS, behind, made_by
from monotown.workflow import read_table, read_text_table
from monotown.workflow.packages import packages

ROOT = Path(__file__).resolve().parents[2]

#: Contexts that a crate names, as they were published; their terms are in the public domain (CC0, Apache-2.0).
CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": "ro-crate-1.1.jsonld",
    "https://w3id.org/ro/terms/workflow-run/context": "workflow-run.jsonld",
}

RAN = Ran("Three regions", "0.1.0", "abc123", "3.11.7", {"snakemake": "9.20", "numpy": "2.1"}, {"seed": 1})
SCRIPTS = {f"{rule}.py": ("0" * 64, "f" * 16) for rule in ("index", "clean", "tables", "pages")}
SOURCES = pd.DataFrame([{"file": "mine/office.csv", "title": "Office", "publisher": "An office", "licence": "free"}])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run with a folder that a step makes as a whole, and its crate."""
    results = with_tables(small_run(tmp_path_factory.mktemp("crate")))
    (results / WORKFLOW).write_text((ROOT / "workflow/Snakefile").read_text(encoding="utf-8"), encoding="utf-8")
    (results / "report").mkdir()
    (results / "report/index.html").write_text("<p>", encoding="utf-8")
    steps = read_table(results / "steps.csv", STEPS)
    more = {"step": "pages", "rule": "pages", "script": "pages.py"}
    page = [("input", "tables/scores_v.csv"), ("piece", "views v"), ("output", "report")]
    rows = pd.DataFrame([{**more, "role": role, "file": file} for role, file in page])
    pd.concat([steps, rows], ignore_index=True).to_csv(results / "steps.csv", index=False)
    (results / METADATA).write_text(json.dumps(made(results), ensure_ascii=False), encoding="utf-8")
    return results


def made(results: Path, turn: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> dict[str, Any]:
    files = {p.relative_to(results).as_posix(): digest(p) for p in results.rglob("*") if p.is_file()}
    files.pop(METADATA, None)
    inputs = turn({"mine/office.csv": "a" * 64, "views v": "b" * 64})
    steps = read_table(results / "steps.csv", STEPS)
    if turn is not dict:
        steps = steps.iloc[::-1]
    return crate(RAN, steps, turn(files), inputs, turn(SCRIPTS), SOURCES)


@pytest.fixture(scope="module")
def entities(results: Path) -> dict[str, dict[str, Any]]:
    graph = json.loads((results / METADATA).read_text(encoding="utf-8"))["@graph"]
    found = {entity["@id"]: entity for entity in graph}
    assert len(found) == len(graph)
    return found


def addresses(value: Any) -> set[str]:
    """Ids that an entity refers to."""
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            return {value["@id"]}
        return {a for v in value.values() for a in addresses(v)}
    return {a for v in value for a in addresses(v)} if isinstance(value, list) else set()


def test_every_file_of_the_results_is_in_it_with_its_checksum(results: Path, entities: dict[str, Any]) -> None:
    files = {p.relative_to(results).as_posix(): digest(p) for p in results.rglob("*") if p.is_file()}
    del files[METADATA]
    found = {e["name"]: e["sha256"] for e in entities.values() if e["@type"] == "File"}
    assert {**found, WORKFLOW: entities[WORKFLOW]["sha256"]} == files
    parts = addresses(entities["./"]["hasPart"]) | addresses(entities["report/"]["hasPart"])
    assert parts == {*files, "report/"}


def test_whatever_it_names_is_in_it(entities: dict[str, Any]) -> None:
    named = {a for e in entities.values() for a in addresses({k: v for k, v in e.items() if k != "@id"})}
    known = {*entities, "https://w3id.org/ro/crate/1.1"}
    assert {a for a in named if not a.startswith("http")} <= known
    assert {e for e in named if e.startswith(("https://w3id.org/ro", "https://pypi.org"))} <= known


def test_each_step_says_its_code_its_inputs_and_its_results(entities: dict[str, Any]) -> None:
    step = entities["#step-index%20v"]
    assert step["instrument"] == {"@id": "#script-index.py"}
    assert addresses(step["object"]) == {"indicators/indicators.csv"}
    assert addresses(step["result"]) == {"index/v/scores.csv", "index/v/draws.csv"}
    script = entities["#script-index.py"]
    assert (script["version"], script["sha256"]) == ("f" * 16, "0" * 64)
    assert addresses(entities["#step-clean"]["object"]) == {"#input-mine/office.csv"}
    assert addresses(entities["#step-pages"]["object"]) == {"tables/scores_v.csv", "#input-views%20v"}
    assert addresses(entities["#step-pages"]["result"]) == {"report/"}
    assert entities["#control-pages"]["object"] == {"@id": "#step-pages"}
    assert entities["#input-mine/office.csv"]["description"] == "Office; An office; free"
    assert json.loads(entities["#config"]["value"]) == {"seed": 1}
    assert entities["https://pypi.org/project/numpy/2.1/"]["softwareVersion"] == "2.1"
    assert entities[WORKFLOW]["version"] == "0.1.0 (abc123)"


def test_it_hangs_on_no_order_clock_or_folder(results: Path) -> None:
    def turned(table: dict[str, Any]) -> dict[str, Any]:
        return dict(reversed(table.items()))

    text = json.dumps(made(results))
    assert json.dumps(made(results, turned)) == text
    assert str(results.parent) not in text
    assert "Time" not in text
    assert without_folders({"a": ["/x/y z.csv"], "b": "C:\\x\\y.csv", "c": "../y.csv", "d": "/", "e": 1}) == {
        "a": ["y z.csv"], "b": "y.csv", "c": "../y.csv", "d": "/", "e": 1,
    }  # fmt: skip


def test_its_date_is_that_of_the_release() -> None:
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(told["date-released"]) == RELEASED


def test_the_packages_are_those_that_the_library_needs() -> None:
    assert {"numpy", "pandas", "snakemake", "pandera"} <= set(packages())
    assert "pytest" not in packages()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contexts of JSON-LD come from the folder beside this file; nothing else is fetched."""
    http = pytest.importorskip("rocrate_validator.utils.http")
    requests = pytest.importorskip("requests")

    def get(self: object, url: str, **options: Any) -> Any:
        response = requests.Response()
        response.status_code, response.url = 200, url
        response.headers["Content-Type"] = "application/ld+json"
        response._content = (Path(__file__).with_name("contexts") / CONTEXTS[url]).read_bytes()
        return response

    monkeypatch.setattr(http.HttpRequester, "get", get, raising=False)


#: What the profile recommends and a crate of ours has not, with the reason.
LEFT_OUT = {
    "The Action SHOULD have an endTime": "a run has the same bytes whenever it is carried out",
    "The Action SHOULD have an agent": "who carries out a run is told to nobody",
    "author": "the same, of the root",
    "publisher": "the same",
    "The SoftwareApplication id SHOULD be an absolute URI": "a script has no address of its own",
    "The Application SHOULD have a url": "the same",
    "The README.md SHOULD": "the page of the report is the way in",
}


@pytest.mark.usefixtures("no_network")
def test_it_is_valid_by_the_validator_of_its_profile(results: Path, tmp_path: Path) -> None:
    services = pytest.importorskip("rocrate_validator.services")
    settings = services.ValidationSettings(
        rocrate_uri=str(results),
        profile_identifier="provenance-run-crate",
        requirement_severity="RECOMMENDED",
        offline=True,
        cache_path=tmp_path / "cache",
    )
    found = services.validate(settings).get_issues()
    assert [i.message for i in found if i.severity.name == "REQUIRED"] == []
    assert {i.message for i in found if not any(told in i.message for told in LEFT_OUT)} == set()


@pytest.mark.usefixtures("no_network")
def test_the_validator_sees_what_is_missing(results: Path, tmp_path: Path) -> None:
    services = pytest.importorskip("rocrate_validator.services")
    told = json.loads((results / METADATA).read_text(encoding="utf-8"))
    told["@graph"] = [e for e in told["@graph"] if e["@id"] != "#script-index.py"]
    settings = services.ValidationSettings(
        rocrate_uri=str(results),
        profile_identifier="provenance-run-crate",
        offline=True,
        cache_path=tmp_path / "cache",
        metadata_dict=told,
    )
    assert services.validate(settings).get_issues()


def test_its_library_reads_it(results: Path) -> None:
    library = pytest.importorskip("rocrate.rocrate")
    read = library.ROCrate(str(results))
    assert read.mainEntity.id == WORKFLOW
    assert {e.id for e in read.data_entities} >= {"tables/scores_v.csv", "report/"}


def test_what_made_a_file_is_found_from_the_steps(results: Path) -> None:
    steps = read_text_table(results / "steps.csv")
    made = made_by(steps, "tables/scores_v.csv")
    assert made
    assert (made.rule, made.script, made.inputs) == ("tables", "tables.py", ("index/v/scores.csv",))
    assert [m.step for m in behind(steps, "report")] == ["pages", "tables", "index v", "clean"]
    assert made_by(steps, "nothing.csv") is None
