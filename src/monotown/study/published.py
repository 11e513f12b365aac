"""Figures that offices publish, for a study that is known, and the study that tables make where none is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from monotown.base.labels import FALLBACK
from monotown.data.workbooks.fates import Fates
from monotown.data.workbooks.fields import Field, Selection
from monotown.data.workbooks.findings import Finding
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.offices import Known, Office, only_taken, read_office, select, unit_means
from monotown.study.book import code_of
from monotown.study.figures import COLUMNS, NO_YEAR, Figures
from monotown.study.read import Study
from monotown.study.standing import UNSAID, completed
from monotown.study.tables import Table

#: What a column means that is not read.
IGNORE: Final = "ignore"

#: Direction of an indicator by what a user writes.
DIRECTIONS: Final[Mapping[str, int]] = {"1": 1, "+1": 1, "+": 1, "more": 1, "-1": -1, "-": -1, "less": -1}


@dataclass(frozen=True)
class Published:
    """What files hold for a study.

    Attributes
    ----------
    figures
        Those that the study takes: of its units and indicators, one part of the population each.
    seen
        Every figure that was read: `monotown.data.workbooks.offices.COLUMNS`.
    findings
        All there is to say.
    fates
        Of the cells of each sheet.
    """

    figures: Figures
    seen: pd.DataFrame
    findings: tuple[Finding, ...]
    fates: tuple[Fates, ...]


def known_of_study(study: Study, words: Mapping[str, Any], section: Mapping[str, Any] | None = None) -> Known:
    """What a study knows before a file is read.

    Parameters
    ----------
    study
        Any study; what its sheets leave unsaid is added.
    words
        ``units``, spellings of units of measure, and ``markers``, marks of absence: `config/parts/towns.yaml` has both.
    section
        Settings of the run: ``year``, ``kind``, ``decimal``, ``hidden``, ``only``, ``ignore`` and ``columns``, from a
        heading, a title, a sheet or a file to the id that it means, or to ``ignore``.
    """
    asked, whole = section or {}, completed(study)
    about = whole.about
    columns = asked.get("columns", {})
    ignored = [*asked.get("ignore", ()), *(heading for heading, name in columns.items() if name == IGNORE)]
    year = asked.get("year", about.get("year"))
    return Known(
        units=whole.units,
        fields=_fields(whole),
        measures=words.get("units", {}),
        named={heading: name for heading, name in columns.items() if name != IGNORE},
        year=year if isinstance(year, int) else None,
        decimal=asked.get("decimal", about.get("decimal", "")),
        markers=words.get("markers", {}),
        kind=str(asked.get("kind", about.get("kind", "official"))),
        hidden=str(asked.get("hidden", "read")),
        headers=_headers(whole),
        selection=Selection(asked.get("only", ()), ignored),
    )


def _fields(study: Study) -> dict[str, Field]:
    """What a column can hold: raw variables, and indicators that are no raw variable alone."""
    made = {}
    for part in (study.variables, study.measures):
        for name, entry in part.items():
            if name in made or (part is study.measures and str(entry.get("formula", name)) in study.variables):
                continue
            low, high = entry.get("bounds", (None, None))
            made[name] = Field(
                name,
                entry.get("label") or {FALLBACK: name},
                str(entry.get("unit_of_measure", UNSAID)),
                (low, high),
                bool(entry.get("count")),
                reads_as=entry.get("reads_as", {}),
            )
    return made


def _headers(study: Study) -> dict[str, list[str]]:
    """Raw variable to the names of the indicators that it alone makes up."""
    found: dict[str, list[str]] = {}
    for name, entry in study.measures.items():
        formula = str(entry.get("formula", name))
        if formula in study.variables:
            found.setdefault(formula, []).extend([name, *map(str, entry.get("label", {}).values())])
    return found


def read_published(
    sheets: Sequence[Sheet], study: Study, words: Mapping[str, Any], section: Mapping[str, Any] | None = None
) -> Published:
    """Figures of sheets as offices publish them, for a study.

    Parameters
    ----------
    sheets
        Of all files.
    study, words, section
        As `known_of_study` takes them; ``take`` of the section names the part of each dimension that is taken.

    Examples
    --------
    >>> from monotown.study.book import study_of
    >>> study = study_of([("indicators", Table(pd.DataFrame({"id": ["life"], "name": ["Life expectancy"]}), "s", "i")),
    ...                   ("units", Table(pd.DataFrame({"code": ["AUT"], "name": ["Austria"]}), "s", "u"))])
    >>> sheet = Sheet("a.csv", "", [["Life expectancy", ""], ["", "2020"], ["Austria", "81.2"], ["Chad", "52.5"]])
    >>> found = read_published([sheet], study, {})
    >>> found.figures.frame[["unit", "year", "indicator", "value", "cell"]].to_numpy().tolist()
    [['AUT', 2020, 'life', 81.2, 'B3']]
    >>> [f.code for f in found.findings if f.severity == "warning"]
    ['units_left_out']
    """
    known = known_of_study(study, words, section)
    office = only_taken(read_office(sheets, known), (section or {}).get("take", {}))
    taken, notes = _taken(office.figures)
    kept = taken[taken["variable"].isin(list(known.fields))]
    return Published(_figures(kept), office.figures, (*office.findings, *notes), office.fates)


def _taken(seen: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    return select(unit_means(seen)) if len(seen) else (seen, [])


def _figures(taken: pd.DataFrame) -> Figures:
    """Figures as a study holds them."""
    if taken.empty:
        return Figures()
    told = taken.rename(columns={"variable": "indicator"}).assign(
        year=[NO_YEAR if y is None or y != y else int(y) for y in taken["year"]],
        dims=["; ".join(f"{name}: {value}" for name, value in dims) for dims in taken["dims"]],
    )
    frame = told[list(COLUMNS)].reset_index(drop=True)
    return Figures(frame.astype({"year": "int64", "value": "float64", "reference": "bool"}))


def with_figures(study: Study, figures: Figures) -> Study:
    """A study with figures of files beside its own; those of the files stand for the same figure of the study.

    Years of an index that the study does not say are those of all figures.
    """
    key = ["unit", "year", "indicator"]
    own, new = study.figures.frame, figures.frame
    if new.empty:
        return study
    again = pd.MultiIndex.from_frame(own[key]).isin(pd.MultiIndex.from_frame(new[key]))
    frame = pd.concat([part for part in (own[~again], new) if len(part)], ignore_index=True)
    before = _years(own)
    views = {
        name: {**view, "years": _years(frame)} if view.get("years", before) == before else view
        for name, view in study.views.items()
    }
    return replace(study, figures=Figures(frame), views=views)


def _years(frame: pd.DataFrame) -> list[int]:
    return sorted({int(y) for y in frame["year"]} - {NO_YEAR}) or [NO_YEAR]


def study_tables(
    office: Office, directions: Mapping[str, Any] | None = None
) -> tuple[list[tuple[str, Table]], list[Finding]]:
    """Sheets of a study from files that belong to none.

    Every text of a column of units is a unit, every table or column of figures an indicator named as it is printed;
    which of them are better where they are more is said by the user.

    Parameters
    ----------
    office
        What was read without a study: `monotown.data.workbooks.offices.read_office`.
    directions
        Name or id of an indicator to its direction, 1 or -1.

    Returns
    -------
    sheets
        ``indicators``, ``units`` and ``data``, for `monotown.study.book.study_of`.
    findings
        ``direction_missing`` for each indicator whose direction is not said, and notes of `offices.select`.

    Examples
    --------
    >>> sheet = Sheet("a.csv", "", [["Pay", ""], ["", "2020"], ["Austria", "81.2"], ["Chad", "52.5"]])
    >>> sheets, findings = study_tables(read_office([sheet], Known()), {"Pay": 1})
    >>> [(name, table.frame.to_dict("list")) for name, table in sheets][0]
    ('indicators', {'id': ['Pay'], 'name': ['Pay'], 'direction': ['1']})
    >>> findings, study_tables(read_office([sheet], Known()))[1][0].code
    ([], 'direction_missing')
    """
    taken, notes = _taken(office.figures)
    said = {code_of(str(name)).casefold(): value for name, value in (directions or {}).items()}
    findings, rows = list(notes), []
    for name, own in taken.groupby("variable", sort=False):
        code = code_of(str(name))
        direction = DIRECTIONS.get(str(said.get(code.casefold(), "")).strip().casefold(), 0)
        if not direction:
            findings.append(Finding.at(own.iloc[0].to_dict(), "direction_missing", str(name), id=code))
        rows.append((code, str(name), str(direction or "")))
    file = str(taken["file"].iloc[0]) if len(taken) else ""
    indicators = pd.DataFrame(rows, columns=["id", "name", "direction"], dtype=str)
    firsts = taken.drop_duplicates("unit")
    units = pd.DataFrame(
        {
            "code": [code_of(str(u)) for u in firsts["unit"]],
            "name": [str(n) for n in firsts["name"]],
            "reference": ["yes" if r else "" for r in firsts["reference"]],
        },
        dtype=str,
    )
    data = pd.DataFrame(
        {
            "code": [code_of(str(u)) for u in taken["unit"]],
            "year": ["" if y is None or y != y else str(int(y)) for y in taken["year"]],
            "indicator": [code_of(str(v)) for v in taken["variable"]],
            "value": ["…" if math.isnan(v) else repr(float(v)) for v in taken["value"]],
        },
        dtype=str,
    )
    named = {"indicators": indicators, "units": units, "data": data}
    return [(name, Table(frame, file, name)) for name, frame in named.items()], findings
