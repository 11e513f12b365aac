"""Findings in English, as tests read them."""

from __future__ import annotations

from dataclasses import replace

from words_support import FOLDER

from monotown.claims.finding import Finding
from monotown.claims.said import Part, tell
from monotown.workflow import read_labels

LABELS = read_labels(["claims", "common", "map", "paper", "report"], folder=FOLDER)


def said(part: Part) -> str:
    """A part of a finding in English."""
    return tell(part, LABELS["en"])


def in_english(finding: Finding) -> Finding:
    """The same finding as texts."""
    return replace(finding, recomputed=said(finding.recomputed), arithmetic=said(finding.arithmetic))
