"""What a run on own data stands on: the project's configs with what the workbook adds to them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.expressions import parse
from monotown.base.labels import FALLBACK, in_language
from monotown.base.parsing import ReadsAs, numbers_of
from monotown.base.tables import OBSERVATIONS
from monotown.data.clean import LISTED
from monotown.data.units import Units
from monotown.data.workbooks.checks import check_figures
from monotown.data.workbooks.computed import with_computed
from monotown.data.workbooks.consistency import check_levels, check_together
from monotown.data.workbooks.fields import Field, indicator_settings, reads_of_fields
from monotown.data.workbooks.findings import ERROR, Finding
from monotown.data.workbooks.grid import Sheet, shown_file
from monotown.data.workbooks.read import Settings, join_units, likely_level, locators, read_workbook

#: Word in a view's ``units``, ``years`` and ``kind`` for those of the workbook, and in a node's
#: ``children`` for the blocks and indicators of the catalogue.
WORKBOOK: Final = "workbook"
CATALOGUE: Final = "catalogue"

#: Node of an index of all measures that the figures give.
FIGURES: Final = "figures_given"

#: Level of the units that the study's own files have figures of.
REGION: Final = "region"

#: Level of a run that is of the level of most names of its files.
MOST: Final = "most"

#: Source of the workbook's figures in every table.
SOURCE: Final = "own_workbook"


@dataclass(frozen=True)
class Survey:
    """Estimates of a survey that are figures of a run.

    Attributes
    ----------
    id, label
        Of its config: its source in every table, and the title of that.
    file
        Name of its table, for messages.
    observations
        Table ``observations`` of `monotown.survey.build`.
    units
        Code to names of units that the project does not know.
    """

    id: str
    label: Mapping[str, str]
    file: str
    observations: pd.DataFrame
    units: Mapping[str, Mapping[str, str]]


def survey_sheet(survey: Survey) -> Sheet:
    """The estimates as a long table that is read and checked as a workbook's."""
    rows = [["unit", "year", "indicator", "value", "unit of measure", "kind"]]
    for row in survey.observations.to_dict("records"):
        value = row["flag"] if pd.isna(row["value"]) else f"{Decimal(repr(row['value'])):f}"
        rows.append(
            [str(row[k]) for k in ("unit", "year", "variable")]
            + [str(value), str(row["unit_of_measure"]), str(row["kind"])]
        )
    return Sheet(survey.file, "", rows, decimal=".")


def own_observations(figures: pd.DataFrame, kind: str, sources: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Figures of a workbook as observations.

    Parameters
    ----------
    figures
        Of `monotown.data.workbooks.read.read_workbook`.
    kind
        Kind of data that the run declares.
    sources
        File to its source, where that is not the workbook.
    """
    source = figures["file"].map(lambda f: (sources or {}).get(f, SOURCE))
    frame = figures.assign(kind=kind, source=source, locator=locators(figures))
    return frame[list(OBSERVATIONS.columns)].reset_index(drop=True)


def joined_observations(raw: pd.DataFrame, own: pd.DataFrame, reads_as: ReadsAs) -> pd.DataFrame:
    """Observations of the raw files and of the workbook; the workbook's stand for the same figure.

    A figure of another kind of data stays beside it: the kinds are never joined. A marker of the
    workbook that stands for a number (`monotown.base.parsing.reads_of`) is a figure.
    """
    key = ["unit", "year", "variable", "kind"]
    keys = pd.MultiIndex.from_frame(own[~np.isnan(numbers_of(own, reads_as))][key])
    kept = raw[~pd.MultiIndex.from_frame(raw[key]).isin(keys)]
    return pd.concat([kept, own], ignore_index=True)


def own_variables(variables: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """The variables config with the indicators that a column can hold."""
    return {
        **variables,
        **{
            name: {
                "label": dict(held.labels),
                "unit_of_measure": held.unit_of_measure,
                "bounds": list(held.bounds),
                "merge": "none",
                **({"reads_as": dict(held.reads_as)} if held.reads_as else {}),
            }
            for name, held in fields.items()
            if held.block and name not in variables
        },
    }


def own_measures(
    measures: Mapping[str, Any], indicators: Mapping[str, Any], towns: Mapping[str, Any]
) -> dict[str, Any]:
    """The measures config with one measure for each indicator of the catalogue.

    A measure of the config that has an indicator's id stands instead.
    """
    made = {}
    for name, entry in indicators["indicators"].items():
        found = indicator_settings(name, entry, towns)
        if found is None:
            continue
        made[name] = {
            "label": dict(found.get("label", entry["label"])),
            "indicator": name,
            "formula": found.get("measure", name),
            "unit_of_measure": found.get("measure_unit", found["unit_of_measure"]),
            "direction": entry["direction"],
            "transform": found.get("transform", "none"),
            "goalposts": list(found["goalposts"]),
            "why_goalposts": found["why"],
            "reading": "exact",
            "note": dict(towns["note"]),
        }
    return {**made, **measures}


def own_views(
    views: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    indicators: Mapping[str, Any],
    known: Collection[str],
    years: Sequence[int],
    kind: str,
    weights: Mapping[str, float],
    label: Mapping[str, str] | None = None,
    beside: Collection[str] = (),
) -> tuple[dict[str, Any], list[Finding]]:
    """The views config with the workbook's units, years and weights in place of its words.

    Of the catalogue's tree, measures that nothing was read for are left out, so that they are no
    constant gaps; the blocks that are expected stay, so that the index is called partial. Where none of them is left,
    the index is that of all measures of the study that the figures give, and called so.

    Parameters
    ----------
    views, measures, indicators
        Configs; measures as `own_measures` makes them.
    known
        Variables with a figure.
    years
        Years of the workbook.
    kind
        Kind of data of the workbook.
    weights
        Of the workbook: id of a block or measure to its weight.
    label
        Name of an index of all measures that the figures give; None for no such index.
    beside
        Variables of which the study's own files have figures of the same units.

    Returns
    -------
    views, findings
        A finding for a view that no measure is left of, and for a node whose children have weights
        in part.
    """
    made, findings = {}, []
    for name, view in views.items():
        tree = dict(view["tree"])
        kept: dict[str, Any] | None = tree
        if tree["children"] == CATALOGUE:
            kept = _pruned({**tree, "children": _blocks(indicators)}, measures, known)
            if kept is None and label:
                given = [n for n, e in measures.items() if _given(e, known, beside)]
                kept = {**tree, "id": FIGURES, "children": [{"measure": n} for n in given]} if given else None
                view = {**{k: v for k, v in view.items() if k != "expected_blocks"}, "label": dict(label)}
        if kept is None:
            findings.append(Finding("no_view", "", found=name, values=(("view", name),)))
            continue
        weighted, lacking = _weighted(kept, weights)
        findings += [
            Finding("weights_some", "", "", found=block, values=(("block", block), ("missing", ", ".join(gone))))
            for block, gone in lacking
        ]
        made[name] = {
            **view,
            "tree": weighted,
            "kind": kind if view["kind"] == WORKBOOK else view["kind"],
            "years": list(years) if view["years"] == WORKBOOK else view["years"],
        }
    return made, findings


def _given(measure: Mapping[str, Any], known: Collection[str], beside: Collection[str]) -> bool:
    """Whether a measure is one of what figures give, with what stands beside them."""
    inputs = set(parse(measure["formula"]).inputs)
    return bool(inputs & set(known)) and inputs <= {*known, *beside}


def _blocks(indicators: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = indicators["indicators"]
    return [
        {
            "id": block,
            "aggregation": "arithmetic",
            "children": [{"measure": n} for n, e in entries.items() if e["block"] == block],
        }
        for block in indicators["blocks"]
        if any(e["block"] == block for e in entries.values())
    ]


def _pruned(
    node: Mapping[str, Any], measures: Mapping[str, Mapping[str, Any]], known: Collection[str]
) -> dict[str, Any] | None:
    if "measure" in node:
        entry = measures.get(node["measure"])
        if entry is None:
            return dict(node)  # the catalogue's check says that it is unknown
        return dict(node) if set(parse(entry["formula"]).inputs) <= set(known) else None
    children = [k for k in (_pruned(c, measures, known) for c in node["children"]) if k is not None]
    return {**node, "children": children} if children else None


def _leaves(node: Mapping[str, Any]) -> Iterator[str]:
    """Measures of a tree; none for the word that stands for the catalogue."""
    if "measure" in node:
        yield str(node["measure"])
    elif node.get("children") != CATALOGUE:
        for child in node.get("children", ()):
            yield from _leaves(child)


def _weighted(
    node: Mapping[str, Any], weights: Mapping[str, float]
) -> tuple[dict[str, Any], list[tuple[str, list[str]]]]:
    """A node with the weights of its children, and nodes that have weights for some only."""
    if "measure" in node:
        return dict(node), []
    names = [str(c.get("measure", c.get("id"))) for c in node["children"]]
    given = [n for n in names if n in weights]
    lacking = []
    if given and len(given) < len(names):
        lacking.append((str(node["id"]), [n for n in names if n not in weights]))
    children = []
    for name, child in zip(names, node["children"], strict=True):
        made, more = _weighted(child, weights)
        lacking += more
        children.append({**made, "weight": weights[name]} if name in weights else made)
    return {**node, "children": children}, lacking


def own_sources(sources: Mapping[str, Any], source: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The sources config with the workbook as a source, for its title."""
    return {**sources, SOURCE: {**source, "kind": kind}}


def _sources(sources: Mapping[str, Any], section: Mapping[str, Any], survey: Survey | None) -> Mapping[str, Any]:
    """The sources config with the workbook and the survey, where the run has them."""
    source, kind = section["source"], str(section["kind"])
    found = own_sources(sources, source, kind) if section["files"] else sources
    if survey is None:
        return found
    return {**found, survey.id: {**source, "title": dict(survey.label), "kind": kind}}


def _with(among: Collection[str], more: Collection[str]) -> Collection[str]:
    """Codes that names may mean, where the run narrows them, with others."""
    return [*among, *more] if among else among


@dataclass(frozen=True)
class Run:
    """What one reading gives to the steps after it.

    Attributes
    ----------
    observations
        The workbook's figures and what is computed of them.
    configs
        ``units``, ``variables``, ``measures``, ``views`` and ``sources`` of the run.
    findings
        Everything there is to say about the workbook.
    cells
        What became of the cells of each sheet (`monotown.data.workbooks.fates.cells_table`).
    figures
        The figures as read, each with its cell (`monotown.data.workbooks.read.FIGURES`).
    seen
        Every figure that the files hold, those that no step uses with them (`monotown.data.workbooks.offices.COLUMNS`).
    """

    observations: pd.DataFrame
    configs: Mapping[str, Mapping[str, Any]]
    findings: tuple[Finding, ...]
    cells: pd.DataFrame
    figures: pd.DataFrame
    seen: pd.DataFrame


def _there(figures: pd.DataFrame, units: Mapping[str, Any]) -> pd.DataFrame:
    """Figures without the marks of years in which their unit did not exist."""
    spans = {code: entry.get("exists") or (None, None) for code, entry in units.items() if code != "sets"}
    first = figures["unit"].map(lambda u: spans.get(u, (None, None))[0]).astype(float)
    last = figures["unit"].map(lambda u: spans.get(u, (None, None))[1]).astype(float)
    outside = (figures["year"] < first) | (figures["year"] > last)
    return figures[~(outside & figures["value"].isna())]


def make_run(
    sheets: Sequence[Sheet],
    before: Sequence[Finding],
    settings: Settings,
    configs: Mapping[str, Mapping[str, Any]],
    section: Mapping[str, Any],
    survey: Survey | None = None,
) -> Run:
    """Read the sheets of a run and work out what it stands on.

    Parameters
    ----------
    sheets
        Of all files; none for a run on the raw files alone.
    before
        Findings of opening the files.
    settings
        What reading stands on.
    configs
        The project's ``units``, ``variables``, ``measures``, ``views``, ``indicators``, ``towns``
        and ``sources``.
    section
        ``input`` of the run's config.
    survey
        The run's own survey, whose estimates stand beside the workbook's figures.
    """
    units = configs["units"]
    if settings.level == MOST:
        settings = replace(settings, level=likely_level(sheets, {c: u for c, u in units.items() if c != "sets"}))
    if survey is not None:
        units = {**{c: {**n, "level": "town"} for c, n in survey.units.items()}, **units}
        settings = replace(settings, units=units, among=_with(settings.among, survey.units))
        sheets = [*sheets, survey_sheet(survey)]
    workbook = read_workbook(sheets, settings)
    findings = [*before, *workbook.findings]
    figures, kind, towns = workbook.figures, str(section["kind"]), configs["towns"]
    if section["files"] and figures.empty and not any(f.severity == ERROR for f in findings):
        findings.append(Finding("no_figures", sheets[0].file if sheets else str(section["files"][0])))
    codes = sorted(figures["unit"].unique())
    if codes or workbook.units:
        units = join_units(units, workbook.units, codes or sorted(workbook.units), WORKBOOK)
    looked = check_figures(_there(figures, units), settings.fields, towns["checks"])
    if any(f.severity == ERROR for f in findings):
        # a row with an error is not read: how full the others are says nothing yet
        looked = [f for f in looked if f.code not in ("coverage", "one_unit")]
    findings += looked
    named = {} if survey is None else {survey.file: survey.id}
    own = with_computed(own_observations(figures, kind, named), settings.fields, Units(units))
    measures = own_measures(configs["measures"], configs["indicators"], towns)
    views, more = own_views(
        configs["views"],
        measures,
        configs["indicators"],
        set(own[~np.isnan(numbers_of(own, reads_of_fields(settings.fields)))]["variable"]),
        sorted(int(y) for y in figures["year"].unique()),
        kind,
        workbook.weights,
        towns.get("figures_given"),
        list(configs["variables"]) if settings.level == REGION else (),
    )
    used = [measures[m] for m in sorted({m for v in views.values() for m in _leaves(v["tree"])}) if m in measures]
    findings += check_together(
        own, figures, settings.fields, configs["variables"], used, float(towns["checks"]["outside"])
    )
    findings += check_levels(figures, units, settings.level)
    if not any(f.severity == ERROR for f in findings):
        findings += [replace(f, file=sheets[0].file if sheets else "config") for f in more]
    made = {
        "units": units,
        "variables": own_variables(configs["variables"], settings.fields),
        "measures": measures,
        "views": views,
        "sources": _sources(configs["sources"], section, survey),
    }
    return Run(own, made, tuple(findings), workbook.cells, workbook.figures, workbook.seen)


def study_sources(
    observations: pd.DataFrame, sources: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes]
) -> pd.DataFrame:
    """The table of files of a study that holds its figures: a row for each source in each file.

    Parameters
    ----------
    observations
        Figures, whose ``locator`` begins with the name of a file.
    sources
        Source to its title, publisher, licence and kind.
    files
        Path of each file to its content.

    Returns
    -------
    pandas.DataFrame
        `monotown.data.clean.LISTED`; without a file that holds no figure.
    """
    rows = []
    for path, content in files.items():
        mine = observations[observations["locator"].str.split(",").str[0] == PurePath(path).name]
        for source, n in mine["source"].value_counts(sort=False).items():
            entry = sources[str(source)]
            rows.append(
                {
                    "id": source,
                    "title": next(iter(entry["title"].values())),
                    "file": shown_file(path),
                    "publisher": entry["publisher"],
                    "licence": entry["licence"],
                    "kind": entry["kind"],
                    "source": source,
                    "rows": int(n),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    return pd.DataFrame(rows, columns=LISTED)


def sources_rows(
    cleaned: pd.DataFrame,
    own: pd.DataFrame,
    section: Mapping[str, Any],
    files: Sequence[bytes],
    survey: Survey | None = None,
) -> pd.DataFrame:
    """The table of raw files with a row for each file of the workbook.

    Parameters
    ----------
    cleaned
        ``sources`` of `monotown.data.clean.Cleaned`.
    own
        The workbook's observations.
    section
        ``input`` of the run's config.
    files
        Content of its files, in their order; the survey's estimates last, where there are some.
    survey
        The run's own survey.
    """
    source = section["source"]
    title = in_language(source["title"], FALLBACK)
    named = [(shown_file(name), SOURCE, title) for name in section["files"]]
    if survey is not None:
        named.append((survey.file, survey.id, in_language(survey.label, FALLBACK)))
    rows = [
        {
            "id": key,
            "title": title,
            "file": name,
            "publisher": source["publisher"],
            "licence": source["licence"],
            "kind": section["kind"],
            "source": key,
            "rows": int(own["locator"].str.startswith(PurePath(name).name + ",").sum()),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for (name, key, title), content in zip(named, files, strict=True)
    ]
    return pd.concat([cleaned, pd.DataFrame(rows, columns=cleaned.columns)], ignore_index=True)
