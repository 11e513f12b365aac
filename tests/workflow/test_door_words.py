"""What is said before a run, in the language of the run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from words_support import LANGUAGES

from monotown.base.problems import InputError, Problem, nearest
from monotown.study import faults
from monotown.workflow import read_labels, read_yaml
from monotown.workflow.config import schema_file
from monotown.workflow.door_words import in_words, said, words_of_problems
from monotown.workflow.strict import read_strict

ROOT = Path(__file__).parents[2]
DOOR = read_labels(["door"], folder=ROOT / "config/words")
CYRILLIC = re.compile("[А-Яа-яҚқҒғӘәІіҢңҮүҰұӨөҺһ]")


def descriptions(schema: object) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["description"]} if isinstance(schema.get("description"), str) else set()
        return own.union(*(descriptions(v) for v in schema.values()))
    if isinstance(schema, list):
        return set().union(*(descriptions(v) for v in schema))
    return set()


def expected(text: str, language: str) -> str:
    return in_words(Problem("f", "w", "x", text), DOOR[language])


@pytest.mark.parametrize("language", [x for x in LANGUAGES if x != "en"])
@pytest.mark.parametrize("name", ["config", "towns"])
def test_what_a_run_file_may_hold_is_said_in_words(name: str, language: str) -> None:
    labels = DOOR[language]
    for text in descriptions(read_yaml(schema_file(ROOT, name))):
        told = in_words(Problem("f", "w", "x", text), labels)
        assert text not in told or not re.search("[a-z]{4} [a-z]{3}", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_english_words_are_those_of_the_checks(language: str) -> None:
    for text in (nearest("wieght", ["weight", "x"]), nearest("zz", ["weight"])):
        told = expected(text, language)
        assert "weight" in told
        assert (text in told) == (language == "en")


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "a: no",
        "a: 010",
        "a: .nan",
        "a: 2020-13-41",
        "1.5: a",
        "<<: {a: 1}",
        "a: !!set {b}",
        "a: &x [*x]",
        "a: [",
        "? [a]\n: b",
        "a: \0",
        b"a: \xcf",
        "[" * 200,
    ],
)
def test_what_yaml_leaves_open_is_said_in_words(tmp_path: Path, text: str | bytes) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as stopped:
        read_strict(file)
    for language in ("ru", "kk"):
        labels = DOOR[language]
        for problem in stopped.value.problems:
            told = in_words(problem, labels)
            assert problem.expected not in told
            assert CYRILLIC.search(told)


def test_a_run_says_its_problems_in_its_language() -> None:
    problem = Problem("run.yaml", "line 3, sensitivity.views.0", "own", nearest("own", ["own_x"]))
    error = InputError([problem])
    assert said(error, {}, ROOT) == str(error)
    assert said(error, {"input": {"language": "en"}}, ROOT) == str(error)
    told = said(error, {"input": {"language": "ru"}}, ROOT)
    assert told.splitlines() == [
        "Ошибки во входных файлах: 1.",
        "  1. run.yaml, строка 3, sensitivity.views.0: найдено 'own'; ожидается 'own_x' "
        "(не это ли имелось в виду?) или одно из: own_x",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_list_is_cut_with_a_count(language: str) -> None:
    error = InputError(Problem("run.yaml", f"line {n}", "x", "a file that exists") for n in range(130))
    told = said(error, {"input": {"language": language}}, ROOT).splitlines()
    assert len(told) == 102
    assert "30" in told[-1]
    assert "130" in told[0]


@pytest.mark.parametrize(
    ("language", "where"), [("en", "column weight"), ("ru", "столбец weight"), ("kk", "weight бағаны")]
)
def test_a_place_is_said_in_words(language: str, where: str) -> None:
    labels = words_of_problems(language, ROOT)
    assert where in in_words(faults.problem("weight_negative", "units.csv", "line 3, column weight", "-1"), labels)
    alone = in_words(faults.problem("sheet_aside", "s.xlsx", "sheet Лист1", "Лист1", "Лист1"), labels)
    assert "Лист1" in alone
    assert ("sheet" in alone) == (language == "en")
