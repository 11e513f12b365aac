"""The indicators stage: cleaned observations and the catalogue to one value a measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    """

    table: pd.DataFrame
    doubtful: pd.DataFrame


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
    rows: list[dict[str, Any]] = []
    doubtful: list[dict[str, Any]] = []
    nation = next((u for u, level in catalogue.levels.items() if level == "country"), "")
    national = observations[observations["unit"] == nation]
    for view, config in catalogue.views.items():
        units = sorted(catalogue.sets[config["units"]])
        constant = any(catalogue.levels.get(u) == CONSTANT for u in units)
        table = observations_constant if constant else observations
        blocks = _blocks(config["tree"])
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
            bounds = bounds_of(entry, catalogue.indicators.get("plausible"))
            expressions = [expression, *(bounds.expressions if bounds else ())]
            first = min(config["years"]) - max(e.reach for e in expressions)
            span = range(first, max(config["years"]) + 1)
            cells = _read(table, national, expressions, units, span, config["kind"], catalogue)
            found = _rows(expression, cells, config["years"], config["kind"])
            _check_kinds(found, f"view {view}, measure {measure}", config["kind"], problems)
            if bounds is not None:
                told = {"view": view, "measure": measure}
                _check_ends(bounds, cells, config["years"], told, problems)
                doubtful += [told | row for row in _judge(found, bounds, cells, config["years"])]
            if constant or entry["formula"] not in expression.variables:
                _as_written(found)
            rows.extend({**fixed, **row} for row in found)
    problems.stop()
    frame = pd.DataFrame(rows).drop(columns="kinds")
    doubts = pd.DataFrame(doubtful, columns=columns_of(DOUBTFUL, [k for row in doubtful for k in row]))
    return Indicators(write_order(frame, INDICATORS), write_order(doubts, DOUBTFUL))


def _as_written(rows: list[dict[str, Any]]) -> None:
    """Take what was computed to the digits of the tables; a figure as it was read keeps all of its own.

    So whoever goes on from these values, in memory or from the file, goes on from the same numbers.
    """
    for row, value in zip(rows, written([row["value"] for row in rows], own_units=True), strict=True):
        row["value"] = value


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
    table: pd.DataFrame,
    national: pd.DataFrame,
    expressions: Sequence[Expression],
    units: Sequence[str],
    span: range,
    kind: str,
    catalogue: Catalogue,
) -> _Cells:
    """Figures of the units; those of the nation, where a formula takes them, the same for each."""
    uses = {u.input: u for e in expressions for u in e.uses}
    shape = (len(units), len(span))
    numbers = {name: np.full(shape, np.nan) for name in uses}
    texts = {
        column: {name: np.full(shape, fill, dtype=object) for name in uses}
        for column, fill in (("flag", "absent"), ("kind", ""), ("source", ""))
    }
    place: dict[str, Any] = {unit: i for i, unit in enumerate(units)}
    own = _chosen(table[table["unit"].isin(units)], uses.values(), span, kind)
    of_nation = _chosen(national, uses.values(), span, kind)
    for figures, nation in ((own, False), (of_nation, True)):
        counts = numbers_of(figures, catalogue.reads_as)
        for row, number in zip(figures.to_dict("records"), counts, strict=True):
            name = Use(row["variable"], nation=nation).input
            if name in uses:
                at = slice(None) if nation else place[row["unit"]], row["year"] - span[0]
                numbers[name][at] = number
                for column, part in texts.items():
                    part[name][at] = row[column]
    return _Cells(units, span[0], numbers, texts["flag"], texts["kind"], texts["source"])


def _chosen(table: pd.DataFrame, uses: Iterable[Use], span: range, kind: str) -> pd.DataFrame:
    """One row a unit, year and variable: of the view's kind, with a value, first by source."""
    mine = table[table["variable"].isin({u.variable for u in uses}) & table["year"].between(span[0], span[-1])]
    mine = mine.assign(other=mine["kind"] != kind, gone=mine["value"].isna())
    mine = mine.sort_values(["other", "gone", "source"], kind="stable")
    return mine.drop_duplicates(["unit", "year", "variable"])


def _rows(expression: Expression, cells: _Cells, years: Sequence[int], kind: str) -> list[dict[str, Any]]:
    numbers, by_zero, no_log = expression.evaluate(cells.numbers)
    rows: list[dict[str, Any]] = []
    for i, unit in enumerate(cells.units):
        for year in years:
            j = year - cells.first
            notes = [_note(use, cells, i, j) for use in expression.uses]
            if by_zero[i, j]:
                notes.append("division by zero")
            if no_log[i, j]:
                notes.append("logarithm of a number not above 0")
            used = [(u.input, j - u.lag) for u in expression.uses]
            kinds = {str(cells.kinds[v][i, at]) for v, at in used} - {""}
            sources = {part.strip() for v, at in used for part in str(cells.sources[v][i, at]).split(SEPARATOR.strip())}
            rows.append(
                {
                    "unit": unit,
                    "year": year,
                    "value": numbers[i, j],
                    "kind": min(kinds, default=kind),
                    "kinds": kinds,
                    "source": SEPARATOR.join(sorted(sources - {""})),
                    "flag": SEPARATOR.join(dict.fromkeys(n for n in notes if n)),
                }
            )
    return rows


def _judge(rows: list[dict[str, Any]], bounds: Bounds, cells: _Cells, years: Sequence[int]) -> list[dict[str, Any]]:
    """Rows of the table of doubtful values; what is used instead is set in `rows`, and flagged."""
    shape = (len(cells.units), len(years))
    values = np.array([row["value"] for row in rows], dtype=np.float64).reshape(shape)
    at = [year - cells.first for year in years]
    whole = np.full((shape[0], max(at) + 1), np.nan)
    whole[:, at] = values
    span = range(cells.first, cells.first + whole.shape[1])
    found = judge(whole, bounds, cells.numbers, span)
    doubtful = []
    for row, (i, j) in zip(rows, ((i, j) for i in range(shape[0]) for j in at), strict=True):
        if found.side[i, j]:
            doubtful.append(_doubt(row, bounds, found, (i, j)))
            row["value"] = found.used[i, j]
            note = _words(doubtful[-1])
            row["flag"] = SEPARATOR.join(n for n in (row["flag"], note) if n)
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


def _check_kinds(rows: list[dict[str, Any]], where: str, kind: str, problems: Problems) -> None:
    wrong: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["kinds"] - {kind}:
            wrong.setdefault(" + ".join(sorted(row["kinds"])), []).append(row)
    for found, group in wrong.items():
        first = f"{where}, unit {group[0]['unit']}, year {group[0]['year']}"
        more = f" and {len(group) - 1} more" if len(group) > 1 else ""
        problems.add("observations", first + more, found, f"{kind} data only")
