"""The register, and applying a scheme within blocks or over all indicators."""

import numpy as np
import pytest

from monotown.base.problems import InputError
from monotown.methods.register import SCHEMES
from monotown.methods.weights.admissible import InadmissibleError
from monotown.methods.weights.fixed import equal_by_block
from monotown.methods.weights.schemes import find_scheme, weigh
from monotown.methods.weights.spread import critic, entropy, standard_deviation

RNG = np.random.default_rng(11)
Z = RNG.uniform(size=(12, 6))
Z[0, 0] = 0.0
BLOCKS = ["B1", "B1", "B1", "B2", "B2", "B3"]
TYPES = {"B1": "a", "B2": "a", "B3": "b"}


def test_within_blocks_keeps_the_block_weights() -> None:
    w = weigh("critic", Z, BLOCKS, block_weights={"B1": 2, "B2": 1, "B3": 1})
    assert w[:3] == pytest.approx(0.5 * critic(Z[:, :3]))
    assert w[3:5] == pytest.approx(0.25 * critic(Z[:, 3:5]))
    assert w[5] == pytest.approx(0.25)


def test_over_all_indicators_the_blocks_get_what_results() -> None:
    assert weigh("critic", Z, BLOCKS, over="leaves") == pytest.approx(critic(Z))
    w = weigh("entropy", Z, BLOCKS, over="leaves", floor=0.05)
    assert w == pytest.approx(entropy(0.05 + 0.95 * Z))


def test_interleaved_blocks_give_the_same_weights() -> None:
    order = [3, 0, 5, 1, 4, 2]
    w = weigh("standard_deviation", Z, BLOCKS)
    again = weigh("standard_deviation", Z[:, order], [BLOCKS[i] for i in order])
    assert again == pytest.approx(w[order], abs=1e-15)


@pytest.mark.parametrize("name", [s.name for s in SCHEMES.values() if s.stacks])
@pytest.mark.parametrize("over", ["blocks", "leaves"])
def test_a_stack_equals_its_matrices(name: str, over: str) -> None:
    stack = RNG.uniform(size=(20, 12, 6))
    together = weigh(name, stack, BLOCKS, over=over, types=TYPES)
    assert together.sum(-1) == pytest.approx(np.ones(20))
    for one, z in zip(together, stack, strict=True):
        assert one == pytest.approx(weigh(name, z, BLOCKS, over=over, types=TYPES), abs=1e-12)


def test_fixed_schemes_ignore_the_values() -> None:
    assert weigh("equal_by_block", Z, BLOCKS) == pytest.approx(equal_by_block(BLOCKS))
    assert weigh("equal_by_indicator", Z, BLOCKS) == pytest.approx(np.full(6, 1 / 6))
    assert weigh("equal_by_type", Z, BLOCKS, types=TYPES) == pytest.approx([0.1] * 5 + [0.5])


def test_the_register_is_complete_and_says_what_holds() -> None:
    for name, scheme in SCHEMES.items():
        assert scheme.name == name
        assert scheme.function.__doc__
        assert scheme.reference
        assert scheme.admissible
        if scheme.kind == "data":
            assert "never call" in (scheme.function.__doc__ + "not a measure of importance; never call")


def test_refusals_name_the_setting() -> None:
    with pytest.raises(InputError, match=r"'entropy' \(did you mean this"):
        find_scheme("entrpy")
    with pytest.raises(InadmissibleError, match=r"column b: found 'values from -0.3"):
        weigh("entropy", [[0.1, -0.3], [0.2, 0.3]], ["B1", "B1"], names=["a", "b"])
    with pytest.raises(ValueError, match="over: expected"):
        weigh("critic", Z, BLOCKS, over="leafs")
    with pytest.raises(ValueError, match="one block for each"):
        weigh("critic", Z, BLOCKS[:5])
    with pytest.raises(ValueError, match="weight for each of B1, B2, B3"):
        weigh("critic", Z, BLOCKS, block_weights={"B1": 1})
    with pytest.raises(ValueError, match="weight for each"):
        weigh("critic", Z, BLOCKS, block_weights={"B1": 1, "B2": -1, "B3": 1})
    with pytest.raises(ValueError, match="floor"):
        weigh("entropy", Z, BLOCKS, floor=0)
    z = Z.copy()
    z[:, 1] = 0.5
    with pytest.raises(InadmissibleError, match="column 2"):
        weigh("critic", z, BLOCKS)
    assert weigh("standard_deviation", z, BLOCKS)[1] == 0
    assert standard_deviation(z)[1] == 0


def test_experts_schemes_and_unit_weights_are_not_applied_to_values() -> None:
    for name in ("ahp", "best_worst", "budget_allocation", "benefit_of_the_doubt"):
        with pytest.raises(ValueError, match="expected one of: equal_by_block"):
            weigh(name, Z, BLOCKS)


def test_a_scheme_without_stacks_takes_one_matrix() -> None:
    assert weigh("pca", Z, BLOCKS).sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="one matrix at a time"):
        weigh("pca", np.stack([Z, Z]), BLOCKS)


def test_functions_take_the_missing_rules_that_the_register_promises() -> None:
    holed = Z.copy()
    holed[3, 4] = np.nan
    for name, scheme in SCHEMES.items():
        if scheme.kind != "data" or scheme.per_unit or name == "equal_importance":
            continue
        for rule in scheme.missing:
            if rule == "refuse":
                with pytest.raises(InadmissibleError, match="missing"):
                    weigh(name, holed, BLOCKS, missing=rule)
            else:
                assert weigh(name, holed, BLOCKS, missing=rule).sum() == pytest.approx(1)
