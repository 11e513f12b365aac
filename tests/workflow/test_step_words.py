"""The words of a step: the names of the config files that its rule names, and its groups of labels."""

import yaml
from words_support import ROOT

from monotown.workflow.step_words import PLANNED, WORDING, names_of, step_labels, wording_of
from monotown.workflow.study import Pieces, StudyFiles


def test_names_come_by_what_the_rule_calls_a_file(tmp_path):
    name = {"en": "Ulytau", "ru": "Улытау", "kk": "Ұлытау"}
    files = {
        "units": {"KZULU": {**name, "level": "region"}, "sets": {"all": ["KZULU"]}},
        "views": {"v": {"label": name, "readings": {"other": {"label": name}}}, "bare": {"kind": "official"}},
        "indicators": {"indicators": {"pay": {"label": name}}, "blocks": {}},
        "scores": {"x": {"label": name}},  # no file of names
    }
    for key, content in files.items():
        (tmp_path / f"{key}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    paths = {key: str(tmp_path / f"{key}.yaml") for key in files}
    assert list(names_of(paths)) == ["unit.KZULU", "view.v", "other_reading.other", "indicator.pay"]


def test_a_step_has_its_groups_its_names_with_their_cases_and_no_more(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    labels = step_labels(
        {"units": Pieces(StudyFiles({"study": "config/study"}, "."), tmp_path)("units_names")},
        ["regions"],
        {"own.key": {"en": "own"}},
    )["ru"]
    assert labels.has("regions.score")
    assert labels.has("own.key")
    assert labels("unit.KZULU@gen") != labels("unit.KZULU")
    assert not labels.has("sobol.title")
    assert not any(key.startswith(("measure.", "report.")) for key in labels.texts)


def test_what_files_name_an_index_stands_in_its_captions(tmp_path):
    said = {
        f"{PLANNED}own": {"en": "Potential", "ru": "Потенциал"},
        "table.ranks_own": {"en": "Ranks: Potential", "ru": "Места: Потенциал"},
        "table.other": {"en": "Potential of others", "ru": "Потенциал других"},
    }
    files = {WORDING: tmp_path / "wording.yaml"}
    files[WORDING].write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    now = {"view.own": {"en": "Index of the figures given", "ru": "Индекс"}}
    found = wording_of(files, now)
    assert found["table.ranks_own"] == {"en": "Ranks: Index of the figures given", "ru": "Места: Индекс"}
    assert found["table.other"] == said["table.other"]
    assert wording_of(files, {})["table.ranks_own"] == said["table.ranks_own"]
    assert not any(key.startswith(PLANNED) for key in found)
