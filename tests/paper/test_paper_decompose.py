"""Decompositions: they add up, are symmetrical, and give the audit's figures."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from claims_support import said
from hypothesis import given
from hypothesis import strategies as st

from monotown.paper import tables
from monotown.paper.checks import run_check
from monotown.paper.decompose import METHODS, lmdi, shapley, share_first, size_first
from monotown.paper.published import Published

AUDIT = json.loads((Path(__file__).resolve().parents[1] / "golden" / "audit.json").read_text(encoding="utf-8"))[
    "decomp"
]
COUNT = st.integers(1, 500)


def test_golden_split(published: Published) -> None:
    part, whole = (86, 50), (175, 116)
    assert shapley(part, whole).size == pytest.approx(AUDIT["shapley_scale"], abs=1e-12)
    assert shapley(part, whole).share == pytest.approx(AUDIT["shapley_share"], abs=1e-12)
    assert lmdi(part, whole).size == pytest.approx(AUDIT["lmdi_scale"], abs=1e-12)
    assert lmdi(part, whole).share == pytest.approx(AUDIT["lmdi_share"], abs=1e-12)
    assert size_first(part, whole).size == pytest.approx(AUDIT["laspeyres_scale"], abs=1e-12)
    assert size_first(part, whole).share == pytest.approx(AUDIT["laspeyres_share_at_new_scale"], abs=1e-12)
    table = tables.decomposition(published)
    assert len(table) == 12
    totals = table[table["part"] == "total"]
    assert totals["people"].to_list() == pytest.approx([-36.0] * 4)
    sizes = table[table["part"] == "size"].set_index("method")["share_of_total"]
    assert sizes.round(3).to_dict() == {"shapley": 0.756, "lmdi": 0.758, "size_first": 0.805, "share_first": 0.706}
    assert (sizes > 0.5).all()
    assert said(run_check(published, "loss_split", {}).recomputed) == "71 to 81% by the smaller staff"


@given(COUNT, COUNT, COUNT, COUNT, st.sampled_from(sorted(METHODS)))
def test_parts_add_up(n0: int, n1: int, m0: int, m1: int, method: str) -> None:
    split = METHODS[method]((n0, n1), (m0, m1))
    assert split.total == pytest.approx(n1 - n0, abs=1e-9)


@given(COUNT, COUNT, COUNT, COUNT, st.sampled_from(["shapley", "lmdi"]))
def test_reversed_in_time(n0: int, n1: int, m0: int, m1: int, method: str) -> None:
    there, back = METHODS[method]((n0, n1), (m0, m1)), METHODS[method]((n1, n0), (m1, m0))
    assert there.size == pytest.approx(-back.size, abs=1e-9)
    assert there.share == pytest.approx(-back.share, abs=1e-9)


@given(COUNT, COUNT, COUNT, COUNT)
def test_shapley_is_the_mean_of_both_orders(n0: int, n1: int, m0: int, m1: int) -> None:
    part, whole = (n0, n1), (m0, m1)
    mean = (size_first(part, whole).size + share_first(part, whole).size) / 2
    assert shapley(part, whole).size == pytest.approx(mean, abs=1e-9)


@given(COUNT, COUNT)
def test_same_size_leaves_the_share_alone(n0: int, n1: int) -> None:
    for split in METHODS.values():
        assert split((n0, n1), (600, 600)).size == 0
        assert split((n0, n1), (600, 600)).share == pytest.approx(n1 - n0, abs=1e-9)


def test_lmdi_without_a_change_of_the_count() -> None:
    split = lmdi((50, 50), (100, 200))
    assert split.size == pytest.approx(50 * math.log(2))
    assert split.total == pytest.approx(0, abs=1e-12)
