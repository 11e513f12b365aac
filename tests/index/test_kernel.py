"""The kernel against its definition on random trees, and its promises about bits and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import naive

from monotown.index.kernel import BATCH, evaluate, evaluate_nodes, evaluate_tables
from monotown.index.model import IndexModel, Leaf, Node, method

MEANS = ["arithmetic", "geometric", "harmonic"]
#: These keep scores in (0, 1], so that any node may stand above them.
INSIDE = [*MEANS, "power", "owa", "minimum", "median"]
ACROSS = ["copeland", "condorcet", "topsis"]


def random_model(rng: np.random.Generator, missing: bool, across: bool = True) -> IndexModel:
    """A tree of up to four levels with mixed methods, floors and rules."""
    count = iter(range(1000))

    def aggregation(children: int):
        name = str(rng.choice(INSIDE))
        if name == "power":
            return method("power", exponent=float(rng.choice([-2.0, 0.5, 2.0, 1.0, 0.0])))
        if name == "owa":
            return method("owa", order_weights=tuple(rng.random(children) + 0.05))
        return method(name)

    def node(depth: int) -> Node:
        n = int(rng.integers(1, 5))
        children = tuple(
            node(depth - 1)
            if depth > 0 and rng.random() < 0.6
            else Leaf(f"m{next(count)}", weight=float(rng.random() + 0.01))
            for _ in range(n)
        )
        chosen = aggregation(n)
        rule = str(rng.choice(["reweight", "mean", "median"])) if missing else "reweight"
        return Node(
            f"n{next(count)}",
            children,
            weight=float(rng.random() + 0.01),
            aggregation=chosen,
            missing=rule,
            floor=float(rng.choice([0.01, 0.1, 0.4])) if chosen.needs_positive and rng.random() < 0.6 else None,
        )

    root = node(int(rng.integers(0, 4)))
    if across and rng.random() < 0.25:
        aggregation_ = method(str(rng.choice(ACROSS if not missing else ["mpi"])))
        root = Node("root", (root, Leaf("last"), Node("own", (Leaf("x"), Leaf("y")))), 1.0, aggregation_)
    return IndexModel(root)


def random_case(seed: int, draws: int, missing: bool, zeros: bool):
    rng = np.random.default_rng(seed)
    model = random_model(rng, missing)
    k = len(model.measures)
    z = rng.uniform(0.02, 1.0, size=(5, k))
    if missing:
        z[rng.random(z.shape) < 0.3] = np.nan
        z[0] = rng.uniform(0.02, 1.0, size=k)  # no child is without any score
    w = rng.gamma(1.0, size=(draws, k))
    if zeros:
        w[rng.random(w.shape) < 0.4] = 0.0
        w[w.sum(axis=1) == 0, 0] = 1.0
    return model, z, w


@pytest.mark.parametrize("zeros", [False, True], ids=["all-weights", "zero-weights"])
@pytest.mark.parametrize("missing", [False, True], ids=["complete", "missing"])
def test_kernel_is_the_definition_on_random_trees(missing: bool, zeros: bool) -> None:
    seen: set[str] = set()
    for seed in range(150):
        model, z, w = random_case(seed, 4, missing, zeros)
        seen |= {n.aggregation.name for n in model.nodes}
        found = evaluate(model, z, w)
        nodes = evaluate_nodes(model, z, w)
        for d, row in enumerate(w):
            expected = naive(model, z, row)
            np.testing.assert_allclose(
                found[d], expected[model.tree.id], rtol=1e-9, atol=1e-12, err_msg=f"{seed} {model}"
            )
            for name, values in expected.items():
                np.testing.assert_allclose(
                    nodes[name][d], values, rtol=1e-9, atol=1e-12, err_msg=f"{seed} {name} {model}"
                )
    assert seen >= {*INSIDE, *(["mpi"] if missing else ACROSS)}


#: Methods whose score is an average of the children's.
AVERAGES = {*MEANS, "power", "owa", "minimum", "median"}


@pytest.mark.parametrize("zeros", [False, True], ids=["all-weights", "zero-weights"])
def test_a_node_lies_between_its_children_after_the_floor(zeros: bool) -> None:
    cut = 0
    for seed in range(150):
        model, z, w = random_case(seed, 4, missing=False, zeros=False)
        z[:, ::2] = np.where(z[:, ::2] < 0.3, 0.02, z[:, ::2])
        if zeros:
            w[:, seed % w.shape[1]] = 0.0
            w[w.sum(axis=1) == 0] = 1.0
        nodes = evaluate_nodes(model, z, w)
        whole = evaluate(model, z, w)
        np.testing.assert_allclose(whole, nodes[model.tree.id], rtol=1e-9)
        column = {m: np.tile(z[:, i], (len(w), 1)) for i, m in enumerate(model.measures)}
        for node in model.nodes:
            if node.aggregation.name not in AVERAGES:
                continue
            parts = np.stack([column[c.measure] if isinstance(c, Leaf) else nodes[c.id] for c in node.children])
            if node.floor is not None:
                cut += int((parts < node.floor).sum())
                parts = np.maximum(parts, node.floor)
            low, high = np.nanmin(parts, axis=0), np.nanmax(parts, axis=0)
            there = ~np.isnan(nodes[node.id])
            assert (nodes[node.id][there] >= low[there] - 1e-12).all(), (seed, str(model))
            assert (nodes[node.id][there] <= high[there] + 1e-12).all(), (seed, str(model))
    assert cut > 100


@pytest.mark.parametrize("missing", [False, True], ids=["complete", "missing"])
@pytest.mark.parametrize("seed", range(12))
def test_batches_do_not_mix(seed: int, missing: bool) -> None:
    """Memory is reused from batch to batch; no draw may see another's."""
    model, z, w = random_case(seed, 2 * BATCH + 37, missing, zeros=seed % 2 == 1)
    whole = evaluate(model, z, w)
    nodes = evaluate_nodes(model, z, w)
    for start, stop in ((0, 3), (BATCH - 2, BATCH + 2), (2 * BATCH, 2 * BATCH + 37)):
        alone = evaluate(model, z, w[start:stop])
        np.testing.assert_array_equal(whole[start:stop], alone)
    turned = evaluate(model, z, w[::-1])
    np.testing.assert_array_equal(turned[::-1], whole)
    for d in (0, BATCH, 2 * BATCH + 36):
        np.testing.assert_allclose(whole[d], naive(model, z, w[d])[model.tree.id], rtol=1e-9)
        np.testing.assert_allclose(nodes[model.tree.id][d], whole[d], rtol=1e-9)


@pytest.mark.parametrize("zeros", [False, True], ids=["all-weights", "zero-weights"])
@pytest.mark.parametrize("missing", [False, True], ids=["complete", "missing"])
def test_draws_with_tables_of_their_own_are_the_definition(missing: bool, zeros: bool) -> None:
    together = 0
    for seed in range(250):
        model, z, w = random_case(seed, 6, missing, zeros)
        rng = np.random.default_rng(seed)
        tables = np.stack([z[rng.permutation(len(z))] * s for s in rng.uniform(0.5, 1, len(w))])
        found = evaluate_tables(model, tables, w)
        expected = [naive(model, t, v)[model.tree.id] for t, v in zip(tables, w, strict=True)]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=f"{seed}")
        together += all(n.aggregation.name in (*MEANS, "power") for n in model.nodes)
    assert together > 20


def test_draws_with_tables_of_their_own_refuse_what_one_table_does() -> None:
    nan = float("nan")
    model = blocks("geometric")
    good, w = [[0.5, 0.5, 0.5]], [[1.0, 1.0, 1.0]]
    with pytest.raises(ValueError, match="'root': the geometric mean needs positive scores"):
        evaluate_tables(model, [good, [[0.0, 0.0, 0.5]]], w * 2)
    strict = IndexModel(Node("strict", (Leaf("a"), Leaf("b")), missing="refuse"))
    with pytest.raises(ValueError, match="'strict' refuses missing scores"):
        evaluate_tables(strict, [[[0.1, nan]]], [[1.0, 1.0]])
    for weights in ([[-1.0, 1.0, 1.0]], [[0.0, 0.0, 0.0]], [[nan, 1.0, 1.0]]):
        with pytest.raises(ValueError, match="weights are finite"):
            evaluate_tables(model, [good], weights)
    with pytest.raises(ValueError, match="2 tables need as many"):
        evaluate_tables(model, [good, good], w)
    with pytest.raises(ValueError, match="z has shape"):
        evaluate_tables(model, good, w)


def test_calls_do_not_change_inputs_or_earlier_results() -> None:
    model, z, w = random_case(7, BATCH, False, False)
    z0, w0 = z.copy(), w.copy()
    first = evaluate(model, z, w)
    kept = first.copy()
    evaluate(model, z[::-1], w * 2)
    evaluate_nodes(model, z, w)
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(z, z0)
    np.testing.assert_array_equal(w, w0)
    np.testing.assert_array_equal(evaluate(model, z, w), kept)


def test_result_goes_where_it_is_asked_to() -> None:
    model, z, w = random_case(3, BATCH + 5, False, False)
    out = np.full((BATCH + 5, 5), -1.0)
    assert evaluate(model, z, w, out) is out
    np.testing.assert_array_equal(out, evaluate(model, z, w))
    with pytest.raises(ValueError, match="C-contiguous"):
        evaluate(model, z, w, np.empty((5, BATCH + 5)).T)


def test_weights_need_not_sum_to_one() -> None:
    for seed in range(20):
        model, z, w = random_case(seed, 6, seed % 2 == 0, True)
        scale = np.random.default_rng(seed).uniform(0.1, 50, size=(6, 1))
        np.testing.assert_allclose(evaluate(model, z, w * scale), evaluate(model, z, w), rtol=1e-9, atol=1e-12)


def test_a_leaf_without_weight_is_as_good_as_left_out() -> None:
    for seed in range(40):
        rng = np.random.default_rng(1000 + seed)
        model = random_model(rng, missing=False, across=False)
        if len(model.measures) < 2 or any(n.aggregation.name == "owa" for n in model.nodes):
            continue
        k = len(model.measures)
        z, w = rng.uniform(0.1, 1, size=(4, k)), rng.random((3, k)) + 0.1
        gone = int(rng.integers(k))
        w[:, gone] = 0
        rest = np.delete(np.arange(k), gone)
        smaller = model.without(model.measures[gone])
        np.testing.assert_allclose(evaluate(model, z, w), evaluate(smaller, z[:, rest], w[:, rest]), rtol=1e-9)


def test_own_weights_are_the_default() -> None:
    model = IndexModel(Node("i", (Node("b", (Leaf("a", 3), Leaf("c", 1)), 2), Leaf("d", 1))))
    z = [[0.1, 0.5, 0.9], [0.4, 0.4, 0.4]]
    expected = 0.5 * 0.1 + 0.5 / 3 * 0.5 + 0.9 / 3
    assert evaluate(model, z)[0] == pytest.approx([expected, 0.4])
    assert evaluate(model, z, [model.weights]) == pytest.approx(evaluate(model, z))


def test_a_unit_with_nothing_has_no_score() -> None:
    model = IndexModel(Node("i", (Node("b", (Leaf("a"), Leaf("c"))), Leaf("d"))))
    nan = float("nan")
    z = [[nan, nan, nan], [0.5, nan, nan], [nan, nan, 0.3]]
    found = evaluate(model, z)[0]
    assert np.isnan(found[0])
    assert found[1:].tolist() == [0.5, 0.3]
    # the one score there is may have no weight
    assert np.isnan(evaluate(model, z, [[1, 1, 0]])[0, 2])


def blocks(aggregation: str, floor: float | None = None) -> IndexModel:
    children = (Node("b", (Leaf("a"), Leaf("c"))), Leaf("d"))
    return IndexModel(Node("root", children, 1.0, method(aggregation), floor=floor))


@pytest.mark.parametrize("aggregation", ["geometric", "harmonic"])
@pytest.mark.parametrize("row", [[0.0, 0.0, 0.5], [0.5, 0.5, 0.0], [-0.2, 0.1, 0.5]], ids=["block", "leaf", "negative"])
def test_a_zero_under_a_geometric_mean_is_refused(aggregation: str, row: list[float]) -> None:
    with pytest.raises(ValueError, match=f"'root': the {aggregation} mean needs positive scores"):
        evaluate(blocks(aggregation), [row, [0.5, 0.5, 0.5]])
    with pytest.raises(ValueError, match=f"'root': the {aggregation} mean needs positive scores"):
        evaluate_nodes(blocks(aggregation), [row, [0.5, 0.5, 0.5]])


def test_a_leaf_without_weight_may_have_any_score_or_none() -> None:
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b")), 1.0, method("geometric")))
    for first in (0.0, -1.0, np.nan):
        z, w = [[first, 0.5], [0.3, 0.25]], [[0, 1], [0, 2]]
        assert evaluate(model, z, w).tolist() == [[0.5, 0.25]] * 2
        assert evaluate_nodes(model, z, w)["i"].tolist() == [[0.5, 0.25]] * 2
        np.testing.assert_allclose(evaluate_tables(model, [z, z], w), [[0.5, 0.25]] * 2)


def test_a_block_of_zeros_without_weight_stops_nothing() -> None:
    z = [[0.0, 0.0, 0.5], [0.5, 0.5, 0.25]]
    assert evaluate(blocks("geometric"), z, [[0, 0, 1]])[0] == pytest.approx([0.5, 0.25])
    assert evaluate(blocks("geometric", floor=0.01), z)[0, 0] == pytest.approx((0.01 * 0.5) ** 0.5)


def test_a_power_mean_above_0_takes_zeros_but_nothing_negative() -> None:
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b")), 1.0, method("power", exponent=0.5)))
    assert evaluate(model, [[0.0, 1.0]])[0, 0] == pytest.approx(0.25)
    with pytest.raises(ValueError, match=r"the power mean needs scores of 0 or more, found -0\.1"):
        evaluate(model, [[-0.1, 1.0]])


def test_refusing_node_and_empty_child_are_named() -> None:
    nan = float("nan")
    z = [[nan, 0.5, 0.5], [0.2, 0.5, 0.5]]
    strict = IndexModel(Node("strict", (Leaf("a"), Leaf("b"), Leaf("c")), missing="refuse"))
    with pytest.raises(ValueError, match="'strict' refuses missing scores; 1 units lack one"):
        evaluate(strict, z)
    filling = IndexModel(Node("f", (Leaf("a"), Leaf("b"), Leaf("c")), missing="mean"))
    with pytest.raises(ValueError, match="'f' cannot fill by the mean"):
        evaluate(filling, [[nan, 0.5, 0.5], [nan, 0.5, 0.5]])


@pytest.mark.parametrize("name", ACROSS)
def test_methods_over_all_units_need_every_child(name: str) -> None:
    nan = float("nan")
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b")), 1.0, method(name)))
    with pytest.raises(ValueError, match=f"'i': {name} needs every child of every unit"):
        evaluate(model, [[nan, 0.5], [0.2, 0.5]])


@pytest.mark.parametrize(
    ("z", "weights", "message"),
    [
        ([[0.1, 0.2]], [[1.0]], "weights have shape"),
        ([[0.1]], None, "z has shape"),
        ([[0.1, np.inf]], None, "infinite"),
        ([[0.1, 0.2]], [[-1.0, 2.0]], "not negative"),
        ([[0.1, 0.2]], [[np.nan, 2.0]], "not negative"),
        ([[0.1, 0.2]], [[0.0, 0.0]], "positive sum"),
        ([[0.1, 0.2]], [[np.inf, 1.0]], "positive sum"),
    ],
)
def test_wrong_input_is_refused(z: object, weights: object, message: str) -> None:
    model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    with pytest.raises(ValueError, match=message):
        evaluate(model, z, weights)


MONOTONE = ["arithmetic", "geometric", "harmonic", "minimum", "median", "copeland", "topsis"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_dominated_unit_never_scores_above_its_dominator(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = random_model(rng, missing=False, across=False)
    k = len(model.measures)
    z = rng.uniform(0.05, 1, size=(6, k))
    z[1] = np.minimum(1.0, z[0] + rng.uniform(0, 0.3, size=k))
    found = evaluate(model, z, rng.gamma(1.0, size=(20, k)))
    assert (found[:, 1] >= found[:, 0] - 1e-9).all()


@pytest.mark.parametrize("name", MONOTONE)
def test_raising_one_score_never_lowers_the_index(name: str) -> None:
    rng = np.random.default_rng(5)
    model = IndexModel(Node("i", tuple(Leaf(f"m{i}") for i in range(4)), 1.0, method(name)))
    w = rng.gamma(1.0, size=(30, 4))
    for _ in range(20):
        z = rng.uniform(0.05, 0.9, size=(6, 4))
        if name == "topsis":  # a raise that moves the ideal points may go either way
            z[0], z[1] = 1.0, 0.0
        better = z.copy()
        better[3, int(rng.integers(4))] += 0.08
        gain = evaluate(model, better, w) - evaluate(model, z, w)
        assert (gain[:, 3] >= -1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_names_and_order_of_units_and_indicators_are_without_effect(seed: int, missing: bool) -> None:
    model, z, w = random_case(seed, 5, missing, False)
    rng = np.random.default_rng(seed + 1)
    units = rng.permutation(len(z))
    np.testing.assert_allclose(evaluate(model, z[units], w), evaluate(model, z, w)[:, units], rtol=1e-9, atol=1e-12)
    turned = IndexModel(turn(model.tree, rng))
    places = [model.measures.index(m) for m in turned.measures]
    np.testing.assert_allclose(
        evaluate(turned, z[:, places], w[:, places]), evaluate(model, z, w), rtol=1e-9, atol=1e-12
    )


def turn(node: Node | Leaf, rng: np.random.Generator) -> Node | Leaf:
    """The same tree with children in another order."""
    if isinstance(node, Leaf):
        return node
    children = tuple(turn(node.children[i], rng) for i in rng.permutation(len(node.children)))
    return Node(node.id, children, node.weight, node.aggregation, node.missing, node.floor)
