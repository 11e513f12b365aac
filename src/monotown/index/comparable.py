"""Consistency: whether two years, two units or two indices can be compared, and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from monotown.base import checked as pa
from monotown.base.many import pairs_told
from monotown.base.problems import InputError, Problem
from monotown.base.tables import NOTE, TEXT, keyed, kind_column
from monotown.index.admissible import scale_of
from monotown.index.model import IndexModel, Leaf

if TYPE_CHECKING:
    from monotown.index.prepare import Prepared
    from monotown.index.weighting import Weighting


#: Every pair of years of a unit (`scope` years) and of units in a year (`scope` units), of more than
#: `monotown.base.many.FEW` units those next to each other in the order of scores. `reason` is empty
#: where the two can be compared; `note` names values that were filled.
COMPARABILITY = pa.DataFrameSchema(
    {
        "view": TEXT,
        "scope": pa.Column(str, pa.Check.isin(["years", "units"])),
        "unit": TEXT,
        "year": pa.Column("int64"),
        "other_unit": TEXT,
        "other_year": pa.Column("int64"),
        "comparable": pa.Column(bool),
        "reason": NOTE,
        "note": NOTE,
        "kind": kind_column(),
    },
    checks=pa.Check(
        lambda df: df["comparable"] == (df["reason"] == ""),
        error="there is a reason exactly where two cannot be compared",
    ),
    unique=["view", "scope", "unit", "year", "other_unit", "other_year"],
    strict=True,
    coerce=True,
    name="comparability",
)

#: What sets two indices of one name apart. `item` is a measure, a node, or a weight.
DIFFERENCES = keyed("differences", ["view", "other_view", "item", "setting"], {"here": NOTE, "there": NOTE})


def scale_reasons(model: IndexModel, measures: Collection[str] | None = None) -> list[str]:
    """Why the scores of a model cannot be compared between years, whatever the data.

    Parameters
    ----------
    model
        The model.
    measures
        The measures that count, such as those of one block; None for all.

    Examples
    --------
    >>> from monotown.index.model import Node, method
    >>> scale_reasons(IndexModel(Node("i", (Leaf("m", normalisation=method("rank")),))))
    ['m is normalised within each year (rank)']
    """
    wanted = set(model.measures if measures is None else measures)
    found = []
    for leaf in model.leaves:
        chosen = leaf.normalisation
        if leaf.measure in wanted and chosen.normalisation.within_year(chosen.settings):
            found.append(f"{leaf.measure} is normalised within each year ({chosen.name})")
    for node in model.nodes:
        # a block is not touched by what is done above it
        if node.aggregation.aggregation.across_units and wanted.issuperset(basis_of(model, node.id)):
            found.append(f"{node.id} compares the units of one year ({node.aggregation.name})")
    return found


def basis_of(model: IndexModel, node: str) -> tuple[str, ...]:
    """Measures under a node.

    Examples
    --------
    >>> from monotown.index.model import Node
    >>> basis_of(IndexModel(Node("i", (Node("b", (Leaf("m"),)), Leaf("n")))), "b")
    ('m',)
    """
    return tuple(
        item.measure for path, item, _ in model.walk() if isinstance(item, Leaf) and node in [p.id for p in path]
    )


def year_reasons(
    prepared: Prepared, unit: str, year: int, other: int, measures: Collection[str] | None = None
) -> list[str]:
    """Why a unit's scores of two years cannot be compared; empty where they can.

    Parameters
    ----------
    prepared
        A view's normalised data.
    unit, year, other
        The unit and the two years.
    measures
        The measures that count, such as those of one block; None for all.
    """
    pair = (unit, year), (unit, other)
    return _absent(prepared, pair, measures is None) or _of_pair(prepared, pair, "years", measures)


def unit_reasons(prepared: Prepared, year: int, unit: str, other: str) -> list[str]:
    """Why the scores of two units in a year cannot be compared; empty where they can."""
    pair = (unit, year), (other, year)
    return _absent(prepared, pair, True) or _of_pair(prepared, pair, "units", None)


def _own_weights(prepared: Prepared) -> list[str]:
    if prepared.unit_weights is None:
        return []
    return ["every unit has weights of its own in each year (benefit_of_the_doubt)"]


def _absent(prepared: Prepared, places: Iterable[tuple[str, int]], whole: bool) -> list[str]:
    reasons = []
    for unit, year in places:
        row = prepared.places.get((unit, year))
        if row is None:
            reasons.append(f"{unit} has no data in {year}")
        elif whole and not prepared.enough[row]:
            reasons.append(f"{unit} has too few measures in {year}")
    return reasons


def _of_pair(
    prepared: Prepared, pair: tuple[tuple[str, int], tuple[str, int]], what: str, measures: Collection[str] | None
) -> list[str]:
    one, other = ([prepared.places[place]] for place in pair)
    return reasons_between(prepared, one, other, what, measures)[0]


def reasons_between(
    prepared: Prepared,
    one: Sequence[int] | NDArray[np.int64],
    other: Sequence[int] | NDArray[np.int64],
    what: str,
    measures: Collection[str] | None = None,
) -> list[list[str]]:
    """Why the scores of pairs of rows cannot be compared; empty lists where they can.

    Parameters
    ----------
    prepared
        A view's normalised data.
    one, other
        Numbers of its rows, shape (pairs,).
    what
        ``years``: two years of a unit; ``units``: two units of a year.
    measures
        As in `year_reasons`.
    """
    chosen = [j for j, m in enumerate(prepared.model.measures) if measures is None or m in measures]
    names = [prepared.model.measures[j] for j in chosen]
    gone = np.isnan(prepared.z[:, chosen])
    kinds, which = np.unique(gone[one] != gone[other], axis=0, return_inverse=True)
    odd = [sorted(m for m, differs in zip(names, kind, strict=True) if differs) for kind in kinds]
    always = [*scale_reasons(prepared.model, measures), *_own_weights(prepared)] if what == "years" else []
    reasons = [[f"not in both {what}: {', '.join(o)}", *always] if o else always for o in odd]
    places, short = list(prepared.places), ~prepared.enough if measures is None else np.zeros(len(gone), dtype=bool)
    return [
        _absent(prepared, (places[i], places[j]), True) if short[i] or short[j] else reasons[k]
        for i, j, k in zip(one, other, which.ravel(), strict=True)
    ]


def comparability_table(prepared: Prepared, scores: ArrayLike | None = None) -> pd.DataFrame:
    """Consistency report of a view: every pair of years of a unit, and of units in a year.

    Parameters
    ----------
    prepared
        A view's normalised data.
    scores
        Shape (rows,): scores of the whole index, missing where there is none. Of more than `FEW` units in a year
        only those next to each other in the order of their scores are told, by name without scores;
        `require_comparable` answers for any two.

    Returns
    -------
    pandas.DataFrame
        `COMPARABILITY`.
    """
    rows = prepared.rows
    units, years = rows["unit"].astype(str).to_numpy(dtype=object), rows["year"].to_numpy()
    score = np.full(len(rows), np.nan) if scores is None else np.asarray(scores, dtype=np.float64)
    pairs: dict[str, list[tuple[int, int]]] = {"years": [], "units": []}
    for here in _apart(units, years):
        pairs["years"] += combinations(here, 2)
    for here in _apart(years, units):
        pairs["units"] += [(here[i], here[j]) for i, j in pairs_told(list(units[here]), score[here])]
    notes = np.array(_filled(prepared), dtype=object)
    kinds = rows["kind"].astype(str).to_numpy(dtype=object)
    frames = []
    for scope, found in pairs.items():
        one, other = np.array(found, dtype=np.int64).reshape(-1, 2).T
        reasons = ["; ".join(r) for r in reasons_between(prepared, one, other, scope)] if found else []
        told = zip(notes[one], notes[other], strict=True)
        columns = {
            "view": prepared.view,
            "scope": scope,
            "unit": units[one],
            "year": years[one],
            "other_unit": units[other],
            "other_year": years[other],
            "comparable": [not r for r in reasons],
            "reason": reasons,
            "note": ["; ".join(dict.fromkeys(n for n in pair if n)) for pair in told],
            "kind": kinds[other],
        }
        frames.append(pd.DataFrame(columns, columns=list(COMPARABILITY.columns)))
    return COMPARABILITY.coerce_dtype(pd.concat(frames, ignore_index=True))


def _apart(by: NDArray[Any], then: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Numbers of the rows of each value of `by`, rising, in the order of `then`."""
    order = np.lexsort((then, by))
    starts = np.flatnonzero(by[order][1:] != by[order][:-1]) + 1
    return np.split(order, starts)


def _filled(prepared: Prepared) -> list[str]:
    """What was filled in each row, empty where nothing was."""
    filled = np.isin(prepared.flags, ("interpolated", "carried", "mean", "median", "imputed"))
    measures, notes = np.array(prepared.model.measures), [""] * len(filled)
    for row, (unit, year) in enumerate(prepared.places):
        if filled[row].any():
            told = zip(measures[filled[row]], prepared.flags[row, filled[row]], strict=True)
            notes[row] = f"{unit} {year}: {', '.join(f'{m} {flag}' for m, flag in told)}"
    return notes


def require_comparable(prepared: Prepared, a: tuple[str, int], b: tuple[str, int]) -> None:
    """Refuse a comparison of two units or years that cannot be made.

    Parameters
    ----------
    prepared
        A view's normalised data.
    a, b
        Unit and year: two years of a unit, or two units in a year.

    Raises
    ------
    InputError
        With every reason.
    ValueError
        If both the unit and the year differ.
    """
    if a[0] == b[0]:
        reasons = year_reasons(prepared, a[0], a[1], b[1])
    elif a[1] == b[1]:
        reasons = unit_reasons(prepared, a[1], a[0], b[0])
    else:
        raise ValueError("compare two years of one unit, or two units in one year")
    where = f"comparison of {a[0]} {a[1]} with {b[0]} {b[1]}"
    expected = "scores on the same measures and scale"
    if reasons:
        raise InputError([Problem(prepared.view, where, r, expected) for r in reasons])


def model_differences(here: IndexModel, there: IndexModel) -> list[tuple[str, str, str, str]]:
    """What sets two models apart: any of it makes their scores incomparable.

    Parameters
    ----------
    here, there
        Two models, such as before and after an indicator was added, dropped or replaced.

    Returns
    -------
    list of tuple
        Item (measure or node), setting, its value here and there; empty for equal models.

    Examples
    --------
    >>> from monotown.index.model import Node
    >>> old = IndexModel(Node("i", (Leaf("a"), Leaf("b"))))
    >>> model_differences(old, old.without("b"))
    [('a', 'weight', '0.5', '1'), ('b', 'measure', 'present', 'absent')]
    """
    found: list[tuple[str, str, str, str]] = []
    sides = [_settings(here), _settings(there)]
    for item in sorted(set(sides[0]) | set(sides[1])):
        one, two = sides[0].get(item), sides[1].get(item)
        if one is None or two is None:
            present = ["present" if s is not None else "absent" for s in (one, two)]
            what = "measure" if "direction" in (one or two or {}) else "node"
            found.append((item, what, *present))  # type: ignore[arg-type]
            continue
        found.extend((item, k, one[k], two.get(k, "")) for k in one if one[k] != two.get(k, ""))
    return found


def _settings(model: IndexModel) -> dict[str, dict[str, str]]:
    settings: dict[str, dict[str, str]] = {}
    for path, item, weight in model.walk():
        common = {"weight": f"{weight:.6g}", "under": path[-1].id if path else ""}
        if isinstance(item, Leaf):
            posts = "" if item.goalposts is None else f"{item.goalposts[0]:g} to {item.goalposts[1]:g}"
            settings[item.measure] = common | {
                "direction": str(item.direction),
                "transform": item.transform,
                "goalposts": posts,
                "normalisation": str(item.normalisation),
                "missing": item.missing,
                "outliers": item.outliers,
            }
        else:
            settings[item.id] = common | {
                "aggregation": str(item.aggregation),
                "missing": item.missing,
                "floor": "" if item.floor is None else f"{item.floor:g}",
            }
    settings[model.tree.id]["scale"] = f"{scale_of(model):g}"
    return settings


def _told(
    here: IndexModel, there: IndexModel, mine: Weighting | None, other: Weighting | None
) -> list[tuple[str, str, str, str]]:
    found = model_differences(here, there)
    if all(w is None or w.family == "fixed" for w in (mine, other)):
        return found
    words = ["the tree's" if w is None else str(w) for w in (mine, other)]
    return [(here.tree.id, "weights", words[0], words[1]), *(row for row in found if row[1] != "weight")]


def require_same_model(here: IndexModel, there: IndexModel, where: str = "comparison") -> None:
    """Refuse to compare scores of two models that differ.

    Raises
    ------
    InputError
        Every difference: indicators added, dropped or replaced, goalposts, weights and so on.
    """
    found = model_differences(here, there)
    if found:
        raise InputError(
            [Problem(where, f"{item}, {setting}", one or "none", two or "none") for item, setting, one, two in found]
        )


def difference_table(
    view: str, models: Mapping[str, IndexModel], weightings: Mapping[str, Weighting | None] | None = None
) -> pd.DataFrame:
    """Differences of a view's index from the other views' indices of the same name.

    Parameters
    ----------
    view
        Id of the view.
    models
        View to its model, `view` among them.
    weightings
        View to its setting ``weights``. Weights from data or judgments are told by their scheme,
        for those of the other view are not known here.

    Returns
    -------
    pandas.DataFrame
        `DIFFERENCES`.
    """
    mine = models[view]
    records = [
        dict(zip(DIFFERENCES.columns, (view, other, *row), strict=True))
        for other, model in sorted(models.items())
        if other != view and model.tree.id == mine.tree.id
        for row in _told(mine, model, (weightings or {}).get(view), (weightings or {}).get(other))
    ]
    frame = pd.DataFrame(records, columns=list(DIFFERENCES.columns))
    return DIFFERENCES.coerce_dtype(frame)
