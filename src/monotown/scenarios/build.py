"""The scenario stage: values of a base year and checked files to tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations as pairs
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.arrays import Array, Mask
from monotown.base.problems import Problems
from monotown.base.streams import Stream
from monotown.base.tables import (
    ASSUMPTION,
    COUNT,
    NOTE,
    NUMBER,
    REAL,
    SOURCED,
    TEXT,
    YEAR,
    assumed,
    columns_of,
    data_kinds_in,
    join_kinds,
    score_column,
    table,
    to_scale,
)
from monotown.base.ties import at_least
from monotown.index.admissible import scale_of
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel, Leaf
from monotown.index.panel import SHAPLEY_LIMIT, contributions
from monotown.methods.missing import fill_group
from monotown.methods.ranks import rank
from monotown.scenarios.assume import assumption_rows
from monotown.scenarios.balance import combinations
from monotown.scenarios.compare import best_share, crossing, minimax, regrets
from monotown.scenarios.factors import factor_rows
from monotown.scenarios.hierarchy import Hierarchy, agreement, draw_weights, structure_rows
from monotown.scenarios.read import Inputs
from monotown.scenarios.shocks import Scenario, apply_draws, apply_scenario, draw_sizes, on_scale
from monotown.show.assumptions import ASSUMPTIONS

_SHARE = pa.Column("float64", pa.Check.in_range(-1e-9, 1 + 1e-9))
_SHARE_GAP = pa.Column("float64", pa.Check.in_range(-1e-9, 1 + 1e-9), nullable=True)
_FLAG = pa.Column(bool)


def _score(text: str) -> pa.Column:
    return score_column(text, nullable=False)


_table = partial(table, end=SOURCED)


#: `evidence`: gradient (slope of the index in the score), step (gain where it gets better by the
#: step of the settings), drop_one (mean shift of ranks without it), sobol (share of the variance of
#: the mean rank shift, as a Shapley effect), expert (judged priority). `rank` is within the kind of
#: factor, evidence, view and unit; unit ``all`` is the mean over the units.
KEY_FACTORS = _table(
    "key_factors",
    ["factor_kind", "factor", "evidence", "view", "unit"],
    {
        "factor_kind": TEXT,
        "factor": TEXT,
        "evidence": TEXT,
        "view": TEXT,
        "unit": TEXT,
        "value": score_column("What the evidence says of the factor.", where=("evidence", ("step",)), nullable=False),
        "rank": REAL,
    },
)
#: One row a node; the root's is that of the hierarchy. Concentration is that of the leaf weights
#: below the node.
STRUCTURE = _table(
    "structure",
    ["hierarchy", "node"],
    {
        "hierarchy": TEXT,
        "node": TEXT,
        "parent": NOTE,
        "depth": COUNT,
        "children": COUNT,
        "leaves": COUNT,
        "local_weight": _SHARE,
        "global_weight": _SHARE,
        "lambda_max": NUMBER,
        "consistency_ratio": pa.Column("float64", pa.Check.in_range(0, 0.1), nullable=True),
        "herfindahl": _SHARE,
        "gini": _SHARE,
        "entropy": _SHARE,
        "top_leaf": TEXT,
        "top_share": _SHARE,
    },
)
#: Weight of each measure under each hierarchy; `block` is the root's child it stands under.
LEAF_WEIGHTS = _table(
    "leaf_weights",
    ["hierarchy", "measure"],
    {
        "hierarchy": TEXT,
        "measure": TEXT,
        "block": TEXT,
        "parent": TEXT,
        "local_weight": _SHARE,
        "global_weight": _SHARE,
    },
)
#: Kendall's tau-b between hierarchies, of leaf weights (missing where one has equal weights) and of
#: the units' indices in the base year; `distance` is half the sum of differences of weights.
AGREEMENT = _table(
    "agreement",
    ["hierarchy", "other"],
    {"hierarchy": TEXT, "other": TEXT, "tau_weights": NUMBER, "tau_units": NUMBER, "distance": _SHARE},
)
#: Index under each hierarchy and scenario. `change` is against the baseline in the same year,
#: `moved` the mean change of a shocked score against it; `low` and `high` (last year only) limits
#: of the index under random sizes. `clipped` is the share of shocked values cut to a goalpost,
#: `clipped_draws` that over the draws and all units, `filled` the weight of measures whose value
#: is the median of the other units.
CONSEQUENCES = _table(
    "consequences",
    ["hierarchy", "scenario", "unit", "year"],
    {
        "hierarchy": TEXT,
        "scenario": TEXT,
        "unit": TEXT,
        "year": YEAR,
        "index": _score("Index."),
        "change": _score("Index less that of the baseline scenario."),
        "rank": REAL,
        "low": score_column("Lower limit of the index."),
        "high": score_column("Upper limit of the index."),
        "moved": _score("Mean change of a shocked measure's score."),
        "clipped": _SHARE,
        "clipped_draws": _SHARE_GAP,
        "filled": _SHARE,
    },
)
#: Contributions of the shocked measures to `change`, in the last year; they sum to it.
SHAPLEY = _table(
    "shapley",
    ["hierarchy", "scenario", "unit", "measure"],
    {
        "hierarchy": TEXT,
        "scenario": TEXT,
        "unit": TEXT,
        "measure": TEXT,
        "score_from": _score("Score of the measure, base year."),
        "score_to": _score("Score of the measure, last year."),
        "contribution": _score("What the measure adds to the change of the index."),
        "change": _score("Change of the index."),
    },
)
#: `state`: above or below the target in all years, rises to it or falls below it in `year`.
#: `share_reached`: draws at or above the target in the last year.
CROSSING = _table(
    "crossing",
    ["hierarchy", "scenario", "unit"],
    {
        "hierarchy": TEXT,
        "scenario": TEXT,
        "unit": TEXT,
        "target": _score("Index to be reached."),
        "first": _score("Index of the base year."),
        "last": _score("Index of the last year."),
        "distance": _score("Last less target."),
        "state": TEXT,
        "year": NUMBER,
        "share_reached": _SHARE,
    },
)
#: Regret in the last year; `largest_regret` over the hierarchies, `minimax` the scenario in which
#: that is least.
REGRET = _table(
    "regret",
    ["unit", "hierarchy", "scenario"],
    {
        "unit": TEXT,
        "hierarchy": TEXT,
        "scenario": TEXT,
        "index": _score("Index of the last year."),
        "regret": _score("Index of the best scenario less that of this one."),
        "largest_regret": _score("Largest regret over the hierarchies."),
        "minimax": _FLAG,
    },
)
#: Share of draws in which a scenario has the highest index in the last year. `random`: sizes,
#: weights, or both.
BEST_SHARE = _table(
    "best_share",
    ["random", "hierarchy", "scenario", "unit"],
    {"random": TEXT, "hierarchy": TEXT, "scenario": TEXT, "unit": TEXT, "share": _SHARE},
)
#: Every combination of states; `scenario` names the scenarios that have it. `why` lists what beats
#: what: ``descriptor: state balance < better state balance``.
CONSISTENCY = _table(
    "consistency",
    ["combination"],
    {"combination": TEXT, "scenario": NOTE, "consistent": _FLAG, "beaten": COUNT, "gap": REAL, "why": NOTE},
)

#: Tables that no figure enters: they follow from judgments alone.
JUDGED: Final = ("structure", "leaf_weights", "consistency", "assumptions")
#: Evidence on a factor that rests on figures alone; its step is of a size that is assumed.
MEASURED: Final = ("gradient", "drop_one", "sobol")

#: Schema of each table of the stage.
SCHEMAS: Final = {
    "key_factors": KEY_FACTORS,
    "structure": STRUCTURE,
    "leaf_weights": LEAF_WEIGHTS,
    "agreement": AGREEMENT,
    "consequences": CONSEQUENCES,
    "shapley": SHAPLEY,
    "crossing": CROSSING,
    "regret": REGRET,
    "best_share": BEST_SHARE,
    "consistency": CONSISTENCY,
    "assumptions": ASSUMPTIONS,
}


@dataclass(frozen=True)
class Base:
    """Values of the base year.

    Attributes
    ----------
    units
        Codes, sorted.
    leaves
        Measures of the views, in their order.
    used
        Shape (units, leaves): values in the measures' units, none missing.
    filled
        Where a value is the median of the other units.
    kind, source
        Of the data.
    """

    units: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    used: Array
    filled: Mask
    kind: str
    source: str

    def columns(self, measures: Sequence[str]) -> list[int]:
        """Places of measures among the leaves."""
        at = {leaf.measure: j for j, leaf in enumerate(self.leaves)}
        return [at[m] for m in measures]


def leaves_of(models: Mapping[str, IndexModel], file: str) -> dict[str, Leaf]:
    """Measures of the views that the scenarios act on.

    Parameters
    ----------
    models
        View to its model.
    file
        File that names the views, for the messages.

    Raises
    ------
    InputError
        A measure without frozen goalposts, or on another scale than between them; views whose
        scores are told on several scales.
    """
    problems = Problems()
    found: dict[str, Leaf] = {}
    for view, model in models.items():
        for leaf in model.leaves:
            name = leaf.normalisation.name
            if leaf.goalposts is None or name != "minmax" or not leaf.normalisation["clip"]:
                problems.add(
                    file,
                    f"views: {view}, {leaf.measure}",
                    f"{name}, goalposts {leaf.goalposts}",
                    "a measure scaled between frozen goalposts",
                )
            found.setdefault(leaf.measure, leaf)
    scales = {view: f"{scale_of(model):g}" for view, model in models.items()}
    if len(set(scales.values())) > 1:
        told = ", ".join(f"{view}: scale {scale}" for view, scale in scales.items())
        problems.add(file, "views", told, "views of one scale")
    problems.stop()
    return found


def read_base(
    normalised: pd.DataFrame,
    indicators: pd.DataFrame,
    leaves: Mapping[str, Leaf],
    year: int,
    marked: Sequence[str],
    file: str,
) -> Base:
    """Values of all measures in the base year.

    Parameters
    ----------
    normalised
        Tables `monotown.index.build.NORMALISED` of the views, one below the other.
    indicators
        Table `monotown.base.tables.INDICATORS`, for the sources.
    leaves
        From `leaves_of`.
    year
        Base year.
    marked
        Units that must be among them.
    file
        For the messages.

    Raises
    ------
    InputError
        No values in the year, a measure that no unit has, an unknown marked unit, or several kinds
        of data.

    Notes
    -----
    Units that stand in every view count. A missing value is the median of the other units'.
    """
    problems = Problems()
    mine = normalised[normalised["year"] == year]
    if mine.empty:
        years = ", ".join(map(str, sorted(normalised["year"].unique())))
        problems.add(file, "year", year, f"a year of the views: {years}")
        problems.stop()
    by_view = [set(part["unit"]) for _, part in mine.groupby("view")]
    units = sorted(set.intersection(*by_view))
    for unit in marked:
        if unit not in units:
            problems.add(file, "marked", unit, f"one of: {', '.join(units)}")
    kinds = data_kinds_in(mine["kind"])
    if len(kinds) > 1:
        problems.add(file, "views", ", ".join(kinds), "views of one kind of data")
    table = mine.drop_duplicates(["unit", "measure"]).set_index(["unit", "measure"])["value"]
    values = np.array([[table.get((u, m), np.nan) for m in leaves] for u in units], dtype=float)
    values = values.reshape(len(units), len(leaves))
    gone = np.isnan(values)
    for j, measure in enumerate(leaves):
        if gone[:, j].all():
            problems.add(file, f"views, measure {measure}", "no value", f"values of {year}")
    problems.stop()
    for column in np.flatnonzero(gone.any(axis=0)):
        values[:, column], _ = fill_group(values[:, column], "median")
    told = indicators[
        (indicators["year"] == year)
        & indicators["view"].isin(set(mine["view"]))
        & indicators["measure"].isin(list(leaves))  # others stand beside an index
    ]
    sources = {s.strip() for text in told["source"] for s in str(text).split(";") if s.strip()}
    return Base(
        tuple(units), tuple(leaves.values()), values, gone, join_kinds(mine["kind"]), "; ".join(sorted(sources))
    )


def build_scenarios(
    base: Base,
    inputs: Inputs,
    models: Mapping[str, IndexModel],
    drop_one: pd.DataFrame,
    sobol: pd.DataFrame,
    labels: Mapping[str, Mapping[str, str]],
    words: Mapping[str, Mapping[str, str]],
    seed: int,
) -> dict[str, pd.DataFrame]:
    """All tables of the stage, by the names of `SCHEMAS`.

    Parameters
    ----------
    base
        Values of the base year.
    inputs
        The files, checked.
    models
        View to its model with its weights, for the key factors.
    drop_one, sobol
        Tables of the sensitivity of these views.
    labels
        Measure to its label in each language, for the table of assumptions.
    words
        Labels with ``scenarios.assumed.*``, by language.
    seed
        Of every random number.

    Raises
    ------
    InputError
        As `check_shocks`.

    Notes
    -----
    Scores of the tables are on the scale of the views' indices.
    """
    settings = inputs.settings
    check_shocks(inputs)
    year, until = int(settings["year"]), int(settings["until"])
    years = list(range(year, until + 1))
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    tables["key_factors"] = factor_rows(
        {v: (m, base.used[:, base.columns(m.measures)]) for v, m in models.items()},
        {unit: base.units.index(unit) for unit in settings["marked"]},
        inputs.factors,
        float(settings["step"]),
        drop_one,
        sobol,
        year,
    )
    paths = [apply_scenario(base.leaves, base.used, s, years) for s in inputs.scenarios]
    sizes = [draw_sizes(s, int(settings["draws"]), seed) for s in inputs.scenarios]
    drawn = [
        apply_draws(base.leaves, base.used, s, until, size) for s, size in zip(inputs.scenarios, sizes, strict=True)
    ]
    first: dict[str, Array] = {}
    last: list[Array] = []
    for hierarchy in inputs.hierarchies:
        name = {"hierarchy": hierarchy.id}
        tables["structure"] += [{**name, **row} for row in structure_rows(hierarchy)]
        tables["leaf_weights"] += [{**name, **row} for row in _weight_rows(hierarchy.model)]
        under = _Under(hierarchy, base, inputs, paths, drawn)
        first[hierarchy.id] = evaluate(hierarchy.model, under.frozen, batch=1)[0]
        last.append(under.index[:, -1])
        tables["consequences"] += _consequence_rows(under, years)
        tables["crossing"] += _crossing_rows(under, years, first[hierarchy.id])
        tables["shapley"] += _shapley_rows(under)
        tables["best_share"] += _best_rows(under, seed)
    tables["agreement"] = _agreement_rows(inputs.hierarchies, first)
    tables["regret"] = _regret_rows(base, inputs, np.stack(last))
    tables["consistency"] = _consistency_rows(inputs)
    tables["assumptions"] = assumption_rows(inputs, labels, words)
    view = next(iter(models.values()))
    scales = {h.id: scale_of(replace(h.model, scale=view.scale)) for h in inputs.hierarchies}
    frames = {name: _rested(pd.DataFrame(rows), name, base) for name, rows in tables.items()}
    found = {
        name: SCHEMAS[name].validate(
            to_scale(frame, SCHEMAS[name], frame["hierarchy"].map(scales) if "hierarchy" in frame else scale_of(view)),
            lazy=True,
        )
        for name, frame in frames.items()
    }
    return {n: frame[columns_of(SCHEMAS[n], frame.columns)] for n, frame in found.items()}


def _rested(frame: pd.DataFrame, name: str, base: Base) -> pd.DataFrame:
    """A table with what each row rests on: assumptions alone, assumptions and data, data alone."""
    judged = pd.Series(name in JUDGED, index=frame.index)
    kind = pd.Series(assumed(base.kind), index=frame.index)
    if name == "key_factors":
        judged = frame["evidence"] == "expert"
        kind = kind.mask(frame["evidence"].isin(MEASURED), base.kind)
    return frame.assign(
        kind=kind.mask(judged, ASSUMPTION["kind"]),
        source=pd.Series(base.source, index=frame.index).mask(judged, ASSUMPTION["source"]),
    )


def check_shocks(inputs: Inputs) -> None:
    """Refuse a scenario with more shocks than can be decomposed exactly.

    Raises
    ------
    InputError
        More than `SHAPLEY_LIMIT` shocks in a scenario.
    """
    problems = Problems()
    for scenario in inputs.scenarios:
        if len(scenario.shocks) > SHAPLEY_LIMIT:
            problems.add(
                f"scenario {scenario.id}",
                "shocks",
                len(scenario.shocks),
                f"at most {SHAPLEY_LIMIT}: all their coalitions are evaluated",
            )
    problems.stop()


def _flat(model: IndexModel, z: Array) -> Array:
    """Index of scores of any shape (..., leaves)."""
    flat = np.ascontiguousarray(z.reshape(-1, z.shape[-1]))
    return np.asarray(evaluate(model, flat, batch=1)[0].reshape(z.shape[:-1]))


class _Under:
    """The scenarios under one hierarchy, whose measures stand at `columns` of the leaves.

    Attributes
    ----------
    frozen
        Shape (units, columns): scores of the base year.
    paths, drawn
        Of each scenario: scores, shape (years or draws, units, leaves), with what is cut in them.
    index
        Shape (scenarios, years, units).
    sized
        Shape (draws, scenarios, units): index of the last year under random sizes.
    """

    def __init__(
        self,
        hierarchy: Hierarchy,
        base: Base,
        inputs: Inputs,
        paths: Sequence[tuple[Array, Mask]],
        drawn: Sequence[tuple[Array, float]],
    ) -> None:
        self.hierarchy, self.base, self.inputs, self.paths, self.drawn = hierarchy, base, inputs, paths, drawn
        self.columns = base.columns(hierarchy.model.measures)
        scores = [on_scale(leaf, base.used[:, j])[0] for j, leaf in enumerate(base.leaves)]
        self.frozen = np.column_stack(scores)[:, self.columns]
        self.index = _flat(hierarchy.model, np.stack([z for z, _ in paths])[..., self.columns])
        self.sized = np.stack([_flat(hierarchy.model, z[..., self.columns]) for z, _ in drawn], axis=1)

    def row(self, scenario: Scenario, unit: str) -> dict[str, Any]:
        return {"hierarchy": self.hierarchy.id, "scenario": scenario.id, "unit": unit}

    def cells(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Place of each scenario and unit, and the first columns of their row."""
        for s, scenario in enumerate(self.inputs.scenarios):
            for u, unit in enumerate(self.base.units):
                yield s, u, self.row(scenario, unit)


def _weight_rows(model: IndexModel) -> list[dict[str, Any]]:
    return [
        {
            "measure": m,
            "block": model.block_of[m],
            "parent": model.parent_of[m],
            "local_weight": float(local),
            "global_weight": float(total),
        }
        for m, local, total in zip(model.measures, model.local_weights, model.weights, strict=True)
    ]


def _consequence_rows(under: _Under, years: Sequence[int]) -> list[dict[str, Any]]:
    base, inputs, index = under.base, under.inputs, under.index
    plain = [s.id for s in inputs.scenarios].index(inputs.settings["baseline"])
    low, high = np.quantile(under.sized, inputs.settings["interval"], axis=0)
    filled = base.filled[:, under.columns] @ under.hierarchy.model.weights
    ranks = rank(index)
    rows = []
    for s, scenario in enumerate(inputs.scenarios):
        at = base.columns([k.measure for k in scenario.shocks])
        z, cut = under.paths[s]
        for t, year in enumerate(years):
            end = t == len(years) - 1
            shifts = np.abs(z[t] - under.paths[plain][0][t])[:, at] if at else np.zeros((len(z[t]), 1))
            cuts = cut[t][:, at].mean(axis=1) if at else np.zeros(len(z[t]))
            for u, unit in enumerate(base.units):
                numbers = {
                    "year": year,
                    "index": index[s, t, u],
                    "change": index[s, t, u] - index[plain, t, u],
                    "rank": ranks[s, t, u],
                    "low": low[s, u] if end else np.nan,
                    "high": high[s, u] if end else np.nan,
                    "moved": float(shifts[u].mean()),
                    "clipped": float(cuts[u]),
                    "clipped_draws": under.drawn[s][1] if end else np.nan,
                    "filled": filled[u],
                }
                rows.append(under.row(scenario, unit) | numbers)
    return rows


def _crossing_rows(under: _Under, years: Sequence[int], first: Array) -> list[dict[str, Any]]:
    target = float(np.quantile(first, under.inputs.settings["target"]))
    rows = []
    for s, u, row in under.cells():
        path = under.index[s, :, u]
        state, year = crossing(path.tolist(), years, target)
        numbers = {
            "target": target,
            "first": path[0],
            "last": path[-1],
            "distance": path[-1] - target,
            "state": state,
            "year": year,
            "share_reached": float(np.mean(at_least(under.sized[:, s, u], target))),
        }
        rows.append(row | numbers)
    return rows


def _shapley_rows(under: _Under) -> list[dict[str, Any]]:
    rows = []
    measures, before = list(under.hierarchy.model.measures), under.frozen
    for scenario, (z, _) in zip(under.inputs.scenarios, under.paths, strict=True):
        after = z[-1][:, under.columns]
        parts = contributions(under.hierarchy.model, before, after)
        for shock in scenario.shocks:
            if shock.measure not in measures:
                continue
            j = measures.index(shock.measure)
            for u, unit in enumerate(under.base.units):
                numbers = {
                    "measure": shock.measure,
                    "score_from": before[u, j],
                    "score_to": after[u, j],
                    "contribution": parts[u, j],
                    "change": parts[u].sum(),
                }
                rows.append(under.row(scenario, unit) | numbers)
    return rows


def _best_rows(under: _Under, seed: int) -> list[dict[str, Any]]:
    hierarchy, columns, shape = under.hierarchy, under.columns, under.sized.shape
    draws = shape[0]
    random = Stream.of(seed, "scenarios", "weights", hierarchy.id).generator()
    weights = draw_weights(hierarchy, float(under.inputs.settings["kappa"]), draws, random)
    last = np.stack([z[-1] for z, _ in under.paths])[..., columns].reshape(-1, len(columns))
    weighed = evaluate(hierarchy.model, last, weights).reshape(shape)
    z = np.stack([z for z, _ in under.drawn], axis=1)[..., columns].reshape(draws, -1, len(columns))
    both = [evaluate(hierarchy.model, z[d], weights[d : d + 1], batch=1)[0] for d in range(draws)]
    shares = {"sizes": under.sized, "weights": weighed, "both": np.stack(both).reshape(shape)}
    return [
        {"random": what, **row, "share": share[s, u]}
        for what, share in ((what, best_share(index)) for what, index in shares.items())
        for s, u, row in under.cells()
    ]


def _agreement_rows(hierarchies: Sequence[Hierarchy], first: Mapping[str, Array]) -> list[dict[str, Any]]:
    names = sorted({m for h in hierarchies for m in h.model.measures})
    weights = {
        h.id: np.array([dict(zip(h.model.measures, h.model.weights, strict=True)).get(m, 0.0) for m in names])
        for h in hierarchies
    }
    return [
        {
            "hierarchy": one.id,
            "other": other.id,
            "tau_weights": agreement(weights[one.id], weights[other.id]),
            "tau_units": agreement(first[one.id], first[other.id]),
            "distance": float(np.abs(weights[one.id] - weights[other.id]).sum() / 2),
        }
        for one, other in pairs(hierarchies, 2)
    ]


def _regret_rows(base: Base, inputs: Inputs, last: Array) -> list[dict[str, Any]]:
    """`last` has the shape (hierarchies, scenarios, units)."""
    rows = []
    for u, unit in enumerate(base.units):
        lost = regrets(last[:, :, u])
        chosen, largest = minimax(last[:, :, u])
        rows += [
            {
                "unit": unit,
                "hierarchy": hierarchy.id,
                "scenario": scenario.id,
                "index": last[v, s, u],
                "regret": lost[v, s],
                "largest_regret": largest[s],
                "minimax": s == chosen,
            }
            for v, hierarchy in enumerate(inputs.hierarchies)
            for s, scenario in enumerate(inputs.scenarios)
        ]
    return rows


def _consistency_rows(inputs: Inputs) -> list[dict[str, Any]]:
    cross = inputs.cross_impacts
    names = list(cross.descriptors)
    having: dict[tuple[str, ...], list[str]] = {}
    for scenario in inputs.scenarios:
        having.setdefault(tuple(scenario.states[n] for n in names), []).append(scenario.id)
    return [
        {
            "combination": "; ".join(f"{n}: {s}" for n, s in zip(names, found.states, strict=True)),
            "scenario": "; ".join(having.get(found.states, [])),
            "consistent": found.consistent,
            "beaten": len(found.beaten),
            "gap": found.gap,
            "why": "; ".join(
                f"{name}: {mine} {held:g} < {better} {best:g}" for name, mine, better, held, best in found.beaten
            ),
        }
        for found in combinations(cross.descriptors, cross.impacts)
    ]
