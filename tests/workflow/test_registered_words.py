"""Every name that a config may give has words, in the groups of labels that its rule reads."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, SCHEMES
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
    ("sobol", "sobol.input", INPUTS),
    ("page", "sobol.input", INPUTS),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("rule", "prefix", "names"), READ)
def test_every_registered_name_has_words(rule: str, prefix: str, names: tuple[str, ...], language: str) -> None:
    known = words(rule, language)
    assert [n for n in names if not known.has(f"{prefix}.{n}")] == []
