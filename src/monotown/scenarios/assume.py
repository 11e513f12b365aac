"""What the scenarios assume: every size, judgment and setting as its file gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from monotown.base.labels import LANGUAGES
from monotown.scenarios.read import Inputs, stem
from monotown.show.assumptions import ASSUMED

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "judgments": {
        "en": "hierarchy “{of}”: judgments of the node {node}",
        "ru": "иерархия «{of}»: суждения узла {node}",
        "kk": "«{of}» иерархиясы: {node} түйінінің пікірлері",
    },
    "shock": {
        "en": "scenario “{of}”: {measure}",
        "ru": "сценарий «{of}»: {measure}",
        "kk": "«{of}» сценарийі: {measure}",
    },
    "priority": {
        "en": "judged priority of a measure, from 1 to 5: {measure}",
        "ru": "экспертный приоритет показателя, от 1 до 5: {measure}",
        "kk": "көрсеткіштің сараптамалық басымдығы, 1-ден 5-ке дейін: {measure}",
    },
    "lever": {
        "en": "judged priority of a lever, from 1 to 5: {of}",
        "ru": "экспертный приоритет рычага, от 1 до 5: {of}",
        "kk": "тетіктің сараптамалық басымдығы, 1-ден 5-ке дейін: {of}",
    },
    "impact": {
        "en": "impacts of the state “{of}: {state}” on the states of the others",
        "ru": "влияние состояния «{of}: {state}» на состояния прочих",
        "kk": "«{of}: {state}» күйінің басқалардың күйлеріне ықпалы",
    },
    "target": {
        "en": "target: quantile of all units' indices in the base year",
        "ru": "цель: квантиль индексов всех единиц в базовом году",
        "kk": "мақсат: базалық жылдағы барлық бірлік индекстерінің квантилі",
    },
    "kappa": {
        "en": "spread of random weights: kappa of the Dirichlet law",
        "ru": "разброс случайных весов: каппа закона Дирихле",
        "kk": "кездейсоқ салмақтардың шашырауы: Дирихле заңының каппасы",
    },
    "step": {
        "en": "step of a key factor, share of its scale",
        "ru": "шаг ключевого фактора, доля его шкалы",
        "kk": "негізгі фактордың қадамы, шкаласының үлесі",
    },
    "until": {
        "en": "what a scenario does not touch stays as in the base year, until",
        "ru": "чего сценарий не касается, остаётся как в базовом году, до",
        "kk": "сценарий тимеген нәрсе базалық жылдағыдай қалады, дейін",
    },
    "missing": {
        "en": "a missing value stands at this of the other units",
        "ru": "вместо недостающего значения взята по прочим единицам",
        "kk": "жоқ мәннің орнына басқа бірліктер бойынша алынған",
    },
}


def assumption_rows(
    inputs: Inputs, labels: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Rows of `monotown.show.assumptions.ASSUMPTIONS`, without kind and source.

    Parameters
    ----------
    inputs
        The files of the stage.
    labels
        Measure to its label in each language; a measure without one goes by its id.
    """
    rows: list[dict[str, Any]] = []

    def add(key: str, words: str, value: object, basis: str, **names: Mapping[str, str]) -> None:
        told = {
            f"assumption_{language}": _WORDS[words][language].format(
                **{name: texts[language] for name, texts in names.items()}
            )
            for language in LANGUAGES
        }
        rows.append({"assumption": key, **told, "value": str(value), "basis": basis})

    def label(measure: str) -> Mapping[str, str]:
        return labels.get(measure, dict.fromkeys(LANGUAGES, measure))

    for key in ("until", "target", "kappa", "step"):
        add(f"setting.{key}", key, inputs.settings[key], ASSUMED)
    add("setting.missing", "missing", "median", ASSUMED)
    contents = {stem(file): entry for file, entry in inputs.texts.items() if "shocks" in entry}
    for scenario in inputs.scenarios:
        entry = contents[scenario.id]
        for shock in entry["shocks"]:
            key = f"shock.{scenario.id}.{shock['measure']}"
            names = {"of": entry["label"], "measure": label(shock["measure"])}
            add(key, "shock", shock_value(shock), entry["basis"], **names)
    trees = {stem(file): entry for file, entry in inputs.texts.items() if "tree" in entry}
    for hierarchy in inputs.hierarchies:
        entry = trees[hierarchy.id]
        for node, given in entry["judgments"].items():
            value = given
            if isinstance(given, list):
                value = "; ".join(" ".join(map(str, row)) for row in given)
            names = {"of": entry["label"], "node": dict.fromkeys(LANGUAGES, node)}
            add(f"judgments.{hierarchy.id}.{node}", "judgments", value, ASSUMED, **names)
    factors = inputs.factors
    for measure, priority in factors["measures"].items():
        key = f"priority.{measure}"
        add(key, "priority", priority, factors["basis"], measure=label(measure))
    for lever, entry in factors["levers"].items():
        key = f"lever.{lever}"
        add(key, "lever", entry["priority"], factors["basis"], of=entry["label"])
    cross = next(e for e in inputs.texts.values() if "descriptors" in e)
    for name, states in cross["impacts"].items():
        for state, targets in states.items():
            value = "; ".join(f"{t}: {' '.join(map(str, v))}" for t, v in targets.items())
            described = cross["descriptors"][name]
            add(
                f"impact.{name}.{state}", "impact", value or "0", cross["basis"],
                of=described["label"], state=described["states"][state],
            )  # fmt: skip
    return rows


def shock_value(shock: Mapping[str, Any]) -> str:
    """A shock as its file gives it, in one line.

    Examples
    --------
    >>> shock_value({"measure": "m", "size": 0.2, "in": "relative", "start": 2024, "full": 2030})
    'size 0.2, in relative, start 2024, full 2030'
    """
    return ", ".join(f"{k} {v}" for k, v in shock.items() if k != "measure")
