"""The workflow in the hands of others: from another folder, as a module, deployed from a repository."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from . import measured
from .conftest import ROOT, copy_project

pytestmark = pytest.mark.workflow

#: What small runs make: from raw files, from what the study says of borders, from words in three languages.
SMALL = ("clean/observations.csv", "clean/sources.csv", "map/shapes.csv", "findings/claims.csv")
PAGES = tuple(f"findings/claims{end}.html" for end in ("", ".ru", ".kk"))

#: What ``snakedeploy deploy-workflow`` writes (0.17.1, templates/use_module.smk.jinja).
DEPLOYED = """\
from snakemake.utils import min_version


min_version("6.10.0")


configfile: "config/config.yaml"


# declare {repo} as a module
module monotown:
    snakefile:
        {snakefile}
    config:
        config


# use all rules from {repo}
use rule * from monotown
"""

#: The module of docs/reuse.md in a workflow with another one, and with a rule of its own that knows nothing of them.
MODULE = re.findall(r"^```\n(.*?)^```", (ROOT / "docs/reuse.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[
    0
]
TWO = """\


rule mine:
    output:
        "mine.txt",
    shell:
        "echo $MINE > {output}"


module paper:
    snakefile:
        "../monotown/workflow/Snakefile"
    config:
        config["paper"]


use rule * from paper as paper_*


rule all:
    default_target: True
    input:
        rules.paper_all.input,
        rules.towns_all.input,
        rules.mine.output,
"""


def snakemake(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Snakemake in a folder, without the project on Python's path."""
    known = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and not k.startswith("COV")}
    known |= measured.environment(folder, ROOT / "src")
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=folder,
        env=known | environment,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    measured.collect(folder)
    return done


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout[-3000:] + done.stderr[-5000:]


def planned(folder: Path, *arguments: str, **environment: str) -> dict[str, int]:
    """Rules of a dry run, and how many times each would be carried out."""
    done = snakemake(folder, "--dry-run", *arguments, **environment)
    assert done.returncode == 0, said(done)
    rows = re.findall(r"^(\w+) +(\d+)$", done.stdout + done.stderr, flags=re.MULTILINE)
    return {rule: int(times) for rule, times in rows if rule != "total"}


def digests(results: Path, files: tuple[str, ...]) -> dict[str, str]:
    return {file: hashlib.sha256((results / file).read_bytes()).hexdigest() for file in files}


def below(folder: Path) -> set[str]:
    """What stands in a folder, the hidden folder of Snakemake aside."""
    return {path.name for path in folder.iterdir()} - {".snakemake"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The project with what small runs make, made at home, and the rules of its whole run; treat as read-only."""
    project = copy_project(tmp_path_factory.mktemp("home") / "project")
    shutil.copy(ROOT / "pyproject.toml", project)
    whole = planned(project)
    done = snakemake(project, "--cores", "2", *(f"results/{file}" for file in SMALL))
    assert done.returncode == 0, said(done)
    return project, whole, digests(project / "results", SMALL + PAGES)


@pytest.fixture(scope="module")
def untouched(home):
    """Files of the project and when they were written, before others run it."""
    files = (p for p in home[0].rglob("*") if p.is_file() and not {".snakemake", "__pycache__"} & {*p.parts})
    return {path: path.stat().st_mtime_ns for path in files}


@pytest.fixture(autouse=True)
def nothing_is_written_into_the_project(home, untouched):
    yield
    project = home[0]
    files = (p for p in project.rglob("*") if p.is_file() and not {".snakemake", "__pycache__"} & {*p.parts})
    assert {path: path.stat().st_mtime_ns for path in files} == untouched


def test_from_another_folder(home, tmp_path):
    project, whole, made = home
    folder = tmp_path / "другая папка"
    folder.mkdir()
    there = ("--snakefile", str(project / "Snakefile"), "--directory", str(folder))
    assert planned(tmp_path, *there) == whole
    done = snakemake(tmp_path, *there, "--cores", "2", *(f"results/{file}" for file in SMALL))
    assert done.returncode == 0, said(done)
    assert digests(folder / "results", SMALL + PAGES) == made
    assert below(folder) == {"results"}
    # all is made already: neither the place nor the copy of the project makes a step run again
    again = snakemake(tmp_path, *there, "--cores", "2", *(f"results/{file}" for file in SMALL))
    assert "Nothing to be done" in again.stdout + again.stderr, said(again)


def test_as_two_modules_of_another_workflow(home, tmp_path):
    project, whole, made = home
    text = (MODULE + TWO).replace('"../monotown/', f'"{project}/')
    (tmp_path / "Snakefile").write_text(text, encoding="utf-8")
    shutil.copy(project / "config/examples/own.csv", tmp_path / "towns.csv")
    own = yaml.safe_load((project / "config/examples/own.yaml").read_text(encoding="utf-8"))
    own |= {"results": "made/towns", "input": own["input"] | {"files": ["towns.csv"]}}
    settings = json.dumps({"paper": {"results": "made/paper"}, "towns": own})
    (tmp_path / "config.yaml").write_text(settings, encoding="utf-8")

    rules = planned(tmp_path)
    assert {rule: times for rule, times in rules.items() if rule.startswith("paper_")} == {
        f"paper_{rule}": times for rule, times in whole.items() if rule != "all"
    }
    assert {"mine", "all", "towns_own_workbook", "towns_report"} < rules.keys()
    targets = [*(f"made/paper/{file}" for file in SMALL), "made/towns/clean/own_observations.csv", "mine.txt"]
    done = snakemake(tmp_path, "--cores", "2", *targets, MINE="its own")
    assert done.returncode == 0, said(done)
    assert digests(tmp_path / "made/paper", SMALL + PAGES) == made
    assert "towns.csv" in (tmp_path / "made/towns/clean/own_observations.csv").read_text(encoding="utf-8")
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "its own\n"
    assert below(tmp_path) == {"Snakefile", "config.yaml", "made", "mine.txt", "towns.csv"}


@pytest.fixture
def repository(home, tmp_path):
    """A repository of the project, where Snakemake looks for one on a host, and its commit."""
    source = tmp_path / "repository"
    source.mkdir()
    for name in (*(p.name for p in home[0].iterdir()),):
        if name not in ("results", ".snakemake"):
            copy = shutil.copytree if (home[0] / name).is_dir() else shutil.copy
            copy(home[0] / name, source / name)
    git = ["git", "-C", str(source), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "All"]):
        subprocess.run([*git, *words], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    instead = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{source.as_uri()}.insteadOf"}
    instead |= {"GIT_CONFIG_VALUE_0": "https://git.example/monotown/monotown"}
    return source, commit, {**instead, "XDG_CACHE_HOME": str(tmp_path / "cache")}


def test_as_snakedeploy_writes_it(home, repository, tmp_path):
    _, whole, made = home
    source, commit, environment = repository
    declared = f'github("monotown/monotown", host="git.example", path="workflow/Snakefile", commit="{commit}")'
    folder = tmp_path / "deployed"
    (folder / "workflow").mkdir(parents=True)
    text = DEPLOYED.format(repo="monotown", snakefile=declared)
    (folder / "workflow/Snakefile").write_text(text, encoding="utf-8")
    for name in ("config", "profiles"):
        shutil.copytree(source / name, folder / name)

    assert planned(folder, **environment) == whole
    # what is deployed is there to be changed
    words = folder / "config/words/en.yaml"
    known = "The paper's claims, all of them"
    words.write_text(words.read_text(encoding="utf-8").replace(known, "What it claims"), encoding="utf-8")
    done = snakemake(folder, "--cores", "2", *(f"results/{file}" for file in SMALL), **environment)
    assert done.returncode == 0, said(done)
    results = folder / "results"
    assert "What it claims" in (results / "findings/claims.html").read_text(encoding="utf-8")
    others = (*SMALL, *PAGES[1:])
    assert digests(results, others) == {file: made[file] for file in others}
    assert below(folder) == {"config", "profiles", "results", "workflow"}


@pytest.mark.parametrize(
    ("config", "more", "told"),
    [({"results": "config"}, "", "a folder for results alone"), ({}, 'prefix: "there"', "A module takes no prefix")],
)
def test_what_a_module_cannot_be_given_is_told(home, tmp_path, config, more, told):
    module = f'module m:\n    snakefile: "{home[0]}/workflow/Snakefile"\n    config: {config}\n    {more}\n'
    (tmp_path / "Snakefile").write_text(f"{module}\nuse rule * from m\n", encoding="utf-8")
    done = snakemake(tmp_path, "--dry-run")
    assert done.returncode != 0
    assert told in done.stdout + done.stderr
    assert below(tmp_path) == {"Snakefile"}
