"""Scores back to their measures, and measures to the figures that they are computed from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.base.expressions import Use, parse
from monotown.index.as_table import model_of
from monotown.index.kernel import evaluate_nodes
from monotown.index.leaves import normalise_leaf
from monotown.index.model import Chosen, Leaf, Node, rule_of
from monotown.index.prepare import fill, spread_out, treat_outliers
from monotown.index.weighting import evaluate_each
from monotown.methods.ranks import rank
from monotown.methods.register import FILLINGS, OUTLIERS, TRANSFORMS
from monotown.report.trace.figures import FORMULAS, Figures
from monotown.report.trace.step import Step, checked, number, shown
from monotown.report.trace.tables import Tables, row_id

INDICATORS: Final = "indicators/indicators.csv"
USED: Final = "indicators/figures.csv"
DOUBTFUL: Final = "indicators/doubtful.csv"

_MODEL: Final = ("place", "parent", "share", "floor", "direction", "low", "high", "scale", "asked")
_PANEL: Final = ("raw", "filled", "treated", "normalised", "weight", "unit_weight", "average_weight")

#: Rule for missing values that draws: what it gives hangs on the seed of the run.
_DRAWN: Final = "mice"


class Index:
    """One index of a run, computed again from its prepared panel and its model.

    Parameters
    ----------
    tables, figures
        Of the run.
    view
        Id of the index.
    """

    def __init__(self, tables: Tables, figures: Figures, view: str) -> None:
        self.tables, self.figures, self.view = tables, figures, view
        self.folder = f"index/{view}"
        self.scores = tables(f"{self.folder}/scores.csv")
        self.model_rows = tables.numbers(f"{self.folder}/model.csv", _MODEL)
        self.model = model_of(self.model_rows)
        self.scale = float(self.model_rows["scale"].iloc[0])
        self.panel = tables.numbers(f"{self.folder}/prepared.csv", _PANEL)
        first = self.panel.drop_duplicates(["unit", "year"]).set_index(["unit", "year"])
        self.rows = spread_out(self.panel, "raw", self.model)[0]
        at = pd.MultiIndex.from_frame(self.rows[["unit", "year"]])
        self.enough = (first["enough"].reindex(at) == "True").to_numpy()
        shares = first["average_weight"].reindex(at).to_numpy()
        self.shares: Array | None = None if np.isnan(shares).all() else shares
        own = self._matrix("unit_weight")
        self.unit_weights: Array | None = None if np.isnan(own).all() else own
        self.nodes = {node.id: node for node in self.model.nodes}
        self.leaves = {leaf.measure: leaf for leaf in self.model.leaves}

    @property
    def root(self) -> str:
        """Id of the whole index."""
        return self.model.tree.id

    @cached_property
    def years(self) -> dict[str, str]:
        """Unit to the last year with a score of the whole."""
        whole = self.scores[(self.scores["node"] == self.root) & (self.scores["score"] != "")]
        return {str(u): str(y) for u, y in whole.sort_values("year")[["unit", "year"]].to_numpy()}

    def _matrix(self, column: str) -> Array:
        found: Array = spread_out(self.panel, column, self.model)[1]
        return found

    def _at(self, unit: str, year: str) -> int | None:
        found = np.flatnonzero((self.rows["unit"] == unit) & (self.rows["year"] == int(year)))
        return int(found[0]) if len(found) else None

    def _evaluated(self, year: str) -> tuple[Mapping[str, Array], Mapping[str, int]]:
        """Scores of every node in a year, on the scale of the index, and the place of each unit in them."""
        here = np.flatnonzero((self.rows["year"] == int(year)) & self.enough)
        z = self._matrix("normalised")[here]
        places = {str(u): i for i, u in enumerate(self.rows["unit"].iloc[here])}
        if not len(here):
            return {}, {}
        if self.unit_weights is None:
            found = {n: v[0] for n, v in evaluate_nodes(self.model, z).items()}
        else:
            found = evaluate_each(self.model, z, self.unit_weights[here])
        return {n: v * self.scale for n, v in found.items()}, places

    def score(self, unit: str, year: str, node: str) -> Step:
        """A score, or that of a part which no table prints, with the scores that it is the mean of."""
        item, key = self.nodes[node], {"unit": unit, "year": year, "node": node}
        found, places = self._evaluated(year)
        computed = float(found[node][places[unit]]) if unit in places and node in found else math.nan
        row = _row(self.scores, key)
        step = Step(
            "score",
            row_id(f"{self.folder}/scores.csv", key, "score") if row else "",
            str(row["score"]) if row else shown(computed),
            {"view": self.view, **key},
            method=f"aggregation.{item.aggregation.name}",
            formula=signs(item.aggregation.aggregation.formula),
            given=self._node_settings(item),
            kind=str(row["kind"]) if row else "",
            source=str(row["source"]) if row else "",
            notes=() if unit in places else ("too_few",),
            parts=tuple(self._child(item, child, unit, year) for child in item.children),
        )
        return checked(step, computed) if row else step

    def _node_settings(self, node: Node) -> dict[str, str]:
        told = {"floor": shown(node.floor * self.scale)} if node.floor is not None else {}
        told |= {"missing": node.missing} if node.missing != "reweight" else {}
        told |= {"scale": shown(self.scale)} if self.scale != 1 and node is self.model.tree else {}
        return _settings(node.aggregation) | told

    def _child(self, node: Node, child: Node | Leaf, unit: str, year: str) -> Step:
        step = self.score(unit, year, child.id) if isinstance(child, Node) else self.measure(unit, year, child.measure)
        place = self._at(unit, year)
        if self.unit_weights is not None and place is not None:
            own = dict(zip(self.model.measures, self.unit_weights[place], strict=True))
            parts = [math.fsum(own[m] for m in _measures(c)) for c in node.children]
        else:
            parts = [c.weight for c in node.children]
        whole = math.fsum(parts)
        share = parts[node.children.index(child)] / whole if whole > 0 else math.nan
        return replace(step, weight=shown(share))

    def rank(self, unit: str, year: str, node: str) -> Step:
        """A rank, with the score that has it; the others are counted."""
        key = {"unit": unit, "year": year, "node": node}
        row = _row(self.scores, key) or {}
        here = self.scores[(self.scores["year"] == year) & (self.scores["node"] == node)]
        values = here["score"].map(number).to_numpy(dtype=np.float64)
        computed = math.nan
        if (~np.isnan(values)).sum() > 1:
            computed = float(rank(values / self.scale)[list(here["unit"]).index(unit)])
        step = Step(
            "rank",
            row_id(f"{self.folder}/scores.csv", key, "rank"),
            str(row.get("rank", "")),
            {"view": self.view, **key},
            formula="1 + #{s > s_i}, (first + last) / 2 of tied",
            kind=str(row.get("kind", "")),
            source=str(row.get("source", "")),
            more=len(here) - 1,
            parts=(self.score(unit, year, node),),
        )
        return checked(step, computed)

    def measure(self, unit: str, year: str, measure: str) -> Step:
        """The normalised score of a measure, with the value that it is made of."""
        leaf, place = self.leaves[measure], self._at(unit, year)
        key = {"unit": unit, "year": year, "measure": measure}
        row = _row(self.tables(f"{self.folder}/normalised.csv"), key)
        step = Step(
            "measure",
            row_id(f"{self.folder}/normalised.csv", key, "normalised") if row else "",
            str(row["normalised"]) if row else "",
            {"view": self.view, **key},
            method=f"normalisation.{leaf.normalisation.name}",
            formula=signs(leaf.normalisation.normalisation.formula, leaf.direction),
            given=self._leaf_settings(leaf),
            kind=str(row["kind"]) if row else "",
            notes=("clipped",) if row and row["clipped"] == "True" else (),
            parts=(self.treated(unit, year, measure),),
        )
        if place is None:
            return step
        j = self.model.measures.index(measure)
        years = self.rows["year"].to_numpy()
        z, _ = normalise_leaf(leaf, self._matrix("treated")[:, j], years, self.shares)
        return checked(step, float(z[place]) * self.scale)

    def _leaf_settings(self, leaf: Leaf) -> dict[str, str]:
        low, high = leaf.goalposts or (math.nan, math.nan)
        told = {"lo": shown(low), "hi": shown(high)} if leaf.goalposts else {}
        told |= {"x, lo, hi": signs(TRANSFORMS[leaf.transform].formula)} if leaf.transform != "none" else {}
        told |= {"scale": shown(self.scale)} if self.scale != 1 else {}
        return {"d": f"{leaf.direction:+d}"} | told | _settings(leaf.normalisation)

    def treated(self, unit: str, year: str, measure: str) -> Step:
        """What is normalised: the indicator, or what was put in its place."""
        leaf, place = self.leaves[measure], self._at(unit, year)
        if place is None:
            return self.indicator(unit, year, measure)
        j, key = self.model.measures.index(measure), {"unit": unit, "year": year, "measure": measure}
        raw, filled, treated = (self._matrix(c) for c in ("raw", "filled", "treated"))
        ends = [m[place, j] for m in (raw, filled, treated)]
        path, of = f"{self.folder}/prepared.csv", {"view": self.view, **key}
        row = _row(self.tables(path), key) or {}
        step = self.indicator(unit, year, measure)
        if not _alike(ends[0], ends[1]):
            filling = Step(
                "filled",
                row_id(path, key, "filled"),
                str(row.get("filled", "")),
                of,
                step.unit,
                method=f"missing.{rule_of(leaf.missing)[0]}",
                formula=_formula(FILLINGS, rule_of(leaf.missing)[0]),
                given={"by": rule_of(leaf.missing)[1]} if rule_of(leaf.missing)[1] else {},
                notes=(f"flag.{row['flag']}",) if row.get("flag") else (),
                parts=(step,),
            )
            again = self._filled(leaf, raw)
            step = filling if again is None else checked(filling, float(again[place, j]))
        if not _alike(ends[1], ends[2]):
            treating = Step(
                "treated",
                row_id(path, key, "treated"),
                str(row.get("treated", "")),
                of,
                step.unit,
                method=f"outliers.{leaf.outliers}",
                formula=_formula(OUTLIERS, leaf.outliers),
                parts=(step,),
            )
            step = checked(treating, float(treat_outliers(self.model, self.view, filled)[place, j]))
        return step

    def _filled(self, leaf: Leaf, raw: Array) -> Array | None:
        """Values with the missing ones filled, by rules that hang on nothing but them."""

        def alone(other: Leaf) -> Leaf:
            rule, by = rule_of(other.missing)
            return replace(other, missing="none") if by or rule == _DRAWN else other

        if alone(leaf) is not leaf:
            return None
        filling = fill(self.model.with_leaves(alone), self.rows.assign(enough=self.enough), raw, 0)
        return filling.values  # noqa: PD011

    def indicator(self, unit: str, year: str, measure: str) -> Step:
        """The value of a measure, with the figures that its formula is of."""
        key = {"view": self.view, "unit": unit, "year": year, "measure": measure}
        row = _row(self.tables(INDICATORS), key) or {}
        step = Step(
            "indicator",
            row_id(INDICATORS, key, "value"),
            str(row.get("value", "")),
            key,
            str(row.get("unit_of_measure", "")),
            kind=str(row.get("kind", "")),
            source=str(row.get("source", "")),
            notes=(str(row["flag"]),) if row.get("flag") else (),
        )
        entry = _row(self.tables(FORMULAS), {"view": self.view, "measure": measure})
        if not row or entry is None:
            return step
        expression = parse(str(entry["formula"]))
        marks = json.loads(entry["reads_as"]) if entry["reads_as"] else {}
        parts, values = [], {}
        for use in expression.uses:
            of = str(entry["nation"]) if use.nation else unit
            figure = self.figures.step(
                entry["constant"] == "True" and not use.nation,
                (of, str(int(year) - use.lag), use.variable),
                row["kind"],
            )
            read = self._read(use, key, figure, marks)
            values[use] = np.array(read)
            if read != number(figure.value) and not math.isnan(read):
                figure = replace(figure, given={"read_as": shown(read)})
            parts.append(figure)
        step = replace(step, formula=str(entry["formula"]), parts=tuple(parts))
        computed = float(expression.at(values))
        doubt = _row(self.tables(DOUBTFUL), key)
        if doubt is None:
            return checked(step, computed)
        # what the formula gives was out of bounds: the table tells what is used instead
        return checked(replace(step, notes=("doubtful", *step.notes)), computed, str(doubt["value"]))

    def _read(self, use: Use, key: Mapping[str, str], figure: Step, marks: Mapping[str, Mapping[str, float]]) -> float:
        """The number that a formula takes: as the run had it; of a marker the number that it stands for."""
        when = {"view": self.view, "unit": key["unit"], "year": str(int(key["year"]) - use.lag), "input": use.input}
        used = _row(self.tables(USED), when)
        if used:
            return number(str(used["value"]))
        flag = next((n.removeprefix("flag.") for n in figure.notes if n.startswith("flag.")), "")
        return number(figure.value) if figure.value else float(marks.get(use.variable, {}).get(flag, math.nan))


def signs(formula: str, direction: int = 1) -> str:
    """The signs of a formula of the methods page, without what it says besides, for one direction.

    Examples
    --------
    >>> signs("prod z^w; z > 0, by a `floor` where z is in [0, 1]"), signs("ln x, of values and goalposts")
    ('prod z^w', 'ln x')
    >>> [signs("(x - lo) / (hi - lo), or 1 less it for d = -1; goalposts frozen", d) for d in (1, -1)]
    ['(x - lo) / (hi - lo)', '1 - (x - lo) / (hi - lo)']
    >>> [signs("x / best, or best / x", d) for d in (1, -1)]
    ['x / best', 'best / x']
    """
    one, mark, other = formula.partition(";")[0].partition(", or ")
    if mark and direction < 0:
        return f"1 - {one}" if other.startswith("1 less it") else other
    return one if mark else one.partition(", of ")[0]


def _row(frame: pd.DataFrame, key: Mapping[str, str]) -> dict[str, Any] | None:
    """The row of a table of texts with a key."""
    if frame.empty:
        return None
    here = np.ones(len(frame), dtype=bool)
    for name, value in key.items():
        here &= (frame[name] == value).to_numpy()
    found = frame[here]
    return {str(k): v for k, v in found.iloc[0].items()} if len(found) else None


def _alike(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _measures(item: Node | Leaf) -> list[str]:
    if isinstance(item, Leaf):
        return [item.measure]
    return [m for child in item.children for m in _measures(child)]


def _formula(register: Mapping[str, Any], name: str) -> str:
    return str(register[name].formula) if name in register else ""


def _settings(chosen: Chosen) -> dict[str, str]:
    return {k: json.dumps(v, ensure_ascii=False) for k, v in chosen.parameters if v is not None}
