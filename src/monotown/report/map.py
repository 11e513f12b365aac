"""The map of an index: places with their certainty, on the shapes of the units; without shapes a grid of tiles."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.labels import Labels
from monotown.base.tables import SCALES, kinds_in, score_decimals
from monotown.report.pieces import Given
from monotown.report.units import address, units_of
from monotown.sensitivity.limits import NARROW, WIDE

#: Tones of the scores, from the least to the greatest.
TONES: Final = 5

#: Tiles that still tell something.
MOST_TILES: Final = 200

#: Units whose places are written on the map, and up to which each is a stop of the keyboard.
_NUMBERED: Final = 60
_STOPS: Final = 25

#: Room below which a unit gets a mark, radius of that mark and of a point.
_SMALL: Final = 50.0
_MARK: Final = 30
_POINT: Final = 20

#: Sizes of letters: a place, its interval, a name; and the width of a letter over its size.
_PLACE, _INTERVAL, _NAME = 34, 23, 24

#: Size of a place on a small map and on a phone.
_LARGE: Final = 58
_LETTER: Final = 0.56

#: The page that lists all units beside the map, and the one whose map is small.
_LISTS, _SMALL_ON = "regions", "index"

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Placed:
    """A unit with its place.

    Attributes
    ----------
    code, name
        Of the unit.
    rank, low, high, score
        Its place, the limits of its interval, and its score.
    tone
        Of its score, 1 to `TONES`.
    certainty
        ``narrow``, ``between`` or ``wide``: how far the limits lie apart.
    """

    code: str
    name: str
    rank: float
    low: float
    high: float
    score: float
    tone: int
    certainty: str


def piece(given: Given) -> dict[str, Any]:
    """Context of the template of the map.

    Parameters
    ----------
    given
        With a table of rank intervals of the index (``baseline_rank``, ``baseline_score``, ``rank_p..``; of its last
        year), the table `monotown.data.shapes.SHAPES`, and ``units/places`` where units have pages.
    """
    name, intervals = next((n, f) for n, f in given.frames.items() if "baseline_rank" in f)
    shapes = next((f for f in given.frames.values() if "path" in f), pd.DataFrame(columns=["borders", "unit"]))
    labels, year = given.labels, int(intervals["year"].max())
    last = intervals[intervals["year"] == year]
    placed = placed_units(last, labels)
    drawn = borders_of(shapes, [unit.code for unit in placed])
    decimals = score_decimals(_scale(placed))
    pages = next((len(units_of(f)) for n, f in given.frames.items() if n == "units/places"), len(placed))
    shown = [_shown(unit, labels, decimals, pages) for unit in placed]
    on_map = set() if drawn is None else set(drawn["unit"])
    title = finding(placed, labels)
    low, high = limits_of(last)
    analysis = name.split("/")[2] if name.count("/") > 2 else "weights"
    key = f"report.analysis.{analysis}"
    small = given.page == _SMALL_ON
    index = labels(f"view.{given.of}")
    said = year == 0 or re.search(rf"(?<![–-]){year}", index)  # the end of a span does not tell the year of the map
    made: dict[str, Any] = {
        "of": given.of,
        "key": re.sub(r"\W", "_", f"{given.of}_{given.page}"),  # the file for mailing has the map of several pages
        "small": small,
        "title": title,
        "caption": labels(
            "map.small" if small else "map.caption",
            index=index,
            share=_share(low, high),
            analysis=labels(key) if labels.has(key) else analysis,
        )
        + ("" if said else f" {labels('map.year', year=year)}"),
        "description": described(title, placed, labels),
        "kinds": list(kinds_in(last["kind"])),
        "tones": _bounds(placed, decimals, labels),
        "certainties": _certainties(placed, labels),
        "form": "none" if drawn is None and len(placed) > MOST_TILES else "tiles" if drawn is None else "map",
        "tiles": [unit for unit in shown if unit["unit"] not in on_map],
        "listed": shown if drawn is not None and given.page == _LISTS else [],
        "count": len(placed),
        "marked": "",
        "towns": "",
        "linked": not given.single,
        "stops": drawn is not None and not given.single and given.page != _LISTS and len(placed) <= _STOPS,
    }
    return made if drawn is None else made | _map(drawn, shown, labels)


def placed_units(intervals: pd.DataFrame, labels: Labels) -> list[Placed]:
    """Units of one year in the order of their places.

    Parameters
    ----------
    intervals
        Table of rank intervals of one index and year.
    labels
        With ``unit.<code>``.
    """
    ranked = intervals.dropna(subset=["baseline_rank", "baseline_score"])
    ranked = ranked.sort_values(["baseline_rank", "unit"], kind="stable")
    low, high = limits_of(intervals)
    scores = ranked["baseline_score"].to_numpy(dtype=np.float64)
    tones = tones_of(scores)
    return [
        Placed(str(unit), labels(f"unit.{unit}"), float(rank), float(a), float(b), float(score), tone, certainty(a, b))
        for unit, rank, a, b, score, tone in zip(
            ranked["unit"], ranked["baseline_rank"], ranked[low], ranked[high], scores, tones, strict=True
        )
    ]


def limits_of(intervals: pd.DataFrame) -> tuple[str, str]:
    """Columns of the limits of the interval of places."""
    found = sorted(str(c) for c in intervals.columns if re.fullmatch(r"rank_p\d+", str(c)))
    return found[0], found[-1]


def certainty(low: float, high: float) -> str:
    """How sure a place is, by the limits of its interval.

    Examples
    --------
    >>> certainty(19, 20), certainty(4, 8), certainty(1, 15)
    ('narrow', 'between', 'wide')
    """
    width = high - low
    return "narrow" if width <= NARROW else "wide" if width >= WIDE else "between"


def tones_of(scores: Sequence[float] | np.ndarray[Any, np.dtype[np.float64]]) -> list[int]:
    """Tone of each score: steps of equal width from the least to the greatest; the middle one where all are alike.

    Examples
    --------
    >>> tones_of([0.0, 19.0, 20.0, 55.0, 100.0]), tones_of([3.0, 3.0])
    ([1, 1, 2, 3, 5], [3, 3])
    """
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    if not high > low:
        return [(TONES + 1) // 2] * len(scores)
    return [min(TONES, 1 + int(TONES * (score - low) / (high - low))) for score in scores]


def borders_of(shapes: pd.DataFrame, units: Sequence[str]) -> pd.DataFrame | None:
    """Shapes of the set of borders that a map of some units is drawn in; None where none has any of them.

    That with most of the units; of several the last, so that borders named by their years are the newest.

    Examples
    --------
    >>> shapes = pd.DataFrame({"borders": [2018, 2024, 2024], "unit": ["A", "A", "B"]})
    >>> borders_of(shapes, ["A"])["borders"].unique().tolist(), borders_of(shapes, ["C"])
    ([2024], None)
    """
    counts = {name: mine["unit"].isin(units).sum() for name, mine in shapes.groupby("borders", sort=True)}
    best = max(counts.values(), default=0)
    if not best:
        return None
    chosen = [name for name, count in counts.items() if count == best][-1]
    return shapes[shapes["borders"] == chosen]


def finding(placed: Sequence[Placed], labels: Labels) -> str:
    """What the map shows, as a title: who may be first and last, and how many places are open."""
    n = len(placed)
    if not n:
        return labels("map.nobody")
    first = [unit for unit in placed if unit.low <= 1]
    last = [unit for unit in placed if unit.high >= n]
    wide = sum(unit.certainty == "wide" for unit in placed)
    ends = [_end("first", first, n, labels), _end("last", last, n, labels)]
    open_ = labels("map.wide_some", n=wide, all=n) if wide else labels("map.wide_none")
    text = labels("map.title", first=ends[0], last=ends[1], wide=open_)
    return text[:1].upper() + text[1:]


def _end(which: str, units: Sequence[Placed], n: int, labels: Labels) -> str:
    if len(units) == 1:
        sure = units[0].low == units[0].high
        return labels(f"map.{which}_{'sure' if sure else 'one'}", a=units[0].name)
    if len(units) == 2:
        return labels(f"map.{which}_two", a=units[0].name, b=units[1].name)
    return labels(f"map.{which}_some", n=len(units), all=n)


def described(title: str, placed: Sequence[Placed], labels: Labels) -> str:
    """The map in words: its title, and the three first and the two last places with their intervals."""
    told = placed if len(placed) <= 5 else [*placed[:3], *placed[-2:]]
    return " ".join([f"{title}.", *(f"{labels('map.place', **_words(unit, labels))}." for unit in told)])


def _words(unit: Placed, labels: Labels) -> dict[str, str]:
    return {"name": unit.name, "rank": _rank(unit.rank, labels), "interval": interval(unit, labels)}


def interval(unit: Placed, labels: Labels) -> str:
    """The limits of a place, halves of shared places rounded outwards."""
    low, high = math.floor(unit.low), math.ceil(unit.high)
    return labels.number(low) if low == high else f"{labels.number(low)}–{labels.number(high)}"


def _rank(rank: float, labels: Labels) -> str:
    return labels.number(rank, 0 if rank == int(rank) else 1)


def _scale(placed: Iterable[Placed]) -> float:
    """Scale of the scores: 0 to 1 where none is above 1."""
    return SCALES[1] if max((unit.score for unit in placed), default=SCALES[0]) <= SCALES[1] else SCALES[0]


def _share(low: str, high: str) -> int:
    return int(high.removeprefix("rank_p")) - int(low.removeprefix("rank_p"))


def _shown(unit: Placed, labels: Labels, decimals: int, pages: int) -> dict[str, Any]:
    words = _words(unit, labels)
    score = labels.number(unit.score, decimals)
    return {
        "unit": unit.code,
        **words,
        "score": score,
        "tone": unit.tone,
        "certainty": unit.certainty,
        "label": labels("map.unit", **words, score=score),
        "href": address(unit.code, labels.language, pages),
    }


def _bounds(placed: Sequence[Placed], decimals: int, labels: Labels) -> list[dict[str, Any]]:
    """Each tone with the scores that it stands for."""
    scores = [unit.score for unit in placed]
    if not scores or min(scores) == max(scores):
        return [{"tone": (TONES + 1) // 2, "text": labels.number(scores[0], decimals)}] if scores else []
    ends = np.linspace(min(scores), max(scores), TONES + 1)
    texts = [labels.number(float(end), decimals) for end in ends]
    return [{"tone": i + 1, "text": f"{texts[i]}–{texts[i + 1]}"} for i in range(TONES)]


def _certainties(placed: Sequence[Placed], labels: Labels) -> list[dict[str, str]]:
    present = {unit.certainty for unit in placed}
    said = {"narrow": NARROW, "between": NARROW, "wide": WIDE}
    return [
        {"certainty": name, "text": labels(f"map.{name}", places=places)}
        for name, places in said.items()
        if name in present
    ]


# --- the map ------------------------------------------------------------------------------------


def _map(drawn: pd.DataFrame, shown: Sequence[Mapping[str, Any]], labels: Labels) -> dict[str, Any]:
    """What the map is drawn of: units with their places, others, points, outlines and texts."""
    rows = {str(row["unit"]): {str(k): v for k, v in row.items()} for row in drawn.to_dict("records")}
    units = [{**unit, **_form(rows[unit["unit"]], len(shown))} for unit in shown if unit["unit"] in rows]
    units.sort(key=lambda unit: unit["mark"] > 0)  # a mark lies on the areas around it
    ranked = {unit["unit"] for unit in units}
    others = [row for code, row in rows.items() if code not in ranked]
    towns = [row for row in others if row["form"] == "point"] if any(u["path"] for u in units) else []
    told = {kind: [c for c, r in rows.items() if r["told"] == kind] for kind in ("marked", "town")}
    named = [labels(f"unit.{row['unit']}") for row in towns if row["told"] == "town"]
    first = next(iter(rows.values()))
    outlined = [u for u in units if u["unit"] in told["marked"]]
    _write(units, [_town_box(t, _name(t["unit"], labels)) for t in towns if t["told"] == "town"])
    return {
        "width": int(first["width"]),
        "height": int(first["height"]),
        "units": units,
        "rest": [{"path": row["path"], "name": _name(row["unit"], labels)} for row in others if row["path"]],
        "points": [
            {"x": int(row["x"]), "y": int(row["y"]), "name": _name(row["unit"], labels), "told": row["told"] == "town"}
            for row in towns
        ],
        "outlined": [u["unit"] for u in outlined],
        "marked": labels("map.marked", names=", ".join(u["name"] for u in outlined)) if outlined else "",
        "towns": labels("map.towns", names=", ".join(named)) if named else labels("map.points") if towns else "",
        "credit": labels("map.credit", credit=first["credit"]) if first["credit"] else "",
    }


def _name(unit: object, labels: Labels) -> str:
    key = f"unit.{unit}"
    return labels(key) if labels.has(key) else str(unit)


def _form(row: Mapping[str, Any], n: int) -> dict[str, Any]:
    """A unit's form on the map: its area, or a mark where that is small or has none."""
    path = str(row["path"]) if isinstance(row["path"], str) else ""
    mark = 0 if path and (float(row["room"]) >= _SMALL or n > _NUMBERED) else _MARK if path else _POINT
    return {"path": path, "x": int(row["x"]), "y": int(row["y"]), "room": float(row["room"]), "mark": mark}


def _write(units: Sequence[dict[str, Any]], towns: Sequence[Box]) -> None:
    """Give each unit its texts: a place and interval where there is room, a name where it hits no other text."""
    taken = list(towns)
    numbered = len(units) <= _NUMBERED
    cities = [u for u in units if u["mark"] and u["path"]]
    marks = [_around(u["x"], u["y"], max(u["mark"], _wide(u["rank"], _LARGE) / 2)) for u in cities]
    for unit in units:
        x, y, mark = unit["x"], unit["y"], unit["mark"]
        wide = max(_wide(unit["rank"], _PLACE), _wide(unit["interval"], _INTERVAL))
        box = (x - wide / 2, y - _PLACE, x + wide / 2, y + _INTERVAL + 8)
        if not mark and unit["path"]:
            down = next((d for d in (0, 30, 60, 90) if not any(_meet(_moved(box, d), town) for town in towns)), 0)
            # a name above it stands clear of the town too
            down += 30 if down else 0
            # beside the mark of a city that lies in the area, a letter apart so that two places are not read as one,
            # also in large letters, as far as the area reaches
            large = max(wide, _wide(unit["rank"], _LARGE)) / 2 + _LETTER * _LARGE
            most = (unit["room"] - wide) / 2
            steps = [0, *(s * side for s in range(10, 100, 10) if s <= most for side in (-1, 1))]
            widest = (x - large, box[1] + down, x + large, box[3] + down)
            aside = next((s for s in steps if not any(_meet(_moved(widest, 0, s), mark) for mark in marks)), 0)
            unit["x"], unit["y"], box = x + aside, y + down, _moved(box, down, aside)
        if mark:
            box = _around(x, y, mark)
        fits = numbered if unit["path"] else numbered and not any(_meet(box, other) for other in taken)
        unit["numbered"] = fits and (mark > 0 or wide <= unit["room"])
        unit["spread"] = unit["numbered"] and not mark and unit["interval"] != unit["rank"]
        if unit["numbered"] or mark:
            taken.append(box)
    for unit in units:
        unit["lines"] = []
        if unit["numbered"]:
            lines = _lines(unit)
            box = _name_box(unit, lines)
            own = 1 if unit["mark"] == 0 else 0
            if lines and sum(_meet(box, other) for other in taken) <= own:
                unit["lines"] = lines
                taken.append(box)
        unit["beside"] = unit["mark"] > 0


def _lines(unit: Mapping[str, Any]) -> list[str]:
    """The name of a unit in one line or two that fit its room; beside a mark it has the room that it takes."""
    if unit["mark"]:
        return textwrap.wrap(unit["name"], 14, break_long_words=False)[:2]
    letters = max(1, int(0.96 * unit["room"] / (_LETTER * _NAME)))
    lines = textwrap.wrap(unit["name"], letters, break_long_words=False)
    return lines if len(lines) <= 2 and all(len(line) <= letters for line in lines) else []


def _name_box(unit: Mapping[str, Any], lines: Sequence[str]) -> Box:
    wide, high = max((_wide(line, _NAME) for line in lines), default=0.0), _NAME * 1.15 * len(lines)
    x, y = unit["x"], unit["y"]
    if unit["mark"]:
        return x + unit["mark"] + 4, y - high / 2, x + unit["mark"] + 8 + wide, y + high / 2
    return x - wide / 2, y - _PLACE - high, x + wide / 2, y - _PLACE + 2


def _town_box(town: Mapping[str, Any], name: str) -> Box:
    half = _wide(name, _NAME) / 2
    return town["x"] - half, town["y"] - 16 - _NAME, town["x"] + half, town["y"] + 10


def _moved(box: Box, down: float, aside: float = 0) -> Box:
    return box[0] + aside, box[1] + down, box[2] + aside, box[3] + down


def _around(x: float, y: float, radius: float) -> Box:
    return x - radius, y - radius, x + radius, y + radius


def _wide(text: str, size: float) -> float:
    return _LETTER * size * len(text)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
