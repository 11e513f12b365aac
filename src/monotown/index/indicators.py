"""The indicators stage: cleaned observations and the catalogue to one value a measure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.expressions import Expression, Use, parse
from monotown.base.labels import FALLBACK, in_language
from monotown.base.parsing import numbers_of
from monotown.base.problems import Problems
from monotown.base.tables import INDICATORS, columns_of, write_order, written
from monotown.data.plausible import DOUBTFUL, SIDES, Bounds, Judged, bounds_of, crossed, judge
from monotown.index.behind import FIGURES, FORMULAS, figure_rows, laws_of
from monotown.index.catalogue import Catalogue

#: Level of units whose borders are joined to be the same in every year.
CONSTANT = "constant_region"

#: Parts `source` and `flag` are joined with.
SEPARATOR = "; "


@dataclass(frozen=True)
class Indicators:
    """The measures of every view.

    Attributes
    ----------
    table
        `monotown.base.tables.INDICATORS`: what the index rests on.
    doubtful
        `monotown.data.plausible.DOUBTFUL`: values outside their plausible bounds, before anything was
        done with them.
    figures
        `monotown.index.behind.FIGURES`: the raw figures that the measures of each tree are computed from.
    formulas
        `monotown.index.behind.FORMULAS`: how each measure is computed of them.
    """

    table: pd.DataFrame
    doubtful: pd.DataFrame
    figures: pd.DataFrame
    formulas: pd.DataFrame


def compute_indicators(
    observations: pd.DataFrame, observations_constant: pd.DataFrame, catalogue: Catalogue
) -> Indicators:
    """Every measure of every view, and those beside it, for each of its units and years.

    Parameters
    ----------
    observations
        Cleaned figures of units as they were, `monotown.base.tables.OBSERVATIONS`.
    observations_constant
        The same for units in constant borders; read by views that hold such units. The nation,
        whose borders do not change, is read from `observations` by every view.
    catalogue
        Measures, views and units.

    Returns
    -------
    Indicators
        A value is missing where an input is; `flag` names the input and why, a division by zero,
        or a marker that was read as a number. A figure that is a measure as it stands keeps all its
        digits; what is computed, in constant borders too, has those of the tables
        (`monotown.base.tables.written`). `source` joins the sources of the inputs. Where a
        figure stands in several sources, one of the view's kind with a value counts, the first by
        the name of its source. A value outside its plausible bounds is kept, cut to the bound or
        left out, as its measure says, and flagged.

    Raises
    ------
    InputError
        If the inputs of a value are of several kinds of data, or not of the view's kind; if a
        value is to be cut to bounds that cross for the figures of its unit.
    """
    problems = Problems()
    frames: list[pd.DataFrame] = []
    doubtful: list[dict[str, Any]] = []
    figures: list[pd.DataFrame] = []
    formulas: list[dict[str, Any]] = []
    nation = next((u for u, level in catalogue.levels.items() if level == "country"), "")
    national = _by_variable(observations[observations["unit"] == nation])
    for view, config in catalogue.views.items():
        units = sorted(catalogue.sets[config["units"]])
        constant = any(catalogue.levels.get(u) == CONSTANT for u in units)
        table = observations_constant if constant else observations
        own_figures = _by_variable(table[table["unit"].isin(units)])
        blocks = _blocks(config["tree"])
        raw: dict[tuple[str, int], tuple[Any, Any, Any]] = {}
        for measure in (*blocks, *config.get("beside", ())):
            entry = catalogue.measures[measure]
            own = catalogue.entries.get(entry["indicator"], {}).get("block", entry["indicator"])
            fixed = {
                "view": view,
                "measure": measure,
                "indicator": entry["indicator"],
                "block": blocks.get(measure, own),
                "unit_of_measure": entry["unit_of_measure"],
                "reading": entry["reading"],
            }
            expression = parse(entry["formula"])
            markers = {v: catalogue.reads_as[v] for v in expression.variables if v in catalogue.reads_as}
            formulas.append(
                {
                    "view": view,
                    "measure": measure,
                    "formula": " ".join(expression.text.split()),
                    "constant": constant,
                    "nation": nation,
                    "reads_as": json.dumps(markers, ensure_ascii=False) if markers else "",
                    "kind": config["kind"],
                }
            )
            bounds = bounds_of(entry, catalogue.indicators.get("plausible"))
            expressions = [expression, *(bounds.expressions if bounds else ())]
            first = min(config["years"]) - max(e.reach for e in expressions)
            span = range(first, max(config["years"]) + 1)
            cells = _read(own_figures, national, expressions, units, span, config["kind"], catalogue)
            if measure in blocks:
                raw |= _raw(expression, cells, config["years"])
            found = _rows(expression, cells, config["years"], config["kind"])
            _check_kinds(found, f"view {view}, measure {measure}", config["kind"], problems)
            if bounds is not None:
                told = {"view": view, "measure": measure}
                _check_ends(bounds, cells, config["years"], told, problems)
                doubtful += [told | row for row in _judge(found, bounds, cells, config["years"])]
            if constant or entry["formula"] not in expression.variables:
                _as_written(found)
            frames.append(pd.DataFrame(found).drop(columns="kinds").assign(**fixed))
        laws = laws_of([parse(catalogue.measures[m]["formula"]) for m in blocks], catalogue.variables)
        figures.append(figure_rows(view, units, raw, laws))
    problems.stop()
    frame = pd.concat(frames, ignore_index=True)
    doubts = pd.DataFrame(doubtful, columns=columns_of(DOUBTFUL, [k for row in doubtful for k in row]))
    behind = pd.concat([f for f in figures if len(f)] or figures[:1], ignore_index=True)
    return Indicators(
        write_order(frame, INDICATORS),
        write_order(doubts, DOUBTFUL),
        write_order(behind, FIGURES),
        write_order(pd.DataFrame(formulas), FORMULAS),
    )


def _raw(expression: Expression, cells: _Cells, years: Sequence[int]) -> dict[tuple[str, int], tuple[Any, Any, Any]]:
    """Input and year to the figures that some years of a measure are computed from, with kinds and sources."""
    found = {}
    for use in expression.uses:
        for year in years:
            at = (slice(None), year - use.lag - cells.first)
            found[use.input, year - use.lag] = tuple(
                p[use.input][at] for p in (cells.numbers, cells.kinds, cells.sources)
            )
    return found


def _as_written(rows: dict[str, Any]) -> None:
    """Take what was computed to the digits of the tables; a figure as it was read keeps all of its own.

    So whoever goes on from these values, in memory or from the file, goes on from the same numbers.
    """
    rows["value"] = np.array(written(rows["value"].tolist(), own_units=True), dtype=np.float64)


def _by_variable(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(variable): part for variable, part in table.groupby("variable", sort=False)}


def _blocks(tree: Mapping[str, Any], block: str = "") -> dict[str, str]:
    """Measure to the root's child that it stands under, in the order of the tree."""
    if "measure" in tree:
        return {str(tree["measure"]): block}
    found: dict[str, str] = {}
    for child in tree.get("children", ()):
        found |= _blocks(child, block or str(child.get("id", tree["id"])))
    return found


@dataclass(frozen=True)
class _Cells:
    """Figures of a formula's inputs, shape (units, years) each, years without a gap."""

    units: Sequence[str]
    first: int
    numbers: Mapping[str, Any]
    flags: Mapping[str, Any]
    kinds: Mapping[str, Any]
    sources: Mapping[str, Any]


def _read(
    table: Mapping[str, pd.DataFrame],
    national: Mapping[str, pd.DataFrame],
    expressions: Sequence[Expression],
    units: Sequence[str],
    span: range,
    kind: str,
    catalogue: Catalogue,
) -> _Cells:
    """Figures of the units; those of the nation, where a formula takes them, the same for each.

    Parameters
    ----------
    table, national
        Variable to its figures, of the units and of the nation.
    """
    uses = {u.input: u for e in expressions for u in e.uses}
    shape = (len(units), len(span))
    numbers = {name: np.full(shape, np.nan) for name in uses}
    texts = {
        column: {name: np.full(shape, fill, dtype=object) for name in uses}
        for column, fill in (("flag", "absent"), ("kind", ""), ("source", ""))
    }
    order = pd.Index(units)
    for figures, nation in ((table, False), (national, True)):
        for variable in dict.fromkeys(u.variable for u in uses.values()):
            name = Use(variable, nation=nation).input
            if name not in uses or variable not in figures:
                continue
            mine = chosen(figures[variable], span, kind)
            columns = mine["year"].to_numpy() - span[0]
            at = (slice(None), columns) if nation else (order.get_indexer(pd.Index(mine["unit"])), columns)
            numbers[name][at] = numbers_of(mine, catalogue.reads_as)
            for column, part in texts.items():
                part[name][at] = mine[column].to_numpy(dtype=object)
    return _Cells(units, span[0], numbers, texts["flag"], texts["kind"], texts["source"])


def chosen(table: pd.DataFrame, span: range, kind: str) -> pd.DataFrame:
    """One row a unit and year of a variable: of the view's kind, with a value, first by source."""
    mine = table[table["year"].between(span[0], span[-1])]
    mine = mine.assign(other=mine["kind"] != kind, gone=mine["value"].isna())
    mine = mine.sort_values(["other", "gone", "source"], kind="stable")
    return mine.drop_duplicates(["unit", "year"])


def _rows(expression: Expression, cells: _Cells, years: Sequence[int], kind: str) -> dict[str, Any]:
    """Columns of a measure, the years of a unit together: ``unit``, ``year``, ``value``, ``kind`` and so on."""
    numbers, by_zero, no_log = expression.evaluate(cells.numbers)
    at = np.array(years) - cells.first
    shape = (len(cells.units), len(years))
    used = list(dict.fromkeys((u.input, u.lag) for u in expression.uses))
    # cells whose figures have the same kinds and sources are told alike
    told: dict[tuple[object, ...], tuple[frozenset[str], str]] = {}
    stacked = [part[v][:, at - lag].ravel() for v, lag in used for part in (cells.kinds, cells.sources)]
    found = []
    for key in zip(*stacked, strict=True) if used else [()] * (shape[0] * shape[1]):
        if key not in told:
            kinds = frozenset(str(k) for k in key[::2]) - {""}
            sources = {part.strip() for s in key[1::2] for part in str(s).split(SEPARATOR.strip())} - {""}
            told[key] = kinds, SEPARATOR.join(sorted(sources))
        found.append(told[key])
    flags = np.full(shape, "", dtype=object)
    marked = (by_zero | no_log)[:, at]
    for v, lag in used:
        marked |= cells.flags[v][:, at - lag] != ""
    for i, k in np.argwhere(marked):
        j = at[k]
        notes = [_note(use, cells, i, j) for use in expression.uses]
        if by_zero[i, j]:
            notes.append("division by zero")
        if no_log[i, j]:
            notes.append("logarithm of a number not above 0")
        flags[i, k] = SEPARATOR.join(dict.fromkeys(n for n in notes if n))
    return {
        "unit": np.repeat(np.array(cells.units, dtype=object), len(years)),
        "year": np.tile(np.array(years), len(cells.units)),
        "value": numbers[:, at].ravel(),
        "kind": [min(kinds, default=kind) for kinds, _ in found],
        "kinds": [kinds for kinds, _ in found],
        "source": [source for _, source in found],
        "flag": flags.ravel(),
    }


def _judge(rows: dict[str, Any], bounds: Bounds, cells: _Cells, years: Sequence[int]) -> list[dict[str, Any]]:
    """Rows of the table of doubtful values; what is used instead is set in `rows`, and flagged."""
    shape = (len(cells.units), len(years))
    values = rows["value"].reshape(shape).copy()
    at = [year - cells.first for year in years]
    whole = np.full((shape[0], max(at) + 1), np.nan)
    whole[:, at] = values
    span = range(cells.first, cells.first + whole.shape[1])
    found = judge(whole, bounds, cells.numbers, span)
    doubtful = []
    for i, k in np.argwhere(found.side[:, at] != ""):
        place, row = (i, at[k]), i * len(at) + k
        doubtful.append(_doubt({name: column[row] for name, column in rows.items()}, bounds, found, place))
        rows["value"][row] = found.used[place]
        rows["flag"][row] = SEPARATOR.join(n for n in (rows["flag"][row], _words(doubtful[-1])) if n)
    return doubtful


def _check_ends(
    bounds: Bounds, cells: _Cells, years: Sequence[int], told: Mapping[str, str], problems: Problems
) -> None:
    """Refuse to cut to bounds whose lower end is above the upper one for a unit's figures.

    Ends that are formulas are figures themselves, which may be the ones in doubt: a value that is
    kept is told as doubtful; to cut it, one of the two ends would be chosen for no reason.
    """
    if bounds.outside != "cut":
        return
    shape = (len(cells.units), max(years) - cells.first + 1)
    span = range(cells.first, cells.first + shape[1])
    low, high, wrong = crossed(bounds, shape, cells.numbers, span)
    wanted = np.isin(span, list(years))
    for i, j in np.argwhere(wrong & wanted)[:1]:
        where = "view {view}, measure {measure}".format(**told)
        problems.add(
            "measures",
            f"{where}, plausible, unit {cells.units[i]}, year {span[j]}",
            f"low {low[i, j]:g}",
            f"at most high, {high[i, j]:g}",
        )


def _doubt(row: Mapping[str, Any], bounds: Bounds, found: Judged, at: tuple[int, int]) -> dict[str, Any]:
    return {
        **{k: row[k] for k in ("unit", "year", "value", "kind", "source")},
        **_told("quantity", bounds.quantity),
        **_told("reason", bounds.reason),
        "figure": found.figure[at],
        "side": str(found.side[at]),
        "bound": found.bound[at],
        "unit_of_measure": bounds.unit_of_measure,
        "at_bound": found.at_bound[at],
        "outside": bounds.outside,
        "used": found.used[at],
    }


def _told(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """A text in English under its name, and in the other languages under theirs."""
    english = in_language(texts, FALLBACK) if texts else ""
    return {name: english} | {f"{name}_{k}": t for k, t in texts.items() if k != FALLBACK}


def _words(doubt: Mapping[Any, Any]) -> str:
    """A doubtful value in words, as a flag and a warning say it."""
    done = doubt["outside"].replace("_", " ").replace("keep", "kept").replace("leave", "left")
    return (
        f"{doubt['figure']:,.6g} {doubt['unit_of_measure']} is {SIDES[doubt['side']]} "
        f"the plausible {doubt['bound']:,.6g}, {done}"
    )


def doubt_warnings(doubtful: pd.DataFrame) -> list[str]:
    """A line for the log for each value outside its plausible bounds.

    Parameters
    ----------
    doubtful
        `monotown.data.plausible.DOUBTFUL`.
    """
    return [
        f"warning: view {row['view']}, measure {row['measure']}, unit {row['unit']}, "
        f"year {row['year']}: {_words(row)} ({row['reason']})"
        for row in doubtful.to_dict("records")
    ]


def _note(use: Use, cells: _Cells, i: int, j: int) -> str:
    """Why an input is missing, or that its marker was read as a number; "" where it is one."""
    at = i, j - use.lag
    flag = str(cells.flags[use.input][at])
    if not flag:
        return ""
    name = f"{use.input} of {cells.first + at[1]}" if use.lag else use.input
    number = cells.numbers[use.input][at]
    return f"{name}: {flag}" + ("" if np.isnan(number) else f", read as {number:g}")


def _check_kinds(rows: Mapping[str, Any], where: str, kind: str, problems: Problems) -> None:
    wrong: dict[str, list[int]] = {}
    for at, kinds in enumerate(rows["kinds"]):
        if kinds - {kind}:
            wrong.setdefault(" + ".join(sorted(kinds)), []).append(at)
    for found, group in wrong.items():
        first = f"{where}, unit {rows['unit'][group[0]]}, year {rows['year'][group[0]]}"
        more = f" and {len(group) - 1} more" if len(group) > 1 else ""
        problems.add("observations", first + more, found, f"{kind} data only")
