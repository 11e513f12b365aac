"""The chapter, the answers and the figures, made of tables on made-up figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from facts_support import chapter_facts
from facts_support import told as values
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.scenarios import figures as draw
from monotown.scenarios.chapter import scenario_tables
from monotown.show.printed import print_table
from monotown.show.prose import fact_texts, prose_problems, texts_in
from monotown.show.style import figure_style
from monotown.show.words import labels_from, scenario_words, words_of, words_table
from monotown.workflow.printed import spec_of
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

from .scenarios_support import HIERARCHIES, ROOT, SCENARIOS, SETTINGS, load, shipped

FILES = {name: one for part in shipped().values() for name, one in part}
CHAPTER = load("workflow/parts/scenarios/chapter.yaml")
ANSWERS = load("workflow/parts/scenarios/answers.yaml")["answers"]


@pytest.fixture(scope="session")
def shown(tables):
    return scenario_tables(tables, FILES, SETTINGS, HIERARCHIES, SCENARIOS, 100)


def facts_of(tables, shown, settings=SETTINGS):
    read = {f"scenarios/{name}.csv": table for name, table in {**tables, "best": shown["best"]}.items()}
    return chapter_facts("scenarios", {**shown, **read}, scenarios=settings)


@pytest.fixture(scope="session")
def facts(tables, shown):
    return facts_of(tables, shown)


@pytest.fixture(scope="session")
def labels():
    parts = [
        words_of(prefix, read_part(part, ROOT))
        for prefix, part in (("unit", "units"), ("measure", "measures"), ("view", "views"))
    ]
    parts.append(words_of("source", read_sources("data/raw", ROOT)))
    texts = project_texts()
    return labels_from(words_table(LANGUAGES, *parts, scenario_words(FILES), texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_prints_in_words(shown, labels, language):
    words = labels[language]
    for name, frame in shown.items():
        if name == "best":
            continue
        printed = print_table(frame, spec_of(name, frame), words)
        assert len(printed.rows) == len(frame) > 0
        cells = {cell for row in printed.rows for cell in row}
        assert not cells & {*HIERARCHIES, *SCENARIOS, "True", "False"}, name


def test_the_prose_quotes_facts_of_its_own_only(facts):
    known = set(facts["fact"])
    assert prose_problems(CHAPTER, known, "chapter.yaml") == []
    texts = {"answers": [{"text": a["text"], "limit": a["limit"]} for a in ANSWERS]}
    assert prose_problems(texts, known, "answers.yaml") == []


def test_facts_are_told_in_words(facts, labels):
    for language in LANGUAGES:
        told = fact_texts(facts, labels[language])
        assert told["scenarios_until"] == "2035"
        assert told["scenarios_one_unit"] == labels[language]("unit.KZKAR")
        known = [labels[language](f"scenario.{s}") for s in SCENARIOS]
        assert told["scenarios_two_minimax"] in known
    everything = "".join(text["en"] for _, text in texts_in(CHAPTER))
    for word in ("leads to higher", "will increase", "causes", "forecast that"):
        assert word not in everything


def test_answers_name_claims_and_tests_that_exist():
    claims = {c["id"] for c in load("config/parts/paper/claims.yaml")["claims"]}
    assert len({a["id"] for a in ANSWERS}) == len(ANSWERS) == 4
    for answer in ANSWERS:
        assert answer["claim"] in claims
        path, name = answer["test"].split("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
        assert set(answer["text"]) == set(answer["limit"]) == set(LANGUAGES)


def test_a_chapter_of_one_marked_region_without_gains(tables):
    settings = {**SETTINGS, "marked": ["KZKAR"]}
    worse = {**tables, "consequences": tables["consequences"].assign(change=-10.0)}
    known = values(facts_of(worse, scenario_tables(worse, FILES, settings, HIERARCHIES, SCENARIOS, 100), settings))
    assert known["scenarios_one_unit"] == known["scenarios_two_unit"] == "KZKAR"
    assert known["scenarios_one_weakest_most"] == "-10"


def test_figures_show_what_the_tables_hold(tables, labels):
    words = labels["ru"]
    order = {"hierarchies": HIERARCHIES, "scenarios": SCENARIOS}
    marked = SETTINGS["marked"]
    with figure_style():
        heat = draw.weights(tables["leaf_weights"], labels=words, hierarchies=HIERARCHIES, source="s")
        fall = draw.contributions(
            tables["shapley"],
            tables["consequences"],
            labels=words,
            marked=marked,
            source="s",
            scenario="adverse",
            hierarchy="flat",
            scale=100,
        )
        regret = draw.regret(tables["regret"], labels=words, marked=marked, scale=100, source="s", **order)
    numbers = [t.get_text() for t in heat.axes[0].texts]
    assert len(numbers) == 15 * len(HIERARCHIES)
    assert numbers.count("6,7") >= 15
    assert [t.get_text() for t in heat.axes[0].get_xticklabels()][-1] == "Плоская"
    mine = tables["shapley"]
    mine = mine[(mine["scenario"] == "adverse") & (mine["hierarchy"] == "flat") & (mine["unit"] == marked[0])]
    drawn = [t.get_text() for t in fall.axes[0].texts]
    assert drawn[-1] == words.number(mine["contribution"].sum(), 1)
    assert len(drawn) == len(mine) + 1
    assert all(text.startswith(("\u2212", "+", "0")) for text in drawn)
    assert len(regret.axes) == 2
    assert len(regret.axes[0].texts) == len(SCENARIOS) * (len(HIERARCHIES) + 1)
    assert "Официальная статистика" in regret.about
    assert len({tuple(axes.get_xlim()) for axes in fall.axes}) == 1  # compared on one axis


def test_every_figure_has_its_caption_for_the_report():
    named = [b["figure"] for b in CHAPTER["sections"][0]["blocks"] if "figure" in b]
    assert len(named) == 3
    for name in named:
        assert Path(ROOT / f"workflow/parts/scenarios/captions/{name}.rst").is_file()
