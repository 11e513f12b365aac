"""Words of a run on own data: of its title and units, of its indices, and in place of those that tell of regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from monotown.base.labels import FALLBACK, complete, fill, texts_of, unmarked
from monotown.show.words import tree_words, words_of
from monotown.workflow.step_words import PLANNED
from monotown.workflow.study import StudyFiles
from monotown.workflow.words import WORDS, label_texts, languages

#: Group of the labels, and how their keys begin: what stands in place of another key, and what each index has.
GROUP: Final = "own_run"
_INSTEAD: Final = f"{GROUP}.instead."
_EACH: Final = f"{GROUP}.each."

Texts = Mapping[str, str]


def wording(config: Mapping[str, Any], study: StudyFiles, root: str | Path = ".") -> dict[str, dict[str, str]]:
    """Texts by key that count before the labels of the same keys.

    Parameters
    ----------
    config
        The config of a run on own data.
    study
        The files of its study: what it says of itself (``title``, ``unit_word``), its indices with their names.
    root
        The project's folder.

    Returns
    -------
    dict
        ``own_run.title`` and ``own_run.unit``; names of the indices when the run is planned; keys of tables and
        figures of each index; names of the parts of its trees, indicators that stand under the root among them;
        labels in whose place a run on own data has others, with ``{unit}`` filled.
    """
    folder = Path(root, WORDS)
    known = languages(folder)
    labels = label_texts([GROUP, "towns"], folder)
    unit = {**labels[f"{GROUP}.unit"], **_unit(config, study, labels)}
    made: dict[str, dict[str, str]] = {
        f"{GROUP}.title": _everywhere(_title(config, study) or labels[f"{GROUP}.title"], known),
        f"{GROUP}.unit": unit,
    }
    for key, texts in labels.items():
        if key.startswith(_INSTEAD):
            made[key.removeprefix(_INSTEAD)] = {
                code: text.replace("{unit}", unit[code]).replace("{Unit}", unit[code][:1].upper() + unit[code][1:])
                for code, text in texts.items()
            }
    measures = study.told("measures")
    for name, view in study.told("views").items():
        index = _everywhere(texts_of(view.get("label", {})) or {FALLBACK: str(name)}, known)
        children = view.get("tree", {}).get("children", ())
        alone = [c["measure"] for c in children if "measure" in c] if isinstance(children, list) else []
        parts = {**words_of("block", {m: measures[m] for m in alone if m in measures}), **tree_words(view["tree"])}
        made |= {key: _everywhere(texts, known) for key, texts in parts.items()}
        made[f"{PLANNED}{name}"] = index
        for key, texts in labels.items():
            if key.startswith(_EACH):
                filled = {code: fill(text, {"index": index[code]}, code) for code, text in texts.items()}
                made[f"{key.removeprefix(_EACH)}_{name}"] = filled
    return made


def _everywhere(texts: Texts, known: Sequence[str]) -> dict[str, str]:
    """A name in every language: a study of one language has its names in that."""
    return {code: unmarked(text)[0] for code, text in complete(texts, known).items()}


def _title(config: Mapping[str, Any], study: StudyFiles) -> dict[str, str]:
    if study.alone:
        return _texts(study.about, "title")
    return dict(config["input"].get("source", {}).get("title", {}))


def _unit(config: Mapping[str, Any], study: StudyFiles, labels: Mapping[str, Texts]) -> dict[str, str]:
    """The word for a unit: the study's own, that of the level of the units, else the plain one."""
    said = _texts(study.about, "unit_word")
    level = labels.get(f"level_of.{config['input'].get('level', '')}")
    return said or dict(level or labels[f"{GROUP}.unit"])


def _texts(about: Mapping[str, Any], key: str) -> dict[str, str]:
    """A text that a study says of itself: in its first language, and in others under ``<key>_<language>``."""
    said = about.get(key)
    own = str((about.get("languages") or [FALLBACK])[0])
    found = texts_of(said) if isinstance(said, Mapping) else {own: str(said)} if said else {}
    start = f"{key}_"
    return {**found, **texts_of({k.removeprefix(start): v for k, v in about.items() if k.startswith(start)})}
