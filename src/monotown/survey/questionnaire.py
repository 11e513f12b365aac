"""The questionnaire as read from its config: questions, scales, skip rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    return _Reader(content, catalogue, file).read()


class _Reader:
    """Reads a questionnaire; every problem is noted at its place in the file."""

    def __init__(self, content: Mapping[str, Any], catalogue: Mapping[str, Any], file: str) -> None:
        self.content, self.file, self.problems = content, file, Problems()
        self.no_answer = {k: int(v["code"]) for k, v in content["codes"].items()}
        self.scales = {str(k): self._scale(str(k), v) for k, v in content["scales"].items()}
        self.choices = {
            str(k): {int(c): self._words(w, f"choices.{k}.{c}") for c, w in v.items()}
            for k, v in content["choices"].items()
        }
        self.populations = {str(k): int(v["code"]) for k, v in content["populations"].items()}
        blocks = catalogue["blocks"]
        self.entries = {
            k: v for k, v in catalogue["indicators"].items() if blocks[v["block"]]["type"] == "sociological"
        }
        self.questions: dict[str, Question] = {}

    def read(self) -> Questionnaire:
        content = self.content
        for section, part in content["sections"].items():
            for name, given in part["questions"].items():
                where = f"sections.{section}.questions.{name}"
                self._question(str(name), str(section), {"population": part.get("population", ""), **given}, where)
        for entry, described in self.entries.items():
            for leaf in described.get("leaves", [entry]):
                if leaf not in self.questions or self.questions[leaf].indicator != entry:
                    self._add("sections", "nothing", f"question {leaf!r} of indicator {entry!r}")
        found = Questionnaire(
            id=str(content["id"]),
            version=str(content["version"]),
            title=self._words(content["title"], "title"),
            intro=self._words(content["intro"], "intro"),
            codes=self.no_answer,
            code_words=self._all_words("codes"),
            populations=self.populations,
            population_words=self._all_words("populations"),
            scales=self.scales,
            choices=self.choices,
            sections={k: self._words(v["label"], f"sections.{k}.label") for k, v in content["sections"].items()},
            questions=self.questions,
        )
        self.problems.stop()
        for question in self.questions.values():
            self._check_missing(found, question)
        self.problems.stop()
        return found

    def _add(self, where: str, found: object, expected: str) -> None:
        self.problems.add(self.file, where, found, expected)

    def _one_of(self, where: str, name: object, valid: Collection[str]) -> bool:
        return self.problems.one_of(self.file, where, name, valid)

    def _words(self, given: Mapping[str, Any], where: str) -> dict[str, str]:
        texts = texts_of(given)
        for language, text in texts.items():
            if not text.strip():
                self._add(f"{where}.{language}", text, "a text")
        if not texts:
            self._add(where, "nothing", "a text")
        return texts

    def _all_words(self, part: str) -> dict[str, dict[str, str]]:
        return {k: self._words(v, f"{part}.{k}") for k, v in self.content[part].items()}

    def _scale(self, name: str, given: Mapping[Any, Any]) -> Scale:
        words = {int(c): self._words(w, f"scales.{name}.{c}") for c, w in given.items() if c != "ends"}
        low, high = given.get("ends", (min(words), max(words)))
        codes = tuple(range(int(low), int(high) + 1))
        if "ends" not in given and set(codes) != set(words):
            self._add(f"scales.{name}", sorted(words), f"every code from {low} to {high}")
        if len(codes) < 3:
            self._add(f"scales.{name}", len(codes), "at least 3 answers")
        return Scale(name, codes, words)

    def _question(self, name: str, section: str, given: Mapping[str, Any], where: str) -> None:
        if name in self.questions:
            self._add(where, name, "a name that no other question has")
        for key in given:
            if key not in _KEYS and key not in texts_of(given):
                self._add(f"{where}.{key}", key, nearest(str(key), sorted(_KEYS)))
        kind = self._kind(given, where)
        missing = self._missing(given, where)
        population = str(given["population"])
        if population and population not in self.populations:
            self._add(f"{where}.population", population, nearest(population, [*self.populations]))
        indicator = str(given.get("indicator", ""))
        if indicator in self.entries:
            self._check_indicator(name, kind, population, indicator, where)
        elif indicator:
            self._add(f"{where}.indicator", indicator, nearest(indicator, list(self.entries)))
        asked_if = tuple(self._condition(c, f"{where}.ask_if") for c in given.get("ask_if", ()))
        words = self._words(given, where)
        for condition in asked_if:
            if condition.question not in self.questions:
                earlier = nearest(condition.question, list(self.questions))
                self._add(f"{where}.ask_if", condition.question, f"an earlier question: {earlier}")
        self.questions[name] = Question(
            id=name,
            section=section,
            indicator=indicator,
            block=str(self.entries[indicator]["block"]) if indicator in self.entries else "",
            population=population,
            kind=kind,
            answers=given.get(kind),
            ask_if=asked_if,
            optional=bool(given.get("optional", False)),
            missing=missing,
            words=words,
        )

    def _kind(self, given: Mapping[str, Any], where: str) -> str:
        """Kind of a question's answers, the one that it gives."""
        lists: Mapping[str, Mapping[str, object]] = {"scale": self.scales, "choices": self.choices}
        kinds = [k for k in ANSWERS if k in given]
        kind = kinds[0] if kinds else "choices"
        if len(kinds) != 1:
            self._add(where, ", ".join(kinds) or "nothing", "one of " + ", ".join(ANSWERS))
        elif kind in lists and given[kind] not in lists[kind]:
            self._add(f"{where}.{kind}", given[kind], nearest(str(given[kind]), [*lists[kind]]))
        elif kind == "integer" and not _is_range(given[kind]):
            self._add(f"{where}.integer", given[kind], "[least, most], two whole numbers")
        return kind

    def _missing(self, given: Mapping[str, Any], where: str) -> dict[str, int]:
        """Codes of no answer that a question gives itself."""
        missing = {}
        for key, code in dict(given.get("missing") or {}).items():
            if self._one_of(f"{where}.missing.{key}", key, self.no_answer):
                if isinstance(code, bool) or not isinstance(code, int):
                    self._add(f"{where}.missing.{key}", code, "a whole number")
                else:
                    missing[str(key)] = code
        return missing

    def _check_indicator(self, name: str, kind: str, population: str, indicator: str, where: str) -> None:
        entry = self.entries[indicator]
        leaves = entry.get("leaves", [indicator])
        if population != entry["population"]:
            self._add(f"{where}.population", population, f"{entry['population']!r}, as in the catalogue")
        if name not in leaves:
            self._add(where, name, "a leaf of the entry, " + nearest(name, leaves))
        if kind != "scale":
            self._add(where, kind, "a scale, for it measures an indicator")

    def _condition(self, given: Mapping[str, Any], where: str) -> Condition:
        codes: Sequence[Any] = given.get("in", ())
        least = given.get("at_least")
        if bool(codes) == (least is not None):
            self._add(where, dict(given), "either `in` or `at_least`")
        return Condition(str(given.get("question", "")), tuple(int(c) for c in codes), least)

    def _check_missing(self, form: Questionnaire, q: Question) -> None:
        """A code that is both an answer and no answer would take true answers away."""
        where = f"sections.{q.section}.questions.{q.id}"
        missing, answers = form.missing(q), form.answers(q)
        for key, code in missing.items():
            if code in answers:
                ends = f", or `{q.kind}` that ends below {code}" if q.kind == "integer" else ""
                own = f"give the question its own, such as missing: {{{key}: -{abs(code)}}}{ends}"
                self._add(f"{where}.{q.kind}", code, f"answers apart from the code of {key}: {own}")
        if len(set(missing.values())) < len(missing):
            listed = ", ".join(str(c) for c in missing.values())
            self._add(f"{where}.missing", listed, "a code of its own for each")


def _is_range(given: object) -> bool:
    if not isinstance(given, list) or [type(v) for v in given] != [int, int]:
        return False
    return bool(given[0] <= given[1])
