"""The mechanism stage: base points, levers and a graph to tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.base.problems import Problem, Problems
from monotown.base.tables import assumed, to_scale
from monotown.index.admissible import scale_of
from monotown.index.prepare import Prepared, average_weights
from monotown.mechanism.allocate import allocate, improve, requirements
from monotown.mechanism.base import BasePoint, base_point, last_ranked
from monotown.mechanism.feedback import direction, run_feedback, stability
from monotown.mechanism.levers import Lever, Span, chains_of, lever_problems, read_levers
from monotown.mechanism.network import compare
from monotown.mechanism.tables import OUTPUTS, SCHEMAS
from monotown.mechanism.uncertainty import Assumptions, Case
from monotown.sensitivity.sobol import Indices, sampled_indices
from monotown.show.graphs import Graph


@dataclass(frozen=True)
class MechanismTables:
    """Tables of the stage, by the names of their files."""

    levers: pd.DataFrame
    responses: pd.DataFrame
    allocation: pd.DataFrame
    frontier: pd.DataFrame
    shadow_prices: pd.DataFrame
    feedback: pd.DataFrame
    stability: pd.DataFrame
    sobol: pd.DataFrame
    ranges: pd.DataFrame
    graph: pd.DataFrame


def read_points(
    config: Mapping[str, Any],
    found: Sequence[Problem],
    views: Mapping[str, Mapping[str, Any]],
    measures: Mapping[str, Mapping[str, Any]],
    prepared: Mapping[str, Prepared],
    observations: pd.DataFrame,
    graphs: Mapping[str, Graph],
    file: str = "config/parts/mechanism.yaml",
) -> tuple[list[BasePoint], Graph]:
    """Base points and the graph of a config, once it is sound.

    Parameters
    ----------
    config, found
        The parsed mechanism config, and what its schema found wrong with it.
    views, measures
        Their configs.
    prepared
        View to the data of its index.
    observations
        For the inhabitants: the variable that a view's ``average_weights`` name.
    graphs
        Figures by their names.
    file
        Name of the config, for the messages.

    Raises
    ------
    InputError
        Every problem of the config, of its schema and of its meaning.
    """
    problems = Problems()
    problems.extend(found)
    models = {view: data.model for view, data in prepared.items()}
    units = {view: list[str]() for view in views}
    units |= {view: sorted(last_ranked(data)[1]) for view, data in prepared.items()}
    named = config.get("graph")
    figure = str(named.get("figure") if isinstance(named, Mapping) else named)
    if problems.one_of(file, "graph.figure", figure, graphs):
        known: dict[str, Sequence[str]] = {v: model.measures for v, model in models.items()}
        cases = [c for c in config.get("cases") or [] if isinstance(c, Mapping)]
        if any(case.get("view") not in views for case in cases):
            # a view that is misspelt is one problem, and not one for each of its measures
            known[""] = list(measures)
        problems.extend(lever_problems(config, known, units, graphs[figure], file))
    scales = {view: f"{scale_of(model):g}" for view, model in models.items()}
    if len(set(scales.values())) > 1:
        told = ", ".join(f"{view}: scale {scale}" for view, scale in scales.items())
        problems.add(file, "cases", told, "views of one scale")
    problems.stop()
    points = []
    for case in config["cases"]:
        view = case["view"]
        weight = views[view].get("average_weights")
        people = None if weight is None else average_weights(observations, weight)
        points.append(base_point(prepared[view], case["unit"], people))
    return points, graphs[figure]


def budget_grid(budget: Mapping[str, Any]) -> Array:
    """Budgets of the frontier, the base one among them.

    Examples
    --------
    >>> budget_grid({"base": 5, "highest": 20, "steps": 3}).tolist()
    [0.0, 5.0, 10.0, 20.0]
    """
    grid = np.linspace(0.0, float(budget["highest"]), int(budget["steps"]))
    return np.unique(np.append(grid, float(budget["base"])))


class _Rows:
    """Rows of all tables with place, kind and source: each follows from the responses assumed."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        self.scales: dict[str, float] = {}  # by view

    def add(self, table: str, point: BasePoint, **values: Any) -> None:
        self.scales.setdefault(point.view, scale_of(point.model))
        self.rows[table].append(
            {"view": point.view, "unit": point.unit, **values, "kind": assumed(point.kind), "source": point.source}
        )

    def tables(self) -> MechanismTables:
        """Each table, scores on the scale of the row's index."""
        found = {}
        for name, schema in SCHEMAS.items():
            frame = pd.DataFrame(self.rows[name], columns=list(schema.columns))
            scale = frame["view"].map(self.scales) if "view" in frame else 1.0
            found[name] = schema.validate(to_scale(frame, schema, scale), lazy=True)
        return MechanismTables(**found)


def build_mechanism(points: Sequence[BasePoint], config: Mapping[str, Any], graph: Graph, seed: int) -> MechanismTables:
    """All tables of the mechanism.

    Parameters
    ----------
    points
        Base points, one a case of the config.
    config
        The mechanism config, checked.
    graph
        The figure that the levers act in.
    seed
        Of every random number.
    """
    levers = read_levers(config)
    rows = _Rows()
    cases = []
    for point in points:
        _lever_rows(rows, point, levers)
        rise = _budget_rows(rows, point, levers, config)
        targets = {
            name: point.score + float(entry["share"]) * rise for name, entry in config["feedback"]["targets"].items()
        }
        _feedback_rows(rows, point, levers, config, targets)
        cases.append(Case(point, next(iter(targets.values()))))
    _sobol_rows(rows, cases, levers, config, seed)
    named = config["graph"]
    for row in compare(graph, named["hub"], named["ends"]).to_dict("records"):
        named_row = {str(key): value for key, value in row.items()}
        rows.rows["graph"].append({**named_row, "kind": "published", "source": "paper_text"})
    return rows.tables()


def _costs(point: BasePoint, levers: Sequence[Lever]) -> Array:
    return np.array([lever.cost_in(point.unit).base for lever in levers])


def _slopes(point: BasePoint, levers: Sequence[Lever]) -> Array:
    return np.asarray((point.responses(levers) @ point.gradient)[0])


def _lever_rows(rows: _Rows, point: BasePoint, levers: Sequence[Lever]) -> None:
    responses = point.responses(levers)
    slopes, costs = _slopes(point, levers), _costs(point, levers)
    alone = point.used(np.eye(len(levers)), responses) - point.score
    before = point.scores(point.measured[None])[0]
    after_all = point.measured + responses[0]
    after = point.scores(after_all)
    place = {m: k for k, m in enumerate(point.model.measures)}
    for j, lever in enumerate(levers):
        rows.add(
            "levers",
            point,
            year=point.year,
            lever=lever.id,
            cost=costs[j],
            slope=slopes[j],
            slope_per_cost=slopes[j] / costs[j],
            alone=alone[j],
        )
        for response in lever.responses:
            if (k := place.get(response.measure)) is not None:
                rows.add(
                    "responses",
                    point,
                    lever=lever.id,
                    measure=response.measure,
                    form=response.form,
                    before=point.measured[k],
                    after=after_all[j, k],
                    score_before=before[k],
                    score_after=after[j, k],
                )


def _budget_rows(rows: _Rows, point: BasePoint, levers: Sequence[Lever], config: Mapping[str, Any]) -> float:
    """Frontier, allocation and shadow prices; the exact rise at the base budget."""
    grid, base = budget_grid(config["budget"]), float(config["budget"]["base"])
    slopes, costs, chains = _slopes(point, levers), _costs(point, levers), chains_of(levers)
    wide = (len(grid), len(levers))
    found = allocate(np.broadcast_to(slopes, wide), np.broadcast_to(costs, wide), grid, chains)
    responses = point.responses(levers)
    exact = point.used(found.use, responses) - point.score
    _, improved, bound = improve(
        lambda u: point.used(u, responses),
        lambda u: point.use_slopes(u, responses),
        found.use,
        np.broadcast_to(costs, wide),
        grid,
        chains,
    )
    for i, budget in enumerate(grid):
        rows.add(
            "frontier",
            point,
            budget=budget,
            budget_total=budget * point.population / float(config["per"]),
            base=budget == base,
            index=point.score + exact[i],
            linear=found.rise[i],
            exact=exact[i],
            gap=found.rise[i] - exact[i],
            improved=improved[i] - point.score,
            bound=bound[i] - point.score,
            price=found.budget_price[i],
        )
        for j, lever in enumerate(levers):
            rows.add(
                "allocation",
                point,
                budget=budget,
                lever=lever.id,
                use=found.use[i, j],
                spent=costs[j] * found.use[i, j],
            )
    at = int(np.flatnonzero(grid == base)[0])
    prices = [("budget", "", found.budget_price[at])]
    prices += [
        ("bound", lever.id, price)
        for lever, price in zip(levers, found.bound_price[at], strict=True)
        if not lever.requires
    ]
    prices += [
        ("requirement", levers[later].id, price)
        for (later, _), price in zip(requirements(chains), found.order_price[at], strict=True)
    ]
    for constraint, name, price in prices:
        rows.add("shadow_prices", point, budget=base, constraint=constraint, lever=name, price=price)
    return float(exact[at])


def _feedback_rows(
    rows: _Rows, point: BasePoint, levers: Sequence[Lever], config: Mapping[str, Any], targets: Mapping[str, float]
) -> None:
    settings = config["feedback"]
    gains = [float(g) for g in settings["gains"]]
    responses, slopes, costs = (point.responses(levers), _slopes(point, levers), _costs(point, levers))

    def index(use: Array) -> Array:
        return point.used(use, responses)

    limits = stability(index, slopes)
    for gain in gains:
        calm = "no_overshoot" if gain <= limits.no_overshoot else "stable"
        rows.add(
            "stability",
            point,
            gain=gain,
            steepness=limits.steepness,
            no_overshoot=limits.no_overshoot,
            stable=limits.stable,
            reading=calm if gain <= limits.stable else "not_assured",
        )
    for name, target in targets.items():
        uses, indices = run_feedback(
            index,
            direction(slopes),
            gains,
            np.full(len(gains), target),
            costs,
            np.array([float(config["budget"]["base"])]),
            chains_of(levers),
            int(settings["years"]),
        )
        for k, gain in enumerate(gains):
            for year, (use, value) in enumerate(zip(uses[:, k], indices[:, k], strict=True)):
                quantities = {"index": value, "spent": costs @ use} | {
                    f"use:{v.id}": u for v, u in zip(levers, use, strict=True)
                }
                for quantity, amount in quantities.items():
                    rows.add(
                        "feedback",
                        point,
                        target=name,
                        target_index=target,
                        gain=gain,
                        year=year,
                        quantity=quantity,
                        value=amount,
                    )


def _sobol_rows(
    rows: _Rows, cases: Sequence[Case], levers: tuple[Lever, ...], config: Mapping[str, Any], seed: int
) -> None:
    settings, gain = config["sobol"], config["feedback"]["gain"]
    low, high = (float(p) for p in config["interval"])
    assumed = Assumptions(
        levers,
        Span(float(gain["low"]), float(gain["base"]), float(gain["high"])),
        float(config["budget"]["base"]),
        int(settings["years"]),
    )
    inputs = assumed.inputs()
    indices = sampled_indices(
        inputs,
        lambda s: assumed.of_cases(s, cases),
        points=int(settings["points"]),
        seed=seed,
        replicates=int(settings["replicates"]),
        interval=(low, high),
    )
    draws = assumed.draw(int(settings["draws"]), seed)
    for number, case in enumerate(cases):
        reached, uses = assumed.outcomes(draws, case)
        for output, name in enumerate(OUTPUTS):
            _index_rows(rows, case.point, name, indices, len(OUTPUTS) * number + output)
        named = [(n, reached[:, o]) for o, n in enumerate(OUTPUTS)]
        named += [(f"use:{v.id}", uses[:, j]) for j, v in enumerate(levers)]
        for name, values in named:
            limits = np.quantile(values, [low, 0.5, high])
            rows.add(
                "ranges", case.point, output=name, low=limits[0], median=limits[1], high=limits[2], mean=values.mean()
            )


def _index_rows(rows: _Rows, point: BasePoint, output: str, found: Indices, column: int) -> None:
    for i, name in enumerate(found.inputs):
        rows.add(
            "sobol",
            point,
            output=output,
            input=name,
            first=found.first[i, column],
            first_low=found.first_limits[0, i, column],
            first_high=found.first_limits[1, i, column],
            total=found.total[i, column],
            total_low=found.total_limits[0, i, column],
            total_high=found.total_limits[1, i, column],
            evaluations=found.evaluations,
        )
