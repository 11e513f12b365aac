"""The paper's Figures 1 and 2 as graphs whose every part rests on a passage of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from monotown.base.problems import Problem, Problems, nearest
from monotown.base.schemas import schema_problems

#: Columns of `grounding_table`.
COLUMNS = ("figure", "part", "id", "label", "stated", "passage", "quotation", "note", "kind", "source", "locator")


@dataclass(frozen=True)
class Grounding:
    """What a part of a graph rests on.

    Attributes
    ----------
    stated
        Whether the paper's text says it; if not, it is inferred.
    passage
        Id of a quotation in ``data/raw/published/paper/passages.csv``.
    line
        Line of the paper, counted from 1.
    words
        The very words of the passage; empty for inferred parts.
    note
        What an inference leans on, and what the text does not say; empty for stated parts.
    """

    stated: bool
    passage: str
    line: int
    words: str = ""
    note: str = ""


@dataclass(frozen=True)
class Node:
    """A box, or a frame around others.

    Attributes
    ----------
    rows, columns
        First and last cell of the grid, both counted from 0.
    within
        Id of the frame that it stands in, or empty.
    emphasis
        Whether its label is bold.
    """

    id: str
    label: Mapping[str, str]
    grounding: Grounding
    rows: tuple[int, int]
    columns: tuple[int, int]
    within: str = ""
    emphasis: bool = False


@dataclass(frozen=True)
class Edge:
    """An arrow from one box to another.

    Attributes
    ----------
    vertical
        Whether it leaves and enters by the upper and lower sides.
    bend
        Inches from the start to the bend, below 0 from the end, None for half way.
    both
        Whether it has a head at each end.
    """

    source: str
    target: str
    label: Mapping[str, str]
    grounding: Grounding
    label_shown: bool = True
    vertical: bool = False
    bend: float | None = None
    both: bool = False


@dataclass(frozen=True)
class Graph:
    """A figure as a graph, with the grid that it is drawn on.

    Attributes
    ----------
    caption
        The paper's caption in each language.
    widths, gaps
        Widths of the columns, and of the gaps between them, in inches.
    """

    id: str
    caption: Mapping[str, str]
    caption_grounding: Grounding
    widths: tuple[float, ...]
    gaps: tuple[float, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def shown(self, *, inferred: bool) -> Graph:
        """The graph as drawn: all of it, or only what the text states."""
        if inferred:
            return self
        return Graph(
            self.id,
            self.caption,
            self.caption_grounding,
            self.widths,
            self.gaps,
            tuple(n for n in self.nodes if n.grounding.stated),
            tuple(e for e in self.edges if e.grounding.stated),
        )

    def members(self, frame: str) -> tuple[Node, ...]:
        """Boxes that stand in a frame; none for a box that is no frame."""
        return tuple(n for n in self.nodes if n.within == frame)


def _pair(cell: int | Sequence[int]) -> tuple[int, int]:
    return (cell, cell) if isinstance(cell, int) else (int(cell[0]), int(cell[1]))


def _grounding(part: Mapping[str, Any]) -> Grounding:
    return Grounding(
        bool(part.get("stated", True)),
        str(part["passage"]),
        int(part["line"]),
        str(part.get("words", "")),
        str(part.get("note", "")),
    )


def _graph(name: str, content: Mapping[str, Any]) -> Graph:
    return Graph(
        name,
        content["caption"]["text"],
        _grounding(content["caption"]),
        tuple(float(w) for w in content["columns"]),
        tuple(float(w) for w in content["gaps"]),
        tuple(
            Node(
                n["id"],
                n["label"],
                _grounding(n),
                _pair(n["row"]),
                _pair(n["column"]),
                n.get("within", ""),
                bool(n.get("emphasis", False)),
            )
            for n in content["nodes"]
        ),
        tuple(
            Edge(
                e["from"],
                e["to"],
                e["label"],
                _grounding(e),
                bool(e.get("label_shown", True)),
                e.get("axis") == "vertical",
                e.get("bend"),
                e.get("heads") == "both",
            )
            for e in content["edges"]
        ),
    )


def read_graphs(
    content: Mapping[str, Any], schema: Mapping[str, Any], passages: pd.DataFrame, file: str
) -> dict[str, Graph]:
    """Check a graph file against its schema, its own names and the paper's passages.

    Parameters
    ----------
    content
        The parsed file: id of a figure to its ``caption``, ``columns``, ``gaps``, ``nodes`` and
        ``edges``.
    schema
        ``workflow/parts/paper/schema.yaml``, parsed.
    passages
        Columns ``passage``, ``line_from``, ``line_to``, ``text``.
    file
        Name of the file, for the messages.

    Returns
    -------
    dict
        Id of each figure to its graph, in the file's order.

    Raises
    ------
    InputError
        Every problem at once: keys and types, repeated ids, unknown ends of arrows, arrows given
        twice, cells off the grid or taken twice, boxes that no arrow reaches, stated parts that
        hang on inferred ones, passages that are unknown, lines outside their passage, words that
        the passage does not have.
    """
    found = Problems()
    found.extend(schema_problems(content, schema, file))
    found.stop()
    lines = {
        str(p): (int(first), int(last), str(text))
        for p, first, last, text in zip(
            passages["passage"], passages["line_from"], passages["line_to"], passages["text"], strict=True
        )
    }
    graphs = {name: _graph(name, part) for name, part in content.items()}
    for graph in graphs.values():
        found.extend(_structure_problems(graph, file))
        for where, _, grounding in _parts(graph):
            found.extend(_grounding_problems(grounding, lines, file, f"{graph.id}.{where}"))
    found.stop()
    return graphs


def _parts(graph: Graph) -> list[tuple[str, Mapping[str, str], Grounding]]:
    """Place, label and grounding of every part."""
    return [
        ("caption", graph.caption, graph.caption_grounding),
        *((f"nodes.{n.id}", n.label, n.grounding) for n in graph.nodes),
        *((f"edges.{e.source}-{e.target}", e.label, e.grounding) for e in graph.edges),
    ]


def _grounding_problems(
    grounding: Grounding, lines: Mapping[str, tuple[int, int, str]], file: str, where: str
) -> list[Problem]:
    if grounding.passage not in lines:
        expected = nearest(grounding.passage, list(lines))
        return [Problem(file, f"{where}.passage", grounding.passage, expected)]
    problems = []
    first, last, text = lines[grounding.passage]
    if not first <= grounding.line <= last:
        problems.append(Problem(file, f"{where}.line", str(grounding.line), f"a line from {first} to {last}"))
    if grounding.words not in text:
        problems.append(Problem(file, f"{where}.words", grounding.words, f"words of: {text}"))
    if where.endswith(".caption"):
        return problems
    if grounding.stated and not grounding.words:
        problems.append(Problem(file, f"{where}.words", "nothing", "the words that state it"))
    if not grounding.stated and not grounding.note:
        problems.append(Problem(file, f"{where}.note", "nothing", "what the inference leans on"))
    return problems


def _structure_problems(graph: Graph, file: str) -> list[Problem]:
    problems = []

    def add(where: str, found: object, expected: str) -> None:
        problems.append(Problem(file, f"{graph.id}.{where}", str(found), expected))

    if len(graph.gaps) != len(graph.widths) - 1:
        add("gaps", len(graph.gaps), f"{len(graph.widths) - 1} gaps for {len(graph.widths)} columns")
    for name, count in Counter(n.id for n in graph.nodes).items():
        if count > 1:
            add("nodes", f"{name} ({count} times)", "an id that no other node has")
    for pair, count in Counter((e.source, e.target) for e in graph.edges).items():
        if count > 1:
            add("edges", f"{pair[0]}-{pair[1]} ({count} times)", "an arrow given once")
    nodes = {n.id: n for n in graph.nodes}
    frames = {n.within for n in graph.nodes if n.within}
    for node in graph.nodes:
        where = f"nodes.{node.id}"
        for key, (first, last), size in (("row", node.rows, None), ("column", node.columns, len(graph.widths))):
            if first > last:
                add(f"{where}.{key}", [first, last], "the first before the last")
            if size is not None and last >= size:
                add(f"{where}.{key}", last, f"a number from 0 to {size - 1}")
        if not node.within:
            continue
        if node.within not in nodes or node.within == node.id:
            others = sorted(set(nodes) - {node.id})
            add(f"{where}.within", node.within, nearest(node.within, others))
        elif node.id in frames:
            add(f"{where}.within", node.within, "a frame that stands in no other frame")
        elif node.grounding.stated and not nodes[node.within].grounding.stated:
            add(f"{where}.within", node.within, "a stated frame around a stated box")
    for edge in graph.edges:
        where = f"edges.{edge.source}-{edge.target}"
        for key, end in (("from", edge.source), ("to", edge.target)):
            if end not in nodes:
                add(f"{where}.{key}", end, nearest(end, list(nodes)))
            elif edge.grounding.stated and not nodes[end].grounding.stated:
                add(f"{where}.{key}", end, "a stated box at the end of a stated arrow")
        if edge.source == edge.target:
            add(where, edge.target, "another box than the one it starts from")
    taken: dict[tuple[int, int], str] = {}
    for node in graph.nodes:
        if node.id in frames:
            continue
        for row in range(node.rows[0], node.rows[1] + 1):
            for column in range(node.columns[0], node.columns[1] + 1):
                other = taken.setdefault((row, column), node.id)
                if other != node.id:
                    add(f"nodes.{node.id}", f"row {row}, column {column}", f"free of {other}")
    for part, which in ((graph.shown(inferred=False), "stated "), (graph, "")):
        reached = {end for e in part.edges for end in (e.source, e.target)}
        for node in part.nodes:
            if node.id not in reached | frames and node.within not in reached:
                add(f"nodes.{node.id}", node.id, f"a box that a {which}arrow reaches")
    return problems


def grounding_table(graphs: Mapping[str, Graph], passages: pd.DataFrame) -> pd.DataFrame:
    """Every part of the graphs with what it rests on, for a reader to check.

    Parameters
    ----------
    graphs
        As `read_graphs` gives them.
    passages
        Columns ``passage`` and ``text``.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, ``label`` once a language, a row a part, in the graphs' order. ``part``
        is caption, node or edge; ``quotation`` is the words of a stated part and the whole
        passage of an inferred one.
    """
    texts = dict(zip(passages["passage"], passages["text"], strict=True))
    rows = []
    for graph in graphs.values():
        for where, label, grounding in _parts(graph):
            part, _, name = where.partition(".")
            rows.append(
                (
                    graph.id,
                    part.removesuffix("s"),
                    name,
                    label,
                    grounding.stated,
                    grounding.passage,
                    grounding.words or texts[grounding.passage],
                    grounding.note,
                    "published",
                    "paper_text",
                    f"line {grounding.line}",
                )
            )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    at = table.columns.get_loc("label")
    labels = pd.DataFrame(table.pop("label").tolist()).add_prefix("label_")
    parts = [table.iloc[:, :at], labels, table.iloc[:, at:]]
    return pd.concat(parts, axis=1).replace("\u00ad", "", regex=True)
