"""The registry of tables: what is said to be lacking is lacking, what is taken is read."""

import copy
import re
from pathlib import Path

import pytest

from monotown.base.schemas import schema_problems
from monotown.data.publications import BY_AREA, publication_problems, table_problems
from monotown.workflow import read_yaml
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("publications", "sources", "indicators", "measures")
FILES = {name: f"config/{name}.yaml" for name in NAMES if name != "sources"}
FILES["publications"] = "data/raw/publications.yaml"


def load(path):
    return read_yaml(ROOT / path)


SHIPPED = {"publications": load(FILES["publications"])}
SHIPPED |= {name: read_part(name, ROOT) for name in ("indicators", "measures")}
SHIPPED["sources"] = read_sources("data/raw", ROOT)
TEXTS = {s["file"]: (ROOT / s["file"]).read_text(encoding="utf-8-sig") for s in SHIPPED["sources"].values()}


@pytest.fixture
def parts():
    return copy.deepcopy(SHIPPED)


def told(parts):
    files = {**FILES, "sources": "source.yaml"}
    return [str(p) for p in publication_problems(*(parts[n] for n in NAMES), files)]


def unread(parts, texts=TEXTS):
    found = table_problems(parts["publications"], parts["sources"], texts, FILES["publications"])
    return [str(p) for p in found]


def table_of(parts, publication, number):
    tables = parts["publications"][publication]["tables"]
    return next(t for t in tables if t["number"] == number)


def test_the_shipped_registry_agrees_with_sources_files_and_sentences():
    rules = load("workflow/schemas/publications.schema.yaml")
    assert schema_problems(SHIPPED["publications"], rules, "p.yaml") == []
    assert told(SHIPPED) == []
    assert unread(SHIPPED) == []


SENTENCES = {
    "rd_funding": "Expenditure by region is not split by source of funds.",
    "degree_holders": "Holders outside R&D are not published by region.",
}


@pytest.mark.parametrize("indicator", SENTENCES)
def test_a_false_sentence_is_refused_with_the_table_that_has_it(indicator, parts):
    entry = parts["indicators"]["indicators"][indicator]
    entry["unavailable"] = {"en": SENTENCES[indicator]}
    (problem,) = told(parts)
    assert f"indicators.{indicator}.unavailable: found '{SENTENCES[indicator]}'" in problem
    assert "feeds it by region" in problem


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("areas", ["nation", *BY_AREA])
def test_any_indicator_is_lacking_only_while_no_table_has_it_below_the_country(areas, taken, parts):
    """A table nobody knew of yet, for each indicator that is said to be lacking."""
    lacking = [k for k, e in parts["indicators"]["indicators"].items() if "unavailable" in e]
    assert lacking
    found = {"number": "99", "title": "A find", "areas": areas, "feeds": lacking}
    found |= {"taken": True} if taken else {"why_not": "not read yet"}
    parts["publications"]["rd_bulletin_2022"]["tables"].append(found)
    problems = told(parts)
    refused = [k for k in lacking if any(f"indicators.{k}.unavailable" in p for p in problems)]
    assert refused == ([] if areas == "nation" else lacking)


def test_wrong_names_are_told_with_the_nearest(parts):
    sources, publications = parts["sources"], parts["publications"]
    sources["rd_bulletin_2022"]["publication"] = {"id": "rd_buletin_2022", "column": "table"}
    sources["sdg_regions"]["publication"]["column"] = "sgd"
    sources["wages_regions"]["publication"]["table"] = "unemployment"
    del sources["life_expectancy_regions"]["publication"]
    publications["innovation_bulletin_2022"]["tables"][0] = {
        "number": "9",
        "title": "t",
        "areas": "region",
        "feeds": ["rd_fundin"],
        "taken": True,
    }
    parts["measures"]["poverty"]["indicator"] = "life_satisfaction"
    text = "\n".join(told(parts))
    for words in (
        "rd_bulletin_2022.publication.id: found 'rd_buletin_2022'; expected 'rd_bulletin_2022'",
        "sdg_regions.publication.column: found 'sgd'; expected 'sdg'",
        "wages_regions.publication.table: found 'unemployment'; expected a table that is taken",
        "life_expectancy_regions: found 'no publication'",
        "innovation_bulletin_2022.tables.0.taken: found 'true'; expected why_not",
        "innovation_bulletin_2022.tables.0.feeds: found 'rd_fundin'; expected 'rd_funding'",
        "innovation_bulletin_2022.tables.1.number: found '9'; expected each number once",
        "poverty.indicator: found 'life_satisfaction'; expected an indicator that a table taken",
    ):
        assert words in text


def test_a_twin_needs_no_table_that_feeds_its_indicator(parts):
    parts["measures"]["poverty"] |= {"indicator": "life_satisfaction", "reading": "twin"}
    assert told(parts) == []


def test_a_table_said_to_be_taken_is_read_and_a_table_read_is_said(parts):
    table = table_of(parts, "rd_bulletin_2022", "14")
    del table["why_not"]
    table["taken"] = True
    (problem,) = unread(parts)
    assert "rd_bulletin_2022: found 'table 14, taken'" in problem
    del table["taken"]
    census = table_of(parts, "census_2021", "11.2")
    del census["taken"]
    (problem,) = unread(parts)
    assert "census_2021: found 'no table 11.2, taken'" in problem


def test_a_table_whose_rows_are_all_ignored_is_not_taken(parts):
    names = parts["sources"]["rd_bulletin_2022_funding"]["variable"]["names"]
    names.clear()
    names["34/internal_rd_expenditure"] = "internal_rd_expenditure"
    assert [p.partition(";")[0] for p in unread(parts)] == [
        "data/raw/publications.yaml, rd_bulletin_2022: found 'table 29, taken'",
        "data/raw/publications.yaml, rd_bulletin_2022: found 'no table 34, taken'",
    ]


def test_sentences_tell_what_the_data_lack_and_not_what_is_published():
    """Nobody here has read every publication."""
    claim = re.compile(r"not published|unpublished|no source gives|не публику|[Жж]арияланба")
    for path in (ROOT / "config/study").iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            assert line.startswith("#") or not claim.search(line), line
    for entry in SHIPPED["indicators"]["indicators"].values():
        if "unavailable" in entry:
            assert re.search("data of this project", entry["unavailable"]["en"])
            assert re.search("данных проекта", entry["unavailable"]["ru"])
            assert re.search("[Жж]оба деректерінде", entry["unavailable"]["kk"])
