"""A view's model, and its panel prepared for it: filled, treated, normalised, weighed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base.problems import InputError, Problems, nearest
from monotown.base.tables import SCALES
from monotown.base.ties import TOLERANCE
from monotown.index.admissible import inadmissible, lowest, scale_of
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel, Leaf
from monotown.index.weighting import Place, Weighed, fixed_weights, kind_under, read_weighting, weigh_view
from monotown.methods.missing import Filled, carry, coverage, fill_group, impute_chained, interpolate
from monotown.methods.outliers import mad_flags, treat, winsorise

Array = NDArray[np.float64]


#: Keys of a view.
VIEW_KEYS: Final = (
    "label",
    "kind",
    "units",
    "years",
    "average_weights",
    "minimum_coverage",
    "expected_blocks",
    "normalisation",
    "weights",
    "scale",
    "tree",
    "note",
    "beside",
    "readings",
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
    raw, used, z
        Shape (rows, leaves): as in the indicators table, after filling and treatment, and
        normalised; NaN where missing.
    clipped
        Where a value was cut to a goalpost.
    flags
        How a value was got, "" as given.
    weighed
        What the view's ``weights`` come to; None where those of the tree count.
    completed
        Normalised scores of each table of multiple imputation, shape (tables, rows, leaves); None
        where nothing was imputed so.
    """

    view: str
    model: IndexModel
    rows: pd.DataFrame
    raw: Array
    used: Array
    z: Array
    clipped: NDArray[np.bool_]
    flags: NDArray[np.str_]
    weighed: Weighed | None = None
    completed: Array | None = None

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

    @property
    def years(self) -> list[int]:
        """Years, rising."""
        return sorted(int(y) for y in self.rows["year"].unique())


def view_model(
    view: str, config: Mapping[str, Any], measures: Mapping[str, Mapping[str, Any]], file: str = "config/views.yaml"
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
    model = replace(model, scale=float(scale))
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
    mine = indicators[indicators["view"] == view]
    _check_rows(mine, view, config, model)
    mine = mine[mine["measure"].isin(model.measures)].copy()
    keys = ["year", "unit"]
    rows = mine[keys].drop_duplicates().sort_values(keys).reset_index(drop=True)
    places = pd.MultiIndex.from_frame(rows)
    raw = np.full((len(rows), len(model.measures)), np.nan)
    at = places.get_indexer(pd.MultiIndex.from_frame(mine[keys]))
    raw[at, pd.Index(model.measures).get_indexer(pd.Index(mine["measure"]))] = mine["value"]
    some = ~np.isnan(raw).all(axis=1)  # a row without any value is no row
    rows, raw, places = rows[some].reset_index(drop=True), raw[some], places[some]
    described = mine[mine["value"].notna()].groupby(keys)
    rows["kind"] = described["kind"].first().reindex(places).to_numpy()
    rows["source"] = described["source"].agg(_join_sources).reindex(places).to_numpy()
    when = rows["year"].to_numpy()
    found = coverage(~np.isnan(raw), [model.block_of[m] for m in model.measures], config.get("minimum_coverage"))
    rows["enough"] = found.enough
    share = None
    if average_weights is not None:
        share = weights_of(rows, average_weights, str(config.get("average_weights")))
    problems = Problems()
    values, flags, tables = _fill(model, rows, raw, seed, problems)
    z, clipped = _scale(model, view, values, flags, when, share, problems)
    problems.stop()
    _check_scores(model, view, rows, z, problems)
    problems.stop()
    completed = None
    if tables is not None:
        scaled = [_scale(model, view, table, flags.copy(), when, share, problems)[0] for table in tables]
        problems.stop()
        completed = np.stack(scaled)
    weighting = read_weighting(view, config)
    weighed = None
    if weighting is not None and weighting.family != "fixed":
        weighed = weigh_view(
            model,
            weighting,
            z,
            rows,
            judgments=judgments,
            expected_blocks=config.get("expected_blocks", ()),
            kind=str(config.get("kind", rows["kind"].iloc[0])),
            where=Place("config/views.yaml", f"{view}.weights"),
        )
        model = weighed.model
        rows["kind"] = [kind_under(str(k), weighed.kind) for k in rows["kind"]]
        if weighting.judgments is not None:
            rows["source"] = [_join_sources([s, weighting.judgments]) for s in rows["source"]]
    return Prepared(view, model, rows, raw, values, z, clipped, flags, weighed, completed)


def _check_scores(model: IndexModel, view: str, rows: pd.DataFrame, z: Array, problems: Problems) -> None:
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
        problems.add(
            "config/views.yaml",
            f"{view}.tree",
            str(error),
            f"a floor there, or an arithmetic mean; at or below 0: {'; '.join(named)}{more}",
        )


def _scale(
    model: IndexModel,
    view: str,
    values: Array,
    flags: NDArray[np.str_],
    when: NDArray[np.int64],
    share: Array | None,
    problems: Problems,
) -> tuple[Array, NDArray[np.bool_]]:
    """Normalised scores and where they were cut; treats `values` and marks `flags` in place."""
    z, clipped = np.full(values.shape, np.nan), np.zeros(values.shape, dtype=bool)
    for j, leaf in enumerate(model.leaves):
        try:
            values[:, j], treated = _treat(leaf, values[:, j])
            flags[treated != "", j] = treated[treated != ""]
            z[:, j], clipped[:, j] = normalise_leaf(leaf, values[:, j], when, share)
        except ValueError as error:
            _refuse(problems, view, leaf, error)
    return z, clipped


def _refuse(problems: Problems, view: str, leaf: Leaf, error: ValueError) -> None:
    settings = f"{leaf.normalisation}, transform {leaf.transform}, outliers {leaf.outliers}"
    problems.add("views config", f"{view}, measure {leaf.measure}", settings, str(error))


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


def _fill(
    model: IndexModel, rows: pd.DataFrame, raw: Array, seed: int, problems: Problems
) -> tuple[Array, NDArray[np.str_], Array | None]:
    """Values and flags after each leaf's rule, and the tables of multiple imputation.

    Nothing is made up where there is nothing to go by: a measure that nobody has in a year stays
    missing, and so does a unit's whole block.
    """
    values, flags = raw.copy(), np.full(raw.shape, "", dtype="U16")
    columns: dict[str, list[int]] = {}
    for j, measure in enumerate(model.measures):
        columns.setdefault(model.block_of[measure], []).append(j)
    has_block: dict[str, NDArray[np.bool_]] = {
        b: np.asarray((~np.isnan(raw[:, js])).any(axis=1)) for b, js in columns.items()
    }
    by_year = [g.index.to_numpy() for _, g in rows.groupby("year", sort=True)]
    by_unit = [g.index.to_numpy() for _, g in rows.groupby("unit", sort=True)]
    years = rows["year"].to_numpy()
    for j, leaf in enumerate(model.leaves):
        if leaf.missing in ("mean", "median"):
            known = has_block[model.block_of[leaf.measure]]
            groups = [g[known[g]] for g in by_year if not np.isnan(raw[g, j]).all()]
            parts = [(g, fill_group(raw[g, j], leaf.missing)) for g in groups]
        elif leaf.missing in ("interpolate", "carry", "interpolate_carry"):
            parts = [(g, _fill_series(leaf, raw[g, j], years[g])) for g in by_unit]
        else:
            continue
        for place, filled in parts:
            values[place, j], flags[place, j] = filled
    completed: Array | None = None
    done: list[tuple[NDArray[np.int64], NDArray[np.bool_], Array]] = []
    chained = [j for j, leaf in enumerate(model.leaves) if leaf.missing == "mice"]
    if chained:
        blocks = [model.block_of[m] for m in model.measures]
        for g in by_year:
            some = g[rows["enough"].to_numpy()[g]]
            gone = np.isnan(raw[np.ix_(some, chained)])
            if gone.any():
                # the index rests on the mean of the completed tables, its error on each of them
                try:
                    tables = impute_chained(raw[some], seed, blocks=blocks)
                except ValueError as error:
                    year = int(years[some[0]])
                    problems.add("views config", f"missing: mice, year {year}", "mice", str(error))
                    continue
                mean = tables.mean(axis=0)[:, chained]
                part, marks = values[np.ix_(some, chained)], flags[np.ix_(some, chained)]
                part[gone], marks[gone] = mean[gone], "imputed"
                values[np.ix_(some, chained)], flags[np.ix_(some, chained)] = part, marks
                done.append((some, gone, tables[:, :, chained]))
    if done:
        completed = np.repeat(values[None], len(done[0][2]), axis=0)
        for some, gone, drawn in done:
            for table, one in zip(completed, drawn, strict=True):
                place = np.ix_(some, np.array(chained))
                table[place] = np.where(gone, one, table[place])
    return values, flags, completed


def _fill_series(leaf: Leaf, x: Array, years: NDArray[np.int64]) -> Filled:
    filled = Filled(x, np.full(x.shape, "", dtype="U16"))
    if leaf.missing.startswith("interpolate"):
        filled = interpolate(x, years)
    if leaf.missing.endswith("carry"):
        known, old = filled
        carried, new = carry(known, years)
        filled = Filled(carried, np.where(new == "", old, new))
    return filled


def _treat(leaf: Leaf, x: Array) -> tuple[Array, NDArray[np.str_]]:
    marks = np.full(x.shape, "", dtype="U16")
    if leaf.outliers == "none":
        return x, marks
    if leaf.outliers == "mad":
        marks[mad_flags(x)] = "outlying"
        return x, marks
    done = winsorise(x) if leaf.outliers == "winsorise" else treat(x)
    marks[done.treated] = "winsorised"
    if done.log:
        if leaf.goalposts is not None:
            raise ValueError(
                f"measure {leaf.measure!r}: winsorising is not enough, and a logarithm fitted to "
                "the sample has no frozen goalposts; set transform: log, or minmax_sample"
            )
        marks[~np.isnan(x)] = "logged"
    return done.result, marks
