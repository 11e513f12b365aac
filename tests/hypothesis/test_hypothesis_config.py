"""What was fixed beforehand: its fingerprint, what shares what, and messages for what is wrong."""

import copy
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis_support import UNITS, light, made
from words_support import texts as project_texts

from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.hypothesis.build import build_hypothesis
from monotown.hypothesis.prespecified import FAMILY, STATUSES, check_specification, decide, fingerprint, shared
from monotown.index.prepare import view_model
from monotown.workflow import read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
CONFIG = read_yaml(ROOT / "config/parts/hypothesis.yaml")
SCHEMA = read_yaml(ROOT / "workflow/parts/hypothesis/schema.yaml")
MEASURES = read_part("measures", ROOT)
VIEWS = read_part("views", ROOT)
VIEWS["quality_panel"]["scale"] = 1  # as the made scores
IN_VIEW = view_model("quality_panel", VIEWS["quality_panel"], MEASURES).measures

#: Fingerprint of the specification as it was first committed.
COMMITTED = "98d8e00f7fb210c0d562f6b453b2fa0f8154cec4342477fdc7314ffbbabc6816"


def changed(**settings):
    config = copy.deepcopy(CONFIG)
    for dotted, value in settings.items():
        node = config
        *parents, last = dotted.split("__")
        for key in parents:
            node = node[key]
        node[last] = value
    return config


def problems_of(config):
    with pytest.raises(InputError) as stopped:
        check_specification(config, MEASURES, IN_VIEW, "hypothesis.yaml")
    return str(stopped.value)


def test_the_specification_is_the_one_that_was_registered():
    assert fingerprint(CONFIG["prespecified"]) == COMMITTED == CONFIG["registered"]


def test_the_commit_named_holds_the_specification_and_no_code_that_estimates():
    git = shutil.which("git")
    commit = CONFIG["registered_in"]
    if git is None or _git(git, "cat-file", "-e", f"{commit}^{{commit}}").returncode:
        pytest.skip("the history of the project is not here")
    then = yaml.safe_load(_git(git, "show", f"{commit}:config/hypothesis.yaml").stdout)
    assert fingerprint(then["prespecified"]) == CONFIG["registered"]
    assert _git(git, "cat-file", "-e", f"{commit}:src/monotown/hypothesis/build.py").returncode


def _git(git, *arguments):
    return subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_fingerprint_tells_any_change_and_nothing_else():
    spec = CONFIG["prespecified"]
    assert fingerprint(dict(reversed(spec.items()))) == COMMITTED
    for place in ("sesoi", "lag", "power"):
        assert fingerprint({**spec, place: spec[place] + 1}) != COMMITTED


def test_the_default_is_valid_and_every_rule_of_the_verdict_is_written_down():
    assert schema_problems(CONFIG, SCHEMA, "hypothesis.yaml") == []
    check_specification(CONFIG, MEASURES, IN_VIEW, "hypothesis.yaml")
    assert [rule["status"] for rule in CONFIG["prespecified"]["decision"]] == list(STATUSES)
    assert tuple(CONFIG["prespecified"]["family"]) == FAMILY


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"prespecified__lags": 1}, "found 'lags'; expected 'lag' (did you mean this?)"),
        ({"prespecified__lag": 0}, "a whole number of years from 1 to 5"),
        ({"prespecified__test__level": 5}, "a number above 0 and below 1"),
        ({"prespecified__staffing__transform": "log1"}, "'log1p' (did you mean this?)"),
        ({"prespecified__quality__years": [2011]}, "the first and the last year"),
        ({"prespecified__randomisation__permutations": 10}, "a whole number from 99 to 10^6"),
        ({"registered": "abc"}, "a SHA-256, 64 hexadecimal digits"),
        ({"simulation__regions": 2}, "a whole number from 3 to 200"),
        ({"simulation__autocorrelation": [1]}, "a number from 0 to below 1"),
    ],
)
def test_a_wrong_setting_is_told_with_what_was_expected(settings, message):
    found = "\n".join(map(str, schema_problems(changed(**settings), SCHEMA, "hypothesis.yaml")))
    assert message in found


def test_each_amendment_has_a_date_and_words_and_leaves_what_was_fixed():
    words = [k.rsplit(".", 1)[1] for k in project_texts("hypothesis") if ".amendment." in k]
    assert {a["name"] for a in CONFIG["amendments"]} == set(words)
    assert "money_income" not in str(CONFIG["prespecified"])
    found = schema_problems({**CONFIG, "amendments": [{"date": "29.11.2026", "name": "x"}]}, SCHEMA, "f")
    assert [p.expected for p in found] == ["a date like 2026-11-29, in quotes"]


@pytest.mark.parametrize("measure", ["housing_space", "life_expectancy"])
def test_an_outcome_that_shares_something_with_staffing_is_refused(measure):
    left_out = [m for m in ("housing_space", "life_expectancy") if m != measure]
    found = problems_of(changed(prespecified__quality__left_out=left_out))
    assert f"found '{measure} kept'" in found
    assert "it shares with researchers_fte_per_10k: denominator" in found


def test_every_problem_of_a_specification_is_told_at_once():
    spec = copy.deepcopy(CONFIG)
    spec["prespecified"]["quality"]["left_out"] = ["housing_spac", "life_expectancy"]
    spec["prespecified"]["staffing"]["measure"] = "researchers_fte_per_10"
    del spec["prespecified"]["series"]["poverty"]
    del spec["prespecified"]["family"]["prediction"]
    found = problems_of(spec)
    assert "'housing_space' (did you mean this?)" in found
    assert "'researchers_fte_per_10k' (did you mean this?)" in found
    assert "an entry for poverty" in found
    assert "all of forward, reverse, prediction, monotowns" in found
    assert found.startswith("5 problems")
    everything = problems_of(changed(prespecified__quality__left_out=list(IN_VIEW)))
    assert "a measure kept" in everything


def test_what_two_series_share():
    series = CONFIG["prespecified"]["series"]
    assert shared(series["unemployment"], series["youth_out_of_work_and_study"]) == ["collection"]
    assert shared(series["researchers_fte_per_10k"], series["researchers_fte"]) == ["item", "collection"]
    assert shared(series["researchers_fte"], series["housing_space"]) == []


@pytest.mark.parametrize(
    ("estimate", "p", "equivalence", "placebo", "status"),
    [
        (0.3, 0.05, 0.9, 0.051, "positive"),
        (0.3, 0.05, 0.9, 0.05, "unsafe"),
        (-0.3, 0.05, 0.9, None, "negative"),
        (-0.3, 0.001, 0.9, 0.01, "unsafe"),
        # significant and small: the association is told, its size in the interval
        (0.04, 0.01, 0.01, None, "positive"),
        (0.04, 0.051, 0.05, 0.01, "equivalent"),
        (0.3, 0.051, 0.051, 0.01, "undecided"),
    ],
)
def test_the_verdict_follows_its_rule(estimate, p, equivalence, placebo, status):
    assert decide(estimate, p, equivalence, 0.05, placebo) == status


def test_the_family_is_adjusted_by_holm():
    family = unlinked_family()
    order = family.sort_values("p")
    steps = np.minimum(np.maximum.accumulate(order["p"] * np.arange(4, 0, -1)), 1.0)
    assert order["p_holm"].tolist() == pytest.approx(steps.tolist())


def unlinked_family():
    return build_hypothesis(*made(seed=9), light(), VIEWS, MEASURES, UNITS, 1).family


def test_the_guide_names_tests_that_are_there_and_the_settings_of_the_config():
    guide = (ROOT / "docs/hypothesis.md").read_text(encoding="utf-8")
    named = re.findall(r"(hypothesis/test_\w+\.py)::(test_\w+)", guide)
    assert len(named) >= 10
    for file, name in named:
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
    for status in STATUSES:
        assert status in guide
