"""What a run executes is told of the lines of this checkout."""

from itertools import pairwise
from pathlib import Path

import pytest

from .measured import ROOT, SCRIPTS, at_home, collect

PROJECT = Path("/nowhere/project")
STEP = PROJECT / ".snakemake/scripts/tmpk3x_9a.made.py"


@pytest.fixture
def script(tmp_path, monkeypatch):
    path = tmp_path / "made.py"
    path.write_text('"""Words."""\n\nimport os\n\nrun(\n    lambda: os.name\n)\n', encoding="utf-8")
    monkeypatch.setitem(SCRIPTS, path.name, path)
    return path


def test_names_of_scripts_tell_them_apart():
    assert len(SCRIPTS) == len(list((ROOT / "workflow").rglob("*.py")))


def test_the_library_of_a_copy_is_that_of_the_checkout():
    arcs = [(-1, 3), (3, -1)]
    found = at_home(PROJECT, PROJECT / "src/monotown/data/units.py", arcs)
    assert found == (ROOT / "src/monotown/data/units.py", arcs)


def test_lines_of_a_step_are_those_of_its_script_without_what_snakemake_puts_before(script):
    place, arcs = at_home(PROJECT, STEP, [(-1, 2), (2, 6), (6, 8), (8, -1), (-9, 9), (9, -9)])
    assert place == script
    assert set(arcs) == {(-1, 3), (3, 5), (5, -1), (-6, 6), (6, -6)}


@pytest.mark.parametrize("off", [1, 2, 4])
def test_lines_that_hold_no_code_are_refused(script, off):
    arcs = [(a + off, b + off) for a, b in pairwise([1, 3, 5, 6])]
    with pytest.raises(AssertionError, match=r"made\.py: no code in lines"):
        at_home(PROJECT, STEP, arcs)


def test_a_run_that_measured_nothing_adds_nothing(tmp_path):
    collect(tmp_path / "project")
