"""Inputs of an analysis, as the config gives them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from monotown.base.problems import InputError
from monotown.sensitivity.draws import Law
from monotown.sensitivity.inputs import EVERY_SET, INPUTS, CountLaw, DataError, read_inputs, with_errors


def test_errors_of_a_survey_enter_analyses_of_data_errors_alone() -> None:
    options = {
        "draws": 5,
        "analyses": {
            "data": {"data_error": {"relative": 0.02, "measures": {"own": 0.3}}, "weights": {}},
            "weights": {"weights": {}},
        },
    }
    made = with_errors(options, {"own": 0.1, "asked": 0.07})
    assert made["draws"] == 5
    assert made["analyses"]["weights"] == {"weights": {}}
    inputs = read_inputs(made["analyses"]["data"], 0.25)
    assert inputs.data_error == DataError(0.02, {"own": 0.3, "asked": 0.07})
    assert options["analyses"]["data"]["data_error"]["measures"] == {"own": 0.3}  # type: ignore[index]
    assert with_errors(options) == with_errors(options, None) == options


def test_what_is_absent_or_off_does_not_vary() -> None:
    inputs = read_inputs({"weights": {"use": False}, "outliers": {"levels": ["none"]}}, 0.25)
    assert inputs.on == ("outliers",)
    assert inputs.weights is None
    assert not inputs.own_tables
    assert read_inputs({}, 0.25).on == ()


def test_every_input_is_read() -> None:
    inputs = read_inputs(
        {
            "weights": {"law": "noise", "size": 0.1},
            "scheme": {"levels": ["baseline", "critic"]},
            "normalisation": {"levels": ["minmax", {"method": "zscore", "probability": 3}]},
            "aggregation": {"levels": [{"method": "power", "exponent": 0.5}, "geometric"]},
            "missing": {"levels": ["mean"]},
            "outliers": {"levels": ["winsorise", "none"]},
            "goalposts": {"size": 0.1},
            "leave_out": {"what": "both", "probability": 0.2},
            "data_error": {"relative": 0.02, "measures": {"a": 0.3}},
            "direction": {"measures": ["a"]},
            "year_window": {"levels": [1, 3]},
            "goalpost_set": {"levels": ["baseline", "undp"]},
            "transform": {"levels": ["none", "log1p"]},
            "floor": {"levels": [0.001, {"method": "baseline", "probability": 3}]},
        },
        0.25,
    )
    assert inputs.on == INPUTS
    assert [(x.value, x.probability) for x in inputs.floor] == [(0.001, 0.25), ("baseline", 0.75)]
    assert read_inputs({"goalpost_set": {}}, 0.25).goalpost_set == EVERY_SET
    assert inputs.weights == Law("noise", 0.1)
    assert [(x.name, x.value, x.probability) for x in inputs.normalisation] == [
        ("minmax", "minmax", 0.25),
        ("zscore", "zscore", 0.75),
    ]
    assert inputs.aggregation[0].name == "power(exponent=0.5)"
    assert inputs.aggregation[0].value == {"method": "power", "exponent": 0.5}
    assert inputs.data_error == DataError(0.02, {"a": 0.3})
    assert (inputs.data_error.of("a"), inputs.data_error.of("b")) == (0.3, 0.02)
    assert (inputs.leave_out, inputs.leave_out_probability) == ("both", 0.2)
    assert inputs.own_tables


def test_the_size_of_weights_is_that_of_the_section_by_default() -> None:
    assert read_inputs({"weights": None}, 0.4).weights == Law("dirichlet", 0.4)


@pytest.mark.parametrize(
    ("config", "where", "expected"),
    [
        ({"wieghts": {}}, "wieghts", "'weights' (did you mean this?)"),
        ({"weights": {"sise": 1}}, "weights.sise", "'size' (did you mean this?)"),
        ({"weights": {"law": "dirichlett"}}, "weights.law", "'dirichlet'"),
        ({"weights": {"size": 1.5}}, "weights.size", "above 0 and below 1"),
        ({"goalposts": {"size": 0.5}}, "goalposts.size", "below 0.5"),
        ({"data_error": {"relative": -0.1}}, "data_error.relative", "0 or more and below 1"),
        ({"data_error": {"measures": {"a": 2}}}, "data_error.a", "below 1"),
        ({"leave_out": {"what": "all"}}, "leave_out.what", "one of: blocks, both, indicators"),
        ({"leave_out": {"probability": 1}}, "leave_out.probability", "below 1"),
        ({"normalisation": {"levels": []}}, "normalisation.levels", "at least one level"),
        ({"normalisation": {"levels": ["minmx"]}}, "normalisation.levels[0]", "'minmax'"),
        ({"outliers": {"levels": ["none", "none"]}}, "outliers.levels", "each level once"),
        ({"year_window": {"levels": [0]}}, "year_window.levels[0]", "from 1"),
        ({"missing": {"levels": [{"method": "mean", "probability": 0}]}}, "missing.levels[0].probability", "above 0"),
    ],
)
def test_what_is_wrong_is_named(config: dict[str, object], where: str, expected: str) -> None:
    with pytest.raises(InputError) as told:
        read_inputs(config, 0.25, where="a")
    assert [p.where for p in told.value.problems] == [f"a.{where}"]
    assert expected in told.value.problems[0].expected


def test_all_problems_come_together() -> None:
    with pytest.raises(InputError) as told:
        read_inputs({"x": {}, "weights": {"law": "y"}, "goalposts": {"size": 3}}, 0.25)
    assert len(told.value.problems) == 3


def test_the_default_analyses_are_sound() -> None:
    file = Path(__file__).parents[2] / "config" / "config.yaml"
    options = yaml.safe_load(file.read_text(encoding="utf-8"))["sensitivity"]
    read = {n: read_inputs(a, options["weight_cv"]) for n, a in options["analyses"].items()}
    assert read["weights"].on == ("weights",)
    assert read["preferences"].weights == Law("simplex", options["weight_cv"])
    assert set().union(*(r.on for r in read.values())) | {"direction"} == set(INPUTS)


def test_laws_of_counts_and_of_figures_are_read() -> None:
    given = {
        "relative": 0.02,
        "variables": {"staff": 0.1},
        "of": "measures",
        "over_years": 0.5,
        "counts": {"use": False, "prior": "none", "dispersion": 2},
    }
    found = read_inputs({"data_error": given}, 0.25).data_error
    assert found is not None
    assert found == DataError(0.02, {}, {"staff": 0.1}, True, 0.5, CountLaw(False, False, 2.0))
    assert (found.of_variable("staff"), found.of_variable("pay")) == (0.1, 0.02)
    wrong = {"of": "figure", "over_years": 2, "counts": {"prior": "grup", "dispersion": 0.5, "size": 1}}
    with pytest.raises(InputError) as caught:
        read_inputs({"data_error": wrong}, 0.25, where="a")
    assert [p.where for p in caught.value.problems] == [
        "a.data_error.of",
        "a.data_error.over_years",
        "a.data_error.counts.size",
        "a.data_error.counts.prior",
        "a.data_error.counts.dispersion",
    ]
