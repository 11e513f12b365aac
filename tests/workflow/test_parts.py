import pytest

from .conftest import snakemake

pytestmark = pytest.mark.workflow

PARTS = ("cohort", "scenarios", "mechanism", "hypothesis")


@pytest.mark.parametrize("off", [PARTS[:1], PARTS[1:], PARTS], ids="-".join)
def test_a_part_whose_file_is_null_is_left_out(fresh, off):
    project = fresh()
    (project / "less.yaml").write_text("".join(f"{p}: null\n" for p in off), encoding="utf-8")
    planned = snakemake(project, "-n", "--configfile", "less.yaml")
    told = planned.stdout + planned.stderr
    assert planned.returncode == 0, told[-3000:]
    for part in PARTS:
        assert (f"results/{part}/" in told) == (part not in off), part
    assert ("results/findings/answers.csv" in told) == (off != PARTS)
    assert "results/report.html" in told
