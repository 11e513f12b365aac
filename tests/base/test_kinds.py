"""Kinds of data: how they join, where one may be declared, where one is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.problems import InputError
from monotown.base.tables import (
    DATA_KINDS,
    INDICATORS,
    OBSERVATIONS,
    Kind,
    assumed,
    data_kinds_in,
    join_kinds,
    kind_column,
)
from monotown.survey.boundary import refuse_mixed

ROOT = Path(__file__).resolve().parents[2]
CELLS = st.lists(st.lists(st.sampled_from([k.value for k in Kind])).map("+".join), max_size=6)


@given(CELLS)
def test_kinds_are_joined_once_each_whatever_their_order(cells: list[str]) -> None:
    joined = join_kinds(cells)
    named = [part for part in joined.split("+") if part]
    assert set(named) == set(chain(*(c.split("+") for c in cells))) - {""}
    assert named == [k.value for k in Kind if k.value in named]
    assert join_kinds(reversed(cells)) == join_kinds([*cells, joined]) == joined
    assert join_kinds([assumed(*cells)]).split("+")[0] == "assumed"
    assert data_kinds_in([assumed(*cells)]) == tuple(k for k in named if k != "assumed")


@pytest.mark.parametrize("cell", ["official+assumed", "official+official", "guessed", "", "a; b"])
def test_a_result_names_its_kinds_in_one_way_only(cell: str) -> None:
    schema = pa.DataFrameSchema({"kind": kind_column()})
    with pytest.raises(pa.errors.SchemaError):
        schema.validate(pd.DataFrame({"kind": ["official", cell]}))


def enums(node: Any, at: str = "") -> Iterator[list[str]]:
    """Values that a schema allows for a key ``kind``."""
    for key, value in node.items() if isinstance(node, Mapping) else ():
        if key == "kind" and isinstance(value, Mapping) and "enum" in value:
            yield value["enum"]
        yield from enums(value)


def test_no_figures_are_declared_to_be_assumed() -> None:
    allowed = [
        e
        for path in sorted((ROOT / "workflow").rglob("*schema.yaml"))
        for e in enums(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]
    assert len(allowed) >= 4
    assert all(set(e) <= set(DATA_KINDS) for e in allowed)
    for schema in (OBSERVATIONS, INDICATORS):
        (check,) = schema.columns["kind"].checks
        assert set(check.statistics["allowed_values"]) == set(DATA_KINDS)


def test_what_is_assumed_is_refused_among_figures() -> None:
    with pytest.raises(InputError, match="1 row of kind assumed"):
        refuse_mixed(["official", "assumed"], ["official"])


def test_every_kind_has_words_and_a_badge() -> None:
    words = project_texts("common")
    style = (ROOT / "workflow/report/templates/site.css").read_text(encoding="utf-8")
    told = [k.removeprefix("kind.") for k in words if k.startswith("kind.")]
    assert told == [k.value for k in Kind]
    for kind in Kind:
        assert all(words[f"kind.{kind}"][language] for language in LANGUAGES)
        assert re.search(rf"\.badge\.{kind} \{{", style)
        assert re.search(rf"\.badge\.{kind}::before", style)  # told without colour too
