"""Derive which regions share a border, and how long it is, from the boundaries: ``data/raw/reference/contiguity``.

Run by hand when the boundaries change: ``python tools/contiguity.py``. Neighbouring polygons of the source have the
same vertices along their border, so that an edge which two regions share is one that stands in both. ``--check``
writes nothing and fails where the file is stale.
"""

from __future__ import annotations

import csv
import io
import math
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOUNDARIES = ROOT / "data/raw/reference/boundaries"
TARGET = ROOT / "data/raw/reference/contiguity/contiguity.csv"

#: Years of the borders.
BORDERS = (2018, 2024)

#: Codes of ISO 3166-2 whose unit has another code here; any other is its own without the hyphen.
OTHER = {"KZ-AST": "KZNS", "KZ-ULT": "KZULU", "KZ-ZHT": "KZZHS"}

#: Digits of a degree by which vertices are told apart: about 0.1 m.
DIGITS = 6

#: Shortest border, km: below it stand slivers, rings of one region far inside or at the edge of another.
LEAST = 10.0

#: Radius of the sphere with the volume of the Earth, km.
RADIUS = 6371.0

Point = tuple[float, float]


def codes(path: Path) -> list[str]:
    """Codes of the units of a dBase file, in the order of the polygons."""
    data = path.read_bytes()
    count, head, size = struct.unpack("<IHH", data[4:12])
    at, start = 32, 1
    while data[at : at + 11].split(b"\0")[0] != b"ISO_3166_2":
        start += data[at + 16]
        at += 32
    width = data[at + 16]
    rows = (head + row * size + start for row in range(count))
    found = (data[row : row + width].decode().strip() for row in rows)
    return [OTHER.get(code, code.replace("-", "")) for code in found]


def polygons(path: Path) -> Iterator[list[list[Point]]]:
    """Rings of each polygon of a shapefile, longitude and latitude."""
    data, at = path.read_bytes(), 100
    while at < len(data):
        size = 2 * struct.unpack(">i", data[at + 4 : at + 8])[0]
        body, at = data[at + 8 : at + 8 + size], at + 8 + size
        parts, points = struct.unpack("<2i", body[36:44])
        starts = [*struct.unpack(f"<{parts}i", body[44 : 44 + 4 * parts]), points]
        flat = struct.unpack(f"<{2 * points}d", body[44 + 4 * parts : 44 + 4 * parts + 16 * points])
        xy = [(round(x, DIGITS), round(y, DIGITS)) for x, y in zip(flat[::2], flat[1::2], strict=True)]
        yield [xy[a:b] for a, b in pairwise(starts)]


def kilometres(a: Point, b: Point) -> float:
    """Great-circle distance of two points, by the haversine formula."""
    (x1, y1), (x2, y2) = ((math.radians(v) for v in p) for p in (a, b))
    root = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(root))


def shared(stem: Path) -> dict[tuple[str, str], float]:
    """Pairs of units with an edge in common, and its length in km."""
    owners: dict[tuple[Point, Point], set[str]] = defaultdict(set)
    units = codes(stem.with_suffix(".dbf"))
    for unit, rings in zip(units, polygons(stem.with_suffix(".shp")), strict=True):
        for ring in rings:
            for a, b in pairwise(ring):
                if a != b:
                    owners[min(a, b), max(a, b)].add(unit)
    lengths: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (a, b), mine in owners.items():
        if len(mine) == 2:
            first, second = sorted(mine)
            lengths[first, second].append(kilometres(a, b))
    found = {pair: math.fsum(parts) for pair, parts in lengths.items()}
    return {pair: length for pair, length in found.items() if length >= LEAST}


def text() -> str:
    """The file: a row a pair of neighbours of each set of borders."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["borders", "unit", "neighbour", "shared_km"])
    for year in BORDERS:
        for (unit, neighbour), length in sorted(shared(BOUNDARIES / f"kaz_admbnda_adm1_{year}").items()):
            writer.writerow([year, unit, neighbour, f"{length:.1f}"])
    return out.getvalue()


def main() -> None:
    """Write the file, or compare."""
    new = text()
    if "--check" in sys.argv[1:]:
        sys.exit(TARGET.read_text(encoding="utf-8") != new)
    TARGET.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
