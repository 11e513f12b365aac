"""The page of a unit: its place and how sure it is, what it rests on, and where each number stands."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from monotown.base.labels import Labels
from monotown.base.tables import kinds_in
from monotown.report.pieces import Given
from monotown.show.page import page
from monotown.show.printed import MISSING, Column, Form, cell_text, source_words

#: Up to so many units each has a page of its own; of more one page is drawn from data.
PAGES: Final = 100

#: Units in one file of data.
PART: Final = 50

#: Longest name of a file of a unit, without what stands before and after it.
_LONGEST: Final = 180

#: Level units and rows of indicators that a page prints; tables have all.
MOST_LEVEL: Final = 6
MOST_ROWS: Final = 60

#: Where in a file a figure stands, within the words of a locator.
#: Words of a locator, each with what it names.
_NAMED = re.compile(r"\b(line|column|sheet|cell) ([^\s,;()]+)")
_PLACE = re.compile(r"[^\s;,()]+\.(?:csv|xlsx|xls|ods|ya?ml)\b(?:, [^;()]*)?")


def safe(unit: str) -> str:
    """Name of a file for a unit: ASCII without percent signs, and another for each unit where case does not count.

    Capitals, digits, ``-`` and ``_`` stay; ``~`` turns to small letters and back; all else is its UTF-8 in
    hexadecimal between two ``=``. A name too long ends with a digest in place of its end.

    Examples
    --------
    >>> safe("KZULU"), safe("KZ_khro"), safe("Аб/1")
    ('KZULU', 'KZ_~khro', '=d090d0b12f=1')
    """
    found, small = "", False
    for kind, run in itertools.groupby(unit, key=_kind_of):
        text = "".join(run)
        if kind == "other":
            found += f"={text.encode('utf-8', 'surrogatepass').hex()}="
            continue
        if kind in ("small", "capital") and (kind == "small") != small:
            small = not small
            found += "~"
        found += text
    if len(found) > _LONGEST:
        digest = hashlib.sha256(unit.encode("utf-8", "surrogatepass")).hexdigest()[:40]
        return f"{found[: _LONGEST - 42]}=={digest}"
    return found


def _kind_of(letter: str) -> str:
    if "a" <= letter <= "z":
        return "small"
    if "A" <= letter <= "Z":
        return "capital"
    return "plain" if letter in "0123456789-_" else "other"


def units_of(places: pd.DataFrame) -> list[str]:
    """Units that have a page, by their codes."""
    return sorted({str(u) for u in places["unit"]})


def address(unit: str, language: str, units: int) -> str:
    """Address of a unit's page from another page of the site.

    Examples
    --------
    >>> address("KZULU", "ru", 20), address("KZULU", "en", 2000)
    ('unit-KZULU.ru.html', 'unit.html#KZULU')
    """
    if units > PAGES:
        return f"{page('unit', language)}#{safe(unit)}"
    return page(f"unit-{safe(unit)}", language)


@dataclass(frozen=True)
class Pages:
    """Pages of all units in one language.

    Attributes
    ----------
    frames
        Name of a table of `monotown.report.unit_tables.SCHEMAS` to the table.
    labels
        Words of the language.
    single
        Whether the page stands alone: no links to other pages.
    order
        Indices in the order of the study; those that it lacks follow by name.
    """

    frames: Mapping[str, pd.DataFrame]
    labels: Labels
    single: bool = False
    order: Sequence[str] = ()

    @cached_property
    def units(self) -> list[str]:
        """Units, by their codes."""
        return units_of(self.frames["places"])

    @cached_property
    def _rows(self) -> dict[str, dict[tuple[str, str], list[dict[str, Any]]]]:
        """Table, then index and unit, to rows."""
        found: dict[str, dict[tuple[str, str], list[dict[str, Any]]]] = {}
        for name, frame in self.frames.items():
            here = found.setdefault(name, {})
            for row in frame.to_dict("records"):
                here.setdefault((row["view"], row["unit"]), []).append({str(k): v for k, v in row.items()})
        return found

    @cached_property
    def views(self) -> list[str]:
        """Indices in the order of the study."""
        known = [str(v) for v in dict.fromkeys(self.frames["places"]["view"])]
        return sorted(known, key=lambda v: (self.order.index(v) if v in self.order else len(self.order), v))

    @cached_property
    def roots(self) -> Mapping[str, str]:
        """Index to the name of what it measures; indices of one name tell of it in other borders or years."""
        places = self.frames["places"].drop_duplicates("view")
        return dict(zip(places["view"], places["root"], strict=True))

    def rows(self, table: str, view: str, unit: str) -> list[dict[str, Any]]:
        """Rows of a table of a unit in an index."""
        return self._rows[table].get((view, unit), [])

    def numbered(self, table: str, view: str, unit: str) -> list[dict[str, Any]]:
        """The same in the order of the tree."""
        return sorted(self.rows(table, view, unit), key=lambda row: int(row["number"]))

    def word(self, value: object, *prefixes: str) -> str:
        """A name in words, or itself."""
        for prefix in prefixes:
            if self.labels.has(f"{prefix}.{value}"):
                return self.labels(f"{prefix}.{value}")
        return str(value)

    def name(self, unit: str) -> str:
        """Name of a unit."""
        return self.word(unit, "unit")

    def score(self, value: float, scale: float, decimals: int = 1) -> str:
        """A score as printed."""
        return cell_text(value, Column("", "", Form.SCORE, decimals), self.labels, scale)

    def rank(self, value: float) -> str:
        """A place as printed."""
        return cell_text(value, Column("", "", Form.RANK), self.labels)

    def value(self, value: float) -> str:
        """A raw figure as printed."""
        return cell_text(value, Column("", "", Form.SIGNIFICANT, 4), self.labels)

    def say(self, key: str, **values: object) -> str:
        """A text of the pages."""
        return self.labels(f"unit_page.{key}", **values)

    def title(self, unit: str) -> str:
        """Head of a unit's page; a name may begin with a small letter."""
        text = self.say("title", unit=self.name(unit))
        return text[:1].upper() + text[1:]

    def link(self, unit: str) -> dict[str, str]:
        """A unit by its name and address."""
        there = "" if self.single else address(unit, self.labels.language, len(self.units))
        return {"id": unit, "name": self.name(unit), "href": there}

    def listed(self) -> dict[str, Any]:
        """Context of the list of units: each with its address and its places, in the order of their names."""
        rows = [self.link(u) | {"file": safe(u), "says": self.briefly(u)} for u in self.units]
        return {"units": sorted(rows, key=lambda u: (u["name"].casefold(), u["id"])), "many": len(rows) > PAGES}

    def briefly(self, unit: str) -> str:
        """Places of a unit in the first view of each index, such as ``13 / 20; 11 / 20``."""
        told = []
        for _, view in self.chief(unit):
            row = self.rows("places", view, unit)[0]
            if not pd.isna(row["rank"]):
                told.append(f"{self.rank(row['rank'])} / {self.labels.number(row['n_units'])}")
        return "; ".join(told)

    def chief(self, unit: str) -> list[tuple[str, str]]:
        """Each index that has a unit, with the first of its views that has it."""
        found: dict[str, str] = {}
        for view in self.views:
            if self.rows("places", view, unit):
                found.setdefault(self.roots[view], view)
        return list(found.items())

    def drawn(self) -> dict[str, Any]:
        """Context of the page that shows one of many units: a plain table of all, and the file that each is in."""
        indices = [str(r) for r in dict.fromkeys(self.roots.values())]
        made = []
        for k, unit in enumerate(self.units):
            chief = dict(self.chief(unit))
            cells = [self.cell(chief.get(root, ""), unit) for root in indices]
            made.append(self.link(unit) | {"file": safe(unit), "part": k // PART + 1, "cells": cells})
        names = [self.word(root, "node", "block") for root in indices]
        return {"units": made, "indices": names}

    def cell(self, view: str, unit: str) -> dict[str, str]:
        """Place, likely places and score of a unit in an index."""
        rows = self.rows("places", view, unit)
        if not rows:
            return dict.fromkeys(("rank", "interval", "score"), MISSING)
        told = self.place(rows, float(rows[0]["scale"]))
        return {"rank": told["rank"], "interval": told["range"] or MISSING, "score": told["score"]}

    def unit(self, unit: str) -> dict[str, Any]:
        """Context of the page of a unit.

        Parameters
        ----------
        unit
            One of `units`.

        Returns
        -------
        dict
            Texts and numbers as printed, and the kinds of data they rest on.
        """
        groups: dict[str, list[str]] = {}
        for view in self.views:
            if self.rows("places", view, unit):
                groups.setdefault(self.roots[view], []).append(view)
        indices = [self.index(root, views, unit) for root, views in groups.items()]
        rows = sum(len(i["indicators"]) for i in indices)
        return {
            "id": unit,
            "file": safe(unit),
            "name": self.name(unit),
            "title": self.title(unit),
            "indices": indices,
            "kinds": kinds_in(k for i in indices for k in i["kinds"]),
            "sources": self.sources(indices),
            "density": "tight" if rows > 26 or len(indices) > 2 else "close" if rows > 8 else "",
        }

    def sources(self, indices: Sequence[Mapping[str, Any]]) -> str:
        """Sources of the figures of a page in words."""
        ids = {s.strip() for i in indices for s in i["sources"]}
        return source_words(sorted(ids - {""}), self.labels)

    def index(self, root: str, views: Sequence[str], unit: str) -> dict[str, Any]:
        """One index on the page of a unit: the first of its views, the longest series, and the other views beside."""
        view = views[0]
        places = self.rows("places", view, unit)
        scale = float(places[0]["scale"])
        over = max(views, key=lambda v: len(self.rows("series", v, unit)))
        cells = self.cells(view, unit)
        made: dict[str, Any] = {
            "view": view,
            "name": self.word(view, "view"),
            "root": self.word(root, "node", "block"),
            "year": self.year(places[0]["year"]),
            "scale": self.labels.number(scale),
            "place": self.place(places, scale),
            "blocks": [
                self.block(b, scale) for b in sorted(self.rows("blocks", view, unit), key=lambda b: b["number"])
            ],
            "series": self.series(over, unit, scale),
            "series_of": self.word(over, "view") if over != view else "",
            "changes": self.changes(over, unit, scale),
            "indicators": self.indicators(view, unit, scale, cells),
            "cut": self.cut(view, unit),
            "level": self.level(view, unit),
            "level_none": self.nothing("level", places[0], "level_none"),
            "moves_none": self.nothing("moves", places[0], "no_move"),
            "alike": [
                {**self.link(a["other"]), "distance": self.score(a["distance"], scale)}
                for a in self.rows("alike", view, unit)
            ],
            "moves": self.moves(view, unit),
            "missing": self.missing(view, unit),
            "beside": [
                {"name": self.word(v, "view"), "year": self.year(b[0]["year"])} | self.place(b, float(b[0]["scale"]))
                for v in views[1:]
                if (b := self.rows("places", v, unit))
            ],
            "tables": {} if self.single else self.tables(view, over),
        }
        tables = ("places", "blocks", "indicators", "cells", "alike", "level", "moves")
        rows = [row for t in tables for row in self.rows(t, view, unit)]
        rows += [row for v in views for row in self.rows("places", v, unit)]
        rows += [row for t in ("series", "changes") for row in self.rows(t, over, unit)]
        made["kinds"] = kinds_in(row["kind"] for row in rows)
        made["sources"] = sorted({s for row in rows for s in str(row.get("source", "")).split(";")})
        return made

    @staticmethod
    def tables(view: str, over: str) -> dict[str, str]:
        """Tables of the results that the parts of a page stand in, from the page's folder."""
        parts = ("places", "blocks", "indicators", "cells", "alike", "level", "moves", "series", "changes")
        found = {name: f"../units/{name}.csv" for name in parts}
        return found | {"scores": f"../index/{view}/scores.csv", "over": f"../index/{over}/scores.csv"}

    @staticmethod
    def year(year: int) -> str:
        """A year as printed; figures without one stand under 0."""
        return str(year) if year else ""

    def place(self, rows: Sequence[Mapping[str, Any]], scale: float) -> dict[str, Any]:
        """Place with its limits, one row an analysis."""
        first = rows[0]
        n, rank = int(first["n_units"]), first["rank"]
        lines = [self.interval(row, n) for row in rows if not pd.isna(row["rank_low"])]
        lows = [row["rank_low"] for row in rows if not pd.isna(row["rank_low"])]
        highs = [row["rank_high"] for row in rows if not pd.isna(row["rank_high"])]
        values = {
            "rank": self.rank(rank),
            "n": n,
            "score": self.score(first["score"], scale),
            "scale": self.labels.number(scale),
            "others": self.score(first["others"], scale),
        }
        if pd.isna(first["score"]):
            sentence = self.say("no_score")
        elif pd.isna(rank) or n < 2:
            sentence = self.say("no_rank", **values)
        elif not lows:
            sentence = self.say("rank", **values)
        elif min(lows) == max(highs):
            sentence = self.say("sure", **values)
        else:
            sentence = self.say("open", **values, low=self.rank(min(lows)), high=self.rank(max(highs)))
        return {
            **values,
            "range": f"{self.rank(min(lows))}–{self.rank(max(highs))}" if lows else "",
            "sentence": sentence,
            "beside": "" if pd.isna(first["others"]) else self.say("others", **values),
            "coverage": ""
            if pd.isna(first["coverage"]) or first["coverage"] >= 1 - 1e-9
            else self.say("coverage", share=self.labels.number(100 * first["coverage"])),
            "strip": lines,
            "last": self.labels.number(n),
        }

    def interval(self, row: Mapping[str, Any], n: int) -> dict[str, Any]:
        """Limits of a place in one analysis, as text and as shares of the axis from 1 to `n`."""

        def at(rank: float) -> float:
            return round(100 * (rank - 0.5) / max(n, 1), 2)

        low, high = row["rank_low"], row["rank_high"]
        told = self.rank(low) if low == high else f"{self.rank(low)}–{self.rank(high)}"
        left = round(100 * (low - 1) / n, 2)
        return {
            "analysis": self.word(row["analysis"], "report.analysis"),
            "text": told,
            "left": left,
            "width": round(100 * high / n - left, 2),
            "at": at(row["rank"]),
            "kinds": kinds_in([row["kind"]]),
        }

    def block(self, row: Mapping[str, Any], scale: float) -> dict[str, Any]:
        """Score of a block as a bar beside the average of the others."""
        return {
            "name": self.word(row["node"], "block", "node"),
            "score": self.score(row["score"], scale),
            "others": self.score(row["others"], scale),
            "width": _share(row["score"], scale),
            "mark": _share(row["others"], scale),
            "rank": self.rank(row["rank"]),
        }

    def series(self, view: str, unit: str, scale: float) -> dict[str, Any] | None:
        """Scores over the years as a line with its band; None of fewer than two years with a score."""
        rows = [r for r in sorted(self.rows("series", view, unit), key=lambda r: r["year"]) if not pd.isna(r["score"])]
        if len(rows) < 2:
            return None
        first, last = rows[0], rows[-1]
        span = last["year"] - first["year"]
        numbers = [v for r in rows for v in (r["score"], r["low"], r["high"]) if not pd.isna(v)]
        low, high = min(numbers), max(numbers)
        gap = (high - low) or scale

        def spot(year: int, value: float) -> str:
            return f"{10 + 280 * (year - first['year']) / span:.1f},{76 - 62 * (value - low) / gap:.1f}"

        banded = [r for r in rows if not pd.isna(r["low"])]
        band = [spot(r["year"], r["low"]) for r in banded] + [spot(r["year"], r["high"]) for r in reversed(banded)]
        return {
            "line": " ".join(spot(r["year"], r["score"]) for r in rows),
            "band": " ".join(band) if len(banded) > 1 else "",
            "first": self.year(first["year"]),
            "last": self.year(last["year"]),
            "from": self.score(first["score"], scale),
            "to": self.score(last["score"], scale),
            "from_y": spot(first["year"], first["score"]).partition(",")[2],
            "to_y": spot(last["year"], last["score"]).partition(",")[2],
            "says": self.say(
                "series_says",
                first=first["year"],
                last=last["year"],
                before=self.score(first["score"], scale),
                after=self.score(last["score"], scale),
            ),
            "note": self.say("band", analysis=self.word(banded[0]["band"], "report.analysis")) if banded else "",
            "rows": [
                {
                    "year": self.year(r["year"]),
                    "score": self.score(r["score"], scale),
                    "low": self.score(r["low"], scale),
                    "high": self.score(r["high"], scale),
                    "rank": self.rank(r["rank"]),
                    "n": self.labels.number(r["n_units"]),
                }
                for r in rows
            ],
        }

    def changes(self, view: str, unit: str, scale: float) -> dict[str, Any] | None:
        """What each indicator adds to the change of the score, the largest first."""
        rows = sorted(self.rows("changes", view, unit), key=lambda r: (-abs(r["contribution"]), r["measure"]))
        if not rows:
            return None
        return {
            "says": self.say("changes_say", first=rows[0]["from_year"], last=rows[0]["to_year"]),
            "whole": self.signed(rows[0]["change"], scale),
            "rows": [
                {"name": self.word(r["measure"], "measure"), "points": self.signed(r["contribution"], scale)}
                for r in rows
            ],
        }

    def signed(self, value: float, scale: float) -> str:
        """A difference of scores with its sign."""
        text = self.score(value, scale)
        return f"+{text}" if value > 0 and any(c in "123456789" for c in text) else text

    def cells(self, view: str, unit: str) -> dict[str, list[dict[str, Any]]]:
        """Measure to the raw figures behind it, each with its place in a file."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows("cells", view, unit):
            name = self.word(row["variable"], "variable", "measure")
            if row["of"] != unit:
                name = f"{self.name(row['of'])}: {name}"
            told = {
                "name": name,
                "year": self.year(row["figure_year"]),
                "value": self.value(row["value"]),
                "flag": self.word(row["flag"], "unit_page.flag") if row["flag"] else "",
                "place": self.place_words(short_place(row["locator"])),
                "locator": row["locator"],
                "file": row["file"],
            }
            found.setdefault(row["measure"], []).append(told)
        return found

    def place_words(self, place: str) -> str:
        """A place in a file, its words in the language of the page."""
        return _NAMED.sub(lambda found: self.say(f"place.{found[1]}", name=found[2]), place)

    def indicators(
        self, view: str, unit: str, scale: float, cells: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> list[dict[str, Any]]:
        """Each indicator: raw value, score, averages of the others, where its figures stand, caveats."""
        rows = self.numbered("indicators", view, unit)
        return [
            {
                "id": r["measure"],
                "name": self.word(r["measure"], "measure"),
                "value": self.value(r["value"]),
                "others": self.value(r["others"]),
                "unit": self.word(r["unit_of_measure"], "measured_in"),
                "year": self.year(r["year"]),
                "score": self.score(r["score"], scale),
                "others_score": self.score(r["others_score"], scale),
                "width": _share(r["score"], scale),
                "mark": _share(r["others_score"], scale),
                "weight": self.labels.number(100 * r["weight"], 1) if not pd.isna(r["weight"]) else MISSING,
                "cells": list(cells.get(r["measure"], ())),
                "caveats": self.caveats(r),
            }
            for r in rows[:MOST_ROWS]
        ]

    def nothing(self, table: str, place: Mapping[str, Any], key: str) -> str:
        """Why a table has no row of a unit: it has no score, its index has no such table, or as a text says."""
        if pd.isna(place["score"]):
            return self.say("no_score")
        there = (self.frames[table]["view"] == place["view"]).any()
        return self.say(key) if there else self.say("no_table")

    def cut(self, view: str, unit: str) -> str:
        """What is said where a page has not room for every indicator."""
        every = len(self.rows("indicators", view, unit))
        return self.say("first_rows", shown=MOST_ROWS, all=every) if every > MOST_ROWS else ""

    def caveats(self, row: Mapping[str, Any]) -> str:
        """What has to be known of a value, in words."""
        said = []
        if row["reading"] in ("approximation", "proxy", "twin"):
            said.append(self.word(row["reading"], "unit_page.reading"))
        for word in ("plausible", "division by zero", "logarithm"):
            if word in row["flag"]:
                said.append(self.say(f"caveat.{word.split()[0]}"))
        if row["filled"]:
            said.append(self.word(row["filled"], "unit_page.filled"))
        if row["clipped"]:
            said.append(self.say("caveat.clipped"))
        return "; ".join(dict.fromkeys(said))

    def level(self, view: str, unit: str) -> dict[str, Any] | None:
        """Units that the analyses do not tell from it; None where nothing was compared."""
        rows = sorted(
            self.rows("level", view, unit), key=lambda r: (-r["open"], round(abs(r["share"] - 0.5), 9), r["other"])
        )
        if not rows:
            return None
        analyses = max(int(r["analyses"]) for r in rows)
        return {
            "units": [
                {**self.link(r["other"]), "open": self.say("in_analyses", count=int(r["open"]), all=int(r["analyses"]))}
                for r in rows[:MOST_LEVEL]
            ],
            "more": self.say("more", count=len(rows) - MOST_LEVEL) if len(rows) > MOST_LEVEL else "",
            "analyses": analyses,
        }

    def moves(self, view: str, unit: str) -> list[str]:
        """What would move the unit, in sentences."""
        said = []
        for row in sorted(self.rows("moves", view, unit), key=lambda r: ["up", "down", "without"].index(r["what"])):
            if row["what"] == "without":
                shift = row["rank_shift"]
                if pd.isna(shift):
                    continue
                told = {"measure": self.word(row["measure"], "measure"), "places": self.rank(abs(shift))}
                said.append(
                    self.say("without_same" if not shift else "without_up" if shift < 0 else "without_down", **told)
                )
                continue
            told = {
                "rival": self.name(row["rival"]),
                "share": "" if pd.isna(row["moved"]) else self.labels.number(100 * row["moved"], 1),
                "gains": self.word(row["gains"], "measure", "block", "node"),
                "loses": self.word(row["loses"], "measure", "block", "node"),
            }
            if row["status"] == "found":
                said.append(self.say(row["what"], **told))
            elif row["status"] in ("tied", "out_of_reach"):
                said.append(self.say(f"{row['what']}_{row['status']}", **told))
        return said

    def missing(self, view: str, unit: str) -> list[str]:
        """Indicators without a value, by their names."""
        rows = self.numbered("indicators", view, unit)
        return [self.word(r["measure"], "measure") for r in rows if pd.isna(r["value"])]


def data_files(bodies: Mapping[str, str], language: str) -> dict[str, str]:
    """Files of data that the page of many units draws one from.

    Parameters
    ----------
    bodies
        Unit, in the order of `Pages.units`, to the body of its page.
    language
        Of the bodies.

    Returns
    -------
    dict
        Name of a file to its text: a call with the lines of `PART` units, each once, and the numbers of the lines
        of each unit.
    """
    units = list(bodies)
    found = {}
    for part, start in enumerate(range(0, len(units), PART), 1):
        numbers: dict[str, int] = {}
        here = {
            safe(unit): [numbers.setdefault(line, len(numbers)) for line in bodies[unit].split("\n")]
            for unit in units[start : start + PART]
        }
        texts = ",\n".join(
            json.dumps(told, ensure_ascii=False, separators=(",", ":")) for told in (list(numbers), here)
        )
        # what would end a script must not stand in one
        found[f"data/units-{language}-{part}.js"] = f"monotownUnits({texts.replace('</', '<' + chr(92) + '/')});\n"
    return found


def piece(given: Given) -> dict[str, Any]:
    """Context of the list of units."""
    frames = {name.rpartition("/")[2]: frame for name, frame in given.frames.items()}
    return Pages(frames, given.labels, given.single).listed()


def _share(value: float, scale: float) -> float | None:
    """A score as a share of its scale in percent, kept within the axis; None where there is none."""
    return None if pd.isna(value) else round(min(max(100 * value / scale, 0.0), 100.0), 2)


def short_place(locator: str) -> str:
    """File and line of a locator, without what it says besides.

    Examples
    --------
    >>> short_place("mean of two days (people.csv, line 397; the series steps)")
    'people.csv, line 397'
    >>> short_place("sheet data, cell B4")
    'sheet data, cell B4'
    """
    found = dict.fromkeys(m.group().strip() for m in _PLACE.finditer(locator))
    text = "; ".join(list(found)[:2]) or locator
    return text if len(text) <= 90 else f"{text[:89]}…"
