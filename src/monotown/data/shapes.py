"""Shapes of units for a map: projected, and simplified so that what two units share they share still."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base import checked as pa
from monotown.base.tables import NOTE, REAL, TEXT, table

Point = tuple[float, float]
#: A closed line, its last point the first again.
Ring = Sequence[Point]
Project = Callable[[NDArray[np.float64]], NDArray[np.float64]]

#: Width of a map. A path is written in whole numbers.
WIDTH: Final = 2000.0

#: Points are first brought to a grid this fine, so that nearly the same point of two files is one.
_GRID: Final = 4.0

#: A point goes whose triangle with its neighbours is smaller; doubled until the paths are short enough.
_LEAST: Final = 3.0

#: Characters of all paths of one set of borders at most.
MOST: Final = 40_000

#: Lines across a unit on which a place for its name is looked for.
_LINES: Final = 32

#: What the marks of a unit say: one that stands out in figures, the town of the study, another.
TOLD: Final = ("marked", "town", "")

#: The shapes of a study. `path` is that of an area in SVG, `x` and `y` the place of its name, or of a point; `room` how
#: wide the area is there.
SHAPES = table(
    "shapes",
    ["borders", "unit"],
    {
        "borders": NOTE,
        "unit": TEXT,
        "form": pa.Column(str, pa.Check.isin(["area", "point"])),
        "path": NOTE,
        "x": REAL,
        "y": REAL,
        "room": REAL,
        "width": REAL,
        "height": REAL,
        "told": pa.Column(str, pa.Check.isin(TOLD)),
        "credit": NOTE,
    },
)


def albers(meridian: float, parallels: tuple[float, float]) -> Project:
    """Albers' equal-area conic projection of the unit sphere.

    Parameters
    ----------
    meridian
        Degrees of the meridian that stands upright.
    parallels
        Degrees of the two parallels that keep their length; not each other's mirror.

    Returns
    -------
    function
        From longitude and latitude in degrees, shape (n, 2), to x and y, north up.

    Notes
    -----
    Snyder, Map Projections: A Working Manual (USGS 1395), equations 14-1 to 14-6.

    Examples
    --------
    >>> there = albers(-96, (29.5, 45.5))(np.array([[-75.0, 35.0], [-96.0, 23.0]]))
    >>> (there[0] - there[1]).round(7).tolist()
    [0.295272, 0.2416774]
    """
    first, second = np.radians(parallels)
    cone = (math.sin(first) + math.sin(second)) / 2
    constant = math.cos(first) ** 2 + 2 * cone * math.sin(first)

    def project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        distance = np.sqrt(constant - 2 * cone * np.sin(np.radians(degrees[:, 1]))) / cone
        angle = cone * np.radians(degrees[:, 0] - meridian)
        return np.column_stack([distance * np.sin(angle), -distance * np.cos(angle)])

    return project


def plain(latitude: float) -> Project:
    """Longitude and latitude as they are, true to scale at a latitude.

    Examples
    --------
    >>> plain(60)(np.array([[10.0, 60.0]])).round(9).tolist()
    [[5.0, 60.0]]
    """
    factor = math.cos(math.radians(latitude))
    return lambda degrees: degrees * np.array([factor, 1.0])


def plain_of(polygons: Mapping[str, Iterable[Ring]]) -> Project:
    """The plain projection at the latitude in the middle of some polygons; 0 where there are none."""
    north = [y for rings in polygons.values() for ring in rings for _, y in ring]
    return plain((min(north) + max(north)) / 2 if north else 0.0)


@dataclass(frozen=True)
class Source:
    """Polygons of one set of borders.

    Attributes
    ----------
    borders
        Its name.
    polygons
        Code to the rings of a polygon, longitude and latitude in degrees; holes are rings too.
    units
        Units that the map has, each a code of `polygons`, or one made of several of them.
    project
        The projection.
    credit
        Whom the reader owes it to.
    """

    borders: str
    polygons: Mapping[str, Sequence[Ring]]
    units: Collection[str]
    project: Project
    credit: str = ""


def shapes(
    sources: Sequence[Source], units: Mapping[str, Any], marked: Collection[str] = (), town: Collection[str] = ()
) -> pd.DataFrame:
    """The table `SHAPES`: areas of units and, on each set of borders, points of those that have a place alone.

    Parameters
    ----------
    sources
        The sets of borders. A unit without a polygon of its own is put together from its members', or else is what it
        was ``before`` they were parted.
    units
        Code to the unit, with ``latitude`` and ``longitude``, ``members`` and ``before``.
    marked, town
        Units that stand out, and those that the study tells of as a town.

    Examples
    --------
    >>> square = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    >>> units = {"A": {}, "T": {"latitude": 0.5, "longitude": 0.2}}
    >>> made = shapes([Source("", {"A": [square]}, ["A"], plain(0))], units)
    >>> made[["unit", "form", "path", "x", "y"]].values.tolist()
    [['A', 'area', 'M0 0l2000 0 0 2000-2000 0z', 1000.0, 1000.0], ['T', 'point', '', 400.0, 1000.0]]
    """
    told = {**dict.fromkeys(town, "town"), **dict.fromkeys(marked, "marked")}
    rows: list[dict[str, Any]] = []
    for source in sources:
        areas = {code: of for code in source.units if (of := _members(code, source.polygons, units))}
        drawn = _Map(source, areas)
        for unit in areas:
            path, (x, y), room = drawn.area(unit)
            rows.append({"unit": unit, "form": "area", "path": path, "x": x, "y": y, "room": room, **drawn.said})
        for unit, entry in units.items():
            if unit not in areas and unit != "sets" and {"latitude", "longitude"} <= entry.keys():
                x, y = drawn.point(float(entry["longitude"]), float(entry["latitude"]))
                if 0 <= x <= WIDTH and 0 <= y <= drawn.height:
                    rows.append({"unit": unit, "form": "point", "path": "", "x": x, "y": y, "room": 0.0, **drawn.said})
    found = pd.DataFrame([{**row, "told": told.get(row["unit"], "")} for row in rows], columns=list(SHAPES.columns))
    return found.astype(dict.fromkeys(["x", "y", "room", "width", "height"], "float64"))


def _members(code: str, polygons: Mapping[str, Any], units: Mapping[str, Any]) -> tuple[str, ...]:
    """Polygons that a unit is put together from; none where there are none."""
    if code in polygons:
        return (code,)
    entry = units.get(code, {})
    members = tuple(entry.get("members", ()))
    if members and all(m in polygons for m in members):
        return members
    return (entry["before"],) if entry.get("before") in polygons else ()


class _Map:
    """One set of borders on a sheet of `WIDTH`."""

    def __init__(self, source: Source, areas: Mapping[str, Sequence[str]]) -> None:
        self.project = source.project
        codes = list(dict.fromkeys(code for members in areas.values() for code in members))
        flat = [(code, ring) for code in codes for ring in source.polygons[code]]
        plane = [source.project(_east(np.asarray(ring, dtype=np.float64))) for _, ring in flat]
        every = np.concatenate(plane) if plane else np.zeros((1, 2))
        (left, bottom), (right, self.top) = every.min(axis=0), every.max(axis=0)
        self.left, self.scale = float(left), WIDTH / max(float(right - left), 1e-12)
        self.height = math.ceil(float(self.top - bottom) * self.scale)
        rings: dict[str, list[list[Point]]] = defaultdict(list)
        for (code, _), points in zip(flat, plane, strict=True):
            at = np.round(self._placed(points) * _GRID) / _GRID
            rings[code].append([(float(x), float(y)) for x, y in at])
        self.areas = Simplified({unit: [rings[code] for code in members] for unit, members in areas.items()})
        self.said = {"borders": source.borders, "width": WIDTH, "height": float(self.height), "credit": source.credit}

    def _placed(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        placed: NDArray[np.float64] = (points - [self.left, self.top]) * [self.scale, -self.scale]
        return placed

    def area(self, unit: str) -> tuple[str, Point, float]:
        """Path of a unit, where its name stands, and how wide it is there."""
        rings = self.areas.rings[unit]
        return path_of(rings), *_middle(rings)

    def point(self, longitude: float, latitude: float) -> Point:
        """Where a place lies on the map."""
        x, y = self._placed(self.project(np.array([[longitude, latitude]])))[0].round()
        return float(x), float(y)


def _east(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ring that is written on both sides of the 180th meridian, on one."""
    if np.ptp(ring[:, 0]) <= 180:
        return ring
    return np.column_stack([np.where(ring[:, 0] < 0, ring[:, 0] + 360, ring[:, 0]), ring[:, 1]])


def path_of(rings: Iterable[Ring]) -> str:
    """Path of closed lines in SVG, in whole numbers.

    Examples
    --------
    >>> path_of([[(0, 0), (0, 10.2), (10, 10), (0, 0)]])
    'M0 0l0 10 10 0z'
    """
    parts = []
    for ring in rings:
        at = [(round(x), round(y)) for x, y in ring]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(at[:-1]) if a != b]
        told = "".join(f"{'' if n < 0 or not i else ' '}{n}" for i, n in enumerate(n for step in steps for n in step))
        parts.append(f"M{at[0][0]} {at[0][1]}l{told}z" if len(steps) > 1 else "")
    return "".join(parts)


class Simplified:
    """Areas of units, their borders cut where more than two meet and each piece simplified once.

    So a border that two units share has the same points in both. Points go by the area of their triangle (Visvalingam
    and Whyatt, 1993); where pieces meet they stay.

    Parameters
    ----------
    areas
        Unit to the polygons that it is put together from, each the rings of one; a border between two of them is left
        out.
    least
        Smallest triangle whose point stays.
    most
        Characters of all paths at most: `least` is doubled until they are so few.

    Attributes
    ----------
    rings
        Unit to its rings. Islands smaller than `least` are left out, but for the largest of a unit.
    """

    def __init__(self, areas: Mapping[str, Sequence[Sequence[Ring]]], least: float = _LEAST, most: int = MOST) -> None:
        clean = {u: [[r for r in map(_closed, rings) if r] for rings in several] for u, several in areas.items()}
        flat = [ring for several in clean.values() for rings in several for ring in rings]
        junctions = _junctions(flat)
        self._arcs: dict[tuple[Point, ...], int] = {}
        self._points: list[tuple[Point, ...]] = [()]  # by the number of the arc
        self._used: Counter[int] = Counter()
        made: dict[str, list[list[int]]] = {}
        for unit, several in clean.items():
            cut = [[self._known(arc) for arc in _cut(ring, junctions)] for rings in several for ring in rings]
            inside = {a for a, n in Counter(abs(a) for ring in cut for a in ring).items() if n > 1}
            made[unit] = _joined(cut, inside, self._ends) if len(several) > 1 else cut
            self._used.update({abs(a) for ring in made[unit] for a in ring})
        self._weights = [_weights(arc) for arc in self._points]
        while True:
            kept = [self._kept(i, least) for i in range(len(self._points))]
            self.rings = {unit: self._drawn(rings, kept, least) for unit, rings in made.items()}
            if sum(len(path_of(rings)) for rings in self.rings.values()) <= most or least > WIDTH**2:
                break
            least = 2 * least or 1.0

    def _known(self, arc: tuple[Point, ...]) -> int:
        """Number of an arc, from 1; negative where it runs the other way."""
        first = min(arc, arc[::-1])
        if first not in self._arcs:
            self._arcs[first] = len(self._points)
            self._points.append(first)
        return self._arcs[first] if arc == first else -self._arcs[first]

    def _ends(self, n: int) -> tuple[Point, Point]:
        arc = self._points[abs(n)]
        return (arc[0], arc[-1]) if n > 0 else (arc[-1], arc[0])

    def _kept(self, n: int, least: float) -> list[Point]:
        """Points of an arc that stay: two within a closed one and one within another, so that it stays an area."""
        points, weights = self._points[n], self._weights[n]
        inner = sorted((w for w in weights if w < math.inf), reverse=True)
        at_least = inner[: 2 if points and points[0] == points[-1] else 1]
        limit = min([least, *at_least])
        return [p for p, w in zip(points, weights, strict=True) if w >= limit]

    def _drawn(self, rings: list[list[int]], kept: list[list[Point]], least: float) -> list[list[Point]]:
        found: list[list[Point]] = []
        for ring in rings:
            points: list[Point] = []
            for n in ring:
                arc = kept[n] if n > 0 else kept[-n][::-1]
                points += arc[1:] if points else arc
            found.append(points)
        sizes = [abs(area(points)) for points in found]
        alone = [len(ring) == 1 and self._used[abs(ring[0])] == 1 for ring in rings]
        return [
            points
            for points, size, by_itself in zip(found, sizes, alone, strict=True)
            if not by_itself or size >= least or size == max(sizes)
        ]


def area(ring: Ring) -> float:
    """Area of a ring, negative where it runs the other way.

    Examples
    --------
    >>> area([(0, 0), (2, 0), (2, 1), (0, 0)])
    1.0
    """
    return math.fsum(x * v - u * y for (x, y), (u, v) in pairwise(ring)) / 2


def _closed(ring: Ring) -> list[Point]:
    """A ring without a point twice in a row; empty where that leaves no area."""
    points = [p for i, p in enumerate(ring) if not i or p != ring[i - 1]]
    points = points[:-1] if len(points) > 1 and points[0] == points[-1] else points
    return [*points, points[0]] if len(set(points)) > 2 else []


def _junctions(rings: Iterable[Ring]) -> set[Point]:
    """Points where lines meet: all that have other than two neighbours."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for a, b in pairwise(ring):
            beside[a].add(b)
            beside[b].add(a)
    return {p for p, near in beside.items() if len(near) != 2}


def _cut(ring: Ring, junctions: Collection[Point]) -> list[tuple[Point, ...]]:
    """Pieces of a ring between junctions; one that has none starts at its least point."""
    points = list(ring[:-1])
    at = [i for i, p in enumerate(points) if p in junctions] or [points.index(min(points))]
    turned = [*points[at[0] :], *points[: at[0]], points[at[0]]]
    ends = [i - at[0] for i in at] + [len(points)]
    return [tuple(turned[a : b + 1]) for a, b in pairwise(ends)]


def _joined(
    rings: Sequence[Sequence[int]], inside: Collection[int], ends: Callable[[int], tuple[Point, Point]]
) -> list[list[int]]:
    """Rings around several polygons, of their pieces without those that lie between them."""
    left = [n for ring in rings for n in ring if abs(n) not in inside]
    found: list[list[int]] = []
    while left:
        ring = [left.pop(0)]
        while ends(ring[-1])[1] != ends(ring[0])[0]:
            here = ends(ring[-1])[1]
            # polygons may run either way round
            step = next((i, s) for i, n in enumerate(left) for s in (n, -n) if ends(s)[0] == here)
            left.pop(step[0])
            ring.append(step[1])
        found.append(ring)
    return found


def _weights(points: Sequence[Point]) -> list[float]:
    """Weight of each point: the area of its triangle when it would go, no less than any gone before; ends stay."""
    n = len(points)
    weights = [math.inf] * n
    before, after = list(range(-1, n - 1)), list(range(1, n + 1))

    def triangle(i: int) -> float:
        (a, b), (c, d), (e, f) = points[before[i]], points[i], points[after[i]]
        return abs((c - a) * (f - b) - (e - a) * (d - b)) / 2

    now = {i: triangle(i) for i in range(1, n - 1)}
    heap = [(size, i) for i, size in now.items()]
    heapq.heapify(heap)
    reached = 0.0
    while heap:
        size, i = heapq.heappop(heap)
        if now.get(i) != size:
            continue
        del now[i]
        weights[i] = reached = max(reached, size)
        a, b = before[i], after[i]
        after[a], before[b] = b, a
        for j in (a, b):
            if j in now:
                now[j] = triangle(j)
                heapq.heappush(heap, (now[j], j))
    return weights


def _middle(rings: Sequence[Ring]) -> tuple[Point, float]:
    """A point well within some rings, farthest from their lines of those looked at, and how wide they are there."""
    if not rings:
        return (0.0, 0.0), 0.0
    edges = np.array([(*a, *b) for ring in rings for a, b in pairwise(ring)], dtype=np.float64)
    largest = np.asarray(max(rings, key=lambda ring: abs(area(ring))), dtype=np.float64)
    low, high = largest[:, 1].min(), largest[:, 1].max()
    ax, ay, bx, by = edges.T
    best, place, room = -1.0, (float(largest[0, 0]), float(largest[0, 1])), 0.0
    for y in low + (high - low) * (np.arange(1, _LINES) / _LINES):
        over = (ay <= y) != (by <= y)
        with np.errstate(all="ignore"):
            crossings = np.sort((ax + (y - ay) * (bx - ax) / (by - ay))[over])
        for start, end in zip(crossings[::2], crossings[1::2], strict=True):
            x = (start + end) / 2
            away = round(_distance(x, y, edges), 6)
            if away > best:
                best, place, room = away, (float(round(x)), float(round(y))), float(round(end - start))
    return place, room


def _distance(x: float, y: float, edges: NDArray[np.float64]) -> float:
    """Distance of a point from the nearest of some edges."""
    ax, ay, bx, by = edges.T
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = np.clip(((x - ax) * dx + (y - ay) * dy) / np.where(length > 0, length, 1), 0, 1)
    return float(np.sqrt(np.min((ax + along * dx - x) ** 2 + (ay + along * dy - y) ** 2)))
