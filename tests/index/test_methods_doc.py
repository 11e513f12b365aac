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
from monotown.methods.method import Method
from monotown.methods.page import method_tables
from monotown.methods.register import FAMILIES, FILLINGS, SCHEMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


METHODS = [m for family in FAMILIES.values() for m in family.values()]


def test_the_tables_of_the_page_are_those_of_the_register() -> None:
    """``make data`` writes them; a method is in its table once it is registered."""
    for name, table in method_tables().items():
        mark = f"<!-- table of {name}, made by make data -->\n"
        assert f"{mark}{table}<!-- end of table -->" in PAGE, "out of date: run make data"
    listed = re.findall(r"^\| (\w+) \|", "".join(method_tables().values()), re.MULTILINE)
    assert sorted(set(listed) - {"method"}) == sorted({m.name for m in METHODS})
    assert {*LEAF_MISSING, *NODE_MISSING} - {"none"} == set(FILLINGS)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: f"{m.family}.{m.name}")
def test_every_method_says_its_formula_and_names_a_test_that_exists(method: Method) -> None:
    assert method.formula
    assert "|" not in method.formula + method.reference + method.key
    file, name = re.fullmatch(r"([\w/]+\.py)::(test_\w+)", method.test).groups()
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_every_scheme_has_the_key_of_a_view(scheme: str) -> None:
    chosen = SCHEMES[scheme].key or f"`weights: {scheme}`"
    key = yaml.safe_load(chosen.strip("`").replace("…", "{}"))["weights"]
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
