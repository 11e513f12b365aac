"""What a run chooses for its indices: read, checked with every problem at once, in the language of the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from monotown.base.problems import InputError
from monotown.index.prepare import view_model
from monotown.workflow import read_yaml
from monotown.workflow.chosen import ChosenStudy
from monotown.workflow.door import check_run
from monotown.workflow.door_words import said
from monotown.workflow.run_config import run_config
from monotown.workflow.study import StudyFiles

ROOT = Path(__file__).parents[2]


def problems_of(indices: object, **more: object) -> InputError:
    config, _ = run_config({"indices": indices, **more}, ROOT)
    with pytest.raises(InputError) as caught:
        check_run(config, ROOT)
    return caught.value


def test_a_sound_choice_reaches_the_views_of_the_default_study() -> None:
    chosen = {
        "weights": {"blocks": {"B1": 3}, "indicators": {"researchers_growth_5y": 0}},
        "normalisation": "minmax_sample",
        "aggregation": {"between": "geometric"},
        "floor": 0.02,
    }
    config, _ = run_config({"indices": {"potential_panel": chosen}}, ROOT)
    check_run(config, ROOT)
    study = ChosenStudy(config, ROOT)
    views, measures = study.content("views"), study.content("measures")
    model = view_model("potential_panel", views["potential_panel"], measures)
    assert (model.tree.aggregation.name, model.tree.floor) == ("geometric", 0.02)
    weights = dict(zip(model.measures, model.weights, strict=True))
    assert weights["researchers_growth_5y"] == 0
    assert weights["researchers_fte_per_10k"] == 0.75
    assert {leaf.normalisation.name for leaf in model.leaves} == {"minmax_sample"}
    other = StudyFiles({"study": "config/study"}, ROOT).content("views")
    assert {v: views[v] for v in views if v != "potential_panel"} == {
        v: other[v] for v in other if v != "potential_panel"
    }


def test_every_problem_of_names_and_methods_comes_at_once() -> None:
    error = problems_of(
        {
            "potental_2022": {"floor": 0.1},
            "potential_2022": {"weights": {"blocks": {"B9": 1}, "indicators": {"nothing": 1}}},
            "quality_2022": {"normalisation": "zscore", "aggregation": {"between": "geometric"}},
            "quality_panel": {"normalisation": "minmix"},
            "potential_panel": {"weights": {"blocks": {"B1": 0, "B2": 0}}},
        }
    )
    told = {p.where.rpartition(", ")[2]: p for p in error.problems}
    assert set(told) >= {
        "indices.potental_2022",
        "indices.potential_2022.weights.blocks.B9",
        "indices.potential_2022.weights.indicators.nothing",
        "indices.quality_2022.aggregation",
        "indices.quality_panel.normalisation",
        "indices.potential_panel.weights",
    }
    assert "'potential_2022' (did you mean this?)" in told["indices.potental_2022"].expected


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "a weight, 0 or more"), ("ru", "вес, 0 или больше"), ("kk", "салмақ, 0 немесе одан көп")],
)
def test_the_form_is_told_in_three_languages(language: str, words: str) -> None:
    error = problems_of({"potential_2022": {"weights": {"blocks": {"B1": -1}}, "floor": 2}})
    text = said(error, {"input": {"language": language}}, ROOT)
    assert words in text
    assert "indices.potential_2022.floor" in text


def test_a_study_of_ones_own_is_chosen_for_alike() -> None:
    own = "config/examples/hdi"
    [index] = list(StudyFiles({"study": own}, ROOT).content("views"))
    config, _ = run_config({"study": own, "indices": {index: {"aggregation": {"between": "arithmetic"}}}}, ROOT)
    check_run(config, ROOT)
    study = ChosenStudy(config, ROOT)
    model = view_model(index, study.content("views")[index], study.content("measures"))
    assert model.tree.aggregation.name == "arithmetic"
    assert problems_of({"elsewhere": {"floor": None}}, study=own).problems[0].where.endswith("indices.elsewhere")


def test_the_default_run_chooses_nothing() -> None:
    assert "indices" not in read_yaml(ROOT / "config/config.yaml")
