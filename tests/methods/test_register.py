"""The register: every method keeps to what is asked of all; a user's methods enter and are checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import monotown
from monotown import Aggregation, Domain, Normalisation, Weighting
from monotown.base.problems import InputError
from monotown.index.admissible import inadmissible
from monotown.index.kernel import evaluate, evaluate_tables
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.methods.check import faults
from monotown.methods.method import Method
from monotown.methods.register import AGGREGATIONS, FAMILIES, NORMALISATIONS, SCHEMES, forget_own, load, own_words
from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.schemes import weigh

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config/examples/own_methods.py").read_text(encoding="utf-8")
RNG = np.random.default_rng(3)
Z = RNG.uniform(0.05, 1, size=(12, 4))
BLOCKS = ["B1", "B1", "B2", "B2"]

forget_own()
load(EXAMPLE, "own_methods.py")
OWN = [m for family in FAMILIES.values() for m in family.values() if m.own]
EVERY = [m for family in FAMILIES.values() for m in family.values()]
forget_own()


@pytest.fixture(autouse=True)
def _no_methods_left() -> Iterator[None]:
    forget_own()
    yield
    forget_own()


@pytest.mark.parametrize("tried", EVERY, ids=lambda m: f"{m.family}.{m.name}")
@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_every_method_of_the_register_keeps_to_what_is_asked_of_all(tried: Method, seed: int) -> None:
    assert faults(tried, seed) == []


def _halved(z: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return (z * weights).sum(axis=1) / 2


#: A method that is wrong in one way, and what is said of it.
WRONG = [
    (Weighting("negative", lambda values: -values.std(axis=0)), "a weight of -0"),
    (Weighting("nothing", lambda values: 0 * values.std(axis=0)), "weights of 0"),
    (Weighting("short", lambda values: np.ones(2)), r"shape \(2,\)"),
    (Weighting("holes", lambda values: values[0] * np.nan), "a weight of nan"),
    (Weighting("by_place", lambda values: np.arange(1.0, 5.0)), "hangs on the order of the indicators"),
    (Weighting("first_unit", lambda values: values[0]), "hangs on the order of the units"),
    (Weighting("critic", lambda values: values.std(axis=0)), "one of the project's"),
    (Weighting("Loud", lambda values: values.std(axis=0)), "a name of small letters"),
    (Weighting("none_there"), "a function: there is none"),
    (Weighting("two", lambda values, more: values), "a function of values"),
    (Normalisation("upside_down", lambda x, direction=1: -direction * x), "scored a better value lower"),
    (
        Normalisation("outside", lambda x, direction=1: x * direction, scores=monotown.Scores(0.0, 0.5)),
        "its scores are",
    ),
    (Normalisation("filled", lambda x, direction=1: np.nan_to_num(x) * direction), "gave no score"),
    (Normalisation("arithmetic", lambda x, direction=1: x * direction), "a name that no aggregation has"),
    (Normalisation("sample", lambda x, direction=1: x, needs=("mean",)), "needs of goalposts, base, weights"),
    (Weighting("set", lambda values: values, parameters={"a": 1}), "no parameters"),
    (Weighting("for_each", lambda values: values, per_unit=True), "one set of weights"),
    (
        Normalisation("with_list", lambda x, direction=1, at=(0.0, 1.0): x * direction, parameters={"at": "far"}),
        "a list of numbers",
    ),
    (Aggregation("half", _halved), "outside the range that it states"),
    (Aggregation("first", lambda z, weights: z[:, 0]), "hangs on the order of the children"),
    (Aggregation("peers", lambda z, weights: 0 * z[:, 0] + z.mean()), "compares units"),
    (Aggregation("broken", lambda z, weights: z.nope), "AttributeError"),
    (monotown.Method("kind", print), "no Method can be added"),
]


@pytest.mark.parametrize(("made", "said"), WRONG, ids=lambda v: v.name if isinstance(v, Method) else "")
def test_a_method_that_is_not_as_ours_is_refused_with_the_reason(made: Method, said: str) -> None:
    with pytest.raises(InputError, match=said):
        monotown.register(made)
    assert not own_words()


#: A method that breaks one rule, as it stands: nothing has looked at what it gives before.
FAULTY = [
    (Normalisation("short", lambda x, direction=1: x[:2]), "no score for each"),
    (Normalisation("by_place", lambda x, direction=1: direction * x * np.arange(1, 10)), "order of the units"),
    (Normalisation("filled", lambda x, direction=1: np.nan_to_num(x) * direction), "a score for a missing value"),
    (Aggregation("short", lambda z, weights: z[:2, 0]), "needs a number for each of 6 units"),
    (Aggregation("by_place", lambda z, weights: z.mean(axis=1) * np.linspace(0.9, 1, len(z))), "order of the units"),
    (Weighting("short", lambda values: np.ones(2)), "no weight for each"),
    (Weighting("negative", lambda values: -values.std(axis=0)), "a negative weight"),
    (Weighting("nothing", lambda values: 0 * values.std(axis=0)), "weights that are all 0"),
    (Weighting("whole", lambda values: values.std(axis=0)), "do not sum to 1"),
]


@pytest.mark.parametrize(
    ("made", "said"), FAULTY, ids=lambda v: f"{v.family}.{v.name}" if isinstance(v, Method) else ""
)
def test_the_check_of_every_method_sees_each_fault(made: Method, said: str) -> None:
    assert any(said in text for seed in range(5) for text in faults(made, seed))


def test_every_problem_of_a_file_is_told_at_once_with_its_line() -> None:
    text = (
        "import monotown\n"
        "weights = numpy.ones(3)\n"
        "def even(values):\n    return values.std(axis=0) * 0 + 1\n"
        "monotown.register(monotown.Weighting('critic', even))\n"
        "monotown.register(monotown.Weighting('made', later))\n"
        "monotown.register(monotown.Weighting('of_weights', lambda values: weights))\n"
        "monotown.register(monotown.Weighting('even', even))\n"
    )
    with pytest.raises(InputError) as caught:
        load(text, "mine.py")
    assert [(p.file, p.where) for p in caught.value.problems] == [("mine.py", f"line {n}") for n in (2, 5, 6, 7)]
    assert "even" not in SCHEMES  # a wrong file adds nothing
    with pytest.raises(InputError, match=r"mine.py, line 2: found 'def'"):
        load("import monotown\ndef\n", "mine.py")
    with pytest.raises(InputError, match=r"a call of monotown\.register"):
        load("import monotown\n", "mine.py")


def test_a_second_file_takes_the_place_of_the_first() -> None:
    for _ in range(2):
        load(EXAMPLE, "own_methods.py")
    assert {m.name for m in OWN} == {key.partition(".")[2] for key in own_words()}
    load("import monotown\nmonotown.register(monotown.Weighting('spread', lambda v: v.std(axis=0)))\n", "b.py")
    assert own_words() == {"scheme.spread": {"en": "spread"}}
    with pytest.raises(InputError, match="already in the register"):
        monotown.register(Weighting("spread", lambda values: values.std(axis=0)))


def test_an_own_weighting_is_used_as_ours_are() -> None:
    monotown.register(Weighting("spread", lambda values: values.std(axis=0)))
    for over in ("blocks", "leaves"):
        np.testing.assert_allclose(
            weigh("spread", Z, BLOCKS, over=over), weigh("standard_deviation", Z, BLOCKS, over=over)
        )
    holed = Z.copy()
    holed[2, 1] = np.nan
    with pytest.raises(InadmissibleError, match="1 missing"):
        weigh("spread", holed, BLOCKS)
    whole = np.delete(holed, 2, axis=0)
    np.testing.assert_allclose(
        weigh("spread", holed, BLOCKS, over="leaves", missing="complete_units"),
        weigh("spread", whole, BLOCKS, over="leaves"),
    )
    monotown.register(Weighting("fickle", lambda values: values.std(axis=0) - (values.max() > 1)))
    with pytest.raises(InadmissibleError, match="column 1: found 'a weight of -0"):
        weigh("fickle", 3 * Z, BLOCKS, over="leaves")


def test_an_own_normalisation_is_used_as_ours_are() -> None:
    def share(x, direction=1, base=None, spread=2.0):
        return 0.5 + direction * (x - np.nanmean(base)) / np.nanstd(base) / spread

    monotown.register(Normalisation("share", share, needs=("base",), parameters={"spread": 4.0, "scope": "pooled"}))
    with pytest.raises(ValueError, match="has no parameter 'spred'"):
        method("share", spred=1.0)
    x = np.array([1.0, 2.0, 4.0, np.nan])
    leaf = Leaf("m", direction=-1, normalisation=method("share", scope=2021))
    found = normalise_leaf(leaf, x, [2020, 2021, 2021, 2021]).values
    np.testing.assert_allclose(found, 0.5 - (x - 3) / 4)
    model = IndexModel.from_config(
        {"id": "i", "children": [{"measure": "m"}]}, {"m": {}}, normalisation={"method": "share", "spread": 8}
    )
    assert model.leaves[0].normalisation["spread"] == 8.0
    assert "negative" not in str(inadmissible(model))
    assert inadmissible(IndexModel(Node("i", (leaf,), 1.0, method("geometric"))))  # of a scale without a low end


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_the_kernel_takes_an_own_aggregation_draw_by_draw(seed: int) -> None:
    def root(z, weights, degree=2.0):
        return (z**degree @ weights) ** (1 / degree)

    if "root" not in AGGREGATIONS:
        monotown.register(Aggregation("root", root, parameters={"degree": 2.0}, domain=Domain(0.0)))
    rng = np.random.default_rng(seed)
    z, w = rng.uniform(0, 1, (5, 4)), rng.gamma(1.0, size=(7, 4))
    inner = Node("b", (Leaf("a"), Leaf("b")), 1.0, method("root"))
    own = IndexModel(Node("i", (inner, Leaf("c"), Leaf("d")), 1.0, method("root", degree=3.0)))
    power = [method("power", exponent=b) for b in (2.0, 3.0)]
    ours = IndexModel(Node("i", (Node("b", inner.children, 1.0, power[0]), Leaf("c"), Leaf("d")), 1.0, power[1]))
    np.testing.assert_allclose(evaluate(own, z, w), evaluate(ours, z, w))
    holed = np.where(rng.random(z.shape) < 0.2, np.nan, z)
    np.testing.assert_allclose(evaluate(own, holed, w), evaluate(ours, holed, w))
    tables = rng.uniform(0, 1, (7, 5, 4))
    np.testing.assert_allclose(evaluate_tables(own, tables, w), evaluate_tables(ours, tables, w))
    with pytest.raises(ValueError, match=r"root needs scores of 0 or more, found -0\.5"):
        evaluate(own, z - np.where(z == z.min(), z.min() + 0.5, 0), w)
    low = Leaf("m", normalisation=method("above_below_average"))
    assert "scores that may be negative" in str(inadmissible(IndexModel(Node("i", (low,), 1.0, method("root")))))


def test_an_own_aggregation_that_gives_no_numbers_is_named() -> None:
    monotown.register(Aggregation("shy", lambda z, weights: np.where(z.max(axis=1) > 1, np.nan, z @ weights)))
    model = IndexModel(Node("root", (Leaf("a"), Leaf("b")), 1.0, method("shy")))
    with pytest.raises(ValueError, match="node 'root': shy gave scores that are no numbers"):
        evaluate(model, [[0.5, 2.0]])


def test_words_of_an_own_method_fall_back_to_its_name() -> None:
    load(EXAMPLE, "own_methods.py")
    words = own_words()
    assert set(words["scheme.gini"]) == {"en", "ru", "kk"}
    assert words["normalisation.tanh_score"]["en"] == "Tanh estimator"
    assert [m.name for m in NORMALISATIONS.values() if m.own] == ["tanh_score"]
