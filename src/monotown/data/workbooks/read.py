"""Sheets of a workbook to units, figures and weights, and all there is to say about them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from monotown.data.workbooks.cells import FIGURES, DataReader, Settings, Words
from monotown.data.workbooks.fates import Fates, blocks, cells_table
from monotown.data.workbooks.fields import Matcher
from monotown.data.workbooks.findings import Finding, Findings
from monotown.data.workbooks.grid import Sheet, cell_name, cell_place, header_rows, header_texts
from monotown.data.workbooks.hidden import hidden_parts, without_hidden
from monotown.data.workbooks.names import Names
from monotown.data.workbooks.values import read_number

__all__ = ["FIGURES", "ROLES", "Settings", "Workbook", "join_units", "locators", "read_workbook"]

#: What a sheet can be.
ROLES: Final = ("units", "data", "survey", "weights", "example", "notes")

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}")
_NAMES = ("name_en", "name_ru", "name_kk")


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
    """

    figures: pd.DataFrame
    units: Mapping[str, Mapping[str, Any]]
    weights: Mapping[str, float]
    findings: tuple[Finding, ...]
    cells: pd.DataFrame


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
    words = Words(settings.towns["words"])
    roles = [(sheet, _role(sheet, words, settings.roles)) for sheet in sheets]
    role_of = {(sheet.file, sheet.name): role for sheet, role in roles}
    fates = {(sheet.file, sheet.name): Fates(sheet) for sheet in sheets}
    own: dict[str, dict[str, Any]] = {}
    weights: dict[str, float] = {}
    rows: list[tuple[Any, ...]] = []
    if sheets and not any(role in ("data", "survey") for _, role in roles):
        for sheet, role in roles:
            if role == "":
                findings.file, findings.sheet = sheet.file, sheet.name
                findings.add("no_header", cell="A1", found=sheet.text(0, 0))
        if not findings.errors:
            findings.file, findings.sheet = sheets[0].file, ""
            findings.add("no_data", found=", ".join(s.name for s in sheets))
    else:
        rows = _read_sheets(roles, settings, words, own, weights, fates, findings)
    for (file, name), told in fates.items():
        findings.file, findings.sheet = file, name
        told.problems(findings.all)
        _left_open(told, role_of[file, name], findings)
    figures = pd.DataFrame(rows, columns=list(FIGURES))
    return Workbook(figures, own, weights, findings.all, cells_table(list(fates.values())))


def _read_sheets(
    roles: Sequence[tuple[Sheet, str]],
    settings: Settings,
    words: Words,
    own: dict[str, dict[str, Any]],
    weights: dict[str, float],
    fates: Mapping[tuple[str, str], Fates],
    findings: Findings,
) -> list[tuple[Any, ...]]:
    """Read every sheet by its role: units first, whose names the others stand on."""
    seen: list[tuple[Sheet, str]] = []
    for sheet, role in roles:
        findings.file, findings.sheet = sheet.file, sheet.name
        if role == "":
            findings.add("sheet_left_out", cell="A1", found=sheet.name)
        if role in ("units", "data", "survey", "weights"):
            told = fates[sheet.file, sheet.name]
            leave = settings.hidden == "leave_out"
            for found in hidden_parts(sheet):
                findings.add("hidden_left_out" if leave else "hidden_read", found=found)
            seen.append((without_hidden(sheet, told) if leave else sheet, role))
    for sheet, role in seen:
        findings.file, findings.sheet = sheet.file, sheet.name
        if role == "units":
            _read_units(sheet, settings, words, own, fates[sheet.file, sheet.name], findings)
    known = _joined(settings.units, own)
    among = set(settings.among) | set(own) if settings.among else set()
    matcher = Matcher(settings.fields, settings.towns["units"], settings.columns, settings.towns["headers"])
    reader = DataReader(
        settings,
        words,
        matcher,
        Names(known, settings.towns["homonyms"], among, own),
        Names({c: u for c, u in known.items() if c != "sets" and u["level"] == "region"}),
        findings,
        known,
        fates,
    )
    for sheet, role in seen:
        findings.file, findings.sheet = sheet.file, sheet.name
        if role in ("data", "survey"):
            reader.read(sheet)
        elif role == "weights":
            told = fates[sheet.file, sheet.name]
            _read_weights(sheet, settings, words, matcher, weights, told, findings)
    return reader.rows


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


def _read_units(
    sheet: Sheet, settings: Settings, words: Words, own: dict[str, dict[str, Any]], fates: Fates, findings: Findings
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
    _outline(fates, sheet, top, bottom)
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
        for c in range(whole.width):
            known = c in columns.values()
            fates.claim(r, c, "unit" if known else "left_out", "" if known else "column")
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
                findings.add(
                    "region",
                    cell=place["region"],
                    found=cells["region"],
                    near=", ".join(match.near or match.among) or "—",
                )
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
        entry: dict[str, Any] = {lang: cells.get(f"name_{lang}") or given for lang in ("en", "ru", "kk")}
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
    words: Words,
    matcher: Matcher,
    weights: dict[str, float],
    fates: Fates,
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
    _outline(fates, sheet, found[0], found[1])
    signed: list[tuple[str, bool]] = []
    for r in range(found[1] + 1, len(sheet.rows)):
        name, text = (sheet.text(r, columns[k]) for k in ("id", "weight"))
        unsaved = (r, columns["weight"]) in sheet.unsaved
        place = {k: cell_name(r, c) for k, c in columns.items()}
        fates.claim(r, columns["id"], "header")
        for c in range(sheet.width):
            if c not in columns.values():
                fates.claim(r, c, "left_out", "column")
        if text and not name:
            findings.add("weight_id", cell=place["id"], found="", near=", ".join(settings.blocks))
        if not name or not (text or unsaved):
            continue
        if unsaved:
            findings.add("formula", cell=place["weight"])
            continue
        if (r, columns["weight"]) in sheet.refused:
            findings.add("number_format", cell=place["weight"], found=sheet.refused[r, columns["weight"]])
            continue
        known = [name] if name in settings.blocks else list(matcher.read([name]).fields)
        known = [k for k in known if k in settings.blocks or settings.fields[k].block]
        if len(known) != 1:
            header = matcher.read([name])
            findings.add(
                "weight_id", cell=place["id"], found=name, near=", ".join([*settings.blocks, *header.near]) or "—"
            )
            continue
        number = _weight(text)
        if number is None:
            findings.add("weight", cell=place["weight"], found=text)
        elif known[0] in weights:
            findings.add("repeated", cell=place["id"], found=name, first=known[0])
        else:
            weights[known[0]] = number
            fates.claim(r, columns["weight"], "read")
            signed.append((place["weight"], text.rstrip().endswith("%")))
    if len({percent for _, percent in signed}) > 1:
        place_of = next(p for p, percent in signed if percent != signed[0][1])
        r, c = cell_place(place_of)
        findings.add("weights_percent", cell=place_of, found=sheet.text(r, c))


def _weight(text: str) -> float | None:
    """A weight, in percent or not; None for what is none."""
    try:
        number = read_number(text, {})
    except ValueError:
        return None
    if number.value is None or number.value < 0:
        return None
    value = float(number.value / 100 if number.percent else number.value)
    return value if math.isfinite(value) else None


def _outline(fates: Fates, sheet: Sheet, top: int, bottom: int) -> None:
    """Fates of a header and of what stands above it."""
    fates.claim_all(range(top), range(sheet.width), "title")
    fates.claim_all(range(top, bottom + 1), range(sheet.width), "header")


def locators(figures: pd.DataFrame) -> pd.Series[str]:
    """Place of each figure in words: file, sheet, cell."""
    names = figures["file"].map(lambda f: PurePath(f).name)
    sheets = figures["sheet"].map(lambda s: f", sheet {s}" if s else "")
    return names + sheets + ", cell " + figures["cell"]
