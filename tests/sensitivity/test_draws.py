"""Random weights: their law, and that a draw never depends on how many there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from monotown.index.model import IndexModel, Leaf, Node
from monotown.sensitivity.draws import BLOCK, Law, Stream, WeightDraws, blocks, concentration

STREAM = Stream(20200601, "test")
TREE = IndexModel(
    Node(
        "index",
        (
            Node("B1", (Leaf("a", 1), Leaf("b", 3)), weight=2),
            Leaf("c", 1),
            Node("B2", (Node("sub", (Leaf("d"), Leaf("e"))), Leaf("f")), weight=1),
        ),
    )
)


FIRST = [
    0.10898202469972827,
    0.5268704194347141,
    0.19707425712116827,
    0.03429040410260829,
    0.01432253043649274,
    0.11846036420528826,
]


def drawn(law: Law, model: IndexModel = TREE, n: int = 25) -> np.ndarray:
    return np.concatenate([WeightDraws(model, law, STREAM).block(i) for i in range(n)])


def test_concentration_of_four_equal_blocks_is_golden() -> None:
    assert concentration(0.25, 0.25) == 47.0


@pytest.mark.parametrize(("weight", "cv"), [(0.0, 0.1), (1.0, 0.1), (0.5, 1.0), (0.5, 0.0), (0.5, -1.0)])
def test_impossible_concentrations_are_refused(weight: float, cv: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        concentration(weight, cv)


@pytest.mark.parametrize("law", [Law("dirichlet", 0.25), Law("simplex"), Law("noise", 0.3)])
def test_weights_lie_on_the_simplex(law: Law) -> None:
    weights = drawn(law, n=2)
    assert weights.shape == (2 * BLOCK, 6)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-12)


def test_dirichlet_has_the_models_weights_as_mean() -> None:
    weights = drawn(Law("dirichlet", 0.25))
    error = weights.std(axis=0) / np.sqrt(len(weights))
    assert (np.abs(weights.mean(axis=0) - TREE.weights) < 4.5 * error).all()


def test_dirichlet_has_the_coefficient_of_variation_asked_for() -> None:
    model = IndexModel(Node("i", tuple(Leaf(f"k{i}") for i in range(4))))
    weights = drawn(Law("dirichlet", 0.25), model)
    cv = weights.std(axis=0) / weights.mean(axis=0)
    np.testing.assert_allclose(cv, 0.25, rtol=0.01)


def test_each_node_has_its_own_dirichlet() -> None:
    weights = drawn(Law("dirichlet", 0.25))
    block = weights[:, 0] + weights[:, 1]
    local = weights[:, 0] / block
    # two children: concentration 15, so beta(15/4, 45/4) within B1 and beta(7.5, 7.5) within sub
    assert stats.kstest(local, stats.beta(15 / 4, 45 / 4).cdf).pvalue > 0.001
    inner = weights[:, 3] / (weights[:, 3] + weights[:, 4])
    assert stats.kstest(inner, stats.beta(7.5, 7.5).cdf).pvalue > 0.001
    # three children of the root: concentration (1 - 1/3) / (1/3 * 0.0625) - 1 = 31
    assert stats.kstest(block, stats.beta(31 / 2, 31 / 2).cdf).pvalue > 0.001
    assert abs(np.corrcoef(local, block)[0, 1]) < 0.02


def test_simplex_is_uniform() -> None:
    model = IndexModel(Node("i", (Leaf("a", 5), Leaf("b"), Leaf("c"))))
    weights = drawn(Law("simplex"), model)
    for column in weights.T:
        assert stats.kstest(column, stats.beta(1, 2).cdf).pvalue > 0.001


def test_noise_stays_within_its_share() -> None:
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    weights = drawn(Law("noise", 0.2), model, n=2)
    ratio = weights[:, 0] / weights[:, 1]
    assert 0.8 / 1.2 <= ratio.min() < 0.72
    assert 1.2 / 0.8 >= ratio.max() > 1.4


def test_a_given_concentration_replaces_that_of_the_size() -> None:
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    weights = drawn(Law("dirichlet", concentration=5.0), model)
    assert stats.kstest(weights[:, 0], stats.beta(2.5, 2.5).cdf).pvalue > 0.001


@pytest.mark.parametrize("law", [Law("dirichlet", 0.25), Law("simplex"), Law("noise", 0.3)])
def test_a_child_of_weight_zero_stays_at_zero(law: Law) -> None:
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b", 0), Leaf("c"))))
    weights = WeightDraws(model, law, STREAM).block(0)
    assert (weights[:, 1] == 0).all()
    assert (weights[:, 0] > 0).all()


def test_a_single_child_takes_all_its_parent_has() -> None:
    model = IndexModel(Node("i", (Node("B1", (Leaf("a"),)), Node("B2", (Leaf("b"),)))))
    weights = WeightDraws(model, Law("dirichlet", 0.25), STREAM).block(0)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-15)


def test_a_block_does_not_depend_on_others_being_drawn() -> None:
    source = WeightDraws(TREE, Law(), STREAM)
    alone = source.block(5)
    for i in range(4):
        source.block(i)
    np.testing.assert_array_equal(source.block(5), alone)
    assert not np.array_equal(source.block(4), alone)


def test_seed_and_name_give_other_numbers() -> None:
    base = STREAM.generator(0).random(4)
    assert not np.array_equal(base, Stream(20200602, "test").generator(0).random(4))
    assert not np.array_equal(base, Stream(20200601, "other").generator(0).random(4))


def test_the_stream_is_frozen() -> None:
    # a change here changes every published number
    first = WeightDraws(TREE, Law(), STREAM).block(0)[0]
    np.testing.assert_allclose(first, FIRST, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "uniform"},
        {"size": 0.0},
        {"name": "noise", "size": 1.0},
        {"concentration": 0.0},
        {"size": float("inf")},
    ],
)
def test_bad_laws_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"law|noise|concentration|above 0"):
        Law(**arguments)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60_000), st.integers(1, 9))
def test_shards_part_the_blocks(draws: int, shards: int) -> None:
    parted = [pair for s in range(shards) for pair in blocks(draws, s, shards)]
    assert parted == list(blocks(draws))
    assert sum(used for _, used in parted) == draws
    assert all(used == BLOCK for _, used in parted[:-1])


@pytest.mark.parametrize(("draws", "shard", "shards"), [(0, 0, 1), (10, 2, 2), (10, -1, 2)])
def test_bad_shards_are_refused(draws: int, shard: int, shards: int) -> None:
    with pytest.raises(ValueError, match="shard"):
        list(blocks(draws, shard, shards))


def test_a_concentration_too_small_to_draw_is_refused() -> None:
    source = WeightDraws(TREE, Law("dirichlet", concentration=1e-4), STREAM)
    with pytest.raises(ValueError, match="too small"):
        source.block(0)
