"""The page of methods: a row for each registered method, and the test that it names exists."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
import yaml

import monotown
from monotown.index.model import LEAF_MISSING, NODE_MISSING
from monotown.index.weighting import keys_of
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, OUTLIERS, SCHEMES, TRANSFORMS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


def rows() -> dict[str, dict[str, list[str]]]:
    """Section to method to its cells."""
    found: dict[str, dict[str, list[str]]] = {}
    section = header = ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            section = line[3:]
            header = ""
        elif line.startswith("| ") and not header:
            header = line
        elif line.startswith("| ") and header.startswith("| method"):
            cells = [c.strip() for c in line.strip("|").split("|")]
            assert len(cells) == 5, line
            found.setdefault(section, {})[cells[0]] = cells
        elif not line:
            header = ""
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


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_every_scheme_has_the_key_of_a_view(scheme: str) -> None:
    key = yaml.safe_load(rows()["Weights"][scheme][3].strip("`").replace("…", "{}"))["weights"]
    assert (key if isinstance(key, str) else key["scheme"]) == scheme
    if isinstance(key, dict):
        assert set(key) <= set(keys_of(SCHEMES[scheme]))


def test_every_setting_of_weights_is_on_the_page() -> None:
    settings = {k for s in SCHEMES.values() for k in keys_of(s)} - {"scheme"}
    page = PAGE[PAGE.index("## Weights") : PAGE.index("## Aggregation")]
    assert set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) == settings


def test_files_that_the_page_names_exist() -> None:
    for name in set(re.findall(r"index/test_\w+\.py", PAGE)):
        assert (ROOT / "tests" / name).exists()


def test_every_verb_is_reached_from_the_package_and_has_an_example() -> None:
    for name in monotown.__all__:
        thing = getattr(monotown, name)
        if inspect.isfunction(thing):
            assert len(thing.__doc__ or "") > 60, name
