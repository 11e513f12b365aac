"""The page of methods: a row for each registered method, and the test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import monotown.index as verbs
from monotown.index.model import (
    AGGREGATIONS,
    LEAF_MISSING,
    NODE_MISSING,
    NORMALISATIONS,
    OUTLIERS,
    TRANSFORMS,
)
from monotown.weights.schemes import SCHEMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


def rows() -> dict[str, dict[str, list[str]]]:
    """Section to method to its cells."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| ") and not line.startswith("| method"):
            cells = [c.strip() for c in line.strip("|").split("|")]
            assert len(cells) == 5, line
            found.setdefault(section, {})[cells[0]] = cells
    return found


@pytest.mark.parametrize(
    ("section", "registered"),
    [
        ("Normalisation", set(NORMALISATIONS)),
        ("Aggregation", set(AGGREGATIONS)),
        ("Weights", set(SCHEMES)),
        ("Missing data", {*LEAF_MISSING, *NODE_MISSING, "rubin", "coverage"} - {"none"}),
        ("Outliers and transforms", {*OUTLIERS, *TRANSFORMS} - {"none"}),
    ],
)
def test_every_registered_method_has_its_row(section: str, registered: set[str]) -> None:
    assert set(rows()[section]) == registered


def test_every_row_names_a_test_that_exists() -> None:
    count = 0
    for section in rows().values():
        for cells in section.values():
            file, name = re.fullmatch(r"([\w/]+\.py)::(test_\w+)", cells[4]).groups()
            tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
            names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
            assert name in names, cells
            assert cells[1], cells
            assert cells[3], cells
            count += 1
    assert count > 50


def test_files_that_the_page_names_exist() -> None:
    for name in set(re.findall(r"index/test_\w+\.py", PAGE)):
        assert (ROOT / "tests" / name).exists()


def test_every_verb_is_reached_from_the_package_and_has_an_example() -> None:
    for name in verbs.__all__:
        thing = getattr(verbs, name)
        assert thing.__doc__, name
        if callable(thing) and not isinstance(thing, type):
            assert len(thing.__doc__) > 60, name
