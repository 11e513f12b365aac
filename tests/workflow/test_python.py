"""A study read from Python holds what a whole run wrote."""

from pathlib import Path

import pytest

import monotown as mt
from monotown.index.build import EXACT, SCHEMAS
from monotown.sensitivity.sobol_choices import TABLES
from monotown.sensitivity.weights import schemas
from monotown.workflow import write_table


@pytest.mark.workflow
def test_every_table_of_the_indices_is_that_of_the_run(finished: Path, tmp_path: Path) -> None:
    study, own = mt.Study.read(finished / "config/study"), tmp_path / "own.csv"
    for view in study.indices:
        for name, schema in SCHEMAS.items():
            write_table(study.index(view).tables[name], own, schema, exact=name in EXACT, own_units=["value"])
            run = finished / f"results/index/{view}/{name}.csv"
            assert own.read_bytes() == run.read_bytes(), (view, name)


@pytest.mark.workflow
def test_its_sensitivity_is_that_of_the_run(finished: Path, tmp_path: Path) -> None:
    study, own = mt.Study.read(finished / "config/study"), tmp_path / "own.csv"
    view = study.content.about["show"]["index"]
    found = study.index(view).sensitivity()
    for name in (*schemas(found.settings.interval), *TABLES):
        run = finished / f"results/sensitivity/{view}/{name}.csv"
        head = run.read_text(encoding="utf-8").splitlines()[0].split(",")
        write_table(getattr(found, name).rename(columns={"index": "view"})[head], own)
        assert own.read_bytes() == run.read_bytes(), name
