"""The words of a step: groups of labels, and the names that the config files it reads give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from monotown.base.labels import Labels, complete
from monotown.show.words import tree_words, words_of
from monotown.workflow import read_labels, read_yaml
from monotown.workflow.sources import read_sources
from monotown.workflow.words import case_texts, languages

#: What a rule calls a config file, to the beginning of the keys of the names in it.
NAMED: Final = {
    "units": "unit",
    "variables": "variable",
    "measures": "measure",
    "views": "view",
    "indicators": "indicator",
    "sources": "source",
}

#: What a rule calls the file of texts that count before the labels of the same keys.
WORDING: Final = "wording"

#: How keys of it begin that tell the name of an index when the run was planned.
PLANNED: Final = "own_run.planned."


def names_of(files: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Names that config files give, by their keys (``unit.KZULU``); other files give none."""
    found: dict[str, dict[str, str]] = {}
    files = dict(files.items())  # the inputs of a step are a list too
    for name, prefix in NAMED.items():
        if name in files:
            content = read_sources(files[name]) if name == "sources" else read_yaml(files[name])
            found |= words_of(prefix, content["indicators"] if name == "indicators" else content)
            for view in content.values() if name == "views" else ():
                found |= words_of("other_reading", view.get("readings", {}))
                found |= tree_words(view.get("tree", {}))
    return found | wording_of(files, found)


def wording_of(files: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Texts that count before the labels of the same keys, with the names that the indices have now.

    Files of figures may give an index another name than it had when the run was planned.

    Parameters
    ----------
    files
        The inputs of a step, by the names that its rule gives them.
    names
        Names that config files give, those of the indices among them.
    """
    said: dict[str, dict[str, str]] = dict(read_yaml(files[WORDING])) if WORDING in files else {}
    for key in [key for key in said if key.startswith(PLANNED)]:
        index, before = key.removeprefix(PLANNED), said.pop(key)
        now = names.get(f"view.{index}", before)
        if now != before:
            for other in [k for k in said if k.endswith(f"_{index}")]:
                said[other] = {c: t.replace(before[c], now[c]) if c in now else t for c, t in said[other].items()}
    return said


def step_labels(
    files: Mapping[str, Any], groups: Iterable[str], more: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Labels]:
    """Labels of each language that a step uses: it runs again where one of them is another.

    Parameters
    ----------
    files
        The inputs of the step, by the names that its rule gives them (`NAMED`).
    groups
        Groups of labels, the parameter ``labels`` of its rule.
    more
        Other texts, by key.
    """
    names: dict[str, Mapping[str, str]] = {**names_of(files), **(more or {})}
    known = languages()
    own = {key: forms for key, forms in case_texts().items() if key.partition("@")[0] in names}
    cases = {key: {**complete(names[key.partition("@")[0]], known), **forms} for key, forms in own.items()}
    return read_labels(groups, {**names, **cases})
