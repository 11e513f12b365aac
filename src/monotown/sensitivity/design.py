"""Every way to build one year of a view that an analysis allows: data, scales, models, weights.

All discrete combinations are tried before the run, so that inadmissible ones are known and never
drawn. What a combination needs is made once and kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from monotown.base.arrays import Array, alike
from monotown.base.problems import InputError, Problem
from monotown.index.admissible import inadmissible, lowest, score_range
from monotown.index.kernel import evaluate, evaluate_tables
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import Prepared, fill, treat_outliers, view_model
from monotown.methods.outliers import TRANSFORMS, apply_transform
from monotown.methods.register import NORMALISATIONS
from monotown.sensitivity.compare import scheme_weights
from monotown.sensitivity.errors import Errors
from monotown.sensitivity.inputs import BASELINE, EVERY_SET, Inputs, Level
from monotown.sensitivity.scale_choices import distinct, sets_of, under_set, under_transform, with_floor
from monotown.sensitivity.year import Case

#: Data tables normalised at a time. Always this many, so that a table gives the same bits alone.
TABLES: Final = 64

#: Inputs that seldom decide what is admissible: what is refused under each of their levels is told once.
_TOLD_ONCE: Final = ("goalpost_set", "transform", "floor")


@dataclass(frozen=True)
class Factor:
    """A discrete input with its levels; one level where it is off."""

    name: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Scale:
    """Values and scores of one combination of data and scale settings.

    Attributes
    ----------
    model
        Its leaves hold direction, transform, goalposts and normalisation.
    x
        Shape (rows, leaves): values of the whole panel, filled, treated and averaged.
    z
        Shape (units, leaves): scores of the units of the year.
    """

    model: IndexModel
    x: Array
    z: Array


@dataclass(frozen=True)
class Refusal:
    """Why some combinations cannot be used.

    Attributes
    ----------
    combination
        Input to level, for the inputs that clash.
    reason
        In words.
    share
        Share of all combinations, by their probability, that this refusal takes away; one
        combination may be refused more than once.
    """

    combination: Mapping[str, str]
    reason: str
    share: float


@dataclass(frozen=True)
class Noise:
    """Random numbers of some data tables.

    Attributes
    ----------
    error
        Standard normal, shape (tables, units, `Errors.columns`); None where values have no error.
    posts
        Uniform in [0, 1), shape (tables, leaves, 2); None where goalposts stand.
    """

    error: Array | None = None
    posts: Array | None = None

    def __len__(self) -> int:
        return max(0 if part is None else len(part) for part in (self.error, self.posts))

    def take(self, rows: NDArray[np.int64]) -> Noise:
        """Some of the tables."""
        return Noise(None if self.error is None else self.error[rows], None if self.posts is None else self.posts[rows])


class Variants:
    """One year of a view under every combination of an analysis.

    Parameters
    ----------
    prepared
        The view's data; only what an input varies is made anew of them.
    config, measures
        The view's entry in the views config, and the measures config.
    inputs
        What varies.
    year
        The year.
    seed
        For multiple imputation.

    Attributes
    ----------
    case
        The year as the view sets it: units, scores, ranks.
    errors
        Those of the values; None where they have none.
    factors
        Discrete inputs in the order in which a replicate is made.
    refusals
        Combinations that cannot be used.
    probabilities
        Of the combinations, shape (levels of each factor); 0 for those refused; sums to 1.
    excluded
        Share of combinations that are refused, by their probability.

    Raises
    ------
    ValueError
        If no combination is admissible, or the year has fewer than two ranked units.
    InputError
        If an input names a measure that the view does not have.

    Notes
    -----
    ASSUME: weights taken from the data, and the treatment of outliers, rest on the values as
    reported; errors of the values come after. A publisher's errors would move them little.
    """

    def __init__(
        self,
        prepared: Prepared,
        config: Mapping[str, Any],
        measures: Mapping[str, Mapping[str, Any]],
        inputs: Inputs,
        year: int,
        seed: int = 0,
    ) -> None:
        self.view, self.config, self.measures = prepared.view, config, measures
        self.inputs, self._seed = inputs, seed
        self.base = base = prepared
        self.model = base.model
        self.rows: NDArray[np.int64] = self._rows_of(year)
        if len(self.rows) < 2:
            raise ValueError(f"{self.view} ranks fewer than two units in {year}")
        units = base.rows["unit"].to_numpy()[self.rows]
        self.case = self._case(year, [str(u) for u in units], base.z[self.rows])
        self.errors = None if inputs.data_error is None else Errors(base, self.rows, inputs.data_error)
        self.factors = self._factors()
        self._filled: dict[tuple[int, ...], Array | str] = {}
        self._windows: dict[tuple[int, ...], Array] = {}
        self._made: dict[tuple[int, ...], IndexModel | str] = {}
        self._columns: dict[tuple[object, ...], Array | str] = {}
        self._scales: dict[tuple[int, ...], Scale | str] = {}
        self._clashes: dict[tuple[object, ...], str] = {}
        self._schemes: dict[tuple[int, ...], dict[str, Array | str]] = {}
        self.refusals, self.probabilities, self.excluded = self._admit()

    # what a panel of several years does otherwise

    def _rows_of(self, year: int) -> NDArray[np.int64]:
        """Rows of the panel that are scored together."""
        return np.flatnonzero(((self.base.rows["year"] == year) & self.base.rows["enough"]).to_numpy())

    def _case(self, year: int, units: Sequence[str], z: Array) -> Case:
        return Case.of(self.model, year, units, z)

    def _weighing(self, z: Array) -> Array:
        """Scores that weights of a scheme are taken from."""
        return z

    @property
    def ranked_together(self) -> int:
        """Number of units that are ranked together."""
        return len(self.case.units)

    def evaluate(self, model: IndexModel, z: Array, weights: Array, batch: int | None = None) -> Array:
        """Index of every row under every weight vector, as `monotown.index.kernel.evaluate`."""
        return evaluate(model, z, weights, batch=batch)

    def evaluate_tables(self, model: IndexModel, tables: Array, weights: Array) -> Array:
        """Index of every row, a table a draw, as `monotown.index.kernel.evaluate_tables`."""
        return evaluate_tables(model, tables, weights)

    # what may vary

    def _factors(self) -> tuple[Factor, ...]:
        off = (Level(BASELINE, BASELINE, 1.0),)
        turned = tuple(
            Factor(f"direction:{m}", (Level("as given", 1, 0.5), Level("turned round", -1, 0.5)))
            for m in self.inputs.direction
            if m in self.model.measures
        )
        return (
            Factor("missing", self.inputs.missing or off),
            Factor("outliers", self.inputs.outliers or off),
            Factor("year_window", self.inputs.year_window or (Level("1", 1, 1.0),)),
            *turned,
            Factor("goalpost_set", self._goalpost_sets() or off),
            Factor(
                "transform", _different(self.inputs.transform, lambda v: under_transform(self.model, str(v))) or off
            ),
            Factor("normalisation", self.inputs.normalisation or off),
            Factor("aggregation", self.inputs.aggregation or off),
            Factor("floor", _different(self.inputs.floor, self._floored) or off),
            Factor("scheme", self.inputs.scheme or off),
            Factor("leave_out", self._leave_out()),
        )

    def _goalpost_sets(self) -> tuple[Level, ...]:
        """Levels that differ for this view: a set that has none of its measures is its own goalposts."""
        given = self.inputs.goalpost_set
        if given == EVERY_SET:
            names = (BASELINE, *sets_of(self.model, self.measures))
            given = tuple(Level(name, name, 1 / len(names)) for name in names)
        return _different(given, lambda v: under_set(self.model, self.measures, str(v)))

    def _floored(self, floor: object) -> tuple[IndexModel, ...]:
        return tuple(with_floor(model, floor) for model in self._aggregated)

    def _leave_out(self) -> tuple[Level, ...]:
        model, what = self.model, self.inputs.leave_out
        groups: list[tuple[str, tuple[str, ...]]] = []
        if what in ("indicators", "both") and len(model.measures) > 1:
            groups += [(m, (m,)) for m in model.measures]
        members: dict[str, list[str]] = {}
        for measure, block in model.block_of.items():
            members.setdefault(block, []).append(measure)
        if what in ("blocks", "both") and len(members) > 1:
            groups += [(b, tuple(m)) for b, m in members.items()]
        if not groups:
            return (Level("none", (), 1.0),)
        share = self.inputs.leave_out_probability
        return (Level("none", (), 1 - share), *(Level(name, gone, share / len(groups)) for name, gone in groups))

    @cached_property
    def data_factors(self) -> int:
        """Number of factors, from the first, that decide the scores of the measures."""
        return len(self.factors) - 4

    @cached_property
    def _years(self) -> NDArray[np.int64]:
        return np.asarray(self.base.rows["year"].to_numpy(), np.int64)

    # data and scales

    def _treated(self, settings: Mapping[str, object]) -> Array:
        """Values under other rules for missing values or outliers, from where the first of them differs."""
        if not settings:
            return self.base.used
        tree = _with_leaves(self.config["tree"], settings)
        model = view_model(self.view, {**self.config, "tree": tree}, self.measures)
        filled = self.base.filled
        if "missing" in settings:
            filled = fill(model, self.base.rows, self.base.raw, self._seed, self.config.get("groups")).values
        return treat_outliers(model, self.view, filled)

    def _values(self, missing: int, outliers: int, window: int) -> Array:
        key = (missing, outliers)
        if key not in self._filled:
            settings = {
                name: level.value
                for name, level in (
                    ("missing", self.factors[0].levels[missing]),
                    ("outliers", self.factors[1].levels[outliers]),
                )
                if level.value != BASELINE
            }
            try:
                self._filled[key] = self._treated(settings)
            except ValueError as error:
                self._filled[key] = str(error)
        found = self._filled[key]
        if isinstance(found, str):
            raise ValueError(found)
        years = cast(int, self.factors[2].levels[window].value)
        if years == 1:
            return found
        if (missing, outliers, window) not in self._windows:
            self._windows[missing, outliers, window] = self._averaged(found, years)
        return self._windows[missing, outliers, window]

    def _averaged(self, values: Array, years: int) -> Array:
        """Mean of each unit's last `years` years, those that are there."""
        when = self.base.rows["year"].to_numpy()
        units = self.base.rows["unit"].to_numpy()
        first = self.case.year - years + 1
        if first < when.min():
            raise ValueError(f"the view has no year {first} to average over")
        result = np.full(values.shape, np.nan)
        for i, (unit, year) in enumerate(zip(units, when, strict=True)):
            part = values[(units == unit) & (when > year - years) & (when <= year)]
            known = ~np.isnan(part)
            total = np.where(known, part, 0.0).sum(axis=0)
            some = known.any(axis=0)
            result[i, some] = total[some] / known.sum(axis=0)[some]
        return result

    def scale(self, key: tuple[int, ...]) -> Scale:
        """Values and scores of a combination of the data factors; ValueError where it fails."""
        key = self.plain(key)
        if key not in self._scales:
            try:
                self._scales[key] = self._make_scale(key)
            except ValueError as error:
                self._scales[key] = str(error)
        found = self._scales[key]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def plain(self, key: tuple[int, ...]) -> tuple[int, ...]:
        """A combination of the data factors that gives the same scale: without goalposts their set is of no account."""
        chosen = self.factors[len(key) - 1].levels[key[-1]].value
        name = chosen.get("method") if isinstance(chosen, dict) else chosen
        if name == BASELINE or "goalposts" in NORMALISATIONS[str(name)].needs:
            return key
        return (*key[:-3], 0, *key[-2:])

    def stacked(self, levels: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
        """Scores under each of the scales that some draws have, and which of them is each draw's.

        Parameters
        ----------
        levels
            Shape (draws, data factors).

        Returns
        -------
        tables : ndarray
            Shape (scales, units, leaves).
        place : ndarray
            Shape (draws,): row of the first.
        """
        keys, place = alike(levels)
        return np.stack([self.scale(key).z for key in map(tuple, keys.tolist())]), place

    def tables_each(self, levels: NDArray[np.int64], noise: Noise) -> Array:
        """Scores of draws of which each has its own levels and its own table, shape (draws, units, leaves).

        Parameters
        ----------
        levels
            Shape (draws, data factors).
        noise
            A table of random numbers a draw.

        Notes
        -----
        A measure is normalised for all draws together that have its values and its settings, whatever the others have.
        """
        found, place = alike(levels)
        keys = [tuple(key) for key in found.tolist()]
        scales = [self.scale(key) for key in keys]
        count, (units, leaves) = len(levels), self.case.z.shape
        values, result = (np.empty((leaves, count, units)) for _ in range(2))
        for rows, mine in _of_kinds([key[:3] for key in keys], place):
            values[:, rows] = self.perturbed(scales[mine], noise.take(rows)).transpose(2, 0, 1)
        for j in range(leaves):
            settings = [(key[:3], scale.model.leaves[j]) for key, scale in zip(keys, scales, strict=True)]
            for rows, mine in _of_kinds(settings, place):
                posts = None if noise.posts is None else noise.posts[rows, j]
                leaf, panel = scales[mine].model.leaves[j], scales[mine].x[:, j]
                result[j, rows] = self._leaf_tables(leaf, values[j, rows].T, panel, posts).T
        return result.transpose(1, 2, 0)

    def _make_scale(self, key: tuple[int, ...]) -> Scale:
        values = self._values(*key[:3])
        model = self.scaled(key)
        z = np.column_stack([self._column(key[:3], j, leaf) for j, leaf in enumerate(model.leaves)])
        if np.isinf(z).any():
            raise ValueError("scores without bound")
        scale = Scale(model, values, z)
        if self.inputs.own_tables:
            self.tables(scale, self._no_noise(1))  # refuses what cannot be varied
        return scale

    def _column(self, key: tuple[int, ...], j: int, leaf: Leaf) -> Array:
        """Scores of one measure in the year; ValueError where its method does not suit its values."""
        known = leaf if "goalposts" in leaf.normalisation.normalisation.needs else replace(leaf, goalposts=None)
        place = (key, j, known)
        if place not in self._columns:
            try:
                z = normalise_leaf(leaf, self._values(*key)[:, j], self._years, self.base.shares)[0]
                self._columns[place] = np.asarray(z[self.rows])
            except ValueError as error:
                self._columns[place] = str(error)
        found = self._columns[place]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def scaled(self, key: tuple[int, ...]) -> IndexModel:
        """The model of a combination of the data factors, of which its leaves count; ValueError where it fails."""
        if key[3:] not in self._made:
            try:
                self._made[key[3:]] = self._make_scaled(key)
            except ValueError as error:
                self._made[key[3:]] = str(error)
        found = self._made[key[3:]]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _make_scaled(self, key: tuple[int, ...]) -> IndexModel:
        n = len(key)
        turned = {
            f.name.removeprefix("direction:")
            for f, level in zip(self.factors[3 : n - 3], key[3 : n - 3], strict=True)
            if f.levels[level].value == -1
        }
        posts, transform, normalisation = (self.factors[i].levels[key[i]].value for i in range(n - 3, n))
        # the scores are made before they are aggregated, so the aggregation is of no account here
        tree = _with_aggregation(self.config["tree"], "arithmetic", True)
        config = {**self.config, "tree": tree}
        if normalisation != BASELINE:
            config["normalisation"] = normalisation
            config["tree"] = _with_leaves(tree, {"normalisation": normalisation})
        model = view_model(self.view, config, self.measures)
        if turned:
            leaves = {
                leaf.measure: replace(leaf, direction=-leaf.direction)
                for leaf in model.leaves
                if leaf.measure in turned
            }
            model = _with_leaf_settings(model, leaves)
        changed = under_transform(under_set(model, self.measures, str(posts)), str(transform))
        reasons = [f"{p.found}; needs {p.expected}" for p in inadmissible(changed)] if changed != model else []
        if reasons:
            raise ValueError("; ".join(dict.fromkeys(reasons)))
        return changed

    def _no_noise(self, tables: int) -> Noise:
        shape = (tables, *self.case.z.shape)
        error = None if self.errors is None else np.zeros((tables, len(self.errors.units), self.errors.columns))
        posts = np.full((tables, shape[2], 2), 0.5) if self.inputs.goalposts else None
        return Noise(error, posts)

    def perturbed(self, scale: Scale, noise: Noise) -> Array:
        """Values of the year's units with their errors, shape (tables, units, leaves)."""
        values = scale.x[self.rows]
        if noise.error is None or self.errors is None:
            count = 1 if noise.posts is None else len(noise.posts)
            return np.broadcast_to(values, (count, *values.shape))
        return self.errors.values(values, noise.error)

    def tables(self, scale: Scale, noise: Noise, size: int = TABLES) -> Array:
        """Scores of data tables of their own, shape (tables, units, leaves).

        Parameters
        ----------
        scale
            What the errors and shifts are laid on.
        noise
            Their random numbers.
        size
            Tables normalised at a time: many are faster, and may differ in the last bits.
        """
        values = self.perturbed(scale, noise)
        count = len(values)
        result = np.empty(values.shape)
        full = -(-count // size) * size
        index = np.minimum(np.arange(full), count - 1)
        for j, leaf in enumerate(scale.model.leaves):
            posts = None if noise.posts is None else noise.posts[index, j]
            columns = np.ascontiguousarray(values[index, :, j].T)
            for start in range(0, full, size):
                part = slice(start, start + size)
                z = self._leaf_tables(
                    leaf, np.ascontiguousarray(columns[:, part]), scale.x[:, j], None if posts is None else posts[part]
                )
                stop = min(start + size, count)
                result[start:stop, :, j] = z[:, : stop - start].T
        return result

    def _leaf_tables(self, leaf: Leaf, x: Array, panel: Array, posts: Array | None) -> Array:
        """Scores of one measure, shape (units, tables), from values of that shape."""
        if leaf.transform != "none" and TRANSFORMS[leaf.transform].fitted:
            raise ValueError("Box-Cox fits its power to the sample; take a logarithm")
        scale = leaf.normalisation.normalisation
        moved = apply_transform(x, leaf.transform)
        pair = None
        if leaf.goalposts is not None:
            low, high = apply_transform(np.array(leaf.goalposts), leaf.transform)
            pair = (float(low), float(high))
            if posts is not None and scale.frozen:
                # goalposts that move are values that move the other way
                reach = self.inputs.goalposts * (high - low)
                lows = low + reach * (2 * posts[:, 0] - 1)
                highs = high + reach * (2 * posts[:, 1] - 1)
                moved = low + (moved - lows) * ((high - low) / (highs - lows))
        plain = replace(leaf, transform="none", goalposts=pair)
        years, shares = self._years, self.base.shares
        if scale.frozen or scale.within_year(leaf.normalisation.settings):
            years = years[self.rows]
            shares = None if shares is None else shares[self.rows]
            here: NDArray[np.int64] | slice = slice(None)
        else:
            # ASSUME: other years, which only set the scale, stand as reported
            whole = np.repeat(apply_transform(panel, leaf.transform)[:, None], x.shape[1], axis=1)
            whole[self.rows] = moved
            moved, here = whole, self.rows
        return normalise_leaf(plain, moved, years, shares)[0][here]

    # models and weights

    @cached_property
    def _aggregated(self) -> tuple[IndexModel, ...]:
        """The model under each level of the aggregation, with the floor of the view."""
        found = []
        for level in self.inputs.aggregation or (Level(BASELINE, BASELINE, 1.0),):
            tree = self.config["tree"]
            if level.value != BASELINE:
                given = dict(level.value) if isinstance(level.value, dict) else {}
                every = given.pop("nodes", "root") == "all"
                tree = _with_aggregation(tree, given or level.value, every)
            # not `view_model`: whether it suits the scores is asked for each scale
            found.append(IndexModel.from_config(tree, self.measures, where=f"{self.view}.tree"))
        return tuple(found)

    @cached_property
    def models(self) -> dict[tuple[int, ...], IndexModel]:
        """The model under each level of the aggregation and of the floor."""
        return {
            (a, f): with_floor(model, level.value)
            for a, model in enumerate(self._aggregated)
            for f, level in enumerate(self.factors[-3].levels)
        }

    def centre(self, key: tuple[int, ...], scheme: int) -> Array:
        """Weights of a scheme on a scale, shape (leaves,); ValueError where it refuses."""
        name = str(self.factors[-2].levels[scheme].value)
        if name == BASELINE:
            return self.model.weights
        key = self.plain(key)
        known = self._schemes.setdefault(key, {})
        if name not in known:
            (found,) = scheme_weights(self.model, self._weighing(self.scale(key).z), [name])
            known[name] = found.reason if found.weights is None else found.weights
        got = known[name]
        if isinstance(got, str):
            raise ValueError(got)
        return got

    @cached_property
    def _scopes(self) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
        """For each level of leave_out: the leaves that go, and those that get their weight."""
        found = []
        for level in self.factors[-1].levels:
            gone = np.array([m in cast(tuple[str, ...], level.value) for m in self.model.measures])
            heirs = np.zeros(len(gone), dtype=bool)
            if gone.any():
                heirs = _heirs(self.model, gone)
            found.append((gone, heirs))
        return found

    def leave_out(self, weights: Array, levels: NDArray[np.int64]) -> Array:
        """Weights with what each draw leaves out at 0; its share goes to the rest of its node.

        Parameters
        ----------
        weights
            Shape (draws, leaves), each row with sum 1.
        levels
            Shape (draws,): levels of the factor ``leave_out``.
        """
        result = weights.copy()
        for level, (gone, heirs) in enumerate(self._scopes):
            rows = np.flatnonzero(levels == level)
            if not gone.any() or not len(rows):
                continue
            lost = result[np.ix_(rows, np.flatnonzero(gone))].sum(axis=1)
            mine = result[np.ix_(rows, np.flatnonzero(heirs))]
            total = mine.sum(axis=1)
            # heirs without any weight share alike
            share = np.where(total[:, None] > 0, mine / np.where(total > 0, total, 1.0)[:, None], 1 / heirs.sum())
            result[np.ix_(rows, np.flatnonzero(heirs))] = mine + lost[:, None] * share
            result[np.ix_(rows, np.flatnonzero(gone))] = 0.0
        return result

    # what is admissible

    def _admit(self) -> tuple[tuple[Refusal, ...], Array, float]:
        sizes = tuple(len(f.levels) for f in self.factors)
        shares = [np.array([level.probability for level in f.levels]) for f in self.factors]
        n = self.data_factors
        good = np.ones(sizes, dtype=bool)
        refusals: list[Refusal] = []

        def refuse(places: tuple[int, ...], extra: Mapping[int, int], reason: str) -> None:
            where: list[int | slice] = [slice(None)] * len(sizes)
            where[: len(places)] = places
            for factor, level in extra.items():
                where[factor] = level
            good[tuple(where)] = False
            chosen = dict(enumerate(places)) | dict(extra)
            refusals.append(
                Refusal(
                    {
                        self.factors[f].name: self.factors[f].levels[level].name
                        for f, level in chosen.items()
                        if sizes[f] > 1
                    },
                    reason,
                    float(np.prod([shares[f][level] for f, level in chosen.items()])),
                )
            )

        for key in itertools.product(*(range(s) for s in sizes[:n])):
            try:
                scale = self.scale(key)
            except ValueError as error:
                refuse(key, {}, str(error))
                continue
            for place in self.models:
                reason = self._clash(place, scale)
                if reason:
                    refuse(key, {n: place[0], n + 1: place[1]}, reason)
            for s in range(sizes[n + 2]):
                try:
                    self.centre(key, s)
                except ValueError as error:
                    refuse(key, {n + 2: s}, str(error))
            if not np.isnan(scale.z).any():
                continue
            for out, (gone, _) in enumerate(self._scopes):
                lost = np.isnan(scale.z[:, ~gone]).all(axis=1)
                if lost.any():
                    unit = self.case.units[int(np.argmax(lost))]
                    refuse(key, {n + 3: out}, f"{unit} has no other value")
        weights = shares[0]
        for share in shares[1:]:
            weights = weights[..., None] * share
        kept = np.where(good, weights, 0.0)
        total = float(kept.sum())
        if not total > 0:
            reasons = "; ".join(dict.fromkeys(r.reason for r in refusals))
            raise InputError(
                [
                    Problem(
                        "config/config.yaml",
                        f"sensitivity.analyses, view {self.view}",
                        f"no combination of the inputs is admissible: {reasons}",
                        "inputs that go with the tree of the view; where errors or goalposts may "
                        "bring a score of 0, a floor in the tree",
                    )
                ]
            )
        told = _told_once(refusals, {f.name: len(f.levels) for f in self.factors if f.name in _TOLD_ONCE})
        return tuple(told), kept / total, float(weights[~good].sum())

    def _clash(self, place: tuple[int, ...], scale: Scale) -> str:
        """Why a model cannot be used on a scale, or ""."""
        model = self.models[place]
        whole = _with_leaf_settings(model, dict(zip(model.measures, scale.model.leaves, strict=True)))
        # goalposts and transforms that do not go together were refused with the scale
        known = (place, tuple(leaf.normalisation for leaf in whole.leaves))
        if known not in self._clashes:
            reasons = [f"{p.found}; needs {p.expected}" for p in inadmissible(whole)]
            self._clashes[known] = "; ".join(dict.fromkeys(reasons))
        if self._clashes[known]:
            return self._clashes[known]
        columns = {m: i for i, m in enumerate(model.measures)}

        def low(leaf: Leaf) -> float:
            if not self.inputs.own_tables:
                return float(np.nanmin(scale.z[:, columns[leaf.measure]]))
            # with tables of their own such scores may go lower than those seen here
            return score_range(leaf).low if leaf.normalisation.normalisation.bounded else -np.inf

        try:
            lowest(model.tree, {leaf.measure: low(leaf) for leaf in whole.leaves})
        except ValueError as error:
            return str(error)
        for node in model.nodes:
            if node.aggregation.aggregation.across_units and np.isnan(scale.z).any():
                return f"{node.aggregation.name} of {node.id}: missing scores; needs every score"
        return ""


def _different(levels: tuple[Level, ...], make: Callable[[object], object]) -> tuple[Level, ...]:
    """Those levels that make something else than the levels before them; the others would count twice."""
    values = {level.name: make(level.value) for level in levels}
    kept = [level for level in levels if level.name in distinct(values)]
    total = sum(level.probability for level in kept)
    return tuple(replace(level, probability=level.probability / total) for level in kept)


def _of_kinds(kinds: Sequence[object], place: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Rows of one kind, and the first of its places.

    Parameters
    ----------
    kinds
        Kind of each place.
    place
        Shape (rows,): place of each row.
    """
    first = {kind: i for i, kind in reversed(list(enumerate(kinds)))}
    mine = np.array([first[kind] for kind in kinds])[place]
    order = np.argsort(mine, kind="stable")
    numbers, starts = np.unique(mine[order], return_index=True)
    for number, rows in zip(numbers.tolist(), np.split(order, starts[1:]), strict=True):
        yield rows, number


def _told_once(refusals: list[Refusal], sizes: Mapping[str, int]) -> list[Refusal]:
    """Refusals without an input under whose every level the same combination is refused, with the first reason."""
    for name, size in sizes.items():
        groups: dict[tuple[tuple[str, str], ...], list[Refusal]] = {}
        for refusal in refusals:
            rest = tuple((k, v) for k, v in refusal.combination.items() if k != name)
            groups.setdefault(rest, []).append(refusal)
        refusals = []
        for rest, same in groups.items():
            levels = {r.combination.get(name) for r in same}
            if size > 1 and None not in levels and len(levels) == size:
                first = {r.combination[name]: r.share for r in reversed(same)}
                refusals.append(Refusal(dict(rest), same[0].reason, sum(first.values())))
            else:
                refusals += same
    return refusals


def _with_leaves(tree: Mapping[str, Any], settings: Mapping[str, object]) -> dict[str, Any]:
    """A tree of the config with settings laid on every leaf."""
    children = [{**c, **settings} if "measure" in c else _with_leaves(c, settings) for c in tree["children"]]
    return {**tree, "children": children}


def _with_aggregation(tree: Mapping[str, Any], value: object, every: bool) -> dict[str, Any]:
    """A tree of the config with another aggregation at its root, or at every node.

    A floor stays where the aggregation needs scores above 0; no other takes one.
    """
    children = [c if "measure" in c or not every else _with_aggregation(c, value, every) for c in tree["children"]]
    given: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {"method": value}
    positive = method(str(given.pop("method")), **given).needs_positive
    floor = tree.get("floor") if positive else None
    return {**tree, "aggregation": value, "children": children, "floor": floor}


def _with_leaf_settings(model: IndexModel, leaves: Mapping[str, Leaf]) -> IndexModel:
    """The model with other leaves in the places of those that have the same measure."""

    def step(node: Node | Leaf) -> Node | Leaf:
        if isinstance(node, Leaf):
            return replace(leaves.get(node.measure, node), weight=node.weight)
        return replace(node, children=tuple(step(c) for c in node.children))

    return replace(model, tree=cast(Node, step(model.tree)))


def _heirs(model: IndexModel, gone: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leaves that get the weight of those gone: the others of the nearest node that has any."""
    columns = {m: i for i, m in enumerate(model.measures)}
    whole = {m for m, g in zip(model.measures, gone, strict=True) if g}
    best: set[str] = set()
    for _, node, _ in model.walk():
        if isinstance(node, Node):
            below = {leaf.measure for leaf in IndexModel(replace(node, weight=1.0)).leaves}
            if whole < below and (not best or len(below) <= len(best)):
                best = below
    heirs = np.zeros(len(gone), dtype=bool)
    heirs[[columns[m] for m in best - whole]] = True
    return heirs


def cumulative(probabilities: Array) -> tuple[Array, ...]:
    """Conditional distribution of each factor given those before it, cumulated.

    Parameters
    ----------
    probabilities
        Shape (levels of each factor), sum 1.

    Returns
    -------
    tuple of ndarray
        One a factor, shape (combinations before it, levels).

    Examples
    --------
    >>> [c.tolist() for c in cumulative(np.array([[0.5, 0.0], [0.25, 0.25]]))]
    [[[0.5, 1.0]], [[1.0, 1.0], [0.5, 1.0]]]
    """
    found = []
    for k in range(probabilities.ndim):
        marginal = probabilities.sum(axis=tuple(range(k + 1, probabilities.ndim)))
        rows = marginal.reshape(-1, probabilities.shape[k])
        sums = np.cumsum(rows, axis=1)
        total = sums[:, -1:]
        shares = sums / np.where(total > 0, total, 1.0)
        # the last level with a share ends at 1 exactly, and so do those after it
        shares[shares > 1 - 1e-12] = 1.0
        found.append(shares)
    return tuple(found)
