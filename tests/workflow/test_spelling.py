"""Words of the project are spelled: Russian ones all known, Kazakh ones listed for a native reader."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from words_support import FOLDER, ROOT

from monotown.workflow import owed
from monotown.workflow.spelling import (
    DICTIONARIES,
    SPELLED,
    documents,
    installed,
    known_words,
    refused_by,
    spelled,
    unknown,
    words_in,
    words_of,
)

LACKS = "hunspell with {} is not on this machine: spelling is not looked at here"


def needs(code: str) -> None:
    if not installed(DICTIONARIES[code]):
        pytest.skip(LACKS.format(DICTIONARIES[code]))


@pytest.mark.parametrize("code", SPELLED)
def test_every_word_is_known(code: str) -> None:
    needs(code)
    assert spelled(code, FOLDER, ROOT) == {}


@pytest.mark.parametrize("code", SPELLED)
def test_the_list_of_known_words_holds_no_more_than_it_must(code: str, tmp_path: Path) -> None:
    needs(code)
    listed = known_words((FOLDER / f"known.{code}.txt").read_text(encoding="utf-8").splitlines())
    assert listed
    shutil.copy(FOLDER / f"{code}.yaml", tmp_path)
    used = {form.casefold() for word in spelled(code, tmp_path, ROOT) for form in (word, *word.split("-"))}
    assert sorted(listed - used) == []


def test_a_misspelled_word_is_found_with_its_key(tmp_path: Path) -> None:
    needs("ru")
    text = 'language: {name: x}\nlabels: {a: {b: "Верное слово, неверрное слово, {n|one=слловом|other=#}"}}\n'
    (tmp_path / "ru.yaml").write_text(text, encoding="utf-8")
    assert spelled("ru", tmp_path) == {"неверрное": "labels.a.b", "слловом": "labels.a.b"}
    (tmp_path / "known.ru.txt").write_text("Неверрное  # a note\nслловом\n", encoding="utf-8")
    assert spelled("ru", tmp_path) == {}


def test_the_documents_of_a_language_are_looked_at(tmp_path: Path) -> None:
    names = {"README.ru.md", "docs/ru/survey.md", "docs/ru/your-own-index.md"}
    assert {file.relative_to(ROOT).as_posix() for file in documents("ru", ROOT)} >= names
    needs("ru")
    (tmp_path / "ru.yaml").write_text("labels: {a: слово}\n", encoding="utf-8")
    text = "[слово](неверрное.md) и `слловом`\n\n```sh\nmake  # сдеслать\n```\n\n    сделатть\n\n| сллово |\n"
    (tmp_path / "README.ru.md").write_text(text, encoding="utf-8")
    assert spelled("ru", tmp_path) == {}
    found = dict.fromkeys(("сдеслать", "сделатть", "сллово"), "README.ru.md")
    assert spelled("ru", tmp_path, tmp_path) == found


def test_words_are_those_of_the_prose_alone() -> None:
    text = "Мест: {n|0=нет|one=# место {who}} в `коде` на https://а.б/в, пере\u00adнос и пере-\nнос, tau, г."
    assert list(words_in(text)) == ["Мест", "нет", "место", "на", "перенос", "перенос"]
    assert words_of({"a": {"b": "слово", "c": "слово дело"}, "n": 1}) == {"слово": "a.b", "дело": "a.c"}


def test_a_word_with_hyphens_is_known_by_its_parts() -> None:
    words = {"научно-новый": "a", "CD-тест": "b", "Имя": "c", "нету": "d"}
    refused = {"научно-новый", "CD-тест", "cd-тест", "CD", "cd", "Имя", "имя", "нету"}
    assert unknown(words, {"имя"}, refused) == {"нету": "d"}


def test_what_is_not_installed_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    owed.main([str(FOLDER)])
    told = capsys.readouterr().out
    assert "ru: spelling not looked at: hunspell with ru_RU is not on this machine" in told
    assert "kk: spelling not looked at: hunspell with kk_KZ is not on this machine" in told


def test_kazakh_words_are_listed_for_a_native_reader_and_never_called_checked() -> None:
    needs("kk")
    head, *lines = owed.spelling("kk")
    assert "for a native reader to judge" in head
    assert "checked" not in head
    words = [line.split()[0] for line in lines]
    assert len(words) == int(head.split()[1])
    assert refused_by(DICTIONARIES["kk"], words) >= set(words)
    office = known_words((FOLDER / "known.kk.txt").read_text(encoding="utf-8").splitlines())
    assert not office & {word.casefold() for word in words}
