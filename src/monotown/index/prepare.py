"""A view's model, and its panel prepared for it: filled, treated, normalised, weighed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from monotown.base.arrays import Array
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.base.tables import SCALES
from monotown.base.ties import TOLERANCE
from monotown.index.admissible import inadmissible, lowest, scale_of
from monotown.index.behind import Behind
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel, Leaf, rule_of
from monotown.index.weighting import Place, Weighed, fixed_weights, kind_under, read_weighting, weigh_view
from monotown.methods.missing import coverage, impute_chained
from monotown.methods.register import FILLINGS, OUTLIERS

#: What tells the rows of a panel apart, in their order.
_KEYS: Final = ["year", "unit"]

#: Keys of a view.
VIEW_KEYS: Final = (
    "label",
    "kind",
    "units",
    "years",
    "average_weights",
    "minimum_coverage",
    "expected_blocks",
    "block_types",
    "normalisation",
    "weights",
    "scale",
    "tree",
    "note",
    "beside",
    "readings",
    "groups",
)


@dataclass(frozen=True)
class Prepared:
    """A view's data ready for the kernel: scores run from 0 to 1, whatever the index is told on.

    Attributes
    ----------
    view
        Id of the view.
    model
        Its model.
    rows
        One row a unit and year, sorted by year and unit: ``unit``, ``year``, ``kind``, ``source``,
        ``enough`` (whether the coverage suffices).
    raw, filled, used, z
        Shape (rows, leaves), each made of the one before: as in the indicators table, after
        filling, after treatment of outliers, and normalised; NaN where missing.
    clipped
        Where a value was cut to a goalpost.
    flags
        How a value was got, "" as given.
    shares
        Weight of each row's unit in averages over units, shape (rows,); None where each counts once.
    weighed
        What the view's ``weights`` come to; None where those of the tree count.
    completed
        Normalised scores of each table of multiple imputation, shape (tables, rows, leaves); None
        where nothing was imputed so.
    behind
        The raw figures and formulas of the measures; None where they are not told.
    """

    view: str
    model: IndexModel
    rows: pd.DataFrame
    raw: Array
    filled: Array
    used: Array
    z: Array
    clipped: NDArray[np.bool_]
    flags: NDArray[np.str_]
    shares: Array | None = None
    weighed: Weighed | None = None
    completed: Array | None = None
    behind: Behind | None = None

    @property
    def unit_weights(self) -> Array | None:
        """Weights of each row, shape (rows, leaves), where every unit has its own."""
        return None if self.weighed is None else self.weighed.unit_weights

    def year(self, year: int) -> tuple[pd.DataFrame, Array]:
        """Rows and normalised scores of one year, units with enough coverage only."""
        here = ((self.rows["year"] == year) & self.rows["enough"]).to_numpy()
        return self.rows[here].reset_index(drop=True), self.z[here]

    @cached_property
    def places(self) -> dict[tuple[str, int], int]:
        """Unit and year to the number of the row."""
        pairs = zip(self.rows["unit"], self.rows["year"], strict=True)
        return {(str(u), int(y)): i for i, (u, y) in enumerate(pairs)}

    @cached_property
    def enough(self) -> NDArray[np.bool_]:
        """Whether the coverage of each row suffices, shape (rows,)."""
        return self.rows["enough"].to_numpy(dtype=bool)

    @property
    def years(self) -> list[int]:
        """Years, rising."""
        return sorted(int(y) for y in self.rows["year"].unique())

    def cells(self, **columns: ArrayLike) -> pd.DataFrame:
        """A long table, one row a unit, year and measure.

        Parameters
        ----------
        **columns
            Name to what goes beside the columns of `rows` and ``view``, ``measure`` and ``block``:
            of shape (rows, leaves), or (rows, 1), or (leaves,).
        """
        shape, model = self.z.shape, self.model
        whole = self.rows.loc[self.rows.index.repeat(shape[1])].reset_index(drop=True)
        blocks = [model.block_of[m] for m in model.measures]
        named = {"view": self.view, "measure": [*model.measures] * shape[0], "block": blocks * shape[0]}
        return whole.assign(**named, **{n: np.broadcast_to(x, shape).ravel() for n, x in columns.items()})

    @property
    def fullest_year(self) -> int:
        """The last of the years with the most values, for which methods are tried and weights are set.

        Only units with enough coverage count, and years with two of them, if there is one.
        """
        enough = self.rows["enough"] if self.rows["enough"].any() else slice(None)
        filled = pd.Series((~np.isnan(self.z)).sum(axis=1))[enough].groupby(self.rows["year"])
        values = filled.sum()[filled.size() > 1] if (filled.size() > 1).any() else filled.sum()
        return int(values[values == values.max()].index[-1])

    def normalised(self, model: IndexModel) -> Array:
        """The treated values on the scales of another model's leaves, shape (rows, leaves).

        Raises
        ------
        ValueError
            If a method does not suit the values of a measure; the message names it.
        """
        years = self.rows["year"].to_numpy()
        return np.column_stack(
            [normalise_leaf(leaf, self.used[:, j], years, self.shares)[0] for j, leaf in enumerate(model.leaves)]
        )


def above_zero(model: IndexModel) -> bool:
    """Whether a mean of an index is not defined where an indicator scores 0, as moved goalposts may bring."""
    try:
        lowest(model.tree, dict.fromkeys(model.measures, 0.0))
    except ValueError:
        return True
    return False


def view_model(
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    file: str = "config/study/indices.csv",
) -> IndexModel:
    """Model of a view, from its entry in the views config.

    Weights that need data or judgments are not known from the entry: the model has those of the
    tree then, and `prepare` or `weighted_model` gives it its own.

    Raises
    ------
    InputError
        Every problem of the entry; settings that do not go together among them.

    Examples
    --------
    >>> tree = {"id": "index", "children": [{"measure": "staff"}, {"measure": "pay", "weight": 3}]}
    >>> measures = {m: {"direction": 1, "goalposts": [0, 10]} for m in ("staff", "pay")}
    >>> print(view_model("v", {"tree": tree}, measures))
    index: arithmetic
    ├─ staff 0.2500: + minmax [0, 10]
    └─ pay 0.7500: + minmax [0, 10]
    >>> view_model("v", {"tree": tree, "weights": "equal_by_indicator"}, measures).weights.tolist()
    [0.5, 0.5]
    """
    problems = Problems()
    for key in config:
        if key not in VIEW_KEYS:
            problems.add(file, f"{view}.{key}", key, nearest(str(key), VIEW_KEYS))
    scale = config.get("scale", SCALES[0])
    if isinstance(scale, bool) or scale not in SCALES:
        problems.add(file, f"{view}.scale", scale, "100 or 1")
    if "tree" not in config:
        problems.add(file, f"{view}.tree", "nothing", "the tree of the index")
    problems.stop()
    model = IndexModel.from_config(
        config["tree"], measures, file=file, where=f"{view}.tree", normalisation=config.get("normalisation", "minmax")
    )
    types = tuple((str(b), str(t)) for b, t in config.get("block_types", {}).items())
    model = replace(model, scale=float(scale), block_types=types)
    problems.extend(inadmissible(model, file, f"{view}.tree"))
    if config.get("scale", 1) != 1 and scale_of(model) == 1:
        problems.add(
            file, f"{view}.scale", scale, "no scale: these scores do not run from 0 to 1, but on a scale of their own"
        )
    weighting = None
    try:
        weighting = read_weighting(view, config, file)
    except InputError as error:
        problems.extend(error.problems)
    problems.stop()
    if weighting is not None and weighting.family == "fixed":
        return fixed_weights(model, weighting, Place(file, f"{view}.weights"))
    return model


def reading_views(config: Mapping[str, Any]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """The pairs of views that a view's other readings compare: its own tree, and the changed one.

    Parameters
    ----------
    config
        Entry of a view. Each of its ``readings`` names under ``children`` nodes of the tree and
        the measures that stand under each instead, and under ``units`` the set of units that both
        are computed for, if it is not the view's.

    Returns
    -------
    dict
        Id of a reading to two entries of views, for the same units.

    Raises
    ------
    LookupError
        If the tree has no node of a name.

    Examples
    --------
    >>> tree = {"id": "index", "children": [{"id": "pay", "children": [{"measure": "wage"}]}]}
    >>> readings = {"by_hour": {"children": {"pay": ["hourly", "hours"]}}}
    >>> own, other = reading_views({"tree": tree, "readings": readings})["by_hour"]
    >>> other["tree"]["children"]
    [{'id': 'pay', 'children': [{'measure': 'hourly'}, {'measure': 'hours'}]}]
    """
    plain = {k: v for k, v in config.items() if k not in ("beside", "readings")}
    made = {}
    for name, reading in config.get("readings", {}).items():
        own = plain | {k: reading[k] for k in ("units",) if k in reading}
        left = dict(reading["children"])
        made[name] = own, own | {"tree": _exchanged(own["tree"], left)}
        if left:
            raise LookupError(f"reading {name}: no node {', '.join(map(str, left))}")
    return made


def _exchanged(node: Mapping[str, Any], children: dict[str, list[str]]) -> dict[str, Any]:
    """A node with other measures under the nodes that `children` names; takes out those found."""
    if node.get("id") in children:
        return {**node, "children": [{"measure": m} for m in children.pop(node["id"])]}
    if "children" not in node:
        return dict(node)
    return {**node, "children": [_exchanged(child, children) for child in node["children"]]}


def weighted_model(model: IndexModel, weights: pd.DataFrame) -> IndexModel:
    """A view's model with the weights that the index stage wrote.

    Parameters
    ----------
    model
        From `view_model`.
    weights
        A table `WEIGHTS`.

    Examples
    --------
    >>> from monotown.index.model import Node
    >>> table = pd.DataFrame({"measure": ["b", "a"], "global_weight": [0.25, 0.75]})
    >>> weighted_model(IndexModel(Node("i", (Leaf("a"), Leaf("b")))), table).weights.tolist()
    [0.75, 0.25]
    """
    given = weights.set_index("measure")["global_weight"].reindex(list(model.measures)).to_numpy()
    # the same weights stay the same bits, though a table rounds them
    same = (np.abs(given - model.weights) <= TOLERANCE).all()
    return model if same else model.with_weights(given)


def prepare(
    indicators: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    average_weights: pd.DataFrame | None = None,
    seed: int = 0,
    judgments: object = None,
) -> Prepared:
    """Fill, treat, normalise and weigh a view's indicators.

    Parameters
    ----------
    indicators
        The table `monotown.base.tables.INDICATORS`; rows of other views are left out.
    view, config, measures
        Id of the view, its entry in the views config, and the measures config.
    average_weights
        ``unit``, ``year``, ``value``: weights for averages over units, such as populations.
    seed
        For multiple imputation.
    judgments
        Content of the file that the view's ``weights`` name under ``judgments``: a mapping, or a
        table of texts for budgets.

    Raises
    ------
    InputError
        If the table lacks the view or a measure, or holds another kind of data than the view's; if
        its weights cannot be had from the data or the judgments.

    Examples
    --------
    >>> table = pd.DataFrame({"view": "v", "unit": ["A", "B"], "year": 2022, "measure": "staff",
    ...     "value": [2.0, 12.0], "kind": "official", "source": "s"})
    >>> config = {"tree": {"id": "index", "children": [{"measure": "staff"}]}}
    >>> found = prepare(table, "v", config, {"staff": {"direction": 1, "goalposts": [0, 10]}})
    >>> found.z.tolist(), found.clipped.tolist()
    ([[0.2], [1.0]], [[False], [True]])
    """
    model = view_model(view, config, measures)
    rows, raw = _panel(indicators, view, config, model)
    shares = None
    if average_weights is not None:
        shares = weights_of(rows, average_weights, str(config.get("average_weights")))
    filling = fill(model, rows, raw, seed, config.get("groups"))
    step = partial(_scored, years=rows["year"].to_numpy(), shares=shares)
    used, marks, z, clipped = _each_leaf(model, view, step, filling.values)
    _check_scores(model, view, rows, z)
    completed = None
    if filling.tables is not None:
        completed = np.stack([_each_leaf(model, view, step, table)[2] for table in filling.tables])
    flags = np.where(marks != "", marks, filling.flags)
    prepared = Prepared(view, model, rows, raw, filling.values, used, z, clipped, flags, shares, None, completed)
    return _weighed(prepared, config, judgments)


def _panel(
    indicators: pd.DataFrame, view: str, config: Mapping[str, Any], model: IndexModel
) -> tuple[pd.DataFrame, Array]:
    """Rows of a view and its values as given; a row without any value is no row."""
    mine = indicators[indicators["view"] == view]
    _check_rows(mine, view, config, model)
    mine = mine[mine["measure"].isin(model.measures) & mine["value"].notna()]
    rows, raw = spread_out(mine, "value", model)
    described = mine.groupby(_KEYS)
    places = pd.MultiIndex.from_frame(rows)
    rows["kind"] = described["kind"].first().reindex(places).to_numpy()
    rows["source"] = described["source"].agg(_join_sources).reindex(places).to_numpy()
    blocks = [model.block_of[m] for m in model.measures]
    rows["enough"] = coverage(~np.isnan(raw), blocks, config.get("minimum_coverage")).enough
    return rows, raw


def spread_out(table: pd.DataFrame, column: str, model: IndexModel) -> tuple[pd.DataFrame, Array]:
    """A column of a long table as a matrix, shape (rows, leaves), and the unit and year of each row.

    Parameters
    ----------
    table
        ``unit``, ``year``, ``measure`` and the column; no other measures than the model's.
    """
    rows = table[_KEYS].drop_duplicates().sort_values(_KEYS).reset_index(drop=True)
    found = np.full((len(rows), len(model.measures)), np.nan)
    at = pd.MultiIndex.from_frame(rows).get_indexer(pd.MultiIndex.from_frame(table[_KEYS]))
    found[at, pd.Index(model.measures).get_indexer(pd.Index(table["measure"]))] = table[column]
    return rows, found


def _weighed(prepared: Prepared, config: Mapping[str, Any], judgments: object) -> Prepared:
    """The same with weights from its data or from experts, where the view asks for such."""
    weighting = read_weighting(prepared.view, config)
    if weighting is None or weighting.family == "fixed":
        return prepared
    weighed = weigh_view(
        prepared.model,
        weighting,
        prepared.z,
        prepared.rows,
        judgments=judgments,
        expected_blocks=config.get("expected_blocks", ()),
        kind=str(config.get("kind", prepared.rows["kind"].iloc[0])),
        where=Place("config/study/indices.csv", f"{prepared.view}.weights"),
    )
    rows = prepared.rows.assign(kind=[kind_under(str(k), weighed.kind) for k in prepared.rows["kind"]])
    if weighting.judgments is not None:
        rows["source"] = [_join_sources([s, weighting.judgments]) for s in rows["source"]]
    return replace(prepared, model=weighed.model, rows=rows, weighed=weighed)


def _check_scores(model: IndexModel, view: str, rows: pd.DataFrame, z: Array) -> None:
    """Refuse scores for which a mean of the tree is not defined, whatever the weights."""
    known = z[rows["enough"].to_numpy()]
    if not len(known):
        return
    least = np.fmin.reduce(known, axis=0, initial=np.inf)
    try:
        lowest(model.tree, dict(zip(model.measures, least.tolist(), strict=True)))
    except ValueError as error:
        at = np.argwhere((z <= 0) & rows["enough"].to_numpy()[:, None])
        named = [f"{model.measures[j]} of {rows['unit'][i]}, {rows['year'][i]}" for i, j in at[:5]]
        more = f" and {len(at) - 5} more" if len(at) > 5 else ""
        expected = f"a floor there, or an arithmetic mean; at or below 0: {'; '.join(named)}{more}"
        raise InputError([Problem("config/study/indices.csv", f"{view}.tree", str(error), expected)]) from None


def _each_leaf(
    model: IndexModel, view: str, step: Callable[[Leaf, Array], Sequence[NDArray[Any]]], values: Array
) -> list[NDArray[Any]]:
    """What a step makes of the column of each leaf, as matrices; what it refuses comes together."""
    problems = Problems()
    found = []
    for j, leaf in enumerate(model.leaves):
        try:
            found.append(step(leaf, values[:, j]))
        except ValueError as error:
            settings = f"{leaf.normalisation}, transform {leaf.transform}, outliers {leaf.outliers}"
            problems.add("views config", f"{view}, measure {leaf.measure}", settings, str(error))
    problems.stop()
    return [np.column_stack(part) for part in zip(*found, strict=True)]


def _scored(leaf: Leaf, x: Array, years: NDArray[np.int64], shares: Array | None) -> Sequence[NDArray[Any]]:
    """A leaf's values treated, the marks of that, its scores and where they were cut."""
    used, marks = _treat(leaf, x)
    return used, marks, *normalise_leaf(leaf, used, years, shares)


def treat_outliers(model: IndexModel, view: str, values: Array) -> Array:
    """Filled values with their outliers treated as each leaf says, shape (rows, leaves).

    Raises
    ------
    InputError
        The leaves whose treatment does not suit their values.
    """
    return _each_leaf(model, view, _treat, values)[0]


def average_weights(observations: pd.DataFrame, variable: str | None) -> pd.DataFrame | None:
    """Weights for averages over units: one variable of the cleaned observations.

    Parameters
    ----------
    observations
        The table `monotown.base.tables.OBSERVATIONS`; where a unit and year stand more than once (two
        sources), the first by source counts.
    variable
        The view's ``average_weights``; None for averages that count each unit once.

    Returns
    -------
    pandas.DataFrame or None
        ``unit``, ``year``, ``value``.
    """
    if variable is None:
        return None
    mine = observations[(observations["variable"] == variable) & observations["value"].notna()]
    ordered = mine.sort_values(["unit", "year", "source"], kind="stable")
    return ordered.drop_duplicates(["unit", "year"])[["unit", "year", "value"]]


def weights_of(rows: pd.DataFrame, average_weights: pd.DataFrame, name: str) -> Array:
    """Weight of each row's unit, of the row's year or the nearest year there is.

    Parameters
    ----------
    rows
        ``unit`` and ``year``.
    average_weights
        ``unit``, ``year``, ``value``.
    name
        Name of the variable, for the message.

    Raises
    ------
    InputError
        Units without any weight.
    """
    known = average_weights.dropna(subset=["value"]).sort_values(["unit", "year"])
    series = {str(u): g for u, g in known.groupby("unit")}
    problems = Problems()
    for unit in sorted(set(rows["unit"]) - set(series)):
        problems.add("observations", f"variable {name}", "nothing", f"a value for {unit}")
    problems.stop()
    return np.array(
        [
            float(g["value"].to_numpy()[np.argmin(np.abs(g["year"].to_numpy() - y))])
            for g, y in zip((series[u] for u in rows["unit"]), rows["year"], strict=True)
        ]
    )


def _join_sources(sources: Iterable[str]) -> str:
    parts = {p.strip() for s in sources for p in s.split(";") if p.strip()}
    return "; ".join(sorted(parts))


def _check_rows(mine: pd.DataFrame, view: str, config: Mapping[str, Any], model: IndexModel) -> None:
    problems = Problems()
    if mine.empty:
        problems.add("indicators", "column view", "no rows", f"rows of view {view!r}")
        problems.stop()
    for measure in model.measures:
        if mine.loc[mine["measure"] == measure, "value"].isna().all():
            problems.add("indicators", f"view {view}, measure {measure}", "no value", "values")
    kinds = sorted(set(mine["kind"]))
    allowed = [str(config["kind"])] if "kind" in config else kinds[:1]
    for kind in kinds:
        if kind not in allowed:
            problems.add("indicators", f"view {view}, column kind", kind, f"{allowed[0]} only")
    problems.stop()


@dataclass(frozen=True)
class Filling:
    """Values after the rules for missing ones, shape (rows, leaves), and how each was got.

    `tables` are those of multiple imputation, shape (tables, rows, leaves), of which the values
    are the mean; None where nothing was imputed so.
    """

    values: Array
    flags: NDArray[np.str_]
    tables: Array | None


def fill(
    model: IndexModel, rows: pd.DataFrame, raw: Array, seed: int, groups: Mapping[str, Mapping[str, str]] | None = None
) -> Filling:
    """Values after each leaf's rule for missing ones.

    Nothing is made up where there is nothing to go by: a measure that nobody has in a year stays
    missing, and so does a unit's whole block.

    Parameters
    ----------
    model, rows, raw
        As of `Prepared`.
    seed
        For multiple imputation.
    groups
        Column of the units to the group of each, for rules that are taken by one; a unit without a
        group, or in one without a value, stays without.

    Raises
    ------
    InputError
        Years that multiple imputation refuses; a column that no unit has.
    """
    values, flags = raw.copy(), np.full(raw.shape, "", dtype="U16")
    years = rows["year"].to_numpy()
    by_year = [g.index.to_numpy() for _, g in rows.groupby("year", sort=True)]
    by_unit = [g.index.to_numpy() for _, g in rows.groupby("unit", sort=True)]
    blocks = np.array([model.block_of[m] for m in model.measures])
    for j, leaf in enumerate(model.leaves):
        name, column = rule_of(leaf.missing)
        rule = FILLINGS.get(name)
        if rule is None or "seed" in rule.needs:
            continue
        if "years" in rule.needs:
            for g in by_unit:
                values[g, j], flags[g, j] = rule(raw[g, j], years[g])
        else:
            known = np.asarray((~np.isnan(raw[:, blocks == blocks[j]])).any(axis=1))
            for g in by_year:
                for here in _grouped(rows, g, column, groups):
                    if not np.isnan(raw[here, j]).all():
                        some = here[known[here]]
                        values[some, j], flags[some, j] = rule(raw[some, j])
    drawn = _imputed(model, rows, raw, seed)
    if drawn is None:
        return Filling(values, flags, None)
    made = ~np.isnan(drawn[0])
    # the index rests on the mean of the completed tables, its error on each of them
    mean = np.where(made, drawn.mean(axis=0), values)
    return Filling(mean, np.where(made, "imputed", flags), np.where(made, drawn, values))


def _grouped(
    rows: pd.DataFrame, g: NDArray[np.int64], column: str, groups: Mapping[str, Mapping[str, str]] | None
) -> list[NDArray[np.int64]]:
    """Rows of a year, apart by the group of their unit."""
    if not column:
        return [g]
    known = (groups or {}).get(column)
    if known is None:
        listed = nearest(column, list(groups or {}))
        raise InputError([Problem("units", "columns", column, f"a column of the units, {listed}")])
    of = [known.get(str(u), "") for u in rows["unit"].iloc[g]]
    return [g[[x == name for x in of]] for name in dict.fromkeys(of) if name]


def _imputed(model: IndexModel, rows: pd.DataFrame, raw: Array, seed: int) -> Array | None:
    """What multiple imputation puts for missing values, NaN elsewhere, shape (tables, rows, leaves)."""
    enough = rows["enough"].to_numpy(dtype=bool)
    chained = np.array([leaf.missing == "mice" for leaf in model.leaves])
    gone: NDArray[np.bool_] = np.isnan(raw) & chained & enough[:, None]
    problems, drawn = Problems(), None
    years = rows["year"].to_numpy()
    for year in np.unique(years[gone.any(axis=1)]):
        some = np.flatnonzero(enough & (years == year))
        try:
            tables = impute_chained(raw[some], seed, blocks=[model.block_of[m] for m in model.measures])
        except ValueError as error:
            problems.add("views config", f"missing: mice, year {year}", "mice", str(error))
            continue
        if drawn is None:
            drawn = np.full((len(tables), *raw.shape), np.nan)
        drawn[:, some] = np.where(gone[some], tables, np.nan)
    problems.stop()
    return drawn


def _treat(leaf: Leaf, x: Array) -> tuple[Array, NDArray[np.str_]]:
    marks = np.full(x.shape, "", dtype="U16")
    if leaf.outliers == "none":
        return x, marks
    rule = OUTLIERS[leaf.outliers]
    done = rule(x)
    marks[done.treated] = rule.mark
    if done.log:
        if leaf.goalposts is not None:
            raise ValueError(
                f"measure {leaf.measure!r}: winsorising is not enough, and a logarithm fitted to "
                "the sample has no frozen goalposts; set transform: log, or minmax_sample"
            )
        marks[~np.isnan(x)] = "logged"
    return done.result, marks
