"""What the scenarios assume: every size, judgment and setting as its file gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monotown.base.labels import in_language
from monotown.scenarios.read import Inputs, stem
from monotown.show.assumptions import ASSUMED


def assumption_rows(
    inputs: Inputs, labels: Mapping[str, Mapping[str, str]], words: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Rows of `monotown.show.assumptions.ASSUMPTIONS`, without kind and source.

    Parameters
    ----------
    inputs
        The files of the stage.
    labels
        Measure to its label in each language; a measure without one goes by its id.
    words
        ``scenarios.assumed.<what>`` to its text in each language.
    """
    rows: list[dict[str, Any]] = []

    def add(key: str, what: str, value: object, basis: str, **names: Mapping[str, str]) -> None:
        told = {
            f"assumption_{language}": text.format(
                **{name: in_language(texts, language) for name, texts in names.items()}
            )
            for language, text in words[f"scenarios.assumed.{what}"].items()
        }
        rows.append({"assumption": key, **told, "value": str(value), "basis": basis})

    known = list(words["scenarios.assumed.shock"])

    def label(measure: str) -> Mapping[str, str]:
        return labels.get(measure, dict.fromkeys(known, measure))

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
            names = {"of": entry["label"], "node": dict.fromkeys(entry["label"], node)}
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
                f"impact.{name}.{state}",
                "impact",
                value or "0",
                cross["basis"],
                of=described["label"],
                state=described["states"][state],
            )
    return rows


def shock_value(shock: Mapping[str, Any]) -> str:
    """A shock as its file gives it, in one line.

    Examples
    --------
    >>> shock_value({"measure": "m", "size": 0.2, "in": "relative", "start": 2024, "full": 2030})
    'size 0.2, in relative, start 2024, full 2030'
    """
    return ", ".join(f"{k} {v}" for k, v in shock.items() if k != "measure")
