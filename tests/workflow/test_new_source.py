"""A new source is two files in a folder and the rows of the study that use it; no list names it."""

import csv
import subprocess
import sys

import pytest

from .conftest import snakemake

pytestmark = pytest.mark.workflow

FOLDER = "data/raw/official/libraries_regions"
TABLE = "region,2021,2022\nAkmola Region,310,305\nКарагандинская,-,\nАлматы қаласы,25,26\n"
SOURCE = """\
title: {en: "Libraries by region", ru: "Библиотеки по регионам", kk: "Өңірлер бойынша кітапханалар"}
publisher: "An office, made up for a test"
licence: "CC BY 4.0"
kind: official
about: "Three regions, 2021 and 2022. Made up."
publication: {title: "Libraries of the year", areas: region, feeds: []}
columns: [region, "2021", "2022"]
unit: {column: region, names: words, level: region}
year: {header: true}
variable: {value: libraries}
"""
VARIABLE = """\
libraries:
  label: {en: "Libraries", ru: "Библиотеки", kk: "Кітапханалар"}
  unit_of_measure: libraries
  bounds: [0, null]
  count: true
  reads_as: {none: 0}
  merge: sum
"""
MEASURE = """\
libraries_counted:
  label: {en: "Libraries", ru: "Библиотеки", kk: "Кітапханалар"}
  indicator: satisfaction_environment
  formula: libraries
  unit_of_measure: libraries
  reading: twin
  note: {en: "Made up.", ru: "Придумано.", kk: "Ойдан шығарылған."}
"""
TARGETS = ("results/clean/observations.csv", "results/indicators/indicators.csv")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_new_source_is_read_without_a_list_that_names_it(fresh):
    project = fresh()
    folder = project / FOLDER
    folder.mkdir()
    (folder / "libraries_regions.csv").write_text(TABLE, encoding="utf-8")
    (folder / "source.yaml").write_text(SOURCE.replace("about", "abuot"), encoding="utf-8")
    for name, text in (("variables", VARIABLE), ("measures", MEASURE)):
        with (project / f"config/{name}.yaml").open("a", encoding="utf-8") as file:
            file.write(text)
    views = project / "config/views.yaml"
    text = views.read_text(encoding="utf-8")
    views.write_text(text.replace("  beside:\n", "  beside:\n    - libraries_counted\n", 1), "utf-8")

    done = snakemake(project, "--cores", "1", *TARGETS)
    assert done.returncode != 0
    assert f"{FOLDER}/source.yaml, line 5, abuot: found 'abuot'" in done.stdout + done.stderr
    assert not (project / "results").exists()

    (folder / "source.yaml").write_text(SOURCE, encoding="utf-8")
    done = snakemake(project, "--cores", "1", *TARGETS)
    assert done.returncode == 0, done.stderr[-3000:]
    read = [r for r in rows(project / TARGETS[0]) if r["source"] == "libraries_regions"]
    assert [(r["unit"], r["year"], r["value"], r["flag"]) for r in read] == [
        ("KZAKM", "2021", "310.0", ""),
        ("KZAKM", "2022", "305.0", ""),
        ("KZALA", "2021", "25.0", ""),
        ("KZALA", "2022", "26.0", ""),
        ("KZKAR", "2021", "", "none"),
        ("KZKAR", "2022", "", "empty"),
    ]
    found = {
        r["unit"]: r for r in rows(project / TARGETS[1]) if r["measure"] == "libraries_counted" and r["year"] == "2022"
    }
    assert found["KZALA"]["value"] == "26.0"
    assert found["KZALA"]["source"] == "libraries_regions"

    module = [sys.executable, "-m", "monotown.workflow.data_pages"]
    checked = subprocess.run([*module, "--check"], cwd=project, capture_output=True, text=True)
    assert checked.returncode == 1
    assert {line.split()[0] for line in checked.stdout.splitlines()} == {
        f"{FOLDER}/SOURCE.md",
        "data/datapackage.json",
        "data/README.md",
    }
    assert subprocess.run(module, cwd=project).returncode == 0
    readme = (project / "data/README.md").read_text(encoding="utf-8")
    assert "[Libraries by region](raw/official/libraries_regions/SOURCE.md)" in readme
    assert "| Libraries of the year | 1 | Libraries by region | region |" in readme
