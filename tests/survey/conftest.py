from pathlib import Path
from types import SimpleNamespace

import pytest

from monotown.survey.build import build_survey
from monotown.survey.demo import make_demo
from monotown.survey.microdata import read_microdata
from monotown.survey.questionnaire import read_questionnaire
from monotown.workflow import read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def survey():
    """The demonstration: config, made-up data, microdata as read, tables."""
    folder = ROOT / "config/parts/survey"
    catalogue = read_part("indicators", ROOT)
    form = read_questionnaire(read_yaml(folder / "questionnaire.yaml"), catalogue)
    config = read_yaml(folder / "demo.yaml")
    config["estimates"]["bootstrap"] = 120
    demo = make_demo(read_yaml(folder / "demo_population.yaml"), form, 20200601)
    mappings = {p: read_yaml(folder / f"codebook_{p}.yaml") for p in demo.microdata}
    files = [
        read_microdata(raw, mappings[p], form, list(config["units"]), f"{p}.csv", "synthetic")
        for p, raw in demo.microdata.items()
    ]
    tables = build_survey(files, form, catalogue, demo.margins, config, 7)
    return SimpleNamespace(
        catalogue=catalogue, form=form, config=config, demo=demo, mappings=mappings, files=files, tables=tables
    )
