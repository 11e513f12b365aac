"""The piece "your weights": sliders of an index over its own data, with the band of the analysis behind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.base.labels import Labels
from monotown.base.tables import kinds_in
from monotown.index.admissible import scale_of
from monotown.index.as_table import model_of
from monotown.index.leaves import normalise_leaf
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import spread_out
from monotown.index.prepared import PREPARED
from monotown.index.ranked import shown_year
from monotown.methods.outliers import apply_transform
from monotown.methods.register import NORMALISATIONS
from monotown.report.pieces import Given

#: Normalisations that a reader may choose for every indicator; the kernel of the page has them.
OFFERED: Final = ("minmax", "minmax_sample", "zscore", "rank", "percentile")

#: Transforms that the kernel of the page has; of another the values are sent transformed.
_TRANSFORMS: Final = ("none", "log", "log1p")

#: Floor of a mean that newly needs one, where the index has none.
_FLOOR: Final = 0.01

#: Numbers of all years that the page carries at most; of more, only the last year's.
MOST_NUMBERS: Final = 60_000

#: Units of a table that stand on the page without a script: so many of the first and of the last.
_ENDS: Final = 50
_FEW: Final = 500


def _sample(leaf: Leaf, x: Array, years: Array, year: int) -> dict[str, Any]:
    """What the kernel of the page needs to normalise a measure of a year; "given" where it cannot.

    Raises
    ------
    ValueError
        If the measure does not suit the method.
    """
    chosen, settings = leaf.normalisation.name, leaf.normalisation.settings
    normalise_leaf(leaf, x, years)
    values = apply_transform(x, leaf.transform)
    scope = settings.get("scope", "year")
    base = values if scope == "pooled" else values[years == (year if scope == "year" else scope)]
    if chosen in ("minmax", "minmax_sample"):
        ends = base
        if chosen == "minmax":
            ends = apply_transform(np.array(leaf.goalposts, dtype=np.float64), leaf.transform)
        found = {"method": "minmax", "low": float(np.nanmin(ends)), "high": float(np.nanmax(ends))}
        if settings["target"] != (0.0, 1.0):
            found["target"] = list(settings["target"])  # type: ignore[arg-type]
        return found if settings["clip"] else {**found, "clip": False}
    if chosen == "zscore":
        ddof = int(settings["ddof"])  # type: ignore[arg-type]
        found = {"method": "zscore", "mean": float(np.nanmean(base)), "sd": float(np.nanstd(base, ddof=ddof))}
        to = [settings["mean"], settings["sd"]]
        return found if to == [0.0, 1.0] else {**found, "to": to}
    if chosen in ("rank", "borda", "percentile") and scope == "year":
        return {
            "method": chosen,
            **({"ties": settings["ties"]} if settings.get("ties", "average") != "average" else {}),
        }
    return {"method": "given"}


def _samples(leaf: Leaf, x: Array, years: Array, shown: Sequence[int]) -> dict[str, Any]:
    """The same of all years that are shown: one where they do not differ."""
    each = [_sample(leaf, x, years, year) for year in shown]
    return each[0] if all(one == each[0] for one in each) else {"years": each}


def _tree(item: Node | Leaf, column: Mapping[str, int], total: float) -> dict[str, Any]:
    if isinstance(item, Leaf):
        return {"leaf": column[item.measure], "weight": item.weight / total}
    below = sum(c.weight for c in item.children)
    made: dict[str, Any] = {"id": item.id, "weight": item.weight / total, "exponent": item.aggregation.exponent}
    made |= {"missing": item.missing} | ({} if item.floor is None else {"floor": item.floor})
    return made | {"children": [_tree(c, column, below) for c in item.children]}


def _numbers(column: Array) -> list[float | None]:
    return [None if np.isnan(v) else float(v) for v in column]


def _offered(model: IndexModel, x: Array, years: Array, shown: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Samples of each normalisation that suits every measure and is not the index's own."""
    found = {}
    for name in OFFERED:
        if all(leaf.normalisation == method(name) for leaf in model.leaves):
            continue
        if "goalposts" in NORMALISATIONS[name].needs and any(leaf.goalposts is None for leaf in model.leaves):
            continue
        other = model.with_leaves(lambda leaf, name=name: Leaf(**{**vars(leaf), "normalisation": method(name)}))  # type: ignore[misc]
        try:
            found[name] = [_samples(leaf, x[:, j], years, shown) for j, leaf in enumerate(other.leaves)]
        except ValueError:
            continue  # a measure that does not vary, say
    return found


def _inside(leaf: Leaf) -> bool:
    scores = leaf.normalisation.normalisation.range_of(leaf.normalisation.settings, leaf.direction)
    return scores.low >= 0 and scores.high <= 1


def playable(model: IndexModel, panel: pd.DataFrame) -> bool:
    """Whether one set of weights and power means make the index: the page's kernel has no others."""
    return bool(panel["unit_weight"].isna().all()) and all(n.aggregation.exponent is not None for n in model.nodes)


def _numeric(panel: pd.DataFrame) -> pd.DataFrame:
    """A table `monotown.index.prepared.PREPARED` whose columns of numbers are, also one read without any."""
    columns = [name for name, column in PREPARED.columns.items() if str(column.dtype) == "float64"]
    return panel.assign(**{name: pd.to_numeric(panel[name]) for name in columns})


def index_data(
    name: str, model: IndexModel, panel: pd.DataFrame, scores: pd.DataFrame, intervals: pd.DataFrame
) -> dict[str, Any]:
    """An index as the kernel of the page takes it.

    Parameters
    ----------
    name, model
        The index and its model.
    panel
        Its table `monotown.index.prepared.PREPARED`.
    scores
        Its table `monotown.index.build.SCORES`.
    intervals
        Its ranks under random weights.

    Returns
    -------
    dict
        ``tree`` (nodes with ``exponent``, ``floor``, ``missing``; leaves with their column), ``leaves`` (``own``: what
        normalises each), ``samples`` (the same of each method offered), ``units``, ``years`` and ``data``: of each
        year the places of its ``units``, whether they have ``enough``, ``values`` by leaf, ``rank``, and the band
        ``low`` to ``high``. The last year alone where the page would be large.
    """
    rows, x = spread_out(panel, "treated", model)
    z = spread_out(panel, "normalised", model)[1]
    first = panel.drop_duplicates(["unit", "year"]).set_index(["unit", "year"])["enough"]
    rows["enough"] = first.reindex(pd.MultiIndex.from_frame(rows[["unit", "year"]])).to_numpy(dtype=bool)
    every = rows["year"].to_numpy()
    shown = sorted(int(y) for y in rows.loc[rows["enough"], "year"].unique())
    last = shown_year(scores, model.tree.id)
    shown = [last] if x.size > MOST_NUMBERS else [y for y in shown if y <= last] or [last]
    samples = _offered(model, x, every, shown)
    leaves: list[dict[str, Any]] = []
    send = []
    for j, leaf in enumerate(model.leaves):
        own = _samples(leaf, x[:, j], every, shown)
        transform = leaf.transform if leaf.transform in _TRANSFORMS else "none"
        leaves.append({"id": leaf.measure, "direction": leaf.direction, "transform": transform, "own": own})
        send.append(x[:, j] if transform == leaf.transform else apply_transform(x[:, j], leaf.transform))
    units = sorted(rows["unit"].unique())
    number = {u: i for i, u in enumerate(units)}
    ends = [c for c in intervals.columns if str(c).startswith("rank_p")]
    band = intervals.set_index(["year", "unit"])[[ends[0], ends[-1]]]
    root = scores[scores["node"] == model.tree.id].set_index(["year", "unit"])["rank"]
    data = []
    for year in shown:
        here = np.flatnonzero(every == year)
        at = pd.MultiIndex.from_product([[year], rows["unit"].iloc[here]])
        near = band.reindex(at).to_numpy(dtype=np.float64)
        made: dict[str, Any] = {
            "units": [number[u] for u in rows["unit"].iloc[here]],
            "enough": [int(e) for e in rows["enough"].iloc[here]],
            "values": [_numbers(column[here]) for column in send],
            "rank": _numbers(root.reindex(at).to_numpy(dtype=np.float64)),
            "low": _numbers(near[:, 0]),
            "high": _numbers(near[:, 1]),
        }
        given = [j for j, leaf in enumerate(leaves) if leaf["own"].get("method") == "given"]
        if given:
            made["scores"] = {str(j): _numbers(z[here, j]) for j in given}
        data.append(made)
    floors = [n.floor for n in model.nodes if n.floor is not None]
    inside = [n for n in samples if _inside(Leaf("", goalposts=(0.0, 1.0), normalisation=method(n)))]
    column = {m: j for j, m in enumerate(model.measures)}
    scale = {"scale": scale_of(model), "hundred": model.scale}
    return {
        "id": name,
        **scale,
        "unit": all(map(_inside, model.leaves)),
        "inside": inside,
        "floor": floors[0] if floors else _FLOOR,
        "band": int(str(ends[-1]).removeprefix("rank_p")) - int(str(ends[0]).removeprefix("rank_p")),
        "tree": _tree(model.tree, column, model.tree.weight),
        "leaves": leaves,
        "samples": samples,
        "units": units,
        "years": shown,
        "data": data,
    }


def data_file(indices: Sequence[Mapping[str, Any]]) -> str:
    """The data of the page as a script, for a page that is opened from disk cannot fetch."""
    text = json.dumps(list(indices), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"window.MONOTOWN_WEIGHTS={text};\n".replace("</", "<\\/")


def _name(labels: Labels, key: str, *groups: str) -> str:
    """Name of something in the first of some groups that has it; else its id."""
    return next((labels(f"{g}.{key}") for g in groups if labels.has(f"{g}.{key}")), key)


def _weight_rows(model: IndexModel, labels: Labels) -> list[dict[str, Any]]:
    """Blocks and measures in the order of the tree, each with its share of the whole, in words."""
    return [
        {
            "name": _name(labels, item.measure, "measure")
            if isinstance(item, Leaf)
            else _name(labels, item.id, "block", "node"),
            "depth": len(path) - 1,
            "block": isinstance(item, Node),
            "share": labels.number(100 * share, 1),
        }
        for path, item, share in model.walk()
        if path
    ]


def _unit_rows(scores: pd.DataFrame, intervals: pd.DataFrame, root: str, labels: Labels) -> dict[str, Any]:
    """Units of the year shown by their place; of many the first and the last."""
    year = shown_year(scores, root)
    mine = scores[(scores["node"] == root) & (scores["year"] == year) & scores["score"].notna()]
    mine = mine.sort_values(["rank", "unit"], kind="stable")
    ends = [c for c in intervals.columns if str(c).startswith("rank_p")]
    near = intervals[intervals["year"] == year].set_index("unit")
    rows = []
    for unit, score, rank in mine[["unit", "score", "rank"]].itertuples(index=False, name=None):
        pair = [float(near[c].get(unit, np.nan)) for c in (ends[0], ends[-1])]
        rows.append(
            {
                "id": unit,
                "name": _name(labels, str(unit), "unit"),
                "rank": "" if np.isnan(rank) else _place(rank, labels),
                "band": "" if np.isnan(pair).any() else [_place(p, labels) for p in pair],
                "score": labels.number(score, 1),
            }
        )
    left = max(len(rows) - 2 * _ENDS, 0) if len(rows) > _FEW else 0
    return {
        "first": rows[:_ENDS] if left else rows,
        "last": rows[-_ENDS:] if left else [],
        "left": left,
        "year": "" if year == 0 else str(year),
    }


def _place(rank: float, labels: Labels) -> str:
    return labels.number(rank, 0 if rank == round(rank) else 1)


def _names(model: IndexModel, panel: pd.DataFrame, labels: Labels) -> dict[str, dict[str, str]]:
    return {
        "unit": {u: _name(labels, u, "unit") for u in panel["unit"].drop_duplicates().astype(str).tolist()},
        "measure": {m: _name(labels, m, "measure") for m in model.measures},
        "block": {n.id: _name(labels, n.id, "block", "node") for n in model.nodes},
    }


def piece(given: Given) -> dict[str, Any]:
    """Context of ``weights.html.j2``: what is published of each index, and the data and words of the sliders.

    Parameters
    ----------
    given
        ``frames`` has, of each index, ``index/<id>/model``, ``index/<id>/prepared``, ``index/<id>/scores`` and
        ``sensitivity/<id>/rank_intervals``.
    """
    labels = given.labels
    names = [k.split("/")[1] for k in given.frames if k.startswith("index/") and k.endswith("/model")]
    told: list[dict[str, Any]] = []
    data: list[dict[str, Any]] = []
    said: dict[str, dict[str, str]] = {}
    for name in names:
        model = model_of(given.frames[f"index/{name}/model"])
        panel, scores = (given.frames[f"index/{name}/{t}"] for t in ("prepared", "scores"))
        panel = _numeric(panel)
        intervals = given.frames[f"sensitivity/{name}/rank_intervals"]
        live = playable(model, panel)
        told.append(
            {
                "id": name,
                "name": _name(labels, name, "view"),
                "live": live,
                "kinds": list(kinds_in(scores["kind"])),
                "weights": _weight_rows(model, labels),
                "units": _unit_rows(scores, intervals, model.tree.id, labels),
            }
        )
        if live and not given.single:
            data.append(index_data(name, model, panel, scores, intervals))
            for group, some in _names(model, panel, labels).items():
                said[group] = said.get(group, {}) | some
    said["view"] = {one["id"]: one["name"] for one in told}
    group = "your_weights."
    words = {k.removeprefix(group): labels(k) for k in labels.texts if k.startswith(group)}
    words["map_unit"] = labels("map.unit")
    context: dict[str, Any] = {"indices": told, "live": bool(data)}
    if data:
        text = json.dumps({"names": said, "words": words}, ensure_ascii=False, separators=(",", ":"))
        context["said"] = text.replace("</", "<\\/")
        context["files"] = {"data/weights.js": data_file(data)}
    return context
