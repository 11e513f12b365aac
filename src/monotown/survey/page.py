"""Page of a survey: its kind of data first, then figure and tables, in one language."""

from __future__ import annotations

import html
from typing import Any, Final

import pandas as pd

from monotown.base.labels import Labels, in_language
from monotown.survey.build import SurveyTables
from monotown.survey.questionnaire import Questionnaire

#: Tables of the page: columns, and decimals of its numbers.
TABLES: Final[dict[str, dict[str, int]]] = {
    "indices": {
        "population": 0,
        "unit": 0,
        "year": 0,
        "indicator": 0,
        "respondents": 0,
        "estimate": 1,
        "standard_error": 1,
        "lower": 1,
        "upper": 1,
        "bootstrap_error": 1,
        "design_effect": 2,
        "flag": 0,
        "warning": 0,
    },
    "changes": {
        "population": 0,
        "unit": 0,
        "indicator": 0,
        "from_year": 0,
        "to_year": 0,
        "change": 1,
        "standard_error": 1,
        "lower": 1,
        "upper": 1,
        "within_noise": 0,
    },
    "weights": {
        "population": 0,
        "unit": 0,
        "year": 0,
        "drawn": 0,
        "answered": 0,
        "response_rate": 2,
        "weight_sum": 0,
        "deff_final": 2,
        "trimmed": 0,
        "discrepancy": 6,
        "degrees": 0,
        "flag": 0,
    },
    "reliability": {
        "population": 0,
        "unit": 0,
        "year": 0,
        "block": 0,
        "items": 0,
        "respondents": 0,
        "alpha": 2,
        "omega": 2,
        "kmo": 2,
        "flag": 0,
        "warning": 0,
    },
}

_CSS = """
body{font:15px/1.45 Georgia,serif;max-width:80em;margin:2em auto;padding:0 1em;color:#1a1a1a}
.kind{border:3px double #1a1a1a;padding:.6em 1em;font-weight:bold}
table{border-collapse:collapse;font-size:80%;margin:1em 0}
caption{text-align:left;font-weight:bold;padding:.3em 0}
td,th{padding:.15em .6em;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}
td.n{text-align:right;white-space:nowrap}
img{max-width:100%}
"""


def survey_page(tables: SurveyTables, form: Questionnaire, labels: Labels, source: str, figure: str) -> str:
    """The page in one language.

    Every table names the kind of its data in its caption, as the figure does on its face.

    Parameters
    ----------
    tables
        Of one survey.
    form
        The questionnaire, for the names of populations.
    labels
        Words, with ``indicator.<id>`` and ``unit.<code>``.
    source
        Name of the survey in words.
    figure
        Path of the figure as seen from the page.
    """
    e = html.escape
    kind = labels(f"kind.{tables.estimates['kind'].iloc[0]}")
    title = f"{labels('survey.page.title')}. {source}"
    lines = [
        f'<!doctype html>\n<html lang="{labels.language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{e(title)}</title><style>{_CSS}</style></head><body>",
        f'<h1>{e(title)}</h1><p class="kind">{e(kind)}</p>',
        f'<p><img src="{e(figure)}" alt="{e(labels("survey.page.figure"))}. {e(kind)}"></p>',
    ]
    whole = (tables.estimates["question"] == "") & (tables.estimates["statistic"] == "index")
    frames = {
        "indices": tables.estimates[whole],
        "changes": tables.changes,
        "weights": tables.weights,
        "reliability": tables.reliability,
    }
    for name, columns in TABLES.items():
        caption = f"{labels(f'survey.page.{name}')}. {kind}. {labels('word.source')}: {source}"
        head = "".join(f"<th>{e(labels(f'survey.column.{c}'))}</th>" for c in columns)
        lines.append(f"<table><caption>{e(caption)}</caption><thead><tr>{head}</tr></thead><tbody>")
        for row in frames[name].to_dict("records"):
            cells = "".join(_cell(c, row[str(c)], d, form, labels) for c, d in columns.items())
            lines.append(f"<tr>{cells}</tr>")
        lines.append("</tbody></table>")
    return "\n".join([*lines, "</body></html>"]) + "\n"


def _cell(column: str, value: Any, decimals: int, form: Questionnaire, labels: Labels) -> str:
    if column == "population":
        text = in_language(form.population_words[value], labels.language)
    elif column in ("unit", "indicator"):
        text = labels(f"{column}.{value}")
    elif column in ("flag", "warning"):
        text = ", ".join(labels(f"survey.word.{w}") for w in str(value).split())
    elif isinstance(value, bool):
        text = labels(f"survey.word.{str(value).lower()}")
    elif isinstance(value, str):
        text = value
    else:
        plain = "year" in column
        text = "–" if pd.isna(value) else str(value) if plain else labels.number(value, decimals)
        return f'<td class="n">{html.escape(text)}</td>'
    return f"<td>{html.escape(text)}</td>"
