"""Sheets of a workbook to units, figures and weights, and all there is to say about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from monotown.base.labels import texts_of
from monotown.data.workbooks.cells import FIGURES, DataReader, Reading, Settings, Words, regions_of
from monotown.data.workbooks.fates import Fates, blocks, cells_table
from monotown.data.workbooks.fields import Matcher
from monotown.data.workbooks.findings import Finding, Findings
from monotown.data.workbooks.grid import Row, Sheet, cell_name, header_rows, header_texts, is_number, is_year, word_key
from monotown.data.workbooks.hidden import hidden_parts, without_hidden
from monotown.data.workbooks.names import Names, fits_level
from monotown.data.workbooks.office_known import names_beside
from monotown.data.workbooks.offices import COLUMNS, Known, only_taken, read_office, select, unit_means
from monotown.data.workbooks.values import read_number
from monotown.data.workbooks.vocabulary import DIMENSION_NAMES, bare_label, dims_of, is_aggregate, languages_of, role_of

__all__ = ["FIGURES", "ROLES", "Settings", "Workbook", "join_units", "locators", "read_workbook"]

#: What a sheet can be.
ROLES: Final = ("units", "data", "survey", "weights", "example", "notes")

#: A sheet of figures that does not stand in the form of the template, and roles of sheets of figures.
OFFICE: Final = "office"
READ: Final = ("data", "survey", OFFICE)

#: Headings that number the rows of any table, not the people who answered.
_PLAIN: Final = ("id", "index")

#: Texts of a file that are looked at to tell what it is of.
LOOKED_AT: Final = 20_000

#: Levels of units that a run ranks; a whole country is a line beside them.
RANKED: Final = ("town", "organisation", "region")

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}")
_NAMES = ("name_en", "name_ru", "name_kk")
_UNIT_ROLES = ("code", *_NAMES, "region", "level", "aliases", "latitude", "longitude")


@dataclass(frozen=True)
class Workbook:
    """What was read.

    Attributes
    ----------
    figures
        One row a figure, `FIGURES`, in the order read.
    units
        Units that the workbook brings: code to an entry of a units config. An entry whose code the
        config has only adds spellings.
    weights
        Id of a block or indicator to its weight.
    findings
        Errors and warnings.
    cells
        What became of the cells of each sheet (`monotown.data.workbooks.fates.cells_table`).
    seen
        Every figure that was read, with those of other parts of the population, of lines beside the units and of
        indicators that the study does not have: `monotown.data.workbooks.offices.COLUMNS`.
    """

    figures: pd.DataFrame
    units: Mapping[str, Mapping[str, Any]]
    weights: Mapping[str, float]
    findings: tuple[Finding, ...]
    cells: pd.DataFrame
    seen: pd.DataFrame


def read_workbook(sheets: Sequence[Sheet], settings: Settings) -> Workbook:
    """Everything that the sheets of a run hold.

    Parameters
    ----------
    sheets
        Sheets of all files.
    settings
        What reading stands on.
    """
    run = Reading(settings, {(sheet.file, sheet.name): Fates(sheet) for sheet in sheets})
    findings = run.findings
    roles = _roles(sheets, run)
    role_of = {(sheet.file, sheet.name): role for sheet, role in roles}
    seen = pd.DataFrame(columns=list(COLUMNS))
    figures = pd.DataFrame(columns=list(FIGURES))
    if sheets and not any(role in READ for _, role in roles):
        for sheet, role in roles:
            if role == "":
                run.open(sheet)
                place, names = names_beside(sheet)
                findings.add("no_units_found", cell=place, found=names)
        if not findings.errors:
            findings.file, findings.sheet = sheets[0].file, ""
            findings.add("no_data", found=", ".join(s.name for s in sheets))
    else:
        figures, seen = _read_sheets(roles, run)
    if any(role in READ for _, role in roles):
        for name in settings.selection.unmet():
            findings.file, findings.sheet = sheets[0].file, ""
            findings.add("name_unmet", found=name)
    for (file, name), told in run.fates.items():
        findings.file, findings.sheet = file, name
        told.problems(findings.all)
        _left_open(told, role_of[file, name], findings)
    return Workbook(figures, run.own, run.weights, findings.all, cells_table(list(run.fates.values())), seen)


def _read_sheets(roles: Sequence[tuple[Sheet, str]], run: Reading) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read every sheet by its role: units first, whose names the others stand on.

    Returns
    -------
    figures, seen
        Of `Workbook`.
    """
    settings = run.settings
    leave = settings.hidden == "leave_out"
    shown: list[tuple[Sheet, str]] = []
    for sheet, role in roles:
        told = run.open(sheet)
        if role == "":
            run.findings.add("sheet_left_out", cell="A1", found=sheet.name)
        if role in ("units", "data", "survey", "weights"):  # the reader of offices says it of its own
            for found in hidden_parts(sheet):
                run.findings.add("hidden_left_out" if leave else "hidden_read", found=found)
            shown.append((without_hidden(sheet, told) if leave else sheet, role))
    for sheet, role in shown:
        if role == "units":
            _read_units(sheet, run)
    known = _joined(settings.units, run.own)
    among = set(settings.among) | set(run.own) if settings.among else set()
    matcher = Matcher(settings.fields, settings.towns["units"], settings.columns, settings.towns["headers"])
    reader = DataReader(run, matcher, Names(known, settings.towns["homonyms"], among, run.own), known)
    for sheet, role in shown:
        if role in ("data", "survey"):
            reader.read(sheet)
        elif role == "weights":
            _read_weights(sheet, run, matcher)
    figures = pd.DataFrame(reader.rows, columns=list(FIGURES))
    whole = pd.Series([()] * len(figures), index=figures.index, dtype=object)
    seen = figures.assign(marker=figures["flag"], kind=settings.kind, source="", dims=whole, reference=False)
    seen = seen.assign(name=reader.printed)[list(COLUMNS)]
    offices = [sheet for sheet, role in roles if role == OFFICE]
    if offices:
        read = _read_offices(offices, run, known)
        seen = pd.concat([part for part in (seen, read) if len(part)] or [seen], ignore_index=True)
        parts = [part for part in (figures, _ranked(read, run)) if len(part)]
        figures = pd.concat(parts, ignore_index=True) if parts else figures
    return figures.astype({"year": "int64", "value": "float64"}), seen


def _read_offices(sheets: Sequence[Sheet], run: Reading, units: Mapping[str, Any]) -> pd.DataFrame:
    """Figures of sheets in the form of offices: `monotown.data.workbooks.offices.COLUMNS`."""
    settings, towns = run.settings, run.settings.towns
    own = {code: unit for code, unit in units.items() if code != "sets"}
    if settings.among:
        own = {code: unit for code, unit in own.items() if code in settings.among or code in run.own}
    level = settings.level or likely_level(sheets, own)
    known = Known(
        {code: {**unit, "reference": unit["level"] not in RANKED} for code, unit in own.items()},
        settings.fields,
        towns["units"],
        [level] if level else [],
        settings.columns,
        settings.year,
        settings.decimal,
        towns["markers"],
        kind=settings.kind,
        hidden=settings.hidden,
        headers=towns["headers"],
        selection=settings.selection,
    )
    found = only_taken(read_office(sheets, known), settings.take)
    run.findings.extend(found.findings)
    for fates in found.fates:
        run.fates[fates.sheet.file, fates.sheet.name] = fates
    return found.figures


def _ranked(seen: pd.DataFrame, run: Reading) -> pd.DataFrame:
    """Of the figures of offices those that a run ranks: one part of the population, units alone, known indicators."""
    fields = run.settings.fields
    if seen.empty:
        return pd.DataFrame(columns=list(FIGURES))
    means = unit_means(seen)
    taken, notes = select(means, run.settings.take)
    run.findings.extend(notes)
    kept = taken[~taken["reference"].astype(bool) & taken["variable"].isin(list(fields))]
    undated = kept[kept["year"].isna()]
    for row in undated.head(1).to_dict("records"):
        run.findings.extend([Finding.at(row, "no_year", str(row["name"]))])
    kept = kept.drop(index=undated.index)
    made = kept.assign(
        unit_of_measure=kept["variable"].map(lambda name: fields[name].unit_of_measure),
        flag=kept["marker"].where(kept["value"].isna(), ""),
        year=kept["year"].astype(int),
    )
    return made[list(FIGURES)]


def likely_level(sheets: Iterable[Sheet], units: Mapping[str, Mapping[str, Any]]) -> str:
    """Level of the units that most of the names of some sheets mean; "" where several levels are as likely.

    Examples
    --------
    >>> units = {"T": {"en": "Abay", "ru": "Абай", "level": "town"}, "R": {"en": "Abai region", "level": "region",
    ...     "ru": "Абай"}, "A": {"en": "Akmola region", "ru": "Акмолинская область", "level": "region"}}
    >>> likely_level([Sheet("a.csv", "", [["Абай", "1"], ["Акмолинская", "2"]])], units)
    'region'
    >>> likely_level([Sheet("a.csv", "", [["Абай", "1"]])], units)
    ''
    """
    entries = {code: {"ru": next(iter(texts_of(unit).values()), code), **unit} for code, unit in units.items()}
    names = Names(entries)
    texts = dict.fromkeys(part for text in _texts(sheets) for part in (text, *languages_of(text)))
    meant = [text for text in texts if text in names or names.knows(text)]
    counts: Counter[str] = Counter()
    for level in RANKED:
        codes = {c for c in (names.find(text, level=level).code for text in meant) if c is not None}
        counts[level] = sum(fits_level(entries[c], level) for c in codes)
    best = max(counts.values(), default=0)
    likely = [level for level, n in counts.items() if n == best]
    return likely[0] if best and len(likely) == 1 else ""


def _roles(sheets: Sequence[Sheet], run: Reading) -> list[tuple[Sheet, str]]:
    """Role of each sheet: figures that do not stand in the form of the template are read as offices publish them."""
    settings = run.settings
    names = Names({c: u for c, u in settings.units.items() if c != "sets"}, among=settings.among)
    plain = [(sheet, _role(sheet, run.words, settings.roles)) for sheet in sheets]
    own = {text.strip() for sheet, role in plain if role == "units" for row in sheet.rows for text in row}
    found = []
    for sheet, role in plain:
        said = sheet.name in settings.roles
        other = role == "" or (role == "data" and not said and not in_form(sheet, run.words))
        found.append((sheet, OFFICE if other and names_units(sheet, names, own) else role))
    return found


def _texts(sheets: Iterable[Sheet]) -> list[str]:
    """Texts of cells that are no numbers, each once and without marks of footnotes: the first `LOOKED_AT`."""
    found: dict[str, None] = {}
    for sheet in sheets:
        for row in sheet.rows:
            for cell in row:
                if cell and not is_number(text := cell.strip()):
                    found[text] = None
            if len(found) > LOOKED_AT:
                return [bare_label(text) for text in found]
    return [bare_label(text) for text in found]


def names_units(sheet: Sheet, names: Names, own: Collection[str] = ()) -> bool:
    """Whether a cell of a sheet, or its name, is the name of a unit, or one of some texts."""
    return any(
        text in own or text in names or names.knows(text)
        for label in [bare_label(sheet.name), *_texts([sheet])]
        for text in dict.fromkeys([label, *languages_of(label)])
        if text
    )


def in_form(sheet: Sheet, words: Words) -> bool:
    """Whether a sheet of figures stands in the form of the template.

    So where its header names the column of units, no row or column says a part of the population or who answered, and
    no row under years is that of a whole country or a group.
    """
    found = header_rows(sheet, words.keys("unit", "code"))
    if found is None:
        return False
    top, bottom, column = found
    heads = [texts for _, texts in header_texts(sheet, top, bottom) if texts]
    if any(role_of(t) == "" and word_key(t) in DIMENSION_NAMES for texts in heads for t in texts):
        return False
    labels = dict.fromkeys(sheet.text(r, column) for r in range(bottom + 1, len(sheet.rows)))
    if any(role_of(t) == "respondent" and word_key(t) not in _PLAIN for texts in heads for t in texts):
        return False
    anchors = words.keys("unit", "code")  # such as "town", which a part of the population is called too
    if any(dims_of(label) for label in labels if label and word_key(label) not in anchors):
        return False
    across = any(is_year(t.strip()) for texts in heads for t in texts)
    return not (across and any(is_aggregate(label) or words.means([label], "total") for label in labels))


def _left_open(told: Fates, role: str, findings: Findings) -> None:
    """Cells that nothing was said of: left out with their sheet, else a problem."""
    if role in ("data", "survey") and not findings.errors_at(told.sheet.file, told.sheet.name):
        for name, first in blocks(told.open()):
            cell = cell_name(*first)
            findings.add("stray", cell=cell, found=name)
        told.problems(findings.all)
        for row, column in told.open():
            told.claim(row, column, "problem")
        return
    why = {"": "sheet", "notes": "sheet", "example": "sheet"}.get(role, "row")
    for row, column in told.open():
        told.claim(row, column, "left_out", why)


def _role(sheet: Sheet, words: Words, given: Mapping[str, str]) -> str:
    """Role of a sheet: as the run says, by its name, else by its header; "" for none."""
    if sheet.name in given:
        return given[sheet.name]
    for role in ROLES:
        if words.means([sheet.name], f"sheet_{role}"):
            return role
    if not any(any(c.strip() for c in row) for row in sheet.rows):
        return "notes"
    for role, anchors in (("weights", ("id", "weight")), ("units", _NAMES), ("data", ("unit", "code"))):
        found = header_rows(sheet, words.keys(*anchors))
        if found is None:
            continue
        texts = [t for _, t in header_texts(sheet, found[0], found[1])]
        if role == "weights" and not (
            any(words.means(t, "weight") for t in texts) and any(words.means(t, "id") for t in texts)
        ):
            continue
        return role
    return ""


def _joined(units: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Units of the config with those of the workbook."""
    joined = dict(units)
    for code, entry in own.items():
        if code in joined:
            old = dict(joined[code])
            spelled = [*old.get("aliases", ()), *entry.get("aliases", ())]
            joined[code] = {**old, **({"aliases": list(dict.fromkeys(spelled))} if spelled else {})}
        else:
            joined[code] = dict(entry)
    return joined


def join_units(
    units: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]], codes: Sequence[str], name: str
) -> dict[str, Any]:
    """The units config of a run: with the workbook's units, and a set of those it has figures of.

    Parameters
    ----------
    units
        Content of the units config.
    own
        Of `Workbook`.
    codes
        Units of the set.
    name
        Name of the set.
    """
    joined = _joined(units, own)
    return {**joined, "sets": {**units["sets"], name: list(codes)}}


def _read_units(sheet: Sheet, run: Reading) -> None:
    """Units that a sheet lists."""
    found = run.header_of_list(sheet, ("code", *_NAMES), _UNIT_ROLES)
    if not found:
        run.findings.add("no_units_header", cell="A1", found=sheet.text(0, 0))
        return
    columns, start = found
    whole, fates, reader = sheet.spread(), run.open(sheet), _UnitReader(run)
    for r in range(start, len(whole.rows)):
        row = Row(whole, r, columns)
        printed = [row[k] for k in ("code", *_NAMES) if row[k]]
        if not printed:
            continue
        for c in range(whole.width):
            known = c in columns.values()
            fates.claim(r, c, "unit" if known else "left_out", "" if known else "column")
        measures = run.words.means([row[k] for k in columns], "measure_unit")
        if not measures and not run.words.means([printed[0].split()[0].rstrip(":.")], "footnote"):
            reader.read(row)


class _UnitReader:
    """Reads rows that name units, and joins them to the run's own."""

    def __init__(self, run: Reading) -> None:
        self.run, self.findings = run, run.findings
        self.base = {k: v for k, v in run.settings.units.items() if k != "sets"}
        self.names, self.regions = Names(self.base), Names(regions_of(self.base))
        self.seen: dict[str, str] = {}

    def read(self, row: Row) -> None:
        region = self.regions.find(row["region"]) if row["region"] else None
        if region is not None and region.code is None:
            self.findings.add("region", cell=row.place("region"), found=row["region"], near=region.others)
        within = "" if region is None else region.code or ""
        code = self._code(row, within)
        if code in self.base:
            printed = [row[n] for n in _NAMES if row[n]]
            spelled = [p for p in printed if self.names.find(p).code != code]
            self.run.own[code] = {**self.base[code], "aliases": spelled}
        elif code:
            self._new(row, code, within)

    def _code(self, row: Row, region: str) -> str:
        """Code of the unit of a row; "" where it has none, or one that stood before."""
        code, place = row["code"], row.place("code")
        if not code:
            given = next(row[n] for n in _NAMES if row[n])
            code = self.names.find(given, region, row["level"] or self.run.settings.level).code or ""
            if not code:
                self.findings.add("code_missing", cell=place, found=given)
        elif not _CODE.fullmatch(code):
            self.findings.add("code_form", cell=place, found=code)
            return ""
        if code in self.seen:
            self.findings.add("repeated", cell=place, found=code, first=self.seen[code])
            return ""
        if code:
            self.seen[code] = place
        return code

    def _new(self, row: Row, code: str, region: str) -> None:
        """A unit that the config does not have."""
        for role in _NAMES:
            other = self.names.find(row[role], region).code if row[role] else None
            if other is not None and self.names.level(other) == "town":
                self.findings.add("known_as", cell=row.place(role), found=row[role], other=other)
        level = row["level"] or "town"
        given = next((row[n] for n in _NAMES if row[n]), "")
        if level not in ("town", "region", "organisation"):
            self.findings.add("level", cell=row.place("level"), found=level)
            return
        if not given:
            self.findings.add("name_missing", cell=row.place("code"), found=code)
            return
        entry: dict[str, Any] = {lang: row[f"name_{lang}"] or given for lang in ("en", "ru", "kk")}
        entry["level"] = level
        if row["aliases"]:
            entry["aliases"] = [a.strip() for a in re.split("[;|]", row["aliases"]) if a.strip()]
        if region:
            entry["parent"] = region
        for role, limit in (("latitude", 90), ("longitude", 180)):
            degrees = _number(row[role], limit) if row[role] else None
            if degrees is not None:
                entry[role] = degrees
            elif row[role]:
                self.findings.add("degrees", cell=row.place(role), found=row[role], limit=limit)
        self.run.own[code] = entry


def _number(text: str, limit: float) -> float | None:
    """A number at most as far from 0 as the limit; None for any other text."""
    try:
        value = read_number(text, {}).value
    except ValueError:
        return None
    return None if value is None or abs(value) > limit else float(value)


def _read_weights(sheet: Sheet, run: Reading, matcher: Matcher) -> None:
    """Weights that a sheet lists."""
    found = run.header_of_list(sheet, ("id",), ("id", "weight"), needed=("id", "weight"))
    if not found:
        run.findings.add("no_weights_header", cell="A1", found=sheet.text(0, 0))
        return
    columns, start = found
    fates = run.open(sheet)
    signed: list[tuple[str, str]] = []
    for r in range(start, len(sheet.rows)):
        row = Row(sheet, r, columns)
        fates.claim(r, columns["id"], "header")
        for c in set(range(sheet.width)) - set(columns.values()):
            fates.claim(r, c, "left_out", "column")
        if _weight_of(row, run, matcher):
            fates.claim(r, columns["weight"], "read")
            signed.append((row.place("weight"), row["weight"]))
    other = [(place, text) for place, text in signed if text.endswith("%") != signed[0][1].endswith("%")]
    if other:
        run.findings.add("weights_percent", cell=other[0][0], found=other[0][1])


def _weight_of(row: Row, run: Reading, matcher: Matcher) -> bool:
    """Note the weight of a row; whether it has one."""
    settings, findings = run.settings, run.findings
    name, text, place = row["id"], row["weight"], row.place("weight")
    cell = (row.index, row.columns["weight"])
    if text and not name:
        findings.add("weight_id", cell=row.place("id"), found="", near=", ".join(settings.blocks))
    if not name or not (text or cell in row.sheet.unsaved):
        return False
    if cell in row.sheet.unsaved:
        findings.add("formula", cell=place)
        return False
    if cell in row.sheet.refused:
        findings.add("number_format", cell=place, found=row.sheet.refused[cell])
        return False
    header = matcher.read([name])
    known = [name] if name in settings.blocks else [k for k in header.fields if settings.fields[k].block]
    if len(known) != 1:
        near = ", ".join([*settings.blocks, *header.near]) or "—"
        findings.add("weight_id", cell=row.place("id"), found=name, near=near)
        return False
    weight = _weight(text)
    if weight is None:
        findings.add("weight", cell=place, found=text)
    elif known[0] in run.weights:
        findings.add("repeated", cell=row.place("id"), found=name, first=known[0])
    else:
        run.weights[known[0]] = weight
        return True
    return False


def _weight(text: str) -> float | None:
    """A weight, in percent or not; None for what is none."""
    try:
        number = read_number(text, {})
    except ValueError:
        return None
    if number.value is None or number.value < 0:
        return None
    return float(number.value / 100 if number.percent else number.value)


def locators(figures: pd.DataFrame) -> pd.Series[str]:
    """Place of each figure in words: file, sheet, cell."""
    names = figures["file"].map(lambda f: PurePath(f).name)
    sheets = figures["sheet"].map(lambda s: f", sheet {s}" if s else "")
    return names + sheets + ", cell " + figures["cell"]
