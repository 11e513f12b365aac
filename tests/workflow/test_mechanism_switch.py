import pytest

from .conftest import snakemake

pytestmark = pytest.mark.workflow


def planned(project, *arguments):
    done = snakemake(project, "--cores", "1", "--dry-run", "--quiet", "rules", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_null_leaves_a_part_and_its_chapter_out(fresh):
    project = fresh()
    assert "mechanism_tables" in planned(project)
    (project / "off.yaml").write_text("mechanism: null\n", encoding="utf-8")
    told = planned(project, "--configfile", "off.yaml")
    assert "cohort_tables" in told
    assert not any(rule in told for rule in ("mechanism_tables", "mechanism_figures"))
