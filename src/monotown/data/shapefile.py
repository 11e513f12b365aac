"""Polygons of a shapefile, and the column of its table that names them."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from monotown.data.shapes import Point

#: Digits of a degree by which points are told apart: about 0.1 m.
DIGITS: Final = 6


#: Kinds of a shape: none, and polygons without and with heights and measures.
_NULL: Final = 0
_POLYGONS: Final = (5, 15, 25)

#: Points of a ring, the first of which is also the last.
_LEAST: Final = 4


def codes(table: bytes, column: str) -> list[str]:
    """Texts of a column of a dBase file, in the order of the polygons.

    Raises
    ------
    ValueError
        If it has no such column, or is cut short.
    """
    count, head, size = struct.unpack("<IHH", _part(table, 4, 8))
    if head + count * size > len(table):
        raise ValueError(f"{count} rows of {size} bytes in {len(table)}")
    start = 1
    for at in range(32, head - 32, 32):
        name, width = table[at : at + 11].split(b"\0")[0], table[at + 16]
        if name == column.encode() and start + width <= size:
            rows = (head + row * size + start for row in range(count))
            return [table[row : row + width].decode().strip() for row in rows]
        start += width
    raise ValueError(f"no column {column}")


def polygons(shapes: bytes) -> Iterator[list[list[Point]]]:
    """Rings of each polygon of a shapefile, as the file has them: of geographic ones longitude and latitude.

    Raises
    ------
    ValueError
        If it is cut short, or holds something else than polygons of finite points.
    """
    at = 100
    while at < len(shapes):
        size = 2 * struct.unpack(">i", _part(shapes, at + 4, 4))[0]
        yield _rings(_part(shapes, at + 8, size))
        at += 8 + size


def _part(data: bytes, at: int, size: int) -> bytes:
    if not 0 < size <= len(data) - at:
        raise ValueError(f"{len(data)} bytes of {at + size}")
    return data[at : at + size]


def _rings(body: bytes) -> list[list[Point]]:
    (kind,) = struct.unpack("<i", _part(body, 0, 4))
    if kind == _NULL:
        return []
    if kind not in _POLYGONS:
        raise ValueError(f"a shape of kind {kind}")
    parts, points = struct.unpack("<2i", _part(body, 36, 8))
    starts = [*struct.unpack(f"<{max(parts, 0)}i", _part(body, 44, 4 * parts)), points]
    if starts[0] or any(b - a < _LEAST for a, b in pairwise(starts)):
        raise ValueError(f"a ring of less than {_LEAST} points")
    flat = struct.unpack(f"<{2 * points}d", _part(body, 44 + 4 * parts, 16 * points))
    if not all(map(math.isfinite, flat)):
        raise ValueError("a point that is nowhere")
    xy = [(round(x, DIGITS), round(y, DIGITS)) for x, y in zip(flat[::2], flat[1::2], strict=True)]
    return [xy[a:b] for a, b in pairwise(starts)]
