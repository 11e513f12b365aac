"""What is made again after an edit, and what is not: content decides, not dates."""

import os
import re
import shutil
from pathlib import Path

import pytest

from .conftest import checksums, snakemake
from .traced import steps, unnamed

pytestmark = pytest.mark.workflow

#: Three steps: all raw files to observations, borders put together, checks.
TARGETS = ("results/clean/observations_constant.csv", "results/clean/totals_checks.csv")
STEPS = {"observations", "constant_units", "checks"}

RAW = "data/raw/official/sdg_regions/sdg_regions.csv"


def run(project, *arguments):
    done = snakemake(project, "--cores", "2", *TARGETS, *arguments)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


def planned(project, *arguments):
    """Rules that would run, each with the reason; empty where nothing is to be done."""
    said = snakemake(project, "-n", "--quiet", "host", *TARGETS, *arguments)
    told = said.stdout + said.stderr
    assert said.returncode == 0, told[-3000:]
    names = re.findall(r"^(\w+) +\d+$", told.split("Job stats:")[-1], re.MULTILINE)
    assert names or "Nothing to be done" in told
    return {n for n in names if n != "total"}, told


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project with these steps made; treat as read-only."""
    from .conftest import copy_project

    project = copy_project(tmp_path_factory.mktemp("stale") / "project")
    run(project)
    return project


@pytest.fixture
def project(made, tmp_path):
    """A copy of the project with these steps made, with all dates as they are."""
    return Path(shutil.copytree(made, tmp_path / "project", copy_function=shutil.copy2))


def dated(path, seconds):
    os.utime(path, (seconds, seconds))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_second_run_has_nothing_to_do(project):
    assert planned(project)[0] == set()


def test_new_dates_alone_make_nothing_again(project):
    for name in ("data", "config", "src", "workflow"):
        for path in (project / name).rglob("*"):
            path.touch()
    assert planned(project)[0] == set()


def test_an_input_replaced_by_an_older_file_is_read_again(project):
    before = checksums(project / "results")
    raw = project / RAW
    lines = raw.read_text(encoding="utf-8").splitlines()
    raw.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    dated(raw, 978307200)  # 2001
    rules, told = planned(project)
    assert rules == STEPS
    assert f"{RAW} " in told  # the reason names the file
    run(project)
    after = checksums(project / "results")
    assert after["clean/observations.csv"] != before["clean/observations.csv"]
    assert planned(project)[0] == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "rules"),
    [
        # a module that no script imports by itself, the edge, and a script
        ("src/monotown/base/parsing.py", "import re\n", "import re\n\nSEEN = 1\n", STEPS),
        ("src/monotown/workflow/__init__.py", "import gc\n", "import gc\n\nSEEN = 1\n", STEPS),
        ("src/monotown/base/expressions.py", "\nimport ", "\nSEEN = 1\nimport ", {"constant_units", "checks"}),
        ("workflow/scripts/clean/checks.py", "problems.stop()", "problems.stop() or 0", {"checks"}),
        ("src/monotown/workflow/__init__.py", "import gc\n", "# words\nimport   gc\n", set()),
        ("src/monotown/data/workbooks/text.py", "\nimport ", "\nSEEN = 1\nimport ", set()),
    ],
)
def test_an_edit_of_code_makes_again_what_stands_on_it_and_no_more(project, file, old, new, rules):
    edit(project / file, old, new)
    dated(project / file, 978307200)
    found, _ = planned(project)
    assert found == rules


def test_an_intermediate_result_that_was_edited_is_read_again(project):
    path = project / "results/clean/observations.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert "checks" in planned(project)[0]


def test_a_project_that_was_copied_with_its_results_has_nothing_to_do(made, tmp_path):
    # all dates are new, and in no order
    copy = Path(shutil.copytree(made, tmp_path / "copy", copy_function=shutil.copy))
    assert planned(copy)[0] == set()


def test_results_that_came_without_what_snakemake_knows_of_them_are_not_made_again(made, tmp_path):
    copy = Path(shutil.copytree(made, tmp_path / "copy"))
    shutil.rmtree(copy / ".snakemake")
    _, told = planned(copy)
    assert "Nothing to be done" in told


def test_steps_told_what_they_read(made):
    assert {step["rule"] for step in steps(made)} >= STEPS
    assert all(any(RAW in f for f in s["seen"]) for s in steps(made) if s["rule"] == "observations")


def test_a_file_that_a_step_reads_and_no_rule_names_is_found(project):
    edit(
        project / "workflow/scripts/clean/checks.py",
        "    problems.stop()",
        "    problems.stop(), open('config/parts/towns.yaml').close()",
    )
    with pytest.raises(AssertionError, match=r"checks.*config/parts/towns\.yaml"):
        run(project)
    assert set(unnamed(project)) == {"checks"}


def test_code_with_a_slip_stops_the_run_before_its_first_step_and_names_the_line(project):
    edit(project / "src/monotown/data/crosswalk.py", "\nimport ", "\nx = (\nimport ")
    done = snakemake(project, "-n", *TARGETS)
    assert done.returncode != 0
    assert "crosswalk.py" in done.stdout + done.stderr


def test_a_failure_names_a_log_that_holds_what_went_wrong(project):
    edit(project / "workflow/scripts/clean/checks.py", "    problems.stop()", "    1 / 0")
    done = snakemake(project, "--cores", "1", *TARGETS)
    assert done.returncode != 0
    (log,) = re.findall(r"^ *log: (\S+)", done.stderr, re.MULTILINE)
    assert "ZeroDivisionError" in (project / log).read_text(encoding="utf-8")
    assert done.stderr.count("ZeroDivisionError: division by zero") == 1


def test_what_is_wrong_in_the_input_stands_in_the_log_too(project):
    edit(
        project / "data/raw/official/rd_bulletin_2022/rd_bulletin_2022.csv",
        ",KZKAR,Қарағанды,980",
        ",KZKAR,Қарағанды,98o",
    )
    done = snakemake(project, "--cores", "1", *TARGETS)
    assert done.returncode != 0
    (log,) = re.findall(r"^ *log: (\S+)", done.stderr, re.MULTILINE)
    assert "98o" in (project / log).read_text(encoding="utf-8")


def test_an_own_file_replaced_by_an_older_one_is_read_again(project):
    own = project / "mine.csv"
    shutil.copy(project / "config/examples/own.csv", own)
    text = (project / "config/examples/own.yaml").read_text(encoding="utf-8")
    assert "config/examples/own.csv" in text
    (project / "mine.yaml").write_text(
        text.replace("config/examples/own.csv", "mine.csv").replace("results/own", "results/mine"), encoding="utf-8"
    )
    target = "results/mine/clean/observations.csv"
    command = ("--configfile", "mine.yaml", "--", target)
    assert snakemake(project, "--cores", "2", *command).returncode == 0
    edit(own, "Риддер;2023;45 825;13;", "Риддер;2023;45 825;12;")
    dated(own, 978307200)
    said = snakemake(project, "-n", *command)
    assert "mine.csv " in said.stdout + said.stderr
    before = (project / target).read_bytes()
    assert snakemake(project, "--cores", "2", *command).returncode == 0
    assert (project / target).read_bytes() != before
    own.touch()
    again = snakemake(project, "-n", *command)
    assert "Nothing to be done" in again.stdout + again.stderr
    edit(project / "src/monotown/workflow/workbooks.py", "\nimport ", "\nPERCENT = 1000\nimport ")
    edited = snakemake(project, "-n", *command)
    assert "own_workbook" in edited.stdout
