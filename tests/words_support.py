"""The words of the project, as tests ask for them."""

from __future__ import annotations

from pathlib import Path

from monotown.workflow.words import label_texts, languages

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "config" / "words"

LANGUAGES = languages(FOLDER)


def texts(*groups: str) -> dict[str, dict[str, str]]:
    """Labels of some groups, or of all, in every language."""
    return label_texts(groups or None, FOLDER)
