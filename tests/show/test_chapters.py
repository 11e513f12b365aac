"""The project's own chapters: what they name is there to be named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from facts_support import DEFAULT
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.show.origins import origins
from monotown.show.page import CHAPTER, FRAME, exhibits, needs
from monotown.show.words import labels_from, words_of, words_table
from monotown.workflow.chapters import chapter_files, read_chapter
from monotown.workflow.printed import SPECS, spec_of

ROOT = Path(__file__).resolve().parents[2]
PARTS = sorted(path.name for path in (ROOT / "workflow/parts").iterdir())
TEXT = [ROOT / file for file in chapter_files({}, PARTS, ROOT)]


@pytest.fixture(scope="module")
def content():
    return [chapter for path in TEXT if (chapter := read_chapter(path, DEFAULT))]


@pytest.fixture(scope="module")
def texts():
    return project_texts()


def test_the_frame_and_the_sections_stand_once(content):
    keys = [key for chapter in content for key in chapter if key in FRAME]
    assert sorted(keys) == sorted(FRAME)
    assert {key for chapter in content for key in chapter} <= {*FRAME, *CHAPTER}
    ids = [s["id"] for chapter in content for s in chapter.get("sections", [])]
    assert len(ids) == len(set(ids)) >= 15


def test_every_figure_and_table_stands_once_and_has_a_caption(content, texts):
    named = [
        f"{kind}.{block[kind]}"
        for chapter in content
        for section in chapter.get("sections", [])
        for _, kind, block in exhibits(section["blocks"], "")
    ]
    assert len(named) == len(set(named)) > 30
    assert [name for name in named if name not in texts] == []


def test_every_heading_of_a_table_has_a_label(texts):
    labels = {column.label for spec in SPECS.values() for column in spec.columns}
    assert sorted(labels - set(texts)) == []


def test_tables_with_columns_of_their_own_are_printed_with_them():
    year = pd.DataFrame(columns=["unit", "rank", "score", "B1", "B2", "average", "kind"])
    assert [c.name for c in spec_of("scores_v", year).columns][2:5] == ["score", "B1", "B2"]
    panel = pd.DataFrame(columns=["unit", "score_from", "score_to"])
    assert spec_of("scores_p", panel).columns[-1].name == "change"
    ranks = pd.DataFrame(columns=["unit", "baseline", "entropy", "best", "worst"])
    assert [c.label for c in spec_of("scheme_ranks", ranks).columns][1:3] == ["scheme.baseline", "scheme.entropy"]
    weights = pd.DataFrame(columns=["block", "measure", "critic", "kind", "source"])
    assert [c.name for c in spec_of("scheme_weights", weights).columns] == ["measure", "block", "critic"]
    assert spec_of("claims", year) is SPECS["claims"]
    with pytest.raises(KeyError, match="'claims' \\(did you mean this\\?\\)"):
        spec_of("claim", year)


def test_each_exhibit_is_traced_to_its_rule_and_data():
    blocks = [{"figure": "story", "data": "parts"}, {"details": {}, "blocks": [{"table": "parts"}, {"table": "facts"}]}]
    parts = pd.DataFrame({"kind": ["published", "official"], "source": ["b; a", "a"]})
    makers = {"figure story": "draw", "table parts": "count", "table facts": "join"}
    table = origins([{"facts": []}, {"sections": [{"blocks": blocks}]}], {"parts": parts}, makers)
    assert table.to_numpy().tolist() == [
        ["figure story", "draw", "a; b", "published+official"],
        ["table parts", "count", "a; b", "published+official"],
    ]


def test_words_of_all_kinds_come_back_as_labels():
    three = {"en": "a", "ru": "б", "kk": "в"}
    table = words_table(
        LANGUAGES,
        words_of("measure", {"m": {"label": three, "unit": "x"}, "n": {"label": "m"}}),
        words_of("source", {"s": {"title": three}}),
        {"measure.m": {"en": "z", "ru": "я", "kk": "ю"}},
    )
    assert table["key"].tolist() == ["measure.m", "source.s"]
    labels = labels_from(table)
    assert set(labels) == set(LANGUAGES)
    assert labels["ru"]("measure.m") == "я"
    assert labels["kk"]("source.s") == "в"


def test_the_workflow_is_asked_for_what_the_chapters_show(content):
    asked = needs(content)
    assert {"story", "figure1", "figure2", "scores_potential_2022"} <= set(asked.figures)
    assert {"claims", "facts", "origins", "verdicts"} <= set(asked.tables)
