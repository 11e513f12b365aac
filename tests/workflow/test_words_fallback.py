"""A fourth language of ten words: what it lacks is told in English, marked and counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from words_support import FOLDER, ROOT

from monotown.base.labels import NBSP, Labels, flat, lines_of
from monotown.base.problems import InputError
from monotown.show.page import marked
from monotown.workflow import read_labels, read_yaml
from monotown.workflow.content import Content
from monotown.workflow.owed import main, owed
from monotown.workflow.study import Pieces, StudyFiles, read_part
from monotown.workflow.words import languages, names

GERMAN = {
    "language": {"name": "Deutsch"},
    "labels": {
        "report": {
            "report": {
                "word": {"figure": "Abbildung", "table": "Tabelle", "contents": "Inhalt"},
                "column": {"kind": "Art der Daten", "source": "Quelle"},
            }
        }
    },
    "units": {"KZ": "Kasachstan"},
    "measures": {"poverty": {"label": "Armut"}},
    "text": {"page": {"title": "Wissenschaft und Lebensqualität"}, "paper": {"about": {"title": "Was ist das"}}},
    "parts": {"paper": {"graphs": {"figure1": {"nodes": {"needs": {"label": "Bedarf"}}}}}},
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    text = yaml.safe_dump(GERMAN, allow_unicode=True, sort_keys=False)
    (tmp_path / "config/words/de.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_language_is_one_file(project):
    folder = project / "config/words"
    assert languages(folder) == (*languages(FOLDER), "de")
    assert names(folder)["de"] == "Deutsch"
    words = read_labels(["report"], folder=folder)["de"]
    assert words("report.word.table") == "Tabelle"
    assert words("report.word.search") == f"Search these rows{NBSP}[en]"


def test_every_text_is_there_in_the_new_language_own_or_english(project):
    for file, key, own in (("measures", "poverty", "Armut"), ("variables", "researchers", "")):
        label = read_part(file, project)[key]["label"]
        english = read_part(file, ROOT)[key]["label"]["en"]
        assert label["de"] == (own or f"{english}{NBSP}[en]")
    assert read_part("units", project)["KZ"]["de"] == "Kasachstan"
    page = read_yaml(project / "config/text/00_page.yaml")
    assert page["title"]["de"] == "Wissenschaft und Lebensqualität"
    assert page["lead"]["de"].endswith(f"{NBSP}[en]")
    node = read_yaml(project / "config/parts/paper/graphs.yaml")["figure1"]["nodes"][0]
    assert node["label"]["de"] == "Bedarf"


def test_what_is_owed_is_counted(project, capsys):
    folder = project / "config/words"
    found = owed(folder)
    assert found["en"] == found["ru"] == found["kk"] == []
    english = yaml.safe_load((folder / "en.yaml").read_text(encoding="utf-8"))
    total = len([k for k, _ in flat(english) if not k.startswith("language.")])
    own = len([k for k, _ in flat(GERMAN) if not k.startswith("language.")])
    assert own == 10
    assert len(found["de"]) == total - own
    assert "measures.poverty.label" not in found["de"]
    main([str(folder)])
    assert f"de: {total - own} of {total} texts missing" in capsys.readouterr().out


def test_a_page_marks_what_is_in_another_language():
    labels = Labels("de", {"a": {"en": "Rank & place"}, "b": {"de": "Ort"}})
    html = f"<title>{labels('a')}</title><td> {labels('a')} </td><i title='{labels('a')}'>"
    html += f"{labels('b')}</i>"
    assert marked(html) == (
        f"<title>Rank & place{NBSP}[en]</title>"
        '<td> <span lang="en" class="foreign">Rank & place<sup>en</sup></span> </td>'
        f"<i title='Rank & place{NBSP}[en]'>Ort</i>"
    )


def test_a_file_that_is_no_language_is_refused(project):
    (project / "config/words/notes.yaml").write_text("a: b\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"notes.*a language's code of two letters"):
        languages(project / "config/words")


def test_own_words_in_one_language_alone_are_enough(project):
    path = project / "config/own_views.yaml"
    path.write_text("v: {label: {ru: Индекс}, tree: {id: x}}\n", encoding="utf-8")
    label = read_yaml(path)["v"]["label"]
    assert label == {"en": f"Индекс{NBSP}[ru]", "ru": "Индекс", "kk": f"Индекс{NBSP}[ru]", "de": f"Индекс{NBSP}[ru]"}


def test_a_word_changes_the_digest_of_what_it_stands_in_alone(project):
    def digests():
        seen = Content(project, project / "code.json")
        pieces = Pieces(StudyFiles({"study": "config/study"}, project), project / "pieces")
        files = [pieces(kind) for kind in ("measures_names", "measures", "scales", "units", "quantities")]
        return [seen.file(f) for f in files], [seen.labels([g]) for g in ("common", "report")]

    before = digests()
    path = project / "config/words/ru.yaml"
    text = path.read_text(encoding="utf-8")
    measures = text.index("\nmeasures:")
    path.write_text(text[:measures] + text[measures:].replace('label: "', 'label: "x', 1), encoding="utf-8")
    after = digests()
    assert [a != b for a, b in zip(before[0], after[0], strict=True)] == [True, True, False, False, False]
    assert before[1] == after[1]


def test_a_place_is_found_in_other_layouts():
    assert lines_of("a:\n    b:\n        c: 1\n    d: 2", ("a", "b")) == "a:\n    b:\n        c: 1\n"
    assert lines_of("a: {b: {c: 1}}\nd: 2", ("a", "b")) == "a: {b: {c: 1}}\n"
    assert lines_of("a:\n  b: 1", ("b",)) is None
    assert lines_of('"a":\n  b: 1\nc: 2', ("a",)) == '"a":\n  b: 1\n'
