"""Every name that a config may give has words, in the groups of labels that its rule reads."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index.model import LEAF_MISSING
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, OUTLIERS, SCHEMES
from monotown.sensitivity.figures import _level_name
from monotown.sensitivity.forking_paths import OWN, weightings
from monotown.sensitivity.inputs import INPUTS

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "workflow" / "rules"


def groups(rule_file: str, name: str) -> list[str]:
    """The groups of labels of a list in a rule file; the test reads what the rule reads."""
    text = (RULES / rule_file).read_text(encoding="utf-8")
    found = re.search(rf"\b{name}\s*=\s*(\[[^\]]*\])", text)
    assert found is not None, (rule_file, name)
    return list(ast.literal_eval(found[1]))


#: A rule's groups of labels; the page and its figures have every group (the rule `words`).
GROUPS = {
    "sensitivity": groups("sensitivity.smk", "SENSITIVITY_LABELS"),
    "sobol": groups("sensitivity.smk", "labels"),
    "page": [],
}


def words(rule: str, language: str) -> Labels:
    return Labels(language, project_texts(*GROUPS[rule]))


#: What a rule reads: a rule, the beginning of a key, every registered name that may follow it.
READ = [
    ("sensitivity", "scheme", ("baseline", *SCHEMES)),
    ("page", "scheme", ("baseline", "any", *weightings(), *SCHEMES)),
    ("page", "aggregation", ("any", OWN, *AGGREGATIONS)),
    ("page", "normalisation", ("any", OWN, *NORMALISATIONS)),
    ("sensitivity", "input", INPUTS),
    ("sobol", "sobol.input", INPUTS),
    ("page", "sobol.input", INPUTS),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("rule", "prefix", "names"), READ)
def test_every_registered_name_has_words(rule: str, prefix: str, names: tuple[str, ...], language: str) -> None:
    known = words(rule, language)
    assert [n for n in names if not known.has(f"{prefix}.{n}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("factor", "names"),
    [
        ("scheme", SCHEMES),
        ("normalisation", NORMALISATIONS),
        ("aggregation", AGGREGATIONS),
        ("missing", [*LEAF_MISSING, "baseline"]),
        ("outliers", [*OUTLIERS, "baseline"]),
    ],
)
def test_every_level_of_an_analysis_has_words_of_its_own(factor: str, names: list[str], language: str) -> None:
    known = words("sensitivity", language)
    keys = {n: [f"level.{factor}.{n}", f"{factor}.{n}", f"level.{n}"] for n in names}
    assert [n for n, some in keys.items() if not any(known.has(k) for k in some)] == []
    shown = [_level_name(known, factor, n) for n in names]
    assert len(set(shown)) == len(shown)


def test_one_name_of_two_kinds_keeps_them_apart_and_settings_stay() -> None:
    known = words("sensitivity", "en")
    assert _level_name(known, "aggregation", "median") == "Median"
    assert _level_name(known, "missing", "median") == "Filled with the median"
    assert _level_name(known, "aggregation", "power(exponent=2)") == "Power mean (exponent=2)"
