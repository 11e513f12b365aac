import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]

SNAKEFILE = f"""
import sys
sys.path.insert(0, "{ROOT}/src")
from monotown.workflow import read_yaml
from monotown.workflow.environment import set_environment
set_environment("{ROOT}/src")
configfile: "{ROOT}/config/config.yaml"
RESULTS = config["results"]
from monotown.workflow.study import Pieces, StudyFiles, pieces_folder
STUDY = Pieces(StudyFiles(config, "{ROOT}"), pieces_folder(RESULTS))
PROJECT = {{"units": STUDY("units")}}
LANGUAGES = ["en", "ru", "kk"]
FORMATS = config["figures"]["formats"]
LEFT_OUT = []
ROOT = "{ROOT}"
own_rules = lambda: rules._rules
include: "{ROOT}/workflow/parts/survey/rules.smk"
"""


@pytest.mark.workflow
def test_the_demonstration_runs_and_is_marked_everywhere(tmp_path):
    (tmp_path / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    results = ROOT / "results" / f"test-survey-{tmp_path.parent.name}"
    try:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "snakemake",
                "-s",
                str(tmp_path / "Snakefile"),
                "--nolock",
                "--directory",
                str(ROOT),
                "--cores",
                "2",
                "--config",
                f"results={results.relative_to(ROOT)}",
                "--",
                "survey",
            ],
            check=True,
            capture_output=True,
            timeout=600,
        )
        made = results / "survey-demo"
        tables = [p for p in made.rglob("*.csv") if p.name != "codebook.csv"]
        assert len(tables) == 9 + 4
        for path in tables:
            assert set(pd.read_csv(path)["kind"]) == {"synthetic"}, path.name
        pages = list(made.glob("report.*.html"))
        assert len(pages) == 3
        for page in pages:
            assert 'class="kind"' in page.read_text(encoding="utf-8")
        assert len(list((made / "figures").iterdir())) == 3
        assert (made / "questionnaire" / "xlsform.xlsx").stat().st_size > 5000
        assert (made / "data_error.yaml").read_text(encoding="utf-8").startswith("# synthetic")
        assert {p.name for p in results.iterdir()} == {"survey-demo", "logs", "benchmarks"}
    finally:
        shutil.rmtree(results, ignore_errors=True)
