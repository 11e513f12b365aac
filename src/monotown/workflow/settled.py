"""The config of a run from the default config and what the run says itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from monotown.base.labels import FALLBACK
from monotown.base.many import MOST_CHANGED, draws_of

#: Keys of an analysis's inputs that name measures of the default study.
_MEASURES: Final[Mapping[str, Any]] = {"data_error": {}, "direction": []}

#: Inputs of an analysis that move the scores of single draws.
MOVING: Final = frozenset({"data_error", "goalposts"})

#: What a run on own data need not say.
_OWN: Final[Mapping[str, Any]] = {"towns": "config/parts/towns.yaml"}


def settled(
    default: Mapping[str, Any], run: Mapping[str, Any], study: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Config of a run: its own words over the default config.

    A mapping of the run is joined with the default's key by key; any other value, a list too,
    takes the place of the default's. An analysis, or an input of one, that the run sets to null or
    an empty list is left out. A run on own data (with a key ``input``) gets no name of a view or a
    measure from the default config: those are names of another study. What reading stands on is the
    project's, unless it names another.

    Parameters
    ----------
    default
        Content of ``config/config.yaml``.
    run
        What the run's files and the command line say, without the default.
    study
        What the run's study says of itself (`monotown.workflow.run_config.itself_of`). One that stands
        alone is a run on own data, without the default's raw files; every choice of its indices is varied.

    Returns
    -------
    dict
        A new mapping; neither argument is changed.

    Examples
    --------
    >>> default = {"sensitivity": {"draws": 9, "views": ["v"], "analyses": {"a": {}, "b": {}}}}
    >>> settled(default, {"sensitivity": {"analyses": {"a": None}}})["sensitivity"]
    {'draws': 9, 'views': ['v'], 'analyses': {'b': {}}}
    >>> settled(default, {"input": {}})["sensitivity"]["views"]
    []
    """
    base = deepcopy(dict(default))
    alone = study is not None and bool(study["alone"])
    if "input" in run or alone:
        _forget_names(base)
        base["claims"] = None  # those are of the paper
        base["input"] = dict(_OWN)
    if study is not None and alone:
        base["sources"] = []
        language = str(study["about"].get("languages", [FALLBACK])[0])
        base["input"] |= {"files": [], "language": language}
        base["sensitivity"] |= {"views": list(study["varied"]), "draws": draws_of(study["units"])}
        if study["units"] > MOST_CHANGED and "change" in base["sensitivity"]:
            base["sensitivity"]["change"] = {**base["sensitivity"]["change"], "draws": 0}
        if study["zero"]:
            kept = {a: i for a, i in base["sensitivity"]["analyses"].items() if not MOVING.intersection(i)}
            base["sensitivity"]["analyses"] = kept
        base = joined(base, _settings(study["about"]))
    found = joined(base, run)
    section = found.get("sensitivity")
    if isinstance(section, dict):
        if "views" in section and section["views"] is None:
            section["views"] = []
        if isinstance(section.get("analyses"), dict):
            kept = _without_dropped(section["analyses"])
            section["analyses"] = {name: _without_dropped(inputs) for name, inputs in kept.items()}
    return found


#: Keys of a run's config that a study alone may set in what it says of itself.
_TOLD: Final = ("seed", "sensitivity", "screening")


def _settings(about: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the run that a study alone says itself; ``draws`` stands for those of the sensitivity.

    Examples
    --------
    >>> _settings({"title": "Towns", "draws": 500, "seed": 7})
    {'seed': 7, 'sensitivity': {'draws': 500}}
    """
    draws = {"sensitivity": {"draws": about["draws"]}} if "draws" in about else {}
    return joined({key: about[key] for key in _TOLD if key in about}, draws)


#: Parts that only a run which names their file has, one on own data too.
_ASKED: Final = ("survey",)

#: Parts that tell of whatever index there is, so that a run on own data has them too.
ANY_STUDY: Final = ("audit",)


def parts_of_run(parts: Sequence[str], config: Mapping[str, Any]) -> list[str]:
    """Those parts of the workflow that a run has.

    Parameters
    ----------
    parts
        Names of parts.
    config
        Config of the run. A part is left out where the config has null for its file. A run on own
        data (with a key ``input``) has no part that tells of the paper or the regions, and those of `ANY_STUDY`; a
        survey is there only where the config names its file.

    Returns
    -------
    list of str
        In the order of `parts`.

    Examples
    --------
    >>> parts = ["paper", "cohort", "survey"]
    >>> parts_of_run(parts, {"cohort": None})
    ['paper']
    >>> parts_of_run([*parts, "audit"], {"input": {}, "cohort": "a.yaml", "survey": "b.yaml"})
    ['survey', 'audit']
    """

    def there(part: str) -> bool:
        if part in _ASKED:
            return config.get(part) is not None
        return (part in ANY_STUDY or "input" not in config) and config.get(part, part) is not None

    return [part for part in parts if there(part)]


def _forget_names(config: dict[str, Any]) -> None:
    """Take out the views and measures that the default config names."""
    section = config.get("sensitivity", {})
    section["views"] = []
    section.get("sobol", {}).pop("joint_points_of", None)
    for inputs in section.get("analyses", {}).values():
        for name, nothing in _MEASURES.items():
            for key in ("measures", "variables"):
                if key in inputs.get(name, {}):
                    inputs[name][key] = deepcopy(nothing)


def joined(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping over another, key by key; what is no mapping takes the place of what was there."""
    found = dict(base)
    for key, value in over.items():
        below = found.get(key)
        if isinstance(value, Mapping):
            found[key] = joined(below if isinstance(below, Mapping) else {}, value)
        else:
            found[key] = deepcopy(value)
    return found


def _without_dropped(entries: Any) -> Any:
    """Entries that are not null or an empty list; what is no mapping is left for the check."""
    if not isinstance(entries, Mapping):
        return entries
    return {name: entry for name, entry in entries.items() if entry is not None and entry != []}
