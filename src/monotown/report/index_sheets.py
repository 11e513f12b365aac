"""An index as sheets that work themselves out: weights, raw values, and scores and ranks by formula."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from monotown.base.arrays import Array
from monotown.base.labels import Labels, unmarked
from monotown.base.tables import join_kinds
from monotown.base.ties import TOLERANCE
from monotown.index.admissible import scale_of
from monotown.index.kernel import evaluate_nodes
from monotown.index.model import Leaf, Node
from monotown.index.prepare import Prepared
from monotown.index.weighting import evaluate_each
from monotown.methods.outliers import apply_transform
from monotown.methods.ranks import rank
from monotown.report import formulas
from monotown.report.sheets import Formula, Sheet, quoted

#: Formulas of an index beyond which its last year alone stands in the workbook, and units of one year beyond which
#: nothing does.
MOST_FORMULAS: Final = 100_000
MOST_UNITS: Final = 20_000

#: First row of the tree in the sheet of weights, and of the units in the others.
_TREE: Final = 4
_DATA: Final = 6

#: Columns of the sheet of weights.
_COLUMNS: Final = (
    "part",
    "id",
    "weight",
    "share_node",
    "share_whole",
    "way",
    "floor",
    "direction",
    "transform",
    "low",
    "high",
    "start",
    "span",
    "unit",
    "source",
)
_AT: Final = {name: i for i, name in enumerate(_COLUMNS)}

#: Columns of the sheet of scores before those of the tree, and of the sheet of raw values before those of measures.
_RANKED: Final = ("unit", "id", "year", "rank", "rank_run", "rank_change")
_KEYED: Final = ("unit", "id", "year")


@dataclass(frozen=True)
class Described:
    """What is told of the measures of an index beside its panel: unit of measure and sources of each."""

    units: Mapping[str, str]
    sources: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class SheetNames:
    """Names of the sheets of an index."""

    weights: str
    raw: str
    scores: str


class IndexSheets:
    """The sheets of one index.

    Parameters
    ----------
    prepared
        Its panel.
    described
        Its measures.
    labels
        Words.
    names
        Of the sheets.
    file
        Where all years stand, for the note.
    """

    def __init__(self, prepared: Prepared, described: Described, labels: Labels, names: SheetNames, file: str) -> None:
        self.prepared, self.described, self.labels, self.names, self.file = prepared, described, labels, names, file
        self.model = prepared.model
        self.scale = scale_of(self.model)
        self.leaves = self.model.leaves
        self.tree = list(self.model.walk())
        self.tree_row = {_key(part): _TREE + i for i, (_, part, _) in enumerate(self.tree)}
        nodes = _siblings_together(self.model.tree)
        parts: list[Node | Leaf] = [*nodes, *self.leaves]
        self.column = {_key(part): len(_RANKED) + i for i, part in enumerate(parts)}
        self.raw_column = {leaf.measure: len(_KEYED) + i for i, leaf in enumerate(self.leaves)}
        self.parts = parts
        self.nodes = nodes
        self.helpers = len(_RANKED) + len(parts)
        years = prepared.rows["year"].to_numpy()
        every = np.lexsort((np.arange(len(years)), -years))
        self.whole = len(every) * (len(parts) + 4) <= MOST_FORMULAS
        self.rows: NDArray[np.int64] = every if self.whole else every[years[every] == years.max()]
        self.years = years[self.rows]
        self.span: dict[int, tuple[int, int]] = {}
        for year in np.unique(self.years):
            here = np.flatnonzero(self.years == year)
            self.span[int(year)] = (_DATA + int(here[0]), _DATA + int(here[-1]))

    @property
    def fits(self) -> bool:
        """Whether the last year has no more units than a workbook is good for."""
        return len(self.rows) <= MOST_UNITS

    @cached_property
    def scores(self) -> dict[str, Array]:
        """Score of each node for the rows shown, on the scale of the index; NaN where there is none."""
        prepared, rows = self.prepared, self.rows
        found = {node.id: np.full(len(rows), np.nan) for node in self.model.nodes}
        for year in self.span:
            here = np.flatnonzero((self.years == year) & prepared.enough[rows])
            if not len(here):
                continue
            z = prepared.z[rows[here]]
            if prepared.unit_weights is None:
                made = {n: v[0] for n, v in evaluate_nodes(self.model, z).items()}
            else:
                made = evaluate_each(self.model, z, prepared.unit_weights[rows[here]])
            for node, scores in made.items():
                found[node][here] = scores * self.scale
        return found

    @cached_property
    def ranks(self) -> Array:
        """Ranks of the rows shown within their years; NaN for a unit alone or without a score."""
        score = self.scores[self.model.tree.id]
        found = np.full(len(score), np.nan)
        for year in self.span:
            here = self.years == year
            if (~np.isnan(score[here])).sum() > 1:
                found[here] = rank(score[here], tol=TOLERANCE * self.scale)
        return found

    @cached_property
    def node_formulas(self) -> dict[str, bool]:
        """Whether the score of each node is a formula."""
        return {node.id: self._mean(node, 0) is not None for node in self.nodes}

    def sheets(self) -> list[Sheet]:
        """Weights, raw values, scores and ranks."""
        return [self._weights(), self._raw(), self._scores()]

    # --- words ------------------------------------------------------------------------------------

    def _word(self, key: str, **values: object) -> str:
        return unmarked(self.labels(f"workbook.{key}", **values))[0]

    def _named(self, prefixes: str, name: str) -> str:
        for prefix in prefixes.split("|"):
            if self.labels.has(f"{prefix}.{name}"):
                return unmarked(self.labels(f"{prefix}.{name}"))[0]
        return name

    def _name(self, part: Node | Leaf) -> str:
        if isinstance(part, Leaf):
            return self._named("measure|indicator", part.measure)
        return self._named("node|block", part.id)

    def _title(self) -> str:
        kind = join_kinds(self.prepared.rows["kind"])
        told = (
            self._named("kind", kind)
            if self.labels.has(f"kind.{kind}")
            else ", ".join(self._named("kind", k) for k in kind.split("+"))
        )
        return f"{self._named('view', self.prepared.view)}. {told}"

    def _way(self, part: Node | Leaf) -> str:
        if isinstance(part, Leaf):
            return self._named("normalisation", part.normalisation.name)
        chosen = part.aggregation
        known = self._named("aggregation", str(chosen))
        return known if known != str(chosen) else self._named("aggregation", chosen.name)

    def _limits(self) -> str:
        """What is no formula, and why."""
        said = []
        if self.prepared.unit_weights is not None:
            said.append(self._word("own_weights"))
        else:
            fixed: dict[str, list[str]] = {}
            for part in self.parts:
                if isinstance(part, Leaf):
                    live, how = formulas.has_formula(part), self._way(part)
                else:
                    live = self.node_formulas[part.id]
                    filling = part.aggregation.exponent is not None
                    how = self._named("missing", part.missing) if filling else self._way(part)
                if not live:
                    fixed.setdefault(how, []).append(self._name(part))
            said += [self._word("values", names="; ".join(n), how=how) for how, n in fixed.items()]
        if not self.whole:
            said.append(self._word("last_year", year=int(self.years[0]), file=self.file))
        return " ".join(said)

    # --- cells of the sheet of weights ------------------------------------------------------------

    def _ref(self, part: Node | Leaf, column: str, *, here: bool = False) -> str:
        cell: str = xl_rowcol_to_cell(self.tree_row[_key(part)], _AT[column], not here, not here)
        return cell if here else quoted(self.names.weights) + cell

    def _weights(self) -> Sheet:
        head = [self._word(f"column.{name}") for name in _COLUMNS]
        rows: list[list[Any]] = [
            [self._title()],
            [self._word("how_weights", scores=self.names.scores)],
            [self._limits()],
            head,
        ]
        styles: dict[tuple[int, int], str] = {(2, 0): "note", (1, 0): "note", (0, 0): "title"}
        shares = self._shares()
        for path, part, _ in self.tree:
            r = self.tree_row[_key(part)]
            indent = "    " * len(path)
            line: list[Any] = [indent + self._name(part), _key(part)[1]]
            if path:
                siblings = [self._ref(c, "weight", here=True) for c in path[-1].children]
                weight = self._ref(part, "weight", here=True)
                total = _sum(siblings)
                parent = self._ref(path[-1], "share_whole", here=True)
                own = self._ref(part, "share_node", here=True)
                local = f"=IF({total}>0,{weight}/({total}),0)"
                node_share, whole_share = shares[_key(part)]
                line += [part.weight, _sized(local, node_share), Formula(f"={own}*{parent}", whole_share)]
                styles[r, _AT["weight"]] = "open"
            else:
                line += ["", 1, 1]
                styles[r, 0] = "strong"
            line.append(self._way(part))
            line += self._leaf_cells(part, styles) if isinstance(part, Leaf) else self._node_cells(part, styles)
            rows.append(line)
        bottom = _TREE + len(self.tree) - 1
        return Sheet(
            self.names.weights,
            rows,
            [64, 30, 9, 10, 10, 26, 14, 20, 15, 18, 20, 12, 12, 26, 60],
            frozen=(_TREE, 1),
            row_styles={3: "head"},
            column_styles={_AT["share_node"]: "share", _AT["share_whole"]: "share"},
            styles=styles,
            least=[(_TREE, _AT["weight"], bottom, _AT["weight"])],
        )

    def _shares(self) -> dict[tuple[bool, str], tuple[float, float]]:
        """Share of each part in its node and in the whole."""
        found: dict[tuple[bool, str], tuple[float, float]] = {}
        for path, part, whole in self.tree:
            total = sum(c.weight for c in path[-1].children) if path else part.weight
            found[_key(part)] = part.weight / total, whole
        return found

    def _node_cells(self, node: Node, styles: dict[tuple[int, int], str]) -> list[Any]:
        if node.floor is None:
            return []
        styles[self.tree_row[_key(node)], _AT["floor"]] = "open"
        return [node.floor * self.scale]

    def _leaf_cells(self, leaf: Leaf, styles: dict[tuple[int, int], str]) -> list[Any]:
        """From the floor, which a measure has not, to the source."""
        r = self.tree_row[_key(leaf)]
        told = self._named("transform", leaf.transform) if leaf.transform != "none" else ""
        ends: list[Any] = ["", ""]
        line: list[Any] = ["", ""]
        if formulas.has_formula(leaf):
            styles[r, _AT["direction"]] = "open"
            if not formulas.by_year(leaf):
                ends, line = self._ends(leaf)
        elif leaf.goalposts is not None:
            ends = list(leaf.goalposts)
        if leaf.goalposts is not None and not formulas.of_sample(leaf) and formulas.has_formula(leaf):
            styles[r, _AT["low"]] = styles[r, _AT["high"]] = "open"
        unit = self.described.units.get(leaf.measure, "")
        sources = [self._named("source", s) for s in self.described.sources.get(leaf.measure, ())]
        return ["", leaf.direction, told, *ends, *line, self._named("measured_in", unit), "; ".join(sources)]

    def _ends(self, leaf: Leaf) -> tuple[list[Any], list[Any]]:
        """Goalposts, or those of the sample; start and span of the scale."""
        low, high = (self._ref(leaf, c, here=True) for c in ("low", "high"))
        if leaf.normalisation.name == "zscore":
            sample = apply_transform(self._sample(leaf), leaf.transform)
            found = [float(np.nanmean(sample)), float(np.nanstd(sample, ddof=int(leaf.normalisation["ddof"])))]  # type: ignore[arg-type]
        elif formulas.of_sample(leaf):
            sample = self._sample(leaf)
            found = [float(np.nanmin(sample)), float(np.nanmax(sample))]
        else:
            assert leaf.goalposts is not None
            found = list(leaf.goalposts)
        ends: list[Any] = list(found)
        # z-scores of transformed values have their mean and deviation in no cell
        if (
            formulas.of_sample(leaf)
            and self.whole
            and (leaf.transform == "none" or leaf.normalisation.name != "zscore")
        ):
            scope = leaf.normalisation["scope"]
            first, last = (_DATA, _DATA + len(self.rows) - 1) if scope == "pooled" else self.span[int(scope)]  # type: ignore[arg-type]
            texts = formulas.ends_of(leaf, self._raw_range(leaf, first, last))
            ends = [Formula(f"={text}", value) for text, value in zip(texts, found, strict=True)]
        start, span = formulas.line_of(leaf, low, high, self._ref(leaf, "direction", here=True))
        values = self._line(leaf, found)
        return ends, [Formula(f"={start}", values[0]), Formula(f"={span}", values[1])]

    def _sample(self, leaf: Leaf) -> Array:
        values = self.prepared.used[:, self.leaves.index(leaf)]
        scope = leaf.normalisation["scope"]
        return values if scope == "pooled" else values[self.prepared.rows["year"].to_numpy() == scope]

    def _line(self, leaf: Leaf, ends: Sequence[float]) -> tuple[float, float]:
        """Start and span as the formulas give them."""
        if leaf.normalisation.name == "zscore":
            return ends[0], leaf.direction * ends[1]
        one, other = apply_transform(np.array(ends), leaf.transform)
        start, end = (one, other) if leaf.direction > 0 else (other, one)
        if leaf.normalisation.name == "distance_to_target":
            end = float(leaf.normalisation["value"])  # type: ignore[arg-type]
        return float(start), float(end - start)

    # --- raw values -------------------------------------------------------------------------------

    def _raw_range(self, leaf: Leaf, first: int, last: int) -> str:
        c = self.raw_column[leaf.measure]
        return f"{quoted(self.names.raw)}{xl_range_abs(first, c, last, c)}"

    def _raw(self) -> Sheet:
        units = [self._named("measured_in", self.described.units.get(leaf.measure, "")) for leaf in self.leaves]
        sources = [
            "; ".join(self._named("source", s) for s in self.described.sources.get(leaf.measure, ()))
            for leaf in self.leaves
        ]
        rows: list[list[Any]] = [
            [self._title()],
            [self._word("how_raw", scores=self.names.scores)],
            [self._limits()],
            [*(self._word(f"column.{c}") for c in _KEYED), *(self._name(leaf) for leaf in self.leaves)],
            [self._word("column.unit_of_measure"), "", "", *units],
            [self._word("column.source"), "", "", *sources],
        ]
        values = self.prepared.used[self.rows]
        given = self.prepared.raw[self.rows]
        rows += [
            [*key, *("" if v != v else v for v in line)]
            for key, line in zip(self._keys(), values.tolist(), strict=True)
        ]
        live = {c for leaf, c in self.raw_column.items() if formulas.has_formula(self._leaf(leaf))}
        changed = np.argwhere(~np.isnan(values) & ((np.isnan(given)) | (given != values)))
        styles = {(_DATA + int(r), len(_KEYED) + int(j)): "filled" for r, j in changed}
        return Sheet(
            self.names.raw,
            rows,
            [28, 14, 7, *[18] * len(self.leaves)],
            frozen=(_DATA, 1),
            row_styles={0: "title", 1: "note", 2: "note", 3: "head", 4: "under_head", 5: "under_head"},
            column_styles=dict.fromkeys(live, "open"),
            styles=styles,
        )

    def _leaf(self, measure: str) -> Leaf:
        return self.leaves[self.model.measures.index(measure)]

    def _keys(self) -> Iterable[list[Any]]:
        units = self.prepared.rows["unit"].to_numpy()[self.rows]
        for unit, year in zip(map(str, units), self.years.tolist(), strict=True):
            yield [self._named("unit", unit), unit, year or ""]

    # --- scores and ranks -------------------------------------------------------------------------

    def _cell(self, r: int, part: Node | Leaf) -> str:
        return str(xl_rowcol_to_cell(r, self.column[_key(part)]))

    def _year_range(self, column: int, year: int) -> str:
        return str(xl_range_abs(self.span[year][0], column, self.span[year][1], column))

    def _mean(self, node: Node, i: int) -> str | None:
        """Formula of the score of a node in a row."""
        if self.prepared.unit_weights is not None:
            return None
        year = int(self.years[i])
        if node.missing in ("mean", "median") and not self.prepared.enough[self.rows].all():
            return None  # those without enough coverage take no part in the mean of the others
        parts = []
        for child in node.children:
            c = self.column[_key(child)]
            parts.append((xl_rowcol_to_cell(4, c, True), self._cell(_DATA + i, child), self._year_range(c, year)))
        return formulas.mean_of(node, parts, self._ref(node, "floor") if node.floor is not None else "")

    def _scores(self) -> Sheet:
        live_shares = self.prepared.unit_weights is None
        shares = self._shares()
        share_row: list[Any] = [self._word("column.share_whole"), *[""] * (len(_RANKED) - 1)]
        for part in self.parts:
            share_row.append(
                Formula(f"={self._ref(part, 'share_whole')}", shares[_key(part)][1]) if live_shares else ""
            )
        rows: list[list[Any]] = [
            [self._title()],
            [
                self._word(
                    "how_scores",
                    weights=self.names.weights,
                    raw=self.names.raw,
                    tolerance=self.labels.number(TOLERANCE * self.scale, 9 if self.scale == 1 else 7),
                )
            ],
            [self._limits()],
            [*(self._word(f"column.{c}") for c in _RANKED), *(self._name(p) for p in self.parts), "", ""],
            share_row,
            [self._word("column.way"), *[""] * (len(_RANKED) - 1), *(self._way(p) for p in self.parts)],
        ]
        parts = [self._part_cells(part) for part in self.parts]
        ranks, helpers = self._rank_cells()
        for i, key in enumerate(self._keys()):
            rows.append([*key, *ranks[i], *(cells[i] for cells in parts), *helpers[i]])
        tree, score = range(len(_RANKED), self.helpers), "unit_score" if self.scale == 1 else "score"
        return Sheet(
            self.names.scores,
            rows,
            [28, 14, 7, 8, 9, 9, 14, *[18] * (len(self.parts) - 1)],
            frozen=(_DATA, 1),
            row_styles={0: "title", 1: "note", 2: "note", 3: "head", 4: "share_head", 5: "under_head"},
            column_styles={3: "strong", 5: "changed", **dict.fromkeys(tree, score), tree[0]: f"strong_{score}"},
            hidden=(self.helpers, self.helpers + 1),
        )

    def _part_cells(self, part: Node | Leaf) -> list[Any]:
        """Scores of a part in each row, formulas where it can be."""
        if isinstance(part, Node):
            values = self.scores[part.id]
            live = self.node_formulas[part.id]
            made: list[Any] = []
            for i, value in enumerate(values.tolist()):
                has = live and self.prepared.enough[self.rows[i]]
                text = self._mean(part, i) if has else None
                made.append(Formula(text, _plain(value)) if text else _plain(value))
            return made
        j = self.leaves.index(part)
        scores = (self.prepared.z[self.rows, j] * self.scale).tolist()
        if not formulas.has_formula(part):
            return [_plain(v) for v in scores]
        raw, c = quoted(self.names.raw), self.raw_column[part.measure]
        if not formulas.by_year(part):
            start, span = self._ref(part, "start"), self._ref(part, "span")
            lines = dict.fromkeys(self.span, (start, span))
        else:
            lines = {
                year: formulas.line_of(
                    part, *formulas.ends_of(part, self._raw_range(part, *ends)), self._ref(part, "direction")
                )
                for year, ends in self.span.items()
            }
        return [
            Formula(
                formulas.score_of(part, f"{raw}{xl_rowcol_to_cell(_DATA + i, c)}", *lines[int(year)], self.scale),
                _plain(scores[i]),
            )
            for i, year in enumerate(self.years)
        ]

    def _rank_cells(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """Rank, rank of the run and change of each row; and, for the ranks, the scores of the year in their order."""
        root = self.column[_key(self.model.tree)]
        score = self.scores[self.model.tree.id]
        ranks: list[list[Any]] = []
        helpers: list[list[Any]] = []
        for i, year in enumerate(self.years.tolist()):
            r = _DATA + i
            top, _ = self.span[year]
            scores, firsts = self._year_range(root, year), self._year_range(self.helpers + 1, year)
            was = _plain(float(self.ranks[i]))
            now = Formula(formulas.rank_of(str(xl_rowcol_to_cell(r, root)), scores, firsts), was)
            one, other = xl_rowcol_to_cell(r, 3), xl_rowcol_to_cell(r, 4)
            change = f'=IF(AND(ISNUMBER({one}),ISNUMBER({other})),{other}-{one},"")'
            ranks.append([now, was, Formula(change, 0 if was != "" else "")])
            place = r - top + 1
            at, above = xl_rowcol_to_cell(r, self.helpers), xl_rowcol_to_cell(r - 1, self.helpers)
            first = xl_rowcol_to_cell(r - 1, self.helpers + 1)
            helpers.append([formulas.placed(scores, place), formulas.tied(at, above, first, place, self.scale)])
        return ranks, self._placed(score, helpers)

    def _placed(self, score: Array, texts: list[list[str]]) -> list[list[Any]]:
        """The formulas of the order with what they give."""
        made: list[list[Any]] = [[] for _ in texts]
        for top, bottom in self.span.values():
            here = slice(top - _DATA, bottom - _DATA + 1)
            ordered = np.sort(score[here])[::-1]
            ordered = np.concatenate([ordered[~np.isnan(ordered)], ordered[np.isnan(ordered)]])
            first = 1
            for k, value in enumerate(ordered.tolist(), 1):
                if k > 1 and not ordered[k - 2] - value <= TOLERANCE * self.scale:
                    first = k
                known = value == value
                given = (value, float(first)) if known else ("", "")
                both = texts[top - _DATA + k - 1]
                made[top - _DATA + k - 1] = [Formula(t, v) for t, v in zip(both, given, strict=True)]
        return made


def _key(part: Node | Leaf) -> tuple[bool, str]:
    """A name of a part of the tree: a measure and a node may have the same id."""
    return (True, part.measure) if isinstance(part, Leaf) else (False, part.id)


def _siblings_together(root: Node) -> list[Node]:
    """Nodes level by level, the root first."""
    found, waiting = [], deque([root])
    while waiting:
        node = waiting.popleft()
        found.append(node)
        waiting.extend(c for c in node.children if isinstance(c, Node))
    return found


def _sum(cells: Sequence[str]) -> str:
    """The sum of cells of one column, runs of neighbours as ranges.

    Examples
    --------
    >>> _sum(["C5", "C6", "C7", "C9"])
    'SUM(C5:C7)+C9'
    """
    runs: list[list[str]] = []
    for cell in cells:
        if runs and int(runs[-1][-1][1:]) == int(cell[1:]) - 1:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return "+".join(run[0] if len(run) == 1 else f"SUM({run[0]}:{run[-1]})" for run in runs)


def _sized(text: str, value: float) -> Formula | float:
    """A formula, or its value where no cell takes so long a one."""
    return Formula(text, value) if len(text) <= formulas.LONGEST else value


def _plain(value: float) -> float | str:
    return "" if value != value else value
