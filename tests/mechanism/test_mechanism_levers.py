from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.mechanism.levers import Span, chains_of, lever_problems, read_levers
from monotown.show.graphs import read_graphs
from monotown.workflow import read_text_table, read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
FILE = "config/parts/mechanism.yaml"
UNITS = {"v": ["A", "B"]}
MEASURES = {"v": ["staff", "pay", "money"]}


def load(path):
    return read_yaml(ROOT / path)


SCHEMA = load("workflow/parts/mechanism/schema.yaml")


def messages(config, graph):
    found = schema_problems(config, SCHEMA, FILE)
    return [str(p) for p in (*found, *lever_problems(config, MEASURES, UNITS, graph, FILE))]


def test_a_span_is_triangular():
    p = np.linspace(0, 1, 41)
    wanted = stats.triang.ppf(p, 0.25, loc=2, scale=4)
    np.testing.assert_allclose(Span(2, 3, 6).draw(p), wanted, atol=1e-12)
    np.testing.assert_allclose(Span(2, 2, 6).draw(p), stats.triang.ppf(p, 0, 2, 4), atol=1e-12)
    np.testing.assert_allclose(Span(2, 6, 6).draw(p), stats.triang.ppf(p, 1, 2, 4), atol=1e-12)
    assert Span(3, 3, 3).draw(p).tolist() == [3.0] * 41


def test_the_shipped_table_is_sound():
    config, views = load(FILE), read_part("views", ROOT)
    assert schema_problems(config, SCHEMA, FILE) == []
    passages = read_text_table(ROOT / "data/raw/published/paper/passages.csv")
    graphs = read_graphs(
        load("config/parts/paper/graphs.yaml"),
        load("workflow/parts/paper/schema.yaml"),
        passages.astype({"line_from": int, "line_to": int}),
        "config/parts/paper/graphs.yaml",
    )

    def leaves(node):
        below = [leaves(child) for child in node.get("children", [])]
        return [node["measure"]] if "measure" in node else [m for part in below for m in part]

    used = {case["view"] for case in config["cases"]}
    units = {v: [c["unit"] for c in config["cases"] if c["view"] == v] for v in used}
    measures = {v: leaves(views[v]["tree"]) for v in used}
    figure = graphs[config["graph"]["figure"]]
    assert list(lever_problems(config, measures, units, figure, FILE)) == []
    assert {r.basis for lever in read_levers(config) for r in lever.responses} == {"assumed"}


def test_levers_are_read_with_costs_of_single_units_and_chains(config):
    config["levers"]["pay"]["cost"]["units"] = {"B": {"low": 1, "base": 1, "high": 1}}
    levers = read_levers(config)
    assert [lever.id for lever in levers] == ["plan", "hub", "pay", "lab"]
    assert levers[2].cost_in("A").base == 2.0
    assert levers[2].cost_in("B").base == 1.0
    assert [r.form for r in levers[2].responses] == ["relative", "added"]
    assert chains_of(levers) == ((0, 1, 3), (2,))


def test_a_sound_table_has_no_problem(config, graph):
    assert messages(config, graph) == []


def test_every_problem_of_a_bad_table_is_told_at_once(config, graph):
    levers = config["levers"]
    levers["hub"]["responses"][0]["measure"] = "stafff"
    levers["hub"]["cost"]["base"] = -4
    levers["pay"]["responses"][0]["low"] = 0.5
    levers["pay"]["cost"]["units"] = {"A": {"low": 1, "base": 3, "high": 2}}
    levers["lab"]["requires"] = "hubb"
    levers["lab"]["node"] = "rigth"
    config["cases"].append({"view": "w", "unit": "A"})
    config["cases"].append({"view": "v", "unit": "C"})
    config["budget"]["base"] = -5
    config["interval"] = [0.05, 1.5]
    config["graph"]["hub"] = "hib"
    config["feedback"]["gain"]["high"] = 0.4
    found = messages(config, graph)
    for wanted in (
        "levers.hub.responses.0.measure: found 'stafff'; expected 'staff' (did you mean this?)",
        "levers.hub.cost.base: found '-4'; expected a number above 0",
        "levers.pay.responses.0.low: found '0.5'; expected at most the base, 0.2",
        "levers.pay.cost.units.A.high: found '2'; expected at least the base, 3",
        "levers.lab.requires: found 'hubb'; expected 'hub' (did you mean this?)",
        "levers.lab.node: found 'rigth'; expected 'right' (did you mean this?)",
        "cases.1.view: found 'w'; expected",
        "cases.2.unit: found 'C'; expected one of: A, B",
        "budget.base: found '-5'; expected a number of at least 0",
        "interval.1: found '1.5'; expected a probability from 0 to 1",
        "graph.hub: found 'hib'; expected 'hub' (did you mean this?)",
        "feedback.gain.high: found '0.4'; expected at least the base, 0.5",
        "levers.hub.cost.low: found '2.0'; expected at most the base, -4",
    ):
        assert any(f"{FILE}, {wanted}" in p for p in found), (wanted, found)
    assert len(found) == 13


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"lab": "plan"}, "a lever that 'hub' does not require as well"),
        ({"plan": "lab"}, "requirements that do not go round"),
        ({"pay": "lab"}, "an arrow of chart from 'right' to 'left'"),
    ],
)
def test_requirements_are_chains_along_arrows(config, graph, changes, wanted):
    for name, required in changes.items():
        config["levers"][name]["requires"] = required
    assert any(p.endswith(f"expected {wanted}") for p in messages(config, graph))


def test_a_measure_stands_once_in_a_lever_and_the_base_budget_is_on_the_grid(config, graph):
    config["levers"]["pay"]["responses"][1]["measure"] = "pay"
    config["budget"] = {"base": 20, "highest": 12, "steps": 4}
    found = messages(config, graph)
    assert any("a measure given once in a lever" in p for p in found)
    assert any("at most the largest of the grid, 12" in p for p in found)


def test_parts_of_a_wrong_type_are_left_to_the_schema(config, graph):
    config["levers"]["hub"] = None
    config["budget"] = "much"
    config["cases"] = [None]
    found = messages(config, graph)
    assert any("levers.hub" in p and "object" in p for p in found)
    assert any("budget: found 'much'" in p for p in found)
    with pytest.raises(InputError, match="problems in the input"):
        lever_problems(config, MEASURES, UNITS, graph, FILE).stop()
