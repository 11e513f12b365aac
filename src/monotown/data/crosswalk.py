"""Constant borders for regions that split: counts added, rates averaged, both checked.

Nothing is estimated: a merged figure is missing where a part's figure or weight is.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from monotown.base.expressions import Use, formula_problems, parse
from monotown.base.parsing import Flag, stands_for
from monotown.base.problems import Problems
from monotown.base.tables import OBSERVATIONS, join_kinds, write_order
from monotown.data.clean import COLUMNS, first_source
from monotown.data.disclosure import Sum, worked_back
from monotown.data.units import Merged, Units

#: Marker that a merged figure takes where its parts have different ones, the first that occurs.
_WORST = (Flag.CONFIDENTIAL, Flag.NOT_AVAILABLE, Flag.EMPTY, Flag.NONE, Flag.NEGLIGIBLE)

Variables = Mapping[str, Mapping[str, Any]]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def weight_of(variable: Mapping[str, Any]) -> str | None:
    """Variable whose values weight a mean over parts; None for a sum or no merge."""
    merge = variable["merge"]
    return str(merge["weighted"]) if isinstance(merge, Mapping) else None


def read_as(row: Mapping[str, Any], variables: Variables) -> float:
    """Number of a row: its value, or what its marker stands for; NaN where there is none."""
    reads = variables[row["variable"]].get("reads_as", {})
    return stands_for(row["value"], row["flag"], reads)


def constant_units(
    observations: pd.DataFrame, units: Units, variables: Variables, codes: Sequence[str]
) -> pd.DataFrame:
    """Observations in constant borders.

    Parameters
    ----------
    observations
        `monotown.base.tables.OBSERVATIONS` of official figures, in the borders of each year.
    units
        With the merged units: what each was before its split and is made of since.
    variables
        The variables config: ``merge`` is sum, ``{weighted: variable}`` or none, and ``reads_as``
        says which markers stand for a number.
    codes
        Units of constant borders, the merged ones among them.

    Returns
    -------
    pandas.DataFrame
        `monotown.base.tables.OBSERVATIONS`, one row a unit, year and variable that any of its parts
        has. A unit that never split keeps its row. A merged unit takes the figure of the region
        it was before; where its parts are given, their sum or their mean weighted as declared,

            x = sum_i w_i x_i / sum_i w_i;

        after the split, without a figure for each part, none.
    """
    first = first_source(observations)
    cells = {(str(row["unit"]), int(row["year"]), str(row["variable"])): row for row in _records(first)}
    merged = {m.code: m for m in units.merged()}
    kept = [row for key, row in cells.items() if key[0] in codes and key[0] not in merged]
    for code in codes:
        if code in merged:
            m = merged[code]
            named = {m.code, m.before, *m.members}
            keys = {(year, variable) for unit, year, variable in cells if unit in named}
            kept += [_merge(m, *key, cells, variables) for key in sorted(keys)]
    return write_order(pd.DataFrame(kept, columns=COLUMNS), OBSERVATIONS)


def _merge(
    m: Merged, year: int, variable: str, cells: Mapping[tuple[str, int, str], Any], variables: Variables
) -> dict[str, Any]:
    if (m.code, year, variable) in cells:
        return dict(cells[m.code, year, variable])
    whole = cells.get((m.before, year, variable))
    parts = {p: cells[p, year, variable] for p in m.members if (p, year, variable) in cells}
    if whole is not None and m.before not in m.members and whole["flag"] == "":
        return {**whole, "unit": m.code}
    others = [p for p in parts if p != m.before]
    if whole is not None and not others and year < m.split:
        return {**whole, "unit": m.code}
    known = [*parts.values(), *([whole] if whole is not None else [])]
    row = {
        **known[0],
        "unit": m.code,
        "value": math.nan,
        "flag": str(Flag.NOT_AVAILABLE),
        "source": "; ".join(sorted({r["source"] for r in known})),
    }
    missing = [p for p in m.members if p not in parts]
    if variables[variable]["merge"] == "none":
        return {**row, "locator": "figures of this kind cannot be merged: " + _places(known)}
    if missing:
        return {**row, "locator": f"no figure for {', '.join(missing)}: " + _places(known)}
    values = [read_as(parts[p], variables) for p in m.members]
    gaps = {str(parts[p]["flag"]) for p, v in zip(m.members, values, strict=True) if math.isnan(v)}
    marks = {str(parts[p]["flag"]) for p in m.members}
    place = _places(known)
    if gaps or (len(marks) == 1 and marks != {""}):
        flag = next(f for f in _WORST if f in (gaps or marks))
        return {**row, "flag": str(flag), "locator": f"marker of a part: {place}"}
    weight = weight_of(variables[variable])
    if weight is None:
        total = sum((Decimal(repr(v)) for v in values), Decimal(0))
        return {**row, "value": float(total), "flag": "", "locator": f"sum: {place}"}
    weights = []
    for part in m.members:
        given = cells.get((part, year, weight))
        weights.append(math.nan if given is None else read_as(given, variables))
    if any(math.isnan(w) for w in weights) or math.fsum(weights) <= 0:
        return {**row, "locator": f"no {weight} for each part: {place}"}
    mean = math.fsum(w * v for w, v in zip(weights, values, strict=True)) / math.fsum(weights)
    return {**row, "value": mean, "flag": "", "locator": f"mean weighted by {weight}: {place}"}


def _places(rows: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{r['unit']}, {r['locator']}" for r in rows)


def crosswalk_checks(
    observations: pd.DataFrame, constant: pd.DataFrame, units: Units, variables: Variables
) -> pd.DataFrame:
    """Whether merging kept what it must: totals of counts, weighted means of rates.

    Parameters
    ----------
    observations, constant
        Before and after `constant_units`.
    units, variables
        As there.

    Returns
    -------
    pandas.DataFrame
        ``variable, year, merge, weight, units_before, units_after, before, after, difference,
        holds, left_out, kind``. `before` is the total, or the weighted mean, over the regions as
        they were; `after` that over constant units; both over the constant units that have a
        figure, `left_out` names the others. A rate is compared only where each unit has its weight.
        `holds`: equal to 9 digits. Where a figure or weight left out is confidential, `before` and
        `after` are missing: they are the country's figure less what the office hides.
    """
    merged = {m.code: m for m in units.merged()}
    old = _numbers(first_source(observations), variables)
    new = _numbers(constant, variables)
    secret = constant[constant["flag"] == Flag.CONFIDENTIAL]
    hidden = set(zip(secret["unit"], secret["year"], secret["variable"], strict=True))
    rows = []
    for variable in sorted(set(constant["variable"])):
        if variables[variable]["merge"] == "none":
            continue
        weight = weight_of(variables[variable])
        for year in sorted(set(constant.loc[constant["variable"] == variable, "year"])):
            here = sorted(set(constant.loc[(constant["variable"] == variable) & (constant["year"] == year), "unit"]))
            used, before, after = [], [], []
            for unit in here:
                x = new.get((unit, year, variable), math.nan)
                w = 1.0 if weight is None else new.get((unit, year, weight), math.nan)
                parts = _parts(merged.get(unit), unit, year, variable, old)
                if math.isnan(x) or math.isnan(w) or not parts:
                    continue
                used.append(unit)
                after.append((w, x))
                for p in parts:
                    v = w if weight is None or len(parts) == 1 else old[p, year, weight]
                    before.append((v, old[p, year, variable]))
            if not used:
                continue
            totals = [
                math.fsum(w * x for w, x in side) / (1 if weight is None else math.fsum(w for w, _ in side) or math.nan)
                for side in (before, after)
            ]
            difference = totals[1] - totals[0]
            holds = bool(math.isclose(*totals, rel_tol=1e-9, abs_tol=1e-9))
            left_out = [u for u in here if u not in used]
            if any((u, year, v) in hidden for u in left_out for v in (variable, weight)):
                totals = [math.nan, math.nan]
            rows.append(
                {
                    "variable": variable,
                    "year": year,
                    "merge": "sum" if weight is None else "weighted",
                    "weight": weight or "",
                    "units_before": len(before),
                    "units_after": len(after),
                    "before": totals[0],
                    "after": totals[1],
                    "difference": difference,
                    "holds": holds,
                    "left_out": "; ".join(left_out),
                    "kind": join_kinds(observations["kind"]),
                }
            )
    return pd.DataFrame(rows)


def _numbers(frame: pd.DataFrame, variables: Variables) -> dict[tuple[str, int, str], float]:
    found = {(str(r["unit"]), int(r["year"]), str(r["variable"])): read_as(r, variables) for r in _records(frame)}
    return {key: value for key, value in found.items() if not math.isnan(value)}


def _parts(
    m: Merged | None, unit: str, year: int, variable: str, old: Mapping[tuple[str, int, str], float]
) -> list[str]:
    """Regions that a unit's figure stands for: itself, the region before, or all its parts."""
    if m is None or (unit, year, variable) in old:
        return [unit] if (unit, year, variable) in old else []
    if m.before not in m.members and (m.before, year, variable) in old:
        return [m.before]
    if all((p, year, variable) in old for p in m.members):
        return list(m.members)
    return [m.before] if (m.before, year, variable) in old and year < m.split else []


def totals_checks(observations: pd.DataFrame, units: Units, variables: Variables, codes: Sequence[str]) -> pd.DataFrame:
    """The country's figure against the sum over its regions, for everything that adds up.

    Where a part is confidential the sum of the others stands beside no total: the two together
    would tell what the office hides. Only the verdict is told then.

    Parameters
    ----------
    observations
        Official figures in the borders of each year.
    units, variables
        The configs.
    codes
        Units of constant borders, which together are the country.

    Returns
    -------
    pandas.DataFrame
        ``variable, year, source, national, regions, regions_sum, difference, without_figure,
        hidden, verdict, kind``. `regions` counts regions added; `without_figure` names parts of the
        country without one, with the marker where there is one; `hidden` counts those that are
        confidential, and where it is not 0, `national`, `regions_sum` and `difference` are missing.
        Verdict: equal; rounding (within half a last digit a region); incomplete, or hidden where a
        part is confidential: the parts without a figure can be what is left, within the variable's
        bounds; differs.
    """
    rows = []
    for variable, year, source, kind, added, without in country_parts(observations, units, variables, codes):
        national = added.pop(units.country)
        total = float(sum((Decimal(repr(x)) for x in added.values()), Decimal(0)))
        difference = float(Decimal(repr(national)) - Decimal(repr(total)))
        hidden = sum(flag == Flag.CONFIDENTIAL for flag in without.values())
        within = _rounding(variables[variable], len(added))
        low, high = variables[variable].get("bounds", (None, None))
        least = -math.inf if low is None else low * len(without)
        most = math.inf if high is None or not without else high * len(without)
        if not without:
            verdict = "equal" if difference == 0 else "differs"
            verdict = "rounding" if difference and abs(difference) <= within else verdict
        elif least - within <= difference <= most + within:
            verdict = "hidden" if hidden else "incomplete"
        else:
            verdict = "differs"
        told = (math.nan,) * 3 if hidden else (national, total, difference)
        rows.append(
            {
                "variable": variable,
                "year": year,
                "source": source,
                "national": told[0],
                "regions": len(added),
                "regions_sum": told[1],
                "difference": told[2],
                "without_figure": "; ".join(unit + (f" ({flag})" if flag else "") for unit, flag in without.items()),
                "hidden": hidden,
                "verdict": verdict,
                "kind": kind,
            }
        )
    return pd.DataFrame(rows)


def _rounding(variable: Mapping[str, Any], parts: int) -> float:
    """Largest difference of a total that rounding makes: half a last digit of each figure."""
    digits = 0 if variable.get("count") else variable.get("decimals", 0)
    return 0.5 * 10.0**-digits * (parts + 1) if digits else 0.0


class CountryParts(NamedTuple):
    """A figure of the country that adds up, and the parts that it is the sum of.

    Attributes
    ----------
    variable, year, source, kind
        Which figure.
    added
        Unit to number, the country among them.
    without
        Part without a number to its marker, "" where there is no row.
    """

    variable: str
    year: int
    source: str
    kind: str
    added: dict[str, float]
    without: dict[str, str]


def country_parts(
    observations: pd.DataFrame, units: Units, variables: Variables, codes: Sequence[str]
) -> Iterator[CountryParts]:
    """Every figure of the country that is a sum over its regions; parameters of `totals_checks`."""
    merged, country = {m.code: m for m in units.merged()}, units.country
    mine = observations[observations["variable"].map(lambda v: variables[v]["merge"] == "sum").astype(bool)]
    for key, group in mine.groupby(["variable", "year", "source"]):
        variable, year, source = str(key[0]), int(str(key[1])), str(key[2])
        by_unit = {str(r["unit"]): r for r in _records(group)}
        if country not in by_unit or len(by_unit) < 2 or by_unit[country]["flag"] != "":
            continue
        added, without = {country: float(by_unit[country]["value"])}, {}
        for code in codes:
            m = merged.get(code)
            if m is None or code in by_unit:  # a merged unit may have a figure of its own
                named = [code]
            elif (m.before not in m.members and m.before in by_unit) or (
                year < m.split and not any(p in by_unit for p in m.members if p != m.before)
            ):
                named = [m.before]
            else:
                named = list(m.members)
            for unit in named:
                row = by_unit.get(unit)
                x = math.nan if row is None else read_as(row, variables)
                if math.isnan(x):
                    without[unit] = str(row["flag"]) if row else ""
                else:
                    added[unit] = x
        yield CountryParts(variable, year, source, join_kinds(group["kind"]), added, without)


def told_by_totals(
    totals: pd.DataFrame, observations: pd.DataFrame, units: Units, variables: Variables, codes: Sequence[str]
) -> list[tuple[str, int, str, str]]:
    """Confidential cells that a table of totals gives away beside the figures of the regions.

    What the office itself publishes for the country is not counted: it stands in the observations
    whatever is done here.

    Parameters
    ----------
    totals
        A table as `totals_checks` makes it.
    observations, units, variables, codes
        As there.

    Returns
    -------
    list of tuple
        ``(variable, year, source, unit)`` of each cell that `monotown.data.disclosure.worked_back`
        finds with the table and not without.
    """
    known: dict[Hashable, float] = {}
    hidden: list[tuple[str, int, str, str]] = []
    sums: list[Sum] = []
    country = units.country
    for variable, year, source, _, added, without in country_parts(observations, units, variables, codes):
        if Flag.CONFIDENTIAL not in without.values():
            continue
        cell = (variable, year, source)
        known |= {(*cell, unit): x for unit, x in added.items() if unit != country}
        hidden += [(*cell, unit) for unit, flag in without.items() if flag == Flag.CONFIDENTIAL]
        parts = tuple((*cell, unit) for unit in (*added, *without) if unit != country)
        sums.append(Sum((*cell, country), parts, _rounding(variables[variable], len(added))))
    told: dict[Hashable, float] = {}
    for row in _records(totals):
        shown = math.fsum((row["regions_sum"], row["difference"]))
        national = row["national"] if not math.isnan(row["national"]) else shown
        if not math.isnan(national):
            told[row["variable"], row["year"], row["source"], country] = national
    before = worked_back(known, hidden, sums)
    after = worked_back({**known, **told}, hidden, sums)
    return [cell for cell in hidden if cell in after and cell not in before]


def compare_sources(
    observations: pd.DataFrame, comparisons: Mapping[str, Mapping[str, Any]], variables: Variables, country: str
) -> pd.DataFrame:
    """Figures that can be had in two ways, side by side.

    Parameters
    ----------
    observations
        Official figures in the borders of each year.
    comparisons
        Name to ``{left, right, decimals, note}``; a side is ``{formula, from}``, a formula of
        `monotown.base.expressions` and, where a variable stands in several sources, the one meant.
    variables
        The variables config, for what markers stand for.

    Returns
    -------
    pandas.DataFrame
        ``comparison, unit, year, left, right, difference, ratio, agrees, left_source,
        right_source, kind``: one row for each unit and year that has both; difference is left less
        right. `agrees`: left, rounded to the decimals, is right.

    Raises
    ------
    InputError
        Every formula that cannot be read or names an unknown variable.
    """
    problems = Problems()
    for name, entry in comparisons.items():
        for side in ("left", "right"):
            where = f"{name}.{side}.formula"
            text = entry[side]["formula"]
            problems.extend(formula_problems(text, list(variables), "comparisons", where))
    problems.stop()
    kinds = dict(zip(observations["source"].astype(str), observations["kind"], strict=True))
    rows = []
    for name, entry in comparisons.items():
        sides = [_side(observations, entry[s], variables, country) for s in ("left", "right")]
        for key in sorted(sides[0].keys() & sides[1].keys()):
            (left, left_source), (right, right_source) = sides[0][key], sides[1][key]
            agrees = abs(left - right) <= 0.5 * 10.0 ** -entry["decimals"] * (1 + 1e-9)
            rows.append(
                {
                    "comparison": name,
                    "unit": key[0],
                    "year": key[1],
                    "left": left,
                    "right": right,
                    "difference": left - right,
                    "ratio": left / right if right else math.nan,
                    "agrees": bool(agrees),
                    "left_source": left_source,
                    "right_source": right_source,
                    "kind": join_kinds(kinds[s] for s in f"{left_source}; {right_source}".split("; ")),
                }
            )
    return pd.DataFrame(
        rows,
        columns=[
            "comparison",
            "unit",
            "year",
            "left",
            "right",
            "difference",
            "ratio",
            "agrees",
            "left_source",
            "right_source",
            "kind",
        ],
    )


def _side(
    observations: pd.DataFrame, side: Mapping[str, Any], variables: Variables, country: str
) -> dict[tuple[str, int], tuple[float, str]]:
    formula = parse(side["formula"])
    mine = observations[observations["variable"].isin(formula.variables)]
    wanted = side.get("from")
    chosen = mine["source"] == wanted
    there = set(mine.loc[chosen, "variable"])
    mine = first_source(mine[chosen | ~mine["variable"].isin(there)])
    if mine.empty:
        return {}
    first = int(mine["year"].min())
    span = range(first, int(mine["year"].max()) + formula.reach + 1)
    at = {str(unit): i for i, unit in enumerate(sorted(set(mine["unit"])))}
    values = {name: np.full((len(at), len(span)), np.nan) for name in formula.inputs}
    sources: dict[tuple[str, str, int], str] = {}
    for row in _records(mine):
        unit, year, variable = str(row["unit"]), int(row["year"]), row["variable"]
        sources[unit, variable, year] = str(row["source"])
        number = read_as(row, variables)
        if variable in values:
            values[variable][at[unit], year - first] = number
        name = Use(variable, nation=True).input
        if unit == country and name in values:
            values[name][:, year - first] = number
    found, *_ = formula.evaluate(values)
    sides = {}
    for unit, i in at.items():
        for year in span:
            if not np.isnan(found[i, year - first]):
                used = {sources[country if use.nation else unit, use.variable, year - use.lag] for use in formula.uses}
                sides[unit, year] = float(found[i, year - first]), "; ".join(sorted(used))
    return sides
