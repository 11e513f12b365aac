import pytest

from .conftest import snakemake

pytestmark = pytest.mark.workflow


def edit(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_wrong_figures_stop_the_run_with_all_of_them_and_leave_no_result(fresh):
    project = fresh()
    (table,) = (project / "data/raw/official").rglob("*bulletin*2022.csv")
    edit(table, ",KZKAR,Қарағанды,980", ",KZKAR,Қарағанды,98o")
    edit(table, ",KZULU,Ұлытау,3584", ",KZULU,Ұлытау,-3584")
    done = snakemake(project, "--cores", "1")
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert "2 problems in the input" in told
    assert "98o" in told
    assert "-3584" in told
    assert table.name in told
    results = project / "results"
    made = [
        p
        for p in results.rglob("*.csv")
        if p.parts[len(results.parts)] not in {"logs", "benchmarks", "paper", "findings"}
    ]
    assert not [p for p in made if "index" in p.parts or "sensitivity" in p.parts]
    assert not (results / "report").exists()


def test_an_unknown_key_stops_the_run_before_its_first_step(fresh):
    project = fresh()
    edit(project / "config/config.yaml", "weight_cv:", "weigth_cv:")
    edit(project / "config/config.yaml", "seed: 20200601", "seed: none")
    done = snakemake(project, "--cores", "1")
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert "found 'weigth_cv'; expected 'weight_cv' (did you mean this?)" in told
    assert "seed: found 'none'" in told
    assert not (project / "results").exists()
