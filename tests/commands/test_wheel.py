"""A newcomer's path: a wheel, an empty environment, an empty folder, each language."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest
from packaging.metadata import Metadata
from packaging.specifiers import SpecifierSet

from monotown.show.page import page as page_file

from .conftest import ROOT, Commands

pytestmark = pytest.mark.workflow

LANGUAGES = ("en", "ru", "kk")


@pytest.fixture
def monotown(installed, tmp_path):
    folder = tmp_path / "пустая папка"
    folder.mkdir()
    return Commands(folder, (str(installed[1]),))


def files(folder: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


def fill(workbook: Path) -> None:
    """Fill the sheet of figures with those that the template shows as its example, as an analyst would type them."""
    book = openpyxl.load_workbook(workbook)
    example, data = book["example"], book["data"]
    heads = [[c.value for c in sheet[5]] for sheet in (data, example)]
    assert heads[0][:2] == ["unit", "year"]
    for row in range(7, example.max_row + 1):
        figures = dict(zip(heads[1], (c.value for c in example[row]), strict=True))
        for column, head in enumerate(heads[0], 1):
            data.cell(row, column).value = figures[head]
    book["about"]["B3"].value = "Figures of a test"
    book["about"]["B6"].value = "synthetic"
    book.save(workbook)


def test_the_wheel_holds_what_a_run_stands_on(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for name in ("Snakefile", "config/config.yaml", "workflow/Snakefile", "workflow/parts/towns/rules.smk"):
        assert f"monotown/project/{name}" in names
    assert "monotown/show/fonts/MonotownSans.ttf" in names or any(n.startswith("monotown/show/fonts/") for n in names)
    assert not [n for n in names if n.endswith(".pyc") or ":" in n or n.startswith("monotown/project/results")]


def test_what_the_wheel_says_of_itself_is_what_registries_take(wheel):
    """What ``twine check --strict`` asks: every field valid, and a long description that is told how to be read."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        said = Metadata.from_email(archive.read(name), validate=True)
    assert (said.name, str(said.version)) == (project["name"], project["version"])
    assert (said.license_expression, said.author) == ("MIT", "The Monotown contributors")
    assert said.description_content_type == "text/markdown"
    assert said.description == (ROOT / "README.md").read_text(encoding="utf-8")
    assert str(said.requires_python) == str(SpecifierSet(project["requires-python"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_an_empty_folder_to_a_checked_workbook(monotown, language):
    made = monotown("new", "--study", "kazakhstan", "--language", language)
    assert made.status == 0, made.err
    (workbook,) = monotown.folder.iterdir()
    assert workbook.name in made.err
    empty = monotown("check", "--language", language)
    assert empty.status == 1  # nothing to compute from
    fill(workbook)
    found = monotown("check", "--language", language)
    assert found.status == 0, found.err
    assert monotown("check", "--json", "--language", language).out.isascii()
    assert [p.name for p in monotown.folder.iterdir()] == [workbook.name]  # a check writes nothing


def test_from_an_empty_folder_to_the_report(monotown, installed):
    before = files(installed[0])
    assert monotown("new", "города.xlsx", "--study", "kazakhstan", "--language", "ru").status == 0
    fill(monotown.folder / "города.xlsx")
    run = monotown("run", "города.xlsx", "--draws", 100, "--cores", 2, "--language", "ru")
    assert run.status == 0, run.err
    results = monotown.folder / "города-results"
    pages = [page_file(name, code) for name in ("report/index", "report") for code in ("en", "ru", "kk")]
    for name in (*pages, "results.xlsx", "problems.xlsx"):
        assert (results / name).is_file()
    assert "Места" not in run.out
    assert "Traceback" not in run.err
    steps = [line for line in run.err.splitlines() if line.startswith("[")]
    assert steps
    assert len(steps) == int(steps[-1].split("]")[0].split()[-1])  # one line a step, and the last is the last
    assert str(Path("города-results", "report", "index.ru.html")) in run.err
    assert openpyxl.load_workbook(results / "results.xlsx", read_only=True).sheetnames[:2] == ["содержание", "места"]
    assert {p.name for p in monotown.folder.iterdir()} == {".monotown", "города.xlsx", "города-results"}
    assert files(installed[0]) == before  # nothing is written where the library is installed

    page = monotown("report", "--no-browser", "--language", "kk")
    assert (page.status, page.err.strip()) == (0, str(results / "report" / "index.kk.html"))
    again = monotown("run", "города.xlsx", "--draws", 100, "--language", "ru")
    assert again.status == 0
    assert not [line for line in again.err.splitlines() if line.startswith("[")]  # all is made already
    other = monotown("new", "x.xlsx", "--example")
    assert other.status == 0
    refused = monotown("run", "x.xlsx", "--output", "города-results", "--language", "en")
    assert refused.status == 2
    assert "holds a run of other input" in refused.err
