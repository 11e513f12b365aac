"""Streaming: prefixes, shards and single replicates give the same bits."""

from __future__ import annotations

import numpy as np
import pytest

from monotown.base.streams import Stream
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.sensitivity.draws import BLOCK, Law, WeightDraws
from monotown.sensitivity.weights_run import run_weights
from monotown.sensitivity.year import Case

MODEL = IndexModel(
    Node(
        "index",
        (Node("B1", tuple(Leaf(f"a{i}") for i in range(3))), Node("B2", tuple(Leaf(f"b{i}") for i in range(4)))),
        aggregation=method("geometric"),
        floor=0.01,
    )
)
WEIGHTS = WeightDraws(MODEL, Law("dirichlet", 0.25), Stream(7, "view"))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    numbers = np.random.Generator(np.random.PCG64(4))
    made = []
    for year in (2021, 2022):
        z = numbers.random((9, 7))
        z[2, 1] = np.nan
        made.append(Case.of(MODEL, year, [f"u{i}" for i in range(9)], z))
    return made


DRAWS = 3 * BLOCK + 700


def states_equal(one: object, other: object) -> None:
    a, b = one.state(), other.state()  # type: ignore[attr-defined]
    for key, value in a.items():
        np.testing.assert_array_equal(b[key], value, err_msg=key)


@pytest.mark.parametrize("shards", [2, 3, 7])
def test_shards_in_any_order_are_one_run(cases: list[Case], shards: int) -> None:
    whole = run_weights(cases, WEIGHTS, DRAWS)
    parts = [run_weights(cases, WEIGHTS, DRAWS, shard=s, shards=shards) for s in reversed(range(shards))]
    for mine, *others in zip(*parts, strict=True):
        for other in others:
            mine.merge(other)
    for one, other in zip(whole, parts[0], strict=True):
        states_equal(one, other)


def test_a_short_run_is_the_start_of_a_long_one(cases: list[Case]) -> None:
    short, long = 1000, BLOCK + 5
    first = run_weights(cases[:1], WEIGHTS, short)[0]
    again = run_weights(cases[:1], WEIGHTS, long)[0]
    assert first.draws == short
    assert again.draws == long
    assert (again.ranks >= first.ranks).all()


def test_progress_tells_every_draw_once(cases: list[Case]) -> None:
    told: list[int] = []
    run_weights(cases, WEIGHTS, DRAWS, progress=told.append)
    assert told == [BLOCK, BLOCK, BLOCK, 700]


def test_years_see_the_same_draws(cases: list[Case]) -> None:
    twin = Case.of(MODEL, 2023, cases[0].units, cases[0].z)
    one, other = run_weights([cases[0], twin], WEIGHTS, 500)
    states_equal(one, other)
