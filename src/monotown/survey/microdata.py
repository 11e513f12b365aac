"""Microdata of any layout to one layout, by a codebook mapping; answers to scores."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base.arrays import Array
from monotown.base.problems import Problems
from monotown.survey.boundary import refuse_mixed
from monotown.survey.questionnaire import Question, Questionnaire, Scale

#: Columns of the design, before one column a question.
DESIGN: Final = (
    "population",
    "unit",
    "year",
    "respondent",
    "responded",
    "design_weight",
    "stratum",
    "cluster",
    "units_in_stratum",
    "people_in_cluster",
    "response_class",
)

#: What a mapping may set beside `questions`, `missing` and `population`.
COLUMNS: Final = (
    "respondent",
    "unit",
    "year",
    "responded",
    "weight",
    "probability",
    "stratum",
    "cluster",
    "units_in_stratum",
    "people_in_cluster",
    "response_class",
)

#: Why an answer is missing.
REASONS: Final = ("dont_know", "refusal", "not_asked", "off_route", "empty")

#: Problems of one kind told for one column before the rest is counted.
_TOLD = 3


@dataclass(frozen=True)
class Microdata:
    """Microdata in one layout.

    Attributes
    ----------
    people
        One row a person drawn, with the columns of `DESIGN` and one a question (float64, NaN
        where missing).
    reasons
        Why an answer is missing: one column a question, "" or one of `REASONS`.
    """

    people: pd.DataFrame
    reasons: pd.DataFrame


def read_microdata(
    raw: pd.DataFrame, mapping: Mapping[str, Any], form: Questionnaire, units: Collection[str], file: str, kind: str
) -> Microdata:
    """Microdata of one population from a table of texts.

    Parameters
    ----------
    raw
        One row a person drawn, cells as texts.
    mapping
        ``population``; ``columns``: what the design stands in, each the name of a column, or
        ``{column, values: {text: value}}``, or ``{value}`` for all rows; ``questions``: question to
        a column or ``{column, codes: {text: code}}``, where it bears another name or codes;
        ``missing``: texts for each of `REASONS` but ``off_route``; a question may have its own,
        ``{column, missing: {reason: [texts]}}``. Without ``weight`` and
        ``probability`` the design weight is the number of units over those drawn, stage by stage.
    form
        The questionnaire.
    units
        Codes of units that may occur.
    file
        Name of the file, for messages.
    kind
        Kind of the survey's data; a file with a column ``kind`` that says another is refused, so
        that made-up answers cannot pass for real ones.

    Returns
    -------
    Microdata
        Don't know, refusal and questions not asked are missing, never the middle of a scale. An
        answer to a question that the skip rules close is taken out, with reason ``off_route``.

    Raises
    ------
    InputError
        Unknown columns and keys; a code that is both an answer to a question and missing; an answer
        that is neither; a person twice; a weight of 0 or less; sizes below the number drawn or not
        alike. What stands in a cell is in no message: line, column and `kind_of_cell` alone.
    """
    problems = Problems()
    if "kind" in raw:
        refuse_mixed(raw["kind"], [kind], file)
    population = str(mapping.get("population", ""))
    if not problems.one_of(file, "mapping, population", population, form.populations):
        problems.stop()
    given = dict(mapping.get("columns", {}))
    for key in given:
        problems.one_of(file, f"mapping, columns.{key}", key, COLUMNS)
    reader = _Reader(raw, file, problems)
    people = _design(reader, given, population, units)
    asked = [
        q for q in form.questions.values() if q.population == population and q.kind in ("scale", "choices", "integer")
    ]
    named = dict(mapping.get("questions", {}))
    for key in named:
        problems.one_of(file, f"mapping, questions.{key}", key, [q.id for q in asked])
    reasons = pd.DataFrame(index=raw.index)
    for q in asked:
        spec = named.get(q.id, q.id)
        column = spec.get("column", q.id) if isinstance(spec, Mapping) else spec
        codes = spec.get("codes") if isinstance(spec, Mapping) else None
        own = spec.get("missing", {}) if isinstance(spec, Mapping) else {}
        said = {**mapping.get("missing", {}), **own}
        missing = {reason: {_plain(t) for t in said.get(reason, ())} for reason in REASONS}
        _check_missing(q, form, codes, missing, file, problems)
        people[q.id], reasons[q.id] = reader.answers(q, form, str(column), codes, missing)
    problems.stop()
    _close(people, reasons, asked)
    gone = ~people["responded"].to_numpy(dtype=bool)
    for q in asked:
        people.loc[gone, q.id] = np.nan
        reasons.loc[gone, q.id] = ""
    _check_design(people, file, problems)
    problems.stop()
    if people["design_weight"].isna().any():
        people["design_weight"] = _weights_of_sizes(people)
    return Microdata(people, reasons)


def lines_of(rows: Iterable[Any]) -> str:
    """Lines of a file by the labels of its rows, which count from 0 below the header.

    Examples
    --------
    >>> lines_of([0]), lines_of([0, 1, 5, 6, 7])
    ('line 2', 'lines 2, 3, 7 and 2 more')
    """
    lines = [int(r) + 2 for r in rows]
    more = f" and {len(lines) - _TOLD} more" if len(lines) > _TOLD else ""
    listed = ", ".join(str(n) for n in lines[:_TOLD])
    return f"line{'s' if len(lines) > 1 else ''} {listed}{more}"


def _plain(text: object) -> str:
    """A cell's text without outer space; a whole number without its decimals."""
    return re.sub(r"^([+-]?\d+)[.,]0+$", r"\1", str(text).strip())


def kind_of_cell(text: str) -> str:
    """What a message may say of a cell: never what stands in it, for that is a person's answer.

    Examples
    --------
    >>> [kind_of_cell(t) for t in ("", "12", "-0.5", "Aigul S.")]
    ['an empty cell', 'a whole number', 'a number with decimals', 'a text of 8 characters']
    """
    if not text:
        return "an empty cell"
    if re.fullmatch(r"[+-]?\d+", text):
        return "a whole number"
    if re.fullmatch(r"[+-]?\d*[.,]\d+", text):
        return "a number with decimals"
    return f"a text of {len(text)} character{'s' if len(text) > 1 else ''}"


def _check_missing(
    q: Question,
    form: Questionnaire,
    codes: Mapping[Any, Any] | None,
    missing: Mapping[str, set[str]],
    file: str,
    problems: Problems,
) -> None:
    """A text that is both an answer and no answer would take true answers away."""
    texts = [_plain(c) for c in (form.answers(q) if codes is None else codes)]
    for reason, some in missing.items():
        for text in sorted(some.intersection(texts)):
            problems.add(
                file,
                f"mapping, missing.{reason}",
                text,
                f"a code that is no answer to {q.id}: give the question its own, such as "
                f'questions: {{{q.id}: {{missing: {{{reason}: ["-{text.lstrip("-")}"]}}}}}}',
            )


class _Reader:
    """Columns of a raw table, with a problem for each cell that cannot be read."""

    def __init__(self, raw: pd.DataFrame, file: str, problems: Problems) -> None:
        self.raw, self.file, self.problems = raw, file, problems

    def column(self, name: str, where: str) -> pd.Series[str] | None:
        if name not in self.raw.columns:
            listed = [str(c) for c in self.raw.columns]
            # in a file without a header the names are the first person's answers
            close = difflib.get_close_matches(name, listed, n=1, cutoff=0.6)
            hint = f": {close[0]!r} (did you mean this?)" if close else f", which has {len(listed)}"
            self.problems.add(self.file, where, name, f"a column of the file{hint}")
            return None
        return self.raw[name].map(_plain)

    def tell(self, name: str, bad: pd.Series[str], expected: str) -> None:
        """A problem for each of the cells; the one place that tells of a cell of microdata."""
        for i, (row, text) in enumerate(bad.items()):
            if i == _TOLD:
                self.problems.add(self.file, f"column {name}", f"{len(bad) - _TOLD} more", expected)
                break
            where = f"{lines_of([row])}, column {name}"
            self.problems.add(self.file, where, kind_of_cell(str(text)), expected)

    def texts(self, key: str, given: Mapping[str, Any], default: str | None) -> pd.Series[str]:
        spec = given.get(key, {"value": default} if default is not None else key)
        if isinstance(spec, Mapping) and "value" in spec:
            return pd.Series(str(spec["value"]), index=self.raw.index)
        name = spec["column"] if isinstance(spec, Mapping) else spec
        names = [str(n) for n in (name if isinstance(name, list) else [name])]
        parts = [self.column(n, f"mapping, columns.{key}") for n in names]
        found = [p for p in parts if p is not None]
        if len(found) < len(parts):
            return pd.Series("", index=self.raw.index)
        joined = found[0] if len(found) == 1 else pd.concat(found, axis=1).agg(" × ".join, axis=1)
        values = spec.get("values") if isinstance(spec, Mapping) else None
        if isinstance(values, Mapping):
            known = {_plain(k): str(v) for k, v in values.items()}
            bad = joined[~joined.isin(list(known))]
            self.tell(names[0], bad, "one of the values of the mapping: " + ", ".join(known))
            return joined.map(lambda t: known.get(t, ""))
        return joined

    def numbers(self, key: str, given: Mapping[str, Any], least: float) -> pd.Series[float]:
        if key not in given:
            return pd.Series(np.nan, index=self.raw.index)
        texts = self.texts(key, given, None)
        found = pd.to_numeric(texts.str.replace(",", "."), errors="coerce")
        bad = texts[(texts != "") & (found.isna() | (found < least) | np.isinf(found))]
        self.tell(key, bad, f"a number of at least {least:g}" if least else "a number above 0")
        return found.astype("float64")

    def answers(
        self,
        q: Question,
        form: Questionnaire,
        name: str,
        codes: Mapping[Any, Any] | None,
        missing: Mapping[str, set[str]],
    ) -> tuple[pd.Series[float], pd.Series[str]]:
        texts = self.column(name, f"mapping, questions.{q.id}")
        if texts is None:
            return pd.Series(np.nan, index=self.raw.index), pd.Series("", index=self.raw.index)
        reason = pd.Series("", index=self.raw.index)
        for why, some in missing.items():
            reason[texts.isin(list(some))] = why
        reason[(texts == "") & (reason == "")] = "empty"
        if codes is not None:
            known = {_plain(k): float(v) for k, v in codes.items()}
            found = texts.map(known).astype("float64")
        else:
            found = pd.to_numeric(texts.str.replace(",", "."), errors="coerce").astype("float64")
        if q.kind == "integer":
            low, high = q.answers
            valid = found.between(low, high) & (found % 1 == 0)
            expected = f"a whole number from {low} to {high}, or a missing code"
        else:
            own = form.scales[q.answers].codes if q.kind == "scale" else form.choices[q.answers]
            valid = found.isin(list(own))
            expected = f"one of {', '.join(str(c) for c in own)}, or a missing code"
        self.tell(name, texts[(reason == "") & ~valid], expected)
        return found.where(reason == ""), reason


def _design(reader: _Reader, given: Mapping[str, Any], population: str, units: Collection[str]) -> pd.DataFrame:
    raw = reader.raw
    people = pd.DataFrame({"population": population}, index=raw.index)
    people["unit"] = reader.texts("unit", given, None)
    unknown = people.loc[~people["unit"].isin(list(units)) & (people["unit"] != ""), "unit"]
    reader.tell("unit", unknown, "one of: " + ", ".join(sorted(units)))
    years = reader.texts("year", given, None)
    bad = years[~years.str.fullmatch(r"(19|20)\d\d") & (years != "")]
    reader.tell("year", bad, "a year")
    people["year"] = pd.to_numeric(years.where(~years.index.isin(bad.index)), errors="coerce")
    people["year"] = people["year"].fillna(0).astype("int64")
    people["respondent"] = reader.texts("respondent", given, None)
    for name in ("unit", "respondent"):
        if name in given or name in raw.columns:
            reader.tell(name, people.loc[people[name] == "", name], "a filled cell")
    yes = given.get("responded", {"value": "yes"})
    wanted = {"yes"}
    if isinstance(yes, Mapping) and isinstance(yes.get("values"), list):
        wanted = {_plain(v) for v in yes["values"]}
        yes = yes["column"]
    people["responded"] = reader.texts("responded", {"responded": yes}, None).isin(list(wanted))
    weight = reader.numbers("weight", given, 0)
    chance = reader.numbers("probability", given, 0)
    for name, column in (("weight", weight), ("probability", chance)):
        if name in given:
            wrong = column.isna() | (column <= 0) | ((column > 1) & (name == "probability"))
            expected = "a number above 0" + (" and at most 1" if name == "probability" else "")
            reader.tell(name, column[wrong].astype(str), expected)
    people["design_weight"] = weight.where(weight.notna(), 1 / chance.where(chance > 0))
    people["stratum"] = reader.texts("stratum", given, "all")
    people["cluster"] = reader.texts("cluster", given, "")
    people["units_in_stratum"] = reader.numbers("units_in_stratum", given, 1)
    people["people_in_cluster"] = reader.numbers("people_in_cluster", given, 1)
    people["response_class"] = reader.texts("response_class", given, "all")
    return people[list(DESIGN)]


def is_open(people: pd.DataFrame, question: Question) -> NDArray[np.bool_]:
    """Whether the skip rules let a question be asked of each of the people.

    Parameters
    ----------
    people
        One column a question, NaN where there is no answer.
    question
        A question; its conditions look at columns of `people`.
    """
    found = np.ones(len(people), dtype=bool)
    for c in question.ask_if:
        found &= np.array([c.holds(float(a)) for a in people[c.question]], dtype=bool)
    return found


def _close(people: pd.DataFrame, reasons: pd.DataFrame, asked: list[Question]) -> None:
    """Take out answers to questions that were not to be asked."""
    for q in asked:
        if not q.ask_if:
            continue
        shut = ~is_open(people, q)
        answered = people[q.id].notna().to_numpy() & shut
        reasons.loc[shut, q.id] = "not_asked"
        reasons.loc[answered, q.id] = "off_route"
        people.loc[shut, q.id] = np.nan


def _check_design(people: pd.DataFrame, file: str, problems: Problems) -> None:
    keys = ["population", "unit", "year"]
    twice = people[people.duplicated([*keys, "respondent"])]
    if len(twice):
        found = f"{len(twice)} row{'s' if len(twice) > 1 else ''} of one who stands above"
        problems.add(file, f"{lines_of(twice.index)}, column respondent", found, "each respondent once")
    known = people["units_in_stratum"]
    for key, group in people.groupby(keys):
        _, unit, year = key
        where = f"unit {unit}, year {year}"
        clustered = group["cluster"] != ""
        if clustered.any() and not clustered.all():
            problems.add(file, where, "some empty", "a cluster in every row, or in none")
            continue
        for _, mine in group.groupby("stratum"):
            place = f"{where}, stratum of {lines_of(mine.index[:1])}"
            sizes = known[mine.index].dropna().unique()
            drawn = mine["cluster"].nunique() if clustered.any() else len(mine)
            if len(sizes) > 1:
                found = f"{len(sizes)} numbers"
                problems.add(file, place, found, "one number of units in a stratum")
            elif len(sizes) and drawn > sizes[0]:
                found = f"{drawn} drawn of fewer"
                problems.add(file, place, found, "at most as many as there are")
        if not clustered.any():
            continue
        for _, mine in group.groupby(["stratum", "cluster"]):
            sizes = mine["people_in_cluster"].dropna().unique()
            place = f"{where}, cluster of {lines_of(mine.index[:1])}"
            if len(sizes) > 1:
                found = f"{len(sizes)} numbers"
                problems.add(file, place, found, "one number of people in a cluster")
            elif len(sizes) and len(mine) > sizes[0]:
                found = f"{len(mine)} drawn of fewer"
                problems.add(file, place, found, "at most as many as there are")


def _weights_of_sizes(people: pd.DataFrame) -> pd.Series[float]:
    """Inverse probabilities from the numbers drawn at each stage; 1 where nothing is known."""
    keys = ["population", "unit", "year", "stratum"]
    clustered = (people["cluster"] != "").any()
    if clustered:
        drawn = people.groupby(keys)["cluster"].transform("nunique")
        inside = people.groupby([*keys, "cluster"])["respondent"].transform("size")
        second = (people["people_in_cluster"] / inside).fillna(1.0)
    else:
        drawn = people.groupby(keys)["respondent"].transform("size")
        second = pd.Series(1.0, index=people.index)
    first = (people["units_in_stratum"] / drawn).fillna(1.0)
    return people["design_weight"].where(people["design_weight"].notna(), first * second)


def scores(answers: Array, scale: Scale) -> dict[str, Array]:
    """Answers on a scale as three scores of a person, each from 0 to 100 or -100 to 100.

    Parameters
    ----------
    answers
        Codes, NaN where missing.
    scale
        Their scale.

    Returns
    -------
    dict
        ``index``: ``100 (x - lowest)/(highest - lowest)``; ``top_two``: 100 for the two highest
        codes, else 0; ``net_balance``: 100 above the middle of the scale, -100 below, 0 at it.
        Their means are the index, the share of top answers and the balance of shares.

    Examples
    --------
    >>> scale = Scale("s", (1, 2, 3, 4, 5), {})
    >>> found = scores(np.array([1.0, 3, 4, np.nan]), scale)
    >>> [found[k].tolist() for k in ("index", "top_two", "net_balance")]
    [[0.0, 50.0, 75.0, nan], [0.0, 0.0, 100.0, nan], [-100.0, 0.0, 100.0, nan]]
    """
    low, high = scale.codes[0], scale.codes[-1]
    gone = np.isnan(answers)
    top = np.where(gone, np.nan, 100.0 * (answers >= scale.codes[-2]))
    return {
        "index": 100.0 * (answers - low) / (high - low),
        "top_two": top,
        "net_balance": 100.0 * np.sign(answers - (low + high) / 2),
    }


def mean_of_leaves(parts: list[Array], needed: float) -> Array:
    """Mean of a person's scores over the leaves answered; NaN under a share of them.

    Examples
    --------
    >>> mean_of_leaves([np.array([10.0, 20, np.nan]), np.array([30.0, np.nan, np.nan])], 0.5)
    array([20., 20., nan])
    """
    table = np.column_stack(parts)
    count = (~np.isnan(table)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(table, axis=1) / count
    return np.asarray(np.where((count > 0) & (count >= needed * len(parts)), mean, np.nan))
