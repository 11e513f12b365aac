"""Bad files: every fault named, with its file, its place, and what was expected."""

from __future__ import annotations

import pytest

from monotown.base.problems import InputError
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.scenarios import build
from monotown.scenarios.read import read_inputs
from monotown.workflow.scenarios import read_settings

from .scenarios_support import MODELS, ROOT, SCHEMA, VIEWS, YEAR, content, shipped

LEAVES = build.leaves_of(MODELS, "config/parts/scenarios.yaml")


def refusal(files):
    with pytest.raises(InputError) as caught:
        read_inputs(files, LEAVES, YEAR, SCHEMA)
    return [str(p) for p in caught.value.problems]


def test_the_shipped_files_are_in_order(inputs):
    assert len(inputs.hierarchies) == 5
    assert inputs.scenarios[0].id == "baseline"


def test_every_fault_of_every_file_comes_at_once():
    files = shipped()
    content(files, "hierarchies/staffing_led.yaml")["judgments"]["index"][0][1] = 2
    content(files, "hierarchies/income_led.yaml")["tree"]["conditions"][0] = "life_expectency"
    content(files, "scenarios/adverse.yaml")["shocks"][0]["measure"] = "reserchers_per_10k"
    content(files, "scenarios/centre.yaml")["shocks"][0]["probability"] = 1.5
    content(files, "cross_impacts.yaml")["impacts"]["industry"]["steady"]["income"] = [1, 2]
    content(files, "key_factors.yaml")["measures"].pop("poverty")
    found = refusal(files)
    assert len(found) == 6
    assert found[0] == (
        "config/parts/scenarios/scenarios/centre.yaml, shocks.0.probability: found '1.5'; "
        "expected a probability from 0 to 1"
    )
    assert found[1] == (
        "config/parts/scenarios/hierarchies/staffing_led.yaml, node index, "
        "staffing against institutions: "
        "found '2 and 0.333333'; expected one the reciprocal of the other"
    )
    assert "tree.conditions: found 'life_expectency'; expected 'life_expectancy' (did you" in (found[2])
    assert found[3].startswith(
        "config/parts/scenarios/cross_impacts.yaml, impacts.industry.steady.income: "
        "found '2 numbers'; expected one for each of falling, steady, rising"
    )
    assert "shocks.0.measure: found 'reserchers_per_10k'; expected 'researchers_per_10k'" in (found[4])
    assert found[5].endswith("measures.poverty: found 'nothing'; expected a priority for each measure")


def hierarchy_with(tree, judgments="equal", **more):
    files = shipped()
    one = content(files, "hierarchies/flat.yaml")
    one["tree"] = tree
    one["judgments"] = dict.fromkeys(tree, "equal") if judgments == "equal" else judgments
    one.update(more)
    return files


TWO = ["poverty", "unemployment"]


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        (
            {"index": ["a"], "a": ["b", "poverty"], "b": ["a"]},
            [
                "tree.b: found 'a, under index too'; expected each node once in a tree",
                "tree.a: found 'a > b > a'; expected a tree, in which no node comes back to itself",
            ],
        ),
        (
            {"index": ["poverty", "poverty"]},
            ["tree.index: found 'poverty, twice'; expected each measure once in a tree"],
        ),
        (
            {"index": ["a", "poverty"], "a": TWO},
            ["tree.a: found 'poverty, under index too'; expected each measure once in a tree"],
        ),
        (
            {"index": TWO, "stray": ["internet", "good_roads"]},
            ["tree.stray: found 'stray'; expected a node that the root, index, leads to"],
        ),
        (
            {"index": ["poverty", "internet"], "poverty": ["good_roads"]},
            ["tree.poverty: found 'poverty'; expected a name that is not a measure's"],
        ),
        (
            {"index": ["index", "poverty"]},
            ["tree.index: found 'index > index'; expected a tree, in which no node comes back to itself"],
        ),
    ],
)
def test_what_is_no_tree_is_refused(tree, told):
    found = refusal(hierarchy_with(tree))
    assert [f.removeprefix("config/parts/scenarios/hierarchies/flat.yaml, ") for f in found] == told


@pytest.mark.parametrize(
    ("judgments", "told"),
    [
        ({}, "judgments.index: found 'nothing'; expected a matrix of judgments, or: equal"),
        (
            {"index": [[1, 3, 5], ["1/3", 1, 3]]},
            "judgments.index: found '2 rows of 3, 3'; expected a row and a column for each of "
            "poverty, unemployment, internet",
        ),
        (
            {"index": [[1, 12, 1], ["1/3", 1, 1], [1, 1, 1]]},
            "judgments.index, poverty against unemployment: found '12'; expected a judgment from "
            "1/9 to 9, such as 3 or 1/3",
        ),
        ({"index": [[2, 1, 1], [1, 1, 1], [1, 1, 1]]}, "node index, poverty with itself: found '2'; expected 1"),
        (
            {"index": "equal", "indx": "equal"},
            "judgments.indx: found 'indx'; expected 'index' (did you mean this?), or one of: index",
        ),
    ],
)
def test_judgments_that_are_none_are_refused(judgments, told):
    files = hierarchy_with({"index": [*TWO, "internet"]}, judgments)
    assert refusal(files) == [f"config/parts/scenarios/hierarchies/flat.yaml, {told}"]


def test_inconsistent_judgments_are_refused_with_the_worst_named():
    matrix = [[1, 5, "1/5"], ["1/5", 1, 5], [5, "1/5", 1]]
    found = refusal(hierarchy_with({"index": [*TWO, "internet"]}, {"index": matrix}))
    assert len(found) == 1
    assert "node index, " in found[0]
    assert "consistency ratio" in found[0]
    assert "below 0.1" in found[0]


def test_no_more_children_than_can_be_judged_and_known_methods_only():
    names = list(LEAVES)
    ones = [[1] * 16 for _ in range(16)]
    files = hierarchy_with({"index": [*names, "more"], "more": ["x"]}, {"index": ones})
    found = refusal(files)
    assert any("found '16 children'; expected at most 15 to be judged" in f for f in found)
    files = hierarchy_with({"index": TWO}, aggregation={"index": "geometrical"}, floor={"ind": 0.1})
    assert "floor.ind" in refusal(files)[0]
    files = hierarchy_with({"index": TWO}, aggregation={"index": "geometrical"})
    assert "'geometric' (did you mean this?)" in refusal(files)[0]


def shock(**changes):
    files = shipped()
    one = content(files, "scenarios/adverse.yaml")["shocks"]
    one[0].update(changes)
    return files


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"start": 2020}, "shocks.0.start: found '2020'; expected the base year, 2022, or a later"),
        ({"full": 2022}, "shocks.0.full: found '2022'; expected the start, 2023, or a later year"),
        ({"sd": 0.1}, "shocks.0.range: found 'sd and range'; expected one of the two"),
        ({"range": [-0.2, 0]}, "shocks.0.range: found '[-0.2, 0]'; expected two numbers around"),
        ({"in": "relativ"}, "shocks.0.in: found 'relativ'; expected 'relative' (did you mean"),
        ({"probability": -0.1}, "found '-0.1'; expected a probability from 0 to 1"),
        ({"measure": "poverty"}, "shocks.4.measure: found 'poverty, twice'; expected one shock a measure"),
        ({"siz": 1}, "shocks.0.siz: found 'siz'; expected 'size' (did you mean this?)"),
    ],
)
def test_shocks_that_cannot_be_are_refused(changes, told):
    found = refusal(shock(**changes))
    assert len(found) == 1
    assert told in found[0]


def test_an_unknown_measure_is_told_beside_a_fault_of_form():
    found = refusal(shock(measure="povrety", **{"in": "relativ"}))
    assert len(found) == 2
    assert "'relative' (did you mean" in found[0]
    assert "shocks.0.measure: found 'povrety'; expected 'poverty' (did you mean" in found[1]


def test_states_are_those_of_the_descriptors():
    files = shipped()
    states = content(files, "scenarios/adverse.yaml")["states"]
    states["staffing"] = "fallin"
    states["industri"] = states.pop("industry")
    found = refusal(files)
    assert len(found) == 3
    assert "states.staffing: found 'fallin'; expected 'falling'" in found[0]
    assert "states.industri: found 'industri'; expected 'industry'" in found[1]
    assert "states.industry: found 'nothing'; expected a state of industry" in found[2]


def test_impacts_name_what_there_is():
    files = shipped()
    impacts = content(files, "cross_impacts.yaml")["impacts"]
    impacts["weather"] = {"wet": {"staffing": [0, 0, 0]}}
    impacts["industry"]["declinig"] = {}
    impacts["industry"]["steady"]["industry"] = [1, 0, 0]
    found = refusal(files)
    assert len(found) == 3
    assert any("impacts.industry.steady.industry" in f for f in found)
    files = shipped()
    content(files, "cross_impacts.yaml")["impacts"]["industry"]["steady"]["income"] = [4, 0, 0]
    found = refusal(files)
    assert "a whole number from -3 to 3" in found[0]


def test_settings_name_what_there_is():
    files = shipped()
    settings = content(files, "config/parts/scenarios.yaml")
    settings.update(
        baseline="adverse", interval=[0.9, 0.1], until=2022, shown={"scenario": "center", "hierarchy": "staffing"}
    )
    found = refusal(files)
    assert len(found) == 5
    assert "shown.scenario: found 'center'; expected 'centre' (did you mean this?)" in found[0]
    assert "shown.hierarchy: found 'staffing'; expected 'staffing_led'" in found[1]
    assert "adverse.yaml, shocks: found 'shocks in the baseline'" in found[2]
    assert "interval" in found[3]
    assert "until: found '2022'; expected a year after the base year, 2022" in found[4]


def test_priorities_and_levers_name_measures():
    files = shipped()
    factors = content(files, "key_factors.yaml")
    factors["measures"]["internets"] = 3
    factors["levers"]["pay"]["measures"] = ["relative_pay"]
    found = refusal(files)
    assert "measures.internets: found 'internets'; expected 'internet'" in found[0]
    assert "levers.pay.measures: found 'relative_pay'; expected 'relative_rd_pay'" in found[1]


def test_two_files_of_one_name_are_refused():
    files = shipped()
    files["scenario"].append(("other/adverse.yaml", content(files, "scenarios/adverse.yaml")))
    assert "found 'adverse'; expected another than config/parts/scenarios/scenarios/adverse.yaml" in (refusal(files)[0])


def test_a_measure_needs_frozen_goalposts():
    leaf = Leaf("a", normalisation=method("zscore"))
    with pytest.raises(InputError, match="views: v, a: found 'zscore, goalposts None'"):
        build.leaves_of({"v": IndexModel(Node("i", (leaf,)))}, "config/parts/scenarios.yaml")


def project(tmp_path, text):
    for name in (
        "workflow/parts/scenarios/schema.yaml",
        "config/parts/scenarios/cross_impacts.yaml",
        "config/parts/scenarios/key_factors.yaml",
        "config/parts/scenarios/scenarios/adverse.yaml",
        "config/parts/scenarios/scenarios/baseline.yaml",
        "config/parts/scenarios/hierarchies/flat.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "config/parts/scenarios.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_patterns_of_files_are_found_in_order(tmp_path):
    text = (ROOT / "config/parts/scenarios.yaml").read_text(encoding="utf-8")
    start, end = text.index("hierarchies:"), text.index("cross_impacts:")
    listed = (
        "hierarchies: [config/parts/scenarios/hierarchies/*.yaml]\n"
        "scenarios: [config/parts/scenarios/scenarios/baseline.yaml,\n"
        "  config/parts/scenarios/scenarios/*.yaml]\n"
    )
    root = project(tmp_path, text[:start] + listed + text[end:])
    found = read_settings("config/parts/scenarios.yaml", root, VIEWS)
    assert found["scenarios"] == [
        "config/parts/scenarios/scenarios/baseline.yaml",
        "config/parts/scenarios/scenarios/adverse.yaml",
    ]
    assert len(found["files"]) == 5

    gone = listed.replace("config/parts/scenarios/hierarchies/*", "config/parts/scenarios/hierarchy/*").replace(
        "config/parts/scenarios/scenarios/baseline", "/etc/baseline"
    )
    text = text[:start] + gone + text[end:]
    (root / "config/parts/scenarios.yaml").write_text(
        text.replace("[potential_2022,", "[potential_2023,"), encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_settings("config/parts/scenarios.yaml", root, VIEWS)
    told = [str(p) for p in caught.value.problems]
    assert len(told) == 3
    assert "views.0: found 'potential_2023'; expected 'potential_2022'" in told[0]
    assert "hierarchies: found 'config/parts/scenarios/hierarchy/*.yaml'; expected a file that exists" in told[1]
    assert "scenarios.0: found '/etc/baseline.yaml'; expected a path inside the project" in told[2]


def test_unknown_settings_are_refused_before_anything_runs(tmp_path):
    text = (ROOT / "config/parts/scenarios.yaml").read_text(encoding="utf-8")
    root = project(tmp_path, text.replace("kappa: 50", "kapa: 50\nkappa: -1"))
    with pytest.raises(InputError, match="'kappa' \\(did you mean this") as caught:
        read_settings("config/parts/scenarios.yaml", root, VIEWS)
    assert len(caught.value.problems) == 2
