"""Sobol indices of every input at once."""

import numpy as np
import pytest
from small_view import joint, replicate

from monotown.base.streams import Stream
from monotown.index.model import IndexModel, Leaf, Node
from monotown.sensitivity.draws import Law, WeightDraws, concentration
from monotown.sensitivity.sobol import exact_indices
from monotown.sensitivity.sobol_choices import TABLES, join_tables
from monotown.sensitivity.sobol_inputs import _Design, every_input, joint_sobol, joint_sobol_tables

CHOICES = {
    "missing": {"levels": ["baseline", "median"]},
    "outliers": {"levels": ["none", "winsorise"]},
    "year_window": {"levels": [1, 2]},
    "direction": {"measures": ["c", "d"]},
    "aggregation": {"levels": ["geometric", "arithmetic"]},
    "leave_out": {"what": "indicators", "probability": 0.5},
}
NOISE = {"data_error": {"relative": 0.1}, "goalposts": {"size": 0.1}, "weights": {"law": "dirichlet"}}


def columns(design):
    return sum(item.columns for item in design.inputs)


def test_the_middle_of_every_noise_is_the_view_itself():
    run = joint({"goalposts": {"size": 0.2}, "weights": {"law": "noise", "size": 0.3}})
    design = _Design(run)
    assert [i.name for i in design.inputs] == ["goalposts", "weights"]
    case = run.variants.case
    got = design.outputs(np.full((3, columns(design)), 0.5))
    units = len(case.units)
    np.testing.assert_allclose(got[:, :units], np.tile(case.scores, (3, 1)), atol=1e-12)
    np.testing.assert_array_equal(got[0, units:-1], case.ranks)
    assert (got[:, -1] == 0).all()


@pytest.mark.parametrize("number", [0, 7, 300])
def test_settings_give_the_scores_of_the_replicate_that_has_them(number):
    run = joint(CHOICES)
    design = _Design(run)
    drawn = run.draw(0)
    alone = replicate(run, number)
    row = []
    for k, item in zip(design.factors, design.discrete, strict=True):
        name = run.variants.factors[k].levels[drawn.levels[number, k]].name
        if name not in item.levels:
            pytest.skip("a level that the design leaves out")
        row.append(item.levels.index(name))
    got = design.outputs(np.array([row], dtype=float))[0]
    units = len(alone.scores)
    np.testing.assert_allclose(got[:units], alone.scores, atol=1e-12)
    np.testing.assert_array_equal(got[units:-1], alone.ranks)


def test_sampled_indices_of_choices_come_near_the_enumerated():
    run = joint({k: CHOICES[k] for k in ("missing", "outliers", "aggregation", "leave_out")})
    design = _Design(run)
    exact = exact_indices(design.discrete, design.outputs)
    found = joint_sobol(run, points=2048, seed=3).indices
    assert found.inputs == exact.inputs
    varies = exact.defined
    assert varies[-1]
    # ranks jump, so indices are met within a few hundredths
    np.testing.assert_allclose(found.total[:, varies], exact.total[:, varies], atol=0.05)
    np.testing.assert_allclose(found.first[:, varies], exact.first[:, varies], atol=0.05)


def test_every_input_has_an_index_and_an_error_of_nothing_has_none():
    run = joint({**CHOICES, **NOISE, "data_error": {"relative": 1e-12}})
    found = joint_sobol(run, points=64, seed=1, replicates=8)
    assert set(found.indices.inputs) == {*CHOICES, *NOISE}
    assert found.indices.evaluations == 64 * (2 * len(found.indices.inputs) + 2)
    place = found.indices.inputs.index("data_error")
    known = found.indices.defined
    np.testing.assert_allclose(found.indices.total[place, known], 0, atol=1e-12)
    others = np.delete(found.indices.total[:, -1], place)
    assert (others > 0).sum() >= 6


def test_contested_directions_are_one_input():
    run = joint({"direction": CHOICES["direction"], "weights": {"law": "simplex"}})
    assert joint_sobol(run, points=32, seed=1).indices.inputs == ("direction", "weights")


def test_one_input_is_refused():
    with pytest.raises(ValueError, match="at least two inputs"):
        joint_sobol(joint({"weights": {"law": "simplex"}}), points=32, seed=1)


def test_tables_name_levels_used_and_left_out():
    run = joint({**CHOICES, **NOISE, "normalisation": {"levels": ["minmax", "zscore"]}})
    found = joint_sobol(run, points=32, seed=1)
    tables = join_tables([joint_sobol_tables("v", "synthetic", "s", run, found)])
    for name, schema in TABLES.items():
        schema.validate(tables[name])
        assert set(tables[name]["design"]) == {"every_input"}
        assert set(tables[name]["kind"]) == {"synthetic"}
    levels = tables["sobol_inputs"].set_index(["input", "level"])
    assert levels.loc[("normalisation", "zscore"), "status"] == "left_out"
    assert levels.loc[("weights", "dirichlet 0.25"), "status"] == "used"
    assert levels.loc[("direction", "c: turned round"), "status"] == "used"
    # of two levels one is left: the normalisation is no input any more
    assert "normalisation" not in set(tables["sobol"]["input"])


def test_of_two_analyses_with_one_input_the_first_counts_and_what_is_off_is_not_in():
    found = every_input(
        {
            "a": {"weights": {"law": "noise", "size": 0.1}, "goalposts": {"use": False}},
            "b": {"weights": {"law": "simplex"}, "data_error": {"relative": 0.1}},
        },
        0.25,
    )
    assert found == {"weights": {"law": "noise", "size": 0.1}, "data_error": {"relative": 0.1}}


@pytest.mark.parametrize("law", [Law("dirichlet", 0.25), Law("simplex"), Law("noise", 0.4)])
def test_weights_by_inversion_follow_the_law(law):
    inner = Node("b", (Leaf("a"), Leaf("b", 3.0)), 2.0)
    model = IndexModel(Node("i", (inner, Leaf("c", 1.0))))
    draws = WeightDraws(model, law, Stream(4, "x"))
    u = np.random.default_rng(2).random((40_000, draws.columns))
    got, drawn = draws.from_uniforms(u), np.concatenate([draws.block(k) for k in range(10)])
    np.testing.assert_allclose(got.sum(axis=1), 1)
    np.testing.assert_allclose(got.mean(axis=0), drawn.mean(axis=0), atol=0.005)
    np.testing.assert_allclose(got.std(axis=0), drawn.std(axis=0), atol=0.005)
    if law.name == "dirichlet":
        share = got[:, 2]
        kappa = concentration(0.5, 0.25)
        spread = np.sqrt((1 / 3) * (2 / 3) / (kappa + 1))
        assert share.std() == pytest.approx(spread, rel=0.02)
