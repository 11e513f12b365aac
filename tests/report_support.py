"""Pieces of pages drawn alone, as tests look at them."""

from __future__ import annotations

from typing import Any

import jinja2
import pandas as pd
from claims_support import LABELS
from words_support import ROOT

from monotown.report.pieces import Given
from monotown.show.page import breakable

TEMPLATES = ROOT / "workflow/report/templates"


def given(frame: pd.DataFrame, language: str = "en", *, page: str = "paper", single: bool = False) -> Given:
    """A piece's one table of claims."""
    return Given({"claims": frame}, LABELS[language], "", page, single)


def drawn(name: str, made: dict[str, Any], language: str) -> str:
    """HTML of a piece."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, loader=jinja2.FileSystemLoader(TEMPLATES)
    )
    environment.filters["breakable"] = breakable
    return environment.get_template(f"{name}.html.j2").render(**made, words=LABELS[language], language=language)
