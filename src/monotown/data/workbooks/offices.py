"""Tables as statistics offices publish them, read by their content: units, years, sections, figures.

The reader asks no vocabulary of a file. The column of units is the one whose cells the study's units
explain best; the header is the row above; years are found by what they are, across or down. What cannot
be told apart is refused, never guessed, and every cell that is not empty has one fate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from monotown.base.labels import Labels
from monotown.data.workbooks.fates import Fates
from monotown.data.workbooks.fields import Matcher
from monotown.data.workbooks.findings import Finding, Findings, in_words
from monotown.data.workbooks.grid import Sheet, cell_place
from monotown.data.workbooks.office_bands import Band
from monotown.data.workbooks.office_known import Known, Units
from monotown.data.workbooks.office_page import Page
from monotown.data.workbooks.vocabulary import TOTALS, dims_of

__all__ = ["COLUMNS", "Known", "Office", "checked", "only_taken", "read_office", "select", "unit_means"]

#: Columns of the figures.
COLUMNS: Final = (
    "unit",
    "year",
    "variable",
    "value",
    "marker",
    "kind",
    "source",
    "dims",
    "reference",
    "file",
    "sheet",
    "cell",
    "name",
)


@dataclass(frozen=True)
class Office:
    """What was read.

    Attributes
    ----------
    figures
        `COLUMNS`; ``name`` is the unit as printed; ``dims`` are pairs of a dimension and its value,
        by name; a missing figure has its flag as ``marker``, one with a flag of Eurostat that letter.
    findings
        All there is to say.
    fates
        Of the cells of each sheet.
    """

    figures: pd.DataFrame
    findings: tuple[Finding, ...]
    fates: tuple[Fates, ...]


def read_office(sheets: Sequence[Sheet], known: Known) -> Office:
    """Figures of sheets as an office publishes them.

    Parameters
    ----------
    sheets
        Sheets of all files.
    known
        Units, indicators and whatever else is known.

    Examples
    --------
    >>> sheet = Sheet("a.csv", "", [["", "2019", "2020"], ["Ridder", "5", "..."], ["Total", "7", "8"]])
    >>> found = read_office([sheet], Known({"R": {"en": "Ridder"}}))
    >>> found.figures[["unit", "year", "value", "marker", "cell"]].to_numpy().tolist()
    [['R', 2019, 5.0, '', 'B2'], ['R', 2020, nan, 'not_available', 'C2']]
    >>> {fate: n for fate, n in found.fates[0].counts().items() if n}
    {'read': 1, 'missing': 1, 'unit': 1, 'year': 2, 'aggregate': 3}
    """
    findings, units = Findings(), Units(known)
    matcher = Matcher(known.fields, known.measures, known.named, known.headers)
    rows: list[tuple[Any, ...]] = []
    told, readers = [], []
    for sheet in sheets:
        findings.file, findings.sheet = sheet.file, sheet.name
        reader = Page(sheet, known, units, matcher, findings)
        groups = reader.groups()
        for left, right, columns in groups:
            Band(reader, left, right, columns).read()
        if groups:
            reader.finish()
        rows += reader.rows
        told.append(reader.fates)
        readers.append(reader)
    for reader in readers:
        reader.leave(bool(rows))
    if sheets and not rows and not findings.errors:
        findings.file, findings.sheet = sheets[0].file, sheets[0].name
        findings.add("no_columns", cell="A1")
    figures = _named_by_others(pd.DataFrame(rows, columns=list(COLUMNS)), known, findings)
    figures["year"] = figures["year"].astype("Int64").astype(object).where(figures["year"].notna(), None)
    figures["reference"] = figures["reference"].astype(bool)
    return Office(_once(figures, findings, told), findings.all, tuple(told))


def _named_by_others(figures: pd.DataFrame, known: Known, findings: Findings) -> pd.DataFrame:
    """Give figures of a sheet that names a part of the population alone the indicator of its sister sheets.

    Others that name no indicator of the study keep the words of the file.
    """
    if not known.fields:
        return figures
    unnamed = ~figures["variable"].isin(list(known.fields))
    for (file, sheet), own in figures[unnamed].groupby(["file", "sheet"], sort=False):
        sisters = figures[
            (figures["file"] == file) & ~unnamed & figures["sheet"].map(lambda s: dims_of(str(s)) is not None)
        ]
        names = sisters["variable"].unique()
        chosen = str(names[0]) if dims_of(str(sheet)) is not None and len(names) == 1 else ""
        if chosen:
            figures.loc[own.index, "variable"] = chosen
        row = own.iloc[0].to_dict()
        findings.extend(
            [Finding.at(row, "indicator_unnamed", "; ".join(own["variable"].unique()[:5]), chosen=chosen or "—")]
        )
    return figures


def _once(figures: pd.DataFrame, findings: Findings, told: Sequence[Fates]) -> pd.DataFrame:
    """Refuse a figure that two sheets give."""
    key = ["unit", "year", "variable", "dims"]
    first = figures.drop_duplicates(key).set_index(key)[["file", "sheet", "cell"]]
    again = figures[figures.duplicated(key)]
    for row in again.to_dict("records"):
        held = first.loc[[tuple(row[k] for k in key)]].iloc[0]
        place = " ".join(t for t in (PurePath(held["file"]).name, held["sheet"], held["cell"]) if t)
        found = f"{row['unit']} {row['year']} {row['variable']}: {row['value']}"
        findings.extend([Finding.at(row, "repeated", found, first=place)])
    twice = figures[figures.duplicated(key, keep=False)]
    for fates in told:
        own = twice[(twice["file"] == fates.sheet.file) & (twice["sheet"] == fates.sheet.name)]
        for cell in own["cell"]:
            fates.claim(*cell_place(cell), "problem")
        fates.problems(findings.all)
    return figures.drop(index=twice.index).reset_index(drop=True)


def select(figures: pd.DataFrame, take: Mapping[str, str] | None = None) -> tuple[pd.DataFrame, list[Finding]]:
    """The figures of one section of each dimension, by variable, and a note of the sections that are left.

    Answers of respondents are no sections: take their means (`unit_means`) first.

    Parameters
    ----------
    figures
        Of `Office`.
    take
        Dimension to the value that is taken. One that is not named: the whole (``both``, ``all``)
        where the file has it, else the first.

    Examples
    --------
    >>> parts = ((1, "male"), (2, "both"))
    >>> rows = [("A", 2020, "x", v, "", "", "", (("sex", s),), False, "f", "", "B2", "A") for v, s in parts]
    >>> select(pd.DataFrame(rows, columns=list(COLUMNS)))[0]["value"].tolist()
    [2]
    """
    wanted = dict(take or {})
    notes: list[Finding] = []
    parts = []
    for _, own in figures.groupby("variable", sort=False):
        kept = own
        for name in dict.fromkeys(n for dims in own["dims"] for n, _ in dims if n != "respondent"):
            whole = TOTALS.get(name, "")
            said = kept["dims"].map(lambda dims, name=name, whole=whole: dict(dims).get(name, whole))
            values = list(dict.fromkeys(said))
            if not whole:  # a section or a column of text that names its whole, such as "Total"
                whole = next((v for v in values if v and dims_of(str(v)) == {}), "")
            chosen = wanted.get(name, whole if whole in values or not values else values[0])
            part = bool(whole) and chosen != whole and wanted.get(name) != chosen
            if len(values) > 1 or chosen not in values or part:
                at, found = (kept if len(kept) else own).iloc[0].to_dict(), f"{name}: {', '.join(map(str, values))}"
                code = "section_taken" if chosen in values else "section_absent"
                notes.append(Finding.at(at, code, found, dimension=name, chosen=chosen))
            kept = kept[said == chosen]
        parts.append(kept)
    taken = pd.concat(parts).sort_index() if parts else figures
    return taken.reset_index(drop=True), notes


def only_taken(found: Office, take: Mapping[str, str]) -> Office:
    """What was read without the parts of the population that a run does not take.

    Parameters
    ----------
    found
        What was read.
    take
        Dimension to the value that is taken; others stay whole. Indicators that have no such dimension stay.

    Examples
    --------
    >>> sheet = Sheet("a.csv", "", [["", "", "2020"], ["Ridder", "men", "5"], ["Ridder", "women", "6"]])
    >>> read = only_taken(read_office([sheet], Known({"R": {"en": "Ridder"}})), {"sex": "female"})
    >>> read.figures["value"].tolist(), read.fates[0].counts()["read"]
    ([6.0], 1)
    """
    figures, notes = found.figures, []
    kept = pd.Series(True, index=figures.index)
    for variable, own in figures.groupby("variable", sort=False):
        for name, chosen in take.items():
            if not any(name == n for dims in own["dims"] for n, _ in dims):
                continue
            said = own["dims"].map(lambda dims, name=name: dict(dims).get(name, TOTALS.get(name, "")))
            if chosen not in set(said):
                shown = f"{variable}, {name}: {', '.join(dict.fromkeys(said))}"
                notes.append(Finding.at(own.iloc[0].to_dict(), "section_absent", shown, dimension=name, chosen=chosen))
            kept &= ~kept.index.isin(own.index[said != chosen])
    fates = {(f.sheet.file, f.sheet.name): f for f in found.fates}
    for file, sheet, cell in figures.loc[~kept, ["file", "sheet", "cell"]].itertuples(index=False):
        fates[file, sheet].retell(*cell_place(cell), "left_out", "section")
    for told in found.fates:
        told.problems(notes)
    return Office(figures[kept].reset_index(drop=True), (*found.findings, *notes), found.fates)


def unit_means(figures: pd.DataFrame) -> pd.DataFrame:
    """Mean of the answers of each unit, where figures are answers of respondents.

    Parameters
    ----------
    figures
        Of `Office`. Figures that name no respondent stay as they are.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS` with ``n``, the number of answers; the place is that of the first.
    """
    rows = figures.assign(
        dims=figures["dims"].map(lambda dims: tuple(d for d in dims if d[0] not in ("respondent", "sex", "area")))
    )
    answers = figures["dims"].map(lambda dims: "respondent" in dict(dims))
    rows = rows[answers]
    key = ["unit", "year", "variable", "dims"]
    first = rows.groupby(key, sort=False, dropna=False)
    means = first["value"].agg(["mean", "count"]).reset_index()
    made = rows.drop_duplicates(key).reset_index(drop=True)
    made["value"], made["n"] = means["mean"], means["count"]
    made["marker"] = made["marker"].where(made["n"] == 0, "")
    return pd.concat([figures[~answers].assign(n=1), made], ignore_index=True) if (~answers).any() else made


def checked(found: Office, labels: Labels | None = None) -> dict[str, Any]:
    """What ``monotown check --json`` prints of files that an office published.

    Parameters
    ----------
    found
        What was read.
    labels
        Words of ``expected`` and ``remedy``; without them both are empty.

    Returns
    -------
    dict
        ``version``; ``figures`` with the value as number or null; ``findings``; ``cells``, by file
        and sheet the number that are not empty and of each fate.

    Examples
    --------
    >>> sheet = Sheet("a.csv", "", [["", "2019"], ["Ridder", "5"]])
    >>> told = checked(read_office([sheet], Known({"R": {"en": "Ridder"}})))
    >>> told["figures"][0]["unit"], told["figures"][0]["value"], told["cells"]["a.csv/"]["read"]
    ('R', 5.0, 1)
    """
    figures = [
        {
            "unit": row["unit"],
            "name": row["name"],
            "year": row["year"],
            "indicator": row["variable"],
            "value": None if pd.isna(row["value"]) else row["value"],
            "kind": row["kind"],
            "dims": dict(row["dims"]),
            "reference": bool(row["reference"]),
            **{k: row[k] for k in ("file", "sheet", "cell")},
        }
        for row in found.figures.to_dict("records")
    ]
    findings = []
    for finding in found.findings:
        expected, remedy = in_words(finding, labels) if labels else ("", "")
        place = {k: getattr(finding, k) for k in ("severity", "code", "file", "sheet", "cell", "found")}
        findings.append({**place, "expected": expected, "remedy": remedy})
    cells = {f"{t.sheet.file}/{t.sheet.name}": {"nonempty": t.not_empty, **t.counts()} for t in found.fates}
    return {"version": 1, "figures": figures, "findings": findings, "cells": cells}
