from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from monotown.base.problems import InputError, Problem
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import prepare
from monotown.mechanism import build
from monotown.mechanism.base import base_point
from monotown.mechanism.levers import read_levers

from .small_mechanism import make_config, make_graph, make_point


def test_the_gradient_is_that_of_the_nested_mean():
    point = make_point()
    staff, pay, money = np.log(4) / np.log(51), 0.4, 0.1
    people, funds = (staff + pay) / 2, money
    index = np.sqrt(people * funds)
    assert point.score == pytest.approx(index)
    wanted = [index / people / 2 / 2 / np.log(51) / 4, index / people / 2 / 2 / 10, index / funds / 2 / 20]
    np.testing.assert_allclose(point.gradient, wanted, rtol=1e-7)


def test_the_gradient_looks_upwards_from_a_goalpost_and_is_nothing_beyond_the_other():
    point = make_point(linear=True, values=(0.0, 12.0, np.nan))
    np.testing.assert_allclose(point.gradient, [1 / 4 / 50 * 2, 0, 0], atol=1e-9)


def test_responses_add_up_in_raw_units(point, config):
    levers = read_levers(config)
    found = point.responses(levers)
    assert found.shape == (1, 4, 3)
    np.testing.assert_allclose(found[0], [[0, 0, 0], [2, 0, 0], [0.5, 0.8, 0], [0, 0, 1]])
    use = np.array([[1.0, 0.5, 0.25, 0.0]])
    wanted = point.index(point.measured + np.array([[1.125, 0.2, 0.0]]))
    assert point.used(use, found) == pytest.approx(wanted)
    drawn = point.responses(levers, [[4.0, 0.1, 0.0, 2.0], [1.0, 0.2, 1.0, 0.5]])
    np.testing.assert_allclose(drawn[0], [[0, 0, 0], [4, 0, 0], [0, 0.4, 0], [0, 0, 2]])
    assert drawn[1, 2].tolist() == [1.0, 0.8, 0.0]


def test_slopes_in_the_use_are_difference_quotients(point, config):
    responses = point.responses(read_levers(config))
    use = np.array([[0.2, 0.1, 0.6, 0.0], [1.0, 1.0, 1.0, 1.0]])
    slopes = point.use_slopes(use, responses)
    h = 1e-5
    for j in range(4):
        step = np.zeros(4)
        step[j] = h
        ends = [point.used(use + s * step, responses) for s in (1, -1)]
        np.testing.assert_allclose(slopes[:, j], (ends[0] - ends[1]) / (2 * h), atol=1e-7)


def test_a_measure_that_the_view_lacks_and_a_missing_value_count_for_nothing(config):
    config["levers"]["hub"]["responses"][0]["measure"] = "elsewhere"
    point = make_point(values=(3.0, 4.0, np.nan))
    found = point.responses(read_levers(config))
    assert found[0, 1].tolist() == [0, 0, 0]
    assert np.isfinite(point.used(np.ones((1, 4)), found)).all()


def index(values=(3.0, 4.0, 2.0), years=(2022,), units=("A", "B")):
    """Data of the model of `make_point`, all units alike but for their staff."""
    rows = [(u, y, m, x) for y in years for n, u in enumerate(units) for m, x in staffed(values, n)]
    table = pd.DataFrame(rows, columns=["unit", "year", "measure", "value"])
    return prepare(table.assign(view="v", kind="official", source="s"), "v", VIEWS["v"], MEASURES)


def staffed(values, more):
    return zip(("staff", "pay", "money"), (values[0] + more, *values[1:]), strict=True)


def test_a_base_point_is_the_last_year_with_the_last_population_known():
    data = index(years=(2021, 2022))
    people = pd.DataFrame({"unit": ["A", "A", "B"], "year": [2020, 2021, 2022], "value": [1, 7, 9]})
    found = base_point(data, "A", people)
    assert (found.year, found.population, found.kind, found.source) == (2022, 7.0, "official", "s")
    assert found.measured.tolist() == [3.0, 4.0, 2.0]
    assert found.score == make_point().score
    assert np.isnan(base_point(data, "B").population)
    assert np.isnan(base_point(data, "A", people.iloc[2:]).population)


def test_a_unit_without_a_score_is_refused():
    with pytest.raises(ValueError, match="v: C has no score in 2022"):
        base_point(index(), "C")
    with pytest.raises(ValueError, match="v: A has no score in 2022"):
        base_point(index(units=("A",)), "A")


def test_scores_that_hang_on_other_units_are_refused():
    model = IndexModel(Node("i", (Leaf("staff", normalisation=method("zscore")),)))
    with pytest.raises(ValueError, match="staff: zscore scores a unit by the others"):
        base_point(replace(index(), model=model), "A")


VIEWS = {
    "v": {
        "average_weights": "people",
        "scale": 1,
        "tree": {
            "id": "i",
            "aggregation": "geometric",
            "floor": 0.01,
            "children": [
                {"id": "people", "children": [{"measure": "staff"}, {"measure": "pay"}]},
                {"id": "funds", "children": [{"measure": "money"}]},
            ],
        },
    },
    "w": {"tree": {"id": "i", "children": [{"measure": "money"}]}, "scale": 1},
}
MEASURES = {
    "staff": {"direction": 1, "goalposts": [0, 50], "transform": "log1p"},
    "pay": {"direction": 1, "goalposts": [0, 10]},
    "money": {"direction": 1, "goalposts": [0, 20]},
}
SEEN = pd.DataFrame({"unit": "A", "year": [2022], "variable": "people", "value": [2000.0], "source": "s"})


def points(config, found=(), weighted=True):
    views = VIEWS if weighted else {**VIEWS, "v": {"tree": VIEWS["v"]["tree"], "scale": 1}}
    return build.read_points(config, found, views, MEASURES, {"v": index()}, SEEN, {"chart": make_graph()})


def test_points_are_read_for_every_case():
    found, graph = points(make_config(cases=[{"view": "v", "unit": u} for u in "BA"]))
    assert [p.unit for p in found] == ["B", "A"]
    assert found[1].population == 2000
    assert graph.id == "chart"
    assert np.isnan(points(make_config(), weighted=False)[0][0].population)


def test_problems_of_the_schema_and_of_the_meaning_are_told_together():
    config = make_config(cases=[{"view": "w", "unit": "A"}, {"view": "v", "unit": "C"}])
    with pytest.raises(InputError) as caught:
        points(config, [Problem("f", "seed", "x", "a number")])
    assert [p.where for p in caught.value.problems] == ["seed", "cases.0.unit", "cases.1.unit"]
    config["graph"] = {"figure": "chrt"}
    with pytest.raises(InputError, match=r"'chrt'; expected 'chart' \(did you mean this\?\)"):
        points(config)


def test_a_misspelt_view_is_one_problem():
    config = make_config(cases=[{"view": "vv", "unit": "A"}])
    config["levers"]["pay"]["responses"][0]["measure"] = "payy"
    with pytest.raises(InputError) as caught:
        points(config)
    assert [p.found for p in caught.value.problems] == ["vv", "payy"]
    config["graph"] = "chart"
    with pytest.raises(InputError, match="'chart'"):
        points({**config, "graph": "chrt"})
