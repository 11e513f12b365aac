"""Lay out a graph as a diagram of boxes and right-angled arrows, in inches, and draw it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path

from monotown.base.labels import in_language
from monotown.show import style
from monotown.show.graphs import Edge, Graph, Node
from monotown.show.style import SMALL, TYPE, text_width, wrap

#: Distance between lines of text, in sizes of type.
PITCH: Final = 1.22
#: Height of a capital letter of the font, in sizes of type.
CAPITAL: Final = 0.73

#: Inches: text to its box, frame to its boxes, box to box, room for an arrow, for a bent one.
PAD: Final = 0.075
FRAME: Final = 0.1
GAP: Final = 0.14
ARROW: Final = 0.3
BENT: Final = 0.46
HEAD: Final = 0.085
ROUND: Final = 0.05

Point = tuple[float, float]


@dataclass(frozen=True)
class Rect:
    """A rectangle; inches, y upward."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> Point:
        """Centre."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def grown(self, by: float) -> Rect:
        """The rectangle with a margin, below 0 to shrink it."""
        return Rect(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def overlaps(self, other: Rect) -> bool:
        """Whether the two share an area."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def holds(self, other: Rect) -> bool:
        """Whether the other lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.bottom <= other.bottom
            and other.top <= self.top
        )


@dataclass(frozen=True)
class TextBlock:
    """Lines of text centred on a point."""

    lines: tuple[str, ...]
    middle: Point
    size: float = TYPE
    bold: bool = False
    italic: bool = False

    @property
    def area(self) -> Rect:
        """The rectangle that the text needs."""
        width = max(text_width(line, self.size, self.bold, self.italic) for line in self.lines)
        height = block_height(len(self.lines), self.size)
        x, y = self.middle
        return Rect(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


@dataclass(frozen=True)
class Box:
    """A drawn box or frame."""

    id: str
    area: Rect
    text: TextBlock
    stated: bool
    frame: bool
    emphasis: bool


@dataclass(frozen=True)
class Arrow:
    """A drawn arrow: its corners from start to end, and its label if it has one of its own."""

    source: str
    target: str
    points: tuple[Point, ...]
    stated: bool
    both: bool
    label: TextBlock | None = None


@dataclass(frozen=True)
class Diagram:
    """A graph laid out; everything in inches from the lower left corner."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def block_height(lines: int, size: float) -> float:
    """Height of lines of text in inches."""
    return lines * PITCH * size / 72


def lay_out(graph: Graph, language: str) -> Diagram:
    """Place a graph's boxes on its grid, sized to their text, and route its arrows.

    Parameters
    ----------
    graph
        What is drawn. Rows without a box of their own are left out.
    language
        Its code.

    Returns
    -------
    Diagram
        Boxes of one grid row share a middle line; an arrow is straight where its ends face each
        other and bends twice where they do not.
    """
    frames = {n.within for n in graph.nodes if n.within}
    edge_of = min(-FRAME if n.id in frames and n.columns[0] == 0 else 0.0 for n in graph.nodes)
    steps = (w + g for w, g in zip(graph.widths, [*graph.gaps, 0.0], strict=True))
    lefts = list(itertools.accumulate(steps, initial=-edge_of))[:-1]
    leaves = [n for n in graph.nodes if n.id not in frames]
    texts = {n.id: _label(n, graph, language, n.id in frames) for n in graph.nodes}
    rows = sorted({n.rows[0] for n in leaves if n.rows[0] == n.rows[1]})
    needs = {n.id: block_height(max(len(texts[n.id]), 2), TYPE) + 2 * PAD for n in leaves}
    above, below = _margins(graph, frames, texts, rows, language)
    y = 0.0
    ends: dict[int, tuple[float, float]] = {}
    for r in rows:
        top = y - above[r]
        ends[r] = top, top - max(needs[n.id] for n in leaves if n.rows == (r, r))
        y = ends[r][1] - below[r]
    height = 0.02 - y

    def cell(node: Node) -> Rect:
        """What the grid gives a node: its columns, and those of its rows that have boxes of their own."""
        own = [r for r in rows if node.rows[0] <= r <= node.rows[1]]
        left, right = node.columns
        return Rect(
            lefts[left], height + ends[own[-1]][1], lefts[right] + graph.widths[right], height + ends[own[0]][0]
        )

    areas = {node.id: cell(node) for node in leaves}
    for node in leaves:
        if node.rows[0] == node.rows[1]:
            area = areas[node.id]
            spare = (area.top - area.bottom - needs[node.id]) / 2
            areas[node.id] = replace(area, bottom=area.bottom + spare, top=area.top - spare)
    boxes = []
    for node in graph.nodes:
        middle = areas[node.id].middle if node.id in areas else (0.0, 0.0)
        if node.id in frames:
            area, highest = cell(node), max(areas[m.id].top for m in graph.members(node.id))
            top = area.top
            if min(r for r in rows if r >= node.rows[0]) == _first(graph, node, rows):
                top = max(top, highest + block_height(len(texts[node.id]), TYPE) + 2 * PAD)
            areas[node.id] = Rect(area.left - FRAME, area.bottom - FRAME, area.right + FRAME, top)
            middle = (areas[node.id].middle[0], (top + highest) / 2)
        block = TextBlock(texts[node.id], middle, TYPE, _bold(node, node.id in frames), not node.grounding.stated)
        boxes.append(Box(node.id, areas[node.id], block, node.grounding.stated, node.id in frames, node.emphasis))
    arrows = _labelled([(e, _route(e, areas)) for e in graph.edges], graph, areas, language)
    return Diagram(max(a.right for a in areas.values()), height, tuple(boxes), arrows)


def _bold(node: Node, frame: bool) -> bool:
    return node.emphasis or frame


def _label(node: Node, graph: Graph, language: str, frame: bool) -> tuple[str, ...]:
    first, last = node.columns
    width = math.fsum(graph.widths[first : last + 1]) + math.fsum(graph.gaps[first:last])
    return wrap(
        in_language(node.label, language), width - 2 * PAD, bold=_bold(node, frame), italic=not node.grounding.stated
    )


def _first(graph: Graph, frame: Node, rows: Sequence[int]) -> int:
    """First row of a frame's boxes."""
    return min(r for r in rows for m in graph.members(frame.id) if m.rows[0] <= r <= m.rows[1])


def _margins(
    graph: Graph, frames: Iterable[str], texts: Mapping[str, tuple[str, ...]], rows: Sequence[int], language: str
) -> tuple[dict[int, float], dict[int, float]]:
    """Room above and below each row: for titles of frames, for arrows, and between boxes."""
    above = dict.fromkeys(rows, 0.0)
    below = dict.fromkeys(rows, GAP)
    nodes = {n.id: n for n in graph.nodes}

    def span(node: Node) -> tuple[int, int]:
        own = [r for r in rows if node.rows[0] <= r <= node.rows[1]]
        return own[0], own[-1]

    ends: dict[int, float] = dict.fromkeys(rows, 0.0)
    for frame in sorted(frames):
        node = nodes[frame]
        first, last = span(node)
        ends[last] = FRAME
        if first == _first(graph, node, rows):
            title = block_height(len(texts[frame]), TYPE) + 2 * PAD
            above[first] = max(above[first], title)
    for r in rows:
        below[r] += ends[r]
    for edge in graph.edges:
        if not edge.vertical:
            continue
        upper, lower = sorted((nodes[edge.source], nodes[edge.target]), key=lambda n: n.rows[0])
        row = span(upper)[1]
        room = ARROW if edge.bend is None else BENT
        if edge.label_shown and edge.bend is None:
            room = max(room, block_height(len(_beside(edge, language)), SMALL) + HEAD + 0.06)
        after = [r for r in rows if r > row]
        if edge.bend is not None and after:
            # A bent arrow needs its room free of the title of the frame next to it too.
            below[row] = max(below[row], room + ends[row])
        elif span(lower)[0] == after[0]:
            below[row] = max(below[row], room + ends[row])
    below[rows[-1]] = ends[rows[-1]]
    above[rows[0]] = max(above[rows[0]], 0.02)
    return above, below


def _beside(edge: Edge, language: str) -> tuple[str, ...]:
    return wrap(in_language(edge.label, language), 1.1, SMALL, italic=not edge.grounding.stated)


def _route(edge: Edge, areas: Mapping[str, Rect]) -> tuple[Point, ...]:
    """Corners of an arrow: two where its ends face each other, else four."""
    one, two = areas[edge.source], areas[edge.target]
    if edge.vertical:
        # The same as across, seen with x and y exchanged.
        turned = {k: Rect(r.bottom, r.left, r.top, r.right) for k, r in areas.items()}
        flat = _route(replace(edge, vertical=False), turned)
        return tuple((y, x) for x, y in flat)
    ahead = two.left >= one.right
    start, end = (one.right, two.left) if ahead else (one.left, two.right)
    small, large = sorted((one, two), key=lambda r: r.top - r.bottom)
    level = small.middle[1]
    if large.bottom + ROUND <= level <= large.top - ROUND:
        if abs(level - large.middle[1]) < ROUND:
            level = large.middle[1]
        return (start, level), (end, level)
    step = 1.0 if ahead else -1.0
    if edge.bend is None:
        bend = (start + end) / 2
    else:
        bend = (start if edge.bend > 0 else end) + step * edge.bend
    return ((start, one.middle[1]), (bend, one.middle[1]), (bend, two.middle[1]), (end, two.middle[1]))


def _labelled(
    routes: Sequence[tuple[Edge, tuple[Point, ...]]], graph: Graph, areas: Mapping[str, Rect], language: str
) -> tuple[Arrow, ...]:
    """Arrows with their labels; those that share an end and a label show it once."""
    groups: dict[tuple[str, str], list[int]] = {}
    for edge, _ in routes:
        text = in_language(edge.label, language)
        alike = [
            j
            for j, (e, _) in enumerate(routes)
            if in_language(e.label, language) == text and edge.label_shown and e.label_shown
        ]
        into = [j for j in alike if routes[j][0].target == edge.target]
        out = [j for j in alike if routes[j][0].source == edge.source]
        if len(out) > len(into):
            groups.setdefault((edge.source, text), out)
        elif into:
            groups.setdefault((edge.target, text), into)
    # Of arrows that merge, the bent ones leave the least room: a label that fits there fits all.
    chosen = {max(g, key=lambda j: (len(routes[j][1]), -j)) for g in groups.values()}
    return tuple(
        Arrow(
            e.source,
            e.target,
            p,
            e.grounding.stated,
            e.both,
            _arrow_label(e, p, graph, areas, language) if i in chosen else None,
        )
        for i, (e, p) in enumerate(routes)
    )


def _arrow_label(
    edge: Edge, points: tuple[Point, ...], graph: Graph, areas: Mapping[str, Rect], language: str
) -> TextBlock:
    """A label above the longest level stretch, or to the right of an upright arrow."""
    italic = not edge.grounding.stated
    stretches = [(a, b) for a, b in itertools.pairwise(points) if abs(a[1] - b[1]) < 1e-9]
    if not stretches:
        (x, y1), (_, y2) = points[0], points[-1]
        lines = _beside(edge, language)
        width = max(text_width(line, SMALL, italic=italic) for line in lines)
        return TextBlock(lines, (x + 0.06 + width / 2, (y1 + y2) / 2), SMALL, italic=italic)
    (x1, y), (x2, _) = max(stretches, key=lambda s: abs(s[0][0] - s[1][0]))
    low, high = sorted((x1, x2))
    nodes = {n.id: n for n in graph.nodes}
    around = {nodes[e].within for e in (edge.source, edge.target)} - {""}
    same = nodes[edge.source].within == nodes[edge.target].within
    for frame in () if same else sorted(around):
        area = areas[frame]
        if area.left < high <= area.right:
            high = min(high, area.left)
        if area.left <= low < area.right:
            low = max(low, area.right)
    for end in (edge.source, edge.target):
        area = areas[end]
        if area.bottom < y:
            continue
        # A level stretch that runs below a box is labelled where it is clear of it.
        if low < area.left < high < area.right:
            high = area.left
        elif area.left < low < area.right < high:
            low = area.right
    lines = wrap(in_language(edge.label, language), high - low - 0.08, SMALL, italic=italic)
    height = block_height(len(lines), SMALL)
    return TextBlock(lines, ((low + high) / 2, y + 0.025 + height / 2), SMALL, italic=italic)


def draw(axes: Axes, diagram: Diagram, rise: float = 0.0, shift: float = 0.0) -> None:
    """Draw a diagram on axes whose units are inches, `rise` up and `shift` to the right."""

    def up(point: Point) -> Point:
        return point[0] + shift, point[1] + rise

    for box in sorted(diagram.boxes, key=lambda b: not b.frame):
        r = box.area
        axes.add_patch(
            FancyBboxPatch(
                (r.left + shift, r.bottom + rise),
                r.right - r.left,
                r.top - r.bottom,
                boxstyle=f"round,pad=0,rounding_size={ROUND}",
                gid=f"box.{box.id}",
                facecolor="#f1f1f1" if box.frame else "white",
                edgecolor=style.INK,
                linewidth=1.5 if box.emphasis else 0.8,
                linestyle=_line(box.stated),
                zorder=1,
            )
        )
        _write(axes, box.text, (shift, rise), f"text.{box.id}")
    drawn: list[Arrow] = []
    for arrow in sorted(diagram.arrows, key=lambda a: len(a.points)):
        name = f"{arrow.source}-{arrow.target}"
        points = [up(p) for p in arrow.points]
        heads = [(points[-2], points[-1])]
        if arrow.both:
            heads.append((points[1], points[0]))
        shaft = list(points)
        shaft[-1] = _back(*heads[0])
        if arrow.both:
            shaft[0] = _back(*heads[1])
        # Where arrows run together the line is drawn once, lest it print thicker.
        for other in drawn:
            if other.stated == arrow.stated and len(arrow.points) > 2:
                if math.dist(other.points[-1], arrow.points[-1]) < 1e-6:
                    shaft[-1] = _towards(shaft[-2], shaft[-1])
                if math.dist(other.points[0], arrow.points[0]) < 1e-6:
                    shaft[0] = _towards(shaft[1], shaft[0])
        drawn.append(arrow)
        axes.add_patch(
            PathPatch(
                _rounded(shaft),
                gid=f"arrow.{name}",
                fill=False,
                edgecolor=style.INK,
                linewidth=0.9,
                linestyle=_line(arrow.stated),
                capstyle="butt",
                zorder=2,
            )
        )
        for before, tip in heads:
            axes.add_patch(Polygon(_head(before, tip), closed=True, color=style.INK, linewidth=0, zorder=3))
        if arrow.label is not None:
            _write(axes, arrow.label, (shift, rise), f"label.{name}")


def _line(stated: bool) -> str | tuple[float, tuple[float, float]]:
    return "solid" if stated else (0.0, (3.2, 2.0))


def _write(axes: Axes, block: TextBlock, by: Point, gid: str) -> None:
    """Lines of text, each set by its baseline, so that every output format agrees."""
    x, y = block.middle[0] + by[0], block.middle[1] + by[1]
    pitch = PITCH * block.size / 72
    first = y + (len(block.lines) - 1) / 2 * pitch - CAPITAL * block.size / 72 / 2
    for i, line in enumerate(block.lines):
        axes.text(
            x,
            first - i * pitch,
            line,
            ha="center",
            va="baseline",
            fontsize=block.size,
            fontweight="bold" if block.bold else "normal",
            fontstyle="italic" if block.italic else "normal",
            color=style.INK,
            gid=gid,
            zorder=4,
        )


def _back(before: Point, tip: Point) -> Point:
    """Where an arrow's shaft ends and its head begins."""
    length = max(abs(tip[0] - before[0]), abs(tip[1] - before[1]))
    part = min(HEAD * 0.8 / length, 1.0)
    return tip[0] + (before[0] - tip[0]) * part, tip[1] + (before[1] - tip[1]) * part


def _towards(corner: Point, end: Point) -> Point:
    """A point just past the rounding of a corner."""
    length = max(abs(end[0] - corner[0]), abs(end[1] - corner[1]), 1e-9)
    part = min(ROUND / length, 1.0)
    return corner[0] + (end[0] - corner[0]) * part, corner[1] + (end[1] - corner[1]) * part


def _head(before: Point, tip: Point) -> list[Point]:
    length = max(abs(tip[0] - before[0]), abs(tip[1] - before[1]))
    dx, dy = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
    x, y = tip[0] - HEAD * dx, tip[1] - HEAD * dy
    half = HEAD * 0.38
    return [tip, (x - half * dy, y + half * dx), (x + half * dy, y - half * dx)]


def _rounded(points: Sequence[Point]) -> Path:
    """A path through corners that are slightly rounded."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        for near in (before, after):
            length = max(abs(corner[0] - near[0]), abs(corner[1] - near[1]), 1e-9)
            part = min(ROUND / length, 1.0)
            at = tuple(c + (n - c) * part for c, n in zip(corner, near, strict=True))
            if near is before:
                vertices += [(at[0], at[1]), corner]
                codes += [Path.LINETO, Path.CURVE3]
            else:
                vertices.append((at[0], at[1]))
                codes.append(Path.CURVE3)
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])
