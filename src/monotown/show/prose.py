"""Prose that quotes numbers by name: each comes from a result, none is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
from babel.lists import format_list
from markupsafe import Markup, escape

from monotown.base import checked as pa
from monotown.base.labels import (
    BY_FINDING,
    KINDS_OF_NUMBER,
    Labels,
    Shown,
    all_texts,
    plural_forms,
    plural_kinds,
    shown,
    slots,
    stands_in,
    told_words,
)
from monotown.base.problems import Problem, nearest
from monotown.base.tables import TEXT, Kind
from monotown.show.printed import MISSING

#: The case of a slot that joins several names as a sentence does: "A, B and C".
AND = "and"

_KINDS = "|".join(k.value for k in Kind)

#: How a fact is printed: ``number:<decimals>``, ``percent:<decimals>`` (of a share), ``year``,
#: ``rank``, ``text``, or ``word:<label prefix>``; a rank may be missing, and is then told in words.
FORM = re.compile(r"(?:number|percent):\d|year|rank|text|word:[a-z_.|]+")

#: One number or name quoted in prose, printed by its `form`.
FACTS = pa.DataFrameSchema(
    {
        "fact": pa.Column(str, pa.Check.str_matches(r"^[a-z][a-z0-9_]*$")),
        "value": pa.Column(str),
        "form": pa.Column(str, pa.Check.str_matches(rf"^({FORM.pattern})$")),
        # that of a count of what is not there is empty: it rests on no figure
        "kind": pa.Column(str, pa.Check.str_matches(rf"^(({_KINDS})(\+({_KINDS}))*)?$")),
        "source": pa.Column(str),
        "derived_from": TEXT,
    },
    unique=["fact"],
    strict=True,
    name="facts",
)

_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(((?:#|https://)[^)\s]+)\)")


def fact_text(value: str, form: str, labels: Labels) -> Shown:
    """A fact as printed.

    Examples
    --------
    >>> fact_text("0.4914285714285714", "percent:2", Labels("ru", {}))
    '49,14'
    >>> fact_text("2018", "year", Labels("en", {}))
    '2018'
    """
    kind, _, rest = form.partition(":")
    if not value and kind != "rank":
        return shown(MISSING, missing=True)
    if kind == "number":
        return _number(float(value), int(rest), labels)
    if kind == "percent":
        return _number(100 * float(value), int(rest), labels)
    if kind == "year":
        return shown(str(int(float(value))), Decimal(int(float(value))))
    if kind == "rank":
        if not value:
            return shown(labels("report.word.no_rank"), missing=True)
        return _number(float(value), 0 if float(value).is_integer() else 1, labels)
    if kind == "word":
        parts = value.split(";")

        def told(case: str = "") -> str:
            names = []
            for part in parts:
                keys = [f"{words}.{part}" for words in rest.split("|")]
                key = next((k for k in keys if labels.has(k)), keys[-1])
                own = f"{key}@{case}" if case and labels.has(f"{key}@{case}") else key
                names.append(labels(own) if labels.has(own) else part)
            return format_list(names, locale=labels.language) if case == AND else ", ".join(names)

        return shown(told(), case=told)
    return shown(value)


def _number(value: float, decimals: int, labels: Labels) -> Shown:
    return shown(labels.number(value, decimals), Decimal(f"{value:.{decimals}f}"))


def fact_texts(facts: pd.DataFrame, labels: Labels) -> dict[str, Shown]:
    """Every fact as printed in one language."""
    rows = zip(facts["fact"], facts["value"], facts["form"], strict=True)
    return {name: fact_text(str(value), form, labels) for name, value, form in rows}


def inline(text: str) -> Markup:
    """A line of prose as HTML: ``**strong**``, `` `code` `` and ``[links](#place)``.

    Everything else is escaped; links lead inside the page or to https.

    Examples
    --------
    >>> str(inline("**A** < `b`"))
    '<strong>A</strong> &lt; <code>b</code>'
    """
    html = str(escape(text))
    html = _CODE.sub(r"<code>\1</code>", html)
    html = _STRONG.sub(r"<strong>\1</strong>", html)
    return Markup(_LINK.sub(r'<a href="\2">\1</a>', html))


def fields(text: str) -> set[str]:
    """Names of the facts that a text quotes."""
    return slots(text)


def texts_in(node: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text of a prose file with its place: mappings from the languages to texts."""
    if isinstance(node, Mapping):
        if all_texts(node):
            yield where, node
        else:
            for key, value in node.items():
                yield from texts_in(value, f"{where}.{key}" if where else str(key))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from texts_in(value, f"{where}[{i}]")


def prose_problems(content: Mapping[str, Any], facts: set[str], file: str) -> list[Problem]:
    """What is wrong with the texts of a prose file.

    Parameters
    ----------
    content
        The file's content.
    facts
        Names of the facts there are.
    file
        The file's name, for the message.

    Returns
    -------
    list of Problem
        Texts that quote a fact that is not there, quote other facts than their translations do,
        or hold a digit of their own that is not part of a name in code.
    """
    problems = []
    for where, text in texts_in(content):
        told = {language: t for language, t in text.items() if not stands_in(t)}
        quoted = {language: fields(t) for language, t in told.items()}
        for name in sorted(set().union(*quoted.values()) - facts):
            problems.append(Problem(file, where, name, f"a fact: {nearest(name, sorted(facts))}"))
        if len({frozenset(q) for q in quoted.values()}) > 1:
            found = "; ".join(f"{k}: {', '.join(sorted(v))}" for k, v in quoted.items())
            problems.append(Problem(file, where, found, "the same facts in every language"))
        for language, t in told.items():
            for forms in plural_forms(t):
                if strange := sorted(forms - set(KINDS_OF_NUMBER)):
                    expected = nearest(strange[0], [*KINDS_OF_NUMBER, *BY_FINDING])
                    problems.append(Problem(file, f"{where}.{language}", strange[0], f"a form: {expected}"))
                if lacks := plural_kinds(language) - forms:
                    expected = f"a form for {', '.join(sorted(lacks))} too"
                    found = ", ".join(sorted(forms))
                    problems.append(Problem(file, f"{where}.{language}", found, expected))
            bare = re.sub(r"`[^`]*`|\]\([^)]*\)", "", told_words(t))
            for digits in re.findall(r"\d+", bare):
                problems.append(Problem(file, f"{where}.{language}", digits, "a fact instead of a typed number"))
    return problems
