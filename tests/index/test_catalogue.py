"""The shipped catalogue against the paper, and what a wrong one is told."""

import copy
import csv
import re
from pathlib import Path

import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.expressions import parse
from monotown.base.problems import InputError
from monotown.index.catalogue import TWIN, Config, check_catalogue, leaves, markdown_table
from monotown.index.prepare import reading_views, view_model
from monotown.workflow import read_yaml
from monotown.workflow.study import StudyFiles

ROOT = Path(__file__).parents[2]
STUDY = StudyFiles({"study": "config/study"}, ROOT)
CHECKED = ("indicators", "measures", "views")
NAMES = (*CHECKED, "variables", "units")


def config(name: str) -> Config:
    schema = read_yaml(ROOT / "workflow/schemas" / f"{name}.schema.yaml") if name in CHECKED else None
    return Config(STUDY.named(name), STUDY.told(name), schema, STUDY.lines(name))


@pytest.fixture(scope="module")
def shipped() -> dict[str, Config]:
    return {name: config(name) for name in NAMES}


@pytest.fixture
def parts(shipped):
    """A copy whose contents may be broken."""
    return {n: Config(c.file, copy.deepcopy(c.content), c.schema, c.lines) for n, c in shipped.items()}


def problems(parts: dict[str, Config]) -> list[str]:
    with pytest.raises(InputError) as error:
        check_catalogue(**parts)
    return [str(p) for p in error.value.problems]


def test_the_shipped_catalogue_is_the_papers_table_4(shipped):
    entries = check_catalogue(**shipped).entries
    with (ROOT / "data/raw/published/paper/table4.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 27
    for row, entry in zip(rows, entries.values(), strict=True):
        assert entry["paper"]["text"] == row["indicator"]
        assert entry["paper"]["lines"] == [int(row["line_from"]), int(row["line_to"])]
        assert entry["block"] == row["block"]
    counts = [sum(e["block"] == b for e in entries.values()) for b in ("B1", "B2", "B3", "B4")]
    assert counts == [7, 4, 4, 12]
    assert sum(len(v) for v in leaves(entries).values()) == 46


def test_the_shipped_blocks_are_worded_as_in_the_paper(shipped):
    with (ROOT / "data/raw/published/paper/table4_blocks.csv").open(encoding="utf-8", newline="") as file:
        rows = {r["block"]: r for r in csv.DictReader(file)}
    blocks = shipped["indicators"].content["blocks"]
    assert {b: e["paper"]["text"] for b, e in blocks.items()} == {b: r["name"] for b, r in rows.items()}
    for block, entry in blocks.items():
        kind = "statistical" if rows[block]["name"].startswith("Statistical") else "sociological"
        assert entry["type"] == kind


def test_only_poverty_counts_against_and_every_opinion_has_its_question(shipped):
    content = shipped["indicators"].content
    reversed_ = [k for k, e in content["indicators"].items() if e["direction"] < 0]
    assert reversed_ == ["poverty_problem_relevance"]
    for entry in content["indicators"].values():
        asked = content["blocks"][entry["block"]]["type"] == "sociological"
        assert ("question" in entry) == asked


def test_every_block_and_node_has_its_words(shipped):
    words = project_texts("indicators")
    content = shipped["indicators"].content
    for block in [*content["blocks"], *content["outcomes"]]:
        assert f"block.{block}" in words
    for name, view in shipped["views"].content.items():
        model = view_model(name, view, shipped["measures"].content)
        for node in model.nodes:
            assert f"block.{node.id}" in words or f"node.{node.id}" in words


def test_quality_of_life_shares_no_variable_with_staffing(shipped):
    measures, views = shipped["measures"].content, shipped["views"].content
    used = {
        name: {v for m in view_model(name, view, measures).measures for v in parse(measures[m]["formula"]).variables}
        for name, view in views.items()
    }
    potential = used["potential_2022"] | used["potential_panel"]
    quality = used["quality_2022"] | used["quality_panel"]
    assert len(potential) >= 10
    assert len(quality) >= 6
    assert not potential & quality
    assert not any("grp" in v or "wage" in v or v == "population" for v in quality)


def test_every_measure_stands_in_a_view_once_and_only_in_its_indicators_block(shipped):
    catalogue = check_catalogue(**shipped)
    beside = {m for v in catalogue.views.values() for m in v.get("beside", ())}
    used = set()
    for name, view in catalogue.views.items():
        used |= set(view_model(name, view, catalogue.measures).measures)
        for _, other in reading_views(view).values():
            used |= set(view_model(name, other, catalogue.measures).measures)
    assert used | beside == set(catalogue.measures)
    twins = {m for m, e in catalogue.measures.items() if e["reading"] == TWIN}
    assert twins <= beside - used


def test_a_twin_stands_beside_an_opinion_and_is_refused_in_an_index(parts):
    entries = parts["indicators"].content["indicators"]
    blocks = parts["indicators"].content["blocks"]
    for measure in parts["measures"].content.values():
        if measure["reading"] == TWIN:
            block = entries[measure["indicator"]]["block"]
            assert blocks[block]["type"] == "sociological"
            words = " ".join(measure["label"].values()).casefold()
            assert not re.search("satisf|удовлетвор|доволь|қанағат", words)
    tree = parts["views"].content["quality_2022"]["tree"]
    tree["children"].append({"id": "B4", "children": [{"measure": "waste_recycled"}]})
    (found,) = problems(parts)
    assert "found 'waste_recycled'; expected a measure that is no twin" in found


@pytest.mark.parametrize("key", ["direction", "transform", "goalposts", "why_goalposts"])
def test_a_twin_has_no_scale_and_every_other_measure_one(parts, key):
    measures = parts["measures"].content
    measures["waste_recycled"][key] = measures["poverty"].pop(key)
    found = problems(parts)
    assert len(found) == 2
    assert any("waste_recycled" in f for f in found)
    assert any("poverty" in f for f in found)


def test_entries_can_be_added_and_dropped(parts):
    entries = parts["indicators"].content["indicators"]
    del entries["life_satisfaction"]
    entries["patents"] = {
        **{k: v for k, v in entries["rd_organizations"].items() if k != "paper"},
        "label": dict.fromkeys(LANGUAGES, "Patents"),
    }
    parts["measures"].content["patents_per_head"] = {
        **parts["measures"].content["researchers_per_10k"],
        "indicator": "patents",
    }
    tree = parts["views"].content["potential_2022"]["tree"]
    tree["children"][0]["children"].append({"measure": "patents_per_head"})
    catalogue = check_catalogue(**parts)
    assert "patents" in catalogue.entries
    assert "life_satisfaction" not in catalogue.entries
    assert "| `patents`<br>B1" in markdown_table(catalogue)


def test_a_schema_problem_names_file_and_nearest_key(parts):
    parts["indicators"].content["indicators"]["rd_funding"]["direktion"] = 1
    parts["measures"].content["poverty"]["reading"] = "aproximation"
    parts["views"].content["quality_2022"]["minimum_coverage"]["unit"] = 65
    found = problems(parts)
    assert len(found) == 3
    assert "'direction' (did you mean this?)" in found[0]
    assert "config/study/indicators.csv, poverty.reading" in found[1]
    assert "'approximation' (did you mean this?)" in found[1]
    assert "a share from 0 to 1" in found[2]


def test_every_wrong_name_is_told_at_once(parts):
    entries = parts["indicators"].content["indicators"]
    entries["rd_funding"]["block"] = "B9"
    entries["rd_funding"]["sources"] = ["kz_1_nayka"]
    entries["life_satisfaction"]["leaves"] = ["health_self", "other"]
    parts["indicators"].content["outcomes"].append("rd_organizations")
    measures = parts["measures"].content
    measures["poverty"]["indicator"] = "livelyhood"
    measures["internet"]["formula"] = "internet_user"
    views = parts["views"].content
    views["quality_panel"]["units"] = "regions_constants"
    views["quality_2022"]["average_weights"] = "mean_populaton"
    views["quality_2022"]["expected_blocks"] = ["helth"]
    views["potential_panel"]["tree"]["children"][0]["children"][0]["measure"] = "researchers_fte"
    parts["units"].content["sets"]["regions_2022"].append("KZXXX")
    text = "\n".join(problems(parts))
    for found, expected in (
        ("'B9'", "one of: B1, B2, B3, B4"),
        ("'kz_1_nayka'", "'kz_1_nauka' (did you mean this?)"),
        ("'health_self'", "an id that life_satisfaction does not have"),
        ("'rd_organizations'", "an id that no indicator or block has"),
        ("'livelyhood'", "'livelihood' (did you mean this?)"),
        ("'internet_user'", "'internet_users' (did you mean this?)"),
        ("'regions_constants'", "'regions_constant' (did you mean this?)"),
        ("'mean_populaton'", "'mean_population' (did you mean this?)"),
        ("'helth'", "'health' (did you mean this?)"),
        ("'researchers_fte'", "'researchers_fte_per_10k' (did you mean this?)"),
        ("'KZXXX'", "the code of a unit"),
    ):
        assert re.search(f"found {re.escape(found)}; expected {re.escape(expected)}", text), found


def test_a_measure_in_a_block_that_is_not_its_indicators_is_refused(parts):
    tree = parts["views"].content["potential_2022"]["tree"]
    tree["children"][1]["children"].append({"measure": "life_expectancy"})
    found = problems(parts)
    assert len(found) == 1
    assert "found 'B2: life_expectancy'; expected it in health, where health belongs" in found[0]


def test_every_goalpost_has_a_reason_and_every_reading_a_note(shipped):
    for measure in shipped["measures"].content.values():
        assert measure["note"]["en"].endswith(".")
        if measure["reading"] == TWIN:
            continue
        assert len(measure["why_goalposts"]) > 20
        assert measure["goalposts"][0] < measure["goalposts"][1]


def test_the_document_holds_the_table_as_the_config_gives_it(shipped):
    text = (ROOT / "docs/indicators.md").read_text(encoding="utf-8")
    table = markdown_table(check_catalogue(**shipped))
    written = text.partition("<!-- table -->\n")[2].partition("<!-- end of table -->")[0]
    assert written == table, (
        "docs/indicators.md is out of date: put the text of "
        "monotown.index.catalogue.markdown_table between its two marks"
    )


def test_variables_that_read_a_marker_as_a_number_are_known(shipped):
    reads_as = check_catalogue(**shipped).reads_as
    assert reads_as["researchers_phd"] == {"none": 0}
    assert "life_expectancy" not in reads_as


def test_bounds_of_measures_are_checked_with_the_rest(parts):
    entries = parts["measures"].content
    entries["poverty"]["plausible"] = {"low": 5, "high": 1, "reason": entries["poverty"]["note"]}
    entries["internet"]["plausible"] = {**entries["internet"]["plausible"], "high": "resarchers"}
    entries["relative_rd_pay"]["plausible"].pop("quantity")
    told = "\n".join(problems(parts))
    assert "poverty.plausible: found 'low 5'; expected at most high, 1" in told
    assert "internet.plausible.high: found 'resarchers'; expected 'researchers'" in told
    assert "relative_rd_pay.plausible.times: found 'mean_wage'; expected quantity" in told
    entries["poverty"]["plausible"]["outside"] = "drop"
    assert any("poverty.plausible.outside: found 'drop'" in p for p in problems(parts))


def test_every_measure_of_the_study_has_bounds_of_its_own(shipped):
    measures = shipped["measures"].content
    assert [m for m, entry in measures.items() if not entry.get("plausible", {}).get("reason")] == []
