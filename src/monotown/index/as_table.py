"""The model of an index as a table: its tree with weights, methods and scales, so that a reader needs no config."""

from __future__ import annotations

import json
from typing import Any, Final

import pandas as pd

from monotown.base import checked as pa
from monotown.base.tables import NOTE, NUMBER, REAL, TEXT, keyed
from monotown.index.admissible import scale_of
from monotown.index.model import Chosen, IndexModel, Leaf, Node, choose
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS

#: One row a node or measure of the tree. `place` is its number from the root down, left to right, and `parent` that
#: of the node it stands in, -1 of the root. `share` is its weight among its neighbours, which sum to 1. `method` is
#: the aggregation of a node, the normalisation of a measure, and `settings` its parameters (JSON); `missing` the
#: rule for scores, or values, that are missing. `low` and `high` are goalposts in raw units; `scale` what a score
#: of 1 is in the tables of the index, `asked` what it would be on a scale from 0 to 1.
MODEL: Final = keyed(
    "model",
    ["view", "place"],
    {
        "place": pa.Column("int64", pa.Check.ge(0)),
        "parent": pa.Column("int64", pa.Check.ge(-1)),
        "type": pa.Column(str, pa.Check.isin(["node", "measure"])),
        "id": TEXT,
        "share": REAL,
        "method": TEXT,
        "settings": NOTE,
        "missing": TEXT,
        "floor": NUMBER,
        "direction": NUMBER,
        "transform": NOTE,
        "outliers": NOTE,
        "low": NUMBER,
        "high": NUMBER,
        "scale": REAL,
        "asked": REAL,
    },
)


def model_table(view: str, model: IndexModel) -> pd.DataFrame:
    """The table `MODEL` of an index; its numbers have to be written to the last bit.

    Examples
    --------
    >>> model = IndexModel(Node("i", (Leaf("a", 3), Leaf("b"))))
    >>> model_table("v", model)[["place", "parent", "id", "share", "method"]].values.tolist()
    [[0, -1, 'i', 1.0, 'arithmetic'], [1, 0, 'a', 0.75, 'minmax'], [2, 0, 'b', 0.25, 'minmax']]
    """
    rows: list[dict[str, Any]] = []
    scale = scale_of(model)

    def add(item: Node | Leaf, parent: int, share: float) -> None:
        place, leaf = len(rows), isinstance(item, Leaf)
        chosen = item.normalisation if isinstance(item, Leaf) else item.aggregation
        low, high = (item.goalposts if isinstance(item, Leaf) else None) or (None, None)
        rows.append(
            {
                "view": view,
                "place": place,
                "parent": parent,
                "type": "measure" if leaf else "node",
                "id": item.measure if isinstance(item, Leaf) else item.id,
                "share": share,
                "method": chosen.name,
                "settings": json.dumps(chosen.settings, ensure_ascii=False),
                "missing": item.missing,
                "floor": None if isinstance(item, Leaf) else item.floor,
                "direction": item.direction if isinstance(item, Leaf) else None,
                "transform": item.transform if isinstance(item, Leaf) else "",
                "outliers": item.outliers if isinstance(item, Leaf) else "",
                "low": low,
                "high": high,
                "scale": scale,
                "asked": float(model.scale),
            }
        )
        if isinstance(item, Node):
            total = sum(c.weight for c in item.children)
            for child in item.children:
                add(child, place, child.weight / total)

    add(model.tree, -1, 1.0)
    numbers = dict.fromkeys(("floor", "direction", "low", "high"), "float64")
    return pd.DataFrame(rows).astype(numbers)[list(MODEL.columns)]


def model_of(table: pd.DataFrame) -> IndexModel:
    """The model of a table `MODEL`; weights are shares.

    Examples
    --------
    >>> model = IndexModel(Node("i", (Leaf("a", goalposts=(0.0, 1.0)), Node("n", (Leaf("b"),)))))
    >>> print(model_of(model_table("v", model)))
    i: arithmetic
    ├─ a 0.5000: + minmax [0, 1]
    └─ n 0.5000: arithmetic
       └─ b 1.0000: + minmax
    """
    rows = [{str(k): v for k, v in row.items()} for row in table.sort_values("place", kind="stable").to_dict("records")]
    below: dict[int, list[int]] = {}
    for row in rows:
        below.setdefault(int(row["parent"]), []).append(int(row["place"]))

    def known(value: Any) -> float | None:
        return None if pd.isna(value) else float(value)

    def step(row: dict[str, Any]) -> Node | Leaf:
        chosen = _chosen(row)
        if row["type"] == "measure":
            low, high = known(row["low"]), known(row["high"])
            return Leaf(
                str(row["id"]),
                float(row["share"]),
                int(row["direction"]),
                str(row["transform"]),
                None if low is None or high is None else (low, high),
                chosen,
                str(row["missing"]),
                str(row["outliers"]),
            )
        children = tuple(step(rows[place]) for place in below[int(row["place"])])
        return Node(str(row["id"]), children, float(row["share"]), chosen, str(row["missing"]), known(row["floor"]))

    root = step(rows[0])
    assert isinstance(root, Node)
    return IndexModel(root, scale=float(rows[0]["asked"]))


def _chosen(row: dict[str, Any]) -> Chosen:
    family = NORMALISATIONS if row["type"] == "measure" else AGGREGATIONS
    settings = {k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(row["settings"]).items()}
    return choose(str(row["method"]), family, settings)
