"""The towns as a table of reference: where each lies, its natural zone, its last dated population.

No observation: nothing here has a kind of data, and no measure or index is computed from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from monotown.base import checked as pa
from monotown.base.problems import Problems, nearest
from monotown.base.tables import TEXT, table, write_order
from monotown.data.units import Units

#: One row a town. `zone_en`, `zone_ru`, `zone_kk` are words of the source, "" where it has none;
#: `zone_unit` is the KATO code of the district or city administration whose zone it is. `date` is a
#: day, or the year of a census; `what` is census, or estimate for a figure of 1 January.
#: `break` is the census that figures on its two sides are not compared across, `side` where this
#: one stands: before, census or after.
TOWN_REGISTER = table(
    "town register",
    ["unit"],
    {
        "unit": TEXT,
        "town": TEXT,
        "region": TEXT,
        "latitude": pa.Column("float64", pa.Check.in_range(-90, 90)),
        "longitude": pa.Column("float64", pa.Check.in_range(-180, 180)),
        "zone_en": TEXT,
        "zone_ru": TEXT,
        "zone_kk": pa.Column(str),
        "zone_unit": pa.Column(str, pa.Check.str_matches(r"^\d{9}$")),
        "zone_year": pa.Column("int64"),
        "population": pa.Column("int64", pa.Check.gt(0)),
        "date": pa.Column(str, pa.Check.str_matches(r"^\d{4}(-\d{2}-\d{2})?$")),
        "what": pa.Column(str, pa.Check.isin(["census", "estimate"])),
        "break": pa.Column("int64"),
        "side": pa.Column(str, pa.Check.isin(["before", "census", "after"])),
        "name_printed": TEXT,
        "cites": TEXT,
        "page": TEXT,
    },
)

_GROUPED = re.compile(r"\d{1,3}(?:[., \u00a0\u202f]\d{3})*\Z")
_DATE = re.compile(r"(\d{4})(?:-01-01)?\Z")


def whole_thousands(text: str) -> int:
    """Number of people as pages print it: groups of three digits parted by any mark.

    Raises
    ------
    ValueError
        If a group has not three digits: whether a mark parts thousands or decimals is not known.

    Examples
    --------
    >>> [whole_thousands(t) for t in ("89.079", "79,191", "128 981", "812")]
    [89079, 79191, 128981, 812]
    >>> whole_thousands("89.0")
    Traceback (most recent call last):
    ...
    ValueError: found '89.0'; expected a whole number, its thousands parted
    """
    if not _GROUPED.match(text.strip()):
        raise ValueError(f"found {text!r}; expected a whole number, its thousands parted")
    return int(re.sub(r"\D", "", text))


def town_register(
    populations: pd.DataFrame,
    zones: pd.DataFrame,
    towns: Sequence[str],
    units: Mapping[str, Any],
    spec: Mapping[str, Any],
) -> pd.DataFrame:
    """One row a town, with its latest population.

    Of figures of one year the census counts as the later one: a census is held in the course of its
    year, an estimate is of 1 January.

    Parameters
    ----------
    populations
        Texts: ``town_en, name_printed, date, kind, population_printed, source_named_on_page,
        page``; `date` is a 1 January, or the year of a census.
    zones
        Texts: ``KATO, ZONE_EN, ZONE_RU, ZONE_KK``; "NA" is none.
    towns
        Codes of the towns.
    units
        The units config.
    spec
        ``config/study/town_register.yaml``.

    Returns
    -------
    pandas.DataFrame
        `TOWN_REGISTER`.

    Raises
    ------
    InputError
        Every problem: a name or code that no town or unit has, a number or date that cannot be
        read, two figures of a town for one date, a town without a figure or zone, a row to be left
        out that is not there.
    """
    problems = Problems()
    latest = _latest(populations, towns, Units(units), spec, problems)
    by_code = {str(z["KATO"]): z for z in zones.to_dict("records")}
    rows = []
    for code in towns:
        if code not in latest:
            problems.add(spec["populations"]["file"], code, "no row", "a population of the town")
        zone_unit = spec["zones"]["unit"].get(code, "nothing")
        problems.one_of("config/study/town_register.yaml", f"zones.unit.{code}", zone_unit, by_code)
        if code in latest and zone_unit in by_code:
            zone, unit = by_code[zone_unit], units[code]
            rows.append(
                {
                    "unit": code,
                    "town": unit["en"],
                    "region": unit["parent"],
                    "latitude": unit["latitude"],
                    "longitude": unit["longitude"],
                    **{f"zone_{k}": _word(zone[f"ZONE_{k.upper()}"]) for k in ("en", "ru", "kk")},
                    "zone_unit": zone_unit,
                    "zone_year": spec["zones"]["year"],
                    "break": spec["census"],
                    **latest[code],
                }
            )
    problems.stop()
    return write_order(pd.DataFrame(rows), TOWN_REGISTER)


def _latest(
    populations: pd.DataFrame, towns: Sequence[str], units: Units, spec: Mapping[str, Any], problems: Problems
) -> dict[str, dict[str, Any]]:
    """The last figure of each town."""
    file, words = str(spec["populations"]["file"]), spec["populations"]["what"]
    left_out = {(entry["town"], entry["name_printed"]): 0 for entry in spec["leave_out"]}
    seen: dict[tuple[str, int, str], int] = {}
    found: dict[str, tuple[tuple[int, bool], dict[str, Any]]] = {}
    for line, row in enumerate(populations.to_dict("records"), 2):
        named = (row["town_en"], row["name_printed"])
        if named in left_out:
            left_out[named] += 1
            continue
        where = f"line {line}, column "
        code = units.find(row["town_en"], "town")
        what, date = words.get(row["kind"]), _DATE.match(row["date"])
        people = 0
        if code not in towns:
            expected = units.expected_name(row["town_en"], "town")
            problems.add(file, where + "town_en", row["town_en"], expected)
        if what is None:
            problems.add(file, where + "kind", row["kind"], nearest(row["kind"], list(words)))
        if date is None or (what == "estimate") != row["date"].endswith("-01-01"):
            expected = "a 1 January like 2023-01-01, or the year of a census"
            problems.add(file, where + "date", row["date"], expected)
        try:
            people = whole_thousands(row["population_printed"])
        except ValueError as error:
            expected = str(error).partition("; expected ")[2]
            problems.add(file, where + "population_printed", row["population_printed"], expected)
        if code not in towns or what is None or date is None or not people:
            continue
        year = int(date[1])
        key = (str(code), year, what)
        if key in seen:
            expected = f"one figure of a town and date; the first is on line {seen[key]}"
            problems.add(file, f"line {line}", " ".join(map(str, key)), expected)
        seen[key] = line
        when = (year, what == "census")
        last = (int(spec["census"]), True)
        side = "census" if when == last else "after" if when > last else "before"
        told = {
            "population": people,
            "date": row["date"],
            "what": what,
            "side": side,
            "name_printed": row["name_printed"],
            "cites": row["source_named_on_page"],
            "page": row["page"],
        }
        if str(code) not in found or when > found[str(code)][0]:
            found[str(code)] = (when, told)
    for (town, name), rows in left_out.items():
        if not rows:
            problems.add(file, town, "no such row", f"the row {name!r}, which is to be left out")
    return {code: told for code, (_, told) in found.items()}


def _word(text: str) -> str:
    return "" if text == "NA" else text
