"""Every part of the redrawn figures rests on the paper, and a broken graph file says why."""

import copy
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from words_support import LANGUAGES

from monotown.base.problems import InputError
from monotown.show.graphs import COLUMNS, grounding_table, read_graphs
from monotown.workflow import read_text_table, read_yaml

ROOT = Path(__file__).parents[2]
CONTENT = read_yaml(ROOT / "config/parts/paper/graphs.yaml")
SCHEMA = read_yaml(ROOT / "workflow/parts/paper/schema.yaml")
PASSAGES = read_text_table(ROOT / "data/raw/published/paper/passages.csv").astype({"line_from": int, "line_to": int})


def read(content):
    return read_graphs(content, SCHEMA, PASSAGES, "graphs.yaml")


@pytest.fixture
def content():
    return copy.deepcopy(CONTENT)


def node(content, name, figure="figure1"):
    return next(n for n in content[figure]["nodes"] if n["id"] == name)


def edge(content, source, target, figure="figure1"):
    found = [e for e in content[figure]["edges"] if (e["from"], e["to"]) == (source, target)]
    return found[0]


def problems(content):
    with pytest.raises(InputError) as error:
        read(content)
    return {(p.where, p.found, p.expected) for p in error.value.problems}


def test_the_figures_have_the_parts_that_the_text_states():
    graphs = read(CONTENT)
    sizes = {
        (name, inferred): (len(g.nodes), len(g.edges))
        for name, whole in graphs.items()
        for inferred in (False, True)
        for g in [whole.shown(inferred=inferred)]
    }
    assert sizes == {
        ("figure1", False): (16, 10),
        ("figure1", True): (20, 16),
        ("figure2", False): (12, 12),
        ("figure2", True): (16, 16),
    }
    goals = {n.id for n in graphs["figure1"].members("goals")}
    assert goals == {"goal_path", "goal_social", "goal_potential"}
    assert graphs["figure1"].members("needs") == ()


def test_without_inferred_parts_nothing_inferred_is_left():
    for graph in read(CONTENT).values():
        assert {n.grounding.stated for n in graph.nodes} == {True, False}
        shown = graph.shown(inferred=False)
        assert all(p.grounding.stated for p in (*shown.nodes, *shown.edges))
        ids = {n.id for n in shown.nodes}
        assert all({e.source, e.target} <= ids for e in shown.edges)


def test_every_label_differs_from_language_to_language():
    for graph in read(CONTENT).values():
        for part in (*graph.nodes, *graph.edges):
            assert set(part.label) == set(LANGUAGES)
            assert len(set(part.label.values())) == 3, part.label


def test_the_table_gives_each_part_its_words_and_line():
    table = grounding_table(read(CONTENT), PASSAGES)
    labels = tuple(f"label_{language}" for language in LANGUAGES)
    told = tuple(part for c in COLUMNS for part in (labels if c == "label" else (c,)))
    assert tuple(table.columns) == told
    assert len(table) == 2 + 20 + 16 + 16 + 16
    assert (table["quotation"] != "").all()
    row = table[(table["figure"] == "figure1") & (table["id"] == "programme-centre")].iloc[0]
    assert row["locator"] == "line 301"
    assert row["quotation"].startswith("its successful functioning is impossible")
    assert row["part"] == "edge"
    inferred = table[~table["stated"]]
    assert len(inferred) == 4 + 6 + 4 + 4
    assert (inferred["note"] != "").all()
    assert not table["label_ru"].str.contains("\u00ad").any()


def test_words_begin_on_the_line_named():
    path = os.environ.get("MONOTOWN_PAPER")
    if not path:
        pytest.skip("the paper's text is not at hand; set MONOTOWN_PAPER")
    paper = Path(path).read_text(encoding="utf-8").splitlines()

    def plain(text):
        return re.sub(r"[\s-]+", "", text)

    for graph in read(CONTENT).values():
        for part in (*graph.nodes, *graph.edges):
            g = part.grounding
            if not g.stated:
                continue
            here = plain(" ".join(paper[g.line - 1 : g.line + 4]))
            start = here.find(plain(g.words))
            assert 0 <= start < len(plain(paper[g.line - 1])), (part.label["en"], g.line)


def test_a_misspelt_name_is_answered_with_the_nearest(content):
    edge(content, "needs", "programme")["to"] = "programe"
    node(content, "use")["within"] = "programm"
    node(content, "link")["passage"] = "b_real_lnk"
    found = problems(content)
    assert any(w == "figure1.edges.needs-programe.to" and "'programme' (did you mean" in e for w, _, e in found)
    assert any(w == "figure1.nodes.use.within" and "'programme'" in e for w, _, e in found)
    assert any(w == "figure1.nodes.link.passage" and "'b_real_link'" in e for w, _, e in found)


def test_grounding_must_hold(content):
    node(content, "economy")["line"] = 320
    node(content, "link")["words"] = "a real link between science and art"
    del node(content, "needs")["words"]
    del edge(content, "goals", "quality")["note"]
    found = {w: (f, e) for w, f, e in problems(content)}
    assert found["figure1.nodes.economy.line"] == ("320", "a line from 317 to 319")
    assert found["figure1.nodes.link.words"][1].startswith("words of: Such a program")
    assert found["figure1.nodes.needs.words"] == ("nothing", "the words that state it")
    assert found["figure1.edges.goals-quality.note"][0] == "nothing"
    assert len(found) == 4


def test_structure_must_hold(content):
    figure = content["figure1"]
    figure["nodes"].append(copy.deepcopy(node(content, "economy")))
    figure["edges"].append(copy.deepcopy(figure["edges"][0]))
    figure["gaps"] = [1.0]
    node(content, "link")["column"] = 3
    node(content, "technology")["row"] = [8, 7]
    node(content, "goal_path")["within"] = "goal_social"
    edge(content, "programme", "economy")["from"] = "economy"
    edge(content, "programme", "link")["to"] = "quality"
    found = {(w, f) for w, f, _ in problems(content)}
    assert {
        ("figure1.nodes", "economy (2 times)"),
        ("figure1.edges", "needs-programme (2 times)"),
        ("figure1.gaps", "1"),
        ("figure1.nodes.link.column", "3"),
        ("figure1.nodes.technology.row", "[8, 7]"),
        ("figure1.nodes.goal_social.within", "goals"),
        ("figure1.edges.economy-economy", "economy"),
        ("figure1.edges.programme-quality.to", "quality"),
        ("figure1.nodes.link", "link"),
    } <= found


def test_two_boxes_cannot_share_a_cell(content):
    node(content, "economy")["row"] = 6
    assert ("figure1.nodes.link", "row 6, column 2", "free of economy") in problems(content)


def test_a_stated_box_needs_a_stated_frame_and_arrow(content):
    programme = node(content, "programme", "figure2")
    programme |= {"stated": False, "note": "said otherwise"}
    del edge(content, "needs", "programme")["words"]
    node(content, "goals").update(stated=False, note="said otherwise")
    edge(content, "programme", "goals").update(stated=False, note="said otherwise")
    where = {w for w, _, _ in problems(content)}
    assert "figure2.edges.programme-centre.from" in where
    assert "figure1.nodes.goal_path.within" in where
    assert "figure1.nodes.goal_path" in where


def test_keys_and_types_are_checked_first(content):
    node(content, "economy")["colour"] = "red"
    content["figure2"]["nodes"][0]["row"] = "top"
    found = problems(content)
    assert any(w.endswith(".colour") and f == "colour" for w, f, _ in found)
    assert any(f == "top" and e == "a number from 0, or [first, last]" for _, f, e in found)


def test_passages_are_taken_as_given():
    with pytest.raises(InputError):
        read_graphs(CONTENT, SCHEMA, PASSAGES.iloc[:0], "graphs.yaml")
    other = pd.concat([PASSAGES, PASSAGES.iloc[:1].assign(passage="another")])
    assert set(read_graphs(CONTENT, SCHEMA, other, "graphs.yaml")) == {"figure1", "figure2"}
