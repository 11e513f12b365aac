"""The questionnaire as read from its config: questions, scales, skip rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from monotown.base.labels import texts_of
from monotown.base.problems import Problems, nearest

Words = Mapping[str, str]

#: Keys of a question that say what an answer is; each question has one.
ANSWERS: Final = ("scale", "choices", "integer", "unit", "populations")
_KEYS: Final = frozenset({*ANSWERS, "indicator", "population", "ask_if", "optional", "missing"})


@dataclass(frozen=True)
class Scale:
    """Answers in order.

    Attributes
    ----------
    id
        Name of the scale.
    codes
        Whole numbers, each one above the last.
    words
        Code to its texts; of a long scale the ends alone are worded.
    """

    id: str
    codes: tuple[int, ...]
    words: Mapping[int, Words]


@dataclass(frozen=True)
class Condition:
    """A question is asked where an earlier answer is one of `codes`, or at least `at_least`."""

    question: str
    codes: tuple[int, ...] = ()
    at_least: int | None = None

    def holds(self, answer: float) -> bool:
        """Whether an answer opens the question; a missing one (NaN) does not.

        Examples
        --------
        >>> [Condition("size", at_least=2).holds(a) for a in (1, 2, float("nan"))]
        [False, True, False]
        """
        if self.at_least is not None:
            return answer >= self.at_least
        return answer in self.codes


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    id
        Leaf of the catalogue that it measures, or a name of its own.
    section
        Section it is asked in.
    indicator
        Entry of the catalogue; "" for a question that serves weighting or skipping.
    block
        Block of the entry, or "".
    population
        Who is asked; "" for all.
    kind
        One of `ANSWERS`.
    answers
        Scale id, choices id, least and most whole number, or set of units.
    ask_if
        Conditions, all of which must hold.
    optional
        Whether it may stay empty.
    missing
        Codes of no answer where they are not those of the questionnaire.
    words
        Text in each language.
    """

    id: str
    section: str
    indicator: str
    block: str
    population: str
    kind: str
    answers: Any
    ask_if: tuple[Condition, ...]
    optional: bool
    missing: Mapping[str, int]
    words: Words


@dataclass(frozen=True)
class Questionnaire:
    """Everything of one questionnaire; attributes as in its config file."""

    id: str
    version: str
    title: Words
    intro: Words
    codes: Mapping[str, int]
    code_words: Mapping[str, Words]
    populations: Mapping[str, int]
    population_words: Mapping[str, Words]
    scales: Mapping[str, Scale]
    choices: Mapping[str, Mapping[int, Words]]
    sections: Mapping[str, Words]
    questions: Mapping[str, Question]

    def items(self, population: str, block: str | None = None) -> list[Question]:
        """Questions that measure an indicator, in the order asked."""
        return [
            q
            for q in self.questions.values()
            if q.indicator and q.population == population and block in (None, q.block)
        ]

    def answers(self, question: Question) -> Sequence[int]:
        """Codes that are answers to a question of a scale, of choices or of a whole number."""
        if question.kind == "scale":
            return self.scales[question.answers].codes
        if question.kind == "choices":
            return list(self.choices[question.answers])
        if question.kind == "integer":
            low, high = question.answers
            return range(int(low), int(high) + 1)
        return ()

    def missing(self, question: Question) -> dict[str, int]:
        """Codes of no answer to a question; none for what the interviewer fills in."""
        return {**self.codes, **question.missing} if question.population else {}

    def scale_of(self, question: str) -> Scale:
        """Scale of a question that measures an indicator."""
        return self.scales[self.questions[question].answers]


def read_questionnaire(
    content: Mapping[str, Any], catalogue: Mapping[str, Any], file: str = "questionnaire.yaml"
) -> Questionnaire:
    """A questionnaire from its config.

    Parameters
    ----------
    content
        The parsed file; its form is described at its head.
    catalogue
        Content of the catalogue of indicators: every sociological leaf must be asked, once.
    file
        Name of the file, for messages.

    Raises
    ------
    InputError
        Every text without a language, unknown name, leaf that is not asked or asked of another
        population, condition on a later question, and question whose answers meet its codes of no
        answer.
    """
    problems = Problems()
    no_answer = {k: int(v["code"]) for k, v in content["codes"].items()}
    scales = {str(k): _scale(str(k), v, file, problems) for k, v in content["scales"].items()}
    choices = {
        str(k): {int(c): _words(w, file, f"choices.{k}.{c}", problems) for c, w in v.items()}
        for k, v in content["choices"].items()
    }
    populations = {str(k): int(v["code"]) for k, v in content["populations"].items()}
    entries = {
        k: v for k, v in catalogue["indicators"].items() if catalogue["blocks"][v["block"]]["type"] == "sociological"
    }
    questions: dict[str, Question] = {}
    for section, part in content["sections"].items():
        for name, given in part["questions"].items():
            where = f"sections.{section}.questions.{name}"
            if name in questions:
                problems.add(file, where, name, "a name that no other question has")
            question = _question(
                str(name),
                str(section),
                {"population": part.get("population", ""), **given},
                entries,
                {"scale": scales, "choices": choices},
                populations,
                no_answer,
                file,
                where,
                problems,
            )
            for condition in question.ask_if:
                if condition.question not in questions:
                    problems.add(
                        file,
                        f"{where}.ask_if",
                        condition.question,
                        "an earlier question: " + nearest(condition.question, list(questions)),
                    )
            questions[str(name)] = question
    for entry, described in entries.items():
        for leaf in described.get("leaves", [entry]):
            if leaf not in questions or questions[leaf].indicator != entry:
                problems.add(file, "sections", "nothing", f"question {leaf!r} of indicator {entry!r}")
    found = Questionnaire(
        id=str(content["id"]),
        version=str(content["version"]),
        title=_words(content["title"], file, "title", problems),
        intro=_words(content["intro"], file, "intro", problems),
        codes=no_answer,
        code_words={k: _words(v, file, f"codes.{k}", problems) for k, v in content["codes"].items()},
        populations=populations,
        population_words={k: _words(v, file, f"populations.{k}", problems) for k, v in content["populations"].items()},
        scales=scales,
        choices=choices,
        sections={k: _words(v["label"], file, f"sections.{k}.label", problems) for k, v in content["sections"].items()},
        questions=questions,
    )
    problems.stop()
    for question in questions.values():
        _check_missing(found, question, file, problems)
    problems.stop()
    return found


def _check_missing(form: Questionnaire, q: Question, file: str, problems: Problems) -> None:
    """A code that is both an answer and no answer would take true answers away."""
    where = f"sections.{q.section}.questions.{q.id}"
    missing, answers = form.missing(q), form.answers(q)
    for key, code in missing.items():
        if code in answers:
            ends = f", or `{q.kind}` that ends below {code}" if q.kind == "integer" else ""
            problems.add(
                file,
                f"{where}.{q.kind}",
                code,
                f"answers apart from the code of {key}: give the question its own, such as "
                f"missing: {{{key}: -{abs(code)}}}{ends}",
            )
    if len(set(missing.values())) < len(missing):
        listed = ", ".join(str(c) for c in missing.values())
        problems.add(file, f"{where}.missing", listed, "a code of its own for each")


def _words(given: Mapping[str, Any], file: str, where: str, problems: Problems) -> dict[str, str]:
    texts = texts_of(given)
    for language, text in texts.items():
        if not text.strip():
            problems.add(file, f"{where}.{language}", text, "a text")
    if not texts:
        problems.add(file, where, "nothing", "a text")
    return texts


def _scale(name: str, given: Mapping[Any, Any], file: str, problems: Problems) -> Scale:
    words = {int(c): _words(w, file, f"scales.{name}.{c}", problems) for c, w in given.items() if c != "ends"}
    low, high = given.get("ends", (min(words), max(words)))
    codes = tuple(range(int(low), int(high) + 1))
    if "ends" not in given and set(codes) != set(words):
        problems.add(file, f"scales.{name}", sorted(words), f"every code from {low} to {high}")
    if len(codes) < 3:
        problems.add(file, f"scales.{name}", len(codes), "at least 3 answers")
    return Scale(name, codes, words)


def _question(
    name: str,
    section: str,
    given: Mapping[str, Any],
    entries: Mapping[str, Any],
    lists: Mapping[str, Mapping[str, object]],
    populations: Mapping[str, int],
    no_answer: Mapping[str, int],
    file: str,
    where: str,
    problems: Problems,
) -> Question:
    for key in given:
        if key not in _KEYS and key not in texts_of(given):
            problems.add(file, f"{where}.{key}", key, nearest(str(key), sorted(_KEYS)))
    kinds = [k for k in ANSWERS if k in given]
    kind = kinds[0] if kinds else "choices"
    if len(kinds) != 1:
        problems.add(file, where, ", ".join(kinds) or "nothing", "one of " + ", ".join(ANSWERS))
    elif kind in lists and given[kind] not in lists[kind]:
        problems.add(file, f"{where}.{kind}", given[kind], nearest(str(given[kind]), [*lists[kind]]))
    elif kind == "integer" and not _is_range(given[kind]):
        problems.add(file, f"{where}.integer", given[kind], "[least, most], two whole numbers")
    missing = {}
    for key, code in dict(given.get("missing") or {}).items():
        if key not in no_answer:
            problems.add(file, f"{where}.missing.{key}", key, nearest(str(key), [*no_answer]))
        elif isinstance(code, bool) or not isinstance(code, int):
            problems.add(file, f"{where}.missing.{key}", code, "a whole number")
        else:
            missing[str(key)] = code
    population = str(given["population"])
    if population and population not in populations:
        problems.add(file, f"{where}.population", population, nearest(population, [*populations]))
    entry = str(given.get("indicator", ""))
    block = ""
    if entry in entries:
        block = str(entries[entry]["block"])
        asked = entries[entry]["population"]
        if population != asked:
            problems.add(file, f"{where}.population", population, f"{asked!r}, as in the catalogue")
        if name not in entries[entry].get("leaves", [entry]):
            leaves = entries[entry].get("leaves", [entry])
            problems.add(file, where, name, "a leaf of the entry, " + nearest(name, leaves))
        if kind != "scale":
            problems.add(file, where, kind, "a scale, for it measures an indicator")
    elif entry:
        problems.add(file, f"{where}.indicator", entry, nearest(entry, list(entries)))
    return Question(
        name,
        section,
        entry,
        block,
        population,
        kind,
        given.get(kind),
        tuple(_condition(c, file, f"{where}.ask_if", problems) for c in given.get("ask_if", ())),
        bool(given.get("optional", False)),
        missing,
        _words(given, file, where, problems),
    )


def _is_range(given: object) -> bool:
    if not isinstance(given, list) or [type(v) for v in given] != [int, int]:
        return False
    return bool(given[0] <= given[1])


def _condition(given: Mapping[str, Any], file: str, where: str, problems: Problems) -> Condition:
    codes: Sequence[Any] = given.get("in", ())
    least = given.get("at_least")
    if bool(codes) == (least is not None):
        problems.add(file, where, dict(given), "either `in` or `at_least`")
    return Condition(str(given.get("question", "")), tuple(int(c) for c in codes), least)
