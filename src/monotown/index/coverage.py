"""Which indicators of the catalogue the data can feed, for which units and years, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from monotown.base import checked as pa
from monotown.base.labels import FALLBACK, in_language, texts_of
from monotown.base.tables import COUNT, NOTE, TEXT, join_kinds, language_columns, write_order
from monotown.index.catalogue import COMPUTED, READINGS, Catalogue
from monotown.index.indicators import SEPARATOR

_STATUS = pa.Column(str, pa.Check.isin(READINGS))

#: One row an indicator, in the catalogue's order (`number`). `views`, `units_covered` and
#: `years_covered` run in parallel, joined by "; ". `why` says from what, or why not, in
#: English; empty where nothing need be said.
COVERAGE = pa.DataFrameSchema(
    {
        "number": pa.Column("int64", pa.Check.ge(1)),
        "indicator": TEXT,
        "block": TEXT,
        "status": _STATUS,
        "measures": NOTE,
        "views": NOTE,
        "units_covered": NOTE,
        "years_covered": NOTE,
        "why": NOTE,
        **language_columns("why"),
        "kind": NOTE,
        "source": NOTE,
    },
    checks=pa.Check(
        lambda df: (df["status"] == "none") == (df["measures"] == ""),
        error="an indicator is computed exactly where measures stand for it",
    ),
    unique=["number", "indicator"],
    strict=True,
    coerce=True,
    name="coverage",
)

#: One row an indicator, view and year: how many of the view's units have a value.
COVERAGE_MATRIX = pa.DataFrameSchema(
    {
        "number": pa.Column("int64", pa.Check.ge(1)),
        "indicator": TEXT,
        "block": TEXT,
        "view": TEXT,
        "year": pa.Column("int64"),
        "status": _STATUS,
        "units": COUNT,
        "n_units": pa.Column("int64", pa.Check.ge(1)),
        "kind": NOTE,
        "source": NOTE,
    },
    checks=pa.Check(
        lambda df: (df["status"] == "none") == (df["units"] == 0),
        error="a cell is computed exactly where units have a value",
    ),
    unique=["number", "indicator", "view", "year"],
    strict=True,
    coerce=True,
    name="coverage matrix",
)


def coverage_matrix(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Units with a value, for every indicator in every year of the views that measure any.

    Parameters
    ----------
    indicators
        Table `monotown.base.tables.INDICATORS`.
    catalogue
        The indicators, and the views with their years and units.

    Returns
    -------
    pandas.DataFrame
        `COVERAGE_MATRIX`. `status` is the closest reading among the measures with a value.
    """
    known = indicators[indicators["value"].notna()]
    serving = [
        v for v in catalogue.views if indicators.loc[indicators["view"] == v, "indicator"].isin(catalogue.entries).any()
    ]
    rows: list[dict[str, Any]] = []
    for number, (indicator, entry) in enumerate(catalogue.entries.items(), 1):
        mine = known[known["indicator"] == indicator]
        for view in serving:
            config = catalogue.views[view]
            for year in sorted(config["years"]):
                group = mine[(mine["view"] == view) & (mine["year"] == year)]
                rows.append(
                    {
                        "number": number,
                        "indicator": indicator,
                        "block": entry["block"],
                        "view": view,
                        "year": year,
                        "status": closest(group["reading"]),
                        "units": group["unit"].nunique(),
                        "n_units": len(catalogue.sets[config["units"]]),
                        "kind": join_kinds(group["kind"]),
                        "source": _join(group["source"]),
                    }
                )
    return write_order(pd.DataFrame(rows, columns=list(COVERAGE_MATRIX.columns)), COVERAGE_MATRIX)


def coverage_table(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """One row an indicator: how it is computed, for which units and years, or why it is not.

    Parameters
    ----------
    indicators
        Table `monotown.base.tables.INDICATORS`.
    catalogue
        The indicators, the measures with their notes, and the views.

    Returns
    -------
    pandas.DataFrame
        `COVERAGE`.
    """
    rows: list[dict[str, Any]] = []
    for number, (name, entry) in enumerate(catalogue.entries.items(), 1):
        known = indicators[(indicators["indicator"] == name) & indicators["value"].notna()]
        measures = [m for m in catalogue.measures if (known["measure"] == m).any()]
        views = [v for v in catalogue.views if (known["view"] == v).any()]
        parts = [known[known["view"] == v] for v in views]
        reasons = _reasons(entry, [catalogue.measures[m] for m in measures], catalogue)
        rows.append(
            {
                "number": number,
                "indicator": name,
                "block": entry["block"],
                "status": closest(known["reading"]),
                "measures": SEPARATOR.join(measures),
                "views": SEPARATOR.join(views),
                "units_covered": SEPARATOR.join(str(p["unit"].nunique()) for p in parts),
                "years_covered": SEPARATOR.join(year_ranges(p["year"]) for p in parts),
                "why": reasons[FALLBACK],
                **{f"why_{k}": text for k, text in reasons.items() if k != FALLBACK},
                "kind": join_kinds(known["kind"]),
                "source": _join(known["source"]),
            }
        )
    return write_order(pd.DataFrame(rows), COVERAGE)


def closest(readings: Iterable[str]) -> str:
    """The closest of some readings; "none" of none.

    Examples
    --------
    >>> closest(["proxy", "approximation"]), closest([])
    ('approximation', 'none')
    """
    return min(readings, key=READINGS.index, default="none")


def year_ranges(years: Iterable[int]) -> str:
    """Years in words, neighbours joined.

    Examples
    --------
    >>> year_ranges([2012, 2010, 2011, 2015])
    '2010–2012, 2015'
    """
    runs: list[list[int]] = []
    for year in sorted(set(years) - {0}):  # figures without a year stand under 0
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _reasons(entry: Mapping[str, Any], measures: list[Mapping[str, Any]], catalogue: Catalogue) -> dict[str, str]:
    """From what an indicator is computed; or why it is not, and what stands beside it."""
    texts: Mapping[str, str] = entry.get("unavailable", catalogue.indicators["unavailable"])
    computed = any(m["reading"] in COMPUTED for m in measures)
    return {
        lang: " ".join([*([] if computed else [in_language(texts, lang)]), *_noted(measures, lang)])
        for lang in texts_of(catalogue.indicators["unavailable"])
    }


def _noted(measures: list[Mapping[str, Any]], language: str) -> list[str]:
    """Each note once, after the labels of the measures it belongs to."""
    notes: dict[str, list[str]] = {}
    for measure in measures:
        if not measure["note"]:
            continue
        note, label = (in_language(measure[k], language) for k in ("note", "label"))
        notes.setdefault(note, []).append(label)
    return [f"{'; '.join(names)}: {note}" for note, names in notes.items()]


def _join(parts: Iterable[str]) -> str:
    return SEPARATOR.join(sorted({p.strip() for part in set(parts) for p in part.split(SEPARATOR.strip())} - {""}))
