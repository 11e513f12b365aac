"""Polygons of a shapefile, and the column of its table that names them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from monotown.data.shapes import Point

#: Digits of a degree by which points are told apart: about 0.1 m.
DIGITS: Final = 6


def codes(table: bytes, column: str) -> list[str]:
    """Texts of a column of a dBase file, in the order of the polygons.

    Raises
    ------
    ValueError
        If it has no such column.
    """
    count, head, size = struct.unpack("<IHH", table[4:12])
    start = 1
    for at in range(32, head - 1, 32):
        name, width = table[at : at + 11].split(b"\0")[0].decode(), table[at + 16]
        if name == column:
            rows = (head + row * size + start for row in range(count))
            return [table[row : row + width].decode().strip() for row in rows]
        start += width
    raise ValueError(f"a column {column}")


def polygons(shapes: bytes) -> Iterator[list[list[Point]]]:
    """Rings of each polygon of a shapefile, as the file has them: of geographic ones longitude and latitude."""
    at = 100
    while at < len(shapes):
        size = 2 * struct.unpack(">i", shapes[at + 4 : at + 8])[0]
        body, at = shapes[at + 8 : at + 8 + size], at + 8 + size
        parts, points = struct.unpack("<2i", body[36:44])
        starts = [*struct.unpack(f"<{parts}i", body[44 : 44 + 4 * parts]), points]
        flat = struct.unpack(f"<{2 * points}d", body[44 + 4 * parts : 44 + 4 * parts + 16 * points])
        xy = [(round(x, DIGITS), round(y, DIGITS)) for x, y in zip(flat[::2], flat[1::2], strict=True)]
        yield [xy[a:b] for a, b in pairwise(starts)]
