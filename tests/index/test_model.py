"""The model as a value, its reading from config, and the settings that it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.index.admissible import inadmissible, score_range
from monotown.index.kernel import evaluate
from monotown.index.model import Chosen, IndexModel, Leaf, Node, method
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS

#: Scales of the Mazziotta-Pareto indices.
MPI_SCALE, AMPI_SCALE = (
    method(name, **AGGREGATIONS[index].over[name]) for index, name in (("mpi", "zscore"), ("ampi", "minmax"))
)

MEASURES = {
    "researchers": {"direction": 1, "goalposts": [0, 50], "transform": "log1p"},
    "funding": {"direction": 1, "goalposts": [0, 0.5]},
    "poverty": {"direction": -1, "goalposts": [0, 15]},
}
TREE = {
    "id": "index",
    "aggregation": {"method": "power", "exponent": -0.5},
    "floor": 0.02,
    "children": [
        {
            "id": "staff",
            "weight": 2,
            "missing": "refuse",
            "children": [{"measure": "researchers", "missing": "interpolate"}],
        },
        {"measure": "funding", "weight": 1, "outliers": "winsorise"},
        {"measure": "poverty", "goalposts": [0, 20], "normalisation": {"method": "minmax"}},
    ],
}


def test_a_tree_is_read_with_all_its_settings() -> None:
    model = IndexModel.from_config(TREE, MEASURES)
    assert str(model) == "\n".join(
        [
            "index: power(exponent=-0.5), floor 0.02",
            "├─ staff 0.5000: arithmetic, missing: refuse",
            "│  └─ researchers 1.0000: + minmax [0, 50], log1p, missing: interpolate",
            "├─ funding 0.2500: + minmax [0, 0.5], outliers: winsorise",
            "└─ poverty 0.2500: - minmax [0, 20]",
        ]
    )
    assert model.blocks == ("staff",)
    assert model.block_of == {"researchers": "staff", "funding": "index", "poverty": "index"}
    assert model.parent_of == model.block_of
    assert model.weights.tolist() == [0.5, 0.25, 0.25]
    assert model.local_weights.tolist() == [1.0, 0.25, 0.25]


def test_models_are_values() -> None:
    one, two = (IndexModel.from_config(TREE, MEASURES) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    other = IndexModel.from_config({**TREE, "floor": 0.03}, MEASURES)
    assert other != one
    assert len({one, two, other}) == 2
    with pytest.raises(AttributeError):
        one.tree = other.tree


def test_every_problem_of_a_tree_is_told_at_once() -> None:
    tree = {
        "id": 3,
        "agregation": "mean",
        "aggregation": {"method": "power", "exponant": 2},
        "missing": "drop",
        "floor": 2,
        "children": [
            {"measure": "researcher"},
            {"measure": "funding", "weight": "much", "normalisation": "min-max"},
            {"measure": "poverty", "goalposts": [15], "wieght": 2},
            "text",
        ],
    }
    with pytest.raises(InputError) as caught:
        IndexModel.from_config(tree, MEASURES, where="v.tree")
    told = [(p.where, p.found) for p in caught.value.problems]
    assert told == [
        ("v.tree.agregation", "agregation"),
        ("v.tree.id", "3"),
        ("v.tree.children[0].measure", "researcher"),
        ("v.tree.children[1].weight", "much"),
        ("v.tree.children[1].normalisation", "min-max"),
        ("v.tree.children[2].wieght", "wieght"),
        ("v.tree.children[2].goalposts", "[15]"),
        ("v.tree.children[3]", "text"),
        ("v.tree.missing", "drop"),
        ("v.tree.aggregation.exponant", "exponant"),
    ]
    assert "'researchers' (did you mean this?)" in str(caught.value)
    assert "'exponent' (did you mean this?)" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"floor": 1.5}, "tree.floor", "between 0 and 1"),
        ({"aggregation": "arithmetic"}, "tree.floor", "means that need scores above 0"),
        (
            {"aggregation": {"method": "power", "exponent": None}, "floor": None},
            "tree.aggregation.exponent",
            "-50 to 50",
        ),
        ({"children": []}, "tree.children", "at least one child"),
        ({"children": [{"measure": "funding", "weight": 0}]}, "tree.children", "positive weight"),
        ({"weight": -1}, "tree.weight", "0 or more"),
        ({"children": [{"measure": "funding"}, {"measure": "funding"}]}, "tree.children[1]", "each measure once"),
        ({"children": [{"id": "index", "children": [{"measure": "funding"}]}]}, "tree.children[0]", "each id once"),
        ({"children": [{"measure": "funding", "direction": 2}]}, "tree.children[0].direction", "1 or"),
        ({"children": [{"measure": "funding", "goalposts": [3, 1]}]}, "tree.children[0].goalposts", "the lower first"),
        (
            {"children": [{"measure": "funding", "transform": "logg"}]},
            "tree.children[0].transform",
            "'log' (did you mean this?)",
        ),
        (
            {"children": [{"measure": "funding", "normalisation": "distance_to_target"}]},
            "tree.children[0].normalisation",
            "its target: value",
        ),
    ],
)
def test_rules_of_a_tree(change: dict[str, object], where: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        IndexModel.from_config({**TREE, **change}, MEASURES)
    assert [p.where for p in caught.value.problems] == [where]
    assert expected in caught.value.problems[0].expected


@pytest.mark.parametrize(
    ("normalisation", "key", "expected"),
    [
        ({"method": "zscore", "sd": "ten"}, "sd", "a number"),
        ({"method": "zscore", "scope": "all"}, "scope", "pooled, year, or a year"),
        ({"method": "rank", "ties": "least"}, "ties", "one of: average, dense, max, min"),
        *(
            ({"method": name, "scope": 2015}, "scope", "pooled or year: a place is one among the units that get it")
            for name in NORMALISATIONS
            if NORMALISATIONS[name].by_place
        ),
        ({"method": "minmax", "clip": 1}, "clip", "true or false"),
        ({"method": "minmax", "target": [1, 0]}, "target", "two numbers, the lower first"),
        ({"method": "minmax", "target": "0-1"}, "target", "a list of numbers"),
    ],
)
def test_parameters_have_their_type(normalisation: object, key: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        IndexModel.from_config({"id": "i", "children": [{"measure": "funding"}]}, MEASURES, normalisation=normalisation)
    assert caught.value.problems[0].where == f"tree.children[0].normalisation.{key}"
    assert caught.value.problems[0].expected == expected


def test_parameters_are_read_as_they_are_made() -> None:
    tree = {"id": "i", "children": [{"measure": "funding"}]}
    given_ = {"method": "zscore", "mean": 100, "sd": 10, "ddof": 0, "scope": 2015}
    model = IndexModel.from_config(tree, MEASURES, normalisation=given_)
    assert model.leaves[0].normalisation == method("zscore", mean=100.0, sd=10.0, ddof=0.0, scope=2015)
    owa = {**tree, "aggregation": {"method": "owa", "order_weights": [1]}}
    assert IndexModel.from_config(owa, MEASURES).tree.aggregation["order_weights"] == (1.0,)


def test_methods_by_name() -> None:
    assert method("owa", orness=0.3)["orness"] == 0.3
    with pytest.raises(ValueError, match=r"unknown method 'arithmatic'; expected 'arithmetic'"):
        method("arithmatic")
    with pytest.raises(ValueError, match=r"power has no parameter 'b'"):
        method("power", b=1)
    with pytest.raises(ValueError, match=r"geometric has no parameter 'b'"):
        method("geometric", b=1)
    assert str(method("minmax", target=(70.0, 130.0))) == "minmax(target=[70, 130], clip=True)"


def test_weights_may_be_changed_and_measures_dropped() -> None:
    model = IndexModel.from_config(TREE, MEASURES)
    changed = model.with_weights([1, 1, 2])
    assert changed.weights.tolist() == [0.25, 0.25, 0.5]
    assert changed.without("funding").weights == pytest.approx([1 / 3, 2 / 3])
    assert model.without("researchers").blocks == ()
    for call, message in (
        (lambda: model.with_weights([0, 1, 1]), "'staff' has no weight left"),
        (lambda: model.without("fundin"), "'funding' .did you mean this"),
        (lambda: model.without(*model.measures), "at least one measure"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


@given(st.lists(st.floats(0.01, 10), min_size=3, max_size=3))
def test_weights_sum_to_one_and_survive_a_round_trip(weights: list[float]) -> None:
    model = IndexModel.from_config(TREE, MEASURES).with_weights(weights)
    assert model.weights.sum() == pytest.approx(1)
    assert model.weights == pytest.approx(np.array(weights) / sum(weights))
    again = model.with_weights(model.weights)
    assert again.weights == pytest.approx(model.weights)


# ---------- settings that do not go together ----------


def leaf(name: str, measure: str = "m", **settings: object) -> Leaf:
    pair = (0.0, 10.0) if name in ("minmax", "distance_to_target") else None
    chosen = method(name, **({"value": 5.0} if name == "distance_to_target" else {}), **settings)
    return Leaf(measure, goalposts=pair, normalisation=chosen)


def node(aggregation: str, *leaves: Leaf, floor: float | None = None, **settings: object) -> Node:
    return Node("i", leaves, 1.0, method(aggregation, **settings), floor=floor)


#: Normalisations under which a geometric mean is not defined, whatever the data. Where goalposts
#: are frozen a score of 0 may be met by nobody, and the data decide.
NOT_POSITIVE = {"minmax_sample", "zscore", "borda", "log_ratio_to_average", "sd_from_average", "above_below_average"}
NEGATIVE = {"zscore", "log_ratio_to_average", "sd_from_average", "above_below_average"}


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_which_pairs_are_admissible(normalisation: str, aggregation: str) -> None:
    settings = {"orness": 0.3} if aggregation == "owa" else {}
    found = inadmissible(IndexModel(node(aggregation, leaf(normalisation), **settings)))
    refused = (
        (aggregation in ("geometric", "harmonic") and normalisation in NOT_POSITIVE)
        or (aggregation == "power" and normalisation in NEGATIVE)
        or aggregation in ("mpi", "ampi")
    )
    assert bool(found) == refused
    for problem in found:
        assert problem.where == "tree.aggregation"
        assert aggregation in problem.found
        offered = problem.expected.split(": ")[-1].split(", ")
        for other in offered:
            extra = {"orness": 0.3} if other == "owa" else {}
            again = IndexModel(node(other, leaf(normalisation), **extra))
            assert not inadmissible(again), (normalisation, other)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_a_floor_needs_scores_from_0_to_1(normalisation: str) -> None:
    found = inadmissible(IndexModel(node("geometric", leaf(normalisation), floor=0.01)))
    inside = {"minmax", "minmax_sample", "percentile", "distance_to_target", "distance_to_frontier", "logistic"}
    assert ("tree.floor" in [p.where for p in found]) == (normalisation not in inside)


def test_scores_kept_in_range_come_from_the_kernel_too() -> None:
    """What is called admissible is defined for every score the normalisation may give."""
    for name in NORMALISATIONS:
        scores = score_range(leaf(name))
        ends = np.clip([scores.low, scores.high], -5, 5)
        for aggregation in ("geometric", "harmonic", "power"):
            model = IndexModel(node(aggregation, leaf(name, "a"), leaf(name, "b")))
            if not inadmissible(model) and scores.certain:
                assert np.isfinite(evaluate(model, [[ends[0], ends[1]], [ends[0], ends[0]]])).all()


@pytest.mark.parametrize(("name", "scale"), [("mpi", MPI_SCALE), ("ampi", AMPI_SCALE)])
def test_the_mazziotta_pareto_index_has_scales_of_its_own(name: str, scale: Chosen) -> None:
    good = Leaf("m", goalposts=(0.0, 1.0), normalisation=scale)
    assert not inadmissible(IndexModel(node(name, good)))
    nested = Node("up", (node("arithmetic", good),), 1.0, method(name))
    assert not inadmissible(IndexModel(nested))
    found = inadmissible(IndexModel(node(name, good, leaf("rank", "other"))))
    assert f"normalised by {scale}" in found[0].found
    other = "ampi" if name == "mpi" else "mpi"
    assert inadmissible(IndexModel(node(other, good)))
    wrong = inadmissible(IndexModel(node(name, good, penalty=0.5)))
    assert [p.where for p in wrong] == ["tree.aggregation.penalty"]


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({}, "tree.aggregation"),
        ({"orness": 0.5, "order_weights": (1.0, 1.0)}, "tree.aggregation"),
        ({"orness": 1.5}, "tree.aggregation.orness"),
        ({"order_weights": (1.0,)}, "tree.aggregation.order_weights"),
        ({"order_weights": (1.0, -1.0)}, "tree.aggregation.order_weights"),
    ],
)
def test_owa_needs_its_order(settings: dict[str, object], where: str) -> None:
    model = IndexModel(node("owa", leaf("rank", "a"), leaf("rank", "b"), **settings))
    assert [p.where for p in inadmissible(model)] == [where]


def test_a_leafs_own_settings_must_agree() -> None:
    def one(**settings: object) -> list[tuple[str, str]]:
        found = inadmissible(IndexModel(Node("i", (Leaf("m", **settings),))))
        return [(p.where.removeprefix("tree.children[0]."), p.expected) for p in found]

    assert one() == [("normalisation", one()[0][1])]
    assert "minmax_sample" in one()[0][1]
    assert one(goalposts=(1.0, 2.0), transform="boxcox")[0][0] == "transform"
    assert one(goalposts=(0.0, 2.0), transform="log") == [
        ("goalposts", "a lower goalpost above 0, or transform log1p or none")
    ]
    assert one(goalposts=(-1.0, 2.0), transform="log1p")[0][0] == "goalposts"
    assert one(goalposts=(0.0, 2.0), transform="log1p") == []


def test_ranges_of_nodes_go_up_the_tree() -> None:
    inner = Node("b", (leaf("zscore", "a"),))
    found = inadmissible(IndexModel(Node("r", (inner,), 1.0, method("geometric"))))
    assert [p.where for p in found] == ["tree.aggregation"]
    floored = Node("b", (leaf("minmax", "a"),), 1.0, method("geometric"), floor=0.1)
    assert not inadmissible(IndexModel(Node("r", (floored,), 1.0, method("geometric"))))
    for across, ok in (("topsis", False), ("copeland", False)):
        below = Node("b", (leaf("minmax", "a"),), 1.0, method(across))
        assert bool(inadmissible(IndexModel(Node("r", (below,), 1.0, method("harmonic"))))) != ok
    penalised = Node("b", (Leaf("a", goalposts=(0, 1), normalisation=AMPI_SCALE),), 1.0, method("ampi"))
    assert not inadmissible(IndexModel(Node("r", (penalised,), 1.0, method("geometric"))))
