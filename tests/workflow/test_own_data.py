"""Runs on own data, from the template to the pages."""

import csv
import re
import shutil
import textwrap

import openpyxl
import pytest
import yaml

from monotown.commands.main import main
from monotown.workflow.words import label_texts

from .conftest import ROOT, copy_project, report_page, snakemake

pytestmark = pytest.mark.workflow

GUIDE = (ROOT / "docs/reading.md").read_text(encoding="utf-8")
#: The run file that the document prints, for figures that are not real.
EXAMPLE = yaml.safe_load(textwrap.dedent(re.search(r"^ {4}results: .*\n(?: {4}.*\n)+", GUIDE, re.MULTILINE)[0]))
EXAMPLE["input"]["kind"] = "synthetic"


def fill(template, target, towns, years):
    """A template filled from its own example, for some towns and years."""
    book = openpyxl.load_workbook(template)
    example = book["example"]
    ids = [cell.value for cell in example[5]]
    for name in ("data", "survey"):
        sheet = book[name]
        row = 7
        for i, town in enumerate(towns):
            for j, year in enumerate(years):
                for column, key in enumerate([cell.value for cell in sheet[5]], 1):
                    place = 7 + (3 * i + j) % 6, ids.index(key) + 1
                    value = {"unit": town, "year": year}.get(key, example.cell(*place).value)
                    sheet.cell(row, column).value = value
                row += 1
    book.save(target)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with the template made and one town in it, all indicators filled."""
    made = copy_project(tmp_path_factory.mktemp("own") / "project")
    template = made / "template.xlsx"
    assert main(["new", str(template), "--study", "kazakhstan"]) == 0
    fill(template, made / "one.xlsx", ["Жезказган"], [2020, 2021, 2022])
    return made


def run(project, name, **changes):
    config = {**EXAMPLE, "results": f"results/{name}", "input": {**EXAMPLE["input"], **changes}}
    (project / f"{name}.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    return snakemake(project, "--cores", "2", "--configfile", f"{name}.yaml")


def test_a_filled_template_of_one_town_runs_to_its_pages(project):
    said = run(project, "one", files=["one.xlsx"], language="kk")
    assert said.returncode == 0, said.stderr[-5000:]
    assert "constrained_layout not applied" not in said.stderr
    results = project / "results/one"
    made = [*results.glob("report*.html"), *results.glob("report/*.html")]
    names = {page.name for page in made}
    assert {"report.kk.html", "index.kk.html", "regions.kk.html", "unit-KZZHK.kk.html", "weights.kk.html"} <= names
    for page in made:
        assert 'class="made-up"' in page.read_text(encoding="utf-8"), page.name
    with (results / "tables/town_scores.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["unit"], row["rank"], row["year"]) == ("KZZHK", "", "2022")
    assert float(row["score"]) > 0
    with (results / "tables/town_profile.csv").open(encoding="utf-8") as file:
        profile = list(csv.DictReader(file))
    assert len(profile) == 27
    assert any(r["region_value"] for r in profile)
    with (results / "clean/observations_official.csv").open(encoding="utf-8") as file:
        assert {r["kind"] for r in csv.DictReader(file)} == {"official"}


def test_the_report_of_snakemake_on_made_up_towns_says_so(project):
    page = report_page(project, "--configfile", "one.yaml")
    assert set(re.findall(r'"kind of data": "(\w+)"', page)) == {"synthetic"}
    captions = re.findall(r'"caption": "((?:[^"\\]|\\.)*)"', page)
    assert len(captions) > 5
    assert not [c for c in captions if "fficial" in c or "Kazakhstan" in c]
    assert "statistics of the regions of Kazakhstan" not in page


def test_errors_stop_the_run_and_are_said_last_in_the_language_asked_for(project):
    book = openpyxl.load_workbook(project / "one.xlsx")
    book["data"]["A7"] = "Жезкаган"
    book["data"]["C8"] = "много"
    book.save(project / "bad.xlsx")
    said = run(project, "bad", files=["bad.xlsx"], language="ru")
    assert said.returncode != 0
    assert "data, A7" in said.stderr
    assert "похожие: Жезказган" in said.stderr
    assert said.stderr.index("Замечаний к книге: ") < said.stderr.index("Расчёт остановлен")
    assert len(re.findall(r"^\d+\. ошибка: bad.xlsx", said.stderr, re.MULTILINE)) == 2
    marked = openpyxl.load_workbook(project / "results/bad/problems.xlsx")
    assert marked["data"]["A7"].comment is not None
    assert not (project / "results/bad/report").exists()


def test_the_survey_of_the_demonstration_runs_to_its_forms_and_pages(project):
    said = snakemake(project, "--cores", "2", "--configfile", "config/examples/survey-demo.yaml", "--", "survey")
    assert said.returncode == 0, said.stderr[-3000:]
    assert "constrained_layout not applied" not in said.stderr
    results = project / "results/survey-demo"
    labels = label_texts(["common"], project / "config/words")
    for language, words in labels["kind.synthetic"].items():
        assert words in (results / f"report.{language}.html").read_text(encoding="utf-8")
        form = results / f"questionnaire/questionnaire.{language}.html"
        assert f'lang="{language}"' in form.read_text(encoding="utf-8")
    with (results / "questionnaire/codebook.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) > 10
    book = openpyxl.load_workbook(results / "questionnaire/xlsform.xlsx", read_only=True)
    assert {"survey", "choices", "settings"} <= set(book.sheetnames)


def test_made_up_rows_given_as_official_stop_the_run(project):
    said = snakemake(
        project,
        "--cores",
        "2",
        "--configfile",
        "config/examples/survey-demo.yaml",
        "--",
        "results/survey-demo/observations.csv",
    )
    assert said.returncode == 0, said.stderr[-3000:]
    shutil.copy(project / "results/survey-demo/observations.csv", project / "copied.csv")
    units = "code;name ru\nDEMO_A;Город А\nDEMO_B;Город Б\n"
    (project / "units.csv").write_text(units, encoding="utf-8")
    said = run(project, "copied", files=["units.csv", "copied.csv"], kind="official")
    assert said.returncode != 0
    assert "найдено: synthetic; ожидалось: строки вида official" in said.stderr


@pytest.mark.parametrize(
    ("name", "target", "kind", "towns"),
    [
        ("own", "tables/town_scores.csv", "synthetic", 4),
        ("towns", "tables/town_scores.csv", "official", 19),
        ("survey-index", "sensitivity/own_potential/data/rank_intervals.csv", "assumed+synthetic", 2),
    ],
)
def test_the_example_runs_give_their_tables(project, name, target, kind, towns):
    file = f"results/{name}/{target}"
    said = snakemake(project, "--cores", "2", "--configfile", f"config/examples/{name}.yaml", "--", file)
    assert said.returncode == 0, said.stderr[-5000:]
    assert "constrained_layout not applied" not in said.stderr
    with (project / file).open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert {r["kind"] for r in rows} == {kind}
    assert len({r["unit"] for r in rows}) == towns
