"""Shapes that a study brings for its maps: a file of GeoJSON, checked against its units."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from monotown.base.labels import stands_in, texts_of
from monotown.base.problems import Problem
from monotown.data.shapes import Point
from monotown.study.faults import Near, problem

#: Properties of a feature that may name its unit, in this order; before them its `id`.
NAMED: Final = ("code", "unit", "id", "name")

#: Members of the file that may say whom the shapes are owed to.
_CREDIT: Final = ("credit", "attribution")


@dataclass
class Shapes:
    """Shapes of a file.

    Attributes
    ----------
    polygons
        Code of a unit to the rings of its polygons, longitude and latitude in degrees.
    credit
        Whom they are owed to; "" where the file says nothing.
    problems
        Everything that is wrong with the file.
    """

    polygons: dict[str, list[list[Point]]] = field(default_factory=dict)
    credit: str = ""
    problems: list[Problem] = field(default_factory=list)


def read_shapes(text: str, units: Mapping[str, Any], file: str) -> Shapes:
    """The shapes of a file of GeoJSON (RFC 7946).

    Parameters
    ----------
    text
        Content of the file: features of polygons, each with the code or a name of its unit as its id or as a property
        of `NAMED`.
    units
        Code to the unit with its names.
    file
        Its name, for the messages.

    Examples
    --------
    >>> square = [[[0, 0], [0, 1], [1, 1], [0, 0]]]
    >>> feature = {"type": "Feature", "id": "A", "geometry": {"type": "Polygon", "coordinates": square}}
    >>> read_shapes(json.dumps({"type": "FeatureCollection", "features": [feature]}), {"A": {}}, "s.geojson").polygons
    {'A': [[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)]]}
    """
    made = Shapes()
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    features = content.get("features") if isinstance(content, Mapping) else None
    if not isinstance(features, list) or not features:
        made.problems.append(problem("shapes_form", file, "file", text[:40]))
        return made
    made.credit = next((str(content[k]) for k in _CREDIT if content.get(k)), "")
    codes = _codes(units)
    near, first = Near([c for c in units if c != "sets"]), dict[str, int]()
    for n, feature in enumerate(features, 1):
        place = f"feature {n}"
        names = list(_names(feature))
        code = next((codes[name.strip().casefold()] for name in names if name.strip().casefold() in codes), "")
        if not code:
            named = names[0] if names else ""
            made.problems.append(problem("shape_unit", file, place, named, **near(named)))
        elif code in first:
            made.problems.append(problem("shape_twice", file, place, code, first=first[code]))
        first.setdefault(code, n)
        rings = _rings(feature, file, f"{place} ({code})" if code else place, made.problems)
        if code:
            made.polygons.setdefault(code, rings)
    return made


def _codes(units: Mapping[str, Any]) -> dict[str, str]:
    """Code of a unit by its code and by each of its names that no other unit has."""
    found: dict[str, set[str]] = {}
    for code, unit in units.items():
        if code != "sets":
            told = [text for text in texts_of(unit).values() if not stands_in(text)]
            for name in (*told, *unit.get("aliases", ())):
                found.setdefault(str(name).casefold(), set()).add(code)
    names = {name: next(iter(of)) for name, of in found.items() if len(of) == 1}
    return {**names, **{code.casefold(): code for code in units if code != "sets"}}


def _names(feature: Any) -> Iterator[str]:
    """What a feature may be called by, the likeliest first."""
    if isinstance(feature, Mapping):
        said = feature.get("properties")
        own = {str(k).casefold(): v for k, v in said.items()} if isinstance(said, Mapping) else {}
        for name in (feature.get("id"), *(own.get(key) for key in NAMED)):
            if isinstance(name, str | int) and str(name).strip():
                yield str(name)


def _rings(feature: Any, file: str, place: str, problems: list[Problem]) -> list[list[Point]]:
    """Rings of the polygons of a feature; what is wrong with one is noted once."""
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    given = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    several = given if kind == "MultiPolygon" else [given]
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(several, list) or not several:
        problems.append(problem("shape_geometry", file, place, kind or ""))
        return []
    found: list[list[Point]] = []
    for rings in several:
        for ring in rings if isinstance(rings, list) and rings else [None]:
            points = _points(ring)
            if len(points) < 4 or points[0] != points[-1]:
                problems.append(problem("shape_ring", file, place, _shown(ring)))
                return []
            outside = next((p for p in points if not (abs(p[0]) <= 180 and abs(p[1]) <= 90)), None)
            if outside:
                problems.append(problem("shape_degrees", file, place, f"{outside[0]:g}, {outside[1]:g}"))
                return []
            found.append(points)
    return found


def _points(ring: Any) -> list[Point]:
    """Points of a ring; none where it is no list of positions."""
    found = []
    for at in ring if isinstance(ring, list) else ():
        pair = at[:2] if isinstance(at, list) else []
        if len(pair) < 2 or not all(_is_number(n) for n in pair):
            return []
        found.append((float(pair[0]), float(pair[1])))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _shown(ring: Any) -> str:
    text = json.dumps(ring, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:40]}…"
