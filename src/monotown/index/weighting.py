"""A view's own weights: its setting ``weights`` checked, and applied to the view's data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.base.tables import KINDED, SHARE, TEXT, Kind, assumed, keyed
from monotown.index.kernel import evaluate_nodes
from monotown.index.model import IndexModel, Node
from monotown.methods.method import Weighting as Scheme
from monotown.methods.register import SCHEMES
from monotown.methods.weights.judgments import judgment_kind, read_judgments
from monotown.methods.weights.schemes import benefit_of_each, weigh

#: What a scheme that needs data is applied to.
_OVER: Final = ("blocks", "leaves")


#: Weights of each unit and year under a scheme that gives every unit its own; no rows otherwise.
#: `share` is the part of the measure in the optimum of the linear program, `optimum` its value
#: (1 on the frontier); a unit and year without weights, as incomplete, is left out.
UNIT_WEIGHTS = keyed(
    "unit_weights",
    ["view", "unit", "year", "measure"],
    {"year": pa.Column("int64"), "block": TEXT, "weight": SHARE, "share": SHARE, "optimum": SHARE},
    KINDED,
)


@dataclass(frozen=True)
class Weighting:
    """A view's setting ``weights``.

    Attributes
    ----------
    scheme
        Name of a scheme of the register (`monotown.methods.register.SCHEMES`).
    over
        ``blocks``: a scheme that needs data is applied within each block, and the blocks keep
        their weights of the tree; ``leaves``: to all measures at once.
    missing
        Rule of the scheme for missing values.
    floor
        Lower end to which scores in [0, 1] are rescaled for a scheme that needs positive values.
    reference_year
        Year whose data set the weights; None for all years of the view together.
    judgments
        File of an expert's scheme.
    kind
        ``synthetic`` where the view owns that its results are, for its judgments are.
    bounds
        Lowest and highest share of a measure, for the benefit of the doubt.
    types
        Block to its type, for ``equal_by_type``; None for those of the index.
    """

    scheme: str
    over: str = "blocks"
    missing: str = "refuse"
    floor: float = 0.01
    reference_year: int | None = None
    judgments: str | None = None
    kind: str | None = None
    bounds: tuple[float, float] = (0.0, 1.0)
    types: Mapping[str, str] | None = None

    @property
    def family(self) -> str:
        """``fixed``, ``data`` or ``expert``."""
        return SCHEMES[self.scheme].kind

    def __str__(self) -> str:
        parts = [self.scheme]
        if self.family == "data" and not SCHEMES[self.scheme].per_unit:
            parts.append(f"over {self.over}")
        if self.reference_year is not None:
            parts.append(f"of {self.reference_year}")
        if self.judgments is not None:
            parts.append(self.judgments)
        if self.bounds != (0.0, 1.0):
            parts.append(f"shares {self.bounds[0]:g} to {self.bounds[1]:g}")
        return ", ".join(parts)


def keys_of(scheme: Scheme) -> tuple[str, ...]:
    """Keys of ``weights`` that a scheme takes.

    Examples
    --------
    >>> keys_of(SCHEMES["critic"])
    ('scheme', 'over', 'missing', 'reference_year')
    >>> keys_of(SCHEMES["ahp"])
    ('scheme', 'judgments', 'kind')
    """
    if scheme.kind == "expert":
        return ("scheme", "judgments", "kind")
    if scheme.kind == "fixed":
        return ("scheme", "types") if "types" in scheme.needs else ("scheme",)
    if scheme.per_unit:
        return ("scheme", "bounds", "missing", "floor")
    return ("scheme", "over", "missing", *(["floor"] if scheme.positive else []), "reference_year")


def read_weighting(view: str, config: Mapping[str, Any], file: str = "config/study/indices.csv") -> Weighting | None:
    """A view's ``weights``, checked.

    Parameters
    ----------
    view, config
        Id of the view and its entry in the views config.
    file
        Its name, for messages.

    Returns
    -------
    Weighting or None
        None where the view has no such key: the weights of its tree count.

    Raises
    ------
    InputError
        Every wrong setting, with the admissible ones.

    Examples
    --------
    >>> print(read_weighting("v", {"weights": {"scheme": "critic", "over": "leaves"}}))
    critic, over leaves
    >>> read_weighting("v", {}) is None
    True
    >>> read_weighting("v", {"weights": "critc"})
    Traceback (most recent call last):
    ...
    monotown.base.problems.InputError: 1 problem in the input:
      1. config/study/indices.csv, v.weights: found 'critc'; expected 'critic' (did you mean this?), \
or one of: ahp, benefit_of_the_doubt, best_worst, budget_allocation, critic, entropy, \
equal_by_block, equal_by_indicator, equal_by_type, equal_importance, merec, pca, pca_varimax, \
standard_deviation
    """
    given = config.get("weights")
    if given is None:
        return None
    where = f"{view}.weights"
    problems = Problems()
    if not isinstance(given, Mapping):
        given, at = {"scheme": given}, where
    else:
        at = f"{where}.scheme"
    name = str(given.get("scheme", "nothing"))
    if name not in SCHEMES:
        problems.add(file, at, name, nearest(name, list(SCHEMES)))
    problems.stop()
    scheme = SCHEMES[name]
    allowed = keys_of(scheme)
    for key in given:
        if key not in allowed:
            text = nearest(str(key), allowed)
            problems.add(file, f"{where}.{key}", key, f"for {name} {text}")
    over, missing = given.get("over", "blocks"), given.get("missing", "refuse")
    if over not in _OVER:
        problems.add(file, f"{where}.over", over, nearest(str(over), _OVER))
    if missing not in scheme.missing:
        problems.add(file, f"{where}.missing", missing, nearest(str(missing), scheme.missing))
    floor = given.get("floor", 0.01)
    if not (_is_number(floor) and 0 < floor < 1):
        problems.add(file, f"{where}.floor", floor, "a number between 0 and 1")
    year, years = given.get("reference_year"), [str(y) for y in config.get("years", ())]
    if year is not None and str(year) not in years:
        problems.add(file, f"{where}.reference_year", year, nearest(str(year), years))
    bounds = given.get("bounds", (0.0, 1.0))
    if not (
        isinstance(bounds, Sequence)
        and len(bounds) == 2
        and all(map(_is_number, bounds))
        and 0 <= bounds[0] <= bounds[1] <= 1
    ):
        problems.add(file, f"{where}.bounds", bounds, "[lowest, highest] share, from 0 to 1")
    judgments = given.get("judgments")
    if scheme.kind == "expert" and not (isinstance(judgments, str) and judgments):
        text = f"a file of judgments for {name}, such as config/weights/{name}_example"
        problems.add(file, f"{where}.judgments", judgments or "nothing", text)
    kind = given.get("kind")
    if kind not in (None, Kind.SYNTHETIC.value):
        problems.add(file, f"{where}.kind", kind, "synthetic, or no such key")
    types = given.get("types")
    if types is not None and not isinstance(types, Mapping):
        problems.add(file, f"{where}.types", types, "a mapping of blocks to types")
    problems.stop()
    return Weighting(
        name,
        over,
        missing,
        float(floor),
        None if year is None else int(year),
        judgments,
        kind,
        (float(bounds[0]), float(bounds[1])),
        None if types is None else {str(k): str(v) for k, v in types.items()},
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Weighed:
    """What a view's setting ``weights`` comes to.

    Attributes
    ----------
    model
        The model with the weights; with those of a scheme that gives every unit its own, the mean
        over the units.
    unit_weights, shares, optimum
        Of such a scheme: weights and shares of shape (rows, leaves), and the optimum of shape
        (rows,); NaN for a row without weights. None otherwise.
    kind
        Kind of the judgments that the weights rest on, or None.
    """

    model: IndexModel
    unit_weights: Array | None = None
    shares: Array | None = None
    optimum: Array | None = None
    kind: Kind | None = None


def kind_under(kind: str, judgments: Kind | None) -> str:
    """Kind of the results of a view under its weights.

    Parameters
    ----------
    kind
        Kind of the view's data.
    judgments
        Kind of the judgments that its weights rest on, or None. Those that somebody assumed make
        every result an assumption; so do those made up for demonstration, which moreover make it
        synthetic. Those of experts who were asked do neither.

    Examples
    --------
    >>> kind_under("official", None), kind_under("official", Kind.OFFICIAL)
    ('official', 'official')
    >>> kind_under("official", Kind.ASSUMED), kind_under("official", Kind.SYNTHETIC)
    ('assumed+official', 'assumed+synthetic')
    """
    if judgments is Kind.SYNTHETIC:
        return assumed(Kind.SYNTHETIC)
    return assumed(kind) if judgments is Kind.ASSUMED else kind


def fixed_weights(model: IndexModel, weighting: Weighting, where: Place) -> IndexModel:
    """A model with the weights of a scheme that needs no data.

    Examples
    --------
    >>> from monotown.index.model import Leaf
    >>> model = IndexModel(Node("i", (Leaf("a", 3), Leaf("b"))))
    >>> equal = fixed_weights(model, Weighting("equal_by_indicator"), Place("views.yaml", "v"))
    >>> equal.weights.tolist()
    [0.5, 0.5]
    """
    return _with(model, _apply(model, weighting, np.zeros((1, len(model.leaves))), where), where)


@dataclass(frozen=True)
class Place:
    """Where a setting stands, for messages.

    Examples
    --------
    >>> Place("views.yaml", "v.weights").problem("critc", "critic")
    Problem(file='views.yaml', where='v.weights', found='critc', expected='critic')
    """

    file: str
    where: str

    def problem(self, found: object, expected: str, more: str = "") -> Problem:
        """A problem of the setting."""
        return Problem(self.file, self.where + more, str(found), expected)

    def under(self, error: ValueError) -> InputError:
        """Problems of what the setting led to, told as the setting's."""
        if isinstance(error, InputError):
            return InputError(
                Problem(self.file, f"{self.where}, {p.file}: {p.where}", p.found, p.expected) for p in error.problems
            )
        return InputError([self.problem(str(error), "weights that can be used")])


def weigh_view(
    model: IndexModel,
    weighting: Weighting,
    z: Array,
    rows: pd.DataFrame,
    *,
    judgments: object = None,
    expected_blocks: Sequence[str] = (),
    kind: str = "official",
    where: Place | None = None,
) -> Weighed:
    """Weights of a view from its data or its experts.

    Parameters
    ----------
    model
        Its model, with the weights of the tree.
    weighting
        Its setting.
    z
        Normalised scores, shape (rows, leaves), columns in the order of the model's measures.
    rows
        ``year``, and ``enough``: only rows with enough coverage count.
    judgments
        Content of the file of judgments: a mapping, or a table of texts for budgets.
    expected_blocks
        Blocks of the full index: judgments of those that the view lacks are left out, and the
        others scaled up.
    kind
        Kind of the view's data.
    where
        Where the setting stands.

    Raises
    ------
    InputError
        If the scheme's assumptions fail for the data, the judgments are wrong or judge other
        things, or are synthetic where the view does not own that its results are.
    """
    place = where or Place("views config", "weights")
    scheme = SCHEMES[weighting.scheme]
    if scheme.kind == "expert":
        return _expert(model, weighting, judgments, expected_blocks, kind, place)
    use = rows["enough"].to_numpy(dtype=bool)
    if scheme.per_unit:
        return _per_unit(model, weighting, z, use, place)
    if weighting.reference_year is not None:
        use = use & (rows["year"] == weighting.reference_year).to_numpy()
    return Weighed(_with(model, _apply(model, weighting, z[use], place), place))


def _apply(model: IndexModel, weighting: Weighting, z: Array, where: Place) -> Array:
    blocks = [model.block_of[m] for m in model.measures]
    given: dict[str, float] = {}
    for block, w in zip(blocks, model.weights, strict=True):
        given[block] = given.get(block, 0.0) + float(w)
    types = dict(model.block_types) if weighting.types is None else weighting.types
    try:
        return weigh(
            weighting.scheme,
            z,
            blocks,
            names=model.measures,
            over=weighting.over,  # type: ignore[arg-type]
            block_weights=given,
            missing=weighting.missing,  # type: ignore[arg-type]
            floor=weighting.floor,
            types=types,
        )
    except ValueError as error:
        raise where.under(error) from error


def _with(model: IndexModel, weights: Array, where: Place) -> IndexModel:
    try:
        return model.with_weights(weights)
    except ValueError as error:
        raise where.under(error) from error


def _per_unit(model: IndexModel, weighting: Weighting, z: Array, use: NDArray[np.bool_], where: Place) -> Weighed:
    across = [n for n in model.nodes if n.aggregation.aggregation.across_units]
    if across:
        text = "a mean, for it compares units under one set of weights"
        raise InputError([where.problem(f"{n.id}: {n.aggregation}", text) for n in across])
    try:
        found = benefit_of_each(
            z[use],
            names=model.measures,
            bounds=weighting.bounds,
            floor=weighting.floor,
            missing=weighting.missing,  # type: ignore[arg-type]
        )
    except ValueError as error:
        raise where.under(error) from error
    weights, shares = np.full(z.shape, np.nan), np.full(z.shape, np.nan)
    optimum = np.full(len(z), np.nan)
    weights[use], shares[use], optimum[use] = found.weights, found.pie_shares, found.scores
    complete = ~np.isnan(optimum)
    return Weighed(_with(model, weights[complete].mean(axis=0), where), weights, shares, optimum)


def _expert(
    model: IndexModel, weighting: Weighting, judgments: object, expected_blocks: Sequence[str], kind: str, where: Place
) -> Weighed:
    file = str(weighting.judgments)
    if judgments is None:
        raise InputError([Problem(file, "content", "nothing", f"judgments for {weighting.scheme}")])
    told = judgment_kind(judgments, file)
    if told is Kind.SYNTHETIC and Kind.SYNTHETIC not in (kind, weighting.kind):
        text = (
            f"judgments that are no invention, or the key kind: synthetic under {where.where}, by "
            "which every result of the view is told to be synthetic"
        )
        found = f"synthetic judgments ({file}) in a view of kind {kind}"
        raise InputError([where.problem(found, text)])
    names, weights = read_judgments(weighting.scheme, judgments, file)
    leaf_weights = _spread(model, dict(zip(names, weights, strict=True)), expected_blocks, file)
    return Weighed(_with(model, leaf_weights, where), kind=told)


def _spread(model: IndexModel, judged: Mapping[str, float], expected: Sequence[str], file: str) -> Array:
    """Leaf weights from weights of the root's children or of the measures."""
    children = [c.id if isinstance(c, Node) else c.measure for c in model.tree.children]
    if set(children) <= set(judged) and set(judged) - set(children) <= set(expected):
        inside = model.weights
        blocks = [m if model.block_of[m] == model.tree.id else model.block_of[m] for m in model.measures]
        total = {b: math.fsum(w for w, o in zip(inside, blocks, strict=True) if o == b) for b in children}
        found = np.array([judged[b] * w / total[b] for b, w in zip(blocks, inside, strict=True)])
    elif set(judged) == set(model.measures):
        found = np.array([judged[m] for m in model.measures])
    else:
        text = f"every child of {model.tree.id}: {', '.join(children)}"
        if set(children) != set(model.measures):
            text += f"; or every measure: {', '.join(model.measures)}"
        raise InputError([Problem(file, "what is judged", ", ".join(judged), text)])
    return np.asarray(found / found.sum())


def evaluate_each(model: IndexModel, z: Array, weights: Array) -> dict[str, Array]:
    """Score of every node, each unit with weights of its own.

    Parameters
    ----------
    model
        The tree.
    z, weights
        Shape (units, leaves); a unit whose weights are NaN gets no score.

    Returns
    -------
    dict
        Node to an array of shape (units,); NaN too where a unit gives a node no weight.

    Examples
    --------
    >>> from monotown.index.model import Leaf
    >>> model = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    >>> evaluate_each(model, [[0.2, 0.8], [0.6, 0.4]], [[0, 1], [0.5, 0.5]])["i"].tolist()
    [0.8, 0.5]
    """
    scores, given = np.asarray(z, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    found = {node.id: np.full(len(scores), np.nan) for node in model.nodes}
    for i in np.flatnonzero(~np.isnan(given).any(axis=1)):
        for name, value in evaluate_nodes(model, scores[[i]], given[[i]]).items():
            found[name][i] = value[0, 0]
    return found
