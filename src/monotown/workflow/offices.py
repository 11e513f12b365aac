"""Files of statistics offices at the edge: opened, read with what a study knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from monotown.data.workbooks.fields import make_fields
from monotown.data.workbooks.offices import Known, Office, read_office
from monotown.workflow.study import StudyFiles
from monotown.workflow.workbooks import load_sheets


def known_of(study: StudyFiles, towns: Mapping[str, Any], section: Mapping[str, Any] | None = None) -> Known:
    """What a study knows before a file is read.

    Parameters
    ----------
    study
        Its files.
    towns
        Content of ``config/parts/towns.yaml``: marks of absence, units of measure, scales.
    section
        Settings of the run: ``level``, ``year``, ``kind``, ``decimal``, ``hidden``, and ``columns``,
        from a heading, a title, a sheet or a file to the id that it means. Without ``level`` those
        of the units of the study's own indices are ranked, and others are lines beside them.
    """
    asked = section or {}
    told = study.told("units")
    units = {code: unit for code, unit in told.items() if code != "sets"}
    fields = make_fields(study.told("variables"), study.told("indicators"), towns, study.told("measures"))
    shown = study.about.get("show", {})
    views = study.content("views")
    named = [str(views[shown[k]]["units"]) for k in ("index", "beside") if shown.get(k) in views]
    ranked = {str(units[c]["level"]) for name in named for c in told["sets"].get(name, ())}
    decimal = asked.get("decimal", "")
    return Known(
        units,
        fields,
        towns["units"],
        [str(asked["level"])] if asked.get("level") else sorted(ranked),
        asked.get("columns", {}),
        asked.get("year"),
        decimal if isinstance(decimal, str) else decimal.get("", ""),
        towns["markers"],
        kind=asked.get("kind", ""),
        hidden=asked.get("hidden", "read"),
    )


def read_office_files(files: Iterable[str | Path], known: Known, limits: Mapping[str, int]) -> Office:
    """Figures of files as offices publish them; a file that cannot be opened is a finding.

    Parameters
    ----------
    files
        Their paths.
    known
        Of `known_of`, or made by hand.
    limits
        Of `monotown.workflow.workbooks.load_sheets`.
    """
    sheets, refused = [], []
    for file in files:
        found, why = load_sheets(file, Path(file).name, limits)
        sheets += found
        refused += why
    read = read_office(sheets, known)
    return Office(read.figures, (*refused, *read.findings), read.fates)
