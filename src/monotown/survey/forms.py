"""A questionnaire for paper and for phones: printable page, codebook, XLSForm workbook."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

import openpyxl
import pandas as pd

from monotown.base.labels import FALLBACK, Labels, in_language
from monotown.survey.questionnaire import Condition, Question, Questionnaire, Words

#: Columns of the codebook, before the texts and the answers in each language.
CODEBOOK: Final = (
    "question",
    "section",
    "population",
    "indicator",
    "block",
    "kind",
    "codes",
    "missing_codes",
    "ask_if",
)


def answers_of(form: Questionnaire, question: Question, units: Mapping[str, Words]) -> list[tuple[str, Words]]:
    """Codes and words of the answers of a question, those of no answer last; none for a number.

    Parameters
    ----------
    units
        Code to its three names, for a question that asks where.
    """
    found: list[tuple[str, Words]] = []
    if question.kind == "scale":
        scale = form.scales[question.answers]
        found = [(str(c), scale.words.get(c, {FALLBACK: str(c)})) for c in scale.codes]
    elif question.kind == "choices":
        found = [(str(c), w) for c, w in form.choices[question.answers].items()]
    elif question.kind == "unit":
        return [(code, units[code]) for code in units]
    elif question.kind == "populations":
        return [(str(c), form.population_words[k]) for k, c in form.populations.items()]
    return found + [(str(c), form.code_words[k]) for k, c in form.missing(question).items()]


def condition_words(form: Questionnaire, condition: Condition, labels: Labels) -> str:
    """A condition in words."""
    asked = form.questions[condition.question]
    text = in_language(asked.words, labels.language)
    if condition.at_least is not None:
        return labels("survey.form.at_least", question=text, n=condition.at_least)
    known = dict(answers_of(form, asked, {}))
    answers = ", ".join(in_language(known[str(c)], labels.language) for c in condition.codes)
    return labels("survey.form.is_one_of", question=text, answers=answers)


def codebook(form: Questionnaire, units: Mapping[str, Words], languages: Sequence[str]) -> pd.DataFrame:
    """One row a question, with the columns of `CODEBOOK`.

    ``codes`` are in order, parted by spaces, or ``least..most``; ``missing_codes`` are missing
    values; ``ask_if`` is the skip rule.
    """
    told = [f"{part}_{k}" for part in ("text", "answers") for k in languages]
    rows = []
    for q in form.questions.values():
        answers = answers_of(form, q, units)
        lacking = [str(c) for c in form.missing(q).values()]
        codes = " ".join(c for c, _ in answers if c not in lacking)
        if q.kind == "integer":
            codes = f"{q.answers[0]}..{q.answers[1]}"
        rows.append(
            (
                q.id,
                q.section,
                q.population,
                q.indicator,
                q.block,
                q.kind,
                codes,
                " ".join(lacking),
                " and ".join(_relevant(form, c, "{}") for c in q.ask_if),
                *(in_language(q.words, k) for k in languages),
                *("; ".join(f"{c} = {in_language(w, k)}" for c, w in answers) for k in languages),
            )
        )
    return pd.DataFrame(rows, columns=[*CODEBOOK, *told])


def printable(form: Questionnaire, units: Mapping[str, Words], labels: Labels) -> list[dict[str, object]]:
    """Sections of the questionnaire in one language, ready to be laid out.

    Returns
    -------
    list of dict
        ``label`` and ``questions`` of a section; of a question ``number``, ``text``, ``who``,
        ``rules`` (skip rules in words) and ``answers`` (pairs of code and words, or one line).
    """
    sections: list[dict[str, object]] = []
    number = 0
    for section, words in form.sections.items():
        asked = []
        for q in form.questions.values():
            if q.section != section:
                continue
            number += 1
            rules = [condition_words(form, c, labels) for c in q.ask_if]
            answers = [(c, in_language(w, labels.language)) for c, w in answers_of(form, q, units)]
            if q.kind == "integer":
                answers.insert(0, ("", "_______"))
            if q.kind == "unit":
                answers = [("", "_______________")]
            who = in_language(form.population_words[q.population], labels.language) if q.population else ""
            asked.append(
                {
                    "number": number,
                    "id": q.id,
                    "text": in_language(q.words, labels.language),
                    "who": who,
                    "rules": rules,
                    "answers": answers,
                }
            )
        sections.append({"label": in_language(words, labels.language), "questions": asked})
    return sections


def questionnaire_markdown(form: Questionnaire, units: Mapping[str, Words], labels: Labels) -> str:
    """The questionnaire in one language as Markdown."""
    lines = [
        f"# {_md(in_language(form.title, labels.language))}",
        "",
        _md(in_language(form.intro, labels.language)),
        "",
    ]
    for section in printable(form, units, labels):
        lines += [f"## {_md(str(section['label']))}", ""]
        for q in section["questions"]:  # type: ignore[attr-defined]
            lines.append(f"**{q['number']}. {_md(q['text'])}** `{q['id']}`")
            said = [*([q["who"]] if q["who"] else []), *q["rules"]]
            lines[-1] += "".join(f"  \n*{_md(t)}*" for t in said)
            lines.append("")
            lines += [f"- {'' if _OPEN.match(w) else '☐ '}{_md(f'{c}  {w}'.strip())}" for c, w in q["answers"]]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _md(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


#: A line to write on: it has no box to tick.
_OPEN = re.compile("_{3,}")

_CSS = """
body{font:15px/1.45 Georgia,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#1a1a1a}
h2{border-bottom:1px solid #999;margin-top:2em}
section.q{break-inside:avoid;margin:1.1em 0}
.rule,.who{font-style:italic;color:#444}
ul{list-style:none;margin:.3em 0;padding-left:1.5em;columns:2}
li:not(.open)::before{content:"\\2610\\00a0"}
code{font-size:75%;color:#666}
@media print{body{margin:0;max-width:none}}
"""


def questionnaire_html(form: Questionnaire, units: Mapping[str, Words], labels: Labels) -> str:
    """The questionnaire in one language as a page to print."""
    e = html.escape
    title, intro = (in_language(form.title, labels.language), in_language(form.intro, labels.language))
    lines = [
        f'<!doctype html>\n<html lang="{labels.language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{e(title)}</title><style>{_CSS}</style></head><body>",
        f"<h1>{e(title)}</h1><p>{e(intro)}</p>",
    ]
    for section in printable(form, units, labels):
        lines.append(f"<h2>{e(str(section['label']))}</h2>")
        for q in section["questions"]:  # type: ignore[attr-defined]
            lines.append('<section class="q">')
            lines.append(f"<div><b>{q['number']}. {e(q['text'])}</b> <code>{e(q['id'])}</code></div>")
            if q["who"]:
                lines.append(f'<div class="who">{e(q["who"])}</div>')
            lines += [f'<div class="rule">{e(rule)}</div>' for rule in q["rules"]]
            answers = "".join(
                f"<li{' class=open' if _OPEN.match(w) else ''}>{e(f'{c} {w}'.strip())}</li>" for c, w in q["answers"]
            )
            lines.append(f"<ul>{answers}</ul></section>")
    return "\n".join([*lines, "</body></html>"]) + "\n"


def _relevant(form: Questionnaire, condition: Condition, name: str = "${{{}}}") -> str:
    """A condition as XLSForm writes it."""
    asked = name.format(condition.question)
    if condition.at_least is not None:
        lacking = "".join(
            f" and {asked} != {c}"
            for c in form.missing(form.questions[condition.question]).values()
            if c >= condition.at_least
        )
        return f"{asked} >= {condition.at_least}{lacking}"
    some = " or ".join(f"{asked} = {c}" for c in condition.codes)
    return f"({some})" if len(condition.codes) > 1 else some


def _language(words: Labels) -> str:
    """A language as an XLSForm names it."""
    return f"{words.name or words.language} ({words.language})"


def xlsform(
    form: Questionnaire, units: Mapping[str, Words], labels: Mapping[str, Labels]
) -> dict[str, list[list[str]]]:
    """Sheets ``survey``, ``choices`` and ``settings`` of an XLSForm, as rows of texts.

    A section is a group; it opens once consent is given, a question once its population and
    its conditions are met. Numbers are limited to their range or a code of no answer.

    Parameters
    ----------
    units
        Code to its three names.
    labels
        Language to its words.
    """
    many = [f"label::{_language(w)}" for w in labels.values()]
    says = [f"constraint_message::{_language(w)}" for w in labels.values()]
    survey = [["type", "name", *many, "relevant", "constraint", *says, "required"]]
    choices = [["list_name", "name", *many]]
    width = len(survey[0])
    listed: set[str] = set()
    for section, words in form.sections.items():
        mine = [q for q in form.questions.values() if q.section == section]
        opened = "" if all(not q.population for q in mine) else "${consent} = 1"
        survey.append(["begin_group", f"part_{section}", *(in_language(words, k) for k in labels), opened])
        for q in mine:
            answers = answers_of(form, q, units)
            kind, limit, message = "integer", "", [""] * len(labels)
            if q.kind == "integer":
                low, high = q.answers
                limit = f"(. >= {low} and . <= {high})"
                limit += "".join(f" or . = {c}" for c, _ in answers)
                message = [w("survey.form.range", low=low, high=high) for w in labels.values()]
            else:
                name = q.kind if q.kind in ("unit", "populations") else q.answers
                # answers of no answer belong to the list: another set of them is another list
                own = f"_{q.id}" if q.missing else "" if q.population else "_only"
                kind = f"select_one {name}{own}"
                if kind not in listed:
                    listed.add(kind)
                    choices += [[kind.split()[1], c, *(in_language(w, k) for k in labels)] for c, w in answers]
            rules = [_relevant(form, c) for c in q.ask_if]
            if q.population:
                rules.insert(0, f"${{population}} = {form.populations[q.population]}")
            survey.append(
                [
                    kind,
                    q.id,
                    *(in_language(q.words, k) for k in labels),
                    " and ".join(rules),
                    limit,
                    *message,
                    "" if q.optional else "yes",
                ]
            )
        survey.append(["end_group", f"part_{section}"])
    intro = ["note", "intro", *(in_language(form.intro, k) for k in labels)]
    survey.insert(1, intro)
    rows = [r + [""] * (width - len(r)) for r in survey]
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        [form.title[FALLBACK], form.id, form.version, _language(labels[FALLBACK])],
    ]
    return {"survey": rows, "choices": choices, "settings": settings}


def workbook_bytes(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Sheets of texts as an xlsx file; equal sheets give equal bytes, and no text is a formula.

    Examples
    --------
    >>> import io, openpyxl
    >>> made = workbook_bytes({"a": [["=1+1", "x"]]})
    >>> cell = openpyxl.load_workbook(io.BytesIO(made))["a"]["A1"]
    >>> cell.value, cell.data_type, made == workbook_bytes({"a": [["=1+1", "x"]]})
    ('=1+1', 's', True)
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for r, row in enumerate(rows, 1):
            for c, text in enumerate(row, 1):
                if text == "":
                    continue
                cell = sheet.cell(r, c)
                cell.value = text
                cell.data_type = "s"
                # shown as text, and kept so, when the cell is edited
                cell.quotePrefix = text[0] in "=+-@\t\r"
    book.properties.creator = "monotown"
    buffer = io.BytesIO()
    book.save(buffer)
    stamp = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
    kept = io.BytesIO()
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as out:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = stamp.sub(rb"\g<1>2020-01-01T00:00:00Z", part)
            # the time of writing would differ from run to run
            out.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return kept.getvalue()
