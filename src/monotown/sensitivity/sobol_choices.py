"""Sobol indices of the choices behind a view: weights, normalisation, aggregation, indicators."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base import checked as pa
from monotown.base.arrays import Array, alike
from monotown.base.many import FEW
from monotown.base.streams import Stream
from monotown.base.tables import (
    COUNT,
    MAYBE_SHARE,
    NOTE,
    NOTED,
    NUMBER,
    join_kinds,
    keyed,
    score_column,
    to_scale,
    write_order,
)
from monotown.index.admissible import inadmissible, lowest, scale_of
from monotown.index.kernel import evaluate, evaluate_tables
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import Prepared
from monotown.methods.outliers import TRANSFORMS, apply_transform
from monotown.methods.ranks import rank
from monotown.sensitivity.compare import scheme_weights
from monotown.sensitivity.draws import Law, WeightDraws
from monotown.sensitivity.many import CELLS, sampled
from monotown.sensitivity.scale_choices import OWN, sets_of, under_set, under_transform, with_floor
from monotown.sensitivity.sobol import (
    Indices,
    Input,
    enumerate_settings,
    exact_indices,
    product_levels,
    sampled_indices,
)
from monotown.sensitivity.year import Case, cases_of, reference_year, year_sources

#: ``methods``: every combination of the levels that combine freely. ``methods_admissible``: every
#: admissible combination, where some are not; the inputs then depend on each other.
#: ``methods_and_noise``: the first with random weights beside, sampled. ``every_input``: all inputs
#: of all analyses, sampled (`monotown.sensitivity.sobol_inputs`).
DESIGNS: Final = ("methods", "methods_admissible", "methods_and_noise", "every_input")
OUTPUTS: Final = ("score", "rank", "mean_rank_shift")


def widest(sobol: pd.DataFrame) -> str:
    """The design of a table `SOBOL` in which most inputs vary, that a reader is shown."""
    there = set(sobol["design"])
    return next(d for d in ("every_input", "methods_and_noise", "methods") if d in there)


#: The rows whose output is a score.
_OF_SCORES: Final = ("output", ("score",))

_DESIGN = pa.Column(str, pa.Check.isin(DESIGNS))
_OUTPUT = pa.Column(str, pa.Check.isin(OUTPUTS))


#: First- and total-order indices with their limits, and Shapley effects where every setting was
#: evaluated. `unit` is empty for the mean rank shift. `status` is ``constant`` where the output
#: does not vary, so that no index exists; `independent` is false where `first` and `total` do not
#: part the variance (see `monotown.sensitivity.sobol.Indices`).
SOBOL = keyed(
    "sobol",
    ["view", "year", "design", "output", "unit", "input"],
    {
        "design": _DESIGN,
        "output": _OUTPUT,
        "unit": NOTE,
        "first": NUMBER,
        "first_low": NUMBER,
        "first_high": NUMBER,
        "total": NUMBER,
        "total_low": NUMBER,
        "total_high": NUMBER,
        "shapley": NUMBER,
        "mean": score_column("Mean of the output.", where=_OF_SCORES),
        "variance": score_column(
            "Variance of the output.", power=2, where=_OF_SCORES, nullable=False, checks=pa.Check.ge(0)
        ),
        "status": pa.Column(str, pa.Check.isin(["defined", "constant"])),
        "method": pa.Column(str, pa.Check.isin(["exact", "sampled"])),
        "independent": pa.Column(bool),
        "evaluations": COUNT,
        "excluded": MAYBE_SHARE,
    },
    NOTED,
)

#: Share of the variance that belongs to no input alone: `term` ``interactions`` (order 0) is
#: 1 less the sum of the first-order indices; the others are its parts, by the inputs that take
#: part. `status` ``dependent``: not defined, the inputs being dependent.
INTERACTIONS = keyed(
    "interactions",
    ["view", "year", "design", "output", "unit", "order", "term"],
    {
        "design": _DESIGN,
        "output": _OUTPUT,
        "unit": NOTE,
        "order": COUNT,
        "share": NUMBER,
        "share_low": NUMBER,
        "share_high": NUMBER,
        "status": pa.Column(str, pa.Check.isin(["defined", "constant", "dependent"])),
    },
    NOTED,
)

#: Inputs and levels of each design. `status`: ``used``; ``left_out`` because it does not combine
#: with every other level; ``refused`` by the data; ``same`` as another level. `reason` is empty
#: exactly where used.
SOBOL_INPUTS = keyed(
    "sobol_inputs",
    ["view", "year", "design", "input", "level"],
    {
        "design": _DESIGN,
        "probability": MAYBE_SHARE,
        "status": pa.Column(str, pa.Check.isin(["used", "left_out", "refused", "same"])),
        "reason": NOTE,
    },
    NOTED,
)

TABLES: Final = {"sobol": SOBOL, "interactions": INTERACTIONS, "sobol_inputs": SOBOL_INPUTS}


@dataclass(frozen=True)
class SobolSettings:
    """What a user sets.

    Attributes
    ----------
    seed
        Of the sampling.
    schemes
        Weighting schemes beside the view's own weights.
    normalisations
        Normalisations of all measures, by name, beside the view's own.
    aggregations
        Aggregations of the root, by name, beside the view's own.
    transforms, floors
        Transforms of every measure that they suit, and floors of the nodes that have one, beside the view's own.
    goalpost_shift
        Share of its range by which each frozen goalpost moves out or in; 0 to below 0.5.
    noise
        Half-width of the uniform noise on every weight, as a share of it; 0 to below 1.
    points
        Base sample of the sampled design, a power of 2.
    joint_points
        Base sample of the design in which every input varies; 0 leaves it out.
    replicates, interval
        Independent scramblings of a base sample, a power of 2, and the probabilities of the limits.
    """

    seed: int = 0
    schemes: tuple[str, ...] = ("equal_by_indicator", "entropy", "critic", "standard_deviation")
    normalisations: tuple[str, ...] = ("minmax_sample", "percentile", "zscore")
    aggregations: tuple[str, ...] = ("arithmetic", "geometric", "harmonic")
    transforms: tuple[str, ...] = ()
    floors: tuple[float, ...] = ()
    goalpost_shift: float = 0.1
    noise: float = 0.25
    points: int = 2048
    joint_points: int = 8192
    replicates: int = 8
    interval: tuple[float, float] = (0.05, 0.95)

    def __post_init__(self) -> None:
        if not 0 <= self.goalpost_shift < 0.5:
            raise ValueError(f"goalpost_shift is from 0 to below 0.5, not {self.goalpost_shift}")
        if not 0 <= self.noise < 1:
            raise ValueError(f"noise is from 0 to below 1, not {self.noise}")
        if not all(0 < floor < 1 for floor in self.floors):
            raise ValueError(f"floors are above 0 and below 1, not {self.floors}")


class Choices:
    """The choices behind one year of a view, and the index under any of them.

    Parameters
    ----------
    prepared
        The view's data; its own settings are the first level, ``baseline``, of each choice.
    case
        The year's units.
    frozen
        Normalised scores of the year that sets data-driven weights, shape (units, leaves).
    settings
        What the user set.
    measures
        The measures config: its sets of goalposts are levels of the input ``goalposts``.
    """

    def __init__(
        self,
        prepared: Prepared,
        case: Case,
        frozen: Array,
        settings: SobolSettings,
        measures: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.prepared, self.model, self.case, self.settings = prepared, prepared.model, case, settings
        self.rows = np.array([prepared.places[u, case.year] for u in case.units])
        #: places of the units whose scores and ranks are outputs, in their order
        self.told = np.sort(np.argsort(case.ranks, kind="stable")[sampled(len(case.units))])
        self.refused: list[tuple[str, str, str]] = []  # input, level, why
        self.same: list[tuple[str, str, str]] = []
        #: scores by normalisation, goalposts and transform
        self.tables: dict[tuple[str, str, str], Array] = {}
        self.weights = self._weights(frozen)
        self.noise_columns = len(list(self.model.walk())) - 1
        scales = self._scales(measures or {m: {} for m in self.model.measures})
        means = ("baseline", *self._others(settings.aggregations))
        self.inputs = (
            Input("scheme", tuple(self.weights)),
            *scales,
            Input("aggregation", means),
            Input("floor", self._floors(means)),
            Input("leave_out", tuple(self._left())),
        )
        self._problems: dict[tuple[str, ...], str] = {}

    def _others(self, names: Sequence[str]) -> list[str]:
        return [n for n in names if n != self.model.tree.aggregation.name]

    def _weights(self, frozen: Array) -> dict[str, Array]:
        found = {"baseline": self.model.weights}
        for scheme in scheme_weights(self.model, frozen, self.settings.schemes):
            if scheme.weights is None:
                self.refused.append(("scheme", scheme.scheme, scheme.reason))
                continue
            twins = [n for n, w in found.items() if np.allclose(w, scheme.weights, atol=1e-12)]
            if twins:  # it would count twice
                self.same.append(("scheme", scheme.scheme, f"the same weights as {twins[0]}"))
            else:
                found[scheme.scheme] = scheme.weights
        return found

    def _scales(self, measures: Mapping[str, Mapping[str, Any]]) -> tuple[Input, Input, Input]:
        """The inputs that set the scale, with the scores under every combination that the data take."""
        posts = self._goalposts(measures)
        transforms = self._transforms(posts)
        own = {leaf.normalisation.name for leaf in self.model.leaves}
        scales = ["baseline", *(n for n in self.settings.normalisations if {n} != own)]
        for scale in tuple(scales):
            made: dict[tuple[IndexModel, str], Array] = {}
            try:
                for post, under in posts.items():
                    for transform in transforms:
                        model = under_transform(under, transform)
                        model = model if scale == "baseline" else _rescaled(model, scale)
                        if not _uses_goalposts(model):
                            model = model.with_leaves(lambda leaf: replace(leaf, goalposts=None))
                        if (model, "") not in made:
                            made[model, ""] = self.prepared.normalised(model)[self.rows]
                        self.tables[scale, post, transform] = made[model, ""]
            except ValueError as error:
                if scale == "baseline":
                    raise
                scales.remove(scale)
                self.refused.append(("normalisation", scale, str(error)))
        return (Input("normalisation", tuple(scales)), Input("goalposts", tuple(posts)), Input("transform", transforms))

    def _goalposts(self, measures: Mapping[str, Mapping[str, Any]]) -> dict[str, IndexModel]:
        """Level to the model with its goalposts."""
        found, shift = {"baseline": self.model}, self.settings.goalpost_shift
        frozen = [m for m in self.model.leaves if m.goalposts is not None]
        if not any(m.normalisation.normalisation.frozen for m in frozen):
            return found
        for name, by in (("wider", shift), ("narrower", -shift)) if shift else ():
            found[name] = self.model.with_leaves(partial(_shifted, by=by))
        for name in sets_of(self.model, measures):
            under = under_set(self.model, measures, name)
            problems = inadmissible(under)
            if problems:
                self.refused.append(("goalposts", name, f"{problems[0].found}; needs {problems[0].expected}"))
            elif under in found.values():
                self.same.append(("goalposts", name, "the same goalposts as baseline"))
            else:
                found[name] = under
        return found

    def _transforms(self, posts: Mapping[str, IndexModel]) -> tuple[str, ...]:
        made: dict[str, object] = {"baseline": self.model}
        for name in self.settings.transforms:
            under = under_transform(self.model, name)
            if under in made.values():
                self.same.append(("transform", name, "the same transforms as a level before it"))
                continue
            try:
                for model in posts.values():
                    self.prepared.normalised(under_transform(model, name))
            except ValueError as error:
                self.refused.append(("transform", name, str(error)))
            else:
                made[name] = under
        return tuple(made)

    def _floors(self, means: Sequence[str]) -> tuple[str, ...]:
        """Levels by name; none but the view's own where no node has a floor."""
        names = ["baseline"]
        own = {node.floor for mean in means for node in self.aggregated(mean).nodes} - {None}
        for floor in self.settings.floors:
            if own and own != {floor}:
                names.append(f"{floor:g}")
        return tuple(names)

    def _left(self) -> dict[str, Array]:
        """Level to the mask of the measures that stay."""
        measures = self.model.measures
        found = {"baseline": np.ones(len(measures), dtype=bool)}
        for j, name in enumerate(measures):
            kept = np.arange(len(measures)) != j
            if (~np.isnan(self.case.z[:, kept])).any(axis=1).all():
                found[name] = kept
            else:
                self.refused.append(("leave_out", name, "a unit has no other value"))
        return found

    @cached_property
    def without(self) -> dict[tuple[str, str], Array]:
        """Weights by scheme and measure left out; they go to the others of its node."""
        found = {}
        for scheme, weights in self.weights.items():
            model = self.model.with_weights(weights)
            for name, kept in self._left_masks.items():
                found[scheme, name] = weights if kept.all() else _spread(model, name)
        return found

    @cached_property
    def _left_masks(self) -> dict[str, NDArray[np.bool_]]:
        measures = np.array(self.model.measures)
        return {name: measures != name for name in self.inputs[-1].levels}

    @property
    def noise(self) -> Input:
        """Noise on every weight within its node, one input of many columns."""
        return Input("weights", columns=self.noise_columns)

    def aggregated(self, name: str, floor: str = "baseline") -> IndexModel:
        """The model with another aggregation of the root, and another floor where it needs one."""
        model = self.model
        if name != "baseline":
            chosen, root = method(name), self.model.tree
            kept = root.floor if chosen.needs_positive else None
            model = replace(model, tree=replace(root, aggregation=chosen, floor=kept))
        return with_floor(model, OWN if floor == OWN else float(floor))

    def problems(self, scale: str, posts: str, transform: str, mean: str, floor: str) -> str:
        """Why levels of normalisation, goalposts, transform, aggregation and floor clash; empty where they do not."""
        place = (scale, posts, transform, mean, floor)
        if place not in self._problems:
            model = self.aggregated(mean, floor)
            if ("", scale, mean, floor) not in self._problems:
                whole = model if scale == "baseline" else _rescaled(model, scale)
                found = [f"{p.where.split('.')[-1]}: {p.found}" for p in inadmissible(whole)]
                self._problems["", scale, mean, floor] = "; ".join(found)
            self._problems[place] = self._problems["", scale, mean, floor]
            least = np.nanmin(self.tables[scale, posts, transform], axis=0).tolist()
            try:  # a mean that needs scores above 0 meets the scores that there are
                lowest(model.tree, dict(zip(model.measures, least, strict=True)))
            except ValueError as error:
                self._problems[place] = self._problems[place] or str(error)
        return self._problems[place]

    def admissible(self, settings: Array) -> NDArray[np.bool_]:
        """Which settings of the choices go together."""
        kinds, place = alike(settings[:, 1:6])
        good = [not self.problems(*(self.inputs[1 + j].levels[k] for j, k in enumerate(row))) for row in kinds.tolist()]
        return np.asarray(good)[place]

    def outputs(self, inputs: Sequence[Input], settings: Array) -> Array:
        """Scores, ranks and mean rank shift under settings.

        Parameters
        ----------
        inputs
            The choices, with any of their levels, and perhaps `noise`.
        settings
            Shape (runs, columns), as of `monotown.sensitivity.sobol`.

        Returns
        -------
        ndarray, shape (runs, 2 units + 1)
            Of more than `monotown.base.many.FEW` units those of `told`; the shift is that of all.
        """
        n, told, many = len(self.case.units), len(self.told), len(self.inputs)
        found = np.empty((len(settings), 2 * told + 1))
        numbers = settings[:, :many].astype(np.int64)
        chosen, pair = alike(numbers[:, [0, many - 1]])
        table = np.stack(
            [self.without[inputs[0].levels[s], inputs[many - 1].levels[left]] for s, left in chosen.tolist()]
        )
        weights = table[pair]
        if settings.shape[1] > many:
            law = WeightDraws(self.model, Law("noise", self.settings.noise), Stream(self.settings.seed, "noise"))
            # columns run in the order of the tree; the law takes them level by level
            columns = many + np.argsort([len(path) for path, _, _ in self.model.walk()][1:], kind="stable")
            weights = law.from_uniforms(settings[:, columns], weights)
        scales, scale = alike(numbers[:, 1:4])
        tables = np.stack([self.tables[self._named(inputs[1:4], row)] for row in scales.tolist()])
        means, mean = alike(numbers[:, 4:6])
        for m, row in enumerate(means.tolist()):
            model = self.aggregated(*self._named(inputs[4:6], row))
            power = all(node.aggregation.exponent is not None for node in model.nodes)
            mine = np.flatnonzero(mean == m)
            # of power means every run has the scores of its own scale; of others, runs of one scale go together
            parts = [mine] if power and n <= FEW else [mine[scale[mine] == k] for k in range(len(scales))]
            for every in parts:
                step = len(every) if n <= FEW else max(CELLS // n, 1)
                for start in range(0, len(every), max(step, 1)):
                    here = every[start : start + step]
                    if power and n <= FEW:
                        scores = evaluate_tables(model, tables[scale[here]], weights[here])
                    else:
                        scores = evaluate(model, tables[scale[here[0]]], weights[here])
                    ranks = rank(scores)
                    found[here, :told], found[here, told:-1] = scores[:, self.told], ranks[:, self.told]
                    found[here, -1] = np.abs(ranks - self.case.ranks).mean(axis=1)
        return found

    @staticmethod
    def _named(inputs: Sequence[Input], row: Sequence[int]) -> Any:
        """Names of the levels of some inputs."""
        return tuple(item.levels[level] for item, level in zip(inputs, row, strict=True))

    def indices(self) -> dict[str, tuple[tuple[Input, ...], Indices]]:
        """Designs, each with its inputs and indices; see `DESIGNS`."""
        product = product_levels(self.inputs, self.admissible)
        found = {"methods": (product, exact_indices(product, lambda s: self.outputs(product, s)))}
        if product != self.inputs:
            every = exact_indices(self.inputs, lambda s: self.outputs(self.inputs, s), self.admissible)
            found["methods_admissible"] = (self.inputs, every)
        if self.settings.noise:
            both = (*product, self.noise)
            sampled = sampled_indices(
                both,
                lambda s: self.outputs(both, s),
                points=self.settings.points,
                seed=self.settings.seed,
                replicates=self.settings.replicates,
                interval=self.settings.interval,
            )
            found["methods_and_noise"] = (both, sampled)
        return found


def sobol_tables(
    prepared: Prepared, settings: SobolSettings, measures: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, pd.DataFrame]:
    """The tables of this module for the last year of a view.

    Parameters
    ----------
    prepared, settings
        The view's data and what the user set.
    measures
        The measures config, for the sets of goalposts that it gives.

    Returns
    -------
    dict
        Name of each of `TABLES` to the table, in writing order.
    """
    cases = cases_of(prepared)
    case = cases[-1]
    frozen = next(c for c in cases if c.year == reference_year(cases))
    choices = Choices(prepared, case, frozen.z, settings, measures)
    tail = join_kinds(prepared.rows["kind"]), year_sources(prepared.rows)[case.year]
    parts = [
        design_tables(
            (prepared.view, case.year, design),
            [case.units[i] for i in choices.told],
            found,
            _input_rows(choices, inputs),
            tail,
            scale_of(prepared.model),
        )
        for design, (inputs, found) in choices.indices().items()
    ]
    return join_tables(parts)


def design_tables(
    head: tuple[str, int, str],
    units: Sequence[str],
    found: Indices,
    inputs: Sequence[tuple[object, ...]],
    tail: tuple[str, str],
    scale: float,
) -> dict[str, pd.DataFrame]:
    """The tables of one design.

    Parameters
    ----------
    head
        View, year and one of `DESIGNS`.
    units
        Whose scores and ranks are the outputs, before the mean rank shift.
    found
        Indices of these outputs.
    inputs
        Rows of `SOBOL_INPUTS` from ``input`` to ``reason``.
    tail
        Kind of data and sources.
    scale
        Of the view's index. Other methods' scores are multiplied by it just as the view's own.
    """
    outputs = [(o, u) for o in ("score", "rank") for u in units] + [("mean_rank_shift", "")]
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in TABLES}
    for k, output in enumerate(outputs):
        rows["sobol"] += [(*head, *output, *row, *tail) for row in _index_rows(found, k)]
        rows["interactions"] += [(*head, *output, *row, *tail) for row in _interaction_rows(found, k)]
    rows["sobol_inputs"] = [(*head, *row, *tail) for row in inputs]
    return {
        name: to_scale(pd.DataFrame(rows[name], columns=list(schema.columns)), schema, scale)
        for name, schema in TABLES.items()
    }


def join_tables(parts: Sequence[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The tables of several designs as one each, in writing order."""
    return {
        name: write_order(pd.concat([p[name] for p in parts], ignore_index=True), schema)
        for name, schema in TABLES.items()
    }


def _index_rows(found: Indices, k: int) -> list[tuple[object, ...]]:
    return [
        (
            name,
            found.first[i, k],
            *found.first_limits[:, i, k],
            found.total[i, k],
            *found.total_limits[:, i, k],
            np.nan if found.shapley is None else found.shapley[i, k],
            found.mean[k],
            found.variance[k],
            "defined" if found.defined[k] else "constant",
            found.method,
            found.independent,
            found.evaluations,
            found.excluded,
        )
        for i, name in enumerate(found.inputs)
    ]


def _interaction_rows(found: Indices, k: int) -> list[tuple[object, ...]]:
    status = "defined" if found.defined[k] else "constant"
    rest = found.interactions[k]
    rows: list[tuple[object, ...]] = [
        (0, "interactions", rest, *found.interaction_limits[:, k], status if found.independent else "dependent")
    ]
    rows += [
        (len(names), " × ".join(names), share[k], share[k], share[k], status)
        for names, share in found.terms.items()
        if len(names) > 1
    ]
    return rows


def _input_rows(choices: Choices, inputs: Sequence[Input]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for j, item in enumerate(inputs):
        used = item.levels or (f"uniform ±{choices.settings.noise:g}",)
        chances = item.weights if item.levels else [np.nan]
        rows += [(item.name, level, p, "used", "") for level, p in zip(used, chances, strict=True)]
        if not item.levels:
            continue
        rows += [
            (item.name, level, np.nan, "left_out", _why(choices, j, level))
            for level in choices.inputs[j].levels
            if level not in item.levels
        ]
    for status, group in (("refused", choices.refused), ("same", choices.same)):
        rows += [(name, level, np.nan, status, why) for name, level, why in group]
    return rows


def _why(choices: Choices, j: int, level: str) -> str:
    """Of the first combination with this level that is not admissible."""
    settings, _ = enumerate_settings(choices.inputs)
    here = settings[:, j] == choices.inputs[j].levels.index(level)
    bad = settings[here & ~choices.admissible(settings)][0].astype(int)
    place = [choices.inputs[k].levels[bad[k]] for k in range(1, 6)]
    return f"{place[0]} with {place[3]}: {choices.problems(*place)}"


def _uses_goalposts(model: IndexModel) -> bool:
    return any("goalposts" in leaf.normalisation.normalisation.needs for leaf in model.leaves)


def _rescaled(model: IndexModel, name: str) -> IndexModel:
    """The model with one normalisation for all measures."""
    return model.with_leaves(lambda leaf: replace(leaf, normalisation=method(name)))


def _shifted(leaf: Leaf, by: float) -> Leaf:
    """A leaf with goalposts moved out by a share of their range, on the scale it is measured."""
    if leaf.goalposts is None:
        return leaf
    low, high = apply_transform(np.array(leaf.goalposts), leaf.transform)
    ends = np.array([low - by * (high - low), high + by * (high - low)])
    if leaf.transform != "none" and (back := TRANSFORMS[leaf.transform].inverse) is not None:
        ends = back(ends)
    return replace(leaf, goalposts=(float(ends[0]), float(ends[1])))


def _spread(model: IndexModel, measure: str) -> Array:
    """Leaf weights without a measure, 0 in its place.

    Its weight goes to the others of its node; a node in which no weight is left goes too, and its
    weight to the other nodes beside it.
    """

    def step(node: Node | Leaf) -> Array | None:
        if isinstance(node, Leaf):
            one = np.array([float(m == node.measure) for m in model.measures])
            return None if node.measure == measure else one
        parts = [(c.weight, step(c)) for c in node.children if c.weight > 0]
        kept = [(w, p) for w, p in parts if p is not None]
        if not kept:
            return None
        total = math.fsum(w for w, _ in kept)
        return np.asarray(np.sum([w / total * p for w, p in kept], axis=0))

    found = step(model.tree)
    if found is None:
        raise ValueError(f"without {measure!r} no measure has a weight")
    return found
