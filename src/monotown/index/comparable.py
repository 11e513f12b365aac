"""Consistency: whether two years, two units or two indices can be compared, and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pandera.pandas as pa

from monotown.base.problems import InputError, Problem
from monotown.base.tables import NOTE, TEXT, keyed, kind_column
from monotown.index.admissible import scale_of
from monotown.index.model import IndexModel, Leaf

if TYPE_CHECKING:
    from monotown.index.prepare import Prepared
    from monotown.index.weighting import Weighting


#: Every pair of years of a unit (`scope` years) and of units in a year (`scope` units). `reason`
#: is empty where the two can be compared; `note` names values that were filled.
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
    reasons = _absent(prepared, [(unit, year), (unit, other)], measures is None)
    return reasons or [
        *_different(prepared, (unit, year), (unit, other), "years", measures),
        *scale_reasons(prepared.model, measures),
        *_own_weights(prepared),
    ]


def unit_reasons(prepared: Prepared, year: int, unit: str, other: str) -> list[str]:
    """Why the scores of two units in a year cannot be compared; empty where they can."""
    reasons = _absent(prepared, [(unit, year), (other, year)], True)
    return reasons or _different(prepared, (unit, year), (other, year), "units", None)


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
        elif whole and not prepared.rows["enough"].iloc[row]:
            reasons.append(f"{unit} has too few measures in {year}")
    return reasons


def _different(
    prepared: Prepared, a: tuple[str, int], b: tuple[str, int], what: str, measures: Collection[str] | None
) -> list[str]:
    one, two = prepared.places[a], prepared.places[b]
    known = ~np.isnan(prepared.z)
    odd = [
        m
        for j, m in enumerate(prepared.model.measures)
        if known[one, j] != known[two, j] and (measures is None or m in measures)
    ]
    return [f"not in both {what}: {', '.join(sorted(odd))}"] if odd else []


def comparability_table(prepared: Prepared) -> pd.DataFrame:
    """Consistency report of a view: every pair of years of a unit, and of units in a year.

    Returns
    -------
    pandas.DataFrame
        `COMPARABILITY`.
    """
    records = []
    rows = prepared.rows
    kinds = {(str(u), int(y)): str(k) for u, y, k in zip(rows["unit"], rows["year"], rows["kind"], strict=True)}
    years: dict[str, list[int]] = {}
    units: dict[int, list[str]] = {}
    for unit, year in sorted(kinds):
        years.setdefault(unit, []).append(year)
        units.setdefault(year, []).append(unit)
    pairs = [
        ("years", (u, a), (u, b), year_reasons(prepared, u, a, b))
        for u, seen in years.items()
        for a, b in combinations(seen, 2)
    ] + [
        ("units", (u, y), (v, y), unit_reasons(prepared, y, u, v))
        for y, seen_ in units.items()
        for u, v in combinations(seen_, 2)
    ]
    notes = {place: _filled(prepared, place) for place in kinds}
    for scope, a, b, reasons in pairs:
        records.append(
            {
                "view": prepared.view,
                "scope": scope,
                "unit": a[0],
                "year": a[1],
                "other_unit": b[0],
                "other_year": b[1],
                "comparable": not reasons,
                "reason": "; ".join(reasons),
                "note": "; ".join(dict.fromkeys(n for n in (notes[a], notes[b]) if n)),
                "kind": kinds[b],
            }
        )
    frame = pd.DataFrame(records, columns=list(COMPARABILITY.columns))
    return COMPARABILITY.coerce_dtype(frame)


def _filled(prepared: Prepared, place: tuple[str, int]) -> str:
    row = prepared.places[place]
    parts = [
        f"{m} {flag}"
        for m, flag in zip(prepared.model.measures, prepared.flags[row], strict=True)
        if flag in ("interpolated", "carried", "mean", "median", "imputed")
    ]
    return f"{place[0]} {place[1]}: {', '.join(parts)}" if parts else ""


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
