"""Every word of a run in one table: label files, and the labels that other config files give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from monotown.base.labels import LANGUAGES, Labels


def words_of(prefix: str, entries: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Labels of the entries of a config file, as ``<prefix>.<id>``.

    Parameters
    ----------
    prefix
        Such as ``unit`` or ``measure``.
    entries
        Id to an entry that has its three texts under ``label`` or ``title``, or beside its other
        keys; an entry without them is left out.

    Examples
    --------
    >>> words_of("unit", {"KZ": {"en": "A", "ru": "Б", "kk": "В", "level": "country"}, "sets": {}})
    {'unit.KZ': {'en': 'A', 'ru': 'Б', 'kk': 'В'}}
    """
    found = {}
    for name, entry in entries.items():
        label = entry if isinstance(entry, Mapping) else {}
        label = label.get("label", label.get("title", label))
        if isinstance(label, Mapping) and all(isinstance(label.get(k), str) for k in LANGUAGES):
            found[f"{prefix}.{name}"] = {k: label[k] for k in LANGUAGES}
    return found


def scenario_words(contents: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Labels of the hierarchies, scenarios and levers of the files of the scenario stage.

    Parameters
    ----------
    contents
        File to its content. A hierarchy has a ``tree``, a scenario ``shocks``; both go by the name
        of their file. Levers go by their key.

    Examples
    --------
    >>> label = {"en": "a", "ru": "б", "kk": "в"}
    >>> sorted(scenario_words({"x/flat.yaml": {"tree": {}, "label": label},
    ...     "x/calm.yaml": {"shocks": [], "label": label}, "x/factors.yaml": {"levers": {
    ...     "pay": {"label": label}}}}))
    ['hierarchy.flat', 'lever.pay', 'scenario.calm']
    """
    found: dict[str, dict[str, str]] = {}
    for file, content in contents.items():
        name = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        given = content if isinstance(content, Mapping) else {}
        for key, prefix in (("tree", "hierarchy"), ("shocks", "scenario")):
            if key in given:
                found |= words_of(prefix, {name: given})
        found |= words_of("lever", given.get("levers", {}))
    return found


def words_table(*parts: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """One table ``key, en, ru, kk``, sorted by key; of two parts with a key the last one counts.

    Examples
    --------
    >>> words_table({"b": {"en": "x", "ru": "y", "kk": "z"}}).to_numpy().tolist()
    [['b', 'x', 'y', 'z']]
    """
    joined: dict[str, Mapping[str, str]] = {}
    for part in parts:
        joined |= part
    rows = [(key, *(joined[key][k] for k in LANGUAGES)) for key in sorted(joined)]
    return pd.DataFrame(rows, columns=["key", *LANGUAGES])


def labels_from(table: pd.DataFrame) -> dict[str, Labels]:
    """Labels of each language from a table of `words_table`."""
    texts = {
        str(row["key"]): {k: str(row[k]) for k in LANGUAGES} for row in table.to_dict("records")
    }
    return {language: Labels(language, texts) for language in LANGUAGES}
