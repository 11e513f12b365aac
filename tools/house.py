"""Draw docs/house.svg (rooms of the library) and docs/rules.svg (rules of the workflow): ``make house``.

Rooms, their floors and arrows come from the imports; their words from the first line of each package; rules and their
arrows from Snakemake. Nothing is placed by hand, so a new part needs no line here. ``--check`` writes nothing and fails
where a picture is stale.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "src" / "monotown"

#: The room that reads and writes files for the scripts, drawn together with them.
ROOF = "workflow"

#: The room over it, drawn together with it too.
OVER = "commands"

#: The rule that joins the names of all that is drawn and printed.
WORDS = "words"


def modules(library: Path = LIBRARY) -> dict[str, Path]:
    """Modules of the rooms, by dotted name below the library."""
    return {
        ".".join(path.relative_to(library).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(library.rglob("*.py"))
        if path.parent != library
    }


def imports(path: Path, known: Iterable[str]) -> set[str]:
    """Modules of the library that a file imports anywhere, under TYPE_CHECKING too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = [LIBRARY.name, *path.relative_to(LIBRARY).parts[: -node.level]] if node.level else []
            home = ".".join([*above, node.module or ""]).rstrip(".")
            names = [f"{home}.{a.name}" for a in node.names]
            names = [n if n.removeprefix("monotown.") in known else home for n in names]
        else:
            continue
        found |= {n.removeprefix("monotown.") for n in names if n.startswith("monotown.")}
    return found & set(known)


def rooms() -> nx.DiGraph:
    """Rooms of the library, an edge for each that imports from another; the roof has the scripts too."""
    known = modules()
    graph = nx.DiGraph()
    files = [(name.split(".")[0], path) for name, path in known.items()]
    files += [(ROOF, path) for path in sorted((ROOT / ROOF).rglob("*.py"))]
    drawn = {OVER: ROOF}
    for room, path in files:
        graph.add_node(drawn.get(room, room))
        others = (other.split(".")[0] for other in imports(path, known))
        graph.add_edges_from((drawn.get(room, room), drawn.get(other, other)) for other in others)
    graph.remove_edges_from(nx.selfloop_edges(graph))
    return graph


def floors(graph: nx.DiGraph, named: Iterable[str]) -> list[list[str]]:
    """Rooms from the ground up: each above all that it imports; parts, some of those named, on one floor."""
    height: dict[str, int] = {}
    for room in reversed(list(nx.topological_sort(graph))):
        height[room] = 1 + max((height[other] for other in graph[room]), default=-1)
    parts = [room for room in named if room in graph]
    trunk = [room for room in graph if room not in {ROOF, *parts}]
    below = [sorted(r for r in trunk if height[r] == level) for level in range(1 + max(height[r] for r in trunk))]
    on = {room: max(height[other] for other in graph[room]) for room in parts}
    direct = nx.transitive_reduction(graph)
    parts.sort(key=lambda room: (-on[room], -len(direct[room]), room))
    return [*below, parts, [ROOF]]


def about(room: str) -> str:
    """What a room holds, as its package says in its first line."""
    text = ast.get_docstring(ast.parse((LIBRARY / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return text.splitlines()[0] if text else ""


def rule_homes() -> dict[str, str]:
    """File or part that each rule of the workflow lies in."""
    homes = {}
    for path in sorted((ROOT / "workflow").rglob("*.smk")):
        place = path.relative_to(ROOT / "workflow").parts
        name = place[1] if place[0] == "parts" else path.stem
        found = re.findall(r"^ *(?:use rule \w+ as|rule) (\w+)(?: with)?:", path.read_text("utf-8"), re.MULTILINE)
        homes |= dict.fromkeys(found, name)
    return homes


@cache
def rules() -> nx.DiGraph:
    """Rules of the default run, an edge from what makes a file to what reads it."""
    command = [sys.executable, "-m", "snakemake", "--rulegraph"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = dict(re.findall(r'(\d+)\[label = "(\w+)"', told))
    graph = nx.DiGraph()
    graph.add_nodes_from(names.values())
    graph.add_edges_from((names[a], names[b]) for a, b in re.findall(r"(\d+) -> (\d+)", told))
    return graph


# --- drawing: an SVG of boxes, lines of text and right-angled arrows, in pixels ---------------------------------------

WIDTH, EDGE, GAP = 1200, 16, 14
INK, QUIET, LINE = "#1a1a1a", "#555555", "#8c8c8c"
FILLS = {"trunk": "#e3eef6", "part": "#fdf3dc", "roof": "#eeeeee", "other": "#ffffff"}


class Sheet:
    """What is drawn, in order."""

    def __init__(self) -> None:
        self.drawn: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, fill: str, dashed: bool = False) -> None:
        """A box from its upper left corner."""
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.drawn.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="6" fill="{FILLS[fill]}"'
            f' stroke="{LINE}"{dash}/>'
        )

    def text(self, x: float, y: float, text: str, size: int = 13, bold: bool = False, fill: str = INK) -> None:
        """A line of text from the left end of its ground line."""
        weight = ' font-weight="bold"' if bold else ""
        self.drawn.append(
            f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}"{weight} fill="{fill}">{escape(text)}</text>'
        )

    def lines(self, x: float, y: float, width: float, text: str) -> None:
        """A text broken to a width, below a line of its own."""
        for i, line in enumerate(broken(text, width)):
            self.text(x, y + i * 16, line, 13, fill=QUIET)

    def arrow(self, *corners: tuple[float, float]) -> None:
        """An arrow through corners."""
        way = " ".join(f"{x:.0f},{y:.0f}" for x, y in corners)
        self.drawn.append(f'<polyline points="{way}" marker-end="url(#tip)"/>')

    def svg(self, height: float, title: str) -> str:
        """The whole picture."""
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}"'
                f' height="{height:.0f}" font-family="Helvetica, Arial, sans-serif" role="img">',
                f"<title>{escape(title)}</title>",
                '<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
                f' orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="{QUIET}"/></marker>',
                f"<style>polyline {{ fill: none; stroke: {QUIET}; stroke-width: 1.5 }}</style>",
                '<rect width="100%" height="100%" fill="white"/>',
                *self.drawn,
                "</svg>\n",
            ]
        )


def broken(text: str, width: float) -> list[str]:
    """Lines of a text of 13 pixels: a letter is half as wide as the type is high, a little more at worst."""
    return textwrap.wrap(text, int(width / 6.6))


def house() -> str:
    """The rooms of the library."""
    graph = rooms()
    direct = nx.transitive_reduction(graph)
    storeys = floors(graph, sorted(path.name for path in (ROOT / "workflow/parts").iterdir()))
    parts = storeys[-2]
    room_width = (WIDTH - 2 * EDGE + GAP) / len(parts)
    span = {part: (EDGE + i * room_width, EDGE + (i + 1) * room_width - GAP) for i, part in enumerate(parts)}
    for storey in [*storeys[-3::-1], storeys[-1]]:
        for i, room in enumerate(storey):
            # a trunk's room alone on its floor is as wide as the parts that stand on it
            above = [part for part in parts if room in nx.descendants(graph, part)]
            whole = (WIDTH - 2 * EDGE + GAP) / len(storey)
            span[room] = (
                (span[above[0]][0], span[above[-1]][1])
                if len(storey) == 1 and above
                else (EDGE + i * whole, EDGE + (i + 1) * whole - GAP)
            )
    words = {room: about(room) for room in graph}
    words[ROOF] = f"{words[ROOF]} With workflow/: rules, and one thin script a rule. {OVER}: {about(OVER)}"
    sheet, y, top = Sheet(), 16.0, {}
    for storey in reversed(storeys):
        lines = max(len(broken(words[r], span[r][1] - span[r][0] - 20)) for r in storey)
        height = 40 + 16 * lines
        kind = "roof" if storey == storeys[-1] else "part" if storey is parts else "trunk"
        for room in storey:
            left, right = span[room]
            top[room] = (y, y + height)
            sheet.box(left, y, right - left, height, kind)
            sheet.text(left + 10, y + 23, room, 17, bold=True)
            sheet.lines(left + 10, y + 44, right - left - 20, words[room])
        y += height + 54
    lanes: dict[float, int] = {}
    for room in [r for storey in reversed(storeys) for r in storey]:
        left, right = span[room]
        # the roof imports every room: arrows to the parts below it tell enough
        for other in sorted(o for o in direct[room] if room != ROOF or o in parts):
            low, high = span[other]
            start, end = top[room][1], top[other][0]
            shared = max(left, low), min(right, high)
            if shared[1] - shared[0] > 30:
                x = sum(shared) / 2
                sheet.arrow((x, start), (x, end))
            else:
                lane = lanes[end] = lanes.get(end, 0) + 1
                x, to = (left + 24, high - 10) if high < right else (right - 24, low + 10)
                sheet.arrow((x, start), (x, end - 14 * lane - 4), (to, end - 14 * lane - 4), (to, end))
    sheet.text(
        EDGE,
        y - 32,
        f"An arrow: imports; what other arrows tell is not drawn again. {ROOF} imports every room.",
        13,
        fill=QUIET,
    )
    return sheet.svg(y - 16, "Rooms of the library: each imports from those below it alone")


def rule_map() -> str:
    """The rules of the workflow, by file and part."""
    homes, graph = rule_homes(), rules()
    run = graph.subgraph(rule for rule in graph if rule in homes)
    # names in every language go into every figure: drawn, they would hide the rest
    lead = nx.DiGraph((homes[a], homes[b]) for a, b in run.edges if a != WORDS)
    lead.remove_edges_from(nx.selfloop_edges(lead))
    (page,) = [home for home in lead if not lead[home]]
    direct = nx.transitive_reduction(lead)
    own = {home: [rule for rule in homes if homes[rule] == home] for home in dict.fromkeys(homes.values())}
    order = list(nx.topological_sort(lead))
    parts = [home for home in own if (ROOT / "workflow/parts" / home).is_dir()]
    trunk = [home for home in order if home not in (page, *parts)]
    asked = [home for home in parts if home not in lead]
    direct.add_edges_from((part, page) for part in parts if part not in asked)
    # a part stands below what it reads, as far as there is room
    from_trunk = {p: [trunk.index(t) for t in direct.predecessors(p) if t in trunk] for p in parts if p not in asked}
    drawn = sorted(from_trunk, key=lambda p: (sum(from_trunk[p]) / max(1, len(from_trunk[p])), order.index(p)))

    sheet, place = Sheet(), {}

    def row(homes: list[str], y: float, kind: str, columns: int = 1) -> float:
        wide = (WIDTH - 2 * EDGE + GAP) / len(homes)
        high = 40 + 16 * max(-(-len(own[home]) // columns) for home in homes)
        for i, home in enumerate(homes):
            x = EDGE + i * wide
            place[home] = (x, x + wide - GAP, y, y + high)
            sheet.box(x, y, wide - GAP, high, "other" if home in asked else kind, dashed=home in asked)
            sheet.text(x + 10, y + 23, home, 17, bold=True)
            each = -(-len(own[home]) // columns)
            for j, rule in enumerate(own[home]):
                sheet.text(x + 10 + j // each * (wide / columns - 10), y + 44 + j % each * 16, rule, 13, fill=QUIET)
        return y + high

    y = row(trunk, EDGE, "trunk", 2)
    y = row([*drawn, *asked], y + 70, "part")
    y = row([page], y + 46, "roof", 4)
    arrivals: dict[str, int] = {}
    for a, b in sorted(direct.edges, key=lambda e: (order.index(e[0]), order.index(e[1]))):
        left, right, above, below = place[a]
        low, high, start, _ = place[b]
        if above == start:
            sheet.arrow((right if low > left else left, above + 18), (low if low > left else high, above + 18))
        elif b == page:
            sheet.arrow(((left + right) / 2, below), ((left + right) / 2, start))
        else:
            arrivals[b] = arrivals.get(b, 0) + 1
            to = low + 20 * arrivals[b]
            x = min(max(to, left + 20), right - 20)
            lane = (below + start) / 2
            sheet.arrow((x, below), (x, lane), (to, lane), (to, start))
    note = "An arrow: its files are read; what other arrows tell is not drawn again. Dashed: not in the default run."
    sheet.text(EDGE, y + 24, f"{note} All that draws reads {WORDS}.", 13, fill=QUIET)
    return sheet.svg(y + 36, "Rules of the workflow, by file and part")


PICTURES = {"docs/house.svg": house, "docs/rules.svg": rule_map}


def stale() -> dict[str, str]:
    """Pictures that are not what the files say, as they should be."""
    made = {name: draw() for name, draw in PICTURES.items()}
    return {
        name: text
        for name, text in made.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
    }


def main(*options: str) -> int:
    """Write what is stale, or tell it."""
    found = stale()
    for name, text in found.items():
        print(f"{name} is stale: make house" if "--check" in options else name)
        if "--check" not in options:
            (ROOT / name).write_text(text, encoding="utf-8")
    return int(bool(found) and "--check" in options)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
