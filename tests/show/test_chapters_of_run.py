"""Which parts of a chapter a run shows: what they need, and what stands once for each index."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from facts_support import DEFAULT

from monotown.base.labels import FALLBACK, fill, plural_forms, shown
from monotown.show.chapters import Shows, chapter_of_run
from monotown.show.facts import declared
from monotown.show.page import FRAME, exhibits
from monotown.show.prose import fields, texts_in
from monotown.workflow import read_yaml
from monotown.workflow.chapters import chapter_files, chapter_problems, fact_settings, plain, read_chapter, shows_of
from monotown.workflow.study import StudyFiles
from monotown.workflow.wording import wording
from monotown.workflow.words import label_texts, languages

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["paper", "cohort", "scenarios", "mechanism", "hypothesis", "audit"]
OWN = Shows(("beside", "few", "full", "own", "screening", "several"), {"v": ("full",), "Ж": ()})


def own_chapters(shows):
    files = {file: read_chapter(ROOT / file, shows) for file in chapter_files({"input": {}}, [], ROOT)}
    return {file: chapter for file, chapter in files.items() if chapter}


def config(study="config/study", **more):
    analyses = {"methods": {}, "data": {}}
    section = {"interval": [0.05, 0.95], "views": [], "analyses": analyses}
    screening = {"factor": {"counts": 1.5, "rates": 2, "money": 3}}
    return {"study": study, "input": {"language": "en"}, "screening": screening, "sensitivity": section, **more}


def test_a_part_that_needs_what_is_not_there_is_left_out_at_any_depth():
    chapter = {
        "needs": "a",
        "cards": [{"value": "1", "needs": "b"}, {"value": "2"}],
        "sections": [
            {"id": "s", "needs": ["a", "b"], "blocks": [{"text": "x"}]},
            {"id": "t", "blocks": [{"details": "d", "blocks": [{"text": "x", "needs": "b"}]}, {"text": "y"}]},
        ],
        "facts": {"needs a": {"t": {"f": "rows() | number:0"}}, "needs b": {"u": {}}, "w": {"g": "x | text"}},
    }
    assert chapter_of_run(chapter, Shows(("b",))) == {}
    found = chapter_of_run(chapter, Shows(("a",)))
    assert found["cards"] == [{"value": "2"}]
    # details that hold nothing go with what they held
    assert found["sections"] == [{"id": "t", "blocks": [{"text": "y"}]}]
    assert found["facts"] == {"t": {"f": "rows() | number:0"}, "w": {"g": "x | text"}}
    assert "needs" in chapter["cards"][0]  # the chapter itself is not changed


def test_facts_may_need_several_things():
    chapter = {"facts": {"needs a, b": {"t": {"f": "rows() | number:0"}}, "needs a": {"u": {}}}}
    assert list(chapter_of_run(chapter, Shows(("a", "b")))["facts"]) == ["t", "u"]
    assert list(chapter_of_run(chapter, Shows(("a",)))["facts"]) == ["u"]


def test_an_index_of_several_years_shows_its_changes_where_they_are_drawn():
    views = {"one": {"years": [2022]}, "more": {"years": [2020, 2021]}}
    known = StudyFiles(config(), ROOT)
    section = config()["sensitivity"]
    for change, has in (({"draws": 100}, ("years",)), ({"draws": 0}, ()), (None, ())):
        shows = shows_of({**config(), "sensitivity": {**section, "change": change}}, known, views)
        assert shows.indices == {"one": (), "more": has}
        assert ("years" in shows.has) == bool(has)


def test_blocks_of_each_index_have_its_names_and_its_facts():
    text = {"en": "{this_n|one=# unit|other=# units}, {other}"}
    blocks = [{"each": "index", "blocks": [{"text": text}, {"figure": "f_${index}", "needs": "full"}]}]
    (section,) = chapter_of_run({"sections": [{"id": "s", "blocks": blocks}]}, OWN)["sections"]
    assert section["blocks"] == [
        {"text": {"en": "{v_n|one=# unit|other=# units}, {other}"}},
        {"figure": "f_v"},
        {"text": {"en": "{index_2_n|one=# unit|other=# units}, {other}"}},
    ]
    main = [{"each": "main", "blocks": [{"table": "t_${index}"}]}]
    (section,) = chapter_of_run({"sections": [{"id": "s", "blocks": main}]}, OWN)["sections"]
    assert section["blocks"] == [{"table": "t_v"}]


def test_a_piece_of_all_indices_names_the_tables_of_each():
    blocks = [{"piece": "weights", "data": ["a", "index/${index}/model", "index/${index}/scores"]}]
    each = [{"each": "index", "blocks": [{"piece": "map", "of": "${index}", "data": ["s/${index}", "map/shapes"]}]}]
    (section,) = chapter_of_run({"sections": [{"id": "s", "blocks": [*blocks, *each]}]}, OWN)["sections"]
    weights, *maps = section["blocks"]
    assert weights["data"] == ["a", "index/v/model", "index/Ж/model", "index/v/scores", "index/Ж/scores"]
    assert [(m["of"], m["data"]) for m in maps] == [(v, [f"s/{v}", "map/shapes"]) for v in ("v", "Ж")]


@pytest.mark.parametrize("claims", [False, True])
def test_own_data_have_the_pieces_of_the_site(claims):
    shows = Shows((*OWN.has, *["claims"] * claims), OWN.indices)
    pieces = {
        (block["piece"], section.get("page", chapter.get("page")))
        for chapter in own_chapters(shows).values()
        for section in chapter.get("sections", [])
        for block in section["blocks"]
        if "piece" in block
    }
    known = {("map", "regions"), ("units", "regions"), ("weights", "weights")}
    assert pieces == known | ({("strip", "paper"), ("ledger", "paper")} if claims else set())
    cards = [card["to"] for chapter in own_chapters(shows).values() for card in chapter.get("cards", [])]
    assert cards == [*["paper"] * claims, "regions", "weights", "method"]


def test_the_chapters_of_the_project_show_own_data_what_the_default_run_shows():
    """One registry: each chapter that needs nothing of the default study stands in both."""
    default = [
        s["id"] for f in chapter_files({}, [], ROOT) for s in read_chapter(ROOT / f, DEFAULT).get("sections", [])
    ]
    shows = Shows((*OWN.has, "readings"), OWN.indices)
    own = [s["id"] for chapter in own_chapters(shows).values() for s in chapter.get("sections", [])]
    assert len(own) == len(set(own))
    assert {"indicators", "data", "weights", "methods", "robust", "readings", "limits", "reproduce", "scales"} <= {
        *own
    } & {*default}


@pytest.mark.parametrize("shows", [OWN, Shows(("alone", "own"), {"only": ()})], ids=["full", "plain"])
def test_the_page_of_own_data_quotes_facts_that_its_chapters_declare(shows):
    chapters = own_chapters(shows)
    keys = [key for chapter in chapters.values() for key in chapter if key in FRAME]
    assert sorted(keys) == sorted(set(FRAME) - {"dated"})
    found = declared(chapters, fact_settings(config(), [], ROOT, shows))
    quoted = {n for c in chapters.values() for _, text in texts_in(c) for t in text.values() for n in fields(t)}
    quoted |= {n for c in chapters.values() for card in c.get("cards", []) for n in fields(card["value"])}
    assert sorted(quoted - found.names) == []


def test_no_sentence_of_own_data_tells_of_the_default_study():
    words = ("kazakh", "zhezkazgan", "ulytau", "karaganda", "paper", "region", "town")
    for file, chapter in own_chapters(Shows(("alone", "full", "own", "readings"), {"v": ("full",)})).items():
        for where, text in texts_in(chapter):
            # Kazakh is a language of the page as well
            said = text[FALLBACK].lower().replace("kazakh texts", "")
            assert [w for w in words if w in said] == [], (file, where)


def test_every_picture_and_table_of_an_index_has_a_caption():
    study = StudyFiles({"study": "config/examples/hdi"}, ROOT)
    made = wording(config("config/examples/hdi"), study, ROOT)
    known = {*made, *label_texts(None, ROOT / "config/words")}
    shows = Shows(("alone", "few", "full", "own"), {str(v): ("full",) for v in study.content("views")})
    named = [
        f"{kind}.{block[kind]}"
        for chapter in own_chapters(shows).values()
        for section in chapter.get("sections", [])
        for _, kind, block in exhibits(section["blocks"], "")
    ]
    assert len(named) == len(set(named)) > 15
    assert [name for name in named if name not in known] == []
    assert set(made["own_run.title"]) == set(languages(ROOT / "config/words"))
    assert made["own_run.title"]["ru"] == "Human Development Index"  # in its one language, without a mark


def test_the_word_of_the_study_stands_for_its_units(tmp_path):
    (tmp_path / "study.yaml").write_text(
        "title: T\nlanguages: [ru]\nunit_word: округ\nunit_word_en: district\n", "utf-8"
    )
    (tmp_path / "indicators.csv").write_text("id\na\n", "utf-8")
    (tmp_path / "data.csv").write_text("unit,a\nx,1\n", "utf-8")
    made = wording(config(str(tmp_path)), StudyFiles({"study": str(tmp_path)}, ROOT), ROOT)
    assert (made["own_run.unit"]["ru"], made["own_run.unit"]["en"]) == ("округ", "district")
    assert (made["word.region"]["ru"], made["word.region"]["en"]) == ("Округ", "District")
    assert made["own_run.unit"]["kk"] == "бірлік"  # not said: the plain word of the language


def test_what_a_run_has_is_read_from_its_config_and_its_study(tmp_path):
    hdi = StudyFiles({"study": "config/examples/hdi"}, ROOT)
    found = shows_of(config("config/examples/hdi"), hdi)
    assert {"own", "alone", "analysis data"} <= set(found.has)
    assert not {"few", "full", "beside", "default"} & set(found.has)
    assert Shows(**plain(found)).indices.keys() == found.indices.keys()


def test_what_a_run_leaves_out_stands_in_no_chapter(tmp_path):
    whole = read_yaml(ROOT / "config/config.yaml")
    settings = {**read_yaml(ROOT / whole["hypothesis"]), "exploratory": None}
    (tmp_path / "hypothesis.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    less = {**whole, "screening": None, "hypothesis": str(tmp_path / "hypothesis.yaml")}
    for config, there in ((whole, True), (less, False)):
        shows = shows_of(config, StudyFiles(config, ROOT))
        assert {"screening", "exploratory"}.issubset(shows.has) is there
        assert chapter_problems(config, PARTS, ROOT) == []
        shown = set()
        for file in chapter_files(config, PARTS, ROOT):
            for section in read_chapter(ROOT / file, shows).get("sections", []):
                shown |= {b["table"] for _, kind, b in exhibits(section["blocks"], "") if kind == "table"}
        assert {"jumps", "hypothesis_noise", "hypothesis_moran"}.issubset(shown) is there
        assert {"jumps", "hypothesis_noise", "hypothesis_moran"}.isdisjoint(shown) is not there


def test_an_own_folder_of_texts_still_is_the_page(tmp_path):
    (tmp_path / "00_page.yaml").write_text("sections: []\n", encoding="utf-8")
    named = {"input": {"text": str(tmp_path)}}
    assert chapter_files(named, ["paper"], ROOT) == [f"{tmp_path}/00_page.yaml"]
    assert chapter_problems({**config(), **named}, [], ROOT) == []


def test_a_value_that_is_missing_has_a_form_of_its_own():
    text = "{top|none=Nobody.|other=First: #.}{year|none=|other= Year #.}"
    there = {"top": shown("Ada"), "year": shown("2022")}
    gone = dict.fromkeys(there, shown("–", missing=True))
    assert fill(text, there, "en") == "First: Ada. Year 2022."
    assert fill(text, gone, "ru") == "Nobody."
    assert plural_forms(text) == []  # no kinds of number are asked of it
    assert plural_forms("{n|none=x|one=#|other=#}") == [{"one", "other"}]


@pytest.mark.parametrize(("name", "many"), [("hdi", True), ("city-ahp", False)])
def test_chapters_that_tell_of_some_of_many_units_say_so(name, many):
    folder = f"config/examples/{name}"
    shows = shows_of(config(folder), StudyFiles({"study": folder}, ROOT))
    assert ("many" in shows.has) is many
    for file in ("50_methods.yaml", "60_sensitivity.yaml"):
        chapter = own_chapters(Shows(tuple({*OWN.has, *shows.has} - {"default"}), OWN.indices))[f"config/text/{file}"]
        said = [text[FALLBACK] for _, text in texts_in(chapter)]
        assert any("more than a hundred units" in text for text in said) is many, file
