"""Facts that chapters declare, and how they are read."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from facts_support import DEFAULT, ROOT

from monotown.base.problems import InputError
from monotown.show.facts import declared, resolve, setting
from monotown.show.prose import fields, texts_in
from monotown.workflow import read_yaml
from monotown.workflow.chapters import chapter_files, chapter_problems, fact_settings, read_chapter
from monotown.workflow.study import read_part

TOWN = pd.DataFrame(
    {
        "unit": ["A", "A", "B"],
        "year": [2021, 2022, 2022],
        "count": [3.0, 4.0, 2.5],
        "scale": 100.0,
        "kind": ["published", "official", "official"],
        "source": ["paper", "bulletin", "b; bulletin"],
    }
)
BESIDE = pd.DataFrame({"name": ["x"], "share": [0.25], "kind": ["assumed"], "source": ["nobody"]})
TABLES = {"tables/town.csv": TOWN, "beside/made.csv": BESIDE}
SETTINGS = {"one": "A", "years": [2021, 2022], "pairs": {"first": 1, "last": 2}}


def read(facts, tables=TABLES, given=SETTINGS):
    made = resolve(declared({"a.yaml": {"facts": facts}}, given), tables)
    return {row["fact"]: tuple(row)[1:] for _, row in made.iterrows()}


def test_a_fact_has_the_kind_the_source_and_the_origin_of_its_rows():
    facts = {
        "town": {"every": "sum(count) | number:1"},
        "town[year == 2022 and unit == $one]": {"now": "count | score:1"},
        "beside/made": {"share": "share | percent:0"},
        "beside/made like town": {"as_town": "share | percent:1"},
        "beside/made as told/elsewhere.txt": {"name": "name | word:scheme"},
    }
    assert read(facts) == {
        "every": ("9.5", "number:1", "published+official", "b; bulletin; paper", "tables/town.csv"),
        "now": ("4", "number:1", "official", "bulletin", "tables/town.csv"),
        "share": ("0.25", "percent:0", "assumed", "nobody", "beside/made.csv"),
        "as_town": ("0.25", "percent:1", "published+official", "b; bulletin; paper", "beside/made.csv"),
        "name": ("x", "word:scheme", "assumed", "nobody", "told/elsewhere.txt"),
    }


def test_facts_rest_on_others_and_on_settings_in_any_order():
    facts = {
        "town": {
            "twice": "2 * $_most | number:0",
            "at": "year[count == $_most] | year",
            "on": "$pairs.last | number:0",
        },
        "beside/made": {"_most": "$_many"},
        "town[unit == $one]": {"_many": "max(count)"},
    }
    found = read(facts)
    assert {name: row[0] for name, row in found.items()} == {"twice": "8", "at": "2022", "on": "2"}


def test_loops_write_facts_out():
    facts = {
        "for unit=name in A=first, B=last": {
            "town[unit == '${unit}']": {"for which in min, max": {"${name}_${which}": "${which}(count) | number:1"}}
        },
        "for year in $years": {"town[year == ${year}]": {"rows_${year}": "rows() | number:0"}},
    }
    found = {name: row[0] for name, row in read(facts).items()}
    assert found == {
        "first_min": "3",
        "first_max": "4",
        "last_min": "2.5",
        "last_max": "2.5",
        "rows_2021": "1",
        "rows_2022": "2",
    }


def test_a_score_has_the_decimals_of_its_scale():
    small = {**TABLES, "tables/town.csv": TOWN.assign(scale=1.0)}
    facts = {"town": {"s": "min(count) | score:1", "t": "max(count) | score:0 of $_scale", "_scale": "first(scale)"}}
    assert [row[1] for row in read(facts).values()] == ["number:1", "number:0"]
    assert [row[1] for row in read(facts, small).values()] == ["number:3", "number:2"]


def problems(facts, tables=TABLES):
    with pytest.raises(InputError) as error:
        read(facts, tables)
    return {(p.where.removeprefix("facts."), p.found): p.expected for p in error.value.problems}


def test_what_is_wrong_with_declarations_is_told_at_once():
    found = problems(
        {
            "town": {
                "A": "1 | number:0",
                "form": "first(unit)",
                "odd": "first(unit) | numbr:0",
                "call": "frist(unit) | text",
                "lost": "$on | text",
                "loop": "$loop + $_round | number:0",
                "_round": "$loop",
                "turn": "${which} | text",
            },
            "town[": {"x": "1 | number:0"},
            "for a=b in x": {"y": "1 | number:0"},
            "beside/made": {"form": "share | percent:0", "odd": "share | percent:0"},
            "other": "unit | text",
        }
    )
    assert set(found) == {
        ("town.A", "A"),
        ("town.form", "first(unit)"),
        ("town.odd", "first(unit) | numbr:0"),
        ("town.call", "frist"),
        ("town.lost", "$on"),
        ("town.loop", "$loop"),
        ("town._round", "$_round"),
        ("town.turn", "${which}"),
        ("town[", "town["),
        ("for a=b in x", "for a=b in x"),
        ("other", "unit | text"),
    }
    assert "'one' (did you mean this?)" in found["town.lost", "$on"]
    twice = problems({"town": {"one": "1 | number:0"}, "beside/made": {"one": "2 | number:0"}})
    assert twice["beside/made.one", "one"] == "a name of its own; a.yaml, facts.town.one has it"


def test_an_origin_is_the_table_that_was_read():
    told = problems({"town as beside/made": {"a": "rows() | number:0"}})
    assert all("its own is the origin" in expected for expected in told.values())


def test_what_cannot_be_read_is_told_at_once():
    found = problems(
        {
            "town": {
                "gone": "cuont[unit == 'A'] | number:0",
                "none": "count[unit == 'C'] | number:0",
                "many": "count[unit == 'A'] | number:0",
                "list": "$years | number:0",
                "rests": "$gone + 1 | number:0",
            },
            "town[unit == 'C']": {"empty": "rows() | number:0"},
            "beside/made": {"score": "share | score:1"},
        }
    )
    assert set(found) == {
        ("town.gone", "cuont"),
        ("town.none", "no row"),
        ("town.many", "2 rows"),
        ("town.list", "2 rows"),
        ("town[unit == 'C'].empty", "no row"),
        ("beside/made.score", "score:1"),
    }
    assert found["town.gone", "cuont"].startswith("a column: 'count' (did you mean this?)")
    empty = {**TABLES, "tables/town.csv": TOWN.iloc[:0]}
    assert problems({"town": {"some": "rows() | number:0"}}, empty)


def test_a_table_that_nothing_makes_is_told_with_its_place():
    found = declared({"a.yaml": {"facts": {"twon like other": {"x": "rows() | number:0"}}}}, {})
    with pytest.raises(InputError) as error:
        found.check_tables(lambda path: path == "tables/other.csv", ["tables/town.csv", "tables/other.csv"])
    (problem,) = error.value.problems
    assert (problem.where, problem.found) == ("facts.twon like other.x", "tables/twon.csv")
    assert "'tables/town.csv' (did you mean this?)" in problem.expected


def test_an_empty_table_counts_nothing_for_another_fact():
    empty = {**TABLES, "tables/town.csv": TOWN.iloc[:0]}
    facts = {"town": {"_none": "rows()"}, "beside/made": {"none": "$_none | number:0"}}
    assert read(facts, empty)["none"][0] == "0"


def test_a_setting_that_is_not_there_has_no_value():
    with pytest.raises(KeyError):
        setting(SETTINGS, "pairs.5")


PARTS = sorted(path.name for path in (ROOT / "workflow/parts").iterdir())


@pytest.fixture(scope="module")
def default():
    config = read_yaml(ROOT / "config/config.yaml")
    content = {file: read_chapter(ROOT / file, DEFAULT) for file in chapter_files(config, PARTS, ROOT)}
    return content, declared(content, fact_settings(config, PARTS, ROOT))


def test_every_fact_of_the_default_report_is_declared(default):
    content, found = default
    quoted = {
        name for c in content.values() for _, text in texts_in(c) for one in text.values() for name in fields(one)
    }
    assert sorted(quoted - found.names) == []
    assert len(quoted) > 200


def test_a_fact_that_nobody_declares_is_told_before_a_run(tmp_path):
    config = read_yaml(ROOT / "config/config.yaml")
    assert chapter_problems(config, PARTS, ROOT) == []
    chapter = """
facts:
  town_profile:
    known: rows() | number:0
cards:
  - {value: "{knwon}", label: {en: "{known}"}}
sections:
  - {id: a, title: {en: A}, blocks: [{text: {en: "{known} of {unknown}"}}]}
"""
    (tmp_path / "00_page.yaml").write_text(chapter, encoding="utf-8")
    found = chapter_problems({**config, "input": {"text": str(tmp_path)}}, [], ROOT)
    assert [(p.where, p.found, p.expected) for p in found] == [
        ("sections[0].blocks[0].text", "unknown", "a fact: 'known' (did you mean this?), or one of: known"),
        ("cards[0]", "knwon", "a fact: 'known' (did you mean this?), or one of: known"),
    ]


def test_chapters_stand_by_their_numbers_and_those_of_parts_by_their_places():
    files = chapter_files({}, PARTS, ROOT)
    names = [re.sub(r"\d+_", "", Path(f).parent.name if f.endswith("chapter.yaml") else Path(f).stem) for f in files]
    assert names[:4] == ["page", "study", "paper", "data"]
    assert names[-2:] == ["answers", "end"]
    without = chapter_files({}, [p for p in PARTS if p != "paper"], ROOT)
    assert [f for f in files if f not in without] == [
        "workflow/parts/paper/chapter.yaml",
        "config/text/78_answers.yaml",
    ]


def test_a_fact_names_no_unit_of_the_study(default):
    units = {code for code in read_part("units", ROOT) if code != "sets"}
    _, found = default
    texts = {
        name: f"{fact.lookup.text} {fact.group.rows.text if fact.group.rows else ''}"
        for name, fact in found.facts.items()
    }
    assert [name for name, text in texts.items() if units & set(re.findall(r"\w+", text))] == []
