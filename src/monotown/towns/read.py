"""Sheets of a workbook to units, figures and weights, and all there is to say about them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from monotown.towns.fields import Field, Header, Matcher
from monotown.towns.findings import Finding, Findings
from monotown.towns.grid import Sheet, cell_name, header_rows, header_texts, word_key
from monotown.towns.names import Names
from monotown.towns.values import (
    SPREADSHEET_ERRORS,
    Number,
    marker_table,
    read_any_year,
    read_number,
)

#: Columns of the figures that `read_workbook` returns.
FIGURES: Final = (
    "unit", "year", "variable", "value", "unit_of_measure", "flag", "file", "sheet", "cell",
)  # fmt: skip

#: What a sheet can be.
ROLES: Final = ("units", "data", "survey", "weights", "example", "notes")

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}")
#: Units of measure that the name of an indicator leaves no doubt of, or that bounds tell apart.
_PLAIN: Final = ("0 to 100", "ratio")
_NAMES = ("name_en", "name_ru", "name_kk")


@dataclass(frozen=True)
class Settings:
    """What reading stands on.

    Attributes
    ----------
    fields
        Of `monotown.towns.fields.make_fields`.
    towns
        Content of ``config/towns.yaml``.
    units
        Content of the units config.
    blocks
        Ids of the catalogue's blocks, which weights may name.
    among
        Codes that names may mean; empty for all.
    level
        Level that a name means where the row says nothing, such as ``town``; "" for any.
    year
        Year of every row of a sheet that holds none.
    kind
        Kind of data that the run declares: a row that says another is refused; "" for any.
    roles
        Sheet name to its role, where its name does not say it.
    columns
        Header to the field it means, where the header does not say it.
    """

    fields: Mapping[str, Field]
    towns: Mapping[str, Any]
    units: Mapping[str, Any]
    blocks: Sequence[str] = ()
    among: Collection[str] = ()
    level: str = ""
    year: int | None = None
    kind: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


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
    """

    figures: pd.DataFrame
    units: Mapping[str, Mapping[str, Any]]
    weights: Mapping[str, float]
    findings: tuple[Finding, ...]


def read_workbook(sheets: Sequence[Sheet], settings: Settings) -> Workbook:
    """Everything that the sheets of a run hold.

    Parameters
    ----------
    sheets
        Sheets of all files.
    settings
        What reading stands on.
    """
    findings = Findings()
    words = _Words(settings.towns["words"])
    roles = [(sheet, _role(sheet, words, settings.roles)) for sheet in sheets]
    if not any(role in ("data", "survey") for _, role in roles) and sheets:
        for sheet, role in roles:
            if role == "":
                findings.file, findings.sheet = sheet.file, sheet.name
                findings.add("no_header", cell="A1", found=sheet.text(0, 0))
        if not findings.errors:
            findings.file, findings.sheet = sheets[0].file, ""
            findings.add("no_data", found=", ".join(s.name for s in sheets))
        return Workbook(pd.DataFrame(columns=list(FIGURES)), {}, {}, findings.all)
    own: dict[str, dict[str, Any]] = {}
    for sheet, role in roles:
        findings.file, findings.sheet = sheet.file, sheet.name
        if role == "units":
            _read_units(sheet, settings, words, own, findings)
        elif role == "":
            findings.add("sheet_left_out", cell="A1", found=sheet.name)
    known = _joined(settings.units, own)
    among = set(settings.among) | set(own) if settings.among else set()
    matcher = Matcher(
        settings.fields, settings.towns["units"], settings.columns, settings.towns["headers"]
    )
    reader = _DataReader(
        settings, words, matcher, Names(known, settings.towns["homonyms"], among, own),
        Names({c: u for c, u in known.items() if c != "sets" and u["level"] == "region"}),
        findings, known,
    )  # fmt: skip
    weights: dict[str, float] = {}
    for sheet, role in roles:
        findings.file, findings.sheet = sheet.file, sheet.name
        if role in ("data", "survey"):
            reader.read(sheet)
        elif role == "weights":
            _read_weights(sheet, settings, words, matcher, weights, findings)
    figures = pd.DataFrame(reader.rows, columns=list(FIGURES))
    return Workbook(figures, own, weights, findings.all)


class _Words:
    """Meanings of header words."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._keys = {name: {word_key(w) for w in listed} for name, listed in words.items()}

    def keys(self, *names: str) -> set[str]:
        return set().union(*(self._keys[n] for n in names))

    def means(self, texts: Iterable[str], name: str) -> bool:
        keys = self._keys[name]
        return any(word_key(t) in keys for t in texts)


def _role(sheet: Sheet, words: _Words, given: Mapping[str, str]) -> str:
    """Role of a sheet: as the run says, by its name, else by its header; "" for none."""
    if sheet.name in given:
        return given[sheet.name]
    for role in ROLES:
        if words.means([sheet.name], f"sheet_{role}"):
            return role
    if not any(any(c.strip() for c in row) for row in sheet.rows):
        return "notes"
    for role, anchors in (
        ("weights", ("id", "weight")),
        ("units", _NAMES),
        ("data", ("unit", "code")),
    ):
        found = header_rows(sheet, words.keys(*anchors))
        if found is None:
            continue
        texts = [t for _, t in header_texts(sheet, found[0], found[1])]
        if role == "weights" and not (
            any(words.means(t, "weight") for t in texts)
            and any(words.means(t, "id") for t in texts)
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


def _read_units(
    sheet: Sheet,
    settings: Settings,
    words: _Words,
    own: dict[str, dict[str, Any]],
    findings: Findings,
) -> None:
    found = header_rows(sheet, words.keys("code", *_NAMES), stacked=False)
    if found is None:
        findings.add("no_units_header", cell="A1", found=sheet.text(0, 0))
        return
    top, bottom, _ = found
    columns: dict[str, int] = {}
    for c, texts in header_texts(sheet, top, bottom):
        for role in ("code", *_NAMES, "region", "level", "aliases", "latitude", "longitude"):
            if role not in columns and words.means(texts, role):
                columns[role] = c
                break
    base = {k: v for k, v in settings.units.items() if k != "sets"}
    names = Names(base)
    regions = Names({c: u for c, u in base.items() if u["level"] == "region"})
    seen: dict[str, str] = {}
    whole = sheet.spread()
    for r in range(bottom + 1, len(whole.rows)):
        cells = {role: whole.text(r, c) for role, c in columns.items()}
        printed = [cells.get(n, "") for n in _NAMES]
        if not any(cells.get(k) for k in ("code", *_NAMES)):
            continue
        if words.means(cells.values(), "measure_unit"):
            continue
        first_word = next(t for t in (cells.get("code", ""), *printed) if t).split()[0]
        if words.means([first_word.rstrip(":.")], "footnote"):
            continue
        place = {role: cell_name(r, c) for role, c in columns.items()}
        first = place.get("code", cell_name(r, 0))
        region = None
        if cells.get("region"):
            match = regions.find(cells["region"])
            region = match.code
            if region is None:
                findings.add("region", cell=place["region"], found=cells["region"],
                             near=", ".join(match.near or match.among) or "—")  # fmt: skip
        code, given = cells.get("code", ""), next((p for p in printed if p), "")
        if not code:
            match = names.find(given, region or "", cells.get("level", "") or settings.level)
            if match.code is None:
                findings.add("code_missing", cell=first, found=given)
                continue
            code = match.code
        elif not _CODE.fullmatch(code):
            findings.add("code_form", cell=first, found=code)
            continue
        if code in seen:
            findings.add("repeated", cell=first, found=code, first=seen[code])
            continue
        seen[code] = first
        if code in base:
            spelled = [p for p in printed if p and names.find(p).code != code]
            own[code] = {**base[code], "aliases": spelled}
            continue
        for role in _NAMES:
            other = names.find(cells.get(role, ""), region or "").code if cells.get(role) else None
            if other is not None and names.level(other) == "town":
                findings.add("known_as", cell=place[role], found=cells[role], other=other)
        level = cells.get("level") or "town"
        if level not in ("town", "region", "organisation"):
            findings.add("level", cell=place["level"], found=level)
            continue
        if not given:
            findings.add("name_missing", cell=first, found=code)
            continue
        entry: dict[str, Any] = {
            lang: cells.get(f"name_{lang}") or given for lang in ("en", "ru", "kk")
        }
        entry["level"] = level
        if cells.get("aliases"):
            entry["aliases"] = [a.strip() for a in re.split("[;|]", cells["aliases"]) if a.strip()]
        if region:
            entry["parent"] = region
        for role, limit in (("latitude", 90), ("longitude", 180)):
            if cells.get(role):
                try:
                    degrees = read_number(cells[role], {}).value
                except ValueError:
                    degrees = None
                if degrees is None or abs(degrees) > limit:
                    findings.add("degrees", cell=place[role], found=cells[role], limit=limit)
                else:
                    entry[role] = float(degrees)
        own[code] = entry


def _read_weights(
    sheet: Sheet,
    settings: Settings,
    words: _Words,
    matcher: Matcher,
    weights: dict[str, float],
    findings: Findings,
) -> None:
    found = header_rows(sheet, words.keys("id"), stacked=False)
    columns: dict[str, int] = {}
    if found is not None:
        for c, texts in header_texts(sheet, found[0], found[1]):
            for role in ("id", "weight"):
                if words.means(texts, role):
                    columns.setdefault(role, c)
    if found is None or len(columns) < 2:
        findings.add("no_weights_header", cell="A1", found=sheet.text(0, 0))
        return
    for r in range(found[1] + 1, len(sheet.rows)):
        name, text = (sheet.text(r, columns[k]) for k in ("id", "weight"))
        if not name or not text:
            continue
        place = {k: cell_name(r, c) for k, c in columns.items()}
        known = [name] if name in settings.blocks else list(matcher.read([name]).fields)
        known = [k for k in known if k in settings.blocks or settings.fields[k].block]
        if len(known) != 1:
            header = matcher.read([name])
            findings.add("weight_id", cell=place["id"], found=name,
                         near=", ".join([*settings.blocks, *header.near]) or "—")  # fmt: skip
            continue
        try:
            number = read_number(text, {}).value
        except ValueError:
            number = None
        if number is None or number < 0:
            findings.add("weight", cell=place["weight"], found=text)
        elif known[0] in weights:
            findings.add("repeated", cell=place["id"], found=name, first=known[0])
        else:
            weights[known[0]] = float(number)


@dataclass
class _Column:
    """A column of figures."""

    index: int
    name: str
    header: Header
    held: Field | None
    declared: str = ""
    read: list[tuple[str, Number]] = field(default_factory=list)


class _DataReader:
    """Reads sheets of figures, one after another."""

    def __init__(
        self, settings: Settings, words: _Words, matcher: Matcher, names: Names, regions: Names,
        findings: Findings, units: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.settings, self.words, self.matcher = settings, words, matcher
        self.names, self.regions, self.findings, self.units = names, regions, findings, units
        self.markers = marker_table(settings.towns["markers"])
        self.rows: list[tuple[Any, ...]] = []
        self.seen: dict[tuple[str, int, str], str] = {}
        self.kinds: set[tuple[str, str, str]] = set()

    def read(self, sheet: Sheet) -> None:
        found = header_rows(sheet, self.words.keys("unit", "code"))
        if found is None:
            self.findings.add("no_header", cell="A1", found=sheet.text(0, 0))
            return
        top, bottom, _ = found
        roles: dict[str, int] = {}
        columns: list[_Column] = []
        title = self._title(sheet, top)
        before = self.findings.errors
        for c, texts in header_texts(sheet, top, bottom):
            if not texts:
                if any(sheet.text(r, c) for r in range(bottom + 1, len(sheet.rows))):
                    self.findings.add("header_missing", cell=cell_name(top, c))
                continue
            self._classify(c, texts, bottom, roles, columns, title)
        if "unit" not in roles and "code" not in roles:  # pragma: no cover - the anchor is one
            return
        long = "indicator" in roles and "value" in roles
        if not columns and not long:
            if self.findings.errors > before:
                return
            self.findings.add("no_columns", cell=cell_name(bottom, 0))
            return
        if "indicator" not in roles:
            unnamed = [c for c in columns if c.held is None]
            if unnamed:
                place = cell_name(bottom, unnamed[0].index)
                self.findings.add("which_indicator", cell=place, found=unnamed[0].name)
                return
        undated = [c for c in columns if c.header.year is None]
        if "year" not in roles and (undated or long) and self.settings.year is None:
            self.findings.add("no_year", cell=cell_name(bottom, roles.get("unit", 0)))
            return
        columns = self._once(columns, bottom)
        self._body(sheet, bottom + 1, roles, columns)

    def _title(self, sheet: Sheet, top: int) -> Field | None:
        """The field that the sheet's name or a row above the header names."""
        for text in [sheet.name, *(t for r in range(top) for t in sheet.rows[r] if t.strip())]:
            named = self.matcher.read([text]).fields
            if len(named) == 1:
                return self.settings.fields[named[0]]
        return None

    def _classify(
        self, c: int, texts: tuple[str, ...], bottom: int, roles: dict[str, int],
        columns: list[_Column], title: Field | None,
    ) -> None:  # fmt: skip
        shown, place = " / ".join(texts), cell_name(bottom, c)
        header = self.matcher.read(texts)
        if len(header.fields) == 1:
            held = self.settings.fields[header.fields[0]]
            if header.unit and not self.matcher.fits(header.unit, held):
                self.findings.add("unit_of_measure", cell=place, found=shown,
                                  unit=held.unit_of_measure)  # fmt: skip
                return
            columns.append(_Column(c, shown, header, held, header.unit))
            return
        if len(header.fields) > 1:
            self.findings.add("which_field", cell=place, found=shown,
                              among=", ".join(header.fields))  # fmt: skip
            return
        if header.year is not None:
            left = [t for t in texts if read_any_year(t) is None]
            if not left or self.words.means(left, "year"):
                columns.append(_Column(c, shown, header, title))
                return
        for role in ("unit", "code", "region", "level", "year", "indicator", "value",
                     "measure_unit", "kind"):  # fmt: skip
            if self.words.means(texts, role):
                roles.setdefault(role, c)
                return
        if not self.words.means(texts, "ignore"):
            near = ", ".join(header.near) or "—"
            self.findings.add("unknown_column", cell=place, found=shown, near=near)

    def _once(self, columns: list[_Column], bottom: int) -> list[_Column]:
        """The columns, each field and year once."""
        first: dict[tuple[str, int | None], _Column] = {}
        for column in columns:
            named = "" if column.held is None else column.held.name
            key = (named, column.header.year)
            if key in first:
                self.findings.add(
                    "repeated",
                    cell=cell_name(bottom, column.index),
                    found=column.name,
                    first=cell_name(bottom, first[key].index),
                )
            first.setdefault(key, column)
        return list(first.values())

    def _body(
        self, sheet: Sheet, start: int, roles: Mapping[str, int], columns: list[_Column]
    ) -> None:
        long = "indicator" in roles and "value" in roles
        places = [(c.index, c.header.year, c) for c in columns]
        if long:
            places = [(roles["value"], None, _Column(roles["value"], "", Header(()), None))]
        values = [index for index, _, _ in places]
        self._merged(sheet, start, set(values))
        whole = sheet.spread()  # names may stand once for several rows, figures may not
        by_name: dict[str, _Column] = {}
        totals = 0
        for r in range(start, len(sheet.rows)):
            filled = [c for c in range(len(sheet.rows[r])) if sheet.text(r, c)]
            figures = [c for c in values if sheet.text(r, c) or (r, c) in sheet.unsaved]
            if not filled and not figures:
                continue
            head = whole.text(r, roles.get("unit", roles.get("code", 0)))
            if self.words.means([head], "measure_unit"):
                self._declare(sheet, r, columns)
                continue
            if self.words.means([head], "unit") or _numbered(sheet, r, filled):
                continue
            if self.words.means([head], "total"):
                totals += 1
                continue
            if not figures:
                continue  # a heading between rows, a note below them, or an empty row of a form
            if not head and not any(c.isdigit() for i in figures for c in sheet.text(r, i)):
                continue  # a note that stands in another column
            self._kind(whole, r, roles)
            unit = self._unit(whole, r, roles)
            year = self._year(whole, r, roles, any(when is None for _, when, _ in places))
            named = self._named(whole, r, roles, by_name) if "indicator" in roles else None
            for index, when, column in places:
                use = named if "indicator" in roles else column
                date = when or (use.header.year if use is not None else None) or year
                if use is not None:
                    self._figure(sheet, r, index, use, unit, date)
        if totals:
            self.findings.add("totals_left_out", found=totals)
        for column in [*columns, *by_name.values()]:
            self._shares(column)
            self._assumed(column)

    def _merged(self, sheet: Sheet, start: int, values: set[int]) -> None:
        """Figures in merged cells: which rows they belong to cannot be known."""
        for top, left, bottom, right in sheet.merged:
            held = values & set(range(left, right + 1))
            if top >= start and held and any(c.isdigit() for c in sheet.text(top, left)):
                if left not in values:
                    continue  # a name or a note over the whole row
                name = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
                self.findings.add("merged", cell=cell_name(top, left), found=name)

    def _declare(self, sheet: Sheet, r: int, columns: list[_Column]) -> None:
        """Units of measure from a row that gives them."""
        for column in columns:
            text = sheet.text(r, column.index)
            if not text or column.held is None:
                continue
            if self.matcher.fits(text, column.held):
                column.declared = self.matcher.unit(text) or column.declared or text
            else:
                self.findings.add("unit_of_measure", cell=cell_name(r, column.index), found=text,
                                  unit=column.held.unit_of_measure)  # fmt: skip

    def _unit(self, sheet: Sheet, r: int, roles: Mapping[str, int]) -> str | None:
        code = sheet.text(r, roles["code"]) if "code" in roles else ""
        name = sheet.text(r, roles["unit"]) if "unit" in roles else ""
        place = cell_name(r, roles["code" if code and not name else
                                   "unit" if "unit" in roles else "code"])  # fmt: skip
        region = ""
        if "region" in roles and sheet.text(r, roles["region"]):
            printed = sheet.text(r, roles["region"])
            match = self.regions.find(printed)
            region = match.code or ""
            if not region:
                self.findings.add("region", cell=cell_name(r, roles["region"]), found=printed,
                                  near=", ".join(match.near or match.among) or "—")  # fmt: skip
                return None
        if not code and not name:
            self.findings.add("unit_missing", cell=place)
            return None
        level = sheet.text(r, roles["level"]) if "level" in roles else ""
        if code and code in self.names:
            by_name = self.names.find(name, region, level) if name else None
            if by_name is not None and by_name.code not in (None, code):
                self.findings.add("code_and_name", cell=place, found=f"{code} / {name}",
                                  other=str(by_name.code))  # fmt: skip
                return None
            return code
        if code and not name:
            self.findings.add("unit", cell=place, found=code, near="—")
            return None
        match = self.names.find(name, region, level or self.settings.level)
        if match.code is None:
            if match.homonym is not None:
                self.findings.add("unit_homonym", cell=place, found=name,
                                  among=match.among[0], **match.homonym)  # fmt: skip
            elif match.among:
                self.findings.add("unit_ambiguous", cell=place, found=name,
                                  among=", ".join(match.among))  # fmt: skip
            else:
                self.findings.add("unit", cell=place, found=name,
                                  near=", ".join(match.near) or "—")  # fmt: skip
        return match.code

    def _year(self, sheet: Sheet, r: int, roles: Mapping[str, int], needed: bool) -> int | None:
        if "year" not in roles:
            return self.settings.year
        text = sheet.text(r, roles["year"])
        year = read_any_year(text)
        if year is None and needed:
            self.findings.add("year", cell=cell_name(r, roles["year"]), found=text)
        return year

    def _kind(self, sheet: Sheet, r: int, roles: Mapping[str, int]) -> None:
        """Refuse a row that says it is of another kind of data than the run."""
        said = sheet.text(r, roles["kind"]) if "kind" in roles else ""
        key = (sheet.file, sheet.name, said)
        if said and said.casefold() != (self.settings.kind or said) and key not in self.kinds:
            self.kinds.add(key)  # once a sheet
            self.findings.add("other_kind", cell=cell_name(r, roles["kind"]), found=said,
                              kind=self.settings.kind)  # fmt: skip

    def _named(
        self, sheet: Sheet, r: int, roles: Mapping[str, int], by_name: dict[str, _Column]
    ) -> _Column | None:
        """Field that a row of a long table names."""
        text = sheet.text(r, roles["indicator"])
        printed = sheet.text(r, roles["measure_unit"]) if "measure_unit" in roles else ""
        key = f"{text}\n{printed}"
        if key in by_name:
            return by_name[key] if by_name[key].held is not None else None
        place = cell_name(r, roles["indicator"])
        header = self.matcher.read([text])
        column = _Column(roles.get("value", 0), text, header, None, header.unit)
        by_name[key] = column
        if len(header.fields) == 1:
            column.held = self.settings.fields[header.fields[0]]
            if printed:
                if self.matcher.fits(printed, column.held):
                    column.declared = self.matcher.unit(printed) or printed
                else:
                    self.findings.add(
                        "unit_of_measure", cell=cell_name(r, roles["measure_unit"]),
                        found=printed, unit=column.held.unit_of_measure,
                    )  # fmt: skip
                    column.held = None  # its figures are of another size
                    return None
            return column
        if header.fields:
            self.findings.add("which_field", cell=place, found=text,
                              among=", ".join(header.fields))  # fmt: skip
        else:
            self.findings.add("unknown_indicator", cell=place, found=text,
                              near=", ".join(header.near) or "—")  # fmt: skip
        return None

    def _figure(
        self,
        sheet: Sheet,
        r: int,
        index: int,
        column: _Column,
        unit: str | None,
        year: int | None,
    ) -> None:
        held = column.held
        if held is None:
            return
        text, place = sheet.text(r, index), cell_name(r, index)
        if (r, index) in sheet.unsaved:
            self.findings.add("formula", cell=place)
            return
        if not text:
            return
        if text.upper() in SPREADSHEET_ERRORS:
            self.findings.add("spreadsheet_error", cell=place, found=text)
            return
        try:
            number = read_number(text, self.markers, column.declared == "share")
        except ValueError:
            self.findings.add("number", cell=place, found=text, unit=held.unit_of_measure)
            return
        if number.percent and not held.percent:
            self.findings.add("percent_sign", cell=place, found=text, unit=held.unit_of_measure)
            return
        if number.value is not None and not self._fits(held, number.value, place, text):
            return
        if unit is None or year is None:
            return  # said of the row; its figures are checked all the same
        exists = self.units[unit].get("exists") or (None, None)
        if (exists[0] is not None and year < exists[0]) or (
            exists[1] is not None and year > exists[1]
        ):
            self.findings.add("no_such_unit_then", cell=place, found=f"{unit} {year}")
            return
        key = (unit, year, held.name)
        if key in self.seen:
            self.findings.add("repeated", cell=place, found=f"{unit} {year} {held.name}: {text}",
                              first=self.seen[key])  # fmt: skip
            return
        where = f"{sheet.name} {place}".strip()
        self.seen[key] = where
        column.read.append((place, number))
        value = float("nan") if number.value is None else float(number.value)
        self.rows.append(
            (unit, year, held.name, value, held.unit_of_measure, str(number.flag), sheet.file,
             sheet.name, place)
        )  # fmt: skip

    def _fits(self, held: Field, value: Decimal, place: str, text: str) -> bool:
        low, high = held.bounds
        if (low is not None and value < Decimal(str(low))) or (
            high is not None and value > Decimal(str(high))
        ):
            span = (
                f"≥ {low:g}" if high is None else f"≤ {high:g}" if low is None
                else f"{low:g} … {high:g}"
            )  # fmt: skip
            self.findings.add("bounds", cell=place, found=text, span=span,
                              unit=held.unit_of_measure)  # fmt: skip
            return False
        if held.count and value != value.to_integral_value():
            self.findings.add("whole", cell=place, found=text, unit=held.unit_of_measure)
            return False
        return True

    def _shares(self, column: _Column) -> None:
        """Ask whether a column in percent holds shares of 1, which is never guessed."""
        held = column.held
        if held is None or not held.percent or held.bounds[1] != 100:
            return
        if held.goalposts is not None and held.goalposts[1] <= 1:
            return  # a percent that is small by nature
        if column.declared == "share":
            return
        bare = [(p, n.value) for p, n in column.read if n.value is not None and not n.percent]
        signed = any(n.percent for _, n in column.read)
        small = [(p, v) for p, v in bare if 0 < abs(v) <= 1]
        if not small:
            return
        if signed or len(small) == sum(v != 0 for _, v in bare):
            place, value = small[0]
            code = "percent_or_share"
            if column.declared and not signed:
                code = "percent_or_share_declared"
            self.findings.add(code, cell=place, found=value, column=column.name)

    def _assumed(self, column: _Column) -> None:
        """Say in which unit an indicator was read whose name could mean a count or an amount."""
        held = column.held
        if held is None or not held.block or column.declared or not column.read:
            return
        if held.unit_of_measure in _PLAIN or held.percent:
            return
        self.findings.add("unit_assumed", cell=column.read[0][0], found=column.name,
                          unit=held.unit_of_measure)  # fmt: skip


def _numbered(sheet: Sheet, r: int, filled: Sequence[int]) -> bool:
    """Whether a row only numbers the columns, as printed tables do: A, 1, 2, 3."""
    texts = [sheet.text(r, c) for c in filled]
    if len(texts) < 3:
        return False
    if texts[0] in ("A", "А"):
        texts = texts[1:]
    return texts == [str(i) for i in range(1, len(texts) + 1)]


def locators(figures: pd.DataFrame) -> pd.Series[str]:
    """Place of each figure in words: file, sheet, cell."""
    names = figures["file"].map(lambda f: PurePath(f).name)
    sheets = figures["sheet"].map(lambda s: f", sheet {s}" if s else "")
    return names + sheets + ", cell " + figures["cell"]
