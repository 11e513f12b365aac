"""Derive which regions share a border, and how long it is, from the boundaries: ``data/raw/reference/contiguity``.

Run by hand when the boundaries change: ``python tools/contiguity.py``. Neighbouring polygons of the source have the
same vertices along their border, so that an edge which two regions share is one that stands in both. ``--check``
writes nothing and fails where the file is stale.
"""

from __future__ import annotations

import csv
import io
import math
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from monotown.data.shapefile import codes, polygons
from monotown.data.shapes import Point

ROOT = Path(__file__).resolve().parents[1]
BOUNDARIES = ROOT / "data/raw/reference/boundaries"
TARGET = ROOT / "data/raw/reference/contiguity/contiguity.csv"

#: Years of the borders.
BORDERS = (2018, 2024)

#: Codes of ISO 3166-2 whose unit has another code here; any other is its own without the hyphen.
OTHER = {"KZ-AST": "KZNS", "KZ-ULT": "KZULU", "KZ-ZHT": "KZZHS"}

#: Shortest border, km: below it stand slivers, rings of one region far inside or at the edge of another.
LEAST = 10.0

#: Radius of the sphere with the volume of the Earth, km.
RADIUS = 6371.0


def kilometres(a: Point, b: Point) -> float:
    """Great-circle distance of two points, by the haversine formula."""
    (x1, y1), (x2, y2) = ((math.radians(v) for v in p) for p in (a, b))
    root = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(root))


def shared(stem: Path) -> dict[tuple[str, str], float]:
    """Pairs of units with an edge in common, and its length in km."""
    owners: dict[tuple[Point, Point], set[str]] = defaultdict(set)
    given = codes(stem.with_suffix(".dbf").read_bytes(), "ISO_3166_2")
    units = [OTHER.get(code, code.replace("-", "")) for code in given]
    for unit, rings in zip(units, polygons(stem.with_suffix(".shp").read_bytes()), strict=True):
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
