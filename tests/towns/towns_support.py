"""What the tests of own data stand on: the project's configs, and sheets made in a line."""

from functools import cache
from pathlib import Path
from typing import Any

from monotown.base.labels import Labels
from monotown.data.workbooks.findings import Finding
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.read import Settings, Workbook, read_workbook
from monotown.data.workbooks.text import split_rows
from monotown.workflow import read_labels, read_yaml
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part
from monotown.workflow.towns import settings_from
from monotown.workflow.workbooks import read_files

ROOT = Path(__file__).parents[2]
NAMES = ("units", "variables", "indicators", "measures")


@cache
def configs() -> dict[str, Any]:
    found = {name: read_part(name, ROOT) for name in NAMES}
    found["towns"] = read_yaml(ROOT / "config/parts/towns.yaml")
    return {**found, "sources": read_sources("data/raw", ROOT)}


@cache
def labels(language: str = "en") -> Labels:
    return read_labels(["towns"], folder=ROOT / "config/words")[language]


def settings(**section: Any) -> Settings:
    return settings_from(section, configs())


def read_text(text: str, **section: Any) -> Workbook:
    """The workbook of one table in text."""
    return read_workbook([Sheet("t.csv", "", split_rows(text))], settings(**section))


def read_path(path: Path, **section: Any) -> tuple[Workbook, list[Finding]]:
    """The workbook of a file, and everything found in opening and reading it."""
    sheets, refused = read_files([str(path)], configs()["towns"]["limits"])
    workbook = read_workbook(sheets, settings(**section))
    return workbook, [*refused, *workbook.findings]


def figures(workbook: Workbook) -> dict[tuple[str, int, str], float]:
    """Unit, year and variable to the value read."""
    table = workbook.figures
    return {
        (u, y, v): value
        for u, y, v, value in zip(table["unit"], table["year"], table["variable"], table["value"], strict=True)
    }


def codes(workbook: Workbook) -> list[tuple[str, str]]:
    """Code and cell of each finding."""
    return [(f.code, f.cell) for f in workbook.findings]
