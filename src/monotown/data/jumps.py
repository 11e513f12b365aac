"""Screening of series: changes from one figure to the next that are too large to pass without a word.

A change is listed where the larger figure is more than a stated factor times the smaller, beyond what rounding
and counting alone can make of it. Each listed change has a verdict, or visibly none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.expressions import parse
from monotown.base.labels import FALLBACK
from monotown.base.parsing import numbers_of
from monotown.base.tables import (
    COUNT,
    NOTE,
    NUMBER,
    TEXT,
    YEAR,
    join_kinds,
    kind_column,
    language_columns,
    table,
    write_order,
)
from monotown.base.ties import TOLERANCE
from monotown.data.clean import first_source
from monotown.data.units import Units

#: What a series measures, by which its factor is chosen.
QUANTITIES: Final = ("counts", "rates", "money")

#: Verdicts that a study gives; a listed change without one has the last.
VERDICTS: Final = ("explained", "implausible", "open")
NONE: Final = "none"

#: A change to a new level; one that the next figure takes back; a variable that changes so everywhere; a verdict on a
#: change that is not listed any more.
SHAPES: Final = ("step", "spike", "unstable", "stale")

_KEY: Final = ["unit", "variable", "year_before", "year"]

#: Listed changes. `factor` is the larger figure over the smaller, missing where that is 0, and `least_factor` what
#: rounding and counting leave of it. `after` is the figure that takes a spike back. `jumps` counts changes: several
#: in the one row of an unstable variable, whose `unit` is empty. `border` is the row of the crosswalk whose split
#: lies between the figures. `indices` have a score that rests on the later figure, and `rank_shift` is the largest
#: change of such a unit's rank without the measures that read it.
JUMPS = table(
    "jumps",
    _KEY,
    {
        "unit": NOTE,
        "unit_before": NOTE,
        "variable": TEXT,
        "quantity": pa.Column(str, pa.Check.isin([*QUANTITIES, ""])),
        "year_before": YEAR,
        "year": YEAR,
        "year_after": YEAR,
        "before": NUMBER,
        "value": NUMBER,
        "after": NUMBER,
        "unit_of_measure": NOTE,
        "factor": NUMBER,
        "least_factor": NUMBER,
        "shape": pa.Column(str, pa.Check.isin(list(SHAPES))),
        "jumps": COUNT,
        "border": NOTE,
        "verdict": pa.Column(str, pa.Check.isin([*VERDICTS, NONE])),
        "reason": NOTE,
        **language_columns("reason"),
        "reason_source": NOTE,
        "indices": NOTE,
        "rank_shift": NUMBER,
        "kind": kind_column(),
        "source": NOTE,
    },
)

#: Numbers of `JUMPS` in the unit of their own series.
FIGURES: Final = ("before", "value", "after", "factor", "least_factor")

_PEOPLE: Final = re.compile(r".*per ((?:\d[\d,]*)|thousand|million) (?:inhabitants|people|residents|persons)")
_WORDED: Final = {"thousand": 1e3, "million": 1e6}


@dataclass(frozen=True)
class Rule:
    """When a change is listed.

    Attributes
    ----------
    factor
        Each of `QUANTITIES` to the factor above which its changes are listed, above 1.
    noise
        Standard deviations of counting that are taken off a change of counted things, 0 or more.
    unstable_share, unstable_least
        A variable whose listed changes are more than this share of all, and at least so many, is one row.
    currencies
        Words in a unit of measure that make a series money.

    Examples
    --------
    >>> Rule.of({"factor": {"counts": 1.5, "rates": 2, "money": 2.5}, "noise": 2,
    ...          "unstable": {"share": 0.1, "least": 10}, "currencies": ["KZT"]}).factor["rates"]
    2
    """

    factor: Mapping[str, float]
    noise: float = 2.0
    unstable_share: float = 0.1
    unstable_least: int = 10
    currencies: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Rule:
        """From the config's ``screening``."""
        unstable = settings["unstable"]
        return cls(
            settings["factor"], settings["noise"], unstable["share"], unstable["least"], tuple(settings["currencies"])
        )


def quantity_of(variable: Mapping[str, Any], currencies: Sequence[str] = ()) -> str:
    """What a variable measures: money by its unit; counts where figures are whole, add up, or are per so many people.

    Examples
    --------
    >>> quantity_of({"unit_of_measure": "KZT per month"}, ["KZT"]), quantity_of({"merge": "sum"})
    ('money', 'counts')
    >>> quantity_of({"unit_of_measure": "percent", "merge": "none"})
    'rates'
    """
    if set(re.findall(r"\w+", str(variable.get("unit_of_measure", "")))) & set(currencies):
        return "money"
    counted = variable.get("count") or variable.get("merge") == "sum" or counted_by(variable) is not None
    return "counts" if counted else "rates"


def counted_by(variable: Mapping[str, Any]) -> tuple[str, float] | None:
    """Variable and number that make a count of a rate per so many people; None of another series.

    Examples
    --------
    >>> counted_by({"unit_of_measure": "FTE per million inhabitants", "merge": {"weighted": "people"}})
    ('people', 1000000.0)
    """
    said, merge = _PEOPLE.fullmatch(str(variable.get("unit_of_measure", ""))), variable.get("merge")
    if said is None or not isinstance(merge, Mapping):
        return None
    return str(merge["weighted"]), _WORDED.get(said[1]) or float(said[1].replace(",", ""))


def screened(measures: Mapping[str, Mapping[str, Any]], views: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """Variables that formulas of some indices read, beside them too, each with those whose score reads it."""
    found: dict[str, set[str]] = {}
    for view, config in views.items():
        inside = set(_measures(config["tree"]))
        for measure in (*inside, *map(str, config.get("beside", ()))):
            for variable in parse(str(measures[measure]["formula"])).variables:
                found.setdefault(variable, set()).update([view] if measure in inside else [])
    return found


def _measures(node: Mapping[str, Any]) -> Iterable[str]:
    if "measure" in node:
        yield str(node["measure"])
    for child in node.get("children", ()):
        yield from _measures(child)


def screen(
    observations: pd.DataFrame,
    constant: pd.DataFrame,
    variables: Mapping[str, Mapping[str, Any]],
    units: Units,
    rule: Rule,
    verdicts: Mapping[str, Mapping[str, Any]],
    wanted: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Every listed change with its verdict: `find_jumps`, then `with_verdicts`; parameters as there.

    Returns
    -------
    pandas.DataFrame
        `JUMPS`.
    """
    names = None if wanted is None else set(wanted)
    long = _series(observations, constant, variables, units, names)
    mine = long[long["wanted"]]
    jumps = find_jumps(observations, constant, variables, units, rule, names)
    kinds = mine.groupby(["unit", "variable"])["kind"].agg(join_kinds).reset_index()
    series = {(str(u), str(v)): str(k) for u, v, k in _columns(kinds, "unit", "variable", "kind")}
    return with_verdicts(jumps, verdicts, series)


def find_jumps(
    observations: pd.DataFrame,
    constant: pd.DataFrame,
    variables: Mapping[str, Mapping[str, Any]],
    units: Units,
    rule: Rule,
    wanted: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Changes from one figure of a series to the next that are listed.

    With x the earlier and y the later figure, h half the last digit that the variable prints, the change is listed if

        (max(x, y) - h) / (min(x, y) + h) > f,

    and, where things are counted (figures n and m over exposures e and d),

        exp(abs(log((m + 1/2) / d) - log((n + 1/2) / e)) - z sqrt(1 / (n + 1/2) + 1 / (m + 1/2))) > f:

    z standard deviations of the log of a ratio of two Poisson counts are taken off it (Haldane 1956, Anscombe 1956).
    Rates per so many people are counted over the population that their means over parts are weighted by.

    Parameters
    ----------
    observations, constant
        `monotown.base.tables.OBSERVATIONS` in the borders of each year, and in constant borders.
    variables, units
        The configs: ``merge``, ``decimals``, ``count``, ``reads_as`` of a variable; the crosswalk.
    rule
        Factors and limits.
    wanted
        Variables that are screened; None: all.

    Returns
    -------
    pandas.DataFrame
        `JUMPS`: `verdict` is ``explained`` where a split of the crosswalk lies between the figures of a whole and
        of a part of it, and the unit in constant borders does not jump with them or, having no figure, is a count
        that a part is less than; else ``none``. A series with a figure below 0 is not screened, as it has no
        ratios. The order of the figures' rows does not matter.
    """
    long = _series(observations, constant, variables, units, wanted)
    steps = _steps(long, units)
    judged = _measured(steps, long, variables, rule)
    jumps = _listed(judged)
    jumps = _borders(jumps, judged, units)
    return write_order(_unstable(jumps, judged, rule), JUMPS)


def _series(
    observations: pd.DataFrame,
    constant: pd.DataFrame,
    variables: Mapping[str, Mapping[str, Any]],
    units: Units,
    wanted: Iterable[str] | None,
) -> pd.DataFrame:
    """Figures of the series and their populations, by variable, unit and year; merged units have theirs."""
    merged = {m.code for m in units.merged()}
    names = set(variables) if wanted is None else set(wanted)
    names |= {by[0] for n in names if n in variables and (by := counted_by(variables[n]))}
    joined = pd.concat([observations[~observations["unit"].isin(merged)], constant[constant["unit"].isin(merged)]])
    joined = joined[joined["variable"].isin(names & set(variables)) & (joined["year"] > 0)]
    reads = {n: variables[n].get("reads_as", {}) for n in names if n in variables}
    first = first_source(joined)
    first = first.assign(value=numbers_of(first, reads), wanted=True)
    if wanted is not None:
        first["wanted"] = first["variable"].isin(set(wanted))
    known = first[first["value"].notna()]
    lowest = known.groupby("variable")["value"].transform("min")
    return known[lowest >= 0].sort_values(["variable", "unit", "year"], kind="stable").reset_index(drop=True)


def _steps(long: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Each figure that has one before it, with that; the parts of a region that was split follow on the whole."""
    mine = long[long["wanted"]]
    earlier = mine.groupby(["variable", "unit"], sort=False)[["year", "value", "source", "kind"]].shift()
    steps = mine.assign(
        unit_before=mine["unit"],
        year_before=earlier["year"],
        before=earlier["value"],
        source_before=earlier["source"],
        kind_before=earlier["kind"],
    )
    found = [steps[steps["year_before"].notna()]]
    for m in units.merged():
        for part in m.members:
            if part == m.before:
                continue
            begun = steps[(steps["unit"] == part) & steps["year_before"].isna() & (steps["year"] >= m.split)]
            old = mine[(mine["unit"] == m.before) & (mine["year"] < m.split)].drop_duplicates("variable", keep="last")
            old = old.set_index("variable").reindex(begun["variable"])
            at = {"year_before": "year", "before": "value", "source_before": "source", "kind_before": "kind"}
            begun = begun.assign(unit_before=m.before, **{k: old[v].to_numpy() for k, v in at.items()})
            found.append(begun[begun["before"].notna()])
    every = pd.concat(found, ignore_index=True).astype({"year_before": "int64"})
    # until its split a unit of constant borders is the region that it was
    same = {m.code: (m.before, m.split) for m in units.merged()}
    again = [u in same and y < same[u][1] for u, y in zip(every["unit"], every["year"], strict=True)]
    twins = set(zip(mine["variable"], mine["unit"], mine["year"], strict=True))
    pairs = zip(again, every["variable"], every["unit"], every["year"], strict=True)
    doubled = [a and (v, same[u][0], y) in twins for a, v, u, y in pairs]
    kept = every[~np.array(doubled, dtype=bool)]
    return kept.sort_values(["variable", "unit", "year"], kind="stable").reset_index(drop=True)


def _measured(
    steps: pd.DataFrame, long: pd.DataFrame, variables: Mapping[str, Mapping[str, Any]], rule: Rule
) -> pd.DataFrame:
    """Steps with their factors, and whether each is over that of its kind."""
    names = list(dict.fromkeys(steps["variable"]))
    quantity = {n: quantity_of(variables[n], rule.currencies) for n in names}
    half = {n: _half_digit(variables[n]) for n in names}
    h = steps["variable"].map(half).to_numpy(dtype=np.float64)
    x, y = (steps[c].to_numpy(dtype=np.float64) for c in ("before", "value"))
    high, low = np.maximum(x, y), np.minimum(x, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(high > low, np.maximum(high - h, low) / (low + h), 1.0)
        factor = np.where(low > 0, high / low, np.nan)
    then, now = (_exposure(steps, long, variables, unit, year) for unit, year in _ENDS)
    left = _beyond_counting(x, y, then, now, rule.noise)
    least = np.fmin(least, left)
    limit = steps["variable"].map({n: float(rule.factor[quantity[n]]) for n in names}).to_numpy(dtype=np.float64)
    return steps.assign(
        quantity=steps["variable"].map(quantity),
        unit_of_measure=[str(variables[n].get("unit_of_measure", "")) for n in steps["variable"]],
        factor=factor,
        least_factor=np.where(np.isfinite(least), least, np.nan),
        limit=limit,
        listed=least > limit * (1 + TOLERANCE),
    )


_ENDS: Final = (("unit_before", "year_before"), ("unit", "year"))


def _half_digit(variable: Mapping[str, Any]) -> float:
    """Half the last digit that a variable prints; 0 of whole counts, and where nothing is said."""
    digits = variable.get("decimals")
    return 0.0 if variable.get("count") or digits is None else 0.5 * 10.0 ** -int(digits)


def _exposure(
    steps: pd.DataFrame, long: pd.DataFrame, variables: Mapping[str, Mapping[str, Any]], unit: str, year: str
) -> Array:
    """What makes a count of each figure: 1 of a count, people over so many of a rate, missing else."""
    found = np.full(len(steps), np.nan)
    for name, rows in steps.groupby("variable", sort=False).indices.items():
        by = counted_by(variables[str(name)])
        if variables[str(name)].get("count"):
            found[rows] = 1.0
        elif by is not None:
            people = long[long["variable"] == by[0]].set_index(["unit", "year"])["value"]
            at = pd.MultiIndex.from_frame(steps.iloc[rows][[unit, year]])
            found[rows] = people.reindex(at).to_numpy(dtype=np.float64) / by[1]
    return found


def _beyond_counting(x: Array, y: Array, before: Array, after: Array, noise: float) -> Array:
    """Factor that counting alone leaves of each change; missing where nothing is counted."""
    with np.errstate(divide="ignore", invalid="ignore"):
        n, m = x * before + 0.5, y * after + 0.5
        size = np.abs(np.log(m / after) - np.log(n / before)) - noise * np.sqrt(1 / n + 1 / m)
        return np.asarray(np.exp(size), dtype=np.float64)


def _listed(judged: pd.DataFrame) -> pd.DataFrame:
    """Listed changes, one that the next one takes back as a spike with it."""
    jumps = judged[judged["listed"]].reset_index(drop=True)
    rows: list[dict[str, Any]] = []
    records = [{str(k): v for k, v in row.items()} for row in jumps.to_dict("records")]
    i = 0
    while i < len(records):
        row = records[i] | {"shape": "step", "year_after": 0, "after": np.nan, "jumps": 1}
        following = records[i + 1] if i + 1 < len(records) else {}
        if _takes_back(row, following):
            row |= {"shape": "spike", "year_after": following["year"], "after": following["value"]}
            row["source"], row["kind"] = _with(row, following, "source"), _with(row, following, "kind")
            i += 1
        rows.append(row)
        i += 1
    made = pd.DataFrame(rows, columns=[*jumps.columns, "shape", "year_after", "after", "jumps"])
    told = zip(made["source"], made["source_before"], strict=True)
    made["source"] = ["; ".join(sorted({p for s in pair for p in str(s).split("; ") if p})) for pair in told]
    made["kind"] = [join_kinds(pair) for pair in zip(made["kind"], made["kind_before"], strict=True)]
    return made


def _with(row: Mapping[str, Any], other: Mapping[str, Any], column: str) -> str:
    joined = (str(row[column]), str(other[column]))
    return join_kinds(joined) if column == "kind" else "; ".join(dict.fromkeys(joined))


def _takes_back(row: Mapping[str, Any], following: Mapping[str, Any]) -> bool:
    """Whether the next listed change of the series goes back half of the way at least, in logarithms."""
    if not following or any(row[k] != following[k] for k in ("variable", "unit")):
        return False
    if row["unit_before"] != row["unit"] or following["year_before"] != row["year"]:
        return False
    start, top, end = (float(x) for x in (row["before"], row["value"], following["value"]))
    if min(start, top, end) <= 0:
        return start == end
    return (top - start) * (end - top) < 0 and abs(math.log(end / start)) <= 0.5 * abs(math.log(top / start))


def _borders(jumps: pd.DataFrame, judged: pd.DataFrame, units: Units) -> pd.DataFrame:
    """The row of the crosswalk whose split lies between the figures, and what it explains."""
    whole = {(str(v), str(u), int(y)): bool(n) for v, u, y, n in _columns(judged, "variable", "unit", "year", "listed")}
    border, verdict = [""] * len(jumps), [NONE] * len(jumps)
    for i, row in enumerate(jumps.to_dict("records")):
        for m in units.merged():
            across = row["year_before"] < m.split <= row["year"]
            if not across or row["unit"] not in (m.before, *m.members):
                continue
            border[i] = f"{m.code}: {m.before}, {m.split}, {row['unit']}"
            jumped = whole.get((row["variable"], m.code, int(row["year"])))
            # a part is less than its whole; a part with a figure of its own before the split is no other area since
            part = row["quantity"] == "counts" and row["value"] < row["before"]
            other = row["unit"] == m.before or row["unit_before"] != row["unit"]
            if other and (jumped is False or (jumped is None and part)):
                verdict[i] = VERDICTS[0]
    return jumps.assign(border=border, verdict=verdict)


def _columns(frame: pd.DataFrame, *names: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(frame[n] for n in names), strict=True)


def _unstable(jumps: pd.DataFrame, judged: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """The list, with one row for all changes of a variable where they are many."""
    changes, listed = judged.groupby("variable").size(), judged.groupby("variable")["listed"].sum()
    many = (listed >= rule.unstable_least) & (listed > rule.unstable_share * changes)
    every = [str(n) for n in many.index[many]]
    rows = []
    for name in every:
        mine, all_ = jumps[jumps["variable"] == name], judged[judged["variable"] == name]
        rows.append(
            {
                "unit": "",
                "unit_before": "",
                "variable": name,
                "shape": "unstable",
                "border": "",
                "verdict": NONE,
                "year_before": all_["year_before"].min(),
                "year": all_["year"].max(),
                "year_after": 0,
                "quantity": mine["quantity"].iloc[0],
                "unit_of_measure": mine["unit_of_measure"].iloc[0],
                "jumps": int(listed[name]),
                "kind": join_kinds(mine["kind"]),
                "source": "; ".join(sorted({p for s in mine["source"] for p in s.split("; ")})),
            }
        )
    kept = jumps[~jumps["variable"].isin(every)]
    kept = kept.assign(unit_before=kept["unit_before"].where(kept["unit_before"] != kept["unit"], ""))
    made = pd.concat([kept, pd.DataFrame(rows)], ignore_index=True) if rows else kept
    made = made.assign(reason="", reason_source="", indices="", rank_shift=np.nan)
    return made.reindex(columns=[str(c) for c in JUMPS.columns if str(c) in made])


def with_verdicts(
    jumps: pd.DataFrame, verdicts: Mapping[str, Mapping[str, Any]], series: Mapping[tuple[str, str], str]
) -> pd.DataFrame:
    """The list with the verdicts of a study; one on a change that is not listed is a row of its own, ``stale``.

    Parameters
    ----------
    jumps
        From `find_jumps`.
    verdicts
        Entries ``{unit, variable, from, to, verdict, reason, source}``, without ``unit``, ``from`` and ``to`` of an
        unstable variable.
    series
        Unit and variable of each series that was screened, and its kind of data: a verdict on another, of a study
        that this one extends, is left out.

    Examples
    --------
    >>> nothing = write_order(pd.DataFrame(columns=[str(c) for c in JUMPS.columns if "[" not in str(c)]), JUMPS)
    >>> told = {"unit": "KZZAP", "variable": "staff", "from": 2011, "to": 2012, "verdict": "open",
    ...         "reason": {"en": "Not known."}}
    >>> found = with_verdicts(nothing, {"a": told}, {("KZZAP", "staff"): "official"})
    >>> found[["unit", "shape", "reason"]].values.tolist()
    [['KZZAP', 'stale', 'Not known.']]
    """
    rows = [{str(k): v for k, v in row.items()} for row in jumps.to_dict("records")]
    by_key = {tuple(row[k] for k in _KEY): row for row in rows}
    unstable = {row["variable"]: row for row in rows if row["shape"] == "unstable"}
    known = {**series, **{("", variable): kind for (_, variable), kind in series.items()}}
    for entry in verdicts.values():
        unit, variable = str(entry.get("unit", "")), str(entry["variable"])
        key = (unit, variable, int(entry.get("from", 0)), int(entry.get("to", 0)))
        row = by_key.get(key) if unit else unstable.get(variable)
        if row is None and (unit, variable) in known:
            row = {**dict.fromkeys(_TEXTS, ""), **dict(zip(_KEY, key, strict=True)), "year_after": 0}
            row |= {"shape": "stale", "jumps": 0, "kind": known[unit, variable]}
            rows.append(row)
        if row is not None:
            row |= _said(entry)
    texts = {f"reason_{k}" for e in verdicts.values() for k in e.get("reason", {}) if k != FALLBACK}
    columns = [c for c in map(str, JUMPS.columns) if "[" not in c] + sorted(texts)
    made = pd.DataFrame(rows, columns=columns)
    told = [c for c in columns if c.startswith("reason")]
    return write_order(made.assign(**{c: made[c].astype(object).fillna("") for c in told}), JUMPS)


#: Texts of `JUMPS` that a stale row leaves empty.
_TEXTS: Final = ("unit_before", "quantity", "unit_of_measure", "border", "indices", "kind", "source")


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    reasons = {"reason" if k == FALLBACK else f"reason_{k}": str(t) for k, t in entry.get("reason", {}).items()}
    return {"verdict": entry["verdict"], "reason_source": str(entry.get("source", "")), "reason": "", **reasons}


def unjudged(jumps: pd.DataFrame) -> list[str]:
    """Listed changes without a verdict, and verdicts on none, in words for a log."""
    wanting = jumps[(jumps["verdict"] == NONE) | (jumps["shape"] == "stale")]
    return [
        f"{row['variable']}, {row['unit'] or 'every unit'}, {row['year_before']} to {row['year']}: "
        + ("the verdict is on no listed change" if row["shape"] == "stale" else "a listed change without a verdict")
        for row in wanting.to_dict("records")
    ]
