from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from facts_support import chapter_facts
from facts_support import told as values
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.base.tables import to_scale
from monotown.mechanism import chapter
from monotown.mechanism.tables import SCHEMAS
from monotown.show.printed import print_table
from monotown.show.prose import fields, prose_problems
from monotown.workflow import read_yaml
from monotown.workflow.printed import SPECS

ROOT = Path(__file__).resolve().parents[2]
KIND = {"kind": "assumed+official", "source": "s"}
DRAWN = {"kind": "published", "source": "paper_text"}
LABEL = {
    "hub": {"en": "centre", "ru": "центр", "kk": "орталық"},
    "pay": {"en": "pay", "ru": "оплата", "kk": "еңбекақы"},
}
CONFIG = {
    "graph": {"hub": "hub", "ends": ["a", "b"]},
    "per": 1000,
    "interval": [0.05, 0.95],
    "budget": {"base": 5},
    "feedback": {
        "years": 2,
        "basis": "assumed",
        "gain": {"low": 0.2, "base": 0.5, "high": 1.0},
        "targets": {"near": {"share": 0.5, "label": LABEL["hub"]}, "far": {"share": 2, "label": LABEL["pay"]}},
    },
    "sobol": {"years": 3},
    "levers": {
        "hub": {
            "label": LABEL["hub"],
            "why": LABEL["hub"],
            "basis": "assumed",
            "cost": {"low": 1, "base": 2, "high": 4, "units": {"B": {"low": 1, "base": 1, "high": 1}}},
            "responses": [{"measure": "staff", "low": 0.1, "base": 0.2, "high": 0.3, "basis": "a study"}],
        },
        "pay": {
            "label": LABEL["pay"],
            "why": LABEL["pay"],
            "basis": "assumed",
            "requires": "hub",
            "cost": {"low": 1, "base": 3, "high": 4},
            "responses": [{"measure": "pay", "form": "relative", "low": 1, "base": 2, "high": 3, "basis": "assumed"}],
        },
    },
}


def texts():
    return project_texts()


def words():
    every = texts()
    every |= chapter.mechanism_words(CONFIG, every)
    every["unit.B"] = {"en": "Town B", "ru": "Город Б", "kk": "Б қаласы"}
    return {language: Labels(language, every) for language in LANGUAGES}


def rows(columns, *values, **more):
    return pd.DataFrame(values, columns=columns.split()).assign(**{"view": "v", **KIND, **more})


LEVERS = rows(
    "unit lever year cost slope slope_per_cost alone",
    ("A", "hub", 2022, 2.0, 0.04, 0.02, 0.03),
    ("A", "pay", 2022, 3.0, 0.03, 0.01, 0.02),
    ("B", "hub", 2022, 1.0, 0.04, 0.04, 0.03),
    ("B", "pay", 2022, 3.0, 0.03, 0.01, 0.02),
)
FRONTIER = rows(
    "unit budget budget_total base index linear exact gap improved bound price",
    ("A", 0.0, 0.0, False, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.02),
    ("A", 5.0, 10.0, True, 0.54, 0.05, 0.04, 0.01, 0.041, 0.042, 0.001),
    ("B", 5.0, None, True, 0.23, 0.06, 0.03, 0.03, 0.031, 0.032, 0.002),
)
ALLOCATION = rows(
    "unit budget lever use spent",
    ("A", 0.0, "hub", 0.0, 0.0),
    ("A", 0.0, "pay", 0.0, 0.0),
    ("A", 5.0, "hub", 1.0, 2.0),
    ("A", 5.0, "pay", 1.0, 3.0),
    ("B", 5.0, "hub", 1.0, 1.0),
    ("B", 5.0, "pay", 0.5, 1.5),
)
RANGES = rows(
    "unit output low median high mean",
    *(
        (unit, output, low, 0.5, 0.9, 0.5)
        for unit in "AB"
        for output, low in (("planned", 0.02), ("corrected", 0.01), ("use:hub", 0.3), ("use:pay", 0.0))
    ),
)
PRICES = rows(
    "unit budget constraint lever price",
    *(
        (unit, 5.0, *row)
        for unit in "AB"
        for row in (("budget", "", 0.001), ("bound", "hub", 0.03), ("requirement", "pay", 0.004))
    ),
)
STABILITY = rows(
    "unit gain steepness no_overshoot stable reading",
    *(
        (unit, gain, 1.25, 0.8, 1.6, reading)
        for unit in "AB"
        for gain, reading in ((0.5, "no_overshoot"), (3.0, "not_assured"))
    ),
)
FEEDBACK = rows(
    "unit target target_index gain year quantity value",
    *(
        (unit, target, goal, gain, year, "index", goal - (far if gain < 1 else -2 * far))
        for unit in "AB"
        for target, goal, far in (("near", 0.52, 0.001), ("far", 0.6, 0.02))
        for gain in (0.5, 3.0)
        for year in (1, 2)
    ),
    ("A", "near", 0.52, 0.5, 2, "spent", 4.0),
)
SOBOL = rows(
    "unit output input total",
    *(
        (unit, output, name, share)
        for unit in "AB"
        for output, shares in (
            ("planned", {"response:hub": 0.7, "cost:pay": 0.2 + 0.1 * (unit == "B"), "gain": 0}),
            ("corrected", {"response:hub": 0.1, "cost:pay": 0.1, "gain": 0.8}),
        )
        for name, share in shares.items()
    ),
)
GRAPH = pd.DataFrame(
    [
        (version, hub, item, quantity, value * (1 if hub == "with" else 0.5))
        for version in ("stated", "all")
        for hub in ("with", "without")
        for item, quantity, value in (
            ("whole", "nodes", 4.0),
            ("whole", "arrows", 6.0),
            ("whole", "parts", 2.0),
            ("whole", "reachable_pairs", 8.0),
            ("ends", "nodes", 2.0),
            ("ends", "reachable_pairs", 2.0),
            ("ends", "joined_pairs", 2.0),
            ("hub", "betweenness", 0.4),
            ("a", "betweenness", 0.1),
            ("b", "betweenness", 0.0),
        )
        if not (hub == "without" and item == "hub")
    ],
    columns=["version", "hub", "item", "quantity", "value"],
).assign(**DRAWN)
BOXES = {"hub": LABEL["hub"], "a": {"en": "uni\u00adversity", "ru": "а", "kk": "ә"}}


FOUND = {
    "levers": LEVERS,
    "frontier": FRONTIER,
    "allocation": ALLOCATION,
    "ranges": RANGES,
    "shadow_prices": PRICES,
    "stability": STABILITY,
    "feedback": FEEDBACK,
    "sobol": SOBOL,
    "graph": GRAPH,
}


def found(scale):
    return {name: to_scale(table, SCHEMAS[name], scale) for name, table in FOUND.items()}


def tables(scale=1):
    return chapter.mechanism_tables(CONFIG, found(scale), BOXES, texts(), scale)


def test_levers_and_responses_stand_as_in_the_config():
    made = tables()
    levers = made["mechanism_levers"]
    assert levers["lever"].tolist() == ["hub", "pay"]
    assert levers["requires"].tolist() == ["", "hub"]
    assert levers["base"].tolist() == [2.0, 3.0]
    assert levers["why_ru"].tolist() == ["центр", "оплата"]
    responses = made["mechanism_responses"]
    assert responses["form"].tolist() == ["added", "relative"]
    assert responses["basis"].tolist() == ["a study", "assumed"]
    assert set(levers["kind"]) == set(responses["kind"]) == {"assumed"}


def test_the_optimum_is_that_of_the_base_budget():
    table = tables()["mechanism_optimum"].set_index("unit")
    assert table.index.tolist() == ["A", "B"]
    assert table.loc["A", "before"] == pytest.approx(0.5)
    assert table.loc["A", ["linear", "exact", "gap", "low", "high"]].tolist() == [0.05, 0.04, 0.01, 0.02, 0.9]
    assert tables()["mechanism_use"]["lever"].tolist() == ["hub", "pay"] * 2
    use = tables()["mechanism_use"].set_index(["unit", "lever"])
    assert len(use) == 4
    assert use.loc[("B", "pay"), ["use", "low", "price"]].tolist() == [0.5, 0.0, 0.004]
    assert use.loc[("B", "hub"), "slope_per_cost"] == 0.04


def test_gains_leave_the_error_of_the_last_year():
    table = tables()["mechanism_gains"]
    assert table["error"].round(6).tolist() == [0.001, -0.002, 0.001, -0.002]


def test_the_graph_stands_side_by_side():
    table = tables()["mechanism_graph"].set_index(["item", "quantity"])
    columns = ["stated_with", "stated_without", "all_with", "all_without"]
    assert table.loc[("whole", "arrows"), columns].tolist() == [6, 3, 6, 3]
    between = table.xs("betweenness", level="quantity")
    # only boxes with any, the largest first; the hub is not there without itself
    assert between.index.tolist() == ["hub", "a"]
    assert pd.isna(between.loc["hub", "stated_without"])
    assert between.loc["a", "item_en"] == "university"
    assert between.loc["a", "stated_with"] == pytest.approx(10)


def facts_of(scale):
    read = {f"mechanism/{name}.csv": table for name, table in found(scale).items()}
    return chapter_facts("mechanism", tables(scale) | read, mechanism=CONFIG)


def test_facts_are_read_from_the_tables():
    facts = facts_of(100)
    known = values(facts)
    wanted = {
        "mechanism_levers": "2",
        "mechanism_numbers": "4",
        "mechanism_assumed": "3",
        "mechanism_units": "A;B",
        "mechanism_gap_unit": "B",
        "mechanism_price_unit": "B",
        "mechanism_rise_low": "3",
        "mechanism_rise_high": "4",
        "mechanism_gap_linear": "6",
        "mechanism_gap_bound": "3.2",
        "mechanism_gap_most": "1",
        "mechanism_price_high": "2",
        "mechanism_no_overshoot": "0.8",
        "mechanism_gain_wild": "3",
        "mechanism_planned_top": "response:hub",
        "mechanism_corrected_top": "gain",
        "mechanism_corrected_low": "0.8",
        "mechanism_arrows_left": "3",
        "mechanism_joined_without": "1",
        "mechanism_limit_high": "0.95",
        "mechanism_between_place": "1",
    }
    assert {name: known[name] for name in wanted} == wanted
    assert float(known["mechanism_error_calm"]) == pytest.approx(0.1)
    assert float(known["mechanism_error_wild"]) == pytest.approx(0.2)
    assert float(known["mechanism_short_high"]) == pytest.approx(2)
    assert float(known["mechanism_short_low"]) == pytest.approx(-4)
    kinds = facts.set_index("fact")["kind"]
    assert kinds["mechanism_arrows"] == "published"
    assert kinds["mechanism_rise_low"] == "assumed+official"


def test_every_assumption_is_told_with_its_basis():
    table = chapter.assumption_table(CONFIG, words()).set_index("assumption")
    assert table.index.tolist() == [
        "mechanism.cost.hub",
        "mechanism.cost.hub.B",
        "mechanism.response.hub.staff",
        "mechanism.cost.pay",
        "mechanism.requires.pay",
        "mechanism.response.pay.pay",
        "mechanism.budget",
        "mechanism.gain",
        "mechanism.target.near",
        "mechanism.target.far",
        "mechanism.law",
        "mechanism.timing",
    ]
    assert table.loc["mechanism.cost.hub", "value"] == "1; 2; 4"
    assert table.loc["mechanism.response.hub.staff", "basis"] == "a study"
    assert table.loc["mechanism.requires.pay", "value"] == "hub"
    assert "“centre” in Town B" in table.loc["mechanism.cost.hub.B", "assumption_en"]
    assert "1\u00a0000" in table.loc["mechanism.budget", "assumption_ru"]
    assert (table["basis"] == "assumed").sum() == 11


def test_inputs_are_named_by_their_levers():
    found = chapter.mechanism_words(CONFIG, texts())
    assert found["lever.hub"]["kk"] == "орталық"
    assert found["target.far"]["en"] == "pay"
    assert found["mechanism_input.cost:pay"]["ru"] == "стоимость: оплата"
    assert found["mechanism_input.gain"]["en"] == "gain of the correction"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_are_printed_in_every_language(language):
    every = words()[language]
    labels = Labels(language, {**every.texts, "source.s": LABEL["hub"], "unit.A": LABEL["pay"]})
    for name, frame in tables().items():
        printed = print_table(frame, SPECS[name], labels)
        assert len(printed.rows) == len(frame)
        assert printed.note


def known_facts():
    return set(facts_of(1)["fact"])


def test_the_prose_quotes_facts_and_no_typed_number():
    content = read_yaml(ROOT / "workflow/parts/mechanism/chapter.yaml")
    assert prose_problems(content, known_facts(), "chapter.yaml") == []


def test_answers_name_claims_tests_and_facts():
    content = read_yaml(ROOT / "workflow/parts/mechanism/answers.yaml")
    assert prose_problems(content, known_facts(), "mechanism.yaml") == []
    claims = {c["id"] for c in read_yaml(ROOT / "config/parts/paper/claims.yaml")["claims"]}
    answered = {answer["claim"] for answer in content["answers"]}
    assert answered == {"P.modelling", "F.function", "I.effect", "F.power"}
    assert answered <= claims
    for answer in content["answers"]:
        path, name = answer["test"].split("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.M)
        assert fields(answer["text"]["en"])


def test_nothing_in_the_chapter_is_called_an_effect():
    content = read_yaml(ROOT / "workflow/parts/mechanism/chapter.yaml")
    said = str(content)
    for word in ("effect of the", "causes", "leads to", "thanks to", "приводит к", "благодаря"):
        assert word not in said
