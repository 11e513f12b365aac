"""Each walk-through of docs/adding.md, taken from the page itself, done on a copy of the project."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from site_support import language_of

from .conftest import ROOT, copy_project, snakemake

pytestmark = pytest.mark.workflow

PAGE = (ROOT / "docs/adding.md").read_text(encoding="utf-8")

STEP = re.compile(
    r"(?:^|(?<=\. )|(?<=: ))(?P<what>New|At the end of|In) `(?P<file>[^`]+)`(?:, below `(?P<line>[^`]+)`)?:\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """What goes where."""

    file: str
    text: str
    new: bool = False
    line: str = ""

    def take(self, project: Path) -> None:
        """Do it in a copy of the project."""
        path = project / self.file
        assert path.exists() != self.new, self.file
        if self.new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [i for i, line in enumerate(lines) if line.startswith(self.line)] if self.line else [len(lines)]
        assert places, f"{self.file} has no line {self.line!r}"
        at = places[0]
        if self.line:
            # below the whole of what begins there: a call of several lines ends where its brackets do
            at += 1
            while lines[places[0]].rstrip().endswith("(") and not lines[at - 1].strip().startswith(")"):
                at += 1
        path.write_text("".join([*lines[:at], self.text, *lines[at:]]), encoding="utf-8")


def steps(page: str) -> dict[str, list[Step]]:
    """Steps of each section of a page, in order."""
    found = {}
    for section in page.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        found[title] = [Step(m["file"], m["text"], m["what"] == "New", m["line"] or "") for m in STEP.finditer(body)]
    return found


STEPS = steps(PAGE)


def test_every_block_of_the_page_is_taken():
    assert sum(map(len, STEPS.values())) == len(re.findall(r"^```\w", PAGE, re.MULTILINE))
    assert all(STEPS.values())


def test_the_page_of_contributing_names_every_file_of_each_walk_through():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| \[(.+?)\]\(docs/adding\.md#[\w-]+\) \| (.+) \|$", page, re.MULTILINE))
    assert {title.lower() for title in STEPS} == set(told)
    for title, some in STEPS.items():
        named = re.findall(r"`([^`]+)`", told[title.lower()])
        for step in some:
            if not step.file.startswith("tests/"):
                assert any(
                    n == step.file or step.file.startswith(f"{n}/") or step.file.endswith(f"/{n}") for n in named
                ), step


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: Little else than what the walk-throughs add.
RUN = """\
audit: null
scenarios: null
mechanism: null
hypothesis: null
sensitivity: {draws: 100, views: [], schemes: [equal_by_block, standard_deviation, mean_difference]}
"""
WEIGHTED = "results/sensitivity/quality_2022"


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with all walk-throughs done, and a run of what shows them; treat as read-only."""
    project = copy_project(tmp_path_factory.mktemp("adding") / "project")
    for some in STEPS.values():
        for step in some:
            if step.file.startswith("tests/") and not step.new:
                (project / step.file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / step.file, project / step.file)
            step.take(project)
    # the page with two chapters and a title, so that little else must run
    for chapter in [*(project / "config/text").glob("*.yaml"), project / "workflow/parts/paper/chapter.yaml"]:
        chapter.unlink()
    (project / "config/text/00_page.yaml").write_text("footer: []\n", encoding="utf-8")
    (project / "run.yaml").write_text(RUN, encoding="utf-8")
    targets = ["results/report.html", "results/indicators/indicators.csv", f"{WEIGHTED}/schemes.csv"]
    done = snakemake(project, "--cores", "1", "--configfile", "run.yaml", "--", *targets)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return project


def test_an_indicator_is_computed_from_a_new_file(added):
    made = {
        r["unit"]: r for r in rows(added / "results/indicators/indicators.csv") if r["measure"] == "libraries_per_100k"
    }
    people = {
        r["unit"]: float(r["value"])
        for r in rows(added / "results/clean/observations.csv")
        if r["variable"] == "mean_population" and r["year"] == "2022"
    }
    assert float(made["KZALA"]["value"]) == pytest.approx(26 / people["KZALA"] * 100_000)
    assert made["KZALA"]["source"].split(";")[0] == "libraries_regions"


def pages_of(project, language="en"):
    """The texts of all pages of a language."""
    of = [p for p in (project / "results/report").glob("*.html") if language_of(p) == language]
    return "".join(p.read_text(encoding="utf-8") for p in of)


def test_a_figure_stands_in_its_chapter(added):
    page = pages_of(added)
    assert "Inflow that holds or regains the total" in page
    assert (added / "results/figures/cohort_inflow.kk.svg").is_file()


#: What a copy with the new method says: to a config, to a figure, on the methods page.
ASKED = """
from monotown.methods.check import faults
from monotown.methods.page import method_tables
from monotown.methods.register import SCHEMES, own_words
from monotown.sensitivity.forking_paths import weightings
assert faults(SCHEMES["mean_difference"]) == []
assert own_words()["scheme.mean_difference"]["en"] == "Mean difference"
assert "| mean_difference |" in method_tables()["weighting schemes"]
assert "mean_difference" in weightings()
"""


def test_a_method_is_one_file_and_its_test(added):
    assert {step.file for step in STEPS["A method"] if not step.file.startswith("tests/")} == {
        "src/monotown/methods/weights/spread.py"
    }
    paths = {**os.environ, "PYTHONPATH": str(added / "src")}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=added, env=paths, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_run_uses_a_new_method_and_tells_its_words(added):
    assert "mean_difference" in {r["scheme"] for r in rows(added / WEIGHTED / "scheme_weights.csv")}
    words = {r["key"]: r for r in rows(added / "results/words.csv")}
    assert words["scheme.mean_difference"]["en"] == "Mean difference"
    assert words["scheme.mean_difference"]["kk"] == "Mean difference\xa0[en]"


def test_a_language_has_its_page_its_own_words_and_english_for_the_rest(added):
    page = pages_of(added, "de")
    assert '<html lang="de"' in page
    assert "Abbildung" in page
    assert 'lang="en"' in page
    assert (added / "results/figures/size.de.svg").is_file()


def test_a_part_has_its_chapter_with_its_figure_and_its_numbers(added):
    page = pages_of(added)
    assert "Mean population of the year" in page
    found = rows(added / "results/tables/people.csv")
    assert f"{float(found[0]['value']) / 1e6:.1f} million" in page


def test_the_tests_of_a_walk_through_pass(added):
    written = [step.file for some in STEPS.values() for step in some if step.file.startswith("tests/")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *written]
    done = subprocess.run(
        command, cwd=added, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(added / "src")}
    )
    assert done.returncode == 0, done.stdout


def test_the_pages_of_raw_data_tell_of_a_new_source_once_they_are_made(added):
    module = [sys.executable, "-m", "monotown.workflow.data_pages"]
    environment = {"PYTHONPATH": str(added / "src")}
    checked = subprocess.run(
        [*module, "--check"], cwd=added, capture_output=True, text=True, check=False, env=environment
    )
    assert checked.returncode == 1
    folder = "data/raw/official/libraries_regions"
    stale = {f"{folder}/SOURCE.md", "data/datapackage.json", "data/README.md"}
    assert {line.split()[0] for line in checked.stdout.splitlines()} == stale
    assert subprocess.run(module, cwd=added, check=False, env=environment).returncode == 0
    readme = (added / "data/README.md").read_text(encoding="utf-8")
    assert "[Libraries by region](raw/official/libraries_regions/SOURCE.md)" in readme
    assert "| Libraries of the year | 1 | Libraries by region | region |" in readme


def test_markers_of_a_new_file_are_read_as_the_house_reads_them(added):
    read = [r for r in rows(added / "results/clean/observations.csv") if r["source"] == "libraries_regions"]
    assert [(r["unit"], r["year"], r["value"], r["flag"]) for r in read] == [
        ("KZAKM", "2021", "310.0", ""),
        ("KZAKM", "2022", "305.0", ""),
        ("KZALA", "2021", "25.0", ""),
        ("KZALA", "2022", "26.0", ""),
        ("KZKAR", "2021", "", "none"),
        ("KZKAR", "2022", "", "empty"),
    ]


def test_a_slip_in_a_description_stops_the_run_before_its_first_step(fresh):
    project = fresh()
    for step in STEPS["An indicator from a new file"]:
        step.take(project)
    path = project / "data/raw/official/libraries_regions/source.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("about:", "abuot:"), encoding="utf-8")
    done = snakemake(project, "-n", "results/clean/observations.csv")
    assert done.returncode != 0
    assert "libraries_regions/source.yaml, line 5, abuot: found 'abuot'" in done.stdout + done.stderr


def test_a_study_gives_its_index(added):
    done = snakemake(
        added, "--cores", "1", "--configfile", "studies/two.yaml", "--", "results/two/index/two/scores.csv"
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    ranks = [r["rank"] for r in rows(added / "results/two/index/two/scores.csv") if r["node"] == "two_measures"]
    assert sorted(float(r) for r in ranks) == [float(n) for n in range(1, 21)]
