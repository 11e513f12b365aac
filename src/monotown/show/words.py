"""Every word of a run in one table: labels, and the names that config files give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from monotown.base.labels import Labels, complete, texts_of


def words_of(prefix: str, entries: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Labels of the entries of a config file, as ``<prefix>.<id>``.

    Parameters
    ----------
    prefix
        Such as ``unit`` or ``measure``.
    entries
        Id to an entry that has its texts under ``label`` or ``title``, or beside its other
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
        if isinstance(label, Mapping) and texts_of(label):
            found[f"{prefix}.{name}"] = texts_of(label)
    return found


def tree_words(node: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Names of the nodes of a tree, as ``node.<id>`` and ``block.<id>``.

    Examples
    --------
    >>> tree_words({"id": "top", "children": [{"id": "a", "label": {"en": "Health"}}]})
    {'block.a': {'en': 'Health'}, 'node.a': {'en': 'Health'}}
    """
    children = node.get("children", ())
    below = [child for child in children if isinstance(child, Mapping)] if isinstance(children, list) else []
    found = {}
    for name, words in words_of("", {str(node["id"]): {"label": node["label"]}} if "label" in node else {}).items():
        found = {f"block{name}": words, f"node{name}": words}
    for child in below:
        found |= tree_words(child)
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


def words_table(
    languages: Sequence[str],
    *parts: Mapping[str, Mapping[str, str]],
    cases: Mapping[str, Mapping[str, str]] | None = None,
) -> pd.DataFrame:
    r"""One table, ``key`` and a column a language, sorted by key.

    Of two parts with a key the last one counts. A text that a language lacks is the English one,
    marked; a name that lacks a case in `cases` is the name as it is.

    Examples
    --------
    >>> words = {"b": {"en": "x", "ru": "y"}, "a": {"en": "z"}}
    >>> words_table(["en", "ru"], words).to_numpy().tolist()
    [['a', 'z', 'z\xa0[en]'], ['b', 'x', 'y']]
    """
    joined: dict[str, Mapping[str, str]] = {}
    for part in parts:
        joined |= part
    for key, forms in (cases or {}).items():
        name = joined.get(key.partition("@")[0])
        if name is not None:
            joined[key] = {**complete(name, languages), **forms}
    rows = [(key, *complete(joined[key], languages).values()) for key in sorted(joined)]
    return pd.DataFrame(rows, columns=["key", *languages])


def labels_from(table: pd.DataFrame) -> dict[str, Labels]:
    """Labels of each language from a table of `words_table`."""
    languages = [name for name in table.columns if name != "key"]
    texts = {str(row["key"]): {k: str(row[k]) for k in languages} for row in table.to_dict("records")}
    return {language: Labels(language, texts) for language in languages}
