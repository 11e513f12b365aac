"""Choices of a run in place of those of an index: its weights, normalisation, aggregation and floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from monotown.base.problems import InputError, Problem, nearest
from monotown.index.admissible import score_range
from monotown.index.model import Leaf, choose
from monotown.index.prepare import view_model
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS

#: What a run may choose for an index.
KEYS: Final = ("weights", "normalisation", "aggregation", "floor")


def _items(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    children = node.get("children", ())
    for child in children if isinstance(children, list) else ():
        yield from _items(child)


def _split(chosen: object) -> tuple[str, dict[str, Any]]:
    """Name and parameters of a method: a name alone, or a mapping with its ``method``."""
    if isinstance(chosen, Mapping):
        return str(chosen.get("method")), {k: v for k, v in chosen.items() if k != "method"}
    return str(chosen), {}


def _needs_positive(aggregation: object) -> bool:
    name, settings = _split(aggregation)
    try:
        return choose(name, AGGREGATIONS, settings).needs_positive
    except (ValueError, TypeError):
        return False  # said where the model is made


def _inside(normalisation: object) -> bool:
    """Whether its scores lie from 0 to 1, so that a floor may cut them."""
    name, settings = _split(normalisation)
    try:
        scores = score_range(Leaf("", normalisation=choose(name, NORMALISATIONS, settings)))
    except (ValueError, TypeError):
        return False  # said where the model is made
    return scores.low >= 0 and scores.high <= 1


def with_choices(entry: Mapping[str, Any], choices: Mapping[str, Any]) -> dict[str, Any]:
    """An index as a run chooses it.

    Parameters
    ----------
    entry
        Of the index in the study.
    choices
        Any of `KEYS`. ``weights`` has ``blocks`` (id of a node to its weight beside its neighbours) and
        ``indicators`` (the same of measures), and takes the place of a weighting scheme; what it does not name
        keeps the tree's weight. ``normalisation`` is of every measure. ``aggregation`` has ``between`` (of the
        root) and ``within`` (of every other node). ``floor`` is of every mean that needs scores above 0; None
        takes it away.

    Returns
    -------
    dict
        A new entry. A floor goes where the mean, or the scores, chosen take none.

    Examples
    --------
    >>> entry = {"weights": "critic", "tree": {"id": "i", "aggregation": "geometric", "floor": 0.01,
    ...     "children": [{"measure": "a"}, {"measure": "b", "normalisation": "rank"}]}}
    >>> with_choices(entry, {"weights": {"indicators": {"a": 3}}, "aggregation": {"between": "arithmetic"}})["tree"]
    ... # doctest: +NORMALIZE_WHITESPACE
    {'id': 'i', 'aggregation': 'arithmetic', 'children': [{'measure': 'a', 'weight': 3},
    {'measure': 'b', 'normalisation': 'rank'}]}
    >>> with_choices(entry, {"normalisation": "zscore"})["tree"]["children"]
    [{'measure': 'a'}, {'measure': 'b'}]
    """
    weights, means = choices.get("weights", {}), choices.get("aggregation", {})
    changed = "normalisation" in choices or bool(means)
    inside = "normalisation" not in choices or _inside(choices["normalisation"])

    def step(node: Mapping[str, Any], level: str) -> dict[str, Any]:
        found = dict(node)
        if "measure" in node:
            if "normalisation" in choices:
                found.pop("normalisation", None)
            if node["measure"] in weights.get("indicators", {}):
                found["weight"] = weights["indicators"][node["measure"]]
            return found
        if node.get("id") in weights.get("blocks", {}) and level != "between":
            found["weight"] = weights["blocks"][node["id"]]
        if level in means:
            found["aggregation"] = means[level]
        positive = _needs_positive(found.get("aggregation", "arithmetic"))
        if positive and choices.get("floor") is not None:
            found["floor"] = choices["floor"]
        elif "floor" in choices or (changed and not (positive and inside)):
            found.pop("floor", None)
        if isinstance(node.get("children"), list):
            found["children"] = [step(c, "within") for c in node["children"]]
        return found

    made = dict(entry)
    if weights:
        made.pop("weights", None)
    if "normalisation" in choices:
        made["normalisation"] = choices["normalisation"]
    return {**made, "tree": step(entry["tree"], "between")}


def chosen_views(views: Mapping[str, Any], choices: object) -> dict[str, Any]:
    """Every index as the section ``indices`` of a run's config chooses it; names it does not know are left."""
    given = choices if isinstance(choices, Mapping) else {}
    return {v: with_choices(e, given[v]) if given.get(v) else e for v, e in views.items()}


def choice_problems(
    choices: Mapping[str, Mapping[str, Any]],
    views: Mapping[str, Mapping[str, Any]],
    measures: Mapping[str, Mapping[str, Any]],
    file: str,
) -> list[Problem]:
    """What is wrong with the section ``indices`` of a run's config.

    Parameters
    ----------
    choices
        The section, in the form that its schema asks for.
    views, measures
        Of the study, sound.
    file
        Of the config, for the messages.

    Returns
    -------
    list of Problem
        Names that the study does not have, methods that are not there, and choices that do not go together.
    """
    found: list[Problem] = []
    for name, chosen in choices.items():
        where = f"indices.{name}"
        if name not in views:
            found.append(Problem(file, where, name, nearest(name, list(views))))
            continue
        items = list(_items(views[name]["tree"]))
        known = {
            "blocks": [str(n["id"]) for n in items[1:] if "measure" not in n],
            "indicators": [str(n["measure"]) for n in items if "measure" in n],
        }
        own = []
        for group, names in known.items():
            for item in chosen.get("weights", {}).get(group, {}):
                if item not in names:
                    expected = nearest(str(item), names)
                    own.append(Problem(file, f"{where}.weights.{group}.{item}", str(item), expected))
        try:
            view_model(name, with_choices(views[name], chosen), measures, file)
        except InputError as error:
            for problem in error.problems:
                key = next((k for k in ("floor", "aggregation", "normalisation") if k in problem.where), "weights")
                place = f"{where}.{key}" if key in chosen else where
                own.append(Problem(file, place, problem.found, problem.expected))
        found += own
    return list(dict.fromkeys(found))
